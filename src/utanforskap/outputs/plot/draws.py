"""Pictures of what is uncertain: how a gain is distributed, how often it is one, and what was drawn of an estimate."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.uncertainty.acceptance import AcceptabilityCurves
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Summary
from utanforskap.engine.uncertain import uncertain
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.values.distributions import Distribution
from utanforskap.outputs.plot.colours import Colour, actor_colour, mark, marked, ramp
from utanforskap.outputs.plot.lines import curve
from utanforskap.outputs.plot.names import called, heading, is_share, told_value, under
from utanforskap.outputs.plot.paper import (
    board,
    called_along,
    frame_in,
    key,
    kronor_along,
    legend,
    lines_across,
    number_ticks,
    painted,
    percent_ticks,
    zero_line,
)
from utanforskap.outputs.plot.sensitivities import without_perspective
from utanforskap.outputs.plot.words import say
from utanforskap.terms import Lang, Reading, label

_BARS = 40
_HARDLY = 0.01
_LEVELS = (0.05, 0.5, 0.95)
_ENDS = (0.001, 0.999)
_FINE = 200
_ABOVE = 32.0


def distribution(
    simulation: Simulation, reading: str | Reading | None = None, *, ax: Axes | None = None, lang: Lang = "sv"
) -> Axes:
    """Draw how a reading is distributed over the draws, and in what share of them it is a gain.

    The bars at the ends hold the thousandth of the draws beyond them.

    Parameters
    ----------
    simulation : Simulation
        From `simulate`.
    reading : str or Reading, optional
        A reading of it; the first unless stated.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    asked, amounts = amounts_of(simulation, reading)
    edges, shares = _bars(amounts)
    low, median, high = (float(end) for end in amounts.quantile(_LEVELS)[:, -1, 0])
    positive = float(amounts.probability_positive[-1, 0])
    unit = wording.suitable_unit([low, median, high])
    share = _told_share(positive, lang)
    count = wording.number(simulation.n, lang=lang)
    with board(ax) as drawn:
        _coloured_bars(drawn, edges, shares)
        zero_line(drawn)
        zero_line(drawn, upright=True)
        drawn.set_ylim(0.0, 1.05 * float(shares.max()))
        drawn.yaxis.set_major_formatter(percent_ticks(lang))
        drawn.yaxis.set_major_locator(MaxNLocator(4))
        lines_across(drawn.yaxis)
        drawn.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
        kronor_along(drawn.xaxis, unit, lang)
        drawn.grid(False, axis="x")
        called_along(drawn.xaxis, label("kronor", unit, lang))
        _interval_above(drawn, low, median, high, unit, lang)
        entries = [key(marked("loss"), say("words", "loss_side", lang) + f" {_told_share(1.0 - positive, lang)}")]
        entries.append(key(marked("inner"), say("words", "gain_side", lang) + f" {share}"))
        legend(drawn, entries)
        frame_in(
            drawn,
            title=say("titles", "distribution", lang),
            subtitle=under(say("words", "share_of_draws", lang), heading(simulation.case, asked.alternative, lang)),
            caption=f"{caption(simulation.case, asked, lang)}; {say('words', 'draws', lang, count=count)}",
            alt=say(
                "alt", "distribution", lang, count=count, share=share,
                median=wording.amount(median, unit, lang=lang),
                low=wording.amount(low, unit, lang=lang), high=wording.amount(high, unit, lang=lang),
            ),
            above=_ABOVE,
        )  # fmt: skip
    return drawn


def amounts_of(simulation: Simulation, reading: str | Reading | None) -> tuple[Reading, Summary]:
    """Return a reading of a simulation, and what its draws amount to [kr, shape (column, span)], the total last.

    Raises
    ------
    UnknownNameError
        If the simulation did not read it.
    """
    for question, found in zip(simulation.questions, simulation.found, strict=True):
        if reading is None or reading in (question.name, question.reading):
            return question.reading, found.amounts
    raise UnknownNameError(what="a reading of this simulation", given=str(reading), known=list(simulation.readings))


def _told_share(share: float, lang: Lang) -> str:
    """Return a share in percent, with a decimal where it is hardly nothing or hardly all."""
    return wording.percent(share, decimals=int(0.0 < min(share, 1.0 - share) < _HARDLY), lang=lang)


