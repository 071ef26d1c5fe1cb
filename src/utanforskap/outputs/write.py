"""Results as files: a report for a board, a workbook, tables for other tools, a record to repeat the run from."""

from pathlib import Path

from utanforskap.analysis.followup.evaluation import Evaluation
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.outputs.files import refuse_to_overwrite, write_bytes, write_text
from utanforskap.terms import Lang

__all__ = ["comparison", "ledger", "record", "report", "workbook"]

REPORTS = (".html", ".md", ".docx", ".pdf")
"""What a report's file name may end in."""
TABLES = (".csv", ".parquet")
"""What a table's file name may end in."""


def report(
    subject: Result | Comparison | Evaluation,
    path: str | Path,
    *,
    simulation: Simulation | None = None,
    draws: int = 10_000,
    seed: int = 1,
    lang: Lang = "sv",
    force: bool = False,
) -> None:
    """Write the report on a comparison, on what exclusion costs, or on an evaluation, as HTML, Markdown, Word or PDF.

    Parameters
    ----------
    subject : Result, Comparison or Evaluation
        What is reported.
    path : str or Path
        The file; its ending says which form.
    simulation : Simulation, optional
        How sure it is. Unless given, what the case says is uncertain is simulated.
    draws, seed : int
        Of the simulation that is made.
    lang : {"sv", "en"}
        The language.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    UnknownNameError
        If the ending is none that a report has.
    OutputError
        If a file is there already, it cannot be written, or what writes PDF is not installed.
    QuestionError
        If the simulation that is given did not read what the report tells.

    Examples
    --------
    ``ut.write.report(gain, "rapport.html")``
    """
    file = Path(path)
    ending = check_report(file, force=force)
    if isinstance(subject, Evaluation):
        from utanforskap.outputs.report.evaluated import of_evaluation

        content = of_evaluation(subject, lang=lang)
    else:
        from utanforskap.outputs.report.build import build

        content = build(subject, simulation=simulation, draws=draws, seed=seed, lang=lang)
    match ending:
        case ".html":
            from utanforskap.outputs.report.html import as_html

            write_text(file, as_html(content), force=force)
        case ".md":
            from utanforskap.outputs.report.markdown import as_markdown

            write_text(file, as_markdown(content), force=force)
        case ".docx":
            from utanforskap.outputs.report.word import as_docx

            write_bytes(file, as_docx(content), force=force)
        case ".pdf":
            from utanforskap.outputs.report.pdf import as_pdf

            write_bytes(file, as_pdf(content), force=force)


def check_report(file: Path, *, force: bool) -> str:
    """Return a report's ending; refuse, before anything is computed, a file that cannot be written.

    Raises
    ------
    UnknownNameError
        If the ending is none that a report has.
    OutputError
        If a file is there already, or what writes PDF is not installed.
    """
    ending = _ending(file, REPORTS, what="an ending of a report")
    refuse_to_overwrite(file, force=force)
    if ending == ".pdf":
        from utanforskap.outputs.report.pdf import check_installed

        check_installed()
    return ending


def workbook(subject: Result | Comparison, path: str | Path, *, lang: Lang = "sv", force: bool = False) -> None:
    """Write a workbook for Excel or LibreOffice in which every result is a live formula of the inputs.

    A price, a rate, a share, a success or a duration that is changed changes every sheet. What does not follow, income
    tax by law say, is marked and listed on the first sheet. Every formula carries Python's number, and the sheet of
    control holds the workbook's totals against Python's.

    Parameters
    ----------
    subject : Result or Comparison
        A result, held against everybody on the reference where every group has one, or a comparison.
    path : str or Path
        The file, ``.xlsx``.
    lang : {"sv", "en"}
        The language.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    UnknownNameError
        If the ending is not ``.xlsx``.
    OutputError
        If a file is there already, or it cannot be written.
    QuestionError
        If the case holds something that the workbook has no formulas for.

    Examples
    --------
    ``ut.write.workbook(gain, "kalkyl.xlsx")``
    """
    file = Path(path)
    _ending(file, (".xlsx",), what="an ending of a workbook")
    refuse_to_overwrite(file, force=force)
    from utanforskap.outputs.workbook.build import build
    from utanforskap.outputs.workbook.xlsx import as_bytes

    write_bytes(file, as_bytes(build(subject, lang=lang)), force=force)


def ledger(subject: Result | Comparison, path: str | Path, *, lang: Lang = "sv", force: bool = False) -> None:
    """Write every amount by line and year as a tidy table, one row each, in CSV or Parquet.

    Parameters
    ----------
    subject : Result or Comparison
        A result's ledger as it stands, or a comparison's difference: the baseline less the alternative.
    path : str or Path
        The file, ``.csv`` or ``.parquet``.
    lang : {"sv", "en"}
        The language of the labels; the columns' names and ids are the same in both.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    UnknownNameError
        If the ending is neither.
    OutputError
        If a file is there already, it cannot be written, or what writes Parquet is not installed.
    """
    from utanforskap.outputs.tidy import as_file, ledger_frame

    file = Path(path)
    ending = _ending(file, TABLES, what="an ending of a table")
    refuse_to_overwrite(file, force=force)
    write_bytes(file, as_file(ledger_frame(subject, lang=lang), ending), force=force)


def comparison(gain: Result | Comparison, path: str | Path, *, lang: Lang = "sv", force: bool = False) -> None:
    """Write a comparison's gain by perspective, actor, role and year as a tidy table; see `ledger`.

    Parameters
    ----------
    gain : Comparison
        The comparison.
    path, lang, force
        As for `ledger`.

    Raises
    ------
    QuestionError
        If it is a result, which compares nothing.
    """
    if not isinstance(gain, Comparison):
        raise QuestionError("A comparison is of an alternative with the baseline: write result.compare(…).")
    from utanforskap.outputs.tidy import as_file, comparison_frame

    file = Path(path)
    ending = _ending(file, TABLES, what="an ending of a table")
    refuse_to_overwrite(file, force=force)
    write_bytes(file, as_file(comparison_frame(gain, lang=lang), ending), force=force)


def record(subject: Result | Comparison | Simulation | Evaluation, path: str | Path, *, force: bool = False) -> None:
    """Write the record of a run as JSON, from which `rerun` repeats it without the files that it was made from.

    That of an evaluation holds its figures, for a bank; it cannot be run again without the participants' data.

    Parameters
    ----------
    subject : Result, Comparison, Simulation or Evaluation
        What was run.
    path : str or Path
        The file.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    UnknownNameError
        If the ending is not ``.json``.
    OutputError
        If a file is there already, or it cannot be written.
    """
    from utanforskap.outputs.record import record_of

    file = Path(path)
    _ending(file, (".json",), what="an ending of a run record")
    refuse_to_overwrite(file, force=force)
    if isinstance(subject, Evaluation):
        from utanforskap.outputs.evaluation.record import record_of_evaluation

        write_text(file, record_of_evaluation(subject).text(), force=force)
    else:
        write_text(file, record_of(subject).text(), force=force)


def _ending(file: Path, known: tuple[str, ...], *, what: str) -> str:
    ending = file.suffix.lower()
    if ending not in known:
        raise UnknownNameError(what=what, given=ending or file.name, known=known)
    return ending
