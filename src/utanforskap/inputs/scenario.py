"""What a scenario file says, as frozen models: unknown keys forbidden, contents immutable."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from utanforskap.inputs.estimates import (
    Estimate,
    Factor,
    FrozenList,
    FrozenMap,
    Grade,
    IdMap,
    Model,
    Number,
    Persons,
    Rate,
    Title,
    Weight,
)
from utanforskap.inputs.pathways import Pathway, WholeShares
from utanforskap.inputs.programmes import Programme
from utanforskap.inputs.states import RateShare, SignedRateShare, State, Taxes
from utanforskap.terms import Reading, Timing

FORMAT = 1
MAX_YEARS = 150
"""The longest horizon [years]: a life and a half; longer ones are mistakes in the file."""

FirstYear = Annotated[int, Field(ge=1900, le=2200)]


class Source(Model):
    """Where a number comes from.

    Attributes
    ----------
    title, author, publisher, section, page, url : str or None
        What one needs to find it.
    year : int or None
        The year it was published.
    grade : {"A", "B", "C", "D"} or None
        The grade of numbers from it that do not say their own.
    """

    title: str
    author: str | None = None
    publisher: str | None = None
    year: int | None = None
    section: str | None = None
    page: str | None = None
    url: str | None = None
    grade: Grade | None = None

    @model_validator(mode="before")
    @classmethod
    def _section_as_text(cls, data: object) -> object:
        if isinstance(data, dict):
            return {k: str(v) if k in ("section", "page") and v is not None else v for k, v in data.items()}
        return data


class Horizon(Model):
    """The years that are reckoned with.

    Attributes
    ----------
    first_year : int
        The first calendar year.
    years : int
        How many.
    mandate_from : int or None
        The first year of a mandate period.
    """

    first_year: FirstYear
    years: Annotated[int, Field(ge=1, le=MAX_YEARS)]
    mandate_from: FirstYear | None = None


class MoneyTerms(Model):
    """Whose kronor, and at what cost level.

    Attributes
    ----------
    price_year : int
        The year whose kronor everything is told in.
    level_year : int or None
        The year whose real cost level is used; None is the price year.
    real_growth : mapping of {"kpi", "inkomstindex"} to Rate
        Yearly real growth from the level year of what each index moves.
    inflation : Rate or None
        Yearly inflation, for readings in current prices.
    tax_factor : Factor or None
        The cost of a krona of public funds (*skattefaktor*).
    """

    price_year: FirstYear
    level_year: FirstYear | None = None
    real_growth: FrozenMap[Rate] = {}
    inflation: Rate | None = None
    tax_factor: Factor | None = None

    @model_validator(mode="after")
    def _known_indices(self) -> Self:
        for name in self.real_growth:
            if name not in ("kpi", "inkomstindex"):
                raise ValueError(f"'{name}' does not move any price. Allowed: kpi, inkomstindex")
        return self


def _years_from_zero(steps: dict[str, Rate]) -> dict[str, Rate]:
    if "0" not in steps or not all(key.isdigit() for key in steps):
        raise ValueError(
            "a schedule of rates is by whole years from the base year and starts at 0: {0: 3.5 %, 30: 3 %}"
        )
    return steps


class Discounting(Model):
    """How later years are weighed.

    Attributes
    ----------
    profile : str or None
        A shipped profile's id.
    rate : Rate or None
        One real yearly rate.
    rates : mapping of str to Rate or None
        Rates by year from the base year. Exactly one of these three.
    timing : {"start", "mid", "end"} or None
        When in the year amounts fall; needed unless the profile says it.
    """

    profile: str | None = None
    rate: Rate | None = None
    rates: Annotated[FrozenMap[Rate], AfterValidator(_years_from_zero)] | None = None
    timing: Timing | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if sum(x is not None for x in (self.profile, self.rate, self.rates)) != 1:
            raise ValueError("say one of 'profile', 'rate' and 'rates'")
        if self.profile is None and self.timing is None:
            raise ValueError("say when in the year amounts fall: timing: start, mid or end")
        return self


class ActorDeclaration(Model):
    """A further child of a shipped actor, a named kommun say.

    Attributes
    ----------
    title : Title
        What it is called.
    tax_rate : Share or None
        Its income tax as a share of gross taxable income, in place of the scenario's.
    retention : SignedShare or None
        What it keeps of a new tax krona, in place of the scenario's.
    """

    title: Title
    tax_rate: RateShare | None = None
    retention: SignedRateShare | None = None


def _repeat_form(data: object) -> str:
    return "pathway" if isinstance(data, str) else "mix"


Mix = Annotated[
    Annotated[str, Tag("pathway")] | Annotated[WholeShares, Tag("mix")],
    Discriminator(_repeat_form),
]
"""A pathway's id, or shares of several."""


