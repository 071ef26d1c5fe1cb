"""The shipped library, typical cases, epidemiology and effects: every number says where it comes from, and all run."""

import csv
import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import utanforskap as ut
from utanforskap.analysis.results import Result
from utanforskap.engine.ledger import difference
from utanforskap.inputs.case import walk
from utanforskap.inputs.library import library
from utanforskap.inputs.parts.pathways import Curve, Markov
from utanforskap.inputs.parts.states import Flow
from utanforskap.inputs.text.nodes import Tree, plain
from utanforskap.inputs.text.tree import read_tree
from utanforskap.inputs.values.estimates import ASSUMPTION, CALIBRATION, GRADES, ByYear, Estimate, Money, Quantity

TOP = Path(__file__).parents[2]
DATA = TOP / "src" / "utanforskap" / "data"
LIBRARY: dict[str, dict[str, Any]] = plain(library())  # type: ignore[assignment]
PARTS = [(section, id_) for section in ("states", "pathways") for id_ in LIBRARY[section]]
TYPICAL = sorted(name for name in ut.bundled() if name.startswith("typfall-"))
REQUIRED = (
    "arbete_heltid", "arbete_deltid", "lonebidrag", "nystartsjobb", "arbetslos_akassa", "program_aktivitetsstod",
    "bistand_kort", "bistand_langt", "sjukpenning", "aktivitetsersattning", "sjukersattning", "etablering",
    "studier_csn", "uvas", "missbruk_institution", "anstalt", "frivard", "hemloshet",
)  # fmt: skip
FRAME: dict[str, Any] = {
    "format": 1,
    "id": "prov",
    "title": "Prov",
    "horizon": {"first_year": 2027, "years": 12},
    "money": {"price_year": 2025},
    "discounting": {"profile": "see"},
    "prices": ["sverige@2026.1"],
    "taxes": {
        "employer_contributions": {"price": "skatt.arbetsgivaravgift"},
        "income_tax": {"kommun": 0.2, "region": 0.1, "staten": -0.1},
        "retention": {"kommun": 0.1, "region": 0.1, "after_years": 2},
    },
}


def framed(pathway: object, **states: object) -> ut.Case:
    group = {"title": "Grupp", "persons": 100, "age": 20, "pathways": {"bana": 1}}
    return ut.from_data(FRAME | {"states": states, "pathways": {"bana": pathway}, "groups": {"grupp": group}})


@cache
def loaded(name: str) -> ut.Case:
    return ut.load(name)


@cache
def ran(name: str) -> Result:
    return ut.run(loaded(name))


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unexplained(case: ut.Case) -> Iterator[str]:
    """Yield the numbers that neither name a source nor say why they were assumed."""
    notes = {path: part.note for path, part in walk(case.scenario, "") if isinstance(part, Flow)}
    for path, part in walk(case.scenario, ""):
        if not isinstance(part, Estimate | ByYear) or part.source != ASSUMPTION:
            continue
        flow = next((notes[above] for above in notes if path.startswith(f"{above}.")), None)
        if not part.note and not (flow and isinstance(part, Quantity | ByYear)):
            yield path


def in_both(title: object) -> bool:
    return isinstance(title, dict) and all(isinstance(title.get(lang), str) and title[lang] for lang in ("sv", "en"))


# The library


def test_the_library_has_the_states_that_were_asked_for() -> None:
    assert set(REQUIRED) <= set(LIBRARY["states"])


@pytest.mark.parametrize("id_", LIBRARY["states"])
def test_a_ready_state_costs_something_in_a_scenario_of_its_own(id_: str) -> None:
    result = ut.run(framed({"model": "stages", "stages": [{"state": id_}]}, **{id_: {"use": id_}}))

    assert abs(result.table(perspective="society").to_numpy()).sum() > 0


