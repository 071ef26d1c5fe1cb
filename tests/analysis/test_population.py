"""A case as a population: stock and flow, budgets, the steady state, mop or tap."""

import numpy as np
import pytest
from analysis.populations import FIRST, leaving, mop_and_tap, population
from laws.cases import one_state, two_states
from strategies import Data

import utanforskap as ut

# --- stock and flow -------------------------------------------------------------------------------


def test_the_stock_is_what_came_less_what_left() -> None:
    """Ten come a year and a quarter of those there leave at the end of it: 10, 10 + 7.5, 10 + 7.5 + 5.625."""
    told = population(leaving())
    stock = told.stock().xs("A", level="Tillstånd").iloc[0]
    assert stock.iloc[:3].tolist() == pytest.approx([10.0, 17.5, 23.125])
    flows = told.flows().xs("A", level="Tillstånd").droplevel("Grupp")
    assert flows.loc["Inflöde"].tolist() == pytest.approx([10.0] * 6)
    assert flows.loc["Utflöde"].iloc[:3].tolist() == pytest.approx([0.0, 2.5, 4.375])
    assert flows.loc["Bestånd"].tolist() == pytest.approx(stock.tolist())


def test_a_stock_by_age_and_by_time_sums_to_the_stock() -> None:
    told = population(leaving(years=12, age=22))
    whole = told.stock().groupby(level="Tillstånd").sum()
    for by in ("age", "duration"):
        parts = told.stock(by=by).groupby(level="Tillstånd").sum()
        np.testing.assert_allclose(parts.loc[whole.index], whole, rtol=1e-12)


def test_those_who_come_are_in_the_band_of_their_age_and_of_no_years_since_they_came() -> None:
    told = population(leaving(leave=0, age=23))
    by_age = told.stock(by="age").xs("A", level="Tillstånd").droplevel("Grupp")
    assert by_age.loc["20–24"].tolist() == pytest.approx([10, 20, 20, 20, 20, 20])
    assert by_age.loc["25–29"].tolist() == pytest.approx([0, 0, 10, 20, 30, 40])
    since = told.stock(by="duration").xs("A", level="Tillstånd").droplevel("Grupp")
    assert list(since.index) == ["0", "1", "2–4", "5–9"]
    assert since.loc["2–4"].tolist() == pytest.approx([0, 0, 10, 20, 30, 30])


def test_those_who_turn_65_are_in_the_last_band_and_their_kronor_in_no_reading_to_65() -> None:
    data = leaving(leave=0, age=63, years=4)
    told = population(data)
    assert told.stock(by="age").xs("A", level="Tillstånd").droplevel("Grupp").loc["65+"].tolist() == [0, 0, 10, 20]
    result = ut.run(ut.from_data(data))
    yearly = result.table(measure="ledger", perspective="region", period="to_65").iloc[-1]
    assert yearly.tolist() == pytest.approx([1000, 2000, 2000, 2000])


def test_each_cohort_can_be_followed_for_as_long() -> None:
    data = leaving(leave=0, inflow={"until": FIRST + 3, "per_cohort": 3})
    assert population(data).stock().xs("A", level="Tillstånd").iloc[0].tolist() == [10, 20, 30, 30, 20, 10]


def test_every_output_says_that_only_new_cohorts_are_reckoned_with() -> None:
    data = leaving()
    alone = ut.run(ut.from_data(data))
    assert alone.table(measure="ledger").attrs["caption"].endswith("; endast nya årskullar")
    assert population(data).stock().attrs["caption"] == "personår; endast nya årskullar"
    data["groups"]["alla"]["initial_stock"] = {"forr": {"persons": 5, "pathway": "bana", "state": "a", "duration": 2}}
    with_stock = ut.run(ut.from_data(data))
    assert "årskullar" not in with_stock.table(measure="ledger").attrs["caption"]
    assert with_stock.population().stock().attrs["caption"] == "personår"


# --- budgets --------------------------------------------------------------------------------------


