"""What is read can be written and read again; and whatever is given, it is a case or it is told what is wrong."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenarios

import utanforskap as ut
from utanforskap.inputs.case import as_data
from utanforskap.inputs.files import dump
from utanforskap.inputs.text.nodes import plain
from utanforskap.inputs.text.tree import read_tree
from utanforskap.inputs.text.writing import as_yaml

CASE = Path(__file__).with_name("fall.yaml")
Data = dict[str, Any]


def data_of(path: Path) -> Data:
    root = read_tree(path).root
    assert root is not None
    data = plain(root)
    assert isinstance(data, dict)
    return data


# dump → load


@pytest.mark.parametrize("file", [CASE, *ut.bundled().values()], ids=lambda file: file.parent.name)
def test_a_scenario_file_is_dumped_and_loaded(file: Path, here: Path) -> None:
    case = ut.load(file)
    assert ut.from_data(as_data(case.scenario)) == case
    (here / "dumpad.yaml").write_text(dump(case), encoding="utf-8")
    again = ut.load("dumpad.yaml")
    assert again == case
    assert dump(again) == dump(case)


@given(scenarios())
def test_any_scenario_is_dumped_and_loaded(tmp_path_factory: pytest.TempPathFactory, data: Data) -> None:
    case = ut.from_data(data)
    assert ut.from_data(as_data(case.scenario)).scenario == case.scenario
    path = tmp_path_factory.getbasetemp() / "dumpad.yaml"
    path.write_text(dump(case), encoding="utf-8")
    assert ut.load(path).scenario == case.scenario


def test_numbers_and_texts_are_dumped_as_people_write_them() -> None:
    data = {"a": 1500.0, "b": 1.5, "c": 1.125, "d": 0.125, "e": 1e22}
    data |= {"f": "12,5 %", "g": "null", "h": "Två ord", "i": "2014"}
    assert as_yaml(data) == (
        'a: 1500\nb: 1.5\nc: 1.1250\nd: 0.125\ne: 1e+22\nf: "12,5 %"\ng: "null"\nh: Två ord\ni: "2014"\n'
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=8)


@given(st.dictionaries(KEYS, VALUES, min_size=1))
def test_whatever_is_dumped_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: Data) -> None:
    path = tmp_path_factory.getbasetemp() / "dumpad.yaml"
    path.write_text(as_yaml(data), encoding="utf-8", newline="")
    assert data_of(path) == data


# Whatever is given


JUNK: list[Any] = [
    None, True, False, 0, 1, -1, 1.5, -0.25, 1e308, 10**30, "", "x", "rest", "all", "12,5 %", "5 Mkr", "1,500",
    "6 mån", "kr/år", "kommun", "kommun.x.y", "2014", "nan", "\x00", "å" * 300, [], {}, [1, 2], [[]], {"value": "x"},
    {"x": {}}, {"by_age": {}}, {"by_year": []}, {"by_age": {"0-200": 1}}, {"price": "x"}, {"model": "stages"},
]  # fmt: skip
NAMES = ["x", "title", "note", "a.b", "value", "0"]


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def holder(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data


@st.composite
def mutated(draw: st.DrawFn, whole: Data) -> Data:
    """A scenario with some of its parts removed, replaced or renamed."""
    data = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(data))))
        inside, last = holder(data, path), path[-1]
        match draw(st.sampled_from(["remove", "replace", "replace", "rename", "double"])):
            case "remove":
                del inside[last]
            case "replace":
                inside[last] = copy.deepcopy(draw(st.sampled_from(JUNK)))
            case "rename" if isinstance(inside, dict):
                inside[draw(st.sampled_from([*NAMES, f"{last}x"]))] = inside.pop(last)
            case "double" if isinstance(inside, dict):
                inside[f"{last}2"] = copy.deepcopy(inside[last])
        if not data:
            break
    return data


def is_case_or_told(read: Callable[[], ut.Case]) -> None:
    try:
        found: object = read()
    except (ut.InputError, ut.UnknownNameError) as error:
        found = error
    assert isinstance(found, ut.Case) or str(found)


@given(st.data())
def test_a_spoilt_scenario_is_a_case_or_told_what_is_wrong(drawn: st.DataObject) -> None:
    data = drawn.draw(mutated(data_of(CASE)))
    is_case_or_told(lambda: ut.from_data(data))


@given(st.data())
def test_any_spoilt_scenario_is_a_case_or_told_what_is_wrong(drawn: st.DataObject) -> None:
    data = drawn.draw(mutated(drawn.draw(scenarios())))
    is_case_or_told(lambda: ut.from_data(data))


@given(st.data())
def test_a_spoilt_file_is_a_case_or_told_what_is_wrong(
    tmp_path_factory: pytest.TempPathFactory, drawn: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "spolierad.yaml"
    lines = CASE.read_text(encoding="utf-8").splitlines()
    for _ in range(drawn.draw(st.integers(1, 3))):
        at = drawn.draw(st.integers(0, len(lines) - 1))
        column = drawn.draw(st.integers(0, len(lines[at])))
        typed = drawn.draw(st.sampled_from(["", " ", ",", "x", "{", "]", ": ", "'", "-1", "\t", "#"]))
        lines[at] = lines[at][:column] + typed + lines[at][column + drawn.draw(st.integers(0, 4)) :]
    path.write_text("\n".join(lines), encoding="utf-8")
    is_case_or_told(lambda: ut.load(path))
