"""How a person moves through states: one model of each kind of pathway."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, model_validator

from utanforskap.inputs.estimates import (
    ByAge,
    ByYear,
    Factor,
    FrozenList,
    FrozenMap,
    IdMap,
    Model,
    Probability,
    Share,
    ShareOrRest,
    Title,
    Years,
)

SUM_TOLERANCE = 1e-9
"""How far shares that make a whole may be from 1 (rounding of decimals in a file)."""


class Stage(Model):
    """One stage of a pathway.

    Attributes
    ----------
    id : str or None
        Its name; None is the state's id. Needed where a state comes back.
    state : str
        The state.
    years : Years or None
        How long it lasts.
    until_age : Years or None
        The age at which it ends. Neither: the last stage, which fills the rest.
    """

    id: str | None = None
    state: str
    years: Years | None = None
    until_age: Years | None = None

    @property
    def name(self) -> str:
        """Its id, or its state's."""
        return self.id or self.state


class Stages(Model):
    """Stages one after the other; the last one fills the horizon."""

    model: Literal["stages"]
    title: Title | None = None
    stages: Annotated[FrozenList[Stage], Field(min_length=1)]

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        *before, last = self.stages
        for stage in before:
            if (stage.years is None) == (stage.until_age is None):
                raise ValueError(
                    f"stage '{stage.name}' says how long it lasts: 'years' or 'until_age', one of them"
                )
        if last.years is not None or last.until_age is not None:
            raise ValueError(
                f"the last stage, '{last.name}', fills the rest of the horizon; remove its length, or add a stage"
            )
        names = [stage.name for stage in self.stages]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two stages are called '{name}'; give each an 'id'")
        return self

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        yield from (stage.state for stage in self.stages)


class Duration(Model):
    """Time to leave one state for another.

    Attributes
    ----------
    leaves, reaches : str
        The state at the start and the one after it.
    distribution : {"fixed", "exponential", "weibull", "lognormal"}
        Of the time to leave.
    median, mean : Years or None
        Exactly one.
    shape : Factor or None
        Weibull's shape, or the standard deviation of a lognormal's logarithm.
    speed_up : Factor or None
        Time runs this many times as fast.
    shorten : Years or None
        Everybody leaves this much earlier.
    """

    model: Literal["duration"]
    title: Title | None = None
    leaves: str
    reaches: str
    distribution: Literal["fixed", "exponential", "weibull", "lognormal"]
    median: Years | None = None
    mean: Years | None = None
    shape: Factor | None = None
    speed_up: Factor | None = None
    shorten: Years | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.median is None) == (self.mean is None):
            raise ValueError("say either the 'median' or the 'mean' time to leave, one of them")
        for time in (self.median, self.mean):
            if time is not None and time.value <= 0:
                raise ValueError("the time to leave must be more than 0 years")
        shaped = self.distribution in ("weibull", "lognormal")
        if shaped and (self.shape is None or self.shape.value <= 0):
            raise ValueError(f"a {self.distribution} distribution says its 'shape', more than 0")
        if not shaped and self.shape is not None:
            raise ValueError(f"a distribution that is {self.distribution} has no 'shape'; remove it")
        if self.speed_up is not None and self.speed_up.value <= 0:
            raise ValueError("'speed_up' must be more than 0")
        if self.leaves == self.reaches:
            raise ValueError(f"'leaves' and 'reaches' are the same state, '{self.leaves}'")
        return self

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        yield from (self.leaves, self.reaches)


def _from_year_zero(points: dict[str, Share]) -> dict[str, Share]:
    for key in points:
        if not key.isdigit():
            raise ValueError(f"'{key}' is not a whole number of years since start")
    if "0" not in points:
        raise ValueError("a curve starts at year 0; state the share then")
    return points


class Curve(Model):
    """The share in a target state by year since start, interpolated between the years stated, held at the end.

    Attributes
    ----------
    target, otherwise : str
        The state whose share is stated, and the one that the others are in.
    shares : mapping of str to Share
        By whole years since start; year 0 must be there.
    counts : {"average", "start"}
        Whether a share is the year's average, or the point at its start (then averaged with the next).
    """

    model: Literal["curve"]
    title: Title | None = None
    target: str
    otherwise: str
    shares: Annotated[FrozenMap[Share], AfterValidator(_from_year_zero)]
    counts: Literal["average", "start"]

    @model_validator(mode="after")
    def _two_states(self) -> Self:
        if self.target == self.otherwise:
            raise ValueError(f"'target' and 'otherwise' are the same state, '{self.target}'")
        return self

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        yield from (self.target, self.otherwise)