def test_budget_years_are_undiscounted_and_sum_to_the_total() -> None:
    told = population(leaving(years=3))
    by_year = told.by_budget_year(unit="kr", measure="ledger")
    assert by_year.loc["Region"].tolist() == pytest.approx([1000.0, 1750.0, 2312.5, 5062.5])
    assert by_year.columns.tolist() == [2014, 2015, 2016, "Summa"]
    assert told.by_budget_year(measure="ledger").loc["Region", 2014] == pytest.approx(1.0)
    assert told.totals(measure="ledger").loc["Summa", "Odiskonterat"] == pytest.approx(5062.5)


def test_a_present_value_stands_beside_the_undiscounted_total() -> None:
    data = leaving(years=2) | {"discounting": {"rate": 0.25, "timing": "start"}}
    told = population(data).totals(measure="ledger").loc["Summa"]
    assert told.tolist() == pytest.approx([1000 + 1750, 1000 + 1750 / 1.25])


# --- the steady state -----------------------------------------------------------------------------


@pytest.mark.parametrize("leave", [0.2, 0.5])
def test_the_steady_stock_is_the_inflow_times_the_mean_time(leave: float) -> None:
    """Who leaves with probability q at the end of each year is there 1/q years (the mean of a geometric)."""
    told = population(leaving(leave=leave)).steady_state()
    assert told.stock().iloc[0].tolist() == pytest.approx([10.0, 1 / leave, 10 / leave])
    assert told.amount(measure="ledger", perspective="region") == pytest.approx(100 * 10 / leave)


def test_the_steady_stock_of_those_who_leave_at_65_is_a_finite_series() -> None:
    """(1 − (1 − q)^n)/q years for n years to 65, and n years where nobody leaves before."""
    told = population(leaving(leave=0.1, age=45)).steady_state()
    assert float(told.stock().iloc[0, 1]) == pytest.approx((1 - 0.9**20) / 0.1)
    assert float(population(leaving(leave=0, age=45)).steady_state().stock().iloc[0, 1]) == pytest.approx(20.0)


def test_the_way_there_is_one_less_those_who_have_not_come_yet() -> None:
    """After n years the stock is the part 1 − (1 − q)^n of the steady state's, a geometric series."""
    reached = population(leaving(leave=0.25)).steady_state().reached().iloc[0]
    np.testing.assert_allclose(reached, 1 - 0.75 ** np.arange(1, 7), rtol=1e-12)


def test_a_long_horizon_comes_to_the_steady_state() -> None:
    data = leaving(years=140, leave=0.3)
    steady = population(data).steady_state().amount(measure="ledger", perspective="region")
    last = population(data).by_budget_year(unit="kr", measure="ledger").loc["Region", FIRST + 139]
    assert last == pytest.approx(steady, rel=1e-12)


def test_the_steady_inflow_is_the_last_years() -> None:
    data = leaving(inflow={"until": FIRST + 5, "persons": {str(FIRST + 4): 30}})
    assert float(population(data).steady_state().stock().iloc[0, 0]) == 30.0


def test_a_programme_that_goes_on_stands_in_the_steady_state_with_its_yearly_cost() -> None:
    """Of five a year, 40 % leave a state of 1 000 kr from their second year to 65; the programme costs 300 kr."""
    data = two_states(years=5, lag=1) | {"discounting": {"rate": 0.0, "timing": "start"}}
    data["groups"]["alla"] |= {"inflow": {"until": FIRST + 4}, "age": 61}
    programme = data["programmes"]["insats"]
    programme["reaches"]["cohorts"] = "all"
    amount = {"value": 300, "unit": "kr/år", "price_year": 2013}
    years = {"first": FIRST, "last": FIRST + 4}
    once = {"amount": amount | {"unit": "kr"}, "basis": "once", "year": FIRST, "covers_all_cohorts": True}
    programme["costs"] = {
        "drift": {"amount": amount, "basis": "per_calendar_year", "years": years, "payer": "region"},
        "start": {**once, "payer": "region"},
    }
    steady = population(data).steady_state()
    gross = steady.amount(measure="gross_gain", alternative="insats", perspective="region")
    net = steady.amount(measure="net_gain", alternative="insats", perspective="region")
    assert (gross, net) == pytest.approx((5 * 0.4 * 3 * 1000, 5 * 0.4 * 3 * 1000 - 300))


