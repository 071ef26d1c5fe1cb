"""What a notebook shows: tables with a caption, sentences, one answer; every text is escaped."""

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from utanforskap.shipped import shipped_text

if TYPE_CHECKING:
    import pandas as pd

_LONG = 30  # characters: a column with a cell that is longer is running text
_NAME_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d])")  # between the parts of an estimate's name


def shown(*parts: str) -> str:
    """Return parts of markup as what a notebook shows, with the style that they are made for."""
    return f'<div class="utanforskap"><style>{_style()}</style>{"".join(parts)}</div>'


def table(frame: "pd.DataFrame", *, title: str = "", caption: str = "", total: str | None = None) -> str:
    """Return a table of words as markup: a caption over it, headers of its rows and columns, figures to the right.

    Parameters
    ----------
    frame : DataFrame
        Every cell as it is to be read.
    title, caption : str
        What the table shows, and what it was read from: whose books, which kronor, which years.
    total : str, optional
        What a last row that sums those above it begins with.
    """
    aligned = [_alignment(cells) for cells in frame.to_numpy(dtype=object).T]
    heads = [f'<th scope="col">{_text(name or "")}</th>' for name in frame.index.names]
    heads += [
        f'<th scope="col"{kind}>{_text(column)}</th>' for column, kind in zip(frame.columns, aligned, strict=True)
    ]
    rows = []
    for place, (name, cells) in enumerate(zip(frame.index, frame.to_numpy(dtype=object), strict=True)):
        names = name if isinstance(name, tuple) else (name,)
        summed = total is not None and place == len(frame) - 1 and str(names[0]).startswith(total)
        told = "".join(f'<th scope="row">{_text(each)}</th>' for each in names)
        told += "".join(f"<td{kind}>{_text(cell)}</td>" for cell, kind in zip(cells, aligned, strict=True))
        rows.append(f"<tr{_kind('total') if summed else ''}>{told}</tr>")
    over = "".join(f"<{mark}>{_text(text)}</{mark}>" for mark, text in (("b", title), ("span", caption)) if text)
    above = f"<caption>{over}</caption>" if over else ""
    body = f"<thead>{_across(frame)}<tr>{''.join(heads)}</tr></thead><tbody>{''.join(rows)}</tbody>"
    # Whoever uses a keyboard must be able to reach what is beside the edge (WCAG 2.2, success criterion 2.1.1).
    called = f' role="region" aria-label="{escape(title or caption)}"' if over else ""
    return f'<div class="wide" tabindex="0"{called}><table>{above}{body}</table></div>'


def sentences(texts: Iterable[str]) -> str:
    """Return sentences as markup, each its own paragraph."""
    return "".join(f"<p>{_text(text)}</p>" for text in texts)


def answer(question: str, told: str, beside: str = "") -> str:
    """Return one answer as markup: what was asked, the answer, and what it was found from."""
    return f'<p class="answer">{_text(question)}: <b>{_text(told)}</b></p>{sentences([beside] if beside else [])}'


def _across(frame: "pd.DataFrame") -> str:
    """Return what all columns are values of, over them; empty where nothing is said of it."""
    if not frame.columns.name:
        return ""
    above = "<td></td>" * frame.index.nlevels
    return f'<tr>{above}<th scope="colgroup" colspan="{len(frame.columns)}">{_text(frame.columns.name)}</th></tr>'


def _alignment(cells: Iterable[object]) -> str:
    """Return the class of a column: running text, words, or figures and answers that are compared downwards."""
    told = [str(cell) for cell in cells]
    if any(len(text) > _LONG for text in told):
        return _kind("text long")
    whole = "".join(told)
    return _kind("text") if any(map(str.isalpha, whole)) and not any(map(str.isdigit, whole)) else ""


def _kind(name: str) -> str:
    return f' class="{name}"'


def _text(said: Any) -> str:
    """Return a text as markup, on one line; long names may break at their dots, a percent sign stays by its number."""
    line = " ".join(str(said).split("\n")).replace(" %", "\N{NO-BREAK SPACE}%")
    return _NAME_DOT.sub(".<wbr>", escape(line))


@cache
def _style() -> str:
    """Return the style sheet; it is ours and holds nothing of a case."""
    return shipped_text("notebook.css")
