"""Every krona down to price × quantity × persons, and its source."""

from dataclasses import dataclass

import numpy as np

from utanforskap.analysis.readings import Readable, check, sides, yearly_by
from utanforskap.analysis.tabulate import item_label
from utanforskap.engine.flows import Line
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.estimates import ASSUMPTION, CALIBRATION, Estimate, Grade, Money
from utanforskap.terms import Lang, Reading


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
        [kr of the case's price year per `unit`]; taxes, contributions and production follow from a wage or an income,
        and their price is what a person gives rise to.
    unit : str
        The price's unit.
    quantity : float
        Units per person-year or entry.
    persons : float
        Person-years or entries; in a gain, those in the baseline less those in the alternative.
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
    rows = []
    for posting in sides(ledger, case.perspective(reading.perspective), case):
        amounts = sums.get(f"{posting.row}:{posting.actor}")
        if amounts is None or amounts[position, 0] == 0.0:
            continue
        amount = float(amounts[position, 0])
        units = float(ledger.units[posting.row, position, 0])
        persons = float(ledger.persons[posting.row, position, 0])
        quantity = units / persons if persons else np.nan
        price = amount / units * posting.sign if units else np.nan
        source, grade, stated = sourced(case, posting.line)
        rows.append(
            Explanation(
                item=posting.line.item,
                label=item_label(case, posting.line.item, lang),
                actor=posting.actor,
                price=price,
                unit=posting.line.unit,
                quantity=quantity,
                persons=persons,
                amount=amount,
                source=source,
                grade=grade,
                stated=stated,
            )
        )
    return sorted(rows, key=lambda row: -abs(row.amount))


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
