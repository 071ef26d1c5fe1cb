"""The sheet of programmes: what one participant's start changes, year by year since the cohort began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from utanforskap.engine.effects import reached
from utanforskap.inputs.parts.pathways import Pathway
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.outputs.workbook.expressions import (
    Expr,
    Ref,
    above,
    call,
    equals,
    largest,
    number,
    smallest,
    total,
    where,
)
from utanforskap.outputs.workbook.inputs import Inputs, World, factor, lag_row
from utanforskap.outputs.workbook.model import Look, Sheet
from utanforskap.outputs.workbook.names import flow_title
from utanforskap.outputs.workbook.pages import FIRST_YEAR, Row
from utanforskap.outputs.workbook.walks import Request, Walk, constant_name, is_constant, quantity_in, request
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

_HEAD = 4
_SAME = 1e-12
_SCALAR = 3


@dataclass(frozen=True)
class Moves:
    """What one participant's start changes, by year since the cohort began.

    Attributes
    ----------
    occupancy : mapping of str to list of Expr
        Cells by state: persons more or fewer there.
    used : mapping of (str, str) to list of Expr
        Cells by state and flow: units more or fewer, where they are not a constant times the time in the state.
    """

    occupancy: Mapping[str, Row]
    used: Mapping[tuple[str, str], Row]


@dataclass(frozen=True)
class Plan:
    """How a programme moves its participants.

    Attributes
    ----------
    id : str
        The programme.
    programme : Programme
        What is said of it.
    old, new : Request
        The pathways that are left and reached.
    start, offset : int
        Years from the cohort's start to the participants', and to the new pathway's.
    years : int
        From the first reached cohort to the horizon's end.
    already : bool
        Whether being placed in a state is no entry.
    """

    id: str
    programme: Programme
    old: Request
    new: Request
    start: int
    offset: int
    years: int
    already: bool


def plan_of(inputs: Inputs, id_: str, world: World) -> Plan:
    """Return how a programme moves its participants."""
    case = inputs.case
    programme = case.scenario.programmes[id_]
    group = case.scenario.groups[programme.reaches.group]
    first = reached(case, programme)[0]
    start = programme.starts - first
    offset = start if programme.new_pathway_clock == "start" else 0
    horizon = case.scenario.horizon
    age = None if group.age is None else group.age + offset
    return Plan(
        id=id_, programme=programme, start=start, offset=offset, already=group.already,
        old=request(case, programme.reaches.pathway, group.age, world, group=programme.reaches.group),
        new=request(case, programme.leads_to, age, world, group=programme.reaches.group, whole_at=-offset),
        years=horizon.first_year + horizon.years - first,
    )  # fmt: skip


def effect_sheet(
    inputs: Inputs, plans: Sequence[Plan], walks: Mapping[Request, Walk], world: World, *, lang: Lang
) -> dict[str, Moves]:
    """Write what every programme changes for a participant, and return the cells by programme.

    Parameters
    ----------
    inputs : Inputs
        Where its numbers are stated.
    plans : sequence of Plan
        The programmes.
    walks : mapping of Request to Walk
        The pathways.
    world : World
        Whose numbers.
    lang : {"sv", "en"}
        The language.
    """
    sheet = Sheet(word("sheets", "effects", lang), (34, 34, 40, 9, 3, 3, 3, 3, 9), _HEAD + 1, 3)
    inputs.book.sheets.append(sheet)
    sheet.put(0, 0, word("sheets", "effects", lang), "title")
    sheet.put(1, 0, word("says", "effects", lang), "lead")
    sheet.texts(_HEAD, [word("heads", head, lang) for head in ("programme", "state", "what", "one_number")], "head")
    longest = max(plan.years for plan in plans)
    clock: list[Expr] = []
    for year in range(longest):
        sheet.put(_HEAD, FIRST_YEAR + year, float(year), "head")
        clock.append(
            Expr(float(year), (Ref(sheet.name, _HEAD, FIRST_YEAR + year, _HEAD, FIRST_YEAR + year, None, True),))
        )
    made = {}
    for plan in plans:
        sheet.skip()
        sheet.put(sheet.next_row, 0, str(getattr(plan.programme.title, lang)), "section")
        made[plan.id] = _Writer(inputs, sheet, plan, walks[plan.old], walks[plan.new], world, clock, lang).moves()
    return made


@dataclass(frozen=True)
class _Writer:
    inputs: Inputs
    sheet: Sheet
    plan: Plan
    old: Walk
    new: Walk
    world: World
    clock: Sequence[Expr]
    lang: Lang

    def row(self, state: str, said: str, cells: Sequence[Expr], look: Look = "share", **filled: object) -> Row:
        row = self.sheet.next_row
        title = str(getattr(self.inputs.case.scenario.states[state].title, self.lang)) if state else ""
        self.sheet.texts(row, (title, word("rows", said, self.lang, **filled)), "label", column=1)
        return self.sheet.line(row, FIRST_YEAR, cells, look)

    def one(self, said: str, cell: Expr) -> Expr:
        row = self.sheet.next_row
        self.sheet.put(row, 2, word("rows", said, self.lang), "label")
        return self.sheet.add(row, _SCALAR, cell, "factor")

    def at(self, name: str) -> Expr:
        return factor(self.inputs, self.plan.id, name, self.world)

    @property
    def states(self) -> list[str]:
        return list(dict.fromkeys([*self.new.occupancy, *self.old.occupancy]))

    def here(self, state: str, year: int) -> Expr | None:
        """Return the share of a year since the cohort's start that the old pathway spends in a state."""
        row = self.old.occupancy.get(state)
        return row[year] if row is not None and year >= 0 else None

    def there(self, state: str, year: int) -> Expr | None:
        """Return the same of the new pathway."""
        row = self.new.occupancy.get(state)
        since = year - self.plan.offset
        return row[since] if row is not None and since >= 0 else None

    def _apart(self, state: str, year: int) -> Expr:
        return _less(self.there(state, year), self.here(state, year))

    def moves(self) -> Moves:
        succeed = self.at("success")
        if self.plan.programme.fidelity is not None:
            succeed = succeed * self.inputs.at(f"programmes.{self.plan.id}.fidelity", self.world)
        success = self.one("share_moved", succeed * (1 - self.at("deadweight")) * self.at("attribution"))
        share = self._share(success)
        occupancy = {
            state: self.row(
                state, "moved_persons",
                [share[year] * self._apart(state, year) for year in range(self.plan.years)],
            )
            for state in self.states
        }  # fmt: skip
        return Moves(occupancy, self._used(share))

    def _share(self, success: Expr) -> Row:
        """Write the share of participants who are on the new pathway because of the programme."""
        start, years = self.plan.start, self.plan.years
        lag = self.inputs.fact(lag_row(self.inputs.case, self.plan.id, self.lang))
        apart: Row = []
        row = self.sheet.next_row
        self.sheet.put(row, 2, word("rows", "apart", self.lang), "label")
        for year in range(start, years):
            differences = [self._apart(state, year) for state in self.states]
            sizes = [call("ABS", abs(each.value), each) for each in differences]
            differs = where(above(largest(*sizes, *apart[-1:]), _SAME), 1, 0)
            apart.append(self.sheet.add(row, FIRST_YEAR + year, differs, "plain"))
        first = self.one("first_apart", number(years - start) - total(list(apart)) if apart else number(0.0))
        begins = self.one("effect_from", largest(lag, first))
        kept = 1 - self.at("drop_off")
        cells = []
        for year in range(years):
            since = self.clock[year] - start if start else self.clock[year]
            elapsed = largest(since - begins, 0)
            lasting = where(equals(elapsed, 0), success, success * kept**elapsed)
            cells.append(where(above(lag, since), 0, lasting) if year >= start else number(0.0))
        return self.row("", "share", cells)

    def _used(self, share: Row) -> dict[tuple[str, str], Row]:
        scenario = self.inputs.case.scenario
        old_said = scenario.pathways[self.plan.old.pathway]
        new_said = scenario.pathways[self.plan.new.pathway]
        used: dict[tuple[str, str], Row] = {}
        entered: dict[str, tuple[Row | None, Row | None]] = {}
        for state in self.states:
            for id_, flow in scenario.states[state].flows.items():
                if flow.per == "entry":
                    if state not in entered:
                        entered[state] = self._entered(state, share)
                    used[state, id_] = self._by_entries(state, id_, entered[state], new_said, old_said)
                elif not all(is_constant(flow, said) for said in (old_said, new_said)):
                    used[state, id_] = self._by_time(state, id_, share)
        return used

    def _by_time(self, state: str, id_: str, share: Row) -> Row:
        new, old = self.new.used.get((state, id_, False)), self.old.used.get((state, id_, False))
        cells = []
        for year in range(self.plan.years):
            since = year - self.plan.offset
            more = new[since] if new is not None and since >= 0 else None
            cells.append(share[year] * _less(more, old[year] if old is not None else None))
        return self.row(state, "moved_units", cells, "plain", flow=flow_title(self.inputs.case, state, id_, self.lang))

    def _entered(self, state: str, share: Row) -> tuple[Row | None, Row | None]:
        """Write entries into a state on the new pathway, and fewer on the old, per participant."""
        new = self.new.entries.get((state, self.plan.already))
        old = self.old.entries.get((state, self.plan.already))
        to_new, to_old = [], []
        for year in range(self.plan.years):
            now, before = share[year], share[max(year - 1, 0)]
            since = year - self.plan.offset
            if new is not None:
                kept = smallest(before, now) * new[since] if since >= 0 else number(0.0)
                arrived = largest(_less(self.there(state, year), self.here(state, year - 1)), 0)
                to_new.append(kept + largest(now - before, 0) * arrived)
            if old is not None:
                left = (smallest(1 - before, 1 - now) - 1) * old[year]
                arrived = largest(_less(self.here(state, year), self.there(state, year - 1)), 0)
                to_old.append(left + largest(before - now, 0) * arrived)
        return (
            self.row(state, "moved_entries_new", to_new) if new is not None else None,
            self.row(state, "moved_entries_old", to_old) if old is not None else None,
        )

    def _by_entries(
        self, state: str, id_: str, entered: tuple[Row | None, Row | None], new_said: Pathway, old_said: Pathway
    ) -> Row:
        flow = self.inputs.case.scenario.states[state].flows[id_]
        sides = ((entered[0], self.new, new_said, self.plan.offset), (entered[1], self.old, old_said, 0))
        cells = []
        for year in range(self.plan.years):
            terms = []
            for row, walk, said, offset in sides:
                if row is None or year < offset:
                    continue
                if is_constant(flow, said):
                    name = constant_name(flow, f"states.{state}.flows.{id_}.quantity")
                    quantity = self.inputs.at(name, self.world)
                else:
                    quantity = quantity_in(flow, state, id_, walk.page, year - offset)
                terms.append(row[year] * quantity)
            cells.append(total(terms))
        return self.row(state, "moved_units", cells, "plain", flow=flow_title(self.inputs.case, state, id_, self.lang))


def _less(more: Expr | None, fewer: Expr | None) -> Expr:
    if more is None:
        return number(0.0) if fewer is None else 0 - fewer
    return more if fewer is None else more - fewer
