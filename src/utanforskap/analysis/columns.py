"""What a reading reads, column by column and draw by draw, without a ledger of every line and year.

All that follows occupancy is linear. So the lines of a state are first summed into the columns that a reading asks for,
and persons multiplied by these sums, instead of the other way round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from utanforskap.analysis.readings import (
    PRODUCTION,
    ROLES_READ,
    Posting,
    Readable,
    factors,
    in_part,
    sides_of,
    working_age,
    yearly_by,
    years_read,
)
from utanforskap.engine.chain import Run
from utanforskap.engine.flows import state_rates
from utanforskap.engine.lines import Line, Posted, Rate
from utanforskap.engine.occupancy import Basis, Presence
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.routes import Route
from utanforskap.terms import Reading, top_actor

Split = Literal["total", "actor", "account"]
"""What columns a reading is split into: none, top-level actors with production apart, or committees too."""

TAX_FACTOR = "skattefaktor"

_YEARS_TOGETHER = 8
"""So many years of a block of draws stay in the processor's cache while they are worked on."""

_LEFT = 1e-14
"""What rounding may leave of amounts of several persons that cancel, as a share of the largest; it is nothing."""

ByBasis = Mapping[Basis, Mapping[str, Array]]
"""Amounts [kr, shape (year or 1, draw or 1)] by what they are per, and by column."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A reading's present value by column, for each draw.

    Attributes
    ----------
    names : tuple of str
        The columns: ``total``, or actors' ids with ``production`` and ``skattefaktor`` apart.
    values : ndarray, shape (column, draw)
        Present value over the reading's years [kr].
    yearly : ndarray, shape (column, year, draw), or None
        Present value of each of the horizon's years [kr]; zero in years that are not read.
    """

    names: tuple[str, ...]
    values: Array
    yearly: Array | None


def columns(readable: Readable, reading: Reading, *, split: Split, by_year: bool) -> Columns:
    """Return what a reading reads, by column and draw.

    Parameters
    ----------
    readable : Readable
        The case and its values.
    reading : Reading
        What is read.
    split : {"total", "actor", "account"}
        What the columns are.
    by_year : bool
        Whether each year is asked for.
    """
    if not by_year and not reading.realisable:
        sums = _Sums(readable, reading, split)
        return Columns(sums.names, sums.whole(), None)
    names, parts = years_of_columns(readable, reading, split=split)
    yearly = np.concatenate([amounts[:-1].copy() for _, amounts in parts], axis=1)
    return Columns(names, yearly.sum(axis=1), yearly if by_year else None)


def years_of_columns(
    readable: Readable, reading: Reading, *, split: Split
) -> tuple[tuple[str, ...], Iterator[tuple[slice, Array]]]:
    """Return the columns of what a reading reads, and an iterator over some of the horizon's years at a time.

    Parameters
    ----------
    readable, reading, split
        As for `columns`.

    Returns
    -------
    names : tuple of str
        The columns.
    parts : iterator of (slice, ndarray of shape (column + 1, year, draw))
        Years that follow one another, and their present values by column, the total last [kr]; an array holds until
        the next is asked for.
    """
    if reading.realisable:  # a saving counts otherwise than a cost, so that lines cannot be summed before persons
        names, yearly = _from_ledger(readable, reading, split=split)
        return names, iter([(slice(0, yearly.shape[1]), yearly)])
    sums = _Sums(readable, reading, split)
    return sums.names, sums.years()


def _name(posting: Posting, split: Split) -> str:
    if split == "total":
        return "total"
    if split == "account" or posting.column == PRODUCTION:
        return posting.column
    return top_actor(posting.actor)


def _from_ledger(readable: Readable, reading: Reading, *, split: Split) -> tuple[tuple[str, ...], Array]:
    parameters = readable.parameters()
    key = None if split == "total" else lambda posting: _name(posting, split)
    sums = yearly_by(readable.ledger(reading), reading, parameters, key)
    if "all" in sums:
        sums = {"total": sums["all"]}
    weights = factors(readable.case, parameters, reading)
    weights = weights.reshape(len(weights), -1)
    yearly = np.zeros((len(sums) + 1, len(weights), parameters.draws))
    for position, amounts in enumerate(sums.values()):
        yearly[position] = amounts * weights
    yearly[-1] = yearly[:-1].sum(axis=0)
    return tuple(sums), yearly


