"""What a report builds its sentences and tables from: who pays what, gains what and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from utanforskap.analysis import gains
from utanforskap.analysis.metrics import Payback
from utanforskap.analysis.readings import Readable, value
from utanforskap.inputs.case import Case
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import Reading, column_order, top_actor

Verdict = Literal["gain", "loss", "even", "unknown"]
SIDES = ("society", "public", "see")
"""The perspectives that a report tells beside the actors' own."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """What a simulation says of a net gain.

    Attributes
    ----------
    mean, low, high : float
        The mean, and the 5th and 95th percentiles [kr].
    chance : float
        The probability that it is above zero [share].
    mean_error, low_error, high_error, chance_error : float
        Their Monte Carlo standard errors, which say how many digits are told.
    """

    mean: float
    low: float
    high: float
    chance: float
    mean_error: float = 0.0
    low_error: float = 0.0
    high_error: float = 0.0
    chance_error: float = 0.0

    def told(self, voice: Voice) -> dict[str, str]:
        """Return the mean and the ends in the report's unit, and the probability, in words."""
        return {
            "mean": voice.bare(self.mean, self.mean_error),
            "low": voice.bare(self.low, self.low_error),
            "high": voice.bare(self.high, self.high_error),
            "chance": voice.share(self.chance, self.chance_error),
        }

    def spoken(self, voice: Voice) -> dict[str, str]:
        """Return the same, with the unit's name after amounts."""
        told = self.told(voice)
        return {name: text if name == "chance" else voice.with_unit(text) for name, text in told.items()}


@dataclass(frozen=True, slots=True)
class Stand:
    """What somebody pays and gains, at present value.

    Attributes
    ----------
    id : str
        A perspective's id: ``society``, ``public``, ``see`` or an actor's.
    gross, cost, financing, net : float
        Gain before programme cost, programme cost, net financing paid, and what is left [kr].
    payback : Payback
        When the money is back, discounted.
    range : Range or None
        What a simulation says of `net`; None without one.
    """

    id: str
    gross: float
    cost: float
    financing: float
    net: float
    payback: Payback
    range: Range | None = None

    @property
    def paid(self) -> float:
        """Programme cost and net financing [kr]."""
        return self.cost + self.financing

    def verdict(self, voice: Voice) -> Verdict:
        """Return whether it is a gain, a loss, neither, or not known.

        It is a gain or a loss only where the amount that the report shows is one, and, with a simulation, the whole
        interval is.
        """
        shown = [voice.sign(self.net)]
        if self.range is not None:
            shown += [
                voice.sign(self.range.low, self.range.low_error),
                voice.sign(self.range.high, self.range.high_error),
            ]
        if not any(shown):
            return "even"
        if all(sign > 0 for sign in shown):
            return "gain"
        if all(sign < 0 for sign in shown):
            return "loss"
        return "even" if self.range is None else "unknown"


def stand(readable: Readable, reading: Reading, ranges: Mapping[str, Range]) -> Stand:
    """Return what a reading of a net gain pays and gains.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A net gain, whose perspective it is.
    ranges : mapping of str to Range
        What a simulation says of the net gain, by perspective.
    """
    return Stand(
        id=reading.perspective,
        gross=_one(readable, reading.change(measure="gross_gain")),
        cost=gains.programme_cost(readable, reading) + 0.0,
        financing=gains.financing(readable, reading) + 0.0,
        net=_one(readable, reading),
        payback=gains.payback(readable, reading, discounted=True),
        range=ranges.get(reading.perspective),
    )


def parties(readable: Readable, alternative: str, ranges: Mapping[str, Range]) -> tuple[Stand, ...]:
    """Return every actor at the top that pays or gains something, in the order of tables."""
    tops = column_order(dict.fromkeys(top_actor(id_) for id_ in readable.case.actors))
    stands = (stand(readable, net_gain(alternative, id_), ranges) for id_ in tops)
    return tuple(each for each in stands if any((each.gross, each.cost, each.financing, each.net)))


def rest_of(society: Stand, actors: tuple[Stand, ...]) -> Stand | None:
    """Return what society holds beyond the actors' own books; None where that is only what rounding leaves.

    It is what is produced with public employers, which is in no budget, and the income of those displaced, who are not
    the participants.
    """
    left = {
        name: getattr(society, name) - sum(getattr(each, name) for each in actors)
        for name in ("gross", "cost", "financing", "net")
    }
    size = sum(abs(each.gross) + abs(each.cost) for each in actors)
    if all(abs(amount) <= _ROUNDING * size for amount in left.values()):
        return None
    return Stand(id="rest", payback=society.payback, **left)


def net_gain(alternative: str, perspective: str) -> Reading:
    """Return the reading of a net gain over the whole horizon."""
    return Reading(measure="net_gain", alternative=alternative, perspective=perspective)


def gradings(case: Case) -> dict[str, int]:
    """Return how many of a case's estimates have each grade."""
    from utanforskap.analysis.explain import grade_of

    found = dict.fromkeys("ABCD", 0)
    for estimate in case.estimates.values():
        found[grade_of(case, estimate)] += 1
    return found


def programmes_of(case: Case, alternative: str) -> Iterator[str]:
    """Yield the ids of an alternative's programmes."""
    yield from case.scenario.alternatives[alternative].programmes


def succeeding(case: Case, alternative: str) -> list[str]:
    """Return the programmes of an alternative that say their own success, and do not take it from another."""
    return [id_ for id_ in programmes_of(case, alternative) if case.scenario.programmes[id_].method is None]


def _one(readable: Readable, reading: Reading) -> float:
    return float(value(readable, reading)[0]) + 0.0
