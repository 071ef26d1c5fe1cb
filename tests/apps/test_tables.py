"""What the commands that answer with tables print, in every form."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from typer.testing import Result

import utanforskap as ut
from utanforskap.analysis import tabulate, wording
from utanforskap.apps import options

Shell = Callable[..., Result]
Write = Callable[..., str]

BUNDLED = ["arbetslos-markov", "trelleborg-integration", "trelleborg-skolmisslyckanden"]
RUN = """\
Liten kalkyl
Vad utanförskapet kostar: kalkylen minus samma personer, alla på gruppens
referensbana (inne).

Efter aktör
Utanförskapets kostnad; socioekonomiskt (netto allt); mot referensen; 2020–2027;
2020 års priser; nuvärde 2020, 0 %, årets början; Mkr

                    2020–2023  2024–2027  Summa
───────────────────────────────────────────────
Arbetsförmedlingen        0,0        0,0    0,0
Försäkringskassan         0,0        0,0    0,0
Kommun                    6,0        6,0   12,0
Region                    0,0        0,0    0,0
Rättsväsendet             0,0        0,0    0,0
Övriga offentliga         0,0        0,0    0,0
Produktionsvärde         15,6       15,6   31,2
───────────────────────────────────────────────
Summa                    21,6       21,6   43,2

Avstämning mot samhällsekonomiskt
Utanförskapets kostnad; socioekonomiskt (netto allt); mot referensen; 2020–2027;
2020 års priser; nuvärde 2020, 0 %, årets början; Mkr

                                                      Mkr
─────────────────────────────────────────────────────────
Socioekonomiskt (netto allt)                         43,2
– transfereringar från offentliga till andra, netto  −4,0
+ tjänster som andra än offentliga betalar            0,0
– offentliga arbetsgivares lönekostnader              0,0
= samhällsekonomiskt                                 39,2

