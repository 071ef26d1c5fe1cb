"""The chain on small cases whose numbers can be followed by hand; accounting sections 3, 4 and 5."""

from typing import Any

import pytest
from laws.cases import one_state
from strategies import Data

import utanforskap as ut
from utanforskap.analysis.readings import Readable, yearly
from utanforskap.engine.occupancy import Occupancy
from utanforskap.terms import Reading


def case_of(*, years: int = 5, **parts: Any) -> Data:
    """Return ten persons on pathway ``gammal``, in state a for ever, from 2014; ``ny`` is state b for ever."""
    data = one_state(years=years, kind="service", payer="kommun")
    data["states"] = {id_: {"title": id_.upper()} for id_ in "abc"}
    data["pathways"] = {"gammal": on("a"), "ny": on("b")}
    data["groups"]["alla"] |= {"age": 30, "pathways": {"gammal": 1}}
    return {**data, **parts}


def on(*stages: Any) -> Data:
    """Return a pathway of stages: a state, or a state and its years."""
    said = [{"state": stage} if isinstance(stage, str) else {"state": stage[0], "years": stage[1]} for stage in stages]
    return {"model": "stages", "stages": [{"id": f"steg{n}", **stage} for n, stage in enumerate(said)]}


def with_programme(data: Data, **said: Any) -> Data:
    reaches = {"group": "alla", "pathway": "gammal", "persons": "all", **said.pop("reaches", {})}
    programme = {
        "title": "Insats", "reaches": reaches, "starts": 2014, "leads_to": "ny", "success": 0.4, "evidence": "assumed",
    }  # fmt: skip
    return {**data, "programmes": {"insats": programme | said}, "alternatives": {"med": {"programmes": ["insats"]}}}


def occupancy(data: Data, alternative: str | None = "med") -> Occupancy:
    return Readable(ut.from_data(data)).run(alternative).occupancy


def persons(found: Occupancy, state: str) -> Any:
    return pytest.approx(found.persons[0, :, found.states.index(state), 0].tolist(), abs=1e-12)


def entries(found: Occupancy, state: str) -> Any:
    return pytest.approx(found.entries[0, :, found.states.index(state), 0].tolist(), abs=1e-12)


def postings(data: Data, **wanted: Any) -> dict[tuple[str | None, str | None], list[float]]:
    """Return the alternative's lines of a role or kind by payer and payee, year by year."""
    ledger = Readable(ut.from_data(data)).run("med").ledger
    return {
        (line.payer, line.payee): pytest.approx(ledger.amounts[row, :, 0].tolist())
        for row, line in enumerate(ledger.lines)
        if all(getattr(line, name) == wish for name, wish in wanted.items())
    }


# --- the effect -----------------------------------------------------------------------------------


def test_participants_who_move_after_two_years_enter_the_new_state_then() -> None:
    found = occupancy(with_programme(case_of(), starts=2016))
    assert persons(found, "b") == [0, 0, 4, 4, 4]
    assert persons(found, "a") == [10, 10, 6, 6, 6]
    assert entries(found, "b") == [0, 0, 4, 0, 0]
    assert entries(found, "a") == [10, 0, 0, 0, 0]


def test_participants_who_fall_back_enter_the_old_state_again() -> None:
    found = occupancy(with_programme(case_of(), starts=2015, drop_off=0.5))
    assert persons(found, "b") == [0, 4, 2, 1, 0.5]
    assert entries(found, "b") == [0, 4, 0, 0, 0]
    assert entries(found, "a") == [10, 0, 2, 1, 0.5]


def test_staying_in_the_same_state_on_the_new_pathway_is_no_entry() -> None:
    data = case_of()
    data["pathways"]["ny"] = on(("a", 1), "b")
    found = occupancy(with_programme(data, starts=2016))
    assert persons(found, "b") == [0, 0, 0, 4, 4]
    assert entries(found, "a") == [10, 0, 0, 0, 0]
    assert entries(found, "b") == [0, 0, 0, 4, 0]


def test_in_the_groups_first_year_the_successful_never_were_on_the_old_pathway() -> None:
    found = occupancy(with_programme(case_of()))
    assert entries(found, "a") == [6, 0, 0, 0, 0]
    assert entries(found, "b") == [4, 0, 0, 0, 0]
    data = case_of()
    data["groups"]["alla"]["already"] = True
    found = occupancy(with_programme(data))
    assert persons(found, "b") == [4, 4, 4, 4, 4]
    assert entries(found, "a") == [0, 0, 0, 0, 0]
    assert entries(found, "b") == [0, 0, 0, 0, 0]


