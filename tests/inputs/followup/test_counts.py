"""The counts of a participant report: margins, what they leave open, and when they are refused."""

from typing import Any

import numpy as np
import pytest
from inputs.followup.reports import Lines, read

import utanforskap as ut

# Ten participants: before, all ill; after, four work, six have sickness benefit and four no support.
REPORT: Lines = [
    ("Deltagare", None, None, 6, 4, 10),
    ("Anonyma", None, None, 1, 1, 2),
    ("Sysselsättning före", "Annat", None, 6, 4, 10),
    ("Sysselsättning efter", None, "Arbete", 3, 1, 4),
    ("Sysselsättning efter", None, "Annat", 3, 3, 6),
    ("Försörjning före", "Sjuk", None, 6, 4, 10),
    ("Försörjning efter", None, "Sjuk", 3, 3, 6),
    ("Försörjning efter", None, "Ingen", 3, 1, 4),
    ("Övergångar", "Sjuk", "Sjuk", 3, 3, 6),
    ("Övergångar", "Sjuk", "Ingen", 3, 1, 4),
]


def codes(followup: Any) -> list[str]:
    return [finding.code for finding in followup.quality.findings()]


def test_by_independence_those_in_work_have_support_as_often_as_others() -> None:
    counts = read(REPORT).counts

    assert counts.after.states == ("sjukpenning", "uvas", "arbete_heltid", "studier_csn")
    # 4 of 10 work; of the 6 others 6/10 have sickness benefit and 4/10 nothing.
    assert counts.after.persons == pytest.approx([3.6, 2.4, 4.0, 0.0])
    assert (counts.participants, counts.anonymous, counts.rule) == (10, 2, "independent")
    assert counts.transitions.loc["sjukpenning"].to_dict() == {"sjukpenning": 6.0, "uvas": 4.0}


def test_those_in_work_may_be_those_without_support() -> None:
    counts = read(REPORT, joint="work_without_support").counts

    assert counts.after.persons == pytest.approx([6.0, 0.0, 4.0, 0.0])


def test_the_bounds_are_those_of_the_margins() -> None:
    after = read(REPORT).counts.after

    # Between none and all four in work have sickness benefit, so two to six are ill and do not work.
    assert after.least == pytest.approx([2.0, 0.0, 4.0, 0.0])
    assert after.most == pytest.approx([6.0, 4.0, 4.0, 0.0])


@pytest.mark.parametrize("joint", ["independent", "work_without_support"])
@pytest.mark.parametrize("seed", range(5))
def test_any_report_adds_up_within_its_bounds(joint: str, seed: int) -> None:
    made = ut.synthetic_participants(n=300, seed=seed)
    mapping = made.mappings["counts"] | {"joint": joint}
    counts = ut.read_participants(made.counts, mapping=mapping).counts

    for side in (counts.before, counts.after):
        assert side.persons.sum() == pytest.approx(counts.participants)
        assert np.all(side.least <= side.persons + 1e-9)
        assert np.all(side.persons <= side.most + 1e-9)


def test_several_supports_without_shares_are_refused() -> None:
    report = [*REPORT[:6], ("Försörjning efter", None, "Sjuk", 6, 4, 10), ("Försörjning efter", None, "Ingen", 2, 0, 2)]
    followup = read(report)

    with pytest.raises(ut.InputError) as told:
        _ = followup.counts
    assert str(told.value) == (
        "<DataFrame>:1:1\n"
        "  Support after: the sources are more than the participants together (12 against 10), so some have several. "
        "Without shares nobody can say who has which."
    )


def test_transitions_that_do_not_add_up_are_refused() -> None:
    assert "margin-differs" in codes(read([*REPORT[:-1], ("Övergångar", "Sjuk", "Ingen", 3, 0, 3)]))


def test_a_missing_table_is_named() -> None:
    assert codes(read(REPORT[:6]))[0] == "missing-table"


def test_lines_that_cannot_be_used_are_listed() -> None:
    report = [*REPORT, ("Väder", None, None, 1, 1, 2), ("Övergångar", "Summa", None, 6, 4, 10),
        ("Deltagartid", "0–3 mån", None, 6, 4, 11)]  # fmt: skip
    followup = read(report)

    rows = [(row, reason) for _, row, reason in followup.quality.rejections()]
    assert rows == [(11, "unknown-table"), (12, "totals-row"), (13, "sum-differs")]
    assert followup.quality.used == 10
