"""One pathway walked from one age: where a person on it is, year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, assert_never

import numpy as np

from utanforskap.engine.parameters import Array, Parameters, stacked
from utanforskap.engine.pathways import Trajectory, curve, duration, markov, stages
from utanforskap.engine.pathways.leaving import Leaving, leaving, with_exits
from utanforskap.errors import QuestionError
from utanforskap.inputs.parts.pathways import Curve, Duration, Markov, Stages
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.parts.shares import shares_of
from utanforskap.inputs.values.distributions import SUM_TOLERANCE
from utanforskap.inputs.values.estimates import ByAge, ByYear, Probability, Profile, Share, age_band

_ONE, _ZERO = np.ones(1), np.zeros(1)


class Begun(NamedTuple):
    """Where those who have walked a pathway for some years are.

    Attributes
    ----------
    state : str
        The state that they are in.
    years : int
        For how many years they have been in it, which is also since when the pathway is walked.
    """

    state: str
    years: int


class Exits(NamedTuple):
    """Whose exits those on a route leave by.

    Attributes
    ----------
    group : str
        The group's id.
    whole_at : int
        The year since the route's start in which nobody has left yet; negative where it lies before the start.
    """

    group: str
    whole_at: int = 0


@dataclass(frozen=True, eq=False)
class Route:
    """One pathway walked from one age, each part computed when it is first asked for.

    Attributes
    ----------
    parameters : Parameters
        The case and its values.
    pathway : str
        The pathway's id.
    age : int or None
        The age at the start.
    years : int
        How many years are walked.
    exits : Exits or None
        How some leave for good; None where nobody does.
    begun : Begun or None
        Where those are who are followed only from a later year on; None is from the start. Earlier years are void.
    """

    parameters: Parameters
    pathway: str
    age: int | None
    years: int
    exits: Exits | None = None
    begun: Begun | None = None

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The states of the state axis: the pathway's own, then those that some leave for."""
        absorbing = tuple(self._group.exits) if self.exits is not None else ()
        return (*self._own_states, *absorbing)

    @cached_property
    def _own_states(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.parameters.case.scenario.pathways[self.pathway].states()))

    @property
    def _group(self) -> Group:
        assert self.exits is not None
        return self.parameters.case.scenario.groups[self.exits.group]

    @cached_property
    def trajectory(self) -> Trajectory:
        """Occupancy, entries and placement of a person, years counted from the start."""
        walked = self._walked()
        return walked if self.exits is None else with_exits(walked, self._leaving)

    @cached_property
    def _leaving(self) -> Leaving:
        assert self.exits is not None
        since = self.exits.whole_at
        age = None if self.age is None else self.age + since
        path, years = f"groups.{self.exits.group}.exits", self.years - since
        chances = [
            by_year(self.parameters, said, f"{path}.{state}", age=age, years=years)
            for state, said in self._group.exits.items()
        ]
        return leaving(probabilities=np.stack(np.broadcast_arrays(*chances), axis=1), years=self.years, whole_at=since)

    def _walked(self) -> Trajectory:
        said = self.parameters.case.scenario.pathways[self.pathway]
        n_states = len(self._own_states)
        match said:
            case Stages():
                positions, durations = self._stays(said)
                return stages.trajectory(states=positions, durations=durations, n_states=n_states, years=self.years)
            case Duration():
                return self._left(said)
            case Curve():
                at = sorted(said.shares, key=int)
                return curve.trajectory(
                    at=np.array([float(year) for year in at]),
                    shares=stacked([self._stated(f"shares.{year}") for year in at]),
                    counts=said.counts,
                    target=self._own_states.index(said.target),
                    other=self._own_states.index(said.otherwise),
                    n_states=n_states,
                    years=self.years,
                )
            case Markov():
                return self._moved(said)
            case _:
                assert_never(said)

    def _left(self, said: Duration) -> Trajectory:
        states, begun = self._own_states, self.begun
        if begun is not None and begun.state == said.reaches:
            there = np.zeros((self.years, len(states), 1))
            there[:, states.index(begun.state)] = 1.0
            return Trajectory(there, np.zeros_like(there), np.zeros((len(states), 1)))
        return duration.trajectory(
            distribution=said.distribution,
            median=self._stated("median") if said.median is not None else None,
            mean=self._stated("mean") if said.mean is not None else None,
            shape=self._stated("shape") if said.shape is not None else None,
            speed_up=self._stated("speed_up") if said.speed_up is not None else _ONE,
            shorten=self._stated("shorten") if said.shorten is not None else _ZERO,
            from_state=states.index(said.leaves),
            to_state=states.index(said.reaches),
            n_states=len(states),
            years=self.years,
            since=begun.years if begun is not None else 0,
        )

    def _moved(self, said: Markov) -> Trajectory:
        initial, transitions = self._chain(said)
        if self.begun is None:
            return markov.trajectory(initial=initial, transitions=transitions, counting=said.counted)
        placed = np.zeros((len(self._own_states), 1))
        placed[self._own_states.index(self.begun.state)] = 1.0
        later = markov.trajectory(initial=placed, transitions=transitions[self.begun.years :], counting=said.counted)
        return _void_before(later, self.begun.years)

    @property
    def _is_plain(self) -> bool:
        """Whether nobody leaves for good and all are followed from the start."""
        return self.exits is None and self.begun is None

    @cached_property
    def occupancy(self) -> Array:
        """Share of each year spent in each state [shape (year, state, draw)]: the trajectory's, without its entries."""
        said = self.parameters.case.scenario.pathways[self.pathway]
        if isinstance(said, Markov) and self._is_plain and "trajectory" not in self.__dict__:
            initial, transitions = self._chain(said)
            return markov.occupancy(initial=initial, transitions=transitions, counting=said.counted)
        return self.trajectory.occupancy

    def summed(self, weights: Array) -> Array:
        """Return the weighted sum over years of the occupancy [shape (state, draw)].

        Parameters
        ----------
        weights : ndarray, shape (year, draw or 1)
            By year since the start; years beyond them count for nothing.
        """
        said = self.parameters.case.scenario.pathways[self.pathway]
        if (
            isinstance(said, Markov)
            and said.counted == "start"
            and self._is_plain
            and not {"occupancy", "trajectory"} & set(self.__dict__)
        ):
            initial, transitions = self._chain(said)
            return markov.summed(initial=initial, transitions=transitions, weights=weights)
        return weighted_sum(self.occupancy[: len(weights)], weights)

    @cached_property
    def time_since_entry(self) -> Array:
        """Share of each year in the first, second, … year since entry, of stages [shape (since, year, state, draw)]."""
        said = self.parameters.case.scenario.pathways[self.pathway]
        assert isinstance(said, Stages)
        positions, durations = self._stays(said)
        time = stages.time_since_entry(
            states=positions, durations=durations, n_states=len(self.states), years=self.years
        )
        return time if self.exits is None else time * self._leaving.alive[:, np.newaxis]

    @property
    def knows_entry(self) -> bool:
        """Whether the time since a state was entered is known."""
        return isinstance(self.parameters.case.scenario.pathways[self.pathway], Stages)

    def _stated(self, name: str) -> Array:
        return self.parameters[f"pathways.{self.pathway}.{name}"]

    def _stays(self, said: Stages) -> tuple[list[int], Array]:
        """Return the state and the length of each stage, from the one that those who have begun are in."""
        walked = said.stages
        if self.begun is not None:
            walked = walked[[stage.state for stage in walked].index(self.begun.state) :]
        lengths: list[Array] = []
        for stage in walked:
            if stage.years is not None:
                lengths.append(self._stated(f"stages.{stage.name}.years"))
            elif stage.until_age is not None:
                assert self.age is not None
                ends = self._stated(f"stages.{stage.name}.until_age") - self.age
                before = np.sum(stacked(lengths), axis=0) if lengths else _ZERO
                lengths.append(np.maximum(ends - before, 0.0))
            else:
                lengths.append(np.full(1, np.inf))
        if self.begun is not None:
            # Whoever has been there for so long stays at least as long, whatever is drawn.
            lengths[0] = np.maximum(lengths[0], float(self.begun.years))
        return [self._own_states.index(stage.state) for stage in walked], stacked(lengths)

    def _chain(self, said: Markov) -> tuple[Array, Array]:
        initial = self.parameters.shares(said.initial, f"pathways.{self.pathway}.initial")
        placed = stacked([initial.get(state, _ZERO) for state in self._own_states])
        path = f"pathways.{self.pathway}"
        matrix = _transitions(self.parameters, said, path, self._own_states, self.age, self.years)
        return placed, np.broadcast_to(matrix, (self.years, *matrix.shape[1:]))


