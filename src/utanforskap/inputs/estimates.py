"""Numbers as they are stated: with unit, price year, range, source and grade."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar, get_args

from frozendict import frozendict
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from utanforskap.inputs.numbers import Parsed, read_number
from utanforskap.inputs.units import QUANTITY_UNITS, Unit, unit_named

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = get_args(Grade)

ASSUMPTION = "antagande"
"""The source of a number that somebody assumed."""
CALIBRATION = "kalibrering"
"""The source of a number that was chosen so that a published figure is met."""
OWN_SOURCES = (ASSUMPTION, CALIBRATION)

T = TypeVar("T")
_ID = re.compile(r"[^\W\d_][\w-]*|\d[\w-]*")
_BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?")


class Model(BaseModel):
    """What every part of a scenario shares: frozen, no unknown keys, and a note anywhere.

    Attributes
    ----------
    note : str or None
        Free text; drives nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    note: str | None = None

    def change(self, **fields: Any) -> Self:
        """Return a validated copy with some fields changed."""
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate(kept | fields)


def _without_note(data: object) -> object:
    if isinstance(data, Mapping) and isinstance(data.get("note"), str):
        return {key: value for key, value in data.items() if key != "note"}
    return data


def _well_named(data: Mapping[str, T]) -> Mapping[str, T]:
    for key in data:
        if not _ID.fullmatch(key):
            raise ValueError(f"'{key}' is not an id. Allowed: letters, digits, _ and -, no dots or spaces")
    return data


def freeze(data: Mapping[Any, T]) -> Mapping[Any, T]:
    """Return a mapping that cannot be changed."""
    return frozendict(data)


def _tuple(data: object) -> object:
    return tuple(data) if isinstance(data, list) else data


FrozenMap = Annotated[Mapping[str, T], BeforeValidator(_without_note), AfterValidator(freeze)]
IdMap = Annotated[
    Mapping[str, T], BeforeValidator(_without_note), AfterValidator(_well_named), AfterValidator(freeze)
]
FrozenList = Annotated[tuple[T, ...], BeforeValidator(_tuple)]


