"""Lines and paragraphs: page furniture and footnotes are set aside, paragraphs broken over lines are joined again.

A line is joined to the one before when that one breaks off: it ends inside a number, a word list or a bracket, it is
long running text without a full stop, or the whole text is wrapped at one width and the line fills it. A numbered
heading, a table's row, a blank line or an indent begins something new.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_high

from lantian.policy.plantext.glued import Glued
from lantian.policy.plantext.headings import DOCUMENT_NUMBER, begins_heading
from lantian.policy.plantext.model import Leftover, Span
from lantian.policy.plantext.numerals import YEAR
from lantian.policy.plantext.pasted import pasted
from lantian.policy.plantext.rows import DRAWN, Line, Row, cells, rows_of, width_of, with_rows
from lantian.policy.plantext.traditional import simplified

ENDS = "。！？；：!?;:…"
_BREAKS_OFF = re.compile(r"[，、,（(《“〈\d.]$")
_GOES_ON = re.compile(r"[，。；：、）)”》〉%％的]")
_PAGE = re.compile(
    r"[-—–－―─\s·.]*(?:第\s*[\d一二三四五六七八九十百]+\s*页.{0,14}|[Pp]age\s*\d+.{0,10}|\d{1,4}\s*/\s*\d{1,4}"
    r"|\d{1,4})[-—–－―─\s·.]*"
)
_RULE = re.compile(r"[\s_—─━＿=*·.-]{5,}")
_NOTE = re.compile(r"(?:[（(]?备?注\s*[:：\d①-⑳]|\[\d{1,3}\]|〔\d{1,3}〕|［\d{1,3}］|\*{1,3}\s*\S|[①-⑳])")
_REPEATED = 3
_MANY, _LONG_TITLE, _FARTHEST = 7, 10, 400
_LONGEST_TITLE = 26


@dataclass(frozen=True)
class Width:
    """Where lines are wrapped: after so many characters, or so many columns."""

    length: int
    columns: int


@dataclass(frozen=True)
class Page:
    """How a text is set: its width where lines are wrapped, whether paragraphs are indented, how wide lines are."""

    width: Width | None
    indents: bool
    usual: float


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as one or more stretches of the text, or a table as its rows."""

    spans: Sequence[Span]
    rows: Sequence[Row] = ()

    @property
    def span(self) -> Span:
        return Span(self.spans[0].start, self.spans[-1].end)


def paragraphs(source: str) -> tuple[list[Paragraph], list[Leftover]]:
    """Return the paragraphs of a text and the lines that are none."""
    lines = with_rows(pasted(list(_lines(source))))
    aside = _set_aside(lines, source)
    kept = [line for line in lines if line.span not in aside]
    left = [Leftover(span, reason) for span, reason in aside.items()]
    return list(_joined(kept)), left


def _lines(source: str) -> Iterator[Line]:
    edges = _edges(source) if "\f" in source else {}
    blank, start, glued = True, 0, Glued()
    for number, raw in enumerate(source.split("\n")):
        text = raw.strip()
        if text:
            begin = start + len(raw) - len(raw.lstrip())
            if bullet := _bullet(text):
                text, begin = text[bullet:], begin + bullet
            line = Line(
                Span(begin, begin + len(text)), simplified(text), len(raw.rstrip()), width_of(raw.rstrip()), blank,
                begin > start + raw.startswith("\f"), _cells(raw, start, text, begin), edges.get(number, ""),
                bool(bullet),
            )  # fmt: skip
            yield from _unglued(line, glued)
        blank = not text
        start += len(raw) + 1


def _unglued(line: Line, glued: Glued) -> Iterator[Line]:
    """Yield a line's parts, cut before the headings with which it runs on."""
    places = [] if line.row else glued.cuts(line.text)
    for n, (start, end) in enumerate(pairwise([0, *places, len(line.text)])):
        start = end - len(line.text[start:end].lstrip())
        part = line.text[start:end].rstrip()
        span = Span(line.span.start + start, line.span.start + start + len(part))
        first = n == 0
        yield replace(
            line, span=span, text=part, length=len(part) if places else line.length,
            columns=width_of(part) if places else line.columns, after_blank=line.after_blank and first,
            indented=line.indented and first,
        )  # fmt: skip


