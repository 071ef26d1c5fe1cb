"""One reader for tables: shipped ones and users' own, text with separators or Excel workbooks."""

import codecs
import csv
import datetime
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from frozendict import frozendict

from utanforskap.errors import Finding, Place
from utanforskap.shipped import shipped_text

COMMENT = "#"
"""A row whose first cell begins with this is for people and is not read."""
_SEPARATORS = (";", ",", "\t")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIPPED, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# å, ä, ö and their kin in UTF-8; read as Windows-1252 they would be two strange characters each.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")
_SAVE_AS = "Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx)."

Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes
    ----------
    table : str
        The table's name, as the user gave it.
    line : int
        The line in the file, or the row in the sheet, from 1.
    cells : mapping of str to str
        By column, stripped of surrounding space; a number of a workbook is written with decimal point.
    columns : mapping of str to int
        Where each column stands in the file, from 1.
    """

    table: str
    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]

    def column(self, name: str) -> int:
        """Return a column's position, from 1."""
        return self.columns[name]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header.

    Attributes
    ----------
    name : str
        As the user gave it.
    columns : tuple of str
        The header, in lower case.
    rows : tuple of Row
        Empty rows, comments, and rows that do not fit the header, left out.
    findings : tuple of Finding
        What is wrong with the table as a table; a finding's column is the number of the cell.
    notes : tuple of Finding
        What is worth knowing about how it was read: a guessed encoding, further sheets.
    places : mapping of str to Place
        Where each column's name stands.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    places: Mapping[str, Place] = frozendict()


def read_table(path: str | Path, *, sheet: str | None = None, comments: bool = True) -> Table:
    """Return the table in a file, with what is wrong with it.

    Parameters
    ----------
    path : str or Path
        Text with semicolons, commas or tabs, in UTF-8, UTF-16 or Windows-1252; or an Excel workbook (.xlsx), which
        needs ``openpyxl``. Which of them it is, is seen from what it holds.
    sheet : str or None
        The workbook's sheet; None is its first.
    comments : bool
        Whether rows that begin with ``#`` are for people and left out; what other programs made has none.
    """
    name = str(path)
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        finding = Finding("no-table", "", f"The table '{name}' cannot be opened: {reason}.")
        return Table(name, (), (), (finding,))
    if data.startswith(_OLD_EXCEL):
        message = "This is a workbook of an older Excel, or one with a password."
        return _no_table("old-workbook", name, message, _SAVE_AS)
    if data.startswith(_ZIPPED):
        return _read_workbook(data, name, sheet, comments)
    if sheet is not None:
        return _no_table("no-sheets", name, f"'{sheet}' is not here: only a workbook has sheets.")
    return _decoded(data, name, comments)


