"""A mapping suggested from the data: columns by their names, states by the words in them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.inputs.followup.cells import Column
from utanforskap.inputs.followup.disclosure import FEWEST
from utanforskap.inputs.followup.mapping import NEEDED, OPTIONAL, SHAPES, Shape, known_states
from utanforskap.inputs.followup.raw import Raw, read_raw
from utanforskap.inputs.followup.words import field_like, plain_word, state_like, word, words
from utanforskap.inputs.text.writing import as_yaml
from utanforskap.terms import Lang

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.inputs.case import Case

_STATE_FIELDS: dict[Shape, tuple[str, ...]] = {
    "spells": ("state",),
    "before_after": ("before", "after"),
    "registrations": ("support_before", "support_after"),
    "counts": ("before", "after"),
}
_ASSUMED: dict[Shape, dict[str, Any]] = {
    "spells": {},
    "before_after": {"before_months": 12, "after_months": 12},
    "registrations": {"work": "arbete_heltid", "study": "studier_csn", "before_months": 12, "after_months": 12},
    "counts": {"work": "arbete_heltid", "study": "studier_csn", "joint": "independent"},
}


def suggest_mapping(
    source: "str | Path | pd.DataFrame",
    *,
    shape: Shape | None = None,
    case: "Case | None" = None,
    sheet: str | None = None,
    lang: Lang = "sv",
) -> str:
    """Return the text of a mapping file that suits some data, to be checked and completed by hand.

    Words that fewer than five persons have are not shown.

    Parameters
    ----------
    source : str, Path or DataFrame
        The data, as for `read_participants`.
    shape : {"spells", "before_after", "registrations", "counts"} or None
        What a row is; None for the shape of whose columns most are found.
    case : Case or None
        The case whose states words may stand for, beside those of the library.
    sheet : str or None
        The workbook's sheet; None is its first.
    lang : {"sv", "en"}
        The language of the comments.
    """
    raw = read_raw(source, sheet=sheet)
    chosen = shape if shape is not None else _likeliest(raw)
    columns = _columns(raw, (*NEEDED[chosen], *OPTIONAL[chosen]))
    titles = None if case is None else {id_: state.title.sv for id_, state in case.scenario.states.items()}
    comments = [word("suggested", "check", lang)]
    for field in NEEDED[chosen]:
        if field not in columns:
            comments.append(words()["suggested"]["missing"][lang].format(field=word("fields", field, lang).lower()))
    states: dict[str, str] = {}
    rare = 0
    for field in _STATE_FIELDS[chosen]:
        if field in columns:
            person = raw.columns.get(columns.get("person", ""))
            rare += _states(raw.columns[columns[field]], person, known_states(titles), states, comments, lang)
    if rare:
        comments.append(words()["suggested"]["rare"][lang].format(n=rare))
    if "before_months" in _ASSUMED[chosen]:
        comments.append(word("suggested", "months", lang))
    if chosen == "counts":
        comments += [word("suggested", "joint", lang), word("suggested", "counted", lang)]
    said = {"format": 1, "shape": chosen, "columns": columns, "states": states, **_ASSUMED[chosen]}
    return "".join(f"# {line}\n" for line in comments) + as_yaml(said)


def _likeliest(raw: Raw) -> Shape:
    """Return the shape of whose needed columns the greatest share is found; of several, the one that needs most."""

    def found(one: Shape) -> tuple[float, int]:
        return len(_columns(raw, NEEDED[one])) / len(NEEDED[one]), len(NEEDED[one])

    return max(SHAPES, key=found)


def _columns(raw: Raw, fields: Iterable[str]) -> dict[str, str]:
    """Return each field's column; of several columns that are like one field, the first."""
    found: dict[str, str] = {}
    for column in raw.columns:
        field = field_like(column, fields)
        if field is not None:
            found.setdefault(field, column)
    return {field: found[field] for field in fields if field in found}


def _states(
    column: Column,
    person: Column | None,
    known: dict[str, str],
    states: dict[str, str],
    comments: list[str],
    lang: Lang,
) -> int:
    """Fill in the states of a column's words; return how many rows have words that few have."""
    rows = np.flatnonzero(column.codes >= 0)
    # A report has no persons: there every line is of many.
    who = person.codes[rows] if person is not None else None
    counted = np.bincount(column.codes[rows], minlength=len(column.values))
    if who is None:
        having = np.full(len(column.values), FEWEST)
    else:
        pairs = np.unique(np.stack([column.codes[rows], who]), axis=1)
        having = np.bincount(pairs[0], minlength=len(column.values))
    rare = 0
    for value, n, persons in zip(column.values, counted, having, strict=True):
        said = str(value).strip()
        state = state_like(said, known)
        if persons < FEWEST:
            rare += int(n)
        elif state is None:
            line = words()["suggested"]["unknown"][lang].format(word=said, n=n)
            comments += [line] if line not in comments else []
        elif plain_word(said) != state:
            states[said] = state
    return rare
