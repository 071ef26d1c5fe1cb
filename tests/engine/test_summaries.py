"""Summaries of blocks against the draws themselves."""

import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from utanforskap.engine.summaries import BINS, Bins, Summary

Array = NDArray[np.float64]
SHARES = (0.0, 0.001, 0.05, 0.25, 0.5, 0.9, 0.95, 0.999, 1.0)
FIELDS = ("mean", "variance", "minimum", "maximum", "positive", "below", "above", "undefined", "histogram")


def blocks_of(values: Array, size: int) -> list[Array]:
    return [values[..., at : at + size] for at in range(0, values.shape[-1], size)]


def summed(values: Array, *, size: int = 4096) -> Summary:
    first, *rest = blocks_of(values, size)
    summary = Summary.of(first)
    for number, values_of_block in enumerate(rest, start=1):
        summary = summary.merge(Summary.of(values_of_block, block=number, bins=summary.bins))
    return summary


def columns(seed: int = 1, draws: int = 20_000) -> Array:
    """Draws of many shapes, one row a column."""
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(draws)
    return np.array(
        [
            normal,
            1e9 + normal,
            np.exp(2.0 * normal),
            -np.exp(normal),
            rng.random(draws),
            np.where(rng.random(draws) < 0.7, 0.0, normal),
            np.where(rng.random(draws) < 0.999, 0.0, normal),
            rng.poisson(3.0, draws),
            rng.standard_cauchy(draws),
            np.full(draws, 0.1),
            np.zeros(draws),
            np.where(np.arange(draws) < 4096, 5.0, normal),
        ]
    )


# Against the draws.


def test_the_figures_are_those_of_the_draws() -> None:
    values = columns()
    summary = summed(values)
    np.testing.assert_allclose(summary.mean, values.mean(axis=1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(summary.variance, values.var(axis=1, ddof=1), rtol=1e-9, atol=1e-25)
    np.testing.assert_allclose(summary.sd, values.std(axis=1, ddof=1), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(summary.minimum, values.min(axis=1))
    np.testing.assert_array_equal(summary.maximum, values.max(axis=1))
    np.testing.assert_array_equal(summary.probability_positive, np.mean(values > 0.0, axis=1))
    np.testing.assert_array_equal(summary.count, 20_000)
    np.testing.assert_array_equal(summary.histogram.sum(axis=-1), 20_000)


def test_the_quantiles_are_within_their_resolution() -> None:
    values = columns()
    summary = summed(values)
    exact = np.quantile(values, SHARES, axis=1, method="inverted_cdf")
    off = np.abs(summary.quantile(SHARES) - exact)
    assert np.all(off <= summary.resolution(SHARES) + 1e-9 * np.abs(exact))
    np.testing.assert_array_equal(summary.quantile(0.5)[-3:-1], [0.1, 0.0])


def test_the_resolution_is_fine_where_intervals_are_read() -> None:
    values = columns()[:5]
    summary = summed(values)
    ninety = np.quantile(values, 0.95, axis=1) - np.quantile(values, 0.05, axis=1)
    for share in (0.01, 0.05, 0.5, 0.95, 0.99):
        resolution = summary.resolution(share)
        assert np.all(resolution < 1.0001 * summary.bins.width)
        assert np.all(resolution < np.array([0.002, 0.002, 0.01, 0.004, 0.002]) * ninety), share


def test_quantiles_rise_with_their_share() -> None:
    summary = summed(columns())
    assert np.all(np.diff(summary.quantile(np.linspace(0.0, 1.0, 101)), axis=0) >= 0.0)
    np.testing.assert_array_equal(summary.quantile(0.0) >= summary.minimum, True)
    np.testing.assert_array_equal(summary.quantile(1.0) <= summary.maximum, True)


@given(
    values=st.lists(st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, 1.0 + 1e-15])), min_size=1, max_size=60),
    size=st.integers(1, 20),
    share=st.floats(0.0, 1.0),
)
def test_any_draws_are_summed_up(values: list[float], size: int, share: float) -> None:
    drawn = np.array([values])
    summary = summed(drawn, size=size)
    assert int(summary.histogram.sum()) == len(values)
    assert summary.mean[0] == pytest.approx(drawn.mean(), rel=1e-9, abs=1e-9)
    exact = float(np.sort(drawn[0])[max(math.ceil(share * len(values) - 1e-9), 1) - 1])
    assert abs(summary.quantile(share)[0] - exact) <= summary.resolution(share)[0] + 1e-6 * (1.0 + abs(exact))


def test_the_shape_of_the_columns_is_kept() -> None:
    values = columns()[:6].reshape(2, 3, -1)
    summary, flat = summed(values), summed(values.reshape(6, -1))
    assert summary.mean.shape == (2, 3)
    assert summary.quantile([0.05, 0.95]).shape == (2, 2, 3)
    assert summary.quantile(0.5).shape == (2, 3)
    assert summary.histogram.shape == (2, 3, BINS + 2)
    np.testing.assert_array_equal(summary.quantile([0.05, 0.95]).reshape(2, 6), flat.quantile([0.05, 0.95]))
    np.testing.assert_array_equal(summary.quantile_error(0.5).ravel(), flat.quantile_error(0.5))
    one = summed(values[0, 0])
    assert one.mean.shape == ()
    assert float(one.quantile(0.5)) == flat.quantile(0.5)[0]


# Draws that are not finite.


