"""Distributions meet what is stated of them, or say why they cannot."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from utanforskap.inputs.values.distributions import (
    Beta,
    Clipped,
    Constant,
    Dirichlet,
    Distribution,
    Gamma,
    Lognormal,
    Normal,
    Triangular,
    TwoPiece,
    Uniform,
)
from utanforskap.inputs.values.fitting import ANYTHING, Family, fit

AMOUNT = (0.0, math.inf)
SHARE = (0.0, 1.0)
SIGNED = (-1.0, 1.0)
STATED = np.array([0.05, 0.5, 0.95])

EVERY: list[Distribution] = [
    TwoPiece.through(low=5.0, value=10.0, high=100.0, bounds=AMOUNT),
    TwoPiece.through(low=0.0, value=10.0, high=100.0, bounds=AMOUNT),
    TwoPiece.through(low=0.01, value=0.1, high=0.9, bounds=SHARE),
    TwoPiece.through(low=0.8, value=0.95, high=1.0, bounds=SHARE),
    TwoPiece.through(low=-3.0, value=1.0, high=2.0, bounds=ANYTHING),
    Normal(3.0, 2.0),
    Lognormal(1.0, 0.8),
    Gamma(0.7, 3.0),
    Gamma(11.0, 400.0),
    Beta(2.0, 5.0),
    Beta(1.5, 4.5, -2.0, 10.0),
    Triangular(1.0, 2.0, 7.0),
    Triangular(1.0, 1.0, 7.0),
    Triangular(1.0, 7.0, 7.0),
    Uniform(-1.0, 4.0),
    Clipped(Normal(8.0, 4.3), AMOUNT),
    Clipped(Normal(0.5, 0.3), SHARE),
]
numbers = st.floats(1e-3, 1e6)


def name_of(value: object) -> str:
    return repr(value)


def spread(distribution: Distribution) -> float:
    ends = distribution.quantile([0.05, 0.95])
    return float(ends[1] - ends[0])


# What each family promises, whatever it was fitted to.


@pytest.mark.parametrize("distribution", EVERY, ids=name_of)
def test_draws_follow_the_quantiles(distribution: Distribution) -> None:
    draws = distribution.draw(np.random.default_rng(1), 40_000)
    u = np.array([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
    below = np.mean(draws <= distribution.quantile(u)[:, np.newaxis], axis=1)
    atoms = distribution.cdf(distribution.quantile(u))  # above u where draws are clipped
    np.testing.assert_allclose(below, atoms, atol=4.0 * 0.5 / math.sqrt(draws.size))


@pytest.mark.parametrize("distribution", EVERY, ids=name_of)
def test_the_mean_is_that_of_the_quantiles(distribution: Distribution) -> None:
    # The integral of the quantile function over 0 to 1, in steps of a normal score.
    from scipy.special import ndtr

    assert distribution.median == pytest.approx(float(distribution.quantile(0.5)), abs=1e-12)
    z = np.linspace(-8.0, 8.0, 160_001)
    u = np.diff(ndtr(z))
    numeric = np.sum(distribution.quantile((ndtr(z[:-1]) + ndtr(z[1:])) / 2.0) * u)
    assert distribution.mean == pytest.approx(float(numeric), abs=2e-6 * spread(distribution))
    draws = distribution.draw(np.random.default_rng(2), 40_000)
    assert float(draws.mean()) == pytest.approx(distribution.mean, abs=4.0 * float(draws.std()) / 200.0)


@pytest.mark.parametrize("distribution", EVERY, ids=name_of)
def test_the_distribution_function_undoes_the_quantile(distribution: Distribution) -> None:
    u = np.linspace(0.001, 0.999, 41)
    x = distribution.quantile(u)
    assert np.all(np.diff(x) >= 0.0)
    inside = (x > x[0]) & (x < x[-1]) if isinstance(distribution, TwoPiece | Clipped) else np.ones(u.size, dtype=bool)
    np.testing.assert_allclose(distribution.cdf(x)[inside], u[inside], atol=1e-12)
    assert float(distribution.cdf(-1e12)) == 0.0
    assert float(distribution.cdf(1e12)) == 1.0


def test_a_constant_is_the_same_whichever_way_it_is_asked() -> None:
    constant = Constant(3.5)
    assert constant.draw(np.random.default_rng(0), 3).tolist() == [3.5] * 3
    assert constant.quantile([0.1, 0.9]).tolist() == [3.5, 3.5]
    assert constant.cdf([3.4, 3.5]).tolist() == [0.0, 1.0]
    assert (constant.mean, constant.median) == (3.5, 3.5)


# Without a family: all three numbers are recovered.


@pytest.mark.parametrize("bounds", [AMOUNT, SHARE, SIGNED, ANYTHING])
@given(data=st.data(), touches_low=st.booleans(), touches_high=st.booleans())
def test_low_value_and_high_are_recovered(
    bounds: tuple[float, float], data: st.DataObject, touches_low: bool, touches_high: bool
) -> None:
    least, most = max(bounds[0], -1e6), min(bounds[1], 1e6)
    room = 1e-6 * (most - least)
    inside = st.floats(least + room, most - room)
    low, value, high = sorted(data.draw(st.tuples(inside, inside, inside)))
    low = least if touches_low else low
    high = most if touches_high else high
    assume(high - low > room)
    fitted = fit("two_piece", low=low, value=value, high=high, bounds=bounds)
    np.testing.assert_allclose(fitted.quantile(STATED), [low, value, high], rtol=1e-11, atol=1e-12 * (high - low))
    draws = fitted.draw(np.random.default_rng(3), 100)
    assert bounds[0] <= draws.min() <= draws.max() <= bounds[1]


@pytest.mark.parametrize(
    ("bounds", "low", "scale"),
    [
        (AMOUNT, 0.1, "log"),
        (AMOUNT, 0.0, "plain"),
        (SHARE, 0.1, "logit"),
        (SHARE, 0.0, "plain"),
        (SIGNED, 0.1, "plain"),
        (ANYTHING, 0.1, "plain"),
    ],
)
def test_the_natural_scale(bounds: tuple[float, float], low: float, scale: str) -> None:
    fitted = fit("two_piece", low=low, value=0.4, high=0.5, bounds=bounds)
    assert isinstance(fitted, TwoPiece)
    assert fitted.scale == scale


def test_a_median_at_the_bound_has_half_of_the_draws_there() -> None:
    fitted = fit("two_piece", low=0.0, value=0.0, high=0.2, bounds=SHARE)
    draws = fitted.draw(np.random.default_rng(4), 10_000)
    assert np.mean(draws == 0.0) == pytest.approx(0.5, abs=0.02)
    assert np.quantile(draws, 0.95) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(
    ("family", "stated"),
    [
        ("two_piece", {"low": 7.0, "value": 7.0, "high": 7.0}),
        ("normal", {"mean": 7.0, "sd": 0.0}),
        ("normal", {"low": 7.0, "high": 7.0}),
        ("lognormal", {"mean": 7.0, "sd": 0.0}),
        ("lognormal", {"low": 7.0, "high": 7.0}),
        ("gamma", {"mean": 7.0, "sd": 0.0}),
        ("gamma", {"low": 7.0, "high": 7.0}),
        ("triangular", {"minimum": 7.0, "mode": 7.0, "maximum": 7.0}),
        ("triangular", {"low": 7.0, "value": 7.0, "high": 7.0}),
        ("pert", {"minimum": 7.0, "mode": 7.0, "maximum": 7.0}),
        ("uniform", {"minimum": 7.0, "maximum": 7.0}),
        ("uniform", {"low": 7.0, "high": 7.0}),
    ],
)
def test_no_spread_is_a_constant(family: Family, stated: Any) -> None:
    assert fit(family, bounds=AMOUNT, **stated) == Constant(7.0)


def test_a_share_without_spread_is_a_constant() -> None:
    assert fit("beta", mean=0.3, sd=0.0, bounds=SHARE) == Constant(0.3)
    assert fit("beta", low=0.3, high=0.3, bounds=SHARE) == Constant(0.3)
    assert fit("lognormal", mu=0.0, sigma=0.0) == Constant(1.0)


# With a family: what is stated is met.


@pytest.mark.parametrize("family", ["normal", "lognormal", "gamma"])
@given(mean=numbers, relative=st.floats(0.01, 0.4))
def test_mean_and_sd_are_met(family: Family, mean: float, relative: float) -> None:
    fitted = fit(family, mean=mean, sd=mean * relative)
    assert fitted.mean == pytest.approx(mean, rel=1e-12)
    assert sd_of(fitted) == pytest.approx(mean * relative, rel=1e-9)


def sd_of(fitted: Distribution) -> float:
    """The standard deviation by each family's formula."""
    match fitted:
        case Normal(sigma=sigma):
            return sigma
        case Lognormal(sigma=sigma):
            return fitted.mean * math.sqrt(math.expm1(sigma**2))
        case Gamma(shape=shape, scale=scale):
            return math.sqrt(shape) * scale
        case Beta(alpha=a, beta=b):
            return math.sqrt(a * b / (a + b + 1.0)) / (a + b)
    raise AssertionError(fitted)


