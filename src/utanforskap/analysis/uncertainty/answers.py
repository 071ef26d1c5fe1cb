"""What one worker finds in some blocks of draws, and how it is put together with what others find."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.analysis.columns import columns, years_of_columns
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.sensitivity import break_even_draws
from utanforskap.analysis.uncertainty.questions import Question
from utanforskap.analysis.uncertainty.repayment import costs_alone, repayment
from utanforskap.engine.draws import BLOCK, Sampler
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Bins, Summary, Summing
from utanforskap.engine.uncertain import values_for

TOTAL = "total"
"""The column that all others sum to."""

_Part = tuple[slice, Array]
"""Some years, counted from the horizon's first, and their amounts [kr, shape (column, year, draw)], the total last."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What draws amount to for one question.

    Attributes
    ----------
    columns : tuple of str
        Its columns, the total last.
    amounts : Summary of shape (column, span)
        Present values [kr]: over all years read, then over each span of the question.
    figures : Summary of shape (figure,), or None
        Payback and ratio in the order of `repayment.ASKED`, then each break-even that was asked for.
    statuses : ndarray of int, shape (2, status), or None
        Draws by the answer of payback and of discounted payback.
    kept : tuple of ndarray, each of shape (column, draw)
        The draws over all years read, a block each, in order [kr]; empty unless they are kept.
    """

    columns: tuple[str, ...]
    amounts: Summary
    figures: Summary | None
    statuses: NDArray[np.int64] | None
    kept: tuple[Array, ...]

    @property
    def bins(self) -> tuple[Bins, Bins | None]:
        """Where the bins of the histograms lie: of the amounts, and of the figures."""
        return self.amounts.bins, None if self.figures is None else self.figures.bins

    def merge(self, later: Self) -> Self:
        """Return what the draws of both amount to; the other's blocks come after these."""
        return type(self)(
            self.columns,
            self.amounts.merge(later.amounts),
            self.figures.merge(later.figures) if self.figures is not None and later.figures is not None else None,
            self.statuses + later.statuses if self.statuses is not None and later.statuses is not None else None,
            self.kept + later.kept,
        )


def merged(first: Sequence[Found], later: Sequence[Found]) -> tuple[Found, ...]:
    """Return what both amount to, question by question."""
    return tuple(one.merge(other) for one, other in zip(first, later, strict=True))


@dataclass(frozen=True, eq=False)
class Task:
    """What a worker does with the numbers of blocks; picklable.

    Attributes
    ----------
    base : Readable
        The case, and the values that it was given.
    sampler : Sampler
        What draws its uncertain estimates.
    questions : tuple of Question
        What is asked.
    keep : bool
        Whether draws are kept.
    bins : tuple of (Bins, Bins or None), or None
        The first block's, by question; None for that block itself.
    """

    base: Readable
    sampler: Sampler
    questions: tuple[Question, ...]
    keep: bool
    bins: tuple[tuple[Bins, Bins | None], ...] | None = None

    def __call__(self, blocks: Sequence[int]) -> tuple[Found, ...]:
        """Return what some blocks amount to, by question."""
        bins = self.bins or ((None, None),) * len(self.questions)
        asked = [_Asked(question, *each, self.keep) for question, each in zip(self.questions, bins, strict=True)]
        for block in blocks:
            readable, draws = self.readable(block)
            costs: dict[str, Ledger] = {}
            for each in asked:
                each.add(readable, block, draws, costs)
        return tuple(each.found() for each in asked)

    def readable(self, block: int) -> tuple[Readable, int]:
        """Return the ledgers of one block's draws, and how many draws those are."""
        drawn = self.sampler.named(block)
        return drawn_readable(self.base, drawn), min(BLOCK, self.sampler.draws - block * BLOCK)


class _Asked:
    """Answers one question block by block."""

    def __init__(self, question: Question, bins: Bins | None, figure_bins: Bins | None, keep: bool) -> None:
        self._question, self._bins, self._figure_bins, self._keep = question, bins, figure_bins, keep
        self._names: tuple[str, ...] = ()
        self._amounts: Summing | None = None
        self._figures: list[Summary] = []
        self._statuses: list[NDArray[np.int64]] = []
        self._kept: list[Array] = []

    def add(self, readable: Readable, block: int, draws: int, costs: dict[str, Ledger]) -> None:
        """Add a block's draws; `costs` are the ledgers of what programmes cost, by alternative, as far as made."""
        question = self._question
        self._names, parts = _read(readable, question, draws)
        if question.repaid:
            figures, statuses = _figures(readable, question, parts, costs)
            self._figures.append(Summary.of(figures, block=block, bins=self._figure_bins))
            self._statuses.append(statuses)
        if self._amounts is None:
            self._amounts = Summing((len(self._names), 1 + len(question.spans)), bins=self._bins)
        for spans, amounts in _over_spans(parts, question, years=readable.case.scenario.horizon.years):
            self._amounts.put((slice(None), spans), amounts)
            if self._keep and 0 in spans:
                self._kept.append(amounts[:, spans.index(0)].copy())
        self._amounts.end(block)

    def found(self) -> Found:
        """Return what the blocks amount to."""
        assert self._amounts is not None
        return Found(
            self._names,
            self._amounts.summary(),
            reduce(Summary.merge, self._figures) if self._figures else None,
            np.sum(self._statuses, axis=0) if self._statuses else None,
            tuple(self._kept),
        )


