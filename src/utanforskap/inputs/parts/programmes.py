"""Programmes: whom they reach, what they lead to, what they cost and who funds it."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from frozendict import frozendict
from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from utanforskap.errors import PartError, either, unknown
from utanforskap.inputs.parts.budgets import FUNDING_KEYS, Budget
from utanforskap.inputs.parts.populations import CALENDAR_YEAR, calendar_years
from utanforskap.inputs.parts.shares import FromCounts, FromSample, Together, make_a_whole, together_form
from utanforskap.inputs.parts.states import Priced, check_sides
from utanforskap.inputs.values.estimates import Estimate, Money, Persons, Quantity, Share, ShareOrRest
from utanforskap.inputs.values.models import Flag, FrozenList, FrozenMap, IdMap, Keys, Model, Title, WholeNumber
from utanforskap.inputs.values.units import Unit
from utanforskap.terms import Kind

Evidence = Literal["assumed", "before_after", "matched_control", "quasi_experiment", "rct"]


def _persons_form(data: object) -> str:
    return "all" if data == "all" else "number"


def _cohorts_form(data: object) -> str:
    return "list" if isinstance(data, list | tuple) else "word"


def _funding_form(data: object) -> str:
    return together_form(data) if isinstance(data, Mapping | Together) else "key"


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
    share : mapping of str to Share
        In place of `cohorts` and a number of persons: the share of those on the pathway who are reached, from a
        cohort's start year on.
    population : str or None
        Who they are: an id of the populations that effects were measured on; needed where an effect is referred to.
    """

    group: str
    pathway: str
    persons: Annotated[
        Annotated[Persons, Tag("number")] | Annotated[Literal["all"], Tag("all")],
        Discriminator(_persons_form),
    ]
    enrolled: Persons | None = None
    cohorts: Annotated[
        Annotated[Literal["first", "all"], Tag("word")]
        | Annotated[FrozenList[WholeNumber], Field(min_length=1), Tag("list")],
        Discriminator(_cohorts_form),
    ] = "first"
    share: Annotated[FrozenMap[Share], AfterValidator(calendar_years), Keys(CALENDAR_YEAR)] = frozendict()
    population: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.share:
            for name in ("cohorts", "enrolled"):
                if name in self.model_fields_set:
                    message = f"Whom it reaches in each cohort is said by 'share', and '{name}' says it otherwise."
                    raise PartError(f"{message}\nRemove one of the two.", name)
            if self.persons != "all":
                message = "The share is of all who are on the pathway."
                raise PartError(f"{message}\nWrite persons: all, or remove 'share'.", "persons")
        return self

    def level_from(self, cohort: int) -> str | None:
        """Return the calendar year whose share holds for a cohort; None before the first, and where none is said."""
        stated = [year for year in sorted(self.share) if int(year) <= cohort]
        return stated[-1] if stated else None


class YearSpan(Model):
    """A span of calendar years, both ends included.

    Attributes
    ----------
    first, last : int
        Calendar years.
    """

    first: WholeNumber
    last: WholeNumber

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise PartError(f"The years end in {self.last}, before they start in {self.first}.", "last")
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
    title : Title or None
        What it is called; None is its id.
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
    funding : str, or mapping of str to Share or "rest", Counts, Sample or None
        ``finsam``, or shares by actor that sum to 1.
    provider : str or None
        The cost is a transfer from the funder to this actor, which provides the service.
    provider_cost : Money or None
        What the service costs the provider itself, in the amount's own unit; None is what it is paid.
    kind : {"service", "transfer", "tax", "wage", "production"} or None
        ``service`` unless stated; a price says its own.
    payee : str or None
        Who receives a transfer, tax or wage.
    category : str or None
        A heading; None is *insatskostnad*.
    """

    title: Title | None = None
    basis: Literal["once", "per_cohort", "per_calendar_year", "per_participant"]
    quantity: Quantity | None = None
    year: WholeNumber | None = None
    years: YearSpan | None = None
    covers_all_cohorts: Flag = False
    payer: str | None = None
    funding: (
        Annotated[
            Annotated[str, Tag("key")]
            | Annotated[FrozenMap[ShareOrRest], AfterValidator(make_a_whole), Tag("shares")]
            | FromCounts
            | FromSample,
            Discriminator(_funding_form),
        ]
        | None
    ) = None
    provider: str | None = None
    provider_cost: Money | None = None
    kind: Kind | None = None
    payee: str | None = None
    category: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.payer is None) == (self.funding is None):
            said = "neither is" if self.payer is None else "both are"
            raise ValueError(
                f"Who pays is said by 'payer' or by 'funding'; {said} said.\n"
                "Write payer: <actor>, funding: finsam, or funding: {kommun: 0.5, region: 0.5}."
            )
        self._check_funding()
        for name, basis in (("year", "once"), ("years", "per_calendar_year")):
            if self.basis == basis and getattr(self, name) is None:
                example = "year: 2014" if name == "year" else "years: {first: 2014, last: 2016}"
                raise ValueError(f"A cost whose basis is '{basis}' says when it falls.\nAdd {example}.")
        for name, basis in (("year", "once"), ("years", "per_calendar_year"), ("covers_all_cohorts", "once")):
            if self.basis != basis and name in self.model_fields_set:
                message = f"'{name}' belongs to a cost whose basis is '{basis}', and this one's is '{self.basis}'."
                raise PartError(f"{message}\nRemove it, or change the basis.", name)
        self._check_amount()
        return self

    def _check_funding(self) -> None:
        if isinstance(self.funding, str) and self.funding not in FUNDING_KEYS:
            text = unknown(what="a funding key", given=self.funding, known=[*FUNDING_KEYS], label="Keys")
            raise PartError(f"{text}\nOr write shares by actor: {{kommun: 0.5, region: 0.5}}.", "funding")

    def _check_amount(self) -> None:
        if self.provider_cost is not None and (self.provider is None or self.amount is None):
            message = "'provider_cost' is what an 'amount' costs its 'provider', and one of them is missing."
            raise PartError(f"{message}\nState both, or remove it.", "provider_cost")
        if self.amount is None:
            if self.quantity is None:
                raise ValueError("A price from the list says how many of its unit: 'quantity' is missing.")
            if self.kind is not None:
                raise PartError("The price list says 'kind' for its prices.\nRemove it here.", "kind")
            return
        allowed = [unit.value for unit in BASIS_UNITS[self.basis]]
        if self.quantity is None and self.amount.unit not in allowed:
            message = f"A cost whose basis is '{self.basis}' is in {either(allowed)}, not in {self.amount.unit}."
            raise PartError(f"{message}\nChange the unit, or say how many of it: 'quantity'.", "amount", "unit")
        kind = self.kind or "service"
        if self.provider is not None and kind != "service":
            message = f"A 'provider' provides a service, and this is a {kind}."
            raise PartError(f"{message}\nRemove it, or the 'kind'.", "provider")
        if self.provider_cost is not None and self.provider_cost.unit != self.amount.unit:
            message = (
                f"The provider's own cost is in {self.provider_cost.unit}, and what it is paid in {self.amount.unit}."
            )
            raise PartError(f"{message}\nState both in the same unit.", "provider_cost", "unit")
        check_sides(kind=kind, payer=self.payer or "funders", payee=self.payee)


FACTORS = ("success", "deadweight", "attribution", "displacement", "drop_off")
"""The factors of an effect, which are a method's own wherever it is done."""


