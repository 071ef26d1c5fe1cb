"""The table of tax rules: complete, sourced, one value a year; and years that are refused."""

import csv
from pathlib import Path

import pytest

from utanforskap.inputs.facts import taxes
from utanforskap.inputs.facts.taxes import TaxYearError, known_tax_years, tax_rules
from utanforskap.inputs.tables import Table, shipped_table

RAW = Path(__file__).parents[2] / "scripts" / "raw" / "taxes_se.csv"
UNITS = {"andel", "kr", "kr/mån", "prisbasbelopp", "inkomstbasbelopp", "år", "månader", "antal", "ja/nej"}


def test_the_years_from_2010_are_known() -> None:
    assert known_tax_years() == tuple(range(2010, 2027))


def test_the_shipped_table_is_built_from_the_raw_one() -> None:
    def key(cells: dict[str, str]) -> tuple[str, str, int]:
        return cells["rule"], cells["parameter"], int(cells["year_from"])

    with RAW.open(encoding="utf-8", newline="") as file:
        raw = sorted(csv.DictReader(file), key=key)
    assert [dict(row.cells) for row in shipped_table("taxes.csv").rows] == raw


def test_every_value_has_its_law_its_source_and_its_grade() -> None:
    for row in shipped_table("taxes.csv").rows:
        cells = row.cells
        assert cells["law"], row
        assert cells["source"], row
        assert cells["source_url"].startswith(("https://", "http://")), row
        assert cells["grade"] in "ABCD", row
        assert cells["unit"] in UNITS, row
        assert (cells["grade"] == "D") == cells["note"].startswith("RECALLED"), row
        float(cells["value"])


def test_a_parameter_has_one_value_a_year() -> None:
    seen: set[tuple[str, str, int]] = set()
    for row in shipped_table("taxes.csv").rows:
        first, last = int(row.cells["year_from"]), int(row.cells["year_to"])
        assert first <= last, row
        spelled = {(row.cells["rule"], row.cells["parameter"], year) for year in range(first, last + 1)}
        assert not seen & spelled, row
        seen |= spelled


@pytest.mark.parametrize("year", range(2010, 2027))
def test_a_years_rules_are_in_order(year: int) -> None:
    rules = tax_rules(year)
    deduction, earned = rules.basic_deduction, rules.earned_income_credit
    limits = [deduction.rise_from, deduction.rise_to, deduction.fall_from, deduction.fall_to]
    assert limits == sorted(limits)
    assert earned.first_to < earned.second_to < earned.third_to
    if rules.upper_bracket is not None:
        assert rules.upper_bracket.threshold > rules.state_tax.threshold
    for young in rules.young_rates:
        assert young.rate < rules.employer.rate
        assert 0 < young.months <= 12
        assert young.from_age < young.below_age
    assert rules.sickness_shares is None or rules.sickness_levels is None
    assert rules.grade in "ABC"


def test_rules_come_and_go_with_their_years() -> None:
    in_force = {
        "upper_bracket": range(2010, 2020),
        "phase_out": range(2016, 2025),
        "general_credit": range(2021, 2027),
        "temporary_credit": range(2021, 2023),
        "sickness_shares": range(2018, 2022),
        "sickness_levels": range(2022, 2027),
        "public_service_fee": range(2019, 2027),
    }
    for field, years in in_force.items():
        assert [year for year in known_tax_years() if getattr(tax_rules(year), field) is not None] == list(years)


@pytest.mark.parametrize("year", [1999, 2009, 2027, 2100])
def test_other_years_are_refused_and_told_which_are_known(year: int) -> None:
    with pytest.raises(TaxYearError, match="2010–2026") as caught:
        tax_rules(year)
    assert caught.value.year == year
    assert caught.value.missing


@pytest.mark.parametrize(
    ("rule", "parameter", "told"),
    [
        ("jobbskatteavdrag", "third_share", "jobbskatteavdrag.third_share"),
        ("varnskatt", "in_force", "varnskatt.in_force"),
        ("varnskatt", "threshold", "varnskatt.threshold"),
        ("arbetsgivaravgift.under_26", "months", "arbetsgivaravgift.under_26.months"),
        ("arbetsgivaravgift.under_26", None, "arbetsgivaravgift.<group>"),
    ],
)
def test_a_year_with_a_hole_is_refused(
    rule: str, parameter: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shipped_table("taxes.csv")

    def holds(cells: dict[str, str]) -> bool:
        named = cells["rule"] == rule and parameter in (None, cells["parameter"])
        return not (named and int(cells["year_from"]) <= 2013 <= int(cells["year_to"]))

    holed = Table(whole.name, whole.columns, tuple(row for row in whole.rows if holds(dict(row.cells))))
    monkeypatch.setattr(taxes, "shipped_table", lambda _: holed)
    caches = (taxes._table, taxes.known_tax_years, taxes.tax_rules)
    for cached in caches:
        cached.cache_clear()
    try:
        with pytest.raises(TaxYearError, match="tax rules of 2013") as caught:
            tax_rules(2013)
        assert caught.value.missing == (told,)
        assert 2013 not in caught.value.known
        assert tax_rules(2026).year == 2026
    finally:
        for cached in caches:
            cached.cache_clear()
