"""The laws of the ledger (design section 4), over generated scenarios; law 11 is in `test_twin`."""

import copy
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from laws.cases import assert_close, one_state, readings, size
from strategies import TIMINGS, Data, drawn_values, scenarios

import utanforskap as ut
from utanforskap.analysis.readings import Readable, sides, value, yearly
from utanforskap.analysis.results import Result
from utanforskap.analysis.tabulate import COLUMN_KEYS, ROW_KEYS
from utanforskap.engine.chain import Run, run
from utanforskap.engine.ledger import Ledger, difference
from utanforskap.engine.occupancy import Occupancy
from utanforskap.engine.parameters import Array, point
from utanforskap.inputs.case import Case, as_data
from utanforskap.terms import Reading

PERSPECTIVES = ("society", "public", "see", "individ", "arbetsgivare", "kommun", "region", "staten", "forbund")
perspectives = st.sampled_from(PERSPECTIVES)


def every_run(case: Case, values: dict[str, Any] | None = None) -> list[Run]:
    """Return the baseline and every alternative."""
    return [
        run(point(case, alternative=alternative, values=values), alternative=alternative)
        for alternative in (None, *case.scenario.alternatives)
    ]


def of_kind(ledger: Ledger, kind: str) -> Array:
    """Return the sum of all lines of a kind [shape (year, draw)]."""
    rows = [row for row, line in enumerate(ledger.lines) if line.kind == kind]
    summed: Array = ledger.amounts[rows].sum(axis=0)
    return summed


# --- law 1 ----------------------------------------------------------------------------------------


@given(scenarios(), st.data())
def test_law_1_a_flow_with_a_payee_is_two_postings_that_sum_to_zero_bit_for_bit(
    data: Data, more: st.DataObject
) -> None:
    case = ut.from_data(data)
    for ran in every_run(case, more.draw(drawn_values(case))):
        sums = {row: np.zeros(ran.ledger.amounts.shape[1:]) for row in range(len(ran.ledger))}
        for posting in sides(ran.ledger, case.perspective("society"), case):
            sums[posting.row] = sums[posting.row] + posting.sign * ran.ledger.amounts[posting.row]
        for row, line in enumerate(ran.ledger.lines):
            stated = (line.payer is not None, line.payee is not None)
            one_sided = {"service": (True, False), "production": (False, True)}
            assert stated == one_sided.get(line.kind, (True, True)), line
            if line.kind not in one_sided:
                assert not np.any(sums[row]), line


# --- law 2 ----------------------------------------------------------------------------------------


@given(scenarios(), perspectives)
def test_law_2_a_gain_is_the_baseline_less_the_alternative(data: Data, perspective: str) -> None:
    readable = Readable(ut.from_data(data))
    of = size(readable.run().ledger) + size(readable.run("andra_tal").ledger)
    before = yearly(readable, Reading(perspective=perspective))
    after = yearly(readable, Reading(perspective=perspective, alternative="andra_tal"))
    gain = yearly(readable, Reading(perspective=perspective, measure="net_gain", alternative="andra_tal"))
    assert_close(gain, before - after, of=of)


@given(scenarios(), perspectives)
def test_law_2_what_an_alternative_takes_off_the_cost_of_exclusion_is_its_gross_gain(
    data: Data, perspective: str
) -> None:
    readable = Readable(ut.from_data(data))
    cost = Reading(measure="cost_of_exclusion", perspective=perspective)
    gain = Reading(measure="gross_gain", perspective=perspective, alternative="p0")
    taken_off = yearly(readable, cost) - yearly(readable, cost.change(alternative="p0"))
    assert_close(taken_off, yearly(readable, gain), of=size(readable.run().ledger))


def test_law_2_a_cost_is_positive_to_who_pays_it_and_negative_to_who_receives_it() -> None:
    case = ut.from_data(one_state(kind="transfer", payer="kommun", payee="individ"))
    result = ut.run(case)
    assert result.read(Reading(perspective="kommun", discount="none")) == 3_000.0
    assert result.read(Reading(perspective="individ", discount="none")) == -3_000.0
    case = ut.from_data(one_state(kind="production", payer="arbetsgivare"))
    assert ut.run(case).read(Reading(perspective="arbetsgivare", discount="none")) == -3_000.0


# --- law 3 ----------------------------------------------------------------------------------------


@given(scenarios())
def test_law_3_society_is_services_less_production(data: Data) -> None:
    readable = Readable(ut.from_data(data))
    for alternative in (None, *readable.case.scenario.alternatives):
        ledger = readable.run(alternative).ledger
        society = yearly(readable, Reading(alternative=alternative))
        assert_close(society, of_kind(ledger, "service") - of_kind(ledger, "production"), of=size(ledger))


