"""Pictures look as they did when somebody last looked at them.

``UPDATE_PICTURES=1 pytest tests/outputs/plot/test_baselines.py`` draws those kept beside this file anew: look at each.
"""

import io
import os
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread
from numpy.typing import NDArray
from outputs.plot.drawing import ASKED, OF_PEOPLE, gain_of, result_of, small

import utanforskap as ut
from utanforskap.outputs.plot.kinds import KINDS
from utanforskap.outputs.plot.paper import styled

KEPT = Path(__file__).parent / "baselines"
DOTS = 60  # an inch: small files, and every text still there
WINDOW = 11  # pixels that are averaged, in each direction: edges are smoothed differently by versions of FreeType
DRAWN_WITH = "3.11"
NEAR, FAR = 0.004, 0.04
"""The root mean square difference [0 to 1], with the matplotlib that drew the ones kept, and with any other."""
OF_A_RESULT = ("by_actor", "by_mandate", "occupancy")
ELSEWHERE = (*OF_PEOPLE, "thresholds")
"""The pictures that `test_populations` and `test_funders` hold against those kept, of cases of their own."""


def picture(kind: str) -> bytes:
    subject = result_of(small()) if kind in OF_A_RESULT else gain_of(small())
    drawn = ut.plot.picture(kind, subject, draws=2000, **ASKED.get(kind, {}))
    page = io.BytesIO()
    with styled():
        drawn.figure.savefig(page, format="png", dpi=DOTS, metadata={"Software": None})
    return page.getvalue()


def levels(content: bytes) -> NDArray[np.float64]:
    """Return the colours of a picture, each pixel the mean of those around it [0 to 1]."""
    pixels = np.asarray(imread(io.BytesIO(content)), dtype=np.float64)[..., :3]
    for axis in (0, 1):
        ends = [(0, 0)] * 3
        ends[axis] = (WINDOW // 2 + 1, WINDOW // 2)
        sums = np.cumsum(np.pad(pixels, ends, mode="edge"), axis=axis)
        pixels = (
            np.take(sums, range(WINDOW, sums.shape[axis]), axis) - np.take(sums, range(sums.shape[axis] - WINDOW), axis)
        ) / WINDOW
    return pixels


def difference(one: bytes, other: bytes) -> float:
    first, second = levels(one), levels(other)
    return float(np.sqrt(np.mean((first - second) ** 2))) if first.shape == second.shape else np.inf


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ELSEWHERE])
def test_a_picture_looks_as_it_did(kind: str) -> None:
    path = KEPT / f"{kind}.png"
    drawn = picture(kind)
    if os.environ.get("UPDATE_PICTURES"):
        KEPT.mkdir(exist_ok=True)
        path.write_bytes(drawn)
    farthest = NEAR if mpl.__version__.startswith(f"{DRAWN_WITH}.") else FAR
    assert difference(drawn, path.read_bytes()) < farthest


@pytest.mark.parametrize("kind", KINDS)
def test_another_picture_would_be_seen(kind: str) -> None:
    others = [(KEPT / f"{other}.png").read_bytes() for other in KINDS if other != kind]
    kept = (KEPT / f"{kind}.png").read_bytes()
    assert min(difference(kept, other) for other in others) > FAR


def test_a_change_of_a_tenth_in_one_cost_would_be_seen() -> None:
    data = small()
    data["states"]["utanfor"]["flows"]["stod"]["amount"]["value"] = 110_000
    page = io.BytesIO()
    drawn, as_it_was = ut.plot.by_actor(result_of(data)), picture("by_actor")
    with styled():
        drawn.figure.savefig(page, format="png", dpi=DOTS)
    assert difference(page.getvalue(), as_it_was) > NEAR
