"""Budgets by hand: rows by month, who fills them, and what they are the same as."""

import copy
from typing import Any

import numpy as np
import pytest
from funders.purses import Data, budget, case, kr

import utanforskap as ut


def plan(data: Data, **how: Any) -> dict[tuple[str, str], list[float]]:
    frame = ut.run(ut.from_data(data)).compare("insats").financing_plan(**how)
    return {name: [round(amount, 6) for amount in row] for name, row in zip(frame.index, frame.to_numpy(), strict=True)}


def cost(data: Data, **how: Any) -> float:
    return ut.run(ut.from_data(data)).compare("insats").programme_cost(**how)


MONEY, NATURAL, TOTAL = "I pengar", "In natura", ("Summa", "")


def test_staff_by_month_and_full_time_with_on_costs() -> None:
    # July to December 2015 and January to March 2016: 6 and 3 months of half a post at 40 000 kr and 50 %.
    said = budget(ends={"year": 2016, "month": 3})
    said["staff"]["ledare"]["full_time"] = 0.5
    assert plan(case(said))[TOTAL][:3] == [6 * 30_000, 3 * 30_000, 0]


def test_a_yearly_wage_runs_by_twelfths_and_a_ramp_up_takes_its_share_of_the_year() -> None:
    said = budget(ends={"year": 2016, "month": 12}, ramp_up={"2015": 0.5})
    said["staff"] = {"ledare": {"amount": kr(600_000, "kr/år"), "full_time": 2, "on_costs": 0}}
    # Half of half a year, and a whole one, of two at 600 000 kr.
    assert plan(case(said))[TOTAL][:2] == [300_000, 1_200_000]


def test_a_row_has_months_and_a_ramp_up_of_its_own() -> None:
    said = budget(ends={"year": 2016, "month": 12}, ramp_up={"2015": 0})
    said["premises"] = {
        "lokal": {"amount": kr(1_000, "kr/mån"), "starts": {"year": 2015, "month": 10}, "ramp_up": {"2016": 0.5}}
    }
    # The staff not in 2015; the premises from October, and at half in 2016.
    assert plan(case(said))[TOTAL][:2] == [3_000, 12 * 60_000 + 6_000]


@pytest.mark.parametrize(
    ("unit", "comes_to"),
    # In half a year 30 of 60 take part 5 times each, in groups of 10.
    [("kr/deltagare", 30 * 900), ("kr/person", 30 * 900), ("kr/besök", 30 * 5 * 900), ("kr/tillfälle", 3 * 5 * 900)],
)
def test_activities_by_participant_and_occasion(unit: str, comes_to: float) -> None:
    said = budget(staff={})
    said["activities"] = {
        "kurs": {"amount": kr(900, unit), "participants": 60, "occasions": 5, "minimum_occasions": 5, "group_size": 10,
                 "leaders": 1, "participants_per_leader": 10}
    }  # fmt: skip
    costs = ut.run(ut.from_data(case(said))).compare("insats").unit_costs(lang="en")["Insats"]
    assert costs["Cost (kr)"] == pytest.approx(comes_to)
    assert costs["Participants' occasions"] == pytest.approx(150)
    assert costs["Cost per occasion (kr)"] == pytest.approx(comes_to / 150)
    # Ten participants, four of whom succeed.
    assert costs["Cost per participant (kr)"] == pytest.approx(comes_to / 10)
    assert costs["Cost per success (kr)"] == pytest.approx(comes_to / 4)


def test_what_comes_once_and_what_is_given_in_kind() -> None:
    said = budget()
    said["other"] = {"start": {"amount": kr(50_000), "quantity": 2, "year": 2015}}
    said["premises"] = {"lokal": {"amount": kr(1_000, "kr/mån"), "in_kind": "region.c"}}
    found = plan(case(said))
    assert found[MONEY, "Kommun"][0] == 360_000 + 100_000
    assert found[NATURAL, "C"][0] == 6_000
    assert found[TOTAL][-1] == 466_000


def test_a_provider_is_paid_by_the_holder_and_uses_it_up() -> None:
    said = budget()
    said["staff"]["ledare"]["provider"] = "civilsamhalle"
    gain = ut.run(ut.from_data(case(said))).compare("insats")
    assert gain.programme_cost() == 360_000
    assert gain.programme_cost(perspective="forbund") == 360_000
    assert gain.programme_cost(perspective="civilsamhalle") == pytest.approx(0)


def test_indexed_amounts_are_written_up_and_deflated() -> None:
    said = budget(ends={"year": 2016, "month": 12}, indexation=0.05)
    data = case(said)
    # 2016 at 5 % above 2015 in current kronor, which is 1.05 / 1.02 of them in kronor of 2015.
    assert plan(data)[TOTAL][1] == pytest.approx(720_000 * 1.05 / 1.02)
    assert plan(data, current_prices=True)[TOTAL][1] == pytest.approx(720_000 * 1.05)


