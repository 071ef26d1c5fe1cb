"""What a report holds, whatever it is written as: sections of headings, paragraphs, tables and figures."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from utanforskap.terms import Lang

Picture = Literal["svg", "png"]
Tone = Literal["lead", "plain", "note", "warning"]
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff ]+")


def plain(text: str) -> str:
    """Return text on one line that every kind of file can hold: no control characters and no broken pairs."""
    return _UNPRINTABLE.sub(" ", text).strip(" ")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text.

    Attributes
    ----------
    text : str
        What it says.
    tone : {"lead", "plain", "note", "warning"}
        ``lead`` is what must be read; ``note`` is small print; ``warning`` is what a reader must know first.
    """

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """Short statements, one a line; each may begin with what it is about."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """An answer that is seen first.

    Attributes
    ----------
    question, answer, detail : str
        What is asked, the answer in a word or a figure, and what it means.
    """

    question: str
    answer: str
    detail: str


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The answers that are seen first, side by side."""

    items: tuple[KeyFigure, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title : str
        Its header.
    numeric : bool
        Whether it holds numbers, which stand to the right.
    """

    title: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its header first, then a cell a column; a total is set apart."""

    cells: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column holds what each row is called.

    Attributes
    ----------
    id : str
        Its name within the report.
    title : str
        What it shows.
    caption : str
        Perspective, years, kronor and rate.
    columns : tuple of Column
        The first is the rows' own.
    rows : tuple of Row
        As many cells as columns.
    long : bool
        Whether it runs over pages, in small print.
    """

    id: str
    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    long: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"A row of '{self.id}' has {len(row.cells)} cells for {len(self.columns)} columns.")


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A picture, which has its own title and caption within it.

    Attributes
    ----------
    id : str
        Its name within the report.
    title : str
        What it shows.
    alt : str
        What it says, for a reader who does not see it.
    draw : callable
        Gives the picture's bytes as ``svg`` or ``png``.
    width, height : int
        Its size [CSS pixels, 96 an inch].
    """

    id: str
    title: str
    alt: str
    draw: Callable[[Picture], bytes]
    width: int
    height: int


Block = Paragraph | Points | KeyFigures | Table | Figure


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a section under a heading of its own; without a title, the section's beginning."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its heading and its parts.

    Attributes
    ----------
    id : str
        Its name within the report.
    title : str
        Its heading.
    parts : tuple of Part
        In order.
    """

    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Attributes
    ----------
    lang : {"sv", "en"}
        Its language.
    title, subtitle : str
        The case, and what is done in it.
    summary : str
        The question that the case answers.
    terms : str
        Years, kronor and rate that everything is told in.
    contents, skip, table, figure : str
        What the table of contents, the link past what stands first, a table and a picture are called.
    sections : tuple of Section
        In order.
    """

    lang: Lang
    title: str
    subtitle: str
    summary: str
    terms: str
    contents: str
    skip: str
    table: str
    figure: str
    sections: tuple[Section, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield every block in order."""
        for section in self.sections:
            for part in section.parts:
                yield from part.blocks

    def tables(self) -> Iterator[Table]:
        """Yield every table in order."""
        yield from (block for block in self.blocks() if isinstance(block, Table))

    def marks(self) -> dict[Table | Figure, str]:
        """Return what each table and picture is referred to by: ``Tabell 1``."""
        counts = {Table: 0, Figure: 0}
        found: dict[Table | Figure, str] = {}
        for block in self.blocks():
            if isinstance(block, Table | Figure):
                counts[type(block)] += 1
                found[block] = f"{self.table if isinstance(block, Table) else self.figure} {counts[type(block)]}"
        return found
