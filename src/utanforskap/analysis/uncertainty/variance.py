"""Where the spread of an answer comes from: first and total Sobol indices."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis import markup
from utanforskap.analysis.captions import caption
from utanforskap.analysis.readings import Readable, check
from utanforskap.analysis.uncertainty.blocks import grouped, in_order, threads
from utanforskap.analysis.uncertainty.drawn import answers, drawing, ledgers
from utanforskap.analysis.uncertainty.groups import Groups, stated, units
from utanforskap.analysis.uncertainty.told import group_title, say
from utanforskap.analysis.wording import amount, number, percent, suitable_unit
from utanforskap.engine.draws import Sampler, stream
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.values.distributions import Dirichlet
from utanforskap.terms import Lang, Reading, labels

if TYPE_CHECKING:
    import pandas as pd

INTERVAL = 0.9
"""The share of resamples that lie within an index's interval: from their 5th to their 95th percentile."""

_TWIN = "\U0010ffff"  # sorts after every name: the first dimensions, whose points are spread best, are the first half
_RESAMPLES = 499
_RESAMPLING = "\0resampling"  # no estimate can have this name

Answer = Callable[[Mapping[str, Array]], Array]
"""From draws of every estimate by name to what is asked for [each of shape (draw,)]."""


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """How much of an answer's variance comes from one group of inputs.

    Attributes
    ----------
    first : float
        The share that would go if the group were known and the rest not: ``V(E[Y | group]) / V(Y)`` [0 to 1; an
        estimate of it may lie just outside].
    total : float
        The share that would remain if all but the group were known: ``E[V(Y | the others)] / V(Y)`` [0 to 1]. What it
        has beyond `first` comes from the group together with others.
    first_between, total_between : tuple of float
        The 5th and 95th percentiles of each over resampled draws. Sobol points are spread more evenly than resamples
        of them, so that they are rather too wide.
    """

    first: float
    total: float
    first_between: tuple[float, float]
    total_between: tuple[float, float]


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Where the spread of what a reading reads comes from.

    Attributes
    ----------
    case : Case
        The case.
    reading : Reading
        What is read.
    draws, seed : int
        How many draws each of the two sets has, and from which seed.
    groups : mapping of str to tuple of str
        The estimates that are varied together, by the group's name.
    indices : mapping of str to SobolIndex
        By the group's name, the largest in total first.
    sd : float
        The standard deviation of what is read [kr].
    """

    case: Case
    reading: Reading
    draws: int
    seed: int
    groups: Mapping[str, tuple[str, ...]]
    indices: Mapping[str, SobolIndex]
    sd: float

    def table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return each group's first and total index with their intervals [share of the variance], most first.

        ``attrs`` hold the caption, draws and seed.
        """
        import pandas as pd

        heads = labels("columns", lang)
        names = ("estimates", "first_order", "first_low", "first_high", "total_order", "total_low", "total_high")
        frame = pd.DataFrame(
            [
                (len(self.groups[group]), index.first, *index.first_between, index.total, *index.total_between)
                for group, index in self.indices.items()
            ],
            index=pd.Index([group_title(group, lang) for group in self.indices], name=heads["name"]),
            columns=[heads[name] for name in names],
        )
        runs = number(len(self.indices) + 2, lang=lang)
        terms = say("varied", lang, draws=number(self.draws, lang=lang), runs=runs, seed=self.seed)
        frame.attrs = {
            "scenario": self.case.id,
            "alternative": self.reading.alternative,
            "draws": self.draws,
            "seed": self.seed,
            "caption": f"{caption(self.case, self.reading, lang)}; {terms}",
        }
        return frame

    def in_words(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return each group's indices in percent of the variance, with their intervals, as text."""
        import pandas as pd

        def cell(index: float, between: tuple[float, float]) -> str:
            # What lies just outside 0 to 100 % is chance.
            shown = [percent(min(max(share, 0.0), 1.0), decimals=0, lang=lang) for share in (index, *between)]
            return say("within", lang, value=shown[0], low=shown[1], high=shown[2])

        heads = labels("columns", lang)
        table = self.table(lang=lang)
        told = pd.DataFrame(
            [
                (cell(index.first, index.first_between), cell(index.total, index.total_between))
                for index in self.indices.values()
            ],
            index=table.index,
            columns=[heads[name] for name in ("first_order", "total_order")],
        )
        told.attrs = table.attrs
        return told

    def sentences(self, *, lang: Lang = "sv") -> tuple[str, ...]:
        """Return how far the answer spreads, and what most of that comes from."""
        said = [say("spread", lang, sd=amount(self.sd, suitable_unit([self.sd]), lang=lang))]
        if self.sd > 0.0:
            group, index = next(iter(self.indices.items()))
            first, total = (percent(max(share, 0.0), decimals=0, lang=lang) for share in (index.first, index.total))
            said.append(say("varies_most", lang, name=group_title(group, lang), first=first, total=total))
        return tuple(said)

    def __repr__(self) -> str:
        """Return where the spread comes from, in sentences."""
        return "\n".join(self.sentences())

    def _repr_html_(self) -> str:
        frame = self.in_words()
        told = markup.table(frame, caption=frame.attrs["caption"])
        return markup.shown(markup.sentences(self.sentences()), told)


def sobol_indices(
    case: Case | Readable,
    reading: Reading,
    *,
    groups: Groups | None = None,
    n: int = 4096,
    seed: int = 1,
    executor: Executor | None = None,
) -> SobolIndices:
    """Return how much of the variance of a reading comes from each uncertain estimate.

    An estimate that is drawn together with others (the shares of a whole, a correlated set) is varied with them: the
    set is one group. First indices of groups that share nothing sum to at most 1, total ones to at least 1; where both
    sums are 1 nothing acts together.

    Parameters
    ----------
    case : Case or Readable
        The case; or its ledgers, whose given values then stand as they are.
    reading : Reading
        What is read.
    groups : mapping of str to sequence of str, optional
        Estimates that are varied together, by a name: each by its name, the end of one, or a branch. What is in none of
        them is varied alone.
    n : int
        How many draws each of the two sets has [a power of two]; the reading is taken ``n * (groups + 2)`` times.
    seed : int
        From which seed [0 or more].
    executor : Executor, optional
        What blocks of draws are spread over; threads unless stated.

    Raises
    ------
    QuestionError
        If nothing is uncertain, `n` is not a power of two, or a group has only a part of what is drawn together.
    UnknownNameError
        If a group names no uncertain estimate.
    """
    base = ledgers(case)
    check(base.case, reading)
    if n > 0 and n & (n - 1):
        lower = 1 << (n.bit_length() - 1)
        raise QuestionError(
            f"Sobol indices are taken of a power of two draws, and {n} is not one.\n"
            f"Ask for {lower} or {2 * lower} draws."
        )
    drawn = drawing(base.case, n=n, seed=seed, sampling="sobol")
    together = stated(drawn, groups or {})
    taken = {name for names in together.values() for name in names}
    alone = {name: members for name, members in units(drawn).items() if not taken.intersection(members)}
    varied = {**together, **alone}
    with nullcontext(executor) if executor is not None else threads() as carrier:
        found, sd = sobol(partial(_read, base, reading), sampler=drawn, groups=varied, executor=carrier)
    most_first = dict(sorted(found.items(), key=lambda item: -item[1].total))
    return SobolIndices(base.case, reading, n, seed, varied, most_first, sd)


def _read(base: Readable, reading: Reading, drawn: Mapping[str, Array]) -> Array:
    read: Array = answers(base, [reading], drawn)[0]
    return read


def sobol(
    answer: Answer, *, sampler: Sampler, groups: Mapping[str, Sequence[str]], executor: Executor | None = None
) -> tuple[dict[str, SobolIndex], float]:
    """Return the Sobol indices of an answer for groups of its inputs, and its standard deviation.

    Scrambled Sobol points, in twice as many dimensions as there are inputs, give two independent sets of draws. The
    answer is taken for each set, and for each group for the first set with that group's inputs from the second:
    ``draws * (groups + 2)`` times in all. The indices are those of ``scipy.stats.sobol_indices``.

    Parameters
    ----------
    answer : callable
        What is asked; must be picklable where the executor's workers are other processes.
    sampler : Sampler
        What draws the inputs; its number of draws is a power of two, and how it samples is not used.
    groups : mapping of str to sequence of str
        Inputs that are varied together. Those that are drawn together must be in one group, which is not looked at
        here.
    executor : Executor, optional
        What blocks of draws are spread over.

    Raises
    ------
    ValueError
        If the number of draws is not a power of two.

    References
    ----------
    Saltelli, A., Annoni, P., Azzini, I., Campolongo, F., Ratto, M. & Tarantola, S. (2010). Variance based sensitivity
    analysis of model output. Computer Physics Communications 181(2), 259-270, table 2 (b) and (f). Groups: Saltelli, A.
    et al. (2008). Global Sensitivity Analysis: The Primer, ch. 4.
    """
    pairs = _paired(sampler)
    task = partial(_answers, answer, pairs, tuple(groups.values()))
    answers = np.concatenate(list(in_order(task, grouped(pairs.blocks), executor=executor)), axis=1)
    rng = stream(seed=sampler.seed, name=_RESAMPLING, block=0)
    indices = _indices(answers, rng)
    found = {
        group: SobolIndex(
            first=first, total=total, first_between=(first_low, first_high), total_between=(total_low, total_high)
        )
        for group, ((first, first_low, first_high), (total, total_low, total_high)) in zip(
            groups, indices.tolist(), strict=True
        )
    }
    return found, float(answers[:2].std())


def _paired(sampler: Sampler) -> Sampler:
    """Return what draws every input twice, independently."""

    def twin(name: str) -> str:
        return _TWIN + name

    correlations = sampler.correlations or {}
    return replace(
        sampler,
        single={**sampler.single, **{twin(name): said for name, said in sampler.single.items()}},
        rows=(
            *sampler.rows,
            *(Dirichlet(tuple(twin(name) for name in row.names), row.weights) for row in sampler.rows),
        ),
        correlations={
            **correlations,
            **{(twin(one), twin(other)): value for (one, other), value in correlations.items()},
        },
        sampling="sobol",
    )


def _answers(answer: Answer, pairs: Sampler, groups: Sequence[Sequence[str]], blocks: Sequence[int]) -> Array:
    """Return some blocks' answers [shape (2 + group, draw)]: for both sets of draws, and with each group exchanged."""
    found = []
    for block in blocks:
        drawn = pairs.named(block)
        first = {name: draws for name, draws in drawn.items() if not name.startswith(_TWIN)}
        second = {name: drawn[_TWIN + name] for name in first}
        changed = [{**first, **{name: second[name] for name in group}} for group in groups]
        found.append(np.array([answer(values) for values in (first, second, *changed)]))
    return np.concatenate(found, axis=1)


def _indices(answers: Array, rng: np.random.Generator) -> Array:
    """Return each index with its interval, resampled with a generator of ours [shape (group, 2, 3)].

    The interval that scipy's own result offers cannot be repeated: it draws from no seed.
    """
    from scipy.stats import bootstrap, sobol_indices

    draws = answers.shape[1]
    # An empty group, whose indices are 0, stands last: scipy takes no single group.
    answers = np.concatenate([answers, answers[:1]])

    def estimated(chosen: Any) -> Array:
        first, second, changed = answers[0, chosen], answers[1, chosen], answers[2:, np.newaxis, chosen]
        found = sobol_indices(func={"f_A": first, "f_B": second, "f_AB": changed}, n=draws)
        both: Array = np.stack([found.first_order[:-1], found.total_order[:-1]], axis=-1)
        return both

    resampled = bootstrap(
        (np.arange(draws),),
        estimated,
        n_resamples=_RESAMPLES,
        vectorized=False,
        confidence_level=INTERVAL,
        method="percentile",
        random_state=rng,
    )
    between = resampled.confidence_interval
    return np.stack([estimated(slice(None)), between.low, between.high], axis=-1)
