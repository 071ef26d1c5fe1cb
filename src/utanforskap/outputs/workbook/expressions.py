"""Numbers that know the formula they come from: what a cell shows, and how a spreadsheet reckons it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ATOM, _POWER, _PRODUCT, _SUM, _COMPARISON = 4, 3, 2, 1, 0
_NEEDS_NO_QUOTES = frozenset("abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ_0123456789")


@dataclass(frozen=True, slots=True)
class Ref:
    """One cell, or a rectangle of them, on a sheet.

    Attributes
    ----------
    sheet : str
        The sheet's name.
    row, column : int
        From 0; of the first cell.
    last_row, last_column : int
        Of the last cell.
    name : str or None
        The name that is defined for it, which formulas say instead.
    fixed_rows, fixed_columns : bool
        Whether the rows and columns are written with ``$``.
    """

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int
    name: str | None = None
    fixed_rows: bool = False
    fixed_columns: bool = False

    def text(self, sheet: str) -> str:
        """Return how a formula on a sheet says it."""
        if self.name is not None:
            return self.name
        said = self._cell(self.row, self.column)
        if (self.row, self.column) != (self.last_row, self.last_column):
            said += ":" + self._cell(self.last_row, self.last_column)
        return said if sheet == self.sheet else f"{sheet_prefix(self.sheet)}{said}"

    def _cell(self, row: int, column: int) -> str:
        return f"{'$' * self.fixed_columns}{column_letters(column)}{'$' * self.fixed_rows}{row + 1}"


def column_letters(column: int) -> str:
    """Return a column's letters: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def sheet_prefix(sheet: str) -> str:
    """Return what stands before a cell of another sheet."""
    quoted = sheet if set(sheet) <= _NEEDS_NO_QUOTES else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!"


