"""What moves an answer most: every estimate from low to high and every setting to its other choices, one at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.readings import Readable, check, value
from utanforskap.analysis.sensitivity.break_even import joined, range_of
from utanforskap.analysis.sensitivity.moves import Move, read_moved, values_of
from utanforskap.analysis.sensitivity.roots import nearest_roots
from utanforskap.analysis.sensitivity.settings import Choice, choices
from utanforskap.engine.parameters import Array
from utanforskap.engine.uncertain import uncertain
from utanforskap.inputs.case import setting_name
from utanforskap.inputs.values.distributions import Distribution
from utanforskap.inputs.values.estimates import Estimate
from utanforskap.inputs.values.fitting import TAIL
from utanforskap.terms import Reading

_NUDGE = 1e-3
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Lever:
    """An estimate that can be moved: the case's own, or the value that the reading's alternative sets instead.

    Attributes
    ----------
    name : str
        ``programmes.insats.success``, or ``alternatives.<id>.set.<name>`` for what an alternative sets.
    parameter : str
        The estimate's full name.
    own : bool
        Whether it is what the alternative sets.
    point : float
        Its value.
    span : tuple of two floats, or None
        Its low and high: as stated, or the 5th and 95th percentiles of its distribution; None where neither is stated.
    """

    name: str
    parameter: str
    own: bool
    point: float
    span: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Swing:
    """How far a reading moves with one estimate or one setting, all else as it is.

    Attributes
    ----------
    name : str
        The estimate's full name, ``alternatives.<id>.set.<name>`` for what the alternative sets, or the setting's id:
        ``discounting``, ``timing``, ``horizon``, ``counterfactual``.
    kind : {"estimate", "setting", "no_range"}
        ``no_range``: an estimate of which nobody has said how far the truth may lie from it.
    point : float or str
        Its value, or the choice made.
    low, high : float, str or None
        The ends of its range; of a setting the choices with which the reading is least and most; None without a range.
    at_point : float
        The reading as it is [kr].
    at_low, at_high : float or None
        The reading there [kr].
    matters : bool
        Whether the reading moves at all when it is moved.
    turns_at : float or None
        The value nearest the point value at which the reading is zero, within all that the estimate can be.
    """

    name: str
    kind: Literal["estimate", "setting", "no_range"]
    point: float | str
    low: float | str | None
    high: float | str | None
    at_point: float
    at_low: float | None
    at_high: float | None
    matters: bool
    turns_at: float | None

    @property
    def swing(self) -> float | None:
        """How far apart the reading is at low, at the point and at high [kr]; None without a range."""
        if self.at_low is None or self.at_high is None:
            return None
        reads = (self.at_low, self.at_point, self.at_high)
        return max(reads) - min(reads)

    @property
    def changes_sign(self) -> bool:
        """Whether the reading has another sign at low or at high than at the point: the decision turns within it."""
        if self.at_low is None or self.at_high is None:
            return False
        return any(np.sign(end) != np.sign(self.at_point) for end in (self.at_low, self.at_high))


def tornado(readable: Readable, reading: Reading) -> list[Swing]:
    """Return how far a reading moves with every estimate and every setting, the farthest first.

    Each variant is a draw of the same engine, and equals a point run with that one value. A share of a whole moves with
    the others scaled, or with its ``rest`` taking the difference, and no further than they leave room. Estimates whose
    range nobody has stated come last, each with the value that would turn the sign: no range is invented for them.

    Parameters
    ----------
    readable : Readable
        The case at a point.
    reading : Reading
        What is read.
    """
    check(readable.case, reading)
    at_point = float(value(readable, reading)[0])
    swings = [*_estimates(readable, reading, levers(readable, reading), at_point)]
    swings += [_setting(choice, at_point) for choice in choices(readable, reading)]
    return sorted(swings, key=lambda each: (each.swing is None, -(each.swing or 0.0), not each.matters))


def levers(readable: Readable, reading: Reading) -> list[Lever]:
    """Return every estimate that can be moved, with its range; what the reading's alternative sets stands by itself."""
    case = readable.case
    drawn = uncertain(case)
    spreads = {**drawn.single, **{name: row.marginal(name) for row in drawn.rows for name in row.names}}

    def lever(name: str, parameter: str, said: Estimate) -> Lever:
        own = name != parameter
        point = float(values_of(readable, reading, parameter, own=own)[0])
        return Lever(name, parameter, own, point, _span(said, spreads.get(name)))

    found = [lever(name, name, said) for name, said in case.estimates.items()]
    if reading.alternative is not None:
        for name, said in case.scenario.alternatives[reading.alternative].set.items():
            found.append(lever(setting_name(reading.alternative, name), name, said))
    return found


def _span(said: Estimate, spread: Distribution | None) -> tuple[float, float] | None:
    if said.low is not None and said.high is not None:
        return said.low, said.high
    if spread is not None:
        return float(spread.quantile(TAIL)), float(spread.quantile(1.0 - TAIL))
    return (said.value, said.value) if said.is_spread else None


def _estimates(readable: Readable, reading: Reading, found: Sequence[Lever], at_point: float) -> Iterator[Swing]:
    ranges = joined([range_of(readable, reading, lever.parameter, own=lever.own) for lever in found])

    def read(to: Array, which: NDArray[np.intp]) -> Array:
        nowhere = np.zeros(len(to), dtype=np.intp)
        moves = [Move(found[j].parameter, found[j].own, to[:, k], nowhere) for k, j in enumerate(which)]
        return read_moved(readable, reading, moves).reshape(to.shape[::-1]).T

    every = np.arange(len(found))
    stated = np.array([lever.span or (np.nan, np.nan) for lever in found]).reshape(-1, 2).T
    ends = np.where(np.isnan(stated), ranges.point, np.clip(stated, ranges.low, ranges.high))
    # A thousandth of what it can be, up or, where it cannot go higher, down.
    step = _NUDGE * ranges.scale
    nudged = np.where(ranges.point + step <= ranges.high, ranges.point + step, ranges.point - step)
    nudged = np.clip(nudged, ranges.low, ranges.high)
    at_low, at_high, at_nudged = read(np.stack([*ends, nudged]), every)
    turns = nearest_roots(read, point=ranges.point, low=ranges.low, high=ranges.high, scale=ranges.scale)
    for j, lever in enumerate(found):
        moved = max(abs(each[j] - at_point) for each in (at_low, at_high, at_nudged))
        with_range = lever.span is not None
        yield Swing(
            name=lever.name,
            kind="estimate" if with_range else "no_range",
            point=float(ranges.point[j]),
            low=float(ends[0, j]) if with_range else None,
            high=float(ends[1, j]) if with_range else None,
            at_point=at_point,
            at_low=float(at_low[j]) if with_range else None,
            at_high=float(at_high[j]) if with_range else None,
            matters=bool(moved > _NOTHING * abs(at_point)),
            turns_at=None if np.isnan(turns[j]) else float(turns[j]),
        )


def _setting(choice: Choice, at_point: float) -> Swing:
    least, most = (pick(choice.reads, key=choice.reads.__getitem__) for pick in (min, max))
    return Swing(
        name=choice.setting,
        kind="setting",
        point=choice.chosen,
        low=least,
        high=most,
        at_point=at_point,
        at_low=choice.reads[least],
        at_high=choice.reads[most],
        matters=choice.reads[least] != choice.reads[most],
        turns_at=None,
    )
