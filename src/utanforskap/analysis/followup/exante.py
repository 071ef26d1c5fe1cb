"""What was promised, what happened, and which assumption made the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from utanforskap.analysis.followup.moves import Moves
from utanforskap.analysis.followup.valuation import Measure, ObservedReadable
from utanforskap.analysis.readings import Readable, value
from utanforskap.engine.effects import participants, participants_share
from utanforskap.terms import Reading

PERSONS, COST, SUCCESS, DROP_OFF, REST = "persons", "cost", "success", "drop_off", "rest"


@dataclass(frozen=True, slots=True)
class Step:
    """One assumption, taken from the calculation to what was observed, with all others as in the calculation.

    Attributes
    ----------
    id : str
        ``persons``, ``cost``, ``success`` or ``drop_off``; or ``rest``, what they do not explain together: where
        participants came from and went to, when, and what assumptions do to one another.
    assumed, observed : float or None
        The assumption, and what was observed; None where there is no one number.
    amounts : mapping of str to float
        By how much net gain changes, for those who are shown [kr].
    """

    id: str
    assumed: float | None
    observed: float | None
    amounts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Promise:
    """A calculation made before, beside what happened.

    Attributes
    ----------
    promised, happened : mapping of str to float
        Net gain for ``society`` and ``public``, where they are shown [kr].
    steps : tuple of Step
        The assumptions, one at a time, and what remains; they sum to the difference.
    """

    promised: Mapping[str, float]
    happened: Mapping[str, float]
    steps: tuple[Step, ...]


def promise_of(
    measure: Measure,
    happened: ObservedReadable,
    moves: Moves,
    states: Sequence[str],
    *,
    persons: Mapping[str, float],
    actual: Mapping[str, float],
    names: Sequence[str],
) -> Promise:
    """Return a case's own calculation of a measure beside its observation.

    Parameters
    ----------
    measure : Measure
        What is followed up.
    happened : ObservedReadable
        What happened, the projection included.
    moves : Moves
        The sums that it rests on, of everyone.
    states : sequence of str
        Their states.
    persons : mapping of str to float
        The estimates that say how many took part, with the number who did.
    actual : mapping of str to float
        Other estimates that turned out otherwise, the programme's costs say.
    names : sequence of str
        Whose net gain is told: ``society``, ``public``.
    """
    case = measure.case
    before = Readable(case)
    path = f"programmes.{measure.programme_id}"
    promised, real = _net(before, measure, names), _net(happened, measure, names)
    drop_off = {name: said for name, said in actual.items() if name == f"{path}.drop_off"}
    costs = {name: said for name, said in actual.items() if name not in drop_off}
    achieved = _achieved(measure, before, moves, states)
    number = next(iter(persons.values()), None)
    changes: dict[str, tuple[float | None, float | None, dict[str, float]]] = {
        PERSONS: (_value(before, measure, next(iter(persons), None)), number, dict(persons)),
        COST: (None, None, costs),
        SUCCESS: (_success(before, measure), achieved, _as_success(measure, achieved)),
        DROP_OFF: (
            _value(before, measure, f"{path}.drop_off"),
            drop_off.get(f"{path}.drop_off"),
            drop_off,
        ),
    }
    steps = []
    for id_, (assumed, seen, values) in changes.items():
        if values:
            changed = _net(before.changed(values=values), measure, names)
            steps.append(Step(id_, assumed, seen, {each: changed[each] - promised[each] for each in names}))
    rest = {each: real[each] - promised[each] - sum(step.amounts[each] for step in steps) for each in names}
    return Promise(promised, real, (*steps, Step(REST, None, None, rest)))


def _net(readable: Readable, measure: Measure, names: Sequence[str]) -> dict[str, float]:
    return {
        each: float(
            value(readable, Reading.of(measure="net_gain", alternative=measure.alternative, perspective=each))[0]
        )
        for each in names
    }


def _value(readable: Readable, measure: Measure, name: str | None) -> float | None:
    return None if name is None else float(readable.parameters(measure.alternative)[name][0])


def _success(readable: Readable, measure: Measure) -> float:
    """Return the share of participants that the calculation says is moved because of the programme."""
    parameters = readable.parameters(measure.alternative)
    shares = participants_share(parameters, measure.programme_id, differs=np.zeros(1), years=measure.programme.lag + 1)
    return float(shares[-1, 0])


def _achieved(measure: Measure, before: Readable, moves: Moves, states: Sequence[str]) -> float | None:
    """Return the success share by which the calculation moves as much time to its target's states as was observed.

    The target's states are those where it adds time in the observed years. None where it moves nobody.
    """
    effect = (moves.observed - moves.without)[0].sum(axis=0)[:, :, 0].sum(axis=0)  # by state
    persons = float(moves.observed[0].sum(axis=(0, 2))[:, 0].mean())
    first, second = before.run().occupancy, before.run(measure.alternative).occupancy
    since = measure.programme.starts - measure.case.scenario.horizon.first_year
    span = slice(since, since + moves.observed.shape[2])
    planned = (second.persons - first.persons).sum(axis=0)[span, :, 0].sum(axis=0)
    added = {state: amount for state, amount in zip(first.states, planned, strict=True) if amount > 0.0}
    seen = sum(float(effect[list(states).index(state)]) for state in added if state in states)
    number = float(participants(before.parameters(measure.alternative), measure.programme_id)[0])
    each = sum(added.values()) / number if number else 0.0
    return float(_success(before, measure) * seen / persons / each) if each else None


def _as_success(measure: Measure, achieved: float | None) -> dict[str, float]:
    """Return the values by which the programme's net share is the one observed: nothing is deducted from it again."""
    if achieved is None or not 0.0 <= achieved <= 1.0:
        return {}
    path = f"programmes.{measure.programme_id}"
    return {f"{path}.success": achieved, f"{path}.deadweight": 0.0, f"{path}.attribution": 1.0}
