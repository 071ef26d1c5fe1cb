"""What varies in a case is found whole, drawn as stated, and moves nothing that it does not belong to."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import utanforskap as ut
from utanforskap.engine.chain import run
from utanforskap.engine.draws import SAMPLINGS, Sampler, Sampling
from utanforskap.engine.parameters import point
from utanforskap.engine.uncertain import sampler, uncertain, values_for
from utanforskap.inputs.values.distributions import Array

Data = dict[str, Any]

AMOUNT = {"value": 30_000, "low": 20_000, "high": 60_000, "unit": "kr/år", "price_year": 2013}
SERVICE = {"kind": "service", "payer": "kommun", "quantity": 1}


def data() -> Data:
    """Two states and a chain between them; the numbers are made up."""
    return {
        "format": 1,
        "id": "osakert",
        "title": "Osäkert",
        "horizon": {"first_year": 2014, "years": 5},
        "money": {"price_year": 2013},
        "discounting": {"rate": 0.03, "timing": "end"},
        "prices": ["sverige@2026.1"],
        "states": {
            "sjuk": {
                "title": "Sjuk",
                "flows": {
                    "vard": {**SERVICE, "amount": AMOUNT},
                    "stod": {**SERVICE, "amount": AMOUNT | {"low": 25_000, "high": 36_000}},
                    "coach": {
                        "price": "af.program_kopt",
                        "quantity": {"value": 2, "family": "gamma", "mean": 2, "sd": 1},
                    },
                },
            },
            "frisk": {"title": "Frisk"},
            "borta": {"title": "Borta"},
        },
        "pathways": {
            "kedja": {
                "model": "markov",
                "counted": "mid",
                "initial": {"shares": {"sjuk": 0.7, "frisk": "rest"}, "sample": 50},
                "transitions": {
                    "sjuk": {"counts": {"sjuk": 60, "frisk": 30, "borta": 10}},
                    "frisk": {"shares": {"sjuk": 0.2, "borta": 0.1, "frisk": "rest"}, "sample": 200},
                },
            },
            "kvar": {"model": "stages", "stages": [{"state": "sjuk"}]},
        },
        "groups": {
            "alla": {
                "title": "Alla",
                "persons": {"value": 100, "low": 100, "high": 100},
                "pathways": {"counts": {"kedja": 45, "kvar": 15}},
            }
        },
        "alternatives": {
            "fler": {"set": {"groups.alla.persons": {"value": 120, "low": 110, "high": 140}}},
            "dyrt": {"set": {"states.sjuk.flows.vard.amount": 50_000}},
        },
        "correlations": {
            "dyrtider": {"of": ["states.sjuk.flows.vard.amount", "states.sjuk.flows.stod.amount"], "value": 0.6}
        },
    }


CASE = ut.from_data(data())
VARD, STOD = "states.sjuk.flows.vard.amount", "states.sjuk.flows.stod.amount"
FEWER = "alternatives.fler.set.groups.alla.persons"


def draws_of(some: Sampler) -> dict[str, Array]:
    blocks = [some.named(block) for block in some.blocks]
    return {name: np.concatenate([block[name] for block in blocks]) for name in some.names}


def test_everything_that_varies_is_found_and_nothing_else() -> None:
    found = uncertain(CASE)
    assert set(found.single) == {VARD, STOD, "states.sjuk.flows.coach.quantity", "prices.af.program_kopt", FEWER}
    assert [row.names for row in found.rows] == [
        ("pathways.kedja.initial.sjuk", "pathways.kedja.initial.frisk"),
        tuple(f"pathways.kedja.transitions.sjuk.{state}" for state in ("sjuk", "frisk", "borta")),
        tuple(f"pathways.kedja.transitions.frisk.{state}" for state in ("sjuk", "borta", "frisk")),
        ("groups.alla.pathways.kedja", "groups.alla.pathways.kvar"),
    ]
    assert [row.weights for row in found.rows[1:]] == [
        (60.0, 30.0, 10.0),
        pytest.approx((40.0, 20.0, 140.0)),
        (45.0, 15.0),
    ]
    assert found.correlations == {(STOD, VARD): 0.6}
    assert found.names == sampler(CASE, seed=1, draws=1).names


@pytest.mark.parametrize("name", ut.bundled())
def test_the_bundled_scenarios_can_be_drawn_and_run(name: str) -> None:
    case = ut.load(name)
    drawn = sampler(case, seed=1, draws=16).named(0)
    for alternative in (None, *case.scenario.alternatives):
        values = values_for(case, drawn, alternative=alternative)
        ran = run(point(case, alternative=alternative, values=values), alternative=alternative)
        assert np.all(np.isfinite(ran.ledger.amounts))


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_stated_intervals_are_recovered(sampling: Sampling) -> None:
    draws = draws_of(sampler(CASE, seed=1, draws=65_536, sampling=sampling))
    for name, (low, value, high) in {
        VARD: (20e3, 30e3, 60e3),
        STOD: (25e3, 30e3, 36e3),
        FEWER: (110, 120, 140),
    }.items():
        found = np.quantile(draws[name], [0.05, 0.5, 0.95])
        assert found == pytest.approx([low, value, high], rel=0.02)
    # Means and standard deviations of a gamma with mean 2 and sd 1, and of Dirichlet shares: p and sqrt(p q / (n + 1)).
    for name, mean, sd in (
        ("states.sjuk.flows.coach.quantity", 2.0, 1.0),
        ("pathways.kedja.transitions.sjuk.borta", 0.1, np.sqrt(0.1 * 0.9 / 101)),
        ("pathways.kedja.transitions.frisk.frisk", 0.7, np.sqrt(0.7 * 0.3 / 201)),
        ("pathways.kedja.initial.sjuk", 0.7, np.sqrt(0.7 * 0.3 / 51)),
    ):
        assert np.mean(draws[name]) == pytest.approx(mean, rel=0.02)
        assert np.std(draws[name]) == pytest.approx(sd, rel=0.03)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_stated_correlations_are_recovered(sampling: Sampling) -> None:
    draws = draws_of(sampler(CASE, seed=1, draws=65_536, sampling=sampling))
    ranks = [np.argsort(np.argsort(draws[name])) for name in (VARD, STOD, FEWER)]
    found = np.corrcoef(ranks)
    assert found[0, 1] == pytest.approx(6.0 / np.pi * np.arcsin(0.6 / 2.0), abs=0.02)  # of a Gaussian copula
    assert found[0, 2] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("sampling", ["random", "latin"])
def test_an_unrelated_estimate_that_becomes_uncertain_changes_no_other_draw(sampling: Sampling) -> None:
    more = data()
    more["states"]["frisk"]["flows"] = {"annat": {**SERVICE, "amount": AMOUNT}}
    more["groups"]["fler"] = copy.deepcopy(more["groups"]["alla"]) | {"persons": {"value": 10, "low": 5, "high": 20}}
    before, after = (
        draws_of(sampler(case, seed=7, draws=5_000, sampling=sampling)) for case in (CASE, ut.from_data(more))
    )
    assert after.keys() > before.keys()
    for name, draws in before.items():
        assert np.array_equal(draws, after[name]), name


def test_drawn_shares_make_a_whole_in_the_engine() -> None:
    drawn = sampler(CASE, seed=1, draws=512).named(0)
    ran = run(point(CASE, values=values_for(CASE, drawn)))
    assert ran.occupancy.persons.sum(axis=2) == pytest.approx(np.full((1, 5, 512), 100.0), rel=1e-9)


def test_the_share_that_is_rest_is_what_the_others_leave() -> None:
    drawn = sampler(CASE, seed=1, draws=512).named(0)
    shares = point(CASE, values=values_for(CASE, drawn)).shares(
        CASE.scenario.pathways["kedja"].initial,  # type: ignore[union-attr]
        "pathways.kedja.initial",
    )
    assert shares["frisk"] == pytest.approx(drawn["pathways.kedja.initial.frisk"], abs=1e-12)


def test_what_an_alternative_sets_wins_over_what_is_drawn() -> None:
    drawn = sampler(CASE, seed=1, draws=64).named(0)
    baseline, more, dear = (values_for(CASE, drawn, alternative=id_) for id_ in (None, "fler", "dyrt"))
    assert "groups.alla.persons" not in baseline  # low and high are the value itself
    assert np.array_equal(more["groups.alla.persons"], drawn[FEWER])
    assert np.array_equal(more[VARD], drawn[VARD])
    assert VARD not in dear
    assert np.all(point(CASE, alternative="dyrt", values=dear)[VARD] == 50_000.0)


@given(st.lists(st.integers(1, 500), min_size=2, max_size=3))
def test_the_mean_of_drawn_shares_is_the_point_value(counts: list[int]) -> None:
    said = data()
    said["pathways"]["kedja"]["transitions"]["sjuk"] = {
        "counts": dict(zip(("sjuk", "frisk", "borta"), counts, strict=False))
    }
    case = ut.from_data(said)
    row = uncertain(case).rows[1]
    for name in row.names:
        assert row.marginal(name).mean == pytest.approx(case.estimates[name].value, rel=1e-12)


# Shares that vary each on their own, beside a rest.


def mixed(*, wide: bool) -> ut.Case:
    said = data()
    said["pathways"]["borta"] = {"model": "stages", "stages": [{"state": "borta"}]}
    high = 0.8 if wide else 0.45
    said["groups"]["alla"]["pathways"] = {
        "kedja": {"value": 0.4, "low": 0.3, "high": high},
        "kvar": {"value": 0.3, "low": 0.2, "high": high},
        "borta": "rest",
    }
    return ut.from_data(said)


def test_shares_that_leave_less_than_nothing_are_scaled_to_one_and_others_stay_as_drawn() -> None:
    case = mixed(wide=True)
    drawn = sampler(case, seed=1, draws=4_096).named(0)
    values = values_for(case, drawn)
    names = ["groups.alla.pathways.kedja", "groups.alla.pathways.kvar"]
    before, after = (np.stack([by_name[name] for name in names]) for by_name in (drawn, values))
    over = before.sum(axis=0) > 1.0
    assert 0.05 < np.mean(over) < 0.5
    assert np.array_equal(after[:, ~over], before[:, ~over])
    assert after[:, over].sum(axis=0) == pytest.approx(np.ones(over.sum()), abs=1e-12)
    assert after[0, over] / after[1, over] == pytest.approx(before[0, over] / before[1, over], rel=1e-12)
    assert np.all(
        point(case, values=values).shares(case.scenario.groups["alla"].pathways, names[0][:-6])["borta"] > -1e-12
    )


def test_a_share_that_is_certain_is_scaled_beside_one_that_is_drawn() -> None:
    case = mixed(wide=True)
    name, other = "groups.alla.pathways.kedja", "groups.alla.pathways.kvar"
    values = values_for(case, {name: np.array([0.4, 0.9])})
    assert values[name] == pytest.approx([0.4, 0.75], rel=1e-12)  # 0.9 of 1.2
    assert values[other] == pytest.approx([0.3, 0.25], rel=1e-12)


def chained(risk: Data) -> ut.Case:
    said = data()
    said["groups"]["alla"]["age"] = 30
    said["pathways"]["kedja"] |= {
        "transitions": {
            "sjuk": {
                "frisk": {"value": 0.4, "low": 0.2, "high": 0.6},
                "borta": {"by_year": [0.1, 0.3]},
                "sjuk": "rest",
            },
            "frisk": {
                "sjuk": {"by_age": {"0-31": 0.2, "32+": {"value": 0.5, "low": 0.1, "high": 0.9}}},
                "frisk": "rest",
            },
        },
        "relative_risk": {"on": ["sjuk.frisk", "frisk.sjuk"], **risk},
    }
    return ut.from_data(said)


def test_a_relative_risk_goes_no_higher_than_its_rows_have_room_for() -> None:
    name, share = "pathways.kedja.relative_risk.value", "pathways.kedja.transitions.sjuk.frisk"
    drawn = {name: np.array([1.0, 1.2, 3.0, 9.0]), share: np.array([0.4, 0.5, 0.5, 0.1])}
    always = values_for(chained({"value": {"value": 1.2, "low": 0.8, "high": 2.5}}), drawn)[name]
    # At 0.5 beside 0.3 in the second year there is room for 1.4; at 0.1 for 7, but 0.5 of the healthy have room for 2.
    assert always == pytest.approx([1.0, 1.2, 1.4, 2.0], rel=1e-12)
    first = values_for(chained({"value": {"value": 1.2, "low": 0.8, "high": 2.5}, "years": 1}), drawn)[name]
    assert first == pytest.approx([1.0, 1.2, 1.8, 2.0], rel=1e-12)  # in the first year 0.1 stands beside


@pytest.mark.parametrize("alternative", [None, "fler"])
def test_every_draw_of_wide_ranges_can_be_run(alternative: str | None) -> None:
    case = chained({"value": {"value": 1.2, "low": 0.8, "high": 2.5}, "years": 2})
    drawn = sampler(case, seed=1, draws=4_096).named(0)
    values = values_for(case, drawn, alternative=alternative)
    ran = run(point(case, alternative=alternative, values=values), alternative=alternative)
    persons = values.get("groups.alla.persons", np.full(1, 100.0))
    assert ran.occupancy.persons.sum(axis=2)[0] == pytest.approx(np.broadcast_to(persons, (5, 4_096)), rel=1e-9)
    assert np.min(ran.occupancy.persons) > -1e-9


def test_ranges_that_leave_room_change_nothing() -> None:
    case = mixed(wide=False)
    drawn = {name: draws[:8] for name, draws in sampler(case, seed=1, draws=4_096).named(0).items()}
    values = values_for(case, drawn)
    assert all(np.array_equal(values[name], drawn[name]) for name in values)


def test_a_programme_reaches_no_more_than_are_there_in_a_draw() -> None:
    said = data()
    said["groups"]["alla"] |= {
        "persons": {"value": 100, "low": 70, "high": 140},
        "pathways": {"kvar": 0.6, "kedja": "rest"},
    }
    said["programmes"] = {
        "insats": {
            "title": "Insats", "starts": 2014, "leads_to": "kedja", "success": 0.5, "evidence": "assumed",
            "reaches": {"group": "alla", "pathway": "kvar", "persons": 55}, "costs": {},
        }
    }  # fmt: skip
    case = ut.from_data(said)
    name = "programmes.insats.reaches.persons"
    assert name not in values_for(case, {"groups.alla.persons": np.array([100.0, 140.0])})
    values = values_for(case, {"groups.alla.persons": np.array([100.0, 80.0, 140.0])})
    assert values[name] == pytest.approx([55.0, 48.0, 55.0], rel=1e-12)  # of 60, 48 and 84 persons on the pathway
