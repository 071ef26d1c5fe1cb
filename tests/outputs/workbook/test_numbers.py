"""The formulas' own values are the engine's, whatever is asked: the sheet of control says so."""

from dataclasses import replace
from typing import Any

import pytest
import strategies
from hypothesis import given, settings
from outputs.workbook.samples import all_models, by_law, lent, populations, populations_by_law, result_of, smallest

import utanforskap as ut
from utanforskap.analysis.columns import Columns
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.results import Comparison, Result
from utanforskap.outputs.workbook import control as control_module
from utanforskap.outputs.workbook.build import build
from utanforskap.outputs.workbook.model import Sheet, Verdict


def control(subject: Result | Comparison) -> Sheet:
    return next(sheet for sheet in build(subject, lang="sv").sheets if sheet.name == "Kontroll")


def wrong(sheet: Sheet) -> list[str]:
    """What stands beside every verdict that is not OK."""
    verdicts = {at: cell.content for at, cell in sheet.cells.items() if isinstance(cell.content, Verdict)}
    assert len(verdicts) > 20
    return [
        " | ".join(
            str(cell.content) for (row, _), cell in sheet.cells.items() if row == at[0] and cell is not sheet.cells[at]
        )
        for at, verdict in verdicts.items()
        if verdict.value != "OK"
    ]


@pytest.mark.parametrize(
    ("name", "alternative"),
    [
        ("trelleborg-skolmisslyckanden", "gymnasieprojekt"),
        ("trelleborg-integration", None),
        ("arbetslos-markov", "vagledning"),
        ("typfall-aktivitetsersattning", "supported_employment"),
        ("typfall-nyanland", "langsammare"),
        ("typfall-ung-uvas", "stod"),
        ("stang-kranen", "moppa"),
        ("trelleborg-aterkommande-arskullar", "gymnasieprojekt"),
        ("nad-skane", "nad_ett_ar"),
        ("boss-skane", "boss"),
        ("finsam-forbund", "ungdomsmetod-3"),
    ],
)
def test_bundled_scenarios(name: str, alternative: str | None) -> None:
    result = ut.run(ut.load(name))

    assert wrong(control(result if alternative is None else result.compare(alternative))) == []


@pytest.mark.parametrize("alternative", [None, "bada", "satt"])
def test_every_model_cohort_and_cost(alternative: str | None) -> None:
    result = result_of(all_models())

    assert wrong(control(result if alternative is None else result.compare(alternative))) == []


@pytest.mark.parametrize("alternative", [None, "jobb"])
def test_taxes_by_law(alternative: str | None) -> None:
    result = result_of(by_law())

    assert wrong(control(result if alternative is None else result.compare(alternative))) == []


@pytest.mark.parametrize("alternative", [None, "bada", "satt"])
def test_who_comes_is_there_and_leaves(alternative: str | None) -> None:
    result = result_of(populations())

    assert wrong(control(result if alternative is None else result.compare(alternative))) == []


@pytest.mark.parametrize("alternative", [None, "jobb"])
def test_taxes_by_law_of_those_who_are_followed_for_some_years(alternative: str | None) -> None:
    result = result_of(populations_by_law())

    assert wrong(control(result if alternative is None else result.compare(alternative))) == []


def test_cohorts_that_are_told_apart_may_be_reached_in_part_and_leave() -> None:
    data = all_models()
    data["states"]["doda"] = {"title": "Döda"}
    data["groups"]["unga"]["exits"] = {"doda": 0.1}
    data["programmes"]["jobbstod"]["reaches"] = {
        "group": "unga", "pathway": "ute", "persons": "all", "share": {2020: 0.3, 2021: 0.5},
    }  # fmt: skip

    assert wrong(control(result_of(data).compare("bada"))) == []


def test_a_single_cohort_beside_those_who_are_there_already() -> None:
    data = populations()
    del data["groups"]["vuxna"]["inflow"]

    assert wrong(control(result_of(data))) == []


def test_a_programme_that_reaches_nobody_who_comes_in_time() -> None:
    data = populations()
    data["programmes"]["jobbstod"]["reaches"]["share"] = {2025: 0.4}

    assert wrong(control(result_of(data).compare("bada"))) == []


def test_numbers_of_those_who_come_and_leave_that_an_alternative_sets() -> None:
    data = populations()
    data["alternatives"]["satt"]["set"] |= {
        "groups.unga.exits.utflyttade": 0.1, "groups.vuxna.inflow.growth": 0.2,
        "groups.vuxna.initial_stock.nya.persons": 50,
    }  # fmt: skip

    assert wrong(control(result_of(data).compare("satt"))) == []


def test_an_outcome_contract() -> None:
    data = lent()
    data["funds"] = {"kontraktet": {
        "title": "Kontraktet", "kind": "outcome_contract", "programme": "jobbstod", "account": "kommun.fond",
        "payment": {
            "years": {"first": 2020, "last": 2023}, "outcome": "person_years.arbete", "per_outcome": 20_000,
            "cap": 50_000, "payers": {"af": 0.5, "region": "rest"},
        },
    }}  # fmt: skip

    assert wrong(control(result_of(data).compare("jobb"))) == []


def test_a_budget_and_a_loan() -> None:
    assert wrong(control(result_of(lent()).compare("jobb"))) == []


@settings(max_examples=12)
@given(strategies.scenarios(longest=6))
def test_whatever_a_file_may_say(data: strategies.Data) -> None:
    case = ut.from_data(data)
    # Not `ut.run`, which refuses an alternative that changes nothing.
    result = Result(case, Readable(case))

    for alternative in (None, *result.alternatives):
        assert wrong(control(result if alternative is None else result.compare(alternative))) == []


def test_a_workbook_that_is_not_python_s_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = control_module.columns

    def a_krona_more(*given: Any, **how: Any) -> Columns:
        found = asked(*given, **how)
        return replace(found, values=found.values + 1.0)

    monkeypatch.setattr(control_module, "columns", a_krona_more)

    with pytest.raises(ut.QuestionError) as refused:
        build(result_of(smallest()), lang="sv")

    # A krona more, for every actor and their sum. Without work: five actors, and two as the field counts; of what
    # exclusion costs: the employer too, and production: 6 + 3 + 7 + 4 = 20.
    # All controls: seven and eight rows twice, two laws of two runs, persons of two, and one set of shares: 37.
    assert str(refused.value) == (
        "The workbook's formulas do not give Python's totals for 'minst': 20 of 37 controls fail, the first of them: "
        "Kalkylen, samhällsekonomiskt, Försäkringskassan.\n"
        "The case holds something that the workbook has no formulas for, and so it is not written."
    )