def with_other_transfers(data: Data) -> Data:
    """Return a scenario whose transfers, taxes and wage flows differ, and nothing else."""
    other = copy.deepcopy(data)
    other["taxes"]["income_tax"] = {"kommun": 0.31, "region": 0.11, "staten": 0.07}
    other["taxes"]["retention"] = {"kommun": 0.9, "region": -0.1, "after_years": 1}
    for actor in other["actors"].values():
        actor |= {"tax_rate": 0.22, "retention": 0.5}
    for state in other["states"].values():
        state.pop("income_tax", None)
        for flow in state["flows"].values():
            if flow.get("kind") in ("transfer", "tax", "wage"):
                flow["amount"]["value"] = 3 * flow["amount"]["value"] + 17
                flow["payer"], flow["payee"] = flow["payee"], flow["payer"]
    for programme in other["programmes"].values():
        for cost in programme["costs"].values():
            if cost.get("kind") == "transfer":
                cost["amount"]["value"] *= 2
    return other


@given(scenarios())
def test_law_3_society_is_the_same_whatever_the_transfers_and_taxes_are(data: Data) -> None:
    one, other = Readable(ut.from_data(data)), Readable(ut.from_data(with_other_transfers(data)))
    for alternative in (None, *one.case.scenario.alternatives):
        asked = Reading(alternative=alternative)
        of = size(one.run(alternative).ledger) + size(other.run(alternative).ledger)
        assert_close(yearly(one, asked), yearly(other, asked), of=of)


# --- law 4 ----------------------------------------------------------------------------------------


@given(scenarios(), perspectives, st.sampled_from(COLUMN_KEYS), st.data())
def test_law_4_any_grouping_has_the_same_grand_total(
    data: Data, perspective: str, columns: Any, more: st.DataObject
) -> None:
    case = ut.from_data(data)
    assume(columns != "mandate" or case.scenario.horizon.mandate_from is not None)
    result = Result(case, Readable(case))
    reading = more.draw(st.sampled_from(readings(case, perspective)))
    expected = result.read(reading)
    of = case.scenario.horizon.years * size(result.readable.ledger(reading)) * len(result.readable.ledger(reading))
    asked = reading.model_dump()
    for rows in ROW_KEYS:
        frame = result.table(rows=rows, columns=columns, **asked)
        totals = frame.loc["Summa"]
        assert_close(float(totals.iloc[-1] if columns == "horizon" else totals.sum()), expected, of=of)
        assert_close(frame.iloc[:-1].sum().to_numpy(), totals.to_numpy(), of=of)


@given(scenarios())
def test_law_4_perspectives_that_partition_the_actors_sum_to_society(data: Data) -> None:
    readable = Readable(ut.from_data(data))
    case = readable.case
    for reading in readings(case, "society"):
        ledger = readable.ledger(reading)
        parts = yearly(readable, reading.change(perspective="public"))
        for actor in (id_ for id_, said in case.actors.items() if not said.public and "." not in id_):
            parts = parts + yearly(readable, reading.change(perspective=actor))
        for row, line in enumerate(ledger.lines):
            if reading.measure in ("gross_gain", "cost_of_exclusion") and line.role != "effect":
                continue
            # What public employers produce is not cash in their books.
            if line.kind == "production" and line.payee is not None and case.actors[line.payee].public:
                parts = parts - ledger.amounts[row]
            # What others lose is left out of the participants' own perspective.
            if line.displaced:
                received = float(line.payer == "individ") - float(line.payee == "individ")
                parts = parts + received * ledger.amounts[row]
        assert_close(parts, yearly(readable, reading), of=size(ledger))


@given(scenarios())
def test_law_4_the_columns_of_a_see_table_are_its_public_part_and_its_production(data: Data) -> None:
    readable = Readable(ut.from_data(data))
    for reading in readings(readable.case, "see"):
        parts = [yearly(readable, reading.change(part=part)) for part in ("public", "production")]
        assert_close(sum(parts), yearly(readable, reading), of=size(readable.ledger(reading)))
        columns = ("af", "fk", "kommun", "region", "rattsvasende", "ovriga", "staten", "forbund")
        apart = sum(yearly(readable, reading.change(part=[actor])) for actor in columns)
        assert_close(apart, parts[0], of=size(readable.ledger(reading)))


# --- law 5 ----------------------------------------------------------------------------------------


