"""Participants' data read by a mapping: participants or counts, and the report on the data's quality."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import InputError, QuestionError
from utanforskap.inputs.followup.clean import attrition, participants_of
from utanforskap.inputs.followup.counted import told_out
from utanforskap.inputs.followup.counts import Counts, counts_of
from utanforskap.inputs.followup.disclosure import FEWEST
from utanforskap.inputs.followup.fields import Fields, StateSpace
from utanforskap.inputs.followup.mapping import (
    NEEDED,
    OPTIONAL,
    PERSON_FIELDS,
    DataMapping,
    known_states,
    read_mapping,
)
from utanforskap.inputs.followup.participants import Participants
from utanforskap.inputs.followup.persons import attributes
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.quality import Attrition, Quality, Remark
from utanforskap.inputs.followup.raw import Raw, read_raw
from utanforskap.inputs.followup.shapes import Told, from_before_after, from_registrations, from_spells

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.inputs.case import Case

_SHAPES = {"spells": from_spells, "before_after": from_before_after, "registrations": from_registrations}
_SEVERITIES = ("error", "warning", "note")


class Followup(Private):
    """What was read of participants' data.

    Attributes
    ----------
    quality : Quality
        How many rows were read and used, every row that was not and why, and what is worth knowing.
    """

    def __init__(
        self, quality: Quality, *, participants: Participants | None = None, counts: Counts | None = None
    ) -> None:
        self.quality = quality
        self._participants = participants
        self._counts = counts

    @property
    def participants(self) -> Participants:
        """The persons; of a report's counts those that its mapping tells them out as.

        Raises
        ------
        InputError
            If the data cannot be used; with the errors of the quality report.
        QuestionError
            If they are counts, and their mapping does not say when the measure began.
        """
        self._check_usable()
        if self._participants is None:
            raise QuestionError(
                "These data are counts, which do not say when anything was, and hold no persons: ask for 'counts'.\n"
                "To have them told out as persons, state in the mapping: "
                "started, measure_months, before_months and after_months."
            )
        return self._participants

    @property
    def counts(self) -> Counts:
        """The counts of a participant report.

        Raises
        ------
        InputError
            If the data cannot be used; with the errors of the quality report.
        QuestionError
            If they are persons.
        """
        self._check_usable()
        if self._counts is None:
            raise QuestionError("These data are persons and not the counts of a report. Ask for 'participants'.")
        return self._counts

    def _check_usable(self) -> None:
        if self._participants is None and self._counts is None:
            raise InputError([finding for finding in self.quality.findings(lang="en") if finding.severity == "error"])

    def __repr__(self) -> str:
        quality = self.quality
        return f"<Followup: {quality.read} rows read, {quality.used} used, {quality.rejected} rejected>"


def read_participants(
    source: "str | Path | pd.DataFrame",
    *,
    mapping: str | Path | Mapping[str, Any],
    persons: "str | Path | pd.DataFrame | None" = None,
    case: "Case | None" = None,
    sheet: str | None = None,
) -> Followup:
    """Return what participants' data say, with a report on their quality.

    Parameters
    ----------
    source : str, Path or DataFrame
        CSV, an Excel workbook, a Parquet file or a DataFrame, in one of the shapes that a mapping may state.
    mapping : str, Path or mapping
        A mapping file, or a dict in its shape: which column says what, and which state each word stands for.
    persons : str, Path, DataFrame or None
        A second table of what is known of each person, one row each, joined by the person's column.
    case : Case or None
        The case whose states words may stand for, beside those of the library.
    sheet : str or None
        The workbook's sheet; None is its first.

    Raises
    ------
    InputError
        If the mapping does not hold or a file cannot be opened. What is wrong with the data is in `Followup.quality`.
    """
    titles = None if case is None else {id_: state.title.sv for id_, state in case.scenario.states.items()}
    known = known_states(titles)
    said = read_mapping(mapping, states=known)
    raw = read_raw(source, sheet=sheet)
    space = StateSpace.of(known, said)
    fields = Fields(raw, said)
    second = None if persons is None else read_raw(persons)
    tables = [raw] if second is None else [raw, second]
    if not fields.complete(second):
        return _unusable(tables)
    if said.shape == "counts":
        counts = counts_of(fields, space)
        if counts is not None and not counts.participants:
            raw.remark("nothing-used")
        if counts is None or not counts.participants:
            return _unusable(tables)
        told_as = None if said.started is None else _counted(counts, said, known, space)
        return Followup(_quality(tables, ()), participants=told_as, counts=counts)
    told = _SHAPES[said.shape](fields, space)
    fields.tell_excel_days()
    known_of_persons = _attributes(fields, told)
    if second is not None:
        known_of_persons |= _joined(Fields(second, said), fields, told)
    if any(remark.severity == "error" for table in tables for remark in table.remarks):
        return _unusable(tables)
    people = participants_of(raw, told, said, space, known_of_persons)
    if not len(people):
        raw.remark("nothing-used")
        return _unusable(tables)
    return Followup(_quality(tables, attrition(people)), participants=people)


def _counted(counts: Counts, said: DataMapping, known: Mapping[str, str], space: StateSpace) -> Participants:
    """Return a report's counts as persons, who say of themselves that they are only counted."""
    raw = read_raw(told_out(counts, said, space))
    times = {"before_months": said.before_months, "after_months": said.after_months, "during": said.during}
    mapping = read_mapping({"format": 1, "shape": "before_after", "last_day": "excluded", **times}, states=known)
    fields = Fields(raw, mapping)
    told = from_before_after(fields, space)
    people = participants_of(raw, told, mapping, space, _attributes(fields, told))
    rule = {"rule": said.joint, "start": said.started, "months": said.measure_months, "after": said.after_months}
    caveats: list[tuple[str, Mapping[str, object]]] = [("counted", rule)]
    if counts.anonymous:
        few = counts.anonymous < FEWEST
        caveats.append(("anonymous_few", {}) if few else ("anonymous", {"n": counts.anonymous}))
    return replace(people, caveats=tuple(caveats))


