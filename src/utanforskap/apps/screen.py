"""Answers on a screen: tables that are never cut, whatever its width."""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from utanforskap.analysis.wording import KronorUnit
from utanforskap.outputs.tables import Answer, Sheet
from utanforskap.terms import Lang

if TYPE_CHECKING:
    import pandas as pd

_GAP = 2
_NARROWEST = 16
"""A column of words is not folded to less than this many characters …"""
_LONGEST_WORD = 36
"""… nor within a word of at most this many."""


class Screen(Console):
    """A console that adds nothing of its own, and leaves a closed pipe to the shell."""

    def __init__(self, **how: Any) -> None:
        super().__init__(highlight=False, emoji=False, markup=False, **how)

    def on_broken_pipe(self) -> None:
        """Pass it on."""
        raise BrokenPipeError


def show(console: Screen, answer: Answer, *, unit: KronorUnit | None, lang: Lang) -> None:
    """Print an answer: its title, its tables with their captions, and its notes."""
    chosen = unit or answer.unit()
    console.print(Text(_clean(answer.title), style="bold"))
    for sentence in answer.lead:
        console.print(_folded(console, sentence))
    for sheet in answer.sheets:
        told = sheet.in_words(unit=chosen, lang=lang)
        if sheet.title != answer.title:
            console.print()
            console.print(Text(_clean(sheet.title), style="bold"))
        if told.attrs.get("caption"):
            console.print(_folded(console, told.attrs["caption"], style="dim"))
        for paragraph in sheet.listed:
            _paragraph(console, paragraph)
        for table, width in () if sheet.listed else _tables(told, sheet, console.width):
            console.print()
            _print_whole(console, table, width)
        for footnote in sheet.footnotes:
            console.print(_folded(console, footnote, style="dim"))
    if answer.notes:
        console.print()
    for note in answer.notes:
        console.print(_folded(console, note))


def _folded(console: Screen, text: str, *, style: str = "") -> Text:
    """Return text in lines as wide as the screen; Rich's own folding breaks numbers at their no-break spaces."""
    lines = textwrap.wrap(_clean(text), console.width, break_long_words=False, break_on_hyphens=False)
    return Text("\n".join(lines), style=style)


def _paragraph(console: Screen, text: str) -> None:
    """Print lines; one too wide goes on under itself, and a word, which may be a name to copy, is never broken."""
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        folded = textwrap.wrap(
            _clean(line),
            max(console.width, _NARROWEST + indent),
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for each in folded or [""]:
            console.print(Text(each), soft_wrap=True)


def _print_whole(console: Screen, table: Table, width: int) -> None:
    """Print a table at its own width though the screen be narrower: its lines are folded there, and nothing is cut."""
    screen = console.width
    console.width = max(screen, width)
    console.print(table)
    console.width = screen


@dataclass
class _Column:
    """A column of text and the width it gets [characters]."""

    head: str
    cells: list[str]
    folds: bool
    width: int = 0

    @property
    def natural(self) -> int:
        return max(map(cell_len, (*self.head.split("\n"), *self.cells)), default=1)

    @property
    def lacks(self) -> int:
        return self.natural - self.width

    @property
    def least(self) -> int:
        heads = max(map(cell_len, self.head.split()), default=1)
        widest = max(map(cell_len, self.cells), default=1)
        if not self.folds:
            return max(heads, widest)
        word = max((cell_len(word) for cell in self.cells for word in cell.split()), default=1)
        return max(heads, min(widest, _NARROWEST), min(word, _LONGEST_WORD))


def _tables(told: "pd.DataFrame", sheet: Sheet, width: int) -> Iterator[tuple[Table, int]]:
    """Yield one table and its width, or several with the same rows where its columns are too many for the screen."""
    names = _Column(str(told.index.name or ""), [_clean(name) for name in told.index], folds=True)
    columns = [
        _Column(_clean(head), [_clean(cell) for cell in told.iloc[:, place]], folds=head in sheet.texts)
        for place, head in enumerate(told.columns)
    ]
    for block in _blocks(names, columns, width):
        _widen([names, *block], width)
        taken = sum(column.width for column in (names, *block)) + _GAP * len(block)
        yield _table([names, *block], has_total=sheet.has_total), taken


def _blocks(names: _Column, columns: Sequence[_Column], width: int) -> Iterator[list[_Column]]:
    label = min(names.natural, max(names.least, width // 4))
    block: list[_Column] = []
    taken = label
    for column in columns:
        if block and taken + _GAP + column.least > width:
            yield block
            block, taken = [], label
        block.append(column)
        taken += _GAP + column.least
    yield block


def _widen(columns: Sequence[_Column], width: int) -> None:
    """Give each column the least it needs, and what is left to the ones that lack most, columns of words first."""
    for column in columns:
        column.width = column.least
    left = width - sum(column.width for column in columns) - _GAP * (len(columns) - 1)
    while left > 0:
        lacking = max(columns, key=lambda column: (column.lacks > 0, column.folds, column.lacks))
        if lacking.lacks <= 0:
            return
        lacking.width += 1
        left -= 1


def _table(columns: Sequence[_Column], *, has_total: bool) -> Table:
    """Return a table exactly as wide as its columns and the gaps between them.

    The gap is the box's divider and a space in the cells: what a table pads its own edge with differs between
    versions of Rich.
    """
    table = Table(box=box.SIMPLE, show_edge=False, padding=0, pad_edge=False, show_footer=has_total)
    last = len(columns[0].cells) - 1 if has_total else len(columns[0].cells)
    heads = [textwrap.wrap(column.head, column.width, break_long_words=False) for column in columns]
    height = max(map(len, heads))

    def spaced(place: int, text: str, style: str = "") -> Padding:
        return Padding(Text(text, style=style, overflow="fold"), (0, 0, 0, _GAP - 1 if place else 0))

    for place, (column, head) in enumerate(zip(columns, heads, strict=True)):
        table.add_column(
            spaced(place, "\n".join([""] * (height - len(head)) + head), "bold"),
            footer=spaced(place, column.cells[last], "bold") if has_total else "",
            justify="left" if column.folds else "right",
            width=column.width + (_GAP - 1 if place else 0),
        )
    for row in range(last):
        table.add_row(*(spaced(place, column.cells[row]) for place, column in enumerate(columns)))
    return table


def _clean(text: object) -> str:
    """Return text without characters that would steer the terminal."""
    told = str(text).replace("\n", " ")
    return "".join(sign for sign in told if unicodedata.category(sign) != "Cc")
