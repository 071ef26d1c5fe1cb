"""The effect on time in states, how alike the groups are, and how they overlap, as far as it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.comparing import OVERLAP_BINS, balance
from utanforskap.analysis.followup.designs import Design
from utanforskap.analysis.followup.estimates import attrition_bounds
from utanforskap.analysis.followup.hiding import SIDES, Hiding
from utanforskap.analysis.followup.levels import Persons
from utanforskap.analysis.followup.moves import Moves, YearSample
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
    persons: Persons, point: Moves, drawn: Moves | None, states: Sequence[str], design: Design, hiding: Hiding
) -> tuple[StateEffect, ...]:
    """Return the effect on each state in the last observed year; see `StateEffect`."""
    number = float(point.observed[0, :, -1].sum())
    effect = (point.observed - point.without)[0, :, -1].sum(axis=0)[:, 0] / number
    spread: Mapping[str, NDArray[np.float64]] = {}
    if drawn is not None:
        draws = (drawn.observed - drawn.without)[0, :, -1].sum(axis=0) / number
        low, high = np.nanpercentile(draws, [5.0, 95.0], axis=1)
        spread = {"low": low, "high": high}
    if not tells_of_few_lost(persons, hiding):
        lower, upper = attrition_bounds(persons.last.sample, design)
        spread = {**spread, "lower": lower, "upper": upper}
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


def tells_of_few_lost(persons: Persons, hiding: Hiding) -> bool:
    """Return whether what rests on how many were lost tells of fewer than five of a group."""
    last = persons.last
    theirs = int((~last.followed[~last.sample.treated]).sum())
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


def likeness(last: YearSample, design: Design) -> tuple[Likeness, ...]:
    """Return how alike the groups are, in what does not tell of fewer than five persons.

    A thing of several categories (words, states) is left out whole where any of them is had by fewer than five of a
    group, or by all but fewer than five: the others would tell it.
    """
    whole = last.whole
    if not design.compares or not whole.names:
        return ()
    table = balance(whole.covariates, whole.names, whole.treated, whole.weights, last.prepared.weights)
    families: dict[str, list[int]] = {}
    for place, name in enumerate(whole.names):
        family = name.partition(":")[0] if ":" in name else "state" if name in whole.outcomes else name
        families.setdefault(family, []).append(place)
    kept = [place for places in families.values() if not _tells(last, places) for place in places]
    return tuple(
        Likeness(str(table.index[place]), *(float(cell) for cell in table.iloc[place])) for place in sorted(kept)
    )


def _tells(last: YearSample, places: Sequence[int]) -> bool:
    """Return whether a thing's categories are had by few of a group, the one that is not named included."""
    whole = last.whole
    having: NDArray[np.bool_] = np.greater(whole.covariates[:, places], 0.0)
    if len(places) == 1 and len(np.unique(whole.covariates[:, places])) > 2:
        return False  # a number, of which the mean is told
    rest = np.logical_not(having.any(axis=1))
    for side in (whole.treated, ~whole.treated):
        counts = [*having[side].sum(axis=0), int(rest[side].sum())]
        if any(0 < count < FEWEST for count in counts):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Bin:
    """How many of each group have a propensity between two numbers."""

    low: float
    high: float
    treated: int
    comparison: int


def overlap_bins(last: YearSample) -> tuple[Bin, ...]:
    """Return how many of each group have each propensity; bins are joined until none holds one to four of a group."""
    odds = last.prepared.odds
    if odds is None:
        return ()
    propensity = 1.0 / (1.0 + np.exp(-odds))
    edges = np.linspace(0.0, 1.0, OVERLAP_BINS + 1)
    counts = [np.histogram(propensity[one], edges)[0] for one in (last.whole.treated, ~last.whole.treated)]
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
