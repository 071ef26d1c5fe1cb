"""How many persons are in each state each year, and how many enter it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from utanforskap.engine.convolution import Recurrence
from utanforskap.engine.parameters import Array, Parameters, stacked
from utanforskap.engine.pathways import Trajectory
from utanforskap.engine.routes import Begun, Exits, Route, route, weighted_sum
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.populations import Stock
from utanforskap.inputs.parts.scenario import Group, Horizon
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.terms import WORKING_AGE_END


@dataclass(frozen=True, slots=True, eq=False)
class Clocked:
    """What goes by the persons' own clock, for persons who come again each year: the first cohort's.

    Attributes
    ----------
    factor : ndarray, shape (year, draw or 1)
        By calendar year of the first cohort.
    """

    factor: Array


class Basis(NamedTuple):
    """What something is counted per.

    Attributes
    ----------
    per : {"person_year", "entry", "listed"}
        A person-year, an entry, or a person-year weighted by a list of numbers by year since entry.
    listed : tuple of float
        The numbers by year since entry; the last holds from then on.
    lag : int
        How many years later it falls.
    clocked : Clocked or None
        What it is weighed with, by the persons' own clock; None is nothing.
    """

    per: Literal["person_year", "entry", "listed"] = "person_year"
    listed: tuple[float, ...] = ()
    lag: int = 0
    clocked: Clocked | None = None

    def on_clock(self, factor: Array) -> "Basis":
        """Return the same weighed with a factor by the first cohort's calendar year [shape (year, draw or 1)]."""
        return self._replace(clocked=Clocked(factor if self.clocked is None else self.clocked.factor * factor))


PERSON_YEAR = Basis()


@dataclass(frozen=True, eq=False)
class Presence:
    """Some persons on one route, over the horizon: of one cohort, or of all that come over the years.

    Attributes
    ----------
    group : str
        The group's id.
    cohort : int
        The calendar year the cohort starts, the first where there are several.
    clock : int
        The calendar year in which the route starts.
    route : Route
        The route.
    horizon : Horizon
        The years that are followed.
    persons : ndarray, shape (year, draw), or (1, draw) where they are as many every year
        How many are on the route; fewer than none where an effect takes them from it.
    enter : callable
        Returns `entries`, computed when they are first asked for.
    displaced : bool
        Whether they are others than the participants, pushed out by them (*undanträngda*).
    recurrence : Recurrence or None
        How the cohort comes again; `persons` and `enter` are then the first one's. None is a cohort by itself.
    retired : bool
        Whether it is those who come again, from their 65th year on.
    brought_by : str or None
        The path of the programme, or of the initial stock, by which they are on the route; None is their own start.
    """

    group: str
    cohort: int
    clock: int
    route: Route
    horizon: Horizon
    persons: Array
    enter: Callable[[], Array]
    displaced: bool = False
    recurrence: Recurrence | None = None
    retired: bool = False
    brought_by: str | None = None

    @property
    def age(self) -> int | None:
        """The age in the year that the cohort starts."""
        return None if self.route.age is None else self.route.age - (self.clock - self.cohort)

    @cached_property
    def entries(self) -> Array:
        """Entries into each of the route's states, by calendar year [persons, shape (year, state, draw)]."""
        return self._of_all(self._first_entries)

    @cached_property
    def occupancy(self) -> Array:
        """Persons in each of the route's states, by calendar year [shape (year, state, draw)]."""
        return self._of_all(self._first_occupancy)

    @cached_property
    def _first_entries(self) -> Array:
        return self.enter()

    @cached_property
    def _first_occupancy(self) -> Array:
        return self.persons[:, None, :] * self._per_person

    @cached_property
    def _per_person(self) -> Array:
        return self._placed(self.route.occupancy)

    def _of_all(self, first: Array) -> Array:
        return first if self.recurrence is None else self.recurrence.of(first)

    def by_cohort(self) -> Iterator[tuple[int, Array]]:
        """Yield the calendar year that each cohort starts, and its occupancy [shape (year, state, draw)]."""
        if self.recurrence is None:
            yield self.cohort, self.occupancy
            return
        for offset, occupancy in self.recurrence.apart(self._first_occupancy):
            yield self.cohort + offset, occupancy

    def volume(self, position: int, basis: Basis) -> Array:
        """Return how much of a basis there is in one of the route's states, by calendar year [shape (year, draw)]."""
        return self._of_all(self.first_volume(position, basis))

    def per_person(self, position: int, basis: Basis) -> Array | None:
        """Return the factor by which `persons` make up `volume` [shape (year, draw)]; None where there is none."""
        if basis == PERSON_YEAR and self.recurrence is None:
            return self._per_person[:, position]
        return None

    def first_volume(self, position: int, basis: Basis) -> Array:
        """Return `volume` of the first cohort alone [shape (year, draw)]."""
        if basis.per == "entry":
            volume = self._first_entries[:, position]
        elif basis.per == "person_year":
            volume = self._first_occupancy[:, position]
        else:
            volume = self.persons * self._placed(self._weighted(position, basis.listed))
        if basis.clocked is not None:
            volume = volume * basis.clocked.factor
        return shifted(volume, by=basis.lag, years=len(volume)) if basis.lag else volume

    def summed(self, basis: Basis, weights: Array) -> Array:
        """Return weighted sums over the years of a basis in every state of the route [shape (state, draw)].

        Parameters
        ----------
        basis : Basis
            Person-years or entries.
        weights : ndarray, shape (year, draw or 1)
            By calendar year.
        """
        return self._first_summed(basis, weights if self.recurrence is None else self.recurrence.weights(weights))

    def _first_summed(self, basis: Basis, weights: Array) -> Array:
        if basis.lag:
            weights = np.concatenate([weights[basis.lag :], np.zeros_like(weights[: basis.lag])])
        if basis.clocked is not None:
            weights = weights * basis.clocked.factor
        if basis.per == "person_year" and len(self.persons) == 1:
            return self.persons * self.route.summed(self._since_clock(weights))
        return weighted_sum(self._first_entries if basis.per == "entry" else self._first_occupancy, weights)

    def _since_clock(self, weights: Array) -> Array:
        """Return weights by calendar year as weights by year since the route's start."""
        since = self.clock - self.horizon.first_year
        return shifted(weights, by=-since, years=len(weights) - since)

    def _weighted(self, position: int, listed: Sequence[float]) -> Array:
        time = self.route.time_since_entry[:, :, position]
        used: Array = sum(listed[min(k, len(listed) - 1)] * spent for k, spent in enumerate(time))
        return used

    def _placed(self, array: Array) -> Array:
        return shifted(array, by=self.clock - self.horizon.first_year, years=self.horizon.years)


