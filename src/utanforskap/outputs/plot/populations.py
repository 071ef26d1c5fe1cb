"""Pictures of a population: how many come and leave, and mop against tap."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from utanforskap.analysis import wording
from utanforskap.analysis.population import MopOrTap, Population
from utanforskap.errors import UnknownNameError
from utanforskap.outputs.plot.colours import Colour, marked
from utanforskap.outputs.plot.lines import curve, named_at_end
from utanforskap.outputs.plot.money import pile
from utanforskap.outputs.plot.names import heading, under
from utanforskap.outputs.plot.paper import (
    board,
    frame_in,
    key,
    kronor_along,
    legend,
    lines_across,
    number_ticks,
    room_around,
    years_along,
    zero_line,
)
from utanforskap.outputs.plot.words import say
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

_WIDE = 0.86
_LINES = ("lower", "higher")


def stock_and_flow(
    population: Population, state: str, *, alternative: str | None = None, ax: Axes | None = None, lang: Lang = "sv"
) -> Axes:
    """Draw how many come to a state and leave it each year, with the stock that is left at the first and last.

    Parameters
    ----------
    population : Population
        From `Result.population`.
    state : str
        The state's id.
    alternative : str, optional
        Whose programmes are carried out; none unless stated.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.

    Raises
    ------
    UnknownNameError
        If nobody is in such a state in any year.
    """
    case = population.readable.case
    moved = _of_state(population, state, alternative, lang)
    came, left, stock = (moved.loc[label("columns", name, lang)].to_numpy() for name in ("inflow", "outflow", "stock"))
    years = np.asarray(moved.columns, dtype=float)
    first, last = int(years[0]), int(years[-1])
    colours = {"came": marked("higher"), "left": marked("loss")}
    called = {id_: say("words", id_, lang) for id_ in colours}
    with board(ax) as drawn:
        rows = {called["came"]: (came, colours["came"]), called["left"]: (-left, colours["left"])}
        pile(drawn, years, rows, _WIDE)
        zero_line(drawn)
        drawn.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        room_around(drawn, with_text=True)
        years_along(drawn, years)
        drawn.yaxis.set_major_formatter(number_ticks(lang))
        lines_across(drawn.yaxis)
        for year, there, ha, at in ((first, stock[0], "left", 0.0), (last, stock[-1], "right", 1.0)):
            told = say("words", "stock_then", lang, year=year, persons=_count(there, lang))
            drawn.annotate(
                told, (at, 1.0), (4.0 - 8.0 * at, -2.0), xycoords="axes fraction", textcoords="offset points", ha=ha,
                va="top", fontweight="bold",
            )  # fmt: skip
        legend(drawn, [key(colour, called[id_]) for id_, colour in colours.items()])
        title = say("titles", "stock_and_flow", lang, state=str(getattr(case.scenario.states[state].title, lang)))
        frame_in(
            drawn,
            title=title,
            subtitle=under(say("words", "persons_a_year", lang), heading(case, alternative, lang)),
            caption=f"{moved.attrs['caption']}; {first}–{last}",
            alt=say(
                "alt", "stock_and_flow", lang, first=first, last=last,
                came_first=_count(came[0], lang), left_first=_count(left[0], lang),
                came_last=_count(came[-1], lang), left_last=_count(left[-1], lang),
                stock_first=_count(stock[0], lang), stock_last=_count(stock[-1], lang),
            ),
        )  # fmt: skip
    return drawn


def mop_or_tap(compared: MopOrTap, *, ax: Axes | None = None, lang: Lang = "sv") -> Axes:
    """Draw what the same money gains, added up year by year, when it is spent on the mop and on the tap.

    Parameters
    ----------
    compared : MopOrTap
        From `Population.mop_or_tap`.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    by_year = compared.by_year(lang=lang)
    years, gained = np.asarray(by_year.index, dtype=float), by_year.to_numpy()
    unit = wording.suitable_unit(gained.flat)
    with board(ax) as drawn:
        ends: dict[str, tuple[float, Colour]] = {}
        for place, (name, mark_) in enumerate(zip(by_year.columns, _LINES, strict=True)):
            values = gained[:, place]
            curve(drawn, years, values, marked(mark_), name=str(name), nth=place)
            ends[_ended(compared, place, str(name), values[-1], unit, lang)] = (float(values[-1]), marked(mark_))
        zero_line(drawn)
        drawn.set_xlim(years[0], max(years[-1], years[0] + 1.0))
        room_around(drawn)
        years_along(drawn, years)
        kronor_along(drawn.yaxis, unit, lang)
        named_at_end(drawn, ends)
        told = [
            f"{name} {wording.amount(float(gained[-1, place]), unit, lang=lang)}"
            for place, name in enumerate(by_year.columns)
        ]
        frame_in(
            drawn,
            title=say("titles", "mop_or_tap", lang),
            subtitle=under(label("kronor", unit, lang), heading(compared.readable.case, None, lang)),
            caption=str(by_year.attrs["caption"]),
            alt=say("alt", "mop_or_tap", lang, first=int(years[0]), last=int(years[-1]), ends=", ".join(told)),
        )
    return drawn


def _of_state(population: Population, state: str, alternative: str | None, lang: Lang) -> "pd.DataFrame":
    """Return what comes to a state, leaves it and is in it, all groups together [persons, by year]."""
    flows = population.flows(alternative=alternative, lang=lang)
    states = population.readable.case.scenario.states
    titles = {id_: str(getattr(said.title, lang)) for id_, said in states.items()}
    there = set(flows.index.get_level_values(1))
    known = [id_ for id_, title in titles.items() if title in there]
    if state not in known:
        raise UnknownNameError(what="a state that somebody is in", given=state, known=known)
    of_state: pd.DataFrame = flows.loc[flows.index.get_level_values(1) == titles[state]]
    moved: pd.DataFrame = of_state.groupby(level=2, sort=False).sum()
    moved.attrs = dict(flows.attrs)
    return moved


def _ended(compared: MopOrTap, place: int, name: str, end: float, unit: wording.KronorUnit, lang: Lang) -> str:
    told = f"{name}: {wording.amount(float(end), unit, lang=lang)}"
    a_year = compared.a_year((compared.mop, compared.tap)[place])
    if a_year is None:
        return told
    return f"{told}\n{say('words', 'in_the_end', lang, amount=wording.amount(a_year, unit, lang=lang))}"


def _count(persons: float, lang: Lang) -> str:
    return wording.number(float(persons), lang=lang)
