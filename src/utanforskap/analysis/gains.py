"""The metrics of a comparison: readings of two ledgers put into the formulas of `metrics`."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from utanforskap.analysis import metrics
from utanforskap.analysis.outcomes import outcome_values
from utanforskap.analysis.readings import (
    Posting,
    Readable,
    check,
    factors,
    in_part,
    sides,
    value,
    yearly,
    yearly_by,
    years_read,
)
from utanforskap.engine.ledger import Ledger
from utanforskap.engine.parameters import Array
from utanforskap.engine.valuation import present_value
from utanforskap.errors import QuestionError
from utanforskap.terms import Reading, Role, column_order, top_actor

ROUNDING = 1e-9
"""What rounding may leave of amounts that cancel, as a share of them; what is smaller is taken as nothing."""
_A_KRONA = 1.0


def _of_roles(readable: Readable, reading: Reading, roles: Sequence[Role]) -> Array:
    """Return yearly amounts of some roles only [kr, shape (year,)], undiscounted."""
    asked = reading.change(measure="net_gain")
    whole = readable.ledger(asked)
    rows = [row for row, line in enumerate(whole.lines) if line.role in roles]
    part = Ledger(
        tuple(whole.lines[row] for row in rows),
        whole.years,
        whole.amounts[rows],
        whole.units[rows],
        whole.persons[rows],
    )
    apart = yearly_by(part, asked, readable.parameters(), lambda posting: f"{posting.row}:{posting.actor}")
    return _sum(apart.values(), years=len(whole.years))


def _by_actor(readable: Readable, reading: Reading, roles: Sequence[Role]) -> dict[str, Array]:
    asked = check(readable.case, reading.change(measure="net_gain"))
    apart = yearly_by(
        readable.ledger(asked),
        asked,
        readable.parameters(),
        lambda posting: f"{posting.line.role}:{top_actor(posting.actor)}:{posting.row}",
    )
    found: dict[str, list[Array]] = {}
    for name, amounts in apart.items():
        role, _, place = name.partition(":")
        if role in roles:
            found.setdefault(place.partition(":")[0], []).append(amounts)
    return {actor: _sum(parts, years=readable.case.scenario.horizon.years) for actor, parts in found.items()}


def _sum(parts: Iterable[Array], *, years: int) -> Array:
    """Return a point run's sum by year, in which what rounding leaves of amounts that cancel is nothing."""
    amounts = np.array([part[:, 0] for part in parts]).reshape(-1, years)
    net, gross = amounts.sum(axis=0), np.abs(amounts).sum(axis=0)
    return np.where(np.abs(net) <= ROUNDING * gross, 0.0, net)


def _discounted(readable: Readable, reading: Reading, amounts: Array) -> float:
    weights = factors(readable.case, readable.parameters(), reading)
    return float(np.sum(present_value(amounts=amounts, factors=weights.reshape(len(amounts), -1)[:, 0])))


def programme_cost(readable: Readable, reading: Reading) -> float:
    """Return the programme cost that a reading's actors bear, at present value [kr]; financing apart."""
    check(readable.case, reading)
    return -_discounted(readable, reading, _of_roles(readable, reading, ("programme",)))


def financing(readable: Readable, reading: Reading) -> float:
    """Return the net financing that a reading's actors pay, at present value [kr]."""
    check(readable.case, reading)
    return -_discounted(readable, reading, _of_roles(readable, reading, ("financing",)))


def payback(readable: Readable, reading: Reading, *, discounted: bool) -> metrics.Payback:
    """Return when a reading's programme money is back; see `metrics.payback`."""
    check(readable.case, reading)
    net = _of_roles(readable, reading, ("effect", "programme", "financing"))
    if discounted:
        net = net * factors(readable.case, readable.parameters(), reading).reshape(len(net), -1)[:, 0]
    asked = reading.change(measure="net_gain")
    ledger = readable.ledger(asked)
    borne, turned_over = np.zeros(len(net)), np.zeros(len(net))
    for posting in sides(ledger, readable.case.perspective(reading.perspective), readable.case):
        if posting.line.role != "effect" and in_part(posting, asked, readable.case):
            borne += posting.sign * ledger.amounts[posting.row, :, 0]
            turned_over += np.abs(ledger.amounts[posting.row, :, 0])
    # An account that only passes money through, the forbund say, bears no cost.
    paid = np.abs(borne) > ROUNDING * turned_over
    read = years_read(readable.case, reading)
    return metrics.payback(gains=net[read], cost_years=paid[read])


