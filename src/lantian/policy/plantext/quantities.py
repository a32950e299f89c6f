"""Quantities (量化要求) in clean text: value, unit, comparator and what is measured.

Comparators: 左右 ~; 达到 and plain counts =; 不低于, 以上 >=; 小于, 低于 <; 超过, 大于 >; 以内, 以下, 不高于 <=.
Dates, clock times, ordinals, telephone numbers, numbers in titles and slogans (“三个一批”) are none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.compared import PREFIX, SUFFIX, TO, Found, compared, single
from lantian.policy.plantext.model import Comparator, Quantity, Reading, Span
from lantian.policy.plantext.numerals import CHINESE, NUMBER, PLAIN, number, tidy
from lantian.policy.plantext.objects import OF_THE_SAME, each_of, object_of, ranked_by
from lantian.policy.plantext.sayings import in_quotes, is_saying
from lantian.policy.plantext.unitless import without_unit
from lantian.policy.plantext.units import COUNTERS, SIGN, UNIT

_PERCENT = rf"百分之(?P<cn>{CHINESE}{{1,6}}(?:点{CHINESE}{{1,3}})?|\d+(?:\.\d+)?)"
_FRACTION = rf"(?P<whole>{CHINESE}{{1,3}})分之(?P<parts>{CHINESE}{{1,3}})"

_LISTED_AT_MOST = "{0,40}"
"""How many numbers may stand before one unit: without a bound, a list that ends in none is walked from each of them."""
_MEASURED = re.compile(
    rf"(?:(?<![A-Za-z\d.．第〔几])(?!(?<=[数/])\D)|(?<=VOCs)|(?<=NOx)|(?<=NOX))(?P<a>{NUMBER})(?P<over>余|多)?(?:(?P<ua>{UNIT})?{TO}(?P<b>{NUMBER}))?(?P<more>(?:(?:{UNIT})?、(?!20\d\d年)(?:{PLAIN})[万亿]?){_LISTED_AT_MOST}(?:(?:{UNIT})?(?:和"
    rf"|或|及)(?:{PLAIN})[万亿]?)?)(?P<odd>多|余)?(?P<unit>{UNIT})(?P<per>/(?:{UNIT}))?(?![A-Za-z/])(?P<suffix>{SUFFIX})?"
)
_WORDED = re.compile(rf"(?:{_PERCENT}|{_FRACTION})(?P<suffix>{SUFFIX})?")
_TENTHS = re.compile(
    rf"(?<![A-Za-z\d.])(?P<a>\d(?:\.\d)?|{CHINESE})成(?P<suffix>{SUFFIX})?(?![立员为果本分熟功绩长效交就品套都])"
)
_HALF = re.compile(
    r"(?<![上下每过大])半(?P<unit>年|个月|小时|天)(?!度|小结|总结|[和、及]年)(?P<suffix>以上|以下|以内|之?内)?"
)


def quantities(clean: Clean, taken: Sequence[Span] = ()) -> list[Quantity]:
    """Return the quantities of a piece of text, in order; taken: places of deadlines, whose numbers are not counted."""
    text = clean.text
    found = [each for each in _all(text) if not _is_taken(clean, each, taken) and not _no_quantity(text, each)]
    found = _sharing(text, sorted(found, key=lambda each: (each.start, each.end)))
    return [
        Quantity(
            each.value, each.unit, each.comparator, measured, each.measure,
            Reading(clean.span(each.start, each.end), each.rule, each.confidence),
        )
        for each, measured in zip(found, _objects(clean, found), strict=True)
    ]  # fmt: skip


def _sharing(text: str, found: Sequence[Found]) -> list[Found]:
    """Give a lower bound before a list of counted things to each of them, as 至少安装4台雾炮、1台冲洗机."""
    result: list[Found] = []
    for each in found:
        last = result[-1] if result else None
        bounded = last is not None and last.measure in COUNTERS and last.rule in _LOWER_BOUNDS
        if last and bounded and each.rule == "数" and _LISTED_WITH.fullmatch(text, last.end, each.start):
            result.append(replace(each, comparator=last.comparator, rule=last.rule))
        else:
            result.append(each)
    return result


_LOWER_BOUNDS = frozenset(("至少", "最少", "不少于", "不低于"))
_LISTED_WITH = re.compile("[^，。；：、\\d]{0,12}[、和及]")


def _objects(clean: Clean, found: Sequence[Found]) -> list[str]:
    """Return what each measures; one that names nothing, as 82% in 80%以上（力争82%）, measures what the last did."""
    objects: list[str] = []
    before: Found | None = None
    alike = _alike(clean, found)
    for place, each in enumerate(found):
        if place in alike:
            objects.append(alike[place])
            before = each
            continue
        floor = before.end if before is not None and before.start != each.start else 0
        words = _object(clean, each, floor)
        if (
            (not words or OF_THE_SAME.search(words))
            and before is not None
            and (
                before.unit == each.unit
                or _AND_THEN.fullmatch(clean.text, before.end, each.start)
                or _COMPARED_WITH.search(clean.text, max(0, each.start - 24), each.start)
            )
            and "。" not in clean.text[before.end : each.start]
        ):
            words = objects[-1]
        objects.append(words)
        before = each
    return objects


def _alike(clean: Clean, found: Sequence[Found]) -> dict[int, str]:
    """Return what those measure that 分别 shares out among names listed before, by their place in found."""
    alike: dict[int, str] = {}
    first = 0
    for last, each in enumerate(found):
        if last + 1 < len(found) and _BETWEEN.fullmatch(clean.text, each.end, found[last + 1].start):
            continue
        if last > first:
            places = each_of(clean.text, found[first].start, last - first + 1)
            places = [] if places and OF_THE_SAME.search(clean.text, *places[-1]) else places
            alike.update((first + n, clean.printed[start:end]) for n, (start, end) in enumerate(places))
        first = last + 1
    return alike


_AND_THEN = re.compile("，(?:到20\\d\\d年|并|且|力争|争取|确保|即)*(?:下?降[到至]|控制在|达到?)?")
"""How the same is measured again, as 浓度下降25%以上，控制在50微克."""
_BETWEEN = re.compile("[、和及与，]?")
_COMPARED_WITH = re.compile(
    "[，；（](?:同比|环比|[比较](?:\\d{4}年|上年|去年|同期)[^，。；\\d]{0,4})(?:下降|上升|提高|提升|降低|减少|增加|改善|增长)了?$"
)
"""How what was measured before has changed, as 优良天数比率稳定在94%，较2020年提高1.2个百分点."""


def _object(clean: Clean, found: Found, floor: int) -> str:
    """Return what is measured, as printed."""
    start = found.start if found.listed is None else found.listed
    words = ranked_by(clean.text, start) or object_of(
        clean.text, start, found.end, 0 if start != found.start else floor, counted=found.unit in COUNTERS
    )
    place = clean.text.rfind(words, 0, start) if words else -1
    place = clean.text.find(words, found.end) if place < 0 else place
    return clean.printed[place : place + len(words)] if place >= 0 else words


def _all(text: str) -> Iterator[Found]:
    if not re.search(r"[\d零〇一二两三四五六七八九十百千半]", text):
        return
    for match in _WORDED.finditer(text) if "分之" in text else ():
        yield from _worded(text, match)
    for match in _TENTHS.finditer(text) if "成" in text else ():
        if (value := number(match["a"])) is not None:
            yield single(text, match, value * 10, "%", "成")
    for match in _HALF.finditer(text) if "半" in text else ():
        yield _half(text, match)
    for match in _MEASURED.finditer(text):
        yield from _measured(text, match)
    yield from _money(text)
    yield from without_unit(text)


def _money(text: str) -> Iterator[Found]:
    """Yield money whose 元 is left out, as 总投资3.6亿."""
    for match in _MONEY.finditer(text):
        if (value := number(match["a"])) is not None:
            comparator, rule, start = compared(text, match.start("a"), None)
            yield Found(value, "yuan", "", start, match.end("a"), comparator, rule, 0.7)


def _worded(text: str, match: re.Match[str]) -> Iterator[Found]:
    if match["cn"]:
        value = Decimal(100) if match["cn"] == "百" else number(match["cn"])
        if value is not None:
            yield single(text, match, value, "%", "百分之")
        return
    whole, parts = number(match["whole"]), number(match["parts"])
    if whole and parts is not None:
        yield single(text, match, round(parts / whole, 3), "", "分之")


def _half(text: str, match: re.Match[str]) -> Found:
    value, unit = {"年": (6, "month"), "个月": (15, "day"), "小时": (30, "min"), "天": (12, "h")}[match["unit"]]
    return replace(single(text, match, Decimal(value), unit, "半" + match["unit"]), confidence=0.8)


def _measured(text: str, match: re.Match[str]) -> Iterator[Found]:
    per = match["per"] or ""
    measure = match["unit"] + per
    unit = SIGN.get(match["unit"], match["unit"]) + (per and f"/{SIGN.get(per[1:], per[1:])}")
    comparator, rule, start = compared(text, match.start(), match["suffix"])
    unit = "km/h" if unit == "km" and _SPEED.search(text, max(0, match.start() - 12), match.start()) else unit
    if per_unit := _PER.search(text, max(0, match.start() - 24), match.start()):
        together = SIGN.get(f"{match['unit']}/{per_unit[1]}")
        unit, start = (together, min(start, per_unit.start())) if together else (unit, start)
    if match["odd"] or match["over"] or re.search("[多余]", match["a"]):
        comparator, rule = ">", "余"
    values = _sharing_large(text, list(_values(match)))
    if match["b"] and len(values) == 2:
        yield Found(values[0][0], unit, measure, start, match.end(), ">=", "起止")
        yield Found(values[1][0], unit, measure, start, match.end(), "<=", "起止")
        return
    if re.match("(?:之|以)?内", text[match.end() :][:2]) and unit in _LASTING_UNITS:
        comparator, rule = "<=", "内"
    yield from _aside(match, comparator, rule, start)
    confidence = 0.75 if measure in COUNTERS and not match["a"][0].isascii() else 0.9
    for place, (value, begin, end, word) in enumerate(values):
        first, last = (start if place == 0 else begin), (match.end() if place == len(values) - 1 else end)
        own = (SIGN.get(word, word), word) if not match["unit"].startswith(word) else (unit, measure)
        yield Found(value, *own, first, last, comparator, rule, confidence, start)


_MONEY = re.compile(
    rf"(?:投资|资金|经费|预算|补[贴助])[\u4e00-\u9fff]{{0,4}}(?:{PREFIX})*(?P<a>\d+(?:\.\d+)?[万亿])(?=[，。；、）]|$)"
)
_ASIDE = re.compile(rf"（({PLAIN})({UNIT})）")


def _aside(match: re.Match[str], comparator: Comparator, rule: str, listed: int) -> Iterator[Found]:
    """Yield the same bound told in another unit, as 85%（310天）以上."""
    told = _ASIDE.search(match.string, match.end("unit"), match.end())
    lasting = {SIGN.get(match["unit"]), SIGN.get(told[2])} <= _LASTING_UNITS if told else True
    if told and not lasting and (value := number(told[1])) is not None:
        yield Found(
            value, SIGN.get(told[2], told[2]), told[2], told.start(1), told.end(2), comparator, rule, 0.8, listed
        )


_PER = re.compile(rf"每(立方米|公升|升|平方米|公斤|千克|公里|小时)(?:{PREFIX})*$")
"""A unit before the number, as 每立方米15微克 and 每小时30公里."""
_SPEED = re.compile(f"[时车]速(?:{PREFIX})*$")
"""What makes kilometres a speed, as 时速不超过40公里."""
_LASTING_UNITS = frozenset(("h", "min", "day", "week", "month", "quarter", "year"))


_UNIT_HERE = re.compile(UNIT)
_LISTED = re.compile(rf"((?:{PLAIN})[万亿]?)(?:{UNIT})?")


def _values(match: re.Match[str]) -> Iterator[tuple[Decimal, int, int, str]]:
    """Yield the numbers of 10%、20%、30%, of 26台、182蒸吨 or of 10-15%, each with its place and the unit behind it."""
    for group in ("a", "b"):
        if match[group] and (value := number(match[group])) is not None:
            unit = _UNIT_HERE.match(match.string, match.end(group))
            yield value, match.start(group), unit.end() if unit else match.end(group), unit.group() if unit else ""
    for more in _LISTED.finditer(match.string, match.start("more"), match.end()) if match["more"] else ():
        if more.start() < match.end("more") and (value := number(more[1])) is not None:
            yield value, more.start(), more.end(), more.group()[len(more[1]) :]


_Value = tuple[Decimal, int, int, str]
_LARGE = re.compile("[万亿]")


def _sharing_large(text: str, values: list[_Value]) -> list[_Value]:
    """Give the 万 of the last number to those before it that are printed without, as 50—100万元, not 5000—1万元."""
    *others, last = values or [(Decimal(0), 0, 0, "")]
    large = _LARGE.search(text, last[1], last[2])
    if not others or not large:
        return values
    times = 10**4 if large.group() == "万" else 10**8
    if any(
        unit or value > last[0] / times * 10 or _LARGE.search(text, start, end) for value, start, end, unit in others
    ):
        return values
    return [*((tidy(value * times), start, end, unit) for value, start, end, unit in others), last]


def _is_taken(clean: Clean, found: Found, taken: Sequence[Span]) -> bool:
    if not taken:
        return False
    span = clean.span(found.start, found.end)
    return any(each.start < span.end and span.start < each.end for each in taken)


def _is_service_or_mean(found: Found, after: str, before: str) -> bool:
    """Tell 24小时值守 and 8小时平均浓度 from hours that are asked for, as 提前24小时."""
    around_the_clock = found.value == 24 and found.comparator == "=" and before != "提前"
    averaged = re.match("(?:滑动)?(?:平均|均值|浓度|第\\d+百分位)", after)
    return around_the_clock or bool(averaged or _LASTING.match(after)) or before.endswith("月")


_SLOGAN = re.compile(
    "个?(?:一批|百分之百|意识|自信|维护|确保|坚持|不|替代|方面|阶段|层面|领域|重点|环节|结合"
    "|全覆盖|治污|结构|一律|必须|统一|到位|转变|责任|清单|专项|战役|攻坚|行动|基本|同步|关键"
    "|体系|平台|方案|标准|办法|文件|要点)"
)
_AFTER_YEAR = re.compile(
    "(?:行动|(?:集中)?攻坚|计划|规划|提升|作战|滚动|任务|规划期|实施|来|期|级|度|代|制|生|总投|总计|累计|共投|安排|投入)"
)
_LASTING = re.compile("(?:不间断|值守|值班|在线|监控|运行|全天|开通|受理|热线|专人|轮流|连续|巡|看|盯)")


def _no_quantity(text: str, found: Found) -> bool:
    """Tell slogans, names of programmes, hours of service, dates and titles from quantities."""
    after, before = text[found.end : found.end + 8], text[max(0, found.start - 2) : found.start]
    digits = re.search(r"\d", text[found.start : found.end])
    if is_saying(text, found.start, found.end, found.measure):
        return True
    if found.measure in "日天" and text.startswith("百", found.start) and re.match("攻坚|行动|会战|整治|专项", after):
        return True
    if found.measure == "日" and _is_day_of_month(text, found, after, before):
        return True
    if _is_clock(found, after, before) or _is_hundred_percent_slogan(text, found, after):
        return True
    if _in_title(text, found) or _is_said_again(text, found, before) or before.endswith(("第", "〔")):
        return True
    if found.unit == "h" and _is_service_or_mean(found, after, before):
        return True
    if found.unit == "year":
        told = re.search("提前$|分$|经过$", before) or _AFTER_YEAR.match(after)
        return found.value >= 1900 or bool(told) or _is_date(text, found)
    return not digits and _no_chinese_quantity(text, found, after)


def _is_day_of_month(text: str, found: Found, after: str, before: str) -> bool:
    """Tell 15日 of 9月15日前 and 每月1日和15日 from fifteen days."""
    if _OF_MONTH.search(text, max(0, found.start - 16), found.start):
        return True
    return before.endswith("月") or bool(re.match("[前起至—、（(-]", after)) or found.value < 2


_OF_MONTH = re.compile("每(?:个?月|季度?[首末]月)(?:\\d{1,2}日?[、和及])+$")
"""Days of each month, as 每月1日和15日."""


def _is_said_again(text: str, found: Found, before: str) -> bool:
    """Tell 6个 of 6个半月, and the bound in 35—65蒸吨（含65蒸吨）."""
    half = found.measure == "个" and text.startswith("半", found.end)
    return half or (before.endswith("含") and text.startswith("）", found.end))


def _is_clock(found: Found, after: str, before: str) -> bool:
    """Tell 7点前 and 早7点 from counted points."""
    around = re.match("[前后至到起半钟整—~-]", after) or re.search("[早晚午晨日至到—~-]$", before)
    return found.measure == "点" and bool(around)


def _is_hundred_percent_slogan(text: str, found: Found, after: str) -> bool:
    """Tell 六个100% and its parts."""
    named = found.measure == "个" and re.match("(?:100%|百分之?百)", after)
    return bool(named or (found.unit == "%" and re.search(rf"(?:\d|{CHINESE})个$", text[: found.start][-3:])))


def _is_date(text: str, found: Found) -> bool:
    return bool(re.match(rf"(?:{CHINESE}|\d){{1,3}}月|[上下]半年|第?[一二三四]季度|[底末前]", text[found.end :][:6]))


def _no_chinese_quantity(text: str, found: Found, after: str) -> bool:
    """Tell whether a number in Chinese words is a manner of speaking, as 一批, 三个一批, 一台（电视台）."""
    if in_quotes(text, found.start):
        return True
    if found.measure in _MANNERS:
        ranked = found.measure == "名" and text[max(0, found.start - 1) : found.start] in ("前", "后")
        return not ranked and not _COUNTABLE.match(after)
    if found.measure in COUNTERS and found.value <= 1 and found.measure != "倍":
        return not re.search(r"[不至]", text[found.start : found.end])
    if found.measure in _SLOGAN_COUNTERS and not _SUMS_UP.search(text, max(0, found.start - 60), found.start):
        return bool(_SLOGAN.match(after)) or after.startswith(("”", "、")) or _is_round(text, found)
    return found.unit in _LASTING_UNITS and (found.value < 1 or after.startswith(("一", "四")))


_MANNERS = frozenset("种分张部门所点条口期班场片块名只把根")
_COUNTABLE = re.compile(
    "(?:主|次|城市|城区|重点|背街|市政|省|国|县|乡|村)*(?:道路|公路|铁路|线路|街|河|生产线|专用线|干道|通道|廊道|学校|医院|活动|培训|演练)"
)
_SLOGAN_COUNTERS = frozenset("个项批位支件起处套")
_SUMS_UP = re.compile("“[^”“]{1,24}、[^”“]{1,40}”$")
"""The list in quotation marks that a number sums up, as “控车、减煤”两个专项行动."""


def _is_round(text: str, found: Found) -> bool:
    return text[found.start : found.end].startswith(("百", "千", "万"))


def _in_title(text: str, found: Found) -> bool:
    opened = text.rfind("《", max(0, found.start - 120), found.start)
    return opened >= 0 and "》" not in text[opened : found.start]
