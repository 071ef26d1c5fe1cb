"""What a report says to those who decide: what knowing more is worth, and how many must succeed to be sure."""

import re
from typing import Any

import pytest
from outputs.report.reports import small, uncertain

import utanforskap as ut
from utanforskap.outputs.report.build import build
from utanforskap.outputs.report.model import Figure, Paragraph, Report, Section, Table

DRAWS = 400


def gain_of(data: dict[str, Any]) -> "ut.Comparison":
    return ut.run(ut.from_data(data)).compare("jobb")


def report_on(data: dict[str, Any], lang: Any = "sv") -> Report:
    return build(gain_of(data), simulation=None, draws=DRAWS, seed=1, lang=lang)


def sensitivity(report: Report) -> Section:
    return next(section for section in report.sections if section.id == "sensitivity")


def part(report: Report, title: str) -> tuple[str, list[Table], list[Figure]]:
    """Return a part's sentences, tables and pictures."""
    found = next(part for part in sensitivity(report).parts if part.title == title)
    said = " ".join(block.text for block in found.blocks if isinstance(block, Paragraph))
    tables = [block for block in found.blocks if isinstance(block, Table)]
    return said, tables, [block for block in found.blocks if isinstance(block, Figure)]


WORTH = "Är det värt att ta reda på mer före beslutet?"
CHANCES = "Hur många måste lyckas för att det ska vara säkert?"


def test_what_knowing_more_is_worth_is_what_the_question_answers() -> None:
    data = uncertain()
    said, (table,), pictures = part(report_on(data), WORTH)
    found = gain_of(data).value_of_information(n=1000, seed=1)

    assert "I genomsnitt är det bäst att genomföra insatsen, men i en del av dragningarna hade" in said
    assert "Mest värt att ta reda på är ”Jobbstöd: andel som lyckas”." in said
    assert "1\u00a0000 dragningar, frö 1" in table.caption
    everything, most = (row.cells for row in table.rows[:2])
    assert everything[0] == "Alla osäkra tal tillsammans"
    assert most[0] == "Jobbstöd: andel som lyckas"
    error = found.everything.worth.standard_error
    assert 1000 * float(everything[1]) == pytest.approx(found.everything.worth.value, abs=10 * error)
    assert [row.cells[2] for row in table.rows[:2]] == [
        "100\u00a0%", f"{100 * found.alone['programmes.jobbstod.success'].share:.0f}\u00a0%",
    ]  # fmt: skip
    assert not pictures


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (0.0, "Att genomföra insatsen är bäst i varje dragning."),
        (1e9, "Att låta bli är bäst i varje dragning."),
    ],
)
def test_where_no_draw_would_choose_otherwise_nothing_is_worth_finding_out(cost: float, said: str) -> None:
    data = uncertain()
    data["programmes"]["jobbstod"]["costs"]["drift"]["amount"]["value"] = cost
    told, tables, _ = part(report_on(data), WORTH)

    assert said in told
    assert not tables


def test_not_to_do_it_may_be_best_on_average() -> None:
    data = uncertain()
    data["programmes"]["jobbstod"]["costs"]["drift"]["amount"]["value"] = 2_500_000
    told, _, _ = part(report_on(data, "en"), "Is it worth finding out more before deciding?")

    assert "On average it is best not to, but in some of the draws it would have been better to carry out the" in told


def test_the_chance_of_a_gain_by_how_many_succeed_by_hand() -> None:
    # With x of ten, eight years and a support of a kr a year society gains 80 · x · a − 500 000 kr. a has its median at
    # 100 000 and 5 % of its draws below half of that and above twice: ln a is normal, with a deviation of ln 2 / 1.645.
    said, (table,), (picture,) = part(report_on(uncertain()), CHANCES)
    chances = dict(zip([column.title for column in table.columns[1:]], table.rows[0].cells[1:], strict=True))

    assert list(chances) == [f"{share}\u00a0%" for share in (0, 5, 10, 15, 20, 25, 30)]
    assert table.rows[0].cells[0] == "Samhällsekonomiskt"
    assert chances["0\u00a0%"] == "0\u00a0%"
    # P(a > 125 000) and P(a > 62 500); the error of 2 500 draws is a percent at most.
    for share, expected in (("5\u00a0%", 29.8), ("10\u00a0%", 86.7)):
        assert float(chances[share].removesuffix("\u00a0%")) == pytest.approx(expected, abs=4.0)
    assert "Kalkylen räknar med att 20,0\u00a0% lyckas." in said
    assert picture.alt.startswith("Linjer över hur ofta det är bäst, efter Jobbstöd: andel som lyckas: Samhälls")


def test_shares_in_a_table_are_round_and_few_however_small_they_are() -> None:
    data = uncertain()
    data["programmes"]["jobbstod"]["success"] = {"value": 0.012, "low": 0.01, "high": 0.02}
    data["programmes"]["jobbstod"]["costs"]["drift"]["amount"]["value"] = 50_000
    _, (table,), _ = part(report_on(data), CHANCES)
    titles = [column.title for column in table.columns[1:]]

    assert titles == [f"{share}\u00a0%" for share in ("0,0", "0,5", "1,0", "1,5", "2,0")]


@pytest.mark.parametrize("change", ["together", "several", "certain", "only set"])
def test_nothing_is_said_of_what_is_no_share_and_no_choice(change: str) -> None:
    data = uncertain()
    if change == "together":
        names = ["programmes.jobbstod.success", "states.utanfor.flows.stod.amount"]
        data["correlations"] = {"par": {"of": names, "value": 0.5, "source": "antagande", "grade": "D"}}
    elif change == "several":
        more = data["programmes"]["jobbstod"]
        more["reaches"]["persons"] = 5
        data["programmes"]["mer"] = {**more, "title": "Mer"}
        data["alternatives"]["jobb"]["programmes"].append("mer")
    elif change == "certain":
        data = small()
    else:
        data["alternatives"]["jobb"] = {"set": {"states.utanfor.flows.stod.amount": {"value": 1000}}}
    titles = [part.title for part in sensitivity(report_on(data)).parts]

    assert CHANCES not in titles
    assert (WORTH in titles) == (change in ("together", "several"))


def test_what_is_drawn_together_is_told_together() -> None:
    data = uncertain()
    names = ["programmes.jobbstod.success", "states.utanfor.flows.stod.amount"]
    data["correlations"] = {"par": {"of": names, "value": 0.5, "source": "antagande", "grade": "D"}}
    _, (table,), _ = part(report_on(data), WORTH)

    assert re.search(r"Stöd.* och Jobbstöd: andel|Jobbstöd: andel.* och .*Stöd", table.rows[1].cells[0])
