"""The sheet of states: where one person on each pathway is, what is entered, and what follows the time in a state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from utanforskap.engine.routes import Begun, Exits
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.pathways import Markov, Pathway, Stages
from utanforskap.inputs.parts.shares import shares_of
from utanforskap.inputs.parts.states import Flow
from utanforskap.inputs.values.estimates import ByAge, ByYear
from utanforskap.outputs.workbook.expressions import Expr, Ref, totals
from utanforskap.outputs.workbook.inputs import Inputs, World, list_name
from utanforskap.outputs.workbook.leaving import with_exits
from utanforskap.outputs.workbook.model import Sheet
from utanforskap.outputs.workbook.names import flow_title
from utanforskap.outputs.workbook.pages import FIRST_YEAR, Page, Row, Walked, profile_at
from utanforskap.outputs.workbook.pathway_models import time_in_years, walk_formulas
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

_HEAD = 4
_TERMS = 12
"""How many terms one formula of time since entry holds at most: longer ones are added up over several rows."""
_HEADS = ("pathway", "state", "what", "length", "begins", "ends", "new_entry", "entered")


@dataclass(frozen=True)
class Request:
    """A pathway that is to be walked.

    Attributes
    ----------
    pathway : str
        Its id.
    age : int or None
        The age at the start; None where nothing on it depends on age.
    world : World
        Whose numbers.
    exits : Exits or None
        How some leave for good; None where nobody does.
    begun : Begun or None
        Where those are who are followed only from a later year on; None is from the start.
    """

    pathway: str
    age: int | None
    world: World
    exits: Exits | None = None
    begun: Begun | None = None


@dataclass
class Need:
    """How far a pathway is to be walked, and whether by persons for whom being placed is no entry."""

    years: int = 0
    already: set[bool] = field(default_factory=set)


@dataclass(frozen=True)
class Walk:
    """One pathway on the sheet.

    Attributes
    ----------
    occupancy : mapping of str to list of Expr
        Cells by state and year since the start: share of the year spent there.
    entries : mapping of (str, bool) to list of Expr
        Cells by state, and whether the persons were there already; only where something follows an entry.
    used : mapping of (str, str, bool) to list of Expr
        Cells by state, flow, and whether already there: units a person and year, where they follow time or age.
    page : Page
        What it was written from.
    """

    occupancy: Mapping[str, Row]
    entries: Mapping[tuple[str, bool], Row]
    used: Mapping[tuple[str, str, bool], Row]
    page: Page


def is_constant(flow: Flow, pathway: Pathway) -> bool:
    """Return whether a flow's quantity is one number, whatever the time since the start."""
    if isinstance(flow.quantity, ByYear):
        return flow.per == "entry" and _since_entry(flow, pathway)
    return not isinstance(flow.quantity, ByAge)


def constant_name(flow: Flow, path: str) -> str:
    """Return the name of a constant quantity's number."""
    return list_name(path, 0) if isinstance(flow.quantity, ByYear) else path


def _since_entry(flow: Flow, pathway: Pathway) -> bool:
    return flow.since == "entry" or (flow.since is None and isinstance(pathway, Stages))


def request(
    case: Case,
    pathway: str,
    age: int | None,
    world: World,
    *,
    group: str,
    whole_at: int = 0,
    begun: Begun | None = None,
) -> Request:
    """Return what is asked for when some of a group are to walk a pathway from an age in a world.

    Parameters
    ----------
    case : Case
        The case.
    pathway : str
        The pathway.
    age : int or None
        The age at its start.
    world : World
        Whose numbers.
    group : str
        Whose exits they leave by.
    whole_at : int
        The year since the start in which nobody has left yet; negative where it lies before the start.
    begun : Begun or None
        Where they are, if they are followed from a later year on.
    """
    said = case.scenario.pathways[pathway]
    states = list(dict.fromkeys(said.states()))
    by_age = isinstance(said, Stages) and any(stage.until_age is not None for stage in said.stages)
    if isinstance(said, Markov):
        by_age = any(isinstance(each, ByAge) for row in said.transitions.values() for each in shares_of(row).values())
    flows = (flow for state in states for flow in case.scenario.states[state].flows.values())
    by_age = by_age or any(isinstance(flow.quantity, ByAge) for flow in flows)
    leave = case.scenario.groups[group].exits
    by_age = by_age or any(isinstance(each, ByAge) for each in leave.values())
    states += leave
    touched = [f"pathways.{pathway}.", *(f"states.{state}.flows." for state in states)]
    concerned = world.concerning(*touched, *([f"groups.{group}.exits."] if leave else []))
    exits = Exits(group, whole_at) if leave else None
    return Request(pathway, age if by_age else None, concerned, exits, begun)


