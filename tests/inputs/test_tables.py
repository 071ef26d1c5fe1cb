"""Tables as people save them: separators, encodings, workbooks, and what is said when they do not fit."""

import codecs
import csv
import datetime
import io
import math
import sys
import zipfile
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from utanforskap.errors import Finding, Place
from utanforskap.inputs.tables import Table, as_csv, as_written, parse_csv, read_table, shipped_table
from utanforskap.inputs.values.numbers import read_number

HEADER = ("id", "label", "value")
ROWS = [
    {"id": "a.b", "label": "Försörjningsstöd", "value": "1 234,5"},
    {"id": "c", "label": 'Å; ä, "ö"', "value": "12,5 %"},
]


def cells(table: Table) -> list[dict[str, str]]:
    return [dict(row.cells) for row in table.rows]


def told(findings: tuple[Finding, ...]) -> list[str]:
    return [str(finding) for finding in findings]


def quoted(separator: str) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, HEADER, delimiter=separator)
    writer.writeheader()
    writer.writerows(ROWS)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str) -> None:
    path = tmp_path / "priser.csv"
    path.write_text(quoted(separator), encoding=encoding)
    assert read_table(path) == parse_csv(quoted(","), name=str(path))
    assert cells(read_table(path)) == ROWS
    assert read_table(path).findings == read_table(path).notes == ()


def test_windows_1252_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "priser.csv"
    path.write_text("id;label\n1;kr\n2;Å ä\n3;Försörjningsstöd\n", encoding="windows-1252")
    table = read_table(path)
    assert cells(table)[1:] == [{"id": "2", "label": "Å ä"}, {"id": "3", "label": "Försörjningsstöd"}]
    assert table.findings == ()
    assert told(table.notes) == [
        f"{path}:3:1\n"
        "  The table is not UTF-8 and was read as Windows-1252: Å, ä, Försörjningsstöd.\n"
        "  If letters are wrong, save it as CSV in UTF-8."
    ]
    assert table.notes[0].severity == "note"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            "id\nå\n".encode() + "ö".encode("windows-1252"),
            "{}:3:1\n  The byte 0xF6 on this line is not UTF-8, which other lines are.\n"
            "  Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx).",
        ),
        (
            b"id\n\x81\n",
            "{}:1:1\n  This is not text in UTF-8, UTF-16 or Windows-1252.\n"
            "  Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx).",
        ),
        (
            codecs.BOM_UTF16_LE + b"i\0d",
            "{}:1:1\n  This is not text in UTF-8, UTF-16 or Windows-1252.\n"
            "  Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx).",
        ),
        (
            "id\n1\n".encode("utf-16-le"),
            "{}:1:1\n  This is not text in UTF-8, UTF-16 or Windows-1252.\n"
            "  Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx).",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "{}:1:1\n  This is a workbook of an older Excel, or one with a password.\n"
            "  Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx).",
        ),
        (
            b"PK\x03\x04 and nothing more",
            "{}:1:1\n  This cannot be read as an Excel workbook: BadZipFile: File is not a zip file.\n"
            "  Save the table as CSV in UTF-8, or as an Excel workbook (.xlsx).",
        ),
        (b"", "{}:1:1\n  The table is empty.\n  Begin with a line of column names."),
        (b"# only\n#\n;;\n\n", "{}:1:1\n  The table is empty.\n  Begin with a line of column names."),
    ],
    ids=["mixed", "no letters", "half a letter", "UTF-16 unsaid", "old Excel", "no workbook", "empty", "only comments"],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "priser.csv"
    path.write_bytes(data)
    table = read_table(path)
    assert told(table.findings) == [message.format(path)]
    assert (table.columns, table.rows) == ((), ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "priser.csv"
    assert told(read_table(path).findings) == [f"  The table '{path}' cannot be opened: No such file or directory."]
    assert told(read_table("a\0b").findings) == ["  The table 'a\0b' cannot be opened: embedded null byte."]


def test_only_a_workbook_has_sheets(tmp_path: Path) -> None:
    path = tmp_path / "priser.csv"
    path.write_text("id\n1\n", encoding="utf-8")
    assert told(read_table(path, sheet="Blad1").findings) == [
        f"{path}:1:1\n  'Blad1' is not here: only a workbook has sheets."
    ]


def test_header_and_cells_are_stripped_and_the_header_is_in_lower_case() -> None:
    table = parse_csv(" Id ;LABEL;Value\t\u00a0\n a ; b\u00a0;\t1 \n", name="t")
    assert table.columns == HEADER
    assert cells(table) == [{"id": "a", "label": "b", "value": "1"}]
    assert table.places == {"id": Place("t", 1, 1), "label": Place("t", 1, 2), "value": Place("t", 1, 3)}


def test_comments_empty_rows_and_empty_columns_are_left_out_and_places_kept() -> None:
    table = parse_csv('# en; prislista\n\n;;;;\n id;;"label";;\n"# a; b";;;;\na;;"två\nrader";;\n\nc;;d\n', name="t")
    assert table.findings == ()
    assert table.columns == ("id", "label")
    assert cells(table) == [{"id": "a", "label": "två\nrader"}, {"id": "c", "label": "d"}]
    assert [(row.line, row.column("label")) for row in table.rows] == [(6, 3), (9, 3)]
    assert table.places["label"] == Place("t", 4, 3)


def test_a_space_before_a_quote_does_not_hide_it() -> None:
    assert cells(parse_csv('id, label\n1, "a, b"\n', name="t")) == [{"id": "1", "label": "a, b"}]


def test_the_header_says_what_separates() -> None:
    table = parse_csv("id;value\na;1,5\nb;2,5\n", name="t")
    assert cells(table) == [{"id": "a", "value": "1,5"}, {"id": "b", "value": "2,5"}]
    assert cells(parse_csv("id\n1,5\n", name="t")) == [{"id": "1,5"}]


def test_everything_that_does_not_fit_is_told_at_once_and_the_rest_is_kept() -> None:
    table = parse_csv("id,value,,Id\na,1,,\nb,2\nc,1,5,c\nd,4,,d,e\n,,,\nf,6,,f,\n", name="t")
    assert told(table.findings) == [
        "t:1:4\n  The column 'id' stands twice.",
        "t:3:2\n  The row has 2 cells, but the header has 4.\n"
        "  Cells are separated by ','; put text that holds it in quotes.",
        "t:4:3\n  '5' stands in a column without a name.\n"
        "  Cells are separated by ','; put text that holds it in quotes.",
        "t:5:5\n  'e' stands in a column without a name.\n"
        "  Cells are separated by ','; put text that holds it in quotes.",
    ]
    assert cells(table) == [{"id": "a", "value": "1"}, {"id": "f", "value": "6"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'id;value\na;1\nb;"2\nc;3\n',
            "t:3:1\n  The table cannot be read further than here: unexpected end of data.\n"
            '  A text in quotes begins and ends with its cell; inside it, write " as "".',
        ),
        (
            'id;value\na;1\nb;"två" kr\nc;3\n',
            "t:3:1\n  The table cannot be read further than here: ';' expected after '\"'.\n"
            '  A text in quotes begins and ends with its cell; inside it, write " as "".',
        ),
    ],
)
def test_quotes_that_do_not_match_swallow_nothing(text: str, message: str) -> None:
    table = parse_csv(text, name="t")
    assert told(table.findings) == [message]
    assert cells(table) == [{"id": "a", "value": "1"}]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, texts)), max_size=5))
