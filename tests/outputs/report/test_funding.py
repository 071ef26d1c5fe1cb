"""What a report says of budgets, funds and methods."""

import re
from typing import Any

import pytest
from funders.purses import Data, budget, case, loan
from funders.test_methods import with_method
from outputs.report.reports import small_gain

import utanforskap as ut
from utanforskap.outputs.report.build import build
from utanforskap.outputs.report.html import as_html
from utanforskap.outputs.report.model import Figure, Paragraph, Part, Report, Table


def report_on(data: Data, alternative: str = "insats", lang: Any = "sv") -> Report:
    gain = ut.run(ut.from_data(data)).compare(alternative)
    return build(gain, simulation=None, draws=400, seed=1, lang=lang)


def with_fund(**more: Any) -> Data:
    """Return the case of a programme that costs 360 000 kr in 2015, all of it a fund's."""
    return case(budget(funders={"kommun.fond": 1}), funds={"fonden": {**loan(), **more}})


def parts(report: Report) -> dict[str, Part]:
    section = next(section for section in report.sections if section.id == "financing")
    return {part.title: part for part in section.parts}


def sentences(part: Part) -> str:
    return " ".join(block.text for block in part.blocks if isinstance(block, Paragraph))


def rows(part: Part, id_: str) -> dict[str, list[str]]:
    table = next(block for block in part.blocks if isinstance(block, Table) and block.id == id_)
    return {row.cells[0]: list(row.cells[1:]) for row in table.rows}


def test_a_loan_by_hand() -> None:
    # 360 000 kr out in 2015; back half of what four save social services, 0.5 · 0.5 · 400 000 kr of 2015 from 2016, in
    # kronor two per cent smaller each year: 102, 104.04 and 106.12 thousand, and then what is left.
    part = parts(report_on(with_fund()))["Fonden"]
    told = rows(part, "fund_fonden")

    assert told["2015"] == ["360", "0", "−360", "−360", "360"]
    assert told["2016"] == ["0", "102", "102", "−258", "258"]
    assert told["2017"] == ["0", "104", "104", "−154", "154"]
    assert told["2018"] == ["0", "106", "106", "−48", "48"]
    assert told["2019"] == ["0", "48", "48", "0", "0"]
    assert told["Summa"] == ["360", "360", "0", "0", "0"]
    assert "2020" not in told
    assert sentences(part) == (
        "Fonden lånar ut till Insats och får tillbaka ur de besparingar som går att ta hem. "
        "I allt betalar den ut 360\u00a0tkr och får tillbaka 360\u00a0tkr."
    )
    assert [block.title for block in part.blocks if isinstance(block, Figure)] == [
        "Fonden: vad fonden betalar ut och får tillbaka"
    ]


def test_a_loan_that_is_not_paid_back_is_told() -> None:
    data = with_fund()
    data["funds"]["fonden"]["repayment"]["committees"] = {"kommun.socialtjanst": 0.1}

    # A fifth of what is paid above, in each of four years: 20.4 + 20.808 + 21.224 + 21.649 thousand of 360.
    assert sentences(parts(report_on(data))["Fonden"]).endswith(
        "får tillbaka 84\u00a0tkr. När den sista betalningen är gjord är 276\u00a0tkr av lånet inte återbetalt."
    )


def test_a_grant_is_not_paid_back() -> None:
    data = with_fund(kind="grant")
    del data["funds"]["fonden"]["repayment"]
    part = parts(report_on(data, lang="en"))["Fonden"]

    assert sentences(part) == (
        "Fonden gives money to Insats that is not paid back. In all it pays out 360\u00a0SEK thousand."
    )
    assert not [block for block in part.blocks if isinstance(block, Figure)]