def test_draws_that_are_not_finite_are_counted_apart() -> None:
    rng = np.random.default_rng(2)
    values = rng.exponential(5.0, (2, 10_000))
    values[0, 3::10] = math.inf
    values[0, 4::10] = math.nan
    values[0, 5::20] = -math.inf
    summary = summed(values)
    defined = values[0][~np.isnan(values[0])]
    finite = values[0][np.isfinite(values[0])]
    assert (summary.undefined[0], summary.above[0], summary.below[0]) == (1000, 1000, 500)
    assert (summary.count[0], summary.finite[0]) == (9000, 7500)
    assert summary.mean[0] == pytest.approx(finite.mean(), rel=1e-12)
    assert summary.variance[0] == pytest.approx(finite.var(ddof=1), rel=1e-12)
    assert summary.probability_positive[0] == np.mean(defined > 0.0)
    inside = (0.06, 0.25, 0.5, 0.75, 0.88)
    exact = np.quantile(defined, inside, method="inverted_cdf")
    assert np.all(np.abs(summary.quantile(inside)[:, 0] - exact) <= summary.resolution(inside)[:, 0])
    assert summary.quantile([0.05, 0.9])[:, 0].tolist() == [-math.inf, math.inf]
    assert summary.resolution([0.05, 0.9])[:, 0].tolist() == [0.0, 0.0]
    assert math.isnan(summary.quantile_error(0.9)[0])
    np.testing.assert_array_equal(summary.mean[1], summed(values[1:]).mean[0])


def test_a_column_without_a_finite_draw() -> None:
    values = np.full((2, 100), math.nan)
    values[1] = math.inf
    summary = summed(values, size=40)
    assert np.all(np.isnan(summary.mean))
    assert np.all(np.isnan(summary.variance))
    assert summary.count.tolist() == [0, 100]
    assert np.isnan(summary.probability_positive).tolist() == [True, False]
    assert np.isnan(summary.quantile(0.5)).tolist() == [True, False]
    assert summary.quantile(0.5)[1] == math.inf
    assert np.all(np.isnan(summary.mean_error))


# Merging.


def same(one: Summary, other: Summary) -> None:
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field), err_msg=field)


@given(order=st.permutations(range(7)), data=st.data())
def test_any_order_and_grouping_of_blocks_gives_the_same_bits(order: list[int], data: st.DataObject) -> None:
    values = columns(draws=700)
    blocks = blocks_of(values, 100)
    bins = Bins.over(blocks[0])
    parts = [Summary.of(blocks[block], block=block, bins=bins) for block in order]
    while len(parts) > 1:
        at = data.draw(st.integers(0, len(parts) - 2))
        parts[at : at + 2] = [parts[at].merge(parts[at + 1])]
    same(parts[0], summed(values, size=100))
    same(pickle.loads(pickle.dumps(parts[0])), parts[0])


def test_what_is_folded_takes_no_more_room() -> None:
    summary = summed(columns(draws=2000), size=100)
    assert len(summary.moments) == 1
    assert (summary.moments[0].first, summary.moments[0].after) == (0, 20)


def test_a_block_without_those_before_it_waits() -> None:
    blocks = blocks_of(columns(draws=400), 100)
    bins = Bins.over(blocks[0])
    late = Summary.of(blocks[2], block=2, bins=bins).merge(Summary.of(blocks[3], block=3, bins=bins))
    assert [some.first for some in late.moments] == [2, 3]
    np.testing.assert_allclose(late.mean, columns(draws=400)[:, 200:].mean(axis=1), rtol=1e-12, atol=1e-15)


def test_blocks_that_cannot_be_merged() -> None:
    one, other = blocks_of(columns(draws=200), 100)
    first = Summary.of(one)
    with pytest.raises(ValueError, match=r"^Block 0 is in both of two summaries that are merged\.$"):
        first.merge(Summary.of(other, block=0, bins=first.bins))
    message = "^Two summaries with different bins cannot be merged: take the bins of the first block\\.$"
    with pytest.raises(ValueError, match=message):
        first.merge(Summary.of(other, block=1))
    with pytest.raises(ValueError, match=r"^A quantile is asked for by a share from 0 to 1, not by 5\.0\.$"):
        first.quantile(5.0)


# Errors.


def test_the_stated_errors_are_those_of_repetition() -> None:
    # Two hundred simulations of 2 000 draws side by side: what they spread by is what each says of itself.
    values = np.random.default_rng(5).gamma(4.0, 1.0, (200, 2000))
    summary = summed(values - 2.0, size=500)
    for figures, errors in (
        (summary.mean, summary.mean_error),
        (summary.probability_positive, summary.probability_error),
        (summary.quantile(0.05), summary.quantile_error(0.05)),
        (summary.quantile(0.5), summary.quantile_error(0.5)),
        (summary.quantile(0.95), summary.quantile_error(0.95)),
    ):
        assert np.mean(errors) == pytest.approx(float(np.std(figures, ddof=1)), rel=0.15)


def test_a_probability_of_one_is_not_certain() -> None:
    summary = summed(1.0 + np.random.default_rng(6).random((1, 1000)))
    assert summary.probability_positive[0] == 1.0
    assert 0.0 < summary.probability_error[0] < 0.01 / 3.0


def test_bins_where_a_column_does_not_vary() -> None:
    level = np.full((3, 50), [[0.0], [-7.0], [1e-310]])
    bins = Bins.over(level)
    np.testing.assert_allclose(bins.width * BINS, [1.0, 7.0, 1.0])
    summary: Any = Summary.of(level)
    np.testing.assert_array_equal(summary.quantile(0.3), [0.0, -7.0, 1e-310])
    np.testing.assert_array_equal(summary.resolution(0.3), 0.0)
