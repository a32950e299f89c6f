"""An official paper as DOCX: the measures of GB/T 9704-2012 with the faces named, for the office's own machines."""

from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from lantian.apps.ui.official import measures as m
from lantian.apps.ui.official.document import Official, Paragraph, Table, chinese_day, signature_indents
from lantian.apps.ui.official.docx_body import BLOCKS
from lantian.apps.ui.official.docx_parts import (
    TWIPS,
    add_line,
    add_run,
    make_element,
    set_border,
    set_hanging,
    set_indent,
)
from lantian.apps.ui.official.docx_zip import steady


def to_docx(document: Official) -> bytes:
    """Set the paper as DOCX. The same paper gives the same bytes."""
    word = Document()
    _page(word)
    _styles(word)
    _page_numbers(word)
    _head(word, document)
    link = (
        word.part.relate_to(document.figures, RELATIONSHIP_TYPE.HYPERLINK, is_external=True) if document.figures else ""
    )
    for block in document.blocks:
        BLOCKS[type(block)](word, block, link)
    _with_signature(word, document)
    _signature(word, document)
    _imprint(word, document)
    if document.draft:
        _draft(word)
    _properties(word, document)
    made = BytesIO()
    word.save(made)
    return steady(made.getvalue())


def links_in(content: bytes) -> list[str]:
    """Return the addresses to which a DOCX leads."""
    related = Document(BytesIO(content)).part.rels.values()
    return [one.target_ref for one in related if one.reltype == RELATIONSHIP_TYPE.HYPERLINK]


# --- page, grid, styles


def _page(word: Any) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(m.PAGE_MM[0]), Mm(m.PAGE_MM[1])
    for side, width in m.MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.footer_distance = Mm(m.MARGINS_MM["bottom"] - m.PAGE_NUMBER_MM - m.SIZE_4 / m.POINTS_PER_MM)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(
        make_element(
            "w:docGrid",
            type="linesAndChars",
            linePitch=round(m.LINE_PT * TWIPS),
            charSpace=round((m.CHARACTER_PT - m.SIZE_3) * 4096),
        )
    )


def _styles(word: Any) -> None:
    normal = word.styles["Normal"]
    _faces(normal, m.BODY)
    normal.font.size = Pt(m.SIZE_3)
    shape = normal.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(round(m.LINE_PT * TWIPS) / TWIPS)
    shape.widow_control = False
    shape.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for level, face in m.HEADING_FACES.items():
        style = word.styles[f"Heading {level}"]
        _faces(style, face)
        style.font.size, style.font.bold, style.font.italic = Pt(m.SIZE_3), False, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.keep_with_next = True
        for linked in style.element.findall(qn("w:link")):
            style.element.remove(linked)


def _faces(style: Any, face: str) -> None:
    style.font.name = m.LATIN
    fonts = style.element.rPr.rFonts
    for old in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{old}"), None)
    fonts.set(qn("w:eastAsia"), face)


def _page_numbers(word: Any) -> None:
    """Set — n —: on odd pages right, on even pages left, one character in (7.5)."""
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    for footer, side, indent in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "rightChars"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "leftChars"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = word.styles["Normal"]
        paragraph.alignment = side
        paragraph.paragraph_format.tab_stops.clear_all()
        set_indent(paragraph, **{indent: 1})
        number = partial(add_run, paragraph, face=m.NUMBERS, size=m.SIZE_4, latin=m.NUMBERS)
        number("— ")
        code = OxmlElement("w:instrText")
        code.text = " PAGE "
        number("")._r.append(make_element("w:fldChar", fldCharType="begin"))
        number("")._r.append(code)
        number("")._r.append(make_element("w:fldChar", fldCharType="separate"))
        number("1")
        number("")._r.append(make_element("w:fldChar", fldCharType="end"))
        number(" —")


# --- the head


