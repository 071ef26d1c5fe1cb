"""A scenario cannot be changed: not its parts, not the mappings and tuples in them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from pydantic import BaseModel, ValidationError
from strategies import scenarios

import utanforskap as ut

CASE = Path(__file__).with_name("fall.yaml")
Data = dict[str, object]


def parts(value: object) -> Iterator[object]:
    """Everything that can be reached from a part."""
    yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from parts(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from parts(inner)


def try_to_change(part: object) -> None:
    match part:
        case BaseModel():
            for name in type(part).model_fields:
                with pytest.raises(ValidationError):
                    setattr(part, name, None)
                with pytest.raises(ValidationError):
                    delattr(part, name)
            with pytest.raises(ValidationError):
                part.another = 1  # type: ignore[attr-defined]
        case Mapping():
            with pytest.raises(TypeError):
                part["ny"] = 1  # type: ignore[index]
            for change in ("clear", "popitem", "update", "setdefault", "pop"):
                with pytest.raises((AttributeError, TypeError)):
                    getattr(part, change)()
        case _:
            assert isinstance(part, str | int | float | tuple | None), type(part)


def test_no_part_of_a_scenario_can_be_changed() -> None:
    case = ut.load(CASE)
    for part in parts(case.scenario):
        try_to_change(part)


@given(scenarios())
def test_no_part_of_any_scenario_can_be_changed(data: Data) -> None:
    for part in parts(ut.from_data(data).scenario):
        try_to_change(part)


def test_neither_can_the_case_nor_what_is_attached_to_it() -> None:
    case = ut.load(CASE)
    for name in ("scenario", "prices", "price_lists", "places"):
        with pytest.raises(AttributeError):
            setattr(case, name, None)
    for attached in (case.prices, case.price_lists, case.places, case.actors, case.estimates):
        try_to_change(attached)
    for price in case.prices.values():
        try_to_change(price)
        try_to_change(price.values)


def test_what_was_given_may_change_afterwards() -> None:
    weights = {"arbete": 1.0}
    data = {
        "format": 1, "id": "x", "title": "X", "horizon": {"first_year": 2014, "years": 2},
        "money": {"price_year": 2013}, "discounting": {"profile": "see"}, "states": {"arbete": {"title": "Arbete"}},
        "pathways": {"kvar": {"model": "stages", "stages": [{"state": "arbete"}]}},
        "groups": {"alla": {"title": "Alla", "persons": 1, "pathways": {"kvar": 1}}},
        "outcomes": {"halsa": {"title": "Hälsa", "weights": weights}},
    }  # fmt: skip
    case = ut.from_data(data)
    weights["arbete"] = 0.0
    assert case.scenario.outcomes["halsa"].weights["arbete"].value == 1.0


def test_a_change_is_a_validated_copy() -> None:
    scenario = ut.load(CASE).scenario
    horizon = scenario.horizon.change(years=5)
    assert (horizon.years, scenario.horizon.years) == (5, 10)
    with pytest.raises(ValidationError):
        scenario.horizon.change(years=0)
    with pytest.raises(ValidationError):
        scenario.horizon.change(year=5)
