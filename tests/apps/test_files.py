"""What is written to files: answers, a new scenario, the schema."""

import csv
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from typer.testing import Result

import utanforskap as ut

Shell = Callable[..., Result]


@pytest.mark.parametrize(
    ("name", "begins"),
    [("svar.csv", "label,"), ("svar.json", "{\n"), ("svar.md", "# Liten"), ("svar.txt", "Liten kalkyl\nVad")],
)
def test_the_ending_says_the_form(shell: Shell, liten: str, name: str, begins: str) -> None:
    result = shell("run", liten, "--output", name)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Skrev {name}.\n")
    assert Path(name).read_text(encoding="utf-8").startswith(begins)


def test_a_csv_of_an_answer_without_a_table_is_empty_and_says_why(shell: Shell, write: Callable[..., str]) -> None:
    name = write(lambda data: data.pop("published"))
    told = shell("verify", name, "--format", "csv")
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr == "liten har inga tryckta tal att jämföra med (published:).\n"


def test_a_form_that_is_stated_wins(shell: Shell, liten: str) -> None:
    shell("run", liten, "--output", "svar.txt", "--format", "csv")
    assert Path("svar.txt").read_text(encoding="utf-8").startswith("label,")


def test_a_file_is_the_same_whatever_the_screen(shell: Shell, liten: str) -> None:
    for columns in (40, 200):
        shell("run", liten, "-o", f"{columns}.txt", columns=columns)
    assert Path("40.txt").read_bytes() == Path("200.txt").read_bytes()


@pytest.mark.parametrize("line", [["run", "liten.yaml", "--output"], ["new"], ["schema", "--output"]], ids=" ".join)
def test_nothing_is_overwritten_without_force(shell: Shell, liten: str, line: list[str]) -> None:
    assert liten
    Path("mitt.txt").write_text("mitt", encoding="utf-8")
    refused = shell(*line, "mitt.txt")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "'mitt.txt' is already there. Choose another name, or replace it with --force.\n"
    assert Path("mitt.txt").read_text(encoding="utf-8") == "mitt"
    assert shell(*line, "mitt.txt", "--force").exit_code == 0
    assert Path("mitt.txt").read_text(encoding="utf-8") != "mitt"


def test_an_answer_that_cannot_be_given_leaves_no_file(shell: Shell, liten: str) -> None:
    assert shell("run", liten, "--period", "1999", "--output", "svar.csv").exit_code == 2
    assert sorted(os.listdir()) == [liten]


def test_list_names_every_bundled_scenario(shell: Shell) -> None:
    result = shell("list", "--format", "csv")
    names = [row["Namn"] for row in csv.DictReader(result.stdout.splitlines())]
    assert names == list(ut.bundled())
    assert all(name in shell("list", "--lang", "en").stdout for name in names)


def test_a_new_scenario_loads_runs_compares_and_has_no_errors(shell: Shell) -> None:
    result = shell("new", "min kalkyl.yaml")
    assert (result.exit_code, result.stderr) == (0, "Skrev min kalkyl.yaml.\n")
    assert result.stdout.startswith("Granska: utanforskap check 'min kalkyl.yaml'. Räkna: ")
    assert ut.load(Path("min kalkyl.yaml")).id == "min-kalkyl"
    found = ut.check_scenario(ut.load(Path("min kalkyl.yaml")))
    assert {finding.code for finding in found if finding.severity != "note"} == {"no-source"}
    for line in (["check"], ["run"], ["compare"], ["explain", "--year", "2028"], ["break-even", "success"]):
        command, *more = line
        assert shell(command, "min kalkyl.yaml", *more).exit_code == 0


def test_a_new_scenario_is_explained_in_swedish(shell: Shell) -> None:
    shell("new", "kalkyl.yaml")
    lines = Path("kalkyl.yaml").read_text(encoding="utf-8").splitlines()
    sections = [line for line in lines if line and line[0].isalpha()]
    for section in sections[3:]:
        assert lines[lines.index(section) - 1].startswith("#"), section
    assert max(map(len, lines)) <= 125


@pytest.mark.skipif(os.name == "nt", reason="a file's mode is another thing there")
def test_a_file_gets_the_mode_that_files_get(shell: Shell, liten: str) -> None:
    before = os.umask(0o027)
    try:
        shell("run", liten, "-o", "svar.csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("svar.csv").stat().st_mode) == 0o640


def test_the_schema_describes_what_new_writes(shell: Shell) -> None:
    from ruamel.yaml import YAML

    shell("new", "kalkyl.yaml")
    shell("schema", "--output", "schema.json")
    schema = json.loads(Path("schema.json").read_text(encoding="utf-8"))
    assert schema == json.loads(shell("schema").stdout)
    jsonschema.validate(YAML(typ="safe").load(Path("kalkyl.yaml")), schema)
