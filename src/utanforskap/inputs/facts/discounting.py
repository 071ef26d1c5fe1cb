"""Discount profiles: dated data with source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from utanforskap.inputs.tables import shipped_table
from utanforskap.inputs.values.estimates import Grade
from utanforskap.terms import Timing


@dataclass(frozen=True, slots=True)
class DiscountProfile:
    """Real yearly rates and when in the year amounts fall.

    Attributes
    ----------
    id : str
        Its name.
    title : mapping of {"sv", "en"} to str
        What it is called.
    steps : tuple of (int, float)
        From which year after the base year, which rate.
    timing : {"start", "mid", "end"}
        When in the year amounts fall.
    source : str
        Where it stands.
    grade : {"A", "B", "C", "D"}
        How far that can be trusted.
    """

    id: str
    title: Mapping[str, str]
    steps: tuple[tuple[int, float], ...]
    timing: Timing
    source: str
    grade: Grade


@cache
def shipped_profiles() -> Mapping[str, DiscountProfile]:
    """Return the shipped discount profiles by id."""
    steps: dict[str, list[tuple[int, float]]] = {}
    first: dict[str, Mapping[str, str]] = {}
    for row in shipped_table("discounting.csv").rows:
        id_ = row.cells["profile"]
        first.setdefault(id_, row.cells)
        steps.setdefault(id_, []).append((int(row.cells["from_year"]), float(row.cells["rate"])))
    return {
        id_: DiscountProfile(
            id=id_,
            title={"sv": cells["label_sv"], "en": cells["label_en"]},
            steps=tuple(sorted(steps[id_])),
            timing=cast(Timing, cells["timing"]),
            source=cells["source"],
            grade=cast(Grade, cells["grade"]),
        )
        for id_, cells in first.items()
    }
