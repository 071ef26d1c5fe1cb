"""What a person in a state pays in tax, and what equalisation passes on of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from utanforskap.engine.lines import NONE, ONE, Line, Rate, at_home
from utanforskap.engine.occupancy import PERSON_YEAR, Basis, shifted
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.taxes import employer_contributions, income_tax, shares
from utanforskap.inputs.case import kronor_factor, tax_year
from utanforskap.inputs.facts.taxes import tax_rules
from utanforskap.inputs.parts.scenario import Home, MoneyTerms, Scenario
from utanforskap.inputs.parts.states import IncomeTax, RateShare, SignedRateShare, State
from utanforskap.inputs.values.estimates import Money
from utanforskap.inputs.values.units import Unit, unit_named, yearly

_FULL_RATE_AGE = 40
"""The age whose contributions are taken where a group's is not known: neither young nor old in any year's law."""
_SHARE_DECIMALS = 12
"""Shares of taxes that cancel are rounded so, to be nothing and not what rounding leaves."""
_DECIMALS = 6
"""Incomes that the law is asked about are rounded so [kr], so that rounding of persons never shows in a tax share."""


@dataclass(frozen=True, slots=True, eq=False)
class Taxpayer:
    """Who pays tax: a state, where, at which age, and from which incomes.

    Attributes
    ----------
    state : State
        The state.
    path : str
        Its dotted path.
    home : Home or None
        The named kommun and region.
    ages : ndarray, shape (year, 1), or None
        The age by calendar year.
    recurs : bool
        Whether it is persons who come again each year; ages and incomes are then the first cohort's.
    """

    state: State
    path: str
    home: Home | None
    ages: Array | None
    recurs: bool = False


def contributions_rate(parameters: Parameters, payer: Taxpayer, wage: str, hours: Array) -> Array:
    """Return employer contributions as a share of the gross wage: as stated, or by the law of the tax year.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    payer : Taxpayer
        Who works.
    wage : str
        The name of the full-time wage.
    hours : ndarray, shape (draw,)
        Hours worked as a share of full time.
    """
    scenario = parameters.case.scenario
    assert scenario.taxes is not None
    year = tax_year(payer.state.work, scenario=scenario, prices=parameters.case.prices)
    said = scenario.taxes.employer_contributions
    if not isinstance(said, str):
        return parameters.rate(said, "taxes.employer_contributions", tax_year=year)
    gross = np.round(_nominal(parameters, wage, year) * _a_year(parameters, wage) * hours, _DECIMALS)
    ages = payer.ages if payer.ages is not None else np.array([[float(_FULL_RATE_AGE)]])
    due = employer_contributions(rules=tax_rules(year), wage=gross, age=ages)
    return due / np.where(gross > 0.0, gross, 1.0)


def taxes(
    parameters: Parameters,
    payer: Taxpayer,
    base: Line,
    incomes: Sequence[Rate],
    per_person: Callable[[Basis], Array],
) -> Iterator[Rate]:
    """Yield income tax on a state's taxable income, and what equalisation passes on of it.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    payer : Taxpayer
        Who pays.
    base : Line
        What the lines have in common.
    incomes : sequence of Rate
        The wage and the taxable transfers.
    per_person : callable
        From a basis to how much of it there is per person-year [shape (year or 1, draw or 1)].
    """
    scenario = parameters.case.scenario
    assert scenario.taxes is not None
    assert scenario.taxes.retention is not None
    year = tax_year(payer.state.work, scenario=scenario, prices=parameters.case.prices)
    by_basis: dict[Basis, Array] = {PERSON_YEAR: NONE}
    for rate in incomes:
        by_basis[rate.basis] = by_basis.get(rate.basis, NONE) + rate.amount
    share = _tax_shares(parameters, payer, incomes, per_person, year)
    after = scenario.taxes.retention.after_years
    for receiver in ("kommun", "region", "staten"):
        line = replace(base, item=f"{base.item}.income_tax.{receiver}", kind="tax", category="inkomstskatt")
        line = replace(line, payer="individ", payee=receiver)
        due = [taxed for basis, income in by_basis.items() for taxed in _due(basis, income, share[receiver], payer)]
        yield from (_of_persons(line, basis, amount) for basis, amount in due)
        if receiver == "staten":
            continue
        line = replace(base, item=f"{base.item}.equalisation.{receiver}", kind="tax", category="inkomstutjamning")
        line = replace(line, payer=receiver, payee="staten")
        passed_on = 1.0 - parameters.rate(
            *_at_home_or(scenario, receiver, payer.home, own="retention", section="retention"), tax_year=year
        )
        for basis, amount in due:
            late = shifted(amount, by=after, years=len(amount)) if len(amount) > 1 else amount
            yield _of_persons(line, basis._replace(lag=after), late * passed_on)


def _due(basis: Basis, income: Array, share: Array, payer: Taxpayer) -> Iterator[tuple[Basis, Array]]:
    """Yield a share of an income, by what it is per."""
    if payer.recurs and share.ndim > 1 and len(share) > 1:
        yield basis.on_clock(share), income
        if basis == PERSON_YEAR:
            yield basis, NONE
    else:
        yield basis, income * share


def _of_persons(line: Line, basis: Basis, amount: Array) -> Rate:
    """Return a rate with the persons behind it, who are counted once: under the basis of person-years."""
    persons = ONE if basis.per == "person_year" and basis.clocked is None else NONE
    return Rate(line, basis, amount=amount, units=persons, persons=persons)


def _tax_shares(
    parameters: Parameters,
    payer: Taxpayer,
    incomes: Sequence[Rate],
    per_person: Callable[[Basis], Array],
    year: int,
) -> Mapping[str, Array]:
    """Return each receiver's share of gross income: as stated, or by the law of the tax year."""
    scenario = parameters.case.scenario
    assert scenario.taxes is not None
    stated = payer.state.income_tax or scenario.taxes.income_tax
    if isinstance(stated, IncomeTax):
        receivers = ("kommun", "region", "staten")
        return {each: parameters.rate(*_stated_rate(scenario, payer, each), tax_year=year) for each in receivers}
    work, other = NONE, NONE
    for rate in incomes:
        assert rate.line.price is not None
        earned = rate.units * per_person(rate.basis) * _nominal(parameters, rate.line.price, year)
        if rate.line.kind == "wage":
            work = work + earned
        else:
            other = other + earned
    local = {
        receiver: parameters.rate(
            *_at_home_or(scenario, receiver, payer.home, own="local_tax_rate", section="local_rates"), tax_year=year
        )
        for receiver in ("kommun", "region")
    }
    found = shares(
        income_tax(
            rules=tax_rules(year),
            work_income=np.round(work, _DECIMALS),
            other_taxable=np.round(other, _DECIMALS),
            kommun_rate=local["kommun"],
            region_rate=local["region"],
        )
    )
    by_receiver = {"kommun": found.kommun, "region": found.region, "staten": found.staten}
    return {receiver: np.round(share, _SHARE_DECIMALS) for receiver, share in by_receiver.items()}