def test_what_is_written_is_read(rows: list[Mapping[str, str]]) -> None:
    table = parse_csv(as_csv(HEADER, rows), name="t")
    stripped = [{name: cell.strip() for name, cell in row.items()} for row in rows]
    kept = [row for row in stripped if any(row.values()) and not row["id"].startswith("#")]
    assert table.findings == ()
    assert cells(table) == kept


@given(st.floats(-1e12, 1e12, allow_subnormal=False), st.integers(1, 6))
@example(1.125, 3)
@example(-999.999, 3)
@example(0.1234, 3)
def test_a_number_as_written_is_never_read_in_two_ways(number: float, decimals: int) -> None:
    written = as_written(number, decimals=decimals)
    assert math.isclose(read_number(written, money=True).value, number, abs_tol=0.5001 * 10**-decimals)
    assert "." not in written


@pytest.mark.parametrize(
    ("number", "decimals", "written"),
    [(123456.0, 2, "123456"), (0.205, 6, "0,2050"), (1.125, 3, "1,1250"), (10.5, 2, "10,5"), (2.0, 1, "2")],
)
def test_numbers_as_written(number: float, decimals: int, written: str) -> None:
    assert as_written(number, decimals=decimals) == written


def test_shipped_tables_have_nothing_wrong() -> None:
    folder = resources.files("utanforskap").joinpath("data")
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(".csv")]
    assert "indices.csv" in names
    for name in names:
        table = shipped_table(name)
        assert table.rows, name
        assert table.columns == tuple(column.lower() for column in table.columns)