@dataclass(frozen=True, slots=True, eq=False)
class Occupancy:
    """Persons in each state, by calendar year.

    Attributes
    ----------
    groups, states : tuple of str
        Labels of the axes.
    years : ndarray of int
        Calendar years.
    persons : ndarray, shape (group, year, state, draw)
        Person-years spent in the state.
    entries : ndarray, shape (group, year, state, draw)
        Entries into the state.
    """

    groups: tuple[str, ...]
    states: tuple[str, ...]
    years: np.ndarray[tuple[int], np.dtype[np.int64]]
    persons: Array
    entries: Array


def shifted(array: Array, *, by: int, years: int) -> Array:
    """Return an array placed so many years later, or earlier where negative, on an axis of years; zero outside."""
    if by == 0 and len(array) == years:
        return array
    placed = np.zeros((years, *array.shape[1:]))
    later, earlier = max(by, 0), max(-by, 0)
    part = array[earlier : max(earlier + years - later, earlier)]
    placed[later : later + len(part)] = part
    return placed


def baseline(parameters: Parameters, *, reference: str | None = None) -> Iterator[Presence]:
    """Yield the persons of every group and cohort on their pathways, without any programme.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    reference : str or None
        Put everybody on the groups' reference of this name instead.
    """
    case = parameters.case
    for id_, group in case.scenario.groups.items():
        path = f"groups.{id_}"
        mix = parameters.shares(group.pathways, f"{path}.pathways")
        if reference is not None:
            mix = parameters.reference(group, path, reference)
        for pathway, share in mix.items():
            if share.size > 1 or np.any(share):  # otherwise nobody, in any draw
                yield from _coming(parameters, id_, pathway, share)
        for name, stock in group.initial_stock.items():
            stated = f"{path}.initial_stock.{name}"
            yield from _there_already(parameters, id_, stock, stated, None if reference is None else mix)


def exits_of(group: str, said: Group, *, whole_at: int = 0) -> Exits | None:
    """Return how some of a group leave for good; None where nobody does."""
    return Exits(group, whole_at) if said.exits else None


def _coming(parameters: Parameters, id_: str, pathway: str, share: Array) -> Iterator[Presence]:
    """Yield those who start on a pathway, cohort by cohort or all together."""
    case = parameters.case
    group, horizon = case.scenario.groups[id_], case.scenario.horizon
    starts = cohorts_of(group, case.scenario)
    longest = horizon.first_year + horizon.years - starts[0]
    walked = route(parameters, pathway, age=group.age, years=longest, exits=exits_of(id_, group))
    if group.inflow is not None:
        first = whole_cohort(walked, group=id_, already=group.already, cohort=starts[0], persons=share, case=case)
        yield from recurring(first, parameters, sizes=inflow(parameters, id_), cohorts=starts)
        return
    for cohort in starts:
        persons = parameters[f"groups.{id_}.persons"] * share
        yield whole_cohort(walked, group=id_, already=group.already, cohort=cohort, persons=persons, case=case)


