"""The model `duration`: everyone begins in one state and leaves it for another after a time that varies."""

import math
from typing import Literal, assert_never

import numpy as np

from utanforskap.engine.pathways import Array, Trajectory, between_two_states

Distribution = Literal["fixed", "exponential", "weibull", "lognormal"]


def trajectory(
    *,
    distribution: Distribution,
    median: Array | None,
    mean: Array | None,
    shape: Array | None,
    speed_up: Array,
    shorten: Array,
    from_state: int,
    to_state: int,
    n_states: int,
    years: int,
    since: int = 0,
) -> Trajectory:
    """Return occupancy and entries of persons who leave a state after a random time.

    With S(u) the share still in `from_state` after u years, what is left with the two changes is
    ``S(speed_up * (u + shorten))``; its integral over the year, in closed form, is the year's occupancy.
    Everyone is placed in `from_state`, those too who leave it at once because their time is shorter than
    `shorten`.

    Parameters
    ----------
    distribution : {"fixed", "exponential", "weibull", "lognormal"}
        ``fixed``: S(u) = 1 for u < mean, else 0. ``exponential``: S(u) = exp(-u / mean). ``weibull``:
        S(u) = exp(-(u / scale)^k). ``lognormal``: ln u is normal with standard deviation sigma.
    median, mean : array (draw,) or None
        The time to leave before it is changed [years, above 0]; exactly one of them.
    shape : array (draw,) or None
        Weibull's k or the lognormal's sigma [above 0]; not read by the other two.
    speed_up : array (draw,)
        Factor by which time runs faster [above 0]; 1 changes nothing, 2 halves every time.
    shorten : array (draw,)
        Years taken off every time, after the speed-up [years, 0 or more]; 0 changes nothing.
    from_state, to_state : int
        Positions of the two states; they differ.
    n_states : int
        Number of states in the case.
    years : int
        Number of years to follow.
    since : int
        Of those who have not left after so many years only [years, 0 or more]: their share is ``S(u) / S(since)``.
        Earlier years, in which all of them stay, mean nothing.

    Raises
    ------
    ValueError
        Where both or none of `median` and `mean` are given, or a needed `shape` is not.

    References
    ----------
    Royston, P. & Parmar, M. (2013). Restricted mean survival time. BMC Medical Research Methodology 13:152
    (the integral of a survival curve).
    Collett, D. (2015). Modelling Survival Data in Medical Research, 3rd ed. (the families, and time that
    runs faster).
    """
    if median is not None and mean is None:
        mean = median * _mean_per_median(distribution, shape)
    elif mean is None or median is not None:
        raise ValueError("duration: give exactly one of median and mean")
    moments = np.arange(years + 1, dtype=np.float64)[:, np.newaxis] + shorten
    # Each family is a scale family, so time that runs faster is a shorter mean.
    area = _area(distribution, moments, mean / speed_up, shape)
    if since:
        area = _of_those_left(area, moments, since, _staying(distribution, moments[since], mean / speed_up, shape))
    # The accumulated minimum takes away rounding, which could else let someone come back.
    staying: Array = np.minimum.accumulate(np.clip(np.diff(area, axis=0), 0.0, 1.0), axis=0)
    return between_two_states(
        share=1.0 - staying,
        placed=np.zeros(1),
        target=to_state,
        other=from_state,
        n_states=n_states,
    )


def _mean_per_median(distribution: Distribution, shape: Array | None) -> Array | float:
    match distribution:
        case "fixed":
            return 1.0
        case "exponential":
            return 1.0 / math.log(2.0)
        case "weibull":
            from scipy import special

            k = _needed(shape)
            ratio: Array = special.gamma(1.0 + 1.0 / k) / math.log(2.0) ** (1.0 / k)
            return ratio
        case "lognormal":
            return np.exp(_needed(shape) ** 2 / 2.0)
        case _:
            assert_never(distribution)


def _area(distribution: Distribution, moments: Array, mean: Array, shape: Array | None) -> Array:
    """Return the integral of the survival curve from 0 to each moment x [years].

    Weibull: mean * P(1/k, (x / scale)^k), with P the regularised lower incomplete gamma function.
    Lognormal: x * Phi(-z) + mean * Phi(z - sigma), with z = (ln x - ln median) / sigma.
    """
    area: Array
    match distribution:
        case "fixed":
            area = np.minimum(moments, mean)
        case "exponential":
            area = -mean * np.expm1(-moments / mean)
        case "weibull":
            from scipy import special

            k = _needed(shape)
            with np.errstate(over="ignore"):
                scaled = (moments / mean * special.gamma(1.0 + 1.0 / k)) ** k
            area = mean * special.gammainc(1.0 / k, scaled)
        case "lognormal":
            from scipy import special

            sigma = _needed(shape)
            with np.errstate(divide="ignore"):
                z = np.log(moments / mean) / sigma + sigma / 2.0
            area = moments * special.ndtr(-z) + mean * special.ndtr(z - sigma)
        case _:
            assert_never(distribution)
    return area


def _of_those_left(area: Array, moments: Array, since: int, left: Array) -> Array:
    """Return the integral of the survival curve of those who are left at a moment; nobody has gone before it."""
    after = area[since:] - area[since]
    after = np.divide(after, left, out=np.zeros_like(after), where=left > 0.0)
    return np.concatenate([moments[:since] - moments[since] + np.zeros_like(after[:1]), after])


def _staying(distribution: Distribution, moment: Array, mean: Array, shape: Array | None) -> Array:
    """Return the share who have not left at a moment: the derivative of `_area`."""
    staying: Array
    match distribution:
        case "fixed":
            staying = np.where(moment < mean, 1.0, 0.0)
        case "exponential":
            staying = np.exp(-moment / mean)
        case "weibull":
            from scipy import special

            k = _needed(shape)
            staying = np.exp(-((moment / mean * special.gamma(1.0 + 1.0 / k)) ** k))
        case "lognormal":
            from scipy import special

            sigma = _needed(shape)
            staying = special.ndtr(-(np.log(moment / mean) / sigma + sigma / 2.0))
        case _:
            assert_never(distribution)
    return staying


def _needed(shape: Array | None) -> Array:
    if shape is None:
        raise ValueError("duration: weibull and lognormal need a shape")
    return shape
