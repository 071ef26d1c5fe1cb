"""A population over the years: stock and flow, budgets, the steady state, mop or tap, and many places at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from utanforskap.analysis.population import budget, stocks
from utanforskap.analysis.population.mop import MopOrTap, mop_or_tap
from utanforskap.analysis.population.places import Places, places
from utanforskap.analysis.population.steady import SteadyState, steady_state
from utanforskap.analysis.population.stocks import StockKey
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.tabulate import RowKey
from utanforskap.analysis.uncertainty.questions import Readings
from utanforskap.analysis.wording import KronorUnit
from utanforskap.errors import QuestionError
from utanforskap.inputs.inflows import Inflows
from utanforskap.terms import Lang

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MopOrTap", "Places", "Population", "SteadyState", "population"]


@dataclass(frozen=True, eq=False)
class Population:
    """What can be asked of a case as a population over the years.

    Attributes
    ----------
    readable : Readable
        The case and its values.
    """

    readable: Readable

    def stock(self, *, by: StockKey = "state", alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return how many are in each state, by year [person-years]; also by age or time since they came."""
        return stocks.stock(self.readable, by=by, alternative=alternative, lang=lang)

    def flows(self, *, alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return how many come to each state, leave it and are in it, by year [persons]."""
        return stocks.flows(self.readable, alternative=alternative, lang=lang)

    def by_budget_year(
        self, *, unit: KronorUnit = "tkr", rows: RowKey = "account", lang: Lang = "sv", **fields: Any
    ) -> "pd.DataFrame":
        """Return kronor by committee and budget year, undiscounted; further arguments are the fields of `Reading`."""
        return budget.by_budget_year(self.readable, unit=unit, rows=rows, lang=lang, **fields)

    def totals(self, *, rows: RowKey = "account", lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return the horizon's kronor by committee, undiscounted and at present value [kr]."""
        return budget.totals(self.readable, rows=rows, lang=lang, **fields)

    def steady_state(self) -> SteadyState:
        """Return what the population tends to when as many come every year as in the last.

        Raises
        ------
        QuestionError
            If it tends to nothing.
        """
        return steady_state(self.readable)

    def mop_or_tap(self, *, mop: str, tap: str, perspective: str = "society") -> MopOrTap:
        """Return the same money spent on getting people out and on fewer falling in; see the function."""
        return mop_or_tap(self.readable, mop=mop, tap=tap, perspective=perspective)

    def places(self, table: str | Path | Inflows, readings: Readings = None, **how: Any) -> Places:
        """Return what readings are in many places that differ in how many come each year; see the function."""
        return places(self.readable, table, readings, **how)


def population(readable: Readable) -> Population:
    """Return what can be asked of a case as a population.

    Raises
    ------
    QuestionError
        If no group comes again each year and none is there when the horizon begins.
    """
    case = readable.case
    groups = case.scenario.groups.values()
    if not any(group.inflow or group.repeat or group.initial_stock for group in groups):
        raise QuestionError(
            f"'{case.id}' follows one cohort: no group of it has an inflow.\n"
            "Let a group go on: groups: {<id>: {inflow: {until: 2043}}}."
        )
    return Population(readable)
