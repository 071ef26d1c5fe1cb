"""A report as a Word document: real headings, headers that repeat, alt texts, a table of contents."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from utanforskap.outputs.report.model import Block, Figure, KeyFigures, Paragraph, Points, Report, Table
from utanforskap.outputs.report.widths import shares

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

_LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
_FONT = "Arial"
_INK, _SOFT, _MARK, _PALE, _WARN = "1D2326", "4A5459", "12355B", "EEF3F7", "FFF6E0"
_TWIPS = 567
"""Twentieths of a point in a centimetre."""
_TEXT_WIDTH = 17.0
"""The width of the text of an A4 page with margins of 20 mm [cm]."""
_CHARACTER, _LONG_CHARACTER = 0.19, 0.155
"""How wide a letter is in a short and in a long table [cm]."""
_MARGIN = 0.11
"""From a cell's edge to its text [cm]."""
_TOGETHER = 16
"""A table of at most so many rows stands on one page."""
_NEW_PAGES = ("result", "pictures", "assumptions")


def as_docx(report: Report) -> bytes:
    """Return a report as a Word document.

    Parameters
    ----------
    report : Report
        The report.
    """
    import docx

    document = docx.Document()
    _set_up(document, report)
    document.add_paragraph(report.title, style="Title")
    for text, style in ((report.subtitle, "Subtitle"), (report.summary, "Normal"), (report.terms, "Small print")):
        if text:
            document.add_paragraph(text, style=style)
    writer = _Writer(document, report)
    for number, section in enumerate(report.sections, start=1):
        heading = document.add_heading(f"{number} {section.title}", level=1)
        heading.paragraph_format.page_break_before = section.id in _NEW_PAGES
        for part in section.parts:
            if part.title:
                document.add_heading(part.title, level=2)
            for block, following in zip(part.blocks, (*part.blocks[1:], None), strict=True):
                writer.write(block, leads=isinstance(following, Table))
        if number == 1:
            _contents(document, report)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


class _Writer:
    """Writes blocks to the end of a document.

    Parameters
    ----------
    document : Document
        The document.
    report : Report
        The report that the blocks are of.
    """

    def __init__(self, document: "Document", report: Report) -> None:
        self._document = document
        self._marks = report.marks()

    def write(self, block: Block, *, leads: bool) -> None:
        """Write a block; a paragraph that leads to a table stands on its page."""
        match block:
            case Paragraph():
                self._paragraph(block).paragraph_format.keep_with_next = leads
            case Points():
                self._points(block)
            case KeyFigures():
                self._key_figures(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)

    def _paragraph(self, block: Paragraph) -> "WordParagraph":
        styles = {"lead": "Lead", "plain": "Normal", "note": "Small print", "warning": "Warning"}
        return self._document.add_paragraph(block.text, style=styles[block.tone])

    def _points(self, block: Points) -> None:
        for name, text in block.items:
            line = self._document.add_paragraph(style="List Bullet")
            if name:
                line.add_run(f"{name}: ").bold = True
            line.add_run(text)

    def _key_figures(self, block: KeyFigures) -> None:
        table = self._document.add_table(rows=0, cols=3)
        for item in block.items:
            cells = table.add_row().cells
            for cell, text, style in zip(
                cells, (item.question, item.answer, item.detail), ("Table", "Answer", "Table"), strict=True
            ):
                cell.paragraphs[0].style = style
                cell.paragraphs[0].add_run(text)
                _shade(cell, _PALE)
        _widths(table, [4.0, 5.0, 8.0])
        _named(table, block.caption)
        _rules(table, inside=True)
        self._document.add_paragraph(style="After table")

    def _table(self, block: Table) -> None:
        title = self._document.add_paragraph(style="Caption")
        title.add_run(f"{self._marks[block]}. {block.title}")
        if block.caption:
            self._document.add_paragraph(block.caption, style="Table caption")
        table = self._document.add_table(rows=1, cols=len(block.columns))
        style = "Long table" if block.long else "Table"
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            _fill(cell, column.title, style=style, right=column.numeric, bold=True)
        for row in block.rows:
            for cell, text, column in zip(table.add_row().cells, row.cells, block.columns, strict=True):
                _fill(cell, text, style=style, right=column.numeric, bold=row.total)
        _repeat_header(table)
        _keep_rows_whole(table)
        if len(block.rows) <= _TOGETHER:
            _keep_together(table)
        room = (_TEXT_WIDTH - 2 * _MARGIN * len(block.columns)) / (_LONG_CHARACTER if block.long else _CHARACTER)
        given = shares(block, room=room)
        _widths(table, [share * _TEXT_WIDTH for share in given])
        _margins(table)
        _named(table, f"{self._marks[block]}. {block.title}")
        _rules(table, inside=True)
        self._document.add_paragraph(style="After table")

    def _figure(self, block: Figure) -> None:
        from docx.shared import Cm

        run = self._document.add_paragraph(style="Picture").add_run()
        shape = run.add_picture(BytesIO(block.draw("png")), width=Cm(_TEXT_WIDTH))
        described = shape._inline.docPr
        described.set("descr", block.alt)
        described.set("title", block.title)
        self._document.add_paragraph(f"{self._marks[block]}. {block.title}", style="Small print")


