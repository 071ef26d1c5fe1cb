"""Pictures of kronor by actor: over the years, by mandate period, and who pays and who gains."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from utanforskap.analysis import gains, wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.readings import PRODUCTION
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.summaries import main_measure
from utanforskap.analysis.tabulate import ColumnKey
from utanforskap.engine.parameters import Array
from utanforskap.outputs.plot.colours import Colour, actor_colour, actor_colours, mark, marked
from utanforskap.outputs.plot.names import heading, under
from utanforskap.outputs.plot.paper import (
    HEIGHT,
    LEGEND_ABOVE,
    TICK,
    board,
    frame_in,
    key,
    kronor_along,
    legend,
    legend_above,
    names_along,
    nothing_to_show,
    painted,
    room_around,
    years_along,
    zero_line,
)
from utanforskap.outputs.plot.words import fitted, say
from utanforskap.terms import Lang, column_order, label

if TYPE_CHECKING:
    import pandas as pd

_WIDE = 0.8
_APART = 0.3  # of a place's width, what stands apart
_FEW = 8
_ROW = 0.34
_NAME = 120.0  # [points]
_AROUND = 1.5
_ROUNDING = 1e-9


def by_actor(
    subject: Result | Comparison, *, ax: Axes | None = None, lang: Lang = "sv", perspective: str = "see", **reading: Any
) -> Axes:
    """Draw what each year costs, or gains, by actor: the actors in one pile, production beside it.

    Parameters
    ----------
    subject : Result or Comparison
        A result's cost of exclusion (its ledger where a group has no reference), or a comparison's net gain.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    perspective : str
        Whose books.
    **reading
        Further fields of `Reading`; ``discount="none"`` shows each year's kronor undiscounted.

    Returns
    -------
    Axes
    """
    return _by_actor("by_actor", subject, ax, lang, {"perspective": perspective, **reading})


def by_mandate(
    subject: Result | Comparison, *, ax: Axes | None = None, lang: Lang = "sv", perspective: str = "see", **reading: Any
) -> Axes:
    """Draw the same as `by_actor` by mandate period, the sum written over each.

    Raises
    ------
    QuestionError
        If the scenario says no first year of a mandate period.
    """
    return _by_actor("by_mandate", subject, ax, lang, {"perspective": perspective, **reading})


def _table(subject: Result | Comparison, columns: ColumnKey, lang: Lang, fields: Mapping[str, Any]) -> "pd.DataFrame":
    if isinstance(subject, Comparison):
        return subject.table(rows="actor", columns=columns, lang=lang, **fields)
    measure = fields.get("measure") or main_measure(subject.readable)
    return subject.table(rows="actor", columns=columns, lang=lang, **{**fields, "measure": measure})


def _by_actor(kind: str, subject: Result | Comparison, ax: Axes | None, lang: Lang, fields: dict[str, Any]) -> Axes:
    by_year = kind == "by_actor"
    table = _table(subject, "year" if by_year else "mandate", lang, fields)
    totals, rows = table.iloc[-1], table.iloc[:-1]
    rows = rows[rows.abs().max(axis=1) > _ROUNDING * table.abs().to_numpy().max(initial=0.0)]
    unit = wording.suitable_unit(table.to_numpy(dtype=float).flat)
    places = np.asarray(table.columns, dtype=float) if by_year else np.arange(len(table.columns), dtype=float)
    alternative = subject.alternative if isinstance(subject, Comparison) else None
    measure = label("measures", table.attrs["measure"], lang)
    with board(ax) as drawn:
        if rows.empty:
            nothing_to_show(drawn, say("words", "nothing", lang))
        else:
            _piles(drawn, rows, totals, places, unit=unit, written=not by_year, lang=lang)
            if by_year:
                years_along(drawn, places)
            else:
                names = [str(name) for name in table.columns]
                names_along(drawn.xaxis, _spans(names))
            kronor_along(drawn.yaxis, unit, lang)
        frame_in(
            drawn,
            title=say("titles", kind, lang, measure=measure),
            subtitle=under(
                say("words", "per_year" if by_year else "per_mandate", lang, unit=label("kronor", unit, lang)),
                heading(subject.case, alternative, lang),
            ),
            caption=table.attrs["caption"],
            alt=_alt(kind, table, rows, measure, unit, lang),
        )
    return drawn


def _spans(names: list[str]) -> list[str]:
    """Return what mandate periods are called, on two lines where there are many."""
    return names if len(names) <= _FEW else [name.replace("–", "–\n") for name in names]


def _piles(
    ax: Axes, rows: "pd.DataFrame", totals: "pd.Series[float]", places: Array,
    *, unit: wording.KronorUnit, written: bool, lang: Lang,
) -> None:  # fmt: skip
    """Draw a pile of bars at each place, costs upwards and incomes downwards, with production in a pile beside it."""
    colours = {row_name(id_, lang): colour for id_, colour in actor_colours().items()}
    apart = row_name(PRODUCTION, lang)
    within = [name for name in rows.index if name != apart]
    both = apart in rows.index and bool(within)
    wide = _WIDE - _APART if both else _WIDE
    pile(ax, places - (_APART / 2 if both else 0.0), {n: (rows.loc[n].to_numpy(), colours[n]) for n in within}, wide)
    if apart in rows.index:
        aside = _APART if both else wide
        pile(ax, places + (wide / 2 if both else 0.0), {apart: (rows.loc[apart].to_numpy(), colours[apart])}, aside)
    zero_line(ax)
    ax.set_xlim(places[0] - 0.6, places[-1] + 0.6)
    entries: list[Any] = [key(colours[name], name) for name in [*reversed(within), apart] if name in rows.index]
    if len(rows) > 1:
        (sums,) = ax.plot(places, totals.to_numpy(), **_SUM, label=say("words", "total", lang))
        entries.append(sums)
    if written and len(places) <= _FEW:
        beside = rows.loc[[name for name in rows.index if name == apart]]
        tops = np.max([rows.loc[within].clip(lower=0.0).sum(), beside.clip(lower=0.0).sum(), totals], axis=0)
        _write_totals(ax, tops.clip(min=0.0), totals, places, unit, lang)
    legend(ax, entries)
    room_around(ax, with_text=written)


_SUM: Mapping[str, Any] = {
    "linestyle": "none", "marker": "D", "markersize": 4, "markerfacecolor": "white", "markeredgecolor": "#1d2326",
    "markeredgewidth": 1.0, "zorder": 4,
}  # fmt: skip


def row_name(id_: str, lang: Lang) -> str:
    """Return what an actor that every case knows, or production, is called in a table."""
    from utanforskap.terms import shipped_actors

    return shipped_actors()[id_].title[lang] if id_ in shipped_actors() else label("words", id_, lang)


def pile(ax: Axes, places: Array, rows: Mapping[str, tuple[Array, Colour]], width: float) -> None:
    """Draw rows upon each other: what is above zero upwards from it, what is below downwards."""
    above, below = np.zeros(len(places)), np.zeros(len(places))
    for name, (amounts, colour) in rows.items():
        bottoms = np.where(amounts >= 0.0, above, below)
        ax.bar(places, amounts, width, bottom=bottoms, label=name, **painted(colour))
        above, below = above + np.maximum(amounts, 0.0), below + np.minimum(amounts, 0.0)


def _write_totals(
    ax: Axes, tops: Array, totals: "pd.Series[float]", places: Array, unit: wording.KronorUnit, lang: Lang
) -> None:
    for place, top, total in zip(places, tops, totals, strict=True):
        ax.annotate(
            wording.amount(float(total), unit, lang=lang), (place, top), (0, 6), textcoords="offset points",
            ha="center", va="bottom", fontweight="bold", fontsize=7.5,
        )  # fmt: skip


def _alt(
    kind: str, table: "pd.DataFrame", rows: "pd.DataFrame", measure: str, unit: wording.KronorUnit, lang: Lang
) -> str:
    if rows.empty:
        return say("alt", "nothing", lang, title=say("titles", kind, lang, measure=measure))
    sums = rows.sum(axis=1)
    order = sums.abs().sort_values(ascending=False, kind="stable").index
    return say(
        "alt", kind, lang, measure=measure, first=table.columns[0], last=table.columns[-1],
        parts=", ".join(f"{name} {wording.amount(float(sums[name]), unit, lang=lang)}" for name in order),
        total=wording.amount(float(table.iloc[-1].sum()), unit, lang=lang),
        highest=table.columns[int(table.iloc[-1].abs().to_numpy().argmax())],
    )  # fmt: skip


def who_gains(gain: Comparison, *, ax: Axes | None = None, lang: Lang = "sv", **reading: Any) -> Axes:
    """Draw each actor's share of the programme's cost to the left and its gain before that cost to the right.

    What an actor loses lies to the left too, and what remains is written beside it.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    **reading
        Fields of `Reading`.
    """
    asked = gain.reading(**{"perspective": "society", **reading})
    paid, gained = gains.funders(gain.readable, asked), gains.gainers(gain.readable, asked)
    actors = column_order({*paid, *gained})
    costs = np.array([-paid.get(actor, 0.0) for actor in actors])
    gross = np.array([gained.get(actor, 0.0) for actor in actors])
    unit = wording.suitable_unit([*costs, *gross, *(costs + gross)])
    height = max(HEIGHT, _AROUND + _ROW * len(actors))
    with board(ax, height=height) as drawn:
        if not actors:
            nothing_to_show(drawn, say("words", "nothing", lang))
        else:
            names = [gain.case.actors[actor].title[lang] for actor in actors]
            _diverging(drawn, actors, names, costs, gross, unit, lang)
        frame_in(
            drawn,
            title=say("titles", "who_gains", lang),
            subtitle=under(label("kronor", unit, lang), heading(gain.case, gain.alternative, lang)),
            caption=caption(gain.case, asked, lang),
            alt=_who_alt(gain, actors, costs, gross, unit, lang),
            above=LEGEND_ABOVE,
        )
    return drawn


def _diverging(
    ax: Axes, actors: list[str], names: list[str], costs: Array, gross: Array, unit: wording.KronorUnit, lang: Lang
) -> None:
    places = np.arange(len(actors))
    start = np.where((gross < 0.0) == (costs < 0.0), costs, 0.0)
    ax.barh(places, costs, 0.66, color=mark("paid"), label=say("words", "cost", lang))
    for place, actor, amount, begins in zip(places, actors, gross, start, strict=True):
        ax.barh(place, amount, 0.66, left=begins, **painted(actor_colour(actor)))
    net = costs + gross
    (nets,) = ax.plot(net, places, **_SUM, label=say("words", "net", lang))
    zero_line(ax, upright=True)
    names_along(ax.yaxis, [fitted(name, width=_NAME, size=TICK, lines=2) for name in names])
    ax.set_ylim(len(actors) - 0.5, -0.5)
    kronor_along(ax.xaxis, unit, lang)
    for place, amount in zip(places, net, strict=True):
        ax.annotate(
            wording.amount(float(amount), unit, lang=lang), (1, place), (52, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", va="center", ha="right", fontsize=7.5,
        )  # fmt: skip
    entries = [key(marked("paid"), say("words", "cost", lang)), nets]
    legend_above(ax, entries)
    ax.annotate(
        say("words", "net", lang), (1, 1), (52, 4), xycoords="axes fraction", textcoords="offset points", ha="right",
        fontsize=7.5, fontweight="bold",
    )  # fmt: skip


def _who_alt(
    gain: Comparison, actors: list[str], costs: Array, gross: Array, unit: wording.KronorUnit, lang: Lang
) -> str:
    if not actors:
        return say("alt", "nothing", lang, title=say("titles", "who_gains", lang))

    def told(amounts: Array) -> str:
        return (
            ", ".join(
                f"{gain.case.actors[actor].title[lang]} {wording.amount(abs(float(amount)), unit, lang=lang)}"
                for actor, amount in zip(actors, amounts, strict=True)
                if amount
            )
            or wording.NONE
        )

    return say(
        "alt",
        "who_gains",
        lang,
        paid=told(costs),
        gained=told(np.maximum(gross, 0.0)),
        lost=told(np.minimum(gross, 0.0)),
    )
