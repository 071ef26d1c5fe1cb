"""How a report speaks: its sentences, and every number by one formatter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from utanforskap.analysis import wording
from utanforskap.analysis.metrics import Payback
from utanforskap.analysis.uncertainty import digits
from utanforskap.inputs.case import Case
from utanforskap.shipped import shipped_words
from utanforskap.terms import Lang, label, top_actor

_SMALL, _LARGE = 1e6, 1e8
"""Where a main amount is below the one [kr] and all are below the other [kr], thousands say more than millions."""


def _texts() -> dict[str, Any]:
    return shipped_words("report/texts.toml")


@dataclass(frozen=True, slots=True)
class Voice:
    """A language, and the unit in which a report tells kronor.

    Attributes
    ----------
    lang : {"sv", "en"}
        The language.
    unit : {"kr", "tkr", "Mkr"}
        The unit.
    """

    lang: Lang
    unit: wording.KronorUnit

    def word(self, section: str, id_: str) -> str:
        """Return a heading, a column's title or another short text."""
        return str(_texts()[section][id_][self.lang])

    def fill(self, id_: str, **slots: object) -> str:
        """Return a part of a sentence with its slots filled in."""
        return self.word("says", id_).format(**slots)

    def say(self, id_: str, **slots: object) -> str:
        """Return a sentence with its slots filled in, and a capital letter first."""
        told = self.fill(id_, **slots)
        return told[:1].upper() + told[1:]

    @property
    def kronor(self) -> str:
        """What the unit is called."""
        return label("kronor", self.unit, self.lang)

    def bare(self, amount: float, error: float = 0.0) -> str:
        """Return an amount [kr] in the unit without its name, as tables tell it, in the digits that its error bears."""
        scaled, apart = wording.scaled(amount, self.unit), wording.scaled(error, self.unit)
        return digits.number(scaled, apart, decimals=wording.decimals_of(self.unit), lang=self.lang)

    def with_unit(self, told: str) -> str:
        """Return an amount that `bare` has told, with the unit's name after it."""
        return f"{told}\u00a0{self.kronor}"

    def amount(self, amount: float) -> str:
        """Return an amount [kr] in the unit with its name, as sentences tell it."""
        return self.with_unit(self.bare(amount))

    def sign(self, amount: float, error: float = 0.0) -> int:
        """Return whether an amount is told as above zero (1), below (-1) or nothing (0)."""
        if not any(digit in self.bare(amount, error) for digit in "123456789∞"):
            return 0
        return 1 if amount > 0.0 else -1

    def number(self, value: float | None, *, decimals: int = 0) -> str:
        """Return a number with so many decimals, or a dash where there is none."""
        return wording.NONE if value is None else wording.number(value, decimals=decimals, lang=self.lang)

    def figure(self, value: float | None) -> str:
        """Return a number to four significant digits, or a dash where there is none."""
        return wording.NONE if value is None else wording.significant(value, lang=self.lang)

    def share(self, value: float, error: float = 0.0) -> str:
        """Return a share in whole percent; all or none only where it is."""
        return digits.percent(value, error, lang=self.lang)

    def payback(self, answer: Payback) -> str:
        """Return when money is back, as tables tell it."""
        return answer.in_words(lang=self.lang)

    def listed(self, names: Sequence[str]) -> str:
        """Return names in a row: ``a``, ``a och b``, ``a, b och c``."""
        *others, last = names
        return f"{', '.join(others)} {self.fill('and')} {last}" if others else last

    def of(self, case: Case, id_: str) -> str:
        """Return an actor, or a perspective's holder, as sentences name it: ``kommunen``, ``samhället som helhet``."""
        known = _texts()["holders"]
        if id_ in known:
            return str(known[id_][self.lang])
        return case.actors[id_].title[self.lang] if id_ in case.actors else self.of(case, top_actor(id_))

    def of_capital(self, case: Case, id_: str) -> str:
        """Return the same as `of`, with a capital letter first."""
        told = self.of(case, id_)
        return told[:1].upper() + told[1:]


def unit_for(main: Iterable[float], amounts: Iterable[float]) -> wording.KronorUnit:
    """Return the unit in which a report tells all its kronor.

    Parameters
    ----------
    main : iterable of float
        Amounts that must not be rounded away, a programme's cost say [kr].
    amounts : iterable of float
        All that are told [kr].
    """
    told = list(amounts)
    unit = wording.suitable_unit(told)
    smallest = min((abs(amount) for amount in main if amount), default=_SMALL)
    if unit == "Mkr" and smallest < _SMALL and max(map(abs, told)) < _LARGE:
        return "tkr"
    return unit
