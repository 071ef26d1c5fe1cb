"""Build the table of effects from the raw tables: ``python -m scripts.build_effects``, from the project's root.

``raw/effects_map.csv`` is what a person curates: one line per raw row, with its population (an id of
``effects_populations.csv``), what it applies to (a programme's success, deadweight or displacement; empty for
context) and, for context, why it cannot be used. A study's grade is at most B.
"""

from collections.abc import Mapping

from scripts.build_prices import DATA, RAW, Row, amounts, grade, publisher_grades, read, source, write, write_manifest

COLUMNS = (
    "id", "programme_sv", "programme_en", "population", "outcome_sv", "outcome_en", "country", "evidence", "applies_to",
    "year", "value", "low", "high", "unit", "horizon_months", "success_measures", "usable", "why_sv", "why_en",
    "source", "source_url", "grade", "note",
)  # fmt: skip
STUDY = "B"
NARROWED = 1.6449 / 1.96
"""What takes the distance from the value of a 95 % interval's ends to that of the 5th and 95th percentiles."""


def narrowed(end: str, value: str) -> str:
    """Return an end of a 95 % interval moved to the 5th or 95th percentile, each side as of a normal distribution."""
    return f"{float(value) + NARROWED * (float(end) - float(value)):.3f}".rstrip("0")


def effect(entry: Row, row: Row, publishers: Mapping[str, str]) -> dict[str, str]:
    """Return a row of the table."""
    usable = bool(entry["applies_to"])
    if usable == bool(entry["why_sv"]):
        raise SystemExit(f"{entry['id']}: it applies to something, or it says why not")
    if usable:
        rule = {"id": entry["id"], "factor": entry["factor"], "range": "drop" if entry["interval"] == "drop" else ""}
        written, said = amounts(row, rule)
    else:
        written, said = {end: row[end] for end in ("value", "low", "high")}, []
    if entry["interval"] == "95":
        for end in ("low", "high"):
            written[end] = narrowed(written[end], written["value"])
        said.append("the range is the 95 % interval narrowed to the 5th and 95th percentiles")
    written |= {end: entry[end] for end in ("low", "high") if entry[end]}
    return {
        **{column: entry[column] for column in COLUMNS if column in entry},
        "year": row["year"],
        **written,
        "unit": "andel" if usable else row["unit"],
        "usable": "ja" if usable else "nej",
        "source": source(row),
        "source_url": row["source_url"],
        "grade": grade(row, publishers, STUDY),
        "note": "; ".join(filter(None, (row["note"].strip("; "), entry["note"], *said))),
    }


def main() -> None:
    """Write the table and the manifest, and stop if a raw row is not in the map or the map names none."""
    rows = {row["key"]: row for row in read(RAW / "effects_se.csv")}
    entries = read(RAW / "effects_map.csv")
    differ = rows.keys() ^ {entry["raw_key"] for entry in entries}
    if differ or len(entries) != len(rows):
        raise SystemExit(f"the map and the raw table differ: {', '.join(sorted(differ))}")
    publishers = publisher_grades()
    write(DATA / "effects.csv", COLUMNS, [effect(entry, rows[entry["raw_key"]], publishers) for entry in entries])
    write_manifest()


if __name__ == "__main__":
    main()
