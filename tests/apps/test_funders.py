"""The command funders: who puts in, who gets back, and what a small budget moves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from funders.purses import Data, budget, case, loan
from funders.test_methods import with_method
from typer.testing import Result

import utanforskap as ut
from utanforskap.inputs.files import dump

Shell = Callable[..., Result]


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[Data], str]:
    """Write a case to a file of one's own, and return its name."""

    def write(data: Data) -> str:
        path = tmp_path / "fall.yaml"
        path.write_text(dump(ut.from_data(data)), encoding="utf-8")
        return str(path)

    return write


def tables(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return {table["name"]: table for table in json.loads(result.stdout)["tables"]}


def rows(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["label"]: dict(zip(table["columns"], row["cells"], strict=True)) for row in table["rows"]}


def test_every_table_of_a_case_with_a_fund_and_a_method(shell: Shell, kept: Callable[[Data], str]) -> None:
    data = with_method()
    data["programmes"]["insats"]["budget"]["funders"] = {"finsam": 0.5, "kommun.fond": "rest"}
    data["funds"] = {"fonden": loan()}
    name = kept(data)
    told = tables(shell("funders", name, "m-1", "--parameter", "insats.success", "--format", "json"))

    assert list(told) == ["plan", "unit_costs", "returns", "fund_fonden", "transfer_key", "leverage_m", "thresholds"]
    plan = rows(told["plan"])
    # 360 000 kr in 2015, half of it the fund's: the other years are left out.
    assert plan["I pengar: Fonden"] == {2015: pytest.approx(180_000), "Summa": pytest.approx(180_000)}
    assert plan["Summa"]["Summa"] == pytest.approx(360_000)
    assert rows(told["leverage_m"])["4 år: Metoden: projektet"]["Egna pengar"] == pytest.approx(180_000)
    # Four of ten save 400 000 kr a year: 360 000 kr over six years is one and a half of a tenth.
    assert rows(told["thresholds"])["Samhällsekonomiskt"]["4 år"] == pytest.approx(0.09)
    assert rows(told["fund_fonden"])["2016"]["Får tillbaka"] == pytest.approx(100_000)


def test_what_is_said_first_is_whether_there_is_a_key(shell: Shell, kept: Callable[[Data], str]) -> None:
    name = kept(case(budget()))
    assert shell("funders", name).stdout.splitlines()[1] == (
        "Parterna vinner tillsammans: med överföringsnyckeln förlorar ingen."
    )
    dear = kept(case(budget(staff={"ledare": {**budget()["staff"]["ledare"], "full_time": 10}})))
    assert shell("funders", dear, "--lang", "en").stdout.splitlines()[1] == (
        "Together the parties lose: no transfer key lets all of them break even."
    )


def test_parties_years_and_current_prices_can_be_chosen(shell: Shell, kept: Callable[[Data], str]) -> None:
    name = kept(case(budget(ends={"year": 2016, "month": 12})))
    asked = ("--party", "kommun", "--years", "2", "--current-prices", "--format", "json")
    told = tables(shell("funders", name, *asked))

    assert list(rows(told["transfer_key"])) == ["Kommun", "Summa"]
    # Twelve months of 60 000 kr in 2016, 2 % dearer in that year's kronor.
    assert rows(told["plan"])["Summa"][2016] == pytest.approx(720_000 * 1.02)


def test_another_party_is_refused(shell: Shell, kept: Callable[[Data], str]) -> None:
    result = shell("funders", kept(case(budget())), "--party", "komun")
    assert result.exit_code == 2
    assert (
        result.stderr == "'komun' is not a party to the alternative. Did you mean 'kommun'?\nAllowed: kommun, forbund\n"
    )
