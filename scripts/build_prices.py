"""Build the price list from the raw tables: ``python -m scripts.build_prices``, from the project's root.

``raw/price_map.csv`` is what a person curates: which raw rows a price is made of, who pays whom, the unit.
``raw/README.md`` describes its columns. This script only applies it, and stops at the first thing that is
not as the map says.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import groupby
from pathlib import Path

RAW = Path(__file__).parent / "raw"
DATA = Path(__file__).parents[1] / "src" / "utanforskap" / "data"
VINTAGE = "sverige-2026.1"
HEAD = ("payer", "payee", "kind", "taxable", "label_sv", "label_en", "unit", "index", "realisable")
COLUMNS = ("id", *HEAD, "year", "value", "low", "high", "source", "source_url", "grade", "note")

Row = Mapping[str, str]


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """Write rows to a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def raw_rows() -> list[dict[str, str]]:
    """Return the reference rows and their supplement."""
    return read(RAW / "parameters_se.csv") + read(RAW / "supplement_se.csv")


def publisher_grades() -> dict[str, str]:
    """Return the grade that a figure seen at each publisher has."""
    return {row["publisher"]: row["grade"] for row in read(RAW / "publisher_grades.csv")}


def grade(row: Row, publishers: Mapping[str, str], cap: str = "") -> str:
    """Return the grade of a raw row: its publisher's if the figure was seen, at most B if derived, else D."""
    if row["confidence"] not in ("SEEN", "DERIVED"):
        return "D"
    limits = ["B"] if row["confidence"] == "DERIVED" else []
    return max(publishers[row["source_publisher"]], cap, *limits)


def source(row: Row) -> str:
    """Return ``Publisher: Title (year)``; where nobody published it, say so."""
    year = f" ({row['source_year']})" if row["source_year"] else ""
    return f"{row['source_publisher'] or 'antagande'}: {row['source_title']}{year}"


def expand_years(text: str) -> list[int]:
    """Return the years of ``2013`` or ``2010-2025``."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if not match:
        raise SystemExit(f"'{text}' is not a year: the map must state the year")
    first = int(match[1])
    return list(range(first, int(match[2] or first) + 1))


def number(value: Fraction) -> str:
    """Return a value as the list writes it: whole kronor from 1 000, below that with decimals."""
    decimals = 0 if value >= 1000 else 2 if value >= 1 else 6
    text = f"{float(value):.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def chosen(entry: Row, rows: Iterable[Row]) -> list[Row]:
    """Return the raw rows that an entry of the map names."""
    found = [
        row
        for row in rows
        if row["key"] == entry["raw_key"]
        and row["unit"] == entry["raw_unit"]
        and entry["raw_publisher"] in ("", row["source_publisher"])
        and (not entry["raw_year"] or row["year"] in entry["raw_year"].split("|"))
    ]
    missing = set(filter(None, entry["raw_year"].split("|"))) - {row["year"] for row in found}
    if not found or missing:
        wanted = " ".join((entry["raw_key"], entry["raw_unit"], *sorted(missing)))
        raise SystemExit(f"{entry['id']}: no raw row for {wanted}")
    return found


def amounts(row: Row, entry: Row) -> tuple[dict[str, str], list[str]]:
    """Return value, low and high in the price's unit, with what must be said about them.

    A range with one end, or with an end on the value, cannot be drawn from: it is told in the note instead.
    """
    factor = Fraction(1)
    if entry["factor"]:
        above, _, below = entry["factor"].partition("/")
        factor = Fraction(above) / Fraction(below or "1")
    ends = ("low", "value", "high")
    low, value, high = (Fraction(row[end]) * factor if row[end] else None for end in ends)
    if entry["range"] == "drop":
        low = high = None
    said = []
    if value is None:
        if low is None or high is None:
            raise SystemExit(f"{entry['id']}: {row['key']} {row['year']} has neither a value nor a range")
        value = (low + high) / 2
        said.append("only a range is printed: its midpoint, an assumption")
    if low is None or high is None or not low < value < high:
        said += [f"the range's {name} end is {number(x)}" for name, x in (("low", low), ("high", high)) if x]
        low = high = None
    return {
        "value": number(value),
        "low": "" if low is None else number(low),
        "high": "" if high is None else number(high),
    }, said


def prices_of(entry: Row, rows: Iterable[Row], publishers: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the price rows that one entry of the map gives."""
    prices = []
    for row in chosen(entry, rows):
        written, said = amounts(row, entry)
        note = entry["note"]
        own = note[1:] if note.startswith("=") else "; ".join(filter(None, (row["note"].strip("; "), note)))
        stated = entry["year"] or row["year"]
        if stated != row["year"] or "-" in stated:
            said.append(f"printed for {row['year']}")
        letter = "D" if not row["value"] else grade(row, publishers, entry["grade_cap"])
        price = {
            "id": entry["id"],
            **written,
            "source": source(row),
            "source_url": row["source_url"],
            "grade": letter,
            "note": "; ".join(filter(None, (own, *said))),
        }
        prices += [price | {"year": str(year)} for year in expand_years(stated)]
    return prices


def price_rows() -> list[dict[str, str]]:
    """Return all rows of the price list, those of a price together and by year."""
    rows, publishers = raw_rows(), publisher_grades()
    result: list[dict[str, str]] = []
    for name, group in groupby(read(RAW / "price_map.csv"), key=lambda entry: entry["id"]):
        entries = list(group)
        prices = [price for entry in entries for price in prices_of(entry, rows, publishers)]
        known = [price["year"] for price in prices]
        if len(set(known)) < len(known) or any(price["id"] == name for price in result):
            raise SystemExit(f"{name}: a year, or the price itself, stands twice in the map")
        head = {column: entries[0][column] for column in HEAD}
        result += [head | price for price in sorted(prices, key=lambda price: price["year"])]
    return result


def write_manifest() -> None:
    """Write ``MANIFEST.csv``: what ``raw/manifest.csv`` says of each table, with the rows it has now."""
    tables = [row for row in read(RAW / "manifest.csv") if (DATA / row["table"]).exists()]
    rows = [row | {"rows": str(len(read(DATA / row["table"])))} for row in tables]
    columns = ("table", "vintage", "rows", "retrieved", "expected_update", "built_by", "source", "note")
    write(DATA / "MANIFEST.csv", columns, rows)


def main() -> None:
    """Write one file per actor, and the manifest."""
    files: dict[str, list[dict[str, str]]] = {}
    for row in price_rows():
        files.setdefault(row["id"].partition(".")[0], []).append(row)
    for actor, rows in files.items():
        write(DATA / "prices" / VINTAGE / f"{actor}.csv", COLUMNS, rows)
    write_manifest()


if __name__ == "__main__":
    main()
