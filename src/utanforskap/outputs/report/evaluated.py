"""The report on an evaluation: what a förbund must follow up by law, in the shape of the other reports."""

from collections.abc import Iterator

from utanforskap.analysis.followup.evaluation import VOICES, Evaluation
from utanforskap.outputs.evaluation.record import record_of_evaluation
from utanforskap.outputs.evaluation.tables import sheets, summary, unit_of
from utanforskap.outputs.evaluation.words import say, terms_of, word
from utanforskap.outputs.report import grounds
from utanforskap.outputs.report.build import cleaned
from utanforskap.outputs.report.layout import text_table
from utanforskap.outputs.report.model import Block, Paragraph, Part, Points, Report, Section, Table
from utanforskap.outputs.report.pictures import figure
from utanforskap.outputs.report.voice import Voice
from utanforskap.outputs.tables import Sheet
from utanforskap.terms import Lang

_SECTIONS = {
    "levels": ("levels", "payback", "potential", "years"),
    "groups": ("groups", "groups_actors"),
    "individuals": ("individuals", "quantiles", "steps", "ladder"),
    "effects": ("effects", "likeness", "overlap"),
    "promise": ("promise",),
    "quality": ("quality",),
}
"""The tables of each section."""


def of_evaluation(evaluation: Evaluation, *, lang: Lang) -> Report:
    """Return the report on an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        What is reported.
    lang : {"sv", "en"}
        The language.
    """
    voice = Voice(lang, unit_of(evaluation))
    made = {sheet.name: sheet for sheet in sheets(evaluation, lang=lang)}
    told = []
    for id_, names in _SECTIONS.items():
        tables = [_table(made[name]) for name in names if name in made]
        if tables:
            told.append(Section(id_, word("titles", id_, lang), (Part("", tuple(tables)),)))
    scenario = evaluation.case.scenario
    return cleaned(
        Report(
            lang=lang,
            title=evaluation.title[lang],
            subtitle=say("subtitle", lang),
            summary="" if scenario.summary is None else getattr(scenario.summary, lang),
            terms=say("levels", lang, terms=terms_of(evaluation, lang)),
            contents=voice.word("titles", "contents"),
            skip=voice.word("titles", "skip"),
            table=voice.word("titles", "table"),
            figure=voice.word("titles", "figure"),
            sections=(
                _summary(evaluation, lang),
                *told,
                _qualitative(evaluation, lang),
                _pictures(evaluation, voice),
                grounds.assumptions(evaluation.case, voice),
                grounds.prices(evaluation.case, voice),
                grounds.findings(evaluation.case, voice),
                _record(evaluation, voice),
            ),
        )
    )


def _record(evaluation: Evaluation, voice: Voice) -> Section:
    """Return what tells one run from another; the participants' data are in no record."""
    data = record_of_evaluation(evaluation).data
    settings = ", ".join(f"{name}: {said}" for name, said in data["settings"].items())
    versions = ", ".join(f"{name} {number}" for name, number in data["versions"].items())
    names = {"scenario": data["scenario"], "sha256": data["sha256"], "value": settings, "versions": versions}
    table = text_table(
        [[voice.word("record", name), str(text)] for name, text in names.items()],
        id_="record", title=voice.word("tables", "record"),
        columns=[voice.word("columns", "what"), voice.word("columns", "said")],
    )  # fmt: skip
    return Section("record", voice.word("titles", "record"), (Part("", (table,)),))


def _summary(evaluation: Evaluation, lang: Lang) -> Section:
    """Return what must be read first: what was found, and what it can show."""
    first, *others = summary(evaluation, lang=lang)
    found: tuple[Block, ...] = (Paragraph(first, "lead"), *(Paragraph(text) for text in others))
    caveats: list[Block] = [Paragraph(text, "warning") for text in evaluation.told_caveats(lang=lang)]
    caveats += [Paragraph(say("about_hidden", lang), "note"), Paragraph(say("splits", lang), "note")]
    parts = (Part("", found), Part(word("titles", "reliability", lang), tuple(caveats)))
    return Section("summary", word("titles", "summary", lang), parts)


def _table(sheet: Sheet) -> Table:
    """Return a table as it is told; what is not shown is not in it."""
    told = sheet.shown
    assert told is not None
    rows = [[str(name), *map(str, cells)] for name, cells in zip(told.index, told.to_numpy(), strict=True)]
    columns = [str(told.index.name), *map(str, told.columns)]
    numeric = [False, *(column not in sheet.texts for column in columns[1:])]
    return text_table(
        rows, id_=sheet.name, title=sheet.title, columns=columns, caption=told.attrs.get("caption", ""), numeric=numeric
    )  # fmt: skip


def _qualitative(evaluation: Evaluation, lang: Lang) -> Section:
    return Section("qualitative", word("titles", "qualitative", lang), tuple(_voices(evaluation, lang)))


def _voices(evaluation: Evaluation, lang: Lang) -> Iterator[Part]:
    for name in VOICES:
        said = evaluation.qualitative.get(name, ())
        blocks: tuple[Block, ...] = (Points(tuple(("", text) for text in said)),)
        yield Part(word("voices", name, lang), blocks if said else (Paragraph(say("no_text", lang), "note"),))


def _pictures(evaluation: Evaluation, voice: Voice) -> Section:
    from utanforskap.outputs import plot

    drawn = [figure(plot.evaluation(evaluation, lang=voice.lang), id_="evaluation", title=say("by_actor", voice.lang))]
    if evaluation.overlap:
        title = word("titles", "overlap", voice.lang)
        drawn.append(figure(plot.overlap(evaluation, lang=voice.lang), id_="overlap", title=title))
    return Section("pictures", voice.word("titles", "pictures"), (Part("", tuple(drawn)),))
