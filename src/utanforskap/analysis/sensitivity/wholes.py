"""Shares that make a whole, so that none of them moves alone: mixes of pathways, funders, rows of probabilities."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from utanforskap.engine.parameters import Array, Parameters
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.pathways import Markov, RelativeRisk
from utanforskap.inputs.parts.shares import Mix, Together, shares_of
from utanforskap.inputs.values.estimates import ByAge, ByYear, Estimate


@dataclass(frozen=True, slots=True)
class Whole:
    """Shares that sum to one.

    Attributes
    ----------
    path : str
        Where they stand.
    members : tuple of str
        The estimates among them, by full name.
    rest : bool
        Whether one of them is what the others leave.
    sample : Together or None
        The sample that they are known from together, if any.
    held, held_at_risk : float
        What lists by year take [share], in the year in which they take most: those without and those with a risk.
    elsewhere : frozenset of str
        Members that stand in other wholes too: probabilities for all ages in a row where others go by age.
    risk : RelativeRisk or None
        The factor on some of the members, if any.
    risk_name : str
        Its name.
    at_risk : frozenset of str
        Which members.
    """

    path: str
    members: tuple[str, ...]
    rest: bool
    sample: Together | None = None
    held: float = 0.0
    held_at_risk: float = 0.0
    elsewhere: frozenset[str] = frozenset()
    risk: RelativeRisk | None = None
    risk_name: str = ""
    at_risk: frozenset[str] = frozenset()

    @property
    def gives_way(self) -> bool:
        """Whether the others are scaled when one moves; beside a rest they stay, and it takes what is left."""
        return not self.rest or self.sample is not None

    def room(self, parameters: Parameters, parameter: str) -> tuple[Array, Array]:
        """Return how low and how high a parameter can go, so that the whole still sums to one.

        Returns
        -------
        tuple of two ndarrays, shape (draw,) or (1,)
        """
        if parameter == self.risk_name:
            return np.zeros(1), self._room_of_risk(parameters)
        stays = self._stays(parameter)
        if self.gives_way:
            if len(self.members) + self.rest == len(stays) + 1:
                return parameters[parameter], parameters[parameter]
            return np.zeros(1), 1.0 - self.held - _sum(parameters, stays)
        factor = self._factor(parameters)
        others = [name for name in self.members if name != parameter]
        at_risk = [name for name in others if name in self.at_risk]
        taken = _sum(parameters, others) + _sum(parameters, at_risk) * (factor - 1.0) + self.held_at_risk * factor
        return np.zeros(1), _over(1.0 - self.held - taken, factor if parameter in self.at_risk else np.ones(1))

    def scaled(self, at: Mapping[str, Array], parameter: str, to: Array) -> dict[str, Array]:
        """Return the other members' values when one is put elsewhere: scaled by one factor, so that the sum is one."""
        stays = self._stays(parameter)
        others = [name for name in self.members if name != parameter and name not in stays]
        free = 1.0 - self.held - sum((at[name] for name in stays), np.zeros(1))
        before = free - at[parameter]
        # Shares of nothing take what is left evenly.
        evenly = np.full_like(to, 1.0 / (len(others) + self.rest or 1))
        return {
            name: (free - to) * np.divide(at[name], before, out=evenly.copy(), where=before > 0.0) for name in others
        }

    def _stays(self, parameter: str) -> list[str]:
        """Return the members that are not scaled when one moves: those of other wholes too, unless it is one itself."""
        return [] if parameter in self.elsewhere else sorted(self.elsewhere)

    def _factor(self, parameters: Parameters) -> Array:
        """Return the greatest factor on the members at risk in any year [shape (draw,) or (1,)]."""
        if self.risk is None:
            return np.ones(1)
        factor = parameters[self.risk_name]
        return factor if self.risk.years is None else np.maximum(factor, 1.0)

    def _room_of_risk(self, parameters: Parameters) -> Array:
        off = [name for name in self.members if name not in self.at_risk]
        return _over(
            1.0 - self.held - _sum(parameters, off), self.held_at_risk + _sum(parameters, sorted(self.at_risk))
        )


