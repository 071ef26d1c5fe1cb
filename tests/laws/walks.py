"""One person on a pathway, simulated by the rules of each model in plain floats; see `naive`."""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scipy import integrate

from utanforskap.inputs.parts.pathways import Curve, Duration, Markov, Stages
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.values.estimates import ByAge, ByYear


@dataclass
class Walk:
    """One person on a pathway: years counted from the start of the walk."""

    occupancy: list[dict[str, float]]
    entries: list[dict[str, float]]
    placed: dict[str, float]
    stays: list[tuple[str, float, float, float]] = field(default_factory=list)  # state, entered, begin, end
    of_stages: bool = False

    def time_since_entry(self, state: str, year: int, since: int) -> float:
        """Return how much of a year is spent in the given year since the state was entered."""
        return sum(
            overlap(max(begin, entered + since), min(end, entered + since + 1), year)
            for where, entered, begin, end in self.stays
            if where == state
        )


def overlap(begin: float, end: float, year: int) -> float:
    return max(min(end, year + 1.0) - max(begin, float(year)), 0.0)


class Walker:
    """Somebody who walks a scenario's pathways, with some estimates changed."""

    def __init__(self, scenario: Scenario, changed: Mapping[str, Any]) -> None:
        self.scenario = scenario
        self.changed = changed

    # --- numbers ---

    def value(self, name: str, said: Any) -> float:
        return float(self.changed[name].value if name in self.changed else said.value)

    def shares(self, mix: Any, path: str) -> dict[str, float]:
        if isinstance(mix, str):
            return {mix: 1.0}
        stated = {id_: self.value(f"{path}.{id_}", said) for id_, said in mix.items() if said != "rest"}
        return {id_: stated[id_] if id_ in stated else 1.0 - sum(stated.values()) for id_ in mix}

    def listed(self, said: Any, path: str, *, year: int, age: int | None) -> float:
        """Return a number, a list by year whose last holds on, or a table by age."""
        if isinstance(said, ByYear):
            return float(said.by_year[min(year, len(said.by_year) - 1)])
        if isinstance(said, ByAge):
            assert age is not None
            for band, estimate in said.by_age.items():
                low, _, high = band.replace("+", "-999").partition("-")
                if int(low) <= age + year <= int(high or low):
                    return self.value(f"{path}.{band}", estimate)
            raise AssertionError(f"no band of {path} holds {age + year}")
        return self.value(path, said)

    # --- one person on a pathway ---

    def walk(self, pathway: str, *, age: int | None, years: int) -> Walk:
        said, path = self.scenario.pathways[pathway], f"pathways.{pathway}"
        match said:
            case Stages():
                return self.walk_stages(said, path, age, years)
            case Duration():
                return self.walk_duration(said, path, years)
            case Curve():
                return self.walk_curve(said, path, years)
            case Markov():
                return self.walk_markov(said, path, age, years)

    def walk_stages(self, said: Stages, path: str, age: int | None, years: int) -> Walk:
        now, present, entered = 0.0, None, 0.0
        stays: list[tuple[str, float, float, float]] = []
        came: list[tuple[str, float]] = []
        for stage in said.stages:
            end = math.inf
            if stage.years is not None:
                end = now + self.value(f"{path}.stages.{stage.name}.years", stage.years)
            elif stage.until_age is not None:
                assert age is not None
                end = max(now, self.value(f"{path}.stages.{stage.name}.until_age", stage.until_age) - age)
            if end > now:
                if stage.state != present:
                    came.append((stage.state, now))
                    entered = now
                stays.append((stage.state, entered, now, end))
                present = stage.state
            now = end
        occupancy = [
            {state: sum(overlap(b, e, t) for s, _, b, e in stays if s == state) for state, *_ in stays}
            for t in range(years)
        ]
        # An entry at time T counts in the twelve months after it.
        entries = [
            {state: sum(overlap(at, at + 1.0, t) for s, at in came if s == state) for state, *_ in stays}
            for t in range(years)
        ]
        return Walk(occupancy, entries, {came[0][0]: 1.0}, stays, of_stages=True)

    def walk_duration(self, said: Duration, path: str, years: int) -> Walk:
        time = self.value(f"{path}.mean", said.mean) if said.mean else self.value(f"{path}.median", said.median)
        shape = self.value(f"{path}.shape", said.shape) if said.shape else 1.0
        faster = self.value(f"{path}.speed_up", said.speed_up) if said.speed_up else 1.0
        less = self.value(f"{path}.shorten", said.shorten) if said.shorten else 0.0
        stays = survival(said.distribution, time, shape, is_mean=said.mean is not None)
        if said.distribution == "fixed":
            left = [overlap(0.0, time / faster - less, t) for t in range(years)]
        else:
            left = [
                integrate.quad(lambda u: stays(faster * (u + less)), t, t + 1, epsabs=1e-14, epsrel=1e-13)[0]
                for t in range(years)
            ]
        return two_states(said.leaves, said.reaches, left, placed=1.0)

    def walk_curve(self, said: Curve, path: str, years: int) -> Walk:
        points = sorted((int(year), self.value(f"{path}.shares.{year}", s)) for year, s in said.shares.items())

        def at(year: float) -> float:
            for (left, low), (right, high) in itertools.pairwise(points):
                if left <= year <= right:
                    return low + (high - low) * (year - left) / (right - left)
            return points[-1][1]

        if said.counts == "average":
            share = [at(t) for t in range(years)]
        else:
            share = [(at(t) + at(t + 1)) / 2.0 for t in range(years)]
        return two_states(said.target, said.otherwise, share, placed=at(0))

    def walk_markov(self, said: Markov, path: str, age: int | None, years: int) -> Walk:
        states = list(said.states())
        initial = self.shares(said.initial, f"{path}.initial")
        now = {state: initial.get(state, 0.0) for state in states}
        moments, inflows = [now], []
        for t in range(years):
            after, inflow = dict.fromkeys(states, 0.0), dict.fromkeys(states, 0.0)
            for origin in states:
                for target, probability in self.row(said, path, origin, t, age).items():
                    moved = now[origin] * probability
                    after[target] += moved
                    if target != origin:
                        inflow[target] += moved
            now = after
            moments.append(now)
            inflows.append(inflow)

        def counted(t: int, state: str) -> tuple[float, float]:
            """Section 5: counted at the start, middle or end of the cycle; entries follow the count."""
            at_start = (moments[t][state], inflows[t - 1][state] if t else moments[0][state])
            at_end = (moments[t + 1][state], inflows[t][state] + (0.0 if t else moments[0][state]))
            mid = ((at_start[0] + at_end[0]) / 2.0, (at_start[1] + at_end[1]) / 2.0)
            return {"start": at_start, "mid": mid, "end": at_end}[said.counted]

        occupancy = [{state: counted(t, state)[0] for state in states} for t in range(years)]
        entries = [{state: counted(t, state)[1] for state in states} for t in range(years)]
        return Walk(occupancy, entries, moments[0])

    def row(self, said: Markov, path: str, origin: str, year: int, age: int | None) -> dict[str, float]:
        """Return a year's probabilities; what a relative risk leaves goes to the rest (section 4)."""
        if origin not in said.transitions:
            return {origin: 1.0}
        found: dict[str, float] = {}
        risk = said.relative_risk
        for target, probability in said.transitions[origin].items():
            if probability != "rest":
                name = f"{path}.transitions.{origin}.{target}"
                found[target] = self.listed(probability, name, year=year, age=age)
                touched = risk is not None and f"{origin}.{target}" in risk.on
                if touched and (risk.years is None or year < risk.years):
                    found[target] *= self.value(f"{path}.relative_risk.value", risk.value)
        for target, probability in said.transitions[origin].items():
            if probability == "rest":
                found[target] = 1.0 - sum(found.values())
        return found


