"""What a person in a state, and a programme, set moving: charges by line, before a ledger gathers them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from utanforskap.engine.effects import enrolled, reached, start_year
from utanforskap.engine.lines import Charge, Line, Posted, at_home
from utanforskap.engine.occupancy import Presence, by_year, shifted
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.taxation import Taxpayer, contributions_rate, taxes
from utanforskap.inputs.case import PRICES
from utanforskap.inputs.parts.programmes import FUNDING_KEYS, Cost
from utanforskap.inputs.parts.scenario import Home, Horizon
from utanforskap.inputs.parts.states import Flow, Priced
from utanforskap.inputs.values.estimates import ByYear, Money
from utanforskap.inputs.values.units import unit_named, yearly
from utanforskap.terms import Kind


def price_name(priced: Priced, path: str) -> str:
    """Return the name of the estimate that prices something: the list's, or the amount said in place."""
    return f"{PRICES}.{priced.price}" if priced.price is not None else f"{path}.amount"


def growth(parameters: Parameters, name: str) -> Array:
    """Return real growth since the cost level's year of what prices an estimate [factor, shape (year, draw)].

    ``(1 + g)^(t − level_year)``
    """
    case = parameters.case
    horizon = case.scenario.horizon
    priced = case.estimates[name]
    assert isinstance(priced, Money)
    index = case.prices[priced.of].index if priced.of is not None else priced.index
    since = horizon.first_year + np.arange(horizon.years) - case.level_year
    if index not in case.scenario.money.real_growth:
        return np.ones((horizon.years, parameters.draws))
    rate = parameters[f"money.real_growth.{index}"]
    grown: Array = (1.0 + rate) ** since[:, None]
    return grown


def _sides(kind: Kind, *, payer: str | None, payee: str | None) -> tuple[str | None, str | None]:
    """Return payer and payee; production has one side, an income of the actor that the scenario names as its payer."""
    return (None, payer) if kind == "production" else (payer, payee)


def state_charges(parameters: Parameters, presence: Presence) -> Iterator[Posted]:
    """Yield what the persons of a presence set moving in each state they are in."""
    scenario = parameters.case.scenario
    group = scenario.groups[presence.group]
    occupancy = presence.occupancy(scenario.horizon.first_year)
    for position, id_ in enumerate(presence.route.states):
        state = scenario.states[id_]
        base = Line(
            item=f"states.{id_}", kind="service", role="effect", category="service", payer=None, payee=None,
            group=presence.group, cohort=presence.cohort, age=group.age, state=id_, displaced=presence.displaced,
        )  # fmt: skip
        payer = Taxpayer(state, base.item, group.home, _ages(presence, scenario.horizon))
        taxable: list[Posted] = []
        for name, flow in state.flows.items():
            line, charge, taxed = _flow(parameters, presence, flow, base, name, position, occupancy[:, position])
            yield _moved_home(line, group.home), charge
            if taxed:
                taxable.append((line, charge))
        for line, charge in _work(parameters, payer, base, occupancy[:, position]):
            yield _moved_home(line, group.home), charge
            if line.kind == "wage":
                taxable.append((line, charge))
        if taxable:
            for line, charge in taxes(parameters, payer, base, taxable, occupancy[:, position]):
                yield _moved_home(line, group.home), charge


def _ages(presence: Presence, horizon: Horizon) -> Array | None:
    """Return the age by calendar year [shape (year, 1)]; None where it is not known."""
    if presence.route.age is None:
        return None
    since = horizon.first_year - presence.clock + np.arange(horizon.years, dtype=np.float64)
    return (presence.route.age + since)[:, None]


def _moved_home(line: Line, home: Home | None) -> Line:
    return line if home is None else replace(line, payer=at_home(line.payer, home), payee=at_home(line.payee, home))


