"""Simulation: what draws make of a case's readings, and that it is the point engine many times over."""

import gc
import math
import pickle
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import pytest
from analysis.simulated import AMOUNT, COST, PARTICIPANTS, SUCCESS, case_of, uncertain
from laws.cases import two_states

import utanforskap as ut
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.terms import Reading

NET = Reading(measure="net_gain", alternative="insats", perspective="society")


def discount(years: int) -> float:
    """The sum of factors at 4 %, start of year."""
    return sum(1.04**-year for year in range(years))


# --- the point engine many times over ---------------------------------------------------------------------------------


def test_without_a_spread_every_draw_is_the_point_run() -> None:
    case = ut.from_data(two_states(cost=3_000))
    point = ut.run(case).compare("insats")
    found = ut.simulate(case, n=5_000, by_year=True)
    for name, reading in found.readings.items():
        row = found.by_perspective().loc[found.labels()[name]]
        assert row["Medel"] == pytest.approx(
            point.read(**reading.model_dump(exclude={"measure", "alternative"})), rel=1e-12
        )
        assert row["Punkt"] == pytest.approx(row["Medel"], rel=1e-12)
        assert (row["Standardavvikelse"], row["Medelfel"]) == (0.0, 0.0)
    years = found.by_year(NET)["Medel"]
    np.testing.assert_allclose(years, point.table(rows="total", perspective="society").loc["Summa"], rtol=1e-12)
    assert [finding.code for finding in found.findings()] == ["nothing-uncertain"]
    assert found.findings()[0].message == "Ingen skattning har en spridning: alla dragningar är punktvärdet."


@pytest.mark.parametrize("perspective", ["society", "see", "public", "region"])
def test_the_point_engine_fed_a_draw_gives_the_simulation_s_column(perspective: str) -> None:
    case = case_of()
    reading = NET.change(perspective=perspective)
    found = ut.simulate(case, reading, n=5_000, keep=True)
    drawn = found.drawn()
    assert set(drawn) == {AMOUNT, COST, SUCCESS}
    for draw in (0, 1, 4_095, 4_096, 4_999):
        at = ut.run(case, values={name: float(values[draw]) for name, values in drawn.items()}).compare("insats")
        assert found.draws()[draw] == pytest.approx(at.net_present_value(perspective=perspective), rel=1e-12)
        table = at.table(rows="actor", columns="total", perspective=perspective)["Summa"]
        for actor in found.found[0].columns[:-1]:
            title = case.actors[actor].title["sv"] if actor in case.actors else "Produktionsvärde"
            assert found.draws(actor=actor)[draw] == pytest.approx(table.get(title, 0.0), rel=1e-12)


def test_what_an_alternative_sets_wins_there_over_what_is_drawn() -> None:
    data = uncertain()
    data["alternatives"]["fast"] = {
        "programmes": ["insats"],
        "set": {SUCCESS: 0.5, COST: {"value": 100, "low": 80, "high": 120}},
    }
    case = ut.from_data(data)
    readings = {id_: NET.change(alternative=id_) for id_ in ("insats", "fast")}
    found = ut.simulate(case, readings, n=100, keep=True)
    drawn = found.drawn()
    own = drawn[f"alternatives.fast.set.{COST}"]
    np.testing.assert_allclose(found.draws("fast"), PARTICIPANTS * 0.5 * drawn[AMOUNT] * discount(6) - own, rtol=1e-12)
    np.testing.assert_allclose(
        found.draws("insats"), PARTICIPANTS * drawn[SUCCESS] * drawn[AMOUNT] * discount(6) - drawn[COST], rtol=1e-12
    )


def test_what_is_given_to_a_run_is_not_drawn_over() -> None:
    found = ut.run(case_of(), values={SUCCESS: 1.0, COST: 0.0}).simulate(NET, n=50, keep=True)
    np.testing.assert_allclose(found.draws(), PARTICIPANTS * found.drawn(AMOUNT)[AMOUNT] * discount(6), rtol=1e-12)


