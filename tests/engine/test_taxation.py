"""Taxes by law in the ledger: the same as the law's own arithmetic, worked at the income of the tax year."""

import copy
from typing import Any

import numpy as np
import pytest

import utanforskap as ut
from utanforskap.engine.taxes import employer_contributions, income_tax
from utanforskap.inputs.case import as_data
from utanforskap.inputs.facts.taxes import tax_rules

WAGE = 24_000.0  # kr a month in 2013, a round number near lon.arbetare at 2013's level
BENEFIT = 9_000.0
KOMMUN, REGION = 0.2062, 0.1111  # 2013, price list skatt.kommun and skatt.region

DATA: dict[str, Any] = {
    "format": 1,
    "id": "lag",
    "title": "Skatt enligt lag",
    "horizon": {"first_year": 2013, "years": 4},
    "money": {"price_year": 2013},
    "discounting": {"rate": 0, "timing": "start"},
    "prices": ["sverige@2026.1"],
    "states": {
        "arbete": {
            "title": "Arbete",
            "work": {"wage": {"amount": {"value": WAGE, "unit": "kr/mån", "price_year": 2013}}, "hours_share": 0.5},
        },
        "ersattning": {
            "title": "Ersättning",
            "flows": {
                "ersattning": {
                    "amount": {"value": BENEFIT, "unit": "kr/mån", "price_year": 2013},
                    "kind": "transfer",
                    "payer": "fk",
                    "payee": "individ",
                    "taxable": True,
                    "quantity": "12 mån",
                }
            },
        },
    },
    "pathways": {
        "arbete": {"model": "stages", "stages": [{"state": "arbete"}]},
        "ersattning": {"model": "stages", "stages": [{"state": "ersattning"}]},
    },
    "groups": {
        "alla": {"title": "Alla", "persons": 3, "age": 24, "pathways": {"arbete": 1}, "reference": "ersattning"}
    },
}


def changed(**parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DATA), **parts}


def amounts(data: dict[str, Any], item: str) -> np.ndarray[Any, Any]:
    ledger = ut.run(ut.from_data(data)).readable.run().ledger
    rows = [row for row, line in enumerate(ledger.lines) if line.item == item]
    assert len(rows) == 1
    return ledger.amounts[rows[0], :, 0]


@pytest.mark.parametrize(("state", "work", "other"), [("arbete", 6 * WAGE, 0.0), ("ersattning", 0.0, 12 * BENEFIT)])
def test_each_receiver_gets_what_the_law_says_at_the_whole_years_income(state: str, work: float, other: float) -> None:
    data = changed(groups={"alla": {**DATA["groups"]["alla"], "pathways": {state: 1}}})
    law = income_tax(
        rules=tax_rules(2013), work_income=work, other_taxable=other, kommun_rate=KOMMUN, region_rate=REGION
    )
    for receiver, each in (("kommun", law.kommun), ("region", law.region), ("staten", law.net_to_staten)):
        assert amounts(data, f"states.{state}.income_tax.{receiver}") == pytest.approx(
            3 * float(each[0]), rel=1e-9, abs=1e-6
        )


def test_contributions_follow_the_age_of_each_calendar_year() -> None:
    # In 2013 an employer paid 15.49 % for those under 26 at the start of the year and 31.42 % for others.
    paid = amounts(changed(), "states.arbete.work.contributions")
    due = [float(employer_contributions(rules=tax_rules(2013), wage=6 * WAGE, age=age)[0]) for age in (24, 25, 26, 27)]
    assert paid == pytest.approx(3 * np.array(due))
    assert paid[0] == pytest.approx(3 * 6 * WAGE * 0.1549)
    assert paid[2] == pytest.approx(3 * 6 * WAGE * 0.3142)


def test_without_an_age_the_full_contributions_are_paid() -> None:
    group = {key: value for key, value in DATA["groups"]["alla"].items() if key != "age"}
    assert amounts(changed(groups={"alla": group}), "states.arbete.work.contributions") == pytest.approx(
        3 * 6 * WAGE * 0.3142
    )


def test_changing_the_price_year_does_not_compute_the_taxes_anew() -> None:
    item = "states.arbete.income_tax.kommun"
    then, now = changed(), changed(money={"price_year": 2023, "level_year": 2013})
    kpi = ut.from_data(then).indices["kpi"].values
    assert amounts(now, item) == pytest.approx(amounts(then, item) * kpi[2023] / kpi[2013])


def test_a_home_with_a_rate_of_its_own_is_taxed_by_it() -> None:
    home = {**DATA["groups"]["alla"], "home": {"kommun": "kommun.trelleborg"}}
    data = changed(
        actors={"kommun.trelleborg": {"title": "Trelleborg", "local_tax_rate": "21 %"}}, groups={"alla": home}
    )
    law = income_tax(
        rules=tax_rules(2013), work_income=6 * WAGE, other_taxable=0.0, kommun_rate=0.21, region_rate=REGION
    )
    assert amounts(data, "states.arbete.income_tax.kommun") == pytest.approx(3 * float(law.kommun[0]), rel=1e-9)


def test_shares_that_a_state_says_win_over_the_law() -> None:
    states = copy.deepcopy(DATA["states"])
    states["arbete"]["income_tax"] = {"kommun": 0.2, "region": 0.1, "staten": -0.05}
    assert amounts(changed(states=states), "states.arbete.income_tax.region") == pytest.approx(3 * 6 * WAGE * 0.1)


def test_what_the_law_computes_is_dumped_and_read_again() -> None:
    case = ut.from_data(changed())
    assert ut.from_data(as_data(case.scenario)).scenario == case.scenario


def test_without_a_price_list_the_taxes_must_be_stated() -> None:
    with pytest.raises(ut.InputError) as refused:
        ut.from_data(changed(prices=[]))
    assert str(refused.value) == (
        "states.arbete\n"
        "  The state 'arbete' has work, but the scenario has no 'taxes', and no price list to take them from.\n"
        "  Add prices: [sverige], or taxes: {employer_contributions: …, income_tax: …, retention: …}."
    )