def test_nothing_happens_before_the_lag_and_then_the_new_pathway_is_where_it_has_come() -> None:
    data = case_of(years=6)
    data["pathways"]["ny"] = on(("c", 3), "b")
    found = occupancy(with_programme(data, starts=2014, lag=2))
    assert persons(found, "c") == [0, 0, 4, 0, 0, 0]
    assert persons(found, "b") == [0, 0, 0, 4, 4, 4]
    assert entries(found, "c") == [0, 0, 4, 0, 0, 0]
    assert entries(found, "b") == [0, 0, 0, 4, 0, 0]


def test_the_effect_drops_off_only_from_the_first_year_in_which_the_pathways_differ() -> None:
    data = case_of(years=6)
    data["pathways"] = {"gammal": on(("a", 4), "b"), "ny": on(("a", 2), "b")}
    found = occupancy(with_programme(data, success=1, drop_off=0.5))
    # They differ in years 2 and 3: whole in the first of them, half in the next.
    assert persons(found, "b") == [0, 0, 10, 5, 10, 10]


def test_the_net_share_is_the_product_of_its_factors() -> None:
    said = {"success": 0.5, "deadweight": 0.2, "attribution": 0.75, "displacement": 0.5}
    data = with_programme(case_of(years=2), **said)
    found = occupancy(data)
    assert persons(found, "b") == [3, 3]  # the participants, without those whom they push out
    data["states"]["b"]["flows"] = {
        "vard": {
            "kind": "service", "payer": "region", "quantity": 1,
            "amount": {"value": 100, "unit": "kr/år", "price_year": 2013},
        }
    }  # fmt: skip
    readable = Readable(ut.from_data(data))
    assert yearly(readable, Reading(alternative="med"))[:, 0].tolist() == pytest.approx([150, 150])
    lines = readable.run("med").ledger.lines
    assert sorted(line.displaced for line in lines if line.state == "b") == [False, True]


def test_a_later_cohort_starts_at_the_same_age() -> None:
    data = case_of(years=6)
    data["groups"]["alla"]["repeat"] = {"until": 2016}
    data = with_programme(data, starts=2015, reaches={"cohorts": "all"})
    assert persons(occupancy(data), "b") == [0, 4, 8, 12, 12, 12]
    data["programmes"]["insats"]["reaches"]["cohorts"] = [2015, 2016]
    assert persons(occupancy(data), "b") == [0, 4, 8, 8, 8, 8]  # it starts in 2015 with the first that it reaches
    data["programmes"]["insats"]["reaches"]["cohorts"] = "first"
    assert persons(occupancy(data), "b") == [0, 4, 4, 4, 4, 4]


def test_the_new_pathways_clock_starts_with_the_participants_unless_it_is_the_groups() -> None:
    data = case_of(years=6)
    data["pathways"] = {"gammal": on(("a", 5), "b"), "ny": on(("a", 3), "b")}
    assert persons(occupancy(with_programme(data, starts=2015, success=1)), "b") == [0, 0, 0, 0, 10, 10]
    by_group = with_programme(data, starts=2015, success=1, new_pathway_clock="group")
    assert persons(occupancy(by_group), "b") == [0, 0, 0, 10, 10, 10]


# --- programme costs ------------------------------------------------------------------------------


def costing(basis: str, *, unit: str = "kr", **said: Any) -> Data:
    data = case_of(years=6)
    data["groups"]["alla"]["repeat"] = {"until": 2016}
    cost = {"amount": {"value": 120, "unit": unit, "price_year": 2013}, "basis": basis, "payer": "kommun", **said}
    return with_programme(data, starts=2015, reaches={"cohorts": "all", "enrolled": 12}, costs={"kostnad": cost})


@pytest.mark.parametrize(
    ("data", "paid"),
    [
        (costing("once", year=2017, covers_all_cohorts=True), [0, 0, 0, 120, 0, 0]),
        (costing("per_cohort"), [0, 120, 120, 120, 0, 0]),
        (costing("per_calendar_year", unit="kr/år", years={"first": 2014, "last": 2016}), [120, 120, 120, 0, 0, 0]),
        (costing("per_participant", unit="kr/deltagare"), [0, 1_440, 1_440, 1_440, 0, 0]),
        (costing("per_participant", unit="kr/person", quantity=0.5), [0, 720, 720, 720, 0, 0]),
    ],
)
def test_a_cost_comes_as_often_as_its_basis_says(data: Data, paid: list[float]) -> None:
    assert postings(data, role="programme") == {("kommun", None): paid}


