"""Three grades of success side by side, and what society gains for each krona of one actor's own money."""

from typing import TYPE_CHECKING

from utanforskap.analysis.funders.parties import AGREEMENTS, discounted
from utanforskap.analysis.readings import Posting, Readable, value, yearly_by
from utanforskap.analysis.summaries import alternative_title
from utanforskap.analysis.tabulate import describe, table
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.budgets import FUNDING_KEYS
from utanforskap.inputs.parts.methods import GRADES, Method, grade_id
from utanforskap.terms import Lang, Reading, label, within

if TYPE_CHECKING:
    import pandas as pd

HORIZONS = (4, 10, 20)
"""The horizons that leverage is asked over [years]."""


def method_named(case: Case, method: str) -> Method:
    """Return a method by its id.

    Raises
    ------
    UnknownNameError
        If the case has no such method.
    """
    known = case.scenario.methods
    if method not in known:
        raise UnknownNameError(what="a method", given=method, known=list(known))
    return known[method]


def own_money(readable: Readable, reading: Reading, actor: str) -> float:
    """Return what an actor puts into an alternative of its own, at present value [kr].

    What it pays for programmes and to those who hold them, less what others put into what it holds; but what reaches it
    by a funding key of its own (``finsam``) is its own money.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A gain, whose alternative, years and discounting are read.
    actor : str
        The actor.
    """
    asked = reading.change(measure="net_gain", perspective="society", part="all")
    keyed = tuple(f".funders.{key}" for key in FUNDING_KEYS)

    def told(posting: Posting) -> str:
        line = posting.line
        own = within(posting.actor, actor) and line.role != "effect"
        members = line.role == "financing" and (line.item.endswith(".funding") or line.item.endswith(keyed))
        return "own" if own and not members and not line.item.startswith(AGREEMENTS) else ""

    sums = yearly_by(readable.ledger(asked), asked, readable.parameters(), told)
    return -discounted(readable, asked, sums["own"][:, 0]) if "own" in sums else 0.0


def leverage(readable: Readable, method: str, *, horizons: tuple[int, ...], lang: Lang) -> "pd.DataFrame":
    """Return each grade's own gain, the gain so far, the own money behind it and what a krona of it gives, by horizon.

    The gain is society's net gain, every programme's cost paid; the leverage of a grade is the gain so far for each
    krona of the actor's own money so far.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    method : str
        The method's id.
    horizons : tuple of int
        Years from the horizon's first; those beyond the horizon are left out, and if none is left all of it is read.
    lang : {"sv", "en"}
        The language of the labels.

    Returns
    -------
    DataFrame
        Rows are horizons and grades; columns gain of the grade, gain so far, own money [kr] and leverage [kr per kr].
    """
    import pandas as pd

    said = method_named(readable.case, method)
    last = readable.case.scenario.horizon.years
    asked_for = [years for years in horizons if years <= last] or [last]
    rows = {}
    for years in asked_for:
        before = 0.0
        for grade in GRADES:
            asked = Reading(measure="net_gain", alternative=grade_id(method, grade), years=years)
            gain = float(value(readable, asked)[0])
            own = own_money(readable, asked, said.own_money)
            title = alternative_title(readable.case, grade_id(method, grade), lang)
            rows[years, title] = {
                "grade_gain": gain - before, "gain_so_far": gain, "own_money": own,
                "leverage": gain / own if own > 0.0 else None,
            }  # fmt: skip
            before = gain
    names = ("grade_gain", "gain_so_far", "own_money", "leverage")
    index = pd.MultiIndex.from_tuples(
        list(rows), names=[label("words", "years", lang), label("funders", "grade", lang)]
    )
    frame = pd.DataFrame(list(rows.values()), index=index, columns=list(names))
    frame.columns = pd.Index([label("funders", name, lang) for name in names])
    frame.attrs = describe(readable.case, Reading(measure="net_gain", alternative=grade_id(method, 3)), lang)
    frame.attrs["not_kronor"] = [label("funders", "leverage", lang)]
    frame.attrs["own_money"] = readable.case.actors[said.own_money].title[lang]
    return frame


def grades(readable: Readable, method: str, *, lang: Lang, **fields: object) -> "pd.DataFrame":
    """Return what each of a method's grades adds to each actor's net gain, side by side, with the sum [kr].

    Parameters
    ----------
    readable : Readable
        The ledgers.
    method : str
        The method's id.
    lang : {"sv", "en"}
        The language of the labels.
    **fields
        Fields of `Reading`.
    """
    import pandas as pd

    method_named(readable.case, method)
    columns: dict[str, pd.Series[float]] = {}
    before = None
    for grade in GRADES:
        asked = Reading.of(**{**fields, "measure": "net_gain", "alternative": grade_id(method, grade)})
        whole = table(readable, asked, rows="actor", columns="total", lang=lang).iloc[:, 0]
        added = whole if before is None else whole.sub(before, fill_value=0.0)
        columns[alternative_title(readable.case, grade_id(method, grade), lang)] = added
        before = whole
    frame = pd.DataFrame(columns).fillna(0.0)
    order = [name for name in (before.index if before is not None else []) if name in frame.index]
    frame = frame.loc[order]
    frame[label("words", "total", lang)] = frame.sum(axis=1)
    frame.attrs = describe(readable.case, asked, lang)
    return frame
