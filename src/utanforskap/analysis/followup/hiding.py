"""Which figures of an evaluation are hidden: all its tables as one set of sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.accounts import PUBLIC, SOCIETY, TOP, members, names_of
from utanforskap.analysis.followup.levels import OUTCOMES, STEPS, Persons, Rates
from utanforskap.analysis.followup.splits import EVERYONE, Splits
from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.disclosure import FEWEST, Cell, Figures, suppressed
from utanforskap.inputs.followup.words import DEAD, MOVED

PERSONS = "persons"
SIDES = ("before", "after")
FOLLOWED: Cell = ("followed",)
LOST: Cell = ("lost",)
STAYING: Cell = ("staying",)
"""Participants who were followed to the last year, who were not, and who neither died nor moved away."""
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hiding:
    """Which figures are hidden; every figure has one cell, whatever it is told as (kronor, shares, intervals)."""

    hidden: frozenset[Cell]

    def kronor(self, group: int, name: str) -> bool:
        """Return whether a group's amounts of an account or sum are hidden."""
        return ("kr", group, name) in self.hidden

    def year(self, year: int, name: str) -> bool:
        """Return whether everyone's amount of a calendar year is hidden."""
        return ("year", year, name) in self.hidden

    def count(self, group: int, what: str) -> bool:
        """Return whether how many of a group did something is hidden; ``persons`` is the group's size."""
        return ("n", group, what) in self.hidden

    def state(self, side: str, state: str) -> bool:
        """Return whether how many were mostly in a state is hidden."""
        return ("state", side, state) in self.hidden

    def effect(self, state: str) -> bool:
        """Return whether the effect on a state is hidden."""
        return ("effect", state) in self.hidden

    @property
    def lost(self) -> bool:
        """Whether how many were not followed to the last year is hidden."""
        return LOST in self.hidden


def hiding_of(
    case: Case,
    splits: Splits,
    rates: Rates,
    persons: Persons,
    *,
    states: Sequence[str],
    years: Sequence[int],
    compares: bool,
) -> Hiding:
    """Return which figures are hidden.

    Parameters
    ----------
    case : Case
        The case.
    splits : Splits
        The groups.
    rates : Rates
        Which accounts each state posts to.
    persons : Persons
        On whom figures rest.
    states : sequence of str
        Where they were observed.
    years : sequence of int
        The calendar years that amounts are told of.
    compares : bool
        Whether figures rest on a comparison group too.
    """
    figures = Figures()
    names = names_of(rates.accounts)
    position = {account: place for place, account in enumerate(rates.accounts)}
    of = {name: [position[id_] for id_ in members(case, name, rates.accounts)] for name in names}
    theirs = persons.comparison if compares else np.zeros_like(persons.comparison)
    _kronor(figures, case, splits, persons, of, theirs)
    _years(figures, case, persons, of, theirs, years)
    _counts(figures, splits, persons)
    _states(figures, persons, states, compares=compares)
    return Hiding(suppressed(figures))


def _fewest(ours: int, theirs: int) -> int:
    """Return how many persons a figure rests on, where it takes two groups to make it: the fewer, if any."""
    return min((count for count in (ours, theirs) if count), default=0)


def _kronor(
    figures: Figures, case: Case, splits: Splits, persons: Persons, of: Mapping[str, list[int]], theirs: Counts
) -> None:
    for group in range(len(splits.groups)):
        inside = splits.members(group)
        for name, places in of.items():
            ours = int(persons.touched[inside][:, places].any(axis=1).sum())
            other = int(theirs[places].max(initial=0))
            figures.add(("kr", group, name), _fewest(ours, other) if ours else 0)
        _add_up(figures, case, ("kr", group), of)
        figures.kept.update([("kr", group, SOCIETY), ("kr", group, PUBLIC)])
    for parts in _parts(splits):
        for name in of:
            figures.is_sum(("kr", 0, name), [("kr", part, name) for part in parts])


