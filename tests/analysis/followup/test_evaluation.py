"""What participants' time is worth: the observation against the calculation made before, and the levels' sums."""

import pickle
from typing import Any

import numpy as np
import pytest
from analysis.followup import observed

import utanforskap as ut

CLOSE = 1e-12


def test_what_went_as_planned_is_worth_what_was_planned() -> None:
    case = observed.case(years=3, persons=20)
    before = ut.run(case).compare("insats")

    found = ut.evaluate(observed.four_of_ten(3, of=20, working=8), case, ut.followup.BeforeAfter(), years=3, draws=0)

    for name in ("society", "public"):
        amount = found.everyone.amounts[name]
        assert amount.net == pytest.approx(before.net_present_value(perspective=name), rel=CLOSE)
        assert amount.projected == pytest.approx(0.0, abs=1e-6)
    for actor in ("kommun", "region", "staten", "individ", "af", "fk"):
        amount = found.everyone.amounts[f"top:{actor}"]
        assert amount.net == pytest.approx(before.net_present_value(perspective=actor), rel=CLOSE, abs=1e-6)


@pytest.mark.parametrize("drop_off", [0.0, 0.15])
def test_a_projection_by_drop_off_is_that_of_the_calculation(drop_off: float) -> None:
    case = observed.case(years=6, drop_off=drop_off)
    before = ut.run(case).compare("insats")

    found = ut.evaluate(observed.four_of_ten(1), case, ut.followup.BeforeAfter(), years=1, draws=0)

    net = found.everyone.amounts["society"].net
    assert net == pytest.approx(before.net_present_value(perspective="society"), rel=CLOSE)
    assert found.everyone.amounts["society"].projected != pytest.approx(0.0, abs=1.0)


def test_a_projection_along_a_pathway_by_hand() -> None:
    # Four of ten in work; 8 of 10 of those remain a year, and 1 of 10 of the others come. Without: 0, then 1 of ten.
    case = observed.case(years=2, discounting={"rate": 0, "timing": "start"}, money={"price_year": 2020})
    found = ut.evaluate(
        observed.four_of_ten(1), case, ut.followup.BeforeAfter(), years=1, draws=0, persistence="vidare"
    )

    # In work the second year: 4 × 0.8 + 6 × 0.1 = 3.8 with it, 1 without: 2.8 more. A year of work is worth
    # 390 000 (wage and contributions) and 100 000 of support. Entries: 0.6 into work with, 1 without; out of work
    # 0.8 with, 0 without.
    society = found.everyone.amounts["society"]
    assert society.observed == pytest.approx(4 * 490_000 - 4 * 7_000, rel=CLOSE)
    assert society.projected == pytest.approx(2.8 * 490_000 + 0.4 * 7_000 - 0.8 * 9_000, rel=CLOSE)


def test_nothing_is_projected_unless_asked_for() -> None:
    case = observed.case(years=6)
    found = ut.evaluate(
        observed.four_of_ten(2, of=20, working=8), case, ut.followup.BeforeAfter(), years=2, draws=0,
        persistence="none",
    )  # fmt: skip
    assert all(amount.projected == pytest.approx(0.0, abs=1e-6) for amount in found.everyone.amounts.values())
    assert [year.year for year in found.by_year] == [2020, 2021]


def test_the_levels_add_up() -> None:
    made = ut.synthetic_participants(n=800, seed=3)
    read = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
    case = ut.load("uppfoljning-arbetsvagen")
    found = ut.evaluate(
        read, case, ut.followup.DifferenceInDifferences(), years=2, splits=("sex", "education"), draws=0
    )
    everyone = found.everyone.amounts

    tops = [amount for name, amount in everyone.items() if name.startswith("top:")]
    for field in ("observed", "projected", "cost", "net"):
        parts = [getattr(amount, field) for amount in tops]
        assert None not in parts
        assert sum(parts) == pytest.approx(getattr(everyone["society"], field), rel=1e-9)
    for by in ("sex", "education"):
        groups = [group for group in found.groups if group.by == by]
        assert sum(group.persons or 0 for group in groups) == found.participants
        for name in ("society", "public", "top:individ", "top:kommun"):
            parts = [group.amounts[name].observed for group in groups]
            assert sum(part or 0.0 for part in parts) == pytest.approx(everyone[name].observed, rel=1e-9)
    by_year = sum((year.observed["society"] or 0.0) for year in found.by_year)
    undiscounted = ut.evaluate(read, case, ut.followup.DifferenceInDifferences(), years=2, draws=0, persistence="none")
    assert by_year == pytest.approx(sum((year.observed["society"] or 0.0) for year in undiscounted.by_year), rel=1e-9)


