"""The third pass over programmes and alternatives: they reach somebody, in time, and change something."""

from collections.abc import Callable, Iterator

from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.parts.scenario import Alternative, Group, Scenario
from utanforskap.inputs.parts.shares import shares_of
from utanforskap.inputs.passes.problems import Path, Problem, Whole, unknown_name
from utanforskap.inputs.values.estimates import Share
from utanforskap.inputs.values.statement import shown

_TOLERANCE = 1e-9


def check_interventions(whole: Whole) -> Iterator[Problem]:
    """Yield everything that does not go together in the programmes and alternatives that stand.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    for check in _CHECKS:
        yield from check(whole)


def cohorts_of(group: Group, scenario: Scenario) -> list[int]:
    """Return the start years of a group's cohorts."""
    first = group.starts if group.starts is not None else scenario.horizon.first_year
    recurs = group.repeat or group.inflow
    last = recurs.until if recurs is not None else first
    return list(range(first, max(first, last) + 1))


def cohort_persons(group: Group, cohort: int, scenario: Scenario) -> float:
    """Return how many persons of a group start in a year."""
    inflow, first = group.inflow, group.persons.value
    if inflow is None:
        return first
    if inflow.growth is not None:
        grown: float = first * (1.0 + inflow.growth.value) ** (cohort - cohorts_of(group, scenario)[0])
        return grown
    stated = inflow.level_from(cohort)
    return first if stated is None else inflow.persons[stated].value


def reached_cohorts(programme: Programme, group: Group, scenario: Scenario) -> list[int]:
    """Return the start years of the cohorts that a programme reaches."""
    starts = cohorts_of(group, scenario)
    chosen = programme.reaches.cohorts
    if programme.reaches.share:
        return [start for start in starts if programme.reaches.level_from(start) is not None]
    if chosen == "all":
        return starts
    if chosen == "first":
        return starts[:1]
    return [start for start in starts if start in chosen]


def _names(whole: Whole) -> Iterator[Problem]:
    pathways = whole.known("pathways")
    for id_, programme in whole.scenario.programmes.items():
        path: Path = ("programmes", id_)
        reaches = programme.reaches
        if whole.lacks("groups", reaches.group):
            known, where = whole.known("groups"), (*path, "reaches", "group")
            yield unknown_name("unknown-group", "a group", reaches.group, known, where, label="Groups")
        group = whole.scenario.groups.get(reaches.group)
        if group is not None and reaches.pathway not in shares_of(group.pathways):
            what, where = f"a pathway of the group '{reaches.group}'", (*path, "reaches", "pathway")
            yield unknown_name(
                "unknown-pathway", what, reaches.pathway, shares_of(group.pathways), where, label="Its pathways"
            )
        where = (*path, "leads_to")
        if whole.lacks("pathways", programme.leads_to):
            yield unknown_name("unknown-pathway", "a pathway", programme.leads_to, pathways, where, label="Pathways")
        elif reaches.pathway == programme.leads_to:
            message = f"The programme leads to the pathway that it reaches, '{programme.leads_to}': it changes nothing."
            yield Problem("no-change", where, message, ("Name the pathway that the successful are moved to.",))


def _years(whole: Whole) -> Iterator[Problem]:
    horizon = whole.scenario.horizon
    if horizon is None:
        return
    last = horizon.first_year + horizon.years - 1
    for id_, programme in whole.scenario.programmes.items():
        path: Path = ("programmes", id_)
        for name, cost in programme.costs.items():
            stated = {(*path, "costs", name, "year"): cost.year}
            if cost.years is not None:
                span = (*path, "costs", name, "years")
                stated |= {(*span, "first"): cost.years.first, (*span, "last"): cost.years.last}
            for where, year in stated.items():
                if year is not None and not horizon.first_year <= year <= last:
                    message = f"The cost falls in {year}, outside the horizon {horizon.first_year}–{last}."
                    yield Problem("outside-horizon", where, message)
        group = whole.scenario.groups.get(programme.reaches.group)
        if group is not None:
            yield from _cohorts(programme, group, path, whole)


def _cohorts(programme: Programme, group: Group, path: Path, whole: Whole) -> Iterator[Problem]:
    horizon = whole.scenario.horizon
    last = horizon.first_year + horizon.years - 1
    cohorts = cohorts_of(group, whole.scenario)
    reached = reached_cohorts(programme, group, whole.scenario)
    chosen = programme.reaches.cohorts
    for position, cohort in enumerate(chosen if isinstance(chosen, tuple) else ()):
        if cohort not in cohorts:
            message = f"No cohort of the group '{programme.reaches.group}' starts in {cohort}."
            span = f"{cohorts[0]}" if len(cohorts) == 1 else f"{cohorts[0]}–{cohorts[-1]}"
            where = (*path, "reaches", "cohorts", position)
            yield Problem("unknown-cohort", where, message, (f"Cohorts: {span}",))
    if reached and reached[0] <= last and not reached[0] <= programme.starts <= last:
        message = f"The programme starts in {programme.starts}, but whom it reaches is there {reached[0]}–{last}."
        yield Problem("outside-horizon", (*path, "starts"), message)
    for name, cost in programme.costs.items():
        if cost.basis == "once" and len(reached) > 1 and not cost.covers_all_cohorts:
            message = f"The cost comes once, but the programme reaches {len(reached)} cohorts."
            help_ = "Write covers_all_cohorts: true if it covers them all, or basis: per_cohort."
            yield Problem("cost-of-cohorts", (*path, "costs", name, "basis"), message, (help_,))


