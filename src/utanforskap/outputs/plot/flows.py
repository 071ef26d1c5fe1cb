"""From those who pay to those who gain: bands as wide as what each funder's share of the cost gives each gainer."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from utanforskap.analysis import gains, wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.results import Comparison
from utanforskap.outputs.plot.colours import actor_colour, mark
from utanforskap.outputs.plot.names import heading, under
from utanforskap.outputs.plot.paper import HEIGHT, board, frame_in, nothing_to_show, painted
from utanforskap.outputs.plot.words import fitted, say
from utanforskap.terms import Lang, column_order, label

_NODE = 0.03  # of the width, as much as a node is wide
_GAP = 0.016  # of the height, between nodes
_LEAST = 0.055  # of the height, what a node with its text needs
_BEND = 0.45
_TYPE, _NAME = 7.5, 108.0  # [points]
_BESIDE = 0.36  # of the width of the bands: the room for names on each side


def flow(gain: Comparison, *, ax: Axes | None = None, lang: Lang = "sv", **reading: Any) -> Axes:
    """Draw bands from those who pay the programme to those who gain by it.

    To the left each funder, as high as its share of the cost; to the right each gainer, as high as its gain before
    programme cost; a band is the gainer's gain times the funder's share, as in `Comparison.matrix`: an allocation. What
    actors lose stands below, hatched, on the same scale.

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
    asked = gain.reading(**{**reading, "perspective": "society", "measure": "gross_gain"})
    paid, gained = gains.funders(gain.readable, asked), gains.gainers(gain.readable, asked)
    unit = wording.suitable_unit([*paid.values(), *gained.values()])
    cost = sum(paid.values())
    titles = {actor: gain.case.actors[actor].title[lang] for actor in {*paid, *gained}}
    with board(ax, height=HEIGHT + 0.6) as drawn:
        drawn.set_xlim(-_BESIDE, 1.0 + _BESIDE)
        drawn.set_ylim(1.0, 0.0)
        if cost <= 0.0 or not gained:
            nothing_to_show(drawn, say("words", "nobody_pays" if gained else "nothing", lang))
        else:
            drawn.set_xticks([])
            drawn.set_yticks([])
            shares = {actor: paid[actor] / cost for actor in column_order(paid) if paid[actor] > 0.0}
            _draw(drawn, shares, paid, {actor: gained[actor] for actor in column_order(gained)}, titles, unit, lang)
        frame_in(
            drawn,
            title=say("titles", "flow", lang),
            subtitle=under(label("kronor", unit, lang), heading(gain.case, gain.alternative, lang)),
            caption=f"{caption(gain.case, asked, lang)}; {label('words', 'allocation', lang)}",
            alt=_alt(paid, gained, titles, unit, lang),
        )
    return drawn


def _draw(
    ax: Axes, shares: Mapping[str, float], paid: Mapping[str, float], gained: Mapping[str, float],
    titles: Mapping[str, str], unit: wording.KronorUnit, lang: Lang,
) -> None:  # fmt: skip
    gaining = {actor: amount for actor, amount in gained.items() if amount > 0.0}
    losing = {actor: -amount for actor, amount in gained.items() if amount < 0.0}
    amounts = [*gaining.values(), *losing.values()]
    # So that the smallest nodes have room for their text, every node is given it before the rest is shared out.
    rooms = _GAP + _LEAST
    head = 0.07
    scale = (1.0 - head - (rooms + (_GAP if losing else 0.0)) * len(amounts) - (head if losing else 0.0)) / sum(amounts)
    tops: dict[str, float] = {}
    at = head
    for actor, amount in gaining.items():
        tops[actor] = at + _LEAST / 2
        at += scale * amount + rooms
    total = scale * sum(gaining.values())
    spare = (at - head - total) / max(len(shares), 1)
    starts: dict[str, float] = {}
    left = head
    for funder, share in shares.items():
        starts[funder] = left + spare / 2
        left += share * total + spare
    _heads(ax, head, at, losing=bool(losing), lang=lang)
    for funder, share in shares.items():
        ax.add_patch(Rectangle((0.0, starts[funder]), _NODE, share * total, **painted(actor_colour(funder))))
        told = f"{wording.amount(paid[funder], unit, lang=lang)} ({wording.percent(share, decimals=0, lang=lang)})"
        _name(ax, 0.0, starts[funder] + share * total / 2, titles[funder], told, "right")
    under = dict(starts)
    above = dict(tops)
    for actor, amount in gaining.items():
        for funder, share in shares.items():
            wide = share * scale * amount
            _band(ax, under[funder], above[actor], wide, actor_colour(funder).fill)
            under[funder] += wide
            above[actor] += wide
        ax.add_patch(Rectangle((1.0 - _NODE, tops[actor]), _NODE, scale * amount, **painted(actor_colour(actor))))
        told = wording.amount(amount, unit, lang=lang)
        _name(ax, 1.0, tops[actor] + scale * amount / 2, titles[actor], told, "left")
    at += head
    for actor, amount in losing.items():
        top = at + _LEAST / 2
        box = Rectangle(
            (1.0 - _NODE, top), _NODE, scale * amount, facecolor="white", edgecolor=mark("loss"), hatch="xxx"
        )
        ax.add_patch(box)
        told = wording.amount(-amount, unit, lang=lang)
        _name(ax, 1.0, top + scale * amount / 2, titles[actor], told, "left")
        at += scale * amount + rooms + _GAP


def _heads(ax: Axes, head: float, below: float, *, losing: bool, lang: Lang) -> None:
    for x, y, id_, side in (
        (0.0, head, "pay", "left"),
        (1.0, head, "gains", "right"),
        (1.0, below + head, "loses", "right"),
    ):
        if id_ != "loses" or losing:
            ax.text(x, y - 0.03, say("words", id_, lang), ha=side, va="bottom", fontweight="bold")


def _name(ax: Axes, x: float, y: float, name: str, told: str, side: str) -> None:
    text = f"{fitted(name, width=_NAME, size=_TYPE, lines=1)}\n{told}"
    beside = (-6 if side == "right" else 6, 0)
    ax.annotate(text, (x, y), beside, textcoords="offset points", ha=side, va="center", fontsize=_TYPE)


def _band(ax: Axes, left: float, right: float, wide: float, colour: str) -> None:
    begins, ends = _NODE, 1.0 - _NODE
    bend = _BEND * (ends - begins)
    corners: Sequence[tuple[float, float]] = (
        (begins, left), (begins + bend, left), (ends - bend, right), (ends, right),
        (ends, right + wide), (ends - bend, right + wide), (begins + bend, left + wide), (begins, left + wide),
        (begins, left),
    )  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    ax.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=0.35, edgecolor="white", linewidth=0.3))


def _alt(
    paid: Mapping[str, float],
    gained: Mapping[str, float],
    titles: Mapping[str, str],
    unit: wording.KronorUnit,
    lang: Lang,
) -> str:
    def told(amounts: Mapping[str, float]) -> str:
        order = column_order(amounts)
        return (
            ", ".join(f"{titles[a]} {wording.amount(abs(amounts[a]), unit, lang=lang)}" for a in order) or wording.NONE
        )

    return say(
        "alt", "flow", lang, paid=told(paid),
        gained=told({actor: amount for actor, amount in gained.items() if amount > 0.0}),
        lost=told({actor: amount for actor, amount in gained.items() if amount < 0.0}),
    )  # fmt: skip
