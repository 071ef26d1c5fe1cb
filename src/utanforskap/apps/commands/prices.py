"""What things cost: prices found, shown and explained, and own price lists begun, compared and fetched."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.deliver import Delivery, tell_written
from utanforskap.apps.words import say, word
from utanforskap.errors import QuestionError, UnknownNameError

if TYPE_CHECKING:
    from utanforskap.inputs.pricelists.prices import Price, PriceAt, PriceList, PriceValue
    from utanforskap.outputs.tables import Answer, Sheet

HELP = options.prose("""Hitta och förklara priser: vem som betalar, enhet, varje års värde, källa och betyg.

Utan SÖKORD räknas priserna upp per aktör. Ett eller flera ord söks i prisernas id och benämningar. Ett helt id visar
allt om priset.""")
_OWN = "En egen prislista"
_NATIONAL = "sverige"
_Cell = str | int | float | None
_NO_ACTORS = ("lon", "skatt")
_WHOLE = 12
"""So many digits show a price as its list states it."""


def _own(flag: str, said: str, metavar: str) -> Any:
    return typer.Option(flag, help=said, metavar=metavar, rich_help_panel=_OWN)


def prices(
    search: Annotated[
        list[str] | None,
        options.argument("[SÖKORD]", "Ord, eller ett pris id."),
    ] = None,
    listed: Annotated[
        str | None,
        options.asked(
            "--list",
            "Prislistan: en låst utgåva (sverige@2026.1) eller en egen fil. Utan angivelse sverige.",
            "LISTA",
        ),
    ] = None,
    year: Annotated[
        int | None,
        options.asked("--year", "Vad som gäller ett år: det kända värdet, eller det närmaste omräknat.", "ÅR"),
    ] = None,
    stale: Annotated[
        bool,
        options.asked("--stale", "Tabeller som borde ha kommit i ny utgåva."),
    ] = False,
    today: Annotated[
        datetime.datetime | None,
        options.asked("--today", "Dagen som --stale räknar från; annars i dag.", "DATUM", formats=["%Y-%m-%d"]),
    ] = None,
    template: Annotated[Path | None, _own("--template", "Skriv en mall för en egen prislista (.csv).", "FIL")] = None,
    differs: Annotated[Path | None, _own("--differs", "Vad en egen lista ändrar.", "FIL")] = None,
    kolada: Annotated[
        str | None,
        _own("--kolada", "Hämta en kommuns egna kostnader till --output; 1287 är Trelleborg.", "KOMMUNKOD"),
    ] = None,
    years: Annotated[str | None, _own("--years", "År att hämta: 2022,2023 eller 2019-2023.", "ÅR")] = None,
    base: Annotated[str | None, _own("--kolada-base", "Var Kolada svarar.", "ADRESS")] = None,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Answer about prices."""
    modes = {"SÖKORD": search, "--stale": stale, "--template": template, "--differs": differs, "--kolada": kolada}
    asked = [name for name, said in modes.items() if said]
    if len(asked) > 1:
        raise QuestionError(f"{' and '.join(asked)} are different questions; ask one at a time.")
    [mode] = asked or [""]
    for name, said, needs in (
        ("--today", today, ("--stale",)),
        ("--years", years, ("--kolada",)),
        ("--kolada-base", base, ("--kolada",)),
        ("--year", year, ("SÖKORD",)),
        ("--list", listed, ("SÖKORD", "--differs", "")),
        ("--output", output, ("SÖKORD", "--differs", "--stale", "--kolada", "")),
    ):
        if said is not None and mode not in needs:
            fitting = f"goes with {' or '.join(filter(None, needs))}" if not mode else f"does not go with {mode}"
            raise QuestionError(f"{name} {fitting}.")
    if template is not None:
        _write_template(template, lang=lang, force=force)
        return
    if kolada is not None:
        answer = _fetched(kolada, years=years, base=base, output=output, force=force, lang=lang)
        Delivery(lang=lang, format=format).deliver(answer)
        return
    delivery = Delivery(lang=lang, format=format, output=output, force=force)
    if stale:
        delivery.deliver(_stale(today.date() if today is not None else datetime.date.today(), lang))
    elif differs is not None:
        delivery.deliver(_differences(differs, ut.prices(listed or _NATIONAL), lang))
    else:
        delivery.deliver(_found(ut.prices(listed or _NATIONAL), " ".join(search or ()), year, lang))


