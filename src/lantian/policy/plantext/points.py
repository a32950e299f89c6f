"""Points of the calendar (时间点) as plans write them: a year, a half, a quarter, a month, a third of it (旬), a day.

A point without a year is of the year named before it in its sentence, else of the plan's own time; 次年 follows the
year before it. Each point has a first and a last day.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lantian.policy.plantext.numerals import YEAR, small, year
from lantian.policy.plantext.times import PlanTime

MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
DAY = r"(?:3[01]|[12]\d|0?[1-9]|三?十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[一二三四五六七八九])"
QUARTER = r"第?[一二三四1-4]个?季度"
HALF = r"[上下]半年"
_ALONE = r"(?<![\d.．一二三四五六七八九十个第])"
_RELATIVE = "今年|本年度?|当年|明年|来年|次年|翌年"


def point(n: str = "") -> str:
    """Return the pattern of a point, which may be empty; n: added to its groups' names."""
    part = (
        rf"{_ALONE}(?P<m{n}>{MONTH})月份?(?:(?P<d{n}>{DAY})[日号]|(?P<x{n}>[上中下]旬))?"
        rf"|(?<![一二三四1-4第])(?P<q{n}>{QUARTER}|{HALF})"
    )
    return rf"(?:(?<!\d)(?P<y{n}>{YEAR})年|(?P<r{n}>{_RELATIVE}))?(?:{part})?"


@dataclass
class When:
    """What a point without a year is read against: the plan's time, and the year named before in the sentence."""

    time: PlanTime | None
    year: int | None = None


@dataclass(frozen=True)
class Days:
    """The first and the last day of a point."""

    first: date
    last: date


def named(match: re.Match[str], n: str = "") -> Mapping[str, str]:
    """Return the parts of a point that stand in a match, by y, r, m, d, x and q; none where it is empty."""
    groups = match.groupdict()
    return {key: value for key in "yrmdxq" if (value := groups.get(key + n))}


def days(parts: Mapping[str, str], when: When) -> Days | None:
    """Return the days of a point, or None where its year is unknown or its day does not exist.

    One without a year that is over before the plan's time is of the next year.
    """
    y = _year(parts, when)
    if y is None:
        return None
    found = within_year(y, parts)
    if found and not parts.keys() & {"y", "r"} and when.year is None and when.time and found.last < when.time.begins:
        return within_year(y + 1, parts)
    return found


def _year(parts: Mapping[str, str], when: When) -> int | None:
    if "y" in parts:
        return year(parts["y"])
    own = when.time.begins.year if when.time else None
    before = own if when.year is None else when.year
    relative = parts.get("r", "")
    if relative.startswith(("今", "本", "明", "来")):
        return None if own is None else own + relative.startswith(("明", "来"))
    return None if before is None else before + relative.startswith(("次", "翌"))


def within_year(y: int, parts: Mapping[str, str]) -> Days | None:
    """Return the days of a point whose year is known.

    >>> within_year(2024, {"m": "3", "x": "中旬"})
    Days(first=datetime.date(2024, 3, 11), last=datetime.date(2024, 3, 20))
    >>> within_year(2024, {"q": "下半年"}).first, within_year(2024, {"m": "2", "d": "30"})
    (datetime.date(2024, 7, 1), None)
    """
    if "m" in parts:
        return _in_month(y, small(parts["m"]) or 1, parts)
    if "q" in parts:
        length, count = (6, 1 + ("下" in parts["q"])) if "半" in parts["q"] else (3, _quarter(parts["q"]))
        return Days(date(y, length * (count - 1) + 1, 1), _end(y, length * count))
    return Days(date(y, 1, 1), date(y, 12, 31))


def _in_month(y: int, month: int, parts: Mapping[str, str]) -> Days | None:
    last = _end(y, month)
    if "d" in parts:
        day = small(parts["d"]) or 0
        return Days(date(y, month, day), date(y, month, day)) if 1 <= day <= last.day else None
    if "x" in parts:
        first = {"上": 1, "中": 11, "下": 21}[parts["x"][0]]
        return Days(date(y, month, first), last if first == 21 else date(y, month, first + 9))
    return Days(date(y, month, 1), last)


def _end(y: int, month: int) -> date:
    return date(y, month, monthrange(y, month)[1])


def _quarter(part: str) -> int:
    return small(part.removeprefix("第")[0]) or 1
