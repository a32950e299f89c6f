"""Numbers that are a manner of speaking or a part of a name, and so count nothing (非量化)."""

import re

_AFTER: dict[str, re.Pattern[str]] = {
    "周": re.compile("年(?![度内底末前初])"),
    "次": re.compile("(?:扬尘|污染|颗粒物?|供水|利用|开发|能源|电池|分配|创业|装修|转运)"),
}
_NAMED_IN_QUOTES = re.compile("”[\u4e00-\u9fff]{0,6}(?:工程|行动|计划|战役|模式|机制)")
_STEPS = re.compile(
    "[一二两三四五]年[^，。；、\\d]{2,8}[、，][二两三四五六]年(?!内|底|以)[^，。；、\\d]{2,8}(?:[、，。；]|$)"
)
_LAST_STEP = re.compile("[一二两三四]年[^，。；、\\d]{2,8}[、，]$")
_FARTHEST = 16


def is_saying(text: str, start: int, end: int, measure: str) -> bool:
    """Tell a number in words that name or tell something, as 二次扬尘, “500米”净岸工程 and 一年起步、两年见效.

    >>> is_saying("防止二次扬尘", 2, 4, "次"), is_saying("成立100周年", 2, 6, "周"), is_saying("检查2次", 2, 4, "次")
    (True, True, False)
    >>> text = "一年全面推进、两年深入巩固"
    >>> is_saying(text, 0, 2, "年"), is_saying(text, 7, 9, "年")
    (True, True)
    """
    after = _AFTER.get(measure)
    if after and after.match(text, end):
        return True
    if text[start - 1 : start] == "“" and _NAMED_IN_QUOTES.match(text, end):
        return True
    if measure != "年" or text[start : start + 1].isascii():
        return False
    return bool(_STEPS.match(text, start) or _LAST_STEP.search(text, max(0, start - _FARTHEST), start))


def in_quotes(text: str, place: int) -> bool:
    """Tell whether a quotation is open at a place."""
    before = max(0, place - 20)
    return text.rfind("“", before, place) > text.rfind("”", before, place)
