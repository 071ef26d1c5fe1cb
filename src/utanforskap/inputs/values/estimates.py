"""Numbers as they are stated: with unit, price year, range, source and grade."""

import math
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema

from utanforskap.errors import PartError, about, unknown
from utanforskap.inputs.values.models import FrozenList, Keys, Model, WholeNumber, freeze, or_shorthand, without_note
from utanforskap.inputs.values.numbers import Parsed, read_number
from utanforskap.inputs.values.statement import (
    IN_ITS_UNIT,
    Number,
    Statement,
    bound_numbers,
    number_schema,
    read_in,
    shown,
)
from utanforskap.inputs.values.units import AMOUNT_UNITS, MONTHS_A_YEAR, QUANTITY_UNITS, Unit

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = get_args(Grade)

ASSUMPTION = "antagande"
"""The source of a number that somebody assumed."""
CALIBRATION = "kalibrering"
"""The source of a number that was chosen so that a published figure is met."""
OWN_SOURCES = (ASSUMPTION, CALIBRATION)

OLDEST = 200
"""The last age [years] of a band without end."""

T = TypeVar("T")
_BAND = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3})|(\+))?")
BAND_PATTERN = "^[0-9]{1,3}(-[0-9]{1,3}|[+])?$"


def check_grade(source: str, grade: Grade | None) -> None:
    """Refuse a grade that is not an assumption's or a calibration's, of what has no other source.

    Raises
    ------
    PartError
        About the grade.
    """
    if source in OWN_SOURCES and grade not in (None, "D"):
        message = f"A number whose source is '{source}' has grade D, not {grade}."
        raise PartError(f"{message}\nRemove the grade, or say where the number comes from: source: <id>.", "grade")


class Estimate(Statement):
    """A number that somebody stated, with where it comes from and how far it can be trusted.

    Attributes
    ----------
    source : str
        The id of one of the scenario's sources, ``antagande`` or ``kalibrering``.
    grade : {"A", "B", "C", "D"} or None
        A official statistic or law, B published study, C secondary or old, D assumption or calibration. None is
        the source's own grade, and D without a source.
    """

    units: ClassVar[tuple[str, ...]] = ()
    what = "a number"

    source: str = ASSUMPTION
    grade: Grade | None = None

    @classmethod
    def read(cls, written: object) -> float:
        """Return the value of one way to write this kind of number.

        Raises
        ------
        ValueError
            If it is not a number, or carries a unit that does not belong here.
        """
        return read_in(written, money=False, units=cls.units).value

    @classmethod
    def within_bounds(cls, value: float) -> None:
        """Raise a ValueError if a value lies outside what this kind of number can be."""
        low, high = cls.bounds
        if not low <= value <= high:
            span = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
            raise ValueError(f"{shown(value)} cannot be {cls.what}: it must be {span}.")

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: object) -> object:
        if isinstance(data, str | int | float):
            data = {"value": data}
        return cls._read_numbers(dict(data)) if isinstance(data, Mapping) else data

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        for name in IN_ITS_UNIT:
            if data.get(name) is not None:
                with about(name):
                    data[name] = cls.read(data[name])
        return data

    @model_validator(mode="after")
    def _graded(self) -> Self:
        check_grade(self.source, self.grade)
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a bare number, or one written with its unit, may stand for the whole."""
        reference, whole = or_shorthand(core, handler, number_schema(*cls.bounds))
        bound_numbers(whole, cls)
        return reference


class Share(Estimate):
    """A share of a whole, 0 to 1; may be written in percent (``12,5 %``)."""

    bounds = (0.0, 1.0)
    units = ("%",)
    what = "a share"


class SignedShare(Estimate):
    """A share that may be negative, −1 to 1; may be written in percent."""

    bounds = (-1.0, 1.0)
    units = ("%",)
    what = "a share"


class Rate(Estimate):
    """A yearly rate of interest, growth or inflation, −0.5 to 1; may be written in percent."""

    bounds = (-0.5, 1.0)
    units = ("%",)
    what = "a yearly rate"


class Factor(Estimate):
    """A multiplier, 0 or more."""

    bounds = (0.0, math.inf)
    units = ("%",)
    what = "a factor"


class Persons(Estimate):
    """A number of persons, 0 or more; fractions are expected values."""

    bounds = (0.0, math.inf)
    units = ("personer",)
    what = "a number of persons"


class Sum(Estimate):
    """A sum of money in the kronor of the year in which it is paid; may be written in kr, tkr or Mkr."""

    bounds = (0.0, math.inf)
    what = "a sum of money"

    @classmethod
    def read(cls, written: object) -> float:
        """Return the sum in kronor."""
        return read_in(written, money=True, units=("kr",)).value


class Weight(Estimate):
    """What a person-year in a state counts for in an outcome (quality of life, say)."""

    units = ("%",)
    what = "a weight"


class Years(Estimate):
    """A length of time [years], 0 or more; may be written in months (``18 mån``) or years (``4,5 år``)."""

    bounds = (0.0, math.inf)
    units = ("år", "mån")
    what = "a length of time"

    @classmethod
    def read(cls, written: object) -> float:
        """Return the length in years."""
        length = read_in(written, money=False, units=cls.units)
        return length.value / MONTHS_A_YEAR if length.suffix == "mån" else length.value


class Setting(Estimate):
    """A value that an alternative sets in place of an estimate's own, in that estimate's own unit.

    Attributes
    ----------
    unit : str or None
        The unit that was written; None once the value is in the estimate's own.
    """

    unit: str | None = None

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        return _with_unit(data, lambda written: read_number(written, money=True))

    def scaled(self, factor: float) -> Self:
        """Return the same in the estimate's own unit, of which the unit that was written is so many."""
        stated = {name: number * factor for name, number in self.numbers(IN_ITS_UNIT).items()}
        if self.mu is not None:
            stated["mu"] = self.mu + math.log(factor)
        return self.change(unit=None, **stated)