class Repeat(Model):
    """A new cohort each year (*ny årskull*).

    Attributes
    ----------
    until : int
        The last cohort's start year.
    """

    until: FirstYear


class Home(Model):
    """The named kommun and region that a group lives in.

    Attributes
    ----------
    kommun, region : str or None
        Declared children of ``kommun`` and ``region``.
    """

    kommun: str | None = None
    region: str | None = None


class Group(Model):
    """Persons of an age and start year, spread over pathways.

    Attributes
    ----------
    title : Title
        What it is called.
    persons : Persons
        How many, in each cohort.
    age : int or None
        Their age in the year they start.
    starts : int or None
        The calendar year the (first) cohort starts; None is the horizon's first.
    repeat : Repeat or None
        A new cohort each year.
    pathways : mapping of str to Share or "rest"
        Shares on each pathway, which sum to one.
    reference : str, or mapping of str to Share, or None
        The pathway, or average of several, against which the cost of exclusion is measured.
    references : mapping of str to the same
        Other references to ask against, by name.
    home : Home or None
        Where they live.
    already : bool
        Whether being placed in a state at the start is not an entry into it.
    """

    title: Title
    persons: Persons
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    starts: FirstYear | None = None
    repeat: Repeat | None = None
    pathways: WholeShares
    reference: Mix | None = None
    references: IdMap[Mix] = {}
    home: Home | None = None
    already: bool = False


class Alternative(Model):
    """What is done instead; the baseline is *utan insats*.

    Attributes
    ----------
    title : Title or None
        None is its programmes' titles.
    programmes : tuple of str
        The programmes carried out.
    set : mapping of str to Estimate
        Estimates that differ, by their names.
    """

    title: Title | None = None
    programmes: FrozenList[str] = ()
    set: FrozenMap[Estimate] = {}


class Outcome(Model):
    """Something counted beside the kronor.

    Attributes
    ----------
    title : Title
        What it is called.
    weights : mapping of str to Weight
        What a person-year in each state counts for.
    discounting : Discounting or None
        Its own discounting; None is none.
    """

    title: Title
    weights: IdMap[Weight]
    discounting: Discounting | None = None


class Published(Model):
    """A figure that a source prints, and the reading that should agree with it.

    Attributes
    ----------
    printed : str
        As printed.
    between : tuple of two floats
        The interval that agrees with it [kr].
    source : str
        The id of a source.
    reading : Reading
        What is read.
    """

    printed: str
    between: tuple[Number, Number]
    source: str
    reading: Reading

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.between[0] > self.between[1]:
            raise ValueError(
                f"'between' is not in order: {self.between[0]:g} is more than {self.between[1]:g}"
            )
        return self


class Scenario(Model):
    """A whole scenario file.

    Attributes
    ----------
    format : int
        The file format's version; 1.
    id, title, summary, sources
        What it is and what it rests on.
    horizon, money, discounting, prices, taxes
        Its terms.
    actors, states, pathways, groups, programmes, alternatives, outcomes
        Its contents, each a mapping by id.
    published : mapping of str to Published
        Figures that it should agree with.
    """

    format: Literal[1]
    id: str
    title: Title
    summary: Title | None = None
    sources: IdMap[Source] = {}
    horizon: Horizon
    money: MoneyTerms
    discounting: Discounting
    prices: FrozenList[str] = ()
    taxes: Taxes | None = None
    actors: FrozenMap[ActorDeclaration] = {}
    states: Annotated[IdMap[State], Field(min_length=1)]
    pathways: Annotated[IdMap[Pathway], Field(min_length=1)]
    groups: Annotated[IdMap[Group], Field(min_length=1)]
    programmes: IdMap[Programme] = {}
    alternatives: IdMap[Alternative] = {}
    outcomes: IdMap[Outcome] = {}
    published: IdMap[Published] = {}
