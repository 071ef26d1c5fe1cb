"""The shipped tables: which they are, how old, and when a newer one is to be expected."""

import datetime
from dataclasses import dataclass
from functools import cache

from utanforskap.inputs.tables import shipped_table


@dataclass(frozen=True, slots=True)
class ShippedTable:
    """A shipped table's row in the manifest.

    Attributes
    ----------
    table : str
        Its path in the shipped data.
    vintage : str
        ``2026.1``.
    rows : int
        How many rows it has.
    retrieved : date
        When its figures were looked up.
    expected_update : date
        From when its sources are likely to say something newer.
    note : str
        What is expected.
    """

    table: str
    vintage: str
    rows: int
    retrieved: datetime.date
    expected_update: datetime.date
    note: str


@cache
def shipped_tables() -> tuple[ShippedTable, ...]:
    """Return what the manifest says of every shipped table."""
    return tuple(
        ShippedTable(
            table=row.cells["table"],
            vintage=row.cells["vintage"],
            rows=int(row.cells["rows"]),
            retrieved=datetime.date.fromisoformat(row.cells["retrieved"]),
            expected_update=datetime.date.fromisoformat(row.cells["expected_update"]),
            note=row.cells["note"],
        )
        for row in shipped_table("MANIFEST.csv").rows
    )


def stale_tables(today: datetime.date) -> tuple[ShippedTable, ...]:
    """Return the tables past their expected update on a day, the longest past first."""
    past = (table for table in shipped_tables() if table.expected_update < today)
    return tuple(sorted(past, key=lambda table: (table.expected_update, table.table)))
