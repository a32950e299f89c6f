"""An official paper as DOCX: the measures of GB/T 9704-2012 with the faces named, for the office's own machines."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from lantian.apps.ui.official import measures as m
from lantian.apps.ui.official.document import (
    MARKED,
    Block,
    Figure,
    Heading,
    Official,
    PageBreak,
    Paragraph,
    Table,
    chinese_day,
    pieces,
    signature_indents,
    unmarked,
)
from lantian.apps.ui.official.docx_zip import steady
from lantian.apps.ui.official.pdf import picture

TWIPS = 20
"""Twips of a point."""


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
        _element(
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
        _indent(paragraph, **{indent: 1})
        number = partial(_run, paragraph, face=m.NUMBERS, size=m.SIZE_4, latin=m.NUMBERS)
        number("— ")
        code = OxmlElement("w:instrText")
        code.text = " PAGE "
        number("")._r.append(_element("w:fldChar", fldCharType="begin"))
        number("")._r.append(code)
        number("")._r.append(_element("w:fldChar", fldCharType="separate"))
        number("1")
        number("")._r.append(_element("w:fldChar", fldCharType="end"))
        number(" —")


# --- the head


def _head(word: Any, document: Official) -> None:
    mark = _line(word, WD_ALIGN_PARAGRAPH.CENTER)
    mark.paragraph_format.space_before = Mm(m.HEAD_TOP_MM)
    size = m.head_size(document.head_text)
    mark.paragraph_format.line_spacing = Pt(size * 1.3)
    _run(mark, document.head_text, face=m.TITLE, size=size, colour=m.RED)
    _line(word)
    _number(word, document)
    _line(word)
    title = _line(word, WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.line_spacing = Pt(35)
    _run(title, document.title, face=m.TITLE, size=m.SIZE_2)
    _line(word)
    if document.to:
        _run(_line(word), f"{document.to}：")


def _number(word: Any, document: Official) -> None:
    if document.signer:
        line = _line(word, WD_ALIGN_PARAGRAPH.LEFT)
        _indent(line, leftChars=1, rightChars=1)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(m.TYPE_AREA_MM[0] - 6), 2)
        _run(line, f"{document.number}\t签发人：")
        _run(line, document.signer, face=m.HEADING_2)
    else:
        line = _line(word, WD_ALIGN_PARAGRAPH.CENTER)
        _run(line, document.number)
    _border(line, "bottom", size=12, colour=m.RED, space=round(m.RED_LINE_GAP_MM * m.POINTS_PER_MM))


# --- the body


def _heading(word: Any, block: Heading, link: str) -> None:
    paragraph = word.add_paragraph(style=word.styles[f"Heading {block.level}"])
    _indent(paragraph, firstLineChars=2)
    _run(paragraph, block.text, face=m.HEADING_FACES[block.level])


def _paragraph(word: Any, block: Paragraph, link: str) -> None:
    paragraph = _line(word)
    _indent(paragraph, firstLineChars=2)
    if not link:
        _run(paragraph, unmarked(block.text))
        return
    for text, key in pieces(block.text):
        run = _run(paragraph, text)
        if key:
            _lead(run._r, link, key)


def _lead(run: Any, link: str, key: str) -> None:
    """Let a run lead to where its figure is explained; it looks like the text around it."""
    leads = OxmlElement("w:hyperlink")
    leads.set(qn("r:id"), link)
    leads.set(qn("w:anchor"), key)
    run.addprevious(leads)
    leads.append(run)


def _table(word: Any, block: Table, link: str) -> None:
    if block.caption:
        caption = _line(word, WD_ALIGN_PARAGRAPH.CENTER)
        caption.paragraph_format.keep_with_next = True
        _run(caption, block.caption, face=m.HEADING_1, size=m.SIZE_4)
    table = word.add_table(rows=0, cols=len(block.columns))
    table.style = word.styles["Table Grid"]
    table.autofit = False
    widths = _widths(block)
    rows = [block.columns, *block.rows]
    for number, texts in enumerate(rows[:2]):
        plain = tuple(unmarked(one) for one in texts)
        _row(table.add_row(), plain, widths, block.left if number else (), m.BODY if number else m.HEADING_1)
    first = table._tbl.tr_lst[-1]
    like = deepcopy(first)
    if link and block.rows:
        _lead_cells(first, block.rows[0], link)
    for texts in rows[2:]:
        _copied(table, like, texts, link)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _line(word).paragraph_format.line_spacing = Pt(10)


def _widths(block: Table) -> list[int]:
    shares = block.widths or (1,) * len(block.columns)
    return [Mm(m.TYPE_AREA_MM[0] * one / sum(shares)) for one in shares]


def _row(row: Any, texts: tuple[str, ...], widths: list[int], left: tuple[int, ...], face: str) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[column]
        cell.vertical_alignment = 1
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if column in left else WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(16)
        _run(paragraph, text, face=face, size=m.TABLE_PT)


def _copied(table: Any, like: Any, texts: tuple[str, ...], link: str) -> None:
    """Add a row like another with other texts: many times quicker than to set each cell anew."""
    row = deepcopy(like)
    for run, text in zip(row.iter(qn("w:r")), texts, strict=True):
        run.text = unmarked(text)
    table._tbl.append(row)
    if link:
        _lead_cells(row, texts, link)


def _lead_cells(row: Any, texts: tuple[str, ...], link: str) -> None:
    """Let the cells that hold a figure lead to it."""
    for run, text in zip(list(row.iter(qn("w:r"))), texts, strict=True):
        found = MARKED.search(text)
        if found:
            _lead(run, link, found[1])


def _figure(word: Any, block: Figure, link: str) -> None:
    paragraph = _line(word, WD_ALIGN_PARAGRAPH.CENTER)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run().add_picture(BytesIO(picture(block.svg)), width=Mm(m.figure_width(block.svg)))
    _run(_line(word, WD_ALIGN_PARAGRAPH.CENTER), block.caption, face=m.HEADING_1, size=m.SIZE_4)


def _break(word: Any, block: PageBreak, link: str) -> None:
    _line(word).add_run().add_break(WD_BREAK.PAGE)


BLOCKS: Mapping[type[Block], Callable[[Any, Any, str], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Table: _table,
    Figure: _figure,
    PageBreak: _break,
}


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
    _line(word).paragraph_format.keep_with_next = True
    for text, indent in zip((document.issuer, day), signature_indents(document.issuer, day), strict=True):
        line = _line(word, WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.keep_with_next = text != day
        _indent(line, rightChars=indent)
        _run(line, text)
    for remark in document.remarks:
        line = _line(word, WD_ALIGN_PARAGRAPH.LEFT)
        _indent(line, firstLineChars=2)
        _run(line, f"（{remark}）")


def _imprint(word: Any, document: Official) -> None:
    """Set copies, issuer and day between lines at the foot of the last page (版记, 7.4)."""
    lines = [f"抄送：{'，'.join(document.copies)}。"] if document.copies else []
    lines.append(f"{document.issuer}\t{chinese_day(document.day)}印发")
    table = word.add_table(rows=len(lines), cols=1)
    table.autofit = False
    properties = table._tbl.tblPr
    properties.append(
        _element(
            "w:tblpPr", horzAnchor="margin", vertAnchor="margin", tblpXSpec="center", tblpYSpec="bottom", leftFromText=0
        )
    )
    borders = _element("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 6)):
        borders.append(_element(f"w:{side}", val="single", sz=eighths, space=0, color="000000"))
    properties.append(borders)
    for row, text in zip(table.rows, lines, strict=True):
        row.cells[0].width = Mm(m.TYPE_AREA_MM[0])
        paragraph = row.cells[0].paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.line_spacing = Pt(24)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(m.TYPE_AREA_MM[0] - 9), 2)
        _indent(paragraph, leftChars=1, rightChars=1)
        _run(paragraph, text, size=m.SIZE_4)
    last = _line(word)
    last.paragraph_format.line_spacing = Pt(1)


def _draft(word: Any) -> None:
    """Say on each page that the paper is not signed."""
    section = word.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, "草稿 · 未签发", face=m.HEADING_1, size=m.SIZE_4)


def _properties(word: Any, document: Official) -> None:
    day = datetime(document.day.year, document.day.month, document.day.day, tzinfo=UTC).replace(tzinfo=None)
    own = word.core_properties
    own.title, own.comments = document.plain_title, ""
    own.author = own.last_modified_by = document.issuer
    own.created = own.modified = day


# --- small parts of the format


def _line(word: Any, side: Any = None) -> Any:
    paragraph = word.add_paragraph()
    if side is not None:
        paragraph.alignment = side
    return paragraph


def _run(
    paragraph: Any, text: str, *, face: str = m.BODY, size: float = m.SIZE_3, colour: str = "", latin: str = m.LATIN
) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = latin
    run._r.rPr.rFonts.set(qn("w:eastAsia"), face)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _indent(paragraph: Any, **characters: float) -> None:
    """Indent by characters (hundredths in the format), with the same length in twips for programs that need it."""
    shape = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side, many in characters.items():
        shape.set(qn(f"w:{side}"), str(round(many * 100)))
        shape.set(qn(f"w:{side.removesuffix('Chars')}"), str(round(many * m.CHARACTER_PT * TWIPS)))


def _border(paragraph: Any, side: str, *, size: int, colour: str, space: int) -> None:
    borders = _element("w:pBdr")
    borders.append(_element(f"w:{side}", val="single", sz=size, space=space, color=colour))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def _element(name: str, **values: object) -> Any:
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
