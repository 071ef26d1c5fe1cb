"""The sheet of persons: who is in each state each year, in every part that the flows are reckoned from."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.outputs.workbook.coming import (
    Alike,
    Sized,
    Spread,
    Strand,
    There,
    inflow,
    participants,
    shares,
    strands,
    taxable,
)
from utanforskap.outputs.workbook.effects import Moves
from utanforskap.outputs.workbook.expressions import Expr, number, total, totals
from utanforskap.outputs.workbook.inputs import Inputs, World, factor
from utanforskap.outputs.workbook.model import Sheet
from utanforskap.outputs.workbook.names import flow_title
from utanforskap.outputs.workbook.walks import Request, Walk, constant_name, is_constant
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

Row = list[Expr]
Key = TypeVar("Key", bound=Hashable)
Laid = Sequence[tuple[Strand, Spread]]
HEAD = 4
STATE, _ONE, _SUM, FIRST_YEAR = 1, 3, 4, 5


@dataclass(frozen=True)
class Rows:
    """Rows of the sheet that flows are reckoned from.

    Attributes
    ----------
    net : mapping of str to list of Expr
        Cells by state and calendar year: person-years that flows follow.
    used : mapping of (str, str) to list of Expr
        Cells by state and flow: units, where they are not a constant times person-years.
    """

    net: Mapping[str, Row]
    used: Mapping[tuple[str, str], Row]


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
    rows : Rows
        Their person-years and units.
    seen : mapping of str to list of Expr
        Cells by state: person-years of those whom the case is about; without those displaced.
    whole : list of Expr
        Cells by year: how many there should be in all; empty for those moved, who sum to nothing.
    late : Rows or None
        Their rows without the last years that each is followed, whose tax is equalised too late to be counted; None
        where all are followed to the horizon's end.
    """

    id: str
    group: str
    world: World
    rows: Rows
    seen: Mapping[str, Row]
    whole: Row
    late: Rows | None = None


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

    def years(self) -> range:
        """Return the calendar years."""
        horizon = self.inputs.case.scenario.horizon
        return range(horizon.first_year, horizon.first_year + horizon.years)

    # --- whole groups -------------------------------------------------------------------------

    def whole_groups(self, id_: str, world: World, *, reference: bool) -> None:
        """Write the persons of every group on their pathways, or all on the reference."""
        self.section(word("parts", id_, self.lang))
        for group_id, group in self.inputs.case.scenario.groups.items():
            self.parts.append(self._whole_group(id_, group_id, group, world, reference=reference))

    def _whole_group(self, id_: str, group_id: str, group: Group, world: World, *, reference: bool) -> Part:
        laid, whole = self._laid(group_id, group, world, reference=reference)
        rows = self._rows(group_id, laid)
        whole = self.row(group_id, "", "whole", whole)
        short = self._short(group)
        late = self._rows(group_id, laid, short) if short else None
        return Part(id_, group_id, world, rows, rows.net, whole, late)

    def _rows(self, group: str, laid: Laid, short: int = 0) -> Rows:
        """Write person-years and units; only where tax is paid, if the last years are left out."""
        walks = [self.walks[each.request] for each, _ in laid]
        states = dict.fromkeys(state for walk in walks for state in walk.occupancy)
        if short:
            states = {state: None for state in states if taxable(self.inputs.case, state)}
        said = "_late" if short else ""
        net = {
            state: self.row(group, state, f"person_years{said}", self._person_years(laid, state, short), years=short)
            for state in states
        }
        used = {
            (state, flow): self.row(
                group, state, f"units{said}", self._units(laid, state, flow, short),
                flow=self._title(state, flow), years=short,
            )
            for state in states
            for flow in self._counted_apart(state, [each.pathway for each, _ in laid])
            if not short or f"states.{state}.flows.{flow}" in taxable(self.inputs.case, state)
        }  # fmt: skip
        return Rows(net, used)

    def _laid(
        self, id_: str, group: Group, world: World, *, reference: bool
    ) -> tuple[list[tuple[Strand, Spread]], list[Expr]]:
        """Write how many walk each pathway; return how they are laid beside the years, and how many are there."""
        case, years = self.inputs.case, len(self.years())
        mix = group.reference if reference else group.pathways
        assert mix is not None
        parts = shares(self.inputs, mix, f"groups.{id_}.{'reference' if reference else 'pathways'}", world)
        offsets = [cohort - self.years()[0] for cohort in cohorts_of(group, case.scenario)]
        everyone = self.inputs.at(f"groups.{id_}.persons", world)
        followed, coming, backwards = None, [everyone] * len(offsets), [number(0.0)]
        if group.inflow is not None:
            followed = group.inflow.per_cohort
            coming = self._by_year(id_, "coming", inflow(self.inputs, id_, world))
            backwards = self.row(id_, "", "backwards", coming[::-1])
        laid: list[tuple[Strand, Spread]] = []
        alike: list[Expr] = []
        there: list[Expr] = []
        for each in strands(case, id_, world, reference=reference):
            said = case.scenario.pathways[each.pathway].title
            title = each.pathway if said is None else str(getattr(said, self.lang))
            if each.stock is not None:
                named = group.initial_stock[each.stock].title
                stock = each.stock if named is None else str(getattr(named, self.lang))
                stated = self.inputs.at(f"groups.{id_}.initial_stock.{each.stock}.persons", world)
                count = stated * parts[each.pathway] if reference else stated
                there.append(self.one(id_, word("rows", "there", self.lang, stock=stock, pathway=title), count))
                laid.append((each, There(there[-1], each.since, years)))
            elif group.inflow is not None:
                share = self.one(id_, word("rows", "share_on", self.lang, pathway=title), parts[each.pathway])
                laid.append((each, Sized(share, backwards, offsets[0], years, followed)))
            else:
                count = everyone * parts[each.pathway]
                alike.append(self.one(id_, word("rows", "on_pathway", self.lang, pathway=title), count))
                laid.append((each, Alike(alike[-1], offsets, years)))
        whole = []
        for year in range(years):
            if group.inflow is None:
                come = total(alike) * sum(offset <= year for offset in offsets)
            else:
                since = year - offsets[0] + 1
                come = total(coming[0 if followed is None else max(since - followed, 0) : max(since, 0)])
            whole.append(come + total(there) if there else come)
        return laid, whole

    def _by_year(self, group: str, said: str, sizes: Mapping[int, Expr]) -> Row:
        """Write how many start each calendar year, and return the cells from the first cohort's to the last's."""
        made = self.row(group, "", said, [sizes.get(year, number(0.0)) for year in self.years()])
        return made[min(sizes) - self.years()[0] : max(sizes) - self.years()[0] + 1]

    def _counted_apart(self, state: str, pathways: Sequence[str]) -> Iterator[str]:
        """Yield the flows of a state whose units are not a constant times person-years."""
        scenario = self.inputs.case.scenario
        for flow, said in scenario.states[state].flows.items():
            if said.per == "entry" or not all(is_constant(said, scenario.pathways[each]) for each in pathways):
                yield flow

    def _short(self, group: Group) -> int:
        """Return for how many years equalisation comes after the tax, where those who come are not followed so long."""
        taxes = self.inputs.case.scenario.taxes
        followed = group.inflow is not None and group.inflow.per_cohort is not None
        return taxes.retention.after_years if followed and taxes is not None and taxes.retention is not None else 0

    def _person_years(self, laid: Laid, state: str, short: int) -> list[Expr]:
        rows = [
            spread.over(self.walks[each.request].occupancy[state], short=short)
            for each, spread in laid
            if state in self.walks[each.request].occupancy
        ]
        return totals(rows, len(self.years()))

    def _units(self, laid: Laid, state: str, flow_id: str, short: int) -> list[Expr]:
        """Return the units of a flow by calendar year, added up over pathways."""
        flow = self.inputs.case.scenario.states[state].flows[flow_id]
        rows = []
        for each, spread in laid:
            walk, entry = self.walks[each.request], flow.per == "entry"
            already = each.already if entry else False
            row, per = walk.used.get((state, flow_id, already)), None
            if is_constant(flow, self.inputs.case.scenario.pathways[each.pathway]):
                row = walk.entries.get((state, already)) if entry else walk.occupancy.get(state)
                per = walk.page.at(constant_name(flow, f"states.{state}.flows.{flow_id}.quantity"))
            if row is not None:
                rows.append(spread.over(row, per=per, short=short))
        return totals(rows, len(self.years()))

    # --- those who are moved ------------------------------------------------------------------

    def moved(self, id_: str, moves: Moves, world: World) -> None:
        """Write the persons whom a programme moves, and with those whom they displace."""
        programme = self.inputs.case.scenario.programmes[id_]
        group = programme.reaches.group
        title = str(getattr(programme.title, self.lang))
        self.section(word("parts", "moved_by", self.lang, programme=title))
        spread = self._participants(id_, group, world)
        kept = 1 - factor(self.inputs, id_, "displacement", world)
        seen = {state: self.row(group, state, "moved", spread.over(row)) for state, row in moves.occupancy.items()}
        net = {state: self.row(group, state, "moved_net", [each * kept for each in row]) for state, row in seen.items()}
        used = {
            (state, flow): self.row(group, state, "units", spread.over(row, per=kept), flow=self._title(state, flow))
            for (state, flow), row in moves.used.items()
        }
        short = self._short(self.inputs.case.scenario.groups[group])
        late = self._moved_late(group, moves, spread, kept, short) if short else None
        self.parts.append(Part("moved", group, world, Rows(net, used), seen, [], late))

    def _moved_late(self, group: str, moves: Moves, spread: Spread, kept: Expr, short: int) -> Rows:
        taxed = [state for state in moves.occupancy if taxable(self.inputs.case, state)]
        net = {
            state: self.row(
                group, state, "person_years_late", spread.over(moves.occupancy[state], per=kept, short=short),
                years=short,
            )
            for state in taxed
        }  # fmt: skip
        used = {
            (state, flow): self.row(
                group, state, "units_late", spread.over(row, per=kept, short=short),
                flow=self._title(state, flow), years=short,
            )
            for (state, flow), row in moves.used.items()
            if f"states.{state}.flows.{flow}" in taxable(self.inputs.case, state)
        }  # fmt: skip
        return Rows(net, used)

    def _participants(self, id_: str, group: str, world: World) -> Spread:
        """Write how many a programme reaches, and return how they are laid beside the years."""
        scenario, first = self.inputs.case.scenario, self.years()[0]
        again = scenario.groups[group].inflow
        sizes = participants(self.inputs, id_, world)
        if again is None and not scenario.programmes[id_].reaches.share:
            count = self.one(group, word("rows", "participants", self.lang), next(iter(sizes.values())))
            return Alike(count, [cohort - first for cohort in sizes], len(self.years()))
        backwards = self.row(group, "", "backwards", self._by_year(group, "participants", sizes)[::-1])
        followed = None if again is None else again.per_cohort
        return Sized(None, backwards, min(sizes) - first, len(self.years()), followed)

    def merged(self) -> None:
        """Put those whom several programmes move in one group into one part, whose flows are reckoned together."""
        moving = [part for part in self.parts if not part.whole]
        for group in dict.fromkeys(part.group for part in moving):
            own = [part for part in moving if part.group == group]
            if len(own) == 1:
                continue
            self.section(word("parts", "moved_all", self.lang))
            rows = self._sum(group, [part.rows for part in own], "moved_net", "units")
            lates = [part.late for part in own if part.late is not None]
            short = self._short(self.inputs.case.scenario.groups[group])
            late = self._sum(group, lates, "person_years_late", "units_late", years=short) if lates else None
            seen = dict(_sums([part.seen for part in own]))
            self.parts = [part for part in self.parts if part not in own]
            self.parts.append(replace(own[0], rows=rows, seen=seen, late=late))

    def _sum(self, group: str, parts: Sequence[Rows], persons: str, units: str, **filled: object) -> Rows:
        net = {
            state: self.row(group, state, persons, rows, **filled)
            for state, rows in _sums([part.net for part in parts])
        }
        used = {
            (state, flow): self.row(group, state, units, rows, flow=self._title(state, flow), **filled)
            for (state, flow), rows in _sums([part.used for part in parts])
        }
        return Rows(net, used)

    def with_programmes(self, base: str) -> None:
        """Write who is where when the programmes are carried out."""
        self.section(word("parts", "with", self.lang))
        for group in self.inputs.case.scenario.groups:
            own = [part for part in self.parts if part.group == group and (part.id == base or not part.whole)]
            for state, sums in _sums([part.seen for part in own]):
                self.totals[group, state] = self.row(group, state, "person_years", sums)

    def _title(self, state: str, flow: str) -> str:
        return flow_title(self.inputs.case, state, flow, self.lang)


def _sums(tables: Sequence[Mapping[Key, Row]]) -> Iterator[tuple[Key, list[Expr]]]:
    """Yield the sums of rows that some tables have under the same key."""
    for key in dict.fromkeys(key for table in tables for key in table):
        rows = [table[key] for table in tables if key in table]
        yield key, totals(rows, len(rows[0]))


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
