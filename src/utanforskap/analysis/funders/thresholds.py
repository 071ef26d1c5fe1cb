"""What it takes to pay: the value of an estimate at which each actor breaks even, within each horizon."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.funders.plan import participants_in_all
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.sensitivity import BreakEven, break_even
from utanforskap.analysis.tabulate import describe
from utanforskap.inputs.case import Case
from utanforskap.inputs.values.estimates import Years
from utanforskap.inputs.values.units import MONTHS_A_YEAR
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd

_NOTHING = 1e-9
"""What is not further than this above the least that an estimate may be is there from the beginning."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What one perspective needs within one horizon.

    Attributes
    ----------
    perspective : str
        Whose net gain is to be zero.
    years : int
        Within how many years.
    answer : BreakEven
        The value at which it is.
    gain : float
        The net gain as stated [kr].
    out_of : float or None
        How many participants there are in all, where the estimate is the share of them who succeed.
    """

    perspective: str
    years: int
    answer: BreakEven
    gain: float
    out_of: float | None

    @property
    def persons(self) -> int | None:
        """How many of them that is, rounded up."""
        if self.answer.value is None or self.out_of is None:
            return None
        return math.ceil(self.answer.value * self.out_of - _NOTHING)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What it takes to pay, for whom and how soon.

    Attributes
    ----------
    case : Case
        The case.
    reading : Reading
        The net gain that is read, but for its perspective and years.
    parameter : str
        The estimate's name.
    found : tuple of Threshold
        By perspective and horizon.
    """

    case: Case
    reading: Reading
    parameter: str
    found: tuple[Threshold, ...]

    @property
    def in_months(self) -> bool:
        """Whether the estimate is a time, which is told in months."""
        return isinstance(self.case.estimates[self.parameter], Years)

    def told(self, threshold: Threshold, lang: Lang = "sv") -> str:
        """Return a threshold in words: months, how many of how many, a value, or that it does not happen."""
        found = threshold.answer
        if found.value is None:
            return label("funders", "always" if threshold.gain > 0.0 else "never", lang)
        if threshold.gain > 0.0 and found.value - found.searched[0] <= _NOTHING:
            return label("funders", "always", lang)
        if self.in_months:
            shown = wording.number(found.value * MONTHS_A_YEAR, decimals=1, lang=lang)
            return f"{shown} {label('words', 'months', lang)}"
        if threshold.persons is not None and threshold.out_of is not None:
            of = wording.significant(threshold.out_of, lang=lang)
            return f"{threshold.persons} {label('words', 'of', lang)} {of}"
        return found.in_words(lang=lang)

    def table(self, *, lang: Lang = "sv", words: bool = True) -> "pd.DataFrame":
        """Return the thresholds: perspectives in rows, horizons in columns; as words, or as numbers in own units."""
        import pandas as pd

        columns: dict[int, dict[str, object]] = {}
        for each in self.found:
            title = self.case.perspective(each.perspective).title[lang]
            columns.setdefault(each.years, {})[title] = self.told(each, lang) if words else each.answer.value
        frame = pd.DataFrame(columns, dtype=object)
        frame.columns = pd.Index([f"{years} {label('words', 'years', lang)}" for years in columns])
        frame.attrs = {
            **describe(self.case, self.reading, lang), "parameter": self.parameter, "caption": self.caption(lang),
        }  # fmt: skip
        return frame

    def caption(self, lang: Lang = "sv") -> str:
        """Return what the thresholds are of: their measure and terms, whose they are standing beside each."""
        measure, _, terms = caption(self.case, self.reading, lang).split("; ", 2)
        return f"{measure}; {terms}"


def thresholds(
    readable: Readable, reading: Reading, parameter: str, *, perspectives: Sequence[str], horizons: Sequence[int]
) -> Thresholds:
    """Return the value of an estimate at which each perspective's net gain is zero within each horizon.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A net gain.
    parameter : str
        The estimate's full name.
    perspectives : sequence of str
        Whose.
    horizons : sequence of int
        Years from the horizon's first; those beyond the horizon are left out, and if none is left all of it is read.
    """
    last = readable.case.scenario.horizon.years
    asked_for = [years for years in horizons if years <= last] or [last]
    assert reading.alternative is not None
    section, _, name = parameter.partition(".")
    id_ = name.removesuffix(".success")
    counted = section == "programmes" and name != id_ and "." not in id_
    of = participants_in_all(readable, reading.alternative, id_) if counted else None
    found = []
    for perspective in perspectives:
        for years in asked_for:
            asked = reading.change(measure="net_gain", perspective=perspective, years=years, period=None)
            answer = break_even(readable, asked, parameter)
            found.append(Threshold(perspective, years, answer, float(value(readable, asked)[0]), of))
    return Thresholds(readable.case, reading.change(measure="net_gain"), parameter, tuple(found))
