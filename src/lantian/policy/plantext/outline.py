"""The outline of a plan (结构): which numbered headings are chapters, which are articles, and where each ends.

The highest kind of label makes the chapters. Articles are 第…条 where there are any; else the lowest kind whose numbers
run on through the chapters; else, chapter by chapter, the first kind below. Labels below are marked and read as text.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.headings import LEVELS, Label, label_of
from lantian.policy.plantext.model import Heading, Span
from lantian.policy.plantext.rows import Row

_LONGEST_TITLE = 48
_RUNNING = ("cn-bracket", "digit")
_FARTHEST = 3


@dataclass(frozen=True)
class Block:
    """A paragraph as clean text with its heading, if it begins with one; rows are the cells of a table."""

    clean: Clean
    span: Span
    heading: Heading | None = None
    body: int = 0
    rows: Sequence[Row] = ()


@dataclass
class Outline:
    """Chapters and articles, and for each block the article and chapter to which it belongs.

    subdivided: indexes of the chapters that have articles.
    """

    chapters: list[Heading] = field(default_factory=list)
    articles: list[Heading] = field(default_factory=list)
    subdivided: set[int] = field(default_factory=set)
    article_of: list[int | None] = field(default_factory=list)
    chapter_of: list[int | None] = field(default_factory=list)


def with_headings(blocks: Sequence[Block]) -> list[Block]:
    """Mark the blocks that begin with a label whose number follows from those before it."""
    marked = _marked(blocks, frozenset())
    kinds = {block.heading.level for block in marked if block.heading}
    if "number" in kinds and "decimal-2" not in kinds:  # 5 台 at a line's start is no heading
        return _marked(blocks, frozenset(("number",)))
    return marked


def _marked(blocks: Sequence[Block], without: frozenset[str]) -> list[Block]:
    last: dict[str, int] = {}
    marked = []
    for block in blocks:
        heading = None if block.rows else _heading(block, last, without)
        if heading is not None:
            title_end = _index(block, heading.title_span.end)
            block = replace(block, heading=heading, body=title_end)
        marked.append(block)
    return marked


def _index(block: Block, place: int) -> int:
    """Return the index in the clean text behind a place of the source."""
    return bisect_left(block.clean.places, place)


def _heading(block: Block, last: dict[str, int], without: frozenset[str]) -> Heading | None:
    label = _label(block.clean)
    if label is None or label.level in without or label.length >= len(block.clean.text):
        return None
    counted = f"{label.level} {label.above}".strip()
    before = last.get(counted, 0 if label.above else None)
    if before is not None and label.number != 1 and not before < label.number <= before + _FARTHEST:
        return None
    last[counted] = label.number
    end = title_end(block.clean.text, label.length)
    clean = block.clean
    title = _title(label, clean.printed[label.length : end], alone=end >= len(clean.text))
    title_span = clean.span(label.length, end)
    printed = clean.printed[: label.length].strip() if label.level != "number" else label.printed
    return Heading(label.level, label.number, printed, title, block.span, title_span)


def _label(clean: Clean) -> Label | None:
    """Return the label; 1 before a space is one, though clean text has no spaces."""
    label = label_of(clean.text)
    if label is not None or not clean.text[:1].isdigit():
        return label
    digits = len(clean.text) - len(clean.text.lstrip("0123456789"))
    if digits >= len(clean.text) or clean.places[digits] == clean.places[digits - 1] + 1:
        return None
    rest = clean.text[digits:]
    spaced = label_of(f"{clean.text[:digits]} {rest}") if len(rest) <= _SHORT_TITLE and "。" not in rest else None
    return replace(spaced, length=digits) if spaced else None


_SHORT_TITLE = 30
_CLAUSE_TITLE = re.compile(r"[（(【]([^）)】]{2,20})[）)】]|([^，。；：]{2,16})$")


def _title(label: Label, words: str, *, alone: bool) -> str:
    """Return a heading's title; a 第…条 has one only in brackets or alone on its line, a paragraph that is one sentence
    of several clauses has none.
    """
    title = words.rstrip("。：:")
    if label.level != "clause":
        return "" if alone and words.endswith("。") and "，" in words else title
    match = _CLAUSE_TITLE.match(words)
    return (match[1] or (match[2] if alone else "")) if match else ""


_NAMED = re.compile(
    "(?:指导思想|(?:基本|工作)原则|总体要求|总体思路|(?:总体|工作|主要|具体|整治)目标|目标任务|(?:主要|重点|工作|整治)任务"
    "|(?:工作|主要|重点|保障)措施|工作要求|组织领导|(?:实施|工作)步骤|(?:工作|部门|主要)职责|职责分工)(?=[^。；：:，,、；;（(的和及与]{4})"
)
"""A title of every plan, glued to the text below it."""


def is_named(block: Block) -> bool:
    """Tell a title of every plan that runs on with the text below it, as 工作目标 in 一、工作目标 改善空气质量."""
    text = block.clean.text
    label = label_of(text)
    named = _NAMED.match(text, label.length) if label else None
    return named is not None and named.end() == block.body


_PHASE = re.compile("[^，。；：（]{2,16}（[^（）]{2,30}）[：:]")
"""A title with its time in brackets, as 集中整治阶段（3月1日至5月31日）：."""


def title_end(text: str, start: int) -> int:
    """Return where a heading's title ends: at its full stop or colon when short, else at the end of a short line.

    >>> title_end("（三）优化结构。2019年3月底前完成。", 3)
    8
    """
    if (named := _NAMED.match(text, start) or _PHASE.match(text, start)) and "。" in text[named.end() :]:
        return named.end()
    stop = re.compile("[。；]").search(text, start)
    if stop and stop.start() - start <= _LONGEST_TITLE and stop.group() == "。":
        return stop.end()
    if stop is None and len(text) - start <= _LONGEST_TITLE + 12:
        return len(text)
    colon = re.compile("[：:]").search(text, start, start + 25)
    if colon:
        opened = text.rfind("（", start, colon.start())
        return opened if opened > max(start, text.rfind("）", start, colon.start())) else colon.end()
    comma = re.compile("[，。；]").search(text, start + 1, start + _LONGEST_TITLE)
    return comma.start() if comma else min(len(text), start + _LONGEST_TITLE)


def outline(blocks: Sequence[Block], end: int) -> Outline:
    """Return the chapters and articles of marked blocks; end: where the last one ends."""
    headings = [block.heading for block in blocks if block.heading]
    top, articles = _levels(headings)
    result = Outline()
    chosen = _article_level_by_chapter(headings, top, articles)
    walk = _Walk(top, chosen, result)
    for block in blocks:
        walk.step(block)
    _close(result, blocks, end)
    return result


def _levels(headings: Sequence[Heading]) -> tuple[str | None, str | None]:
    """Return the kinds of labels of chapters and of articles; one alone makes articles without chapters."""
    kinds = [level for level in LEVELS if any(heading.level == level for heading in headings)]
    if not kinds:
        return None, None
    if "clause" in kinds:
        above = [kind for kind in kinds if LEVELS.index(kind) < LEVELS.index("clause")]
        return (above[0] if above else None), "clause"
    if len(kinds) == 1:
        return None, kinds[0]
    running = [kind for kind in kinds[1:] if kind in _RUNNING and _runs_on(headings, kind)]
    return kinds[0], (running[-1] if running else None)


def _runs_on(headings: Sequence[Heading], level: str) -> bool:
    """Tell whether the numbers of a kind rise through the whole text across headings above it."""
    numbers = [heading.number for heading in headings if heading.level == level]
    rising = all(after > before for before, after in pairwise(numbers))
    return rising and len(numbers) >= 3 and _parents(headings, level) >= 2


def _parents(headings: Sequence[Heading], level: str) -> int:
    parents, parent = set(), -1
    for place, heading in enumerate(headings):
        if LEVELS.index(heading.level) < LEVELS.index(level):
            parent = place
        elif heading.level == level:
            parents.add(parent)
    return len(parents)


def _article_level_by_chapter(headings: Sequence[Heading], top: str | None, fixed: str | None) -> list[str | None]:
    """Return the kind of articles in each chapter, the highest below it; [0] is before the first."""
    chosen: list[str | None] = [fixed]
    for heading in headings:
        if heading.level == top:
            chosen.append(None)
        elif len(chosen) > 1:
            chosen[-1] = _chosen(chosen[-1], heading.level, fixed)
    return chosen


def _chosen(now: str | None, level: str, fixed: str | None) -> str:
    """Return the kind of articles so far: the fixed one where the chapter has it, else the highest."""
    if fixed is not None and fixed in (now, level):
        return fixed
    return min(now or level, level, key=LEVELS.index)


_ANNEX = re.compile(r"附[件表录]\d{0,2}(?:[:：].{0,40})?$")


class _Walk:
    """Goes through the blocks and notes chapter and article of each."""

    def __init__(self, top: str | None, chosen: Sequence[str | None], result: Outline) -> None:
        self.top, self.chosen, self.result = top, chosen, result
        self.chapter: int | None = None
        self.article: int | None = None

    def step(self, block: Block) -> None:
        if block.heading:
            self._enter(block.heading)
        elif not block.rows and _ANNEX.match(block.clean.text):
            self.chapter = self.article = None
        self.result.article_of.append(self.article)
        self.result.chapter_of.append(self.chapter)

    def _enter(self, heading: Heading) -> None:
        if heading.level == self.top:
            self.result.chapters.append(heading)
            self.chapter, self.article = len(self.result.chapters) - 1, None
            return
        level = self.chosen[0 if self.chapter is None else self.chapter + 1]
        if heading.level == level:
            number = None if self.chapter is None else self.result.chapters[self.chapter].number
            self.result.articles.append(replace(heading, chapter=number))
            self.article = len(self.result.articles) - 1
            self.result.subdivided.update(() if self.chapter is None else (self.chapter,))
        elif level is not None and LEVELS.index(heading.level) < LEVELS.index(level):
            self.article = None


def _close(result: Outline, blocks: Sequence[Block], end: int) -> None:
    """Let each chapter and article reach to the end of its last block."""
    for belongs, headings in ((result.article_of, result.articles), (result.chapter_of, result.chapters)):
        last: dict[int, int] = {}
        for block, index in zip(blocks, belongs, strict=True):
            if index is not None:
                last[index] = min(block.span.end, end)
        headings[:] = [
            replace(heading, span=Span(heading.span.start, last[index])) for index, heading in enumerate(headings)
        ]
