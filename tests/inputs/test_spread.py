"""What a file says of how far a number may be from its value, in every kind of estimate and every way."""

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import utanforskap as ut
from utanforskap.inputs.files import dump
from utanforskap.inputs.schema import json_schema
from utanforskap.inputs.text.nodes import plain
from utanforskap.inputs.text.tree import read_tree
from utanforskap.inputs.values.distributions import Beta, Distribution, Gamma, Lognormal, TwoPiece, Uniform

PERSONS = "groups.unga.persons"
TIME = "pathways.tid.median"
SUCCESS = "programmes.stod.success"
CARE = "states.utanfor.flows.vard.amount"
MONTHS = "states.utanfor.flows.bistand.quantity"


@pytest.fixture
def changed(fall: str, here: Path) -> Callable[..., ut.Case]:
    """Load the case with some of its lines replaced."""

    def load(*changes: tuple[str, str]) -> ut.Case:
        text = fall
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (here / "fall.yaml").write_text(text, encoding="utf-8")
        return ut.load("fall.yaml")

    return load


def with_number(name: str, stated: str) -> tuple[str, str]:
    return {
        PERSONS: ("persons: 100", f"persons: {stated}"),
        TIME: ("median: 18 mån", f"median: {stated}"),
        SUCCESS: ("success: {value: 0.25, source: boken}", f"success: {stated}"),
        CARE: ("amount: {value: 38000, unit: kr/år, price_year: 2013, low: 15000, high: 70000}", f"amount: {stated}"),
        MONTHS: ('quantity: "6,5 mån"', f"quantity: {stated}"),
    }[name]


# The expected parameters are each family's own arithmetic on the numbers in the text.
@pytest.mark.parametrize(
    ("name", "stated", "expected"),
    [
        (PERSONS, "{value: 100, family: gamma, mean: 100, sd: 20}", Gamma(25.0, 4.0)),
        (PERSONS, "{value: 100, family: gamma, shape: 25, scale: 4 personer}", Gamma(25.0, 4.0)),
        (PERSONS, '{value: "1 000", family: uniform, minimum: 900, maximum: "1 100"}', Uniform(900.0, 1100.0)),
        (TIME, "{value: 18 mån, family: gamma, mean: 18 mån, sd: 6 mån}", Gamma(9.0, 1.5 / 9.0)),
        (TIME, '{value: 1.5, family: gamma, mean: "1,5 år", sd: 6 mån}', Gamma(9.0, 1.5 / 9.0)),
        (TIME, "{value: 1, family: lognormal, mu: 0, sigma: 0.5}", Lognormal(0.0, 0.5)),
        (SUCCESS, "{value: 25 %, family: beta, successes: 10, trials: 40}", Beta(10.0, 30.0)),
        (SUCCESS, "{value: 0.25, family: beta, alpha: 10, beta: 30}", Beta(10.0, 30.0)),
        (SUCCESS, '{value: 0.5, family: beta, mean: 50 %, sd: "10 %"}', Beta(12.0, 12.0)),
        (
            CARE,
            "{value: 38 tkr, unit: kr/år, price_year: 2013, family: uniform, minimum: 30 tkr, maximum: 46000 kr/år}",
            Uniform(30_000.0, 46_000.0),
        ),
        (MONTHS, "{value: 6 mån, family: gamma, mean: 6 mån, sd: 3}", Gamma(4.0, 1.5)),
    ],
)
def test_a_family_is_stated_in_the_estimates_own_unit(
    changed: Callable[..., ut.Case], name: str, stated: str, expected: Distribution
) -> None:
    found = changed(with_number(name, stated)).estimates[name].distribution()
    assert type(found) is type(expected)
    for field in expected.__dataclass_fields__:
        assert getattr(found, field) == pytest.approx(getattr(expected, field), rel=1e-12)


def test_low_and_high_alone_are_met_with_the_value_as_median(changed: Callable[..., ut.Case]) -> None:
    found = changed(with_number(TIME, "{value: 18 mån, low: 12 mån, high: 30 mån}")).estimates[TIME].distribution()
    assert isinstance(found, TwoPiece)
    assert found.quantile([0.05, 0.5, 0.95]) == pytest.approx([1.0, 1.5, 2.5], rel=1e-12)


@pytest.mark.parametrize("stated", ["100", "{value: 100, note: Alla}"])
def test_a_number_of_which_nothing_more_is_said_is_certain(changed: Callable[..., ut.Case], stated: str) -> None:
    assert changed(with_number(PERSONS, stated)).estimates[PERSONS].distribution() is None


def test_what_an_alternative_sets_is_spread_in_the_estimates_own_unit(changed: Callable[..., ut.Case]) -> None:
    case = changed(
        (
            "set: {groups.unga.persons: 120}",
            "set: {pathways.tid.median: {value: 24 mån, family: lognormal, mu: 3.2, sigma: 0.1}, "
            "states.utanfor.flows.bistand.quantity: {value: 6 mån, low: 4 mån, high: 8 mån}, "
            "programmes.stod.success: {value: 30 %, low: 20 %, high: 45 %}}",
        )
    )
    settings = case.scenario.alternatives["bada"].set
    time, months, share = settings[TIME], settings[MONTHS], settings[SUCCESS]
    assert time.value == 2.0
    found = time.distribution(bounds=case.estimates[TIME].bounds)
    assert isinstance(found, Lognormal)
    assert found.median == pytest.approx(math.exp(3.2) / 12.0, rel=1e-12)  # months, of which a year has twelve
    assert (months.low, months.value, months.high) == (4.0, 6.0, 8.0)
    assert share.distribution(bounds=case.estimates[SUCCESS].bounds) == TwoPiece.through(
        low=0.2, value=0.3, high=0.45, bounds=(0.0, 1.0)
    )


