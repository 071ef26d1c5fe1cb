"""Many places at once, 290 kommuner say: one person of each year's inflow, times how many come to each place."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from utanforskap.analysis.captions import caption
from utanforskap.analysis.columns import columns
from utanforskap.analysis.population.budget import reading_of
from utanforskap.analysis.readings import Readable, check
from utanforskap.analysis.uncertainty.answers import drawn_readable
from utanforskap.analysis.uncertainty.blocks import Progress, grouped, in_order, threads
from utanforskap.analysis.uncertainty.drawn import ledgers
from utanforskap.analysis.uncertainty.questions import Readings, named
from utanforskap.analysis.uncertainty.tables import Figures, Levels
from utanforskap.engine.draws import BLOCK, Sampler
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Bins, Summary
from utanforskap.engine.uncertain import sampler
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.inflows import Inflows, read_inflows
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.inputs.values.estimates import Persons
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = 16
"""So many places are worked on at a time: with as many years and draws they fill a few tens of megabytes."""
_LEVELS: Levels = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class Places:
    """What readings are in each of many places, over all that the uncertain estimates may be.

    Attributes
    ----------
    case : Case
        The case, of one place.
    names : tuple of str
        The places.
    readings : mapping of str to Reading
        What is read, by name.
    summaries : mapping of str to tuple of Summary of shape (place, span)
        By reading; some places each. The first span is all years read; the others one year each.
    points : mapping of str to ndarray, shape (place, span)
        The point run's [kr].
    years : tuple of int
        The calendar years that can be asked for.
    draws, seed : int
        How many draws, made from what.
    """

    case: Case
    names: tuple[str, ...]
    readings: Mapping[str, Reading]
    summaries: Mapping[str, tuple[Summary, ...]]
    points: Mapping[str, Array]
    years: tuple[int, ...]
    draws: int
    seed: int

    def table(
        self, reading: str | None = None, *, year: int | None = None, levels: Levels = _LEVELS, lang: Lang = "sv"
    ) -> "pd.DataFrame":
        """Return a reading of every place: point, mean, interval and probability of being above zero [kr].

        Parameters
        ----------
        reading : str or None
            Its name; None is the first.
        year : int or None
            One calendar year; None is all years read.
        levels : tuple of two floats
            What shares of draws the interval leaves below its ends.
        lang : {"sv", "en"}
            The language of the labels.

        Raises
        ------
        UnknownNameError
            If there is no such reading or year.
        """
        name = self._known(reading)
        span = 0
        if year is not None:
            if year not in self.years:
                known = [str(each) for each in self.years]
                raise UnknownNameError(what="a year that was asked for (by_year=True)", given=str(year), known=known)
            span = 1 + self.years.index(year)
        rows = [
            (place, self.summaries[name][at // TOGETHER], (at % TOGETHER, span), float(self.points[name][at, span]))
            for at, place in enumerate(self.names)
        ]
        frame = Figures.of(rows, levels=levels).in_numbers(lang=lang)
        frame.index.name = label("columns", "place", lang)
        frame.attrs = {"unit": "kr", "caption": caption(self.case, self.readings[name], lang)}
        return frame

    def by_year(self, reading: str | None = None, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return the mean of a reading by place and calendar year [kr]; needs ``by_year=True``."""
        import pandas as pd

        name = self._known(reading)
        if not self.years:
            raise QuestionError("No year was asked for.\nAsk with by_year=True.")
        means = np.concatenate([summary.mean for summary in self.summaries[name]])[:, 1:]
        index = pd.Index(self.names, name=label("columns", "place", lang))
        frame = pd.DataFrame(means, index=index, columns=list(self.years))
        frame.attrs = {"unit": "kr", "caption": caption(self.case, self.readings[name], lang)}
        return frame

    def _known(self, reading: str | None) -> str:
        if reading is None:
            return next(iter(self.readings))
        if reading not in self.readings:
            raise UnknownNameError(what="a reading", given=reading, known=list(self.readings))
        return reading


