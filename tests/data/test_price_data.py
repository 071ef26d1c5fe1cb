"""The shipped prices, indices and manifest: every number says what it is and where it comes from, and is rebuilt."""

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import utanforskap as ut
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import kronor_factor
from utanforskap.inputs.facts.indices import IndexYearError, PriceIndex, shipped_indices
from utanforskap.inputs.facts.manifest import shipped_tables, stale_tables
from utanforskap.inputs.parts.scenario import MoneyTerms
from utanforskap.inputs.pricelists.kolada import known_kpis
from utanforskap.inputs.pricelists.prices import COLUMNS, Price, estimate_of, shipped_vintages
from utanforskap.inputs.values.estimates import GRADES, Money
from utanforskap.inputs.values.units import PRICE_UNITS, Unit
from utanforskap.terms import KINDS, shipped_actors

TOP = Path(__file__).parents[2]
DATA = TOP / "src" / "utanforskap" / "data"
FILES = sorted(DATA.glob("prices/*/*.csv"))
NATIONAL = ut.prices("sverige")
MOVED = [price for price in NATIONAL.prices.values() if price.index is not None]
RATES = [price for price in NATIONAL.prices.values() if price.index is None]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name_of(path: Path) -> str:
    return path.relative_to(DATA).as_posix()


TABLES = pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in FILES])


# What is in the list


def test_there_are_prices_of_every_actor() -> None:
    by_actor = Counter(id_.partition(".")[0] for id_ in NATIONAL.prices)

    assert by_actor.total() >= 120
    assert set(by_actor) == {path.stem for path in FILES if path.parent.name == shipped_vintages()[NATIONAL.id]}
    assert {"af", "fk", "kommun", "region", "rattsvasende", "ovriga", "lon"} <= set(by_actor)


@TABLES
def test_a_row_says_all_that_a_price_must_say(path: Path) -> None:
    for row in read(path):
        where = (row["id"], row["year"])
        assert tuple(row) == COLUMNS, where
        assert row["label_sv"], where
        assert row["label_en"], where
        assert row["source"], where
        assert re.fullmatch(r"https?://\S+( \(.+\))?|", row["source_url"]), where
        assert row["unit"] in PRICE_UNITS, where
        assert row["grade"] in GRADES, where
        assert 1990 <= int(row["year"]) <= 2027, where
        assert row["kind"] in (*KINDS, ""), where
        assert (row["unit"] == Unit.SHARE) == (row["kind"] == "") == (row["index"] == ""), where
        assert {row["payer"], row["payee"]} <= {*shipped_actors(), ""}, where
        assert row["index"] in ("kpi", "inkomstindex", ""), where
        low, value, high = (float(row[end]) if row[end] else None for end in ("low", "value", "high"))
        assert value is not None, where
        assert low is None or low <= value, where
        assert high is None or value <= high, where


@TABLES
def test_what_nobody_has_printed_has_grade_d(path: Path) -> None:
    for row in read(path):
        if "PLACEHOLDER" in row["note"] or row["source"].startswith("antagande"):
            assert row["grade"] == "D", (row["id"], row["year"])


def test_nothing_stands_twice() -> None:
    for folder in shipped_vintages().values():
        rows = [row for path in sorted(DATA.glob(f"prices/{folder}/*.csv")) for row in read(path)]
        twice = [key for key, n in Counter((row["id"], row["year"]) for row in rows).items() if n > 1]
        labels = {row["id"]: (row["label_sv"], row["unit"]) for row in rows}
        assert twice == []
        assert [label for label, n in Counter(labels.values()).items() if n > 1] == []


def test_a_price_stands_in_the_table_of_its_actor() -> None:
    astray = [(path.stem, row["id"]) for path in FILES for row in read(path) if row["id"].split(".")[0] != path.stem]

    assert astray == []


def test_kommun_and_region_share_the_whole_local_tax() -> None:
    whole, kommun, region = (NATIONAL.price(f"skatt.{id_}").values for id_ in ("kommunal_total", "kommun", "region"))
    years = set(whole) & set(kommun) & set(region)

    assert len(years) >= 20
    for year in years:
        assert kommun[year].value + region[year].value == pytest.approx(whole[year].value, abs=1e-4 + 1e-9), year