def test_a_linear_case_has_the_variance_of_its_closed_form() -> None:
    sure = {
        "amount": {"family": "normal", "mean": 1_000, "sd": 100},
        "cost": {"family": "normal", "mean": 9_000, "sd": 700},
    }
    data = uncertain(**sure, success={})
    found = ut.simulate(ut.from_data(data), NET, n=40_000)
    row = found.by_perspective().iloc[0]
    factor = PARTICIPANTS * 0.4 * discount(6)
    sd = math.hypot(factor * 100, 700)
    # A sample variance of n normal draws has standard error sqrt(2 / (n - 1)) of itself, its root half of that.
    assert row["Standardavvikelse"] == pytest.approx(sd, rel=4 * math.sqrt(0.5 / 39_999))
    assert row["Medelfel"] == pytest.approx(sd / 200, rel=0.02)
    assert row["Medel"] == pytest.approx(factor * 1_000 - 9_000, abs=4 * sd / 200)
    assert row["P(> 0)"] == pytest.approx(0.5 * (1 + math.erf((factor * 1_000 - 9_000) / sd / math.sqrt(2))), abs=0.01)


def test_an_estimate_that_does_not_enter_a_reading_changes_none_of_its_draws() -> None:
    data = uncertain()
    data["states"]["a"]["flows"]["annan"] = {
        "kind": "service", "payer": "fk", "quantity": 1,
        "amount": {"value": 10, "low": 5, "high": 20, "unit": "kr/år", "price_year": 2013},
    }  # fmt: skip
    reading = NET.change(perspective="region")
    before, after = (ut.simulate(ut.from_data(each), reading, n=5_000, keep=True) for each in (uncertain(), data))
    np.testing.assert_array_equal(before.draws(), after.draws())
    np.testing.assert_array_equal(before.drawn(COST)[COST], after.drawn(COST)[COST])


# --- the same whoever carries it out ---------------------------------------------------------------------------------


@contextmanager
def dask() -> Iterator[Executor]:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as client:
        yield client.get_executor()


def processes() -> ProcessPoolExecutor:
    from multiprocessing import get_context

    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def everything(found: Simulation) -> list[np.ndarray]:
    """All that is kept of a simulation, to the last bit."""
    arrays = []
    for each in found.found:
        assert each.figures is not None
        assert each.statuses is not None
        for summary in (each.amounts, each.figures):
            arrays += [summary.histogram, summary.mean, summary.variance, summary.minimum, summary.maximum]
            arrays += [summary.positive, summary.above, summary.undefined, summary.bins.origin, summary.bins.width]
        arrays += [each.statuses, *each.kept]
    return arrays


