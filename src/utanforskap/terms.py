"""The words of the field: actors, kinds, timings, perspectives, and the reading, which names an output."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from utanforskap.errors import QuestionError, unknown
from utanforskap.shipped import shipped_words

Kind = Literal["service", "transfer", "tax", "wage", "production"]
Role = Literal["effect", "programme", "financing"]
Timing = Literal["start", "mid", "end"]
Measure = Literal["ledger", "cost_of_exclusion", "gross_gain", "net_gain"]
Side = Literal["payer", "payee"]
Lang = Literal["sv", "en"]

KINDS: tuple[Kind, ...] = get_args(Kind)
MEASURES: tuple[Measure, ...] = get_args(Measure)
TIMINGS: tuple[Timing, ...] = get_args(Timing)
ROLES: tuple[Role, ...] = get_args(Role)

MANDATE_YEARS = 4
"""Length of a mandate period [years] (vallagen 2005:837, 1 kap. 3 §: ordinary elections every fourth year)."""

WORKING_AGE_END = 65
"""The age [years] at which "to 65" ends a person's flows."""


def _words() -> dict[str, Any]:
    return shipped_words("terms.toml")


@dataclass(frozen=True, slots=True)
class Actor:
    """An account that money leaves or reaches.

    Attributes
    ----------
    id : str
        Dotted; a child's id starts with its parent's.
    title : mapping of {"sv", "en"} to str
        What it is called.
    public : bool
        Whether it belongs to the public sector; a child is what its parent is.
    """

    id: str
    title: Mapping[str, str]
    public: bool


@cache
def shipped_actors() -> Mapping[str, Actor]:
    """Return the actors that every case knows, by id, in the order in which tables show them."""
    rows = _words()["actors"]
    return {
        id_: Actor(
            id=id_,
            title={"sv": row["sv"], "en": row["en"]},
            public=rows[top_actor(id_)]["public"],
        )
        for id_, row in rows.items()
    }


def top_actor(actor: str) -> str:
    """Return the id before the first dot: ``kommun`` of ``kommun.skola``."""
    return actor.partition(".")[0]


def within(actor: str, ancestor: str) -> bool:
    """Return whether an actor is the ancestor itself or one of its children."""
    return actor == ancestor or actor.startswith(ancestor + ".")


def label(section: str, id_: str, lang: Lang) -> str:
    """Return what an id is called; the id itself where no label is kept for it.

    Parameters
    ----------
    section : str
        A section of the shipped words: ``kinds``, ``categories``, ``measures`` …
    id_ : str
        The id.
    lang : {"sv", "en"}
        The language.
    """
    words = _words()[section].get(id_)
    return str(words[lang]) if words else id_


def labels(section: str, lang: Lang) -> dict[str, str]:
    """Return every label of a section of the shipped words, by id."""
    return {id_: str(words[lang]) for id_, words in _words()[section].items()}


