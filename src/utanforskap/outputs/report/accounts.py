"""The field's five reports on a comparison: result, redistribution, investment, financing and key figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from utanforskap.analysis import gains, wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.results import Comparison
from utanforskap.analysis.summaries import PERSPECTIVES, alternative_title, main_measure, metric_table, with_total
from utanforskap.analysis.tabulate import table
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.engine.effects import factors, participants_by_cohort
from utanforskap.outputs.report.facts import Stand, net_gain, programmes_of, rest_of
from utanforskap.outputs.report.frame import by_actor, periods
from utanforskap.outputs.report.layout import by_row, kronor_table, text_table
from utanforskap.outputs.report.model import Block, Paragraph, Part, Section, Table
from utanforskap.outputs.report.summary import Outlook, kind_of, verdict
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import Reading, label


@dataclass(frozen=True, slots=True)
class Subject:
    """What a section of a report is written from.

    Attributes
    ----------
    gain : Comparison
        The comparison.
    outlook : Outlook
        What it comes to.
    voice : Voice
        The language and the unit.
    simulation : Simulation or None
        How sure it is; None where nothing is uncertain.
    """

    gain: Comparison
    outlook: Outlook
    voice: Voice
    simulation: Simulation | None = None

    @property
    def terms(self) -> str:
        """The caption of a table of net gains in several perspectives."""
        return f"{_all_perspectives(self.gain, self.voice).split('; ', 1)[1]}; {self.voice.kronor}"

    def title(self, perspective: str) -> str:
        """Return what a perspective is called."""
        return self.gain.case.perspective(perspective).title[self.voice.lang]


def result(subject: Subject) -> Section:
    """Return the yearly result: what exclusion costs without the programme, and what it changes year by year."""
    gain, voice = subject.gain, subject.voice
    parts = []
    if main_measure(gain.readable) == "cost_of_exclusion":
        reading = Reading(measure="cost_of_exclusion", perspective="see")
        without = by_actor(gain.readable, reading, voice, id_="exclusion", title=voice.word("tables", "exclusion"))
        parts.append(Part(voice.word("parts", "without"), (Paragraph(voice.say("about_exclusion")), without)))
    yearly = tuple(
        year_by_year(subject, perspective, title=voice.word("tables", f"yearly_{perspective}"))
        for perspective in ("society", "public")
    )
    parts.append(Part(voice.word("parts", "yearly"), (Paragraph(voice.say("about_yearly")), *yearly)))
    parts.append(Part(voice.word("parts", "made_of"), (Paragraph(voice.say("about_kinds")), _kinds(subject))))
    return Section("result", voice.word("titles", "result"), tuple(parts))


def year_by_year(subject: Subject, perspective: str, *, title: str) -> Table:
    """Return a net gain by role, a row for each year, undiscounted, with what has gathered."""
    gain, voice = subject.gain, subject.voice
    reading = net_gain(gain.alternative, perspective).change(discount="none")
    roles = table(gain.readable, reading, rows="role", columns="year", lang=voice.lang).T
    names = {
        label("roles", "effect", voice.lang): label("measures", "gross_gain", voice.lang),
        label("words", "total", voice.lang): label("measures", "net_gain", voice.lang),
    }
    frame = roles.rename(columns=names)
    gathered = frame[names[label("words", "total", voice.lang)]].cumsum()
    frame[voice.word("columns", "gathered")] = gathered
    frame.loc[label("words", "total", voice.lang)] = [*roles.sum(), float(gathered.iloc[-1])]
    return kronor_table(
        frame, voice, id_=f"yearly_{perspective}", title=title, row_title=label("columns", "year", voice.lang),
        caption=_terms(gain, reading, voice), has_total=True,
    )  # fmt: skip


def _terms(gain: Comparison, reading: Reading, voice: Voice) -> str:
    """Return a caption without the measure, for a table whose columns are measures."""
    return caption(gain.case, reading, voice.lang).split("; ", 1)[1]


def _kinds(subject: Subject) -> Table:
    gain, voice = subject.gain, subject.voice
    reading = net_gain(gain.alternative, "society").change(measure="gross_gain")
    columns = periods(gain.readable)
    frame = table(gain.readable, reading, rows="kind", columns=columns, lang=voice.lang)
    shown = frame if columns == "horizon" else with_total(frame, lang=voice.lang)
    title = voice.word("tables", "kinds")
    return kronor_table(shown, voice, id_="kinds", title=title, row_title=voice.word("columns", "kind"), has_total=True)


def redistribution(subject: Subject) -> Section:
    """Return who pays and who gains."""
    gain, voice = subject.gain, subject.voice
    see = by_actor(
        gain.readable, net_gain(gain.alternative, "see"), voice, id_="see_actors", title=voice.word("tables", "see")
    )
    parts = [Part("", (Paragraph(voice.say("about_redistribution")), _stands(subject)))]
    parts += _matrix(subject)
    parts.append(Part(voice.word("parts", "by_period"), (Paragraph(voice.say("about_see")), see)))
    return Section("redistribution", voice.word("titles", "redistribution"), tuple(parts))


def _stands(subject: Subject) -> Table:
    gain, voice, outlook = subject.gain, subject.voice, subject.outlook
    rest = rest_of(outlook.society, outlook.actors)
    told: list[tuple[str, Stand]] = [(subject.title(each.id), each) for each in outlook.actors]
    told += [(voice.word("tables", "rest"), rest)] if rest is not None else []
    told.append((voice.word("tables", "society_sum"), outlook.society))
    rows = [
        [name, *map(voice.bare, (each.gross, -each.cost, -each.financing, each.net)),
         voice.word("verdicts", each.verdict(voice)) if each is not rest else wording.NONE]
        for name, each in told
    ]  # fmt: skip
    columns = ("actor", "gross", "cost", "financing", "net", "verdict")
    terms = _terms(gain, net_gain(gain.alternative, "society"), voice)
    return text_table(
        rows,
        id_="stands",
        title=voice.word("tables", "stands"),
        columns=[voice.word("columns", name) for name in columns],
        caption=f"{terms}; {voice.kronor}",
        numeric=[False, True, True, True, True, False],
        totals=[len(rows) - 1],
    )


def _matrix(subject: Subject) -> Iterator[Part]:
    gain, voice = subject.gain, subject.voice
    if sum(gains.funders(gain.readable, net_gain(gain.alternative, "society")).values()) == 0.0:
        return
    found = gain.matrix(lang=voice.lang)
    turned = found.T
    turned.attrs = found.attrs
    title = voice.word("tables", "matrix")
    told = kronor_table(
        turned, voice, id_="matrix", title=title, row_title=voice.word("columns", "gains"), has_total=True
    )
    yield Part(voice.word("parts", "matrix"), (Paragraph(voice.say("about_matrix")), told))


def investment(subject: Subject) -> Section:
    """Return present value, ratio, payback and rate of return, and the net gain by horizon."""
    gain, voice, outlook = subject.gain, subject.voice, subject.outlook
    frame = metric_table(gain.readable, gain.alternative, lang=voice.lang, unit=voice.unit)
    metrics = text_table(
        [[str(name), *map(str, cells)] for name, cells in zip(frame.index, frame.to_numpy(), strict=True)],
        id_="metrics",
        title=voice.word("tables", "metrics"),
        columns=[voice.word("columns", "metric"), *map(str, frame.columns)],
        caption=frame.attrs["caption"],
        numeric=[False, *[True] * len(frame.columns)],
    )
    what = kind_of(gain.case, gain.alternative)
    says = [verdict(gain.case, each, voice, what=what) for each in (outlook.society, outlook.public)]
    first = Part("", (Paragraph(" ".join(says)), Paragraph(voice.say("about_metrics"), "note"), metrics))
    later = Part(voice.word("parts", "horizons"), (Paragraph(voice.say("about_horizons")), _horizons(subject)))
    return Section("investment", voice.word("titles", "investment"), (first, later))


def _horizons(subject: Subject) -> Table:
    gain, voice, outlook = subject.gain, subject.voice, subject.outlook
    told = dict.fromkeys([*PERSPECTIVES, *(each.id for each in outlook.actors if each.paid > 0.0)])
    rows = {}
    for perspective in told:
        reading = net_gain(gain.alternative, perspective)
        frame = table(gain.readable, reading, rows="total", columns="horizon", lang=voice.lang)
        rows[subject.title(perspective)] = [float(cell) for cell in frame.iloc[-1]]
    return kronor_table(
        by_row(rows, [str(name) for name in frame.columns], caption=_all_perspectives(gain, voice)),
        voice, id_="horizons", title=voice.word("tables", "horizons"), row_title=voice.word("columns", "perspective"),
    )  # fmt: skip


def _all_perspectives(gain: Comparison, voice: Voice) -> str:
    """Return a caption for a table whose rows are perspectives."""
    measure, _, *terms = caption(gain.case, net_gain(gain.alternative, "society"), voice.lang).split("; ")
    return "; ".join([measure, *terms])


def financing(subject: Subject) -> Section:
    """Return the funders' cash flow, and how much of the savings can be cashed."""
    gain, voice = subject.gain, subject.voice
    payers = [each for each in subject.outlook.actors if each.paid > 0.0]
    blocks: tuple[Block, ...] = (Paragraph(voice.say("nobody_finances")),)
    if payers:
        blocks = (Paragraph(voice.say("about_financing")), _funders(subject, payers), _cash_flow(subject, payers))
    cashable = kronor_table(
        gain.realisation(lang=voice.lang).set_axis([voice.kronor], axis=1),
        voice, id_="realisation", title=voice.word("tables", "realisation"), row_title=voice.word("columns", "part"),
    )  # fmt: skip
    return Section(
        "financing",
        voice.word("titles", "financing"),
        (
            Part("", blocks),
            Part(voice.word("parts", "cashable"), (Paragraph(voice.say("about_cashable")), cashable)),
        ),
    )