def _available(group: Group, pathway: str, cohort: int, scenario: Scenario) -> float:
    """Return how many persons of a cohort are on a pathway."""
    shares = {id_: share.value for id_, share in shares_of(group.pathways).items() if isinstance(share, Share)}
    return cohort_persons(group, cohort, scenario) * shares.get(pathway, 1.0 - sum(shares.values()))


def _persons(programme: Programme, available: float, cohort: int) -> float:
    """Return how many persons of a cohort a programme can move."""
    level = programme.reaches.level_from(cohort)
    if level is not None:
        return available * programme.reaches.share[level].value
    return available if programme.reaches.persons == "all" else programme.reaches.persons.value


def _reach(whole: Whole) -> Iterator[Problem]:
    if whole.scenario.horizon is not None:
        yield from check_reach(whole.scenario)


def check_reach(scenario: Scenario) -> Iterator[Problem]:
    """Yield the programmes that reach nobody, or more persons than there are."""
    for id_, programme in scenario.programmes.items():
        reaches, path = programme.reaches, ("programmes", id_, "reaches")
        group = scenario.groups.get(reaches.group)
        if group is None or reaches.pathway not in shares_of(group.pathways):
            continue
        cohorts = reached_cohorts(programme, group, scenario) or cohorts_of(group, scenario)[:1]
        available, cohort = min((_available(group, reaches.pathway, cohort, scenario), cohort) for cohort in cohorts)
        persons = _persons(programme, available, cohort)
        there = f"of '{reaches.group}' on '{reaches.pathway}'"
        if persons <= 0:
            help_ = "Correct the group's persons and shares, or whom the programme reaches."
            yield Problem("reaches-nobody", path, f"The programme reaches nobody: 0 persons {there}.", (help_,))
        elif persons > available * (1 + _TOLERANCE):
            message = f"The programme reaches {shown(persons)} persons {there}, but there are {shown(available)}."
            yield Problem("too-many-reached", (*path, "persons"), message, ("Write all, or a smaller number.",))


def _together(whole: Whole) -> Iterator[Problem]:
    if whole.scenario.horizon is not None:
        for id_, alternative in whole.scenario.alternatives.items():
            yield from check_together(alternative, ("alternatives", id_, "programmes"), whole.scenario)


def check_together(alternative: Alternative, path: Path, scenario: Scenario) -> Iterator[Problem]:
    """Yield where the programmes of an alternative together reach more persons than there are."""
    taken: dict[tuple[str, str, int], dict[str, float]] = {}
    for name in alternative.programmes:
        programme = scenario.programmes.get(name)
        group = scenario.groups.get(programme.reaches.group) if programme is not None else None
        if programme is None or group is None or programme.reaches.pathway not in shares_of(group.pathways):
            continue
        reaches = programme.reaches
        for cohort in reached_cohorts(programme, group, scenario):
            persons = _persons(programme, _available(group, reaches.pathway, cohort, scenario), cohort)
            taken.setdefault((reaches.group, reaches.pathway, cohort), {})[name] = persons
    told: set[tuple[str, str]] = set()
    for (group_id, pathway, cohort), by_programme in taken.items():
        available = _available(scenario.groups[group_id], pathway, cohort, scenario)
        total = sum(by_programme.values())
        if len(by_programme) > 1 and total > available * (1 + _TOLERANCE) and (group_id, pathway) not in told:
            told.add((group_id, pathway))
            names = " and ".join(f"'{name}'" for name in by_programme)
            message = (
                f"{names} together reach {shown(total)} persons of '{group_id}' on '{pathway}' who start in {cohort}, "
                f"but there are {shown(available)}."
            )
            help_ = "Let each reach fewer; what they do together for the same persons is one programme."
            yield Problem("too-many-reached", path, message, (help_,))


def _alternatives(whole: Whole) -> Iterator[Problem]:
    programmes = whole.known("programmes")
    for id_, alternative in whole.scenario.alternatives.items():
        path: Path = ("alternatives", id_)
        if not alternative.programmes and not alternative.set:
            message = f"The alternative '{id_}' has no programmes and sets nothing: it changes nothing."
            yield Problem("no-change", path, message, ("Add programmes: [<id>], or set: {<parameter>: <value>}.",))
        for position, programme in enumerate(alternative.programmes):
            where = (*path, "programmes", position)
            if whole.lacks("programmes", programme):
                yield unknown_name("unknown-programme", "a programme", programme, programmes, where, label="Programmes")
            elif programme in alternative.programmes[:position]:
                message = f"'{programme}' stands twice in the same alternative."
                yield Problem("twice", where, message, ("Remove one of the two.",))


_CHECKS: tuple[Callable[[Whole], Iterator[Problem]], ...] = (_names, _years, _reach, _together, _alternatives)
