"""What an answer rests on that is a choice and no estimate: rate, timing, horizon, what is compared with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from utanforskap.analysis.readings import Readable, timing_of, value
from utanforskap.analysis.tabulate import HORIZONS
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.scenario import MAX_YEARS, Discounting
from utanforskap.inputs.passes.ages import check_ages
from utanforskap.inputs.passes.problems import Whole
from utanforskap.terms import TIMINGS, WORKING_AGE_END, Reading

Setting = Literal["discounting", "timing", "horizon", "counterfactual"]
OWN = "own"
"""The discounting that a case states itself as a rate, beside the profiles."""


Variants = Iterator[tuple[str, tuple[Readable, Reading]]]
"""Choices, the own one first, each with what is asked of what."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reading reads under each choice of one setting, all else as it is.

    Attributes
    ----------
    setting : {"discounting", "timing", "horizon", "counterfactual"}
        The setting.
    chosen : str
        The case's or the reading's own choice.
    reads : mapping of str to float
        What is read, by choice [kr]; the own one among them.
    """

    setting: Setting
    chosen: str
    reads: Mapping[str, float]


def choices(readable: Readable, reading: Reading) -> Iterator[Choice]:
    """Yield what a reading reads under the other choices of each setting that it leaves open.

    * ``discounting``: every shipped profile's rate, at the timing that the case has;
    * ``timing``: start, middle and end of the year, at the rate that the case has;
    * ``horizon``: the nearest shorter and longer of 1, 4, 5, 10 and 20 years and to age 65, where the case can be
      followed so long;
    * ``counterfactual``: every reference that all groups have, for the cost of exclusion.

    A setting with one choice only is left out. A reading that is undiscounted, or of a stated period, has asked.
    """
    for setting, variants in _SETTINGS.items():
        reads = {name: float(value(*variant)[0]) for name, variant in variants(readable, reading)}
        if len(reads) > 1:
            yield Choice(setting, next(iter(reads)), reads)


def _discounting(readable: Readable, reading: Reading) -> Variants:
    """Yield the discounting as it is, and every profile at the same timing."""
    if reading.discount == "none":
        return
    said = _said(readable.case, reading)
    timing = timing_of(readable.case, said)
    yield said.profile or OWN, (readable, reading)
    for profile in readable.case.profiles:
        if profile != said.profile:
            yield profile, _discounted(readable, reading, Discounting(profile=profile, timing=timing))


def _timing(readable: Readable, reading: Reading) -> Variants:
    if reading.discount == "none":
        return
    said = _said(readable.case, reading)
    own = timing_of(readable.case, said)
    yield own, (readable, reading)
    for timing in TIMINGS:
        if timing != own:
            yield timing, _discounted(readable, reading, said.change(timing=timing))


def _said(case: Case, reading: Reading) -> Discounting:
    return Discounting(profile=reading.discount) if reading.discount is not None else case.scenario.discounting


def _discounted(readable: Readable, reading: Reading, said: Discounting) -> tuple[Readable, Reading]:
    case = readable.case
    return readable.changed(case.with_scenario(case.scenario.change(discounting=said))), reading.change(discount=None)


def _horizon(readable: Readable, reading: Reading) -> Variants:
    """Yield the years as they are, and the nearest shorter and longer horizons that are asked for."""
    if reading.period is not None:
        return
    case = readable.case
    horizon = case.scenario.horizon
    years = reading.years if reading.years is not None else horizon.years
    known = sorted({*HORIZONS, *_to_65(case)})
    yield str(years), (readable, reading)
    for other in (*[n for n in known if n < years][-1:], *[n for n in known if years < n <= MAX_YEARS][:1]):
        if other <= horizon.years:
            yield str(other), (readable, reading.change(years=other))
        elif _can_be_followed(case, other):
            longer = case.scenario.change(horizon=horizon.change(years=other))
            yield str(other), (readable.changed(case.with_scenario(longer)), reading.change(years=None))


def _to_65(case: Case) -> Iterator[int]:
    """Yield how many years it is until everybody in the first cohort of every group is 65, where ages are known."""
    first = case.scenario.horizon.first_year
    left = [
        WORKING_AGE_END - group.age + (group.starts or first) - first
        for group in case.scenario.groups.values()
        if group.age is not None
    ]
    if left and len(left) == len(case.scenario.groups) and max(left) > 0:
        yield max(left)


def _can_be_followed(case: Case, years: int) -> bool:
    """Return whether everything that goes by age is known as long as that."""
    scenario = case.scenario.change(horizon=case.scenario.horizon.change(years=years))
    return not any(check_ages(Whole(prices=case.prices, scenario=scenario, complete=True)))


def _counterfactual(readable: Readable, reading: Reading) -> Variants:
    if reading.measure != "cost_of_exclusion":
        return
    groups = readable.case.scenario.groups.values()
    named = [name for name in next(iter(groups)).references if all(name in group.references for group in groups)]
    known = ["reference", *named] if all(group.reference is not None for group in groups) else named
    for name in sorted(known, key=lambda name: name != reading.counterfactual):
        yield name, (readable, reading.change(counterfactual=name))


_SETTINGS: Mapping[Setting, Callable[[Readable, Reading], Variants]] = {
    "discounting": _discounting,
    "timing": _timing,
    "horizon": _horizon,
    "counterfactual": _counterfactual,
}
