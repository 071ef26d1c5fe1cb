"""The effect on time in states, how alike the groups are, and how they overlap, as far as it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.comparing import OVERLAP_BINS
from utanforskap.analysis.followup.hiding import SIDES, Hiding
from utanforskap.analysis.followup.levels import Persons
from utanforskap.analysis.followup.moves import LastYear, Moves
from utanforskap.inputs.followup.disclosure import FEWEST


@dataclass(frozen=True, slots=True)
class StateEffect:
    """What the programme changed in one state, in the last observed year.

    Attributes
    ----------
    state : str
        The state.
    before, after : int or None
        How many were mostly in it [persons]; None is not shown.
    effect : float or None
        How much more of the year participants spent in it than they would have [share of the year].
    low, high : float or None
        5th and 95th percentile over draws of persons.
    lower, upper : float or None
        The bounds that those who were lost leave open; None where they would tell of fewer than five.
    """

    state: str
    before: int | None
    after: int | None
    effect: float | None
    low: float | None
    high: float | None
    lower: float | None
    upper: float | None


def state_effects(
    persons: Persons, point: Moves, drawn: Moves | None, last: LastYear, states: Sequence[str], hiding: Hiding
) -> tuple[StateEffect, ...]:
    """Return the effect on each state in the last observed year; see `StateEffect`."""
    number = float(point.observed[0, :, -1].sum())
    effect = (point.observed - point.without)[0, :, -1].sum(axis=0)[:, 0] / number
    spread: Mapping[str, NDArray[np.float64]] = {}
    if drawn is not None:
        draws = (drawn.observed - drawn.without)[0, :, -1].sum(axis=0) / number
        low, high = np.nanpercentile(draws, [5.0, 95.0], axis=1)
        spread = {"low": low, "high": high}
    if not tells_of_few_lost(last, hiding):
        spread = {**spread, "lower": last.lower, "upper": last.upper}
    found = []
    for place, state in enumerate(states):
        shown = not hiding.effect(state)
        before, after = (
            None if hiding.state(side, state) else int((mostly == place).sum())
            for side, mostly in zip(SIDES, (persons.before, persons.after), strict=True)
        )
        ends = {
            name: float(spread[name][place]) if shown and name in spread else None
            for name in ("low", "high", "lower", "upper")
        }
        found.append(StateEffect(state, before, after, float(effect[place]) if shown else None, **ends))
    return tuple(found)


def tells_of_few_lost(last: LastYear, hiding: Hiding) -> bool:
    """Return whether what rests on how many were lost tells of fewer than five of a group."""
    theirs = int((~last.followed & ~last.treated).sum())
    return hiding.lost or hiding.count(0, "unknown") or 0 < theirs < FEWEST


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the groups are in one thing, before they are made alike and after.

    Attributes
    ----------
    name : str
        What is compared.
    treated, comparison, weighted : float
        The mean among participants, in the comparison group, and there after weighting.
    before, after : float
        Standardised mean differences.
    """

    name: str
    treated: float
    comparison: float
    weighted: float
    before: float
    after: float


def likeness(last: LastYear, states: Sequence[str]) -> tuple[Likeness, ...]:
    """Return how alike the groups are, in what does not tell of fewer than five persons.

    A thing of several categories (words, states) is left out whole where any of them is had by fewer than five of a
    group, or by all but fewer than five: the others would tell it.
    """
    table = last.balance()
    if table is None:
        return ()
    families: dict[str, list[int]] = {}
    for place, name in enumerate(last.compared.names):
        family = name.partition(":")[0] if ":" in name else "state" if name in states else name
        families.setdefault(family, []).append(place)
    kept = [place for places in families.values() if not _tells(last, places) for place in places]
    return tuple(
        Likeness(str(table.index[place]), *(float(cell) for cell in table.iloc[place])) for place in sorted(kept)
    )


def _tells(last: LastYear, places: Sequence[int]) -> bool:
    """Return whether a thing's categories are had by few of a group, the one that is not named included."""
    sides = last.having()
    columns = last.compared.patterns.columns[:, places]
    if len(places) == 1 and len(np.unique(columns[np.sum(sides, axis=0) > 0.0])) > 2:
        return False  # a number, of which the mean is told
    having: NDArray[np.bool_] = np.greater(columns, 0.0)
    rest = np.logical_not(having.any(axis=1))
    return any(0.0 < count < FEWEST for side in sides for count in (*(side @ having), side @ rest))


@dataclass(frozen=True, slots=True)
class Bin:
    """How many of each group have a propensity between two numbers."""

    low: float
    high: float
    treated: int
    comparison: int


def overlap_bins(last: LastYear) -> tuple[Bin, ...]:
    """Return how many of each group have each propensity; bins are joined until none holds one to four of a group."""
    odds = last.odds
    if odds is None:
        return ()
    propensity = 1.0 / (1.0 + np.exp(-odds))
    edges = np.linspace(0.0, 1.0, OVERLAP_BINS + 1)
    sides = (last.followed & last.treated, last.followed & ~last.treated)
    counts = [np.histogram(propensity[one], edges)[0] for one in sides]
    bins: list[Bin] = []
    for place in range(OVERLAP_BINS):
        one = Bin(float(edges[place]), float(edges[place + 1]), int(counts[0][place]), int(counts[1][place]))
        if bins and (_few(bins[-1]) or (place == OVERLAP_BINS - 1 and _few(one))):
            last_bin = bins.pop()
            one = _joined(last_bin, one)
        bins.append(one)
    while len(bins) > 1 and _few(bins[-1]):
        one = bins.pop()
        bins[-1] = _joined(bins[-1], one)
    return () if any(_few(each) for each in bins) else tuple(bins)


def _joined(first: Bin, second: Bin) -> Bin:
    return Bin(first.low, second.high, first.treated + second.treated, first.comparison + second.comparison)


def _few(one: Bin) -> bool:
    return any(0 < count < FEWEST for count in (one.treated, one.comparison))
