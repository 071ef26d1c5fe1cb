"""Roots of many functions at once, against their closed forms."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from utanforskap.analysis.sensitivity.roots import nearest_roots

Array = NDArray[np.float64]


def solve(f: Callable[[Array], Array], point: float, low: float, high: float, scale: float) -> tuple[float, int]:
    """Return the root, and how many values it took."""
    asked = []

    def read(to: Array, which: NDArray[np.intp]) -> Array:
        assert to.shape[1:] == which.shape
        asked.append(to.size)
        with np.errstate(all="ignore"):
            return f(to)

    (root,) = nearest_roots(
        read, point=np.array([point]), low=np.array([low]), high=np.array([high]), scale=np.array([scale])
    )
    return float(root), sum(asked)


def test_a_line_takes_three_values() -> None:
    assert solve(lambda x: 3.0 * x - 0.6, 0.9, 0.0, 1.0, 1.0) == (pytest.approx(0.2, abs=1e-15), 3)


def test_a_line_far_outside_what_is_near_is_solved_too() -> None:
    root, asked = solve(lambda x: 1e6 - 2.0 * x, 3.0, 0.0, 3e6, 3.0)

    assert root == pytest.approx(5e5, rel=1e-14)
    assert asked == 3


@pytest.mark.parametrize(
    ("f", "point", "root"),
    [
        (lambda x: (x - 0.2) * (x - 0.9), 0.25, 0.2),  # the nearest of two
        (lambda x: (x - 0.2) * (x - 0.9), 0.8, 0.9),
        (lambda x: x * (x - 0.7), 0.6, 0.7),  # one of them at the end
        (lambda x: np.exp(-3.0 * x) - 0.5, 0.5, np.log(2.0) / 3.0),
        (lambda x: np.maximum(x - 0.5, 0.0) - 0.1, 0.1, 0.6),  # a kink
        (lambda x: 1.0 / x - 4.0, 0.5, 0.25),  # no value at the end
        (lambda x: 0.0 * x, 0.3, 0.3),  # nought everywhere: at the point
    ],
)
def test_the_root_nearest_the_point_is_found(f: Callable[[Array], Array], point: float, root: float) -> None:
    assert solve(f, point, 0.0, 1.0, 1.0)[0] == pytest.approx(root, abs=1e-11)


@pytest.mark.parametrize("f", [lambda x: x + 1.0, lambda x: 0.0 * x + 2.0, lambda x: x * x + 0.1, lambda x: x - 1.5])
def test_what_never_changes_sign_has_no_root(f: Callable[[Array], Array]) -> None:
    assert np.isnan(solve(f, 0.5, 0.0, 1.0, 1.0)[0])


def test_what_bends_far_away_is_found_there() -> None:
    assert solve(lambda x: 5.0 - np.maximum(x - 100.0, 0.0), 2.0, 0.0, 2e6, 2.0)[0] == pytest.approx(105.0)
