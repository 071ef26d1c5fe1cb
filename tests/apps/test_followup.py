"""Follow-up in the shell: from data to report, record and bank, and nothing of any person in what is written."""

import getpass
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from apps.conftest import Shell

import utanforskap as ut

EXAMPLE = "uppfoljning-arbetsvagen"
FOLDER = Path(ut.bundled()[EXAMPLE]).parent
VERSIONS = "| Versioner |"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that can be written of an evaluation, of persons with telling ids and some small groups."""
    folder = tmp_path_factory.mktemp("bokslut")
    made = ut.synthetic_participants(n=160, seed=11, sites=3)
    spells = made.spells.copy()
    persons = {one: f"19{number:06d}-HEMLIG" for number, one in enumerate(spells["person"].unique())}
    spells["person"] = spells["person"].map(persons)
    few = set(list(persons.values())[:7])
    spells["språk"] = ["Sällsynt" if person in few else "Svenska" for person in spells["person"]]
    spells.to_csv(folder / "deltagare.csv", sep=";", index=False)
    for name in ("scenario.yaml", "mappning.yaml"):
        (folder / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    plan = (FOLDER / "utvardering.yaml").read_text(encoding="utf-8")
    plan = plan.replace("splits: [sex, age, education]", "splits: [sex, språk, site]").replace(
        "{kind: matched, covariates: [sex, education, months_on_support]}", "{kind: difference_in_differences}"
    )
    (folder / "utvardering.yaml").write_text(plan, encoding="utf-8")
    found = ut.evaluate_file(folder / "utvardering.yaml", draws=50)
    out = folder / "ut"
    out.mkdir()
    for ending in ("html", "md", "docx"):
        ut.write.report(found, out / f"rapport.{ending}")
    ut.write.record(found, out / "protokoll.json")
    ut.bank(out / "bank").add(found)
    (out / "bild.svg").write_bytes(ut.plot.render(ut.plot.evaluation(found), "svg"))
    (out / "bank.svg").write_bytes(ut.plot.render(ut.plot.bank(ut.bank(out / "bank")), "svg"))
    return out


def texts(folder: Path) -> dict[str, str]:
    """The text of every file, those within a Word file too."""
    import zipfile

    found = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".docx":
            with zipfile.ZipFile(file) as parts:
                found |= {
                    f"{file.name}/{name}": parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
                }
        elif file.is_file():
            found[file.name] = file.read_text(encoding="utf-8")
    return found


def test_no_id_no_path_and_no_user_stands_in_any_file_that_is_written(written: Path) -> None:
    files = texts(written)
    assert len(files) > 8
    user = getpass.getuser()
    for name, text in files.items():
        assert "HEMLIG" not in text, name
        assert str(written.parent) not in text, name
        assert not re.search(r"\b19\d{6}-", text), name
        assert user == "root" or user not in text, name


def test_no_count_under_five_stands_in_a_record(written: Path) -> None:
    record = json.loads((written / "protokoll.json").read_text(encoding="utf-8"))
    counts = []
    for group in record["groups"]:
        counts += [group["persons"], *group["outcomes"].values(), *group["steps"].values()]
    counts += [effect[side] for effect in record["effects"] for side in ("before", "after")]
    counts += [one[side] for one in record["overlap"] for side in ("treated", "comparison")]
    assert any(count is None for count in counts), "there are small groups to hide"
    assert all(count is None or count == 0 or count >= 5 for count in counts)


def test_a_hidden_group_does_not_follow_from_the_others(written: Path) -> None:
    record = json.loads((written / "protokoll.json").read_text(encoding="utf-8"))
    everyone, *groups = record["groups"]
    for by in {group["by"] for group in groups}:
        own = [group for group in groups if group["by"] == by]
        columns: list[list[Any]] = [[group["persons"] for group in (everyone, *own)]]
        columns += [[group["outcomes"][name] for group in (everyone, *own)] for name in everyone["outcomes"]]
        columns += [[group["steps"][name] for group in (everyone, *own)] for name in everyone["steps"]]
        shared = set.intersection(*(set(group["amounts"]) for group in own))
        for name in sorted(shared):
            columns.append([group["amounts"][name]["observed"] for group in (everyone, *own)])
        assert any(None in column for column in columns)
        for column in columns:
            assert column.count(None) != 1, (by, column)


def test_the_report_of_the_example_is_the_one_that_is_shipped(shell: Shell, tmp_path: Path) -> None:
    told = shell("evaluate", EXAMPLE, "--report", str(tmp_path / "rapport.md"))
    assert told.exit_code == 0, told.stderr
    ours = (tmp_path / "rapport.md").read_text(encoding="utf-8")
    shipped = (FOLDER / "rapport.md").read_text(encoding="utf-8")
    # The last table is of the run itself: versions differ between machines.
    assert ours.split(VERSIONS)[0] == shipped.split(VERSIONS)[0]
    assert VERSIONS in shipped


def test_a_bank_is_added_to_listed_and_compared(shell: Shell, tmp_path: Path) -> None:
    record, bank = tmp_path / "bokslut.json", tmp_path / "bank"
    assert shell("evaluate", EXAMPLE, "--draws", "20", "--record", str(record), "--table", "levels").exit_code == 0
    assert shell("bank", "add", str(record), "--bank", str(bank)).exit_code == 0
    again = shell("bank", "add", str(record), "--bank", str(bank))
    assert again.exit_code == 2
    assert "is already there" in again.stderr
    listed = json.loads(shell("bank", "list", "--bank", str(bank), "--format", "json").stdout)
    assert listed["tables"][0]["rows"][0]["label"] == "arbetsvagen"
    picture = tmp_path / "bank.svg"
    compared = shell("bank", "compare", "--bank", str(bank), "--picture", str(picture), "--format", "json")
    table = json.loads(compared.stdout)["tables"][0]
    cells = dict(zip(table["columns"], table["rows"][0]["cells"], strict=True))
    found = json.loads(record.read_text(encoding="utf-8"))
    society = found["groups"][0]["amounts"]["society"]
    assert cells["Deltagare"] == found["participants"]
    assert cells["Efter kostnad"] == pytest.approx(society["net"] / found["participants"])
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    (tmp_path / "tom").mkdir()
    empty = shell("bank", "list", "--bank", str(tmp_path / "tom"))
    assert "Banken är tom." in empty.stdout


def test_a_bank_that_is_not_there_is_not_an_empty_one(shell: Shell, tmp_path: Path) -> None:
    told = shell("bank", "compare", "--bank", str(tmp_path / "bnak"))
    assert (told.exit_code, told.stderr) == (
        2,
        f"There is no bank '{tmp_path / 'bnak'}': it is made when the first evaluation is added.\n",
    )


def test_evaluations_of_one_title_stand_side_by_side(tmp_path: Path) -> None:
    found = ut.evaluate_file(EXAMPLE, draws=0)
    bank = ut.bank(tmp_path / "bank")
    for id_ in ("forsta", "andra"):
        bank.add(found.named(id=id_))
    title = found.title["sv"]
    assert list(bank.compare().sheets[0].frame.index) == [f"{title} (andra)", f"{title} (forsta)"]


def test_a_file_that_is_no_record_is_refused(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "annat.json").write_text("{}", encoding="utf-8")
    told = shell("bank", "add", str(tmp_path / "annat.json"), "--bank", str(tmp_path / "bank"))
    assert told.exit_code == 2
    assert told.stderr == (
        f"{tmp_path / 'annat.json'}:1:1\n"
        "  It is not the record of an evaluation.\n"
        "  Write one with utanforskap evaluate --record, or utanforskap.write.record(evaluation, 'bokslut.json').\n"
    )
    assert not (tmp_path / "bank").exists()


def test_a_mapping_is_suggested_and_the_data_checked(shell: Shell, tmp_path: Path) -> None:
    data = FOLDER / "deltagare.csv"
    mapping = tmp_path / "mappning.yaml"
    assert shell("followup", "suggest", str(data), "--output", str(mapping)).exit_code == 0
    assert "shape: spells" in mapping.read_text(encoding="utf-8")
    told = shell("followup", "check", str(data), "--mapping", str(FOLDER / "mappning.yaml"), "--format", "json")
    assert told.exit_code == 0, told.stderr
    rows = json.loads(told.stdout)["tables"][0]["rows"]
    assert rows == [{"label": "deltagare.csv", "cells": [743, 743, 0]}]


def test_data_that_cannot_be_used_end_with_one(shell: Shell, tmp_path: Path) -> None:
    pd.DataFrame({"person": ["a"], "from": ["x"]}).to_csv(tmp_path / "fel.csv", index=False)
    (tmp_path / "m.yaml").write_text("format: 1\nshape: spells\n", encoding="utf-8")
    told = shell("followup", "check", str(tmp_path / "fel.csv"), "--mapping", str(tmp_path / "m.yaml"))
    assert told.exit_code == 1
