"""What a simulation answers beside amounts: payback, ratio, break-even, what was drawn, and how far to trust it."""

import math
from typing import Any

import numpy as np
import pytest
from analysis.simulated import AMOUNT, COST, PARTICIPANTS, SUCCESS, case_of, uncertain
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from laws.cases import one_state, two_states
from strategies import Data, scenarios

import utanforskap as ut
from utanforskap.analysis import gains
from utanforskap.analysis.columns import columns
from utanforskap.analysis.metrics import STATUSES, paybacks
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.uncertainty import digits
from utanforskap.analysis.uncertainty.repayment import costs_alone, repayment
from utanforskap.terms import Reading

NET = Reading(measure="net_gain", alternative="insats", perspective="society")
SIZES = st.floats(-1e6, 1e6).map(lambda size: round(size, 2))


def discount(years: int) -> float:
    """The sum of factors at 4 %, start of year."""
    return sum(1.04**-year for year in range(years))


# --- payback, ratio and break-even ------------------------------------------------------------------------------------


def payback_in_a_loop(gains: list[float], paid: list[bool]) -> tuple[str, float]:
    """The rule of the conventions' section 11, a year at a time."""
    size = sum(map(abs, gains))
    sums = [0.0]
    for gain in gains:
        sums.append(sums[-1] + gain)
    sums = [0.0 if abs(each) <= 1e-12 * size else each for each in sums]
    started = [year for year in range(len(gains)) if (paid[year] if any(paid) else gains[year] != 0.0)]
    first = started[0] if started else 0
    if not any(paid) and min(sums) >= 0.0:
        return "no_own_cost", math.nan
    if sums[-1] < 0.0:
        ended = not any(paid[-2:]) and all(gain <= 0.0 for gain in gains[-2:])
        return ("never" if ended else "not_within"), math.nan
    moment = 0.0
    for year in range(len(gains)):
        if sums[year] < 0.0 <= sums[year + 1]:
            moment = year + sums[year] / (sums[year] - sums[year + 1])
    return "time", max(moment - first, 0.0)


@given(st.integers(1, 6).flatmap(lambda years: st.tuples(
    hnp.arrays(np.float64, (years, 4), elements=SIZES), hnp.arrays(np.bool_, (years, 4))
)))  # fmt: skip
def test_paybacks_are_found_for_all_draws_at_once(streams: tuple[np.ndarray, np.ndarray]) -> None:
    gained, paid = streams
    found = paybacks(gains=gained, cost_years=paid)
    for draw in range(gained.shape[1]):
        status, years = payback_in_a_loop(list(gained[:, draw]), list(paid[:, draw]))
        assert STATUSES[found.status[draw]] == status
        assert found.years[draw] == pytest.approx(years, rel=1e-9, nan_ok=True)


@given(scenarios(), st.sampled_from(["society", "see", "kommun", "forbund", "individ"]), st.integers(0, 2**32 - 1))
def test_repayment_of_every_draw_is_the_point_engine_s(data: Data, perspective: str, seed: int) -> None:
    case = ut.from_data(data)
    scale = np.random.default_rng(seed).uniform(0.2, 1.0, (len(case.estimates), 3))
    money = [name for name, estimate in case.estimates.items() if hasattr(estimate, "price_year")]
    values = {name: case.estimates[name].value * scale[row] for row, name in enumerate(money)}
    values = values or {next(iter(case.estimates)): np.full(3, next(iter(case.estimates.values())).value)}
    readable = Readable(case, values)
    for alternative in case.scenario.alternatives:
        reading = NET.change(alternative=alternative, perspective=perspective)
        read = columns(readable, reading, split="actor", by_year=True).yearly
        assert read is not None
        whole = np.broadcast_to(read, (*read.shape[:-1], 3))
        found = repayment(readable, reading, whole, costs_alone(readable, alternative))
        for draw in range(3):
            point = Readable(case, {name: each[draw] for name, each in values.items()})
            for place, discounted in enumerate((False, True)):
                answer = gains.payback(point, reading, discounted=discounted)
                expected = {"time": answer.years, "no_own_cost": math.nan}.get(answer.status, math.inf)
                assert found.figures[place, draw] == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True)
            ratio = gains.benefit_cost_ratio(point, reading)
            # Gains of actors that cancel leave what rounding does of them, over a cost that may be small beside them.
            near = (
                1e-12 if ratio is None else 1e-12 * max(1.0, np.abs(read).sum() / gains.programme_cost(point, reading))
            )
            expected = math.nan if ratio is None else ratio
            assert found.figures[2, draw] == pytest.approx(expected, rel=1e-9, abs=near, nan_ok=True)
        assert found.statuses.sum(axis=1).tolist() == [3, 3]


