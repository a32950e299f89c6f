"""Sentences and the parts of a sentence that are duties of their own (句、分句)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lantian.policy.plantext.parties import Act, acts
from lantian.policy.plantext.signs import DUTY
from lantian.policy.plantext.statements import is_statement, names_only

_STOP = re.compile("[。！？!?]+[”）)】]*")
_PART = re.compile("[；;，,]")


def sentences(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the places of sentences, each with its full stop; a stop within brackets or quotes that stay open is none.

    >>> [t[s:e] for t in ["甲负责。乙配合。（丙牵头）"] for s, e in sentences(t)]
    ['甲负责。', '乙配合。', '（丙牵头）']
    """
    at = start
    for stop in _STOP.finditer(text, start):
        if stop.end() > at and (bracket := _statement_before(text, at)):
            yield at, bracket
            at = bracket
        if stop.end() > at and _closed(text, at, stop.end()):
            yield from _bearable(text, at, stop.end())
            at = stop.end()
    if at < len(text):
        yield from _bearable(text, at, len(text))


def _statement_before(text: str, at: int) -> int:
    """Return where a statement in brackets ends, as （市环保局牵头）, that more words follow; 0 where there is none."""
    if text[at : at + 1] != "（":
        return 0
    end = at + len(_balanced(text[at : at + 300]))
    follows = text[end : end + 1] not in ("", "。", "；", "，", "、", "）")
    says_who = (
        end > at and follows and not names_only(text[at + 1 : end - 1])
    )  # 【区住建局】每月检查 begins with who acts
    return end if says_who and is_statement(text[at:end]) else 0


def _balanced(text: str) -> str:
    """Return the bracket that a text begins with, as far as its end; nothing where it stays open."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "（") - (char == "）")
        if depth == 0:
            return text[: place + 1]
    return ""


_LONGEST = 3000


def _bearable(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is no sentence by its length, so that rules which look around stay quick."""
    while end - start > _LONGEST:
        mark = max(text.rfind(sign, start + 1, start + _LONGEST) for sign in "；，、") + 1
        cut = mark if mark > start else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def _closed(text: str, start: int, end: int) -> bool:
    if end - start > 2000:
        return True
    opened = text.count("（", start, end) - text.count("）", start, end)
    return (opened <= 0 or not _closes(text, end, opened)) and text.count("“", start, end) <= text.count(
        "”", start, end
    )


_FARTHEST_CLOSE = 300


def _closes(text: str, place: int, depth: int) -> bool:
    """Tell whether brackets that are open at a place are closed behind it; a page may have lost its closing one."""
    for char in text[place : place + _FARTHEST_CLOSE]:
        depth += (char == "（") - (char == "）")
        if depth == 0:
            return True
    return False


def duties(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a sentence, cut before each acting department that begins a duty of its own."""
    cuts = [0, *_cuts(text, acts(text)), len(text)]
    return pairwise(cuts)


def _cuts(text: str, found: Sequence[Act]) -> Iterator[int]:
    """Yield places behind ；or ，where another lead begins after a duty has been told."""
    leads = [act for act in found if act.role == "lead" and act.rule != "明确"]
    if leads and (first := _told_before(text, leads[0])):
        yield first
    for before, act in pairwise(leads):
        if act.statement and not _tells(text, act):
            yield from filter(
                None, [_counted_before(text, before.end, act.start) or _duty(text, before.end, act.start)]
            )
            continue
        if before.names and _named(text, before) == _named(text, act):
            continue
        mark = _last_mark(text, before.end, act.start)
        if mark is not None and (mark - before.end > 4 or _tells(text, before)):
            yield mark


def _told_before(text: str, act: Act) -> int:
    """Return the place behind the ； before the first department, where a duty of nobody by name stands before it."""
    mark = text.rfind("；", 0, act.start) + 1
    apart = mark > _SHORTEST and not act.statement and not _GOES_ON.match(text, mark)
    return mark if apart and DUTY.search(text, 0, mark) else 0


_SHORTEST = 8
_GOES_ON = re.compile("[^，。；]{0,8}(?:仍|拒不|逾期|再次|其中|保留的|不具备|不能|无法|确需|暂不)")
"""What speaks of the case told before, as 约谈后仍无改进的."""


def _named(text: str, act: Act) -> list[str]:
    return [text[start:end] for start, end in act.names]


def _tells(text: str, act: Act) -> bool:
    """Tell whether a matter stands before who answers for it, as 职工安置由市人社局负责."""
    start = max((mark.end() for mark in _PART.finditer(text, 0, act.start)), default=0)
    return act.rule in ("负责", "牵头") and bool(_MATTER.fullmatch(text, start, act.start))


_MATTER = re.compile("[^\\d]{3,}[^\\d前后起内]由")
_COUNTED = re.compile("[；;](?=[二三四五六七八九十]是)")


def _counted_before(text: str, start: int, end: int) -> int:
    """Return the place behind the ； before 二是, 三是 and so on; 0 where there is none."""
    marks = [mark.end() for mark in _COUNTED.finditer(text, start, end)]
    return marks[-1] if marks else 0


def _duty(text: str, start: int, end: int) -> int:
    """Return the place behind a ； that begins a duty for which another answers, as ；推进改造，市局牵头; or 0."""
    mark = text.rfind("；", start, end) + 1
    return mark if mark and DUTY.search(text, mark, end) else 0


def _last_mark(text: str, start: int, end: int) -> int | None:
    """Return the place behind the last mark before a list; an opening in brackets is no cut."""
    marks = [mark.end() for mark in _PART.finditer(text, start, end)]
    if not marks or text.count("（", start, end) > text.count("）", start, end):
        return None
    return _before_time(text, marks)


_LEADS_IN = re.compile(
    "(?:(?:到|至|自|从)?\\d{4}年(?:\\d{1,2}月|[上下]半年|第?[一二三四]季度)?(?:\\d{1,2}日)?|年|\\d{1,2}月(?:\\d{1,2}日)?)"
    "(?:年?[底末])?(?:以?前|之前|起)?，"
    "|每[^，。；]{1,5}，|(?:按照?|根据|对|结合)[^，。；]{1,36}，|在[^，。；\\d]{1,30}[上下中内前后间]，|[^，。；\\d]{4,36}(?:的|时|后|期间)，"
)
"""A time, a manner or a case before a department, as 2019年底前，由…."""


def _before_time(text: str, marks: list[int]) -> int:
    """Let a time or a manner before the department (2019年底前，由…) go with it; cut at ；if there is one."""
    semicolons = [mark for mark in marks if text[mark - 1] in "；;"]
    if semicolons:
        return semicolons[-1]
    for mark in reversed(marks[:-1]):
        piece = text[mark : marks[-1]]
        if len(piece) > 40 or not _LEADS_IN.match(piece):
            break
        return mark
    return marks[-1]
