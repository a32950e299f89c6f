"""The time of which a plan speaks (计划时段): its year or its winter, against which 年底前 and 3月底前 are read."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lantian.policy.plantext.numerals import YEAR, small, year

_WINTER = re.compile(rf"({YEAR})年?(?:-|—|–|~|～|至){{1,2}}(?:{YEAR}|\d\d)年?(?:度)?(?:秋冬|冬|采暖|供暖)")
_YEARS = re.compile(rf"({YEAR})(?=年|-|—|–|~|～|至)")
_TO = r"\s*(?:年\s*)?(?:-|—|–|~|～|至)"
_ALONE = re.compile(rf"(?<![-—–~～至\d])({YEAR})(?=年)(?!{_TO})")
"""A year that is no end of a range, as 2015 of 2013-2017年计划2015年措施."""
_SEASON = 9
"""The month with which a plan for a winter begins to count."""
_FIVE_YEARS = re.compile("“十([一二三四五六])五”")
_HEATING = re.compile(r"(?:采暖|供暖|取暖)[季期][（(：:]?(?:为|从|自)?(?:20\d\d年)?(1[0-2]|[89])月(\d{1,2})日")


@dataclass(frozen=True)
class PlanTime:
    """begins: a month without a year is the first such month from here on; issued: the day of issue.

    heating: month and day on which heating begins, for 采暖期前. dated: the day of issue is printed.
    """

    begins: date
    issued: date
    heating: tuple[int, int] = (11, 15)
    dated: bool = True


def with_heating(time: PlanTime | None, text: str) -> PlanTime | None:
    """Take the day on which heating begins from the text where it is told, as 采暖期（11月1日至次年3月31日）.

    >>> with_heating(PlanTime(date(2024, 1, 1), date(2024, 1, 1)), "采暖季（10月20日至次年4月20日）").heating
    (10, 20)
    """
    told = (_month_and_day(each) for each in _HEATING.finditer(text)) if time else iter(())
    heating = next(filter(None, told), None)
    return replace(time, heating=heating) if time and heating else time


def _month_and_day(told: re.Match[str]) -> tuple[int, int] | None:
    """Return a month and a day that every year has; None for 10月0日 and 11月31日, which tell nothing."""
    month, day = int(told[1]), int(told[2])
    return (month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(_COMMON_YEAR, month)[1] else None


_COMMON_YEAR = 2001


def plan_time(issued: date | None, texts: Sequence[str], body: str = "") -> PlanTime | None:
    """Return a plan's time by its day of issue and by the years in its title and the words before it.

    Where none of these tells a year, it is the one year for which the text sets its goals; else none is made up.

    >>> plan_time(date(2025, 12, 20), ["2026年行动计划"]).begins
    datetime.date(2026, 1, 1)
    >>> plan_time(None, ["2025—2026年秋冬季攻坚方案"]).begins
    datetime.date(2025, 9, 1)
    >>> plan_time(date(2018, 12, 21), ["三年行动计划"]).begins, plan_time(None, ["方案"])
    (datetime.date(2018, 12, 21), None)
    >>> plan_time(None, ["“十四五”空气质量改善规划"]).begins
    datetime.date(2021, 1, 1)
    >>> plan_time(date(2019, 3, 14), ["某县2018年攻坚清单"]).begins
    datetime.date(2018, 1, 1)
    >>> plan_time(None, ["方案"], "到2021年，浓度比2020年下降6%。").begins, plan_time(None, ["方案"], "比2020年下降6%")
    (datetime.date(2021, 1, 1), None)
    """
    begins = next((day for text in texts if (day := _begins(text, issued))), None)
    if begins is None or (issued is not None and not _is_near(begins, issued, texts)):
        begins = issued or begins
    if begins is None:
        begins = _goals_year(body)
    return PlanTime(begins, issued or begins, dated=issued is not None) if begins else None


_OF_YEAR = re.compile(
    rf"(?!.*(?:落实|反馈|督察|总结|通报|整改)).{{0,24}}{YEAR}年度?[^，。]{{2,30}}(?:计划|方案|要点|清单|措施|任务|安排|行动)"
)
"""A plan's title with its own year."""


def _is_near(begins: date, issued: date, texts: Sequence[str]) -> bool:
    """Tell whether a plan printed on a day may begin then: in that year or the next.

    A plan of the year before is near where its title says so: its text was put on a page afterwards.
    """
    after = issued.year - begins.year
    return after in (0, -1) or (after == 1 and any(_OF_YEAR.match(text) for text in texts))


_GOAL = re.compile(rf"(?<!截)[到至]({YEAR})年|({YEAR})年(?:年?[底末]|\d{{1,2}}月(?:底|\d{{1,2}}日)?)以?前")
_BASE = re.compile(rf"[比较]({YEAR})年")


def _goals_year(body: str) -> date | None:
    """Return the year of a text whose goals are all set for one year, and compared with none but the year before."""
    goals = {year(one or other) for one, other in _GOAL.findall(body)}
    last = max(goals, default=0)
    of_one_year = len(goals) == 1 and all(year(base) >= last - 1 for base in _BASE.findall(body))
    return date(last, 1, 1) if of_one_year else None


def _begins(text: str, issued: date | None) -> date | None:
    """Return when the winter or the one year that a text names begins; of several years the day of issue tells more."""
    if winter := _WINTER.search(text):
        return date(year(winter[1]), _SEASON, 1)
    alone = [year(each) for each in _ALONE.findall(text)]
    years = dict.fromkeys(alone if len(alone) == 1 else [year(each) for each in _YEARS.findall(text)])
    if len(years) > 1 and issued:
        return issued
    five = _FIVE_YEARS.search(text)
    first = min(years) if years else 1951 + 5 * (10 + (small(five[1]) or 0)) if five else None
    return date(first, 1, 1) if first else None
