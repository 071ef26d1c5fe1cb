"""What one worker finds in some blocks of draws, and how it is put together with what others find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.analysis.columns import Columns, columns
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.sensitivity import break_even_draws
from utanforskap.analysis.uncertainty.questions import Question
from utanforskap.analysis.uncertainty.repayment import costs_alone, repayment
from utanforskap.engine.draws import BLOCK, Sampler
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Bins, Summary
from utanforskap.engine.uncertain import values_for

TOTAL = "total"
"""The column that all others sum to."""


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
        return reduce(merged, map(self._block, blocks))

    def _block(self, block: int) -> tuple[Found, ...]:
        readable, draws = self.readable(block)
        costs: dict[str, Ledger] = {}
        found = []
        for place, question in enumerate(self.questions):
            bins, figure_bins = self.bins[place] if self.bins is not None else (None, None)
            read = _read(readable, question, draws)
            names, amounts = spread(read, question)
            figures, statuses = _figures(readable, question, read, costs)
            found.append(
                Found(
                    names,
                    Summary.of(amounts, block=block, bins=bins),
                    None if figures is None else Summary.of(figures, block=block, bins=figure_bins),
                    statuses,
                    (amounts[:, 0].copy(),) if self.keep else (),
                )
            )
        return tuple(found)

    def readable(self, block: int) -> tuple[Readable, int]:
        """Return the ledgers of one block's draws, and how many draws those are."""
        drawn = self.sampler.named(block)
        return drawn_readable(self.base, drawn), min(BLOCK, self.sampler.draws - block * BLOCK)


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


def _read(readable: Readable, question: Question, draws: int) -> Columns:
    """Return what a question's reading reads, each array as long as there are draws."""
    # What cancels between actors is told from what is small only while they are apart.
    split = "actor" if question.repaid and question.split == TOTAL else question.split
    found = columns(readable, question.reading, split=split, by_year=bool(question.spans) or question.repaid)
    yearly = None if found.yearly is None else np.broadcast_to(found.yearly, (*found.yearly.shape[:-1], draws))
    return Columns(found.names, np.broadcast_to(found.values, (len(found.names), draws)), yearly)


def spread(read: Columns, question: Question) -> tuple[tuple[str, ...], Array]:
    """Return a question's columns, the total last, and their amounts by span [kr, shape (column, span, draw)]."""
    alone = question.split == TOTAL
    width, draws = read.values.shape
    amounts = np.empty((1 if alone else width + 1, 1 + len(question.spans), draws))
    if alone:
        amounts[0, 0] = read.values.sum(axis=0)
    else:
        amounts[:-1, 0] = read.values
    for place, span in enumerate(question.spans, start=1):
        assert read.yearly is not None
        if alone:
            np.sum(read.yearly[:, span], axis=(0, 1), out=amounts[0, place])
        elif span.stop - span.start == 1:
            amounts[:-1, place] = read.yearly[:, span.start]
        else:
            np.sum(read.yearly[:, span], axis=1, out=amounts[:-1, place])
    if not alone:
        np.sum(amounts[:-1], axis=0, out=amounts[-1])
    return (TOTAL,) if alone else (*read.names, TOTAL), amounts


def point_amounts(readable: Readable, question: Question) -> dict[str, Array]:
    """Return the point run's amounts by column [kr, each of shape (span,)]."""
    names, amounts = spread(_read(readable, question, 1), question)
    return dict(zip(names, amounts[..., 0], strict=True))


def _figures(
    readable: Readable, question: Question, read: Columns, costs: dict[str, Ledger]
) -> tuple[Array | None, NDArray[np.int64] | None]:
    """Return payback, ratio and break-even, draw by draw, and how many draws have each answer of payback."""
    if not question.repaid:
        return None, None
    alternative = question.reading.alternative
    assert alternative is not None
    if alternative not in costs:
        costs[alternative] = costs_alone(readable, alternative)
    found = repayment(readable, question.reading, read, costs[alternative])
    breaks = [break_even_draws(readable, question.reading, name) for name in question.break_even.values()]
    draws = found.figures.shape[-1]
    return np.stack([*found.figures, *(np.broadcast_to(each, (draws,)) for each in breaks)]), found.statuses
