"""The third pass over populations: who comes, who is there already and who leaves go with the group and its horizon."""

from collections.abc import Callable, Iterator

from utanforskap.inputs.parts.pathways import Curve, Duration, Stages
from utanforskap.inputs.parts.populations import Stock
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.parts.shares import ids_of
from utanforskap.inputs.passes.ages import last_year
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.inputs.passes.problems import Path, Problem, Whole, unknown_name
from utanforskap.inputs.values.estimates import OLDEST, ByAge, age_band
from utanforskap.inputs.values.statement import shown

_TOLERANCE = 1e-9


def check_inflows(whole: Whole) -> Iterator[Problem]:
    """Yield everything that does not go together in how the groups that stand go on over the years.

    Parameters
    ----------
    whole : Whole
        The parts, and what they are held against.
    """
    if whole.scenario.horizon is None:
        return
    for id_, group in whole.scenario.groups.items():
        for check in _CHECKS:
            yield from check(group, ("groups", id_), whole)


def _inflow(group: Group, path: Path, whole: Whole) -> Iterator[Problem]:
    """What is said of those who come is said of years in which somebody comes."""
    inflow = group.inflow
    if inflow is None:
        return
    cohorts = cohorts_of(group, whole.scenario)
    last = last_year(whole.scenario.horizon)
    if not cohorts or cohorts[-1] > last:
        return  # told already
    for year in inflow.persons:
        if not cohorts[0] < int(year) <= cohorts[-1]:
            message = f"Nobody comes anew in {year}: the inflow goes on after {cohorts[0]} until {cohorts[-1]}."
            help_ = f"Those who come in {cohorts[0]} are the group's own 'persons'."
            yield Problem("outside-inflow", (*path, "inflow", "persons", year), message, (help_,), on_key=True)
    if inflow.per_cohort is not None and cohorts[-1] + inflow.per_cohort - 1 > last:
        message = (
            f"Those who come in {cohorts[-1]} are followed for {inflow.per_cohort} years, to "
            f"{cohorts[-1] + inflow.per_cohort - 1}, and the horizon ends in {last}."
        )
        help_ = "Let the horizon hold every cohort's end, or follow them for fewer years."
        yield Problem("outside-horizon", (*path, "inflow", "per_cohort"), message, (help_,))


def _exits(group: Group, path: Path, whole: Whole) -> Iterator[Problem]:
    """Those who leave go to states that nobody comes back from, and not more leave than there are."""
    known = whole.known("states")
    visited = {
        state: pathway
        for pathway in _pathways(group, path[1], whole)
        if pathway in whole.scenario.pathways
        for state in whole.scenario.pathways[pathway].states()
    }
    for state, said in group.exits.items():
        where = (*path, "exits", state)
        if whole.lacks("states", state):
            yield unknown_name("unknown-state", "a state", state, known, where, label="States", on_key=True)
        elif state in visited:
            message = f"'{state}' is a state on the pathway '{visited[state]}', so those who leave would come back."
            yield Problem("exit-state", where, message, ("Name a state of its own for those who leave.",), on_key=True)
        if isinstance(said, ByAge):
            yield from _outside(said, where, group, whole)
    for age, total in _totals(group):
        if total > 1.0 + _TOLERANCE:
            message = f"The yearly probabilities of leaving sum to {shown(total)} at age {age}, more than 1."
            if age is None:
                message = f"The yearly probabilities of leaving sum to {shown(total)}, more than 1."
            yield Problem("too-many-leave", (*path, "exits"), message, ("Lower them.",))
            return


def _pathways(group: Group, id_: str | int, whole: Whole) -> Iterator[str]:
    yield from ids_of(group.pathways)
    for mix in (group.reference, *group.references.values()):
        yield from ids_of(mix)
    for programme in whole.scenario.programmes.values():
        if programme.reaches.group == id_:
            yield programme.leads_to
    for stock in group.initial_stock.values():
        yield stock.pathway


