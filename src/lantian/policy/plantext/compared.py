"""How a number is compared (比较): the words before and behind it, and a number as found with its comparator."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lantian.policy.plantext.model import Comparator

_NOT = "(?:不得|不应|不能|不可|不宜|不许|不准|不再|不|未(?=[超高][过于]))"
_LEAST = f"{_NOT}(?:低于|少于|小于|短于)|至少|最少|最低|大于等于|大于或等于|≥|>="
_MOST = f"{_NOT}(?:高于|超过|超出|突破|大于|多于|迟于|晚于|长于|超)|至多|最多|最高|最长|小于等于|小于或等于|≤|<=|±"
_ABOVE = "超过|大于|高于|多于|超出|突破|超|>"
_BELOW = "小于|低于|少于|不足|不满|未满|不到|未达到?|达不到|不及|<"
_NEAR = "大约|(?<![预节制合公签])约占?为?|接近|近"
PREFIX = f"{_LEAST}|{_MOST}|控制在|{_ABOVE}|{_BELOW}|{_NEAR}|左右|达到了?|(?<!下)达|为|保持在|稳定在"
_AT_LEAST, _AT_MOST, _MORE, _LESS, _ABOUT = (
    re.compile(words) for words in (_LEAST, _MOST, _ABOVE, _BELOW, "大约|约|近|接近")
)
SUFFIX = (
    "(?:（含）|\\(含\\)|（不含）|（\\d[^（）]{1,8}）)?(?:及|或|含)?(?:以上|以下|以内|之内|左右|上下)|及其?以上|及以下"
)
TO = "(?:-{1,2}|—{1,2}|–|~|～|至|到)"

_BEFORE = re.compile(f"(?:{PREFIX})+(?:为|到)?(?:每(?:小时|立方米|公升|升|平方米|公斤|千克|公里))?$")
_APART = re.compile(
    "(?:至少|最少|不少于|至多|最多|最高(?!点)|不超过|不能超过)[^\\d，。；、（）至到达]{1,6}$"
    "|(?:不得?(?:低于|少于|小于|高于|超过|大于)|低于|高于|超过)(?:20\\d\\d年)?[^\\d，。；、（）]{2,12}的$"
    "|不得?(?:低于|少于|高于|超过)[^\\d，。；、（）]{2,10}$"
)
"""A comparator before a verb, as 至少检查一次 and 最高补助200万元; 最高点 is a place."""
_SUFFIXES: Sequence[tuple[str, Comparator]] = [
    ("以上", ">="), ("以下", "<="), ("以内", "<="), ("内", "<="), ("左右", "~"), ("上下", "~"),
]  # fmt: skip
_STRICT: Mapping[Comparator, Comparator] = {">=": ">", "<=": "<"}
"""What a bound becomes where its own number is left out, as 35蒸吨（不含）以下."""
_PREFIXES: Sequence[tuple[re.Pattern[str], Comparator]] = [
    (_AT_LEAST, ">="), (_AT_MOST, "<="), (_MORE, ">"), (_LESS, "<"), (_ABOUT, "~"),
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A quantity as found; start and end are offsets in the clean text, listed is where its list begins."""

    value: Decimal
    unit: str
    measure: str
    start: int
    end: int
    comparator: Comparator
    rule: str
    confidence: float = 0.9
    listed: int | None = None


def compared(text: str, start: int, suffix: str | None) -> tuple[Comparator, str, int]:
    """Return the comparator, the word that says it and where that word begins."""
    before = _BEFORE.search(text, max(0, start - 12), start) or _APART.search(text, max(0, start - 22), start)
    prefix = before.group() if before else ""
    begin = before.start() if before else start
    for word, comparator in _SUFFIXES:
        if suffix and word in suffix:
            return _STRICT.get(comparator, comparator) if "不含" in suffix else comparator, word, begin
    for pattern, comparator in _PREFIXES:
        if match := pattern.search(prefix):
            return comparator, match.group(), begin
    return "=", "达到" if "达" in prefix else "数", begin if prefix else start


def single(text: str, match: re.Match[str], value: Decimal, unit: str, measure: str) -> Found:
    """Return what a whole match says."""
    comparator, rule, start = compared(text, match.start(), match["suffix"])
    return Found(value, unit, measure, start, match.end(), comparator, rule)
