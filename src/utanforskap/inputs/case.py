"""The case: what a scenario says, with price lists, indices and actors attached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from frozendict import frozendict
from pydantic import BaseModel

from utanforskap.errors import Finding, Place, UnknownNameError
from utanforskap.inputs.facts.discounting import DiscountProfile, shipped_profiles
from utanforskap.inputs.facts.indices import Level, PriceIndex, shipped_indices
from utanforskap.inputs.parts.methods import GRADES, grade_id
from utanforskap.inputs.parts.pathways import Stage
from utanforskap.inputs.parts.programmes import FACTORS
from utanforskap.inputs.parts.scenario import Home, MoneyTerms, Scenario
from utanforskap.inputs.parts.shares import Together
from utanforskap.inputs.parts.states import Work
from utanforskap.inputs.pricelists.prices import Price, estimate_of
from utanforskap.inputs.values.estimates import Estimate, Money
from utanforskap.inputs.values.units import Unit
from utanforskap.terms import (
    Actor,
    Perspective,
    actor_perspective,
    shipped_actors,
    shipped_perspectives,
    top_actor,
)

PRICES = "prices"
_NOT_ESTIMATES = ("set", "published", "note", "methods")


def walk(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield every model and estimate below a part of a scenario with its dotted path of ids, the part itself first.

    Parameters
    ----------
    value : object
        A model, mapping, tuple or plain value.
    path : str
        The part's own dotted path.
    """
    prefix = f"{path}." if path else ""
    if isinstance(value, BaseModel):
        yield path, value
        if isinstance(value, Estimate):
            return
        if isinstance(value, Together):
            yield from walk(value.by_id, path)
            return
        for name in type(value).model_fields:
            if name not in _NOT_ESTIMATES:
                inner = getattr(value, name, None)
                yield from walk(inner, path if name == "by_age" else prefix + name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk(inner, f"{prefix}{key}")
    elif isinstance(value, tuple):
        for inner in value:
            if isinstance(inner, Stage):
                yield from walk(inner, prefix + inner.name)


@dataclass(frozen=True)
class Case:
    """A scenario with parents merged and price lists, indices, discount profiles and actors attached.

    Attributes
    ----------
    scenario : Scenario
        What the file says.
    prices : mapping of str to Price
        All price lists of the scenario laid over one another, later ones winning.
    price_lists : tuple of str
        Their ids, vintage included.
    indices : mapping of str to PriceIndex
        By id.
    profiles : mapping of str to DiscountProfile
        By id.
    places : mapping of str to Place
        Where each part stands in the file, by dotted path; empty for what was not read from a file.
    price_notes : tuple of Finding
        What is worth knowing about how own price lists were read.
    """

    scenario: Scenario
    prices: Mapping[str, Price] = field(default_factory=frozendict)
    price_lists: tuple[str, ...] = ()
    indices: Mapping[str, PriceIndex] = field(default_factory=shipped_indices)
    profiles: Mapping[str, DiscountProfile] = field(default_factory=shipped_profiles)
    places: Mapping[str, Place] = field(default_factory=frozendict, compare=False, repr=False)
    price_notes: tuple[Finding, ...] = field(default=(), compare=False, repr=False)

    def __repr__(self) -> str:
        """Return what it is called: a notebook that shows a case does not want every price of it."""
        return f"<{type(self).__name__} {self.id!r}: {self.scenario.title.sv}>"

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.scenario.id

    @property
    def level_year(self) -> int:
        """The year whose real cost level is used."""
        return level_year(self.scenario.money)

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Every actor that the case knows, shipped and declared, by id."""
        return all_actors(self.scenario)

    def perspective(self, id_: str) -> Perspective:
        """Return a perspective: ``society``, ``public``, ``see`` or an actor's.

        Raises
        ------
        UnknownNameError
            If it is none of these.
        """
        declared = shipped_perspectives()
        if id_ in declared:
            return declared[id_]
        if id_ in self.actors:
            return actor_perspective(self.actors[id_])
        raise UnknownNameError(what="a perspective", given=id_, known=[*declared, *self.actors])

    @cached_property
    def estimates(self) -> Mapping[str, Estimate]:
        """Every estimate of the case by its name."""
        return named_estimates(self.scenario, self.prices)

    @cached_property
    def _price_years(self) -> dict[str, int]:
        return dict(sorted(price_years(self.scenario, self.prices).items()))

    def estimate(self, name: str) -> Estimate:
        """Return an estimate by its name.

        Raises
        ------
        UnknownNameError
            If no estimate has this name.
        """
        if name not in self.estimates:
            raise UnknownNameError(what="a parameter", given=name, known=sorted(self.estimates))
        return self.estimates[name]

    def full_name(self, parameter: str, *, prefix: str = "") -> str:
        """Return the name of the estimate that a parameter means: a whole name, or the end of exactly one.

        Parameters
        ----------
        parameter : str
            ``programmes.gymnasieprojekt.success``, or ``success`` where only one name ends so.
        prefix : str
            Names that start so are preferred where several end alike.

        Raises
        ------
        UnknownNameError
            If no name ends so, or several do.
        """
        if parameter in self.estimates:
            return parameter
        ends = [name for name in self.estimates if name.endswith(f".{parameter}")]
        preferred = [name for name in ends if prefix and name.startswith(prefix)]
        for found in (ends, preferred):
            if len(found) == 1:
                return found[0]
        raise UnknownNameError(what="a parameter", given=parameter, known=sorted(ends or self.estimates))

    def rate_ratio(self, price: str, year: int) -> float:
        """Return a listed rate in a tax year relative to the one that its estimate holds."""
        listed = self.prices[price]
        held = listed.values[listed.year_for(self._price_years[price])].value
        value = listed.values[listed.year_for(year)].value
        return value / held if held else 1.0

    def kronor_factor(self, name: str) -> Level:
        """Return what an amount is multiplied by to stand in the case's kronor and at its cost level; see below."""
        if name not in self._kronor_factors:
            money = self.estimates[name]
            assert isinstance(money, Money)
            self._kronor_factors[name] = kronor_factor(money, terms=self.scenario.money, indices=self.indices)
        return self._kronor_factors[name]

    @cached_property
    def _kronor_factors(self) -> dict[str, Level]:
        return {}

    def with_scenario(self, scenario: Scenario) -> "Case":
        """Return the same case with another scenario."""
        return replace(self, scenario=scenario)

    def place(self, path: str) -> Place | None:
        """Return where a part, or the nearest part that holds it, stands in the file; None for what has no file."""
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path)


