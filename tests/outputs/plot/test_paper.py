"""What every picture keeps: no text upon another or cut, the reader's settings untouched, a description, a caption."""

import functools
import sys
import warnings
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from outputs.plot.drawing import (
    ASKED,
    LONG,
    OF_EITHER,
    cut,
    gain_of,
    overlapping,
    peopled,
    result_of,
    small,
    suitable,
    told,
)

import utanforskap as ut
from utanforskap.analysis.results import Comparison
from utanforskap.outputs.plot.kinds import KINDS
from utanforskap.outputs.plot.words import fitted

DRAWS = 500


def long_names(data: dict[str, Any]) -> dict[str, Any]:
    for part in (data, data["states"]["arbete"], data["states"]["utanfor"], data["programmes"]["jobbstod"]):
        part["title"] = {"sv": LONG, "en": LONG}
    data["states"]["utanfor"]["flows"]["stod"]["title"] = {"sv": LONG, "en": LONG}
    data["actors"] = {
        "kommun.lang": {"title": {"sv": LONG, "en": LONG}},
        "kommun.fond": {"title": {"sv": LONG, "en": LONG}},
    }
    for part in (*data.get("funds", {}).values(), *data.get("methods", {}).values()):
        part["title"] = {"sv": LONG, "en": LONG}
    return data


CASES: dict[str, Callable[[str], dict[str, Any]]] = {
    "small": lambda kind: suitable(kind)(),
    "long names": lambda kind: long_names(suitable(kind)()),
    "forty years": lambda kind: suitable(kind)(years=40),
    "one year": lambda kind: suitable(kind)(years=1),
    "billions": lambda kind: suitable(kind)(persons=1_000_000),
}
GAINS = {case: functools.cache(lambda case=case: gain_of(case())) for case in (small, peopled)}


def picture(kind: str, gain: Comparison | None = None, **how: Any) -> Axes:
    subject = gain or GAINS[suitable(kind)]()
    return ut.plot.picture(kind, subject, draws=DRAWS, **{**ASKED.get(kind, {}), **how})


@pytest.fixture(scope="module")
def gain() -> Comparison:
    return gain_of(small())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_cut_or_lies_upon_another(kind: str, case: str) -> None:
    drawn = picture(kind, gain_of(CASES[case](kind)))
    assert overlapping(drawn) == []
    assert cut(drawn) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_needs_no_comparison_where_the_picture_does_not(kind: str) -> None:
    result = result_of(suitable(kind)())
    if kind in OF_EITHER:
        assert overlapping(ut.plot.picture(kind, result, draws=DRAWS, **ASKED.get(kind, {}))) == []
    else:
        with pytest.raises(ut.QuestionError) as refused:
            ut.plot.picture(kind, result)
        assert str(refused.value) == f"The picture '{kind}' is of a comparison with an alternative: compare first."


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_what_it_is_of_and_has_a_description(kind: str, lang: Any) -> None:
    drawn = picture(kind, lang=lang)
    said = " ".join(" ".join(told(drawn)).split())
    assert {"sv": "Liten kalkyl", "en": "Small scenario"}[lang] in said
    # Persons and what was drawn of one estimate are no kronor at a rate, and an agreement's are each year's own.
    expected = {
        "occupancy": ["2020–2025"],
        "stock_and_flow": ["2020–2025"],
        "fund_flow": ["2020–2025", {"sv": "löpande priser", "en": "current prices"}[lang]],
        "drawn": ["states.utanfor.flows.stod.amount"],
    }
    prices = {"sv": "2020 års priser", "en": "2020 kronor"}[lang]
    rate = {"sv": "3 %, årets mitt", "en": "3 %, middle of year"}[lang]
    undiscounted = {"sv": "odiskonterat", "en": "undiscounted"}[lang]
    usual = ["2020–2025", prices, undiscounted if kind == "cumulative" else rate]
    for piece in expected.get(kind, usual):
        assert piece in said
    alt = ut.plot.alt_text(drawn)
    assert alt.endswith(".")
    assert "{" not in alt
    assert not any(character in alt for character in "\n\t")


