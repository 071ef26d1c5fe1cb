"""The sheet of persons: who is in each state each year, in every part that the flows are reckoned from."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from utanforskap.engine.effects import reached
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.parts.shares import Mix, shares_of
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.outputs.workbook.effects import Moves
from utanforskap.outputs.workbook.expressions import Expr, number, total, totals
from utanforskap.outputs.workbook.inputs import Inputs, World, factor
from utanforskap.outputs.workbook.model import Sheet
from utanforskap.outputs.workbook.names import flow_title
from utanforskap.outputs.workbook.walks import Request, Walk, constant_name, is_constant, request
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

Row = list[Expr]
Key = TypeVar("Key", bound=Hashable)
HEAD = 4
STATE, _ONE, _SUM, FIRST_YEAR = 1, 3, 4, 5


@dataclass(frozen=True)
class Part:
    """Persons of one group whose flows are reckoned together.

    Attributes
    ----------
    id : str
        ``baseline``, ``alternative``, ``reference`` or ``moved``.
    group : str
        The group.
    world : World
        Whose numbers.
    net : mapping of str to list of Expr
        Cells by state and calendar year: person-years that flows follow.
    used : mapping of (str, str) to list of Expr
        Cells by state and flow: units, where they are not a constant times person-years.
    seen : mapping of str to list of Expr
        Cells by state: person-years of those whom the case is about; without those displaced.
    whole : list of Expr
        Cells by year: how many there should be in all; empty for those moved, who sum to nothing.
    """

    id: str
    group: str
    world: World
    net: Mapping[str, Row]
    used: Mapping[tuple[str, str], Row]
    seen: Mapping[str, Row]
    whole: Row


@dataclass
class PersonSheet:
    """The sheet of persons, with its parts and what they sum to.

    Attributes
    ----------
    sheet : Sheet
        The sheet.
    parts : list of Part
        In order.
    totals : dict of (str, str, str) to list of Expr
        Cells of persons with the programmes carried out, by ``with``, group and state.
    """

    inputs: Inputs
    sheet: Sheet
    walks: Mapping[Request, Walk]
    lang: Lang
    parts: list[Part] = field(default_factory=list)
    totals: dict[tuple[str, str], Row] = field(default_factory=dict)

    def section(self, title: str) -> None:
        """Begin a section."""
        self.sheet.put(self.sheet.skip(), 0, title, "section")

    def row(self, group: str, state: str, said: str, cells: Sequence[Expr], **filled: object) -> Row:
        """Write a row of years with its sum, and return the years' cells."""
        scenario = self.inputs.case.scenario
        at = self.sheet.next_row
        titles = (getattr(scenario.groups[group].title, self.lang), state and _title(self.inputs, state, self.lang))
        self.sheet.texts(at, (*map(str, titles), word("rows", said, self.lang, **filled)), "label")
        made = self.sheet.line(at, FIRST_YEAR, cells, "persons")
        self.sheet.add(at, _SUM, total(list(made)), "persons_total")
        return made

    def one(self, group: str, said: str, cell: Expr) -> Expr:
        """Write one number, and return its cell."""
        at = self.sheet.next_row
        title = str(getattr(self.inputs.case.scenario.groups[group].title, self.lang))
        self.sheet.texts(at, (title, "", said), "label")
        return self.sheet.add(at, _ONE, cell, "persons")

    def _title(self, state: str, flow: str) -> str:
        return flow_title(self.inputs.case, state, flow, self.lang)

    # --- parts --------------------------------------------------------------------------------

    def whole_groups(self, id_: str, world: World, *, reference: bool) -> None:
        """Write the persons of every group on their pathways, or all on the reference."""
        self.section(word("parts", id_, self.lang))
        for group_id, group in self.inputs.case.scenario.groups.items():
            self.parts.append(self._whole_group(id_, group_id, group, world, reference=reference))

    def _whole_group(self, id_: str, group_id: str, group: Group, world: World, *, reference: bool) -> Part:
        case = self.inputs.case
        mix = group.reference if reference else group.pathways
        assert mix is not None
        path = f"groups.{group_id}.{'reference' if reference else 'pathways'}"
        everyone = self.inputs.at(f"groups.{group_id}.persons", world)
        persons = {}
        for pathway, share in shares(self.inputs, mix, path, world).items():
            said = case.scenario.pathways[pathway].title
            title = pathway if said is None else str(getattr(said, self.lang))
            persons[pathway] = self.one(
                group_id, word("rows", "on_pathway", self.lang, pathway=title), everyone * share
            )
        cohorts = cohorts_of(group, case.scenario)
        walks = {pathway: self.walks[request(case, pathway, group.age, world)] for pathway in persons}
        net: dict[str, Row] = {}
        for state in dict.fromkeys(state for walk in walks.values() for state in walk.occupancy):
            rows = {pathway: walk.occupancy.get(state) for pathway, walk in walks.items()}
            net[state] = self.row(group_id, state, "person_years", self._added(rows, persons, cohorts))
        used = {
            (state, flow): self.row(
                group_id,
                state,
                "units",
                self._units(walks, persons, cohorts, group, state, flow),
                flow=self._title(state, flow),
            )
            for state in net
            for flow, said in case.scenario.states[state].flows.items()
            if said.per == "entry" or not all(is_constant(said, case.scenario.pathways[pathway]) for pathway in persons)
        }
        started = [sum(cohort <= year for cohort in cohorts) for year in self.years()]
        whole = self.row(group_id, "", "whole", [total(list(persons.values())) * count for count in started])
        return Part(id_, group_id, world, net, used, net, whole)

    def _units(
        self,
        walks: Mapping[str, Walk],
        persons: Mapping[str, Expr],
        cohorts: Sequence[int],
        group: Group,
        state: str,
        flow_id: str,
    ) -> list[Expr]:
        """Return the units of a flow by calendar year, added up over pathways."""
        flow = self.inputs.case.scenario.states[state].flows[flow_id]
        already = group.already if flow.per == "entry" else False
        rows: dict[str, Row | None] = {}
        counts: dict[str, Expr] = {}
        for pathway, walk in walks.items():
            if is_constant(flow, self.inputs.case.scenario.pathways[pathway]):
                name = constant_name(flow, f"states.{state}.flows.{flow_id}.quantity")
                rows[pathway] = walk.entries.get((state, already)) if flow.per == "entry" else walk.occupancy.get(state)
                counts[pathway] = persons[pathway] * walk.page.at(name)
            else:
                rows[pathway] = walk.used.get((state, flow_id, already))
                counts[pathway] = persons[pathway]
        return self._added(rows, counts, cohorts)

    def moved(self, id_: str, moves: Moves, world: World) -> None:
        """Write the persons whom a programme moves, and with those whom they displace."""
        case = self.inputs.case
        programme = case.scenario.programmes[id_]
        group = programme.reaches.group
        title = str(getattr(programme.title, self.lang))
        self.section(word("parts", "moved_by", self.lang, programme=title))
        cohorts = reached(case, programme)
        count = self.one(group, word("rows", "participants", self.lang), participants(self.inputs, id_, world))
        kept = 1 - factor(self.inputs, id_, "displacement", world)
        reached_of = reached_shares(self.inputs, id_, cohorts, world)
        seen = {
            state: self.row(group, state, "moved", self._times(count, row, cohorts, reached_of))
            for state, row in moves.occupancy.items()
        }
        net = {state: self.row(group, state, "moved_net", [each * kept for each in row]) for state, row in seen.items()}
        used = {
            (state, flow): self.row(
                group, state, "units", self._times(count * kept, row, cohorts, reached_of),
                flow=self._title(state, flow),
            )
            for (state, flow), row in moves.used.items()
        }
        self.parts.append(Part("moved", group, world, net, used, seen, []))

    def merged(self) -> None:
        """Put those whom several programmes move in one group into one part, whose flows are reckoned together."""
        moving = [part for part in self.parts if not part.whole]
        for group in dict.fromkeys(part.group for part in moving):
            own = [part for part in moving if part.group == group]
            if len(own) == 1:
                continue
            self.section(word("parts", "moved_all", self.lang))
            net = {
                state: self.row(group, state, "moved_net", rows) for state, rows in _sums([part.net for part in own])
            }
            used = {
                (state, flow): self.row(group, state, "units", rows, flow=self._title(state, flow))
                for (state, flow), rows in _sums([part.used for part in own])
            }
            seen = dict(_sums([part.seen for part in own]))
            self.parts = [part for part in self.parts if part not in own]
            self.parts.append(Part("moved", group, own[0].world, net, used, seen, []))

    def with_programmes(self, base: str) -> None:
        """Write who is where when the programmes are carried out."""
        self.section(word("parts", "with", self.lang))
        for group in self.inputs.case.scenario.groups:
            own = [part for part in self.parts if part.group == group and (part.id == base or not part.whole)]
            for state, sums in _sums([part.seen for part in own]):
                self.totals[group, state] = self.row(group, state, "person_years", sums)

    # --- cohorts ------------------------------------------------------------------------------

    def years(self) -> range:
        """Return the calendar years."""
        horizon = self.inputs.case.scenario.horizon
        return range(horizon.first_year, horizon.first_year + horizon.years)

    def _added(self, rows: Mapping[str, Row | None], persons: Mapping[str, Expr], cohorts: Sequence[int]) -> list[Expr]:
        """Return persons on each pathway times what one does, by calendar year, added up over cohorts and pathways."""
        parts = [self._times(persons[pathway], row, cohorts) for pathway, row in rows.items() if row is not None]
        return totals(parts, len(self.years()))

    def _times(
        self, count: Expr, row: Sequence[Expr], cohorts: Sequence[int], shares: Mapping[int, Expr] | None = None
    ) -> list[Expr]:
        """Return a cohort's row times how many it is, by calendar year, summed over cohorts, each times its share."""
        cells = []
        for year in self.years():
            if shares:
                there = [cohort for cohort in cohorts if cohort <= year]
                cells.append(count * total([row[year - cohort] * shares[cohort] for cohort in there]))
                continue
            since = sorted(year - cohort for cohort in cohorts if cohort <= year)
            cells.append(count * total([row[each] for each in since]) if since else number(0.0))
        return cells


