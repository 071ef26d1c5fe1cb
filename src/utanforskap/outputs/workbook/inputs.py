"""The sheet of inputs: every number that is used, once, under a name; everything else in the workbook follows."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from utanforskap.analysis.explain import grade_of, source_text
from utanforskap.inputs.case import PRICES, Case, walk
from utanforskap.inputs.values.estimates import (
    ByYear,
    Estimate,
    Money,
    Persons,
    Quantity,
    Rate,
    Share,
    SignedShare,
    Sum,
    Years,
)
from utanforskap.inputs.values.units import Unit
from utanforskap.outputs.workbook.expressions import Expr, Ref
from utanforskap.outputs.workbook.model import Book, Bounds, Look, Sheet
from utanforskap.outputs.workbook.names import defined_name, label_of
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

Side = Literal["base", "alt"]
"""Whose numbers: the baseline's, or those that the alternative sets in their place."""

_SECTIONS = ("groups", "programmes", "pathways", "states", PRICES, "money", "discounting", "taxes", "actors", "funds")
_VALUE, _OTHER, _WAS, _WAS_OTHER, _NAME = 2, 3, 11, 12, 13
_FIRST_ROW = 5
_HEADS = (
    "id", "label", "value", "in_alternative", "unit", "low", "high", "source", "grade", "note", "price_year", "was",
    "was_in_alternative", "name",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """Whose numbers a part of the workbook is reckoned with.

    Attributes
    ----------
    side : {"base", "alt"}
        Whose.
    changed : frozenset of str
        Names of the numbers that the alternative sets.
    """

    side: Side
    changed: frozenset[str]

    def concerning(self, *prefixes: str) -> "World":
        """Return the baseline's world where the alternative sets none of the numbers whose names start so."""
        touched = any(name.startswith(prefixes) for name in self.changed)
        return self if touched else World("base", self.changed)


@dataclass(frozen=True)
class Row:
    """One number, as the sheet tells it."""

    name: str
    label: str
    value: float
    unit: str = ""
    other: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    grade: str = ""
    note: str = ""
    price_year: int | None = None
    look: Look = "input"
    bounds: tuple[float, float] = (-math.inf, math.inf)


@dataclass
class Inputs:
    """Every number that is used, and the cell where it stands.

    Attributes
    ----------
    book : Book
        The workbook, whose names these become.
    sheet : Sheet
        The sheet.
    case : Case
        The case.
    lang : {"sv", "en"}
        The language.
    cells : dict of (str, str) to Expr
        By name and side.
    """

    book: Book
    sheet: Sheet
    case: Case
    lang: Lang
    cells: dict[tuple[str, Side], Expr] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    _facts_begun: bool = False

    def at(self, name: str, world: World) -> Expr:
        """Return the cell of a number; the alternative's own where it sets one."""
        return self.cells.get((name, world.side), self.cells[name, "base"])

    def getter(self, world: World) -> Callable[[str], Expr]:
        """Return what looks numbers up in one world."""
        return lambda name: self.at(name, world)

    def fact(self, row: Row) -> Expr:
        """Return the cell of a number that the scenario does not state itself: written when it is first used."""
        found = self.cells.get((row.name, "base"))
        if found is not None:
            return found
        if not self._facts_begun:
            self._facts_begun = True
            self.sheet.put(self.sheet.skip(), 0, word("sections", "facts", self.lang), "section")
        return self.write(row)

    def write(self, row: Row) -> Expr:
        """Write a number's row, and return the cell where it stands."""
        at, sheet = self.sheet.next_row, self.sheet
        self.rows.append(at)
        sheet.texts(at, (row.name, row.label), "text")
        self.cells[row.name, "base"] = self._cell(at, _VALUE, row, row.value, row.name)
        if row.other is not None:
            self.cells[row.name, "alt"] = self._cell(at, _OTHER, row, row.other, f"alternativ.{row.name}")
        sheet.texts(at, (row.unit,), "text", column=4)
        for column, bound in ((5, row.low), (6, row.high)):
            if bound is not None:
                sheet.put(at, column, bound, "plain")
        sheet.texts(at, (row.source, row.grade, row.note), "text", column=7)
        if row.price_year is not None:
            sheet.put(at, 10, float(row.price_year), "year")
        return self.cells[row.name, "base"]

    def _cell(self, row: int, column: int, said: Row, value: float, name: str) -> Expr:
        unique = defined_name(name, taken={each.lower() for each in self.book.names})
        ref = Ref(self.sheet.name, row, column, row, column, unique)
        self.book.names[unique] = Ref(self.sheet.name, row, column, row, column, None, True, True)
        self.sheet.put(row, column, value, said.look)
        self.sheet.put(row, _WAS if column == _VALUE else _WAS_OTHER, value, "plain")
        if column == _VALUE:
            self.sheet.put(row, _NAME, unique, "text")
        if any(map(math.isfinite, said.bounds)):
            self.sheet.bounds.append(Bounds(row, column, *said.bounds))
        return Expr(value, (ref,))

    def changes(self) -> tuple[Ref, Ref, Ref, Ref]:
        """Return the columns of values, of values in the alternative, and of what both were when this was written."""
        first, last = min(self.rows), max(self.rows)
        columns = (_VALUE, _OTHER, _WAS, _WAS_OTHER)
        values, others, was, was_others = (self.sheet.fixed_column(column, first, last) for column in columns)
        return values, others, was, was_others


def factor(inputs: Inputs, programme: str, name: str, world: World) -> Expr:
    """Return the cell of a factor of an effect: the programme's own, or that of the one whose method it is."""
    of = inputs.case.scenario.programmes[programme].method or programme
    return inputs.at(f"programmes.{of}.{name}", world)


def inputs_sheet(
    book: Book, case: Case, *, values: Mapping[str, float], others: Mapping[str, float], used: bool, lang: Lang
) -> Inputs:
    """Return the sheet of inputs with every estimate on it.

    Parameters
    ----------
    book : Book
        The workbook.
    case : Case
        The case.
    values : mapping of str to float
        Every estimate's value in the baseline, in its own unit.
    others : mapping of str to float
        Those that the alternative sets to something else.
    used : bool
        Whether there is an alternative.
    lang : {"sv", "en"}
        The language.
    """
    widths = (46, 46, 14, 14, 12, 11, 11, 36, 7, 36, 9, 14, 14, 46)
    sheet = Sheet(word("sheets", "inputs", lang), widths, _FIRST_ROW, 2, (_WAS, _NAME))
    sheet.put(0, 0, word("sheets", "inputs", lang), "title")
    sheet.put(1, 0, word("says", "inputs", lang), "lead")
    sheet.put(2, 0, word("says", "inputs_alternative" if used else "inputs_plain", lang), "lead")
    sheet.texts(_FIRST_ROW - 1, [word("heads", head, lang) for head in _HEADS], "head")
    inputs = Inputs(book, sheet, case, lang)
    rows = {row.name: row for row in _rows(case, values, others, lang)}
    for section in _SECTIONS:
        chosen = [row for row in rows.values() if row.name.partition(".")[0] == section]
        if chosen:
            sheet.put(sheet.next_row, 0, word("sections", section, lang), "section")
            for row in chosen:
                inputs.write(row)
    book.sheets.append(sheet)
    return inputs


def _rows(case: Case, values: Mapping[str, float], others: Mapping[str, float], lang: Lang) -> Iterator[Row]:
    for name, estimate in case.estimates.items():
        agreed = name.startswith("funds.")  # what is agreed on is reckoned by the engine alone
        note = word("says", "agreement", lang) if agreed else ""
        yield Row(
            name=name, label=label_of(case, name, lang), value=values[name], other=others.get(name),
            unit=_unit(estimate, lang), low=estimate.low, high=estimate.high, source=source_text(case, estimate),
            grade=grade_of(case, estimate), note=" ".join(filter(None, (estimate.note, note))),
            price_year=estimate.price_year if isinstance(estimate, Money) else None,
            look="computed" if agreed else _look(estimate), bounds=type(estimate).bounds,
        )  # fmt: skip
    for path, part in walk(case.scenario, ""):
        if isinstance(part, ByYear):
            source = case.scenario.sources.get(part.source)
            for year, each in enumerate(part.by_year):
                yield Row(
                    name=list_name(path, year), value=each, bounds=(0.0, math.inf),
                    label=f"{label_of(case, path, lang)}, {word('rows', 'year_number', lang, year=year)}",
                    source=part.source if source is None else source.title, grade=part.grade or "D",
                    note=word("says", "list", lang) if year == len(part.by_year) - 1 else "",
                )  # fmt: skip


def list_name(path: str, year: int) -> str:
    """Return the name of one number of a list by year."""
    return f"{path}.{year}"


def lag_row(case: Case, programme: str, lang: Lang) -> Row:
    """Return the row of a programme's lag, which is a whole number of years and no estimate."""
    name = f"programmes.{programme}.lag"
    lag = float(case.scenario.programmes[programme].lag)
    return Row(name, label_of(case, name, lang), lag, word("units", "years", lang), bounds=(0.0, 100.0))


def _unit(estimate: Estimate, lang: Lang) -> str:
    if isinstance(estimate, Money):
        return estimate.unit
    if isinstance(estimate, Quantity):
        return estimate.unit or ""
    if isinstance(estimate, Sum):
        return Unit.ONCE.value
    for kind, unit in (
        (Share, "share"),
        (SignedShare, "share"),
        (Rate, "a_year"),
        (Years, "years"),
        (Persons, "persons"),
    ):
        if isinstance(estimate, kind):
            return word("units", unit, lang)
    return ""


def _look(estimate: Estimate) -> Look:
    if isinstance(estimate, Share | SignedShare | Rate):
        return "input_share"
    return "input_kr" if isinstance(estimate, Money | Sum) and estimate.value >= 1000 else "input"
