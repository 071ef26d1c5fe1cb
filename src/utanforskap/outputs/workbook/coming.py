"""Who walks which pathway, and how what one of them does is laid beside the calendar's years."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from utanforskap.engine.effects import reached
from utanforskap.engine.routes import Begun
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.shares import Mix, ids_of, shares_of
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.outputs.workbook.expressions import Expr, number, total, weighed
from utanforskap.outputs.workbook.inputs import Inputs, World
from utanforskap.outputs.workbook.walks import Request, request


@dataclass(frozen=True)
class Strand:
    """Some of a group on one pathway.

    Attributes
    ----------
    pathway : str
        The pathway.
    request : Request
        The pathway as they walk it.
    years : int
        For how many years since its start it is walked.
    already : bool
        Whether being placed in a state is no entry for them.
    stock : str or None
        The initial stock that they are; None is those who come.
    since : int
        For how many years before the horizon it has been walked.
    """

    pathway: str
    request: Request
    years: int
    already: bool
    stock: str | None = None
    since: int = 0


def strands(case: Case, id_: str, world: World, *, reference: bool) -> Iterator[Strand]:
    """Yield those of a group who come, pathway by pathway, and then those who are there when the horizon begins.

    Parameters
    ----------
    case : Case
        The case.
    id_ : str
        The group.
    world : World
        Whose numbers.
    reference : bool
        Whether all are on the group's reference.
    """
    group, horizon = case.scenario.groups[id_], case.scenario.horizon
    mix = ids_of(group.reference if reference else group.pathways)
    years = horizon.first_year + horizon.years - cohorts_of(group, case.scenario)[0]
    for pathway in mix:
        yield Strand(pathway, request(case, pathway, group.age, world, group=id_), years, group.already)
    for name, stock in group.initial_stock.items():
        if reference:
            for pathway in mix:
                asked = request(case, pathway, stock.age, world, group=id_)
                yield Strand(pathway, asked, horizon.years, True, name)
            continue
        since = stock.duration
        age = None if stock.age is None else stock.age - since
        begun = Begun(stock.state, since)
        asked = request(case, stock.pathway, age, world, group=id_, whole_at=since, begun=begun)
        yield Strand(stock.pathway, asked, horizon.years + since, True, name, since)


class Spread(Protocol):
    """How what one person does is laid beside the calendar's years."""

    def over(self, row: Sequence[Expr], *, per: Expr | None = None, short: int = 0) -> list[Expr]:
        """Return what all do, by calendar year of the horizon.

        Parameters
        ----------
        row : sequence of Expr
            What one does, by year since the start.
        per : Expr or None
            What it is multiplied by; None is nothing.
        short : int
            How many years before their end those who are followed for some years are left out.
        """
        ...


@dataclass(frozen=True)
class Alike:
    """Cohorts of one size.

    Attributes
    ----------
    count : Expr
        Persons in each.
    cohorts : sequence of int
        In which of the horizon's years they start.
    years : int
        How many the horizon has.
    """

    count: Expr
    cohorts: Sequence[int]
    years: int

    def over(self, row: Sequence[Expr], *, per: Expr | None = None, short: int = 0) -> list[Expr]:
        """Return what all do, by calendar year."""
        del short  # they are followed to the horizon's end
        count = self.count if per is None else self.count * per
        cells = []
        for year in range(self.years):
            since = sorted(year - cohort for cohort in self.cohorts if cohort <= year)
            cells.append(count * total([row[each] for each in since]) if since else number(0.0))
        return cells


@dataclass(frozen=True)
class Sized:
    """A cohort each year, of sizes that differ: sums of products along the diagonal.

    Attributes
    ----------
    share : Expr or None
        The share of each cohort; None is all of it.
    backwards : sequence of Expr
        Cells of the cohorts' sizes, the last first, so that they lie beside years since the start in their order.
    first : int
        In which of the horizon's years the first starts.
    years : int
        How many the horizon has.
    followed : int or None
        For how many years each is followed; None is to the horizon's end.
    """

    share: Expr | None
    backwards: Sequence[Expr]
    first: int
    years: int
    followed: int | None

    def over(self, row: Sequence[Expr], *, per: Expr | None = None, short: int = 0) -> list[Expr]:
        """Return what all do, by calendar year."""
        counted = self.years if self.followed is None else self.followed - short
        last = len(self.backwards) - 1
        cells = []
        for year in range(self.years):
            at = year - self.first
            since = range(max(at - last, 0), min(at, counted - 1) + 1)
            if not since:
                cells.append(number(0.0))
                continue
            sizes = self.backwards[last - at + since[0] : last - at + since[-1] + 1]
            cell = weighed(row[since[0] : since[-1] + 1], sizes)
            for factor in (self.share, per):
                cell = cell if factor is None else factor * cell
            cells.append(cell)
        return cells


