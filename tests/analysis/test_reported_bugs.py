"""What users of such tools have reported elsewhere; each must not happen here.

The list is the one kept of peers' issue trackers; a value of information that is negative or falls belongs to the
simulation and is tested with it.
"""

import copy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from laws.cases import one_state, two_states
from strategies import Data, scenarios

import utanforskap as ut
from utanforskap.analysis.readings import Readable, value, yearly
from utanforskap.analysis.results import Result
from utanforskap.terms import Reading


def refusal(data: Data) -> str:
    with pytest.raises(ut.InputError) as refused:
        ut.from_data(data)
    return str(refused.value)


def test_an_empty_alternative_does_not_show_a_huge_effect_but_is_refused() -> None:
    data = two_states()
    data["alternatives"]["tom"] = {}
    assert refusal(data) == (
        "alternatives.tom\n"
        "  The alternative 'tom' has no programmes and sets nothing: it changes nothing.\n"
        "  Add programmes: [<id>], or set: {<parameter>: <value>}."
    )


def test_an_alternative_is_not_silently_left_out() -> None:
    data = two_states()
    data["alternatives"]["annan"] = {"set": {"states.a.flows.post.amount": 1_000}}  # what it is already
    with pytest.raises(ut.InputError) as refused:
        ut.run(ut.from_data(data))
    assert str(refused.value) == (
        "alternatives.annan\n"
        "  The alternative 'annan' changes no amount in the ledger; "
        "check whom it reaches, when, and what its values drive."
    )


def test_an_alternative_that_sets_shares_which_no_longer_make_a_whole_is_refused() -> None:
    data = two_states()
    data["groups"]["alla"]["pathways"] = {"bana": 0.5, "annan": 0.5}
    data["alternatives"]["fler"] = {"set": {"groups.alla.pathways.bana": 0.7}}
    assert refusal(data) == (
        "alternatives.fler.set\n"
        "  With these values: The shares sum to 1.2, not 1.\n"
        "  Correct them, or let one of them be 'rest'."
    )


def test_a_change_that_starts_later_does_not_freeze_growth_in_the_years_between() -> None:
    data = two_states(years=6, starts=2017)
    data["money"] |= {"real_growth": {"kpi": "2 %"}}
    readable = Readable(ut.from_data(data))
    grown = 5_000.0 * 1.02 ** np.arange(1, 7)
    before = yearly(readable, Reading())[:, 0]
    after = yearly(readable, Reading(alternative="insats"))[:, 0]
    np.testing.assert_allclose(before, grown)
    np.testing.assert_allclose(after, grown * np.where(np.arange(6) >= 3, 0.6, 1.0))
    assert np.array_equal(before[:3], after[:3])


@pytest.mark.parametrize("raised", [2_000, 20_000, 200_000])
def test_raising_a_benefit_costs_its_payer_and_never_saves(raised: float) -> None:
    data = one_state(kind="transfer", payer="kommun", payee="individ")
    data["alternatives"] = {"hojd": {"set": {"states.a.flows.post.amount": raised}}}
    gain = ut.run(ut.from_data(data)).compare("hojd")
    extra = 10 * 3 * (raised - 100.0)
    assert gain.net_present_value(perspective="kommun", discount="none") == pytest.approx(-extra)
    assert gain.net_present_value(perspective="individ", discount="none") == pytest.approx(extra)
    assert gain.net_present_value() == 0.0


@given(scenarios())
def test_discounting_is_of_every_year_and_not_only_of_the_total(data: Data) -> None:
    case = ut.from_data(data)
    readable = Readable(case)
    asked = Reading(measure="net_gain", alternative="p0")
    frame = Result(case, readable).compare("p0").table(rows="kind", columns="year")
    first = case.scenario.horizon.first_year
    for year in range(case.scenario.horizon.years):
        alone = float(value(readable, asked.change(period=str(first + year)))[0])
        assert frame.loc["Summa", first + year] == pytest.approx(alone, rel=1e-9, abs=1e-3)
    assert float(frame.loc["Summa"].sum()) == pytest.approx(float(value(readable, asked)[0]), rel=1e-9, abs=1e-3)


