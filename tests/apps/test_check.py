"""What `check` and `verify` find, and how they end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import utanforskap as ut
from utanforskap.errors import InputError

Shell = Callable[..., Result]
Write = Callable[..., str]


def told(result: Result) -> str:
    text = result.stdout.replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(line.rstrip() for line in text.split("\n"))


def table(result: Result, name: str) -> list[dict[str, Any]]:
    found = next(table for table in json.loads(result.stdout)["tables"] if table["name"] == name)
    heads = found["columns"]
    return [dict(zip(heads, row["cells"], strict=True)) | {"label": row["label"]} for row in found["rows"]]


BROKEN = """\
format: 1
id: trasig
title: Trasig
horizon: {first_year: 2020, years: 5}
money: {price_year: 2020}
discounting: {rate: 0.04, timing: start}
states:
  ute:
    title: Ute
    flows:
      stod:
        payer: kommun
        kind: service
        amount: {value: 100, unit: kr/år, price_year: 2020}
        quantity: 1
    colour: red
  inne:
    title: Inne
    flows:
      stod: {payer: komun, kind: service, amount: {value: 1, unit: kr/år, price_year: 2020}, quantity: 1}
pathways:
  ute: {model: stages, stages: [{state: hemma}]}
groups:
  unga: {title: Unga, persons: -3, pathways: {ute: 1}}
"""


@pytest.fixture
def broken(tmp_path: Path) -> str:
    tmp_path.joinpath("trasig.yaml").write_text(BROKEN, encoding="utf-8")
    return "trasig.yaml"


@pytest.mark.usefixtures("two_findings")
def test_check_tells_what_is_worth_knowing(shell: Shell, liten: str) -> None:
    result = shell("check", liten)
    assert result.exit_code == 0
    assert told(result) == (
        "Liten kalkyl\n"
        "\n"
        "Anmärkningar\n"
        "liten.yaml:3:5  states.utanfor  varning (no-source)\n"
        "  Ett belopp saknar källa.\n"
        "  Säg den.\n"
        "notering (grade-d)\n"
        "  Betyg D på skattningarna (22 st).\n"
        "\n"
        "Fel: 0. Varningar: 1. Noteringar: 1.\n"
    )


@pytest.mark.usefixtures("two_findings")
def test_strict_makes_warnings_errors(shell: Shell, liten: str) -> None:
    result = shell("check", liten, "--strict")
    assert result.exit_code == 1
    assert told(result).endswith("Varningar räknas som fel (--strict).\n")


@pytest.mark.usefixtures("two_findings")
def test_what_is_ignored_is_not_told_nor_counted(shell: Shell, liten: str) -> None:
    assert shell("check", liten, "--strict", "--ignore", "no-source").exit_code == 0
    result = shell("check", liten, "--strict", "--ignore", "no-source", "--ignore", "grade-d")
    assert result.exit_code == 0
    assert told(result).endswith("\nInget att anmärka.\n")


def test_a_code_that_is_none_is_refused(shell: Shell, liten: str) -> None:
    refused = shell("check", liten, "--ignore", "no-sauce")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Did you mean 'no-source'?" in refused.stderr


def test_every_error_of_a_file_is_told_with_its_place(shell: Shell, broken: str) -> None:
    with pytest.raises(InputError) as caught:
        ut.load(Path(broken))
    result = shell("check", broken, columns=400)
    assert result.exit_code == 1
    assert result.stderr == ""
    assert len(caught.value.findings) >= 4
    text = told(result)
    for finding in caught.value.findings:
        assert f"{finding.place}  {finding.path}  fel ({finding.code})\n  {finding.message}\n" in text
        assert all(f"\n  {line}\n" in text for line in finding.help)


@pytest.mark.parametrize("columns", [30, 80])
def test_a_narrow_screen_folds_a_finding_and_loses_nothing(shell: Shell, broken: str, columns: int) -> None:
    wide, narrow = (told(shell("check", broken, columns=width)).split() for width in (400, columns))
    assert wide == narrow


@pytest.mark.parametrize("command", ["run", "compare", "verify"])
def test_other_commands_refuse_a_broken_file_with_every_finding(shell: Shell, broken: str, command: str) -> None:
    with pytest.raises(InputError) as caught:
        ut.load(Path(broken))
    refused = shell(command, broken)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"{caught.value}\n"


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("saknas.yaml", "There is no file 'saknas.yaml'"),
        (".", "'.' is a folder"),
        ("trelleborg-skolmisslyckande", "Did you mean 'trelleborg-skolmisslyckanden'?"),
    ],
)
def test_what_cannot_be_opened_is_wrong_use(shell: Shell, command: str, name: str, said: str) -> None:
    refused = shell(command, name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr


def test_findings_are_rows_in_other_forms(shell: Shell, broken: str) -> None:
    rows = table(shell("check", broken, "--format", "json"), "findings")
    wrong = next(row for row in rows if row["Kod"] == "unknown-key")
    assert (wrong["label"], wrong["Fil"], wrong["Rad"], wrong["Kolumn"]) == ("fel", broken, 16, 5)
    assert wrong["Del"] == "states.ute.colour"


def test_parameters_lists_every_estimate_assumptions_first(shell: Shell, liten: str) -> None:
    rows = table(shell("check", liten, "--parameters", "--format", "json"), "parameters")
    assert {row["label"] for row in rows} == set(ut.load(Path(liten)).estimates)
    sources = [row["Källa"] == "antagande" for row in rows]
    assert sources == sorted(sources, reverse=True)


def test_parameters_are_told_by_whole_names(shell: Shell, liten: str) -> None:
    text = told(shell("check", liten, "--parameters"))
    assert "\nD  states.utanfor.flows.stod.amount = 100 000 kr/år (2020) (90 000 till 120 000)\n   antagande\n" in text
    assert "\nB  states.utanfor.flows.bidrag.amount = 50 000 kr/år (2020)\n   En utredning (2019)\n" in text


# --- verify ---


def test_verify_shows_the_printed_and_ours(shell: Shell, liten: str) -> None:
    result = shell("verify", liten)
    assert result.exit_code == 0
    assert told(result) == (
        "Tryckta tal och våra\n"
        "Mkr\n"
        "\n"
        "         Tryckt   Vår  Intervall  Förenligt\n"
        "───────────────────────────────────────────\n"
        "ett tal  43 Mkr  43,2  43,0–44,0         ja\n"
        "\n"
        "Alla 1 tryckta tal är förenliga med våra.\n"
    )


def test_verify_ends_with_one_where_a_figure_differs(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["published"]["ett_tal"].update(between=[1e6, 2e6]))
    result = shell("verify", name, "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["agrees"] is False
    assert "1 av 1 tryckta tal är inte förenliga med våra." in told(shell("verify", name))


def test_verify_without_printed_figures_says_so(shell: Shell, write: Write) -> None:
    result = shell("verify", write(lambda data: data.pop("published")))
    assert result.exit_code == 0
    assert "liten har inga tryckta tal att jämföra med (published:)." in told(result)


def test_an_installation_proves_itself(shell: Shell) -> None:
    result = shell("verify", "--format", "json")
    rows = table(result, "published")
    assert {row["Kalkyl"] for row in rows} == {"trelleborg-integration", "trelleborg-skolmisslyckanden"}
    assert all(row["Förenligt"] == "ja" for row in rows)
    assert result.exit_code == 0


def test_an_installation_without_scenarios_does_not(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("utanforskap.inputs.files.bundled_folder", lambda: Path("tom"))
    assert shell("verify").exit_code == 2