@given(mean=st.floats(0.01, 0.99), part=st.floats(0.01, 0.99))
def test_mean_and_sd_of_a_share_are_met(mean: float, part: float) -> None:
    sd = part * math.sqrt(mean * (1.0 - mean))
    fitted = fit("beta", mean=mean, sd=sd, bounds=SHARE)
    assert fitted.mean == pytest.approx(mean, rel=1e-9)
    assert sd_of(fitted) == pytest.approx(sd, rel=1e-9)


@pytest.mark.parametrize("family", ["normal", "lognormal", "gamma", "uniform"])
@given(low=numbers, ratio=st.floats(1.01, 1e4))
def test_low_and_high_are_met(family: Family, low: float, ratio: float) -> None:
    fitted = fit(family, low=low, high=low * ratio)
    np.testing.assert_allclose(fitted.quantile([0.05, 0.95]), [low, low * ratio], rtol=1e-9)


@given(low=st.floats(1e-4, 0.98), apart=st.floats(1e-3, 0.999))
def test_low_and_high_of_a_share_are_met(low: float, apart: float) -> None:
    high = low + apart * (1.0 - low)
    assume(high < 0.9999)
    fitted = fit("beta", low=low, high=high, bounds=SHARE)
    np.testing.assert_allclose(fitted.quantile([0.05, 0.95]), [low, high], rtol=1e-7)


