"""A naive twin: time in states counted day by day."""

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import utanforskap as ut

FIRST = datetime.date(2019, 11, 1)
STATES = ["sjukpenning", "arbete_heltid", "okänt"]
# Per person, lengths of consecutive spells with a state and a share each; no state is a gap.
PERSON = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from([*STATES, None]), st.sampled_from([0.25, 0.5, 1.0])), max_size=6
)
DEATH = st.one_of(st.none(), st.integers(1, 700))
UNTIL = st.one_of(st.none(), st.integers(1, 900))

Day = datetime.date


def after(days: int) -> Day:
    return FIRST + datetime.timedelta(days=days)


def year_length(year: int) -> int:
    return (Day(year + 1, 1, 1) - Day(year, 1, 1)).days


@given(st.lists(st.tuples(PERSON, DEATH, UNTIL), min_size=1, max_size=4))
def test_shares_of_years_are_days_counted_one_by_one(
    people: list[tuple[list[tuple[int, str | None, float]], int | None, int | None]],
) -> None:
    horizon = after(1000)
    rows, expected = [], {}
    for number, (spells, death, until) in enumerate(people):
        died = after(death) if death is not None else None
        last = after(until) if until is not None else horizon
        day, used = FIRST, False
        for length, state, share in spells:
            close = day + datetime.timedelta(days=length)
            if state is not None:
                told = (number, day, close - datetime.timedelta(days=1), state, share, died, last)
                rows.append(told)
                used |= day <= last and (died is None or day < died)
            while day < close:
                if state in STATES[:2] and day <= min(last, horizon) and (died is None or day < died):
                    key = (number, state, day.year)
                    expected[key] = expected.get(key, 0.0) + share / year_length(day.year)
                day += datetime.timedelta(days=1)
        if used and died is not None:
            while died <= horizon:
                key = (number, "avliden", died.year)
                expected[key] = expected.get(key, 0.0) + 1 / year_length(died.year)
                died += datetime.timedelta(days=1)
    columns = ["person", "from", "to", "state", "share", "died", "followed_until"]
    mapping = {"format": 1, "shape": "spells", "share_in": "share", "followed_until": horizon.isoformat()}
    followup = ut.read_participants(pd.DataFrame(rows, columns=columns), mapping=mapping)

    if not followup.quality.used:
        assert not expected
        return
    found = followup.participants
    persons = [rows[row - 1][0] for row in found.rows]
    counted = {
        (persons[person], found.states[state], found.years[period]): share
        for block in found.occupancy()
        for person, state, period, share in zip(*block.entries(), strict=True)
    }
    assert counted == pytest.approx(expected)
