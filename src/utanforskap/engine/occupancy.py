"""How many persons are in each state each year, and how many enter it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.pathways import Trajectory, curve, duration, markov, stages
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.pathways import SUM_TOLERANCE, Curve, Duration, Markov, Pathway, Stages
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.inputs.values.estimates import ByAge, ByYear, Probability, Profile, age_band


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One pathway walked from one age: the trajectory of a person on it, with what is needed to price it.

    Attributes
    ----------
    pathway : str
        The pathway's id.
    states : tuple of str
        The states of the trajectory's state axis.
    age : int or None
        The age at the start.
    trajectory : Trajectory
        Years counted from the start.
    time_since_entry : ndarray, shape (year since entry, year, state, draw), or None
        For ``stages`` only.
    """

    pathway: str
    states: tuple[str, ...]
    age: int | None
    trajectory: Trajectory
    time_since_entry: Array | None


@dataclass(frozen=True, slots=True, eq=False)
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
    persons : ndarray, shape (year, draw)
        How many are on the route; fewer than none where an effect takes them from it.
    entries : ndarray, shape (year, state, draw)
        Entries into each of the route's states [persons].
    displaced : bool
        Whether they are others than the participants, pushed out by them (*undanträngda*).
    """

    group: str
    cohort: int
    clock: int
    route: Route
    persons: Array
    entries: Array
    displaced: bool = False

    def occupancy(self, first_year: int) -> Array:
        """Return persons in each of the route's states, by calendar year from the first [shape (year, state, draw)]."""
        share = shifted(self.route.trajectory.occupancy, by=self.clock - first_year, years=len(self.persons))
        return self.persons[:, None, :] * share


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
    placed = np.zeros((years, *array.shape[1:]))
    if by < years:
        placed[by:] = array[: years - by]
    return placed


def route(parameters: Parameters, pathway: str, *, age: int | None, years: int) -> Route:
    """Return a pathway walked from an age for a number of years."""
    said = parameters.case.scenario.pathways[pathway]
    states = tuple(dict.fromkeys(said.states()))
    path = f"pathways.{pathway}"
    since = None
    if isinstance(said, Stages):
        positions = [states.index(stage.state) for stage in said.stages]
        durations = _durations(parameters, said, path, age)
        walked = stages.trajectory(states=positions, durations=durations, n_states=len(states), years=years)
        since = stages.time_since_entry(states=positions, durations=durations, n_states=len(states), years=years)
    else:
        walked = _trajectory(parameters, said, path, states, age, years)
    return Route(pathway, states, age, walked, since)


def _trajectory(
    parameters: Parameters, said: Pathway, path: str, states: tuple[str, ...], age: int | None, years: int
) -> Trajectory:
    match said:
        case Duration():
            one, zero = np.ones(parameters.draws), np.zeros(parameters.draws)
            return duration.trajectory(
                distribution=said.distribution,
                median=parameters[f"{path}.median"] if said.median is not None else None,
                mean=parameters[f"{path}.mean"] if said.mean is not None else None,
                shape=parameters[f"{path}.shape"] if said.shape is not None else None,
                speed_up=parameters[f"{path}.speed_up"] if said.speed_up is not None else one,
                shorten=parameters[f"{path}.shorten"] if said.shorten is not None else zero,
                from_state=states.index(said.leaves),
                to_state=states.index(said.reaches),
                n_states=len(states),
                years=years,
            )
        case Curve():
            at = sorted(said.shares, key=int)
            return curve.trajectory(
                at=np.array([float(year) for year in at]),
                shares=np.stack([parameters[f"{path}.shares.{year}"] for year in at]),
                counts=said.counts,
                target=states.index(said.target),
                other=states.index(said.otherwise),
                n_states=len(states),
                years=years,
            )
        case Markov():
            initial = parameters.shares(said.initial, f"{path}.initial")
            none = np.zeros(parameters.draws)
            return markov.trajectory(
                initial=np.stack([initial.get(state, none) for state in states]),
                transitions=_transitions(parameters, said, path, states, age, years),
                counting=said.counted,
            )
        case Stages():
            raise AssertionError("stages have a route of their own")
        case _:
            assert_never(said)


def _durations(parameters: Parameters, said: Stages, path: str, age: int | None) -> Array:
    lengths: list[Array] = []
    for stage in said.stages:
        if stage.years is not None:
            lengths.append(parameters[f"{path}.stages.{stage.name}.years"])
        elif stage.until_age is not None:
            assert age is not None
            ends = parameters[f"{path}.stages.{stage.name}.until_age"] - age
            lengths.append(np.maximum(ends - np.sum(lengths, axis=0), 0.0))
        else:
            lengths.append(np.full(parameters.draws, np.inf))
    return np.stack(lengths)


