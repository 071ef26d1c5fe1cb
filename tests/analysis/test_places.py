"""Many places that differ in how many come each year, in one run."""

import pickle
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from laws.cases import two_states
from strategies import Data

import utanforskap as ut
from utanforskap.analysis.population.places import TOGETHER, places

FIRST, YEARS = 2014, 6
COHORTS = range(FIRST, FIRST + 4)
READING = ut.Reading(measure="net_gain", alternative="insats", perspective="region")


def kommun() -> Data:
    """Return a place with an inflow over four years, an uncertain success and uncertain costs."""
    data = two_states(years=YEARS, cost=500.0, lag=1)
    data["groups"]["alla"]["inflow"] = {"until": COHORTS[-1]}
    programme = data["programmes"]["insats"]
    programme["reaches"]["cohorts"] = "all"
    programme["success"] = {"value": 0.4, "low": 0.2, "high": 0.7}
    programme["costs"]["drift"] |= {"covers_all_cohorts": True}
    data["states"]["a"]["flows"]["post"]["amount"] |= {"low": 700, "high": 1500, "index": "inkomstindex"}
    data["money"]["real_growth"] = {"inkomstindex": 0.02}
    return data


def persons(place: int, year: int) -> int:
    return 10 * place + (year - FIRST) * (place % 3) + 1


def table(folder: Path, count: int) -> Path:
    path = folder / "infloden.csv"
    rows = [f"k{place};{year};{persons(place, year)}" for place in range(count) for year in COHORTS]
    path.write_text("\n".join(["place;year;persons", *rows]), encoding="utf-8")
    return path


def alone(place: int) -> ut.Result:
    data = kommun()
    stated = {str(year): persons(place, year) for year in COHORTS[1:]}
    data["groups"]["alla"] |= {"persons": persons(place, FIRST)}
    data["groups"]["alla"]["inflow"]["persons"] = stated
    return ut.run(ut.from_data(data))


def found(folder: Path, count: int = 3, **how: Any) -> Any:
    return ut.run(ut.from_data(kommun())).population().places(table(folder, count), READING, **how)


def test_each_place_is_what_it_is_alone(tmp_path: Path) -> None:
    """The same seed draws the same estimates, so that the draws of a place are those of its own simulation."""
    told = found(tmp_path, n=500, by_year=True)
    for place in range(3):
        result = alone(place)
        row = told.table().loc[f"k{place}"]
        assert row["Punkt"] == pytest.approx(result.read(READING), rel=1e-9)
        own = result.simulate(READING, n=500, keep=True).draws()
        assert row["Medel"] == pytest.approx(float(np.mean(own)), rel=1e-9)
        assert row["P(> 0)"] == pytest.approx(float(np.mean(own > 0)))
    assert told.by_year().sum(axis=1).tolist() == pytest.approx(told.table()["Medel"].tolist(), rel=1e-9)
    assert told.table(year=FIRST + 1).loc["k2", "Medel"] == pytest.approx(told.by_year().loc["k2", FIRST + 1])