def _cells(raw: str, start: int, text: str, begin: int) -> list[Span]:
    """Return a row's cells; tabs before the first words stand for cells that were merged with those above."""
    if "\t" not in raw:
        return cells(text, begin)
    body = raw.strip(" \u3000\xa0\r\f")
    return cells(body, start + raw.index(body))


_BULLET = re.compile(r"(?:#{1,6}[ \t]+|[-*•●○★☆◆■□▲►➢√·][ \t]*)(?=[\u4e00-\u9fff“（(《]|\d+[.、．])")


def _bullet(text: str) -> int:
    """Return how long the mark of a list or of a heading is that a line begins with, as ● or ##."""
    mark = _BULLET.match(text)
    return mark.end() if mark and not _PAGE.fullmatch(text) else 0


def _edges(source: str) -> dict[int, str]:
    """Return the lines at the top and the bottom of pages, by their number."""
    filled: list[list[int]] = [[]]
    for number, raw in enumerate(source.split("\n")):
        if "\f" in raw:
            filled.append([])
        if raw.strip():
            filled[-1].append(number)
    tops = {number: "top" for page in filled for number in page[:2]}
    return {number: "bottom" for page in filled for number in page[2:][-2:]} | tops


def _set_aside(lines: list[Line], source: str) -> dict[Span, str]:
    running = _running(lines)
    aside: dict[Span, str] = {}
    in_notes = False
    for line in lines:
        if _RULE.fullmatch(line.text) or (DRAWN.fullmatch(line.text) and not line.text.isalnum()):
            in_notes = bool(re.fullmatch(r"[\s_—─━＿-]+", line.text))
            aside[line.span] = "rule-line"
        elif _PAGE.fullmatch(line.text) and not line.row:
            aside[line.span], in_notes = "page-number", False
        elif _shape(line.text) in running:
            aside[line.span], in_notes = "page-header", False
        elif _is_note(line, source, in_notes=in_notes):
            aside[line.span] = "footnote"
        elif not (in_notes and not line.after_blank and not begins_heading(line.text) and _after_note(aside, line)):
            in_notes = False
        else:
            aside[line.span] = "footnote"
    return aside


def _after_note(aside: dict[Span, str], line: Line) -> bool:
    last = next(reversed(aside), None)
    return last is not None and aside[last] == "footnote" and 0 < line.span.start - last.end < 8


def _is_note(line: Line, source: str, *, in_notes: bool) -> bool:
    """Tell a footnote: its mark stands at the line's start and, but for 注, in the running text too."""
    mark = _NOTE.match(line.text)
    if mark is None or line.row:
        return False
    if line.text.lstrip("（(").startswith(("注", "备注")) or in_notes:
        return True
    sign = re.match(r"\[\d+\]|〔\d+〕|［\d+］|\*{1,3}|[①-⑳]", line.text)
    return sign is not None and _is_referred_to(sign.group(), source, line.span.start)


def _is_referred_to(sign: str, source: str, place: int) -> bool:
    """Tell whether the sign stands behind a word before this place, as in 高架源①."""
    found = source.rfind(sign, max(0, place - 6000), place)
    for _ in range(_MANY):
        if found <= 0:
            break
        before, after = source[found - 1], source[found + len(sign) : found + len(sign) + 1]
        if before not in "\n 　\t；。：" and (not after or after in "，。；、）)：\n" or sign[0] != "*"):
            return True
        found = source.rfind(sign, max(0, place - 6000), found)
    return False


def _shape(text: str) -> str:
    return re.sub(r"[\d\s—–-]+", "", text)


def _running(lines: list[Line]) -> set[str]:
    """Return the shapes of lines that come back on every page: short, no sentence, often, and not side by side.

    At the edges of pages twice is often.
    """
    short = [line for line in lines if 4 <= len(line.text) <= 40 and not line.row and not _COMMA.search(line.text)]
    shapes = Counter(_shape(line.text) for line in short)
    at_edges = Counter((_shape(line.text), line.edge) for line in short if line.edge)
    often = {shape for shape, count in shapes.items() if count >= _REPEATED and len(shape) >= 4}
    often |= {shape for (shape, _), count in at_edges.items() if count >= 2 and len(shape) >= 4}
    sentences = {
        _shape(line.text)
        for line in lines
        if line.text[-1] in ENDS or begins_heading(line.text) or _RESPONSIBLE.search(line.text)
    }
    return often - sentences


_COMMA = re.compile("[，；]")
_RESPONSIBLE = re.compile(r"单位|部门|时限|牵头|负责|责任")


