"""What an amount in another year is worth in the base year."""

from collections.abc import Sequence

import numpy as np

from utanforskap.engine.pathways import Array
from utanforskap.terms import Timing

_ELAPSED: dict[Timing, float] = {"start": 0.0, "mid": 0.5, "end": 1.0}


def schedule(*, steps: Sequence[tuple[int, float]], years: int) -> Array:
    """Return the rate of each year of a schedule in steps.

    Parameters
    ----------
    steps : sequence of (int, float)
        From which year on, counted from the base year, and the real yearly rate [share] that then holds
        until the next step. The first step is at 0 and each later than the one before.
    years : int
        Number of rates to return; rate k holds over [k, k + 1).

    Raises
    ------
    ValueError
        Where the steps do not begin at 0 or do not rise.

    Examples
    --------
    HM Treasury's rate falls from 3.5 to 3 per cent after thirty years:

    >>> schedule(steps=((0, 0.035), (30, 0.03)), years=32)[28:].tolist()
    [0.035, 0.035, 0.03, 0.03]
    """
    starts = np.array([start for start, _ in steps])
    if starts.size == 0 or starts[0] != 0 or np.any(np.diff(starts) <= 0):
        raise ValueError("schedule: the steps must begin at year 0 and rise")
    rates = np.array([rate for _, rate in steps], dtype=np.float64)
    return rates[np.searchsorted(starts, np.arange(years), side="right") - 1]


def discount_factors(*, rates: Array, timing: Timing, offset: int, years: int) -> Array:
    """Return the value at 1 January of the base year of one krona in each year.

    With D(k) the product over j < k of 1 / (1 + r(j)), the factor of year k is D(k) at its start,
    ``D(k) / (1 + r(k))^0.5`` in its middle and D(k + 1) at its end: a part of a year uses that year's rate.
    Years before the base year are compounded with the first rate.

    Parameters
    ----------
    rates : array (year,) or (year, draw)
        Real yearly rate [share, above -1] over [k, k + 1) counted from the base year; a constant rate is
        repeated.
    timing : {"start", "mid", "end"}
        When in its year an amount falls.
    offset : int
        First year less base year [years]; may be negative.
    years : int
        Number of factors to return.

    Returns
    -------
    array (year,) or (year, draw)
        Factors of the years ``offset``, ``offset + 1``, … from the base year.

    Raises
    ------
    ValueError
        Where a year has no rate.

    References
    ----------
    HM Treasury (2022). The Green Book, annex A6, for the declining schedule multiplied year by year.
    """
    if len(rates) < max(offset + years, 1):
        raise ValueError(f"discount_factors: {offset + years} years are asked for and {len(rates)} have a rate")
    growth = 1.0 + rates
    level_at_start = np.concatenate([np.ones_like(growth[:1]), np.cumprod(growth, axis=0)])
    year = np.arange(offset, offset + years)
    after = np.maximum(year, 0)
    before = np.minimum(year, 0).reshape(-1, *(1,) * (growth.ndim - 1))
    level = level_at_start[after] * growth[0] ** before
    factors: Array = 1.0 / (level * growth[after] ** _ELAPSED[timing])
    return factors


def present_value(*, amounts: Array, factors: Array) -> Array:
    """Return the sum over years of amounts times their discount factors.

    Parameters
    ----------
    amounts : array (year, ...)
        Real amounts [kr], or counted outcomes [persons, person-years]; draws last, where there are any.
    factors : array (year,) or (year, draw)
        As from `discount_factors`.

    Returns
    -------
    array (...)
        In the unit of the amounts, at 1 January of the base year; with a draw axis where either had one.
    """
    missing = amounts.ndim - factors.ndim
    amounts = amounts.reshape(*amounts.shape, *(1,) * -missing)
    factors = factors.reshape(factors.shape[0], *(1,) * missing, *factors.shape[1:])
    total: Array = np.sum(amounts * factors, axis=0)
    return total
