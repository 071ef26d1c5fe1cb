"""Payback and benefit–cost ratio, draw by draw: the rules of `gains`, for many draws at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.gains import ROUNDING
from utanforskap.analysis.metrics import STATUSES, Paybacks, paybacks
from utanforskap.analysis.readings import Readable, factors, in_part, sides, yearly_by, years_read
from utanforskap.engine.ledger import Ledger, write
from utanforskap.engine.parameters import Array
from utanforskap.terms import Reading, Role

ASKED = ("payback", "payback_discounted", "ratio")
"""What is answered, in the order in which it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Repayment:
    """When the money is back, and how often it is, for each draw.

    Attributes
    ----------
    figures : ndarray, shape (figure, draw)
        In the order of `ASKED`: payback and discounted payback [years; infinite where it is not back, not a number
        without an own cost], and benefit–cost ratio [not a number without a cost].
    statuses : ndarray of int, shape (2, status)
        How many draws of the two paybacks have each of `metrics.STATUSES`.
    """

    figures: Array
    statuses: NDArray[np.int64]


def costs_alone(readable: Readable, alternative: str) -> Ledger:
    """Return the ledger of an alternative's programme costs and their financing alone, in the years that have any."""
    run = readable.run(alternative)
    whole = write(run.parameters, (), (), run.posted)
    return _part(whole, range(len(whole.lines)), np.flatnonzero(whole.amounts.any(axis=(0, 2))))


def _part(ledger: Ledger, rows: Sequence[int], years: NDArray[np.intp]) -> Ledger:
    """Return some rows and years of a ledger."""
    places = np.ix_(np.asarray(rows, dtype=np.intp), years)
    return Ledger(
        tuple(ledger.lines[row] for row in rows),
        ledger.years[years],
        ledger.amounts[places],
        ledger.units[places],
        ledger.persons[places],
    )


def repayment(readable: Readable, reading: Reading, yearly: Array, costs: Ledger) -> Repayment:
    """Return a net gain's payback and benefit–cost ratio.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A net gain.
    yearly : ndarray, shape (column, year, draw)
        Present value of what it reads, by actor or account [kr].
    costs : Ledger
        Of its alternative, from `costs_alone`.
    """
    read = years_read(readable.case, reading)
    years = slice(None) if read.all() else read
    weights = factors(readable.case, readable.parameters(), reading).reshape(len(read), -1)
    places = costs.years - readable.case.scenario.horizon.first_year
    net = _net(yearly)
    paid = np.zeros(net.shape, dtype=bool)
    paid[places] = _paid(readable, reading, costs)
    plain = paybacks(gains=(net / weights)[years], cost_years=paid[years])
    discounted = paybacks(gains=net[years], cost_years=paid[years])
    cost = (_borne(readable, reading, costs, ("programme",)) * weights[places]).sum(axis=0)
    put_in = (_borne(readable, reading, costs, ("programme", "financing")) * weights[places]).sum(axis=0)
    gross = yearly.sum(axis=1).sum(axis=0) + put_in
    ratio = np.full(gross.shape, np.nan)
    np.divide(gross, cost, out=ratio, where=cost > 0.0)
    return Repayment(
        np.stack([_years(plain), _years(discounted), ratio]),
        np.stack([np.bincount(each.status, minlength=len(STATUSES)) for each in (plain, discounted)]),
    )


def _net(yearly: Array) -> Array:
    """Return the sum of columns [shape (year, draw)]; what rounding leaves of amounts that cancel is nothing."""
    net: Array = yearly.sum(axis=0)
    largest = len(yearly) * max(np.max(yearly, initial=0.0), -np.min(yearly, initial=0.0))
    small = np.nonzero((net != 0.0) & (np.abs(net) <= ROUNDING * largest))
    gross = np.abs(yearly[:, small[0], small[1]]).sum(axis=0)
    net[small] = np.where(np.abs(net[small]) <= ROUNDING * gross, 0.0, net[small])
    return net


def _paid(readable: Readable, reading: Reading, costs: Ledger) -> NDArray[np.bool_]:
    """Return in which of the costs' years the reading's actors pay or are paid for the programme [(year, draw)]."""
    borne, turned_over = np.zeros(costs.amounts.shape[1:]), np.zeros(costs.amounts.shape[1:])
    for posting in sides(costs, readable.case.perspective(reading.perspective), readable.case):
        if in_part(posting, reading, readable.case):
            borne += posting.sign * costs.amounts[posting.row]
            turned_over += np.abs(costs.amounts[posting.row])
    # An account that only passes money through, the forbund say, bears no cost.
    return np.asarray(np.abs(borne) > ROUNDING * turned_over)


def _borne(readable: Readable, reading: Reading, costs: Ledger, roles: Sequence[Role]) -> Array:
    """Return what a reading's actors pay in some roles, undiscounted [kr, shape (year, draw)], in the costs' years."""
    rows = [row for row, line in enumerate(costs.lines) if line.role in roles]
    part = _part(costs, rows, np.arange(len(costs.years)))
    asked = reading.change(realisable=False)
    apart = yearly_by(part, asked, readable.parameters(), lambda posting: f"{posting.row}:{posting.actor}")
    if not apart:
        return np.zeros((len(costs.years), 1))
    postings = np.stack(np.broadcast_arrays(*apart.values()))
    return _net(postings)


def _years(found: Paybacks) -> Array:
    """Return times [years]: infinite where the money is not back, not a number where none was paid."""
    back, without = STATUSES.index("time"), STATUSES.index("no_own_cost")
    return np.where(found.status == back, found.years, np.where(found.status == without, np.nan, np.inf))
