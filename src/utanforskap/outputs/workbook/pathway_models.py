"""The four models of a pathway as formulas: where a person is, year by year since the start, and what is entered."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from utanforskap.inputs.parts.pathways import Curve, Duration, Markov, Pathway, Stage, Stages
from utanforskap.inputs.parts.shares import shares_of
from utanforskap.outputs.workbook.durations import share_who_left
from utanforskap.outputs.workbook.expressions import (
    Expr,
    above,
    equals,
    largest,
    number,
    smallest,
    total,
    totals,
    where,
)
from utanforskap.outputs.workbook.pages import FIRST_YEAR, Page, Row, Stay, Walked, profile_at

_FOREVER = 9999.0
"""When the last stage ends [years]: beyond every horizon."""


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
            if page.begun is not None and page.begun.state == said.reaches:
                there = [number(1.0)] * page.years
                return _two_states(page, there, number(1.0), target=said.reaches, other=said.leaves)
            return _two_states(page, share_who_left(said, page), number(0.0), target=said.reaches, other=said.leaves)
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
    stages = _from_begun(said, page)
    for position, stage in enumerate(stages):
        row, sheet = page.sheet.next_row, page.sheet
        sheet.texts(row, (page.title(stage.state), page.say("stage", name=stage.name)), "label", column=1)
        begin = sheet.add(row, 4, stays[-1].end if stays else 0.0, "plain")
        if position == len(stages) - 1:
            end = sheet.add(row, 5, _FOREVER, "plain")
        else:
            lengths.append(sheet.add(row, 3, _length(page, stage, lengths), "plain"))
            end = sheet.add(row, 5, begin + lengths[-1], "plain")
        new = sheet.add(row, 6, _is_entry(stage.state, begin, end, stays), "plain")
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


def _from_begun(said: Stages, page: Page) -> Sequence[Stage]:
    """Return the stages from the one that those who have begun are in."""
    if page.begun is None:
        return said.stages
    return said.stages[[stage.state for stage in said.stages].index(page.begun.state) :]


def _length(page: Page, stage: Stage, before: Sequence[Expr]) -> Expr:
    name = f"{page.path}.stages.{stage.name}"
    if stage.years is not None:
        length = page.at(f"{name}.years")
    else:
        assert page.age is not None
        left = page.at(f"{name}.until_age") - page.age
        length = largest(left - total(list(before)) if before else left, 0.0)
    # Whoever has been there for so long stays at least as long.
    return length if page.begun is None or before else largest(length, page.begun.years)


def _is_entry(state: str, begin: Expr, end: Expr, stays: Sequence[Stay]) -> Expr:
    """Return 1 where a stage lasts at all, and the last stage that did was in another state."""
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


def _present(
    said: Markov, page: Page, states: Sequence[str], chances: Mapping[tuple[str, str], Row]
) -> tuple[dict[str, Row], dict[str, Row]]:
    """Write who is where at the start of each year, and what flows in during it."""
    sheet, first = page.sheet, page.sheet.next_row
    here = {state: first + 2 * position for position, state in enumerate(states)}
    for state in states:
        sheet.texts(here[state], (page.title(state), page.say("at_start")), "label", column=1)
        sheet.texts(here[state] + 1, (page.title(state), page.say("inflow")), "label", column=1)
    since = 0 if page.begun is None else page.begun.years
    nobody = [number(0.0)] * since
    present: dict[str, Row] = {
        state: [*nobody, sheet.add(here[state], FIRST_YEAR + since, _initial(said, page, state), "share")]
        for state in states
    }
    inflow: dict[str, Row] = {state: list(nobody) for state in states}
    for year in range(since, page.years):
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
    if page.begun is not None:
        return number(1.0 if state == page.begun.state else 0.0)
    stated = shares_of(said.initial)
    share = stated.get(state)
    if share is None:
        return number(0.0)
    if share != "rest":
        return page.at(f"{page.path}.initial.{state}")
    others = [page.at(f"{page.path}.initial.{other}") for other, each in stated.items() if each != "rest"]
    return 1 - total(others) if others else number(1.0)
