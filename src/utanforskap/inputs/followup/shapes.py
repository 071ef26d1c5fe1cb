"""Each shape of participants' data as time in states: rows of spells, before and after, and registrations."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import Finding, InputError
from utanforskap.inputs.followup.cells import Array, Codes, Days, is_true
from utanforskap.inputs.followup.fields import Fields, Parts, StateSpace
from utanforskap.inputs.followup.participants import add_months
from utanforskap.inputs.followup.quality import REASON_CODES
from utanforskap.inputs.followup.spells import EVEN, OPEN, Spells, joined
from utanforskap.inputs.followup.words import UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a table's rows say of time in states.

    Attributes
    ----------
    spells : Spells
        Time in states, okant among them; one that has not ended ends at `OPEN`.
    persons : ndarray of int, shape (row,)
        Each row's person; -1 for none.
    starts, ends : ndarray, shape (row,)
        When the measure began, and the day after it ended [days since 1970]; NaN where not stated.
    """

    spells: Spells
    persons: Codes
    starts: Array
    ends: Array


def from_spells(fields: Fields, space: StateSpace) -> Told:
    """Return rows that each are a person's time in a state, from a day to a day, to some share.

    Parameters
    ----------
    fields : Fields
        The table.
    space : StateSpace
        The known states.
    """
    raw, persons = fields.raw, fields.persons()
    start, end = fields.days("from"), fields.ends("to")
    raw.reject(np.isnan(start), "no-date")
    raw.reject(end <= start, "backwards")
    share = fields.extents("share")
    parts = fields.parts("state", space, persons)
    row, state, said = _known(parts, raw.used)
    named = np.isin(np.arange(len(raw.rows)), parts.row)
    raw.reject(~named, "no-state")
    whole = np.ones(len(raw.rows)) if share is None else np.where(np.isnan(share), 1.0, share)
    part = np.where(np.isnan(said), whole[row], said)
    open_ended = np.where(np.isnan(end), OPEN, end)
    spells = Spells.of(
        row=row, person=persons[row], state=state, start=start[row], end=open_ended[row], share=part
    )  # fmt: skip
    nothing = np.full(len(raw.rows), np.nan)
    starts = fields.days("start") if fields.column("start") is not None else nothing
    return Told(spells, persons, starts, nothing)


def from_before_after(fields: Fields, space: StateSpace) -> Told:
    """Return rows that each are a person's state before a measure, and after.

    Parameters
    ----------
    fields : Fields
        The table.
    space : StateSpace
        The known states.
    """
    raw, persons = fields.raw, fields.persons()
    start, end = fields.days("start"), fields.ends("end")
    months = fields.numbers("months")
    raw.reject(np.isnan(start), "no-date")
    counted = np.isnan(end) & ~np.isnan(months) & ~np.isnan(start)
    end[counted] = _months_later(start[counted], months[counted])
    raw.reject(np.isnan(end), "no-date")
    raw.reject(end < start, "backwards")
    _once(fields, persons)
    before, after = fields.parts("before", space, persons), fields.parts("after", space, persons)
    raw.reject(~np.isin(np.arange(len(raw.rows)), before.row), "no-state")
    shares = [fields.extents(f"{side}_share") for side in ("before", "after")]
    used = np.flatnonzero(raw.used)
    periods = _Periods.around(fields, used, start[used], end[used])
    sides = []
    for parts, share, (begin, close) in zip(
        (before, after), shares, (periods.before, periods.after), strict=True
    ):  # fmt: skip
        sides += list(_side(parts, share, persons, periods.row, begin, close, space))
    sides.append(_during(fields, persons, periods, space))
    return Told(joined(sides), persons, start, end)