def present(case: Case, persons: dict[str, float]) -> Array:
    """Return how many of each group have started, by year [shape (group, year)]."""
    horizon = case.scenario.horizon
    counts = np.zeros((len(persons), horizon.years))
    for position, (id_, group) in enumerate(case.scenario.groups.items()):
        first = group.starts if group.starts is not None else horizon.first_year
        last = group.repeat.until if group.repeat is not None else first
        for cohort in range(first, last + 1):
            counts[position, cohort - horizon.first_year :] += persons[id_]
    return counts


def exits(occupancy: Occupancy) -> Array:
    change = np.diff(occupancy.persons, axis=1, prepend=0.0)
    left: Array = occupancy.entries - change
    return left


@given(scenarios(), st.booleans())
def test_law_5_occupancy_sums_to_the_persons_and_exits_are_never_negative(data: Data, on_reference: bool) -> None:
    for group in data["groups"].values():
        group["already"] = False
    case = ut.from_data(data)
    readable = Readable(case)
    for alternative in (None, *case.scenario.alternatives):
        persons = {id_: group.persons.value for id_, group in case.scenario.groups.items()}
        if alternative == "andra_tal":
            persons["grupp0"] *= 1.5
        occupancy = readable.run(alternative, "reference" if on_reference else None).occupancy
        everybody = present(case, persons)
        of = float(everybody.max())
        assert_close(occupancy.persons.sum(axis=2)[..., 0], everybody, of=of)
        assert occupancy.persons.min() >= -1e-9 * of
        assert occupancy.entries.min() >= -1e-9 * of
        assert exits(occupancy).min() >= -1e-9 * of


@given(scenarios(with_programmes=False))
def test_law_5_being_there_already_takes_away_the_entry_of_being_placed_and_nothing_else(data: Data) -> None:
    there, coming = copy.deepcopy(data), copy.deepcopy(data)
    for id_ in data["groups"]:
        there["groups"][id_]["already"], coming["groups"][id_]["already"] = True, False
    one, other = (Readable(ut.from_data(said)).run().occupancy for said in (there, coming))
    assert np.array_equal(one.persons, other.persons)
    case = ut.from_data(coming)
    placed = (other.entries - one.entries).sum(axis=2)[..., 0]
    everybody = present(case, {id_: group.persons.value for id_, group in case.scenario.groups.items()})
    assert_close(placed, np.diff(everybody, axis=1, prepend=0.0), of=float(everybody.max()))
    assert (other.entries - one.entries).min() >= -1e-9 * float(everybody.max())


# --- law 6 ----------------------------------------------------------------------------------------


@given(scenarios(), perspectives)
def test_law_6_twice_the_persons_is_twice_every_amount(data: Data, perspective: str) -> None:
    twice = copy.deepcopy(data)
    for group in twice["groups"].values():
        group["persons"] *= 2
    for programme in twice["programmes"].values():
        for name in ("persons", "enrolled"):
            if isinstance(programme["reaches"].get(name), int | float):
                programme["reaches"][name] *= 2
        for cost in programme["costs"].values():
            if cost["basis"] != "per_participant":  # the others do not follow from persons
                for name in {"amount", "provider_cost"} & set(cost):
                    cost[name]["value"] *= 2
    twice["alternatives"]["andra_tal"]["set"]["groups.grupp0.persons"] *= 2
    one, two = Readable(ut.from_data(data)), Readable(ut.from_data(twice))
    for reading in readings(one.case, perspective):
        assert_close(yearly(two, reading), 2.0 * yearly(one, reading), of=size(two.ledger(reading)))


def halved(quantity: Any) -> Any:
    if isinstance(quantity, list):
        return [number / 2 for number in quantity]
    if isinstance(quantity, dict):
        return {"by_age": {band: number / 2 for band, number in quantity["by_age"].items()}}
    return quantity / 2


@given(scenarios(), perspectives)
def test_law_6_splitting_an_item_in_halves_changes_nothing(data: Data, perspective: str) -> None:
    split = copy.deepcopy(data)
    for state in split["states"].values():
        for id_, flow in list(state["flows"].items()):
            flow["quantity"] = halved(flow["quantity"])
            state["flows"][f"{id_}-igen"] = copy.deepcopy(flow)
    for programme in split["programmes"].values():
        for id_, cost in list(programme["costs"].items()):
            cost["quantity"] = cost.get("quantity", 1) / 2
            programme["costs"][f"{id_}-igen"] = copy.deepcopy(cost)
    one, two = Readable(ut.from_data(data)), Readable(ut.from_data(split))
    for reading in readings(one.case, perspective):
        assert_close(yearly(two, reading), yearly(one, reading), of=size(one.ledger(reading)))