def inflow(parameters: Parameters, id_: str) -> Array:
    """Return how many persons of a group start each year [persons, shape (cohort, draw or 1)]."""
    case = parameters.case
    group, path = case.scenario.groups[id_], f"groups.{id_}"
    cohorts = cohorts_of(group, case.scenario)
    first = parameters[f"{path}.persons"]
    said = group.inflow
    if said is None:
        return stacked([first] * len(cohorts))
    if said.growth is not None:
        since = np.arange(len(cohorts), dtype=np.float64)[:, None]
        grown: Array = first * (1.0 + parameters[f"{path}.inflow.growth"]) ** since
        return grown
    stated = [said.level_from(cohort) for cohort in cohorts]
    return stacked([first if year is None else parameters[f"{path}.inflow.persons.{year}"] for year in stated])


def recurring(first: Presence, parameters: Parameters, *, sizes: Array, cohorts: Sequence[int]) -> Iterator[Presence]:
    """Yield the presence of all cohorts that do as the first does, those below 65 and those above apart.

    Parameters
    ----------
    first : Presence
        The first cohort's, for one person.
    parameters : Parameters
        The case and its values.
    sizes : ndarray, shape (cohort, draw or 1)
        Persons in each cohort.
    cohorts : sequence of int
        The calendar years in which they start.
    """
    said = parameters.case.scenario.groups[first.group].inflow
    assert said is not None
    years, since = first.horizon.years, first.cohort - first.horizon.first_year
    offsets = tuple(cohort - cohorts[0] for cohort in cohorts)
    end = years if said.per_cohort is None else min(since + said.per_cohort, years)
    of_65 = end if first.age is None else min(max(since + WORKING_AGE_END - first.age, 0), end)
    for span, retired in ((slice(0, of_65), False), (slice(of_65, end), True)):
        if span.start < span.stop:
            yield replace(first, recurrence=Recurrence(sizes, offsets, span), retired=retired)


def _there_already(
    parameters: Parameters, id_: str, stock: Stock, path: str, mix: Mapping[str, Array] | None
) -> Iterator[Presence]:
    """Yield those who are there when the horizon begins: where they are, or on a reference's mix from now on."""
    case = parameters.case
    group, horizon = case.scenario.groups[id_], case.scenario.horizon
    persons = parameters[f"{path}.persons"]
    since = stock.duration if mix is None else 0
    walked: dict[str, tuple[Array, Begun | None]] = {stock.pathway: (persons, Begun(stock.state, since))}
    if mix is not None:
        walked = {pathway: (persons * share, None) for pathway, share in mix.items()}
    for pathway, (there, begun) in walked.items():
        on = route(
            parameters,
            pathway,
            age=None if stock.age is None else stock.age - since,
            years=horizon.years + since,
            exits=exits_of(id_, group, whole_at=since),
            begun=begun,
        )
        stayed = whole_cohort(on, group=id_, already=True, cohort=horizon.first_year - since, persons=there, case=case)
        yield replace(stayed, brought_by=path)


def whole_cohort(walked: Route, *, group: str, already: bool, cohort: int, persons: Array, case: Case) -> Presence:
    """Return the presence of persons who are on a route from their cohort's start to the horizon's end."""
    horizon = case.scenario.horizon

    def enter() -> Array:
        entered = entries(walked.trajectory, already=already)
        return persons * shifted(entered, by=cohort - horizon.first_year, years=horizon.years)

    return Presence(group, cohort, cohort, walked, horizon, persons[None, :], enter)


def entries(trajectory: Trajectory, *, already: bool) -> Array:
    """Return a trajectory's entries; being placed at the start is one unless the group was there already."""
    if not already:
        return trajectory.entries
    entered = trajectory.entries.copy()
    entered[0] -= trajectory.placement
    return entered


def total(case: Case, presences: Sequence[Presence], *, draws: int) -> Occupancy:
    """Return the persons of all presences by group and state; those displaced are others, and left out."""
    scenario = case.scenario
    groups, states = tuple(scenario.groups), tuple(scenario.states)
    years = scenario.horizon.first_year + np.arange(scenario.horizon.years)
    shape = (len(groups), len(years), len(states), draws)
    persons, entered = np.zeros(shape), np.zeros(shape)
    for presence in presences:
        if presence.displaced:
            continue
        positions = [states.index(state) for state in presence.route.states]
        group = groups.index(presence.group)
        persons[group][:, positions] += presence.occupancy
        entered[group][:, positions] += presence.entries
    return Occupancy(groups, states, years, persons, entered)
