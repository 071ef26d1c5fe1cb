"""The third pass over budgets: actors that exist, units that go with their rows, years in reach, sums that add up."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from utanforskap.errors import either
from utanforskap.inputs.case import PRICES, kronor_factor, level_year, named_estimates
from utanforskap.inputs.facts.indices import IndexYearError, shipped_indices
from utanforskap.inputs.parts.budgeting import Placed, filled, placed
from utanforskap.inputs.parts.budgets import FUNDING_KEYS, SECTIONS, Activity, Budget, Item, Staff
from utanforskap.inputs.parts.scenario import Horizon, Scenario
from utanforskap.inputs.parts.states import RateReference
from utanforskap.inputs.passes.amounts import unit_of
from utanforskap.inputs.passes.problems import Path, Problem, Whole
from utanforskap.inputs.passes.references import unknown_actor
from utanforskap.inputs.values.estimates import Estimate, Money
from utanforskap.inputs.values.statement import shown
from utanforskap.inputs.values.units import Unit, unit_named
from utanforskap.terms import top_actor

_ADDS_UP = 0.001
"""How far a budget may be from what it is said to add up to, as a share of it: budgets are written in thousands."""


def check_budgets(whole: Whole) -> Iterator[Problem]:
    """Yield everything in the budgets that stand that does not go together.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    scenario = whole.scenario
    if scenario.horizon is None or scenario.money is None:
        return
    for id_, programme in scenario.programmes.items():
        if programme.budget is not None:
            path: Path = ("programmes", id_, "budget")
            problems = [found for check in _CHECKS for found in check(programme.budget, id_, path, whole)]
            yield from problems
            if not problems and whole.complete and whole.lists_stand:
                yield from _sums(programme.budget, id_, path, whole)


def _actors(budget: Budget, id_: str, path: Path, whole: Whole) -> Iterator[Problem]:
    del id_
    for funder, said in budget.funders.items():
        where = (*path, "funders", funder)
        if funder not in FUNDING_KEYS:
            yield from unknown_actor(funder, where, whole, on_key=True)
        tops = [top_actor(actor) for actor in FUNDING_KEYS.get(funder, {funder: 1.0})]
        for actor, weight in said.by.items():
            yield from unknown_actor(actor, (*where, "by", actor), whole, on_key=True)
            if top_actor(actor) not in tops or "." not in actor:
                allowed = either([top for top in tops if top in ("kommun", "region")] or tops)
                message = f"'{actor}' is not one of those that share what {funder} pays."
                help_ = f"Name children of {allowed}, e.g. {tops[-1]}.namn: 45000."
                yield Problem("funder-by", (*where, "by", actor), message, (help_,), on_key=True)
            elif weight.value <= 0.0:
                message = f"The weight of '{actor}' is {shown(weight.value)}, and a weight is above 0."
                yield Problem("funder-by", (*where, "by", actor), message, ("Leave out who pays nothing.",))


def _units(budget: Budget, id_: str, path: Path, whole: Whole) -> Iterator[Problem]:
    for row in placed(budget, id_):
        unit = unit_of(row.row, whole)
        where = (*path, row.section, row.id)
        if unit is None:
            continue
        if unit not in SECTIONS[row.section]:
            at = (*where, "price") if row.row.price is not None else (*where, "amount", "unit")
            allowed = either([one.value for one in SECTIONS[row.section]])
            yield Problem("budget-unit", at, f"A row under '{row.section}' is in {allowed}, not in {unit}.")
        elif isinstance(row.row, Activity) and unit is Unit.OCCASION and row.row.group_size is None:
            message = f"A price in {unit} is for a group, and its size is not said."
            yield Problem("budget-unit", where, message, ("Add group_size: 10.",), on_key=True)
        elif isinstance(row.row, Item) and (unit is Unit.ONCE) != (row.row.year is not None):
            if unit is Unit.ONCE:
                message, help_ = "What comes once says in which year: 'year' is missing.", "Add year: 2015."
            else:
                message, help_ = f"What is in {unit} runs, and does not come once in {row.row.year}.", "Remove 'year'."
            yield Problem("budget-unit", where, message, (help_,), on_key=True)


