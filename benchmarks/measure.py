"""How the benchmarks measure: the least of several times, each beside what it is held against."""

# The processes that are measured inherit the size of the one that starts them, so nothing large is imported here.
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
REPEATS = 7
CLOSE = 1e-9


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


def agree(ours: float, theirs: float) -> None:
    if abs(ours - theirs) > CLOSE * max(abs(theirs), 1.0):
        raise SystemExit(f"the answers differ: {ours:.6f} and {theirs:.6f}; nothing is compared")


def ms(seconds: float) -> str:
    return f"{1000 * seconds:,.1f} ms"
