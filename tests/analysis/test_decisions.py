"""What it is worth to know more, asked of cases: closed forms, laws, groups and refusals."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from analysis.bets import COST, KNOWN, N01, SAVED, bet, insats, normal, two_ways
from strategies import Data

import utanforskap as ut
from utanforskap.analysis.uncertainty.worth import InformationValue, Known

DRAWS = 40_000


def asked(data: Data, **how: Any) -> InformationValue:
    return ut.value_of_information(ut.from_data(data), **how)


def near(known: Known, true: float, errors: float = 3.0) -> bool:
    return abs(known.worth.value - true) <= errors * known.worth.standard_error


# --- closed forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_two_normals_through_a_case(seed: int) -> None:
    found = asked(bet(), n=DRAWS, seed=seed, groups={"båda": [SAVED, COST]})
    assert near(found.everything, KNOWN["everything"])
    assert found.everything.worth.standard_error < 6.0
    for name in (SAVED, COST):
        assert near(found.alone[name], KNOWN[name]), name
    assert found.groups["båda"].worth.value == pytest.approx(found.everything.worth.value, rel=1e-6)
    assert list(found.alone) == [COST, SAVED]
    assert found.to_find_out == (COST, SAVED)
    # P(p1 - p2 < 0), and what doing it is expected to gain.
    assert abs(found.wrong - N01.cdf(-1.0 / 5.0**0.5)) < 3.0 * found.wrong_error
    assert abs(found.gains["insats"] - 1000.0) < 3.0 * found.gain_errors["insats"]
    assert found.gains[None] == found.gain_errors[None] == 0.0
    assert found.chosen == found.chosen_at_point == "insats"


def test_nothing_or_one_of_two() -> None:
    # Gains X, Y ~ N(0, 1), independent: E[max(0, X, Y)] is the integral of 1 - Φ(t)² from 0, φ(0) + 1 / (2 √π).
    found = asked(two_ways(), n=DRAWS)
    assert near(found.everything, 1000.0 * (N01.pdf(0.0) + 0.5 / np.sqrt(np.pi)) - max(found.gains.values()))
    # One known: E[max(0, X)] = φ(0), whichever is best on average.
    for id_ in ("ett", "tva"):
        name = f"programmes.{id_}.costs.drift.amount"
        assert near(found.alone[name], 1000.0 * N01.pdf(0.0) - max(found.gains.values())), name
    alone = asked(two_ways(), n=DRAWS, alternatives=["ett"])
    assert near(alone.everything, 1000.0 * N01.pdf(0.0) - max(alone.gains.values()))
    assert "tva" not in alone.gains


def test_what_an_alternative_sets_is_an_estimate_of_its_own() -> None:
    data = bet(saved={"value": 20_000, "unit": "kr/år", "price_year": 2020}, cost=normal(20_000, 1_000))
    data["alternatives"]["annan"] = {"programmes": ["insats"], "set": {COST: normal(20_000, 1_000, unit="kr")}}
    data["alternatives"]["fast"] = {"programmes": ["insats"], "set": {COST: {"value": 25_000, "unit": "kr"}}}
    del data["alternatives"]["annan"]["set"][COST]["price_year"]
    found = asked(data, n=DRAWS)
    own = f"alternatives.annan.set.{COST}"
    assert set(found.alone) == {COST, own}
    assert near(found.everything, 1000.0 * (N01.pdf(0.0) + 0.5 / np.sqrt(np.pi)) - max(found.gains.values()))
    assert near(found.alone[own], 1000.0 * N01.pdf(0.0) - max(found.gains.values()))
    # What is set without a spread stands in every draw: 20 000 - 25 000.
    assert found.gains["fast"] == pytest.approx(-5000.0)
    assert found.gain_errors["fast"] == pytest.approx(0.0, abs=1e-9)


def test_what_cannot_change_the_choice_is_worth_nothing() -> None:
    found = asked(bet(saved=normal(60_000, 1_000, unit="kr/år")))
    assert (found.wrong, found.everything.worth.value) == (0.0, 0.0)
    assert [known.share for known in found.alone.values()] == [0.0, 0.0]
    assert found.to_find_out == ()


def test_the_choice_on_average_may_not_be_that_of_the_point_values() -> None:
    # The median saving is 20 000, less than the cost; its mean, with a long tail upwards, is more.
    long = {"value": 20_000, "low": 15_000, "high": 100_000, "unit": "kr/år", "price_year": 2020}
    found = asked(bet(saved=long, cost={"value": 24_000, "unit": "kr", "price_year": 2020}))
    assert (found.chosen, found.chosen_at_point) == ("insats", None)
    assert found.sentences()[1] == (
        "Med skattningarnas punktvärden är i stället att inte göra något bäst: väntevärdet och punktvärdet skiljer sig."
    )


def test_rounding_decides_nothing() -> None:
    # In its first year the programme brings the insurance exactly nothing, by amounts that cancel.
    found = ut.value_of_information(ut.load("arbetslos-markov"), perspective="fk", n=2000, years=1)
    assert (found.wrong, found.everything.worth.value, found.chosen) == (0.0, 0.0, None)


def test_other_circumstances_are_no_choice_unless_named() -> None:
    data = bet()
    data["alternatives"]["dyrare"] = {"set": {SAVED: {"value": 30_000, "unit": "kr/år"}}}
    assert list(asked(data, n=200).gains) == [None, "insats"]
    assert list(asked(data, n=200, alternatives=["dyrare"]).gains) == [None, "dyrare"]


# --- laws -----------------------------------------------------------------------------------------


def correlated() -> Data:
    """Return a case with a correlated pair, shares of a whole, and estimates of most kinds."""
    data = bet()
    data["states"]["a"]["flows"]["post"]["quantity"] = {"value": 1, "low": 0.8, "high": 1.2}
    data["programmes"]["insats"] |= {
        "success": {"value": 0.9, "low": 0.8, "high": 0.95},
        "deadweight": {"value": 0.05, "low": 0.01, "high": 0.1},
    }
    data["groups"]["alla"]["pathways"] = {"counts": {"bana": 90, "fri": 10}}
    data["correlations"] = {"par": {"of": [SAVED, COST], "value": 0.5}}
    return data


UNITS = {
    "states.a.flows.post.quantity",
    "programmes.insats.success",
    "programmes.insats.deadweight",
    f"{COST} + {SAVED}",
    "groups.alla.pathways.{bana,fri}",
}


@pytest.mark.parametrize("seed", range(4))
def test_never_negative_and_never_less_for_more(seed: int) -> None:
    groups = {"effekt": ["success", "deadweight"], "allt": ["states", "programmes", "groups"]}
    found = asked(correlated(), n=3000, seed=seed, groups=groups)
    assert set(found.alone) == UNITS
    every = {**found.alone, **found.groups}
    for known in every.values():
        assert 0.0 <= known.worth.value <= found.everything.worth.value
        assert known.worth.raw >= 0.0
        assert known.share == pytest.approx(known.worth.value / found.everything.worth.value)
        for part in every.values():
            if set(part.names) <= set(known.names):
                assert part.worth.value <= known.worth.value
    assert set(found.groups["allt"].names) == set(found.everything.names)
    assert list(found.alone.values()) == sorted(found.alone.values(), key=lambda known: -known.worth.value)


def test_groups_that_come_by_themselves() -> None:
    data = correlated()
    data["states"]["b"]["flows"] = {
        "tva": {"price": "kommun.forsorjningsstod_ensam", "quantity": {"value": 0.1, "low": 0.05, "high": 0.2}}
    }
    data["prices"] = ["sverige@2026.1"]
    found = asked(data, n=2000)
    assert {group: set(known.names) for group, known in found.groups.items()} == {
        # A set that is drawn together belongs whole to every group that it reaches into.
        "states": {SAVED, COST, "states.a.flows.post.quantity", "states.b.flows.tva.quantity"},
        "effect": {"programmes.insats.success", "programmes.insats.deadweight"},
    }


def test_a_population_scales_what_is_worth_knowing_and_nothing_else() -> None:
    one, many = (asked(bet(), n=2000, population=population) for population in (1.0, 40.0))
    assert many.everything.worth == one.everything.worth.scaled(40.0)
    assert many.alone[COST].worth == one.alone[COST].worth.scaled(40.0)
    assert (many.gains, many.wrong, many.alone[COST].share) == (one.gains, one.wrong, one.alone[COST].share)


def test_the_same_whatever_carries_it_out() -> None:
    alone = asked(bet(), n=9000).table()
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(3) as three:
        assert asked(bet(), n=9000, executor=one).table().equals(alone)
        assert asked(bet(), n=9000, executor=three).table().equals(alone)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        assert asked(bet(), n=9000, executor=other).table().equals(alone)


def test_values_that_a_result_was_given_stand_as_they_are() -> None:
    case = ut.from_data(bet())
    found = ut.run(case, values={SAVED: 21_000.0}).value_of_information(n=DRAWS)
    assert found.alone[SAVED].worth.value == 0.0
    assert near(found.everything, KNOWN[COST])


def test_a_comparison_asks_of_its_own_alternative() -> None:
    found = ut.run(ut.from_data(two_ways())).compare("tva").value_of_information(n=2000, perspective="region")
    assert list(found.gains) == [None, "tva"]
    assert found.readings["tva"] == ut.Reading(measure="net_gain", alternative="tva", perspective="region")


# --- words ----------------------------------------------------------------------------------------


def test_the_table_holds_everything_first_and_then_the_most() -> None:
    found = asked(bet(), n=2000, groups={"båda": [SAVED, COST]})
    table = found.table()
    assert list(table.index) == ["Allt", "båda", COST, SAVED]
    assert list(table.columns) == [
        "Skattningar", "Värt att veta", "Egen beräkning", "Medelfel", "Andel av allt", "Skilt från noll",
    ]  # fmt: skip
    worth = found.alone[COST].worth
    assert table.loc[COST].tolist() == [
        1, worth.value, worth.raw, worth.standard_error, worth.value / found.everything.worth.value, "ja",
    ]  # fmt: skip
    assert table.attrs["caption"] == (
        "Vinst efter insatskostnad; samhällsekonomiskt; 2020; 2020 års priser; nuvärde 2020, 0 %, årets början; "
        "2\u00a0000 dragningar, frö 1; sådana beslut: 1"
    )
    assert found.table(lang="en").columns[1] == "Worth knowing"


def test_sentences_when_nothing_can_change_the_choice() -> None:
    found = asked(bet(saved=normal(10_000, 1_000, unit="kr/år")))
    assert found.sentences() == (
        "Samhällsekonomiskt: som vi vet det i dag är det bäst att inte göra något.",
        "I ingen av 10\u00a0000 dragningar är något annat val bättre: mer kunskap skulle inte ändra beslutet.",
    )
    assert repr(found) == "\n".join(found.sentences())


def test_sentences_say_what_to_find_out_first() -> None:
    found = asked(bet(), n=2000, groups={"båda": [SAVED, COST]})
    said = found.sentences(lang="en")
    starts = (
        "Society: as things are known, Insats is best, with an expected gain of ",
        "The probability that another choice is better is 3",
        "To know everything before deciding is worth ",
        f"Find out {COST} first: it is worth ",
        f"Then {SAVED}.",
        "Of what can be studied together, this is worth most: båda, ",
    )
    assert len(said) == len(starts)
    for sentence, start in zip(said, starts, strict=True):
        assert sentence.startswith(start)


# --- refusals -------------------------------------------------------------------------------------


def certain() -> Data:
    amount = {"value": 20_000, "price_year": 2020}
    return bet(saved=amount | {"unit": "kr/år"}, cost=amount | {"unit": "kr"})


def without_alternatives() -> Data:
    return {**bet(), "programmes": {}, "alternatives": {}}


@pytest.mark.parametrize(
    ("data", "how", "message"),
    [
        (
            certain(),
            {},
            "Nothing in 'vad' is uncertain: no estimate has a spread.\n"
            "State low and high of the estimates that are not certain.",
        ),
        (
            without_alternatives(),
            {},
            "'vad' declares no alternative with a programme, so there is nothing to choose.\n"
            "An alternative that only sets estimates is other circumstances; name it if it is a choice.",
        ),
        (
            bet(),
            {"alternatives": ["insatz"]},
            "'insatz' is not an alternative. Did you mean 'insats'?\nAllowed: insats",
        ),
        (bet(), {"population": -1.0}, "The population is -1: it must be 0 or more."),
        (bet(), {"n": 30}, "What 1 inputs are worth takes at least 40 draws, and there are 30."),
        (bet(), {"n": 1}, "What it is worth to know more takes at least 2 draws, and there is 1."),
        (bet(), {"n": 0}, "The number of draws is 0: it must be at least 1."),
        (bet(), {"groups": {"tom": []}}, "The group 'tom' is empty.\nName the estimates in it."),
        (
            bet(),
            {"groups": {COST: [SAVED]}},
            f"'{COST}' is what an estimate is called.\nCall the group something else.",
        ),
        (
            bet(),
            {"groups": {"x": ["sucess"]}},
            f"'sucess' is not an uncertain estimate.\nAllowed: {COST}, {SAVED}",
        ),
        (
            bet(),
            {"groups": {"x": ["amount"]}},
            f"'amount' is not an uncertain estimate. Did you mean '{SAVED}'?\nAllowed: {COST}, {SAVED}",
        ),
        (
            correlated(),
            {"groups": {"pris": [SAVED]}},
            f"'{SAVED}' is drawn together with {COST}, and the group 'pris' has only a part of them.\n"
            f"Add {COST}, or leave all of them out.",
        ),
        (
            correlated(),
            {"groups": {"bana": ["groups.alla.pathways.bana", "success"]}},
            "'groups.alla.pathways.bana' is drawn together with groups.alla.pathways.fri, and the group 'bana' has "
            "only a part of them.\nAdd groups.alla.pathways.fri, or leave all of them out.",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(data: Data, how: dict[str, Any], message: str) -> None:
    with pytest.raises(ut.UtanforskapError) as refused:
        asked(data, **how)
    assert str(refused.value) == message


# --- acceptability --------------------------------------------------------------------------------


def test_how_often_doing_it_is_best_by_the_value_of_an_estimate() -> None:
    # With the cost known to be c it is best with probability P(p1 > c) = Φ((21 000 - c) / 1 000).
    result = ut.run(ut.from_data(bet()))
    costs = [19_000.0, 20_500.0, 21_000.0, 22_000.0]
    found = result.acceptability(costs, parameter="drift.amount", n=8192)
    table = found.table()
    assert (table.index.name, list(table.index), list(table.columns)) == (
        COST,
        costs,
        ["att inte göra något", "Insats"],
    )
    for at, cost in enumerate(costs):
        true = N01.cdf((21_000.0 - cost) / 1000.0)
        assert abs(found.curves.shares[at, 1] - true) < 4.0 * found.curves.shares_error[at, 1]
    assert np.allclose(table.sum(axis=1), 1.0)


def test_how_often_doing_it_is_best_by_what_an_outcome_is_worth() -> None:
    # A person-year in b is gained; at λ it is best with probability Φ((λ + 1 000) / (√5 · 1 000)).
    result = ut.run(ut.from_data(bet()))
    worth = [0.0, 1000.0, 3000.0]
    found = result.acceptability(worth, outcome="person_years.b", n=8192)
    for at, threshold in enumerate(worth):
        true = N01.cdf((threshold + 1000.0) / (1000.0 * 5.0**0.5))
        assert abs(found.curves.shares[at, 1] - true) < 4.0 * found.curves.shares_error[at, 1]
    assert found.table().attrs["caption"].endswith("; andel av 8\u00a0192 dragningar där valet är bäst, frö 1")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({}, "State what the points are values of: either outcome=… or parameter=…"),
        (
            {"parameter": "deadweight", "points": [2.0]},
            "programmes.insats.deadweight cannot be 2: it must be from 0 to 1.",
        ),
        (
            {"parameter": SAVED, "points": [1.0]},
            f"'{SAVED}' is drawn together with {COST}, and cannot be held at a value alone.",
        ),
        (
            {"outcome": "person_years.c", "points": [1.0]},
            "'person_years.c' is not an outcome. Did you mean 'person_years.b'?\n"
            "Allowed: person_years.a, person_years.b",
        ),
    ],
)
def test_points_that_cannot_be_are_refused(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ut.UtanforskapError) as refused:
        ut.run(ut.from_data(correlated())).acceptability(how.pop("points", [0.0]), n=100, **how)
    assert str(refused.value) == message


def test_programmes_may_differ_in_what_they_cost_only() -> None:
    data = two_ways()
    data["programmes"]["tva"] = insats({"value": 30_000, "unit": "kr", "price_year": 2020})
    assert asked(data, n=2000).gains["tva"] == pytest.approx(-10_000.0)


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[tuple[int, int]] = []
    ut.value_of_information(ut.from_data(two_ways()), n=5000, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(4096, 5000), (5000, 5000)]
