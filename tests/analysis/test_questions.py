"""Break-even, payback, explanations and refusals, asked of a comparison."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laws.cases import one_state, readings, size, two_states
from strategies import Data, scenarios

import utanforskap as ut
from utanforskap.analysis.explain import explain
from utanforskap.analysis.readings import Readable, sides, value
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.sensitivity import break_even
from utanforskap.terms import Reading

SUCCESS = "programmes.insats.success"


def comparison(**programme: Any) -> Comparison:
    return ut.run(ut.from_data(two_states(**programme))).compare("insats")


# --- break-even -----------------------------------------------------------------------------------


@given(st.integers(1, 10_000), st.integers(1, 20), st.floats(0.0, 0.6), st.floats(0.0, 0.3))
def test_the_success_that_breaks_even_is_the_cost_over_the_gain_of_a_success(
    cost: int, years: int, deadweight: float, drop_off: float
) -> None:
    gain = comparison(years=years, cost=cost, deadweight=deadweight, drop_off=drop_off)
    # Closed form: 5 participants, 1 000 kr a year each, 4 % at the start of the year.
    yearly = 5_000.0 * (1.0 - deadweight) * sum(((1.0 - drop_off) / 1.04) ** year for year in range(years))
    found = gain.break_even("success")
    assert found.parameter == SUCCESS
    assert (found.point, found.searched) == (0.4, (0.0, 1.0))
    if cost / yearly > 1.0 + 1e-9:
        assert (found.status, found.value, found.persons) == ("impossible", None, None)
    elif cost / yearly < 1.0 - 1e-9:
        assert found.status == "found"
        assert found.value == pytest.approx(cost / yearly, rel=1e-9)
        assert found.out_of == 5.0
        assert found.persons == math.ceil(5.0 * cost / yearly - 1e-6)


@pytest.mark.parametrize(
    ("parameter", "cost"),
    [
        ("success", 3_000.0), ("deadweight", 3_000.0), ("attribution", 3_000.0), ("drop_off", 5_300.0),
        ("programmes.insats.costs.drift.amount", 3_000.0), ("states.a.flows.post.amount", 3_000.0),
        ("states.a.flows.post.quantity", 3_000.0), ("discounting.rate", 5_900.0), ("groups.alla.persons", 3_000.0),
        ("groups.alla.pathways.bana", 3_000.0),
    ],
)  # fmt: skip
def test_break_even_equals_bisection_over_reruns(parameter: str, cost: float) -> None:
    data = two_states(cost=cost)
    if parameter == "discounting.rate":  # the saving ends and the cost comes later: the sign turns with the rate
        data["programmes"]["insats"]["costs"]["drift"]["year"] = 2016
        data["programmes"]["insats"]["costs"]["drift"]["amount"]["value"] = 6_300
    case = ut.from_data(data)
    gain = ut.run(case).compare("insats")
    found = gain.break_even(parameter)
    assert found.status == "found"

    def net(at: float) -> float:
        return ut.run(case, values={found.parameter: at}).compare("insats").net_present_value()

    assert found.value is not None
    low, high = found.value * (1 - 1e-3) - 1e-4, found.value * (1 + 1e-3) + 1e-4
    assert net(low) * net(high) < 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if net(low) * net(middle) > 0.0 else (low, middle)
    assert found.value == pytest.approx(low, rel=1e-8, abs=1e-9)


@given(scenarios(), st.sampled_from(["society", "public", "kommun", "individ"]))
def test_at_the_break_even_nothing_is_gained_and_where_there_is_none_the_sign_never_turns(
    data: Data, perspective: str
) -> None:
    case = ut.from_data(data)
    readable = Readable(case)
    reading = Reading(measure="net_gain", alternative="p0", perspective=perspective)
    found = break_even(readable, reading, "programmes.p0.success")
    of = case.scenario.horizon.years * size(readable.ledger(reading)) * len(readable.ledger(reading))

    def net(at: float) -> float:
        return float(value(readable.changed(values={"programmes.p0.success": at}), reading)[0])

    if found.status == "found":
        assert found.value is not None
        assert 0.0 <= found.value <= 1.0
        assert abs(net(found.value)) <= 1e-7 * of
    else:
        signs = {np.sign(net(at)) for at in (0.0, 0.25, 0.5, 1.0)}
        assert len(signs) == 1


def test_how_many_must_succeed_is_rounded_up() -> None:
    # One success of five gives 1 000 (1 + 1/1.04 + 1/1.04²) = 2 886.09 kr.
    worth = 1_000.0 * (1 + 1 / 1.04 + 1 / 1.04**2)
    assert comparison(cost=2.0 * worth).break_even("success").persons == 2
    assert comparison(cost=2.001 * worth).break_even("success").persons == 3
    assert comparison(cost=1.0).break_even("success").persons == 1


def test_how_many_must_be_reached_is_rounded_up_and_never_more_than_there_are() -> None:
    worth = 0.4 * 1_000.0 * (1 + 1 / 1.04 + 1 / 1.04**2)
    reaches = {"group": "alla", "pathway": "bana", "persons": 2}
    found = comparison(cost=3.5 * worth, reaches=reaches).break_even("reaches.persons")
    assert (found.status, found.persons, found.searched) == ("found", 4, (0.0, 5.0))
    assert found.value == pytest.approx(3.5)
    assert comparison(cost=5.5 * worth, reaches=reaches).break_even("reaches.persons").status == "impossible"


@pytest.mark.parametrize("parameter", ["success", "attribution", "deadweight", "drop_off"])
def test_no_share_of_success_pays_for_what_costs_more_than_everybodys_success(parameter: str) -> None:
    found = comparison(cost=1_000_000.0).break_even(parameter)
    assert (found.status, found.value, found.persons, found.out_of) == ("impossible", None, None, None)


def test_what_is_searched_is_beside_the_other_values_that_the_run_was_given() -> None:
    case = ut.from_data(two_states(cost=3_000.0))
    gain = ut.run(case, values={"deadweight": 0.5}).compare("insats")
    worth = 0.5 * 5_000.0 * (1 + 1 / 1.04 + 1 / 1.04**2)
    assert gain.break_even("success").value == pytest.approx(3_000.0 / worth)
    assert ut.run(case, values={"success": 0.7}).compare("insats").break_even("success").point == 0.7


def test_what_the_alternative_sets_is_searched_in_the_alternative_alone() -> None:
    data = two_states(cost=3_000.0)
    data["programmes"]["insats"]["success"] = 0
    data["alternatives"]["insats"]["set"] = {"programmes.insats.success": 0.4, "states.a.flows.post.amount": 900}
    found = ut.run(ut.from_data(data)).compare("insats").break_even("states.a.flows.post.amount")
    # The five who cost 1 000 kr a year without it, and 3 of them still the sought amount with it, for 2.886 years.
    worth = 1 + 1 / 1.04 + 1 / 1.04**2
    assert found.point == 900.0
    assert found.value == pytest.approx((5_000.0 * worth - 3_000.0) / (3.0 * worth))
    # In the file the success is nought; what breaks even is that of the alternative.
    found = ut.run(ut.from_data(data)).compare("insats").break_even("success")
    assert (found.status, found.point, found.out_of) == ("found", 0.4, 5.0)
    assert found.value == pytest.approx(1.0 - (5_000.0 * worth - 3_000.0) / (5 * 900.0 * worth))


def test_a_probability_is_searched_only_as_far_as_its_row_leaves_room() -> None:
    data = two_states(cost=4_000.0)
    data["pathways"]["annan"] = {
        "model": "markov", "initial": {"b": 1}, "counted": "start",
        "transitions": {"b": {"a": 0.1, "c": 0.4, "b": "rest"}},
    }  # fmt: skip
    data["states"]["c"] = {"title": "C"}
    gain = ut.run(ut.from_data(data)).compare("insats")
    found = gain.break_even("pathways.annan.transitions.b.a")
    assert found.searched == (0.0, pytest.approx(0.6))
    assert found.status == "found"
    assert found.value is not None
    changed = ut.run(gain.case, values={found.parameter: found.value}).compare("insats")
    assert changed.net_present_value() == pytest.approx(0.0, abs=1e-6)


# --- payback --------------------------------------------------------------------------------------


def test_the_money_is_back_after_two_years_and_a_half() -> None:
    # 2 000 kr a year; 5 000 kr at the start of the first: -3 000, -1 000, +1 000 after each year.
    found = comparison(years=10, cost=5_000.0).payback()
    assert (found.status, found.years, found.whole_years, found.months) == ("time", pytest.approx(2.5), 2, 6)
    # Discounted, 2 000/1.04^k a year: 5 000 - 2 000 - 1 923.08 leaves 1 076.92 of the third year's 1 849.11.
    discounted = comparison(years=10, cost=5_000.0).payback(discounted=True)
    assert discounted.years == pytest.approx(2 + (3_000 - 2_000 / 1.04) / (2_000 / 1.04**2))


def test_time_is_counted_from_the_first_year_with_a_cost() -> None:
    data = two_states(years=10, cost=5_000.0, starts=2017)
    data["programmes"]["insats"]["costs"]["drift"]["year"] = 2017
    found = ut.run(ut.from_data(data)).compare("insats").payback()
    assert (found.status, found.years, found.horizon) == ("time", pytest.approx(2.5), 7)


def test_who_pays_nothing_and_loses_nothing_has_no_own_cost() -> None:
    assert comparison(cost=5_000.0).payback(perspective="kommun").status == "no_own_cost"


def test_a_gain_that_goes_on_is_not_within_the_horizon_and_one_that_has_ended_is_never() -> None:
    assert comparison(years=10, cost=100_000.0).payback().status == "not_within"
    assert comparison(years=10, cost=100_000.0, drop_off=1).payback().status == "never"


def test_a_funder_through_the_forbund_has_its_money_back_by_its_own_gain() -> None:
    data = two_states(years=10, cost=16_000.0)
    cost = data["programmes"]["insats"]["costs"]["drift"]
    cost.pop("payer")
    cost["funding"] = "finsam"
    gain = ut.run(ut.from_data(data)).compare("insats")
    assert gain.payback(perspective="region").years == pytest.approx(2.0)  # a quarter, 4 000 kr, for 2 000 kr a year
    assert gain.payback(perspective="fk").status == "never"
    assert gain.payback(perspective="forbund").status == "no_own_cost"
    # Financing is in the net gain, and in no ratio.
    assert gain.net_present_value(perspective="fk") == pytest.approx(-8_000.0)
    assert gain.benefit_cost_ratio(perspective="fk") is None
    assert gain.benefit_cost_ratio(perspective="forbund") == pytest.approx(0.0)
    assert gain.gross_gain(perspective="fk") == 0.0


# --- explain --------------------------------------------------------------------------------------


@given(scenarios(), st.data())
def test_an_explanation_sums_to_the_reading_and_each_line_is_price_times_quantity_times_persons(
    data: Data, more: st.DataObject
) -> None:
    case = ut.from_data(data)
    readable = Readable(case)
    perspective = more.draw(st.sampled_from(["society", "public", "see", *case.actors]))
    reading = more.draw(st.sampled_from(readings(case, perspective, discount="none")))
    if reading.measure.endswith("gain"):
        reading = reading.change(realisable=more.draw(st.booleans()))
    if perspective == "society" and case.scenario.money.tax_factor is not None:
        reading = reading.change(tax_factor=more.draw(st.booleans()))
    if case.scenario.money.inflation is not None:
        reading = reading.change(current_prices=more.draw(st.booleans()))
    ledger = readable.ledger(reading)
    year = more.draw(st.sampled_from(ledger.years.tolist()))
    lines = explain(readable, reading, year=year, lang="sv")
    read = float(value(readable, reading.change(period=str(year)))[0])
    of = 2.0 * size(ledger) * max(len(ledger), 1)
    assert math.fsum(line.amount for line in lines) == pytest.approx(read, abs=1e-9 * of)
    for line in lines:
        assert line.price * line.quantity * line.persons == pytest.approx(line.amount, rel=1e-9, abs=1e-9)
        assert math.isfinite(line.price)
        assert line.quantity >= 0.0


@given(scenarios())
def test_a_perspective_without_lines_in_a_year_has_an_empty_explanation(data: Data) -> None:
    case = ut.from_data(data)
    readable = Readable(case)
    reading = Reading(perspective="ovriga.sis")
    assume(not any(True for _ in sides(readable.ledger(reading), case.perspective("ovriga.sis"), case)))
    assert explain(readable, reading, year=case.scenario.horizon.first_year, lang="en") == []


def test_an_explanation_in_a_table() -> None:
    frame = comparison(cost=5_000.0).explain(year=2015, perspective="region")
    assert frame.to_dict("records") == [
        {
            "Post": "post", "Aktör": "Region", "Pris (kr)": 1_000.0, "Enhet": "kr/år", "Antal per person": 1.0,
            "Personer": 2.0, "Belopp (kr)": 2_000.0, "Betyg": "D", "Källa": "antagande",
            "Pris som angivet": "1000 kr/år (2013)",
        }
    ]  # fmt: skip


def test_a_changed_price_is_explained_by_what_it_was_and_what_it_becomes() -> None:
    data = one_state(kind="service", payer="kommun")
    data["alternatives"] = {"dyrare": {"set": {"states.a.flows.post.amount": 130}}}
    frame = ut.run(ut.from_data(data)).compare("dyrare").explain(year=2014)
    told = frame[["Pris (kr)", "Antal per person", "Personer", "Belopp (kr)"]].to_numpy().tolist()
    assert sorted(told) == [[100.0, 1.0, 10.0, 1_000.0], [130.0, 1.0, -10.0, -1_300.0]]


# --- the effect -----------------------------------------------------------------------------------


def test_the_effect_chain_prints_every_factor_and_its_end_is_what_happens() -> None:
    gain = comparison(success=0.5, deadweight=0.2, attribution=0.9, displacement=0.1, drop_off=0.3, lag=1, cost=1.0)
    chain = gain.effect_chain()["Insats"]
    assert chain.to_dict() == {
        "Deltagare": 5.0, "Lyckas": 0.5, "× (1 − dödvikt)": 0.8, "× attribution": 0.9, "× (1 − undanträngning)": 0.9,
        "Årligt bortfall": 0.3, "Fördröjning (år)": 1, "Ojusterad effekt (personer)": 2.5,
        "Justerad effekt (personer)": pytest.approx(2.5 * 0.8 * 0.9 * 0.9), "Evidens": "antagen",
    }  # fmt: skip
    # Nothing before the lag; then the adjusted effect, less the drop-off from the year it begins.
    saved = [gain.gross_gain(perspective="region", period=str(year), discount="none") for year in (2014, 2015, 2016)]
    assert saved == [0.0, pytest.approx(1_620.0), pytest.approx(1_134.0)]
    # Participants alone, without those whom they push out.
    assert gain.outcome_gain("person_years.b") == pytest.approx(1.8 * (1 + 0.7))


# --- refusals -------------------------------------------------------------------------------------


def bare() -> Result:
    """Return a case that states no more than it must."""
    data = two_states(cost=100.0)
    for key in ("age", "reference"):
        data["groups"]["alla"].pop(key)
    return ut.run(ut.from_data(data))


ACTORS = (
    "af, fk, kommun, region, rattsvasende, ovriga, staten, forbund, individ, arbetsgivare, civilsamhalle, eu, finansiar"
)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"part": ["kommunn"]},
         f"'kommunn' is not an actor. Did you mean 'kommun'?\nActors: {ACTORS} (or a child, e.g. kommun.skola)"),
        ({"discount": "sees"},
         "'sees' is not a discount profile. Did you mean 'see'?\n"
         "Profiles: none, see, asek, tlv, hm-treasury, nz-treasury, nz-treasury-commercial"),
        ({"years": 9}, "9 years are read, but the horizon is 3 years."),
        ({"period": "first_mandate"},
         "The scenario does not say when a mandate period begins.\nAdd it: horizon: {mandate_from: 2014}."),
        ({"period": "1999"}, "The period 1999 is not a span of years in the horizon 2014–2016."),
        ({"period": "2016-2014"}, "The period 2016-2014 is not a span of years in the horizon 2014–2016."),
        ({"period": "to_65"}, "Reading to 65 needs the 'age' of every group."),
        ({"period": "fyra"},
         "'fyra' is not a period. Allowed: first_mandate, second_mandate, third_mandate, to_65, a year (2016) or a "
         "span (2014-2017)"),
        ({"years": 1, "period": "2014"}, "'years' and 'period' both say which years; state one of them"),
        ({"tax_factor": True},
         "The scenario states no tax factor (skattefaktor).\nAdd it: money: {tax_factor: 1.3}."),
        ({"tax_factor": True, "perspective": "see"}, "a tax factor belongs to perspective society only"),
        ({"current_prices": True}, "discount rates are real; read current prices undiscounted: discount: none"),
    ],
)  # fmt: skip
def test_a_gain_that_cannot_be_read_is_refused_and_it_is_said_why(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        bare().compare("insats").read(**asked)
    assert str(refused.value) == said


def test_an_unknown_perspective_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ut.QuestionError) as refused:
        bare().compare("insats").read(perspective="kommunen")
    first, second = str(refused.value).splitlines()
    assert first == "'kommunen' is not a perspective. Did you mean 'kommun'?"
    assert second.startswith("Perspectives: society, public, see, af, fk, kommun, kommun.socialtjanst, ")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda result: result.cost_of_exclusion(),
         "The cost of exclusion is measured against a reference, and the group 'alla' has none.\n"
         "Add it to the group: reference: <pathway>."),
        (lambda result: result.cost_of_exclusion(counterfactual="snitt"),
         "'snitt' is not a reference of the group 'alla'.\nReferences: reference"),
        (lambda result: result.table(realisable=True),
         "realisable concerns a change; use it with measure gross_gain or net_gain"),
        (lambda result: result.table(columns="mandate"),
         "The scenario says no first year of a mandate period: horizon: {mandate_from: 2014}"),
        (lambda result: result.compare("insats").explain(year=2013), "2013 is outside the horizon 2014–2016"),
        (lambda result: result.compare("insats").reconciliation(part="production"),
         "a see total is reconciled as a whole; ask without 'part'"),
    ],
    ids=["no reference", "no such reference", "realisable ledger", "mandate", "explain", "reconciliation"],
)  # fmt: skip
def test_a_question_that_the_case_cannot_answer_is_refused(ask: Any, said: str) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        ask(bare())
    assert str(refused.value) == said


def test_gains_are_not_allocated_by_a_cost_that_nobody_pays() -> None:
    with pytest.raises(ut.QuestionError) as refused:
        comparison().matrix()
    assert str(refused.value) == "Nobody pays for the alternative: there is no cost to allocate the gains by."


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda result: result.compare("insatsen"),
         "'insatsen' is not an alternative. Did you mean 'insats'?\nAllowed: insats"),
        (lambda result: result.table(columns="mandat"),
         "'mandat' is not a way to group columns. Did you mean 'mandate'?\nAllowed: year, mandate, horizon, total"),
        (lambda result: result.table(rows="aktor"),
         "'aktor' is not a way to group rows. Did you mean 'actor'?\n"
         "Allowed: actor, account, kind, category, item, group, state, role, total"),
        (lambda result: result.compare("insats").outcome_gain("halsa"),
         "'halsa' is not an outcome.\nAllowed: person_years.a, person_years.b"),
        (lambda result: result.compare("insats").break_even("succes"),
         "'succes' is not a parameter. Did you mean 'programmes.insats.success'?\n"
         "Allowed: discounting.rate, groups.alla.pathways.bana, groups.alla.persons, programmes.insats.attribution, "
         "programmes.insats.costs.drift.amount, programmes.insats.deadweight, programmes.insats.displacement, "
         "programmes.insats.drop_off, programmes.insats.success, states.a.flows.post.amount, "
         "states.a.flows.post.quantity"),
    ],
    ids=["alternative", "columns", "rows", "outcome", "parameter"],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_refused_with_those_that_do(ask: Any, said: str) -> None:
    with pytest.raises(ut.UnknownNameError) as refused:
        ask(bare())
    assert str(refused.value) == said


def test_values_that_no_longer_make_a_whole_are_refused() -> None:
    data = two_states()
    data["groups"]["alla"]["pathways"] = {"bana": 0.5, "annan": 0.5}
    with pytest.raises(ut.QuestionError) as refused:
        ut.run(ut.from_data(data), values={"groups.alla.pathways.bana": 0.7})
    assert str(refused.value) == "groups.alla.pathways: with these values the shares sum to 1.2"
    data["groups"]["alla"]["pathways"] = {"bana": 0.5, "annan": "rest"}
    data["pathways"]["bana"] = {
        "model": "markov", "initial": {"a": 1}, "counted": "start", "transitions": {"a": {"a": 0.5, "b": 0.5}},
    }  # fmt: skip
    with pytest.raises(ut.QuestionError) as refused:
        ut.run(ut.from_data(data), values={"pathways.bana.transitions.a.b": 0.75})
    assert str(refused.value) == "pathways.bana.transitions.a: with these values the probabilities sum to 1.25"
