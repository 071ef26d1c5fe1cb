"""The command ``workbook``."""

from pathlib import Path

import openpyxl
from apps.conftest import Shell


def test_a_workbook_of_what_an_alternative_changes(shell: Shell, liten: str, tmp_path: Path) -> None:
    answer = shell("workbook", liten, "--alternative", "jobb", "--output", "min.xlsx", "--lang", "en")

    assert (answer.exit_code, answer.stderr) == (0, "Wrote min.xlsx.\n")
    book = openpyxl.load_workbook(tmp_path / "min.xlsx", data_only=True)
    assert book["Read me"]["A1"].value == "Small scenario – Job support"
    assert book["Control"]["F3"].value == "OK"


def test_without_an_alternative_it_is_what_exclusion_costs(shell: Shell, liten: str, tmp_path: Path) -> None:
    answer = shell("workbook", liten)

    assert (answer.exit_code, answer.stderr) == (0, "Skrev kalkyl.xlsx.\n")
    book = openpyxl.load_workbook(tmp_path / "kalkyl.xlsx", data_only=True)
    # 43.2 million: 10 persons × 8 years × (150 000 + 390 000) kr, as the table of `run` has it.
    total = next(row for row in book["Jämförelse"].iter_rows(min_row=15) if row[0].value == "Summa" and row[1].value)
    assert total[1].value == 10 * 8 * (150_000 + 390_000)


def test_a_file_that_is_there_is_kept_unless_forced(shell: Shell, liten: str, tmp_path: Path) -> None:
    tmp_path.joinpath("kalkyl.xlsx").write_text("kvar")

    refused = shell("workbook", liten)

    assert refused.exit_code == 2
    assert refused.stderr == "'kalkyl.xlsx' is already there. Choose another name, or replace it with --force.\n"
    assert shell("workbook", liten, "--force").exit_code == 0


def test_an_alternative_that_is_not_there(shell: Shell, liten: str) -> None:
    answer = shell("workbook", liten, "--alternative", "job")

    assert answer.exit_code == 2
    assert answer.stderr == "'job' is not an alternative. Did you mean 'jobb'?\nAllowed: jobb\n"
