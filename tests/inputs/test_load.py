"""The public face of reading: what `load` and `from_data` refuse, all at once, and what they say."""

import pickle
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

import utanforskap as ut
from utanforskap.inputs.files import find
from utanforskap.inputs.text.nodes import plain
from utanforskap.inputs.text.tree import read_text_tree

CUT = "is cut at its comma: inside brackets and braces a comma separates."
FINITE = "is not a number to calculate with.\n  Write a finite number."
REUSE = (
    "  Anchors, aliases and merge keys are not read: write the value out where it is used.\n"
    "  To build on a whole other file, write 'extends: <its name>' at the top."
)
Load = Callable[[str], str]


# Files that hold no scenario


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "fall.yaml:1:1\n  The file is empty."),
        ("# bara en kommentar\n", "fall.yaml:1:1\n  The file is empty."),
        (
            "format: 1\n  id: [fall\n",
            "fall.yaml:2:5\n"
            "  A key, or a colon followed by a space, does not fit here.\n"
            "  Check the indentation of this line and the one before; put text that holds ': ' in quotes.",
        ),
        (
            "- format: 1\n",
            "fall.yaml:1:1\n  The file holds a list, and not keys with values.\n"
            "  Begin with a key at the left margin, such as 'format: 1'.",
        ),
        (
            "skol",
            "fall.yaml:1:1\n  The file holds a single value, and not keys with values.\n"
            "  Begin with a key at the left margin, such as 'format: 1'.",
        ),
        (
            "a: " + "[" * 40,
            "fall.yaml:1:33  a.0.0…\n  This is more than 30 levels deep.\n  Check the brackets and the indentation.",
        ),
    ],
    ids=["empty", "a comment", "not YAML", "a list", "a single value", "deep nesting"],
)
def test_what_holds_no_scenario(text: str, said: str, refused: Load) -> None:
    assert refused(text) == said


def test_a_file_that_is_not_there(here: Path) -> None:
    (here / "skola.yaml").touch()
    with pytest.raises(ut.InputError) as raised:
        ut.load("skol.yaml")
    assert str(raised.value) == "  There is no file 'skol.yaml'. Did you mean 'skola.yaml'?"


def test_a_folder(here: Path) -> None:
    (here / "fall.yaml").mkdir()
    with pytest.raises(ut.InputError) as raised:
        ut.load("fall.yaml")
    assert str(raised.value) == "  'fall.yaml' is a folder, not a file.\n  It holds no YAML file."


@pytest.mark.usefixtures("here")
def test_a_name_that_is_no_bundled_scenario() -> None:
    with pytest.raises(ut.UnknownNameError) as raised:
        ut.load("trelleborg-integratoin")
    message, known = str(raised.value).splitlines()
    assert message == (
        "'trelleborg-integratoin' is not a bundled scenario or a file. Did you mean 'trelleborg-integration'?"
    )
    assert known == f"Allowed: {', '.join(ut.bundled())}"


def test_a_file_may_be_named_without_its_extension(here: Path, fall: str) -> None:
    (here / "fall").write_text(fall, encoding="utf-8")
    assert find("fall") == Path("fall")
    assert ut.load("fall").id == "fall"


@pytest.mark.parametrize("name", ut.bundled())
def test_a_bundled_scenario_is_found_by_name_and_by_path(name: str) -> None:
    assert ut.load(name) == ut.load(ut.bundled()[name])


# Files that hold one, and something that cannot be read


def test_a_latin_1_file(here: Path, fall: str) -> None:
    (here / "fall.yaml").write_bytes(fall.encode("latin-1"))
    with pytest.raises(ut.InputError) as raised:
        ut.load("fall.yaml")
    assert str(raised.value) == (
        "fall.yaml:25:18\n  The byte 0xF6 here (read as Latin-1 it is 'ö') is not UTF-8, nor are 8 more.\n"
        "  Save it as UTF-8 (in most editors under 'Save as' or 'Encoding') and try again."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "id: fall\n",
            "id: fall\nformat: 1\n",
            "fall.yaml:4:1  format\n  The key 'format' stands twice: first at fall.yaml:2:1.\n  Keep one of the two.",
        ),
        (
            "age: 20",
            "age: &ung 20",
            f"fall.yaml:61:10  groups.unga.age\n  '&ung' is an anchor, used nowhere.\n{REUSE}",
        ),
        (
            "quantity: [1, 0.5]",
            "quantity: [1,5, 2,0]",
            f"fall.yaml:39:20  states.utanfor.flows.vard.quantity.0\n  '1,5' {CUT}\n"
            '  Write "1,5" in quotes, or 1.5 with a point.\n'
            "  If two values are meant, put a space after each comma: 1, 5.\n"
            f"fall.yaml:39:25  states.utanfor.flows.vard.quantity.1\n  '2,0' {CUT}\n"
            '  Write "2,0" in quotes, or 2.0 with a point.\n'
            "  If two values are meant, put a space after each comma: 2, 0.",
        ),
        (
            "displacement: 0.1",
            "displacement: {value: 12,5 %}",
            f"fall.yaml:77:27  programmes.stod.displacement.value\n  '12,5 %' {CUT}\n"
            '  Write "12,5 %" in quotes, or 12.5 % with a point.',
        ),
        (
            "value: 38000",
            "value: 1,500",
            f"fall.yaml:38:25  states.utanfor.flows.vard.amount.value\n  '1,500' {CUT}\n"
            "  Write 1500 if thousands are meant, or 1.5 if decimals are.",
        ),
        ("displacement: 0.1", "displacement: .nan", f"fall.yaml:77:19  programmes.stod.displacement\n  .nan {FINITE}"),
        ("persons: 100", "persons: -.inf", f"fall.yaml:60:14  groups.unga.persons\n  -.inf {FINITE}"),
    ],
    ids=["duplicate key", "anchor", "[1,5, 2,0]", "{value: 12,5 %}", "1,500 as money", "NaN", "infinity"],
)
def test_what_cannot_be_read_is_told_once(old: str, new: str, said: str, fall: str, refused: Load) -> None:
    assert fall.count(old) == 1
    assert refused(fall.replace(old, new)) == said


