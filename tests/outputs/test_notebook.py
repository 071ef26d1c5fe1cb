"""What a result and a comparison show of themselves, in a console and in a notebook."""

import re
from typing import Any

import pytest

import utanforskap as ut
from utanforskap.analysis.results import Result


@pytest.fixture(scope="module")
def result() -> Result:
    return ut.run(ut.load("trelleborg-integration"))


def plain(shown: object) -> str:
    return repr(shown).replace("\N{NO-BREAK SPACE}", " ")


def test_a_result_is_its_actor_table_with_its_reconciliation(result: Result) -> None:
    title, caption, _, heads, *rows = plain(result).split("\n")
    assert title == "Snabbare integration i Trelleborg"
    assert caption.startswith("Utanförskapets kostnad; socioekonomiskt (netto allt); mot referensen; 2014–2023;")
    assert caption.endswith("; Mkr")
    assert heads.split() == ["2014–2017", "2018–2021", "2022–2023", "Summa"]
    assert rows[-1].startswith("= samhällsekonomiskt ")


def test_a_comparison_is_its_metrics(result: Result) -> None:
    text = plain(result.compare("kortare_introduktion"))
    assert text.startswith("Snabbare integration i Trelleborg – Kortare introduktion\n2014–2023; 2013 års priser; ")
    assert "\nÅterbetalningstid " in text
    for perspective in ("Samhällsekonomiskt", "Offentligfinansiellt", "Kommun", "Region"):
        assert perspective in text


def test_neither_is_wider_than_a_console(result: Result) -> None:
    for shown in (result, result.compare("kortare_introduktion")):
        assert max(len(line.rstrip(" \\")) for line in plain(shown).split("\n")[2:]) <= 100


def test_a_notebook_gets_the_same_figures(result: Result) -> None:
    for shown in (result, result.compare("kortare_introduktion")):
        html: Any = shown._repr_html_()
        for figure in re.findall(r"\d+,\d+", plain(shown)):
            assert figure in html


def test_a_title_is_no_markup_in_a_notebook(result: Result) -> None:
    case = result.case.with_scenario(result.case.scenario.change(title="<script>alert(1)</script>"))
    html = ut.run(case)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
