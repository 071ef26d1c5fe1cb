"""What a simulation found: each method one table of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis import gains, markup, sensitivity, wording
from utanforskap.analysis.metrics import STATUSES, Payback
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.summaries import titled
from utanforskap.analysis.tabulate import ColumnKey, RowKey, describe, ordered, row_label, spans
from utanforskap.analysis.uncertainty import drawn_inputs, remarks
from utanforskap.analysis.uncertainty.answers import TOTAL, Found, point_amounts
from utanforskap.analysis.uncertainty.questions import Question, periods, reading_labels
from utanforskap.analysis.uncertainty.repayment import ASKED
from utanforskap.analysis.uncertainty.tables import NOT_KRONOR, Figures, Levels, Spread, heading
from utanforskap.analysis.uncertainty.told import say
from utanforskap.analysis.uncertainty.until import Until
from utanforskap.engine.draws import Sampler
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Summary
from utanforskap.errors import Finding, QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd

_LINE = 100
LEVELS: Levels = (0.05, 0.95)
"""What shares of draws an interval leaves below its ends unless others are asked for."""


@dataclass(frozen=True, eq=False)
class Simulation:
    """What readings are over all that a case's uncertain estimates may be.

    Every method returns a DataFrame with amounts in kr; ``words=True`` gives text, amounts in one unit and each figure
    in as many digits as its Monte Carlo error bears. The point run's value stands beside the simulated mean.

    Attributes
    ----------
    readable : Readable
        The point run.
    sampler : Sampler
        What drew the uncertain estimates.
    questions : tuple of Question
        What was asked.
    found : tuple of Found
        What the draws amount to, by question.
    until : Until or None
        The error that was asked for.
    """

    readable: Readable
    sampler: Sampler
    questions: tuple[Question, ...]
    found: tuple[Found, ...]
    until: Until | None = None

    @property
    def case(self) -> Case:
        """The case."""
        return self.readable.case

    @property
    def n(self) -> int:
        """How many draws there are."""
        return self.sampler.draws

    @property
    def readings(self) -> Mapping[str, Reading]:
        """What was read, by name."""
        return {question.name: question.reading for question in self.questions}

    def labels(self, *, lang: Lang = "sv") -> Mapping[str, str]:
        """Return what each reading is called in the tables, by its name."""
        return reading_labels(self.case, self.questions, lang)

    def by_perspective(
        self,
        *,
        levels: Levels = LEVELS,
        lang: Lang = "sv",
        words: bool = False,
        unit: wording.KronorUnit | None = None,
    ) -> "pd.DataFrame":
        """Return the total of every reading: point, mean, median, interval, sd, P(> 0), and their errors.

        Parameters
        ----------
        levels : tuple of two floats
            What shares of draws the interval leaves below its ends [0 to 1].
        lang : {"sv", "en"}
            The language.
        words : bool
            Whether figures are written as people write them.
        unit : {"kr", "tkr", "Mkr"}, optional
            In which amounts are written.
        """
        return self._shown(self._totals(levels, lang), list(self.questions), words=words, unit=unit, lang=lang)

    def by_actor(
        self,
        reading: str | Reading | None = None,
        *,
        levels: Levels = LEVELS,
        lang: Lang = "sv",
        words: bool = False,
        unit: wording.KronorUnit | None = None,
    ) -> "pd.DataFrame":
        """Return a reading by actor, the total last; the first reading unless one is named."""
        question, found = self._asked(reading)
        point = self._points[question.name]
        rows: RowKey = "account" if question.split == "account" else "actor"
        always = self.case.perspective(question.reading.perspective).columns if rows == "actor" else ()
        spread = np.maximum(np.abs(found.amounts.minimum), np.abs(found.amounts.maximum))[:, 0]
        shown = {
            name: place
            for place, name in enumerate(found.columns)
            if name != TOTAL and (spread[place] > 0.0 or name in always)
        }
        figures = Figures.of(
            [
                *(
                    (row_label(self.case, rows, name, lang), found.amounts, (shown[name], 0), float(point[name][0]))
                    for name in ordered(shown, rows)
                ),
                (label("words", TOTAL, lang), found.amounts, (-1, 0), float(point[TOTAL][0])),
            ],
            levels=levels,
        )
        return self._shown(figures, [question], words=words, unit=unit, lang=lang)

    def by_year(self, reading: str | Reading | None = None, **how: Any) -> "pd.DataFrame":
        """Return a reading's total, or one of its actors', year by year; see `by_horizon`."""
        return self._by("year", reading, **how)

    def by_mandate(self, reading: str | Reading | None = None, **how: Any) -> "pd.DataFrame":
        """Return a reading's total, or one of its actors', by mandate period; see `by_horizon`."""
        if "mandate" not in periods(self.case):
            raise QuestionError("The scenario says no first year of a mandate period: horizon: {mandate_from: 2014}")
        return self._by("mandate", reading, **how)

    def by_horizon(self, reading: str | Reading | None = None, **how: Any) -> "pd.DataFrame":
        """Return a reading's total, or one of its actors', over the first 1, 4, 5, 10, 20 and all years.

        Parameters
        ----------
        reading : str or Reading, optional
            A reading's name, or itself; the first unless stated.
        **how
            ``actor`` (one of the reading's columns), and ``levels``, ``lang``, ``words`` and ``unit`` as in
            `by_perspective`.

        Raises
        ------
        QuestionError
            If the simulation was not by year.
        """
        return self._by("horizon", reading, **how)

    def _by(
        self,
        key: ColumnKey,
        reading: str | Reading | None,
        *,
        actor: str = TOTAL,
        levels: Levels = LEVELS,
        lang: Lang = "sv",
        words: bool = False,
        unit: wording.KronorUnit | None = None,
    ) -> "pd.DataFrame":
        question, found = self._asked(reading)
        titles = self._places(question, key, lang)
        if actor not in found.columns:
            raise UnknownNameError(what="a column of this reading", given=actor, known=found.columns)
        column = found.columns.index(actor)
        point = self._points[question.name][actor]
        figures = Figures.of(
            [(str(title), found.amounts, (column, place), float(point[place])) for title, place in titles.items()],
            levels=levels,
        )
        frame = self._shown(figures, [question], words=words, unit=unit, lang=lang)
        if actor != TOTAL:
            frame.attrs["caption"] += f"; {row_label(self.case, 'account', actor, lang)}"
        return frame

    def probabilities(self, *, lang: Lang = "sv", words: bool = False) -> "pd.DataFrame":
        """Return P(> 0) of every reading's total [0 to 1], by horizon where the simulation is by year.

        ``attrs["errors"]`` holds their standard errors, row by row.
        """
        import pandas as pd

        from utanforskap.analysis.uncertainty import digits

        names = self.labels(lang=lang)
        shares: dict[str, dict[Any, float]] = {}
        errors: dict[str, dict[Any, float]] = {}
        for question, found in zip(self.questions, self.found, strict=True):
            places = self._places(question, "horizon", lang) if question.spans else {label("words", TOTAL, lang): 0}
            for told, array in (
                (shares, found.amounts.probability_positive),
                (errors, found.amounts.probability_error),
            ):
                told[names[question.name]] = {title: float(array[-1, place]) for title, place in places.items()}
        frame = pd.DataFrame.from_dict(shares, orient="index")
        apart = pd.DataFrame.from_dict(errors, orient="index")
        if words:
            frame = pd.DataFrame(
                {
                    title: [digits.percent(*both, lang=lang) for both in zip(frame[title], apart[title], strict=True)]
                    for title in frame.columns
                },
                index=frame.index,
                dtype=object,
            )
        frame.attrs = self._attrs(list(self.questions), lang)
        frame.attrs |= {"unit": label("simulation", "share", lang), "errors": apart.to_numpy().tolist()}
        return frame

    def payback(
        self, *, discounted: bool = False, levels: Levels = LEVELS, lang: Lang = "sv", words: bool = False
    ) -> "pd.DataFrame":
        """Return when the money of every net gain is back [years from the first year with a cost].

        Median and interval are over draws with an own cost, infinite where the money is not back; beside them stand the
        shares of draws in which it is back, not within the horizon, never, and in which there is no own cost.
        """
        asked = self._repaid()
        points = [gains.payback(self.readable, question.reading, discounted=discounted) for question, _ in asked]
        statuses = np.array([_statuses(found)[int(discounted)] for _, found in asked])
        spread = self._spread(
            asked,
            place=ASKED.index("payback_discounted" if discounted else "payback"),
            points=[_time(point) for point in points],
            shares={status: statuses[:, place] / self.n for place, status in enumerate(STATUSES)},
            levels=levels,
            lang=lang,
        )
        without = [Payback("not_within", None, point.horizon).in_words(lang=lang) for point in points]
        frame = spread.in_words(decimals=1, infinite=without, lang=lang) if words else spread.in_numbers(lang=lang)
        return self._told(frame, asked, label("simulation", "payback_unit", lang), lang)

    def benefit_cost_ratio(self, *, levels: Levels = LEVELS, lang: Lang = "sv", words: bool = False) -> "pd.DataFrame":
        """Return the benefit–cost ratio of every net gain [kr per kr].

        Median and interval are over draws in which a programme cost is borne; the share of the others is told.
        """
        asked = self._repaid()
        spread = self._spread(
            asked,
            place=ASKED.index("ratio"),
            points=[gains.benefit_cost_ratio(self.readable, question.reading) for question, _ in asked],
            shares={"undefined": self._undefined(asked, ASKED.index("ratio"))},
            levels=levels,
            lang=lang,
        )
        none = [wording.NONE] * len(asked)
        frame = spread.in_words(decimals=2, infinite=none, lang=lang) if words else spread.in_numbers(lang=lang)
        return self._told(frame, asked, label("simulation", "ratio_unit", lang), lang)

    def break_even(
        self, parameter: str, *, levels: Levels = LEVELS, lang: Lang = "sv", words: bool = False
    ) -> "pd.DataFrame":
        """Return the value of a parameter at which every net gain is zero, everything else as it was drawn.

        Median and interval are over draws in which there is such a value; the share of the others is told.

        Raises
        ------
        QuestionError
            If the simulation was not asked for it.
        """
        asked = self._repaid()
        known = list(asked[0][0].break_even)
        if parameter not in known:
            raise QuestionError(
                f"This simulation did not look for the break-even of '{parameter}'.\n"
                f"Ask for it: simulate(…, break_even=({parameter!r},))"
            )
        place = len(ASKED) + known.index(parameter)
        names = [question.break_even[parameter] for question, _ in asked]
        found = [
            sensitivity.break_even(self.readable, question.reading, name)
            for (question, _), name in zip(asked, names, strict=True)
        ]
        spread = self._spread(
            asked,
            place=place,
            points=[each.value for each in found],
            shares={"impossible": self._undefined(asked, place)},
            levels=levels,
            lang=lang,
        )
        none = [wording.NONE] * len(asked)
        frame = spread.in_words(decimals=None, infinite=none, lang=lang) if words else spread.in_numbers(lang=lang)
        told = self._told(frame, asked, str(getattr(self.case.estimate(names[0]), "unit", None) or ""), lang)
        told.attrs["caption"] += f"; {', '.join(dict.fromkeys(names))}"
        return told

    def draws(self, reading: str | Reading | None = None, *, actor: str = TOTAL) -> Array:
        """Return a reading's total, or one of its actors', in every draw [kr, shape (draw,)].

        Raises
        ------
        QuestionError
            If the draws were not kept.
        """
        _, found = self._asked(reading)
        if not found.kept:
            raise QuestionError("This simulation kept no draws.\nAsk it to: simulate(…, keep=True)")
        if actor not in found.columns:
            raise UnknownNameError(what="a column of this reading", given=actor, known=found.columns)
        return np.concatenate([block[found.columns.index(actor)] for block in found.kept])

    def drawn(self, *names: str) -> dict[str, Array]:
        """Return what was drawn of some estimates, or of all [each of shape (draw,), in the estimate's own unit]."""
        return drawn_inputs.drawn(self.sampler, names)

    def inputs(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return what was drawn of every uncertain estimate beside what was stated, each in its own unit."""
        return drawn_inputs.summarised(self.case, self.sampler, lang=lang)

    def findings(self, *, lang: Lang = "sv") -> tuple[Finding, ...]:
        """Return what a reader of the figures should know: an error that is too large, nothing uncertain."""
        names = self.labels(lang=lang)
        return remarks.findings(self._totals(LEVELS, lang), self.sampler, self.until, names, lang=lang)

    def record(self) -> dict[str, Any]:
        """Return what the run was, as plain data: the same case and record give the same figures."""
        return {
            "case": self.case.id,
            "version": version("utanforskap"),
            "seed": self.sampler.seed,
            "n": self.n,
            "sampling": self.sampler.sampling,
            "readings": {name: reading.model_dump(mode="json") for name, reading in self.readings.items()},
            "until_error": None if self.until is None else self.until.asked,
        }

    def __repr__(self) -> str:
        """Return every reading's total in short."""
        frame = self.by_perspective(words=True)
        told = [self._title(), frame.attrs["caption"], "", frame.to_string(justify="right", line_width=_LINE)]
        return "\n".join([*told, *(finding.message for finding in self.findings())])

    def _repr_html_(self) -> str:
        frame = self.by_perspective(words=True)
        told = markup.table(frame, title=self._title(), caption=frame.attrs["caption"])
        return markup.shown(told, markup.sentences(finding.message for finding in self.findings()))

    def _title(self) -> str:
        """Return what was read: the case, and the alternative where all readings are of one."""
        asked = {question.reading.alternative for question in self.questions}
        return titled(self.readable, next(iter(asked)) if len(asked) == 1 else None, "sv")

    def _asked(self, reading: str | Reading | None) -> tuple[Question, Found]:
        for question, found in zip(self.questions, self.found, strict=True):
            if reading is None or reading in (question.name, question.reading):
                return question, found
        known = ", ".join(self.readings)
        if isinstance(reading, str):
            raise UnknownNameError(what="a reading of this simulation", given=reading, known=list(self.readings))
        raise QuestionError(
            f"This simulation did not read that; it read: {known}.\nAdd the reading: simulate(…, readings=[…])"
        )

    def _places(self, question: Question, key: ColumnKey, lang: Lang) -> dict[Any, int]:
        """Return where the figures of each period stand among a question's spans, by the period's title."""
        if not question.spans:
            raise QuestionError("This simulation is of the whole horizon.\nAsk for years: simulate(…, by_year=True)")
        place = 1
        for each in periods(self.case):
            titles = spans(self.case, question.reading, each, lang)
            if each == key:
                return {title: place + position for position, title in enumerate(titles)}
            place += len(titles)
        raise AssertionError(key)

    def _totals(self, levels: Levels, lang: Lang) -> Figures:
        names = self.labels(lang=lang)
        return Figures.of(
            [
                (names[question.name], found.amounts, (-1, 0), float(self._points[question.name][TOTAL][0]))
                for question, found in zip(self.questions, self.found, strict=True)
            ],
            levels=levels,
        )

    @cached_property
    def _points(self) -> dict[str, dict[str, Array]]:
        """The point run's amounts by reading and column [kr, each of shape (span,)]."""
        return {question.name: point_amounts(self.readable, question) for question in self.questions}

    def _repaid(self) -> list[tuple[Question, Found]]:
        asked = [both for both in zip(self.questions, self.found, strict=True) if both[0].repaid]
        if not asked:
            raise QuestionError("No net gain was read: payback, ratio and break-even are of a gain (measure: net_gain)")
        return asked

    def _spread(
        self,
        asked: Sequence[tuple[Question, Found]],
        *,
        place: int,
        points: Sequence[float | None],
        shares: Mapping[str, Array],
        levels: Levels,
        lang: Lang,
    ) -> Spread:
        names = self.labels(lang=lang)
        rows = [
            (names[question.name], _figures(found), point)
            for (question, found), point in zip(asked, points, strict=True)
        ]
        return Spread.of(rows, place=place, shares=shares, levels=levels, draws=self.n)

    def _undefined(self, asked: Sequence[tuple[Question, Found]], place: int) -> Array:
        return np.array([_figures(found).undefined[place] / self.n for _, found in asked])

    def _shown(
        self,
        figures: Figures,
        asked: Sequence[Question],
        *,
        words: bool,
        unit: wording.KronorUnit | None,
        lang: Lang,
    ) -> "pd.DataFrame":
        if not words:
            frame = figures.in_numbers(lang=lang)
            frame.attrs = self._attrs(asked, lang)
            frame.attrs["not_kronor"] = [heading(id_, figures.levels, lang) for id_ in NOT_KRONOR]
            return frame
        chosen = unit or figures.unit()
        frame = figures.in_words(unit=chosen, lang=lang)
        frame.attrs = self._attrs(asked, lang)
        frame.attrs["caption"] += f"; {label('kronor', chosen, lang)}"
        return frame

    def _told(
        self, frame: "pd.DataFrame", asked: Sequence[tuple[Question, Found]], unit: str, lang: Lang
    ) -> "pd.DataFrame":
        frame.attrs = self._attrs([question for question, _ in asked], lang) | {"unit": unit}
        frame.attrs["caption"] += f"; {unit}" if unit else ""
        return frame

    def _attrs(self, asked: Sequence[Question], lang: Lang) -> dict[Any, Any]:
        """Return what figures are labelled with: what the captions of all readings share, and the run."""
        described = [describe(self.case, question.reading, lang) for question in asked]
        first, *others = (each["caption"].split("; ") for each in described)
        pieces = [piece for piece in first if all(piece in other for other in others)]
        pieces.append(say("simulated", lang, draws=wording.number(self.n, lang=lang), seed=self.sampler.seed))
        if self.sampler.sampling != "random":
            pieces.append(self.sampler.sampling)
        shared = {key: value for key, value in described[0].items() if all(each[key] == value for each in described)}
        warned = [finding.message for finding in self.findings(lang=lang) if finding.severity == "warning"]
        run = {"draws": self.n, "seed": self.sampler.seed, "sampling": self.sampler.sampling, "warnings": warned}
        return {**shared, **run, "caption": "; ".join(pieces)}


def _figures(found: Found) -> Summary:
    assert found.figures is not None
    return found.figures


def _statuses(found: Found) -> Array:
    assert found.statuses is not None
    return np.asarray(found.statuses, dtype=np.float64)


def _time(answer: Payback) -> float | None:
    """Return a payback as draws have it: infinite where it is not back, None without an own cost."""
    return answer.years if answer.status in ("time", "no_own_cost") else math.inf
