"""What `check` says, in both languages, each finding read whole; and when it has nothing to say."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

import utanforskap as ut
from utanforskap.analysis.checks import finding_codes
from utanforskap.terms import Lang

BASE = """\
    format: 1
    id: fall
    title: Ett fall
    sources: {boken: {title: Boken, grade: B}}
    horizon: {first_year: 2014, years: 10}
    money: {price_year: 2013}
    discounting: {profile: see}
    prices: [sverige@2026.1]
    taxes:
      employer_contributions: {value: 0.3142, source: boken}
      income_tax:
        kommun: {value: 0.2, source: boken}
        region: {value: 0.1, source: boken}
        staten: {value: 0, source: boken}
      retention: {kommun: {value: 0.1, source: boken}, region: {value: 0.1, source: boken}, after_years: 2}
    states:
      arbete:
        title: I arbete
        work:
          wage: {amount: {value: 20000, unit: kr/mån, price_year: 2013, source: boken}}
          hours_share: {value: 1, source: boken}
      utanfor:
        title: Utanför
        flows:
          vard:
            payer: region
            kind: service
            amount: {value: 9000, unit: kr/år, price_year: 2013, source: boken}
            quantity: {value: 1, low: 0.9, high: 1.1, source: boken}
    pathways:
      kvar: {model: stages, stages: [{state: utanfor}]}
      etablerad: {model: stages, stages: [{state: arbete}]}
    groups:
      unga: {title: Unga, persons: {value: 100, source: boken}, age: 20, pathways: {kvar: rest}}
    programmes:
      stod:
        title: Stöd
        reaches: {group: unga, pathway: kvar, persons: all}
        starts: 2014
        leads_to: etablerad
        success: {value: 0.25, source: boken}
        evidence: rct
        success_measures: net
        displacement: {value: 0, source: boken}
        drop_off: {value: 0, source: boken}
    alternatives:
      stod: {programmes: [stod]}
"""
WHY = "därför att det är samma metod"
OBSERVED = ("success_measures: net", "success_measures: observed\n    deadweight: 0\n    attribution: 1")
OWN = """\
id;payer;kind;label_sv;unit;index;year;value;source;grade
kommun.gatupar;kommun;service;Gatupår;kr/år;kpi;2013;100;Bokslut;B
"""
Said = Callable[..., list[str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Change the scenario, and return what is said about it under a finding's name."""
    monkeypatch.chdir(tmp_path)

    def check(code: str, *changes: tuple[str, str], lang: Lang = "en") -> list[str]:
        text = dedent(BASE)
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        Path("fall.yaml").write_text(text, encoding="utf-8")
        Path("egna.csv").write_text(OWN, encoding="windows-1252")
        return [str(finding) for finding in ut.check_scenario(ut.load("fall.yaml"), lang=lang) if finding.code == code]

    return check


def test_a_scenario_that_says_everything_has_nothing_said_about_it(said: Said) -> None:
    assert [said(code) for code in finding_codes()] == [[] for _ in finding_codes()]


HALF = "{value: 0.4, low: 0.3, high: 0.6, source: boken}"
AMOUNT = "amount: {value: 1, unit: kr/år, price_year: 2013}"
WAGE = f"lon: {{payer: af, payee: individ, kind: wage, {AMOUNT}, quantity: 1}}"
TAX = f"skatt: {{payer: individ, payee: kommun, kind: tax, {AMOUNT}, quantity: 1}}"


