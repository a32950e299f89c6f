"""Check a DOCX against GB/T 9704-2012 as an office would: page, grid, faces, sizes, number, title, date, page numbers.

The check reads what a paragraph finally looks like (run, then style, then the styles below it) and finds the parts of
a paper by their content and place, so that it also judges papers that another program has set.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from lantian.apps.ui.official import measures as m
from lantian.kernel.errors import Text

NUMBER = re.compile(r"^[\u4e00-\u9fff]+〔(?P<year>\d{4})〕(?P<serial>\d+)号$")
DAY = re.compile(r"^(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日$")
HEADINGS = (
    (1, re.compile(r"^[一二三四五六七八九十]+、")),
    (2, re.compile(r"^（[一二三四五六七八九十]+）")),
)
MARGIN_TOLERANCE_MM = 1.0
"""The standard gives head and binding edge as ± 1 mm (5.2.1)."""
LINE_TOLERANCE_PT = 0.5
CHARACTER_TOLERANCE_PT = 0.1
EMU_PER_MM = 36_000
GAP_TOLERANCE = 0.5
"""Of empty lines."""
GAPS = {
    "number": ("head", "发文机关标志", "the red head", "7.2.5"),
    "title": ("rule", "红色分隔线", "the red line", "7.3.1"),
    "to": ("title", "标题", "the title", "7.3.2"),
}
"""Below what the number, the title and 主送机关 stand."""


@dataclass(frozen=True)
class Line:
    """One paragraph as it finally looks; size in points, spacing in points, colour as RRGGBB.

    above: empty lines before it, by empty paragraphs and by its own space.
    """

    text: str
    face: str
    size: float
    colour: str
    spacing: float
    ruled_red: bool
    side: str
    above: float = 0


def check_docx(content: bytes) -> list[Text]:
    """Return what is wrong with the paper, nothing when it keeps the standard."""
    try:
        word = Document(BytesIO(content))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError):
        return [Text("这不是 DOCX 文件。", "This is no DOCX file.")]
    filled = list(_filled(_line(word, one) for one in word.paragraphs))
    found = [*_page(word), *_grid(word), *_page_numbers(word)]
    for check in (_head, _number, _title, _gaps, _body, _headings, _day):
        found += check(filled)
    return found + list(_imprint(word))


# --- page and grid


def _page(word: Any) -> Iterator[Text]:
    for section in word.sections:
        size = (section.page_width / EMU_PER_MM, section.page_height / EMU_PER_MM)
        if any(abs(one - asked) > MARGIN_TOLERANCE_MM for one, asked in zip(size, m.PAGE_MM, strict=True)):
            yield Text(
                f"纸张为 {size[0]:.0f}×{size[1]:.0f} mm，应为 A4（210×297 mm，5.2.1）。",
                f"The page is {size[0]:.0f}×{size[1]:.0f} mm; A4 is 210×297 mm (5.2.1).",
            )
        for side, asked in m.MARGINS_MM.items():
            width = getattr(section, f"{side}_margin") / EMU_PER_MM
            if abs(width - asked) > MARGIN_TOLERANCE_MM:
                name = {"top": "天头", "bottom": "下白边", "left": "订口", "right": "右白边"}[side]
                yield Text(
                    f"{name}为 {width:.1f} mm，应为 {asked} mm（5.2.1）。",
                    f"The {side} margin is {width:.1f} mm; it is to be {asked} mm (5.2.1).",
                )


def _grid(word: Any) -> Iterator[Text]:
    """Ask for 22 lines of 28 characters (5.2.3)."""
    for section in word.sections:
        grid = section._sectPr.find(qn("w:docGrid"))
        pitch = float(_value(grid, "linePitch", "0")) / 20
        character = m.SIZE_3 + float(_value(grid, "charSpace", "0")) / 4096
        if abs(pitch - m.LINE_PT) > LINE_TOLERANCE_PT:
            lines = m.TYPE_AREA_MM[1] * m.POINTS_PER_MM / pitch if pitch else 0
            yield Text(
                f"每面 {lines:.0f} 行，应为 22 行（5.2.3）。",
                f"Lines on a page: {lines:.0f}; it is to have 22 (5.2.3).",
            )
        if _value(grid, "type", "") != "linesAndChars" or abs(character - m.CHARACTER_PT) > CHARACTER_TOLERANCE_PT:
            yield Text("每行不是 28 字（5.2.3）。", "A line does not have 28 characters (5.2.3).")


def _page_numbers(word: Any) -> Iterator[Text]:
    """Ask for — n — in 四号宋体, on odd pages right and on even pages left (7.5)."""
    section = word.sections[0]
    if not word.settings.odd_and_even_pages_header_footer:
        yield Text("单双页页码位置未分开（7.5）。", "Odd and even pages do not place their numbers apart (7.5).")
        return
    for footer, side, name in ((section.footer, "right", "单页"), (section.even_page_footer, "left", "双页")):
        paragraph = footer.paragraphs[0]
        line = _line(word, paragraph)
        text = "".join(one.text or "" for one in paragraph._p.iter(qn("w:t")))
        field = "PAGE" in "".join(_field_codes(paragraph))
        if not (re.fullmatch(r"— \d+ —", text) and field and line.side == side):
            yield Text(
                f"{name}页码不是“— 1 —”的形式或位置不对（7.5）。",
                f"The page number of {side} pages is not — 1 — in its place (7.5).",
            )
        elif (line.size, line.face) != (m.SIZE_4, m.NUMBERS):
            yield Text(
                f"{name}页码不是四号宋体（7.5）。", f"The page number of {side} pages is not set in 14 pt 宋体 (7.5)."
            )


def _field_codes(paragraph: Any) -> Iterator[str]:
    for one in paragraph._p.iter(qn("w:fldSimple")):
        yield _value(one, "instr", "")
    for one in paragraph._p.iter(qn("w:instrText")):
        yield one.text or ""


# --- the parts of the paper


def _head(lines: list[Line]) -> Iterator[Text]:
    if not lines or not _is_red(lines[0].colour):
        yield Text("缺少红色的发文机关标志（7.2.4）。", "There is no red head (7.2.4).")
    elif lines[0].face != m.TITLE:
        yield Text(
            f"发文机关标志用“{lines[0].face}”，应为“{m.TITLE}”（7.2.4）。",
            f"The head is set in {lines[0].face}; it is to be {m.TITLE} (7.2.4).",
        )


def _number(lines: list[Line]) -> Iterator[Text]:
    """Ask for the number 〔year〕n号, without 第 and leading zeros, over a red line (7.2.5, 7.2.7)."""
    place = _number_place(lines)
    if place is None:
        yield Text("缺少发文字号（7.2.5）。", "There is no number (7.2.5).")
        return
    line = lines[place]
    found = NUMBER.match(line.text.split("\t")[0].strip())
    if not found:
        yield Text(
            f"发文字号“{line.text}”不是“机关代字〔年份〕序号号”（7.2.5）。",
            f"The number {line.text} is not 〔year〕n号 (7.2.5).",
        )
    elif found["serial"].startswith("0"):
        yield Text("发文字号的序号不编虚位（7.2.5）。", "The serial number has leading zeros (7.2.5).")
    if not line.ruled_red:
        yield Text("发文字号之下缺少红色分隔线（7.2.7）。", "There is no red line below the number (7.2.7).")
    if (line.face, line.size) != (m.BODY, m.SIZE_3):
        yield _letters("发文字号", "number", line, m.BODY, m.SIZE_3, "7.2.5")


def _title(lines: list[Line]) -> Iterator[Text]:
    place = _number_place(lines)
    if place is None or place + 1 >= len(lines):
        yield Text("缺少标题（7.3.1）。", "There is no title (7.3.1).")
        return
    title = lines[place + 1]
    if (title.face, title.size) != (m.TITLE, m.SIZE_2):
        yield _letters("标题", "title", title, m.TITLE, m.SIZE_2, "7.3.1")
    if title.side != "center":
        yield Text("标题没有居中（7.3.1）。", "The title is not centred (7.3.1).")
    if title.text.endswith("。"):
        yield Text("标题末尾有句号。", "The title ends with a full stop.")


def _gaps(lines: list[Line]) -> Iterator[Text]:
    """Ask for two empty lines below the red head and the red line, and for one below the title."""
    place = _number_place(lines)
    if place is None:
        return
    follow = zip(lines[place : place + 3], GAPS.items(), strict=False)
    for line, (part, (under, zh, en, clause)) in follow:
        asked = m.LINES_UNDER[under]
        if abs(line.above - asked) > GAP_TOLERANCE and (part != "to" or line.text.endswith("：")):
            yield Text(
                f"{zh}下空 {line.above:.0f} 行，应空 {asked} 行（{clause}）。",
                f"Lines left below {en}: {line.above:.0f}; it is to be {asked} ({clause}).",
            )


def _body(lines: list[Line]) -> Iterator[Text]:
    """Ask for 三号仿宋 at the grid's distance, in the paragraphs that are no headings and no captions (7.3.3)."""
    for line in _paragraphs(lines):
        if (line.face, line.size) != (m.BODY, m.SIZE_3):
            yield _letters("正文", "body", line, m.BODY, m.SIZE_3, "7.3.3")
            return
    for line in _paragraphs(lines):
        if abs(line.spacing - m.LINE_PT) > LINE_TOLERANCE_PT:
            yield Text(
                f"正文行距为 {line.spacing:.1f} 磅，应约为 29 磅（5.2.3）。",
                f"The body's lines are {line.spacing:.1f} pt apart; they are to be about 29 pt apart (5.2.3).",
            )
            return