@given(scenarios(with_programmes=False), perspectives)
def test_law_6_splitting_a_group_in_halves_changes_nothing(data: Data, perspective: str) -> None:
    split = copy.deepcopy(data)
    for id_, group in data["groups"].items():
        split["groups"][id_]["persons"] = group["persons"] / 2
        split["groups"][f"{id_}-igen"] = copy.deepcopy(split["groups"][id_])
    one, two = Readable(ut.from_data(data)), Readable(ut.from_data(split))
    for reading in readings(one.case, perspective):
        assert_close(yearly(two, reading), yearly(one, reading), of=size(one.ledger(reading)))


def backwards(data: Any) -> Any:
    """Return a scenario whose mappings stand in the opposite order; the order of a list has a meaning."""
    if isinstance(data, dict):
        return {key: backwards(said) for key, said in reversed(data.items())}
    return [backwards(item) for item in data] if isinstance(data, list) else data


@given(scenarios(), perspectives)
def test_law_6_the_order_in_the_file_changes_nothing(data: Data, perspective: str) -> None:
    other = backwards(data)
    for alternative in other["alternatives"].values():
        alternative["programmes"] = alternative["programmes"][::-1]
    one, two = Readable(ut.from_data(data)), Readable(ut.from_data(other))
    for reading in readings(one.case, perspective):
        assert_close(yearly(two, reading), yearly(one, reading), of=size(one.ledger(reading)), rel=1e-11)


# --- law 7 ----------------------------------------------------------------------------------------


@given(scenarios(), st.data())
def test_law_7_comparing_something_with_itself_is_exactly_zero(data: Data, more: st.DataObject) -> None:
    case = ut.from_data(data)
    values = more.draw(drawn_values(case))
    for first, second in zip(every_run(case, values), every_run(case, values), strict=True):
        compared = difference(first.ledger, second.ledger)
        for amounts in (compared.amounts, compared.units, compared.persons):
            assert not np.any(amounts)


def test_law_7_a_declared_alternative_that_changes_nothing_is_refused_and_a_search_beneath_is_not() -> None:
    data = one_state(kind="service", payer="kommun")
    data["states"]["b"] = {"title": "B"}
    data["pathways"]["annan"] = {"model": "stages", "stages": [{"state": "b"}]}
    data["groups"]["alla"]["pathways"] = {"bana": 0.5, "annan": "rest"}
    data["programmes"] = {
        "insats": {
            "title": "Insats", "reaches": {"group": "alla", "pathway": "bana", "persons": "all"}, "starts": 2014,
            "leads_to": "annan", "success": 0, "evidence": "assumed",
        }
    }  # fmt: skip
    data["alternatives"] = {"insats": {"programmes": ["insats"]}}
    case = ut.from_data(data)
    with pytest.raises(ut.InputError) as refused:
        ut.run(case)
    assert str(refused.value) == (
        "alternatives.insats\n"
        "  The alternative 'insats' changes no amount in the ledger; "
        "check whom it reaches, when, and what its values drive."
    )
    assert float(value(Readable(case), Reading(measure="net_gain", alternative="insats"))[0]) == 0.0


# --- law 8 ----------------------------------------------------------------------------------------


@given(scenarios(), perspectives, st.sampled_from(TIMINGS))
def test_law_8_rate_zero_gives_the_plain_sum(data: Data, perspective: str, timing: str) -> None:
    data["discounting"] = {"rate": 0, "timing": timing}
    readable = Readable(ut.from_data(data))
    for reading in readings(readable.case, perspective):
        plain = yearly(readable, reading).sum(axis=0)
        assert np.array_equal(value(readable, reading), plain)
        assert np.array_equal(value(readable, reading.change(discount="none")), plain)


@given(st.floats(0.001, 0.3), st.integers(1, 100), st.sampled_from(TIMINGS), st.integers(-20, 20))
def test_law_8_a_constant_stream_gives_the_closed_form_annuity(
    rate: float, years: int, timing: str, later: int
) -> None:
    case = ut.from_data(one_state(years=years, rate=rate, timing=timing, kind="service", payer="kommun"))
    worth = ut.run(case).read(Reading(base_year=2014 + later))
    in_advance = 1_000.0 * (1.0 - (1.0 + rate) ** -years) * (1.0 + rate) / rate
    moved = later - {"start": 0.0, "mid": 0.5, "end": 1.0}[timing]
    assert worth == pytest.approx(in_advance * (1.0 + rate) ** moved, rel=1e-10)


# --- law 9 ----------------------------------------------------------------------------------------