def _outside(table: ByAge, path: Path, group: Group, whole: Whole) -> Iterator[Problem]:  # type: ignore[type-arg]
    if group.age is None:
        message = "What goes by age needs the group's 'age'."
        yield Problem("no-age", path, message, ("Add it to the group: age: 23.",))
        return
    spans = sorted(age_band(text) for text in table.by_age)
    low, high = spans[0][0], spans[-1][1]
    first, last = whole.scenario.horizon.first_year, last_year(whole.scenario.horizon)
    ages = [(group.age, group.age + last - cohorts_of(group, whole.scenario)[0])]
    ages += [(stock.age, stock.age + last - first) for stock in group.initial_stock.values() if stock.age is not None]
    youngest, oldest = min(low for low, _ in ages), max(high for _, high in ages)
    if youngest < low or oldest > high:
        held = f"{low}+" if high == OLDEST else f"{low}–{high}"
        message = f"The table holds the ages {held}, but the group '{path[1]}' is {youngest}–{oldest} years old."
        help_ = f"Widen the {'first' if youngest < low else 'last'} band; 65+ has no end."
        yield Problem("age-outside-table", path, message, (help_,))


def _totals(group: Group) -> Iterator[tuple[int | None, float]]:
    tables = {name: said.by_age for name, said in group.exits.items() if isinstance(said, ByAge)}
    flat = sum(said.value for said in group.exits.values() if not isinstance(said, ByAge))
    if not tables:
        yield None, flat
        return
    bands = [(*age_band(text), name, share.value) for name, table in tables.items() for text, share in table.items()]
    for age in sorted({low for low, *_ in bands}):
        yield age, flat + sum(value for low, high, _, value in bands if low <= age <= high)


def _stock(group: Group, path: Path, whole: Whole) -> Iterator[Problem]:
    """Those who are there already are somewhere on a pathway from which it is known where they go on."""
    for name, stock in group.initial_stock.items():
        where = (*path, "initial_stock", name)
        if whole.lacks("pathways", stock.pathway):
            known = whole.known("pathways")
            yield unknown_name(
                "unknown-pathway", "a pathway", stock.pathway, known, (*where, "pathway"), label="Pathways"
            )
        else:
            yield from _standing(stock, where, whole)
        if (stock.age is None) != (group.age is None):
            said = "its own 'age', and this stock none" if stock.age is None else "no 'age', and this stock one"
            yield Problem("stock-age", where, f"The group says {said}.", ("State both or neither.",), on_key=True)
        elif stock.age is not None and stock.duration > stock.age:
            message = f"Nobody {stock.age} years old has been anywhere for {stock.duration} years."
            yield Problem("stock-duration", (*where, "duration"), message)


def _standing(stock: Stock, path: Path, whole: Whole) -> Iterator[Problem]:
    pathway = whole.scenario.pathways.get(stock.pathway)
    if pathway is None:
        return
    states = list(dict.fromkeys(pathway.states()))
    if stock.state not in states:
        what = f"a state on the pathway '{stock.pathway}'"
        yield unknown_name("unknown-state", what, stock.state, states, (*path, "state"), label="Its states")
        return
    if isinstance(pathway, Curve):
        message = f"The curve '{stock.pathway}' says how many are in each state, and not where those in one go on."
        help_ = "Put those who are there already on a pathway of stages, a duration or a chain."
        yield Problem("stock-on-curve", (*path, "pathway"), message, (help_,))
    if isinstance(pathway, Stages):
        held = [stage for stage in pathway.stages if stage.state == stock.state]
        if len(held) > 1:
            message = f"'{stock.state}' comes {len(held)} times on '{stock.pathway}': it is not known which is meant."
            yield Problem("stock-stage", (*path, "state"), message, ("Use a pathway on which it comes once.",))
        elif held[0].years is not None and stock.duration >= held[0].years.value:
            yield _gone(stock, f"{shown(held[0].years.value)} years", path)
    if (
        isinstance(pathway, Duration)
        and pathway.distribution == "fixed"
        and stock.state == pathway.leaves
        and pathway.mean is not None
        and stock.duration >= pathway.mean.value
    ):
        yield _gone(stock, f"{shown(pathway.mean.value)} years", path)


def _gone(stock: Stock, length: str, path: Path) -> Problem:
    message = f"On '{stock.pathway}' one is in '{stock.state}' for {length}, and these have been for {stock.duration}."
    return Problem("stock-duration", (*path, "duration"), message, ("They would have left it already.",))


_CHECKS: tuple[Callable[[Group, Path, Whole], Iterator[Problem]], ...] = (_inflow, _exits, _stock)