def _write_template(path: Path, *, lang: options.Lang, force: bool) -> None:
    from utanforskap.inputs.pricelists.local_prices import template
    from utanforskap.outputs.files import write_text

    if path.suffix.lower() != ".csv":
        raise QuestionError(f"The template is text with semicolons: '{path}' does not end in .csv.")
    # Excel takes a text for UTF-8 only if it says so itself.
    write_text(path, "\ufeff" + template(), force=force)
    tell_written(path, lang)


def _found(listed: "PriceList", search: str, year: int | None, lang: options.Lang) -> "Answer":
    if not search:
        return _counted(listed, lang)
    if search in listed.prices:
        return _whole(listed, listed.prices[search], year, lang)
    words = search.casefold().split()
    found = [price for price in listed.prices.values() if all(one in _searched(price) for one in words)]
    if not found:
        raise UnknownNameError(what="a price, nor in the name of one", given=search, known=sorted(listed.prices))
    return _several(listed, found, year, lang)


def _searched(price: "Price") -> str:
    return f"{price.id} {price.title.sv} {price.title.en}".casefold()


def _counted(listed: "PriceList", lang: options.Lang) -> "Answer":
    from utanforskap.outputs.tables import Answer
    from utanforskap.terms import shipped_actors

    by_actor: dict[str, list[Price]] = {}
    for price in listed.prices.values():
        by_actor.setdefault(price.id.partition(".")[0], []).append(price)
    titles = {id_: actor.title[lang] for id_, actor in shipped_actors().items()}
    titles |= {id_: word("prices", id_, lang) for id_ in _NO_ACTORS}
    rows: dict[str, Sequence[_Cell]] = {}
    for id_, prices_ in by_actor.items():
        known = [year for price in prices_ for year in price.values]
        weak = sum(price.values[max(price.values)].grade == "D" for price in prices_)
        rows[id_] = (titles.get(id_, id_), len(prices_), min(known), max(known), weak)
    title = word("titles", "prices", lang).format(list=listed.id)
    sheet = _sheet("prices", title, "id", ("name", "prices", "first", "last", "weak"), rows, lang, texts=("name",))
    note = say("prices_counted", lang, n=len(listed.prices))
    return Answer(title=title, sheets=(sheet,), notes=(note, *_notes(listed)), facts={"list": listed.id})


def _several(listed: "PriceList", found: Sequence["Price"], year: int | None, lang: options.Lang) -> "Answer":
    from utanforskap.inputs.facts.indices import IndexYearError
    from utanforskap.outputs.tables import Answer

    rows: dict[str, Sequence[_Cell]] = {}
    told: list[str] = []
    unknown: list[str] = []
    for price in found:
        title = str(getattr(price.title, lang))
        try:
            at = listed.at(price.id, year=max(price.values) if year is None else year)
        except IndexYearError as error:
            rows[price.id] = (title, None, price.unit, None, None)
            told.append(f"–  {price.id}\n   {title}")
            unknown.append(str(error))
        else:
            rows[price.id] = (title, at.value, price.unit, at.own_year, at.grade)
            stands = f"{at.year}: {_amount(at.value, at.unit, lang)}" if year is None else _stands(at, lang)
            told.append(f"{at.grade}  {price.id}\n   {title}\n   {stands}")
    title = word("titles", "prices" if year is None else "prices_at", lang).format(list=listed.id, year=year)
    columns = ("name", "value", "unit", "own_year", "grade")
    sheet = _sheet("prices", title, "id", columns, rows, lang, texts=("name", "unit", "grade"), listed=told)
    notes = [say("prices_found", lang, n=len(found))]
    if year is not None:
        notes.append(say("prices_moved", lang, year=year))
    return Answer(
        title=title, sheets=(sheet,), notes=(*notes, *unknown, *_notes(listed)), facts={"list": listed.id, "year": year}
    )


def _whole(listed: "PriceList", price: "Price", year: int | None, lang: options.Lang) -> "Answer":
    from utanforskap.outputs.tables import Answer

    own = _values(price, lang)
    about = _about(price, lang)
    lead = [price.id, *(f"{word('columns', name, lang)}: {said}" for name, said in about.items() if said)]
    facts = {
        "list": listed.id,
        "id": price.id,
        **{name: getattr(price, name) for name in ("payer", "payee", "kind", "taxable", "unit", "index")},
        "realisable": price.realisable.value if price.realisable is not None else None,
    }
    sheets = [own]
    if year is not None:
        at = listed.at(price.id, year=year)
        facts["at"] = asdict(at)
        sheets.insert(0, _at(at, lang))
    title = str(getattr(price.title, lang))
    return Answer(title=title, sheets=tuple(sheets), lead=tuple(lead), notes=_notes(listed), facts=facts)