def _joined(lines: list[Line]) -> Iterator[Paragraph]:
    page = Page(_width(lines), _indents(lines), _usual_columns(lines))
    block: list[Line] = []
    for before, line in pairwise([None, *lines]):
        if line is None:
            continue
        if before is not None and not _belongs(before, line, block, page):
            yield _paragraph(block)
            block = []
        block.append(line)
    if block:
        yield _paragraph(block)


def _paragraph(block: list[Line]) -> Paragraph:
    rows = rows_of(block) if block[0].row else []
    return Paragraph([line.span for line in block], rows)


def _belongs(before: Line, line: Line, block: list[Line], page: Page) -> bool:
    """Tell whether a line goes on with the paragraph of the line before; the first rule that knows decides."""
    for decide in (_by_form, _by_indents, _by_label, _by_marks, _by_width):
        answer = decide(before, line, block, page)
        if answer is not None:
            return answer
    return _is_running(block) or _ends_title(block, line)


def _by_form(before: Line, line: Line, _block: list[Line], _page: Page) -> bool | None:
    if before.row or line.row:
        return bool(before.row and line.row) and not line.after_blank
    apart = line.listed or _DATE_LINE.fullmatch(line.text) or _LABELLED.match(line.text)
    return False if apart or _ANNEX_LINE.fullmatch(before.text) else None


def _by_indents(before: Line, line: Line, _block: list[Line], page: Page) -> bool | None:
    if not page.indents or line.after_blank or begins_heading(line.text):
        return None
    if line.indented:
        return False if begins_heading(before.text) and not _breaks_off(before, line) else None
    return True if _fills(before, page) else None


def _by_label(before: Line, line: Line, block: list[Line], page: Page) -> bool | None:
    """A list behind 责任单位： ends with its line, unless that one breaks off or is full."""
    if not _LABELLED.match(block[0].text) or _breaks_off(before, line):
        return None
    return page.width is not None and _is_full(before, page.width) and not begins_heading(line.text)


def _by_marks(before: Line, line: Line, block: list[Line], page: Page) -> bool | None:
    if not line.after_blank and not begins_heading(line.text) and _is_open(block):
        return True
    if before.text[-1] in _ends(before, page.width) or begins_heading(line.text) or line.after_blank:
        return _inside_number(before, line) or (line.after_blank and _torn(before, line, page))
    if _breaks_off(before, line):
        return True
    return False if line.indented and not before.indented else None


def _by_width(before: Line, line: Line, block: list[Line], page: Page) -> bool | None:
    if before.indented and not line.indented and not begins_heading(before.text) and not _KIND.search(before.text):
        return True
    if page.width is None:
        return None
    short = before.columns < _RAGGED * page.width.columns and not _page_between(before, line)
    return _is_full(before, page.width) or (not short and any("。" in each.text for each in block[-_MANY:]))


_RAGGED = 0.8
"""Of the page's width: running text may end so much before it where a word goes to the next line."""


def _page_between(before: Line, line: Line) -> bool:
    """Tell whether the end of a page was set aside between two lines."""
    return not line.indented and line.span.start - before.span.end > len("- 2 -")


def _is_open(block: list[Line]) -> bool:
    """Tell whether a bracket of a paragraph is still open, as in （牵头单位：."""
    text = "".join(line.text for line in block[-_MANY:])
    return text.count("（") + text.count("(") > text.count("）") + text.count(")") and len(text) < _FARTHEST


def _breaks_off(before: Line, line: Line) -> bool:
    return bool(_BREAKS_OFF.search(before.text) or _GOES_ON.match(line.text))


_LABELLED = re.compile(
    r"[（(【〔\[]?(?:牵头|主责|主办|承办|责任|负责|主体|落实|实施|配合|协办|参与|协同|协助|参加|完成|整改|办结)"
    r"(?:责任|落实)?(?:单位|部门|领导|主体|[科处股]室|站所|人|时限|时间|期限)(?:[及和、](?:责任|负责|分管)(?:人|领导))?[】）)]?\s*[:：]"
)
_DAY = r"\s*年\s*[\d一二三四五六七八九十]{1,2}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
_DATE_LINE = re.compile(f"{DOCUMENT_NUMBER}|{YEAR}{_DAY}")
_ANNEX_LINE = re.compile(DOCUMENT_NUMBER + r"|附\s*[件表录]\s*[\d一二三四五六七八九十０-９]*\s*[:：]?")


