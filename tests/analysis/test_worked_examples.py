"""Worked examples with known answers, asked through the public face; where each comes from is said beside it."""

from typing import Any

import pytest
from laws.cases import one_state, two_states
from strategies import Data

import utanforskap as ut
from utanforskap.terms import Reading

MONEY_OF_2013 = {"price_year": 2013}


def amount(value: float, unit: str = "kr/år") -> Data:
    return {"value": value, "unit": unit, "price_year": 2013}


def service(value: float, *, payer: str = "region", **fields: Any) -> Data:
    return {"kind": "service", "payer": payer, "quantity": 1, "amount": amount(value), **fields}


# --- timing and discount schedules ----------------------------------------------------------------


@pytest.mark.parametrize(("timing", "worth"), [("start", 860.7687), ("mid", 846.0894), ("end", 831.6605)])
def test_a_hundred_a_year_for_ten_years_at_three_and_a_half_per_cent(timing: str, worth: float) -> None:
    # Closed form: 100 (1 - 1.035^-10) / 0.035 at the end of each year, times 1.035^0.5 and 1.035.
    data = one_state(years=10, rate=0.035, timing=timing, kind="service", payer="kommun")
    data["groups"]["alla"]["persons"] = 1
    assert ut.run(ut.from_data(data)).read(Reading()) == pytest.approx(worth, abs=5e-5)


@pytest.fixture(scope="module")
def a_krona_a_year() -> ut.Result:
    data = one_state(years=130, kind="service", payer="kommun")
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 1
    data["groups"]["alla"]["persons"] = 1
    return ut.run(ut.from_data(data))


@pytest.mark.parametrize(
    ("year", "factor"),
    [
        (0, 1.0), (30, 0.356278411), (31, 0.345901370), (75, 0.094213773), (76, 0.091915876), (100, 0.050818022),
        (125, 0.027410763), (126, 0.026873297),
    ],
)  # fmt: skip
def test_hm_treasurys_declining_schedule(a_krona_a_year: ut.Result, year: int, factor: float) -> None:
    # HM Treasury, Green Book supplementary guidance on discounting: factors multiplied year by year.
    read = a_krona_a_year.read(Reading(discount="hm-treasury", period=str(2014 + year)))
    assert read == pytest.approx(factor, abs=5e-10)


def test_hm_treasurys_sum_of_years_1_to_30(a_krona_a_year: ut.Result) -> None:
    read = a_krona_a_year.read(Reading(discount="hm-treasury", period="2015-2044"))
    assert read == pytest.approx(18.392045411, abs=5e-10)


def test_hm_treasurys_hundred_now_for_thirty_a_year_in_five_years() -> None:
    # -100 now, then 30 a year for five years, at the Green Book's rates.
    data = two_states(years=6, success=1, cost=100, lag=1)
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 30
    data["groups"]["alla"] |= {"persons": 1, "pathways": {"bana": 1}}
    gain = ut.run(ut.from_data(data)).compare("insats")
    assert gain.net_present_value(discount="hm-treasury") == pytest.approx(35.451571264, abs=5e-10)


@pytest.mark.parametrize(("profile", "factor"), [("nz-treasury", 0.552071), ("nz-treasury-commercial", 0.099377)])
def test_new_zealands_factor_after_thirty_years(a_krona_a_year: ut.Result, profile: str, factor: float) -> None:
    # New Zealand Treasury, Public Sector Discount Rates (2024): 2 and 8 per cent.
    assert a_krona_a_year.read(Reading(discount=profile, period="2044")) == pytest.approx(factor, abs=5e-7)


# --- annuity, ratio and rate of return ------------------------------------------------------------


