"""The value of information against closed forms and its own laws."""

import math
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from utanforskap.analysis.value_of_information import (
    PAIRED,
    Acceptability,
    Worth,
    acceptability,
    do_or_not,
    evpi,
    evppi,
)

Array = NDArray[np.float64]
N01 = NormalDist()
DRAWS = 40_000


def expected_gain(mean: float, sd: float) -> float:
    """E[max(X, 0)] of a normal X: the unit normal loss integral (Raiffa & Schlaifer, 1961)."""
    return mean * N01.cdf(mean / sd) + sd * N01.pdf(mean / sd)


def near(worth: Worth, true: float) -> bool:
    return abs(worth.value - true) <= 3.0 * worth.standard_error


# The closed form: net benefit p1 - p2, p1 ~ N(1, 1), p2 ~ N(0, sd 2). The best on average brings 1, and what is known
# of p1 - p2 has the standard deviation of what is known of its parts.
KNOWN = {
    "p1": expected_gain(1.0, 1.0) - 1.0,
    "p2": expected_gain(1.0, 2.0) - 1.0,
    "both": expected_gain(1.0, math.sqrt(5.0)) - 1.0,
    "noise": 0.0,
}


def two_normals(seed: int, draws: int = DRAWS) -> tuple[Array, dict[str, Array], dict[str, list[str]]]:
    rng = np.random.default_rng(seed)
    inputs = {"p1": rng.normal(1.0, 1.0, draws), "p2": rng.normal(0.0, 2.0, draws), "noise": rng.normal(size=draws)}
    groups = {"p1": ["p1"], "p2": ["p2"], "both": ["p1", "p2"], "noise": ["noise"]}
    return do_or_not(inputs["p1"] - inputs["p2"]), inputs, groups


def test_the_closed_form_is_the_printed_one() -> None:
    assert KNOWN["both"] == pytest.approx(0.479811, abs=5e-7)
    assert KNOWN["p1"] == pytest.approx(0.083315, abs=5e-7)
    assert KNOWN["p2"] == pytest.approx(0.395593, abs=5e-7)


@pytest.mark.parametrize("seed", range(4))
def test_two_normals(seed: int) -> None:
    benefits, inputs, groups = two_normals(seed)
    everything = evpi(benefits)
    assert near(everything, KNOWN["both"])
    assert everything.standard_error < 0.006
    worth = evppi(benefits, inputs=inputs, groups=groups)
    assert list(worth) == list(groups)
    for label in ("p1", "p2", "both"):
        assert near(worth[label], KNOWN[label]), label
    assert worth["both"].value == pytest.approx(everything.value, rel=1e-9)
    assert worth["noise"] == Worth(0.0, 0.0, 0.0)


def test_knowing_a_product_and_each_of_its_factors() -> None:
    # X = A * B with A, B ~ N(0, 1): E|A * B| / 2 = (2 / pi) / 2; and neither factor alone moves what is expected.
    rng = np.random.default_rng(1)
    inputs = {"a": rng.normal(size=DRAWS), "b": rng.normal(size=DRAWS)}
    gain = inputs["a"] * inputs["b"]
    worth = evppi(do_or_not(gain), inputs=inputs, groups={"a": ["a"], "b": ["b"], "ab": ["b", "a"]})
    assert near(worth["ab"], 1.0 / math.pi)
    assert worth["a"].value < 0.01
    assert worth["b"].value < 0.01


def test_an_input_whose_effect_turns() -> None:
    # X = A² - 1 + B - 0.2: E[max(A² - c, 0)] with c = 1.2 is 2 * (√c φ(√c) + (1 - c) Φ(-√c)).
    rng = np.random.default_rng(2)
    inputs = {"a": rng.normal(size=DRAWS), "b": rng.normal(size=DRAWS)}
    gain = inputs["a"] ** 2 - 1.2 + inputs["b"]
    root = math.sqrt(1.2)
    true = 2.0 * (root * N01.pdf(root) - 0.2 * N01.cdf(-root))
    worth = evppi(do_or_not(gain), inputs=inputs, groups={"a": ["a"], "b": ["b"]})
    assert near(worth["a"], true)
    assert near(worth["b"], expected_gain(-0.2, 1.0))


def test_four_factors_of_an_effect() -> None:
    # success × (1 - deadweight) × attribution × (1 - displacement) × price - cost, all of them known but the cost.
    rng = np.random.default_rng(3)
    factors = {name: rng.beta(8.0, 4.0, DRAWS) for name in ("success", "alone", "attribution", "placed")}
    effect = np.prod(list(factors.values()), axis=0)
    cost = rng.normal(0.2, 0.05, DRAWS)
    worth = evppi(do_or_not(effect - cost), inputs=factors, groups={"all": list(factors)})
    known = effect - 0.2
    true = float(np.maximum(known, 0.0).mean() - max(known.mean(), 0.0))
    assert worth["all"].raw == pytest.approx(true, rel=0.02)