def test_a_vintage_can_be_pinned() -> None:
    assert ut.prices("sverige@2026.1") == ut.prices("sverige")
    with pytest.raises(UnknownNameError, match="'sverige@2025' is not a price list"):
        ut.prices("sverige@2025")


@pytest.mark.parametrize("kpi", known_kpis())
def test_an_id_of_kolada_is_one(kpi: str) -> None:
    one = known_kpis()[kpi]

    assert all(re.fullmatch(r"[NU]\d{5}", id_) for id_ in one.parts)
    assert one.title
    assert one.measure


# What stands for a price in a year


@given(price=st.sampled_from(MOVED), amount=st.floats(0, 1e7))
def test_there_and_back_again_is_the_same_amount(price: Price, amount: float) -> None:
    index = shipped_indices()[price.index or ""]

    there = amount * index.ratio(start=2013, end=2024)
    assert there * index.ratio(start=2024, end=2013) == pytest.approx(amount, rel=1e-12)


@given(price=st.sampled_from(MOVED), year=st.integers(2000, 2025))
def test_what_stands_for_a_year_is_what_a_case_reckons_with(price: Price, year: int) -> None:
    money = estimate_of(price, year=year)
    assert isinstance(money, Money)
    terms = MoneyTerms(price_year=year)
    try:
        factor = kronor_factor(money, terms=terms, indices=shipped_indices())
    except IndexYearError:
        with pytest.raises(IndexYearError):
            NATIONAL.at(price.id, year=year)
        return
    at = NATIONAL.at(price.id, year=year)
    assert at.value == pytest.approx(money.value * factor)
    assert (at.own_year, at.converted) == (money.price_year, money.price_year != year)


def test_a_known_year_is_history_and_another_is_the_nearest_moved() -> None:
    known = NATIONAL.at("kommun.riksnorm_ensam", year=2013)
    assert (known.value, known.own_year, known.converted, known.index) == (3880.0, 2013, False, None)

    kpi = PriceIndex(id="kpi", values={2000: 100.0, 1998: 80.0})
    moved = NATIONAL.at("kommun.riksnorm_ensam", year=1998, indices={"kpi": kpi})
    assert (moved.value, moved.own_year, moved.converted, moved.index) == (3000.0 * 0.8, 2000, True, "kpi")


def test_bounds_are_moved_with_the_value() -> None:
    at = NATIONAL.at("kommun.forsorjningsstod_ensam", year=2020)
    ratio = shipped_indices()["kpi"].ratio(start=2019, end=2020)

    assert (at.own_year, at.converted) == (2019, True)
    assert (at.low, at.value, at.high) == pytest.approx((7800 * ratio, 8200 * ratio, 8600 * ratio))


@pytest.mark.parametrize("price", [pytest.param(price, id=price.id) for price in RATES])
def test_a_rate_is_never_moved(price: Price) -> None:
    at = NATIONAL.at(price.id, year=1990)

    assert at.own_year == min(price.values)
    assert (at.value, at.converted) == (price.values[at.own_year].value, False)


def test_a_year_that_the_index_lacks_is_refused_by_name() -> None:
    with pytest.raises(IndexYearError, match=r"'kommun\.riksnorm_ensam' is not known for 2031, and its value of 2026"):
        NATIONAL.at("kommun.riksnorm_ensam", year=2031)
    with pytest.raises(UnknownNameError, match=r"Did you mean 'kommun\.riksnorm_ensam'"):
        NATIONAL.at("riksnorm_ensamm", year=2013)


def test_an_index_goes_on_only_as_assumed() -> None:
    kpi = PriceIndex(id="kpi", values={2024: 400.0, 2025: 410.0})

    assert kpi.ratio(start=2025, end=2027, growth=0.02) == pytest.approx(1.02**2)
    assert kpi.ratio(start=2024, end=2025, growth=0.5) == 410 / 400
    for year, growth in ((2026, None), (2023, 0.02)):
        with pytest.raises(IndexYearError, match=f"not for {year}"):
            kpi.ratio(start=year, end=2025, growth=growth)


