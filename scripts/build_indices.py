"""Build the index table from the raw tables: ``python -m scripts.build_indices``, from the project's root."""

from collections.abc import Mapping
from fractions import Fraction

from scripts.build_prices import (
    DATA,
    Row,
    grade,
    number,
    publisher_grades,
    raw_rows,
    source,
    write,
    write_manifest,
)

COLUMNS = ("index", "year", "value", "source", "source_url", "grade", "note")
COPIED = {
    "idx.kpi": "kpi",
    "idx.inkomstindex": "inkomstindex",
    "idx.prisbasbelopp": "prisbasbelopp",
    "idx.inkomstbasbelopp": "inkomstbasbelopp",
}
CHANGE, CHAINED, BASE = "idx.kpif_change", "kpif", 100


def index_row(name: str, value: str, row: Row, publishers: Mapping[str, str], note: str) -> dict[str, str]:
    """Return one row of the table."""
    return {
        "index": name,
        "year": row["year"],
        "value": value,
        "source": source(row),
        "source_url": row["source_url"],
        "grade": grade(row, publishers),
        "note": note,
    }


def main() -> None:
    """Write the index table: four indices as they stand, and KPIF chained from its yearly changes."""
    publishers = publisher_grades()
    rows = raw_rows()
    table = [
        index_row(name, row["value"], row, publishers, row["note"])
        for key, name in COPIED.items()
        for row in rows
        if row["key"] == key
    ]
    changes = sorted((row for row in rows if row["key"] == CHANGE), key=lambda row: row["year"])
    level = Fraction(BASE)
    start = {**changes[0], "year": str(int(changes[0]["year"]) - 1)}
    table.append(index_row(CHAINED, str(BASE), start, publishers, "the start of the chain, 100 by definition"))
    for row in changes:
        level *= 1 + Fraction(row["value"]) / 100
        table.append(index_row(CHAINED, number(level), row, publishers, f"chained; {row['note']}"))
    write(DATA / "indices.csv", COLUMNS, table)
    write_manifest()


if __name__ == "__main__":
    main()