@pytest.mark.parametrize(
    ("code", "changes", "place", "swedish", "english"),
    [
        (
            "no-source",
            [("9000, unit: kr/år, price_year: 2013, source: boken}", "9000, unit: kr/år, price_year: 2013}")],
            "fall.yaml:28:9  states.utanfor.flows.vard.amount",
            "Beloppet 'states.utanfor.flows.vard.amount' saknar källa: det är ett antagande eller en kalibrering.",
            "The amount 'states.utanfor.flows.vard.amount' has no source: it is an assumption or a calibration.",
        ),
        (
            "grade-d",
            [("persons: {value: 100, source: boken}", "persons: 100")],
            "",
            "Betyg D (antagande, kalibrering eller utan granskad källa) på skattningarna (1 st): groups.unga.persons.",
            "Grade D (assumption, calibration or unverified source) on the estimates (1 of them): groups.unga.persons.",
        ),
        (
            "all-certain",
            [("low: 0.9, high: 1.1, ", "")],
            "",
            "Ingen skattning har något spann: en simulering ger samma tal i varje dragning.",
            "No estimate has a range: a simulation gives the same numbers in every draw.",
        ),
        (
            # With b = ln(1 / 0.9) / z and a = ln(3) / z the mean is exp(b² / 2) Φ(-b) + exp(a² / 2) Φ(a) = 1.410.
            "mean-elsewhere",
            [("high: 1.1", "high: 3")],
            "",
            "Medelvärdet ligger mer än 5\N{NO-BREAK SPACE}% från värdet för osäkra skattningar (1 st): "
            "states.utanfor.flows.vard.quantity (1 → 1,41). En simulering får då ett annat medelvärde än "
            "punktkalkylen.",
            "The mean lies more than 5\N{NO-BREAK SPACE}% from the value for uncertain estimates (1 of them): "
            "states.utanfor.flows.vard.quantity (1 → 1.41). A simulation then has another mean than the point result.",
        ),
        (
            "no-room",
            [
                ("pathways: {kvar: rest}", f"pathways: {{kvar: rest, etablerad: {HALF}, hem: {HALF}}}"),
                ("kvar: {model: stages", "hem: {model: stages, stages: [{state: utanfor}]}\n  kvar: {model: stages"),
            ],
            "",
            "När alla andelar är höga (95:e percentilen) blir de mer än ett och lämnar inget åt 'rest': "
            "groups.unga.pathways.etablerad, groups.unga.pathways.hem. I sådana dragningar skalas andelarna till ett, "
            "och en relativ risk går inte högre än så; snävare spann, counts eller sample undviker det.",
            "When all shares are high (95th percentile) they sum to more than one and leave nothing for 'rest': "
            "groups.unga.pathways.etablerad, groups.unga.pathways.hem. In such draws the shares are scaled to one, and "
            "a relative risk goes no higher than that; narrower ranges, counts or a sample avoid it.",
        ),
        (
            "everyone-stays",
            [OBSERVED],
            "fall.yaml:36:3  programmes.stod",
            "Utan insatsen 'stod' når ingen på banan 'kvar' någonsin arbete, och varken dödvikt eller bortfall är "
            "angivet: alla räknas som kvar. Verkligheten är sällan så.",
            "Without the programme 'stod' nobody on the pathway 'kvar' ever reaches arbete, and neither deadweight nor "
            "drop-off is stated: everybody counts as staying. Reality is seldom so.",
        ),
        (
            "part-year-tax",
            [("stages: [{state: arbete}]}", "stages: [{state: utanfor, years: 1.5}, {state: arbete}]}")],
            "",
            "Skatten i 'arbete' är räknad på ett helt personår, och den som är där en del av året får den delen: en "
            "approximation.",
            "Tax in 'arbete' is computed on a whole person-year, and who is there for a part of the year gets that "
            "part: an approximation.",
        ),
        (
            "unstated-factor",
            [("    drop_off: {value: 0, source: boken}\n", "")],
            "fall.yaml:36:3  programmes.stod",
            "Insatsen 'stod' säger inget om drop_off; det räknas som neutrala antaganden.",
            "The programme 'stod' does not state drop_off; that counts as neutral assumptions.",
        ),
        (
            "counted-twice",
            [
                ("stages: [{state: utanfor}]}", "stages: [{state: utanfor, years: 5}, {state: arbete}]}"),
                ("success_measures: net", "success_measures: observed\n    deadweight: 0.2"),
            ],
            "fall.yaml:44:5  programmes.stod.deadweight",
            "'deadweight' kan vara räknad två gånger för insatsen 'stod': banan 'kvar' når själv arbete.",
            "'deadweight' may be counted twice for the programme 'stod': the pathway 'kvar' itself reaches arbete.",
        ),
        (
            "counted-twice",
            [
                ("stages: [{state: arbete}]}", "stages: [{state: arbete, years: 5}, {state: utanfor}]}"),
                ("drop_off: {value: 0,", "drop_off: {value: 0.1,"),
            ],
            "fall.yaml:45:5  programmes.stod.drop_off",
            "'drop_off' kan vara räknad två gånger för insatsen 'stod': banan 'etablerad' har redan återfall.",
            "'drop_off' may be counted twice for the programme 'stod': the pathway 'etablerad' already has relapse.",
        ),
        (
            "effect-elsewhere",
            [
                ("success: {value: 0.25, source: boken}", f"success: {{effect: ips_malmo, override: {WHY}}}"),
                ("persons: all}", "persons: all, population: arbetslosa}"),
            ],
            "fall.yaml:41:5  programmes.stod.success",
            "Insatsen 'stod' når 'Inskrivna arbetslösa', men dess success är mätt på 'Personer med svår psykisk "
            f"sjukdom': {WHY}.",
            "The programme 'stod' reaches 'Registered unemployed', but its success was measured on 'Persons with "
            f"severe mental illness': {WHY}.",
        ),
        (
            "tax-by-hand",
            [("title: I arbete\n", f"title: I arbete\n    flows: {{{WAGE}}}\n")],
            "fall.yaml:19:13  states.arbete.flows.lon",
            "Tillståndet 'arbete' har lön angiven för hand ('lon'), men den följer redan av tillståndets arbete eller "
            "beskattade ersättningar och räknas två gånger.",
            "The state 'arbete' has wage entered by hand ('lon'), but that already follows from the state's work or "
            "taxed benefits and counts twice.",
        ),
        (
            "old-price",
            [("9000, unit: kr/år, price_year: 2013", "9000, unit: kr/år, price_year: 2007")],
            "",
            "Priser mer än 5 år från kostnadsnivåns år 2013 (1 st): states.utanfor.flows.vard.amount (2007).",
            "Prices more than 5 years from the cost level's year 2013 (1 of them): "
            "states.utanfor.flows.vard.amount (2007).",
        ),
        (
            "unused-state",
            [("states:\n", "states:\n  studier: {title: Studier}\n")],
            "fall.yaml:17:3  states.studier",
            "Tillståndet 'studier' används inte av någon bana.",
            "The state 'studier' is used by no pathway.",
        ),
        (
            "unused-pathway",
            [("pathways:\n", "pathways:\n  annan: {model: stages, stages: [{state: arbete}]}\n")],
            "fall.yaml:31:3  pathways.annan",
            "Banan 'annan' används inte av någon grupp eller insats.",
            "The pathway 'annan' is used by no group or programme.",
        ),
        (
            "beyond-working-age",
            [("age: 20", "age: 60")],
            "fall.yaml:34:3  groups.unga",
            "Gruppen 'unga' är 69 år vid horisontens slut, över 65; läs med period to_65 eller korta horisonten.",
            "The group 'unga' is 69 years old at the horizon's end, over 65; read with period to_65 or shorten the "
            "horizon.",
        ),
        (
            "high-retention",
            [("region: {value: 0.1, source: boken}, after", "region: {value: 0.4, source: boken}, after")],
            "fall.yaml:15:52  taxes.retention.region",
            "Region behåller 40,0\u00a0% av en ny skattekrona efter inkomstutjämning; mer än 30,0\u00a0% är ovanligt.",
            "Region keeps 40.0\u00a0% of a new tax krona after income equalisation; more than 30.0\u00a0% is unusual.",
        ),
        (
            "high-retention",
            [("states:\n", "actors: {kommun.trelleborg: {title: Trelleborg, retention: 0.35}}\nstates:\n")],
            "fall.yaml:16:49  actors.kommun.trelleborg.retention",
            "Trelleborg behåller 35,0\u00a0% av en ny skattekrona efter inkomstutjämning; "
            "mer än 30,0\u00a0% är ovanligt.",
            "Trelleborg keeps 35.0\u00a0% of a new tax krona after income equalisation; "
            "more than 30.0\u00a0% is unusual.",
        ),
        (
            "unpinned-list",
            [("prices: [sverige@2026.1]", "prices: [sverige]")],
            "fall.yaml:8:1  prices",
            "Prislistan 'sverige' är inte låst till en utgåva; skriv sverige@2026.1 för att samma fil alltid ska ge "
            "samma tal.",
            "The price list 'sverige' is not pinned to a vintage; write sverige@2026.1 so that the same file always "
            "gives the same numbers.",
        ),
        (
            "small-rest",
            [
                (
                    "kvar: {model: stages, stages: [{state: utanfor}]}",
                    "kvar: {model: markov, initial: {utanfor: 1}, counted: mid, "
                    "transitions: {utanfor: {arbete: 0.995, utanfor: rest}}}",
                )
            ],
            "fall.yaml:31:76  pathways.kvar.transitions.utanfor",
            "Raden 'utanfor' i banan 'kvar' lämnar 0,5\u00a0% åt 'rest'; kontrollera att det är meningen.",
            "The row 'utanfor' of the pathway 'kvar' leaves 0.5\u00a0% for 'rest'; make sure that is meant.",
        ),
        (
            "changes-nothing",
            [("stod: {programmes: [stod]}", "stod: {programmes: [stod]}\n  intet: {set: {groups.unga.persons: 100}}")],
            "fall.yaml:48:3  alternatives.intet",
            "Alternativet 'intet' ändrar inget belopp i huvudboken; kontrollera vem det når, när, och vad dess värden "
            "påverkar.",
            "The alternative 'intet' changes no amount in the ledger; check whom it reaches, when, and what its values "
            "drive.",
        ),
        (
            "table-note",
            [("prices: [sverige@2026.1]", "prices: [sverige@2026.1, egna.csv]")],
            "egna.csv:2:1  prices",
            "Prislistan 'egna.csv' är inte i UTF-8 och lästes som Windows-1252: se efter att å, ä och ö stämmer, eller "
            "spara den i UTF-8.",
            "The price list 'egna.csv' is not in UTF-8 and was read as Windows-1252: see that å, ä and ö are right, or "
            "save it in UTF-8.",
        ),
    ],
)
def test_what_is_said(
    code: str, changes: list[tuple[str, str]], place: str, swedish: str, english: str, said: Said
) -> None:
    for lang, message in (("sv", swedish), ("en", english)):
        assert said(code, *changes, lang=lang) == [f"{place}\n  {message}".removeprefix("\n")]


