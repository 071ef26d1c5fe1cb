"""What a person in a state sets moving: flows and work."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from utanforskap.inputs.estimates import Factor, IdMap, Model, Money, Profile, Share, SignedShare, Title
from utanforskap.terms import Kind

EMPLOYER = "arbetsgivare"


def check_sides(*, kind: str, payer: str | None, payee: str | None) -> None:
    """Refuse a flow whose sides do not go with its kind.

    Raises
    ------
    ValueError
        If a transfer, tax or wage lacks a payee, if a service or production has one, or if nobody pays.
    """
    if payer is None:
        raise ValueError(f"a {kind} says who pays: payer: <actor>")
    if kind in ("transfer", "tax", "wage") and payee is None:
        raise ValueError(f"a {kind} says who receives it: payee: <actor>")
    if kind in ("service", "production") and payee is not None:
        raise ValueError(f"a {kind} uses up or creates resources and has no payee; remove 'payee: {payee}'")


class Priced(Model):
    """Something at a price from the list, or at an amount said in place; exactly one of them.

    Attributes
    ----------
    price : str or None
        A price id.
    amount : Money or None
        An amount said in place.
    """

    price: str | None = None
    amount: Money | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.price is None) == (self.amount is None):
            raise ValueError(
                "say either 'price: <price id>' or 'amount: {value, unit, price_year}', one of them"
            )
        return self


class Flow(Priced):
    """What one person-year in a state, or one entry into it, sets moving.

    Attributes
    ----------
    quantity : Quantity, ByYear or ByAge
        How many of the price's unit.
    per : {"person_year", "entry"}
        What the quantity is per.
    since : {"entry", "start"} or None
        What a quantity by year counts from: entry to the state or the pathway's start. None: entry on ``stages``,
        otherwise start.
    payer, payee : str or None
        Actors; needed with an amount said in place, and able to name another account than the price does.
    kind : {"service", "transfer", "tax", "wage", "production"} or None
        Needed with an amount said in place; a price says its own.
    taxable : bool
        Whether a transfer said in place is taxed as income; a price says its own.
    realisable : Share or None
        The share of a saving that can be cashed; a service's only. None is the price's own, and 1 without one.
    category : str or None
        A heading to gather lines under; None is the kind's.
    title : Title or None
        None is the price's own.
    """

    title: Title | None = None
    quantity: Profile
    per: Literal["person_year", "entry"] = "person_year"
    since: Literal["entry", "start"] | None = None
    payer: str | None = None
    payee: str | None = None
    kind: Kind | None = None
    taxable: bool = False
    realisable: Share | None = None
    category: str | None = None

    @model_validator(mode="after")
    def _says_what_the_price_does_not(self) -> Self:
        if self.amount is None:
            if self.kind is not None:
                raise ValueError("the price says its kind; remove 'kind'")
            if self.taxable:
                raise ValueError("the price says whether it is taxable; remove 'taxable'")
        else:
            if self.kind is None:
                raise ValueError(
                    "an amount said in place says its kind: service, transfer, tax, wage or production"
                )
            check_sides(kind=self.kind, payer=self.payer, payee=self.payee)
            if self.realisable is not None and self.kind != "service":
                raise ValueError(f"only a service can be realisable; this is a {self.kind}")
            if self.taxable and self.kind != "transfer":
                raise ValueError(f"only a transfer can be taxable; this is a {self.kind}")
        return self


class Subsidy(Priced):
    """Support to the employer of somebody in subsidised work.

    Attributes
    ----------
    payer : str
        Who pays it.
    share : Share or None
        As a share of the total wage cost, instead of a price or an amount.
    """

    payer: str
    share: Share | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if sum(x is not None for x in (self.price, self.amount, self.share)) != 1:
            raise ValueError("a subsidy says one of 'share' (of the total wage cost), 'price' and 'amount'")
        return self


class Work(Model):
    """Work: production, wage, employer contributions and income tax follow from it.

    Attributes
    ----------
    wage : Priced
        Full-time gross wage, kr/mån or kr/år.
    hours_share : Share
        Hours worked as a share of full time.
    employer : str
        Who employs; may be a public actor.
    tax_year : int or None
        The income year whose tax and contribution rates are used; None is the wage's own price year.
    subsidy : Subsidy or None
        Support to the employer.
    productivity : Factor or None
        What is produced as a share of the total wage cost; stated exactly when there is a subsidy (without one,
        production is the total wage cost: the human-capital method).
    """

    wage: Priced
    hours_share: Share
    employer: str = EMPLOYER
    tax_year: int | None = None
    subsidy: Subsidy | None = None
    productivity: Factor | None = None

    @model_validator(mode="after")
    def _productivity_with_subsidy(self) -> Self:
        if (self.subsidy is None) != (self.productivity is None):
            raise ValueError(
                "subsidised work states both 'subsidy' and 'productivity' (production as a share of the total wage "
                "cost); ordinary work states neither"
            )
        return self


class RateReference(Model):
    """A rate from the price list.

    Attributes
    ----------
    price : str
        The id of a price whose unit is ``andel``.
    """

    price: str


def _rate_form(data: object) -> str:
    named = isinstance(data, RateReference) or (isinstance(data, Mapping) and "price" in data)
    return "price" if named else "number"


RateShare = Annotated[
    Annotated[Share, Tag("number")] | Annotated[RateReference, Tag("price")], Discriminator(_rate_form)
]
SignedRateShare = Annotated[
    Annotated[SignedShare, Tag("number")] | Annotated[RateReference, Tag("price")], Discriminator(_rate_form)
]


class IncomeTax(Model):
    """Income tax as shares of gross taxable income (wage and taxable transfers).

    Attributes
    ----------
    kommun, region : Share
        Their rate times taxable income, in full.
    staten : SignedShare
        State income tax and pension contribution less all credits; may be negative.
    """

    kommun: RateShare
    region: RateShare
    staten: SignedRateShare


class Retention(Model):
    """What kommun and region keep of a new tax krona after income equalisation (*inkomstutjämning*).

    Attributes
    ----------
    kommun, region : SignedShare
        The share kept; may be negative.
    after_years : int
        The lag [years] after which the rest goes to the state.
    """

    kommun: SignedRateShare
    region: SignedRateShare
    after_years: Annotated[int, Field(ge=0, le=10)]


class Taxes(Model):
    """Taxes and contributions of the case.

    Attributes
    ----------
    employer_contributions : Share
        Of the gross wage.
    income_tax : IncomeTax
        Of gross taxable income, in states that do not say their own.
    retention : Retention
        After income equalisation.
    """

    employer_contributions: RateShare
    income_tax: IncomeTax
    retention: Retention


class State(Model):
    """A situation that a person can be in for (part of) a year.

    Attributes
    ----------
    title : Title
        What it is called.
    flows : mapping of str to Flow
        What a person in it sets moving.
    work : Work or None
        Work done in it.
    income_tax : IncomeTax or None
        Shares that hold in this state instead of the scenario's.
    """

    title: Title
    flows: IdMap[Flow] = {}
    work: Work | None = None
    income_tax: IncomeTax | None = None
