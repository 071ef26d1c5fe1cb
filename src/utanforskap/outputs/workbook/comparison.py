"""The sheet of the comparison: what each actor gains, at present value and year by year, with charts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from utanforskap.inputs.case import Case
from utanforskap.outputs.plot.colours import actor_colour, mark
from utanforskap.outputs.workbook.accounts import Block, Cash, Present, Row, actor_title, year_heads
from utanforskap.outputs.workbook.expressions import Expr, above, beside, span, total, totals, where
from utanforskap.outputs.workbook.line_table import PERSPECTIVES
from utanforskap.outputs.workbook.model import Chart, Look, Series, Sheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang, label

_HEAD = 4
_FIRST_YEAR = 3
_CHART_ROWS = 19
_SECOND_CHART = 5
_VISIBLE = 0.5
"""What is never more than this [kr] is nothing but rounding, and no series of a chart."""

GAIN = ("gross", "programme", "financing", "net")
"""The columns of a comparison with an alternative."""
COST = ("exclusion",)
"""The column of a comparison with a reference."""


@dataclass
class Comparison:
    """The sheet of the comparison.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    values : dict of (str, str, str) to Expr
        Present values by perspective, measure and column; the column ``total`` is their sum.
    yearly : dict of (str, str) to list of Expr
        Undiscounted yearly amounts by perspective and column.
    """

    sheet: Sheet
    values: dict[tuple[str, str, str], Expr] = field(default_factory=dict)
    yearly: dict[tuple[str, str], Row] = field(default_factory=dict)


def comparison_sheet(
    case: Case, cash: Cash, present: Present, blocks: Sequence[Block], measures: Sequence[str], title: str, lang: Lang
) -> Comparison:
    """Write what is gained, or what exclusion costs.

    Parameters
    ----------
    case : Case
        The case.
    cash, present
        The sheets that it is read from.
    blocks : sequence of Block
        Their tables.
    measures : sequence of str
        `GAIN` or `COST`.
    title : str
        What is compared.
    lang : {"sv", "en"}
        The language.
    """
    sheet = Sheet(word("sheets", "comparison", lang), (38, 17, 17, 17), _HEAD + 1, 1, one_page=True)
    sheet.put(0, 0, word("sheets", "comparison", lang), "title")
    sheet.put(1, 0, title, "lead")
    sheet.put(2, 0, word("says", "comparison_gain" if measures is GAIN else "comparison_cost", lang), "lead")
    made = Comparison(sheet)
    ids = {block.id for block in blocks}
    for perspective in PERSPECTIVES:
        _present_table(case, made, present, cash, perspective, measures, ids, lang)
        at = sheet.next_row + 1
        sheet.next_row = at + _CHART_ROWS
        _yearly_table(case, made, cash, present, perspective, measures, ids, at, lang)
    return made


def _present_table(
    case: Case,
    made: Comparison,
    present: Present,
    cash: Cash,
    perspective: str,
    measures: Sequence[str],
    ids: set[str],
    lang: Lang,
) -> None:
    sheet = made.sheet
    sheet.put(max(sheet.skip(), _HEAD - 1), 0, case.perspective(perspective).title[lang], "section")
    heads = [word("heads", "actor", lang), *(word("heads", f"{measure}_pv", lang) for measure in measures)]
    sheet.texts(sheet.next_row, heads, "head")
    columns = cash.columns(perspective)
    for column in columns:
        row = sheet.next_row
        sheet.put(row, 0, actor_title(case, column, lang), "label")

        def of(block: str, column: str = column) -> Expr:
            return present.values[perspective, block, column]

        for position, measure in enumerate(measures):
            cells = [made.values[perspective, each, column] for each in measures[:position]]
            value = sheet.add(row, 1 + position, _measure(measure, of, ids, cells), "kr")
            made.values[perspective, measure, column] = value
    row = sheet.next_row
    sheet.put(row, 0, label("words", "total", lang), "total_label")
    for position, measure in enumerate(measures):
        each = [made.values[perspective, measure, column] for column in columns]
        made.values[perspective, measure, "total"] = sheet.add(row, 1 + position, total(each), "kr_total")
    if "gross" in measures and "programme" in ids:
        row = sheet.next_row
        sheet.put(row, 0, label("metrics", "ratio", lang), "label")
        cost = 0 - made.values[perspective, "programme", "total"]
        gross = made.values[perspective, "gross", "total"]
        if cost.value > 0:
            sheet.add(row, 1, where(above(cost, 0), gross / cost, 0), "plain")


def _measure(measure: str, of: Callable[[str], Expr], ids: set[str], before: Sequence[Expr]) -> Expr | float:
    """Return a measure's formula: a gain is the first run less the second, and what is paid for it is negative."""
    match measure:
        case "gross" | "exclusion":
            return of("first") - of("second")
        case "net":
            return total(list(before))
        case _:
            return 0 - of(measure) if measure in ids else 0.0


