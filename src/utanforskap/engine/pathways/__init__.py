"""How a person moves through states: one module per model, each answering with a `Trajectory`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """Where one person on a pathway is, year by year, and what that person enters.

    In every state and year ``exits = entries - change in occupancy >= 0``, where occupancy before the
    first year is zero. An entry at time T counts in the twelve months after it: year t holds the overlap
    of [T, T + 1) with [t, t + 1), so that a whole entry is one and a stay is never costed before it has
    begun.

    Attributes
    ----------
    occupancy : array (year, state, draw)
        Share of the year spent in the state [person-years per person, 0 to 1]; sums to one over the states.
    entries : array (year, state, draw)
        Entries into the state [per person, 0 or more]. Being placed in a state at the start is an entry
        in year 0.
    placement : array (state, draw)
        The part of year 0's entries that is being placed [per person, sums to one]. Take it away from
        ``entries[0]`` where the persons were in the state already.
    """

    occupancy: Array
    entries: Array
    placement: Array


def between_two_states(*, share: Array, placed: Array, target: int, other: int, n_states: int) -> Trajectory:
    """Return the trajectory of persons who are in one of two states, from the share in the first.

    The entries of a state are the rise of its occupancy where it rises and none where it falls: what one
    state loses the other gains, so that nobody goes back and forth within a year.

    Parameters
    ----------
    share : array (year, draw)
        Share of the year spent in `target` [0 to 1].
    placed : array (draw,)
        Share placed in `target` at the start [0 to 1]; the rest are placed in `other`.
    target, other : int
        Positions of the two states; they differ.
    n_states : int
        Number of states in the case.
    """
    years, draws = share.shape
    occupancy = np.zeros((years, n_states, draws))
    occupancy[:, target] = share
    occupancy[:, other] = 1.0 - share
    placement = np.zeros((n_states, draws))
    placement[target] = placed
    placement[other] = 1.0 - placed
    entries = np.maximum(np.diff(occupancy, axis=0, prepend=placement[np.newaxis]), 0.0)
    entries[0] += placement
    return Trajectory(occupancy=occupancy, entries=entries, placement=placement)
