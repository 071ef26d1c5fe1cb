"""What the engine costs, as ratios measured in one run: ``python benchmarks/run.py``, or ``make bench``.

Nothing here is asserted: seconds belong to the machine, ratios to the program. Each time is the least of several, which
others on the machine disturb least. Where two ways are compared, their answers are compared first.
"""

# The processes that are measured inherit the size of the one that starts them, so nothing large is imported before they
# have run.
import gc
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from utanforskap.inputs.case import Case

TOP = Path(__file__).resolve().parents[1]
SCENARIO = "trelleborg-skolmisslyckanden"
REPEATS = 7
CLOSE = 1e-9
LEGEND = f"""
The processes run {SCENARIO}. The mid-size case has 5 groups of 20 cohorts over 40 years, all four
kinds of pathway and a programme; the naive twin is the one in tests/laws. The state model has 6 states, 8 actors and 40
years (workload.py), at one point; "numpy" is its sums alone."""

PANDAS = "import numpy, pandas"
OURS = "import utanforskap as ut"
RUN = f"{OURS}; ut.run(ut.load('{SCENARIO}'))"
SHELL = f"from utanforskap.apps.cli import main; import sys; sys.argv = ['utanforskap', 'run', '{SCENARIO}']; main()"


@dataclass(frozen=True)
class Cost:
    """What a process took [seconds; peak memory in the unit of the system's own account]."""

    seconds: float
    memory: float


@dataclass(frozen=True)
class Row:
    """One comparison."""

    what: str
    ours: str
    against: str
    theirs: str
    ratio: float


def process(code: str) -> Cost:
    """Run code in an interpreter of its own."""
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"failed: {code}")
    return Cost(seconds, float(usage.ru_maxrss))


def processes(programs: Sequence[str]) -> dict[str, Cost]:
    """Run programs in turn, several times over, and return the least that each took."""
    found: dict[str, list[Cost]] = {code: [] for code in programs}
    for _ in range(REPEATS):
        for code in programs:
            found[code].append(process(code))
    return {
        code: Cost(min(cost.seconds for cost in costs), min(cost.memory for cost in costs))
        for code, costs in found.items()
    }


def least(action: Callable[[], object], *, repeats: int = REPEATS) -> float:
    """Return the least time that an action took [seconds]."""
    times = []
    for _ in range(repeats):
        gc.collect()
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


def start_up() -> Iterator[Row]:
    bare = "pass"
    costs = processes([bare, PANDAS, OURS, RUN, SHELL])
    base = costs[PANDAS]
    programs = {"import utanforskap": OURS, "load and run, in Python": RUN, "utanforskap run, in the shell": SHELL}
    for name, code in programs.items():
        yield Row(name, _ms(costs[code].seconds), PANDAS, _ms(base.seconds), costs[code].seconds / base.seconds)
    for name, code in programs.items():
        yield Row(f"{name}: peak memory", "", PANDAS, "", costs[code].memory / base.memory)
    own = (costs[SHELL].memory - base.memory) / (base.memory - costs[bare].memory)
    yield Row("memory beyond numpy and pandas, in the shell", "", "theirs beyond Python's", "", own)


def engine() -> Iterator[Row]:
    import cases
    import numpy as np
    import workload

    import utanforskap as ut
    from utanforskap.analysis.readings import Readable
    from utanforskap.engine.chain import run
    from utanforskap.engine.parameters import point

    twin = _naive()
    case = ut.from_data(cases.midsize())
    for alternative in (None, "insats"):
        ours = run(point(case, alternative=alternative), alternative=alternative).ledger
        theirs = twin(case, alternative=alternative).book
        _agree(float(ours.amounts.sum()), sum(map(sum, theirs.values())))
    name = "engine, mid-size case"
    fast = least(lambda: run(point(case, alternative="insats"), alternative="insats"))
    slow = least(lambda: twin(case, alternative="insats"), repeats=2)
    yield Row(name, _ms(fast), "the naive twin", _ms(slow), fast / slow)
    yield Row(f"{name}: peak memory", "", "its ledger alone", "", _peak_per_ledger(case))

    case = ut.from_data(cases.markov())
    chains = workload.transitions()
    expected = workload.kernel(chains, workload.COSTS)
    result = ut.run(case)
    for position, reference in enumerate((None, "reference")):
        amounts = Readable(case).run(None, reference).ledger
        weights = (1.0 + workload.RATE) ** -np.arange(workload.YEARS)
        for column, actor in enumerate(workload.ACTORS):
            rows = [row for row, line in enumerate(amounts.lines) if line.payer == actor]
            _agree(float(weights @ amounts.amounts[rows, :, 0].sum(axis=0)), float(expected[position, column]))
    difference = result.read(ut.Reading(measure="cost_of_exclusion"))
    _agree(difference, float(expected[0].sum() - expected[1].sum()))
    name = "engine, state model"

    def both() -> None:
        values = point(case)
        run(values)
        run(values, reference="reference")

    fast = least(both)
    plain = least(lambda: workload.kernel(chains, workload.COSTS))
    yield Row(name, _ms(fast), "numpy, no ledger", _ms(plain), fast / plain)


def _peak_per_ledger(case: "Case") -> float:
    import tracemalloc

    from utanforskap.engine.chain import run
    from utanforskap.engine.parameters import point

    values = point(case, alternative="insats")
    tracemalloc.start()
    ledger = run(values, alternative="insats").ledger
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / (ledger.amounts.nbytes + ledger.units.nbytes + ledger.persons.nbytes)


def _naive() -> Any:
    """Return the twin of the engine that the tests hold it against."""
    spec = importlib.util.spec_from_file_location("naive", TOP / "tests" / "laws" / "naive.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.Twin


def _agree(ours: float, theirs: float) -> None:
    if abs(ours - theirs) > CLOSE * max(abs(theirs), 1.0):
        raise SystemExit(f"the answers differ: {ours:.6f} and {theirs:.6f}; nothing is compared")


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.1f} ms"


def main() -> None:
    """Measure and print."""
    rows = [*start_up(), *engine()]
    head = ("", "ours", "against", "theirs", "ours/theirs")
    lines = [head, *((row.what, row.ours, row.against, row.theirs, f"{row.ratio:.3g}") for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = zip(line, widths, "<><>>", strict=True)
        print("  ".join(f"{cell:{side}{width}}" for cell, width, side in cells).rstrip())
    print(LEGEND)


if __name__ == "__main__":
    main()