@pytest.mark.parametrize("id_", LIBRARY["pathways"])
def test_a_ready_pathway_is_walked_in_a_scenario_of_its_own(id_: str) -> None:
    persons = ut.run(framed({"use": id_})).occupancy()

    assert persons.sum().to_numpy() == pytest.approx(100)


@pytest.mark.parametrize(("section", "id_"), PARTS)
def test_a_ready_part_has_a_swedish_ascii_id_and_a_title_in_both_languages(section: str, id_: str) -> None:
    said = LIBRARY[section][id_]
    in_place = [flow for flow in said.get("flows", {}).values() if "amount" in flow]

    assert re.fullmatch("[a-z0-9_]+", id_)
    assert in_both(said["title"])
    assert all(in_both(flow["title"]) for flow in in_place)


@pytest.mark.parametrize("id_", LIBRARY["states"])
def test_a_ready_state_says_where_its_numbers_come_from(id_: str) -> None:
    case = framed({"model": "stages", "stages": [{"state": id_}]}, **{id_: {"use": id_}})
    ours = [name for name in unexplained(case) if name.startswith("states.")]
    vague = [
        path
        for path, part in walk(case.scenario.states[id_], id_)
        if isinstance(part, Quantity) and part.low is None and part.source == ASSUMPTION
        and not re.search("definition|en gång|ett ärende|ett läkarbesök|en lagföring", part.note or "")
    ]  # fmt: skip

    assert not ours
    assert not vague


@pytest.mark.parametrize("id_", LIBRARY["states"])
def test_a_ready_state_leaves_taxes_to_the_scenario(id_: str) -> None:
    state = framed({"model": "stages", "stages": [{"state": id_}]}, **{id_: {"use": id_}}).scenario.states[id_]

    assert state.income_tax is None
    assert not any(flow.kind in ("tax", "wage", "production") for flow in state.flows.values())


@pytest.mark.parametrize("id_", LIBRARY["pathways"])
def test_a_ready_pathway_says_where_its_numbers_come_from(id_: str) -> None:
    assert not [name for name in unexplained(framed({"use": id_})) if name.startswith("pathways.")]


