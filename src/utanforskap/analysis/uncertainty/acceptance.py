"""How often each choice is the best one, by what an outcome is worth or by the value of an estimate."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis import value_of_information as arrays
from utanforskap.analysis.captions import caption
from utanforskap.analysis.outcomes import outcome_draws, outcome_names
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.uncertainty.answers import drawn_readable
from utanforskap.analysis.uncertainty.blocks import grouped, in_order, threads
from utanforskap.analysis.uncertainty.drawn import choices, drawing, gains, ledgers
from utanforskap.analysis.uncertainty.groups import units
from utanforskap.analysis.uncertainty.told import choice_title, say
from utanforskap.analysis.wording import number
from utanforskap.engine.draws import Sampler
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class AcceptabilityCurves:
    """How often each choice is best in one perspective, point by point.

    Attributes
    ----------
    case : Case
        The case.
    readings : mapping of str to Reading
        Whose gain each alternative is judged by, by its id; doing nothing gains 0.
    over : str
        What the points are values of: an outcome, whose unit is worth so much [kr], or an estimate, in its own unit.
    curves : Acceptability
        Shares, the best on average and the value of perfect information, by point; choices in the order of `options`.
    draws, seed : int
        How many draws were made, and from which seed.
    """

    case: Case
    readings: Mapping[str, Reading]
    over: str
    curves: arrays.Acceptability
    draws: int
    seed: int

    @property
    def options(self) -> tuple[str | None, ...]:
        """The choices: to do nothing, which is None, and each alternative."""
        return (None, *self.readings)

    def table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return in which share of draws each choice is best [0 to 1], a row a point and a column a choice."""
        import pandas as pd

        frame = pd.DataFrame(
            self.curves.shares,
            index=pd.Index(self.curves.thresholds, name=self.over),
            columns=[choice_title(self.case, choice, lang) for choice in self.options],
        )
        said = caption(self.case, next(iter(self.readings.values())), lang)
        terms = say("acceptability_terms", lang, draws=number(self.draws, lang=lang), seed=self.seed)
        frame.attrs = {"scenario": self.case.id, "draws": self.draws, "seed": self.seed, "caption": f"{said}; {terms}"}
        return frame


def acceptability(
    case: Case | Readable,
    *,
    outcome: str | None = None,
    parameter: str | None = None,
    points: Sequence[float],
    alternatives: Sequence[str] | None = None,
    perspective: str = "society",
    n: int = 10_000,
    seed: int = 1,
    executor: Executor | None = None,
    **fields: Any,
) -> AcceptabilityCurves:
    """Return how often each choice is best: doing nothing, or one of the alternatives.

    Either by what one unit of a counted outcome is taken to be worth, where the benefit is ``worth * gain in outcome +
    net gain``; or by the value of an estimate, which is then the same in every draw and for every choice, as in
    ``run(case, values={parameter: point})``. Where choices are equally good the first of them is best, doing nothing
    before all.

    Parameters
    ----------
    case : Case or Readable
        The case; or its ledgers, whose given values then stand as they are.
    outcome : str, optional
        ``person_years.<state>``, or an outcome of the case.
    parameter : str, optional
        An estimate's name, or the end of one.
    points : sequence of float
        What one unit of the outcome is worth [kr], or the estimate's values in its own unit.
    alternatives : sequence of str, optional
        Which alternatives; all that have a programme unless stated.
    perspective : str
        Whose gain decides.
    n, seed, executor
        As for `value_of_information`.
    **fields
        Further fields of `Reading`.

    Raises
    ------
    QuestionError
        If not exactly one of `outcome` and `parameter` is stated, a point cannot be the estimate's value, or the
        estimate is drawn together with others.
    UnknownNameError
        If a name is not known.
    """
    base = ledgers(case)
    readings = choices(base.case, alternatives, perspective=perspective, fields=fields)
    drawn = drawing(base.case, n=n, seed=seed)
    at = np.asarray(points, dtype=np.float64)
    if (outcome is None) == (parameter is None):
        raise QuestionError("State what the points are values of: either outcome=… or parameter=…")
    with nullcontext(executor) if executor is not None else threads() as carrier:
        blocks = grouped(drawn.blocks)
        if outcome is not None:
            if outcome not in outcome_names(base.case):
                raise UnknownNameError(what="an outcome", given=outcome, known=outcome_names(base.case))
            worth = partial(_outcomes, base, readings, outcome, drawn)
            found = np.concatenate(list(in_order(worth, blocks, executor=carrier)), axis=-1)
            curves = arrays.acceptability(costs=-found[0], effects=found[1], thresholds=at)
            return AcceptabilityCurves(base.case, readings, outcome, curves, n, seed)
        name = _parameter(base.case, drawn, parameter or "", at)
        fixed = partial(_at_points, base, tuple(readings.values()), name, at, drawn)
        found = np.concatenate(list(in_order(fixed, blocks, executor=carrier)), axis=-1)
    return AcceptabilityCurves(base.case, readings, name, _joined(found, at), n, seed)


