"""Pictures of a population: who comes and leaves, and mop against tap."""

import io
import os

import matplotlib as mpl
import pytest
from analysis.populations import leaving, mop_and_tap, population
from matplotlib.axes import Axes
from outputs.plot.drawing import bars_called
from outputs.plot.test_baselines import DOTS, DRAWN_WITH, FAR, KEPT, NEAR, difference

import utanforskap as ut
from utanforskap.outputs.plot.paper import styled


def stock() -> Axes:
    return ut.plot.stock_and_flow(population(leaving(years=12)), "a")


def mop() -> Axes:
    return ut.plot.mop_or_tap(population(mop_and_tap()).mop_or_tap(mop="moppa", tap="stang", perspective="region"))


def test_those_who_come_stand_up_and_those_who_leave_hang_down() -> None:
    """Ten come a year; a quarter of those there leave, 2.5 of the first ten in the second year."""
    drawn = stock()
    assert [bar.get_height() for bar in bars_called(drawn, "Kommer")][:3] == pytest.approx([10.0, 10.0, 10.0])
    assert [bar.get_height() for bar in bars_called(drawn, "Lämnar")][:3] == pytest.approx([0.0, -2.5, -4.375])
    told = {text.get_text() for text in drawn.texts}
    assert {"Bestånd 2014: 10", "Bestånd 2025: 39"} <= told
    assert ut.plot.alt_text(drawn) == (
        "Staplar per år 2014–2025: de som kommer uppåt, de som lämnar nedåt. Första året kommer 10 och lämnar 0, sista "
        "året 10 och 10. Beståndet är 10 2014 och 39 2025."
    )


def test_the_lines_of_mop_and_tap_end_in_what_each_gains() -> None:
    compared = population(mop_and_tap()).mop_or_tap(mop="moppa", tap="stang", perspective="region")
    drawn = ut.plot.mop_or_tap(compared)
    ends = [line.get_ydata()[-1] for line in drawn.lines[:2]]  # type: ignore[index]
    assert ends == pytest.approx([compared.net_gain("moppa", years=12), compared.net_gain("stang", years=12)])
    assert ut.plot.alt_text(drawn).startswith("Två linjer över vinsten lagd till vinsten 2014–2025. Till slut: ")


def test_in_english() -> None:
    drawn = ut.plot.stock_and_flow(population(leaving()), "a", lang="en")
    assert ut.plot.alt_text(drawn).startswith("Bars by year 2014–2019")


def test_a_state_that_nobody_is_in() -> None:
    with pytest.raises(ut.UnknownNameError) as raised:
        ut.plot.stock_and_flow(population(leaving()), "b")
    assert str(raised.value) == "'b' is not a state that somebody is in.\nAllowed: a, dod"


@pytest.mark.parametrize(("kind", "draw"), [("stock_and_flow", stock), ("mop_or_tap", mop)])
def test_a_picture_looks_as_it_did(kind: str, draw: object) -> None:
    assert callable(draw)
    page = io.BytesIO()
    drawn = draw()
    with styled():
        drawn.figure.savefig(page, format="png", dpi=DOTS, metadata={"Software": None})
    path = KEPT / f"{kind}.png"
    if os.environ.get("UPDATE_PICTURES"):
        path.write_bytes(page.getvalue())
    farthest = NEAR if mpl.__version__.startswith(f"{DRAWN_WITH}.") else FAR
    assert difference(page.getvalue(), path.read_bytes()) < farthest