def test_finsam_passes_through_the_forbund_to_who_provides_the_service() -> None:
    once = {"year": 2014, "covers_all_cohorts": True}
    data = costing("once", funding="finsam", provider="civilsamhalle", **once)
    data["programmes"]["insats"]["costs"]["kostnad"].pop("payer")
    first = lambda amount: [amount, 0, 0, 0, 0, 0]  # noqa: E731
    assert postings(data, role="financing") == {
        ("fk", "forbund"): first(60), ("region", "forbund"): first(30), ("kommun", "forbund"): first(30),
    }  # fmt: skip
    assert postings(data, role="programme") == {
        ("forbund", "civilsamhalle"): first(120),
        ("civilsamhalle", None): first(120),
    }


def test_a_provider_may_use_up_less_than_it_is_paid() -> None:
    own = {"value": 90, "unit": "kr", "price_year": 2013}
    data = costing("per_cohort", provider="civilsamhalle", provider_cost=own)
    paid, used_up = [0, 120, 120, 120, 0, 0], [0, 90, 90, 90, 0, 0]
    assert postings(data, role="programme") == {("kommun", "civilsamhalle"): paid, ("civilsamhalle", None): used_up}


def test_stated_funders_pay_their_shares_themselves() -> None:
    data = costing("per_cohort", funding={"kommun.skola": 0.25, "eu": 0.75})
    data["programmes"]["insats"]["costs"]["kostnad"].pop("payer")
    assert postings(data, role="programme") == {
        ("kommun.skola", None): [0, 30, 30, 30, 0, 0], ("eu", None): [0, 90, 90, 90, 0, 0],
    }  # fmt: skip
    assert postings(data, role="financing") == {}


def test_a_programmes_transfer_goes_to_its_payee_and_costs_society_nothing() -> None:
    data = costing("per_cohort", kind="transfer", payee="individ")
    assert postings(data, role="programme") == {("kommun", "individ"): [0, 120, 120, 120, 0, 0]}
    gain = Reading(measure="net_gain", alternative="med")
    readable = Readable(ut.from_data(data))
    assert yearly(readable, gain)[:, 0].tolist() == [0.0] * 6
    assert yearly(readable, gain.change(perspective="individ"))[:, 0].tolist() == pytest.approx(
        [0, 120, 120, 120, 0, 0]
    )


# --- time and quantities --------------------------------------------------------------------------


def used(data: Data, **flow: Any) -> Any:
    """Return how many of a unit at one krona are used in state b, by year."""
    amount = {"value": 1, "unit": "kr/år", "price_year": 2013}
    data["states"]["b"]["flows"] = {"post": {"kind": "service", "payer": "kommun", "amount": amount, **flow}}
    data["groups"]["alla"] |= {"persons": 1, "pathways": {"ny": 1}}
    return pytest.approx(yearly(Readable(ut.from_data(data)), Reading())[:, 0].tolist())


def test_a_list_runs_from_entry_to_the_state_through_the_years_that_the_stay_straddles() -> None:
    data = case_of(pathways={"ny": on(("a", 1.5), "b")})
    # Entered half through 2015: half a year at 2; then half at 2 and half at 1; half at 1 and half at 0.25.
    assert used(data, quantity=[2, 1, 0.25]) == [0, 1, 1.5, 0.625, 0.25]
    # From the start: half of 2015 at the second number, and the third from then on.
    assert used(data, quantity=[2, 1, 0.25], since="start") == [0, 0.5, 0.25, 0.25, 0.25]


def test_a_list_runs_from_the_start_on_other_pathways() -> None:
    data = case_of()
    data["pathways"]["ny"] = {
        "model": "curve", "target": "b", "otherwise": "a", "shares": {0: 0, 2: 1}, "counts": "average",
    }  # fmt: skip
    assert used(data, quantity=[8, 4, 2]) == [0, 2, 2, 2, 2]


def test_a_table_by_age_follows_the_persons_age() -> None:
    data = case_of()
    data["groups"]["alla"]["age"] = 23
    assert used(data, quantity={"by_age": {"0-24": 3, "25-26": 5, "27+": 7}}) == [3, 3, 5, 5, 7]


def test_what_is_per_entry_comes_once_with_the_entry() -> None:
    data = case_of(pathways={"ny": on(("a", 1.25), ("b", 1.5), ("a", 1), "b")})
    # Entries at 1.25 and 3.75 count in the twelve months after them.
    assert used(data, quantity=2, per="entry") == [0, 1.5, 0.5, 0.5, 1.5]
    data["groups"]["alla"]["already"] = True
    assert used(data, quantity=2, per="entry") == [0, 1.5, 0.5, 0.5, 1.5]