def from_registrations(fields: Fields, space: StateSpace) -> Told:
    """Return rows that each are a registration in and out of a measure, several a person.

    Registrations that touch are one period: the state before is its first one's, the state after its last one's. What
    a later period says of the time before it begins yields to what is said of the time after an earlier one.

    Parameters
    ----------
    fields : Fields
        The table.
    space : StateSpace
        The known states.

    Raises
    ------
    InputError
        If there are shares of work or studies and the mapping does not say which states those are.
    """
    raw, persons = fields.raw, fields.persons()
    if fields.column("anonymous") is not None:
        raw.reject(_yes(fields), "anonymous")
    start, end = fields.days("start"), fields.ends("end")
    raw.reject(np.isnan(start), "no-date")
    raw.reject(np.isnan(end), "not-ended")
    raw.reject(end <= start, "backwards")
    raw.reject(_same_registration(fields, persons, start, end), "duplicate")
    before = _mixed(fields, "before", space, persons)
    after = _mixed(fields, "after", space, persons)
    used = np.flatnonzero(raw.used)
    order = used[np.lexsort((used, start[used], persons[used]))]
    first, last = _periods(persons[order], start[order], end[order])
    opens, closes = order[first], order[last]
    begins, ends = start[opens], end[closes]
    periods = _Periods.around(fields, opens, begins, ends, follows=persons[opens][1:] == persons[opens][:-1])
    sides = [*_side(before, None, persons, opens, *periods.before, space)]
    sides += [*_side(after, None, persons, closes, *periods.after, space)]
    sides.append(_during(fields, persons, periods, space))
    return Told(joined(sides), persons, start, end)


def _known(parts: Parts, used: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int16], Array]:
    kept = used[parts.row]
    return parts.row[kept], parts.state[kept], parts.share[kept]


def _months_later(days: Array, months: Array) -> Array:
    whole = np.floor(months).astype(np.int64)
    rest = (months - whole) * 365.25 / 12.0
    later: Array = (add_months(days.astype(np.int32), whole) + np.rint(rest)).astype(np.float64)
    return later


def _once(fields: Fields, persons: Codes) -> None:
    """Reject every row of a person but the first that can be used."""
    used = np.flatnonzero(fields.raw.used)
    _, first = np.unique(persons[used], return_index=True)
    again = np.zeros(len(persons), dtype=np.bool_)
    again[np.delete(used, first)] = True
    fields.raw.reject(again, "twice")


@dataclass(frozen=True, slots=True, eq=False)
class _Periods:
    """When the state before held, the measure lasted, and the state after held."""

    row: NDArray[np.int64]
    start: Days
    end: Days
    before: tuple[Days, Days]
    after: tuple[Days, Days]

    @classmethod
    def around(
        cls,
        fields: Fields,
        row: NDArray[np.int64],
        start: Array,
        end: Array,
        *,
        follows: NDArray[np.bool_] | None = None,
    ) -> "_Periods":
        """Return the periods around measures; of one that follows another of the same person, cut by that."""
        mapping = fields.mapping
        assert mapping.before_months is not None
        assert mapping.after_months is not None
        begins, ends = start.astype(np.int32), end.astype(np.int32)
        from_ = add_months(begins, np.full(len(begins), -mapping.before_months, dtype=np.int64))
        until = add_months(ends, np.full(len(ends), mapping.after_months, dtype=np.int64))
        if follows is not None:
            until[:-1] = np.where(follows, np.minimum(until[:-1], begins[1:]), until[:-1])
            from_[1:] = np.where(follows, np.maximum(from_[1:], until[:-1]), from_[1:])
        return cls(row, begins, ends, (from_, begins), (ends, until))


def _side(
    parts: Parts,
    share: Array | None,
    persons: Codes,
    row: NDArray[np.int64],
    begin: Days,
    close: Days,
    space: StateSpace,
) -> Iterator[Spells]:
    """Yield what rows say of the time before or after: the states they name, and that the rest of it is unknown."""
    period = np.full(len(persons), -1, dtype=np.int64)
    period[row] = np.arange(len(row))
    kept = period[parts.row] >= 0
    at, state, said = parts.row[kept], parts.state[kept], parts.share[kept]
    whole = np.ones(len(persons)) if share is None else np.where(np.isnan(share), 1.0, share)
    part = np.where(np.isnan(said), whole[at], said)
    which = period[at]
    yield Spells.of(row=at, person=persons[at], state=state, start=begin[which], end=close[which], share=part)
    silent = ~np.isin(row, at)
    unknown = np.full(int(silent.sum()), space.position(UNKNOWN))
    yield Spells.of(
        row=row[silent], person=persons[row[silent]], state=unknown, start=begin[silent], end=close[silent],
        share=np.ones(len(unknown)),
    )  # fmt: skip


