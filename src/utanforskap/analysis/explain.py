"""Every krona down to price × quantity × persons, and its source."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from utanforskap.analysis.readings import Readable, check, sides, yearly_by
from utanforskap.analysis.tabulate import item_label
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.lines import Line
from utanforskap.engine.parameters import Parameters
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.values.estimates import ASSUMPTION, CALIBRATION, Estimate, Grade, Money
from utanforskap.inputs.values.units import Unit
from utanforskap.terms import Lang, Reading, label

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of an explanation: ``amount = price × quantity × persons``.

    Attributes
    ----------
    item, label : str
        The line's dotted path, and what it is called.
    actor : str
        Whose posting it is.
    price : float
        [kr of the case's price year per `unit`], below zero where the actor receives it; taxes, contributions and
        production follow from a wage or an income, and their price is what a person gives rise to.
    unit : str
        The price's unit.
    quantity : float
        Units per person-year or entry.
    persons : float
        Person-years or entries; in a gain, those in the baseline less those in the alternative. Where that difference
        times one price and quantity is not the amount, each of the two has a line of its own.
    amount : float
        [kr], as the reading signs it.
    source : str
        Where the price comes from.
    grade : str
        How far it can be trusted.
    stated : str
        The price as stated, with its own unit and price year.
    """

    item: str
    label: str
    actor: str
    price: float
    unit: str
    quantity: float
    persons: float
    amount: float
    source: str
    grade: str
    stated: str


def explain(readable: Readable, reading: Reading, *, year: int, lang: Lang) -> list[Explanation]:
    """Return the lines behind a reading's amount in one year, the largest first; their amounts sum to it.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        What is read; undiscounted.
    year : int
        The calendar year.
    lang : {"sv", "en"}
        The language of the labels.

    Raises
    ------
    QuestionError
        If the year is outside the horizon, or the case cannot answer the reading.
    """
    case = readable.case
    check(case, reading)
    horizon = case.scenario.horizon
    last = horizon.first_year + horizon.years - 1
    if not horizon.first_year <= year <= last:
        raise QuestionError(f"{year} is outside the horizon {horizon.first_year}–{last}")
    ledger = readable.ledger(reading)
    position = year - horizon.first_year
    parameters = readable.parameters()
    sums = yearly_by(ledger, reading, parameters, lambda posting: f"{posting.row}:{posting.actor}")
    rows: list[Explanation] = []
    for posting in sides(ledger, case.perspective(reading.perspective), case):
        read = sums.get(f"{posting.row}:{posting.actor}")
        if read is None or read[position, 0] == 0.0:
            continue
        source, grade, stated = sourced(case, posting.line)
        for part in _parts(readable, reading, posting.line, position):
            amount = part.amount * float(read[position, 0]) / float(ledger.amounts[posting.row, position, 0])
            rows.append(
                Explanation(
                    item=posting.line.item,
                    label=item_label(case, posting.line.item, lang),
                    actor=posting.actor,
                    price=amount / part.units,
                    unit=posting.line.unit,
                    quantity=part.units / part.persons,
                    persons=part.persons,
                    amount=amount,
                    source=source,
                    grade=grade,
                    stated=stated,
                )
            )
    if reading.tax_factor:
        rows += _tax_factor(case, parameters, float(sums["skattefaktor"][position, 0]), lang)
    return sorted(rows, key=lambda row: -abs(row.amount))


class _Part(NamedTuple):
    amount: float
    units: float
    persons: float


def _parts(readable: Readable, reading: Reading, line: Line, position: int) -> list[_Part]:
    """Return a line's year as one product, or as one of each of the two runs that a reading compares.

    The difference of two products is itself one only where the price is the same and persons and units differ alike.
    """
    if reading.measure == "ledger":
        return [_part(readable.ledger(reading), line, position)]
    both = [_part(run.ledger, line, position) for run in readable.compared(reading)]
    first, second = both
    change = _Part(first.amount - second.amount, first.units - second.units, first.persons - second.persons)
    in_only_one = not (first.units and second.units)
    same_price = in_only_one or math.isclose(first.amount / first.units, second.amount / second.units, rel_tol=_SAME)
    if same_price and change.units * change.persons > 0.0:
        return [change]
    return [part for part in (first, _Part(*(-number for number in second))) if part.amount]


def _part(ledger: Ledger, line: Line, position: int) -> _Part:
    if line not in ledger.lines:
        return _Part(0.0, 0.0, 0.0)
    row = ledger.lines.index(line)
    found = _Part(*(float(array[row, position, 0]) for array in (ledger.amounts, ledger.units, ledger.persons)))
    if found.amount == 0.0:
        return _Part(0.0, 0.0, 0.0)
    # Tax on what an entry brings may fall in a year without any time in the state: then the amount is told as a sum.
    return found if found.units and found.persons else _Part(found.amount, 1.0, 1.0)


def _tax_factor(case: Case, parameters: Parameters, amount: float, lang: Lang) -> list[Explanation]:
    if amount == 0.0:
        return []
    name = "money.tax_factor"
    said = case.estimates[name]
    above_one = float(parameters[name][0]) - 1.0
    return [
        Explanation(
            item=name,
            label=label("words", "skattefaktor", lang),
            actor="staten",
            price=amount / above_one,
            unit=Unit.ONCE.value,
            quantity=above_one,
            persons=1.0,
            amount=amount,
            source=source_text(case, said),
            grade=grade_of(case, said),
            stated=f"{said.value:g}",
        )
    ]


def sourced(case: Case, line: Line) -> tuple[str, str, str]:
    """Return a line's price's source, grade, and the price as stated."""
    if line.price is None:
        return "–", "–", "–"
    priced = case.estimates[line.price]
    stated = f"{priced.value:g}"
    if isinstance(priced, Money):
        stated += f" {priced.unit}" + (f" ({priced.price_year})" if priced.price_year else "")
    return source_text(case, priced), grade_of(case, priced), stated


def source_text(case: Case, estimate: Estimate) -> str:
    """Return where an estimate comes from, in words."""
    said = case.scenario.sources.get(estimate.source)
    if said is None:
        return estimate.source
    return said.title + (f" ({said.year})" if said.year else "")


def grade_of(case: Case, estimate: Estimate) -> Grade:
    """Return an estimate's grade: its own, its source's, or D for an assumption or calibration."""
    if estimate.grade is not None:
        return estimate.grade
    said = case.scenario.sources.get(estimate.source)
    return said.grade if said is not None and said.grade is not None else "D"


def is_assumed(estimate: Estimate) -> bool:
    """Return whether an estimate is an assumption or a calibration."""
    return estimate.source in (ASSUMPTION, CALIBRATION)
