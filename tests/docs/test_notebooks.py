"""The notebooks: stripped in git, run from top to bottom, and what their text says is true of what they print."""

import ast
import json
import math
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

TOP = Path(__file__).parents[2]
NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))
FIRST, WHO, SURE, OWN, TAP = (f"{name}.ipynb" for name in (
    "1_forsta_kalkylen", "2_vem_betalar_och_vem_tjanar", "3_hur_sakert_ar_det", "4_en_egen_insats",
    "6_vem_betalar_och_kranen",
))  # fmt: skip
MAY_IMPORT = {"import utanforskap as ut", "from pathlib import Path", "from tempfile import TemporaryDirectory"}
NET = "Vinst efter insatskostnad (nettonuvärde)"
ROUNDED = 0.051  # Mkr, of an amount that is shown with one decimal

Rows = dict[str, dict[str, str]]


def code_of(path: Path) -> Iterator[str]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"])


class Tables(HTMLParser):
    """Every table of some markup: its rows by what they are called, their cells by what the columns are called."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._inside = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.tables[-1][-1][-1] += data

    def rows(self, which: int) -> Rows:
        found = self.tables[which]
        heads = next(row for row in found if len(row) == len(found[-1]))
        return {row[0]: dict(zip(heads[1:], row[1:], strict=True)) for row in found[found.index(heads) + 1 :]}


class Ran:
    """What a notebook showed when it was run, by its cells' ids."""

    def __init__(self, cells: list[Any]) -> None:
        self._outputs = {cell.id: cell.outputs for cell in cells if cell.cell_type == "code"}

    def shown(self, cell: str, form: str) -> str:
        return next(str(output["data"][form]) for output in self._outputs[cell] if "data" in output)

    def printed(self, cell: str) -> str:
        return "".join(output["text"] for output in self._outputs[cell] if output["output_type"] == "stream")

    def table(self, cell: str, which: int = 0) -> Rows:
        return Tables(self.shown(cell, "text/html")).rows(which)

    def words(self, cell: str) -> str:
        return re.sub(r"<style>.*?</style>|<[^>]+>", "", self.shown(cell, "text/html")).replace("\xa0", " ")

    def pictures(self) -> int:
        return sum("image/png" in output.get("data", ()) for outputs in self._outputs.values() for output in outputs)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run a notebook in an empty folder, once."""

    @cache
    def ran(name: str) -> Ran:
        folder = tmp_path_factory.mktemp("notebook")
        with pytest.MonkeyPatch.context() as kept:
            for variable in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
                kept.setenv(variable, str(tmp_path_factory.mktemp("jupyter")))
            book = nbformat.read(TOP / "notebooks" / name, as_version=4)
            NotebookClient(
                book, kernel_name="python3", timeout=300, resources={"metadata": {"path": str(folder)}}
            ).execute()
        assert list(folder.iterdir()) == [], "it leaves files behind"
        return Ran(book.cells)

    return ran


def number(text: str) -> float:
    """A number as it is written in Swedish, without its unit."""
    found = re.match(r"(?:[><] )?([−\d\xa0 ]+(?:,\d+)?)", text)
    assert found, text
    return float(found[1].replace("\xa0", "").replace(" ", "").replace("−", "-").replace(",", "."))


def stripped(text: str) -> str:
    spec = spec_from_file_location("strip_notebooks", TOP / "scripts" / "strip_notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.stripped(text))


@pytest.fixture(params=[pytest.param(path, id=path.stem) for path in NOTEBOOKS])
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


class TestTheFiles:
    """What git holds of them."""

    def test_they_hold_no_outputs_and_nothing_of_who_ran_them(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text == stripped(text), "run scripts/strip_notebooks.py"

    def test_they_use_the_public_face_alone(self, path: Path) -> None:
        for code in code_of(path):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    assert ast.unparse(node) in MAY_IMPORT
                assert not (isinstance(node, ast.Attribute) and node.attr.startswith("_"))

    def test_the_readme_names_them(self, path: Path) -> None:
        assert f"notebooks/{path.name}" in (TOP / "README.md").read_text(encoding="utf-8")

    def test_what_was_run_is_taken_out(self) -> None:
        text = NOTEBOOKS[0].read_text(encoding="utf-8")
        book = json.loads(text)
        book["metadata"]["language_info"]["version"] = "3.12.1"
        cell = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
        cell["execution_count"], cell["metadata"] = 7, {"scrolled": True}
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["kr\n"]}]
        assert stripped(json.dumps(book)) == text


def test_every_notebook_runs(path: Path, run: Any) -> None:
    assert run(path.name).pictures() >= 2


class TestTheFirst:
    """1: the table, what it is made of, and the same with twice as many."""

    def test_the_tables_agree(self, run: Any) -> None:
        whole, horizons = run(FIRST).table("resultat"), run(FIRST).table("horisonter")
        assert {row: cells["Summa"] for row, cells in whole.items()} == {
            row: cells["20 år"] for row, cells in horizons.items()
        }

    def test_the_second_table_ends_in_what_society_loses(self, run: Any) -> None:
        *parts, society = (number(cells["Mkr"]) for cells in run(FIRST).table("resultat", 1).values())
        assert society == pytest.approx(sum(parts), abs=len(parts) * ROUNDED)
        assert number(run(FIRST).table("resultat")["Summa"]["Summa"]) == parts[0]

    def test_lines_are_price_times_quantity_times_persons_and_sum_to_the_year(self, run: Any) -> None:
        lines = run(FIRST).table("rader")
        assert len(lines) == 8
        for cells in lines.values():
            made = math.prod(number(cells[name]) for name in ("Pris (kr)", "Antal per person", "Personer"))
            assert number(cells["Belopp (kr)"]) == pytest.approx(made, rel=1e-3)  # four digits are shown
        assert int(run(FIRST).shown("radernas-summa", "text/plain")) == number(
            run(FIRST).table("arets-summa")["Summa"]["2016"]
        )

    def test_assumptions_come_first_and_printed_figures_agree(self, run: Any) -> None:
        assert {cells["Betyg"] for cells in run(FIRST).table("antaganden").values()} == {"D"}
        printed = run(FIRST).table("tryckta")
        assert len(printed) == 6
        assert {cells["Förenligt"] for cells in printed.values()} == {"ja"}

    def test_twice_as_many_cost_twice_as_much(self, run: Any) -> None:
        once, twice = run(FIRST).table("horisonter"), run(FIRST).table("dubbelt")
        for row, cells in once.items():
            for column, cell in cells.items():
                assert number(twice[row][column]) == pytest.approx(2 * number(cell), abs=3 * ROUNDED)

    def test_a_report_is_written(self, run: Any) -> None:
        name, size, _ = run(FIRST).printed("rapport").split()
        assert name == "rapport.html:"
        assert int(size) > 10


class TestWhoPays:
    """2: gains, the matrix, payback and break-even."""

    def test_the_net_gain_is_that_of_the_table(self, run: Any) -> None:
        metrics = run(WHO).table("jamforelse")
        told = int(run(WHO).shown("nettonuvarde", "text/plain")) / 1e6
        assert number(metrics[NET]["Samhällsekonomiskt"]) == pytest.approx(told, abs=ROUNDED)
        for perspective in metrics[NET]:
            gross, cost, financing, net = (
                number(metrics[row][perspective])
                for row in ("Vinst före insatskostnad", "Insatskostnad", "Finansiering, netto", NET)
            )
            assert net == pytest.approx(gross - cost - financing, abs=4 * ROUNDED)

    def test_the_margins_of_the_matrix_are_the_table_s(self, run: Any) -> None:
        matrix, metrics = run(WHO).table("matris"), run(WHO).table("jamforelse")
        paid = matrix.pop("Betalar")
        summed = matrix.pop("Summa")
        assert paid["Summa"] == metrics["Insatskostnad"]["Samhällsekonomiskt"].removesuffix("\xa0Mkr")
        assert summed["Summa"] == metrics["Vinst före insatskostnad"]["Samhällsekonomiskt"].removesuffix("\xa0Mkr")
        assert sum(number(cells["Summa"]) for cells in matrix.values()) == pytest.approx(
            number(summed["Summa"]), abs=len(matrix) * ROUNDED
        )

    def test_mandate_periods_sum_to_the_municipality_s_gain(self, run: Any) -> None:
        whole = run(WHO).table("kommun-mandat")["Summa"]
        assert f"{whole.pop('Summa')}\xa0Mkr" == run(WHO).table("jamforelse")[NET]["Kommun"]

    def test_the_effect_is_the_product_of_its_factors(self, run: Any) -> None:
        assert_product(run(WHO).table("effektkedja"))

    def test_so_few_are_enough(self, run: Any) -> None:
        told = run(WHO).words("brytpunkt")
        share, persons, out_of = re.search(r"Går ihop vid: (0,\d+) \((\d+) av (\d+)\)", told).groups()  # type: ignore[union-attr]
        assert int(persons) == math.ceil(number(share) * int(out_of))
        assert number(share) < number(re.search(r"angivet (\S+);", told)[1])  # type: ignore[index]

    def test_the_money_is_back_within_the_horizon(self, run: Any) -> None:
        assert re.search(r"Återbetalningstid: \d+ år \d+ mån", run(WHO).words("tillbaka"))


class TestHowSure:
    """3: what is drawn, what moves it, and what is worth knowing."""

    def test_probabilities_are_those_of_the_simulation(self, run: Any) -> None:
        sure, shares = run(SURE).table("simulering"), run(SURE).table("sannolikheter")
        assert {row: cells["P(> 0)"] for row, cells in sure.items()} == {
            row: cells["20 år"] for row, cells in shares.items()
        }
        for cells in sure.values():
            assert number(cells["5\xa0%"]) <= number(cells["Median"]) <= number(cells["95\xa0%"])

    def test_what_changes_sign_does(self, run: Any) -> None:
        swings = run(SURE).table("tornado")
        ends = {row: [number(cells[f"Vid {end} (kr)"]) for end in ("låg", "hög")] for row, cells in swings.items()}
        assert {row: cells["Byter tecken"] for row, cells in swings.items()} == {
            row: "ja" if low * high < 0 else "nej" for row, (low, high) in ends.items()
        }
        reach = [abs(high - low) for low, high in ends.values()]
        assert reach == sorted(reach, reverse=True)

    def test_the_grid_holds_the_point_run(self, run: Any) -> None:
        point = run(SURE).table("simulering")["Offentligfinansiellt"]["Punkt"]
        swings = {row.split(".")[-1]: cells["Angivet"] for row, cells in run(SURE).table("tornado").items()}
        assert run(SURE).table("tva")[swings["success"]][swings["drop_off"]] == point

    @pytest.mark.parametrize("cell", ["vardet", "vardet-kommun"])
    def test_nothing_is_worth_more_than_to_know_everything(self, run: Any, cell: str) -> None:
        everything, *others = (number(cells["Värt att veta"]) for cells in run(SURE).table(cell).values())
        assert others
        assert max(others) <= everything

    def test_another_actor_may_have_another_answer(self, run: Any) -> None:
        assert "bäst att inte göra något" in run(SURE).words("vardet-kommun")
        assert "bäst att inte göra något" not in run(SURE).words("vardet")
        wrong = re.search(r"annat val är bättre är (\S+) %", run(SURE).words("vardet"))
        positive = number(run(SURE).table("simulering")["Offentligfinansiellt"]["P(> 0)"])
        assert number(wrong[1]) == pytest.approx(100 - positive, abs=0.51)  # type: ignore[index]


class TestAnOwnProgramme:
    """4: a file of one's own, what is said of it, and what it gives."""

    def test_what_is_warned_of_is_put_right(self, run: Any) -> None:
        assert run(OWN).printed("granska").startswith("'deadweight' kan vara räknad två gånger")
        assert "'counted-twice'" not in run(OWN).shown("ratta", "text/plain")

    def test_a_misspelling_is_told_with_its_place(self, run: Any) -> None:
        text = next(code for code in code_of(TOP / "notebooks" / OWN) if "TEXT =" in code)
        lines = text.partition('"""\\\n')[2].splitlines()
        line = next(place for place, each in enumerate(lines, start=1) if "use: langtidsarbetslos" in each)
        told = run(OWN).printed("stavfel")
        assert told.startswith(f"stavfel.yaml:{line}:")
        assert "Did you mean 'langtidsarbetslos'?" in told

    def test_the_effect_is_the_product_of_its_factors(self, run: Any) -> None:
        assert_product(run(OWN).table("effektkedja"))

    def test_forsakringskassan_pays_half_and_gains_nothing(self, run: Any) -> None:
        cost = number(run(OWN).table("jamforelse")["Insatskostnad"]["Samhällsekonomiskt"])
        fk = run(OWN).table("simulering")["Försäkringskassan"]
        assert number(fk["Punkt"]) == pytest.approx(-cost / 2, abs=2 * ROUNDED)
        assert number(fk["P(> 0)"]) == 0

    def test_a_workbook_is_written(self, run: Any) -> None:
        assert "'kalkyl.xlsx'" in run(OWN).shown("filer", "text/plain")


