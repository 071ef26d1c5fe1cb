"""From what rows say of time in states to participants: follow-up, death, overlaps, gaps, and who was lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup import spells as time
from utanforskap.inputs.followup.cells import Array, Days
from utanforskap.inputs.followup.fields import StateSpace
from utanforskap.inputs.followup.mapping import DataMapping
from utanforskap.inputs.followup.participants import Participants, add_months
from utanforskap.inputs.followup.quality import EVERYONE, Attrition
from utanforskap.inputs.followup.raw import Raw
from utanforskap.inputs.followup.shapes import Told
from utanforskap.inputs.followup.spells import EVEN, OPEN, Spells, joined, sorted_by_person
from utanforskap.inputs.followup.words import DEAD, MOVED, UNKNOWN

DAYS_PER_YEAR = 365.25
MOST_ATTRITION_GROUPS = 12
"""Attrition is told by attributes of at most so many groups."""
_EPOCH_YEAR = 1970


@dataclass(frozen=True, slots=True, eq=False)
class _Follow:
    """How long each person is followed [days since 1970, shape (person,)]; `OPEN` and NaN where not stated."""

    from_: Days
    until: Days
    died: Array
    moved: Array

    @property
    def exit(self) -> Array:
        """When each person died or moved away, whichever came first; NaN for who did neither."""
        return np.fmin(self.died, self.moved)


def participants_of(
    raw: Raw, told: Told, mapping: DataMapping, space: StateSpace, attributes: Mapping[str, NDArray[Any]]
) -> Participants:
    """Return participants of what a table says; rows that cannot be used are rejected, and the rest is remarked upon.

    Parameters
    ----------
    raw : Raw
        The table.
    told : Told
        What its rows say of time in states.
    mapping : DataMapping
        The mapping.
    space : StateSpace
        The known states.
    attributes : mapping of str to ndarray, shape (person,)
        What is said of each person.
    """
    n = int(told.persons.max(initial=-1)) + 1
    by_rows = mapping.shape == "spells"
    spells = told.spells.take(raw.used[told.spells.row])
    follow = _follow(spells, mapping, space, attributes, n, raw)
    if by_rows:
        _reject_outside(raw, spells, follow, space)
        spells = spells.take(raw.used[spells.row])
        again = np.zeros(len(raw.rows), dtype=np.bool_)
        again[spells.row[time.duplicates(spells)]] = True
        raw.reject(again, "duplicate")
        spells = spells.take(raw.used[spells.row])
    planned = _last(spells, n)
    spells = _cut(raw, spells, follow, space)
    spells = _without_overlaps(raw, sorted_by_person(spells), mapping, n)
    numbers, order = _numbered(raw, told, n)
    horizon = _horizon(spells, follow, mapping, numbers)
    first, after = _windows(spells, follow, horizon, n)
    spells = sorted_by_person(joined([spells, _gone(follow, horizon, numbers, space)]))
    rest = _unspoken(raw, spells, first, after, numbers, mapping, space)
    spells = joined([spells, rest])
    known = spells.take(spells.state != space.position(UNKNOWN))
    starts = _per_person(told.starts, told, raw, n, np.fmin)
    if by_rows:
        planned = _planned(starts, mapping, horizon)
    target = np.minimum(planned, horizon)
    censored = (_last(known, n) < target) & np.isnan(follow.exit)
    known = sorted_by_person(known.change(person=numbers[known.person]))
    used = np.unique(known.state)
    used = used[np.argsort(used)]
    position = np.zeros(len(space.ids), dtype=np.int16)
    position[used] = np.arange(len(used))
    weights = attributes.get("weight", np.ones(n))
    row = _per_person(np.arange(len(raw.rows), dtype=np.float64), told, raw, n, np.fmin)[order].astype(np.int64)
    return Participants(
        states=tuple(space.ids[state] for state in used),
        years=_years(first[order], horizon),
        attributes={name: values[order] for name, values in attributes.items() if name != "weight"},
        rows=raw.rows[row],
        starts=starts[order],
        ends=_per_person(told.ends, told, raw, n, np.fmax)[order],
        observed_from=first[order],
        observed_until=after[order],
        censored=censored[order],
        weights=np.where(np.isnan(weights), 1.0, weights)[order],
        _spells=known.change(state=position[known.state]),
    )


def attrition(people: Participants) -> tuple[Attrition, ...]:
    """Return how many of each group were lost, for every attribute of few groups; all of them first."""
    lost = people.censored
    found = [Attrition(EVERYONE, EVERYONE, len(people), int(lost.sum()))]
    for name, values in people.attributes.items():
        if values.dtype == object:
            stated = sorted({str(value) for value in values if value is not None})
            if 1 < len(stated) <= MOST_ATTRITION_GROUPS:
                for group in stated:
                    of = values == group
                    found.append(Attrition(name, group, int(of.sum()), int((of & lost).sum())))
    return tuple(found)


def _follow(
    spells: Spells, mapping: DataMapping, space: StateSpace, attributes: Mapping[str, NDArray[Any]], n: int, raw: Raw
) -> _Follow:
    nothing = np.full(n, np.nan)
    exits: dict[str, Array] = {}
    for name, state in (("died", DEAD), ("moved", MOVED)):
        day = np.array(attributes.get(name, nothing), dtype=np.float64)
        gone = spells.take(spells.state == space.position(state))
        np.fmin.at(day, gone.person, gone.start.astype(np.float64))
        exits[name] = day
    both = ~np.isnan(exits["died"]) & ~np.isnan(exits["moved"])
    if both.any():
        raw.remark("bad-end", n=int(both.sum()))
    from_ = attributes.get("followed_from", nothing)
    until = np.array(attributes.get("followed_until", nothing) + 1.0)
    if mapping.followed_until is not None:
        last = float(np.datetime64(mapping.followed_until, "D").astype(np.int64)) + 1.0
        until = np.fmin(until, last)
        until[np.isnan(until)] = last
    return _Follow(
        np.where(np.isnan(from_), -OPEN, from_).astype(np.int32),
        np.where(np.isnan(until), OPEN, until).astype(np.int32),
        exits["died"],
        exits["moved"],
    )


def _reject_outside(raw: Raw, spells: Spells, follow: _Follow, space: StateSpace) -> None:
    """Reject rows that never end, or that lie wholly outside a person's follow-up or life."""

    def rows(which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        found = np.zeros(len(raw.rows), dtype=np.bool_)
        found[spells.row[which]] = True
        return found

    person = spells.person
    gone = np.isin(spells.state, [space.position(DEAD), space.position(MOVED)])
    unending = (spells.end == OPEN) & (follow.until[person] == OPEN) & np.isnan(follow.exit[person]) & ~gone
    raw.reject(rows(unending), "open-end")
    raw.reject(rows(~gone & (spells.start >= follow.died[person])), "after-death")
    raw.reject(rows(~gone & (spells.start >= follow.moved[person])), "after-move")
    raw.reject(rows(spells.start >= follow.until[person]), "after-follow-up")
    raw.reject(rows(spells.end <= follow.from_[person]), "before-follow-up")


def _cut(raw: Raw, spells: Spells, follow: _Follow, space: StateSpace) -> Spells:
    """Return spells without what is outside a person's follow-up or life; what states say of it is said by dates."""
    exit_ = np.where(np.isnan(follow.exit), OPEN, follow.exit).astype(np.int32)
    alive = spells.take(~np.isin(spells.state, [space.position(DEAD), space.position(MOVED)]))
    start = np.maximum(alive.start, follow.from_[alive.person])
    end = np.minimum(alive.end, np.minimum(follow.until, exit_)[alive.person])
    changed = ((start != alive.start) | (end != alive.end)) & (alive.end != OPEN)
    if changed.any():
        rows = np.zeros(len(raw.rows), dtype=np.bool_)
        rows[alive.row[changed]] = True
        raw.remark("cut", rows, n=int(rows.sum()))
    return alive.change(start=start, end=end).take(end > start)


def _without_overlaps(raw: Raw, spells: Spells, mapping: DataMapping, n: int) -> Spells:
    over = time.overlapping(spells, n)
    if not over.any():
        return spells
    if mapping.overlaps == "scale":
        raw.remark("scaled", n=int(over.sum()))
        return time.scaled(spells, over)
    refused = np.zeros(len(raw.rows), dtype=np.bool_)
    refused[sorted(time.overlapping_rows(spells, over))] = True
    raw.reject(refused, "overlap")
    return spells.take(raw.used[spells.row])


def _numbered(raw: Raw, told: Told, n: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return each person's new number, by first row that is used, -1 for who has none; and who has each number."""
    rows = np.flatnonzero(raw.used & (told.persons >= 0))
    persons, first = np.unique(told.persons[rows], return_index=True)
    order = persons[np.argsort(first, kind="stable")].astype(np.int64)
    numbers = np.full(n, -1, dtype=np.int32)
    numbers[order] = np.arange(len(order))
    return numbers, order


def _horizon(spells: Spells, follow: _Follow, mapping: DataMapping, numbers: NDArray[np.int32]) -> int:
    """Return the day after the last of all follow-up."""
    if mapping.followed_until is not None:
        return int(np.datetime64(mapping.followed_until, "D").astype(np.int64)) + 1
    stated = follow.until[(follow.until != OPEN) & (numbers >= 0)]
    exits = follow.exit[~np.isnan(follow.exit) & (numbers >= 0)]
    return int(max(spells.end.max(initial=-OPEN), stated.max(initial=-OPEN), exits.max(initial=-OPEN)))


def _windows(spells: Spells, follow: _Follow, horizon: int, n: int) -> tuple[Days, Days]:
    """Return the first day of each person's follow-up, and the day after the last."""
    earliest = np.full(n, OPEN, dtype=np.int32)
    np.minimum.at(earliest, spells.person, spells.start)
    exit_ = np.where(np.isnan(follow.exit), OPEN, follow.exit).astype(np.int32)
    first = np.where(follow.from_ != -OPEN, follow.from_, np.minimum(earliest, np.minimum(exit_, horizon)))
    after = np.where(follow.until != OPEN, follow.until, _last(spells, n))
    after = np.where(exit_ != OPEN, horizon, np.minimum(after, horizon))
    return first.astype(np.int32), np.maximum(after, first).astype(np.int32)


def _planned(starts: Array, mapping: DataMapping, horizon: int) -> Days:
    """Return the day after the last on which each person was to be followed [days since 1970, shape (person,)]."""
    planned = np.full(len(starts), horizon, dtype=np.int32)
    if mapping.followed_months is not None:
        known = ~np.isnan(starts)
        months = np.full(int(known.sum()), mapping.followed_months, dtype=np.int64)
        planned[known] = add_months(starts[known].astype(np.int32), months)
    return planned


def _last(spells: Spells, n: int) -> Days:
    last = np.full(n, -OPEN, dtype=np.int32)
    np.maximum.at(last, spells.person, spells.end)
    return last


def _gone(follow: _Follow, horizon: int, numbers: NDArray[np.int32], space: StateSpace) -> Spells:
    """Return the time after death or moving away, to the end of all follow-up."""
    who = np.flatnonzero(~np.isnan(follow.exit) & (follow.exit < horizon) & (numbers >= 0))
    dead = ~(follow.died[who] > follow.moved[who])
    dead &= ~np.isnan(follow.died[who])
    return Spells.of(
        row=np.full(len(who), -1), person=who.astype(np.int32), start=follow.exit[who], end=np.full(len(who), horizon),
        state=np.where(dead, space.position(DEAD), space.position(MOVED)), share=np.ones(len(who)),
    )  # fmt: skip


def _unspoken(
    raw: Raw,
    spells: Spells,
    first: Days,
    after: Days,
    numbers: NDArray[np.int32],
    mapping: DataMapping,
    space: StateSpace,
) -> Spells:
    """Return the time of which no row speaks as the mapping's `rest`, if it names one; and remark upon it."""
    there = numbers >= 0
    windows = [np.where(there, days, 0).astype(np.int32) for days in (first, after)]
    parts = []
    for found in time.levels(spells, *windows):
        less = (found.level < 1.0 - EVEN) & (found.start >= first[found.person]) & (found.end <= after[found.person])
        share = 1.0 - np.maximum(found.level[less], 0.0)
        parts.append((found.person[less], found.start[less], found.end[less], share))
    person, start, end, missing = (np.concatenate(part) for part in zip(*parts, strict=True))
    if len(person):
        years = float((missing * (end - start)).sum()) / DAYS_PER_YEAR
        said = {"n": len(np.unique(person)), "years": round(years, 1)}
        if mapping.rest is None:
            raw.remark("gap", **said)
        else:
            raw.remark("rest", state=mapping.rest, **said)
    kept = slice(None) if mapping.rest is not None else slice(0)
    state = np.full(len(person), space.position(mapping.rest or UNKNOWN))
    filled = Spells.of(
        row=np.full(len(person), -1), person=person, state=state, start=start, end=end, share=missing
    )  # fmt: skip
    return filled.take(np.arange(len(person))[kept])


def _per_person(values: Array, told: Told, raw: Raw, n: int, fold: np.ufunc) -> Array:
    """Return the least or greatest of each person's used rows; NaN where none is stated."""
    found = np.full(n, np.nan)
    rows = raw.used & (told.persons >= 0)
    fold.at(found, told.persons[rows], values[rows])
    return found


def _years(first: Days, horizon: int) -> range:
    if not len(first):
        return range(0)
    begin, last = (
        int(np.datetime64(int(day), "D").astype("datetime64[Y]").astype(np.int64)) + _EPOCH_YEAR
        for day in (first.min(), horizon - 1)
    )
    return range(begin, last + 1)
