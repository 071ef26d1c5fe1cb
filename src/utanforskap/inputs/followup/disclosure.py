"""Disclosure control: which figures of an evaluation may be shown, solved jointly over all its tables.

A figure that rests on fewer than five persons is suppressed (primary). So are as many others as it takes for none of
those to follow from what is shown by adding and subtracting (complementary).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Cell = Hashable
FEWEST = 5
"""A figure that rests on fewer persons is not shown, nor is a word that fewer persons have."""
_ZERO = 1e-9


@dataclass
class Figures:
    """Figures that are to be shown, how many persons each rests on, and how they add up.

    Attributes
    ----------
    persons : dict of cell to int
        How many persons each figure rests on; none at all rests on nobody, and may be shown.
    sums : list of (cell, tuple of cell)
        A figure, and those that it is the sum of.
    closed : set of cell
        Figures that must not be shown whatever they rest on.
    kept : set of cell
        Figures that others are hidden rather than.
    """

    persons: dict[Cell, int] = field(default_factory=dict)
    sums: list[tuple[Cell, tuple[Cell, ...]]] = field(default_factory=list)
    closed: set[Cell] = field(default_factory=set)
    kept: set[Cell] = field(default_factory=set)

    def add(self, cell: Cell, persons: int) -> None:
        """Add a figure; one that is there already rests on the fewest of what is said."""
        self.persons[cell] = min(persons, self.persons.get(cell, persons))

    def is_sum(self, whole: Cell, parts: Iterable[Cell]) -> None:
        """Say that a figure is the sum of others; all must have been added."""
        self.sums.append((whole, tuple(parts)))

    def close_alike(self, cells: Sequence[Cell]) -> None:
        """Close counts of the same persons' categories where all of them are in one: it tells what each of them is.

        Parameters
        ----------
        cells : sequence of cell
            Counts that exclude one another; a zero among them then discloses.
        """
        counts = [self.persons[cell] for cell in cells]
        if sum(count > 0 for count in counts) == 1 and len(cells) > 1:
            self.closed.update(cells)


def suppressed(figures: Figures) -> frozenset[Cell]:
    """Return which figures are not shown.

    Primary: those that rest on at least one and fewer than five persons, and those that are closed. Complementary:
    while one of them follows from what is shown, or a sum of them that rests on fewer than five persons does, the
    figure that rests on fewest persons among those that stand in a sum with it.

    Parameters
    ----------
    figures : Figures
        All figures of all tables, and their sums.
    """
    hidden = {cell for cell, persons in figures.persons.items() if 0 < persons < FEWEST} | figures.closed
    # One figure more is hidden in each round, so that it ends.
    while True:
        exposed = _exposed(figures, hidden)
        if exposed is None:
            return frozenset(hidden)
        shown = [cell for cell in exposed if cell not in hidden and figures.persons[cell] > 0]
        if not shown:  # the sum has nothing else to hide behind: the whole of it goes
            shown = [cell for cell in exposed if cell not in hidden]
        hidden.add(min(shown, key=lambda cell: (cell in figures.kept, figures.persons[cell], exposed.index(cell))))


def _exposed(figures: Figures, hidden: set[Cell]) -> tuple[Cell, ...] | None:
    """Return the cells of a sum by which something hidden is exposed; None where nothing is."""
    for whole, parts in figures.sums:
        cells = (*parts, whole)
        inside = [cell for cell in cells if cell in hidden]
        if not inside or len(inside) == len(cells):
            continue
        among = [cell for cell in parts if cell in hidden]
        alone = len(inside) == 1
        few = whole not in hidden and sum(figures.persons[cell] for cell in among) < FEWEST
        if alone or few:
            return cells
    return _by_elimination(figures, hidden)


def _by_elimination(figures: Figures, hidden: set[Cell]) -> tuple[Cell, ...] | None:
    """Return the cells of a sum with a hidden figure that several sums together give away; None where none does."""
    if not hidden or not figures.sums:
        return None
    unknown = sorted(hidden, key=repr)
    place: Mapping[Cell, int] = {cell: position for position, cell in enumerate(unknown)}
    rows = []
    for whole, parts in figures.sums:
        row = np.zeros(len(unknown))
        for cell, sign in [(whole, -1.0), *((part, 1.0) for part in parts)]:
            if cell in place:
                row[place[cell]] += sign
        rows.append(row)
    for position in np.flatnonzero(_given_away(np.array(rows))):
        cell = unknown[position]
        for whole, parts in figures.sums:
            cells = (*parts, whole)
            if cell in cells and not all(one in hidden for one in cells):
                return cells
    return None


def _given_away(sums: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which unknowns the sums determine: none in their null space touches them [shape (unknown,)]."""
    _, sizes, directions = np.linalg.svd(sums, full_matrices=True)
    rank = int(np.count_nonzero(sizes > _ZERO * max(1.0, sizes.max(initial=0.0))))
    free = directions[rank:]
    return np.asarray(np.abs(free).max(axis=0, initial=0.0) < _ZERO, dtype=np.bool_)
