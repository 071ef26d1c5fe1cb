"""Rules of the accounting beside the laws: identities over generated scenarios, conventions by worked example."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laws.cases import assert_close, one_state, readings, size, two_states
from strategies import Data, hundredths, scenarios

import utanforskap as ut
from utanforskap.analysis.gains import funders, gainers, reconciliation_lines
from utanforskap.analysis.outcomes import outcome_values, yearly_outcome
from utanforskap.analysis.readings import Readable, value, yearly
from utanforskap.analysis.results import Result
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.parameters import Array
from utanforskap.terms import Reading


def summed(ledger: Ledger, *, shape: tuple[int, ...], **wanted: Any) -> Array:
    """Return the sum of the lines that have some properties [shape (year, draw)]."""
    total = np.zeros(shape)
    for row, line in enumerate(ledger.lines):
        if all(getattr(line, name) == wish for name, wish in wanted.items()):
            total = total + ledger.amounts[row]
    return total


# --- accounting 1: see and society ----------------------------------------------------------------


@given(scenarios())
def test_see_less_society_is_transfers_out_less_others_services_plus_public_wage_costs(data: Data) -> None:
    readable = Readable(ut.from_data(data))
    case = readable.case

    def public(actor: str | None) -> bool:
        return actor is not None and case.actors[actor].public

    for reading in readings(case, "see"):
        ledger = readable.ledger(reading)
        between = np.zeros(ledger.amounts.shape[1:])
        for row, line in enumerate(ledger.lines):
            if reading.measure in ("gross_gain", "cost_of_exclusion") and line.role != "effect":
                continue
            times = 0.0
            if line.kind == "transfer":
                times = float(public(line.payer)) - float(public(line.payee))
            elif line.kind == "service" and not public(line.payer):
                times = -1.0
            elif (line.kind == "wage" or line.item.endswith(".work.contributions")) and public(line.payer):
                times = 1.0
            between = between + times * ledger.amounts[row]
        society = reading.change(perspective="society")
        assert_close(yearly(readable, reading) - yearly(readable, society), between, of=size(ledger))
        told = sum(reconciliation_lines(readable, reading).values())
        apart = float(value(readable, reading)[0]) - float(value(readable, society)[0])
        assert_close(told, apart, of=size(ledger) * len(ledger) * case.scenario.horizon.years)


def test_the_reconciliation_is_of_the_whole_perspective() -> None:
    result = ut.run(ut.from_data(two_states()))
    with pytest.raises(ut.QuestionError) as refused:
        result.reconciliation(part="public")
    assert str(refused.value) == "a see total is reconciled as a whole; ask without 'part'"


# --- accounting 2: kinds, work, taxes -------------------------------------------------------------


@given(scenarios())
def test_transfers_taxes_wages_and_financing_sum_to_zero_over_all_actors(data: Data) -> None:
    case = ut.from_data(data)
    result = Result(case, Readable(case))
    for reading in readings(case, "society"):
        of = size(result.readable.ledger(reading)) * len(result.readable.ledger(reading)) * case.scenario.horizon.years
        asked = reading.model_dump()
        by_kind = result.table(rows="kind", columns="total", lang="en", **asked).iloc[:, 0]
        for kind in ("Transfer", "Tax", "Wage"):
            assert_close(float(by_kind.get(kind, 0.0)), 0.0, of=of)
        by_role = result.table(rows="role", columns="total", lang="en", **asked).iloc[:, 0]
        assert_close(float(by_role.get("Financing", 0.0)), 0.0, of=of)


TAXES = {
    "employer_contributions": 0.3,
    "income_tax": {"kommun": 0.2, "region": 0.1, "staten": -0.05},
    "retention": {"kommun": 0.25, "region": -0.1, "after_years": 2},
}


def at_work(**work: Any) -> Data:
    """Return ten persons who work for 100 000 kr a year, 2014-2017."""
    data = one_state(years=4, kind="service", payer="civilsamhalle")
    wage = {"amount": {"value": 100_000, "unit": "kr/år", "price_year": 2013}}
    data["states"]["a"] = {"title": "A", "work": {"wage": wage, "hours_share": 1, **work}}
    data["taxes"] = copy.deepcopy(TAXES)
    return data


def by_year(data: Data, perspective: str, **fields: Any) -> list[float]:
    """Return a perspective's undiscounted kronor by year."""
    readable = Readable(ut.from_data(data))
    amounts = yearly(readable, Reading(perspective=perspective, **fields))[:, 0]
    return [pytest.approx(float(amount)) for amount in amounts]


