"""What the workbook says beside its numbers, in both languages."""

from typing import Any

from utanforskap.shipped import shipped_words
from utanforskap.terms import Lang


def _words() -> dict[str, Any]:
    return shipped_words("workbook.toml")


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
