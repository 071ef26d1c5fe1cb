"""What the shell says, in both languages."""

from typing import Any, Literal

from utanforskap.shipped import shipped_words


def _words() -> dict[str, Any]:
    return shipped_words("shell.toml")


def word(section: str, id_: str, lang: Literal["sv", "en"]) -> str:
    """Return a heading, a column's name or a severity's.

    Parameters
    ----------
    section : str
        ``titles``, ``columns``, ``severities`` or ``says``.
    id_ : str
        The id.
    lang : {"sv", "en"}
        The language.
    """
    return str(_words()[section][id_][lang])


def say(id_: str, lang: Literal["sv", "en"], **filled: object) -> str:
    """Return a sentence with its blanks filled in."""
    return word("says", id_, lang).format(**filled)
