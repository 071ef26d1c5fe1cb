"""What is said of persons one by one before it is summed: whose figures rest on whom, incomes, steps towards work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.estimates import followed_by
from utanforskap.analysis.followup.samples import Array, Bools, Sample
from utanforskap.analysis.followup.studies import Block, Study
from utanforskap.analysis.followup.valuation import Measure, ObservedReadable
from utanforskap.analysis.readings import sides_of
from utanforskap.engine.flows import state_rates
from utanforskap.engine.parameters import Parameters
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.words import DEAD, MOVED, words

Codes = NDArray[np.signedinteger[Any]]

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
    """

    touched: Bools
    touched_in: Mapping[int, NDArray[np.int64]]
    comparison: NDArray[np.int64]
    in_state: NDArray[np.int64]
    comparison_in_state: NDArray[np.int64]
    income: Array
    outcome: Codes
    step: Codes
    before: Codes
    after: Codes


class Gather(Private):
    """Takes in some persons at a time, and keeps of them only what tables need."""

    def __init__(self, study: Study, rates: Rates, *, ladder: Sequence[Sequence[str]], first_year: int) -> None:
        self._study = study
        self._rates = rates
        self._ladder = ladder
        self._first_year = first_year
        self._states = study.people.states
        self._place = np.cumsum(study.treated) - 1  # among the participants
        number = int(study.treated.sum())
        self._touched = np.zeros((number, len(rates.accounts)), dtype=np.bool_)
        self._touched_in: dict[int, NDArray[np.int64]] = {}
        self._comparison = np.zeros(len(rates.accounts), dtype=np.int64)
        self._in_state = np.zeros((2, len(self._states)), dtype=np.int64)
        self._income = np.full(number, np.nan)
        self._outcome = np.full(number, OUTCOMES.index("unknown"), dtype=np.int8)
        self._step = np.full(number, STEPS.index("unplaced"), dtype=np.int8)
        self._mostly = np.full((2, number), -1, dtype=np.int16)

    def __call__(self, block: Block) -> None:
        """Take in some persons."""
        ours: Bools = self._study.treated[block.persons]
        splits, place = self._study.splits, self._place[block.persons[ours]]
        started = np.array(splits.cohorts)[splits.cohort[splits.cell[place]]]
        theirs = np.zeros(((~ours).sum(), len(self._rates.accounts)), dtype=np.bool_)
        for year, (sample, counted) in enumerate(zip(block.samples, block.counted, strict=True)):
            touched = self._touches(sample, counted)
            self._touched[place] |= touched[ours]
            theirs |= touched[~ours]
            for first in splits.cohorts:
                count = touched[ours][started == first].sum(axis=0)
                self._touched_in[first + year] = self._touched_in.get(first + year, 0) + count
        self._comparison += theirs.sum(axis=0)
        last = block.samples[-1]
        followed = followed_by(last, self._study.design)
        there = _present(last) & followed[:, np.newaxis]
        self._in_state += [there[ours].sum(axis=0), there[~ours].sum(axis=0)]
        known = followed[ours]
        self._take_last(last.take(ours & followed), place[known], started[known])

    def _touches(self, sample: Sample, counted: Array) -> Bools:
        """Return which accounts the time of each posts to, of those who count [shape (person, account)]."""
        there = _present(sample) & (counted * sample.weights > 0.0)[:, np.newaxis]
        touches = self._rates.touches[:, : len(self._states)].T.astype(np.float64)
        touched: Bools = there.astype(np.float64) @ touches > 0.0
        return touched

    def _take_last(self, sample: Sample, place: NDArray[np.int64], start_year: NDArray[np.int64]) -> None:
        """Take in the last year of participants who were followed."""
        gone = np.array([state in (DEAD, MOVED) for state in self._states])
        left = np.where(gone, sample.after, 0.0)
        stays: Bools = np.logical_not((left > 0.0).any(axis=1))
        at = np.minimum(start_year + self._study.years - 1 - self._first_year, len(self._rates.income) - 1)
        change = ((sample.after - sample.before) * self._rates.income[at][:, : len(self._states)]).sum(axis=1)
        outcome = np.where(change > 0.0, OUTCOMES.index("gained"), OUTCOMES.index("lost"))
        outcome = np.where(np.abs(change) < SAME_INCOME, OUTCOMES.index("same"), outcome)
        # Whoever died or moved away has no income to compare.
        self._income[place] = np.where(stays, change, np.nan)
        self._outcome[place] = np.where(stays, outcome, OUTCOMES.index("unknown"))
        then = np.where(stays[:, np.newaxis], sample.after, left)
        mostly = [part.argmax(axis=1) for part in (sample.before, then)]
        self._mostly[:, place] = mostly
        self._step[place] = self._steps(*mostly)

    def persons(self) -> Persons:
        """Return what has been gathered."""
        return Persons(
            touched=self._touched,
            touched_in=self._touched_in,
            comparison=self._comparison,
            in_state=self._in_state[0],
            comparison_in_state=self._in_state[1],
            income=self._income,
            outcome=self._outcome,
            step=self._step,
            before=self._mostly[0],
            after=self._mostly[1],
        )

    def _steps(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what became of each, from the states that they were mostly in [shape (person,)]."""
        rank = np.full(len(self._states), -1)
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


def _present(sample: Sample) -> Bools:
    """Return who was in which state, in the year or before the start [shape (person, state)]."""
    present: Bools = (np.nan_to_num(sample.after) > 0.0) | (np.nan_to_num(sample.history).max(axis=1) > 0.0)
    return present


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