def test_a_price_of_the_list_is_spread_as_its_list_says(changed: Callable[..., ut.Case]) -> None:
    case = changed()
    listed = case.prices["af.program_kopt"]
    at = listed.values[listed.year_for(2013)]
    found = case.estimates["prices.af.program_kopt"].distribution()
    assert found is not None
    assert found.quantile([0.05, 0.5, 0.95]) == pytest.approx([at.low, at.value, at.high], rel=1e-9)


# Shares from one sample.


def test_counted_shares_are_their_parts_of_the_sum_with_the_source_of_the_counts(
    changed: Callable[..., ut.Case],
) -> None:
    case = changed(
        ("reference: {kurva: 0.5, kedja: 0.5}", "reference: {counts: {kurva: 30, kedja: 90}, source: boken}")
    )
    names = ("groups.unga.reference.kurva", "groups.unga.reference.kedja")
    assert [case.estimates[name].value for name in names] == [0.25, 0.75]
    assert {case.estimates[name].source for name in names} == {"boken"}


def test_shares_of_a_sample_are_as_stated_with_its_source_or_their_own(changed: Callable[..., ut.Case]) -> None:
    said = "{shares: {kurva: 25 %, steg: {value: 0.25, source: kalibrering}, kedja: rest}, sample: 80, source: boken}"
    case = changed(("reference: {kurva: 0.5, kedja: 0.5}", f"reference: {said}"))
    kurva, steg = (case.estimates[f"groups.unga.reference.{id_}"] for id_ in ("kurva", "steg"))
    assert (kurva.value, kurva.source) == (0.25, "boken")
    assert (steg.value, steg.source) == (0.25, "kalibrering")
    assert "groups.unga.reference.kedja" not in case.estimates


EVERYWHERE = (
    ('pathways: {kvar: 0.4, steg: "12,5 %", tid: rest}', "pathways: {counts: {kvar: 40, steg: 12, tid: 48}}"),
    ("reference: {kurva: 0.5, kedja: 0.5}", "reference: {shares: {kurva: 0.5, kedja: rest}, sample: 40, note: Få}"),
    ("initial: {utanfor: 1}", "initial: {counts: {utanfor: 90, arbete: 10}, source: boken}"),
    (
        "arbete: {utanfor: {by_age: {18-24: 0.2, 25+: 0.1}}, arbete: rest}",
        "arbete: {counts: {utanfor: 15, arbete: 85}, source: boken}",
    ),
    ("funding: finsam", "funding: {shares: {kommun.trelleborg: 0.4, af: rest}, sample: 20}"),
    ("persons: 100", "persons: {value: 100, family: gamma, mean: 100, sd: 10, source: boken}"),
    (
        "outcomes:",
        "correlations: {lika: {of: [groups.unga.persons, " + CARE + "], value: 0.5, source: boken}}\noutcomes:",
    ),
)


def test_all_that_can_be_said_is_dumped_and_loaded(changed: Callable[..., ut.Case]) -> None:
    case = changed(*EVERYWHERE)
    Path("dumpad.yaml").write_text(dump(case), encoding="utf-8")
    again = ut.load("dumpad.yaml")
    assert again.scenario == case.scenario
    assert again.estimates == case.estimates


def test_the_json_schema_knows_all_that_can_be_said(changed: Callable[..., ut.Case]) -> None:
    changed(*EVERYWHERE)
    root = read_tree(Path("fall.yaml")).root
    assert root is not None
    assert [error.message for error in Draft202012Validator(json_schema()).iter_errors(plain(root))] == []


def test_shares_from_one_sample_give_the_same_point_results_as_plain_ones(changed: Callable[..., ut.Case]) -> None:
    plain = (
        (EVERYWHERE[0][0], "pathways: {kvar: 0.4, steg: 0.12, tid: 0.48}"),
        (EVERYWHERE[2][0], "initial: {utanfor: 0.9, arbete: 0.1}"),
        (EVERYWHERE[3][0], "arbete: {utanfor: 0.15, arbete: 0.85}"),
        (EVERYWHERE[4][0], "funding: {kommun.trelleborg: 0.4, af: 0.6}"),
    )

    def gain(*changes: tuple[str, str]) -> float:
        return ut.run(changed(*changes)).compare("stod").net_present_value(perspective="kommun.trelleborg")

    def cost(*changes: tuple[str, str]) -> float:
        asked = ut.Reading(measure="cost_of_exclusion", perspective="public")
        return ut.run(changed(*changes)).read(asked)

    assert gain(*EVERYWHERE) == pytest.approx(gain(*plain), rel=1e-12)
    assert cost(*EVERYWHERE) == pytest.approx(cost(*plain), rel=1e-12)


def test_a_child_lays_numbers_over_its_parents_and_removes_them_with_null(
    changed: Callable[..., ut.Case], here: Path
) -> None:
    changed(("persons: 100", "persons: {value: 100, low: 80, high: 120}"))
    persons = "{family: gamma, mean: 100, sd: 10, low: null, high: null}"
    child = f"extends: fall.yaml\nid: barn\ngroups: {{unga: {{persons: {persons}}}}}\n"
    (here / "barn.yaml").write_text(child, encoding="utf-8")
    said = ut.load("barn.yaml").estimates[PERSONS]
    assert (said.low, said.family, said.value) == (None, "gamma", 100.0)
    assert isinstance(said.distribution(), Gamma)


def test_loading_a_case_that_names_no_family_imports_no_scipy() -> None:
    code = "import sys, utanforskap as ut; ut.load('arbetslos-markov'); print('scipy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