def _headings(lines: list[Line]) -> Iterator[Text]:
    for level, pattern in HEADINGS:
        for line in _after_title(lines):
            asked = m.HEADING_FACES[level]
            if pattern.match(line.text) and not line.text.endswith("。") and line.face != asked:
                yield _letters(f"第 {level} 层标题", f"heading {level}", line, asked, m.SIZE_3, "7.3.3")
                break


def _day(lines: list[Line]) -> Iterator[Text]:
    """Ask for a real day in Arabic figures without leading zeros, right-hand (7.3.5.4)."""
    days = [(one, found) for one in lines if (found := DAY.match(one.text))]
    if not days:
        yield Text("缺少成文日期（7.3.5）。", "There is no date (7.3.5).")
        return
    line, found = days[-1]
    if found["month"].startswith("0") or found["day"].startswith("0"):
        yield Text("成文日期的月、日不编虚位（7.3.5.4）。", "Month and day of the date have leading zeros (7.3.5.4).")
    try:
        date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        yield Text(f"没有“{line.text}”这一天。", f"There is no day {line.text}.")
    if line.side != "right":
        yield Text("成文日期不在右侧（7.3.5）。", "The date does not stand on the right (7.3.5).")


def _imprint(word: Any) -> Iterator[Text]:
    """Ask for issuer and day of printing in 四号仿宋 between lines, after 抄送 if there are copies (7.4)."""
    cells = [one.paragraphs[0] for row in (word.tables[-1].rows if word.tables else ()) for one in row.cells]
    lines = [_line(word, one) for one in cells]
    if not lines or not lines[-1].text.endswith("印发"):
        yield Text("缺少版记：印发机关和印发日期（7.4.3）。", "There is no imprint: who prints it and when (7.4.3).")
        return
    if any((one.face, one.size) != (m.BODY, m.SIZE_4) for one in lines):
        yield Text("版记不是四号仿宋（7.4）。", "The imprint is not set in 14 pt 仿宋 (7.4).")
    for one in lines[:-1]:
        if not (one.text.startswith(m.COPIES) and one.text.endswith("。")):
            yield Text("抄送机关应为“抄送：……。”（7.4.2）。", "The copy line is to read 抄送：……。 (7.4.2).")
    for cell in cells[:-1]:
        if round(_hanging(cell) / m.SIZE_4) != len(m.COPIES):
            yield Text(
                "抄送机关回行未与冒号后的首字对齐（7.4.2）。",
                "Further lines of the copies do not begin below what follows the colon (7.4.2).",
            )


