"""Lines summed into columns before persons are multiplied equal the ledger's lines summed afterwards."""

import re
from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import Data, scenarios

import utanforskap as ut
from utanforskap.analysis.columns import Columns, Split, columns
from utanforskap.analysis.readings import PRODUCTION, Posting, Readable, factors, yearly_by
from utanforskap.inputs.case import Case
from utanforskap.terms import Reading, top_actor

CLOSE = 1e-12
SHARES = re.compile(r"\.(transitions|initial|pathways|references?|funding)\.")  # which cannot be moved one by one
DRAWS = 3


def readings(case: Case) -> Iterator[Reading]:
    alternatives = [None, *case.scenario.alternatives]
    asked = [{"measure": "ledger", "alternative": each} for each in alternatives]
    asked += [{"measure": "cost_of_exclusion", "alternative": each} for each in alternatives]
    asked += [
        {"measure": measure, "alternative": each}
        for measure in ("gross_gain", "net_gain")
        for each in case.scenario.alternatives
    ]
    for fields in asked:
        yield Reading.of(**fields, perspective="society", period="to_65")
        yield Reading.of(**fields, perspective="public", years=2)
        yield Reading.of(**fields, perspective="see", discount="none")
        yield Reading.of(**fields, perspective="individ")
        if case.scenario.money.tax_factor is not None:
            yield Reading.of(**fields, perspective="society", tax_factor=True)
        if case.scenario.money.inflation is not None:
            yield Reading.of(**fields, perspective="public", discount="none", current_prices=True)
        if fields["measure"] == "net_gain":
            yield Reading.of(**fields, perspective="public", realisable=True)


def name_of(posting: Posting, split: Split) -> str:
    if split == "account" or posting.column == PRODUCTION:
        return posting.column
    return top_actor(posting.actor)


def from_ledger(readable: Readable, reading: Reading, split: Split) -> dict[str, np.ndarray]:
    """Return present values by column and year [shape (year, draw)], line by line."""
    parameters = readable.parameters()
    weights = factors(readable.case, parameters, reading)
    key = None if split == "total" else lambda posting: name_of(posting, split)
    sums = yearly_by(readable.ledger(reading), reading, parameters, key)
    return {
        "total" if name == "all" else name: amounts * weights.reshape(len(weights), -1)
        for name, amounts in sums.items()
    }


def in_play(readable: Readable, reading: Reading) -> float:
    """Return the sum of all amounts, regardless of sign, in the ledgers that a reading compares [kr]."""
    case = readable.case
    runs = [readable.run(reading.alternative)]
    if reading.measure != "ledger":
        runs += readable.compared(reading)
    inflation = 3.0**case.scenario.horizon.years if reading.current_prices else 1.0
    return inflation * max(1.0, *(float(np.abs(run.ledger.amounts).sum(axis=(0, 1)).max()) for run in runs))


@given(scenarios(), st.sampled_from(("total", "actor", "account")), st.data())
def test_columns_equal_the_ledger_summed_line_by_line(data: Data, split: Split, more: st.DataObject) -> None:
    case = ut.from_data(data)
    moved = [name for name, said in case.estimates.items() if said.value > 0.0 and not SHARES.search(name)]
    names = more.draw(st.lists(st.sampled_from(moved), max_size=4, unique=True)) if moved else []
    readable = Readable(case, {name: case.estimates[name].value * np.linspace(0.9, 1.0, DRAWS) for name in names})
    for reading in readings(case):
        expected = from_ledger(readable, reading, split)
        near = CLOSE * in_play(readable, reading)
        for by_year in (False, True):
            found: Columns = columns(readable, reading, split=split, by_year=by_year)
            assert {name for name, amounts in expected.items() if np.any(np.abs(amounts) > near)} <= set(found.names)
            for name, value in zip(found.names, found.values, strict=True):
                other = expected.get(name, np.zeros((1, 1))).sum(axis=0)
                assert np.all(np.abs(value - other) <= near), (reading, name)
            assert (found.yearly is not None) == by_year
            for name, amounts in zip(found.names, found.yearly if found.yearly is not None else (), strict=False):
                assert np.all(np.abs(amounts - expected.get(name, 0.0)) <= near), (reading, name)
