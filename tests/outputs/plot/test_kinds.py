"""Pictures by name: which of several they are of, and what is refused."""

from typing import Any

import pytest
from outputs.plot.drawing import gain_of, peopled, result_of, small

import utanforskap as ut

ONE_COHORT = (
    "'bilder' follows one cohort: no group of it has an inflow.\n"
    "Let a group go on: groups: {<id>: {inflow: {until: 2043}}}."
)


def refusal(data: dict[str, Any], kind: str, **how: Any) -> str:
    with pytest.raises(ut.UtanforskapError) as refused:
        ut.plot.picture(kind, gain_of(data), **how)
    return str(refused.value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("stock_and_flow", ONE_COHORT),
        ("mop_or_tap", ONE_COHORT),
        ("leverage", "'bilder' declares no method, whose leverage it would be (methods:)."),
        ("fund_flow", "'bilder' declares no fund, whose money it would be (funds:)."),
    ],
)
def test_a_picture_of_what_a_case_does_not_have_is_refused(kind: str, said: str) -> None:
    assert refusal(small(), kind) == said


@pytest.mark.parametrize(
    ("kind", "of", "said"),
    [
        (
            "stock_and_flow",
            None,
            "The picture 'stock_and_flow' is of a state: say which one (of).\nThere are: arbete, utanfor",
        ),
        (
            "mop_or_tap",
            None,
            "The picture 'mop_or_tap' is of an alternative that is the tap: say which one (of).\n"
            "There are: kran, metod-1, metod-2, metod-3",
        ),
        (
            "stock_and_flow",
            "utanfr",
            "'utanfr' is not a state that somebody is in. Did you mean 'utanfor'?\nAllowed: arbete, utanfor",
        ),
        ("leverage", "metoden", "'metoden' is not a method. Did you mean 'metod'?\nAllowed: metod"),
        ("fund_flow", "fond", "'fond' is not a fund. Did you mean 'fonden'?\nAllowed: fonden"),
    ],
)
def test_a_picture_of_one_of_several_asks_which(kind: str, of: str | None, said: str) -> None:
    assert refusal(peopled(), kind, of=of) == said


@pytest.mark.parametrize(
    ("kind", "how", "idle"),
    [
        ("mop_or_tap", {"of": "kran", "perspective": "kommun", "years": 3}, "'years'"),
        ("leverage", {"perspective": "kommun", "discount": "none"}, "'discount', 'perspective'"),
        ("thresholds", {"parameter": "jobbstod.success", "period": "2020", "years": 3}, "'period', 'years'"),
        ("occupancy", {"perspective": "kommun"}, "'perspective'"),
        ("flow", {"of": "utanfor"}, "'of'"),
    ],
)
def test_what_changes_nothing_in_a_picture_is_refused(kind: str, how: dict[str, Any], idle: str) -> None:
    assert refusal(peopled(), kind, **how) == f"The picture '{kind}' does not depend on {idle}: leave that out."


def test_a_tap_is_missing_where_there_is_one_alternative() -> None:
    data = peopled()
    for part in ("methods", "funds"):
        del data[part]
    del data["alternatives"]["kran"]
    assert refusal(data, "mop_or_tap") == "'bilder' declares no other alternative to be the tap (alternatives:)."


def test_the_only_one_of_several_need_not_be_named() -> None:
    data = peopled()
    del data["methods"]
    one, named = (ut.plot.picture("mop_or_tap", gain_of(data), of=of, perspective="kommun") for of in (None, "kran"))
    compared = result_of(data).population().mop_or_tap(mop="jobb", tap="kran", perspective="kommun")
    assert ut.plot.alt_text(one) == ut.plot.alt_text(named) == ut.plot.alt_text(ut.plot.mop_or_tap(compared))


def test_what_an_alternative_does_to_a_stock_is_drawn_of_a_comparison() -> None:
    data = peopled()
    people = result_of(data).population()
    told = []
    for subject, alternative in ((result_of(data), None), (gain_of(data), "jobb")):
        drawn = ut.plot.picture("stock_and_flow", subject, of="utanfor")
        told.append(ut.plot.alt_text(drawn))
        assert told[-1] == ut.plot.alt_text(ut.plot.stock_and_flow(people, "utanfor", alternative=alternative))
    assert told[0] != told[1]


def test_what_it_takes_is_told_for_society_the_public_sector_and_those_who_pay() -> None:
    gain = gain_of(peopled())
    drawn = ut.plot.picture("thresholds", gain, parameter="jobbstod.success")
    found = gain.thresholds("jobbstod.success", perspectives=["society", "public", "kommun"])
    assert ut.plot.alt_text(drawn) == ut.plot.alt_text(ut.plot.thresholds(found))
    one = ut.plot.picture("thresholds", gain, parameter="jobbstod.success", perspective="kommun")
    assert "Kommun: 4 år " in ut.plot.alt_text(one)
    assert "Samhällsekonomiskt" not in ut.plot.alt_text(one)
