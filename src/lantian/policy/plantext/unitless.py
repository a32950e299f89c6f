"""Quantities without a unit (无单位): indices, ratios, grades, halves and fractions."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lantian.policy.plantext.compared import PREFIX, SUFFIX, TO, Found, compared, single
from lantian.policy.plantext.numerals import CHINESE, number, tidy
from lantian.policy.plantext.units import UNIT

_INDEX = re.compile(
    rf"(?:AQI|指数|日均值|小时均值|pH值?|系数|得分|分值|PM2\.5|PM10|O3|NO2|SO2|CO|臭氧|浓度)(?:值|日均值|浓度)*(?:均|应|要|须)?(?:{PREFIX})+"
    rf"(?P<a>\d+(?:\.\d+)?)(?![\d.]|[、至到~—-]|余|多|万|亿|{UNIT})(?P<suffix>{SUFFIX})?"
)
"""Indices and concentrations without a unit, as AQI大于200."""
_RATIO = re.compile(rf"比[值率例]?(?:{PREFIX})+(?P<a>\d+\.\d+)(?P<suffix>{SUFFIX})?(?=[，。；、）]|$)")
_BARE_BOUND = re.compile("(?<![\\d.])(?P<a>\\d+\\.\\d+)(?P<suffix>以[上下])(?=[，。；、）]|$)")
"""A bound without a unit, as 气液比在1.0以上、1.2以下."""
_BETWEEN = re.compile(
    rf"(?:pH值?|系数|指数|AQI值?|比值?)(?:应|须|要|控制|保持|稳定|为|在)*"
    rf"(?P<a>\d+(?:\.\d+)?){TO}(?P<b>\d+(?:\.\d+)?)(?=之间|范围|以?内|[，。；、）]|$)"
)
"""Two bounds without a unit, as 气液比在1.0—1.2之间."""
_PROPORTION = re.compile(
    r"(?:(?<=比)|(?<=比[例值率])|(?<=[按照于为达过]))(?P<a>\d{1,2}(?:\.\d{1,2})?)[:：∶]"
    rf"(?P<b>10|[1-9](?:\.\d{{1,2}})?)(?![\d.:：∶时分])(?P<suffix>{SUFFIX})?"
)
"""Proportions without a unit, as 替代比例不低于1.5:1."""
_GRADE = re.compile(
    rf"(?:(?:{PREFIX})+(?P<a>\d{{1,2}})级|(?<![\dA-Z])(?P<b>\d{{1,2}})级(?={SUFFIX})"
    rf"|(?<=风)(?:力|速)?(?:{PREFIX})*(?P<c>{CHINESE})级|(?P<d>{CHINESE})级(?={SUFFIX}(?:大风|风)))(?P<suffix>{SUFFIX})?"
)
"""Grades of wind or of soot, where something is compared with them."""
_ONE_HALF = re.compile(rf"(?:一半|半数|(?P<over>(?<!超)过半数?(?![年月天个小径晌])))(?P<suffix>{SUFFIX})?")
_SLASHED = re.compile(rf"(?<![\d./年月第])(?P<a>[1-9])/(?P<b>10|[2-9])(?![\d/])(?P<suffix>{SUFFIX})?")
"""A fraction in digits, as 2/3以上."""


def without_unit(text: str) -> Iterator[Found]:
    """Yield the quantities of a text that have no unit."""
    for match in _ONE_HALF.finditer(text) if "半" in text else ():
        half = single(text, match, Decimal("0.5"), "", "一半")
        yield replace(half, comparator=">", rule="过") if match["over"] else half
    for match in _GRADE.finditer(text) if "级" in text else ():
        group = next(name for name in "abcd" if match[name])
        comparator, rule, start = compared(text, match.start(group), match["suffix"])
        value = number(match[group]) or Decimal(0)
        yield Found(value, "级", "级", start, match.end(), comparator, rule, 0.75)
    yield from _divided(text)
    for match in _BETWEEN.finditer(text):
        for group, comparator in (("a", ">="), ("b", "<=")):
            yield Found(Decimal(match[group]), "", "", match.start("a"), match.end("b"), comparator, "起止", 0.8)
    for match in (*_INDEX.finditer(text), *_RATIO.finditer(text), *_BARE_BOUND.finditer(text)):
        comparator, rule, start = compared(text, match.start("a"), match["suffix"])
        yield Found(Decimal(match["a"]), "", "", start, match.end(), comparator, rule, 0.8)


def _divided(text: str) -> Iterator[Found]:
    """Yield one number divided by another; a fraction in digits only where it is a bound, for 1/2 may be a page."""
    for match in (*_PROPORTION.finditer(text), *_SLASHED.finditer(text)):
        comparator, rule, start = compared(text, match.start("a"), match["suffix"])
        if match.re is _PROPORTION or rule != "数":
            value = round(Decimal(match["a"]) / Decimal(match["b"]), 3)
            yield Found(tidy(value), "", "", start, match.end(), comparator, rule, 0.8)
