"""What an evaluation of participants costs: 200 000 persons and ten years, beside a tenth of them."""

import time
import tracemalloc
from collections.abc import Iterator
from typing import TYPE_CHECKING

from measure import Row

import utanforskap as ut

if TYPE_CHECKING:
    from utanforskap.analysis.followup.synthetic import Synthetic
    from utanforskap.inputs.followup.participants import Participants

MANY, FEW = 200_000, 20_000
YEARS, DRAWS = 9, 200
WHAT = ("read participants", f"evaluate {YEARS} years after the start, {DRAWS} draws")
_MIB = 1024.0**2


def rows() -> Iterator[Row]:
    """Measure reading and evaluating many persons against a tenth of them."""
    for site in (True, False):
        drawn = "whole sites drawn" if site else "persons drawn"
        few, many = (made(persons) for persons in (FEW, MANY))
        seconds = [timed(one, site=site) for one in (few, many)]
        for what, less, more in zip(WHAT, *seconds, strict=True):
            yield Row(f"{what}, {drawn}, {MANY} persons", f"{more:.1f} s", f"{FEW} persons", f"{less:.1f} s",
                      more / less)  # fmt: skip
        memory = [remembered(one, site=site) for one in (few, many)]
        for what, less, more in zip(("read", "evaluate"), *memory, strict=True):
            yield Row(f"memory to {what} beside what it is given, {drawn}", f"{more:.0f} MiB", f"{FEW} persons",
                      f"{less:.0f} MiB", more / less)  # fmt: skip


def made(persons: int) -> "Synthetic":
    """Return made-up participants of ten years."""
    from utanforskap.analysis.followup import synthetic

    synthetic.YEARS = YEARS + 1
    return ut.synthetic_participants(n=persons, seed=1, sites=40)


def read(data: "Synthetic", *, site: bool) -> "Participants":
    """Return what was made up as it is read, with or without sites."""
    mapping = data.mappings["spells"]
    columns = {field: column for field, column in mapping["columns"].items() if site or field != "site"}
    return ut.read_participants(data.spells, mapping={**mapping, "columns": columns}).participants


def evaluate(people: "Participants") -> ut.Evaluation:
    """Return the evaluation that is measured."""
    case = ut.load("uppfoljning-arbetsvagen")
    design = ut.followup.DifferenceInDifferences()
    return ut.evaluate(people, case, design, years=YEARS, splits=("sex", "age"), draws=DRAWS)


def timed(data: "Synthetic", *, site: bool) -> tuple[float, float]:
    """Return the time of reading and of evaluating [s]."""
    begun = time.perf_counter()
    people = read(data, site=site)
    done = time.perf_counter()
    evaluate(people)
    return done - begun, time.perf_counter() - done


def remembered(data: "Synthetic", *, site: bool) -> tuple[float, float]:
    """Return the most memory that reading and evaluating take beside what they are given [MiB]."""
    tracemalloc.start()
    people = read(data, site=site)
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    evaluate(people)
    after = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / _MIB, (after - held) / _MIB
