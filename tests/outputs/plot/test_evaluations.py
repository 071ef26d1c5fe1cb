"""Pictures of an evaluation: how the groups overlap."""

from itertools import pairwise
from typing import Any

import pytest
from matplotlib.patches import Rectangle

import utanforskap as ut
from utanforskap.inputs.followup.participants import Participants


@pytest.fixture(scope="module")
def people() -> Participants:
    made = ut.synthetic_participants(n=600, seed=4, selection=1.0)
    return ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants


def evaluated(people: Participants, design: Any) -> ut.Evaluation:
    case = ut.load("uppfoljning-arbetsvagen")
    return ut.evaluate(people, case, design, covariates=("education", "sex"), draws=0)


def test_each_group_is_drawn_whole_one_up_and_one_down(people: Participants) -> None:
    found = evaluated(people, ut.followup.Matched())
    drawn = ut.plot.overlap(found)
    bars = [patch for patch in drawn.patches if isinstance(patch, Rectangle)]

    # A share a percentage point, over as many of them as the bar is wide: together the whole group.
    areas = [bar.get_height() * bar.get_width() * 100 for bar in bars]
    number = len(found.overlap)
    assert len(bars) == 2 * number
    assert sum(areas[:number]) == pytest.approx(1.0)
    assert sum(areas[number:]) == pytest.approx(-1.0)
    assert all(low.high == high.low for low, high in pairwise(found.overlap))
    first = next(each for each in found.overlap if each.treated)
    assert f": {first.treated}, {first.comparison}" in ut.plot.alt_text(drawn)


def test_a_design_without_propensities_has_no_overlap(people: Participants) -> None:
    with pytest.raises(ut.QuestionError) as told:
        ut.plot.overlap(evaluated(people, ut.followup.DifferenceInDifferences()))
    assert str(told.value) == (
        "This evaluation has no overlap to draw: its design does not compare by how likely persons were to take part, "
        "or the groups are too small to be shown."
    )
