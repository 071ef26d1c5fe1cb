"""An evaluation in the shell, of data and of an evaluation file."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from apps.conftest import Shell

import utanforskap as ut
from utanforskap.apps.commands import evaluate
from utanforskap.inputs.followup import plan

EXAMPLE = "uppfoljning-arbetsvagen"
FOLDER = Path(ut.bundled()[EXAMPLE]).parent
DATA = str(FOLDER / "deltagare.csv")
DRIFT = "programmes.arbetsvagen.costs.drift.amount"
OPTIONS = (
    "--programme", EXAMPLE, "--design", "matched", "--covariate", "sex", "--covariate", "education",
    "--covariate", "months_on_support", "--years", "2", "--split", "sex", "--split", "age", "--split", "education",
    "--actual", f"{DRIFT}=52000", "--draws", "0",
)  # fmt: skip


def table(text: str, name: str) -> Any:
    return next(each for each in json.loads(text)["tables"] if each["name"] == name)


def test_the_words_are_those_of_the_evaluation_file() -> None:
    assert get_args(evaluate.Design) == get_args(plan.DesignName)
    assert get_args(evaluate.Weighting) == get_args(get_args(plan.Comparing.model_fields["by"].annotation)[0])
    assert plan.Plan.model_fields["mapping"].default == evaluate.MAPPING


def test_options_and_a_file_that_says_the_same_give_the_same(shell: Shell) -> None:
    by_options = shell("evaluate", DATA, *OPTIONS, "--format", "json")
    by_file = shell("evaluate", EXAMPLE, "--draws", "0", "--format", "json")
    assert by_options.exit_code == 0, by_options.stderr
    assert by_file.exit_code == 0, by_file.stderr
    ours, theirs = (json.loads(told.stdout)["tables"] for told in (by_options, by_file))
    assert ours == theirs


def test_data_and_a_programme_are_enough(shell: Shell, tmp_path: Path) -> None:
    report = tmp_path / "bokslut.md"
    told = shell("evaluate", DATA, "--programme", EXAMPLE, "--draws", "0", "--report", str(report))
    assert told.exit_code == 0, told.stderr
    assert told.stdout == ""
    # The data have a comparison group, so that is what they are compared with.
    assert "Jämförelsegrupp: skillnad i förändring (kvasiexperiment)" in report.read_text(encoding="utf-8")


def test_a_report_of_counts_is_evaluated_as_persons_are(shell: Shell, tmp_path: Path) -> None:
    made = ut.synthetic_participants(n=300, seed=2)
    made.counts.to_csv(tmp_path / "rapport.csv", sep=";", index=False)
    told = shell("followup", "suggest", str(tmp_path / "rapport.csv"))
    suggested = told.stdout.replace("uvas", "bistand_langt")
    times = "started: 2019-01-01\nmeasure_months: 0\nbefore_months: 12\nafter_months: 12\n"
    (tmp_path / "mappning.yaml").write_text(suggested + times, encoding="utf-8")
    told = shell(
        "evaluate", str(tmp_path / "rapport.csv"), "--programme", EXAMPLE, "--draws", "0", "--format", "json"
    )  # fmt: skip
    assert told.exit_code == 0, told.stderr
    assert "Deltagarna är räknade i en rapport" in told.stdout


REFUSED = [
    (
        (DATA,),
        "What participants' time is worth is said by a calculation that has the programme.\n"
        "State it with --programme: a bundled scenario's name, or a file.\n",
    ),
    (
        (EXAMPLE, "--years", "3", "--split", "sex"),
        "An evaluation file says this itself: years, splits.\n"
        "Change it there; beside it --programme and --draws can be stated.\n",
    ),
    (
        (DATA, "--programme", EXAMPLE, "--actual", "kostnad"),
        f"'kostnad' is not an estimate and its number: write it as {DRIFT}=52000.\n",
    ),
    (
        (DATA, "--programme", EXAMPLE, "--neighbours", "2"),
        "What is said of a design needs one, with --design: neighbours.\n",
    ),
    (
        (DATA, "--programme", EXAMPLE, "--design", "matched", "--by", "entropy", "--years", "0"),
        "design.by\n  The design matched has no 'by': it is of weighted.\n"
        "years\n  0 is too small: it must be at least 1.\n",
    ),
    (
        (DATA, "--programme", EXAMPLE, "--design", "stated_deadweight"),
        "design.kind\n  The design stated_deadweight needs a share, as deadweight: 0.3.\n",
    ),
]


@pytest.mark.parametrize(("asked", "message"), REFUSED)
def test_what_is_refused_before_anything_is_read(shell: Shell, asked: tuple[str, ...], message: str) -> None:
    told = shell("evaluate", *asked)
    assert (told.exit_code, told.stderr) == (2, message)


def test_without_a_mapping_the_next_step_is_named(shell: Shell, tmp_path: Path) -> None:
    data = tmp_path / "uppgifter.csv"
    data.write_text("person;from;to;state\n", encoding="utf-8")
    told = shell("evaluate", str(data), "--programme", EXAMPLE)
    beside = tmp_path / "mappning.yaml"
    assert (told.exit_code, told.stderr) == (
        2,
        f"There is no mapping beside the data ('{beside}'), and none is stated with --mapping.\n"
        f"Have one suggested and check it: utanforskap followup suggest {data} --output {beside}\n",
    )


def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_computed(shell: Shell, tmp_path: Path) -> None:
    record = tmp_path / "bokslut.json"
    record.write_text("mitt", encoding="utf-8")
    told = shell("evaluate", EXAMPLE, "--record", str(record))
    assert told.exit_code == 2
    assert "is already there" in told.stderr
    assert record.read_text(encoding="utf-8") == "mitt"