def _nominal(parameters: Parameters, name: str, year: int) -> Array:
    """Return what a unit costs in an income year's own kronor and at its own level [kr per unit, shape (draw,)]."""
    estimate = parameters.case.estimates[name]
    assert isinstance(estimate, Money)
    if estimate.unit == Unit.WAGE_SHARE:
        wage = f"prices.{estimate.of}"
        return parameters[name] * _nominal(parameters, wage, year) * _a_year(parameters, wage)
    terms = MoneyTerms(price_year=year)
    return parameters[name] * kronor_factor(estimate, terms=terms, indices=parameters.case.indices)


def _a_year(parameters: Parameters, wage: str) -> float:
    estimate = parameters.case.estimates[wage]
    assert isinstance(estimate, Money)
    return yearly(unit_named(estimate.unit))


TaxRate = tuple[RateShare | SignedRateShare, str]
"""A tax rate as it is said, and its dotted path."""


def _stated_rate(scenario: Scenario, payer: Taxpayer, receiver: str) -> TaxRate:
    """Return the share of gross income that a receiver gets: the state's own, the home's, or the scenario's."""
    if payer.state.income_tax is not None:
        return getattr(payer.state.income_tax, receiver), f"{payer.path}.income_tax.{receiver}"
    return _at_home_or(scenario, receiver, payer.home, own="tax_rate", section="income_tax")


def _at_home_or(scenario: Scenario, receiver: str, home: Home | None, *, own: str, section: str) -> TaxRate:
    """Return what the kommun or region that somebody lives in says itself, or what the scenario's taxes say."""
    named = at_home(receiver, home) or receiver
    declared = scenario.actors.get(named)
    said = getattr(declared, own) if declared is not None else None
    if said is not None:
        return said, f"actors.{named}.{own}"
    return getattr(getattr(scenario.taxes, section), receiver), f"taxes.{section}.{receiver}"