class Title(Model):
    """A title in both languages; one text alone, or Swedish alone, stands for both."""

    sv: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _one_text(cls, data: object) -> object:
        if isinstance(data, str):
            return {"sv": data, "en": data}
        if isinstance(data, Mapping) and "sv" in data and "en" not in data:
            return {**data, "en": data["sv"]}
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a text may stand for the whole."""
        return _or_shorthand(core, handler, "string")


def _or_shorthand(core: CoreSchema, handler: GetJsonSchemaHandler, *types: str) -> dict[str, Any]:
    reference = handler(core)
    body = handler.resolve_ref_schema(reference)
    whole = dict(body)
    body.clear()
    body["anyOf"] = [{"type": list(types)}, whole]
    return reference


def _plain_number(written: object) -> float:
    return _parsed(written, money=False, suffixes=(None,)).value


def _parsed(written: object, *, money: bool, suffixes: Sequence[str | None] | None) -> Parsed:
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise ValueError(f"{written!r} is not a number")
    parsed = read_number(written, money=money)
    if suffixes is not None and parsed.suffix not in suffixes:
        allowed = ", ".join(f"'{suffix}'" for suffix in suffixes if suffix) or "none"
        raise ValueError(f"'{written}' ends in '{parsed.suffix}'. Units allowed here: {allowed}")
    return parsed


Number = Annotated[float, BeforeValidator(_plain_number), WithJsonSchema({"type": ["number", "string"]})]


class Estimate(Model):
    """A number that somebody stated, with where it comes from and how far it can be trusted.

    Attributes
    ----------
    value : float
        The value used in a point run; later the median of its distribution.
    low, high : float or None
        The 5th and 95th percentiles.
    source : str
        The id of one of the scenario's sources, ``antagande`` or ``kalibrering``.
    grade : {"A", "B", "C", "D"} or None
        A official statistic or law, B published study, C secondary or old, D assumption or calibration. None is
        the source's own grade, and D without a source.
    """

    bounds: ClassVar[tuple[float, float]] = (float("-inf"), float("inf"))
    suffixes: ClassVar[tuple[str | None, ...]] = (None,)
    what: ClassVar[str] = "a number"

    value: Number
    low: Number | None = None
    high: Number | None = None
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
        parsed = _parsed(written, money=False, suffixes=cls.suffixes)
        return parsed.value

    @classmethod
    def within_bounds(cls, value: float) -> None:
        """Raise a ValueError if a value lies outside what this kind of number can be."""
        low, high = cls.bounds
        if not low <= value <= high:
            span = f"at least {low:g}" if high == float("inf") else f"between {low:g} and {high:g}"
            raise ValueError(f"{value:g} is not {cls.what}: it must be {span}")

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: object) -> object:
        if isinstance(data, str | int | float) and not isinstance(data, bool):
            data = {"value": data}
        if isinstance(data, Mapping):
            data = cls._read_numbers(dict(data))
        return data

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        for name in ("value", "low", "high"):
            if data.get(name) is not None:
                data[name] = cls.read(data[name])
        return data

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        stated = [x for x in (self.low, self.value, self.high) if x is not None]
        for value in stated:
            self.within_bounds(value)
        if stated != sorted(stated):
            raise ValueError(
                f"low, value and high must be in order; found {', '.join(f'{x:g}' for x in stated)}"
            )
        if self.source in OWN_SOURCES and self.grade not in (None, "D"):
            raise ValueError(f"a number whose source is '{self.source}' has grade D, not {self.grade}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a bare number, or one written with its unit, may stand for the whole."""
        return _or_shorthand(core, handler, "number", "string")


class Share(Estimate):
    """A share of a whole, 0 to 1; may be written in percent (``12,5 %``)."""

    bounds = (0.0, 1.0)
    suffixes = (None, "%")
    what = "a share"


class SignedShare(Estimate):
    """A share that may be negative, −1 to 1; may be written in percent."""

    bounds = (-1.0, 1.0)
    suffixes = (None, "%")
    what = "a share"


class Rate(Estimate):
    """A yearly rate of interest, growth or inflation, −0.5 to 1; may be written in percent."""

    bounds = (-0.5, 1.0)
    suffixes = (None, "%")
    what = "a yearly rate"


class Factor(Estimate):
    """A multiplier, 0 or more."""

    bounds = (0.0, float("inf"))
    suffixes = (None, "%")
    what = "a factor"


class Persons(Estimate):
    """A number of persons, 0 or more; fractions are expected values."""

    bounds = (0.0, float("inf"))
    suffixes = (None, "personer")
    what = "a number of persons"


class Weight(Estimate):
    """What a person-year in a state counts for in an outcome (quality of life, say)."""

    suffixes = (None, "%")
    what = "a weight"


class Years(Estimate):
    """A length of time [years], 0 or more; may be written in months (``18 mån``) or years (``4,5 år``)."""

    bounds = (0.0, float("inf"))
    suffixes = (None, "år", "mån")
    what = "a length of time"

    @classmethod
    def read(cls, written: object) -> float:
        """Return the length in years."""
        parsed = _parsed(written, money=False, suffixes=cls.suffixes)
        return parsed.value / 12 if parsed.suffix == "mån" else parsed.value


