"""How a person moves through states: one model of each kind of pathway."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, model_validator

from utanforskap.errors import PartError, about, unknown
from utanforskap.inputs.parts.shares import Counts, Row, WholeShares, check_can_vary, check_whole, shares_of
from utanforskap.inputs.values.estimates import ByAge, ByYear, Factor, Probability, Share, Years
from utanforskap.inputs.values.models import FrozenList, FrozenMap, IdMap, Keys, Model, Title, WholeNumber

YEAR_PATTERN = "^(0|[1-9][0-9]{0,2})$"
_YEAR = re.compile(YEAR_PATTERN)


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
    """Stages one after the other; the last one fills the horizon.

    Attributes
    ----------
    model : "stages"
        The kind of pathway.
    title : Title or None
        What it is called; None is its id.
    stages : tuple of Stage
        In order.
    """

    model: Literal["stages"]
    title: Title | None = None
    stages: Annotated[FrozenList[Stage], Field(min_length=1)]

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        last = len(self.stages) - 1
        names = [stage.name for stage in self.stages]
        for position, stage in enumerate(self.stages):
            stated = [name for name in ("years", "until_age") if getattr(stage, name) is not None]
            if position < last and len(stated) != 1:
                said = "nothing is" if not stated else "both are"
                message = f"How long the stage '{stage.name}' lasts is said in one way; {said} said.\n"
                raise PartError(f"{message}Say one of 'years' and 'until_age'.", "stages", position)
            if position == last and stated:
                message = f"The last stage, '{stage.name}', fills the rest of the horizon and has no length.\n"
                raise PartError(
                    f"{message}Remove '{stated[0]}', or add the stage that follows.", "stages", position, stated[0]
                )
            if stage.name in names[:position]:
                message = f"Two stages are called '{stage.name}'.\nGive each an 'id' of its own."
                raise PartError(message, "stages", position)
        return self

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        yield from (stage.state for stage in self.stages)

    def starts(self) -> Iterator[str]:
        """Yield the states that a person can start in."""
        yield self.stages[0].state


class Duration(Model):
    """Time to leave one state for another.

    Attributes
    ----------
    model : "duration"
        The kind of pathway.
    title : Title or None
        What it is called; None is its id.
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
            said = "neither is" if self.median is None else "both are"
            raise ValueError(f"The time to leave is said by its 'median' or its 'mean'; {said} said.\nSay one of them.")
        for name in ("median", "mean", "speed_up"):
            said_number = getattr(self, name)
            if said_number is not None and said_number.value <= 0:
                raise PartError(f"'{name}' must be more than 0.", name)
        if self.distribution in ("weibull", "lognormal"):
            if self.shape is None or self.shape.value <= 0:
                raise PartError(f"A {self.distribution} distribution says its 'shape', a number above 0.", "shape")
        elif self.shape is not None:
            raise PartError(f"A time that is {self.distribution} has no 'shape'.\nRemove it.", "shape")
        if self.leaves == self.reaches:
            message = f"The state that is left and the one that is reached are the same, '{self.leaves}'."
            raise PartError(message, "reaches")
        return self

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        yield from (self.leaves, self.reaches)

    def starts(self) -> Iterator[str]:
        """Yield the states that a person can start in."""
        yield self.leaves


def check_year_keys(steps: Mapping[str, object]) -> None:
    """Refuse keys that are not whole numbers of years, or that do not begin with year 0.

    Raises
    ------
    ValueError
        Naming the first that is not.
    """
    for key in steps:
        if not _YEAR.fullmatch(key):
            raise PartError(f"'{key}' is not a whole number of years.\nWrite 0, 1, 2 …", key, on_key=True)
    if "0" not in steps:
        raise ValueError("Nothing is said for year 0, where it starts.\nAdd it: 0: …")


def _from_year_zero(points: Mapping[str, Share]) -> Mapping[str, Share]:
    check_year_keys(points)
    return points


