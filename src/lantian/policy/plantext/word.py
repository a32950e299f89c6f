"""The text of a DOCX file as it is printed (DOCX 文本): also what was inserted, and what stands in controls and boxes.

Deleted and hidden text is not printed and not read; footnotes and endnotes stand below the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from lantian.kernel.errors import Text
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.grids import MOST_ACROSS, Grid, GridCell
from lantian.policy.plantext.notes import mark, raised, with_notes
from lantian.policy.plantext.word_numbers import WordNumbers
from lantian.policy.plantext.word_parts import Parts, attribute, child, is_on, local, parts_of, value

_NOT_PRINTED = frozenset((
    "del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid",
    "trPr", "tcPr", "tblPrEx", "sectPr", "rt", "rubyPr", "customXmlPr", "smartTagPr",
))  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = dict(zip((0xA3, 0xB3, 0xB1, 0xB4, 0xB0, 0x6D, 0xB7, 0x3C, 0x3E, 0x25), "≤≥±×°μ·<>%", strict=True))
"""Of the font Symbol."""
_UNKNOWN = "□"
_BEFORE = 8
"""So many characters before a raised one tell what it is."""
_CONTENTS = re.compile(r"toc \d", re.IGNORECASE)


def docx_text(data: bytes, name: str) -> str:
    """Return the text of a DOCX file; raises PlanTextError for one that cannot be read."""
    reader = _Word(parts := parts_of(data, name))
    try:
        lines = [*reader.lines(parts.body), *reader.rest()]
        return "\n".join(with_notes(lines, list(reader.notes())))
    except RecursionError as error:
        raise PlanTextError(
            Text(
                f"{name} 的结构嵌套过深：请重新另存为 DOCX 或 PDF",
                f"{name} is nested too deeply: save it as DOCX again, or as PDF",
            )
        ) from error


@dataclass
class _Run:
    """What is collected while a paragraph is read: its text, the text boxes and the words set as pictures in it."""

    style: str | None
    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    last: str = ""

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.last = (self.last + text)[-_BEFORE:]


class _Word:
    """Reads the elements of a document in the order of print."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.numbers = WordNumbers(parts)
        self.referred: dict[tuple[str, str], int] = {}
        self.open: list[str] = []

    def lines(self, element: Element) -> Iterator[str]:
        """Yield the lines of what holds paragraphs and tables."""
        for each in element:
            kind = local(each)
            if kind == "p":
                yield from self._paragraph(each)
            elif kind == "tbl":
                yield from self._grid(each).lines
            elif kind == "mc:AlternateContent":
                yield from self.lines(_chosen(each))
            elif kind not in _NOT_PRINTED:
                yield from self.lines(each)

    def rest(self) -> Iterator[str]:
        """Yield the paragraph that is still open where nothing follows that it could go on with."""
        if self.open:
            line, self.open = "".join(self.open), []
            yield line

    def notes(self) -> Iterator[str]:
        """Yield the notes that the text refers to, in their order; a note may refer to a further one."""
        done = 0
        while done < len(self.referred):
            note = self.parts.notes[list(self.referred)[done]]
            done += 1
            words = " ".join([*self.lines(note), *self.rest()]).split()
            yield mark(done) + " ".join(words)

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        """Yield a paragraph's line and those of its text boxes; one whose end was deleted or is hidden goes on."""
        properties = child(paragraph, "pPr")
        style = value(properties, "pStyle") or self.parts.usual
        run = _Run(style)
        self._inline(paragraph, run)
        text = "".join(run.parts)
        ending = child(properties, "rPr")
        goes_on = child(ending, "del") is not None or bool(is_on(ending, "vanish"))
        if not goes_on or text.strip():
            label = "" if self.open else self.numbers.label(properties, style)
            self.open += [label, text.lstrip("\t") if label else _without_tab(text)]
        if not goes_on:
            line, self.open = "".join(self.open), []
            yield re.sub(r"\t(?=[^\t]*$)", "………", line) if self._is_contents(style) else line
        yield from self._apart(run)

    def _apart(self, run: _Run) -> Iterator[str]:
        """Yield the lines of what stands in a paragraph as a thing of its own."""
        outer, self.open = self.open, []
        yield from run.pictures
        for box in run.boxes:
            yield from self.lines(box)
            yield from self.rest()
        self.open = outer

    def _is_contents(self, style: str | None) -> bool:
        return any(_CONTENTS.match(each.name) for each in self.parts.line_of(style))

    def _inline(self, element: Element, into: _Run) -> None:
        for each in element:
            kind = local(each)
            if kind in _NOT_PRINTED or (kind == "r" and self._is_hidden(each, into.style)):
                continue
            if kind == "txbxContent":
                into.boxes.append(each)
            elif kind == "other:textpath":
                into.pictures.append(attribute(each, "string") or "")
            elif kind in ("t", "m:t"):
                into.add(_written(each, element, into.last))
            elif kind in ("footnoteReference", "endnoteReference"):
                into.add(self._mark(kind.removesuffix("Reference"), attribute(each, "id") or ""))
            elif kind in _SIGNS or kind == "sym":
                into.add(_sign(each, kind))
            else:
                self._inline(_chosen(each) if kind == "mc:AlternateContent" else each, into)

    def _is_hidden(self, run: Element, style: str | None) -> bool:
        properties = child(run, "rPr")
        said = (is_on(properties, "vanish"), self.parts.hides(value(properties, "rStyle")), self.parts.hides(style))
        return next((each for each in said if each is not None), False)

    def _mark(self, kind: str, note: str) -> str:
        if (kind, note) not in self.parts.notes:
            return ""
        return mark(self.referred.setdefault((kind, note), len(self.referred) + 1))

    def _grid(self, table: Element) -> Grid:
        return Grid([list(self._cells(row)) for row in _within(table, "tr") if not _is_gone(row)])

    def _cells(self, row: Element) -> Iterator[GridCell]:
        properties = child(row, "trPr")
        yield from [GridCell()] * _number(value(properties, "gridBefore"), 0)
        for cell in _within(row, "tc"):
            set_as = child(cell, "tcPr")
            merged = child(set_as, "vMerge")
            result = GridCell(across=_number(value(set_as, "gridSpan"), 1))
            result.above = merged is not None and (attribute(merged, "val") or "continue") == "continue"
            self._fill(result, cell)
            result.lines += self.rest()
            yield result
        yield from [GridCell()] * _number(value(properties, "gridAfter"), 0)

    def _fill(self, result: GridCell, element: Element) -> None:
        for each in element:
            kind = local(each)
            if kind == "p":
                result.lines += self._paragraph(each)
            elif kind == "tbl":
                result.take(self._grid(each))
            elif kind not in _NOT_PRINTED:
                self._fill(result, _chosen(each) if kind == "mc:AlternateContent" else each)


