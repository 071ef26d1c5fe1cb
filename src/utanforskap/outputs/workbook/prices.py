"""The sheet of prices: every price in the case's kronor, year by year, and every tax rate."""

from dataclasses import dataclass, field

from utanforskap.inputs.case import PRICES, Case
from utanforskap.inputs.values.estimates import Money
from utanforskap.inputs.values.units import Unit, unit_named, yearly
from utanforskap.outputs.workbook.expressions import Expr, number
from utanforskap.outputs.workbook.inputs import Inputs, Row, World
from utanforskap.outputs.workbook.model import Sheet
from utanforskap.outputs.workbook.names import label_of
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

_HEAD = 4
_STATED, _INDEXED, _KRONOR, _PRICE, _GROWTH, FIRST_YEAR = 3, 4, 5, 6, 7, 8
_HEADS = ("price", "unit", "own_year", "stated", "indexed", "to_price_year", "in_kronor", "growth")


@dataclass
class PriceSheet:
    """Every price that the lines use, in the case's kronor.

    Attributes
    ----------
    inputs : Inputs
        Where prices are stated.
    sheet : Sheet
        The sheet.
    lang : {"sv", "en"}
        The language.
    """

    inputs: Inputs
    sheet: Sheet
    lang: Lang
    _rows: dict[tuple[str, World], list[Expr]] = field(default_factory=dict)
    _levels: dict[tuple[str, World], Expr] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case."""
        return self.inputs.case

    def by_year(self, name: str, world: World) -> list[Expr]:
        """Return the cells of a price by calendar year [kr per its unit, kronor of the case's price year]."""
        return self._rows[self._made(name, world)]

    def level(self, name: str, world: World) -> Expr:
        """Return the cell of a price before real growth."""
        return self._levels[self._made(name, world)]

    def _made(self, name: str, world: World) -> tuple[str, World]:
        said = self.case.estimates[name]
        assert isinstance(said, Money)
        wage = () if said.of is None else (f"{PRICES}.{said.of}",)
        key = (name, world.concerning(name, *wage, "money."))
        if key not in self._rows:
            self._write(said, *key)
        return key

    def _write(self, said: Money, name: str, world: World) -> None:
        moved, to_price_year = self._index(said, world)
        growth = self._growth(said, world)
        row, sheet = self.sheet.next_row, self.sheet
        label = label_of(self.case, name, self.lang)
        sheet.put(
            row, 0, f"{label} ({word('rows', 'alternative', self.lang)})" if world.side == "alt" else label, "label"
        )
        sheet.put(row, 1, said.unit, "text")
        if said.price_year is not None:
            sheet.put(row, 2, float(said.price_year), "year")
        stated = sheet.add(row, _STATED, self.inputs.at(name, world), "plain")
        first = sheet.add(row, _INDEXED, moved, "factor")
        second = sheet.add(row, _KRONOR, to_price_year, "factor")
        price = sheet.add(row, _PRICE, stated * first * second, "kr_total")
        self._levels[name, world] = price
        horizon = self.case.scenario.horizon
        if growth is None:
            years = [price] * horizon.years
        else:
            rate = sheet.add(row, _GROWTH, growth, "share")
            since = range(
                horizon.first_year - self.case.level_year, horizon.first_year - self.case.level_year + horizon.years
            )
            years = [price * (1 + rate) ** year for year in since]
        self._rows[name, world] = sheet.line(row, FIRST_YEAR, years, "kr")

    def _growth(self, said: Money, world: World) -> Expr | None:
        index = self.case.prices[said.of].index if said.of is not None else said.index
        stated = self.case.scenario.money.real_growth
        return self.inputs.at(f"money.real_growth.{index}", world) if index in stated else None

    def _index(self, said: Money, world: World) -> tuple[Expr, Expr]:
        """Return what moves a price to the case's cost level, and then to its kronor."""
        level, year = self.case.level_year, self.case.scenario.money.price_year
        if said.unit == Unit.WAGE_SHARE:
            wage = self.case.estimates[f"{PRICES}.{said.of}"]
            assert isinstance(wage, Money)
            return self.level(f"{PRICES}.{said.of}", world) * yearly(unit_named(wage.unit)), number(1.0)
        if said.unit == Unit.SHARE:
            return number(1.0), number(1.0)
        to_price_year = self._ratio("kpi", start=level, end=year, world=world)
        if said.unit == Unit.BASE_AMOUNTS:
            return self._level("prisbasbelopp", level, world), to_price_year
        assert said.price_year is not None
        return self._ratio(said.index, start=said.price_year, end=level, world=world), to_price_year

    def _ratio(self, index: str, *, start: int, end: int, world: World) -> Expr:
        return number(1.0) if start == end else self._level(index, end, world) / self._level(index, start, world)

    def _level(self, index: str, year: int, world: World) -> Expr:
        values = self.case.indices[index].values
        known = min(year, max(values))
        row = Row(
            name=f"index.{index}.{known}", value=values[known],
            label=f"{word('rows', index, self.lang)} {known}", source=word("says", "shipped_index", self.lang),
        )  # fmt: skip
        cell = self.inputs.fact(row)
        if known == year:
            return cell
        return cell * (1 + self.inputs.at(f"money.index_growth.{index}", world)) ** (year - known)


def price_sheet(inputs: Inputs, *, lang: Lang) -> PriceSheet:
    """Return the sheet of prices, on which each is written when it is first asked for."""
    horizon = inputs.case.scenario.horizon
    sheet = Sheet(word("sheets", "prices", lang), (46, 12, 8, 12, 11, 11, 13, 9, 11), _HEAD + 1, 1)
    sheet.put(0, 0, word("sheets", "prices", lang), "title")
    sheet.put(1, 0, word("says", "prices", lang, year=inputs.case.scenario.money.price_year), "lead")
    sheet.texts(_HEAD, [word("heads", head, lang) for head in _HEADS], "head")
    for position in range(horizon.years):
        sheet.put(_HEAD, FIRST_YEAR + position, float(horizon.first_year + position), "head")
    inputs.book.sheets.append(sheet)
    return PriceSheet(inputs, sheet, lang)
