"""A report as Markdown, with tables as GitHub and Pandoc read them, and its pictures within it."""

import re
from base64 import b64encode
from collections.abc import Iterator

from utanforskap.outputs.report.model import Block, Figure, KeyFigures, Paragraph, Points, Report, Table

_MARKS = re.compile(r"([\\`*\[\]<>|])|(?<!\w)_|_(?!\w)")
_BEGINS = re.compile(r"^(#{1,6}|[-+=~>]|\d{1,9}[.)])(?=\s|$)")


def as_markdown(report: Report) -> str:
    """Return a report as Markdown; the pictures' data stands at its end, out of a reader's way.

    Parameters
    ----------
    report : Report
        The report.
    """
    parts = [f"# {safe(report.title)}"]
    parts += [f"**{safe(report.subtitle)}**"] if report.subtitle else []
    parts += [safe(report.summary)] if report.summary else []
    parts.append(f"*{safe(report.terms)}*")
    marks = report.marks()
    for number, section in enumerate(report.sections, start=1):
        parts.append(f"## {number} {safe(section.title)}")
        for part in section.parts:
            parts += [f"### {safe(part.title)}"] if part.title else []
            for block in part.blocks:
                parts += _told(block, marks)
    pictures = [block for block in report.blocks() if isinstance(block, Figure)]
    parts += ["\n".join(f"[{each.id}]: {_address(each)}" for each in pictures)] if pictures else []
    return "\n\n".join(parts) + "\n"


def safe(text: str) -> str:
    """Return text that Markdown shows as it stands, at the beginning of a line too."""
    return _BEGINS.sub(r"\\\1", _within(text))


def _within(text: str) -> str:
    """Return text that Markdown shows as it stands after other text, and in a table."""
    return _MARKS.sub(lambda found: f"\\{found[0]}", text)


def _told(block: Block, marks: dict[Table | Figure, str]) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"> {safe(block.text)}" if block.tone == "warning" else safe(block.text)
        case Points():
            yield "\n".join(
                f"- **{safe(name)}**: {safe(text)}" if name else f"- {safe(text)}" for name, text in block.items
            )
        case KeyFigures():
            yield "\n".join(
                f"- {safe(item.question)} **{safe(item.answer)}.** {safe(item.detail)}" for item in block.items
            )
        case Table():
            yield f"**{safe(marks[block])}. {safe(block.title)}**" + (
                f"  \n*{safe(block.caption)}*" if block.caption else ""
            )
            yield _table(block)
        case Figure():
            yield f"![{safe(block.alt)}][{block.id}]"
            yield f"*{safe(marks[block])}. {safe(block.title)}*"


def _table(table: Table) -> str:
    lines = [
        [_within(column.title) for column in table.columns],
        ["--:" if column.numeric else ":--" for column in table.columns],
        *(
            [f"**{_within(cell)}**" if row.total and cell else _within(cell) for cell in row.cells]
            for row in table.rows
        ),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _address(figure: Figure) -> str:
    return f"data:image/png;base64,{b64encode(figure.draw('png')).decode('ascii')}"
