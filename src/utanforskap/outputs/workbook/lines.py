"""The sheet of flows: every line of the ledger, its amount a formula of prices, quantities and persons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from utanforskap.analysis.tabulate import item_label
from utanforskap.engine.chain import Run
from utanforskap.engine.effects import reached, start_year
from utanforskap.engine.lines import Line, at_home
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.budgets import FUNDING_KEYS
from utanforskap.inputs.parts.programmes import Cost
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.values.units import unit_named, yearly
from utanforskap.outputs.workbook.budget_lines import BudgetLines
from utanforskap.outputs.workbook.coming import enrolled, shares, taxable
from utanforskap.outputs.workbook.expressions import Expr, number, total, totals
from utanforskap.outputs.workbook.inputs import Inputs, World
from utanforskap.outputs.workbook.inputs import Row as Fact
from utanforskap.outputs.workbook.line_table import LineTable
from utanforskap.outputs.workbook.persons import Part, Rows
from utanforskap.outputs.workbook.prices import PriceSheet
from utanforskap.outputs.workbook.tax_rates import TaxRates
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

Row = list[Expr]


@dataclass
class LineFormulas:
    """How the amounts of lines are reckoned.

    Attributes
    ----------
    inputs, prices, taxes
        The sheets that they are reckoned from.
    lang : {"sv", "en"}
        The language.
    table : LineTable
        Where they are written.
    cells : dict of (str, str, str) to list of Expr
        Amounts by part, group and the line's dotted path.
    said : dict of str to Line
        Lines by their dotted path.
    agreed : list of str
        What stands as Python's numbers because it was agreed on, in words.
    """

    inputs: Inputs
    prices: PriceSheet
    taxes: TaxRates
    lang: Lang
    table: LineTable
    cells: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    said: dict[str, Line] = field(default_factory=dict)
    agreed: list[str] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case."""
        return self.inputs.case

    def write_part(self, part: Part, run: Run, key: str, base: str | None) -> None:
        """Write the lines of some persons.

        Parameters
        ----------
        part : Part
            The persons.
        run : Run
            A run in whose ledger their lines stand.
        key : str
            What that run is called.
        base : str or None
            The part that those who are moved are moved from; None for persons who are not moved.
        """
        for line in _lines_of(run, part):
            self.said[line.item] = line
            amounts = self._amounts(part, line, run, key, base)
            self.cells[part.id, part.group, line.item] = self.table.write(line, part.id, amounts)

    def _amounts(self, part: Part, line: Line, run: Run, key: str, base: str | None) -> Row:
        assert line.state is not None
        _, state, what, *rest = line.item.split(".")
        persons = part.rows.net[line.state]
        match what:
            case "flows":
                return self._flow(part.rows, line, part.world)
            case "work":
                return self._work(part, line, rest[0], persons, run, key, base)
            case "income_tax":
                rate = self.taxes.income_tax(state, self._group(part), rest[0], part.world)
                incomes = taxable(self.case, state)
                if rate is None:
                    return self._by_law(part, line, incomes, run, key, base)
                return [each * rate for each in self._sum(part, incomes)]
            case _:
                return self._equalisation(part, line, state, rest[0], run, key, base)

    def _group(self, part: Part) -> Group:
        return self.case.scenario.groups[part.group]

    def _cell(self, part: Part, item: str) -> Row:
        return self.cells[part.id, part.group, item]

    def _sum(self, part: Part, items: Sequence[str]) -> list[Expr]:
        rows = [self.cells[part.id, part.group, item] for item in items]
        return totals(rows, self.case.scenario.horizon.years)

    def _flow(self, rows: Rows, line: Line, world: World) -> Row:
        assert line.state is not None
        assert line.price is not None
        price = self.prices.by_year(line.price, world)
        used = rows.used.get((line.state, line.item.rpartition(".")[2]))
        if used is not None:
            return [each * units for each, units in zip(price, used, strict=True)]
        quantity = self.inputs.at(f"{line.item}.quantity", world)
        return [each * quantity * number_ for each, number_ in zip(price, rows.net[line.state], strict=True)]

    def _wage(self, line: Line, persons: Row, world: World) -> Row:
        hours = self.inputs.at(f"states.{line.state}.work.hours_share", world)
        return self._yearly(line, world, [hours * each for each in persons])

    def _work(self, part: Part, line: Line, what: str, persons: Row, run: Run, key: str, base: str | None) -> Row:
        assert line.state is not None
        path = f"states.{line.state}.work"
        state = self.case.scenario.states[line.state]
        assert state.work is not None
        if what == "wage":
            return self._wage(line, persons, part.world)
        if what == "contributions":
            rate = self.taxes.contributions(state, part.world)
            if rate is None:
                return self._by_law(part, line, [f"{path}.wage"], run, key, base)
            return [each * rate for each in self._cell(part, f"{path}.wage")]
        wage_cost = self._sum(part, [f"{path}.wage", f"{path}.contributions"])
        if what == "production":
            if state.work.productivity is None:
                return wage_cost
            productivity = self.inputs.at(f"{path}.productivity", part.world)
            return [each * productivity for each in wage_cost]
        subsidy = state.work.subsidy
        assert subsidy is not None
        if subsidy.share is None:
            return self._yearly(line, part.world, persons)
        share = self.inputs.at(f"{path}.subsidy.share", part.world)
        return [each * share for each in wage_cost]

    def _yearly(self, line: Line, world: World, persons: Sequence[Expr]) -> Row:
        assert line.price is not None
        a_year = yearly(unit_named(line.unit))
        price = self.prices.by_year(line.price, world)
        return [(each if a_year == 1 else each * a_year) * count for each, count in zip(price, persons, strict=True)]

    def _by_law(
        self, part: Part, line: Line, incomes: Sequence[str], run: Run, key: str, base: str | None, *, late: int = 0
    ) -> Row:
        """Return a tax that the law computes: incomes, so many years before, times Python's share in the whole run."""
        text = item_label(self.case, line.item, self.lang)
        share = self.taxes.by_law(run, key, part.group, line.item, incomes, text, late=late)
        own = _later(self._sum(part, incomes), late)
        if base is None or (base, part.group, line.item) not in self.cells:
            return [each * rate for each, rate in zip(own, share, strict=True)]
        before = [_later(self.cells[base, part.group, item], late) for item in incomes]
        tax_before = self.cells[base, part.group, line.item]
        return [
            (income + total(list(earlier))) * rate - tax
            for income, earlier, rate, tax in zip(own, zip(*before, strict=True), share, tax_before, strict=True)
        ]

    def _equalisation(
        self, part: Part, line: Line, state: str, receiver: str, run: Run, key: str, base: str | None
    ) -> Row:
        taxes = self.case.scenario.taxes
        assert taxes is not None
        assert taxes.retention is not None
        item, late = f"states.{state}.income_tax.{receiver}", taxes.retention.after_years
        tax = self._cell(part, item)
        if part.late is not None:
            rate = self.taxes.income_tax(state, self._group(part), receiver, part.world)
            if rate is None:
                return self._by_law(part, line, [item], run, key, base, late=late)
            tax = [each * rate for each in self._incomes(part.late, taxable(self.case, state), part.world)]
        passed_on = 1 - self.taxes.retention(state, self._group(part), receiver, part.world)
        return _later([each * passed_on for each in tax], late)

    def _incomes(self, rows: Rows, items: Sequence[str], world: World) -> list[Expr]:
        """Return the taxable income of some persons, whose own lines stand nowhere."""
        found = []
        for item in items:
            line = self.said[item]
            assert line.state is not None
            is_wage = line.kind == "wage"
            found.append(self._wage(line, rows.net[line.state], world) if is_wage else self._flow(rows, line, world))
        return totals(found, self.case.scenario.horizon.years)

    # --- costs --------------------------------------------------------------------------------

    def write_costs(self, run: Run, world: World) -> None:
        """Write the lines of what programmes cost and how it is funded."""
        budgets = BudgetLines(self.inputs, self.prices, self.lang, self.agreed)
        for line in dict.fromkeys(line for line in run.ledger.lines if line.role != "effect"):
            assert line.programme is not None
            if line.item.startswith(("funds.", f"programmes.{line.programme}.budget.")):
                budgets.written(line, self.table.write(line, "costs", budgets.amounts(line, run, world)))
                continue
            _, programme, _, name, *rest = line.item.split(".")
            cost = self.case.scenario.programmes[programme].costs[name]
            share = self._funded(line, cost, programme, name, rest, world)
            whole = self._whole(line, cost, programme, name, world)
            self.table.write(line, "costs", whole if share is None else [each * share for each in whole])

    def _whole(self, line: Line, cost: Cost, id_: str, name: str, world: World) -> Row:
        assert line.price is not None
        case, scenario = self.case, self.case.scenario
        programme, horizon = scenario.programmes[id_], scenario.horizon
        years = range(horizon.first_year, horizon.first_year + horizon.years)
        starts = {start_year(case, programme, cohort): cohort for cohort in reached(case, programme)}
        match cost.basis:
            case "once":
                assert cost.year is not None
                falls = {cost.year}
            case "per_calendar_year":
                assert cost.years is not None
                falls = set(range(cost.years.first, cost.years.last + 1))
            case _:
                falls = set(starts)
        paid_for = enrolled(self.inputs, id_, world) if cost.basis == "per_participant" else None
        cells = []
        for year, each in zip(years, self.prices.by_year(line.price, world), strict=True):
            cell = each
            if paid_for is not None and year in falls:
                cell = cell * paid_for[starts[year]]
            if cost.quantity is not None:
                cell = cell * self.inputs.at(f"programmes.{id_}.costs.{name}.quantity", world)
            cells.append(cell if year in falls else number(0.0))
        return cells

    def _funded(self, line: Line, cost: Cost, id_: str, name: str, rest: Sequence[str], world: World) -> Expr | None:
        """Return the share of a cost that a line is; None for all of it."""
        if rest == ["funding"]:
            assert isinstance(cost.funding, str)
            return total([
                self.inputs.fact(Fact(
                    f"funding.{cost.funding}.{funder}",
                    word("rows", "key_share", self.lang, actor=funder, key=cost.funding),
                    part, source=word("says", "funding_key", self.lang),
                ))
                for funder, part in FUNDING_KEYS[cost.funding].items()
                if self._home(funder, id_) == line.payer
            ])  # fmt: skip
        own_cost = cost.provider is not None and not rest
        if own_cost or cost.funding is None or isinstance(cost.funding, str):
            return None
        payer = line.payer or line.payee
        parts = shares(self.inputs, cost.funding, f"programmes.{id_}.costs.{name}.funding", world)
        return total([part for funder, part in parts.items() if self._home(funder, id_) == payer])

    def _home(self, actor: str, programme: str) -> str | None:
        scenario = self.case.scenario
        return at_home(actor, scenario.groups[scenario.programmes[programme].reaches.group].home)


def _later(row: Row, years: int) -> Row:
    return [number(0.0)] * min(years, len(row)) + list(row[: max(len(row) - years, 0)])


def _lines_of(run: Run, part: Part) -> Iterator[Line]:
    """Yield the lines of a part of the persons, all cohorts as one."""
    whose: dict[str, Any] = {"cohort": None, "age": None, "retired": False}
    lines = (replace(line, **whose) for line in run.ledger.lines if line.role == "effect")
    for line in dict.fromkeys(line for line in lines if line.group == part.group and not line.displaced):
        if line.state in part.rows.net:
            yield line
