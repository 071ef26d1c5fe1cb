"""What the workbook says beside its numbers, in both languages."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from utanforskap.terms import Lang


@cache
def _words() -> dict[str, Any]:
    text = resources.files("utanforskap").joinpath("data/workbook.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(section: str, id_: str, lang: Lang, **filled: object) -> str:
    """Return a sheet's name, a heading or a sentence with its blanks filled in.

    Parameters
    ----------
    section : str
        ``sheets``, ``heads``, ``rows``, ``sections``, ``fields``, ``verdicts`` or ``says``.
    id_ : str
        The id.
    lang : {"sv", "en"}
        The language.
    **filled
        What stands in the blanks.
    """
    said = str(_words()[section][id_][lang])
    return said.format(**filled) if filled else said


def known(section: str, id_: str, lang: Lang) -> str | None:
    """Return a word; None where there is none."""
    words = _words()[section].get(id_)
    return None if words is None else str(words[lang])