def _attributes(fields: Fields, told: Told) -> dict[str, NDArray[Any]]:
    shape = fields.mapping.shape
    row_fields = [field for field in (*NEEDED[shape], *OPTIONAL[shape]) if field not in PERSON_FIELDS]
    taken = frozenset(fields.mapping.column(field) for field in row_fields)
    n = int(told.persons.max(initial=-1)) + 1
    found = attributes(fields, told.persons, n, used_by_shape=taken)
    if shape == "registrations":
        found |= _of_registrations(fields, told, n)
    return found


def _of_registrations(fields: Fields, told: Told, n: int) -> dict[str, NDArray[Any]]:
    """Return how many registrations each person has, their first measure, and the reason why the last one ended."""
    rows = np.flatnonzero(fields.raw.used & (told.persons >= 0))
    found: dict[str, NDArray[Any]] = {"measures": np.bincount(told.persons[rows], minlength=n).astype(np.float64)}
    for field, day, sign in (("measure", told.starts, -1.0), ("reason", told.ends, 1.0)):
        column = fields.column(field)
        if column is not None:
            # The one that decides is written last.
            order = rows[np.lexsort((-sign * rows, sign * day[rows]))]
            values = np.array([*(str(value) for value in column.values), None], dtype=object)
            said = np.full(n, None, dtype=object)
            said[told.persons[order]] = values[column.codes[order]]
            found[field] = said
    return found


def _joined(second: Fields, first: Fields, told: Told) -> dict[str, NDArray[Any]]:
    """Return what a second table says of the persons of the first."""
    raw = second.raw
    column = second.column("person")
    if column is None:
        name = {"sv": "person", "en": "person"}
        raw.remark("no-column", field=name, column=second.mapping.column("person"))
        return {}
    ours = first.column("person")
    assert ours is not None
    numbers = {_key(value): position for position, value in enumerate(ours.values)}
    own = second.persons()
    code = np.array([*(numbers.get(_key(value), -1) for value in column.values), -1], dtype=np.int32)
    persons = np.where(own >= 0, code[own], -1).astype(np.int32)
    strangers = (own >= 0) & (persons < 0)
    if strangers.any():
        raw.reject(strangers, "stranger")
    n = int(told.persons.max(initial=-1)) + 1
    known = np.unique(persons[persons >= 0])
    missing = len(np.setdiff1d(told.persons[told.persons >= 0], known))
    if missing:
        raw.remark("persons-missing", n=missing, file=raw.file)
    return attributes(second, persons, n, used_by_shape=frozenset([second.mapping.column("person")]))


def _key(value: object) -> str:
    """Return a person's id as text: a number in a workbook is the same as its digits in a text."""
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def _unusable(tables: list[Raw]) -> Followup:
    for table in tables:
        table.reject(table.used, "unusable")
    return Followup(_quality(tables, ()))


def _quality(tables: list[Raw], lost: tuple[Attrition, ...]) -> Quality:
    remarks: list[Remark] = [remark for table in tables for remark in table.remarks]
    remarks.sort(key=lambda remark: _SEVERITIES.index(remark.severity))
    return Quality(tuple(table.accounts() for table in tables), tuple(remarks), lost)