@dataclass(frozen=True)
class There:
    """Persons who are there when the horizon begins.

    Attributes
    ----------
    count : Expr
        How many.
    since : int
        For how many years they have walked their pathway.
    years : int
        How many the horizon has.
    """

    count: Expr
    since: int
    years: int

    def over(self, row: Sequence[Expr], *, per: Expr | None = None, short: int = 0) -> list[Expr]:
        """Return what all do, by calendar year."""
        del short  # they are followed to the horizon's end
        count = self.count if per is None else self.count * per
        return [count * row[self.since + year] for year in range(self.years)]


def inflow(inputs: Inputs, id_: str, world: World) -> dict[int, Expr]:
    """Return how many persons of a group start, by calendar year."""
    group, path = inputs.case.scenario.groups[id_], f"groups.{id_}"
    first, said = inputs.at(f"{path}.persons", world), group.inflow
    sizes = {}
    for since, cohort in enumerate(cohorts_of(group, inputs.case.scenario)):
        level = None if said is None else said.level_from(cohort)
        size = first if level is None else inputs.at(f"{path}.inflow.persons.{level}", world)
        if said is not None and said.growth is not None and since:
            size = first * (1 + inputs.at(f"{path}.inflow.growth", world)) ** since
        sizes[cohort] = size
    return sizes


def shares(inputs: Inputs, mix: Mix, path: str, world: World) -> dict[str, Expr]:
    """Return the share of each part of a whole; ``rest`` is what the others leave."""
    if isinstance(mix, str):
        return {mix: number(1.0)}
    whole = shares_of(mix)
    stated = {id_: inputs.at(f"{path}.{id_}", world) for id_, share in whole.items() if share != "rest"}
    rest = 1 - total(list(stated.values())) if stated else number(1.0)
    return {id_: stated.get(id_, rest) for id_ in whole}


def participants(inputs: Inputs, id_: str, world: World) -> dict[int, Expr]:
    """Return how many persons of each reached cohort a programme can move, by the year that the cohort starts."""
    programme = inputs.case.scenario.programmes[id_]
    reaches, cohorts = programme.reaches, reached(inputs.case, programme)
    if reaches.persons != "all":
        return dict.fromkeys(cohorts, inputs.at(f"programmes.{id_}.reaches.persons", world))
    mix, path = inputs.case.scenario.groups[reaches.group].pathways, f"groups.{reaches.group}.pathways"
    sizes, share = inflow(inputs, reaches.group, world), shares(inputs, mix, path, world)[reaches.pathway]
    counts = {cohort: sizes[cohort] * share for cohort in cohorts}
    for cohort in cohorts:
        level = reaches.level_from(cohort)
        if level is not None:
            counts[cohort] = counts[cohort] * inputs.at(f"programmes.{id_}.reaches.share.{level}", world)
    return counts


def enrolled(inputs: Inputs, id_: str, world: World) -> dict[int, Expr]:
    """Return how many persons of each reached cohort a programme pays for, by the year that the cohort starts."""
    programme = inputs.case.scenario.programmes[id_]
    if programme.reaches.enrolled is None:
        return participants(inputs, id_, world)
    return dict.fromkeys(reached(inputs.case, programme), inputs.at(f"programmes.{id_}.reaches.enrolled", world))


def taxable(case: Case, state: str) -> list[str]:
    """Return the dotted paths of a state's incomes that are taxed."""
    said = case.scenario.states[state]
    items = []
    for id_, flow in said.flows.items():
        taxed = case.prices[flow.price].taxable if flow.price is not None else flow.taxable
        if taxed:
            items.append(f"states.{state}.flows.{id_}")
    return items + ([f"states.{state}.work.wage"] if said.work is not None else [])