class Backwards(Executor):
    """Carries each task out when it is asked for, as another process would: by what is pickled."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        carried, given = pickle.loads(pickle.dumps((fn, args)))
        future.set_result(carried(*given, **kwargs))
        return future


def test_whatever_carries_the_work_out_the_figures_are_the_same_to_the_last_bit(tmp_path: Path) -> None:
    threads = found(tmp_path, n=9_000)
    elsewhere = found(tmp_path, n=9_000, executor=Backwards())
    pd.testing.assert_frame_equal(threads.table(), elsewhere.table(), rtol=0.0, atol=0.0)


def test_processes_carry_it_out(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1) as pool:
        ours = found(tmp_path, n=5_000, executor=pool).table()
    pd.testing.assert_frame_equal(ours, found(tmp_path, n=5_000).table(), rtol=0.0, atol=0.0)


def test_more_places_than_are_worked_on_together_and_their_order(tmp_path: Path) -> None:
    told = found(tmp_path, count=TOGETHER + 2, n=50).table()
    assert list(told.index) == [f"k{place}" for place in range(TOGETHER + 2)]
    assert told.loc[f"k{TOGETHER + 1}", "Punkt"] == pytest.approx(alone(TOGETHER + 1).read(READING), rel=1e-9)


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    found(tmp_path, n=5_000, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (5_000, 5_000)


def test_unless_stated_each_alternative_is_read_for_public_actors(tmp_path: Path) -> None:
    told = places(ut.from_data(kommun()), table(tmp_path, 1), n=10)
    assert [(each.perspective, each.alternative) for each in told.readings.values()] == [("public", "insats")]


def test_a_year_that_was_not_asked_for(tmp_path: Path) -> None:
    told = found(tmp_path, n=10)
    with pytest.raises(ut.QuestionError) as raised:
        told.by_year()
    assert str(raised.value) == "No year was asked for.\nAsk with by_year=True."
    with pytest.raises(ut.UnknownNameError) as unknown:
        found(tmp_path, n=10, by_year=True).table(year=2030)
    assert str(unknown.value).startswith("'2030' is not a year that was asked for (by_year=True).")
    with pytest.raises(ut.UnknownNameError):
        told.table("annan")


def change(**group: Any) -> Data:
    data = kommun()
    data["groups"]["alla"] |= group
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            change(initial_stock={"forr": {"persons": 5, "pathway": "bana", "state": "a", "age": 40, "duration": 2}}),
            "'alla' has an initial stock, and the table does not say how it is spread over places.\n"
            "Leave it out (initial_stock: null): new cohorts only are then reckoned with.",
        ),
        (
            kommun() | {"programmes": {"insats": {**kommun()["programmes"]["insats"], "reaches": {
                "group": "alla", "pathway": "bana", "persons": 2, "cohorts": "all"}}}},
            "'insats' reaches a stated number of persons, whatever place it is in.\n"
            "Let it reach all on a pathway, whose share says how many: persons: all.",
        ),
        (
            kommun() | {"groups": {**kommun()["groups"], "en": {"title": "En", "persons": 3, "age": 30,
                                                                "pathways": {"bana": 1}, "reference": "annan"}}},
            "Nobody comes anew to 'en' every year, and the table does not say how it is spread over places.\n"
            "Let it have an inflow, or leave it out.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_follow_how_many_come_is_refused(data: Data, said: str, tmp_path: Path) -> None:
    with pytest.raises(ut.QuestionError) as raised:
        places(ut.from_data(data), table(tmp_path, 1), n=10)
    assert str(raised.value) == said


# --- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "place;year\nk0;2014",
            "infloden.csv:1:1\n  The column 'persons' is missing.\n  Columns: place, group, year, persons",
        ),
        (
            "place;year;person\nk0;2014;3",
            "infloden.csv:1:1\n  The column 'persons' is missing.\n  Columns: place, group, year, persons\n"
            "infloden.csv:1:3\n  'person' is not a column. Did you mean 'persons'?\n"
            "  Columns: place, group, year, persons, note",
        ),
        ("place;year;persons", "infloden.csv:1:1\n  The table has no rows."),
        (
            "place;year;persons\nk0;2014;-3",
            "infloden.csv:2:3\n  -3 cannot be a number of persons: it must be at least 0.",
        ),
        ("place;year;persons\nk0;2014;tre", "infloden.csv:2:3\n  'tre' is not a number of persons."),
        (
            "place;year;persons\nk0;2020;3",
            "infloden.csv:2:2\n  '2020' is not a year of the inflow of 'alla'.\n  Years: 2014–2017",
        ),
        ("place;year;persons\n;2014;3", "infloden.csv:2:1\n  The row says no place."),
        (
            "place;group;year;persons\nk0;ala;2014;3",
            "infloden.csv:2:2\n  'ala' is not a group with an inflow. Did you mean 'alla'?\n  Groups: alla",
        ),
        (
            "place;year;persons\nk0;2014;3\nk0;2014;4",
            "infloden.csv:3:2\n  'k0' has 'alla' in 2014 twice.",
        ),
        (
            "place;year;persons\nk0;2014;3\nk0;2016;4",
            "infloden.csv:1:1\n  'k0' does not say how many come to 'alla' in 2015, 2017.\n"
            "  State every year of the inflow; nobody is written 0.",
        ),
    ],
)
def test_a_table_that_cannot_be_used(text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("infloden.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ut.InputError) as raised:
        places(ut.from_data(kommun()), "infloden.csv", n=10)
    assert str(raised.value) == said


def test_a_table_needs_somebody_to_tell_of(tmp_path: Path) -> None:
    data = kommun()
    del data["groups"]["alla"]["inflow"]
    with pytest.raises(ut.InputError) as raised:
        places(ut.from_data(data), table(tmp_path, 1), n=10)
    assert str(raised.value) == (
        "  No group of 'enkel' has an inflow, so the table has nobody to tell of.\n"
        "  Let a group have one: inflow: {until: 2043}."
    )