def test_between_alternatives() -> None:
    # The best of k independent standard normals is expected at 0.5642 (k = 2) and 0.8463 (k = 3) (Harter, 1961).
    rng = np.random.default_rng(4)
    draws = rng.normal(size=(3, DRAWS))
    inputs = dict(zip("abc", draws, strict=True))
    assert near(evpi(draws), 0.8463)
    assert near(evpi(draws[:2]), 0.5642)
    worth = evppi(draws, inputs=inputs, groups={"a": ["a"], "ab": ["a", "b"], "abc": ["a", "b", "c"]})
    assert near(worth["abc"], 0.8463)
    assert near(worth["a"], N01.pdf(0.0))


def test_inputs_that_follow_from_each_other() -> None:
    rng = np.random.default_rng(5)
    share = rng.beta(3.0, 7.0, DRAWS)
    inputs = {"yes": share, "no": 1.0 - share, "again": share * 100.0, "level": np.full(DRAWS, 4.0)}
    gain = do_or_not(share - 0.28)
    worth = evppi(gain, inputs=inputs, groups={"yes": ["yes"], "all": list(inputs), "level": ["level"]})
    assert worth["yes"].raw == pytest.approx(evpi(gain).value, rel=1e-6)
    assert worth["all"].raw == pytest.approx(evpi(gain).value, rel=1e-6)
    assert worth["level"] == Worth(0.0, 0.0, 0.0)


# Laws.