def test_there_is_no_steady_state_of_those_who_never_leave() -> None:
    with pytest.raises(ut.QuestionError) as raised:
        population(leaving(leave=0)).steady_state()
    assert str(raised.value) == (
        "Those who come to 'alla' never leave, so there is no steady state.\n"
        "Say how old they are when they come (age: 23), or how many leave for good each year (exits:)."
    )


def test_there_is_no_steady_state_where_nobody_comes_anew() -> None:
    data = one_state(kind="service", payer="region")
    data["groups"]["alla"]["repeat"] = {"until": FIRST + 2}
    with pytest.raises(ut.QuestionError) as raised:
        population(data).steady_state()
    assert str(raised.value) == (
        "In 'enkel' nobody comes anew every year, so there is no steady state.\n"
        "Let a group have an inflow: groups: {<id>: {inflow: {until: 2043}}}."
    )


def test_the_steady_state_needs_tables_to_65() -> None:
    data = leaving(age=30, leave=0)
    data["states"]["a"]["flows"]["post"]["quantity"] = {"by_age": {"30-49": 1}}
    with pytest.raises(ut.QuestionError) as raised:
        population(data).steady_state()
    assert str(raised.value) == (
        "The steady state follows those who come until 65, and this does not: "
        "The table holds the ages 30–49, but the group 'alla' is 30–64 years old.\n"
        "Widen the last band; 65+ has no end."
    )


def test_a_case_of_one_cohort_is_no_population() -> None:
    with pytest.raises(ut.QuestionError) as raised:
        ut.run(ut.from_data(one_state(kind="service", payer="region"))).population()
    assert str(raised.value) == (
        "'enkel' follows one cohort: no group of it has an inflow.\n"
        "Let a group go on: groups: {<id>: {inflow: {until: 2043}}}."
    )


def test_a_stock_of_an_alternative_that_is_not_there() -> None:
    told = population(leaving())
    with pytest.raises(ut.UnknownNameError) as raised:
        told.stock(alternative="inget")
    assert str(raised.value) == "'inget' is not an alternative.\nAllowed: none"


def test_a_stock_is_divided_in_known_ways() -> None:
    with pytest.raises(ut.UnknownNameError) as raised:
        population(leaving()).stock(by="ages")  # type: ignore[arg-type]
    assert str(raised.value) == (
        "'ages' is not a way to divide a stock. Did you mean 'age'?\nAllowed: state, age, duration"
    )


# --- mop or tap -----------------------------------------------------------------------------------


def test_mop_and_tap_cost_the_same_and_gain_what_each_person_out_is_worth() -> None:
    """Eleven cohorts of the mop are paid for within twelve years (4 × 600 kr each), and twelve of the tap's."""
    told = population(mop_and_tap()).mop_or_tap(mop="moppa", tap="stang", perspective="region")
    paid = 11 * 4 * 600
    assert told.persons == pytest.approx(paid / (12 * 1500))
    assert told.spent("moppa") == pytest.approx(paid)
    assert told.spent("stang") == pytest.approx(paid)
    moved = 2 * 1000 * sum(range(1, 12))
    kept = told.persons * 1000 * sum(range(1, 13))
    table = told.table()
    assert table["12 år"].tolist() == pytest.approx([moved - paid, kept - paid])
    assert table["4 år"].tolist() == pytest.approx([2000 * 6 - 3 * 2400, told.persons * (10_000 - 4 * 1500)])
    assert table["Personer som får det annorlunda"].tolist() == pytest.approx([12 * 2, 12 * told.persons])
    assert told.by_year().iloc[-1].tolist() == pytest.approx([moved - paid, kept - paid])


def test_in_the_steady_state_each_cohort_gains_until_65() -> None:
    """A cohort that comes at 50 has fifteen years to 65: the mop's two of them gain fourteen, the tap's fifteen."""
    told = population(mop_and_tap()).mop_or_tap(mop="moppa", tap="stang", perspective="region")
    assert told.a_year("moppa") == pytest.approx(2 * 14 * 1000 - 2400)
    assert told.a_year("stang") == pytest.approx(told.persons * (15 * 1000 - 1500))


