"""Price lists and price indices."""

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self

from frozendict import frozendict
from pydantic import AfterValidator, Field, ValidationError, model_validator

from utanforskap.errors import Finding, InputError, Place, UnknownNameError
from utanforskap.inputs.estimates import (
    Grade,
    Model,
    Money,
    Number,
    Share,
    SignedShare,
    Title,
    freeze,
)
from utanforskap.inputs.states import check_sides
from utanforskap.inputs.tables import Row, Table, read_csv, shipped_folder, shipped_table
from utanforskap.inputs.units import Unit, unit_named
from utanforskap.terms import Kind

PriceIndexId = Literal["kpi", "inkomstindex"]
COLUMNS = (
    "id", "payer", "payee", "kind", "taxable", "label_sv", "label_en", "unit", "index", "realisable",
    "year", "value", "low", "high", "source", "source_url", "grade", "note",
)  # fmt: skip
_PER_PRICE = COLUMNS[1:10]


class IndexYearError(LookupError):
    """A price has no index for a year that it should be moved from or to."""


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """An annual index.

    Attributes
    ----------
    id : str
        ``kpi``, ``inkomstindex`` …
    values : mapping of int to float
        By calendar year; the base does not matter.
    """

    id: str
    values: Mapping[int, float]

    def ratio(self, *, start: int, end: int) -> float:
        """Return how much one krona of the start year is at the end year's level.

        Raises
        ------
        IndexYearError
            If the index is not known for one of the years; years beyond the data are never guessed.
        """
        for year in (start, end):
            if year not in self.values:
                first, last = min(self.values), max(self.values)
                raise IndexYearError(f"the index {self.id} is known for {first}–{last}, not for {year}")
        return self.values[end] / self.values[start]


class PriceValue(Model):
    """What a price was in one year.

    Attributes
    ----------
    value, low, high : float
        In the price's unit and the year's kronor.
    source, source_url : str
        Where it stands.
    grade : {"A", "B", "C", "D"}
        How far it can be trusted.
    """

    value: Annotated[Number, Field(ge=-1e12)]
    low: Number | None = None
    high: Number | None = None
    source: str
    source_url: str | None = None
    grade: Grade

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        stated = [x for x in (self.low, self.value, self.high) if x is not None]
        if stated != sorted(stated):
            raise ValueError(
                f"low, value and high must be in order; found {', '.join(f'{x:g}' for x in stated)}"
            )
        return self


class Price(Model):
    """A named price: who pays whom, for what, in which unit, year by year.

    Attributes
    ----------
    id : str
        Dotted; the same in every vintage.
    title : Title
        What it is called.
    kind : str or None
        None only for a rate, whose unit is ``andel``.
    payer, payee : str or None
        Actors.
    taxable : bool
        Whether a transfer is taxed as income.
    unit : Unit
        One unit for all years.
    index : {"kpi", "inkomstindex"} or None
        What moves it to another year's cost level; None only for a rate.
    realisable : Share or None
        The share of a saving that can be cashed; None where it is not argued.
    values : mapping of int to PriceValue
        By year.
    """

    id: str
    title: Title
    kind: Kind | None = None
    payer: str | None = None
    payee: str | None = None
    taxable: bool = False
    unit: Annotated[str, AfterValidator(lambda text: unit_named(text).value)]
    index: PriceIndexId | None = None
    realisable: Share | None = None
    values: Annotated[Mapping[int, PriceValue], Field(min_length=1), AfterValidator(freeze)]

    @model_validator(mode="after")
    def _sides(self) -> Self:
        if self.unit == Unit.SHARE:
            if self.kind is not None or self.index is not None:
                raise ValueError("a rate (unit andel) has neither kind nor index")
        elif self.kind is None:
            raise ValueError("a price says its kind: service, transfer, tax or wage")
        elif self.index is None:
            raise ValueError("a price says its index: kpi or inkomstindex")
        else:
            check_sides(kind=self.kind, payer=self.payer, payee=self.payee)
        if self.realisable is not None and self.kind != "service":
            raise ValueError(f"only a service can be realisable; this is a {self.kind}")
        return self

    def year_for(self, wanted: int) -> int:
        """Return the year whose value stands for the wanted one: itself if known, otherwise the nearest (the earlier of two)."""
        years = sorted(self.values)
        if wanted in self.values:
            return wanted
        position = bisect.bisect(years, wanted)
        near = years[max(position - 1, 0) : position + 1]
        return min(near, key=lambda year: (abs(year - wanted), year))


@dataclass(frozen=True, slots=True)
class PriceList:
    """Named prices.

    Attributes
    ----------
    id : str
        ``sverige@2026.1``, or a local list's file name.
    prices : mapping of str to Price
        By id.
    """

    id: str
    prices: Mapping[str, Price]

    def price(self, id_: str) -> Price:
        """Return a price.

        Raises
        ------
        UnknownNameError
            If there is none with this id.
        """
        if id_ not in self.prices:
            raise UnknownNameError(what="a price", given=id_, known=sorted(self.prices))
        return self.prices[id_]


def estimate_of(price: Price, *, year: int) -> Money | SignedShare:
    """Return a price's value that stands for a year: an amount with its own price year, or a rate."""
    own = price.year_for(year)
    value = price.values[own]
    stated = {name: getattr(value, name) for name in ("value", "low", "high", "source", "grade")}
    if price.unit == Unit.SHARE:
        return SignedShare(**stated)
    assert price.index is not None
    return Money(**stated, unit=price.unit, price_year=own, index=price.index)


