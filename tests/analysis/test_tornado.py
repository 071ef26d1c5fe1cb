"""What moves an answer: each estimate and setting alone, against closed forms and against runs of their own."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from laws.cases import size, two_states
from scipy.stats import beta
from strategies import Data, scenarios

import utanforskap as ut
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.results import Comparison
from utanforskap.analysis.sensitivity import Swing, named, tornado
from utanforskap.analysis.sensitivity.wholes import wholes
from utanforskap.terms import Reading

WORTH = 1 + 1 / 1.04 + 1 / 1.04**2
"""A krona a year for three years, at 4 % and the start of the year [kr]."""


def with_ranges(**programme: Any) -> Data:
    """Return five participants of whom 40 % leave a state at 1 000 kr a year, for 3 000 kr; three things are uncertain.

    By hand: the net gain is 5 × success × amount × WORTH − cost.
    """
    data = two_states(cost=3_000.0, **programme)
    data["programmes"]["insats"]["success"] = {"value": 0.4, "low": 0.1, "high": 0.5}
    data["states"]["a"]["flows"]["post"]["amount"] |= {"low": 900, "high": 1_200}
    data["programmes"]["insats"]["costs"]["drift"]["amount"] |= {"family": "normal", "mean": 3_000, "sd": 200}
    return data


def compared(data: Data) -> Comparison:
    return ut.run(ut.from_data(data)).compare("insats")


def swings_of(gain: Comparison, **fields: Any) -> dict[str, Swing]:
    return {each.name: each for each in tornado(gain.readable, gain.reading(**fields))}


# --- closed forms ---------------------------------------------------------------------------------


def test_swings_of_a_linear_case_are_those_reckoned_by_hand() -> None:
    found = swings_of(compared(with_ranges()))

    success = found["programmes.insats.success"]
    assert (success.kind, success.point, success.low, success.high) == ("estimate", 0.4, 0.1, 0.5)
    assert success.at_point == pytest.approx(2_000 * WORTH - 3_000)
    assert success.at_low == pytest.approx(500 * WORTH - 3_000)
    assert success.at_high == pytest.approx(2_500 * WORTH - 3_000)
    assert success.swing == pytest.approx(2_000 * WORTH)
    assert success.turns_at == pytest.approx(3_000 / (5_000 * WORTH))
    assert success.changes_sign

    amount = found["states.a.flows.post.amount"]
    assert (amount.at_low, amount.at_high) == (
        pytest.approx(1_800 * WORTH - 3_000), pytest.approx(2_400 * WORTH - 3_000),
    )  # fmt: skip
    assert amount.turns_at == pytest.approx(3_000 / (2 * WORTH))
    assert not amount.changes_sign


def test_an_estimate_with_a_family_goes_from_its_fifth_to_its_ninety_fifth_percentile() -> None:
    # The standard normal's 95th percentile is 1.6448536269514722.
    cost = swings_of(compared(with_ranges()))["programmes.insats.costs.drift.amount"]

    assert cost.low == pytest.approx(3_000 - 1.6448536269514722 * 200)
    assert cost.high == pytest.approx(3_000 + 1.6448536269514722 * 200)
    assert cost.at_low is not None
    assert cost.at_high is not None
    assert cost.at_low - cost.at_high == pytest.approx(2 * 1.6448536269514722 * 200)


def test_the_farthest_comes_first_and_what_has_no_range_last() -> None:
    gain = compared(with_ranges())
    found = tornado(gain.readable, gain.reading())

    reaches = [each.swing for each in found if each.swing is not None]
    assert reaches == sorted(reaches, reverse=True)
    assert [each.kind == "no_range" for each in found] == sorted(each.kind == "no_range" for each in found)


def test_every_estimate_is_there_and_no_range_is_invented_for_an_effect_that_nobody_stated() -> None:
    gain = compared(with_ranges())
    found = swings_of(gain)

    settings_of_the_case = {"discounting", "timing", "horizon"}
    assert set(found) == {*gain.case.estimates, *settings_of_the_case}
    deadweight = found["programmes.insats.deadweight"]
    assert (deadweight.kind, deadweight.point) == ("no_range", 0.0)
    assert (deadweight.low, deadweight.high, deadweight.at_low, deadweight.at_high) == (None, None, None, None)
    assert (deadweight.swing, deadweight.changes_sign, deadweight.matters) == (None, False, True)
    # Net gain (1 − deadweight) × 2 000 × WORTH − 3 000 is nought at:
    assert deadweight.turns_at == pytest.approx(1 - 3_000 / (2_000 * WORTH))


def test_what_the_reading_does_not_rest_on_is_told_apart() -> None:
    found = swings_of(compared(with_ranges()), perspective="kommun")

    assert found["states.a.flows.post.amount"].swing == 0.0
    assert not found["states.a.flows.post.amount"].matters
    assert not found["programmes.insats.deadweight"].matters


def test_a_reading_that_is_least_in_between_swings_from_there() -> None:
    swing = Swing("x", "estimate", 2.0, 1.0, 3.0, -5.0, 1.0, 2.0, matters=True, turns_at=None)

    assert (swing.swing, swing.changes_sign) == (7.0, True)


# --- the law: every end is a run of its own -------------------------------------------------------


def read_with(case: ut.Case, reading: Reading, values: Mapping[str, float]) -> float:
    """A point run of its own."""
    return float(value(Readable(case, values), reading)[0])


@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
@given(scenarios(), st.sampled_from(["society", "kommun"]), st.floats(0.3, 0.9), st.floats(1.1, 2.0))
def test_every_end_equals_a_run_with_that_value(data: Data, perspective: str, down: float, up: float) -> None:
    programme = data["programmes"]["p0"]
    stated = programme["success"]
    share = stated["value"] if isinstance(stated, dict) else stated
    programme["success"] = {"value": share, "low": share * down, "high": min(share * up, 1.0)}
    case = ut.from_data(data)
    reading = Reading(measure="net_gain", alternative="p0", perspective=perspective)
    readable = Readable(case)
    of = max(size(readable.ledger(reading)), 1.0) * case.scenario.horizon.years * len(readable.ledger(reading))

    for each in tornado(readable, reading):
        if each.kind == "estimate":
            for at, read in ((each.low, each.at_low), (each.high, each.at_high)):
                assert isinstance(at, float)
                assert read == pytest.approx(read_with(case, reading, {each.name: at}), rel=1e-9, abs=1e-9 * of)


@pytest.mark.parametrize("name", ["arbetslos-markov", "trelleborg-integration"])
def test_every_end_of_a_bundled_case_equals_a_run_with_that_value(name: str) -> None:
    case = ut.load(name)
    reading = Reading(measure="net_gain", alternative=next(iter(case.scenario.alternatives)))
    ends = [each for each in tornado(Readable(case), reading) if each.kind == "estimate" and each.matters]

    assert len(ends) > 3
    for each in ends:
        assert isinstance(each.low, float)
        assert isinstance(each.high, float)
        low, high = (read_with(case, reading, {each.name: at}) for at in (each.low, each.high))
        assert (each.at_low, each.at_high) == (pytest.approx(low, rel=1e-9), pytest.approx(high, rel=1e-9))


@pytest.mark.parametrize("name", ["arbetslos-markov", "typfall-missbruk-hemloshet"])
def test_at_the_value_that_turns_the_sign_a_run_reads_nothing(name: str) -> None:
    case = ut.load(name)
    reading = Reading(measure="net_gain", alternative=next(iter(case.scenario.alternatives)), perspective="public")
    # A share that others give way to is no run with that value alone.
    turning = [
        each
        for each in tornado(Readable(case), reading)
        if each.turns_at is not None and not any(whole.gives_way for whole in wholes(case, each.name))
    ]

    assert len(turning) > 3
    for each in turning:
        assert each.turns_at is not None
        assert abs(read_with(case, reading, {each.name: each.turns_at})) <= 1e-9 * abs(each.at_point)


# --- what an alternative sets ---------------------------------------------------------------------


def test_what_the_alternative_sets_and_the_case_s_own_are_rows_of_their_own() -> None:
    data = two_states()
    data["states"]["a"]["flows"]["post"]["amount"] |= {"low": 900, "high": 1_200}
    data["programmes"]["insats"]["success"] = 0
    data["alternatives"]["insats"]["set"] = {"states.a.flows.post.amount": {"value": 800, "low": 700, "high": 850}}
    found = swings_of(compared(data))

    # Five persons cost 1 000 kr a year each without it, and 800 with it.
    own, theirs = found["states.a.flows.post.amount"], found["alternatives.insats.set.states.a.flows.post.amount"]
    assert own.at_point == pytest.approx(5 * 200 * WORTH)
    assert (own.at_low, own.at_high) == (pytest.approx(5 * 100 * WORTH), pytest.approx(5 * 400 * WORTH))
    assert (theirs.point, theirs.low, theirs.high) == (800.0, 700.0, 850.0)
    assert (theirs.at_low, theirs.at_high) == (pytest.approx(5 * 300 * WORTH), pytest.approx(5 * 150 * WORTH))
    assert theirs.turns_at == pytest.approx(1_000.0)
    assert own.turns_at == pytest.approx(800.0)


# --- shares of a whole ----------------------------------------------------------------------------

# A share of a Dirichlet is a beta, here of 20 and 80.
LEAST, MOST = beta(20, 80).ppf([0.05, 0.95])


def test_shares_known_from_one_sample_give_way_in_proportion() -> None:
    data = two_states()
    data["states"]["c"] = {"title": "C"}
    data["pathways"]["tredje"] = {"model": "stages", "stages": [{"state": "c"}]}
    data["groups"]["alla"]["pathways"] = {"counts": {"bana": 20, "annan": 50, "tredje": 30}}
    gain = compared(data)
    share = swings_of(gain)["groups.alla.pathways.bana"]

    assert (share.low, share.high) == (pytest.approx(LEAST), pytest.approx(MOST))
    # Ten persons, of whom 40 % of those on the pathway leave 1 000 kr a year.
    assert share.at_low == pytest.approx(4_000 * LEAST * WORTH)
    third = swings_of(gain)["groups.alla.pathways.tredje"]
    # The beta of 30 and 70; what it takes, the other two give in proportion: 20 of 70 and 50 of 70.
    low, high = beta(30, 70).ppf([0.05, 0.95])
    assert (third.at_low, third.at_high) == (
        pytest.approx(4_000 * (1 - low) * 20 / 70 * WORTH), pytest.approx(4_000 * (1 - high) * 20 / 70 * WORTH),
    )  # fmt: skip


def test_a_probability_goes_no_further_than_its_row_leaves_room() -> None:
    data = two_states()
    data["states"]["c"] = {"title": "C"}
    data["pathways"]["annan"] = {
        "model": "markov", "initial": {"b": 1}, "counted": "start",
        "transitions": {"b": {"a": {"value": 0.1, "low": 0.05, "high": 0.7}, "c": 0.4, "b": "rest"}},
    }  # fmt: skip
    row = swings_of(compared(data))["pathways.annan.transitions.b.a"]

    assert (row.low, row.high) == (0.05, pytest.approx(0.6))


# --- settings -------------------------------------------------------------------------------------


def test_the_rate_of_every_profile_is_tried_at_the_timing_of_the_case() -> None:
    discounting = swings_of(compared(two_states()))["discounting"]

    def worth(rate: float) -> float:
        return 2_000 * sum((1 + rate) ** -year for year in range(3))

    # The case says 4 % at the start of the year; the shipped profiles go from 2 to 8 %.
    assert (discounting.point, discounting.low, discounting.high) == ("own", "nz-treasury-commercial", "nz-treasury")
    assert (discounting.at_low, discounting.at_high) == (pytest.approx(worth(0.08)), pytest.approx(worth(0.02)))


def test_timing_is_tried_at_the_rate_of_the_case() -> None:
    timing = swings_of(compared(two_states()))["timing"]

    assert (timing.point, timing.low, timing.high) == ("start", "end", "start")
    assert (timing.at_low, timing.at_high) == (pytest.approx(2_000 * WORTH / 1.04), pytest.approx(2_000 * WORTH))


def test_the_nearest_shorter_and_longer_horizons_are_tried() -> None:
    # Three years; of 1, 4, 5, 10, 20 and the 35 until those of 30 are 65, one and four are nearest.
    horizon = swings_of(compared(two_states()))["horizon"]

    assert (horizon.point, horizon.low, horizon.high) == ("3", "1", "4")
    assert (horizon.at_low, horizon.at_high) == (pytest.approx(2_000), pytest.approx(2_000 * (WORTH + 1.04**-3)))


def test_a_horizon_beyond_all_that_is_known_by_age_is_not_tried() -> None:
    data = two_states()
    data["states"]["a"]["flows"]["post"]["quantity"] = {"by_age": {"30-32": 1}}
    horizon = swings_of(compared(data))["horizon"]

    assert (horizon.point, horizon.low, horizon.high) == ("3", "1", "3")


def test_the_horizon_goes_to_65_where_no_shorter_one_is_asked_for() -> None:
    horizon = swings_of(compared(two_states(years=20)))["horizon"]

    assert (horizon.point, horizon.low, horizon.high) == ("20", "10", "35")


def test_years_that_are_read_are_the_horizon_that_moves() -> None:
    horizon = swings_of(compared(two_states(years=8)), years=5)["horizon"]

    assert (horizon.point, horizon.low, horizon.high) == ("5", "4", "10")
    assert horizon.at_high == pytest.approx(2_000 * sum(1.04**-year for year in range(10)))


@pytest.mark.parametrize(
    ("fields", "settings_left"),
    [({"discount": "none"}, {"horizon"}), ({"period": "2014"}, {"discounting", "timing"})],
)
def test_what_the_question_has_settled_is_no_row(fields: dict[str, Any], settings_left: set[str]) -> None:
    found = swings_of(compared(two_states()), **fields)

    assert {name for name, each in found.items() if each.kind == "setting"} == settings_left


def test_every_reference_that_all_groups_have_is_tried_for_the_cost_of_exclusion() -> None:
    data = two_states()
    data["groups"]["alla"]["references"] = {"som_nu": {"bana": 0.25, "annan": "rest"}}
    result = ut.run(ut.from_data(data))
    reading = Reading(measure="cost_of_exclusion")
    (counterfactual,) = [each for each in tornado(result.readable, reading) if each.name == "counterfactual"]

    # Half of ten cost 1 000 kr a year; against nobody, and against a quarter.
    assert (counterfactual.point, counterfactual.low, counterfactual.high) == ("reference", "som_nu", "reference")
    assert (counterfactual.at_low, counterfactual.at_high) == (
        pytest.approx(2_500 * WORTH), pytest.approx(5_000 * WORTH),
    )  # fmt: skip


# --- named scenarios ------------------------------------------------------------------------------


def test_named_scenarios_put_everything_at_its_worse_or_better_end_at_once() -> None:
    gain = compared(with_ranges())
    pessimistic, main, optimistic = named(gain.readable, gain.reading())

    dear, cheap = (3_000 + way * 1.6448536269514722 * 200 for way in (1, -1))
    assert (pessimistic.id, main.id, optimistic.id) == ("pessimistic", "main", "optimistic")
    assert pessimistic.reads == pytest.approx(5 * 0.1 * 900 * WORTH - dear)
    assert main.reads == pytest.approx(2_000 * WORTH - 3_000)
    assert optimistic.reads == pytest.approx(5 * 0.5 * 1_200 * WORTH - cheap)
    assert pessimistic.values == {
        "programmes.insats.success": 0.1,
        "states.a.flows.post.amount": 900.0,
        "programmes.insats.costs.drift.amount": pytest.approx(dear),
    }
    assert main.values == {}


def test_the_worse_end_of_a_cost_is_the_dear_one() -> None:
    result = ut.run(ut.from_data(with_ranges()))
    pessimistic, _, optimistic = named(result.readable, Reading(measure="cost_of_exclusion"))

    assert pessimistic.values == {"states.a.flows.post.amount": 1_200.0}
    assert optimistic.values == {"states.a.flows.post.amount": 900.0}


def test_a_named_scenario_equals_a_run_with_its_values() -> None:
    case = ut.load("typfall-missbruk-hemloshet")
    reading = Reading(measure="net_gain", alternative="bostad_forst", perspective="public")
    found = named(Readable(case), reading)

    assert found[0].reads < found[1].reads < found[2].reads
    for each in found:
        assert each.reads == pytest.approx(read_with(case, reading, each.values), rel=1e-9)


def test_of_shares_from_one_sample_one_is_put_at_an_end() -> None:
    data = two_states()
    data["groups"]["alla"]["pathways"] = {"counts": {"bana": 20, "annan": 80}}
    gain = compared(data)
    pessimistic, _, optimistic = named(gain.readable, gain.reading())

    # Of the ten, the share on the pathway from which 40 % leave 1 000 kr a year; the other share is what is left.
    assert pessimistic.values == pytest.approx(
        {"groups.alla.pathways.bana": LEAST, "groups.alla.pathways.annan": 1 - LEAST}
    )
    assert (pessimistic.reads, optimistic.reads) == (
        pytest.approx(4_000 * LEAST * WORTH), pytest.approx(4_000 * MOST * WORTH),
    )  # fmt: skip


# --- tables and refusals --------------------------------------------------------------------------


def test_the_table_says_it_in_the_reader_s_language() -> None:
    frame = compared(with_ranges()).tornado()

    assert list(frame.columns) == [
        "Angivet", "Låg", "Hög", "Vid låg (kr)", "Vid hög (kr)", "Utslag (kr)", "Byter tecken", "Noll vid", "Påverkar",
    ]  # fmt: skip
    assert frame.loc["programmes.insats.success", "Byter tecken"] == "ja"
    assert tuple(frame.loc["Diskontering", ["Angivet", "Låg", "Hög"]]) == ("kalkylens egen ränta", "8 %", "2 %")
    assert tuple(frame.loc["Horisont", ["Angivet", "Låg", "Hög"]]) == ("3 år", "1 år", "4 år")
    assert tuple(frame.loc["När på året", ["Angivet", "Låg"]]) == ("årets början", "årets slut")
    assert frame.attrs["at_point"] == pytest.approx(2_000 * WORTH - 3_000)
    english = compared(with_ranges()).tornado(lang="en")
    assert tuple(english.loc["Horizon", ["Stated", "Low", "High"]]) == ("3 years", "1 year", "4 years")


def test_a_result_s_tornado_is_of_the_cost_of_exclusion() -> None:
    frame = ut.run(ut.from_data(with_ranges())).tornado()

    assert frame.attrs["caption"].startswith("Utanförskapets kostnad; socioekonomiskt (netto allt); mot referensen; ")
    assert frame.loc["states.a.flows.post.amount", "Vid låg (kr)"] == pytest.approx(4_500 * WORTH)


def test_named_scenarios_say_where_every_estimate_stands() -> None:
    frame = compared(with_ranges()).named_scenarios()

    assert list(frame.columns) == ["Pessimistiskt", "Som angivet", "Optimistiskt"]
    assert tuple(frame.loc["programmes.insats.success"]) == (0.1, 0.4, 0.5)
    assert frame.index[0] == "Vinst efter insatskostnad (kr)"
    assert frame.attrs["caption"].endswith("allt ogynnsamt, eller allt gynnsamt, på en gång: ingen percentil")


def test_a_tornado_without_a_reference_is_refused_whole() -> None:
    data = two_states()
    del data["groups"]["alla"]["reference"]
    with pytest.raises(ut.QuestionError) as refused:
        ut.run(ut.from_data(data)).tornado()

    assert str(refused.value) == (
        "The cost of exclusion is measured against a reference, and the group 'alla' has none.\n"
        "Add it to the group: reference: <pathway>."
    )
