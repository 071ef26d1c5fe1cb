"""The report on a case without a programme: what exclusion costs, whom, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.gains import per_person_year
from utanforskap.analysis.results import Result
from utanforskap.analysis.summaries import main_measure
from utanforskap.analysis.tabulate import table
from utanforskap.outputs.report.facts import SIDES, Range
from utanforskap.outputs.report.frame import brief, by_actor
from utanforskap.outputs.report.layout import kronor_table, text_table
from utanforskap.outputs.report.model import Block, KeyFigure, KeyFigures, Paragraph, Part, Section, Table
from utanforskap.outputs.report.summary import graded
from utanforskap.outputs.report.swings import tornado_parts
from utanforskap.outputs.report.voice import Voice, unit_for
from utanforskap.terms import Lang, Reading, label


@dataclass(frozen=True, slots=True)
class Cost:
    """What exclusion costs, as the report tells it.

    Attributes
    ----------
    result : Result
        The result.
    voice : Voice
        The language and the unit.
    ranges : mapping of str to Range
        What a simulation says, by perspective; empty without one.
    """

    result: Result
    voice: Voice
    ranges: dict[str, Range]

    @classmethod
    def of(cls, result: Result, ranges: dict[str, Range], *, lang: Lang) -> "Cost":
        """Return what is told of a result, in the unit that suits it."""
        amounts = [result.read(reading(result, perspective)) for perspective in SIDES]
        return cls(result, Voice(lang, unit_for([], amounts)), ranges)

    def reading(self, perspective: str) -> Reading:
        """Return what is read in a perspective."""
        return reading(self.result, perspective)

    def amount(self, perspective: str, **fields: str) -> float:
        """Return what is read, at present value [kr]."""
        return self.result.read(self.reading(perspective).change(**fields)) + 0.0

    @property
    def is_exclusion(self) -> bool:
        """Whether it is measured against a reference; otherwise it is the ledger as it stands."""
        return main_measure(self.result.readable) == "cost_of_exclusion"

    @property
    def terms(self) -> str:
        """The caption of a table in several perspectives."""
        measure, _, *rest = caption(self.result.case, self.reading("see"), self.voice.lang).split("; ")
        return "; ".join([measure, *rest, self.voice.kronor])


def reading(result: Result, perspective: str) -> Reading:
    """Return the reading that a result shows first, in a perspective."""
    return Reading(measure=main_measure(result.readable), perspective=perspective)


def summary(cost: Cost) -> Section:
    """Return what it costs, whom most, what a year costs, and how sure it is."""
    voice = cost.voice
    blocks: tuple[Block, ...] = (
        KeyFigures(tuple(_figures(cost)), voice.word("titles", "key_figures")),
        Paragraph(_what_it_costs(cost), "lead"),
        *(Paragraph(text) for text in _more(cost)),
        Paragraph(
            " ".join([voice.say("uncertainty" if cost.ranges else "no_uncertainty"), graded(cost.result.case, voice)]),
            "warning",
        ),
        Paragraph(voice.say("rounded"), "note"),
    )
    frame = brief(cost.result.readable, None, cost.reading("see"), voice)
    return Section(
        "summary", voice.word("titles", "summary"), (Part("", blocks), Part(voice.word("parts", "brief"), (frame,)))
    )


def _what_it_costs(cost: Cost) -> str:
    told = {
        "cost": cost.amount("see"),
        "public": cost.amount("see", part="public"),
        "production": cost.amount("see", part="production"),
        "society": cost.amount("society"),
    }
    id_ = "exclusion_costs" if cost.is_exclusion else "ledger_costs"
    return cost.voice.say(id_, **{name: cost.voice.amount(amount) for name, amount in told.items()})


def _figures(cost: Cost) -> Iterator[KeyFigure]:
    voice = cost.voice
    question = voice.word("questions", "exclusion" if cost.is_exclusion else "costs")
    detail = voice.say("costs_society", society=voice.amount(cost.amount("society")))
    yield KeyFigure(question, voice.amount(cost.amount("see")), detail)
    most = _bearer(cost)
    if most is not None:
        id_, amount = most
        bears = voice.say("bears", amount=voice.amount(amount))
        yield KeyFigure(voice.word("questions", "bearer"), voice.of_capital(cost.result.case, id_), bears)
    each = _per_year(cost, "see")
    if each is not None:
        yield KeyFigure(
            voice.word("questions", "person_year"), voice.say("kr", n=wording.kronor(each, lang=voice.lang)),
            voice.say("person_year_detail"),
        )  # fmt: skip
    found = cost.ranges.get("see")
    if found is None:
        yield KeyFigure(voice.word("questions", "sure"), voice.say("not_stated"), voice.say("points_only"))
    else:
        told = found.spoken(voice)
        yield KeyFigure(voice.word("questions", "sure"), voice.say("between_ends", **told), voice.say("cost_sure"))


def _bearer(cost: Cost) -> tuple[str, float] | None:
    """Return the public actor that bears most, and how much; None where nobody bears anything."""
    public = [id_ for id_, actor in cost.result.case.actors.items() if actor.public and "." not in id_]
    borne = {id_: cost.result.read(cost.reading("see").change(part=(id_,))) for id_ in public}
    most = max(borne, key=borne.__getitem__)
    return (most, borne[most]) if cost.voice.sign(borne[most]) > 0 else None


def _per_year(cost: Cost, perspective: str) -> float | None:
    return per_person_year(cost.result.readable, cost.reading(perspective)) if cost.is_exclusion else None


def _more(cost: Cost) -> Iterator[str]:
    voice = cost.voice
    most = _bearer(cost)
    if most is not None:
        holder = voice.of(cost.result.case, most[0])
        yield voice.say("exclusion_bearer", holder=holder, cost=voice.amount(most[1]))
    each = _per_year(cost, "see")
    if each is not None:
        yield voice.say("exclusion_per_year", each=wording.kronor(each, lang=voice.lang))


def result(cost: Cost) -> Section:
    """Return the cost by actor and period, and year by year."""
    voice = cost.voice
    said = voice.say("about_exclusion" if cost.is_exclusion else "about_ledger")
    title = voice.word("tables", "exclusion" if cost.is_exclusion else "ledger")
    first = by_actor(cost.result.readable, cost.reading("see"), voice, id_="exclusion", title=title)
    return Section(
        "result",
        voice.word("titles", "result"),
        (
            Part("", (Paragraph(said), first)),
            Part(voice.word("parts", "cost_yearly"), (Paragraph(voice.say("about_cost_yearly")), _year_by_year(cost))),
            Part(voice.word("parts", "cost_made_of"), (_categories(cost),)),
        ),
    )


def _year_by_year(cost: Cost) -> Table:
    import pandas as pd

    voice, readable = cost.voice, cost.result.readable
    parts = {
        "public_columns": cost.reading("see").change(part="public"),
        "production": cost.reading("see").change(part="production"),
        "see_sum": cost.reading("see"),
        "society_sum": cost.reading("society"),
    }
    columns = {
        voice.word("columns", name): table(
            readable, each.change(discount="none"), rows="total", columns="year", lang=voice.lang
        ).iloc[-1]
        for name, each in parts.items()
    }
    frame = pd.DataFrame(columns)
    frame.loc[label("words", "total", voice.lang)] = frame.sum()
    undiscounted = cost.reading("see").change(discount="none")
    measure, _, *rest = caption(cost.result.case, undiscounted, voice.lang).split("; ")
    return kronor_table(
        frame, voice, id_="exclusion_yearly", title=voice.word("tables", "exclusion_yearly"),
        row_title=label("columns", "year", voice.lang), caption="; ".join([measure, *rest]), has_total=True,
    )  # fmt: skip


def _categories(cost: Cost) -> Table:
    voice = cost.voice
    frame = table(cost.result.readable, cost.reading("see"), rows="category", columns="total", lang=voice.lang)
    return kronor_table(
        frame.set_axis([voice.kronor], axis=1), voice, id_="exclusion_kinds",
        title=voice.word("tables", "exclusion_kinds"), row_title=voice.word("columns", "category"), has_total=True,
    )  # fmt: skip


def redistribution(cost: Cost) -> Section:
    """Return who bears the cost when taxes and incomes are counted too."""
    voice = cost.voice
    title = voice.word("tables", "exclusion_society")
    told = by_actor(cost.result.readable, cost.reading("society"), voice, id_="exclusion_society", title=title)
    blocks = (Paragraph(voice.say("about_exclusion_society")), told)
    return Section("redistribution", voice.word("titles", "redistribution"), (Part("", blocks),))


def without_programme(voice: Voice) -> Iterator[Section]:
    """Yield the reports that need a programme, and say so."""
    for id_ in ("investment", "financing"):
        yield Section(id_, voice.word("titles", id_), (Part("", (Paragraph(voice.say(f"no_{id_}")),)),))


def key_figures(cost: Cost) -> Section:
    """Return the cost in all and per person-year, in each perspective."""
    voice = cost.voice
    rows = [[voice.word("figures", "cost_all"), *(voice.bare(cost.amount(each)) for each in SIDES)]]
    for part in ("public", "production"):
        of_see = voice.bare(cost.amount("see", part=part))
        rows.append(
            [voice.word("figures", f"cost_{part}"), *(of_see if each == "see" else wording.NONE for each in SIDES)]
        )
    if cost.is_exclusion:
        each = [wording.kronor(_per_year(cost, perspective), lang=voice.lang) for perspective in SIDES]
        rows.append([voice.word("figures", "cost_person_year"), *each])
    titles = [cost.result.case.perspective(each).title[voice.lang] for each in SIDES]
    told = text_table(
        rows, id_="figures", title=voice.word("tables", "figures"),
        columns=[voice.word("columns", "figure"), *titles], caption=cost.terms, numeric=[False, True, True, True],
    )  # fmt: skip
    blocks = (Paragraph(voice.say("about_figures_exclusion")), told)
    return Section("figures", voice.word("titles", "figures"), (Part("", blocks),))


def sensitivity(cost: Cost) -> Section:
    """Return how sure the cost is, what it is sensitive to, and what it is against other references."""
    voice = cost.voice
    blocks: tuple[Block, ...] = (Paragraph(voice.say("no_uncertainty"), "warning"),)
    if cost.ranges:
        blocks = (Paragraph(voice.say("about_intervals")), _intervals(cost))
    parts = [Part(voice.word("parts", "intervals"), blocks)]
    parts += tornado_parts(cost.result.readable, cost.reading("see"), voice)
    if cost.is_exclusion:
        frame = cost.result.counterfactuals(lang=voice.lang)
        if len(frame.columns) > 1:
            told = kronor_table(
                frame, voice, id_="counterfactuals", title=voice.word("tables", "counterfactuals"),
                row_title=voice.word("columns", "actor"), has_total=True, caption=cost.terms.rpartition("; ")[0],
            )  # fmt: skip
            parts.append(Part(voice.word("parts", "counterfactuals"), (told,)))
    return Section("sensitivity", voice.word("titles", "sensitivity"), tuple(parts))


def _intervals(cost: Cost) -> Table:
    voice = cost.voice
    rows = [
        [cost.result.case.perspective(each).title[voice.lang], voice.bare(cost.amount(each)),
         *list(found.told(voice).values())[:3]]
        for each, found in cost.ranges.items()
    ]  # fmt: skip
    return text_table(
        rows, id_="intervals", title=voice.word("tables", "cost_intervals"),
        columns=[voice.word("columns", name) for name in ("perspective", "point", "mean", "low", "high")],
        caption=cost.terms, numeric=[False, True, True, True, True],
    )  # fmt: skip


def reconciliation(cost: Cost) -> Section:
    """Return what stands between the field's table and society's account, line by line."""
    voice = cost.voice
    frame = cost.result.reconciliation(measure=cost.reading("see").measure, lang=voice.lang)
    told = kronor_table(
        frame.set_axis([voice.kronor], axis=1), voice, id_="reconciliation",
        title=voice.word("tables", "reconciliation"), row_title=voice.word("columns", "line"), has_total=True,
    )  # fmt: skip
    blocks = (Paragraph(voice.say("about_reconciliation")), told)
    return Section("reconciliation", voice.word("titles", "reconciliation"), (Part("", blocks),))
