"""What it would be worth to know more before choosing between a case's alternatives."""

import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from functools import partial
from typing import Any

import numpy as np

from utanforskap.analysis.readings import Readable
from utanforskap.analysis.uncertainty.blocks import Progress, grouped, in_order, threads
from utanforskap.analysis.uncertainty.drawn import choices, drawing, gains, ledgers
from utanforskap.analysis.uncertainty.drawn_inputs import drawn
from utanforskap.analysis.uncertainty.groups import Groups, natural, stated, units
from utanforskap.analysis.uncertainty.worth import InformationValue, Known
from utanforskap.analysis.value_of_information import evpi, evppi
from utanforskap.engine.draws import Sampler
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.terms import Reading

_FEWEST = 2
"""A spread takes so many draws."""


def value_of_information(
    case: Case | Readable,
    *,
    alternatives: Sequence[str] | None = None,
    perspective: str = "society",
    groups: Groups | None = None,
    n: int = 10_000,
    seed: int = 1,
    population: float = 1.0,
    executor: Executor | None = None,
    progress: Progress | None = None,
    **fields: Any,
) -> InformationValue:
    """Return what it is worth to know more before deciding: of everything, of each estimate, and of groups of them.

    The choice is between doing nothing and one alternative, or several; each is judged by its gain after programme cost
    in the reading. Values are ``EVPI = E[max over d of b(d)] - max over d of E[b(d)]`` and ``EVPPI = E[max over d of
    E[b(d) | known]] - max over d of E[b(d)]``, never negative, and never less for more.

    Parameters
    ----------
    case : Case or Readable
        The case, with uncertain estimates; or its ledgers, whose given values then stand as they are.
    alternatives : sequence of str, optional
        One: to do it or not; several: which of them, if any. Unless stated all that have a programme: one that only
        sets estimates is other circumstances, and no choice.
    perspective : str
        Whose gain decides.
    groups : mapping of str to sequence of str, optional
        What could be found out together, by a name: each estimate by its name, the end of one, or a branch. Unless
        stated: all prices, all quantities in states, all pathways, all factors of the effect, all programme costs.
    n : int
        How many draws.
    seed : int
        From which seed [0 or more].
    population : float
        How many decisions like this one the knowledge serves, now and later, each later one discounted [0 or more].
    executor : Executor, optional
        What blocks of draws are spread over; threads unless stated.
    progress : callable, optional
        Is told now and then how many draws are done and how many there are to do.
    **fields
        Further fields of `Reading`: ``years=4``, ``period="first_mandate"`` …

    Raises
    ------
    QuestionError
        If nothing is uncertain, there is no alternative, or the draws are too few.
    UnknownNameError
        If an alternative or an estimate is not known.
    """
    base = ledgers(case)
    if not 0.0 <= population < math.inf:
        raise QuestionError(f"The population is {population:.10g}: it must be 0 or more.")
    readings = choices(base.case, alternatives, perspective=perspective, fields=fields)
    sampler = drawing(base.case, n=n, seed=seed)
    if n < _FEWEST:
        raise QuestionError(f"What it is worth to know more takes at least {_FEWEST} draws, and there is {n}.")
    alone = units(sampler)
    together = natural(sampler) if groups is None else stated(sampler, groups)
    brought = benefits(base, tuple(readings.values()), sampler, executor=executor, progress=progress)
    everything, *parts = _worth(brought, sampler, [*alone.values(), *together.values()], population=population)
    best = int(np.argmax(brought.mean(axis=1)))
    at_point = [0.0, *gains(base, tuple(readings.values()), {})[:, 0]]
    options = (None, *readings)
    failed = int(np.count_nonzero(brought.max(axis=0) > brought[best]))
    likely = (failed + 1) / (n + 2)
    return InformationValue(
        case=base.case,
        readings=readings,
        draws=n,
        seed=seed,
        population=population,
        gains=dict(zip(options, brought.mean(axis=1).tolist(), strict=True)),
        gain_errors=dict(zip(options, (brought.std(axis=1, ddof=1) / math.sqrt(n)).tolist(), strict=True)),
        chosen=options[best],
        chosen_at_point=options[int(np.argmax(at_point))],
        wrong=failed / n,
        wrong_error=math.sqrt(likely * (1.0 - likely) / n),
        everything=everything,
        alone=_most_first(alone, parts[: len(alone)]),
        groups=_most_first(together, parts[len(alone) :]),
    )


def _worth(
    brought: Array, sampler: Sampler, groups: Sequence[tuple[str, ...]], *, population: float
) -> Iterator[Known]:
    """Yield what it is worth to know everything, then each group."""
    try:
        everything = evpi(brought)
        numbered = {str(place): names for place, names in enumerate(groups)}
        parts = evppi(brought, inputs=drawn(sampler, ()), groups=numbered)
    except ValueError as error:
        raise QuestionError(str(error)) from None
    for names, worth in zip([sampler.names, *groups], [everything, *parts.values()], strict=True):
        share = worth.value / everything.value if everything.value > 0.0 else 0.0
        yield Known(names, worth.scaled(population), share)


def _most_first(names: Iterable[str], known: Sequence[Known]) -> dict[str, Known]:
    return dict(sorted(zip(names, known, strict=True), key=lambda item: -item[1].worth.value))


def benefits(
    base: Readable,
    readings: Sequence[Reading],
    sampler: Sampler,
    *,
    executor: Executor | None,
    progress: Progress | None = None,
) -> Array:
    """Return what doing nothing (0) and each alternative brings, to the öre [kr, shape (1 + alternative, draw)].

    Parameters
    ----------
    base : Readable
        The case, and the values that it was given.
    readings : sequence of Reading
        The gain that each alternative is judged by.
    sampler : Sampler
        What draws the uncertain estimates.
    executor : Executor or None
        What blocks of draws are spread over; threads unless stated.
    progress : callable or None
        Is told how many draws are done and how many there are to do.
    """
    task = partial(_gains, base, tuple(readings), sampler)
    found = np.zeros((1 + len(readings), sampler.draws))
    done = 0
    with (
        nullcontext(executor) if executor is not None else threads() as carrier,
        closing(in_order(task, grouped(sampler.blocks), executor=carrier)) as answers,
    ):
        for gained in answers:
            found[1:, done : done + gained.shape[1]] = gained
            done += gained.shape[1]
            if progress is not None:
                progress(done, sampler.draws)
    return found


def _gains(base: Readable, readings: Sequence[Reading], sampler: Sampler, blocks: Sequence[int]) -> Array:
    return np.concatenate([gains(base, readings, sampler.named(block)) for block in blocks], axis=1)
