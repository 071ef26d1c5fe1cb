"""Tables of a report from amounts and from data frames."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from utanforskap.outputs.report.model import Column, Row, Table
from utanforskap.outputs.report.voice import Voice

if TYPE_CHECKING:
    import pandas as pd


def kronor_table(
    frame: "pd.DataFrame",
    voice: Voice,
    *,
    id_: str,
    title: str,
    row_title: str,
    caption: str | None = None,
    has_total: bool = False,
    row_name: Callable[[Any], str] = str,
) -> Table:
    """Return a table of amounts in the report's unit.

    Parameters
    ----------
    frame : DataFrame
        [kr]; what rows are called in its index.
    voice : Voice
        The language and the unit.
    id_, title : str
        The table's name, and what it shows.
    row_title : str
        The header of the rows' own column.
    caption : str, optional
        Perspective, years, kronor and rate; the frame's own unless stated.
    has_total : bool
        Whether the last row is the sum of those above.
    row_name : callable
        What a row is called, from its place in the index.
    """
    said = frame.attrs.get("caption", "") if caption is None else caption
    last = len(frame) - 1
    return Table(
        id=id_,
        title=title,
        caption="; ".join(filter(None, (said, voice.kronor))),
        columns=(Column(row_title, numeric=False), *(Column(str(name)) for name in frame.columns)),
        rows=tuple(
            Row((row_name(name), *(voice.bare(float(cell)) for cell in cells)), total=has_total and position == last)
            for position, (name, cells) in enumerate(zip(frame.index, frame.to_numpy(), strict=True))
        ),
    )


def text_table(
    rows: Sequence[Sequence[str]],
    *,
    id_: str,
    title: str,
    columns: Sequence[str],
    caption: str = "",
    numeric: Sequence[bool] | None = None,
    totals: Sequence[int] = (),
    long: bool = False,
) -> Table:
    """Return a table of cells that are told already; columns are words unless said to be numbers."""
    are_numbers = numeric or [False] * len(columns)
    return Table(
        id=id_,
        title=title,
        caption=caption,
        columns=tuple(Column(name, numeric=number) for name, number in zip(columns, are_numbers, strict=True)),
        rows=tuple(Row(tuple(cells), total=position in totals) for position, cells in enumerate(rows)),
        long=long,
    )


def by_row(amounts: Mapping[str, Sequence[float]], columns: Sequence[str], *, caption: str = "") -> "pd.DataFrame":
    """Return a frame of amounts [kr] with a row for each name."""
    import pandas as pd

    frame = pd.DataFrame.from_dict(dict(amounts), orient="index", columns=list(columns))
    frame.attrs = {"caption": caption}
    return frame
