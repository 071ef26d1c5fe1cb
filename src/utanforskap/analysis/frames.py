"""DataFrames with labels in the reader's language."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis import gains, metrics
from utanforskap.analysis.explain import Explanation, grade_of, is_assumed, source_text
from utanforskap.analysis.outcomes import outcome_names, outcome_values
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.tabulate import describe, row_label, table
from utanforskap.engine.effects import factor, participants
from utanforskap.engine.effects import factors as effect_factors
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.values.estimates import Estimate, Money, Quantity
from utanforskap.terms import Lang, Reading, column_order, label, labels

if TYPE_CHECKING:
    import pandas as pd


def _columns(lang: Lang) -> dict[str, str]:
    return labels("columns", lang)


def counterfactuals(readable: Readable, *, lang: Lang, **reading: Any) -> "pd.DataFrame":
    """Return the cost of exclusion by actor, a column per reference that every group has [kr]."""
    import pandas as pd

    groups = readable.case.scenario.groups.values()
    names = [
        "reference",
        *[name for name in next(iter(groups)).references if all(name in g.references for g in groups)],
    ]
    columns: dict[str, pd.Series[float]] = {}
    for name in names:
        asked = Reading.of(**{"perspective": "see", **reading, "measure": "cost_of_exclusion", "counterfactual": name})
        frame = table(readable, asked, rows="actor", columns="total", lang=lang)
        columns[label("words", "reference", lang) if name == "reference" else name] = frame.iloc[:, 0]
    told = pd.DataFrame(columns)
    # Each column is against a reference of its own, which its name says.
    against = f"{label('words', 'against', lang)} "
    pieces = [piece for piece in frame.attrs["caption"].split("; ") if not piece.startswith(against)]
    told.attrs = {**frame.attrs, "caption": "; ".join(pieces)}
    return told


def reconciliation(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return a ``see`` total, each line between, and society's [kr]."""
    import pandas as pd

    total = float(value(readable, reading)[0])
    between = gains.reconciliation_lines(readable, reading)
    rows = {"see": total, **{name: -amount for name, amount in between.items()}}
    rows["society"] = float(value(readable, reading.change(perspective="society"))[0])
    frame = pd.DataFrame(
        {label("words", "amount", lang): rows.values()}, index=[label("words", name, lang) for name in rows]
    )
    frame.attrs = describe(readable.case, reading, lang)
    return frame


def occupancy(readable: Readable, *, alternative: str | None, lang: Lang) -> "pd.DataFrame":
    """Return person-years by group and state (rows) and year (columns)."""
    import pandas as pd

    scenario = readable.case.scenario
    found = readable.run(alternative).occupancy
    rows: dict[tuple[str, str], Any] = {}
    for position, group in enumerate(found.groups):
        for place, state in enumerate(found.states):
            persons = found.persons[position, :, place, 0]
            if np.any(persons):
                rows[getattr(scenario.groups[group].title, lang), getattr(scenario.states[state].title, lang)] = persons
    index = pd.MultiIndex.from_tuples(
        list(rows), names=[label("columns", "group", lang), label("columns", "state", lang)]
    )
    frame = pd.DataFrame(list(rows.values()), index=index, columns=[int(year) for year in found.years])
    frame.attrs = {"unit": label("words", "person_years_unit", lang), "alternative": alternative}
    return frame


def outcomes(readable: Readable, *, alternative: str | None, lang: Lang) -> "pd.DataFrame":
    """Return every counted outcome over the horizon."""
    import pandas as pd

    scenario = readable.case.scenario

    def title(name: str) -> str:
        if name in scenario.outcomes:
            return str(getattr(scenario.outcomes[name].title, lang))
        state = scenario.states[name.partition(".")[2]]
        return f"{label('words', 'person_years', lang)}: {getattr(state.title, lang)}"

    names = outcome_names(readable.case)
    values = [outcome_values(readable, name, alternative=alternative) for name in names]
    return pd.DataFrame({label("columns", "value", lang): values}, index=[title(name) for name in names])


def estimates(case: Case, *, lang: Lang) -> "pd.DataFrame":
    """Return every estimate of a case, assumptions first."""
    import pandas as pd

    def unit(estimate: Estimate) -> str:
        if isinstance(estimate, Money):
            return estimate.unit + (f" ({estimate.price_year})" if estimate.price_year else "")
        return (estimate.unit or "") if isinstance(estimate, Quantity) else ""

    rows = [
        {
            "name": name, "value": estimate.value, "low": estimate.low, "high": estimate.high, "unit": unit(estimate),
            "source": source_text(case, estimate), "grade": grade_of(case, estimate), "note": estimate.note or "",
        }
        for name, estimate in case.estimates.items()
    ]  # fmt: skip
    assumed = {name for name, estimate in case.estimates.items() if is_assumed(estimate)}
    rows.sort(key=lambda row: (row["name"] not in assumed, -ord(str(row["grade"])), str(row["name"])))
    frame = pd.DataFrame(rows, columns=list(rows[0]))
    return frame.rename(columns=_columns(lang))


