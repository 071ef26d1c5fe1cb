"""Named scenarios: everything bad at once, everything as stated, everything good at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.sensitivity.moves import Move, moved, room, values_of
from utanforskap.analysis.sensitivity.one_way import Lever, Swing, levers, tornado
from utanforskap.analysis.sensitivity.wholes import wholes
from utanforskap.terms import Reading

NAMES: tuple[Literal["pessimistic", "main", "optimistic"], ...] = ("pessimistic", "main", "optimistic")


@dataclass(frozen=True, slots=True)
class Named:
    """A named scenario of one reading.

    Attributes
    ----------
    id : {"pessimistic", "main", "optimistic"}
        Which.
    reads : float
        What is read [kr].
    values : mapping of str to float
        Where it puts each estimate, and each share that gives way to one, by name, in the estimate's own unit.
    """

    id: Literal["pessimistic", "main", "optimistic"]
    reads: float
    values: Mapping[str, float]


def named(readable: Readable, reading: Reading) -> tuple[Named, ...]:
    """Return a reading with every estimate that has a range at its worse end, at its point, and at its better end.

    Which end is worse is what the estimate does to this reading alone, all else as it is: less of a gain, more of a
    cost; where both ends are better than the point it stays there. All of them at once is far less likely than each:
    the pessimistic scenario is no percentile of anything. Of shares known from one sample only the one that moves the
    reading most is put at an end, and the others give way. Settings stay as they are.

    Parameters
    ----------
    readable : Readable
        The case at a point.
    reading : Reading
        What is read.
    """
    swings = [each for each in tornado(readable, reading) if each.kind == "estimate" and each.matters]
    by_name = {lever.name: lever for lever in levers(readable, reading)}
    sign = 1.0 if reading.measure.endswith("gain") else -1.0
    worse, better = ([(by_name[each.name], _end(each, way)) for each in swings] for way in (-sign, sign))
    return tuple(
        _scenario(readable, reading, name, ends) for name, ends in zip(NAMES, (worse, [], better), strict=True)
    )


def _end(swing: Swing, way: float) -> float:
    """Return the value at which a reading is highest (way 1) or lowest (way −1): low, high or the point."""
    assert swing.at_low is not None
    assert swing.at_high is not None
    reads = {swing.point: swing.at_point, swing.low: swing.at_low, swing.high: swing.at_high}
    best = max(reads, key=lambda at: way * reads[at])
    assert isinstance(best, float)
    return best


def _scenario(
    readable: Readable,
    reading: Reading,
    name: Literal["pessimistic", "main", "optimistic"],
    ends: Sequence[tuple[Lever, float]],
) -> Named:
    """Put estimates at their ends one after another, each no further than the ones before it leave room."""
    values: dict[str, float] = {}
    taken: set[str] = set()
    for lever, end in ends:
        giving = [whole for whole in wholes(readable.case, lever.parameter) if whole.gives_way]
        if taken & {whole.path for whole in giving}:
            continue
        taken |= {whole.path for whole in giving}
        low, high = (float(limit[0]) for limit in room(readable, reading, lever.parameter, own=lever.own))
        values[lever.name] = min(max(end, low), high)
        move = Move(lever.parameter, lever.own, np.array([values[lever.name]]), np.zeros(1, dtype=np.intp))
        readable = moved(readable, reading, [move])
        for other in {member for whole in giving for member in whole.members} - {lever.parameter}:
            values[other] = float(values_of(readable, reading, other, own=False)[0])
    return Named(name, float(value(readable, reading)[0]), values)
