"""Two parameters at a time, and break-even in every draw, against closed forms and point answers."""

from typing import Any

import numpy as np
import pytest
from laws.cases import two_states

import utanforskap as ut
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.results import Comparison
from utanforskap.analysis.sensitivity import break_even, break_even_draws
from utanforskap.terms import Reading

WORTH = 1 + 1 / 1.04 + 1 / 1.04**2
SUCCESS, DEADWEIGHT = "programmes.insats.success", "programmes.insats.deadweight"
AMOUNT, COST = "states.a.flows.post.amount", "programmes.insats.costs.drift.amount"


def compared(**programme: Any) -> Comparison:
    return ut.run(ut.from_data(two_states(cost=3_000.0, **programme))).compare("insats")


def net(*, success: float, deadweight: float) -> float:
    """The net gain by hand: five participants, 1 000 kr a year each, for 3 000 kr."""
    return 5_000 * success * (1 - deadweight) * WORTH - 3_000


# --- the grid -------------------------------------------------------------------------------------


def test_a_grid_is_what_the_closed_form_gives() -> None:
    frame = compared().two_way("success", "deadweight", row_values=[0.2, 0.4, 1.0], column_values=[0.0, 0.5])

    assert (frame.index.name, list(frame.index)) == (SUCCESS, [0.2, 0.4, 1.0])
    assert list(frame.columns) == [0.0, 0.5, "Noll vid"]
    for success in (0.2, 0.4, 1.0):
        for deadweight in (0.0, 0.5):
            assert frame.loc[success, deadweight] == pytest.approx(net(success=success, deadweight=deadweight))
    # Where along each row the sign turns: 5 000 × success × (1 − deadweight) × WORTH = 3 000; at 0.2 it never does.
    assert np.isnan(frame.loc[0.2, "Noll vid"])
    assert frame.loc[0.4, "Noll vid"] == pytest.approx(1 - 3_000 / (2_000 * WORTH))
    assert frame.loc[1.0, "Noll vid"] == pytest.approx(1 - 3_000 / (5_000 * WORTH))


def test_unless_stated_the_values_go_from_low_to_high_in_five_steps_by_way_of_the_point() -> None:
    gain = compared(success={"value": 0.4, "low": 0.1, "high": 0.5})
    frame = gain.two_way("success", "deadweight")

    assert list(frame.index) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    # Nobody has stated a range for the deadweight: all that a share can be.
    assert list(frame.columns[:-1]) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert frame.attrs["caption"].startswith("Vinst efter insatskostnad; samhällsekonomiskt; 2014–2016; ")


def test_a_cell_whose_values_leave_no_room_for_each_other_is_empty() -> None:
    data = two_states(cost=3_000.0)
    data["states"]["c"] = {"title": "C"}
    data["pathways"]["tredje"] = {"model": "stages", "stages": [{"state": "c"}]}
    data["groups"]["alla"]["pathways"] = {"bana": 0.5, "tredje": 0.1, "annan": "rest"}
    gain = ut.run(ut.from_data(data)).compare("insats")
    shares = ("groups.alla.pathways.bana", "groups.alla.pathways.tredje")
    frame = gain.two_way(*shares, row_values=[0.4, 0.8], column_values=[0.1, 0.3])

    assert np.isnan(frame.to_numpy()[:, :2]).tolist() == [[False, False], [False, True]]
    # Four of the ten are on the pathway and 40 % of them leave.
    assert frame.iloc[0, 0] == pytest.approx(1_600 * WORTH - 3_000)


def test_what_the_alternative_sets_is_moved_in_the_alternative_alone() -> None:
    data = two_states()
    data["alternatives"]["insats"] = {"programmes": ["insats"], "set": {AMOUNT: 900}}
    frame = ut.run(ut.from_data(data)).compare("insats").two_way(
        AMOUNT, SUCCESS, row_values=[500, 1_000], column_values=[0.0, 1.0]
    )  # fmt: skip

    # Five persons cost 1 000 kr a year without it; with it those who stay cost the amount.
    assert frame.loc[500, 0.0] == pytest.approx(2_500 * WORTH)
    assert frame.loc[1_000, 0.0] == pytest.approx(0.0, abs=1e-6)
    assert frame.loc[500, 1.0] == pytest.approx(5_000 * WORTH)


@pytest.mark.parametrize(
    ("names", "values", "said"),
    [
        (("success", "success"), {}, f"Both ways of the grid are '{SUCCESS}'.\nName two different parameters."),
        (
            ("success", "deadweight"), {"row_values": [0.5, 1.2]},
            f"'{SUCCESS}' cannot be 1.2: it must be between 0 and 1.",
        ),
        ((COST, "success"), {"row_values": [-1.0]}, f"'{COST}' cannot be -1: it must be at least 0."),
        (
            (COST, "success"), {},
            f"No range is stated for '{COST}', and it can be any number from 0 up.\n"
            "State its low and high in the scenario, or say which values to try.",
        ),
        (
            ("succes", "deadweight"), {},
            "'succes' is not a parameter. Did you mean 'programmes.insats.success'?",
        ),
    ],
    ids=["one twice", "too much", "below", "no end", "misspelt"],
)  # fmt: skip
def test_what_cannot_be_a_grid_is_refused_whole(names: tuple[str, str], values: dict[str, Any], said: str) -> None:
    with pytest.raises(ut.UtanforskapError) as refused:
        compared().two_way(*names, **values)

    assert str(refused.value).startswith(said)


