"""The fields of a table of participants, row by row, as the mapping says; what cannot be read rejects its row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup import cells
from utanforskap.inputs.followup.cells import Array, Codes, Column, Reasons
from utanforskap.inputs.followup.disclosure import FEWEST
from utanforskap.inputs.followup.mapping import NEEDED, PERSON_FIELDS, DataMapping
from utanforskap.inputs.followup.quality import REASON_CODES, USED
from utanforskap.inputs.followup.raw import Raw
from utanforskap.inputs.followup.words import DEAD, MOVED, UNKNOWN, plain_word, sought, words

_PARTS = re.compile(r"\s*[+;|,]\s*")
_SHARED = re.compile(r"(?P<word>.*\S)\s+(?P<share>\d[\d.,]*)\s*%")

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StateSpace:
    """The states that words in the data may stand for, by position.

    Attributes
    ----------
    ids : tuple of str
        The known states, then avliden, utflyttad and okant.
    titles : mapping of str to str
        What the known ones are called.
    said : mapping of str to str
        The words that the mapping gives a state, in lower case.
    """

    ids: tuple[str, ...]
    titles: Mapping[str, str]
    said: Mapping[str, str]

    @classmethod
    def of(cls, known: Mapping[str, str], mapping: DataMapping) -> "StateSpace":
        """Return the states of a mapping."""
        said = {plain_word(text): state for text, state in mapping.states.items()}
        return cls((*known, DEAD, MOVED, UNKNOWN), known, said)

    def position(self, id_: str) -> int:
        """Return a state's position."""
        return self.ids.index(id_)

    def find(self, text: object) -> int | None:
        """Return the position of the state that a word stands for; None if it stands for none."""
        word = plain_word(text)
        own = (id_ for id_, title in self.titles.items() if word in (id_.lower(), plain_word(title)))
        id_ = self.said.get(word) or sought("special", word) or next(own, None)
        return None if id_ is None else self.position(id_)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The states that rows name under a field, one or several a row.

    Attributes
    ----------
    row, state : ndarray of int
        The row, and the state's position.
    share : ndarray
        The share of full time [0 to 1]; NaN where none is stated.
    """

    row: NDArray[np.int64]
    state: NDArray[np.int16]
    share: Array


class Fields:
    """The fields of one table, read by the mapping.

    Parameters
    ----------
    raw : Raw
        The table.
    mapping : DataMapping
        Which column says what.
    """

    def __init__(self, raw: Raw, mapping: DataMapping) -> None:
        self.raw = raw
        self.mapping = mapping
        self._excel = np.zeros(len(raw.rows), dtype=np.bool_)

    def complete(self, persons: Raw | None) -> bool:
        """Return whether there is every column that the shape needs and that the mapping names.

        Parameters
        ----------
        persons : Raw or None
            A second table, in which what is of persons may be.
        """
        elsewhere = persons.columns if persons is not None else {}
        wanted = dict.fromkeys((*NEEDED[self.mapping.shape], *self.mapping.columns))
        missing = [field for field in wanted if self.mapping.column(field) not in self.raw.columns]
        missing = [one for one in missing if one not in PERSON_FIELDS or self.mapping.column(one) not in elsewhere]
        if any(remark.severity == "error" for remark in self.raw.remarks):
            return False
        for field in missing:
            said = words()["fields"][field]
            name = {"sv": said["sv"].lower(), "en": said["en"].lower()}
            self.raw.remark("no-column", field=name, column=self.mapping.column(field))
        return not missing

    def column(self, field: str) -> Column | None:
        """Return a field's column; None if the table has none."""
        return self.raw.columns.get(self.mapping.column(field))

    def persons(self) -> Codes:
        """Return each row's person, numbered from 0 as they first stand; -1 in rows of none, which are rejected."""
        column = self.column("person")
        assert column is not None
        totals = words()["totals"]["also"]
        total = np.array([*(plain_word(value) in totals for value in column.values), False])[column.codes]
        self.raw.reject(total, "totals-row")
        self.raw.reject(column.codes < 0, "no-person")
        return np.where(total, -1, column.codes).astype(np.int32)

    def days(self, field: str, *, last: bool = False) -> Array:
        """Return a field's dates [days since 1970]; NaN where none is stated, and in rows rejected for it.

        Parameters
        ----------
        field : str
            The field.
        last : bool
            Whether it is a last day, so that a month alone means its end.
        """
        column = self.column(field)
        if column is None:
            return np.full(len(self.raw.rows), np.nan)
        found, reasons = column.read(lambda value: cells.day(value, last=last), REASON_CODES)
        self.raw.reject_as(reasons)
        excel = np.array([*(_is_number(value) and cells.is_excel_day(value) for value in column.values), False])
        self._excel |= excel[column.codes]
        return found

    def tell_excel_days(self) -> None:
        """Remark upon the rows whose dates were days in Excel's numbering."""
        if self._excel.any():
            self.raw.remark("excel-dates", self._excel, n=int(self._excel.sum()))

    def ends(self, field: str) -> Array:
        """Return a field's dates as the day after the last [days since 1970]; NaN where none is stated."""
        return self.days(field, last=True) + (1.0 if self.mapping.last_day == "included" else 0.0)

    def extents(self, field: str) -> Array | None:
        """Return a field's shares of full time [0 to 1], NaN where none is stated; None without the column."""
        column = self.column(field)
        if column is None:
            return None
        unit: str | None = self.mapping.share_in
        if unit is None:
            unit = cells.unit_of(column)
            said, called = words()["fields"][field], words()["quality"][unit]
            self.raw.remark("guessed-unit", field={"sv": said["sv"], "en": said["en"]}, unit=called)
        return self._rejecting(column, cells.extent(unit))

    def numbers(self, field: str) -> Array:
        """Return a field's numbers of zero or more; NaN where none is stated."""
        column = self.column(field)
        if column is None:
            return np.full(len(self.raw.rows), np.nan)
        return self._rejecting(column, cells.number)

    def _rejecting(self, column: Column, reader: Callable[[Any], float]) -> Array:
        found, reasons = column.read(reader, REASON_CODES)
        self.raw.reject_as(reasons)
        return found

    def parts(self, field: str, space: StateSpace, persons: Codes) -> Parts:
        """Return the states that rows name under a field; rows that name one that is not known are rejected.

        Parameters
        ----------
        field : str
            The field.
        space : StateSpace
            The known states.
        persons : ndarray of int, shape (row,)
            Each row's person: a word that few have is not shown.
        """
        column = self.column(field)
        assert column is not None
        reasons: Reasons = np.full(len(column.values) + 1, USED, dtype=np.int16)
        found: list[list[tuple[int, float]]] = []
        for position, value in enumerate(column.values):
            stated = _stated(value, space)
            if isinstance(stated, str):
                reasons[position] = REASON_CODES[stated]
                stated = []
            found.append(stated)
        self._tell_unknown(column, reasons, persons)
        self.raw.reject_as(reasons[column.codes])
        counts = np.array([*(len(parts) for parts in found), 0])
        starts = np.concatenate([[0], np.cumsum(counts)])
        per_row = counts[column.codes]
        row = np.repeat(np.arange(len(column.codes)), per_row)
        within = np.arange(len(row)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
        which = starts[column.codes[row]] + within
        flat = [part for parts in found for part in parts]
        state = np.array([state for state, _ in flat], dtype=np.int16)
        share = np.array([share for _, share in flat], dtype=np.float64)
        return Parts(row, state[which], share[which])

    def _tell_unknown(self, column: Column, reasons: Reasons, persons: Codes) -> None:
        unknown = reasons == REASON_CODES["unknown-state"]
        rows = np.flatnonzero(unknown[column.codes])
        having = np.unique(np.stack([column.codes[rows], persons[rows]]), axis=1)[0]
        common = np.flatnonzero(np.bincount(having, minlength=len(column.values)) >= FEWEST)
        for position in common:
            stands = column.codes == position
            self.raw.remark("unknown-word", stands, word=str(column.values[position]), n=int(stands.sum()))
        rare = unknown[column.codes] & ~np.isin(column.codes, common)
        if rare.any():
            self.raw.remark("unknown-words", rare, n=int(rare.sum()))


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _stated(value: object, space: StateSpace) -> list[tuple[int, float]] | str:
    """Return the states and shares that a cell names, or the reason why it cannot be read."""
    whole = space.find(value)
    if whole is not None:
        return [(whole, np.nan)]
    parts: list[tuple[int, float]] = []
    for text in _PARTS.split(str(value).strip()):
        shared = _SHARED.fullmatch(text)
        state = space.find(shared["word"] if shared else text)
        if state is None:
            return "unknown-state"
        try:
            share = cells.extent("percent")(shared["share"]) if shared else np.nan
        except cells.Unreadable as error:
            return str(error)
        parts.append((state, share))
    if len(parts) > 1 and any(np.isnan(share) for _, share in parts):
        return "several-supports"
    return parts
