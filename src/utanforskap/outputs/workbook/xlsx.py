"""A workbook's sheets as the bytes of an xlsx file: the last, thin step."""

import math
from datetime import datetime
from io import BytesIO
from textwrap import wrap
from typing import Any

from utanforskap.outputs.workbook.expressions import Expr, Ref, sheet_prefix
from utanforskap.outputs.workbook.model import Book, Cell, Chart, Look, Sheet, Verdict

_A4 = 9
_LAST_COLUMN = 400
_ROW_HEIGHT, _TITLE_HEIGHT, _MOST_LINES = 15.0, 24.0, 27
_WRAPPED = ("text", "head", "label")
_CHART_SIZE = {"width": 720, "height": 360}
_INK, _PALE, _LINE = "#1d2326", "#f2f4f5", "#9aa3a9"
_INPUT = {"font_color": "#0000ff", "bg_color": "#fff8dc", "border": 1, "border_color": "#d8c88a"}
_COMPUTED = {"font_color": "#7a3e00", "bg_color": "#e4e4e4", "italic": True}
_KR, _PLAIN, _SHARE = "#,##0", "#,##0.####", "0.0000"
_LOOKS: dict[Look, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _INK},
    "lead": {"font_color": "#444b50", "italic": True},
    "section": {"bold": True, "font_size": 12, "font_color": "#0152aa", "bottom": 1, "bottom_color": _LINE},
    "head": {"bold": True, "bg_color": "#dfe5ea", "bottom": 1, "text_wrap": True, "num_format": "0"},
    "label": {"text_wrap": True},
    "text": {"text_wrap": True},
    "total_label": {"bold": True, "top": 1},
    "kr": {"num_format": _KR},
    "kr_total": {"num_format": _KR, "bold": True, "bg_color": _PALE},
    "persons": {"num_format": "#,##0.00"},
    "persons_total": {"num_format": "#,##0.00", "bold": True, "bg_color": _PALE},
    "share": {"num_format": _SHARE},
    "factor": {"num_format": "0.000000"},
    "year": {"num_format": "0"},
    "plain": {"num_format": _PLAIN},
    "input": {"num_format": _PLAIN, **_INPUT},
    "input_share": {"num_format": _SHARE, **_INPUT},
    "input_kr": {"num_format": _PLAIN, **_INPUT},
    "computed": {"num_format": "0.000000", **_COMPUTED},
    "computed_kr": {"num_format": _KR, **_COMPUTED},
    "verdict": {"bold": True, "align": "center"},
}


