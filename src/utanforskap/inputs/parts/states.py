"""What a person in a state sets moving: flows and work."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from frozendict import frozendict
from pydantic import Discriminator, Field, Tag, model_validator

from utanforskap.errors import PartError
from utanforskap.inputs.values.estimates import ByYear, Factor, Money, Profile, Share, SignedShare
from utanforskap.inputs.values.models import Flag, IdMap, Model, Title, WholeNumber
from utanforskap.terms import KINDS, Kind

EMPLOYER = "arbetsgivare"


def check_sides(*, kind: str, payer: str | None, payee: str | None) -> None:
    """Refuse a flow whose sides do not go with its kind.

    Raises
    ------
    ValueError
        If a transfer, tax or wage lacks a payee, if a service or production has one, or if nobody pays.
    """
    if payer is None:
        raise PartError(f"A {kind} says who pays it: 'payer' is missing.", "payer")
    if kind in ("transfer", "tax", "wage") and payee is None:
        raise PartError(f"A {kind} says who receives it: 'payee' is missing.", "payee")
    if kind == "service" and payee is not None:
        raise PartError("A service uses up resources, so nobody receives it.\nRemove 'payee'.", "payee")
    if kind == "production" and payee is not None:
        raise PartError("Production creates value, so nobody receives it.\nRemove 'payee'.", "payee")


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
            said = "neither is" if self.price is None else "both are"
            raise ValueError(
                f"What it costs is said by a 'price' or an 'amount'; {said} said.\n"
                "Write price: <id from the price list>, or amount: {value: 38000, unit: kr/år, price_year: 2013}."
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
    taxable: Flag = False
    realisable: Share | None = None
    category: str | None = None

    @model_validator(mode="after")
    def _says_what_the_price_does_not(self) -> Self:
        if self.amount is None:
            for name in ("kind", "taxable"):
                if name in self.model_fields_set:
                    raise PartError(f"The price list says '{name}' for its prices.\nRemove it here.", name)
        else:
            if self.kind is None:
                raise ValueError(f"An amount said in place says its 'kind'.\nKinds: {', '.join(KINDS)}")
            check_sides(kind=self.kind, payer=self.payer, payee=self.payee)
            if self.realisable is not None and self.kind != "service":
                message = f"Only a service can be realisable, and this is a {self.kind}."
                raise PartError(f"{message}\nRemove 'realisable'.", "realisable")
            if self.taxable and self.kind != "transfer":
                raise PartError(
                    f"Only a transfer can be taxable, and this is a {self.kind}.\nRemove 'taxable'.", "taxable"
                )
        return self

    @model_validator(mode="after")
    def _counts_years_since_something(self) -> Self:
        if self.since is not None and not isinstance(self.quantity, ByYear):
            message = "'since' says what a quantity by year counts from, and this quantity is not by year."
            raise PartError(f"{message}\nRemove it, or write a list: quantity: [2, 1, 0.5].", "since")
        if self.since == "entry" and self.per == "entry":
            message = "At an entry no time has passed since the entry."
            raise PartError(f"{message}\nWrite since: start, or one number as quantity.", "since")
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
            raise ValueError(
                "A subsidy says how large it is in one way.\n"
                "Say one of 'share' (of the total wage cost), 'price' and 'amount'."
            )
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
    tax_year: WholeNumber | None = None
    subsidy: Subsidy | None = None
    productivity: Factor | None = None

    @model_validator(mode="after")
    def _productivity_with_subsidy(self) -> Self:
        if (self.subsidy is None) != (self.productivity is None):
            said, other = ("subsidy", "productivity") if self.subsidy is not None else ("productivity", "subsidy")
            raise PartError(
                f"'{said}' is said without '{other}'.\n"
                "Subsidised work says both; productivity is production as a share of the total wage cost.\n"
                "Ordinary work says neither, and produces its total wage cost.",
                said,
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


LAW = "law"
"""What ``taxes`` says where the law of the income year is to compute."""
EQUALISATION_LAG = 2
"""Years from an income to its equalisation (lag (2004:773) om kommunalekonomisk utjämning: the tax base of the year
before last); grade D, as it is recalled and not read."""


def _law_form(data: object) -> str:
    return LAW if data == LAW else _rate_form(data)


def _shares_form(data: object) -> str:
    return LAW if data == LAW else "shares"


ShareOrLaw = Annotated[
    Annotated[Literal["law"], Tag(LAW)] | Annotated[Share, Tag("number")] | Annotated[RateReference, Tag("price")],
    Discriminator(_law_form),
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


IncomeTaxOrLaw = Annotated[
    Annotated[Literal["law"], Tag(LAW)] | Annotated[IncomeTax, Tag("shares")], Discriminator(_shares_form)
]


class LocalRates(Model):
    """The tax rates of kommun and region on taxable income, for income tax by law.

    Attributes
    ----------
    kommun, region : Share
        Of the income that is left after the basic deduction.
    """

    kommun: RateShare
    region: RateShare


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
    after_years: Annotated[WholeNumber, Field(ge=0, le=10)]


class Taxes(Model):
    """Taxes and contributions of the case; by law and from the price list where nothing is stated.

    A case holds them complete: where local rates or the retention are not stated, those of the price list.

    Attributes
    ----------
    employer_contributions : Share or "law"
        Of the gross wage.
    income_tax : IncomeTax or "law"
        Of gross taxable income, in states that do not say their own.
    local_rates : LocalRates or None
        Of kommun and region, where the law computes the income tax; None is the price list's.
    retention : Retention or None
        After income equalisation; None is the price list's.
    """

    employer_contributions: ShareOrLaw = "law"
    income_tax: IncomeTaxOrLaw = "law"
    local_rates: LocalRates | None = None
    retention: Retention | None = None

    def complete(self) -> "Taxes":
        """Return the same with what is not stated taken from the price list."""
        listed: dict[str, Model] = {}
        if self.income_tax == LAW and self.local_rates is None:
            listed["local_rates"] = LocalRates(
                kommun=RateReference(price="skatt.kommun"), region=RateReference(price="skatt.region")
            )
        if self.retention is None:
            listed["retention"] = Retention(
                kommun=RateReference(price="skatt.behallning_kommun"),
                region=RateReference(price="skatt.behallning_region"),
                after_years=EQUALISATION_LAG,
            )
        return self.change(**listed) if listed else self


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
    flows: IdMap[Flow] = frozendict()
    work: Work | None = None
    income_tax: IncomeTax | None = None