@pytest.mark.parametrize("family", ["triangular", "pert"])
@given(low=st.floats(-100.0, 100.0), width=numbers, place=st.floats(0.365, 0.635))
def test_three_numbers_are_met_by_a_family_of_three(family: Family, low: float, width: float, place: float) -> None:
    value, high = low + place * width, low + width
    fitted = fit(family, low=low, value=value, high=high)
    np.testing.assert_allclose(fitted.quantile(STATED), [low, value, high], atol=1e-9 * (abs(low) + width))


def test_least_likeliest_and_greatest() -> None:
    assert fit("triangular", minimum=1.0, mode=2.0, maximum=6.0) == Triangular(1.0, 2.0, 6.0)
    assert fit("uniform", minimum=1.0, maximum=6.0) == Uniform(1.0, 6.0)
    # Malcolm and others (1959): a PERT distribution has mean (minimum + 4 * mode + maximum) / 6.
    assert fit("pert", minimum=1.0, mode=2.0, maximum=6.0).mean == pytest.approx(15.0 / 6.0, rel=1e-15)


def test_counts_and_own_parameters() -> None:
    assert fit("beta", successes=12.0, trials=40.0) == Beta(12.0, 28.0)
    assert fit("beta", alpha=0.5, beta=3.0) == Beta(0.5, 3.0)
    assert fit("gamma", shape=4.0, scale=0.25, bounds=AMOUNT) == Gamma(4.0, 0.25)
    assert fit("lognormal", mu=1.0, sigma=0.5, value=2.7) == Lognormal(1.0, 0.5)


