"""What simulation costs beside a kernel written by hand and numpy's own generators."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from measure import Row, agree, least, ms, process

if TYPE_CHECKING:
    from workload import Array

DRAWS = 100_000
MANY = 1_000_000
CHUNK = 4096
REPEATS = 5


def workload_rows() -> Iterator[Row]:
    """Yield the reference workload: drawing, simulation alone, and both through the public face."""
    import cases
    import numpy as np
    import workload

    import utanforskap as ut
    from utanforskap.analysis.columns import columns
    from utanforskap.analysis.readings import Readable
    from utanforskap.analysis.uncertainty.answers import drawn_readable
    from utanforskap.engine.uncertain import sampler

    case = ut.from_data(cases.uncertain())
    readings = [ut.Reading(measure="ledger"), ut.Reading(measure="ledger", alternative="med")]
    drawn = sampler(case, seed=1, draws=DRAWS)
    blocks = [drawn.named(block) for block in drawn.blocks]
    base = Readable(case)

    def ours() -> None:
        for block in blocks:
            readable = drawn_readable(base, block)
            for reading in readings:
                columns(readable, reading, split="account", by_year=False)

    given = [_arrays(block) for block in blocks]

    def by_hand() -> None:
        for rows, costs in given:
            kernel(rows, costs)

    readable = drawn_readable(base, blocks[0])
    expected = kernel(*given[0])
    for strategy, reading in enumerate(readings):
        found = columns(readable, reading, split="account", by_year=False)
        for name, values in zip(found.names, found.values, strict=True):
            agree(float(values[17]), float(expected[strategy, workload.ACTORS.index(name), 17]))

    simulating, plain = least(ours, repeats=REPEATS), least(by_hand, repeats=REPEATS)
    yield Row("workload: simulation alone", ms(simulating), "kernel by hand", ms(plain), simulating / plain)

    def draw() -> None:
        for block in drawn.blocks:
            drawn.block(block)

    weights, shape = cases.counts(), 1.0 / cases.VARIATION**2

    def numpys_own() -> None:
        rng = np.random.default_rng(1)
        for _ in drawn.blocks:
            for weight in weights.ravel():
                rng.standard_gamma(weight, CHUNK)
            for _ in workload.COSTS.flat:
                rng.standard_gamma(shape, CHUNK)

    drawing, own = least(draw, repeats=REPEATS), least(numpys_own, repeats=REPEATS)
    yield Row("workload: drawing", ms(drawing), "numpy's generators", ms(own), drawing / own)

    def simulate(*, by_year: bool) -> None:
        with ThreadPoolExecutor(1) as one:
            ut.simulate(case, readings, n=DRAWS, seed=1, split="account", by_year=by_year, executor=one)

    whole = least(partial(simulate, by_year=False), repeats=REPEATS)
    yield Row("workload: ut.simulate, one thread", ms(whole), "both by hand", ms(plain + own), whole / (plain + own))
    by_year = least(partial(simulate, by_year=True), repeats=3)
    yield Row("workload: … with every actor and year", ms(by_year), "without years", ms(whole), by_year / whole)


def _arrays(block: "Mapping[str, Array]") -> "tuple[Array, Array]":
    """Return a block's draws as the kernel takes them: rows [strategy, from, to, draw], costs [state, actor, draw]."""
    import numpy as np
    import workload

    rows = np.stack(
        [
            [[block[f"pathways.{pathway}.transitions.{i}.{j}"] for j in workload.STATES] for i in workload.STATES]
            for pathway in ("utan", "med")
        ]
    )
    names = [actor.partition(".")[0] for actor in workload.ACTORS]
    costs = np.stack([[block[f"states.{i}.flows.{name}.amount"] for name in names] for i in workload.STATES])
    return rows, costs


