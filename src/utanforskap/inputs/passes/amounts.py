"""The third pass over money: prices, units and price years go together, and taxes are stated where they are due."""

from collections.abc import Callable, Iterator, Mapping

from utanforskap.errors import either
from utanforskap.inputs.case import kronor_factor, level_year, price_years, tax_year, walk
from utanforskap.inputs.facts.indices import IndexYearError, shipped_indices
from utanforskap.inputs.facts.taxes import known_tax_years
from utanforskap.inputs.parts.programmes import Cost
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.parts.states import LAW, Flow, Priced, RateReference, State, Subsidy, Taxes, Work, check_sides
from utanforskap.inputs.passes.problems import Path, Problem, Whole
from utanforskap.inputs.pricelists.prices import Price, estimate_of
from utanforskap.inputs.values.estimates import ByAge, Money, Quantity
from utanforskap.inputs.values.units import WAGE_UNITS, Unit, counted, unit_named

_MOST_WAGES = 8
_NO_INDEX = "Say it in the kronor of a year that the index has, or assume how the index goes on: money.index_growth."


def check_amounts(whole: Whole) -> Iterator[Problem]:
    """Yield every amount, quantity and price in the parts that stand that does not go with the others.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    for check in _CHECKS:
        yield from check(whole)


def _listed(part: object, whole: Whole) -> Price | None:
    return whole.prices.get(getattr(part, "price", None) or "")


def unit_of(priced: Priced, whole: Whole) -> Unit | None:
    """Return the unit of a price or an amount; None for a price that is in no list."""
    if priced.amount is not None:
        return unit_named(priced.amount.unit)
    listed = _listed(priced, whole)
    return unit_named(listed.unit) if listed is not None else None


def _prices(whole: Whole) -> Iterator[Problem]:
    """A rate is a share, an amount is money, and what is said of a price goes with its kind."""
    for path, part in whole.parts():
        listed, where = _listed(part, whole), (*path, "price")
        if listed is None:
            continue
        if isinstance(part, RateReference) and listed.unit != Unit.SHARE:
            yield Problem("price-unit", where, f"'{listed.id}' is in {listed.unit}, and a rate is in {Unit.SHARE}.")
        if isinstance(part, Priced) and listed.unit == Unit.SHARE:
            message = f"'{listed.id}' is a rate, in {Unit.SHARE}, and not an amount of money."
            yield Problem("price-unit", where, message)
        elif isinstance(part, Flow | Cost):
            yield from _sides(part, listed, path)


def _sides(part: Flow | Cost, listed: Price, path: Path) -> Iterator[Problem]:
    assert listed.kind is not None
    if isinstance(part, Flow) and part.realisable is not None and listed.kind != "service":
        message = f"Only a service can be realisable, and '{listed.id}' is a {listed.kind}."
        yield Problem("realisable", (*path, "realisable"), message, ("Remove 'realisable'.",))
    if isinstance(part, Cost) and part.provider is not None and listed.kind != "service":
        message = f"A 'provider' provides a service, and '{listed.id}' is a {listed.kind}."
        yield Problem("provider", (*path, "provider"), message, ("Remove 'provider'.",))
    try:
        check_sides(kind=listed.kind, payer=listed.payer, payee=part.payee or listed.payee)
    except ValueError as error:
        message, *help_ = str(error).splitlines()
        yield Problem("flow-sides", (*path, "payee"), message, tuple(help_))


def _money(whole: Whole) -> Iterator[Problem]:
    """Every amount can be moved to the price year."""
    terms, indices = whole.scenario.money, shipped_indices()
    if terms is None:
        return
    try:
        growth = {id_: rate.value for id_, rate in terms.index_growth.items()}
        indices["kpi"].ratio(start=level_year(terms), end=terms.price_year, growth=growth.get("kpi"))
    except IndexYearError as error:
        stated = "level_year" if error.year == terms.level_year else "price_year"
        yield Problem("no-index", ("money", stated), f"The kronor of {error.year} are not known: {error}.")
        return
    years = price_years(whole.scenario, whole.prices)
    amounts: list[tuple[Path, Money]] = []
    for path, part in whole.parts():
        listed = _listed(part, whole)
        if isinstance(part, Money):
            amounts.append((path, part))
        elif listed is not None:
            money = estimate_of(listed, year=years[listed.id])
            amounts += [((*path, "price"), money)] if isinstance(money, Money) else []
    for path, money in amounts:
        try:
            kronor_factor(money, terms=terms, indices=indices)
        except IndexYearError as error:
            where = path if path[-1] == "price" else (*path, "price_year")
            message = f"This cannot be moved to the kronor of {terms.price_year}: {error}."
            yield Problem("no-index", where, message, (_NO_INDEX,))


def _wages(whole: Whole) -> Iterator[Problem]:
    """Work, subsidies and shares of a wage rest on a wage by month or year."""
    for path, part in whole.parts():
        if isinstance(part, Work):
            yield from _wage_unit("A wage", part.wage, (*path, "wage"), whole)
            yield from _wage_kind(part.wage.price, (*path, "wage", "price"), whole)
        elif isinstance(part, Subsidy) and part.share is None:
            yield from _wage_unit("A subsidy", part, path, whole)
        elif isinstance(part, Money) and part.of is not None:
            yield from _wage_kind(part.of, (*path, "of"), whole)


def _wage_unit(what: str, wage: Priced, path: Path, whole: Whole) -> Iterator[Problem]:
    unit = unit_of(wage, whole)
    if unit is not None and unit not in WAGE_UNITS:
        where = (*path, "price") if wage.price is not None else (*path, "amount", "unit")
        yield Problem("wage-unit", where, f"{what} is in {either(list(WAGE_UNITS))}, not in {unit}.")


def _wage_kind(price: str | None, path: Path, whole: Whole) -> Iterator[Problem]:
    listed = whole.prices.get(price or "")
    if listed is None or (listed.kind == "wage" and listed.unit in WAGE_UNITS):
        return
    wages = [id_ for id_, known in whole.prices.items() if known.kind == "wage" and known.unit in WAGE_UNITS]
    shown = ", ".join(wages[:_MOST_WAGES]) + (", …" if len(wages) > _MOST_WAGES else "")
    if listed.kind != "wage":
        is_ = f"a {listed.kind}" if listed.kind is not None else "a rate"
        yield Problem("wage-kind", path, f"'{listed.id}' is {is_}, and not a wage.", (f"Wages: {shown}",))
    elif path[-1] == "of":
        message = f"'{listed.id}' is in {listed.unit}; a share is taken of a wage by month or year."
        yield Problem("wage-unit", path, message, (f"Wages: {shown}",))


def _quantities(whole: Whole) -> Iterator[Problem]:
    """A quantity that was written with a unit counts what its price is per."""
    for path, part in whole.parts():
        unit = unit_of(part, whole) if isinstance(part, Flow | Cost) else None
        if unit is None or not isinstance(part, Flow | Cost):
            continue
        where = (*path, "quantity")
        stated = {where: part.quantity} if isinstance(part.quantity, Quantity) else {}
        if isinstance(part.quantity, ByAge):
            stated = {(*where, "by_age", band): quantity for band, quantity in part.quantity.by_age.items()}
        for place, quantity in stated.items():
            if quantity.unit is None or quantity.unit == counted(unit):
                continue
            message = f"The quantity is in '{quantity.unit}', but the price is in {unit}."
            if counted(unit):
                help_ = f"Say how many {counted(unit)}, or choose a price in kr/{quantity.unit}."
            else:
                help_ = f"Write the number alone, or choose a price in kr/{quantity.unit}."
            yield Problem("quantity-unit", place, message, (help_,))


def _taxes(whole: Whole) -> Iterator[Problem]:
    """Nothing is taxed at a rate that nobody stated, nor by the law of a year that is not known."""
    for id_, state in whole.scenario.states.items():
        why = _why_taxed(state, whole.prices)
        if why is None:
            continue
        if whole.scenario.taxes is None and "taxes" not in whole.stated:
            message = f"The state '{id_}' {why}, but the scenario has no 'taxes', and no price list to take them from."
            help_ = ("Add prices: [sverige], or taxes: {employer_contributions: …, income_tax: …, retention: …}.",)
            yield Problem("no-taxes", ("states", id_), message, help_, on_key=True)
            return
        yield from _by_law(id_, state, whole)


def _by_law(id_: str, state: State, whole: Whole) -> Iterator[Problem]:
    taxes = whole.scenario.taxes
    if taxes is None or whole.scenario.money is None:
        return
    contributions = state.work is not None and taxes.employer_contributions == LAW
    income = state.income_tax is None and taxes.income_tax == LAW
    year = tax_year(state.work, scenario=whole.scenario, prices=whole.prices)
    known = known_tax_years()
    if (contributions or income) and year not in known:
        message = f"The taxes of '{id_}' are by the law of {year}, but the law is known for {known[0]}–{known[-1]}."
        help_ = ("State work: {tax_year: …} within them, or the shares under 'taxes'.",)
        yield Problem("no-tax-law", ("states", id_), message, help_, on_key=True)


def _home_rates(whole: Whole) -> Iterator[Problem]:
    """A named kommun's rate is of what the income tax is computed from: taxable income by law, otherwise gross."""
    taxes = whole.scenario.taxes
    if taxes is None:
        return
    by_law = taxes.income_tax == LAW
    for id_, said in whole.scenario.actors.items():
        if by_law and said.tax_rate is not None:
            message = "'tax_rate' is a share of gross income, but here the law computes the income tax."
            help_ = ("Say 'local_tax_rate' instead: its rate on taxable income.",)
            yield Problem("home-rate", ("actors", id_, "tax_rate"), message, help_, on_key=True)
        if not by_law and said.local_tax_rate is not None:
            message = "'local_tax_rate' is for income tax by law, but here 'taxes' states shares of gross income."
            help_ = ("Say 'tax_rate' instead: its share of gross income.",)
            yield Problem("home-rate", ("actors", id_, "local_tax_rate"), message, help_, on_key=True)


def complete_taxes(scenario: Scenario, prices: Mapping[str, Price]) -> Taxes | None:
    """Return a scenario's taxes with what it does not state by law and from its price list.

    None where it states none and nobody is taxed, or the list lacks a rate.
    """
    if scenario.taxes is not None:
        return scenario.taxes.complete()
    taxed = any(_why_taxed(state, prices) is not None for state in scenario.states.values())
    by_law = Taxes().complete()
    named = [part.price for _, part in walk(by_law, "") if isinstance(part, RateReference)]
    return by_law if taxed and all(name in prices for name in named) else None


def _why_taxed(state: State, prices: Mapping[str, Price]) -> str | None:
    if state.work is not None:
        return "has work"
    listed = {name: prices.get(flow.price or "") for name, flow in state.flows.items()}
    taxed = [name for name, price in listed.items() if (price.taxable if price else state.flows[name].taxable)]
    return f"pays taxable income ({', '.join(taxed)})" if taxed else None


_CHECKS: tuple[Callable[[Whole], Iterator[Problem]], ...] = (
    _prices, _money, _wages, _quantities, _taxes, _home_rates,
)  # fmt: skip
