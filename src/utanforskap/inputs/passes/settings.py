"""The third pass over what alternatives set: values of parameters that exist, in their units, that go together."""

from collections.abc import Iterator, Mapping
from typing import Any

from frozendict import frozendict
from pydantic import ValidationError

from utanforskap.inputs.case import as_whole_data, named_estimates
from utanforskap.inputs.parts.pathways import Stages
from utanforskap.inputs.parts.scenario import Alternative, Scenario
from utanforskap.inputs.parts.shares import Together
from utanforskap.inputs.parts.states import Priced
from utanforskap.inputs.passes.amounts import unit_of
from utanforskap.inputs.passes.interventions import check_reach, check_together
from utanforskap.inputs.passes.problems import Path, Problem, Whole, or_else, unknown_name
from utanforskap.inputs.values.estimates import Estimate, Money, Quantity, Setting, Years
from utanforskap.inputs.values.statement import LOCATING, SPREAD
from utanforskap.inputs.values.units import MONTHS_A_YEAR, Unit, counted

Units = Mapping[str, float]
"""The units that a parameter may be set in, and what a number in each is multiplied by to be in its own."""


def check_settings(whole: Whole) -> Iterator[Problem]:
    """Yield every value that an alternative sets and that cannot be set.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    if whole.scenario.money is None or not whole.lists_stand:
        return
    named = named_estimates(whole.scenario, whole.prices)
    units = _units(whole, named)
    for id_, alternative in whole.scenario.alternatives.items():
        path: Path = ("alternatives", id_, "set")
        problems = [
            problem
            for name, said in alternative.set.items()
            for problem in _setting(said, name, path, whole, named, units)
        ]
        yield from problems
        if alternative.set and not problems and whole.complete:
            yield from _together(alternative, path, whole, units)


def in_own_units(whole: Whole) -> Scenario:
    """Return a scenario without problems, with every value that an alternative sets in its parameter's own unit."""
    scenario = whole.scenario
    if not any(alternative.set for alternative in scenario.alternatives.values()):
        return scenario
    units = _units(whole, named_estimates(scenario, whole.prices))
    alternatives = {
        id_: alternative.change(set=_settled(alternative, units)) if alternative.set else alternative
        for id_, alternative in scenario.alternatives.items()
    }
    return scenario.change(alternatives=alternatives)


def _settled(alternative: Alternative, units: Mapping[str, Units]) -> Mapping[str, Setting]:
    settled: dict[str, Setting] = {}
    for name, said in alternative.set.items():
        factor = units[name][said.unit] if said.unit is not None else 1.0
        settled[name] = said.scaled(factor) if said.unit is not None else said
    return frozendict(settled)


def _setting(
    said: Setting,
    name: str,
    path: Path,
    whole: Whole,
    named: Mapping[str, Estimate],
    units: Mapping[str, Units],
) -> Iterator[Problem]:
    where = (*path, name)
    drawn = _drawn_together(whole).get(name)
    if drawn is not None and "rest" not in drawn.by_id.values():
        message = f"'{name}' is drawn together with other shares, and none of them is 'rest' and gives way to it."
        help_ = "Write the row as {shares: {…}, sample: …} with one of them as rest."
        yield Problem("set-together", where, message, (help_,))
    elif name not in named:
        if any(name.startswith(".".join(map(str, part))) for part in whole.broken):
            return
        what = "a parameter of the scenario"
        problem = unknown_name("unknown-parameter", what, name, sorted(named), where, label="Parameters", on_key=True)
        yield or_else(problem, "A parameter's name is its dotted path of ids; a price's is prices.<id>.")
    elif said.unit is not None and said.unit not in units[name]:
        help_ = f"Units: {', '.join(units[name])}" if units[name] else "Write the number alone."
        yield Problem("set-unit", where, f"'{said.unit}' is not a unit of '{name}'.", (help_,))
    else:
        factor = 1.0 if said.unit is None else units[name][said.unit]
        try:
            for stated in said.numbers(LOCATING).values():
                named[name].within_bounds(stated * factor)
            said.scaled(factor).distribution(bounds=named[name].bounds)
        except ValueError as error:
            message, *lines = str(error).splitlines()
            yield Problem("out-of-range", where, message, tuple(lines))


def _units(whole: Whole, named: Mapping[str, Estimate]) -> Mapping[str, Units]:
    """Return in which units each parameter may be set."""
    own: dict[str, Units] = {name: dict.fromkeys(estimate.units, 1.0) for name, estimate in named.items()}
    for name, estimate in named.items():
        if isinstance(estimate, Years):
            own[name] = {"år": 1.0, "mån": 1 / MONTHS_A_YEAR}
        elif isinstance(estimate, Money):
            short = {Unit.WAGE_SHARE.value: "%", Unit.BASE_AMOUNTS.value: estimate.unit}.get(estimate.unit, "kr")
            own[name] = {estimate.unit: 1.0, short: 1.0}
    for path, part in whole.parts():
        if not isinstance(part, Priced):
            continue
        unit = unit_of(part, whole)
        for place, quantity in _quantities(part, path):
            counts = quantity.unit or (counted(unit) if unit is not None else "")
            own[_name_of(place, whole.scenario)] = {counts: 1.0} if counts else {}
    return own


def _drawn_together(whole: Whole) -> Mapping[str, Together]:
    """Return the shares that are drawn together, by name."""
    drawn = [(_name_of(path, whole.scenario), part) for path, part in whole.parts() if isinstance(part, Together)]
    return {f"{name}.{id_}": part for name, part in drawn for id_ in part.by_id}


def _quantities(part: Priced, path: Path) -> Iterator[tuple[Path, Quantity]]:
    said = getattr(part, "quantity", None)
    if isinstance(said, Quantity):
        yield (*path, "quantity"), said
    for band, quantity in getattr(said, "by_age", {}).items():
        yield (*path, "quantity", "by_age", band), quantity


def _together(alternative: Alternative, path: Path, whole: Whole, units: Mapping[str, Units]) -> Iterator[Problem]:
    """Yield what is wrong with the scenario that an alternative's values make, and right without them."""
    if [*check_reach(whole.scenario), *check_together(alternative, path, whole.scenario)]:
        return
    settled = _settled(alternative, units)
    data: Any = as_whole_data(whole.scenario)
    within = {(*place, part.inside) for place, part in whole.parts() if isinstance(part, Together)}
    for place, _ in whole.parts():
        name = _name_of((*place[:-2], place[-1]) if place[:-1] in within else place, whole.scenario)
        if name in settled:
            *holder, last = place
            held = data
            for step in holder:
                held = held[step]
            said = {key: part for key, part in held.get(last, {}).items() if key not in SPREAD}
            held[last] = said | {"value": settled[name].value}
    try:
        changed = Scenario.model_validate(data)
    except ValidationError as error:
        for misfit in error.errors():
            message, *help_ = str(misfit["ctx"]["error"]).splitlines()
            yield Problem("set-together", path, f"With these values: {message}", tuple(help_))
        return
    for problem in (*check_reach(changed), *check_together(alternative, path, changed)):
        yield Problem(problem.code, path, f"With these values: {problem.message}", problem.help)


def _name_of(path: Path, scenario: Scenario) -> str:
    """Return the name of the estimate at a path in the file: a stage by its own name, a table by age without a step."""
    named = list(path)
    pathway = scenario.pathways.get(str(path[1])) if path[0] == "pathways" and len(path) > 3 else None
    if isinstance(pathway, Stages) and path[2] == "stages":
        named[3] = pathway.stages[int(path[3])].name
    return ".".join(str(step) for step in named if step != "by_age")
