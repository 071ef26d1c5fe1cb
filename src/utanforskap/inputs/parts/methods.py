"""A method's three grades of success: the project, the method taken up, and the fault in the system mended."""

from typing import Annotated

from frozendict import frozendict
from pydantic import AfterValidator, Field

from utanforskap.inputs.parts.populations import CALENDAR_YEAR, calendar_years
from utanforskap.inputs.parts.programmes import Cost
from utanforskap.inputs.values.estimates import Share
from utanforskap.inputs.values.models import FrozenMap, IdMap, Keys, Model, Title

GRADES = (1, 2, 3)
ByCohort = Annotated[FrozenMap[Share], AfterValidator(calendar_years), Keys(CALENDAR_YEAR), Field(min_length=1)]


class TakenUp(Model):
    """The method in the parent organisations' ordinary work: grade 2.

    Attributes
    ----------
    reach : mapping of str to Share
        The share of those on the pathway who are reached, from a cohort's start year on.
    fidelity : Share
        How much of the project's effect is left when others do it; 1 less the loss.
    costs : mapping of str to Cost
        What it costs then.
    """

    reach: ByCohort
    fidelity: Share
    costs: IdMap[Cost] = frozendict()


class Mended(Model):
    """The fault in the system mended, so that fewer come on to the pathway at all: grade 3.

    Attributes
    ----------
    fewer : mapping of str to Share
        The share who no longer come on to it, from a cohort's start year on.
    onto : str
        The pathway that they are on instead, from the beginning.
    costs : mapping of str to Cost
        What it costs.
    """

    fewer: ByCohort
    onto: str
    costs: IdMap[Cost] = frozendict()


class Method(Model):
    """One method, with what it may come to beyond its project.

    Attributes
    ----------
    title : Title
        What it is called.
    programme : str
        The project: grade 1.
    own_money : str
        The actor whose own money the leverage is told of.
    taken_up : TakenUp
        Grade 2.
    mended : Mended
        Grade 3.
    """

    title: Title
    programme: str
    own_money: str
    taken_up: TakenUp
    mended: Mended


def grade_id(method: str, grade: int) -> str:
    """Return the id of the alternative, and beyond the project of the programme, that is a method's grade."""
    return f"{method}-{grade}"