def _years(budget: Budget, id_: str, path: Path, whole: Whole) -> Iterator[Problem]:
    horizon = whole.scenario.horizon
    last = horizon.first_year + horizon.years - 1
    told: set[Path] = set()
    for row in placed(budget, id_):
        at = (*path, row.section, row.id)
        if isinstance(row.row, Item) and row.row.year is not None:
            stated = {(*at, "year"): row.row.year}
        else:
            stated = {
                (*(at if getattr(row.row, name) is not None else path), name, "year"): year
                for name, year in (("starts", row.years().start), ("ends", row.years().stop - 1))
            }
        for where, year in stated.items():
            if not horizon.first_year <= year <= last and where not in told:
                told.add(where)
                message = f"The cost falls in {year}, outside the horizon {horizon.first_year}–{last}."
                yield Problem("outside-horizon", where, message)
    for funder, said in budget.funders.items():
        for year_text in said.amounts or {}:
            if not horizon.first_year <= int(year_text) <= last:
                message = f"It is paid in {year_text}, outside the horizon {horizon.first_year}–{last}."
                where = (*path, "funders", funder, "amounts", year_text)
                yield Problem("outside-horizon", where, message, on_key=True)


def _inflation(budget: Budget, id_: str, path: Path, whole: Whole) -> Iterator[Problem]:
    del id_
    if whole.scenario.money.inflation is not None:
        return
    current = [(*path, "funders", name, "amounts") for name, said in budget.funders.items() if said.amounts is not None]
    current += [(*path, "indexation")] if budget.indexation is not None else []
    for where in current:
        yield no_inflation(where)


def no_inflation(where: Path) -> Problem:
    """Return the problem that something is in each year's own kronor, and no inflation is stated."""
    message = "This is in each year's own kronor, which needs a path of inflation, and the scenario states none."
    return Problem("no-inflation", where, message, ("Add it: money: {inflation: 2 %}.",))


def _sums(budget: Budget, id_: str, path: Path, whole: Whole) -> Iterator[Problem]:
    """A budget comes to what it says, and its funders pay what it costs, year by year."""
    try:
        costs = costs_by_year(budget, id_, whole.scenario, whole.prices)
    except IndexYearError:
        return  # told where the amount stands
    cash = {year: sum(of.values()) for year, of in costs.cash.items()}
    everything = {year: cash[year] + sum(of.values()) for year, of in costs.in_kind.items()}
    total = budget.total
    if total is not None:
        comes_to = sum((everything if total.includes == "all" else cash).values())
        said = total.value * costs.kronor_of(total.price_year)
        if abs(comes_to - said) > _ADDS_UP * said:
            rows = comes_to / costs.kronor_of(total.price_year)
            what = "" if total.includes == "all" else ", what is in kind left out"
            message = (
                f"The rows come to {shown(round(rows))} kr in the kronor of {total.price_year}{what}, "
                f"not to {shown(total.value)}."
            )
            yield Problem("budget-total", (*path, "total"), message, ("Correct the rows, or the total.",))
    yield from _funders(budget, f"programmes.{id_}.budget", path, cash, everything, costs)


