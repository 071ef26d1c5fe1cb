"""From what is stated of an uncertain number to its distribution, or why there is none."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Literal, TypedDict, Unpack, cast, get_args

import numpy as np

from utanforskap.errors import PartError
from utanforskap.inputs.values.distributions import (
    Beta,
    Bounds,
    Clipped,
    Constant,
    Distribution,
    Gamma,
    Lognormal,
    Normal,
    Triangular,
    TwoPiece,
    Uniform,
)

Family = Literal["two_piece", "beta", "gamma", "lognormal", "normal", "triangular", "pert", "uniform"]
FAMILIES: tuple[Family, ...] = get_args(Family)

ANYTHING: Bounds = (-math.inf, math.inf)
TAIL = 0.05
"""The share of draws below a stated low, and above a stated high."""
MEDIAN_TOLERANCE = 0.01
"""How far a family's median may lie from the stated value, as a share of it."""

_Z = 1.6448536269514722  # the 95th percentile of the standard normal
_ENDS = np.array([TAIL, 1.0 - TAIL])
_ROUNDING = 1e-9
_LOG_SHAPES = (math.log(0.05), math.log(1e10))  # of shapes whose percentiles can be told apart
_LOG_ODDS = (-40.0, 40.0)


class Stated(TypedDict, total=False):
    """What can be stated of an uncertain number, in its own unit.

    Attributes
    ----------
    value : float
        The value of a point run; the median where low and high are stated too.
    low, high : float
        The 5th and 95th percentiles.
    mean, sd : float
        Expected value and standard deviation.
    minimum, mode, maximum : float
        The least, the most likely and the greatest.
    successes, trials : float
        How many of how many.
    alpha, beta : float
        The shape parameters of a beta [above 0].
    shape, scale : float
        Those of a gamma with mean ``shape * scale`` [above 0].
    mu, sigma : float
        Mean and standard deviation of a lognormal's logarithm.
    """

    value: float
    low: float
    high: float
    mean: float
    sd: float
    minimum: float
    mode: float
    maximum: float
    successes: float
    trials: float
    alpha: float
    beta: float
    shape: float
    scale: float
    mu: float
    sigma: float


def fit(family: Family, *, bounds: Bounds = ANYTHING, **stated: Unpack[Stated]) -> Distribution:
    """Return the distribution of a family that meets what is stated.

    What is stated decides how: by mean and sd, by low and high (which the value is then the median of), by minimum,
    mode and maximum, by counts, or by the family's own parameters. Stating more than one of these is refused, since
    two statements rarely agree. Without spread (sd 0, low equal to high) it is a constant.

    Parameters
    ----------
    family : {"two_piece", "beta", "gamma", "lognormal", "normal", "triangular", "pert", "uniform"}
        ``two_piece`` is what an estimate without a named family has.
    bounds : (float, float)
        What the number can be. A family that reaches beyond them is clipped to them, which moves no percentile within
        them; one with more than 5 % of its draws beyond a bound is refused.
    **stated : float
        As in `Stated`.

    Raises
    ------
    ValueError
        Where the family cannot meet it. The message says why, and on its second line what can be done.

    References
    ----------
    Briggs, A., Claxton, K. & Sculpher, M. (2006). Decision Modelling for Health Economic Evaluation, ch. 4 (beta, gamma
    and lognormal by mean and standard error). Malcolm, D. G. et al. (1959). Application of a technique for research and
    development program evaluation. Operations Research 7(5) (PERT).
    """
    told = {name: float(number) for name, number in cast("Mapping[str, float]", stated).items()}
    _check(told, bounds)
    ways = _WAYS[family]
    given = told.keys() - {"value"}
    way = next((way for way in ways if set(way) - {"value"} == given and set(way) <= told.keys()), None)
    if way is None:
        listed = "; ".join(" and ".join(filter(None, [", ".join(way[:-1]), way[-1]])) for way in ways)
        raise ValueError(f"{_named(family)} is not fitted to {_listed(told)}.\nState one of these: {listed}.")
    fitted = ways[way](told, bounds)
    if "low" in way and "value" not in way and "value" in told:
        _meet(family, fitted, told)
    return _within(family, fitted, bounds)