def _about(price: "Price", lang: options.Lang) -> Mapping[str, str]:
    from utanforskap.analysis.wording import percent
    from utanforskap.terms import label, shipped_actors

    def side(id_: str | None) -> str:
        actor = shipped_actors().get(id_ or "")
        return f"{actor.title[lang]} ({id_})" if actor is not None else id_ or ""

    kind = label("kinds", price.kind, lang) if price.kind is not None else ""
    return {
        "payer": side(price.payer),
        "payee": side(price.payee),
        "kind": f"{kind}, {say('taxable', lang)}" if price.taxable else kind,
        "unit": price.unit,
        "index": price.index or "",
        "realisable": percent(price.realisable.value, decimals=0, lang=lang) if price.realisable is not None else "",
    }


def _stands(at: "PriceAt", lang: options.Lang) -> str:
    how = "stands_known" if at.own_year == at.year else "stands_moved" if at.converted else "stands_as_is"
    value = _amount(at.value, at.unit, lang, low=at.low, high=at.high)
    return say(how, lang, year=at.year, own=at.own_year, index=at.index, value=value)


def _amount(value: float, unit: str, lang: options.Lang, *, low: float | None = None, high: float | None = None) -> str:
    """Return an amount to the öre, or a rate in percent."""
    from utanforskap.analysis.wording import significant

    size, decimals, shown = (100.0, 4, "%") if unit == "andel" else (1.0, 2, unit)

    def figure(number: float) -> str:
        return significant(round(size * number, decimals), digits=_WHOLE, lang=lang)

    told = f"{figure(value)} {shown}"
    if low is None or high is None:
        return told
    return f"{told} ({say('interval', lang, low=figure(low), high=figure(high))})"


def _at(at: "PriceAt", lang: options.Lang) -> "Sheet":
    columns = ("value", "low", "high", "own_year", "index", "grade")
    title = word("titles", "price_at", lang).format(year=at.year)
    rows = {str(at.year): (at.value, at.low, at.high, at.own_year, at.index, at.grade)}
    return _sheet("at", title, "year", columns, rows, lang, texts=("index", "grade"), listed=(_stands(at, lang),))


def _values(price: "Price", lang: options.Lang) -> "Sheet":
    """Return every known value, newest first; a screen shows years from the same source under one another."""
    values = sorted(price.values.items(), reverse=True)
    rows = {
        str(year): (known.value, known.low, known.high, known.grade, known.source, known.source_url, known.note)
        for year, known in values
    }
    told: list[str] = []
    for (grade, *where), years in groupby(values, key=lambda pair: _origin(pair[1])):
        amounts = [
            f"{year}: {_amount(known.value, price.unit, lang, low=known.low, high=known.high)}" for year, known in years
        ]
        told.append("\n   ".join([f"{grade}  {amounts[0]}", *amounts[1:], *filter(None, where)]))
    columns = ("value", "low", "high", "grade", "source", "address", "note")
    title = word("titles", "price_years", lang)
    return _sheet("values", title, "year", columns, rows, lang, texts=columns[3:], listed=told)


def _origin(known: "PriceValue") -> tuple[str, str, str, str]:
    return known.grade, known.source, known.source_url or "", known.note or ""


def _differences(path: Path, national: "PriceList", lang: options.Lang) -> "Answer":
    from utanforskap.inputs.pricelists.local_prices import differences
    from utanforskap.outputs.tables import Answer

    own = ut.prices(path)
    found = differences(own, national)
    rows = [(one.id, (one.what, _plain(one.ours), _plain(one.theirs))) for one in found]
    told = [
        "\n   ".join([id_, *(_differs(cells, lang) for _, cells in of)])
        for id_, of in groupby(rows, key=lambda row: row[0])
    ]
    title = word("titles", "differs", lang).format(file=path, list=national.id)
    sheet = _sheet("differences", title, "id", ("what", "ours", "theirs"), rows, lang, texts=("what",), listed=told)
    same = sum(id_ in national.prices for id_ in own.prices)
    note = say("differs", lang, n=len(own.prices), same=same, new=len(own.prices) - same, found=len(found))
    return Answer(title=title, sheets=(sheet,), notes=(note, *_notes(own)), facts={"list": national.id})


def _plain(said: str | float | bool | None) -> _Cell:
    return ("ja" if said else "nej") if isinstance(said, bool) else said


