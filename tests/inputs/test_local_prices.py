"""An own price list: the template to begin with, and what a list changes."""

from pathlib import Path

import pytest

from utanforskap.inputs.pricelists.local_prices import Difference, differences, template
from utanforskap.inputs.pricelists.prices import COLUMNS, PriceList, local_list, prices_from
from utanforskap.inputs.tables import parse_csv
from utanforskap.inputs.values.units import PRICE_UNITS
from utanforskap.terms import KINDS, shipped_actors

HEADER = ",".join(COLUMNS)
NATIONAL = f"""{HEADER}
kommun.coach,kommun,,service,,Coach,Coach,kr/timme,inkomstindex,,2023,400,,,X: Y (2024),,B,
kommun.coach,,,,,,,,,,2024,410,380,440,X: Y (2025),,B,
kommun.bidrag,kommun,individ,transfer,,Bidrag,Benefit,kr/mån,kpi,,2024,900,,,X: Y (2025),,A,
skatt.kommun,,,,,Skatt,Tax,andel,,,2024,0.2,,,X: Y (2025),,A,
"""


def listed(text: str) -> PriceList:
    table = parse_csv(text, name="t")
    assert not table.findings
    return PriceList(id="t", prices=prices_from([table]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_the_template_is_an_empty_list(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "priser.csv"
    path.write_text(template(), encoding=encoding)
    assert dict(local_list(path).prices) == {}
    assert parse_csv(template(), name="t").columns == COLUMNS


def test_the_examples_of_the_template_are_prices() -> None:
    prices = listed(template().replace("\n#kommun.", "\nkommun.")).prices
    assert {id_: sorted(price.values) for id_, price in prices.items()} == {
        "kommun.forsorjningsstod_ensam": [2024],
        "kommun.lokal_coach": [2023, 2024],
    }
    coach = prices["kommun.lokal_coach"]
    assert coach.realisable is not None
    assert (coach.realisable.value, coach.values[2023].value, coach.values[2024].high) == (0.5, 410.5, 465.0)


def test_the_template_explains_every_column_and_what_is_allowed() -> None:
    said = {line[2:14].strip(): line[15:] for line in template().splitlines() if line[:2] == "# "}
    explained = [name.strip() for names in said for name in names.split(",")]
    assert [column for column in COLUMNS if column not in explained] == []
    assert [unit for unit in PRICE_UNITS if unit not in said["unit"].replace(",", "").split()] == []
    assert [kind for kind in KINDS if kind != "production" and kind not in said["kind"]] == []
    actors = [word.rstrip(",") for word in said["payer"].partition(":")[2].split() if word != "…"]
    assert set(actors) <= set(shipped_actors())


def test_a_list_differs_from_itself_in_nothing() -> None:
    assert differences(listed(NATIONAL), listed(NATIONAL)) == []


def test_differences_are_told_price_by_price() -> None:
    local = f"""{HEADER}
kommun.coach,kommun.arbetsmarknad,,service,,Vår coach,Our coach,kr/timme,kpi,0.5,2024,450,380,470,Z: W (2025),,C,
kommun.coach,,,,,,,,,,2025,460,,,Z: W (2025),,C,
kommun.bidrag,kommun,individ,transfer,ja,Bidrag,Benefit,kr/mån,kpi,,2024,900,,,X: Y (2025),,A,
kommun.eget,kommun,,service,,Eget,Own,kr/år,kpi,,2023,10,,,Z: W (2025),,C,
kommun.eget,,,,,,,,,,2022,8,,,Z: W (2025),,C,
"""
    assert differences(listed(local), listed(NATIONAL)) == [
        Difference("kommun.coach", "payer", "kommun.arbetsmarknad", "kommun"),
        Difference("kommun.coach", "index", "kpi", "inkomstindex"),
        Difference("kommun.coach", "realisable", 0.5, None),
        Difference("kommun.coach", "value 2023", None, 400.0),
        Difference("kommun.coach", "value 2024", 450.0, 410.0),
        Difference("kommun.coach", "high 2024", 470.0, 440.0),
        Difference("kommun.coach", "grade 2024", "C", "B"),
        Difference("kommun.coach", "value 2025", 460.0, None),
        Difference("kommun.bidrag", "taxable", True, False),
        Difference("kommun.eget", "price", 10.0, None),
    ]


def test_a_unit_that_differs_is_told() -> None:
    local = f"""{HEADER}
kommun.bidrag,kommun,individ,transfer,,Bidrag,Benefit,kr/år,kpi,,2024,900,,,X: Y (2025),,A,
"""
    assert differences(listed(local), listed(NATIONAL)) == [Difference("kommun.bidrag", "unit", "kr/år", "kr/mån")]
