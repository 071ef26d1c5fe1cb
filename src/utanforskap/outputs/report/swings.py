"""What a reading is most sensitive to, as a part of a report."""

from collections.abc import Iterator

from utanforskap.analysis import wording
from utanforskap.analysis.captions import caption
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.sensitivity import Swing, tornado
from utanforskap.inputs.case import Case
from utanforskap.outputs.plot.names import called, told_value
from utanforskap.outputs.report.layout import text_table
from utanforskap.outputs.report.model import Paragraph, Part
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import Reading

_MOST = 12
"""The rows that a reader takes in; the picture and `utanforskap tornado` show further ones."""


def tornado_parts(readable: Readable, reading: Reading, voice: Voice) -> Iterator[Part]:
    """Yield how far a reading moves with each estimate from low to high, the farthest first.

    Parameters
    ----------
    readable : Readable
        The ledgers.
    reading : Reading
        What is read.
    voice : Voice
        The language and the unit.
    """
    swings = [each for each in tornado(readable, reading) if each.swing and each.kind == "estimate"][:_MOST]
    title = voice.word("parts", "tornado")
    if not swings:
        yield Part(title, (Paragraph(voice.say("no_tornado")),))
        return
    names = ("number", "low_value", "high_value", "at_low", "at_high")
    table = text_table(
        [_row(each, readable.case, voice) for each in swings], id_="tornado", title=voice.word("tables", "tornado"),
        columns=[voice.word("columns", name) for name in names],
        caption=f"{caption(readable.case, reading, voice.lang)}; {voice.kronor}",
        numeric=[False, True, True, True, True],
    )  # fmt: skip
    yield Part(title, (Paragraph(voice.say("about_tornado")), table))


def _row(swing: Swing, case: Case, voice: Voice) -> list[str]:
    values = [told_value(case, swing.name, end, voice.lang) for end in (swing.low, swing.high)]
    ends = [wording.NONE if end is None else voice.bare(end) for end in (swing.at_low, swing.at_high)]
    return [called(case, swing.name, voice.lang), *values, *ends]
