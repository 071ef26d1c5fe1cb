"""The third pass over time: groups start within the horizon, and what goes by age is walked by those of that age."""

from collections.abc import Callable, Iterator

from utanforskap.inputs.parts.pathways import Stage, Stages
from utanforskap.inputs.parts.scenario import Group, Horizon, Scenario
from utanforskap.inputs.parts.shares import ids_of
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.inputs.passes.problems import Path, Problem, Whole, parts
from utanforskap.inputs.values.estimates import OLDEST, ByAge, age_band


def check_ages(whole: Whole) -> Iterator[Problem]:
    """Yield every year and age in the parts that stand that does not go with the others.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    for check in _CHECKS:
        yield from check(whole)


def _cohorts(whole: Whole) -> Iterator[Problem]:
    horizon = whole.scenario.horizon
    if horizon is None:
        return
    first, last = horizon.first_year, last_year(horizon)
    for id_, group in whole.scenario.groups.items():
        path: Path = ("groups", id_)
        starts = group.starts if group.starts is not None else first
        if not first <= starts <= last:
            message = f"The group starts in {starts}, outside the horizon {first}–{last}."
            yield Problem("outside-horizon", (*path, "starts"), message)
        elif group.repeat is not None and not starts <= group.repeat.until <= last:
            message = f"The last cohort starts in {group.repeat.until}, outside {starts}–{last}."
            yield Problem("outside-horizon", (*path, "repeat", "until"), message)
        elif group.inflow is not None and not starts <= group.inflow.until <= last:
            message = f"The inflow ends in {group.inflow.until}, outside {starts}–{last}."
            yield Problem("outside-horizon", (*path, "inflow", "until"), message)


def last_year(horizon: Horizon) -> int:
    """Return the last calendar year of a horizon."""
    return horizon.first_year + horizon.years - 1


def _ages(whole: Whole) -> Iterator[Problem]:
    """Tables by age and stages until an age are walked by persons whose age is known and in the table."""
    scenario = whole.scenario
    if scenario.horizon is None:
        return
    ageless: set[str] = set()
    for id_, group, pathway_id in _walked(scenario):
        named = _by_age(pathway_id, scenario)
        if named and group.age is None:
            if id_ not in ageless:
                ageless.add(id_)
                by_age = ".".join(map(str, named[0][0]))
                message = f"The group '{id_}' says no 'age', and {by_age} goes by age."
                yield Problem("no-age", ("groups", id_), message, ("Add it to the group: age: 23.",), on_key=True)
        elif group.age is not None:
            oldest = group.age + last_year(scenario.horizon) - cohorts_of(group, scenario)[0]
            for path, part in named:
                if isinstance(part, ByAge):
                    yield from _outside(part, path, group.age, oldest, id_)
    for id_, group in scenario.groups.items():
        for stock in group.initial_stock.values():
            if stock.age is not None:
                youngest = max(stock.age - stock.duration, 0)
                oldest = stock.age + scenario.horizon.years - 1
                for path, part in _by_age(stock.pathway, scenario):
                    if isinstance(part, ByAge):
                        yield from _outside(part, path, youngest, oldest, id_)


def _by_age(pathway_id: str, scenario: Scenario) -> list[tuple[Path, object]]:
    """Return what goes by age on a pathway and in its states, with its place."""
    pathway = scenario.pathways.get(pathway_id)
    if pathway is None:
        return []
    found = list(parts(pathway, ("pathways", pathway_id)))
    for state in dict.fromkeys(pathway.states()):
        found += parts(scenario.states.get(state), ("states", state))
    return [
        (path, part)
        for path, part in found
        if isinstance(part, ByAge) or (isinstance(part, Stage) and part.until_age is not None)
    ]


def _outside(table: ByAge, path: Path, youngest: int, oldest: int, group: str) -> Iterator[Problem]:  # type: ignore[type-arg]
    spans = sorted(age_band(text) for text in table.by_age)
    low, high = spans[0][0], spans[-1][1]
    if youngest < low or oldest > high:
        ages = f"{low}+" if high == OLDEST else f"{low}–{high}"
        message = f"The table holds the ages {ages}, but the group '{group}' is {youngest}–{oldest} years old."
        help_ = f"Widen the {'first' if youngest < low else 'last'} band; 65+ has no end."
        yield Problem("age-outside-table", path, message, (help_,))


def _walked(scenario: Scenario) -> Iterator[tuple[str, Group, str]]:
    """Yield every group with each pathway that its persons are on, or may be moved to."""
    for id_, group in scenario.groups.items():
        walked = dict.fromkeys(ids_of(group.pathways))
        for mix in (group.reference, *group.references.values()):
            walked |= dict.fromkeys(ids_of(mix))
        for programme in scenario.programmes.values():
            if programme.reaches.group == id_:
                walked[programme.leads_to] = None
        yield from ((id_, group, pathway) for pathway in walked)


def _since_entry(whole: Whole) -> Iterator[Problem]:
    """Only on pathways of stages is it known how long ago a state was entered."""
    told: set[Path] = set()
    for pathway_id, pathway in whole.scenario.pathways.items():
        for id_ in dict.fromkeys(() if isinstance(pathway, Stages) else pathway.states()):
            state = whole.scenario.states.get(id_)
            for name, flow in (state.flows if state is not None else {}).items():
                path: Path = ("states", id_, "flows", name, "since")
                if flow.since == "entry" and path not in told:
                    told.add(path)
                    message = f"On the pathway '{pathway_id}' it is not known how long ago '{id_}' was entered."
                    help_ = "Write since: start, or use a pathway of stages."
                    yield Problem("since", path, message, (help_,))


_CHECKS: tuple[Callable[[Whole], Iterator[Problem]], ...] = (_cohorts, _ages, _since_entry)
