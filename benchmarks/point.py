"""What loading, the shell and one point run cost."""

import importlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from measure import TOP, Row, agree, least, ms, processes

if TYPE_CHECKING:
    from utanforskap.inputs.case import Case

SCENARIO = "trelleborg-skolmisslyckanden"
PANDAS = "import numpy, pandas"
OURS = "import utanforskap as ut"
RUN = f"{OURS}; ut.run(ut.load('{SCENARIO}'))"
SHELL = f"from utanforskap.apps.cli import main; import sys; sys.argv = ['utanforskap', 'run', '{SCENARIO}']; main()"


def start_up() -> Iterator[Row]:
    bare = "pass"
    costs = processes([bare, PANDAS, OURS, RUN, SHELL])
    base = costs[PANDAS]
    programs = {"import utanforskap": OURS, "load and run, in Python": RUN, "utanforskap run, in the shell": SHELL}
    for name, code in programs.items():
        yield Row(name, ms(costs[code].seconds), PANDAS, ms(base.seconds), costs[code].seconds / base.seconds)
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
        agree(float(ours.amounts.sum()), sum(map(sum, theirs.values())))
    name = "engine, mid-size case"
    fast = least(lambda: run(point(case, alternative="insats"), alternative="insats").ledger)
    slow = least(lambda: twin(case, alternative="insats"), repeats=2)
    yield Row(name, ms(fast), "the naive twin", ms(slow), fast / slow)
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
            agree(float(weights @ amounts.amounts[rows, :, 0].sum(axis=0)), float(expected[position, column]))
    difference = result.read(ut.Reading(measure="cost_of_exclusion"))
    agree(difference, float(expected[0].sum() - expected[1].sum()))
    name = "engine, state model"

    def both() -> None:
        values = point(case)
        _ = run(values).ledger
        _ = run(values, reference="reference").ledger

    fast = least(both)
    plain = least(lambda: workload.kernel(chains, workload.COSTS))
    yield Row(name, ms(fast), "numpy, no ledger", ms(plain), fast / plain)


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
    sys.path.insert(0, str(TOP / "tests"))
    return importlib.import_module("laws.naive").Twin
