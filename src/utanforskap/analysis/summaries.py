"""The metrics side by side, and a result in short."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from utanforskap.analysis import gains, wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.tabulate import table
from utanforskap.terms import Lang, Measure, Reading, labels

if TYPE_CHECKING:
    import pandas as pd

PERSPECTIVES = ("society", "see", "public", "kommun", "region")
"""The perspectives of a summary, unless others are asked for."""


def main_measure(readable: Readable) -> Measure:
    """Return what a result shows first: the cost of exclusion if every group has a reference, else the ledger."""
    groups = readable.case.scenario.groups.values()
    return "cost_of_exclusion" if all(group.reference is not None for group in groups) else "ledger"


def metric_table(
    readable: Readable, alternative: str, *, perspectives: Sequence[str] | None = None, lang: Lang
) -> "pd.DataFrame":
    """Return every metric of a comparison in words and figures, a column per perspective."""
    import pandas as pd

    case = readable.case
    names = labels("metrics", lang)
    columns: dict[str, dict[str, str]] = {}
    for perspective in perspectives or PERSPECTIVES:
        reading = Reading(measure="net_gain", alternative=alternative, perspective=perspective)
        columns[case.perspective(perspective).title[lang]] = {
            names["gross"]: wording.million(_value(readable, reading.change(measure="gross_gain")), lang=lang),
            names["cost"]: wording.million(gains.programme_cost(readable, reading), lang=lang),
            names["financing"]: wording.million(gains.financing(readable, reading), lang=lang),
            names["net"]: wording.million(_value(readable, reading), lang=lang),
            names["ratio"]: wording.ratio(gains.benefit_cost_ratio(readable, reading), lang),
            names["payback"]: wording.payback(gains.payback(readable, reading, discounted=False), lang),
            names["payback_discounted"]: wording.payback(gains.payback(readable, reading, discounted=True), lang),
            names["irr"]: wording.internal_rate(gains.internal_rate(readable, reading), lang),
            names["annuity"]: wording.number(gains.annuity(readable, reading), lang=lang),
            names["person_year"]: wording.kronor(
                gains.per_person_year(readable, reading.change(measure="gross_gain")), lang=lang
            ),
            names["mvpf"]: wording.mvpf(gains.mvpf(readable, reading), lang)
            if perspective == "society"
            else wording.NONE,
        }
    frame = pd.DataFrame(columns)
    frame.attrs = {
        "caption": caption(case, Reading(measure="net_gain", alternative=alternative), lang),
        "unit": "kr",
    }
    return frame


def _value(readable: Readable, reading: Reading) -> float:
    return float(value(readable, reading)[0])


def short_table(readable: Readable, *, lang: Lang) -> "pd.DataFrame":
    """Return the actor table of a result by mandate period, or in sum where none is stated [kr]."""
    has_mandate = readable.case.scenario.horizon.mandate_from is not None
    asked = Reading(measure=main_measure(readable), perspective="see")
    return table(readable, asked, rows="actor", columns="mandate" if has_mandate else "total", lang=lang)


def _titled(readable: Readable, alternative: str | None, lang: Lang) -> str:
    scenario = readable.case.scenario
    title = str(getattr(scenario.title, lang))
    if alternative is None:
        return title
    said = scenario.alternatives[alternative].title
    return f"{title} – {getattr(said, lang) if said is not None else alternative}"


def in_words(frame: "pd.DataFrame", *, lang: Lang) -> "pd.DataFrame":
    """Return a table of kronor as text, in thousands apart."""
    return frame.map(lambda cell: wording.number(cell, lang=lang) if isinstance(cell, int | float) else cell)


def text(readable: Readable, alternative: str | None = None, *, lang: Lang = "sv") -> str:
    """Return a result, or a comparison with an alternative, as plain text."""
    frame = _frame(readable, alternative, lang)
    shown = frame.to_string(justify="right")
    return f"{_titled(readable, alternative, lang)}\n{frame.attrs['caption']}\n\n{shown}"


def html(readable: Readable, alternative: str | None = None, *, lang: Lang = "sv") -> str:
    """Return a result, or a comparison with an alternative, as HTML for a notebook."""
    from html import escape

    frame = _frame(readable, alternative, lang)
    head = f"<h4>{escape(_titled(readable, alternative, lang))}</h4><p>{escape(frame.attrs['caption'])}</p>"
    return f"{head}{frame.to_html(escape=True, justify='right')}"


def _frame(readable: Readable, alternative: str | None, lang: Lang) -> "pd.DataFrame":
    if alternative is not None:
        return metric_table(readable, alternative, lang=lang)
    frame = short_table(readable, lang=lang)
    shown = in_words(frame, lang=lang)
    shown.attrs = frame.attrs
    return shown
