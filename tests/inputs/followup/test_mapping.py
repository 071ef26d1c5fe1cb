"""The mapping file: what is said when it does not hold, and what is suggested from the data."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import utanforskap as ut
from utanforskap.inputs.followup.words import library_states, words
from utanforskap.inputs.text.tree import read_text_tree
from utanforskap.terms import evidence_levels


def refusal(text: str) -> str:
    Path("mappning.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ut.InputError) as told:
        ut.read_participants(pd.DataFrame({"person": ["a"]}), mapping="mappning.yaml")
    return str(told.value)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "format: 1\nshape: spels\n",
            "mappning.yaml:2:8  shape\n"
            "  'spels' is not allowed here. Did you mean 'spells'?\n"
            "  Allowed: spells, before_after, registrations, counts",
        ),
        (
            "format: 1\nshape: counts\ncolumns: {tabel: x}\n",
            "mappning.yaml:3:11  columns.tabel\n"
            "  'tabel' is not a field of the shape counts. Did you mean 'table'?\n"
            "  Allowed: table, before, after, total, women, men, other_sex",
        ),
        (
            "format: 1\nshape: before_after\n",
            "mappning.yaml:2:8  shape\n"
            "  The shape before_after says nothing of 'before_months': state it.\n"
            "  How many months before the start the state before is taken to have lasted, as before_months: 12.",
        ),
        (
            "format: 1\nshape: spells\nfollowed_until: 31/12 2025\n",
            "mappning.yaml:3:17  followed_until\n  '31/12 2025' is not a date. Write it as 2025-12-31.",
        ),
        (
            "format: 1\nshape: spells\noverlap: scale\n",
            "mappning.yaml:3:1  overlap\n"
            "  'overlap' is not a key here. Did you mean 'overlaps'?\n"
            "  Keys: format, shape, columns, states, last_day, share_in, overlaps, followed_until, followed_months, "
            "rest, during, before_months, after_months, work, study, joint, started, "
            "measure_months, note",
        ),
    ],
)
def test_a_mapping_that_does_not_hold(text: str, told: str) -> None:
    assert refusal(text) == told


@pytest.mark.usefixtures("here")
def test_a_state_that_does_not_exist() -> None:
    told = refusal("format: 1\nshape: spells\nstates: {Sjuk: sjukpeng}\n").splitlines()

    assert told[:2] == [
        "mappning.yaml:3:16  states.Sjuk",
        "  'sjukpeng' is not a state. Did you mean 'sjukpenning'?",
    ]
    assert told[2].startswith("  Allowed: ")
    assert {"arbete_heltid", "avliden", "okant"} <= set(told[2].removeprefix("  Allowed: ").split(", "))


def test_shares_of_work_need_a_state() -> None:
    mapping = {"format": 1, "shape": "registrations", "before_months": 12, "after_months": 12}
    columns = ["person", "start", "end", "support_before", "support_after", "work_after"]
    data = pd.DataFrame([("a", "2019-01-01", "2019-06-30", "sjukpenning", "sjukpenning", 50)], columns=columns)
    with pytest.raises(ut.InputError) as told:
        ut.read_participants(data, mapping=mapping)

    assert str(told.value) == (
        "work\n"
        "  The mapping says which column 'work_after' is, but not which state it stands for.\n"
        "  State it, for example work: arbete_heltid."
    )


@pytest.mark.parametrize("shape", ["spells", "before_after", "registrations", "counts"])
def test_what_is_suggested_can_be_used(tmp_path: Path, shape: Any) -> None:
    made = ut.synthetic_participants(n=400, seed=5)
    data = getattr(made, shape)
    path = tmp_path / "mappning.yaml"
    path.write_text(ut.suggest_mapping(data), encoding="utf-8")
    said = read_text_tree(path.read_text(encoding="utf-8"), "mappning.yaml").root
    suggested = ut.read_participants(data, mapping=path)
    known = ut.read_participants(data, mapping=made.mappings[shape])

    assert said is not None
    assert said.entries["shape"].node.value == shape  # type: ignore[union-attr]
    assert (suggested.quality.read, suggested.quality.used) == (known.quality.read, known.quality.used)


def test_a_suggestion_in_full() -> None:
    rows = [(f"p{n}", "2019-01-01", "2019-12-31", "Sjukpenning" if n % 2 else "Semester", 50) for n in range(11)]
    rows += [("p11", "2019-01-01", "2019-12-31", "Anna", 50)]
    data = pd.DataFrame(rows, columns=["Löpnr", "Fr.o.m.", "T.o.m.", "Försörjning", "Kommentar"])

    assert ut.suggest_mapping(data) == (
        "# Förslag: kontrollera varje rad.\n"
        "# Ordet 'Semester' (rader: 6) liknar inget tillstånd: ange det under states.\n"
        "# Ord som färre än fem personer har visas inte (rader: 1).\n"
        "format: 1\n"
        "shape: spells\n"
        "columns:\n"
        "  person: löpnr\n"
        '  from: "fr.o.m."\n'
        '  to: "t.o.m."\n'
        "  state: försörjning\n"
        "states: {}\n"
    )


def test_every_synonym_leads_to_a_state_and_to_one_alone() -> None:
    assert not set(words()["states"]) - set(library_states())
    for section in ("states", "fields"):
        rows = words()[section].values()
        called = [name for said in rows for name in (said if isinstance(said, list) else said["also"])]
        assert all(name == name.lower() for name in called)
        if section == "states":
            assert len(called) == len(set(called))


def test_every_text_has_both_languages() -> None:
    for section, rows in words().items():
        for said in rows.values():
            if isinstance(said, dict):
                assert {"sv", "en"} <= set(said), section


def test_every_design_has_a_known_evidence_level_and_caveats() -> None:
    for said in words()["designs"].values():
        assert said["evidence"] in evidence_levels()
        assert said["caveats"]
        assert not set(said["caveats"]) - set(words()["caveats"])
