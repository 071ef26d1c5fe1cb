"""What an evaluation of participants costs: 200 000 persons and ten years, beside a tenth of them."""

import resource
import time
from collections.abc import Iterator

from measure import Row

import utanforskap as ut

MANY, FEW = 200_000, 20_000
YEARS, DRAWS = 9, 200
_KIB = 1024.0


def rows() -> Iterator[Row]:
    """Measure reading and evaluating many persons against a tenth of them."""
    few, many = evaluated(FEW), evaluated(MANY)
    for place, what in enumerate(("read participants", f"evaluate {YEARS} years after the start, {DRAWS} draws")):
        yield Row(f"{what}, {MANY} persons", f"{many[place]:.1f} s", f"{FEW} persons", f"{few[place]:.1f} s",
                  many[place] / few[place])  # fmt: skip
    yield Row("memory at most, data included", f"{many[2]:.0f} MiB", f"{FEW} persons", f"{few[2]:.0f} MiB",
              many[2] / few[2])  # fmt: skip


def evaluated(persons: int) -> tuple[float, float, float]:
    """Return the time of reading and of evaluating [s], and the most memory so far [MiB]."""
    from utanforskap.analysis.followup import synthetic

    synthetic.YEARS = YEARS + 1
    made = ut.synthetic_participants(n=persons, seed=1, sites=40)
    case = ut.load("uppfoljning-arbetsvagen")
    begun = time.perf_counter()
    people = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
    read = time.perf_counter()
    ut.evaluate(
        people, case, ut.followup.DifferenceInDifferences(), years=YEARS, splits=("sex", "age", "site"), draws=DRAWS
    )
    done = time.perf_counter()
    return read - begun, done - read, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
