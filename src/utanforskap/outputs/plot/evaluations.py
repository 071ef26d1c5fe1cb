"""Pictures of evaluations: what one was worth to each actor, and several side by side. What is hidden is not drawn."""

from itertools import pairwise

from matplotlib.axes import Axes

from utanforskap.analysis import wording
from utanforskap.analysis.followup.accounts import TOP
from utanforskap.analysis.followup.evaluation import Evaluation
from utanforskap.errors import QuestionError
from utanforskap.outputs.evaluation.bank import Bank
from utanforskap.outputs.evaluation.tables import unit_of
from utanforskap.outputs.evaluation.words import account, say, terms_of, word
from utanforskap.outputs.plot.colours import actor_colour
from utanforskap.outputs.plot.paper import (
    HEIGHT,
    TICK,
    board,
    called_along,
    frame_in,
    key,
    kronor_along,
    legend,
    names_along,
    nothing_to_show,
    painted,
    percent_ticks,
    zero_line,
)
from utanforskap.outputs.plot.words import fitted
from utanforskap.terms import Lang, label

_SMALL, _NAME, _AROUND, _ROW = 0.5, 120.0, 1.5, 0.34
_PALE = 0.45
"""How faint what is projected is drawn."""


def evaluation(found: Evaluation, *, ax: Axes | None = None, lang: Lang = "sv") -> Axes:
    """Draw what an evaluated measure was worth to each actor: observed full, projected faint beyond it.

    Parameters
    ----------
    found : Evaluation
        The evaluation.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    amounts = {
        name: (amount.observed, amount.projected)
        for name, amount in found.everyone.amounts.items()
        if name.startswith(TOP) and amount.observed is not None and amount.projected is not None
    }
    shown = {name: (a, b) for name, (a, b) in amounts.items() if max(abs(a), abs(b)) > _SMALL}
    unit, terms = unit_of(found), say("levels", lang, terms=terms_of(found, lang))
    with board(ax, height=max(HEIGHT, _AROUND + _ROW * len(shown))) as drawn:
        if not shown:
            nothing_to_show(drawn, say("hidden", lang))
        for place, (name, (observed, projected)) in enumerate(shown.items()):
            colour = painted(actor_colour(name.removeprefix(TOP)))
            begins = observed if observed * projected > 0.0 else 0.0
            drawn.barh(place, observed, 0.66, **colour)
            drawn.barh(place, projected, 0.66, left=begins, alpha=_PALE, **colour)
        if shown:
            zero_line(drawn, upright=True)
            names = [account(found.case, name, lang) for name in shown]
            names_along(drawn.yaxis, [fitted(name, width=_NAME, size=TICK, lines=2) for name in names])
            drawn.set_ylim(len(shown) - 0.5, -0.5)
            kronor_along(drawn.xaxis, unit, lang)
        parts = ", ".join(
            f"{account(found.case, name, lang)} {wording.amount(sum(both), unit, lang=lang)}"
            for name, both in shown.items()
        )
        observed_word, projected_word = (word("columns", part, lang).lower() for part in ("observed", "projected"))
        title = say("by_actor", lang)
        frame_in(
            drawn,
            title=title,
            subtitle=f"{found.title[lang]}; {label('kronor', unit, lang)}; {observed_word} + {projected_word}",
            caption=f"{terms} {found.design_title(lang=lang)}.",
            alt=f"{title}: {parts}.",
        )
    return drawn


def overlap(found: Evaluation, *, ax: Axes | None = None, lang: Lang = "sv") -> Axes:
    """Draw how likely those of each group were to take part: participants upwards, the comparison group downwards.

    A bar is as high as the share of the group that is there, for each hundredth of probability. Where only one of the
    groups has bars, it is compared with nobody like it.

    Parameters
    ----------
    found : Evaluation
        The evaluation.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.

    Raises
    ------
    QuestionError
        If its design compares by no probability of taking part, or none may be shown.
    """
    if not found.overlap:
        raise QuestionError(
            "This evaluation has no overlap to draw: its design does not compare by how likely persons were to take "
            "part, or the groups are too small to be shown."
        )
    edges = [found.overlap[0].low, *(each.high for each in found.overlap)]
    widths = [high - low for low, high in pairwise(edges)]
    sides = {
        "treated": ([each.treated for each in found.overlap], 1.0, actor_colour("staten")),
        "comparison": ([each.comparison for each in found.overlap], -1.0, actor_colour("kommun")),
    }
    names = {side: word("columns", side, lang) for side in sides}
    with board(ax) as drawn:
        for counts, sign, colour in sides.values():
            heights = [sign * count / sum(counts) / width / 100 for count, width in zip(counts, widths, strict=True)]
            drawn.bar(edges[:-1], heights, widths, align="edge", **painted(colour))
        zero_line(drawn)
        drawn.xaxis.set_major_formatter(percent_ticks(lang))
        drawn.yaxis.set_major_formatter(lambda value, _: wording.percent(abs(value), lang=lang))
        called_along(drawn.xaxis, word("columns", "propensity", lang))
        legend(drawn, [key(colour, names[side]) for side, (_, _, colour) in sides.items()])
        told = "; ".join(
            f"{wording.percent(each.low, lang=lang)}–{wording.percent(each.high, lang=lang)}: "
            f"{wording.number(each.treated, lang=lang)}, {wording.number(each.comparison, lang=lang)}"
            for each in found.overlap
        )
        title = word("titles", "overlap", lang)
        frame_in(
            drawn,
            title=title,
            subtitle=f"{found.title[lang]}; {say('overlap', lang)}",
            caption=f"{found.design_title(lang=lang)}.",
            alt=f"{title} ({names['treated']}, {names['comparison']}): {told}.",
        )
    return drawn


def bank(of: Bank, *, ax: Axes | None = None, lang: Lang = "sv") -> Axes:
    """Draw each evaluation's gain per participant, with its interval and its evidence level.

    Parameters
    ----------
    of : Bank
        The evaluations.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    records = [one for one in of.records() if one["key_figures"]["net"] is not None]
    figures = [one["key_figures"] for one in records]
    unit = wording.suitable_unit(figure["net"] for figure in figures)
    names = [f"{one['title'][lang]} ({label('evidence', one['evidence'], lang)})" for one in records]
    with board(ax, height=max(HEIGHT, _AROUND + 2 * _ROW * len(records))) as drawn:
        if not records:
            nothing_to_show(drawn, say("empty", lang))
        else:
            colour = painted(actor_colour("kommun"))
            for place, figure in enumerate(figures):
                drawn.barh(place, figure["net"], 0.5, **colour)
                if figure["low"] is not None:
                    drawn.plot([figure["low"], figure["high"]], [place, place], color="#1d2326", linewidth=1.2)
            zero_line(drawn, upright=True)
            names_along(drawn.yaxis, [fitted(name, width=_NAME, size=TICK, lines=4) for name in names])
            drawn.set_ylim(len(records) - 0.5, -0.5)
            kronor_along(drawn.xaxis, unit, lang)
        told = ", ".join(
            f"{name} {wording.amount(figure['net'], unit, lang=lang)}"
            for name, figure in zip(names, figures, strict=True)
        )
        title = say("net_each", lang)
        frame_in(
            drawn,
            title=title,
            subtitle=f"{label('kronor', unit, lang)}; {word('columns', 'interval', lang)}",
            caption=say("per_participant", lang),
            alt=f"{title}: {told}.",
        )
    return drawn
