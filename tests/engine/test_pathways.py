"""Each pathway model against a naive calculation, and the law of entries for all of them."""

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy import integrate, stats

from utanforskap.engine.pathways import Trajectory, curve, duration, markov, stages
from utanforskap.engine.valuation import discount_factors, present_value
from utanforskap.terms import TIMINGS, Timing

Array = NDArray[np.float64]

TICKS = 32  # per year; durations in whole ticks make the naive simulation exact
YEARS = 9
N_STATES = 3

some = settings(max_examples=60, deadline=None)


def column(*values: float) -> Array:
    return np.array(values, dtype=np.float64)


# --- generated pathways of every model ------------------------------------------------------------


@st.composite
def stage_inputs(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(1, 6))
    draws = draw(st.integers(1, 3))
    states = draw(st.lists(st.integers(0, N_STATES - 1), min_size=n, max_size=n))
    ticks = draw(hnp.arrays(np.int64, (n, draws), elements=st.integers(0, 3 * TICKS)))
    return {"states": states, "durations": ticks / TICKS, "n_states": N_STATES, "years": YEARS}


@st.composite
def duration_inputs(draw: st.DrawFn) -> dict[str, Any]:
    draws = draw(st.integers(1, 3))

    def values(low: float, high: float) -> Array:
        return draw(hnp.arrays(np.float64, draws, elements=st.floats(low, high)))

    time = draw(st.sampled_from(["median", "mean"]))
    return {
        "distribution": draw(st.sampled_from(get_args(duration.Distribution))),
        "median": values(0.05, 30.0) if time == "median" else None,
        "mean": values(0.05, 30.0) if time == "mean" else None,
        "shape": values(0.3, 4.0),
        "speed_up": values(0.2, 5.0),
        "shorten": values(0.0, 4.0),
        "from_state": 2,
        "to_state": 0,
        "n_states": N_STATES,
        "years": YEARS,
    }


@st.composite
def curve_inputs(draw: st.DrawFn) -> dict[str, Any]:
    later = draw(st.lists(st.integers(1, 2 * YEARS), max_size=5, unique=True))
    draws = draw(st.integers(1, 3))
    shares = hnp.arrays(np.float64, (len(later) + 1, draws), elements=st.floats(0.0, 1.0))
    return {
        "at": np.array([0, *sorted(later)], dtype=np.float64),
        "shares": draw(shares),
        "counts": draw(st.sampled_from(["average", "start"])),
        "target": 1,
        "other": 0,
        "n_states": N_STATES,
        "years": YEARS,
    }


def normalised(weights: Array, axis: int) -> Array:
    shares: Array = weights / weights.sum(axis=axis, keepdims=True)
    return shares


@st.composite
def markov_inputs(draw: st.DrawFn) -> dict[str, Any]:
    draws = draw(st.integers(1, 3))
    weights = st.one_of(st.just(0.001), st.floats(0.001, 1.0))
    initial = draw(hnp.arrays(np.float64, (N_STATES, draws), elements=weights))
    transitions = draw(hnp.arrays(np.float64, (YEARS, N_STATES, N_STATES, draws), elements=weights))
    return {
        "initial": normalised(initial, 0),
        "transitions": normalised(transitions, 2),
        "counting": draw(st.sampled_from(TIMINGS)),
    }


trajectories = st.one_of(
    stage_inputs().map(lambda given: stages.trajectory(**given)),
    duration_inputs().map(lambda given: duration.trajectory(**given)),
    curve_inputs().map(lambda given: curve.trajectory(**given)),
    markov_inputs().map(lambda given: markov.trajectory(**given)),
)


