"""The four models of a pathway as formulas: where a person is, year by year since the start, and what is entered."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from utanforskap.inputs.parts.pathways import Curve, Duration, Markov, Pathway, Stages
from utanforskap.inputs.parts.shares import shares_of
from utanforskap.inputs.values.estimates import ByAge, ByYear, age_band
from utanforskap.outputs.workbook.expressions import (
    Expr,
    above,
    call,
    equals,
    exp,
    largest,
    number,
    smallest,
    total,
    totals,
    where,
)
from utanforskap.outputs.workbook.inputs import list_name
from utanforskap.outputs.workbook.model import Look, Sheet

FIRST_YEAR = 8
"""The column of the first year since the start; before it stand labels and what is one number for all years."""
_LABELS, _SCALARS = 0, 3
_FOREVER = 9999.0
"""When the last stage ends [years]: beyond every horizon."""
_LARGEST_ARGUMENT = 1000.0
"""What is put into the incomplete gamma function at most, where it is one: a power never overflows."""

Row = list[Expr]


@dataclass(frozen=True)
class Stay:
    """One stage of a pathway: the cells that say when it begins and ends, and whether it is an entry."""

    state: str
    begin: Expr
    end: Expr
    is_entry: Expr
    entered: Expr


@dataclass(frozen=True)
class Walked:
    """Where one person is.

    Attributes
    ----------
    occupancy : mapping of str to list of Expr
        Share of each year spent in each state.
    entries : mapping of str to list of Expr
        Entries by state and year, placement included; formulas that stand in no cell yet.
    placement : mapping of str to Expr
        The part of the first year's entries that is being placed.
    stays : sequence of Stay
        For ``stages`` only.
    """

    occupancy: Mapping[str, Row]
    entries: Mapping[str, Sequence[Expr]]
    placement: Mapping[str, Expr]
    stays: Sequence[Stay] = ()


@dataclass(frozen=True)
class Page:
    """Where a pathway is written, and what it is written from.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    path : str
        The pathway's dotted path.
    at : callable
        From a number's name to its cell.
    age : int or None
        The age at the start.
    years : int
        How many years.
    clock : list of Expr
        The cells 0, 1, 2 … above the years, one more than there are years.
    title : callable
        From a state's id to its title.
    say : callable
        From a word's id, and what fills it, to the word.
    """

    sheet: Sheet
    path: str
    at: Callable[[str], Expr]
    age: int | None
    years: int
    clock: Sequence[Expr]
    title: Callable[[str], str]
    say: Callable[..., str]

    def row(self, state: str, said: str, cells: Sequence[Expr | float], look: Look = "share") -> Row:
        """Write a row of years, and return its cells."""
        row = self.sheet.next_row
        self.sheet.texts(row, (self.title(state) if state else "", said), "label", column=1)
        return self.sheet.line(row, FIRST_YEAR, cells, look)

    def one(self, said: str, cell: Expr) -> Expr:
        """Write one number for all years, and return its cell."""
        row = self.sheet.next_row
        self.sheet.put(row, 2, said, "label")
        return self.sheet.add(row, _SCALARS, cell, "plain")


def walk_formulas(said: Pathway, page: Page) -> Walked:
    """Write where a person on a pathway is, year by year.

    Parameters
    ----------
    said : Pathway
        The pathway.
    page : Page
        Where it is written, and what it is written from.
    """
    match said:
        case Stages():
            return _stages(said, page)
        case Duration():
            return _two_states(page, _duration(said, page), number(0.0), target=said.reaches, other=said.leaves)
        case Curve():
            share, placed = _curve(said, page)
            return _two_states(page, share, placed, target=said.target, other=said.otherwise)
        case Markov():
            return _markov(said, page)


def overlap(begin: Expr, end: Expr, year: Expr) -> Expr:
    """Return the part of a year since the start that lies between two moments."""
    return largest(smallest(end, year + 1) - largest(begin, year), 0.0)


# --- stages ---------------------------------------------------------------------------------------


def _stages(said: Stages, page: Page) -> Walked:
    stays: list[Stay] = []
    lengths: list[Expr] = []
    times: dict[str, list[Row]] = {}
    for position, stage in enumerate(said.stages):
        row, sheet = page.sheet.next_row, page.sheet
        sheet.texts(row, (page.title(stage.state), page.say("stage", name=stage.name)), "label", column=1)
        begin = sheet.add(row, 4, stays[-1].end if stays else 0.0, "plain")
        if position == len(said.stages) - 1:
            end = sheet.add(row, 5, _FOREVER, "plain")
        else:
            lengths.append(sheet.add(row, 3, _length(page, said, position, lengths), "plain"))
            end = sheet.add(row, 5, begin + lengths[-1], "plain")
        new = sheet.add(row, 6, _is_entry(said, position, begin, end, stays), "plain")
        entered = sheet.add(row, 7, where(equals(new, 1), begin, stays[-1].entered) if stays else begin, "plain")
        stays.append(Stay(stage.state, begin, end, new, entered))
        cells = sheet.line(row, FIRST_YEAR, [overlap(begin, end, year) for year in page.clock[: page.years]], "share")
        times.setdefault(stage.state, []).append(cells)
    occupancy = {
        state: rows[0] if len(rows) == 1 else page.row(state, page.say("occupancy"), totals(rows, page.years))
        for state, rows in times.items()
    }
    entries: dict[str, list[Expr]] = {}
    placement: dict[str, Expr] = {}
    for state in occupancy:
        own = [stay for stay in stays if stay.state == state]
        entries[state] = [
            total([stay.is_entry * overlap(stay.begin, stay.begin + 1, year) for stay in own])
            for year in page.clock[: page.years]
        ]
        placement[state] = total([where(equals(stay.begin, 0), stay.is_entry, 0) for stay in own])
    return Walked(occupancy, entries, placement, stays)


def _length(page: Page, said: Stages, position: int, before: Sequence[Expr]) -> Expr:
    stage = said.stages[position]
    name = f"{page.path}.stages.{stage.name}"
    if stage.years is not None:
        return page.at(f"{name}.years")
    assert page.age is not None
    left = page.at(f"{name}.until_age") - page.age
    return largest(left - total(list(before)) if before else left, 0.0)


def _is_entry(said: Stages, position: int, begin: Expr, end: Expr, stays: Sequence[Stay]) -> Expr:
    """Return 1 where a stage lasts at all, and the last stage that did was in another state."""
    state = said.stages[position].state
    came_from = number(1.0)
    for earlier in stays:
        came_from = where(above(earlier.end, earlier.begin), 1.0 if earlier.state != state else 0.0, came_from)
    return where(above(end, begin), came_from, 0.0)


def time_in_years(page: Page, stays: Sequence[Stay], state: str, quantities: Sequence[Expr]) -> list[list[Expr]]:
    """Return, stage by stage, how much of each year's use falls in it where a quantity runs by year since entry.

    Parameters
    ----------
    page : Page
        Where it is written.
    stays : sequence of Stay
        The stages.
    state : str
        Only stages in this state.
    quantities : sequence of Expr
        By year since entry; the last holds from then on.
    """
    rows = []
    last = len(quantities) - 1
    for stay in stays:
        if stay.state != state:
            continue
        for number_, quantity in enumerate(quantities):
            begin = largest(stay.begin, stay.entered + number_)
            end = stay.end if number_ == last else smallest(stay.end, stay.entered + (number_ + 1))
            rows.append([quantity * overlap(begin, end, year) for year in page.clock[: page.years]])
    return rows


# --- duration and curve ---------------------------------------------------------------------------


def _two_states(page: Page, share: Sequence[Expr], placed: Expr, *, target: str, other: str) -> Walked:
    there = page.row(target, page.say("occupancy"), share)
    elsewhere = page.row(other, page.say("occupancy"), [1 - each for each in there])
    placement = {target: placed, other: 1 - placed}
    entries = {}
    for state, row in ((target, there), (other, elsewhere)):
        first = largest(row[0] - placement[state], 0.0) + placement[state]
        entries[state] = [first, *(largest(now - before, 0.0) for before, now in pairwise(row))]
    return Walked({target: there, other: elsewhere}, entries, placement)


def _duration(said: Duration, page: Page) -> list[Expr]:
    shape = page.at(f"{page.path}.shape") if said.shape is not None else None
    mean = page.at(f"{page.path}.mean") if said.mean is not None else _mean(said, page, shape)
    if said.speed_up is not None:
        mean = mean / page.at(f"{page.path}.speed_up")
    mean = page.one(page.say("mean_time"), mean)
    moments: list[Expr] = list(page.clock)
    if said.shorten is not None:
        moments = page.row(
            "", page.say("moment"), [each + page.at(f"{page.path}.shorten") for each in moments], "plain"
        )
    area = page.row(said.leaves, page.say("area"), _areas(said, page, moments, mean, shape), "share")
    staying: list[Expr] = []
    row = page.sheet.next_row
    page.sheet.texts(row, (page.title(said.leaves), page.say("staying")), "label", column=1)
    for year in range(page.years):
        left = smallest(largest(area[year + 1] - area[year], 0.0), 1.0, *staying[-1:])
        staying.append(page.sheet.add(row, FIRST_YEAR + year, left, "share"))
    return [1 - each for each in staying]


def _mean(said: Duration, page: Page, shape: Expr | None) -> Expr:
    median = page.at(f"{page.path}.median")
    match said.distribution:
        case "fixed":
            return median
        case "exponential":
            return median / _logarithm(number(2.0))
        case "weibull":
            assert shape is not None
            return median * _gamma(1 + 1.0 / shape) / _logarithm(number(2.0)) ** (1.0 / shape)
        case "lognormal":
            assert shape is not None
            return median * exp(shape**2 / 2)


def _logarithm(said: Expr) -> Expr:
    return call("LN", math.log(said.value) if said.value > 0 else -math.inf, said)


def _gamma(said: Expr) -> Expr:
    return exp(call("GAMMALN", math.lgamma(said.value), said))


def _areas(said: Duration, page: Page, moments: Sequence[Expr], mean: Expr, shape: Expr | None) -> list[Expr]:
    """Return the integral of the survival curve from the start to each moment [years]."""
    match said.distribution:
        case "fixed":
            return [smallest(moment, mean) for moment in moments]
        case "exponential":
            return [mean * (1 - exp(0 - moment / mean)) for moment in moments]
        case "weibull":
            assert shape is not None
            return _weibull(page, moments, mean, shape)
        case "lognormal":
            assert shape is not None
            return _lognormal(page, moments, mean, shape)


def _weibull(page: Page, moments: Sequence[Expr], mean: Expr, shape: Expr) -> list[Expr]:
    from scipy import special

    inverse = page.one(page.say("inverse_shape"), 1.0 / shape)
    scale = page.one(page.say("scale"), mean / _gamma(1 + inverse))
    most = number(_LARGEST_ARGUMENT) ** inverse
    powers = page.row("", page.say("power"), [smallest(moment / scale, most) ** shape for moment in moments], "plain")
    return [
        mean * call("GAMMADIST", float(special.gammainc(inverse.value, power.value)), power, inverse, 1, "TRUE")
        for power in powers
    ]


def _lognormal(page: Page, moments: Sequence[Expr], mean: Expr, sigma: Expr) -> list[Expr]:
    from scipy import special

    def normal(said: Expr) -> Expr:
        return call("NORMSDIST", float(special.ndtr(said.value)), said)

    scores = [where(above(moment, 0), _logarithm(moment / mean) / sigma + sigma / 2, 0) for moment in moments]
    scores = page.row("", page.say("score"), scores, "plain")
    return [
        where(above(moment, 0), moment * normal(0 - score) + mean * normal(score - sigma), 0)
        for moment, score in zip(moments, scores, strict=True)
    ]


def _curve(said: Curve, page: Page) -> tuple[list[Expr], Expr]:
    at = sorted(said.shares, key=int)
    stated = [page.at(f"{page.path}.shares.{year}") for year in at]
    years = [int(year) for year in at]
    curve = page.row(said.target, page.say("curve"), [_between(years, stated, year) for year in range(page.years + 1)])
    if said.counts == "average":
        return curve[:-1], curve[0]
    return [(now + after) / 2 for now, after in pairwise(curve)], curve[0]


def _between(years: Sequence[int], stated: Sequence[Expr], year: int) -> Expr:
    left = max(position for position, at in enumerate(years) if at <= year)
    if years[left] == year or left == len(years) - 1:
        return stated[left]
    weight = number(year - years[left]) / (years[left + 1] - years[left])
    return stated[left] + (stated[left + 1] - stated[left]) * weight


# --- markov ---------------------------------------------------------------------------------------


def _markov(said: Markov, page: Page) -> Walked:
    states = tuple(dict.fromkeys(said.states()))
    chances = _chances(said, page)
    present, inflow = _present(said, page, states, chances)
    occupancy: dict[str, Row] = {}
    entries: dict[str, Sequence[Expr]] = {}
    for state in states:
        at_start, at_end = present[state][:-1], present[state][1:]
        entered_at_start = [present[state][0], *inflow[state][:-1]]
        entered_at_end = [inflow[state][0] + present[state][0], *inflow[state][1:]]
        match said.counted:
            case "start":
                counted, entered = list(at_start), entered_at_start
            case "end":
                counted, entered = list(at_end), entered_at_end
            case "mid":
                counted, entered = _means(at_start, at_end), _means(entered_at_start, entered_at_end)
        occupancy[state] = page.row(state, page.say("occupancy"), counted)
        entries[state] = entered
    return Walked(occupancy, entries, {state: present[state][0] for state in states})


def _means(first: Sequence[Expr], second: Sequence[Expr]) -> list[Expr]:
    return [(one + other) / 2 for one, other in zip(first, second, strict=True)]


def _chances(said: Markov, page: Page) -> dict[tuple[str, str], Row]:
    """Write the yearly probability of every transition that can happen."""
    rows: dict[tuple[str, str], Row] = {}
    for origin, row in said.transitions.items():
        stated = shares_of(row)
        own = [target for target, probability in stated.items() if probability != "rest"]
        for target in own:
            cells = [_chance(said, page, origin, target, year) for year in range(page.years)]
            rows[origin, target] = page.row(origin, page.say("to", state=page.title(target)), cells)
        for target in stated:
            if target not in own:
                cells = [
                    largest(1 - total([rows[origin, each][year] for each in own]), 0) for year in range(page.years)
                ]
                rows[origin, target] = page.row(origin, page.say("to_rest", state=page.title(target)), cells)
    return rows


def _chance(said: Markov, page: Page, origin: str, target: str, year: int) -> Expr:
    probability = shares_of(said.transitions[origin])[target]
    assert probability != "rest"
    chance = profile_at(probability, f"{page.path}.transitions.{origin}.{target}", page, year)
    risk = said.relative_risk
    if risk is not None and f"{origin}.{target}" in risk.on and (risk.years is None or year < risk.years):
        return chance * page.at(f"{page.path}.relative_risk.value")
    return chance


def profile_at(said: object, name: str, page: Page, year: int) -> Expr:
    """Return the cell of a number, of a list by year or of a table by age, in a year since the start."""
    if isinstance(said, ByYear):
        return page.at(list_name(name, min(year, len(said.by_year) - 1)))
    if isinstance(said, ByAge):
        assert page.age is not None
        bands = {text: age_band(text) for text in said.by_age}
        age = page.age + year
        return page.at(f"{name}.{next(text for text, (low, high) in bands.items() if low <= age <= high)}")
    return page.at(name)


def _present(
    said: Markov, page: Page, states: Sequence[str], chances: Mapping[tuple[str, str], Row]
) -> tuple[dict[str, Row], dict[str, Row]]:
    """Write who is where at the start of each year, and what flows in during it."""
    sheet, first = page.sheet, page.sheet.next_row
    here = {state: first + 2 * position for position, state in enumerate(states)}
    for state in states:
        sheet.texts(here[state], (page.title(state), page.say("at_start")), "label", column=1)
        sheet.texts(here[state] + 1, (page.title(state), page.say("inflow")), "label", column=1)
    present: dict[str, Row] = {
        state: [sheet.add(here[state], FIRST_YEAR, _initial(said, page, state), "share")] for state in states
    }
    inflow: dict[str, Row] = {state: [] for state in states}
    for year in range(page.years):
        for state in states:
            moved = [
                present[origin][year] * row[year]
                for (origin, target), row in chances.items()
                if target == state != origin
            ]
            inflow[state].append(sheet.add(here[state] + 1, FIRST_YEAR + year, total(moved), "share"))
        for state in states:
            stays = present[state][year]
            if state in said.transitions:
                stays = stays * chances[state, state][year] if (state, state) in chances else number(0.0)
            cell = sheet.add(here[state], FIRST_YEAR + year + 1, inflow[state][year] + stays, "share")
            present[state].append(cell)
    return present, inflow


def _initial(said: Markov, page: Page, state: str) -> Expr:
    stated = shares_of(said.initial)
    share = stated.get(state)
    if share is None:
        return number(0.0)
    if share != "rest":
        return page.at(f"{page.path}.initial.{state}")
    others = [page.at(f"{page.path}.initial.{other}") for other, each in stated.items() if each != "rest"]
    return 1 - total(others) if others else number(1.0)
