"""The command population: a case as a population, on a screen and for other tools."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Shell = Callable[..., Result]

CASE = """
format: 1
id: kranen
title: Kranen
horizon: {first_year: 2014, years: 12}
money: {price_year: 2013}
discounting: {rate: 0, timing: start}
states:
  ute:
    title: Utanför
    flows:
      stod:
        {payer: kommun.socialtjanst, kind: service, quantity: 1, amount: {value: 1000, unit: kr/år, price_year: 2013}}
  inne: {title: Inne}
pathways:
  kvar: {model: stages, stages: [{state: ute}]}
  ut: {model: stages, stages: [{state: inne}]}
groups:
  alla: {title: Alla, persons: 40, age: 50, inflow: {until: 2025}, pathways: {kvar: 0.5, ut: rest}, reference: ut}
programmes:
  hjalp:
    title: Hjälp
    reaches: {group: alla, pathway: kvar, persons: 4, cohorts: all}
    starts: 2015
    leads_to: ut
    success: 0.5
    evidence: assumed
    costs:
      drift:
        amount: {value: 600, unit: kr/deltagare, price_year: 2013}
        basis: per_participant
        payer: kommun.socialtjanst
  skydd:
    title: Skydd
    reaches: {group: alla, pathway: kvar, persons: 1, cohorts: all}
    starts: 2014
    leads_to: ut
    success: 1
    evidence: assumed
    costs:
      drift:
        amount: {value: 1500, unit: kr/deltagare, price_year: 2013}
        basis: per_participant
        payer: kommun.skola
alternatives:
  moppa: {programmes: [hjalp], title: Moppa}
  stang: {programmes: [skydd], title: Stäng}
"""


@pytest.fixture
def kranen(tmp_path: Path) -> str:
    path = tmp_path / "kranen.yaml"
    path.write_text(CASE, encoding="utf-8")
    return str(path)


def tables(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return {table["name"]: table for table in json.loads(result.stdout)["tables"]}


def rows(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["label"]: dict(zip(table["columns"], row["cells"], strict=True)) for row in table["rows"]}


# Twenty come to a state of 1 000 kr a year at 50 every year, and stay there to 65.


def test_a_population_s_tables_hold_every_year(shell: Shell, kranen: str) -> None:
    told = tables(shell("population", kranen, "--format", "json"))

    assert list(told) == ["stock", "flows", "budget", "totals", "steady_stock", "steady_amounts"]
    assert rows(told["stock"])["Utanför"] == {2014 + n: 20.0 * (n + 1) for n in range(12)}
    budget = rows(told["budget"])["Socialtjänst"]
    assert budget == {**{2014 + n: 20_000.0 * (n + 1) for n in range(12)}, "Summa": 20_000.0 * 78}
    steady = rows(told["steady_stock"])["Utanför"]
    assert list(steady.values()) == pytest.approx([40.0, 7.5, 300.0])
    assert list(rows(told["steady_amounts"])["Summa"].values()) == pytest.approx([300_000.0])


def test_a_screen_shows_the_first_years_each_tenth_and_the_last(shell: Shell, kranen: str) -> None:
    result = shell("population", kranen, columns=120)

    assert result.exit_code == 0, result.output
    heading = next(line for line in result.stdout.splitlines() if line.startswith("Tillstånd"))
    assert heading.split() == ["Tillstånd", "2014", "2015", "2016", "2017", "2023", "2025"]
    assert "personår; endast nya årskullar" in result.stdout
    assert "Alla år står i csv och json." in result.stdout.replace("\n", " ")


def test_a_stock_by_age(shell: Shell, kranen: str) -> None:
    told = tables(shell("population", kranen, "--by", "age", "--format", "json"))

    assert rows(told["stock_age"])["Utanför, 50–54"][2025] == pytest.approx(100.0)


def test_mop_and_tap_for_the_same_money(shell: Shell, kranen: str) -> None:
    result = shell(
        "population", kranen, "--mop", "moppa", "--tap", "stang", "--perspective", "kommun", "--format", "json"
    )
    told = rows(tables(result)["mop_or_tap"])

    assert told["Satsat (nuvärde)"] == pytest.approx({"Moppa": 11 * 2400.0, "Stäng": 11 * 2400.0})
    assert told["12 år"]["Moppa"] == pytest.approx(2 * 1000 * 66 - 11 * 2400)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--mop", "moppa"], "--mop and --tap are held against each other: name both."),
        (["--mop", "moppa", "--tap", "moppa"], "--mop and --tap are both 'moppa': name two different alternatives."),
        (
            ["--mop", "moppa", "--tap", "stang", "--part", "kommun", "--places", "p.csv"],
            "--mop and --tap do not go with --places, --part.",
        ),
        (["--alternative", "inget"], "'inget' is not an alternative.\nAllowed: moppa, stang"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_cannot_be_asked_is_refused(shell: Shell, kranen: str, asked: list[str], told: str) -> None:
    result = shell("population", kranen, *asked)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{told}\n")


def test_many_places(shell: Shell, kranen: str, tmp_path: Path) -> None:
    places = tmp_path / "platser.csv"
    numbers = {"Storstad": 400, "Småstad": 4}
    lines = [f"{place};{year};{n}" for place, n in numbers.items() for year in range(2014, 2026)]
    places.write_text("\n".join(["place;year;persons", *lines]), encoding="utf-8")
    told = tables(shell("population", kranen, "--places", str(places), "--draws", "10", "--format", "json"))

    assert rows(told["places"])["Storstad"]["Punkt"] == pytest.approx(400 * 0.5 * 78 * 1000)
    assert list(rows(told["places"])) == ["Storstad", "Småstad"]


def test_no_steady_state_is_said_and_not_an_error(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "evig.yaml"
    path.write_text(CASE.replace("age: 50, ", ""), encoding="utf-8")
    result = shell("population", str(path), columns=120)

    assert result.exit_code == 0, result.output
    assert "Jämvikt finns inte: Those who come to 'alla' never leave, so there is no steady state." in result.stdout


def test_a_case_of_one_cohort_is_told_what_is_missing(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(CASE.replace("inflow: {until: 2025}, ", "").replace(", cohorts: all", ""), encoding="utf-8")
    result = shell("population", str(path))

    assert result.exit_code == 2
    assert result.stderr.startswith("'kranen' follows one cohort: no group of it has an inflow.\n")