def _head(word: Any, document: Official) -> None:
    mark = add_line(word, WD_ALIGN_PARAGRAPH.CENTER)
    mark.paragraph_format.space_before = Mm(m.HEAD_TOP_MM)
    size = m.head_size(document.head_text)
    mark.paragraph_format.line_spacing = Pt(size * 1.3)
    add_run(mark, document.head_text, face=m.TITLE, size=size, colour=m.RED)
    _empty(word, m.LINES_UNDER["head"])
    _number(word, document)
    _empty(word, m.LINES_UNDER["rule"])
    title = add_line(word, WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.line_spacing = Pt(35)
    add_run(title, document.title, face=m.TITLE, size=m.SIZE_2)
    _empty(word, m.LINES_UNDER["title"])
    if document.to:
        add_run(add_line(word), f"{document.to}：")


def _empty(word: Any, lines: int) -> None:
    for _ in range(lines):
        add_line(word)


def _number(word: Any, document: Official) -> None:
    if document.signer:
        line = add_line(word, WD_ALIGN_PARAGRAPH.LEFT)
        set_indent(line, leftChars=1, rightChars=1)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(m.TYPE_AREA_MM[0] - 6), 2)
        add_run(line, f"{document.number}\t签发人：")
        add_run(line, document.signer, face=m.HEADING_2)
    else:
        line = add_line(word, WD_ALIGN_PARAGRAPH.CENTER)
        add_run(line, document.number)
    set_border(line, "bottom", size=12, colour=m.RED, space=round(m.RED_LINE_GAP_MM * m.POINTS_PER_MM))


# --- who signs, the imprint


def _with_signature(word: Any, document: Official) -> None:
    """Keep the end of the body with who signs, who stands on no page alone (7.3.5)."""
    if document.blocks and isinstance(document.blocks[-1], Paragraph | Table):
        word.paragraphs[-1].paragraph_format.keep_with_next = True
    if document.blocks and isinstance(document.blocks[-1], Table):
        for cell in word.tables[-1].rows[-1].cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _signature(word: Any, document: Official) -> None:
    day = chinese_day(document.day)
    add_line(word).paragraph_format.keep_with_next = True
    for text, indent in zip((document.issuer, day), signature_indents(document.issuer, day), strict=True):
        line = add_line(word, WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.keep_with_next = text != day
        set_indent(line, rightChars=indent)
        add_run(line, text)
    for remark in document.remarks:
        line = add_line(word, WD_ALIGN_PARAGRAPH.LEFT)
        set_indent(line, firstLineChars=2)
        add_run(line, f"（{remark}）")


def _imprint(word: Any, document: Official) -> None:
    """Set copies, issuer and day between lines at the foot of the last page (版记, 7.4)."""
    lines = [f"{m.COPIES}{'，'.join(document.copies)}。"] if document.copies else []
    lines.append(f"{document.issuer}\t{chinese_day(document.day)}印发")
    table = word.add_table(rows=len(lines), cols=1)
    table.autofit = False
    properties = table._tbl.tblPr
    properties.append(
        make_element(
            "w:tblpPr", horzAnchor="margin", vertAnchor="margin", tblpXSpec="center", tblpYSpec="bottom", leftFromText=0
        )
    )
    borders = make_element("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 6)):
        borders.append(make_element(f"w:{side}", val="single", sz=eighths, space=0, color="000000"))
    properties.append(borders)
    for row, text in zip(table.rows, lines, strict=True):
        row.cells[0].width = Mm(m.TYPE_AREA_MM[0])
        paragraph = row.cells[0].paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.line_spacing = Pt(24)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(m.TYPE_AREA_MM[0] - 9), 2)
        set_indent(paragraph, leftChars=1, rightChars=1)
        if text.startswith(m.COPIES):
            set_hanging(paragraph, m.SIZE_4, len(m.COPIES) * m.SIZE_4)
        add_run(paragraph, text, size=m.SIZE_4)
    last = add_line(word)
    last.paragraph_format.line_spacing = Pt(1)


def _draft(word: Any) -> None:
    """Say on each page that the paper is not signed."""
    section = word.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        add_run(paragraph, "草稿 · 未签发", face=m.HEADING_1, size=m.SIZE_4)


def _properties(word: Any, document: Official) -> None:
    day = datetime(document.day.year, document.day.month, document.day.day, tzinfo=UTC).replace(tzinfo=None)
    own = word.core_properties
    own.title, own.comments = document.plain_title, ""
    own.author = own.last_modified_by = document.issuer
    own.created = own.modified = day