def benefit_cost_ratio(readable: Readable, reading: Reading) -> float | None:
    """Return PV(gross gain) / PV(programme cost that the reading's actors bear); None without a cost."""
    gross = float(value(readable, reading.change(measure="gross_gain"))[0])
    return metrics.benefit_cost_ratio(pv_gross=gross, pv_cost=programme_cost(readable, reading))


def internal_rate(readable: Readable, reading: Reading) -> metrics.InternalRate:
    """Return the internal rate of return on the yearly net gain, financing left out; none where no cost is borne.

    Without the programme's cost there is nothing invested, though equalisation may turn a gain's sign later.
    """
    check(readable.case, reading)
    cost = _of_roles(readable, reading, ("programme",))
    if not np.any(cost):
        return metrics.InternalRate(rate=None, status="no_sign_change")
    return metrics.internal_rate_of_return(net_gain=_of_roles(readable, reading, ("effect",)) + cost)


def mvpf(readable: Readable, reading: Reading) -> metrics.MarginalValue:
    """Return the marginal value of public funds of a comparison; financing left out.

    Gains of non-public actors, each shown, over the net cost to public actors, the programme's cost included in both.
    """
    check(readable.case, reading)
    case = readable.case
    outside: dict[str, float] = {}
    for actor in dict.fromkeys(top_actor(id_) for id_ in case.actors if not case.actors[id_].public):
        amounts = _of_roles(readable, reading.change(perspective=actor, part="all"), ("effect", "programme"))
        if np.any(amounts):
            outside[actor] = _discounted(readable, reading, amounts)
    public = _of_roles(readable, reading.change(perspective="public", part="all"), ("effect", "programme"))
    return metrics.mvpf(gains_non_public=outside, net_cost_public=-_discounted(readable, reading, public))


def annuity(readable: Readable, reading: Reading) -> float:
    """Return the constant yearly amount whose present value over the reading's years is the reading's [kr a year]."""
    total = float(value(readable, reading)[0])
    weights = factors(readable.case, readable.parameters(), reading)
    read = years_read(readable.case, reading)
    return metrics.annuity(present_value=total, factors=weights.reshape(len(read), -1)[read, 0])


def per_person_year(readable: Readable, reading: Reading) -> float | None:
    """Return what a reading reads per person-year spent elsewhere, undiscounted [kr per person-year]; None without any.

    Person-years spent elsewhere are half the sum over states of what occupancy differs by, between the two runs that
    the reading's measure compares, in the years it reads.

    Raises
    ------
    QuestionError
        If the measure compares nothing (``ledger``).
    """
    check(readable.case, reading)
    if reading.measure == "ledger":
        raise QuestionError(
            "the ledger as it stands compares nothing; ask a cost of exclusion or a gain per person-year"
        )
    total = float(yearly(readable, reading.change(discount="none")).sum())
    first, second = readable.compared(reading)
    difference = first.occupancy.persons - second.occupancy.persons
    moved = float(np.abs(difference[:, years_read(readable.case, reading), :, 0]).sum() / 2)
    return total / moved if moved else None


def outcome_gain(readable: Readable, alternative: str, outcome: str) -> float:
    """Return an outcome in the alternative less in the baseline."""
    return outcome_values(readable, outcome, alternative=alternative) - outcome_values(
        readable, outcome, alternative=None
    )


def cost_per_outcome(readable: Readable, reading: Reading, outcome: str) -> float | None:
    """Return extra cost per extra outcome [kr]: minus the net gain over the outcome's gain; None without a gain."""
    assert reading.alternative is not None
    extra = outcome_gain(readable, reading.alternative, outcome)
    return -float(value(readable, reading)[0]) / extra if extra else None


