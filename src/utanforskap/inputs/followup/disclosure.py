"""Disclosure control: which figures of an evaluation may be shown, solved jointly over all its tables.

A figure that rests on fewer than five persons is suppressed (primary). So are as many others as it takes for none of
those to follow from what is shown by adding and subtracting (complementary).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

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
    standing : dict of cell to list of frozenset
        The sums that each figure stands in.
    """

    persons: dict[Cell, int] = field(default_factory=dict)
    sums: list[tuple[Cell, tuple[Cell, ...]]] = field(default_factory=list)
    closed: set[Cell] = field(default_factory=set)
    kept: set[Cell] = field(default_factory=set)
    wholes: set[Cell] = field(default_factory=set)
    standing: dict[Cell, list[frozenset[Cell]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, cell: Cell, persons: int) -> None:
        """Add a figure; one that is there already rests on the fewest of what is said."""
        self.persons[cell] = min(persons, self.persons.get(cell, persons))

    def is_sum(self, whole: Cell, parts: Iterable[Cell]) -> None:
        """Say that a figure is the sum of others; all must have been added."""
        of = tuple(parts)
        self.sums.append((whole, of))
        self.wholes.add(whole)
        cells = frozenset((whole, *of))
        for cell in cells:
            self.standing[cell].append(cells)

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
    while (more := _in_one_sum(figures, hidden) or _by_elimination(figures, hidden)) is not None:
        hidden.add(more)
    return frozenset(hidden)


def _rank(figures: Figures, cell: Cell, hidden: set[Cell]) -> tuple[bool, bool, bool, int, int]:
    """Return in which order figures are hidden with others.

    First those that are no sums, of them those that leave fewest sums with a lonely hidden figure of their own, then
    those that rest on fewest; last those that are kept.
    """
    persons = figures.persons[cell]
    lonely = sum(hidden.isdisjoint(cells) for cells in figures.standing[cell])
    return cell in figures.kept, persons == 0, cell in figures.wholes, lonely, persons


def _in_one_sum(figures: Figures, hidden: set[Cell]) -> Cell | None:
    """Return what to hide where one sum alone gives something away; None where none does."""
    for whole, parts in figures.sums:
        shown = [cell for cell in (*parts, whole) if cell not in hidden]
        among = [cell for cell in parts if cell in hidden]
        if not shown or len(shown) == len(parts) + 1:
            continue
        alone = len(shown) == len(parts)
        few = whole not in hidden and sum(figures.persons[cell] for cell in among) < FEWEST
        if alone or few:
            return min(shown, key=lambda cell: _rank(figures, cell, hidden))
    return None


def _by_elimination(figures: Figures, hidden: set[Cell]) -> Cell | None:
    """Return what to hide where several sums together give something away; None where nothing follows.

    Of the figures that stand in a sum with anything hidden, it is the first in order that leaves what was given away
    unknown; failing that, the first.
    """
    cell = next(iter(_given_away(figures, hidden)), None)
    if cell is None:
        return None
    touching = [(*parts, whole) for whole, parts in figures.sums if not hidden.isdisjoint((*parts, whole))]
    near = dict.fromkeys(one for cells in touching for one in cells if one not in hidden)
    candidates = sorted(near, key=lambda one: _rank(figures, one, hidden))
    if not candidates:
        return None
    tried = candidates[:_TRIED]
    return next((one for one in tried if cell not in _given_away(figures, {*hidden, one}, about=cell)), candidates[0])


def _bound_up(figures: Figures, hidden: set[Cell], cell: Cell) -> set[Cell]:
    """Return the hidden figures that sums bind up with one."""
    found, left = {cell}, [cell]
    while left:
        for cells in figures.standing[left.pop()]:
            further = (cells & hidden) - found
            found |= further
            left += further
    return found


def _given_away(figures: Figures, hidden: set[Cell], *, about: Cell | None = None) -> list[Cell]:
    """Return which hidden figures the sums determine; only what is bound up with one, where that is asked about."""
    if about is not None:
        return _determined(figures, _bound_up(figures, hidden, about))
    left, found = set(hidden), []
    while left:
        bound = _bound_up(figures, hidden, min(left, key=repr))
        found += _determined(figures, bound)
        left -= bound
    return found


def _determined(figures: Figures, bound: set[Cell]) -> list[Cell]:
    """Return which of some unknown figures their sums determine: those that nothing in the sums' null space touches."""
    unknown = sorted(bound, key=repr)
    place = {cell: position for position, cell in enumerate(unknown)}
    rows = []
    for whole, parts in figures.sums:
        if bound.isdisjoint((*parts, whole)):
            continue
        row = np.zeros(len(unknown))
        for cell, sign in [(whole, -1.0), *((part, 1.0) for part in parts)]:
            if cell in place:
                row[place[cell]] += sign
        rows.append(row)
    if not rows:
        return []
    _, sizes, directions = np.linalg.svd(np.array(rows), full_matrices=True)
    rank = int(np.count_nonzero(sizes > _ZERO * max(1.0, sizes.max(initial=0.0))))
    reach = np.abs(directions[rank:]).max(axis=0, initial=0.0)
    return [cell for cell, far in zip(unknown, reach, strict=True) if far < _ZERO]
