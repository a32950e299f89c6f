"""Deadlines (期限) in clean text: dates, periods that come again, and durations, as ISO values.

A bare year or 到2020年 is due by its last day, 底前 and 月底前 by that period's last day, a range runs from and by;
每周 and 按月 come again; 24小时内 is a duration. What measures a sanction (暂停…半年), a window of counting
(一年内…2次), a base year (比2015年), a title in 《》, an edition (2017年版) or a clock is no deadline.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.model import Deadline, DeadlineKind, Reading
from lantian.policy.plantext.numerals import CHINESE, YEAR, small, year
from lantian.policy.plantext.times import PlanTime

_N = rf"(?:(?<![\d.])\d{{1,3}}|{CHINESE}{{1,3}})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12]\d|0?[1-9]|三?十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO = r"(?:-{1,2}|—{1,2}|–|―|~|～|至|到)"
_QUARTER = r"第?[一二三四1-4]季度"
_HALF = r"[上下]半年"


@dataclass(frozen=True)
class _Found:
    kind: DeadlineKind
    value: str
    start: int
    end: int
    rule: str
    confidence: float
    working_days: bool = False


_Reader = Callable[[re.Match[str], PlanTime | None], Iterator[_Found]]


def deadlines(clean: Clean, at: PlanTime | None = None) -> list[Deadline]:
    """Return the deadlines in a piece of text, in order; at: the plan's time, for 年底前 without a year."""
    found: list[_Found] = []
    for match, reader in _matches(clean.text):
        if not _shut_out(clean.text, match) and not any(_overlap(match, other) for other in found):
            found.extend(reader(match, at))
    found.sort(key=lambda each: (each.start, each.kind != "from"))
    return [
        Deadline(
            each.kind,
            each.value,
            Reading(clean.span(each.start, each.end), each.rule, each.confidence),
            each.working_days,
        )
        for each in found
    ]


def due_in_cell(clean: Clean, at: PlanTime | None = None) -> list[Deadline]:
    """Return the deadlines of a cell of 完成时限 or of what follows 完成时限：, where a day or 全年 is the last one."""
    found = deadlines(clean, at)
    if found:
        return [replace(each, kind="by") if each.kind == "on" else each for each in found]
    for pattern in _IN_CELLS:
        if (match := pattern.match(clean.text)) and (day := _day_in_cell(match, at)):
            reading = Reading(clean.span(match.start("due"), match.end("due")), "时限", 0.8)
            return [Deadline("by", day.isoformat(), reading)]
    return []


def _day_in_cell(match: re.Match[str], at: PlanTime | None) -> date | None:
    group = {key: value for key, value in match.groupdict().items() if value}
    if (written := group.get("y")) is None and at is None:
        return None
    return _last_day(year(written) if written else at.begins.year if at else 0, group, "")


_IN_CELLS = [
    re.compile(pattern) for pattern in (
        rf"(?P<due>(?P<y>{YEAR})[./-](?P<m>{_M})(?:[./-](?P<d>{_D}))?)(?:[底末]?前)?(?!\d)",
        rf"(?P<due>(?:(?P<y>{YEAR})年|今年|本年)?(?P<m>{_M})月(?:份)?(?:(?P<d>{_D})日)?[底末]?前?)(?!\d)",
        rf"(?P<due>(?:(?P<y>{YEAR})年|今年|本年)?(?P<q>{_QUARTER}|{_HALF})[底末]?前?)",
        rf"(?P<due>(?P<y>{YEAR})年?(?:全年|年?[底末]前?)?)(?:$|[，。；）])",
        "(?P<due>全年|年内|年底前?|本年度?|当年)",
    )
]  # fmt: skip


def _matches(text: str) -> Iterator[tuple[re.Match[str], "_Reader"]]:
    signs = frozenset(text)
    for gate, pattern, reader in _COMPILED:
        if not gate.isdisjoint(signs):
            for match in pattern.finditer(text):
                yield match, reader


def _overlap(match: re.Match[str], other: _Found) -> bool:
    return match.start() < other.end and other.start < match.end()


