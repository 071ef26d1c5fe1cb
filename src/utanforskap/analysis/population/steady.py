"""The steady state: what a population tends to when as many come every year as in the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis.population.budget import reading_of
from utanforskap.analysis.population.stocks import about
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.tabulate import RowKey, table
from utanforskap.engine.occupancy import inflow
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.parts.scenario import MAX_YEARS, Group, Scenario
from utanforskap.inputs.passes.ages import check_ages
from utanforskap.inputs.passes.inflows import check_inflows
from utanforskap.inputs.passes.interventions import cohorts_of, reached_cohorts
from utanforskap.inputs.passes.problems import Whole
from utanforskap.terms import WORKING_AGE_END, Lang, label

if TYPE_CHECKING:
    import pandas as pd

_GONE = 1e-6
"""A share of those who came that is nobody."""


@dataclass(frozen=True, eq=False)
class SteadyState:
    """What a population tends to when its inflow no longer changes.

    One cohort's whole course, from its start to 65 or until everybody has left, is what a single year of the steady
    state looks like: the stock in a state is the yearly inflow times the mean time spent there, and a year costs what
    one cohort costs in all.

    Attributes
    ----------
    readable : Readable
        The case and its values.
    course : Readable
        One cohort's whole course.
    """

    readable: Readable
    course: Readable

    def stock(self, *, alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return the yearly inflow, the mean time in each state [years] and the stock [persons], by group and state.

        Parameters
        ----------
        alternative : str or None
            Whose programmes are carried out, every year; None is the baseline.
        lang : {"sv", "en"}
            The language of the labels.
        """
        import pandas as pd

        scenario = self.readable.case.scenario
        rows: dict[tuple[str, str], dict[str, float]] = {}
        for (group, state), persons in self.persons(alternative).items():
            new = float(self.course.parameters()[f"groups.{group}.persons"][0])
            rows[str(getattr(scenario.groups[group].title, lang)), str(getattr(scenario.states[state].title, lang))] = {
                label("columns", "inflow_a_year", lang): new,
                label("columns", "mean_duration", lang): persons / new if new else 0.0,
                label("columns", "steady_stock", lang): persons,
            }
        names = [label("columns", name, lang) for name in ("group", "state")]
        frame = pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(list(rows), names=names))
        frame.attrs = about(self.readable, alternative, lang)
        return frame

    def persons(self, alternative: str | None = None) -> Mapping[tuple[str, str], float]:
        """Return how many are in each state in the steady state, by group and state [persons]; the absorbing apart."""
        scenario = self.course.case.scenario
        run = self.course.run(alternative)
        found: dict[tuple[str, str], float] = {}
        for presence in (*run.persons, *run.moved):
            if presence.displaced or presence.retired:
                continue
            absorbing = scenario.groups[presence.group].exits
            for place, state in enumerate(presence.route.states):
                if state not in absorbing:
                    stays = float(presence.occupancy[:, place, 0].sum())
                    found[presence.group, state] = found.get((presence.group, state), 0.0) + stays
        order = {name: n for n, name in enumerate((*scenario.groups, *scenario.states))}
        return dict(sorted(found.items(), key=lambda each: (order[each[0][0]], order[each[0][1]])))

    def amounts(self, *, rows: RowKey = "actor", lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
        """Return what a year costs in the steady state, at the case's cost level [kr a year].

        Parameters
        ----------
        rows : str
            ``actor``, ``account`` or another way to group rows.
        lang : {"sv", "en"}
            The language of the labels.
        **fields
            Fields of `Reading`, without years and discounting.
        """
        asked = reading_of(self.course, {**fields, "discount": "none", "period": self._period()})
        frame = table(self.course, asked, rows=rows, columns="total", lang=lang)
        attrs = dict(frame.attrs)
        frame.columns = [label("columns", "steady_amount", lang)]
        kept = [piece for piece in attrs["caption"].split("; ")[:-1] if "–" not in piece]
        frame.attrs = {**attrs, "caption": "; ".join([*kept, label("words", "steady", lang)])}
        return frame

    def amount(self, **fields: Any) -> float:
        """Return what a year reads in the steady state, at the case's cost level [kr a year]."""
        asked = reading_of(self.course, {**fields, "discount": "none", "period": self._period()})
        return float(value(self.course, asked)[0])

    def reached(self, *, alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
        """Return the stock of each calendar year as a share of the steady state's, by group and state."""
        import pandas as pd

        scenario = self.readable.case.scenario
        stocks: dict[tuple[str, str], Any] = {}
        for presence in (*self.readable.run(alternative).persons, *self.readable.run(alternative).moved):
            if presence.displaced or presence.retired:
                continue
            for cohort, occupancy in presence.by_cohort():
                years = scenario.horizon.first_year + np.arange(scenario.horizon.years)
                young = np.ones(len(years)) if presence.age is None else years - cohort + presence.age < WORKING_AGE_END
                for place, state in enumerate(presence.route.states):
                    key = (presence.group, state)
                    stocks[key] = stocks.get(key, 0.0) + occupancy[:, place, 0] * young
        rows = {
            (str(getattr(scenario.groups[g].title, lang)), str(getattr(scenario.states[s].title, lang))): stocks[g, s]
            / steady
            for (g, s), steady in self.persons(alternative).items()
            if steady > _GONE and (g, s) in stocks
        }
        names = [label("columns", name, lang) for name in ("group", "state")]
        first = scenario.horizon.first_year
        frame = pd.DataFrame(
            list(rows.values()),
            index=pd.MultiIndex.from_tuples(list(rows), names=names),
            columns=[first + year for year in range(scenario.horizon.years)],
        )
        frame.attrs = about(self.readable, alternative, lang)
        return frame

    def _period(self) -> str | None:
        return "to_65" if all(group.age is not None for group in self.course.case.scenario.groups.values()) else None


def steady_state(readable: Readable) -> SteadyState:
    """Return what a population tends to.

    Parameters
    ----------
    readable : Readable
        The case and its values.

    Raises
    ------
    QuestionError
        If nobody comes every year, or those who come never leave: then there is no steady state.
    """
    case = readable.case
    if not any(group.inflow is not None for group in case.scenario.groups.values()):
        raise QuestionError(
            f"In '{case.id}' nobody comes anew every year, so there is no steady state.\n"
            "Let a group have an inflow: groups: {<id>: {inflow: {until: 2043}}}."
        )
    parameters = readable.parameters()
    last = {
        f"groups.{id_}.persons": inflow(parameters, id_)[-1] if group.inflow is not None else np.zeros(1)
        for id_, group in case.scenario.groups.items()
    }
    course = _course(case)
    _refuse_unknown_ages(course)
    kept = {name: value for name, value in readable.values.items() if name in course.estimates}
    found = SteadyState(readable, Readable(course, {**kept, **last}))
    _refuse_endless(found)
    return found


def _course(case: Case) -> Case:
    """Return the case of one cohort, followed until 65, or as long as anybody is there."""
    scenario = case.scenario
    first = scenario.horizon.first_year
    lengths = [WORKING_AGE_END - group.age for group in scenario.groups.values() if group.age is not None]
    ageless = any(group.age is None for group in scenario.groups.values())
    years = MAX_YEARS if ageless else max(*lengths, 1)
    groups = {id_: _once(group, first) for id_, group in scenario.groups.items()}
    going_on = {id_ for id_, said in scenario.programmes.items() if _goes_on(said, scenario)}
    programmes = {id_: _each_cohort(said, scenario, first) for id_, said in scenario.programmes.items()}
    alternatives = {
        id_: said.model_copy(
            update={
                "programmes": tuple(name for name in said.programmes if name in going_on),
                "set": {name: value for name, value in said.set.items() if ".inflow." not in name},
            }
        )
        for id_, said in scenario.alternatives.items()
    }
    return case.with_scenario(
        scenario.model_copy(
            update={
                "horizon": scenario.horizon.model_copy(update={"years": years}),
                "money": scenario.money.model_copy(update={"real_growth": {}}),
                "groups": groups,
                "programmes": programmes,
                "alternatives": alternatives,
            }
        )
    )


def _once(group: Group, first: int) -> Group:
    inflow_ = group.inflow
    if inflow_ is not None:
        inflow_ = inflow_.model_copy(update={"until": first, "persons": {}, "growth": None})
    return group.model_copy(update={"starts": first, "repeat": None, "inflow": inflow_, "initial_stock": {}})


def _goes_on(programme: Programme, scenario: Scenario) -> bool:
    """Return whether a programme still reaches the last of those who come."""
    group = scenario.groups[programme.reaches.group]
    return group.inflow is not None and cohorts_of(group, scenario)[-1] in reached_cohorts(programme, group, scenario)


def _each_cohort(programme: Programme, scenario: Scenario, first: int) -> Programme:
    """Return a programme that reaches the one cohort, at what it costs each year that it goes on."""
    group = scenario.groups[programme.reaches.group]
    reached = reached_cohorts(programme, group, scenario)
    last = cohorts_of(group, scenario)[-1]
    costs = {}
    for name, cost in programme.costs.items():
        if cost.basis == "once" or (cost.years is not None and cost.years.last < last):
            continue
        a_year = cost.basis == "per_calendar_year"
        costs[name] = cost.model_copy(update={"basis": "per_cohort", "years": None}) if a_year else cost
    starts = programme.starts + first - (reached[0] if reached else programme.starts)
    reaches = programme.reaches.model_copy(update={"cohorts": "all"})
    return programme.model_copy(update={"starts": starts, "reaches": reaches, "costs": costs})


def _refuse_unknown_ages(course: Case) -> None:
    """Refuse to follow anybody to an age that some table does not hold."""
    whole = Whole(prices=course.prices, scenario=course.scenario, complete=True)
    for problem in (*check_ages(whole), *check_inflows(whole)):
        told = "\n".join((problem.message, *problem.help))
        raise QuestionError(f"The steady state follows those who come until 65, and this does not: {told}")


def _refuse_endless(found: SteadyState) -> None:
    """Refuse a steady state of persons who neither grow old nor leave."""
    scenario = found.course.case.scenario
    for presence in found.course.run().persons:
        group = scenario.groups[presence.group]
        if group.age is not None or (group.inflow is not None and group.inflow.per_cohort is not None):
            continue
        new = float(found.course.parameters()[f"groups.{presence.group}.persons"][0])
        left = sum(
            float(presence.occupancy[-1, place, 0])
            for place, state in enumerate(presence.route.states)
            if state not in group.exits
        )
        if left > _GONE * max(new, 1.0):
            raise QuestionError(
                f"Those who come to '{presence.group}' never leave, so there is no steady state.\n"
                "Say how old they are when they come (age: 23), or how many leave for good each year (exits:)."
            )
