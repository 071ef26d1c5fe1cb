"""What a reading reads, column by column and draw by draw."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from utanforskap.analysis.readings import PRODUCTION, Posting, Readable, factors, yearly_by
from utanforskap.engine.parameters import Array
from utanforskap.terms import Reading, top_actor

Split = Literal["total", "actor", "account"]
"""What columns a reading is split into: none, top-level actors with production apart, or committees too."""


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
        The ledgers.
    reading : Reading
        What is read.
    split : {"total", "actor", "account"}
        What the columns are.
    by_year : bool
        Whether each year is asked for.
    """

    def column(posting: Posting) -> str:
        if split == "total":
            return "total"
        if split == "account" or posting.column == PRODUCTION:
            return posting.column
        return top_actor(posting.actor)

    parameters = readable.parameters()
    sums = yearly_by(readable.ledger(reading), reading, parameters, column)
    weights = factors(readable.case, parameters, reading)
    shape = (readable.case.scenario.horizon.years, parameters.draws)
    yearly = np.zeros((len(sums), *shape))
    for position, amounts in enumerate(sums.values()):
        yearly[position] = np.broadcast_to((amounts.T * weights.T).T, shape)
    return Columns(tuple(sums), yearly.sum(axis=1), yearly if by_year else None)