22 av 23 tal har betyg D: antaganden, kalibreringar och källor som inte
granskats. 'utanforskap check liten.yaml --parameters' visar alla, antaganden
först.
Varningar (1): no-source. 'utanforskap check liten.yaml' säger mer.
"""


def told(result: Result) -> str:
    """What was printed, with ordinary spaces and none at the ends of lines."""
    assert result.exception is None, result.output
    assert result.stderr == ""
    text = result.stdout.replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(line.rstrip() for line in text.split("\n"))


def answered(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def tables(result: Result) -> dict[str, dict[str, Any]]:
    return {table["name"]: table for table in answered(result)["tables"]}


def rows(table: dict[str, Any]) -> dict[str, list[Any]]:
    return {row["label"]: row["cells"] for row in table["rows"]}


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def no_reference(data: dict[str, Any]) -> None:
    del data["groups"]["unga"]["reference"], data["published"]


# --- run ---


@pytest.mark.usefixtures("two_findings")
def test_run_prints_the_whole_answer(shell: Shell, liten: str) -> None:
    assert told(shell("run", liten)) == RUN


def test_run_without_a_reference_prints_the_ledger_and_says_so(shell: Shell, write: Write) -> None:
    text = " ".join(told(shell("run", write(no_reference))).split())
    assert "Huvudboken som den står: alla grupper har ingen referensbana" in text
    assert "Utanförskapets kostnad" not in text


def test_run_without_mandate_periods_prints_one_sum(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["horizon"].pop("mandate_from"))
    assert tables(shell("run", name, "--format", "json"))["actors"]["columns"] == ["Summa"]


@pytest.mark.parametrize("line", [["run"], ["compare"]])
@pytest.mark.parametrize("rows_", ["actor", "item", "kind"])
def test_every_see_table_is_reconciled_to_society(shell: Shell, liten: str, line: list[str], rows_: str) -> None:
    names = list(tables(shell(*line, liten, "--rows", rows_, "--format", "json")))
    assert names[-2:] == ["actors" if rows_ == "actor" else rows_, "reconciliation"]


def test_the_reconciliation_is_of_the_whole_though_a_part_is_shown(shell: Shell, liten: str) -> None:
    found = tables(shell("run", liten, "--part", "public", "--format", "json"))
    assert [cells[0] for cells in rows(found["reconciliation"]).values()] == [43.2e6, -4e6, 0, 0, 39.2e6]


def test_another_perspective_has_nothing_to_reconcile(shell: Shell, liten: str) -> None:
    assert list(tables(shell("run", liten, "--perspective", "kommun", "--format", "json"))) == ["actors"]


@pytest.mark.parametrize(
    ("asked", "caption"),
    [
        (["--perspective", "society"], "Utanförskapets kostnad; samhällsekonomiskt; mot referensen; 2020–2027;"),
        (["--part", "kommun", "--part", "fk"], "Kommun + Försäkringskassan"),
        (["--part", "production"], "produktionsvärde"),
        (["--years", "2"], "2020–2021"),
        (["--period", "second_mandate"], "2024–2027"),
        (["--discount", "see"], "4 %, årets början"),
        (["--base-year", "2018"], "nuvärde 2018"),
        (["--measure", "ledger", "--alternative", "jobb"], "Huvudbok"),
        (["--measure", "gross_gain", "--alternative", "jobb", "--realisable"], "realiserbara besparingar"),
        (["--lang", "en"], "Cost of exclusion; socioeconomic"),
    ],
)
def test_an_option_changes_what_is_read(shell: Shell, liten: str, asked: list[str], caption: str) -> None:
    assert caption in tables(shell("run", liten, *asked, "--format", "json"))["actors"]["caption"]


def test_current_prices_are_undiscounted(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["money"].update(inflation=0.02))
    caption = tables(shell("run", name, "--current-prices", "--format", "json"))["actors"]["caption"]
    assert "löpande priser; odiskonterat" in caption


def test_the_tax_factor_is_a_row_of_its_own(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["money"].update(tax_factor=1.3))
    found = tables(shell("run", name, "--tax-factor", "--perspective", "society", "--format", "json"))
    assert "Skattefaktor" in rows(found["actors"])


def test_another_counterfactual_is_named(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["groups"]["unga"].update(references={"blandat": {"ute": 0.4, "inne": 0.6}}))
    text = told(shell("run", name, "--counterfactual", "blandat"))
    assert "(ute + inne)" in text
    assert "mot 'blandat'" in " ".join(text.split())


def test_cashable_savings_stand_beside_those_booked(shell: Shell, liten: str) -> None:
    line = ["run", liten, "--measure", "gross_gain", "--alternative", "jobb", "--realisable", "--format", "json"]
    booked, cashable, _ = [cells[0] for cells in rows(tables(shell(*line))["realisation"]).values()]
    assert cashable == booked / 2


def test_years_get_a_sum(shell: Shell, liten: str) -> None:
    columns = tables(shell("run", liten, "--columns", "year", "--format", "json"))["actors"]["columns"]
    assert columns == [*range(2020, 2028), "Summa"]


@pytest.mark.parametrize(("unit", "amount"), [("kr", "43 200 000"), ("tkr", "43 200"), ("Mkr", "43,2")])
def test_a_unit_can_be_chosen_and_is_told(shell: Shell, liten: str, unit: str, amount: str) -> None:
    text = told(shell("run", liten, "--unit", unit))
    assert f"årets början; {unit}\n" in text
    assert f"  {amount}\n" in text


def test_small_amounts_are_not_shown_as_nothing(shell: Shell, write: Write) -> None:
    name = write(
        lambda data: data["groups"]["unga"].update(persons=0.01) or data.update(programmes={}, alternatives={})
    )
    assert "årets början; tkr" in told(shell("run", name))


# --- forms ---


def test_csv_is_the_table_as_the_library_gives_it(shell: Shell, liten: str) -> None:
    header, *lines = parsed(shell("run", liten, "--format", "csv", "--columns", "year").stdout)
    frame = ut.run(ut.load(liten)).cost_of_exclusion(columns="year")
    assert header == ["label", *map(str, frame.columns), "Summa"]
    assert {line[0]: [float(cell) for cell in line[1:-1]] for line in lines} == {
        name: list(cells) for name, cells in zip(frame.index, frame.to_numpy(), strict=True)
    }


def test_csv_holds_the_one_table_that_is_asked_for(shell: Shell, liten: str) -> None:
    lines = parsed(shell("run", liten, "--format", "csv", "--table", "reconciliation").stdout)
    assert lines[0] == ["label", "kr"]
    assert lines[1] == ["Socioekonomiskt (netto allt)", "43200000.0"]


def test_json_keeps_what_labels_the_figures(shell: Shell, liten: str) -> None:
    found = answered(shell("run", liten, "--format", "json"))
    assert (found["title"], found["scenario"]) == ("Liten kalkyl", "liten")
    assert found["reading"]["measure"] == "cost_of_exclusion"
    table = found["tables"][0]
    assert (table["unit"], table["price_year"], table["horizon"]) == ("kr", 2020, [2020, 2027])
    assert rows(table)["Summa"] == [21.6e6, 21.6e6, 43.2e6]
    assert len(found["notes"]) == 3


def test_markdown_shows_numbers_in_swedish(shell: Shell, liten: str) -> None:
    text = told(shell("run", liten, "--format", "markdown"))
    assert text.startswith("# Liten kalkyl\n")
    assert "\n## Efter aktör\n\n*Utanförskapets kostnad;" in text
    assert "\n|  | 2020–2023 | 2024–2027 | Summa |\n| :-- | --: | --: | --: |\n" in text
    assert "\n| Summa | 21,6 | 21,6 | 43,2 |\n" in text


@pytest.mark.parametrize("command", ["run", "compare"])
@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_english_has_no_swedish_left(shell: Shell, liten: str, command: str, form: str) -> None:
    text = told(shell(command, liten, "--lang", "en", "--format", form))
    assert not set("åäöÅÄÖ") & set(text)
    assert "Municipality" in text


def test_english_numbers_have_a_point(shell: Shell, liten: str) -> None:
    assert "  43.2\n" in told(shell("run", liten, "--lang", "en"))


def test_the_choices_are_those_of_the_library() -> None:
    from utanforskap import terms

    assert get_args(options.Rows) == tabulate.ROW_KEYS
    assert get_args(options.Columns) == tabulate.COLUMN_KEYS
    assert get_args(options.Measure) == terms.MEASURES
    assert get_args(options.Lang) == get_args(terms.Lang)
    assert get_args(options.Unit) == get_args(wording.KronorUnit)
    assert set(get_args(options.GainMeasure)) == {name for name in terms.MEASURES if name.endswith("gain")}


# --- width ---


def lines_of_tables(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("scenario", BUNDLED)
@pytest.mark.parametrize(
    "line",
    [
        ["run"],
        ["run", "--columns", "year", "--rows", "item"],
        ["run", "--columns", "year", "--unit", "kr"],
        ["compare"],
        ["explain", "--year", "2020"],
        ["break-even", "deadweight", "--every"],
    ],
    ids=" ".join,
)
def test_nothing_is_cut_or_too_wide(shell: Shell, scenario: str, line: list[str], columns: int) -> None:
    command, *more = line
    if command in ("compare", "break-even") and scenario == "arbetslos-markov":
        more = ["vagledning", *more] if command == "compare" else [*more, "--alternative", "vagledning"]
    text = told(shell(command, scenario, *more, columns=columns))
    assert max(map(len, text.split("\n"))) <= columns
    assert "…" not in text


def test_columns_too_many_for_the_screen_go_on_below(shell: Shell, liten: str) -> None:
    text = told(shell("run", liten, "--columns", "year", "--unit", "kr", columns=60))
    for head in [*map(str, range(2020, 2028)), "43 200 000"]:
        assert head in text
    assert max(map(len, text.split("\n"))) <= 60


def test_a_screen_too_narrow_for_one_column_still_shows_it_whole(shell: Shell, liten: str) -> None:
    assert "43 200 000" in told(shell("run", liten, "--unit", "kr", columns=20))


# --- compare ---


def test_compare_holds_what_a_decision_needs(shell: Shell, liten: str) -> None:
    found = tables(shell("compare", liten, "--format", "json"))
    assert list(found) == ["metrics", "effect", "matrix", "actors", "reconciliation"]
    assert rows(found["metrics"])["Insatskostnad"][0] == 500_000
    assert rows(found["effect"])["Justerad effekt (personer)"] == [1.0]
    assert "marginalerna är fakta" in found["matrix"]["caption"]
    assert rows(found["matrix"])["Betalar"] == [500_000, 500_000]


def test_metrics_are_numbers_for_machines_and_words_for_people(shell: Shell, liten: str) -> None:
    metrics = rows(tables(shell("compare", liten, "--perspective", "society", "--format", "json"))["metrics"])
    assert metrics["MVPF"] == ["Infinity"]
    assert metrics["MVPF, kvadrant"] == ["betalar sig självt"]
    assert isinstance(metrics["Återbetalningstid"][0], float)
    text = told(shell("compare", liten, "--perspective", "society", "--table", "metrics"))
    assert "∞ (betalar sig självt)" in text
    assert " mån\n" in text


def test_compare_asks_which_where_there_are_several(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["alternatives"].update(annat={"set": {"groups.unga.persons": 20}}))
    refused = shell("compare", name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "'liten' has several alternatives; name one of them: jobb, annat\n"
    assert shell("compare", name, "jobb").exit_code == 0


def test_compare_without_alternatives_says_so(shell: Shell, write: Write) -> None:
    refused = shell("compare", write(lambda data: data.update(programmes={}, alternatives={})))
    assert refused.exit_code == 2
    assert refused.stderr == "'liten' declares no alternative to compare with (alternatives:).\n"


def test_compare_with_what_nobody_pays_for_has_no_matrix(shell: Shell, write: Write) -> None:
    name = write(lambda data: data.update(alternatives={"fler": {"set": {"groups.unga.persons": 20}}}))
    answer = answered(shell("compare", name, "--format", "json"))
    assert [table["name"] for table in answer["tables"]] == ["metrics", "actors", "reconciliation"]
    assert answer["notes"][0].startswith("Ingen betalar för alternativet")


# --- explain ---


def test_explain_says_price_times_quantity_times_persons(shell: Shell, liten: str) -> None:
    text = told(shell("explain", liten, "--year", "2021", "--perspective", "kommun", "--part", "kommun"))
    assert "Bidrag – Kommun" in text
    assert "50 000 kr/år" in text
    assert "En utredning (2019): " in text
    assert text.count("Summa") == 1


def test_explain_in_csv_is_rows_of_numbers(shell: Shell, liten: str) -> None:
    header, *lines = parsed(shell("explain", liten, "--year", "2021", "--format", "csv").stdout)
    amounts = [float(line[header.index("Belopp (kr)")]) for line in lines]
    assert sum(amounts) == pytest.approx(5.4e6)


def test_explain_in_current_prices_is_each_year_s_own_kronor(shell: Shell, write: Write) -> None:
    name = write(lambda data: data["money"].update(inflation=0.1))
    stated, own = (
        tables(shell("explain", name, "--year", "2022", *more, "--format", "json"))["lines"]["rows"]
        for more in ((), ("--current-prices",))
    )
    # Prices are of 2020, and have risen by 10 % twice.
    assert [row["cells"][5] for row in own] == pytest.approx([1.21 * row["cells"][5] for row in stated])


def test_explain_of_an_alternative_is_its_gain(shell: Shell, liten: str) -> None:
    found = answered(shell("explain", liten, "--year", "2021", "--alternative", "jobb", "--format", "json"))
    assert found["reading"]["measure"] == "gross_gain"


def test_explain_of_a_year_outside_the_horizon_is_refused(shell: Shell, liten: str) -> None:
    refused = shell("explain", liten, "--year", "1999")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "1999" in refused.stderr


def test_explain_of_nothing_says_so(shell: Shell, liten: str) -> None:
    assert "Inga poster i denna läsning 2021." in told(shell("explain", liten, "--year", "2021", "--perspective", "fk"))


# --- break-even ---


def test_break_even_is_told_in_persons(shell: Shell, liten: str) -> None:
    text = " ".join(told(shell("break-even", liten, "success", "--perspective", "society")).split())
    assert "Samhällsekonomiskt: går ihop när programmes.jobbstod.success är minst 0,02551 (angivet 0,2);" in text
    assert "i personer 1 av 10." in text


def test_break_even_is_a_ceiling_where_more_is_worse(shell: Shell, liten: str) -> None:
    text = " ".join(told(shell("break-even", liten, "displacement")).split())
    assert "är högst 0,8724 (angivet 0)." in text


@pytest.mark.parametrize(
    ("perspective", "said"), [("region", "går inte: alltid vinst"), ("fk", "går inte: aldrig vinst")]
)
def test_break_even_that_cannot_be_says_so_and_is_no_failure(
    shell: Shell, write: Write, perspective: str, said: str
) -> None:
    def paid_by_fk(data: dict[str, Any]) -> None:
        data["programmes"]["jobbstod"]["costs"]["drift"]["payer"] = "fk"

    line = ["break-even", write(paid_by_fk), "attribution", "--perspective", perspective]
    if perspective == "region":
        line[2] = "costs.drift.amount"
    text = " ".join(told(shell(*line)).split())
    assert f": {said}, för programmes.jobbstod." in text


def test_break_even_for_every_perspective(shell: Shell, liten: str) -> None:
    found = tables(shell("break-even", liten, "success", "--every", "--format", "json"))["break_even"]
    assert list(rows(found)) == [
        "Samhällsekonomiskt",
        "Offentligfinansiellt",
        "Socioekonomiskt (netto allt)",
        "Kommun",
        "Region",
        "Statskassan",
        "Individen",
    ]


def test_break_even_of_what_is_no_parameter_is_refused(shell: Shell, liten: str) -> None:
    refused = shell("break-even", liten, "succes")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Did you mean 'programmes.jobbstod.success'?" in refused.stderr
