"""Formulas of what a budget costs and who fills it, said once for the engine and for the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from utanforskap.analysis.tabulate import item_label
from utanforskap.engine.chain import Run
from utanforskap.engine.flows import price_name
from utanforskap.engine.lines import Line, at_home
from utanforskap.inputs.case import PRICES
from utanforskap.inputs.parts.budgeting import Placed, filled, placed, split
from utanforskap.inputs.parts.budgets import Budget, Staff
from utanforskap.inputs.parts.states import RateReference
from utanforskap.inputs.values.estimates import Money
from utanforskap.inputs.values.units import unit_named
from utanforskap.outputs.workbook.expressions import Expr, number, total, totals
from utanforskap.outputs.workbook.inputs import Inputs, World
from utanforskap.outputs.workbook.inputs import Row as Fact
from utanforskap.outputs.workbook.prices import PriceSheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

Row = list[Expr]


@dataclass
class BudgetLines:
    """How the amounts of a budget's lines, and of agreements about its money, are reckoned.

    Attributes
    ----------
    inputs, prices
        The sheets that they are reckoned from.
    lang : {"sv", "en"}
        The language.
    computed : list of str
        What has been written as Python's numbers, in words.
    """

    inputs: Inputs
    prices: PriceSheet
    lang: Lang
    computed: list[str] = field(default_factory=list)
    _cells: dict[str, Row] = field(default_factory=dict)

    def amounts(self, line: Line, run: Run, world: World) -> Row:
        """Return a line's amounts by calendar year; what is agreed on stands as the engine reckoned it.

        Parameters
        ----------
        line : Line
            A row of a budget, what fills it, or an agreement.
        run : Run
            The run in whose ledger it stands.
        world : World
            Whose numbers it is reckoned with.
        """
        assert line.programme is not None
        if line.item.startswith("funds."):
            return self._agreed(line, run)
        budget = self.inputs.case.scenario.programmes[line.programme].budget
        assert budget is not None
        rest = line.item.removeprefix(f"programmes.{line.programme}.budget.")
        if rest.startswith("funders."):
            return self._filled(line, budget, world)
        [row] = [each for each in placed(budget, line.programme) if line.item in (each.name, f"{each.name}.provider")]
        return self._row(row, world)

    def _years(self) -> range:
        horizon = self.inputs.case.scenario.horizon
        return range(horizon.first_year, horizon.first_year + horizon.years)

    def written(self, line: Line, cells: Row) -> None:
        """Remember where a line was written: what fills a budget is reckoned from it."""
        self._cells[line.item.removesuffix(".provider")] = cells

    def _row(self, row: Placed, world: World) -> Row:
        named = price_name(row.row, row.name)
        money = self.inputs.case.estimates[named]
        assert isinstance(money, Money)
        by_year = dict(zip(self._years(), self.prices.by_year(named, world), strict=True))
        value = self.inputs.getter(world)
        on_costs: Any = 0.0
        if isinstance(row.row, Staff):
            of = row.row.on_costs
            on_costs = value(f"{PRICES}.{of.price}" if isinstance(of, RateReference) else f"{row.name}.on_costs")
        return [
            row.price(year, price=by_year.__getitem__, value=value, on_costs=on_costs)
            * row.units(unit_named(money.unit), year, value)
            if year in row.years()
            else number(0.0)
            for year in self._years()
        ]

    def _filled(self, line: Line, budget: Budget, world: World) -> Row:
        assert line.programme is not None
        path, value = f"programmes.{line.programme}.budget", self.inputs.getter(world)
        rows = list(placed(budget, line.programme))
        cash = self._sum([row for row in rows if row.row.in_kind is None])
        everything = self._sum(rows)
        home = self.inputs.case.scenario.groups[self.inputs.case.scenario.programmes[line.programme].reaches.group].home
        funder = line.item.removeprefix(f"{path}.funders.")
        cells = []
        for position, year in enumerate(self._years()):
            pays = filled(
                budget, path, cash=cash[position], everything=everything[position], value=value, year=year,
                deflate=self._deflate(year, world),
            )  # fmt: skip
            parts = split(budget.funders[funder], funder, pays[funder], path=f"{path}.funders.{funder}", value=value)
            cells.append(total([part for actor, part in parts if at_home(actor, home) == line.payer]))
        return cells

    def _sum(self, rows: Sequence[Placed]) -> Row:
        return totals([self._cells[row.name] for row in rows], len(self._years()))

    def _deflate(self, year: int, world: World) -> Any:
        money = self.inputs.case.scenario.money
        if money.inflation is None:
            return 1.0
        return (1.0 + self.inputs.at("money.inflation", world)) ** (money.price_year - year)

    def _agreed(self, line: Line, run: Run) -> Row:
        position = run.ledger.lines.index(line)
        payer = self.inputs.case.actors[line.payer].title[self.lang] if line.payer is not None else ""
        self.computed.append(f"{item_label(self.inputs.case, line.item, self.lang)}, {payer}")
        return [
            self.inputs.fact(Fact(
                f"{line.item}.{year}", word("says", "agreed", self.lang, year=year), float(amount),
                source=line.item, look="computed_kr",
            ))
            if amount
            else number(0.0)
            for year, amount in zip(self._years(), run.ledger.amounts[position, :, 0], strict=True)
        ]  # fmt: skip
