"""The JSON schema: what the reader reads validates, other structures do not, and editors are told what is what."""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from strategies import scenarios

import utanforskap as ut
from utanforskap.inputs.library import library
from utanforskap.inputs.schema import json_schema
from utanforskap.inputs.text.nodes import plain
from utanforskap.inputs.text.tree import read_text_tree, read_tree

CASE = Path(__file__).with_name("fall.yaml")
Data = dict[str, Any]


@cache
def validator() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def data_of(path: Path) -> Data:
    root = read_tree(path).root
    assert root is not None
    data = plain(root)
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("file", [CASE, *ut.bundled().values()], ids=lambda file: file.parent.name)
def test_a_scenario_file_validates(file: Path) -> None:
    assert [error.message for error in validator().iter_errors(data_of(file))] == []


@given(scenarios())
def test_whatever_the_reader_reads_validates(data: Data) -> None:
    text = copy.deepcopy(data)
    for pathway in text["pathways"].values():
        if pathway["model"] == "curve":
            pathway["shares"] = {str(year): share for year, share in pathway["shares"].items()}
    for said in (text["discounting"], text["outcomes"]["halsa"].get("discounting", {})):
        if "rates" in said:
            said["rates"] = {str(year): rate for year, rate in said["rates"].items()}
    assert [error.message for error in validator().iter_errors(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "extends: fall.yaml",
        "extends: fall.yaml\nid: annat\ngroups: {unga: {persons: 7, home: null}}\nalternatives: null",
        "extends: fall.yaml\nstates: {utanfor: {flows: {vard: {amount: {value: 3}}, dagar: null}}}",
        "extends: fall.yaml\npathways: {tid: {median: null, mean: 2}, kedja: {relative_risk: {value: 1.1}}}",
        "extends: fall.yaml\npathways: {ny: {model: curve, target: a, otherwise: b, shares: {0: 1}, counts: start}}",
    ],
)
def test_a_file_that_extends_another_says_only_what_differs(text: str) -> None:
    assert [error.message for error in validator().iter_errors(data_from(text))] == []


@pytest.mark.parametrize("section", ["states", "pathways"])
def test_an_entry_of_the_library_is_used_by_name(section: str) -> None:
    data = data_of(CASE)
    ready = plain(library())
    assert isinstance(ready, dict)
    for name in ready[section]:  # type: ignore[call-overload, index, union-attr]
        data[section][f"eget-{name}"] = {"use": name, "title": "Eget"}
    assert [error.message for error in validator().iter_errors(data)] == []
    data[section]["annat"] = {"use": 1}
    assert list(validator().iter_errors(data))


def data_from(text: str) -> Any:
    root = read_text_tree(text, "fall.yaml").root
    assert root is not None
    return plain(root)