def test_a_value_within_one_per_cent_of_the_median_is_met() -> None:
    median = math.sqrt(80.0 * 120.0)
    assert fit("lognormal", low=80.0, value=0.991 * median, high=120.0).median == pytest.approx(median, rel=1e-12)
    with pytest.raises(ValueError, match="has the median"):
        fit("lognormal", low=80.0, value=0.989 * median, high=120.0)
    with pytest.raises(ValueError, match="has the median"):
        fit("lognormal", low=1.0, value=10.5, high=100.0)
    # A number that may be on both sides of 0 is small by chance: there the range is the measure.
    assert fit("normal", low=-10.0, value=0.1, high=10.0).median == 0.0


def test_a_family_that_reaches_beyond_the_bounds_is_clipped_and_keeps_its_percentiles() -> None:
    fitted = fit("normal", low=1.0, value=8.0, high=15.0, bounds=AMOUNT)
    assert isinstance(fitted, Clipped)
    np.testing.assert_allclose(fitted.quantile(STATED), [1.0, 8.0, 15.0], rtol=1e-12)
    assert fitted.mean > 8.0
    assert isinstance(fit("normal", mean=1.65, sd=1.0, bounds=AMOUNT), Clipped)
    with pytest.raises(ValueError, match="has 5\\.05 % of its draws below 0"):
        fit("normal", mean=1.64, sd=1.0, bounds=AMOUNT)
    assert fit("gamma", mean=8.0, sd=4.0, bounds=AMOUNT) == Gamma(4.0, 2.0)


# What cannot be met is refused, and the whole message is read.


