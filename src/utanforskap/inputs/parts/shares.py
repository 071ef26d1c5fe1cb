"""Shares that make a whole: each on its own, one giving way to the others, or all from one sample."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Self, TypeVar

from frozendict import frozendict
from pydantic import AfterValidator, Discriminator, Tag, model_validator

from utanforskap.errors import PartError, about
from utanforskap.inputs.values.distributions import SUM_TOLERANCE, Dirichlet
from utanforskap.inputs.values.estimates import (
    ASSUMPTION,
    ByAge,
    Estimate,
    Grade,
    Probability,
    Share,
    ShareOrRest,
    check_grade,
)
from utanforskap.inputs.values.models import FrozenMap, IdMap, Model
from utanforskap.inputs.values.statement import Number, shown

S = TypeVar("S")

_INSTEAD = (
    "Let one of them be 'rest', or say what they were counted from: {counts: {<id>: 40, …}}, "
    "or {shares: {<id>: 0.4, …}, sample: 100}."
)


class Together(Model):
    """Shares of a whole that are known from one sample, and so are drawn together (Dirichlet).

    Attributes
    ----------
    inside : str
        The key that the shares' ids stand under.
    """

    inside: ClassVar[str]

    @property
    def by_id(self) -> Mapping[str, ShareOrRest]:
        """The shares by id, each with the source and grade of the sample."""
        raise NotImplementedError

    @property
    def weights(self) -> Dirichlet:
        """What the shares are drawn from, by id."""
        raise NotImplementedError

    def dirichlet(self, path: str) -> Dirichlet:
        """Return what the shares are drawn from, by the names of estimates at a path."""
        return Dirichlet(tuple(f"{path}.{id_}" for id_ in self.weights.names), self.weights.weights)


class Counts(Together):
    """Shares that were counted.

    Attributes
    ----------
    counts : mapping of str to float
        How many of each, above 0; a share is its count through their sum.
    source : str
        The id of one of the scenario's sources, ``antagande`` or ``kalibrering``.
    grade : {"A", "B", "C", "D"} or None
        As for an estimate.
    """

    inside = "counts"

    counts: FrozenMap[Number]
    source: str = ASSUMPTION
    grade: Grade | None = None

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        with about("counts"):
            Dirichlet.from_counts(self.counts)
        check_grade(self.source, self.grade)
        return self

    @cached_property
    def by_id(self) -> Mapping[str, ShareOrRest]:
        """The shares by id, each with the source and grade of the sample."""
        total = sum(self.counts.values())
        said = {"source": self.source, "grade": self.grade}
        return frozendict({id_: Share.model_validate({"value": n / total} | said) for id_, n in self.counts.items()})

    @property
    def weights(self) -> Dirichlet:
        """What the shares are drawn from, by id."""
        return Dirichlet.from_counts(self.counts)


class Sample(Together):
    """Shares that are known as well as from a sample of some size.

    Attributes
    ----------
    shares : mapping of str to Share or "rest"
        Shares by id, above 0, which sum to one; one of them may be ``rest``.
    sample : float
        The effective sample size, at least 1.
    source : str
        The id of one of the scenario's sources, ``antagande`` or ``kalibrering``.
    grade : {"A", "B", "C", "D"} or None
        As for an estimate.
    """

    inside = "shares"

    shares: FrozenMap[ShareOrRest]
    sample: Number
    source: str = ASSUMPTION
    grade: Grade | None = None

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        with about("shares"):
            for id_, share in self.shares.items():
                if share != "rest" and share.is_spread:
                    message = f"'{id_}' has a spread of its own, but the shares are drawn together from one sample."
                    raise PartError(f"{message}\nRemove it, or remove 'sample'.", id_)
            _check_numbers(self.shares)
            for id_, mean in self._means().items():
                if mean <= 0.0:
                    message = f"The share of '{id_}' is {shown(mean)}, and shares that are drawn together are above 0."
                    raise PartError(f"{message}\nLeave out what cannot happen.", id_)
        if self.sample < 1.0:
            message = f"The effective sample size is {shown(self.sample)}: it must be at least 1."
            raise PartError(message, "sample")
        with about("shares"):
            self.weights  # noqa: B018 - refused here, not when it is drawn
        check_grade(self.source, self.grade)
        return self

    def _means(self) -> dict[str, float]:
        stated = {id_: share.value for id_, share in self.shares.items() if isinstance(share, Share)}
        left = max(1.0 - sum(stated.values()), 0.0)
        return {id_: stated.get(id_, left) for id_ in self.shares}

    @cached_property
    def by_id(self) -> Mapping[str, ShareOrRest]:
        """The shares by id, each with the source and grade of the sample unless it says its own."""
        said = {"source": self.source, "grade": self.grade}
        return frozendict(
            {
                id_: share if share == "rest" or "source" in share.model_fields_set else share.change(**said)
                for id_, share in self.shares.items()
            }
        )

    @property
    def weights(self) -> Dirichlet:
        """What the shares are drawn from, by id."""
        return Dirichlet.from_shares(self._means(), size=self.sample)


def shares_of(said: Mapping[str, S] | Together) -> Mapping[str, S | ShareOrRest]:
    """Return shares by id, however they are stated."""
    return said.by_id if isinstance(said, Together) else said


def ids_of(mix: "Mix | None") -> tuple[str, ...]:
    """Return the pathways of a mix: one alone, several, or none where nothing is said."""
    if mix is None or isinstance(mix, str):
        return (mix,) if mix is not None else ()
    return tuple(shares_of(mix))


def ids_at(
    said: Mapping[str, object] | Together, path: tuple[str | int, ...]
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield the id of each share of a whole that stands at a path in the file, and where it stands."""
    within = (*path, said.inside) if isinstance(said, Together) else path
    for id_ in shares_of(said):
        yield id_, (*within, id_)