def say(*path: str | int, value: Any) -> Callable[[Data], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


def remove(*path: str | int) -> Callable[[Data], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


FLOW = ("states", "utanfor", "flows", "vard")


@pytest.mark.parametrize(
    "change",
    [
        *(
            remove(key)
            for key in ("format", "id", "title", "horizon", "money", "discounting", "states", "pathways", "groups")
        ),
        say("format", value=2),
        say("states", value={}),
        say("states", value=[]),
        say("alternativ", value={}),
        say("horizon", "years", value=0),
        say("horizon", "years", value=10_000),
        say("horizon", "years", value="tjugo"),
        say("horizon", "year", value=20),
        say("states", "a.b", value={"title": "x"}),
        say("states", "två ord", value={"title": "x"}),
        say("states", "_x", value={"title": "x"}),
        say("actors", "trelleborg", value={"title": "x"}),
        remove("states", "utanfor", "title"),
        remove("states", "utanfor", "title", "sv"),
        say(*FLOW, "quantitty", value=1),
        remove(*FLOW, "quantity"),
        say(*FLOW, "kind", value="tjänst"),
        say(*FLOW, "amount", value=38000),
        remove(*FLOW, "amount", "unit"),
        say(*FLOW, "amount", "unit", value="kr/manad"),
        say(*FLOW, "amount", "value", value=-1),
        say(*FLOW, "quantity", value=-1),
        say(*FLOW, "quantity", value="många"),
        say(*FLOW, "quantity", value=[]),
        say(*FLOW, "quantity", value={"by_age": {"unga": 1}}),
        say(*FLOW, "realisable", value=1.5),
        say(*FLOW, "taxable", value="ja"),
        say("pathways", "steg", "model", value="steg"),
        remove("pathways", "steg", "model"),
        say("pathways", "steg", "leaves", value="utanfor"),
        say("pathways", "tid", "stages", value=[]),
        say("pathways", "kurva", "mean", value=1),
        say("pathways", "kedja", "shares", value={"0": 1}),
        say("pathways", "kurva", "shares", value={"x": 1}),
        say("pathways", "steg", "stages", 0, "year", value=1),
        remove("pathways", "steg", "stages", 1, "state"),
        remove("pathways", "kedja", "counted"),
        say("groups", "unga", "persons", value=-5),
        say("groups", "unga", "age", value=20.5),
        say("groups", "unga", "pathways", value={"kvar": "resten"}),
        say("groups", "unga", "home", value="kommun.trelleborg"),
        say("programmes", "stod", "evidence", value="rtc"),
        say("programmes", "stod", "reaches", "persons", value="alla"),
        say("programmes", "stod", "reaches", "cohorts", value="alla"),
        say("programmes", "stod", "reaches", "cohorts", value=[]),
        say("programmes", "stod", "costs", "drift", "basis", value="per_år"),
        say("alternatives", "stod", "programmes", value="stod"),
        say("alternatives", "bada", "set", value={"groups.unga.persons": "många"}),
        say("outcomes", "halsa", "weights", value={}),
        say("discounting", "rates", value={"sen": 0.02}),
        say("money", "real_growth", value={"kpif": 0.02}),
        say("money", "index_growth", value={"kpif": 0.02}),
        say("published", "kostnad", "between", value=[1]),
        say("published", "kostnad", "reading", "perspektiv", value="see"),
        say("sources", "boken", value="Boken"),
        say("sources", "boken", "note", value=1),
    ],
)
def test_a_file_of_another_structure_fails(change: Callable[[Data], None]) -> None:
    data = data_of(CASE)
    change(data)
    assert list(validator().iter_errors(data))
    with pytest.raises(ut.InputError):
        ut.from_data(data)


@pytest.mark.parametrize("data", [[], "skola", 1, None, [{"format": 1}]])
def test_what_is_no_mapping_fails(data: object) -> None:
    assert list(validator().iter_errors(data))


@pytest.mark.parametrize(
    "text",
    [
        "extends: 1",
        "extends: fall.yaml\nhorizon: {year: 20}",
        "extends: fall.yaml\ngroups: {unga: {persons: -1}}",
        "extends: fall.yaml\npathways: {steg: {stages: [{years: 1}]}}",
    ],
)
def test_a_file_that_extends_another_is_held_to_the_same(text: str) -> None:
    assert list(validator().iter_errors(data_from(text)))


def test_editors_are_told_what_each_key_is() -> None:
    defs = json_schema()["$defs"]
    assert defs["Work"]["description"] == (
        "Work: production, wage, employer contributions and income tax follow from it."
    )
    assert defs["Work"]["properties"]["hours_share"]["description"] == "Hours worked as a share of full time."
    assert defs["Group"]["properties"]["note"]["description"] == "Free text; drives nothing."
    told = {
        f"{name}.{key}": "description" in part
        for name, schema in defs.items()
        if not name.endswith("Part")
        for option in [schema, *schema.get("anyOf", [])]
        for key, part in option.get("properties", {}).items()
    }
    assert [key for key, is_told in told.items() if not is_told] == []