def _funders(subject: Subject, payers: Sequence[Stand]) -> Table:
    voice = subject.voice
    rows = [
        [subject.title(each.id), *map(voice.bare, (each.paid, each.gross, each.net)), voice.payback(each.payback)]
        for each in payers
    ]
    terms = _terms(subject.gain, net_gain(subject.gain.alternative, "society"), voice).split("; ", 1)[1]
    return text_table(
        rows,
        id_="funders",
        title=voice.word("tables", "funders"),
        columns=[voice.word("columns", name) for name in ("funder", "pays", "own_gain", "net", "back")],
        caption=f"{terms}; {voice.kronor}",
        numeric=[False, True, True, True, True],
    )


def _cash_flow(subject: Subject, payers: Sequence[Stand]) -> Table:
    gain, voice = subject.gain, subject.voice
    columns = {}
    for each in payers:
        reading = net_gain(gain.alternative, each.id).change(discount="none")
        frame = table(gain.readable, reading, rows="total", columns="year", lang=voice.lang)
        columns[subject.title(each.id)] = frame.iloc[-1]
    import pandas as pd

    flows = pd.DataFrame(columns)
    flows.loc[label("words", "total", voice.lang)] = flows.sum()
    measure, _, *terms = caption(gain.case, reading, voice.lang).split("; ")
    flows.attrs = {"caption": "; ".join([measure, *terms])}
    return kronor_table(
        flows, voice, id_="cash_flow", title=voice.word("tables", "cash_flow"),
        row_title=label("columns", "year", voice.lang), has_total=True,
    )  # fmt: skip