def test_three_thousand_for_five_hundred_a_year() -> None:
    # Aos, WSIPP (2013): 3 000 paid in year 1, 500 received in years 1-20, 3 %, end of year.
    data = two_states(years=20, success=1, cost=3_000)
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 500
    data["groups"]["alla"] |= {"persons": 1, "pathways": {"bana": 1}}
    data["discounting"] = {"rate": "3 %", "timing": "end"}
    gain = ut.run(ut.from_data(data)).compare("insats")
    assert gain.net_present_value() == pytest.approx(4_526.12, abs=0.005)
    assert gain.benefit_cost_ratio() == pytest.approx(2.554, abs=0.0005)
    rate = gain.irr()
    assert rate.status == "ok"
    assert rate.rate == pytest.approx(0.1930, abs=0.00005)
    # The constant yearly amount with the same present value: 4 526.12 / 14.8775.
    assert gain.annuity() == pytest.approx(4_526.12 / 14.877475, abs=0.005)


# --- HIV ------------------------------------------------------------------------------------------

HIV_RISK = "pathways.hiv.relative_risk.value"


def hiv() -> Data:
    """Chancellor et al. (1997), as in Briggs, Claxton & Sculpher (2006), exercise 2.5."""
    yearly_cost = {"a": 2_756, "b": 3_052, "c": 9_007}
    states: Data = {"dod": {"title": "Död"}}
    for id_, cost in yearly_cost.items():
        states[id_] = {
            "title": id_.upper(),
            "flows": {
                "vard": service(cost),
                "zidovudin": service(2_278),
                "lamivudin": service(0, quantity=[1, 1, 0], since="start"),
            },
        }
    leaving = {"a": {"b": 350, "c": 116, "dod": 17}, "b": {"c": 512, "dod": 15}, "c": {"dod": 437}}
    observed = {"a": 1_734, "b": 1_258, "c": 1_749}
    rows = {
        origin: {**{target: n / observed[origin] for target, n in counts.items()}, origin: "rest"}
        for origin, counts in leaving.items()
    }
    on = [f"{origin}.{target}" for origin, counts in leaving.items() for target in counts]
    lamivudine = {f"states.{id_}.flows.lamivudin.amount": 2_086.50 for id_ in yearly_cost}
    return {
        "format": 1, "id": "hiv", "title": "Zidovudin och lamivudin", "horizon": {"first_year": 2001, "years": 20},
        "money": MONEY_OF_2013, "discounting": {"rate": 0.06, "timing": "end"}, "states": states,
        "pathways": {
            "hiv": {
                "model": "markov", "initial": {"a": 1}, "transitions": rows, "counted": "end",
                "relative_risk": {"on": on, "value": 1, "years": 2},
            }
        },
        "groups": {"patienter": {"title": "Patienter", "persons": 1, "pathways": {"hiv": 1}}},
        "alternatives": {"tva_lakemedel": {"set": {HIV_RISK: 0.509, **lamivudine}}},
        "outcomes": {"levnadsar": {"title": "Levnadsår", "weights": {"a": 1, "b": 1, "c": 1}}},
    }  # fmt: skip


def test_zidovudine_alone_and_with_lamivudine() -> None:
    result = ut.run(ut.from_data(hiv()))
    assert result.read(Reading()) == pytest.approx(44_663.45, abs=0.005)
    assert result.read(Reading(alternative="tva_lakemedel")) == pytest.approx(50_601.65, abs=0.005)
    one, two = (result.outcomes(alternative=a).loc["Levnadsår", "Värde"] for a in (None, "tva_lakemedel"))
    assert one == pytest.approx(7.991207, abs=5e-7)
    assert two == pytest.approx(8.937389, abs=5e-7)
    gain = result.compare("tva_lakemedel")
    assert gain.outcome_gain("levnadsar") == pytest.approx(8.937389 - 7.991207, abs=1e-6)
    assert gain.cost_per_outcome("levnadsar") == pytest.approx(6_275.956, abs=0.0005)


