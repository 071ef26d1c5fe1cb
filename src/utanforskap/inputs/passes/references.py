"""The third pass over names: what a file refers to exists."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from utanforskap.inputs.case import all_actors
from utanforskap.inputs.facts.discounting import shipped_profiles
from utanforskap.inputs.parts.pathways import Curve, Duration, Markov, Pathway, Stages
from utanforskap.inputs.parts.programmes import Cost
from utanforskap.inputs.parts.scenario import Discounting, Group, Horizon, Scenario
from utanforskap.inputs.parts.shares import ids_at
from utanforskap.inputs.passes.problems import Attached, Path, Problem, Whole, or_else, unknown_name
from utanforskap.inputs.values.estimates import OWN_SOURCES
from utanforskap.terms import MANDATE_YEARS, Reading, shipped_actors, shipped_perspectives, top_actor

_ACTOR_FIELDS = ("payer", "payee", "employer", "provider", "holder", "in_kind", "account", "own_money")
MANDATES = ("first_mandate", "second_mandate", "third_mandate")
_CHILD = re.compile(r"[^\W_][\w-]*(\.[^\W_][\w-]*)+")


def check_references(whole: Whole) -> Iterator[Problem]:
    """Yield every name in the parts that stand that is not the name of anything.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    for check in _CHECKS:
        yield from check(whole)


def _actors_declared(whole: Whole) -> Iterator[Problem]:
    shipped = shipped_actors()
    top = [id_ for id_ in shipped if "." not in id_]
    allowed = f"Actors: {', '.join(top)}"
    for id_, said in whole.scenario.actors.items():
        path: Path = ("actors", id_)
        if id_ in shipped:
            message = f"'{id_}' is an actor already.\nDeclare further children only, e.g. {id_}.namn."
        elif not _CHILD.fullmatch(id_):
            message = f"'{id_}' is not a child of an actor.\nWrite the actor, a point and a name: kommun.trelleborg."
        elif top_actor(id_) not in top:
            message = f"'{top_actor(id_)}' is not an actor, so it has no children.\n{allowed}"
        else:
            for name in ("tax_rate", "retention"):
                if getattr(said, name) is not None and top_actor(id_) not in ("kommun", "region"):
                    own = f"'{name}' is a kommun's or a region's own, and '{id_}' is neither."
                    yield Problem("actor-declaration", (*path, name), own, ("Remove it.",))
            continue
        first, *help_ = message.splitlines()
        yield Problem("actor-declaration", path, first, tuple(help_), on_key=True)


def _actors(whole: Whole) -> Iterator[Problem]:
    for path, part in whole.parts():
        stated = [((*path, name), getattr(part, name, None), False) for name in _ACTOR_FIELDS]
        if isinstance(part, Cost) and part.funding is not None and not isinstance(part.funding, str):
            stated += [(where, id_, True) for id_, where in ids_at(part.funding, (*path, "funding"))]
        for where, actor, on_key in stated:
            if isinstance(actor, str):
                yield from unknown_actor(actor, where, whole, on_key=on_key)


def unknown_actor(actor: str, path: Path, whole: Whole, *, on_key: bool = False) -> Iterator[Problem]:
    """Yield the problem that somebody is no actor; nothing of one who is."""
    known = all_actors(whole.scenario)
    if actor not in known and whole.lacks("actors", actor):
        yield _no_actor(actor, known, path, on_key=on_key)


def _no_actor(actor: str, known: Iterable[str], path: Path, *, on_key: bool = False) -> Problem:
    problem = unknown_name("unknown-actor", "an actor", actor, known, path, label="Actors", on_key=on_key)
    top = ", ".join(id_ for id_ in known if "." not in id_)
    return Problem(problem.code, path, problem.message, (f"Actors: {top} (or a child, e.g. kommun.skola)",), on_key)


def _sources(whole: Whole) -> Iterator[Problem]:
    for path, part in whole.parts():
        source = getattr(part, "source", None)
        if isinstance(source, str) and source not in OWN_SOURCES and whole.lacks("sources", source):
            known = [*whole.known("sources"), *OWN_SOURCES]
            where = (*path, "source")
            yield unknown_name("unknown-source", "a source", source, known, where, label="Sources")
    for id_, published in whole.scenario.published.items():
        if whole.lacks("sources", published.source):
            known, where = whole.known("sources"), ("published", id_, "source")
            yield unknown_name("unknown-source", "a source", published.source, known, where, label="Sources")