def _with_unit(data: dict[str, Any], read: Callable[[object], Parsed]) -> dict[str, Any]:
    """Return an estimate's numbers read, and the unit that they were written in."""
    for name in IN_ITS_UNIT:
        if data.get(name) is None:
            continue
        with about(name):
            parsed = read(data[name])
            data[name] = parsed.value
            if parsed.suffix is not None:
                if data.get("unit") not in (None, parsed.suffix):
                    raise ValueError(f"Two units are written: '{data['unit']}' and '{parsed.suffix}'.")
                data["unit"] = parsed.suffix
    return data


class Quantity(Estimate):
    """How many of a price's own unit, 0 or more; may be written with the unit it counts (``6,5 mån``).

    Attributes
    ----------
    unit : str or None
        The unit that was written, which must be the one the price is per.
    """

    bounds = (0.0, math.inf)
    what = "a quantity"

    unit: str | None = None

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        return _with_unit(data, lambda written: read_in(written, money=False, units=QUANTITY_UNITS))

    @model_validator(mode="after")
    def _known_unit(self) -> Self:
        if self.unit is not None and self.unit not in QUANTITY_UNITS:
            text = unknown(what="a unit of a quantity", given=self.unit, known=QUANTITY_UNITS, label="Units")
            raise PartError(text, "unit")
        return self


