"""Tables as other tools read them (CSV, JSON, Markdown), and in the words that a reader is shown."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from utanforskap.analysis import wording
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

KRONOR = "kr"
"""The unit in a frame's ``attrs`` that says that its numbers are kronor, but for the columns in ``not_kronor``."""


@dataclass(frozen=True)
class Sheet:
    """One table, and how it is shown.

    Attributes
    ----------
    name : str
        What it is asked for by: ``actors``, ``reconciliation`` …
    title : str
        What stands above it.
    frame : DataFrame
        Numbers as they are, what a row is called in its index; ``attrs`` hold caption, unit and price year.
    shown : DataFrame or None
        The same in words, where numbers of several kinds stand together; None: the words are made from `frame`.
    texts : tuple of str
        Columns of words, which may be folded.
    footnotes : tuple of str
        What numbers in a column of notes stand for; told under the table in words, and not beside `frame`.
    listed : tuple of str
        The rows as a screen shows them one under the other, each its own paragraph, where a table would be too wide.
    has_total : bool
        Whether the last row is the sum of those above.
    """

    name: str
    title: str
    frame: "pd.DataFrame"
    shown: "pd.DataFrame | None" = None
    texts: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    has_total: bool = False

    def kronor(self) -> list[float]:
        """Return the amounts whose unit is free to be chosen [kr]."""
        if self.shown is not None or self.frame.attrs.get("unit") != KRONOR:
            return []
        amounts = self.frame.drop(columns=self._not_kronor)
        return [float(cell) for cell in amounts.to_numpy(dtype=object).flat if _is_number(cell)]

    @property
    def _not_kronor(self) -> list[str]:
        """The columns of an amounts' table that are something else: shares, counts."""
        return [column for column in self.frame.attrs.get("not_kronor", ()) if column in self.frame.columns]

    def in_words(self, *, unit: wording.KronorUnit, lang: Lang) -> "pd.DataFrame":
        """Return the table with every cell as text, and kronor in a unit that its caption names."""
        if self.shown is not None:
            return self.shown
        in_kronor = bool(self.kronor())

        def words(cell: Any, column: object) -> str:
            if not _is_number(cell):
                return wording.NONE if cell is None else str(cell)
            if in_kronor and column not in self._not_kronor:
                return wording.in_unit(float(cell), unit, lang=lang)
            return wording.significant(float(cell), lang=lang)

        told: pd.DataFrame = self.frame.astype(object).apply(
            lambda cells: cells.map(lambda cell: words(cell, cells.name))
        )
        told.attrs = dict(self.frame.attrs)
        if in_kronor:
            said = label("kronor", unit, lang)
            told.attrs["caption"] = "; ".join(filter(None, (told.attrs.get("caption"), said)))
            told = told.rename(columns={label("words", "amount", lang): said})
        return told


@dataclass(frozen=True)
class Answer:
    """What is answered to one question: tables under a title, and what should be read beside them.

    Attributes
    ----------
    title : str
        What it is about.
    sheets : tuple of Sheet
        The first is the one asked for.
    lead : tuple of str
        Sentences before the tables.
    notes : tuple of str
        Sentences after them.
    facts : mapping of str to object
        Further plain values, for JSON.
    """

    title: str
    sheets: tuple[Sheet, ...] = ()
    lead: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def unit(self) -> wording.KronorUnit:
        """Return the unit that suits all its amounts together."""
        return wording.suitable_unit(amount for sheet in self.sheets for amount in sheet.kronor())


def as_csv(sheet: Sheet) -> str:
    """Return a table as CSV: comma between cells, decimal point, numbers as they are, what a row is called first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([sheet.frame.index.name or "label", *sheet.frame.columns])
    for name, cells in _rows(sheet.frame):
        writer.writerow([name, *("" if cell is None else cell for cell in cells)])
    return buffer.getvalue()


def as_json(answer: Answer) -> str:
    """Return an answer as JSON: every table with its caption, unit and price year beside its rows.

    A number that does not exist is null; an infinite one is the text ``Infinity``.
    """
    tables = [
        {
            "name": sheet.name,
            "title": sheet.title,
            **{key: _plain(value) for key, value in sheet.frame.attrs.items()},
            "columns": [_plain(column) for column in sheet.frame.columns],
            "rows": [{"label": name, "cells": [_finite(cell) for cell in cells]} for name, cells in _rows(sheet.frame)],
        }
        for sheet in answer.sheets
    ]
    told = {"title": answer.title, **answer.facts, "tables": tables, "notes": [*answer.lead, *answer.notes]}
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_markdown(answer: Answer, *, unit: wording.KronorUnit | None, lang: Lang) -> str:
    """Return an answer as Markdown, with tables as GitHub and Pandoc read them and numbers as people write them."""
    chosen = unit or answer.unit()
    parts = [f"# {_escaped(answer.title)}", *map(_escaped, answer.lead)]
    for sheet in answer.sheets:
        told = sheet.in_words(unit=chosen, lang=lang)
        parts.append(f"## {_escaped(sheet.title)}")
        if told.attrs.get("caption"):
            parts.append(f"*{_escaped(told.attrs['caption'])}*")
        parts.append(_markdown_table(told, texts=sheet.texts))
        parts += map(_escaped, sheet.footnotes)
    if answer.notes:
        parts.append("\n".join(f"- {_escaped(note)}" for note in answer.notes))
    return "\n\n".join(parts) + "\n"


def _markdown_table(told: "pd.DataFrame", *, texts: tuple[str, ...]) -> str:
    head = [told.index.name or "", *told.columns]
    rules = [":--", *(":--" if column in texts else "--:" for column in told.columns)]
    rows = [[name, *cells] for name, cells in zip(told.index, told.to_numpy(), strict=True)]
    lines = [map(_escaped, head), rules, *(map(_escaped, row) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _escaped(text: object) -> str:
    """Return text that Markdown shows as it stands, also inside a table."""
    told = " ".join(str(text).split("\n"))
    for mark in "\\|<*`":
        told = told.replace(mark, f"\\{mark}")
    return told


def _rows(frame: "pd.DataFrame") -> Iterator[tuple[str, list[Any]]]:
    for name, cells in zip(frame.index, frame.to_numpy(dtype=object), strict=True):
        yield str(name), [_plain(cell) for cell in cells]


def _is_number(cell: object) -> bool:
    return isinstance(cell, Real) and not isinstance(cell, bool)


def _plain(value: Any) -> Any:
    """Return a value of Python's own; None for a number that does not exist, and no negative zero."""
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if not _is_number(value):
        return value
    if isinstance(value, Integral):
        return int(value)
    return None if math.isnan(value) else float(value) + 0.0


def _finite(value: Any) -> Any:
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