def test_ordinary_work_posts_production_wage_contributions_tax_and_equalisation() -> None:
    data = at_work()
    # A wage sum of one million; production is the whole wage cost, so the employer comes out even.
    assert by_year(data, "arbetsgivare") == [0.0] * 4
    assert by_year(data, "individ") == [-750_000.0] * 4
    # The kommun gets its rate in full at once; after two years three quarters of it go to the state.
    assert by_year(data, "kommun") == [-200_000.0, -200_000.0, -50_000.0, -50_000.0]
    # A negative retention takes more than the tax krona.
    assert by_year(data, "region") == [-100_000.0, -100_000.0, 10_000.0, 10_000.0]
    assert by_year(data, "staten") == [-250_000.0, -250_000.0, -510_000.0, -510_000.0]
    assert by_year(data, "society") == [-1_300_000.0] * 4
    assert by_year(data, "see") == [-1_300_000.0] * 4


def test_a_public_employer_bears_the_wage_cost_and_its_production_is_not_cash() -> None:
    data = at_work(employer="kommun.arbetsmarknad")
    assert by_year(data, "kommun.arbetsmarknad") == [1_300_000.0] * 4
    assert by_year(data, "society") == [-1_300_000.0] * 4
    assert by_year(data, "see") == [0.0] * 4
    assert by_year(data, "see", part="public") == [1_300_000.0] * 4
    assert by_year(data, "see", part="production") == [-1_300_000.0] * 4


def test_subsidised_work_produces_a_share_of_the_wage_cost_and_the_employer_gets_the_subsidy() -> None:
    data = at_work(subsidy={"payer": "af", "share": 0.8}, productivity=0.6)
    assert by_year(data, "society") == [-780_000.0] * 4
    assert by_year(data, "af") == [1_040_000.0] * 4
    assert by_year(data, "arbetsgivare") == [-520_000.0] * 4  # 780 + 1 040 - 1 300
    by_month = {"payer": "af", "amount": {"value": 4_000, "unit": "kr/mån", "price_year": 2013}}
    assert by_year(at_work(subsidy=by_month, productivity=1), "af") == [480_000.0] * 4


def test_a_taxable_transfer_is_income_beside_the_wage_and_another_is_not() -> None:
    data = at_work(hours_share=0.5)
    data["states"]["a"]["flows"] = {
        "sjukpenning": {
            "kind": "transfer", "payer": "fk", "payee": "individ", "taxable": True, "quantity": 12,
            "amount": {"value": 1_000, "unit": "kr/mån", "price_year": 2013},
        },
        "bistand": {
            "kind": "transfer", "payer": "kommun", "payee": "individ", "quantity": 12,
            "amount": {"value": 500, "unit": "kr/mån", "price_year": 2013},
        },
    }  # fmt: skip
    # 500 000 of wages and 120 000 of sickness benefit are taxed at 25 per cent; 60 000 of assistance is not.
    assert by_year(data, "individ") == [-(500_000 + 120_000 + 60_000 - 155_000)] * 4
    assert by_year(data, "fk") == [120_000.0] * 4


@given(st.integers(0, 6))
def test_equalisation_lags_the_tax_by_the_years_stated(after: int) -> None:
    data = at_work()
    data["taxes"]["retention"]["after_years"] = after
    kept = [-50_000.0 if year >= after else -200_000.0 for year in range(4)]
    assert by_year(data, "kommun") == kept


