"""Point answers and columns of draws: what a reading finds in a ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.engine.chain import Run, run
from utanforskap.engine.ledger import Ledger, difference
from utanforskap.engine.lines import Line
from utanforskap.engine.parameters import Array, Parameters, point, stacked
from utanforskap.engine.realisable import realised
from utanforskap.engine.valuation import discount_factors, present_value, schedule
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.scenario import Discounting
from utanforskap.inputs.passes.problems import Attached
from utanforskap.inputs.passes.references import check_reading
from utanforskap.terms import (
    MANDATE_YEARS,
    WORKING_AGE_END,
    Perspective,
    Reading,
    Rule,
    Side,
    Timing,
    within,
)

PRODUCTION = "production"
_MANDATES = {"first_mandate": 0, "second_mandate": 1, "third_mandate": 2}
_SIGN: Mapping[Side, float] = {"payer": 1.0, "payee": -1.0}


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a line, as a perspective reads it; `row` is the line's place in its ledger, 0 for a line alone."""

    row: int
    line: Line
    actor: str
    sign: float
    column: str


def sides(ledger: Ledger, perspective: Perspective, case: Case) -> Iterator[Posting]:
    """Yield the postings of a ledger that a perspective reads, each with the column it stands in."""
    for row, line in enumerate(ledger.lines):
        yield from sides_of(line, perspective, case, row=row)


def sides_of(line: Line, perspective: Perspective, case: Case, *, row: int = 0) -> Iterator[Posting]:
    """Yield the postings of a line that a perspective reads, each with the column it stands in."""
    if line.displaced and within(perspective.id, "individ"):
        return
    stated: tuple[tuple[Side, str | None], ...] = (("payer", line.payer), ("payee", line.payee))
    for side, actor in stated:
        if actor is None:
            continue
        for rule in perspective.rules:
            if _matches(rule, line, side, actor, case):
                yield Posting(row, line, actor, _SIGN[side], rule.column or actor)
                break


def _matches(rule: Rule, line: Line, side: Side, actor: str, case: Case) -> bool:
    if line.kind not in rule.kinds or rule.side not in (None, side):
        return False
    if rule.categories is not None and line.category not in rule.categories:
        return False
    if rule.actors == "all":
        return True
    if rule.actors in ("public", "nonpublic"):
        return case.actors[actor].public == (rule.actors == "public")
    return within(actor, rule.actors)


def in_part(side: Posting, reading: Reading, case: Case) -> bool:
    """Return whether a posting belongs to the part of its perspective that a reading asks for."""
    produced = side.line.kind == PRODUCTION
    match reading.part:
        case "all":
            return True
        case "production":
            return produced
        case "public":
            return case.actors[side.actor].public and side.column != PRODUCTION
        case actors:
            return side.column != PRODUCTION and any(within(side.actor, actor) for actor in actors)


ROLES_READ: Mapping[str, tuple[str, ...]] = {
    "ledger": ("effect", "programme", "financing"),
    "cost_of_exclusion": ("effect",),
    "gross_gain": ("effect",),
    "net_gain": ("effect", "programme", "financing"),
}


def years_read(case: Case, reading: Reading) -> NDArray[np.bool_]:
    """Return which of the horizon's years a reading reads [shape (year,)]."""
    horizon = case.scenario.horizon
    years = horizon.first_year + np.arange(horizon.years)
    if reading.years is not None:
        return years < horizon.first_year + reading.years
    if reading.period is None or reading.period == "to_65":
        return np.ones(horizon.years, dtype=bool)
    if reading.period in _MANDATES:
        assert horizon.mandate_from is not None
        first = horizon.mandate_from + MANDATE_YEARS * _MANDATES[reading.period]
        return (years >= first) & (years < first + MANDATE_YEARS)
    low, _, high = reading.period.partition("-")
    return (years >= int(low)) & (years <= int(high or low))


def working_age(
    reading: Reading, years: NDArray[np.int64], *, cohort: int | None, age: int | None, retired: bool
) -> NDArray[np.bool_]:
    """Return which years a reading reads of a cohort that starts at an age: all, or those before 65."""
    if reading.period == "to_65" and retired:
        return np.zeros(len(years), dtype=bool)
    if reading.period != "to_65" or cohort is None or age is None:
        return np.ones(len(years), dtype=bool)
    return years - cohort + age < WORKING_AGE_END