def _yearly_table(
    case: Case,
    made: Comparison,
    cash: Cash,
    present: Present,
    perspective: str,
    measures: Sequence[str],
    ids: set[str],
    chart_row: int,
    lang: Lang,
) -> None:
    sheet = made.sheet
    said = word("sections", "gain_by_year" if "net" in measures else "cost_by_year", lang)
    title = case.perspective(perspective).title[lang]
    sheet.put(sheet.next_row, 0, f"{title}: {said}", "section")
    head = sheet.next_row
    sheet.texts(head, ["", "", word("heads", "sum", lang)], "head")
    years = year_heads(sheet, case, head, _FIRST_YEAR)
    columns = cash.columns(perspective)
    for column in columns:
        amounts = []
        for year in range(len(years)):
            less = [
                cash.rows[perspective, id_, column][year] for id_ in ("second", "programme", "financing") if id_ in ids
            ]
            amount = cash.rows[perspective, "first", column][year]
            for each in less:
                amount = amount - each
            amounts.append(amount)
        made.yearly[perspective, column] = _row(sheet, actor_title(case, column, lang), amounts, "kr")
    sums = totals([made.yearly[perspective, column] for column in columns], len(years))
    net = made.yearly[perspective, "total"] = _row(sheet, label("words", "total", lang), sums, "kr_total")
    filled = {column: made.yearly[perspective, column] for column in columns}
    series = [
        Series(beside(cells, 0), span(years, fixed=True), span(cells, fixed=True), actor_colour(column).fill)
        for column, cells in filled.items()
        if any(abs(cell.value) > _VISIBLE for cell in cells)
    ]
    charts = [Chart("stacked_columns", f"{title}: {said}", "Mkr", series, chart_row, 0, millions=True)]
    if "net" in measures:
        charts.append(_cumulated(sheet, made, present, perspective, net, years, chart_row, title, lang))
    sheet.charts += [chart for chart in charts if chart.series]


def _cumulated(
    sheet: Sheet,
    made: Comparison,
    present: Present,
    perspective: str,
    net: Row,
    years: Sequence[Expr],
    chart_row: int,
    title: str,
    lang: Lang,
) -> Chart:
    plain = _running(sheet, word("rows", "cumulated", lang), net)
    discounted = [amount * factor for amount, factor in zip(net, present.factors, strict=True)]
    weighed = _running(sheet, word("rows", "cumulated_present", lang), discounted)
    made.yearly[perspective, "cumulated"] = plain
    lines = [
        Series(beside(cells, 0), span(years, fixed=True), span(cells, fixed=True), color)
        for cells, color in ((plain, mark("line")), (weighed, mark("higher")))
    ]
    title = f"{title}: {word('sections', 'cumulated', lang)}"
    return Chart("line", title, "Mkr", lines, chart_row, _SECOND_CHART, millions=True)


def _running(sheet: Sheet, said: str, amounts: Sequence[Expr]) -> Row:
    row = sheet.next_row
    sheet.put(row, 0, said, "label")
    cells: Row = []
    for year, amount in enumerate(amounts):
        cells.append(sheet.add(row, _FIRST_YEAR + year, cells[-1] + amount if cells else amount, "kr"))
    return cells


def _row(sheet: Sheet, said: str, amounts: Sequence[Expr], look: Look) -> Row:
    row = sheet.next_row
    sheet.put(row, 0, said, "total_label" if look == "kr_total" else "label")
    cells = sheet.line(row, _FIRST_YEAR, amounts, look)
    sheet.add(row, _FIRST_YEAR - 1, total(cells), "kr_total")
    return cells
