"""The counts of the national follow-up's standard participant report: margins, transitions, and what they leave open.

A line of the report is ``table, before, after, women, men, other, total``. The tables of occupation and support name
their category under ``before`` or ``after``, the table of transitions under both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from utanforskap.inputs.followup.cells import Array, Column, one_of
from utanforskap.inputs.followup.fields import Fields, StateSpace
from utanforskap.inputs.followup.quality import REASON_CODES
from utanforskap.inputs.followup.words import plain_word, words

if TYPE_CHECKING:
    import pandas as pd

OCCUPATIONS = ("work", "studies", "jobseeker", "other")
"""The occupations of the report."""
_NEEDED = ("support_before", "support_after", "occupation_before", "occupation_after")
SEXES = ("women", "men", "other_sex")
"""The columns of a line that its total is the sum of."""


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """How many are in each state, by a stated rule for what the report leaves open, and the bounds of that.

    Attributes
    ----------
    states : tuple of str
        The states.
    persons : ndarray, shape (state,)
        By the rule [persons].
    least, most : ndarray, shape (state,)
        What the margins allow at least and at most [persons].
    """

    states: tuple[str, ...]
    persons: Array
    least: Array
    most: Array


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What a participant report counts; it holds no persons.

    Attributes
    ----------
    lines : DataFrame
        table, before, after, women, men, other_sex and total [persons], as reported.
    participants, anonymous : int
        How many are registered, and how many beside them are only counted.
    before, after : Joint
        How many are in each state before and after.
    transitions : DataFrame
        How many have each source of support after (column) by that before (row), as states [persons]; empty where the
        report has no such table.
    rule : str
        How support and occupation are taken to go together.
    """

    lines: "pd.DataFrame"
    participants: int
    anonymous: int
    before: Joint
    after: Joint
    transitions: "pd.DataFrame"
    rule: str


def counts_of(fields: Fields, space: StateSpace) -> Counts | None:
    """Return what a report counts; None where its tables are missing or do not agree, which is remarked upon.

    Parameters
    ----------
    fields : Fields
        The report.
    space : StateSpace
        The known states.
    """
    lines = _lines(fields)
    raw = fields.raw
    for table in _NEEDED:
        if not (lines["table"] == table).any():
            raw.remark("missing-table", table=_title(table))
    if any(remark.severity == "error" for remark in raw.remarks):
        return None
    stated = lines[lines["table"] == "participants"]
    persons = int(stated["total"].sum() if len(stated) else column_of(lines, "occupation_before")[1].sum())
    support = {side: _supports(fields, lines, side, space) for side in ("before", "after")}
    if not _agree(fields, lines, persons):
        return None
    rule = fields.mapping.joint
    assert rule is not None
    joints = {side: _joint(fields, support[side], lines, side, persons) for side in ("before", "after")}
    raw.remark("counts-joint", rule=rule)
    anonymous = int(lines.loc[lines["table"] == "anonymous", "total"].sum())
    moved = _transitions(lines, space)
    return Counts(lines, persons, anonymous, joints["before"], joints["after"], moved, rule)


def _title(table: str) -> dict[str, str]:
    return {lang: str(words()["tables"][table][lang]) for lang in ("sv", "en")}


def _lines(fields: Fields) -> "pd.DataFrame":
    """Return the report's lines that can be read; the others are rejected."""
    import pandas as pd

    raw = fields.raw
    column = fields.column("table")
    assert column is not None
    found, reasons = column.read(one_of("tables"), REASON_CODES)
    raw.reject(np.isnan(found) | (reasons >= 0), "unknown-table")
    sides = {side: _text(fields.column(side)) for side in ("before", "after")}
    totals = words()["totals"]["also"]
    for said in sides.values():
        is_total = [text is not None and plain_word(text) in totals for text in said]
        raw.reject(np.array(is_total, dtype=np.bool_), "totals-row")
    numbers = {name: fields.numbers(name) for name in (*SEXES, "total")}
    raw.reject(np.isnan(numbers["total"]), "bad-number")
    raw.reject(np.any([number % 1.0 > 0.0 for number in numbers.values()], axis=0), "not-whole")
    by_sex = np.array([numbers[name] for name in SEXES])
    whole = np.where(np.isnan(by_sex), 0.0, by_sex).sum(axis=0)
    raw.reject(~np.isnan(by_sex).all(axis=0) & (whole != numbers["total"]), "sum-differs")
    used = raw.used
    names = list(words()["tables"])
    table = [names[int(position)] for position in found[used]]
    texts = {side: [text for text, kept in zip(said, used, strict=True) if kept] for side, said in sides.items()}
    return pd.DataFrame({"table": table, **texts, **{name: values[used] for name, values in numbers.items()}})


def _text(column: Column | None) -> list[str | None]:
    assert column is not None
    values = [*(str(value).strip() for value in column.values), None]
    return [values[code] for code in column.codes]


