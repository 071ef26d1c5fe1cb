"""How many are where, year by year: by state, age and time since they came, and how many come and go."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from utanforskap.analysis.captions import new_cohorts_only
from utanforskap.analysis.readings import Readable
from utanforskap.engine.occupancy import Presence
from utanforskap.engine.parameters import Array
from utanforskap.errors import UnknownNameError
from utanforskap.terms import WORKING_AGE_END, Lang, label

if TYPE_CHECKING:
    import pandas as pd

StockKey = Literal["state", "age", "duration"]
STOCK_KEYS: tuple[StockKey, ...] = get_args(StockKey)

Band = Callable[[Presence, int], tuple[int, str]]
"""From a presence and how many years it is since its cohort started to where its band stands, and what it is called."""
Row = tuple[str, str, tuple[int, str]]
"""A group, a state and a band."""

_BAND = 5
"""Ages are told in bands of so many years, up to 65."""
_NOBODY = 1e-9
"""A number of persons that rounding leaves of none."""
_DURATIONS = (0, 1, 2, 5, 10, 20)
"""The first years of the bands of time since somebody came [whole years]."""


def stock(
    readable: Readable, *, by: StockKey = "state", alternative: str | None = None, lang: Lang = "sv"
) -> "pd.DataFrame":
    """Return how many are in each state, by calendar year [person-years].

    Parameters
    ----------
    readable : Readable
        The case and its values.
    by : {"state", "age", "duration"}
        By state alone; also by age in bands of five years, up to 65; or by how many whole years since they came to the
        pathway, which for those who were there when the horizon began is how long they have been in their state.
    alternative : str or None
        Whose programmes are carried out; None is the baseline.
    lang : {"sv", "en"}
        The language of the labels.

    Raises
    ------
    UnknownNameError
        If there is no such way to divide a stock, or no such alternative.
    """
    import pandas as pd

    if by not in STOCK_KEYS:
        raise UnknownNameError(what="a way to divide a stock", given=by, known=STOCK_KEYS)
    scenario = readable.case.scenario
    bands: dict[StockKey, Band] = {"state": lambda _presence, _since: (0, ""), "age": _age, "duration": _duration}
    rows: dict[Row, Array] = {}
    for presence in _present(readable, alternative):
        for cohort, occupancy in presence.by_cohort():
            _add(rows, presence, cohort, occupancy[..., 0], bands[by])
    years = [scenario.horizon.first_year + year for year in range(scenario.horizon.years)]
    kept = {key: persons for key, persons in rows.items() if np.any(np.abs(persons) > _NOBODY)}
    places = {name: place for place, name in enumerate((*scenario.groups, *scenario.states))}
    order = sorted(kept, key=lambda key: (places[key[0]], places[key[1]], key[2]))
    names = [label("columns", name, lang) for name in ("group", "state")]
    titles = [
        (
            str(getattr(scenario.groups[group].title, lang)),
            str(getattr(scenario.states[state].title, lang)),
            *(() if by == "state" else (band or label("words", "age_unknown", lang),)),
        )
        for group, state, (_, band) in order
    ]
    if by != "state":
        names.append(label("columns", "age_band" if by == "age" else "duration_band", lang))
    frame = pd.DataFrame(
        np.array([kept[key] for key in order]).reshape(len(order), len(years)),
        index=pd.MultiIndex.from_tuples(titles, names=names),
        columns=years,
    )
    frame.attrs = about(readable, alternative, lang)
    return frame


def flows(readable: Readable, *, alternative: str | None = None, lang: Lang = "sv") -> "pd.DataFrame":
    """Return how many come to each state, leave it and are in it, by calendar year [persons].

    An outflow is what came less what the stock grew by. Those who were there when the horizon began have come before.

    Parameters
    ----------
    readable : Readable
        The case and its values.
    alternative : str or None
        Whose programmes are carried out; None is the baseline.
    lang : {"sv", "en"}
        The language of the labels.
    """
    import pandas as pd

    scenario = readable.case.scenario
    found = readable.run(alternative).occupancy
    there = _there_at_start(readable, found.persons.shape)
    rows: dict[tuple[str, str, str], Array] = {}
    for group, id_ in enumerate(found.groups):
        for state, name in enumerate(found.states):
            persons, came = found.persons[group, :, state, 0], found.entries[group, :, state, 0]
            if not np.any(np.abs(persons) > _NOBODY):
                continue
            before = np.concatenate([there[group, state], persons[:-1]])
            titles = str(getattr(scenario.groups[id_].title, lang)), str(getattr(scenario.states[name].title, lang))
            left = came - (persons - before)
            # What rounding leaves of what comes and stays is nobody.
            each = {"inflow": came, "outflow": np.where(np.abs(left) > _NOBODY, left, 0.0), "stock": persons}
            for movement, amounts in each.items():
                rows[*titles, label("columns", movement, lang)] = amounts
    names = [label("columns", name, lang) for name in ("group", "state", "movement")]
    frame = pd.DataFrame(
        list(rows.values()),
        index=pd.MultiIndex.from_tuples(list(rows), names=names),
        columns=[int(year) for year in found.years],
    )
    frame.attrs = about(readable, alternative, lang)
    return frame


def about(readable: Readable, alternative: str | None, lang: Lang) -> dict[object, object]:
    """Return what tables of persons carry beside their figures."""
    told = label("words", "person_years_unit", lang)
    if new_cohorts_only(readable.case):
        told = f"{told}; {label('words', 'new_cohorts_only', lang)}"
    return {"unit": label("words", "person_years_unit", lang), "alternative": alternative, "caption": told}


def _present(readable: Readable, alternative: str | None) -> list[Presence]:
    run = readable.run(alternative)
    return [presence for presence in (*run.persons, *run.moved) if not presence.displaced]


def _there_at_start(readable: Readable, shape: tuple[int, ...]) -> Array:
    """Return who was in each state when the horizon began [persons, shape (group, state, 1)]."""
    scenario, parameters = readable.case.scenario, readable.parameters()
    there = np.zeros((shape[0], shape[2], 1))
    states = list(scenario.states)
    for place, (id_, group) in enumerate(scenario.groups.items()):
        for name, said in group.initial_stock.items():
            there[place, states.index(said.state)] += parameters[f"groups.{id_}.initial_stock.{name}.persons"][:1]
    return there


def _add(rows: dict[Row, Array], presence: Presence, cohort: int, occupancy: Array, band: Band) -> None:
    """Add where a cohort is [shape (year, state)] to the rows of its states and bands."""
    for year, persons in enumerate(occupancy):
        since = presence.horizon.first_year + year - cohort
        for state, here in zip(presence.route.states, persons, strict=True):
            if here:
                row = rows.setdefault((presence.group, state, band(presence, since)), np.zeros(len(occupancy)))
                row[year] += here


def _age(presence: Presence, since: int) -> tuple[int, str]:
    if presence.age is None:
        return -1, ""
    low = min((presence.age + since) // _BAND * _BAND, WORKING_AGE_END)
    return low, f"{low}+" if low == WORKING_AGE_END else f"{low}–{low + _BAND - 1}"


def _duration(_presence: Presence, since: int) -> tuple[int, str]:
    place = max(n for n, low in enumerate(_DURATIONS) if low <= max(since, 0))
    low, *later = _DURATIONS[place:]
    if not later:
        return low, f"{low}+"
    return low, str(low) if later[0] == low + 1 else f"{low}–{later[0] - 1}"
