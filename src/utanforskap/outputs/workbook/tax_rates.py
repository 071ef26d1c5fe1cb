"""Tax rates as formulas where they are stated; where the law computes them, Python's shares, marked as such."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from utanforskap.engine.chain import Run
from utanforskap.engine.lines import Line, at_home
from utanforskap.engine.occupancy import shifted
from utanforskap.inputs.case import PRICES, Case, tax_year
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.parts.states import IncomeTax, RateReference, RateShare, SignedRateShare, State
from utanforskap.outputs.workbook.expressions import Expr, number
from utanforskap.outputs.workbook.inputs import Inputs, Row, World
from utanforskap.outputs.workbook.model import Sheet
from utanforskap.outputs.workbook.prices import FIRST_YEAR
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

_NOTHING = 1e-9
"""An income below this [kr] is nothing but rounding, and has no tax share."""


@dataclass
class TaxRates:
    """Rates of taxes and contributions.

    Attributes
    ----------
    inputs : Inputs
        Where rates are stated.
    sheet : Sheet
        Where shares that the law gives are written: the sheet of prices.
    lang : {"sv", "en"}
        The language.
    computed : list of str
        What has been written as Python's numbers, in words.
    """

    inputs: Inputs
    sheet: Sheet
    lang: Lang
    computed: list[str] = field(default_factory=list)
    _shares: dict[tuple[str, str, str, str], list[Expr]] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case."""
        return self.inputs.case

    def contributions(self, state: State, world: World) -> Expr | None:
        """Return employer contributions as a share of the wage; None where the law computes them."""
        taxes = self.case.scenario.taxes
        assert taxes is not None
        said = taxes.employer_contributions
        return None if isinstance(said, str) else self._rate(said, "taxes.employer_contributions", state, world)

    def income_tax(self, id_: str, group: Group, receiver: str, world: World) -> Expr | None:
        """Return a receiver's share of gross income; None where the law computes it."""
        taxes = self.case.scenario.taxes
        assert taxes is not None
        state = self.case.scenario.states[id_]
        if state.income_tax is not None:
            path = f"states.{id_}.income_tax.{receiver}"
            return self._rate(getattr(state.income_tax, receiver), path, state, world)
        if not isinstance(taxes.income_tax, IncomeTax):
            return None
        said, path = self._home(receiver, group, "tax_rate") or (
            getattr(taxes.income_tax, receiver),
            f"taxes.income_tax.{receiver}",
        )
        return self._rate(said, path, state, world)

    def retention(self, id_: str, group: Group, receiver: str, world: World) -> Expr:
        """Return what a kommun or region keeps of a new tax krona."""
        taxes = self.case.scenario.taxes
        assert taxes is not None
        said, path = self._home(receiver, group, "retention") or (
            getattr(taxes.retention, receiver),
            f"taxes.retention.{receiver}",
        )
        return self._rate(said, path, self.case.scenario.states[id_], world)

    def _home(self, receiver: str, group: Group, field_: str) -> tuple[RateShare | SignedRateShare, str] | None:
        named = at_home(receiver, group.home) or receiver
        declared = self.case.scenario.actors.get(named)
        said = getattr(declared, field_) if declared is not None else None
        return None if said is None else (said, f"actors.{named}.{field_}")

    def _rate(self, said: RateShare | SignedRateShare, path: str, state: State, world: World) -> Expr:
        if not isinstance(said, RateReference):
            return self.inputs.at(path, world)
        rate = self.inputs.at(f"{PRICES}.{said.price}", world)
        year = tax_year(state.work, scenario=self.case.scenario, prices=self.case.prices)
        ratio = self.case.rate_ratio(said.price, year)
        if ratio == 1.0:
            return rate
        name = f"{PRICES}.{said.price}.{year}"
        label = word(
            "rows", "rate_ratio", self.lang, year=year, price=getattr(self.case.prices[said.price].title, self.lang)
        )
        return rate * self.inputs.fact(Row(name, label, ratio, source=word("says", "price_list", self.lang)))

    # --- by law -------------------------------------------------------------------------------

    def by_law(
        self, run: Run, key: str, group: str, item: str, incomes: Sequence[str], label: str, *, late: int = 0
    ) -> list[Expr]:
        """Return the cells of a tax as a share of incomes, by year, as Python finds it in a run.

        Parameters
        ----------
        run : Run
            The run.
        key : str
            What the run is called.
        group, item : str
            Whose tax, and the tax's dotted path.
        incomes : sequence of str
            The dotted paths of the incomes that it is on.
        label : str
            What it is called.
        late : int
            How many years after the incomes it is paid.
        """
        found = (key, group, item, "|".join(incomes))
        if found not in self._shares:
            tax = amounts_of(run, lambda line: line.item == item and line.group == group)
            income = amounts_of(run, lambda line: line.item in incomes and line.group == group)
            income = shifted(income, by=late, years=len(income))
            share = np.divide(tax, income, out=np.zeros_like(tax), where=np.abs(income) > _NOTHING)
            if not self.computed:
                self.sheet.put(self.sheet.skip(), 0, word("sections", "by_law", self.lang), "section")
            title = getattr(self.case.scenario.groups[group].title, self.lang)
            told = f"{label}, {title}, {word('parts', key, self.lang)}"
            row = self.sheet.next_row
            self.sheet.put(row, 0, told, "computed")
            self.computed.append(told)
            self._shares[found] = self.sheet.line(
                row, FIRST_YEAR, [number(float(each)).value for each in share], "computed"
            )
        return self._shares[found]


def amounts_of(run: Run, chosen: Callable[[Line], bool]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the yearly amounts of some lines of a run together [kr, shape (year,)]."""
    rows = [row for row, line in enumerate(run.ledger.lines) if chosen(line)]
    return np.asarray(run.ledger.amounts[rows, :, 0].sum(axis=0))
