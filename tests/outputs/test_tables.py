"""Tables in CSV, JSON and Markdown, and in words."""

import csv
import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from utanforskap.outputs.tables import Answer, Sheet, as_csv, as_json, as_markdown

CAPTION = "Vinst; kommun"


def frame(data: dict[Any, Any], index: list[str], **attrs: Any) -> pd.DataFrame:
    made = pd.DataFrame(data, index=index)
    made.attrs = {"caption": CAPTION, "unit": "kr", "price_year": 2013, "alternative": None, **attrs}
    return made


def sheet(data: dict[Any, Any], index: list[str], **attrs: Any) -> Sheet:
    return Sheet("blad", "Blad", frame(data, index, **attrs))


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_csv_keeps_every_digit_and_quotes_what_needs_it() -> None:
    made = sheet({"a, b": [0.1 + 0.2, -0.0], 'sade "nej"': ["rad\nrad", "x;y"]}, ["Å, Ä", "=1+1"])
    assert parsed(as_csv(made)) == [
        ["label", "a, b", 'sade "nej"'],
        ["Å, Ä", "0.30000000000000004", "rad\nrad"],
        ["=1+1", "0.0", "x;y"],
    ]


def test_csv_leaves_what_is_not_there_empty() -> None:
    assert parsed(as_csv(sheet({"x": [np.nan, None], "y": [np.inf, True]}, ["a", "b"])))[1:] == [
        ["a", "", "inf"],
        ["b", "", "True"],
    ]


def test_csv_names_the_first_column_as_the_index_is() -> None:
    made = frame({"x": [1]}, ["a"]).rename_axis(index="Namn")
    assert as_csv(Sheet("blad", "Blad", made)) == "Namn,x\na,1\n"


def test_json_keeps_the_attributes_beside_the_rows() -> None:
    made = Answer("Titel", (sheet({2014: [1.5], "antal": [np.int64(3)]}, ["a"], horizon=(2014, 2033)),), lead=("Så",))
    assert json.loads(as_json(made)) == {
        "title": "Titel",
        "tables": [
            {
                "name": "blad",
                "title": "Blad",
                "caption": CAPTION,
                "unit": "kr",
                "price_year": 2013,
                "alternative": None,
                "horizon": [2014, 2033],
                "columns": [2014, "antal"],
                "rows": [{"label": "a", "cells": [1.5, 3]}],
            }
        ],
        "notes": ["Så"],
    }


def test_json_is_json_whatever_the_numbers() -> None:
    text = as_json(Answer("Titel", (sheet({"x": [np.nan, np.inf, -np.inf, -0.0]}, list("abcd")),)))
    cells = [row["cells"] for row in json.loads(text, parse_constant=pytest.fail)["tables"][0]["rows"]]
    assert cells == [[None], ["Infinity"], ["-Infinity"], [0.0]]
    assert "-0.0" not in text


def test_two_columns_of_one_name_are_both_kept() -> None:
    both = pd.DataFrame([[1.0, 2.0]], index=["a"], columns=["Kommun", "Kommun"])
    made = Sheet("blad", "Blad", both)
    assert json.loads(as_json(Answer("Titel", (made,))))["tables"][0]["rows"] == [{"label": "a", "cells": [1.0, 2.0]}]
    assert parsed(as_csv(made)) == [["label", "Kommun", "Kommun"], ["a", "1.0", "2.0"]]
    assert "| a | 1 | 2 |" in as_markdown(Answer("Titel", (made,)), unit=None, lang="sv")


def test_markdown_escapes_what_would_be_markup() -> None:
    words = pd.DataFrame({"a|b": ["x|y\nz"]}, index=["<b> *s* `k` \\"])
    made = Answer("En | titel", (Sheet("blad", "Blad", words, texts=("a|b",)),), notes=("En not",))
    assert as_markdown(made, unit=None, lang="sv") == (
        "# En \\| titel\n\n## Blad\n\n"
        "|  | a\\|b |\n| :-- | :-- |\n| \\<b> \\*s\\* \\`k\\` \\\\ | x\\|y z |\n\n- En not\n"
    )


def test_markdown_tells_the_unit_in_the_caption() -> None:
    made = Answer("Titel", (sheet({"x": [-1_234_567.0, 1e6]}, ["a", "b"]),))
    text = as_markdown(made, unit=None, lang="sv")
    assert f"*{CAPTION}; Mkr*\n\n|  | x |\n| :-- | --: |\n| a | −1,2 |\n| b | 1,0 |\n" in text
    whole = as_markdown(made, unit="kr", lang="en")
    assert f"*{CAPTION}; SEK*" in whole
    assert "| a | −1,234,567 |" in whole


@pytest.mark.parametrize(("largest", "unit"), [(1e6, "Mkr"), (-2e9, "Mkr"), (999_999.0, "tkr"), (9_999.0, "kr")])
def test_the_unit_suits_the_largest_amount_of_all_tables(largest: float, unit: str) -> None:
    sheets = (sheet({"x": [1.0]}, ["a"]), sheet({"x": [largest]}, ["a"]))
    assert Answer("Titel", sheets).unit() == unit


def test_numbers_that_are_no_kronor_are_told_as_they_are() -> None:
    made = sheet({"x": [0.25, 15, None, "antagen"]}, list("abcd"), unit="personer")
    told = made.in_words(unit="Mkr", lang="sv")
    assert list(told["x"]) == ["0,25", "15", "–", "antagen"]
    assert told.attrs["caption"] == CAPTION


def test_a_column_called_kr_is_called_what_it_is_shown_in() -> None:
    assert list(sheet({"kr": [5e6]}, ["a"]).in_words(unit="Mkr", lang="sv").columns) == ["Mkr"]


def test_telling_a_table_leaves_it_as_it_was() -> None:
    made = sheet({"kr": [5e6]}, ["a"])
    before = made.frame.copy()
    made.in_words(unit="Mkr", lang="sv")
    pd.testing.assert_frame_equal(made.frame, before)
    assert made.frame.attrs["caption"] == CAPTION