def test_payback_and_ratio_spread_as_their_closed_forms() -> None:
    found = ut.simulate(case_of(), NET, n=4_000)
    drawn = found.drawn()
    yearly = PARTICIPANTS * drawn[SUCCESS] * drawn[AMOUNT]
    # The first year's saving comes at once; each later one is worth as much undiscounted.
    years = np.where(drawn[COST] <= yearly, 0.0, drawn[COST] / yearly)
    row = found.payback().iloc[0]
    assert row["Tillbaka"] == np.mean(years <= 6)
    assert row["Inte inom horisonten"] == np.mean(years > 6)
    assert (row["Aldrig"], row["Ingen egen kostnad"]) == (0.0, 0.0)
    back = np.where(years <= 6, years, np.inf)
    assert row["Median"] == pytest.approx(np.quantile(back, 0.5, method="inverted_cdf"), abs=0.02)
    ratio = yearly * discount(6) / drawn[COST]
    row = found.benefit_cost_ratio().iloc[0]
    assert row["Median"] == pytest.approx(np.quantile(ratio, 0.5, method="inverted_cdf"), abs=0.01)
    assert row["Utan insatskostnad"] == 0.0
    assert row["Punkt"] == pytest.approx(2_000 * discount(6) / 9_000, rel=1e-12)


def test_money_that_is_never_back_is_told_in_words() -> None:
    found = ut.simulate(case_of(years=2), NET, n=500)
    shown = found.payback(words=True).iloc[0]
    assert (shown["Punkt"], shown["Median"], shown["95 %"]) == ("inte inom 2 år",) * 3
    assert found.payback().iloc[0]["Median"] == math.inf


def test_who_bears_no_cost_has_neither_payback_nor_ratio() -> None:
    found = ut.simulate(case_of(), NET.change(perspective="fk"), n=500)
    assert found.payback().iloc[0]["Ingen egen kostnad"] == 1.0
    assert found.benefit_cost_ratio().iloc[0]["Utan insatskostnad"] == 1.0
    assert found.benefit_cost_ratio(words=True).iloc[0]["Median"] == "–"


def test_break_even_spreads_as_its_closed_form() -> None:
    found = ut.simulate(case_of(), NET, n=2_000, break_even=("success",))
    drawn = found.drawn()
    needed = drawn[COST] / (PARTICIPANTS * drawn[AMOUNT] * discount(6))
    row = found.break_even("success").iloc[0]
    assert row["Går inte"] == np.mean(needed > 1.0)
    assert row["Median"] == pytest.approx(np.quantile(needed[needed <= 1.0], 0.5, method="inverted_cdf"), abs=1e-3)
    assert row["Punkt"] == pytest.approx(9_000 / (PARTICIPANTS * 1_000 * discount(6)), rel=1e-9)
    assert found.break_even("success").attrs["caption"].endswith(SUCCESS)


# --- how far to go ----------------------------------------------------------------------------------------------------


def test_it_goes_on_until_the_error_is_small_enough() -> None:
    case = case_of()
    found = ut.simulate(case, NET, n=1_000, until_error="1,5 %", keep=True)
    row = found.by_perspective().iloc[0]
    assert found.until is not None
    assert found.until.reached == pytest.approx(row["Medelfel"] / abs(row["Medel"]), rel=1e-12)
    assert found.until.reached <= 0.015
    assert found.n in {4096 << doubling for doubling in range(9)}
    half = ut.simulate(case, NET, n=found.n // 2).by_perspective().iloc[0]
    assert half["Medelfel"] / abs(half["Medel"]) > 0.015
    np.testing.assert_array_equal(found.draws(), ut.simulate(case, NET, n=found.n, keep=True).draws())
    assert [finding.code for finding in found.findings()][-1] == "error-reached"


def test_it_says_when_the_error_was_not_reached() -> None:
    found = ut.simulate(case_of(), NET, n=5_000, until_error=1e-6, most=20_000, sampling="sobol")
    assert (found.n, found.until and found.until.met) == (16_384, False)
    told = found.findings(lang="en")[-1]
    assert (told.code, told.severity) == ("error-not-reached", "warning")
    assert told.message.endswith("of its size after 16,384 draws; 0.00010\u00a0% was not reached.")


def test_a_warning_says_how_many_draws_all_digits_take() -> None:
    sure = uncertain(amount={"family": "normal", "mean": 1_000_000, "sd": 100_000}, success={}, cost={})
    found = ut.simulate(ut.from_data(sure), NET, n=10_000)
    row = found.by_perspective().iloc[0]
    # 2 x 5.45 Mkr and 1.09 Mkr in spread: 10 000 draws have an error of 0.011 Mkr, under the tenth that is shown.
    assert row["Medelfel"] == pytest.approx(2 * 1e5 * discount(6) / 100, rel=0.05)
    assert found.findings() == ()
    few = ut.simulate(ut.from_data(sure), NET, n=100)
    error = few.by_perspective().iloc[0]["Medelfel"]
    needed = 10 * math.ceil(10 * (error / 1e5) ** 2)
    (told,) = few.findings()
    assert told.severity == "warning"
    assert told.message == (
        "100 dragningar räcker inte till alla siffror: tal är avrundade till vad deras medelfel bär. Alla siffror i "
        f"medelvärdena kräver omkring {needed} dragningar."
    )
    assert few.by_perspective().attrs["warnings"] == [told.message]
    assert told.message in repr(few)


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (12.345, 0.0, "12,3"), (12.345, 0.1, "12,3"), (12.345, 0.11, "12"), (12.345, 1.0, "12"), (12.345, 1.2, "10"),
        (1234.5, 45.0, "1\u00a0200"), (-7.77, 0.3, "\u22128"), (3.0, math.nan, "3,0"), (math.inf, 0.2, "∞"),
        (math.nan, 0.2, "–"), (0.4, 20.0, "0"),
    ],
)  # fmt: skip
def test_a_figure_has_as_many_digits_as_its_error_bears(value: float, error: float, shown: str) -> None:
    assert digits.number(value, error, decimals=1, lang="sv") == shown


