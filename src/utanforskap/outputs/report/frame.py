"""What a report's calculation reckons with, and how its tables are parted in periods."""

from utanforskap.analysis.captions import caption
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.summaries import main_columns, with_total
from utanforskap.analysis.tabulate import ColumnKey, table
from utanforskap.inputs.parts.shares import ids_of
from utanforskap.inputs.passes.interventions import cohorts_of
from utanforskap.outputs.report.layout import kronor_table, text_table
from utanforskap.outputs.report.model import Table
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import MANDATE_YEARS, Reading, label

_MOST_COLUMNS = 7
"""More periods than this do not fit on a page beside what rows are called."""


def periods(readable: Readable) -> ColumnKey:
    """Return the periods that tables are told in: mandate periods, or horizons where those are too many or unknown."""
    horizon = readable.case.scenario.horizon
    too_many = horizon.years > MANDATE_YEARS * (_MOST_COLUMNS - 1)
    return "horizon" if main_columns(readable) == "total" or too_many else "mandate"


def by_actor(readable: Readable, reading: Reading, voice: Voice, *, id_: str, title: str) -> Table:
    """Return a reading's amounts by actor and period, with its total."""
    columns = periods(readable)
    frame = table(readable, reading, rows="actor", columns=columns, lang=voice.lang)
    shown = frame if columns == "horizon" else with_total(frame, lang=voice.lang)
    return kronor_table(shown, voice, id_=id_, title=title, row_title=voice.word("columns", "actor"), has_total=True)


def brief(readable: Readable, alternative: str | None, reading: Reading, voice: Voice) -> Table:
    """Return what is reckoned with: who, how many, which years, which kronor.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    alternative : str or None
        The alternative's id; None for a case without a programme.
    reading : Reading
        What the report tells first.
    voice : Voice
        The language and the unit.
    """
    scenario, lang = readable.case.scenario, voice.lang
    parameters = readable.parameters(alternative)
    rows = []
    for id_, group in scenario.groups.items():
        persons = voice.figure(float(parameters[f"groups.{id_}.persons"][0]))
        cohorts = len(cohorts_of(group, scenario))
        said = voice.fill("persons" if cohorts == 1 else "persons_cohorts", n=persons, cohorts=cohorts)
        rows.append([str(getattr(group.title, lang)), said])
    references = [group.reference for group in scenario.groups.values() if group.reference is not None]
    if references:
        names = [name for mix in references for name in ids_of(mix)]
        titles = [_pathway(readable, name, voice) for name in dict.fromkeys(names)]
        rows.append([voice.word("brief", "reference"), voice.listed(titles)])
    for id_ in () if alternative is None else scenario.alternatives[alternative].programmes:
        programme = scenario.programmes[id_]
        rows.append([voice.word("brief", "programme"), getattr(programme.title, lang)])
        rows.append([voice.word("brief", "evidence"), label("evidence", programme.evidence, lang)])
    first, years = scenario.horizon.first_year, scenario.horizon.years
    rows.append([voice.word("brief", "years"), voice.fill("span", span=f"{first}–{first + years - 1}", n=years)])
    *_, kronor, discounting = caption(readable.case, reading, lang).split("; ")
    rows += [[voice.word("brief", "kronor"), kronor], [voice.word("brief", "discounting"), discounting]]
    return text_table(
        rows, id_="brief", title=voice.word("tables", "brief"),
        columns=[voice.word("columns", "what"), voice.word("columns", "said")],
    )  # fmt: skip


def _pathway(readable: Readable, id_: str, voice: Voice) -> str:
    title = getattr(readable.case.scenario.pathways[id_], "title", None)
    return id_ if title is None else str(getattr(title, voice.lang))
