"""A report's counts told out as whole persons, so that what is only counted can be followed up as persons are.

How many there are of everything is the report's. Who of them is who is not in it: where a rule must say, each thing is
spread as evenly as can be over the rest, so that no person's place in a list means anything; and nobody is taken to
have left work or studies whom the numbers do not force to.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup.counts import SEXES, Counts, column_of, occupations_of
from utanforskap.inputs.followup.fields import StateSpace
from utanforskap.inputs.followup.mapping import DataMapping

if TYPE_CHECKING:
    import pandas as pd

Whole = NDArray[np.int64]

_SEX = {"women": "kvinna", "men": "man", "other_sex": "annat"}
_TABLES = ("support_before", "support_after", "occupation_before", "occupation_after")
_TRANSITIONS = "support_transitions"
_SIDES = ("before", "after")


def told_out(counts: Counts, mapping: DataMapping, space: StateSpace) -> "pd.DataFrame":
    """Return a report's participants, one row each, in the shape of before and after.

    Parameters
    ----------
    counts : Counts
        The report.
    mapping : DataMapping
        Its mapping, which says when the measure began and how long it lasted.
    space : StateSpace
        The known states.

    Returns
    -------
    DataFrame
        person, before, after (states), start, months; and sex where every table of the report tells it alike.
    """
    import pandas as pd

    assert mapping.measure_months is not None  # a mapping that says when says how long
    parts = [_of_one(counts, mapping, space, who) for who in (SEXES if _by_sex(counts) else ("total",))]
    persons = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return persons.assign(person=np.arange(len(persons)), start=mapping.started, months=float(mapping.measure_months))


def _by_sex(counts: Counts) -> bool:
    """Return whether all tables tell the same number of each sex."""
    lines = counts.lines
    tables = [*_TABLES, *([_TRANSITIONS] if (lines["table"] == _TRANSITIONS).any() else [])]
    of = lines[lines["table"].isin(tables)]
    if of[["women", "men"]].isna().to_numpy().any():
        return False
    sums = of.groupby("table")[list(SEXES)].sum()
    return bool((sums == sums.iloc[0]).to_numpy().all())


def _of_one(counts: Counts, mapping: DataMapping, space: StateSpace, who: str) -> "pd.DataFrame":
    """Return the persons of one sex, or of all."""
    import pandas as pd

    support = np.array(list(_supports(counts, space, who)), dtype=np.int64).reshape(-1, 2)
    states = np.empty_like(support)
    for side, position in enumerate(_SIDES):
        order = np.lexsort((support[:, 1 - side], support[:, side]))
        busy = _busy(counts, mapping, space, position, who)
        at = _chosen(support[:, side], order, len(busy), mapping, space)
        if side:
            at = _those_before(support[:, side], at, occupied=states[:, 0] != support[:, 0])
        states[:, side] = support[:, side]
        states[at, side] = busy
    ids = np.array(space.ids, dtype=object)
    found = pd.DataFrame({"before": ids[states[:, 0]], "after": ids[states[:, 1]]})
    return found if who == "total" else found.assign(sex=_SEX[who])


def _supports(counts: Counts, space: StateSpace, who: str) -> Iterator[tuple[int, int]]:
    """Yield each person's support before and after, as positions of states."""
    own = counts.lines[counts.lines["table"] == _TRANSITIONS]
    if len(own):
        for before, after, number in zip(own["before"], own["after"], own[who], strict=True):
            for _ in range(_whole(number)):
                yield _position(space, before), _position(space, after)
        return
    sides = []
    for side in _SIDES:
        names, numbers = column_of(counts.lines, f"support_{side}", who)
        sides.append(([_position(space, name) for name in names], [_whole(number) for number in numbers]))
    before = np.repeat(sides[0][0], sides[0][1])
    after = np.array(sides[1][0])[evenly(sides[1][1])]
    yield from zip(before.tolist(), after.tolist(), strict=True)


def _position(space: StateSpace, text: object) -> int:
    position = space.find(text)
    assert position is not None  # a report with an unknown word is not used
    return position


def _whole(number: float) -> int:
    return 0 if np.isnan(number) else round(number)


def _busy(counts: Counts, mapping: DataMapping, space: StateSpace, side: str, who: str) -> Whole:
    """Return those in work and then those in studies, as positions of their states, evenly mixed."""
    found = occupations_of(counts.lines, side, who)
    states = np.array([space.position(str(state)) for state in (mapping.work, mapping.study)])
    return states[evenly([_whole(found["work"]), _whole(found["studies"])])]


def _chosen(support: Whole, order: Whole, busy: int, mapping: DataMapping, space: StateSpace) -> Whole:
    """Return who is in work or studies, so many, by the mapping's rule of how that goes together with support."""
    groups = [order]
    if mapping.joint == "work_without_support" and mapping.rest is not None:
        without = support[order] == space.position(mapping.rest)
        groups = [order[without], order[~without]]
    chosen = []
    for group in groups:
        taken = min(busy, len(group))
        chosen.append(group[evenly([taken, len(group) - taken]) == 0])
        busy -= taken
    return np.concatenate(chosen)


def _those_before(support: Whole, chosen: Whole, *, occupied: NDArray[np.bool_]) -> Whole:
    """Return as many with each support as are chosen, but first of them those who were in work or studies before."""
    wanted = np.bincount(support[chosen], minlength=support.max(initial=0) + 1)
    order = np.lexsort((~occupied, support))
    first = np.searchsorted(support[order], support[order])
    return order[np.arange(len(order)) - first < wanted[support[order]]]


def evenly(numbers: Sequence[int]) -> Whole:
    """Return so many of each of several things in an order in which each comes as evenly as can be.

    Parameters
    ----------
    numbers : sequence of int
        How many there are of each [0 or more].

    Returns
    -------
    ndarray of int
        The things' positions.
    """
    which = np.repeat(np.arange(len(numbers)), numbers)
    at = np.concatenate([(np.arange(number) + 0.5) / max(number, 1) for number in numbers])
    return which[np.lexsort((which, at))]