# --- what holds for every model -------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(trajectories)
def test_occupancy_sums_to_one_and_exits_are_never_negative(path: Trajectory) -> None:
    occupancy, entries, placement = path.occupancy, path.entries, path.placement
    assert occupancy.shape == entries.shape == (YEARS, N_STATES, placement.shape[1])
    np.testing.assert_allclose(occupancy.sum(axis=1), 1.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(placement.sum(axis=0), 1.0, rtol=0, atol=1e-12)
    exits = entries - np.diff(occupancy, axis=0, prepend=0.0)
    assert min(occupancy.min(), entries.min(), placement.min()) >= 0.0
    assert exits.min() >= -1e-12


@settings(max_examples=300, deadline=None)
@given(trajectories)
def test_who_was_there_already_has_entered_nothing_more_than_the_placement(path: Trajectory) -> None:
    already = path.entries[0] - path.placement
    assert already.min() >= -1e-12
    assert (already - (path.occupancy[0] - path.placement)).min() >= -1e-12


# --- stages ---------------------------------------------------------------------------------------


def simulate(states: list[int], durations: Array) -> tuple[Array, Array, Array, Array]:
    """Walk through the stages of one draw in small steps."""
    occupancy = np.zeros((YEARS, N_STATES))
    entries = np.zeros((YEARS, N_STATES))
    since = np.zeros((YEARS, YEARS, N_STATES))
    placement = np.zeros(N_STATES)
    left = [round(duration * TICKS) for duration in durations]
    left[-1] = 10**9
    stage, before, entered = 0, -1, 0
    for tick in range(YEARS * TICKS):
        while left[stage] == 0:
            stage += 1
        left[stage] -= 1
        state = states[stage]
        if state != before:
            entered = tick
            placement[state] += tick == 0
            for later in range(tick, min(tick + TICKS, YEARS * TICKS)):
                entries[later // TICKS, state] += 1 / TICKS
        occupancy[tick // TICKS, state] += 1 / TICKS
        since[(tick - entered) // TICKS, tick // TICKS, state] += 1 / TICKS
        before = state
    return occupancy, entries, placement, since


@some
@given(stage_inputs())
def test_stages_agree_with_a_walk_in_small_steps(inputs: dict[str, Any]) -> None:
    path = stages.trajectory(**inputs)
    since = stages.time_since_entry(**inputs)
    for draw in range(inputs["durations"].shape[1]):
        occupancy, entries, placement, time = simulate(inputs["states"], inputs["durations"][:, draw])
        np.testing.assert_allclose(path.occupancy[..., draw], occupancy, rtol=0, atol=1e-12)
        np.testing.assert_allclose(path.entries[..., draw], entries, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(path.placement[..., draw], placement)
        np.testing.assert_allclose(since[..., draw], time, rtol=0, atol=1e-12)


@some
@given(stage_inputs(), st.floats(0.0, 0.03))
def test_time_since_entry_sums_to_occupancy(inputs: dict[str, Any], odd: float) -> None:
    inputs["durations"] = inputs["durations"] * (1.0 + odd)
    since = stages.time_since_entry(**inputs)
    path = stages.trajectory(**inputs)
    assert since.shape == (YEARS, *path.occupancy.shape)
    assert since.min() >= 0.0
    np.testing.assert_allclose(since.sum(axis=0), path.occupancy, rtol=0, atol=1e-12)


def test_a_stay_of_four_and_a_half_years_is_four_full_years_and_a_half() -> None:
    path = stages.trajectory(states=[0, 1], durations=np.array([[4.5], [np.inf]]), n_states=2, years=7)
    assert path.occupancy[:, 0, 0].tolist() == [1, 1, 1, 1, 0.5, 0, 0]
    assert path.occupancy[:, 1, 0].tolist() == [0, 0, 0, 0, 0.5, 1, 1]
    assert path.entries[:, 0, 0].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert path.entries[:, 1, 0].tolist() == [0, 0, 0, 0, 0.5, 0.5, 0]
    assert path.placement[:, 0].tolist() == [1, 0]


def test_a_quantity_by_year_since_entry_follows_the_stay_and_not_the_calendar() -> None:
    since = stages.time_since_entry(states=[0, 1], durations=np.array([[0.5], [1.0]]), n_states=2, years=3)
    by_year_since_entry = column(100.0, 10.0, 1.0)
    assert np.tensordot(by_year_since_entry, since[:, :, 1, 0], axes=1).tolist() == [50.0, 55.0, 5.5]


def test_the_last_stage_fills_whatever_its_length_says() -> None:
    short, endless = (
        stages.trajectory(states=[0, 1], durations=np.array([[1.5], [last]]), n_states=2, years=5)
        for last in (0.0, np.inf)
    )
    np.testing.assert_array_equal(short.occupancy, endless.occupancy)
    np.testing.assert_array_equal(short.entries, endless.entries)


def test_a_stage_without_end_is_never_left() -> None:
    durations = np.array([[1.0], [np.inf], [2.0], [np.inf]])
    path = stages.trajectory(states=[0, 1, 0, 2], durations=durations, n_states=3, years=4)
    since = stages.time_since_entry(states=[0, 1, 0, 2], durations=durations, n_states=3, years=4)
    assert path.occupancy[:, :, 0].tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]]
    assert path.entries[:, :, 0].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    np.testing.assert_array_equal(since.sum(axis=0), path.occupancy)


def test_a_stage_that_follows_one_in_the_same_state_is_no_entry() -> None:
    durations = np.array([[1.0, 1.0], [0.0, 1.0], [np.inf, np.inf]])
    path = stages.trajectory(states=[0, 1, 0], durations=durations, n_states=2, years=4)
    assert path.entries[:, 0, 0].tolist() == [1, 0, 0, 0]
    assert path.entries[:, 0, 1].tolist() == [1, 0, 1, 0]
    assert path.entries[:, 1].tolist() == [[0, 0], [0, 1], [0, 0], [0, 0]]


def test_a_first_stage_of_no_length_places_in_the_next() -> None:
    path = stages.trajectory(states=[0, 1], durations=np.array([[0.0], [1.0]]), n_states=2, years=1)
    assert path.placement[:, 0].tolist() == [0, 1]
    assert path.entries[0, :, 0].tolist() == [0, 1]


# --- duration -------------------------------------------------------------------------------------


def survival(inputs: dict[str, Any], draw: int) -> Callable[[float], float]:
    """The share still there after u years, from scipy's distributions."""
    name, k = inputs["distribution"], inputs["shape"][draw]
    unit = {
        "fixed": stats.uniform(loc=1.0, scale=0.0),
        "exponential": stats.expon(),
        "weibull": stats.weibull_min(k),
        "lognormal": stats.lognorm(k),
    }[name]
    if name == "fixed":
        scale = (inputs["median"] if inputs["mean"] is None else inputs["mean"])[draw]
    elif inputs["mean"] is None:
        scale = inputs["median"][draw] / unit.median()
    else:
        scale = inputs["mean"][draw] / unit.mean()

    def left(u: float) -> float:
        time = inputs["speed_up"][draw] * (u + inputs["shorten"][draw]) / scale
        return float(time < 1.0) if name == "fixed" else float(unit.sf(time))

    return left


@settings(max_examples=40, deadline=None)
@given(duration_inputs())
def test_duration_is_the_numerical_integral_of_the_survival_curve(inputs: dict[str, Any]) -> None:
    path = duration.trajectory(**inputs)
    left = survival(inputs, 0)
    for year in range(YEARS):
        if inputs["distribution"] == "fixed":
            grid = year + (np.arange(2000) + 0.5) / 2000
            area, tolerance = float(np.mean([left(u) for u in grid])), 1 / 2000
        else:
            area, tolerance = integrate.quad(left, year, year + 1, epsabs=1e-11, limit=400)[0], 1e-7
        assert path.occupancy[year, 2, 0] == pytest.approx(area, abs=tolerance)
        assert path.occupancy[year, 0, 0] == pytest.approx(1.0 - area, abs=tolerance)


def plain(distribution: duration.Distribution, **given: Any) -> Trajectory:
    arguments: dict[str, Any] = {
        "median": None,
        "mean": None,
        "shape": column(1.3),
        "speed_up": column(1.0),
        "shorten": column(0.0),
        "from_state": 0,
        "to_state": 1,
        "n_states": 2,
        "years": 10,
    }
    return duration.trajectory(distribution=distribution, **(arguments | given))


@pytest.mark.parametrize("distribution", get_args(duration.Distribution))
def test_all_the_time_spent_is_the_mean(distribution: duration.Distribution) -> None:
    path = plain(distribution, mean=column(3.7), shape=column(0.8), years=4000)
    assert path.occupancy[:, 0].sum() == pytest.approx(3.7, rel=1e-9)


@pytest.mark.parametrize("distribution", ["exponential", "weibull", "lognormal"])
def test_half_have_left_at_the_median(distribution: duration.Distribution) -> None:
    # Slowed down a million times, the first year after the median's moment is that moment alone.
    path = plain(distribution, median=column(6.0), speed_up=column(1e-6), shorten=column(6e6), years=1)
    assert path.occupancy[0, :, 0] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_exponential_in_closed_form() -> None:
    path = plain("exponential", mean=column(2.5))
    year = np.arange(10)
    expected = 2.5 * (np.exp(-year / 2.5) - np.exp(-(year + 1) / 2.5))
    np.testing.assert_allclose(path.occupancy[:, 0, 0], expected, rtol=1e-12)


def test_a_weibull_of_shape_one_is_exponential() -> None:
    weibull, exponential = (
        plain(name, median=column(2.0, 5.0), shape=column(1.0, 1.0)) for name in ("weibull", "exponential")
    )
    np.testing.assert_allclose(weibull.occupancy, exponential.occupancy, rtol=1e-12, atol=1e-15)


def test_a_fixed_time_is_two_stages() -> None:
    path = plain("fixed", median=column(2.25, 0.5, 12.0))
    walk = stages.trajectory(states=[0, 1], durations=np.array([[2.25, 0.5, 12.0], [np.inf] * 3]), n_states=2, years=10)
    np.testing.assert_allclose(path.occupancy, walk.occupancy, rtol=0, atol=1e-15)
    np.testing.assert_allclose(path.entries, walk.entries, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(path.placement, walk.placement)


def test_an_introduction_is_shortened_from_eight_years_to_four() -> None:
    path = plain("fixed", median=column(8.0), shorten=column(4.0))
    assert path.occupancy[:, 0, 0].tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_who_has_a_shorter_time_than_is_taken_off_leaves_at_once() -> None:
    path = plain("exponential", mean=column(2.0), shorten=column(1.0))
    at_once = 1.0 - np.exp(-0.5)
    untouched = plain("exponential", mean=column(2.0))
    np.testing.assert_allclose(path.occupancy[:, 0], (1.0 - at_once) * untouched.occupancy[:, 0], rtol=1e-12)
    assert path.placement[:, 0].tolist() == [1, 0]
    assert path.entries[0, 0, 0] == 1.0
    assert path.entries[0, 1, 0] == path.occupancy[0, 1, 0]
    assert plain("fixed", median=column(2.0), shorten=column(3.0)).entries[0, :, 0].tolist() == [1, 1]


def test_duration_wants_one_of_median_and_mean() -> None:
    both = {"median": column(1.0), "mean": column(1.0)}
    for times in ({}, both):
        with pytest.raises(ValueError, match=r"^duration: give exactly one of median and mean$"):
            plain("fixed", **times)


@pytest.mark.parametrize("time", ["median", "mean"])
@pytest.mark.parametrize("distribution", ["weibull", "lognormal"])
def test_duration_wants_a_shape(distribution: duration.Distribution, time: str) -> None:
    with pytest.raises(ValueError, match=r"^duration: weibull and lognormal need a shape$"):
        plain(distribution, shape=None, **{time: column(1.0)})


# --- curve ----------------------------------------------------------------------------------------


def two_state_curve(at: list[int], shares: list[float], counts: Literal["average", "start"]) -> Trajectory:
    return curve.trajectory(
        at=np.array(at, dtype=np.float64),
        shares=np.array(shares)[:, np.newaxis],
        counts=counts,
        target=1,
        other=0,
        n_states=2,
        years=6,
    )


def test_a_curve_is_linear_between_points_and_held_at_the_end() -> None:
    path = two_state_curve([0, 2, 4], [0.0, 0.5, 0.6], "average")
    np.testing.assert_allclose(path.occupancy[:, 1, 0], [0, 0.25, 0.5, 0.55, 0.6, 0.6])
    np.testing.assert_allclose(path.entries[:, 1, 0], [0, 0.25, 0.25, 0.05, 0.05, 0], atol=1e-15)
    assert path.entries[:, 0, 0].tolist() == [1, 0, 0, 0, 0, 0]


def test_a_curve_of_points_at_the_start_of_the_year_is_averaged_with_the_next() -> None:
    path = two_state_curve([0, 2, 4], [0.0, 0.5, 0.6], "start")
    np.testing.assert_allclose(path.occupancy[:, 1, 0], [0.125, 0.375, 0.525, 0.575, 0.6, 0.6])
    np.testing.assert_allclose(path.entries[:, 1, 0], [0.125, 0.25, 0.15, 0.05, 0.025, 0], atol=1e-15)
    assert path.placement[:, 0].tolist() == [1, 0]


def test_a_falling_curve_gives_entries_back() -> None:
    average = two_state_curve([0, 1, 2], [0.8, 0.5, 0.6], "average")
    np.testing.assert_allclose(average.entries[:, 1, 0], [0.8, 0, 0.1, 0, 0, 0], atol=1e-15)
    np.testing.assert_allclose(average.entries[:, 0, 0], [0.2, 0.3, 0, 0, 0, 0], atol=1e-15)
    start = two_state_curve([0, 1, 2], [0.8, 0.5, 0.6], "start")
    np.testing.assert_allclose(start.entries[:, 1, 0], [0.8, 0, 0.05, 0, 0, 0], atol=1e-15)
    np.testing.assert_allclose(start.entries[:, 0, 0], [0.35, 0.1, 0, 0, 0, 0], atol=1e-15)


def test_a_curve_of_one_point_is_level() -> None:
    path = two_state_curve([0], [0.3], "start")
    np.testing.assert_allclose(path.occupancy[:, 1, 0], 0.3)


@some
@given(curve_inputs())
def test_curve_agrees_with_numpy(inputs: dict[str, Any]) -> None:
    path = curve.trajectory(**inputs)
    for draw in range(inputs["shares"].shape[1]):
        points = np.interp(np.arange(YEARS + 1), inputs["at"], inputs["shares"][:, draw])
        year = points[:-1] if inputs["counts"] == "average" else np.array([points[:-1], points[1:]]).mean(axis=0)
        np.testing.assert_allclose(path.occupancy[:, 1, draw], year, rtol=0, atol=1e-12)


# --- markov ---------------------------------------------------------------------------------------


@some
@given(markov_inputs())
def test_markov_agrees_with_matrix_products(inputs: dict[str, Any]) -> None:
    path = markov.trajectory(**inputs)
    for draw in range(path.occupancy.shape[2]):
        at_start = inputs["initial"][:, draw]
        came_before = at_start
        for year in range(YEARS):
            matrix = inputs["transitions"][year, ..., draw]
            at_end = at_start @ matrix
            came = np.array([sum(at_start[r] * matrix[r, s] for r in range(3) if r != s) for s in range(3)])
            first = at_start if year == 0 else 0.0
            occupancy, entries = {
                "start": (at_start, came_before),
                "end": (at_end, came + first),
                "mid": ((at_start + at_end) / 2, (came_before + came + first) / 2),
            }[inputs["counting"]]
            np.testing.assert_allclose(path.occupancy[year, :, draw], occupancy, rtol=0, atol=1e-12)
            np.testing.assert_allclose(path.entries[year, :, draw], entries, rtol=0, atol=1e-12)
            at_start, came_before = at_end, came


def test_a_constant_chain_is_a_matrix_power() -> None:
    matrix = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.0, 0.0, 1.0]])
    transitions = np.repeat(matrix[np.newaxis, :, :, np.newaxis], 30, axis=0)
    path = markov.trajectory(initial=column(1, 0, 0)[:, np.newaxis], transitions=transitions, counting="end")
    for year in (0, 4, 29):
        np.testing.assert_allclose(path.occupancy[year, :, 0], np.linalg.matrix_power(matrix, year + 1)[0], rtol=1e-12)


def test_markov_takes_draws_of_either_input() -> None:
    one = np.full((2, 2, 2, 1), 0.5)
    two = np.repeat(one, 2, axis=3)
    single, double = np.array([[1.0], [0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    for initial, transitions in ((single, two), (double, one)):
        path = markov.trajectory(initial=initial, transitions=transitions, counting="mid")
        assert path.occupancy.shape == (2, 2, 2)
        assert path.placement.shape == (2, 2)


@some
@given(markov_inputs(), st.sampled_from(TIMINGS))
def test_a_draw_is_the_same_whatever_stands_beside_it(inputs: dict[str, Any], counting: Timing) -> None:
    inputs["counting"] = counting
    together = markov.trajectory(**inputs)
    last = inputs["initial"].shape[1] - 1
    alone = markov.trajectory(
        initial=inputs["initial"][:, last:], transitions=inputs["transitions"][..., last:], counting=counting
    )
    np.testing.assert_allclose(alone.occupancy[..., 0], together.occupancy[..., last], rtol=1e-12)
    np.testing.assert_allclose(alone.entries[..., 0], together.entries[..., last], rtol=1e-12)


def hiv_transitions(risk: Array) -> Array:
    """From yearly counts of moves between A, B, C and dead; each move to a worse state times the risk."""
    counts = np.array([[1251, 350, 116, 17], [0, 731, 512, 15], [0, 0, 1312, 437], [0, 0, 0, 1]])
    matrix = counts / counts.sum(axis=1, keepdims=True)
    worse = np.triu(matrix, k=1)
    yearly: Array = worse[np.newaxis] * risk[:, np.newaxis, np.newaxis]
    stay = np.einsum("yss->ys", yearly)
    stay[...] = 1.0 - yearly.sum(axis=2)
    return yearly[..., np.newaxis]


def test_hiv_zidovudine_and_lamivudine() -> None:
    # Chancellor et al. (1997), as in Briggs, Claxton & Sculpher (2006), example 2.5.
    years = 20
    risk = np.ones(years)
    two_drugs = np.where(np.arange(years) < 2, 1.0, 0.0)
    state_cost = column(2756, 3052, 9007, 0)
    alive = column(1, 1, 1, 0)
    factors = discount_factors(rates=np.full(years, 0.06), timing="end", offset=0, years=years)
    costs, life_years = [], []
    for lamivudine in (0.0, 1.0):
        relative_risk = np.where(lamivudine * two_drugs > 0.0, 0.509, risk)
        path = markov.trajectory(
            initial=column(1, 0, 0, 0)[:, np.newaxis],
            transitions=hiv_transitions(relative_risk),
            counting="end",
        )
        drugs = 2278.0 + lamivudine * two_drugs * 2086.50
        yearly = path.occupancy[..., 0] @ state_cost + (path.occupancy[..., 0] @ alive) * drugs
        costs.append(float(present_value(amounts=yearly, factors=factors)))
        life_years.append(float((path.occupancy[..., 0] @ alive).sum()))
    assert costs == pytest.approx([44_663.45, 50_601.65], abs=0.005)
    assert life_years == pytest.approx([7.991207, 8.937389], abs=5e-7)
    assert (costs[1] - costs[0]) / (life_years[1] - life_years[0]) == pytest.approx(6275.956, abs=0.0005)
