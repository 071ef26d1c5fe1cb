"""Counterfactual designs: what would have been without the programme, and how much each can say of it.

An effect is what the programme changed for those in it, per outcome. A design says what each person changed, and how
much each of the comparison group counts; the effect is sums over persons of that, so that a bootstrap is the same sums
under other weights, and persons can be summed some at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from utanforskap.analysis.followup.comparing import Patterns, Tilt, entropy_tilt, log_odds, match_weights
from utanforskap.analysis.followup.samples import Array, Bools, Sample
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.words import words

_OUTCOMES, _DRAWS = 64, 32
"""How many outcomes and draws are summed at a time."""
_PRODUCT = 1 << 17
"""How many products are summed at a time."""


@dataclass(frozen=True, eq=False, repr=False)
class Fit(Private):
    """How much each person counts in a comparison.

    Attributes
    ----------
    counted : ndarray, shape (person,)
        What each one's weight is multiplied by; 0 for who is compared with nobody.
    odds : ndarray, shape (person,), or None
        Log odds of being in the programme, where the design compares by them.
    unmatched : int
        How many participants nobody in the comparison group is like enough.
    anew : callable or None
        Persons' weights to what those are multiplied by, where the design is fitted anew under every draw of persons;
        None where what was fitted is kept.
    """

    counted: Array
    odds: Array | None = None
    unmatched: int = 0
    anew: Callable[[Array], Array] | None = None


class Design(Protocol):
    """What every design has: its id in the shipped words, what it needs, and how it is fitted.

    Attributes
    ----------
    id : str
        Its id.
    compares, by_covariates, by_history : bool
        Whether it needs a comparison group, covariates, and all the years before and not the latest alone.
    corrects : bool
        Whether what likeness remains wanting is corrected by a regression on the covariates in the comparison group.
    """

    id: ClassVar[str]
    compares: ClassVar[bool]
    by_covariates: ClassVar[bool]
    by_history: ClassVar[bool]
    corrects: ClassVar[bool]

    def change(self, sample: Sample) -> Array:
        """Return what each person changed, beyond what is said of that one alone [shape (person, outcome)]."""
        ...

    def fit(self, patterns: Patterns, treated: Bools, weights: Array, /) -> Fit:
        """Return how much each person counts, of those whose outcomes are all known."""
        ...


def evidence(design: Design) -> str:
    """Return a design's evidence level, one of `terms.evidence_levels`."""
    return str(words()["designs"][design.id]["evidence"])


def summed(values: Array, weights: Array) -> Array:
    """Return weighted sums over persons [shape (outcome, draw)].

    Some at a time, so few that no library spreads the product over threads: those would wait for one another, and sum
    in an order of their own.

    Parameters
    ----------
    values : ndarray, shape (person, outcome)
        What is summed.
    weights : ndarray, shape (person, draw)
        Each one's weight.
    """
    total = np.zeros((values.shape[1], weights.shape[1]))
    for first in range(0, total.shape[0], _OUTCOMES):
        for second in range(0, total.shape[1], _DRAWS):
            part = total[first : first + _OUTCOMES, second : second + _DRAWS]
            ours, theirs = values[:, first : first + _OUTCOMES], weights[:, second : second + _DRAWS]
            together = _PRODUCT // part.size
            for third in range(0, len(values), together):
                part += ours[third : third + together].T @ theirs[third : third + together]
    return total


