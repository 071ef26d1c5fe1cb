"""What colour everything has: read from data, the same in every picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from utanforskap.shipped import shipped_words
from utanforskap.terms import top_actor

_DARKENED = 0.9
_READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour, and the pattern that tells it apart in grey.

    Attributes
    ----------
    fill : str
        The colour, ``#rrggbb``.
    pattern : str
        A pattern as matplotlib writes it; empty for none.
    """

    fill: str
    pattern: str = ""

    @property
    def ink(self) -> str:
        """The colour darkened until text in it can be read on white: a contrast of at least 4.5 to 1.

        References
        ----------
        W3C: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3.
        """
        parts = _parts(self.fill)
        while contrast(_hex(parts), "#ffffff") < _READABLE:
            parts = [_DARKENED * part for part in parts]
        return _hex(parts)

    @property
    def on_it(self) -> str:
        """Black or white, whichever is read best upon it."""
        return max("#000000", "#ffffff", key=lambda colour: contrast(colour, self.fill))


def _data() -> dict[str, Any]:
    return shipped_words("colours.toml")


@cache
def _colours(section: str) -> Mapping[str, Colour]:
    return {id_: Colour(**said) for id_, said in _data()[section].items()}


def actor_colour(actor: str) -> Colour:
    """Return the colour of an actor, of ``production``, or of a perspective that is no actor."""
    return _colours("perspectives").get(actor) or _colours("actors")[top_actor(actor)]


def actor_colours() -> Mapping[str, Colour]:
    """Return the colours of all actors, with production and the cost of public funds, by id."""
    return _colours("actors")


def mark(id_: str) -> str:
    """Return the colour of a mark that is no actor, such as ``line``, ``paid`` or ``lower``, without its pattern."""
    return marked(id_).fill


def marked(id_: str) -> Colour:
    """Return the colour of a mark that is no actor, with its pattern."""
    return _colours("marks")[id_]


def ramp(count: int) -> list[Colour]:
    """Return so many colours from dark to light, for what has an order and no colour of its own.

    They differ in lightness, so that they can be told apart in grey and by everybody.
    """
    stops = [_parts(colour) for colour in _data()["ramp"]["stops"]]
    found = []
    for place in range(count):
        at = (place / (count - 1) if count > 1 else 0.0) * (len(stops) - 1)
        before = min(int(at), len(stops) - 2)
        share = at - before
        pairs = zip(stops[before], stops[before + 1], strict=True)
        found.append(Colour(_hex([(1.0 - share) * one + share * other for one, other in pairs])))
    return found


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours [1 to 21].

    ``(L1 + 0.05) / (L2 + 0.05)`` of their relative luminances, the lighter first.

    References
    ----------
    W3C: Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def _hex(parts: list[float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
