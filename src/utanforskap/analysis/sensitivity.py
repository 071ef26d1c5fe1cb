"""What must be true for a reading to break even."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from utanforskap.analysis.readings import Readable, check, factors, yearly_by
from utanforskap.engine.effects import participants
from utanforskap.engine.parameters import Array
from utanforskap.engine.valuation import present_value
from utanforskap.errors import QuestionError
from utanforskap.inputs.values.estimates import Persons, Share
from utanforskap.terms import Reading

_GRID = 33
_ROUNDS = 12
_CLOSE = 1e-12
_FARTHEST = 1e6
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of a parameter at which a reading is zero.

    Attributes
    ----------
    parameter : str
        The estimate's full name.
    status : {"found", "impossible"}
        ``impossible`` (*går inte*): nowhere in the parameter's range.
    value : float or None
        In the estimate's own unit; the one nearest its point value where there are several.
    point : float
        The estimate's value in the point run.
    persons : int or None
        How many persons that is, rounded up, where the parameter counts persons or is a share of participants who
        succeed (*hur många måste lyckas*).
    out_of : float or None
        Out of how many participants.
    searched : tuple of two floats
        The range that was searched.
    """

    parameter: str
    status: Literal["found", "impossible"]
    value: float | None
    point: float
    persons: int | None
    out_of: float | None
    searched: tuple[float, float]


def break_even(readable: Readable, reading: Reading, parameter: str) -> BreakEven:
    """Return the value of a parameter at which a reading's present value is zero.

    The reading is computed at once for a grid of values over the parameter's range, each a draw of the same engine; the
    change of sign nearest the point value is then refined until it is known to 1e-12 of the range. A parameter that the
    reading's alternative sets is searched in that alternative only.

    Parameters
    ----------
    readable : Readable
        The case.
    reading : Reading
        What is to be zero; usually a net gain.
    parameter : str
        An estimate's full name.
    """
    case = readable.case
    check(case, reading)
    case.estimate(parameter)
    point = float(readable.parameters(_where(readable, reading, parameter))[parameter][0])
    low, high = _range(readable, parameter)
    grid = _first_grid(point, low, _possible(readable, reading, parameter, point, high))
    values = _values(readable, reading, parameter, grid)
    bracket = _bracket(grid, values, point)
    if bracket is None:
        return BreakEven(parameter, "impossible", None, point, None, None, (low, float(grid[-1])))
    for _ in range(_ROUNDS):
        left, right = bracket
        if right - left <= _CLOSE * max(1.0, abs(right)):
            break
        inner = np.linspace(left, right, _GRID)
        bracket = _bracket(inner, _values(readable, reading, parameter, inner), point) or bracket
    root = (bracket[0] + bracket[1]) / 2
    persons, out_of = _persons(readable, reading, parameter, root)
    return BreakEven(parameter, "found", root, point, persons, out_of, (low, float(grid[-1])))


def _where(readable: Readable, reading: Reading, parameter: str) -> str | None:
    """Return the alternative of a reading if it sets a parameter; None where the parameter is everybody's."""
    if reading.alternative is None or parameter not in readable.case.scenario.alternatives[reading.alternative].set:
        return None
    return reading.alternative


def _range(readable: Readable, parameter: str) -> tuple[float, float]:
    """Return the values that a parameter can take beside the others as they are."""
    case = readable.case
    low, high = case.estimate(parameter).bounds
    section, id_, *rest = parameter.split(".")
    if section == "groups" and rest[:1] == ["pathways"]:
        others = case.scenario.groups[id_].pathways
        taken = sum(s.value for name, s in others.items() if isinstance(s, Share) and name != rest[-1])
        high = min(high, 1.0 - taken) if "rest" in others.values() else high
    if section == "programmes" and rest == ["reaches", "persons"]:
        programme = case.scenario.programmes[id_]
        everybody = case.with_scenario(
            case.scenario.change(
                programmes={
                    **case.scenario.programmes,
                    id_: programme.change(reaches=programme.reaches.change(persons="all")),
                }
            )
        )
        high = min(high, float(participants(readable.changed(everybody).parameters(), id_)[0]))
    return max(low, -_FARTHEST), high


def _first_grid(point: float, low: float, high: float) -> Array:
    if np.isfinite(high):
        return np.unique(np.append(np.linspace(low, high, _GRID), point))
    scale = max(abs(point), 1.0)
    ahead = scale * np.geomspace(1e-3, _FARTHEST, 4 * _GRID)
    return np.unique(np.concatenate([[low, point], ahead]))


def _possible(readable: Readable, reading: Reading, parameter: str, point: float, high: float) -> float:
    """Return the highest value, from the point value up, at which the others leave room for the parameter.

    Shares of a whole, and probabilities of a row, may not sum to more than one.
    """
    highest = high if np.isfinite(high) else _FARTHEST * max(abs(point), 1.0)
    try:
        _values(readable, reading, parameter, np.array([highest]))
    except QuestionError:
        low = point
        for _ in range(_HALVINGS):
            middle = (low + highest) / 2
            try:
                _values(readable, reading, parameter, np.array([middle]))
                low = middle
            except QuestionError:
                highest = middle
        return low
    return high


def _values(readable: Readable, reading: Reading, parameter: str, grid: Array) -> Array:
    at_grid = readable.changed(values={parameter: grid}, alternative=_where(readable, reading, parameter))
    sums = yearly_by(at_grid.ledger(reading), reading, at_grid.parameters())
    if "all" not in sums:
        return np.zeros(len(grid))
    return present_value(amounts=sums["all"], factors=factors(readable.case, at_grid.parameters(), reading))


def _bracket(grid: Array, values: Array, point: float) -> tuple[float, float] | None:
    """Return the neighbours between which the values change sign, nearest the point value; twice a zero itself."""
    zeros = [(float(grid[i]), float(grid[i])) for i in np.flatnonzero(values == 0.0)]
    flips = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    found = zeros + [(float(grid[i]), float(grid[i + 1])) for i in flips]
    return min(found, key=lambda span: abs((span[0] + span[1]) / 2 - point), default=None)


def _persons(readable: Readable, reading: Reading, parameter: str, value: float) -> tuple[int | None, float | None]:
    case = readable.case
    section, id_, *rest = parameter.split(".")
    if isinstance(case.estimate(parameter), Persons):
        return _ceil(value), None
    if section == "programmes" and rest == ["success"]:
        count = float(participants(readable.parameters(reading.alternative), id_)[0])
        return _ceil(value * count), count
    return None, None


def _ceil(value: float) -> int:
    return math.ceil(value - 1e-9)