# The manifest, and what the tables are built from


def test_every_table_has_its_row_in_the_manifest() -> None:
    # What is no table of figures with vintages is not in it.
    tables = {path for path in DATA.rglob("*.csv") if path.name != "MANIFEST.csv"}

    assert {row.table: row.rows for row in shipped_tables()} == {name_of(path): len(read(path)) for path in tables}
    assert all(row.retrieved < row.expected_update for row in shipped_tables())
    assert all(row.vintage and row.note for row in shipped_tables())


def test_a_table_is_stale_from_the_day_after() -> None:
    first = min(row.expected_update for row in shipped_tables())

    assert stale_tables(first) == ()
    late = stale_tables(first.replace(year=first.year + 1))
    assert len(late) == len(shipped_tables())
    assert late[0].expected_update == first


def test_the_scripts_build_the_tables_byte_by_byte(tmp_path: Path) -> None:
    shutil.copytree(TOP / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    built = {row["table"] for row in read(DATA / "MANIFEST.csv") if row["built_by"] != "by hand"}
    by_hand = [path for path in DATA.rglob("*.csv") if name_of(path) not in {*built, "MANIFEST.csv"}]
    new = tmp_path / "src" / "utanforskap" / "data"
    new.mkdir(parents=True)
    for path in by_hand:
        shutil.copy(path, new / name_of(path))
    for script in sorted({row["built_by"] for row in read(DATA / "MANIFEST.csv")} - {"by hand"}):
        module = script.removesuffix(".py").replace("/", ".")
        subprocess.run([sys.executable, "-m", module], cwd=tmp_path, check=True)

    for name in (*sorted(built), "MANIFEST.csv"):
        assert (new / name).read_bytes() == (DATA / name).read_bytes(), name


# An own list


SCENARIO = {
    "format": 1,
    "id": "prov",
    "title": "Prov",
    "horizon": {"first_year": 2024, "years": 2},
    "money": {"price_year": 2024},
    "discounting": {"profile": "see"},
    "prices": ["sverige@2026.1", "egna.csv"],
    "states": {"ute": {"title": "Ute", "flows": {"stod": {"price": "kommun.coach", "quantity": 1}}}},
    "pathways": {"kvar": {"model": "stages", "stages": [{"state": "ute"}]}},
    "groups": {"unga": {"title": "Unga", "persons": 10, "pathways": {"kvar": 1}}},
}
HEAD = ";".join(COLUMNS)


def coach(value: str = "410,5", unit: str = "kr/timme", year: str = "2024", grade: str = "B") -> str:
    return f"kommun.coach;kommun;;service;nej;Coåch;Coach;{unit};kpi;50 %;{year};{value};;;Bokslut;;{grade};"


def total(folder: Path, **changes: object) -> float:
    return float(ut.run(ut.from_data(SCENARIO | changes, folder=folder)).table().to_numpy().sum())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_an_own_list_is_read_as_people_save_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "egna.csv").write_text(f"# egna\n{HEAD}\n{coach()}\n", encoding=encoding)
    case = ut.from_data(SCENARIO, folder=tmp_path)

    assert case.prices["kommun.coach"].title.sv == "Coåch"
    assert case.estimates["prices.kommun.coach"].value == 410.5
    assert [note.code for note in case.price_notes] == ["windows-1252"] * (encoding == "windows-1252")
    noted = [found for found in ut.check_scenario(case) if found.code == "table-note"]
    assert [found.severity for found in noted] == ["note"] * (encoding == "windows-1252")


def test_an_own_list_may_be_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    row = dict(zip(COLUMNS, coach().split(";"), strict=True)) | {"year": 2024, "value": 410.5, "realisable": 0.5}
    book.active.append([row[column] or None for column in COLUMNS])
    book.create_sheet("Annat")
    book.save(tmp_path / "egna.XLSX")
    case = ut.from_data(SCENARIO | {"prices": ["sverige@2026.1", "egna.XLSX"]}, folder=tmp_path)

    assert case.estimates["prices.kommun.coach"].value == 410.5
    assert not case.prices["kommun.coach"].taxable
    assert [note.code for note in case.price_notes] == ["further-sheets"]
    [found] = [found for found in ut.check_scenario(case, lang="en") if found.code == "table-note"]
    assert found.message.startswith("Only the first sheet of the price list '")