@given(seed=st.integers(0, 10**6), alternatives=st.integers(2, 4), draws=st.integers(100, 400))
def test_never_negative_and_never_less_for_more(seed: int, alternatives: int, draws: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = {name: rng.gamma(1.0 + position, 1.0, draws) for position, name in enumerate("abc")}
    weights = rng.normal(size=(alternatives, 3))
    benefits = weights @ np.array(list(inputs.values())) + rng.normal(size=(alternatives, draws))
    groups = {"".join(some): list(some) for size in (1, 2, 3) for some in combinations("abc", size)}
    worth = evppi(benefits, inputs=inputs, groups=groups)
    most = evpi(benefits).value
    for label, one in worth.items():
        assert 0.0 <= one.value <= most
        assert one.raw >= 0.0
        assert one.standard_error >= 0.0
        assert one.value == min(most, max(worth[part].raw for part in groups if set(part) <= set(label)))


def test_a_group_has_its_parts_worth_where_its_own_estimate_is_less() -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        inputs = {name: rng.exponential(1.0, 200) for name in "ab"}
        gain = inputs["a"] ** 2 - 2.0 + rng.normal(size=200)
        worth = evppi(do_or_not(gain), inputs=inputs, groups={"a": ["a"], "ab": ["a", "b"]})
        if worth["ab"].raw < worth["a"].raw:
            assert worth["ab"].value == worth["a"].value
            assert worth["ab"].standard_error == worth["a"].standard_error
            return
    pytest.fail("no case was found in which a group's own estimate is less than a part's")


def test_the_order_of_groups_and_names_changes_nothing() -> None:
    benefits, inputs, groups = two_normals(6, draws=2000)
    turned = {label: list(reversed(names)) for label, names in reversed(groups.items())}
    assert evppi(benefits, inputs=inputs, groups=groups) == evppi(benefits, inputs=inputs, groups=turned)


def test_the_standard_error_is_that_of_repetition() -> None:
    runs = [two_normals(seed, draws=2000) for seed in range(60)]
    each = [evppi(benefits, inputs=inputs, groups=groups) for benefits, inputs, groups in runs]
    for label, low, high in (("p1", 0.9, 1.6), ("p2", 0.8, 1.4), ("both", 0.8, 1.3)):
        spread = float(np.std([worth[label].value for worth in each], ddof=1))
        stated = float(np.mean([worth[label].standard_error for worth in each]))
        assert low < stated / spread < high, label


def test_an_input_without_effect_is_worth_next_to_nothing() -> None:
    # Benefits that are products scatter more for some inputs than for others; noise must not pass for knowledge.
    worth = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        inputs = {"idle": rng.gamma(2.0, 1.0, 5000), "price": rng.gamma(9.0, 1.0, 5000)}
        gain = (inputs["idle"] + 1.0) * rng.normal(size=5000) + inputs["price"] - 9.0
        worth.append(evppi(do_or_not(gain), inputs=inputs, groups={"idle": ["idle"]})["idle"].value)
    assert np.mean(worth) < 0.01


def test_scaled_to_a_population() -> None:
    assert Worth(2.0, 1.0, 0.5).scaled(300.0) == Worth(600.0, 300.0, 150.0)
    with pytest.raises(ValueError, match=r"^The population is -1: it must be 0 or more\.$"):
        Worth(2.0, 1.0, 0.5).scaled(-1.0)


def test_the_worth_of_knowing_scales_with_the_unit() -> None:
    benefits, inputs, groups = two_normals(7, draws=5000)
    kronor = evppi(benefits * 1e6, inputs={name: 1e3 * draws + 5e5 for name, draws in inputs.items()}, groups=groups)
    for label, worth in evppi(benefits, inputs=inputs, groups=groups).items():
        assert kronor[label].value == pytest.approx(1e6 * worth.value, rel=1e-6)


def test_few_draws_take_fewer_terms_and_too_few_are_refused() -> None:
    rng = np.random.default_rng(8)
    inputs = {str(position): rng.normal(size=300) for position in range(12)}
    gain = do_or_not(np.sum(list(inputs.values()), axis=0))
    some = evppi(gain, inputs=inputs, groups={"all": list(inputs)})
    assert some["all"].value == pytest.approx(evpi(gain).value, rel=1e-9)
    few = {name: draws[:200] for name, draws in inputs.items()}
    message = "^What 12 inputs are worth takes at least 260 draws, and there are 200\\.$"
    with pytest.raises(ValueError, match=message):
        evppi(gain[:, :200], inputs=few, groups={"all": list(few)})


def test_many_inputs_keep_to_the_strongest_for_products() -> None:
    # Twenty inputs, of which only two go together; the two that move the gain most.
    rng = np.random.default_rng(9)
    inputs = {str(position): rng.normal(size=20_000) for position in range(20)}
    rest = 0.1 * np.sum(list(inputs.values()), axis=0)
    gain = do_or_not(inputs["3"] + inputs["7"] + 2.0 * inputs["3"] * inputs["7"] + rest)
    assert len(inputs) > PAIRED[2]
    worth = evppi(gain, inputs=inputs, groups={"all": list(inputs)})["all"]
    assert worth.raw == pytest.approx(evpi(gain).value, rel=1e-3)


def test_what_cannot_be_decided_by_is_refused() -> None:
    gain = np.array([1.0, math.nan])
    message = "^A benefit is infinite or not a number in some draw: there is nothing to decide by\\.$"
    with pytest.raises(ValueError, match=message):
        evpi(do_or_not(gain))
    message = "^A cost, an effect or a threshold is infinite or not a number: there is nothing to decide by\\.$"
    with pytest.raises(ValueError, match=message):
        acceptability(costs=do_or_not(gain), effects=np.zeros((2, 2)), thresholds=np.zeros(1))


# Acceptability.


def plain(costs: Array, effects: Array, thresholds: Array) -> Any:
    """The curves in three loops."""
    shares = np.zeros((len(thresholds), len(costs)))
    for at, threshold in enumerate(thresholds):
        for draw in range(costs.shape[1]):
            benefits = [threshold * effects[d, draw] - costs[d, draw] for d in range(len(costs))]
            shares[at, benefits.index(max(benefits))] += 1.0 / costs.shape[1]
    return shares


@given(seed=st.integers(0, 10**6), alternatives=st.integers(1, 4), whole=st.booleans())
def test_acceptability_is_what_counting_gives(seed: int, alternatives: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    costs, effects = rng.normal(size=(2, alternatives, 60))
    if whole:  # many draws in which alternatives are equally good
        costs, effects = np.round(costs), np.round(effects)
    thresholds = np.array([0.0, 0.5, 1.0, 3.0])
    found = acceptability(costs=costs, effects=effects, thresholds=thresholds)
    np.testing.assert_allclose(found.shares, plain(costs, effects, thresholds), atol=1e-12)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1.0, rtol=1e-12)
    for at, threshold in enumerate(thresholds):
        benefits = threshold * effects - costs
        everything = evpi(benefits)
        assert found.best[at] == np.argmax(benefits.mean(axis=1))
        assert found.evpi[at] == pytest.approx(everything.value, abs=1e-12)
        assert found.evpi_error[at] == pytest.approx(everything.standard_error, abs=1e-9)


def test_the_first_of_equals_is_chosen() -> None:
    costs = np.zeros((3, 10_000))
    found = acceptability(costs=costs, effects=costs, thresholds=np.array([1.0]))
    assert found.shares.tolist() == [[1.0, 0.0, 0.0]]
    assert found.best.tolist() == [0]
    assert found.evpi.tolist() == [0.0]


def test_acceptability_of_two_normals() -> None:
    # The second costs N(1, 1) more and brings N(2, 1) more: at λ it is best with probability Φ((2λ - 1) / √(1 + λ²)).
    rng = np.random.default_rng(10)
    costs, effects = rng.normal(1.0, 1.0, DRAWS), rng.normal(2.0, 1.0, DRAWS)
    thresholds = np.linspace(0.0, 3.0, 7)
    found: Acceptability = acceptability(costs=do_or_not(costs), effects=do_or_not(effects), thresholds=thresholds)
    for at, threshold in enumerate(thresholds):
        mean, sd = 2.0 * threshold - 1.0, math.hypot(1.0, threshold)
        assert abs(found.shares[at, 1] - N01.cdf(mean / sd)) < 4.0 * found.shares_error[at, 1]
        assert abs(found.evpi[at] - expected_gain(mean, sd) + max(mean, 0.0)) < 4.0 * found.evpi_error[at]
