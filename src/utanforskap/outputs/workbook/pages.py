"""Where a pathway is written as formulas, and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from utanforskap.engine.routes import Begun
from utanforskap.inputs.values.estimates import ByAge, ByYear, age_band
from utanforskap.outputs.workbook.expressions import Expr
from utanforskap.outputs.workbook.inputs import list_name
from utanforskap.outputs.workbook.model import Look, Sheet

FIRST_YEAR = 8
"""The column of the first year since the start; before it stand labels and what is one number for all years."""
_SCALARS = 3

Row = list[Expr]


@dataclass(frozen=True)
class Stay:
    """One stage of a pathway: the cells that say when it begins and ends, and whether it is an entry."""

    state: str
    begin: Expr
    end: Expr
    is_entry: Expr
    entered: Expr


@dataclass(frozen=True)
class Walked:
    """Where one person is.

    Attributes
    ----------
    occupancy : mapping of str to list of Expr
        Share of each year spent in each state.
    entries : mapping of str to list of Expr
        Entries by state and year, placement included; formulas that stand in no cell yet.
    placement : mapping of str to Expr
        The part of the first year's entries that is being placed.
    stays : sequence of Stay
        For ``stages`` only.
    alive : sequence of Expr or None
        Share who have not left for good, by year; None where nobody does.
    """

    occupancy: Mapping[str, Row]
    entries: Mapping[str, Sequence[Expr]]
    placement: Mapping[str, Expr]
    stays: Sequence[Stay] = ()
    alive: Sequence[Expr] | None = None


@dataclass(frozen=True)
class Page:
    """Where a pathway is written, and what it is written from.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    path : str
        The pathway's dotted path.
    at : callable
        From a number's name to its cell.
    age : int or None
        The age at the start.
    years : int
        How many years.
    clock : list of Expr
        The cells 0, 1, 2 … above the years, one more than there are years.
    title : callable
        From a state's id to its title.
    say : callable
        From a word's id, and what fills it, to the word.
    begun : Begun or None
        Where those are who are followed from a later year on; None is from the start. Earlier years mean nothing.
    """

    sheet: Sheet
    path: str
    at: Callable[[str], Expr]
    age: int | None
    years: int
    clock: Sequence[Expr]
    title: Callable[[str], str]
    say: Callable[..., str]
    begun: Begun | None = None

    def row(self, state: str, said: str, cells: Sequence[Expr | float], look: Look = "share") -> Row:
        """Write a row of years, and return its cells."""
        row = self.sheet.next_row
        self.sheet.texts(row, (self.title(state) if state else "", said), "label", column=1)
        return self.sheet.line(row, FIRST_YEAR, cells, look)

    def one(self, said: str, cell: Expr) -> Expr:
        """Write one number for all years, and return its cell."""
        row = self.sheet.next_row
        self.sheet.put(row, 2, said, "label")
        return self.sheet.add(row, _SCALARS, cell, "plain")


def profile_at(said: object, name: str, page: Page, year: int) -> Expr:
    """Return the cell of a number, of a list by year or of a table by age, in a year since the start."""
    if isinstance(said, ByYear):
        return page.at(list_name(name, min(year, len(said.by_year) - 1)))
    if isinstance(said, ByAge):
        assert page.age is not None
        bands = {text: age_band(text) for text in said.by_age}
        age = page.age + year
        return page.at(f"{name}.{next(text for text, (low, high) in bands.items() if low <= age <= high)}")
    return page.at(name)