def _sums(tables: Sequence[Mapping[Key, Row]]) -> Iterator[tuple[Key, list[Expr]]]:
    """Yield the sums of rows that some tables have under the same key."""
    for key in dict.fromkeys(key for table in tables for key in table):
        rows = [table[key] for table in tables if key in table]
        yield key, totals(rows, len(rows[0]))


def shares(inputs: Inputs, mix: Mix, path: str, world: World) -> dict[str, Expr]:
    """Return the share of each part of a whole; ``rest`` is what the others leave."""
    if isinstance(mix, str):
        return {mix: number(1.0)}
    whole = shares_of(mix)
    stated = {id_: inputs.at(f"{path}.{id_}", world) for id_, share in whole.items() if share != "rest"}
    rest = 1 - total(list(stated.values())) if stated else number(1.0)
    return {id_: stated.get(id_, rest) for id_ in whole}


def participants(inputs: Inputs, id_: str, world: World) -> Expr:
    """Return how many persons of each reached cohort a programme can move."""
    reaches = inputs.case.scenario.programmes[id_].reaches
    if reaches.persons != "all":
        return inputs.at(f"programmes.{id_}.reaches.persons", world)
    path = f"groups.{reaches.group}"
    mix = inputs.case.scenario.groups[reaches.group].pathways
    return inputs.at(f"{path}.persons", world) * shares(inputs, mix, f"{path}.pathways", world)[reaches.pathway]


