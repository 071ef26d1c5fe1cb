"""Discount factors and present values against printed tables and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from utanforskap.engine.valuation import discount_factors, present_value, schedule
from utanforskap.terms import TIMINGS, Timing

Array = NDArray[np.float64]

# HM Treasury, The Green Book (2022), annex A6: the declining long-term discount rate.
TREASURY = ((0, 0.035), (30, 0.03), (75, 0.025), (125, 0.02), (200, 0.015), (300, 0.01))


def treasury(*, years: int, offset: int = 0, timing: Timing = "start") -> Array:
    return discount_factors(rates=schedule(steps=TREASURY, years=400), timing=timing, offset=offset, years=years)


def constant(*, rate: float, timing: Timing, years: int, offset: int = 0) -> Array:
    rates = np.full(max(offset + years, 1), rate)
    return discount_factors(rates=rates, timing=timing, offset=offset, years=years)


@pytest.mark.parametrize(("timing", "printed"), [("start", 860.7687), ("mid", 846.0894), ("end", 831.6605)])
def test_a_hundred_a_year_for_ten_years(timing: Timing, printed: float) -> None:
    # The three timings side by side: 100 a year at 3.5 per cent.
    factors = constant(rate=0.035, timing=timing, years=10)
    assert float(present_value(amounts=np.full(10, 100.0), factors=factors)) == pytest.approx(printed, abs=5e-5)


@pytest.mark.parametrize(
    ("year", "printed"),
    [
        (0, 1.0),
        (30, 0.356278411),
        (31, 0.345901370),
        (75, 0.094213773),
        (76, 0.091915876),
        (100, 0.050818022),
        (125, 0.027410763),
        (126, 0.026873297),
    ],
)
def test_the_treasurys_declining_schedule(year: int, printed: float) -> None:
    assert treasury(years=301)[year] == pytest.approx(printed, abs=5e-10)
    assert treasury(years=1, offset=year)[0] == pytest.approx(printed, abs=5e-10)


def test_the_treasurys_sums() -> None:
    factors = treasury(years=31)
    assert factors[1:].sum() == pytest.approx(18.392045411, abs=5e-10)
    stream = np.array([-100.0, 30, 30, 30, 30, 30])
    assert float(present_value(amounts=stream, factors=factors[:6])) == pytest.approx(35.451571264, abs=5e-10)


@pytest.mark.parametrize(("rate", "printed"), [(0.02, 0.552071), (0.08, 0.099377)])
def test_new_zealands_thirty_year_factors(rate: float, printed: float) -> None:
    # New Zealand Treasury, CBAx.
    assert constant(rate=rate, timing="start", years=31)[30] == pytest.approx(printed, abs=5e-7)


def test_a_part_of_a_year_uses_that_years_rate() -> None:
    start, mid, end = (treasury(years=32, timing=timing) for timing in TIMINGS)
    np.testing.assert_allclose(end[:-1], start[1:], rtol=1e-14)
    assert mid[29] == pytest.approx(1.035**-29.5, rel=1e-12)
    assert mid[30] == pytest.approx(1.035**-30 * 1.03**-0.5, rel=1e-12)


@given(
    rate=st.floats(0.0, 0.2),
    years=st.integers(1, 60),
    offset=st.integers(-30, 30),
    timing=st.sampled_from(TIMINGS),
)
def test_a_constant_stream_is_the_closed_form_annuity(rate: float, years: int, offset: int, timing: Timing) -> None:
    factors = constant(rate=rate, timing=timing, years=years, offset=offset)
    first = offset + {"start": 0.0, "mid": 0.5, "end": 1.0}[timing]
    v = 1.0 / (1.0 + rate)
    annuity = years if rate < 1e-9 else -np.expm1(years * np.log(v)) / (1.0 - v)
    assert factors.sum() == pytest.approx(v**first * annuity, rel=1e-6 if rate < 1e-6 else 1e-9)


@given(
    amounts=hnp.arrays(np.float64, (12, 2, 3), elements=st.floats(-1e6, 1e6)),
    timing=st.sampled_from(TIMINGS),
    offset=st.integers(-12, 3),
)
def test_rate_zero_is_the_plain_sum(amounts: Array, timing: Timing, offset: int) -> None:
    factors = constant(rate=0.0, timing=timing, years=12, offset=offset)
    np.testing.assert_array_equal(factors, 1.0)
    np.testing.assert_array_equal(present_value(amounts=amounts, factors=factors), amounts.sum(axis=0))


def test_years_before_the_base_year_are_compounded_with_the_first_rate() -> None:
    rates = schedule(steps=((0, 0.04), (1, 0.10)), years=2)
    start, mid, end = (discount_factors(rates=rates, timing=timing, offset=-2, years=4) for timing in TIMINGS)
    np.testing.assert_allclose(start, [1.04**2, 1.04, 1.0, 1 / 1.04], rtol=1e-14)
    np.testing.assert_allclose(mid, [1.04**1.5, 1.04**0.5, 1.04**-0.5, 1 / 1.04 / 1.1**0.5], rtol=1e-14)
    np.testing.assert_allclose(end, [1.04, 1.0, 1 / 1.04, 1 / 1.04 / 1.1], rtol=1e-14)


@given(
    rates=hnp.arrays(np.float64, (10, 4), elements=st.floats(-0.02, 0.15)),
    offset=st.integers(-5, 4),
    timing=st.sampled_from(TIMINGS),
)
def test_a_draw_of_the_rate_is_that_rate_alone(rates: Array, offset: int, timing: Timing) -> None:
    together = discount_factors(rates=rates, timing=timing, offset=offset, years=6)
    assert together.shape == (6, 4)
    for draw in range(4):
        alone = discount_factors(rates=rates[:, draw], timing=timing, offset=offset, years=6)
        np.testing.assert_allclose(together[:, draw], alone, rtol=1e-14)


def test_present_value_lines_up_years_first_and_draws_last() -> None:
    rng = np.random.default_rng(1)
    rates = rng.uniform(0.0, 0.1, (5, 7))
    factors = discount_factors(rates=rates, timing="mid", offset=0, years=5)
    amounts = rng.normal(size=(5, 3, 7))
    expected = np.einsum("yad,yd->ad", amounts, factors)
    np.testing.assert_allclose(present_value(amounts=amounts, factors=factors), expected)
    np.testing.assert_allclose(present_value(amounts=amounts[:, 0, 0], factors=factors), amounts[:, 0, 0] @ factors)
    np.testing.assert_allclose(
        present_value(amounts=amounts, factors=factors[:, 0]), np.einsum("yad,y->ad", amounts, factors[:, 0])
    )


def test_every_year_needs_a_rate() -> None:
    with pytest.raises(ValueError, match=r"^discount_factors: 6 years are asked for and 5 have a rate$"):
        discount_factors(rates=np.full(5, 0.04), timing="start", offset=2, years=4)


@pytest.mark.parametrize("steps", [(), ((1, 0.03),), ((0, 0.035), (30, 0.03), (30, 0.02))])
def test_a_schedule_begins_at_zero_and_rises(steps: tuple[tuple[int, float], ...]) -> None:
    with pytest.raises(ValueError, match=r"^schedule: the steps must begin at year 0 and rise$"):
        schedule(steps=steps, years=40)
