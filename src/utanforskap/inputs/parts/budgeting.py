"""What the rows of a budget come to, year by year, and what each of those who fill it pays.

The values may be numbers, draws, or cells of a workbook: it is said once how a budget is reckoned.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from utanforskap.inputs.parts.budgets import Budget, Funder, Item, Month, Row, Staff, Value
from utanforskap.inputs.values.units import MONTHS_A_YEAR, Unit


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of a programme's budget, and where it stands.

    Attributes
    ----------
    budget : Budget
        The budget.
    path : str
        The budget's dotted path.
    section, id : str
        The row's.
    row : Row
        The row.
    """

    budget: Budget
    path: str
    section: str
    id: str
    row: Row

    @property
    def name(self) -> str:
        """The row's dotted path."""
        return f"{self.path}.{self.section}.{self.id}"

    def years(self) -> range:
        """Return the calendar years in which it costs anything."""
        if isinstance(self.row, Item) and self.row.year is not None:
            return range(self.row.year, self.row.year + 1)
        starts, ends = self.row.starts or self.budget.starts, self.row.ends or self.budget.ends
        return range(starts.year, ends.year + 1)

    def running(self, year: int, value: Value) -> Any:
        """Return for how much of a year it runs, ramp-up included [years]; 1 in the year of what comes once."""
        if year not in self.years():
            return 0.0
        if isinstance(self.row, Item) and self.row.year is not None:
            return 1.0
        starts, ends = self.row.starts or self.budget.starts, self.row.ends or self.budget.ends
        first = max(starts.count, Month(year=year, month=1).count)
        last = min(ends.count, Month(year=year, month=MONTHS_A_YEAR).count)
        months = (last - first + 1) / MONTHS_A_YEAR
        own = self.row.ramp_up is not None
        ramp = self.row.ramp_up if self.row.ramp_up is not None else self.budget.ramp_up
        if str(year) not in ramp:
            return months
        return value(f"{self.name if own else self.path}.ramp_up.{year}") * months

    def units(self, unit: Unit, year: int, value: Value) -> Any:
        """Return how many of the price's unit there are in a year."""
        return self.row.units(unit, self.running(year, value), self._own(value))

    def persons(self, year: int, value: Value) -> Any:
        """Return how many persons a year's amount is for."""
        return self.row.persons(self.running(year, value), self._own(value))

    def price(self, year: int, *, price: Callable[[int], Any], value: Value, on_costs: Any) -> Any:
        """Return what one unit costs in a year [kr of the case's price year].

        ``price(t) · (1 + on-costs)``; where the budget is indexed, the price of its first year written up and
        deflated: ``price(t₀) · ((1 + indexation) / (1 + inflation))^(t − t₀)``.

        Parameters
        ----------
        year : int
            The calendar year.
        price : callable
            From a calendar year to the price in it [kr of the case's price year].
        value : callable
            From an estimate's name to its value.
        on_costs : number
            What comes on top of a wage.
        """
        each = price(year)
        if self.budget.indexation is not None:
            first = self.budget.starts.year
            written_up = (1.0 + value(f"{self.path}.indexation")) / (1.0 + value("money.inflation"))
            each = price(first) * written_up ** (year - first)
        return each * (1.0 + on_costs) if isinstance(self.row, Staff) else each

    def _own(self, value: Value) -> Value:
        return lambda name: value(f"{self.name}.{name}")


def placed(budget: Budget, programme: str) -> Iterator[Placed]:
    """Yield the rows of a programme's budget."""
    for section, id_, row in budget.rows():
        yield Placed(budget, f"programmes.{programme}.budget", section, id_, row)


def filled(budget: Budget, path: str, *, cash: Any, everything: Any, value: Value, year: int, deflate: Any) -> Any:
    """Return what each funder pays in a year, by its id [kr of the case's price year].

    Parameters
    ----------
    budget : Budget
        The budget.
    path : str
        Its dotted path.
    cash, everything : number
        The year's costs, without and with what is provided in kind [kr of the case's price year].
    value : callable
        From an estimate's name to its value.
    year : int
        The calendar year.
    deflate : number
        What a krona of the year is in kronor of the price year.
    """
    pays: dict[str, Any] = {}
    rest = cash
    for id_, funder in budget.funders.items():
        where = f"{path}.funders.{id_}"
        if funder.share == "rest":
            pays[id_] = None
            continue
        if funder.share is not None:
            pays[id_] = value(f"{where}.share") * (everything if funder.share_of == "all" else cash)
        else:
            assert funder.amounts is not None
            paid = str(year) in funder.amounts
            pays[id_] = value(f"{where}.amounts.{year}") * deflate if paid else cash * 0.0
        rest = rest - pays[id_]
    return {id_: rest if amount is None else amount for id_, amount in pays.items()}


def split(funder: Funder, id_: str, amount: Any, *, path: str, value: Value) -> Iterator[tuple[str, Any]]:
    """Yield each actor's part of what a funder pays.

    Parameters
    ----------
    funder : Funder
        The funder.
    id_ : str
        Its id.
    amount : number
        What it pays.
    path : str
        The funder's dotted path.
    value : callable
        From an estimate's name to its value.
    """
    for actor, fixed, among in funder.parts(id_):
        if among:
            weights = [value(f"{path}.by.{named}") for named in among]
            yield actor, amount * fixed * value(f"{path}.by.{actor}") / sum(weights[1:], weights[0])
        else:
            yield actor, amount * fixed