@dataclass(frozen=True, eq=False)
class _Term:
    """A run that a reading's measure is a sum of, with its sign; or only what its programmes change and cost."""

    sign: float
    run: Run
    change_only: bool

    @cached_property
    def presences(self) -> tuple[Presence, ...]:
        # Those whom participants displace come right after them: where all are, nothing is left to the last bit.
        by_route: dict[tuple[Route, int, bool], list[Presence]] = {}
        for presence in self.run.moved:
            by_route.setdefault((presence.route, presence.cohort, presence.retired), []).append(presence)
        moved = tuple(presence for alike in by_route.values() for presence in alike)
        return moved if self.change_only else (*self.run.persons, *moved)


def _terms(readable: Readable, reading: Reading) -> tuple[_Term, ...]:
    if reading.measure == "ledger":
        return (_Term(1.0, readable.run(reading.alternative), change_only=False),)
    first, second = readable.compared(reading)
    if first.parameters is second.parameters and reading.measure != "cost_of_exclusion":
        return (_Term(-1.0, second, change_only=True),)
    return (_Term(1.0, first, change_only=False), _Term(-1.0, second, change_only=False))


@dataclass(frozen=True, eq=False)
class _Moved:
    """What some persons, or a programme's cost, set moving in a run.

    Attributes
    ----------
    parts : sequence of (volume, weights, amounts)
        Volumes and what they are weighted with, each of shape (year, draw or 1), with the amounts per one of them by
        column [shape (year or 1, draw or 1)].
    """

    parts: Sequence[tuple[Array, Array, Mapping[str, Array]]]

    @cached_property
    def together(self) -> list[tuple[str, slice | list[int], Array]]:
        """Each column with the places of the parts in it and their amounts [shape (part, year or 1, draw or 1)].

        A column whose amounts differ in shape comes once for each shape.
        """
        found: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for place, (_, _, amounts) in enumerate(self.parts):
            for name, amount in amounts.items():
                found.setdefault((name, amount.shape), []).append(place)
        return [
            (
                name,
                slice(None) if len(places) == len(self.parts) else places,
                np.stack([self.parts[place][2][name] for place in places]),
            )
            for (name, _), places in found.items()
        ]

    def volumes(self, rows: slice) -> Array:
        """Return the weighted volumes of some years [shape (part, year, draw or 1)]."""
        draws = max(max(volume.shape[-1], weights.shape[-1]) for volume, weights, _ in self.parts)
        found = np.empty((len(self.parts), rows.stop - rows.start, draws))
        for weighted, (volume, weights, _) in zip(found, self.parts, strict=True):
            np.multiply(volume[rows], weights[rows], out=weighted)
        return found