def test_an_alias_bomb_is_small(refused: Load) -> None:
    rows = [f"{own}: &{own} [{', '.join([f'*{last}'] * 9)}]" for last, own in pairwise("abcdefghijk")]
    said = refused("\n".join(["a: &a [lol, lol]", *rows]))
    assert said.count("is an anchor") == 11
    assert len(said) < 10_000


# Seven mistakes, of all three passes


def test_a_file_with_seven_mistakes_of_all_three_passes_reports_all_seven(refused: Load) -> None:
    text = """\
        format: 1
        id: sju-fel
        title: Sju fel
        horizon: {first_year: 2014, years: 5, years: 6}
        money: {price_year: 2013}
        discounting: {profile: see}
        prices: [sverige@2026.1]
        states:
          utanfor:
            title: Utanför
            flows:
              bistand: {price: kommun.forsorjningsstod_ensam, quantity: 6,5 mån}
              boende: {price: kommun.forsorjningsstod_ensam, quantiy: 1}
              vard: {price: kommun.bistandshandlaggning, quantity: 2 år}
              stod: {payer: komun, kind: service, amount: {value: 1, unit: kr/år, price_year: 2013}, quantity: 1}
        pathways:
          kvar: {model: stages, stages: [{state: utanför}]}
        groups:
          unga: {title: Unga, persons: -1, pathways: {kvar: 1}}
    """
    assert refused(dedent(text)) == dedent(
        f"""\
        fall.yaml:4:39  horizon.years
          The key 'years' stands twice: first at fall.yaml:4:29.
          Keep one of the two.
        fall.yaml:12:65  states.utanfor.flows.bistand.quantity
          '6,5 mån' {CUT}
          Write "6,5 mån" in quotes, or 6.5 mån with a point.
        fall.yaml:13:54  states.utanfor.flows.boende.quantiy
          'quantiy' is not a key here. Did you mean 'quantity'?
          Keys: price, amount, title, quantity, per, since, payer, payee, kind, taxable, realisable, category, note
        fall.yaml:14:60  states.utanfor.flows.vard.quantity
          The quantity is in 'år', but the price is in kr/mån.
          Say how many mån, or choose a price in kr/år.
        fall.yaml:15:21  states.utanfor.flows.stod.payer
          'komun' is not an actor. Did you mean 'kommun'?
          Actors: af, fk, kommun, region, rattsvasende, ovriga, staten, forbund, individ, arbetsgivare, civilsamhalle, \
eu, finansiar (or a child, e.g. kommun.skola)
        fall.yaml:17:42  pathways.kvar.stages.0.state
          'utanför' is not a state. Did you mean 'utanfor'?
          States: utanfor
        fall.yaml:19:32  groups.unga.persons
          -1 cannot be a number of persons: it must be at least 0."""
    )


# One mistake is one finding: what is missing because of it is not told


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("prices: [sverige@2026.1]", "prices: [sverge]", ["unknown-price-list"]),
        ("prices: [sverige@2026.1]", "prices: sverige", ["wrong-kind"]),
        ("  employer_contributions: {", "  employer_contribution: {", ["unknown-key"]),
        ("horizon: {first_year: 2014, years: 10,", "horizon: {first_year: 2014, years: 0,", ["out-of-range"]),
        ("money: {price_year: 2013}", "money: {}", ["missing-key"]),
        ("  steg: {model: stages", "  steg: {model: steg", ["unknown-model"]),
        ("  utanfor:\n    title: {sv: Utanför, en: Outside}", "  utanfor:\n    titel: Utanför", ["unknown-key"]),
        ('{price: kommun.forsorjningsstod_ensam, quantity: "6,5 mån"}', "{price: 1, quantity: 6}", ["wrong-kind"]),
        ("    persons: 100", "    persons: många", ["wrong-value"]),
        ("  boken: {title: Boken,", "  boken: {titel: Boken,", ["unknown-key"]),
        ("title: Trelleborg, tax_rate", "titel: Trelleborg, tax_rate", ["unknown-key"]),
        ("  stod: {programmes: [stod]}", "  stod: {programme: [stod]}", ["unknown-key"]),
        ("displacement: 0.1", "displacement: en tiondel", ["wrong-value"]),
        ("    starts: 2015\n", "    starts: 2015\n    note:\n", ["empty-value"]),
    ],
)
def test_one_mistake_is_one_finding(old: str, new: str, codes: list[str], fall: str, here: Path) -> None:
    assert fall.count(old) == 1
    # What names a parameter of the broken part, or reads what it would have been, stays silent.
    fall = fall.replace(
        "set: {groups.unga.persons: 120", "set: {programmes.stod.success: 0.3, groups.unga.persons: 120"
    )
    (here / "fall.yaml").write_text(fall.replace(old, new), encoding="utf-8")
    with pytest.raises(ut.InputError) as raised:
        ut.load("fall.yaml")
    assert [finding.code for finding in raised.value.findings] == codes