def _fills(before: Line, page: Page) -> bool:
    """Tell whether a line runs to about the page's width, in a text that indents its paragraphs."""
    return before.columns >= 0.8 * page.usual and not _KIND.search(before.text)


_KIND = re.compile("(?:计划|方案|规划|意见|办法|通知|要点|表|清单|公报|政府|办公室)$")


def _ends(before: Line, width: Width | None) -> str:
    """Return the marks that end a paragraph; in wrapped text a full line may break off at a semicolon."""
    return ENDS.replace("；", "") if width is not None and _is_full(before, width) else ENDS


def _is_full(line: Line, width: Width) -> bool:
    less = 0 if _is_title(line) else 1
    return line.length >= width.length - less or line.columns >= width.columns - 2 * less


def _ends_title(block: list[Line], line: Line) -> bool:
    """Tell the rest of a broken heading, as 持力度。 before its text."""
    long = len(block) == 1 and len(block[0].text) >= _LONG_TITLE
    return long and begins_heading(block[0].text) and bool(re.match(r"[^，。；]{1,4}。.", line.text))


def _inside_number(before: Line, line: Line) -> bool:
    return not line.after_blank and before.text[-1].isdigit() and line.text[0].isdigit()


def _torn(before: Line, line: Line, page: Page) -> bool:
    """Tell whether a page break tore a sentence: running text before, and no heading or indent after."""
    running = bool(re.search(r"[，。]", before.text)) or (page.width is not None and _is_full(before, page.width))
    torn = before.text[-1] not in ENDS and len(before.text) > 12 and running
    return torn and not line.indented and not begins_heading(line.text) and not _is_title(before)


def _is_title(line: Line) -> bool:
    """Tell a numbered title that stands alone on its line."""
    return begins_heading(line.text) and not re.search("[，。；]", line.text)


def _is_running(block: list[Line]) -> bool:
    """Tell running text from a title: it has a full stop, or a comma in an unnumbered line, and some length."""
    text = "".join(line.text for line in (block if len(block) < _MANY else [*block[:3], *block[-3:]]))
    if "。" in text:
        return True
    if begins_heading(text) or _KIND.search(text):
        return False
    return len(text) > _LONGEST_TITLE or (len(text) > 12 and bool(re.search(r"[，；、]", text)))


def _indents(lines: list[Line]) -> bool:
    """Tell whether paragraphs begin with an indent and the lines after do not."""
    prose = [line for line in lines if not line.row]
    begins = [
        line.indented for before, line in pairwise(prose) if before.text[-1] in "。；）" or begins_heading(line.text)
    ]
    broken = sum(not line.indented and before.text[-1] not in ENDS for before, line in pairwise(prose))
    return len(begins) >= _FEW and sum(begins) >= 0.6 * len(begins) and broken >= 0.2 * len(prose)


def _usual_columns(lines: list[Line]) -> float:
    broken = [line.columns for line in lines if not line.row and line.text[-1] not in ENDS]
    return median_high(broken) if broken else 0


_FEW = 3


def _width(lines: list[Line]) -> Width | None:
    """Return the width at which the whole text is wrapped, or None where paragraphs stand on one line each."""
    prose = [line for line in lines if not line.row]
    broken = [line for line in prose if line.text[-1] not in ENDS]
    if len(prose) < _FEWEST or not broken:
        return None
    length = _usual(Counter(line.length for line in broken), 2)
    columns = _usual(Counter(line.columns for line in broken), 4)
    full = sum(length - 2 <= line.length <= length or columns - 4 <= line.columns <= columns for line in broken)
    longer = sum(line.length > length + 2 and line.columns > columns + 4 for line in prose)
    wrapped = columns >= _NARROWEST and full >= 0.25 * len(prose) and longer <= 0.03 * len(prose)
    return Width(length, columns) if wrapped else None


def _usual(sizes: Counter[int], reach: int) -> int:
    """Return the most usual of the sizes where, within reach, most lines end; marks may hang over it."""
    near = {size: sum(sizes[size - step] for step in range(reach + 1)) for size in sizes}
    last = max(near, key=lambda size: (near[size], -size))
    return max(range(last - reach, last + 1), key=lambda size: (sizes[size], size))


_FEWEST, _NARROWEST = 12, 30
