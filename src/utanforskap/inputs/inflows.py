"""A table of how many come each year, place by place: 290 kommuner, say."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frozendict import frozendict

from utanforskap.errors import Finding, InputError, Place, unknown
from utanforskap.inputs.case import Case
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.inputs.tables import Row, Table, read_table
from utanforskap.inputs.values.numbers import read_number
from utanforskap.inputs.values.statement import shown

COLUMNS = ("place", "group", "year", "persons")


@dataclass(frozen=True)
class Inflows:
    """How many come each year, by place.

    Attributes
    ----------
    name : str
        The table, as the user gave it.
    persons : mapping of str to mapping
        By place, in the order of the table; then by group and calendar year [persons].
    """

    name: str
    persons: Mapping[str, Mapping[str, Mapping[int, float]]]


def read_inflows(path: str | Path, case: Case, *, sheet: str | None = None) -> Inflows:
    """Return how many come each year to each place.

    Parameters
    ----------
    path : str or Path
        A table (CSV or Excel) with the columns place, group, year and persons. The column group may be left out where
        one group only has an inflow.
    case : Case
        Whose groups and years they are. Every place states every year of every group with an inflow, once.
    sheet : str or None
        The workbook's sheet; None is its first.

    Raises
    ------
    InputError
        With every finding about the table.
    """
    table = read_table(path, sheet=sheet)
    findings = list(table.findings) or list(_columns(table, case))
    if findings:
        raise InputError(findings)
    cohorts = {
        id_: cohorts_of(group, case.scenario) for id_, group in case.scenario.groups.items() if group.inflow is not None
    }
    found: dict[str, dict[str, dict[int, float]]] = {}
    for row in table.rows:
        wrong, stated = _row(row, cohorts)
        findings += wrong
        if stated is not None:
            place, group, year, persons = stated
            by_year = found.setdefault(place, {}).setdefault(group, {})
            if year in by_year:
                findings.append(_about(row, "year", "twice", f"'{place}' has '{group}' in {year} twice."))
            by_year[year] = persons
    findings += _missing(table, found, cohorts) if not findings else []
    if findings:
        raise InputError(findings)
    whole = {
        place: frozendict({group: frozendict(years) for group, years in groups.items()})
        for place, groups in found.items()
    }
    return Inflows(table.name, frozendict(whole))


def _columns(table: Table, case: Case) -> list[Finding]:
    groups = [id_ for id_, group in case.scenario.groups.items() if group.inflow is not None]
    if not groups:
        message = f"No group of '{case.id}' has an inflow, so the table has nobody to tell of."
        return [Finding("no-inflow", "", message, ("Let a group have one: inflow: {until: 2043}.",))]
    needed = [name for name in COLUMNS if name != "group" or len(groups) > 1]
    missing = [name for name in needed if name not in table.columns]
    strange = [name for name in table.columns if name not in (*COLUMNS, "note")]
    place = Place(table.name, 1, 1)
    findings = [
        Finding("no-column", "", f"The column '{name}' is missing.", (f"Columns: {', '.join(COLUMNS)}",), place)
        for name in missing
    ]
    for name in strange:
        message, *help_ = unknown(what="a column", given=name, known=[*COLUMNS, "note"], label="Columns").splitlines()
        findings.append(Finding("unknown-column", "", message, tuple(help_), table.places.get(name, place)))
    if not findings and not table.rows:
        findings.append(Finding("no-rows", "", "The table has no rows.", (), place))
    return findings


def _row(row: Row, cohorts: Mapping[str, list[int]]) -> tuple[list[Finding], tuple[str, str, int, float] | None]:
    """Return what is wrong with a row, or what it states."""
    findings: list[Finding] = []
    place = row.cells.get("place", "")
    if not place:
        findings.append(_about(row, "place", "empty-cell", "The row says no place."))
    group = row.cells.get("group", "") or (next(iter(cohorts)) if len(cohorts) == 1 else "")
    if group not in cohorts:
        text = unknown(what="a group with an inflow", given=group, known=list(cohorts), label="Groups")
        message, *help_ = text.splitlines()
        findings.append(_about(row, "group", "unknown-group", message, *help_))
        return findings, None
    year = row.cells.get("year", "")
    first, last = cohorts[group][0], cohorts[group][-1]
    if not (year.isascii() and year.isdigit() and first <= int(year) <= last):
        message = f"'{year}' is not a year of the inflow of '{group}'."
        findings.append(_about(row, "year", "outside-inflow", message, f"Years: {first}–{last}"))
    persons = _persons(row, findings)
    if findings or persons is None:
        return findings, None
    return [], (place, group, int(year), persons)


def _persons(row: Row, findings: list[Finding]) -> float | None:
    said = row.cells.get("persons", "")
    try:
        persons = read_number(said, money=False).value
    except ValueError:
        findings.append(_about(row, "persons", "not-a-number", f"'{said}' is not a number of persons."))
        return None
    if persons < 0.0:
        message = f"{shown(persons)} cannot be a number of persons: it must be at least 0."
        findings.append(_about(row, "persons", "negative-inflow", message))
        return None
    return persons


def _missing(
    table: Table, found: Mapping[str, Mapping[str, Mapping[int, float]]], cohorts: Mapping[str, list[int]]
) -> list[Finding]:
    findings = []
    for place, groups in found.items():
        for group, years in cohorts.items():
            lacking = [year for year in years if year not in groups.get(group, {})]
            if lacking:
                told = ", ".join(str(year) for year in lacking[:5]) + (", …" if len(lacking) > 5 else "")
                message = f"'{place}' does not say how many come to '{group}' in {told}."
                help_ = "State every year of the inflow; nobody is written 0."
                findings.append(Finding("no-year", "", message, (help_,), Place(table.name, 1, 1)))
    return findings


def _about(row: Row, column: str, code: str, message: str, *help_: str) -> Finding:
    at = row.column(column) if column in row.columns else 1
    return Finding(code, "", message, help_, Place(row.table, row.line, at))
