"""What is agreed about a programme's money: loans paid back out of savings, and payments for outcomes.

Every amount is a transfer of role financing, a krona paid by one and received by another.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from utanforskap.engine.budgets import deflators
from utanforskap.engine.effects import effect
from utanforskap.engine.ledger import Ledger, write
from utanforskap.engine.lines import NONE, Charge, Line, Posted
from utanforskap.engine.occupancy import Presence
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.engine.realisable import realised
from utanforskap.inputs.parts.funds import Fund, Payment
from utanforskap.terms import within

PERSON_YEARS = "person_years"
_ROUNDING = 1e-12
"""What rounding may leave of a debt that is paid, as a share of it."""


def agreed(parameters: Parameters, programmes: Sequence[str], paid: Sequence[Posted]) -> Iterator[Posted]:
    """Yield what the funds of some programmes get back, and what is paid for outcomes.

    Parameters
    ----------
    parameters : Parameters
        The case and its values.
    programmes : sequence of str
        Those that are carried out.
    paid : sequence of Posted
        What they cost and how they are funded.
    """
    funds = {id_: fund for id_, fund in parameters.case.scenario.funds.items() if fund.programme in programmes}
    moved = {
        id_: list(effect(parameters, id_))
        for id_ in {fund.programme for fund in funds.values() if fund.kind != "grant"}
    }
    savings = {id_: _savings(parameters, presences) for id_, presences in moved.items()}
    for (id_, committee), amount in _repayments(parameters, funds, savings, paid).items():
        yield _line(funds[id_], f"funds.{id_}.repayment.{committee}", committee, "aterforing", parameters), _of(amount)
    for id_, fund in funds.items():
        if fund.payment is not None:
            for payer, amount in _payments(parameters, id_, fund.payment, moved[fund.programme]):
                item = f"funds.{id_}.payment.{payer}"
                yield _line(fund, item, payer, "utfallsbetalning", parameters), _of(amount)


def _of(amount: Array) -> Charge:
    return Charge(amount, NONE, NONE)


def _line(fund: Fund, item: str, payer: str, category: str, parameters: Parameters) -> Line:
    return Line(
        item=item, kind="transfer", role="financing", category=category, payer=payer, payee=fund.account,
        group=parameters.case.scenario.programmes[fund.programme].reaches.group, programme=fund.programme,
    )  # fmt: skip


def put_in(account: str, programme: str, paid: Sequence[Posted], parameters: Parameters) -> Array:
    """Return what an account puts into a programme, less what it receives for it [kr, shape (year, draw)]."""
    total: Array = np.zeros((parameters.case.scenario.horizon.years, 1))
    for line, charge in paid:
        if line.programme == programme:
            sides = ((line.payer, 1.0), (line.payee, -1.0))
            sign = sum(sign for actor, sign in sides if actor is not None and within(actor, account))
            total = total + sign * charge.amount
    return total


def _savings(parameters: Parameters, moved: Sequence[Presence]) -> Ledger:
    """Return what a programme alone saves, as far as it can be cashed: a ledger whose amounts are savings."""
    change = write(parameters, (), moved)
    saved = Ledger(change.lines, change.years, -change.amounts, change.units, change.persons)
    return Ledger(change.lines, change.years, realised(saved, parameters), change.units, change.persons)


def realisable_saving(savings: Ledger, committee: str) -> Array:
    """Return what a committee saves each year, as far as it can be cashed; none where it loses [kr, (year, draw)]."""
    total = np.zeros(savings.amounts.shape[1:])
    for row, line in enumerate(savings.lines):
        if line.kind != "production":
            for actor, sign in ((line.payer, 1.0), (line.payee, -1.0)):
                if actor is not None and within(actor, committee):
                    total = total + sign * savings.amounts[row]
    return np.maximum(total, 0.0)


def _repayments(
    parameters: Parameters, funds: Mapping[str, Fund], savings: Mapping[str, Ledger], paid: Sequence[Posted]
) -> dict[tuple[str, str], Array]:
    """Return what each committee pays back to each fund [kr of the price year, shape (year, draw)].

    Year by year: a committee pays the share of its saving, or the amount, that was agreed. Where what it has agreed to
    is together more than it saves, each of it is cut in the same proportion; where a fund would get more than it is
    owed, so is what each committee pays it. The order of funds and committees changes nothing.
    """
    loans = {id_: fund for id_, fund in funds.items() if fund.repayment is not None}
    if not loans:
        return {}
    deflated = deflators(parameters)
    lent = {id_: put_in(fund.account, fund.programme, paid, parameters) / deflated for id_, fund in loans.items()}
    saved = {
        (fund.programme, committee): realisable_saving(savings[fund.programme], committee) / deflated
        for fund in loans.values()
        for committee in _rules(fund)
    }
    years = parameters.case.scenario.horizon.years
    owed: dict[str, Array] = {id_: np.zeros(1) for id_ in loans}
    repaid: dict[tuple[str, str], list[Array]] = {(id_, to): [] for id_, fund in loans.items() for to in _rules(fund)}
    for year in range(years):
        claims = {
            (id_, committee): _claim(parameters, id_, fund, committee, saved[fund.programme, committee][year], year)
            for id_, fund in loans.items()
            for committee in _rules(fund)
        }
        claims = _within_savings(claims, loans, saved, year)
        for id_, fund in loans.items():
            interest = parameters[f"funds.{id_}.repayment.interest"]
            owed[id_] = owed[id_] * (1.0 + interest) + lent[id_][year]
            wanted = _total([claims[id_, committee] for committee in _rules(fund)])
            share = _cut(np.maximum(owed[id_], 0.0), wanted)
            for committee in _rules(fund):
                repaid[id_, committee].append(claims[id_, committee] * share)
            left = owed[id_] - wanted * share
            owed[id_] = np.where(np.abs(left) <= _ROUNDING * np.abs(owed[id_]), 0.0, left)
    return {key: np.stack(np.broadcast_arrays(*amounts)) * deflated for key, amounts in repaid.items()}


def _rules(fund: Fund) -> tuple[str, ...]:
    assert fund.repayment is not None
    return tuple(fund.repayment.committees)


def _claim(parameters: Parameters, id_: str, fund: Fund, committee: str, saved: Array, year: int) -> Array:
    """Return what a committee has agreed to pay in a year, no more than it saves [current kr, shape (draw,)]."""
    said = fund.repayment
    assert said is not None
    calendar = parameters.case.scenario.horizon.first_year + year
    if not said.years.first <= calendar <= said.years.last:
        return np.zeros(1)
    path = f"funds.{id_}.repayment.committees.{committee}"
    rule = said.committees[committee]
    if rule.share is not None:
        return saved * parameters[f"{path}.share"]
    assert rule.amounts is not None
    if str(calendar) not in rule.amounts:
        return np.zeros(1)
    least: Array = np.minimum(parameters[f"{path}.amounts.{calendar}"], saved)
    return least


def _within_savings(
    claims: Mapping[tuple[str, str], Array],
    loans: Mapping[str, Fund],
    saved: Mapping[tuple[str, str], Array],
    year: int,
) -> dict[tuple[str, str], Array]:
    """Return claims cut so that those on one saving are together no more than it."""
    cut: dict[tuple[str, str], Array] = {}
    for (id_, committee), claim in claims.items():
        programme = loans[id_].programme
        together = _total([
            other for (fund, whose), other in claims.items()
            if loans[fund].programme == programme and whose == committee
        ])  # fmt: skip
        cut[id_, committee] = claim * _cut(saved[programme, committee][year], together)
    return cut


def _total(amounts: Sequence[Array]) -> Array:
    total: Array = np.sum(np.stack(np.broadcast_arrays(*amounts)), axis=0)
    return total


def _cut(room: Array, wanted: Array) -> Array:
    """Return the share of what is wanted that there is room for, at most 1."""
    room, wanted = np.broadcast_arrays(room, wanted)
    share: Array = np.where(wanted > room, room / np.where(wanted > 0.0, wanted, 1.0), 1.0)
    return share


def _payments(
    parameters: Parameters, id_: str, said: Payment, moved: Sequence[Presence]
) -> Iterator[tuple[str, Array]]:
    """Yield what each payer pays for a programme's outcomes [kr of the price year, shape (year, draw)]."""
    deflated, path = deflators(parameters), f"funds.{id_}.payment"
    first = parameters.case.scenario.horizon.first_year
    gained = outcome_gained(parameters, said.outcome, moved)
    left = parameters[f"{path}.cap"]
    paid: list[Array] = []
    for year, outcome in enumerate(gained):
        agreed_on = said.years.first <= first + year <= said.years.last
        due = np.maximum(outcome, 0.0) * parameters[f"{path}.per_outcome"] * float(agreed_on)
        paid.append(np.minimum(due, left))
        left = left - paid[-1]
    whole = np.stack(np.broadcast_arrays(*paid)) * deflated
    for payer, share in parameters.shares(said.payers, f"{path}.payers").items():
        yield payer, whole * share


def outcome_gained(parameters: Parameters, outcome: str, moved: Sequence[Presence]) -> Array:
    """Return how much more of an outcome a programme gives each year, those displaced apart [shape (year, draw)]."""
    scenario = parameters.case.scenario
    section, _, state = outcome.partition(".")
    total = np.zeros((scenario.horizon.years, 1))
    for presence in moved:
        if presence.displaced:
            continue
        occupancy = presence.occupancy
        for position, walked in enumerate(presence.route.states):
            if section == PERSON_YEARS:
                weight = np.ones(1) * float(walked == state)
            elif walked in scenario.outcomes[outcome].weights:
                weight = parameters[f"outcomes.{outcome}.weights.{walked}"]
            else:
                continue
            total = total + occupancy[:, position] * weight
    return total