@given(scenarios(), st.data())
def test_law_9_draws_do_not_depend_on_which_others_stand_beside_them(data: Data, more: st.DataObject) -> None:
    case = ut.from_data(data)
    values = more.draw(drawn_values(case))
    n = len(next(iter(values.values())))
    kept = more.draw(st.permutations(range(n)))[: more.draw(st.integers(2, n))]
    few = {name: array[kept] for name, array in values.items()}
    for whole, part in zip(every_run(case, values), every_run(case, few), strict=True):
        assert np.array_equal(whole.ledger.amounts[..., kept], part.ledger.amounts)
        assert np.array_equal(whole.occupancy.persons[..., kept], part.occupancy.persons)
        assert np.array_equal(whole.occupancy.entries[..., kept], part.occupancy.entries)


@given(scenarios(), perspectives, st.data())
def test_law_9_the_point_engine_fed_one_draws_values_is_that_column(
    data: Data, perspective: str, more: st.DataObject
) -> None:
    case = ut.from_data(data)
    values = more.draw(drawn_values(case))
    many = Readable(case, values)
    for j in range(len(next(iter(values.values())))):
        alone = Readable(case, {name: array[j] for name, array in values.items()})
        for reading in readings(case, perspective):
            of = size(alone.ledger(reading)) * len(alone.ledger(reading))
            column = np.broadcast_to(yearly(many, reading), (case.scenario.horizon.years, many.parameters().draws))[
                :, j
            ]
            assert_close(column, yearly(alone, reading)[:, 0], of=of, rel=1e-12)


@given(scenarios(), perspectives, st.integers(2, 5))
def test_law_9_draws_without_spread_equal_the_point_run(data: Data, perspective: str, n: int) -> None:
    case = ut.from_data(data)
    still = Readable(case, {name: np.full(n, estimate.value) for name, estimate in case.estimates.items()})
    alone = Readable(case)
    for reading in readings(case, perspective):
        if reading.alternative == "andra_tal":
            continue  # values that are given win over those that an alternative sets
        of = size(alone.ledger(reading)) * len(alone.ledger(reading))
        assert_close(value(still, reading), np.repeat(value(alone, reading), n), of=of, rel=1e-12)


# --- law 10 ---------------------------------------------------------------------------------------


@given(scenarios())
def test_law_10_dump_load_run_is_identical(data: Data) -> None:
    case = ut.from_data(data)
    again = ut.from_data(as_data(case.scenario))
    assert again.scenario == case.scenario
    for ours, theirs in zip(every_run(case), every_run(again), strict=True):
        assert ours.ledger.lines == theirs.ledger.lines
        assert np.array_equal(ours.ledger.amounts, theirs.ledger.amounts)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(data=scenarios(longest=4))
def test_law_10_written_to_a_file_and_read_it_runs_identically(data: Data, tmp_path: Path) -> None:
    case = ut.from_data(data)
    file = tmp_path / "fall.yaml"
    file.write_text(json.dumps(as_data(case.scenario)), encoding="utf-8")
    for ours, theirs in zip(every_run(case), every_run(ut.load(file)), strict=True):
        assert ours.ledger.lines == theirs.ledger.lines
        assert np.array_equal(ours.ledger.amounts, theirs.ledger.amounts)


@given(scenarios(), st.integers(2000, 2024), perspectives)
def test_law_10_changing_the_price_year_alone_multiplies_every_amount_by_one_ratio(
    data: Data, price_year: int, perspective: str
) -> None:
    money = data["money"]
    held = {**money, "level_year": money.get("level_year", money["price_year"]), "price_year": price_year}
    case, other = ut.from_data(data), ut.from_data({**data, "money": held})
    kpi = case.indices["kpi"].values
    ratio = kpi[price_year] / kpi[money["price_year"]]
    for ours, theirs in zip(every_run(case), every_run(other), strict=True):
        assert ours.ledger.lines == theirs.ledger.lines
        np.testing.assert_allclose(theirs.ledger.amounts, ratio * ours.ledger.amounts, rtol=1e-10, atol=1e-9)
    one, two = (Result(c, Readable(c)).compare("p0") for c in (case, other))
    assert two.payback(perspective=perspective).status == one.payback(perspective=perspective).status
    for name in ("years", "horizon"):
        pair = [getattr(c.payback(perspective=perspective), name) for c in (one, two)]
        assert pair[0] == pair[1] or math.isclose(pair[0], pair[1], rel_tol=1e-6, abs_tol=1e-6)
    for metric in (
        lambda c: c.benefit_cost_ratio(perspective=perspective),
        lambda c: c.irr(perspective=perspective).rate,
    ):
        first, second = metric(one), metric(two)
        assert (first is None) == (second is None)
        assert first is None or math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-9)
