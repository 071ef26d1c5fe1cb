"""The model `markov`: yearly probabilities of moving from each state to each."""

from typing import assert_never

import numpy as np

from utanforskap.engine.pathways import Array, Trajectory
from utanforskap.terms import Timing


def trajectory(*, initial: Array, transitions: Array, counting: Timing) -> Trajectory:
    """Return occupancy and entries of a chain whose probabilities may differ from year to year.

    With x(t) the distribution at the start of cycle t, inflow(t)[s] is the sum over r other than s of
    ``x(t)[r] * P(t)[r, s]``, and x(t + 1)[s] that sum with r = s too. Occupancy of cycle t is x(t) counted
    at its start, x(t + 1) at its end and their mean in the middle (half-cycle correction). Entries follow
    the count: an inflow during cycle t belongs to cycle t + 1 counted at the start, to cycle t at the end,
    half to each in the middle.

    Parameters
    ----------
    initial : array (state, draw)
        Where persons are placed [shares, sum to one].
    transitions : array (year, from, to, draw)
        Probabilities of each year [0 to 1, each row sums to one over `to`].
    counting : {"start", "mid", "end"}
        When within the cycle persons are counted. It is not the timing of discounting.

    References
    ----------
    Briggs, A., Claxton, K. & Sculpher, M. (2006). Decision Modelling for Health Economic Evaluation, ch. 2.
    """
    years, n_states, _, draws = transitions.shape
    draws = np.broadcast_shapes((draws,), initial.shape[-1:])[0]
    present = np.empty((years + 1, n_states, draws))
    present[0] = initial
    inflow = np.empty((years, n_states, draws))
    elsewhere = 1.0 - np.eye(n_states)[:, :, np.newaxis]
    for year in range(years):
        moved = present[year][:, np.newaxis] * transitions[year]
        inflow[year] = np.sum(moved * elsewhere, axis=0)
        present[year + 1] = inflow[year] + np.einsum("ssd->sd", moved)
    at_start, at_end = present[:-1], present[1:]
    entered_at_start = np.concatenate([present[:1], inflow[:-1]])
    entered_at_end = inflow
    entered_at_end[0] += present[0]
    match counting:
        case "start":
            occupancy, entries = at_start, entered_at_start
        case "end":
            occupancy, entries = at_end, entered_at_end
        case "mid":
            occupancy, entries = (at_start + at_end) / 2.0, (entered_at_start + entered_at_end) / 2.0
        case _:
            assert_never(counting)
    return Trajectory(occupancy=occupancy, entries=entries, placement=present[0])