class Quantity(Estimate):
    """How many of a price's own unit, 0 or more; may be written with the unit it counts (``6,5 mån``).

    Attributes
    ----------
    unit : str or None
        The unit that was written, which must be the one the price is per.
    """

    bounds = (0.0, float("inf"))
    what = "a quantity"

    unit: str | None = None

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        for name in ("value", "low", "high"):
            if data.get(name) is None:
                continue
            parsed = _parsed(data[name], money=False, suffixes=(None, *QUANTITY_UNITS))
            data[name] = parsed.value
            if parsed.suffix is not None:
                if data.get("unit") not in (None, parsed.suffix):
                    raise ValueError(f"two units: '{data['unit']}' and '{parsed.suffix}'")
                data["unit"] = parsed.suffix
        return data


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

    bounds = (0.0, float("inf"))
    what = "an amount of money"

    unit: str
    price_year: int | None = None
    of: str | None = None
    index: Literal["kpi", "inkomstindex"] = "kpi"

    @model_validator(mode="before")
    @classmethod
    def _says_unit_and_year(cls, data: object) -> object:
        example = "{value: 38000, unit: kr/år, price_year: 2013}"
        if not isinstance(data, Mapping):
            raise ValueError(f"an amount of money says its unit and price year: {example}")
        if "unit" not in data:
            raise ValueError(f"an amount of money says its unit: {example}")
        return data

    @classmethod
    def _read_numbers(cls, data: dict[str, Any]) -> dict[str, Any]:
        for name in ("value", "low", "high"):
            if data.get(name) is None:
                continue
            parsed = _parsed(data[name], money=True, suffixes=None)
            if parsed.suffix not in (None, "kr", data.get("unit")) and not (
                parsed.suffix == "%" and data.get("unit") == Unit.WAGE_SHARE
            ):
                raise ValueError(f"'{data[name]}' does not go with unit '{data.get('unit')}'")
            data[name] = parsed.value
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        unit_named(self.unit)
        if self.unit == Unit.WAGE_SHARE:
            if self.of is None:
                raise ValueError("'% av lön' names the wage it is a share of: of: <price id>")
        elif self.price_year is None:
            raise ValueError("an amount of money says the year of its kronor: price_year: 2013")
        return self


class ByYear(Model):
    """Numbers by year, the first for the first year; the last holds from then on.

    Attributes
    ----------
    by_year : tuple of float
        One number a year.
    source, grade
        As for an estimate; the list as a whole has one.
    """

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
        return _or_shorthand(core, handler, "array")


def age_band(text: str) -> tuple[int, int]:
    """Return the first and last age of a band: ``18-24``, ``40`` or ``65+``.

    Raises
    ------
    ValueError
        If it is not an age band, or ends before it starts.
    """
    found = _BAND.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not an age band. Allowed: 18-24, 40, 65+")
    first = int(found[1])
    last = 200 if found[3] else int(found[2] or first)
    if last < first:
        raise ValueError(f"the age band '{text}' ends before it starts")
    return first, last


def _bands(data: Mapping[str, T]) -> Mapping[str, T]:
    spans = sorted(age_band(text) for text in data)
    for (_, last), (first, _) in zip(spans, spans[1:], strict=False):
        if first <= last:
            raise ValueError(f"two age bands hold the age {first}")
        if first > last + 1:
            raise ValueError(f"no age band holds the age {last + 1}")
    return data


E = TypeVar("E", bound=Estimate)


class ByAge(Model, Generic[E]):
    """Estimates by age.

    Attributes
    ----------
    by_age : mapping of str to estimate
        Keys are age bands (``18-24``, ``40``, ``65+``) without gaps or overlaps.
    """

    by_age: Annotated[Mapping[str, E], AfterValidator(_bands), AfterValidator(freeze)]


def _profile_form(data: object) -> str:
    if isinstance(data, list | tuple | ByYear) or (isinstance(data, Mapping) and "by_year" in data):
        return "by_year"
    if isinstance(data, ByAge) or (isinstance(data, Mapping) and "by_age" in data):
        return "by_age"
    return "rest" if data == "rest" else "number"


Profile = Annotated[
    Annotated[Quantity, Tag("number")]
    | Annotated[ByYear, Tag("by_year")]
    | Annotated[ByAge[Quantity], Tag("by_age")],
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