def _sum(parameters: Parameters, names: list[str]) -> Array:
    total: Array = np.zeros(1)
    for name in names:
        total = total + parameters[name]
    return total


def _over(left: Array, part: Array) -> Array:
    """Return a quotient, infinite where what it is divided by is nought."""
    left, part = np.broadcast_arrays(left, part)
    quotient: Array = np.divide(left, part, out=np.full(left.shape, np.inf), where=part > 0.0)
    return quotient


def wholes(case: Case, parameter: str) -> Iterator[Whole]:
    """Yield the wholes in which a parameter stands: as a share, or as the factor on some of them."""
    for whole in _below(case, parameter):
        if parameter in whole.members or parameter == whole.risk_name:
            yield whole


def _below(case: Case, parameter: str) -> Iterator[Whole]:
    scenario = case.scenario
    section, id_, *_ = (*parameter.split("."), "")
    if section == "groups":
        group = scenario.groups[id_]
        mixes: dict[str, Mix | None] = {"pathways": group.pathways, "reference": group.reference}
        mixes |= {f"references.{name}": mix for name, mix in group.references.items()}
        for name, mix in mixes.items():
            if mix is not None and not isinstance(mix, str):
                yield _mix(mix, f"groups.{id_}.{name}")
    elif section == "programmes":
        for name, cost in scenario.programmes[id_].costs.items():
            if cost.funding is not None and not isinstance(cost.funding, str):
                yield _mix(cost.funding, f"programmes.{id_}.costs.{name}.funding")
    elif section == "pathways":
        pathway = scenario.pathways[id_]
        if isinstance(pathway, Markov):
            yield _mix(pathway.initial, f"pathways.{id_}.initial")
            for state in pathway.transitions:
                yield from _row(pathway, f"pathways.{id_}", state)


def _mix(said: Mapping[str, object] | Together, path: str) -> Whole:
    shares = shares_of(said)
    members = tuple(f"{path}.{id_}" for id_, share in shares.items() if share != "rest")
    sample = said if isinstance(said, Together) else None
    return Whole(path, members, rest=len(members) < len(shares), sample=sample)


def _row(pathway: Markov, pathway_path: str, state: str) -> Iterator[Whole]:
    """Yield a row of probabilities, once for each age band where some of them go by age."""
    said = pathway.transitions[state]
    row = shares_of(said)
    path = f"{pathway_path}.transitions.{state}"
    plain = {target: f"{path}.{target}" for target, share in row.items() if isinstance(share, Estimate)}
    tables = {target: share for target, share in row.items() if isinstance(share, ByAge)}
    risk = pathway.relative_risk
    on = {target for target in row if risk is not None and f"{state}.{target}" in risk.on}
    listed = {target: share.by_year for target, share in row.items() if isinstance(share, ByYear)}
    held = _most([numbers for target, numbers in listed.items() if target not in on])
    held_at_risk = _most([numbers for target, numbers in listed.items() if target in on])
    for band in next(iter(tables.values())).by_age if tables else ("",):
        at_band = plain | {target: f"{path}.{target}.{band}" for target in tables}
        yield Whole(
            path,
            tuple(at_band.values()),
            rest="rest" in row.values(),
            sample=said if isinstance(said, Together) else None,
            held=held,
            held_at_risk=held_at_risk,
            elsewhere=frozenset(plain.values()) if tables else frozenset(),
            risk=risk if on else None,
            risk_name=f"{pathway_path}.relative_risk.value" if on else "",
            at_risk=frozenset(name for target, name in at_band.items() if target in on),
        )


def _most(listed: list[Sequence[float]]) -> float:
    """Return the most that lists by year take together in any year; the last number of each holds from then on."""
    years = max(map(len, listed), default=0)
    return max((sum(numbers[min(year, len(numbers) - 1)] for numbers in listed) for year in range(years)), default=0.0)
