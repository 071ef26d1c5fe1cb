"""Occupancy times flows: every krona a posting, by line and year, real and undiscounted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from utanforskap.engine.flows import state_rates
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
    posted: Iterable[Posted] = (),
) -> Ledger:
    """Return the ledger of persons' presences, of what programmes move among them, and of what else is posted.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    persons : sequence of Presence
        Who is where without a programme.
    moved : sequence of Presence
        What programmes add and take away.
    posted : iterable of Posted
        What programmes cost, and how they are funded.
    """
    changes = _gathered(charged for presence in moved for charged in _charges(parameters, presence))
    # What is moved is summed apart first, so that what is moved and moved back is nothing, to the last bit.
    without = _gathered(charged for presence in persons for charged in _charges(parameters, presence))
    return ledger_of(_gathered([*without.items(), *changes.items(), *posted]), parameters)


def _charges(parameters: Parameters, presence: Presence) -> Iterator[Posted]:
    """Yield what the persons of a presence set moving in each state they are in."""
    again = presence.recurrence is not None
    for position in range(len(presence.route.states)):
        for rate in state_rates(parameters, presence, position):
            line = replace(
                rate.line,
                group=presence.group,
                cohort=None if again else presence.cohort,
                age=None if again else presence.age,
                retired=presence.retired,
                displaced=presence.displaced,
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