def test_the_kommun_and_region_of_ones_home_take_over_every_posting_with_their_own_rates() -> None:
    data = at_work(employer="kommun.arbetsmarknad")
    data["actors"] = {
        "kommun.trelleborg": {"title": "Trelleborg", "tax_rate": 0.4, "retention": 0.5},
        "region.skane": {"title": "Skåne"},
    }
    data["states"]["a"]["flows"] = {
        "stod": {
            "kind": "service", "payer": "kommun.socialtjanst", "quantity": 1,
            "amount": {"value": 1_000, "unit": "kr/år", "price_year": 2013},
        }
    }  # fmt: skip
    data["groups"]["alla"]["home"] = {"kommun": "kommun.trelleborg", "region": "region.skane"}
    assert by_year(data, "kommun.trelleborg.socialtjanst") == [10_000.0] * 4
    assert by_year(data, "kommun.trelleborg.arbetsmarknad") == [1_300_000.0] * 4
    assert by_year(data, "kommun.trelleborg") == [910_000.0, 910_000.0, 1_110_000.0, 1_110_000.0]
    assert by_year(data, "kommun") == by_year(data, "kommun.trelleborg")
    assert by_year(data, "kommun.socialtjanst") == [0.0] * 4
    assert by_year(data, "region.skane") == by_year(data, "region") == [-100_000.0, -100_000.0, 10_000.0, 10_000.0]


@given(scenarios())
def test_where_the_home_is_named_nobody_else_gains_or_loses(data: Data) -> None:
    for actor in data["actors"].values():
        actor.pop("tax_rate", None)
        actor.pop("retention", None)
    there, anywhere = copy.deepcopy(data), copy.deepcopy(data)
    for id_ in data["groups"]:
        there["groups"][id_]["home"] = {"kommun": "kommun.trelleborg", "region": "region.skane"}
        anywhere["groups"][id_].pop("home", None)
    one, other = Readable(ut.from_data(there)), Readable(ut.from_data(anywhere))
    for perspective in ("society", "see", "kommun", "region", "staten", "individ"):
        for reading in readings(one.case, perspective):
            assert_close(yearly(one, reading), yearly(other, reading), of=size(one.ledger(reading)))


# --- accounting 4: displacement -------------------------------------------------------------------


@given(scenarios(), hundredths(1, 100))
def test_the_displaced_are_the_participants_effect_with_the_opposite_sign(data: Data, displacement: float) -> None:
    without, with_ = copy.deepcopy(data), copy.deepcopy(data)
    without["programmes"]["p0"]["displacement"] = 0
    with_["programmes"]["p0"]["displacement"] = displacement
    asked = Reading(measure="gross_gain", alternative="p0")
    one, other = Readable(ut.from_data(without)), Readable(ut.from_data(with_))
    of = size(one.ledger(asked))
    for perspective in ("society", "see", "public", "kommun", "arbetsgivare"):
        reading = asked.change(perspective=perspective)
        assert_close(yearly(other, reading), (1.0 - displacement) * yearly(one, reading), of=of)
    # The participants' own income and outcomes are read without those whom they push out.
    own = asked.change(perspective="individ")
    assert_close(yearly(other, own), yearly(one, own), of=of)
    counted = [yearly_outcome(readable, "halsa", alternative="p0") for readable in (one, other)]
    np.testing.assert_allclose(counted[0], counted[1], rtol=0, atol=1e-9 * max(1.0, float(np.abs(counted[0]).max())))


# --- accounting 6: matrix, tax factor, realisable -------------------------------------------------