def _bars(amounts: Summary) -> tuple[Array, Array]:
    """Return the edges of bars over most draws, zero one of them, and the share of draws in each."""
    low, high = (float(end) for end in amounts.quantile(_ENDS)[:, -1, 0])
    if low == high:
        low, high = low - 0.5 * max(abs(low), 1.0), high + 0.5 * max(abs(high), 1.0)
    width = (high - low) / _BARS
    edges = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1)
    origin, step = float(amounts.bins.origin[-1, 0]), float(amounts.bins.width[-1, 0])
    counts = amounts.histogram[-1, 0].astype(float)
    inner = np.append(0.0, np.cumsum(counts[:-1])) / counts.sum()
    at = np.concatenate([[origin - step], origin + step * np.arange(counts.size - 1)])
    below = np.interp(edges, at, inner)
    below[0], below[-1] = 0.0, 1.0
    zero = np.flatnonzero(np.abs(edges) < width / 2)
    if zero.size:
        below[zero[0]] = 1.0 - float(amounts.probability_positive[-1, 0])
        below = np.maximum.accumulate(below)
    return edges, np.diff(below)


def _coloured_bars(ax: Axes, edges: Array, shares: Array) -> None:
    middles, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    for gains, id_ in ((False, "loss"), (True, "inner")):
        here = (middles > 0.0) == gains
        ax.bar(middles[here], shares[here], widths[here], **painted(marked(id_)))
    ax.set_xlim(edges[0], edges[-1])


def _interval_above(ax: Axes, low: float, median: float, high: float, unit: wording.KronorUnit, lang: Lang) -> None:
    """Draw the middle 90 per cent of the draws, and the median, on a line over the bars."""
    over = ax.get_xaxis_transform()
    ax.plot([low, high], [1.04, 1.04], transform=over, color=mark("line"), linewidth=1.4, clip_on=False)
    ax.plot(median, 1.04, "o", transform=over, color=mark("line"), markersize=4.5, clip_on=False)
    share = wording.percent(_LEVELS[2] - _LEVELS[0], decimals=0, lang=lang)
    middle = f"{say('words', 'median', lang)} {wording.amount(median, unit, lang=lang)}"
    told = f"{middle}; {say('words', 'interval', lang, share=share)}: "
    told += f"{wording.amount(low, unit, lang=lang)} – {wording.amount(high, unit, lang=lang)}"
    ax.annotate(
        told, (0, 1.04), (0, 7), xycoords="axes fraction", textcoords="offset points", va="bottom", fontsize=7.5
    )


def drawn(simulation: Simulation, parameter: str, *, ax: Axes | None = None, lang: Lang = "sv") -> Axes:
    """Draw what was drawn of an estimate against what was stated: a histogram, its low, median and high, its density.

    Parameters
    ----------
    simulation : Simulation
        From `simulate`.
    parameter : str
        An estimate's name, or the end of it where that is one estimate's only.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.

    Raises
    ------
    UnknownNameError
        If it is not drawn.
    """
    case = simulation.case
    name = parameter if parameter in simulation.sampler.names else case.full_name(parameter)
    values = simulation.drawn(name)[name]
    stated = _distribution(case, name)
    low, high = (float(end) for end in np.quantile(values, _ENDS))
    edges = np.linspace(low, high, _BARS + 1) if high > low else np.array([low - 0.5, low + 0.5])
    shares = np.histogram(values, edges)[0] / values.size
    title = called(case, name, lang)
    count = wording.number(values.size, lang=lang)
    with board(ax) as picture:
        middles = (edges[:-1] + edges[1:]) / 2
        picture.bar(middles, shares, np.diff(edges), **painted(marked("outer")))
        fine = np.linspace(edges[0], edges[-1], _FINE)
        density = np.diff(stated.cdf(fine)) / np.diff(fine) * (edges[1] - edges[0])
        (line,) = picture.plot(
            (fine[:-1] + fine[1:]) / 2, density, color=mark("line"), label=say("words", "density", lang)
        )
        ends = {id_: _end(case, name, id_) for id_ in ("low", "value", "high")}
        for end in filter(None, ends.values()):
            picture.axvline(end, color=mark("loss"), linewidth=1.2, linestyle=(0, (4, 2)))
        picture.set_ylim(0.0, 1.12 * float(max(shares.max(), density.max())))
        picture.set_xlim(edges[0], edges[-1])
        zero_line(picture)
        picture.yaxis.set_major_locator(MaxNLocator(4))
        picture.yaxis.set_major_formatter(percent_ticks(lang))
        lines_across(picture.yaxis)
        picture.xaxis.set_major_locator(MaxNLocator(7))
        picture.xaxis.set_major_formatter(percent_ticks(lang) if is_share(case, name) else number_ticks(lang))
        (ends_line,) = picture.plot(
            [], [], color=mark("loss"), linewidth=1.2, linestyle=(0, (4, 2)), label=say("words", "stated", lang)
        )
        unit = _unit(case, name)
        called_along(picture.xaxis, title if not unit or unit in title else f"{title} ({unit})")
        legend(picture, [key(marked("outer"), say("words", "drawn", lang)), line, ends_line])
        told = [told_value(case, name, end, lang) for end in ends.values()]
        found = [told_value(case, name, float(end), lang) for end in np.quantile(values, _LEVELS)]
        frame_in(
            picture,
            title=say("titles", "drawn", lang),
            subtitle=under(say("words", "share_of_draws", lang), heading(case, None, lang)),
            caption=f"{name}; {say('words', 'draws', lang, count=count)}",
            alt=say(
                "alt", "drawn", lang, count=count, parameter=title, stated=", ".join(told), low=found[0],
                median=found[1], high=found[2],
            ),
        )  # fmt: skip
    return picture