def test_every_finding_has_a_test_that_reads_it() -> None:
    [read] = [mark for mark in test_what_is_said.pytestmark if mark.name == "parametrize"]
    assert {code for code, *_ in read.args[1]} == set(finding_codes())


# "Everyone stays excluded" is answered by a net success, a deadweight, a drop-off, or pathways that say otherwise


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [OBSERVED, ("deadweight: 0\n", "deadweight: 0.1\n")],
        [OBSERVED, ("drop_off: {value: 0,", "drop_off: {value: 0.1,")],
        [OBSERVED, ("stages: [{state: utanfor}]}", "stages: [{state: utanfor, years: 5}, {state: arbete}]}")],
        [OBSERVED, ("stages: [{state: arbete}]}", "stages: [{state: arbete, years: 5}, {state: utanfor}]}")],
        [
            OBSERVED,
            ("{model: stages, stages: [{state: arbete}]}",
             "{model: curve, target: arbete, otherwise: utanfor, shares: {0: 1, 5: 0.5}, counts: average}"),
        ],
        [
            OBSERVED,
            ("{model: stages, stages: [{state: arbete}]}",
             "{model: markov, initial: {arbete: 1}, counted: mid, "
             "transitions: {arbete: {utanfor: [0, 0.1], arbete: rest}}}"),
        ],
        [
            OBSERVED,
            ("{model: stages, stages: [{state: utanfor}]}",
             "{model: duration, leaves: utanfor, reaches: arbete, distribution: exponential, mean: 9}"),
        ],
    ],
    ids=["net", "deadweight", "drop-off", "leaves", "relapse", "falling curve", "markov relapse", "duration"],
)  # fmt: skip
def test_everyone_stays_is_answered(answer: list[tuple[str, str]], said: Said) -> None:
    assert said("everyone-stays", *answer) == []


