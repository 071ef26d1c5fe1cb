"""The third pass over money: prices, units and price years go together, and taxes are stated where they are due."""

from collections.abc import Callable, Iterator

from utanforskap.errors import either
from utanforskap.inputs.case import kronor_factor, level_year, price_years
from utanforskap.inputs.estimates import ByAge, Money, Quantity
from utanforskap.inputs.prices import IndexYearError, Price, estimate_of, shipped_indices
from utanforskap.inputs.problems import Path, Problem, Whole
from utanforskap.inputs.programmes import Cost
from utanforskap.inputs.states import Flow, Priced, RateReference, Subsidy, Work, check_sides
from utanforskap.inputs.units import WAGE_UNITS, Unit, counted, unit_named

_MOST_WAGES = 8


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
        indices["kpi"].ratio(start=level_year(terms), end=terms.price_year)
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
            yield Problem("no-index", where, message, ("Say it in the kronor of a year that the index has.",))


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
    """Nothing is taxed at a rate that nobody stated."""
    if "taxes" in whole.stated:
        return
    for id_, state in whole.scenario.states.items():
        taxed = [name for name, flow in state.flows.items() if _taxable(flow, whole)]
        if state.work is not None or taxed:
            what = "has work" if state.work is not None else f"pays taxable income ({', '.join(taxed)})"
            message = f"The state '{id_}' {what}, but the scenario has no 'taxes', and no rate has a default."
            help_ = ("Add taxes: {employer_contributions: …, income_tax: …, retention: …}.",)
            yield Problem("no-taxes", ("states", id_), message, help_, on_key=True)
            return


def _taxable(flow: Flow, whole: Whole) -> bool:
    listed = _listed(flow, whole)
    return listed.taxable if listed is not None else flow.taxable


_CHECKS: tuple[Callable[[Whole], Iterator[Problem]], ...] = (_prices, _money, _wages, _quantities, _taxes)