def _distribution(case: Case, name: str) -> Distribution:
    found = uncertain(case)
    if name in found.single:
        return found.single[name]
    return next(row.marginal(name) for row in found.rows if name in row.names)


def _said(case: Case, name: str) -> Any:
    if name in case.estimates:
        return case.estimates[name]
    _, alternative, _, rest = name.split(".", 3)
    return case.scenario.alternatives[alternative].set[rest]


def _end(case: Case, name: str, id_: str) -> float | None:
    return getattr(_said(case, name), id_, None)


def _unit(case: Case, name: str) -> str:
    return str(getattr(_said(case, name), "unit", None) or "")


def acceptability(
    curves: AcceptabilityCurves | Sequence[AcceptabilityCurves], *, ax: Axes | None = None, lang: Lang = "sv"
) -> Axes:
    """Draw how often each choice is best; of several perspectives, how often doing something is, by perspective.

    Parameters
    ----------
    curves : AcceptabilityCurves, or a sequence of them
        From `Result.acceptability`; several are of one parameter or outcome, at the same points.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    several = [curves] if isinstance(curves, AcceptabilityCurves) else list(curves)
    first = several[0]
    case = first.case
    asked = next(iter(first.readings.values()))
    lines = _by_perspective(several, lang) if len(several) > 1 else _by_choice(first, lang)
    at = first.curves.thresholds
    name = called(case, first.over, lang) if first.over in case.estimates else first.over
    told = without_perspective(caption(case, asked, lang)) if len(several) > 1 else caption(case, asked, lang)
    count = wording.number(first.draws, lang=lang)
    with board(ax) as picture:
        entries = [
            curve(picture, at, shares, colour, name=each, nth=place)
            for place, (each, (shares, colour)) in enumerate(lines.items())
        ]
        legend(picture, entries)
        called_along(picture.xaxis, name)
        picture.set_ylim(-0.03, 1.03)
        picture.set_xlim(at[0], at[-1])
        zero_line(picture)
        picture.yaxis.set_major_locator(MaxNLocator(5))
        picture.yaxis.set_major_formatter(percent_ticks(lang))
        lines_across(picture.yaxis)
        picture.xaxis.set_major_locator(MaxNLocator(7))
        picture.xaxis.set_major_formatter(percent_ticks(lang) if is_share(case, first.over) else number_ticks(lang))
        frame_in(
            picture,
            title=say("titles", "acceptability", lang),
            subtitle=heading(case, asked.alternative if len(first.readings) == 1 else None, lang),
            caption=f"{told}; {say('words', 'draws', lang, count=count)}",
            alt=say("alt", "acceptability", lang, parameter=name, parts=_ends(case, first.over, at, lines, lang)),
        )
    return picture


_Lines = Mapping[str, tuple[Array, Colour]]


def _by_perspective(several: Sequence[AcceptabilityCurves], lang: Lang) -> _Lines:
    told: dict[str, tuple[Array, Colour]] = {}
    for each in several:
        id_ = next(iter(each.readings.values())).perspective
        told[each.case.perspective(id_).title[lang]] = (1.0 - each.curves.shares[:, 0], actor_colour(id_))
    return told


def _by_choice(found: AcceptabilityCurves, lang: Lang) -> _Lines:
    names = list(found.table(lang=lang).columns)
    colours = ramp(len(names) + 1)[: len(names)]
    return {name: (found.curves.shares[:, place], colours[place]) for place, name in enumerate(names)}


def _ends(case: Case, over: str, at: Array, lines: _Lines, lang: Lang) -> str:
    first, last = (told_value(case, over, float(end), lang) for end in (at[0], at[-1]))
    return "; ".join(
        say(
            "alt", "from_to", lang, name=name, first=first, last=last,
            begin=wording.percent(float(shares[0]), decimals=0, lang=lang),
            end=wording.percent(float(shares[-1]), decimals=0, lang=lang),
        )
        for name, (shares, _) in lines.items()
    )  # fmt: skip
