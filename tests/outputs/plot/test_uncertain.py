"""What is drawn of what is uncertain is what the simulation and the sensitivity tables say."""

import re
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from outputs.plot.drawing import bars, cut, gain_of, overlapping, result_of, small, told

import utanforskap as ut
from utanforskap.analysis.results import Comparison
from utanforskap.outputs.plot.time import moment

DRAWS = 4096


@pytest.fixture(scope="module")
def gain() -> Comparison:
    return gain_of(small())


def line(ax: Axes, label: str) -> tuple[np.ndarray, np.ndarray]:
    found = next(each for each in ax.lines if each.get_label() == label)
    return np.asarray(found.get_xdata(), dtype=float), np.asarray(found.get_ydata(), dtype=float)


@pytest.mark.parametrize("discounted", [False, True])
@pytest.mark.parametrize("perspective", ["society", "kommun", "fk", "region"])
def test_the_line_is_the_sum_of_the_years_and_passes_zero_at_the_payback(
    perspective: str, discounted: bool, gain: Comparison
) -> None:
    drawn = ut.plot.cumulative(gain, perspective=perspective, discounted=discounted)
    fields: dict[str, Any] = {} if discounted else {"discount": "none"}
    yearly = gain.table(rows="total", columns="year", perspective=perspective, **fields).iloc[-1]
    years, summed = line(drawn, "Punktvärde")
    assert list(years) == [2020, 2021, 2022, 2023, 2024, 2025, 2026]
    assert summed == pytest.approx(np.append(0.0, np.cumsum(yearly)))
    answer = gain.payback(perspective=perspective, discounted=discounted)
    marked = [each for each in drawn.lines if len(np.atleast_1d(each.get_xdata())) == 1 and each.get_markersize() == 7]
    assert len(marked) == (answer.status == "time")
    for each in marked:
        at = float(np.atleast_1d(each.get_xdata())[0])
        assert at == pytest.approx(2020 + answer.years)
        assert np.interp(at, years, summed) == pytest.approx(0.0, abs=1e-6 * np.abs(summed).max())


def test_a_payback_that_is_counted_from_a_later_year_is_marked_there() -> None:
    data = small()
    data["programmes"]["jobbstod"]["starts"] = 2022
    data["programmes"]["jobbstod"]["costs"]["drift"]["year"] = 2022
    gain = gain_of(data)
    answer = gain.payback()
    assert answer.status == "time"
    years, summed = line(ut.plot.cumulative(gain), "Punktvärde")
    at = moment(answer, years)
    assert at == pytest.approx(2022 + answer.years)
    assert np.interp(at, years, summed) == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize(("perspective", "said"), [("region", "Återbetalning: "), ("kommun", "Återbetalt efter ")])
def test_when_the_money_is_back_is_said(perspective: str, said: str, gain: Comparison) -> None:
    drawn = told(ut.plot.cumulative(gain, perspective=perspective))
    assert any(text.startswith(said) for text in drawn)


def test_the_fan_holds_its_shares_of_the_draws(gain: Comparison) -> None:
    readings = ut.plot.cumulative_readings(gain, perspective="kommun")
    simulation = ut.simulate(gain.case, readings, n=DRAWS, keep=True, split="total")
    drawn = ut.plot.cumulative(gain, simulation=simulation, perspective="kommun")
    bands = [each for each in drawn.collections if isinstance(each, PolyCollection)]
    assert [band.get_label() for band in bands] == ["90\u00a0% av dragningarna", "50\u00a0% av dragningarna"]
    draws = np.array([simulation.draws(name) for name in readings])
    for band, (low, high) in zip(bands, ((0.05, 0.95), (0.25, 0.75)), strict=True):
        box = band.get_datalim(drawn.transData)
        ends = np.quantile(draws[-1], [low, high])
        # Percentiles of a simulation are known to within a bin of its histogram.
        assert box.y1 == pytest.approx(max(ends.max(), 0.0), rel=0.01)
        corners = band.get_paths()[0].vertices
        last = corners[np.isclose(corners[:, 0], 2026.0)][:, 1]
        assert [last.min(), last.max()] == pytest.approx(list(ends), rel=0.01)


