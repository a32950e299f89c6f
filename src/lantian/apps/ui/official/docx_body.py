"""The body of an official paper as DOCX (正文): headings, paragraphs, tables and figures."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lantian.apps.ui.official import measures as m
from lantian.apps.ui.official.document import (
    MARKED,
    Block,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    pieces,
    unmarked,
)
from lantian.apps.ui.official.docx_parts import add_line, add_run, make_element, set_indent
from lantian.apps.ui.official.pdf import picture


def _heading(word: Any, block: Heading, link: str) -> None:
    paragraph = word.add_paragraph(style=word.styles[f"Heading {block.level}"])
    set_indent(paragraph, firstLineChars=2)
    add_run(paragraph, block.text, face=m.HEADING_FACES[block.level])


def _paragraph(word: Any, block: Paragraph, link: str) -> None:
    paragraph = add_line(word)
    set_indent(paragraph, firstLineChars=2)
    if not link:
        add_run(paragraph, unmarked(block.text))
        return
    for text, key in pieces(block.text):
        run = add_run(paragraph, text)
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
        caption = add_line(word, WD_ALIGN_PARAGRAPH.CENTER)
        caption.paragraph_format.keep_with_next = True
        add_run(caption, block.caption, face=m.HEADING_1, size=m.SIZE_4)
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
    table.rows[0]._tr.get_or_add_trPr().append(make_element("w:tblHeader"))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    add_line(word).paragraph_format.line_spacing = Pt(10)


def _widths(block: Table) -> list[int]:
    shares = block.widths or (1,) * len(block.columns)
    return [Mm(m.TYPE_AREA_MM[0] * one / sum(shares)) for one in shares]


def _row(row: Any, texts: tuple[str, ...], widths: list[int], left: tuple[int, ...], face: str) -> None:
    row._tr.get_or_add_trPr().append(make_element("w:cantSplit"))
    for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[column]
        cell.vertical_alignment = 1
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if column in left else WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(16)
        add_run(paragraph, text, face=face, size=m.TABLE_PT)


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
    paragraph = add_line(word, WD_ALIGN_PARAGRAPH.CENTER)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run().add_picture(BytesIO(picture(block.svg)), width=Mm(m.figure_width(block.svg)))
    add_run(add_line(word, WD_ALIGN_PARAGRAPH.CENTER), block.caption, face=m.HEADING_1, size=m.SIZE_4)


def _break(word: Any, block: PageBreak, link: str) -> None:
    add_line(word).add_run().add_break(WD_BREAK.PAGE)


BLOCKS: Mapping[type[Block], Callable[[Any, Any, str], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Table: _table,
    Figure: _figure,
    PageBreak: _break,
}
"""How each kind of block is set: into which document, and where its figures lead."""
