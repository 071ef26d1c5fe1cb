"""What many draws amount to, kept block by block without the draws.

Every figure is of columns: values come as (column…, draw) and each figure has the shape (column…). Blocks may be summed
up on different workers and merged in any order or grouping: counts, extremes and histograms are exact, and means and
variances are folded in the order of the blocks' numbers, so that not a bit depends on it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.inputs.values.distributions import Array

Counts = NDArray[np.int64]

BINS = 1024
"""How many bins of one width a histogram has; beside them it has an open one at each end."""

_SPAN = 0.005  # the share of the first block that is left out at each end of what the bins reach over
_MARGIN = 0.1  # of what lies between them, added on each side
_LEVEL = 1e-9  # of the size of a column's draws: what they must differ by for the bins to be as narrow
_NOTHING = 1e-300
_ROUNDING = 1e-9  # of a rank, so that 0.05 * 100 is the fifth
_CHUNK = 8  # columns at a time, whose values and indices stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Where the bins of a histogram lie, one row a column.

    Attributes
    ----------
    origin, width : ndarray, shape (column…)
        Where the first bin begins, and how wide each is [unit of the values].
    """

    origin: Array
    width: Array

    @classmethod
    def over(cls, values: Array) -> Self:
        """Return bins over most of some first draws: their 0.5th to 99.5th percentile and a tenth more on each side.

        Parameters
        ----------
        values : array (column…, draw)
            Draws; those that are not finite are passed over.
        """
        ordered = np.sort(values, axis=-1)  # minus infinity first, then finite draws, infinity and what is no number
        below = np.sum(ordered == -math.inf, axis=-1)
        finite = np.sum(np.isfinite(ordered), axis=-1)

        def at(share: float) -> Array:
            place = below + np.rint(share * np.maximum(finite - 1, 0)).astype(np.int64)
            drawn = np.take_along_axis(ordered, np.minimum(place, ordered.shape[-1] - 1)[..., np.newaxis], -1)[..., 0]
            return np.where(finite > 0, drawn, 0.0)

        low, high = at(_SPAN), at(1.0 - _SPAN)
        low, high = np.where(low < high, low, at(0.0)), np.where(low < high, high, at(1.0))
        size = np.maximum(np.abs(low), np.abs(high))
        size = np.where(size > _NOTHING, size, 1.0)
        room = np.where(high - low > _LEVEL * size, _MARGIN * (high - low), 0.5 * size)
        return cls(low - room, (high - low + 2.0 * room) / BINS)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Count, mean and sum of squared deviations of the finite draws of some blocks.

    Attributes
    ----------
    first, after : int
        The blocks from `first` up to, and without, `after`.
    count : ndarray of int, shape (column…)
        Finite draws.
    mean, squares : ndarray, shape (column…)
        Their mean, and their squared deviations from it in sum.
    """

    first: int
    after: int
    count: Counts
    mean: Array
    squares: Array

    def __add__(self, later: "Moments") -> "Moments":
        """Return the moments of both.

        References
        ----------
        Chan, T. F., Golub, G. H. & LeVeque, R. J. (1983). Algorithms for computing the sample variance. The American
        Statistician 37(3).
        """
        count = self.count + later.count
        share = later.count / np.maximum(count, 1)
        apart = later.mean - self.mean
        squares = self.squares + later.squares + apart**2 * self.count * share
        return Moments(self.first, later.after, count, self.mean + apart * share, squares)


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What the draws of some blocks amount to, by column.

    A draw that is not a number (an undefined ratio, say) counts in `undefined` alone. An infinite one (paid back never)
    counts in probabilities and percentiles, and not in mean and variance.

    Attributes
    ----------
    bins : Bins
        Of the histogram; the same in every summary of a run.
    histogram : ndarray of int, shape (column…, 1026)
        Finite draws: below the first bin, in each bin, and above the last.
    moments : tuple of Moments
        By block; those from the first block on without a gap are folded into one.
    minimum, maximum : ndarray, shape (column…)
        Of the finite draws; infinite where there is none.
    positive : ndarray of int, shape (column…)
        Draws above 0.
    below, above, undefined : ndarray of int, shape (column…)
        Draws that are minus infinite, infinite, and not a number.
    """

    bins: Bins
    histogram: Counts
    moments: tuple[Moments, ...]
    minimum: Array
    maximum: Array
    positive: Counts
    below: Counts
    above: Counts
    undefined: Counts

    @staticmethod
    def of(values: Array, *, block: int = 0, bins: Bins | None = None) -> "Summary":
        """Return the summary of one block.

        Parameters
        ----------
        values : array (column…, draw)
            The block's draws.
        block : int
            The block's number, from 0.
        bins : Bins or None
            Those of the run's first block; None for that block itself.
        """
        summing = Summing(values.shape[:-1], bins=bins)
        summing.put(..., values)
        summing.end(block)
        return summing.summary()

    def merge(self, other: "Summary") -> "Summary":
        """Return the summary of two summaries' blocks, which is the same in whatever order they are merged.

        Raises
        ------
        ValueError
            If the bins differ, or a block is in both.
        """
        alike = np.array_equal(self.bins.origin, other.bins.origin) and np.array_equal(
            self.bins.width, other.bins.width
        )
        if not alike:
            raise ValueError("Two summaries with different bins cannot be merged: take the bins of the first block.")
        return Summary(
            bins=self.bins,
            histogram=self.histogram + other.histogram,
            moments=_folded(self.moments + other.moments),
            minimum=np.minimum(self.minimum, other.minimum),
            maximum=np.maximum(self.maximum, other.maximum),
            positive=self.positive + other.positive,
            below=self.below + other.below,
            above=self.above + other.above,
            undefined=self.undefined + other.undefined,
        )

    @property
    def _all(self) -> Moments:
        whole = self.moments[0]
        for later in self.moments[1:]:
            whole += later
        return whole

    @property
    def finite(self) -> Counts:
        """How many draws are finite."""
        return self._all.count

    @property
    def count(self) -> Counts:
        """How many draws are defined: finite or infinite."""
        return self.finite + self.below + self.above

    @property
    def mean(self) -> Array:
        """Mean of the finite draws [unit of the values]; not a number where there is none."""
        whole = self._all
        return np.where(whole.count > 0, whole.mean, math.nan)

    @property
    def variance(self) -> Array:
        """Variance of the finite draws, by n - 1 [unit squared]; not a number for fewer than two."""
        whole = self._all
        return np.where(whole.count > 1, whole.squares / np.maximum(whole.count - 1, 1), math.nan)

    @property
    def sd(self) -> Array:
        """Standard deviation of the finite draws [unit of the values]."""
        return np.sqrt(self.variance)

    @property
    def mean_error(self) -> Array:
        """Standard error of the mean, ``sd / sqrt(n)`` [unit of the values]; too large for ``latin`` and ``sobol``."""
        return np.sqrt(self.variance / np.maximum(self.finite, 1))

    @property
    def probability_positive(self) -> Array:
        """Share of the defined draws that is above 0 [0 to 1]; not a number where none is defined."""
        count = self.count
        return np.where(count > 0, self.positive / np.maximum(count, 1), math.nan)

    @property
    def probability_error(self) -> Array:
        """Standard error of that share [0 to 1].

        With p = (k + 1) / (n + 2) it is ``sqrt(p * (1 - p) / n)``, which is not 0 when all draws are on one side.
        """
        count = self.count
        share = (self.positive + 1) / (count + 2)
        return np.where(count > 0, np.sqrt(share * (1.0 - share) / np.maximum(count, 1)), math.nan)

    def quantile(self, u: ArrayLike) -> Array:
        """Return the draws that shares u of the defined draws are at or below [shape (u…, column…)].

        It is the n·u-th smallest draw, rounded up, to within `resolution`: its bin is known, and its place in the bin
        is taken from its rank there.

        Parameters
        ----------
        u : array_like
            One share or more [0 to 1].
        """
        return self._located(self._spread(u))[0]

    def resolution(self, u: ArrayLike) -> Array:
        """Return how far those quantiles may be from the draws in question [shape (u…, column…), unit of the values].

        It is the width of a bin; in an open bin, what lies between its edge and the extreme.
        """
        return self._located(self._spread(u))[1]

    def quantile_error(self, u: ArrayLike) -> Array:
        """Return the standard error of those quantiles [shape (u…, column…), unit of the values].

        Half of what lies between the quantiles one standard error of a share to each side,
        ``u ± sqrt(u * (1 - u) / n)``; not a number where they are infinite.
        """
        shares = self._spread(u)
        error = np.sqrt(shares * (1.0 - shares) / np.maximum(self.count, 1))
        lower, upper = (self._located(np.clip(shares + sign * error, 0.0, 1.0))[0] for sign in (-1.0, 1.0))
        apart = np.full(shares.shape, math.nan)
        np.subtract(upper, lower, out=apart, where=np.isfinite(upper) & np.isfinite(lower))
        return apart / 2.0

    def _spread(self, u: ArrayLike) -> Array:
        """Return the shares asked for, for every column [shape (u…, column…)]."""
        u = np.asarray(u, dtype=np.float64)
        if not np.all((u >= 0.0) & (u <= 1.0)):
            raise ValueError(f"A quantile is asked for by a share from 0 to 1, not by {u.tolist()}.")
        columns = self.minimum.shape
        return np.broadcast_to(u.reshape(u.shape + (1,) * len(columns)), u.shape + columns)

    def _located(self, shares: Array) -> tuple[Array, Array]:
        """Return quantiles and their resolutions for shares of shape (u…, column…)."""
        reached = np.cumsum(self.histogram, axis=-1)
        count, finite = self.count, self.finite
        values, resolutions = np.empty(shares.shape), np.empty(shares.shape)
        for at in np.ndindex(shares.shape[: shares.ndim - self.minimum.ndim]):
            rank = np.maximum(np.ceil(shares[at] * count - _ROUNDING), 1.0) - self.below  # from 1, among the finite
            bin_ = np.minimum(np.sum(reached < rank[..., np.newaxis], axis=-1), BINS + 1)
            held, upto = (
                np.take_along_axis(some, bin_[..., np.newaxis], -1)[..., 0] for some in (self.histogram, reached)
            )
            low, high = (self.bins.origin + edge * self.bins.width for edge in (bin_ - 1, bin_))
            low = np.where(bin_ == 0, self.minimum, np.maximum(low, self.minimum))
            high = np.where(bin_ == BINS + 1, self.maximum, np.minimum(high, self.maximum))
            with np.errstate(invalid="ignore"):  # a column without finite draws has no extremes
                inside = low + (high - low) * (rank - 0.5 - upto + held) / np.maximum(held, 1)
                value = np.clip(inside, self.minimum, self.maximum)
                value = np.where(rank <= 0, -math.inf, np.where(rank > finite, math.inf, value))
                values[at] = np.where(count > 0, value, math.nan)
                resolutions[at] = np.where(np.isfinite(values[at]), np.abs(high - low), 0.0)
        return values, resolutions


