"""The third pass over funds and methods: programmes, actors and outcomes that exist, in years within reach."""

from collections.abc import Iterator

from utanforskap.inputs.parts.funds import Fund
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.parts.shares import shares_of
from utanforskap.inputs.passes.budgets import no_inflation
from utanforskap.inputs.passes.problems import Path, Problem, Whole, unknown_name
from utanforskap.inputs.passes.references import unknown_actor
from utanforskap.terms import within

FORBUND = "forbund"


def check_agreements(whole: Whole) -> Iterator[Problem]:
    """Yield everything in the funds and methods that stand that does not go together.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    programmes = whole.known("programmes")
    for section, said in (("funds", whole.scenario.funds), ("methods", whole.scenario.methods)):
        for id_, part in said.items():
            if whole.lacks("programmes", part.programme):
                where: Path = (section, id_, "programme")
                yield unknown_name(
                    "unknown-programme", "a programme", part.programme, programmes, where, label="Programmes"
                )
    yield from _methods(whole)
    yield from _apart(whole)
    for id_, fund in whole.scenario.funds.items():
        path: Path = ("funds", id_)
        yield from _parties(fund, path, whole)
        yield from _terms(fund, path, whole)
    for id_, method in whole.scenario.methods.items():
        yield from unknown_actor(method.own_money, ("methods", id_, "own_money"), whole)


def _methods(whole: Whole) -> Iterator[Problem]:
    """A method that is taken up is that of a programme that says its own."""
    for id_, programme in whole.scenario.programmes.items():
        where: Path = ("programmes", id_, "method")
        if programme.method is None:
            continue
        if whole.lacks("programmes", programme.method):
            known = whole.known("programmes")
            yield unknown_name("unknown-programme", "a programme", programme.method, known, where, label="Programmes")
        of = whole.scenario.programmes.get(programme.method)
        if of is not None and of.method is not None:
            message = f"'{programme.method}' has its method from '{of.method}'."
            yield Problem("method-of-method", where, message, (f"Write method: {of.method}.",))


def _apart(whole: Whole) -> Iterator[Problem]:
    """No saving is promised twice over: by a committee, and by the actor that it belongs to."""
    promised = [
        (id_, fund.programme, committee)
        for id_, fund in whole.scenario.funds.items()
        if fund.repayment is not None
        for committee in fund.repayment.committees
    ]
    for id_, programme, committee in promised:
        for _, other_programme, other in promised:
            if programme == other_programme and committee != other and within(committee, other):
                where: Path = ("funds", id_, "repayment", "committees", committee)
                message = f"'{committee}' belongs to '{other}', which pays back out of the same saving."
                yield Problem("saving-twice", where, message, ("Name committees that are apart.",), on_key=True)
                return


def _parties(fund: Fund, path: Path, whole: Whole) -> Iterator[Problem]:
    """The account puts something in, and does not pay itself."""
    programme = whole.scenario.programmes.get(fund.programme)
    if programme is not None and not any(within(actor, fund.account) for actor in _payers(programme)):
        message = f"'{fund.account}' pays nothing for the programme '{fund.programme}'."
        help_ = "Name it among the funders of its budget, or as a payer of its costs."
        yield Problem("fund-account", (*path, "account"), message, (help_,))
    stated: dict[Path, str] = {}
    if fund.repayment is not None:
        stated = {(*path, "repayment", "committees", actor): actor for actor in fund.repayment.committees}
    elif fund.payment is not None:
        stated = {(*path, "payment", "payers", actor): actor for actor in fund.payment.payers}
    for where, actor in stated.items():
        yield from unknown_actor(actor, where, whole, on_key=True)
        if actor == fund.account:
            message = f"'{actor}' is the account itself, which cannot pay itself back."
            yield Problem("fund-account", where, message, ("Name who saves, or who pays for outcomes.",), on_key=True)


def _payers(programme: Programme) -> Iterator[str]:
    for cost in programme.costs.values():
        if cost.payer is not None:
            yield cost.payer
        elif isinstance(cost.funding, str):
            yield FORBUND
        elif cost.funding is not None:
            yield from shares_of(cost.funding)
    if programme.budget is not None:
        yield programme.budget.holder
        yield from (row.in_kind for _, _, row in programme.budget.rows() if row.in_kind is not None)
        for id_, funder in programme.budget.funders.items():
            yield from (actor for actor, _, _ in funder.parts(id_))


def _terms(fund: Fund, path: Path, whole: Whole) -> Iterator[Problem]:
    scenario = whole.scenario
    own = "repayment" if fund.repayment is not None else "payment"
    if fund.years is None:
        return
    if scenario.horizon is not None:
        last = scenario.horizon.first_year + scenario.horizon.years - 1
        for name in ("first", "last"):
            year = getattr(fund.years, name)
            if not scenario.horizon.first_year <= year <= last:
                message = f"The agreement runs to {year}, outside the horizon {scenario.horizon.first_year}–{last}."
                if name == "first":
                    message = message.replace("runs to", "begins in")
                yield Problem("outside-horizon", (*path, own, "years", name), message)
    if scenario.money is not None and scenario.money.inflation is None:
        yield no_inflation((*path, own))
    if fund.payment is not None:
        states = [f"person_years.{state}" for state in whole.known("states")]
        section, _, state = fund.payment.outcome.partition(".")
        missing = whole.lacks("states", state) if section == "person_years" else whole.lacks("outcomes", section)
        if missing:
            known, where = [*states, *whole.known("outcomes")], (*path, own, "outcome")
            yield unknown_name("unknown-outcome", "an outcome", fund.payment.outcome, known, where, label="Outcomes")