def neutral(value: float) -> Share:
    """Return a factor of an effect that nobody stated: neutral, as a named assumption."""
    return Share(value=value, note="ej angiven; neutral")


class Programme(Model):
    """A programme: whom it moves from which pathway to which, for how long, at what cost.

    Attributes
    ----------
    title : Title
        What it is called.
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
    lag : int
        Years from start to effect.
    new_pathway_clock : {"start", "group"}
        Whether time on the new pathway counts from the participants' start or the group's.
    method : str or None
        The programme whose method this is: that one's success and further factors hold here.
    fidelity : Share or None
        How much of that success is left here; stated exactly when there is a `method`.
    costs : mapping of str to Cost
        What it costs, line by line.
    budget : Budget or None
        What it costs as a budget is written, with who fills it.
    """

    title: Title
    reaches: Reach
    starts: WholeNumber
    leads_to: str
    success: Share
    evidence: Evidence
    success_measures: Literal["observed", "net"] | None = None
    deadweight: Share = Field(default_factory=lambda: neutral(0.0))
    attribution: Share = Field(default_factory=lambda: neutral(1.0))
    displacement: Share = Field(default_factory=lambda: neutral(0.0))
    drop_off: Share = Field(default_factory=lambda: neutral(0.0))
    lag: Annotated[WholeNumber, Field(ge=0, le=100)] = 0
    new_pathway_clock: Literal["start", "group"] = "start"
    method: str | None = None
    fidelity: Share | None = None
    costs: IdMap[Cost] = frozendict()
    budget: Budget | None = None

    @model_validator(mode="after")
    def _no_factor_twice(self) -> Self:
        if self.evidence != "assumed" and self.success_measures is None:
            raise ValueError(
                f"With evidence '{self.evidence}', say what success measures: 'success_measures' is missing.\n"
                "Write observed for the share among participants, net for what is already less what would have "
                "happened anyway."
            )
        if self.success_measures == "net":
            for name, neutral_value in (("deadweight", 0.0), ("attribution", 1.0)):
                factor: Estimate = getattr(self, name)
                if factor.value != neutral_value:
                    message = f"Success is net, so '{name}' would be counted twice."
                    raise PartError(f"{message}\nRemove it, or write success_measures: observed.", name)
        return self

    @model_validator(mode="after")
    def _as_faithful_as_stated(self) -> Self:
        if (self.method is None) != (self.fidelity is None):
            lacking = "fidelity" if self.fidelity is None else "method"
            raise ValueError(f"A method done by others says 'method' and 'fidelity'; '{lacking}' is missing.")
        return self

    def unstated_factors(self) -> list[str]:
        """Return the factors of the effect that nobody stated, less those that a net success has answered."""
        if self.method is not None:
            return []
        answered = {"deadweight", "attribution"} if self.success_measures == "net" else set()
        factors = ("deadweight", "attribution", "displacement", "drop_off")
        return [name for name in factors if name not in self.model_fields_set | answered]
