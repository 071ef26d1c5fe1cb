"""Each shape of participants' data becomes time in states: small cases by hand."""

import datetime
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import utanforskap as ut

SPELLS = {"format": 1, "shape": "spells"}
STATES = {"Sjuk": "sjukpenning", "Jobb": "arbete_heltid", "Soc": "bistand_langt"}
REGISTERED = {
    "format": 1, "shape": "registrations", "states": STATES, "work": "arbete_heltid", "share_in": "percent",
    "before_months": 12, "after_months": 12,
}  # fmt: skip


def frame(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def read(data: pd.DataFrame | Path | str, mapping: dict[str, Any] = SPELLS, **more: Any) -> Any:
    return ut.read_participants(data, mapping=mapping | more)


def years_of(followup: Any, state: str) -> dict[int, float]:
    table = followup.participants.person_years()
    return {year: table.loc[state, year] for year in table.columns if table.loc[state, year]}


def test_a_spell_is_its_share_of_each_calendar_year() -> None:
    data = frame("person from to state share", ("a", "2019-07-02", "2020-02-29", "sjukpenning", 0.5))

    # 183 of the 365 days of 2019 and 60 of the 366 days of 2020, both ends counted, at half time.
    assert years_of(read(data), "sjukpenning") == pytest.approx({2019: 0.5 * 183 / 365, 2020: 0.5 * 60 / 366})


def test_the_last_day_may_be_outside() -> None:
    data = frame("person from to state", ("a", "2019-01-01", "2020-01-01", "sjukpenning"))

    assert years_of(read(data, last_day="excluded"), "sjukpenning") == pytest.approx({2019: 1.0})


def test_several_states_at_once_make_a_whole() -> None:
    data = frame(
        "person from to state share",
        ("a", "2019-01-01", "2019-12-31", "sjukpenning", "75 %"),
        ("a", "2019-01-01", "2019-12-31", "arbete_heltid", "25 %"),
    )
    people = read(data).participants
    (block,) = people.occupancy()

    assert block.shares[0, :, 0] == pytest.approx([0.25, 0.75])
    assert block.observed[0, 0] == pytest.approx(1.0)
    assert [list(part) for part in block.entries()] == [[0, 0], [0, 1], [0, 0], pytest.approx([0.25, 0.75])]


def test_weights_count_persons() -> None:
    data = frame(
        "person from to state weight",
        ("a", "2019-01-01", "2019-12-31", "sjukpenning", 2.5),
        ("b", "2019-01-01", "2019-12-31", "sjukpenning", None),
    )

    assert years_of(read(data), "sjukpenning") == pytest.approx({2019: 3.5})


def test_blocks_of_any_size_hold_the_same() -> None:
    made = ut.synthetic_participants(n=50, seed=4)
    people = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
    (whole,) = people.occupancy()

    parts = np.concatenate([block.shares for block in people.occupancy(size=7)], axis=2)
    assert np.array_equal(parts, whole.shares)


def test_a_death_is_an_end_that_nothing_leaves() -> None:
    data = frame(
        "person from to state died",
        ("a", "2019-01-01", "2020-12-31", "sjukpenning", "2019-07-02"),
        ("b", "2019-01-01", "2020-12-31", "sjukpenning", None),
    )
    followup = read(data)

    # 182 days of 365 alive, 183 and the whole of 2020 dead.
    assert years_of(followup, "avliden") == pytest.approx({2019: 183 / 365, 2020: 1.0})
    assert years_of(followup, "sjukpenning") == pytest.approx({2019: 1 + 182 / 365, 2020: 1.0})
    assert followup.participants.absorbing == ("avliden",)
    assert not followup.participants.censored.any()


def test_a_move_may_be_told_as_a_state() -> None:
    data = frame(
        "person from to state",
        ("a", "2019-01-01", "2019-12-31", "sjukpenning"),
        ("a", "2020-01-01", None, "Utflyttad"),
        ("b", "2019-01-01", "2021-12-31", "sjukpenning"),
    )

    assert years_of(read(data), "utflyttad") == {2020: 1.0, 2021: 1.0}


def test_follow_up_that_ends_leaves_the_rest_unknown() -> None:
    data = frame(
        "person from to state followed_until",
        ("a", "2019-01-01", None, "sjukpenning", "2019-12-31"),
        ("b", "2019-01-01", None, "sjukpenning", "2020-12-31"),
    )
    people = read(data).participants
    (block,) = people.occupancy()

    assert block.observed.tolist() == [[1.0, 1.0], [0.0, 1.0]]
    assert people.censored.tolist() == [True, False]


def test_time_without_a_row_is_unknown_unless_the_mapping_says_what_it_is() -> None:
    data = frame(
        "person from to state",
        ("a", "2019-01-01", "2019-03-31", "sjukpenning"),
        ("a", "2019-10-01", "2019-12-31", "sjukpenning"),
    )

    assert years_of(read(data), "sjukpenning") == pytest.approx({2019: (90 + 92) / 365})
    assert years_of(read(data, rest="uvas"), "uvas") == pytest.approx({2019: 183 / 365})
    assert [finding.code for finding in read(data).quality.findings()] == ["gap"]


def test_okant_is_time_of_which_nothing_is_known() -> None:
    data = frame(
        "person from to state",
        ("a", "2019-01-01", "2019-06-30", "sjukpenning"),
        ("a", "2019-07-01", "2019-12-31", "Uppgift saknas"),
    )
    followup = read(data, rest="uvas")

    assert followup.participants.states == ("sjukpenning",)
    assert followup.quality.used == 2
    assert followup.participants.censored.tolist() == [True]


def test_overlaps_may_be_scaled_to_a_whole() -> None:
    data = frame(
        "person from to state",
        ("a", "2019-01-01", "2019-12-31", "sjukpenning"),
        ("a", "2019-07-01", "2019-12-31", "bistand_langt"),
    )
    followup = read(data, overlaps="scale")

    assert years_of(followup, "sjukpenning") == pytest.approx({2019: (181 + 184 / 2) / 365})
    assert years_of(followup, "bistand_langt") == pytest.approx({2019: 184 / 2 / 365})


def test_before_and_after_lasts_as_long_as_the_mapping_says() -> None:
    data = frame("person before after start months", ("a", "Sjuk", "Jobb", "2019-01-01", 6))
    followup = read(
        data, {"format": 1, "shape": "before_after", "states": STATES}, before_months=12, after_months=6, during="uvas"
    )

    # A year before; the measure to 30 June, 181 days; half a year after, to 31 December, 184 days.
    assert years_of(followup, "sjukpenning") == {2018: 1.0}
    assert years_of(followup, "uvas") == pytest.approx({2019: 181 / 365})
    assert years_of(followup, "arbete_heltid") == pytest.approx({2019: 184 / 365})


def test_no_state_after_is_a_person_lost() -> None:
    data = frame(
        "person before after start end",
        ("a", "Sjuk", None, "2019-01-01", "2019-06-30"),
        ("b", "Sjuk", "Jobb", "2019-01-01", "2019-06-30"),
    )
    mapping = {"format": 1, "shape": "before_after", "states": STATES, "before_months": 12, "after_months": 12}
    followup = read(data, mapping)

    assert followup.participants.censored.tolist() == [True, False]
    assert (followup.quality.used, followup.quality.rejected) == (2, 0)


def test_shares_in_a_cell() -> None:
    data = frame("person before after start end", ("a", "Sjuk 75 % + Jobb 25 %", "Jobb", "2020-01-01", "2020-12-31"))
    mapping = {"format": 1, "shape": "before_after", "states": STATES, "before_months": 12, "after_months": 12}

    assert years_of(read(data, mapping), "arbete_heltid") == pytest.approx({2019: 0.25, 2021: 1.0})
    assert years_of(read(data, mapping), "sjukpenning") == pytest.approx({2019: 0.75})


def test_registrations_that_touch_are_one_measure() -> None:
    data = frame(
        "person start end support_before support_after work_before work_after measure reason",
        ("a", "2019-01-01", "2019-06-30", "Sjuk", "Soc", 0, 0, "Ett", "Fullföljt"),
        ("a", "2019-07-01", "2019-12-31", "Soc", "Sjuk", 0, 50, "Två", "Avbrutit"),
    )
    followup = read(data, REGISTERED)
    people = followup.participants

    # The state before is the first registration's, the state after the second's: half work, half support.
    assert years_of(followup, "sjukpenning") == pytest.approx({2018: 1.0, 2020: 0.5})
    assert years_of(followup, "arbete_heltid") == pytest.approx({2020: 0.5})
    assert "bistand_langt" not in people.states
    assert people.attributes["measures"].tolist() == [2.0]
    assert people.attributes["measure"].tolist() == ["Ett"]
    assert people.attributes["reason"].tolist() == ["Avbrutit"]


def test_a_later_measure_cuts_the_time_after_an_earlier_one() -> None:
    data = frame(
        "person start end support_before support_after work_before work_after",
        ("a", "2019-01-01", "2019-03-31", "Sjuk", "Soc", 0, 0),
        ("a", "2019-07-01", "2019-12-31", "Sjuk", "Sjuk", 0, 0),
    )

    # After the first until the second begins: April to June.
    assert years_of(read(data, REGISTERED), "bistand_langt") == pytest.approx({2019: 91 / 365})


def test_what_is_known_of_persons_may_stand_in_a_table_of_its_own() -> None:
    data = frame("person from to state", (1, "2019-01-01", "2019-12-31", "sjukpenning"))
    persons = frame("person kön site height", ("1", "K", "Lund", 170), ("2", "M", "Lund", 180))
    followup = ut.read_participants(data, mapping=SPELLS | {"columns": {"sex": "kön"}}, persons=persons)
    attributes = followup.participants.attributes

    assert (attributes["sex"][0], attributes["site"][0], attributes["height"][0]) == ("kvinna", "Lund", 170.0)
    assert [reason for _, _, reason in followup.quality.rejections()] == ["stranger"]


def test_states_may_be_a_cases() -> None:
    case = ut.load("trelleborg-skolmisslyckanden")
    state = next(iter(case.scenario.states))
    data = frame("person from to state", ("a", "2019-01-01", "2019-12-31", state))

    assert ut.read_participants(data, mapping=SPELLS, case=case).participants.states == (state,)
    assert ut.read_participants(data.replace(state, "sjukpenning"), mapping=SPELLS, case=case).quality.used == 1
    assert ut.read_participants(data, mapping=SPELLS).quality.used == 0


def test_around_the_start_years_run_from_each_persons_own() -> None:
    data = frame(
        "person from to state start",
        ("a", "2018-03-01", "2020-02-29", "sjukpenning", "2019-03-01"),
        ("b", "2018-03-01", "2020-02-29", "sjukpenning", None),
    )
    (block,) = read(data).participants.around_start(before=1, after=2)

    assert block.shares[:, 0, 0].tolist() == [1.0, 1.0, 0.0]
    assert block.shares[:, 0, 1].tolist() == [0.0, 0.0, 0.0]


def test_parquet_and_workbook_say_the_same_as_a_frame(tmp_path: Path) -> None:
    made = ut.synthetic_participants(n=30, seed=2)
    expected = ut.read_participants(made.spells, mapping=made.mappings["spells"])
    dated = made.spells.assign(**{"från": [datetime.date.fromisoformat(day) for day in made.spells["från"]]})
    dated.to_parquet(tmp_path / "p.parquet")
    dated.to_excel(tmp_path / "p.xlsx", index=False)
    made.spells.to_csv(tmp_path / "p.csv", sep=";", decimal=",", encoding="windows-1252", index=False)

    for name in ("p.parquet", "p.xlsx", "p.csv"):
        found = ut.read_participants(tmp_path / name, mapping=made.mappings["spells"])
        assert found.quality.read == expected.quality.read
        pd.testing.assert_frame_equal(found.participants.person_years(), expected.participants.person_years())


def test_what_holds_persons_is_not_pickled_and_shows_none() -> None:
    made = ut.synthetic_participants(n=30, seed=2)
    followup = ut.read_participants(made.spells, mapping=made.mappings["spells"])
    sample = ut.followup.sample_of(followup.participants)

    for held in (followup, followup.participants, next(followup.participants.occupancy()), sample):
        with pytest.raises(ut.QuestionError, match="holds persons and cannot be pickled"):
            pickle.dumps(held)
        assert "P0000" not in repr(held)
    assert repr(followup.participants) == "<Participants: 30 persons, 5 states, 2017–2021>"
