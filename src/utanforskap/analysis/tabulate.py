"""Tables of what a reading reads, by actor, kind, category or item and by year, mandate period or horizon."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from utanforskap.analysis.readings import PRODUCTION, Posting, Readable, check, factors, yearly_by, years_read
from utanforskap.engine.parameters import Array
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.terms import KINDS, MANDATE_YEARS, ROLES, Lang, Reading, column_order, label, top_actor

if TYPE_CHECKING:
    import pandas as pd

RowKey = Literal["actor", "account", "kind", "category", "item", "group", "state", "role", "total"]
ColumnKey = Literal["year", "mandate", "horizon", "total"]
ROW_KEYS: tuple[RowKey, ...] = get_args(RowKey)
COLUMN_KEYS: tuple[ColumnKey, ...] = get_args(ColumnKey)
HORIZONS = (1, 4, 5, 10, 20)
"""The horizons that are asked for locally [years], beside the whole one."""


def table(readable: Readable, reading: Reading, *, rows: RowKey, columns: ColumnKey, lang: Lang) -> "pd.DataFrame":
    """Return a table of what a reading reads, at present value, with a total row.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        What is read.
    rows : str
        ``actor`` (top level; production apart), ``account`` (committees too), ``kind``, ``category``, ``item``,
        ``group``, ``state``, ``role`` or ``total``.
    columns : str
        ``year``, ``mandate``, ``horizon`` or ``total``.
    lang : {"sv", "en"}
        The language of the labels.

    Returns
    -------
    DataFrame
        [kr]; ``attrs`` hold unit, price year, perspective, measure, discounting and horizon.

    Raises
    ------
    QuestionError
        If the case cannot answer.
    """
    import pandas as pd

    if rows not in ROW_KEYS:
        raise UnknownNameError(what="a way to group rows", given=rows, known=ROW_KEYS)
    if columns not in COLUMN_KEYS:
        raise UnknownNameError(what="a way to group columns", given=columns, known=COLUMN_KEYS)
    case = readable.case
    check(case, reading)
    sums = _with_empty_columns(
        yearly_by(readable.ledger(reading), reading, readable.parameters(), _key(rows)), rows, reading, case
    )
    weights = factors(case, readable.parameters(), reading)
    present = {name: (amounts.T * weights.T).T[:, 0] for name, amounts in sums.items()}
    names = ordered(present, rows)
    data = {
        title: [present[name][span].sum() for name in names]
        for title, span in spans(case, reading, columns, lang).items()
    }
    frame = pd.DataFrame(data, index=[row_label(case, rows, name, lang) for name in names])
    frame.loc[label("words", "total", lang)] = frame.sum()
    frame.attrs = describe(case, reading, lang)
    return frame


def _key(rows: RowKey) -> Callable[[Posting], str]:
    def actor(posting: Posting) -> str:
        return PRODUCTION if posting.column == PRODUCTION else top_actor(posting.actor)

    def account(posting: Posting) -> str:
        return posting.column

    def of_line(posting: Posting) -> str:
        return str(getattr(posting.line, rows) or "–")

    if rows == "total":
        return lambda _: "total"
    return {"actor": actor, "account": account}.get(rows, of_line)


def _with_empty_columns(sums: dict[str, Array], rows: RowKey, reading: Reading, case: Case) -> dict[str, Array]:
    """Leave out what is empty, but for the columns that an actor table of the perspective always shows."""
    kept = {name: amounts for name, amounts in sums.items() if np.any(amounts)}
    if rows != "actor" or reading.part != "all":
        return kept
    empty = np.zeros((case.scenario.horizon.years, 1))
    return {name: empty for name in case.perspective(reading.perspective).columns} | kept


def ordered(sums: Iterable[str], rows: RowKey) -> list[str]:
    """Return the names of rows in the order in which tables show them."""
    names = list(sums)
    if rows in ("actor", "account"):
        last = [name for name in names if name in (PRODUCTION, "skattefaktor")]
        return column_order(name for name in names if name not in last) + last
    order: Sequence[str] = {"kind": KINDS, "role": ROLES}.get(rows, ())
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def row_label(case: Case, rows: RowKey, name: str, lang: Lang) -> str:
    """Return what a row is called."""
    if name == "skattefaktor":
        return label("words", name, lang)
    if name == PRODUCTION and rows in ("actor", "account"):
        return label("words", name, lang)
    scenario = case.scenario
    match rows:
        case "actor" | "account":
            return case.actors[name].title[lang] if name in case.actors else name
        case "kind":
            return label("kinds", name, lang)
        case "role":
            return label("roles", name, lang)
        case "category":
            return label("categories", name, lang)
        case "state" | "group":
            titled: Any = scenario.states.get(name) if rows == "state" else scenario.groups.get(name)
            return str(getattr(titled.title, lang)) if titled is not None else name
        case "item":
            return item_label(case, name, lang)
        case "total":
            return label("words", "all", lang)


_WORK = {
    "wage": "lon", "contributions": "arbetsgivaravgift", "production": "produktion", "subsidy": "anstallningsstod",
    "income_tax": "inkomstskatt", "equalisation": "inkomstutjamning", "funding": "finansiering",
}  # fmt: skip


def item_label(case: Case, item: str, lang: Lang) -> str:
    """Return what a ledger line's item is called: its own title, its price's, or its kind of work or tax."""
    section, id_, *rest = item.split(".")
    if section == "states" and rest[0] == "flows":
        flow = case.scenario.states[id_].flows[rest[1]]
        if flow.title is not None:
            return str(getattr(flow.title, lang))
        if flow.price is not None:
            return str(getattr(case.prices[flow.price].title, lang))
        return rest[1]
    if section == "funds":
        told = label("categories", "aterforing" if rest[0] == "repayment" else "utfallsbetalning", lang)
        return f"{getattr(case.scenario.funds[id_].title, lang)}, {told.lower()}"
    if section == "programmes" and rest[0] == "budget":
        return _budget_label(case, id_, rest, lang)
    if section == "programmes":
        cost = case.scenario.programmes[id_].costs[rest[1]]
        own = (
            getattr(cost.title, lang)
            if cost.title is not None
            else f"{getattr(case.scenario.programmes[id_].title, lang)}: {rest[1]}"
        )
        return f"{own}, {label('categories', _WORK['funding'], lang).lower()}" if rest[-1] == "funding" else str(own)
    words = [label("categories", _WORK[part], lang) for part in rest if part in _WORK]
    receivers = [case.actors[part].title[lang] for part in rest if part in case.actors]
    told = ", ".join(words + receivers)
    return f"{told} ({getattr(case.scenario.states[id_].title, lang)})"


def _budget_label(case: Case, id_: str, rest: Sequence[str], lang: Lang) -> str:
    """Return what a row of a programme's budget, or what fills it, is called."""
    programme = case.scenario.programmes[id_]
    assert programme.budget is not None
    if rest[1] == "funders":
        return f"{getattr(programme.title, lang)}, {label('categories', 'finansiering', lang).lower()}"
    row = getattr(programme.budget, rest[1])[rest[2]]
    return str(getattr(row.title, lang)) if row.title is not None else f"{getattr(programme.title, lang)}: {rest[2]}"