class Summing:
    """Sums up blocks one after another, some of their columns at a time.

    Parameters
    ----------
    shape : tuple of int
        Of the columns.
    bins : Bins or None
        Those of the run's first block; None for that block itself, which is then summed up alone.
    """

    def __init__(self, shape: tuple[int, ...], *, bins: Bins | None) -> None:
        self._places = np.arange(math.prod(shape)).reshape(shape)
        columns = self._places.size
        self._makes_bins = bins is None
        self._origin, self._width = np.zeros(columns), np.ones(columns)
        if bins is not None:
            self._origin, self._width = bins.origin.ravel(), bins.width.ravel()
        self._count, self._mean, self._squares = np.zeros(columns, dtype=np.int64), np.zeros(columns), np.zeros(columns)
        self._moments: list[Moments] = []
        self._minimum, self._maximum = np.full(columns, math.inf), np.full(columns, -math.inf)
        self._positive, self._below, self._above, self._undefined = np.zeros((4, columns), dtype=np.int64)
        self._histogram = np.zeros(columns * (BINS + 2), dtype=np.int64)
        self._work = np.empty((_CHUNK, 0))

    def put(self, at: Any, values: Array) -> None:
        """Sum up some columns of a block, each of them once.

        Parameters
        ----------
        at : index
            Which columns, as an index of their shape.
        values : ndarray, shape (column…, draw)
            Their draws.
        """
        places = self._places[at].ravel()
        flat = np.ascontiguousarray(values, dtype=np.float64).reshape(-1, values.shape[-1])
        if self._makes_bins:
            made = Bins.over(flat)
            self._origin[places], self._width[places] = made.origin, made.width
        if self._work.shape[1] != flat.shape[1]:
            self._work = np.empty((_CHUNK, flat.shape[1]))
        with np.errstate(invalid="ignore"):
            for start in range(0, len(flat), _CHUNK):
                self._sum_up(flat[start : start + _CHUNK], places[start : start + _CHUNK])

    def end(self, block: int) -> None:
        """End a block, all of whose columns have been put in; `block` is its number, from 0."""
        shape = self._places.shape
        mean, squares = (each.reshape(shape).copy() for each in (self._mean, self._squares))
        self._moments.append(Moments(block, block + 1, self._count.reshape(shape).copy(), mean, squares))

    def summary(self) -> Summary:
        """Return the summary of the blocks that have ended."""
        shape = self._places.shape
        return Summary(
            bins=Bins(self._origin.reshape(shape), self._width.reshape(shape)),
            histogram=self._histogram.reshape(*shape, BINS + 2),
            moments=_folded(self._moments),
            minimum=self._minimum.reshape(shape),
            maximum=self._maximum.reshape(shape),
            positive=self._positive.reshape(shape),
            below=self._below.reshape(shape),
            above=self._above.reshape(shape),
            undefined=self._undefined.reshape(shape),
        )

    def _sum_up(self, values: Array, places: NDArray[np.int64]) -> None:
        mean = values.mean(axis=1)
        if np.all(np.isfinite(mean)):
            self._sum_up_finite(values, mean, places, self._work[: len(values)])
            return
        for at, column in enumerate(values):
            place = places[at : at + 1]
            finite = column[np.newaxis, np.isfinite(column)]
            mean = finite.mean(axis=1) if finite.size else np.zeros(1)
            self._sum_up_finite(finite, mean, place, np.empty_like(finite))
            above = np.count_nonzero(column == math.inf)
            self._positive[place] += above
            self._above[place] += above
            self._below[place] += np.count_nonzero(column == -math.inf)
            self._undefined[place] += np.count_nonzero(np.isnan(column))

    def _sum_up_finite(self, values: Array, mean: Array, places: NDArray[np.int64], work: Array) -> None:
        """Sum up some columns; `work` is room to work in."""
        draws = values.shape[1]
        minimum, maximum = values.min(axis=1, initial=math.inf), values.max(axis=1, initial=-math.inf)
        self._minimum[places] = np.minimum(self._minimum[places], minimum)
        self._maximum[places] = np.maximum(self._maximum[places], maximum)
        positive = np.where(minimum > 0.0, draws, 0)
        for at in np.flatnonzero((minimum <= 0.0) & (maximum > 0.0)):
            positive[at] = np.count_nonzero(values[at] > 0.0)
        self._positive[places] += positive
        self._count[places], self._mean[places] = draws, mean
        np.subtract(values, mean[:, np.newaxis], out=work)
        self._squares[places] = np.einsum("cd,cd->c", work, work)
        # All are counted at once: each column's bins, from the open one below, have places of their own.
        first = (BINS + 2.0) * places[:, np.newaxis]
        origin, width = self._origin[places, np.newaxis], self._width[places, np.newaxis]
        np.subtract(values, origin - (first + 1.0) * width, out=work)
        work *= 1.0 / width
        np.clip(work, first, first + (BINS + 1.0), out=work)
        np.add.at(self._histogram, work.astype(np.int64).ravel(), 1)


def _folded(moments: Sequence[Moments]) -> tuple[Moments, ...]:
    """Return moments by block number, those that follow on the first block without a gap folded into it."""
    first, *rest = sorted(moments, key=lambda some: some.first)
    kept: list[Moments] = []
    for some in rest:
        before = kept[-1] if kept else first
        if some.first < before.after:
            raise ValueError(f"Block {some.first} is in both of two summaries that are merged.")
        if not kept and first.first == 0 and some.first == first.after:
            first = first + some
        else:
            kept.append(some)
    return (first, *kept)
