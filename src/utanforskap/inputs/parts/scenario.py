"""What a scenario file says, as frozen models: unknown keys forbidden, contents immutable."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from frozendict import frozendict
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from utanforskap.errors import PartError, unknown
from utanforskap.inputs.parts.funds import Fund
from utanforskap.inputs.parts.methods import Method
from utanforskap.inputs.parts.pathways import YEAR_PATTERN, Pathway, check_year_keys
from utanforskap.inputs.parts.populations import Exit, Inflow, Stock, Year
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.parts.shares import Mix, WholeShares
from utanforskap.inputs.parts.states import RateShare, SignedRateShare, State, Taxes
from utanforskap.inputs.values.estimates import ASSUMPTION, Factor, Grade, Persons, Rate, Setting, Weight, check_grade
from utanforskap.inputs.values.models import Flag, FrozenList, FrozenMap, IdMap, Keys, Model, Title, WholeNumber
from utanforskap.inputs.values.statement import Kronor, Number, number_schema, shown
from utanforskap.terms import Reading, Timing

FORMAT = 1
MAX_YEARS = 150
"""The longest horizon [years]: a life and a half; longer ones are mistakes in the file."""

TextOrNumber = Annotated[str | None, WithJsonSchema({"type": ["string", "number", "null"]})]


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
    year: WholeNumber | None = None
    section: TextOrNumber = None
    page: TextOrNumber = None
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

    first_year: Year
    years: Annotated[WholeNumber, Field(ge=1, le=MAX_YEARS)]
    mandate_from: Year | None = None


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
    index_growth : mapping of {"kpi", "inkomstindex", "prisbasbelopp"} to Rate
        Yearly growth of each index after its last known year, in its own kronor; without it those years are refused.
    inflation : Rate or None
        Yearly inflation, for readings in current prices.
    tax_factor : Factor or None
        The cost of a krona of public funds (*skattefaktor*).
    """

    price_year: Year
    level_year: Year | None = None
    real_growth: Annotated[FrozenMap[Rate], Keys("^(kpi|inkomstindex)$")] = frozendict()
    index_growth: Annotated[FrozenMap[Rate], Keys("^(kpi|inkomstindex|prisbasbelopp)$")] = frozendict()
    inflation: Rate | None = None
    tax_factor: Factor | None = None

    @model_validator(mode="after")
    def _known_indices(self) -> Self:
        moving = ["kpi", "inkomstindex"]
        for part, known in (("real_growth", moving), ("index_growth", [*moving, "prisbasbelopp"])):
            for name in getattr(self, part):
                if name not in known:
                    text = unknown(what="an index that moves prices", given=name, known=known, label="Indices")
                    raise PartError(text, part, name, on_key=True)
        return self


def _from_year_zero(steps: Mapping[str, Rate]) -> Mapping[str, Rate]:
    check_year_keys(steps)
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
    rates: Annotated[FrozenMap[Rate], AfterValidator(_from_year_zero), Keys(YEAR_PATTERN)] | None = None
    timing: Timing | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if sum(x is not None for x in (self.profile, self.rate, self.rates)) != 1:
            message = "How later years are weighed is said in one way."
            raise ValueError(f"{message}\nSay one of 'profile', 'rate' and 'rates'.")
        if self.profile is None and self.timing is None:
            raise ValueError("A rate needs to know when in the year amounts fall.\nAdd timing: start, mid or end.")
        return self


class ActorDeclaration(Model):
    """A further child of a shipped actor, a named kommun say.

    Attributes
    ----------
    title : Title
        What it is called.
    local_tax_rate : Share or None
        Its tax rate on taxable income, in place of the scenario's, where the law computes the income tax.
    tax_rate : Share or None
        Its income tax as a share of gross taxable income, in place of the scenario's.
    retention : SignedShare or None
        What it keeps of a new tax krona, in place of the scenario's.
    """

    title: Title
    local_tax_rate: RateShare | None = None
    tax_rate: RateShare | None = None
    retention: SignedRateShare | None = None


class Repeat(Model):
    """A new cohort each year (*ny årskull*), each reckoned by itself.

    Attributes
    ----------
    until : int
        The last cohort's start year.
    """

    until: Year


class Home(Model):
    """The named kommun and region that a group lives in.

    Attributes
    ----------
    kommun, region : str or None
        Declared children of ``kommun`` and ``region``.
    """

    kommun: str | None = None
    region: str | None = None

    def named(self) -> Iterator[str]:
        """Yield the ids of those that are named."""
        yield from (id_ for id_ in (self.kommun, self.region) if id_ is not None)


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
        A new cohort each year, as large as the first, each told apart in the ledger.
    inflow : Inflow or None
        New persons each year, reckoned together; in place of `repeat`.
    initial_stock : mapping of str to Stock
        Who is there when the horizon begins, beside those who come; where absent, new cohorts only are reckoned with.
    exits : mapping of str to Exit
        Yearly probability of leaving for good to an absorbing state (deaths, emigration), by that state's id.
    pathways : mapping of str to Share or "rest", Counts or Sample
        Shares on each pathway, which sum to one.
    reference : str, or mapping of str to Share or "rest", Counts, Sample or None
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
    age: Annotated[WholeNumber, Field(ge=0, le=120)] | None = None
    starts: Year | None = None
    repeat: Repeat | None = None
    inflow: Inflow | None = None
    initial_stock: IdMap[Stock] = frozendict()
    exits: IdMap[Exit] = frozendict()
    pathways: WholeShares
    reference: Mix | None = None
    references: IdMap[Mix] = frozendict()
    home: Home | None = None
    already: Flag = False

    @model_validator(mode="after")
    def _recurs_one_way(self) -> Self:
        if self.repeat is not None and self.inflow is not None:
            message = "That there are new persons each year is said twice: by 'repeat' and by 'inflow'."
            raise PartError(f"{message}\nRemove one of the two.", "inflow")
        return self


