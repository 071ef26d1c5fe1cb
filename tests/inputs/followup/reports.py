"""Participant reports small enough to count by hand, and how they are read."""

from typing import Any

import pandas as pd

import utanforskap as ut

Lines = list[tuple[Any, ...]]
MAPPING = {
    "format": 1, "shape": "counts", "work": "arbete_heltid", "study": "studier_csn", "joint": "independent",
    "states": {"Sjuk": "sjukpenning", "Ingen": "uvas"}, "rest": "uvas",
}  # fmt: skip
COLUMNS = ["table", "before", "after", "women", "men", "total"]


def read(report: Lines, **more: Any) -> Any:
    """Read a report's lines, with more said in the mapping."""
    return ut.read_participants(pd.DataFrame(report, columns=COLUMNS), mapping=MAPPING | more)
