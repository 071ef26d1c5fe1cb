"""The model `curve`: the share in a target state by year since the start, as observed or published."""

from typing import Literal

import numpy as np

from utanforskap.engine.pathways import Array, Trajectory, between_two_states


def trajectory(
    *,
    at: Array,
    shares: Array,
    counts: Literal["average", "start"],
    target: int,
    other: int,
    n_states: int,
    years: int,
) -> Trajectory:
    """Return occupancy and entries from a curve of the share in the target state.

    The curve is read at whole years: linear between points, held beyond the first and the last. Where it
    falls, persons are given back to the other state, which is an entry there.

    Parameters
    ----------
    at : array (point,)
        When each share holds [years since start, increasing, the first 0].
    shares : array (point, draw)
        Share in the target state [0 to 1].
    counts : {"average", "start"}
        What a share is. ``average``: the year's occupancy, whose first value is also the placement.
        ``start``: the share at the start of the year; occupancy is the mean of it and the next year's.
    target, other : int
        Positions of the two states; they differ.
    n_states : int
        Number of states in the case.
    years : int
        Number of years to follow.
    """
    curve = _at_whole_years(at, shares, years + 1)
    share = curve[:-1] if counts == "average" else (curve[:-1] + curve[1:]) / 2.0
    return between_two_states(share=share, placed=curve[0], target=target, other=other, n_states=n_states)


def _at_whole_years(at: Array, shares: Array, moments: int) -> Array:
    year = np.arange(moments, dtype=np.float64)
    following = np.searchsorted(at, year, side="right")
    left = np.maximum(following - 1, 0)
    right = np.minimum(following, len(at) - 1)
    span = np.where(right > left, at[right] - at[left], 1.0)
    weight = ((year - at[left]) / span)[:, np.newaxis]
    # Written so, and not as a matrix product, a draw's result never depends on which draws stand beside it.
    between: Array = shares[left] + weight * (shares[right] - shares[left])
    return between
