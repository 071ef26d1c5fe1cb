"""The sheets of accounts: cash flow by actor, present values, and what is gained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from utanforskap.analysis.captions import discounting_text
from utanforskap.analysis.readings import PRODUCTION, timing_of
from utanforskap.inputs.case import Case
from utanforskap.outputs.workbook.expressions import Expr, Ref, number, total, totals, weighed
from utanforskap.outputs.workbook.inputs import Inputs, World
from utanforskap.outputs.workbook.inputs import Row as Fact
from utanforskap.outputs.workbook.line_table import PERSPECTIVES, LineTable, Which
from utanforskap.outputs.workbook.model import Look, Sheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang, Reading, column_order, label

HEAD = 4
_SUM, FIRST_YEAR = 2, 3
Row = list[Expr]


@dataclass(frozen=True)
class Block:
    """What a table of cash flows shows.

    Attributes
    ----------
    id : str
        ``first``, ``second``, ``programme`` or ``financing``.
    which : Which
        Its lines.
    """

    id: str
    which: Which


@dataclass(frozen=True)
class Cash:
    """The sheet of cash flows by actor.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    rows : mapping of (str, str, str) to list of Expr
        Cells by perspective, block and column; the column ``total`` is their sum.
    """

    sheet: Sheet
    rows: Mapping[tuple[str, str, str], Row]

    def columns(self, perspective: str) -> list[str]:
        """Return the columns that a perspective's tables show, without their total."""
        found = [column for seen, _, column in self.rows if seen == perspective and column != "total"]
        return list(dict.fromkeys(found))


def actor_title(case: Case, column: str, lang: Lang) -> str:
    """Return what a column of an actor table is called."""
    return label("words", PRODUCTION, lang) if column == PRODUCTION else case.actors[column].title[lang]


def ordered(columns: Sequence[str]) -> list[str]:
    """Return columns in the order in which tables show them, production last."""
    actors = column_order(column for column in columns if column != PRODUCTION)
    return [*actors, *(column for column in columns if column == PRODUCTION)]


def year_heads(sheet: Sheet, case: Case, row: int, first: int) -> list[Expr]:
    """Write the calendar years, and return their cells."""
    horizon = case.scenario.horizon
    cells = []
    for position in range(horizon.years):
        year = float(horizon.first_year + position)
        sheet.put(row, first + position, year, "head")
        cells.append(Expr(year, (Ref(sheet.name, row, first + position, row, first + position),)))
    return cells


def cash_sheet(table: LineTable, blocks: Sequence[Block], names: Mapping[str, str], *, lang: Lang) -> Cash:
    """Write what every actor pays and receives, year by year, in every way of counting.

    Parameters
    ----------
    table : LineTable
        The lines.
    blocks : sequence of Block
        The tables.
    names : mapping of str to str
        What each table is called.
    lang : {"sv", "en"}
        The language.
    """
    case = table.case
    sheet = Sheet(word("sheets", "cash", lang), (38, 16, 15, 12), HEAD + 1, 2)
    sheet.put(0, 0, word("sheets", "cash", lang), "title")
    sheet.put(1, 0, word("says", "cash", lang, year=case.scenario.money.price_year), "lead")
    sheet.texts(HEAD, [word("heads", head, lang) for head in ("actor", "id", "sum")], "head")
    year_heads(sheet, case, HEAD, FIRST_YEAR)
    rows: dict[tuple[str, str, str], Row] = {}
    for perspective in PERSPECTIVES:
        title = case.perspective(perspective).title[lang]
        for block in blocks:
            sheet.put(sheet.skip(), 0, f"{title}: {names[block.id]}", "section")
            columns = ordered(table.columns_of(perspective))
            for column in columns:
                row = sheet.next_row
                sheet.put(row, 0, actor_title(case, column, lang), "label")
                sheet.put(row, 1, column, "text")
                cell = Ref(sheet.name, row, 1, row, 1, None, False, True)
                years = range(case.scenario.horizon.years)
                cells = [table.net(perspective, column, cell, block.which, year) for year in years]
                rows[perspective, block.id, column] = _years(sheet, row, cells, "kr")
            each = [rows[perspective, block.id, column] for column in columns]
            row = sheet.next_row
            sheet.put(row, 0, label("words", "total", lang), "total_label")
            sums = totals(each, case.scenario.horizon.years)
            rows[perspective, block.id, "total"] = _years(sheet, row, sums, "kr_total")
    return Cash(sheet, rows)


