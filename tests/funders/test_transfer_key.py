"""The transfer key, what it costs to have one, and that no krona is lost between those who pay and those who gain."""

from typing import Any

import numpy as np
import pytest
from funders.purses import Data, budget, case, kr, loan
from hypothesis import given, settings
from hypothesis import strategies as st

import utanforskap as ut
from utanforskap.analysis.funders.transfers import side_payments, together
from utanforskap.terms import Reading


def comparison(data: Data) -> ut.Comparison:
    return ut.run(ut.from_data(data)).compare("insats")


def test_those_who_gain_pay_those_who_lose_in_proportion() -> None:
    # By accounting.md, section 7: of 60 and 30 gained and 45 lost, two thirds and a third of 45.
    assert side_payments({"kommun": 60.0, "region": 30.0, "fk": -45.0}) == {
        ("kommun", "fk"): pytest.approx(30.0), ("region", "fk"): pytest.approx(15.0),
    }  # fmt: skip


def test_the_key_of_a_case_by_hand() -> None:
    # Social services gain 6 × 400 000 kr; the Agency and the region put in 270 000 and 90 000 kr and gain nothing.
    key = comparison(case(budget(funders={"fk": 0.75, "region": "rest"}))).transfer_key()
    assert key.gains == pytest.approx({"fk": -270_000, "kommun": 2_400_000, "region": -90_000})
    assert key.payments == pytest.approx({("kommun", "fk"): 270_000, ("kommun", "region"): 90_000})
    assert key.after == pytest.approx({"fk": 0, "kommun": 2_040_000, "region": 0})
    assert key.exists


def test_the_horizon_decides_whether_there_is_a_key() -> None:
    said = budget()
    said["other"] = {"start": {"amount": kr(1_000_000), "year": 2015}}
    gain = comparison(case(said))
    # 1 360 000 kr against 400 000 kr a year: three years do not do, four do.
    assert (gain.transfer_key(years=3).exists, gain.transfer_key(years=4).exists) == (False, True)
    refused = gain.transfer_key(years=3)
    assert refused.payments == {}
    assert refused.table(lang="en").attrs["caption"].endswith("no key exists: together the parties lose")
    assert refused.after == refused.gains


def test_parties_are_named_or_refused() -> None:
    gain = comparison(case(budget(funders={"finansiar": 1})))
    assert set(gain.transfer_key().gains) == {"kommun", "finansiar"}
    assert set(gain.transfer_key(parties=["kommun"]).gains) == {"kommun"}
    with pytest.raises(ut.UnknownNameError) as refused:
        gain.transfer_key(parties=["komun"])
    assert (
        str(refused.value)
        == "'komun' is not a party to the alternative. Did you mean 'kommun'?\nAllowed: kommun, forbund, finansiar"
    )


amounts = st.floats(-1e9, 1e9, allow_nan=False).map(lambda amount: round(amount, 2))
parties = st.dictionaries(st.sampled_from(["af", "fk", "kommun", "region", "staten", "eu"]), amounts, min_size=1)


@given(parties)
def test_nobody_loses_with_the_key_exactly_when_together_nobody_does(gains: dict[str, float]) -> None:
    payments = side_payments(gains)
    after = dict(gains)
    for (payer, payee), amount in payments.items():
        assert amount >= 0
        after[payer] -= amount
        after[payee] += amount
    size = sum(map(abs, gains.values()))
    assert sum(after.values()) == pytest.approx(sum(gains.values()), abs=1e-9 * size)
    nobody_loses = all(gain >= -1e-8 * size for gain in after.values())
    if abs(sum(gains.values())) > 1e-7 * size:
        assert nobody_loses == (sum(gains.values()) >= 0) == together(gains.values())


shares = st.integers(1, 99).map(lambda n: n / 100)