class Alternative(Model):
    """What is done instead; the baseline is *utan insats*.

    Attributes
    ----------
    title : Title or None
        None is its programmes' titles.
    programmes : tuple of str
        The programmes carried out.
    set : mapping of str to Setting
        Estimates that differ, by their names, each in its estimate's own unit.
    """

    title: Title | None = None
    programmes: FrozenList[str] = ()
    set: FrozenMap[Setting] = frozendict()


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
    weights: Annotated[IdMap[Weight], Field(min_length=1)]
    discounting: Discounting | None = None


def _two(data: object) -> object:
    if not isinstance(data, list | tuple) or len(data) != 2:
        raise ValueError("An interval is a list of two amounts.\nWrite between: [600e6, 625e6].")
    return data


class Correlation(Model):
    """How much some uncertain numbers vary together.

    Attributes
    ----------
    of : tuple of str
        Names of two or more uncertain estimates, each pair of which is correlated.
    value : float
        The correlation of their normal scores, above -1 and below 1.
    source : str
        The id of one of the scenario's sources, ``antagande`` or ``kalibrering``.
    grade : {"A", "B", "C", "D"} or None
        As for an estimate.
    """

    of: Annotated[FrozenList[str], Field(min_length=2)]
    value: Annotated[Number, WithJsonSchema(number_schema(-1.0, 1.0))]
    source: str = ASSUMPTION
    grade: Grade | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not -1.0 < self.value < 1.0:
            message = f"{shown(self.value)} cannot be a correlation: it must be above -1 and below 1.\n"
            raise PartError(f"{message}Where one number follows from the other, state it once.", "value")
        for position, name in enumerate(self.of):
            if name in self.of[:position]:
                raise PartError(
                    f"'{name}' stands twice in the same correlation.\nRemove one of the two.", "of", position
                )
        check_grade(self.source, self.grade)
        return self


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
    between: Annotated[tuple[Kronor, Kronor], BeforeValidator(_two)]
    source: str
    reading: Reading

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.between[0] > self.between[1]:
            low, high = map(shown, self.between)
            raise PartError(f"The interval begins at {low}, above its end at {high}.", "between")
        return self


class Scenario(Model):
    """A whole scenario file.

    Attributes
    ----------
    format : int
        The version of the file format; 1.
    id : str
        The scenario's own name.
    title : Title
        What it is called.
    summary : Title or None
        The question it answers, in a few sentences.
    sources : mapping of str to Source
        Where its numbers come from, by id.
    horizon : Horizon
        The years that are reckoned with: {first_year: 2014, years: 20}.
    money : MoneyTerms
        Whose kronor everything is told in: {price_year: 2013}.
    discounting : Discounting
        How later years are weighed: {profile: see}.
    prices : tuple of str
        Price lists, later ones winning: [sverige@2026.1, my-prices.csv].
    taxes : Taxes or None
        Taxes and contributions; needed where somebody works or has taxable income.
    actors : mapping of str to ActorDeclaration
        Further children of the shipped actors, by dotted id: kommun.trelleborg.
    states : mapping of str to State
        The situations that a person can be in, and what each sets moving.
    pathways : mapping of str to Pathway
        How a person moves through states.
    groups : mapping of str to Group
        Persons, spread over pathways.
    programmes : mapping of str to Programme
        What can be done, for whom, at what cost.
    funds : mapping of str to Fund
        What is agreed about money put into programmes: loans, grants and payments for outcomes.
    methods : mapping of str to Method
        What a project's method may come to: taken up by others, or the fault in the system mended.
    alternatives : mapping of str to Alternative
        What is done instead of nothing.
    correlations : mapping of str to Correlation
        Which uncertain numbers vary together, and how much.
    outcomes : mapping of str to Outcome
        What is counted beside the kronor.
    published : mapping of str to Published
        Figures that a source prints, and that the scenario should agree with.
    """

    format: Literal[1]
    id: str
    title: Title
    summary: Title | None = None
    sources: IdMap[Source] = frozendict()
    horizon: Horizon
    money: MoneyTerms
    discounting: Discounting
    prices: FrozenList[str] = ()
    taxes: Taxes | None = None
    actors: Annotated[FrozenMap[ActorDeclaration], Keys(r"^[^.\s]+([.][^.\s]+)+$")] = frozendict()
    states: Annotated[IdMap[State], Field(min_length=1)]
    pathways: Annotated[IdMap[Pathway], Field(min_length=1)]
    groups: Annotated[IdMap[Group], Field(min_length=1)]
    programmes: IdMap[Programme] = frozendict()
    funds: IdMap[Fund] = frozendict()
    methods: IdMap[Method] = frozendict()
    alternatives: IdMap[Alternative] = frozendict()
    correlations: IdMap[Correlation] = frozendict()
    outcomes: IdMap[Outcome] = frozendict()
    published: IdMap[Published] = frozendict()
