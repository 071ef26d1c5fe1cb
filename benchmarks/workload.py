"""The reference workload: two strategies over six states, forty yearly cycles and eight actors.

``out[k, a] = sum over t of beta^t * x_t[k] @ c[:, a]``, with ``x_0 = e_0`` and ``x_(t+1) = x_t @ P[k]``; cost is
counted at the start of each cycle, t = 0 … 39, and beta = 1/1.035.

Source: the project's own. It was made up in 2026 to compare implementations of one small state model, at a point and
later over many draws (rows of P then Dirichlet with an effective sample of about 200; costs gamma with a coefficient of
variation of 0.30, shared by the strategies). It describes nothing real.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

YEARS = 40
RATE = 0.035
STATES = ("arbete", "arbetslos", "sjuk", "forsorjningsstod", "institution", "utanfor")
ACTORS = ("fk", "af", "kommun", "region", "rattsvasende.kriminalvard", "individ", "arbetsgivare", "ovriga")

COUNTS = np.array(
    [
        [880, 60, 40, 10, 3, 7],
        [300, 500, 60, 90, 10, 40],
        [200, 60, 640, 30, 5, 65],
        [80, 120, 50, 650, 20, 80],
        [30, 90, 30, 180, 600, 70],
        [5, 10, 20, 25, 10, 930],
    ],
    dtype=np.float64,
)
MORE_TO_WORK = np.array([0, 120, 80, 70, 60, 30], dtype=np.float64)
COSTS = 100.0 + 1000.0 * np.array(
    [
        [5, 2, 10, 25, 0.5, 0, 8, 3],
        [60, 85, 30, 30, 2, 90, 0, 40],
        [150, 5, 40, 80, 1, 70, 60, 35],
        [10, 30, 190, 45, 6, 110, 0, 45],
        [5, 2, 250, 120, 420, 130, 0, 60],
        [120, 3, 160, 90, 9, 140, 0, 50],
    ]
)
"""Mean cost of a year in a state by actor [kr]."""


def transitions() -> Array:
    """Return the mean transition matrices [strategy, from, to]; each row sums to one."""
    counts = np.stack([COUNTS, COUNTS])
    counts[1, :, 0] += MORE_TO_WORK
    rows: Array = counts / counts.sum(axis=-1, keepdims=True)
    return rows


def kernel(probabilities: Array, costs: Array) -> Array:
    """Return discounted cost by strategy and actor, in plain numpy [kr per person]."""
    present = np.zeros((len(probabilities), 1, len(STATES)))
    present[:, 0, 0] = 1.0
    total = np.zeros((len(probabilities), len(ACTORS)))
    weight = 1.0
    for _ in range(YEARS):
        total += weight * (present @ costs)[:, 0]
        present = present @ probabilities
        weight /= 1.0 + RATE
    return total