def test_the_tap_may_be_so_many_times_dearer() -> None:
    data = mop_and_tap()
    told = population(data).mop_or_tap(mop="moppa", tap="stang", perspective="region")
    times = told.times_dearer()
    assert times is not None
    dearer = population(data, **{"programmes.in.costs.drift.amount": 1500 * times})
    again = dearer.mop_or_tap(mop="moppa", tap="stang", perspective="region")
    assert again.net_gain("stang", years=12) == pytest.approx(again.net_gain("moppa", years=12))


def test_the_crossover_is_the_year_from_which_the_tap_stays_ahead() -> None:
    told = population(mop_and_tap(lag=3)).mop_or_tap(mop="moppa", tap="stang", perspective="region")
    ahead = told.by_year().iloc[:, 1] > told.by_year().iloc[:, 0]
    crossover = told.crossover()
    if crossover is None:
        assert not ahead.iloc[-1]
    else:
        assert ahead.iloc[crossover - 1 :].all()
        assert crossover == 1 or not ahead.iloc[crossover - 2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"reaches": {"group": "alla", "pathway": "bana", "persons": "all", "cohorts": "all"}},
            "'in' reaches all, so the same money cannot be spent on it.\n"
            "Write how many of each cohort it reaches: reaches: {persons: 10}.",
        ),
        ({"costs": {}}, "'stang' costs nothing more for one more participant, so no money buys more of it."),
        (
            {
                "costs": {
                    "drift": {
                        "amount": {"value": 50, "unit": "kr/deltagare", "price_year": 2013},
                        "basis": "per_participant", "payer": "region",
                    }
                }
            },
            "The money reaches 44.0 persons of each cohort, but there are 20.0: everybody would be kept from falling "
            "in, and money left over.\nLet 'stang' be compared with less money.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_made_to_cost_the_same_is_refused(changes: Data, said: str) -> None:
    with pytest.raises(ut.QuestionError) as raised:
        population(mop_and_tap(**changes)).mop_or_tap(mop="moppa", tap="stang")
    assert str(raised.value) == said


# --- the bundled populations ----------------------------------------------------------------------


def test_twenty_cohorts_cost_what_one_costs_each_a_year_later() -> None:
    """At 4 % from the start of each year, cohort k is worth the first one's cost divided by 1.04 to the k."""
    one, many = (
        ut.run(ut.load(name)).cost_of_exclusion(columns="total").iloc[:, 0]
        for name in ("trelleborg-skolmisslyckanden", "trelleborg-aterkommande-arskullar")
    )
    np.testing.assert_allclose(many, one * sum(1.04**-k for k in range(20)), rtol=1e-12)


def test_in_trelleborg_sixty_a_year_for_twenty_years_are_1200() -> None:
    stock = ut.run(ut.load("trelleborg-aterkommande-arskullar")).population().stock()
    excluded = stock.xs("Långvarigt utanförskap", level="Tillstånd").iloc[0]
    assert excluded.loc[2033] == pytest.approx(1200.0)
    assert excluded.loc[2052] == pytest.approx(60.0)


def test_in_stang_kranen_mop_and_tap_cost_the_same_and_the_tap_may_be_dearer() -> None:
    told = ut.run(ut.load("stang-kranen")).population().mop_or_tap(mop="moppa", tap="stang")
    assert told.spent("stang") == pytest.approx(told.spent("moppa"))
    price = 500_000 * (told.times_dearer() or 0.0)
    dearer = ut.run(ut.load("stang-kranen"), values={"programmes.forebyggande.costs.per_undviken.amount": price})
    again = dearer.population().mop_or_tap(mop="moppa", tap="stang")
    assert again.net_gain("stang", years=30) == pytest.approx(again.net_gain("moppa", years=30))


def test_in_stang_kranen_the_steady_stock_is_sixty_times_the_mean_time_to_65() -> None:
    """Those who come at 23 die with 0.1 % a year to 40, 0.2 % to 55 and 0.6 % to 65: who is left, summed over years."""
    left, years = 1.0, 0.0
    for age in range(23, 65):
        years += left
        left *= 1 - (0.001 if age < 40 else 0.002 if age < 55 else 0.006)
    stock = ut.run(ut.load("stang-kranen")).population().steady_state().stock()
    assert float(stock.xs("Långvarigt utanförskap", level="Tillstånd").iloc[0, 2]) == pytest.approx(60 * years)