def survival(family: str, time: float, shape: float, *, is_mean: bool) -> Callable[[float], float]:
    """Return the share who have not left after u years."""
    if family == "exponential":
        mean = time if is_mean else time / math.log(2.0)
        return lambda u: math.exp(-u / mean)
    if family == "weibull":
        scale = time / math.gamma(1.0 + 1.0 / shape) if is_mean else time / math.log(2.0) ** (1.0 / shape)
        return lambda u: math.exp(-((u / scale) ** shape))
    median = time / math.exp(shape**2 / 2.0) if is_mean else time
    return lambda u: 0.5 * math.erfc(math.log(u / median) / (shape * math.sqrt(2.0))) if u > 0 else 1.0


def two_states(one: str, other: str, share: list[float], *, placed: float) -> Walk:
    """Return a walk between two states from the share of each year in one; what rises is entered."""
    occupancy = [{one: s, other: 1.0 - s} for s in share]
    at_start = {one: placed, other: 1.0 - placed}
    before, entries = at_start, []
    for t, present in enumerate(occupancy):
        rise = {state: max(present[state] - before[state], 0.0) for state in present}
        entries.append({state: rise[state] + (at_start[state] if t == 0 else 0.0) for state in rise})
        before = present
    return Walk(occupancy, entries, at_start)


def without_placement(walk: Walk) -> list[dict[str, float]]:
    """Section 5: being placed in a state at the start is an entry unless the group was there already."""
    first = {state: entered - walk.placed.get(state, 0.0) for state, entered in walk.entries[0].items()}
    return [first, *walk.entries[1:]]
