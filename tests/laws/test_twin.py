"""Law 11: three nested loops over years, states and flows equal the engine."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from laws import naive
from strategies import Data, scenarios

import utanforskap as ut
from utanforskap.analysis.readings import Readable, value
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.occupancy import Occupancy

CLOSE = 1e-9


def by_key(ledger: Ledger) -> dict[naive.Key, np.ndarray]:
    """Return amounts by what the twin calls a line; the engine's own lines may be finer."""
    found: dict[naive.Key, np.ndarray] = {}
    for row, line in enumerate(ledger.lines):
        key = (
            line.item, line.kind, line.role, line.payer, line.payee, line.group, line.cohort, line.state, line.displaced
        )  # fmt: skip
        found[key] = found.get(key, 0.0) + ledger.amounts[row, :, 0]
    return found


def agree(ours: np.ndarray, theirs: np.ndarray, scale: float) -> bool:
    return bool(np.all(np.abs(ours - theirs) <= CLOSE * scale + 1e-6))


def compare_ledgers(engine: Ledger, twin: naive.Twin) -> None:
    ours, theirs = by_key(engine), twin.book
    scale: dict[str, float] = {}
    for book in (ours, theirs):
        for key, amounts in book.items():
            scale[key[0]] = max(scale.get(key[0], 0.0), float(np.max(np.abs(amounts))))
    nothing = np.zeros(twin.years)
    for key in {*ours, *theirs}:
        mine, other = ours.get(key, nothing), np.array(theirs.get(key, nothing))
        assert agree(mine, other, scale[key[0]]), f"{key}: engine {mine.tolist()}, twin {other.tolist()}"


def compare_persons(engine: Occupancy, twin: naive.Twin) -> None:
    for counted, theirs in ((engine.persons, twin.persons), (engine.entries, twin.entered)):
        for g, group in enumerate(engine.groups):
            for s, state in enumerate(engine.states):
                other = np.array(theirs.get((group, state), [0.0] * twin.years))
                mine = counted[g, :, s, 0]
                assert agree(mine, other, float(np.max(np.abs(other), initial=1.0))), (
                    f"{group} {state}: engine {mine.tolist()}, twin {other.tolist()}"
                )


@given(scenarios())
def test_the_engine_equals_three_nested_loops_with_and_without_each_alternative(data: Data) -> None:
    case = ut.from_data(data)
    readable = Readable(case)
    for alternative in (None, *case.scenario.alternatives):
        twin = naive.Twin(case, alternative=alternative)
        run = readable.run(alternative)
        compare_persons(run.occupancy, twin)
        compare_ledgers(run.ledger, twin)


@given(scenarios(), st.booleans())
def test_everybody_on_a_reference_equals_three_nested_loops(data: Data, changed: bool) -> None:
    case = ut.from_data(data)
    alternative = "andra_tal" if changed else None
    twin = naive.Twin(case, alternative=alternative, reference="reference")
    run = Readable(case).run(alternative, "reference")
    compare_persons(run.occupancy, twin)
    compare_ledgers(run.ledger, twin)


@given(scenarios(), st.integers(-3, 12))
def test_present_values_equal_sums_over_the_twins_book(data: Data, later: int) -> None:
    case = ut.from_data(data)
    readable = Readable(case)
    twin, other = naive.Twin(case), naive.Twin(case, alternative="p0")
    base_year = twin.first + later
    factors = naive.discount(twin, case.scenario.discounting, base_year)
    for perspective in ("society", "public", "see", "individ"):
        before, after = naive.total(twin, perspective), naive.total(other, perspective)
        scale = sum(f * (abs(a) + abs(b)) for f, a, b in zip(factors, before, after, strict=True)) + 1.0
        worth = sum(f * (a - b) for f, a, b in zip(factors, before, after, strict=True))
        reading = ut.Reading(measure="net_gain", alternative="p0", perspective=perspective, base_year=base_year)
        assert abs(float(value(readable, reading)[0]) - worth) <= 1e-8 * scale