def weighted_sum(array: Array, weights: Array) -> Array:
    """Return the sum over the first axis of rows times their weights.

    Parameters
    ----------
    array : ndarray, shape (year, ..., draw or 1)
        What is summed.
    weights : ndarray, shape (year, draw or 1)
        Each year's weight; a year without any is passed over.

    Returns
    -------
    ndarray, shape (..., draw or 1)
    """
    total = np.zeros((*array.shape[1:-1], max(array.shape[-1], weights.shape[-1])))
    part = np.empty_like(total)
    # Year by year, so that what is worked on stays in the processor's cache.
    for row, weight in zip(array, weights, strict=True):
        if np.any(weight):
            np.multiply(row, weight, out=part)
            total += part
    return total


def route(
    parameters: Parameters,
    pathway: str,
    *,
    age: int | None,
    years: int,
    exits: Exits | None = None,
    begun: Begun | None = None,
) -> Route:
    """Return a pathway walked from an age for a number of years; the same one every time it is asked for."""
    # With parameters of its own: those that keep it would otherwise hold themselves, and every draw with them.
    own = Parameters(parameters.case, parameters.values, parameters.draws)
    key = (pathway, age, years, exits, begun)
    return parameters.once_of_walks(("route", *key), lambda: Route(own, *key))


def _void_before(trajectory: Trajectory, years: int) -> Trajectory:
    """Return a trajectory placed some years later, with nobody anywhere before."""
    before = [(years, 0), (0, 0), (0, 0)]
    entries = trajectory.entries.copy()
    entries[0] -= trajectory.placement
    return Trajectory(
        np.pad(trajectory.occupancy, before), np.pad(entries, before), np.zeros_like(trajectory.placement)
    )


