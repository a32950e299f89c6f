"""The head of an official document (文件头): title, number, date and issuer."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lantian.policy.plantext.model import Field, Head, Reading, Span
from lantian.policy.plantext.numerals import YEAR, small, year
from lantian.policy.plantext.outline import Block
from lantian.policy.plantext.traditional import simplified

_NUMBER = re.compile(r"[\u4e00-\u9fffA-Z]{1,14}[〔\[［（(【]\s*(?:20\d\d)\s*[〕\]］）)】]\s*第?\d{1,4}号")
_DATE = re.compile(
    rf"(?P<y>{YEAR})年(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?P<d>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})日"
)
_KIND = (
    "行动计划|应急预案|预案|实施方案|工作方案|行动方案|攻坚方案|实施计划|工作计划|实施意见|工作要点|任务分解表"
    "|任务清单|清单|台账|工程|任务分解|重点任务|措施|规划|计划|方案|意见|办法|细则|规定|条例|决定|通知|要点"
    "|通告"
)
_TITLE = re.compile(rf"(?:{_KIND})(?:[（(][^（）()]{{1,24}}[)）])?$")
_ISSUER = re.compile(
    r"[\u4e00-\u9fff（）、]{2,40}?(?:人民政府办公厅|人民政府办公室|人民政府|委员会办公室|委员会"
    r"|政府办公室|办公室|办公厅|领导小组|指挥部|环境保护局|局|厅|委|部|管委会)"
)
_ISSUERS = re.compile(rf"(?:{_ISSUER.pattern}){{2,}}")
"""Several that sign together."""
_QUOTED = re.compile(r"《([^《》]{4,80})》")
_LONGEST, _MOST_LINES = 90, 6


def read_head(front: Sequence[Block], back: Sequence[Block]) -> tuple[Head, set[int]]:
    """Read the head from the blocks before the first heading and from the closing blocks.

    Returns it with the indexes of the front blocks that belong to the head.
    """
    used: set[int] = set()
    number = _number(front, used)
    day = _date([*front], used) or _date([*reversed(back)], set()) or _date_in_text(front)
    notice, title = _titles(front, used)
    issuer = _issuer(front, back, used, notice or title)
    return Head(title or notice, number, day, issuer, notice if title else None), used


def year_of(head: Head, front: Sequence[Block]) -> list[str]:
    """Return the year in the number of a document, as 2017年 of 〔2017〕185号, else the last in the words before it."""
    if head.number is None:
        cited = [each for block in front for each in re.findall(r"〔(20\d\d)〕", block.clean.text)]
        return [f"{max(cited)}年"] if cited else []
    return [f"{each}年" for each in re.findall(r"[〔\[［（(【]\s*(20\d\d)", head.number.value)]


def _field(block: Block, match: re.Match[str], rule: str, confidence: float, value: str | None = None) -> Field:
    reading = Reading(block.clean.span(match.start(), match.end()), rule, confidence)
    printed = block.clean.printed[match.start() : match.end()]
    return Field(printed if value is None else value, reading)


def _number(front: Sequence[Block], used: set[int]) -> Field | None:
    for place, block in enumerate(front):
        match = _NUMBER.search(block.clean.text)
        if match and (len(block.clean.text) <= 40 or (match.end() == len(block.clean.text) <= _LONGEST)):
            used.add(place)
            return _field(block, match, "document-number", 0.95)
    return None


def _iso(match: re.Match[str]) -> str | None:
    try:
        return date(year(match["y"]), small(match["m"]) or 0, small(match["d"]) or 0).isoformat()
    except ValueError:
        return None


def _date(blocks: Sequence[Block], used: set[int]) -> Field | None:
    """Return the date that stands alone on a line, or behind the issuer."""
    for place, block in enumerate(blocks):
        text = block.clean.text
        match = _DATE.search(text)
        if match and len(text) <= 60 and (value := _iso(match)) and not re.search("[，。]", text.rstrip("。")):
            used.add(place)
            return _field(block, match, "date-line", 0.95, value)
    return None


def _date_in_text(front: Sequence[Block]) -> Field | None:
    for block in front:
        match = re.search(rf"{_DATE.pattern}(?=.{{0,30}}(?:通过|印发|发布|批准))", block.clean.text)
        if match and (value := _iso(match)):
            return _field(block, match, "date-in-text", 0.6, value)
    return None


def _titles(front: Sequence[Block], used: set[int]) -> tuple[Field | None, Field | None]:
    """Return the notice's title (…的通知) and the plan's own."""
    lines = [(place, block) for place, block in enumerate(front) if _is_title_line(block, place in used)]
    notice = title = None
    for group in _groups(lines):
        field = _joined_title(group)
        if field is None:
            continue
        used.update(place for place, _ in group)
        if notice is None and re.search("通知$|函$", simplified(field.value)):
            notice = field
        elif title is None:
            title = field
    if title is None and notice is not None:
        title = _quoted(notice)
    return notice, _with_years(title, front, used) if title else None


def _with_years(title: Field, front: Sequence[Block], used: set[int]) -> Field:
    """Add the line of years or of the edition that stands below a title, as （2024—2026年）."""
    for place, block in enumerate(front):
        below = place and front[place - 1].span.end == title.reading.span.end
        if below and re.fullmatch("（[^（）]{1,24}(?:年|版|稿|行)）", block.clean.text):
            used.add(place)
            span = Span(title.reading.span.start, block.span.end)
            return Field(title.value + block.clean.printed, replace(title.reading, span=span))
    return title


def _quoted(notice: Field) -> Field | None:
    match = _QUOTED.search(notice.value)
    return Field(match[1], Reading(notice.reading.span, "title-in-notice", 0.8)) if match else None


def _is_title_line(block: Block, taken: bool) -> bool:
    text = block.clean.text
    if _ISSUERS.fullmatch(text):
        return False
    return (
        not taken and not block.rows and len(text) <= _LONGEST and text[-1] not in "。；：:，" and text[0] not in "（("
    )


def _groups(lines: Sequence[tuple[int, Block]]) -> list[list[tuple[int, Block]]]:
    """Group title lines that stand next to each other; a group ends with a line that ends a title."""
    groups: list[list[tuple[int, Block]]] = []
    open_group = False
    for place, block in lines:
        if open_group and groups[-1][-1][0] == place - 1:
            groups[-1].append((place, block))
        else:
            groups.append([(place, block)])
        open_group = len(groups[-1]) < _MOST_LINES and not _TITLE.search(_text(groups[-1]))
    return groups


def _text(group: Sequence[tuple[int, Block]]) -> str:
    return "".join(block.clean.text for _, block in group)


def _joined_title(group: Sequence[tuple[int, Block]]) -> Field | None:
    """Return a title over one or more lines; lines above that are no part of it, as 文件 or 目录, are left out."""
    while group and re.search("文件$|^目录$|^附[件录]|^附表\\d*$", group[0][1].clean.text):
        group = group[1:]
    text = "".join(block.clean.printed for _, block in group)
    if not group or not _TITLE.search(simplified(text)):
        return None
    clean_start, clean_end = group[0][1].clean, group[-1][1].clean
    span = type(group[0][1].span)(clean_start.places[0], clean_end.places[-1] + 1)
    return Field(text, Reading(span, "title-lines", 0.9 if len(group) == 1 else 0.8))


def _issuer(front: Sequence[Block], back: Sequence[Block], used: set[int], title: Field | None) -> Field | None:
    """Return who signs: a line that is an organisation's name, the red head, or the beginning of the title."""
    for block in [*front, *back]:
        text = _first_of(block)
        match = _ISSUER.fullmatch(text)
        if match and not block.rows:
            used.update(each for each, other in enumerate(front) if _first_of(other) == text)
            found = re.compile(re.escape(text)).search(block.clean.text)
            return _field(block, found, "signature", 0.95) if found else None
    return _red_head(front, used) or _from_title(title)


def _first_of(block: Block) -> str:
    """Return a line's text without its date; of signers side by side the first."""
    text = _DATE.sub("", block.clean.text)
    places = block.clean.places
    gap = next((i for i in range(1, min(len(text), len(places))) if places[i] - places[i - 1] > _GAP), len(text))
    return text[:gap]


_GAP = 2
"""Wider than this, spaces part signers."""


def _red_head(front: Sequence[Block], used: set[int]) -> Field | None:
    for place, block in enumerate(front):
        if len(block.clean.text) <= 40 and (match := re.match(rf"({_ISSUER.pattern})文件$", block.clean.text)):
            used.add(place)
            inner = re.compile(re.escape(match[1])).match(block.clean.text)
            return _field(block, inner, "red-head", 0.9) if inner else None
    return None


def _from_title(title: Field | None) -> Field | None:
    if title is None:
        return None
    match = re.match(rf"(?P<who>{_ISSUER.pattern})(?:关于|印发)", simplified(title.value))
    if match is None:
        return None
    return Field(title.value[: match.end("who")], Reading(title.reading.span, "title-begins-with", 0.8))
