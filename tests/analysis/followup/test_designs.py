"""Counterfactual designs: exact by hand where a hand can, against statsmodels, and against a known truth."""

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import utanforskap as ut
from utanforskap.analysis.followup.comparing import Patterns, entropy_tilt, log_odds, match_weights, overlap
from utanforskap.analysis.followup.resampling import Resampling
from utanforskap.inputs.followup.words import words

BOTH = [ut.followup.DifferenceInDifferences(), ut.followup.Matched(), ut.followup.Matched(neighbours=3),
    ut.followup.Weighted(), ut.followup.Weighted(by="entropy")]  # fmt: skip
ALL = [ut.followup.BeforeAfter(), ut.followup.StatedDeadweight(deadweight=0.4), ut.followup.BeforeTrend(), *BOTH]


def named(design: Any) -> str:
    return repr(design)


def made(
    before: Any, after: Any, treated: Any, *, covariates: Any = None, sites: Any = None, weights: Any = None
) -> ut.followup.Sample:
    """A sample with one outcome; before may hold several periods."""
    history = np.array(before, dtype=np.float64).reshape(len(treated), -1, 1)
    after = np.array(after, dtype=np.float64).reshape(-1, 1)
    unknown = np.isnan(after)
    known = np.zeros((len(treated), 0)) if covariates is None else np.array(covariates, dtype=np.float64)
    return ut.followup.Sample(
        outcomes=("arbete",),
        history=history,
        after=after,
        year=1,
        least=np.where(unknown, 0.0, after),
        most=np.where(unknown, 1.0, after),
        treated=np.array(treated, dtype=np.bool_),
        weights=np.ones(len(treated)) if weights is None else np.array(weights, dtype=np.float64),
        covariates=known,
        names=tuple(f"x{number}" for number in range(known.shape[1])),
        sites=None if sites is None else np.array(sites),
    )


