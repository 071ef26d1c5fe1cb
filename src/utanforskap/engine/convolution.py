"""What one cohort does, convolved with how many come each year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from utanforskap.engine.pathways import Array


def convolve(kernel: Array, sizes: Array, offsets: Sequence[int]) -> Array:
    """Return what cohorts do together, by calendar year.

    ``together(t) = Σ over cohorts c of sizes(c) · kernel(t − offsets(c))``, summed directly, cohort by cohort: over the
    few dozen years that are asked for that is as quick as a transform, and no draw depends on those beside it.

    Parameters
    ----------
    kernel : ndarray, shape (year, ..., draw or 1)
        What one person of the first cohort does, by calendar year.
    sizes : ndarray, shape (cohort, draw or 1)
        Persons in each cohort.
    offsets : sequence of int
        How many years after the first cohort each starts [0 or more].

    Returns
    -------
    ndarray, shape (year, ..., draw or 1)
    """
    years = len(kernel)
    draws = np.broadcast_shapes(kernel.shape[-1:], sizes.shape[-1:])
    together = np.zeros((*kernel.shape[:-1], *draws))
    for size, offset in zip(sizes, offsets, strict=True):
        if offset < years and np.any(size):
            together[offset:] += kernel[: years - offset] * size
    return together


def correlate(weights: Array, sizes: Array, offsets: Sequence[int]) -> Array:
    """Return what a year of the first cohort weighs when every cohort's same year of its own is weighed with it.

    ``of_first(τ) = Σ over cohorts c of sizes(c) · weights(τ + offsets(c))``, so that a weighted sum of what cohorts do
    together is the first cohort's with these weights.

    Parameters
    ----------
    weights : ndarray, shape (year, draw or 1)
        By calendar year.
    sizes, offsets
        As for `convolve`.

    Returns
    -------
    ndarray, shape (year, draw or 1)
    """
    years = len(weights)
    of_first = np.zeros((years, *np.broadcast_shapes(weights.shape[-1:], sizes.shape[-1:])))
    for size, offset in zip(sizes, offsets, strict=True):
        if offset < years and np.any(size):
            of_first[: years - offset] += weights[offset:] * size
    return of_first


@dataclass(frozen=True, slots=True, eq=False)
class Recurrence:
    """How a first cohort comes again.

    Attributes
    ----------
    sizes : ndarray, shape (cohort, draw or 1)
        How many times the first cohort's presence each cohort is.
    offsets : tuple of int
        How many years after the first cohort each starts.
    years : slice
        Which of the horizon's years count of the first cohort's presence: until an age, from it, or for a stated time.
    """

    sizes: Array
    offsets: tuple[int, ...]
    years: slice

    def of(self, kernel: Array) -> Array:
        """Return what all cohorts do, from what the first does by calendar year [shape (year, ..., draw)]."""
        return convolve(self._counted(kernel), self.sizes, self.offsets)

    def apart(self, kernel: Array) -> Iterator[tuple[int, Array]]:
        """Yield what each cohort does, with how many years after the first it starts [shape (year, ..., draw)]."""
        for size, offset in zip(self.sizes, self.offsets, strict=True):
            if offset < len(kernel):
                yield offset, convolve(self._counted(kernel), size[np.newaxis], (offset,))

    def weights(self, weights: Array) -> Array:
        """Return the first cohort's weights that stand for those of all [shape (year, draw)]."""
        return self._counted(correlate(weights, self.sizes, self.offsets))

    def _counted(self, array: Array) -> Array:
        if self.years == slice(0, len(array)):
            return array
        counted = np.zeros_like(array)
        counted[self.years] = array[self.years]
        return counted