def yearly_by(ledger: Ledger, reading: Reading, parameters: Parameters, key: object = None) -> dict[str, Array]:
    """Return yearly sums of what a reading reads, by a property of each posting.

    Parameters
    ----------
    ledger : Ledger
        A ledger, or the difference of two; of the horizon's years, or of some of them.
    reading : Reading
        What is read; its years outside the period are zero.
    parameters : Parameters
        The case and the values the ledger was made with.
    key : callable or None
        From a posting to the name of its sum; None is one sum called ``all``.

    Returns
    -------
    dict of str to ndarray, shape (year, draw)
        [kr], a cost positive; undiscounted.
    """
    case = parameters.case
    perspective = case.perspective(reading.perspective)
    amounts = realised(ledger, parameters) if reading.realisable else ledger.amounts
    counted = years_read(case, reading)[ledger.years - case.scenario.horizon.first_year]
    sums: dict[str, Array] = {}
    public = np.zeros(ledger.amounts.shape[1:])
    for side in sides(ledger, perspective, case):
        if side.line.role not in ROLES_READ[reading.measure] or not in_part(side, reading, case):
            continue
        working = working_age(
            reading, ledger.years, cohort=side.line.cohort, age=side.line.age, retired=side.line.retired
        )
        mask = (counted & working)[:, None]
        amount = side.sign * amounts[side.row] * mask
        name = str(key(side)) if callable(key) else "all"
        sums[name] = sums[name] + amount if name in sums else amount
        if case.actors[side.actor].public:
            public = public + amount
    if reading.tax_factor:
        extra = (parameters["money.tax_factor"] - 1.0) * public
        name = "skattefaktor" if callable(key) else "all"
        sums[name] = sums.get(name, np.zeros_like(extra)) + extra
    if reading.current_prices:
        inflated = (1.0 + parameters["money.inflation"]) ** (ledger.years - case.scenario.money.price_year)[:, None]
        sums = {name: amount * inflated for name, amount in sums.items()}
    return sums


def factors(case: Case, parameters: Parameters, reading: Reading) -> Array:
    """Return the discount factors of the horizon's years for a reading [shape (year,) or (year, draw)]."""
    horizon = case.scenario.horizon
    base = reading.base_year if reading.base_year is not None else horizon.first_year
    if reading.discount == "none":
        return np.ones(horizon.years)
    said = Discounting(profile=reading.discount) if reading.discount is not None else case.scenario.discounting
    return discounting_factors(said, "discounting", parameters, base_year=base)


def discounting_factors(said: Discounting, path: str, parameters: Parameters, *, base_year: int) -> Array:
    """Return the discount factors of the horizon's years under stated terms.

    Parameters
    ----------
    said : Discounting
        The terms.
    path : str
        Their dotted path, under which their estimates are named.
    parameters : Parameters
        The case and its values.
    base_year : int
        To whose 1 January values are discounted.

    Returns
    -------
    ndarray, shape (year,) or (year, draw)
    """
    case = parameters.case
    horizon = case.scenario.horizon
    offset = horizon.first_year - base_year
    needed = max(offset + horizon.years, 1)
    timing = timing_of(case, said)
    if said.rate is not None:
        rate = parameters[f"{path}.rate"]
        rates = np.broadcast_to(rate, (needed, rate.size))
    elif said.rates is not None:
        steps = sorted(said.rates, key=int)
        stated = [parameters[f"{path}.rates.{step}"] for step in steps]
        starts = np.searchsorted([int(step) for step in steps], np.arange(needed), side="right") - 1
        rates = stacked(stated)[starts]
    else:
        assert said.profile is not None
        rates = schedule(steps=case.profiles[said.profile].steps, years=needed)
    return discount_factors(rates=rates, timing=timing, offset=offset, years=horizon.years)


def timing_of(case: Case, said: Discounting) -> Timing:
    """Return when in the year amounts fall under stated terms: stated, or the profile's."""
    if said.timing is not None:
        return said.timing
    assert said.profile is not None
    return case.profiles[said.profile].timing


