"""What one cell of participants' data says: a day, a share, a number, a sex; or why it cannot be read.

A reader gets what stands in a cell and returns a number, or raises `Unreadable` with the id of the reason. It is called
once for each different value of a column, so it may take its time.
"""

import datetime
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup.words import sought, words
from utanforskap.inputs.values.numbers import read_number

Array = NDArray[np.float64]
Days = NDArray[np.int32]
Codes = NDArray[np.int32]
Reasons = NDArray[np.int16]

FULL_TIME_HOURS = 40.0
"""What 100 % is [hours a week], as the national follow-up registers work and studies."""
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_EXCEL = datetime.date(1899, 12, 30).toordinal() - _EPOCH  # day 0 of Excel's calendar, seen from after its 29 Feb 1900
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119: no year, and no date of eight digits, lies between
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})(?:[-/.]?(\d{2}))?(?:[T ]\d{2}[:.]\d{2}.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([./ -])(\d{1,2})[./ -](\d{4})")


class Unreadable(Exception):
    """A cell that cannot be read; its argument is the reason's id."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a table, each different value kept once.

    Attributes
    ----------
    codes : ndarray of int, shape (row,)
        Which of the values stands in the row; -1 for none.
    values : tuple
        The different values, in the order in which they first stand.
    """

    codes: Codes
    values: tuple[Any, ...]

    def read(self, reader: Callable[[Any], float], reason_codes: dict[str, int]) -> tuple[Array, Reasons]:
        """Return each row's number, and why there is none.

        Parameters
        ----------
        reader : callable
            Returns a value's number or raises `Unreadable`.
        reason_codes : dict of str to int
            The numbers of the reasons.

        Returns
        -------
        tuple of ndarray, shape (row,)
            Numbers, NaN where there is none; reasons, -1 where a number or nothing stands.
        """
        numbers = np.full(len(self.values) + 1, np.nan)
        reasons = np.full(len(self.values) + 1, -1, dtype=np.int16)
        for position, value in enumerate(self.values):
            try:
                numbers[position] = reader(value)
            except Unreadable as error:
                reasons[position] = reason_codes[str(error)]
        return numbers[self.codes], reasons[self.codes]  # the last of both is what stands where nothing is stated


def is_excel_day(value: Any) -> bool:
    """Return whether a value is a day in Excel's numbering."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    return _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1]


def day(value: Any, *, last: bool = False) -> float:
    """Return a date as days since 1 January 1970.

    Parameters
    ----------
    value : object
        A date, a day in Excel's numbering, or a text: ``2014-03-31``, ``20140331``, ``2014-03``, ``31.3.2014``.
    last : bool
        Whether a month alone means its last day instead of its first.

    Raises
    ------
    Unreadable
        If it is no date, a day that does not exist, a date that can be read in two ways, or one outside 1900-2100.
    """
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[D]").item()
    if isinstance(value, datetime.date):  # a datetime, and so a pandas Timestamp, is one too
        return float(_since_epoch(value.year, value.month, value.day))
    if is_excel_day(value):
        return float(_EXCEL + int(float(value)))
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if match := _ISO.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        if match[3] is not None:
            return float(_since_epoch(year, month, int(match[3])))
        if "-" not in text:
            raise Unreadable("bad-date")
        length = monthrange(year, month)[1] if 1 <= month <= 12 else 1
        return float(_since_epoch(year, month, length if last else 1))
    if match := _DAY_FIRST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/" and first != second and max(first, second) <= 12:
            raise Unreadable("ambiguous-date")
        if match[2] == "/" and second > 12:
            first, second = second, first
        return float(_since_epoch(year, second, first))
    raise Unreadable("bad-date")


def _since_epoch(year: int, month: int, day_: int) -> int:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unreadable("far-date")
    try:
        return datetime.date(year, month, day_).toordinal() - _EPOCH
    except ValueError:
        raise Unreadable("no-such-day") from None


def number(value: Any) -> float:
    """Return a number of zero or more.

    Raises
    ------
    Unreadable
        If it is no such number.
    """
    found, suffix = _number(value, "bad-number")
    if suffix is not None or found < 0:
        raise Unreadable("bad-number")
    return found


def year(value: Any) -> float:
    """Return a year of birth.

    Raises
    ------
    Unreadable
        If it is no year between 1900 and 2100.
    """
    found = number(value)
    if not (_FIRST_YEAR <= found <= _LAST_YEAR and found.is_integer()):
        raise Unreadable("bad-number")
    return found


def extent(unit: str) -> Callable[[Any], float]:
    """Return a reader of shares of full time [0 to 1].

    Parameters
    ----------
    unit : {"share", "percent", "hours"}
        What a number without ``%`` counts; hours are a week's.
    """
    divisor = {"share": 1.0, "percent": 100.0, "hours": FULL_TIME_HOURS}[unit]

    def read(value: Any) -> float:
        found, suffix = _number(value, "bad-share")
        if suffix not in (None, "%"):
            raise Unreadable("bad-share")
        share = found if suffix == "%" else found / divisor
        if not 0.0 <= share <= 1.0:
            raise Unreadable("share-range")
        return share

    return read


def unit_of(column: Column) -> str:
    """Return what a column of shares most likely counts: per cent where any number is above 1, shares otherwise."""
    for value in column.values:
        try:
            found, suffix = _number(value, "bad-share")
        except Unreadable:
            continue
        if suffix is None and found > 1.0:
            return "percent"
    return "share"


def _number(value: Any, reason: str) -> tuple[float, str | None]:
    try:
        parsed = read_number(float(value) if isinstance(value, np.number) else value)
    except ValueError:
        raise Unreadable(reason) from None
    return parsed.value, parsed.suffix


def one_of(section: str) -> Callable[[Any], float]:
    """Return a reader of a word: the position, in a section of the shipped words, of what it is a name of.

    Parameters
    ----------
    section : str
        ``sexes``, ``arms`` or ``tables``.
    """
    ids = list(words()[section])

    def read(value: Any) -> float:
        text = str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else value
        found = sought(section, text)
        if found is None:
            raise Unreadable("bad-number")
        return float(ids.index(found))

    return read


def is_true(value: Any) -> float:
    """Return 1 for a yes, 0 for a no.

    Raises
    ------
    Unreadable
        If it is neither.
    """
    text = str(value).strip().lower()
    if text in {"ja", "j", "yes", "y", "true", "1", "1.0", "x"}:
        return 1.0
    if text in {"nej", "n", "no", "false", "0", "0.0"}:
        return 0.0
    raise Unreadable("bad-number")
