"""`use:` takes a ready part in, its own keys are laid over it, and what cannot be used is said once."""

from pathlib import Path
from typing import Any

import pytest

import utanforskap as ut
from utanforskap.inputs.values.estimates import ByAge, ByYear, Quantity

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
    "pathways": {"kvar": {"use": "uvas_kvar"}},
    "groups": {"unga": {"title": "Unga", "persons": 100, "age": 20, "pathways": {"kvar": 1}}},
}
SHORTEST = """\
format: 1
id: ung-utanfor
title: Ung och utanför
horizon: {first_year: 2027, years: 20}
money: {price_year: 2025}
discounting: {profile: see}
prices: [sverige@2026.1]
taxes:
  employer_contributions: {price: skatt.arbetsgivaravgift}
  income_tax: {kommun: 20 %, region: 11 %, staten: -10 %}
  retention: {kommun: 10 %, region: 10 %, after_years: 2}
pathways: {kvar: {use: uvas_kvar}, arbete: {use: i_arbete}}
groups: {unga: {title: Unga, persons: 100, age: 20, pathways: {kvar: 1}, reference: arbete}}
"""


def case(**parts: Any) -> ut.Case:
    return ut.from_data(FRAME | parts)


def quantity(case: ut.Case, flow: str, state: str = "uvas") -> Any:
    return case.scenario.states[state].flows[flow].quantity


def test_a_scenario_of_library_parts_only_is_under_fifteen_lines_and_runs(tmp_path: Path) -> None:
    file = tmp_path / "ung.yaml"
    file.write_text(SHORTEST, encoding="utf-8")

    table = ut.run(ut.load(file)).cost_of_exclusion(rows="actor", columns="year")

    assert len(SHORTEST.splitlines()) < 15
    assert {"Kommun", "Produktionsvärde"} <= set(table.index)
    assert table.loc["Summa"].iloc[0] > 0


def test_a_used_pathway_brings_the_states_it_walks_and_the_sources_they_name() -> None:
    scenario = case().scenario

    assert set(scenario.states) == {"uvas", "bistand_langt"}
    assert {"skl-2017", "ifau-2022"} <= set(scenario.sources)
    assert "mood-2012" not in scenario.sources


def test_a_state_of_the_scenarios_own_stands_where_the_library_has_one_of_that_name() -> None:
    scenario = case(states={"uvas": {"title": "Vår egen"}}).scenario

    assert scenario.states["uvas"].title.sv == "Vår egen"
    assert not scenario.states["uvas"].flows
    assert scenario.states["bistand_langt"].flows


def test_a_source_of_the_scenarios_own_stands_where_the_library_has_one_of_that_name() -> None:
    scenario = case(sources={"ifau-2022": {"title": "Vår egen läsning", "grade": "C"}}).scenario

    assert scenario.sources["ifau-2022"].title == "Vår egen läsning"
    assert scenario.sources["skl-2017"].publisher == "SKL"


def test_a_part_may_have_another_name_than_in_the_library() -> None:
    pathway = {"model": "stages", "stages": [{"state": "utanfor"}]}

    scenario = case(states={"utanfor": {"use": "uvas"}}, pathways={"kvar": pathway}).scenario

    assert set(scenario.states) == {"utanfor"}


def test_a_part_is_overridden_line_by_line() -> None:
    flows = {
        "forsorjningsstod": {"price": "kommun.forsorjningsstod_norm_ensam", "quantity": "4 mån"},
        "jobbgaranti": None,
        "laro": {"price": "region.laro_patientar", "quantity": 0.02},
    }

    changed = case(states={"uvas": {"use": "uvas", "title": "Ung hos oss", "flows": flows}})
    state, ready = changed.scenario.states["uvas"], case().scenario.states["uvas"]

    assert state.title.sv == "Ung hos oss"
    assert set(state.flows) == set(ready.flows) - {"jobbgaranti"} | {"laro"}
    assert state.flows["forsorjningsstod"].price == "kommun.forsorjningsstod_norm_ensam"
    assert quantity(changed, "forsorjningsstod").value == 4
    assert state.flows["psykiatri"] == ready.flows["psykiatri"]


@pytest.mark.parametrize("said", [{"value": 2}, 2])
def test_a_number_stated_anew_keeps_nothing_that_was_said_of_the_old_one(said: object) -> None:
    own = {"use": "bistand_langt", "flows": {"slutenvard": {"quantity": said}}}

    stated = quantity(case(states={"bistand_langt": own}), "slutenvard", "bistand_langt")

    assert isinstance(stated, Quantity)
    assert (stated.value, stated.low, stated.high, stated.source) == (2, None, None, "antagande")