def explanations(rows: Sequence[Explanation], case: Case, reading: Reading, year: int, *, lang: Lang) -> "pd.DataFrame":
    """Return explanations as a table with its total."""
    import pandas as pd

    fields = ("label", "actor", "price", "unit", "quantity", "persons", "amount", "grade", "source", "stated")
    data = [{name: row[name] for name in fields} for row in map(asdict, rows)]
    for row in data:
        row["actor"] = case.actors[row["actor"]].title[lang]
    frame = pd.DataFrame(data, columns=list(fields)).rename(columns=_columns(lang))
    described = describe(case, reading.change(period=str(year), years=None), lang)
    # Prices, quantities and persons stand beside the amounts: the table has no one unit.
    frame.attrs = {key: told for key, told in described.items() if key != "unit"}
    return frame


def verification(readable: Readable, *, lang: Lang) -> "pd.DataFrame":
    """Return every published figure beside ours."""
    import pandas as pd

    rows = []
    for published in readable.case.scenario.published.values():
        ours = float(value(readable, published.reading)[0])
        low, high = published.between
        rows.append((published.printed, ours, low, high, label("words", "yes" if low <= ours <= high else "no", lang)))
    index = list(readable.case.scenario.published)
    columns = [label("columns", name, lang) for name in ("printed", "ours", "from", "to", "agrees")]
    return pd.DataFrame(rows, index=index, columns=columns)


def agrees(readable: Readable) -> bool:
    """Return whether every published figure agrees."""
    return all(
        published.between[0] <= float(value(readable, published.reading)[0]) <= published.between[1]
        for published in readable.case.scenario.published.values()
    )


def matrix(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return each gainer's gross gain (columns) by each funder's share of the programme's cost (rows) [kr]."""
    import pandas as pd

    paid, gained = gains.funders(readable, reading), gains.gainers(readable, reading)
    total = sum(paid.values())
    if not paid or total == 0.0:
        raise QuestionError("Nobody pays for the alternative: there is no cost to allocate the gains by.")
    rows, columns = column_order(paid), column_order(gained)
    cells = metrics.cost_gain_matrix(
        gross_gains=np.array([gained[actor] for actor in columns]),
        cost_shares=np.array([paid[actor] / total for actor in rows]),
    )

    def titles(actors: Sequence[str]) -> list[str]:
        return [row_label(readable.case, "actor", actor, lang) for actor in actors]

    whole = label("words", "total", lang)
    frame = pd.DataFrame(np.vstack([cells, cells.sum(axis=0)]), index=[*titles(rows), whole], columns=titles(columns))
    frame[whole] = frame.sum(axis=1)
    paid_column = [*[paid[actor] for actor in rows], total]
    frame.insert(0, label("words", "pays", lang), paid_column)
    frame.attrs = describe(readable.case, reading.change(measure="gross_gain", perspective="society"), lang)
    frame.attrs["caption"] += f"; {label('words', 'allocation', lang)}"
    return frame


def realisation(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return the gain from services as booked, as far as it can be cashed, and what of it rests on the default [kr]."""
    import pandas as pd

    found = gains.realisation(readable, reading)
    frame = pd.DataFrame(
        {label("words", "amount", lang): found.values()}, index=[label("words", name, lang) for name in found]
    )
    frame.attrs = describe(readable.case, reading.change(measure="gross_gain"), lang)
    return frame


def effect_chain(readable: Readable, alternative: str, *, lang: Lang) -> "pd.DataFrame":
    """Return participants, every factor, and the unadjusted and adjusted effect, a column per programme."""
    import pandas as pd

    scenario = readable.case.scenario
    parameters = readable.parameters(alternative)
    columns = {}
    for id_ in scenario.alternatives[alternative].programmes:
        programme = scenario.programmes[id_]
        count = float(participants(parameters, id_)[0])
        chain = {name: float(factor[0]) for name, factor in effect_factors(parameters, id_).items()}
        unadjusted = count * chain["success"]
        adjusted = count * float(np.prod(list(chain.values())))
        columns[getattr(programme.title, lang)] = {
            "participants": count, **chain, "drop_off": float(factor(parameters, id_, "drop_off")[0]),
            "lag": programme.lag, "unadjusted": unadjusted, "adjusted": adjusted,
            "evidence": label("evidence", programme.evidence, lang),
        }  # fmt: skip
    frame = pd.DataFrame(columns, dtype=object)
    return frame.rename(index=_columns(lang))
