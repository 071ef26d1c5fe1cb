"""Participants as they were observed: time in states, person by person, and what is known of each.

Nothing here holds a person's own id. Participants are numbered from 0 in the order in which they first stand in the
data, and refuse to be pickled: they stay in the process that read them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup.cells import Array, Days
from utanforskap.inputs.followup.persons import DATES
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.spells import BLOCK, Spells
from utanforskap.inputs.followup.words import DEAD, MOVED

if TYPE_CHECKING:
    import pandas as pd

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OccupancyBlock(Private):
    """Observed occupancy of some persons.

    Attributes
    ----------
    persons : ndarray of int, shape (person,)
        Their numbers.
    shares : ndarray, shape (period, state, person)
        Share of the period that each spent in each state [0 to 1].
    """

    persons: NDArray[np.int32]
    shares: Array

    @property
    def observed(self) -> Array:
        """Share of each period of which anything is known [0 to 1, shape (period, person)]."""
        total: Array = self.shares.sum(axis=1)
        return total

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]:
        """Return the shares that are not zero: person's number, position of the state, of the period, and share."""
        period, state, person = np.nonzero(self.shares)
        return self.persons[person].astype(np.int64), state, period, self.shares[period, state, person]


@dataclass(frozen=True, eq=False, repr=False)
class Participants(Private):
    """Persons, the time they were observed in states, and what is known of each.

    Attributes
    ----------
    states : tuple of str
        The states anybody was in; avliden and utflyttad are among them, and nothing leaves those.
    years : range
        The calendar years that follow-up touches.
    attributes : mapping of str to ndarray, shape (person,)
        Sex, birth year, site and whatever else the data say: numbers (NaN where unknown) or words (None).
    rows : ndarray of int, shape (person,)
        The line of the file in which each first stands, from 1.
    starts : ndarray, shape (person,)
        The day when each one's measure began [days since 1970]; NaN where none is stated.
    ends : ndarray, shape (person,)
        The day after it ended [days since 1970]; NaN where none is stated.
    observed_from, observed_until : ndarray of int, shape (person,)
        The first day of each one's follow-up, and the day after its last: the date of censoring [days since 1970].
    censored : ndarray of bool, shape (person,)
        Whether it ended before it should have, by other than death or moving away.
    weights : ndarray, shape (person,)
        Each one's weight [0 or more]; 1 where none is stated.
    caveats : tuple of (str, mapping)
        What a reader of any figure of them must know, by id with what is filled in.
    """

    states: tuple[str, ...]
    years: range
    attributes: Mapping[str, NDArray[Any]]
    rows: NDArray[np.int64]
    starts: Array
    ends: Array
    observed_from: Days
    observed_until: Days
    censored: NDArray[np.bool_]
    weights: Array
    _spells: Spells
    caveats: tuple[tuple[str, Mapping[str, object]], ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        years = f"{self.years[0]}–{self.years[-1]}" if self.years else "–"
        return f"<Participants: {len(self)} persons, {len(self.states)} states, {years}>"

    @property
    def frame(self) -> "pd.DataFrame":
        """What is known of each person, one row each, for the owner of the data; dates as dates."""
        import pandas as pd

        columns: dict[str, Any] = {"row": self.rows}
        for name, values in self.attributes.items():
            columns[name] = _dates(values) if name in DATES else values
        columns |= {"start": _dates(self.starts), "end": _dates(self.ends - 1)}
        columns |= {"observed_from": _dates(self.observed_from), "observed_until": _dates(self.observed_until - 1.0)}
        return pd.DataFrame(columns | {"censored": self.censored, "weight": self.weights})

    def occupancy(self, *, size: int = BLOCK) -> Iterator[OccupancyBlock]:
        """Yield the share of each calendar year that each person spent in each state, in blocks of persons.

        Parameters
        ----------
        size : int
            How many persons a block has [1 or more].
        """
        edges = _new_years(self.years)
        for persons in self._in_blocks(None, size):
            yield self._block(persons, np.broadcast_to(edges[:, np.newaxis], (len(edges), len(persons))))

    def around_start(
        self, *, before: int, after: int, order: NDArray[np.int64] | None = None, size: int = BLOCK
    ) -> Iterator[OccupancyBlock]:
        """Yield the share of each year before the measure began, and after, that each person spent in each state.

        The first period is the earliest; a person whose start is not stated has nothing observed.

        Parameters
        ----------
        before, after : int
            How many years before each one's start, and from it [years, 0 or more].
        order : ndarray of int or None
            Which persons, in which order; None for all in their own.
        size : int
            How many persons a block has [1 or more].
        """
        for persons in self._in_blocks(order, size):
            starts = self.starts[persons]
            known = ~np.isnan(starts)
            edges = np.zeros((before + after + 1, len(persons)), dtype=np.int32)
            months = _MONTHS_PER_YEAR * np.arange(-before, after + 1, dtype=np.int64)
            edges[:, known] = add_months(starts[known].astype(np.int32), months[:, np.newaxis])
            yield self._block(persons, edges)

    def _in_blocks(self, order: NDArray[np.int64] | None, size: int) -> Iterator[NDArray[np.int32]]:
        whole = np.arange(len(self)) if order is None else order
        for first in range(0, len(whole), size):
            yield whole[first : first + size].astype(np.int32)

    def _block(self, persons: NDArray[np.int32], edges: Days) -> OccupancyBlock:
        """Return the shares of the periods between edges [days since 1970, shape (period + 1, person)]."""
        n = len(persons)
        first, after = (np.searchsorted(self._spells.person, persons, side=side) for side in ("left", "right"))
        count = after - first
        person = np.repeat(np.arange(n), count)
        at = np.arange(len(person)) + np.repeat(first - np.cumsum(count) + count, count)
        start, end, share = self._spells.start[at], self._spells.end[at], self._spells.share[at]
        shares = np.zeros((len(edges) - 1, len(self.states), n))
        cell = self._spells.state[at].astype(np.int64) * n + person
        for period in range(len(edges) - 1):
            begin, close = edges[period, person], edges[period + 1, person]
            days = np.minimum(end, close) - np.maximum(start, begin)
            touched = days > 0
            length = (close - begin)[touched]
            part = share[touched] * days[touched] / length
            counted = np.bincount(cell[touched], weights=part, minlength=len(self.states) * n)
            shares[period] = counted.reshape(len(self.states), n)
        return OccupancyBlock(persons, shares)

    def person_years(self) -> "pd.DataFrame":
        """Return person-years in each state by calendar year, weighted; what is unknown is in none of them."""
        import pandas as pd

        total = np.zeros((len(self.years), len(self.states)))
        for block in self.occupancy():
            total += block.shares @ self.weights[block.persons]
        return pd.DataFrame(total.T, index=pd.Index(self.states, name="state"), columns=list(self.years))

    @property
    def absorbing(self) -> tuple[str, ...]:
        """Which of the states nothing leaves."""
        return tuple(state for state in self.states if state in (DEAD, MOVED))


def _new_years(years: range) -> Days:
    starts = np.array([f"{year}-01-01" for year in (*years, years.stop)], dtype="datetime64[D]")
    return starts.astype(np.int32)


def add_months(days: Days, months: NDArray[np.int64]) -> Days:
    """Return each day moved by whole months; to the last day of the month where it has no such day.

    Parameters
    ----------
    days : ndarray of int
        Days since 1970.
    months : ndarray of int
        How many months later; earlier where negative. Whatever shape goes with that of the days.
    """
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    within = (dates - month).astype(np.int64)
    moved = month + months
    longest = ((moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")).astype(np.int64) - 1
    later: Days = (moved.astype("datetime64[D]") + np.minimum(within, longest)).astype(np.int32)
    return later


def _dates(days: NDArray[Any]) -> NDArray[np.datetime64]:
    known = ~np.isnan(days.astype(np.float64))
    dates = np.full(len(days), "NaT", dtype="datetime64[D]")
    dates[known] = days[known].astype(np.int64).astype("datetime64[D]")
    return dates.astype("datetime64[s]")
