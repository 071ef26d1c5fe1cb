"""Build the table of Kolada's figures from the raw tables: ``python -m scripts.build_kolada``, from the project's root.

``raw/kolada_kpis.csv`` is what Kolada calls its figures; ``raw/kolada_map.csv`` is what a person curates: which of them
is one of our prices, and how. A price that the national list has takes its sides from ``raw/price_map.csv``.
"""

import re
from collections.abc import Mapping

from scripts.build_prices import DATA, HEAD, RAW, Row, read, source, write, write_manifest

COLUMNS = ("kpi", "title", "measure", "id", *HEAD, "factor", "times", "per", "grade", "note", "source", "source_url")
SIDES = tuple(column for column in HEAD if not column.startswith("label_") and column != "unit")
MAPPED = ("id", *HEAD, "factor", "times", "per", "grade", "note")
# The titles of these do not end in what they measure.
MEASURES = {"N15504": "poäng", "U33401": "dagar", "U33402": "dagar"}


def measure(kpi: str, title: str) -> str:
    """Return what a figure counts, as its title says it."""
    if kpi in MEASURES:
        return MEASURES[kpi]
    if "(%)" in title:
        return "%"
    for pattern in (r"\b(?:1000 )?kr/.+", r"\bantal/.+", r"\bkr\b", r"\bdagar(?:/.+)?", r"\bantal\b"):
        if match := re.search(pattern, title, re.IGNORECASE):
            return match[0].lower()
    raise SystemExit(f"{kpi}: the title does not say what is measured: {title}")


def curated() -> dict[str, Row]:
    """Return the map's entries by figure, with the sides of the prices that the national list has."""
    national: dict[str, Row] = {}
    for row in read(RAW / "price_map.csv"):
        national.setdefault(row["id"], row)
    return {entry["kpi"]: entry | sides(entry, national) for entry in read(RAW / "kolada_map.csv")}


def sides(entry: Row, national: Mapping[str, Row]) -> dict[str, str]:
    """Return who pays whom, and the index, of a price that the national list has; nothing for one that it lacks."""
    if entry["id"] not in national:
        return {}
    known = national[entry["id"]]
    if entry["unit"] != known["unit"] or any(entry[column] for column in SIDES):
        raise SystemExit(f"{entry['kpi']}: the national list has {entry['id']}, in {known['unit']}; map only its label")
    return {column: known[column] for column in SIDES}


def main() -> None:
    """Write the table: the figures that kommuner have, those that are prices with what they are."""
    entries = curated()
    table = []
    for row in read(RAW / "kolada_kpis.csv"):
        if row["unit"] != "kolada id" or "kommun" not in row["actor"]:
            continue
        kpi, title = row["value"], " ".join(row["description_sv"].replace(" ,", ",").split())
        entry = entries.pop(kpi, {})
        known = {"kpi": kpi, "title": title, "measure": measure(kpi, title)}
        mapped = {column: entry.get(column, "") for column in MAPPED}
        table.append(known | mapped | {"source": source(row), "source_url": row["source_url"]})
    if entries:
        raise SystemExit(f"not among the figures of kommuner: {', '.join(entries)}")
    write(DATA / "kolada_kpis.csv", COLUMNS, table)
    write_manifest()


if __name__ == "__main__":
    main()