def places(
    case: Case | Readable,
    table: str | Path | Inflows,
    readings: Readings = None,
    *,
    n: int = 10_000,
    seed: int = 1,
    by_year: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Places:
    """Return what readings are in each of many places that differ in how many come each year.

    Everything that follows how many come is proportional to it. So each draw's readings of one person of every year's
    inflow are made by the same engine as a single place's, and what they come to in each place is a sum over years.

    Parameters
    ----------
    case : Case or Readable
        The case of one place; what is uncertain in it is drawn, its own number of persons apart.
    table : str, Path or Inflows
        How many come each year to each place: a table with the columns place, group, year and persons.
    readings : Reading, sequence or mapping of str to Reading, optional
        What is read; unless stated what exclusion costs public actors, or, where there are alternatives, each one's
        gain after programme cost for them.
    n : int
        How many draws [1 or more].
    seed : int
        What they are made from [0 or more].
    by_year : bool
        Whether each calendar year can be asked for.
    executor : Executor, optional
        What carries the work out, as for `simulate`; a thread per processor unless stated.
    progress : callable, optional
        Is told now and then how many draws are done and how many there are to do.

    Raises
    ------
    QuestionError
        If something in the case does not follow how many come: an initial stock, or a stated number of participants.
    InputError
        With every finding about the table.
    """
    base = ledgers(case)
    inflows = table if isinstance(table, Inflows) else read_inflows(table, base.case)
    asked = dict(named(_usual(base) if readings is None else readings))
    for reading in asked.values():
        check(base.case, reading)
    _refuse_what_does_not_follow(base.case, asked.values())
    kept = {name: value for name, value in base.values.items() if not _is_size(name)}
    named_years = Readable(_by_year(base.case), kept)
    sizes = np.array([[group[year] for group in at.values() for year in group] for at in _ordered(inflows, base.case)])
    source = sampler(named_years.case, seed=seed, draws=n)
    task = Task(named_years, source, tuple(asked.values()), sizes, by_year)
    found = _drawn(task, executor, progress)
    point = task.of(named_years)
    horizon = base.case.scenario.horizon
    years = tuple(horizon.first_year + year for year in range(horizon.years)) if by_year else ()
    chunks = [np.concatenate([task.placed(each, chunk) for chunk in task.chunks()])[..., 0] for each in point]
    return Places(
        case=base.case,
        names=tuple(inflows.persons),
        readings=asked,
        summaries=dict(zip(asked, found, strict=True)),
        points=dict(zip(asked, chunks, strict=True)),
        years=years,
        draws=n,
        seed=seed,
    )


Found = tuple[tuple[Summary, ...], ...]
"""By reading, some places each."""


@dataclass(frozen=True, eq=False)
class Task:
    """What a worker does with the numbers of blocks; picklable.

    Attributes
    ----------
    base : Readable
        The case, in which every year's inflow has a name of its own.
    sampler : Sampler
        What draws its uncertain estimates.
    readings : tuple of Reading
        What is read.
    sizes : ndarray, shape (place, cohort)
        How many come to each place, by group and year.
    by_year : bool
        Whether each calendar year is kept.
    bins : tuple of tuple of Bins, or None
        The first block's, by reading and places; None for that block itself.
    """

    base: Readable
    sampler: Sampler
    readings: tuple[Reading, ...]
    sizes: Array
    by_year: bool
    bins: tuple[tuple[Bins, ...], ...] | None = None

    def __call__(self, blocks: Sequence[int]) -> Found:
        """Return what some blocks amount to."""
        return reduce(merged, map(self._block, blocks))

    def _block(self, block: int) -> Found:
        draws = min(BLOCK, self.sampler.draws - block * BLOCK)
        drawn = {name: values for name, values in self.sampler.named(block).items() if not _is_size(name)}
        found = []
        for at, amounts in enumerate(self.of(drawn_readable(self.base, drawn))):
            wide = np.broadcast_to(amounts, (*amounts.shape[:-1], draws))
            bins = self.bins[at] if self.bins is not None else None
            found.append(
                tuple(
                    Summary.of(self.placed(wide, chunk), block=block, bins=None if bins is None else bins[place])
                    for place, chunk in enumerate(self.chunks())
                )
            )
        return tuple(found)

    def chunks(self) -> list[slice]:
        """Return the places in the order of the table, some at a time."""
        return [slice(at, at + TOGETHER) for at in range(0, len(self.sizes), TOGETHER)]

    def of(self, readable: Readable) -> list[Array]:
        """Return what each reading is with nobody, then with one person more of each cohort [(cohort, span, draw)]."""
        names = _sizes_of(readable.case)
        nobody = dict.fromkeys(names, 0.0)
        found: list[list[Array]] = [[] for _ in self.readings]
        for one in (None, *names):
            resized = readable.resized(nobody if one is None else {**nobody, one: 1.0})
            for at, reading in enumerate(self.readings):
                found[at].append(self._spans(resized, reading))
        stacked = [np.stack(np.broadcast_arrays(*each)) for each in found]
        return [np.concatenate([each[:1], each[1:] - each[:1]]) for each in stacked]

    def _spans(self, readable: Readable, reading: Reading) -> Array:
        """Return a reading over all its years, and by year where that is asked for [kr, shape (span, draw)]."""
        found = columns(readable, reading, split="total", by_year=self.by_year)
        whole: Array = found.values.sum(axis=0, keepdims=True)
        if not self.by_year:
            return whole
        assert found.yearly is not None
        spans: Array = np.concatenate([whole, found.yearly.sum(axis=0)])
        return spans

    def placed(self, amounts: Array, chunk: slice) -> Array:
        """Return what a reading is in some places [kr, shape (place, span, draw)]."""
        # Cohort by cohort, and not as a matrix product: a draw's result never depends on those beside it.
        sizes = self.sizes[chunk]
        total = np.repeat(amounts[:1], len(sizes), axis=0)
        part = np.empty_like(total)
        for cohort, one in enumerate(amounts[1:]):
            np.multiply(sizes[:, cohort, np.newaxis, np.newaxis], one, out=part)
            total += part
        return total


def merged(first: Found, later: Found) -> Found:
    """Return what the draws of both amount to."""
    return tuple(
        tuple(one.merge(other) for one, other in zip(ours, theirs, strict=True))
        for ours, theirs in zip(first, later, strict=True)
    )


def _drawn(task: Task, executor: Executor | None, progress: Progress | None) -> Found:
    source = task.sampler

    def told(done: int) -> None:
        if progress is not None:
            progress(min(done * BLOCK, source.draws), source.draws)

    found = task(source.blocks[:1])
    told(1)
    task = replace(task, bins=tuple(tuple(each.bins for each in reading) for reading in found))
    groups = grouped(source.blocks[1:])
    done = 1
    with (
        threads() if executor is None else nullcontext(executor) as pool,
        closing(in_order(task, groups, executor=pool)) as answers,
    ):
        for group, answer in zip(groups, answers, strict=True):
            found = merged(found, answer)
            done += len(group)
            told(done)
    return found


def _usual(base: Readable) -> list[Reading]:
    alternatives = list(base.case.scenario.alternatives)
    return [reading_of(base, {"alternative": each}) for each in alternatives] or [reading_of(base, {})]


def _is_size(name: str) -> bool:
    section, _, rest = name.partition(".")
    return section == "groups" and (rest.endswith(".persons") or ".inflow." in rest) and ".initial_stock." not in rest


def _sizes_of(case: Case) -> list[str]:
    """Return the names of how many come, by group with an inflow and year."""
    names = []
    for id_, group in case.scenario.groups.items():
        if group.inflow is not None:
            first, *later = cohorts_of(group, case.scenario)
            assert first is not None
            names += [f"groups.{id_}.persons", *(f"groups.{id_}.inflow.persons.{year}" for year in later)]
    return names


def _by_year(case: Case) -> Case:
    """Return a case in which every year's inflow has a name of its own."""
    groups = {}
    for id_, group in case.scenario.groups.items():
        if group.inflow is not None:
            _, *later = cohorts_of(group, case.scenario)
            stated = {str(year): Persons(value=0.0) for year in later}
            inflow = group.inflow.model_copy(update={"persons": stated, "growth": None})
            group = group.model_copy(update={"inflow": inflow, "persons": Persons(value=0.0)})  # noqa: PLW2901
        groups[id_] = group
    return case.with_scenario(case.scenario.model_copy(update={"groups": groups}))


def _ordered(inflows: Inflows, case: Case) -> list[dict[str, dict[int, float]]]:
    """Return how many come to each place, with groups and years in the order of the case."""
    groups = {
        id_: cohorts_of(group, case.scenario) for id_, group in case.scenario.groups.items() if group.inflow is not None
    }
    return [
        {group: {year: stated[group][year] for year in years} for group, years in groups.items()}
        for stated in inflows.persons.values()
    ]


def _refuse_what_does_not_follow(case: Case, readings: Iterable[Reading]) -> None:
    for id_, group in case.scenario.groups.items():
        if group.initial_stock:
            raise QuestionError(
                f"'{id_}' has an initial stock, and the table does not say how it is spread over places.\n"
                "Leave it out (initial_stock: null): new cohorts only are then reckoned with."
            )
        if group.inflow is None:
            raise QuestionError(
                f"Nobody comes anew to '{id_}' every year, and the table does not say how it is spread over places.\n"
                "Let it have an inflow, or leave it out."
            )
    alternatives = {reading.alternative for reading in readings if reading.alternative is not None}
    for id_ in dict.fromkeys(id_ for each in alternatives for id_ in case.scenario.alternatives[each].programmes):
        programme = case.scenario.programmes[id_]
        if programme.reaches.persons != "all" or programme.reaches.enrolled is not None:
            raise QuestionError(
                f"'{id_}' reaches a stated number of persons, whatever place it is in.\n"
                "Let it reach all on a pathway, whose share says how many: persons: all."
            )
