"""The metrics side by side, and a result in short."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from utanforskap.analysis import gains, markup, metrics, wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.frames import reconciliation
from utanforskap.analysis.readings import Readable, value
from utanforskap.analysis.tabulate import ColumnKey, table
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Measure, Reading, label, labels

if TYPE_CHECKING:
    import pandas as pd

PERSPECTIVES = ("society", "see", "public", "kommun", "region")
"""The perspectives of a summary, unless others are asked for."""
_LINE = 100


def main_measure(readable: Readable) -> Measure:
    """Return what a result shows first: the cost of exclusion if every group has a reference, else the ledger."""
    groups = readable.case.scenario.groups.values()
    return "cost_of_exclusion" if all(group.reference is not None for group in groups) else "ledger"


@dataclass(frozen=True, slots=True)
class _Metrics:
    """What a comparison amounts to in one perspective; amounts in kr."""

    gross: float
    cost: float
    financing: float
    net: float
    ratio: float | None
    payback: metrics.Payback
    payback_discounted: metrics.Payback
    irr: metrics.InternalRate
    annuity: float
    person_year: float | None
    mvpf: metrics.MarginalValue | None

    @property
    def amounts(self) -> tuple[float, ...]:
        return (self.gross, self.cost, self.financing, self.net)

    def in_words(self, unit: wording.KronorUnit, lang: Lang) -> dict[str, str]:
        gross, cost, financing, net = (wording.amount(amount, unit, lang=lang) for amount in self.amounts)
        return {
            "gross": gross,
            "cost": cost,
            "financing": financing,
            "net": net,
            "ratio": wording.ratio(self.ratio, lang),
            "payback": self.payback.in_words(lang=lang),
            "payback_discounted": self.payback_discounted.in_words(lang=lang),
            "irr": self.irr.in_words(lang=lang),
            "annuity": wording.kronor(self.annuity, lang=lang),
            "person_year": wording.kronor(self.person_year, lang=lang),
            "mvpf": wording.NONE if self.mvpf is None else self.mvpf.in_words(lang=lang),
        }

    def as_numbers(self, lang: Lang) -> dict[str, float | str | None]:
        """Return kr, shares and years; the answer in words where it is no number."""
        return {
            "gross": self.gross,
            "cost": self.cost,
            "financing": self.financing,
            "net": self.net,
            "ratio": self.ratio,
            "payback": _years(self.payback, lang),
            "payback_discounted": _years(self.payback_discounted, lang),
            "irr": self.irr.in_words(lang=lang) if self.irr.status == "not_unique" else self.irr.rate,
            "annuity": self.annuity,
            "person_year": self.person_year,
            "mvpf": None if self.mvpf is None else self.mvpf.value,
            "quadrant": None if self.mvpf is None else label("quadrants", self.mvpf.quadrant, lang),
        }


def _years(answer: metrics.Payback, lang: Lang) -> float | str:
    return answer.in_words(lang=lang) if answer.years is None else answer.years


def metric_table(
    readable: Readable,
    alternative: str,
    *,
    perspectives: Sequence[str] | None = None,
    lang: Lang,
    words: bool = True,
    unit: wording.KronorUnit | None = None,
    **fields: Any,
) -> "pd.DataFrame":
    """Return every metric of a comparison, a column per perspective.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    alternative : str
        The alternative's id.
    perspectives : sequence of str, optional
        Whose books; `PERSPECTIVES` unless stated.
    lang : {"sv", "en"}
        The language.
    words : bool
        Whether answers are written as people write them; otherwise kr, shares and years.
    unit : {"kr", "tkr", "Mkr"}, optional
        In which amounts are written; Mkr unless stated, or a smaller one where no amount reaches that far.
    **fields
        Further fields of `Reading`.
    """
    import pandas as pd

    case = readable.case
    found: dict[str, _Metrics] = {}
    for perspective in perspectives or PERSPECTIVES:
        reading = Reading(**{**fields, "measure": "net_gain", "alternative": alternative, "perspective": perspective})
        found[case.perspective(perspective).title[lang]] = _metrics(readable, reading)
    chosen = unit or wording.suitable_unit(amount for each in found.values() for amount in each.amounts)
    columns: dict[str, dict[str, Any]] = {
        title: each.in_words(chosen, lang) if words else each.as_numbers(lang) for title, each in found.items()
    }
    frame = pd.DataFrame(columns, dtype=object).rename(index=labels("metrics", lang))
    # The columns are perspectives: the caption's first two pieces, measure and perspective, are not the table's.
    terms = caption(case, reading, lang).split("; ", 2)[2]
    frame.attrs = {"caption": terms, "unit": "kr", "price_year": case.scenario.money.price_year}
    return frame


def _metrics(readable: Readable, reading: Reading) -> _Metrics:
    gross = reading.change(measure="gross_gain")
    return _Metrics(
        gross=_value(readable, gross),
        cost=gains.programme_cost(readable, reading),
        financing=gains.financing(readable, reading),
        net=_value(readable, reading),
        ratio=gains.benefit_cost_ratio(readable, reading),
        payback=gains.payback(readable, reading, discounted=False),
        payback_discounted=gains.payback(readable, reading, discounted=True),
        irr=gains.internal_rate(readable, reading),
        annuity=gains.annuity(readable, reading),
        person_year=gains.per_person_year(readable, gross),
        mvpf=gains.mvpf(readable, reading) if reading.perspective == "society" else None,
    )


def _value(readable: Readable, reading: Reading) -> float:
    return float(value(readable, reading)[0])


def short_table(readable: Readable, *, lang: Lang) -> "pd.DataFrame":
    """Return the actor table of a result by mandate period, or in sum where none is stated [kr]."""
    asked = Reading(measure=main_measure(readable), perspective="see")
    frame = table(readable, asked, rows="actor", columns=main_columns(readable), lang=lang)
    return with_total(frame, lang=lang)


def main_columns(readable: Readable) -> ColumnKey:
    """Return the columns that a table is shown with first: mandate periods where the case says when they begin."""
    return "total" if readable.case.scenario.horizon.mandate_from is None else "mandate"


def with_total(frame: "pd.DataFrame", *, lang: Lang) -> "pd.DataFrame":
    """Return a table of years or mandate periods with the sum over all of them as its last column."""
    total = label("words", "total", lang)
    told = frame if list(frame.columns) == [total] else frame.assign(**{total: frame.sum(axis=1)})
    told.attrs = frame.attrs
    return told


def titled(readable: Readable, alternative: str | None, lang: Lang) -> str:
    """Return what a case, or one of its alternatives, is called."""
    title = str(getattr(readable.case.scenario.title, lang))
    return title if alternative is None else f"{title} – {alternative_title(readable.case, alternative, lang)}"


def alternative_title(case: Case, alternative: str, lang: Lang) -> str:
    """Return what an alternative is called: its own title, its programmes', or its id."""
    said = case.scenario.alternatives[alternative]
    programmes = [str(getattr(case.scenario.programmes[id_].title, lang)) for id_ in said.programmes]
    return str(getattr(said.title, lang)) if said.title is not None else " + ".join(programmes) or alternative


