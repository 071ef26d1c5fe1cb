"""How far savings can be cashed (*realiserbart*)."""

import numpy as np

from utanforskap.engine.ledger import Ledger
from utanforskap.engine.parameters import Array, Parameters, stacked


def realised(ledger: Ledger, parameters: Parameters) -> Array:
    """Return a change's amounts with savings counted only as far as they can be cashed.

    The change is netted over states per price, payer and year; a saving (a fall in cost) times the share, an
    increase times one. Only services have such a share, one unless stated. Where the lines of one price state
    different shares, the saving's is theirs weighted by what falls.
    """
    amounts = ledger.amounts.copy()
    together: dict[tuple[str | None, str | None], list[int]] = {}
    for row, line in enumerate(ledger.lines):
        if line.kind == "service" and line.role == "effect":
            together.setdefault((line.price, line.payer), []).append(row)
    for rows in together.values():
        stated = [ledger.lines[row].realisable for row in rows]
        if not any(stated):
            continue
        shares = stacked([np.ones(1) if name is None else parameters[name] for name in stated])[:, None]
        # In a ledger of differences (baseline less alternative) a saving is positive.
        change = ledger.amounts[rows]
        fallen = np.maximum(change, 0.0)
        in_all = fallen.sum(axis=0)
        share = np.sum(fallen * shares, axis=0) / np.where(in_all > 0.0, in_all, 1.0)
        amounts[rows] = change * np.where(change.sum(axis=0) > 0.0, share, 1.0)
    return amounts
