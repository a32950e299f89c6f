"""Deadlines that name points of the calendar: ranges, 起, 底前, 前, 到, bare years, and points told by other words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from lantian.policy.plantext.due import Found, Reader
from lantian.policy.plantext.festivals import festival, next_festival
from lantian.policy.plantext.numerals import YEAR, small, year
from lantian.policy.plantext.points import DAY, MONTH, Days, When, days, named, point, within_year

_TO = r"(?:-{1,2}|—{1,2}|–|―|~|～|至|到)"


def _range(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read a range; its ends lend each other their years, and 次年 follows the first one."""
    one, two = dict(named(match, "1")), dict(named(match, "2"))
    of_a_season = "d" not in one and _SEASON.search(match.string, 0, match.start())
    if not one or not two or of_a_season:
        return
    first = days(one, _lent(two, when) if not one.keys() & {"y", "r"} else when)
    last = days(two, When(when.time, first.first.year)) if first else None
    if first and last and last.last < first.first and not two.keys() & {"y", "r"}:
        last = within_year(first.first.year + 1, two)
    elif first and last and last.last < first.first and not one.keys() & {"y", "r"}:
        first = within_year(first.first.year - 1, one)
    if first and last and first.first <= last.last:
        when.year = last.last.year if one.keys() & {"y", "r"} or "y" in two else when.year
        yield Found("from", first.first.isoformat(), match.start(), match.end(), "起止", 0.85)
        yield Found("by", last.last.isoformat(), match.start(), match.end(), "起止", 0.85)


