"""What a reading reads, column by column and draw by draw, without a ledger of every line and year.

All that follows occupancy is linear. So the lines of a state are first summed into the columns that a reading asks for,
and persons multiplied by these sums, instead of the other way round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from utanforskap.engine.lines import Line, Rate
from utanforskap.engine.occupancy import Basis, Presence
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.terms import Reading, top_actor

Split = Literal["total", "actor", "account"]
"""What columns a reading is split into: none, top-level actors with production apart, or committees too."""

TAX_FACTOR = "skattefaktor"

_YEARS_TOGETHER = 8
"""So many years of a block of draws stay in the processor's cache while they are worked on."""

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
    if reading.realisable:  # a saving counts otherwise than a cost, so that lines cannot be summed before persons
        return _from_ledger(readable, reading, split=split, by_year=by_year)
    sums = _Sums(readable, reading, split, by_year=by_year)
    for sign, run, change_only in _terms(readable, reading):
        sums.add(run, sign, change_only=change_only)
    return sums.columns()


def _name(posting: Posting, split: Split) -> str:
    if split == "total":
        return "total"
    if split == "account" or posting.column == PRODUCTION:
        return posting.column
    return top_actor(posting.actor)


def _from_ledger(readable: Readable, reading: Reading, *, split: Split, by_year: bool) -> Columns:
    parameters = readable.parameters()
    key = None if split == "total" else lambda posting: _name(posting, split)
    sums = yearly_by(readable.ledger(reading), reading, parameters, key)
    if "all" in sums:
        sums = {"total": sums["all"]}
    weights = factors(readable.case, parameters, reading)
    weights = weights.reshape(len(weights), -1)
    yearly = np.zeros((len(sums), len(weights), parameters.draws))
    for position, amounts in enumerate(sums.values()):
        yearly[position] = amounts * weights
    return Columns(tuple(sums), yearly.sum(axis=1), yearly if by_year else None)


def _terms(readable: Readable, reading: Reading) -> Iterator[tuple[float, Run, bool]]:
    """Yield the runs that a reading's measure is the sum of, each with its sign, and whether only its change counts."""
    if reading.measure == "ledger":
        yield 1.0, readable.run(reading.alternative), False
        return
    first, second = readable.compared(reading)
    if first.parameters is second.parameters and reading.measure != "cost_of_exclusion":
        yield -1.0, second, True
    else:
        yield 1.0, first, False
        yield -1.0, second, False


class _Sums:
    """Adds up what runs come to under a reading's columns."""

    def __init__(self, readable: Readable, reading: Reading, split: Split, *, by_year: bool) -> None:
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
        self._by_year = by_year
        draws = max(parameters.draws, readable.parameters(reading.alternative).draws)
        self._shape = (horizon.years, draws) if by_year else (draws,)
        self._sums: dict[str, Array] = {}

    def columns(self) -> Columns:
        """Return what has been added."""
        whole = np.stack(list(self._sums.values())) if self._sums else np.zeros((0, *self._shape))
        if self._by_year:
            return Columns(tuple(self._sums), whole.sum(axis=1), whole)
        return Columns(tuple(self._sums), whole, None)

    def add(self, run: Run, sign: float, *, change_only: bool) -> None:
        """Add a run, or only what its programmes change and cost."""
        for presence in run.moved if change_only else (*run.persons, *run.moved):
            self._add_presence(run.parameters, presence, sign)
        if "programme" in ROLES_READ[self._reading.measure]:
            for line, charge in run.posted:
                amounts = np.broadcast_to(charge.amount, (len(self._years), charge.amount.shape[-1]))
                for name, share in self._shares(line):
                    self._add([(amounts, {name: np.atleast_2d(sign * share)})], self._weights)

    def _add_presence(self, parameters: Parameters, presence: Presence, sign: float) -> None:
        cohort = presence.cohort if presence.recurrence is None else None
        working = working_age(self._reading, self._years, cohort=cohort, age=presence.age, retired=presence.retired)
        weights = sign * (self._weights if working.all() else self._weights * working[:, None])
        summed: dict[Basis, Array] = {}
        varying: list[tuple[Array, Mapping[str, Array]]] = []
        for position in range(len(presence.route.states)):
            for basis, amounts in self._by_basis(parameters, presence, position).items():
                alike = all(len(amount) == 1 for amount in amounts.values())
                if self._by_year or not alike or basis.per == "listed":
                    varying.append((presence.volume(position, basis), amounts))
                    continue
                if basis not in summed:
                    summed[basis] = presence.summed(basis, weights)
                for name, amount in amounts.items():
                    self._kept(name)[:] += amount[0] * summed[basis][position]
        self._add(varying, weights)

    def _add(self, parts: Sequence[tuple[Array, Mapping[str, Array]]], weights: Array) -> None:
        """Add weighted volumes times the amounts per one of them, by column [each of shape (year or 1, draw or 1)]."""
        for start in range(0, len(weights), _YEARS_TOGETHER):
            rows = slice(start, start + _YEARS_TOGETHER)
            for volume, amounts in parts:
                weighted = volume[rows] * weights[rows]
                for name, amount in amounts.items():
                    each = weighted * (amount if len(amount) == 1 else amount[rows])
                    if self._by_year:
                        self._kept(name)[rows] += each
                    else:
                        self._kept(name)[:] += each.sum(axis=0)

    def _kept(self, name: str) -> Array:
        """Return the sums of a column [shape (draw,), or (year, draw) by year]."""
        if name not in self._sums:
            self._sums[name] = np.zeros(self._shape)
        return self._sums[name]

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
