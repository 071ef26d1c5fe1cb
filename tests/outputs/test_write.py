"""What is written: tables that other tools read, records that repeat a run, and nothing by halves."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from outputs.report.reports import small, small_gain, uncertain
from strategies import scenarios

import utanforskap as ut
from utanforskap.analysis.readings import Readable
from utanforskap.outputs import tidy
from utanforskap.outputs.record import record_of, rerun
from utanforskap.outputs.report import pdf

OWN_LIST = (
    "id,payer,payee,kind,taxable,label_sv,label_en,unit,index,realisable,year,value,low,high,source,source_url,grade,"
    "note\nkommun.stod,kommun,,service,,Stöd,Support,kr/år,kpi,,2020,100000,,,Kommunens bokslut (2020),,B,\n"
)


def with_own_list(folder: Path) -> "ut.Case":
    data = small(prices=["egen.csv"])
    flow = data["states"]["utanfor"]["flows"]["stod"]
    data["states"]["utanfor"]["flows"]["stod"] = {"price": "kommun.stod", "quantity": flow["quantity"]}
    (folder / "egen.csv").write_text(OWN_LIST, encoding="utf-8")
    (folder / "fall.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return ut.load(folder / "fall.yaml")


class TestWhere:
    """Where a file is written, and as what."""

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("rapport.txt", "'.txt' is not an ending of a report.\nAllowed: .html, .md, .docx, .pdf"),
            ("rapport", "'rapport' is not an ending of a report.\nAllowed: .html, .md, .docx, .pdf"),
            ("r.htm", "'.htm' is not an ending of a report. Did you mean '.html'?\nAllowed: .html, .md, .docx, .pdf"),
        ],
    )
    def test_an_ending_that_no_report_has(self, tmp_path: Path, name: str, told: str) -> None:
        with pytest.raises(ut.UnknownNameError) as refused:
            ut.write.report(small_gain(), tmp_path / name)
        assert str(refused.value) == told
        assert os.listdir(tmp_path) == []

    def test_an_ending_that_no_table_has(self, tmp_path: Path) -> None:
        with pytest.raises(ut.UnknownNameError) as refused:
            ut.write.ledger(small_gain(), tmp_path / "l.xlsx")
        assert str(refused.value) == "'.xlsx' is not an ending of a table.\nAllowed: .csv, .parquet"

    def test_an_ending_that_no_record_has(self, tmp_path: Path) -> None:
        with pytest.raises(ut.UnknownNameError) as refused:
            ut.write.record(small_gain(), tmp_path / "k.txt")
        assert str(refused.value) == "'.txt' is not an ending of a run record.\nAllowed: .json"

    @pytest.mark.parametrize("write", [ut.write.report, ut.write.ledger, ut.write.comparison, ut.write.record])
    def test_what_is_there_stays_unless_forced(self, tmp_path: Path, write: Any) -> None:
        ending = {"report": ".md", "record": ".json"}.get(write.__name__, ".csv")
        path = tmp_path / f"fil{ending}"
        path.write_text("först", encoding="utf-8")
        with pytest.raises(ut.UtanforskapError) as refused:
            write(small_gain(), path)
        assert str(refused.value) == (f"'{path}' is already there. Choose another name, or replace it with --force.")
        assert path.read_text(encoding="utf-8") == "först"
        write(small_gain(), path, force=True)
        assert path.read_text(encoding="utf-8") != "först"

    def test_a_full_disk_leaves_no_half_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        for name in ("rapport.docx", "rapport.html"):
            with pytest.raises(ut.UtanforskapError, match="No space left on device"):
                ut.write.report(small_gain(), tmp_path / name)
        assert os.listdir(tmp_path) == []

    def test_a_report_on_a_result_is_about_exclusion(self, tmp_path: Path) -> None:
        ut.write.report(ut.run(ut.from_data(small())), tmp_path / "r.md")
        assert "Vad kostar utanförskapet?" in (tmp_path / "r.md").read_text(encoding="utf-8")


class TestMissing:
    """What is said where an optional package is not installed."""

    def test_weasyprint(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "find_spec", lambda _: None)
        with pytest.raises(ut.UtanforskapError) as refused:
            ut.write.report(small_gain(), tmp_path / "r.pdf")
        assert str(refused.value) == (
            "A report as PDF needs weasyprint, which is not installed.\n"
            "Install it with: pip install 'utanforskap[pdf]'\n"
            "Or write the report as .html, and print it from a browser."
        )

    def test_pyarrow(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tidy, "find_spec", lambda _: None)
        with pytest.raises(ut.UtanforskapError) as refused:
            ut.write.ledger(small_gain(), tmp_path / "l.parquet")
        assert str(refused.value) == (
            "A table as Parquet needs pyarrow, which is not installed.\n"
            "Install it with: pip install 'utanforskap[parquet]'\n"
            "Or write the table as .csv."
        )


class TestTables:
    """Tidy tables of ledgers and comparisons."""

    def test_a_ledger_by_hand(self, tmp_path: Path) -> None:
        ut.write.ledger(ut.run(ut.from_data(small())), tmp_path / "l.csv")
        frame = pd.read_csv(tmp_path / "l.csv")

        # Ten persons, eight years, 100 000 kr of support and 50 000 kr of benefit each.
        assert list(frame["year"].unique()) == list(range(2020, 2028))
        assert frame.groupby("label")["amount"].sum().to_dict() == {"Stöd": 8_000_000.0, "Bidrag": 4_000_000.0}
        assert frame.loc[frame["label"] == "Stöd", "persons"].unique() == [10.0]

    def test_a_comparisons_ledger_is_the_difference(self, tmp_path: Path) -> None:
        ut.write.ledger(small_gain(), tmp_path / "l.csv", lang="en")
        frame = pd.read_csv(tmp_path / "l.csv")

        assert frame.groupby("role")["amount"].sum().to_dict() == {"effect": 2_400_000.0, "programme": -500_000.0}
        assert set(frame["label"]) == {"Support", "Benefit", "Job support: drift"}

    def test_a_comparison_sums_to_its_net_gains(self, tmp_path: Path) -> None:
        gain = ut.run(ut.load("trelleborg-integration")).compare("kortare_introduktion")
        ut.write.comparison(gain, tmp_path / "c.csv")
        sums = pd.read_csv(tmp_path / "c.csv").groupby("perspective")["present_value"].sum()

        for perspective in ("society", "public", "see"):
            assert sums[perspective] == pytest.approx(gain.net_present_value(perspective=perspective), rel=1e-12)

    def test_parquet_holds_the_same(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        for name in ("l.csv", "l.parquet"):
            ut.write.ledger(small_gain(), tmp_path / name)
        csv, parquet = pd.read_csv(tmp_path / "l.csv"), pd.read_parquet(tmp_path / "l.parquet")

        assert list(csv.columns) == list(parquet.columns)
        assert csv["amount"].tolist() == parquet["amount"].tolist()

    def test_a_spreadsheet_finds_no_formula(self, tmp_path: Path) -> None:
        data = small()
        data["states"]["utanfor"]["flows"]["stod"]["title"] = '=cmd|"/C calc"!A0'
        ut.write.ledger(ut.run(ut.from_data(data)), tmp_path / "l.csv")
        labels = set(pd.read_csv(tmp_path / "l.csv")["label"])

        assert labels == {'\'=cmd|"/C calc"!A0', "Bidrag"}

    def test_a_result_compares_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(ut.QuestionError) as refused:
            ut.write.comparison(ut.run(ut.from_data(small())), tmp_path / "c.csv")  # type: ignore[arg-type]
        assert str(refused.value) == ("A comparison is of an alternative with the baseline: write result.compare(…).")


def yearly(subject: Any) -> dict[str, Any]:
    """Every amount of a result or comparison, as bits."""
    return {
        perspective: subject.table(rows="item", columns="year", perspective=perspective).to_dict()
        for perspective in ("society", "public", "see")
    }


EVALUATION = "It is the record of an evaluation, which takes the participants' data to make again."
HOW_TO_WRITE_ONE = """\
  Write one with utanforskap.write.record(gain, 'korning.json'),
  or in the shell with: utanforskap export SCENARIO --what record --output korning.json"""


class TestRecords:
    """A record repeats its run."""

    @pytest.mark.parametrize("name", list(ut.bundled()))
    def test_every_bundled_case_to_the_bit(self, name: str) -> None:
        result = ut.run(ut.load(name))
        again = rerun(json.loads(record_of(result).text()))

        assert isinstance(again, ut.Result)
        assert yearly(again) == yearly(result)
        for alternative in result.alternatives:
            assert yearly(again.compare(alternative)) == yearly(result.compare(alternative))

    @settings(max_examples=15)
    @given(scenarios())
    def test_any_case_to_the_bit(self, data: dict[str, Any]) -> None:
        # An alternative that changes nothing, which `run` refuses, has a record too.
        case = ut.from_data(data)
        result = ut.Result(case, Readable(case))
        again = rerun(json.loads(record_of(result).text()))

        assert yearly(again) == yearly(result)

    def test_without_its_files_and_with_an_own_price_list(self, tmp_path: Path) -> None:
        folder = tmp_path / "borta"
        folder.mkdir()
        gain = ut.run(with_own_list(folder)).compare("jobb")
        ut.write.record(gain, tmp_path / "korning.json")
        shutil.rmtree(folder)
        again = ut.rerun(tmp_path / "korning.json")

        assert isinstance(again, ut.Comparison)
        assert yearly(again) == yearly(gain)
        assert again.net_present_value() == gain.net_present_value()
        assert str(tmp_path) not in (tmp_path / "korning.json").read_text(encoding="utf-8")

    def test_changed_values_come_along(self) -> None:
        gain = ut.run(ut.from_data(small()), values={"programmes.jobbstod.success": 0.3}).compare("jobb")
        again = rerun(record_of(gain).data)

        assert again.net_present_value() == gain.net_present_value() == 3 * 8 * 100_000 - 500_000

    def test_a_simulation_draw_by_draw(self, tmp_path: Path) -> None:
        simulation = ut.simulate(
            ut.from_data(uncertain()), n=5000, seed=7, by_year=True, keep=True, break_even=("success",)
        )
        ut.write.record(simulation, tmp_path / "s.json")
        again = ut.rerun(tmp_path / "s.json")

        assert isinstance(again, ut.Simulation)
        assert again.by_perspective().equals(simulation.by_perspective())
        assert again.by_year().equals(simulation.by_year())
        assert again.break_even("success").equals(simulation.break_even("success"))
        assert (again.draws() == simulation.draws()).all()

    def test_the_same_case_has_the_same_checksum_whatever_its_order(self) -> None:
        data = small()
        turned = dict(reversed(data.items()))

        first, second = (record_of(ut.run(ut.from_data(each))).data["sha256"] for each in (data, turned))
        data["groups"]["unga"]["persons"] = 11
        third = record_of(ut.run(ut.from_data(data))).data["sha256"]

        assert first == second
        assert first != third

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("{", "It is not JSON, so it is not a run record."),
            ("[]", "It is not a run record."),
            ('{"record": 2}', "It is not a run record of format 1: 'record' is 2."),
            ('{"record": 1, "of": "evaluation"}', EVALUATION),
            ('{"record": 1, "of": "rapport"}', "It is not of a run: 'of' is 'rapport'."),
            ('{"record": 1}', "It lacks a part of a run record, or a part cannot be read."),
        ],
    )
    def test_what_is_no_record(self, tmp_path: Path, text: str, told: str) -> None:
        path = tmp_path / "k.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ut.InputError) as refused:
            ut.rerun(path)
        assert str(refused.value) == (f"{path}:1:1\n  {told}\n{HOW_TO_WRITE_ONE}")

    def test_a_record_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ut.InputError) as refused:
            ut.rerun(tmp_path / "k.json")
        assert "It cannot be read: No such file or directory." in str(refused.value)

    def test_a_record_that_was_changed(self) -> None:
        data = json.loads(record_of(small_gain()).text())
        data["scenario"]["groups"]["unga"]["persons"] = 12
        with pytest.raises(ut.InputError) as refused:
            ut.rerun(data)
        assert str(refused.value) == (
            "record:1:1\n  Its content is not what it was when it was written: the SHA-256 differs.\n"
            + HOW_TO_WRITE_ONE
        )

    @pytest.mark.parametrize(
        ("part", "said"),
        [("of", []), ("values", None), ("values", {"a": "x"}), ("answers", None), ("answers", []), ("versions", None)],
    )
    def test_a_part_that_cannot_be_read(self, part: str, said: Any) -> None:
        # None of these is in the checksum, which is of what the numbers are made from.
        data = json.loads(record_of(small_gain()).text()) | {part: said}
        with pytest.raises(ut.InputError) as refused:
            ut.rerun(data)
        assert str(refused.value) == (
            "record:1:1\n  It lacks a part of a run record, or a part cannot be read.\n" + HOW_TO_WRITE_ONE
        )

    def test_answers_that_are_no_longer_given(self) -> None:
        data = json.loads(record_of(small_gain()).text())
        data["answers"][3]["kr"] = 1.0
        data["versions"]["utanforskap"] = "0.0.9"
        with pytest.raises(ut.QuestionError) as refused:
            ut.rerun(data)
        assert str(refused.value) == (
            "The run does not give the recorded answers:\n"
            "net_gain, society: 1 kr then, 1100000 kr now\n"
            f"It was recorded by version 0.0.9, and this is {ut.__version__}: install that version to repeat it."
        )


def test_nothing_written_says_where_a_bundled_scenario_lies(tmp_path: Path) -> None:
    gain = ut.run(ut.load("trelleborg-integration")).compare("kortare_introduktion")
    ut.write.report(gain, tmp_path / "r.html", draws=100)
    ut.write.record(gain, tmp_path / "k.json")
    here = str(Path(ut.bundled()["trelleborg-integration"]).parents[1])

    for name in ("r.html", "k.json"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert here not in text
        assert "scenario.yaml" in text