def _differs(cells: Sequence[_Cell], lang: options.Lang) -> str:
    what, ours, theirs = (_told(cell, lang) for cell in cells)
    return say("differs_in", lang, what=what, ours=ours, theirs=theirs)


def _stale(today: datetime.date, lang: options.Lang) -> "Answer":
    from utanforskap.inputs.facts.manifest import shipped_tables, stale_tables
    from utanforskap.outputs.tables import Answer

    late = stale_tables(today)
    rows = {
        one.table: (one.vintage, one.retrieved.isoformat(), one.expected_update.isoformat(), one.note) for one in late
    }
    title = word("titles", "stale", lang).format(today=today.isoformat())
    columns = ("vintage", "retrieved", "expected", "note")
    told = [f"{one.expected_update}  {one.table}\n   {one.note}" for one in late]
    sheet = _sheet("stale", title, "table", columns, rows, lang, texts=columns, listed=told)
    note = say("stale", lang, n=len(late), all=len(shipped_tables()))
    return Answer(title=title, sheets=(sheet,) if late else (), notes=(note,), facts={"today": today.isoformat()})


def _fetched(
    municipality: str, *, years: str | None, base: str | None, output: Path | None, force: bool, lang: options.Lang
) -> "Answer":
    from utanforskap.inputs.pricelists.kolada import BASE, fetch, write
    from utanforskap.outputs.files import refuse_to_overwrite
    from utanforskap.outputs.tables import Answer

    if years is None or output is None:
        lacking = " and ".join(name for name, said in (("--years", years), ("--output", output)) if said is None)
        raise QuestionError(f"--kolada needs {lacking}: --kolada 1287 --years 2022,2023 --output trelleborg.csv")
    refuse_to_overwrite(output, force=force)
    result = fetch(municipality, years=_years(years), base=base or BASE)
    files = write(result, output, overwrite=force)
    title = word("titles", "kolada", lang).format(kommun=result.request["municipality"]["title"])
    rows = [(one.kpi, (one.year, one.reason)) for one in result.missing]
    sheet = _sheet("missing", word("titles", "missing", lang), "kpi", ("year", "reason"), rows, lang, texts=("reason",))
    counts = {"prices": len(result.prices), "figures": len(result.figures), "missing": len(result.missing)}
    return Answer(
        title=title,
        sheets=(sheet,) if rows else (),
        lead=(say("fetched", lang, **counts),),
        notes=tuple(say("written", lang, file=file) for file in files),
        facts={"files": [str(file) for file in files], **counts},
    )


def _years(text: str) -> list[int]:
    """Return the years of ``2022,2023`` or ``2019-2023``."""
    years: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*", part)
        if not match:
            raise QuestionError(f"'{part.strip()}' is not a year. Write 2022,2023 or 2019-2023.")
        years += range(int(match[1]), int(match[2] or match[1]) + 1)
    return years


def _notes(listed: "PriceList") -> tuple[str, ...]:
    return tuple(" ".join((str(note.place), note.message, *note.help)) for note in listed.notes)


def _told(cell: _Cell, lang: options.Lang) -> str:
    """Return a cell as people write it; a whole number is a year or a count."""
    from utanforskap.analysis.wording import NONE, significant

    return (
        NONE if cell is None else significant(cell, digits=_WHOLE, lang=lang) if isinstance(cell, float) else str(cell)
    )


def _sheet(
    name: str,
    title: str,
    head: str,
    columns: Sequence[str],
    rows: Mapping[str, Sequence[_Cell]] | Iterable[tuple[str, Sequence[_Cell]]],
    lang: options.Lang,
    *,
    texts: Sequence[str] = (),
    listed: Iterable[str] = (),
) -> "Sheet":
    """Return a table of numbers as they are, and as people write them."""
    import pandas as pd

    from utanforskap.outputs.tables import Sheet

    pairs = list(rows.items() if isinstance(rows, Mapping) else rows)
    index = pd.Index([name for name, _ in pairs], name=word("columns", head, lang), dtype=object)
    heads = {id_: word("columns", id_, lang) for id_ in columns}
    frame = pd.DataFrame([cells for _, cells in pairs], index=index, columns=list(heads.values()), dtype=object)
    shown = pd.DataFrame(
        [[_told(cell, lang) for cell in cells] for _, cells in pairs], index=index, columns=list(heads.values())
    )
    words = tuple(heads[id_] for id_ in texts)
    return Sheet(name, title, frame, shown=shown, texts=words, listed=tuple(listed))