def key_figures(subject: Subject) -> Section:
    """Return figures per person and per krona, a column for each of the case's alternatives."""
    gain, voice = subject.gain, subject.voice
    others = [id_ for id_ in gain.case.scenario.alternatives if id_ != gain.alternative]
    columns = {id_: _figures(Comparison(gain.case, gain.readable, id_), voice) for id_ in (gain.alternative, *others)}
    names = list(columns[gain.alternative])
    told = text_table(
        [[voice.word("figures", name), *(column[name] for column in columns.values())] for name in names],
        id_="figures",
        title=voice.word("tables", "figures"),
        columns=[voice.word("columns", "figure"), *(alternative_title(gain.case, id_, voice.lang) for id_ in columns)],
        caption=_all_perspectives(gain, voice).split("; ", 1)[1],
        numeric=[False, *[True] * len(columns)],
    )
    said = voice.say("about_figures" if others else "about_figures_alone")
    return Section("figures", voice.word("titles", "figures"), (Part("", (Paragraph(said), told)),))


def _figures(gain: Comparison, voice: Voice) -> dict[str, str]:
    """Return an alternative's key figures in words, by id."""
    parameters = gain.readable.parameters(gain.alternative)
    persons = moved = 0.0
    for id_ in programmes_of(gain.case, gain.alternative):
        each = float(participants_by_cohort(parameters, id_)[:, 0].sum())
        share = 1.0
        for factor in factors(parameters, id_).values():
            share *= float(factor[0])
        persons, moved = persons + each, moved + each * share
    cost, net = gain.programme_cost(), gain.net_present_value()

    def per(amount: float, count: float) -> str:
        return wording.kronor(amount / count if count else None, lang=voice.lang)

    return {
        "participants": voice.figure(persons),
        "moved": voice.figure(moved),
        "cost": voice.amount(cost),
        "net": voice.amount(net),
        "cost_per_participant": per(cost, persons),
        "cost_per_moved": per(cost, moved),
        "net_per_participant": per(net, persons),
        "ratio_society": wording.ratio(gain.benefit_cost_ratio(), voice.lang),
        "ratio_public": wording.ratio(gain.benefit_cost_ratio(perspective="public"), voice.lang),
        "per_person_year": wording.kronor(gain.gain_per_person_year(), lang=voice.lang),
        "payback_society": voice.payback(gain.payback(discounted=True)),
        "payback_public": voice.payback(gain.payback(perspective="public", discounted=True)),
    }