def test_the_start_of_a_year_comes_before_its_end() -> None:
    worth = {}
    for timing in ("start", "mid", "end"):
        data = one_state(years=1, rate=0.1, timing=timing, kind="service", payer="kommun")
        worth[timing] = ut.run(ut.from_data(data)).read(Reading())
    assert worth["start"] == 1_000.0
    assert worth["end"] == pytest.approx(1_000.0 / 1.1)
    # A middle is neither of the two: it is half a year from both.
    assert worth["mid"] == pytest.approx((worth["start"] * worth["end"]) ** 0.5)


@pytest.mark.parametrize("counted", ["start", "mid", "end"])
def test_counting_in_the_middle_of_a_cycle_adds_no_half_year_at_either_end(counted: str) -> None:
    data = one_state(years=8, kind="service", payer="kommun")
    data["states"]["b"] = {"title": "B"}
    data["pathways"] = {
        "bana": {
            "model": "markov",
            "initial": {"a": 1},
            "transitions": {"a": {"b": 0.3, "a": "rest"}},
            "counted": counted,
        }
    }
    result = ut.run(ut.from_data(data))
    assert result.occupancy().to_numpy().sum(axis=0) == pytest.approx([10.0] * 8)
    left = [0.7**t for t in range(9)]
    ends = {"start": left[:8], "end": left[1:], "mid": [(a + b) / 2 for a, b in pairwise(left)]}
    assert result.outcomes().loc["Personår: A", "Värde"] == pytest.approx(10 * sum(ends[counted]))


def test_a_price_list_with_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    columns = (
        "id;payer;payee;kind;taxable;label_sv;label_en;unit;index;realisable;year;value;low;high;source;source_url;"
        "grade;note\n"
    )
    row = "kommun.mitt;kommun;;service;;Mitt;Mine;kr/år;kpi;0,5;2013;1234,5;;;Egen: Tabell (2013);;D;\n"
    (tmp_path / "mina.csv").write_text(columns + row, encoding="utf-8")
    data = one_state(kind="service", payer="kommun")
    data["prices"] = ["mina.csv"]
    data["states"]["a"]["flows"] = {"post": {"price": "kommun.mitt", "quantity": 2}}
    case = ut.from_data(data, folder=tmp_path)
    assert ut.run(case).read(Reading(discount="none")) == pytest.approx(10 * 3 * 2 * 1_234.5)


def test_an_unknown_key_does_not_make_a_cost_zero_but_is_refused() -> None:
    data = two_states(cost=100)
    cost = data["programmes"]["insats"]["costs"]["drift"]
    cost["amont"] = cost.pop("amount")
    assert refusal(data) == (
        "programmes.insats.costs.drift.amont\n"
        "  'amont' is not a key here. Did you mean 'amount'?\n"
        "  Keys: price, amount, title, basis, quantity, year, years, covers_all_cohorts, payer, funding, provider, "
        "provider_cost, kind, payee, category, note"
    )


def test_two_values_of_one_key_do_not_race_but_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "fall.yaml"
    file.write_text("format: 1\nalternatives:\n  a: {set: {x: 1}}\n  a: {set: {x: 2}}\n", encoding="utf-8")
    with pytest.raises(ut.InputError) as refused:
        ut.load(file)
    assert "duplicate-key" in [finding.code for finding in refused.value.findings]


@given(scenarios())
def test_an_alternative_is_not_touched_by_another_that_stands_beside_it(data: Data) -> None:
    alone = copy.deepcopy(data)
    alone["alternatives"] = {"p0": data["alternatives"]["p0"]}
    one, both = (Readable(ut.from_data(said)).run("p0").ledger for said in (alone, data))
    assert one.lines == both.lines
    assert np.array_equal(one.amounts, both.amounts)
