"""Funds by hand: what is lent, what comes back out of savings, and what outcomes are paid."""

import pytest
from funders.purses import SAVED, Data, budget, case, kr, loan

import utanforskap as ut
from utanforskap import Comparison


def gain(data: Data) -> Comparison:
    return ut.run(ut.from_data(data)).compare("insats")


def flow(data: Data, *, current: bool = False) -> Data:
    frame = gain(data).fund_cash_flow("fonden", current_prices=current, lang="en")
    return {name: list(frame[name]) for name in frame}


LENT = budget(funders={"kommun.fond": 1})


def test_a_grant_does_not_come_back() -> None:
    fund = {"title": "Fonden", "kind": "grant", "programme": "insats", "account": "kommun.fond"}
    found = flow(case(LENT, funds={"fonden": fund}))
    assert found["Pays out"] == [360_000, 0, 0, 0, 0, 0]
    assert found["Gets back"] == [0] * 6
    assert found["Accumulated"] == [-360_000] * 6


def test_a_loan_is_paid_back_out_of_what_can_be_cashed_until_nothing_is_owed() -> None:
    # Social services save 400 000 kr a year, cash half of it and pay back half of that: 100 000 kr. In current kronor
    # 1.02^t of them; 360 000 kr are owed.
    found = flow(case(LENT, funds={"fonden": loan()}), current=True)
    share = SAVED * 0.5 * 0.5
    paid = [0.0, share * 1.02, share * 1.02**2, share * 1.02**3]
    assert found["Gets back"][:4] == pytest.approx(paid)
    assert found["Gets back"][4:] == pytest.approx([360_000 - sum(paid), 0])
    assert found["Left of the loan, current"][-1] == pytest.approx(0, abs=1e-6)


def test_interest_is_on_what_was_owed_when_the_year_began() -> None:
    found = flow(case(LENT, funds={"fonden": loan(interest=0.1, years={"first": 2020, "last": 2020})}), current=True)
    assert found["Left of the loan, current"][:5] == pytest.approx([360_000 * 1.1**t for t in range(5)])


def test_what_is_not_paid_back_in_time_is_lost() -> None:
    found = flow(case(LENT, funds={"fonden": loan(years={"first": 2016, "last": 2017})}))
    assert found["Gets back"] == pytest.approx([0, 100_000, 100_000, 0, 0, 0])


def test_an_agreed_amount_is_never_more_than_the_committee_saves() -> None:
    amounts = {"kommun.socialtjanst": {"amounts": {"2016": "1 Mkr", "2017": "10 tkr"}}}
    found = flow(case(LENT, funds={"fonden": loan(committees=amounts)}))
    # The saving that can be cashed is 200 000 kr in the kronor of 2015.
    assert found["Gets back"][1:4] == pytest.approx([200_000, 10_000 / 1.02**2, 0])


def test_two_funds_that_are_promised_more_than_is_saved_are_cut_alike_in_any_order() -> None:
    half = budget(funders={"kommun.fond": 0.5, "region.c": 0.5})
    funds = {
        "fonden": loan(committees={"kommun.socialtjanst": 0.9}),
        "andra": {**loan(committees={"kommun.socialtjanst": 0.6}), "account": "region.c"},
    }
    for order in (funds, dict(reversed(funds.items()))):
        found = flow(case(half, funds=order))
        # 200 000 kr, three fifths of it.
        assert found["Gets back"][1] == pytest.approx(120_000)


def test_outcomes_are_paid_for_up_to_the_cap() -> None:
    payment = {
        "years": {"first": 2016, "last": 2020}, "outcome": "person_years.inne", "per_outcome": 10_000, "cap": 100_000,
        "payers": {"af": 0.75, "staten": "rest"},
    }  # fmt: skip
    contract = {
        "title": "Kontrakt", "kind": "outcome_contract", "programme": "insats", "account": "finansiar",
        "payment": payment,
    }  # fmt: skip
    data = case(budget(funders={"finansiar": 1}), funds={"fonden": contract})
    # Four more are in the state each year from 2015; 2015 is not paid for, and 2018 only what is left of 100 000 kr.
    assert flow(data, current=True)["Gets back"] == pytest.approx([0, 40_000, 40_000, 20_000, 0, 0])
    by_payer = gain(data).table(rows="role", columns="year", perspective="af", discount="none").loc["Finansiering"]
    assert by_payer[2016] == pytest.approx(-30_000 / 1.02)


def test_agreements_are_financing_and_enter_neither_gross_gain_nor_ratio() -> None:
    without, with_ = (gain(case(LENT, **more)) for more in ({}, {"funds": {"fonden": loan()}}))
    for perspective in ("society", "kommun", "kommun.socialtjanst"):
        assert with_.gross_gain(perspective=perspective) == without.gross_gain(perspective=perspective)
        assert with_.benefit_cost_ratio(perspective=perspective) == without.benefit_cost_ratio(perspective=perspective)
        assert with_.irr(perspective=perspective) == without.irr(perspective=perspective)
    assert with_.net_present_value(perspective="kommun") == pytest.approx(
        without.net_present_value(perspective="kommun")
    )
    back = sum(flow(case(LENT, funds={"fonden": loan()}))["Gets back"])
    assert with_.net_present_value(perspective="kommun.socialtjanst") == pytest.approx(
        without.net_present_value(perspective="kommun.socialtjanst") - back
    )


def test_what_a_funder_gets_back_and_when() -> None:
    data = case(budget(funders={"kommun.fond": 0.75, "fk": "rest"}), funds={"fonden": loan()})
    found = gain(data).funders_returns(lang="en").T.to_dict()
    # The fund puts in 270 000 kr and gets as many current ones back: in kronor of 2015 the last of them are worth less.
    lent = found["Fonden"]
    back = [100_000, 100_000, (270_000 - 1.02 * 100_000 - 1.02**2 * 100_000) / 1.02**3]
    assert (lent["Puts in"], lent["By agreement, net"]) == (270_000, pytest.approx(sum(back)))
    assert (lent["Own gain"], lent["Back"]) == (0, "never")
    # Society gains 6 × 400 000 kr, and a quarter of it for the Agency's money, which gains nothing itself.
    agency = found["Social Insurance Agency"]
    assert (agency["Net"], agency["Lands elsewhere"], agency["Back"]) == (-90_000, 600_000, "never")


def test_the_kommun_that_gains_is_square_when_its_saving_has_paid_for_it() -> None:
    data = case(budget(funders={"kommun": 1}))
    # 360 000 kr in 2015, of which 400 000 kr are back in the same year.
    assert gain(data).funders_returns()["Tillbaka"].tolist() == ["redan första året"]
    data["programmes"]["insats"]["budget"]["other"] = {"start": {"amount": kr(640_000), "year": 2015}}
    # A million, less 400 000 kr a year: square after two years and a half.
    assert gain(data).funders_returns()["Tillbaka"].tolist() == ["2 år 6 mån"]


def test_a_fund_of_another_name_and_an_alternative_without_it_are_refused() -> None:
    data = case(LENT, funds={"fonden": loan()})
    data["alternatives"]["annat"] = {"set": {"groups.alla.persons": 20}}
    result = ut.run(ut.from_data(data))
    with pytest.raises(ut.UnknownNameError) as unknown:
        result.compare("insats").fund_cash_flow("fondn")
    assert str(unknown.value) == "'fondn' is not a fund. Did you mean 'fonden'?\nAllowed: fonden"
    with pytest.raises(ut.QuestionError) as idle:
        result.compare("annat").fund_cash_flow("fonden")
    assert str(idle.value) == "The alternative 'annat' does not carry out 'insats', which it is for."