@given(scenarios())
def test_the_matrix_margins_are_what_each_gains_and_pays(data: Data) -> None:
    case = ut.from_data(data)
    gain = Result(case, Readable(case)).compare("p0")
    reading = gain.reading()
    paid, gained = funders(gain.readable, reading), gainers(gain.readable, reading)
    assume(paid and abs(sum(paid.values())) > 1.0)
    frame = gain.matrix()
    of = sum(abs(amount) for amount in gained.values()) * (1.0 + sum(map(abs, paid.values())) / abs(sum(paid.values())))
    cells = frame.iloc[:-1, 1:-1].to_numpy()
    assert_close(cells.sum(axis=0).sum(), gain.gross_gain(), of=of + 1.0, rel=1e-6)
    assert_close(frame.iloc[-1, 1:].to_numpy(dtype=float), np.append(cells.sum(axis=0), cells.sum()), of=of + 1.0)
    assert_close(float(frame.iloc[-1, 0]), gain.programme_cost(), of=abs(sum(paid.values())) + 1.0, rel=1e-6)
    for row, cost in zip(cells, frame.iloc[:-1, 0], strict=True):
        assert_close(row.sum(), float(cost) / float(frame.iloc[-1, 0]) * gain.gross_gain(), of=of + 1.0, rel=1e-6)


@given(scenarios(), hundredths(100, 150))
def test_the_tax_factor_adds_a_share_of_the_public_net_total_of_all_kinds_each_year(data: Data, factor: float) -> None:
    data["money"]["tax_factor"] = factor
    case = ut.from_data(data)
    result = Result(case, Readable(case))
    for reading in readings(case, "society"):
        ledger = result.readable.ledger(reading)
        public = np.zeros(ledger.amounts.shape[1:])
        for row, line in enumerate(ledger.lines):
            if reading.measure in ("gross_gain", "cost_of_exclusion") and line.role != "effect":
                continue
            pays = line.payer is not None and case.actors[line.payer].public
            gets = line.payee is not None and case.actors[line.payee].public
            public = public + (float(pays) - float(gets)) * ledger.amounts[row]
        expected = yearly(result.readable, reading) + (factor - 1.0) * public
        assert_close(yearly(result.readable, reading.change(tax_factor=True)), expected, of=size(ledger))
    gain = result.compare("p0")
    of = size(gain.readable.ledger(gain.reading())) * 100.0
    parts = gain.gross_gain(tax_factor=True) - gain.programme_cost(tax_factor=True)
    assert_close(gain.net_present_value(tax_factor=True), parts, of=of)


@given(scenarios())
def test_realisable_savings_are_the_booked_ones_where_every_share_is_one(data: Data) -> None:
    for state in data["states"].values():
        for flow in state["flows"].values():
            flow.pop("realisable", None)
            if flow.get("price") == "af.stod_och_matchning":
                flow["realisable"] = 1
    readable = Readable(ut.from_data(data))
    for reading in readings(readable.case, "see"):
        if reading.alternative is not None:
            booked, cashed = (yearly(readable, reading.change(realisable=said)) for said in (False, True))
            assert_close(cashed, booked, of=size(readable.ledger(reading)))


@given(scenarios(), hundredths())
def test_realisable_shares_take_from_savings_and_never_from_increases_or_transfers(data: Data, share: float) -> None:
    """With one payer and one amount in each state there is one net change per price, payer and year."""
    for state in data["states"].values():
        for flow in state["flows"].values():
            flow.pop("realisable", None)
            if flow.get("kind") == "service":
                flow["realisable"] = share
    readable = Readable(ut.from_data(data))
    asked = Reading(measure="gross_gain", alternative="p0")
    ledger = readable.ledger(asked)
    together: dict[Any, Array] = {}
    expected = yearly(readable, asked)
    for row, line in enumerate(ledger.lines):
        if line.kind == "service" and line.realisable is not None:
            key = (line.price, line.payer)
            together[key] = together.get(key, 0.0) + ledger.amounts[row]
    stated = {
        (line.price, line.payer): float(readable.parameters()[line.realisable][0])
        for line in ledger.lines
        if line.realisable is not None
    }
    for key, net in together.items():
        expected = expected - (1.0 - stated[key]) * np.maximum(net, 0.0)
    assert_close(yearly(readable, asked.change(realisable=True)), expected, of=size(ledger))


