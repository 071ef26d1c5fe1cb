"""The formulas' own values are the engine's, whatever is asked: the sheet of control says so."""

from dataclasses import replace
from typing import Any

import pytest
import strategies
from hypothesis import given, settings
from outputs.workbook.samples import all_models, by_law, result_of, smallest

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