# --- finding parts


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    """Return the lines with a text, each with the empty ones before it."""
    empty = 0
    for line in lines:
        if line.text:
            yield replace(line, above=empty + line.above)
        empty = 0 if line.text else empty + 1


def _number_place(lines: list[Line]) -> int | None:
    ruled = (place for place, one in enumerate(lines) if one.ruled_red)
    return next(ruled, next((place for place, one in enumerate(lines) if NUMBER.match(one.text)), None))


def _after_title(lines: list[Line]) -> list[Line]:
    place = _number_place(lines)
    return [] if place is None else lines[place + 2 :]


def _paragraphs(lines: list[Line]) -> Iterator[Line]:
    for line in _after_title(lines):
        if line.side not in {"center", "right"} and not any(pattern.match(line.text) for _, pattern in HEADINGS):
            yield line


def _letters(zh: str, en: str, line: Line, face: str, size: float, clause: str) -> Text:
    return Text(
        f"{zh}用“{line.face}”{line.size:g} 磅，应为“{face}”{size:g} 磅（{clause}）：“{line.text[:12]}”。",
        f"The {en} is set in {line.face} {line.size:g} pt; it is to be {face} {size:g} pt ({clause}).",
    )


def _is_red(colour: str) -> bool:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", colour):
        return False
    red, green, blue = (int(colour[start : start + 2], 16) for start in (0, 2, 4))
    return red >= 0xC0 and green <= 0x40 and blue <= 0x40


