"""Comparing like with like: propensities, matches, balancing weights, and how well they did.

The fits are of this library and not of statsmodels, since a bootstrap makes them anew hundreds of times under other
weights; the tests hold them against statsmodels.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

_STEPS = 50
_NEAR, _ROUNDING = 1e-9, 1e-13
_FAR = 30.0  # log odds beyond which a group is foretold with certainty
_TIE = 1e-9
OVERLAP_BINS = 20

NOT_COMPARABLE = (
    "What is known of the persons tells the groups wholly apart: "
    "nobody in the comparison group is like the participants.\n"
    "Leave out what only one of the groups can have, or compare with others."
)


def log_odds(covariates: Array, treated: Bools, weights: Array) -> Array:
    """Return each person's log odds of being in the programme, by logistic regression [shape (person,)].

    Fitted by iteratively reweighted least squares.

    Parameters
    ----------
    covariates : ndarray, shape (person, covariate)
        What is known of each.
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    weights : ndarray, shape (person,)
        Each one's weight [0 or more].

    Raises
    ------
    QuestionError
        If the covariates tell the groups wholly apart.

    References
    ----------
    Rosenbaum, P. R. & Rubin, D. B. (1983). The central role of the propensity score in observational studies for causal
    effects. Biometrika 70(1). McCullagh, P. & Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., section 2.5.
    """
    design = np.column_stack([np.ones(len(treated)), _standardised(covariates)])
    share = float(weights[treated].sum() / weights.sum())
    fitted = np.zeros(design.shape[1])
    fitted[0] = np.log(share / (1.0 - share)) if 0.0 < share < 1.0 else np.inf
    for _ in range(_STEPS):
        odds = design @ fitted
        if not np.all(np.abs(odds) < _FAR):
            break
        probability = 1.0 / (1.0 + np.exp(-odds))
        spread = weights * probability * (1.0 - probability)
        information = design.T @ (design * spread[:, np.newaxis])
        step = np.linalg.lstsq(information, design.T @ (weights * (treated - probability)), rcond=None)[0]
        fitted = fitted + step
        if np.max(np.abs(step)) < _NEAR:
            found: Array = design @ fitted
            return found
    raise QuestionError(NOT_COMPARABLE)


def _standardised(covariates: Array) -> Array:
    spread = covariates.std(axis=0)
    scaled: Array = (covariates - covariates.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    return scaled


def odds_weights(odds: Array, treated: Bools, weights: Array) -> Array:
    """Return weights under which the comparison group is like the participants: the odds of being one of them.

    Parameters
    ----------
    odds : ndarray, shape (person,)
        Log odds of being in the programme.
    treated : ndarray of bool, shape (person,)
        Who is.
    weights : ndarray, shape (person,)
        Each one's own weight; participants keep theirs.

    References
    ----------
    Hirano, K., Imbens, G. W. & Ridder, G. (2003). Efficient estimation of average treatment effects using the estimated
    propensity score. Econometrica 71(4).
    """
    return np.where(treated, weights, weights * np.exp(odds))


def entropy_weights(covariates: Array, treated: Bools, weights: Array) -> Array:
    """Return weights, as near to their own as can be, under which the comparison group's means are the participants'.

    Minimises the dual, the logarithm of sum(w exp(x · b)) with x from the participants' means, by Newton's method.

    Parameters
    ----------
    covariates : ndarray, shape (person, covariate)
        What is known of each.
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    weights : ndarray, shape (person,)
        Each one's own weight; participants keep theirs.

    Raises
    ------
    QuestionError
        If no weights make the means equal.

    References
    ----------
    Hainmueller, J. (2012). Entropy balancing for causal effects. Political Analysis 20(1).
    """
    scaled = _standardised(covariates)
    theirs = ~treated & (weights > 0.0)
    own = weights[theirs]
    apart = scaled[theirs] - np.average(scaled[treated], axis=0, weights=weights[treated])
    tilt = np.zeros(apart.shape[1])
    for _ in range(_STEPS):
        score = apart @ tilt
        raw = own * np.exp(score - score.max())
        share = raw / raw.sum()
        gradient = share @ apart
        if np.max(np.abs(gradient)) < _NEAR:
            found = weights.copy()
            found[theirs] = share * own.sum()
            return found
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
