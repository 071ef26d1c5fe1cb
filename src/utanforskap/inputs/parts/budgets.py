"""A programme's budget as it is written: staff, activities, premises and the rest, by month, and who fills it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from frozendict import frozendict
from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from utanforskap.errors import PartError, about
from utanforskap.inputs.parts.populations import CALENDAR_YEAR, Year, calendar_years
from utanforskap.inputs.parts.shares import check_can_vary, check_whole
from utanforskap.inputs.parts.states import Priced, RateShare
from utanforskap.inputs.values.estimates import Factor, Persons, Rate, Share, ShareOrRest, Sum
from utanforskap.inputs.values.models import FrozenMap, IdMap, Keys, Model, Title, WholeNumber, or_shorthand
from utanforskap.inputs.values.statement import Kronor, shown
from utanforskap.inputs.values.units import MONTHS_A_YEAR, Unit
from utanforskap.terms import top_actor

FINSAM = "finsam"
FUNDING_KEYS = {FINSAM: {"fk": 0.5, "region": 0.25, "kommun": 0.25}}
"""Named funding keys. ``finsam``: lag (2003:1210) om finansiell samordning av rehabiliteringsinsatser, 5 §: the
state one half (through Försäkringskassan), the region one quarter, the kommun one quarter."""

ByCalendarYear = Annotated[FrozenMap[Share], AfterValidator(calendar_years), Keys(CALENDAR_YEAR)]
Amounts = Annotated[FrozenMap[Sum], AfterValidator(calendar_years), Keys(CALENDAR_YEAR), Field(min_length=1)]
Value = Callable[[str], Any]
"""From an estimate's name to its value: a number, draws, or a cell of a workbook."""


class Month(Model):
    """A month of a calendar year.

    Attributes
    ----------
    year : int
        The calendar year.
    month : int
        1 for January to 12 for December.
    """

    what = "a month: {year: 2015, month: 3}"

    year: Year
    month: WholeNumber

    @model_validator(mode="after")
    def _in_the_year(self) -> Self:
        if not 1 <= self.month <= MONTHS_A_YEAR:
            message = f"{self.month} is not a month: a year's months are 1 to {MONTHS_A_YEAR}."
            raise PartError(message, "month")
        return self

    def __str__(self) -> str:
        """Return the month as 2015-03."""
        return f"{self.year}-{self.month:02}"

    @property
    def count(self) -> int:
        """Months since the beginning of the calendar."""
        return self.year * MONTHS_A_YEAR + self.month


def check_order(starts: Month, ends: Month) -> None:
    """Refuse an end before its start.

    Raises
    ------
    PartError
        About the end.
    """
    if ends.count < starts.count:
        raise PartError(f"It ends in {ends}, before it starts in {starts}.", "ends")


class Row(Priced):
    """One row of a budget.

    Attributes
    ----------
    title : Title or None
        What it is called; None is its id.
    starts, ends : Month or None
        Its first and last month; None is the budget's.
    ramp_up : mapping of str to Share or None
        The share of full running in a calendar year, a year that is not named counted in full; None is the budget's.
    in_kind : str or None
        The actor that provides it without being paid for it (*in natura*).
    provider : str or None
        The holder pays this actor, which provides the service.
    category : str or None
        A heading; None is *insatskostnad*.
    """

    title: Title | None = None
    starts: Month | None = None
    ends: Month | None = None
    ramp_up: ByCalendarYear | None = None
    in_kind: str | None = None
    provider: str | None = None
    category: str | None = None

    @model_validator(mode="after")
    def _provided_once(self) -> Self:
        if self.in_kind is not None and self.provider is not None:
            message = "What is provided in kind is not paid for, so nobody is paid to provide it."
            raise PartError(f"{message}\nRemove 'provider', or 'in_kind'.", "provider")
        return self

    def units(self, unit: Unit, running: Any, value: Value) -> Any:
        """Return how many of the price's unit there are in a year.

        Parameters
        ----------
        unit : Unit
            The price's.
        running : number
            For how much of the year it runs, its ramp-up included [years].
        value : callable
            From the name of one of the row's own numbers to its value.
        """
        raise NotImplementedError

    def persons(self, running: Any, value: Value) -> Any:
        """Return how many persons a year's amount is for; the year itself where it is for nobody in particular."""
        del value
        return running


