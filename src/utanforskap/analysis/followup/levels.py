"""What is said of persons one by one before it is summed: whose figures rest on whom, incomes, steps towards work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.moves import Study, YearSample
from utanforskap.analysis.followup.samples import Array, Bools
from utanforskap.analysis.followup.valuation import Measure, ObservedReadable
from utanforskap.analysis.readings import sides_of
from utanforskap.engine.flows import state_rates
from utanforskap.engine.parameters import Parameters
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.words import DEAD, MOVED, words

INDIVIDUAL = "individ"
SAME_INCOME = 1000.0
"""A yearly income that changed by less counts as the same [kr]; an assumption."""
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
FEWEST_QUANTILES = 20
"""Quantiles over participants are told of groups of at least so many."""
NEAREST = 100.0
"""Quantiles are told to the nearest of this [kr]: none of them is one person's own figure to the krona."""
OUTCOMES = ("gained", "same", "lost", "unknown")
STEPS = ("into_work", "closer", "level", "farther", "unplaced")
"""What became of each: into work, closer to it, as far from it, farther, or not known or placed."""


@dataclass(frozen=True, eq=False)
class Rates:
    """What a person-year in each state sets moving.

    Attributes
    ----------
    accounts : tuple of str
        Everybody's accounts that anything posts to.
    touches : ndarray of bool, shape (account, state)
        Whether a state posts anything to an account.
    income : ndarray, shape (year, state)
        What the person has left in a whole year [kr a year], by calendar year from the horizon's first.
    """

    accounts: tuple[str, ...]
    touches: Bools
    income: Array


def rates_of(readable: ObservedReadable, states: Sequence[str], parameters: Parameters) -> Rates:
    """Return what a person-year in each state sets moving, of the states of an observation."""
    case = readable.case
    society = case.perspective("society")
    presence = readable.run().persons[0]
    years = case.scenario.horizon.years
    found: dict[str, Bools] = {}
    income = np.zeros((years, len(states)))
    for position, state in enumerate(presence.route.states):
        place = list(states).index(state)
        for rate in state_rates(parameters, presence, position):
            for posting in sides_of(rate.line, society, case):
                found.setdefault(posting.column, np.zeros(len(states), dtype=np.bool_))[place] |= bool(
                    np.any(rate.amount)
                )
                if posting.actor == INDIVIDUAL and rate.basis.per == "person_year":
                    income[:, place] -= posting.sign * np.broadcast_to(rate.amount[:, 0], years)
    touches = np.array(list(found.values())).reshape(-1, len(states))
    return Rates(tuple(found), touches, income)


def ladder_of(stated: Sequence[Sequence[str]] | None) -> tuple[tuple[str, ...], ...]:
    """Return the steps towards work, the farthest first: as stated, or the library's."""
    said = words()["steps"]["default"] if stated is None else stated
    return tuple(tuple(step) for step in said)


@dataclass(frozen=True, eq=False, repr=False)
class Persons(Private):
    """What is told of participants one by one, for those who make tables of it.

    Attributes
    ----------
    touched : ndarray of bool, shape (person, account)
        Whose time any figure of an account rests on.
    touched_in : mapping of int to ndarray of int, shape (account,)
        On how many participants each account's figure of a calendar year rests.
    comparison : ndarray of int, shape (account,)
        On how many of the comparison group each account rests.
    in_state, comparison_in_state : ndarray of int, shape (state,)
        How many participants, and of the comparison group, were ever in each state, the last year read or the year
        before the start.
    income : ndarray, shape (person,)
        How much more income a participant had in the last observed year than before [kr a year]; NaN if not followed,
        dead or moved away.
    outcome : ndarray of int, shape (person,)
        The position in `OUTCOMES`.
    step : ndarray of int, shape (person,)
        The position in `STEPS`.
    before, after : ndarray of int, shape (person,)
        The state that each was mostly in before, and in the last observed year, or that they died or moved away; -1 if
        not followed.
    last : YearSample
        The last year.
    """

    touched: Bools
    touched_in: Mapping[int, NDArray[np.int64]]
    comparison: NDArray[np.int64]
    in_state: NDArray[np.int64]
    comparison_in_state: NDArray[np.int64]
    income: Array
    outcome: NDArray[np.int64]
    step: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    last: YearSample