def test_the_individual_gains_what_is_left_of_the_wage() -> None:
    # Of 300 000 kr 30 % is tax; the benefit of 50 000 is gone: 160 000 kr a year for each of the four in work.
    case = observed.case(years=1, discounting={"rate": 0, "timing": "start"}, money={"price_year": 2020})
    found = ut.evaluate(observed.four_of_ten(1, of=40, working=16), case, ut.followup.BeforeAfter(), years=1, draws=0)

    assert found.everyone.amounts["top:individ"].observed == pytest.approx(16 * 160_000, rel=CLOSE)
    assert found.everyone.outcomes == {"gained": 16, "same": 24, "lost": 0, "unknown": 0}
    assert found.everyone.quantiles == {"p10": 0.0, "p25": 0.0, "p50": 0.0, "p75": 160_000.0, "p90": 160_000.0}


def test_quantiles_are_told_of_twenty_or_more() -> None:
    found = ut.evaluate(observed.four_of_ten(1, of=19), observed.case(), ut.followup.BeforeAfter(), draws=0)
    assert found.everyone.quantiles is None
    found = ut.evaluate(observed.four_of_ten(1, of=20), observed.case(), ut.followup.BeforeAfter(), draws=0)
    assert found.everyone.quantiles is not None


def test_the_potential_is_everybody_in_work() -> None:
    case = observed.case(years=1)
    found = ut.evaluate(observed.four_of_ten(1), case, ut.followup.BeforeAfter(), years=1, draws=0)
    assert found.realised() == pytest.approx(0.4, rel=CLOSE)
    assert found.realised("public") == pytest.approx(0.4, rel=CLOSE)


def test_a_stated_deadweight_leaves_that_share_out() -> None:
    whole = ut.evaluate(observed.four_of_ten(2), observed.case(), ut.followup.BeforeAfter(), years=2, draws=0)
    half = ut.evaluate(observed.four_of_ten(2), observed.case(), ut.followup.StatedDeadweight(0.5), years=2, draws=0)
    all_ = whole.everyone.amounts["society"].observed
    assert all_ is not None
    assert half.everyone.amounts["society"].observed == pytest.approx(all_ / 2, rel=CLOSE)


def test_which_assumption_made_the_difference() -> None:
    # Promised: ten persons of whom half succeed. It became twelve, of whom a quarter did, at 30 000 kr each. What is
    # paid in the first year is discounted by one.
    case = observed.case(years=2, persons=10, success=0.5)
    drift = "programmes.insats.costs.drift.amount"
    found = ut.evaluate(
        observed.four_of_ten(2, of=12, working=3), case, ut.followup.BeforeAfter(), years=2, draws=0,
        actual={drift: 30_000},
    )  # fmt: skip
    told = found.promise
    before = ut.run(case).compare("insats").net_present_value(perspective="society")
    steps = {step.id: step for step in told.steps}

    assert told.promised["society"] == pytest.approx(before, rel=CLOSE)
    assert steps["cost"].amounts["society"] == pytest.approx(-10 * 10_000 / 1.04, rel=1e-9)
    assert (steps["persons"].assumed, steps["persons"].observed) == (10, 12)
    assert steps["success"].observed == pytest.approx(0.25, rel=CLOSE)
    gross = before + 10 * 20_000 / 1.04
    assert steps["success"].amounts["society"] == pytest.approx(-gross / 2, rel=1e-9)
    explained = sum(step.amounts["society"] for step in told.steps)
    assert told.happened["society"] - told.promised["society"] == pytest.approx(explained, rel=1e-9)


def test_what_went_as_planned_leaves_nothing_to_explain() -> None:
    found = ut.evaluate(observed.four_of_ten(2), observed.case(years=2), ut.followup.BeforeAfter(), years=2, draws=0)
    scale = abs(found.promise.promised["society"])
    assert all(abs(amount) < 1e-9 * scale for step in found.promise.steps for amount in step.amounts.values())


def test_steps_towards_work_are_counted_beside_the_kronor() -> None:
    steps = (("anstalt",), ("utanfor",), ("arbete",))
    stays = [({"before": "anstalt"}, ("utanfor",))] * 6 + [({}, ("arbete",))] * 7 + [({}, ("anstalt",))] * 5
    known = observed.people([(dict(about), after) for about, after in stays])
    found = ut.evaluate(known, observed.case(years=1), ut.followup.BeforeAfter(), steps=steps, draws=0)
    assert found.everyone.steps == {"into_work": 7, "closer": 6, "level": 0, "farther": 5, "unplaced": 0}


def test_those_who_were_not_followed_are_taken_to_fare_as_the_others() -> None:
    stays = [({}, ("arbete",))] * 10 + [({}, ("utanfor",))] * 10 + [({}, ("",))] * 5
    known = observed.people([(dict(about), after) for about, after in stays])
    # Follow-up ends where the data do; half of those who were followed are in work, so 12.5 of the 25.
    found = ut.evaluate(known, observed.case(years=1), ut.followup.BeforeAfter(), draws=0)
    every = ut.evaluate(
        observed.four_of_ten(1, of=20, working=10), observed.case(years=1), ut.followup.BeforeAfter(), draws=0
    )
    seen, all_ = found.everyone.amounts["society"].observed, every.everyone.amounts["society"].observed
    assert seen is not None
    assert all_ is not None
    assert seen == pytest.approx(all_ * 25 / 20, rel=CLOSE)
    assert found.lost == 5