def assert_product(chain: Rows) -> None:
    told = {name: next(iter(cells.values())) for name, cells in chain.items()}
    factors = ["Deltagare", "Lyckas", "× (1 − dödvikt)", "× attribution", "× (1 − undanträngning)"]
    assert number(told["Justerad effekt (personer)"]) == pytest.approx(
        math.prod(number(told[name]) for name in factors), rel=1e-3
    )


class TestWhoPaysAndTheTap:
    """6: the financing plan, the transfer key, leverage, and mop against tap."""

    def test_what_parties_put_in_sums_to_each_year(self, run: Any) -> None:
        *parties, whole = Tables(run(TAP).shown("plan", "text/html")).tables[0][1:]
        for column in range(2, len(whole)):
            told = sum(number(party[column]) for party in parties)
            assert number(whole[column]) == pytest.approx(told, abs=(len(parties) + 1) * ROUNDED)

    def test_with_the_key_nobody_loses_and_the_whole_is_as_it_was(self, run: Any) -> None:
        key = run(TAP).table("nyckel")
        whole = key.pop("Summa")
        assert min(number(cells["Netto utan nyckel"]) for cells in key.values()) < 0.0
        assert min(number(cells["Netto med nyckel"]) for cells in key.values()) >= 0.0
        assert whole["Netto utan nyckel"] == whole["Netto med nyckel"]
        assert whole["Betalar"] == whole["Får"]

    def test_mop_and_tap_cost_the_same_and_help_somebody(self, run: Any) -> None:
        mop, tap = run(TAP).table("val").values()
        assert mop["Satsat (nuvärde)"] == tap["Satsat (nuvärde)"]
        assert number(mop["Personer som får det annorlunda"]) > 1.0
        assert number(tap["Personer som får det annorlunda"]) > 1.0
