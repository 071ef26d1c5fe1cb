"""Samples of participants, and the made-up participants that tests and demonstrations rest on."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import utanforskap as ut

COLUMNS = ["person", "from", "to", "state", "start", "followed_until", "arm", "site", "height"]
ROWS: list[tuple[Any, ...]] = [
    ("a", "2018-01-01", "2018-12-31", "sjukpenning", "2019-01-01", "2019-12-31", "Insats", "Lund", 170),
    ("a", "2019-01-01", "2019-12-31", "arbete_heltid", "2019-01-01", "2019-12-31", "Insats", "Lund", 170),
    ("b", "2018-01-01", "2019-11-30", "sjukpenning", "2019-01-01", "2019-11-30", "Kontroll", "Höör", 180),
    ("c", "2018-01-01", "2019-06-30", "sjukpenning", "2019-01-01", "2019-06-30", "Kontroll", "Lund", None),
]


def people(rows: list[tuple[Any, ...]] = ROWS, columns: list[str] = COLUMNS) -> Any:
    data = pd.DataFrame(rows, columns=columns)
    return ut.read_participants(data, mapping={"format": 1, "shape": "spells"}).participants


def test_outcomes_are_shares_of_the_years_around_the_start() -> None:
    sample = ut.followup.sample_of(people())

    assert sample.outcomes == ("arbete_heltid", "sjukpenning")
    assert sample.before.tolist() == [[0.0, 1.0]] * 3
    assert sample.treated.tolist() == [True, False, False]
    assert sample.sites is not None
    assert sample.sites.tolist() == [1, 0, 1]


def test_a_year_that_was_mostly_observed_counts_by_what_was_and_the_rest_is_lost() -> None:
    sample = ut.followup.sample_of(people(), outcomes=("sjukpenning",))

    # b was observed 334 of 365 days, ill in all of them; c only 181.
    assert sample.after[:, 0] == pytest.approx([0.0, 1.0, np.nan], nan_ok=True)
    assert sample.least[:, 0] == pytest.approx([0.0, 334 / 365, 181 / 365])
    assert sample.most[:, 0] == pytest.approx([0.0, 1.0, 1.0])
    assert np.isnan(ut.followup.sample_of(people(), at_least=1.0).after[1]).all()


def test_covariates_are_numbers() -> None:
    sample = ut.followup.sample_of(people(), covariates=("site", "height"), with_before=False)

    assert sample.names == ("site: Höör", "height", "height: ?")
    assert sample.covariates.tolist() == [[0.0, 170.0, 0.0], [1.0, 180.0, 0.0], [0.0, 175.0, 1.0]]


def test_a_state_or_attribute_that_does_not_exist() -> None:
    with pytest.raises(ut.UnknownNameError) as told:
        ut.followup.sample_of(people(), outcomes=("arbete",))
    assert str(told.value) == (
        "'arbete' is not a state anybody was in. Did you mean 'arbete_heltid'?\nAllowed: arbete_heltid, sjukpenning"
    )
    with pytest.raises(ut.UnknownNameError) as told:
        ut.followup.sample_of(people(), covariates=("sitte",))
    assert str(told.value) == (
        "'sitte' is not an attribute. Did you mean 'site'?\nAllowed: site, arm, followed_until, height"
    )


def test_without_a_start_nothing_is_before_or_after() -> None:
    with pytest.raises(ut.QuestionError) as told:
        ut.followup.sample_of(people([row[:4] for row in ROWS], COLUMNS[:4]))

    assert str(told.value) == (
        "Nobody's start is stated, so nothing is before or after it.\n"
        "Name the column of the start in the mapping: columns: {start: …}."
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"year": 0}, "'year' is 0: it must be 1 or more."),
        ({"years_before": 0}, "'years_before' is 0: it must be 1 or more."),
        ({"at_least": 0.0}, "'at_least' is 0: it must be above 0, and at most 1."),
    ],
)
def test_numbers_outside_their_range(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        ut.followup.sample_of(people(), **options)

    assert str(refused.value) == told


# --- made-up participants ---------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_persons() -> None:
    one, same, other = (ut.synthetic_participants(n=40, seed=seed) for seed in (1, 1, 2))

    pd.testing.assert_frame_equal(one.spells, same.spells)
    assert not one.spells.equals(other.spells)


def test_no_effect_is_no_effect() -> None:
    assert ut.synthetic_participants(n=300, effect=0.0).truth == (0.0, 0.0)


@pytest.mark.parametrize("shape", ["spells", "before_after", "registrations", "counts"])
def test_made_up_data_are_clean(shape: str) -> None:
    made = ut.synthetic_participants(n=200, seed=6)
    quality = ut.read_participants(getattr(made, shape), mapping=made.mappings[shape]).quality
    reasons = {reason for _, _, reason in quality.rejections()}

    assert quality.used
    assert reasons == ({"anonymous"} if shape == "registrations" else set())


def test_the_truth_is_what_the_two_worlds_differ_by() -> None:
    # Without work before, anybody lost, or a trend, the comparison group hardly works, and all work is the effect.
    made = ut.synthetic_participants(n=4000, seed=7, trend=0.0, attrition=0.0)
    found = ut.read_participants(made.spells, mapping=made.mappings["spells"]).participants
    sample = ut.followup.sample_of(found, outcomes=("arbete_heltid",), year=2)
    change = (sample.after - sample.before)[sample.treated, 0]

    assert np.nanmean(change) == pytest.approx(made.truth[1], abs=1e-3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"n": 0}, "'n' is 0: it must be 1 or more."),
        ({"effect": 1.5}, "'effect' is 1.5: it must be between 0 and 1."),
    ],
)
def test_made_up_numbers_have_their_range(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        ut.synthetic_participants(**options)

    assert str(refused.value) == told
