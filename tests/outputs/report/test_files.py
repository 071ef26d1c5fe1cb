"""The forms a report is written in: each holds the same, and each is what it says it is."""

import re
import shutil
import subprocess
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from outputs.report.reports import NASTY, small, small_gain, uncertain

import utanforskap as ut
from utanforskap.outputs.plot.colours import contrast
from utanforskap.outputs.report.build import build
from utanforskap.outputs.report.html import as_html
from utanforskap.outputs.report.markdown import as_markdown
from utanforskap.outputs.report.model import Figure, Report
from utanforskap.outputs.report.word import as_docx

VOID = {"meta", "link", "img", "br", "col", "hr", "input"}


class Page(HTMLParser):
    """What a page holds: its elements in order, its tables' cells, and whether every element that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.open: list[str] = []
        self.astray: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.astray.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("th", "td"):
            self.tables[-1][-1][-1] += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@cache
def content(lang: Any = "sv") -> Report:
    gain = ut.run(ut.from_data(uncertain())).compare("jobb")
    return build(gain, simulation=None, draws=400, seed=1, lang=lang)


@cache
def page() -> str:
    return as_html(content())


def cells(report: Report) -> list[list[list[str]]]:
    return [
        [[column.title for column in table.columns], *(list(row.cells) for row in table.rows)]
        for table in report.tables()
    ]


def test_the_page_is_well_formed() -> None:
    parsed = Page(page())

    assert not parsed.open
    assert not parsed.astray
    assert page().startswith("<!DOCTYPE html>")
    assert parsed.all("html") == [{"lang": "sv"}]


def test_the_pages_tables_are_the_reports() -> None:
    assert Page(page()).tables == cells(content())


def test_headings_are_in_order() -> None:
    levels = [int(tag[1]) for tag, _ in Page(page()).elements if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_tables_have_headers_and_captions() -> None:
    parsed = Page(page())

    assert len(parsed.all("caption")) == len(parsed.tables)
    assert all(header.get("scope") in ("col", "row") for header in parsed.all("th"))


def test_pictures_say_what_they_show() -> None:
    pictures = Page(page()).all("img")

    assert len(pictures) == sum(isinstance(block, Figure) for block in content().blocks())
    assert all(picture["alt"] for picture in pictures)


def test_the_page_needs_nothing_beside_it() -> None:
    parsed = Page(page())
    sources = [element.get("src") or "" for element in parsed.all("img", "script", "link", "iframe")]
    targets = [element["href"] or "" for element in parsed.all("a")]
    ids = {element["id"] for _, element in parsed.elements if "id" in element}

    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert not re.findall(r"url\(|@import", page())
    assert not parsed.all("script", "link", "iframe")
    assert {target.removeprefix("#") for target in targets} <= ids


def test_ids_are_used_once_and_what_is_referred_to_is_there() -> None:
    elements = Page(page()).elements
    ids = [element["id"] for _, element in elements if "id" in element]
    referred = {element["aria-labelledby"] for _, element in elements if "aria-labelledby" in element}

    assert len(ids) == len(set(ids))
    assert referred <= set(ids)


def test_what_scrolls_can_be_reached_by_key() -> None:
    regions = [element for element in Page(page()).all("div") if element.get("role") == "region"]

    assert regions
    assert all(region["tabindex"] == "0" and "aria-labelledby" in region for region in regions)


def test_text_can_be_told_from_its_ground() -> None:
    # WCAG 2.2, success criterion 1.4.3: 4.5 to 1.
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6}|#[0-9a-f]{3})", page()))

    assert {"ink", "soft", "mark", "pale", "warn"} <= set(colours)
    for text in ("ink", "soft", "mark"):
        for ground in ("#ffffff", colours["pale"], colours["warn"]):
            assert contrast(colours[text], ground) >= 4.5, (text, ground)


def test_the_same_report_is_the_same_page() -> None:
    gain = ut.run(ut.from_data(uncertain())).compare("jobb")

    assert as_html(build(gain, simulation=None, draws=400, seed=1, lang="sv")) == page()


def test_the_document_has_real_headings_and_contents() -> None:
    document = docx.Document(BytesIO(as_docx(content())))
    headings = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]

    assert document.paragraphs[0].style.name == "Title"
    assert headings == [f"{number} {section.title}" for number, section in enumerate(content().sections, start=1)]
    assert [code.text for code in document.element.iter(qn("w:instrText"))] == [r'TOC \o "1-1" \h \z \u']
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "sv-SE"


def test_the_documents_tables_are_the_reports_and_repeat_their_headers() -> None:
    document = docx.Document(BytesIO(as_docx(content())))
    told = [table for table in document.tables if table._tbl.findall(".//" + qn("w:tblHeader"))]

    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in told] == cells(content())
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in told)


def test_the_documents_pictures_say_what_they_show() -> None:
    document = docx.Document(BytesIO(as_docx(content())))
    alts = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]

    assert alts == [block.alt for block in content().blocks() if isinstance(block, Figure)]


def test_markdown_has_every_table_and_picture() -> None:
    text = as_markdown(content())
    rows = [line for line in text.splitlines() if line.startswith("| ")]

    assert len(rows) == sum(len(table.rows) + 2 for table in content().tables())
    assert text.count("![") == sum(isinstance(block, Figure) for block in content().blocks())
    assert text.count("]: data:image/png;base64,") == text.count("![")


def test_a_small_report_reads_as_it_did() -> None:
    # A guard, not a proof: whoever changes what a report says reads the whole of it again.
    text = as_markdown(build(small_gain(), simulation=None, draws=1, seed=1, lang="sv"))
    kept = re.sub(r"(?s)\n## \d+ (Bilder|Priser|Körprotokoll).*?(?=\n## |\Z)", "", text)

    assert kept.rstrip() == Path(__file__).with_name("liten.md").read_text(encoding="utf-8").rstrip()


@pytest.mark.parametrize("first", [0, 3, 6])
def test_a_title_cannot_break_out(first: int) -> None:
    title, programme, flow = NASTY[first : first + 3]
    data = small(title={"sv": title, "en": title})
    data["programmes"]["jobbstod"]["title"] = {"sv": programme, "en": programme}
    data["states"]["utanfor"]["flows"]["stod"]["title"] = {"sv": flow, "en": flow}
    report = build(ut.run(ut.from_data(data)).compare("jobb"), simulation=None, draws=1, seed=1, lang="sv")
    parsed = Page(as_html(report))
    document = docx.Document(BytesIO(as_docx(report)))
    text = as_markdown(report)

    assert not parsed.astray
    assert not parsed.open
    assert not parsed.all("script")
    assert all((picture["src"] or "").startswith("data:") for picture in parsed.all("img"))
    assert not [name for _, element in parsed.elements for name in element if name.startswith("on")]
    assert parsed.tables == cells(report)
    assert document.paragraphs[0].text == report.title
    assert not re.search(r"(?<!\\)<(script|img)|(?<!\\)\]\(javascript", text)
    assert text.splitlines()[0].startswith("# ")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads PDF")
def test_the_pdf_holds_the_report_on_pages(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    path = tmp_path / "rapport.pdf"
    ut.write.report(small_gain(), path)
    text = subprocess.check_output(["pdftotext", "-layout", path, "-"], text=True)
    said = subprocess.check_output(["pdfinfo", path], text=True)

    for section in content().sections:
        assert section.title in text
    assert int(re.search(r"Pages:\s+(\d+)", said)[1]) >= 5  # type: ignore[index]
    assert re.search(r"Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)", said)
    assert re.search(r"Tagged:\s+yes", said)
    assert "Liten kalkyl – Jobbstöd" in said
