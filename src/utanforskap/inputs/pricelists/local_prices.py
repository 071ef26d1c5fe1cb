"""A user's own price list beside the national one: how to begin one, and what it changes."""

from collections.abc import Iterator
from typing import NamedTuple

from utanforskap.inputs.pricelists.prices import Price, PriceList
from utanforskap.shipped import shipped_text

_PER_PRICE = ("payer", "payee", "kind", "taxable", "unit", "index")
_PER_YEAR = ("value", "low", "high", "grade")

Said = str | float | bool | None


class Difference(NamedTuple):
    """Something that an own price list says otherwise than the national one.

    Attributes
    ----------
    id : str
        The price.
    what : str
        The column that differs, with the year where it has one: ``payer``, ``value 2024``. ``price`` is a price that
        the national list does not have.
    ours, theirs : str, float, bool or None
        What the own and the national list say; None is nothing. For ``price``, our latest value and None.
    """

    id: str
    what: str
    ours: Said
    theirs: Said


def template() -> str:
    """Return the text of an own price list to fill in, in Swedish, with semicolons; it is itself an empty list."""
    return shipped_text("price_template.txt")


def differences(local: PriceList, national: PriceList) -> list[Difference]:
    """Return what an own list changes, price by price and year by year.

    A price of the own list stands for the whole of the national one with the same id: years that only the national
    one has are differences too. Labels, sources and notes, which change no result, are left out.

    Parameters
    ----------
    local, national : PriceList
        The list that is laid over the other, and the other.
    """
    found: list[Difference] = []
    for id_, ours in local.prices.items():
        if id_ in national.prices:
            found += _between(ours, national.prices[id_])
        else:
            found.append(Difference(id_, "price", ours.values[max(ours.values)].value, None))
    return found


def _between(ours: Price, theirs: Price) -> Iterator[Difference]:
    for name in _PER_PRICE:
        yield from _unless_same(ours.id, name, getattr(ours, name), getattr(theirs, name))
    shares = [price.realisable.value if price.realisable else None for price in (ours, theirs)]
    yield from _unless_same(ours.id, "realisable", *shares)
    for year in sorted({*ours.values, *theirs.values}):
        one, other = ours.values.get(year), theirs.values.get(year)
        for name in _PER_YEAR if one and other else _PER_YEAR[:1]:
            yield from _unless_same(ours.id, f"{name} {year}", getattr(one, name, None), getattr(other, name, None))


def _unless_same(id_: str, what: str, ours: Said, theirs: Said) -> Iterator[Difference]:
    if ours != theirs:
        yield Difference(id_, what, ours, theirs)
