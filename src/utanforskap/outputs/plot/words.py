"""What pictures say, in both languages, and how a text is made to fit."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from utanforskap.shipped import shipped_words
from utanforskap.terms import Lang

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FONT = "DejaVu Sans"
"""The font of all pictures: it comes with matplotlib, so that a picture looks the same everywhere."""
_SPACES = re.compile(r"[ \t\r\n\f\v]+")  # a space that does not break a line stays
_NO_BREAK = "\N{NO-BREAK SPACE}"
ELLIPSIS = "…"
"""What stands where a text is cut."""
_MISSING = "\N{WHITE SQUARE}"
_LARGE = 200.0
_PARTS = 64.0  # in which FreeType counts a point


def _words() -> dict[str, Any]:
    return shipped_words("pictures.toml")


def say(section: str, id_: str, lang: Lang, **filled: object) -> str:
    """Return a picture's title, a word in it, or a sentence about it, with its blanks filled in.

    Parameters
    ----------
    section : str
        ``titles``, ``words`` or ``alt``.
    id_ : str
        The id.
    lang : {"sv", "en"}
        The language.
    **filled : object
        What stands in its blanks.
    """
    return str(_words()[section][id_][lang]).format(**filled)


def has(section: str, id_: str) -> bool:
    """Return whether there is a word for an id."""
    return id_ in _words()[section]


def one_line(text: str) -> str:
    """Return a text on one line, without the characters that control a printer or a screen."""
    told = "".join(sign for sign in _SPACES.sub(" ", text) if sign.isprintable() or sign == _NO_BREAK)
    return told.strip()


def fitted(text: str, *, width: float, size: float, lines: int, bold: bool = False) -> str:
    """Return a text broken where it does not fit, and cut with an ellipsis where it is too long.

    Parameters
    ----------
    text : str
        Any text; line breaks in it are spaces, and a character that the font lacks is a square.
    width : float
        How wide a line may be [points].
    size : float
        The size of the type [points].
    lines : int
        The most lines.
    bold : bool
        Whether the type is bold.
    """
    glyphs = _font(bold).get_charmap()
    told = "".join(sign if ord(sign) in glyphs else _MISSING for sign in _SPACES.sub(" ", text).strip())
    broken = [""]
    for word in told.split(" "):
        longer = f"{broken[-1]} {word}".strip()
        if _width(longer, size, bold) <= width:
            broken[-1] = longer
            continue
        pieces = _pieces(word, width=width, size=size, bold=bold)
        broken = [*filter(None, broken), *pieces]
    if len(broken) > lines:
        last = broken[lines - 1]
        while last and _width(last + ELLIPSIS, size, bold) > width:
            last = last[:-1]
        broken[lines - 1 :] = [last.rstrip() + ELLIPSIS]
    return "\n".join(broken)


def _pieces(word: str, *, width: float, size: float, bold: bool) -> list[str]:
    """Return a word in pieces that are no wider than a line."""
    pieces = []
    while len(word) > 1 and _width(word, size, bold) > width:
        kept = next((n for n in range(len(word) - 1, 1, -1) if _width(word[:n], size, bold) <= width), 1)
        pieces.append(word[:kept])
        word = word[kept:]
    return [*pieces, word]


@cache
def _font(bold: bool) -> "FT2Font":
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=FONT, weight="bold" if bold else "normal")))


def _width(text: str, size: float, bold: bool) -> float:
    font = _font(bold)
    font.set_size(_LARGE, 72)  # so large that no letter is moved to whole pixels
    font.set_text(text)
    return float(font.get_width_height()[0]) / _PARTS * size / _LARGE