class TestDraws:
    """Persons and prices drawn together."""

    def found(self, **how: Any) -> Any:
        made = ut.synthetic_participants(n=500, seed=3, sites=40)
        read = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
        case = ut.load("uppfoljning-arbetsvagen")
        return ut.evaluate(read, case, ut.followup.DifferenceInDifferences(), years=2, **how)

    def test_the_same_seed_gives_the_same_whatever_else_is_asked(self) -> None:
        first = self.found(draws=60, seed=5)
        assert first.everyone.amounts == self.found(draws=60, seed=5).everyone.amounts
        again = self.found(draws=60, seed=5, splits=("sex",))
        assert first.everyone.amounts["society"].low == pytest.approx(again.everyone.amounts["society"].low, rel=CLOSE)
        assert first.everyone.amounts["society"].low != self.found(draws=60, seed=6).everyone.amounts["society"].low

    def test_the_point_does_not_depend_on_the_draws(self) -> None:
        assert self.found(draws=0).everyone.amounts["society"].net == pytest.approx(
            self.found(draws=20).everyone.amounts["society"].net, rel=CLOSE
        )

    def test_a_case_without_spread_still_has_the_persons_uncertainty(self) -> None:
        # One of two is in work: the share varies binomially, with a standard deviation of 0.5 / sqrt(n).
        known = observed.four_of_ten(1, of=400, working=200)
        case = observed.case(years=1, discounting={"rate": 0, "timing": "start"}, money={"price_year": 2020})
        found = ut.evaluate(known, case, ut.followup.BeforeAfter(), draws=2000)
        society = found.everyone.amounts["society"]
        assert society.low is not None
        assert society.high is not None
        width = 2 * 1.645 * (490_000 - 7_000) * np.sqrt(400 * 0.25)
        assert society.high - society.low == pytest.approx(width, rel=0.08)


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    # The truth is the effect that the persons were made with; 90 % intervals over 60 samples: 54 ± 4.6 (two errors).
    case = ut.load("uppfoljning-arbetsvagen")
    held = 0
    for seed in range(60):
        made = ut.synthetic_participants(n=700, seed=seed, attrition=0.0, sites=700)
        read = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
        found = ut.evaluate(read, case, ut.followup.DifferenceInDifferences(), draws=120, persistence="none")
        work = next(effect for effect in found.effects if effect.state == "arbete_heltid")
        assert work.low is not None
        assert work.high is not None
        held += work.low <= made.truth[0] <= work.high
    assert 48 <= held <= 60


def test_an_evaluation_holds_no_person_and_what_holds_them_stays() -> None:
    found = ut.evaluate(observed.four_of_ten(1), observed.case(), ut.followup.BeforeAfter(), draws=0)
    assert b"hemlig" not in pickle.dumps(found.groups)
    with pytest.raises(ut.QuestionError):
        pickle.dumps(observed.four_of_ten(1))


class TestRefusals:
    """What is said when an evaluation cannot be made."""

    def told(self, error: type[Exception], **how: Any) -> str:
        known = how.pop("people", observed.four_of_ten(2))
        case = how.pop("case", observed.case())
        with pytest.raises(error) as refused:
            ut.evaluate(known, case, how.pop("design", ut.followup.BeforeAfter()), draws=0, **how)
        return str(refused.value)

    def test_fewer_than_five(self) -> None:
        told = self.told(ut.QuestionError, people=observed.four_of_ten(1, of=4, working=2))
        assert told == "An evaluation needs at least 5 participants with a stated start."

    def test_years_outside_the_case(self) -> None:
        told = self.told(ut.QuestionError, case=observed.case(years=1), years=2)
        assert told == (
            "Participants started in 2020 and are followed for 2 years, but 'liten-insats' is of 2019–2020.\n"
            "Let it begin in 2020 at the latest, horizon: {first_year: 2020}; or ask for fewer years."
        )

    def test_years_that_nobody_was_followed(self) -> None:
        told = self.told(ut.QuestionError, years=3)
        assert told == (
            "Nobody of a group was followed both before the start and in year 3 after it.\n"
            "Ask for fewer years; or, where the time during the measure is not known, state it in the mapping: during."
        )

    def test_a_state_that_the_case_lacks(self) -> None:
        made = ut.synthetic_participants(n=50, seed=1)
        read = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
        told = self.told(ut.QuestionError, people=read)
        assert told.startswith("Participants were in states that 'liten-insats' does not have: arbete_heltid, ")

    def test_a_split_that_does_not_exist(self) -> None:
        told = self.told(ut.UnknownNameError, splits=("könn",))
        assert told == (
            "'könn' is not an attribute that participants can be split by. Did you mean 'kön'?\nAllowed: kön"
        )

    def test_a_persistence_that_does_not_exist(self) -> None:
        told = self.told(ut.UnknownNameError, persistence="vidar")
        assert told == (
            "'vidar' is not a persistence. Did you mean 'vidare'?\nAllowed: none, drop_off, kvar, i_arbete, vidare"
        )