def reached_shares(inputs: Inputs, id_: str, cohorts: Sequence[int], world: World) -> dict[int, Expr]:
    """Return the share of each reached cohort's persons that a programme reaches; empty where it is all or a number."""
    reaches = inputs.case.scenario.programmes[id_].reaches
    path = f"programmes.{id_}.reaches.share"
    return {
        cohort: inputs.at(f"{path}.{level}", world)
        for cohort in cohorts
        if (level := reaches.level_from(cohort)) is not None
    }


def enrolled(inputs: Inputs, programme: Programme, id_: str, world: World) -> Expr:
    """Return how many persons of each reached cohort a programme pays for."""
    if programme.reaches.enrolled is not None:
        return inputs.at(f"programmes.{id_}.reaches.enrolled", world)
    return participants(inputs, id_, world)


def _title(inputs: Inputs, state: str, lang: Lang) -> str:
    return str(getattr(inputs.case.scenario.states[state].title, lang))


def person_sheet(inputs: Inputs, walks: Mapping[Request, Walk], *, lang: Lang) -> PersonSheet:
    """Return the sheet of persons, to be filled part by part."""
    horizon = inputs.case.scenario.horizon
    sheet = Sheet(word("sheets", "persons", lang), (30, 34, 46, 11, 12, 10), HEAD + 1, 3)
    inputs.book.sheets.append(sheet)
    sheet.put(0, 0, word("sheets", "persons", lang), "title")
    sheet.put(1, 0, word("says", "persons", lang), "lead")
    sheet.texts(
        HEAD, [word("heads", head, lang) for head in ("group", "state", "what_plain", "one_number", "sum")], "head"
    )
    for position in range(horizon.years):
        sheet.put(HEAD, FIRST_YEAR + position, float(horizon.first_year + position), "head")
    return PersonSheet(inputs, sheet, walks, lang)