def _parameter(case: Case, drawn: Sampler, parameter: str, at: Array) -> str:
    """Return an estimate's whole name, once its values are known to be possible."""
    name = case.full_name(parameter)
    low, high = case.estimate(name).bounds
    for point in at.tolist():
        if not low <= point <= high:
            raise QuestionError(f"{name} cannot be {point:.10g}: it must be from {low:g} to {high:g}.")
    unit = next((members for members in units(drawn).values() if name in members), (name,))
    if len(unit) > 1:
        others = ", ".join(each for each in unit if each != name)
        raise QuestionError(f"'{name}' is drawn together with {others}, and cannot be held at a value alone.")
    return name


def _with_nothing(found: Array) -> Array:
    """Return gains with those of doing nothing before them [shape (…, choice, draw)]."""
    return np.concatenate([np.zeros_like(found[..., :1, :]), found], axis=-2)


def _outcomes(
    base: Readable, readings: Mapping[str, Reading], outcome: str, sampler: Sampler, blocks: Sequence[int]
) -> Array:
    """Return each choice's net gain and gain in an outcome [shape (2, choice, draw)]."""
    found = []
    for block in blocks:
        drawn = sampler.named(block)
        readable = drawn_readable(base, drawn)
        before = outcome_draws(readable, outcome, alternative=None)
        gained = [outcome_draws(readable, outcome, alternative=id_) - before for id_ in readings]
        kronor = gains(base, tuple(readings.values()), drawn)
        found.append(np.stack([kronor, [np.broadcast_to(each, kronor.shape[1]) for each in gained]]))
    return _with_nothing(np.concatenate(found, axis=-1))


def _at_points(
    base: Readable, readings: Sequence[Reading], name: str, at: Array, sampler: Sampler, blocks: Sequence[int]
) -> Array:
    """Return each choice's net gain with an estimate held at each point [kr, shape (point, choice, draw)]."""
    found = []
    for block in blocks:
        drawn = sampler.named(block)
        held = [base.changed(values={name: point}) for point in at]
        found.append(np.stack([gains(each, readings, drawn) for each in held]))
    return _with_nothing(np.concatenate(found, axis=-1))


def _joined(benefits: Array, at: Array) -> arrays.Acceptability:
    """Return the curves of benefits that were taken point by point."""
    nothing, once = np.zeros_like(benefits[0]), np.zeros(1)
    each = [arrays.acceptability(costs=-some, effects=nothing, thresholds=once) for some in benefits]
    return arrays.Acceptability(
        thresholds=at,
        shares=np.concatenate([one.shares for one in each]),
        best=np.concatenate([one.best for one in each]),
        evpi=np.concatenate([one.evpi for one in each]),
        shares_error=np.concatenate([one.shares_error for one in each]),
        evpi_error=np.concatenate([one.evpi_error for one in each]),
    )
