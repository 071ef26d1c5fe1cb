"""Time in states: what is left of it after follow-up, death and overlaps, and what nobody said anything about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup.cells import Array, Codes, Days
from utanforskap.inputs.followup.private import Private

Numbers = NDArray[Any]

EVEN = 1e-6
"""How much more than 100 % shares may be together: what rounding leaves."""
OPEN = np.iinfo(np.int32).max
"""The end of time that has not ended."""
BLOCK = 4096
"""How many persons are read at a time."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spells(Private):
    """Time that persons spend in states; one element a spell.

    Attributes
    ----------
    row : ndarray of int
        The row of the table that says it; -1 for none.
    person : ndarray of int
        The person.
    state : ndarray of int
        The state's position.
    start, end : ndarray of int
        The first day, and the day after the last [days since 1970].
    share : ndarray
        The share of full time [0 to 1].
    """

    row: NDArray[np.int64]
    person: Codes
    state: NDArray[np.int16]
    start: Days
    end: Days
    share: Array

    @classmethod
    def of(cls, *, row: Numbers, person: Numbers, state: Numbers, start: Numbers, end: Numbers, share: Numbers) -> Self:
        """Return spells of arrays of any numbers, in their narrow types."""
        return cls(
            np.asarray(row, dtype=np.int64),
            np.asarray(person, dtype=np.int32),
            np.asarray(state, dtype=np.int16),
            np.asarray(start, dtype=np.int32),
            np.asarray(end, dtype=np.int32),
            np.asarray(share, dtype=np.float64),
        )

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Spells":
        """Return some of the spells."""
        return Spells(*(getattr(self, name)[which] for name in _NAMES))

    def change(self, **arrays: Numbers) -> "Spells":
        """Return the spells with some arrays changed."""
        return Spells.of(**{name: arrays.get(name, getattr(self, name)) for name in _NAMES})

    def __len__(self) -> int:
        return len(self.row)


_NAMES = tuple(field.name for field in fields(Spells))


def joined(parts: Iterable[Spells]) -> Spells:
    """Return all spells of several."""
    kept = list(parts)
    return Spells(*(np.concatenate([getattr(part, name) for part in kept]) for name in _NAMES))


def sorted_by_person(spells: Spells) -> Spells:
    """Return spells in the order of persons, for each by start and row."""
    return spells.take(np.lexsort((spells.row, spells.start, spells.person)))


def duplicates(spells: Spells) -> NDArray[np.bool_]:
    """Return which spells are the same as one of an earlier row: same person, state, days and share."""
    order = np.lexsort((spells.row, spells.share, spells.end, spells.start, spells.state, spells.person))
    ordered = spells.take(order)
    again = np.zeros(len(spells), dtype=np.bool_)
    same = np.ones(max(len(spells) - 1, 0), dtype=np.bool_)
    for name in ("person", "state", "start", "end", "share"):
        values = getattr(ordered, name)
        same &= values[1:] == values[:-1]
    again[order[1:]] = same & (ordered.row[1:] != ordered.row[:-1])
    return again


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """How much of each person's time is spoken of, from one event to the next.

    Attributes
    ----------
    person : ndarray of int
        The person.
    start, end : ndarray of int
        The first day, and the day after the last [days since 1970].
    level : ndarray
        All shares together.
    """

    person: Codes
    start: Days
    end: Days
    level: Array


def levels(spells: Spells, first: Days, after: Days) -> Iterator[Levels]:
    """Yield how much of each person's time is spoken of, a block of persons at a time.

    Parameters
    ----------
    spells : Spells
        In the order of persons, who are numbered from 0.
    first, after : ndarray of int, shape (person,)
        Where each person's follow-up begins, and the day after it ends; where they meet there is none.
    """
    for begin in range(0, max(len(first), 1), BLOCK):
        persons = np.arange(begin, min(begin + BLOCK, len(first)), dtype=np.int32)
        from_, to = np.searchsorted(spells.person, np.array([begin, begin + BLOCK], dtype=np.int32))
        person, share = spells.person[from_:to], spells.share[from_:to]
        nothing = np.zeros(len(persons))
        who = np.concatenate([person, person, persons, persons])
        when = np.concatenate([spells.start[from_:to], spells.end[from_:to], first[persons], after[persons]])
        change = np.concatenate([share, -share, nothing, nothing])
        order = np.lexsort((when, who))
        who, when, level = who[order], when[order], np.cumsum(change[order])
        follows = (who[1:] == who[:-1]) & (when[1:] > when[:-1])
        yield Levels(who[:-1][follows], when[:-1][follows], when[1:][follows], level[:-1][follows])


def overlapping(spells: Spells, persons: int) -> NDArray[np.bool_]:
    """Return which persons are ever at more than 100 %, of spells in their order [shape (person,)]."""
    nowhere = np.zeros(persons, dtype=np.int32)
    over = np.zeros(persons, dtype=np.bool_)
    for found in levels(spells, nowhere, nowhere):
        over[found.person[found.level > 1.0 + EVEN]] = True
    return over


def overlapping_rows(spells: Spells, over: NDArray[np.bool_]) -> set[int]:
    """Return the rows that take a person above 100 %: of those that overlap, the one that begins later.

    Parameters
    ----------
    spells : Spells
        In the order of persons.
    over : ndarray of bool, shape (person,)
        The persons who are ever above.
    """
    refused: set[int] = set()
    concerned = spells.take(over[spells.person])
    for first, last in _runs(concerned.person):
        kept: list[int] = []
        for one in range(first, last):
            start, end, share = concerned.start[one], concerned.end[one], concerned.share[one]
            at = [start, *(concerned.start[other] for other in kept if start < concerned.start[other] < end)]
            most = max(
                sum(concerned.share[other] for other in kept if concerned.start[other] <= day < concerned.end[other])
                for day in at
            )
            if most + share > 1.0 + EVEN or int(concerned.row[one]) in refused:
                refused.add(int(concerned.row[one]))
            else:
                kept.append(one)
    return refused


def scaled(spells: Spells, over: NDArray[np.bool_]) -> Spells:
    """Return spells whose shares are scaled down to 100 % together wherever they are more.

    Parameters
    ----------
    spells : Spells
        In the order of persons.
    over : ndarray of bool, shape (person,)
        The persons who are ever above.
    """
    concerned = spells.take(over[spells.person])
    pieces: list[tuple[int, int, int, float]] = []
    for first, last in _runs(concerned.person):
        one = slice(first, last)
        edges = np.unique(np.concatenate([concerned.start[one], concerned.end[one]]))
        for begin, end in pairwise(edges):
            here = first + np.flatnonzero((concerned.start[one] <= begin) & (concerned.end[one] >= end))
            total = max(1.0, float(concerned.share[here].sum()))
            pieces += [(int(at), int(begin), int(end), float(concerned.share[at]) / total) for at in here]
    if not pieces:
        return spells
    at, start, end, share = (np.array(column) for column in zip(*pieces, strict=True))
    cut = concerned.take(at.astype(np.int64)).change(start=start, end=end, share=share)
    return sorted_by_person(joined([spells.take(~over[spells.person]), cut]))


def _runs(person: Codes) -> Iterable[tuple[int, int]]:
    """Yield where each person's spells begin and end."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(person)) + 1, [len(person)]]) if len(person) else np.zeros(1)
    return [(int(first), int(last)) for first, last in pairwise(edges)]
