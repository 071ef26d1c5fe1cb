"""What a programme changes: participants move from one pathway to another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from utanforskap.engine.occupancy import Presence, entries, exits_of, inflow, recurring, shifted
from utanforskap.engine.parameters import Array, Parameters, stacked
from utanforskap.engine.routes import Route, route
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.passes.interventions import cohorts_of, reached_cohorts

_SAME = 1e-12


def reached(case: Case, programme: Programme) -> list[int]:
    """Return the start years of the cohorts that a programme reaches."""
    return reached_cohorts(programme, case.scenario.groups[programme.reaches.group], case.scenario)


def start_year(case: Case, programme: Programme, cohort: int) -> int:
    """Return the calendar year in which a cohort's participants start: the same age for every cohort."""
    return programme.starts + cohort - reached(case, programme)[0]


def participants(parameters: Parameters, id_: str) -> Array:
    """Return how many persons of the first cohort reached a programme can move [persons, shape (draw,)]."""
    first: Array = participants_by_cohort(parameters, id_)[0]
    return first


def participants_by_cohort(parameters: Parameters, id_: str) -> Array:
    """Return how many persons of each cohort reached a programme can move [persons, shape (cohort, draw)]."""
    case = parameters.case
    programme = case.scenario.programmes[id_]
    reaches, cohorts = programme.reaches, reached(case, programme)
    if reaches.persons != "all":
        return stacked([parameters[f"programmes.{id_}.reaches.persons"]] * len(cohorts))
    group = case.scenario.groups[reaches.group]
    shares = parameters.shares(group.pathways, f"groups.{reaches.group}.pathways")
    first = cohorts_of(group, case.scenario)[0]
    there = inflow(parameters, reaches.group)[[cohort - first for cohort in cohorts]] * shares[reaches.pathway]
    if not reaches.share or not cohorts:
        return there
    return there * stacked([parameters[f"programmes.{id_}.reaches.share.{reaches.level_from(one)}"] for one in cohorts])


def enrolled_by_cohort(parameters: Parameters, id_: str) -> Array:
    """Return how many persons of each cohort reached a programme pays for [persons, shape (cohort, draw)]."""
    programme = parameters.case.scenario.programmes[id_]
    if programme.reaches.enrolled is not None:
        return stacked([parameters[f"programmes.{id_}.reaches.enrolled"]] * len(reached(parameters.case, programme)))
    return participants_by_cohort(parameters, id_)


def factors(parameters: Parameters, id_: str) -> dict[str, Array]:
    """Return the factors of a programme's effect by name, in the order in which they are multiplied [shape (draw,)].

    ``success × (1 − deadweight) × attribution × (1 − displacement)``; each is given as the multiplier it is. Where the
    programme takes up another's method, these are that one's, and the success is times what is left of it.
    """
    said = parameters.case.scenario.programmes[id_]
    success = factor(parameters, id_, "success")
    return {
        "success": success if said.fidelity is None else success * parameters[f"programmes.{id_}.fidelity"],
        "deadweight": 1.0 - factor(parameters, id_, "deadweight"),
        "attribution": factor(parameters, id_, "attribution"),
        "displacement": 1.0 - factor(parameters, id_, "displacement"),
    }


def factor(parameters: Parameters, id_: str, name: str) -> Array:
    """Return one factor of a programme's effect as stated: its own, or that of the programme whose method it is."""
    of = parameters.case.scenario.programmes[id_].method or id_
    return parameters[f"programmes.{of}.{name}"]


def participants_share(parameters: Parameters, id_: str, *, differs: Array, years: int) -> Array:
    """Return the share of participants who are on the new pathway because of a programme, by year since their start.

    ``success × (1 − deadweight) × attribution × (1 − drop_off)^max(τ − τ₀, 0)``, 0 before the lag, where τ₀ is
    the lag or, if later, the first year in which the two pathways differ. Those whom they displace are not taken
    off here.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    id_ : str
        The programme.
    differs : ndarray, shape (draw,)
        The first year since the start in which the two pathways differ.
    years : int
        How many years.

    Returns
    -------
    ndarray, shape (year, draw)
    """
    said = parameters.case.scenario.programmes[id_]
    chain = factors(parameters, id_)
    share = chain["success"] * chain["deadweight"] * chain["attribution"]
    year = np.arange(years)[:, None]
    elapsed = np.maximum(year - np.maximum(said.lag, differs), 0)
    kept = (1.0 - factor(parameters, id_, "drop_off")) ** elapsed
    active: Array = np.where(year >= said.lag, share * kept, 0.0)
    return active


