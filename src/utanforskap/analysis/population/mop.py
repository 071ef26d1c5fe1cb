"""Mop or tap: the same money spent on getting people out, or on fewer falling in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis.gains import programme_cost
from utanforskap.analysis.population.steady import SteadyState, steady_state
from utanforskap.analysis.readings import Readable, yearly
from utanforskap.analysis.readings import factors as weights_of
from utanforskap.analysis.summaries import alternative_title
from utanforskap.analysis.tabulate import describe
from utanforskap.engine.effects import factors, participants_by_cohort
from utanforskap.engine.occupancy import inflow
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.passes.interventions import cohorts_of, reached_cohorts
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd

HORIZONS = (4, 10, 20, 30)
"""The horizons at which the two are held against each other [years], as far as the case reaches."""


@dataclass(frozen=True, eq=False)
class MopOrTap:
    """Two alternatives that cost the same, over several horizons and in the steady state.

    Attributes
    ----------
    readable : Readable
        The case, with the tap's participants as many as the mop's money pays for.
    mop, tap : str
        The alternatives.
    persons : float
        How many of each cohort the tap then reaches.
    perspective : str
        Whose gain is read.
    steady : SteadyState or None
        What the population tends to; None where it tends to nothing.
    """

    readable: Readable
    mop: str
    tap: str
    persons: float
    perspective: str
    steady: SteadyState | None

    def horizons(self) -> tuple[int, ...]:
        """Return the horizons that are read [years]."""
        whole = self.readable.case.scenario.horizon.years
        return (*[years for years in HORIZONS if years < whole], whole)

    def spent(self, alternative: str) -> float:
        """Return what an alternative costs over the whole horizon, whoever pays, at present value [kr]."""
        return programme_cost(self.readable, Reading(measure="net_gain", alternative=alternative))

    def helped(self, alternative: str) -> float:
        """Return for how many persons an alternative changes something, over all cohorts reached."""
        parameters = self.readable.parameters(alternative)
        found = 0.0
        for id_ in self.readable.case.scenario.alternatives[alternative].programmes:
            share = float(np.prod([each[0] for each in factors(parameters, id_).values()]))
            found += float(participants_by_cohort(parameters, id_)[:, 0].sum()) * share
        return found

    def net_gain(self, alternative: str, *, years: int) -> float:
        """Return an alternative's gain after programme cost over a horizon, at present value [kr]."""
        return float(self.accumulated(alternative)[years - 1])

    def accumulated(self, alternative: str) -> Array:
        """Return an alternative's gain after programme cost to the end of each year, at present value [kr]."""
        asked = Reading(measure="net_gain", alternative=alternative, perspective=self.perspective)
        weights = weights_of(self.readable.case, self.readable.parameters(), asked)
        gained: Array = np.cumsum((yearly(self.readable, asked).T * weights.T)[0])
        return gained

    def a_year(self, alternative: str) -> float | None:
        """Return an alternative's gain after programme cost a year in the steady state [kr]; None without one."""
        if self.steady is None:
            return None
        return self.steady.amount(measure="net_gain", alternative=alternative, perspective=self.perspective)

    def crossover(self) -> int | None:
        """Return the first horizon [years] from which on the tap's gain is the larger one; None if it never is."""
        ahead = self.accumulated(self.tap) > self.accumulated(self.mop)
        if not ahead[-1]:
            return None
        return int(np.flatnonzero(~ahead)[-1]) + 2 if not ahead.all() else 1

    def times_dearer(self) -> float | None:
        """Return how many times its cost a person may cost the tap before the two gain as much over the whole horizon.

        With the tap's gain before programme cost B, the mop's gain after it M, and the money C that both cost, it is
        ``B / (M + C)``, all in the perspective; None where the mop gives back nothing to be as good as.
        """
        tap = Reading(measure="net_gain", alternative=self.tap, perspective=self.perspective)
        paid = programme_cost(self.readable, tap)
        before = float(self.accumulated(self.tap)[-1]) + paid
        needed = float(self.accumulated(self.mop)[-1]) + paid
        return before / needed if needed > 0.0 else None

    def table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return what each costs, whom it helps, and what it gains over each horizon and in the steady state [kr]."""
        import pandas as pd

        rows: list[dict[str, float | None]] = []
        for alternative in (self.mop, self.tap):
            told: dict[str, float | None] = {
                label("columns", "spent", lang): self.spent(alternative),
                label("columns", "helped", lang): self.helped(alternative),
            }
            for years in self.horizons():
                told[f"{years} {label('words', 'years', lang)}"] = self.net_gain(alternative, years=years)
            told[label("columns", "a_year", lang)] = self.a_year(alternative)
            rows.append(told)
        frame = pd.DataFrame(rows, index=pd.Index(self._titles(lang), name=label("columns", "way", lang)))
        frame.attrs = self._about(lang) | {"not_kronor": [label("columns", "helped", lang)]}
        return frame

    def by_year(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return each one's gain after programme cost added up to the end of each year, at present value [kr].

        What a picture of tap against mop is drawn from.
        """
        import pandas as pd

        horizon = self.readable.case.scenario.horizon
        columns = np.array([self.accumulated(alternative) for alternative in (self.mop, self.tap)]).T
        index = pd.Index(
            [horizon.first_year + year for year in range(horizon.years)], name=label("columns", "year", lang)
        )
        frame = pd.DataFrame(columns, index=index, columns=self._titles(lang))
        frame.attrs = self._about(lang)
        return frame

    def _titles(self, lang: Lang) -> list[str]:
        return [alternative_title(self.readable.case, alternative, lang) for alternative in (self.mop, self.tap)]

    def _about(self, lang: Lang) -> dict[Any, Any]:
        reading = Reading(measure="net_gain", alternative=self.tap, perspective=self.perspective)
        return {**describe(self.readable.case, reading, lang), "alternative": (self.mop, self.tap)}