@pytest.mark.parametrize(
    ("success", "cost", "said"),
    [
        # Each who succeeds saves the kommun up to 100 000 kr a year from the first: of ten, more than it costs where
        # many do; and less in all six years where next to nobody does.
        ({"value": 0.3, "low": 0.01, "high": 0.5}, 120_000, "\nredan första året till inte inom 6 år"),
        ({"value": 0.3, "low": 0.2, "high": 0.5}, 240_000, r"\nredan första året till 1,\d år"),
        ({"value": 0.3, "low": 0.05, "high": 0.5}, 900_000, r"\n\d,\d år till inte inom 6 år"),
        ({"value": 0.3, "low": 0.25, "high": 0.35}, 900_000, r" \d,\d–\d,\d år"),
    ],
)
def test_when_the_money_is_back_has_an_interval_that_reads_as_a_sentence(
    success: dict[str, float], cost: float, said: str
) -> None:
    data = small()
    data["states"]["utanfor"]["flows"]["stod"]["amount"] |= {"low": 99_000, "high": 101_000}
    data["pathways"]["inne"]["stages"] = [{"state": "arbete"}]
    data["programmes"]["jobbstod"]["success"] = success
    data["programmes"]["jobbstod"]["costs"]["drift"]["amount"]["value"] = cost
    gain = gain_of(data)
    readings = ut.plot.cumulative_readings(gain, perspective="kommun")
    simulation = ut.simulate(gain.case, readings, n=1000, split="total")
    drawn = ut.plot.cumulative(gain, simulation=simulation, perspective="kommun")
    assert [text for text in told(drawn) if re.fullmatch(f"90\u00a0% av dragningarna:{said}", text)]
    assert cut(drawn) == []
    assert overlapping(drawn) == []


def test_the_fan_asks_for_its_own_readings(gain: Comparison) -> None:
    simulation = ut.simulate(gain.case, n=100)
    with pytest.raises(ut.UnknownNameError, match="is not a reading of this simulation"):
        ut.plot.cumulative(gain, simulation=simulation)


def test_where_nothing_is_uncertain_there_is_a_line_and_no_fan() -> None:
    data = small()
    for flow in data["states"]["utanfor"]["flows"].values():
        del flow["amount"]["low"], flow["amount"]["high"]
    data["programmes"]["jobbstod"]["success"] = 0.3
    gain = gain_of(data)
    assert not ut.plot.picture("cumulative", gain).collections
    with pytest.raises(ut.QuestionError, match="Nothing in 'bilder' is uncertain"):
        ut.plot.picture("distribution", gain)


def test_bars_of_a_distribution_hold_every_draw_on_the_right_side_of_zero(gain: Comparison) -> None:
    reading = gain.reading(perspective="kommun")
    simulation = ut.simulate(gain.case, {"gain": reading}, n=DRAWS, keep=True)
    drawn = ut.plot.distribution(simulation)
    draws = simulation.draws("gain")
    shares = {(patch.get_x() + patch.get_width() / 2): patch.get_height() for patch in bars(drawn)}
    assert sum(shares.values()) == pytest.approx(1.0)
    gaining = float(np.mean(draws > 0.0))
    assert 0.0 < gaining < 1.0
    assert sum(share for at, share in shares.items() if at > 0.0) == pytest.approx(gaining)
    assert f"Vinst {100 * gaining:.0f}\u00a0%" in told(drawn)
    middle = np.array(sorted(shares))
    mean = sum(at * share for at, share in shares.items())
    assert mean == pytest.approx(draws.mean(), abs=middle[1] - middle[0])
    assert drawn.get_ylim()[0] == 0.0


def test_a_distribution_names_its_readings(gain: Comparison) -> None:
    simulation = ut.simulate(gain.case, {"vinst": gain.reading()}, n=100)
    with pytest.raises(ut.UnknownNameError) as refused:
        ut.plot.distribution(simulation, "vinsst")
    assert str(refused.value) == ("'vinsst' is not a reading of this simulation. Did you mean 'vinst'?\nAllowed: vinst")


