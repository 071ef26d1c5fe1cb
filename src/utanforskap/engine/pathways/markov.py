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
    initial : array (state, draw or 1)
        Where persons are placed [shares, sum to one].
    transitions : array (year, from, to, draw or 1)
        Probabilities of each year [0 to 1, each row sums to one over `to`].
    counting : {"start", "mid", "end"}
        When within the cycle persons are counted. It is not the timing of discounting.

    References
    ----------
    Briggs, A., Claxton, K. & Sculpher, M. (2006). Decision Modelling for Health Economic Evaluation, ch. 2.
    """
    present = _present(initial, transitions)
    inflow = np.zeros_like(present[:-1])
    moved = np.empty_like(present[0])
    for year, probabilities in enumerate(transitions):
        for origin, leaving in enumerate(present[year]):
            np.multiply(leaving, probabilities[origin], out=moved)
            moved[origin] = 0.0
            inflow[year] += moved
    entered_at_start = np.concatenate([present[:1], inflow[:-1]])
    entered_at_end = inflow
    entered_at_end[0] += present[0]
    return Trajectory(
        occupancy=_counted(present[:-1], present[1:], counting),
        entries=_counted(entered_at_start, entered_at_end, counting),
        placement=present[0],
    )


def occupancy(*, initial: Array, transitions: Array, counting: Timing) -> Array:
    """Return the occupancy of `trajectory` alone, with the same parameters [shape (year, state, draw)]."""
    years = len(transitions)
    present = _present(initial, transitions[: years - 1] if counting == "start" else transitions)
    return _counted(present[:years], present[-years:], counting)


def summed(*, initial: Array, transitions: Array, weights: Array) -> Array:
    """Return the weighted sum over years of the occupancy counted at the start of each [shape (state, draw)].

    Parameters
    ----------
    initial, transitions
        As in `trajectory`.
    weights : array (year, draw or 1)
        One a year, at most as many as there are transitions.
    """
    shape = np.broadcast_shapes(initial.shape, transitions.shape[-2:], (1, weights.shape[-1]))
    present, following, part = np.empty(shape), np.empty(shape), np.empty(shape)
    present[:] = initial
    total = np.zeros(shape)
    for weight, probabilities in zip(weights, transitions, strict=False):
        np.multiply(present, weight, out=part)
        total += part
        _step(present, probabilities, out=following, part=part)
        present, following = following, present
    return total


def _present(initial: Array, transitions: Array) -> Array:
    """Return the distribution at the start of each cycle, and after the last [shape (cycle + 1, state, draw)]."""
    n_states = initial.shape[0]
    draws = np.broadcast_shapes(initial.shape[-1:], transitions.shape[-1:])[0]
    present = np.empty((len(transitions) + 1, n_states, draws))
    present[0] = initial
    moved = np.empty((n_states, draws))
    for cycle, probabilities in enumerate(transitions):
        _step(present[cycle], probabilities, out=present[cycle + 1], part=moved)
    return present


def _step(present: Array, probabilities: Array, *, out: Array, part: Array) -> None:
    """Write where persons are a cycle later; `part` is room to work in.

    Row by row, and not as a matrix product: a draw's result never depends on which draws stand beside it.
    """
    np.multiply(present[0], probabilities[0], out=out)
    for origin in range(1, len(present)):
        np.multiply(present[origin], probabilities[origin], out=part)
        out += part


def _counted(at_start: Array, at_end: Array, counting: Timing) -> Array:
    match counting:
        case "start":
            return at_start
        case "end":
            return at_end
        case "mid":
            halfway: Array = (at_start + at_end) / 2.0
            return halfway
        case _:
            assert_never(counting)
