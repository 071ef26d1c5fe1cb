"""Pictures of persons: how many are in each state, year by year, and what an alternative moves."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from utanforskap.analysis import wording
from utanforskap.analysis.results import Comparison, Result
from utanforskap.outputs.plot.colours import ramp
from utanforskap.outputs.plot.money import pile
from utanforskap.outputs.plot.names import heading, under
from utanforskap.outputs.plot.paper import (
    board,
    frame_in,
    key,
    legend,
    lines_across,
    nothing_to_show,
    number_ticks,
    room_around,
    years_along,
    zero_line,
)
from utanforskap.outputs.plot.words import say
from utanforskap.terms import Lang

if TYPE_CHECKING:
    import pandas as pd

_WIDE = 0.86
_ROUNDING = 1e-9


def occupancy(
    subject: Result | Comparison, *, alternative: str | None = None, ax: Axes | None = None, lang: Lang = "sv"
) -> Axes:
    """Draw the person-years in each state by year; of a comparison, the alternative's less the baseline's.

    Parameters
    ----------
    subject : Result or Comparison
        A result, or a comparison.
    alternative : str, optional
        Of a result: the alternative whose persons are drawn; the baseline's unless stated.
    ax : Axes, optional
        What to draw upon; a new figure unless given.
    lang : {"sv", "en"}
        The language.
    """
    moved = isinstance(subject, Comparison)
    persons = _moved(subject, lang) if isinstance(subject, Comparison) else _in_states(subject, alternative, lang)
    about = subject.alternative if isinstance(subject, Comparison) else alternative
    title = say("titles", "occupancy_change" if moved else "occupancy", lang)
    with board(ax) as drawn:
        if persons.empty:
            nothing_to_show(drawn, say("words", "nobody", lang))
        else:
            years = np.asarray(persons.columns, dtype=float)
            colours = ramp(len(persons))
            rows = {str(n): (persons.iloc[at].to_numpy(), colours[at]) for at, n in enumerate(persons.index)}
            pile(drawn, years, rows, _WIDE)
            zero_line(drawn)
            drawn.set_xlim(years[0] - 0.6, years[-1] + 0.6)
            room_around(drawn)
            years_along(drawn, years)
            drawn.yaxis.set_major_formatter(number_ticks(lang))
            lines_across(drawn.yaxis)
            legend(drawn, reversed([key(colour, name) for name, (_, colour) in rows.items()]))
        unit = say("words", "person_years_change" if moved else "person_years", lang)
        frame_in(
            drawn,
            title=title,
            subtitle=under(unit, heading(subject.case, about, lang)),
            caption=_caption(subject, lang),
            alt=_alt(persons, title, lang),
        )
    return drawn


def _in_states(result: Result, alternative: str | None, lang: Lang) -> "pd.DataFrame":
    by_group: pd.DataFrame = result.occupancy(alternative=alternative, lang=lang)
    by_state: pd.DataFrame = by_group.groupby(level=1, sort=False).sum()
    return by_state


def _moved(gain: Comparison, lang: Lang) -> "pd.DataFrame":
    result = Result(gain.case, gain.readable)
    before, after = _in_states(result, None, lang), _in_states(result, gain.alternative, lang)
    states = list(dict.fromkeys([*before.index, *after.index]))
    change: pd.DataFrame = after.reindex(states, fill_value=0.0) - before.reindex(states, fill_value=0.0)
    largest = before.abs().to_numpy().max(initial=0.0)
    moved: pd.DataFrame = change.loc[change.abs().max(axis=1) > _ROUNDING * largest]
    return moved


def _caption(subject: Result | Comparison, lang: Lang) -> str:
    horizon = subject.case.scenario.horizon
    years = f"{horizon.first_year}–{horizon.first_year + horizon.years - 1}"
    return f"{say('words', 'yearly_average', lang)}; {years}"


def _alt(persons: "pd.DataFrame", title: str, lang: Lang) -> str:
    if persons.empty:
        return say("alt", "nothing", lang, title=title)

    def told(year: Hashable) -> str:
        return ", ".join(f"{n} {wording.significant(float(v), lang=lang)}" for n, v in persons[year].items())

    first, last = persons.columns[0], persons.columns[-1]
    return say("alt", "occupancy", lang, first=first, last=last, begin=told(first), end=told(last))
