"""Any picture by its name, with what it needs made for it: a simulation, curves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from utanforskap.analysis.gains import funders
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.uncertainty.drawn import drawing
from utanforskap.analysis.uncertainty.simulate import simulate
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.outputs.plot.draws import acceptability, distribution, drawn
from utanforskap.outputs.plot.flows import flow
from utanforskap.outputs.plot.kinds import KINDS
from utanforskap.outputs.plot.money import by_actor, by_mandate, who_gains
from utanforskap.outputs.plot.persons import occupancy
from utanforskap.outputs.plot.sensitivities import break_even, range_of_interest, tornado
from utanforskap.outputs.plot.time import cumulative, cumulative_readings
from utanforskap.terms import Lang, Reading, column_order

_OF_BOTH = ("by_actor", "by_mandate", "occupancy", "drawn")
_OF_A_PARAMETER = ("break_even", "acceptability", "drawn")
_POINTS = 21
_LINES = 6


def picture(
    kind: str,
    subject: Result | Comparison,
    *,
    ax: Axes | None = None,
    lang: Lang = "sv",
    perspective: str | None = None,
    parameter: str | None = None,
    draws: int = 10_000,
    seed: int = 1,
    **reading: Any,
) -> Axes:
    """Draw a picture by its name; what is uncertain in it is simulated.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    subject : Result or Comparison
        What is drawn; ``by_actor``, ``by_mandate``, ``occupancy`` and ``drawn`` are of either, the others of a
        comparison.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    perspective : str, optional
        Whose books; unless stated, those that each picture has itself.
    parameter : str, optional
        An estimate's name, for ``break_even``, ``acceptability`` and ``drawn``.
    draws, seed : int
        How many draws a simulation has, and from which seed.
    **reading
        Further fields of `Reading`.

    Raises
    ------
    UnknownNameError
        If there is no such picture.
    QuestionError
        If it needs a comparison or a parameter, or a simulation of a case in which nothing is uncertain.
    """
    if kind not in KINDS:
        raise UnknownNameError(what="a picture", given=kind, known=KINDS)
    if kind not in _OF_BOTH and not isinstance(subject, Comparison):
        raise QuestionError(f"The picture '{kind}' is of a comparison with an alternative: compare first.")
    if kind in _OF_A_PARAMETER and parameter is None:
        raise QuestionError(f"The picture '{kind}' is of an estimate: say which one (parameter).")
    whose = {} if perspective is None else {"perspective": perspective}
    return _DRAWN[kind](_Asked(subject, parameter or "", draws, seed, {**reading, **whose}), {"ax": ax, "lang": lang})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a picture is asked of."""

    subject: Any
    parameter: str
    draws: int
    seed: int
    fields: Mapping[str, Any]

    def perspectives(self) -> Sequence[str]:
        """Return whose books are drawn side by side: as asked for, or society, public and those who pay."""
        if "perspective" in self.fields:
            return [str(self.fields["perspective"])]
        gain: Comparison = self.subject
        return ["society", "public", *column_order(funders(gain.readable, gain.reading()))][:_LINES]

    def simulated(self, readings: Mapping[str, Reading]) -> Simulation:
        """Return a simulation of some readings.

        Raises
        ------
        QuestionError
            If nothing is uncertain.
        """
        drawing(self.subject.case, n=self.draws, seed=self.seed)
        return simulate(self.subject.readable, readings, n=self.draws, seed=self.seed, split="total")

    def further(self) -> dict[str, Any]:
        """Return the fields of a reading beside its perspective."""
        return {name: value for name, value in self.fields.items() if name != "perspective"}


_How = dict[str, Any]


def _cumulative(asked: _Asked, how: _How) -> Axes:
    try:
        simulation = asked.simulated(cumulative_readings(asked.subject, **asked.fields))
    except QuestionError:
        # A case in which nothing is uncertain has a line and no fan.
        simulation = None
    return cumulative(asked.subject, simulation=simulation, **asked.fields, **how)


def _occupancy(asked: _Asked, how: _How) -> Axes:
    return occupancy(asked.subject, **how)


def _distribution(asked: _Asked, how: _How) -> Axes:
    return distribution(asked.simulated({"gain": asked.subject.reading(**asked.fields)}), **how)


def _break_even(asked: _Asked, how: _How) -> Axes:
    return break_even(asked.subject, asked.parameter, perspectives=asked.perspectives(), **asked.further(), **how)


def _acceptability(asked: _Asked, how: _How) -> Axes:
    gain: Comparison = asked.subject
    perspectives = asked.perspectives()
    found = [gain.break_even(asked.parameter, perspective=each, **asked.further()) for each in perspectives]
    points = range_of_interest(gain.case, found, count=_POINTS).tolist()
    result = Result(gain.case, gain.readable)
    return acceptability(
        [
            result.acceptability(
                points, parameter=found[0].parameter, alternatives=[gain.alternative], perspective=each, n=asked.draws,
                seed=asked.seed, **asked.further(),
            )
            for each in perspectives
        ],
        **how,
    )  # fmt: skip


def _drawn(asked: _Asked, how: _How) -> Axes:
    reading = Reading(measure="ledger")
    return drawn(asked.simulated({"ledger": reading}), asked.parameter, **how)


def _plainly(draw: Callable[..., Axes]) -> Callable[[_Asked, _How], Axes]:
    return lambda asked, how: draw(asked.subject, **asked.fields, **how)


_DRAWN: Mapping[str, Callable[[_Asked, _How], Axes]] = {
    "by_actor": _plainly(by_actor),
    "by_mandate": _plainly(by_mandate),
    "cumulative": _cumulative,
    "who_gains": _plainly(who_gains),
    "flow": _plainly(flow),
    "occupancy": _occupancy,
    "tornado": _plainly(tornado),
    "break_even": _break_even,
    "distribution": _distribution,
    "acceptability": _acceptability,
    "drawn": _drawn,
}
