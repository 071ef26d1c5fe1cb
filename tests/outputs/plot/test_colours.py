"""Colours: everybody can tell the actors apart, also in grey, and text can be read."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from utanforskap.outputs.plot.colours import Colour, actor_colour, actor_colours, contrast, ramp
from utanforskap.terms import column_order, shipped_actors, shipped_perspectives

Array = NDArray[np.float64]

# Machado, G. M., Oliveira, M. M. & Fernandes, L. A. F. (2009). A physiologically-based model for simulation of color
# vision deficiency. IEEE Transactions on Visualization and Computer Graphics 15(6): severity 1.0, on linear RGB.
SEEN = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# IEC 61966-2-1 (sRGB): linear RGB to XYZ, and its white point D65.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
LEAST_APART = 20.0
LEAST_WITH_A_PATTERN = 10.0
LEAST_IN_GREY = 7.5
LEAST_TO_A_NEIGHBOUR = 15.0


def linear(colour: str) -> Array:
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: Array) -> Array:
    """Return CIELAB of linear RGB (CIE 15:2004)."""
    share = TO_XYZ @ np.clip(rgb, 0.0, 1.0) / WHITE
    cut = 6 / 29
    f = np.where(share > cut**3, np.cbrt(share), share / (3 * cut**2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def lightness(colour: Colour) -> float:
    return float(lab(linear(colour.fill))[0])


def test_the_distances_are_those_of_known_colours() -> None:
    # Sharma, G. (2003). Digital Color Imaging Handbook: sRGB red is L* 53.24, a* 80.09, b* 67.20.
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)


def test_contrast_is_as_the_guidelines_say() -> None:
    # WCAG 2.2: black on white is 21:1, a colour on itself 1:1; #767676 is the lightest grey that is readable on white.
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1.0)
    assert contrast("#767676", "#ffffff") > 4.5 > contrast("#777777", "#ffffff")


def test_every_actor_has_a_colour_and_its_children_the_same() -> None:
    for id_ in shipped_actors():
        assert actor_colour(id_) == actor_colours()[id_.partition(".")[0]]
    for id_ in shipped_perspectives():
        assert actor_colour(id_).fill


@pytest.mark.parametrize("eyes", SEEN)
def test_any_two_colours_differ_for_everybody(eyes: str) -> None:
    seen = {id_: lab(SEEN[eyes] @ linear(colour.fill)) for id_, colour in actor_colours().items()}
    for one, other in combinations(seen, 2):
        patterned = actor_colours()[one].pattern != actor_colours()[other].pattern
        least = LEAST_WITH_A_PATTERN if patterned or actor_colours()[one].pattern else LEAST_APART
        assert np.linalg.norm(seen[one] - seen[other]) >= least, (eyes, one, other)


def test_colours_without_a_pattern_differ_in_grey_neighbours_most() -> None:
    plain = [id_ for id_, colour in actor_colours().items() if not colour.pattern]
    for one, other in combinations(plain, 2):
        assert abs(lightness(actor_colour(one)) - lightness(actor_colour(other))) >= LEAST_IN_GREY, (one, other)
    order = column_order(plain)
    for before, after in pairwise(order):
        apart = abs(lightness(actor_colour(before)) - lightness(actor_colour(after)))
        assert apart >= LEAST_TO_A_NEIGHBOUR, (before, after)


@pytest.mark.parametrize("colour", actor_colours().values(), ids=actor_colours())
def test_text_in_a_colour_can_be_read_on_white(colour: Colour) -> None:
    assert contrast(colour.ink, "#ffffff") >= 4.5


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_a_ramp_goes_from_dark_to_light_in_steps_that_can_be_seen(count: int) -> None:
    steps = [lightness(colour) for colour in ramp(count)]
    assert len(steps) == count
    for before, after in pairwise(steps):
        assert after - before >= 5.0
