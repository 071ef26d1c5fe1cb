"""Pictures of who puts in and who gets back: a fund's money, the leverage of a method, and what it takes to pay."""

import numpy as np
from matplotlib.axes import Axes

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.funders.leverage import HORIZONS
from utanforskap.analysis.funders.thresholds import Threshold, Thresholds
from utanforskap.analysis.results import Comparison, Result
from utanforskap.engine.parameters import Array
from utanforskap.inputs.parts.methods import GRADES, grade_id
from utanforskap.inputs.values.estimates import Share
from utanforskap.inputs.values.units import MONTHS_A_YEAR
from utanforskap.outputs.plot.colours import mark, marked, ramp
from utanforskap.outputs.plot.money import pile
from utanforskap.outputs.plot.names import called, heading, under
from utanforskap.outputs.plot.paper import (
    HEIGHT,
    LEGEND_ABOVE,
    TICK,
    board,
    called_along,
    frame_in,
    key,
    kronor_along,
    legend,
    legend_above,
    lines_across,
    names_along,
    number_ticks,
    painted,
    percent_ticks,
    room_around,
    years_along,
    zero_line,
)
from utanforskap.outputs.plot.words import fitted, say
from utanforskap.terms import Lang, Reading, label

_WIDE = 0.86
_STEP = 120.0  # [points]
_NAME = 130.0  # [points]
_ROW = 0.5  # [inches]
_AROUND = 1.6  # [inches]
_BARS = 0.8
_SMALL = 6.5


def leverage(
    result: Result, method: str, *, horizons: tuple[int, ...] = HORIZONS, ax: Axes | None = None, lang: Lang = "sv"
) -> Axes:
    """Draw the leverage ladder: what society gains for each krona of own money, grade upon grade, by horizon.

    Parameters
    ----------
    result : Result
        The result.
    method : str
        The method's id.
    horizons : tuple of int
        Years from the horizon's first.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    table = result.leverage(method, horizons=horizons, lang=lang)
    rung = label("funders", "leverage", lang)
    years = list(dict.fromkeys(int(row[0]) for row in table.index))
    steps = table[rung].to_numpy(dtype=float).reshape(len(years), len(GRADES))
    names = [label("grades", str(grade), lang) for grade in GRADES]
    colours = ramp(len(years))
    width = _BARS / len(years)
    with board(ax) as drawn:
        for place, (horizon, values) in enumerate(zip(years, steps, strict=True)):
            at = np.arange(len(GRADES)) + (place - (len(years) - 1) / 2) * width
            drawn.bar(at, values, width, label=_years(horizon, lang), **painted(colours[place]))
            for x, value in zip(at, values, strict=True):
                drawn.annotate(
                    wording.number(value, decimals=1, lang=lang), (x, max(value, 0.0)), (0, 3),
                    textcoords="offset points", ha="center", va="bottom", fontsize=_SMALL,
                )  # fmt: skip
        zero_line(drawn)
        room_around(drawn, with_text=True)
        drawn.yaxis.set_major_formatter(number_ticks(lang))
        lines_across(drawn.yaxis)
        names_along(drawn.xaxis, [fitted(name.capitalize(), width=_STEP, size=TICK, lines=2) for name in names])
        legend(drawn, [key(colour, _years(horizon, lang)) for colour, horizon in zip(colours, years, strict=True)])
        whose = str(table.attrs["own_money"])
        frame_in(
            drawn,
            title=say("titles", "leverage", lang, actor=whose),
            subtitle=under(say("words", "per_krona", lang), heading(result.case, None, lang)),
            caption=caption(result.case, _gain(method), lang),
            alt=say("alt", "leverage", lang, actor=whose, parts=_ladder(years, steps, names, lang)),
        )
    return drawn


def _gain(method: str) -> Reading:
    return Reading(measure="net_gain", alternative=grade_id(method, GRADES[-1]))


def _years(horizon: int, lang: Lang) -> str:
    return f"{horizon} {label('words', 'years', lang)}"


def _ladder(years: list[int], steps: Array, names: list[str], lang: Lang) -> str:
    return "; ".join(
        f"{_years(horizon, lang)}: "
        + ", ".join(
            f"{name} {wording.number(value, decimals=1, lang=lang)}" for name, value in zip(names, values, strict=True)
        )
        for horizon, values in zip(years, steps, strict=True)
    )


def fund_flow(
    gain: Comparison, fund: str, *, current_prices: bool = True, ax: Axes | None = None, lang: Lang = "sv"
) -> Axes:
    """Draw what a fund pays out and gets back each year, and where it stands in all.

    Parameters
    ----------
    gain : Comparison
        A comparison with an alternative that carries out the fund's programme.
    fund : str
        The fund's id.
    current_prices : bool
        Whether in each year's own kronor.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    table = gain.fund_cash_flow(fund, current_prices=current_prices, lang=lang)
    out, back, stands = (
        table[label("funders", name, lang)].to_numpy() for name in ("paid_out", "came_back", "accumulated")
    )
    years = np.asarray(table.index, dtype=float)
    unit = wording.suitable_unit([*out, *back, *stands])
    colours = {"paid_out": marked("loss"), "came_back": marked("higher")}
    names = {id_: label("funders", id_, lang) for id_ in (*colours, "accumulated")}
    with board(ax) as drawn:
        rows = {names["paid_out"]: (-out, colours["paid_out"]), names["came_back"]: (back, colours["came_back"])}
        pile(drawn, years, rows, _WIDE)
        (line,) = drawn.plot(years, stands, color=mark("line"), linewidth=1.6, label=names["accumulated"])
        zero_line(drawn)
        drawn.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        room_around(drawn)
        years_along(drawn, years)
        kronor_along(drawn.yaxis, unit, lang)
        legend(drawn, [*(key(colours[id_], names[id_]) for id_ in colours), line])
        frame_in(
            drawn,
            title=say("titles", "fund_flow", lang, fund=table.attrs["title"]),
            subtitle=under(
                say("words", "per_year", lang, unit=label("kronor", unit, lang)),
                heading(gain.case, gain.alternative, lang),
            ),
            caption=f"{years[0]:.0f}–{years[-1]:.0f}; {table.attrs['caption']}",
            alt=say(
                "alt", "fund_flow", lang, first=int(years[0]), last=int(years[-1]),
                out=wording.amount(float(out.sum()), unit, lang=lang),
                back=wording.amount(float(back.sum()), unit, lang=lang),
                stands=wording.amount(float(stands[-1]), unit, lang=lang),
            ),
        )  # fmt: skip
    return drawn


