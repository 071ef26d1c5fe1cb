"""Build the table of epidemiology: ``python -m scripts.build_epidemiology``, from the project's root.

``raw/epidemiology_map.csv`` is what a person curates, with the columns of ``raw/price_map.csv`` where they mean the
same; ``year_is`` says what a row's year is: a calendar year, or years since reception.
"""

from itertools import groupby

from scripts.build_prices import (
    DATA,
    RAW,
    Row,
    amounts,
    chosen,
    grade,
    publisher_grades,
    raw_rows,
    read,
    source,
    write,
    write_manifest,
)

HEAD = ("label_sv", "label_en", "unit", "year_is")
COLUMNS = ("id", *HEAD[:2], "year", "year_is", "value", "low", "high", "unit", "source", "source_url", "grade", "note")


def figures_of(entry: Row, head: Row) -> list[dict[str, str]]:
    """Return the rows of the table that one entry of the map gives."""
    publishers = publisher_grades()
    figures = []
    for row in chosen(entry, raw_rows()):
        written, said = amounts(row, entry)
        figures.append(
            {
                "id": entry["id"],
                **{column: head[column] for column in HEAD},
                **written,
                "year": entry["year"] or row["year"],
                "source": source(row),
                "source_url": row["source_url"],
                "grade": grade(row, publishers, entry["grade_cap"]) if row["value"] else "D",
                "note": "; ".join(filter(None, (row["note"].strip("; "), entry["note"], *said))),
            }
        )
    return figures


def main() -> None:
    """Write the table, the rows of a figure together and by year, and the manifest."""
    table: list[dict[str, str]] = []
    for name, group in groupby(read(RAW / "epidemiology_map.csv"), key=lambda entry: entry["id"]):
        entries = list(group)
        figures = [figure for entry in entries for figure in figures_of(entry, entries[0])]
        years = [figure["year"] for figure in figures]
        if len(set(years)) < len(years) or not all(year.isdigit() for year in years):
            raise SystemExit(f"{name}: a year stands twice, or is not a year: {', '.join(years)}")
        table += sorted(figures, key=lambda figure: int(figure["year"]))
    write(DATA / "epidemiology.csv", COLUMNS, table)
    write_manifest()


if __name__ == "__main__":
    main()
