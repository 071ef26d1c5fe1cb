"""What a funder gets back, and when; what a fund's account looks like; and what lands elsewhere."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis import metrics
from utanforskap.analysis.funders.parties import (
    AGREEMENTS,
    agreed,
    by_party,
    discounted,
    money_terms,
    ordered,
    outlays,
    party_title,
)
from utanforskap.analysis.funders.plan import inflators
from utanforskap.analysis.gains import ROUNDING
from utanforskap.analysis.readings import Readable, years_read
from utanforskap.analysis.tabulate import describe
from utanforskap.engine.agreements import put_in
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd


def funders_returns(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return what each party that puts something in gets back, where the rest lands, and when it is square [kr].

    ``lands elsewhere`` is the party's share of what is put in, of all that all parties gain before the programmes'
    cost, less what it gains itself: what others gain for its money (below zero where it gains for others'). Those sum
    to what those gain who put nothing in.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A gain, whose alternative, years and discounting are read.
    lang : {"sv", "en"}
        The language of the labels.
    """
    import pandas as pd

    case, years = readable.case, readable.case.scenario.horizon.years
    paid, gained, got = outlays(readable, reading), by_party(readable, reading, ("effect",)), agreed(readable, reading)
    present = {party: discounted(readable, reading, amounts) for party, amounts in paid.items()}
    funding = [party for party in ordered(present) if abs(present[party]) > 0.0]
    everything = sum(present[party] for party in funding)
    all_gain = sum(discounted(readable, reading, amounts) for amounts in gained.values())
    nothing = np.zeros(years)
    rows = {}
    for party in funding:
        own = gained.get(party, nothing)
        back = got.get(party, nothing)
        gain = discounted(readable, reading, own)
        share = present[party] / everything if everything else 0.0
        net = own + back - paid[party]
        rows[party_title(case, party, lang)] = {
            "paid": present[party],
            "share": share,
            "own_gain": gain,
            "agreed": discounted(readable, reading, back),
            "net": discounted(readable, reading, net),
            "elsewhere": share * all_gain - gain,
            "payback": _payback(net, paid[party], years_read(case, reading), lang),
        }
    columns = ("paid", "share", "own_gain", "agreed", "net", "elsewhere", "payback")
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(columns))
    frame.columns = pd.Index([label("funders", name, lang) for name in columns])
    frame.attrs = describe(case, reading.change(measure="net_gain", perspective="society", part="all"), lang)
    frame.attrs["not_kronor"] = [label("funders", "share", lang)]
    return frame


def _payback(net: Array, paid: Array, read: NDArray[np.bool_], lang: Lang) -> str:
    return metrics.payback(gains=net[read], cost_years=(paid != 0.0)[read]).in_words(lang=lang)


def fund_cash_flow(readable: Readable, alternative: str, fund: str, *, current: bool, lang: Lang) -> "pd.DataFrame":
    """Return a fund's money by year: what it puts in, what comes back, and what is left to come back [kr].

    Parameters
    ----------
    readable : Readable
        The ledgers.
    alternative : str
        The alternative.
    fund : str
        The fund's id.
    current : bool
        Whether in each year's own kronor, as agreements are, or in kronor of the price year.
    lang : {"sv", "en"}
        The language of the labels.

    Returns
    -------
    DataFrame
        Years in rows; ``owed`` is a loan's balance at the year's end, interest included, always in current kronor.

    Raises
    ------
    UnknownNameError
        If the case has no such fund.
    QuestionError
        If the alternative does not carry out its programme.
    """
    import pandas as pd

    case, known = readable.case, readable.case.scenario.funds
    if fund not in known:
        raise UnknownNameError(what="a fund", given=fund, known=list(known))
    said = known[fund]
    run = readable.run(alternative)
    if said.programme not in run.programmes:
        raise QuestionError(f"The alternative '{alternative}' does not carry out '{said.programme}', which it is for.")
    first = case.scenario.horizon.first_year
    nothing = np.zeros(case.scenario.horizon.years)
    own = [each for each in run.posted if not each[0].item.startswith(AGREEMENTS)]
    paid = nothing + put_in(said.account, said.programme, own, run.parameters)[:, 0]
    back = nothing + sum(
        (charge.amount[:, 0] for line, charge in run.posted if line.item.startswith(f"{AGREEMENTS}{fund}.")), nothing
    )
    inflated = inflators(readable)
    shown = inflated if current else np.ones_like(inflated)
    columns = {"paid_out": paid * shown, "came_back": back * shown, "year_net": (back - paid) * shown}
    columns["accumulated"] = np.cumsum(columns["year_net"])
    if said.repayment is not None:
        interest = float(run.parameters[f"funds.{fund}.repayment.interest"][0])
        columns["owed"] = _owed(paid * inflated, back * inflated, interest)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(first, first + len(nothing), name=label("columns", "year", lang)))
    frame.columns = pd.Index([label("funders", name, lang) for name in frame.columns])
    frame.attrs = {
        "title": str(getattr(said.title, lang)),
        "unit": "kr",
        "caption": money_terms(case, current=current, lang=lang),
    }
    return frame


def _owed(paid: Array, back: Array, interest: float) -> Array:
    owed = np.zeros(len(paid))
    balance = 0.0
    for year in range(len(paid)):
        before = balance * (1.0 + interest) + paid[year]
        balance = 0.0 if abs(before - back[year]) <= ROUNDING * abs(before) else before - back[year]
        owed[year] = balance
    return owed
