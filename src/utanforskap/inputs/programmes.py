"""Programmes: whom they reach, what they lead to, what they cost and who funds it."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from utanforskap.inputs.estimates import (
    Estimate,
    FrozenList,
    IdMap,
    Model,
    Persons,
    Quantity,
    Share,
    Title,
)
from utanforskap.inputs.pathways import SUM_TOLERANCE
from utanforskap.inputs.states import Priced, check_sides
from utanforskap.inputs.units import Unit
from utanforskap.terms import Kind

Evidence = Literal["assumed", "before_after", "matched_control", "quasi_experiment", "rct"]

FUNDING_KEYS = {"finsam": {"fk": 0.5, "region": 0.25, "kommun": 0.25}}
"""Named funding keys. ``finsam``: lag (2003:1210) om finansiell samordning av rehabiliteringsinsatser, 5 §: the state one
half (through Försäkringskassan), the region one quarter, the kommun one quarter."""


def _persons_form(data: object) -> str:
    return "all" if data == "all" else "number"


class Reach(Model):
    """Whom a programme reaches.

    Attributes
    ----------
    group, pathway : str
        Persons of this group who are on this pathway.
    persons : Persons or "all"
        How many of them can be moved, in each cohort reached.
    enrolled : Persons or None
        How many are paid for; None is `persons`.
    cohorts : "first", "all" or tuple of int
        Which cohorts of the group, by start year.
    """

    group: str
    pathway: str
    persons: Annotated[
        Annotated[Persons, Tag("number")] | Annotated[Literal["all"], Tag("all")],
        Discriminator(_persons_form),
    ]
    enrolled: Persons | None = None
    cohorts: Literal["first", "all"] | FrozenList[int] = "first"


class YearSpan(Model):
    """A span of calendar years, both ends included."""

    first: int
    last: int

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the years end ({self.last}) before they start ({self.first})")
        return self


BASIS_UNITS: dict[str, tuple[Unit, ...]] = {
    "once": (Unit.ONCE,),
    "per_cohort": (Unit.ONCE,),
    "per_calendar_year": (Unit.YEAR,),
    "per_participant": (Unit.PARTICIPANT, Unit.PERSON),
}


class Cost(Priced):
    """One line of a programme's budget.

    Attributes
    ----------
    basis : {"once", "per_cohort", "per_calendar_year", "per_participant"}
        What the amount is per.
    quantity : Quantity or None
        How many of the price's unit; needed with a price from the list.
    year : int or None
        The year of a cost that comes once.
    years : YearSpan or None
        The years of a cost that comes each calendar year.
    covers_all_cohorts : bool
        Said outright where a cost that comes once serves several cohorts.
    payer : str or None
        The actor that pays; or `funding`.
    funding : str, or mapping of str to Share, or None
        ``finsam``, or shares by actor that sum to 1.
    provider : str or None
        The cost is a transfer from the funder to this actor, which provides the service.
    kind : str
        ``service`` unless stated.
    payee : str or None
        Who receives a transfer, tax or wage.
    category : str or None
        A heading; None is *insatskostnad*.
    """

    title: Title | None = None
    basis: Literal["once", "per_cohort", "per_calendar_year", "per_participant"]
    quantity: Quantity | None = None
    year: int | None = None
    years: YearSpan | None = None
    covers_all_cohorts: bool = False
    payer: str | None = None
    funding: str | IdMap[Share] | None = None
    provider: str | None = None
    kind: Kind | None = None
    payee: str | None = None
    category: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.payer is None) == (self.funding is None):
            raise ValueError("say who pays: either 'payer: <actor>' or 'funding: finsam' or shares by actor")
        if isinstance(self.funding, str) and self.funding not in FUNDING_KEYS:
            raise ValueError(
                f"'{self.funding}' is not a funding key. Allowed: {', '.join(FUNDING_KEYS)}, or shares by actor: {{kommun: 0.5, region: 0.5}}"
            )
        if self.funding is not None and not isinstance(self.funding, str):
            total = sum(share.value for share in self.funding.values())
            if abs(total - 1) > SUM_TOLERANCE:
                raise ValueError(f"the funders' shares sum to {total:g}, not 1")
        if (self.basis == "once") != (self.year is not None):
            raise ValueError("'year' belongs to a cost whose basis is 'once', and is needed there")
        if (self.basis == "per_calendar_year") != (self.years is not None):
            raise ValueError(
                "'years: {first, last}' belongs to a cost whose basis is 'per_calendar_year', and is needed there"
            )
        if self.covers_all_cohorts and self.basis != "once":
            raise ValueError("'covers_all_cohorts' belongs to a cost whose basis is 'once'")
        self._check_amount()
        return self

    def _check_amount(self) -> None:
        if self.amount is None:
            if self.quantity is None:
                raise ValueError("a price from the list needs a 'quantity'")
            if self.kind is not None:
                raise ValueError("the price says its kind; remove 'kind'")
            return
        allowed = [unit.value for unit in BASIS_UNITS[self.basis]]
        if self.quantity is None and self.amount.unit not in allowed:
            raise ValueError(
                f"a cost {self.basis} is in {' or '.join(allowed)}, not in {self.amount.unit}; or say a 'quantity'"
            )
        kind = self.kind or "service"
        if self.provider is not None and kind != "service":
            raise ValueError("'provider' belongs to a service")
        check_sides(kind=kind, payer=self.payer or "funders", payee=self.payee)


def neutral(value: float) -> Share:
    """Return a factor of an effect that nobody stated: neutral, as a named assumption."""
    return Share(value=value, note="ej angiven; neutral")


class Programme(Model):
    """A programme: whom it moves from which pathway to which, for how long, at what cost.

    Attributes
    ----------
    reaches : Reach
        Its participants.
    starts : int
        The calendar year in which the first cohort's participants start.
    leads_to : str
        The pathway that the successful are moved to.
    success : Share
        The share of participants who are moved.
    evidence : str
        How the success share is known.
    success_measures : {"observed", "net"} or None
        Whether success is what was observed among participants, or already net of what would have happened anyway;
        required with any evidence but ``assumed``.
    deadweight, attribution, displacement, drop_off : Share
        The share who would have succeeded anyway; the share of the effect that is this programme's; the share who
        push somebody else out; the yearly loss of the effect. Neutral, as a named assumption, unless stated.
    lag : Years
        Whole years from start to effect.
    new_pathway_clock : {"start", "group"}
        Whether time on the new pathway counts from the participants' start or the group's.
    costs : mapping of str to Cost
        Its budget.
    """

    title: Title
    reaches: Reach
    starts: int
    leads_to: str
    success: Share
    evidence: Evidence
    success_measures: Literal["observed", "net"] | None = None
    deadweight: Share = Field(default_factory=lambda: neutral(0.0))
    attribution: Share = Field(default_factory=lambda: neutral(1.0))
    displacement: Share = Field(default_factory=lambda: neutral(0.0))
    drop_off: Share = Field(default_factory=lambda: neutral(0.0))
    lag: Annotated[int, Field(ge=0, le=100)] = 0
    new_pathway_clock: Literal["start", "group"] = "start"
    costs: IdMap[Cost] = {}

    @model_validator(mode="after")
    def _no_factor_twice(self) -> Self:
        if self.evidence != "assumed" and self.success_measures is None:
            raise ValueError(
                f"with evidence '{self.evidence}', say whether success is 'observed' among participants or 'net' of what "
                "would have happened anyway: success_measures: observed | net"
            )
        if self.success_measures == "net":
            for name, neutral_value in (("deadweight", 0.0), ("attribution", 1.0)):
                factor: Estimate = getattr(self, name)
                if factor.value != neutral_value:
                    raise ValueError(
                        f"success is already net, so '{name}' would be counted twice; remove it, or say "
                        "success_measures: observed"
                    )
        return self

    def unstated_factors(self) -> list[str]:
        """Return the factors of the effect that nobody stated."""
        factors = ("deadweight", "attribution", "displacement", "drop_off")
        return [name for name in factors if name not in self.model_fields_set]