class Gather(Private):
    """Takes in one year at a time, and keeps of persons only what tables need."""

    def __init__(self, study: Study, rates: Rates, *, ladder: Sequence[Sequence[str]], first_year: int) -> None:
        self._study = study
        self._rates = rates
        self._ladder = ladder
        self._first_year = first_year
        self._states = study.people.states
        self._touched = np.zeros((int(study.treated.sum()), len(rates.accounts)), dtype=np.bool_)
        self._touched_in: dict[int, NDArray[np.int64]] = {}
        self._theirs = np.zeros((int((~study.treated).sum()), len(rates.accounts)), dtype=np.bool_)
        self._last: YearSample | None = None

    def __call__(self, year: YearSample) -> None:
        """Take in a year."""
        ours = self._study.treated
        counted = np.zeros(len(year.sample), dtype=np.bool_)
        counted[year.followed] = year.prepared.weights > 0.0
        there = self._present(year) & counted[:, np.newaxis]
        touches = self._rates.touches[:, : len(self._states)].T.astype(np.float64)
        touched = there.astype(np.float64) @ touches > 0.0
        self._touched |= touched[ours]
        self._theirs |= touched[~ours]
        splits = self._study.splits
        for position, cohort in enumerate(splits.cohorts):
            of = splits.cohort[splits.cell] == position
            calendar = cohort + year.year - 1
            count = touched[ours][of].sum(axis=0)
            self._touched_in[calendar] = self._touched_in.get(calendar, 0) + count
        self._last = year

    def _present(self, year: YearSample) -> Bools:
        """Return who was in which state, in the year or before the start [shape (person, state)]."""
        states = len(self._states)
        before = np.nan_to_num(year.sample.history[:, :, :states]).max(axis=1)
        return np.asarray((np.nan_to_num(year.sample.after[:, :states]) > 0.0) | (before > 0.0), dtype=np.bool_)

    def persons(self) -> Persons:
        """Return what has been gathered."""
        assert self._last is not None
        last, states, ours = self._last, len(self._states), self._study.treated
        before, after = last.sample.before[ours][:, :states], last.sample.after[ours][:, :states]
        followed = last.followed[ours] & ~np.isnan(before).any(axis=1) & ~np.isnan(after).any(axis=1)
        gone = np.array([state in (DEAD, MOVED) for state in self._states])
        left = np.where(gone, np.nan_to_num(after), 0.0)
        stays = followed & ~(left > 0.0).any(axis=1)
        # Whoever died or moved away has no income to compare.
        income = self._income(before, after, stays)
        outcome = np.full(len(income), OUTCOMES.index("unknown"))
        outcome[stays] = np.where(income[stays] > 0.0, OUTCOMES.index("gained"), OUTCOMES.index("lost"))
        outcome[stays & (np.abs(income) < SAME_INCOME)] = OUTCOMES.index("same")
        then = np.where(stays[:, np.newaxis], np.nan_to_num(after), left)
        mostly = [np.where(followed, part.argmax(axis=1), -1) for part in (np.nan_to_num(before), then)]
        there = self._present(last) & last.followed[:, np.newaxis]
        return Persons(
            touched=self._touched,
            touched_in=self._touched_in,
            comparison=self._theirs.sum(axis=0),
            in_state=there[ours].sum(axis=0),
            comparison_in_state=there[~ours].sum(axis=0),
            income=income,
            outcome=outcome,
            step=self._steps(*mostly),
            before=mostly[0],
            after=mostly[1],
            last=last,
        )

    def _income(self, before: Array, after: Array, followed: Bools) -> Array:
        """Return how much more income each had, at the rates of the last observed year [kr a year]."""
        splits, states = self._study.splits, len(self._states)
        assert self._last is not None
        cohorts = np.array(splits.cohorts)[splits.cohort[splits.cell]]
        at = np.minimum(cohorts + self._last.year - 1 - self._first_year, len(self._rates.income) - 1)
        rates = self._rates.income[at][:, :states]
        change: Array = np.where(followed, ((after - before) * rates).sum(axis=1), np.nan)
        return change

    def _steps(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
        rank = np.full(len(self._states) + 1, -1)  # the last is nobody's state
        for position, step in enumerate(self._ladder):
            for state in step:
                if state in self._states:
                    rank[self._states.index(state)] = position
        first, last, top = rank[before], rank[after], len(self._ladder) - 1
        moved = np.sign(last - first)
        found = np.select(
            [(first < 0) | (last < 0), (last == top) & (first < top), moved > 0, moved == 0],
            [STEPS.index("unplaced"), STEPS.index("into_work"), STEPS.index("closer"), STEPS.index("level")],
            STEPS.index("farther"),
        )
        return np.asarray(found, dtype=np.int64)


def quantiles(income: Array) -> dict[str, float] | None:
    """Return quantiles of participants' change in income [kr a year]; None of groups that are too small."""
    known = income[~np.isnan(income)]
    if len(known) < FEWEST_QUANTILES:
        return None
    found = np.round(np.quantile(known, QUANTILES) / NEAREST) * NEAREST
    return {f"p{100 * share:.0f}": float(value) + 0.0 for share, value in zip(QUANTILES, found, strict=True)}


def needs_entries(measure: Measure, states: Sequence[str]) -> bool:
    """Return whether anything in some states is priced by entries."""
    scenario = measure.case.scenario
    return any(
        flow.per == "entry" for id_ in states if id_ in scenario.states for flow in scenario.states[id_].flows.values()
    )