Parts = tuple[str | Ref, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Expr:
    """A number and the formula that gives it.

    Attributes
    ----------
    value : float
        What Python reckons.
    parts : tuple of str or Ref
        The formula, without ``=``; how a cell is said depends on which sheet it is said on.
    rank : int
        How strongly its outermost operation binds.
    """

    value: float
    parts: Parts
    rank: int = _ATOM

    def text(self, sheet: str) -> str:
        """Return the formula as a cell on a sheet says it, without ``=``."""
        return "".join(part if isinstance(part, str) else part.text(sheet) for part in self.parts)

    def ref(self) -> Ref | None:
        """Return the one cell that it is; None for anything else."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Ref) else None

    def _within(self, rank: int) -> Parts:
        return self.parts if self.rank >= rank else ("(", *self.parts, ")")

    def _joined(self, sign: str, other: "Expr", value: float, rank: int) -> "Expr":
        # What stands to the right of − and / binds stronger than what stands to the left.
        return Expr(value, (*self._within(rank), sign, *other._within(rank + (sign in "-/^"))), rank)

    def __add__(self, other: "Number") -> "Expr":
        """Return the sum."""
        right = number(other)
        return self._joined("+", right, self.value + right.value, _SUM)

    def __radd__(self, other: float) -> "Expr":
        """Return the sum."""
        return number(other) + self

    def __sub__(self, other: "Number") -> "Expr":
        """Return the difference."""
        right = number(other)
        return self._joined("-", right, self.value - right.value, _SUM)

    def __rsub__(self, other: float) -> "Expr":
        """Return the difference."""
        return number(other) - self

    def __mul__(self, other: "Number") -> "Expr":
        """Return the product."""
        right = number(other)
        return self._joined("*", right, self.value * right.value, _PRODUCT)

    def __rmul__(self, other: float) -> "Expr":
        """Return the product."""
        return number(other) * self

    def __truediv__(self, other: "Number") -> "Expr":
        """Return the quotient."""
        right = number(other)
        return self._joined("/", right, self.value / right.value, _PRODUCT)

    def __rtruediv__(self, other: float) -> "Expr":
        """Return the quotient."""
        return number(other) / self

    def __pow__(self, other: "Number") -> "Expr":
        """Return the power; a spreadsheet has none of nothing to the nothing."""
        right = number(other)
        base, exponent = self._within(_ATOM), right._within(_ATOM)
        return Expr(_power(self.value, right.value), (*base, "^", *exponent), _POWER)


Number = Expr | float


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


def number(said: Number) -> Expr:
    """Return a plain number as a formula; a formula as it is."""
    if isinstance(said, Expr):
        return said
    value = float(said)
    written = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return Expr(value, (written,), _ATOM if value >= 0 else _SUM)


def call(function: str, value: float, *arguments: Number | Ref | str) -> Expr:
    """Return a call of a spreadsheet's function, whose value Python has reckoned.

    Parameters
    ----------
    function : str
        Its name, as every spreadsheet knows it.
    value : float
        What it gives.
    *arguments
        Formulas, numbers, ranges, or text that is written as it stands.
    """
    parts: list[str | Ref] = [f"{function}("]
    for position, argument in enumerate(arguments):
        if position:
            parts.append(",")
        if isinstance(argument, Ref | str):
            parts.append(argument)
        else:
            parts += number(argument).parts
    return Expr(value, (*parts, ")"))


def _numbers(said: Iterable[Number]) -> list[Expr]:
    return [number(each) for each in said]


def largest(*said: Number) -> Expr:
    """Return the largest of some numbers."""
    given = _numbers(said)
    return call("MAX", max(each.value for each in given), *given)


def smallest(*said: Number) -> Expr:
    """Return the smallest of some numbers."""
    given = _numbers(said)
    return call("MIN", min(each.value for each in given), *given)


def where(condition: Expr, yes: Number, no: Number) -> Expr:
    """Return one of two numbers; the other is allowed not to exist."""
    first, second = number(yes), number(no)
    return call("IF", first.value if condition.value else second.value, condition, first, second)


def exp(said: Expr) -> Expr:
    """Return e to a power."""
    return call("EXP", math.exp(said.value), said)


def _compared(left: Number, sign: str, right: Number, value: bool) -> Expr:
    first, second = number(left), number(right)
    return Expr(float(value), (*first._within(_SUM), sign, *second._within(_SUM)), _COMPARISON)


def above(left: Number, right: Number) -> Expr:
    """Return whether one number is larger than another."""
    return _compared(left, ">", right, number(left).value > number(right).value)


def below(left: Number, right: Number) -> Expr:
    """Return whether one number is smaller than another."""
    return _compared(left, "<", right, number(left).value < number(right).value)


def equals(left: Number, right: Number) -> Expr:
    """Return whether two numbers are the same."""
    return _compared(left, "=", right, number(left).value == number(right).value)


def total(said: Sequence[Number]) -> Expr:
    """Return a sum: cells that stand side by side or below one another as one range, the rest added one by one."""
    given = _numbers(said)
    if not given:
        return number(0.0)
    pieces = [_piece(run) for run in _runs(given)]
    value = math.fsum(each.value for each in given)
    parts: list[str | Ref] = []
    for piece in pieces:
        parts += (["+"] if parts else []) + list(piece._within(_SUM))
    return Expr(value, tuple(parts), pieces[0].rank if len(pieces) == 1 else _SUM)


def totals(rows: Sequence[Sequence[Expr]], count: int) -> list[Expr]:
    """Return the sums, column by column, of rows of so many cells; nothing where there are no rows."""
    return [total([row[position] for row in rows]) for position in range(count)]


def _runs(given: Sequence[Expr]) -> list[list[Expr]]:
    runs: list[list[Expr]] = []
    for each in given:
        if runs and _span([*runs[-1], each]) is not None:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _piece(run: Sequence[Expr]) -> Expr:
    span = _span(run) if len(run) > 1 else None
    return run[0] if span is None else call("SUM", math.fsum(each.value for each in run), span)


def _span(run: Sequence[Expr]) -> Ref | None:
    """Return the range that some cells are, in order along a row or down a column; None where they are not."""
    refs = [each.ref() for each in run]
    first = refs[0]
    if first is None or first.name is not None:
        return None
    along = [(first.row, first.column + step) for step in range(len(refs))]
    down = [(first.row + step, first.column) for step in range(len(refs))]
    places = [(ref.row, ref.column) for ref in refs if ref is not None and ref.sheet == first.sheet and not ref.name]
    if places not in (along, down):
        return None
    last = refs[-1]
    assert last is not None
    return Ref(first.sheet, first.row, first.column, last.row, last.column)


def span(cells: Sequence[Expr], *, fixed: bool = False) -> Ref:
    """Return the range from the first to the last of some cells of one sheet.

    Parameters
    ----------
    cells : sequence of Expr
        Cells, in order.
    fixed : bool
        Whether rows and columns are written with ``$``.
    """
    first, last = cells[0].ref(), cells[-1].ref()
    assert first is not None
    assert last is not None
    return Ref(first.sheet, first.row, first.column, last.row, last.column, None, fixed, fixed)


def beside(cells: Sequence[Expr], column: int) -> Ref:
    """Return the cell in a column of the row that some cells are in, written with ``$``."""
    first = span(cells)
    return Ref(first.sheet, first.row, column, first.row, column, None, True, True)


def weighed(cells: Sequence[Expr], weights: Sequence[Expr]) -> Expr:
    """Return the sum of products of two rows of cells."""
    value = math.fsum(cell.value * weight.value for cell, weight in zip(cells, weights, strict=True))
    return call("SUMPRODUCT", value, span(cells), span(weights, fixed=True))