def test_a_number_may_be_stated_in_another_form() -> None:
    own = {"use": "nyanland_utan_arbete", "flows": {"sfi": {"quantity": {"value": 0.5}}}}
    single = case(states={"nyanland_utan_arbete": own}, pathways={"kvar": {"use": "nyanland_2015"}})
    listed = case(states={"uvas": {"use": "uvas", "flows": {"psykiatri": {"quantity": {"by_year": [0.3, 0.1]}}}}})
    by_age = case(states={"uvas": {"use": "uvas", "flows": {"psykiatri": {"quantity": {"by_age": {"0+": 0.3}}}}}})

    assert isinstance(quantity(single, "sfi", "nyanland_utan_arbete"), Quantity)
    assert isinstance(quantity(listed, "psykiatri"), ByYear)
    assert isinstance(quantity(by_age, "psykiatri"), ByAge)


def test_a_table_by_age_is_overridden_band_by_band() -> None:
    row = {"arbete_lagavlonat": {"by_age": {"19-28": 0.1}}}
    own = {"use": "aktivitetsersattning_vidare", "transitions": {"aktivitetsersattning": row}}

    pathway = case(pathways={"kvar": own}).scenario.pathways["kvar"]
    table = pathway.transitions["aktivitetsersattning"]["arbete_lagavlonat"].by_age  # type: ignore[union-attr]

    assert table["19-28"].value == 0.1
    assert (table["29+"].value, table["29+"].source) == (0.05, "dagens-arena-2017")


def test_an_amount_keeps_its_unit_when_its_value_is_stated_anew() -> None:
    own = {"use": "hemloshet", "flows": {"tillfalligt_boende": {"amount": {"value": 950}}}}
    pathway = {"model": "stages", "stages": [{"state": "hemloshet"}]}

    scenario = case(states={"hemloshet": own}, pathways={"kvar": pathway}).scenario
    amount = scenario.states["hemloshet"].flows["tillfalligt_boende"].amount

    assert amount is not None
    assert (amount.value, amount.low, amount.unit, amount.price_year) == (950, None, "kr/dygn", 2020)


def test_a_child_overrides_and_removes_lines_of_what_its_parent_uses(tmp_path: Path) -> None:
    child = tmp_path / "barn.yaml"
    child.write_text(
        "extends: typfall-ung-uvas\n"
        "states: {uvas: {flows: {psykiatri: {quantity: 0.4}, jobbgaranti: null}}}\n"
        "groups: {unga: {persons: 40}}\n",
        encoding="utf-8",
    )

    parent, whole = ut.load("typfall-ung-uvas"), ut.load(child)

    assert quantity(whole, "psykiatri").value == 0.4
    assert set(whole.scenario.states["uvas"].flows) == set(parent.scenario.states["uvas"].flows) - {"jobbgaranti"}
    assert ut.run(whole).cost_of_exclusion().to_numpy().sum() < ut.run(parent).cost_of_exclusion().to_numpy().sum()


def test_a_child_may_use_another_ready_part(tmp_path: Path) -> None:
    child = tmp_path / "barn.yaml"
    child.write_text("extends: typfall-ung-uvas\npathways: {uvas_kvar: {use: bistand_varaktigt}}\n", encoding="utf-8")

    whole = ut.load(child).scenario

    assert "bistand_kort" in whole.states
    assert "mood-2012" in whole.sources


def refused(**parts: Any) -> list[ut.Finding]:
    with pytest.raises(ut.InputError) as error:
        case(**parts)
    return list(error.value.findings)


def test_an_unknown_name_is_said_once_with_the_nearest_and_all_there_are() -> None:
    found = refused(pathways={"kvar": {"use": "uvas_kvarr"}})

    assert [finding.path for finding in found] == ["pathways.kvar.use"]
    assert found[0].message == "'uvas_kvarr' is not one of the library's pathways. Did you mean 'uvas_kvar'?"
    assert found[0].help[0].startswith("The library's pathways: aktivitetsersattning_vidare, bistand_varaktigt, ")


@pytest.mark.parametrize("said", [3, ["uvas"], {"state": "uvas"}, True, None])
def test_what_is_no_name_is_said_once(said: object) -> None:
    found = refused(states={"uvas": {"use": said, "title": "Utanför"}})

    assert [finding.path for finding in found] == ["states.uvas.use"]
    assert found[0].code == "unknown-use"


def test_removing_a_line_that_the_ready_part_does_not_have_is_said() -> None:
    found = refused(states={"uvas": {"use": "uvas", "flows": {"psykatri": None}}})

    assert [finding.path for finding in found] == ["states.uvas.flows.psykatri"]
    assert "Did you mean 'psykiatri'?" in found[0].message


def test_every_thing_wrong_is_said_at_once() -> None:
    flows = {"psykiatri": {"quantity": -1}, "jobbgaranti": {"quantity": "3 dygn"}}

    found = refused(states={"uvas": {"use": "uvas", "flows": flows}, "annan": {"use": "uvaz"}})

    assert {finding.path for finding in found} == {
        "states.uvas.flows.psykiatri.quantity",
        "states.uvas.flows.jobbgaranti.quantity",
        "states.annan.use",
    }


def test_use_belongs_to_states_and_pathways() -> None:
    found = refused(groups={"unga": {"use": "unga", "title": "Unga", "persons": 1, "age": 20, "pathways": {"kvar": 1}}})

    assert "groups.unga.use" in {finding.path for finding in found}
