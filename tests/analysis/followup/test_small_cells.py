"""No figure of an evaluation rests on one to four persons, whoever they are and whatever became of them."""

from typing import Any

import numpy as np
import pytest
from analysis.followup import observed

import utanforskap as ut

SMALL = range(1, 5)
DESIGNS = [ut.followup.BeforeAfter(), ut.followup.DifferenceInDifferences()]


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.id)
@pytest.mark.parametrize("seed", range(6))
def test_an_effect_that_is_shown_rests_on_nobody_or_on_five_of_each_group(seed: int, design: Any) -> None:
    made = ut.synthetic_participants(n=200, seed=seed)
    people = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
    found = ut.evaluate(people, ut.load("uppfoljning-arbetsvagen"), design, years=2, draws=0)

    sample = ut.followup.sample_of(people, year=2)
    followed = ~np.isnan(sample.before).any(axis=1) & ~np.isnan(sample.after).any(axis=1)
    there = (np.nan_to_num(sample.before) > 0.0) | (np.nan_to_num(sample.after) > 0.0)
    arms = [sample.treated, ~sample.treated] if design.compares else [sample.treated]
    hidden = 0
    for effect in found.effects:
        position = sample.outcomes.index(effect.state)
        of_few = any(int((there[:, position] & followed & arm).sum()) in SMALL for arm in arms)
        shown = (effect.effect, effect.low, effect.high, effect.lower, effect.upper)
        hidden += of_few
        assert not of_few or shown == (None,) * 5, effect
        for number in (effect.before, effect.after):
            assert number is None or number not in SMALL, effect
    lost = int((~followed & sample.treated).sum())
    assert found.lost is None or found.lost == lost
    assert found.lost not in SMALL


def test_bounds_do_not_tell_how_few_were_lost() -> None:
    # Three of thirty were lost: the bounds are three persons' width apart, so neither is shown.
    stays: list[Any] = [({}, ("arbete",))] * 12 + [({}, ("utanfor",))] * 15 + [({}, ("",))] * 3
    found = ut.evaluate(observed.people(stays), observed.case(years=1), ut.followup.BeforeAfter(), draws=0)

    assert found.lost is None
    assert [(effect.lower, effect.upper) for effect in found.effects] == [(None, None)] * len(found.effects)
    assert not any("3" in caveat for caveat in found.told_caveats())


def test_bounds_are_shown_where_enough_were_lost() -> None:
    # Six of thirty-three were lost; of the others twelve work. At worst 12 of 33 do, at best 18.
    stays: list[Any] = [({}, ("arbete",))] * 12 + [({}, ("utanfor",))] * 15 + [({}, ("",))] * 6
    found = ut.evaluate(observed.people(stays), observed.case(years=1), ut.followup.BeforeAfter(), draws=0)

    work = next(effect for effect in found.effects if effect.state == "arbete")
    assert (work.lower, work.upper) == (pytest.approx(12 / 33), pytest.approx(18 / 33))
    assert found.lost == 6


def test_who_died_is_counted_where_they_are_and_not_as_lost() -> None:
    stays: list[Any] = [({}, ("arbete",))] * 12 + [({}, ("utanfor",))] * 15 + [({}, ("avliden",))] * 6
    found = ut.evaluate(observed.people(stays), observed.case(years=1), ut.followup.BeforeAfter(), draws=0)

    dead = next(effect for effect in found.effects if effect.state == "avliden")
    assert (dead.before, dead.after) == (0, 6)
    assert found.lost == 0
    assert found.everyone.outcomes["unknown"] == 6


def test_what_few_have_is_not_named_among_what_differs() -> None:
    # Four participants and one other have a rare word: the groups differ by it, and nobody is told of it.
    made = ut.synthetic_participants(n=400, seed=8, sites=40)
    spells = made.spells.copy()
    arms = {arm: spells.loc[spells["grupp"] == arm, "person"].unique() for arm in ("Insats", "Jämförelse")}
    few = [*arms["Insats"][:4], *arms["Jämförelse"][:1]]
    spells["språk"] = np.where(spells["person"].isin(few), "Sällsynt", "Svenska")
    people = ut.read_participants(spells, mapping=made.mappings["spells"]).participants
    design = ut.followup.DifferenceInDifferences()
    case = ut.load("uppfoljning-arbetsvagen")
    found = ut.evaluate(people, case, design, covariates=("språk", "education"), draws=0)
    assert any(each.name.startswith("education") for each in found.likeness)
    assert "Sällsynt" not in " ".join([*found.told_caveats(), repr(found.likeness), repr(found.caveats)])