def _days_of_month(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 2月1日至29日 as from and by days of one month."""
    parts = dict(named(match))
    first, last = days(parts, when), days(parts | {"d": match["last"]}, when)
    if first and last and first.first <= last.last:
        yield Found("from", first.first.isoformat(), match.start(), match.end(), "起止", 0.85)
        yield Found("by", last.last.isoformat(), match.start(), match.end(), "起止", 0.85)


def _yearly(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 2020年度…目标 as by that year's last day, where it is not over before the plan."""
    y = year(match["y"])
    if when.time is None or y >= when.time.begins.year:
        yield Found("by", date(y, 12, 31).isoformat(), match.start(), match.end(), "年度", 0.7)


_SEASON = re.compile("(?:季度|[季期][（(]|时段[（(]|每年)$")
"""What stands before the months of a season, as 秋冬季（10月—次年3月）."""


def _lent(parts: Mapping[str, str], when: When) -> When:
    return When(when.time, year(parts["y"])) if "y" in parts else when


def _read(match: re.Match[str], when: When) -> tuple[Mapping[str, str], Days] | None:
    """Return a point with its days, and keep its year for the points after it, if it says more than a year."""
    parts = named(match)
    found = days(parts, when) if parts else None
    if found is None:
        return None
    if "y" in parts and len(parts) > 1:
        when.year = found.last.year
    return parts, found


def _from(match: re.Match[str], when: When) -> Iterator[Found]:
    if read := _read(match, when):
        confidence = 0.95 if "y" in read[0] else 0.75
        yield Found("from", read[1].first.isoformat(), match.start(), match.end(), "起", confidence)


def _before(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 底前, 底, 末 as the period's last day; 前 alone as the day before the period, of a day as that day."""
    ending, after = match["ending"], match.string[match.end() : match.end() + 8]
    read = _read(match, when)
    if read is None or re.match("，?[^，。；]{0,6}已", after) or _is_yearly(match, read[0]):
        return
    if _QUALIFIES.match(match.string, match.end()):
        return
    parts, found = read
    dated = "y" in parts
    if not dated and "前" not in ending and not _ENDS_WELL.match(after):
        return
    if re.search("[底末终止]", ending) or parts.keys() & {"d", "q", "x"}:
        confidence = 0.95 if dated else 0.65
        yield Found("by", found.last.isoformat(), match.start(), match.end(), "底前", confidence)
    else:
        day = found.first - timedelta(1)
        yield Found("by", day.isoformat(), match.start(), match.end(), "前", 0.6)


def _is_yearly(match: re.Match[str], parts: Mapping[str, str]) -> bool:
    """Tell 次年1月底前 behind 每年 and the last of 每年3月、9月底前, which are of no one year."""
    before = match.string[: match.start()]
    listed = "m" in parts and "y" not in parts and bool(_EVERY_YEAR.search(before))
    return listed or (parts.get("r", "").startswith(("次", "翌")) and "每年" in before)


_EVERY_YEAR = re.compile("每年(?:\\d{1,2}月(?:[底末]|\\d{1,2}日)?(?:以?前)?[、和及])+$")


_QUALIFIES = re.compile("[^，。；]{0,4}(?:注册|登记|投产|建成|生产|购置|投运|取得|批准|备案|上牌)[^，。；]{0,4}的")
"""What tells a thing by a day that is past, as 2005年底前注册的车辆."""
_ENDS_WELL = re.compile("(?!的|考核|评|统计|数据|召开|排名|[^，。；]{0,6}比)")


def _year_end(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 年底前, 年内 and 全年 as by the last day of the year named before or of the plan's."""
    y = when.time.begins.year if when.time and when.year is None else when.year
    if y is not None:
        yield Found("by", date(y, 12, 31).isoformat(), match.start(), match.end(), "年底前", 0.65)


def _five_years(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read “十四五”期间 as from 2021 and by the end of 2025, 末 as by then: the tenth five-year plan began in 2001.

    One that was over at the plan's time is told as the past.
    """
    last = date(1955 + 5 * (10 + (small(match["nth"]) or 0)), 12, 31)
    compared = match.string[: match.start()].endswith(("比", "较"))
    if compared or (when.time is not None and last < when.time.issued):
        return
    if re.search("[时期][期间内]$", match.group()):
        first = date(last.year - 4, 1, 1)
        yield Found("from", first.isoformat(), match.start(), match.end(), "五年规划", 0.8)
    yield Found("by", last.isoformat(), match.start(), match.end(), "五年规划", 0.8)


def _by(match: re.Match[str], when: When) -> Iterator[Found]:
    if (read := _read(match, when)) and read[0].keys() & {"y", "d"}:
        yield Found("by", read[1].last.isoformat(), match.start(), match.end(), "到", 0.95)


def _bare(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read a point at the beginning of a clause; a year that opens a sentence lends itself to those after it."""
    read = _read(match, when)
    if read is None:
        return
    parts, found = read
    if "y" not in parts and not parts.keys() & {"m", "q"}:
        return
    over = (when.time is not None and found.last < when.time.begins) or _has_later(match, found.last.year)
    if over and _MEASURED_THEN.match(match.string, match.end()):
        return
    if "y" in parts and match.start() == 0:
        when.year = found.last.year
    if "d" in parts:
        yield Found("on", found.last.isoformat(), match.start(), match.end(), "日期", 0.8)
    else:
        yield Found("by", found.last.isoformat(), match.start(), match.end(), "年份", 0.8 if "y" in parts else 0.6)


def _amid(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read a half, a quarter or a dated month between who acts and the act, as 区公安分局上半年淘汰320辆."""
    parts = named(match)
    found = days(parts, when) if "q" in parts or {"y", "m"} <= parts.keys() else None
    if found and (when.time is None or found.last >= when.time.begins):
        yield Found("by", found.last.isoformat(), match.start(), match.end(), "年份", 0.6)


def _months(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 3月、6月、9月底前 as by the end of each."""
    parts = {key: value for key in "yr" if (value := match[key])}
    for each in re.finditer(MONTH, match["months"]):
        if found := days(parts | {"m": each.group()}, when):
            start, end = match.start("months") + each.start(), match.start("months") + each.end()
            yield Found("by", found.last.isoformat(), start, end, "底前", 0.85 if "y" in parts else 0.65)


def _has_later(match: re.Match[str], before: int) -> bool:
    """Tell whether a later year stands behind a year in its clause, as in 2019年交办的信访件在2020年5月底前办结."""
    clause = re.match("[^，。；]{0,80}", match.string[match.end() : match.end() + 80])
    return any(int(each) > before for each in re.findall("20\\d\\d(?=年)", clause.group() if clause else ""))


_MEASURED_THEN = re.compile(
    "[^，。；]{0,4}(?:完成|建成|实施|纳入|列入|淘汰)[^，。；\\d]{0,16}的|"
    "[^，。；]{1,40}?(?:超过|[高低]于|大于|小于|不足|未达标?|在[^，。；]{1,14}之间|交办|反馈|通报|查出|发现)[^，。；]{0,20}?的"
)
"""What tells a thing by what was measured in a year that is over, as 2019年浓度高于60微克/立方米的镇."""


def _years(match: re.Match[str], _when: When) -> Iterator[Found]:
    for each in re.finditer(YEAR, match.group()):
        start = match.start() + each.start()
        yield Found("by", date(year(each.group()), 12, 31).isoformat(), start, start + len(each.group()), "年份", 0.8)


def _since_issue(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 自本计划实施起 and 即日起 as from the plan's own date, until the day that may follow."""
    if when.time is None or not when.time.dated:
        return
    yield Found("from", when.time.issued.isoformat(), match.start(), match.end(), "印发起", 0.6)
    if "m2" in match.groupdict() and (parts := named(match, "2")) and (last := days(parts, when)):
        yield Found("by", last.last.isoformat(), match.start(), match.end(), "印发起", 0.6)


def _dated_heating(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 10月15日供暖季开始前 as by that day."""
    if (parts := named(match)).keys() >= {"d"} and (found := days(parts, when)):
        yield Found("by", found.last.isoformat(), match.start(), match.end(), "前", 0.85 if "y" in parts else 0.65)


def _dated_aside(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 2023年采暖季前（10月底前） and 春节前（1月20日前） as by the day in brackets."""
    parts = named(match, "2")
    lent = When(when.time, year(match["y"]) if match["y"] else when.year)
    if parts.keys() & {"m", "d"} and (found := days(parts, lent)):
        yield Found("by", found.last.isoformat(), match.start(), match.end(), "前", 0.85 if match["y"] else 0.65)


def _before_festival(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 春节前 as by the day before the festival, the next after the plan's issue where no year is told."""
    parts = named(match)
    told = days(parts, when) if parts else None
    day = None
    if told:
        day = festival(match["festival"], told.last.year)
    elif when.time:
        day = next_festival(match["festival"], max(when.time.begins, when.time.issued))
    if day:
        confidence = 0.6 if told else 0.5
        yield Found("by", (day - timedelta(1)).isoformat(), match.start(), match.end(), "节前", confidence)


def _before_heating(match: re.Match[str], when: When) -> Iterator[Found]:
    """Read 采暖期前 as by the day before heating begins: by the text's own date, else 15 November (北方多数城市)."""
    if when.time is None and match["y"] is None:
        return
    month, day = when.time.heating if when.time else (11, 15)
    y = days(named(match), when)
    begins = when.time.begins if when.time else date.min
    start = date(y.last.year if y else begins.year, month, day)
    start = start if y or start >= begins else start.replace(year=start.year + 1)
    yield Found("by", (start - timedelta(1)).isoformat(), match.start(), match.end(), "采暖期前", 0.4)


_NOT_DUE = (
    r"(?!版|(?:\d{1,2}月)?\d{1,2}[日号]|(?:本|修[正订]本?)[）)]|度|\w?基准|的(?!$)|以来|修订|制定的|印发|发布|国家标准|行业标准|数据|水平|同期|基数"
    r"|基础|排放量|现状|度量|级|第[一二三四五六七八九十\d]+号|相比|度以来|后|公布|出台|实际|以后"
    r"|之后"
    r"|统计|全年实际|评价结果|年均|平均|目标任务|任务清单|工作要点|工作计划|工作方案|行动计划"
    r"|攻坚|采暖|供暖|春节|国庆|元旦|五一|中秋|汛期|冬季|夏季|秋冬|臭氧)"
)
_CLAUSE = r"(?:(?<=[，。；：、（“”(,;:)）])|^|(?<=力争)|(?<=确保)|(?<=其中)|(?<=计划)|(?<=在)|(?<=于))"
_STARTS = (
    "，|完成|建成|实现|启动|基本|全面|全部|力争|制定|开展|组织|出台|部署|验收|总结|淘汰|改造|新增|追加|累计|再|达到"
    "|建立|召开|报送|试点|对(?![比照应])"
)
_REACHES = "(?:分别|力争|累计|全部|基本)*(?:达到|提高到|提高至|降至|降到|下降到|控制在|不低于|不高于|完成|建成|实现)"
_OWN_ISSUE = (
    "(?:自|从)(?:本(?:行动|实施|工作)?(?:计划|方案|办法|规划|意见|通知|规定|预案))?(?:印发|发布|公布|实施|施行)"
    "(?:之日|之时)?起(?![^，。；]{0,3}[\\d一二三四五六七八九十]+个?(?:工作日|日|天|个?月))"
)
_HEATING = "(?:采暖|供暖|取暖)[季期]?(?:开始|到来|来临|启动)?之?前(?!期)"
_Y = rf"(?<!\d)(?P<y>{YEAR})年"

_FESTIVAL = "(?P<festival>春节|元旦|五一|劳动|国庆)”?(?:劳动节|节)?(?:假期)?(?:来临|到来)?(?:之前|以前|前)(?![后夕期])"
_NO_SUBJECT = "较比同去前上下各每个在于自从至到及和与的第年一二三四〇零"
_ACTS = (
    "完成|建成|实现|启动|淘汰|改造|新[增建]|追加|开工|投[运产]|制定"
    "|退出|更新|全部|基本(?!农)|力争|达到|推广|压减|削减|关停"
)

DATED: Sequence[tuple[str, str, Reader]] = [
    (
        "底末",
        (
            rf"(?<!每年)(?:{_Y}|(?P<r>今年|本年|明年|次年))?(?P<months>(?<![\d.．个])(?:(?:{MONTH}月、)+|(?:{MONTH}、){{2,}}){MONTH})月份?"
            "[底末](?:以?前|之前)?"
        ),
        _months,
    ),
    ("即", rf"即日起(?:{_TO}{point('2')}(?:底|末)?)?", _since_issue),
    ("自从", _OWN_ISSUE, _since_issue),
    (
        "（(",
        (
            rf"(?:{_Y}|今年|本年)?(?:冬季)?(?:{_HEATING}|{_FESTIVAL})"
            r"[（(](?:即|指)?" + point("2") + "[底末]?(?:以?前|之前)?[）)]"
        ),
        _dated_aside,
    ),
    ("春元五劳国", rf"(?<!每年)(?<!每)(?:{_Y}|(?P<r>今年|本年|明年))?“?{_FESTIVAL}", _before_festival),
    ("采供取", rf"{point()}{_HEATING}", _dated_heating),
    (
        "采供取",
        rf"(?:{_Y})?(?:今年|本年|冬季)?{_HEATING}",
        _before_heating,
    ),
    (
        "年月",
        (
            rf"(?:自|从)?(?:(?<!\d)(?P<y1>{YEAR})年?|(?P<r1>今年|本年|当年))?"
            rf"(?:(?<![\d.．个])(?P<m1>{MONTH})(?:月份?(?:(?P<d1>{DAY})日|(?P<x1>[上中下]旬))?)?)?(?P<q1>(?!))?"
            rf"起?{_TO}{point('2')}年?[底末]?(?:前|止|期间)?(?![版相])"
        ),
        _range,
    ),
    (
        "日",
        (
            rf"(?:自|从)?(?:(?<!\d)(?P<y>{YEAR})年|(?P<r>今年|本年|明年|次年))?(?P<m>(?<![\d.．]){MONTH})月(?P<d>{DAY})日?"
            rf"{_TO}(?P<last>{DAY})[日号]"
        ),
        _days_of_month,
    ),
    (
        "度",
        rf"(?<!\d)(?P<y>{YEAR})年年?度(?=[^，。；《》\d]{{0,20}}(?:目标|任务|指标)(?!责任|书|分解|清单|考核|完成))",
        _yearly,
    ),
    ("度", rf"{_CLAUSE}{_Y}度(?=要(?!求)|应|须|完成|建成|实现|计划|力争|确保|全[市区县省])", _yearly),
    ("标", rf"(?:实现|完成|确保){_Y}(?=[^，。；]{{2,36}}目标)", _yearly),
    (
        "年",
        rf"(?<=[省市区县州旗盟镇乡]){_Y}(?=[^，。；]{{2,24}}?[较比]20\d\d年(?:下降|减少|提高|上升|降低|增加))",
        _yearly,
    ),
    ("年月季", rf"(?:自|从)?{point()}(?:(?:零|\d{{1,2}})[时点])?(?:开始|起(?![草动])|以后|之后|后(?=[，不]))", _from),
    (
        "五",
        (
            "(?:到|至|在)?“?十(?P<nth>[一二三四五六])五”?(?:规划)?"
            "(?:时期|期间|期内|期?[末底])(?:以?前)?(?![^，。；]{0,8}(?:成果|成效|以来))"
        ),
        _five_years,
    ),
    (
        "前",
        rf"(?<!\d)(?P<y>{YEAR})[./-](?P<m>{MONTH})[./-](?P<d>{DAY})(?P<ending>日?(?:以前|之前|前))",
        _before,
    ),
    (
        "底末终前止",
        rf"(?:到|至|在|于|截至|截止)?{point()}(?P<ending>年?[底末终](?:以?前|之前)?|以前|之前|前(?![期述三十]|移(?![交送除动])|列(?![入出]))|[为截]?止(?![损痛]))",
        _before,
    ),
    (
        "底末",
        (
            r"(?<![\d每去往上同逐半几一两二三四五六七八九十次年])年[底末]"
            r"(?:以?前|之前|(?=全部|全面|完成|建成|实现|基本|达|启动|确保|力争|[，。；）]|$))"
        ),
        _year_end,
    ),
    ("到至于", rf"(?:到|(?<!截)至|[晚迟]于){point()}(?!以来)", _by),
    ("、和及", rf"(?<!\d){YEAR}年(?:、{YEAR}年)*[、和及]{YEAR}年(?=(?:要|应|须|力争)?(?:分别|各达))", _years),
    ("、和及", rf"{YEAR}(?:(?:、{YEAR})*[和及]{YEAR}|(?:、{YEAR})+)年底?前?(?=分别|各|逐年|每年)", _years),
    ("年", rf"{_CLAUSE}(?:力争|争取|力争在|在|于)?(?={YEAR}年){point()}{_NOT_DUE}", _bare),
    ("年", rf"(?<=[\u4e00-\u9fff%])(?<![比较与以在于从自到至近和及]){_Y}(?={_REACHES})", _bare),
    ("半季月", rf"{_CLAUSE}(?:力争)?{point()}(?=(?:{_STARTS}))", _bare),
    ("半季月", rf"(?<=[\u4e00-\u9fff])(?<![{_NO_SUBJECT}]){point()}(?=(?:{_ACTS}))", _amid),
    ("内", r"(?<![\d一二三四五六七八九十两半近])(?:今年|本年度?|年)以?内(?=[，完建实新淘改])", _year_end),
    ("内", r"(?:^|(?<=[，；。]))年内(?=[\u4e00-\u9fff]{3})", _year_end),
    (
        "全",
        "(?:^|(?<=[，；、]))全年(?=(?:累计|全部|基本|力争|计划)?(?:完成|实现|淘汰|新增|改造|更新|压减|削减|退出))",
        _year_end,
    ),
]
