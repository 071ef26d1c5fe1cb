"""The table on the sheet of flows: what each line is, who pays and receives it in each way of counting, its amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from utanforskap.analysis.readings import PRODUCTION, sides
from utanforskap.analysis.tabulate import item_label
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.lines import Line
from utanforskap.inputs.case import Case
from utanforskap.outputs.workbook.expressions import Expr, Ref, call, column_letters, span, total
from utanforskap.outputs.workbook.model import Sheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang, label, top_actor

HEAD = 4
PERSPECTIVES = ("society", "see")
"""The ways of counting that the workbook shows."""
_HEADS = (
    "line", "part", "group", "state", "kind", "payer", "payee",
    "kind_id", "role", "category", "society_payer", "society_payee", "see_payer", "see_payee",
    "payer_public", "payee_public", "first", "second", "price_name", "sum", "present_value",
)  # fmt: skip
_COLUMN = {head: position for position, head in enumerate(_HEADS)}
FIRST_YEAR = len(_HEADS)
_FOLDED = (_COLUMN["kind_id"], _COLUMN["price_name"])

Sides = tuple[str | None, str | None]
"""The columns of a table in which what is paid and what is received stand."""


@dataclass(frozen=True)
class Which:
    """Which lines are added up, beside whose they are.

    Attributes
    ----------
    run : {"first", "second"}
        Of which of the two runs that are compared.
    role : str or None
        The role; None is all.
    """

    run: str
    role: str | None


@dataclass
class LineTable:
    """Every line, one a row.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    case : Case
        The case.
    ledger : Ledger
        Any ledger of the case: for what its lines' sides are.
    members : mapping of str to (bool, bool)
        By part, whether its lines belong to the first and to the second of the runs that are compared.
    factors : sequence of Expr
        Cells of discount factors by year.
    lang : {"sv", "en"}
        The language.
    """

    sheet: Sheet
    case: Case
    ledger: Ledger
    members: Mapping[str, tuple[bool, bool]]
    factors: Sequence[Expr]
    lang: Lang
    rows: list[Mapping[str, object]] = field(default_factory=list)
    amounts: list[list[Expr]] = field(default_factory=list)
    sums: list[Expr] = field(default_factory=list)
    present: list[Expr] = field(default_factory=list)

    @property
    def first_row(self) -> int:
        """The first line's row."""
        return HEAD + 1

    @property
    def last_row(self) -> int:
        """The last line's row."""
        return max(HEAD + len(self.rows), self.first_row)

    def write(self, line: Line, part: str, amounts: Sequence[Expr]) -> list[Expr]:
        """Write a line, and return the cells of its amounts."""
        row = self.first_row + len(self.rows)
        said = self._said(line, part)
        self.rows.append(said)
        for column, head in enumerate(_HEADS[:FIRST_YEAR]):
            content = said.get(head)
            if isinstance(content, str) and content:
                self.sheet.put(row, column, content, "text")
            elif isinstance(content, bool):
                self.sheet.put(row, column, float(content), "year")
        cells = self.sheet.line(row, FIRST_YEAR, list(amounts), "kr")
        self.amounts.append(cells)
        self.sums.append(self.sheet.add(row, _COLUMN["sum"], total(cells), "kr_total"))
        value = sum(cell.value * factor.value for cell, factor in zip(cells, self.factors, strict=True))
        weighed = call("SUMPRODUCT", value, span(cells), span(self.factors, fixed=True))
        self.present.append(self.sheet.add(row, _COLUMN["present_value"], weighed, "kr_total"))
        return cells

    def _said(self, line: Line, part: str) -> dict[str, object]:
        scenario = self.case.scenario
        said: dict[str, object] = {
            "line": item_label(self.case, line.item, self.lang), "part": word("parts", part, self.lang),
            "kind": label("kinds", line.kind, self.lang), "kind_id": line.kind, "role": line.role,
            "category": line.category,
            "price_name": line.price,
            "group": getattr(scenario.groups[line.group].title, self.lang) if line.group is not None else None,
            "state": getattr(scenario.states[line.state].title, self.lang) if line.state is not None else None,
        }  # fmt: skip
        for perspective in PERSPECTIVES:
            said[f"{perspective}_payer"], said[f"{perspective}_payee"] = self._sides(line, perspective)
        for side, actor in (("payer", line.payer), ("payee", line.payee)):
            said[side] = self.case.actors[actor].title[self.lang] if actor is not None else None
            said[f"{side}_public"] = actor is not None and self.case.actors[actor].public
        said["first"], said["second"] = self.members[part]
        return said

    def _sides(self, line: Line, perspective: str) -> Sides:
        columns: dict[float, str] = {}
        alone = replace(self.ledger, lines=(line,))
        for posting in sides(alone, self.case.perspective(perspective), self.case):
            column = posting.column if posting.column == PRODUCTION else top_actor(posting.actor)
            columns[posting.sign] = column
        return columns.get(1.0), columns.get(-1.0)

    def columns_of(self, perspective: str) -> list[str]:
        """Return the columns of an actor table that a way of counting fills, and those that it always shows."""
        found = [str(row[f"{perspective}_{side}"]) for row in self.rows for side in ("payer", "payee")
                 if row[f"{perspective}_{side}"]]  # fmt: skip
        return list(dict.fromkeys([*self.case.perspective(perspective).columns, *found]))

    # --- sums ---------------------------------------------------------------------------------

    def column(self, head: str) -> Ref:
        """Return a column of the table."""
        return self.sheet.fixed_column(_COLUMN[head], self.first_row, self.last_row)

    def of_year(self, year: int) -> Ref:
        """Return a year's column of the table."""
        return self.sheet.whole_column(FIRST_YEAR + year, self.first_row, self.last_row)

    def net(self, perspective: str, column: str, cell: Ref, which: Which, year: int) -> Expr:
        """Return what an actor pays less what it receives in a year.

        Parameters
        ----------
        perspective : str
            The way of counting.
        column : str
            The actor's column.
        cell : Ref
            Where the column's id stands.
        which : Which
            Which lines.
        year : int
            From 0.
        """
        paid = self._side(perspective, "payer", column, cell, which, year)
        received = self._side(perspective, "payee", column, cell, which, year)
        return paid - received

    def _side(self, perspective: str, side: str, column: str, cell: Ref, which: Which, year: int) -> Expr:
        head = f"{perspective}_{side}"
        conditions = {head: column, which.run: True}
        if which.role is not None:
            conditions["role"] = which.role
        arguments: list[Ref | str] = [self.of_year(year), self.column(head), cell, self.column(which.run), "1"]
        if which.role is not None:
            arguments += [self.column("role"), f'"{which.role}"']
        return call("SUMIFS", self._found([row[year] for row in self.amounts], conditions), *arguments)

    def summed(self, conditions: Mapping[str, object], *, present: bool) -> Expr:
        """Return the sum of the lines that meet some conditions [kr], undiscounted or at present value.

        Parameters
        ----------
        conditions : mapping of str to str or bool
            By column, what stands there.
        present : bool
            Whether at present value.
        """
        arguments: list[Ref | str] = [self.column("present_value" if present else "sum")]
        for head, wanted in conditions.items():
            arguments += [self.column(head), str(int(wanted)) if isinstance(wanted, bool) else f'"{wanted}"']
        cells = self.present if present else self.sums
        return call("SUMIFS", self._found(cells, conditions), *arguments)

    def _found(self, cells: Sequence[Expr], conditions: Mapping[str, object]) -> float:
        return sum(
            cell.value
            for cell, row in zip(cells, self.rows, strict=True)
            if all(row.get(head) == wanted for head, wanted in conditions.items())
        )

    def turnover(self) -> Expr:
        """Return the sum of all amounts at present value, whatever their sign [kr]."""
        from_to = self.column("present_value")
        return call("SUMPRODUCT", sum(abs(cell.value) for cell in self.present), _absolute(from_to))