def test_life_years_are_person_years_in_the_living_states() -> None:
    result = ut.run(ut.from_data(hiv()))
    gain = result.compare("tva_lakemedel")
    living = sum(gain.outcome_gain(f"person_years.{state}") for state in ("a", "b", "c"))
    assert living == pytest.approx(gain.outcome_gain("levnadsar"))
    assert gain.outcome_gain("person_years.dod") == pytest.approx(-living)


# --- MVPF -----------------------------------------------------------------------------------------


def test_the_printed_marginal_value_of_public_funds() -> None:
    # A transfer of 32 250 that gives 21 150 more in earnings, taxed at 20 %: 49 170 / 28 020 = 1.755
    # (after Hendren & Sprung-Keyser's library of welfare analyses).
    data = two_states(years=1, success=1)
    data["groups"]["alla"] |= {"persons": 1, "pathways": {"bana": 1}}
    data["states"]["a"] = {"title": "A"}
    data["states"]["b"] = {"title": "B", "work": {"wage": {"amount": amount(21_150)}, "hours_share": 1}}
    data["taxes"] = {
        "employer_contributions": 0, "income_tax": {"kommun": 0, "region": 0, "staten": 0.2},
        "retention": {"kommun": 0, "region": 0, "after_years": 0},
    }  # fmt: skip
    data["programmes"]["insats"]["costs"] = {
        "bidrag": {
            "kind": "transfer", "payer": "staten", "payee": "individ", "basis": "once", "year": 2014,
            "amount": amount(32_250, "kr"),
        }
    }  # fmt: skip
    found = ut.run(ut.from_data(data)).compare("insats").mvpf()
    assert found.net_cost == pytest.approx(28_020)
    assert found.willingness_to_pay == pytest.approx(49_170)
    assert dict(found.gains) == {"individ": pytest.approx(49_170)}
    assert found.value == pytest.approx(1.755, abs=0.0005)
    assert found.quadrant == "costs_and_gains"


# --- Värmdö and Skövde ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("children", "excluded", "low", "high"),
    [(585, 75, 1_181_250_000, 1_181_250_000), (539, 69, 1.05e9, 1.15e9)],
    ids=["värmdö", "skövde"],
)
def test_exclusion_to_65_costs_as_much_in_each_kommun_per_child(
    children: int, excluded: int, low: float, high: float
) -> None:
    # Skandia's model in the local press: 15 750 000 kr each, that is 350 000 a year from 20 to 65. Skövde's is
    # printed as "ganska exakt 1,1 miljarder". Arithmetic only: nothing here says that the model is right.
    data = two_states(years=50)
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 350_000
    data["groups"]["alla"] |= {
        "persons": children, "age": 20, "pathways": {"bana": excluded / children, "annan": "rest"},
    }  # fmt: skip
    cost = ut.run(ut.from_data(data)).read(Reading(measure="cost_of_exclusion", period="to_65", discount="none"))
    assert cost == pytest.approx(excluded * 15_750_000)
    assert low * (1 - 1e-12) <= cost <= high * (1 + 1e-12)


# --- Trelleborg by hand (accounting, section 10) --------------------------------------------------


def trelleborg(yearly: float) -> Data:
    """480 children of whom an eighth cost a constant amount a year: kommun 20 %, other public 27 %, production 53 %."""
    data = one_state(years=20, kind="service", payer="kommun")
    data["horizon"]["mandate_from"] = 2014
    data["discounting"] = {"profile": "see"}
    data["states"] = {
        "utanforskap": {
            "title": "Utanförskap",
            "flows": {
                "kommunen": service(0.20 * yearly, payer="kommun.socialtjanst"),
                "vard": service(0.15 * yearly),
                "aktivitetsstod": service(0.12 * yearly, payer="fk", kind="transfer", payee="individ"),
            },
        },
        "arbete": {
            "title": "Arbete",
            "flows": {"produktion": service(0.53 * yearly, payer="arbetsgivare", kind="production")},
        },
    }
    data["pathways"] = {
        "utanfor": {"model": "stages", "stages": [{"state": "utanforskap"}]},
        "etablerad": {"model": "stages", "stages": [{"state": "arbete"}]},
    }
    data["groups"] = {
        "arskull": {
            "title": "Årskullen", "persons": 480, "age": 23, "pathways": {"utanfor": "12,5 %", "etablerad": "rest"},
            "reference": "etablerad",
        }
    }  # fmt: skip
    data["programmes"] = {
        "insats": {
            "title": "Insats", "reaches": {"group": "arskull", "pathway": "utanfor", "persons": "all"}, "starts": 2014,
            "leads_to": "etablerad", "success": 0.25, "evidence": "assumed",
        }
    }  # fmt: skip
    return {**data, "alternatives": {"insats": {"programmes": ["insats"]}}}


