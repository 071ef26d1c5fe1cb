"""Persons summed a block at a time: the same answers as of all at once, in memory that hardly grows with them."""

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from analysis.followup import test_designs

import utanforskap as ut
from utanforskap.analysis.followup.resampling import Resampling

MANY = 9000
"""More than two blocks of persons."""
CASE = "uppfoljning-arbetsvagen"


def participants(n: int, **options: Any) -> Any:
    made = ut.synthetic_participants(n=n, **{"seed": 21, "selection": 0.5, "sites": 40, **options})
    return ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants


@pytest.fixture(scope="module")
def many() -> Any:
    return participants(MANY)


@pytest.mark.parametrize("design", test_designs.ALL, ids=test_designs.named)
def test_an_evaluation_finds_the_effect_of_the_whole_sample(many: Any, design: Any) -> None:
    covariates = ("education", "months_on_support")
    found = ut.evaluate(
        many, ut.load(CASE), design, years=2, years_before=2, covariates=covariates, splits=("sex",), draws=0
    )

    sample = ut.followup.sample_of(many, year=2, years_before=2, covariates=covariates)
    whole = ut.followup.estimate_effect(sample, design, draws=0)
    shown = [effect for effect in found.effects if effect.effect is not None]
    assert len(shown) > 3
    for effect in shown:
        at = whole.outcomes.index(effect.state)
        expected = whole.effect[at], whole.lower[at], whole.upper[at]
        assert (effect.effect, effect.lower, effect.upper) == pytest.approx(expected, abs=1e-10)


def test_memory_hardly_grows_with_persons() -> None:
    # The case and its sums by group take the same whatever the persons; of those a few numbers each are kept.
    most = []
    for n in (MANY, 3 * MANY):
        people = participants(n)
        tracemalloc.start()
        ut.evaluate(
            people, ut.load(CASE), ut.followup.DifferenceInDifferences(), years=2, splits=("sex", "age"), draws=50
        )
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert most[1] - most[0] < 20 * 8 * 2 * MANY


def test_persons_are_drawn_within_their_arm_whatever_the_blocks() -> None:
    treated = np.arange(MANY) % 3 == 0
    resampling = Resampling.of(treated, None, seed=3)
    counts = np.stack([resampling.counts(draw) for draw in range(60)], axis=1)

    assert (counts[treated].sum(axis=0) == treated.sum()).all()
    assert (counts[~treated].sum(axis=0) == (~treated).sum()).all()
    # Times drawn are near Poisson: mean and variance 1. 540 000 of them: four errors of the variance are 0.01.
    assert counts.var() == pytest.approx(1.0, abs=0.01)
    # How many come of a block is binomial: n p (1 - p) with p its share, within four errors of 60 draws (1 ± 0.73).
    share = 4096 / MANY
    assert counts[:4096].sum(axis=0).var() == pytest.approx(MANY * share * (1 - share), rel=0.73)
    assert np.array_equal(np.concatenate(list(resampling.blocks(range(7, 9)))), counts[:, 7:9])


@pytest.mark.parametrize("design", [ut.followup.Weighted(), ut.followup.Weighted(by="entropy")], ids=test_designs.named)
def test_a_draw_is_fitted_as_from_the_beginning(design: Any) -> None:
    sample = test_designs.drawn(300, 22)
    estimate = ut.followup.estimate_effect(sample, design, draws=8)
    resampling = Resampling.of(sample.treated, None, seed=1)
    for draw in range(8):
        alone = replace(sample, weights=resampling.counts(draw))
        assert estimate.draws[0, draw] == pytest.approx(test_designs.effect(alone, design), abs=1e-9)


def test_those_who_are_alike_are_one_match() -> None:
    # Matched on one word, everyone in the comparison group who has it is as near: the effect is the mean over the
    # participants' words of their change less that of the others who have it.
    rng = np.random.default_rng(23)
    word = rng.integers(0, 7, 900)
    treated = rng.random(900) < 0.2 + 0.08 * word
    after = rng.random(900)
    columns = np.column_stack([word == one for one in range(1, 7)])
    sample = test_designs.made(np.zeros(900), after, treated, covariates=columns)

    differences = [
        after[treated & (word == one)].sum() - (treated & (word == one)).sum() * after[~treated & (word == one)].mean()
        for one in range(7)
    ]
    assert test_designs.effect(sample, ut.followup.Matched()) == pytest.approx(sum(differences) / treated.sum())
