"""An evaluation: what a measure was worth to society, to each actor and to the participants, from their own data.

All that an `Evaluation` holds has been through disclosure control, and nothing in it is of a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from utanforskap.analysis.followup.accounts import Amount
from utanforskap.analysis.followup.effects import Bin, Likeness, StateEffect
from utanforskap.analysis.followup.exante import Promise
from utanforskap.analysis.followup.titles import covariate_title
from utanforskap.analysis.metrics import Payback
from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.words import words
from utanforskap.terms import Lang, label

VOICES = ("success_factors", "obstacles", "lessons", "added_values")
"""What is recorded in words beside the figures."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What is told of a group of participants; None is not shown.

    Attributes
    ----------
    by, value : str
        What splits it, and what they have in common; empty for everyone.
    persons : int or None
        How many they are.
    amounts : mapping of str to Amount
        Gross gain by account and sum; of everyone also cost and net.
    outcomes, steps : mapping of str to int or None
        How many gained and lost income, and how many came closer to work.
    quantiles : mapping of str to float, or None
        Of the change in yearly income [kr a year]; None of groups under twenty.
    """

    by: str
    value: str
    persons: int | None
    amounts: Mapping[str, Amount]
    outcomes: Mapping[str, int | None]
    steps: Mapping[str, int | None]
    quantiles: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class YearResult:
    """Everyone's gross gain of a calendar year, undiscounted, by sum [kr]; observed and projected apart."""

    year: int
    observed: Mapping[str, float | None]
    projected: Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was found of a measure.

    Attributes
    ----------
    id : str
        Its id.
    title : mapping of {"sv", "en"} to str
        What it is called.
    case : Case
        The case that valued it.
    alternative, programme : str
        The measure.
    design : str
        The design's id.
    evidence : str
        The evidence level.
    caveats : tuple of (str, mapping)
        What a reader must know, by id with what is filled in.
    participants, comparison, lost : int or None
        How many took part, how many they were compared with, how many were not followed to the last year.
    years : int
        How many years after the start are observed.
    first_start, last_start : int
        The calendar years in which anybody started.
    persistence : str
        How the effect is projected.
    groups : tuple of GroupResult
        Everyone first.
    by_year : tuple of YearResult
        Everyone, by calendar year.
    effects : tuple of StateEffect
        By state.
    likeness : tuple of Likeness
        How alike the groups compared are.
    overlap : tuple of Bin
        How they overlap.
    payback : mapping of str to Payback
        By sum of accounts, for those who are shown.
    potential : mapping of str to float
        Gross gain had everyone succeeded, for society and public [kr].
    promise : Promise
        The calculation made before, beside what happened.
    ladder : tuple of tuple of str
        The steps towards work, the farthest first.
    qualitative : mapping of str to tuple of str
        What was recorded in words.
    quality : mapping of str to int or None
        Rows read, used and rejected; None is not shown.
    settings : mapping of str to object
        What the run was asked: draws, seed, splits, covariates, actual values.
    """

    id: str
    title: Mapping[str, str]
    case: Case
    alternative: str
    programme: str
    design: str
    evidence: str
    caveats: tuple[tuple[str, Mapping[str, object]], ...]
    participants: int
    comparison: int
    lost: int | None
    years: int
    first_start: int
    last_start: int
    persistence: str
    groups: tuple[GroupResult, ...]
    by_year: tuple[YearResult, ...]
    effects: tuple[StateEffect, ...]
    likeness: tuple[Likeness, ...]
    overlap: tuple[Bin, ...]
    payback: Mapping[str, Payback]
    potential: Mapping[str, float]
    promise: Promise
    ladder: tuple[tuple[str, ...], ...]
    qualitative: Mapping[str, tuple[str, ...]]
    quality: Mapping[str, int | None]
    settings: Mapping[str, Any]

    @property
    def everyone(self) -> GroupResult:
        """All participants."""
        return self.groups[0]

    def named(
        self,
        *,
        id: str | None = None,
        title: Mapping[str, str] | None = None,
        qualitative: Mapping[str, tuple[str, ...]] | None = None,
        quality: Mapping[str, int | None] | None = None,
    ) -> "Evaluation":
        """Return the evaluation with what stands beside its figures."""
        return replace(
            self,
            id=id or self.id,
            title=title or self.title,
            qualitative=qualitative or self.qualitative,
            quality=quality or self.quality,
        )

    def realised(self, name: str = "society") -> float | None:
        """Return the share of the potential that was realised (*verkningsgrad*); None without a potential.

        Parameters
        ----------
        name : {"society", "public"}
            Whose.
        """
        amount = self.everyone.amounts[name]
        potential = self.potential.get(name)
        if amount.observed is None or amount.projected is None or not potential:
            return None
        return (amount.observed + amount.projected) / potential

    def design_title(self, *, lang: Lang = "sv") -> str:
        """Return what the design is called, with its evidence level."""
        return f"{words()['designs'][self.design][lang]} ({label('evidence', self.evidence, lang)})"

    def told_caveats(self, *, lang: Lang = "sv") -> list[str]:
        """Return what a reader of the figures must know: one sentence or two each."""

        def told(value: object) -> object:
            if isinstance(value, tuple):
                return ", ".join(covariate_title(self.case, name, lang) for name in value)
            return value

        return [
            str(words()["caveats"][id_][lang]).format(**{name: told(value) for name, value in said.items()})
            for id_, said in self.caveats
        ]

    def __repr__(self) -> str:
        return f"<Evaluation {self.id!r}: {self.participants} participants, {self.design_title()}>"