def _transitions(
    parameters: Parameters, said: Markov, path: str, states: Sequence[str], age: int | None, years: int
) -> Array:
    """Return probabilities [shape (year or 1, from, to, draw or 1)]; one year where all years are alike."""
    stated = {
        (origin, target): _probability(parameters, said, path, (origin, target), probability, age=age, years=years)
        for origin, row in said.transitions.items()
        for target, probability in shares_of(row).items()
        if probability != "rest"
    }
    moments, draws = np.broadcast_shapes((1, 1), *(each.shape for each in stated.values()))
    matrix = np.zeros((moments, len(states), len(states), draws))
    for origin, state in enumerate(states):
        row = said.transitions.get(state)
        if row is None:
            matrix[:, origin, origin] = 1.0
            continue
        total = np.zeros((moments, draws))
        for target, probability in shares_of(row).items():
            if probability != "rest":
                matrix[:, origin, states.index(target)] = stated[state, target]
                total += stated[state, target]
        rests = [target for target, probability in shares_of(row).items() if probability == "rest"]
        over = total - 1.0 if rests else np.abs(total - 1.0)
        if np.any(over > SUM_TOLERANCE):
            raise QuestionError(
                f"{path}.transitions.{state}: with these values the probabilities sum to "
                f"{total.flat[np.argmax(over)]:g}"
            )
        for target in rests:
            matrix[:, origin, states.index(target)] = np.maximum(1.0 - total, 0.0)
    return matrix


def _probability(
    parameters: Parameters,
    said: Markov,
    path: str,
    move: tuple[str, str],
    stated: Share | ByYear | ByAge[Share],
    *,
    age: int | None,
    years: int,
) -> Array:
    """Return the probability of a move, its relative risk with it, by year [shape (year or 1, draw or 1)]."""
    name = ".".join(move)
    probability = by_year(parameters, stated, f"{path}.transitions.{name}", age=age, years=years)
    if said.relative_risk is None or name not in said.relative_risk.on:
        return probability
    value = parameters[f"{path}.relative_risk.value"]
    risk = np.ones((years, value.size))
    risk[: said.relative_risk.years] = value
    return probability * risk


def by_year(
    parameters: Parameters,
    said: Probability | Profile,
    name: str,
    *,
    age: int | None,
    years: int,
) -> Array:
    """Return a number, a list by year or a table by age as one value for each year since the start.

    Parameters
    ----------
    parameters : Parameters
        Where named values are looked up.
    said : estimate, ByYear or ByAge
        What was stated.
    name : str
        Its name.
    age : int or None
        The age in the first year; needed for a table by age.
    years : int
        How many years.

    Returns
    -------
    ndarray, shape (year or 1, draw or 1)
        One year where all years are alike.
    """
    if isinstance(said, ByYear):
        return np.array([[said.by_year[min(year, len(said.by_year) - 1)]] for year in range(years)])
    if isinstance(said, ByAge):
        assert age is not None
        bands = {text: age_band(text) for text in said.by_age}
        named = [
            next(text for text, (low, high) in bands.items() if low <= age + year <= high) for year in range(years)
        ]
        return stacked([parameters[f"{name}.{text}"] for text in named])
    return parameters[name][None, :]