def _set_up(document: "Document", report: Report) -> None:
    """Set the page to A4, the language, the styles, the footer, and what the file says of itself."""
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.0)
    page.top_margin, page.bottom_margin = Cm(2.2), Cm(2.0)
    _set_styles(document, report)
    footer = page.footer.paragraphs[0]
    footer.style = "Small print"
    _field(footer, "PAGE")
    said = document.core_properties
    said.title = report.title[:255]
    said.subject = report.subtitle[:255]
    said.language = _LANGUAGES[report.lang]
    said.author = "utanforskap"
    said.comments = ""


def _set_styles(document: "Document", report: Report) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    def look(
        name: str, size: float, *, colour: str = _INK, bold: bool = False, before: float = 0, after: float = 6
    ) -> Any:
        known = [style.name for style in document.styles]
        style: Any = (
            document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        style.font.name, style.font.size, style.font.bold, style.font.italic = _FONT, Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), _FONT)
        fonts.set(qn("w:cs"), _FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        return style

    normal = look("Normal", 10.5)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): _LANGUAGES[report.lang]})
    normal.element.rPr.append(language)
    _no_border(look("Title", 24, colour=_MARK, bold=True, after=2))
    look("Subtitle", 14, after=8)
    for name, size, before in (("Heading 1", 16, 20), ("Heading 2", 12.5, 14)):
        look(name, size, colour=_MARK if name == "Heading 1" else _INK, bold=True, before=before, after=4)
    look("Contents heading", 12.5, colour=_MARK, bold=True, before=14, after=4)
    look("Lead", 12.5, after=8)
    look("Small print", 9, colour=_SOFT)
    _shade_style(look("Warning", 10.5, before=4, after=8), _WARN)
    look("List Bullet", 10.5, after=2)
    look("Caption", 10.5, bold=True, before=10, after=0).paragraph_format.keep_with_next = True
    look("Table caption", 8.5, colour=_SOFT, after=3).paragraph_format.keep_with_next = True
    look("Answer", 14, colour=_MARK, bold=True, after=0)
    look("Table", 9, after=0)
    look("Long table", 7.5, after=0)
    look("After table", 4, after=4)
    look("Picture", 10.5, before=8, after=2).paragraph_format.keep_with_next = True


def _contents(document: "Document", report: Report) -> None:
    """Write a table of contents, which Word fills in with page numbers when it opens the document."""
    document.add_paragraph(report.contents, style="Contents heading").paragraph_format.keep_with_next = True
    line = document.add_paragraph()
    line.paragraph_format.keep_together = True
    told = "\n".join(f"{number} {section.title}" for number, section in enumerate(report.sections, start=1))
    _field(line, r'TOC \o "1-1" \h \z \u', shown=told)


def _field(line: "WordParagraph", code: str, shown: str = "1") -> None:
    """Write a field with what is shown until it is brought up to date."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def mark(kind: str) -> None:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
        line.add_run()._r.append(element)

    mark("begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    line.add_run()._r.append(instruction)
    mark("separate")
    line.add_run(shown)
    mark("end")


def _fill(cell: Any, text: str, *, style: str, right: bool, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    line = cell.paragraphs[0]
    line.style = style
    line.add_run(text).bold = bold
    if right:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(table: "WordTable", widths: list[float]) -> None:
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _repeat_header(table: "WordTable") -> None:
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_rows_whole(table: "WordTable") -> None:
    from docx.oxml import OxmlElement

    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _keep_together(table: "WordTable") -> None:
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _margins(table: "WordTable") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(_MARGIN * _TWIPS)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _named(table: "WordTable", title: str) -> None:
    """Give a table a title for screen readers, and say that its first row and column are headers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    for look in properties.findall(qn("w:tblLook")):
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    properties.append(caption)


def _rules(table: "WordTable", *, inside: bool) -> None:
    """Draw thin lines between rows, and thicker ones over and under the table."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "12"), ("bottom", "12"), ("insideH", "4")):
        line = OxmlElement(f"w:{side}")
        for name, said in (("val", "single"), ("sz", size), ("space", "0"), ("color", "B9C2C7" if inside else _INK)):
            line.set(qn(f"w:{name}"), said)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(_shading(colour))


def _shade_style(style: "ParagraphStyle", colour: str) -> None:
    style.element.get_or_add_pPr().append(_shading(colour))


def _shading(colour: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    for name, said in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(qn(f"w:{name}"), said)
    return shading


def _no_border(style: "ParagraphStyle") -> None:
    from docx.oxml.ns import qn

    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
