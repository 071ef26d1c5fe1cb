"""What a workbook holds before it is written: sheets of cells, each a text, a number or a formula with its value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from utanforskap.outputs.workbook.expressions import Expr, Number, Ref, number

Look = Literal[
    "title", "lead", "section", "head", "label", "text", "total_label",
    "kr", "kr_total", "persons", "persons_total", "share", "factor", "year", "plain",
    "input", "input_share", "input_kr", "computed", "computed_kr", "verdict",
]  # fmt: skip
"""What a cell is: decides its number format, its colour and its weight."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A formula that gives a text.

    Attributes
    ----------
    value : str
        The text that Python finds.
    formula : Expr
        The formula, whose own value is not read.
    """

    value: str
    formula: Expr


Content = str | Expr | Verdict | float


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    content : str, float, Expr or Verdict
        A text (never read as a formula), a number, a formula with its value, or a formula that gives a text.
    look : str
        What it is.
    """

    content: Content
    look: Look


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart.

    Attributes
    ----------
    name : Ref
        Where what the legend says stands: a text of its own might be read as a formula.
    categories, values : Ref
        Where they stand.
    color : str
        ``#rrggbb``.
    """

    name: Ref
    categories: Ref
    values: Ref
    color: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart on a sheet.

    Attributes
    ----------
    kind : {"line", "stacked_columns", "stacked_areas"}
        What it looks like.
    title : str or Ref
        Above it: words of ours, or where a text from a file stands, which might be read as a formula.
    axis : str
        Along its values.
    series : sequence of Series
        What it shows.
    row, column : int
        Its upper left corner.
    millions : bool
        Whether the axis is in millions.
    """

    kind: Literal["line", "stacked_columns", "stacked_areas"]
    title: str | Ref
    axis: str
    series: Sequence[Series]
    row: int
    column: int
    millions: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be typed into a cell.

    Attributes
    ----------
    row, column : int
        The cell.
    low, high : float
        The least and the most; infinite where there is none.
    """

    row: int
    column: int
    low: float
    high: float


@dataclass(slots=True)
class Sheet:
    """One sheet, filled cell by cell from above.

    Attributes
    ----------
    name : str
        At most 31 characters.
    widths : sequence of float
        Of its first columns [characters]; the last holds for the others.
    head_rows : int
        How many rows from the top stay in sight and are repeated on every printed page.
    head_columns : int
        How many columns from the left stay in sight.
    folded : (int, int) or None
        The first and last of some columns that are folded away until somebody asks for them.
    one_page : bool
        Whether all of it is printed on one page.
    """

    name: str
    widths: Sequence[float]
    head_rows: int = 0
    head_columns: int = 0
    folded: tuple[int, int] | None = None
    one_page: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    next_row: int = 0

    def put(self, row: int, column: int, content: Content, look: Look) -> None:
        """Write a cell."""
        self.cells[row, column] = Cell(content, look)
        self.next_row = max(self.next_row, row + 1)

    def add(self, row: int, column: int, said: Number, look: Look) -> Expr:
        """Write a number or formula, and return the cell."""
        given = number(said)
        self.put(row, column, given if isinstance(said, Expr) else given.value, look)
        return Expr(given.value, (Ref(self.name, row, column, row, column),))

    def texts(self, row: int, said: Sequence[str], look: Look, *, column: int = 0) -> None:
        """Write texts side by side; an empty one is no cell."""
        for position, text in enumerate(said):
            if text:
                self.put(row, column + position, text, look)

    def line(self, row: int, column: int, said: Sequence[Number], look: Look) -> list[Expr]:
        """Write numbers or formulas side by side, and return the cells."""
        return [self.add(row, column + position, each, look) for position, each in enumerate(said)]

    def skip(self, rows: int = 1) -> int:
        """Leave rows empty, and return the row after them."""
        self.next_row += rows
        return self.next_row

    def whole_column(self, column: int, first: int, last: int) -> Ref:
        """Return the cells of a column between two rows, both included, as a range written with ``$`` on its rows."""
        return Ref(self.name, first, column, last, column, None, True, False)

    def fixed_column(self, column: int, first: int, last: int) -> Ref:
        """Return the same with ``$`` on its column too."""
        return Ref(self.name, first, column, last, column, None, True, True)


@dataclass(slots=True)
class Book:
    """A whole workbook.

    Attributes
    ----------
    title, subject : str
        Of the document.
    sheets : list of Sheet
        In order.
    names : dict of str to Ref
        Defined names and the cells they are.
    year : int
        The year on whose 1 January the document says that it was made: the case's own, not the clock's, so that the
        same run gives the same bytes.
    verdicts : (str, str)
        The texts that say that something holds, and that it does not.
    """

    title: str
    subject: str
    year: int
    verdicts: tuple[str, str]
    sheets: list[Sheet] = field(default_factory=list)
    names: dict[str, Ref] = field(default_factory=dict)