@pytest.mark.parametrize(
    ("yearly", "twenty_years", "four_years"),
    [(0.706e6, 598.7e6, 159.9e6), (0.7075e6, 600.0e6, None), (0.728e6, None, 164.9e6)],
)
def test_trelleborg_by_hand(yearly: float, twenty_years: float | None, four_years: float | None) -> None:
    result = ut.run(ut.from_data(trelleborg(yearly)))

    def cost(**fields: Any) -> float:
        return result.read(Reading(measure="cost_of_exclusion", perspective="see", **fields))

    whole, mandate = cost(), cost(period="first_mandate")
    # 60 persons times the annuity due of 20 and of 4 years at 4 %: 14.134 and 3.775.
    assert whole == pytest.approx(60 * yearly * 14.134, rel=1e-4)
    assert mandate == pytest.approx(60 * yearly * 3.775, rel=1e-4)
    assert twenty_years is None or whole == pytest.approx(twenty_years, abs=0.05e6)
    assert four_years is None or mandate == pytest.approx(four_years, abs=0.05e6)
    assert cost(part="public") == pytest.approx(0.47 * whole)
    assert cost(part=["kommun"]) == pytest.approx(0.20 * whole)
    assert cost(part="production") == pytest.approx(0.53 * whole)
    gain = result.compare("insats")
    assert gain.gross_gain(perspective="see") == pytest.approx(0.25 * whole)
    assert gain.gross_gain(perspective="see", part=["kommun"], period="first_mandate") == pytest.approx(0.05 * mandate)


def test_an_introduction_of_four_years_instead_of_eight() -> None:
    # Ten persons who start to work after four years from arrival: 4 years at 0.50 Mkr, or years 4-7 at 0.62 Mkr
    # discounted from arrival (factor 3.227), are both 20 Mkr.
    data = one_state(years=20, kind="service", payer="kommun")
    data["discounting"] = {"profile": "see"}
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 500_000
    data["states"]["b"] = {"title": "Arbete"}
    data["pathways"] = {
        name: {"model": "stages", "stages": [{"state": "a", "years": years}, {"state": "b"}]}
        for name, years in (("atta", 8), ("fyra", "48 mån"))
    }
    data["groups"]["alla"]["pathways"] = {"atta": 1}
    data["programmes"] = {
        "kortare": {
            "title": "Kortare", "reaches": {"group": "alla", "pathway": "atta", "persons": "all"}, "starts": 2014,
            "leads_to": "fyra", "success": 1, "evidence": "assumed", "new_pathway_clock": "group",
        }
    }  # fmt: skip
    data["alternatives"] = {"kortare": {"programmes": ["kortare"]}}
    gain = ut.run(ut.from_data(data)).compare("kortare")
    assert gain.gross_gain(discount="none") == pytest.approx(20e6)
    assert gain.gross_gain() == pytest.approx(10 * 0.5e6 * 3.227, rel=1e-4)
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 620_000
    assert ut.run(ut.from_data(data)).compare("kortare").gross_gain() == pytest.approx(20.0e6, rel=1e-3)
