"""The units that prices are in, and what a quantity of each counts."""

from enum import StrEnum


class Unit(StrEnum):
    """A unit of money per something, or a share."""

    ONCE = "kr"
    YEAR = "kr/år"
    MONTH = "kr/mån"
    WEEK = "kr/vecka"
    NIGHT = "kr/dygn"
    DAY = "kr/dag"
    HOUR = "kr/timme"
    VISIT = "kr/besök"
    CASE = "kr/ärende"
    OCCASION = "kr/tillfälle"
    PARTICIPANT = "kr/deltagare"
    PERSON = "kr/person"
    PUPIL_YEAR = "kr/elev-år"
    PLACE_YEAR = "kr/plats-år"
    WAGE_SHARE = "% av lön"
    SHARE = "andel"
    BASE_AMOUNTS = "prisbasbelopp"


AMOUNT_UNITS: tuple[str, ...] = tuple(unit.value for unit in Unit if unit is not Unit.SHARE)
"""The units that an amount of money may be in."""
PRICE_UNITS: tuple[str, ...] = tuple(unit.value for unit in Unit if unit is not Unit.WAGE_SHARE)
"""The units that a price in a list may be in."""


def unit_named(text: str) -> Unit:
    """Return the unit of a text that is known to be one."""
    return Unit(text)


def counted(unit: Unit) -> str:
    """Return what a quantity of a price in this unit counts: ``mån`` for ``kr/mån``; empty for a sum or a share."""
    if unit is Unit.WAGE_SHARE:
        return "år"
    return unit.value.partition("/")[2]


QUANTITY_UNITS: tuple[str, ...] = tuple(dict.fromkeys(counted(unit) for unit in Unit if counted(unit)))
"""The units that a quantity may be written with."""

MONTHS_A_YEAR = 12
WAGE_UNITS = {Unit.MONTH: MONTHS_A_YEAR, Unit.YEAR: 1}
"""The units of a wage, and how many of each make a year."""


def yearly(unit: Unit) -> float:
    """Return how many of a wage's unit make a year; for the units of a wage only."""
    return WAGE_UNITS[unit]
