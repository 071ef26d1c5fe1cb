"""A report's counts told out as persons: as many of everything as the report says, and nothing said of who is who."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inputs.followup import reports
from inputs.followup.reports import Lines

import utanforskap as ut
from utanforskap.inputs.followup.counted import evenly

TIMES = {"started": "2020-01-01", "measure_months": 0, "before_months": 12, "after_months": 12}
# Thirty participants. Before, all ill and five of them at work. After, ten without support; twelve work, three study.
REPORT: Lines = [
    ("Deltagare", None, None, 20, 10, 30),
    ("Sysselsättning före", "Arbete", None, 5, 0, 5),
    ("Sysselsättning före", "Annat", None, 15, 10, 25),
    ("Sysselsättning efter", None, "Arbete", 9, 3, 12),
    ("Sysselsättning efter", None, "Studier", 1, 2, 3),
    ("Sysselsättning efter", None, "Annat", 10, 5, 15),
    ("Försörjning före", "Sjuk", None, 20, 10, 30),
    ("Försörjning efter", None, "Sjuk", 12, 8, 20),
    ("Försörjning efter", None, "Ingen", 8, 2, 10),
    ("Övergångar", "Sjuk", "Sjuk", 12, 8, 20),
    ("Övergångar", "Sjuk", "Ingen", 8, 2, 10),
]


def read(report: Lines, **more: Any) -> Any:
    return reports.read(report, **(TIMES | more))


def persons_in(people: Any, year: int) -> dict[str, float]:
    """How many persons were in each state the whole of a year."""
    years = people.person_years()[year]
    return {str(state): round(float(number), 6) for state, number in years.items() if number > 0.0}


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_as_many_of_each_thing_as_there_are_and_each_from_the_start_on(numbers: list[int]) -> None:
    found = evenly(numbers).tolist()
    assert [found.count(thing) for thing in range(len(numbers))] == numbers
    for length in range(len(found)):
        for thing, number in enumerate(numbers):
            share = length * number / len(found)
            # Half a thing of its own, and what the halves of the others may add up to.
            assert abs(found[:length].count(thing) - share) <= 0.5 + len(numbers) / 2


def test_there_are_as_many_in_each_state_as_the_report_says() -> None:
    people = read(REPORT, joint="work_without_support").participants

    assert len(people) == 30
    assert persons_in(people, 2019) == {"sjukpenning": 25.0, "arbete_heltid": 5.0}
    # The ten without support are at work or study; so are five of the twenty with sickness benefit.
    assert persons_in(people, 2020) == {"sjukpenning": 15.0, "arbete_heltid": 12.0, "studier_csn": 3.0}
    assert people.frame["sex"].value_counts().to_dict() == {"kvinna": 20, "man": 10}


def test_by_independence_work_is_spread_over_all_support_alike() -> None:
    after = persons_in(read(REPORT).participants, 2020)

    # Ten of twenty women and five of ten men are occupied, of either support: half of those without it remain there.
    assert after == {"sjukpenning": 10.0, "uvas": 5.0, "arbete_heltid": 12.0, "studier_csn": 3.0}


def test_nobody_has_left_work_whom_the_numbers_do_not_force_to() -> None:
    people = read(REPORT).participants
    sample = ut.followup.sample_of(people, outcomes=("arbete_heltid", "studier_csn"))
    worked, works = sample.before[:, 0] > 0.5, sample.after.sum(axis=1) > 0.5

    assert worked.sum() == 5
    assert (worked & works).sum() == 5


def test_without_transitions_support_then_and_now_are_spread_alike() -> None:
    report = [line for line in REPORT if line[0] != "Övergångar"]
    assert persons_in(read(report).participants, 2020) == persons_in(read(REPORT).participants, 2020)


def test_sex_is_told_where_every_table_tells_it_alike() -> None:
    report = [*REPORT[:-2], ("Övergångar", "Sjuk", "Sjuk", None, None, 20), ("Övergångar", "Sjuk", "Ingen", 8, 2, 10)]
    people = read(report).participants

    assert len(people) == 30
    assert "sex" not in people.attributes


@pytest.mark.parametrize("joint", ["independent", "work_without_support"])
@pytest.mark.parametrize("seed", range(4))
def test_persons_are_the_counts_to_the_nearest_person(joint: str, seed: int) -> None:
    made = ut.synthetic_participants(n=400, seed=seed)
    followup = ut.read_participants(made.counts, mapping=made.mappings["counts"] | TIMES | {"joint": joint})
    people, counts = followup.participants, followup.counts

    assert len(people) == counts.participants
    for side, year in ((counts.before, 2019), (counts.after, 2020)):
        found = persons_in(people, year)
        for state, number in zip(side.states, side.persons, strict=True):
            # A person at either end of a support's stretch of the order, for women and for men.
            assert abs(found.get(state, 0.0) - number) <= 4.0
        work = side.states.index("arbete_heltid")
        assert found.get("arbete_heltid", 0.0) == side.persons[work]


def test_what_is_assumed_of_counts_stands_with_every_figure() -> None:
    report = [*REPORT, ("Anonyma", None, None, 5, 4, 9)]
    people = read(report).participants
    case = ut.load("uppfoljning-arbetsvagen")
    whole = read(report, started="2019-01-01", joint="work_without_support", study="arbete_heltid").participants
    found = ut.evaluate(whole, case, ut.followup.BeforeAfter(), splits=("sex",), draws=0)

    assert people.caveats[1] == ("anonymous", {"n": 9})
    told = found.told_caveats()
    assert told[0] == (
        "Deltagarna är räknade i en rapport, inte följda en och en. Vem som arbetar och vem som har försörjning är "
        "fördelat efter regeln work_without_support, så att så få som möjligt lämnat arbete eller studier; att alla "
        "började 2019-01-01, var i insatsen i 0 månader och var kvar i läget efter i 12 månader är antaget. "
        "Intervallet visar inte vad de antagandena kan ändra."
    )
    assert told[1] == "Därtill kommer 9 anonyma deltagare, som inte ingår i talen."
    assert found.participants == 30
    # Fifteen at work after and five before: ten persons' year.
    effect = next(each for each in found.effects if each.state == "arbete_heltid")
    assert effect.effect == pytest.approx(10 / 30)


def test_few_anonymous_are_not_told() -> None:
    assert read([*REPORT, ("Anonyma", None, None, 1, 1, 2)]).participants.caveats[1] == ("anonymous_few", {})


def test_counts_whose_mapping_says_no_time_are_counts_alone() -> None:
    followup = reports.read(REPORT)
    assert followup.counts.participants == 30
    with pytest.raises(ut.QuestionError) as told:
        _ = followup.participants
    assert str(told.value) == (
        "These data are counts, which do not say when anything was, and hold no persons: ask for 'counts'.\n"
        "To have them told out as persons, state in the mapping: "
        "started, measure_months, before_months and after_months."
    )


def test_a_start_without_lengths_and_a_start_of_persons_are_refused() -> None:
    with pytest.raises(ut.InputError) as told:
        read(REPORT, measure_months=None)
    assert str(told.value) == (
        "started\n"
        "  'started' needs 'measure_months' too.\n"
        "  How many months all are taken to have been in the measure, as measure_months: 9."
    )
    with pytest.raises(ut.InputError) as told:
        ut.read_participants(pd.DataFrame(), mapping={"format": 1, "shape": "spells", "started": "2020-01-01"})
    assert str(told.value) == "started\n  'started' is for counts; here each person's own is in the data."


def test_a_count_that_is_not_whole_is_no_count() -> None:
    quality = read([*REPORT, ("Deltagartid", "0–3 mån", None, 1.5, 1.5, 3)]).quality
    assert [(row, reason) for _, row, reason in quality.rejections()] == [(12, "not-whole")]


def test_a_transition_of_a_word_that_the_margins_lack_is_refused() -> None:
    quality = read([*REPORT, ("Övergångar", "Annat", "Sjuk", 1, 0, 1)]).quality
    told = [finding.message for finding in quality.findings(lang="en")]
    assert "Support after by support before is 1 together, but should be 0." in told
    assert quality.errors


def test_a_report_of_nobody_is_told_and_not_used() -> None:
    nobody = [(*line[:3], 0, 0, 0) for line in REPORT]
    followup = read(nobody)
    assert next(finding.message for finding in followup.quality.findings(lang="en")) == "No row could be used."
    with pytest.raises(ut.InputError):
        _ = followup.participants