def thresholds(found: Thresholds, *, ax: Axes | None = None, lang: Lang = "sv") -> Axes:
    """Draw what it takes to pay: how much of an estimate each perspective needs, by horizon.

    Where it does not happen, or always does, that is written in the bar's place.

    Parameters
    ----------
    found : Thresholds
        From `Comparison.thresholds`.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    perspectives = list(dict.fromkeys(each.perspective for each in found.found))
    years = list(dict.fromkeys(each.years for each in found.found))
    colours = ramp(len(years))
    width = _BARS / len(years)
    name = called(found.case, found.parameter, lang)
    with board(ax, height=max(HEIGHT, _AROUND + _ROW * len(perspectives))) as drawn:
        for each in found.found:
            place, of = perspectives.index(each.perspective), years.index(each.years)
            at = place + (of - (len(years) - 1) / 2) * width
            reach = _reach(found, each, lang)
            drawn.barh(at, reach, width, **painted(colours[of]))
            drawn.annotate(
                found.told(each, lang), (reach, at), (3, 0), textcoords="offset points", va="center", fontsize=_SMALL
            )
        zero_line(drawn, upright=True)
        titles = [found.case.perspective(id_).title[lang] for id_ in perspectives]
        names_along(drawn.yaxis, [fitted(title, width=_NAME, size=TICK, lines=2) for title in titles])
        drawn.set_ylim(len(perspectives) - 0.5, -0.5)
        longest = float(drawn.dataLim.x1)
        drawn.set_xlim(0.0, 1.2 * longest if longest > 0.0 else 1.0)
        share = isinstance(found.case.estimates[found.parameter], Share)
        drawn.xaxis.set_major_formatter(percent_ticks(lang) if share else number_ticks(lang))
        lines_across(drawn.xaxis)
        called_along(drawn.xaxis, f"{name} ({label('words', 'months', lang)})" if found.in_months else name)
        legend_above(
            drawn, [key(colour, _years(horizon, lang)) for colour, horizon in zip(colours, years, strict=True)]
        )
        frame_in(
            drawn,
            title=say("titles", "thresholds", lang),
            subtitle=under(name, heading(found.case, found.reading.alternative, lang)),
            caption=found.caption(lang),
            alt=say("alt", "thresholds", lang, parameter=name, parts=_told(found, perspectives, titles, lang)),
            above=LEGEND_ABOVE,
        )
    return drawn


def _reach(found: Thresholds, each: Threshold, lang: Lang) -> float:
    if each.answer.value is None or found.told(each, lang) == label("funders", "always", lang):
        return 0.0
    return each.answer.value * (MONTHS_A_YEAR if found.in_months else 1.0)


def _told(found: Thresholds, perspectives: list[str], titles: list[str], lang: Lang) -> str:
    return "; ".join(
        f"{title}: "
        + ", ".join(
            f"{_years(each.years, lang)} {found.told(each, lang)}" for each in found.found if each.perspective == id_
        )
        for id_, title in zip(perspectives, titles, strict=True)
    )
