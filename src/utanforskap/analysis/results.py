"""Result and Comparison: each method one call to a function that does it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from utanforskap.analysis import frames, gains, metrics, summaries
from utanforskap.analysis.checks import refuse_unchanged
from utanforskap.analysis.explain import explain
from utanforskap.analysis.funders.leverage import HORIZONS, grades, leverage
from utanforskap.analysis.funders.plan import financing_plan, unit_costs
from utanforskap.analysis.funders.returns import fund_cash_flow, funders_returns
from utanforskap.analysis.funders.thresholds import Thresholds, thresholds
from utanforskap.analysis.funders.transfers import TransferKey, transfer_key
from utanforskap.analysis.population import Population, population
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.sensitivity import (
    BreakEven,
    break_even,
    grid_table,
    named_table,
    tornado_table,
    two_way,
)
from utanforskap.analysis.tabulate import ColumnKey, RowKey, table
from utanforskap.analysis.uncertainty.acceptance import AcceptabilityCurves, acceptability
from utanforskap.analysis.uncertainty.decisions import value_of_information
from utanforskap.analysis.uncertainty.questions import Readings, usual
from utanforskap.analysis.uncertainty.simulate import simulate
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.analysis.uncertainty.variance import SobolIndices, sobol_indices
from utanforskap.analysis.uncertainty.worth import InformationValue
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading

if TYPE_CHECKING:
    import pandas as pd


def run(case: Case, *, values: Mapping[str, float] | None = None) -> "Result":
    """Run a case and return what can be asked of it.

    Parameters
    ----------
    case : Case
        From `load` or `from_data`.
    values : mapping of str to float, optional
        Values of estimates that differ from the case's, by name, each in its estimate's own unit.

    Raises
    ------
    InputError
        If a declared alternative changes nothing in the ledger.
    UnknownNameError
        If a value names no estimate.
    """
    given = {case.full_name(name): value for name, value in (values or {}).items()}
    readable = Readable(case, given)
    refuse_unchanged(readable)
    return Result(case, readable)


@dataclass(frozen=True, eq=False)
class Result:
    """What a case gives.

    Attributes
    ----------
    case : Case
        The case.
    readable : Readable
        Its ledgers.
    """

    case: Case
    readable: Readable

    def read(self, reading: Reading) -> float:
        """Return what a reading reads, at present value [kr]."""
        return float(value(self.readable, reading)[0])

    def table(
        self, *, rows: RowKey = "actor", columns: ColumnKey = "year", lang: Lang = "sv", **reading: Any
    ) -> "pd.DataFrame":
        """Return a table [kr] of a reading; further arguments are the fields of `Reading`.

        Examples
        --------
        ``result.table(rows="actor", columns="year", perspective="society")``
        """
        return table(self.readable, Reading.of(**reading), rows=rows, columns=columns, lang=lang)

    def cost_of_exclusion(
        self, *, rows: RowKey = "actor", columns: ColumnKey = "year", lang: Lang = "sv", **reading: Any
    ) -> "pd.DataFrame":
        """Return what exclusion costs [kr]: the case less the same persons, all on the groups' reference.

        Further arguments are the fields of `Reading`; the perspective is ``see`` unless stated.
        """
        asked = Reading.of(**{"perspective": "see", **reading, "measure": "cost_of_exclusion"})
        return table(self.readable, asked, rows=rows, columns=columns, lang=lang)

    def cost_per_person_year(self, *, perspective: str = "see", **fields: Any) -> float | None:
        """Return the undiscounted cost of exclusion per excluded person-year [kr per person-year]."""
        asked = Reading.of(**{**fields, "perspective": perspective, "measure": "cost_of_exclusion"})
        return gains.per_person_year(self.readable, asked)

    def counterfactuals(self, *, lang: Lang = "sv", **reading: Any) -> "pd.DataFrame":
        """Return the cost of exclusion against every reference of the groups, side by side [kr]."""
        return frames.counterfactuals(self.readable, lang=lang, **reading)

    def reconciliation(self, *, lang: Lang = "sv", **reading: Any) -> "pd.DataFrame":
        """Return what stands between a ``see`` total and society's, line by line [kr]."""
        return frames.reconciliation(self.readable, Reading.of(**{**reading, "perspective": "see"}), lang=lang)

    def occupancy(self, *, alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return persons in each state by year [person-years]."""
        return frames.occupancy(self.readable, alternative=alternative, lang=lang)

    def outcomes(self, *, alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return counted outcomes: person-years in each state and every stated weight, discounted as stated."""
        return frames.outcomes(self.readable, alternative=alternative, lang=lang)

    def assumptions(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return every estimate with value, unit, source and grade, assumptions first."""
        return frames.estimates(self.case, lang=lang)

    def explain(
        self, *, year: int, lang: Lang = "sv", measure: str = "cost_of_exclusion", **reading: Any
    ) -> "pd.DataFrame":
        """Return a year's amount down to price × quantity × persons with sources [kr, undiscounted]."""
        asked = Reading.of(**{"perspective": "see", **reading, "measure": measure, "discount": "none"})
        return frames.explanations(
            explain(self.readable, asked, year=year, lang=lang), self.case, asked, year, lang=lang
        )

    def tornado(self, *, lang: Lang = "sv", measure: str = "cost_of_exclusion", **reading: Any) -> "pd.DataFrame":
        """Return how far a reading moves with each estimate and setting, the farthest first [kr].

        The perspective is ``see`` unless stated; further arguments are the fields of `Reading`.
        """
        asked = Reading.of(**{"perspective": "see", **reading, "measure": measure})
        return tornado_table(self.readable, asked, lang=lang)

    def population(self) -> Population:
        """Return what can be asked of the case as a population over the years: stock and flow, budgets, steady state.

        Raises
        ------
        QuestionError
            If no group of it goes on.
        """
        return population(self.readable)

    def verify(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return every published figure beside our value, and whether they agree."""
        return frames.verification(self.readable, lang=lang)

    def simulate(self, readings: Readings = None, **how: Any) -> Simulation:
        """Return what readings are over all that the uncertain estimates may be; see the function."""
        return simulate(self.readable, readings, **how)

    def value_of_information(self, *, perspective: str = "society", **asked: Any) -> InformationValue:
        """Return what it is worth to know more before choosing between the alternatives, or none; see the function."""
        return value_of_information(self.readable, perspective=perspective, **asked)

    def acceptability(
        self, points: Sequence[float], *, outcome: str | None = None, parameter: str | None = None, **asked: Any
    ) -> AcceptabilityCurves:
        """Return how often each choice is best, by what an outcome is worth [kr] or by an estimate's value."""
        return acceptability(self.readable, points=points, outcome=outcome, parameter=parameter, **asked)

    def compare(self, alternative: str) -> "Comparison":
        """Return the baseline less an alternative.

        Raises
        ------
        UnknownNameError
            If the case has no such alternative.
        """
        known = list(self.case.scenario.alternatives)
        if alternative not in known:
            raise UnknownNameError(what="an alternative", given=alternative, known=known)
        return Comparison(self.case, self.readable, alternative)

    def leverage(self, method: str, *, horizons: Sequence[int] = HORIZONS, lang: Lang = "sv") -> "pd.DataFrame":
        """Return what society gains for each krona of the own money behind a method, grade by grade and by horizon."""
        return leverage(self.readable, method, horizons=tuple(horizons), lang=lang)

    def grades(self, method: str, *, lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return what each grade of a method's success adds to each actor's net gain, side by side [kr]."""
        return grades(self.readable, method, lang=lang, **fields)

    @property
    def alternatives(self) -> Sequence[str]:
        """The ids of the case's alternatives."""
        return tuple(self.case.scenario.alternatives)

    def __repr__(self) -> str:
        """Return the actor table in short."""
        return summaries.text(self.readable)

    def _repr_html_(self) -> str:
        return summaries.html(self.readable)


@dataclass(frozen=True, eq=False)
class Comparison:
    """The baseline less an alternative; positive is a gain.

    Attributes
    ----------
    case : Case
        The case.
    readable : Readable
        Its ledgers.
    alternative : str
        The alternative's id.
    """

    case: Case
    readable: Readable
    alternative: str

    def reading(self, *, measure: str = "net_gain", **fields: Any) -> Reading:
        """Return a reading of this comparison: a net gain unless another measure is stated."""
        return Reading.of(**{**fields, "measure": measure, "alternative": self.alternative})

    def read(self, **fields: Any) -> float:
        """Return what a reading of this comparison reads, at present value [kr]."""
        return float(value(self.readable, self.reading(**fields))[0])

    def net_present_value(self, *, perspective: str = "society", **fields: Any) -> float:
        """Return the gain after programme cost at present value [kr]."""
        return self.read(perspective=perspective, **fields)

    def gross_gain(self, *, perspective: str = "society", **fields: Any) -> float:
        """Return the gain before programme cost at present value [kr]."""
        return self.read(perspective=perspective, **{**fields, "measure": "gross_gain"})

    def programme_cost(self, *, perspective: str = "society", **fields: Any) -> float:
        """Return the programme cost borne in a perspective at present value [kr]; financing apart."""
        return gains.programme_cost(self.readable, self.reading(perspective=perspective, **fields))

    def table(
        self, *, rows: RowKey = "actor", columns: ColumnKey = "year", lang: Lang = "sv", **fields: Any
    ) -> "pd.DataFrame":
        """Return a table [kr] of the gain; further arguments are the fields of `Reading`."""
        return table(self.readable, self.reading(**fields), rows=rows, columns=columns, lang=lang)

    def payback(self, *, perspective: str = "society", discounted: bool = False, **fields: Any) -> metrics.Payback:
        """Return when the programme's money is back."""
        return gains.payback(self.readable, self.reading(perspective=perspective, **fields), discounted=discounted)

    def benefit_cost_ratio(self, *, perspective: str = "society", **fields: Any) -> float | None:
        """Return the gross gain over the programme cost borne in the perspective; None without a cost."""
        return gains.benefit_cost_ratio(self.readable, self.reading(perspective=perspective, **fields))

    def irr(self, *, perspective: str = "society", **fields: Any) -> metrics.InternalRate:
        """Return the internal rate of return on yearly net gain."""
        return gains.internal_rate(self.readable, self.reading(perspective=perspective, **fields))

    def mvpf(self, **fields: Any) -> metrics.MarginalValue:
        """Return the marginal value of public funds, with its quadrant."""
        return gains.mvpf(self.readable, self.reading(**fields))

    def annuity(self, *, perspective: str = "society", **fields: Any) -> float:
        """Return the constant yearly amount with the same present value as the net gain [kr a year]."""
        return gains.annuity(self.readable, self.reading(perspective=perspective, **fields))

    def gain_per_person_year(self, *, perspective: str = "society", **fields: Any) -> float | None:
        """Return the undiscounted gross gain per person-year spent in another state [kr per person-year]."""
        asked = self.reading(**{**fields, "perspective": perspective, "measure": "gross_gain"})
        return gains.per_person_year(self.readable, asked)

    def realisation(self, *, perspective: str = "public", lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return the gain from services as booked, as far as it can be cashed, and what rests on the default [kr]."""
        return frames.realisation(self.readable, self.reading(perspective=perspective, **fields), lang=lang)

    def cost_per_outcome(self, outcome: str, *, perspective: str = "society", **fields: Any) -> float | None:
        """Return the extra cost per extra ``person_years.<state>`` or stated outcome [kr]; None without one."""
        return gains.cost_per_outcome(self.readable, self.reading(perspective=perspective, **fields), outcome)

    def outcome_gain(self, outcome: str) -> float:
        """Return an outcome in the alternative less in the baseline, discounted as stated."""
        return gains.outcome_gain(self.readable, self.alternative, outcome)

    def matrix(self, *, lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return who pays and who gains: each gainer's gross gain by each funder's share of the cost [kr].

        An allocation; the margins are the facts.
        """
        return frames.matrix(self.readable, self.reading(**fields), lang=lang)

    def break_even(self, parameter: str, *, perspective: str = "society", **fields: Any) -> BreakEven:
        """Return the value of a parameter at which the net gain is zero.

        Parameters
        ----------
        parameter : str
            An estimate's name, or the end of it where that is one estimate's only: ``success``.
        perspective : str
            Whose net gain.
        **fields
            Further fields of `Reading`: ``years=4``, ``period="first_mandate"`` …
        """
        asked = self.reading(perspective=perspective, **fields)
        return break_even(self.readable, asked, self.full_name(parameter))

    def full_name(self, parameter: str) -> str:
        """Return the name of the estimate that a parameter means, of the alternative's only programme by preference."""
        programmes = self.case.scenario.alternatives[self.alternative].programmes
        prefix = f"programmes.{programmes[0]}." if len(programmes) == 1 else ""
        return self.case.full_name(parameter, prefix=prefix)

    def tornado(self, *, perspective: str = "society", lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return how far the net gain moves with each estimate and setting, the farthest first [kr]."""
        return tornado_table(self.readable, self.reading(perspective=perspective, **fields), lang=lang)

    def two_way(
        self,
        rows: str,
        columns: str,
        *,
        row_values: Sequence[float] | None = None,
        column_values: Sequence[float] | None = None,
        perspective: str = "society",
        lang: Lang = "sv",
        **fields: Any,
    ) -> "pd.DataFrame":
        """Return the net gain over two parameters' values [kr], and where along each row it is zero.

        Parameters
        ----------
        rows, columns : str
            Estimates' names, or the ends of them, as for `break_even`.
        row_values, column_values : sequence of float, optional
            In their own units; five steps from low to high unless stated.
        perspective : str
            Whose net gain.
        lang : {"sv", "en"}
            The language of the labels.
        **fields
            Further fields of `Reading`.
        """
        asked = self.reading(perspective=perspective, **fields)
        names = [self.full_name(name) for name in (rows, columns)]
        found = two_way(self.readable, asked, *names, row_values=row_values, column_values=column_values)
        return grid_table(found, self.case, asked, lang=lang)

    def named_scenarios(self, *, perspective: str = "society", lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return the net gain with everything bad, as stated, and good at once [kr], and where estimates then stand."""
        return named_table(self.readable, self.reading(perspective=perspective, **fields), lang=lang)

    def simulate(self, readings: Readings = None, **how: Any) -> Simulation:
        """Return what readings are over all that the uncertain estimates may be; see the function.

        Unless stated: the net gain for society, public, see and each actor at stake.
        """
        return simulate(self.readable, usual(self.readable, self.alternative) if readings is None else readings, **how)

    def value_of_information(self, *, perspective: str = "society", **asked: Any) -> InformationValue:
        """Return what it is worth to know more before doing it or not; further arguments as for the function."""
        return value_of_information(self.readable, alternatives=[self.alternative], perspective=perspective, **asked)

    def sobol_indices(
        self,
        *,
        perspective: str = "society",
        groups: Mapping[str, Sequence[str]] | None = None,
        n: int = 4096,
        seed: int = 1,
        executor: Executor | None = None,
        **fields: Any,
    ) -> SobolIndices:
        """Return how much of the net gain's variance comes from each uncertain estimate, alone and in total."""
        asked = self.reading(perspective=perspective, **fields)
        return sobol_indices(self.readable, asked, groups=groups, n=n, seed=seed, executor=executor)

    def financing_plan(self, *, lang: Lang = "sv", current_prices: bool = False, **fields: Any) -> "pd.DataFrame":
        """Return the *finansieringskalkyl*: what each party puts in each year, in money and in kind [kr]."""
        asked = self.reading(discount="none", current_prices=current_prices, **fields)
        return financing_plan(self.readable, asked, lang=lang)

    def unit_costs(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return what each programme costs in all, per participant, per occasion and per success [kr]."""
        return unit_costs(self.readable, self.alternative, lang=lang)

    def funders_returns(self, *, lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return what each who puts something in gets back, when it is square, and what lands elsewhere [kr]."""
        return funders_returns(self.readable, self.reading(**fields), lang=lang)

    def fund_cash_flow(self, fund: str, *, current_prices: bool = True, lang: Lang = "sv") -> "pd.DataFrame":
        """Return a fund's money by year: put in, back, and what is left of a loan [kr]."""
        return fund_cash_flow(self.readable, self.alternative, fund, current=current_prices, lang=lang)

    def transfer_key(self, *, parties: Sequence[str] | None = None, **fields: Any) -> TransferKey:
        """Return the side payments with which no party loses, where there are such; see the function."""
        return transfer_key(self.readable, self.reading(**fields), parties)

    def thresholds(
        self, parameter: str, *, perspectives: Sequence[str] | None = None, horizons: Sequence[int] = HORIZONS,
        **fields: Any,
    ) -> Thresholds:  # fmt: skip
        """Return what an estimate must be for each perspective to break even within each horizon.

        Unless stated: society, the public sector, and every actor with something at stake.
        """
        asked = self.reading(**fields)
        whose = perspectives or ["society", "public", *gains.at_stake(self.readable, self.alternative)]
        return thresholds(self.readable, asked, self.full_name(parameter), perspectives=whose, horizons=horizons)

    def effect_chain(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return every factor of the effect, from the unadjusted to the adjusted, programme by programme."""
        return frames.effect_chain(self.readable, self.alternative, lang=lang)

    def reconciliation(self, *, lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return what stands between a ``see`` gain and society's, line by line [kr]."""
        return frames.reconciliation(self.readable, self.reading(**{**fields, "perspective": "see"}), lang=lang)

    def explain(
        self,
        *,
        perspective: str = "society",
        year: int,
        lang: Lang = "sv",
        measure: str = "gross_gain",
        **fields: Any,
    ) -> "pd.DataFrame":
        """Return a year's gain down to price × quantity × persons with sources [kr, undiscounted]."""
        asked = self.reading(**{**fields, "measure": measure, "perspective": perspective, "discount": "none"})
        return frames.explanations(
            explain(self.readable, asked, year=year, lang=lang), self.case, asked, year, lang=lang
        )

    def summary(self, *, perspectives: Sequence[str] | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return the metrics side by side, a column per perspective."""
        return summaries.metric_table(self.readable, self.alternative, perspectives=perspectives, lang=lang)

    def __repr__(self) -> str:
        """Return the metrics in short."""
        return summaries.text(self.readable, self.alternative)

    def _repr_html_(self) -> str:
        return summaries.html(self.readable, self.alternative)
