"""What a person in a state, and a programme, set moving: rates and charges by line, before a ledger gathers them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from utanforskap.engine.effects import enrolled_by_cohort, reached, start_year
from utanforskap.engine.lines import NONE, ONE, Charge, Line, Posted, Rate, at_home
from utanforskap.engine.occupancy import PERSON_YEAR, Basis, Presence, shifted
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.routes import by_year
from utanforskap.engine.taxation import Taxpayer, contributions_rate, taxes
from utanforskap.inputs.case import PRICES
from utanforskap.inputs.parts.budgets import FUNDING_KEYS
from utanforskap.inputs.parts.programmes import Cost
from utanforskap.inputs.parts.scenario import Home
from utanforskap.inputs.parts.states import Flow, Priced, State
from utanforskap.inputs.values.estimates import ByAge, ByYear, Money
from utanforskap.inputs.values.units import unit_named, yearly
from utanforskap.terms import Kind


def price_name(priced: Priced, path: str) -> str:
    """Return the name of the estimate that prices something: the list's, or the amount said in place."""
    return f"{PRICES}.{priced.price}" if priced.price is not None else f"{path}.amount"


def growth(parameters: Parameters, name: str) -> Array:
    """Return real growth since the cost level's year of what prices an estimate [factor, shape (year or 1, draw or 1)].

    ``(1 + g)^(t − level_year)``; one year where nothing grows.
    """
    case = parameters.case
    horizon = case.scenario.horizon
    priced = case.estimates[name]
    assert isinstance(priced, Money)
    index = case.prices[priced.of].index if priced.of is not None else priced.index
    if index not in case.scenario.money.real_growth:
        return ONE
    since = horizon.first_year + np.arange(horizon.years) - case.level_year
    grown: Array = (1.0 + parameters[f"money.real_growth.{index}"]) ** since[:, None]
    return grown


def _sides(kind: Kind, *, payer: str | None, payee: str | None) -> tuple[str | None, str | None]:
    """Return payer and payee; production has one side, an income of the actor that the scenario names as its payer."""
    return (None, payer) if kind == "production" else (payer, payee)


def state_rates(parameters: Parameters, presence: Presence, position: int) -> tuple[Rate, ...]:
    """Return what persons set moving in one of the states of their route.

    Presences that differ in nothing that the rates depend on share them.
    """
    scenario = parameters.case.scenario
    state = scenario.states[presence.route.states[position]]
    home = scenario.groups[presence.group].home
    key = ("rates", presence.route.states[position], home)

    def make() -> tuple[Rate, ...]:
        return tuple(_state_rates(parameters, presence, position, home))

    if not _depends_on_persons(parameters, state):
        return parameters.once_of_prices(key, make)
    route = presence.route
    own = (presence.group, presence.brought_by, presence.cohort, presence.clock, route.pathway, route.age, route.begun)
    if presence.recurrence is not None:  # the first cohort's rates are one person's, whoever comes
        return parameters.once_of_walks((*key, *own, presence.displaced, "recurs"), make)
    return parameters.once((*key, *own, presence.displaced), make)


def _depends_on_persons(parameters: Parameters, state: State) -> bool:
    """Return whether what a person in a state costs depends on when they came, or on their age."""
    taxes = parameters.case.scenario.taxes
    by_law = taxes is not None and isinstance(taxes.employer_contributions, str) and state.work is not None
    return by_law or any(
        isinstance(flow.quantity, ByYear | ByAge) or flow.per == "entry" for flow in state.flows.values()
    )


def _state_rates(parameters: Parameters, presence: Presence, position: int, home: Home | None) -> Iterator[Rate]:
    id_ = presence.route.states[position]
    state = parameters.case.scenario.states[id_]
    base = Line(
        item=f"states.{id_}", kind="service", role="effect", category="service", payer=None, payee=None, state=id_
    )
    payer = Taxpayer(state, base.item, home, _ages(presence), recurs=presence.recurrence is not None)
    taxable: list[Rate] = []
    for name, flow in state.flows.items():
        rates, taxed = _flow(parameters, presence, flow, base, name)
        yield from (_moved_home(rate, home) for rate in rates)
        if taxed:
            taxable += rates
    for rate in _work(parameters, payer, base):
        yield _moved_home(rate, home)
        if rate.line.kind == "wage":
            taxable.append(rate)
    if taxable:
        for rate in taxes(parameters, payer, base, taxable, lambda basis: _per_person(presence, position, basis)):
            yield _moved_home(rate, home)


def _per_person(presence: Presence, position: int, basis: Basis) -> Array:
    """Return how much of a basis there is per person-year [shape (year or 1, draw or 1)]; none without persons."""
    if basis.per == "person_year":
        return ONE if basis.clocked is None else basis.clocked.factor
    volume, persons = presence.first_volume(position, basis), presence.first_volume(position, PERSON_YEAR)
    return np.divide(volume, persons, out=np.zeros_like(volume), where=persons != 0.0)


def _ages(presence: Presence) -> Array | None:
    """Return the age by calendar year, the first cohort's [shape (year, 1)]; None where it is not known."""
    if presence.route.age is None:
        return None
    horizon = presence.horizon
    since = horizon.first_year - presence.clock + np.arange(horizon.years, dtype=np.float64)
    return (presence.route.age + since)[:, None]


def _moved_home(rate: Rate, home: Home | None) -> Rate:
    return rate if home is None else replace(rate, line=line_at_home(rate.line, home))


def line_at_home(line: Line, home: Home | None) -> Line:
    """Return a line with the accounts that its sides are for persons who live in a named kommun or region."""
    return line if home is None else replace(line, payer=at_home(line.payer, home), payee=at_home(line.payee, home))