class Readable:
    """The ledgers of one set of parameters, each made when a reading first asks for it.

    Parameters
    ----------
    case : Case
        The case.
    values : mapping of str to array_like, optional
        Values of estimates that differ from the point, by full name, in the baseline and in every alternative.
    own : mapping of str to mapping, optional
        Values that differ in one alternative only, by its id.
    """

    def __init__(
        self,
        case: Case,
        values: Mapping[str, ArrayLike] | None = None,
        own: Mapping[str, Mapping[str, ArrayLike]] | None = None,
    ) -> None:
        self.case = case
        self._values = dict(values or {})
        self._own = dict(own or {})
        self._parameters: dict[str | None, Parameters] = {}
        self._runs: dict[tuple[str | None, str | None], Run] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what makes the same ledgers anew: those that are made are not sent along."""
        return {**self.__dict__, "_parameters": {}, "_runs": {}}

    @property
    def values(self) -> Mapping[str, ArrayLike]:
        """Values of estimates that differ from the point, by full name."""
        return self._values

    def changed(
        self,
        case: Case | None = None,
        *,
        values: Mapping[str, ArrayLike] | None = None,
        alternative: str | None = None,
    ) -> "Readable":
        """Return the ledgers of another case, or with further values that differ: everywhere, or in one alternative."""
        further = dict(values or {})
        if alternative is None:
            return Readable(case or self.case, {**self._values, **further}, self._own)
        own = {**self._own, alternative: {**self._own.get(alternative, {}), **further}}
        return Readable(case or self.case, self._values, own)

    def resized(self, values: Mapping[str, ArrayLike]) -> "Readable":
        """Return the ledgers of other numbers of those who come to groups with an inflow, everything else shared.

        Parameters
        ----------
        values : mapping of str to array_like
            By full name: ``groups.<id>.persons`` and ``groups.<id>.inflow.persons.<year>``.
        """
        other = Readable(self.case, {**self._values, **values}, self._own)
        other._parameters[None] = self.parameters().resized(values)
        return other

    def drawn(self, values: Mapping[str, ArrayLike], own: Mapping[str, Mapping[str, ArrayLike]]) -> "Readable":
        """Return the ledgers of draws, in which the values that these ledgers were given stand as they are.

        Parameters
        ----------
        values : mapping of str to array_like
            What was drawn, by full name, for the baseline and for every alternative.
        own : mapping of str to mapping
            What is an alternative's own, by its id: it wins over what was drawn for all.
        """
        whole = {**values, **self._values}
        apart = {
            id_: {name: value for name, value in own.get(id_, {}).items() if name not in self._values}
            | dict(self._own.get(id_, {}))
            for id_ in {**own, **self._own}
        }
        return Readable(self.case, whole, apart)

    def parameters(self, alternative: str | None = None) -> Parameters:
        """Return the parameters of the baseline or of an alternative."""
        if alternative not in self._parameters:
            self._parameters[alternative] = self._made(alternative)
        return self._parameters[alternative]

    def _made(self, alternative: str | None) -> Parameters:
        if alternative is None:
            return point(self.case, values=self._values)
        known = self.case.scenario.alternatives
        if alternative not in known:
            raise UnknownNameError(what="an alternative", given=alternative, known=list(known))
        stated = known[alternative].set
        own: dict[str, ArrayLike] = {name: said.value for name, said in stated.items() if name not in self._values}
        own |= self._own.get(alternative, {})
        # One object where nothing differs, so that what is made of it is made once.
        return self.parameters().replaced(own) if own else self.parameters()

    def run(self, alternative: str | None = None, reference: str | None = None) -> Run:
        """Return the run of the baseline, of an alternative, or of everybody on a reference."""
        key = (alternative, reference)
        if key not in self._runs:
            self._runs[key] = run(self.parameters(alternative), alternative=alternative, reference=reference)
        return self._runs[key]

    def ledger(self, reading: Reading) -> Ledger:
        """Return the ledger, or difference of ledgers, that a reading's measure is read from.

        The cost of exclusion is the case less everybody on the reference; a gain is the baseline less the alternative.
        """
        if reading.measure == "ledger":
            return self.run(reading.alternative).ledger
        first, second = self.compared(reading)
        return difference(first.ledger, second.ledger)

    def compared(self, reading: Reading) -> tuple[Run, Run]:
        """Return the two runs whose difference a reading's measure is."""
        if reading.measure == "cost_of_exclusion":
            return self.run(reading.alternative), self.run(reading.alternative, reading.counterfactual)
        return self.run(), self.run(reading.alternative)


def check(case: Case, reading: Reading) -> Reading:
    """Return a reading that a case can answer.

    Raises
    ------
    QuestionError
        If the case lacks what it asks for: an alternative, a reference, a mandate period, a tax factor …
    """
    scenario = case.scenario
    sections = ("alternatives", "groups")
    attached = Attached(case.prices, {name: set(getattr(scenario, name)) for name in sections})
    problems = list(check_reading(reading, scenario, attached, ("reading",)))
    if problems:
        raise QuestionError("\n".join("\n".join((p.message, *p.help)) for p in problems))
    return reading


def yearly(readable: Readable, reading: Reading) -> Array:
    """Return a reading's yearly amounts, undiscounted [kr, shape (year, draw)]."""
    sums = yearly_by(readable.ledger(reading), reading, readable.parameters())
    horizon = readable.case.scenario.horizon
    return sums.get("all", np.zeros((horizon.years, readable.parameters().draws)))


def value(readable: Readable, reading: Reading) -> Array:
    """Return what a reading reads: its present value over its years [kr, shape (draw,)]."""
    check(readable.case, reading)
    weights = factors(readable.case, readable.parameters(), reading)
    return present_value(amounts=yearly(readable, reading), factors=weights)
