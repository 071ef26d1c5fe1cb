"""Pictures of who puts in and who gets back."""

import io
import os

import matplotlib as mpl
import pytest
from funders.purses import budget, case, kr, loan
from funders.test_methods import with_method
from matplotlib.axes import Axes
from outputs.plot.drawing import bars_called
from outputs.plot.test_baselines import DOTS, DRAWN_WITH, FAR, KEPT, NEAR, difference

import utanforskap as ut
from utanforskap.outputs.plot.paper import styled


def ladder() -> Axes:
    return ut.plot.leverage(ut.run(ut.from_data(with_method())), "m", horizons=(4, 6))


def fund() -> Axes:
    data = case(budget(funders={"kommun.fond": 1}), funds={"fonden": loan()})
    return ut.plot.fund_flow(ut.run(ut.from_data(data)).compare("insats"), "fonden")


def needed() -> Axes:
    said = budget(funders={"fk": 0.5, "kommun": "rest"})
    said["other"] = {"start": {"amount": kr(1_000_000), "year": 2015}}
    gain = ut.run(ut.from_data(case(said))).compare("insats")
    return ut.plot.thresholds(gain.thresholds("success", perspectives=["society", "kommun", "fk"], horizons=(2, 4, 6)))


def test_the_ladder_climbs_with_each_grade() -> None:
    drawn = ladder()
    # Within six years 2 040 000, 11 490 000 and 18 290 000 kr (tests/funders), for 180 000 kr of own money.
    steps = [bar.get_height() for bar in bars_called(drawn, "6 år")]
    second, third = 0.3 * 330 * 100_000 - 450_000, 7_000_000 - 200_000
    assert steps == pytest.approx(
        [2_040_000 / 180_000, (2_040_000 + second) / 180_000, (2_040_000 + second + third) / 180_000]
    )
    assert "6 år: projektet 11,3, metoden i ordinarie verksamhet " in ut.plot.alt_text(drawn)


def test_a_fund_pays_out_downwards_and_gets_back_upwards() -> None:
    drawn = fund()
    assert [bar.get_height() for bar in bars_called(drawn, "Betalar ut")][:2] == pytest.approx([-360_000, 0])
    assert [bar.get_height() for bar in bars_called(drawn, "Får tillbaka")][:2] == pytest.approx([0, 102_000])
    assert ut.plot.alt_text(drawn) == (
        "Staplar per år 2015–2020: det fonden betalar ut nedåt, det den får tillbaka uppåt, och en linje över var den "
        "står. I allt betalar den ut 360\xa0tkr och får tillbaka 360\xa0tkr; till slut står den på 0\xa0tkr."
    )


def test_what_it_takes_is_written_at_each_bar() -> None:
    drawn = needed()
    told = [text.get_text() for text in drawn.texts]
    assert told[:9] == ["7 av 10", "4 av 10", "3 av 10", "4 av 10", "2 av 10", "2 av 10", *["går inte"] * 3]
    assert ut.plot.alt_text(drawn).endswith("Försäkringskassan: 2 år går inte, 4 år går inte, 6 år går inte.")


def test_in_english() -> None:
    drawn = ut.plot.leverage(ut.run(ut.from_data(with_method())), "m", horizons=(4,), lang="en")
    assert ut.plot.alt_text(drawn).startswith(
        "Bars of society's gain for each krona of own money (Coordination association)"
    )


@pytest.mark.parametrize(("kind", "draw"), [("leverage", ladder), ("fund_flow", fund), ("thresholds", needed)])
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
