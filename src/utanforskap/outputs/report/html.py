"""A report as a web page that needs nothing beside it."""

from base64 import b64encode
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from utanforskap.outputs.report.model import Block, Figure, Paragraph, Report, Table
from utanforskap.outputs.report.widths import shares
from utanforskap.shipped import shipped_text

if TYPE_CHECKING:
    from jinja2 import Environment

_ROOM = 105.0
"""How many characters of a long table there is room for across a printed page."""
_TOGETHER = 14
"""A table of at most so many rows stands on one printed page."""
NEW_PAGES = ("result", "pictures", "assumptions")
"""Sections that begin a page of their own in print: after the summary, and before what is looked things up in."""


def as_html(report: Report) -> str:
    """Return a report as one HTML page: style and pictures within it, no address outside it.

    Parameters
    ----------
    report : Report
        The report.
    """
    from markupsafe import Markup

    marks = report.marks()
    blocks = _environment().get_template("blocks.html.j2").module

    def draw(block: Block, following: Block | None) -> Markup:
        macro = getattr(blocks, type(block).__name__.lower())
        if isinstance(block, Table):
            return Markup(macro(block, marks[block], _widths(block), len(block.rows) <= _TOGETHER))
        if isinstance(block, Figure):
            return Markup(macro(block, marks[block], _address(block)))
        if isinstance(block, Paragraph):
            return Markup(macro(block, isinstance(following, Table)))
        return Markup(macro(block))

    # The style is ours and holds nothing of the case; everything else is escaped.
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            draw=draw,
            style=Markup(_text("page.css")),
            new_pages=NEW_PAGES,
            version=version("utanforskap"),
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _text(name: str) -> str:
    return shipped_text(f"report/{name}")


def _widths(table: Table) -> list[str]:
    """Return the columns' widths of a long table in percent; a short one is measured by who shows it."""
    return [f"{100 * share:.1f}%" for share in shares(table, room=_ROOM)] if table.long else []


def _address(figure: Figure) -> str:
    return f"data:image/svg+xml;base64,{b64encode(figure.draw('svg')).decode('ascii')}"
