"""Where participants were, and where they would have been: sums over persons by group, year and state.

All that is valued is these sums. Persons are read a year at a time, and drawn anew as weights a few draws at a time;
an array of persons by draws is never made.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from utanforskap.analysis.followup.designs import Design, Prepared, summed
from utanforskap.analysis.followup.estimates import followed_by, unusable
from utanforskap.analysis.followup.resampling import Resampling
from utanforskap.analysis.followup.samples import Array, Bools, Sample, sample_of
from utanforskap.analysis.followup.splits import Splits, Whole, splits_of
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.participants import Participants
from utanforskap.inputs.followup.private import Private

TOGETHER = 16
"""How many draws of persons are summed at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Sums over the participants of a programme, scaled up from those who were followed.

    Axes are (group, cohort, year since start, state, draw): person-years, and entries where anything is priced by them.

    Attributes
    ----------
    observed, without : ndarray
        As it was, and as the design says it would have been.
    entered, entered_without : ndarray
        Entries into states, likewise; no states where nothing is priced by them.
    """

    observed: Array
    without: Array
    entered: Array
    entered_without: Array

    def over(self, states: Sequence[str], wanted: Sequence[str]) -> "Moves":
        """Return the same over more states: nobody was in those that are added.

        Parameters
        ----------
        states : sequence of str
            The states of these.
        wanted : sequence of str
            Those, and more.
        """
        place = [wanted.index(state) for state in states]

        def widened(sums: Array) -> Array:
            if not sums.shape[3]:
                return sums
            whole = np.zeros((*sums.shape[:3], len(wanted), sums.shape[4]))
            whole[:, :, :, place] = sums
            return whole

        return Moves(*(widened(one) for one in (self.observed, self.without, self.entered, self.entered_without)))

    def group(self, position: int) -> "Moves":
        """Return those of one group."""
        one = slice(position, position + 1)
        return Moves(self.observed[one], self.without[one], self.entered[one], self.entered_without[one])


@dataclass(frozen=True, eq=False, repr=False)
class YearSample(Private):
    """One year after the start: its sample, who of them was followed, and the design fitted to those.

    Attributes
    ----------
    year : int
        Which year, from 1.
    sample : Sample
        Everyone; outcomes are shares of states, then entries into them where they are asked for.
    followed : ndarray of bool, shape (person,)
        Who was observed both before and after.
    whole : Sample
        Those.
    prepared : Prepared
        The design fitted to them.
    """

    year: int
    sample: Sample
    followed: Bools
    whole: Sample
    prepared: Prepared


@dataclass(frozen=True, eq=False, repr=False)
class Study(Private):
    """Participants with a start, by group, and how they are compared.

    Attributes
    ----------
    people : Participants
        The persons.
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
    entries : bool
        Whether anything is priced by entries.
    seed : int
        Of the draws of persons.
    """

    people: Participants
    design: Design
    covariates: tuple[str, ...]
    years_before: int
    years: int
    splits: Splits
    entries: bool
    seed: int

    @property
    def treated(self) -> Bools:
        """Who is in the programme and has a start."""
        treated: Bools = treated_of(self.people)
        return treated

    def years_after(self) -> Iterator[YearSample]:
        """Yield each year after the start."""
        prior: Array | None = None
        for year in range(1, self.years + 1):
            sample = sample_of(self.people, year=year, years_before=self.years_before, covariates=self.covariates)
            before = sample.before if prior is None else prior
            prior = sample.after
            if self.entries:
                sample = _with_entries(sample, before)
            followed = followed_by(sample, self.design)
            whole = sample.take(followed)
            if unusable(whole, self.design):
                raise QuestionError(
                    f"Nobody of a group was followed both before the start and in year {year} after it.\n"
                    "Ask for fewer years; or, where the time during the measure is not known, state it in the mapping: "
                    "during."
                )
            yield YearSample(year, sample, followed, whole, self.design.prepare(whole))


def treated_of(people: Participants) -> Bools:
    """Return who is in the programme, and when they started is known [shape (person,)]."""
    from utanforskap.inputs.followup.words import TREATED

    arm = people.attributes.get("arm")
    ours = np.ones(len(people), dtype=np.bool_) if arm is None else arm == TREATED
    return np.asarray(ours & ~np.isnan(people.starts), dtype=np.bool_)


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
    splits = splits_of(people, treated_of(people), by)
    return Study(people, design, covariates, years_before, years, splits, entries, seed)


def _with_entries(sample: Sample, before: Array) -> Sample:
    """Return a sample whose outcomes are also entries: how much more of the year was spent in a state than before."""
    rise = np.maximum(sample.after - np.where(np.isnan(before), sample.after, before), 0.0)
    nothing = np.zeros_like(sample.history)
    return replace(
        sample,
        outcomes=(*sample.outcomes, *(f"entry:{state}" for state in sample.outcomes)),
        history=np.concatenate([sample.history, nothing], axis=2),
        after=np.concatenate([sample.after, rise], axis=1),
        least=np.concatenate([sample.least, rise], axis=1),
        most=np.concatenate([sample.most, rise], axis=1),
    )


@dataclass(frozen=True, eq=False, repr=False)
class _Sums(Private):
    """One year's persons, in the order of their cells, ready to be summed under any weights."""

    year: YearSample
    splits: Splits
    order: Whole
    edges: Whole
    values: Array  # after, own; shape (person, 2 × outcome)
    persons: float

    @classmethod
    def of(cls, year: YearSample, study: Study) -> "_Sums":
        whole, splits = year.whole, study.splits
        place = np.full(len(year.sample), -1, dtype=np.int64)
        place[study.treated] = splits.cell
        cell = np.where(year.prepared.counted > 0.0, place[year.followed], -1)
        order = np.argsort(cell, kind="stable")
        order = order[cell[order] >= 0]
        edges = np.searchsorted(cell[order], np.arange(len(splits.cohort) + 1))
        values = np.concatenate([whole.after[order], year.prepared.own[order]], axis=1)
        return cls(year, splits, order, edges, values, float(study.people.weights[study.treated].sum()))

    def under(self, weights: Array, shares: Array | None) -> tuple[Array, Array, Array]:
        """Return observed and counterfactual sums under weights, and each group's persons.

        Parameters
        ----------
        weights : ndarray, shape (person, draw)
            Of those followed.
        shares : ndarray, shape (group,), or None
            What each group counts in all draws, so that drawing persons changes no group's size; None: as they weigh.

        Returns
        -------
        tuple of ndarray
            Of shape (group, cohort, outcome, draw) twice, and (group, draw).
        """
        ours = weights[self.order] * self.year.prepared.counted[self.order][:, np.newaxis]
        cells = len(self.splits.cohort)
        draws = weights.shape[1]
        sums = np.zeros((cells, self.values.shape[1], draws))
        counts = np.zeros((cells, draws))
        for cell in range(cells):
            own = slice(self.edges[cell], self.edges[cell + 1])
            if own.start < own.stop:
                sums[cell] = summed(self.values[own], ours[own])
                counts[cell] = ours[own].sum(axis=0)
        by_group = np.array(
            [
                [(inside & (self.splits.cohort == cohort)) for cohort in range(len(self.splits.cohorts))]
                for inside in self.splits.within
            ],
            dtype=np.float64,
        )  # shape (group, cohort, cell)
        gathered = np.einsum("gcn,nod->gcod", by_group, sums)
        counted = np.einsum("gcn,nd->gcd", by_group, counts)
        in_group = counted.sum(axis=1)
        stated = self.persons * in_group / in_group[0] if shares is None else shares[:, np.newaxis]
        # In a draw without anybody of a group, where they would have been is not known.
        nobody = np.where(np.broadcast_to(stated, in_group.shape) > 0.0, np.nan, 0.0)
        scale = np.divide(stated, in_group, out=nobody, where=in_group > 0.0)
        shift = self._shift(weights)
        outcomes = self.values.shape[1] // 2
        after, own_change = gathered[:, :, :outcomes], gathered[:, :, outcomes:]
        without = after - own_change + counted[:, :, np.newaxis] * shift
        scaled = scale[:, np.newaxis, np.newaxis]
        return after * scaled, without * scaled, stated

    def _shift(self, weights: Array) -> Array:
        """Return what the comparison group changed under weights; NaN in draws where it cannot be fitted."""
        shift, draws = self.year.prepared.shift, weights.shape[1]
        try:
            return shift(weights)
        except QuestionError:
            if draws == 1:
                return np.full((self.values.shape[1] // 2, 1), np.nan)
        return np.concatenate([self._shift(weights[:, draw : draw + 1]) for draw in range(draws)], axis=1)


def moves(
    study: Study, *, draws: int = 0, tell: Callable[[YearSample], object] | None = None
) -> tuple[Moves, Moves | None]:
    """Return the sums over persons, and in draws of persons.

    Parameters
    ----------
    study : Study
        The participants and how they are compared.
    draws : int
        How many times persons, or whole sites, are drawn anew [0 or more].
    tell : callable or None
        Is told each year as it is read, so that persons are read once.
    """
    points: list[tuple[Array, Array]] = []
    drawn: list[tuple[Array, Array]] = []
    states = len(study.people.states)
    for year in study.years_after():
        if tell is not None:
            tell(year)
        sums = _Sums.of(year, study)
        after, without, stated = sums.under(year.whole.weights[:, np.newaxis], None)
        points.append((after, without))
        if draws:
            parts = list(_batches(sums, study, year, stated[:, 0], draws))
            drawn.append((np.concatenate([a for a, _ in parts], -1), np.concatenate([b for _, b in parts], -1)))
    return _moves(points, states), _moves(drawn, states) if draws else None


def _batches(sums: _Sums, study: Study, year: YearSample, stated: Array, draws: int) -> Iterator[tuple[Array, Array]]:
    resampling = Resampling.of(year.sample.treated, year.sample.sites, seed=study.seed)
    for first in range(0, draws, TOGETHER):
        those = range(first, min(first + TOGETHER, draws))
        counts = np.stack([resampling.counts(draw)[year.followed] for draw in those], axis=1)
        after, without, _ = sums.under(year.whole.weights[:, np.newaxis] * counts, stated)
        yield after, without


def _moves(by_year: list[tuple[Array, Array]], states: int) -> Moves:
    """Return sums with years as an axis, shares and entries apart."""
    after = np.stack([one for one, _ in by_year], axis=2)
    without = np.stack([other for _, other in by_year], axis=2)
    return Moves(after[:, :, :, :states], without[:, :, :, :states], after[:, :, :, states:], without[:, :, :, states:])
