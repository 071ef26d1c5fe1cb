"""When the money is back: the cumulative net gain, and how sure it is."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.metrics import Payback
from utanforskap.analysis.results import Comparison
from utanforskap.analysis.uncertainty.repayment import ASKED
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.engine.parameters import Array
from utanforskap.outputs.plot.colours import mark
from utanforskap.outputs.plot.draws import amounts_of
from utanforskap.outputs.plot.names import heading, under
from utanforskap.outputs.plot.paper import (
    LEGEND_ABOVE,
    board,
    frame_in,
    kronor_along,
    legend_above,
    nothing_to_show,
    years_along,
    zero_line,
)
from utanforskap.outputs.plot.words import say
from utanforskap.terms import Lang, Reading, label

_AT_ONCE = 0.05  # years
_LATE = 0.66  # of the years
_BELOW = 0.16  # of the height: two lines of text
_SECOND_LINE = 11.0  # [points]
_LEVELS = (0.05, 0.25, 0.75, 0.95)
_PAYBACK = {False: ASKED.index("payback"), True: ASKED.index("payback_discounted")}


def cumulative(
    gain: Comparison,
    *,
    simulation: Simulation | None = None,
    ax: Axes | None = None,
    lang: Lang = "sv",
    perspective: str = "society",
    discounted: bool = False,
    **reading: Any,
) -> Axes:
    """Draw the net gain year upon year, and mark when the programme's money is back.

    The line starts at zero at the start of the first year and is straight within a year, as `Comparison.payback`
    takes it to be.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    simulation : Simulation, optional
        How sure the line and the payback are, drawn as a fan: of the readings of `cumulative_readings`.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    perspective : str
        Whose books.
    discounted : bool
        Whether each year's gain is at present value.
    **reading
        Further fields of `Reading`.
    """
    fields = {**({} if discounted else {"discount": "none"}), **reading, "perspective": perspective}
    yearly = gain.table(rows="total", columns="year", lang=lang, **fields).iloc[-1]
    answer = gain.payback(discounted=discounted, perspective=perspective, **reading)
    at = np.append(np.asarray(yearly.index, dtype=float), float(yearly.index[-1]) + 1.0)
    summed = np.append(0.0, np.cumsum(yearly.to_numpy()))
    read = cumulative_readings(gain, perspective=perspective, discounted=discounted, **reading)
    fan = None if simulation is None else _quantiles(simulation, read)
    unit = wording.suitable_unit([*summed, *(fan.flat if fan is not None else ())])
    title = say("titles", "cumulative", lang)
    above = 0.0 if simulation is None else LEGEND_ABOVE
    with board(ax) as drawn:
        if not np.any(summed):
            nothing_to_show(drawn, say("words", "nothing", lang))
        else:
            if fan is not None:
                _fan(drawn, at, fan, lang)
            drawn.plot(at, summed, color=mark("line"), zorder=3, label=say("words", "point", lang))
            zero_line(drawn)
            drawn.set_xlim(at[0], at[-1])
            drawn.margins(y=0.1)
            years_along(drawn, at)
            kronor_along(drawn.yaxis, unit, lang)
            if simulation is not None:
                _payback_interval(drawn, simulation, list(read.values())[-1], at, answer, _PAYBACK[discounted], lang)
                entries, names = drawn.get_legend_handles_labels()
                legend_above(drawn, entries)
                above += _SECOND_LINE * any("\n" in name for name in names)
            _mark_end(drawn, at, summed, unit, lang)
            _mark_payback(drawn, answer, at, summed, unit, lang)
        frame_in(
            drawn,
            title=title,
            subtitle=under(label("kronor", unit, lang), heading(gain.case, gain.alternative, lang)),
            caption=caption(gain.case, gain.reading(**fields), lang),
            alt=say(
                "alt", "cumulative", lang, first=yearly.index[0], last=yearly.index[-1],
                lowest=wording.amount(float(summed.min()), unit, lang=lang),
                end=wording.amount(float(summed[-1]), unit, lang=lang), payback=answer.in_words(lang=lang),
            ),
            above=above,
        )  # fmt: skip
    return drawn


def _mark_end(ax: Axes, at: Array, summed: Array, unit: wording.KronorUnit, lang: Lang) -> None:
    ax.plot(at[-1], summed[-1], "o", color=mark("line"), markersize=4, clip_on=False, zorder=4)
    ax.annotate(
        wording.amount(float(summed[-1]), unit, lang=lang), (at[-1], summed[-1]), (7, 0), textcoords="offset points",
        va="center", fontweight="bold", annotation_clip=False,
    )  # fmt: skip


def moment(answer: Payback, at: Array) -> float | None:
    """Return where along the years the money is back; None where it is not.

    Parameters
    ----------
    answer : Payback
        When the money is back, in years from the first with a cost.
    at : array
        The start of each year that is read, and the end of the last.
    """
    return None if answer.years is None else float(at[-1]) - answer.horizon + answer.years


def _mark_payback(ax: Axes, answer: Payback, at: Array, summed: Array, unit: wording.KronorUnit, lang: Lang) -> None:
    told = answer.in_words(lang=lang)
    outlaid = wording.amount(float(summed.min()), unit, lang=lang)
    most = "" if outlaid == wording.amount(0.0, unit, lang=lang) else say("words", "at_most_out", lang, amount=outlaid)
    back = moment(answer, at)
    if back is None:
        text = "\n".join(filter(None, [say("words", "payback", lang, answer=told), most]))
        ax.annotate(text, (0, 1), (4, 0), xycoords="axes fraction", textcoords="offset points", va="top")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + _BELOW * (high - low))
        return
    # To the right of it and below, where the line never is; over it to the left where there is no room.
    late = back > at[0] + _LATE * (at[-1] - at[0])
    said = "paid_back_at_once" if answer.at_once else "paid_back"
    text = "\n".join(filter(None, [say("words", said, lang, time=told), most]))
    ax.plot(back, 0.0, "o", markersize=7, markerfacecolor="white", markeredgecolor=mark("line"), zorder=5)
    ax.annotate(
        text, (back, 0.0), (-8, 6) if late else (8, -6), textcoords="offset points", zorder=6,
        ha="right" if late else "left", va="bottom" if late else "top",
    )  # fmt: skip
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, -_BELOW * (high - low)), high)


def cumulative_readings(
    gain: Comparison, *, perspective: str = "society", discounted: bool = False, **reading: Any
) -> dict[str, Reading]:
    """Return the readings that a simulation is asked for the fan of `cumulative`: the net gain of the first years.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    perspective, discounted, **reading
        As for `cumulative`; the years are the whole horizon's.
    """
    fields = {**({} if discounted else {"discount": "none"}), **reading, "perspective": perspective}
    years = fields.pop("years", None) or gain.case.scenario.horizon.years
    return {f"{count}": gain.reading(**fields, years=count) for count in range(1, years + 1)}


def _quantiles(simulation: Simulation, readings: Mapping[str, Reading]) -> Array:
    """Return percentiles of the cumulative gain at the end of each year [kr, shape (percentile, year)]."""
    found = [amounts_of(simulation, reading)[1] for reading in readings.values()]
    return np.array([each.quantile(_LEVELS)[:, -1, 0] for each in found]).T


def _fan(ax: Axes, at: Array, fan: Array, lang: Lang) -> None:
    """Draw a band between each two percentiles that lie as far from the median, the wider the lighter."""
    with_start = np.concatenate([np.zeros((len(fan), 1)), fan], axis=1)
    for place, shade in enumerate(("outer", "inner")):
        share = wording.percent(_LEVELS[-1 - place] - _LEVELS[place], decimals=0, lang=lang)
        told = say("words", "interval", lang, share=share)
        ax.fill_between(at, with_start[place], with_start[-1 - place], color=mark(shade), linewidth=0, label=told)


def _payback_interval(
    ax: Axes, simulation: Simulation, reading: Reading, at: Array, answer: Payback, place: int, lang: Lang
) -> None:
    """Draw on the zero line when the money is back in the middle 90 per cent of the draws with an own cost."""
    figures = next(
        found.figures
        for question, found in zip(simulation.questions, simulation.found, strict=True)
        if question.reading == reading
    )
    if figures is None or not figures.count[place]:
        return
    low, high = (float(end) for end in figures.quantile((_LEVELS[0], _LEVELS[-1]))[:, place])
    if not np.isfinite(low) or high < _AT_ONCE:
        return
    start = float(at[-1]) - answer.horizon
    share = wording.percent(_LEVELS[-1] - _LEVELS[0], decimals=0, lang=lang)
    told = f"{say('words', 'interval', lang, share=share)}:{_told_ends(low, high, answer.horizon, lang)}"
    ax.plot(
        [start + low, min(start + high, float(at[-1]))],
        [0.0, 0.0],
        color=mark("higher"),
        linewidth=5,
        zorder=4,
        label=told,
        solid_capstyle="butt",
    )


def _told_ends(low: float, high: float, horizon: int, lang: Lang) -> str:
    """Return an interval of times to payback [years, the last infinite where the money is not back].

    On a line of its own where an end is told in words.
    """
    years = label("words", "years", lang)
    first, last = (wording.number(end, decimals=1, lang=lang) for end in (low, high))
    if low >= _AT_ONCE and np.isfinite(high):
        return f" {first}–{last} {years}"
    begins = Payback("time", 0.0, horizon).in_words(lang=lang) if low < _AT_ONCE else f"{first} {years}"
    ends = f"{last} {years}" if np.isfinite(high) else Payback("not_within", None, horizon).in_words(lang=lang)
    return "\n" + say("words", "from_to", lang, low=begins, high=ends)
