"""The shell's report and export."""

import json
from pathlib import Path

import pandas as pd
from apps.conftest import Shell, Write

import utanforskap as ut


def test_a_report_is_written_and_said(shell: Shell, liten: str) -> None:
    done = shell("report", liten, "--output", "rapport.md", "--draws", "50")

    assert done.exit_code == 0
    assert done.stderr == "Skrev rapport.md.\n"
    text = Path("rapport.md").read_text(encoding="utf-8")
    assert text.startswith("# Liten kalkyl\n\n**Jobbstöd**")
    assert "| Antal dragningar | 50 |" in text


def test_without_an_alternative_it_is_about_exclusion(shell: Shell, liten: str) -> None:
    done = shell("report", liten, "-o", "r.md", "--baseline", "--lang", "en")

    assert done.stderr == "Wrote r.md.\n"
    assert "What does exclusion cost?" in Path("r.md").read_text(encoding="utf-8")


def test_a_baseline_has_no_alternative(shell: Shell, liten: str) -> None:
    done = shell("export", liten, "-o", "l.csv", "--baseline", "--alternative", "jobb")

    assert done.exit_code == 2
    assert done.stderr == "--baseline is without any alternative, so it does not go with --alternative.\n"


def test_a_file_that_is_there_is_refused_before_the_scenario_is_read(shell: Shell) -> None:
    Path("r.html").write_text("först", encoding="utf-8")
    done = shell("report", "finns-inte.yaml", "-o", "r.html")

    assert done.exit_code == 2
    assert done.stderr == "'r.html' is already there. Choose another name, or replace it with --force.\n"


def test_an_ending_that_no_report_has(shell: Shell, liten: str) -> None:
    done = shell("report", liten, "-o", "r.xlsx")

    assert done.exit_code == 2
    assert done.stderr == "'.xlsx' is not an ending of a report.\nAllowed: .html, .md, .docx, .pdf\n"


def test_several_alternatives_are_asked_to_be_told_apart(shell: Shell, write: Write) -> None:
    more = {"programmes": ["jobbstod"], "set": {"programmes.jobbstod.success": 0.3}}
    name = write(lambda data: data["alternatives"].update(mer=more))
    done = shell("report", name, "-o", "r.md")

    assert done.exit_code == 2
    assert "name one of them: jobb, mer" in done.stderr


def test_data_is_exported(shell: Shell, liten: str) -> None:
    for what, file in (("ledger", "l.csv"), ("comparison", "c.csv"), ("record", "k.json")):
        done = shell("export", liten, "--what", what, "-o", file)
        assert (done.exit_code, done.stderr) == (0, f"Skrev {file}.\n")
    gain = ut.run(ut.load(Path(liten))).compare("jobb")

    assert set(pd.read_csv("l.csv")["role"]) == {"effect", "programme"}
    assert set(pd.read_csv("c.csv")["perspective"]) == {"society", "public", "see"}
    assert ut.rerun("k.json").net_present_value() == gain.net_present_value()
    assert json.loads(Path("k.json").read_text(encoding="utf-8"))["file"] == "liten.yaml"
