"""Participants as they are compared: who was followed, how much each counts, and their years a block of persons a time.

Persons are read in the order of the groups that they are summed to, and of a person no more is kept than a few small
numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from utanforskap.analysis.followup.comparing import Patterns
from utanforskap.analysis.followup.designs import Design, Fit
from utanforskap.analysis.followup.estimates import check_design, followed_by, known_before
from utanforskap.analysis.followup.samples import (
    Array,
    Background,
    Bools,
    Sample,
    Window,
    background_of,
    check_years,
    compared_states,
    covariates_of,
    windows,
)
from utanforskap.analysis.followup.splits import Splits, Whole, splits_of
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.participants import Participants
from utanforskap.inputs.followup.private import Private


@dataclass(frozen=True, eq=False, repr=False)
class Study(Private):
    """Participants with a start, by group, and how they are compared.

    Attributes
    ----------
    people : Participants
        The persons.
    background : Background
        What is known of them.
    treated : ndarray of bool, shape (person,)
        Who is in the programme and has a start.
    design : Design
        What would have been without the programme.
    covariates : tuple of str
        By what they are compared.
    years_before : int
        How many years before the start are read.
    years : int
        How many years after it are valued as observed.
    splits : Splits
        The participants by group.
    cell : ndarray of int, shape (person,)
        The finest group of each participant; after those, that of all who are none.
    entries : bool
        Whether anything is priced by entries.
    seed : int
        Of the draws of persons.
    """

    people: Participants
    background: Background
    treated: Bools
    design: Design
    covariates: tuple[str, ...]
    years_before: int
    years: int
    splits: Splits
    cell: Whole
    entries: bool
    seed: int

    def order(self) -> Whole:
        """Return whom the figures may rest on, by cell, then by site."""
        wanted = ~np.isnan(self.people.starts) & (self.background.treated | self.design.compares)
        persons = np.flatnonzero(wanted)
        sites = self.background.sites
        keys = (self.cell[persons],) if sites is None else (sites[persons], self.cell[persons])
        return persons[np.lexsort(keys)]

    def windows(self, order: Whole) -> Iterator[Window]:
        """Yield the years around the start of some persons, a block at a time."""
        return windows(
            self.people, states=self.people.states, years_before=self.years_before, years=self.years, order=order
        )


def study_of(
    people: Participants,
    design: Design,
    *,
    by: Sequence[str],
    covariates: tuple[str, ...],
    years: int,
    years_before: int,
    entries: bool,
    seed: int,
) -> Study:
    """Return participants as they are compared; see `Study`."""
    check_years(people, years=years, years_before=years_before)
    background = background_of(people)
    treated = background.treated & ~np.isnan(people.starts)
    splits = splits_of(people, treated, by)
    cell = np.full(len(people), len(splits.cohort), dtype=np.int64)
    cell[treated] = splits.cell
    return Study(
        people, background, treated, design, covariates, years_before, years, splits, cell, entries, seed
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Block(Private):
    """Some persons, in every year after the start.

    Attributes
    ----------
    persons : ndarray of int, shape (person,)
        Their numbers.
    samples : tuple of Sample
        A sample a year, the first first.
    priced : tuple of Sample
        The same, with entries among the outcomes where anything is priced by them.
    counted : ndarray, shape (year, person)
        What each one's weight is multiplied by; 0 where not followed.
    """

    persons: Whole
    samples: tuple[Sample, ...]
    priced: tuple[Sample, ...]
    counted: Array


@dataclass(frozen=True, eq=False, repr=False)
class Compared(Private):
    """How much each person counts in every year, as a design that has been fitted to all of them says.

    Attributes
    ----------
    study : Study
        The persons.
    patterns : Patterns
        By what they are compared.
    names : tuple of str
        The covariates' names.
    followed : ndarray of bool, shape (year, person)
        Who was observed both before and in the year.
    fits : tuple of Fit
        Of each year, over all persons.
    whatever_came : Fit
        Of those who were observed before, followed or not.
    """

    study: Study
    patterns: Patterns
    names: tuple[str, ...]
    followed: Bools
    fits: tuple[Fit, ...]
    whatever_came: Fit

    def counted(self, year: int, persons: Whole) -> Array:
        """Return what the weight of some persons is multiplied by in a year, from 1; 0 for those not followed."""
        counted: Array = np.where(self.followed[year - 1, persons], self.fits[year - 1].counted[persons], 0.0)
        return counted

    def blocks(self, order: Whole) -> Iterator[Block]:
        """Yield persons in an order, a block at a time."""
        study = self.study
        years = range(1, study.years + 1)
        for window in study.windows(order):
            persons = window.persons.astype(np.int64)
            known = self.patterns.columns[self.patterns.which[persons]]
            samples = tuple(window.year(year, study.background, known, self.names) for year in years)
            priced = samples
            if study.entries:
                before = (samples[0].before, *(sample.after for sample in samples[:-1]))
                priced = tuple(map(_with_entries, samples, before))
            yield Block(persons, samples, priced, np.array([self.counted(year, persons) for year in years]))


def _with_entries(sample: Sample, before: Array) -> Sample:
    """Return a sample whose outcomes are also entries: how much more of the year was spent in a state than before."""
    rise = np.maximum(sample.after - np.where(np.isnan(before), sample.after, before), 0.0)
    return replace(
        sample,
        outcomes=(*sample.outcomes, *(f"entry:{state}" for state in sample.outcomes)),
        history=np.concatenate([sample.history, np.zeros_like(sample.history)], axis=2),
        after=np.concatenate([sample.after, rise], axis=1),
        least=np.concatenate([sample.least, rise], axis=1),
        most=np.concatenate([sample.most, rise], axis=1),
    )


def compared_of(study: Study) -> Compared:
    """Return how much each person counts in every year.

    Raises
    ------
    QuestionError
        If the design asks for what there is not, or nobody of a group was followed in a year.
    """
    people, design, background = study.people, study.design, study.background
    columns, names = covariates_of(people, study.covariates)
    states = compared_states(people.states, people.states)
    check_design(design, treated=background.treated, names=(*names, *states))
    before = np.zeros((len(people), len(states)))
    followed = np.zeros((study.years, len(people)), dtype=np.bool_)
    known = np.zeros(len(people), dtype=np.bool_)
    for window in study.windows(study.order()):
        before[window.persons] = window.before[:, : len(states)]
        nothing = np.empty((len(window.persons), 0))
        for year in range(1, study.years + 1):
            sample = window.year(year, background, nothing, ())
            followed[year - 1, window.persons] = followed_by(sample, design)
            known[window.persons] = known_before(sample, design)
    for year, there in enumerate(followed, start=1):
        if not (there & background.treated).any() or (design.compares and not (there & ~background.treated).any()):
            raise QuestionError(
                f"Nobody of a group was followed both before the start and in year {year} after it.\n"
                "Ask for fewer years; or, where the time during the measure is not known, state it in the mapping: "
                "during."
            )
    compared = design.compares
    patterns = Patterns.of(np.column_stack([columns, before]) if compared else np.empty((len(people), 0)))
    if design.by_covariates:
        fits = [_fit(study, patterns, which) for which in (*followed, known)]
    else:
        fits = [design.fit(patterns, background.treated, background.weights)] * (study.years + 1)
    return Compared(study, patterns, (*names, *states) if compared else (), followed, tuple(fits[:-1]), fits[-1])


def _fit(study: Study, patterns: Patterns, which: Bools) -> Fit:
    """Return a design fitted to some persons, over all of them."""
    design, background = study.design, study.background
    found = design.fit(patterns.take(which), background.treated[which], background.weights[which])
    counted, odds = np.zeros(len(which)), np.full(len(which), np.nan)
    counted[which], odds[which] = found.counted, found.odds
    return replace(found, counted=counted, odds=odds)