def test_what_was_drawn_stands_against_what_was_stated(gain: Comparison) -> None:
    simulation = ut.simulate(gain.case, n=DRAWS)
    drawn = ut.plot.drawn(simulation, "stod.amount")
    stated = sorted(
        {float(each.get_xdata()[0]) for each in drawn.lines if each.get_linestyle() == "--" and len(each.get_xdata())}
    )
    assert stated == [60_000, 100_000, 170_000]
    heights = np.array([patch.get_height() for patch in bars(drawn)])
    assert heights.sum() == pytest.approx(1.0, abs=0.003)
    # What is drawn follows the density: each bar within what chance lets 4 096 draws differ.
    places, density = line(drawn, "Angiven fördelning")
    for patch in bars(drawn):
        here = (places >= patch.get_x()) & (places <= patch.get_x() + patch.get_width())
        expected = float(density[here].mean())
        assert patch.get_height() == pytest.approx(expected, abs=5 * np.sqrt(expected / DRAWS) + 0.004)


def test_what_is_not_drawn_is_refused(gain: Comparison) -> None:
    with pytest.raises(ut.UnknownNameError, match="is not an estimate that is drawn"):
        ut.plot.drawn(ut.simulate(gain.case, n=100), "deadweight")


def test_lines_of_acceptability_are_the_shares_by_perspective() -> None:
    result = result_of(small())
    points = [0.0, 0.1, 0.2, 0.4]
    curves = [
        result.acceptability(points, parameter="success", perspective=each, n=1000) for each in ("society", "kommun")
    ]
    drawn = ut.plot.acceptability(curves)
    for each, name in zip(curves, ("Samhällsekonomiskt", "Kommun"), strict=True):
        at, shares = line(drawn, name)
        assert list(at) == points
        assert shares == pytest.approx(each.table().iloc[:, 1].to_numpy())
    alone = ut.plot.acceptability(curves[1])
    names = list(curves[1].table().columns)
    assert line(alone, names[0])[1] + line(alone, names[1])[1] == pytest.approx(np.ones(4))


def test_a_tornado_reaches_as_far_as_the_table(gain: Comparison) -> None:
    table = gain.tornado(perspective="kommun")
    drawn = ut.plot.tornado(gain, perspective="kommun", most=4)
    point = table.attrs["at_point"]
    rows = table.iloc[:4]
    for place in range(4):
        here = [patch for patch in bars(drawn) if round(patch.get_y() + patch.get_height() / 2) == place]
        ends = [point, *(end for patch in here for end in (patch.get_x(), patch.get_x() + patch.get_width()))]
        expected = [point, rows.iloc[place]["Vid låg (kr)"], rows.iloc[place]["Vid hög (kr)"]]
        assert [min(ends), max(ends)] == pytest.approx([min(expected), max(expected)])
    names = [label.get_text().replace("\n", " ") for label in drawn.get_yticklabels()]
    assert "Jobbstöd: andel som lyckas" in names
    ranged = int(table["Utslag (kr)"].notna().sum())
    moving = int((table["Utslag (kr)"].astype(float).fillna(0.0) > 1.0).sum())
    assert ranged >= moving > 4
    assert any(f"de 4 största av {moving}" in text for text in told(drawn))


def test_a_long_title_is_cut_before_what_is_said_of_it() -> None:
    data = small()
    data["programmes"]["jobbstod"]["title"] = (
        "Stöd till gymnasieungdomar med kognitiva funktionsnedsättningar och deras familjer"
    )
    names = [label.get_text() for label in ut.plot.tornado(gain_of(data)).get_yticklabels()]
    assert any(name.startswith("Stöd till gymnasie") and name.endswith("…\nandel som lyckas") for name in names)


def test_break_even_is_marked_where_it_is(gain: Comparison) -> None:
    perspectives = ("society", "kommun")
    drawn = ut.plot.break_even(gain, "success", perspectives=perspectives)
    marked = {
        float(each.get_xdata()[0]) for each in drawn.lines if each.get_markersize() == 6 and len(each.get_xdata()) == 1
    }
    found = {gain.break_even("success", perspective=each).value for each in perspectives}
    assert sorted(marked) == pytest.approx(sorted(found))
    at, values = line(drawn, "Kommun")
    # The gain is a straight line in success, at the point what the comparison says.
    assert np.interp(0.3, at, values) == pytest.approx(gain.net_present_value(perspective="kommun"))
    assert np.diff(values) == pytest.approx(np.full(len(values) - 1, values[1] - values[0]))