def test_a_saving_is_netted_over_states_before_its_share_is_taken() -> None:
    data = two_states()
    flow = {"price": "kommun.bistandshandlaggning", "quantity": 12, "realisable": 0.5}
    data["prices"] = ["sverige@2026.1"]
    for state in data["states"].values():
        state["flows"] = {"handlaggning": copy.deepcopy(flow)}
    data["states"]["b"]["flows"]["annat"] = {
        "kind": "service", "payer": "region", "quantity": 1,
        "amount": {"value": 1, "unit": "kr/år", "price_year": 2013},
    }  # fmt: skip
    gain = ut.run(ut.from_data(data)).compare("insats")
    # As much is handled in the new state as in the old: nothing is saved, so nothing can fail to be cashed.
    assert gain.gross_gain(perspective="kommun", realisable=True) == pytest.approx(0.0, abs=1e-6)
    data["states"]["b"]["flows"]["handlaggning"]["quantity"] = 4
    gain = ut.run(ut.from_data(data)).compare("insats")
    booked = gain.gross_gain(perspective="kommun")
    assert booked > 0.0
    assert gain.gross_gain(perspective="kommun", realisable=True) == pytest.approx(0.5 * booked)
    # The other way round there is no saving, and the whole of the increase is a cost.
    data["states"]["b"]["flows"]["handlaggning"]["quantity"] = 30
    gain = ut.run(ut.from_data(data)).compare("insats")
    assert gain.gross_gain(perspective="kommun", realisable=True) == pytest.approx(
        gain.gross_gain(perspective="kommun")
    )


def test_the_share_of_a_listed_price_is_used_where_the_flow_states_none() -> None:
    data = two_states()
    data["prices"] = ["sverige@2026.1"]
    data["states"]["a"]["flows"] = {"matchning": {"price": "af.stod_och_matchning", "quantity": 1}}
    gain = ut.run(ut.from_data(data)).compare("insats")
    assert gain.case.estimates["prices.af.stod_och_matchning.realisable"].value == 1.0
    assert gain.gross_gain(realisable=True) == pytest.approx(gain.gross_gain())
    halved = ut.run(ut.from_data(data), values={"prices.af.stod_och_matchning.realisable": 0.5}).compare("insats")
    assert halved.gross_gain(realisable=True) == pytest.approx(0.5 * gain.gross_gain())


# --- accounting 8: to 65; counted outcomes --------------------------------------------------------


@given(st.integers(55, 70), st.integers(0, 8))
def test_to_65_ends_each_persons_flows_at_65(age: int, later: int) -> None:
    data = one_state(years=12, kind="service", payer="region")
    data["groups"]["alla"] |= {"age": age, "starts": 2014 + later}
    counted = [1_000.0 if year >= later and age + year - later < 65 else 0.0 for year in range(12)]
    assert by_year(data, "region", period="to_65") == counted


@given(scenarios())
def test_counted_outcomes_are_weighted_person_years_with_their_own_discounting(data: Data) -> None:
    readable = Readable(ut.from_data(data))
    case = readable.case
    said = case.scenario.outcomes["halsa"]
    for alternative in (None, *case.scenario.alternatives):
        persons = readable.run(alternative).occupancy.persons.sum(axis=0)[..., 0]
        for position, state in enumerate(case.scenario.states):
            counted = outcome_values(readable, f"person_years.{state}", alternative=alternative)
            assert counted == pytest.approx(float(persons[:, position].sum()), rel=1e-9, abs=1e-6)
        weights = np.array([said.weights[state].value for state in case.scenario.states])
        plain = persons @ weights
        if said.discounting is None:
            discounted = float(plain.sum())
        else:
            alike = case.with_scenario(case.scenario.change(discounting=said.discounting))
            base = case.scenario.horizon.first_year
            factor = [value_of_a_krona(alike, base + year) for year in range(case.scenario.horizon.years)]
            discounted = float(np.sum(plain * factor))
        ours = outcome_values(readable, "halsa", alternative=alternative)
        assert ours == pytest.approx(discounted, rel=1e-9, abs=1e-6 * float(np.abs(plain).max() + 1.0))


def value_of_a_krona(case: ut.Case, year: int) -> float:
    from laws import naive

    twin = naive.Twin(case)
    return naive.discount(twin, case.scenario.discounting, twin.first)[year - twin.first]
