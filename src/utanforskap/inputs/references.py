"""The third pass over a file: do its names, units, sums and years go together?"""

from collections.abc import Callable, Iterator, Mapping

from utanforskap.errors import unknown
from utanforskap.inputs.case import all_actors, kronor_factor, price_years, walk
from utanforskap.inputs.discounting import shipped_profiles
from utanforskap.inputs.estimates import OWN_SOURCES, ByAge, ByYear, Money, Quantity, age_band
from utanforskap.inputs.pathways import Duration, Markov, Stages
from utanforskap.inputs.prices import IndexYearError, Price, estimate_of, shipped_indices
from utanforskap.inputs.problems import Attached, Path, Problem, unknown_name
from utanforskap.inputs.programmes import Cost
from utanforskap.inputs.scenario import Group, Scenario
from utanforskap.inputs.states import Flow, Priced, RateReference, Subsidy, Work, check_sides
from utanforskap.inputs.units import Unit, counted, unit_named, yearly
from utanforskap.terms import Reading, shipped_perspectives, top_actor


def check_references(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    """Yield everything that does not go together in the parts of a scenario that stand.

    Parameters
    ----------
    scenario : Scenario
        Parts that are missing or wrong are None or left out.
    attached : Attached
        Price lists and the ids that the file states.
    """
    for check in _CHECKS:
        yield from check(scenario, attached)


def _actors_declared(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    shipped = [id_ for id_ in all_actors(scenario) if "." not in id_]
    for id_ in scenario.actors:
        if "." not in id_ or top_actor(id_) not in shipped:
            message = f"'{id_}' is not a child of a shipped actor; a scenario declares children only, e.g. kommun.{id_}"
            yield Problem(
                "actor-declaration", ("actors", id_), message, (f"Actors: {', '.join(shipped)}",), on_key=True
            )


_ACTOR_FIELDS = ("payer", "payee", "employer", "provider", "kommun", "region")


def _actors(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    known = all_actors(scenario)
    top = [id_ for id_ in known if "." not in id_]
    for path, part in _parts(scenario):
        named = [(name, getattr(part, name, None)) for name in _ACTOR_FIELDS]
        stated = [((*path, name), value) for name, value in named if isinstance(value, str)]
        if isinstance(part, Cost) and isinstance(part.funding, Mapping):
            stated += [((*path, "funding", id_), id_) for id_ in part.funding]
        for where, actor in stated:
            if actor not in known:
                message, *_ = unknown(what="an actor", given=actor, known=list(known)).splitlines()
                help_ = f"Actors: {', '.join(top)} (or a child, e.g. kommun.skola)"
                yield Problem("unknown-actor", where, message, (help_,))


def _parts(scenario: Scenario) -> Iterator[tuple[Path, object]]:
    for section in ("taxes", "actors", "states", "pathways", "groups", "programmes"):
        value = getattr(scenario, section)
        if isinstance(value, Mapping):
            for id_, inner in value.items():
                for path, part in walk(inner, ""):
                    yield (section, id_, *_steps(path)), part
        else:
            for path, part in walk(value, ""):
                yield (section, *_steps(path)), part


def _steps(path: str) -> Path:
    return tuple(path.split(".")) if path else ()


def _sources(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    known = [*attached.known("sources"), *OWN_SOURCES]
    for path, part in _parts(scenario):
        source = getattr(part, "source", None)
        if isinstance(source, str) and source not in known:
            yield unknown_name("unknown-source", "a source", source, known, (*path, "source"))
    for id_, published in scenario.published.items():
        if published.source not in attached.known("sources"):
            yield unknown_name(
                "unknown-source",
                "a source",
                published.source,
                attached.known("sources"),
                ("published", id_, "source"),
            )


def _prices(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    for path, part in _parts(scenario):
        for name in ("price", "of"):
            id_ = getattr(part, name, None)
            if isinstance(id_, str) and id_ not in attached.prices:
                yield _unknown_price(id_, attached.prices, (*path, name))
        priced = attached.prices.get(getattr(part, "price", None) or "")
        if priced is None:
            continue
        where = (*path, "price")
        if isinstance(part, RateReference) and priced.unit != Unit.SHARE:
            yield Problem(
                "price-unit", where, f"'{priced.id}' is in {priced.unit}; a rate is in {Unit.SHARE}"
            )
        if isinstance(part, Priced) and priced.unit == Unit.SHARE:
            yield Problem(
                "price-unit", where, f"'{priced.id}' is a rate (unit {Unit.SHARE}), not an amount of money"
            )
        if isinstance(part, Flow) and part.realisable is not None and priced.kind != "service":
            message = f"only a service can be realisable; '{priced.id}' is a {priced.kind}"
            yield Problem("realisable", (*path, "realisable"), message)
        if isinstance(part, Flow | Cost) and priced.kind is not None:
            try:
                check_sides(kind=priced.kind, payer=priced.payer, payee=part.payee or priced.payee)
            except ValueError as error:
                yield Problem("flow-sides", (*path, "payee"), str(error))


def _unknown_price(id_: str, prices: Mapping[str, Price], path: Path) -> Problem:
    message, _ = unknown(what="a price", given=id_, known=list(prices)).splitlines()
    if not prices:
        return Problem("unknown-price", path, message, ("No price list is named; add  prices: [sverige]",))
    same = [known for known in prices if top_actor(known) == top_actor(id_)]
    shown = f"Prices that begin so: {', '.join(same)}" if same else f"{len(prices)} prices are known"
    return Problem("unknown-price", path, message, (shown,))


def _money(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    """Every amount can be moved to the price year."""
    terms, indices = scenario.money, shipped_indices()
    if terms is None:
        return
    amounts: list[tuple[Path, Money]] = [
        (path, part) for path, part in _parts(scenario) if isinstance(part, Money)
    ]
    years = price_years(scenario, attached.prices)
    for path, part in _parts(scenario):
        id_ = getattr(part, "price", None)
        if isinstance(id_, str) and id_ in years:
            money = estimate_of(attached.prices[id_], year=years[id_])
            if isinstance(money, Money):
                amounts.append(((*path, "price"), money))
    for path, money in amounts:
        try:
            kronor_factor(money, terms=terms, indices=indices)
        except IndexYearError as error:
            yield Problem("no-index", path, f"cannot be moved to the kronor of {terms.price_year}: {error}")


def _wages(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    for path, part in _parts(scenario):
        wages: list[tuple[Path, Priced]] = []
        if isinstance(part, Work):
            wages.append(((*path, "wage"), part.wage))
        if isinstance(part, Subsidy) and part.share is None:
            wages.append((path, part))
        for where, wage in wages:
            unit = _unit(wage, attached)
            listed = attached.prices.get(wage.price or "")
            try:
                if unit is not None:
                    yearly(unit)
            except ValueError as error:
                yield Problem("wage-unit", (*where, "price" if listed else "amount"), str(error))
            if isinstance(part, Work) and listed is not None and listed.kind != "wage":
                yield Problem("wage-kind", (*where, "price"), f"'{listed.id}' is a {listed.kind}, not a wage")
    for path, part in _parts(scenario):
        listed = attached.prices.get(part.of) if isinstance(part, Money) and part.of is not None else None
        if listed is not None and listed.kind != "wage":
            yield Problem("wage-kind", (*path, "of"), f"'{listed.id}' is a {listed.kind}, not a wage")


def _unit(priced: Priced, attached: Attached) -> Unit | None:
    if priced.amount is not None:
        return unit_named(priced.amount.unit)
    listed = attached.prices.get(priced.price or "")
    return unit_named(listed.unit) if listed is not None else None


def _quantities(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    """A quantity that was written with a unit counts what its price is per."""
    for path, part in _parts(scenario):
        if not isinstance(part, Flow | Cost) or part.quantity is None:
            continue
        unit = _unit(part, attached)
        stated = [part.quantity] if isinstance(part.quantity, Quantity) else []
        if isinstance(part.quantity, ByAge):
            stated = list(part.quantity.by_age.values())
        for quantity in stated:
            if unit is not None and quantity.unit is not None and quantity.unit != counted(unit):
                counts = f"counts '{counted(unit)}'" if counted(unit) else "has no unit"
                yield Problem(
                    "quantity-unit",
                    (*path, "quantity"),
                    f"the quantity is in '{quantity.unit}', but the price is in {unit.value}: its quantity {counts}.",
                )


def _states(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    known = attached.known("states")
    for id_, pathway in scenario.pathways.items():
        path: Path = ("pathways", id_)
        named: list[tuple[Path, str]] = []
        if isinstance(pathway, Stages):
            named = [((*path, "stages", i, "state"), stage.state) for i, stage in enumerate(pathway.stages)]
        elif isinstance(pathway, Duration):
            named = [((*path, "leaves"), pathway.leaves), ((*path, "reaches"), pathway.reaches)]
        elif isinstance(pathway, Markov):
            named = [((*path, "initial", state), state) for state in pathway.initial]
            for state, row in pathway.transitions.items():
                named.append(((*path, "transitions", state), state))
                named += [((*path, "transitions", state, target), target) for target in row]
        else:
            named = [((*path, "target"), pathway.target), ((*path, "otherwise"), pathway.otherwise)]
        for where, state in named:
            if state not in known:
                yield unknown_name(
                    "unknown-state", "a state", state, known, where, on_key=isinstance(pathway, Markov)
                )
    for id_, outcome in scenario.outcomes.items():
        for state in outcome.weights:
            if state not in known:
                yield unknown_name(
                    "unknown-state", "a state", state, known, ("outcomes", id_, "weights", state), on_key=True
                )


def _groups(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    known = attached.known("pathways")
    for id_, group in scenario.groups.items():
        mixes = [
            (("groups", id_, "pathways"), group.pathways),
            (("groups", id_, "reference"), group.reference),
        ]
        mixes += [(("groups", id_, "references", name), mix) for name, mix in group.references.items()]
        for path, mix in mixes:
            named = (
                [(path, mix)]
                if isinstance(mix, str)
                else [((*path, pathway), pathway) for pathway in mix or ()]
            )
            for where, pathway in named:
                if pathway not in known:
                    yield unknown_name(
                        "unknown-pathway", "a pathway", pathway, known, where, on_key=not isinstance(mix, str)
                    )
        if "reference" in group.references:
            message = "'reference' names the group's own reference; call this one something else"
            yield Problem("reference-name", ("groups", id_, "references", "reference"), message, on_key=True)
        yield from _group_years(id_, group, scenario)
        yield from _home(id_, group, scenario)


def _group_years(id_: str, group: Group, scenario: Scenario) -> Iterator[Problem]:
    if scenario.horizon is None:
        return
    first = scenario.horizon.first_year
    last = first + scenario.horizon.years - 1
    starts = group.starts if group.starts is not None else first
    if not first <= starts <= last:
        message = f"the group starts in {starts}, outside the horizon {first}–{last}"
        yield Problem("outside-horizon", ("groups", id_, "starts"), message)
    if group.repeat is not None and not starts <= group.repeat.until <= last:
        message = f"the last cohort starts in {group.repeat.until}; it must be {starts}–{last}"
        yield Problem("outside-horizon", ("groups", id_, "repeat", "until"), message)


def _home(id_: str, group: Group, scenario: Scenario) -> Iterator[Problem]:
    if group.home is None:
        return
    for root, named in (("kommun", group.home.kommun), ("region", group.home.region)):
        declared = [actor for actor in scenario.actors if top_actor(actor) == root]
        if named is not None and named not in declared:
            yield unknown_name(
                "unknown-home",
                f"a {root} declared under actors",
                named,
                declared,
                ("groups", id_, "home", root),
            )


def _ages(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    """Tables by age and stages until an age are walked by persons whose age is known and in the table."""
    if scenario.horizon is None:
        return
    for group_id, group, pathway_id in _walked(scenario):
        pathway = scenario.pathways.get(pathway_id)
        if pathway is None:
            continue
        where: Path = ("groups", group_id)
        parts: list[tuple[Path, object]] = [
            (("pathways", pathway_id, *_steps(path)), part) for path, part in walk(pathway, "")
        ]
        for state in pathway.states():
            if state in scenario.states:
                parts += [
                    (("states", state, *_steps(path)), part)
                    for path, part in walk(scenario.states[state], "")
                ]
        until = [(path, part) for path, part in parts if getattr(part, "until_age", None) is not None]
        tables = [(path, part) for path, part in parts if isinstance(part, ByAge)]
        if (until or tables) and group.age is None:
            named = ".".join(str(step) for step in (until or tables)[0][0])
            yield Problem("no-age", where, f"'age' is missing: {named} goes by age.")
        elif group.age is not None:
            oldest = group.age + scenario.horizon.years - 1
            for path, table in tables:
                spans = [age_band(text) for text in table.by_age]
                low, high = min(first for first, _ in spans), max(last for _, last in spans)
                if group.age < low or oldest > high:
                    message = f"ages {low}–{high} are stated, but the group '{group_id}' is {group.age}–{oldest} years old."
                    yield Problem("age-outside-table", (*path, "by_age"), message)


def _walked(scenario: Scenario) -> Iterator[tuple[str, Group, str]]:
    for id_, group in scenario.groups.items():
        walked = dict.fromkeys(group.pathways)
        for mix in (group.reference, *group.references.values()):
            walked |= dict.fromkeys([mix] if isinstance(mix, str) else mix or ())
        for programme in scenario.programmes.values():
            if programme.reaches.group == id_:
                walked[programme.leads_to] = None
        for pathway in walked:
            yield id_, group, pathway


def _since_entry(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    on_stages: dict[str, set[bool]] = {}
    for pathway in scenario.pathways.values():
        for state in pathway.states():
            on_stages.setdefault(state, set()).add(isinstance(pathway, Stages))
    for id_, state in scenario.states.items():
        for name, flow in state.flows.items():
            path = ("states", id_, "flows", name, "since")
            if flow.since is not None and not isinstance(flow.quantity, ByYear):
                yield Problem("since", path, "'since' belongs to a quantity by year: [2, 1, 0.5].")
            if flow.since == "entry" and False in on_stages.get(id_, set()):
                message = "only on pathways of stages is it known how long ago a state was entered; write  since: start"
                yield Problem("since", path, message)


def _taxes(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    if scenario.taxes is not None:
        return
    for id_, state in scenario.states.items():
        taxed = [name for name, flow in state.flows.items() if _taxable(flow, attached)]
        if state.work is not None or taxed:
            what = "work" if state.work is not None else f"taxable income ({', '.join(taxed)})"
            message = f"'taxes' is missing: the state '{id_}' has {what}, and no tax rate has a default."
            yield Problem(
                "no-taxes", ("states", id_), message, ("Keys: employer_contributions, income_tax, retention",)
            )
            return


def _taxable(flow: Flow, attached: Attached) -> bool:
    listed = attached.prices.get(flow.price or "")
    return listed.taxable if listed is not None else flow.taxable


def _discounting(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    stated = [(("discounting", "profile"), scenario.discounting)]
    stated += [
        (("outcomes", id_, "discounting", "profile"), said.discounting)
        for id_, said in scenario.outcomes.items()
    ]
    for path, said in stated:
        if said is not None and said.profile is not None and said.profile not in shipped_profiles():
            yield unknown_name(
                "unknown-profile", "a discount profile", said.profile, shipped_profiles(), path
            )


def _published(scenario: Scenario, attached: Attached) -> Iterator[Problem]:
    for id_, published in scenario.published.items():
        yield from check_reading(published.reading, scenario, attached, ("published", id_, "reading"))


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
    if reading.perspective not in perspectives:
        yield unknown_name(
            "unknown-perspective", "a perspective", reading.perspective, perspectives, (*path, "perspective")
        )
    if isinstance(reading.part, tuple):
        for position, actor in enumerate(reading.part):
            if actor not in actors:
                yield unknown_name("unknown-actor", "an actor", actor, actors, (*path, "part", position))
    if reading.alternative is not None and reading.alternative not in attached.known("alternatives"):
        yield unknown_name(
            "unknown-alternative",
            "an alternative",
            reading.alternative,
            attached.known("alternatives"),
            (*path, "alternative"),
        )
    if reading.discount not in (None, "none", *shipped_profiles()):
        known = ["none", *shipped_profiles()]
        yield unknown_name(
            "unknown-profile", "a discount profile", reading.discount or "", known, (*path, "discount")
        )
    if reading.measure == "cost_of_exclusion":
        yield from _reference_for(reading, scenario, path)
    if scenario.horizon is not None:
        yield from _reading_years(reading, scenario, path)
    if scenario.money is not None:
        if reading.tax_factor and scenario.money.tax_factor is None:
            yield Problem(
                "no-tax-factor", (*path, "tax_factor"), "the scenario states no 'money.tax_factor'."
            )
        if reading.current_prices and scenario.money.inflation is None:
            yield Problem(
                "no-inflation", (*path, "current_prices"), "the scenario states no 'money.inflation'."
            )


def _reference_for(reading: Reading, scenario: Scenario, path: Path) -> Iterator[Problem]:
    for id_, group in scenario.groups.items():
        if reading.counterfactual == "reference" and group.reference is None:
            message = f"the cost of exclusion is measured against a reference; the group '{id_}' has none"
            yield Problem("no-reference", path, message)
        if reading.counterfactual != "reference" and reading.counterfactual not in group.references:
            known = ["reference", *group.references]
            what = f"a reference of the group '{id_}'"
            yield unknown_name(
                "unknown-reference", what, reading.counterfactual, known, (*path, "counterfactual")
            )


def _reading_years(reading: Reading, scenario: Scenario, path: Path) -> Iterator[Problem]:
    horizon = scenario.horizon
    if reading.years is not None and reading.years > horizon.years:
        message = f"{reading.years} years are asked for, but the horizon is {horizon.years} years"
        yield Problem("outside-horizon", (*path, "years"), message)
    if reading.period is not None and "mandate" in reading.period and horizon.mandate_from is None:
        message = "the scenario says no first year of a mandate period: horizon: {mandate_from: 2014}"
        yield Problem("no-mandate", (*path, "period"), message)
    if reading.period == "to_65" and any(group.age is None for group in scenario.groups.values()):
        yield Problem("no-age", (*path, "period"), "to_65 needs the 'age' of every group")


_CHECKS: tuple[Callable[[Scenario, Attached], Iterator[Problem]], ...] = (
    _actors_declared, _actors, _sources, _prices, _money, _wages, _quantities, _states, _groups, _ages, _since_entry,
    _taxes, _discounting, _published,
)  # fmt: skip
