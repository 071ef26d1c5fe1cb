"""The third pass over programmes and alternatives: do they reach somebody, in time, and change something?"""

from collections.abc import Callable, Iterator, Mapping

from utanforskap.inputs.case import PRICES, price_years, walk
from utanforskap.inputs.estimates import Estimate, Share
from utanforskap.inputs.prices import estimate_of
from utanforskap.inputs.problems import Attached, Path, Problem, unknown_name
from utanforskap.inputs.programmes import Programme
from utanforskap.inputs.scenario import Group, Scenario

_TOLERANCE = 1e-9


def check_interventions(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    """Yield everything that does not go together in the programmes and alternatives that stand.

    Parameters
    ----------
    scenario : Scenario
        Parts that are missing or wrong are None or left out.
    attached : Attached
        Price lists and the ids that the file states.
    """
    for check in _CHECKS:
        yield from check(scenario, attached)


def cohorts_of(group: Group, scenario: Scenario) -> list[int]:
    """Return the start years of a group's cohorts."""
    first = group.starts if group.starts is not None else scenario.horizon.first_year
    last = group.repeat.until if group.repeat is not None else first
    return list(range(first, last + 1))


def reached_cohorts(programme: Programme, group: Group, scenario: Scenario) -> list[int]:
    """Return the start years of the cohorts that a programme reaches."""
    starts = cohorts_of(group, scenario)
    chosen = programme.reaches.cohorts
    if chosen == "all":
        return starts
    if chosen == "first":
        return starts[:1]
    return [start for start in starts if start in chosen]


def _names(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    groups, pathways = attached.known("groups"), attached.known("pathways")
    for id_, programme in scenario.programmes.items():
        path: Path = ("programmes", id_)
        reaches = programme.reaches
        if reaches.group not in groups:
            yield unknown_name("unknown-group", "a group", reaches.group, groups, (*path, "reaches", "group"))
        if programme.leads_to not in pathways:
            yield unknown_name(
                "unknown-pathway", "a pathway", programme.leads_to, pathways, (*path, "leads_to")
            )
        group = scenario.groups.get(reaches.group)
        if group is not None and reaches.pathway not in group.pathways:
            what = f"a pathway of the group '{reaches.group}'"
            yield unknown_name(
                "unknown-pathway", what, reaches.pathway, group.pathways, (*path, "reaches", "pathway")
            )
        if reaches.pathway == programme.leads_to:
            message = f"the programme leads to the pathway that it reaches, '{programme.leads_to}', and changes nothing"
            yield Problem("no-change", (*path, "leads_to"), message)


def _years(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    horizon = scenario.horizon
    if horizon is None:
        return
    last = horizon.first_year + horizon.years - 1
    for id_, programme in scenario.programmes.items():
        path: Path = ("programmes", id_)
        group = scenario.groups.get(programme.reaches.group)
        if group is None:
            continue
        cohorts = cohorts_of(group, scenario)
        reached = reached_cohorts(programme, group, scenario)
        chosen = programme.reaches.cohorts
        for position, cohort in enumerate(chosen if isinstance(chosen, tuple) else ()):
            if cohort not in cohorts:
                known = f"Cohorts: {', '.join(map(str, cohorts))}"
                message = f"no cohort of the group '{programme.reaches.group}' starts in {cohort}"
                yield Problem("unknown-cohort", (*path, "reaches", "cohorts", position), message, (known,))
        if reached and not reached[0] <= programme.starts <= last:
            message = (
                f"the programme starts in {programme.starts}; its participants are there {reached[0]}–{last}"
            )
            yield Problem("outside-horizon", (*path, "starts"), message)
        for name, cost in programme.costs.items():
            stated = {("year",): cost.year}
            if cost.years is not None:
                stated |= {("years", "first"): cost.years.first, ("years", "last"): cost.years.last}
            for where, year in stated.items():
                if year is not None and not horizon.first_year <= year <= last:
                    message = f"the cost falls in {year}, outside the horizon {horizon.first_year}–{last}"
                    yield Problem("outside-horizon", (*path, "costs", name, *where), message)
            if cost.basis == "once" and len(reached) > 1 and not cost.covers_all_cohorts:
                message = (
                    f"a cost that comes once, for {len(reached)} cohorts: say outright that it covers them all "
                    "(covers_all_cohorts: true), or give it another basis"
                )
                yield Problem("cost-of-cohorts", (*path, "costs", name, "basis"), message)


def _available(group: Group, pathway: str) -> float:
    shares = {id_: share.value for id_, share in group.pathways.items() if isinstance(share, Share)}
    return group.persons.value * shares.get(pathway, 1.0 - sum(shares.values()))


def _reach(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    for id_, programme in scenario.programmes.items():
        reaches, path = programme.reaches, ("programmes", id_, "reaches")
        group = scenario.groups.get(reaches.group)
        if group is None or reaches.pathway not in group.pathways:
            continue
        available = _available(group, reaches.pathway)
        persons = available if reaches.persons == "all" else reaches.persons.value
        if persons <= 0:
            message = f"the programme reaches nobody: {persons:g} persons of '{reaches.group}' on '{reaches.pathway}'"
            yield Problem("reaches-nobody", path, message)
        elif persons > available * (1 + _TOLERANCE):
            message = f"{persons:g} persons are reached, but {available:g} of '{reaches.group}' are on '{reaches.pathway}'"
            yield Problem("too-many-reached", (*path, "persons"), message)


def _together(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    for id_, alternative in scenario.alternatives.items():
        taken: dict[tuple[str, str, int], dict[str, float]] = {}
        for name in alternative.programmes:
            programme = scenario.programmes.get(name)
            group = scenario.groups.get(programme.reaches.group) if programme is not None else None
            if programme is None or group is None or scenario.horizon is None:
                continue
            reaches = programme.reaches
            available = _available(group, reaches.pathway)
            persons = available if reaches.persons == "all" else reaches.persons.value
            for cohort in reached_cohorts(programme, group, scenario):
                taken.setdefault((reaches.group, reaches.pathway, cohort), {})[name] = persons
        for (group_id, pathway, cohort), by_programme in taken.items():
            available = _available(scenario.groups[group_id], pathway)
            total = sum(by_programme.values())
            if len(by_programme) > 1 and total > available * (1 + _TOLERANCE):
                message = (
                    f"{' and '.join(by_programme)} together reach {total:g} persons of '{group_id}' on '{pathway}' who "
                    f"start in {cohort}, but there are {available:g}; joint effects are one programme"
                )
                yield Problem("too-many-reached", ("alternatives", id_, "programmes"), message)


def _alternatives(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    programmes = attached.known("programmes")
    named = _estimates(scenario, attached)
    for id_, alternative in scenario.alternatives.items():
        path: Path = ("alternatives", id_)
        if not alternative.programmes and not alternative.set:
            message = "the alternative has no programmes and sets nothing: it changes nothing"
            yield Problem("no-change", path, message)
        for position, programme in enumerate(alternative.programmes):
            where = (*path, "programmes", position)
            if programme not in programmes:
                yield unknown_name("unknown-programme", "a programme", programme, programmes, where)
            elif programme in alternative.programmes[:position]:
                yield Problem("twice", where, f"'{programme}' stands twice in the same alternative")
        for name, said in alternative.set.items():
            where = (*path, "set", name)
            if name not in named:
                problem = unknown_name(
                    "unknown-parameter",
                    "a parameter of the scenario",
                    name,
                    sorted(named),
                    where,
                    on_key=True,
                )
                yield Problem(
                    problem.code,
                    where,
                    problem.message,
                    ("The scenario's parameters: utanforskap check --parameters",),
                    True,
                )
                continue
            try:
                named[name].within_bounds(said.value)
            except ValueError as error:
                yield Problem("out-of-range", where, str(error))


def _estimates(scenario: Scenario, attached: Attached) -> Mapping[str, Estimate]:
    named = {path: part for path, part in walk(scenario, "") if isinstance(part, Estimate)}
    if scenario.money is not None:
        for id_, year in price_years(scenario, attached.prices).items():
            named[f"{PRICES}.{id_}"] = estimate_of(attached.prices[id_], year=year)
    return named


_CHECKS: tuple[Callable[[Scenario, Attached], Iterator[Problem]], ...] = (
    _names, _years, _reach, _together, _alternatives,
)  # fmt: skip