def _funders(
    budget: Budget, name: str, path: Path, cash: Mapping[int, float], everything: Mapping[int, float], costs: "Costs"
) -> Iterator[Problem]:
    rest = next((id_ for id_, said in budget.funders.items() if said.share == "rest"), None)
    for year, cost in cash.items():
        pays = filled(
            budget, name, cash=cost, everything=everything[year], value=costs.value, year=year,
            deflate=costs.deflate(year),
        )  # fmt: skip
        off = sum(pays.values()) - cost
        allowed = _ADDS_UP * max(cost, abs(sum(pays.values())))
        where = (*path, "funders")
        if rest is not None and pays[rest] < -allowed:
            others = sum(amount for id_, amount in pays.items() if id_ != rest)
            message = (
                f"In {year} the funders pay {shown(round(others))} kr, more than the {shown(round(cost))} kr it costs."
            )
            yield Problem("budget-funders", where, message, (f"Nothing is left for '{rest}'; lower the others.",))
            return
        if abs(off) > allowed:
            message = f"In {year} the funders pay {shown(round(cost + off))} kr, and it costs {shown(round(cost))} kr."
            help_ = "Correct the amounts, or let one of the funders be 'rest'."
            yield Problem("budget-funders", where, message, (help_,))
            return


class Costs:
    """What a budget's rows cost at the values stated, in the case's kronor.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    prices : mapping of str to Price
        Its price lists laid over one another.
    """

    def __init__(self, scenario: Scenario, prices: Mapping[str, Any]) -> None:
        self._terms = scenario.money
        self._horizon: Horizon = scenario.horizon
        self._named: Mapping[str, Estimate] = named_estimates(scenario, prices)
        self._prices = prices
        self.cash: dict[int, dict[str, float]] = {year: {} for year in self._years()}
        self.in_kind: dict[int, dict[str, float]] = {year: {} for year in self._years()}

    def _years(self) -> range:
        return range(self._horizon.first_year, self._horizon.first_year + self._horizon.years)

    def value(self, name: str) -> float:
        """Return an estimate's value."""
        return self._named[name].value

    def deflate(self, year: int) -> float:
        """Return what a krona of a year is in kronor of the price year, by the stated inflation."""
        inflation = self._terms.inflation
        return 1.0 if inflation is None else float((1.0 + inflation.value) ** (self._terms.price_year - year))

    def kronor_of(self, year: int) -> float:
        """Return what a krona of a year is in kronor of the price year, by the consumer price index."""
        growth = self._terms.index_growth.get("kpi")
        ratio = shipped_indices()["kpi"].ratio(
            start=year, end=self._terms.price_year, growth=growth.value if growth is not None else None
        )
        return float(ratio)

    def add(self, row: Placed) -> None:
        """Add a row's years."""
        name = f"{PRICES}.{row.row.price}" if row.row.price is not None else f"{row.name}.amount"
        on_costs = 0.0
        if isinstance(row.row, Staff):
            of = row.row.on_costs
            on_costs = self.value(f"{PRICES}.{of.price}") if isinstance(of, RateReference) else of.value
        money = self._named[name]
        assert isinstance(money, Money)
        for year in row.years():
            units = row.units(unit_named(money.unit), year, self.value)
            each = row.price(year, price=self._price(name, money), value=self.value, on_costs=on_costs)
            of_year = self.cash if row.row.in_kind is None else self.in_kind
            of_year[year][row.name] = float(units * each)

    def _price(self, name: str, money: Money) -> Callable[[int], float]:
        kronor = money.value * float(kronor_factor(money, terms=self._terms, indices=shipped_indices()))
        listed = self._prices.get(name.removeprefix(f"{PRICES}."))
        rate = self._terms.real_growth.get(listed.index if listed is not None else money.index)
        grown = 1.0 if rate is None else 1.0 + rate.value
        since = level_year(self._terms)
        return lambda year: float(kronor * grown ** (year - since))


def costs_by_year(budget: Budget, id_: str, scenario: Scenario, prices: Mapping[str, Any]) -> Costs:
    """Return what a programme's budget costs each calendar year at the values stated.

    Raises
    ------
    IndexYearError
        If an amount cannot be moved to the case's kronor.
    """
    costs = Costs(scenario, prices)
    for row in placed(budget, id_):
        costs.add(row)
    return costs


_CHECKS: tuple[Callable[[Budget, str, Path, Whole], Iterator[Problem]], ...] = (_actors, _units, _years, _inflation)