def _shut_out(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match stands within the title of a document."""
    opened = text.rfind("《", max(0, match.start() - 120), match.start())
    return opened >= 0 and "》" not in text[opened : match.start()] and "》" in text[match.end() : match.end() + 120]


def _day(match: re.Match[str], suffix: str = "") -> date | None:
    """Return the last day of the year, half, quarter or month, or the day, that a match names."""
    group = {key: value for key, value in match.groupdict().items() if value}
    y = group.get(f"y{suffix}") or group.get("y1") or group.get("y")
    if y is None:
        return None
    return _last_day(year(y), group, suffix)


def _last_day(y: int, group: dict[str, str], suffix: str) -> date | None:
    if m := group.get(f"m{suffix}"):
        month = small(m) or 0
        last = monthrange(y, month)[1] if 1 <= month <= 12 else 0
        day = small(group[f"d{suffix}"]) if f"d{suffix}" in group else last
        return date(y, month, day) if day and day <= last else None
    if part := group.get(f"q{suffix}"):
        month = 6 * (1 + ("下" in part)) if "半" in part else 3 * _quarter(part)
        return date(y, month, monthrange(y, month)[1])
    return date(y, 12, 31)


def _quarter(part: str) -> int:
    return small(part.removeprefix("第")[0]) or 1


def _first_day(match: re.Match[str], suffix: str = "") -> date | None:
    last = _day(match, suffix)
    if last is None:
        return None
    group = match.groupdict()
    if group.get(f"d{suffix}"):
        return last
    if group.get(f"m{suffix}"):
        return last.replace(day=1)
    part = group.get(f"q{suffix}") or ""
    months = 6 if "半" in part else 3 if part else 12
    return date(last.year, last.month - months + 1, 1)


def _range(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    first, last = _first_day(match, "1"), _day(match, "2")
    if first and last and first <= last:
        yield _Found("from", first.isoformat(), match.start(), match.end(), "起止", 0.85)
        yield _Found("by", last.isoformat(), match.start(), match.end(), "起止", 0.85)


def _from(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    if first := _first_day(match):
        yield _Found("from", first.isoformat(), match.start(), match.end(), "起", 0.95)


def _before(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    """Read 底前, 底, 末 as the period's last day; 前 alone as the day before the period, of a day as that day."""
    day = _day(match)
    if day is None or re.match("，?[^，。；]{0,6}已", match.string[match.end() :][:8]):
        return
    ending = match["ending"]
    if re.search("[底末终]", ending) or match["d"] or (match["q"] or ""):
        yield _Found("by", day.isoformat(), match.start(), match.end(), "底前", 0.95)
    elif (first := _first_day(match)) is not None:
        yield _Found("by", (first - timedelta(1)).isoformat(), match.start(), match.end(), "前", 0.6)


def _five_years(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    """Read 到“十四五”末 as by the end of 2025: the first of the five-year plans began in 1953, the tenth in 2001."""
    nth = 10 + (small(match["nth"]) or 0)
    yield _Found("by", date(1955 + 5 * nth, 12, 31).isoformat(), match.start(), match.end(), "五年规划", 0.8)


def _by(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    if day := _day(match):
        yield _Found("by", day.isoformat(), match.start(), match.end(), "到", 0.95)


def _bare(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    day = _day(match)
    if day is None:
        return
    if match["d"]:
        yield _Found("on", day.isoformat(), match.start(), match.end(), "日期", 0.8)
    else:
        yield _Found("by", day.isoformat(), match.start(), match.end(), "年份", 0.8)


def _years(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    for each in re.finditer(YEAR, match.group()):
        start = match.start() + each.start()
        yield _Found("by", date(year(each.group()), 12, 31).isoformat(), start, start + len(each.group()), "年份", 0.8)


def _this_year(match: re.Match[str], at: PlanTime | None) -> Iterator[_Found]:
    """Read 年底前, 今年9月底前, 10月底前 by the plan's year; a month already gone at the issue is next year's."""
    if at is None:
        return
    y = at.begins.year + ("明" in match.group())
    group = {key: value for key, value in match.groupdict().items() if value}
    day = _last_day(y, group, "")
    if day is not None and day < at.begins:
        day = _last_day(y + 1, group, "")
    if day is not None:
        yield _Found("by", day.isoformat(), match.start(), match.end(), "年底前", 0.65)


_PERIODS = {
    "周": "week", "星期": "week", "礼拜": "week", "月": "month", "季": "quarter", "季度": "quarter",
    "年": "year", "年度": "year",
    "日": "day", "天": "day", "半年": "P6M", "半月": "P15D", "旬": "P10D", "小时": "PT1H",
}  # fmt: skip


def _year_end(match: re.Match[str], at: PlanTime | None) -> Iterator[_Found]:
    """Read 年内 as by the end of the plan's year."""
    if at is not None:
        yield _Found("by", date(at.begins.year, 12, 31).isoformat(), match.start(), match.end(), "年内", 0.65)


def _since_issue(match: re.Match[str], at: PlanTime | None) -> Iterator[_Found]:
    """Read 自本计划实施起 as from the plan's own date."""
    if at is not None:
        yield _Found("from", at.issued.isoformat(), match.start(), match.end(), "印发起", 0.6)


def _every(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    yield _Found("every", _PERIODS[match["p"]], match.start(), match.end(), match.group()[0] + match["p"], 0.9)


def _every_some(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    count = small(match["n"])
    if count:
        yield _Found("every", _duration(count, match["u"]), match.start(), match.end(), "每隔", 0.85)


_UNITS = {"分钟": "PT{}M", "小时": "PT{}H", "年": "P{}Y", "月": "P{}M"}


def _duration(count: int, unit: str) -> str:
    """Return an ISO duration; weeks as days, quarters as months.

    >>> _duration(24, "小时"), _duration(1, "周"), _duration(5, "工作日"), _duration(1, "季度")
    ('PT24H', 'P7D', 'P5D', 'P3M')
    """
    if unit in ("周", "星期"):
        return f"P{7 * count}D"
    if unit == "季度":
        return f"P{3 * count}M"
    return _UNITS.get(unit, "P{}D").format(count)


def _within(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    if _is_window(match):
        return
    count = small(match["n"])
    if count:
        value = _duration(count, match["u"])
        yield _Found(
            "within", value, match.start(), match.end(), "内", 0.95, working_days=match["u"].endswith("工作日")
        )


def _hours_within(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    """Read 1.5小时内 as 90 minutes."""
    yield _Found("within", f"PT{round(float(match['n']) * 60)}M", match.start(), match.end(), "内", 0.9)


def _half_within(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    if not _is_window(match):
        value = {"年": "P6M", "月": "P15D", "个月": "P15D", "小时": "PT30M", "天": "PT12H"}[match["u"]]
        yield _Found("within", value, match.start(), match.end(), "内", 0.85)


def _at_once(match: re.Match[str], _at: PlanTime | None) -> Iterator[_Found]:
    yield _Found("within", "P1D", match.start(), match.end(), "当日", 0.6)


_COUNTED = re.compile(
    rf"[^，。；]{{0,14}}?(?:累计|连续|再次|超标|违法|违规|被?处罚|被?查处|被?通报|约谈|发生|受到"
    rf"|出现)?[^，。；]{{0,8}}?{_N}(?:次|起)"
)
_SANCTION = re.compile("(?:不得|不予|禁止|暂停|取消|停止|不再|限制|拒绝|不允许|不准)")
_LONG_UNITS = frozenset(("年", "月", "季度", "周", "星期"))


def _is_window(match: re.Match[str]) -> bool:
    """Tell a window of counting (一年内处罚2次以上) and a sanction (三年内不得投标) from a deadline."""
    after = match.string[match.end() : match.end() + 40]
    before = match.string[max(0, match.start() - 4) : match.start()]
    if _SANCTION.match(after) and match["u"] in _LONG_UNITS:
        return True
    if re.search("(?:近|过去|最近|连续|前|控制在|缩短[至到]|每)$", before):
        return True
    return bool(_COUNTED.match(after)) and match["u"] in ("年", "月", "周", "星期", "季度", "天", "日")


_YMD = rf"(?<!\d)(?P<y>{YEAR})年(?:(?P<m>{_M})月(?:份)?(?:(?P<d>{_D})日)?|(?P<q>{_QUARTER}|{_HALF}))?"
_NOT_DUE = (
    r"(?!版|度|\w?基准|的(?!$)|以来|修订|制定的|印发|发布|国家标准|行业标准|数据|水平|同期|基数"
    r"|基础|排放量|现状|度量|级|第[一二三四五六七八九十\d]+号|相比|度以来|公布|出台|实际|以后"
    r"|之后"
    r"|统计|全年实际|评价结果|年均|平均|目标任务|任务清单|工作要点|工作计划|工作方案|行动计划"
    r"|攻坚|采暖|供暖|春节|国庆|元旦|五一|中秋|汛期|冬季|夏季|秋冬|臭氧)"
)
_CLAUSE = r"(?:(?<=[，。；：、（“”(,;:)）])|^|(?<=力争)|(?<=确保)|(?<=其中)|(?<=计划)|(?<=在)|(?<=于))"

_START = rf"(?<!\d)(?P<y1>{YEAR})"
_FIRST = rf"(?P<m1>{_M})月(?:(?P<d1>{_D})日)?"
_SECOND = rf"(?P<m2>{_M})月(?:(?P<d2>{_D})日)?"
_NO_YEAR = rf"(?:(?<!\d)(?P<m>{_M})月(?:(?P<d>{_D})日)?|(?P<q>{_HALF}|{_QUARTER}))?"
_REPORTED = (
    "(?:一)?(?:通报|排名|调度|例会|报告|检查|考核|巡查|评比|分析|会商|研判|报送|点评|小结|总结|评估|公示|公布|抽查)"
)
_OWN_ISSUE = "自本(?:行动|实施|工作)?(?:计划|方案|办法|规划|意见|通知|规定)(?:印发|发布|公布|实施|施行)(?:之日|之时)?起"

_READERS: Sequence[tuple[str, str, _Reader]] = [
    (
        "年",
        rf"(?:自|从)?{_START}年?(?:{_FIRST})?起?{_TO}(?P<y2>{YEAR})年(?:{_SECOND})?[底末]?(?:期间)?(?![版相])",
        _range,
    ),
    ("年", rf"(?:自|从)?{_START}年{_FIRST}起?{_TO}{_SECOND}[底末]?(?:期间)?", _range),
    ("本", _OWN_ISSUE, _since_issue),
    ("五", "(?:到|至)?“?十(?P<nth>[一二三四五六])五”?(?:规划)?(?:期|时期)?(?:末|底)(?:以?前)?", _five_years),
    ("起始后", rf"(?:自|从)?{_YMD}(?:(?:零|\d{{1,2}})[时点])?(?:开始|起(?!草)|以后|之后|后(?=[，不]))", _from),
    (
        "前",
        rf"(?<!\d)(?P<y>{YEAR})[./-](?P<m>{_M})[./-](?P<d>{_D})(?P<q>(?!))?(?P<ending>日?(?:以前|之前|前))",
        _before,
    ),
    (
        "底末终前",
        rf"(?:到|至|在|于|截至)?{_YMD}(?P<ending>年?[底末终](?:以?前|之前)?|以前|之前|前(?![期述三十]))",
        _before,
    ),
    ("到至", rf"(?:到|(?<!截)至){_YMD}(?P<ending>)(?!以来)", _by),
    ("、和及", rf"{YEAR}(?:(?:、{YEAR})*[和及]{YEAR}|(?:、{YEAR})+)年底?前?(?=分别|各|逐年|每年)", _years),
    ("年", rf"{_CLAUSE}(?:力争|争取|力争在|在|于)?{_YMD}{_NOT_DUE}", _bare),
    (
        "底末前",
        (
            r"(?<![\d每去往上同逐半几一两二三四五六七八九十次年])(?![底末])(?:今年|本年|当年|明年|年)?年?"
            rf"{_NO_YEAR}[底末](?:以?前|之前|(?=全部|全面|完成|建成|实现|基本|达到|启动|[，。；）]|$))"
        ),
        _this_year,
    ),
    (
        "前",
        (
            rf"(?<![\d每次年])(?:今年|本年|明年)?(?P<m>(?<!\d){_M})月(?P<d>{_D})日(?P<q>(?!))?"
            "(?:以前|之前|前)"
        ),
        _this_year,
    ),
    (
        "半季",
        (
            rf"(?:(?<=[，；。])|^)(?P<m>(?!))?(?P<d>(?!))?(?P<q>{_HALF}|{_QUARTER})(?=完成|建成|实现"
            rf"|启动|前|底|基本|全面)"
        ),
        _this_year,
    ),
    ("内", r"(?:今年|本年度?|年)以?内(?=[，完建实])(?<![\d一二三四五六七八九十两半]年内)", _year_end),
    (
        "每",
        (
            r"每隔?(?P<n>[2-9]|\d{2}|[二两三四五六七八九十])个?(?P<u>工作日|小时|周|星期|月|季度|年"
            r"|天|日)"
        ),
        _every_some,
    ),
    (
        "每逐按",
        (
            r"(?:每[个一]?|逐|按)(?P<p>半年|半月|季度|季|星期|周|月|旬|年度|年|日|天|小时(?!\d))(?![期均]"
            r"|连续|计罚)"
        ),
        _every,
    ),
    (
        "周月季年日旬",
        rf"(?:^|(?<=[，、“”。；：‘（按实行立度开]))一?(?P<p>周|月|季度|季|半年|年度|年|日|旬)度?(?={_REPORTED})",
        _every,
    ),
    ("限", rf"限期?(?P<n>{_N})个?(?P<u>工作日|小时|周|月|天|日)内?(?=[^内，。；]|[，。；]|$)", _within),
    (
        "内",
        rf"(?P<n>{_N})个?(?P<u>工作日|分钟|小时|自然日|周|星期|月|季度|年|天|日)[之以]?内(?!部|容|的?(?:PM|浓度))",
        _within,
    ),
    ("内", r"(?P<n>\d\.\d)个?(?P<u>小时)[之以]?内", _hours_within),
    ("内", r"半个?(?P<u>年|月|小时|天)[之以]?内", _half_within),
    ("日天", r"(?:当日|当天|即日)(?:之?内)?(?=[完办核处反报上移现整进通])", _at_once),
]
_COMPILED = [(frozenset(gate), re.compile(pattern), reader) for gate, pattern, reader in _READERS]
"""Signs of which one must stand in the text, the pattern, and who reads a match; earlier patterns take precedence."""
