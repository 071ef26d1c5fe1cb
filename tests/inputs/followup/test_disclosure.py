"""Disclosure control: what is shown gives away nothing that rests on fewer than five persons."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from utanforskap.inputs.followup.disclosure import FEWEST, Cell, Figures, suppressed


def table(counts: list[list[int]]) -> Figures:
    """Rows by columns with all sums, as a table of counts has them."""
    figures = Figures()
    rows, columns = len(counts), len(counts[0])
    for row in range(rows):
        for column in range(columns):
            figures.add((row, column), counts[row][column])
        figures.add((row, "all"), sum(counts[row]))
        figures.is_sum((row, "all"), [(row, column) for column in range(columns)])
    for column in [*range(columns), "all"]:
        figures.add(("all", column), sum(figures.persons[row, column] for row in range(rows)))
        figures.is_sum(("all", column), [(row, column) for row in range(rows)])
    return figures


def told(figures: Figures, hidden: frozenset[Cell]) -> list[Cell]:
    """What an attacker can work out of what is hidden, by elimination in exact fractions."""
    unknown = sorted(hidden, key=repr)
    rows = []
    for whole, parts in figures.sums:
        row = [Fraction(0)] * len(unknown)
        for cell, sign in [(whole, -1), *((part, 1) for part in parts)]:
            if cell in hidden:
                row[unknown.index(cell)] += sign
        rows.append(row)
    pivots = []
    for column in range(len(unknown)):
        pivot = next((row for row in rows if row[column] and not any(row is used for used in pivots)), None)
        if pivot is None:
            continue
        pivots.append(pivot)
        pivot[:] = [value / pivot[column] for value in pivot]
        for row in rows:
            if row is not pivot and row[column]:
                factor = row[column]
                row[:] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
    alone = [row for row in pivots if sum(value != 0 for value in row) == 1]
    return [unknown[next(place for place, value in enumerate(row) if value)] for row in alone]


def test_a_small_count_takes_another_with_it_in_its_row_and_its_column() -> None:
    hidden = suppressed(table([[3, 20, 30], [40, 50, 60], [70, 80, 90]]))
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_nothing_small_hides_nothing_and_nobody_is_nothing_to_hide() -> None:
    assert suppressed(table([[5, 6], [7, 8]])) == frozenset()
    assert suppressed(table([[0, 60], [70, 80]])) == frozenset()


def test_two_small_ones_that_are_few_together_need_a_third() -> None:
    hidden = suppressed(table([[1, 2, 30]]))
    assert hidden >= {(0, 0), (0, 1), (0, 2)}


def test_what_is_closed_is_hidden_whatever_it_rests_on() -> None:
    figures = table([[12, 0], [30, 40]])
    figures.close_alike([(0, 0), (0, 1)])
    hidden = suppressed(figures)
    assert {(0, 0), (0, 1)} <= hidden
    assert not told(figures, hidden)


def test_sums_over_several_tables_are_held_together() -> None:
    # Two splits of the same persons: hidden in one, the figure must not follow from the other.
    figures = Figures()
    for cell, persons in {"all": 60, "women": 3, "men": 57, "young": 28, "old": 32}.items():
        figures.add(cell, persons)
    figures.is_sum("all", ["women", "men"])
    figures.is_sum("all", ["young", "old"])
    figures.kept.add("all")
    hidden = suppressed(figures)
    assert hidden == {"women", "men"}


@given(
    st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.sampled_from([0, 1, 2, 4, 5, 9, 30]), min_size=columns, max_size=columns),
            min_size=2,
            max_size=4,
        )
    )
)
def test_no_hidden_figure_follows_from_what_is_shown(counts: list[list[int]]) -> None:
    figures = table(counts)
    hidden = suppressed(figures)
    assert all(cell in hidden for cell, persons in figures.persons.items() if 0 < persons < FEWEST)
    assert not told(figures, hidden)


@given(st.lists(st.sampled_from([0, 1, 3, 5, 8, 30]), min_size=27, max_size=27))
def test_nothing_follows_from_sums_in_three_directions(counts: list[int]) -> None:
    # Three splits of the same persons by each other: each figure stands in three sums, and those in others.
    cube = np.zeros((4, 4, 4), dtype=np.int64)
    cube[:3, :3, :3] = np.array(counts).reshape(3, 3, 3)
    for axis in range(3):
        cube[(slice(None),) * axis + (3,)] = cube.sum(axis=axis)
    figures = Figures()
    for place, persons in np.ndenumerate(cube):
        figures.add(place, int(persons))
    for place in np.ndindex(4, 4, 4):
        for axis in range(3):
            if place[axis] == 3:
                figures.is_sum(place, [(*place[:axis], part, *place[axis + 1 :]) for part in range(3)])

    hidden = suppressed(figures)

    assert all(cell in hidden for cell, persons in figures.persons.items() if 0 < persons < FEWEST)
    assert not told(figures, hidden)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=6))
def test_what_is_hidden_in_a_row_is_never_few_persons_together(counts: list[int]) -> None:
    figures = table([counts])
    hidden = suppressed(figures)
    parts = [persons for column, persons in enumerate(counts) if (0, column) in hidden]
    if parts and (0, "all") not in hidden:
        assert sum(parts) >= FEWEST
        assert np.count_nonzero(parts) >= 1
