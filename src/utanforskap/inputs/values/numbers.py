"""How a number may be written: with decimal comma or point, in groups, in percent, in money, with a unit."""

import math
import re
from dataclasses import dataclass
from typing import Self

SPACES = " \u00a0\u2007\u2009\u202f"
"""What may stand between groups of thousands: a space, or one of those that do not break or are narrow."""
_MINUS = "\u2212"
_NUMBER = re.compile(
    rf"""
    (?P<sign>[-+]?) (?=[.,]?[0-9])
    (?P<whole> [0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+ | [0-9]+(?:_[0-9]+)* | )
    (?:[.,] (?P<decimals>[0-9]+))?
    (?:[eE] (?P<exponent>[-+]?[0-9]{{1,9}}))?
    \s*
    (?P<suffix> (?:%|[^\W\d_]) (?:[^\W\d_]|[\s/%.-])* )?
    """,
    re.VERBOSE,
)
_NOT_FINITE = re.compile(r"[-+]?\.?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_MONEY = re.compile(r"(?P<unit>kr|tkr|mkr|mdkr)(?P<per>/.+)?", re.IGNORECASE)
_POWERS = {"kr": 0, "tkr": 3, "mkr": 6, "mdkr": 9}
_LONGEST_SHOWN = 40


class Written(float):
    """A number that remembers how it was written, where that says whether it can be trusted.

    Attributes
    ----------
    text : str
        As it stands in the file, for example ``1.500``, which in Swedish may mean 1500.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Make the number from its text, in the form of a YAML float."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        """Return what copies and pickles are made from."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A number, and what was written after it.

    Attributes
    ----------
    value : float
        Finite. A fraction where per cent were written, kronor where kr, tkr, Mkr or mdkr were.
    suffix : str or None
        None for a bare number; ``%``, ``% av lön``; for money ``kr``, ``kr/mån``; otherwise the unit as
        written: ``mån``, ``besök``.
    """

    value: float
    suffix: str | None = None


def read_number(written: object, *, money: bool = False) -> Parsed:
    """Read a number as people write it.

    Parameters
    ----------
    written : object
        A finite int or float, or a text: ``1 234,5``, ``5_000_000``, ``12,5 %``, ``5,5 Mkr``, ``6,5 mån``.
    money : bool
        Whether it is an amount of money, where three digits after a single comma or point may be thousands or
        decimals (``1,500``) and are refused. A text that ends in kr, tkr, Mkr or mdkr is always money.

    Returns
    -------
    Parsed
        The number, scaled by its per cent or money suffix.

    Raises
    ------
    ValueError
        If it is empty, not a number, not finite, or can be read in two ways; the message says what to write.
    """
    if isinstance(written, bool):
        raise ValueError(f"'{str(written).lower()}' is a yes or no, not a number.")
    if isinstance(written, Written):
        return _read_text(written.text, money=money)
    if isinstance(written, int | float):
        try:
            return Parsed(_finite(float(written), str(written)))
        except OverflowError:
            raise ValueError("The number is too large to calculate with.") from None
    if isinstance(written, str):
        return _read_text(written, money=money)
    raise ValueError(f"{_kind(written)} stands where a number is expected.")


def _read_text(text: str, *, money: bool) -> Parsed:
    text = text.strip()
    if not text:
        raise ValueError("A number is missing: the text is empty.")
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"'{_shown(text)}' is not a number to calculate with; write a finite number.")
    match = _NUMBER.fullmatch(text.replace(_MINUS, "-"))
    if match is None:
        raise ValueError(_why_not(text))
    suffix = re.sub(r"\s*/\s*", "/", " ".join(match["suffix"].split())) if match["suffix"] else None
    amount = _MONEY.fullmatch(suffix) if suffix else None
    whole, decimals = re.sub(r"\D", "", match["whole"]), match["decimals"] or ""
    bare_money = money and suffix is None
    if (amount or bare_money) and not match["exponent"] and _could_be_thousands(match["whole"], decimals):
        advice = two_readings(match["sign"] + whole, decimals, f" {suffix}" if suffix else "")
        raise ValueError(f"'{_shown(text)}' can be read in two ways. {advice}")

    power = int(match["exponent"] or 0)
    if amount:
        power += _POWERS[amount["unit"].lower()]
        suffix = "kr" + (amount["per"] or "")
    elif suffix and suffix.split()[0] == "%":
        power -= 2
    # One conversion from digits, so that 5,55 Mkr is the float nearest to it and not a product of two floats.
    value = float(f"{match['sign']}{whole or 0}.{decimals or 0}e{power}")
    return Parsed(_finite(value, text), suffix)


def _could_be_thousands(whole: str, decimals: str) -> bool:
    """Return whether the digits around a separator may be thousands; nobody groups after a leading zero."""
    return re.fullmatch(r"[1-9][0-9]{0,2}", whole) is not None and len(decimals) == 3


def two_readings(whole: str, decimals: str, rest: str = "") -> str:
    """Return what to write instead of a number with three digits after a separator: thousands, or decimals.

    Parameters
    ----------
    whole, decimals : str
        The digits on either side, the sign with the first.
    rest : str
        What follows, with its space.
    """
    fraction = decimals.rstrip("0") or "0"
    if len(fraction) == len(decimals):
        fraction += "0"
    large, small = f"{whole}{decimals}{rest}", f"{whole}.{fraction}{rest}"
    return f"Write {large} if thousands are meant, or {small} if decimals are."


def _why_not(text: str) -> str:
    if re.fullmatch(r"[-+]?[0-9.,\s]*[0-9]", text) and len(re.findall("[.,]", text)) > 1:
        return (
            f"'{_shown(text)}' is not a number: it has more than one comma or point. "
            "Group thousands with spaces and write one decimal sign, as in '1 234 567,5'."
        )
    return (
        f"'{_shown(text)}' is not a number. "
        "Write it as 1234.5 or, in quotes, as '1 234,5', '12,5 %', '5,5 Mkr' or '6,5 mån'."
    )


def _finite(value: float, text: str) -> float:
    if math.isnan(value) or text.lstrip("-+").lower().startswith("inf"):
        raise ValueError(f"'{text}' is not a number to calculate with; write a finite number.")
    if math.isinf(value):
        raise ValueError(f"'{_shown(text)}' is too large to calculate with.")
    return value


def _kind(value: object) -> str:
    if value is None:
        return "Nothing (null)"
    names = {"dict": "A mapping", "list": "A list", "tuple": "A list"}
    return names.get(type(value).__name__, f"A {type(value).__name__}")


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
