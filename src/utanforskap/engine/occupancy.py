"""How many persons are in each state each year, and how many enter it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.pathways import Trajectory
from utanforskap.engine.routes import Route, route, weighted_sum
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.scenario import Group, Horizon
from utanforskap.inputs.passes.interventions import cohorts_of


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
    """

    per: Literal["person_year", "entry", "listed"] = "person_year"
    listed: tuple[float, ...] = ()
    lag: int = 0


PERSON_YEAR = Basis()


@dataclass(frozen=True, eq=False)
class Presence:
    """Some persons of one cohort on one route, over the horizon.

    Attributes
    ----------
    group : str
        The group's id.
    cohort : int
        The calendar year the cohort starts.
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
    """

    group: str
    cohort: int
    clock: int
    route: Route
    horizon: Horizon
    persons: Array
    enter: Callable[[], Array]
    displaced: bool = False

    @cached_property
    def entries(self) -> Array:
        """Entries into each of the route's states, by calendar year [persons, shape (year, state, draw)]."""
        return self.enter()

    @cached_property
    def occupancy(self) -> Array:
        """Persons in each of the route's states, by calendar year [shape (year, state, draw)]."""
        return self.persons[:, None, :] * self._placed(self.route.occupancy)

    def volume(self, position: int, basis: Basis) -> Array:
        """Return how much of a basis there is in one of the route's states, by calendar year [shape (year, draw)]."""
        if basis.per == "entry":
            volume = self.entries[:, position]
        elif basis.per == "person_year":
            volume = self.occupancy[:, position]
        else:
            volume = self.persons * self._placed(self._weighted(position, basis.listed))
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
        if basis.lag:
            later = np.concatenate([weights[basis.lag :], np.zeros_like(weights[: basis.lag])])
            return self.summed(basis._replace(lag=0), later)
        if basis.per == "person_year" and len(self.persons) == 1:
            return self.persons * self.route.summed(weights[self.clock - self.horizon.first_year :])
        return weighted_sum(self.entries if basis.per == "entry" else self.occupancy, weights)

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
    """Return an array whose first axis, counted from a later year, is placed on the horizon's years; zero before."""
    if by == 0 and len(array) == years:
        return array
    placed = np.zeros((years, *array.shape[1:]))
    if by < years:
        placed[by:] = array[: years - by]
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
    horizon = case.scenario.horizon
    for id_, group in case.scenario.groups.items():
        path = f"groups.{id_}"
        mix = parameters.shares(group.pathways, f"{path}.pathways")
        if reference is not None:
            mix = parameters.reference(group, path, reference)
        starts = cohorts_of(group, case.scenario)
        longest = horizon.first_year + horizon.years - starts[0]
        for pathway, share in mix.items():
            if share.size == 1 and not np.any(share):
                continue  # nobody, in any draw
            walked = route(parameters, pathway, age=group.age, years=longest)
            for cohort in starts:
                persons = parameters[f"{path}.persons"] * share
                yield whole_cohort(walked, group=id_, said=group, cohort=cohort, persons=persons, case=case)


def whole_cohort(walked: Route, *, group: str, said: Group, cohort: int, persons: Array, case: Case) -> Presence:
    """Return the presence of persons who are on a route from their cohort's start to the horizon's end."""
    horizon = case.scenario.horizon

    def enter() -> Array:
        entered = entries(walked.trajectory, already=said.already)
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