class TestWorkbooks:
    @pytest.fixture
    def saved(self, tmp_path: Path) -> Callable[..., Path]:
        openpyxl = pytest.importorskip("openpyxl")

        def save(**sheets: list[list[object]]) -> Path:
            book = openpyxl.Workbook()
            book.remove(book.active)
            for title, rows in sheets.items():
                sheet = book.create_sheet(title)
                for row in rows:
                    sheet.append(row)
            path = tmp_path / "priser.xlsx"
            book.save(path)
            return path

        return save

    def test_cells_are_read_as_they_are_held(self, saved: Callable[..., Path]) -> None:
        path = saved(
            Priser=[
                ["# Egen prislista; säg till", None],
                [],
                [" Id ", "VALUE", "date", "yes"],
                ["a", 1500, datetime.date(2024, 1, 31), True],
                ["# b", 1, None, None],
                [None, None, None, None],
                ["c", 1.125, datetime.datetime(2024, 1, 31, 12, 30), False],
                ["d", 1500.0, "2024", None],
                ["e", " 1 234,5 "],
                [5, 0.125, None, None, " "],
            ]
        )
        table = read_table(path)
        assert table.findings == table.notes == ()
        assert [tuple(row.cells.values()) for row in table.rows] == [
            ("a", "1500", "2024-01-31", "ja"),
            ("c", "1.1250", "2024-01-31 12:30:00", "nej"),
            ("d", "1500", "2024", ""),
            ("e", "1 234,5", "", ""),
            ("5", "0.1250", "", ""),
        ]
        assert [row.line for row in table.rows] == [4, 7, 8, 9, 10]
        assert table.places["yes"] == Place(str(path), 3, 4)

    def test_a_number_is_not_read_in_two_ways_and_a_date_is_no_number(self, saved: Callable[..., Path]) -> None:
        table = read_table(saved(Priser=[["value"], [1.125], [datetime.date(2024, 1, 31)]]))
        first, second = (row.cells["value"] for row in table.rows)
        assert read_number(first, money=True).value == 1.125
        with pytest.raises(ValueError, match="'2024-01-31' is not a number"):
            read_number(second)

    def test_the_first_sheet_is_read_and_the_others_told(self, saved: Callable[..., Path]) -> None:
        path = saved(Priser=[["id"], ["a"]], Anteckningar=[["text"]], Fler=[])
        table = read_table(path)
        assert cells(table) == [{"id": "a"}]
        assert told(table.notes) == [
            f"{path}:1:1\n  The first sheet, 'Priser', was read, and not Anteckningar, Fler.",
        ]
        assert table.notes[0].severity == "note"

    def test_a_sheet_is_found_by_its_name(self, saved: Callable[..., Path]) -> None:
        path = saved(Blad1=[["text"], ["x"]], Priser=[["id"], ["a"]])
        assert cells(read_table(path, sheet="priser")) == [{"id": "a"}]
        assert read_table(path, sheet="Priser").notes == ()
        assert told(read_table(path, sheet="Pris").findings) == [
            f"{path}:1:1\n  There is no sheet 'Pris'.\n  Sheets: Blad1, Priser",
        ]

    def test_what_excel_has_not_worked_out_is_told(self, saved: Callable[..., Path]) -> None:
        path = saved(Priser=[["id", "value"], ["a", "=1+1"], ["b", "#N/A"], ["c", 3, "lös"]])
        table = read_table(path)
        assert told(table.findings) == [
            f"{path}:2:2\n  The cell holds a formula without its result.\n"
            "  Open the workbook in Excel and save it, or write the value.",
            f"{path}:3:2\n  The cell holds the error #N/A.",
            f"{path}:4:3\n  'lös' stands in a column without a name.",
        ]

    def test_rows_beyond_a_stated_extent_are_read(self, saved: Callable[..., Path], tmp_path: Path) -> None:
        source, path = saved(Priser=[["id", "value"], ["a", 1], ["b", 2]]), tmp_path / "short.xlsx"
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
            for item in old.namelist():
                new.writestr(item, old.read(item).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"'))
        assert cells(read_table(path)) == [{"id": "a", "value": "1"}, {"id": "b", "value": "2"}]

    def test_it_is_known_by_what_it_holds(self, saved: Callable[..., Path], tmp_path: Path) -> None:
        path = saved(Priser=[["id"], ["a"]]).rename(tmp_path / "priser.csv")
        assert cells(read_table(path)) == [{"id": "a"}]

    def test_a_zip_of_something_else(self, tmp_path: Path) -> None:
        pytest.importorskip("openpyxl")
        path = tmp_path / "priser.ods"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("content.xml", "<x/>")
        (finding,) = read_table(path).findings
        assert finding.code == "no-workbook"
        assert finding.message.startswith("This cannot be read as an Excel workbook: KeyError: ")

    def test_without_openpyxl_it_is_told_what_to_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        path = tmp_path / "priser.xlsx"
        path.write_bytes(b"PK\x03\x04")
        assert told(read_table(path).findings) == [
            f"{path}:1:1\n  An Excel workbook is read with openpyxl, which is not installed.\n"
            "  Install it with pip install 'utanforskap[xlsx]', or save the sheet as CSV in UTF-8."
        ]
