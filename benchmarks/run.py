"""What the engine costs, as ratios measured in one run: ``python benchmarks/run.py``, or ``make bench``.

Nothing here is asserted: seconds belong to the machine, ratios to the program. Each time is the least of several, which
others on the machine disturb least. Where two ways are compared, their answers are compared first.
"""

import sys
from collections.abc import Iterator

import followup
import point
import simulation
from measure import Row

LEGEND = f"""
The processes run {point.SCENARIO}. The mid-size case has 5 groups of 20 cohorts over 40 years, all four
kinds of pathway and a programme; the naive twin is the one in tests/laws. The state model has 6 states, 8 actors and 40
years (workload.py), at one point; "numpy" is its sums alone.

The workload is the same model with every transition row (Dirichlet) and every unit cost (gamma) uncertain, and two
alternatives. Its kernel is written by hand in numpy, draws last, 4 096 at a time, on one thread."""


def rows() -> Iterator[Row]:
    """Measure one thing after another."""
    yield from point.start_up()
    # While this process is small: the peak of one that it starts is at least its own.
    yield from simulation.memory_rows(long="--long" in sys.argv)
    yield from point.engine()
    yield from simulation.workload_rows()
    yield from simulation.decision_rows()
    yield from simulation.scenario_rows()
    yield from simulation.worker_rows()
    yield from followup.rows()


def main() -> None:
    """Measure and print, each row when it is ready."""
    widths = (62, 12, 34, 12)
    head = ("", "ours", "against", "theirs", "ours/theirs")
    for line in (head, *((row.what, row.ours, row.against, row.theirs, f"{row.ratio:.3g}") for row in rows())):
        cells = zip(line, (*widths, 11), "<><>>", strict=True)
        print("  ".join(f"{cell:{side}{width}}" for cell, width, side in cells).rstrip(), flush=True)
    print(LEGEND)


if __name__ == "__main__":
    main()
