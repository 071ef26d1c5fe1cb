"""A population is the sum of its cohorts."""

import copy

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.cases import size, two_states
from laws.test_columns import SHARES, from_ledger, in_play, readings
from strategies import Data, hundredths, scenarios

import utanforskap as ut
from utanforskap.analysis.columns import columns
from utanforskap.analysis.readings import Readable, value
from utanforskap.engine.ledger import Ledger

CLOSE = 1e-12
BANDS = ("0-24", "25-39", "40+")


def told_together(ledger: Ledger) -> dict[tuple[object, ...], np.ndarray]:
    """Return amounts, units and persons by line, whichever cohort they are of [shape (3, year)]."""
    found: dict[tuple[object, ...], np.ndarray] = {}
    for row, line in enumerate(ledger.lines):
        key = (line.item, line.kind, line.role, line.payer, line.payee, line.group, line.state, line.displaced)
        each = np.stack([getattr(ledger, of)[row, :, 0] for of in ("amounts", "units", "persons")])
        found[key] = found.get(key, 0.0) + each
    return found


def equal(one: Ledger, other: Ledger) -> None:
    ours, theirs = told_together(one), told_together(other)
    scale = max(size(one), size(other), float(np.max(np.abs(one.units), initial=1.0)))
    for key in {*ours, *theirs}:
        gap = np.abs(ours.get(key, np.zeros(1)) - theirs.get(key, np.zeros(1)))
        assert np.all(gap <= CLOSE * scale), key


@st.composite
def leaving(draw: st.DrawFn, data: Data) -> Data:
    """Let some of each group leave for good."""
    data["states"] |= {"dod": {"title": "Döda"}, "utflyttad": {"title": "Utflyttade"}}
    for group in data["groups"].values():
        group["exits"] = {"dod": draw(hundredths(0, 30))}
        if "age" in group:
            group["exits"]["utflyttad"] = {"by_age": {band: draw(hundredths(0, 40)) for band in BANDS}}
    return data


def by_law(data: Data) -> Data:
    """Let the law say every tax, for those whose age it knows."""
    said = {"employer_contributions": "law", "income_tax": "law"}
    said["local_rates"] = {"kommun": 0.2, "region": 0.11}
    data["taxes"] = {**data["taxes"], **said}
    for actor in data["actors"].values():
        actor.pop("tax_rate", None)
    data["money"] |= {"price_year": 2014, "level_year": 2014}
    for state in data["states"].values():
        state.pop("income_tax", None)
        if "work" in state:
            state["work"]["tax_year"] = 2014
    return data


@given(scenarios(), st.data())
def test_an_inflow_equals_the_same_cohorts_told_apart(data: Data, more: st.DataObject) -> None:
    if more.draw(st.booleans()):
        data = more.draw(leaving(data))
    if more.draw(st.booleans()):
        data = by_law(data)
    for group in data["groups"].values():
        group["repeat"] = group.get("repeat") or {"until": data["horizon"]["first_year"] + data["horizon"]["years"] - 1}
    together = copy.deepcopy(data)
    for group in together["groups"].values():
        group["inflow"] = group.pop("repeat")
    apart, whole = Readable(ut.from_data(data)), Readable(ut.from_data(together))
    for alternative in (None, *data["alternatives"]):
        one, other = whole.run(alternative), apart.run(alternative)
        equal(one.ledger, other.ledger)
        for of in ("persons", "entries"):
            ours, theirs = getattr(one.occupancy, of), getattr(other.occupancy, of)
            np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=CLOSE * max(1.0, float(np.max(np.abs(theirs)))))
    for period in (None, "to_65") if all("age" in group for group in data["groups"].values()) else (None,):
        reading = ut.Reading(measure="net_gain", alternative="p0", perspective="society", period=period)
        ours, theirs = float(value(whole, reading)[0]), float(value(apart, reading)[0])
        near = CLOSE * max(1.0, float(np.abs(apart.run("p0").ledger.amounts).sum()))
        assert abs(ours - theirs) <= near
        for by_year in (False, True):
            found = columns(whole, reading, split="actor", by_year=by_year)
            assert abs(float(found.values.sum()) - theirs) <= near


@given(scenarios(with_programmes=False), st.data())
def test_an_inflow_that_grows_or_is_stated_equals_a_group_for_each_year(data: Data, more: st.DataObject) -> None:
    first, last = data["horizon"]["first_year"], data["horizon"]["first_year"] + data["horizon"]["years"] - 1
    together, apart = copy.deepcopy(data), copy.deepcopy(data)
    for id_, group in data["groups"].items():
        group.pop("repeat", None)
        starts = group.get("starts", first)
        inflow: Data = {"until": last}
        growth = more.draw(hundredths(-20, 30))
        persons = {year: group["persons"] * (1 + growth) ** (year - starts) for year in range(starts, last + 1)}
        if more.draw(st.booleans()):
            inflow["growth"] = growth
        else:
            stated = (
                more.draw(st.dictionaries(st.integers(starts + 1, last), st.integers(0, 90))) if last > starts else {}
            )
            inflow["persons"] = {str(year): number for year, number in stated.items()}
            for year in persons:
                before = [known for known in stated if known <= year]
                persons[year] = stated[max(before)] if before else group["persons"]
        together["groups"][id_] = {**group, "inflow": inflow}
        together["groups"][id_].pop("repeat", None)
        del apart["groups"][id_]
        for year, number in persons.items():
            apart["groups"][f"{id_}-{year}"] = {**group, "starts": year, "persons": number}
    whole, parts = Readable(ut.from_data(together)), Readable(ut.from_data(apart))
    for measure in ("ledger", "cost_of_exclusion"):
        for perspective in ("society", "public", "individ"):
            reading = ut.Reading(measure=measure, perspective=perspective, discount="none")
            near = CLOSE * max(1.0, float(np.abs(parts.run().ledger.amounts).sum()))
            assert abs(float(value(whole, reading)[0]) - float(value(parts, reading)[0])) <= near