@given(st.floats(1e-9, 1e9), st.integers(0, 3))
def test_the_last_digit_shown_is_worth_at_least_the_error(error: float, decimals: int) -> None:
    shown = digits.borne(error, decimals=decimals)
    assert shown <= decimals
    assert 10.0**-shown >= min(error, 10.0**-decimals) * (1 - 1e-6)
    assert shown == decimals or 10.0 ** -(shown + 1) < error  # one digit more would be too many


@pytest.mark.parametrize(
    ("share", "error", "shown"),
    [
        (0.97, 0.002, "97\u00a0%"), (0.9999, 0.0001, "> 99\u00a0%"), (0.0001, 0.0001, "< 1\u00a0%"),
        (1.0, 0.01, "100\u00a0%"), (0.0, 0.01, "0\u00a0%"), (0.47, 0.05, "50\u00a0%"), (0.97, 0.04, "> 90\u00a0%"),
        (math.nan, math.nan, "–\u00a0%"),
    ],
)  # fmt: skip
def test_a_share_is_certain_only_where_all_draws_agree(share: float, error: float, shown: str) -> None:
    assert digits.percent(share, error, lang="sv") == shown


# --- what was asked and drawn -----------------------------------------------------------------------------------------


def test_what_was_drawn_stands_beside_what_was_stated() -> None:
    found = ut.simulate(case_of(), NET, n=40_000)
    told = found.inputs()
    assert list(told.index) == [AMOUNT, SUCCESS, COST]
    row = told.loc[AMOUNT]
    assert (row["Angivet värde"], row["Angivet låg"], row["Angivet hög"]) == (1_000, 800, 1_300)
    assert (row["Enhet"], row["Fördelning"]) == ("kr/år", "two_piece")
    for stated, drawn in (
        ("Angivet värde", "Dragen median"),
        ("Angivet låg", "Draget 5 %"),
        ("Angivet hög", "Draget 95 %"),
    ):
        assert row[drawn] == pytest.approx(row[stated], rel=0.01)
    assert told.loc[COST, "Draget medel"] == pytest.approx(9_000, abs=4 * 2_000 / 200)
    np.testing.assert_allclose(told.loc[AMOUNT, "Draget medel"], found.drawn(AMOUNT)[AMOUNT].mean(), rtol=1e-12)


def test_the_usual_readings_are_the_gain_of_society_public_see_and_all_at_stake() -> None:
    found = ut.simulate(case_of(), n=10)
    assert list(found.readings) == ["society", "public", "see", "region"]
    assert {(each.measure, each.alternative) for each in found.readings.values()} == {("net_gain", "insats")}
    assert list(found.labels()) == list(found.readings)
    assert list(ut.run(case_of()).compare("insats").simulate(n=10).readings) == list(found.readings)


def test_without_an_alternative_it_is_what_exclusion_costs() -> None:
    data = two_states()
    del data["programmes"], data["alternatives"]
    found = ut.simulate(ut.from_data(data), n=10)
    assert {each.measure for each in found.readings.values()} == {"cost_of_exclusion"}
    alone = ut.simulate(ut.from_data(one_state(kind="service", payer="region")), n=10)
    assert {each.measure for each in alone.readings.values()} == {"ledger"}