# --- how a paragraph finally looks


def _line(word: Any, paragraph: Any) -> Line:
    run = next((one for one in paragraph.runs if one.text.strip()), None)
    if run is None:
        run = next((_Run(one) for one in paragraph._p.iter(qn("w:r"))), None)
    layers = (
        ([run._r.rPr] if run is not None else [])
        + [one.element.rPr for one in _styles(paragraph.style)]
        + _defaults(word)
    )
    size = _first(layers, lambda one: _value(one.find(qn("w:sz")), "val", ""))
    return Line(
        text=paragraph.text.strip(),
        face=_first(layers, lambda one: _value(one.find(qn("w:rFonts")), "eastAsia", "")),
        size=float(size or 20) / 2,
        colour=_first(layers, lambda one: _value(one.find(qn("w:color")), "val", "")),
        spacing=_spacing(paragraph),
        ruled_red=_ruled_red(paragraph),
        side=_side(paragraph),
        above=_before(paragraph) / m.LINE_PT,
    )


@dataclass(frozen=True)
class _Run:
    _r: Any


def _styles(style: Any) -> Iterator[Any]:
    while style is not None:
        yield style
        style = style.base_style


def _defaults(word: Any) -> list[Any]:
    return list(word.styles.element.iterfind(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"))


def _first(layers: list[Any], read: Callable[[Any], str]) -> str:
    return next((value for one in layers if one is not None and (value := read(one))), "")


def _spacing(paragraph: Any) -> float:
    return _spaced(paragraph, "line")


def _before(paragraph: Any) -> float:
    return _spaced(paragraph, "before")


def _spaced(paragraph: Any, what: str) -> float:
    """Return a paragraph's distance of lines, or its space before or after [pt]."""
    shapes = [paragraph._p.pPr, *(one.element.pPr for one in _styles(paragraph.style))]
    written = _first(shapes, lambda one: _value(one.find(qn("w:spacing")), what, ""))
    return float(written or 0) / 20


def _hanging(paragraph: Any) -> float:
    """Return by how much further lines of a paragraph begin later than its first [pt]."""
    indent = None if paragraph._p.pPr is None else paragraph._p.pPr.find(qn("w:ind"))
    return float(_value(indent, "hanging", "0")) / 20


def _side(paragraph: Any) -> str:
    shapes = [paragraph._p.pPr, *(one.element.pPr for one in _styles(paragraph.style))]
    return _first(shapes, lambda one: _value(one.find(qn("w:jc")), "val", ""))


def _ruled_red(paragraph: Any) -> bool:
    borders = None if paragraph._p.pPr is None else paragraph._p.pPr.find(qn("w:pBdr"))
    return borders is not None and _is_red(_value(borders.find(qn("w:bottom")), "color", ""))


def _value(element: Any, name: str, default: str) -> str:
    return default if element is None else str(element.get(qn(f"w:{name}"), default))
