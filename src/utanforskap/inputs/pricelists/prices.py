"""Price lists."""

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from frozendict import frozendict
from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from utanforskap.errors import Finding, InputError, PartError, Place, UnknownNameError, about, unknown
from utanforskap.inputs.facts.indices import IndexYearError, PriceIndex, shipped_indices
from utanforskap.inputs.parts.misfits import misfit, tell
from utanforskap.inputs.parts.states import check_sides
from utanforskap.inputs.tables import Row, Table, read_table, shipped_folder, shipped_table
from utanforskap.inputs.values.estimates import Estimate, Grade, Money, Share, SignedShare
from utanforskap.inputs.values.models import Model, Title, freeze
from utanforskap.inputs.values.numbers import read_number
from utanforskap.inputs.values.statement import Statement
from utanforskap.inputs.values.units import PRICE_UNITS, Unit
from utanforskap.terms import KINDS, Kind

PriceIndexId = Literal["kpi", "inkomstindex"]
COLUMNS = (
    "id", "payer", "payee", "kind", "taxable", "label_sv", "label_en", "unit", "index", "realisable",
    "year", "value", "low", "high", "source", "source_url", "grade", "note",
)  # fmt: skip
_PER_PRICE = COLUMNS[1:10]
_PER_YEAR = COLUMNS[11:]
MAY_BE_LEFT_OUT = ("payee", "taxable", "label_en", "realisable", "low", "high", "source_url", "note")
OWN_ENDINGS = (".csv", ".xlsx")
"""What the name of an own price list ends in."""
_TAXABLE = {"ja": True, "nej": False, "": False}
_ID = re.compile(r"[^\W_][\w-]*(\.[^\W_][\w-]*)*")
_YEAR = re.compile("(19|20|21)[0-9]{2}")


class PriceValue(Statement):
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

    source: str
    source_url: str | None = None
    grade: Grade


def _price_unit(text: str) -> str:
    if text not in PRICE_UNITS:
        raise ValueError(unknown(what="a unit of a price", given=text, known=PRICE_UNITS, label="Units"))
    return text


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
    unit: Annotated[str, AfterValidator(_price_unit)]
    index: PriceIndexId | None = None
    realisable: Share | None = None
    values: Annotated[Mapping[int, PriceValue], Field(min_length=1), AfterValidator(freeze)]

    @model_validator(mode="after")
    def _sides(self) -> Self:
        if self.unit == Unit.SHARE:
            for name in ("kind", "index"):
                if getattr(self, name) is not None:
                    raise PartError(f"A rate, in {Unit.SHARE}, has no {name}.\nLeave it blank.", name)
        elif self.kind is None:
            raise PartError(f"A price says its kind.\nKinds: {', '.join(KINDS)}", "kind")
        elif self.index is None:
            raise PartError("A price says the index that moves it.\nIndices: kpi, inkomstindex", "index")
        else:
            check_sides(kind=self.kind, payer=self.payer, payee=self.payee)
        if self.taxable and self.kind != "transfer":
            raise PartError(f"Only a transfer can be taxable, and this is a {self.kind}.", "taxable")
        if self.realisable is not None and self.kind != "service":
            raise PartError(f"Only a service can be realisable, and this is a {self.kind}.", "realisable")
        return self

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        kind: type[Estimate] = SignedShare if self.unit == Unit.SHARE else Money
        for year, stated in self.values.items():
            for name in ("value", "low", "high"):
                number = getattr(stated, name)
                if number is not None:
                    with about("values", year, name):
                        kind.within_bounds(number)
        return self

    def year_for(self, wanted: int) -> int:
        """Return the year whose value stands for the wanted one: itself, or the nearest (the earlier of two)."""
        years = sorted(self.values)
        if wanted in self.values:
            return wanted
        position = bisect.bisect(years, wanted)
        near = years[max(position - 1, 0) : position + 1]
        return min(near, key=lambda year: (abs(year - wanted), year))


@dataclass(frozen=True, slots=True)
class PriceAt:
    """What stands for a price in a year.

    Attributes
    ----------
    id : str
        The price.
    year, own_year : int
        The year asked for, and the year whose known value stands for it: the same, or the nearest.
    value, low, high : float
        In the unit; an amount in the kronor and at the cost level of the year asked for.
    unit : str
        The price's unit.
    converted : bool
        Whether an index has moved the value; False for a known one, and for a rate, which is never moved.
    index : {"kpi", "inkomstindex"} or None
        The index that has moved it; None where none has.
    source, source_url : str
        Where the own year's value stands.
    grade : {"A", "B", "C", "D"}
        The own year's.
    note : str or None
        The own year's.
    """

    id: str
    year: int
    own_year: int
    value: float
    low: float | None
    high: float | None
    unit: str
    converted: bool
    index: PriceIndexId | None
    source: str
    source_url: str | None
    grade: Grade
    note: str | None


