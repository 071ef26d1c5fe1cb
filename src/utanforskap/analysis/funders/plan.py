"""The *finansieringskalkyl*: what each funder puts in, year by year, and what a participant and a success cost."""

from typing import TYPE_CHECKING

import numpy as np

from utanforskap.analysis.funders.parties import AGREEMENTS, by_party, money_terms, ordered, party_title
from utanforskap.analysis.readings import Readable, years_read
from utanforskap.analysis.summaries import alternative_title
from utanforskap.analysis.tabulate import describe
from utanforskap.engine.budgets import deflators
from utanforskap.engine.effects import enrolled_by_cohort, factors, participants_by_cohort, reached, start_year
from utanforskap.engine.lines import Line
from utanforskap.engine.parameters import Array
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.budgeting import placed
from utanforskap.inputs.parts.budgets import Activity
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd


def in_kind(case: Case, line: Line) -> bool:
    """Return whether a line is what somebody provides without being paid for it."""
    budget = case.scenario.programmes[line.programme].budget if line.programme is not None else None
    if budget is None:
        return False
    return any(row.row.in_kind is not None and row.name == line.item for row in placed(budget, str(line.programme)))


def financing_plan(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return what each party puts in each year, in money and in kind, its sum, and what the programmes cost [kr].

    Undiscounted; the parties' rows sum to the cost. An account that money passes through stands there with what it puts
    in of its own: below zero in a year in which it receives more than it pays.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        A gain, whose alternative and years are read; with `current_prices` each year's own kronor.
    lang : {"sv", "en"}
        The language of the labels.
    """
    import pandas as pd

    case = readable.case
    natural = {line.item for line in readable.ledger(reading).lines if line.role == "programme" and in_kind(case, line)}
    years = case.scenario.horizon.first_year + np.arange(case.scenario.horizon.years)
    shown = years_read(case, reading)
    rows: dict[tuple[str, str], Array] = {}
    for part, of in (
        ("cash", lambda item: item not in natural and not item.startswith(AGREEMENTS)),
        ("in_kind", lambda item: item in natural),
    ):
        amounts = by_party(readable, reading, ("programme", "financing"), of=of)
        for party in ordered(amounts):
            if np.any(amounts[party]):
                rows[label("funders", part, lang), party_title(case, party, lang)] = 0.0 - amounts[party][shown]
    total = np.sum(list(rows.values()), axis=0) if rows else np.zeros(int(shown.sum()))
    rows[label("words", "total", lang), ""] = total
    index = pd.MultiIndex.from_tuples(
        list(rows), names=[label("funders", "form", lang), label("columns", "actor", lang)]
    )
    frame = pd.DataFrame(list(rows.values()), index=index, columns=[int(year) for year in years[shown]])
    frame[label("words", "total", lang)] = frame.sum(axis=1)
    frame.attrs = describe(case, reading.change(discount="none", perspective="society", part="all"), lang)
    in_kronor = money_terms(case, current=reading.current_prices, lang=lang)
    undiscounted = label("words", "undiscounted", lang)
    frame.attrs["caption"] = "; ".join((label("funders", "puts_in", lang), in_kronor, undiscounted))
    return frame


def unit_costs(readable: Readable, alternative: str, *, lang: Lang) -> "pd.DataFrame":
    """Return what a programme costs in all, and per participant, occasion and success, a column per programme [kr].

    Undiscounted, everything that the programme uses whoever pays for it. An occasion is one participant's; a success is
    one who is moved because of the programme, the chain of the effect's factors counted.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    alternative : str
        The alternative.
    lang : {"sv", "en"}
        The language of the labels.
    """
    import pandas as pd

    case, run = readable.case, readable.run(alternative)
    columns: dict[str, dict[str, float | None]] = {}
    for id_ in run.programmes:
        used = [
            charge.amount[:, 0].sum()
            for line, charge in run.posted
            if line.programme == id_ and line.role == "programme" and line.kind == "service"
        ]
        cost = float(sum(used))
        counts = {
            "participants": _in_horizon(readable, alternative, id_),
            "occasions": _occasions(readable, alternative, id_),
            "successes": _successes(readable, alternative, id_),
        }
        each = {f"per_{name}": cost / count if count else None for name, count in counts.items()}
        columns[str(getattr(case.scenario.programmes[id_].title, lang))] = {"cost": cost, **counts, **each}
    frame = pd.DataFrame(columns, dtype=object).rename(index=lambda name: label("funders", name, lang))
    asked = Reading(measure="net_gain", alternative=alternative, discount="none")
    frame.attrs = {
        **describe(case, asked, lang), "title": alternative_title(case, alternative, lang),
        "unit": None,
    }  # fmt: skip
    return frame


def _starting(readable: Readable, id_: str) -> list[bool]:
    """Return of each cohort that a programme reaches whether its participants start within the horizon."""
    horizon = readable.case.scenario.horizon
    programme = readable.case.scenario.programmes[id_]
    return [
        start_year(readable.case, programme, cohort) < horizon.first_year + horizon.years
        for cohort in reached(readable.case, programme)
    ]


def participants_in_all(readable: Readable, alternative: str, id_: str) -> float:
    """Return how many a programme can move, of all cohorts that start within the horizon."""
    count = participants_by_cohort(readable.parameters(alternative), id_)[:, 0]
    return float(count[_starting(readable, id_)].sum())


def _in_horizon(readable: Readable, alternative: str, id_: str) -> float:
    count = enrolled_by_cohort(readable.parameters(alternative), id_)[:, 0]
    return float(count[_starting(readable, id_)].sum())


def _successes(readable: Readable, alternative: str, id_: str) -> float:
    chain = factors(readable.parameters(alternative), id_).values()
    return participants_in_all(readable, alternative, id_) * float(np.prod([factor[0] for factor in chain]))


def _occasions(readable: Readable, alternative: str, id_: str) -> float:
    """Return how many occasions all participants take part in, of the activities in a programme's budget."""
    budget = readable.case.scenario.programmes[id_].budget
    if budget is None:
        return 0.0
    parameters = readable.parameters(alternative)

    def value(name: str) -> float:
        return float(parameters[name][0])

    return sum(
        float(row.persons(year, value)) * value(f"{row.name}.occasions")
        for row in placed(budget, id_)
        if isinstance(row.row, Activity)
        for year in row.years()
    )


def inflators(readable: Readable) -> Array:
    """Return what a krona of the price year is in each year's own kronor, by the stated inflation [shape (year,)]."""
    inflated: Array = 1.0 / deflators(readable.parameters())[:, 0]
    return inflated