def _flow(
    parameters: Parameters,
    presence: Presence,
    flow: Flow,
    base: Line,
    id_: str,
    position: int,
    occupancy: Array,
) -> tuple[Line, Charge, bool]:
    case = parameters.case
    path = f"{base.item}.flows.{id_}"
    name = price_name(flow, path)
    priced = case.estimates[name]
    assert isinstance(priced, Money)
    listed = case.prices[flow.price] if flow.price is not None else None
    kind = listed.kind if listed is not None else flow.kind
    assert kind is not None
    realisable = None
    if flow.realisable is not None:
        realisable = f"{path}.realisable"
    elif listed is not None and listed.realisable is not None:
        realisable = f"{name}.realisable"
    payer, payee = _sides(
        kind,
        payer=flow.payer or (listed.payer if listed is not None else None),
        payee=flow.payee or (listed.payee if listed is not None else None),
    )
    line = replace(
        base, item=path, kind=kind, category=flow.category or kind, price=name, unit=priced.unit, realisable=realisable,
        payer=payer, payee=payee,
    )  # fmt: skip
    persons = presence.entries[:, position] if flow.per == "entry" else occupancy
    units = _units(parameters, presence, flow, f"{path}.quantity", position, persons)
    amount = parameters.kronor(name) * growth(parameters, name) * units
    return line, Charge(amount, units, persons), listed.taxable if listed is not None else flow.taxable


def _units(parameters: Parameters, presence: Presence, flow: Flow, name: str, position: int, persons: Array) -> Array:
    """Return how many of a flow's unit are used, by calendar year [shape (year, draw)]."""
    horizon = parameters.case.scenario.horizon
    route = presence.route
    since_entry = flow.since == "entry" or (flow.since is None and route.time_since_entry is not None)
    length = horizon.first_year + horizon.years - presence.clock
    if isinstance(flow.quantity, ByYear) and flow.per == "person_year" and since_entry:
        assert route.time_since_entry is not None
        time = route.time_since_entry[:, :length, position]
        listed = np.array([flow.quantity.by_year[min(k, len(flow.quantity.by_year) - 1)] for k in range(len(time))])
        used = np.sum(listed[:, None, None] * time, axis=0)
        return presence.persons * shifted(used, by=presence.clock - horizon.first_year, years=horizon.years)
    if isinstance(flow.quantity, ByYear) and flow.per == "entry" and since_entry:
        return persons * flow.quantity.by_year[0]
    yearly_quantity = by_year(parameters, flow.quantity, name, age=route.age, years=length)
    return persons * shifted(yearly_quantity, by=presence.clock - horizon.first_year, years=horizon.years)


def _work(parameters: Parameters, payer: Taxpayer, base: Line, occupancy: Array) -> Iterator[Posted]:
    work = payer.state.work
    if work is None:
        return
    path = f"{base.item}.work"
    name = price_name(work.wage, f"{path}.wage")
    wage_year = parameters.yearly_wage(name) * growth(parameters, name)
    hours = parameters[f"{path}.hours_share"] * occupancy
    wage = Charge(wage_year * hours, hours * yearly(unit_named(_unit(parameters, name))), occupancy)
    rate = contributions_rate(parameters, payer, name, parameters[f"{path}.hours_share"])
    line = replace(base, price=name, unit=_unit(parameters, name))
    yield (
        replace(line, item=f"{path}.wage", kind="wage", category="lon", payer=work.employer, payee="individ"),
        wage,
    )
    contributions = replace(line, item=f"{path}.contributions", kind="tax", category="arbetsgivaravgift")
    yield replace(contributions, payer=work.employer, payee="staten"), wage.times(rate)
    produced = 1.0 + rate
    if work.productivity is not None:
        produced = produced * parameters[f"{path}.productivity"]
    production = replace(line, item=f"{path}.production", kind="production", category="produktion")
    yield replace(production, payer=None, payee=work.employer), wage.times(produced)
    if work.subsidy is not None:
        subsidy = replace(
            line, item=f"{path}.subsidy", kind="transfer", category="anstallningsstod",
            payer=work.subsidy.payer, payee=work.employer,
        )  # fmt: skip
        if work.subsidy.share is not None:
            yield subsidy, wage.times((1.0 + rate) * parameters[f"{path}.subsidy.share"])
        else:
            priced = price_name(work.subsidy, f"{path}.subsidy")
            units = occupancy * yearly(unit_named(_unit(parameters, priced)))
            amount = parameters.kronor(priced) * growth(parameters, priced) * units
            yield (
                replace(subsidy, price=priced, unit=_unit(parameters, priced)),
                Charge(amount, units, occupancy),
            )


