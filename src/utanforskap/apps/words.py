"""What the shell says, in both languages."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal


@cache
def _words() -> dict[str, Any]:
    text = resources.files("utanforskap").joinpath("data/shell.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


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
