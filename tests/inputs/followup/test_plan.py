"""The evaluation file: every mistake at its place, and the words in the report."""

from pathlib import Path

import pytest

import utanforskap as ut

FOLDER = Path(ut.bundled()["uppfoljning-arbetsvagen"]).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("scenario.yaml", "mappning.yaml", "deltagare.csv", "utvardering.yaml"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def changed(folder: Path, old: str, new: str) -> Path:
    file = folder / "utvardering.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def refused(file: Path) -> str:
    with pytest.raises(ut.InputError) as told:
        ut.evaluate_file(file, draws=0)
    return str(told.value).replace(f"{file.parent}/", "")


def test_an_unknown_key_and_a_number_that_is_none_are_told_at_once(folder: Path) -> None:
    file = changed(folder, "years: 2", "years: två\nsplit: [sex]")
    told = refused(file)
    assert "utvardering.yaml:10:8  years" in told
    assert "utvardering.yaml:11:1  split\n  'split' is not a key here. Did you mean 'splits'?" in told


def test_names_that_the_case_does_not_have_are_told_where_they_stand(folder: Path) -> None:
    file = changed(folder, "persistence: drop_off", "persistence: dropp_off")
    told = refused(file)
    assert told.startswith(
        "utvardering.yaml:11:14  persistence\n  'dropp_off' is not a persistence. Did you mean 'drop_off'?"
    )
    changed(folder, "costs.drift.amount", "costs.drift.amonut")
    told = refused(file)
    assert "'programmes.arbetsvagen.costs.drift.amonut' is not a parameter." in told
    assert told.count("utvardering.yaml:") == 2


def test_what_is_said_in_words_stands_in_the_report(folder: Path) -> None:
    file = changed(folder, "  obstacles:", "    - Bussen går dit.\n  obstacles:")
    found = ut.evaluate_file(file, draws=0)
    assert found.qualitative["success_factors"][1] == "Bussen går dit."
    ut.write.report(found, folder / "rapport.md")
    text = (folder / "rapport.md").read_text(encoding="utf-8")
    for heading in ("Framgångsfaktorer", "Hinder", "Lärdomar", "Mervärden"):
        assert heading in text
    assert "\n- Bussen går dit.\n" in text


def test_what_is_of_another_design_and_what_is_missing(folder: Path) -> None:
    kind = "{kind: matched, covariates: [sex, education, months_on_support]}"
    file = changed(folder, kind, "{kind: stated_deadweight}")
    assert refused(file) == (
        "utvardering.yaml:9:16  design.kind\n  The design stated_deadweight needs a share, as deadweight: 0.3."
    )
    changed(folder, "{kind: stated_deadweight}", "{kind: before_after, covariates: [sex]}")
    assert refused(file) == (
        "utvardering.yaml:9:42  design.covariates\n"
        "  The design before_after has no 'covariates': it is of matched and weighted."
    )


def test_english_and_swedish_tell_the_same_figures(folder: Path) -> None:
    found = ut.evaluate_file(folder / "utvardering.yaml", draws=0)
    for lang in ("sv", "en"):
        ut.write.report(found, folder / f"{lang}.md", lang=lang)
    swedish, english = ((folder / f"{lang}.md").read_text(encoding="utf-8") for lang in ("sv", "en"))
    assert swedish.count("··") == english.count("··")
    assert "Försäkringskassan" in swedish
    assert "Social Insurance Agency" in english
