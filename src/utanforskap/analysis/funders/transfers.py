"""The transfer key: the side payments with which every party at least breaks even."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from utanforskap.analysis.funders.parties import net_gains, ordered, outlays, party_title
from utanforskap.analysis.gains import ROUNDING
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.tabulate import describe
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class TransferKey:
    """The side payments between parties with which none of them loses.

    Attributes
    ----------
    gains : mapping of str to float
        Each party's net gain without them, at present value [kr].
    payments : mapping of (str, str) to float
        From one who gains to one who loses, at present value [kr]; empty where the key does not exist.
    case : Case
        The case.
    reading : Reading
        The gain that is shared, with its years and discounting.
    """

    gains: Mapping[str, float]
    payments: Mapping[tuple[str, str], float]
    case: Case
    reading: Reading

    @property
    def total(self) -> float:
        """What the parties gain together [kr]."""
        return sum(self.gains.values())

    @property
    def exists(self) -> bool:
        """Whether there are such payments: exactly when the parties together do not lose."""
        return together(self.gains.values())

    @property
    def after(self) -> Mapping[str, float]:
        """Each party's net gain with the payments [kr]."""
        told = dict(self.gains)
        for (payer, payee), amount in self.payments.items():
            told[payer] -= amount
            told[payee] += amount
        return MappingProxyType(told)

    def table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return each party's net gain, what it pays and receives, and what it has after [kr], with the sum."""
        import pandas as pd

        after = self.after
        rows = {
            party_title(self.case, party, lang): {
                "gain": gain,
                "pays": sum(amount for (payer, _), amount in self.payments.items() if payer == party),
                "receives": sum(amount for (_, payee), amount in self.payments.items() if payee == party),
                "after": after[party],
            }
            for party, gain in self.gains.items()
        }
        columns = ("gain", "pays", "receives", "after")
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(columns), dtype=float)
        frame.loc[label("words", "total", lang)] = frame.sum()
        frame.columns = pd.Index([label("funders", f"key_{name}", lang) for name in columns])
        frame.attrs = describe(self.case, self.reading, lang)
        if not self.exists:
            frame.attrs["caption"] += f"; {label('funders', 'no_key', lang)}"
        return frame


def together(gains: Iterable[float]) -> bool:
    """Return whether gains together are no loss, what rounding leaves counted as nothing."""
    amounts = np.fromiter(gains, dtype=np.float64)
    return bool(amounts.sum() >= -ROUNDING * np.abs(amounts).sum())


def side_payments(gains: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """Return what each who gains pays each who loses: in proportion to its gain, until nobody loses [kr].

    ``gain_i / Σ gains · loss_j``; none where the losses are more than the gains, for then there is no such key.

    Parameters
    ----------
    gains : mapping of str to float
        Each party's net gain [kr].
    """
    gaining = {party: gain for party, gain in gains.items() if gain > 0.0}
    losing = {party: -gain for party, gain in gains.items() if gain < 0.0}
    if not together(gains.values()) or not gaining:
        return {}
    whole = sum(gaining.values())
    return {(payer, payee): gain / whole * loss for payer, gain in gaining.items() for payee, loss in losing.items()}


def transfer_key(readable: Readable, reading: Reading, parties: Sequence[str] | None = None) -> TransferKey:
    """Return the transfer key between some parties.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A net gain, whose alternative, years and discounting are read.
    parties : sequence of str, optional
        Who pay each other; the public actors and all who put something in unless stated. A kommun, region or fund that
        the scenario declares is a party of its own.

    Raises
    ------
    UnknownNameError
        If one of them is no party to the alternative.
    """
    case = readable.case
    found = net_gains(readable, reading)
    if parties is None:
        paying = {party for party, amounts in outlays(readable, reading).items() if np.any(amounts)}
        chosen = [party for party in found if case.actors[party].public or party in paying]
    else:
        chosen = list(dict.fromkeys(parties))
        for party in chosen:
            if party not in found:
                raise UnknownNameError(what="a party to the alternative", given=party, known=ordered(found))
    clean = {party: _clean(found[party], found) for party in ordered(chosen)}
    gains = {party: gain for party, gain in clean.items() if gain or parties is not None}
    return TransferKey(
        MappingProxyType(gains), MappingProxyType(side_payments(gains)), case,
        reading.change(measure="net_gain", perspective="society", part="all"),
    )  # fmt: skip


def _clean(gain: float, beside: Mapping[str, float]) -> float:
    """Return a gain, what rounding leaves of one counted as nothing."""
    return 0.0 if abs(gain) <= ROUNDING * max(map(abs, beside.values())) else gain