class Effect:
    """The effect that a design finds under weights, summed over persons some at a time.

    Parameters
    ----------
    design : Design
        What would have been without the programme.
    """

    def __init__(self, design: Design) -> None:
        self._design = design
        self._own: dict[bool, Any] = {True: 0.0, False: 0.0}
        self._known: dict[bool, Any] = {True: 0.0, False: 0.0}
        self._products: Any = 0.0

    def add(self, change: Array, known: Array, weights: Array, treated: Bools) -> None:
        """Take in some persons.

        Parameters
        ----------
        change : ndarray, shape (person, outcome)
            What each one changed.
        known : ndarray, shape (person, covariate)
            What is known of each: a one first, and the covariates where the design corrects by them.
        weights : ndarray, shape (person,)
            What each one counts.
        treated : ndarray of bool, shape (person,)
            Who is in the programme.
        """
        for side in (True, False):
            one = treated == side
            weight = weights[one][:, np.newaxis]
            self._own[side] += summed(known[one], weight * change[one])
            self._known[side] += summed(known[one], weight)
        self._products += summed(known[~treated], weights[~treated][:, np.newaxis] * known[~treated])

    @property
    def coefficients(self) -> Array:
        """What is known foretells so much of the change [shape (covariate, outcome)]; 0 unless corrected by it."""
        found: Array = np.zeros_like(self._own[False])
        if self._design.corrects:
            found = np.linalg.lstsq(self._products, self._own[False], rcond=None)[0]
        return found

    @property
    def value(self) -> Array:
        """The effect per outcome [shape (outcome,)]; NaN where nobody counts of a group that it takes."""
        coefficients = self.coefficients
        means = []
        for side in (True, False) if self._design.compares else (True,):
            total = float(self._known[side][0, 0])
            left = self._own[side][0] - (self._known[side][:, 0] @ coefficients)
            means.append(left / total if total > 0.0 else np.full(len(left), np.nan))
        effect: Array = means[0] - means[1] if self._design.compares else means[0]
        return effect


def known_of(design: Design, covariates: Array) -> Array:
    """Return what a change is held against: a one, and the covariates where the design corrects by them."""
    return np.column_stack([np.ones(len(covariates)), covariates[:, : covariates.shape[1] * design.corrects]])


@dataclass(frozen=True, eq=False, repr=False)
class Prepared(Private):
    """A design that has been fitted to a sample, so that its effect is had under any weights of persons.

    Attributes
    ----------
    sample : Sample
        The persons, all of whose outcomes are known.
    fit : Fit
        How much each counts.
    change : ndarray, shape (person, outcome)
        What each changed, corrected where the design corrects.
    compares : bool
        Whether the design compares with others.
    """

    sample: Sample
    fit: Fit
    change: Array
    compares: bool

    @classmethod
    def of(cls, design: Design, sample: Sample) -> "Prepared":
        """Return a design fitted to a sample."""
        fit = design.fit(Patterns.of(sample.covariates), sample.treated, sample.weights)
        change, known = design.change(sample), known_of(design, sample.covariates)
        effect = Effect(design)
        effect.add(change, known, sample.weights * fit.counted, sample.treated)
        return cls(sample, fit, change - known @ effect.coefficients, design.compares)

    @property
    def weights(self) -> Array:
        """What each person counts, once the comparison group has been made alike [shape (person,)]."""
        return self.sample.weights * self.fit.counted

    def effect(self, weights: Array) -> Array:
        """Return the effect per outcome under persons' weights [shape (outcome,)]."""
        counted = weights * (self.fit.counted if self.fit.anew is None else self.fit.anew(weights))
        treated = self.sample.treated
        effect = mean_of(self.change[treated], counted[treated])
        return effect - mean_of(self.change[~treated], counted[~treated]) if self.compares else effect


def mean_of(values: Array, weights: Array) -> Array:
    """Return the weighted mean over persons [shape (outcome,)]; NaN where nobody counts."""
    total = float(weights.sum())
    sums = summed(values, weights[:, np.newaxis])[:, 0]
    return sums / total if total > 0.0 else np.full(values.shape[1], np.nan)


class _AsTheyWeigh:
    """A design of which nothing is fitted: everyone whom it compares counts as they weigh."""

    compares: ClassVar[bool]
    by_covariates: ClassVar[bool] = False
    corrects: ClassVar[bool] = False

    def fit(self, _patterns: Patterns, treated: Bools, _weights: Array, /) -> Fit:
        """Return how much each person counts."""
        return Fit(np.where(treated | self.compares, 1.0, 0.0))


