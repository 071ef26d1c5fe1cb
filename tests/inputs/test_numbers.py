"""Numbers as people write them: what is read, what is refused, and in which words."""

import copy
import math
import pickle
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utanforskap.inputs.values.numbers import SPACES, Parsed, Written, read_number

EXAMPLES = "Write it as 1234.5 or, in quotes, as '1 234,5', '12,5 %', '5,5 Mkr' or '6,5 mån'."


@pytest.mark.parametrize(
    ("written", "value", "suffix"),
    [
        (5, 5.0, None),
        (-0.25, -0.25, None),
        ("5", 5.0, None),
        ("12,5", 12.5, None),
        ("12.5", 12.5, None),
        (",5", 0.5, None),
        (" 1 234,5 ", 1234.5, None),
        ("1\u00a0234\u00a0567", 1234567.0, None),
        ("1\u202f234,5", 1234.5, None),
        ("1\u2009234", 1234.0, None),
        ("5_000_000", 5e6, None),
        ("600e6", 6e8, None),
        ("1,5e3", 1500.0, None),
        ("\u22125,5", -5.5, None),
        ("+5", 5.0, None),
        ("12,5 %", 0.125, "%"),
        ("12.5%", 0.125, "%"),
        ("0,1\u00a0%", 0.001, "%"),
        ("31,42 % av  lön", 0.3142, "% av lön"),
        ("500 kr", 500.0, "kr"),
        ("300 tkr", 300_000.0, "kr"),
        ("5,55 Mkr", 5_550_000.0, "kr"),
        ("5 mkr", 5e6, "kr"),
        ("1,2 mdkr", 1.2e9, "kr"),
        ("1,5 tkr / mån", 1500.0, "kr/mån"),
        ("6,5 mån", 6.5, "mån"),
        ("12 besök", 12.0, "besök"),
        ("5 elev-år", 5.0, "elev-år"),
        ("1,500", 1.5, None),
        ("1,500 mån", 1.5, "mån"),
        (Written("1.500"), 1.5, None),
    ],
)
def test_what_is_read(written: object, value: float, suffix: str | None) -> None:
    assert read_number(written) == Parsed(value, suffix)


@pytest.mark.parametrize("written", ["0,125", "1,50", "1234,500", "1,500e3", Written("0.125"), "1,500 %", "1 234,500"])
def test_three_decimals_that_cannot_be_thousands_are_money_too(written: object) -> None:
    assert read_number(written, money=True) == read_number(written)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "A number is missing: the text is empty."),
        (" \u00a0", "A number is missing: the text is empty."),
        ("nan", "'nan' is not a number to calculate with; write a finite number."),
        ("-.Inf", "'-.Inf' is not a number to calculate with; write a finite number."),
        (math.nan, "'nan' is not a number to calculate with; write a finite number."),
        (-math.inf, "'-inf' is not a number to calculate with; write a finite number."),
        ("1e309", "'1e309' is too large to calculate with."),
        ("1" * 400, f"'{'1' * 39}…' is too large to calculate with."),
        (10**400, "The number is too large to calculate with."),
        (True, "'true' is a yes or no, not a number."),
        (None, "Nothing (null) stands where a number is expected."),
        ([1], "A list stands where a number is expected."),
        ({}, "A mapping stands where a number is expected."),
        ("ungefär 5", f"'ungefär 5' is not a number. {EXAMPLES}"),
        ("1 23", f"'1 23' is not a number. {EXAMPLES}"),
        ("5,", f"'5,' is not a number. {EXAMPLES}"),
        ("5-7", f"'5-7' is not a number. {EXAMPLES}"),
        ("1__0", f"'1__0' is not a number. {EXAMPLES}"),
        ("kr 5", f"'kr 5' is not a number. {EXAMPLES}"),
        ("१२", f"'१२' is not a number. {EXAMPLES}"),
        (
            "1.234.567,5",
            "'1.234.567,5' is not a number: it has more than one comma or point. "
            "Group thousands with spaces and write one decimal sign, as in '1 234 567,5'.",
        ),
    ],
)
def test_what_is_refused(written: object, message: str) -> None:
    with pytest.raises(ValueError, match=rf"\A{re.escape(message)}\Z"):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "money", "thousands", "decimals"),
    [
        ("1,500", True, "1500", "1.5"),
        (Written("1.500"), True, "1500", "1.5"),
        ("-12.345", True, "-12345", "-12.3450"),
        ("1,000 kr", False, "1000 kr", "1.0 kr"),
    ],
)
def test_money_that_can_be_read_in_two_ways_is_refused(
    written: object, money: bool, thousands: str, decimals: str
) -> None:
    shown = written.text if isinstance(written, Written) else written
    message = (
        f"'{shown}' can be read in two ways. Write {thousands} if thousands are meant, or {decimals} if decimals are."
    )
    with pytest.raises(ValueError, match=rf"\A{re.escape(message)}\Z"):
        read_number(written, money=money)


@given(
    number=st.decimals(min_value=-(10**12), max_value=10**12, places=4),
    space=st.sampled_from(SPACES),
    minus=st.sampled_from("-\u2212"),
    suffix=st.sampled_from([None, "%", "tkr", "mån"]),
)
def test_swedish_writing_is_read_back(number: Decimal, space: str, minus: str, suffix: str | None) -> None:
    text = f"{number:,.4f}".replace(",", space).replace(".", ",").replace("-", minus)
    power = {"%": -2, "tkr": 3}.get(suffix or "", 0)
    read = read_number(f"{text} {suffix}" if suffix else text, money=True)
    assert read == Parsed(float(number.scaleb(power)), "kr" if suffix == "tkr" else suffix)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back_from_its_own_writing(number: float) -> None:
    assert read_number(repr(number)).value == number
    assert read_number(number).value == number


@given(st.text() | st.text(alphabet="0123456789.,-+ %krM_eå\u00a0"))
def test_any_text_is_a_finite_number_or_a_refusal(text: str) -> None:
    try:
        number = read_number(text, money=True)
    except ValueError:
        return
    assert math.isfinite(number.value)


def test_a_written_number_survives_copying() -> None:
    number = Written("1.500")
    assert (number, number.text) == (1.5, "1.500")
    for other in (copy.deepcopy(number), pickle.loads(pickle.dumps(number))):
        assert (other, other.text) == (1.5, "1.500")