def drawn(n: int, seed: int, *, sites: int | None = None) -> ut.followup.Sample:
    """Persons whose arm depends on two covariates, and whose change depends on them and on the arm."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    treated = rng.random(n) < 1 / (1 + np.exp(-0.7 * x[:, 0] + 0.4 * x[:, 1]))
    history = rng.random((n, 2))
    after = history[:, -1] + 0.3 * x[:, 0] + 0.1 * x[:, 1] + 0.25 * treated + 0.2 * rng.normal(size=n)
    return made(history, after, treated, covariates=x, sites=None if sites is None else rng.integers(0, sites, n))


def effect(sample: ut.followup.Sample, design: Any) -> float:
    return float(ut.followup.estimate_effect(sample, design, draws=0).effect[0])


# --- by hand ----------------------------------------------------------------------------------------------------------

FOUR = made([0.0, 0.2, 0.4, 0.0], [1.0, 0.6, 0.6, 0.0], [True, True, False, False])


def test_before_and_after_is_the_mean_change() -> None:
    assert effect(FOUR, ut.followup.BeforeAfter()) == pytest.approx((1.0 + 0.4) / 2)


def test_a_stated_deadweight_leaves_the_rest() -> None:
    assert effect(FOUR, ut.followup.StatedDeadweight(deadweight=0.25)) == pytest.approx(0.75 * 0.7)


def test_a_comparison_group_takes_away_its_own_change() -> None:
    assert effect(FOUR, ut.followup.DifferenceInDifferences()) == pytest.approx(0.7 - 0.1)


def test_weights_count() -> None:
    sample = replace(FOUR, weights=np.array([3.0, 1.0, 1.0, 1.0]))

    assert effect(sample, ut.followup.DifferenceInDifferences()) == pytest.approx((3 * 1.0 + 0.4) / 4 - 0.1)


@pytest.mark.parametrize(("year", "foretold"), [(1, 0.4), (2, 0.5)])
def test_a_trend_goes_on_as_a_line(year: int, foretold: float) -> None:
    sample = replace(made([[0.1, 0.2, 0.3]], [1.0], [True]), year=year)

    assert effect(sample, ut.followup.BeforeTrend()) == pytest.approx(1.0 - foretold)


def test_the_nearest_count_and_all_who_are_as_near() -> None:
    odds = np.array([0.0, 1.0, -0.5, 0.5, 0.5, 3.0])
    treated = np.array([True, True, False, False, False, False])
    matched, inside = match_weights(odds, treated, np.ones(6), neighbours=1, caliper=None)

    # The first is as near to -0.5 as to the two at 0.5; the second is nearest to those two.
    assert matched == pytest.approx([1, 1, 1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2, 0])
    assert inside.tolist() == [True, True, True, True, True, False]


def test_a_caliper_leaves_out_whom_nobody_is_like() -> None:
    odds = np.array([0.0, 9.0, 0.1, -0.2])
    treated = np.array([True, True, False, False])
    matched, inside = match_weights(odds, treated, np.ones(4), neighbours=2, caliper=0.2)

    assert matched == pytest.approx([1, 0, 0.5, 0.5])
    assert inside.tolist() == [True, False, True, True]


def test_bounds_are_the_worst_and_best_of_who_was_lost() -> None:
    sample = made([0.0, 0.0, 0.0, 0.0], [1.0, np.nan, 0.0, np.nan], [True, True, False, False])
    estimate = ut.followup.estimate_effect(sample, ut.followup.DifferenceInDifferences(), draws=0)

    assert (estimate.effect[0], estimate.lower[0], estimate.upper[0]) == pytest.approx((1.0, 0.5 - 0.5, 1.0 - 0.0))
    assert (estimate.persons, estimate.comparison, estimate.lost) == (1, 1, 2)


# --- against statsmodels ----------------------------------------------------------------------------------------------


def test_difference_in_differences_is_the_regression_of_persons_and_periods() -> None:
    import statsmodels.api as sm

    sample = drawn(300, 1)
    outcome = np.concatenate([sample.before[:, 0], sample.after[:, 0]])
    after = np.repeat([0.0, 1.0], len(sample))
    treated = np.tile(sample.treated, 2).astype(np.float64)
    fitted = sm.OLS(outcome, np.column_stack([np.ones_like(after), after, treated, after * treated])).fit()

    assert effect(sample, ut.followup.DifferenceInDifferences()) == pytest.approx(fitted.params[3], abs=1e-12)


def test_the_bootstrap_is_as_wide_as_clustered_standard_errors() -> None:
    import statsmodels.api as sm

    sample = drawn(2000, 2, sites=60)
    change = sample.after[:, 0] - sample.before[:, 0]
    assert sample.sites is not None
    for sites, options in ((None, {"cov_type": "HC1"}), (sample.sites, {"cov_type": "cluster"})):
        more = {} if sites is None else {"cov_kwds": {"groups": sites}}
        fitted = sm.OLS(change, sm.add_constant(sample.treated.astype(np.float64))).fit(**options, **more)
        one = replace(sample, sites=sites)
        estimate = ut.followup.estimate_effect(one, ut.followup.DifferenceInDifferences(), draws=800)

        # 800 draws leave a relative error of 1 / sqrt(2 × 800) = 2.5 %, four times which is allowed.
        assert estimate.standard_error[0] == pytest.approx(fitted.bse[1], rel=0.1)


@pytest.mark.parametrize("weighted", [False, True])
def test_log_odds_are_those_of_logistic_regression(weighted: bool) -> None:
    import statsmodels.api as sm

    sample = drawn(500, 3)
    weights = np.random.default_rng(1).integers(0, 4, 500).astype(np.float64) if weighted else np.ones(500)
    family = sm.families.Binomial()
    design = sm.add_constant(sample.covariates)
    fitted = sm.GLM(sample.treated.astype(np.float64), design, family=family, freq_weights=weights).fit(tol=1e-12)

    assert odds_of(sample, weights) == pytest.approx(design @ fitted.params, abs=1e-8)


def odds_of(sample: ut.followup.Sample, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    patterns = Patterns.of(sample.covariates)
    odds: NDArray[np.float64] = log_odds(patterns, sample.treated, weights).scores[patterns.which]
    return odds


def test_entropy_weights_make_the_means_equal_and_are_exponential() -> None:
    sample = drawn(500, 4)
    own = np.random.default_rng(2).random(500) + 0.5
    patterns, theirs = Patterns.of(sample.covariates), ~sample.treated
    found = own * np.exp(entropy_tilt(patterns, sample.treated, own).scores[patterns.which])

    ours = np.average(sample.covariates[sample.treated], axis=0, weights=own[sample.treated])
    assert np.average(sample.covariates[theirs], axis=0, weights=found[theirs]) == pytest.approx(ours, abs=1e-8)
    # The solution's form (Hainmueller 2012, eq. 7): the logarithm of weight over own weight is linear in what is known.
    design = np.column_stack([np.ones(theirs.sum()), sample.covariates[theirs]])
    ratio = np.log(found[theirs] / own[theirs])
    assert design @ np.linalg.lstsq(design, ratio, rcond=None)[0] == pytest.approx(ratio, abs=1e-8)


# --- laws -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", ALL, ids=named)
def test_the_order_of_persons_changes_nothing(design: Any) -> None:
    sample = drawn(200, 5)
    order = np.random.default_rng(6).permutation(200)

    assert effect(sample.take(order), design) == pytest.approx(effect(sample, design), abs=1e-10)  # type: ignore[arg-type]


# Matched has its own law: how many neighbours are enough is counted in persons.
@pytest.mark.parametrize("design", [design for design in ALL if design.id != "matched"], ids=named)
def test_a_person_of_double_weight_is_two_persons(design: Any) -> None:
    sample = drawn(120, 7)
    twice = np.concatenate([np.arange(120), np.arange(30)])
    weights = np.where(np.arange(120) < 30, 2.0, 1.0)

    as_two = effect(sample.take(twice), design)  # type: ignore[arg-type]
    assert effect(replace(sample, weights=weights), design) == pytest.approx(as_two, abs=1e-8)


@pytest.mark.parametrize("design", ALL, ids=named)
def test_changes_of_shares_that_sum_to_one_sum_to_nothing(design: Any) -> None:
    sample = drawn(150, 8)
    both = replace(
        sample,
        outcomes=("arbete", "annat"),
        history=np.concatenate([sample.history, 1.0 - sample.history], axis=2),
        after=np.concatenate([sample.after, 1.0 - sample.after], axis=1),
        least=np.zeros((150, 2)),
        most=np.ones((150, 2)),
    )

    assert ut.followup.estimate_effect(both, design, draws=0).effect.sum() == pytest.approx(0.0, abs=1e-10)


def test_the_same_draw_whatever_the_number_of_draws() -> None:
    sample, design = drawn(100, 9), ut.followup.DifferenceInDifferences()
    few, many = (ut.followup.estimate_effect(sample, design, draws=draws).draws for draws in (5, 20))

    assert np.array_equal(few, many[:, :5])


def test_sites_are_drawn_whole() -> None:
    sites = np.array([7, 7, 3, 3, 3, 9])
    mixed = Resampling.of(np.array([True, False, True, False, True, True]), sites, seed=1)
    apart = Resampling.of(np.array([True, True, False, False, False, True]), sites, seed=1)
    for draw in range(20):
        for counts, groups in ((mixed.counts(draw), [[0, 2, 5]]), (apart.counts(draw), [[0, 5], [2]])):
            assert counts[0] == counts[1]
            assert counts[2] == counts[3] == counts[4]
            assert [counts[group].sum() for group in groups] == [len(group) for group in groups]


def test_no_array_of_persons_by_draws_is_ever_made() -> None:
    persons, draws = 20_000, 120
    sample = drawn(persons, 10)
    tracemalloc.start()
    ut.followup.estimate_effect(sample, ut.followup.DifferenceInDifferences(), draws=draws)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # One such array of floats would be 19 MB.
    assert most < persons * draws * 8 / 4


# --- against a known truth --------------------------------------------------------------------------------------------


def sample_of(seed: int, **options: Any) -> tuple[ut.followup.Sample, float]:
    synthetic = ut.synthetic_participants(n=3000, seed=seed, sites=40, **options)
    people = ut.read_participants(synthetic.spells, mapping=synthetic.mappings["spells"]).participants
    found = ut.followup.sample_of(people, outcomes=("arbete_heltid",), years_before=2, covariates=("education", "sex"))
    return found, synthetic.truth[0]


@pytest.mark.parametrize("design", BOTH, ids=named)
def test_groups_with_one_trend_give_the_truth(design: Any) -> None:
    sample, truth = sample_of(11)
    estimate = ut.followup.estimate_effect(sample, design, draws=100)

    assert abs(estimate.effect[0] - truth) < 3 * estimate.standard_error[0]
    assert estimate.lower[0] < truth < estimate.upper[0]


@pytest.mark.parametrize("design", BOTH, ids=named)
def test_where_trends_part_only_like_with_like_gives_the_truth(design: Any) -> None:
    sample, truth = sample_of(12, selection=1.0, uneven_trend=0.15)
    estimate = ut.followup.estimate_effect(sample, design, draws=100)
    wrong = abs(estimate.effect[0] - truth)

    if design.by_covariates:
        assert wrong < 3 * estimate.standard_error[0]
    else:
        assert wrong > 3 * estimate.standard_error[0]


def test_before_and_after_counts_what_would_have_come_anyway() -> None:
    sample, truth = sample_of(13)
    before_after = ut.followup.estimate_effect(sample, ut.followup.BeforeAfter(), draws=100)

    assert before_after.effect[0] > truth + 3 * before_after.standard_error[0]


def test_groups_that_parted_before_are_found_out() -> None:
    sample = made([[0.0, 0.3], [0.1, 0.1]], [0.9, 0.1], [True, False])

    assert ut.followup.placebo(sample, ut.followup.DifferenceInDifferences(), draws=0).effect[0] == pytest.approx(0.3)


def test_without_an_effect_none_is_found_before_the_start() -> None:
    sample, _ = sample_of(14)
    nothing = ut.followup.placebo(sample, ut.followup.DifferenceInDifferences(), draws=50)

    # The made-up persons work as much in both years before.
    assert nothing.effect[0] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("design", [ut.followup.Matched(neighbours=3), ut.followup.Weighted(by="entropy")], ids=named)
def test_intervals_hold_the_truth_as_often_as_they_say(design: Any) -> None:
    held = 0
    for seed in range(100):
        estimate = ut.followup.estimate_effect(drawn(150, 100 + seed), design, draws=50)
        low, high = estimate.table().loc["arbete", ["low", "high"]]
        held += low <= 0.25 <= high

    # 95 % of 100, within four standard deviations of a binomial count.
    assert abs(held - 95) <= 4 * (100 * 0.95 * 0.05) ** 0.5


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", ALL, ids=named)
def test_every_design_says_how_strong_its_evidence_is(design: Any) -> None:
    estimate = ut.followup.estimate_effect(drawn(100, 15), design, draws=2)

    assert estimate.title() == f"{words()['designs'][design.id]['sv']} ({words_of_evidence(estimate.evidence)})"
    assert estimate.caveats()[0] == words()["caveats"][words()["designs"][design.id]["caveats"][0]]["sv"]


def words_of_evidence(level: str) -> str:
    from utanforskap.terms import label

    return label("evidence", level, "sv")


def test_caveats_tell_losses_few_sites_and_what_is_still_uneven() -> None:
    sample = drawn(200, 16, sites=8)
    after = sample.after.copy()
    after[:7] = np.nan
    estimate = ut.followup.estimate_effect(replace(sample, after=after), ut.followup.DifferenceInDifferences(), draws=2)

    assert estimate.caveats(lang="en")[2:] == [
        "7 of 200 persons lack follow-up and are not in the figure; the bounds show what they can change at most.",
        "After the comparison the groups still differ in x0, x1 (by more than 0.1 standard deviations).",
        "The uncertainty is estimated from few sites (8) and is likely greater than it looks; "
        "fewer than 30 is precarious.",
    ]


def test_the_balance_is_better_after() -> None:
    estimate = ut.followup.estimate_effect(drawn(800, 17), ut.followup.Weighted(by="entropy"), draws=0)

    assert estimate.balance is not None
    assert (estimate.balance["smd"].abs() > 0.1).all()
    assert estimate.balance["smd_weighted"].to_numpy() == pytest.approx(0.0, abs=1e-7)


def test_the_standardised_difference_by_hand() -> None:
    sample = made([0, 0, 0, 0], [0, 0, 0, 0], [True, True, False, False], covariates=[[1], [3], [0], [2]])
    estimate = ut.followup.estimate_effect(sample, ut.followup.DifferenceInDifferences(), draws=0)

    # Means 2 and 1, both variances 1.
    assert estimate.balance is not None
    assert estimate.balance.loc["x0"].tolist() == pytest.approx([2.0, 1.0, 1.0, 1.0, 1.0])


def test_the_overlap_counts_everyone_once() -> None:
    sample = drawn(300, 18)
    table = overlap(odds_of(sample, sample.weights), sample.treated)

    assert (table["treated"].sum(), table["comparison"].sum()) == (sample.treated.sum(), (~sample.treated).sum())
    assert (table["from"].iloc[0], table["to"].iloc[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("sample", "design", "told"),
    [
        (
            made([0.0], [1.0], [True]),
            ut.followup.DifferenceInDifferences(),
            "The data have no comparison group.\n"
            "Name the column that says who is in it in the mapping, columns: {arm: …}, or choose another design.",
        ),
        (FOUR, ut.followup.Matched(), "Nothing is known by which persons could be compared: ask for covariates."),
        (
            FOUR,
            ut.followup.BeforeTrend(),
            "A trend needs at least two years before the start: ask for years_before of 2 or more.",
        ),
        (
            made([0.0, 0.0], [np.nan, 1.0], [True, False]),
            ut.followup.BeforeAfter(),
            "Nobody of a group was followed both before and after: there is nothing to compare.",
        ),
        (
            made([0, 0, 0, 0], [0, 0, 0, 0], [True, True, False, False], covariates=[[1], [2], [3], [4]]),
            ut.followup.Weighted(),
            "What is known of the persons tells the groups wholly apart: nobody in the comparison group is like the "
            "participants.\nLeave out what only one of the groups can have, or compare with others.",
        ),
    ],
)
def test_what_cannot_be_answered(sample: ut.followup.Sample, design: Any, told: str) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        ut.followup.estimate_effect(sample, design, draws=0)

    assert str(refused.value) == told