def _flow(parameters: Parameters, presence: Presence, flow: Flow, base: Line, id_: str) -> tuple[list[Rate], bool]:
    """Return a flow's rates, and whether it is taxable income."""
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
    price = parameters.kronor(name)
    taxed = listed.taxable if listed is not None else flow.taxable
    basis, units = _units(parameters, presence, flow, f"{path}.quantity")
    if presence.recurrence is not None and len(units) > 1:
        by_calendar = price * growth(parameters, name)
        return list(Rate(line, basis, persons=ONE).by_clock(units, amount=by_calendar, units=ONE)), taxed
    rate = Rate(line, basis, amount=price * (growth(parameters, name) * units), units=units, persons=ONE)
    if basis.per == "listed":
        return [replace(rate, persons=NONE), Rate(line, persons=ONE)], taxed
    return [rate], taxed


def _units(parameters: Parameters, presence: Presence, flow: Flow, name: str) -> tuple[Basis, Array]:
    """Return what a flow is counted per, and how many of its unit one of that uses [shape (year or 1, draw or 1)]."""
    horizon, route = presence.horizon, presence.route
    since_entry = flow.since == "entry" or (flow.since is None and route.knows_entry)
    if isinstance(flow.quantity, ByYear) and since_entry:
        if flow.per == "person_year":
            return Basis("listed", flow.quantity.by_year), ONE
        return Basis("entry"), np.full((1, 1), flow.quantity.by_year[0])
    used = by_year(
        parameters, flow.quantity, name, age=route.age, years=horizon.first_year + horizon.years - presence.clock
    )
    if len(used) > 1:
        used = shifted(used, by=presence.clock - horizon.first_year, years=horizon.years)
    return Basis("entry" if flow.per == "entry" else "person_year"), used


def _work(parameters: Parameters, payer: Taxpayer, base: Line) -> Iterator[Rate]:
    work = payer.state.work
    if work is None:
        return
    path = f"{base.item}.work"
    name = price_name(work.wage, f"{path}.wage")
    hours = parameters[f"{path}.hours_share"][None, :]
    amount = parameters.yearly_wage(name) * growth(parameters, name) * hours
    rate = contributions_rate(parameters, payer, name, parameters[f"{path}.hours_share"])
    unit = unit_name(parameters, name)
    wage = Rate(
        replace(
            base, item=f"{path}.wage", kind="wage", category="lon", payer=work.employer, payee="individ",
            price=name, unit=unit,
        ),
        amount=amount, units=hours * yearly(unit_named(unit)), persons=ONE,
    )  # fmt: skip
    yield wage

    def of_wage(part: str, share: Array, **line: Any) -> tuple[Rate, ...]:
        rate = replace(wage, line=replace(wage.line, item=f"{path}.{part}", **line))
        if payer.recurs and share.ndim > 1 and len(share) > 1:
            return rate.by_clock(share, amount=amount, units=NONE)
        return (replace(rate, amount=amount * share),)

    yield from of_wage(
        "contributions", rate, kind="tax", category="arbetsgivaravgift", payer=work.employer, payee="staten"
    )
    produced = 1.0 + rate
    if work.productivity is not None:
        produced = produced * parameters[f"{path}.productivity"]
    yield from of_wage(
        "production", produced, kind="production", category="produktion", payer=None, payee=work.employer
    )
    if work.subsidy is not None:
        paid: dict[str, Any] = {
            "kind": "transfer", "category": "anstallningsstod", "payer": work.subsidy.payer, "payee": work.employer
        }  # fmt: skip
        if work.subsidy.share is not None:
            yield from of_wage("subsidy", (1.0 + rate) * parameters[f"{path}.subsidy.share"], **paid)
        else:
            priced = price_name(work.subsidy, f"{path}.subsidy")
            units = np.full((1, 1), yearly(unit_named(unit_name(parameters, priced))))
            yield Rate(
                replace(base, item=f"{path}.subsidy", price=priced, unit=unit_name(parameters, priced), **paid),
                amount=parameters.kronor(priced) * growth(parameters, priced) * units, units=units, persons=ONE,
            )  # fmt: skip


def unit_name(parameters: Parameters, name: str) -> str:
    """Return the unit of the estimate that prices something."""
    priced = parameters.case.estimates[name]
    assert isinstance(priced, Money)
    return priced.unit


def costs_of(parameters: Parameters, id_: str) -> Iterator[Posted]:
    """Yield a programme's costs and their funding."""
    programme = parameters.case.scenario.programmes[id_]
    home = parameters.case.scenario.groups[programme.reaches.group].home
    for name, cost in programme.costs.items():
        for line, charge in _cost(parameters, id_, name, cost):
            yield line_at_home(line, home), charge


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
        programme=id_, price=priced, unit=unit_name(parameters, priced),
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
    starts = [start_year(case, programme, cohort) - horizon.first_year for cohort in reached(case, programme)]
    paid_for = enrolled_by_cohort(parameters, id_) if cost.basis == "per_participant" else np.ones((len(starts), 1))
    times = np.zeros((horizon.years, paid_for.shape[-1]))
    match cost.basis:
        case "once":
            assert cost.year is not None
            times[cost.year - horizon.first_year] = 1.0
        case "per_calendar_year":
            assert cost.years is not None
            times[cost.years.first - horizon.first_year : cost.years.last - horizon.first_year + 1] = 1.0
        case "per_cohort" | "per_participant":
            for year, each in zip(starts, paid_for, strict=True):
                if year < horizon.years:
                    times[year] = each
    return times
