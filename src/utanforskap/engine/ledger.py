"""Occupancy times flows: every krona a posting, by line and year, real and undiscounted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from utanforskap.engine.flows import costs_of, state_rates
from utanforskap.engine.lines import Charge, Line, Posted
from utanforskap.engine.occupancy import Presence
from utanforskap.engine.parameters import Array, Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Amounts by line, year and draw.

    A line with both sides is two postings that sum to zero: plus its amount to the payer, minus its amount to the
    payee. A service has only a payer, production only a payee (its employer, for whom it is an income).

    Attributes
    ----------
    lines : tuple of Line
        What each amount is.
    years : ndarray of int
        Calendar years.
    amounts : ndarray, shape (line, year, draw)
        The flow from payer to payee [kr of the case's price year].
    units : ndarray, shape (line, year, draw)
        How many of the price's unit.
    persons : ndarray, shape (line, year, draw)
        Person-years, or entries, behind it.
    """

    lines: tuple[Line, ...]
    years: np.ndarray[tuple[int], np.dtype[np.int64]]
    amounts: Array
    units: Array
    persons: Array

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.lines)


def write(
    parameters: Parameters,
    persons: Sequence[Presence],
    moved: Sequence[Presence] = (),
    *,
    programmes: Sequence[str] = (),
) -> Ledger:
    """Return the ledger of persons' presences, of what programmes move among them, and of what programmes cost.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    persons : sequence of Presence
        Who is where without a programme.
    moved : sequence of Presence
        What programmes add and take away.
    programmes : sequence of str
        Programmes that are carried out and paid for.
    """
    changes = _gathered(posted for presence in moved for posted in _charges(parameters, presence))
    costs = (posted for id_ in programmes for posted in costs_of(parameters, id_))
    # What is moved is summed apart first, so that what is moved and moved back is nothing, to the last bit.
    without = _gathered(posted for presence in persons for posted in _charges(parameters, presence))
    return ledger_of(_gathered([*without.items(), *changes.items(), *costs]), parameters)


def _charges(parameters: Parameters, presence: Presence) -> Iterator[Posted]:
    """Yield what the persons of a presence set moving in each state they are in."""
    group = parameters.case.scenario.groups[presence.group]
    for position in range(len(presence.route.states)):
        for rate in state_rates(parameters, presence, position):
            line = replace(
                rate.line, group=presence.group, cohort=presence.cohort, age=group.age, displaced=presence.displaced
            )
            yield line, rate.charge(presence.volume(position, rate.basis))


def _gathered(posted: Iterable[Posted]) -> dict[Line, Charge]:
    charges: dict[Line, Charge] = {}
    for line, charge in posted:
        charges[line] = charges[line] + charge if line in charges else charge
    return charges


def ledger_of(charges: Mapping[Line, Charge], parameters: Parameters) -> Ledger:
    """Return the ledger that holds some charges by line."""
    horizon = parameters.case.scenario.horizon
    years = horizon.first_year + np.arange(horizon.years)
    shape = (horizon.years, parameters.draws)

    def stacked(arrays: Iterator[Array]) -> Array:
        whole = [np.broadcast_to(array, shape) for array in arrays]
        return np.stack(whole) if whole else np.zeros((0, *shape))

    return Ledger(
        lines=tuple(charges),
        years=years,
        amounts=stacked(charge.amount for charge in charges.values()),
        units=stacked(charge.units for charge in charges.values()),
        persons=stacked(charge.persons for charge in charges.values()),
    )


def difference(first: Ledger, second: Ledger) -> Ledger:
    """Return one ledger less another, posting by posting; a line that only one has is zero in the other."""
    lines = tuple(dict.fromkeys([*first.lines, *second.lines]))
    draws = max(first.amounts.shape[2], second.amounts.shape[2])

    def less(of: str) -> Array:
        result = np.zeros((len(lines), len(first.years), draws))
        for ledger, sign in ((first, 1.0), (second, -1.0)):
            positions = {line: position for position, line in enumerate(ledger.lines)}
            array: Array = getattr(ledger, of)
            for row, line in enumerate(lines):
                if line in positions:
                    result[row] += sign * array[positions[line]]
        return result

    return Ledger(lines, first.years, less("amounts"), less("units"), less("persons"))
