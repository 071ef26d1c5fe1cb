"""What stands on the sheets, and that nothing from a file becomes a formula, a link or half a workbook."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from outputs.workbook.samples import Data, all_models, by_law, gain_of, kronor, lent, populations, result_of, smallest

import utanforskap as ut
from utanforskap.analysis.results import Comparison, Result

SHEETS = [
    "Läs mig", "Förutsättningar", "Priser", "Tillstånd", "Insats", "Personer", "Flöden", "Kassaflöde per aktör",
    "Nuvärde", "Jämförelse", "Kontroll",
]  # fmt: skip
NASTY = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "rad ett\nrad två",
    "🙂",
    "å" * 300,
]


def written(subject: Result | Comparison, folder: Path, **how: Any) -> Workbook:
    path = folder / "kalkyl.xlsx"
    ut.write.workbook(subject, path, **how)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return written(gain_of(all_models(), "satt"), tmp_path_factory.mktemp("bok"))


def column(book: Workbook, sheet: str, letter: str) -> list[object]:
    return [cell.value for cell in book[sheet][letter] if cell.value is not None]


def test_sheets_in_order_in_both_languages(tmp_path: Path, book: Workbook) -> None:
    english = written(gain_of(smallest(), "jobb"), tmp_path, lang="en")

    assert book.sheetnames == SHEETS
    assert english.sheetnames == [
        "Read me", "Inputs", "Prices", "States", "Programme", "Persons", "Flows", "Cash flow by actor",
        "Present value", "Comparison", "Control",
    ]  # fmt: skip
    assert english["Control"]["A1"].value == "Control"


def test_a_result_without_reference_has_nothing_to_compare_with(tmp_path: Path) -> None:
    data = smallest()
    del data["groups"]["unga"]["reference"]

    assert written(result_of(data), tmp_path).sheetnames == [
        each for each in SHEETS if each not in ("Insats", "Jämförelse")
    ]


def test_every_estimate_stands_once_with_its_source_and_a_name(book: Workbook) -> None:
    case = ut.from_data(all_models())
    sheet = book["Förutsättningar"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=6) if row[0].value}

    assert set(case.estimates) - set(rows) == {name for name in case.estimates if name.startswith("outcomes.")}
    assert len(column(book, "Förutsättningar", "A")) == len(set(column(book, "Förutsättningar", "A")))
    success = rows["programmes.jobbstod.success"]
    assert [success[place].value for place in (1, 2, 4, 7, 8)] == [
        "Jobbstöd: andel som lyckas", 0.2, "andel", "antagande", "D",
    ]  # fmt: skip
    assert book.defined_names["programmes_jobbstod_success"].attr_text == f"Förutsättningar!$C${success[0].row}"


def test_names_are_such_as_excel_accepts(book: Workbook) -> None:
    names = list(book.defined_names)

    assert len({name.lower() for name in names}) == len(names) > 60
    for name in names:
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{1,254}", name), name
        assert not re.fullmatch(r"[A-Za-z]{1,3}[0-9]{1,7}", name), name


def test_what_the_alternative_sets_stands_beside_the_baseline_s(book: Workbook) -> None:
    rows = {row[0].value: row for row in book["Förutsättningar"].iter_rows(min_row=6) if row[0].value}

    assert {name for name, row in rows.items() if row[3].value is not None} == {
        "pathways.weibull.shape",
        "money.real_growth.inkomstindex",
    }
    assert (rows["pathways.weibull.shape"][2].value, rows["pathways.weibull.shape"][3].value) == (1.4, 1.1)


def test_everything_but_inputs_and_python_s_totals_is_formulas(book: Workbook) -> None:
    for name in ("Insats", "Personer", "Flöden", "Kassaflöde per aktör", "Nuvärde", "Jämförelse"):
        sheet = book[name]
        numbers = [cell for row in sheet.iter_rows(min_row=6) for cell in row if cell.data_type == "n" and cell.value]
        # The years above the columns, and marks of which lines are read, are numbers.
        amounts = [cell for cell in numbers if not (2020 <= float(cell.value) <= 2028 or cell.value == 1)]
        assert [cell.coordinate for cell in amounts] == [], name


def test_nothing_is_computed_in_python_unless_the_law_computes_it(tmp_path: Path, book: Workbook) -> None:
    law = written(gain_of(by_law(), "jobb"), tmp_path)

    assert "Ingenting: alla resultat är formler." in column(book, "Läs mig", "B")
    assert "Arbetsgivaravgift (I arbete), Unga, Med alternativet" in column(law, "Läs mig", "B")
    marked = [cell.value for cell in law["Priser"]["A"] if cell.value and "Unga" in str(cell.value)]
    assert "Inkomstskatt, Kommun (Utanför), Unga, Utan insats" in marked
    assert any("beräknat i Python, följer inte med" in str(value) for value in column(law, "Priser", "A"))


def test_what_is_agreed_on_is_marked_as_computed_in_python(tmp_path: Path) -> None:
    result = result_of(lent())
    # From the ledger of the same run: what the fund is paid back.
    table = result.compare("jobb").readable.run("jobb").ledger
    [row] = [row for row, line in enumerate(table.lines) if line.item.startswith("funds.")]
    paid = [float(amount) for amount in table.amounts[row, :, 0] if amount]

    book = written(result.compare("jobb"), tmp_path)
    marked = {str(cell.value): cell.row for cell in book["Förutsättningar"]["A"] if cell.value is not None}
    cells = [book["Förutsättningar"].cell(marked[name], 3) for name in marked if name.startswith("funds.") and
             name.rpartition(".")[2].isdigit()]  # fmt: skip

    assert "Fonden, återföring, Kommun" in column(book, "Läs mig", "B")
    assert [cell.value for cell in cells] == pytest.approx(paid)
    assert len(paid) == 3
    interest = book["Förutsättningar"].cell(marked["funds.fonden.repayment.interest"], 10)
    assert interest.value == "Återföring och utfallsbetalning är beräknade i Python och följer inte med."
    legend = next(cell for cell in book["Läs mig"]["A"] if cell.value == "beräknat i Python")
    assert {cell.fill.fgColor.rgb for cell in cells} == {legend.fill.fgColor.rgb}


def test_those_who_come_and_leave_are_formulas(tmp_path: Path) -> None:
    book = written(result_of(populations()), tmp_path)
    rows: dict[tuple[object, ...], object] = {}
    for row in book["Personer"].iter_rows(min_row=6):
        # The first part is without a programme; others have the same headings.
        rows.setdefault(tuple(cell.value for cell in row[:3]), row[8].value)
    labels = column(book, "Förutsättningar", "B")

    assert "Ingenting: alla resultat är formler." in column(book, "Läs mig", "B")
    assert rows["Unga", None, "personer som börjar under året"] == "=groups_unga_inflow_persons_2023"
    # One sum along the diagonal for each of the eight pathways; four cohorts have come by the fourth year.
    assert len(re.findall(r"SUMPRODUCT\(Tillstånd!I\d+:L\d+,", str(rows["Unga", "Döda", "personår"]))) == 8
    assert {"Unga: lämnar för gott, per år, Döda, 22+", "Vuxna: ingående bestånd, I kedjan"} <= set(labels)


def test_print_freeze_validation_and_charts(book: Workbook) -> None:
    for name in SHEETS[1:]:
        page = book[name]
        assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.freeze_panes is not None
        assert page.print_title_rows
    allowed = {
        str(each.sqref): (each.formula1, each.formula2)
        for each in book["Förutsättningar"].data_validations.dataValidation
    }
    rows = {row[0].value: row[0].row for row in book["Förutsättningar"].iter_rows(min_row=6) if row[0].value}
    assert allowed[f"C{rows['programmes.jobbstod.success']}"] == ("0.0", "1.0")
    charts = {name: len(book[name]._charts) for name in SHEETS}
    assert charts["Jämförelse"] == 4
    assert charts["Personer"] == 4


@pytest.mark.parametrize("nasty", NASTY)
def test_texts_from_files_stay_texts(nasty: str, tmp_path: Path) -> None:
    book, plain = (written(gain_of(titled(text), "jobb"), tmp_path, force=True) for text in (nasty, "vanlig"))

    texts = [cell for cell in cells(book) if cell.data_type == "s" and nasty in cell.value]
    assert len(texts) > 20
    assert all(cell.hyperlink is None for cell in texts)
    assert [cell.value for cell in cells(book) if cell.data_type == "f"] == [
        cell.value for cell in cells(plain) if cell.data_type == "f"
    ]
    assert max(map(len, book.sheetnames)) <= 31


def titled(text: str) -> Data:
    data = smallest()
    state = data["states"]["utanfor"]
    for part in (data, state, data["groups"]["unga"], data["programmes"]["jobbstod"], state["flows"]["stod"]):
        part["title"] = text
    data["summary"] = text
    data["sources"] = {"kalla": {"title": text}}
    state["flows"]["stod"]["amount"] = kronor(1000.0, source="kalla", note=text)
    return data


def cells(book: Workbook) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def test_odd_ids_give_names_of_their_own(tmp_path: Path) -> None:
    data = smallest()
    flows = data["states"]["utanfor"]["flows"]
    flows["åäö"], flows["aao"] = flows["stod"], flows["stod"]
    flows["a-b"], flows["a_b"] = flows["stod"], flows["stod"]
    book = written(gain_of(data, "jobb"), tmp_path)

    ours = [name for name in book.defined_names if name.endswith(("amount", "amount_2")) and "utanfor_flows_a" in name]
    assert sorted(ours) == [
        "states_utanfor_flows_a_b_amount", "states_utanfor_flows_a_b_amount_2",
        "states_utanfor_flows_aao_amount", "states_utanfor_flows_aao_amount_2",
    ]  # fmt: skip


def test_the_same_run_gives_the_same_bytes_and_no_macros(tmp_path: Path) -> None:
    gain = gain_of(smallest(), "jobb")
    one, other = tmp_path / "ett.xlsx", tmp_path / "tva.xlsx"
    ut.write.workbook(gain, one)
    ut.write.workbook(gain_of(smallest(), "jobb"), other)

    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "external" in name.lower()]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    gain = gain_of(smallest(), "jobb")
    there = tmp_path / "kalkyl.xlsx"
    there.write_text("kvar")

    with pytest.raises(ut.UtanforskapError) as already:
        ut.write.workbook(gain, there)
    with pytest.raises(ut.UtanforskapError) as no_folder:
        ut.write.workbook(gain, tmp_path / "saknas" / "kalkyl.xlsx")
    with pytest.raises(ut.UnknownNameError) as ending:
        ut.write.workbook(gain, tmp_path / "kalkyl.xls")

    assert str(already.value) == f"'{there}' is already there. Choose another name, or replace it with --force."
    assert str(no_folder.value) == f"'{tmp_path}/saknas/kalkyl.xlsx' cannot be written: No such file or directory."
    assert str(ending.value) == "'.xls' is not an ending of a workbook. Did you mean '.xlsx'?\nAllowed: .xlsx"
    assert [path.name for path in tmp_path.iterdir()] == ["kalkyl.xlsx"]
    assert there.read_text() == "kvar"
