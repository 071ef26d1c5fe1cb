"""What has been measured: the shipped tables of epidemiology and of programmes' effects."""

import re
from dataclasses import dataclass
from functools import cache

from frozendict import frozendict

from utanforskap.inputs.tables import Row, shipped_table
from utanforskap.inputs.values.estimates import ASSUMPTION, Estimate

FACTORS = ("success", "deadweight", "displacement")
"""The factors of a programme's effect that have been measured."""
SINCE_RECEPTION = "år sedan mottagandet"
_SOURCE = re.compile(r"(?P<publisher>.+?): (?P<title>.+) \((?P<years>(?:\d{4}-)?(?P<year>\d{4}))\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure in one year of a shipped table.

    Attributes
    ----------
    value : float
        The figure, in its unit.
    low, high : float or None
        The 5th and 95th percentiles, where known.
    source : str
        The id under which a scenario that refers to it has its source.
    grade : str
        How far it can be trusted.
    note : str
        What the table says of it.
    where : mapping of str to str or int
        The source as a scenario states it; empty for an assumption.
    """

    value: float
    low: float | None
    high: float | None
    source: str
    grade: str
    note: str
    where: frozendict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A figure of the epidemiology in the years for which it is known.

    Attributes
    ----------
    unit : str
        ``andel``, ``kvot``, ``år``, ``mån`` or ``dag``.
    year_is : str
        Calendar years, or years since reception.
    years : mapping of int to Figure
        In order.
    """

    unit: str
    year_is: str
    years: frozendict[int, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect as it was measured.

    Attributes
    ----------
    population : str
        On whom.
    applies_to : str
        Which factor of a programme's effect it is; empty where it cannot be used as one.
    evidence, success_measures : str
        How it is known and what it measures; empty for what is no success.
    why_not : str
        Why it cannot be used; empty where it can.
    figure : Figure
        The effect.
    """

    population: str
    applies_to: str
    evidence: str
    success_measures: str
    why_not: str
    figure: Figure


@cache
def shipped_series() -> frozendict[str, Series]:
    """Return the shipped epidemiology by id."""
    rows: dict[str, list[Row]] = {}
    for row in shipped_table("epidemiology.csv").rows:
        rows.setdefault(row.cells["id"], []).append(row)
    series: dict[str, Series] = {}
    for id_, own in rows.items():
        years: dict[int, Figure] = {}
        first: dict[tuple[str, str], str] = {}
        for row in sorted(own, key=lambda row: int(row.cells["year"])):
            # A source of several years stands once, under the first of them.
            key = (row.cells["source"], row.cells["grade"])
            source = first.setdefault(key, f"epidemiology-{id_}-{row.cells['year']}")
            years[int(row.cells["year"])] = _figure(row, source)
        cells = own[0].cells
        series[id_] = Series(unit=cells["unit"], year_is=cells["year_is"], years=frozendict(years))
    return frozendict(series)


@cache
def shipped_effects() -> frozendict[str, Effect]:
    """Return the shipped effects by id, those that cannot be used included."""
    return frozendict(
        {
            row.cells["id"]: Effect(
                population=row.cells["population"],
                applies_to=row.cells["applies_to"],
                evidence=row.cells["evidence"],
                success_measures=row.cells["success_measures"],
                why_not=row.cells["why_en"],
                figure=_figure(row, f"effects-{row.cells['id']}"),
            )
            for row in shipped_table("effects.csv").rows
        }
    )


@cache
def shipped_populations() -> frozendict[str, frozendict[str, str]]:
    """Return what the populations that effects were measured on are called, by id and language."""
    rows = shipped_table("effects_populations.csv").rows
    return frozendict({row.cells["id"]: frozendict(sv=row.cells["label_sv"], en=row.cells["label_en"]) for row in rows})


def effect_of(estimate: Estimate) -> Effect | None:
    """Return the measured effect that an estimate comes from; None if it comes from elsewhere."""
    return next((found for found in shipped_effects().values() if found.figure.source == estimate.source), None)


def shares() -> list[str]:
    """Return the ids of the epidemiology that are shares."""
    return [id_ for id_, series in shipped_series().items() if series.unit == "andel"]


def curves() -> list[str]:
    """Return the ids of the epidemiology that are curves: shares by year since reception, from year 0."""
    return [
        id_ for id_ in shares() if shipped_series()[id_].year_is == SINCE_RECEPTION and 0 in shipped_series()[id_].years
    ]


def effects_on(factor: str) -> list[str]:
    """Return the ids of the effects that can stand as a factor of a programme's effect."""
    return [id_ for id_, effect in shipped_effects().items() if effect.applies_to == factor]


def _figure(row: Row, source: str) -> Figure:
    cells = row.cells
    said = _SOURCE.fullmatch(cells["source"])
    note, where = cells["note"], dict[str, str | int]()
    if said is None:
        assumed, _, basis = cells["source"].partition(": ")
        assert assumed == ASSUMPTION, cells["source"]
        source, note = ASSUMPTION, "; ".join(filter(None, (basis, note)))
    else:
        span = said["years"] != said["year"]
        where = {
            "title": f"{said['title']} ({said['years']})" if span else said["title"],
            "publisher": said["publisher"],
            "year": int(said["year"]),
            "grade": cells["grade"],
        }
        if cells["source_url"].startswith("http"):
            where["url"] = cells["source_url"]
    low, high = (float(cells[end]) if cells[end] else None for end in ("low", "high"))
    return Figure(
        value=float(cells["value"]),
        low=low,
        high=high,
        source=source,
        grade=cells["grade"],
        note=note,
        where=frozendict(where),
    )
