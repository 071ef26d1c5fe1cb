"""The command tornado: what moves an answer most, on a screen and for other tools."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

Shell = Callable[..., Result]
Write = Callable[..., str]


def tables(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return {table["name"]: table for table in json.loads(result.stdout)["tables"]}


def rows(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["label"]: dict(zip(table["columns"], row["cells"], strict=True)) for row in table["rows"]}


# Of the ten, two succeed and one would have anyway: one person net, for eight years, undiscounted. Support costs the
# kommun 100 000 kr a year (90 000 to 120 000), half of it cashable; the benefit 50 000; the programme 500 000 once.


def test_the_farthest_comes_first_with_a_bar(shell: Shell, liten: str) -> None:
    result = shell("tornado", liten, "--perspective", "kommun", columns=100)

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "Liten kalkyl – Jobbstöd"
    # 8 × 150 000 − 500 000, and a tenth kept of 20 % in tax on 300 000 each year: 48 000.
    assert lines[1].replace("\xa0", " ") == "Som angivet: 0,7 Mkr. Var rad flyttar en sak, med allt annat som angivet."
    (support,) = [line for line in lines if line.startswith("states.utanfor.flows.stod.amount  ")]
    # 8 × 10 000 less and 8 × 20 000 more.
    _, span, answer, bar = re.split(r"  +", support.replace("\xa0", " "))
    assert (span, answer) == ("90 000 till 120 000", "0,7 till 0,9")
    assert re.fullmatch("·*━*┃━+·*", bar)


def test_numbers_are_whole_for_other_tools(shell: Shell, liten: str) -> None:
    told = tables(shell("tornado", liten, "--perspective", "kommun", "--format", "json"))

    assert list(told) == ["tornado", "no_range"]
    support = rows(told["tornado"])["states.utanfor.flows.stod.amount"]
    assert support == {
        "Angivet": 100_000, "Låg": 90_000, "Hög": 120_000, "Vid låg (kr)": pytest.approx(668_000),
        "Vid hög (kr)": pytest.approx(908_000), "Utslag (kr)": pytest.approx(240_000), "Byter tecken": "nej",
        "Noll vid": pytest.approx(100_000 - 748_000 / 8), "Påverkar": "ja",
    }  # fmt: skip
    assert told["tornado"]["at_point"] == pytest.approx(748_000)
    attribution = rows(told["no_range"])["programmes.jobbstod.attribution"]
    assert (attribution["Låg"], attribution["Noll vid"]) == (None, pytest.approx(500_000 / 1_248_000))


def test_the_effect_s_unstated_factors_are_listed_with_what_would_turn_the_sign(shell: Shell, write: Write) -> None:
    def unstated(data: dict[str, Any]) -> None:
        for factor in ("attribution", "displacement", "drop_off"):
            del data["programmes"]["jobbstod"][factor]

    result = shell("tornado", write(unstated), "--perspective", "kommun", columns=100)
    listed = result.stdout[result.stdout.index("Utan angivet spann") :]

    for factor in ("success", "deadweight", "attribution", "displacement", "drop_off"):
        assert f"programmes.jobbstod.{factor} " in listed


def test_what_is_not_shown_is_counted(shell: Shell, liten: str) -> None:
    all_of_them = tables(shell("tornado", liten, "--format", "json"))
    shown = shell("tornado", liten, "--top", "2").stdout

    further = sum(max(len(table["rows"]) - 2, 0) for table in all_of_them.values())
    idle = sum(cells["Påverkar"] == "nej" for table in all_of_them.values() for cells in rows(table).values())
    assert f"Ytterligare {further} rader visas inte (--top 2); csv och json har alla." in shown
    assert f"{idle} skattningar påverkar inte svaret." in " ".join(shown.split())


def test_what_turns_the_decision_is_said_first(shell: Shell, write: Write) -> None:
    def with_success(low: float) -> Callable[[dict[str, Any]], None]:
        def change(data: dict[str, Any]) -> None:
            data["programmes"]["jobbstod"]["success"] = {"value": 0.2, "low": low, "high": 0.3}

        return change

    # In the kommun's books a success of 0.2 × 500 000 / 1 248 000 = 0.08 is where it turns.
    question = ("--perspective", "kommun", "--period", "2020-2027")
    turns = shell("tornado", write(with_success(0.05)), *question).stdout.splitlines()
    stays = shell("tornado", write(with_success(0.1)), *question).stdout.splitlines()

    assert turns[2] == "Byter tecken inom sitt spann: programmes.jobbstod.success."
    assert stays[2] == "Ingen av dem byter svarets tecken inom sitt spann."


def test_two_at_a_time(shell: Shell, liten: str) -> None:
    result = shell("tornado", liten, "--perspective", "kommun", "--two-way", "success", "deadweight", "--format", "csv")

    lines = result.stdout.splitlines()
    assert lines[0] == "programmes.jobbstod.success,0.0,0.25,0.5,0.75,1.0,Noll vid"
    # Success 0.2 of ten, half of them anyway: one person, 1 248 000 − 500 000; nought at (1 − d) × 2 × 1 248 000.
    cells = [float(cell) for cell in next(line for line in lines if line.startswith("0.2,")).split(",")]
    assert cells[3] == pytest.approx(748_000)
    assert cells[-1] == pytest.approx(1 - 500_000 / 2_496_000)


def test_two_at_a_time_in_words_say_which_is_which(shell: Shell, liten: str) -> None:
    text = " ".join(
        shell("tornado", liten, "--perspective", "kommun", "--two-way", "success", "deadweight").stdout.split()
    )

    assert "programmes.jobbstod.success nedåt, programmes.jobbstod.deadweight åt höger; sist värdet på" in text


def test_all_at_once_is_no_percentile_and_says_so(shell: Shell, liten: str) -> None:
    told = tables(shell("tornado", liten, "--perspective", "kommun", "--named", "--format", "json"))
    named = rows(told["named"])

    assert named["Vinst efter insatskostnad (kr)"] == {
        "Pessimistiskt": pytest.approx(668_000), "Som angivet": pytest.approx(748_000),
        "Optimistiskt": pytest.approx(908_000),
    }  # fmt: skip
    assert named["states.utanfor.flows.stod.amount"]["Optimistiskt"] == 120_000
    text = shell("tornado", liten, "--named").stdout
    assert "ingen percentil" in text
    assert "mycket mindre troligt" in " ".join(text.split())


def test_without_an_alternative_it_is_the_cost_of_exclusion(shell: Shell, write: Write) -> None:
    def nothing_done(data: dict[str, Any]) -> None:
        del data["programmes"], data["alternatives"]

    text = shell("tornado", write(nothing_done), "--perspective", "see").stdout
    assert "Utanförskapets kostnad; socioekonomiskt (netto allt); mot referensen" in " ".join(text.split())


def test_in_english(shell: Shell, liten: str) -> None:
    text = shell("tornado", liten, "--lang", "en", "--unit", "tkr").stdout

    assert "What moves the answer most" in text
    assert "Without a stated range" in text
    assert "SEK thousand" in text
    assert "Horizon" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--two-way", "success", "succes"], "'succes' is not a parameter. Did you mean"),
        (["--two-way", "success", "success"], "Both ways of the grid are 'programmes.jobbstod.success'."),
        (["--alternative", "inget"], "'inget' is not an alternative."),
        (["--counterfactual", "annat", "--measure", "cost_of_exclusion"], "'annat' is not a reference of the group"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_answered_is_refused(shell: Shell, liten: str, line: list[str], said: str) -> None:
    result = shell("tornado", liten, *line)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(said)
