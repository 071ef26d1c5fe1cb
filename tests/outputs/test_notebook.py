"""What a result and a comparison show of themselves, in a console and in a notebook."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from outputs.report.reports import uncertain

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


SCRIPT = """<script>alert('x')</script>" onmouseover="alert(1) & så vidare"""


class Outline(HTMLParser):
    """The elements of some markup, each with its attributes, and whether every one that opens is closed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "wbr":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def markup_of(shown: Any) -> str:
    return str(shown._repr_html_())


def words_of(shown: Any) -> str:
    text = re.sub(r"<style>.*?</style>|<[^>]+>", "", markup_of(shown), flags=re.DOTALL)
    return unescape(text).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def named_in_script() -> dict[str, Any]:
    """Everything that shows itself, of a case in which every title is markup."""
    data = uncertain()
    data["title"] = SCRIPT
    for section in ("states", "groups", "programmes", "alternatives"):
        for part in data[section].values():
            part["title"] = SCRIPT
    for flow in data["states"]["utanfor"]["flows"].values():
        flow["title"] = SCRIPT
    result = ut.run(ut.from_data(data))
    gain = result.compare("jobb")
    return {
        "result": result,
        "comparison": gain,
        "simulation": gain.simulate(n=1000),
        "value of information": gain.value_of_information(n=1000),
        "Sobol indices": gain.sobol_indices(n=256),
        "break-even": gain.break_even("success"),
        "payback": gain.payback(),
        "internal rate": gain.irr(),
        "marginal value": gain.mvpf(),
        "table": ut.show(gain.effect_chain()),
        "explanation": ut.show(gain.explain(year=2020)),
    }


EVERYTHING = (
    "result", "comparison", "simulation", "value of information", "Sobol indices", "break-even", "payback",
    "internal rate", "marginal value", "table", "explanation",
)  # fmt: skip


@pytest.mark.parametrize("what", EVERYTHING)
def test_no_text_of_a_file_becomes_markup(named_in_script: dict[str, Any], what: str) -> None:
    outline = Outline(markup_of(named_in_script[what]))
    assert outline.all("script") == []
    known = {"div", "style", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "b", "span", "wbr"}
    assert {name for name, _ in outline.elements} <= known
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)


@pytest.mark.parametrize("what", ["result", "comparison", "simulation", "table", "explanation"])
def test_titles_are_shown_as_they_are(named_in_script: dict[str, Any], what: str) -> None:
    assert SCRIPT in words_of(named_in_script[what])


@pytest.mark.parametrize("what", ["result", "comparison", "simulation", "value of information", "table"])
def test_tables_can_be_read_by_all(named_in_script: dict[str, Any], what: str) -> None:
    outline = Outline(markup_of(named_in_script[what]))
    assert {cell.get("scope") for cell in outline.all("th")} == {"col", "row"}
    scrolled = [box for box in outline.all("div") if box.get("class") == "wide"]
    assert len(scrolled) == len(outline.all("table")) >= 1
    assert all(box["tabindex"] == "0" for box in scrolled)
    captioned = what != "table"  # a chain of factors is of no reading
    assert len(outline.all("caption")) == (len(scrolled) if captioned else 0)
    assert all(bool(box.get("aria-label")) == captioned for box in scrolled)


def test_figures_stand_to_the_right_and_words_to_the_left() -> None:
    table = pd.DataFrame(
        {"Belopp": [1.5, -2.0], "Enhet": ["kr/år", "–"], "Svar": ["ja", "inte inom 20 år"]}, ["a", "b"]
    )
    assert [cell.get("class") for cell in Outline(markup_of(ut.show(table))).all("td")[:3]] == [None, "text", None]
    assert "\N{MINUS SIGN}2" in words_of(ut.show(table))


def test_a_long_text_may_wrap_and_a_name_breaks_at_its_dots() -> None:
    table = pd.DataFrame({"Källa": ["Myndigheten: En rapport om kostnader (2024)"]}, ["prices.fk.sjukpenning"])
    markup = markup_of(ut.show(table))
    assert Outline(markup).all("td") == [{"class": "text long"}]
    assert "prices.<wbr>fk.<wbr>sjukpenning" in markup


def test_a_table_is_shown_in_one_unit_with_its_caption(result: Result) -> None:
    shown = ut.show(result.cost_of_exclusion(columns="mandate"))
    head, table, *_ = plain(result).split("\n\n")
    lines = plain(shown).split("\n")
    assert lines[0] == head.split("\n")[1]
    assert lines[-1].split() == table.split("\n")[-1].split()[:-1]  # without the sum over all periods
    assert Outline(markup_of(shown)).all("tr")[-1] == {"class": "total"}


def test_a_table_is_shown_in_the_unit_that_is_asked_for(result: Result) -> None:
    told = ut.show(result.cost_of_exclusion(columns="total"), unit="tkr", lang="en")
    amount = result.cost_of_exclusion(columns="total").loc["Summa"].iloc[0]
    assert f"{amount / 1e3:,.0f}" in repr(told)
    assert told.frame.attrs["caption"].endswith("; SEK thousand")


def test_what_is_no_kronor_is_not_scaled(named_in_script: dict[str, Any]) -> None:
    simulation = named_in_script["simulation"]
    told = ut.show(simulation.by_perspective())
    share = simulation.by_perspective().loc["Samhällsekonomiskt", "P(> 0)"]
    assert number(told.frame.loc["Samhällsekonomiskt", "P(> 0)"]) == pytest.approx(share, abs=1e-4)
    worth = named_in_script["value of information"]
    shares = ut.show(worth.table()).frame["Andel av allt"]
    assert [number(cell) for cell in shares] == pytest.approx(list(worth.table()["Andel av allt"]), abs=1e-4)


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-").replace(",", "."))


def test_a_grid_names_what_runs_across_it(result: Result) -> None:
    grid = result.compare("kortare_introduktion").two_way("success", "deadweight")
    outline = Outline(markup_of(ut.show(grid)))
    (across,) = (cell for cell in outline.all("th") if cell.get("scope") == "colgroup")
    assert across["colspan"] == str(len(grid.columns))
    assert str(grid.columns.name) in words_of(ut.show(grid))


def test_rows_by_two_names_have_a_header_for_each(result: Result) -> None:
    occupancy = result.occupancy()
    outline = Outline(markup_of(ut.show(occupancy)))
    assert [cell.get("scope") for cell in outline.all("th")].count("row") == 2 * len(occupancy)


def test_answers_are_told_in_words(result: Result) -> None:
    gain = result.compare("kortare_introduktion")
    for perspective in ("society", "kommun"):
        payback = gain.payback(perspective=perspective)
        assert words_of(payback) == f"Återbetalningstid: {payback.in_words()}"
    needed = gain.break_even("success")
    assert words_of(needed).startswith(f"Går ihop vid: {needed.in_words()}")
    assert needed.parameter in words_of(needed)


def test_a_case_and_a_price_list_are_shown_by_name(result: Result) -> None:
    assert repr(result.case) == "<Case 'trelleborg-integration': Snabbare integration i Trelleborg>"
    prices = ut.prices("sverige")
    assert repr(prices) == f"<PriceList {prices.id!r}: {len(prices.prices)}>"


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_caption_of_several_references_names_none(lang: Any) -> None:
    result = ut.run(ut.load("trelleborg-skolmisslyckanden"))
    side_by_side = result.counterfactuals(lang=lang)
    one = result.cost_of_exclusion(lang=lang).attrs["caption"].split("; ")
    assert len(side_by_side.columns) == 2
    assert side_by_side.attrs["caption"].split("; ") == [piece for piece in one if "referen" not in piece]
