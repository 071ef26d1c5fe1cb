"""References to the epidemiology and to measured effects become estimates; what cannot be is said where it stands."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import utanforskap as ut
from utanforskap.inputs.facts.measured import (
    curves,
    effect_of,
    effects_on,
    shares,
    shipped_effects,
    shipped_populations,
    shipped_series,
)
from utanforskap.inputs.files import dump
from utanforskap.inputs.parts.pathways import Curve
from utanforskap.inputs.parts.scenario import Source
from utanforskap.inputs.schema import json_schema
from utanforskap.inputs.text.nodes import plain
from utanforskap.inputs.text.tree import read_text_tree
from utanforskap.inputs.values.estimates import Share

DATA = Path(ut.__file__).parent / "data"
KVAR = "kvar: 0.2"
SUCCESS = "success: {value: 0.25, low: 0.1, high: 0.4}\n    evidence: assumed"
TEXT = """\
format: 1
id: fall
title: Ett fall
horizon: {first_year: 2014, years: 12}
money: {price_year: 2013}
discounting: {profile: see}
states:
  arbete: {title: I arbete}
  utanfor:
    title: Utanför
    flows:
      vard: {payer: region, kind: service, amount: {value: 9000, unit: kr/år, price_year: 2013}, quantity: 1}
pathways:
  kvar: {model: stages, stages: [{state: utanfor}]}
  kurva: {model: curve, target: arbete, otherwise: utanfor, counts: average, shares: {0: 0.1}}
  etablerad: {model: stages, stages: [{state: arbete}]}
groups:
  unga: {title: Unga, persons: 100, pathways: {kvar: 0.2, kurva: 0.1, etablerad: rest}}
programmes:
  stod:
    title: Stöd
    reaches: {group: unga, pathway: kvar, persons: all, population: arbetslosa}
    starts: 2014
    leads_to: etablerad
    success: {value: 0.25, low: 0.1, high: 0.4}
    evidence: assumed
alternatives:
  stod: {programmes: [stod]}
