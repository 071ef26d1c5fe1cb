"""Made-up participants whose effect is known: for tests, demonstrations and documentation.

No number here is measured; all are assumptions, chosen to look like the data of a samordningsförbund.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.engine.draws import stream
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.participants import add_months

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Days = NDArray[np.int32]

YEARS = 2
"""How long everyone is followed before the start, and after it [years]."""
_SUPPORTS = ("Sjukpenning", "Försörjningsstöd", "A-kassa", "Aktivitetsersättning")
_SUPPORT_SHARES = (0.3, 0.35, 0.2, 0.15)
_WORK, _NONE = "Arbete", "Ingen"
_EDUCATIONS = ("Grundskola", "Gymnasium", "Eftergymnasial")
_EDUCATION_SHARES = (0.4, 0.45, 0.15)
_MEASURES = ("Förrehabilitering", "Arbetsträning")
_REASONS = ("Fullföljt", "Avbrutit", "Sjukdom")
_FIRST_YEAR = 2019
_ANONYMOUS, _DEATHS, _MOVES = 0.03, 0.004, 0.006
_DRIFT = 0.15  # share of those who find work who lose it again in the second year
_STATES = {
    "Sjukpenning": "sjukpenning",
    "Försörjningsstöd": "bistand_langt",
    "A-kassa": "arbetslos_akassa",
    "Aktivitetsersättning": "aktivitetsersattning",
    "Arbete": "arbete_heltid",
    "Ingen": "uvas",
}


@dataclass(frozen=True, eq=False)
class Synthetic:
    """Made-up participants in every shape of data, with the effect that the programme had on them.

    Attributes
    ----------
    spells, before_after, registrations, counts : DataFrame
        The same persons in each shape; registrations and counts hold those in the programme alone.
    mappings : mapping of str to dict
        A mapping for each shape, as a mapping file would say it.
    truth : tuple of float
        What the programme changed for those in it: share of the year in work, in each year after the start [0 to 1].
    """

    spells: "pd.DataFrame"
    before_after: "pd.DataFrame"
    registrations: "pd.DataFrame"
    counts: "pd.DataFrame"
    mappings: Mapping[str, dict[str, Any]]
    truth: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _World:
    """Everything about the persons, both with the programme and without it [shape (person,)]."""

    persons: dict[str, NDArray[Any]]
    treated: NDArray[np.bool_]
    support: NDArray[Any]
    work_before: Array
    work_later: Array
    with_: NDArray[np.bool_]
    without: NDArray[np.bool_]
    first: Days
    start: Days
    finds: Days
    loses: Days
    measure_end: Days
    planned: Days
    followed: Days
    exit: Days
    dies: NDArray[np.bool_]

    @property
    def finding(self) -> NDArray[np.bool_]:
        """Who finds work in the world that is observed."""
        return np.where(self.treated, self.with_, self.without)


def synthetic_participants(
    *,
    n: int = 1000,
    seed: int = 1,
    effect: float = 0.2,
    trend: float = 0.15,
    comparison: float = 0.5,
    selection: float = 0.0,
    uneven_trend: float = 0.0,
    attrition: float = 0.1,
    sites: int = 8,
) -> Synthetic:
    """Return made-up participants, and a comparison group, with known truth.

    Everyone has support, and some also work part time, for two years before a start. Without the programme a share of
    them then finds work within the first year; with it, a greater share. Some lose that work again, some die or move,
    some are lost to follow-up whatever became of them.

    Parameters
    ----------
    n : int
        How many persons [1 or more].
    seed : int
        The same seed gives the same persons [0 or more].
    effect : float
        How much greater the share is that finds work with the programme [0 to 1].
    trend : float
        The share that finds work without it [0 to 1].
    comparison : float
        The share of the persons who are in the comparison group [0 to 1].
    selection : float
        How much likelier, in log odds, a person is to be in the programme for each step less of education; it makes
        the groups differ.
    uneven_trend : float
        How much greater the share is that finds work without the programme for each step more of education [0 to 1];
        with `selection` it makes the groups' trends differ, so that only a comparison of like with like is right.
    attrition : float
        The share lost to follow-up [0 to 1].
    sites : int
        How many sites there are [1 or more].

    Raises
    ------
    QuestionError
        If a number is outside its range.
    """
    _check(n, sites, effect=effect, trend=trend, comparison=comparison, uneven_trend=uneven_trend, attrition=attrition)
    world = _world(n, seed, effect, trend, comparison, selection, uneven_trend, attrition, sites)
    registrations = _registrations(world, seed)
    return Synthetic(
        spells=_spells(world),
        before_after=_before_after(world),
        registrations=registrations,
        counts=_counts(registrations),
        mappings=_mappings(),
        truth=tuple(_truth(world, year) for year in range(YEARS)),
    )


def _check(n: int, sites: int, **shares: float) -> None:
    for name, number in (("n", n), ("sites", sites)):
        if number < 1:
            raise QuestionError(f"'{name}' is {number}: it must be 1 or more.")
    for name, share in shares.items():
        if not 0.0 <= share <= 1.0:
            raise QuestionError(f"'{name}' is {share:g}: it must be between 0 and 1.")


def _world(
    n: int,
    seed: int,
    effect: float,
    trend: float,
    comparison: float,
    selection: float,
    uneven_trend: float,
    attrition: float,
    sites: int,
) -> _World:
    def uniform(name: str) -> Array:
        return stream(seed=seed, name=f"synthetic.{name}", block=0).random(n)

    def choice(name: str, shares: tuple[float, ...]) -> NDArray[np.int64]:
        return np.minimum(np.searchsorted(np.cumsum(shares), uniform(name)), len(shares) - 1)

    education = choice("education", _EDUCATION_SHARES)
    odds = (1.0 - comparison) / comparison if comparison else np.inf
    tilt = np.exp(selection * (1.0 - education))
    treated = uniform("arm") < (odds * tilt / (1.0 + odds * tilt) if comparison else np.ones(n))
    site = np.floor(uniform("site") * sites).astype(np.int64)
    start = _day(f"{_FIRST_YEAR}-01-01") + np.floor(uniform("start") * 365.0).astype(np.int32)
    planned = _later(start, 12 * YEARS)
    within = (planned - start).astype(np.float64)
    finds = start + np.floor(30.0 + 270.0 * uniform("finds")).astype(np.int32)
    second = _later(start, 12)
    loses = np.where(uniform("drift") < _DRIFT, second + np.floor(365.0 * uniform("loses")), planned).astype(np.int32)
    base = trend + uneven_trend * (education - 1.0)
    luck = uniform("luck")
    dies, moves = uniform("dies") < _DEATHS, uniform("moves") < _MOVES
    exit_ = np.where(dies | moves, start + np.floor(within * uniform("exit")) + 1.0, planned).astype(np.int32)
    lost = uniform("lost") < attrition
    followed = np.where(lost, start + np.floor(within * uniform("when")) + 1.0, planned).astype(np.int32)
    birth = _FIRST_YEAR - 20 - np.floor(40.0 * uniform("age")).astype(np.int64)
    persons: dict[str, NDArray[Any]] = {
        "person": np.array([f"P{number:06d}" for number in range(1, n + 1)], dtype=object),
        "kön": np.where(uniform("sex") < 0.6, "Kvinna", "Man").astype(object),
        "födelseår": birth,
        "utbildning": np.array(_EDUCATIONS, dtype=object)[education],
        "ort": np.array([f"Ort {number + 1}" for number in range(sites)], dtype=object)[site],
        "månader i försörjning": np.floor(6.0 + 90.0 * uniform("months") ** 2).astype(np.int64),
        "grupp": np.where(treated, "Insats", "Jämförelse").astype(object),
    }
    return _World(
        persons=persons,
        treated=treated,
        support=np.array(_SUPPORTS, dtype=object)[choice("support", _SUPPORT_SHARES)],
        work_before=np.where(uniform("before") < 0.1 + 0.05 * education, 0.25, 0.0),
        work_later=np.array([0.5, 0.75, 1.0])[choice("later", (0.3, 0.2, 0.5))],
        with_=luck < np.minimum(base + effect, 1.0),
        without=luck < base,
        first=_later(start, -12 * YEARS),
        start=start,
        finds=finds,
        loses=loses,
        measure_end=_later_each(start, 3 + np.floor(10.0 * uniform("length")).astype(np.int64)),
        planned=planned,
        followed=followed,
        exit=exit_,
        dies=dies,
    )


def _day(text: str) -> np.int32:
    return np.datetime64(text, "D").astype(np.int32)


def _later(days: Days, months: int) -> Days:
    return _later_each(days, np.full(len(days), months, dtype=np.int64))


def _later_each(days: Days, months: NDArray[np.int64]) -> Days:
    return add_months(days, months)


def _truth(world: _World, year: int) -> float:
    """Return what the programme changed for those in it: share of the year in work."""
    begin, close = _later(world.start, 12 * year), _later(world.start, 12 * (year + 1))
    working = np.minimum(np.minimum(world.loses, world.exit), close) - np.maximum(world.finds, begin)
    share = np.maximum(working, 0) / (close - begin) * (world.work_later - world.work_before)
    changed = (world.with_.astype(np.float64) - world.without) * share
    return float(changed[world.treated].mean()) if world.treated.any() else 0.0


def _work_on(world: _World, day: Days) -> Array:
    """Return the share of full time that each person works on a day."""
    working = world.finding & (day >= world.finds) & (day < world.loses)
    return np.where(working, world.work_later, world.work_before)


def _dates(days: Days) -> NDArray[Any]:
    return np.datetime_as_string(days.astype("datetime64[D]"))


def _spells(world: _World) -> "pd.DataFrame":
    import pandas as pd

    until = np.minimum(world.followed, world.exit)
    finds = np.where(world.finding, np.minimum(world.finds, until), until)
    loses = np.where(world.finding, np.minimum(world.loses, until), until)
    edges = [world.first, finds, np.maximum(loses, finds), until]
    parts = []
    for begin, close in pairwise(edges):
        work = _work_on(world, begin.astype(np.int32))
        for state, share in ((np.full(len(work), _WORK, dtype=object), work), (world.support, 1.0 - work)):
            there = np.flatnonzero((close > begin) & (share > 0.0))
            dates = {"från": _dates(begin[there]), "till": _dates(close[there] - 1)}
            part = {"försörjning": state[there], "omfattning": 100.0 * share[there]}
            persons = {name: values[there] for name, values in world.persons.items()}
            gone = world.exit[there] < world.planned[there]
            ends = {
                "start": _dates(world.start[there]),
                "följd till": _dates(world.followed[there] - 1),
                "dödsdatum": pd.Series(_dates(world.exit[there])).where(gone & world.dies[there], None),
                "flyttdatum": pd.Series(_dates(world.exit[there])).where(gone & ~world.dies[there], None),
            }
            parts.append(pd.DataFrame(persons | dates | part | ends))
    return pd.concat(parts).sort_values(["person", "från"], kind="stable", ignore_index=True)


def _said(support: NDArray[Any], work: Array) -> NDArray[Any]:
    texts = [_mixed(str(state), float(share)) for state, share in zip(support, work, strict=True)]
    return np.array(texts, dtype=object)


def _mixed(support: str, work: float) -> str:
    if work in (0.0, 1.0):
        return _WORK if work else support
    return f"{support} {100 - 100 * work:g} % + {_WORK} {100 * work:g} %"


def _before_after(world: _World) -> "pd.DataFrame":
    import pandas as pd

    after = _said(world.support, _work_on(world, world.measure_end))
    after[world.measure_end >= np.minimum(world.followed, world.exit)] = None
    columns = {
        "före": _said(world.support, _work_on(world, world.start - 1)),
        "efter": after,
        "insatsstart": _dates(world.start),
        "insatsslut": _dates(world.measure_end - 1),
    }
    return pd.DataFrame(world.persons | columns)


def _registrations(world: _World, seed: int) -> "pd.DataFrame":
    import pandas as pd

    def uniform(name: str) -> Array:
        return stream(seed=seed, name=f"synthetic.registrations.{name}", block=0).random(len(world.start))

    twice = uniform("twice") < 0.3
    middle = ((world.start.astype(np.int64) + world.measure_end) // 2).astype(np.int32)
    anonymous = uniform("anonymous") < _ANONYMOUS
    reason = np.array(_REASONS, dtype=object)[np.floor(3.0 * uniform("reason")).astype(np.int64)]
    parts = []
    for number, (begin, close, there) in enumerate(
        ((world.start, np.where(twice, middle, world.measure_end), world.treated),
         (middle, world.measure_end, world.treated & twice))
    ):  # fmt: skip
        who = np.flatnonzero(there)
        work = {
            side: _work_on(world, day.astype(np.int32))[who] for side, day in (("före", begin - 1), ("efter", close))
        }
        columns: dict[str, Any] = {"insats": _MEASURES[number], "in": _dates(begin[who]), "ut": _dates(close[who] - 1)}
        for side, share in work.items():
            columns[f"försörjning {side}"] = np.where(share == 1.0, _NONE, world.support[who])
            columns[f"arbete {side}"] = 100.0 * share
        columns |= {"avslutsorsak": reason[who], "anonym": np.where(anonymous[who], "ja", "nej")}
        persons = {name: values[who] for name, values in world.persons.items() if name != "grupp"}
        parts.append(pd.DataFrame(persons | columns))
    return pd.concat(parts).sort_values(["person", "in"], kind="stable", ignore_index=True)


def _counts(registrations: "pd.DataFrame") -> "pd.DataFrame":
    """Return the standard participant report of registrations: a person's first state before and last after."""
    import pandas as pd

    named = registrations[registrations["anonym"] == "nej"].groupby("person", sort=False)
    before = named[["kön", "försörjning före", "arbete före"]].first()
    after = named[["försörjning efter", "arbete efter"]].last()
    people = before.join(after)
    for side in ("före", "efter"):
        working = people[f"arbete {side}"] > 0.0
        idle = (people[f"försörjning {side}"] == "A-kassa").map({True: "Aktivt arbetssökande", False: "Annat"})
        people[f"sysselsättning {side}"] = idle.where(~working, _WORK)
    anonymous = registrations[registrations["anonym"] == "ja"].drop_duplicates("person")
    lines = [_line("Deltagare", None, None, people["kön"]), _line("Anonyma deltagare", None, None, anonymous["kön"])]
    for table in ("Sysselsättning", "Försörjning"):
        for side, at in (("före", 0), ("efter", 1)):
            for category, own in people.groupby(f"{table.lower()} {side}", sort=True):
                said: tuple[object, object] = (category, None) if at == 0 else (None, category)
                lines.append(_line(f"{table} {side}", *said, own["kön"]))
    for (first, last), own in people.groupby(["försörjning före", "försörjning efter"], sort=True):
        lines.append(_line("Försörjning efter, per försörjning före", first, last, own["kön"]))
    return pd.DataFrame(lines)


