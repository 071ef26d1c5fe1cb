"""Each metric against worked examples and its own definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from utanforskap.analysis import metrics
from utanforskap.engine.valuation import discount_factors, present_value

Array = NDArray[np.float64]


def payback(gains: list[float], cost_years: list[int]) -> metrics.Payback:
    paid = np.zeros(len(gains), dtype=bool)
    paid[cost_years] = True
    return metrics.payback(gains=np.array(gains, dtype=np.float64), cost_years=paid)


def irr(*net_gain: float) -> metrics.InternalRate:
    return metrics.internal_rate_of_return(net_gain=np.array(net_gain, dtype=np.float64))


# --- the worked example of Aos, WSIPP (2013) ------------------------------------------------------


def test_wsipp_annuity() -> None:
    # 3 000 paid in year 1, 500 a year received in years 1-20, 3 per cent, end of year.
    factors = discount_factors(rates=np.full(20, 0.03), timing="end", offset=0, years=20)
    gross = np.full(20, 500.0)
    cost = np.where(np.arange(20) == 0, 3000.0, 0.0)
    pv_gross = float(present_value(amounts=gross, factors=factors))
    pv_cost = float(present_value(amounts=cost, factors=factors))
    assert pv_gross - pv_cost == pytest.approx(4526.12, abs=0.005)
    assert metrics.benefit_cost_ratio(pv_gross=pv_gross, pv_cost=pv_cost) == pytest.approx(2.554, abs=5e-4)
    assert metrics.annuity(present_value=pv_gross, factors=factors) == pytest.approx(500.0, rel=1e-12)
    result = metrics.internal_rate_of_return(net_gain=gross - cost)
    assert result.status == "ok"
    assert result.rate == pytest.approx(0.1930, abs=5e-5)
    assert metrics.payback(gains=gross - cost, cost_years=cost > 0.0) == metrics.Payback(
        status="time", years=6.0, horizon=20
    )


# --- payback --------------------------------------------------------------------------------------


def test_payback_is_linear_within_a_year() -> None:
    answer = payback([-100, 40, 40, 40, 40], [0])
    assert answer == metrics.Payback(status="time", years=3.5, horizon=5)
    assert (answer.whole_years, answer.months) == (3, 6)


def test_payback_is_counted_from_the_first_year_with_a_cost() -> None:
    assert payback([0, 0, -100, 50, 50, 50], [2]) == metrics.Payback(status="time", years=3.0, horizon=4)
    assert payback([0, -10, -100, 50, 50, 50], [2]).years == pytest.approx(3.2)
    assert payback([60, 60, -100, 50, 50, 50], [2, 4]).years == 0.0
    assert payback([60, 0, -100, 50, 50, 50], [2]).years == pytest.approx(1.8)


def test_payback_is_after_the_last_time_below_zero() -> None:
    assert payback([-10, 20, -20, 5, 10, 10], [0, 2]).years == pytest.approx(4.5)
    assert payback([-10, 20, -20, 5, 1, 1], [0, 2]) == metrics.Payback(status="not_within", years=None, horizon=6)


def test_payback_in_the_year_of_the_cost() -> None:
    assert payback([5, 5], [0]) == metrics.Payback(status="time", years=0.0, horizon=2)


def test_nothing_paid_and_nothing_lost() -> None:
    assert payback([0, 5, 5], []) == metrics.Payback(status="no_own_cost", years=None, horizon=2)
    assert payback([0, 0, 0], []).status == "no_own_cost"
    assert payback([10, -5, -5], []).status == "no_own_cost"


def test_nothing_paid_but_something_lost_first() -> None:
    assert payback([0, -5, 2, 2, 2], []) == metrics.Payback(status="time", years=3.5, horizon=4)
    assert payback([10, -15, 0, 0], []).status == "never"


def test_never_only_where_gains_and_costs_have_ended() -> None:
    assert payback([-100, 30, 20, 0, 0], [0]).status == "never"
    assert payback([-100, 30, 20, -1, -1], [0]).status == "never"
    assert payback([-100, 30, 20, 0, 1], [0]).status == "not_within"
    assert payback([-100, 30, 20, 0, 0], [0, 4]).status == "not_within"
    assert payback([-100], [0]) == metrics.Payback(status="not_within", years=None, horizon=1)


def test_an_answer_without_a_time_has_no_months() -> None:
    answer = payback([-100, 30], [0])
    assert (answer.whole_years, answer.months) == (None, None)


@pytest.mark.parametrize(
    ("years", "expected"),
    [(0.0, (0, 0)), (2.0, (2, 0)), (2.01, (2, 1)), (1.96, (2, 0)), (0.25, (0, 3)), (7 / 12, (0, 7))],
)
def test_a_begun_month_is_counted_whole(years: float, expected: tuple[int, int]) -> None:
    answer = metrics.Payback(status="time", years=years, horizon=10)
    assert (answer.whole_years, answer.months) == expected


@pytest.mark.parametrize(
    ("years", "sv", "en"),
    [
        (0.0, "redan första året", "within the first year"),
        (0.001, "0 år 1 mån", "0 years 1 months"),
        (1.0, "1 år 0 mån", "1 years 0 months"),
    ],
)
def test_no_time_at_all_is_told_as_the_first_year_and_a_moment_as_the_month_it_begins(
    years: float, sv: str, en: str
) -> None:
    answer = metrics.Payback(status="time", years=years, horizon=10)
    assert (answer.in_words(), answer.in_words(lang="en")) == (sv, en)


def test_what_is_paid_back_to_the_last_ore_is_paid_back() -> None:
    assert payback([-0.3, 0.1, 0.1, 0.1, 0.0], [0]).years == pytest.approx(4.0)


@given(gains=hnp.arrays(np.int64, st.integers(1, 15), elements=st.integers(-20, 20)), data=st.data())
def test_payback_by_its_definition(gains: NDArray[np.int64], data: st.DataObject) -> None:
    cost_years = data.draw(hnp.arrays(np.bool_, len(gains)))
    answer = metrics.payback(gains=gains.astype(np.float64), cost_years=cost_years)
    accumulated = np.concatenate([[0], np.cumsum(gains)])
    first = len(gains) - answer.horizon
    if answer.status == "time":
        assert answer.years is not None
        after = np.linspace(answer.years + first, len(gains), 200)
        assert np.all(np.interp(after, np.arange(len(gains) + 1), accumulated) >= -1e-9)
        if answer.years > 0:
            before = answer.years + first - 1e-6
            assert np.interp(before, np.arange(len(gains) + 1), accumulated) < 0
    elif answer.status == "no_own_cost":
        assert accumulated.min() >= 0
    else:
        assert accumulated[-1] < 0


# --- ratios and rates -----------------------------------------------------------------------------


def test_no_ratio_without_a_cost() -> None:
    assert metrics.benefit_cost_ratio(pv_gross=10.0, pv_cost=4.0) == 2.5
    assert metrics.benefit_cost_ratio(pv_gross=10.0, pv_cost=0.0) is None
    assert metrics.benefit_cost_ratio(pv_gross=10.0, pv_cost=-1.0) is None


@pytest.mark.parametrize(
    ("stream", "rate"),
    [
        ((-100, 110), 0.10),
        ((0, 0, -100, 0, 121, 0), 0.10),
        ((-100, 50), -0.50),
        ((-1, 1000), 999.0),
        ((-1000, 0, 0.001), -0.999),
        ((100, -110), 0.10),
        ((-100, 100), 0.0),
        ((-1e9, 1.1e9), 0.10),
    ],
)
def test_a_stream_that_changes_sign_once_has_a_rate(stream: tuple[float, ...], rate: float) -> None:
    result = irr(*stream)
    assert result.status == "ok"
    assert result.rate == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize("stream", [(), (0, 0), (5, 5), (-5, 0, -5), (100, -1e-12, 100)])
def test_no_rate_without_a_change_of_sign(stream: tuple[float, ...]) -> None:
    assert irr(*stream) == metrics.InternalRate(rate=None, status="no_sign_change")


def test_a_stream_worth_more_than_nothing_at_every_rate_has_none() -> None:
    assert irr(100, -200, 150) == metrics.InternalRate(rate=None, status="no_sign_change")


def test_several_rates_are_not_one() -> None:
    assert irr(-100, 230, -132) == metrics.InternalRate(rate=None, status="not_unique")  # 10 and 20 per cent


def test_several_changes_of_sign_with_one_rate() -> None:
    # Two changes of sign; the other root lies at -99.5 per cent.
    x = np.polynomial.polynomial.polymul([1.0, -1.1], [1.0, -0.005])
    result = irr(*-x)
    assert result.status == "ok"
    assert result.rate == pytest.approx(0.1, abs=1e-9)


@given(
    cost=hnp.arrays(np.float64, st.integers(1, 4), elements=st.floats(1.0, 1e6)),
    gain=hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(0.0, 1e6)),
)
def test_at_the_rate_the_stream_is_worth_nothing(cost: Array, gain: Array) -> None:
    stream = np.concatenate([-cost, gain, [1.0]])
    result = metrics.internal_rate_of_return(net_gain=stream)
    assert result.status == "ok"
    assert result.rate is not None
    terms = stream * np.exp(-np.arange(len(stream)) * math.log1p(result.rate))
    assert abs(terms.sum()) <= 1e-7 * np.abs(terms).sum()


def test_mvpf_printed_case() -> None:
    # Transfer 32 250, present value of extra pre-tax earnings 21 150, tax 20 per cent.
    transfer, earnings, tax = 32_250.0, 21_150.0, 0.20
    result = metrics.mvpf(
        gains_non_public={"individ": transfer + earnings * (1.0 - tax)},
        net_cost_public=transfer - earnings * tax,
    )
    assert result.net_cost == pytest.approx(28_020)
    assert result.willingness_to_pay == pytest.approx(49_170)
    assert result.value == pytest.approx(1.755, abs=5e-4)
    assert result.quadrant == "costs_and_gains"


@pytest.mark.parametrize(
    ("gains", "net_cost", "value", "quadrant"),
    [
        ({"individ": 30.0, "arbetsgivare": 10.0}, 20.0, 2.0, "costs_and_gains"),
        ({"individ": 0.0}, 20.0, 0.0, "costs_and_gains"),
        ({"individ": -30.0, "arbetsgivare": 10.0}, 20.0, -1.0, "costs_and_loses"),
        ({"individ": 30.0}, 0.0, math.inf, "pays_for_itself"),
        ({"individ": 30.0}, -5.0, math.inf, "pays_for_itself"),
        ({"individ": 0.0}, -5.0, None, "pays_for_itself"),
        ({}, 0.0, None, "pays_for_itself"),
        ({"individ": -30.0}, -60.0, 0.5, "saves_and_loses"),
        ({"individ": -30.0}, 0.0, None, "saves_and_loses"),
    ],
)
def test_mvpf_in_each_quadrant(
    gains: dict[str, float], net_cost: float, value: float | None, quadrant: metrics.Quadrant
) -> None:
    result = metrics.mvpf(gains_non_public=gains, net_cost_public=net_cost)
    assert result.value == value
    assert result.quadrant == quadrant
    assert result.gains == gains
    assert result.willingness_to_pay == sum(gains.values())


def test_mvpf_keeps_its_own_gains() -> None:
    gains = {"individ": 1.0}
    result = metrics.mvpf(gains_non_public=gains, net_cost_public=1.0)
    gains["individ"] = 2.0
    assert result.gains == {"individ": 1.0}


@given(value=st.floats(-1e9, 1e9), rate=st.floats(0.0, 0.2), years=st.integers(1, 50))
def test_an_annuity_is_worth_what_it_replaces(value: float, rate: float, years: int) -> None:
    factors = discount_factors(rates=np.full(years, rate), timing="mid", offset=0, years=years)
    amount = metrics.annuity(present_value=value, factors=factors)
    back = float(present_value(amounts=np.full(years, amount), factors=factors))
    assert back == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_the_matrix_allocates_each_gain_by_shares_of_the_cost() -> None:
    gains = np.array([8.0, -2.0, 4.0])
    finsam = np.array([0.5, 0.25, 0.25])
    matrix = metrics.cost_gain_matrix(gross_gains=gains, cost_shares=finsam)
    assert matrix.tolist() == [[4.0, -1.0, 2.0], [2.0, -0.5, 1.0], [2.0, -0.5, 1.0]]
    np.testing.assert_array_equal(matrix.sum(axis=0), gains)
    np.testing.assert_array_equal(matrix.sum(axis=1), finsam * gains.sum())