class RelativeRisk(Model):
    """A factor on some transitions; what remains of each row goes to its ``rest``.

    Attributes
    ----------
    on : tuple of str
        Transitions as ``from.to``.
    value : Factor
        The factor.
    years : int or None
        For how many years from the start; None for all.
    """

    on: Annotated[FrozenList[str], Field(min_length=1)]
    value: Factor
    years: Annotated[int, Field(ge=1)] | None = None


def _shares_make_a_whole(shares: dict[str, Share | Literal["rest"]]) -> dict[str, Share | Literal["rest"]]:
    check_whole([share.value for share in shares.values() if isinstance(share, Share)], shares.values())
    return shares


def check_whole(numbers: list[float], stated: object) -> None:
    """Refuse shares that do not make a whole, with or without a ``rest``.

    Raises
    ------
    ValueError
        If they sum to something else than 1, to more than 1 beside a ``rest``, or if there are several.
    """
    rests = sum(1 for value in stated if value == "rest")  # type: ignore[attr-defined]
    total = sum(numbers)
    if rests > 1:
        raise ValueError("only one of the shares can be 'rest'")
    if rests and total > 1 + SUM_TOLERANCE:
        raise ValueError(f"the shares sum to {total:g}, more than 1, and leave nothing for 'rest'")
    if not rests and abs(total - 1) > SUM_TOLERANCE:
        raise ValueError(f"the shares sum to {total:g}, not 1; correct them, or let one be 'rest'")


WholeShares = Annotated[IdMap[ShareOrRest], AfterValidator(_shares_make_a_whole)]
"""Shares by id that sum to one; one of them may be ``rest``."""

Row = IdMap[Probability]


class Markov(Model):
    """Yearly transition probabilities between states.

    Attributes
    ----------
    initial : mapping of str to Share or "rest"
        The states at the start.
    transitions : mapping of str to mapping of str to Probability
        ``from: {to: probability}``; a state without a row is absorbing.
    counted : {"start", "mid", "end"}
        When in its cycle a state is counted.
    relative_risk : RelativeRisk or None
        A factor on some transitions.
    """

    model: Literal["markov"]
    title: Title | None = None
    initial: WholeShares
    transitions: IdMap[Row]
    counted: Literal["start", "mid", "end"]
    relative_risk: RelativeRisk | None = None

    @model_validator(mode="after")
    def _rows_make_a_whole(self) -> Self:
        for origin, row in self.transitions.items():
            years = max((len(p.by_year) for p in row.values() if isinstance(p, ByYear)), default=1)
            tables = [p for p in row.values() if isinstance(p, ByAge)]
            bands = [set(table.by_age) for table in tables]
            if any(keys != bands[0] for keys in bands):
                raise ValueError(
                    f"the row '{origin}' has tables with different age bands; use the same in all"
                )
            for year in range(years):
                for band in bands[0] if bands else (None,):
                    numbers = [_at(p, year, band) for p in row.values() if p != "rest"]
                    for number in numbers:
                        Share.within_bounds(number)
                    try:
                        check_whole(numbers, row.values())
                    except ValueError as error:
                        where = f"the row '{origin}'" + (f", year {year}" if years > 1 else "")
                        where += f", age {band}" if band else ""
                        raise ValueError(f"{where}: {error}") from None
        self._check_relative_risk()
        return self

    def _check_relative_risk(self) -> None:
        if self.relative_risk is None:
            return
        for transition in self.relative_risk.on:
            origin, _, target = transition.partition(".")
            row = self.transitions.get(origin, {})
            if target not in row:
                known = ", ".join(
                    f"{a}.{b}" for a, r in self.transitions.items() for b, p in r.items() if p != "rest"
                )
                raise ValueError(f"'{transition}' is not a transition. Allowed: {known}")
            if row[target] == "rest" or "rest" not in row.values():
                raise ValueError(
                    f"the relative risk on '{transition}' needs the row '{origin}' to have a 'rest' that takes what remains"
                )

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        named = list(self.initial) + list(self.transitions)
        named += [target for row in self.transitions.values() for target in row]
        yield from dict.fromkeys(named)


def _at(probability: Probability, year: int, band: str | None) -> float:
    if isinstance(probability, ByYear):
        return probability.by_year[min(year, len(probability.by_year) - 1)]
    if isinstance(probability, ByAge):
        return probability.by_age[band or ""].value
    assert isinstance(probability, Share)
    return probability.value


Pathway = Annotated[Stages | Duration | Curve | Markov, Discriminator("model")]
"""How a person moves through states; ``model:`` says which kind."""
