"""The third pass over correlations: they are between numbers that vary, and can all hold."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from utanforskap.inputs.case import named_estimates, setting_name, walk
from utanforskap.inputs.parts.scenario import Correlation
from utanforskap.inputs.parts.shares import Together
from utanforskap.inputs.passes.problems import Path, Problem, Whole, unknown_name
from utanforskap.inputs.values.correlation import correlated_sets
from utanforskap.inputs.values.distributions import Constant
from utanforskap.inputs.values.estimates import Estimate

Pair = tuple[str, str]


def check_correlations(whole: Whole) -> Iterator[Problem]:
    """Yield every correlation that is not between numbers that vary, or that cannot hold beside the others.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    scenario = whole.scenario
    if not scenario.correlations or scenario.money is None or not whole.lists_stand:
        return
    named = dict(named_estimates(scenario, whole.prices))
    for id_, alternative in scenario.alternatives.items():
        named |= {setting_name(id_, name): said for name, said in alternative.set.items()}
    bound = {f"{path}.{id_}" for path, part in walk(scenario, "") if isinstance(part, Together) for id_ in part.by_id}
    problems = [
        problem
        for id_, said in scenario.correlations.items()
        for problem in _members(said, ("correlations", id_), whole, named, bound)
    ]
    yield from problems or _together(scenario.correlations)


def _members(
    said: Correlation, path: Path, whole: Whole, named: Mapping[str, Estimate], bound: set[str]
) -> Iterator[Problem]:
    for position, name in enumerate(said.of):
        where = (*path, "of", position)
        if name in bound:
            message = f"'{name}' is drawn together with the other shares of its whole, which already bind it."
            yield Problem("correlation", where, message, ("Correlate other numbers, or state this share on its own.",))
        elif name not in named:
            if not any(name.startswith(".".join(map(str, part))) for part in whole.broken):
                yield unknown_name("unknown-parameter", "a parameter", name, sorted(named), where, label="Parameters")
        elif not named[name].is_spread or isinstance(named[name].distribution(), Constant):
            message = f"'{name}' has no spread, so nothing varies with it."
            yield Problem("correlation", where, message, ("State its low and high, or a family.",))


def _together(correlations: Mapping[str, Correlation]) -> Iterator[Problem]:
    """Yield pairs that are stated twice, and sets that cannot hold, each where the last of it is stated."""
    stated: dict[Pair, float] = {}
    first: dict[Pair, str] = {}
    last: dict[str, str] = {}
    for id_, said in correlations.items():
        for one, other in combinations(sorted(said.of), 2):
            if (one, other) in first:
                message = f"The correlation of '{one}' and '{other}' is stated already, in '{first[one, other]}'."
                yield Problem("correlation", ("correlations", id_, "of"), message, ("Remove one of the two.",))
                return
            stated[one, other], first[one, other] = said.value, id_
            last |= {one: id_, other: id_}
    for members in _sets(stated):
        pairs = {pair: value for pair, value in stated.items() if pair[0] in members}
        try:
            correlated_sets(pairs)
        except ValueError as error:
            message, *help_ = str(error).splitlines()
            where = [id_ for id_ in correlations if id_ in {last[name] for name in members}][-1]
            yield Problem("correlation", ("correlations", where), message, tuple(help_))


def _sets(stated: Mapping[Pair, float]) -> list[tuple[str, ...]]:
    """Return the sets of names that hang together, whatever their correlations."""
    return [members for members, _ in correlated_sets(dict.fromkeys(stated, 0.0))]