def funders(readable: Readable, reading: Reading) -> dict[str, float]:
    """Return who bears the programme's cost, financing included, by top actor at present value [kr]."""
    asked = reading.change(perspective="society", part="all")
    by_actor = _by_actor(readable, asked, ("programme", "financing"))
    return _present({actor: -_discounted(readable, reading, amounts) for actor, amounts in by_actor.items()})


def _present(amounts: Mapping[str, float]) -> dict[str, float]:
    """Leave out those with nothing but what rounding leaves."""
    largest = max(map(abs, amounts.values()), default=0.0)
    return {actor: amount for actor, amount in amounts.items() if abs(amount) > ROUNDING * largest}


def gainers(readable: Readable, reading: Reading) -> dict[str, float]:
    """Return each top actor's gross gain at present value [kr]; they sum to society's."""
    asked = reading.change(perspective="society", part="all")
    gained = _by_actor(readable, asked, ("effect",))
    return _present({actor: _discounted(readable, reading, amounts) for actor, amounts in gained.items()})


def at_stake(readable: Readable, alternative: str) -> list[str]:
    """Return the top actors that an alternative costs or gives anything, in the order in which tables show them."""
    reading = Reading(measure="net_gain", alternative=alternative)
    amounts = [*funders(readable, reading).items(), *gainers(readable, reading).items()]
    return column_order({actor for actor, amount in amounts if abs(amount) >= _A_KRONA})


def reconciliation_lines(readable: Readable, reading: Reading) -> Mapping[str, float]:
    """Return what stands between a ``see`` total and society's, at present value [kr].

    ``see − society = net transfers from public to non-public actors − services of non-public actors + public
    employers' wage costs``

    Raises
    ------
    QuestionError
        If only a part of the perspective is asked for: it is the whole that is reconciled.
    """
    case = readable.case
    check(case, reading)
    if reading.part != "all":
        raise QuestionError("a see total is reconciled as a whole; ask without 'part'")
    ledger = readable.ledger(reading)
    society = reading.change(perspective="society", part="all")
    counted = yearly_by(
        ledger,
        society,
        readable.parameters(),
        lambda posting: f"{posting.row}:{posting.actor}:{posting.sign:g}",
    )
    lines = {"transfers": 0.0, "services": 0.0, "wage_costs": 0.0}
    for posting in sides(ledger, case.perspective("society"), case):
        found = counted.get(f"{posting.row}:{posting.actor}:{posting.sign:g}")
        if found is None:
            continue
        present = _discounted(readable, reading, found[:, 0])
        public = case.actors[posting.actor].public
        line = posting.line
        if line.kind == "transfer" and public:
            lines["transfers"] += present
        elif line.kind == "service" and not public:
            lines["services"] -= present
        elif public and posting.sign > 0 and (line.kind == "wage" or line.category == "arbetsgivaravgift"):
            lines["wage_costs"] += present
    return lines


def realisation(readable: Readable, reading: Reading) -> Mapping[str, float]:
    """Return a gain from services as booked, as far as it can be cashed, and what of it rests on the default share.

    Returns
    -------
    mapping of str to float
        ``booked``, ``realisable`` and ``on_default`` (the part of the savings whose price states no realisable share,
        counted as 1), at present value [kr].
    """
    check(readable.case, reading)
    gross = reading.change(measure="gross_gain", realisable=False)
    ledger, parameters = readable.ledger(gross), readable.parameters()

    def told(posting: Posting) -> str:
        if posting.line.kind != "service":
            return "other"
        return "stated" if posting.line.realisable is not None else "default"

    booked = yearly_by(ledger, gross, parameters, told)
    cashed = yearly_by(ledger, gross.change(realisable=True), parameters, told)

    def present(sums: Mapping[str, Array], names: Sequence[str]) -> float:
        return sum(_discounted(readable, gross, sums[name][:, 0]) for name in names if name in sums)

    return {
        "booked": present(booked, ("stated", "default")),
        "realisable": present(cashed, ("stated", "default")),
        "on_default": present(cashed, ("default",)),
    }
