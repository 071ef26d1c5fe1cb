"""Kronor by account, of everyone and of each group: as observed, as projected, and what the programme cost."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.columns import Split, columns
from utanforskap.analysis.followup.samples import Array
from utanforskap.analysis.followup.valuation import ObservedReadable
from utanforskap.inputs.case import Case
from utanforskap.terms import Reading, column_order, top_actor

SOCIETY, PUBLIC = "society", "public"
TOP = "top:"
"""What the name of a top actor's sum over its accounts begins with."""
_LOW, _HIGH = 5.0, 95.0
_KNOWN = 0.95
"""In at least this share of the draws a spread must be known."""
_NOTHING = 1e-3
"""What rounding may leave of amounts that cancel [kr]."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What one account, or a sum of accounts, gained; a gain is positive.

    Attributes
    ----------
    observed, projected : float or None
        Gross gain of the observed years, and of those after, at present value [kr]; None is not shown.
    cost : float or None
        What it bore of the programme's cost, financing included, at present value [kr].
    net : float or None
        The sum less the cost [kr].
    low, high : float or None
        5th and 95th percentile of the net gain, over draws of persons and of prices [kr]; None also without draws.
    above_zero : float or None
        The share of draws in which the net gain is above zero.
    """

    observed: float | None
    projected: float | None
    cost: float | None
    net: float | None
    low: float | None = None
    high: float | None = None
    above_zero: float | None = None


NOT_SHOWN = Amount(None, None, None, None)


def names_of(accounts: Sequence[str]) -> list[str]:
    """Return what an account table holds: society, public, then each top actor with its committees."""
    names = [SOCIETY, PUBLIC]
    for top in column_order({top_actor(account) for account in accounts}):
        own = column_order(account for account in accounts if top_actor(account) == top)
        names += [TOP + top, *(own if own != [top] else [])]
    return names


def members(case: Case, name: str, accounts: Sequence[str]) -> list[str]:
    """Return the accounts that a name of an account table is the sum of."""
    if name == SOCIETY:
        return list(accounts)
    if name == PUBLIC:
        return [account for account in accounts if case.actors[account].public]
    if name.startswith(TOP):
        return [account for account in accounts if top_actor(account) == name.removeprefix(TOP)]
    return [name]


def amounts(
    observed: ObservedReadable,
    whole: ObservedReadable,
    drawn: ObservedReadable | None,
    *,
    alternative: str,
    with_cost: bool,
) -> dict[str, Amount]:
    """Return every account's amounts, and their sums, by name.

    Parameters
    ----------
    observed, whole : ObservedReadable
        The observed years alone, and the projection with them.
    drawn : ObservedReadable or None
        The same as `whole`, in draws.
    alternative : str
        The alternative.
    with_cost : bool
        Whether the programme's cost, which nobody has parted between groups, is taken off.
    """
    case = whole.case
    gross = Reading.of(measure="gross_gain", alternative=alternative)
    net = Reading.of(measure="net_gain", alternative=alternative) if with_cost else gross
    parts = {
        "observed": by_account(observed, gross),
        "gross": by_account(whole, gross),
        "net": by_account(whole, net),
    }
    draws = {} if drawn is None else by_account(drawn, net)
    accounts = list(dict.fromkeys(account for part in parts.values() for account in part))
    found = {}
    for name in names_of(accounts):
        of = members(case, name, accounts)
        seen, gained, left = (_sum(part[id_][0] for id_ in of if id_ in part) for part in parts.values())
        spread = _spread([draws[id_] for id_ in of if id_ in draws])
        found[name] = Amount(seen, _sum([gained, -seen]), _sum([gained, -left]), left, *spread)
    return found


def by_account(readable: ObservedReadable, reading: Reading, *, split: Split = "account") -> dict[str, Array]:
    """Return what each account gained at present value [kr, each of shape (draw,)]."""
    found = columns(readable, reading, split=split, by_year=False)
    return dict(zip(found.names, found.values, strict=True))


def _sum(parts: Iterable[float]) -> float:
    total = math.fsum(parts)
    return total if abs(total) > _NOTHING else 0.0


def _spread(parts: Sequence[Array]) -> tuple[float | None, float | None, float | None]:
    if not parts:
        return None, None, None
    total = np.sum(np.broadcast_arrays(*parts), axis=0)
    known = total[~np.isnan(total)]
    # Where whole sites are drawn, and a group is at one of them, what remains would not be its spread.
    if len(known) < max(2.0, _KNOWN * len(total)):
        return None, None, None
    total = known
    low, high = np.percentile(total, [_LOW, _HIGH])
    return float(low), float(high), float((total > 0.0).mean())


def yearly(readable: ObservedReadable, *, alternative: str) -> dict[str, NDArray[np.float64]]:
    """Return the gross gain by name and calendar year, undiscounted [kr, each of shape (year,)]."""
    reading = Reading.of(measure="gross_gain", alternative=alternative, discount="none")
    found = columns(readable, reading, split="account", by_year=True)
    assert found.yearly is not None
    by: Mapping[str, Array] = dict(zip(found.names, found.yearly[:, :, 0], strict=True))
    years = np.zeros(readable.case.scenario.horizon.years)
    case, accounts = readable.case, list(by)
    found_by = {
        name: np.sum([by[id_] for id_ in members(case, name, accounts)], axis=0)
        if members(case, name, accounts)
        else years
        for name in names_of(accounts)
        if name in (SOCIETY, PUBLIC) or name.startswith(TOP)
    }
    return {name: np.where(np.abs(each) > _NOTHING, each, 0.0) for name, each in found_by.items()}