def test_an_outcome_contract_is_paid_by_the_outcome() -> None:
    # Four more are in the state each year: 40 000 kr a year from 2016 until 100 000 kr is paid.
    payment = {
        "years": {"first": 2016, "last": 2020}, "outcome": "person_years.inne", "per_outcome": 10_000, "cap": 100_000,
        "payers": {"af": 0.75, "staten": "rest"},
    }  # fmt: skip
    contract = {
        "title": "Kontraktet", "kind": "outcome_contract", "programme": "insats", "account": "finansiar",
        "payment": payment,
    }  # fmt: skip
    part = parts(report_on(case(budget(funders={"finansiar": 1}), funds={"fonden": contract})))["Kontraktet"]

    assert sentences(part) == (
        "Kontraktet betalar för Insats i förväg och får betalt efter utfallet. "
        "I allt betalar den ut 360\u00a0tkr och får tillbaka 100\u00a0tkr."
    )
    assert [cells[1] for cells in rows(part, "fund_fonden").values()] == ["0", "40", "40", "20", "100"]


def test_what_each_puts_in_by_hand() -> None:
    found = parts(report_on(case(budget(funders={"fk": 0.5, "kommun.a": "rest"}))))["Vad var och en satsar"]

    assert rows(found, "plan") == {
        "I pengar: Försäkringskassan": ["180", "180"],
        "I pengar: A": ["180", "180"],
        "Summa": ["360", "360"],
    }
    # Ten participants, of whom four succeed.
    assert rows(found, "unit_costs")["Kostnad per deltagare (kr)"] == ["36\u00a0000"]
    assert rows(found, "unit_costs")["Kostnad per lyckad (kr)"] == ["90\u00a0000"]
    # Of six years of four persons' 100 000 kr the half that its money stands for lands with others.
    returns = rows(found, "returns")
    assert returns["Försäkringskassan"][:3] == ["180", "50\u00a0%", "0"]
    assert returns["Försäkringskassan"][-1] == "1\u00a0200"


def test_later_years_are_told_together() -> None:
    data = with_method()
    data["horizon"]["years"] = 12
    data["groups"]["alla"]["repeat"] = {"until": 2022}
    plan = rows(parts(report_on(data, "m-2"))["Vad var och en satsar"], "plan")

    assert {len(cells) for cells in plan.values()} == {7}
    for cells in plan.values():
        amounts = [float(cell.replace("\u00a0", "").replace("−", "-")) for cell in cells]
        assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=4)


def test_leverage_by_hand() -> None:
    # Within four years the project gains 4 × 4 × 100 000 − 360 000 kr for 180 000 kr of own money.
    part = parts(report_on(with_method()))["Metoden"]

    assert rows(part, "leverage_m")["4 år: projektet"][-2:] == ["180", "6,9"]
    assert "(Samordningsförbundet)" in sentences(part)
    assert [block.title for block in part.blocks if isinstance(block, Figure)] == ["Metoden: hävstången grad för grad"]


def test_nothing_is_said_where_there_is_nothing_of_it() -> None:
    report = build(small_gain(), simulation=None, draws=400, seed=1, lang="sv")

    assert list(parts(report)) == ["", "Pengar som går att ta hem"]


def test_the_budget_the_fund_and_the_method_of_another_programme_are_not_told() -> None:
    data = with_method()
    data["programmes"]["insats"]["budget"]["funders"] = {"kommun.fond": 0.5, "finsam": "rest"}
    data["funds"] = {"fonden": loan()}
    assert list(parts(report_on(data)))[2:] == ["Vad var och en satsar", "Fonden", "Metoden"]
    other = {**data["programmes"]["insats"], "title": "Annan"}
    del other["budget"]
    other["costs"] = {
        "drift": {
            "amount": {"value": 1000, "unit": "kr", "price_year": 2015},
            "basis": "once",
            "year": 2015,
            "payer": "kommun",
        }
    }
    data["programmes"]["annan"] = other
    data["alternatives"]["annan"] = {"programmes": ["annan"]}

    assert list(parts(report_on(data, "annan"))) == ["", "Pengar som går att ta hem"]


def test_tables_and_pictures_of_funds_and_methods_have_ids_of_their_own_on_the_page() -> None:
    data = with_method()
    data["programmes"]["insats"]["budget"]["funders"] = {"kommun.fond": 0.5, "finsam": "rest"}
    data["funds"] = {"fonden": loan()}
    ids = re.findall(r' id="([^"]+)"', as_html(report_on(data)))

    assert len(ids) == len(set(ids))
    assert {"table-fund_fonden", "table-leverage_m"} <= set(ids)