def effect(parameters: Parameters, id_: str) -> Iterator[Presence]:
    """Yield what a programme adds to a new pathway and takes from the old, cohort by cohort.

    ``occupancy(t) += N · w(t−s) · (occ_new(t−s) − occ_old(t))``; entries a participant and year:
    ``min(w₋, w)·e_new + min(1−w₋, 1−w)·e_old + |w − w₋|·max(o_to(t) − o_from(t−1), 0)``.
    """
    case = parameters.case
    programme = case.scenario.programmes[id_]
    group = case.scenario.groups[programme.reaches.group]
    horizon = case.scenario.horizon
    end = horizon.first_year + horizon.years
    first = cohorts_of(group, case.scenario)[0]
    whole = exits_of(programme.reaches.group, group)
    old = route(parameters, programme.reaches.pathway, age=group.age, years=end - first, exits=whole)
    counts, cohorts = participants_by_cohort(parameters, id_), reached(case, programme)
    # Those who come again do as the first of them, so that one kernel is moved and convolved.
    kernels = cohorts[:1] if group.inflow is not None else cohorts
    for place, cohort in enumerate(kernels):
        start = start_year(case, programme, cohort)
        if start >= end:
            continue
        clock = start if programme.new_pathway_clock == "start" else cohort
        age = None if group.age is None else group.age + clock - cohort
        left = exits_of(programme.reaches.group, group, whole_at=cohort - clock)
        new = route(parameters, programme.leads_to, age=age, years=end - clock, exits=left)
        count = counts[place] if group.inflow is None else np.ones(1)
        moved = _moved(parameters, id_, count, cohort=cohort, start=start, clock=clock, old=old, new=new)
        if group.inflow is not None:
            moved = [each for one in moved for each in recurring(one, parameters, sizes=counts, cohorts=cohorts)]
        yield from moved
        displaced = factor(parameters, id_, "displacement")
        if displaced.size > 1 or np.any(displaced):
            yield from (_displaced(presence, displaced) for presence in moved)


def _displaced(presence: Presence, share: Array) -> Presence:
    """Return those whom participants displace: they go the other way."""
    return replace(presence, displaced=True, persons=-share * presence.persons, enter=lambda: -share * presence.enter())


def _moved(
    parameters: Parameters,
    id_: str,
    count: Array,
    *,
    cohort: int,
    start: int,
    clock: int,
    old: Route,
    new: Route,
) -> list[Presence]:
    reached_group = programme_group(parameters, id_)
    group = parameters.case.scenario.groups[reached_group]
    horizon = parameters.case.scenario.horizon
    years, first = horizon.years, horizon.first_year
    states = tuple(dict.fromkeys([*new.states, *old.states]))
    here = _on(states, old.states, shifted(old.occupancy, by=cohort - first, years=years))
    there = _on(states, new.states, shifted(new.occupancy, by=clock - first, years=years))
    differs = _first_difference(here, there, since=start - first)
    share = shifted(
        participants_share(parameters, id_, differs=differs, years=years - (start - first)),
        by=start - first,
        years=years,
    )

    @cache
    def moves() -> tuple[Array, Array]:
        old_entered = shifted(entries(old.trajectory, already=group.already), by=cohort - first, years=years)
        new_entered = shifted(entries(new.trajectory, already=group.already), by=clock - first, years=years)
        into_new, into_old = _entered(
            share, here=here, there=there, cohort=cohort - first,
            old=_on(states, old.states, old_entered), new=_on(states, new.states, new_entered),
        )  # fmt: skip
        return _of(states, new.states, count * into_new), _of(states, old.states, count * into_old)

    path = f"programmes.{id_}"
    return [
        Presence(reached_group, cohort, clock, new, horizon, count * share, lambda: moves()[0], brought_by=path),
        Presence(reached_group, cohort, cohort, old, horizon, -count * share, lambda: moves()[1], brought_by=path),
    ]


def _entered(share: Array, *, here: Array, there: Array, old: Array, new: Array, cohort: int) -> tuple[Array, Array]:
    """Return a participant's entries on the new pathway, and on the old less those without the programme.

    Parameters
    ----------
    share : ndarray, shape (year, draw)
        The share on the new pathway because of the programme.
    here, there : ndarray, shape (year, state, draw)
        Occupancy on the old and the new pathway.
    old, new : ndarray, shape (year, state, draw)
        Entries on them.
    cohort : int
        The cohort's first year, counted from the horizon's.

    Returns
    -------
    tuple of ndarray, shape (year, state, draw)
    """
    before = np.concatenate([share[:1], share[:-1]])
    before[cohort] = share[cohort]
    rise, fall = np.maximum(share - before, 0.0)[:, None], np.maximum(before - share, 0.0)[:, None]
    to_new = rise * np.maximum(there - _year_before(here), 0.0)
    to_old = fall * np.maximum(here - _year_before(there), 0.0)
    kept_new = np.minimum(before, share)[:, None]
    left_old = np.minimum(1.0 - before, 1.0 - share)[:, None] - 1.0
    return kept_new * new + to_new, left_old * old + to_old


def programme_group(parameters: Parameters, id_: str) -> str:
    """Return the group that a programme reaches."""
    return parameters.case.scenario.programmes[id_].reaches.group


def _on(all_states: Sequence[str], states: Sequence[str], array: Array) -> Array:
    wide = np.zeros((array.shape[0], len(all_states), array.shape[2]))
    wide[:, [all_states.index(state) for state in states]] = array
    return wide


def _of(all_states: Sequence[str], states: Sequence[str], array: Array) -> Array:
    return array[:, [all_states.index(state) for state in states]]


def _year_before(array: Array) -> Array:
    return np.concatenate([np.zeros_like(array[:1]), array[:-1]])


def _first_difference(here: Array, there: Array, *, since: int) -> Array:
    apart = np.abs(there - here).max(axis=1)[since:] > _SAME
    first: Array = np.where(apart.any(axis=0), apart.argmax(axis=0), apart.shape[0]).astype(np.float64)
    return first