class _Sums:
    """Adds up what runs come to under a reading's columns."""

    def __init__(self, readable: Readable, reading: Reading, split: Split) -> None:
        case = readable.case
        self._case, self._reading, self._split = case, reading, split
        self._perspective = case.perspective(reading.perspective)
        self._parameters = parameters = readable.parameters()
        horizon = case.scenario.horizon
        self._years = horizon.first_year + np.arange(horizon.years)
        weights = factors(case, parameters, reading)
        weights = weights.reshape(len(weights), -1) * years_read(case, reading)[:, None]
        if reading.current_prices:
            since = (self._years - case.scenario.money.price_year)[:, None]
            weights = weights * (1.0 + parameters["money.inflation"]) ** since
        self._weights = weights
        self._draws = max(parameters.draws, readable.parameters(reading.alternative).draws)
        self._terms = _terms(readable, reading)
        self._places = {name: place for place, name in enumerate(dict.fromkeys(self._names()))}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(self._places)

    def _names(self) -> Iterator[str]:
        for term in self._terms:
            for presence in term.presences:
                for position in range(len(presence.route.states)):
                    for amounts in self._by_basis(term.run.parameters, presence, position).values():
                        yield from amounts
            for line, _ in self._posted(term):
                yield from (name for name, _ in self._shares(line))

    def whole(self) -> Array:
        """Return what all years come to [kr, shape (column, draw)]."""
        sums = np.zeros((len(self._places), self._draws))
        for moved in self._moved(sums):
            for rows in self._spans():
                volumes = moved.volumes(rows)
                for name, places, amounts in moved.together:
                    each = amounts if amounts.shape[1] == 1 else amounts[:, rows]
                    sums[self._places[name]] += np.einsum("pyd,pyd->d", volumes[places], each)
        return sums

    def years(self) -> Iterator[tuple[slice, Array]]:
        """Yield some years and what they come to, the total last [kr, shape (column + 1, year, draw)]."""
        everything = list(self._moved(None))
        room = np.empty((len(self._places) + 1, _YEARS_TOGETHER, self._draws))
        for rows in self._spans():
            sums = room[:, : rows.stop - rows.start]
            begun: set[str] = set()
            largest = np.zeros(len(self._places))
            for moved in everything:
                volumes = moved.volumes(rows)
                for name, places, amounts in moved.together:
                    each = amounts if amounts.shape[1] == 1 else amounts[:, rows]
                    added = np.einsum("pyd,pyd->yd", volumes[places], each)
                    place = self._places[name]
                    if len(everything) > 1:
                        largest[place] = max(largest[place], added.max(), -added.min())
                    if name in begun:
                        sums[self._places[name]] += added
                    else:
                        sums[self._places[name]] = added
                        begun.add(name)
            if len(everything) > 1:
                for row, most in zip(sums, largest, strict=False):
                    row[np.abs(row) <= _LEFT * most] = 0.0
            np.sum(sums[:-1], axis=0, out=sums[-1])
            yield rows, sums

    def _spans(self) -> Iterator[slice]:
        for start in range(0, len(self._years), _YEARS_TOGETHER):
            yield slice(start, min(start + _YEARS_TOGETHER, len(self._years)))

    def _posted(self, term: _Term) -> tuple[Posted, ...]:
        return term.run.posted if "programme" in ROLES_READ[self._reading.measure] else ()

    def _moved(self, sums: Array | None) -> Iterator[_Moved]:
        """Yield what is to be added year by year; what need not be is added to the sums, where there are any."""
        for term in self._terms:
            for presence in term.presences:
                parts = list(self._of_presence(term, presence, sums))
                if parts:
                    yield _Moved(parts)
            for line, charge in self._posted(term):
                amounts = np.broadcast_to(charge.amount, (len(self._years), charge.amount.shape[-1]))
                shares = [(name, np.atleast_2d(term.sign * share)) for name, share in self._shares(line)]
                if shares:
                    yield _Moved([(amounts, self._weights, {name: share}) for name, share in shares])

    def _of_presence(
        self, term: _Term, presence: Presence, sums: Array | None
    ) -> Iterator[tuple[Array, Array, Mapping[str, Array]]]:
        cohort = presence.cohort if presence.recurrence is None else None
        working = working_age(self._reading, self._years, cohort=cohort, age=presence.age, retired=presence.retired)
        weights = term.sign * (self._weights if working.all() else self._weights * working[:, None])
        by_persons = weights * presence.persons
        summed: dict[Basis, Array] = {}
        for position in range(len(presence.route.states)):
            for basis, amounts in self._by_basis(term.run.parameters, presence, position).items():
                alike = all(len(amount) == 1 for amount in amounts.values())
                if sums is None or not alike or basis.per == "listed":
                    each = presence.per_person(position, basis)
                    if each is not None:
                        yield each, by_persons, amounts
                    else:
                        yield presence.volume(position, basis), weights, amounts
                    continue
                if basis not in summed:
                    summed[basis] = presence.summed(basis, weights)
                for name, amount in amounts.items():
                    sums[self._places[name]] += amount[0] * summed[basis][position]

    def _by_basis(self, parameters: Parameters, presence: Presence, position: int) -> ByBasis:
        """Return what one of each basis comes to in a state, by column."""
        rates = state_rates(parameters, presence, position)
        key = ("columns", id(rates), self._reading, self._split, presence.displaced)
        # The rates are kept with what is made of them, so that their identity stays theirs.
        return parameters.once_of_prices(key, lambda: (rates, self._summed_up(rates, displaced=presence.displaced)))[1]

    def _summed_up(self, rates: tuple[Rate, ...], *, displaced: bool) -> ByBasis:
        by_basis: dict[Basis, dict[str, Array]] = {}
        for rate in rates:
            line = replace(rate.line, displaced=True) if displaced else rate.line
            for name, share in self._shares(line):
                of = by_basis.setdefault(rate.basis, {})
                amount = share * rate.amount
                of[name] = of[name] + amount if name in of else amount
        return by_basis

    def _shares(self, line: Line) -> Iterator[tuple[str, Array | float]]:
        """Yield the columns that a line is read in, each with what its amount is multiplied by."""
        if line.role not in ROLES_READ[self._reading.measure]:
            return
        for posting in sides_of(line, self._perspective, self._case):
            if in_part(posting, self._reading, self._case):
                yield _name(posting, self._split), posting.sign
                if self._reading.tax_factor and self._case.actors[posting.actor].public:
                    extra = self._parameters["money.tax_factor"] - 1.0
                    yield "total" if self._split == "total" else TAX_FACTOR, posting.sign * extra