@pytest.mark.parametrize("section", ["states", "pathways", "groups", "programmes", "actors", "sources", "alternatives"])
def test_a_section_that_is_no_mapping_is_one_finding(section: str, fall: str, here: Path) -> None:
    lines = fall.splitlines()
    first = lines.index(f"{section}:")
    last = next((n for n in range(first + 1, len(lines)) if lines[n] and not lines[n].startswith(" ")), len(lines))
    (here / "fall.yaml").write_text("\n".join([*lines[:first], f"{section}: [1]", *lines[last:]]), encoding="utf-8")
    with pytest.raises(ut.InputError) as raised:
        ut.load("fall.yaml")
    assert [finding.path for finding in raised.value.findings if finding.code != "unknown-home"] == [section]


# Files that build on others


def test_findings_stand_in_the_file_that_says_it_the_file_itself_first(here: Path, fall: str) -> None:
    (here / "bas.yaml").write_text(fall.replace("payer: kommun.socialtjanst", "payer: komun"), encoding="utf-8")
    (here / "egen.yaml").write_text("extends: bas.yaml\ngroups: {unga: {persons: -1}}\n", encoding="utf-8")
    with pytest.raises(ut.InputError) as raised:
        ut.load("egen.yaml")
    assert [str(finding.place) for finding in raised.value.findings] == ["egen.yaml:2:26", "bas.yaml:36:16"]


def test_a_file_builds_on_a_bundled_scenario_by_name(here: Path) -> None:
    name = next(iter(ut.bundled()))
    (here / "egen.yaml").write_text(f"extends: {name}\nid: egen\n", encoding="utf-8")
    assert ut.load("egen.yaml").scenario == ut.load(name).scenario.change(id="egen")


def test_files_that_extend_each_other(here: Path) -> None:
    (here / "a.yaml").write_text("extends: b.yaml\n", encoding="utf-8")
    (here / "b.yaml").write_text("extends: a.yaml\n", encoding="utf-8")
    with pytest.raises(ut.InputError) as raised:
        ut.load("a.yaml")
    assert str(raised.value) == (
        "b.yaml:1:10  extends\n  The files extend each other in a circle: a.yaml → b.yaml → a.yaml.\n"
        "  Let one of them stand alone."
    )


# What is built in Python


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([1], "  A value of type list stands where a dict is expected."),
        ({"id": float("nan")}, "id\n  nan is not a number to calculate with.\n  Write a finite number."),
        (
            {"extends": "bas.yaml"},
            "extends\n  'extends' is read in files only: data built in Python stands alone.\n  Merge the parts first.",
        ),
    ],
)
def test_data_that_no_file_could_say(data: dict[str, object], said: str) -> None:
    with pytest.raises(ut.InputError) as raised:
        ut.from_data(data)
    assert said in str(raised.value)


# Errors, and where things stand


def test_errors_survive_being_sent_between_processes() -> None:
    with pytest.raises(ut.InputError) as raised:
        ut.from_data({})
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.findings, str(again)) == (raised.value.findings, str(raised.value))
    unknown = ut.UnknownNameError(what="a price", given="a", known=["b"])
    again = pickle.loads(pickle.dumps(unknown))
    assert (str(again), again.given, again.known) == (str(unknown), "a", ("b",))


def test_a_case_knows_where_each_part_stands(here: Path, fall: str) -> None:
    (here / "fall.yaml").write_text(fall, encoding="utf-8")
    case = ut.load("fall.yaml")
    assert str(case.place("groups.unga.persons")) == "fall.yaml:60:5"
    assert str(case.place("programmes.stod.deadweight")) == "fall.yaml:69:3"
    assert str(case.place("actors.kommun.trelleborg.tax_rate")) == "fall.yaml:14:42"
    assert case.place("prices.lon.ung_heltid") == case.place("prices")
    again = pickle.loads(pickle.dumps(case))
    assert (again, again.place("groups")) == (case, case.place("groups"))


def test_a_case_from_data_stands_nowhere(fall: str) -> None:
    root = read_text_tree(fall, "fall.yaml").root
    assert root is not None
    data = plain(root)
    assert isinstance(data, dict)
    assert ut.from_data(data).place("groups.unga.persons") is None