def _transitions(
    parameters: Parameters, said: Markov, path: str, states: Sequence[str], age: int | None, years: int
) -> Array:
    matrix = np.zeros((years, len(states), len(states), parameters.draws))
    for origin, state in enumerate(states):
        row = said.transitions.get(state)
        if row is None:
            matrix[:, origin, origin] = 1.0
            continue
        for target, probability in row.items():
            if probability != "rest":
                name = f"{path}.transitions.{state}.{target}"
                yearly = by_year(parameters, probability, name, age=age, years=years)
                matrix[:, origin, states.index(target)] = yearly * _risk(
                    parameters, said, path, f"{state}.{target}", years
                )
        total = matrix[:, origin].sum(axis=1)
        rests = [target for target, probability in row.items() if probability == "rest"]
        over = total - 1.0 if rests else np.abs(total - 1.0)
        if np.any(over > SUM_TOLERANCE):
            raise QuestionError(
                f"{path}.transitions.{state}: with these values the probabilities sum to "
                f"{total.flat[np.argmax(over)]:g}"
            )
        for target in rests:
            matrix[:, origin, states.index(target)] = np.maximum(1.0 - total, 0.0)
    return matrix


def _risk(parameters: Parameters, said: Markov, path: str, transition: str, years: int) -> Array:
    risk = np.ones((years, parameters.draws))
    if said.relative_risk is not None and transition in said.relative_risk.on:
        risk[: said.relative_risk.years] = parameters[f"{path}.relative_risk.value"]
    return risk


def by_year(
    parameters: Parameters,
    said: Probability | Profile,
    name: str,
    *,
    age: int | None,
    years: int,
) -> Array:
    """Return a number, a list by year or a table by age as one value for each year since the start.

    Parameters
    ----------
    parameters : Parameters
        Where named values are looked up.
    said : estimate, ByYear or ByAge
        What was stated.
    name : str
        Its name.
    age : int or None
        The age in the first year; needed for a table by age.
    years : int
        How many years.

    Returns
    -------
    ndarray, shape (year, draw)
    """
    if isinstance(said, ByYear):
        listed = np.array([said.by_year[min(year, len(said.by_year) - 1)] for year in range(years)])
        return np.repeat(listed[:, None], parameters.draws, axis=1)
    if isinstance(said, ByAge):
        assert age is not None
        bands = {text: age_band(text) for text in said.by_age}
        named = [
            next(text for text, (low, high) in bands.items() if low <= age + year <= high) for year in range(years)
        ]
        return np.stack([parameters[f"{name}.{text}"] for text in named])
    return np.broadcast_to(parameters[name], (years, parameters.draws))


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
            walked = route(parameters, pathway, age=group.age, years=longest)
            for cohort in starts:
                persons = parameters[f"{path}.persons"] * share
                yield whole_cohort(walked, group=id_, said=group, cohort=cohort, persons=persons, case=case)


def whole_cohort(walked: Route, *, group: str, said: Group, cohort: int, persons: Array, case: Case) -> Presence:
    """Return the presence of persons who are on a route from their cohort's start to the horizon's end."""
    horizon = case.scenario.horizon
    by = cohort - horizon.first_year
    present = shifted(np.broadcast_to(persons, (horizon.years, persons.size)), by=by, years=horizon.years)
    entered = shifted(entries(walked.trajectory, already=said.already), by=by, years=horizon.years)
    return Presence(group, cohort, cohort, walked, present, present[:, None, :] * entered)


def entries(trajectory: Trajectory, *, already: bool) -> Array:
    """Return a trajectory's entries; being placed at the start is one unless the group was there already."""
    if not already:
        return trajectory.entries
    entered = trajectory.entries.copy()
    entered[0] -= trajectory.placement
    return entered


def total(case: Case, presences: Sequence[Presence]) -> Occupancy:
    """Return the persons of all presences by group and state; those displaced are others, and left out."""
    scenario = case.scenario
    groups, states = tuple(scenario.groups), tuple(scenario.states)
    years = scenario.horizon.first_year + np.arange(scenario.horizon.years)
    draws = max((presence.persons.shape[1] for presence in presences), default=1)
    shape = (len(groups), len(years), len(states), draws)
    persons, entered = np.zeros(shape), np.zeros(shape)
    for presence in presences:
        if presence.displaced:
            continue
        positions = [states.index(state) for state in presence.route.states]
        group = groups.index(presence.group)
        persons[group][:, positions] += presence.occupancy(scenario.horizon.first_year)
        entered[group][:, positions] += presence.entries
    return Occupancy(groups, states, years, persons, entered)
