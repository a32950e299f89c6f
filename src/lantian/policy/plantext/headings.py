"""Numbered headings of Chinese plans: 第一章, 第一节, 第一条, 一、, （一）, 1., 1.1, （1）, ①, and words as 专栏."""

import re
from dataclasses import dataclass

from lantian.policy.plantext.numerals import small

_CN = "[零〇一二三四五六七八九十百]{1,5}"
_PART = r"(?P<n>[1-9]\d?)[.．、]?"
_THING = r"[ \u3000\t]*(?![万亿千百微毫吨米元倍家辆台个亩克度时小]|公里|平方|立方)(?=[\u4e00-\u9fffⅠ-Ⅻ“《A-Z])"
_PATTERNS: dict[str, re.Pattern[str]] = {
    "chapter": re.compile(rf"第\s*(?P<n>{_CN}|\d{{1,2}})\s*(?:章|部分|篇)(?![节])[\s、:：]*"),
    "section": re.compile(rf"第\s*(?P<n>{_CN}|\d{{1,2}})\s*节[\s、:：]*"),
    "clause": re.compile(rf"第\s*(?P<n>{_CN}|\d{{1,3}})\s*条[\s、:：]*(?!第)"),
    "cn": re.compile(rf"(?P<n>{_CN})\s*[、.．](?!{_CN}[、.．类级])\s*"),
    "cn-bracket": re.compile(rf"[（(]\s*(?P<n>{_CN})\s*[)）]\s*[、.．]?\s*"),
    "word": re.compile(rf"(?:重点)?(?:任务|措施|工程|举措)\s*(?P<n>{_CN}|\d{{1,2}})\s*[:：、.．]\s*"),
    "number": re.compile(r"(?P<n>[1-9]\d?)[ \u3000\t]+(?=[\u4e00-\u9fff])"),
    "digit": re.compile(
        r"(?P<n>[0-9０-９]{1,3})\s*(?:[、]|[.．](?:(?![0-9０-９])|(?=\d{1,2}月|20\d\d年)))(?![0-9０-９]{1,3}[、])\s*"
    ),
    "decimal-2": re.compile(rf"(?P<above>[1-9]\d?)\.{_PART}{_THING}"),
    "decimal-3": re.compile(rf"(?P<above>[1-9]\d?\.\d{{1,2}})\.{_PART}{_THING}"),
    "decimal-4": re.compile(rf"(?P<above>[1-9]\d?\.\d{{1,2}}\.\d{{1,2}})\.{_PART}{_THING}"),
    "digit-bracket": re.compile(r"[（(]\s*(?P<n>[0-9０-９]{1,3})\s*[)）]\s*[、.．]?\s*"),
    "ring": re.compile(r"(?P<n>[①-⑳])\s*"),
}
LEVELS = tuple(_PATTERNS)
"""The kinds of labels, from the highest to the lowest."""

_FULL = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True)
class Label:
    """The label of a heading: its kind, its number, as printed, how long it is with the space behind it, and above it.

    above: the numbers before the last one, as 2.4 of 2.4.1.
    """

    level: str
    number: int
    printed: str
    length: int
    above: str = ""


def label_of(text: str) -> Label | None:
    """Return the label with which a line begins.

    >>> label_of("（十一）加强施工扬尘控制。")
    Label(level='cn-bracket', number=11, printed='（十一）', length=4, above='')
    >>> [label_of(t).level for t in ("一、总体要求", "1．任务", "（2）任务", "第三条 本办法", "③任务")]
    ['cn', 'digit', 'digit-bracket', 'clause', 'ring']
    >>> [label_of(t) for t in ("一、二、三类汽修企业", "2.5微克", "2019年", "（此件公开发布）")]
    [None, None, None, None]
    >>> label_of("2.4.1 主次干道")
    Label(level='decimal-3', number=1, printed='2.4.1', length=6, above='2.4')
    """
    for level, pattern in _PATTERNS.items():
        if match := pattern.match(text):
            number = _number(match["n"])
            if number:
                return Label(level, number, match.group().strip(), match.end(), match.groupdict().get("above", ""))
    return None


def begins_heading(text: str) -> bool:
    """Tell whether a line begins with a label, or with the word of an annex."""
    label = label_of(text)
    if label is not None and label.level == "number":
        return len(text) <= _SHORT and not re.search("[，。；、]", text)
    return label is not None or bool(_ANNEX.match(text))


_SHORT = 25
DOCUMENT_NUMBER = r"[\u4e00-\u9fffA-Z]{1,14}\s*〔\s*20\d\d\s*〕\s*第?\d{1,4}\s*号"
"""The number of a document on a line of its own."""


_ANNEX = re.compile(
    r"附\s*[件表录]\s*[\d一二三四五六七八九十０-９]*\s*(?:[:：\s]|$)|专\s*栏\s*[\d一二三四五六七八九十]*\s*"
)


def _number(text: str) -> int | None:
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    return small(text.translate(_FULL))