def test_readings_are_named_by_what_tells_them_apart() -> None:
    readings = [NET.change(perspective=each, years=years) for each in ("society", "fk") for years in (None, 4)]
    found = ut.simulate(case_of(), readings, n=10)
    assert list(found.readings) == ["society", "society.4", "fk", "fk.4"]
    assert found.labels()["fk.4"] == "Försäkringskassan, 4 år"
    named = ut.simulate(case_of(), {"min fråga": NET}, n=10)
    assert list(named.by_perspective().index) == ["min fråga"]


def test_the_record_is_plain_data_that_repeats_the_run() -> None:
    found = ut.simulate(case_of(), NET, n=300, seed=7, sampling="latin", keep=True)
    record = found.record()
    assert record == {
        "case": "enkel", "version": ut.__version__, "seed": 7, "n": 300, "sampling": "latin", "until_error": None,
        "readings": {"society": NET.model_dump(mode="json")},
    }  # fmt: skip
    readings = {name: Reading(**fields) for name, fields in record["readings"].items()}
    again = ut.simulate(case_of(), readings, n=record["n"], seed=record["seed"], sampling=record["sampling"], keep=True)
    np.testing.assert_array_equal(found.draws(), again.draws())


def test_a_simulation_says_what_it_is_in_short() -> None:
    found = ut.simulate(case_of(), NET, n=5_000)
    lines = repr(found).splitlines()
    assert lines[0] == "Enkel – Insats"
    assert lines[1] == (
        "Vinst efter insatskostnad; samhällsekonomiskt; 2014–2019; 2013 års priser; nuvärde 2014, 4 %, årets början; "
        "5\u00a0000 dragningar, frö 1; kr"
    )
    assert lines[3].split() == ["Punkt", "Medel", "Medelfel", "Median", "5", "%", "95", "%", "P(>", "0)"]
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: ut.simulate(case_of(), NET, n=0), "The number of draws is 0: it must be at least 1."),
        (lambda: ut.simulate(case_of(), NET, seed=-1), "The seed is -1: it must be 0 or more."),
        (
            lambda: ut.simulate(case_of(), NET, n=10_000, sampling="sobol"),
            "Sobol points come in powers of two, and 10000 is not one.\n"
            "Ask for 8192 or 16384 draws, or sample by 'random' or 'latin'.",
        ),
        (
            lambda: ut.simulate(case_of(), NET, until_error="0"),
            "until_error is '0': it is a share of the mean's magnitude, above 0, such as '1 %'",
        ),
        (
            lambda: ut.simulate(case_of(), NET, until_error="1 kr"),
            "until_error is '1 kr': it is a share of the mean's magnitude, above 0, such as '1 %'",
        ),
        (
            lambda: ut.simulate(case_of(), []),
            "No reading is asked for: state at least one, or leave out 'readings' for the usual ones",
        ),
        (
            lambda: ut.simulate(case_of(), NET, most=20_000),
            "'most' is how many draws a run until an error may come to: state 'until_error' too.",
        ),
        (
            lambda: ut.simulate(case_of(), NET.change(measure="gross_gain"), break_even=["success"]),
            "Break-even is looked for in net gains, and none is read: ask for an alternative's net gain, or leave out "
            "'break_even'.",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).draws(),
            "This simulation kept no draws.\nAsk it to: simulate(…, keep=True)",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).by_perspective(levels=(5, 95)),
            "levels are (5, 95): two shares of draws from 0 to 1, the lower first, such as (0.05, 0.95)",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).by_horizon(),
            "This simulation is of the whole horizon.\nAsk for years: simulate(…, by_year=True)",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).by_actor(NET.change(perspective="fk")),
            "This simulation did not read that; it read: society.\nAdd the reading: simulate(…, readings=[…])",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).by_actor("samhället"),
            "'samhället' is not a reading of this simulation.\nAllowed: society",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10, keep=True).draws(actor="fk"),
            "'fk' is not a column of this reading.\nAllowed: region, total",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).break_even("success"),
            "This simulation did not look for the break-even of 'success'.\n"
            "Ask for it: simulate(…, break_even=('success',))",
        ),
        (
            lambda: ut.simulate(case_of(), NET.change(measure="gross_gain"), n=10).payback(),
            "No net gain was read: payback, ratio and break-even are of a gain (measure: net_gain)",
        ),
        (
            lambda: ut.simulate(case_of(), NET, n=10).drawn("lon"),
            "'lon' is not an estimate that is drawn.\n"
            f"Allowed: {AMOUNT}, {SUCCESS}, {COST}",
        ),
    ],
)  # fmt: skip
def test_refusals_say_what_to_do(asked: Any, message: str) -> None:
    with pytest.raises(ut.UtanforskapError) as refused:
        asked()
    assert str(refused.value) == message
