"""Any picture by its name, with what it needs made for it: a simulation, curves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from utanforskap.analysis.gains import funders
from utanforskap.analysis.population import population
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.uncertainty.drawn import drawing
from utanforskap.analysis.uncertainty.simulate import simulate
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.outputs.plot.draws import acceptability, distribution, drawn
from utanforskap.outputs.plot.flows import flow
from utanforskap.outputs.plot.funders import fund_flow, leverage, thresholds
from utanforskap.outputs.plot.kinds import KINDS
from utanforskap.outputs.plot.money import by_actor, by_mandate, who_gains
from utanforskap.outputs.plot.persons import occupancy
from utanforskap.outputs.plot.populations import mop_or_tap, stock_and_flow
from utanforskap.outputs.plot.sensitivities import break_even, range_of_interest, tornado
from utanforskap.outputs.plot.time import cumulative, cumulative_readings
from utanforskap.terms import Lang, Reading, column_order

_OF_BOTH = ("by_actor", "by_mandate", "occupancy", "drawn", "stock_and_flow", "leverage")
_OF_A_PARAMETER = ("break_even", "acceptability", "drawn", "thresholds")
_OF_ONE_OF_SEVERAL = ("stock_and_flow", "mop_or_tap", "leverage", "fund_flow")
_READ: Mapping[str, tuple[str, ...]] = {
    "mop_or_tap": ("perspective",),
    **dict.fromkeys(("occupancy", "drawn", "stock_and_flow", "leverage", "fund_flow"), ()),
}
"""The fields of a reading on which pictures depend that do not depend on all of them."""
_SHOWN: Mapping[str, tuple[str, ...]] = {"thresholds": ("years", "period")}
"""The fields that a picture shows side by side, and so cannot be asked for."""
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
    of: str | None = None,
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
        What is drawn; ``by_actor``, ``by_mandate``, ``occupancy``, ``drawn``, ``stock_and_flow`` and ``leverage`` are
        of either, the others of a comparison: ``mop_or_tap`` of one with the mop.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    perspective : str, optional
        Whose books; unless stated, those that each picture has itself.
    parameter : str, optional
        An estimate's name, for ``break_even``, ``acceptability``, ``drawn`` and ``thresholds``.
    of : str, optional
        The id of the state (``stock_and_flow``), the method (``leverage``), the fund (``fund_flow``) or the alternative
        that is the tap (``mop_or_tap``); not needed where there is one only.
    draws, seed : int
        How many draws a simulation has, and from which seed.
    **reading
        Further fields of `Reading`.

    Raises
    ------
    UnknownNameError
        If there is no such picture.
    QuestionError
        If it needs a comparison, a parameter or one of several, or a simulation of a case in which nothing is
        uncertain; if it is of what the case does not have; or if it does not depend on something that is stated.
    """
    if kind not in KINDS:
        raise UnknownNameError(what="a picture", given=kind, known=KINDS)
    if kind not in _OF_BOTH and not isinstance(subject, Comparison):
        raise QuestionError(f"The picture '{kind}' is of a comparison with an alternative: compare first.")
    if kind in _OF_A_PARAMETER and parameter is None:
        raise QuestionError(f"The picture '{kind}' is of an estimate: say which one (parameter).")
    fields = {**reading, **({} if perspective is None else {"perspective": perspective})}
    _refuse_idle(kind, [*fields, *([] if of is None else ["of"])])
    return _DRAWN[kind](_Asked(kind, subject, parameter or "", of, draws, seed, fields), {"ax": ax, "lang": lang})


def _refuse_idle(kind: str, stated: Sequence[str]) -> None:
    """Refuse what is stated and changes nothing in a picture."""
    idle = [name for name in stated if not _depends(kind, name)]
    if idle:
        listed = ", ".join(f"'{name}'" for name in idle)
        raise QuestionError(f"The picture '{kind}' does not depend on {listed}: leave that out.")


def _depends(kind: str, name: str) -> bool:
    if name == "of":
        return kind in _OF_ONE_OF_SEVERAL
    return name in _READ.get(kind, (name,)) and name not in _SHOWN.get(kind, ())


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a picture is asked of."""

    kind: str
    subject: Any
    parameter: str
    of: str | None
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

    def one(self, what: str, known: Sequence[str]) -> str:
        """Return which of several it is of: as asked for, or the only one.

        Raises
        ------
        QuestionError
            If none is asked for and there are several.
        """
        if self.of is not None:
            return self.of
        if len(known) > 1:
            listed = ", ".join(known)
            raise QuestionError(f"The picture '{self.kind}' is of {what}: say which one (of).\nThere are: {listed}")
        return known[0]

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


def _stock_and_flow(asked: _Asked, how: _How) -> Axes:
    found = population(asked.subject.readable)
    alternative = asked.subject.alternative if isinstance(asked.subject, Comparison) else None
    states = list(asked.subject.case.scenario.states)
    return stock_and_flow(found, asked.one("a state", states), alternative=alternative, **how)


def _mop_or_tap(asked: _Asked, how: _How) -> Axes:
    gain: Comparison = asked.subject
    found = population(gain.readable)
    others = [id_ for id_ in gain.case.scenario.alternatives if id_ != gain.alternative]
    if not others:
        raise QuestionError(f"'{gain.case.id}' declares no other alternative to be the tap (alternatives:).")
    tap = asked.one("an alternative that is the tap", others)
    return mop_or_tap(found.mop_or_tap(mop=gain.alternative, tap=tap, **asked.fields), **how)


def _leverage(asked: _Asked, how: _How) -> Axes:
    result = Result(asked.subject.case, asked.subject.readable)
    methods = list(result.case.scenario.methods)
    if not methods:
        raise QuestionError(f"'{result.case.id}' declares no method, whose leverage it would be (methods:).")
    return leverage(result, asked.one("a method", methods), **how)


def _fund_flow(asked: _Asked, how: _How) -> Axes:
    gain: Comparison = asked.subject
    funds = list(gain.case.scenario.funds)
    if not funds:
        raise QuestionError(f"'{gain.case.id}' declares no fund, whose money it would be (funds:).")
    return fund_flow(gain, asked.one("a fund", funds), **how)


def _thresholds(asked: _Asked, how: _How) -> Axes:
    found = asked.subject.thresholds(asked.parameter, perspectives=asked.perspectives(), **asked.further())
    return thresholds(found, **how)


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
    "stock_and_flow": _stock_and_flow,
    "mop_or_tap": _mop_or_tap,
    "leverage": _leverage,
    "fund_flow": _fund_flow,
    "thresholds": _thresholds,
}