def _prices(whole: Whole) -> Iterator[Problem]:
    if not whole.lists_stand:
        return
    for path, part in whole.parts():
        for name in ("price", "of"):
            id_ = getattr(part, name, None)
            if not isinstance(id_, str) or id_ in whole.prices:
                continue
            if not whole.prices:
                message = f"'{id_}' is a price, but no price list is named."
                yield Problem("unknown-price", (*path, name), message, ("Add prices: [sverige].",))
                return
            yield unknown_name("unknown-price", "a price", id_, whole.prices, (*path, name), label="Prices")


def _payers(whole: Whole) -> Iterator[Problem]:
    """Own price lists may name actors that do not exist."""
    for path, part in whole.parts():
        listed = whole.prices.get(getattr(part, "price", None) or "")
        for side in ("payer", "payee"):
            actor = getattr(listed, side, None)
            if actor is not None and actor not in all_actors(whole.scenario) and whole.lacks("actors", actor):
                message = f"The price '{getattr(part, 'price', '')}' has the {side} '{actor}', who is not an actor."
                help_ = ("Correct it in the price list, or declare it under actors.",)
                yield Problem("unknown-actor", (*path, "price"), message, help_)


def _states(whole: Whole) -> Iterator[Problem]:
    known = whole.known("states")
    named: list[tuple[Path, str, bool]] = []
    for id_, pathway in whole.scenario.pathways.items():
        named += _states_of(pathway, ("pathways", id_))
    for id_, outcome in whole.scenario.outcomes.items():
        named += [(("outcomes", id_, "weights", state), state, True) for state in outcome.weights]
    for path, state, on_key in named:
        if whole.lacks("states", state):
            yield unknown_name("unknown-state", "a state", state, known, path, label="States", on_key=on_key)


