"""What the ledger is made of: lines, rates that persons are multiplied by, and the charges that come of it."""

from dataclasses import dataclass, field, replace

import numpy as np

from utanforskap.engine.occupancy import PERSON_YEAR, Basis
from utanforskap.engine.parameters import Array
from utanforskap.inputs.parts.scenario import Home
from utanforskap.inputs.values.units import Unit
from utanforskap.terms import Kind, Role, shipped_actors, within


@dataclass(frozen=True, slots=True)
class Line:
    """What an amount in the ledger is.

    Attributes
    ----------
    item : str
        The dotted path of the flow, the work or the cost it comes from.
    kind, role, category
        As in the glossary.
    payer, payee : str or None
        Actors.
    group : str or None
        Whose occupancy moves it.
    cohort, age : int or None
        The calendar year the cohort starts, and its age then; None of those who come again each year.
    state : str or None
        The state.
    programme : str or None
        The programme whose cost it is.
    price : str or None
        The name of the estimate that prices it.
    unit : str
        The price's unit.
    realisable : str or None
        The name of the estimate that says how much of a saving can be cashed.
    displaced : bool
        Whether it belongs to others than the participants (*undanträngda*).
    retired : bool
        Whether it belongs to those of 65 and above among those who come again each year.
    """

    item: str
    kind: Kind
    role: Role
    category: str
    payer: str | None
    payee: str | None
    group: str | None = None
    cohort: int | None = None
    age: int | None = None
    state: str | None = None
    programme: str | None = None
    price: str | None = None
    unit: str = Unit.YEAR.value
    realisable: str | None = None
    displaced: bool = False
    retired: bool = False


NONE, ONE = np.zeros((1, 1)), np.ones((1, 1))


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """What one of a basis sets moving under a line.

    A line may have several, each on a basis of its own; the ledger holds their sum.

    Attributes
    ----------
    line : Line
        What it is, without whose persons.
    basis : Basis
        What it is counted per.
    amount : ndarray, shape (year or 1, draw or 1)
        [kr of the case's price year per one of the basis].
    units : ndarray, shape (year or 1, draw or 1)
        How many of the price's unit.
    persons : ndarray, shape (year or 1, draw or 1)
        How many person-years, or entries, stand behind it.
    """

    line: Line
    basis: Basis = PERSON_YEAR
    amount: Array = field(default_factory=lambda: NONE)
    units: Array = field(default_factory=lambda: NONE)
    persons: Array = field(default_factory=lambda: NONE)

    def charge(self, volume: Array) -> "Charge":
        """Return what a volume of the basis comes to [shape (year, draw)]."""
        return Charge(self.amount * volume, self.units * volume, self.persons * volume)

    def by_clock(self, factor: Array, *, amount: Array, units: Array) -> "tuple[Rate, ...]":
        """Return the rate of those who come again, with a part of it by their own clock.

        Parameters
        ----------
        factor : ndarray, shape (year, draw or 1)
            By the first cohort's calendar year.
        amount, units : ndarray, shape (year or 1, draw or 1)
            By calendar year, what the factor is multiplied by; the amount in place of the rate's own, the units beside
            them.
        """
        weighted = Rate(self.line, self.basis.on_clock(factor), amount=amount, units=units)
        return weighted, replace(self, amount=NONE)


@dataclass(frozen=True, slots=True, eq=False)
class Charge:
    """An amount with the units and persons behind it, each of shape (year, draw)."""

    amount: Array
    units: Array
    persons: Array

    def __add__(self, other: "Charge") -> "Charge":
        """Return both together."""
        return Charge(self.amount + other.amount, self.units + other.units, self.persons + other.persons)

    def times(self, share: Array | float) -> "Charge":
        """Return a share of the amount, for the same persons."""
        return Charge(self.amount * share, self.units, self.persons)


Posted = tuple[Line, Charge]


def at_home(actor: str | None, home: Home | None) -> str | None:
    """Return the account that an actor is for persons who live in a named kommun or region."""
    if actor is None or home is None:
        return actor
    for root, named in (("kommun", home.kommun), ("region", home.region)):
        if named is not None and within(actor, root) and actor in shipped_actors():
            return named + actor.removeprefix(root)
    return actor