@pytest.mark.parametrize(
    "new",
    [
        "{model: curve, target: arbete, otherwise: utanfor, shares: {0: 0, 5: 0.5}, counts: average}",
        "{model: duration, leaves: utanfor, reaches: arbete, distribution: fixed, mean: 1}",
        "{model: stages, stages: [{state: utanfor, years: 1}, {state: arbete}]}",
        "{model: markov, initial: {utanfor: 1}, counted: mid, transitions: {utanfor: {arbete: 0.5, utanfor: rest}, "
        "arbete: {utanfor: {by_age: {0+: 0}}, arbete: rest}}}",
    ],
)
def test_a_slow_way_to_work_does_not_answer_it(new: str, said: Said) -> None:
    assert len(said("everyone-stays", OBSERVED, ("{model: stages, stages: [{state: arbete}]}", new))) == 1


def test_a_way_out_that_both_pathways_begin_with_is_not_counted_twice(said: Said) -> None:
    new = "stages: [{state: utanfor, years: 1}, {state: arbete}]}"
    observed = ("success_measures: net", "success_measures: observed\n    deadweight: 0.2")
    assert said("counted-twice", observed, ("stages: [{state: arbete}]}", new)) == []


def test_a_tax_by_hand_is_told_beside_taxed_benefits_too(said: Said) -> None:
    flows = f"flows:\n      {TAX}\n"
    assert said("tax-by-hand", ("flows:\n", flows)) == []
    flows += "      ersattning: {price: fk.sjukersattning_garanti, quantity: 12}\n"
    assert len(said("tax-by-hand", ("flows:\n", flows))) == 1


