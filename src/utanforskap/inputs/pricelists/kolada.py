"""A kommun's own unit costs and counts from Kolada, as a local price list."""

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from frozendict import frozendict

from utanforskap.errors import Finding, InputError, unknown
from utanforskap.inputs.pricelists.kolada_api import Kolada, KoladaError, NotThereError
from utanforskap.inputs.pricelists.prices import COLUMNS
from utanforskap.inputs.tables import as_csv, as_written, shipped_table
from utanforskap.inputs.values.units import Unit

BASE = "https://api.kolada.se/v3"
"""Where Kolada answers; version 2 of its interface has the same questions."""
BATCH = 25
"""The most ids that one question may list."""
COUNT = "antal"
TOTAL = "T"
"""Women and men together; K and M are women and men."""
# Län 01–25 and a kommun in it. Regions (0001–0025) and the country (0000) have no kommun's costs.
_KOMMUN = re.compile(r"(0[1-9]|1[0-9]|2[0-5])[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure (*nyckeltal*) that Kolada has of kommuner.

    Attributes
    ----------
    id : str
        ``N17005``.
    title : str
        What Kolada calls it.
    measure : str
        What it counts: ``kr/elev``, ``antal``, ``%`` …
    price : mapping of str to str or None
        What the price list says of the price that it is, by column; None where it is none.
    factor : Fraction
        What it is multiplied by to be in the price's unit.
    times, per : str
        The figures that it is multiplied and divided by besides; empty for most.
    """

    id: str
    title: str
    measure: str
    price: Mapping[str, str] | None
    factor: Fraction
    times: str
    per: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The figures that are needed for the price, itself first."""
        return tuple(id_ for id_ in (self.id, self.times, self.per) if id_)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count or share of a kommun in one year.

    Attributes
    ----------
    kpi, title : str
        What is counted.
    year : int
        When.
    gender : str
        ``T`` all, ``K`` women, ``M`` men.
    value : float
        In the measure.
    measure : str
        What it counts: ``antal``, ``%`` …
    """

    kpi: str
    title: str
    year: int
    gender: str
    value: float
    measure: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was asked for and that Kolada does not have, or not so that it can be used.

    Attributes
    ----------
    kpi : str
        What.
    year : int
        When.
    reason : str
        Why it is not there.
    """

    kpi: str
    year: int
    reason: str


@dataclass(frozen=True, slots=True)
class KoladaResult:
    """What Kolada has of a kommun.

    Attributes
    ----------
    prices : tuple of mapping of str to str
        Rows of a price list, by column.
    figures : tuple of Figure
        What was fetched that is no price: counts, shares.
    missing : tuple of Missing
        What was asked for and is not there.
    request : mapping of str to object
        What was asked, where and when; plain data.
    """

    prices: tuple[Mapping[str, str], ...]
    figures: tuple[Figure, ...]
    missing: tuple[Missing, ...]
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Kolada says of one figure in one year: values by gender, and what it says where it has none."""

    values: Mapping[str, float]
    status: str


_Answers = Mapping[tuple[str, int], _Answer]


class _AbsentError(Exception):
    """A value is not there; why."""


@cache
def known_kpis() -> Mapping[str, Kpi]:
    """Return the figures that can be fetched, by id."""
    return frozendict(
        {
            row.cells["kpi"]: Kpi(
                id=row.cells["kpi"],
                title=row.cells["title"],
                measure=row.cells["measure"],
                price=frozendict({name: row.cells.get(name, "") for name in COLUMNS}) if row.cells["id"] else None,
                factor=Fraction(row.cells["factor"] or 1),
                times=row.cells["times"],
                per=row.cells["per"],
            )
            for row in shipped_table("kolada_kpis.csv").rows
        }
    )


def fetch(
    municipality: str,
    *,
    years: Iterable[int],
    kpis: Iterable[str] | None = None,
    base: str = BASE,
    timeout: float = 10.0,
) -> KoladaResult:
    """Return a kommun's unit costs as prices, and its counts.

    Parameters
    ----------
    municipality : str
        The kommun's code, four digits: ``1287`` is Trelleborg.
    years : iterable of int
        Which years.
    kpis : iterable of str or None
        Which figures; None is all that are prices or counts.
    base : str
        Where Kolada answers.
    timeout : float
        How long one attempt to get an answer may take [seconds].

    Raises
    ------
    InputError
        With every finding about what was asked: no such code, year, figure or address.
    KoladaError
        If Kolada does not know the kommun, does not answer, or answers something else than it was asked.
    """
    years = sorted(set(years))
    known = known_kpis()
    wanted = [kpi for kpi, one in known.items() if one.price or one.measure == COUNT] if kpis is None else list(kpis)
    if findings := list(_findings(municipality, years, wanted, base, timeout)):
        raise InputError(findings)
    wanted = list(dict.fromkeys(wanted))
    needed = list(dict.fromkeys(part for kpi in wanted for part in known[kpi].parts))
    kolada = Kolada(base, timeout=timeout)
    title = _title(kolada, municipality)
    now = datetime.now(UTC)
    answers = _answers(kolada, municipality, needed, years)
    prices: list[Mapping[str, str]] = []
    figures: list[Figure] = []
    missing: list[Missing] = []
    for kpi in (known[id_] for id_ in wanted):
        for year in years:
            try:
                if kpi.price is None:
                    figures += _figures(kpi, year, answers)
                else:
                    where = f"{kolada.base}/{_question(municipality, kpi.parts, [year])}"
                    origin = f"{title} ({municipality}), fetched {now.date().isoformat()}"
                    prices.append(_price(kpi, kpi.price, year, answers, where=where, origin=origin))
            except _AbsentError as error:
                missing.append(Missing(kpi.id, year, str(error)))
    request = {
        "service": "Kolada (RKA)",
        "base": kolada.base,
        "fetched": now.isoformat(timespec="seconds"),
        "municipality": {"id": municipality, "title": title},
        "years": years,
        "kpis": wanted,
        "requests": [{"url": url, "rows": rows} for url, rows in kolada.asked],
        "missing": [asdict(one) for one in missing],
    }
    return KoladaResult(tuple(prices), tuple(figures), tuple(missing), request)


def write(result: KoladaResult, path: str | Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write a local price list, and beside it its other figures and the record of the request.

    Parameters
    ----------
    result : KoladaResult
        What was fetched.
    path : str or Path
        The price list, ``trelleborg.csv``; the others are ``trelleborg-antal.csv`` and ``trelleborg.json``.
    overwrite : bool
        Whether files that are there are replaced.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    KoladaError
        If the name is not that of a CSV file, a file is there already, or one cannot be written; then none is.
    """
    path = Path(path)
    if path.suffix.lower() != ".csv":
        raise KoladaError(f"A price list is written as CSV: '{path}' does not end in .csv.")
    figures = [
        {name: str(value) for name, value in asdict(one).items()} | {"value": as_written(one.value, decimals=4)}
        for one in result.figures
    ]
    texts = {
        path: "\ufeff" + as_csv(COLUMNS, result.prices),
        path.with_name(f"{path.stem}-antal.csv"): "\ufeff" + as_csv(tuple(Figure.__dataclass_fields__), figures),
        path.with_suffix(".json"): json.dumps(result.request, ensure_ascii=False, indent=2) + "\n",
    }
    there = [str(file) for file in texts if file.exists()]
    if there and not overwrite:
        told = f"Already there: {', '.join(there)}."
        raise KoladaError(f"{told}\nChoose another name, or say that they may be replaced.")
    drafts = {file: file.with_name(f".{file.name}.{os.getpid()}.tmp") for file in texts}
    try:
        for file, text in texts.items():
            drafts[file].write_text(text, encoding="utf-8", newline="\n")
        for file, draft in drafts.items():
            draft.replace(file)
    except OSError as error:
        raise KoladaError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return tuple(texts)


def _findings(
    municipality: str, years: Sequence[int], kpis: Sequence[str], base: str, timeout: float
) -> Iterator[Finding]:
    def finding(code: str, path: str, text: str) -> Finding:
        message, *help_ = text.splitlines()
        return Finding(code, path, message, tuple(help_))

    if not _KOMMUN.fullmatch(municipality):
        text = f"'{municipality}' is not the code of a kommun.\nWrite four digits, such as 1287 for Trelleborg."
        yield finding("kolada-municipality", "municipality", text)
    if not years:
        yield finding("kolada-years", "years", "No year is asked for.\nWrite one or several, such as 2024.")
    for year in years:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            text = f"{year} is not a year that Kolada can have.\nWrite a year from {_FIRST_YEAR} on."
            yield finding("kolada-years", "years", text)
    if not kpis:
        yield finding("kolada-kpi", "kpis", "No figure is asked for.\nLeave 'kpis' out to have all prices and counts.")
    for kpi in kpis:
        if kpi not in known_kpis():
            text = unknown(what="a figure of Kolada that is known here", given=kpi, known=list(known_kpis()))
            yield finding("kolada-kpi", "kpis", text)
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
        yield finding("kolada-base", "base", f"'{base}' is not an address to ask at.\nWrite one such as {BASE}.")
    if not 0 < timeout < math.inf:
        yield finding("kolada-timeout", "timeout", f"{timeout:g} is not a time to wait.\nWrite seconds, such as 10.")


def _title(kolada: Kolada, municipality: str) -> str:
    """Return what a kommun is called."""
    try:
        rows = kolada.rows(f"municipality/{municipality}")
    except NotThereError as error:
        raise KoladaError(f"Kolada knows no kommun {municipality}.\n{error} Is the base address right?") from None
    for row in rows:
        if isinstance(row, dict) and row.get("id") == municipality and isinstance(row.get("title"), str):
            return str(row["title"])
    raise KoladaError(f"Kolada knows no kommun {municipality}.")


def _question(municipality: str, kpis: Iterable[str], years: Iterable[int]) -> str:
    return f"data/kpi/{','.join(kpis)}/municipality/{municipality}/year/{','.join(map(str, years))}"


def _answers(kolada: Kolada, municipality: str, kpis: Sequence[str], years: Sequence[int]) -> _Answers:
    """Return what Kolada says of each figure and year that it says anything of."""
    answers: dict[tuple[str, int], _Answer] = {}
    for some in _batches(kpis):
        for span in _batches(years):
            for row in _data(kolada, municipality, some, span):
                key, answer = _read(row, municipality)
                if key[0] not in some or key[1] not in span:
                    raise KoladaError(f"Kolada answers of {key[0]} in {key[1]}, which was not asked for.")
                if answers.setdefault(key, answer) != answer:
                    raise KoladaError(f"Kolada gives two values of {key[0]} in {key[1]}.")
    return answers


def _data(kolada: Kolada, municipality: str, kpis: Sequence[str], years: Sequence[int]) -> list[Any]:
    try:
        return kolada.rows(_question(municipality, kpis, years))
    except NotThereError:
        # One unknown figure would take the others with it.
        return [row for kpi in kpis for row in _data(kolada, municipality, [kpi], years)] if len(kpis) > 1 else []


def _batches(all_: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(all_), BATCH):
        yield all_[start : start + BATCH]


def _read(row: Any, municipality: str) -> tuple[tuple[str, int], _Answer]:
    """Return which figure and year a row is about, and what it says."""
    try:
        if row["municipality"] != municipality:
            raise KoladaError(f"Kolada answers of {row['municipality']}, not of {municipality}.")
        key = str(row["kpi"]), int(row["period"])
        cells = [cell for cell in row["values"] if not cell.get("isdeleted")]
        values: dict[str, float] = {}
        for cell in cells:
            value = cell["value"]
            if value is None:
                continue
            if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
                raise ValueError(value)
            if values.setdefault(cell["gender"], float(value)) != value:
                raise ValueError(value)
        said = [str(cell["status"]) for cell in cells if cell["gender"] == TOTAL and cell.get("status")]
        if row["values"] and not cells:
            said = ["withdrawn"]
    except (KeyError, TypeError, ValueError, AttributeError):
        told = json.dumps(row, ensure_ascii=False)
        raise KoladaError(f"A row is not in Kolada's shape: {told}") from None
    return key, _Answer(frozendict(values), said[0] if said else "")


def _total(kpi: str, year: int, answers: _Answers) -> float:
    """Return a figure's value for all."""
    answer = answers.get((kpi, year), _Answer({}, ""))
    if TOTAL in answer.values:
        return answer.values[TOTAL]
    if answer.values:
        raise _AbsentError("Kolada has values of women and men, not of all")
    raise _AbsentError(f"Kolada has no value ({answer.status})" if answer.status else "Kolada has no value")


def _figures(kpi: Kpi, year: int, answers: _Answers) -> list[Figure]:
    """Return a figure's values for all and by gender, as far as there are any."""
    values = answers[kpi.id, year].values if (kpi.id, year) in answers else {}
    if not values:
        _total(kpi.id, year, answers)
    return [Figure(kpi.id, kpi.title, year, gender, value, kpi.measure) for gender, value in sorted(values.items())]


def _price(
    kpi: Kpi, head: Mapping[str, str], year: int, answers: _Answers, *, where: str, origin: str
) -> dict[str, str]:
    """Return the row of a price list that a figure is in one year."""
    total = _total(kpi.id, year, answers)
    value, told, named = Fraction(str(total)) * kpi.factor, f"{total:.10g}", kpi.id
    for sign, part in (("x", kpi.times), ("/", kpi.per)):
        if part:
            number = _part(part, year, answers)
            value = value * number if sign == "x" else value / number
            told, named = f"{told} {sign} {float(number):.10g}", f"{named} {sign} {part}"
    if value <= 0:
        raise _AbsentError(f"{float(value):g} is not a price")
    status = answers[kpi.id, year].status
    notes = (origin, head["note"], told if named != kpi.id else "", f"Kolada says: {status}" if status else "")
    return dict(head) | {
        "year": str(year),
        "value": as_written(float(value), decimals=6 if head["unit"] == Unit.SHARE else 2),
        "source": f"Kolada (RKA): {named} {kpi.title} ({year})",
        "source_url": where,
        "note": "; ".join(filter(None, notes)),
    }


def _part(kpi: str, year: int, answers: _Answers) -> Fraction:
    """Return what another figure is multiplied or divided by."""
    try:
        number = _total(kpi, year, answers)
    except _AbsentError as error:
        raise _AbsentError(f"{kpi} is needed: {error}") from None
    if number <= 0:
        raise _AbsentError(f"{kpi} is needed: it is {number:g}")
    return Fraction(str(number))
