"""How numbers are written in a scenario: shorthands, per cent, decimal comma, money; each unit, and every wrong one."""

from collections.abc import Callable
from pathlib import Path

import pytest

import utanforskap as ut
from utanforskap.inputs.values.estimates import Money, Quantity
from utanforskap.inputs.values.units import AMOUNT_UNITS, QUANTITY_UNITS, Unit, counted

SUCCESS = "success: {value: 0.25, source: boken}"
AMOUNT = "amount: {value: 38000, unit: kr/år, price_year: 2013, low: 15000, high: 70000}"
QUANTITY = "quantity: [1, 0.5]"


def with_line(fall: str, old: str, new: str) -> ut.Case:
    assert fall.count(old) == 1
    Path("fall.yaml").write_text(fall.replace(old, new), encoding="utf-8")
    return ut.load("fall.yaml")


pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize(
    "written",
    ["12,5 %", '"12,5 %"', "12.5 %", "12.5%", "0.125", '"0,125"', "0,125", '{value: "12,5 %"}', "1.25e-1"],
)
def test_a_share(written: str, fall: str) -> None:
    case = with_line(fall, SUCCESS, f"success: {written}")
    assert case.estimates["programmes.stod.success"].value == 0.125


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("18 mån", 1.5),
        ('"2,5"', 2.5),
        ("2.5", 2.5),
        ('"2,5 år"', 2.5),
        ("{value: 30 mån, low: 2 år, high: 40 mån}", 2.5),
        ("2", 2.0),
    ],
)
def test_a_length_of_time(written: str, years: float, fall: str) -> None:
    case = with_line(fall, 'years: "2,5"', f"years: {written}")
    assert case.estimates["pathways.steg.stages.utanfor.years"].value == years


@pytest.mark.parametrize(
    ("written", "persons"),
    [
        ("100", 100),
        ('"1 250"', 1250),
        ("1_250", 1250),
        ("100 personer", 100),
        ("{value: 110, low: 80, high: 140 personer}", 110),
    ],
)
def test_persons(written: str, persons: float, fall: str) -> None:
    case = with_line(fall, "    persons: 100", f"    persons: {written}")
    assert case.estimates["groups.unga.persons"].value == persons


@pytest.mark.parametrize(
    ("written", "kronor"),
    [
        ("5_000_000", 5e6), ("5 Mkr", 5e6), ('"5,5 Mkr"', 5.5e6), ("500 tkr", 5e5), ('"1 234 567,5"', 1234567.5),
        ("5e6", 5e6), ("1 mdkr", 1e9), ("38000 kr", 38000.0), ("38 tkr/år", 38000.0), ("0.125", 0.125),
        ("1500.25", 1500.25), ("1.50", 1.5),
    ],
)  # fmt: skip
def test_money(written: str, kronor: float, fall: str) -> None:
    case = with_line(fall, AMOUNT, f"amount: {{value: {written}, unit: kr/år, price_year: 2013}}")
    assert case.estimates["states.utanfor.flows.vard.amount"].value == kronor


def test_a_share_of_a_wage(fall: str) -> None:
    said = 'amount: {value: 12 %, low: 0.1, high: 15 % av lön, unit: "% av lön", of: lon.ung_heltid}'
    case = with_line(fall, AMOUNT, said)
    amount = case.estimates["states.utanfor.flows.vard.amount"]
    assert isinstance(amount, Money)
    assert (amount.low, amount.value, amount.high, amount.of) == (0.1, 0.12, 0.15, "lon.ung_heltid")


def test_an_amount_in_base_amounts_needs_no_year(fall: str) -> None:
    case = with_line(fall, AMOUNT, 'amount: {value: "1,2 prisbasbelopp", unit: prisbasbelopp}')
    assert case.estimates["states.utanfor.flows.vard.amount"].value == 1.2


@pytest.mark.parametrize("unit", AMOUNT_UNITS)
def test_a_quantity_is_in_the_unit_of_its_price_and_in_no_other(
    unit: str, fall: str, refused: Callable[[str], str]
) -> None:
    of = "of: lon.ung_heltid" if unit == Unit.WAGE_SHARE else "price_year: 2013"
    text = fall.replace(AMOUNT, f'amount: {{value: 0.1, unit: "{unit}", {of}}}')
    right = counted(Unit(unit))
    for quantity in QUANTITY_UNITS:
        changed = text.replace(QUANTITY, f"quantity: 2 {quantity}")
        if quantity == right:
            Path("fall.yaml").write_text(changed, encoding="utf-8")
            said = ut.load("fall.yaml").estimates["states.utanfor.flows.vard.quantity"]
            assert said == Quantity(value=2.0, unit=quantity)
        else:
            advice = f"Say how many {right}" if right else "Write the number alone"
            assert refused(changed) == (
                "fall.yaml:39:19  states.utanfor.flows.vard.quantity\n"
                f"  The quantity is in '{quantity}', but the price is in {unit}.\n"
                f"  {advice}, or choose a price in kr/{quantity}."
            )


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("programmes.stod.success", "30 %", 0.3),
        ("programmes.stod.success", '{value: "30 %", low: "20 %", high: 0.5}', 0.3),
        ("pathways.steg.stages.utanfor.years", "18 mån", 1.5),
        ("pathways.steg.stages.utanfor.years", '"1,5 år"', 1.5),
        ("states.utanfor.flows.bistand.quantity", "8 mån", 8.0),
        ("states.utanfor.flows.dagar.quantity.18-24", "3", 3.0),
        ("states.utanfor.flows.vard.amount", "40 tkr/år", 40000.0),
        ("states.utanfor.flows.vard.amount", "1 Mkr", 1e6),
        ("programmes.stod.deadweight", "0", 0.0),
        ("groups.unga.persons", "150 personer", 150.0),
        ("prices.lon.ung_heltid", "21000", 21000.0),
    ],
)
def test_an_alternative_sets_a_parameter_in_its_own_unit(name: str, written: str, value: float, fall: str) -> None:
    case = with_line(fall, "set: {groups.unga.persons: 120}", f"set: {{{name}: {written}}}")
    said = case.scenario.alternatives["bada"].set[name]
    assert (said.value, said.unit) == (value, None)


def test_notes_stand_anywhere_and_drive_nothing(fall: str) -> None:
    before = with_line(fall, "id: fall", "id: fall")
    sections = ["sources", "actors", "states", "pathways", "groups", "programmes", "alternatives", "outcomes"]
    for section in [*sections, "published"]:
        fall = fall.replace(f"\n{section}:\n", f"\n{section}:\n  note: Fri text.\n")
    fall = fall.replace("shares: {0: 0,", "shares: {note: Fri text., 0: 0,")
    fall = fall.replace("{by_age: {18-24: 1, 25+: 2}}", "{by_age: {note: Fri text., 18-24: 1, 25+: 2}}")
    fall = fall.replace("pathways: {kvar: 0.4", "pathways: {note: Fri text., kvar: 0.4")
    fall = fall.replace("initial: {utanfor: 1}", "initial: {note: Fri text., utanfor: 1}")
    assert fall.count("Fri text.") == 13
    assert with_line(fall, "id: fall", "id: fall") == before


def test_a_title_is_one_text_or_swedish_alone(fall: str) -> None:
    case = with_line(fall, "title: {sv: Ett fall, en: A case}", "title: {sv: Ett fall}")
    title = case.scenario.title
    assert (title.sv, title.en) == ("Ett fall", "Ett fall")
    assert with_line(fall, "title: {sv: Ett fall, en: A case}", "title: Ett fall").scenario.title == title
