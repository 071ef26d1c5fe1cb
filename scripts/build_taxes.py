"""Build the table of tax rules from the raw table: ``python -m scripts.build_taxes``, from the project's root."""

from collections.abc import Iterable
from itertools import groupby

from scripts.build_prices import DATA, RAW, Row, read, write, write_manifest

COLUMNS = (
    "rule", "parameter", "year_from", "year_to", "value", "unit", "law", "source", "source_url", "grade", "note",
)  # fmt: skip


def checked(rows: Iterable[Row]) -> list[Row]:
    """Return the rows by rule, parameter and year; stop at the first that overlaps another or lacks a cell."""
    ordered = sorted(rows, key=lambda row: (row["rule"], row["parameter"], int(row["year_from"])))
    for (rule, parameter), group in groupby(ordered, key=lambda row: (row["rule"], row["parameter"])):
        last = 0
        for row in group:
            name = f"{rule}.{parameter} {row['year_from']}"
            if not last < int(row["year_from"]) <= int(row["year_to"]):
                raise SystemExit(f"{name}: the years overlap or run backwards")
            if not all(row[column] for column in COLUMNS[:-1]):
                raise SystemExit(f"{name}: only the note may be empty")
            if (row["grade"] == "D") != row["note"].startswith("RECALLED"):
                raise SystemExit(f"{name}: a value with grade D is recalled, and its note begins with RECALLED")
            float(row["value"])
            last = int(row["year_to"])
    return ordered


def main() -> None:
    """Write the table of tax rules, and the manifest."""
    write(DATA / "taxes.csv", COLUMNS, checked(read(RAW / "taxes_se.csv")))
    write_manifest()


if __name__ == "__main__":
    main()