def _states_of(pathway: Pathway, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Yield every place where a pathway names a state, and whether it does so by a key."""
    match pathway:
        case Stages():
            for position, stage in enumerate(pathway.stages):
                yield (*path, "stages", position, "state"), stage.state, False
        case Duration():
            yield (*path, "leaves"), pathway.leaves, False
            yield (*path, "reaches"), pathway.reaches, False
        case Curve():
            yield (*path, "target"), pathway.target, False
            yield (*path, "otherwise"), pathway.otherwise, False
        case Markov():
            for state, where in ids_at(pathway.initial, (*path, "initial")):
                yield where, state, True
            for state, row in pathway.transitions.items():
                yield (*path, "transitions", state), state, True
                for target, where in ids_at(row, (*path, "transitions", state)):
                    yield where, target, True


def _groups(whole: Whole) -> Iterator[Problem]:
    known = whole.known("pathways")
    for id_, group in whole.scenario.groups.items():
        path: Path = ("groups", id_)
        mixes = {(*path, "pathways"): group.pathways, (*path, "reference"): group.reference}
        mixes |= {(*path, "references", name): mix for name, mix in group.references.items()}
        for where, mix in mixes.items():
            named = [(mix, where)] if isinstance(mix, str) else ids_at(mix or {}, where)
            for pathway, place in named:
                if whole.lacks("pathways", pathway):
                    yield unknown_name(
                        "unknown-pathway", "a pathway", pathway, known, place, label="Pathways",
                        on_key=not isinstance(mix, str),
                    )  # fmt: skip
        if "reference" in group.references:
            message = "'reference' is the name of the group's own reference."
            where = (*path, "references", "reference")
            yield Problem("reference-name", where, message, ("Give this one another name.",), on_key=True)
        yield from _home(group, path, whole)


def _home(group: Group, path: Path, whole: Whole) -> Iterator[Problem]:
    if group.home is None:
        return
    for root, named in (("kommun", group.home.kommun), ("region", group.home.region)):
        declared = [actor for actor in whole.known("actors") if top_actor(actor) == root]
        if named is not None and named not in declared:
            what, where = f"a {root} declared under actors", (*path, "home", root)
            problem = unknown_name("unknown-home", what, named, declared, where, label="Declared")
            example = f"Declare it: actors: {{{root}.namn: {{title: Namn}}}}."
            yield or_else(problem, example)


def _profiles(whole: Whole) -> Iterator[Problem]:
    stated: dict[Path, Discounting | None] = {("discounting",): whole.scenario.discounting}
    stated |= {("outcomes", id_, "discounting"): said.discounting for id_, said in whole.scenario.outcomes.items()}
    for path, said in stated.items():
        if said is not None and said.profile is not None:
            yield from _unknown_profile(said.profile, shipped_profiles(), (*path, "profile"))


def _unknown_profile(given: str, known: Mapping[str, object], path: Path) -> Iterator[Problem]:
    if given not in known:
        yield unknown_name("unknown-profile", "a discount profile", given, known, path, label="Profiles")


def _published(whole: Whole) -> Iterator[Problem]:
    for id_, published in whole.scenario.published.items():
        yield from check_reading(published.reading, whole.scenario, whole, ("published", id_, "reading"))


def check_reading(reading: Reading, scenario: Scenario, attached: Attached, path: Path) -> Iterator[Problem]:
    """Yield what a reading asks for that the scenario does not have.

    Parameters
    ----------
    reading : Reading
        The reading.
    scenario : Scenario
        The scenario, or the parts of it that stand.
    attached : Attached
        The ids that the file states.
    path : tuple of str or int
        Where the reading stands.
    """
    actors = all_actors(scenario)
    perspectives = [*shipped_perspectives(), *actors]
    declared = attached.known("actors")
    if reading.perspective not in (*perspectives, *declared):
        where = (*path, "perspective")
        yield unknown_name(
            "unknown-perspective", "a perspective", reading.perspective, perspectives, where, label="Perspectives"
        )
    for position, actor in enumerate(reading.part if isinstance(reading.part, tuple) else ()):
        if actor not in (*actors, *declared):
            yield _no_actor(actor, actors, (*path, "part", position))
    if reading.alternative is not None and attached.lacks("alternatives", reading.alternative):
        known, where = attached.known("alternatives"), (*path, "alternative")
        yield unknown_name(
            "unknown-alternative", "an alternative", reading.alternative, known, where, label="Alternatives"
        )
    if reading.discount is not None:
        yield from _unknown_profile(reading.discount, {"none": None, **shipped_profiles()}, (*path, "discount"))
    if reading.measure == "cost_of_exclusion":
        yield from _reference_for(reading, scenario, path)
    if scenario.horizon is not None:
        yield from _reading_years(reading, scenario.horizon, scenario, path)
    if scenario.money is not None:
        if reading.tax_factor and scenario.money.tax_factor is None:
            message = "The scenario states no tax factor (skattefaktor)."
            yield Problem("no-tax-factor", (*path, "tax_factor"), message, ("Add it: money: {tax_factor: 1.3}.",))
        if reading.current_prices and scenario.money.inflation is None:
            message = "Current prices need a path of inflation, and the scenario states none."
            yield Problem("no-inflation", (*path, "current_prices"), message, ("Add it: money: {inflation: 2 %}.",))


def _reference_for(reading: Reading, scenario: Scenario, path: Path) -> Iterator[Problem]:
    for id_, group in scenario.groups.items():
        if reading.counterfactual == "reference" and group.reference is None:
            message = f"The cost of exclusion is measured against a reference, and the group '{id_}' has none."
            yield Problem("no-reference", path, message, ("Add it to the group: reference: <pathway>.",))
        if reading.counterfactual != "reference" and reading.counterfactual not in group.references:
            known = ["reference", *group.references]
            what, where = f"a reference of the group '{id_}'", (*path, "counterfactual")
            yield unknown_name("unknown-reference", what, reading.counterfactual, known, where, label="References")


def _reading_years(reading: Reading, horizon: Horizon, scenario: Scenario, path: Path) -> Iterator[Problem]:
    last = horizon.first_year + horizon.years - 1
    if reading.years is not None and reading.years > horizon.years:
        message = f"{reading.years} years are read, but the horizon is {horizon.years} years."
        yield Problem("outside-horizon", (*path, "years"), message)
    if reading.period is None:
        return
    where = (*path, "period")
    if reading.period in MANDATES:
        if horizon.mandate_from is None:
            message = "The scenario does not say when a mandate period begins."
            yield Problem("no-mandate", where, message, ("Add it: horizon: {mandate_from: 2014}.",))
            return
        first = horizon.mandate_from + MANDATE_YEARS * MANDATES.index(reading.period)
        if first > last or first + MANDATE_YEARS <= horizon.first_year:
            message = f"The mandate period {first}–{first + MANDATE_YEARS - 1} has no year in the horizon"
            yield Problem("outside-horizon", where, f"{message} {horizon.first_year}–{last}.")
    elif reading.period == "to_65":
        if any(group.age is None for group in scenario.groups.values()):
            yield Problem("no-age", where, "Reading to 65 needs the 'age' of every group.")
    else:
        begins, _, ends = reading.period.partition("-")
        if not horizon.first_year <= int(begins) <= int(ends or begins) <= last:
            message = f"The period {reading.period} is not a span of years in the horizon"
            yield Problem("outside-horizon", where, f"{message} {horizon.first_year}–{last}.")


_CHECKS: tuple[Callable[[Whole], Iterator[Problem]], ...] = (
    _actors_declared, _actors, _sources, _prices, _payers, _states, _groups, _profiles, _published,
)  # fmt: skip