def test_being_placed_is_an_entry_unless_one_was_there_already() -> None:
    assert used(case_of(), quantity=2, per="entry") == [2, 0, 0, 0, 0]
    data = case_of()
    data["groups"]["alla"]["already"] = True
    assert used(data, quantity=2, per="entry") == [0] * 5


def test_a_falling_curve_gives_entries_back() -> None:
    data = case_of(years=4)
    data["pathways"]["gammal"] = {
        "model": "curve", "target": "b", "otherwise": "a", "shares": {0: 0.5, 1: 0.8, 2: 0.6}, "counts": "average",
    }  # fmt: skip
    found = occupancy(data, None)
    assert entries(found, "b") == [5, 3, 0, 0]
    assert entries(found, "a") == [5, 0, 2, 0]
    data["pathways"]["gammal"]["counts"] = "start"
    assert persons(occupancy(data, None), "b") == [6.5, 7, 6, 6]


def test_a_stage_until_an_age_ends_when_the_person_has_it() -> None:
    data = case_of()
    data["groups"]["alla"]["age"] = 18
    data["pathways"]["gammal"] = {"model": "stages", "stages": [{"state": "a", "until_age": "20,5"}, {"state": "b"}]}
    assert persons(occupancy(data, None), "a") == [10, 10, 5, 0, 0]
    data["groups"]["alla"]["age"] = 25
    assert persons(occupancy(data, None), "a") == [0] * 5


def test_a_relative_risk_scales_its_transitions_and_the_rest_takes_what_remains() -> None:
    data = case_of(years=3)
    data["pathways"]["gammal"] = {
        "model": "markov", "initial": {"a": 1}, "counted": "end",
        "transitions": {"a": {"b": 0.4, "c": 0.1, "a": "rest"}},
        "relative_risk": {"on": ["a.b"], "value": 0.5, "years": 1},
    }  # fmt: skip
    found = occupancy(data, None)
    assert persons(found, "a") == [7, 3.5, 1.75]
    assert persons(found, "b") == [2, 4.8, 6.2]
    assert persons(found, "c") == [1, 1.7, 2.05]


def test_an_amount_moves_by_its_own_index_once_and_grows_from_the_level_year() -> None:
    data = one_state(years=3, kind="service", payer="kommun")
    data["states"]["a"]["flows"]["post"]["amount"] |= {"price_year": 2010, "index": "inkomstindex"}
    data["money"] = {"price_year": 2015, "level_year": 2013, "real_growth": {"inkomstindex": "1,5 %"}}
    case = ut.from_data(data)
    wages, kpi = case.indices["inkomstindex"].values, case.indices["kpi"].values
    at_level = 1_000.0 * wages[2013] / wages[2010] * kpi[2015] / kpi[2013]
    grown = [at_level * 1.015 ** (year - 2013) for year in (2014, 2015, 2016)]
    assert yearly(Readable(case), Reading())[:, 0].tolist() == pytest.approx(grown)
    # A growth of prices that the consumer index moves is not this amount's.
    data["money"]["real_growth"] = {"kpi": "1,5 %"}
    assert yearly(Readable(ut.from_data(data)), Reading())[:, 0].tolist() == pytest.approx([at_level] * 3)


def test_current_prices_inflate_from_the_price_year() -> None:
    data = one_state(years=3, kind="service", payer="kommun")
    data["money"]["inflation"] = "2 %"
    readable = Readable(ut.from_data(data))
    asked = Reading(current_prices=True, discount="none")
    assert yearly(readable, asked)[:, 0].tolist() == pytest.approx([1_020.0, 1_040.4, 1_061.208])


def test_a_listed_price_is_that_of_the_level_year_or_the_nearest() -> None:
    data = one_state(years=1, kind="service", payer="kommun")
    data["prices"] = ["sverige@2026.1"]
    data["states"]["a"]["flows"] = {"post": {"price": "kommun.forsorjningsstod_ensam", "quantity": 1}}
    for level, known in ((2013, 2013), (2015, 2013), (2016, 2013), (2017, 2019), (2024, 2024)):
        data["money"] = {"price_year": 2014, "level_year": level}
        case = ut.from_data(data)
        listed = case.prices["kommun.forsorjningsstod_ensam"].values
        kpi = case.indices["kpi"].values
        paid = -float(yearly(Readable(case), Reading(perspective="individ"))[0, 0])
        assert paid == pytest.approx(10 * listed[known].value * kpi[2014] / kpi[known])