@st.composite
def funded(draw: st.DrawFn) -> Data:
    """Return a case with a budget of any rows and funders, and a loan and a contract on top."""
    said: Any = budget(
        ends={"year": draw(st.integers(2015, 2017)), "month": 12},
        holder=draw(st.sampled_from(["forbund", "kommun.a", "civilsamhalle"])),
        ramp_up={"2016": draw(shares)},
    )  # fmt: skip
    said["staff"]["ledare"]["full_time"] = draw(st.integers(1, 50)) / 10
    said["premises"] = {
        "lokal": {
            "amount": kr(draw(st.integers(1, 20_000)), "kr/mån"),
            "in_kind": draw(st.sampled_from(["af", "region.c"])),
        }
    }
    said["other"] = {"dator": {"amount": kr(draw(st.integers(1, 300_000))), "year": 2015}}
    part = draw(shares)
    said["funders"] = {
        "kommun.fond": {"share": part},
        "finsam": {"share": "rest", "by": {"kommun.a": draw(st.integers(1, 9)), "kommun.b": draw(st.integers(1, 9))}},
    }
    if draw(st.booleans()):
        said["indexation"] = draw(shares) / 10
    payment = {
        "years": {"first": 2015, "last": 2019},
        "outcome": "person_years.inne",
        "per_outcome": draw(st.integers(0, 90_000)),
        "cap": draw(st.integers(0, 500_000)),
        "payers": {"af": draw(shares), "staten": "rest"},
    }
    contract = {**loan(), "kind": "outcome_contract", "payment": payment}
    del contract["repayment"]
    lent = loan(
        interest=draw(shares) / 10, committees={"kommun.socialtjanst": draw(shares), "kommun.skola": draw(shares)}
    )
    return case(said, funds={"fonden": lent, "kontraktet": contract})


@settings(max_examples=40, deadline=None)
@given(funded())
def test_money_is_conserved_between_funders_fund_programme_and_gainers_in_every_year(data: Data) -> None:
    gain = comparison(data)
    plan = gain.financing_plan(lang="en").iloc[:, :-1].to_numpy()
    # What parties put in is what the programme uses up.
    costs = -gain.table(rows="role", columns="year", discount="none").loc["Insatskostnad"].to_numpy()
    np.testing.assert_allclose(plan[:-1].sum(axis=0), costs, atol=1e-6)
    ledger = gain.readable.run("insats").ledger
    for row, line in enumerate(ledger.lines):
        if line.role == "financing":
            assert line.kind == "transfer"
            assert None not in (line.payer, line.payee)
            assert ledger.amounts[row].min() >= -1e-6
    # By party, everything sums to society's net gain, year by year.
    whole = gain.table(rows="actor", columns="year", discount="none").to_numpy()
    np.testing.assert_allclose(whole[:-1].sum(axis=0), whole[-1], atol=1e-6)
    society = gain.readable.ledger(Reading(measure="net_gain", alternative="insats"))
    services = sum(society.amounts[row, :, 0] for row, line in enumerate(society.lines) if line.kind == "service")
    np.testing.assert_allclose(whole[-1], services, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(funded())
def test_no_committee_pays_back_more_than_it_can_cash_and_no_fund_gets_more_than_it_is_owed(data: Data) -> None:
    gain = comparison(data)
    ledger = gain.readable.run("insats").ledger
    for committee in ("kommun.socialtjanst", "kommun.skola"):
        saved = gain.table(
            rows="total", columns="year", perspective=committee, measure="gross_gain", realisable=True, discount="none"
        ).iloc[-1].to_numpy()  # fmt: skip
        paid = sum(
            (
                ledger.amounts[row, :, 0]
                for row, line in enumerate(ledger.lines)
                if line.item == f"funds.fonden.repayment.{committee}"
            ),
            np.zeros(6),
        )
        assert np.all(paid <= saved + 1e-6)
    owed = gain.fund_cash_flow("fonden", lang="en")["Left of the loan, current"]
    assert owed.min() >= -1e-6
    contract = gain.fund_cash_flow("kontraktet", lang="en")["Gets back"]
    assert contract.sum() <= data["funds"]["kontraktet"]["payment"]["cap"] + 1e-6