def sources_named(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, inner in part.items():
            if key == "source":
                yield inner
            else:
                yield from sources_named(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from sources_named(inner)


def test_the_librarys_sources_are_graded_addressed_and_all_used() -> None:
    named = set(sources_named(LIBRARY["states"])) | set(sources_named(LIBRARY["pathways"]))

    assert named - {ASSUMPTION} == set(LIBRARY["sources"])
    assert CALIBRATION not in named
    for source in LIBRARY["sources"].values():
        assert source["grade"] in GRADES
        assert source["url"].startswith("https://")
        assert source["publisher"]
        assert source["year"]


def test_a_number_from_a_source_is_never_better_than_its_source() -> None:
    for id_ in LIBRARY["states"] | LIBRARY["pathways"]:
        states = {id_: {"use": id_}} if id_ in LIBRARY["states"] else {}
        pathway = {"model": "stages", "stages": [{"state": id_}]} if states else {"use": id_}
        scenario = framed(pathway, **states).scenario
        for _, part in walk(scenario, ""):
            if isinstance(part, Estimate | ByYear) and part.source in scenario.sources and part.grade is not None:
                assert part.grade >= (scenario.sources[part.source].grade or "A")


# The typical cases


def raw(name: str) -> dict[str, Any]:
    tree: Tree = read_tree(TOP / "scenarios" / name / "scenario.yaml")
    assert tree.root is not None
    said: dict[str, Any] = plain(tree.root)  # type: ignore[assignment]
    return said


def readme(name: str) -> str:
    return (TOP / "scenarios" / name / "README.md").read_text(encoding="utf-8")


def test_there_are_typical_cases() -> None:
    assert len(TYPICAL) >= 6


@pytest.mark.parametrize("name", TYPICAL)
def test_a_typical_case_is_pinned_compared_with_something_and_says_what_it_uses(name: str) -> None:
    said, scenario = raw(name), loaded(name).scenario

    assert scenario.id == name
    assert scenario.prices == ("sverige@2026.1",)
    assert in_both(said["title"])
    assert in_both(said["summary"])
    assert all(group.reference for group in scenario.groups.values())
    for section in ("states", "pathways"):
        # Said outright, so that a child can change them line by line.
        assert set(said[section]) == set(getattr(scenario, section))
        assert all(LIBRARY[section][part["use"]] for part in said[section].values())


@pytest.mark.parametrize("name", TYPICAL)
def test_a_typical_case_says_where_its_numbers_come_from(name: str) -> None:
    case = loaded(name)

    assert not list(unexplained(case))
    assert all(source.grade and source.url for source in case.scenario.sources.values())
    assert not [finding for finding in ut.check_scenario(case) if finding.severity == "error"]
    codes = {finding.code for finding in ut.check_scenario(case)}
    told = {"counted-twice", "effect-elsewhere"} if name == "typfall-nyanland" else set()
    told.add("part-year-tax")
    assert codes - told <= {"no-source", "grade-d", "old-price", "mean-elsewhere"}


@pytest.mark.parametrize("name", TYPICAL)
def test_every_alternative_of_a_typical_case_changes_something(name: str) -> None:
    readable = ran(name).readable

    assert readable.case.scenario.alternatives
    for id_ in readable.case.scenario.alternatives:
        assert np.any(difference(readable.run().ledger, readable.run(id_).ledger).amounts)


@pytest.mark.parametrize("name", TYPICAL)
def test_a_readme_tells_of_every_part_and_source(name: str) -> None:
    scenario, text = loaded(name).scenario, readme(name)
    sections = ("states", "pathways", "groups", "programmes")
    parts = [f"{section}.{id_}" for section in sections for id_ in getattr(scenario, section)]
    used = {part.source for _, part in walk(scenario, "") if isinstance(part, Estimate | ByYear)} - {ASSUMPTION}
    sources = [scenario.sources[id_] for id_ in sorted(used)]
    in_place = [part for _, part in walk(scenario, "") if isinstance(part, Money) and part.source == ASSUMPTION]

    assert [part for part in parts if f"`{part}`" not in text] == []
    assert [id_ for id_ in scenario.alternatives if f"`{id_}`" not in text] == []
    for source in sources:
        names = [re.split(r" via | \(|,", name)[0] for name in (source.author, source.publisher) if name]
        assert any(re.search(rf"{re.escape(name)}\s[^|.]*{source.year}", text) for name in names), names
    for word in ("`taxes`", "realiserbart", "4 % diskontering", "2025 års priser", "## Begränsningar"):
        assert word in text
    assert ("inget pris" in text or "inga priser" in text or "inte tryckt" in text) == bool(in_place)


@pytest.mark.parametrize("name", TYPICAL)
def test_a_readmes_headline_is_what_the_case_gives(name: str) -> None:
    result, text = ran(name), readme(name)
    asked: dict[str, dict[str, str]] = {
        r"socioekonomiskt \(`see`\)": {},
        "– varav offentliga aktörer": {"part": "public"},
        r"samhällsekonomiskt \(`society`\)": {"perspective": "society"},
        r"offentliga finanser, med skatter \(`public`\)": {"perspective": "public"},
    }
    for label, reading in asked.items():
        printed = re.search(rf"^\| {label} \| ([0-9 ]+) \|$", text, re.MULTILINE)
        assert printed is not None, label
        whole = float(printed[1].replace(" ", ""))
        value = result.cost_per_person_year(**reading)
        assert value is not None
        # The person's taxes may come to be computed otherwise; nothing else may differ by more than the rounding.
        slack = 0.03 * whole if reading.get("perspective") == "public" else 0.5001
        assert value / 1000 == pytest.approx(whole, abs=slack), label


@pytest.mark.parametrize("name", TYPICAL)
def test_a_readmes_gains_are_what_the_alternatives_give(name: str) -> None:
    result, text = ran(name), readme(name)
    for id_ in loaded(name).scenario.alternatives:
        row = re.search(rf"^\| `{id_}`.*$", text, re.MULTILINE)
        assert row is not None, id_
        cells = re.findall(r"\| (−?[0-9,]+)(?: Mkr)? (?=\|)", row[0])
        for cell, perspective in zip(cells, ("society", "public", "kommun"), strict=True):
            gain = result.compare(id_).net_present_value(perspective=perspective) / 1e6
            slack = 0.0501 if perspective == "society" else 0.25 + 0.03 * abs(gain)
            assert gain == pytest.approx(float(cell.replace("−", "-").replace(",", ".")), abs=slack), (id_, perspective)


# Epidemiology


EPIDEMIOLOGY = table("epidemiology.csv")
UNITS = {"andel", "kvot", "år", "mån", "dag"}


def epidemiology(id_: str) -> dict[int, float]:
    return {int(row["year"]): float(row["value"]) for row in EPIDEMIOLOGY if row["id"] == id_}


@pytest.mark.parametrize("row", EPIDEMIOLOGY, ids=lambda row: f"{row['id']}-{row['year']}")
def test_a_share_says_what_it_is_and_where_it_comes_from(row: dict[str, str]) -> None:
    ends = [float(row[end]) for end in ("low", "value", "high") if row[end]]

    assert re.fullmatch("[a-z0-9_]+", row["id"])
    assert row["label_sv"]
    assert row["label_en"]
    assert row["unit"] in UNITS
    assert row["grade"] in GRADES
    assert row["source"]
    assert row["source_url"] or row["source"].startswith(f"{ASSUMPTION}: ")
    assert row["grade"] == "D" or not row["source"].startswith(ASSUMPTION)
    assert ends == sorted(ends)
    assert len(ends) in (1, 3)
    assert row["unit"] != "andel" or 0 <= ends[0] <= ends[-1] <= 1
    years = range(0, 61) if row["year_is"] == "år sedan mottagandet" else range(1990, 2027)
    assert int(row["year"]) in years


def test_a_year_stands_once_and_a_figure_has_one_unit_and_one_kind_of_year() -> None:
    keys = [(row["id"], row["year"]) for row in EPIDEMIOLOGY]
    heads = {(row["id"], row["unit"], row["year_is"], row["label_sv"], row["label_en"]) for row in EPIDEMIOLOGY}

    assert len(set(keys)) == len(keys)
    assert len(heads) == len({id_ for id_, _ in keys})


@pytest.mark.parametrize(("pathway", "figure"), [("nyanland_2008", "flykt_2008"), ("nyanland_2015", "flykt_2015")])
def test_the_establishment_curves_are_those_of_the_table(pathway: str, figure: str) -> None:
    curve = framed({"use": pathway}).scenario.pathways["bana"]

    assert isinstance(curve, Curve)
    assert {year: curve.shares[str(year)].value for year in epidemiology(figure)} == epidemiology(figure)


def test_the_later_points_of_the_curve_of_2008_are_those_of_the_table() -> None:
    curve = framed({"use": "nyanland_2008"}).scenario.pathways["bana"]

    assert isinstance(curve, Curve)
    assert curve.shares["10"].value == epidemiology("flykt_1997")[10]
    assert curve.shares["20"].value == epidemiology("flykt_20_ar")[20]


def test_those_who_stay_on_social_assistance_are_as_many_as_the_source_says() -> None:
    pathway = framed({"use": "bistand_varaktigt"}).scenario.pathways["bana"]
    assert isinstance(pathway, Markov)
    staying = pathway.transitions["bistand_langt"]["bistand_langt"]
    assert isinstance(staying, ByYear)

    first = staying.by_year[:4]
    assert np.prod(first) == pytest.approx(epidemiology("bistand_kvar_femte_aret")[2007], abs=0.002)
    assert np.mean(first) == pytest.approx(epidemiology("bistand_kvar_arlig")[2007], abs=0.002)
    assert np.diff(staying.by_year) == pytest.approx(epidemiology("bistand_varaktighetsberoende")[2007])
    assert pathway.transitions["bistand_kort"]["bistand_langt"] == staying.change(
        note=getattr(pathway.transitions["bistand_kort"]["bistand_langt"], "note", None)
    )


# Effects


EFFECTS = table("effects.csv")
POPULATIONS = {row["id"]: row for row in table("effects_populations.csv")}
EVIDENCE = ("before_after", "matched_control", "quasi_experiment", "rct")


@pytest.mark.parametrize("row", EFFECTS, ids=lambda row: row["id"])
def test_an_effect_says_what_was_measured_on_whom_and_what_it_may_be_used_for(row: dict[str, str]) -> None:
    assert re.fullmatch("[a-z0-9_]+", row["id"])
    assert row["population"] in POPULATIONS
    assert all(row[f"{column}_{lang}"] for column in ("programme", "outcome") for lang in ("sv", "en"))
    assert row["source"]
    assert row["source_url"]
    assert row["country"] in ("SE", "NO", "DK")
    assert row["grade"] in ("B", "C", "D")
    if row["usable"] == "ja":
        ends = [float(row[end]) for end in ("low", "value", "high") if row[end]]
        assert row["unit"] == "andel"
        assert row["applies_to"] in ("success", "deadweight", "displacement")
        assert 0 <= ends[0] <= ends[-1] <= 1
        assert ends == sorted(ends)
        assert not row["why_sv"]
        assert not row["why_en"]
    else:
        assert row["usable"] == "nej"
        assert not row["applies_to"]
        assert row["why_sv"]
        assert row["why_en"]
    if row["applies_to"] == "success":
        assert row["evidence"] in EVIDENCE
        assert row["success_measures"] in ("net", "observed")
    else:
        assert row["evidence"] in (*EVIDENCE, "")
        assert not row["success_measures"]


def test_every_effect_stands_once_and_every_population_is_used() -> None:
    assert len({row["id"] for row in EFFECTS}) == len(EFFECTS)
    assert {row["population"] for row in EFFECTS} == set(POPULATIONS)
    assert all(row["label_sv"] and row["label_en"] for row in POPULATIONS.values())


@pytest.mark.parametrize("name", TYPICAL)
def test_a_measured_success_of_a_typical_case_is_one_of_the_table(name: str) -> None:
    measured = {(float(row["value"]), row["evidence"]) for row in EFFECTS if row["applies_to"] == "success"}

    for programme in loaded(name).scenario.programmes.values():
        assert programme.evidence == "assumed" or (programme.success.value, programme.evidence) in measured


# Built from the raw tables


@pytest.mark.parametrize("name", ["epidemiology", "effects"])
def test_a_table_is_what_its_script_builds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TOP)
    script = importlib.import_module(f"scripts.build_{name}")
    written: dict[str, list[dict[str, str]]] = {}
    kept: Callable[..., None] = lambda path, _columns, rows: written.update({path.name: rows})  # noqa: E731
    monkeypatch.setattr(script, "write", kept)
    monkeypatch.setattr(script, "write_manifest", lambda: None)

    script.main()

    assert written == {f"{name}.csv": table(f"{name}.csv")}


@pytest.mark.parametrize("name", ["epidemiology.csv", "effects.csv", "effects_populations.csv"])
def test_a_table_has_a_row_in_the_manifest(name: str) -> None:
    rows = {row["table"]: row["rows"] for row in table("MANIFEST.csv")}

    assert rows[name] == str(len(table(name)))


def test_a_note_never_holds_a_path_of_somebodys_machine() -> None:
    files = [*DATA.glob("library/*.yaml"), *DATA.glob("e*.csv"), *(TOP / "scenarios").glob("typfall-*/*")]

    assert not [file for file in files if re.search(r"/(home|work|tmp|Users)/", file.read_text(encoding="utf-8"))]
