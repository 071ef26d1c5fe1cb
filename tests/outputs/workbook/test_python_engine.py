"""An engine of its own in Python reckons the smallest workbook: no LibreOffice is needed to know that it is right."""

import warnings
from pathlib import Path

import pytest
from outputs.workbook import office
from outputs.workbook.samples import gain_of, smallest

import utanforskap as ut


def test_every_formula_of_the_smallest_case(tmp_path: Path) -> None:
    written, spoilt = tmp_path / "minst.xlsx", tmp_path / "spoilt.xlsx"
    ut.write.workbook(gain_of(smallest(), "jobb"), written)
    office.spoil(written, spoilt)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas

        solution = formulas.ExcelModel().loads(str(spoilt)).finish().calculate()
    python = office.values_of(written)
    cells = office.formulas_of(written)
    found = {
        (sheet, cell): solution[f"'[{spoilt.name}]{sheet.upper()}'!{cell}"].value[0, 0] for sheet, cell in sorted(cells)
    }

    assert len(cells) > 500
    for cell, value in found.items():
        if isinstance(python[cell], str):
            assert value == python[cell], cell
        else:
            assert float(value) == pytest.approx(float(python[cell]), rel=1e-9, abs=1e-6), cell
