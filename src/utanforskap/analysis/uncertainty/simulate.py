"""Simulation: a case's readings over all that its uncertain estimates may be."""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from dataclasses import replace

from utanforskap.analysis.columns import Split
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.uncertainty.answers import Found, Task, merged
from utanforskap.analysis.uncertainty.blocks import Progress, grouped, in_order, threads
from utanforskap.analysis.uncertainty.questions import Readings, questions
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.analysis.uncertainty.until import Until, first_draws, reached, relative_error
from utanforskap.engine.draws import BLOCK, Sampler, Sampling
from utanforskap.engine.uncertain import sampler
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case

MOST = 1 << 20
"""How many draws a run until an error ends with at most, unless another limit is stated."""


def simulate(
    case: Case | Readable,
    readings: Readings = None,
    *,
    n: int = 10_000,
    seed: int = 1,
    sampling: Sampling = "random",
    split: Split = "actor",
    by_year: bool = False,
    break_even: Sequence[str] = (),
    keep: bool = False,
    until_error: str | float | None = None,
    most: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Return what readings are over all that a case's uncertain estimates may be.

    The same case, readings, n, seed and sampling give the same figures to the last bit, whatever carries the work out.
    An interrupt, or any error, leaves nothing behind.

    Parameters
    ----------
    case : Case or Readable
        The case; or its ledgers, whose given values then stand as they are.
    readings : Reading, sequence or mapping of str to Reading, optional
        What is read. Unless stated: every alternative's net gain for society, public, see and each actor at stake; what
        exclusion costs where there is no alternative.
    n : int
        How many draws [1 or more]; a power of two for ``sobol``.
    seed : int
        What the draws are made from [0 or more].
    sampling : {"random", "latin", "sobol"}
        How, as for `Sampler`.
    split : {"total", "actor", "account"}
        What columns each reading is split into.
    by_year : bool
        Whether years, mandate periods and horizons can be asked for.
    break_even : sequence of str
        Parameters whose break-even is looked for in every draw of each net gain.
    keep : bool
        Whether every reading's draws are kept.
    until_error : str or float, optional
        Go on, in doubling numbers of draws from the first power of two that holds n, until the standard error of the
        first reading's mean is this share of the mean's magnitude: ``"1 %"``.
    most : int, optional
        How many draws that may come to; 1 048 576 unless stated.
    executor : Executor, optional
        What carries the work out: threads, processes, a Dask client's ``get_executor()``; a thread per processor unless
        stated. It is left open.
    progress : callable, optional
        Is told now and then how many draws are done and how many there are to do.

    Raises
    ------
    QuestionError
        If the case cannot answer, or n, the seed or the error does not suit.

    Examples
    --------
    ``ut.simulate(case, n=100_000, by_year=True).by_perspective()``
    """
    base = case if isinstance(case, Readable) else Readable(case)
    asked = questions(base, readings, split=split, by_year=by_year, break_even=break_even)
    if until_error is None and most is not None:
        raise QuestionError("'most' is how many draws a run until an error may come to: state 'until_error' too.")
    until = None
    if until_error is not None:
        until = Until(asked[0].name, relative_error(until_error), MOST if most is None else most)
    source = sampler(base.case, seed=seed, draws=n if until is None else first_draws(n), sampling=sampling)
    task = Task(base.changed(), source, asked, keep)
    with threads() if executor is None else nullcontext(executor) as pool:
        found, source, until = _drawn(task, until, pool, progress)
    return Simulation(base, source, asked, found, until)


def _drawn(
    task: Task, until: Until | None, executor: Executor | None, progress: Progress | None
) -> tuple[tuple[Found, ...], Sampler, Until | None]:
    """Return what all draws amount to, with the sampler that made as many as it came to."""
    source = task.sampler
    # Its draws say where everybody's histograms lie.
    found = task(source.blocks[:1])
    task = replace(task, bins=tuple(each.bins for each in found))
    done = 1
    while True:
        if progress is not None:
            progress(min(done * BLOCK, source.draws), source.draws)
        groups = grouped(source.blocks[done:])
        with closing(in_order(task, groups, executor=executor)) as answers:
            for group, answer in zip(groups, answers, strict=True):
                found = merged(found, answer)
                done += len(group)
                if progress is not None:
                    progress(min(done * BLOCK, source.draws), source.draws)
        if until is None:
            return found, source, None
        until = replace(until, reached=reached(found[0].amounts))
        if until.met or 2 * source.draws > until.most:
            return found, source, until
        source = replace(source, draws=2 * source.draws)
        task = replace(task, sampler=source)