def shipped_vintages() -> dict[str, str]:
    """Return the shipped price lists' folders by list and vintage: ``sverige@2026.1``, newest last."""
    folders = sorted(entry.name for entry in shipped_folder("prices").iterdir() if entry.is_dir())
    return {"@".join(name.rsplit("-", 1)): name for name in folders}


@cache
def shipped_list(id_: str) -> PriceList:
    """Return a shipped price list: ``sverige`` is its newest vintage, ``sverige@2026.1`` a pinned one.

    Raises
    ------
    UnknownNameError
        If there is no such list or vintage.
    """
    vintages = shipped_vintages()
    pinned = [name for name in vintages if name == id_ or name.partition("@")[0] == id_]
    if not pinned:
        names = sorted({name.partition("@")[0] for name in vintages} | set(vintages))
        raise UnknownNameError(what="a price list", given=id_, known=names)
    folder = shipped_folder("prices").joinpath(vintages[pinned[-1]])
    files = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".csv"))
    tables = [shipped_table(f"prices/{vintages[pinned[-1]]}/{name}") for name in files]
    return PriceList(id=pinned[-1], prices=prices_from(tables))


def local_list(path: str) -> PriceList:
    """Return a user's own price list, a CSV file with the columns of the shipped ones.

    Raises
    ------
    InputError
        With every finding in the file.
    """
    return PriceList(id=path, prices=prices_from([read_csv(path)]))


def prices_from(tables: Iterable[Table]) -> Mapping[str, Price]:
    """Return the prices that stand in tables; rows of one price stand together and may leave its cells blank after the first.

    Raises
    ------
    InputError
        With every finding of all tables: unknown or missing columns, rows that contradict one another, prices that
        are incomplete.
    """
    findings: list[Finding] = []
    prices: dict[str, Price] = {}
    for table in tables:
        findings += _column_findings(table)
        if findings:
            continue
        rows_by_id: dict[str, list[Row]] = {}
        for row in table.rows:
            rows_by_id.setdefault(row.cells["id"], []).append(row)
        for id_, rows in rows_by_id.items():
            if id_ in prices:
                findings.append(_finding(rows[0], "id", f"the price '{id_}' stands in two tables"))
                continue
            price = _price(id_, rows, findings)
            if price is not None:
                prices[id_] = price
    if findings:
        raise InputError(findings)
    return frozendict(prices)


def _column_findings(table: Table) -> list[Finding]:
    unknown = [name for name in table.columns if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in table.columns]
    texts = [f"'{name}' is not a column of a price list" for name in unknown]
    texts += [f"the column '{name}' is missing" for name in missing]
    allowed = (f"Columns: {', '.join(COLUMNS)}",)
    return [Finding("price-columns", "", text, allowed, Place(table.name, 1, 1)) for text in texts]


def _finding(row: Row, column: str, message: str) -> Finding:
    path = f"prices.{row.cells['id']}"
    return Finding(
        "price-row", path, f"{column}: {message}", (), Place(row.table, row.line, row.column(column))
    )


def _price(id_: str, rows: list[Row], findings: list[Finding]) -> Price | None:
    first = rows[0]
    before = len(findings)
    values: dict[int, dict[str, Any]] = {}
    for row in rows:
        for column in _PER_PRICE:
            if row is not first and row.cells[column] not in ("", first.cells[column]):
                findings.append(
                    _finding(
                        row, column, f"'{row.cells[column]}' here, '{first.cells[column]}' in its first row"
                    )
                )
        if not row.cells["year"].isdigit():
            findings.append(_finding(row, "year", f"'{row.cells['year']}' is not a year"))
            continue
        if int(row.cells["year"]) in values:
            findings.append(_finding(row, "year", f"the year {row.cells['year']} stands twice"))
        values[int(row.cells["year"])] = _filled(
            row, ("value", "low", "high", "source", "source_url", "grade", "note")
        )
    if len(findings) > before:
        return None
    data: dict[str, Any] = _filled(first, ("kind", "payer", "payee", "unit", "index", "realisable"))
    data |= {
        "id": id_,
        "title": {"sv": first.cells["label_sv"], "en": first.cells["label_en"]},
        "taxable": first.cells["taxable"] == "ja",
        "values": values,
    }
    try:
        return Price.model_validate(data)
    except ValidationError as error:
        for problem in error.errors():
            location = [str(part) for part in problem["loc"]]
            row = next((r for r in rows if r.cells["year"] in location), first)
            column = next((part for part in reversed(location) if part in COLUMNS), "id")
            findings.append(_finding(row, column, problem["msg"].removeprefix("Value error, ")))
        return None


def _filled(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    return {column: row.cells[column] for column in columns if row.cells[column]}


@cache
def shipped_indices() -> Mapping[str, PriceIndex]:
    """Return the shipped indices by id."""
    values: dict[str, dict[int, float]] = {}
    for row in shipped_table("indices.csv").rows:
        values.setdefault(row.cells["index"], {})[int(row.cells["year"])] = float(row.cells["value"])
    return {id_: PriceIndex(id=id_, values=frozendict(by_year)) for id_, by_year in values.items()}
