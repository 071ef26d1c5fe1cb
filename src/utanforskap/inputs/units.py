"""The units that prices are in, and what a quantity of each counts."""

from enum import StrEnum

from utanforskap.errors import unknown


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


def unit_named(text: str) -> Unit:
    """Return the unit of a text.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    try:
        return Unit(text)
    except ValueError:
        raise ValueError(unknown(what="a unit", given=text, known=[unit.value for unit in Unit])) from None


def counted(unit: Unit) -> str:
    """Return what a quantity of a price in this unit counts: ``mån`` for ``kr/mån``; empty where it is a sum or a share."""
    if unit is Unit.WAGE_SHARE:
        return "år"
    return unit.value.partition("/")[2]


QUANTITY_UNITS: tuple[str, ...] = tuple(dict.fromkeys(counted(unit) for unit in Unit if counted(unit)))
"""The units that a quantity may be written with."""

MONTHS_A_YEAR = 12


def yearly(unit: Unit) -> float:
    """Return how many of a wage's unit make a year.

    Raises
    ------
    ValueError
        If a wage cannot be stated in this unit.
    """
    if unit is Unit.MONTH:
        return MONTHS_A_YEAR
    if unit is Unit.YEAR:
        return 1.0
    raise ValueError(f"a wage is in kr/mån or kr/år, not in {unit.value}")
