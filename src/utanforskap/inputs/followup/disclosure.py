"""Disclosure control: which figures of an evaluation may be shown, solved jointly over all its tables.

A figure that rests on fewer than five persons is suppressed (primary). So are as many others as it takes for none of
those to follow from what is shown by adding and subtracting (complementary).
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Positions = NDArray[np.int64]
Cell = Hashable
FEWEST = 5
"""A figure that rests on fewer persons is not shown, nor is a word that fewer persons have."""
_ZERO = 1e-9
_TRIED = 40
"""So many figures are tried, in order, as what to hide with another."""


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
    wholes : set of cell
        Those that are a sum of others.
    """

    persons: dict[Cell, int] = field(default_factory=dict)
    sums: list[tuple[Cell, tuple[Cell, ...]]] = field(default_factory=list)
    closed: set[Cell] = field(default_factory=set)
    kept: set[Cell] = field(default_factory=set)
    wholes: set[Cell] = field(default_factory=set)

    def add(self, cell: Cell, persons: int) -> None:
        """Add a figure; one that is there already rests on the fewest of what is said."""
        self.persons[cell] = min(persons, self.persons.get(cell, persons))

    def is_sum(self, whole: Cell, parts: Iterable[Cell]) -> None:
        """Say that a figure is the sum of others; all must have been added."""
        self.sums.append((whole, tuple(parts)))
        self.wholes.add(whole)

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
    hiding = _Hiding(figures)
    # One figure more is hidden in each round, so that it ends.
    while (more := hiding.in_one_sum()) is not None or (more := hiding.by_elimination()) is not None:
        hiding.hide(more)
    return hiding.cells


class _Hiding:
    """Which figures are hidden so far, by position, and what the sums tell of them.

    Parameters
    ----------
    figures : Figures
        All figures.
    """

    def __init__(self, figures: Figures) -> None:
        self._names = list(figures.persons)
        place = {cell: position for position, cell in enumerate(self._names)}
        self._persons = np.array([figures.persons[cell] for cell in self._names], dtype=np.int64)
        # Where each figure stands in each sum: 1 as a part, -1 as the whole.
        sums = np.zeros((len(figures.sums), len(self._names)))
        for row, (whole, parts) in zip(sums, figures.sums, strict=True):
            np.add.at(row, [place[part] for part in parts], 1.0)
            row[place[whole]] -= 1.0
        self._parts, self._wholes, self._stand = sums > 0.0, sums < 0.0, sums != 0.0
        self._size = self._stand.sum(axis=1)
        self._hidden_parts, self._hidden_wholes, self._hidden_persons = (
            np.zeros(len(sums), dtype=np.int64) for _ in range(3)
        )
        self._kept, self._is_whole = (
            np.array([cell in cells for cell in self._names]) for cells in (figures.kept, figures.wholes)
        )
        self._hidden = np.zeros(len(self._names), dtype=np.bool_)
        self._unknown = _Unknown(sums)
        for position, cell in enumerate(self._names):
            if 0 < self._persons[position] < FEWEST or cell in figures.closed:
                self.hide(position)

    @property
    def cells(self) -> frozenset[Cell]:
        """The hidden figures."""
        return frozenset(self._names[position] for position in np.flatnonzero(self._hidden))

    def hide(self, position: int) -> None:
        """Hide a figure more."""
        self._hidden[position] = True
        self._hidden_parts += self._parts[:, position]
        self._hidden_wholes += self._wholes[:, position]
        self._hidden_persons += self._parts[:, position] * self._persons[position]
        self._unknown.add(position)

    def in_one_sum(self) -> int | None:
        """Return what to hide where one sum alone gives something away; None where none does."""
        hidden = self._hidden_parts + self._hidden_wholes
        of_few = (self._hidden_parts > 0) & (self._hidden_wholes == 0) & (self._hidden_persons < FEWEST)
        telling = np.flatnonzero((hidden < self._size) & ((hidden == 1) | of_few))
        if not len(telling):
            return None
        return int(self._in_order(np.flatnonzero(self._stand[telling[0]] & ~self._hidden))[0])

    def by_elimination(self) -> int | None:
        """Return what to hide where several sums together give something away; None where nothing follows.

        Of the figures that stand in a sum with anything hidden, it is the first in order that leaves what was given
        away unknown; failing that, the first.
        """
        given_away = np.flatnonzero(self._hidden & ~self._unknown.free)
        if not len(given_away):
            return None
        near = self._stand[self._touched()].any(axis=0) & ~self._hidden
        if not near.any():
            return None
        tried = self._in_order(np.flatnonzero(near))[:_TRIED]
        frees = self._unknown.would_free(int(given_away[0]), tried)
        return int(tried[np.argmax(frees)])

    def _touched(self) -> Bools:
        """Return which sums anything hidden stands in [shape (sum,)]."""
        touched: Bools = self._hidden_parts + self._hidden_wholes > 0
        return touched

    def _in_order(self, positions: Positions) -> Positions:
        """Return figures in the order in which they are hidden with others.

        First those that are no sums, of them those that leave fewest sums with a lonely hidden figure of their own,
        then those that rest on fewest; last those that are kept.
        """
        lonely = self._stand[:, positions][~self._touched()].sum(axis=0)
        persons = self._persons[positions]
        keys = (persons, lonely, self._is_whole[positions], persons == 0, self._kept[positions])
        return positions[np.lexsort(keys)]


class _Unknown:
    """What sums leave unknown of hidden figures, as one figure more is hidden at a time.

    A figure is unknown if something in the null space of the sums of hidden figures touches it. That space grows when
    the sums' column of a figure that is hidden is a sum of those hidden before; otherwise the columns' orthonormal
    basis does, which is kept with what it is made of.

    Parameters
    ----------
    sums : ndarray, shape (sum, figure)
        Where each figure stands in each sum.
    """

    def __init__(self, sums: Array) -> None:
        most = min(sums.shape)
        self._sums = sums
        self._basis = np.zeros((len(sums), most), order="F")
        self._made = np.zeros((most, most), order="F")
        self._of = np.zeros(most, dtype=np.int64)
        self._rank = 0
        self.free = np.zeros(sums.shape[1], dtype=np.bool_)

    def add(self, position: int) -> None:
        """Hide a figure."""
        along, rest = self._parted(np.array([position]))
        rank = self._rank
        made = -self._made[:rank, :rank] @ along[:, 0]
        size = float(np.linalg.norm(rest))
        if size < _ZERO:
            self.free[self._of[:rank][np.abs(made) > _ZERO]] = True
            self.free[position] = True
            return
        self._basis[:, rank] = rest[:, 0] / size
        self._made[:rank, rank], self._made[rank, rank] = made / size, 1.0 / size
        self._of[rank] = position
        self._rank += 1

    def would_free(self, position: int, further: Positions) -> Bools:
        """Return which further figures would leave one unknown that is not, were they hidden [shape (figure,)]."""
        along, rest = self._parted(further)
        row = np.flatnonzero(self._of[: self._rank] == position)[0]
        touches = np.abs(self._made[row, : self._rank] @ along) > _ZERO
        return np.asarray(touches & (np.linalg.norm(rest, axis=0) < _ZERO), dtype=np.bool_)

    def _parted(self, positions: Positions) -> tuple[Array, Array]:
        """Return figures' columns along the basis, and what is left of them; parted twice, so that rounding is not."""
        basis, columns = self._basis[:, : self._rank], self._sums[:, positions]
        there = np.flatnonzero(columns.any(axis=1))
        along = basis[there].T @ columns[there]
        rest = columns - basis @ along
        again = basis.T @ rest
        return along + again, rest - basis @ again
