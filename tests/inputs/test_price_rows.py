"""Own price lists at the public face: everything wrong in one is told at once, at its row and column."""

from collections.abc import Callable
from pathlib import Path

import pytest

import utanforskap as ut

HEADER = (
    "id,payer,payee,kind,taxable,label_sv,label_en,unit,index,realisable,year,value,low,high,"
    "source,source_url,grade,note"
)
COACH = "kommun.coach,kommun,,service,,Coach,Coach,kr/timme,kpi,0.5,2013,410,,,Bokslut,,B,"
UNITS = (
    "  Units: kr, kr/år, kr/mån, kr/vecka, kr/dygn, kr/dag, kr/timme, kr/besök, kr/ärende, kr/tillfälle, kr/deltagare, "
    "kr/person, kr/elev-år, kr/plats-år, andel, prisbasbelopp\n"
)


@pytest.fixture
def own(here: Path, fall: str) -> str:
    """Return the text of a scenario with an own price list, whose coach it uses."""
    (here / "egna.csv").write_text(f"{HEADER}\n{COACH}\n", encoding="utf-8")
    return fall.replace("[sverige@2026.1]", "[sverige@2026.1, egna.csv]").replace("af.program_kopt", "kommun.coach")


def listed(*rows: str, header: str = HEADER) -> None:
    Path("egna.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def test_an_own_list_wins_over_the_shipped_one(here: Path, own: str) -> None:
    wage = COACH.replace("kommun.coach,kommun,,service", "lon.ung_heltid,arbetsgivare,individ,wage")
    listed(COACH, wage.replace("timme,kpi,0.5,2013,410", 'mån,inkomstindex,,2013,"25 000,5"'))
    (here / "fall.yaml").write_text(own, encoding="utf-8")
    case = ut.load("fall.yaml")
    assert case.estimates["prices.lon.ung_heltid"].value == 25000.5
    assert case.estimates["prices.kommun.coach"].value == 410.0
    assert case.price_lists == ("sverige@2026.1", "egna.csv")


def test_columns_that_say_nothing_may_be_left_out(here: Path, own: str) -> None:
    header = "id,payer,kind,label_sv,unit,index,year,value,source,grade"
    listed("kommun.coach,kommun,service,Coach,kr/timme,kpi,2013,410,Bokslut,B", header=header)
    (here / "fall.yaml").write_text(own, encoding="utf-8")
    assert ut.load("fall.yaml").prices["kommun.coach"].title.en == "Coach"


def test_everything_wrong_in_a_list_is_told_at_once(own: str, refused: Callable[[str], str]) -> None:
    listed(
        "kommun.coach,kommun,,service,ja,Coach,,kr/timma,kpif,1.5,2013,410,,,Bokslut,,B,",
        "kommun.coach,region,,,,,,,,,2013,420,,,Bokslut,,B,",
        "kommun.coach,,,,,,,,,,2O14,422,,,Bokslut,,B,",
        'kommun.dubbel,kommun,,transfer,nja,,,kr/mån,kpi,,2013,"1,500",,,,,B,',
        "kommun.oordnad,kommun,,tjänst,,Ordning,,kr/mån,kpi,,2013,100,200,,Bokslut,,E,",
        "skatt.lokal,,,tax,,Skatt,,andel,kpi,,2013,120 %,,,Bokslut,,B,",
        ",kommun,,service,,Utan,,kr/mån,kpi,,2013,1,,,Bokslut,,B,",
        "kommun.utan,kommun,,service,,Utan,,kr/mån,,,2013,1,,,Bokslut,,B,",
        "kommun.minus,kommun,,service,,Minus,,kr/mån,kpi,,2013,-1,,,Bokslut,,B,",
        "kommun.lon,kommun,individ,service,,Lön,,% av lön,kpi,,2013,5 kr/mån,,,Bokslut,,B,",
        "kommun.ingen,,,,,Ingen,,kr/mån,kpi,,,5,,,Bokslut,,B,",
        "kommun.kort,kommun",
    )
    assert refused(own.replace("kommun.coach", "af.program_kopt")) == (
        "egna.csv:2:8  prices.kommun.coach.unit\n"
        "  'kr/timma' is not a unit of a price. Did you mean 'kr/timme'?\n"
        f"{UNITS}"
        "egna.csv:2:9  prices.kommun.coach.index\n"
        "  'kpif' is not allowed here. Did you mean 'kpi'?\n  Allowed: kpi, inkomstindex\n"
        "egna.csv:2:10  prices.kommun.coach.realisable\n"
        "  1.5 cannot be a share: it must be between 0 and 1.\n"
        "egna.csv:3:2  prices.kommun.coach.payer\n"
        "  'region' here is 'kommun' in the price's first row, on line 2.\n"
        "  Leave it blank, or correct one of them.\n"
        "egna.csv:3:11  prices.kommun.coach.year\n"
        "  The year 2013 stands twice: first on line 2.\n"
        "egna.csv:4:11  prices.kommun.coach.year\n"
        "  '2O14' is not a year.\n"
        "egna.csv:5:5  prices.kommun.dubbel.taxable\n"
        "  'nja' is not allowed here.\n  Write ja or nej, or leave it blank.\n"
        "egna.csv:5:6  prices.kommun.dubbel.label_sv\n"
        "  The price has no label.\n  Write what it is called.\n"
        "egna.csv:5:12  prices.kommun.dubbel.value\n"
        "  '1,500' can be read in two ways. Write 1500 if thousands are meant, or 1.5 if decimals are.\n"
        "egna.csv:5:15  prices.kommun.dubbel.source\n"
        "  'source' is missing.\n  Where it stands.\n"
        "egna.csv:6:4  prices.kommun.oordnad.kind\n"
        "  'tjänst' is not allowed here.\n  Allowed: service, transfer, tax, wage, production\n"
        "egna.csv:6:17  prices.kommun.oordnad.grade\n"
        "  'E' is not allowed here.\n  Allowed: A, B, C, D\n"
        "egna.csv:7:4  prices.skatt.lokal.kind\n"
        "  A rate, in andel, has no kind.\n  Leave it blank.\n"
        "egna.csv:8:1  prices.id\n"
        "  The price has no id.\n  Write an actor, a point and a name, such as kommun.coach.\n"
        "egna.csv:9:9  prices.kommun.utan.index\n"
        "  A price says the index that moves it.\n  Indices: kpi, inkomstindex\n"
        "egna.csv:10:12  prices.kommun.minus.value\n"
        "  -1 cannot be an amount of money: it must be at least 0.\n"
        "egna.csv:11:8  prices.kommun.lon.unit\n"
        "  '% av lön' is not a unit of a price.\n"
        f"{UNITS}"
        "egna.csv:11:12  prices.kommun.lon.value\n"
        "  '5 kr/mån' ends in 'kr/mån'.\n  The column 'unit' says the unit.\n"
        "egna.csv:12:11  prices.kommun.ingen.year\n"
        "  The year is missing.\n"
        "egna.csv:13:2\n"
        "  The row has 2 cells, but the header has 18.\n"
        "  Cells are separated by ','; put text that holds it in quotes."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kommun.coach,", "kommun coach,", "egna.csv:2:1  prices.kommun coach.id\n"
         "  'kommun coach' cannot be the id of a price.\n"
         "  Write an actor, a point and a name, such as kommun.coach."),
        ("service", "", "egna.csv:2:4  prices.kommun.coach.kind\n  A price says its kind.\n"
         "  Kinds: service, transfer, tax, wage, production"),
        ("kommun,,service", ",,service", "egna.csv:2:2  prices.kommun.coach.payer\n"
         "  A service says who pays it: 'payer' is missing."),
        ("kommun,,service", "kommun,,transfer", "egna.csv:2:3  prices.kommun.coach.payee\n"
         "  A transfer says who receives it: 'payee' is missing."),
        ("kommun,,service", "kommun,individ,service", "egna.csv:2:3  prices.kommun.coach.payee\n"
         "  A service uses up resources, so nobody receives it.\n  Remove 'payee'."),
        ("kommun,,service", "kommun,individ,transfer", "egna.csv:2:10  prices.kommun.coach.realisable\n"
         "  Only a service can be realisable, and this is a transfer."),
        ("service,,", "service,ja,", "egna.csv:2:5  prices.kommun.coach.taxable\n"
         "  Only a transfer can be taxable, and this is a service."),
        ("410,,", "410,420,", "egna.csv:2:12  prices.kommun.coach.value\n"
         "  The numbers are not in order: low 420, value 410.\n"
         "  'low' is the 5th percentile, 'value' the median and 'high' the 95th percentile."),
        ("2013,410", "1813,410", "egna.csv:2:11  prices.kommun.coach.year\n  '1813' is not a year."),
        ("2013,410", "2013,", "egna.csv:2:12  prices.kommun.coach.value\n  'value' is missing.\n"
         "  In the price's unit and the year's kronor."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_row(old: str, new: str, said: str, own: str, refused: Callable[[str], str]) -> None:
    assert COACH.count(old) == 1
    listed(COACH.replace(old, new))
    assert refused(own.replace("kommun.coach", "af.program_kopt")) == said


def test_columns_of_a_list(own: str, refused: Callable[[str], str]) -> None:
    listed(COACH, header=HEADER.replace("grade", "betyg"))
    assert refused(own.replace("kommun.coach", "af.program_kopt")) == (
        "egna.csv:1:1\n  The column 'grade' is missing.\n"
        "egna.csv:1:17\n  'betyg' is not a column of a price list.\n"
        f"  Columns: {HEADER.replace(',', ', ')}"
    )


def test_a_list_that_is_not_there(here: Path, own: str, refused: Callable[[str], str]) -> None:
    (here / "egna.csv").unlink()
    assert refused(own) == (
        "fall.yaml:11:26  prices.1\n  The table 'egna.csv' cannot be opened: No such file or directory."
    )


def test_a_payer_that_is_no_actor(own: str, refused: Callable[[str], str]) -> None:
    listed(COACH.replace("kommun,,", "komun,,"))
    assert refused(own) == (
        "fall.yaml:81:22  programmes.stod.costs.coach.price\n"
        "  The price 'kommun.coach' has the payer 'komun', who is not an actor.\n"
        "  Correct it in the price list, or declare it under actors."
    )


def test_a_price_of_a_year_without_index(own: str, refused: Callable[[str], str]) -> None:
    listed(COACH.replace("2013,410", "2026,410"))
    assert refused(own) == (
        "fall.yaml:81:22  programmes.stod.costs.coach.price\n"
        "  This cannot be moved to the kronor of 2013: the index kpi is known for 2000–2025, not for 2026.\n"
        "  Say it in the kronor of a year that the index has, or assume how the index goes on: money.index_growth."
    )


def test_a_share_of_a_wage_by_the_day(own: str, refused: Callable[[str], str]) -> None:
    listed(COACH.replace("kommun,,service", "kommun,individ,wage").replace("timme,kpi,0.5", "dag,kpi,"))
    amount = "{value: 38000, unit: kr/år, price_year: 2013, low: 15000, high: 70000}"
    share = '{value: 12 %, unit: "% av lön", of: kommun.coach}'
    said = refused(own.replace(amount, share).replace("price: kommun.coach", "price: af.program_kopt"))
    place, message, wages = said.splitlines()
    assert place == "fall.yaml:38:53  states.utanfor.flows.vard.amount.of"
    assert message == "  'kommun.coach' is in kr/dag; a share is taken of a wage by month or year."
    assert wages.startswith("  Wages: lon.ung_heltid, ")