def _named(family: Family) -> str:
    name = {"two_piece": "two-piece normal", "pert": "PERT"}.get(family, family)
    return f"A {name} distribution"


def _listed(told: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {number:.10g}" for name, number in told.items()) or "nothing"


def _rough(number: float) -> str:
    """Return a number to four digits, without exponent."""
    return f"{float(f'{number:.4g}'):.10g}"


def _check(told: Mapping[str, float], bounds: Bounds) -> None:
    """Refuse numbers that no family could meet."""
    for name, number in told.items():
        if not math.isfinite(number):
            raise PartError(f"The {name} is {number:g}, which is not a number that can be used.", name)
        if name in ("sd", "sigma") and number < 0.0:
            raise PartError(f"The {name} is {number:.10g}: a standard deviation cannot be negative.", name)
        if name in ("alpha", "beta", "shape", "scale") and number <= 0.0:
            raise PartError(f"The {name} is {number:.10g}: it must be above 0.", name)
        locates = name in ("value", "low", "high", "mean", "minimum", "mode", "maximum")
        if locates and not bounds[0] <= number <= bounds[1]:
            span = f"at least {bounds[0]:g}" if math.isinf(bounds[1]) else f"between {bounds[0]:g} and {bounds[1]:g}"
            raise PartError(f"The {name} is {number:.10g}: it must be {span}.", name)
    for chain in (("low", "value", "high"), ("minimum", "mode", "maximum"), ("minimum", "value", "maximum")):
        present = {name: told[name] for name in chain if name in told}
        if any(first > second for first, second in pairwise(present.values())):
            raise ValueError(
                f"The numbers are not in order: {_listed(present)}.\nEach must be at least the one before."
            )


def _meet(family: Family, fitted: Distribution, told: Mapping[str, float]) -> None:
    """Refuse a family that meets low and high with another median than the value."""
    value, median = told["value"], fitted.median
    size = abs(value) if family in ("beta", "gamma", "lognormal") else max(abs(value), told["high"] - told["low"])
    if abs(median - value) > MEDIAN_TOLERANCE * size:
        raise ValueError(
            f"{_named(family)} with low {told['low']:.10g} and high {told['high']:.10g} has the median "
            f"{_rough(median)}, and the value is {value:.10g}.\n"
            "Name no family, and all three are met; or state mean and sd in place of low and high."
        )


def _within(family: Family, fitted: Distribution, bounds: Bounds) -> Distribution:
    """Return the distribution clipped to the bounds, where it reaches beyond them at all."""
    if isinstance(fitted, Constant | TwoPiece):
        return fitted
    outside = {"below": float(fitted.cdf(bounds[0])), "above": 1.0 - float(fitted.cdf(bounds[1]))}
    for (side, share), bound in zip(outside.items(), bounds, strict=True):
        if share > TAIL + _ROUNDING:
            raise ValueError(
                f"{_named(family)} with these numbers has {100.0 * share:.3g} % of its draws {side} {bound:g}, "
                "where this number cannot be.\n"
                "State a smaller spread, or a family that stays: beta between 0 and 1, gamma or lognormal above 0."
            )
    return Clipped(fitted, bounds) if max(outside.values()) > 0.0 else fitted


Told = Mapping[str, float]


def _two_piece(told: Told, bounds: Bounds) -> Distribution:
    low, value, high = told["low"], told["value"], told["high"]
    return TwoPiece.through(low=low, value=value, high=high, bounds=bounds) if low < high else Constant(value)


def _normal_moments(told: Told, _: Bounds) -> Distribution:
    return Normal(told["mean"], told["sd"]) if told["sd"] > 0.0 else Constant(told["mean"])


def _normal_range(told: Told, _: Bounds) -> Distribution:
    low, high = told["low"], told["high"]
    return Normal((low + high) / 2.0, (high - low) / (2.0 * _Z)) if low < high else Constant(low)


def _lognormal_moments(told: Told, _: Bounds) -> Distribution:
    mean = _positive(told, "mean", "lognormal")
    variance = math.log1p((told["sd"] / mean) ** 2)
    return Lognormal(math.log(mean) - variance / 2.0, math.sqrt(variance)) if variance > 0.0 else Constant(mean)


def _lognormal_range(told: Told, _: Bounds) -> Distribution:
    low, high = math.log(_positive(told, "low", "lognormal")), math.log(told["high"])
    return Lognormal((low + high) / 2.0, (high - low) / (2.0 * _Z)) if low < high else Constant(told["low"])


def _lognormal_own(told: Told, _: Bounds) -> Distribution:
    return Lognormal(told["mu"], told["sigma"]) if told["sigma"] > 0.0 else Constant(math.exp(told["mu"]))


def _gamma_moments(told: Told, _: Bounds) -> Distribution:
    mean, sd = _positive(told, "mean", "gamma"), told["sd"]
    return Gamma((mean / sd) ** 2, sd**2 / mean) if sd > 0.0 else Constant(mean)


def _gamma_range(told: Told, _: Bounds) -> Distribution:
    """Find the shape from the ratio of high to low, which falls as the shape rises; the scale follows."""
    from scipy.optimize import brentq
    from scipy.special import gammaincinv

    low, high = _positive(told, "low", "gamma"), told["high"]
    if low == high:
        return Constant(low)

    def excess(log_shape: float) -> float:
        ends = gammaincinv(math.exp(log_shape), _ENDS)
        return math.log(ends[1] / ends[0]) - math.log(high / low)

    if not excess(_LOG_SHAPES[0]) > 0.0 > excess(_LOG_SHAPES[1]):
        raise ValueError(
            f"No gamma distribution has low {low:.10g} and high {high:.10g}: they are too near or too far."
        )
    shape = math.exp(brentq(excess, *_LOG_SHAPES, xtol=1e-14))
    return Gamma(shape, low / float(gammaincinv(shape, TAIL)))


def _gamma_own(told: Told, _: Bounds) -> Distribution:
    return Gamma(told["shape"], told["scale"])


def _beta_moments(told: Told, _: Bounds) -> Distribution:
    mean, sd = told["mean"], told["sd"]
    if not 0.0 < mean < 1.0:
        raise PartError(f"A beta distribution lies between 0 and 1, and cannot have the mean {mean:.10g}.", "mean")
    if sd == 0.0:
        return Constant(mean)
    widest = math.sqrt(mean * (1.0 - mean))
    if sd >= widest:
        message = f"The sd {sd:.10g} is too large: a beta with mean {mean:.10g} has an sd below {widest:.4g}."
        raise PartError(message, "sd")
    size = mean * (1.0 - mean) / sd**2 - 1.0
    return Beta(mean * size, (1.0 - mean) * size)


def _beta_range(told: Told, _: Bounds) -> Distribution:
    """Find the sum of the shapes from high, which falls as it rises while their ratio keeps low where it is."""
    from scipy.optimize import brentq
    from scipy.special import betaincinv

    low, high = told["low"], told["high"]
    if not 0.0 < low <= high < 1.0:
        raise ValueError(f"A beta distribution lies between 0 and 1: it has no low {low:.10g} and high {high:.10g}.")
    if low == high:
        return Constant(low)

    def shapes(log_size: float, log_odds: float) -> tuple[float, float]:
        share = 1.0 / (1.0 + math.exp(-log_odds))
        return math.exp(log_size) * share, math.exp(log_size - log_odds) * share

    def meeting_low(log_size: float) -> tuple[float, float]:
        def excess(log_odds: float) -> float:
            return float(betaincinv(*shapes(log_size, log_odds), TAIL)) - low

        return shapes(log_size, brentq(excess, *_LOG_ODDS, xtol=1e-14))

    def excess(log_size: float) -> float:
        return float(betaincinv(*meeting_low(log_size), 1.0 - TAIL)) - high

    if not excess(_LOG_SHAPES[0]) > 0.0 > excess(_LOG_SHAPES[1]):
        raise ValueError(f"No beta distribution has low {low:.10g} and high {high:.10g}: they are too near or too far.")
    return Beta(*meeting_low(brentq(excess, *_LOG_SHAPES, xtol=1e-14)))


def _beta_own(told: Told, _: Bounds) -> Distribution:
    return Beta(told["alpha"], told["beta"])


def _beta_counts(told: Told, _: Bounds) -> Distribution:
    successes, trials = told["successes"], told["trials"]
    if not 0.0 < successes < trials:
        raise ValueError(
            f"{successes:.10g} of {trials:.10g} has no beta distribution: the successes must be above 0 and below the "
            "trials.\nAdd a prior count to each: 0.5 to the successes and 1 to the trials, say."
        )
    return Beta(successes, trials - successes)


def _uniform(told: Told, _: Bounds) -> Distribution:
    least, most = told["minimum"], told["maximum"]
    return Uniform(least, most) if least < most else Constant(least)


def _uniform_range(told: Told, _: Bounds) -> Distribution:
    low, high = told["low"], told["high"]
    beyond = (high - low) * TAIL / (1.0 - 2.0 * TAIL)
    return Uniform(low - beyond, high + beyond) if low < high else Constant(low)


def _peaked(standard: Callable[[float, float, float], Distribution]) -> Callable[[Told, Bounds], Distribution]:
    def fitted(told: Told, _: Bounds) -> Distribution:
        least, mode, most = told["minimum"], told["mode"], told["maximum"]
        return standard(least, mode, most) if least < most else Constant(mode)

    return fitted


def _peaked_range(
    family: Family, standard: Callable[[float, float, float], Distribution]
) -> Callable[[Told, Bounds], Distribution]:
    """Find where between minimum and maximum the mode lies from where between low and high the median does."""

    def fitted(told: Told, _: Bounds) -> Distribution:
        from scipy.optimize import brentq

        low, value, high = told["low"], told["value"], told["high"]
        if low == high:
            return Constant(value)

        def ends(mode: float) -> tuple[float, float, float]:
            first, middle, last = standard(0.0, mode, 1.0).quantile([TAIL, 0.5, 1.0 - TAIL])
            return float(first), float(middle), float(last)

        def place(mode: float) -> float:
            first, middle, last = ends(mode)
            return (middle - first) / (last - first)

        least, most = (low + place(mode) * (high - low) for mode in (0.0, 1.0))
        if not least <= value <= most:
            raise ValueError(
                f"{_named(family)} with low {low:.10g} and high {high:.10g} has its median between {_rough(least)} and "
                f"{_rough(most)}, and the value is {value:.10g}.\nName no family, and all three are met."
            )
        mode = brentq(lambda mode: place(mode) - (value - low) / (high - low), 0.0, 1.0, xtol=1e-14)
        first, _middle, last = ends(mode)
        width = (high - low) / (last - first)
        minimum = low - first * width
        return standard(minimum, minimum + mode * width, minimum + width)

    return fitted


def _pert(minimum: float, mode: float, maximum: float) -> Beta:
    share = (mode - minimum) / (maximum - minimum)
    return Beta(1.0 + 4.0 * share, 5.0 - 4.0 * share, minimum, maximum)


def _positive(told: Told, name: str, family: str) -> float:
    if told[name] <= 0.0:
        raise PartError(f"A {family} distribution lies above 0, and cannot have the {name} {told[name]:.10g}.", name)
    return told[name]


_WAYS: dict[Family, dict[tuple[str, ...], Callable[[Told, Bounds], Distribution]]] = {
    "two_piece": {("low", "value", "high"): _two_piece},
    "normal": {("mean", "sd"): _normal_moments, ("low", "high"): _normal_range},
    "lognormal": {
        ("mean", "sd"): _lognormal_moments,
        ("low", "high"): _lognormal_range,
        ("mu", "sigma"): _lognormal_own,
    },
    "gamma": {("mean", "sd"): _gamma_moments, ("low", "high"): _gamma_range, ("shape", "scale"): _gamma_own},
    "beta": {
        ("mean", "sd"): _beta_moments,
        ("low", "high"): _beta_range,
        ("successes", "trials"): _beta_counts,
        ("alpha", "beta"): _beta_own,
    },
    "triangular": {
        ("minimum", "mode", "maximum"): _peaked(Triangular),
        ("low", "value", "high"): _peaked_range("triangular", Triangular),
    },
    "pert": {
        ("minimum", "mode", "maximum"): _peaked(_pert),
        ("low", "value", "high"): _peaked_range("pert", _pert),
    },
    "uniform": {("minimum", "maximum"): _uniform, ("low", "high"): _uniform_range},
}