# How findings are asked for


def test_findings_come_errors_first_and_then_as_in_the_file(said: Said) -> None:
    assert said("no-source") == []
    case = ut.load(Path("fall.yaml"))
    changed = case.scenario.change(alternatives={"intet": {"set": {"groups.unga.persons": 100}}})
    found = ut.check_scenario(case.with_scenario(changed))
    assert [finding.severity for finding in found] == sorted(
        (finding.severity for finding in found), key=["error", "warning", "note"].index
    )
    assert found[0].code == "changes-nothing"


def test_a_finding_may_be_left_out_by_name(said: Said) -> None:
    assert said("no-source") == []
    case = ut.load(Path("fall.yaml"))
    changed = case.with_scenario(case.scenario.change(states={**case.scenario.states, "ny": {"title": "Ny"}}))
    assert [finding.code for finding in ut.check_scenario(changed)] == ["unused-state"]
    assert ut.check_scenario(changed, ignore=("unused-state",)) == []
    with pytest.raises(ut.UnknownNameError) as raised:
        ut.check_scenario(changed, ignore=("unused-sate",))
    assert str(raised.value) == (
        f"'unused-sate' is not a finding. Did you mean 'unused-state'?\nAllowed: {', '.join(finding_codes())}"
    )


def test_an_alternative_that_changes_nothing_is_not_run(said: Said) -> None:
    said("changes-nothing", ("stod: {programmes: [stod]}", "stod: {set: {groups.unga.persons: 100}}"))
    with pytest.raises(ut.InputError) as raised:
        ut.run(ut.load(Path("fall.yaml")))
    assert str(raised.value) == (
        "fall.yaml:47:3  alternatives.stod\n  The alternative 'stod' changes no amount in the ledger; "
        "check whom it reaches, when, and what its values drive."
    )


def test_a_case_without_a_file_has_findings_without_a_place() -> None:
    case = ut.load(next(iter(ut.bundled())))
    placeless = ut.check_scenario(type(case)(case.scenario, case.prices, case.price_lists))
    assert {finding.place for finding in placeless} == {None}
