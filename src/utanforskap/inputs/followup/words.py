"""The words of the follow-up: what things are called in people's own files, and what is said about their data."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from utanforskap.errors import nearest
from utanforskap.inputs.library import library
from utanforskap.inputs.text import nodes
from utanforskap.shipped import shipped_words
from utanforskap.terms import Lang

DEAD, MOVED, UNKNOWN = "avliden", "utflyttad", "okant"
"""States that every follow-up knows: two that nobody leaves, and time of which nothing is known."""
WOMAN, MAN, OTHER = "kvinna", "man", "annat"
TREATED, COMPARISON = "insats", "jamforelse"


def words() -> Mapping[str, Any]:
    """Return the shipped words of the follow-up, by section."""
    return shipped_words("followup.toml")


def word(section: str, id_: str, lang: Lang) -> str:
    """Return what an id of a section is called."""
    return str(words()[section][id_][lang])


def plain_word(text: object) -> str:
    """Return a text as it is compared: lower case, without surrounding space, one space between words."""
    return " ".join(str(text).lower().split())


@cache
def by_synonym(section: str) -> Mapping[str, str]:
    """Return the ids of a section by all that they are called, in lower case."""
    called: dict[str, str] = {}
    for id_, said in words()[section].items():
        names = said if isinstance(said, list) else [id_, said["sv"], said["en"], *said["also"]]
        for name in names:
            called.setdefault(plain_word(name), id_)
    return called


def sought(section: str, text: object) -> str | None:
    """Return the id of a section that a text is a name of; None if it is none's."""
    return by_synonym(section).get(plain_word(text))


def library_states() -> dict[str, str]:
    """Return the library's states by id, with their Swedish titles."""
    states = library().entries["states"].node
    assert isinstance(states, nodes.Mapping)
    titles: dict[str, str] = {}
    for id_, entry in states.entries.items():
        said = nodes.plain(entry.node)
        assert isinstance(said, dict)
        title = said["title"]
        titles[id_] = str(title["sv"] if isinstance(title, dict) else title)
    return titles


def state_like(text: object, states: Mapping[str, str]) -> str | None:
    """Return the state that a word in a file most likely stands for; None if it is like none.

    Parameters
    ----------
    text : object
        The word.
    states : mapping of str to str
        The states that may be meant, with their titles.
    """
    said = plain_word(text)
    exact = sought("special", said) or _own(said, states)
    if exact is not None:
        return exact
    names = {name: id_ for name, id_ in by_synonym("states").items() if id_ in states}
    names |= {plain_word(title): id_ for id_, title in states.items()}
    near = said if said in names else nearest(said, names)
    return None if near is None else names[near]


def _own(said: str, states: Mapping[str, str]) -> str | None:
    return next((id_ for id_, title in states.items() if said in (id_.lower(), plain_word(title))), None)


def field_like(column: str, fields: Iterable[str]) -> str | None:
    """Return the field that a column's name most likely stands for; None if it is like none.

    Parameters
    ----------
    column : str
        The column's name.
    fields : iterable of str
        The fields that may be meant.
    """
    wanted = set(fields)
    names: dict[str, str] = {}
    for field in words()["fields"]:
        if field in wanted:
            said = words()["fields"][field]
            for name in (field, said["sv"], said["en"], *said["also"]):
                names.setdefault(plain_word(name), field)
    said = plain_word(column.replace("_", " "))
    near = next((one for one in (plain_word(column), said) if one in names), None) or nearest(said, names)
    return None if near is None else names[near]
