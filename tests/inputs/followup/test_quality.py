"""Dirty data give a report and not a traceback: every row is accounted for, and nothing of a person is shown."""

import codecs
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import utanforskap as ut

MAPPING = {"format": 1, "shape": "spells"}
HEADER = "person;from;to;state;share"
GOOD = "p1;2019-01-01;2019-12-31;sjukpenning;1"


def read(folder: Path, text: str | bytes, **more: Any) -> Any:
    path = folder / "data.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ut.read_participants(path, mapping=MAPPING | more)


def rejected(followup: Any) -> list[tuple[int, str]]:
    return [(row, reason) for _, row, reason in followup.quality.rejections()]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Summa;;;;17", "totals-row"),
        (";2019-01-01;2019-12-31;sjukpenning;1", "no-person"),
        ("p2;;2019-12-31;sjukpenning;1", "no-date"),
        ("p2;i våras;2019-12-31;sjukpenning;1", "bad-date"),
        ("p2;2019;2019-12-31;sjukpenning;1", "bad-date"),
        ("p2;2019-02-29;2019-12-31;sjukpenning;1", "no-such-day"),
        ("p2;2019-13-01;2019-12-31;sjukpenning;1", "no-such-day"),
        ("p2;03/04/2019;2019-12-31;sjukpenning;1", "ambiguous-date"),
        ("p2;1819-01-01;2019-12-31;sjukpenning;1", "far-date"),
        ("p2;2019-05-02;2019-05-01;sjukpenning;1", "backwards"),
        ("p2;2019-05-02;;sjukpenning;1", "open-end"),
        ("p2;2019-01-01;2019-12-31;;1", "no-state"),
        ("p2;2019-01-01;2019-12-31;semester;1", "unknown-state"),
        ("p2;2019-01-01;2019-12-31;sjukpenning;halv", "bad-share"),
        ("p2;2019-01-01;2019-12-31;sjukpenning;120 %", "share-range"),
        ("p2;2019-01-01;2019-12-31;sjukpenning;-0,5", "share-range"),
        (GOOD, "duplicate"),
        ("p1;2019-07-01;2019-12-31;bistand_langt;0,5", "overlap"),
        ("p2;2019-01-01;2019-12-31", "row-length"),
        ("p2;2019-01-01;2019-12-31;sjukpenning;1;Anna", "row-length"),
        ("#N/A;2019-01-01;2019-12-31;sjukpenning;1", "no-person"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_with_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    followup = read(tmp_path, f"{HEADER}\n{GOOD}\n{row}\n")

    assert rejected(followup) == [(3, reason)]
    assert (followup.quality.read, followup.quality.used) == (2, 1)
    assert len(followup.participants) == 1


@pytest.mark.parametrize(
    ("columns", "values", "reason"),
    [
        ("died", "2018-12-31", "after-death"),
        ("moved", "2018-12-31", "after-move"),
        ("followed_until", "2018-12-31", "after-follow-up"),
        ("followed_from", "2020-01-01", "before-follow-up"),
    ],
)
def test_time_outside_life_or_follow_up_is_no_time(tmp_path: Path, columns: str, values: str, reason: str) -> None:
    text = f"{HEADER};{columns}\n{GOOD};\np2;2019-01-01;2019-12-31;sjukpenning;1;{values}\n"

    assert rejected(read(tmp_path, text)) == [(3, reason)]


def test_dates_as_people_write_them(tmp_path: Path) -> None:
    rows = [
        "p1;2020-02-29;2020-03-01;sjukpenning;1",
        "p2;20200229;20200301;sjukpenning;1",
        "p3;43890;43891;sjukpenning;1",  # Excel's numbers of 29 February and 1 March 2020
        "p4;29.2.2020;1.3.2020;sjukpenning;1",
        "p5;2020-02-29 00:00:00;2020-03-01T12:00:00;sjukpenning;1",
        "p6;29/02/2020;01/03/2020;sjukpenning;1",
    ]
    followup = read(tmp_path, "\n".join([HEADER, *rows]))

    assert rejected(followup) == [(7, "ambiguous-date")]
    assert followup.participants.person_years().loc["sjukpenning", 2020] == pytest.approx(5 * 2 / 366)
    assert "excel-dates" in [finding.code for finding in followup.quality.findings()]


def test_a_month_alone_is_the_whole_of_it(tmp_path: Path) -> None:
    followup = read(tmp_path, f"{HEADER}\np1;2020-02;2020-02;sjukpenning;1\n")

    assert followup.participants.person_years().loc["sjukpenning", 2020] == pytest.approx(29 / 366)


def test_two_birth_years_are_neither(tmp_path: Path) -> None:
    text = "person;from;to;state;birth_year\np1;2019-01-01;2019-01-31;sjukpenning;1980\n"
    followup = read(tmp_path, text + "p1;2019-02-01;2019-02-28;sjukpenning;1981\n")

    assert str(followup.participants.attributes["birth_year"]) == "[nan]"
    assert [str(finding) for finding in followup.quality.findings()] == [
        f"{tmp_path}/data.csv:2:1\n"
        "  Personer med olika uppgifter om födelseår på olika rader: 1. Uppgiften räknas som okänd för dem.\n"
        "  Rad: 2, 3"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "person;from;to;state\np1;2019-01-01;2019-12-31;försörjningsstöd\n"
    followup = read(tmp_path, text.encode(encoding), states={"Försörjningsstöd": "bistand_langt"})

    assert followup.participants.states == ("bistand_langt",)


def test_mixed_encodings_are_told_and_nothing_is_used(tmp_path: Path) -> None:
    text = f"{HEADER}\n{GOOD}\n".encode() + "Åsa;ö\n".encode() + codecs.encode("Björn;x\n", "latin-1")
    followup = read(tmp_path, text)

    with pytest.raises(ut.InputError) as told:
        _ = followup.participants
    assert str(told.value) == (
        f"{tmp_path}/data.csv:4:1\n"
        "  The file cannot be read to its end (several encodings in one file), and nothing of it is used. "
        "Save it as CSV in UTF-8 or as an Excel workbook (.xlsx).\n"
        "  Row: 4"
    )


def test_a_file_without_column_names_shows_nothing_of_its_first_row(tmp_path: Path) -> None:
    followup = read(tmp_path, "19850101-1234;2019-01-01;2019-12-31;sjukpenning\n")

    assert [str(finding) for finding in followup.quality.findings()] == [
        f"{tmp_path}/data.csv:1:1\n"
        "  Filens första rad ser ut som uppgifter och inte som kolumnrubriker. Skriv en rad med rubriker överst."
    ]


def test_a_missing_column_leaves_nothing_used(tmp_path: Path) -> None:
    followup = read(tmp_path, "person;from;to\np1;2019-01-01;2019-12-31\n")

    assert rejected(followup) == [(2, "unusable")]
    with pytest.raises(ut.InputError) as told:
        _ = followup.participants
    assert str(told.value) == (
        f"{tmp_path}/data.csv:1:1\n  There is no column for state ('state'). State it in the mapping's columns."
    )


def test_a_hundred_columns(tmp_path: Path) -> None:
    extra = [f"kol{number}" for number in range(95)]
    names = ";".join([HEADER, *extra, "adress"])
    rows = [
        ";".join([GOOD.replace("p1", f"p{person}"), *["x", "1,5"] * 47, "y", f"Gatan {person}"]) for person in range(80)
    ]
    followup = read(tmp_path, "\n".join([names, *rows]))
    attributes = followup.participants.attributes

    assert attributes["kol0"][0] == "x"
    assert attributes["kol1"][0] == 1.5
    # Text with a value of its own for each person is no split, and may tell who somebody is.
    assert "adress" not in attributes
    assert [finding.code for finding in followup.quality.findings()] == ["guessed-unit", "not-kept"]


def test_a_word_that_few_have_is_not_shown() -> None:
    columns = ["person", "from", "to", "state"]
    rows = [(f"p{n}", "2019-01-01", "2019-12-31", "Semester" if n < 5 else "Anna Svensson") for n in range(9)]
    followup = ut.read_participants(pd.DataFrame(rows, columns=columns), mapping=MAPPING)
    said = [str(finding) for finding in followup.quality.findings(lang="en")]

    assert "  'Semester' is not a known state (rows: 5). State in the mapping's states which it is." in said[1]
    assert "  Rows with states that are not known and that fewer than five persons have: 4." in said[2]
    assert not [line for line in said if "Anna" in line]


def test_nothing_of_a_person_is_shown(tmp_path: Path) -> None:
    made = ut.synthetic_participants(n=60, seed=8)
    secret = {"namn": "Karin Kvist", "pnr": "19850101-1234"}
    dirty = made.spells.assign(**secret)
    dirty.loc[3, ["namn", "försörjning"]] = ["Nils Nilsson", "Nils Nilsson"]
    dirty.loc[5, "från"] = "19850101-1234"
    dirty.loc[7, "födelseår"] = 1905
    path = tmp_path / "data.csv"
    dirty.to_csv(path, index=False)
    followup = ut.read_participants(path, mapping=made.mappings["spells"])
    quality = followup.quality
    said = [str(finding) for lang in ("sv", "en") for finding in quality.findings(lang=lang)]
    said += [quality.rejected_table().to_csv(), quality.table().to_csv(), quality.attrition_table().to_csv()]
    said += [repr(followup), repr(followup.participants), repr(quality), ut.suggest_mapping(path)]

    assert quality.rejected == 2
    assert not [text for text in said for word in ("P0000", "Karin", "Nils", "1985", "1905") if word in text]


def test_small_groups_and_losses_are_not_told() -> None:
    columns = ["person", "from", "to", "state", "site"]
    rows = [
        (f"p{n}", "2019-01-01", "2019-12-31" if n != 3 else "2019-06-30", "sjukpenning", "Lund" if n < 20 else "Höör")
        for n in range(23)
    ]
    quality = ut.read_participants(pd.DataFrame(rows, columns=columns), mapping=MAPPING).quality

    assert quality.attrition_table().to_numpy().tolist() == [["Alla", *["färre än 5"] * 4],
        ["Ort eller enhet: Höör", *["färre än 5"] * 4], ["Ort eller enhet: Lund", *["färre än 5"] * 4]]  # fmt: skip


def test_the_tables_of_the_report(tmp_path: Path) -> None:
    quality = read(tmp_path, f"{HEADER}\n{GOOD}\nSumma;;;;1\n").quality

    assert quality.table(lang="en").to_dict("records") == [
        {"File": f"{tmp_path}/data.csv", "Rows read": 2, "Used": 1, "Rejected": 1}
    ]
    assert quality.rejected_table().to_dict("records") == [
        {"Fil": f"{tmp_path}/data.csv", "Rad": 3, "Orsak": "en summarad, inte en person"}
    ]


_PERSONS = st.sampled_from(["a", "b", "c", "", "Summa", None])
_DATES = st.sampled_from(["2019-01-01", "2019-06-30", "2020-02-29", "2019-02-29", "43890", "", "igår", "2021-12-31"])
_WORDS = st.sampled_from(["sjukpenning", "arbete_heltid", "okänt", "avliden", "nonsens", "", None])
_SHARES = st.sampled_from(["0,5", "50 %", "1", "150 %", "x", "", None])
_ROWS = st.lists(st.tuples(_PERSONS, _DATES, _DATES, _WORDS, _SHARES), max_size=25)


@given(_ROWS, st.sampled_from(["reject", "scale"]), st.sampled_from([None, "uvas"]))
def test_every_row_is_used_or_rejected_and_nobody_is_more_than_whole(
    rows: list[tuple[str | None, ...]], overlaps: str, rest: str | None
) -> None:
    data = pd.DataFrame(rows, columns=HEADER.split(";"), dtype=object)
    mapping = MAPPING | {"overlaps": overlaps, "rest": rest, "followed_until": "2021-12-31"}
    followup = ut.read_participants(data, mapping=mapping)
    quality = followup.quality

    assert quality.read == len(rows) == quality.used + len(list(quality.rejections()))
    assert all(count == 1 for count in Counter(row for _, row, _ in quality.rejections()).values())
    if quality.used:
        people = followup.participants
        days = np.array([366 if year % 4 == 0 else 365 for year in people.years])
        (block,) = people.occupancy()
        assert (block.shares >= 0.0).all()
        assert (block.observed <= 1.0 + 1e-6).all()
        assert (days @ block.observed <= people.observed_until - people.observed_from + 1e-3).all()
        if rest is not None and "okänt" not in [row[3] for row in rows]:
            assert days @ block.observed == pytest.approx(people.observed_until - people.observed_from)
