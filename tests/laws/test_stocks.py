"""Those who are there when the horizon begins go on as a cohort that came before it."""

from typing import Any

import numpy as np
import pytest
from laws.cases import one_state
from strategies import Data

import utanforskap as ut
from utanforskap.engine.occupancy import Occupancy

YEARS, BEFORE = 8, 3


def case(pathway: Data, group: Data, *, first_year: int, years: int) -> Data:
    """Return persons on a pathway through ``a``, which costs a hundred kronor a year each, and ``b``, without cost."""
    data = one_state(years=years, kind="service", payer="region")
    data["horizon"]["first_year"] = first_year
    data["states"] |= {"b": {"title": "B"}, "dod": {"title": "Döda"}}
    data["pathways"] = {"bana": pathway}
    data["groups"] = {"alla": {"title": "Alla", "pathways": {"bana": 1}, "already": True, **group}}
    return data


def occupancy(data: Data) -> Occupancy:
    return ut.run(ut.from_data(data)).readable.run().occupancy


def stock(pathway: Data, persons: float, *, state: str = "a", duration: int = BEFORE, **group: Any) -> Data:
    said = {"persons": persons, "pathway": "bana", "state": state, "duration": duration}
    if "age" in group:
        said["age"] = group["age"]
    everybody = {"persons": 0, "initial_stock": {"forr": said}, **group}
    return case(pathway, everybody, first_year=2014, years=YEARS)


def of_cohort(pathway: Data, persons: float, **group: Any) -> np.ndarray:
    """Return a cohort's occupancy from 2014 on that came three years before [shape (year, state)]."""
    found = occupancy(case(pathway, {"persons": persons, **group}, first_year=2014 - BEFORE, years=YEARS + BEFORE))
    return found.persons[0, BEFORE:, :, 0]


STAGES = {"model": "stages", "stages": [{"state": "a", "years": 4.5}, {"state": "b"}]}
UNTIL = {"model": "stages", "stages": [{"state": "a", "until_age": 30}, {"state": "b"}]}


@pytest.mark.parametrize(("pathway", "group", "aged"), [(STAGES, {}, {}), (UNTIL, {"age": 26}, {"age": 23})])
def test_stages_go_on_where_they_were(pathway: Data, group: Data, aged: Data) -> None:
    ours = occupancy(stock(pathway, 10, **group)).persons[0, ..., 0]
    np.testing.assert_allclose(ours, of_cohort(pathway, 10, **aged), atol=1e-12)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({"distribution": "exponential", "mean": 4}, np.exp(-BEFORE / 4)),
        ({"distribution": "weibull", "mean": 1, "shape": 1}, np.exp(-BEFORE)),
        ({"distribution": "fixed", "mean": 5}, 1.0),
        ({"distribution": "lognormal", "median": BEFORE, "shape": 0.7}, 0.5),
    ],
)
def test_those_who_have_not_left_yet_leave_as_the_rest_of_their_cohort(said: Data, left: float) -> None:
    """The share left after three years by each family's survival function, from its textbook."""
    pathway = {"model": "duration", "leaves": "a", "reaches": "b", **said}
    ours = occupancy(stock(pathway, 10 * left)).persons[0, :, 0, 0]
    np.testing.assert_allclose(ours, of_cohort(pathway, 10)[:, 0], atol=1e-9)


def test_those_who_have_left_stay_where_they_came() -> None:
    pathway = {"model": "duration", "leaves": "a", "reaches": "b", "distribution": "exponential", "mean": 4}
    np.testing.assert_array_equal(occupancy(stock(pathway, 10, state="b")).persons[0, :, 1, 0], 10.0)


def test_a_chain_starts_from_the_state_with_the_years_that_have_passed() -> None:
    row = {"b": [0.9, 0.8, 0.7, 0.25], "a": "rest"}
    pathway = {"model": "markov", "initial": {"a": 1}, "transitions": {"a": row}, "counted": "start"}
    ours = occupancy(stock(pathway, 10)).persons[0, :, 0, 0]
    np.testing.assert_allclose(ours, 10 * 0.75 ** np.arange(YEARS), rtol=1e-12)


def test_those_there_already_leave_for_good_from_the_horizon_on() -> None:
    found = occupancy(stock(STAGES, 10, exits={"dod": 0.2}))
    np.testing.assert_allclose(found.persons[0, :, 2, 0], 10 * (1 - 0.8 ** np.arange(YEARS)), rtol=1e-12)
    np.testing.assert_allclose(found.persons[0].sum(axis=1), 10.0, rtol=1e-12)


def test_nobody_there_already_enters_the_state_that_they_are_in() -> None:
    data = stock(STAGES, 10)
    found = occupancy(data)
    assert not np.any(found.entries[0, :, 0])
    assert float(found.entries[0, :, 1].sum()) == pytest.approx(10.0)


def test_by_year_since_entry_goes_on_counting() -> None:
    """A quantity of 1, 2, 3, 4 visits a year at 100 kr: those in their fourth year use four, then none in ``b``."""
    data = stock(STAGES, 10)
    data["states"]["a"]["flows"]["post"]["quantity"] = [1, 2, 3, 4, 5]
    yearly = ut.run(ut.from_data(data)).table(measure="ledger", perspective="region", discount="none").iloc[-1]
    assert yearly.iloc[:3].tolist() == pytest.approx([4000.0, 2500.0, 0.0])


def test_on_a_reference_they_start_anew_there() -> None:
    data = stock(STAGES, 10, reference="bana")
    data["groups"]["alla"]["reference"] = "annan"
    data["pathways"]["annan"] = {"model": "stages", "stages": [{"state": "b"}]}
    result = ut.run(ut.from_data(data))
    cost = result.table(measure="cost_of_exclusion", perspective="society", discount="none").iloc[-1]
    assert cost.iloc[:3].tolist() == pytest.approx([1000.0, 500.0, 0.0])