def kernel(rows: "Array", costs: "Array") -> "Array":
    """Return discounted cost [shape (strategy, actor, draw)], in plain numpy with draws last."""
    import numpy as np
    import workload

    out = np.zeros((len(rows), costs.shape[1], rows.shape[-1]))
    part, following = np.empty(rows.shape[2:]), np.empty(rows.shape[2:])
    for strategy, probabilities in enumerate(rows):
        present, total = np.zeros_like(part), np.zeros_like(part)
        present[0] = 1.0
        for year in range(workload.YEARS):
            np.multiply(present, (1.0 + workload.RATE) ** -year, out=part)
            total += part
            np.multiply(present[0], probabilities[0], out=following)
            for origin in range(1, len(present)):
                np.multiply(present[origin], probabilities[origin], out=part)
                following += part
            present, following = following, present
        for persons, cost in zip(total, costs, strict=True):
            out[strategy] += persons * cost
    return out


def decision_rows() -> Iterator[Row]:
    """Yield acceptability and the value of perfect information over thresholds, beside the same without blocks."""
    import numpy as np

    from utanforskap.analysis.value_of_information import acceptability, evpi

    rng = np.random.default_rng(1)
    effects, costs = rng.normal(1.0, 0.3, (6, DRAWS)), rng.gamma(10.0, 1000.0, (6, DRAWS))
    thresholds = np.linspace(0.0, 50_000.0, 101)

    def ours() -> None:
        acceptability(effects=effects, costs=costs, thresholds=thresholds)

    def plain() -> None:
        for threshold in thresholds:
            benefits = threshold * effects - costs
            np.bincount(benefits.argmax(axis=0), minlength=6)
            evpi(benefits)

    fast, slow = least(ours, repeats=3), least(plain, repeats=2)
    yield Row("acceptability and EVPI, 6 alternatives, 101 thresholds", ms(fast), "whole arrays", ms(slow), fast / slow)


def scenario_rows() -> Iterator[Row]:
    """Yield a bundled scenario with every estimate uncertain, with every actor and year."""
    import cases

    import utanforskap as ut

    workload = ut.from_data(cases.uncertain())
    case = cases.all_uncertain("trelleborg-skolmisslyckanden")

    def simulate(case: ut.Case) -> None:
        ut.simulate(case, n=DRAWS, seed=1, by_year=True)

    ours, theirs = (least(partial(simulate, each), repeats=2) for each in (case, workload))
    yield Row(
        "trelleborg, all uncertain, every actor and year", ms(ours), "workload, the same", ms(theirs), ours / theirs
    )


def memory_rows(*, long: bool) -> Iterator[Row]:
    """Yield peak memory of a process, which must not grow with the draws."""
    start = (
        "import sys; sys.path.insert(0, 'benchmarks'); import cases, utanforskap as ut; "
        "case = ut.from_data(cases.uncertain()); readings = [ut.Reading(measure='ledger')]; "
    )
    few = process(f"{start} ut.simulate(case, readings, n={DRAWS}, by_year=True)").memory
    nothing = process(start).memory
    for draws in (MANY, *([10 * MANY] if long else [])):
        many = process(f"{start} ut.simulate(case, readings, n={draws}, by_year=True)").memory
        yield Row(f"workload: peak memory, {draws:,} draws", _mb(many), f"{DRAWS:,} draws", _mb(few), many / few)
    yield Row("workload: peak memory", _mb(few), "before simulating", _mb(nothing), few / nothing)


def worker_rows() -> Iterator[Row]:
    """Yield a million draws on two workers beside one."""
    import cases

    import utanforskap as ut

    case = ut.from_data(cases.uncertain())

    def seconds(executor: Executor) -> float:
        readings = [ut.Reading(measure="ledger"), ut.Reading(measure="ledger", alternative="med")]
        with executor:
            ut.simulate(case, readings, n=32 * CHUNK, executor=executor)
            begun = time.perf_counter()
            ut.simulate(case, readings, n=MANY, executor=executor)
            return time.perf_counter() - begun

    kinds: dict[str, Callable[[int], Executor]] = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}
    for kind, make in kinds.items():
        one, two = seconds(make(1)), seconds(make(2))
        yield Row(f"workload: a million draws, two {kind}", ms(two), "one", ms(one), two / one)


def _mb(peak: float) -> str:
    return f"{peak / (1024 if sys.platform != 'darwin' else 1024**2):,.0f} MB"
