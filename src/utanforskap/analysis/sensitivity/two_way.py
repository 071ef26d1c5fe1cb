"""Two parameters at a time: what a reading reads over a grid, and where its sign turns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from utanforskap.analysis.readings import Readable, check
from utanforskap.analysis.sensitivity.break_even import break_even_draws, range_of
from utanforskap.analysis.sensitivity.moves import Move, moved, read_moved, room, sets
from utanforskap.analysis.sensitivity.one_way import levers
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError
from utanforskap.inputs.values.statement import shown
from utanforskap.terms import Reading

_STEPS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What a reading reads over the values of two parameters.

    Attributes
    ----------
    rows, columns : str
        The parameters' full names.
    row_values, column_values : ndarray
        Their values, in their own units.
    reads : ndarray, shape (row, column)
        The reading [kr]; NaN where the two values leave no room for each other.
    turns_at : ndarray, shape (row,)
        The value of the columns' parameter at which the reading is zero; NaN where its sign never turns.
    """

    rows: str
    columns: str
    row_values: Array
    column_values: Array
    reads: Array
    turns_at: Array


def two_way(
    readable: Readable,
    reading: Reading,
    rows: str,
    columns: str,
    *,
    row_values: Sequence[float] | None = None,
    column_values: Sequence[float] | None = None,
) -> Grid:
    """Return what a reading reads over a grid of two parameters' values, all else as it is.

    Parameters
    ----------
    readable : Readable
        The case at a point.
    reading : Reading
        What is read.
    rows, columns : str
        The parameters' full names; what the reading's alternative sets is moved in that alternative only.
    row_values, column_values : sequence of float, optional
        In their own units. None is five steps from low to high, or over all that the parameter can be where no range
        is stated, and its own value.

    Raises
    ------
    QuestionError
        If a value cannot be, the two are one, or a parameter has neither a range nor an upper bound.
    """
    check(readable.case, reading)
    if rows == columns:
        raise QuestionError(f"Both ways of the grid are '{rows}'.\nName two different parameters.")
    across, down = (
        _values(readable, reading, name, values) for name, values in ((columns, column_values), (rows, row_values))
    )
    first = Move(rows, sets(readable, reading, rows), down, np.zeros(down.size, dtype=np.intp))
    by_row = moved(readable, reading, [first])
    own = sets(readable, reading, columns)
    low, high = (np.broadcast_to(end, down.shape) for end in room(by_row, reading, columns, own=own))
    fits = (across >= low[:, None]) & (across <= high[:, None])
    row, column = np.nonzero(fits)
    reads = np.full(fits.shape, np.nan)
    reads[fits] = read_moved(by_row, reading, [Move(columns, own, across[column], row)])
    turns_at = np.broadcast_to(break_even_draws(by_row, reading, columns), down.shape)
    return Grid(rows, columns, down, across, reads, turns_at)


def _values(readable: Readable, reading: Reading, name: str, values: Sequence[float] | None) -> Array:
    """Return the values asked for, or those that are tried where none are."""
    readable.case.estimate(name)
    own = sets(readable, reading, name)
    low, high = (float(end[0]) for end in room(readable, reading, name, own=own))
    if values is not None:
        for value in values:
            if not low <= value <= high:
                told = f"at least {shown(low)}" if np.isinf(high) else f"between {shown(low)} and {shown(high)}"
                raise QuestionError(f"'{name}' cannot be {shown(value)}: it must be {told}.")
        return np.array(values, dtype=np.float64)
    span = next(lever.span for lever in levers(readable, reading) if (lever.parameter, lever.own) == (name, own))
    if span is None and np.isinf(high):
        raise QuestionError(
            f"No range is stated for '{name}', and it can be any number from {shown(low)} up.\n"
            "State its low and high in the scenario, or say which values to try."
        )
    first, last = np.clip(span, low, high) if span is not None else (low, high)
    point = range_of(readable, reading, name, own=own).point
    return np.unique(np.append(np.linspace(first, last, _STEPS), point))