class Curve(Model):
    """The share in a target state by year since start, interpolated between the years stated, held at the end.

    Attributes
    ----------
    model : "curve"
        The kind of pathway.
    title : Title or None
        What it is called; None is its id.
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
    shares: Annotated[FrozenMap[Share], AfterValidator(_from_year_zero), Keys(YEAR_PATTERN)]
    counts: Literal["average", "start"]

    @model_validator(mode="after")
    def _two_states(self) -> Self:
        if self.target == self.otherwise:
            raise PartError(f"'target' and 'otherwise' are the same state, '{self.target}'.", "otherwise")
        return self

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        yield from (self.target, self.otherwise)

    def starts(self) -> Iterator[str]:
        """Yield the states that a person can start in."""
        if self.shares["0"].value > 0:
            yield self.target
        if self.shares["0"].value < 1:
            yield self.otherwise


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
    years: Annotated[WholeNumber, Field(ge=1)] | None = None


class Markov(Model):
    """Yearly transition probabilities between states.

    Attributes
    ----------
    model : "markov"
        The kind of pathway.
    title : Title or None
        What it is called; None is its id.
    initial : mapping of str to Share or "rest", Counts or Sample
        The states at the start.
    transitions : mapping of str to mapping of str to Probability, Counts or Sample
        ``from: {to: probability}``; a state without a row is absorbing.
    counted : {"start", "mid", "end"}
        When in its cycle a state is counted.
    relative_risk : RelativeRisk or None
        A factor on some transitions.
    """

    model: Literal["markov"]
    title: Title | None = None
    initial: WholeShares
    transitions: Annotated[IdMap[Row], Field(min_length=1)]
    counted: Literal["start", "mid", "end"]
    relative_risk: RelativeRisk | None = None

    @model_validator(mode="after")
    def _rows_make_a_whole(self) -> Self:
        for origin, row in self.transitions.items():
            with about("transitions", origin):
                _check_row(shares_of(row))
                check_can_vary(shares_of(row))
        if self.relative_risk is not None:
            for position, transition in enumerate(self.relative_risk.on):
                with about("relative_risk", "on", position):
                    self._check_risk(transition)
            with about("relative_risk", "value"):
                for origin, row in self.transitions.items():
                    on = {target for target in shares_of(row) if f"{origin}.{target}" in self.relative_risk.on}
                    _check_row(shares_of(row), on, self.relative_risk)
        return self

    def _check_risk(self, transition: str) -> None:
        known = {f"{a}.{b}": p for a, row in self.transitions.items() for b, p in shares_of(row).items()}
        origin, _, target = transition.partition(".")
        if transition not in known:
            allowed = [name for name, probability in known.items() if probability != "rest"]
            raise ValueError(unknown(what="a transition", given=transition, known=allowed, label="Transitions"))
        if known[transition] == "rest":
            raise ValueError(f"'{target}' is the 'rest' of '{origin}': it takes what the relative risk leaves.")
        if "rest" not in shares_of(self.transitions[origin]).values():
            message = f"A relative risk on '{transition}' needs a 'rest' in the row '{origin}' to take what remains."
            counted = isinstance(self.transitions[origin], Counts)
            help_ = "Write the row as {shares: {…}, sample: …} with one of them as rest."
            raise ValueError(f"{message}\n{help_ if counted else 'Write rest for one of its probabilities.'}")

    def states(self) -> Iterator[str]:
        """Yield the states that a person can be in."""
        named = list(shares_of(self.initial)) + list(self.transitions)
        named += [target for row in self.transitions.values() for target in shares_of(row)]
        yield from dict.fromkeys(named)

    def starts(self) -> Iterator[str]:
        """Yield the states that a person can start in."""
        yield from (state for state, share in shares_of(self.initial).items() if share == "rest" or share.value > 0)


def _check_row(row: Mapping[str, Probability], on: Collection[str] = (), risk: RelativeRisk | None = None) -> None:
    """Refuse probabilities that do not make a whole in every year and at every age, some of them at a risk."""
    tables = {target: p for target, p in row.items() if isinstance(p, ByAge)}
    bands = [set(table.by_age) for table in tables.values()]
    for target, own in zip(tables, bands, strict=True):
        if own != bands[0]:
            raise PartError("The age bands differ from those of another table in the row.\nUse the same.", target)
    years = max((len(p.by_year) for p in row.values() if isinstance(p, ByYear)), default=1)
    for year in range(years):
        for band in next(iter(tables.values())).by_age if tables else ("",):
            numbers = {target: _at(p, year, band) for target, p in row.items() if p != "rest"}
            where = f" in year {year}" if years > 1 else ""
            where += f" at ages {band}" if band else ""
            if risk is not None and on and (risk.years is None or year < risk.years):
                numbers = {
                    target: number * (risk.value.value if target in on else 1) for target, number in numbers.items()
                }
                where += " times the relative risk"
            else:
                for target, number in numbers.items():
                    with about(target):
                        Share.within_bounds(number)
            check_whole(list(numbers.values()), row.values(), where)


def _at(probability: Probability, year: int, band: str) -> float:
    if isinstance(probability, ByYear):
        return probability.by_year[min(year, len(probability.by_year) - 1)]
    if isinstance(probability, ByAge):
        return probability.by_age[band].value
    assert isinstance(probability, Share)
    return probability.value


Pathway = Annotated[Stages | Duration | Curve | Markov, Discriminator("model")]
"""How a person moves through states; ``model:`` says which kind."""
