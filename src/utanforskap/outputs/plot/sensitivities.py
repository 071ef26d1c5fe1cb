"""Pictures of what moves a result: each estimate from low to high, and one of them through its whole range."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.results import Comparison
from utanforskap.analysis.sensitivity import BreakEven, Swing
from utanforskap.analysis.sensitivity import tornado as swings_of
from utanforskap.analysis.sensitivity.moves import Move, read_moved, sets
from utanforskap.engine.parameters import Array
from utanforskap.inputs.case import Case
from utanforskap.outputs.plot.colours import actor_colour, mark, marked
from utanforskap.outputs.plot.lines import curve, named_at_end
from utanforskap.outputs.plot.names import called, called_within, heading, is_share, told_value, under
from utanforskap.outputs.plot.paper import (
    HEIGHT,
    LEGEND_ABOVE,
    TICK,
    board,
    called_along,
    frame_in,
    key,
    kronor_along,
    legend_above,
    names_along,
    nothing_to_show,
    number_ticks,
    painted,
    percent_ticks,
    zero_line,
)
from utanforskap.outputs.plot.words import say
from utanforskap.terms import Lang, label

_MOST = 12
_ROW = 0.3
_AROUND = 1.6
_NAME = 150.0
_POINTS = 61
_ROUNDING = 1e-9
_ROOM = 0.3
_LIFTED = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}
PERSPECTIVES = ("society", "public", "kommun", "region")


def tornado(
    gain: Comparison,
    *,
    ax: Axes | None = None,
    lang: Lang = "sv",
    perspective: str = "society",
    most: int = _MOST,
    **reading: Any,
) -> Axes:
    """Draw how far the net gain moves with each estimate and setting from low to high, the farthest on top.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    perspective : str
        Whose gain.
    most : int
        At most so many are drawn; the subtitle says of how many, and how many have no stated range.
    **reading
        Further fields of `Reading`.
    """
    asked = gain.reading(**{**reading, "perspective": perspective})
    swings = swings_of(gain.readable, asked)
    farthest = max((swing.swing or 0.0 for swing in swings), default=0.0)
    moving = [swing for swing in swings if (swing.swing or 0.0) > _ROUNDING * farthest]
    shown = moving[:most]
    unit = wording.suitable_unit(end for s in shown for end in (s.at_point, s.at_low or 0.0, s.at_high or 0.0))
    notes = [label("kronor", unit, lang)]
    if len(moving) > len(shown):
        notes.append(say("words", "most_of", lang, count=len(shown), all=len(moving)))
    if without := sum(swing.kind == "no_range" and swing.matters for swing in swings):
        notes.append(say("words", "no_range", lang, count=without))
    with board(ax, height=max(HEIGHT, _AROUND + _ROW * len(shown))) as drawn:
        if shown:
            _swings(drawn, gain.case, shown, unit, lang)
        else:
            nothing_to_show(drawn, say("words", "nothing", lang))
        frame_in(
            drawn,
            title=say("titles", "tornado", lang),
            subtitle=under(", ".join(notes), heading(gain.case, gain.alternative, lang)),
            caption=caption(gain.case, asked, lang),
            alt=_tornado_alt(gain.case, shown, unit, lang),
            above=LEGEND_ABOVE if shown else 0.0,
        )
    return drawn


def _swings(ax: Axes, case: Case, shown: Sequence[Swing], unit: wording.KronorUnit, lang: Lang) -> None:
    point = shown[0].at_point
    for place, swing in enumerate(shown):
        sides = [("lower", swing.at_low, swing.low), ("higher", swing.at_high, swing.high)]
        ends = [(id_, end, said) for id_, end, said in sides if end is not None]
        for id_, end, _ in sorted(ends, key=lambda each: -abs(each[1] - point)):
            ax.barh(place, end - point, 0.68, left=point, **painted(marked(id_)))
        left, right = sorted(ends, key=lambda each: each[1])
        for side, (_, end, said) in (("right", left), ("left", right)):
            ax.annotate(
                told_value(case, swing.name, said, lang), (end, place), (-3 if side == "right" else 3, 0),
                textcoords="offset points", ha=side, va="center", fontsize=6.5, bbox=_LIFTED,
            )  # fmt: skip
    names_along(ax.yaxis, [called_within(case, each.name, lang, width=_NAME, size=TICK) for each in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    low, high = (float(end) for end in ax.dataLim.intervalx)
    room = 0.16 * (high - low)
    ax.set_xlim(low - room, high + room)
    if low - room < 0.0 < high + room:
        zero_line(ax, upright=True)
    ax.axvline(point, color=mark("paid"), linewidth=0.8, linestyle=(0, (4, 2)), zorder=2.5)
    kronor_along(ax.xaxis, unit, lang)
    entries = [key(marked(id_), say("words", word, lang)) for id_, word in (("lower", "at_low"), ("higher", "at_high"))]
    (line,) = ax.plot(
        [], [], color=mark("paid"), linewidth=0.8, linestyle=(0, (4, 2)),
        label=say("words", "as_is", lang, amount=wording.amount(point, unit, lang=lang)),
    )  # fmt: skip
    legend_above(ax, [*entries, line])


def _tornado_alt(case: Case, shown: Sequence[Swing], unit: wording.KronorUnit, lang: Lang) -> str:
    if not shown:
        return say("alt", "nothing", lang, title=say("titles", "tornado", lang))
    parts = []
    for swing in shown:
        ends = [swing.at_low or 0.0, swing.at_high or 0.0]
        told = [wording.amount(end, unit, lang=lang) for end in (min(ends), max(ends))]
        parts.append(say("alt", "swing", lang, name=called(case, swing.name, lang), low=told[0], high=told[1]))
    point = wording.amount(shown[0].at_point, unit, lang=lang)
    return say("alt", "tornado", lang, point=point, parts="; ".join(parts))


def break_even(
    gain: Comparison,
    parameter: str,
    *,
    ax: Axes | None = None,
    lang: Lang = "sv",
    perspectives: Sequence[str] = PERSPECTIVES,
    **reading: Any,
) -> Axes:
    """Draw the net gain through a parameter's range, and where it breaks even.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    parameter : str
        An estimate's name, or the end of it where that is one estimate's only: ``success``.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    perspectives : sequence of str
        Whose gain, a line each.
    **reading
        Further fields of `Reading`.
    """
    found = {each: gain.break_even(parameter, perspective=each, **reading) for each in perspectives}
    answer = next(iter(found.values()))
    at = range_of_interest(gain.case, list(found.values()), count=_POINTS)
    asked = gain.reading(**{**reading, "perspective": next(iter(perspectives))})
    lines = {each: _along(gain, answer.parameter, at, {**reading, "perspective": each}) for each in perspectives}
    unit = wording.suitable_unit(value for line in lines.values() for value in line)
    share = is_share(gain.case, answer.parameter)
    name = called(gain.case, answer.parameter, lang)
    titles = {each: gain.case.perspective(each).title[lang] for each in perspectives}
    with board(ax) as drawn:
        for each, line in lines.items():
            curve(drawn, at, line, actor_colour(each), name=titles[each])
            root = found[each].value
            if root is not None and at[0] <= root <= at[-1]:
                drawn.plot(
                    root,
                    0.0,
                    "o",
                    markersize=6,
                    markerfacecolor="white",
                    markeredgecolor=actor_colour(each).ink,
                    zorder=5,
                )
        zero_line(drawn)
        drawn.axvline(answer.point, color=mark("paid"), linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
        drawn.set_xlim(at[0], at[-1])
        drawn.xaxis.set_major_locator(MaxNLocator(8))
        drawn.xaxis.set_major_formatter(percent_ticks(lang) if share else number_ticks(lang))
        called_along(drawn.xaxis, name)
        kronor_along(drawn.yaxis, unit, lang)
        drawn.annotate(
            say("words", "stated_at", lang, value=told_value(gain.case, answer.parameter, answer.point, lang)),
            (answer.point, 1), (4, -2), xycoords=drawn.get_xaxis_transform(), textcoords="offset points", va="top",
            fontsize=7, color=mark("line"),
        )  # fmt: skip
        told = {
            each: titles[each]
            if (root := found[each].value) is None
            else f"{titles[each]}\n"
            + say("words", "breaks_even", lang, value=told_value(gain.case, answer.parameter, root, lang)).lower()
            for each in perspectives
        }
        named_at_end(drawn, {told[each]: (float(lines[each][-1]), actor_colour(each)) for each in perspectives})
        frame_in(
            drawn,
            title=say("titles", "break_even", lang),
            subtitle=under(label("kronor", unit, lang), heading(gain.case, gain.alternative, lang)),
            caption=without_perspective(caption(gain.case, asked, lang)),
            alt=_break_even_alt(gain.case, name, answer.parameter, at, found, titles, lang),
        )
    return drawn


def without_perspective(told: str) -> str:
    """Return a caption without whose books are read, where several are."""
    measure, _, rest = told.split("; ", 2)
    return f"{measure}; {rest}"


def _along(gain: Comparison, parameter: str, at: Array, fields: dict[str, Any]) -> Array:
    asked = gain.reading(**fields)
    move = Move(parameter, sets(gain.readable, asked, parameter), at, np.zeros(len(at), dtype=np.intp))
    return read_moved(gain.readable, asked, [move])


def range_of_interest(case: Case, found: Sequence[BreakEven], *, count: int) -> Array:
    """Return values of a parameter over its stated range, its point and where it breaks even, and a little more.

    Parameters
    ----------
    case : Case
        The case.
    found : sequence of BreakEven
        Where readings break even in the parameter.
    count : int
        How many values.
    """
    answer = found[0]
    said = case.estimate(answer.parameter)
    values = [answer.point, *[each.value for each in found if each.value is not None]]
    values += [end for end in (said.low, said.high) if end is not None]
    least, most = answer.searched
    room = _ROOM * ((max(values) - min(values)) or abs(answer.point) or 1.0)
    return np.linspace(max(min(values) - room, least), min(max(values) + room, most), count)


def _break_even_alt(
    case: Case, name: str, parameter: str, at: Array, found: dict[str, BreakEven], titles: dict[str, str], lang: Lang
) -> str:
    def told(value: float) -> str:
        return told_value(case, parameter, value, lang)

    parts = [
        say("alt", "never_even", lang, perspective=titles[each])
        if answer.value is None
        else say("alt", "breaks_even", lang, perspective=titles[each], value=told(answer.value))
        for each, answer in found.items()
    ]
    return say(
        "alt",
        "break_even",
        lang,
        parameter=name,
        low=told(float(at[0])),
        high=told(float(at[-1])),
        parts="; ".join(parts),
    )