def evidence_levels() -> tuple[str, ...]:
    """Return the evidence levels that a success share may state, weakest first."""
    return tuple(_words()["evidence"])


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a perspective: which sides of which flows are read.

    Attributes
    ----------
    actors : str
        ``all``, ``public``, ``nonpublic``, or an actor's id (its children included).
    kinds : frozenset of str
        The kinds read.
    side : {"payer", "payee"} or None
        Only this side of a flow; None for both.
    categories : frozenset of str or None
        Only these categories; None for all.
    column : str or None
        The column of an actor table in which it is shown; None for the actor's own.
    """

    actors: str
    kinds: frozenset[str]
    side: Side | None = None
    categories: frozenset[str] | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Perspective:
    """Whose books are read.

    Attributes
    ----------
    id : str
        Its name: ``society``, ``public``, ``see`` or an actor's id.
    title : mapping of {"sv", "en"} to str
        What it is called.
    rules : tuple of Rule
        A side of a flow is read when one of the rules matches it.
    columns : tuple of str
        Columns that an actor table shows even where they are empty.
    """

    id: str
    title: Mapping[str, str]
    rules: tuple[Rule, ...]
    columns: tuple[str, ...] = ()


@cache
def shipped_perspectives() -> Mapping[str, Perspective]:
    """Return the perspectives that are declared as data, by id."""
    return {
        id_: Perspective(
            id=id_,
            title={"sv": row["sv"], "en": row["en"]},
            rules=tuple(
                Rule(
                    actors=rule["actors"],
                    kinds=frozenset(rule["kinds"]),
                    side=rule.get("side"),
                    categories=frozenset(rule["categories"]) if "categories" in rule else None,
                    column=rule.get("column"),
                )
                for rule in row["rules"]
            ),
            columns=tuple(row.get("columns", ())),
        )
        for id_, row in _words()["perspectives"].items()
    }


def actor_perspective(actor: Actor) -> Perspective:
    """Return the perspective of one actor and its children.

    What is produced with a public employer is not cash in its budget; it is shown as production only, so a
    public actor's perspective leaves that kind out.
    """
    kinds = frozenset(KINDS) - ({"production"} if actor.public else set())
    return Perspective(id=actor.id, title=actor.title, rules=(Rule(actors=actor.id, kinds=kinds),))


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_PERIOD = re.compile(r"first_mandate|second_mandate|third_mandate|to_65|\d{4}(-\d{4})?")


class Reading(BaseModel):
    """What is asked of a ledger: the one way to name an output.

    Attributes
    ----------
    measure : {"ledger", "cost_of_exclusion", "gross_gain", "net_gain"}
        The ledger as it stands [kr], what exclusion costs against a reference pathway [kr, a cost is positive],
        or what an alternative gains before or after its programme cost [kr, a gain is positive].
    alternative : str or None
        The alternative, for a gain; for other measures the ledger of that alternative instead of the baseline's.
    perspective : str
        ``society``, ``public``, ``see`` or an actor's id.
    part : {"all", "public", "production"} or tuple of str
        All of the perspective, its public actors' columns, its production, or the named actors (with children).
    years : int or None
        Only the first so many years of the horizon.
    period : str or None
        ``first_mandate`` (``second_mandate``, ``third_mandate``), ``to_65``, a year or ``2014-2017``.
        Neither years nor period: the whole horizon.
    discount : str or None
        A discount profile's id, ``none``, or None for the case's own.
    base_year : int or None
        The year to whose 1 January values are discounted; None for the case's first year.
    counterfactual : str
        For the cost of exclusion: ``reference``, or the name of one of the groups' other references.
    realisable : bool
        Whether savings are counted only as far as they can be cashed (*realiserbar*) instead of as booked.
    tax_factor : bool
        Whether society's cost includes the cost of public funds (*skattefaktor*), which the case must state.
    current_prices : bool
        Whether kronor are each year's own (*löpande priser*), which needs a stated path of inflation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: Measure = "ledger"
    alternative: str | None = None
    perspective: str = "society"
    part: Annotated[
        Literal["all", "public", "production"] | tuple[str, ...],
        BeforeValidator(_as_tuple),
    ] = "all"
    years: Annotated[int, Field(ge=1)] | None = None
    period: str | None = None
    discount: str | None = None
    base_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    counterfactual: str = "reference"
    realisable: bool = False
    tax_factor: bool = False
    current_prices: bool = False

    @model_validator(mode="before")
    @classmethod
    def _period_as_text(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(data.get("period"), int):
            return data | {"period": str(data["period"])}
        return data

    @model_validator(mode="after")
    def _consistent(self) -> "Reading":
        if self.years is not None and self.period is not None:
            raise ValueError("'years' and 'period' both say which years; state one of them")
        if self.period is not None and not _PERIOD.fullmatch(self.period):
            raise ValueError(
                f"'{self.period}' is not a period. Allowed: first_mandate, second_mandate, third_mandate, to_65, "
                "a year (2016) or a span (2014-2017)"
            )
        if self.measure.endswith("gain") and self.alternative is None:
            raise ValueError(f"a {self.measure} is of an alternative; state 'alternative'")
        if self.tax_factor and self.perspective != "society":
            raise ValueError("a tax factor belongs to perspective society only")
        if self.current_prices and self.discount != "none":
            raise ValueError("discount rates are real; read current prices undiscounted: discount: none")
        if self.realisable and not self.measure.endswith("gain"):
            raise ValueError("realisable concerns a change; use it with measure gross_gain or net_gain")
        return self

    @classmethod
    def of(cls, **fields: Any) -> "Reading":
        """Return a reading of stated fields.

        Raises
        ------
        QuestionError
            If a field is unknown, or they do not go together; every reason is told.
        """
        try:
            return cls(**fields)
        except ValidationError as error:
            raise QuestionError("\n".join(_refusal(problem) for problem in error.errors())) from None

    def change(self, **fields: Any) -> "Reading":
        """Return a validated copy with some fields changed."""
        return Reading.of(**(self.model_dump() | fields))


def _refusal(problem: ErrorDetails) -> str:
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    name = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        return unknown(what="a field of a reading", given=name, known=list(Reading.model_fields))
    return f"{name}: {problem['input']!r} cannot be read so: {problem['msg']}"


def column_order(actors: Iterable[str]) -> list[str]:
    """Return actor ids in the order in which tables show them: as shipped, declared children after their parent."""
    order = {id_: position for position, id_ in enumerate(shipped_actors())}
    return sorted(actors, key=lambda id_: (order.get(id_, order.get(top_actor(id_), len(order))), id_))
