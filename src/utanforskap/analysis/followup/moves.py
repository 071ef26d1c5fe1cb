"""Where participants were, and where they would have been: sums over persons by group, year and state.

All that is valued is these sums. Persons are read a block at a time, and drawn anew as weights of that block; an array
of persons by draws is never made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from utanforskap.analysis.followup.comparing import balance
from utanforskap.analysis.followup.designs import Effect, known_of, mean_of, summed
from utanforskap.analysis.followup.estimates import Bounds, known_before
from utanforskap.analysis.followup.resampling import Resampling
from utanforskap.analysis.followup.samples import Array, Bools
from utanforskap.analysis.followup.splits import Whole
from utanforskap.analysis.followup.studies import Block, Compared, Study, compared_of
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.private import Private

if TYPE_CHECKING:
    import pandas as pd


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

    def draws(self, which: slice) -> "Moves":
        """Return some of the draws."""
        observed, without = self.observed[..., which], self.without[..., which]
        return Moves(observed, without, self.entered[..., which], self.entered_without[..., which])

    def group(self, position: int) -> "Moves":
        """Return those of one group."""
        one = slice(position, position + 1)
        return Moves(self.observed[one], self.without[one], self.entered[one], self.entered_without[one])


@dataclass(frozen=True, eq=False, repr=False)
class LastYear(Private):
    """Who the figures of the last observed year rest on, and how alike the groups are.

    Attributes
    ----------
    compared : Compared
        How much each person counts.
    lower, upper : ndarray, shape (state,)
        The least and the greatest effect that those who were lost leave open [share of the year].
    """

    compared: Compared
    lower: Array
    upper: Array

    @property
    def treated(self) -> Bools:
        """Who is in the programme, with or without a start [shape (person,)]."""
        return self.compared.study.background.treated

    @property
    def followed(self) -> Bools:
        """Who was observed both before and in the year [shape (person,)]."""
        followed: Bools = self.compared.followed[-1]
        return followed

    @property
    def odds(self) -> Array | None:
        """Log odds of being in the programme, where the design compares by them [shape (person,)]."""
        return self.compared.fits[-1].odds

    def having(self) -> tuple[Array, Array]:
        """Return how many of each pattern were followed, participants and others [shape (pattern,) each]."""
        summed_ = self.compared.patterns.summed
        ours, theirs = (summed_((self.followed & one).astype(np.float64)) for one in (self.treated, ~self.treated))
        return ours, theirs

    def balance(self) -> "pd.DataFrame | None":
        """Return how alike the groups are, before and after weighting; None where they are not compared."""
        patterns, weights = self.compared.patterns, self.compared.study.background.weights
        if not self.compared.names:
            return None
        counted = self.compared.counted(self.compared.study.years, np.arange(len(weights)))
        before, after = (
            np.concatenate([patterns.summed(np.where(one, each, 0.0)) for one in (self.treated, ~self.treated)])
            for each in (weights * self.followed, weights * counted)
        )
        treated = np.repeat([True, False], len(patterns.columns))
        return balance(np.tile(patterns.columns, (2, 1)), self.compared.names, treated, before, after)


def moves(
    study: Study, *, draws: int = 0, tell: Callable[[Block], object] | None = None
) -> tuple[Moves, Moves | None, LastYear]:
    """Return the sums over persons, the same in draws of persons, and what is known of the last year.

    Parameters
    ----------
    study : Study
        The participants and how they are compared.
    draws : int
        How many times persons, or whole sites, are drawn anew [0 or more].
    tell : callable or None
        Is told each block as it is read, so that persons are read once.
    """
    compared = compared_of(study)
    order, sites = study.order(), study.background.sites
    resampling = Resampling.of(
        study.background.treated[order], None if sites is None else sites[order], seed=study.seed
    )  # fmt: skip
    sums, bounds = _Sums(compared, draws), Bounds(study.design)
    drawn = resampling.blocks(range(draws))
    for block in compared.blocks(order):
        sums.add(block, next(drawn))
        last, known = block.samples[-1], known_before(block.samples[-1], study.design)
        bounds.add(last.take(known), compared.whatever_came.counted[block.persons][known])
        if tell is not None:
            tell(block)
    shift = sums.shift()
    if compared.fits[0].anew is not None:
        for year in range(1, study.years + 1):
            shift[year - 1, :, 1:] = _shift_anew(compared, year, order, resampling, draws)
    whole = sums.moves(shift)
    return whole.draws(slice(1)), whole.draws(slice(1, None)) if draws else None, LastYear(compared, *bounds.value)


class _Sums(Private):
    """Sums over persons by group, start year and year, at the point and in draws.

    What is summed of a person in a year is where they were, what they changed, and what is known of them (a one, so
    that persons are counted, and what the design corrects by). The first draw is the point: everyone once.
    """

    def __init__(self, compared: Compared, draws: int) -> None:
        self._compared = compared
        study = compared.study
        self._outcomes = len(study.people.states) * (2 if study.entries else 1)
        known = 1 + len(compared.names) * study.design.corrects
        shape = (study.years, 2 * self._outcomes + known, 1 + draws)
        self._ours = np.zeros((len(study.splits.groups), len(study.splits.cohorts), *shape))
        self._theirs = np.zeros(shape)
        self._effects = [Effect(study.design) for _ in range(study.years)]

    def add(self, block: Block, drawn: Array) -> None:
        """Take in persons, and how many times each is in each draw [shape (person, draw)]."""
        study = self._compared.study
        rows = np.concatenate(
            [self._row(block, year) for year in range(study.years)], axis=1
        )  # shape (person, year × what is summed)
        weights = np.concatenate([np.ones((len(rows), 1)), drawn], axis=1)
        cell, sites = study.cell[block.persons], study.background.sites
        if sites is not None and len(cell):
            # Those of a cell and a site are drawn together, so they are summed before.
            site = sites[block.persons]
            first = np.flatnonzero(np.r_[True, (cell[1:] != cell[:-1]) | (site[1:] != site[:-1])])
            rows, weights, cell = np.add.reduceat(rows, first, axis=0), weights[first], cell[first]
        edges = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1], True])
        for first_, after in pairwise(edges):
            total = summed(rows[first_:after], weights[first_:after]).reshape(self._theirs.shape)
            self._add_to(cell[first_], total)

    def _row(self, block: Block, year: int) -> Array:
        """Return what is summed of each person in a year, by what each counts [shape (person, what is summed)]."""
        sample, counted, design = block.priced[year], block.counted[year], self._compared.study.design
        change, known = design.change(sample), known_of(design, sample.covariates)
        there, weights = counted > 0.0, sample.weights * counted
        if design.corrects:
            self._effects[year].add(change[there], known[there], weights[there], sample.treated[there])
        values = np.concatenate([sample.after, change, known], axis=1) * weights[:, np.newaxis]
        return np.where(there[:, np.newaxis], values, 0.0)

    def _add_to(self, cell: int, total: Array) -> None:
        splits = self._compared.study.splits
        if cell == len(splits.cohort):
            self._theirs += total
            return
        for group in np.flatnonzero(splits.within[:, cell]):
            self._ours[group, splits.cohort[cell]] += total

    def _coefficients(self, year: int) -> Array:
        """Return how much of the change is foretold by what is known [shape (known, outcome)]."""
        if self._compared.study.design.corrects:
            return self._effects[year].coefficients
        return np.zeros((1, self._outcomes))

    def shift(self) -> Array:
        """Return what the comparison group changed [shape (year, outcome, draw)]; NaN in draws without any."""
        o = self._outcomes
        shift = np.zeros_like(self._theirs[:, :o])
        if self._compared.study.design.compares:
            for year, theirs in enumerate(self._theirs):
                left = theirs[o : 2 * o] - self._coefficients(year).T @ theirs[2 * o :]
                count = theirs[2 * o]
                shift[year] = np.divide(left, count, out=np.full_like(left, np.nan), where=count > 0.0)
        return shift

    def moves(self, shift: Array) -> Moves:
        """Return where participants were, and would have been as the comparison group's change says.

        Each group is scaled up to all of its participants, and in every draw counts as many as at the point.
        """
        o, study = self._outcomes, self._compared.study
        people = self._ours[:, :, :, 2 * o]
        for year in range(study.years):
            ours = self._ours[:, :, year]
            change, known = ours[:, :, o : 2 * o], ours[:, :, 2 * o :]
            change -= np.einsum("gckd,ko->gcod", known, self._coefficients(year))
            np.subtract(ours[:, :, :o], change, out=change)
            change += people[:, :, year, np.newaxis] * shift[year]
        counted = people.sum(axis=1)
        stated = float(study.people.weights[study.treated].sum()) * counted[..., :1] / counted[0, :, :1]
        # In a draw without anybody of a group, where they would have been is not known.
        nobody = np.where(np.broadcast_to(stated, counted.shape) > 0.0, np.nan, 0.0)
        scale = np.divide(stated, counted, out=nobody, where=counted > 0.0)
        self._ours *= scale[:, np.newaxis, :, np.newaxis]
        states = len(study.people.states)
        after, without = self._ours[:, :, :, :o], self._ours[:, :, :, o : 2 * o]
        return Moves(
            after[:, :, :, :states], without[:, :, :, :states], after[:, :, :, states:], without[:, :, :, states:]
        )


def _shift_anew(compared: Compared, year: int, order: Whole, resampling: Resampling, draws: int) -> Array:
    """Return what the comparison group changed in a year, where each draw of persons is fitted anew.

    Returns
    -------
    ndarray, shape (outcome, draw)
        NaN in draws where it cannot be fitted.
    """
    study, followed = compared.study, compared.followed[year - 1]
    treated, anew = study.background.treated[followed], compared.fits[year - 1].anew
    assert anew is not None
    theirs = order[~study.background.treated[order]]
    parts = [study.design.change(block.priced[year - 1]) for block in compared.blocks(theirs)]
    change = np.concatenate(parts)[np.argsort(theirs)][followed[np.sort(theirs)]]
    shift = np.full((change.shape[1], draws), np.nan)
    times = np.zeros(len(followed))
    for draw in range(draws):
        times[order] = resampling.counts(draw)
        weights = (study.background.weights * times)[followed]
        try:
            counted = weights * anew(weights)
        except QuestionError:
            continue
        shift[:, draw] = mean_of(change, counted[~treated])
    return shift
