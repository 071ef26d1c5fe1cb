"""Those who leave for good (deaths, emigration), whatever pathway they are on."""

from dataclasses import dataclass

import numpy as np

from utanforskap.engine.pathways import Array, Trajectory


@dataclass(frozen=True, slots=True, eq=False)
class Leaving:
    """How many are left, and how many have gone where, year by year.

    Attributes
    ----------
    alive : ndarray, shape (year, draw)
        Share who have not left [0 to 1].
    gone : ndarray, shape (year, exit, draw)
        Share who have left to each absorbing state [0 to 1]; with `alive` they sum to one.
    entered : ndarray, shape (year, exit, draw)
        Share who have come to each since the year before.
    """

    alive: Array
    gone: Array
    entered: Array


def leaving(*, probabilities: Array, years: int, whole_at: int) -> Leaving:
    """Return who has left when everybody is there in one year and some leave at the end of every year.

    Parameters
    ----------
    probabilities : ndarray, shape (year or 1, exit, draw or 1)
        Of leaving at the end of each year from that one on, to each absorbing state [0 to 1]. Where they sum to more
        than one in a draw they are scaled to one.
    years : int
        How many years are told of, from the pathway's start.
    whole_at : int
        The year since the pathway's start in which nobody has left yet; negative where it lies before the start.
    """
    total = probabilities.sum(axis=1, keepdims=True)
    chance = probabilities / np.maximum(total, 1.0)
    moments = years - whole_at
    n_exits, draws = probabilities.shape[1:]
    alive, gone = np.ones((moments, draws)), np.zeros((moments, n_exits, draws))
    entered = np.zeros_like(gone)
    for year in range(1, moments):
        left = alive[year - 1] * chance[min(year - 1, len(chance) - 1)]
        entered[year] = left
        gone[year] = gone[year - 1] + left
        alive[year] = alive[year - 1] - left.sum(axis=0)
    if whole_at <= 0:
        return Leaving(alive[-whole_at:], gone[-whole_at:], entered[-whole_at:])
    before = [(whole_at, 0), (0, 0), (0, 0)]
    whole = np.ones((whole_at, draws))
    return Leaving(np.concatenate([whole, alive]), np.pad(gone, before), np.pad(entered, before))


def with_exits(trajectory: Trajectory, leaves: Leaving) -> Trajectory:
    """Return a trajectory of which some leave for good, with the absorbing states last on the state axis."""
    alive = leaves.alive[:, np.newaxis]
    draws = np.broadcast_shapes(trajectory.occupancy.shape[-1:], leaves.alive.shape[-1:])[0]

    def beside(stay: Array, gone: Array) -> Array:
        wide = [np.broadcast_to(part, (*part.shape[:-1], draws)) for part in (stay, gone)]
        return np.concatenate(wide, axis=-2)

    return Trajectory(
        occupancy=beside(trajectory.occupancy * alive, leaves.gone),
        entries=beside(trajectory.entries * alive, leaves.entered),
        placement=beside(trajectory.placement * leaves.alive[0], np.zeros_like(leaves.gone[0])),
    )