def column_of(lines: "pd.DataFrame", table: str, who: str = "total") -> tuple[list[str], Array]:
    """Return the categories of a table and how many are in each, of all or of one sex."""
    own = lines[lines["table"] == table]
    side = "after" if table.endswith("after") else "before"
    other = "before" if side == "after" else "after"
    names = own[side].where(own[side].notna(), own[other])
    return [str(name) for name in names], own[who].to_numpy(dtype=np.float64)


def _supports(fields: Fields, lines: "pd.DataFrame", side: str, space: StateSpace) -> dict[str, float]:
    """Return how many have each support, as states; a word that stands for no state is an error."""
    names, totals = column_of(lines, f"support_{side}")
    found: dict[str, float] = {}
    for name, total in zip(names, totals, strict=True):
        position = space.find(name)
        if position is None:
            fields.raw.remark("unknown-word", word=name, n=1)
        else:
            state = space.ids[position]
            found[state] = found.get(state, 0.0) + float(total)
    return found


def _agree(fields: Fields, lines: "pd.DataFrame", persons: int) -> bool:
    """Return whether supports and occupations are as many as the participants; what differs is remarked upon."""
    raw = fields.raw
    for table in _NEEDED:
        total = int(column_of(lines, table)[1].sum())
        if table.startswith("support") and total > persons:
            raw.remark("several-supports-counted", table=_title(table), n=total, persons=persons)
        elif total != persons:
            raw.remark("margin-differs", table=_title(table), n=total, persons=persons)
    moved = lines[lines["table"] == "support_transitions"]
    if len(moved):
        for side in ("before", "after"):
            names, totals = column_of(lines, f"support_{side}")
            by_name = moved.groupby(side)["total"].sum()
            stated = dict.fromkeys(by_name.index, 0.0) | dict(zip(names, totals, strict=True))
            for name, total in stated.items():
                if float(by_name.get(name, 0.0)) != total:
                    said = {"n": int(by_name.get(name, 0.0)), "persons": int(total)}
                    raw.remark("margin-differs", table=_title("support_transitions"), **said)
    unknown = [remark for remark in raw.remarks if remark.code == "unknown-word"]
    return not unknown and not any(remark.severity == "error" for remark in raw.remarks)


def occupations_of(lines: "pd.DataFrame", side: str, who: str = "total") -> dict[str, float]:
    """Return how many have each occupation before or after, of all or of one sex."""
    names, totals = column_of(lines, f"occupation_{side}", who)
    found = dict.fromkeys(OCCUPATIONS, 0.0)
    for name, total in zip(names, totals, strict=True):
        known = _occupation(name)
        found[known] += float(total)
    return found


def _occupation(name: str) -> str:
    said = plain_word(name)
    called: Mapping[str, list[str]] = words()["occupations"]
    return next((id_ for id_, names in called.items() if said in names), "other")


def _joint(fields: Fields, support: dict[str, float], lines: "pd.DataFrame", side: str, persons: int) -> Joint:
    """Return how many are in each state: in work or studies by occupation, the others by their support.

    Whether those in work have support is not in the report. ``independent`` takes them to have it as often as all
    others; ``work_without_support`` takes them from the state that stands for no support, as far as it reaches. A
    state of support then holds at least those whom work and studies cannot have (its own number less theirs), and at
    most its own number.
    """
    mapping = fields.mapping
    occupations = occupations_of(lines, side)
    occupied = {str(mapping.work): occupations["work"], str(mapping.study): occupations["studies"]}
    busy = sum(occupied.values())
    own = np.array(list(support.values()))
    if mapping.joint == "independent":
        left = own * (1.0 - busy / persons) if persons else own
    else:
        left = own.copy()
        none = list(support).index(mapping.rest) if mapping.rest in support else None
        remaining = busy
        if none is not None:
            taken = min(remaining, left[none])
            left[none] -= taken
            remaining -= taken
        left *= 1.0 - remaining / left.sum() if left.sum() else 1.0
    states = tuple(dict.fromkeys([*support, *occupied]))
    persons_in, least, most = (np.zeros(len(states)) for _ in range(3))
    for state, number, rest in zip(support, own, left, strict=True):
        at = states.index(state)
        persons_in[at] += rest
        least[at] += max(0.0, number - busy)
        most[at] += min(number, persons - busy)
    for state, number in occupied.items():
        at = states.index(state)
        persons_in[at] += number
        least[at] += number
        most[at] += number
    return Joint(states, persons_in, least, most)


def _transitions(lines: "pd.DataFrame", space: StateSpace) -> "pd.DataFrame":
    own = lines[lines["table"] == "support_transitions"]
    named = own.assign(
        **{side: [_state(space, str(text)) for text in own[side]] for side in ("before", "after")}
    )  # fmt: skip
    return named.pivot_table(index="before", columns="after", values="total", aggfunc="sum", fill_value=0.0)


def _state(space: StateSpace, text: str) -> str:
    position = space.find(text)
    return text if position is None else space.ids[position]