def _unit(parameters: Parameters, name: str) -> str:
    priced = parameters.case.estimates[name]
    assert isinstance(priced, Money)
    return priced.unit


def costs_of(parameters: Parameters, id_: str) -> Iterator[Posted]:
    """Yield a programme's costs and their funding."""
    programme = parameters.case.scenario.programmes[id_]
    home = parameters.case.scenario.groups[programme.reaches.group].home
    for name, cost in programme.costs.items():
        for line, charge in _cost(parameters, id_, name, cost):
            yield _moved_home(line, home), charge


def _cost(parameters: Parameters, id_: str, name: str, cost: Cost) -> Iterator[Posted]:
    path = f"programmes.{id_}.costs.{name}"
    priced = price_name(cost, path)
    listed = parameters.case.prices[cost.price] if cost.price is not None else None
    kind: Kind = (listed.kind if listed is not None else cost.kind) or "service"
    persons = _times(parameters, id_, cost)
    units = persons * parameters[f"{path}.quantity"] if cost.quantity is not None else persons
    whole = Charge(parameters.kronor(priced) * growth(parameters, priced) * units, units, persons)
    line = Line(
        item=path, kind=kind, role="programme", category=cost.category or "insatskostnad", payer=None,
        payee=cost.payee or (listed.payee if listed is not None else None),
        group=parameters.case.scenario.programmes[id_].reaches.group,
        programme=id_, price=priced, unit=_unit(parameters, priced),
    )  # fmt: skip
    for payer, share in _payers(parameters, cost, path):
        charge = whole.times(share)
        if cost.provider is None:
            side, other = _sides(kind, payer=payer, payee=line.payee)
            yield replace(line, payer=side, payee=other), charge
        else:
            yield (
                replace(line, item=f"{path}.provider", kind="transfer", payer=payer, payee=cost.provider),
                charge,
            )
    if cost.provider is not None:
        if cost.provider_cost is not None:
            own = f"{path}.provider_cost"
            amount = parameters.kronor(own) * growth(parameters, own) * units
            yield replace(line, payer=cost.provider, payee=None, price=own), Charge(amount, units, persons)
        else:
            yield replace(line, payer=cost.provider, payee=None), whole
    if isinstance(cost.funding, str):
        for funder, part in FUNDING_KEYS[cost.funding].items():
            financing = replace(
                line, item=f"{path}.funding", kind="transfer", role="financing", category="finansiering"
            )
            yield replace(financing, payer=funder, payee="forbund"), whole.times(part)


def _payers(parameters: Parameters, cost: Cost, path: str) -> Iterator[tuple[str, Array | float]]:
    if cost.payer is not None:
        yield cost.payer, 1.0
    elif isinstance(cost.funding, str):
        yield "forbund", 1.0
    elif cost.funding is not None:
        yield from parameters.shares(cost.funding, f"{path}.funding").items()


def _times(parameters: Parameters, id_: str, cost: Cost) -> Array:
    """Return how many times a cost's basis comes each calendar year [shape (year, draw)]."""
    case = parameters.case
    programme = case.scenario.programmes[id_]
    horizon = case.scenario.horizon
    times = np.zeros((horizon.years, parameters.draws))
    starts = [start_year(case, programme, cohort) - horizon.first_year for cohort in reached(case, programme)]
    match cost.basis:
        case "once":
            assert cost.year is not None
            times[cost.year - horizon.first_year] = 1.0
        case "per_calendar_year":
            assert cost.years is not None
            times[cost.years.first - horizon.first_year : cost.years.last - horizon.first_year + 1] = 1.0
        case "per_cohort":
            times[[year for year in starts if year < horizon.years]] = 1.0
        case "per_participant":
            times[[year for year in starts if year < horizon.years]] = enrolled(parameters, id_)
    return times