def state_sheet(inputs: Inputs, needs: Mapping[Request, Need], *, lang: Lang) -> dict[Request, Walk]:
    """Write every pathway that is needed, and return its cells.

    Parameters
    ----------
    inputs : Inputs
        Where its numbers are stated.
    needs : mapping of Request to Need
        What is needed.
    lang : {"sv", "en"}
        The language.
    """
    sheet = Sheet(word("sheets", "states", lang), (34, 34, 34, 9, 9, 9, 9, 9, 9), _HEAD + 1, 3)
    inputs.book.sheets.append(sheet)
    sheet.put(0, 0, word("sheets", "states", lang), "title")
    sheet.put(1, 0, word("says", "states", lang), "lead")
    sheet.texts(_HEAD, [word("heads", head, lang) for head in _HEADS], "head")
    longest = max((need.years for need in needs.values()), default=0)
    clock: list[Expr] = []
    for year in range(longest + 1):
        sheet.put(_HEAD, FIRST_YEAR + year, float(year), "head")
        clock.append(
            Expr(float(year), (Ref(sheet.name, _HEAD, FIRST_YEAR + year, _HEAD, FIRST_YEAR + year, None, True),))
        )
    walks = {}
    for asked, need in needs.items():
        sheet.skip()
        walks[asked] = _walk(inputs, sheet, asked, need, clock, lang)
    return walks


def _walk(inputs: Inputs, sheet: Sheet, asked: Request, need: Need, clock: Sequence[Expr], lang: Lang) -> Walk:
    scenario = inputs.case.scenario
    said = scenario.pathways[asked.pathway]
    title = asked.pathway if said.title is None else str(getattr(said.title, lang))
    if asked.age is not None:
        title += f", {word('rows', 'from_age', lang, age=asked.age)}"
    if asked.begun is not None:
        there = str(getattr(scenario.states[asked.begun.state].title, lang))
        title += f", {word('rows', 'begun', lang, state=there, years=asked.begun.years)}"
    if asked.exits is not None:
        title += f", {getattr(scenario.groups[asked.exits.group].title, lang)}"
    if asked.world.side == "alt":
        title += f" ({word('rows', 'alternative', lang)})"
    sheet.put(sheet.next_row, 0, f"{title} [{said.model}]", "section")
    page = Page(
        sheet=sheet, path=f"pathways.{asked.pathway}", at=inputs.getter(asked.world), age=asked.age, years=need.years,
        clock=clock[: need.years + 1], title=lambda state: str(getattr(scenario.states[state].title, lang)),
        say=lambda id_, **filled: word("rows", id_, lang, **filled), begun=asked.begun,
    )  # fmt: skip
    walked = walk_formulas(said, page)
    if asked.exits is not None:
        exits, path = scenario.groups[asked.exits.group].exits, f"groups.{asked.exits.group}.exits"
        walked = with_exits(walked, page, exits, path, whole_at=asked.exits.whole_at)
    entries: dict[tuple[str, bool], Row] = {}
    used: dict[tuple[str, str, bool], Row] = {}
    for state in walked.occupancy:
        flows = scenario.states[state].flows
        if any(flow.per == "entry" for flow in flows.values()):
            for already in sorted(need.already):
                entries[state, already] = _entries(page, walked, state, already)
        for id_, flow in flows.items():
            if not is_constant(flow, said):
                for already in sorted(need.already) if flow.per == "entry" else [False]:
                    persons = entries[state, already] if flow.per == "entry" else walked.occupancy[state]
                    title = flow_title(inputs.case, state, id_, lang)
                    used[state, id_, already] = _used(page, walked, said, state, id_, flow, persons, title)
    return Walk(walked.occupancy, entries, used, page)


def _entries(page: Page, walked: Walked, state: str, already: bool) -> Row:
    cells = list(walked.entries[state])
    if already:
        cells[0] = cells[0] - walked.placement[state]
    return page.row(state, page.say("entries_already" if already else "entries"), cells)


def quantity_in(flow: Flow, state: str, id_: str, page: Page, year: int) -> Expr:
    """Return the cell of a flow's quantity in a year since the start."""
    return profile_at(flow.quantity, f"states.{state}.flows.{id_}.quantity", page, year)


def _used(page: Page, walked: Walked, said: Pathway, state: str, id_: str, flow: Flow, persons: Row, title: str) -> Row:
    name = f"states.{state}.flows.{id_}.quantity"
    label = page.say("used", flow=title)
    if not isinstance(flow.quantity, ByYear) or flow.per == "entry" or not _since_entry(flow, said):
        return page.row(
            state,
            label,
            [each * quantity_in(flow, state, id_, page, year) for year, each in enumerate(persons)],
            "plain",
        )
    quantities = [page.at(list_name(name, year)) for year in range(len(flow.quantity.by_year))]
    terms = time_in_years(page, walked.stays, state, quantities)
    if walked.alive is not None:
        terms = [[each * share for each, share in zip(row, walked.alive, strict=True)] for row in terms]
    chunks = (terms[start : start + _TERMS] for start in range(0, len(terms), _TERMS))
    parts = [page.row(state, label, totals(chunk, page.years), "plain") for chunk in chunks]
    return (
        parts[0]
        if len(parts) == 1
        else page.row(state, page.say("used_sum", flow=title), totals(parts, page.years), "plain")
    )