def _years(
    figures: Figures,
    case: Case,
    persons: Persons,
    of: Mapping[str, list[int]],
    theirs: Counts,
    years: Sequence[int],
) -> None:
    last = max(persons.touched_in)
    for year in years:
        touched = persons.touched_in.get(year, persons.touched_in[last])
        for name, places in of.items():
            ours = int(touched[places].max(initial=0))
            figures.add(("year", year, name), _fewest(ours, int(theirs[places].max(initial=0))) if ours else 0)
        _add_up(figures, case, ("year", year), of)
        figures.kept.update([("year", year, SOCIETY), ("year", year, PUBLIC)])
    for name in of:
        figures.is_sum(("kr", 0, name), [("year", year, name) for year in years])
        figures.kept.add(("kr", 0, name))


def _add_up(figures: Figures, case: Case, head: tuple[Cell, ...], of: Mapping[str, list[int]]) -> None:
    """Say that top actors sum to society, public ones to the public sector, and committees to their actor."""
    tops = [name for name in of if name.startswith(TOP)]
    public = [name for name in tops if case.actors[name.removeprefix(TOP)].public]
    figures.is_sum((*head, SOCIETY), [(*head, name) for name in tops])
    figures.is_sum((*head, PUBLIC), [(*head, name) for name in public])
    for top in tops:
        own = [name for name in of if name not in (SOCIETY, PUBLIC, top) and set(of[name]) <= set(of[top])]
        if own:
            figures.is_sum((*head, top), [(*head, name) for name in own])


def _counts(figures: Figures, splits: Splits, persons: Persons) -> None:
    kinds = {OUTCOMES: persons.outcome, STEPS: persons.step}
    size = splits.count()
    for group in range(len(splits.groups)):
        figures.add(("n", group, PERSONS), int(size[group]))
        figures.kept.add(("n", group, PERSONS))
        inside = splits.members(group)
        for names, codes in kinds.items():
            cells: list[Cell] = [("n", group, name) for name in names]
            for cell, code in zip(cells, range(len(names)), strict=True):
                figures.add(cell, int((codes[inside] == code).sum()))
            figures.is_sum(("n", group, PERSONS), cells)
            if group:
                figures.close_alike(cells)
            if size[group] < FEWEST:
                figures.closed.update(cells)
    for parts in _parts(splits):
        for name in (PERSONS, *OUTCOMES, *STEPS):
            figures.is_sum(("n", 0, name), [("n", part, name) for part in parts])


def _states(figures: Figures, persons: Persons, states: Sequence[str], *, compares: bool) -> None:
    followed = int((persons.after >= 0).sum())
    figures.add(FOLLOWED, followed)
    figures.add(LOST, len(persons.after) - followed)
    figures.is_sum(("n", 0, PERSONS), [FOLLOWED, LOST])
    for side, mostly in zip(SIDES, (persons.before, persons.after), strict=True):
        cells: list[Cell] = [("state", side, state) for state in states]
        for place, cell in enumerate(cells):
            figures.add(cell, int((mostly == place).sum()))
        figures.is_sum(FOLLOWED, cells)
    # Those who neither died nor moved away are as many as the known outcomes together.
    staying: list[Cell] = [("state", "after", state) for state in states if state not in (DEAD, MOVED)]
    outcomes: list[Cell] = [("n", 0, name) for name in OUTCOMES if name != "unknown"]
    figures.add(STAYING, sum(figures.persons[cell] for cell in staying))
    figures.is_sum(STAYING, staying)
    figures.is_sum(STAYING, outcomes)
    effects: list[Cell] = [("effect", state) for state in states]
    theirs = persons.comparison_in_state if compares else np.zeros_like(persons.in_state)
    for cell, ours, other in zip(effects, persons.in_state, theirs, strict=True):
        figures.add(cell, _fewest(int(ours), int(other)))
    if len(effects) > 1:
        figures.is_sum(effects[0], effects[1:])  # what one state loses the others gain


def _parts(splits: Splits) -> Iterator[list[int]]:
    """Yield the groups of each split, which together are everyone."""
    for by in dict.fromkeys(group.by for group in splits.groups if group.by != EVERYONE):
        yield [place for place, group in enumerate(splits.groups) if group.by == by]