class Staff(Row):
    """Staff of one role; `price` or `amount` is the monthly or yearly wage of a full-time post.

    Attributes
    ----------
    full_time : Factor
        Full-time posts: 0.5 for one at half time, 2 for four at half time.
    on_costs : Share or price
        What comes on top of the wage as a share of it: employer contributions, pensions; 0 where it is all in the wage.
    """

    full_time: Factor
    on_costs: RateShare

    def units(self, unit: Unit, running: Any, value: Value) -> Any:
        """Return months or years of full-time work."""
        months = MONTHS_A_YEAR if unit is Unit.MONTH else 1
        return value("full_time") * (running * months)


class Activity(Row):
    """An activity, priced per participant, per participant and occasion (kr/besök) or per occasion of a group.

    Attributes
    ----------
    participants : Persons
        How many take part in a year of full running.
    occasions : Factor
        How many times each takes part.
    minimum_occasions : int or None
        The fewest occasions that are paid for.
    group_size : Factor or None
        Participants in a group; needed with kr/tillfälle, and with leaders.
    leaders : int or None
        Leaders of a group.
    participants_per_leader : int or None
        The most participants there may be to each leader.
    """

    participants: Persons
    occasions: Factor
    minimum_occasions: Annotated[WholeNumber, Field(ge=0)] | None = None
    group_size: Factor | None = None
    leaders: Annotated[WholeNumber, Field(ge=1)] | None = None
    participants_per_leader: Annotated[WholeNumber, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _allowed(self) -> Self:
        if self.minimum_occasions is not None and self.occasions.value < self.minimum_occasions:
            message = f"{shown(self.occasions.value)} occasions are fewer than the {self.minimum_occasions} required."
            raise PartError(f"{message}\nAdd occasions, or correct 'minimum_occasions'.", "occasions")
        stated = [name for name in ("leaders", "participants_per_leader") if getattr(self, name) is not None]
        if len(stated) == 1 or (stated and self.group_size is None):
            message = "How many a leader may have is said by 'leaders', 'participants_per_leader' and 'group_size'"
            raise ValueError(f"{message}; one of them is missing.\nState all three, or remove the others.")
        if self.leaders is not None and self.participants_per_leader is not None and self.group_size is not None:
            most = self.leaders * self.participants_per_leader
            if self.group_size.value > most:
                leaders = f"{self.leaders} leader{'s' if self.leaders > 1 else ''}"
                message = f"A group of {shown(self.group_size.value)} with {leaders} is larger than allowed: {most}."
                raise PartError(f"{message}\nMake the groups smaller, or add leaders.", "group_size")
        if self.group_size is not None and self.group_size.value <= 0.0:
            raise PartError("A group of nobody meets nobody.\nWrite a size above 0.", "group_size")
        return self

    def units(self, unit: Unit, running: Any, value: Value) -> Any:
        """Return participants, participants' occasions (kr/besök) or groups' occasions (kr/tillfälle)."""
        taking_part = value("participants") * running
        if unit is Unit.VISIT:
            return taking_part * value("occasions")
        if unit is Unit.OCCASION:
            return taking_part * value("occasions") / value("group_size")
        return taking_part

    def persons(self, running: Any, value: Value) -> Any:
        """Return the participants of a year."""
        return value("participants") * running


class Item(Row):
    """Premises, equipment or anything else: once (kr), or as long as it runs (kr/mån, kr/år).

    Attributes
    ----------
    quantity : Factor or None
        How many; needed with a price from the list, and 1 for an amount.
    year : int or None
        The calendar year of what comes once.
    """

    quantity: Factor | None = None
    year: Year | None = None

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.price is not None and self.quantity is None:
            raise ValueError("A price from the list says how many of its unit: 'quantity' is missing.")
        if self.year is not None:
            for name in ("starts", "ends", "ramp_up"):
                if getattr(self, name) is not None:
                    message = f"'{name}' belongs to what runs, and this comes once, in {self.year}."
                    raise PartError(f"{message}\nRemove it, or 'year'.", name)
        return self

    def units(self, unit: Unit, running: Any, value: Value) -> Any:
        """Return how many, by month where the price is."""
        months = running * (MONTHS_A_YEAR if unit is Unit.MONTH else 1)
        return months if self.quantity is None else value("quantity") * months


SECTIONS: Mapping[str, tuple[Unit, ...]] = {
    "staff": (Unit.MONTH, Unit.YEAR),
    "activities": (Unit.PARTICIPANT, Unit.PERSON, Unit.VISIT, Unit.OCCASION),
    "premises": (Unit.ONCE, Unit.MONTH, Unit.YEAR),
    "other": (Unit.ONCE, Unit.MONTH, Unit.YEAR),
}
"""A budget's sections, each with the units that its rows may be priced in."""


class Total(Model):
    """What a written budget says that it adds up to.

    Attributes
    ----------
    value : float
        The sum of all years [kr].
    price_year : int
        The year whose kronor it is in.
    includes : {"all", "cash"}
        Whether what is provided in kind is in it.
    """

    value: Kronor
    price_year: WholeNumber
    includes: Literal["all", "cash"] = "all"


class Funder(Model):
    """One who fills a budget: with a share of each year's costs, or with an amount each year.

    Attributes
    ----------
    share : Share, "rest" or None
        The share of each year's costs, or what the others leave of them.
    amounts : mapping of str to Sum or None
        Kronor of each calendar year, in that year's own kronor.
    share_of : {"cash", "all"}
        Whether the share is of what is paid for, or of what is provided in kind too.
    by : mapping of str to Factor
        Named kommuner or regioner that share it by these weights: inhabitants, or another key.
    """

    share: ShareOrRest | None = None
    amounts: Amounts | None = None
    share_of: Literal["cash", "all"] = "cash"
    by: FrozenMap[Factor] = frozendict()

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, data: object) -> object:
        return {"share": data} if isinstance(data, str | int | float) else data

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.share is None) == (self.amounts is None):
            said = "neither is" if self.share is None else "both are"
            raise ValueError(
                f"What a funder pays is said by a 'share' or by 'amounts'; {said} said.\n"
                "Write a share (25 %), rest, or {amounts: {2015: 2 Mkr, 2016: 2 Mkr}}."
            )
        if self.share_of == "all" and not isinstance(self.share, Share):
            raise PartError("'share_of' says what a share is of, and this is no share.\nRemove it.", "share_of")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a share, or ``rest``, may stand for the whole."""
        return or_shorthand(core, handler, {"type": ["number", "string"]})[0]

    def parts(self, id_: str) -> Iterator[tuple[str, float, tuple[str, ...]]]:
        """Yield who pays this funder's part: an actor, its fixed share, and those it is weighted among.

        Parameters
        ----------
        id_ : str
            The funder: an actor, or a funding key.
        """
        for actor, fixed in FUNDING_KEYS.get(id_, {id_: 1.0}).items():
            among = tuple(named for named in self.by if top_actor(named) == top_actor(actor))
            for named in among or (actor,):
                yield named, fixed, among


class Budget(Model):
    """What a programme costs, as a budget is written.

    Attributes
    ----------
    starts, ends : Month
        The first and the last month.
    holder : str
        The actor that holds the money and pays the costs as they come.
    ramp_up : mapping of str to Share
        The share of full running in a calendar year; a year that is not named counts in full.
    staff : mapping of str to Staff
        By role.
    activities : mapping of str to Activity
        What is done with the participants.
    premises, other : mapping of str to Item
        Rooms, and all else.
    indexation : Rate or None
        By how much a year amounts are written up in each year's own kronor, from the first year on.
    total : Total or None
        What the budget is said to add up to.
    funders : mapping of str to Funder
        Who fills it: actors, or ``finsam``.
    """

    starts: Month
    ends: Month
    holder: str
    ramp_up: ByCalendarYear = frozendict()
    staff: IdMap[Staff] = frozendict()
    activities: IdMap[Activity] = frozendict()
    premises: IdMap[Item] = frozendict()
    other: IdMap[Item] = frozendict()
    indexation: Rate | None = None
    total: Total | None = None
    funders: Annotated[FrozenMap[Funder], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        check_order(self.starts, self.ends)
        for section, id_, row in self.rows():
            with about(section, id_):
                check_order(row.starts or self.starts, row.ends or self.ends)
        if not any(True for _ in self.rows()):
            raise ValueError(f"The budget has no rows.\nSections: {', '.join(SECTIONS)}")
        return self

    @model_validator(mode="after")
    def _shares_make_a_whole(self) -> Self:
        shares = {id_: funder.share for id_, funder in self.funders.items() if funder.share is not None}
        numbers = [share.value for share in shares.values() if isinstance(share, Share)]
        if len(shares) == len(self.funders) and all(funder.share_of == "cash" for funder in self.funders.values()):
            with about("funders"):
                check_whole(numbers, shares.values())
                check_can_vary(shares)
        elif list(shares.values()).count("rest") > 1:
            raise PartError("More than one of the funders is 'rest'.\nLet one of them take what remains.", "funders")
        return self

    def rows(self) -> Iterator[tuple[str, str, Row]]:
        """Yield every row with its section and id."""
        for section in SECTIONS:
            for id_, row in getattr(self, section).items():
                yield section, id_, row