@dataclass(frozen=True, slots=True)
class PriceList:
    """Named prices.

    Attributes
    ----------
    id : str
        ``sverige@2026.1``, or a local list's file name.
    prices : mapping of str to Price
        By id.
    notes : tuple of Finding
        What is worth knowing about how a local list was read: a guessed encoding, further sheets.
    """

    id: str
    prices: Mapping[str, Price]
    notes: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        """Return its name, and how many prices it has."""
        return f"<{type(self).__name__} {self.id!r}: {len(self.prices)}>"

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

    def at(self, id_: str, *, year: int, indices: Mapping[str, PriceIndex] | None = None) -> PriceAt:
        """Return what stands for a price in a year: its known value, or the nearest moved by its index.

        ``value × index(year) / index(own year)``, as `kronor_factor` moves it in a case of that price year.

        Parameters
        ----------
        id_ : str
            ``kommun.riksnorm_ensam``.
        year : int
            Calendar year.
        indices : mapping of str to PriceIndex, optional
            By id; None is the shipped ones.

        Raises
        ------
        UnknownNameError
            If there is no such price.
        IndexYearError
            If the value must be moved and the index is not known for one of the years.
        """
        price = self.price(id_)
        own = price.year_for(year)
        known = price.values[own]
        moved_by = price.index if own != year and price.unit != Unit.BASE_AMOUNTS else None
        factor = 1.0
        if moved_by is not None:
            index = (shipped_indices() if indices is None else indices)[moved_by]
            try:
                factor = float(index.ratio(start=own, end=year))
            except IndexYearError as error:
                told = f"'{id_}' is not known for {year}, and its value of {own} cannot be moved there: {error}."
                raise IndexYearError(told, year=error.year) from None
        return PriceAt(
            id=id_,
            year=year,
            own_year=own,
            value=known.value * factor,
            low=None if known.low is None else known.low * factor,
            high=None if known.high is None else known.high * factor,
            unit=price.unit,
            converted=moved_by is not None,
            index=moved_by,
            source=known.source,
            source_url=known.source_url,
            grade=known.grade,
            note=known.note,
        )


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


def local_list(path: Path) -> PriceList:
    """Return a user's own price list, a CSV file or an Excel workbook with the columns of the shipped ones.

    Raises
    ------
    InputError
        With every finding in the file.
    """
    table = read_table(path)
    return PriceList(id=path.name, prices=prices_from([table]), notes=table.notes)


def is_own(name: str) -> bool:
    """Return whether a name is that of a user's own price list, a file."""
    return name.lower().endswith(OWN_ENDINGS)


def prices(name: str | Path) -> PriceList:
    """Return a price list: a shipped one (``sverige``, ``sverige@2026.1``), or an own one's file.

    Parameters
    ----------
    name : str or Path
        What a scenario says under ``prices``; a name that ends in .csv or .xlsx, and every Path, is a file.

    Raises
    ------
    UnknownNameError
        If there is no such shipped list or vintage.
    InputError
        With every finding in the file.
    """
    if isinstance(name, Path) or is_own(name):
        return local_list(Path(name))
    return shipped_list(name)


def prices_from(tables: Iterable[Table]) -> Mapping[str, Price]:
    """Return the prices that stand in tables; after a price's first row the cells that tell what it is may be blank.

    Raises
    ------
    InputError
        With every finding of all tables: unknown or missing columns, rows that contradict one another, prices that
        are incomplete.
    """
    findings: list[Finding] = []
    prices: dict[str, Price] = {}
    for table in tables:
        wrong = list(_column_findings(table))
        findings += [*table.findings, *wrong]
        if wrong:
            continue
        rows_by_id: dict[str, list[Row]] = {}
        for row in table.rows:
            rows_by_id.setdefault(row.cells["id"], []).append(row)
        for id_, rows in rows_by_id.items():
            if not _ID.fullmatch(id_):
                message = f"'{id_}' cannot be the id of a price." if id_ else "The price has no id."
                help_ = "Write an actor, a point and a name, such as kommun.coach."
                findings.append(_finding(rows[0], "id", message, help_))
            elif id_ in prices:
                findings.append(_finding(rows[0], "id", f"The price '{id_}' stands in another table too."))
            elif isinstance(price := _price(id_, rows), Price):
                prices[id_] = price
            else:
                findings += price
    if findings:
        raise InputError(sorted(findings, key=_line_and_column))
    return frozendict(prices)


def _line_and_column(finding: Finding) -> tuple[int, int]:
    return (finding.place.line, finding.place.column) if finding.place is not None else (0, 0)


