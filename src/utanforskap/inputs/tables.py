"""One reader for tables: shipped ones and users' own."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from utanforskap.errors import Finding, InputError, Place


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes
    ----------
    table : str
        The table's name, as the user gave it.
    line : int
        The line in the file, from 1.
    cells : mapping of str to str
        By column, stripped of surrounding space.
    """

    table: str
    line: int
    cells: Mapping[str, str]

    def column(self, name: str) -> int:
        """Return a column's position, from 1."""
        return list(self.cells).index(name) + 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header.

    Attributes
    ----------
    name : str
        As the user gave it.
    columns : tuple of str
        The header.
    rows : tuple of Row
        Empty lines left out.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def parse_csv(text: str, *, name: str) -> Table:
    """Return the table that a text holds.

    Raises
    ------
    InputError
        If it is empty, or a row has more or fewer cells than the header.
    """
    reader = csv.reader(io.StringIO(text))
    lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise InputError([Finding("empty-table", "", "the table is empty", (), Place(name, 1, 1))])
    columns = tuple(lines[0][1])
    findings = [
        Finding(
            "row-length",
            "",
            f"{len(cells)} cells, but the header has {len(columns)}",
            (),
            Place(name, number, 1),
        )
        for number, cells in lines[1:]
        if len(cells) != len(columns)
    ]
    if findings:
        raise InputError(findings)
    rows = tuple(Row(name, number, dict(zip(columns, cells, strict=True))) for number, cells in lines[1:])
    return Table(name, columns, rows)


def read_csv(path: str | Path) -> Table:
    """Return the table in a UTF-8 CSV file.

    Raises
    ------
    InputError
        If the file is missing, is not UTF-8, or is not a table.
    """
    name = str(path)
    try:
        return parse_csv(Path(path).read_text(encoding="utf-8-sig"), name=name)
    except OSError as error:
        finding = Finding("missing-file", "", f"cannot be read: {error.strerror}", (), Place(name, 1, 1))
    except UnicodeDecodeError:
        finding = Finding("not-utf8", "", "is not UTF-8 text; save it as UTF-8", (), Place(name, 1, 1))
    raise InputError([finding])


def shipped_folder(name: str) -> Traversable:
    """Return a folder of the shipped data."""
    return resources.files("utanforskap").joinpath("data").joinpath(name)


def shipped_table(name: str) -> Table:
    """Return a table of the shipped data, by its path there."""
    source = resources.files("utanforskap").joinpath("data").joinpath(name)
    return parse_csv(source.read_text(encoding="utf-8"), name=f"data/{name}")