def drawn_readable(base: Readable, drawn: Mapping[str, Array]) -> Readable:
    """Return the ledgers of draws by name, as a sampler of the case names them."""
    case = base.case
    everywhere = values_for(case, drawn)
    own = {}
    for id_, alternative in case.scenario.alternatives.items():
        values = values_for(case, drawn, alternative=id_)
        # What is set without a spread still wins over what is drawn of the estimate that it replaces.
        fixed: dict[str, ArrayLike] = {name: np.asarray(said.value) for name, said in alternative.set.items()}
        fixed.update((name, each) for name, each in values.items() if each is not everywhere.get(name))
        own[id_] = fixed
    return base.drawn(everywhere, own)


def _read(readable: Readable, question: Question, draws: int) -> tuple[tuple[str, ...], Iterable[_Part]]:
    """Return a question's columns, the total last, and what it reads some years at a time.

    A question that is not about years has them all as one.
    """
    # What cancels between actors is told from what is small only while they are apart.
    split = "actor" if question.repaid and question.split == TOTAL else question.split
    parts: Iterable[_Part]
    if question.spans or question.repaid:
        names, parts = years_of_columns(readable, question.reading, split=split)
    else:
        found = columns(readable, question.reading, split=split, by_year=False)
        whole = np.concatenate([found.values, found.values.sum(axis=0, keepdims=True)])
        names, parts = found.names, [(slice(0, 1), whole[:, np.newaxis])]
    parts = ((years, np.broadcast_to(amounts, (*amounts.shape[:-1], draws))) for years, amounts in parts)
    return (
        (TOTAL,) if question.split == TOTAL else (*names, TOTAL),
        # What is asked of years one after another needs them all; each part is made in the same room.
        [(years, amounts.copy()) for years, amounts in parts] if question.repaid else parts,
    )


def _over_spans(parts: Iterable[_Part], question: Question, *, years: int) -> Iterator[tuple[list[int], Array]]:
    """Yield what a question's columns come to [kr, shape (column, span, draw)] with the places of the spans.

    The whole has the first place, the question's spans those after it. Single years come as they are read, longer spans
    when all years have been.
    """
    single = {span.start: place for place, span in enumerate(question.spans, start=1) if span.stop - span.start == 1}
    longer = {0: (0, years)}
    longer |= {
        place: (span.start, span.stop)
        for place, span in enumerate(question.spans, start=1)
        if single.get(span.start) != place
    }
    sums: dict[tuple[int, int], Array] = {}
    for part, amounts in parts:
        read = amounts[-1:] if question.split == TOTAL else amounts
        here: dict[tuple[int, int], Array] = {}
        for span in dict.fromkeys(longer.values()):
            first, after = max(span[0], part.start), min(span[1], part.stop)
            if first < after:
                if (first, after) not in here:
                    here[first, after] = read[:, first - part.start : after - part.start].sum(axis=1)
                sums[span] = sums[span] + here[first, after] if span in sums else here[first, after]
        rows = [row for row in range(read.shape[1]) if part.start + row in single]
        if rows:
            yield [single[part.start + row] for row in rows], read if len(rows) == read.shape[1] else read[:, rows]
    yield list(longer), np.stack([sums[span] for span in longer.values()], axis=1)


def point_amounts(readable: Readable, question: Question) -> dict[str, Array]:
    """Return the point run's amounts by column [kr, each of shape (span,)]."""
    names, parts = _read(readable, question, 1)
    years = readable.case.scenario.horizon.years
    amounts = np.empty((len(names), 1 + len(question.spans)))
    for spans, found in _over_spans(parts, question, years=years):
        amounts[:, spans] = found[..., 0]
    return dict(zip(names, amounts, strict=True))


def _figures(
    readable: Readable, question: Question, parts: Iterable[_Part], costs: dict[str, Ledger]
) -> tuple[Array, NDArray[np.int64]]:
    """Return payback, ratio and break-even, draw by draw, and how many draws have each answer of payback."""
    alternative = question.reading.alternative
    assert alternative is not None
    if alternative not in costs:
        costs[alternative] = costs_alone(readable, alternative)
    yearly = np.concatenate([amounts[:-1] for _, amounts in parts], axis=1)
    found = repayment(readable, question.reading, yearly, costs[alternative])
    breaks = [break_even_draws(readable, question.reading, name) for name in question.break_even.values()]
    draws = found.figures.shape[-1]
    return np.stack([*found.figures, *(np.broadcast_to(each, (draws,)) for each in breaks)]), found.statuses
