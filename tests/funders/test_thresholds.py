"""What it takes to pay, held against brute force."""

import math

import numpy as np
import pytest
from funders.purses import budget, case, kr

import utanforskap as ut

# 1 360 000 kr in 2015 for ten participants, each of whom saves 100 000 kr a year where it succeeds.


def gain() -> ut.Comparison:
    said = budget(funders={"fk": 0.5, "kommun": "rest"})
    said["other"] = {"start": {"amount": kr(1_000_000), "year": 2015}}
    return ut.run(ut.from_data(case(said))).compare("insats")


def test_how_many_of_how_many_by_brute_force() -> None:
    comparison = gain()
    found = comparison.thresholds("success", perspectives=["society", "kommun", "fk"], horizons=(2, 4, 20))
    by_hand = {}
    for perspective in ("society", "kommun", "fk"):
        for years in (2, 4):
            pays = [
                persons
                for persons in range(11)
                if ut.run(comparison.case, values={"success": persons / 10})
                .compare("insats")
                .net_present_value(perspective=perspective, years=years)
                >= -1e-6
            ]
            by_hand[perspective, years] = min(pays, default=None)
    assert {(each.perspective, each.years): each.persons for each in found.found} == by_hand
    # Society: 1.36 Mkr over 1 and 2 Mkr for each tenth; the Agency only pays.
    assert by_hand == {
        ("society", 2): 7, ("society", 4): 4, ("kommun", 2): 4, ("kommun", 4): 2, ("fk", 2): None, ("fk", 4): None,
    }  # fmt: skip
    assert found.table().to_numpy().tolist() == [["7 av 10", "4 av 10"], ["4 av 10", "2 av 10"], ["går inte"] * 2]


def test_how_much_earlier_by_brute_force() -> None:
    comparison = gain()
    data = case(budget())
    data["pathways"] = {
        name: {
            "model": "duration",
            "leaves": "ute",
            "reaches": "inne",
            "distribution": "exponential",
            "median": 3,
            **more,
        }
        for name, more in (("kvar", {}), ("klar", {"shorten": 0.5}))
    }
    data["programmes"]["insats"] |= {"success": 1, "new_pathway_clock": "group"}
    data["groups"]["alla"].pop("reference")
    comparison = ut.run(ut.from_data(data)).compare("insats")
    found = comparison.thresholds("shorten", perspectives=["society"], horizons=(3, 6))
    for each in found.found:
        grid = np.linspace(0.0, 3.0, 3001)
        worth = [
            ut.run(comparison.case, values={"pathways.klar.shorten": float(x)})
            .compare("insats")
            .net_present_value(years=each.years)
            for x in grid[::100]
        ]
        crossed = int(np.argmax(np.asarray(worth) >= 0.0))
        assert grid[::100][crossed - 1] < each.answer.value <= grid[::100][crossed]
        shown = found.told(each, "en")
        assert float(shown.split()[0]) == pytest.approx(each.answer.value * 12, abs=0.05)
        assert shown.endswith(" months")


def test_what_pays_from_the_beginning_and_horizons_beyond_the_case() -> None:
    comparison = gain()
    found = comparison.thresholds("success", perspectives=["kommun.socialtjanst"], horizons=(50,))
    assert [(each.years, found.told(each)) for each in found.found] == [(6, "går alltid ihop")]
    assert math.isclose(found.found[0].gain, 2_400_000)


def test_an_estimate_that_counts_nobody_is_told_as_it_is() -> None:
    name = "programmes.insats.budget.other.start.amount"
    found = gain().thresholds(name, perspectives=["society"], horizons=(6,))
    # 2 400 000 kr saved less 360 000 kr of staff.
    assert found.table(words=False).to_numpy().tolist() == [[pytest.approx(2_040_000)]]
    assert found.table().to_numpy().tolist() == [["2\u00a0040\u00a0000"]]