def named_estimates(scenario: Scenario, prices: Mapping[str, Price]) -> Mapping[str, Estimate]:
    """Return every estimate of a scenario by its name: its dotted path of ids, or ``prices.<id>`` for a used price."""
    followed = {
        f"programmes.{id_}.{name}"
        for id_, programme in scenario.programmes.items()
        if programme.method is not None
        for name in FACTORS
    }
    found = {path: value for path, value in walk(scenario, "") if isinstance(value, Estimate)}
    named = {path: value for path, value in found.items() if path not in followed}
    for id_, year in sorted(price_years(scenario, prices).items()):
        named[f"{PRICES}.{id_}"] = estimate_of(prices[id_], year=year)
        realisable = prices[id_].realisable
        if realisable is not None:
            named[f"{PRICES}.{id_}.realisable"] = realisable
    return frozendict(named)


def setting_name(alternative: str, name: str) -> str:
    """Return the name of what an alternative sets an estimate to."""
    return f"alternatives.{alternative}.set.{name}"


def level_year(money: MoneyTerms) -> int:
    """Return the year whose real cost level is used: the stated one, or the price year."""
    return money.level_year if money.level_year is not None else money.price_year


def all_actors(scenario: Scenario) -> Mapping[str, Actor]:
    """Return the shipped actors, those that a scenario declares, and the committees of its groups' homes, by id."""
    shipped = shipped_actors()
    declared = {
        id_: Actor(id=id_, title={"sv": said.title.sv, "en": said.title.en}, public=shipped[top_actor(id_)].public)
        for id_, said in scenario.actors.items()
        if top_actor(id_) in shipped
    }
    homes = [home for group in scenario.groups.values() for home in (group.home or Home()).named()]
    committees = {
        home + id_.removeprefix(top_actor(home)): replace(
            actor,
            id=home + id_.removeprefix(top_actor(home)),
            title={lang: f"{declared[home].title[lang]}: {title}" for lang, title in actor.title.items()},
        )
        for home in homes
        if home in declared
        for id_, actor in shipped.items()
        if id_.startswith(f"{top_actor(home)}.")
    }
    return frozendict({**shipped, **committees, **declared})


