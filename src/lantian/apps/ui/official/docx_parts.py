"""Small parts of a DOCX (段落, 字符): a line, a run of text in its face, indents by characters, borders."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from lantian.apps.ui.official import measures as m

TWIPS = 20
"""Twips of a point."""


def add_line(word: Any, side: Any = None) -> Any:
    """Add an empty paragraph, on one side where one is named."""
    paragraph = word.add_paragraph()
    if side is not None:
        paragraph.alignment = side
    return paragraph


def add_run(
    paragraph: Any, text: str, *, face: str = m.BODY, size: float = m.SIZE_3, colour: str = "", latin: str = m.LATIN
) -> Any:
    """Add a text with its Chinese face, its Latin face, size and colour."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = latin
    run._r.rPr.rFonts.set(qn("w:eastAsia"), face)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def set_indent(paragraph: Any, **characters: float) -> None:
    """Indent by characters (hundredths in the format), with the same length in twips for programs that need it."""
    shape = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side, many in characters.items():
        shape.set(qn(f"w:{side}"), str(round(many * 100)))
        shape.set(qn(f"w:{side.removesuffix('Chars')}"), str(round(many * m.CHARACTER_PT * TWIPS)))


def set_hanging(paragraph: Any, left: float, hanging: float) -> None:
    """Let further lines begin later than the first, which begins at ``left`` [pt]."""
    shape = paragraph._p.get_or_add_pPr().get_or_add_ind()
    shape.attrib.pop(qn("w:leftChars"), None)
    shape.set(qn("w:left"), str(round((left + hanging) * TWIPS)))
    shape.set(qn("w:hanging"), str(round(hanging * TWIPS)))


def set_border(paragraph: Any, side: str, *, size: int, colour: str, space: int) -> None:
    """Draw one border of a paragraph; the properties keep the order that the format wants."""
    borders = make_element("w:pBdr")
    borders.append(make_element(f"w:{side}", val="single", sz=size, space=space, color=colour))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def make_element(name: str, **values: object) -> Any:
    """Return an element of the format with its attributes."""
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