def _absolute(ref: Ref) -> Expr:
    return Expr(0.0, ("ABS(", ref, ")"))


def line_table(
    case: Case, ledger: Ledger, members: Mapping[str, tuple[bool, bool]], factors: Sequence[Expr], *, lang: Lang
) -> LineTable:
    """Return the sheet of flows, to be filled line by line."""
    widths = (44, 24, 16, 24, 16, 22, 22, 12, 12, 18, 14, 14, 14, 14, 10, 10, 8, 8, 38, 14, 14, 12)
    sheet = Sheet(word("sheets", "lines", lang), widths, HEAD + 1, 1, _FOLDED)
    sheet.put(0, 0, word("sheets", "lines", lang), "title")
    sheet.put(1, 0, word("says", "lines", lang, year=case.scenario.money.price_year), "lead")
    folded = "–".join(map(column_letters, _FOLDED))
    sheet.put(2, 0, word("says", "lines_members", lang, columns=folded), "lead")
    sheet.texts(HEAD, [word("heads", head, lang) for head in _HEADS], "head")
    horizon = case.scenario.horizon
    for position in range(horizon.years):
        sheet.put(HEAD, FIRST_YEAR + position, float(horizon.first_year + position), "head")
    return LineTable(sheet, case, ledger, members, factors, lang)
