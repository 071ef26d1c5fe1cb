"""Whose money it is: the parties that pay and gain, named kommuner and funds apart, and their amounts by year."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from utanforskap.analysis.gains import ROUNDING
from utanforskap.analysis.readings import Posting, Readable, check, factors, yearly_by
from utanforskap.engine.parameters import Array
from utanforskap.engine.valuation import present_value
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading, Role, column_order, label, top_actor, within

AGREEMENTS = "funds."
"""What the items of the lines begin with by which funds get their money back and outcomes are paid for."""


def party_of(case: Case, actor: str) -> str:
    """Return the party that an actor belongs to: the nearest one that the scenario declares, or else its top actor."""
    declared = [id_ for id_ in case.scenario.actors if within(actor, id_)]
    return max(declared, key=len, default=top_actor(actor))


def party_title(case: Case, party: str, lang: Lang) -> str:
    """Return what a party is called."""
    return str(case.actors[party].title[lang])


def money_terms(case: Case, *, current: bool, lang: Lang) -> str:
    """Return in whose kronor undiscounted amounts are told."""
    if current:
        return label("words", "current_prices", lang)
    return label("words", "prices_of", lang).format(year=case.scenario.money.price_year)


def ordered(parties: Iterable[str]) -> list[str]:
    """Return parties in the order in which tables show actors."""
    return column_order(parties)


def by_party(
    readable: Readable, reading: Reading, roles: Sequence[Role], *, of: Callable[[str], bool] = lambda _: True
) -> dict[str, Array]:
    """Return each party's yearly net gain from lines of some roles, undiscounted [kr, shape (year,)].

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A gain, whose alternative and years are read; of all actors.
    roles : sequence of {"effect", "programme", "financing"}
        The roles of the lines.
    of : callable
        From a line's item to whether it is read.
    """
    asked = reading.change(measure="net_gain", perspective="society", part="all", tax_factor=False)
    check(readable.case, asked)

    def told(posting: Posting) -> str:
        read = posting.line.role in roles and of(posting.line.item)
        return f"{party_of(readable.case, posting.actor)}:{posting.row}:{posting.sign:g}" if read else ""

    found: dict[str, list[Array]] = {}
    for name, amounts in yearly_by(readable.ledger(asked), asked, readable.parameters(), told).items():
        if name:
            found.setdefault(name.partition(":")[0], []).append(amounts[:, 0])
    return {party: clean_sum(parts) for party, parts in found.items()}


def clean_sum(parts: Sequence[Array]) -> Array:
    """Return a sum by year in which what rounding leaves of amounts that cancel is nothing."""
    amounts = np.stack(parts)
    net, gross = amounts.sum(axis=0), np.abs(amounts).sum(axis=0)
    return np.where(np.abs(net) <= ROUNDING * gross, 0.0, net)


def discounted(readable: Readable, reading: Reading, amounts: Array) -> float:
    """Return the present value of a party's yearly amounts over a reading's years [kr]."""
    weights = factors(readable.case, readable.parameters(), reading)
    return float(np.sum(present_value(amounts=amounts, factors=weights.reshape(len(amounts), -1)[:, 0])))


def net_gains(readable: Readable, reading: Reading) -> dict[str, float]:
    """Return each party's net gain at present value, agreements included [kr]; they sum to society's."""
    gained = by_party(readable, reading, ("effect", "programme", "financing"))
    return {party: discounted(readable, reading, amounts) for party, amounts in gained.items()}


def outlays(readable: Readable, reading: Reading) -> Mapping[str, Array]:
    """Return what each party puts into an alternative's programmes by year, agreements apart [kr, shape (year,)]."""
    put_in = by_party(readable, reading, ("programme", "financing"), of=lambda item: not item.startswith(AGREEMENTS))
    return {party: -amounts for party, amounts in put_in.items() if np.any(amounts)}


def agreed(readable: Readable, reading: Reading) -> Mapping[str, Array]:
    """Return what each party gets by agreements by year, less what it pays by them [kr, shape (year,)]."""
    return by_party(readable, reading, ("financing",), of=lambda item: item.startswith(AGREEMENTS))
