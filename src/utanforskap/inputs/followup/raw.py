"""Participants' data as it comes: a file or a DataFrame, column by column, with what is wrong with it as a table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import Finding, InputError
from utanforskap.inputs.followup.cells import Column, Reasons
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.quality import REASON_CODES, USED, FileRows, Remark
from utanforskap.inputs.followup.words import words
from utanforskap.inputs.tables import Table, read_table

if TYPE_CHECKING:
    import pandas as pd

FRAME = "<DataFrame>"
_FIRST_BYTES_OF_PARQUET = b"PAR1"
_NOTES = ("windows-1252", "further-sheets")
_ROW_FINDINGS = ("row-length",)
_CELL_FINDINGS = ("cell-error", "no-result")
_DATA = re.compile(r"[-+]?[\d\s.,:/-]*\d[\d\s.,:/-]*")
_EXCEL_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|GETTING_DATA|SPILL!)", re.IGNORECASE)


@dataclass(slots=True, eq=False, repr=False)
class Raw(Private):
    """A table of participants' data on its way in: which rows are rejected is filled in while it is read.

    Attributes
    ----------
    file : str
        The file's name as the user gave it.
    rows : ndarray of int, shape (row,)
        Each row's line, from 1.
    columns : dict of str to Column
        By name, in lower case.
    reasons : ndarray of int, shape (row,)
        Why each row is rejected; -1 for those that are not.
    remarks : list of Remark
        What is worth knowing about it.
    unfit : ndarray of int
        Lines of rows that do not fit the header: read, rejected, and not among `rows`.
    """

    file: str
    rows: NDArray[np.int64]
    columns: dict[str, Column]
    reasons: Reasons
    remarks: list[Remark] = field(default_factory=list)
    unfit: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def reject(self, which: NDArray[np.bool_], reason: str) -> None:
        """Reject rows that are not rejected yet: the first reason stands."""
        self.reasons[which & (self.reasons == USED)] = REASON_CODES[reason]

    def reject_as(self, reasons: Reasons) -> None:
        """Reject rows for each their own reason; -1 is none."""
        np.copyto(self.reasons, reasons, where=(self.reasons == USED) & (reasons != USED))

    @property
    def used(self) -> NDArray[np.bool_]:
        """The rows that are not rejected."""
        used: NDArray[np.bool_] = self.reasons == USED
        return used

    def remark(self, code: str, rows: NDArray[np.bool_] | None = None, /, **said: object) -> None:
        """Note something that is worth knowing, of the stated rows."""
        lines = () if rows is None else tuple(self.rows[rows].tolist())
        self.remarks.append(Remark(code, self.file, said, lines))

    def accounts(self) -> FileRows:
        """Return what became of every row."""
        unfit = np.full(len(self.unfit), REASON_CODES["row-length"], dtype=np.int16)
        lines = np.concatenate([self.rows, self.unfit])
        order = np.argsort(lines, kind="stable")
        return FileRows(self.file, lines[order], np.concatenate([self.reasons, unfit])[order])


def read_raw(source: "str | Path | pd.DataFrame", *, sheet: str | None = None) -> Raw:
    """Return the table in a file or DataFrame; what is wrong with it as a table is among its remarks.

    Parameters
    ----------
    source : str, Path or DataFrame
        CSV, an Excel workbook (needs ``openpyxl``), a Parquet file (needs ``pyarrow``), or a DataFrame, whose index is
        not read.
    sheet : str or None
        The workbook's sheet; None is its first.

    Raises
    ------
    InputError
        If the file cannot be opened, or what reads it is not installed.
    """
    if not isinstance(source, str | Path):
        return _from_frame(source, FRAME)
    try:
        with Path(source).open("rb") as file:
            start = file.read(len(_FIRST_BYTES_OF_PARQUET))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"The table '{source}' cannot be opened: {reason}."
        raise InputError([Finding("no-table", "", message)]) from None
    if start == _FIRST_BYTES_OF_PARQUET:
        return _from_frame(_parquet(source), str(source))
    return _from_table(read_table(source, sheet=sheet, comments=False))


def _parquet(path: str | Path) -> "pd.DataFrame":
    import pandas as pd

    try:
        return pd.read_parquet(path)
    except ImportError:
        message = "A Parquet file is read with pyarrow, which is not installed."
        help_ = ("Install it with pip install 'utanforskap[parquet]', or save the table as CSV in UTF-8.",)
        raise InputError([Finding("no-pyarrow", "", message, help_)]) from None
    except Exception as error:
        # What a damaged file makes pyarrow raise is not a closed list, and its words may quote the file.
        message = f"'{path}' cannot be read as a Parquet file ({type(error).__name__})."
        raise InputError([Finding("no-parquet", "", message)]) from None


def _from_frame(frame: "pd.DataFrame", name: str) -> Raw:
    columns: dict[str, Column] = {}
    remarks: list[Remark] = []
    for position, title in enumerate(frame.columns):
        column = str(title).strip().lower()
        if column in columns:
            remarks.append(Remark("column-twice", name, {"column": column}))
        else:
            columns[column] = as_column(frame.iloc[:, position])
    raw = _raw(name, np.arange(1, len(frame) + 1), columns)
    raw.remarks += remarks
    return raw


def as_column(values: "pd.Series[Any] | Sequence[Any]") -> Column:
    """Return values as a column; empty texts, and what a workbook writes for an error, are nothing.

    Parameters
    ----------
    values : Series or sequence
        One value a row.
    """
    import pandas as pd

    series = pd.Series(values, dtype=object) if not isinstance(values, pd.Series) else values
    try:
        codes, found = pd.factorize(series)
    except TypeError:  # a list or another thing that cannot be compared
        codes, found = pd.factorize(series.map(str))
    kept = [None if _is_empty(value) else value for value in found]
    number = np.cumsum([value is not None for value in kept], dtype=np.int64) - 1
    again = np.array([*(n if value is not None else -1 for n, value in zip(number, kept, strict=True)), -1])
    return Column(again[codes].astype(np.int32), tuple(value for value in kept if value is not None))


def _is_empty(value: Any) -> bool:
    return isinstance(value, str) and (not value.strip() or _EXCEL_ERRORS.fullmatch(value.strip()) is not None)


def _from_table(table: Table) -> Raw:
    columns = {name: as_column([row.cells[name] for row in table.rows]) for name in table.columns}
    raw = _raw(table.name, np.array([row.line for row in table.rows], dtype=np.int64), columns)
    raw.remarks += _remarks(table)
    raw.unfit = np.array(sorted({line for line, code in _lines(table) if code in _ROW_FINDINGS}), dtype=np.int64)
    return raw


def _raw(name: str, rows: NDArray[np.int64], columns: dict[str, Column]) -> Raw:
    raw = Raw(name, rows.astype(np.int64), columns, np.full(len(rows), USED, dtype=np.int16))
    if any(_DATA.fullmatch(column) and len(column) >= 6 for column in columns):
        # What stands there may be a person's, so it is neither shown nor matched.
        raw.columns = {}
        raw.remark("header-is-data")
    return raw


def _lines(table: Table) -> Iterator[tuple[int, str]]:
    for finding in table.findings:
        if finding.place is not None:
            yield finding.place.line, finding.code


def _remarks(table: Table) -> Iterator[Remark]:
    """Yield what is said of a table in words that quote nothing of it."""
    for note in table.notes:
        if note.code in _NOTES:
            yield Remark(note.code, table.name, {})
    cells = sorted({line for line, code in _lines(table) if code in _CELL_FINDINGS})
    if cells:
        yield Remark("cell-error", table.name, {"n": len(cells)}, tuple(cells))
    for finding in table.findings:
        if finding.code == "column-twice" and finding.place is not None:
            column = next(name for name in table.columns if f"'{name}'" in finding.message)
            yield Remark("column-twice", table.name, {"column": column}, (finding.place.line,))
        elif finding.code not in (*_ROW_FINDINGS, *_CELL_FINDINGS, "column-twice"):
            rows = (finding.place.line,) if finding.place is not None else ()
            why = words()["unreadable"].get(finding.code, words()["unreadable"]["other"])
            yield Remark("unreadable", table.name, {"why": why}, rows)
