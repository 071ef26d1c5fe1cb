"""``utanforskap simulate``: how sure an answer is."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import Result

import utanforskap as ut
from utanforskap.apps import options, progress
from utanforskap.apps.commands.simulate import simulate as command

Shell = Callable[..., Result]
Write = Callable[..., str]


@pytest.fixture
def osaker(write: Write) -> str:
    """The small scenario with an uncertain success beside its uncertain support."""

    def change(data: dict[str, Any]) -> None:
        data["programmes"]["jobbstod"]["success"] = {"value": 0.2, "low": 0.1, "high": 0.35}

    return write(change)


def tables(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    return {table["name"]: table for table in json.loads(result.stdout)["tables"]}


def rows(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["label"]: dict(zip(table["columns"], row["cells"], strict=True)) for row in table["rows"]}


def test_the_choices_are_those_of_the_library() -> None:
    from utanforskap.analysis.uncertainty.simulate import simulate
    from utanforskap.engine.draws import SAMPLINGS

    assert get_args(options.Sampling) == SAMPLINGS
    said, ours = (inspect.signature(each).parameters for each in (command, simulate))
    assert said["draws"].default == ours["n"].default
    assert all(said[name].default == ours[name].default for name in ("seed", "sampling", "most", "by_year"))


def test_every_reading_has_its_row_and_the_caption_says_what_was_drawn(shell: Shell, osaker: str) -> None:
    result = shell("simulate", osaker, "--draws", "5000", columns=200)
    assert result.exit_code == 0
    assert (
        "Hur säkert det är\nVinst efter insatskostnad; 2020–2027; 2020 års priser; nuvärde 2020, 0 %, " in result.stdout
    )
    assert "5\u00a0000 dragningar, frö 1" in result.stdout
    for title in ("Samhällsekonomiskt", "Kommun", "Individen", "Återbetalningstid", "Nytto–kostnadskvot"):
        assert f"\n{title}" in result.stdout
    assert "räcker inte" not in result.stdout
    assert "\n8 dragningar räcker inte till alla siffror" in shell("simulate", osaker, "--draws", "8").stdout


def test_its_numbers_are_the_library_s(shell: Shell, osaker: str) -> None:
    found = tables(shell("simulate", osaker, "--draws", "300", "--seed", "7", "--by-year", "--format", "json"))
    ours = ut.run(ut.load(osaker)).compare("jobb").simulate(n=300, seed=7, by_year=True)
    assert list(found) == ["readings", "probabilities", "horizons", "mandates", "years", "payback", "ratio"]
    for name, frame in (
        ("readings", ours.by_perspective()),
        ("probabilities", ours.probabilities()),
        ("horizons", ours.by_horizon()),
        ("mandates", ours.by_mandate()),
        ("years", ours.by_year()),
    ):
        for label, cells in rows(found[name]).items():
            assert list(cells.values()) == pytest.approx(list(frame.loc[label]), rel=1e-12)


def test_society_s_gain_with_a_tax_factor(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["money"].update(tax_factor=1.3))
    line = ("simulate", name, "--perspective", "society", "--tax-factor", "--draws", "20", "--format", "json")
    [told] = rows(tables(shell(*line))["readings"]).values()
    assert told["Punkt"] == ut.run(ut.load(name)).compare("jobb").net_present_value(tax_factor=True)


def test_json_holds_the_record_of_the_run(shell: Shell, osaker: str) -> None:
    told = json.loads(shell("simulate", osaker, "--draws", "64", "--sampling", "sobol", "--format", "json").stdout)
    record = told["record"]
    assert (record["n"], record["seed"], record["sampling"]) == (64, 1, "sobol")
    assert record["readings"]["kommun"]["measure"] == "net_gain"


def test_break_even_and_what_was_drawn_are_shown_when_asked_for(shell: Shell, osaker: str) -> None:
    line = ["simulate", osaker, "--draws", "200", "--perspective", "kommun", "--break-even", "success", "--inputs"]
    found = tables(shell(*line, "--format", "json"))
    assert set(rows(found["break_even"])) == {"Kommun"}
    assert list(rows(found["inputs"])) == ["states.utanfor.flows.stod.amount", "programmes.jobbstod.success"]
    assert "Brytpunkt för success" in shell(*line).stdout


def test_it_goes_on_until_an_error(shell: Shell, osaker: str) -> None:
    result = shell("simulate", osaker, "--until-error", "1 %", "--perspective", "society", "--lang", "en", columns=200)
    assert re.search(
        r"Society: the mean's standard error is 0\.\d+\u00a0% of its size after [\d,]+ draws", result.stdout
    )


def test_exclusion_s_cost_is_told_by_actor(shell: Shell, osaker: str) -> None:
    found = tables(
        shell(
            "simulate",
            osaker,
            "--measure",
            "cost_of_exclusion",
            "--perspective",
            "see",
            "--draws",
            "50",
            "--format",
            "json",
        )
    )
    assert list(found) == ["readings", "actors"]
    assert list(rows(found["actors"]))[-2:] == ["Produktionsvärde", "Summa"]


@pytest.mark.parametrize("executor", ["threads:2", "processes:2"])
def test_an_executor_changes_nothing(shell: Shell, osaker: str, executor: str) -> None:
    line = ["simulate", osaker, "--draws", "20000", "--perspective", "society", "--format", "json"]
    assert shell(*line, "--executor", executor).stdout == shell(*line).stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (["--draws", "1000", "--sampling", "sobol"], "Sobol points come in powers of two, and 1000 is not one."),
        (["--until-error", "en procent"], "until_error: "),
        (["--alternative", "inget"], "'inget' is not an alternative."),
        (["--perspective", "komun"], "'komun' is not a perspective. Did you mean 'kommun'?"),
        (["--break-even", "succes"], "'succes' is not a parameter."),
        (
            ["--measure", "cost_of_exclusion", "--counterfactual", "annat"],
            "'annat' is not a reference of the group 'unga'.",
        ),
        (["--tax-factor"], "a tax factor belongs to perspective society only"),
        (["--executor", "moln"], "'moln' is not what work can be spread over."),
    ],
)
def test_refusals_end_with_two_and_a_message(shell: Shell, osaker: str, line: list[str], message: str) -> None:
    result = shell("simulate", osaker, *line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


def test_a_gain_without_an_alternative_is_refused(shell: Shell, write: Write) -> None:
    name = write(lambda data: [data.pop(part) for part in ("alternatives", "programmes")])
    refused = shell("simulate", name, "--measure", "net_gain")
    assert refused.stderr == "'liten' declares no alternative to compare with (alternatives:).\n"
    assert "utanförskapets kostnad" in shell("simulate", name, "--draws", "20").stdout.lower()


@pytest.mark.parametrize("command", ["simulate", "voi"])
def test_a_bar_is_shown_on_a_terminal_only_while_it_lasts(
    shell: Shell, osaker: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    line = [command, osaker, "--draws", "9000", "--perspective", "society"]
    assert shell(*line).stderr == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "Drar" in shell(*line).stderr
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    assert shell(*line).stderr == ""


def test_an_interrupt_leaves_no_file(shell: Shell, osaker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("utanforskap.analysis.uncertainty.answers.repayment", interrupted)
    result = shell("simulate", osaker, "--output", "svar.csv")
    assert (result.exit_code, result.stdout) == (130, "")
    assert not Path("svar.csv").exists()
