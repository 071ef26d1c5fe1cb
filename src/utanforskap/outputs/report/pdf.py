"""A report as PDF, from its web page: tagged, with bookmarks, on A4."""

from importlib import import_module
from importlib.util import find_spec

from utanforskap.outputs.files import OutputError
from utanforskap.outputs.report.html import as_html
from utanforskap.outputs.report.model import Report


def check_installed() -> None:
    """Refuse where what writes PDF is not there.

    Raises
    ------
    OutputError
        Saying what to install.
    """
    if find_spec("weasyprint") is None:
        raise OutputError(
            "A report as PDF needs weasyprint, which is not installed.\n"
            "Install it with: pip install 'utanforskap[pdf]'\n"
            "Or write the report as .html, and print it from a browser."
        )


def as_pdf(report: Report) -> bytes:
    """Return a report as a PDF for screen readers (PDF/UA-1).

    Parameters
    ----------
    report : Report
        The report.

    Raises
    ------
    OutputError
        If what writes PDF lacks a library of the system.
    """
    try:
        weasyprint = import_module("weasyprint")
    except OSError as error:
        raise OutputError(
            f"A report as PDF needs weasyprint's own libraries (Pango): {error}\n"
            "Install them as https://doc.courtbouillon.org/weasyprint/stable/first_steps.html says.\n"
            "Or write the report as .html, and print it from a browser."
        ) from error
    page = weasyprint.HTML(string=as_html(report))
    return bytes(page.write_pdf(pdf_variant="pdf/ua-1"))
