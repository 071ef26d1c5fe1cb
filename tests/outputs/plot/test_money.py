"""What is drawn of kronor and persons is what the tables say."""

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from outputs.plot.drawing import bars, bars_called, gain_of, result_of, small, told

import utanforskap as ut
from utanforskap.analysis.results import Comparison, Result


@pytest.fixture(scope="module")
def result() -> Result:
    return result_of(small())


@pytest.fixture(scope="module")
def gain() -> Comparison:
    return gain_of(small())


def heights(ax: Axes, name: str) -> list[float]:
    return [patch.get_height() for patch in bars_called(ax, name)]


@pytest.mark.parametrize("perspective", ["see", "society", "public", "kommun", "individ"])
@pytest.mark.parametrize(("kind", "columns"), [("by_actor", "year"), ("by_mandate", "mandate")])
def test_bars_are_as_high_as_the_table_says(
    kind: str, columns: Any, perspective: str, result: Result, gain: Comparison
) -> None:
    for subject, table in (
        (result, result.cost_of_exclusion(columns=columns, perspective=perspective)),
        (gain, gain.table(columns=columns, perspective=perspective)),
    ):
        drawn = getattr(ut.plot, kind)(subject, perspective=perspective)
        rows = table.iloc[:-1]
        for name in rows.index[rows.abs().max(axis=1) > 1.0]:
            assert heights(drawn, name) == pytest.approx(list(table.loc[name]))
        sums = [line for line in drawn.lines if line.get_label() == "Summa"]
        for line in sums:
            assert list(line.get_ydata()) == pytest.approx(list(table.iloc[-1]))
        assert len(sums) == (len(drawn.containers) > 1)


def test_a_pile_stands_on_zero_without_gaps(gain: Comparison) -> None:
    drawn = ut.plot.by_actor(gain, perspective="society")
    low, high = drawn.get_ylim()
    assert low <= 0.0 <= high
    by_place: dict[float, list[Rectangle]] = {}
    for patch in bars(drawn):
        by_place.setdefault(round(patch.get_x(), 6), []).append(patch)
    for patches in by_place.values():
        for sign in (1.0, -1.0):
            pile = [patch for patch in patches if sign * patch.get_height() > 0.0]
            ends = sorted(sign * end for patch in pile for end in (patch.get_y(), patch.get_y() + patch.get_height()))
            if ends:
                assert ends[0] == 0.0
                assert ends[-1] == pytest.approx(sum(abs(patch.get_height()) for patch in pile))


def test_production_stands_beside_the_actors(result: Result) -> None:
    drawn = ut.plot.by_actor(result)
    production = {round(patch.get_x(), 6) for patch in bars_called(drawn, "Produktionsvärde")}
    actors = {round(patch.get_x(), 6) for patch in bars_called(drawn, "Kommun")}
    assert not production & actors
    assert all(patch.get_y() == 0.0 for patch in bars_called(drawn, "Produktionsvärde"))


def test_sums_by_mandate_period_are_written_over_the_bars(result: Result) -> None:
    drawn = ut.plot.by_mandate(result)
    for total in result.cost_of_exclusion(columns="mandate").iloc[-1]:
        assert f"{total / 1e6:.1f}\u00a0Mkr".replace(".", ",") in told(drawn)


def test_a_mandate_period_must_begin_some_year() -> None:
    data = small()
    del data["horizon"]["mandate_from"]
    with pytest.raises(ut.QuestionError, match="says no first year of a mandate period"):
        ut.plot.by_mandate(result_of(data))


def test_one_actor_alone_has_no_sum_beside_it(result: Result) -> None:
    drawn = ut.plot.by_actor(result, perspective="fk")
    assert "Summa" not in told(drawn)
    assert len(drawn.containers) == 1


def test_nothing_is_told_as_nothing(result: Result) -> None:
    drawn = ut.plot.by_actor(result, perspective="eu")
    assert "Inga belopp att visa" in told(drawn)
    assert ut.plot.alt_text(drawn) == "Utanförskapets kostnad per år och aktör: inget att visa."
    assert not bars(drawn)


def test_the_unit_suits_the_amounts() -> None:
    data = small()
    for flow in data["states"]["utanfor"]["flows"].values():
        flow["amount"] = {"value": flow["amount"]["value"] / 1e5, "unit": "kr/år", "price_year": 2020}
    drawn = ut.plot.by_actor(result_of(data), perspective="fk")
    assert any(text.startswith("Kr per år.") for text in told(drawn))
    billions = ut.plot.by_actor(result_of(small(persons=1_000_000)))
    assert any(text.startswith("Mkr per år.") for text in told(billions))
    assert "300\u00a0000" in told(billions)