def _column_findings(table: Table) -> Iterator[Finding]:
    if not table.columns:
        return
    for name in table.columns:
        if name not in COLUMNS:
            text = unknown(what="a column of a price list", given=name, known=COLUMNS, label="Columns")
            message, *help_ = text.splitlines()
            yield Finding("price-columns", "", message, tuple(help_), table.places[name])
    for name in COLUMNS:
        if name not in (*table.columns, *MAY_BE_LEFT_OUT):
            message = f"The column '{name}' is missing."
            header = Place(table.name, table.places[table.columns[0]].line, 1)
            yield Finding("price-columns", "", message, (), header)


def _finding(row: Row, column: str, message: str, *help_: str) -> Finding:
    path = f"prices.{row.cells['id']}.{column}" if row.cells["id"] else f"prices.{column}"
    return Finding("price-row", path, message, help_, Place(row.table, row.line, row.column(column)))


def _price(id_: str, rows: list[Row]) -> Price | list[Finding]:
    """Return the price that rows make, or what is wrong with them."""
    findings = [*_contradictions(rows)]
    by_year: dict[int, Row] = {}
    for row in rows:
        year = row.cells["year"]
        if not _YEAR.fullmatch(year):
            findings.append(_finding(row, "year", f"'{year}' is not a year." if year else "The year is missing."))
        elif int(year) in by_year:
            line = by_year[int(year)].line
            findings.append(_finding(row, "year", f"The year {year} stands twice: first on line {line}."))
        else:
            by_year[int(year)] = row
    first = rows[0]
    taxable = first.cells.get("taxable", "")
    if taxable not in _TAXABLE:
        message = f"'{taxable}' is not allowed here."
        findings.append(_finding(first, "taxable", message, "Write ja or nej, or leave it blank."))
    if not first.cells["label_sv"]:
        findings.append(_finding(first, "label_sv", "The price has no label.", "Write what it is called."))
    title = {"sv": first.cells["label_sv"] or id_, "en": first.cells.get("label_en", "")}
    data: dict[str, Any] = _filled(first, ("kind", "payer", "payee", "unit", "index", "realisable")) | {
        "id": id_,
        "title": {lang: text for lang, text in title.items() if text},
        "taxable": _TAXABLE.get(taxable, False),
        "values": {year: _filled(row, _PER_YEAR) for year, row in by_year.items()},
    }
    findings += _numbers_read(data, by_year)
    try:
        price = Price.model_validate(data) if by_year else None
    except ValidationError as error:
        findings += [_misfit_finding(problem, data, first, by_year) for problem in error.errors()]
    return findings if findings or price is None else price


def _contradictions(rows: Sequence[Row]) -> Iterator[Finding]:
    first, *others = rows
    for row in others:
        for column in _PER_PRICE:
            cell = row.cells.get(column, "")
            if cell not in ("", first.cells.get(column)):
                message = f"'{cell}' here is '{first.cells[column]}' in the price's first row, on line {first.line}."
                yield _finding(row, column, message, "Leave it blank, or correct one of them.")


def _numbers_read(data: dict[str, Any], by_year: Mapping[int, Row]) -> Iterator[Finding]:
    """Read the numbers in place as amounts of money, or as shares for a rate."""
    rate = data.get("unit") == Unit.SHARE
    for year, row in by_year.items():
        written = {name: data["values"][year].pop(name, None) for name in ("value", "low", "high")}
        numbers: dict[str, float] = {}
        wrong: list[Finding] = []
        for name, text in written.items():
            try:
                if text is not None:
                    parsed = read_number(text, money=not rate)
                    if parsed.suffix not in (None, "%" if rate else "kr"):
                        raise ValueError(f"'{text}' ends in '{parsed.suffix}'.\nThe column 'unit' says the unit.")
                    numbers[name] = parsed.value
            except ValueError as error:
                message, *help_ = str(error).splitlines()
                wrong.append(_finding(row, name, message, *help_))
        yield from wrong
        # A number that cannot be read is told once, here.
        data["values"][year] |= {"value": 0.0} if wrong else numbers


def _misfit_finding(problem: ErrorDetails, data: dict[str, Any], first: Row, by_year: Mapping[int, Row]) -> Finding:
    told = tell(misfit(problem, data, Price))
    field, *inner = (*problem["loc"], *told.part, "id")
    row, column = first, str(field)
    if field == "values":
        row, column = by_year[int(inner[0])], str(inner[1])
        # What is wrong with the numbers together stands at the first of them.
        column = "value" if column == "id" else column
    return _finding(row, column if column in row.cells else "id", told.message, *told.help)


def _filled(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    return {column: row.cells[column] for column in columns if row.cells.get(column)}