def _years(sheet: Sheet, row: int, cells: Sequence[Expr], look: Look) -> Row:
    made = sheet.line(row, FIRST_YEAR, cells, look)
    sheet.add(row, _SUM, total(made), "kr_total")
    return made


# --- present values -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Present:
    """The sheet of present values.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    factors : list of Expr
        Cells of discount factors by year.
    values : dict of (str, str, str) to Expr
        Cells by perspective, block and column; the column ``total`` is their sum.
    """

    sheet: Sheet
    factors: Row
    values: dict[tuple[str, str, str], Expr]


def present_sheet(inputs: Inputs, world: World, *, lang: Lang) -> Present:
    """Write the discount factors, and return the sheet, to be filled with present values."""
    case = inputs.case
    sheet = Sheet(word("sheets", "present", lang), (38, 16, 17, 17), HEAD + 1, 2)
    sheet.put(0, 0, word("sheets", "present", lang), "title")
    sheet.put(1, 0, discounting_text(case, Reading(), lang), "lead")
    sheet.put(HEAD, 0, word("heads", "discounting", lang), "head")
    sheet.put(HEAD, 1, "", "head")
    years = year_heads(sheet, case, HEAD, 2)
    _told(sheet, "since_base", [year - float(case.scenario.horizon.first_year) for year in years], lang, "plain")
    rates = _told(sheet, "rate", _rates(inputs, world, len(years), lang), lang, "share")
    row = sheet.next_row
    sheet.put(row, 0, word("rows", "at_year_start", lang), "label")
    levels: Row = []
    for year in range(len(years)):
        level = levels[-1] / (1 + rates[year - 1]) if levels else number(1.0)
        levels.append(sheet.add(row, 2 + year, level, "factor"))
    factors = {
        "start": levels,
        "mid": [level / (1 + rate) ** 0.5 for level, rate in zip(levels, rates, strict=True)],
        "end": [level / (1 + rate) for level, rate in zip(levels, rates, strict=True)],
    }[timing_of(case, case.scenario.discounting)]
    return Present(sheet, _told(sheet, "factor", factors, lang, "factor"), {})


def _told(sheet: Sheet, said: str, cells: Sequence[Expr], lang: Lang, look: Look) -> Row:
    row = sheet.next_row
    sheet.put(row, 0, word("rows", said, lang), "label")
    return sheet.line(row, 2, cells, look)


def _rates(inputs: Inputs, world: World, years: int, lang: Lang) -> list[Expr]:
    said = inputs.case.scenario.discounting
    if said.rate is not None:
        return [inputs.at("discounting.rate", world)] * years
    if said.rates is not None:
        starts = {int(step): inputs.at(f"discounting.rates.{step}", world) for step in said.rates}
    else:
        assert said.profile is not None
        profile = inputs.case.profiles[said.profile]
        starts = {
            start: inputs.fact(Fact(
                f"discounting.{said.profile}.{start}",
                word("rows", "profile_rate", lang, profile=said.profile, year=start),
                rate, word("units", "a_year", lang), source=word("says", "shipped_profile", lang), look="input_share",
                bounds=(-0.5, 1.0),
            ))
            for start, rate in profile.steps
            if start < years
        }  # fmt: skip
    return [starts[max(start for start in starts if start <= year)] for year in range(years)]


def write_present(
    present: Present, cash: Cash, blocks: Sequence[Block], names: Mapping[str, str], case: Case, lang: Lang
) -> None:
    """Write the present value of every actor's cash flows: a table a way of counting, a column a block."""
    sheet = present.sheet
    for perspective in PERSPECTIVES:
        row = sheet.skip()
        sheet.put(row, 0, case.perspective(perspective).title[lang], "section")
        sheet.texts(row + 1, ["", word("heads", "id", lang), *(names[block.id] for block in blocks)], "head")
        columns = cash.columns(perspective)
        for column in columns:
            row = sheet.next_row
            sheet.put(row, 0, actor_title(case, column, lang), "label")
            sheet.put(row, 1, column, "text")
            for position, block in enumerate(blocks):
                cells = cash.rows[perspective, block.id, column]
                value = sheet.add(row, 2 + position, weighed(cells, present.factors), "kr")
                present.values[perspective, block.id, column] = value
        row = sheet.next_row
        sheet.put(row, 0, label("words", "total", lang), "total_label")
        for position, block in enumerate(blocks):
            each = [present.values[perspective, block.id, column] for column in columns]
            present.values[perspective, block.id, "total"] = sheet.add(row, 2 + position, total(each), "kr_total")