def together_form(data: object) -> str:
    """Return how shares of a whole are stated: ``shares`` by id, or from ``counts`` or a ``sample``."""
    if isinstance(data, Counts) or (isinstance(data, Mapping) and isinstance(data.get("counts"), Mapping)):
        return "counts"
    if isinstance(data, Sample) or (isinstance(data, Mapping) and isinstance(data.get("shares"), Mapping)):
        return "sample"
    return "shares"


def check_whole(numbers: list[float], stated: Collection[object], where: str = "") -> None:
    """Refuse shares that do not make a whole, with or without a ``rest``.

    Parameters
    ----------
    numbers : list of float
        The shares that are numbers.
    stated : collection
        All of them, each ``rest`` included.
    where : str
        Of which year or ages, with a leading space.

    Raises
    ------
    ValueError
        If they sum to something else than 1, to more than 1 beside a ``rest``, or if there are several.
    """
    rests = sum(1 for value in stated if value == "rest")
    total = sum(numbers)
    if rests > 1:
        raise ValueError("More than one of the shares is 'rest'.\nLet one of them take what remains.")
    if rests and total > 1 + SUM_TOLERANCE:
        raise ValueError(f"The shares{where} sum to {shown(total)}, more than 1, and leave nothing for 'rest'.")
    if not rests and abs(total - 1) > SUM_TOLERANCE:
        message = f"The shares{where} sum to {shown(total)}, not 1."
        raise ValueError(f"{message}\nCorrect them, or let one of them be 'rest'.")


def _check_numbers(shares: Mapping[str, ShareOrRest]) -> None:
    check_whole([share.value for share in shares.values() if isinstance(share, Share)], shares.values())


def check_can_vary(stated: Mapping[str, object]) -> None:
    """Refuse shares of a whole of which one has a range but none gives way.

    Raises
    ------
    PartError
        About the first that has one.
    """
    if "rest" in stated.values():
        return
    for id_, share in stated.items():
        held = share.by_age.values() if isinstance(share, ByAge) else (share,)
        if any(isinstance(one, Estimate) and one.is_spread for one in held):
            message = f"'{id_}' has a range, but none of the shares is 'rest' and gives way to it."
            raise PartError(f"{message}\n{_INSTEAD}", id_)


def make_a_whole(shares: Mapping[str, ShareOrRest]) -> Mapping[str, ShareOrRest]:
    """Refuse shares that do not sum to one, or that vary though none gives way."""
    _check_numbers(shares)
    check_can_vary(shares)
    return shares


def _mix_form(data: object) -> str:
    return "pathway" if isinstance(data, str) else together_form(data)


Alone = Annotated[IdMap[ShareOrRest], AfterValidator(make_a_whole), Tag("shares")]
"""Shares by id that sum to one; one of them may be ``rest``."""
FromCounts = Annotated[Counts, Tag("counts")]
FromSample = Annotated[Sample, Tag("sample")]

WholeShares = Annotated[Alone | FromCounts | FromSample, Discriminator(together_form)]
"""Shares by id that sum to one, each stated, or all from counts or a sample."""

Mix = Annotated[
    Annotated[str, Tag("pathway")] | Alone | FromCounts | FromSample,
    Discriminator(_mix_form),
]
"""A pathway's id, or shares of several."""

Row = Annotated[Annotated[IdMap[Probability], Tag("shares")] | FromCounts | FromSample, Discriminator(together_form)]
"""Yearly probabilities of leaving one state for each other, which sum to one."""
