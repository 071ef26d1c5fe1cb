"""The first sheet: what the workbook is, how it is read, what follows a change and what does not."""

from collections.abc import Iterable, Sequence

from utanforskap.inputs.case import Case
from utanforskap.outputs.workbook.model import Book, Look, Sheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang

_SHEETS = (
    "inputs", "prices", "states", "effects", "persons", "lines", "cash", "present", "comparison", "control",
)  # fmt: skip
_FIXED = (
    "fixed_years", "fixed_cohorts", "fixed_budget", "fixed_shape", "fixed_ages", "fixed_timing", "fixed_equalisation",
)  # fmt: skip
_LEFT_OUT = ("left_realisable", "left_individ", "left_outcomes")


def readme_sheet(
    book: Book,
    case: Case,
    *,
    computed: Sequence[str],
    runs: Iterable[tuple[str, str]],
    record: Iterable[tuple[str, str]],
    lang: Lang,
) -> Sheet:
    """Return the first sheet.

    Parameters
    ----------
    book : Book
        The workbook, all other sheets in place.
    case : Case
        The case.
    computed : sequence of str
        What Python has computed and does not follow.
    runs : iterable of (str, str)
        What each of the two runs is called, and what it is.
    record : iterable of (str, str)
        What the run was made from.
    lang : {"sv", "en"}
        The language.
    """
    sheet = Sheet(word("sheets", "readme", lang), (34, 110), 0, 0)
    sheet.put(0, 0, book.title, "title")
    if case.scenario.summary is not None:
        _pair(sheet, word("rows", "question", lang), str(getattr(case.scenario.summary, lang)))
    for said, text in runs:
        _pair(sheet, said, text)
    horizon = case.scenario.horizon
    _pair(sheet, word("rows", "horizon", lang), f"{horizon.first_year}–{horizon.first_year + horizon.years - 1}")
    _pair(sheet, word("rows", "kronor", lang), word("says", "kronor", lang, year=case.scenario.money.price_year))
    _section(sheet, word("sections", "how", lang))
    for id_ in ("how_change", "how_follow", "how_control", "how_original"):
        _pair(sheet, "", word("says", id_, lang))
    _section(sheet, word("sections", "colours", lang))
    colours: tuple[tuple[str, Look], ...] = (("input", "input"), ("formula", "plain"), ("computed", "computed"))
    for id_, look in colours:
        row = sheet.next_row
        sheet.put(row, 0, word("rows", f"colour_{id_}", lang), look)
        sheet.put(row, 1, word("says", f"colour_{id_}", lang), "text")
    _section(sheet, word("sections", "sheets", lang))
    present = {other.name for other in book.sheets}
    for id_ in _SHEETS:
        if word("sheets", id_, lang) in present:
            _pair(sheet, word("sheets", id_, lang), word("says", f"sheet_{id_}", lang))
    _section(sheet, word("sections", "not_followed", lang))
    _pair(sheet, "", word("says", "computed" if computed else "nothing_computed", lang))
    for told in computed:
        _pair(sheet, "", told)
    _section(sheet, word("sections", "fixed", lang))
    for id_ in _FIXED:
        _pair(sheet, "", word("says", id_, lang))
    _section(sheet, word("sections", "left_out", lang))
    for id_ in _LEFT_OUT:
        _pair(sheet, "", word("says", id_, lang))
    _section(sheet, word("sections", "record", lang))
    for said, text in record:
        _pair(sheet, said, text)
    return sheet


def _section(sheet: Sheet, said: str) -> None:
    sheet.put(sheet.skip(), 0, said, "section")


def _pair(sheet: Sheet, said: str, text: str) -> None:
    row = sheet.next_row
    sheet.texts(row, (said, text), "text")