@given(scenarios(with_programmes=False), st.floats(0.0, 5.0))
def test_a_population_is_linear_in_its_inflow_and_nobody_costs_nothing(data: Data, times: float) -> None:
    for group in data["groups"].values():
        group.pop("repeat", None)
        group["inflow"] = {"until": data["horizon"]["first_year"] + data["horizon"]["years"] - 1}
    case = ut.from_data(data)
    reading = ut.Reading(measure="ledger", perspective="society")
    persons = {f"groups.{id_}.persons": group["persons"] for id_, group in data["groups"].items()}
    once = float(value(Readable(case), reading)[0])
    more = float(value(Readable(case, {name: times * number for name, number in persons.items()}), reading)[0])
    size_ = max(1.0, float(np.abs(Readable(case).run().ledger.amounts).sum())) * max(times, 1.0)
    assert abs(more - times * once) <= CLOSE * size_
    nobody = Readable(case, dict.fromkeys(persons, 0.0)).run()
    assert not np.any(nobody.ledger.amounts)
    assert not np.any(nobody.occupancy.persons)


@given(scenarios(), st.data())
def test_persons_are_kept_and_nobody_leaves_a_state_before_coming_there(data: Data, more: st.DataObject) -> None:
    data = more.draw(leaving(data))
    years = data["horizon"]["years"]
    for group in data["groups"].values():
        group.pop("repeat", None)
        group.pop("already", None)  # who was there already came before the horizon
        group["inflow"] = {"until": data["horizon"]["first_year"] + years - 1}
    case = ut.from_data(data)
    for alternative in (None, *data["alternatives"]):
        readable = Readable(case)
        found = readable.run(alternative).occupancy
        for place, (id_, group) in enumerate(data["groups"].items()):
            started = group.get("starts", data["horizon"]["first_year"]) - data["horizon"]["first_year"]
            persons = float(readable.parameters(alternative)[f"groups.{id_}.persons"][0])
            there = persons * np.maximum(np.arange(years) - started + 1, 0)
            np.testing.assert_allclose(found.persons[place].sum(axis=1)[:, 0], there, rtol=1e-9, atol=1e-9)
            grown = np.diff(found.persons[place], axis=0, prepend=0.0)
            assert np.min(found.entries[place] - grown, initial=0.0) >= -1e-9 * max(persons, 1.0) * years


@settings(max_examples=15)
@given(scenarios(longest=6), st.data())
def test_columns_of_draws_equal_the_ledger_of_a_population(data: Data, more: st.DataObject) -> None:
    data = more.draw(leaving(data))
    for group in data["groups"].values():
        group.pop("repeat", None)
        group["inflow"] = {"until": data["horizon"]["first_year"] + data["horizon"]["years"] - 1, "growth": 0.1}
    case = ut.from_data(data)
    moved = [name for name, said in case.estimates.items() if said.value > 0.0 and not SHARES.search(name)]
    names = more.draw(st.lists(st.sampled_from(moved), min_size=1, max_size=6, unique=True))
    readable = Readable(case, {name: case.estimates[name].value * np.linspace(0.9, 1.0, 3) for name in names})
    for reading in readings(case):
        expected = sum(from_ledger(readable, reading, "total").values(), np.zeros((1, 1))).sum(axis=0)
        for by_year in (False, True):
            found = columns(readable, reading, split="total", by_year=by_year).values.sum(axis=0)
            assert np.all(np.abs(found - expected) <= CLOSE * in_play(readable, reading)), reading


def test_what_persons_pay_does_not_depend_on_whom_a_programme_has_moved_there_yet() -> None:
    """Nobody is moved before the lag; those who are on the same pathway from the start pay tax all the same."""
    data = two_states(years=4, lag=2, new_pathway_clock="group")
    amount = {"value": 200_000, "unit": "kr/år", "price_year": 2013}
    data["states"]["b"]["flows"] = {
        "ersattning": {
            "payer": "fk", "payee": "individ", "kind": "transfer", "taxable": True, "amount": amount,
            "quantity": [1, 0.9, 0.8], "since": "entry",
        }
    }  # fmt: skip
    retention = {"kommun": 0.1, "region": 0.1, "after_years": 1}
    local = {"kommun": 0.2, "region": 0.11}
    data["taxes"] = {"employer_contributions": 0.3, "income_tax": "law", "local_rates": local, "retention": retention}
    reading = ut.Reading(measure="ledger", perspective="kommun", discount="none")
    alone = Readable(ut.from_data(data))
    after = Readable(ut.from_data(data))
    value(after, reading.change(alternative="insats"))
    assert float(value(after, reading)[0]) == float(value(alone, reading)[0])
