"""Where functions of one number are zero, many at a time."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from utanforskap.engine.parameters import Array

Read = Callable[[Array, NDArray[np.intp]], Array]
"""From numbers [shape (node, problem)] and which problem each column is [shape (problem,)] to values of that shape."""

_LINE = 1e-9
"""How far from a straight line rounding may take values, as a share of the largest of them."""
_INSIDE = (3.0 - 5.0**0.5) / 2.0
"""Where between the ends straightness is tried: no simple fraction, so that no kink stands there by habit."""
_APART = 1e-6
"""How far from both ends, as a share of what is between them, a zero says that the function is a line."""
_GRID = 33
_AT_ONCE = 256
_ROUNDS = 60
_CLOSE = 1e-12


def nearest_roots(read: Read, *, point: Array, low: Array, high: Array, scale: Array) -> Array:
    """Return where each of some functions is zero in its range, nearest a point of it; NaN where it has one sign.

    A function that is a straight line is solved exactly. Another is computed on a grid over the range; the change of
    sign nearest the point is then halved until it is known to 1e-12.

    Parameters
    ----------
    read : callable
        The functions; NaN where they have no value.
    point, low, high : ndarray, shape (problem,)
        A point in each range, and its ends.
    scale : ndarray, shape (problem,)
        A distance from the point within which something happens; ranges far longer than it are searched in steps that
        grow with the distance.

    Returns
    -------
    ndarray, shape (problem,)
    """
    near = np.minimum(high, point + scale)
    first = np.maximum(low, point - scale)
    with np.errstate(all="ignore"):  # a function without a value has no line
        roots, straight = _on_lines(read, first, near, point=point, low=low, high=high)
    bent = np.flatnonzero(~straight)
    far = high[bent] - low[bent] > 2.0 * scale[bent]
    for which in (bent[~far], bent[far]):
        if which.size:
            at = {"point": point[which], "low": low[which], "high": high[which], "scale": scale[which]}
            roots[which] = _search(read, which, **at)
    return roots


def _on_lines(
    read: Read, first: Array, near: Array, *, point: Array, low: Array, high: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the roots of straight lines, and which of the functions are lines.

    Two values make a line; a third, where the line is zero, or between them where it has no zero apart from them, says
    whether the function is one, and a fourth at the far end of a range that is longer than what was tried.
    """
    every = np.arange(point.size)
    values = read(np.stack([first, near]), every)
    slope = np.divide(values[1] - values[0], near - first, out=np.zeros(point.size), where=near > first)
    size = np.abs(values).max(axis=0)
    flat = slope == 0.0
    found = first - np.divide(values[0], slope, out=np.zeros(point.size), where=~flat)
    inside = ~flat & (found >= low - _CLOSE) & (found <= high + _CLOSE)
    found = np.clip(found, low, high)
    within = (found > first + _APART * (near - first)) & (np.abs(found - near) > _APART * (near - first))
    third = np.where(inside & within, found, first + _INSIDE * (near - first))
    off = read(third[None], every)[0] - (values[0] + slope * (third - first))
    straight = np.abs(off) <= _LINE * np.maximum(size, np.abs(slope * (third - first)))
    beyond = np.flatnonzero(straight & ~inside & (high > near))
    if beyond.size:
        line = (values[0] + slope * (high - first))[beyond]
        straight[beyond] = np.abs(read(high[None, beyond], beyond)[0] - line) <= _LINE * np.maximum(
            size[beyond], np.abs(line)
        )
    # Flat at zero is zero at the point; a step of Newton's takes away what rounding left far from the root.
    step = np.divide(off, slope, out=np.zeros(point.size), where=~flat)
    roots = np.where(inside, np.clip(found - step, low, high), np.where(flat & (values[0] == 0.0), point, np.nan))
    return np.where(straight, roots, np.nan), straight


def _search(read: Read, which: NDArray[np.intp], *, point: Array, low: Array, high: Array, scale: Array) -> Array:
    if np.any(high - low > 2.0 * scale):
        steps = np.geomspace(1e-3, 1.0, 2 * _GRID)[:, None]
        ahead, behind = point + steps * (high - point), point - steps * (point - low)
        nearby = np.clip(point + np.linspace(-1.0, 1.0, 2 * _GRID)[:, None] * scale, low, high)
        nodes = np.sort(np.concatenate([[low, point, high], ahead, behind, nearby]), axis=0)
    else:
        nodes = np.sort(np.concatenate([np.linspace(low, high, _GRID), [point]]), axis=0)
    left, right = _bracket(nodes, read(nodes, which), point)
    for _ in range(_ROUNDS):
        wide = np.flatnonzero(right - left > _CLOSE * np.maximum(1.0, np.abs(right)))
        if not wide.size:
            break
        inner = np.linspace(left[wide], right[wide], 2 + int(np.clip(_AT_ONCE // wide.size, 1, _GRID - 2)))
        closer = _bracket(inner, read(inner, which[wide]), point[wide])
        known = ~np.isnan(closer[0])
        left[wide[known]], right[wide[known]] = closer[0][known], closer[1][known]
    return (left + right) / 2.0


def _bracket(nodes: Array, values: Array, point: Array) -> tuple[Array, Array]:
    """Return the neighbours between which each function changes sign, nearest the point; twice a zero itself.

    NaN where there are none.
    """
    signs = np.sign(values)
    flips = signs[:-1] * signs[1:] < 0.0
    middles = np.where(flips, np.abs((nodes[:-1] + nodes[1:]) / 2.0 - point), np.inf)
    zeros = np.where(signs == 0.0, np.abs(nodes - point), np.inf)
    column = np.arange(point.size)
    flip, zero = middles.argmin(axis=0), zeros.argmin(axis=0)
    at_zero = zeros[zero, column] <= middles[flip, column]
    left = np.where(at_zero, nodes[zero, column], nodes[flip, column])
    right = np.where(at_zero, nodes[zero, column], nodes[np.minimum(flip + 1, len(nodes) - 1), column])
    nowhere = np.isinf(np.minimum(zeros[zero, column], middles[flip, column]))
    return np.where(nowhere, np.nan, left), np.where(nowhere, np.nan, right)