@pytest.mark.parametrize("kind", KINDS)
def test_the_readers_own_settings_are_neither_used_nor_changed(kind: str) -> None:
    plain = ut.plot.render(picture(kind), "png")
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "lines.linewidth": 9, "text.usetex": True}):
        before = dict(mpl.rcParams)
        assert ut.plot.render(picture(kind), "png") == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_drawn_upon_the_axes_that_are_given(kind: str) -> None:
    figure = Figure(figsize=(14, 9), layout="constrained")
    one, other = figure.subplots(1, 2)
    assert picture(kind, ax=one) is one
    assert not other.has_data()
    assert figure.axes == [one, other]
    figure.canvas.draw()
    assert one.get_window_extent().x1 < other.get_window_extent().x0


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_a_file_is_the_same_every_time_and_holds_the_description(format_: str, gain: Comparison) -> None:
    drawn = picture("by_actor", gain, lang="en")
    content = ut.plot.render(drawn, format_)
    assert content == ut.plot.render(picture("by_actor", gain, lang="en"), format_)
    if format_ != "pdf":
        assert b"Bars by year" in content
    assert content.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[format_])


def test_a_description_is_one_line_of_plain_text_whatever_the_names() -> None:
    data = long_names(small())
    data["programmes"]["jobbstod"]["title"] = {"sv": "Ring\a på\tklockan &\n<gå>", "en": "x"}
    drawn = picture("break_even", gain_of(data))
    assert "när Ring på klockan & <gå>: andel som lyckas går" in ut.plot.alt_text(drawn)
    parsed = ElementTree.fromstring(ut.plot.render(drawn, "svg"))
    assert ut.plot.alt_text(drawn) in "".join(parsed.itertext())


def test_a_notebook_shows_the_axes_as_a_picture(gain: Comparison) -> None:
    drawn: Any = picture("flow", gain)
    assert drawn._repr_png_() == ut.plot.render(drawn, "png")


def test_no_state_is_kept_by_pyplot(gain: Comparison) -> None:
    picture("flow", gain)
    if "matplotlib.pyplot" in sys.modules:
        import matplotlib.pyplot as plt

        assert plt.get_fignums() == []


def test_an_unknown_picture_is_told_with_the_nearest() -> None:
    with pytest.raises(ut.UnknownNameError) as refused:
        ut.plot.picture("by_aktor", result_of(small()))
    assert str(refused.value) == (
        "'by_aktor' is not a picture. Did you mean 'by_actor'?\n"
        "Allowed: by_actor, by_mandate, cumulative, who_gains, flow, occupancy, tornado, break_even, distribution, "
        "acceptability, drawn, stock_and_flow, mop_or_tap, leverage, fund_flow, thresholds"
    )


@pytest.mark.parametrize("kind", ["break_even", "acceptability", "drawn", "thresholds"])
def test_a_picture_of_an_estimate_asks_which(kind: str, gain: Comparison) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        ut.plot.picture(kind, gain)
    assert str(refused.value) == f"The picture '{kind}' is of an estimate: say which one (parameter)."


def test_a_text_is_broken_between_words_and_cut_with_an_ellipsis() -> None:
    told = fitted("Ett två tre fyra fem sex", width=50.0, size=10.0, lines=2)
    assert told.count("\n") == 1
    assert told.endswith("…")
    assert "Ett två tre fyra fem sex".startswith(told[:-1].replace("\n", " "))


def test_a_word_that_is_too_long_is_broken_within() -> None:
    assert fitted("a" * 40, width=50.0, size=10.0, lines=9).replace("\n", "") == "a" * 40


def test_what_the_font_lacks_is_a_square_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fitted("a\u0378b\x07c\nd", width=500.0, size=10.0, lines=1) == "a□b□c d"


def test_a_number_keeps_its_space_that_does_not_break() -> None:
    assert fitted("1\u00a0000 kr", width=500.0, size=10.0, lines=1) == "1\u00a0000 kr"