class Inline(Executor):
    """Carries out each task when it is submitted."""

    def submit(self, task: Any, /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(task(*given, **named))
        return future


@pytest.fixture(scope="module")
def alone() -> Simulation:
    with ThreadPoolExecutor(1) as pool:
        return run_on(pool)


def run_on(executor: Executor | None) -> Simulation:
    return ut.simulate(case_of(), n=70_000, by_year=True, keep=True, executor=executor)


@pytest.mark.parametrize(
    "executor",
    [lambda: ThreadPoolExecutor(2), lambda: ThreadPoolExecutor(8), processes, dask],
    ids=["two threads", "eight threads", "processes", "a Dask cluster"],
)
def test_every_executor_gives_the_same_to_the_last_bit(alone: Simulation, executor: Any) -> None:
    opened: AbstractContextManager[Executor] = executor()
    with opened as pool:
        found = run_on(pool)
    for ours, theirs in zip(everything(found), everything(alone), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_without_an_executor_it_is_the_same(alone: Simulation) -> None:
    for ours, theirs in zip(everything(run_on(None)), everything(alone), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_an_interrupt_leaves_nothing_and_the_executor_free() -> None:
    told: list[tuple[int, int]] = []

    def interrupt(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(KeyboardInterrupt):
            ut.simulate(case_of(), n=400_000, executor=pool, progress=interrupt)
        assert pool.submit(int, "7").result(timeout=60) == 7  # nothing of the run is left before it
        assert pool._work_queue.qsize() == 0
    assert told[0] == (4_096, 400_000)


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[tuple[int, int]] = []
    ut.simulate(case_of(), NET, n=20_000, progress=lambda *done: told.append(done))
    assert told[0] == (4_096, 20_000)
    assert told[-1] == (20_000, 20_000)
    assert sorted(told) == told


# --- summaries and draws ---------------------------------------------------------------------------------------------


def test_what_is_summed_up_is_what_the_draws_give() -> None:
    found = ut.simulate(case_of(), NET, n=30_000, keep=True)
    draws, levels = found.draws(), (0.1, 0.9)
    row = found.by_perspective(levels=levels).iloc[0]
    assert row["Medel"] == pytest.approx(draws.mean(), rel=1e-12)
    assert row["Standardavvikelse"] == pytest.approx(draws.std(ddof=1), rel=1e-12)
    assert row["P(> 0)"] == np.mean(draws > 0)
    bin_ = float(found.found[0].amounts.bins.width[-1, 0])
    for column, share in (("Median", 0.5), ("10 %", 0.1), ("90 %", 0.9)):
        assert row[column] == pytest.approx(np.quantile(draws, share, method="inverted_cdf"), abs=bin_)
        assert row[f"Medelfel, {column.lower()}"] >= bin_ * (1 - 1e-9)


@pytest.mark.parametrize("years", [1, 4, 5, 6])
def test_a_horizon_is_the_reading_of_so_many_years(years: int) -> None:
    readings = {"hela": NET, "del": NET.change(years=years)}
    found = ut.simulate(case_of(), readings, n=4_000, by_year=True)
    horizon = found.by_horizon("hela").loc[f"{years} år"]
    np.testing.assert_allclose(horizon, found.by_perspective().loc["del"], rtol=1e-9)


def test_years_sum_to_the_whole_and_actors_to_the_total() -> None:
    found = ut.simulate(case_of(), NET, n=4_000, by_year=True)
    whole = found.by_perspective().iloc[0]["Medel"]
    assert found.by_year()["Medel"].sum() == pytest.approx(whole, rel=1e-12)
    assert found.by_year(actor="region")["Medel"].sum() == pytest.approx(
        found.by_actor().loc["Region", "Medel"], rel=1e-12
    )
    assert found.by_actor()["Medel"].iloc[:-1].sum() == pytest.approx(whole, rel=1e-12)


def test_probabilities_by_horizon_are_shares_of_draws() -> None:
    case = case_of()
    found = ut.simulate(case, NET, n=4_000, by_year=True)
    drawn = found.drawn()
    shares = found.probabilities().iloc[0]
    for years in (1, 4, 5, 6):
        net = PARTICIPANTS * drawn[SUCCESS] * drawn[AMOUNT] * discount(years) - drawn[COST]
        assert shares[f"{years} år"] == pytest.approx(np.mean(net > 0), abs=1e-12)


def test_mandate_periods_are_told_where_the_case_says_when_they_begin() -> None:
    data = uncertain()
    with pytest.raises(ut.QuestionError, match="no first year of a mandate period"):
        ut.simulate(ut.from_data(data), NET, n=10, by_year=True).by_mandate()
    data["horizon"]["mandate_from"] = 2014
    found = ut.simulate(ut.from_data(data), NET, n=10, by_year=True)
    assert list(found.by_mandate().index) == ["2014–2017", "2018–2019"]


def test_committees_and_sums_alone_are_split_as_asked() -> None:
    data = uncertain()
    data["states"]["a"]["flows"]["post"]["payer"] = "region.psykiatri"
    case = ut.from_data(data)
    total, account = (ut.simulate(case, NET, n=10, split=split) for split in ("total", "account"))
    assert list(total.by_actor().index) == ["Summa"]
    assert list(account.by_actor().index) == ["Region", "Psykiatri", "Summa"]
    np.testing.assert_allclose(total.by_actor().loc["Summa"], account.by_actor().loc["Summa"], rtol=1e-12)


def test_a_block_leaves_nothing_behind_for_the_collector() -> None:
    """Arrays that hold themselves would wait for the collector, and memory grow with the draws."""
    case = ut.load("trelleborg-skolmisslyckanden")
    reading = NET.change(alternative="gymnasieprojekt")
    held: list[int] = []

    def measure(*_: int) -> None:
        held.append(tracemalloc.get_traced_memory()[0])

    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        ut.simulate(case, reading, n=4_096 * 8 * 3, executor=Inline(), progress=measure)
    finally:
        tracemalloc.stop()
        gc.enable()
    # A few arrays of a block's draws are 32 768 bytes each, and a block makes hundreds of them.
    assert held[-1] - held[0] < 100 * 32_768


def test_a_simulation_whose_results_have_been_read_can_be_sent_elsewhere() -> None:
    found = ut.run(case_of()).simulate(n=200, by_year=True, break_even=["success"])
    found.readable.run("insats").ledger.amounts.sum()
    shown = [found.by_actor(), found.by_year(), found.payback(), found.break_even("success")]
    again = pickle.loads(pickle.dumps(found))
    for one, other in zip(
        shown, [again.by_actor(), again.by_year(), again.payback(), again.break_even("success")], strict=True
    ):
        assert one.equals(other)
    assert again.record() == found.record()
