"""Quantities (量化要求) in clean text: value, unit, comparator and what is measured.

Comparators: 左右 ~; 达到 and plain counts =; 不低于, 以上 >=; 小于, 低于 <; 超过, 大于 >; 以内, 以下, 不高于 <=.
Dates, clock times, ordinals, telephone numbers, numbers in titles and slogans (“三个一批”) are none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.model import Comparator, Quantity, Reading, Span
from lantian.policy.plantext.numerals import CHINESE, NUMBER, PLAIN, number, tidy
from lantian.policy.plantext.objects import OF_THE_SAME, each_of, object_of, ranked_by
from lantian.policy.plantext.sayings import in_quotes, is_saying
from lantian.policy.plantext.units import COUNTERS, SIGN, UNIT

_NOT = "(?:不得|不应|不能|不可|不宜|不许|不准|不再|不|未(?=[超高][过于]))"
_LEAST = f"{_NOT}(?:低于|少于|小于|短于)|至少|最少|最低|大于等于|大于或等于|≥|>="
_MOST = f"{_NOT}(?:高于|超过|超出|突破|大于|多于|迟于|晚于|长于|超)|至多|最多|最高|最长|小于等于|小于或等于|≤|<="
_ABOVE = "超过|大于|高于|多于|超出|突破|超|>"
_BELOW = "小于|低于|少于|不足|不满|未满|不到|未达到?|达不到|不及|<"
_NEAR = "大约|(?<![预节制合公签])约为?|接近|近"
_PREFIX = f"{_LEAST}|{_MOST}|控制在|{_ABOVE}|{_BELOW}|{_NEAR}|左右|达到了?|达|为|保持在|稳定在"
_AT_LEAST, _AT_MOST, _MORE, _LESS, _ABOUT = (
    re.compile(words) for words in (_LEAST, _MOST, _ABOVE, _BELOW, "大约|约|近|接近")
)
_SUFFIX = (
    "(?:（含）|\\(含\\)|（不含）|（\\d[^（）]{1,8}）)?(?:及|或|含)?(?:以上|以下|以内|之内|左右|上下)|及其?以上|及以下"
)
_TO = "(?:-{1,2}|—{1,2}|–|~|～|至|到)"
_HEAD = rf"(?P<prefix>(?:{_PREFIX})*)(?:共|计|每\w{{1,3}})?"
_PERCENT = rf"百分之(?P<cn>{CHINESE}{{1,6}}(?:点{CHINESE}{{1,3}})?|\d+(?:\.\d+)?)"
_FRACTION = rf"(?P<whole>{CHINESE}{{1,3}})分之(?P<parts>{CHINESE}{{1,3}})"

_LISTED_AT_MOST = "{0,40}"
"""How many numbers may stand before one unit: without a bound, a list that ends in none is walked from each of them."""
_MEASURED = re.compile(
    rf"(?:(?<![A-Za-z\d.．第〔几])(?!(?<=数)\D)|(?<=VOCs)|(?<=NOx)|(?<=NOX))(?P<a>{NUMBER})(?P<over>余|多)?(?:(?P<ua>{UNIT})?{_TO}(?P<b>{NUMBER}))?(?P<more>(?:(?:{UNIT})?、(?!20\d\d年)(?:{PLAIN})[万亿]?){_LISTED_AT_MOST}(?:(?:{UNIT})?(?:和"
    rf"|或|及)(?:{PLAIN})[万亿]?)?)(?P<odd>多|余)?(?P<unit>{UNIT})(?P<per>/(?:{UNIT}))?(?![A-Za-z/])(?P<suffix>{_SUFFIX})?"
)
_WORDED = re.compile(rf"(?:{_PERCENT}|{_FRACTION})(?P<suffix>{_SUFFIX})?")
_TENTHS = re.compile(
    rf"(?<![A-Za-z\d.])(?P<a>\d(?:\.\d)?|{CHINESE})成(?P<suffix>{_SUFFIX})?(?![立员为果本分熟功绩长效交就品套都])"
)
_HALF = re.compile(
    r"(?<![上下每过大])半(?P<unit>年|个月|小时|天)(?!度|小结|总结|[和、及]年)(?P<suffix>以上|以下|以内|之?内)?"
)
_INDEX = re.compile(
    rf"(?:AQI|指数|日均值|小时均值|pH值?|系数|得分|分值|PM2\.5|PM10|O3|NO2|SO2|CO|臭氧|浓度)(?:值|日均值|浓度)*(?:均|应|要|须)?(?:{_PREFIX})+"
    rf"(?P<a>\d+(?:\.\d+)?)(?![\d.]|[、至到~—-]|余|多|万|亿|{UNIT})(?P<suffix>{_SUFFIX})?"
)
_RATIO = re.compile(rf"比[值率例]?(?:{_PREFIX})+(?P<a>\d+\.\d+)(?P<suffix>{_SUFFIX})?(?=[，。；、）]|$)")
_BARE_BOUND = re.compile("(?<![\\d.])(?P<a>\\d+\\.\\d+)(?P<suffix>以[上下])(?=[，。；、）]|$)")
"""A bound without a unit, as 气液比在1.0以上、1.2以下."""
"""Indices and concentrations without a unit, as AQI大于200."""
_PROPORTION = re.compile(
    r"(?:(?<=比)|(?<=比[例值率])|(?<=[按照于为达过]))(?P<a>\d{1,2}(?:\.\d{1,2})?)[:：∶]"
    rf"(?P<b>10|[1-9](?:\.\d{{1,2}})?)(?![\d.:：∶时分])(?P<suffix>{_SUFFIX})?"
)
"""Proportions without a unit, as 替代比例不低于1.5:1."""
_BEFORE = re.compile(f"(?:{_PREFIX})+(?:为|到)?(?:每(?:小时|立方米|公升|升|平方米|公斤|千克|公里))?$")
_GRADE = re.compile(
    rf"(?:(?:{_PREFIX})+(?P<a>\d{{1,2}})级|(?<![\dA-Z])(?P<b>\d{{1,2}})级(?={_SUFFIX})"
    rf"|(?<=风)(?:力|速)?(?:{_PREFIX})*(?P<c>{CHINESE})级|(?P<d>{CHINESE})级(?={_SUFFIX}(?:大风|风)))(?P<suffix>{_SUFFIX})?"
)
"""Grades of wind or of soot, where something is compared with them."""
_ONE_HALF = re.compile(rf"一半(?P<suffix>{_SUFFIX})?")

_APART = re.compile(
    "(?:至少|最少|不少于|至多|最多|最高|不超过|不能超过)[^\\d，。；、（）至到达]{1,6}$"
    "|(?:不得?(?:低于|少于|小于|高于|超过|大于)|低于|高于|超过)[^\\d，。；、（）]{2,12}的$"
    "|不得?(?:低于|少于|高于|超过)[^\\d，。；、（）]{2,10}$"
)
"""A comparator before a verb, as 至少检查一次 and 最高补助200万元."""


@dataclass(frozen=True)
class _Found:
    value: Decimal
    unit: str
    measure: str
    start: int
    end: int
    comparator: Comparator
    rule: str
    confidence: float = 0.9
    listed: int | None = None


def quantities(clean: Clean, taken: Sequence[Span] = ()) -> list[Quantity]:
    """Return the quantities of a piece of text, in order; taken: places of deadlines, whose numbers are not counted."""
    text = clean.text
    found = [each for each in _all(text) if not _is_taken(clean, each, taken) and not _no_quantity(text, each)]
    found.sort(key=lambda each: (each.start, each.end))
    return [
        Quantity(
            each.value, each.unit, each.comparator, measured, each.measure,
            Reading(clean.span(each.start, each.end), each.rule, each.confidence),
        )
        for each, measured in zip(found, _objects(clean, found), strict=True)
    ]  # fmt: skip


def _objects(clean: Clean, found: Sequence[_Found]) -> list[str]:
    """Return what each measures; one that names nothing, as 82% in 80%以上（力争82%）, measures what the last did."""
    objects: list[str] = []
    before: _Found | None = None
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


def _alike(clean: Clean, found: Sequence[_Found]) -> dict[int, str]:
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


def _object(clean: Clean, found: _Found, floor: int) -> str:
    """Return what is measured, as printed."""
    start = found.start if found.listed is None else found.listed
    words = ranked_by(clean.text, start) or object_of(
        clean.text, start, found.end, 0 if start != found.start else floor, counted=found.unit in COUNTERS
    )
    place = clean.text.rfind(words, 0, start) if words else -1
    place = clean.text.find(words, found.end) if place < 0 else place
    return clean.printed[place : place + len(words)] if place >= 0 else words


def _all(text: str) -> Iterator[_Found]:
    if not re.search(r"[\d零〇一二两三四五六七八九十百千半]", text):
        return
    for match in _WORDED.finditer(text) if "分之" in text else ():
        yield from _worded(text, match)
    for match in _TENTHS.finditer(text) if "成" in text else ():
        if (value := number(match["a"])) is not None:
            yield _single(text, match, value * 10, "%", "成")
    for match in _HALF.finditer(text) if "半" in text else ():
        yield _half(text, match)
    for match in _MEASURED.finditer(text):
        yield from _measured(text, match)
    yield from _without_unit(text)


def _without_unit(text: str) -> Iterator[_Found]:
    for match in _ONE_HALF.finditer(text) if "一半" in text else ():
        yield _single(text, match, Decimal("0.5"), "", "一半")
    for match in _GRADE.finditer(text) if "级" in text else ():
        group = next(name for name in "abcd" if match[name])
        comparator, rule, start = _comparator(text, match.start(group), match["suffix"])
        value = number(match[group]) or Decimal(0)
        yield _Found(value, "级", "级", start, match.end(), comparator, rule, 0.75)
    for match in _PROPORTION.finditer(text):
        comparator, rule, start = _comparator(text, match.start("a"), match["suffix"])
        value = round(Decimal(match["a"]) / Decimal(match["b"]), 3)
        yield _Found(tidy(value), "", "", start, match.end(), comparator, rule, 0.8)
    for match in (*_INDEX.finditer(text), *_RATIO.finditer(text), *_BARE_BOUND.finditer(text)):
        comparator, rule, start = _comparator(text, match.start("a"), match["suffix"])
        yield _Found(Decimal(match["a"]), "", "", start, match.end(), comparator, rule, 0.8)


def _worded(text: str, match: re.Match[str]) -> Iterator[_Found]:
    if match["cn"]:
        value = Decimal(100) if match["cn"] == "百" else number(match["cn"])
        if value is not None:
            yield _single(text, match, value, "%", "百分之")
        return
    whole, parts = number(match["whole"]), number(match["parts"])
    if whole and parts is not None:
        yield _single(text, match, round(parts / whole, 3), "", "分之")


def _half(text: str, match: re.Match[str]) -> _Found:
    value, unit = {"年": (6, "month"), "个月": (15, "day"), "小时": (30, "min"), "天": (12, "h")}[match["unit"]]
    return replace(_single(text, match, Decimal(value), unit, "半" + match["unit"]), confidence=0.8)


def _single(text: str, match: re.Match[str], value: Decimal, unit: str, measure: str) -> _Found:
    comparator, rule, start = _comparator(text, match.start(), match["suffix"])
    return _Found(value, unit, measure, start, match.end(), comparator, rule)


def _measured(text: str, match: re.Match[str]) -> Iterator[_Found]:
    per = match["per"] or ""
    measure = match["unit"] + per
    unit = SIGN.get(match["unit"], match["unit"]) + (per and f"/{SIGN.get(per[1:], per[1:])}")
    comparator, rule, start = _comparator(text, match.start(), match["suffix"])
    if per_unit := _PER.search(text, max(0, match.start() - 24), match.start()):
        together = SIGN.get(f"{match['unit']}/{per_unit[1]}")
        unit, start = (together, min(start, per_unit.start())) if together else (unit, start)
    if match["odd"] or match["over"] or re.search("[多余]", match["a"]):
        comparator, rule = ">", "余"
    values = list(_values(match))
    if match["b"] and len(values) == 2:
        yield _Found(values[0][0], unit, measure, start, match.end(), ">=", "起止")
        yield _Found(values[1][0], unit, measure, start, match.end(), "<=", "起止")
        return
    if re.match("(?:之|以)?内", text[match.end() :][:2]) and unit in _LASTING_UNITS:
        comparator, rule = "<=", "内"
    yield from _aside(match, comparator, rule, start)
    confidence = 0.75 if measure in COUNTERS and not match["a"][0].isascii() else 0.9
    for place, (value, begin, end, word) in enumerate(values):
        first, last = (start if place == 0 else begin), (match.end() if place == len(values) - 1 else end)
        own = (SIGN.get(word, word), word) if not match["unit"].startswith(word) else (unit, measure)
        yield _Found(value, *own, first, last, comparator, rule, confidence, start)


_ASIDE = re.compile(rf"（({PLAIN})({UNIT})）")


def _aside(match: re.Match[str], comparator: Comparator, rule: str, listed: int) -> Iterator[_Found]:
    """Yield the same bound told in another unit, as 85%（310天）以上."""
    told = _ASIDE.search(match.string, match.end("unit"), match.end())
    lasting = {SIGN.get(match["unit"]), SIGN.get(told[2])} <= _LASTING_UNITS if told else True
    if told and not lasting and (value := number(told[1])) is not None:
        yield _Found(
            value, SIGN.get(told[2], told[2]), told[2], told.start(1), told.end(2), comparator, rule, 0.8, listed
        )


_PER = re.compile(rf"每(立方米|公升|升|平方米|公斤|千克|公里|小时)(?:{_PREFIX})*$")
"""A unit before the number, as 每立方米15微克 and 每小时30公里."""
_LASTING_UNITS = frozenset(("h", "min", "day", "week", "month", "year"))


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


_SUFFIXES: Sequence[tuple[str, Comparator]] = [
    ("以上", ">="), ("以下", "<="), ("以内", "<="), ("内", "<="), ("左右", "~"), ("上下", "~"),
]  # fmt: skip
_STRICT: Mapping[Comparator, Comparator] = {">=": ">", "<=": "<"}
"""What a bound becomes where its own number is left out, as 35蒸吨（不含）以下."""
_PREFIXES: Sequence[tuple[re.Pattern[str], Comparator]] = [
    (_AT_LEAST, ">="), (_AT_MOST, "<="), (_MORE, ">"), (_LESS, "<"), (_ABOUT, "~"),
]  # fmt: skip


def _comparator(text: str, start: int, suffix: str | None) -> tuple[Comparator, str, int]:
    """Return the comparator, the word that says it and where that word begins."""
    before = _BEFORE.search(text, max(0, start - 12), start) or _APART.search(text, max(0, start - 18), start)
    prefix = before.group() if before else ""
    begin = before.start() if before else start
    for word, comparator in _SUFFIXES:
        if suffix and word in suffix:
            return _STRICT.get(comparator, comparator) if "不含" in suffix else comparator, word, begin
    for pattern, comparator in _PREFIXES:
        if match := pattern.search(prefix):
            return comparator, match.group(), begin
    return "=", "达到" if "达" in prefix else "数", begin if prefix else start


def _is_taken(clean: Clean, found: _Found, taken: Sequence[Span]) -> bool:
    if not taken:
        return False
    span = clean.span(found.start, found.end)
    return any(each.start < span.end and span.start < each.end for each in taken)


def _is_service_or_mean(found: _Found, after: str, before: str) -> bool:
    """Tell 24小时值守 and 8小时平均浓度 from hours that are asked for, as 提前24小时."""
    around_the_clock = found.value == 24 and found.comparator == "=" and before != "提前"
    averaged = re.match("(?:滑动)?(?:平均|均值|浓度|第\\d+百分位)", after)
    return around_the_clock or bool(averaged or _LASTING.match(after)) or before.endswith("月")


_SLOGAN = re.compile(
    "个?(?:一批|百分之百|意识|自信|维护|确保|坚持|不|替代|方面|阶段|层面|领域|重点|环节|结合"
    "|全覆盖|治污|结构|一律|必须|统一|到位|转变|责任|清单|专项|战役|攻坚|行动|基本|同步|关键"
    "|体系|平台|方案|标准|办法|文件|要点)"
)
_AFTER_YEAR = re.compile("(?:行动|(?:集中)?攻坚|计划|规划|提升|作战|滚动|任务|规划期|实施|来|期|级|度|代|制|生)")
_LASTING = re.compile("(?:不间断|值守|值班|在线|监控|运行|全天|开通|受理|热线|专人|轮流|连续|巡|看|盯)")


def _no_quantity(text: str, found: _Found) -> bool:
    """Tell slogans, names of programmes, hours of service, dates and titles from quantities."""
    after, before = text[found.end : found.end + 8], text[max(0, found.start - 2) : found.start]
    digits = re.search(r"\d", text[found.start : found.end])
    if is_saying(text, found.start, found.end, found.measure):
        return True
    if found.measure in "日天" and text.startswith("百", found.start) and re.match("攻坚|行动|会战|整治|专项", after):
        return True
    if found.measure == "日" and (before.endswith("月") or re.match("[前起至—、（(-]", after) or found.value < 2):
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


def _is_said_again(text: str, found: _Found, before: str) -> bool:
    """Tell 6个 of 6个半月, and the bound in 35—65蒸吨（含65蒸吨）."""
    half = found.measure == "个" and text.startswith("半", found.end)
    return half or (before.endswith("含") and text.startswith("）", found.end))


def _is_clock(found: _Found, after: str, before: str) -> bool:
    """Tell 7点前 and 早7点 from counted points."""
    around = re.match("[前后至到起半钟整—~-]", after) or re.search("[早晚午晨日至到—~-]$", before)
    return found.measure == "点" and bool(around)


def _is_hundred_percent_slogan(text: str, found: _Found, after: str) -> bool:
    """Tell 六个100% and its parts."""
    named = found.measure == "个" and re.match("(?:100%|百分之?百)", after)
    return bool(named or (found.unit == "%" and re.search(rf"(?:\d|{CHINESE})个$", text[: found.start][-3:])))


def _is_date(text: str, found: _Found) -> bool:
    return bool(re.match(rf"(?:{CHINESE}|\d){{1,3}}月|[上下]半年|第?[一二三四]季度|[底末前]", text[found.end :][:6]))


def _no_chinese_quantity(text: str, found: _Found, after: str) -> bool:
    """Tell whether a number in Chinese words is a manner of speaking, as 一批, 三个一批, 一台（电视台）."""
    if in_quotes(text, found.start):
        return True
    if found.measure in _MANNERS:
        ranked = found.measure == "名" and text[max(0, found.start - 1) : found.start] in ("前", "后")
        return not ranked and not _COUNTABLE.match(after)
    if found.measure in COUNTERS and found.value <= 1 and found.measure != "倍":
        return not re.search(r"[不至]", text[found.start : found.end])
    if found.measure in _SLOGAN_COUNTERS:
        return bool(_SLOGAN.match(after)) or after.startswith(("”", "、")) or _is_round(text, found)
    return found.unit in _LASTING_UNITS and (found.value < 1 or after.startswith(("一", "四")))


_MANNERS = frozenset("种分张部门所点条口期班场片块名只把根")
_COUNTABLE = re.compile(
    "(?:主|次|城市|城区|重点|背街|市政|省|国|县|乡|村)*(?:道路|公路|铁路|线路|街|河|生产线|专用线|干道|通道|廊道|学校|医院|活动|培训|演练)"
)
_SLOGAN_COUNTERS = frozenset("个项批位支件起处套")


def _is_round(text: str, found: _Found) -> bool:
    return text[found.start : found.end].startswith(("百", "千", "万"))


def _in_title(text: str, found: _Found) -> bool:
    opened = text.rfind("《", max(0, found.start - 120), found.start)
    return opened >= 0 and "》" not in text[opened : found.start]