def parse_csv(text: str, *, name: str, notes: tuple[Finding, ...] = (), comments: bool = True) -> Table:
    """Return the table that a text holds, with what is wrong with it.

    Parameters
    ----------
    text : str
        Cells separated by semicolons, commas or tabs: by what the header is separated by.
    name : str
        What its findings call it.
    notes : tuple of Finding
        What is already known about it.
    comments : bool
        Whether rows that begin with ``#`` are left out.
    """
    separator = max(_SEPARATORS, key=lambda one: _header_cells(text, one))
    reader, lines, findings = _reader(text, separator), list[tuple[int, Cells]](), list[Finding]()
    start = 1
    try:
        for cells in reader:
            lines.append((start, [cell.strip() or None for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        message = f"The table cannot be read further than here: {error}."
        help_ = ('A text in quotes begins and ends with its cell; inside it, write " as "".',)
        findings.append(Finding("csv", "", message, help_, Place(name, start, 1)))
    return _table(name, lines, findings, notes, separator=separator, comments=comments)


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)


def _header_cells(text: str, separator: str) -> int:
    try:
        for cells in _reader(text, separator):
            # A row of separators alone is empty, whichever of them it is read with.
            if any(cell.strip("".join(_SEPARATORS) + " ") for cell in cells) and not cells[0].startswith(COMMENT):
                return len(cells)
    except csv.Error:
        pass
    return 0


def _decoded(data: bytes, name: str, comments: bool) -> Table:
    """Return the table in a text of unknown encoding, with a note if its letters rest on a guess."""
    notes: tuple[Finding, ...] = ()
    try:
        text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if _UTF8_LETTER.search(data):
            message = f"The byte 0x{data[error.start]:02X} on this line is not UTF-8, which other lines are."
            return _no_table("not-utf-8", name, message, _SAVE_AS, line=line)
        try:
            text = data.decode("utf-16" if data.startswith(_UTF16) else "windows-1252")
        except UnicodeDecodeError:
            return _no_table("not-text", name, "This is not text in UTF-8, UTF-16 or Windows-1252.", _SAVE_AS)
        words = list(dict.fromkeys(re.findall(r"[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*", text)))
        message = f"The table is not UTF-8 and was read as Windows-1252: {', '.join(words[:3])}."
        help_ = ("If letters are wrong, save it as CSV in UTF-8.",)
        notes = (Finding("windows-1252", "", message, help_, Place(name, line, 1), "note"),)
    if "\0" in text:
        return _no_table("not-text", name, "This is not text in UTF-8, UTF-16 or Windows-1252.", _SAVE_AS)
    return parse_csv(text, name=name, notes=notes, comments=comments)


def _table(
    name: str,
    lines: Iterable[tuple[int, Cells]],
    findings: list[Finding],
    notes: tuple[Finding, ...] = (),
    *,
    separator: str | None = None,
    comments: bool = True,
) -> Table:
    """Return the table of numbered rows; with a separator, each must be as long as the header."""
    lines = [(line, cells) for line, cells in lines if any(cells) and not (comments and _is_comment(cells))]
    if not lines:
        place = Place(name, 1, 1)
        empty = Finding("empty-table", "", "The table is empty.", ("Begin with a line of column names.",), place)
        return Table(name, (), (), (*findings, empty), notes)
    (top, names), *others = lines
    header = {position: cell.lower() for position, cell in enumerate(names, start=1) if cell}
    findings = [*findings, *_header_findings(name, top, header)]
    columns = {column: position for position, column in reversed(header.items())}
    rows = []
    for line, cells in others:
        misfits = list(_row_findings(name, line, cells, header, separator))
        findings += misfits
        if not misfits:
            filled = dict(enumerate(cells, start=1))
            texts = {column: filled.get(columns[column]) or "" for column in header.values()}
            rows.append(Row(name, line, texts, columns))
    places = {column: Place(name, top, position) for column, position in columns.items()}
    return Table(name, tuple(dict.fromkeys(header.values())), tuple(rows), tuple(findings), notes, places)


def _is_comment(cells: Cells) -> bool:
    return (cells[0] or "").startswith(COMMENT)


def _header_findings(name: str, line: int, header: Mapping[int, str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, column in header.items():
        if column in seen:
            message = f"The column '{column}' stands twice."
            yield Finding("column-twice", "", message, (), Place(name, line, position))
        seen.add(column)


def _row_findings(
    name: str, line: int, cells: Cells, header: Mapping[int, str], separator: str | None
) -> Iterator[Finding]:
    called = {"\t": "tabs", None: ""}.get(separator, f"'{separator}'")
    help_ = (f"Cells are separated by {called}; put text that holds it in quotes.",) if called else ()
    if separator and len(cells) < max(header):
        message = f"The row has {len(cells)} cells, but the header has {max(header)}."
        yield Finding("row-length", "", message, help_, Place(name, line, len(cells)))
    for position, cell in enumerate(cells, start=1):
        if cell and position not in header:
            message = f"'{cell}' stands in a column without a name."
            yield Finding("row-length", "", message, help_, Place(name, line, position))


def _no_table(code: str, name: str, message: str, *help_: str, line: int = 1) -> Table:
    return Table(name, (), (), (Finding(code, "", message, help_, Place(name, line, 1)),))


def _read_workbook(data: bytes, name: str, sheet: str | None, comments: bool) -> Table:
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped]
    except ImportError:
        message = "An Excel workbook is read with openpyxl, which is not installed."
        help_ = "Install it with pip install 'utanforskap[xlsx]', or save the sheet as CSV in UTF-8."
        return _no_table("no-openpyxl", name, message, help_)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of looks and rules for entry that it does not keep; a table needs neither.
            warnings.simplefilter("ignore")
            books = [load_workbook(io.BytesIO(data), read_only=True, data_only=shown) for shown in (True, False)]
            titles = [one.title for one in books[0].worksheets]
            wanted = titles[0] if sheet is None else sheet
            if wanted.lower() not in [title.lower() for title in titles]:
                return _no_table("no-sheet", name, f"There is no sheet '{wanted}'.", f"Sheets: {', '.join(titles)}")
            position = [title.lower() for title in titles].index(wanted.lower())
            sheets = [book.worksheets[position] for book in books]
            for one in sheets:
                # Some programs state too small an extent, and what lies beyond it would be left out.
                one.reset_dimensions()
            pairs = list(zip(*(one.rows for one in sheets), strict=True))
    except Exception as error:
        # What a damaged or foreign zip file makes openpyxl raise is not a closed list.
        message = f"This cannot be read as an Excel workbook: {type(error).__name__}: {error}."
        return _no_table("no-workbook", name, message, _SAVE_AS)
    notes: tuple[Finding, ...] = ()
    if sheet is None and len(titles) > 1:
        message = f"The first sheet, '{titles[0]}', was read, and not {', '.join(titles[1:])}."
        notes = (Finding("further-sheets", "", message, (), Place(name, 1, 1), "note"),)
    findings: list[Finding] = []
    lines: list[tuple[int, Cells]] = []
    for line, row in enumerate(pairs, start=1):
        cells: Cells = []
        for at, (value, formula) in enumerate(zip(*row, strict=True), start=1):
            findings += _cell_findings(value, formula, Place(name, line, at))
            cells.append(_written(value.value))
        lines.append((line, cells))
    return _table(name, lines, findings, notes, comments=comments)


def _cell_findings(value: Any, formula: Any, place: Place) -> Iterator[Finding]:
    if value.data_type == "e":
        yield Finding("cell-error", "", f"The cell holds the error {value.value}.", (), place)
    elif formula.data_type == "f" and value.value is None:
        help_ = ("Open the workbook in Excel and save it, or write the value.",)
        yield Finding("no-result", "", "The cell holds a formula without its result.", help_, place)


def _written(value: object) -> str | None:
    """Return what a workbook's cell holds as text that is read back as the same."""
    match value:
        case None:
            return None
        case str():
            return value.strip() or None
        case bool():
            return "ja" if value else "nej"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            text = repr(value)
            # In text, three digits after the point may be thousands; in a workbook they are not.
            return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
    return str(value)


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return a table as a Swedish Excel opens it: semicolons between the cells.

    Parameters
    ----------
    columns : sequence of str
        The header.
    rows : iterable of mapping of str to str
        By column; what a row lacks is empty.
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, delimiter=_SEPARATORS[0], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def as_written(number: float, *, decimals: int) -> str:
    """Return a number with decimal comma, never so that its decimals could be thousands.

    Parameters
    ----------
    number : float
        Any finite number.
    decimals : int
        At most so many decimals are kept, 1 or more.
    """
    whole, _, fraction = f"{number:.{decimals}f}".partition(".")
    fraction = fraction.rstrip("0")
    if not fraction:
        return whole
    return f"{whole},{fraction}0" if len(fraction) == 3 else f"{whole},{fraction}"


def shipped_folder(name: str) -> Traversable:
    """Return a folder of the shipped data."""
    return resources.files("utanforskap").joinpath("data").joinpath(name)


def shipped_table(name: str) -> Table:
    """Return a table of the shipped data, by its path there."""
    table = parse_csv(shipped_text(name), name=f"data/{name}")
    assert not table.findings, table.findings
    return table
