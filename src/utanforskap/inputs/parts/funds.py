"""Agreements about a programme's money: social investment funds that lend or give, and contracts on outcomes."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from utanforskap.errors import PartError
from utanforskap.inputs.parts.budgets import Amounts
from utanforskap.inputs.parts.programmes import YearSpan
from utanforskap.inputs.parts.shares import make_a_whole
from utanforskap.inputs.values.estimates import Rate, Share, ShareOrRest, Sum
from utanforskap.inputs.values.models import FrozenMap, Model, Title, or_shorthand


class Rule(Model):
    """What one committee pays back: a share of each year's realisable saving, or an amount each year out of it.

    Attributes
    ----------
    share : Share or None
        The share of the year's saving.
    amounts : mapping of str to Sum or None
        Kronor of each calendar year, in that year's own kronor.
    """

    share: Share | None = None
    amounts: Amounts | None = None

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: object) -> object:
        return {"share": data} if isinstance(data, str | int | float) else data

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.share is None) == (self.amounts is None):
            said = "neither is" if self.share is None else "both are"
            raise ValueError(
                f"What is paid back is said by a 'share' of the saving or by 'amounts'; {said} said.\n"
                "Write a share (50 %), or {amounts: {2018: 500 tkr}}."
            )
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a share may stand for the whole."""
        return or_shorthand(core, handler, {"type": ["number", "string"]})[0]


class Repayment(Model):
    """How a loan is paid back (*återföring*): out of what committees save, in some years, no more than is owed.

    Attributes
    ----------
    years : YearSpan
        The years in which it is paid back.
    interest : Rate
        Yearly interest on what is owed, in current kronor.
    committees : mapping of str to Rule
        Who pays back, and how much.
    """

    years: YearSpan
    interest: Rate
    committees: Annotated[FrozenMap[Rule], Field(min_length=1)]


class Payment(Model):
    """What is paid for outcomes, up to a cap.

    Attributes
    ----------
    years : YearSpan
        The years whose outcomes are paid for.
    outcome : str
        ``person_years.<state>``, or one of the scenario's outcomes.
    per_outcome : Sum
        What one more of it is worth, in each year's own kronor.
    cap : Sum
        The most that is paid in all, in each year's own kronor.
    payers : mapping of str to Share or "rest"
        Who pays, in shares that sum to one.
    """

    years: YearSpan
    outcome: str
    per_outcome: Sum
    cap: Sum
    payers: Annotated[FrozenMap[ShareOrRest], AfterValidator(make_a_whole), Field(min_length=1)]


class Fund(Model):
    """An agreement about money that an account puts into a programme.

    Attributes
    ----------
    title : Title
        What it is called.
    kind : {"grant", "loan", "outcome_contract"}
        Whether it is given, paid back out of savings, or paid for by outcomes.
    programme : str
        The programme that the account is one of the funders of.
    account : str
        The actor whose money it is: a fund's own account, or an investor.
    repayment : Repayment or None
        A loan's.
    payment : Payment or None
        An outcome contract's.
    """

    title: Title
    kind: Literal["grant", "loan", "outcome_contract"]
    programme: str
    account: str
    repayment: Repayment | None = None
    payment: Payment | None = None

    @model_validator(mode="after")
    def _as_its_kind(self) -> Self:
        own = {"loan": "repayment", "outcome_contract": "payment"}.get(self.kind)
        called = self.kind.replace("_", " ")
        for name in ("repayment", "payment"):
            if name == own and getattr(self, name) is None:
                article = "An" if called[0] in "aeiou" else "A"
                raise ValueError(f"{article} {called} says its '{name}', which is missing.")
            if name != own and getattr(self, name) is not None:
                message = f"'{name}' does not belong to a {called}."
                raise PartError(f"{message}\nRemove it, or change the kind.", name)
        return self

    @property
    def years(self) -> YearSpan | None:
        """The years in which anything is paid back or paid for; None for a grant."""
        said = self.repayment or self.payment
        return said.years if said is not None else None