def tax_year(work: Work | None, *, scenario: Scenario, prices: Mapping[str, Price]) -> int:
    """Return the income year of a state's taxes: stated, or the wage's own price year, or the cost level's year."""
    if work is None:
        return level_year(scenario.money)
    if work.tax_year is not None:
        return work.tax_year
    if work.wage.amount is not None and work.wage.amount.price_year is not None:
        return work.wage.amount.price_year
    listed = prices.get(work.wage.price or "")
    return listed.year_for(level_year(scenario.money)) if listed else level_year(scenario.money)


def price_years(scenario: Scenario, prices: Mapping[str, Price]) -> dict[str, int]:
    """Return the prices that a scenario uses, each with the year asked for: the cost level's, or a rate's tax year."""
    wanted: dict[str, int] = {}
    works = [state.work for state in scenario.states.values() if state.work is not None]
    rates_of = tax_year(works[0] if works else None, scenario=scenario, prices=prices)
    for _, part in walk(scenario, ""):
        named = [getattr(part, "price", None), getattr(part, "of", None)]
        for id_ in named:
            if isinstance(id_, str) and id_ in prices:
                rate = prices[id_].unit == Unit.SHARE
                wanted[id_] = rates_of if rate else level_year(scenario.money)
    return wanted


def kronor_factor(
    money: Money, *, terms: MoneyTerms, indices: Mapping[str, PriceIndex], growth: Mapping[str, Level] | None = None
) -> Level:
    """Return what an amount is multiplied by to stand in the case's kronor and at its cost level.

    ``amount × index(level_year) / index(own year) × kpi(price_year) / kpi(level_year)``

    Parameters
    ----------
    money : Money
        The amount.
    terms : MoneyTerms
        The case's kronor and cost level.
    indices : mapping of str to PriceIndex
        By id.
    growth : mapping of str to float or ndarray, optional
        By index, how much it is assumed to grow a year after its last known year [share]; None is the terms' own.

    Raises
    ------
    IndexYearError
        If an index is not known for one of the years.
    """
    if money.unit in (Unit.WAGE_SHARE, Unit.SHARE):
        return 1.0
    assumed = {id_: rate.value for id_, rate in terms.index_growth.items()} if growth is None else growth
    level = level_year(terms)
    to_price_year = indices["kpi"].ratio(start=level, end=terms.price_year, growth=assumed.get("kpi"))
    if money.unit == Unit.BASE_AMOUNTS:
        return indices["prisbasbelopp"].level(level, growth=assumed.get("prisbasbelopp")) * to_price_year
    assert money.price_year is not None
    index = indices[money.index]
    return index.ratio(start=money.price_year, end=level, growth=assumed.get(money.index)) * to_price_year


def as_whole_data(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain data, what its methods stand for included."""
    return scenario.model_dump(mode="json", exclude_unset=True)


def as_data(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says as plain data from which the same scenario can be read again."""
    data = as_whole_data(scenario)
    made = {grade_id(method, grade) for method in scenario.methods for grade in GRADES}
    for section in ("programmes", "alternatives"):
        if made and section in data:
            data[section] = {id_: said for id_, said in data[section].items() if id_ not in made}
    return data
