"""The glossary is the naming law: every name stands in it, and its labels are those that readers see."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

import utanforskap as ut
from utanforskap.analysis.tabulate import COLUMN_KEYS, ROW_KEYS
from utanforskap.inputs.facts.discounting import shipped_profiles
from utanforskap.inputs.facts.indices import shipped_indices
from utanforskap.inputs.followup.mapping import SHAPES, DataMapping
from utanforskap.inputs.followup.words import words
from utanforskap.inputs.parts.pathways import Curve, Duration, Markov, RelativeRisk, Stage, Stages
from utanforskap.inputs.parts.programmes import BASIS_UNITS, Programme
from utanforskap.inputs.values.estimates import GRADES
from utanforskap.inputs.values.units import Unit

TOP = Path(__file__).parents[2]
GLOSSARY = TOP / "docs" / "glossary.md"
WORDS = tomllib.loads((TOP / "src" / "utanforskap" / "data" / "terms.toml").read_text(encoding="utf-8"))
COLUMNS = ("name in code", "svenska", "english", "meaning", "unit")

# The headings whose tables carry the labels of a section of the shipped words. The sections that are not here hold
# headings and phrases around figures.
LABELLED = {
    "Actors": "actors",
    "Answers": "answers",
    "Categories": "categories",
    "Evidence": "evidence",
    "Figures of a simulation": "simulation",
    "Groups of estimates": "estimate_groups",
    "Kinds": "kinds",
    "Kronor": "kronor",
    "Measures": "measures",
    "Metrics": "metrics",
    "Named scenarios": "named_scenarios",
    "Perspectives": "perspectives",
    "Quadrants": "quadrants",
    "Roles": "roles",
    "Settings": "settings",
    "Timings": "timings",
}
ONLY_AROUND_FIGURES = {"columns", "funders", "grades", "sensitivity", "sentences", "words"}


class Row(NamedTuple):
    """One row of a table: its names in code, and its other cells."""

    names: tuple[str, ...]
    svenska: str
    english: str
    meaning: str
    unit: str


def tables() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    heading, header = "", False
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip("`")
        if not line.startswith("|"):
            header = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not header:
            assert tuple(cells) == COLUMNS, f"{heading}: {cells}"
            header = True
        elif set(line) - set("|-"):
            names, *others = cells
            found.setdefault(heading, []).append(Row(tuple(re.findall(r"`([^`]+)`", names)), *others))
    return found


TABLES = tables()


def names_under(*headings: str) -> list[str]:
    return [name for heading in headings for row in TABLES[heading] for name in row.names]


def public_methods(of: type) -> set[str]:
    return {f"{of.__name__}.{name}" for name in vars(of) if not name.startswith("_")} - {
        f"{of.__name__}.{name}" for name in of.__annotations__
    }


def fields(*models: type) -> set[str]:
    return {name for model in models for name in model.model_fields} - {"title", "note"}  # type: ignore[attr-defined]


def test_every_cell_is_filled() -> None:
    empty = [(heading, row.names) for heading, rows in TABLES.items() for row in rows if not all(row)]

    assert empty == []


def test_no_name_stands_twice_under_a_heading() -> None:
    twice = [
        (heading, row.names)
        for heading, rows in TABLES.items()
        for row in rows
        if [other.names for other in rows].count(row.names) > 1
    ]

    assert twice == []


@pytest.mark.parametrize(("heading", "section"), LABELLED.items())
def test_labels_are_those_that_readers_see(heading: str, section: str) -> None:
    said = {row.names[-1]: (row.svenska, row.english) for row in TABLES[heading]}
    shown = {id_: (words["sv"], words["en"]) for id_, words in WORDS[section].items()}

    assert said == shown


def test_every_section_of_words_is_accounted_for() -> None:
    assert set(WORDS) == {*LABELLED.values(), *ONLY_AROUND_FIGURES}


def test_labels_of_discount_profiles_are_those_that_readers_see() -> None:
    said = {row.names[-1]: (row.svenska, row.english) for row in TABLES["Discount profiles"]}
    shown = {id_: (profile.title["sv"], profile.title["en"]) for id_, profile in shipped_profiles().items()}

    assert said == shown


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Public names", set(ut.__all__)),
        ("Pictures", set(ut.plot.__all__)),
        ("Written files", set(ut.write.__all__)),
        ("Fields of a reading", set(ut.Reading.model_fields)),
        ("stages", fields(Stages, Stage)),
        ("duration", fields(Duration)),
        ("curve", fields(Curve)),
        ("markov", fields(Markov, RelativeRisk)),
        ("Bases of a programme cost", set(BASIS_UNITS)),
        ("Grades", set(GRADES)),
        ("Units", {unit.value for unit in Unit}),
        ("Indices", set(shipped_indices())),
        ("Shapes", set(SHAPES)),
        ("Fields of a mapping", fields(DataMapping)),
        ("Rows and columns of a table", {*ROW_KEYS, *COLUMN_KEYS}),
    ],
)
def test_every_name_has_its_row_and_every_row_its_name(heading: str, names: Iterable[str]) -> None:
    assert sorted(names_under(heading)) == sorted(names)


def test_labels_of_designs_are_those_that_readers_see() -> None:
    said = {row.names[-1]: (row.svenska, row.english) for row in TABLES["Designs"]}
    shown = {id_: (design["sv"], design["en"]) for id_, design in words()["designs"].items()}

    assert said == shown
    assert {row.names[0] for row in TABLES["Designs"]} <= set(ut.followup.__all__)


def test_every_name_of_follow_up_has_its_row() -> None:
    assert set(ut.followup.__all__) <= set(names_under("Follow-up", "Designs"))


def test_every_pathway_model_has_a_table() -> None:
    models = [get_args(model.model_fields["model"].annotation)[0] for model in (Stages, Duration, Curve, Markov)]

    assert [heading for heading in TABLES if heading in models] == models


def test_every_method_of_a_result_or_comparison_has_its_row() -> None:
    said = {name for name in names_under("What a result answers", "Metrics") if "." in name}

    assert said == public_methods(ut.Result) | public_methods(ut.Comparison)


def test_every_method_of_a_simulation_has_its_row() -> None:
    assert set(names_under("What a simulation answers")) == public_methods(ut.Simulation)


def test_every_factor_of_the_effect_is_a_field_of_a_programme() -> None:
    not_factors = {"title", "note", "reaches", "starts", "leads_to", "costs", "budget", "method"}

    assert set(names_under("Factors of the effect")) == set(Programme.model_fields) - not_factors


def test_the_workbook_s_sheets_are_called_what_they_say() -> None:
    said = {row.names[-1]: (row.svenska, row.english) for row in TABLES["Workbook"]}
    text = (TOP / "src" / "utanforskap" / "data" / "workbook.toml").read_text(encoding="utf-8")
    shown = {id_: (sheet["sv"], sheet["en"]) for id_, sheet in tomllib.loads(text)["sheets"].items()}

    assert said == shown
