"""The model `stages`: one state after another, each for a stated time, the last for the time that is left."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from utanforskap.engine.pathways import Array, Trajectory


class _Stay(NamedTuple):
    """One stage in every draw; `entered` is earlier than `begin` where it prolongs a stay."""

    state: int
    begin: Array
    end: Array
    entered: Array
    is_entry: NDArray[np.bool_]


def trajectory(*, states: Sequence[int], durations: Array, n_states: int, years: int) -> Trajectory:
    """Return occupancy and entries of a person who goes through stages in order.

    Occupancy of year t is the overlap of the stay [T, T + d) with [t, t + 1), and its entries the overlap
    of [T, T + 1) with [t, t + 1). A stage of no length is not entered, and a stage in the state where the
    person already is prolongs the stay and is no new entry.

    Parameters
    ----------
    states : sequence of int
        The stages' states, in order; a state may come back.
    durations : array (stage, draw)
        Length of each stage [years, 0 or more]; infinity is allowed. The last stage fills the time that
        is left, whatever its length says.
    n_states : int
        Number of states in the case.
    years : int
        Number of years to follow.
    """
    draws = durations.shape[1]
    occupancy = np.zeros((years, n_states, draws))
    entries = np.zeros((years, n_states, draws))
    placement = np.zeros((n_states, draws))
    for stay in _stays(states, durations):
        occupancy[:, stay.state] += _overlap(stay.begin, stay.end, years)
        entries[:, stay.state] += stay.is_entry * _overlap(stay.begin, stay.begin + 1.0, years)
        placement[stay.state] += stay.is_entry & (stay.begin == 0.0)
    return Trajectory(occupancy=occupancy, entries=entries, placement=placement)


def time_since_entry(*, states: Sequence[int], durations: Array, n_states: int, years: int) -> Array:
    """Return how much of each year is spent in the first, second, … year since the state was entered.

    A quantity that runs by year since entry, q(k), is ``sum over k of q(k) * time_since_entry[k]`` in each
    calendar year: a stay that begins in the middle of a year spends the first half of the next year in its
    year 0 and the second half in its year 1. The sum over k is the occupancy.

    Parameters
    ----------
    states, durations, n_states, years
        As in `trajectory`.

    Returns
    -------
    array (year since entry, year, state, draw)
        Share of the calendar year [person-years per person, 0 to 1].
    """
    time = np.zeros((years, years, n_states, durations.shape[1]))
    since = np.arange(years, dtype=np.float64)[:, np.newaxis]
    for stay in _stays(states, durations):
        begin = np.maximum(stay.begin, stay.entered + since)
        end = np.minimum(stay.end, stay.entered + since + 1.0)
        time[:, :, stay.state] += _overlap(begin, end, years)
    return time


def _stays(states: Sequence[int], durations: Array) -> Iterator[_Stay]:
    begin = np.zeros(durations.shape[1])
    entered = begin
    present = np.full(begin.shape, -1)
    last = len(states) - 1
    for stage, (state, duration) in enumerate(zip(states, durations, strict=True)):
        end = np.full(begin.shape, np.inf) if stage == last else begin + duration
        is_stay = end > begin
        is_entry = is_stay & (present != state)
        entered = np.where(is_entry, begin, entered)
        yield _Stay(state=state, begin=begin, end=end, entered=entered, is_entry=is_entry)
        present = np.where(is_stay, state, present)
        begin = end


def _overlap(begin: Array, end: Array, years: int) -> Array:
    """Return (…, year, draw): the part of each year that lies in [begin, end)."""
    year = np.arange(years, dtype=np.float64)[:, np.newaxis]
    begin, end = begin[..., np.newaxis, :], end[..., np.newaxis, :]
    overlap: Array = np.maximum(np.minimum(end, year + 1.0) - np.maximum(begin, year), 0.0)
    return overlap