def mop_or_tap(readable: Readable, *, mop: str, tap: str, perspective: str = "society") -> MopOrTap:
    """Return two alternatives held against each other at the same cost.

    The tap's participants are made as many as the mop's money pays for: the present value of what programmes cost over
    the whole horizon, whoever pays, is the same.

    Parameters
    ----------
    readable : Readable
        The case and its values.
    mop : str
        The alternative that gets people out.
    tap : str
        The alternative by which fewer fall in: one programme that reaches a stated number of persons.
    perspective : str
        Whose gain is read.

    Raises
    ------
    UnknownNameError
        If an alternative is not known.
    QuestionError
        If the tap cannot be made to cost as much: it reaches all, costs nothing for a participant, or there are not
        so many persons.
    """
    case = readable.case
    for id_ in (mop, tap):
        if id_ not in case.scenario.alternatives:
            raise UnknownNameError(what="an alternative", given=id_, known=list(case.scenario.alternatives))
    name = _participants_name(case, tap)
    costs = np.array([_cost(readable, tap, name, persons) for persons in (0.0, 1.0)])
    paid = programme_cost(readable, Reading(measure="net_gain", alternative=mop))
    each = float(costs[1] - costs[0])
    if each <= 0.0:
        raise QuestionError(f"'{tap}' costs nothing more for one more participant, so no money buys more of it.")
    persons = (paid - float(costs[0])) / each
    if persons < 0.0:
        raise QuestionError(f"'{tap}' costs more than '{mop}' before it has reached anybody.")
    _refuse_too_many(readable, tap, persons)
    even = readable.changed(values={name: persons})
    return MopOrTap(even, mop, tap, persons, perspective, _steady(even))


def _cost(readable: Readable, tap: str, name: str, persons: float) -> float:
    return programme_cost(readable.changed(values={name: persons}), Reading(measure="net_gain", alternative=tap))


def _participants_name(case: Case, tap: str) -> str:
    programmes = case.scenario.alternatives[tap].programmes
    if len(programmes) != 1:
        raise QuestionError(f"'{tap}' carries out {len(programmes)} programmes; as a tap it has one.")
    if case.scenario.programmes[programmes[0]].reaches.persons == "all":
        raise QuestionError(
            f"'{programmes[0]}' reaches all, so the same money cannot be spent on it.\n"
            "Write how many of each cohort it reaches: reaches: {persons: 10}."
        )
    return f"programmes.{programmes[0]}.reaches.persons"


def _refuse_too_many(readable: Readable, tap: str, persons: float) -> None:
    scenario, parameters = readable.case.scenario, readable.parameters()
    programme = scenario.programmes[scenario.alternatives[tap].programmes[0]]
    group = scenario.groups[programme.reaches.group]
    share = parameters.shares(group.pathways, f"groups.{programme.reaches.group}.pathways")[programme.reaches.pathway]
    cohorts = cohorts_of(group, scenario)
    there = inflow(parameters, programme.reaches.group)[:, 0] * float(share[0])
    least = min(float(there[cohorts.index(cohort)]) for cohort in reached_cohorts(programme, group, scenario))
    if persons > least:
        raise QuestionError(
            f"The money reaches {persons:.1f} persons of each cohort, but there are {least:.1f}: "
            f"everybody would be kept from falling in, and money left over.\nLet '{tap}' be compared with less money."
        )


def _steady(readable: Readable) -> SteadyState | None:
    try:
        return steady_state(readable)
    except QuestionError:
        return None