def _during(fields: Fields, persons: Codes, periods: _Periods, space: StateSpace) -> Spells:
    state = space.position(fields.mapping.during or UNKNOWN)
    n = len(periods.row)
    return Spells.of(
        row=periods.row, person=persons[periods.row], state=np.full(n, state), start=periods.start, end=periods.end,
        share=np.ones(n),
    )  # fmt: skip


def _yes(fields: Fields) -> NDArray[np.bool_]:
    column = fields.column("anonymous")
    assert column is not None
    found, reasons = column.read(is_true, REASON_CODES)
    fields.raw.reject_as(reasons)
    yes: NDArray[np.bool_] = found == 1.0
    return yes


def _same_registration(fields: Fields, persons: Codes, start: Array, end: Array) -> NDArray[np.bool_]:
    """Return which rows register a person in the same measure on the same days as an earlier row."""
    measure = fields.column("measure")
    codes = measure.codes if measure is not None else np.zeros(len(persons), dtype=np.int32)
    used = np.flatnonzero(fields.raw.used)
    keys = np.stack([persons[used], codes[used], start[used], end[used]])
    again = np.zeros(len(persons), dtype=np.bool_)
    if len(used):
        _, first = np.unique(keys, axis=1, return_index=True)
        again[np.delete(used, first)] = True
    return again


def _periods(persons: Codes, start: Array, end: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last registration of each period; registrations come by person and start."""
    first: list[int] = []
    last: list[int] = []
    for one in range(len(persons)):
        touches = bool(first) and persons[one] == persons[first[-1]] and start[one] <= end[last[-1]]
        if not touches:
            first.append(one)
            last.append(one)
        elif end[one] >= end[last[-1]]:
            last[-1] = one
    return np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)


def _mixed(fields: Fields, side: str, space: StateSpace, persons: Codes) -> Parts:
    """Return work and studies to their extent, and support for what remains of full time."""
    raw = fields.raw
    n = len(raw.rows)
    rows: list[NDArray[np.int64]] = []
    states: list[NDArray[np.int16]] = []
    shares: list[Array] = []
    taken = np.zeros(n)
    for field in ("work", "study"):
        extent = fields.extents(f"{field}_{side}")
        if extent is None:
            continue
        state = getattr(fields.mapping, field)
        if state is None:
            message = f"The mapping says which column '{field}_{side}' is, but not which state it stands for."
            help_ = (f"State it, for example {field}: {'arbete_heltid' if field == 'work' else 'studier_csn'}.",)
            raise InputError([Finding("no-state", field, message, help_)])
        extent = np.where(np.isnan(extent), 0.0, extent)
        taken += extent
        stated = np.flatnonzero(extent > 0.0)
        rows.append(stated)
        states.append(np.full(len(stated), space.position(state), dtype=np.int16))
        shares.append(extent[stated])
    support = fields.parts(f"support_{side}", space, persons)
    said = np.where(np.isnan(support.share), (1.0 - taken)[support.row], support.share)
    total = taken + np.bincount(support.row, weights=np.maximum(said, 0.0), minlength=n)
    raw.reject((taken > 1.0 + EVEN) | (total > 1.0 + EVEN), "over-whole")
    some = said > EVEN
    rows.append(support.row[some])
    states.append(support.state[some])
    shares.append(said[some])
    return Parts(np.concatenate(rows), np.concatenate(states), np.concatenate(shares))
