"""What is said of each person: sex, birth year, site, and every other column that splits can be made by."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.inputs.followup import cells
from utanforskap.inputs.followup.cells import Codes, Column
from utanforskap.inputs.followup.fields import Fields
from utanforskap.inputs.followup.mapping import PERSON_FIELDS
from utanforskap.inputs.followup.quality import REASON_CODES
from utanforskap.inputs.followup.raw import Raw
from utanforskap.inputs.followup.words import words

MOST_GROUPS = 60
"""A column of text with more different values than this is no split, and may tell who somebody is."""
_VARIES = 0.05
"""A column that differs within more than this share of persons is not of persons."""
_NUMBERS: Mapping[str, Callable[[Any], float]] = {
    "birth_year": cells.year,
    "age": cells.number,
    "months_on_support": cells.number,
    "weight": cells.number,
    "died": cells.day,
    "moved": cells.day,
    "followed_from": cells.day,
    "followed_until": lambda value: cells.day(value, last=True),
}
_WORDS = {"sex": "sexes", "arm": "arms"}
DATES = ("died", "moved", "followed_from", "followed_until")

Attribute = NDArray[Any]


def attributes(fields: Fields, persons: Codes, n: int, *, used_by_shape: frozenset[str]) -> dict[str, Attribute]:
    """Return what a table says of each person: numbers, dates [days since 1970], or words; NaN and None are unknown.

    Parameters
    ----------
    fields : Fields
        The table.
    persons : ndarray of int, shape (row,)
        Each row's person; -1 for none.
    n : int
        How many persons there are.
    used_by_shape : frozenset of str
        Names of columns that say something of a row and not of a person.
    """
    raw = fields.raw
    found: dict[str, Attribute] = {}
    taken = set(used_by_shape)
    for field in PERSON_FIELDS:
        column = fields.column(field)
        if column is not None:
            taken.add(fields.mapping.column(field))
            found[field] = _field(raw, field, column, persons, n)
    for name, column in raw.columns.items():
        if name not in taken and column.values:
            kept = _other(raw, name, column, persons, n)
            if kept is not None:
                found[name] = kept
    return found


def _field(raw: Raw, field: str, column: Column, persons: Codes, n: int) -> Attribute:
    title = {lang: str(words()["fields"][field][lang]).lower() for lang in ("sv", "en")}
    reader = cells.one_of(_WORDS[field]) if field in _WORDS else _NUMBERS.get(field)
    if reader is not None:
        numbers, reasons = column.read(reader, REASON_CODES)
        bad = (reasons >= 0) & (persons >= 0)
        if bad.any():
            raw.remark("bad-attribute", bad, n=int(bad.sum()), field=title)
        column = _as_column(numbers)
    codes, conflicts = _one_each(column, persons, n)
    if conflicts.any():
        rows = conflicts[persons] & (persons >= 0)
        raw.remark("conflict", rows, n=int(conflicts.sum()), field=title)
    if field in _WORDS:
        ids = list(words()[_WORDS[field]])
        values = np.array([*(ids[int(value)] for value in column.values), None], dtype=object)
        return values[codes]
    return _values(column, codes)


def _other(raw: Raw, name: str, column: Column, persons: Codes, n: int) -> Attribute | None:
    numeric = all(isinstance(value, int | float | np.number) for value in column.values)
    if not numeric:
        numbers, reasons = column.read(cells.number, REASON_CODES)
        if not (reasons >= 0).any():
            column, numeric = _as_column(numbers), True
    codes, conflicts = _one_each(column, persons, n)
    if conflicts.sum() > _VARIES * n:
        raw.remark("not-kept", column=name, why=_why("varies"))
        return None
    if not numeric and len(column.values) > MOST_GROUPS:
        raw.remark("not-kept", column=name, why=_why("many"))
        return None
    if conflicts.any():
        rows = conflicts[persons] & (persons >= 0)
        raw.remark("conflict", rows, n=int(conflicts.sum()), field=name)
    return _values(column, codes)


def _why(id_: str) -> dict[str, str]:
    said = words()["remarks"]["not-kept"][id_]
    return {lang: str(said[lang]).format(limit=MOST_GROUPS) for lang in ("sv", "en")}


def _as_column(numbers: NDArray[np.float64]) -> Column:
    values, codes = np.unique(numbers[~np.isnan(numbers)], return_inverse=True)
    whole = np.full(len(numbers), -1, dtype=np.int32)
    whole[~np.isnan(numbers)] = codes
    return Column(whole, tuple(values.tolist()))


def _one_each(column: Column, persons: Codes, n: int) -> tuple[Codes, NDArray[np.bool_]]:
    """Return each person's one value, as a code, and who has several; -1 for those and for who has none."""
    stated = (column.codes >= 0) & (persons >= 0)
    least = np.full(n, len(column.values), dtype=np.int32)
    most = np.full(n, -1, dtype=np.int32)
    np.minimum.at(least, persons[stated], column.codes[stated])
    np.maximum.at(most, persons[stated], column.codes[stated])
    conflicts = (most >= 0) & (least != most)
    return np.where(conflicts, -1, most).astype(np.int32), conflicts


def _values(column: Column, codes: Codes) -> Attribute:
    if all(isinstance(value, int | float | np.number) for value in column.values):
        return np.array([*(float(value) for value in column.values), np.nan])[codes]
    return np.array([*(str(value) for value in column.values), None], dtype=object)[codes]