def spans(case: Case, reading: Reading, columns: ColumnKey, lang: Lang) -> dict[Any, slice]:
    """Return the spans of years of a table's columns, by title: those that hold a year which the reading reads."""
    read = years_read(case, reading)
    years = reading.years or case.scenario.horizon.years
    return {title: span for title, span in _all_spans(case, columns, years, lang).items() if np.any(read[span])}


def _all_spans(case: Case, columns: ColumnKey, years: int, lang: Lang) -> dict[Any, slice]:
    horizon = case.scenario.horizon
    first = horizon.first_year
    if columns == "year":
        return {first + year: slice(year, year + 1) for year in range(years)}
    if columns == "mandate":
        if horizon.mandate_from is None:
            raise QuestionError("The scenario says no first year of a mandate period: horizon: {mandate_from: 2014}")
        lead = (horizon.mandate_from - first) % MANDATE_YEARS
        starts = [*([0] if lead else []), *range(lead, years, MANDATE_YEARS)]
        ends = [*starts[1:], years]
        spans = zip(starts, ends, strict=True)
        return {f"{first + a}–{first + b - 1}": slice(a, b) for a, b in spans}
    if columns == "horizon":
        told = [*[n for n in HORIZONS if n < years], years]
        return {f"{n} {label('words', 'year' if n == 1 else 'years', lang)}": slice(0, n) for n in told}
    return {label("words", "total", lang): slice(0, horizon.years)}


def describe(case: Case, reading: Reading, lang: Lang) -> dict[Hashable | None, Any]:
    """Return what every figure is labelled with: measure, perspective, price year, rate, horizon, gross or net."""
    from utanforskap.analysis.captions import caption

    horizon = case.scenario.horizon
    return {
        "unit": "kr",
        "price_year": case.scenario.money.price_year,
        "scenario": case.id,
        "measure": reading.measure,
        "perspective": reading.perspective,
        "alternative": reading.alternative,
        "horizon": (horizon.first_year, horizon.first_year + horizon.years - 1),
        "caption": caption(case, reading, lang),
    }