def _line(table: str, before: object, after: object, sexes: "pd.Series[Any]") -> dict[str, object]:
    women = int((sexes == "Kvinna").sum())
    return {
        "tabell": table, "före": before, "efter": after,
        "kvinnor": women, "män": len(sexes) - women, "totalt": len(sexes),
    }  # fmt: skip


def _mappings() -> dict[str, dict[str, Any]]:
    of_person = {
        "sex": "kön",
        "birth_year": "födelseår",
        "education": "utbildning",
        "site": "ort",
        "months_on_support": "månader i försörjning",
    }
    own = {"format": 1, "states": dict(_STATES)}
    lasted = {"before_months": 12, "after_months": 12}
    spells = {
        "from": "från", "to": "till", "state": "försörjning", "share": "omfattning", "start": "start", "arm": "grupp",
        "followed_until": "följd till", "died": "dödsdatum", "moved": "flyttdatum",
    }  # fmt: skip
    two_points = {"before": "före", "after": "efter", "start": "insatsstart", "end": "insatsslut", "arm": "grupp"}
    registered = {
        "measure": "insats", "start": "in", "end": "ut", "reason": "avslutsorsak", "anonymous": "anonym",
        "support_before": "försörjning före", "support_after": "försörjning efter",
        "work_before": "arbete före", "work_after": "arbete efter",
    }  # fmt: skip
    counted = {
        "table": "tabell",
        "before": "före",
        "after": "efter",
        "women": "kvinnor",
        "men": "män",
        "total": "totalt",
    }
    work = {"work": "arbete_heltid", "study": "studier_csn"}
    return {
        "spells": own | {
            "shape": "spells", "columns": of_person | spells, "share_in": "percent", "followed_months": 12 * YEARS,
        },
        "before_after": own | lasted | {"shape": "before_after", "columns": of_person | two_points},
        "registrations": own | lasted | {
            "shape": "registrations", "columns": of_person | registered, "work": work["work"], "share_in": "percent",
        },
        "counts": own | work | {
            "shape": "counts", "columns": counted, "joint": "work_without_support", "rest": "uvas",
        },
    }  # fmt: skip
