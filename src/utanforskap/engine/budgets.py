"""What a programme costs and who fills its budget: every row of it a line, priced as everything else is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from utanforskap.engine.flows import costs_of, growth, line_at_home, price_name, unit_name
from utanforskap.engine.lines import NONE, Charge, Line, Posted
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.inputs.case import PRICES
from utanforskap.inputs.parts.budgeting import Placed, filled, placed, split
from utanforskap.inputs.parts.budgets import Budget, Staff
from utanforskap.inputs.parts.states import RateReference
from utanforskap.inputs.values.units import unit_named


def paid_for(parameters: Parameters, id_: str) -> Iterator[Posted]:
    """Yield what a programme costs, line by line or as budgeted, and how it is funded."""
    yield from costs_of(parameters, id_)
    programme = parameters.case.scenario.programmes[id_]
    if programme.budget is not None:
        home = parameters.case.scenario.groups[programme.reaches.group].home
        for line, charge in _budgeted(parameters, id_, programme.budget):
            yield line_at_home(line, home), charge


def deflators(parameters: Parameters) -> Array:
    """Return what a krona of each year is in kronor of the price year [shape (year, draw or 1)].

    ``1 / (1 + inflation)^(t − price year)``; ones where no inflation is stated, and then nothing is in current kronor.
    """
    scenario = parameters.case.scenario
    years = scenario.horizon.first_year + np.arange(scenario.horizon.years)
    if scenario.money.inflation is None:
        return np.ones((len(years), 1))
    since = (years - scenario.money.price_year)[:, None]
    deflated: Array = (1.0 + parameters["money.inflation"]) ** -since
    return deflated


def _budgeted(parameters: Parameters, id_: str, budget: Budget) -> Iterator[Posted]:
    programme, path = parameters.case.scenario.programmes[id_], f"programmes.{id_}.budget"
    base = Line(
        item=path, kind="service", role="programme", category="insatskostnad", payer=None, payee=None,
        group=programme.reaches.group, programme=id_,
    )  # fmt: skip
    shape = (parameters.case.scenario.horizon.years, 1)
    cash, in_kind = np.zeros(shape), np.zeros(shape)
    for row in placed(budget, id_):
        charge, named = _row(parameters, row)
        line = replace(
            base, item=row.name, price=named, unit=unit_name(parameters, named),
            category=row.row.category or base.category,
        )  # fmt: skip
        if row.row.in_kind is not None:
            in_kind = in_kind + charge.amount
            yield replace(line, payer=row.row.in_kind), charge
            continue
        cash = cash + charge.amount
        if row.row.provider is not None:
            paid = replace(line, item=f"{row.name}.provider", kind="transfer")
            yield replace(paid, payer=budget.holder, payee=row.row.provider), charge
        yield replace(line, payer=row.row.provider or budget.holder), charge
    financing = replace(base, kind="transfer", role="financing", category="finansiering", payee=budget.holder)
    for funder, actor, amount in _funded(parameters, budget, path, cash, in_kind):
        if actor != budget.holder:
            line = replace(financing, item=f"{path}.funders.{funder}", payer=actor)
            yield line, Charge(amount, NONE, NONE)


def _row(parameters: Parameters, row: Placed) -> tuple[Charge, str]:
    """Return what a row comes to each year, and the name of the estimate that prices it."""
    named = price_name(row.row, row.name)
    unit = unit_named(unit_name(parameters, named))
    kronor, grown = parameters.kronor(named), growth(parameters, named)
    on_costs: Any = 0.0
    if isinstance(row.row, Staff):
        rate = isinstance(row.row.on_costs, RateReference)
        on_costs = parameters[f"{PRICES}.{row.row.on_costs.price}" if rate else f"{row.name}.on_costs"]  # type: ignore[union-attr]

    first = parameters.case.scenario.horizon.first_year

    def price(year: int) -> Array:
        each: Array = kronor * grown[min(year - first, len(grown) - 1)]
        return each

    def told(of: Callable[[int], Any]) -> Array:
        years = range(first, first + parameters.case.scenario.horizon.years)
        by_year = [np.atleast_1d(np.asarray(of(year), dtype=np.float64)) for year in years]
        return np.stack(np.broadcast_arrays(*by_year))

    value = parameters.__getitem__
    units = told(lambda year: row.units(unit, year, value))
    persons = told(lambda year: row.persons(year, value))
    each = told(lambda year: row.price(year, price=price, value=value, on_costs=on_costs))
    return Charge(each * units, units, persons), named


def _funded(
    parameters: Parameters, budget: Budget, path: str, cash: Array, in_kind: Array
) -> Iterator[tuple[str, str, Array]]:
    """Yield each funder, each actor that pays for it, and how much a year [kr, shape (year, draw)]."""
    first, deflated = parameters.case.scenario.horizon.first_year, deflators(parameters)
    value = parameters.__getitem__
    everything = cash + in_kind
    by_year = [
        filled(
            budget, path, cash=of_cash, everything=of_all, value=value, year=first + position,
            deflate=deflated[position],
        )
        for position, (of_cash, of_all) in enumerate(zip(cash, everything, strict=True))
    ]  # fmt: skip
    for id_, funder in budget.funders.items():
        amounts = np.stack(np.broadcast_arrays(*(pays[id_] for pays in by_year)))
        for actor, part in split(funder, id_, amounts, path=f"{path}.funders.{id_}", value=value):
            yield id_, actor, part
