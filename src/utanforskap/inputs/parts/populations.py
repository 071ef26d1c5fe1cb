"""How a group goes on over the years: who comes new each year, who is there at the start, and who leaves for good."""

from collections.abc import Mapping
from typing import Annotated, Self, TypeVar

from frozendict import frozendict
from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from utanforskap.errors import PartError
from utanforskap.inputs.values.estimates import ByAge, Persons, Rate, Share
from utanforskap.inputs.values.models import FrozenMap, Keys, Model, Title, WholeNumber

Year = Annotated[WholeNumber, Field(ge=1900, le=2200)]

CALENDAR_YEAR = "^[0-9]{4}$"

T = TypeVar("T")


def calendar_years(by_year: Mapping[str, T]) -> Mapping[str, T]:
    """Refuse keys that are not calendar years.

    Raises
    ------
    PartError
        About the first.
    """
    for year in by_year:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise PartError(f"'{year}' is not a calendar year.\nWrite it with four digits: 2016.", year, on_key=True)
    return by_year


class Inflow(Model):
    """New persons each year (*inflöde*), reckoned together.

    Attributes
    ----------
    until : int
        The last calendar year in which somebody comes.
    persons : mapping of str to Persons
        How many come, from a calendar year on; before the first of them as many as the group's ``persons``.
    growth : Rate or None
        By how much each year's number is larger than the year's before; not beside ``persons``.
    per_cohort : int or None
        For how many years those who come in a year are followed; None is to the horizon's end.
    """

    until: Year
    persons: Annotated[FrozenMap[Persons], AfterValidator(calendar_years), Keys(CALENDAR_YEAR)] = frozendict()
    growth: Rate | None = None
    per_cohort: Annotated[WholeNumber, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.persons and self.growth is not None:
            message = "How many come each year is said twice: by 'persons' and by 'growth'."
            raise PartError(f"{message}\nRemove one of the two.", "growth")
        return self

    def level_from(self, cohort: int) -> str | None:
        """Return the calendar year whose stated number holds for those who come in a year; None is the group's own."""
        stated = [year for year in sorted(self.persons) if int(year) <= cohort]
        return stated[-1] if stated else None


class Stock(Model):
    """Persons who are there when the horizon begins (*ingående bestånd*).

    Attributes
    ----------
    title : Title or None
        None is its id.
    persons : Persons
        How many.
    pathway : str
        The pathway that they are on.
    state : str
        The state that they are in.
    age : int or None
        Their age in the horizon's first year; needed where the group says its own.
    duration : int
        For how many whole years they have been in the state.
    """

    title: Title | None = None
    persons: Persons
    pathway: str
    state: str
    age: Annotated[WholeNumber, Field(ge=0, le=120)] | None = None
    duration: Annotated[WholeNumber, Field(ge=0, le=120)]


def _exit_form(data: object) -> str:
    return "by_age" if isinstance(data, ByAge) or (isinstance(data, Mapping) and "by_age" in data) else "number"


Exit = Annotated[
    Annotated[Share, Tag("number")] | Annotated[ByAge[Share], Tag("by_age")],
    Discriminator(_exit_form),
]
"""A yearly probability of leaving for good, as a number or by age."""