# --- break-even in every draw ---------------------------------------------------------------------


def drawn(gain: Comparison, *, n: int = 300, **programme: Any) -> tuple[Readable, dict[str, np.ndarray[Any, Any]]]:
    rng = np.random.default_rng(1)
    values = {
        SUCCESS: rng.uniform(0.05, 0.9, n),
        AMOUNT: rng.uniform(500, 1_500, n),
        COST: rng.uniform(1_000, 6_000, n),
        DEADWEIGHT: rng.uniform(0.0, 0.6, n),
        **{name: rng.uniform(*ends, n) for name, ends in programme.items()},
    }
    return Readable(gain.case, values), values


def test_break_even_in_every_draw_is_what_the_closed_form_gives() -> None:
    gain = compared()
    readable, values = drawn(gain)
    found = break_even_draws(readable, gain.reading(), SUCCESS)

    expected = values[COST] / (5 * values[AMOUNT] * (1 - values[DEADWEIGHT]) * WORTH)
    np.testing.assert_allclose(found, np.where(expected <= 1, expected, np.nan), rtol=1e-10)
    assert 0 < np.isnan(found).sum() < len(found)


@pytest.mark.parametrize(
    "parameter", [SUCCESS, DEADWEIGHT, COST, "programmes.insats.drop_off", "discounting.rate", "groups.alla.persons"]
)
def test_break_even_in_every_draw_is_that_of_a_point_with_the_draw_s_values(parameter: str) -> None:
    gain = compared()
    readable, values = drawn(gain, n=40, **{"programmes.insats.drop_off": (0.0, 0.2), "discounting.rate": (0.0, 0.08)})
    found = break_even_draws(readable, gain.reading(), parameter)

    assert found.shape == (40,)
    for draw, ours in enumerate(found):
        at_point = Readable(gain.case, {name: array[draw] for name, array in values.items()})
        theirs = break_even(at_point, gain.reading(), parameter)
        assert theirs.value is None if np.isnan(ours) else theirs.value == pytest.approx(ours, rel=1e-9, abs=1e-11)


def test_break_even_in_draws_of_a_bundled_case_is_that_of_each_point() -> None:
    case = ut.load("trelleborg-integration")
    alternative = next(iter(case.scenario.alternatives))
    reading = Reading(measure="net_gain", alternative=alternative, perspective="kommun")
    rng = np.random.default_rng(2)
    values = {
        name: rng.uniform(said.low, said.high, 12)
        for name, said in case.estimates.items()
        if said.low is not None and said.high is not None and name.startswith(("prices.", "states."))
    }
    parameter = next(name for name in case.estimates if name.endswith(".deadweight"))
    found = break_even_draws(Readable(case, values), reading, parameter)

    for draw, ours in enumerate(found):
        theirs = break_even(Readable(case, {name: array[draw] for name, array in values.items()}), reading, parameter)
        assert theirs.value is None if np.isnan(ours) else theirs.value == pytest.approx(ours, rel=1e-9)


def test_without_draws_there_is_one_and_it_is_the_point_s() -> None:
    gain = compared()
    (found,) = break_even_draws(gain.readable, gain.reading(), SUCCESS)

    assert found == gain.break_even("success").value


def test_shares_that_sum_to_one_give_way_to_the_one_that_is_sought() -> None:
    data = two_states(cost=3_000.0)
    data["states"]["c"] = {"title": "C"}
    data["pathways"]["tredje"] = {"model": "stages", "stages": [{"state": "c"}]}
    data["groups"]["alla"]["pathways"] = {"bana": 0.5, "annan": 0.2, "tredje": 0.3}
    gain = ut.run(ut.from_data(data)).compare("insats")
    # 40 % of those on the pathway leave: 4 000 × share × WORTH = 3 000. And of the third's share, which takes its part
    # of what the others lose: share = (1 − third) × 5/7.
    share = 3_000 / (4_000 * WORTH)

    found = gain.break_even("groups.alla.pathways.bana")
    assert (found.value, found.searched) == (pytest.approx(share), (0.0, 1.0))
    assert gain.break_even("groups.alla.pathways.tredje").value == pytest.approx(1 - share * 7 / 5)


def test_a_probability_times_a_risk_leaves_room_in_its_row() -> None:
    data = two_states(cost=4_000.0)
    data["states"]["c"] = {"title": "C"}
    data["pathways"]["annan"] = {
        "model": "markov", "initial": {"b": 1}, "counted": "start",
        "transitions": {"b": {"a": 0.1, "c": [0.2, 0.3], "b": "rest"}},
        "relative_risk": {"on": ["b.a"], "value": 2},
    }  # fmt: skip
    gain = ut.run(ut.from_data(data)).compare("insats")

    # 2 × probability + 0.3 ≤ 1, and risk × 0.1 + 0.3 ≤ 1.
    assert gain.break_even("pathways.annan.transitions.b.a").searched == (0.0, pytest.approx(0.35))
    assert gain.break_even("pathways.annan.relative_risk.value").searched == (0.0, pytest.approx(7.0))
