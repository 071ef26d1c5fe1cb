"""Counterfactual designs: what would have been without the programme, and how much each can say of it.

An effect is what the programme changed for those in it, per outcome. A design is prepared once for a sample; what
comes of that gives the effect under any weights of persons, so that a bootstrap is the same sum under other weights.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from utanforskap.analysis.followup.comparing import (
    entropy_weights,
    log_odds,
    match_weights,
    odds_weights,
)
from utanforskap.analysis.followup.samples import Array, Bools, Sample
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.words import words

_PRODUCT = 1 << 17
"""How many products are summed at a time."""

Shift = Callable[[Array], Array]
"""Persons' weights [shape (person, draw)] to what the comparison group changed [shape (outcome, draw)]."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A design that has been fitted to a sample.

    The effect on a participant is their own change less the comparison group's: a sum over persons, whose mean is the
    programme's effect.

    Attributes
    ----------
    own : ndarray, shape (person, outcome)
        What each participant changed, beyond what is said of that participant alone.
    counted : ndarray, shape (person,)
        What a participant's weight is multiplied by; 0 for the others, and for who is compared with nobody.
    shift : callable
        Persons' weights to what the comparison group changed.
    weights : ndarray, shape (person,)
        What each person counts, once the comparison group has been made alike.
    odds : ndarray, shape (person,), or None
        Log odds of being in the programme, where the design compares by them.
    unmatched : int
        How many participants nobody in the comparison group is like enough.
    """

    own: Array
    counted: Array
    shift: Shift
    weights: Array
    odds: Array | None = None
    unmatched: int = 0

    def effect(self, weights: Array) -> Array:
        """Return the effect per outcome under persons' weights [shape (outcome,)]."""
        columns = weights[:, np.newaxis]
        effect: Array = _mean(self.own, columns * self.counted[:, np.newaxis]) - self.shift(columns)
        return effect[:, 0]


class Design(Protocol):
    """What every design has: its id in the shipped words, what it needs, and how it is fitted.

    Attributes
    ----------
    id : str
        Its id.
    compares, by_covariates, by_history : bool
        Whether it needs a comparison group, covariates, and all the years before and not the latest alone.
    """

    id: ClassVar[str]
    compares: ClassVar[bool]
    by_covariates: ClassVar[bool]
    by_history: ClassVar[bool]

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to persons whose outcomes are all known."""
        ...


def evidence(design: Design) -> str:
    """Return a design's evidence level, one of `terms.evidence_levels`."""
    return str(words()["designs"][design.id]["evidence"])