@pytest.mark.parametrize(
    ("family", "bounds", "stated", "message"),
    [
        ("two_piece", ANYTHING, {"low": 3.0, "value": 1.0, "high": 9.0},
         "The numbers are not in order: low 3, value 1, high 9.\nEach must be at least the one before."),
        ("gamma", AMOUNT, {"low": 9.0, "high": 3.0},
         "The numbers are not in order: low 9, high 3.\nEach must be at least the one before."),
        ("triangular", ANYTHING, {"minimum": 3.0, "mode": 1.0, "maximum": 9.0},
         "The numbers are not in order: minimum 3, mode 1, maximum 9.\nEach must be at least the one before."),
        ("uniform", ANYTHING, {"minimum": 3.0, "value": 1.0, "maximum": 9.0},
         "The numbers are not in order: minimum 3, value 1, maximum 9.\nEach must be at least the one before."),
        ("normal", ANYTHING, {"mean": 3.0, "sd": -1.0}, "The sd is -1: a standard deviation cannot be negative."),
        ("lognormal", ANYTHING, {"mu": 3.0, "sigma": -1.0},
         "The sigma is -1: a standard deviation cannot be negative."),
        ("beta", ANYTHING, {"alpha": 0.0, "beta": 1.0}, "The alpha is 0: it must be above 0."),
        ("normal", ANYTHING, {"mean": math.nan, "sd": 1.0}, "The mean is nan, which is not a number that can be used."),
        ("normal", ANYTHING, {"mean": math.inf, "sd": 1.0}, "The mean is inf, which is not a number that can be used."),
        ("beta", SHARE, {"mean": 1.2, "sd": 0.1}, "The mean is 1.2: it must be between 0 and 1."),
        ("beta", AMOUNT, {"mean": 1.2, "sd": 0.1},
         "A beta distribution lies between 0 and 1, and cannot have the mean 1.2."),
        ("two_piece", AMOUNT, {"low": -1.0, "value": 1.0, "high": 9.0}, "The low is -1: it must be at least 0."),
        ("beta", SHARE, {"mean": 0.2, "sd": 0.6},
         "The sd 0.6 is too large: a beta with mean 0.2 has an sd below 0.4."),
        ("beta", SHARE, {"low": 0.0, "high": 0.6},
         "A beta distribution lies between 0 and 1: it has no low 0 and high 0.6."),
        ("beta", SHARE, {"successes": 0.0, "trials": 20.0},
         "0 of 20 has no beta distribution: the successes must be above 0 and below the trials.\n"
         "Add a prior count to each: 0.5 to the successes and 1 to the trials, say."),
        ("gamma", ANYTHING, {"mean": 0.0, "sd": 1.0},
         "A gamma distribution lies above 0, and cannot have the mean 0."),
        ("lognormal", ANYTHING, {"low": -2.0, "high": 1.0},
         "A lognormal distribution lies above 0, and cannot have the low -2."),
        ("gamma", AMOUNT, {"low": 1e-300, "high": 1.0},
         "No gamma distribution has low 1e-300 and high 1: they are too near or too far."),
        ("gamma", AMOUNT, {"low": 80.0, "value": 110.0, "high": 120.0},
         "A gamma distribution with low 80 and high 120 has the median 98.65, and the value is 110.\n"
         "Name no family, and all three are met; or state mean and sd in place of low and high."),
        ("triangular", AMOUNT, {"low": 1.0, "value": 1.1, "high": 10.0},
         "A triangular distribution with low 1 and high 10 has its median between 4.206 and 6.794, and the value is "
         "1.1.\nName no family, and all three are met."),
        ("normal", AMOUNT, {"mean": 1.0, "sd": 1.0},
         "A normal distribution with these numbers has 15.9 % of its draws below 0, where this number cannot be.\n"
         "State a smaller spread, or a family that stays: beta between 0 and 1, gamma or lognormal above 0."),
        ("lognormal", SHARE, {"mean": 0.9, "sd": 0.3},
         "A lognormal distribution with these numbers has 31.3 % of its draws above 1, where this number cannot be.\n"
         "State a smaller spread, or a family that stays: beta between 0 and 1, gamma or lognormal above 0."),
        ("two_piece", AMOUNT, {"value": 1.0, "high": 9.0},
         "A two-piece normal distribution is not fitted to value 1, high 9.\nState one of these: low, value and high."),
        ("pert", AMOUNT, {"low": 1.0, "high": 9.0},
         "A PERT distribution is not fitted to low 1, high 9.\n"
         "State one of these: minimum, mode and maximum; low, value and high."),
        ("beta", SHARE, {"value": 0.5, "sd": 0.1},
         "A beta distribution is not fitted to value 0.5, sd 0.1.\n"
         "State one of these: mean and sd; low and high; successes and trials; alpha and beta."),
        ("normal", AMOUNT, {"low": 1.0, "high": 9.0, "mean": 5.0, "sd": 2.0},
         "A normal distribution is not fitted to low 1, high 9, mean 5, sd 2.\n"
         "State one of these: mean and sd; low and high."),
        ("uniform", AMOUNT, {},
         "A uniform distribution is not fitted to nothing.\nState one of these: minimum and maximum; low and high."),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_refused(family: Family, bounds: tuple[float, float], stated: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole message is read below
        fit(family, bounds=bounds, **stated)
    assert str(refusal.value) == message


# Shares that are drawn together.


def test_a_dirichlet_from_counts_and_from_shares() -> None:
    assert Dirichlet.from_counts({"a": 3.0, "b": 1.0}) == Dirichlet(("a", "b"), (3.0, 1.0))
    assert Dirichlet.from_shares({"a": 0.75, "b": 0.25}, size=4.0) == Dirichlet(("a", "b"), (3.0, 1.0))
    marginal = Dirichlet.from_counts({"a": 3.0, "b": 1.0, "c": 2.0}).marginal("b")
    assert marginal == Beta(1.0, 5.0)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"a": 3.0}, "Shares that are drawn together are at least two.\nA share alone is a beta."),
        ({"a": 3.0, "b": 0.0},
         "The count of 'b' is 0, and a Dirichlet's counts are above 0.\n"
         "Leave out what cannot happen; where it only was not seen, add a prior count (0.5, say) to each."),
        ({"a": 0.2, "b": 0.3}, "The counts sum to 0.5: a Dirichlet needs at least 1 in all."),
    ],
)  # fmt: skip
def test_counts_that_are_no_dirichlet(counts: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole message is read below
        Dirichlet.from_counts(counts)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("shares", "size", "message"),
    [
        ({"a": 0.5, "b": 0.4}, 10.0, "The shares sum to 0.9, not to 1."),
        ({"a": 0.5, "b": 0.5}, 0.5, "The effective sample size is 0.5: it must be at least 1."),
    ],
)
def test_shares_that_are_no_dirichlet(shares: dict[str, float], size: float, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole message is read below
        Dirichlet.from_shares(shares, size=size)
    assert str(refusal.value) == message