class Money(Estimate):
    """An amount of money per unit, with its unit and price year.

    Attributes
    ----------
    unit : str
        ``kr/år``, ``kr/mån``, ``kr`` …; ``% av lön`` is a share of the wage named by `of`.
    price_year : int or None
        The year whose kronor the amount is in; none for a share of a wage.
    of : str or None
        The price id of the wage that ``% av lön`` is a share of.
    index : {"kpi", "inkomstindex"}
        The index by which the amount moves to another year's cost level.
    """

    bounds = (0.0, math.inf)
    what = "an amount of money"
    example: ClassVar[str] = "For example {value: 38000, unit: kr/år, price_year: 2013}."

    unit: str
    price_year: WholeNumber | None = None
    of: str | None = None
    index: Literal["kpi", "inkomstindex"] = "kpi"

    @model_validator(mode="before")
    @classmethod
    def _says_unit_and_year(cls, data: object) -> object:
        if isinstance(data, str | int | float):
            raise ValueError(f"An amount of money says its unit and the year of its kronor.\n{cls.example}")
        if isinstance(data, Mapping) and "unit" not in data:
            raise ValueError(f"An amount of money says its unit.\n{cls.example}")
        return data

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        unit = data.get("unit")
        for name in IN_ITS_UNIT:
            if data.get(name) is None:
                continue
            with about(name):
                parsed = read_number(data[name], money=True)
                short = "%" if unit == Unit.WAGE_SHARE else "kr"
                if parsed.suffix not in (None, unit, short if str(unit).startswith(short) else None):
                    raise ValueError(f"'{data[name]}' does not go with the unit '{unit}'.")
                data[name] = parsed.value
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.unit not in AMOUNT_UNITS:
            text = unknown(what="a unit of money", given=self.unit, known=AMOUNT_UNITS, label="Units")
            raise PartError(text, "unit")
        if self.unit == Unit.WAGE_SHARE:
            if self.of is None:
                raise ValueError(f"'{self.unit}' names the wage that it is a share of.\nWrite of: <price id>.")
            if self.price_year is not None:
                raise PartError("A share of a wage is in no year's kronor.\nRemove 'price_year'.", "price_year")
        elif self.of is not None:
            raise PartError(f"'of' belongs to the unit '{Unit.WAGE_SHARE}', not to '{self.unit}'.\nRemove it.", "of")
        elif self.price_year is None and self.unit != Unit.BASE_AMOUNTS:
            raise ValueError(f"An amount of money says the year of its kronor: 'price_year'.\n{self.example}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say which units there are; a bare number is no amount of money."""
        reference = handler(core)
        whole = handler.resolve_ref_schema(reference)
        bound_numbers(whole, cls)
        whole["properties"]["unit"] |= {"enum": list(AMOUNT_UNITS)}
        return reference


class ByYear(Model):
    """Numbers by year, the first for the first year; the last holds from then on.

    Attributes
    ----------
    by_year : tuple of float
        One number a year.
    source, grade
        As for an estimate; the list as a whole has one.
    """

    what = "a list of numbers"

    by_year: Annotated[FrozenList[Number], Field(min_length=1)]
    source: str = ASSUMPTION
    grade: Grade | None = None

    @model_validator(mode="before")
    @classmethod
    def _list(cls, data: object) -> object:
        return {"by_year": data} if isinstance(data, list | tuple) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a list may stand for the whole."""
        return or_shorthand(core, handler, {"type": "array", "items": number_schema(), "minItems": 1})[0]


def age_band(text: str) -> tuple[int, int]:
    """Return the first and last age of a band: ``18-24``, ``40`` or ``65+``.

    Raises
    ------
    ValueError
        If it is not an age band, or ends before it starts.
    """
    found = _BAND.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not an age band.\nWrite it as 18-24, 40 or 65+.")
    first = int(found[1])
    last = OLDEST if found[3] else int(found[2] or first)
    if last < first:
        raise ValueError(f"The age band '{text}' ends before it starts.")
    return first, last


def _bands(data: Mapping[str, T]) -> Mapping[str, T]:
    spans: list[tuple[int, int, str]] = []
    for text in data:
        try:
            spans.append((*age_band(text), text))
        except ValueError as error:
            raise PartError(str(error), text, on_key=True) from None
    for (_, last, _), (first, _, text) in pairwise(sorted(spans)):
        if first <= last:
            raise PartError(f"Two age bands hold the age {first}.\nEvery age stands in one.", text, on_key=True)
        if first > last + 1:
            gap = f"age {last + 1}" if first == last + 2 else f"ages {last + 1}–{first - 1}"
            raise PartError(f"No age band holds the {gap}.\nLeave no gap.", text, on_key=True)
    return data


E = TypeVar("E", bound=Estimate)


class ByAge(Model, Generic[E]):
    """Estimates by age.

    Attributes
    ----------
    by_age : mapping of str to estimate
        Keys are age bands (``18-24``, ``40``, ``65+``) without gaps or overlaps.
    """

    what = "a table by age"

    by_age: Annotated[
        Mapping[str, E],
        Field(min_length=1),
        BeforeValidator(without_note),
        AfterValidator(_bands),
        AfterValidator(freeze),
        Keys(BAND_PATTERN),
    ]


def _profile_form(data: object) -> str:
    if isinstance(data, list | tuple | ByYear) or (isinstance(data, Mapping) and "by_year" in data):
        return "by_year"
    if isinstance(data, ByAge) or (isinstance(data, Mapping) and "by_age" in data):
        return "by_age"
    return "rest" if data == "rest" else "number"


Profile = Annotated[
    Annotated[Quantity, Tag("number")] | Annotated[ByYear, Tag("by_year")] | Annotated[ByAge[Quantity], Tag("by_age")],
    Discriminator(_profile_form),
]
"""How many, as a number, a list by year, or a table by age."""

ShareOrRest = Annotated[
    Annotated[Share, Tag("number")] | Annotated[Literal["rest"], Tag("rest")], Discriminator(_profile_form)
]
"""A share, or what the other shares leave."""

Probability = Annotated[
    Annotated[Share, Tag("number")]
    | Annotated[Literal["rest"], Tag("rest")]
    | Annotated[ByYear, Tag("by_year")]
    | Annotated[ByAge[Share], Tag("by_age")],
    Discriminator(_profile_form),
]
"""A yearly probability, as a number, by year or by age, or what the others of its row leave."""