def summed(values: Array, weights: Array) -> Array:
    """Return weighted sums over persons [shape (outcome, draw)].

    Some persons at a time, so few that no library spreads the product over threads: those would wait for one another,
    and sum in an order of their own.

    Parameters
    ----------
    values : ndarray, shape (person, outcome)
        What is summed.
    weights : ndarray, shape (person, draw)
        Each one's weight.
    """
    total = np.zeros((values.shape[1], weights.shape[1]))
    together = max(_PRODUCT // max(total.size, 1), 1)
    for first in range(0, len(values), together):
        some = slice(first, first + together)
        total += values[some].T @ weights[some]
    return total


def _mean(values: Array, weights: Array) -> Array:
    """Return weighted means over persons [shape (outcome, draw)]; NaN where nobody counts."""
    total = weights.sum(axis=0)
    mean: Array = np.divide(
        summed(values, weights),
        total,
        out=np.full((values.shape[1], weights.shape[1]), np.nan),
        where=total > 0.0,
    )
    return mean


def _of_participants(sample: Sample, change: Array) -> Prepared:
    ours = np.where(sample.treated, 1.0, 0.0)

    def nothing(weights: Array) -> Array:
        return np.zeros((change.shape[1], weights.shape[1]))

    return Prepared(change, ours, nothing, sample.weights * ours)


def _of_comparison(sample: Sample, change: Array, weights: Array) -> Array:
    theirs = ~sample.treated
    return _mean(change[theirs], weights[theirs])


@dataclass(frozen=True)
class BeforeAfter:
    """All change is the effect: without the programme everyone would have stayed as before."""

    id: ClassVar[str] = "before_after"
    compares: ClassVar[bool] = False
    by_covariates: ClassVar[bool] = False
    by_history: ClassVar[bool] = False

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to a sample."""
        return _of_participants(sample, sample.after - sample.before)


@dataclass(frozen=True)
class StatedDeadweight:
    """All change but a stated share of it is the effect.

    Attributes
    ----------
    deadweight : float
        The share of the change that would have come anyway [0 to 1].
    """

    deadweight: float
    id: ClassVar[str] = "stated_deadweight"
    compares: ClassVar[bool] = False
    by_covariates: ClassVar[bool] = False
    by_history: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a share that is none.

        Raises
        ------
        QuestionError
            If it is not between 0 and 1.
        """
        if not 0.0 <= self.deadweight <= 1.0:
            raise QuestionError(f"'deadweight' is {self.deadweight:g}: it must be between 0 and 1.")

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to a sample."""
        return _of_participants(sample, (1.0 - self.deadweight) * (sample.after - sample.before))


@dataclass(frozen=True)
class BeforeTrend:
    """The effect is what differs from a straight line through the years before."""

    id: ClassVar[str] = "before_trend"
    compares: ClassVar[bool] = False
    by_covariates: ClassVar[bool] = False
    by_history: ClassVar[bool] = True

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to a sample of at least two years before."""
        periods = sample.history.shape[1]
        if periods < 2:
            raise QuestionError("A trend needs at least two years before the start: ask for years_before of 2 or more.")
        return _of_participants(sample, sample.after - _projected(sample.history, sample.year))


def _projected(history: Array, year: int) -> Array:
    """Return each person's straight line by least squares, at a year after the start [shape (person, outcome)]."""
    times = np.arange(-history.shape[1], 0) + 0.5
    spread = times - times.mean()
    share = 1.0 / len(times) + (year - 0.5 - times.mean()) * spread / float(spread @ spread)
    projected: Array = np.einsum("pto,t->po", history, share)
    return projected


@dataclass(frozen=True)
class DifferenceInDifferences:
    """The effect is how much more the participants changed than the comparison group.

    References
    ----------
    Angrist, J. D. & Pischke, J.-S. (2009). Mostly Harmless Econometrics, section 5.2.
    """

    id: ClassVar[str] = "difference_in_differences"
    compares: ClassVar[bool] = True
    by_covariates: ClassVar[bool] = False
    by_history: ClassVar[bool] = False

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to a sample."""
        change = sample.after - sample.before
        ours = np.where(sample.treated, 1.0, 0.0)
        return Prepared(change, ours, lambda weights: _of_comparison(sample, change, weights), sample.weights)


@dataclass(frozen=True)
class Matched:
    """The effect is how much more participants changed than those most like them in the comparison group.

    Matched by nearest neighbours in log odds, with replacement; what likeness remains wanting is corrected by a
    regression on the covariates in the comparison group. The bootstrap keeps the matches and draws the corrected
    differences.

    Attributes
    ----------
    neighbours : int
        How many matches each participant has at least [1 or more].
    caliper : float or None
        The farthest that a match may be [standard deviations of the log odds].

    References
    ----------
    Abadie, A. & Imbens, G. W. (2011). Bias-corrected matching estimators for average treatment effects. Journal of
    Business & Economic Statistics 29(1). Otsu, T. & Rai, Y. (2017). Bootstrap inference of matching estimators for
    average treatment effects. Journal of the American Statistical Association 112(520).
    """

    neighbours: int = 1
    caliper: float | None = None
    id: ClassVar[str] = "matched"
    compares: ClassVar[bool] = True
    by_covariates: ClassVar[bool] = True
    by_history: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse numbers outside their range.

        Raises
        ------
        QuestionError
            If there is no neighbour, or the caliper is not above 0.
        """
        if self.neighbours < 1:
            raise QuestionError(f"'neighbours' is {self.neighbours}: it must be 1 or more.")
        if self.caliper is not None and not self.caliper > 0.0:
            raise QuestionError(f"'caliper' is {self.caliper:g}: it must be above 0.")

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to a sample."""
        odds = log_odds(sample.covariates, sample.treated, sample.weights)
        matched, inside = match_weights(
            odds, sample.treated, sample.weights, neighbours=self.neighbours, caliper=self.caliper
        )  # fmt: skip
        if not (inside & sample.treated).any():
            raise QuestionError("No participant has a match within the caliper: widen it.")
        change = sample.after - sample.before
        theirs = inside & ~sample.treated
        corrected = change - _foretold(sample.covariates, change, theirs, matched)
        counted = np.divide(matched, sample.weights, out=np.zeros(len(sample)), where=sample.weights > 0.0)
        unmatched = int((sample.treated & ~inside).sum())
        return Prepared(
            corrected,
            np.where(sample.treated, counted, 0.0),
            lambda weights: _of_comparison(sample, corrected, weights * counted[:, np.newaxis]),
            matched,
            odds,
            unmatched,
        )


def _foretold(covariates: Array, change: Array, theirs: Bools, weights: Array) -> Array:
    """Return what each person's covariates foretell of the change, by least squares in the comparison group."""
    design = np.column_stack([np.ones(len(covariates)), covariates])
    root = np.sqrt(weights[theirs])[:, np.newaxis]
    fitted = np.linalg.lstsq(design[theirs] * root, change[theirs] * root, rcond=None)[0]
    foretold: Array = design @ fitted
    return foretold


@dataclass(frozen=True)
class Weighted:
    """The effect is how much more participants changed than the comparison group weighted to be like them.

    Attributes
    ----------
    by : {"propensity", "entropy"}
        Weights by the odds of being in the programme, or those nearest to even that make the means equal.

    References
    ----------
    Abadie, A. (2005). Semiparametric difference-in-differences estimators. Review of Economic Studies 72(1).
    Hainmueller, J. (2012). Entropy balancing for causal effects. Political Analysis 20(1).
    """

    by: Literal["propensity", "entropy"] = "propensity"
    id: ClassVar[str] = "weighted"
    compares: ClassVar[bool] = True
    by_covariates: ClassVar[bool] = True
    by_history: ClassVar[bool] = False

    def prepare(self, sample: Sample) -> Prepared:
        """Return the design fitted to a sample; it is fitted anew in every draw."""
        change = sample.after - sample.before

        def weighted(weights: Array) -> Array:
            if self.by == "entropy":
                return entropy_weights(sample.covariates, sample.treated, weights)
            return odds_weights(log_odds(sample.covariates, sample.treated, weights), sample.treated, weights)

        return Prepared(
            change,
            np.where(sample.treated, 1.0, 0.0),
            lambda weights: _of_comparison(sample, change, np.stack([weighted(each) for each in weights.T], axis=1)),
            weighted(sample.weights),
            log_odds(sample.covariates, sample.treated, sample.weights),
        )


DESIGNS: tuple[type[Any], ...] = (
    BeforeAfter,
    StatedDeadweight,
    BeforeTrend,
    DifferenceInDifferences,
    Matched,
    Weighted,
)
"""Every design, weakest evidence first."""