def in_words(frame: "pd.DataFrame", *, unit: wording.KronorUnit | None = None, lang: Lang) -> "pd.DataFrame":
    """Return a table of kronor as text in one unit; its caption says which.

    Parameters
    ----------
    frame : DataFrame
        [kr].
    unit : {"kr", "tkr", "Mkr"}, optional
        Mkr unless stated, or a smaller one where no amount reaches that far.
    lang : {"sv", "en"}
        The language.
    """
    chosen = unit or wording.suitable_unit(frame.to_numpy(dtype=float).flat)
    shown = frame.map(lambda amount: wording.in_unit(amount, chosen, lang=lang)).astype(object)
    shown.attrs = {**frame.attrs, "caption": f"{frame.attrs['caption']}; {label('kronor', chosen, lang)}"}
    return shown


def text(readable: Readable, alternative: str | None = None, *, lang: Lang = "sv") -> str:
    """Return a result, or a comparison with an alternative, as plain text."""
    frames = _shown(readable, alternative, lang)
    tables = [frame.to_string(justify="right", line_width=_LINE) for frame in frames]
    return "\n\n".join([f"{titled(readable, alternative, lang)}\n{frames[0].attrs['caption']}", *tables])


def html(readable: Readable, alternative: str | None = None, *, lang: Lang = "sv") -> str:
    """Return a result, or a comparison with an alternative, as HTML for a notebook."""
    titles = (titled(readable, alternative, lang), label("words", "reconciliation", lang))
    totals = (label("words", "total", lang), label("words", "society", lang))
    tables = [
        markup.table(frame, title=title, caption=frame.attrs["caption"], total=total)
        for frame, title, total in zip(_shown(readable, alternative, lang), titles, totals, strict=False)
    ]
    return markup.shown(*tables)


def _shown(readable: Readable, alternative: str | None, lang: Lang) -> "list[pd.DataFrame]":
    """Return a comparison's metrics, or a result's actor table with what stands between its total and society's."""
    if alternative is not None:
        return [metric_table(readable, alternative, lang=lang)]
    short = short_table(readable, lang=lang)
    between = reconciliation(readable, Reading(measure=short.attrs["measure"], perspective="see"), lang=lang)
    unit = wording.suitable_unit(short.to_numpy(dtype=float).flat)
    shown = [in_words(frame, unit=unit, lang=lang) for frame in (short, between)]
    shown[1].columns = [label("kronor", unit, lang)]
    return shown
