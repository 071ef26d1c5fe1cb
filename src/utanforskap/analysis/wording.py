"""Figures as people write them, in Swedish or English."""

import math
from collections.abc import Iterable
from typing import Literal

from utanforskap.terms import Lang, label

_NO_BREAK = "\u00a0"
_MINUS = "\u2212"
NONE = "–"
"""What stands where there is no answer."""

KronorUnit = Literal["kr", "tkr", "Mkr"]
_SIZES: dict[KronorUnit, tuple[float, int]] = {"kr": (1.0, 0), "tkr": (1e3, 0), "Mkr": (1e6, 1)}


def number(value: float, *, decimals: int = 0, lang: Lang = "sv") -> str:
    """Return a number with thousands apart, a decimal comma in Swedish, and a true minus sign."""
    if math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    text = f"{abs(value):,.{decimals}f}"
    if lang == "sv":
        text = text.replace(",", _NO_BREAK).replace(".", ",")
    negative = value < 0 and any(digit in text for digit in "123456789")
    return f"{_MINUS if negative else ''}{text}"


def significant(value: float, *, digits: int = 4, lang: Lang = "sv") -> str:
    """Return a number to some significant digits, without trailing zeros after the decimal sign."""
    if value == 0 or not math.isfinite(value):
        return number(value, lang=lang)
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    text = number(value, decimals=decimals, lang=lang)
    mark = "," if lang == "sv" else "."
    return text.rstrip("0").rstrip(mark) if decimals and mark in text else text


def kronor(value: float | None, *, lang: Lang = "sv") -> str:
    """Return whole kronor, or a dash where there is no answer."""
    return NONE if value is None else number(value, lang=lang)


def suitable_unit(amounts: Iterable[float]) -> KronorUnit:
    """Return the unit to show amounts [kr] in together: Mkr, or a smaller one where none reaches that far."""
    largest = max((abs(amount) for amount in amounts if math.isfinite(amount)), default=0.0)
    return "Mkr" if largest >= 1e6 else "tkr" if largest >= 1e4 else "kr"


def scaled(value: float, unit: KronorUnit) -> float:
    """Return an amount [kr] in a unit."""
    return value / _SIZES[unit][0]


def decimals_of(unit: KronorUnit) -> int:
    """Return how many decimals an amount in a unit is shown with."""
    return _SIZES[unit][1]


def in_unit(value: float, unit: KronorUnit, *, lang: Lang = "sv") -> str:
    """Return an amount [kr] in a unit, without naming it: Mkr with one decimal, the smaller ones with none."""
    return number(scaled(value, unit), decimals=_SIZES[unit][1], lang=lang)


def amount(value: float, unit: KronorUnit, *, lang: Lang = "sv") -> str:
    """Return an amount [kr] in a unit, with its name."""
    return f"{in_unit(value, unit, lang=lang)}{_NO_BREAK}{label('kronor', unit, lang)}"


def percent(value: float, *, decimals: int = 1, lang: Lang = "sv") -> str:
    """Return a share in percent."""
    return f"{number(100 * value, decimals=decimals, lang=lang)}{_NO_BREAK}%"


def ratio(value: float | None, lang: Lang) -> str:
    """Return a ratio with two decimals, or a dash."""
    return NONE if value is None else number(value, decimals=2, lang=lang)