@dataclass(frozen=True)
class BeforeAfter(_AsTheyWeigh):
    """All change is the effect: without the programme everyone would have stayed as before."""

    id: ClassVar[str] = "before_after"
    compares: ClassVar[bool] = False
    by_history: ClassVar[bool] = False

    def change(self, sample: Sample) -> Array:
        """Return what each person changed."""
        return sample.after - sample.before


@dataclass(frozen=True)
class StatedDeadweight(_AsTheyWeigh):
    """All change but a stated share of it is the effect.

    Attributes
    ----------
    deadweight : float
        The share of the change that would have come anyway [0 to 1].
    """

    deadweight: float
    id: ClassVar[str] = "stated_deadweight"
    compares: ClassVar[bool] = False
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

    def change(self, sample: Sample) -> Array:
        """Return what each person changed, less the stated share."""
        return (1.0 - self.deadweight) * (sample.after - sample.before)


@dataclass(frozen=True)
class BeforeTrend(_AsTheyWeigh):
    """The effect is what differs from a straight line through the years before."""

    id: ClassVar[str] = "before_trend"
    compares: ClassVar[bool] = False
    by_history: ClassVar[bool] = True

    def change(self, sample: Sample) -> Array:
        """Return what each person departed from the line, of a sample with at least two years before."""
        periods = sample.history.shape[1]
        if periods < 2:
            raise QuestionError("A trend needs at least two years before the start: ask for years_before of 2 or more.")
        return sample.after - _projected(sample.history, sample.year)


def _projected(history: Array, year: int) -> Array:
    """Return each person's straight line by least squares, at a year after the start [shape (person, outcome)]."""
    times = np.arange(-history.shape[1], 0) + 0.5
    spread = times - times.mean()
    share = 1.0 / len(times) + (year - 0.5 - times.mean()) * spread / float(spread @ spread)
    projected: Array = np.einsum("pto,t->po", history, share)
    return projected


@dataclass(frozen=True)
class DifferenceInDifferences(_AsTheyWeigh):
    """The effect is how much more the participants changed than the comparison group.

    References
    ----------
    Angrist, J. D. & Pischke, J.-S. (2009). Mostly Harmless Econometrics, section 5.2.
    """

    id: ClassVar[str] = "difference_in_differences"
    compares: ClassVar[bool] = True
    by_history: ClassVar[bool] = False

    def change(self, sample: Sample) -> Array:
        """Return what each person changed."""
        return sample.after - sample.before


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
    corrects: ClassVar[bool] = True

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

    def change(self, sample: Sample) -> Array:
        """Return what each person changed."""
        return sample.after - sample.before

    def fit(self, patterns: Patterns, treated: Bools, weights: Array, /) -> Fit:
        """Return how much each person counts: the comparison group as what they stand in for."""
        odds = log_odds(patterns, treated, weights).scores[patterns.which]
        matched, inside = match_weights(odds, treated, weights, neighbours=self.neighbours, caliper=self.caliper)
        if not (inside & treated).any():
            raise QuestionError("No participant has a match within the caliper: widen it.")
        counted = np.divide(matched, weights, out=np.zeros(len(treated)), where=weights > 0.0)
        return Fit(counted, odds, int((treated & ~inside).sum()))


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
    corrects: ClassVar[bool] = False

    def change(self, sample: Sample) -> Array:
        """Return what each person changed."""
        return sample.after - sample.before

    def fit(self, patterns: Patterns, treated: Bools, weights: Array, /) -> Fit:
        """Return how much each person counts; fitted anew in every draw, from where the sample's own fit ended."""
        propensity = log_odds(patterns, treated, weights)
        tilting = entropy_tilt if self.by == "entropy" else log_odds
        found = tilting(patterns, treated, weights) if self.by == "entropy" else propensity

        def counted(tilt: Tilt) -> Array:
            return np.where(treated, 1.0, np.exp(tilt.scores)[patterns.which])

        return Fit(
            counted(found),
            propensity.scores[patterns.which],
            anew=lambda weights: counted(tilting(patterns, treated, weights, start=found.coefficients)),
        )
