"""Drawn shares that would be more than a whole, brought back to one."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.pathways import Markov
from utanforskap.inputs.parts.shares import Together, shares_of
from utanforskap.inputs.values.distributions import Array
from utanforskap.inputs.values.estimates import ByAge, ByYear, Probability, Share

At = Callable[[str], Array]


@dataclass(frozen=True, slots=True)
class _Moment:
    """Shares beside a ``rest``, in one year and at one age: the names of those that can vary, and the sum of others."""

    names: tuple[str, ...]
    listed: float


def within_one(case: Case, values: Mapping[str, Array], *, alternative: str | None = None) -> dict[str, Array]:
    """Return drawn values whose shares leave 0 or more for the ``rest`` beside them.

    Shares that vary each on their own can together be more than one, far out in their tails. In such a draw they are
    scaled to one, and nothing is left for the ``rest``; a relative risk goes no higher than what its row has room for,
    and a programme reaches no more than are there.

    Parameters
    ----------
    case : Case
        The case.
    values : mapping of str to ndarray, shape (draw,)
        By the names of estimates.
    alternative : str or None
        The alternative whose ``set`` holds for what has no value among these; None is the baseline.
    """
    within = dict(values)
    own = case.scenario.alternatives[alternative].set if alternative is not None else {}

    def at(name: str) -> Array:
        stated = own[name] if name in own else case.estimates[name]
        return within[name] if name in within else np.full(1, stated.value)

    for row in _rows(case):
        if not any(name in values for moment in row for name in moment.names):
            continue
        factor = np.min(np.broadcast_arrays(*(_room(moment, at) for moment in row)), axis=0)
        if np.any(factor < 1.0):
            within |= {name: at(name) * factor for name in dict.fromkeys(n for moment in row for n in moment.names)}
    for name, pathway, path in _risks(case):
        for on, off in _at_risk(pathway, path):
            if {name, *on.names, *off.names} & within.keys():
                cap = _cap(on, off, at)
                if np.any(at(name) > cap):
                    within[name] = np.minimum(at(name), cap)
    for name, of, there in _reached(case, at):
        if {name, *of} & within.keys() and np.any(at(name) > there):
            within[name] = np.minimum(at(name), there)
    return within


def _reached(case: Case, at: At) -> Iterator[tuple[str, tuple[str, ...], Array]]:
    """Yield the name of each stated number of participants, what else it hangs on, and how many persons there are."""
    for id_, programme in case.scenario.programmes.items():
        reaches = programme.reaches
        if reaches.persons == "all":
            continue
        path, mix = f"groups.{reaches.group}", case.scenario.groups[reaches.group].pathways
        shares = {} if isinstance(mix, str) else shares_of(mix)
        names = {other: f"{path}.pathways.{other}" for other, said in shares.items() if said != "rest"}
        others = sum((at(name) for name in names.values()), np.zeros(1))
        share = at(names[reaches.pathway]) if reaches.pathway in names else 1.0 - others
        of = (f"{path}.persons", *names.values())
        yield f"programmes.{id_}.reaches.persons", of, at(f"{path}.persons") * share


def _sum(moment: _Moment, at: At) -> Array:
    total: Array = sum((at(name) for name in moment.names), np.zeros(1))
    return total


def _room(moment: _Moment, at: At) -> Array:
    """Return what the shares that can vary are multiplied by to leave 0 or more [at most 1]."""
    total = _sum(moment, at)
    room: Array = np.divide(1.0 - moment.listed, total, out=np.ones_like(total), where=total > 1.0 - moment.listed)
    return room


def _cap(on: _Moment, off: _Moment, at: At) -> Array:
    """Return the highest relative risk that leaves 0 or more; without end where nobody is at risk."""
    at_risk, beside = _sum(on, at) + on.listed, _sum(off, at) + off.listed
    at_risk, beside = np.broadcast_arrays(at_risk, beside)
    cap: Array = np.divide(1.0 - beside, at_risk, out=np.full(at_risk.shape, np.inf), where=at_risk > 0.0)
    return cap


def _rows(case: Case) -> Iterator[list[_Moment]]:
    """Yield the moments of all shares that stand beside a ``rest`` and are not drawn together with it."""
    scenario = case.scenario
    for id_, group in scenario.groups.items():
        mixes = {"pathways": group.pathways, "reference": group.reference}
        mixes |= {f"references.{name}": mix for name, mix in group.references.items()}
        for name, mix in mixes.items():
            if mix is not None and not isinstance(mix, str):
                yield from _row(mix, f"groups.{id_}.{name}")
    for id_, programme in scenario.programmes.items():
        for name, cost in programme.costs.items():
            if cost.funding is not None and not isinstance(cost.funding, str):
                yield from _row(cost.funding, f"programmes.{id_}.costs.{name}.funding")
    for id_, pathway in scenario.pathways.items():
        if isinstance(pathway, Markov):
            yield from _row(pathway.initial, f"pathways.{id_}.initial")
            for state, row in pathway.transitions.items():
                yield from _row(row, f"pathways.{id_}.transitions.{state}")


def _row(said: Mapping[str, Probability] | Together, path: str) -> Iterator[list[_Moment]]:
    shares = shares_of(said)
    if "rest" in shares.values():
        yield list(_moments(shares, path))


def _moments(
    shares: Mapping[str, Probability], path: str, *, of: Collection[str] | None = None, until: int | None = None
) -> Iterator[_Moment]:
    """Yield the sums of some shares, or of all, at every age and in every year that they differ, until a year."""
    tables = [said for said in shares.values() if isinstance(said, ByAge)]
    years = max((len(said.by_year) for said in shares.values() if isinstance(said, ByYear)), default=1)
    summed = {id_: said for id_, said in shares.items() if of is None or id_ in of}
    lists = [said.by_year for said in summed.values() if isinstance(said, ByYear)]
    for band in tables[0].by_age if tables else ("",):
        names = [f"{path}.{id_}" for id_, said in summed.items() if isinstance(said, Share)]
        names += [f"{path}.{id_}.{band}" for id_, said in summed.items() if isinstance(said, ByAge)]
        for year in range(years if until is None else min(years, until)):
            yield _Moment(tuple(names), sum(listed[min(year, len(listed) - 1)] for listed in lists))


def _risks(case: Case) -> Iterator[tuple[str, Markov, str]]:
    for id_, pathway in case.scenario.pathways.items():
        if isinstance(pathway, Markov) and pathway.relative_risk is not None:
            yield f"pathways.{id_}.relative_risk.value", pathway, f"pathways.{id_}.transitions"


def _at_risk(pathway: Markov, path: str) -> Iterator[tuple[_Moment, _Moment]]:
    """Yield the probabilities at risk, and those beside them, of every row in each of the moments of the risk."""
    risk = pathway.relative_risk
    assert risk is not None
    for state, row in pathway.transitions.items():
        shares = shares_of(row)
        on = {target for target in shares if f"{state}.{target}" in risk.on}
        if on:
            sides = (on, shares.keys() - on)
            yield from zip(*(_moments(shares, f"{path}.{state}", of=of, until=risk.years) for of in sides), strict=True)
