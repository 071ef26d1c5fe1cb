"""Comparing like with like: propensities, matches, balancing weights, and how well they did.

The fits are of this library and not of statsmodels, since a bootstrap makes them anew hundreds of times under other
weights; the tests hold them against statsmodels.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.private import Private

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

_STEPS = 50
_NEAR, _ROUNDING = 1e-10, 1e-13
_FAR = 30.0  # log odds beyond which a group is foretold with certainty
_TIE = 1e-9
OVERLAP_BINS = 20

NOT_COMPARABLE = (
    "What is known of the persons tells the groups wholly apart: "
    "nobody in the comparison group is like the participants.\n"
    "Leave out what only one of the groups can have, or compare with others."
)


@dataclass(frozen=True, eq=False, repr=False)
class Patterns(Private):
    """Persons by what is known of them: those who are alike in all of it are fitted as one.

    Attributes
    ----------
    columns : ndarray, shape (pattern, covariate)
        What is known of those of each pattern.
    which : ndarray of int, shape (person,)
        Each person's pattern.
    """

    columns: Array
    which: NDArray[np.int32]

    @classmethod
    def of(cls, covariates: Array) -> "Patterns":
        """Return the patterns of persons' covariates [shape (person, covariate)]."""
        which = np.zeros(len(covariates), dtype=np.int64)
        for column in covariates.T:
            code = np.unique(column, return_inverse=True)[1]
            which = np.unique(which * (code.max(initial=0) + 1) + code, return_inverse=True)[1]
        first = np.unique(which, return_index=True)[1]
        return cls(covariates[first], which.astype(np.int32))

    def take(self, persons: Bools) -> "Patterns":
        """Return the same patterns of some of the persons."""
        return Patterns(self.columns, self.which[persons])

    def summed(self, weights: Array) -> Array:
        """Return the weight of those of each pattern [shape (pattern,)]."""
        summed: Array = np.bincount(self.which, weights=weights, minlength=len(self.columns)).astype(np.float64)
        return summed

    @property
    def scaled(self) -> Array:
        """What is known, by its spread over the patterns [shape (pattern, covariate)]."""
        spread = self.columns.std(axis=0)
        scaled: Array = (self.columns - self.columns.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
        return scaled


@dataclass(frozen=True, slots=True, eq=False)
class Tilt:
    """What tells participants from the comparison group, as a linear function of what is known.

    Attributes
    ----------
    coefficients : ndarray
        From which a fit under other weights can begin.
    scores : ndarray, shape (pattern,)
        The logarithm of what the comparison group's weights are multiplied by, to make it like the participants;
        nothing is left (-inf) of who weighs nothing.
    """

    coefficients: Array
    scores: Array


def log_odds(patterns: Patterns, treated: Bools, weights: Array, *, start: Array | None = None) -> Tilt:
    """Return the log odds of being in the programme, by logistic regression; the odds make the groups alike.

    Fitted by iteratively reweighted least squares.

    Parameters
    ----------
    patterns : Patterns
        What is known of each person.
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    weights : ndarray, shape (person,)
        Each one's weight [0 or more].
    start : ndarray or None
        The coefficients of a fit to nearly the same weights, to begin with; the answer is the same.

    Raises
    ------
    QuestionError
        If the covariates tell the groups wholly apart.

    References
    ----------
    Rosenbaum, P. R. & Rubin, D. B. (1983). The central role of the propensity score in observational studies for causal
    effects. Biometrika 70(1). McCullagh, P. & Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., section 2.5.
    Hirano, K., Imbens, G. W. & Ridder, G. (2003). Efficient estimation of average treatment effects using the estimated
    propensity score. Econometrica 71(4).
    """
    design = np.column_stack([np.ones(len(patterns.columns)), patterns.scaled])
    ours, everyone = patterns.summed(np.where(treated, weights, 0.0)), patterns.summed(weights)
    share = float(ours.sum() / everyone.sum())
    if 0.0 < share < 1.0:
        even = np.zeros(design.shape[1])
        even[0] = np.log(share / (1.0 - share))
        for begun in (even,) if start is None else (start, even):
            fitted = _logistic(design, ours, everyone, begun)
            if fitted is not None:
                return Tilt(fitted, design @ fitted)
    raise QuestionError(NOT_COMPARABLE)


def _logistic(design: Array, ours: Array, everyone: Array, fitted: Array) -> Array | None:
    """Return the coefficients of a logistic regression; None where it runs away."""
    for _ in range(_STEPS):
        odds = design @ fitted
        if not np.all(np.abs(odds) < _FAR):
            return None
        probability = 1.0 / (1.0 + np.exp(-odds))
        spread = everyone * probability * (1.0 - probability)
        information = design.T @ (design * spread[:, np.newaxis])
        step = np.linalg.lstsq(information, design.T @ (ours - everyone * probability), rcond=None)[0]
        fitted = fitted + step
        if np.max(np.abs(step)) < _NEAR:
            return fitted
    return None


def entropy_tilt(patterns: Patterns, treated: Bools, weights: Array, *, start: Array | None = None) -> Tilt:
    """Return the tilt of weights, as near to their own as can be, that makes the comparison group's means equal.

    Minimises the dual, the logarithm of sum(w exp(x · b)) with x from the participants' means, by Newton's method.

    Parameters
    ----------
    patterns : Patterns
        What is known of each person.
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    weights : ndarray, shape (person,)
        Each one's own weight.
    start : ndarray or None
        The coefficients of a fit to nearly the same weights, to begin with; the answer is the same.

    Raises
    ------
    QuestionError
        If no weights make the means equal.

    References
    ----------
    Hainmueller, J. (2012). Entropy balancing for causal effects. Political Analysis 20(1).
    """
    ours, own = (patterns.summed(np.where(one, weights, 0.0)) for one in (treated, ~treated))
    there = own > 0.0
    if not (there.any() and ours.any()):
        raise QuestionError(NOT_COMPARABLE)
    apart = (patterns.scaled - np.average(patterns.scaled, axis=0, weights=ours))[there]
    own = own[there]
    tilt = np.zeros(apart.shape[1]) if start is None else start
    for _ in range(_STEPS):
        score = apart @ tilt
        raw = own * np.exp(score - score.max())
        share = raw / raw.sum()
        gradient = share @ apart
        if np.max(np.abs(gradient)) < _NEAR:
            scores = np.full(len(there), -np.inf)
            scores[there] = np.log(share * own.sum() / own)
            return Tilt(tilt, scores)
        curvature = apart.T @ (apart * share[:, np.newaxis]) - np.outer(gradient, gradient)
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        tilt = tilt - step * _length(apart, own, tilt, step)
    raise QuestionError(NOT_COMPARABLE)


def _length(apart: Array, own: Array, tilt: Array, step: Array) -> float:
    """Return how much of a Newton step to take so that the dual falls."""

    def dual(at: Array) -> float:
        score = apart @ at
        top = float(score.max())
        return top + float(np.log(own @ np.exp(score - top)))

    # At the minimum only rounding is left to fall.
    now, length = dual(tilt) + _ROUNDING, 1.0
    while length > _NEAR and dual(tilt - length * step) > now:
        length /= 2.0
    return length


def match_weights(
    odds: Array, treated: Bools, weights: Array, *, neighbours: int, caliper: float | None
) -> tuple[Array, Bools]:
    """Return how much each of the comparison group counts as matches of the participants, and who was matched.

    Each participant is matched with the nearest in log odds, with replacement; all who are as near as the last of
    them count, so that the order of persons changes nothing.

    Parameters
    ----------
    odds : ndarray, shape (person,)
        Log odds of being in the programme.
    treated : ndarray of bool, shape (person,)
        Who is.
    weights : ndarray, shape (person,)
        Each one's own weight.
    neighbours : int
        How many matches each has at least [1 or more].
    caliper : float or None
        The farthest a match may be [standard deviations of the log odds]; a participant without one is left out.

    Returns
    -------
    tuple of ndarray, shape (person,)
        Weights: a participant's own, what each of the comparison group stands in for; and who is matched or stands in.
    """
    values, which, multiples = np.unique(odds[~treated], return_inverse=True, return_counts=True)
    ours = odds[treated]
    at = np.searchsorted(values, ours)
    near = at[:, np.newaxis] + np.arange(-neighbours, neighbours)
    inside = (near >= 0) & (near < len(values))
    near = np.clip(near, 0, len(values) - 1)
    distance = np.where(inside, np.abs(values[near] - ours[:, np.newaxis]), np.inf)
    order = np.argsort(distance, axis=1, kind="stable")
    distance, near = np.take_along_axis(distance, order, 1), np.take_along_axis(near, order, 1)
    there = np.where(np.isfinite(distance), multiples[near], 0)
    enough = np.cumsum(there, axis=1) >= min(neighbours, int(multiples.sum()))
    last = np.take_along_axis(distance, np.argmax(enough, axis=1)[:, np.newaxis], 1)
    farthest = np.inf if caliper is None else caliper * float(odds.std())
    counts = np.where((distance <= last + _TIE) & (distance <= farthest), there, 0)
    total = counts.sum(axis=1)
    share = np.divide(weights[treated], total, out=np.zeros(len(ours)), where=total > 0)
    per_value = np.bincount(
        near.ravel(), weights=(share[:, np.newaxis] * (counts > 0)).ravel(), minlength=len(values)
    )  # fmt: skip
    found = np.zeros(len(odds))
    found[treated] = np.where(total > 0, weights[treated], 0.0)
    found[~treated] = per_value[which]
    return found, found > 0.0


def balance(
    covariates: Array, names: tuple[str, ...], treated: Bools, before: Array, after: Array
) -> "pd.DataFrame":  # fmt: skip
    """Return how alike the groups are, before and after weighting.

    A standardised mean difference is the difference of the means in standard deviations (the root of the mean of the
    groups' variances before weighting); one beyond 0.1 is commonly seen as too large.

    Parameters
    ----------
    covariates : ndarray, shape (person, covariate)
        What is known of each.
    names : tuple of str
        The covariates' names.
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    before, after : ndarray, shape (person,)
        Weights before and after.

    References
    ----------
    Austin, P. C. (2009). Balance diagnostics for comparing the distribution of baseline covariates between treatment
    groups in propensity-score matched samples. Statistics in Medicine 28(25).
    """
    import pandas as pd

    ours = np.average(covariates[treated], axis=0, weights=before[treated])
    theirs = np.average(covariates[~treated], axis=0, weights=before[~treated])
    variances = [
        np.average((covariates[one] - mean) ** 2, axis=0, weights=before[one])
        for one, mean in ((treated, ours), (~treated, theirs))
    ]
    spread = np.sqrt((variances[0] + variances[1]) / 2.0)
    spread = np.where(spread > 0.0, spread, 1.0)
    own = np.average(covariates[treated], axis=0, weights=after[treated])
    weighted = np.average(covariates[~treated], axis=0, weights=after[~treated])
    columns = {
        "treated": ours, "comparison": theirs, "comparison_weighted": weighted,
        "smd": (ours - theirs) / spread, "smd_weighted": (own - weighted) / spread,
    }  # fmt: skip
    return pd.DataFrame(columns, index=pd.Index(names, name="covariate"))


def overlap(odds: Array, treated: Bools) -> "pd.DataFrame":
    """Return how many of each group have each propensity: the data of a picture of their overlap.

    Parameters
    ----------
    odds : ndarray, shape (person,)
        Log odds of being in the programme.
    treated : ndarray of bool, shape (person,)
        Who is.

    Returns
    -------
    DataFrame
        Columns ``from``, ``to`` (propensity, 0 to 1), ``treated`` and ``comparison`` [persons].
    """
    import pandas as pd

    propensity = 1.0 / (1.0 + np.exp(-odds))
    edges = np.linspace(0.0, 1.0, OVERLAP_BINS + 1)
    columns = {"from": edges[:-1], "to": edges[1:]}
    for name, one in (("treated", treated), ("comparison", ~treated)):
        columns[name] = np.histogram(propensity[one], edges)[0]
    return pd.DataFrame(columns)