def test_the_quarters_of_finsam_are_split_on_named_kommuner() -> None:
    by = {"kommun.a": 30_000, "kommun.b": 10_000, "region.c": 1}
    found = plan(case(budget(funders={"finsam": {"share": "rest", "by": by}})))
    # Half to the state, a quarter to the region, a quarter to the kommuner: three quarters of it A's.
    assert {name: row[0] for name, row in found.items()} == {
        (MONEY, "Försäkringskassan"): 180_000, (MONEY, "A"): 67_500, (MONEY, "B"): 22_500, (MONEY, "C"): 90_000,
        TOTAL: 360_000,
    }  # fmt: skip


def test_a_share_of_everything_pays_for_what_is_given_in_kind_too() -> None:
    said = budget(funders={"eu": {"share": 0.5, "share_of": "all"}, "kommun": "rest"})
    said["premises"] = {"lokal": {"amount": kr(10_000, "kr/mån"), "in_kind": "af"}}
    found = plan(case(said))
    # Half of 360 000 + 60 000, and what is left of the 360 000.
    assert (found[MONEY, "Europeiska unionen"][0], found[MONEY, "Kommun"][0]) == (210_000, 150_000)


def test_amounts_by_year_are_in_the_year_s_own_kronor() -> None:
    said = budget(
        ends={"year": 2016, "month": 6}, funders={"region": {"amounts": {"2016": "102 tkr"}}, "kommun": "rest"}
    )
    found = plan(case(said))
    assert found[MONEY, "Region"][:2] == [0, pytest.approx(100_000)]
    assert found[MONEY, "Kommun"][:2] == [360_000, pytest.approx(260_000)]


def test_a_funder_that_is_the_holder_pays_its_part_itself() -> None:
    said = budget(holder="kommun.a", funders={"kommun.a": 0.25, "fk": 0.75})
    gain = ut.run(ut.from_data(case(said))).compare("insats")
    assert gain.net_present_value(perspective="kommun.a") == pytest.approx(-90_000)
    assert plan(case(said))[MONEY, "A"][0] == 90_000


def test_a_budget_is_the_same_as_its_rows_written_as_costs() -> None:
    # A year's post at 40 000 kr and 50 %, all of a year and all the kommun's: 720 000 kr a calendar year.
    said = budget(starts={"year": 2015, "month": 1}, ends={"year": 2016, "month": 12}, holder="kommun")
    as_costs = case()
    as_costs["programmes"]["insats"]["costs"] = {
        "ledare": {
            "amount": kr(720_000, "kr/år"), "basis": "per_calendar_year", "years": {"first": 2015, "last": 2016},
            "payer": "kommun",
        }
    }  # fmt: skip
    for perspective in ("society", "public", "see", "kommun", "forbund"):
        first, second = (ut.run(ut.from_data(data)).compare("insats") for data in (case(said), as_costs))
        assert first.net_present_value(perspective=perspective) == pytest.approx(
            second.net_present_value(perspective=perspective)
        )
        assert first.payback(perspective=perspective) == second.payback(perspective=perspective)


def test_draws_are_the_point_s_where_nothing_is_spread_and_follow_the_budget_where_it_is() -> None:
    said = budget(funders={"finsam": {"share": 0.5, "by": {"kommun.a": 3, "kommun.b": 1}}, "kommun.fond": "rest"})
    certain = case(said)
    spread = copy.deepcopy(certain)
    spread["programmes"]["insats"]["budget"]["staff"]["ledare"]["full_time"] = {"value": 1, "low": 0.8, "high": 1.3}
    readings = {"fond": ut.Reading(measure="net_gain", alternative="insats", perspective="kommun.fond")}
    drawn, varied = (ut.run(ut.from_data(data)).simulate(readings, n=256, keep=True) for data in (certain, spread))
    assert drawn.draws("fond") == pytest.approx(np.full(256, -180_000.0))
    # The fund pays half of what one post costs, however many posts there turn out to be.
    posts = varied.drawn("programmes.insats.budget.staff.ledare.full_time")
    assert np.std(*posts.values()) > 0.01
    assert varied.draws("fond") == pytest.approx(-180_000 * next(iter(posts.values())))


def test_a_budget_explains_itself() -> None:
    rows = ut.run(ut.from_data(case(budget()))).compare("insats").explain(year=2015, measure="net_gain")
    row = rows.set_index("Post").loc["Insats: ledare"]
    # Six months at 40 000 kr and half as much again.
    assert (abs(row["Pris (kr)"]), row["Enhet"], abs(row["Belopp (kr)"])) == (60_000, "kr/mån", 360_000)
    assert row["Pris som angivet"] == "40000 kr/mån (2015)"


def test_amounts_that_are_not_what_it_costs_are_refused_with_the_year() -> None:
    said = budget(funders={"region": {"amounts": {"2015": "300 tkr"}}})
    with pytest.raises(ut.InputError) as refused:
        ut.from_data(case(said))
    assert str(refused.value) == (
        "programmes.insats.budget.funders\n"
        "  In 2015 the funders pay 300000 kr, and it costs 360000 kr.\n"
        "  Correct the amounts, or let one of the funders be 'rest'."
    )