def test_a_loss_has_a_true_minus_sign(gain: Comparison) -> None:
    ticks = [text for text in told(ut.plot.by_actor(gain)) if text.startswith(("-", "\N{MINUS SIGN}"))]
    assert ticks
    assert not any(text.startswith("-") for text in ticks)


def test_who_pays_and_who_gains_are_the_margins_of_the_matrix(gain: Comparison) -> None:
    drawn = ut.plot.who_gains(gain)
    matrix = gain.matrix()
    names = [label.get_text() for label in drawn.get_yticklabels()]
    paid, *gained = drawn.containers
    costs = {name: -patch.get_width() for name, patch in zip(names, paid.patches, strict=True)}
    assert costs["Kommun"] == pytest.approx(matrix.loc["Kommun", "Betalar"])
    assert sum(costs.values()) == pytest.approx(matrix.loc["Summa", "Betalar"])
    for name, container in zip(names, gained, strict=True):
        expected = matrix.loc["Summa", name] if name in matrix else 0.0
        assert container.patches[0].get_width() == pytest.approx(expected)
        assert container.patches[0].get_x() in (0.0, pytest.approx(-costs[name]))
    assert drawn.get_xlim()[0] < 0.0 < drawn.get_xlim()[1]


def test_a_loss_begins_where_the_cost_ends() -> None:
    data = small()
    data["programmes"]["jobbstod"]["costs"]["drift"]["payer"] = "region"
    drawn = ut.plot.who_gains(gain_of(data))
    names = [label.get_text() for label in drawn.get_yticklabels()]
    paid, *gained = drawn.containers
    place = names.index("Region")
    loss = gained[place].patches[0]
    assert loss.get_width() < 0.0
    assert loss.get_x() == pytest.approx(paid.patches[place].get_width())


def test_bands_are_as_wide_as_the_cells_of_the_matrix() -> None:
    data = small()
    data["programmes"]["jobbstod"]["costs"]["lokaler"] = {
        "amount": {"value": 300_000, "unit": "kr", "price_year": 2020}, "basis": "once", "year": 2020, "payer": "fk",
    }  # fmt: skip
    gain = gain_of(data)
    drawn = ut.plot.flow(gain)
    matrix = gain.matrix().drop(columns=["Betalar", "Summa"]).drop(index="Summa")
    gaining = matrix.loc[:, matrix.sum() > 0.0]
    assert list(gaining.columns) != list(matrix.columns)
    bands = [patch for patch in drawn.patches if isinstance(patch, PathPatch)]
    wide = np.array([patch.get_path().vertices[7, 1] - patch.get_path().vertices[0, 1] for patch in bands])
    cells = gaining.T.to_numpy().ravel()
    assert wide / wide.sum() == pytest.approx(cells / cells.sum())
    nodes = bars(drawn)
    lost = [patch for patch in nodes if patch.get_hatch() == "xxx"]
    assert sum(patch.get_height() for patch in lost) / wide.sum() == pytest.approx(
        -matrix.sum()[matrix.sum() < 0.0].sum() / cells.sum()
    )


def test_where_nobody_pays_there_is_nothing_to_draw_from() -> None:
    data = small()
    del data["programmes"]["jobbstod"]["costs"]
    assert "Ingen betalar för alternativet" in told(ut.plot.flow(gain_of(data)))


@pytest.mark.parametrize("alternative", [None, "jobb"])
def test_persons_are_those_of_the_table(alternative: str | None, result: Result) -> None:
    drawn = ut.plot.occupancy(result, alternative=alternative)
    table = result.occupancy(alternative=alternative).groupby(level=1, sort=False).sum()
    assert len(drawn.containers) == len(table)
    for state, persons in table.iterrows():
        assert heights(drawn, state) == pytest.approx(list(persons))


def test_what_is_moved_sums_to_nobody(gain: Comparison) -> None:
    drawn = ut.plot.occupancy(gain)
    moved = np.sum([[patch.get_height() for patch in container.patches] for container in drawn.containers], axis=0)
    assert moved == pytest.approx(np.zeros(6), abs=1e-9)
    # 10 persons × 0.3 succeed; the first year everybody is still excluded.
    assert heights(drawn, "I arbete") == pytest.approx([0, 3, 3, 3, 3, 3])
