"""LibreOffice as an independent reckoner: workbooks with spoilt values in, what it finds out."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

Cell = tuple[str, str]
"""A sheet's name and a cell: ``("Priser", "D6")``."""

SPOILT = 987654321.0
SPOILT_TEXT = "SPOILT"
_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v>(.*?)</v></c>', re.DOTALL)
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

program = shutil.which("soffice") or shutil.which("libreoffice")
MISSING = "LibreOffice is not installed: apt-get install libreoffice-calc-nogui"


def spoil(source: Path, target: Path, *, changes: Mapping[Cell, float] | None = None) -> int:
    """Write a copy in which every formula's value is wrong and some inputs are changed; return how many were spoilt."""
    sheets = sheet_files(source)
    spoilt = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name in sheets.values():
                text = content.decode()
                text, count = _FORMULA.subn(_wrong, text)
                spoilt += count
                for (sheet, cell), value in (changes or {}).items():
                    if sheets[sheet] == name:
                        text, found = re.subn(rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{value!r}</v>", text)
                        assert found == 1, (sheet, cell)
                content = text.encode()
            new.writestr(name, content)
    return spoilt


def _wrong(found: re.Match[str]) -> str:
    value = SPOILT_TEXT if 't="str"' in found[2] else repr(SPOILT)
    return f'<c r="{found[1]}"{found[2]}><f>{found[3]}</f><v>{value}</v></c>'


def sheet_files(path: Path) -> dict[str, str]:
    """Return each sheet's file inside a workbook, by its name: XlsxWriter numbers them in order."""
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    return {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, start=1)}


def recalculated(files: Sequence[Path], folder: Path) -> list[Path]:
    """Let LibreOffice open workbooks, reckon every formula anew and save them."""
    assert program is not None
    profile, out = folder / "profile", folder / "recalculated"
    user = profile / "user"
    user.mkdir(parents=True, exist_ok=True)
    user.joinpath("registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    out.mkdir(exist_ok=True)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--calc"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [out / file.name for file in files]


def formulas_of(path: Path) -> set[Cell]:
    """Return the cells of a workbook that hold formulas."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def values_of(path: Path) -> dict[Cell, object]:
    """Return the value of every cell that has one."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def input_cells(path: Path) -> dict[str, Cell]:
    """Return the cell of each defined name."""
    book = openpyxl.load_workbook(path)
    cells: dict[str, Cell] = {}
    for name, defined in book.defined_names.items():
        ((sheet, cell),) = list(defined.destinations)
        cells[name] = (sheet, cell.replace("$", ""))
    return cells