def as_bytes(book: Book) -> bytes:
    """Return a workbook as an xlsx file; the same workbook gives the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]

    buffer = BytesIO()
    # Texts come from files: none of them may become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"title": book.title, "subject": book.subject, "created": datetime(book.year, 1, 1)})
    workbook.set_calc_mode("auto")
    formats = {look: workbook.add_format({"valign": "top", **said}) for look, said in _LOOKS.items()}
    for sheet in book.sheets:
        _write_sheet(workbook, sheet, formats, book.verdicts)
    for name, ref in book.names.items():
        workbook.define_name(name, f"={sheet_prefix(ref.sheet)}{ref.text(ref.sheet)}")
    workbook.close()
    return buffer.getvalue()


def _write_sheet(workbook: Any, sheet: Sheet, formats: dict[Look, Any], verdicts: tuple[str, str]) -> None:
    page = workbook.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    for column, width in enumerate(sheet.widths):
        holds_on = column == len(sheet.widths) - 1 and sheet.head_columns > 0
        page.set_column(column, _LAST_COLUMN if holds_on else column, width)
    if sheet.folded is not None:
        first, last = sheet.folded
        for column in range(first, last + 1):
            page.set_column(column, column, sheet.widths[column], None, {"level": 1, "hidden": True})
        page.set_column(last + 1, last + 1, sheet.widths[-1], None, {"collapsed": True})
    for row, height in _heights(sheet).items():
        page.set_row(row, height)
    for (row, column), cell in sorted(sheet.cells.items()):
        _write_cell(page, sheet.name, row, column, cell, formats[cell.look])
    if sheet.head_rows or sheet.head_columns:
        page.freeze_panes(sheet.head_rows, sheet.head_columns)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 1 if sheet.one_page else 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer("&L&F&C&A&R&P/&N")
    if sheet.head_rows:
        page.repeat_rows(0, sheet.head_rows - 1)
    for bounds in sheet.bounds:
        page.data_validation(bounds.row, bounds.column, bounds.row, bounds.column, _validation(bounds.low, bounds.high))
    for chart in sheet.charts:
        page.insert_chart(chart.row, chart.column, _chart(workbook, chart), {"object_position": 2})
    if any(cell.look == "verdict" for cell in sheet.cells.values()):
        last = max(row for row, _ in sheet.cells)
        for text, color in zip(verdicts, ("#d5ecd9", "#f6cfc9"), strict=True):
            shown = workbook.add_format({"bg_color": color})
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": shown}
            page.conditional_format(0, 5, last, 5, rule)


def _heights(sheet: Sheet) -> dict[int, float]:
    """Return the heights of rows with a title, a heading or a folded text [points]."""
    heights: dict[int, float] = {}
    first, last = sheet.folded or (1, 0)
    for (row, column), cell in sheet.cells.items():
        if first <= column <= last or not isinstance(cell.content, str):
            continue
        if cell.look == "title":
            heights[row] = _TITLE_HEIGHT
        elif cell.look in _WRAPPED:
            width = max(int(sheet.widths[min(column, len(sheet.widths) - 1)]), 1)
            needed = sum(max(len(wrap(part, width)), 1) for part in cell.content.split("\n"))
            heights[row] = max(heights.get(row, 0.0), _ROW_HEIGHT * min(needed, _MOST_LINES))
    return heights


def _write_cell(page: Any, sheet: str, row: int, column: int, cell: Cell, look: Any) -> None:
    content = cell.content
    if isinstance(content, str):
        page.write_string(row, column, content, look)
    elif isinstance(content, Verdict):
        page.write_formula(row, column, f"={content.formula.text(sheet)}", look, content.value)
    elif isinstance(content, Expr):
        page.write_formula(row, column, f"={content.text(sheet)}", look, content.value)
    else:
        page.write_number(row, column, content, look)


def _validation(low: float, high: float) -> dict[str, Any]:
    if math.isfinite(low) and math.isfinite(high):
        return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    criteria, bound = (">=", low) if math.isfinite(low) else ("<=", high)
    return {"validate": "decimal", "criteria": criteria, "value": bound}


_KINDS: dict[str, dict[str, str]] = {
    "line": {"type": "line"},
    "stacked_columns": {"type": "column", "subtype": "stacked"},
    "stacked_areas": {"type": "area", "subtype": "stacked"},
}


def _chart(workbook: Any, said: Chart) -> Any:
    chart = workbook.add_chart(_KINDS[said.kind])
    for series in said.series:
        look = {"color": series.color}
        line = {**look, "width": 2} if said.kind == "line" else {"color": _LINE, "width": 0.5}
        chart.add_series({
            "name": _range(series.name), "categories": _range(series.categories), "values": _range(series.values),
            "line": line, **({} if said.kind == "line" else {"fill": look, "gap": 60}),
        })  # fmt: skip
    title = _range(said.title) if isinstance(said.title, Ref) else said.title
    chart.set_title({"name": title, "overlay": False, "name_font": {"size": 12, "color": _INK}})
    chart.set_legend({"position": "bottom"})
    chart.set_size(_CHART_SIZE)
    axis: dict[str, Any] = {"name": said.axis, "major_gridlines": {"visible": True, "line": {"color": "#dfe5ea"}}}
    if said.millions:
        # Thousands twice over: the cells stay in kronor.
        axis["num_format"] = "#,##0.0,,"
    chart.set_y_axis(axis)
    chart.set_x_axis({"label_position": "low", "num_format": "0"})
    return chart


def _range(ref: Ref) -> str:
    return f"={sheet_prefix(ref.sheet)}{ref.text(ref.sheet)}"