"""
FIRST = "epidemiology-uvas_16_24-2014"
Changes = tuple[str, str]
Refused = Callable[[str], str]


def changed(*changes: Changes, text: str = TEXT) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def read(*changes: Changes) -> ut.Case:
    Path("fall.yaml").write_text(changed(*changes), encoding="utf-8")
    return ut.load(Path("fall.yaml"))


def success(said: str) -> Changes:
    return SUCCESS, f"success: {said}"


def of(population: str) -> Changes:
    return "population: arbetslosa", f"population: {population}"


# What a reference becomes


@pytest.mark.usefixtures("here")
def test_a_share_comes_with_its_source_and_grade() -> None:
    scenario = read((KVAR, "kvar: {share: uvas_16_29, year: 2016, note: Som i landet}")).scenario

    share = scenario.groups["unga"].pathways["kvar"]
    assert isinstance(share, Share)
    assert (share.value, share.low, share.grade) == (0.095, None, "A")
    assert share.note == "Som i landet; series break 2015: Nordic commuters included"
    assert share.source == "epidemiology-uvas_16_29-2009"
    source = scenario.sources[share.source]
    assert (source.title, source.publisher, source.year) == ("UVAS-statistik (2019-2023)", "MUCF", 2023)
    assert (source.url, source.grade) == ("https://www.mucf.se/vad-ar-uvas", "A")


@pytest.mark.usefixtures("here")
def test_the_year_may_be_left_out_where_only_one_is_known() -> None:
    assert read((KVAR, "kvar: {share: uvas_langvarig}")).estimate("groups.unga.pathways.kvar").value == 0.26


@pytest.mark.usefixtures("here")
def test_what_the_table_only_assumes_stays_an_assumption() -> None:
    case = read((KVAR, "kvar: {share: behorig_yrkesprogram, year: 2013}"))

    said = case.estimate("groups.unga.pathways.kvar")
    assert (said.source, said.grade) == ("antagande", "D")
    assert said.note == "general knowledge (Skolverket); about ±0,5 pp"
    assert not case.scenario.sources


@pytest.mark.usefixtures("here")
def test_a_share_may_be_set_by_an_alternative() -> None:
    own = "stod: {set: {groups.unga.pathways.kvar: {share: uvas_16_24, year: 2014}}}"

    said = read(("stod: {programmes: [stod]}", own)).scenario.alternatives["stod"]

    assert said.set["groups.unga.pathways.kvar"].value == 0.075


@pytest.mark.usefixtures("here")
def test_a_curve_is_its_points_and_those_stated_beside_it() -> None:
    scenario = read(("shares: {0: 0.1}", "shares: {curve: flykt_2008, 0: 0.05, 10: {share: flykt_1997}}")).scenario

    curve = scenario.pathways["kurva"]
    assert isinstance(curve, Curve)
    points = {int(year): share.value for year, share in curve.shares.items()}
    assert points == {0: 0.05, 1: 0.065, 2: 0.14, 3: 0.185, 4: 0.23, 8: 0.49, 10: 0.6}
    assert curve.shares["0"].source == "antagande"
    assert curve.shares["3"].source == "epidemiology-flykt_2008-0"
    assert curve.shares["8"].source == "epidemiology-flykt_2008-4"
    assert set(scenario.sources) == {
        "epidemiology-flykt_2008-0",
        "epidemiology-flykt_2008-4",
        "epidemiology-flykt_1997-10",
    }


@pytest.mark.usefixtures("here")
def test_an_effect_says_its_range_and_how_it_is_known() -> None:
    scenario = read(success("{effect: ips_malmo, note: Små tal}"), of("svar_psykisk_sjukdom")).scenario

    programme = scenario.programmes["stod"]
    said = programme.success
    assert (said.value, said.low, said.high, said.grade, said.note) == (0.36, 0.209, 0.511, "B", "Små tal")
    assert (programme.evidence, programme.success_measures) == ("rct", "net")
    source = scenario.sources[said.source]
    assert (said.source, source.year) == ("effects-ips_malmo", 2015)
    assert source.note is not None
    assert source.note.startswith("46 % against 11 %; 95 % CI; ")


@pytest.mark.usefixtures("here")
def test_what_an_effect_says_may_be_said_again() -> None:
    own = "{effect: rusta_och_matcha}\n    evidence: rct\n    success_measures: net"

    assert read(success(own)).scenario == read(success("{effect: rusta_och_matcha}")).scenario


@pytest.mark.usefixtures("here")
def test_displacement_and_deadweight_may_be_measured() -> None:
    own = """{value: 0.25}
    evidence: before_after
    success_measures: observed
    deadweight: {effect: nystartsjobb_dodvikt, override: because det är samma jobb}
    displacement: {effect: subventionerad_anstallning_undantrangning, override: "Därför att de har stöd"}"""

    programme = read(success(own), of("arbetslosa")).scenario.programmes["stod"]

    assert (programme.deadweight.value, programme.deadweight.note) == (0.63, "because det är samma jobb")
    assert (programme.displacement.value, programme.displacement.note) == (0.65, "Därför att de har stöd")
    assert programme.evidence == "before_after"


@pytest.mark.usefixtures("here")
def test_a_source_of_the_scenarios_own_stands() -> None:
    own = ("states:\n", "sources: {effects-rusta_och_matcha: {title: Vår läsning}}\nstates:\n")

    scenario = read(success("{effect: rusta_och_matcha}"), own).scenario

    assert scenario.sources["effects-rusta_och_matcha"].title == "Vår läsning"


@pytest.mark.usefixtures("here")
def test_a_scenario_with_references_is_written_out_and_read_again_as_the_same() -> None:
    case = read(
        (KVAR, "kvar: {share: uvas_16_24, year: 2022}"),
        ("shares: {0: 0.1}", "shares: {curve: flykt_2015}"),
        success("{effect: ips_malmo, override: because de är sjuka}"),
    )
    Path("igen.yaml").write_text(dump(case), encoding="utf-8")

    again = ut.load(Path("igen.yaml"))

    assert again.scenario == case.scenario
    assert "effect:" not in dump(case)
    assert [str(found) for found in ut.check_scenario(again) if found.code == "effect-elsewhere"] == [
        "igen.yaml:132:5  programmes.stod.success\n"
        "  Insatsen 'stod' når 'Inskrivna arbetslösa', men dess success är mätt på 'Personer med svår psykisk sjukdom'"
        ": because de är sjuka."
    ]


def test_something_else_may_be_called_share() -> None:
    text = changed(("kvar: {model", "share: {model"), (KVAR, "share: rest"), ("etablerad: rest}}", "etablerad: 0.7}}"))
    data = plain(read_text_tree(text.replace("pathway: kvar", "pathway: share"), "fall.yaml").root)  # type: ignore[arg-type]

    assert "share" in ut.from_data(data).scenario.pathways  # type: ignore[arg-type]


# Files that build on one another


def child(text: str, *changes: Changes) -> ut.Case:
    Path("fall.yaml").write_text(changed(*changes), encoding="utf-8")
    Path("barn.yaml").write_text(f"extends: fall.yaml\n{text}\n", encoding="utf-8")
    return ut.load(Path("barn.yaml"))


@pytest.mark.usefixtures("here")
def test_a_childs_own_number_takes_the_place_of_its_parents_reference() -> None:
    own = "programmes: {stod: {success: {value: 0.4}, evidence: assumed}}"
    own += "\ngroups: {unga: {pathways: {kvar: {value: 0.3}}}}"

    scenario = child(
        own, success("{effect: rusta_och_matcha}"), (KVAR, "kvar: {share: uvas_16_24, year: 2022}")
    ).scenario

    programme = scenario.programmes["stod"]
    assert (programme.success.value, programme.success.source, programme.evidence) == (0.4, "antagande", "assumed")
    assert scenario.groups["unga"].pathways["kvar"] == Share(value=0.3)
    assert not scenario.sources


@pytest.mark.usefixtures("here")
def test_a_childs_reference_takes_the_place_of_its_parents_number() -> None:
    own = "programmes: {stod: {success: {effect: rusta_och_matcha}}}\npathways: {kurva: {shares: {curve: flykt_2015}}}"

    scenario = child(own, ("{0: 0.1}", "{0: 0.1, 30: 0.9}")).scenario

    programme, curve = scenario.programmes["stod"], scenario.pathways["kurva"]
    assert (programme.success.value, programme.success.low, programme.evidence) == (0, None, "rct")
    assert isinstance(curve, Curve)
    assert list(curve.shares) == ["0", "1", "2", "3", "4"]


@pytest.mark.usefixtures("here")
def test_a_childs_reference_takes_the_place_of_its_parents() -> None:
    own = "programmes: {stod: {success: {effect: rusta_och_matcha}}}\ngroups: {unga: {pathways: {kvar: {year: 2020}}}}"
    parent = success("{effect: ips_malmo, override: because så är det}")

    scenario = child(own, parent, (KVAR, "kvar: {share: uvas_16_24, year: 2022}")).scenario

    assert scenario.programmes["stod"].success.note is None
    assert scenario.groups["unga"].pathways["kvar"] == Share(value=0.062, source=FIRST, grade="A")


# What is refused


EFFECTS = (
    "Effects: valkommen_till_framtiden, ips_malmo, ies_affektiv, supported_employment_aktivitetsersattning, "
    "ips_norge, ips_danmark, ips_lindrig_danmark, jamstalld_etablering, rusta_och_matcha, arbetsmarknadsutbildning, "
    "lonebidrag"
)
YEARS = "Years: 2014, 2016, 2017, 2020, 2021, 2022"


@pytest.mark.parametrize(
    ("said", "column", "message"),
    [
        (
            "{effect: ips_malmö}",
            23,
            f"'ips_malmö' is not a measured effect. Did you mean 'ips_malmo'?\n  {EFFECTS}",
        ),
        (
            "{effect: [ips_malmo]}",
            23,
            f"'['ips_malmo']' is not a measured effect. Did you mean 'ips_malmo'?\n  {EFFECTS}",
        ),
        (
            "{effect: fler_moten}",
            23,
            "The effect 'fler_moten' cannot be used: it is a change of unemployment in the whole group, not a share of "
            f"participants.\n  {EFFECTS}",
        ),
        (
            "{effect: nystartsjobb_dodvikt}",
            23,
            "The effect 'nystartsjobb_dodvikt' is no success.\n  Write deadweight: {effect: nystartsjobb_dodvikt}.",
        ),
        (
            "{effect: ips_malmo}",
            23,
            "The effect 'ips_malmo' was measured on 'svar_psykisk_sjukdom' (Persons with severe mental illness), and "
            "the programme reaches 'arbetslosa' (Registered unemployed).\n"
            "  Say beside the effect why it holds for them too: override: because …",
        ),
        *(
            (
                f"{{effect: ips_malmo, override: {reason}}}",
                44,
                "'override' says why the effect holds for others than those it was measured on.\n"
                "  Begin it with because, or därför att.",
            )
            for reason in ("ja", "because", "'because '", "true", "becauseså")
        ),
        (
            "{effect: rusta_och_matcha, override: because så är det}",
            51,
            "The effect 'rusta_och_matcha' was measured on those whom the programme reaches: nothing is overridden.\n"
            "  Remove 'override'.",
        ),
        (
            "{effect: rusta_och_matcha, high: 0.1}",
            47,
            "'high' does not stand beside 'effect'.\n"
            "  Write 'effect' with override and note alone, or a number of your own.",
        ),
    ],
)
def test_an_effect_that_cannot_be_used_is_said_once(said: str, column: int, message: str, refused: Refused) -> None:
    assert refused(changed(success(said))) == f"fall.yaml:25:{column}  programmes.stod.success\n  {message}"


def test_an_effect_needs_to_know_whom_the_programme_reaches(refused: Refused) -> None:
    text = changed(success("{effect: rusta_och_matcha}"), (", population: arbetslosa", ""))

    assert refused(text) == (
        "fall.yaml:25:23  programmes.stod.success\n"
        "  The effect 'rusta_och_matcha' was measured on 'arbetslosa' (Registered unemployed), and the programme does "
        "not say whom it reaches.\n"
        "  Write it: reaches: {population: arbetslosa} if it is they."
    )


def test_a_population_is_one_of_the_tables(refused: Refused) -> None:
    assert refused(changed(success("{effect: rusta_och_matcha}"), of("arbetslos"))) == (
        "fall.yaml:22:69  programmes.stod.reaches.population\n"
        "  'arbetslos' is not a population. Did you mean 'arbetslosa'?\n"
        f"  Populations: {', '.join(shipped_populations())}"
    )


def test_what_an_effect_says_is_not_said_otherwise(refused: Refused) -> None:
    own = "{effect: rusta_och_matcha}\n    evidence: assumed\n    success_measures: observed"

    assert refused(changed(success(own))) == (
        "fall.yaml:26:15  programmes.stod.evidence\n"
        "  'evidence' is 'assumed' here, and 'rct' of the effect 'rusta_och_matcha'.\n"
        "  Remove it: the effect says it.\n"
        "fall.yaml:27:23  programmes.stod.success_measures\n"
        "  'success_measures' is 'observed' here, and 'net' of the effect 'rusta_och_matcha'.\n"
        "  Remove it: the effect says it."
    )


@pytest.mark.parametrize(
    ("said", "column", "message"),
    [
        (
            "{share: uvas_16_24}",
            62,
            f"'uvas_16_24' is known for several years, and none is said.\n  Add 'year'. {YEARS}",
        ),
        (
            "{share: uvas_16_24, year: 2019}",
            80,
            f"'uvas_16_24' is not known for '2019'. Did you mean 2020?\n  {YEARS}",
        ),
        ("{share: uvas_16_24, year: i fjol}", 80, f"'uvas_16_24' is not known for 'i fjol'.\n  {YEARS}"),
        (
            "{share: uvas_16_24, yaer: 2022}",
            80,
            "'yaer' does not stand beside 'share'. Did you mean 'year'?\n"
            "  Write 'share' with year and note alone, or a number of your own.",
        ),
        (
            "{share: uvas_drogdiagnos_man}",
            62,
            "'uvas_drogdiagnos_man' is not a share: it is stated as a ratio.\n  Write the number that you mean.",
        ),
        (
            "{share: uvas_langvarigt}",
            62,
            "'uvas_langvarigt' is not a share of the epidemiology. Did you mean 'uvas_langvarig'?\n  Shares: "
            "uvas_langvarig, bistand_langvarigt, uvas_nagon_gang, uvas_kvar_10_ar, bistand_kvar_arlig, "
            "uvas_kvar_nasta_ar_20_24, uvas_kvar_nasta_ar_16_19, bistand_varaktighetsberoende, uvas_25_29, "
            "uvas_16_29, … (49 in all)",
        ),
    ],
)
def test_a_share_that_is_not_known_is_said_once(said: str, column: int, message: str, refused: Refused) -> None:
    assert refused(changed((KVAR, f"kvar: {said}"))) == f"fall.yaml:18:{column}  groups.unga.pathways.kvar\n  {message}"


def test_a_share_stands_where_a_share_is_expected(refused: Refused) -> None:
    assert refused(changed(("persons: 100", "persons: {share: uvas_langvarig}"))) == (
        "fall.yaml:18:40  groups.unga.persons\n"
        "  'uvas_langvarig' is a share, and what stands here is a number of persons.\n"
        "  Write a number of its own kind."
    )


def test_a_curve_begins_at_year_0(refused: Refused) -> None:
    assert refused(changed(("shares: {0: 0.1}", "shares: {curve: flykt_1997}"))) == (
        "fall.yaml:15:94  pathways.kurva.shares\n"
        "  'flykt_1997' is not a curve of the epidemiology. Did you mean 'flykt_2015'?\n"
        "  Curves: flykt_2008, flykt_2015"
    )


def test_everything_wrong_is_said_at_once_and_in_plain_data_too() -> None:
    text = changed(
        success("{effect: ips_malmoo}"),
        (KVAR, "kvar: {share: uvas_16_24}"),
        ("shares: {0: 0.1}", "shares: {curve: flykt}"),
        ("years: 12", "years: 0"),
    )
    data: Any = plain(read_text_tree(text, "fall.yaml").root)  # type: ignore[arg-type]

    with pytest.raises(ut.InputError) as raised:
        ut.from_data(data)

    assert sorted(found.path for found in raised.value.findings) == [
        "groups.unga.pathways.kvar",
        "horizon.years",
        "pathways.kurva.shares",
        "programmes.stod.success",
    ]


# The tables and the schema


def test_the_tables_are_read_whole() -> None:
    texts = {name: (DATA / f"{name}.csv").read_text(encoding="utf-8") for name in ("epidemiology", "effects")}
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}

    assert sum(len(series.years) for series in shipped_series().values()) == len(rows["epidemiology"])
    assert len(shipped_effects()) == len(rows["effects"])
    figures = [figure for series in shipped_series().values() for figure in series.years.values()]
    figures += [effect.figure for effect in shipped_effects().values()]
    for figure in figures:
        assert bool(figure.where) == (figure.source != "antagande")
        if figure.where:
            assert Source.model_validate(dict(figure.where)).year


@pytest.mark.parametrize("id_", shares())
@pytest.mark.usefixtures("here")
def test_every_share_can_be_referred_to(id_: str) -> None:
    for year, figure in shipped_series()[id_].years.items():
        data: Any = plain(read_text_tree(TEXT, "fall.yaml").root)  # type: ignore[arg-type]
        data["groups"]["unga"]["pathways"] = {"kvar": {"share": id_, "year": year}, "etablerad": "rest"}
        assert ut.from_data(data).estimate("groups.unga.pathways.kvar").value == figure.value


@pytest.mark.parametrize("id_", effects_on("success"))
@pytest.mark.usefixtures("here")
def test_every_measured_success_can_be_referred_to(id_: str) -> None:
    effect = shipped_effects()[id_]

    said = read(success(f"{{effect: {id_}}}"), of(effect.population)).scenario.programmes["stod"].success

    assert effect_of(said) == effect
    assert effect_of(Share(value=0.1)) is None


REFERENCES = [
    (KVAR, "kvar: {share: uvas_16_24, year: 2022, note: x}"),
    (KVAR, "kvar: {share: uvas_langvarig}"),
    ("shares: {0: 0.1}", "shares: {curve: flykt_2008, 10: {share: flykt_1997}}"),
    success("{effect: ips_malmo, override: because så är det}"),
    success("{effect: ips_malmo}\n    displacement: {effect: arbetsmarknadsutbildning_undantrangning}"),
    ("programmes: [stod]", "set: {groups.unga.pathways.kvar: {share: uvas_16_24, year: 2022}}"),
]
NO_REFERENCES = [
    (KVAR, "kvar: {share: uvas}"),
    (KVAR, "kvar: {year: 2022}"),
    (KVAR, "kvar: {share: uvas_16_24, value: 0.1}"),
    ("persons: 100", "persons: {share: uvas_langvarig}"),
    ("shares: {0: 0.1}", "shares: {curve: flykt_1997}"),
    success("{effect: fler_moten}"),
    success("{effect: nystartsjobb_dodvikt}"),
    success("{effect: ips_malmo, override: ja}"),
    success("0.2"),
    of("arbetslos"),
    ("evidence: assumed", "evidence: assumed\n    drop_off: {effect: ips_malmo}"),
]


@pytest.mark.parametrize(("change", "valid"), [(r, True) for r in REFERENCES] + [(r, False) for r in NO_REFERENCES])
def test_the_schema_knows_references(change: Changes, valid: bool) -> None:
    data = plain(read_text_tree(changed(change), "fall.yaml").root)  # type: ignore[arg-type]

    assert Draft202012Validator(json_schema()).is_valid(data) == valid


def test_the_schema_names_the_curves_that_there_are() -> None:
    assert json_schema()["$defs"]["Curve"]["properties"]["shares"]["properties"]["curve"]["enum"] == curves()