def test_a_malformed_own_list_is_told_whole_and_changes_nothing(tmp_path: Path) -> None:
    before = dict(ut.prices("sverige").prices)
    rows = [
        coach(unit="kr/timma"), coach(year="2O13"), coach(year="2012", value="1.500"), coach(year="2011", grade="E"),
        "# en anmärkning", coach().replace("kommun.coach", "kommun.annan").replace("nej", "kanske"),
    ]  # fmt: skip
    (tmp_path / "egna.csv").write_text("\n".join(["# egna", HEAD, *rows, ""]), encoding="utf-8")

    with pytest.raises(ut.InputError) as refused:
        ut.from_data(SCENARIO, folder=tmp_path)

    found = [one for one in refused.value.findings if one.place is not None]
    said = [(one.place.line, one.place.column, one.message, one.help) for one in found if one.place is not None]
    assert {Path(one.place.file).name for one in found if one.place is not None} == {"egna.csv"}
    # The unit of lines 5 and 6, which also differs from the first line's, is told once, on line 4.
    assert [at[:2] for at in said] == [(3, 8), (4, 8), (4, 11), (5, 12), (6, 17), (8, 5)]
    told = {(line, column): f"{message} {' '.join(help_)}" for line, column, message, help_ in said}
    for place, words in {
        (3, 8): "Did you mean 'kr/timme'? Units: kr, ",
        (4, 11): "'2O13' is not a year.",
        (5, 12): "Write 1500 if thousands are meant",
        (6, 17): "Allowed: A, B, C, D",
        (8, 5): "Write ja or nej, or leave it blank.",
    }.items():
        assert words in told[place]
    assert dict(ut.prices("sverige").prices) == before


def test_a_header_is_told_where_it_stands(tmp_path: Path) -> None:
    text = f"# egna\n\n{HEAD.replace('grade', 'betyg')}\n{coach()}\n"
    (tmp_path / "egna.csv").write_text(text, encoding="utf-8")

    with pytest.raises(ut.InputError) as refused:
        ut.prices(tmp_path / "egna.csv")
    places = [one.place for one in refused.value.findings]
    assert [(place.line, place.column) for place in places if place] == [(3, 1), (3, 17)]


# A scenario beyond the last index year


def test_kronor_beyond_the_index_need_an_assumption(tmp_path: Path) -> None:
    (tmp_path / "egna.csv").write_text(f"{HEAD}\n{coach()}\n", encoding="utf-8")
    last = max(shipped_indices()["kpi"].values)
    with pytest.raises(ut.InputError, match=f"The kronor of {last + 2} are not known"):
        total(tmp_path, money={"price_year": last + 2})

    one, other = (
        total(tmp_path, money={"price_year": last + 2, "index_growth": {"kpi": rate}}) for rate in ("0 %", "2 %")
    )
    assert one == pytest.approx(total(tmp_path, money={"price_year": last}))
    assert other == pytest.approx(one * 1.02**2)


def test_an_assumed_growth_is_an_estimate_like_others(tmp_path: Path) -> None:
    (tmp_path / "egna.csv").write_text(f"{HEAD}\n{coach()}\n", encoding="utf-8")
    last = max(shipped_indices()["kpi"].values)
    money = {"price_year": last + 1, "index_growth": {"kpi": "2 %"}}
    case = ut.from_data(SCENARIO | {"money": money}, folder=tmp_path)

    assert case.estimates["money.index_growth.kpi"].value == 0.02
    changed = {"alternatives": {"dyrare": {"set": {"money.index_growth.kpi": 0.05}}}}
    comparison = ut.run(ut.from_data(SCENARIO | {"money": money} | changed, folder=tmp_path)).compare("dyrare")
    assert comparison.read(measure="gross_gain", perspective="society", discount="none") < 0