def _within(element: Element, name: str) -> Iterator[Element]:
    """Yield rows or cells, also those in controls and those that were inserted."""
    for each in element:
        kind = local(each)
        if kind == name:
            yield each
        elif kind not in _NOT_PRINTED:
            yield from _within(each, name)


def _is_gone(row: Element) -> bool:
    properties = child(row, "trPr")
    return child(properties, "del") is not None or bool(is_on(properties, "hidden"))


def _chosen(alternatives: Element) -> Element:
    """Return what is printed of alternatives: the first choice."""
    return next(iter(alternatives), alternatives)


def _number(text: str | None, usual: int) -> int:
    return min(int(text), MOST_ACROSS) if text and text.isascii() and text.isdigit() else usual


def _written(element: Element, run: Element, before: str) -> str:
    """Return the words of a run; before: what stands before them."""
    text = (element.text or "").replace("\n", "").replace("\xad", "")
    return raised(before, text) if value(child(run, "rPr"), "vertAlign") == "superscript" else text


def _sign(element: Element, kind: str) -> str:
    if kind == "sym":
        return _symbol(element)
    return "" if attribute(element, "type") in ("page", "column") else _SIGNS[kind]


def _symbol(element: Element) -> str:
    code = attribute(element, "char") or ""
    number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{2,5}", code) else 0
    if 0xF000 <= number <= 0xF0FF or number < 0x100:
        known = "symbol" in (attribute(element, "font") or "").lower()
        return _SYMBOLS.get(number & 0xFF, _UNKNOWN) if known else _UNKNOWN
    return _UNKNOWN if 0xE000 <= number <= 0xF8FF else chr(number)


_LABEL = re.compile(
    r"\s*(?:第?[\d一二三四五六七八九十百]{1,4}[条章节、.．)）]|[（(][\d一二三四五六七八九十]{1,3}[)）])(\t+)"
)


def _without_tab(text: str) -> str:
    """Return a text without the tabs before it and behind the label that somebody typed."""
    text = text.lstrip("\t")
    label = _LABEL.match(text)
    return text[: label.start(1)] + text[label.end(1) :] if label else text
