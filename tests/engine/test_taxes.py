"""Income tax and contributions against published amounts, the law's own roundings and the law worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from utanforskap.engine.taxes import (
    IncomeTaxes,
    basic_deduction,
    earned_income_credit,
    employer_contributions,
    income_tax,
    shares,
)
from utanforskap.inputs.facts.taxes import TaxRules, known_tax_years, tax_rules

YEARS = known_tax_years()
KOMMUN, REGION = 0.2069, 0.1169  # the averages of 2026
LOCAL = KOMMUN + REGION
ROUNDINGS = 150.0  # what the law's roundings may come to, as the module says [kr a year]

years = st.sampled_from(YEARS)
incomes = st.floats(0, 2_000_000)


def taxed(
    year: int,
    *,
    work: ArrayLike = 0.0,
    other: ArrayLike = 0.0,
    sickness: ArrayLike = 0.0,
    rules: TaxRules | None = None,
) -> IncomeTaxes:
    return income_tax(
        rules=rules or tax_rules(year),
        work_income=work,
        other_taxable=other,
        sickness_compensation=sickness,
        kommun_rate=KOMMUN,
        region_rate=REGION,
    )


def credit(rules: TaxRules, income: ArrayLike, local_rate: float) -> np.ndarray:
    return earned_income_credit(
        rules=rules,
        work_income=income,
        deduction=basic_deduction(rules=rules, income=income),
        local_rate=local_rate,
    )


# --- Published amounts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("income", "deduction", "local", "state", "fee", "earned", "final"),
    [
        # Skatteverket's own calculator for income year 2017 (Stockholm, 17.90 and 12.08, born 1980), as printed in
        # the tests of github.com/jonas-johansson/SwedishEconomySDK; "final" is slutlig skatt less burial fee.
        (10_000, 10_000, 0, 0, 0, 0, 0),
        (29_000, 19_000, 2_998, 0, 2_000, 998, 2_007 - 7),
        (80_000, 26_100, 16_159, 0, 5_600, 8_302, 7_897 - 40),
        (134_000, 34_500, 29_830, 0, 9_400, 11_007, 18_897 - 74),
        (150_000, 33_500, 34_926, 0, 10_500, 11_840, 23_173 - 87),
        (300_000, 18_500, 84_393, 0, 21_000, 21_328, 63_276 - 211),
        (500_000, 13_200, 145_942, 9_580, 34_700, 24_986, 130_901 - 365),
        (600_000, 13_200, 175_922, 29_580, 34_700, 24_986, 180_956 - 440),
        (3_000_000, 13_200, 895_442, 626_995, 34_700, 0, 1_524_677 - 2_240),
    ],
)
def test_2017_as_skatteverket_calculates_it(
    income: float, deduction: float, local: float, state: float, fee: float, earned: float, final: float
) -> None:
    rules = tax_rules(2017)
    taxes = income_tax(rules=rules, work_income=income, other_taxable=0, kommun_rate=0.179, region_rate=0.1208)
    assert float(basic_deduction(rules=rules, income=income)[0]) == pytest.approx(deduction, abs=100)
    assert float((taxes.kommun + taxes.region)[0]) == pytest.approx(local, abs=35)
    assert float(taxes.staten_tax[0]) == pytest.approx(state, abs=25)
    assert float(taxes.pension_fee[0]) == pytest.approx(fee, abs=50)
    assert float((taxes.credits_borne_by_state - np.minimum(taxes.pension_fee, local))[0]) == pytest.approx(
        earned, abs=50
    )
    assert float(taxes.total[0]) == pytest.approx(final, abs=50)


@pytest.mark.parametrize(
    ("income", "local", "general", "service", "final"),
    [
        # The same calculator for 2021 (17.74 and 12.08), run before the law of October 2021 on a temporary credit,
        # which is 1.25 percent of what exceeds 60 000 and nothing from 500 000: 500 and 0.
        (100_000, 20_635, 219, 692, 11_665 - 44 - 500),
        (537_200, 156_018, 1_500, 1_329, 127_389 - 340),
    ],
)
def test_2021_as_skatteverket_calculates_it(
    income: float, local: float, general: float, service: float, final: float
) -> None:
    rules = tax_rules(2021)
    taxes = income_tax(rules=rules, work_income=income, other_taxable=0, kommun_rate=0.1774, region_rate=0.1208)
    without = income_tax(
        rules=replace(rules, general_credit=None), work_income=income, other_taxable=0,
        kommun_rate=0.1774, region_rate=0.1208,
    )  # fmt: skip
    assert float((taxes.kommun + taxes.region)[0]) == pytest.approx(local, abs=35)
    assert float((taxes.credits_borne_by_state - without.credits_borne_by_state)[0]) == pytest.approx(general, abs=2)
    assert float(taxes.public_service_fee[0]) == pytest.approx(service, abs=2)
    assert float(taxes.total[0]) == pytest.approx(final, abs=50)


@pytest.mark.parametrize(
    ("income", "monthly"),
    [
        (150_000, 1_761),
        (180_000, 2_284),
        (240_000, 3_491),
        (300_000, 4_760),
        (360_000, 6_054),
        (480_000, 8_652),
        (600_000, 12_052),
        (720_000, 16_446),
    ],
)
def test_2026_as_skatteverkets_table_34(income: float, monthly: float) -> None:
    # Column 1 (wage, under 66) of the monthly table; SKV 433 says that its 34 percent are 32.84 of local tax and
    # 1.16 of church and burial fees, and that the month's amount is a twelfth of the year's, cut to whole kronor.
    taxes = income_tax(
        rules=tax_rules(2026), work_income=income, other_taxable=0, kommun_rate=0.2115, region_rate=0.1169
    )
    table = float((taxes.total + 0.0116 * taxes.taxable)[0])
    assert 12 * monthly - 25 <= table <= 12 * monthly + 12 + 25


def test_2026_as_skatteverkets_service_for_stockholm() -> None:
    # "Räkna ut rot- och rutavdrag", born 1985, wage 360 000: local tax 101 426, pension fee credited 25 200,
    # jobbskatteavdrag 37 132, skattereduktion för förvärvsinkomst 1 500.
    taxes = income_tax(
        rules=tax_rules(2026), work_income=360_000, other_taxable=0, kommun_rate=0.1822, region_rate=0.1233
    )
    assert float((taxes.kommun + taxes.region)[0]) == pytest.approx(101_426, abs=2)
    assert float(taxes.credits_borne_by_state[0]) == pytest.approx(25_200 + 37_132 + 1_500, abs=3)


@pytest.mark.parametrize(
    ("wage", "more", "total"),
    [
        (21_900, 176, 1_671),
        (24_200, 188, 1_826),
        (25_900, 196, 1_939),
        (27_900, 266, 2_073),
        (28_100, 273, 2_088),
        (29_800, 333, 2_180),
        (30_700, 337, 2_184),
        (38_500, 337, 2_184),
    ],
)
def test_the_fifth_step_of_2014_as_the_government_printed_it(wage: float, more: float, total: float) -> None:
    # Budget bill for 2014: credit a month, and how much of it is new, at the average local rate of 2013 (31.73).
    now, before = tax_rules(2014), replace(tax_rules(2013), price_base=tax_rules(2014).price_base)
    credits = {rules.year: float(credit(rules, 12 * wage, 0.3173)[0]) / 12 for rules in (now, before)}
    assert credits[2014] == pytest.approx(total, abs=3)
    assert credits[2014] - credits[2013] == pytest.approx(more, abs=1)


def test_the_strengthening_of_2024_is_at_most_271_a_month() -> None:
    # As the government printed it: from 185 700 kr a year, at most 271 kr a month, reached at 463 000.
    now, before = tax_rules(2024), replace(tax_rules(2023), price_base=tax_rules(2024).price_base)
    income = np.arange(0.0, 700_000.0, 100.0)
    more = (credit(now, income, 0.3224) - credit(before, income, 0.3224)) / 12
    assert more.max() == pytest.approx(271, abs=1.5)
    assert income[more.argmax()] == pytest.approx(463_000, abs=150)
    assert np.abs(more[income < 185_600]).max() < 2


@pytest.mark.parametrize(
    ("year", "low", "highest", "last"),
    [
        # Lowest and highest deduction: pensionskoll.se for 2012–2014, Skatteverket's Belopp och procent for 2026.
        (2012, 18_700, 33_900, 12_900),
        (2013, 18_900, 34_300, 13_100),
        (2014, 18_800, 34_200, 13_100),
        (2026, 25_100, 45_600, 17_400),
    ],
)
def test_the_deduction_is_the_published_one(year: int, low: float, highest: float, last: float) -> None:
    rules = tax_rules(year)
    found = basic_deduction(rules=rules, income=np.array([0.9, 3.0, 9.0]) * rules.price_base)
    assert [math.ceil(round(float(x), 6) / 100) * 100 for x in found] == [low, highest, last]


@pytest.mark.parametrize(
    ("year", "highest"),
    [(2012, 30_800), (2013, 32_000), (2014, 32_100), (2016, 33_500), (2017, 34_700), (2018, 35_300), (2026, 47_100)],
)
def test_the_highest_pension_fee_is_the_published_one(year: int, highest: float) -> None:
    assert float(taxed(year, work=1_000_000).pension_fee[0]) == pytest.approx(highest, abs=50)


@pytest.mark.parametrize(
    ("year", "first", "second"),
    [(2013, 426_300, 604_700), (2017, 452_100, 651_700), (2019, 504_400, 703_000), (2026, 660_400, None)],
)
def test_state_tax_begins_at_the_published_brytpunkt(year: int, first: float, second: float | None) -> None:
    assert float(taxed(year, work=first).staten_tax[0]) == pytest.approx(0, abs=20)
    assert float(taxed(year, work=first + 1_000).staten_tax[0]) == pytest.approx(200, abs=20)
    if second is not None:
        marginal = taxed(year, work=[second - 1_000, second, second + 1_000]).staten_tax
        assert float(marginal[1] - marginal[0]) == pytest.approx(200, abs=10)
        assert float(marginal[2] - marginal[1]) == pytest.approx(250, abs=10)


@pytest.mark.parametrize(
    ("year", "highest"),
    [(2019, 1_347), (2021, 1_329), (2025, 1_249), (2026, 1_184)],
)
def test_the_highest_public_service_fee_is_the_published_one(year: int, highest: float) -> None:
    assert math.floor(float(taxed(year, work=600_000).public_service_fee[0])) == highest


# --- The law by hand ---------------------------------------------------------------------------------------------


def test_the_deduction_by_hand() -> None:
    # 2018, prisbasbelopp 45 500. 60 000 is between 0.99 (45 045) and 2.72 (123 760): 0.423 × 45 500 = 19 246.5, and
    # 20 percent of 14 955 = 2 991. 200 000 is between 3.11 (141 505) and 7.88: 35 035 − 10 percent of 58 495.
    found = basic_deduction(rules=tax_rules(2018), income=[10_000, 40_000, 60_000, 130_000, 200_000, 400_000])
    assert found == pytest.approx([10_000, 19_246.5, 22_237.5, 35_035, 29_185.5, 13_331.5])


def test_benefits_bear_the_pension_fee_but_have_no_credit_for_work() -> None:
    # 2018, 200 000 kr of a-kassa: taxable 200 000 − 29 185.5 = 170 814.5; the fee of 14 000 is credited in full.
    taxes = taxed(2018, other=200_000)
    assert float(taxes.pension_fee[0]) == pytest.approx(14_000)
    assert float(taxes.credits_borne_by_state[0]) == pytest.approx(14_000)
    assert float(taxes.net_income[0]) == pytest.approx(200_000 - LOCAL * 170_814.5)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2017, 0.0),
        # 4.5 percent of 2.53 × 45 500 = 115 115 and 2.5 percent of the remaining 84 885.
        (2018, (0.045 * 115_115 + 0.025 * 84_885) * LOCAL),
        # 2022, prisbasbelopp 48 300: above 3.24 × 48 300 = 156 492; deduction 0.77 × 48 300 − 10 percent of
        # (200 000 − 150 213) = 32 212.3; level 1.703 × 48 300 + 12.8 percent of 43 508 = 87 823.924.
        (2022, (87_823.924 - 32_212.3) * LOCAL + 0.0075 * (200_000 - 32_212.3 - 40_000)),
        # 2026, prisbasbelopp 59 200: above 191 808; deduction 45 584 − 10 percent of (200 000 − 184 112) = 43 995.2;
        # level 1.813 × 59 200 + 25.1 percent of 8 192 = 109 385.792.
        (2026, (109_385.792 - 43_995.2) * LOCAL + 0.0075 * (200_000 - 43_995.2 - 40_000)),
    ],
)
def test_sickness_compensation_has_its_own_credit_and_no_fee(year: int, expected: float) -> None:
    taxes = taxed(year, sickness=200_000)
    assert float(taxes.pension_fee[0]) == 0.0
    assert float(taxes.credits_borne_by_state[0]) == pytest.approx(expected)


def test_the_sickness_credit_is_at_least_a_share() -> None:
    # 2022 with a deduction larger than the level: 4.5 percent of 20 000 where work brings in the rest.
    rules = replace(tax_rules(2022), earned_income_credit=replace(tax_rules(2022).earned_income_credit, top_level=0.0))
    alone = taxed(2022, work=500_000, rules=rules).credits_borne_by_state
    both = taxed(2022, work=500_000, sickness=10_000, rules=rules).credits_borne_by_state
    assert float((both - alone)[0]) == pytest.approx(0.045 * 10_000 * LOCAL)


def test_the_phase_out_takes_three_percent_of_work_income_above_its_limit() -> None:
    # 2018: above 13.54 × 45 500 = 616 070; the credit is (2.155 − 0.293) × 45 500 × local rate before it.
    rules = tax_rules(2018)
    full = 1.862 * 45_500 * LOCAL
    assert credit(rules, [616_070, 716_070, 5_000_000], LOCAL) == pytest.approx([full, full - 3_000, 0])
    assert credit(tax_rules(2015), 5_000_000, LOCAL) == pytest.approx([1.862 * 44_500 * LOCAL])


def test_credits_never_exceed_the_tax_they_are_held_against() -> None:
    # 2017, 19 500 kr: taxable 549.6; the fee of 1 365 is credited with the 178 of local tax there is, no more.
    taxes = taxed(2017, work=19_500)
    assert float(taxes.credits_borne_by_state[0]) == pytest.approx(LOCAL * (19_500 - 0.423 * 44_800))
    assert float(taxes.total[0]) == pytest.approx(0.07 * 19_500)


def test_local_governments_receive_their_rate_in_full_and_the_state_bears_the_credits() -> None:
    taxes = taxed(2026, work=300_000)
    assert float(taxes.kommun[0]) == pytest.approx(KOMMUN * float(taxes.taxable[0]))
    assert float(taxes.region[0]) == pytest.approx(REGION * float(taxes.taxable[0]))
    assert float(taxes.net_to_staten[0]) < 0


@pytest.mark.parametrize(
    ("year", "age", "rate"),
    [
        (2013, 25, 0.1549),
        (2013, 26, 0.3142),
        # January–April, May–July, August–December 2015.
        (2015, 22, (4 * 0.1549 + 3 * 0.1021 + 5 * 0.2546) / 12),
        (2015, 24, (7 * 0.1549 + 5 * 0.2546) / 12),
        (2015, 25, (4 * 0.1549 + 8 * 0.3142) / 12),
        (2015, 26, 0.3142),
        (2016, 24, (5 * 0.2546 + 7 * 0.3142) / 12),
        (2016, 25, 0.3142),
        (2018, 20, 0.3142),
        (2019, 17, (7 * 0.3142 + 5 * 0.1021) / 12),
        (2020, 15, 0.1021),
        (2020, 18, 0.3142),
        (2021, 18, (9 * 0.1973 + 3 * 0.1021) / 12),
        (2022, 22, (9 * 0.1973 + 3 * 0.1021) / 12),
        (2022, 23, 0.3142),
        (2023, 20, (3 * 0.1973 + 9 * 0.3142) / 12),
        (2024, 17, 0.3142),
        (2026, 20, (3 * 0.3142 + 9 * 0.2081) / 12),
        (2013, 65, 0.1021),
        (2017, 65, 0.1636),
        (2019, 66, (0.1636 + 0.1021) / 2),
        (2024, 65, 0.3142),
        (2024, 66, 0.1021),
        (2026, 66, 0.3142),
    ],
)
def test_contributions_by_age(year: int, age: int, rate: float) -> None:
    assert employer_contributions(rules=tax_rules(year), wage=240_000, age=age) == pytest.approx([240_000 * rate])


def test_a_reduced_rate_stops_at_its_monthly_ceiling() -> None:
    # 2020, 17 years, 30 000 a month: 10.21 percent of 25 000 and the full rate on 5 000.
    due = employer_contributions(rules=tax_rules(2020), wage=360_000, age=17)
    assert due == pytest.approx([12 * (0.1021 * 25_000 + 0.3142 * 5_000)])


def test_shares_of_nothing_are_nothing() -> None:
    found = shares(taxed(2026, work=[0.0, 300_000.0]))
    assert (found.kommun[0], found.region[0], found.staten[0]) == (0.0, 0.0, 0.0)
    assert found.kommun[1] > found.region[1] > 0 > found.staten[1]


# --- The law with its roundings, put together apart --------------------------------------------------------------


def down(x: float, to: float = 1.0) -> float:
    return math.floor(x / to + 1e-9) * to


def rounded_total(rules: TaxRules, *, work: float, other: float) -> float:
    """Tax with the roundings of 1 kap. 5 §, 63 kap. 2 §, 65 kap. 2 §, 67 kap. 1 and 6 §§ and lag 1994:1744 3 §."""
    gross = down(work + other, 100)
    deduction = min(math.ceil(float(basic_deduction(rules=rules, income=gross)[0]) / 100 - 1e-9) * 100, gross)
    taxable = gross - deduction
    local = down(LOCAL * taxable)
    state = 0.0
    for bracket in filter(None, (rules.state_tax, rules.upper_bracket)):
        state += bracket.rate * (taxable - bracket.threshold) if taxable - bracket.threshold >= 200 else 0.0
    pensionable = down(work, 100) + down(other, 100)
    fee = math.ceil(0.07 * min(pensionable, 8.07 * rules.income_base) / 100 - 0.5 - 1e-9) * 100
    fee = 0 if pensionable < 0.423 * rules.price_base else fee
    fee_credit = min(fee, local + down(state))
    left = max(local - fee_credit, 0)
    earned = earned_income_credit(rules=rules, work_income=down(work, 100), deduction=deduction, local_rate=LOCAL)
    general = rules.general_credit
    others = (
        down(float(earned[0])),
        (0 if general is None else down(max(0, min(general.share * (taxable - general.above), general.at_most)))),
    )
    used = min(left, sum(others))
    extra = rules.temporary_credit
    if extra is not None and extra.above < work < 500_000:
        rising = min(extra.share * (down(work, 100) - extra.above), extra.at_most)
        last = down(rising - extra.fall_share * max(down(work, 100) - extra.fall_from, 0))
        used += min(last, local + down(state) - fee_credit - used)
    service = rules.public_service_fee
    fees = 0 if service is None else down(service.rate * min(taxable, service.ceiling * rules.income_base) + 0.5)
    return local + down(state) + fee + fees - fee_credit - used


@pytest.mark.parametrize("year", YEARS)
def test_the_roundings_left_out_are_small(year: int) -> None:
    rules = tax_rules(year)
    floor = rules.pension_fee.floor * rules.price_base
    for work, other in ((1.0, 0.0), (0.0, 1.0), (0.6, 0.4)):
        for income in np.arange(150.0, 1_500_000.0, 7_919.0):
            if abs(income - floor) < 200:  # where the fee begins at once, on one hundred or the next
                continue
            smooth = float(taxed(year, work=work * income, other=other * income).total[0])
            assert smooth == pytest.approx(
                rounded_total(rules, work=work * income, other=other * income), abs=ROUNDINGS
            ), income


# --- What holds for every income ---------------------------------------------------------------------------------


@given(year=years, work=incomes, other=incomes, sickness=incomes)
def test_what_is_paid_is_what_is_received(year: int, work: float, other: float, sickness: float) -> None:
    taxes = taxed(year, work=work, other=other, sickness=sickness)
    assert taxes.net_income + taxes.kommun + taxes.region + taxes.net_to_staten == pytest.approx(taxes.gross)
    found = shares(taxes)
    assert (found.kommun + found.region + found.staten) * taxes.gross == pytest.approx(taxes.total, abs=1e-6)
    assert float(taxes.credits_borne_by_state[0]) >= 0
    assert float(taxes.total[0]) >= -1e-6


@given(year=years)
def test_no_income_no_tax(year: int) -> None:
    taxes = taxed(year)
    assert (taxes.total[0], taxes.net_income[0], taxes.credits_borne_by_state[0]) == (0.0, 0.0, 0.0)


@given(year=years, work=incomes, other=incomes, step=st.floats(100, 50_000), on_work=st.booleans())
def test_more_income_leaves_more(year: int, work: float, other: float, step: float, on_work: bool) -> None:
    # But for the notch where the pension fee begins on the whole income with little tax to credit it against.
    rules = tax_rules(year)
    floor = rules.pension_fee.floor * rules.price_base
    assume(not work + other < floor <= work + other + step)
    more = (step, 0.0) if on_work else (0.0, step)
    before = taxed(year, work=work, other=other)
    after = taxed(year, work=work + more[0], other=other + more[1])
    kept = float((after.net_income - before.net_income)[0])
    # At most the local rate with the deduction's fall of a tenth, or state tax, phase-out and the fading credits.
    assert kept > (1 - (LOCAL * 1.1 + 0.25 + 0.03 + 0.02)) * step - 40
    assert kept < 1.01 * step + 40


@given(year=years, income=st.floats(0, 0.999), on_work=st.floats(0, 1))
def test_nothing_is_paid_below_the_notch_of_the_pension_fee(year: int, income: float, on_work: float) -> None:
    rules = tax_rules(year)
    floor = rules.pension_fee.floor * rules.price_base
    work, other = on_work * income * floor, (1 - on_work) * income * floor
    assert float(taxed(year, work=work, other=other).total[0]) == pytest.approx(0.0, abs=1e-6)
    ends = taxed(year, work=[floor - 0.01, floor]).net_income
    assert float(ends[0] - ends[1]) == pytest.approx(rules.pension_fee.rate * floor, abs=0.1)


@pytest.mark.parametrize("year", YEARS)
def test_the_tax_is_continuous_where_rules_change(year: int) -> None:
    # The law prints levels with three decimals of a prisbasbelopp, so a level may jump by half a thousandth of it.
    rules = tax_rules(year)
    deduction, earned = rules.basic_deduction, rules.earned_income_credit
    limits = [deduction.rise_from, deduction.rise_to, deduction.fall_from, deduction.fall_to]
    limits += [earned.first_to, earned.second_to, earned.third_to]
    limits += [rules.phase_out.above] if rules.phase_out else []
    at = np.array(limits) * rules.price_base
    for work in (1.0, 0.0):
        below = taxed(year, work=work * (at - 0.01), other=(1 - work) * (at - 0.01)).total
        above = taxed(year, work=work * (at + 0.01), other=(1 - work) * (at + 0.01)).total
        assert np.abs(above - below).max() < 0.002 * rules.price_base * LOCAL + 0.01


@given(year=years, work=st.lists(incomes, min_size=1, max_size=5), other=incomes)
def test_draws_are_taxed_one_by_one(year: int, work: list[float], other: float) -> None:
    together = taxed(year, work=work, other=other)
    for position, income in enumerate(work):
        alone = taxed(year, work=income, other=other)
        for name in ("kommun", "region", "net_to_staten", "total", "net_income"):
            assert getattr(together, name)[position] == getattr(alone, name)[0]


@given(year=years, wage=st.lists(st.floats(0, 1_000_000), min_size=1, max_size=4), age=st.integers(15, 70))
def test_contributions_are_a_share_of_the_wage(year: int, wage: list[float], age: int) -> None:
    rules = tax_rules(year)
    due = employer_contributions(rules=rules, wage=wage, age=age)
    for position, one in enumerate(wage):
        assert due[position] == employer_contributions(rules=rules, wage=one, age=age)[0]
    assert np.all(due <= rules.employer.rate * np.array(wage) + 1e-6)
    assert np.all(due >= 0.1021 * np.array(wage) - 1e-6)


def test_years_of_draws_keep_their_shape() -> None:
    work = np.linspace(0, 600_000, 6).reshape(2, 3)
    assert taxed(2026, work=work).total.shape == (2, 3)
