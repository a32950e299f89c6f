"""Deadlines that name no point: periods that come again (每周、按月、日调度) and durations (24小时内、三年内)."""

import re
from collections.abc import Iterator, Sequence

from lantian.policy.plantext.due import Found, Reader
from lantian.policy.plantext.numerals import CHINESE, small
from lantian.policy.plantext.points import DAY, When, point

_N = rf"(?:(?<![\d.])\d{{1,3}}|{CHINESE}{{1,3}})"
_PERIODS = {
    "周": "week", "星期": "week", "礼拜": "week", "月": "month", "季": "quarter", "季度": "quarter",
    "年": "year", "年度": "year", "学年": "year",
    "日": "day", "晚": "day", "天": "day", "半年": "P6M", "半月": "P15D", "半个月": "P15D",
    "旬": "P10D", "小时": "PT1H",
}  # fmt: skip


def _every(match: re.Match[str], _when: When) -> Iterator[Found]:
    end = match.end("p")
    yield Found("every", _PERIODS[match["p"]], match.start(), end, match.group()[0] + match["p"], 0.9)


def _rhythm(match: re.Match[str], _when: When) -> Iterator[Found]:
    """Read each period of 日巡查、周研判、月排名."""
    for each in re.finditer(_BEAT, match.group()):
        start = match.start() + each.start("p")
        yield Found("every", _PERIODS[each["p"]], start, start + len(each["p"]), each["p"], 0.85)


def _every_some(match: re.Match[str], _when: When) -> Iterator[Found]:
    if count := small(match["n"]):
        yield Found("every", _duration(count, match["u"]), match.start(), match.end(), "每隔", 0.85)


def _every_other(match: re.Match[str], _when: When) -> Iterator[Found]:
    yield Found("every", _duration(2, match["u"]), match.start(), match.end(), "隔", 0.8)


def _next_month(match: re.Match[str], _when: When) -> Iterator[Found]:
    """Read 次月5日前报送 as every month, where no month or quarter is told before it."""
    if not re.search("[每按逐]个?月|\\d月|季度", match.string[: match.start()]):
        yield Found("every", "month", match.start(), match.end(), "次月", 0.6)


def _every_two(match: re.Match[str], _when: When) -> Iterator[Found]:
    yield Found("every", _duration(2, match["u"]), match.start(), match.end(), "每双", 0.85)


_UNITS = {"分钟": "PT{}M", "小时": "PT{}H", "年": "P{}Y", "月": "P{}M", "个月": "P{}M"}


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


def _within(match: re.Match[str], _when: When) -> Iterator[Found]:
    count = small(match["n"])
    if count and not _is_window(match):
        working = match["u"].startswith("工作")
        yield Found("within", _duration(count, match["u"]), match.start(), match.end(), "内", 0.95, working)


def _hours_within(match: re.Match[str], _when: When) -> Iterator[Found]:
    """Read 1.5小时内 as 90 minutes."""
    yield Found("within", f"PT{round(float(match['n']) * 60)}M", match.start(), match.end(), "内", 0.9)


def _half_within(match: re.Match[str], _when: When) -> Iterator[Found]:
    if not _is_window(match):
        value = {"年": "P6M", "月": "P15D", "个月": "P15D", "小时": "PT30M", "天": "PT12H"}[match["u"]]
        yield Found("within", value, match.start(), match.end(), "内", 0.85)


def _a_day(match: re.Match[str], _when: When) -> Iterator[Found]:
    yield Found("within", "P1D", match.start(), match.end(), match.group()[:2], 0.6)


_COUNTED = re.compile(
    rf"[^，。；]{{0,14}}?(?:累计|连续|再次|超标|违法|违规|被?处罚|被?查处|被?通报|约谈|发生|受到"
    rf"|出现)?[^，。；]{{0,8}}?{_N}(?:次|起)"
    rf"|[^，。；]{{0,14}}?(?:累计|连续|再次|超标|违法|违规|发生|出现)[^，。；]{{0,8}}?{_N}[个天处家宗件](?:及|或)?以上"
    r"|[^，。；]{0,8}?(?:超标|违法|违规)[^，。；]{0,20}?\d%(?:及|或)?以上的"
)
_SANCTION = re.compile("(?:不受理|不得|不予|禁止|暂停|取消|停止|不再|限制|拒绝|不允许|不准)")
_LONG_UNITS = frozenset(("年", "月", "季度", "周", "星期"))


def _is_window(match: re.Match[str]) -> bool:
    """Tell a window of counting (一年内处罚2次以上) and a sanction (三年内不得投标) from a deadline."""
    after = match.string[match.end() : match.end() + 40]
    before = match.string[max(0, match.start() - 14) : match.start()]
    if _SANCTION.match(after) and match["u"] in _LONG_UNITS:
        return True
    if match["u"] in _LONG_UNITS and re.search("(?:取消|暂停|停止|限制|禁止)[^，。；]{0,4}$", before):
        return True
    if re.search(
        "(?:近|过去|最近|连续|(?<!复工|开工|动工|启用|投产|施工)前|控制在|缩短[至到]|每)$|控制在[^，。；]{1,8}、$",
        before,
    ):
        return True
    return bool(_COUNTED.match(after)) and match["u"] in ("年", "月", "周", "星期", "季度", "天", "日")


_REPORTED = (
    "(?:一)?(?:通报|排名|调度|例会|报告|检查|考核|巡查|评比|分析|会商|研判|报送|点评|小结|总结|评估|公示|公布|抽查)"
)
_BEGINS = "(?:(?<![\u4e00-\u9fff])|(?<=实行)|(?<=建立)|(?<=坚持)|(?<=落实)|(?<=执行)|(?<=推行)|(?<=按照))"
_BEAT = (
    f"{_BEGINS}一?(?P<p>周|月|季度|季|半年|年|日|旬)(?![常边季久均围前节限检期照末初底度内])"
    "(?:一)?[\u4e00-\u9fff]{2,3}(?![\u4e00-\u9fff])"
)
_ITEM = _BEAT.replace("(?P<p>", "(?:").replace(_BEGINS, "")

_ANSWER = "(?:发现|响应|到[场达位]|赶到|处置|扑灭|反应|出动|办结|反馈|清理|上报|核查|回复)(?!率)"
"""What is done so soon, as 15分钟到场、2小时处置."""

LASTING: Sequence[tuple[str, str, Reader]] = [
    (
        "每",
        (
            r"每隔?(?P<n>[2-9]|\d{2}|[二两三四五六七八九十])个?(?P<u>工作[日天]|分钟|小时|周|星期|月|季度|年"
            r"|天|日)"
        ),
        _every_some,
    ),
    ("次", rf"(?<![每\d第])(?!一)(?P<n>{_N})(?P<u>年|个月|周|天|小时)一次(?!性)", _every_some),
    ("次", r"(?<!每)(?P<p>半年|半个?月)一次(?!性)", _every),
    ("双", r"每(?P<n>双)(?P<u>月|周)", _every_two),
    ("平均", rf"(?:平均|约)每?隔?(?P<n>{_N})个?(?P<u>小时|周|月|天|日)(?=[^，。；]{{1,8}}?[一1][次遍轮])", _every_some),
    ("年", rf"每(?P<p>年)(?:{point()}(?:-{{1,2}}|—{{1,2}}|至|到))?{point('2')}(?:[底末]?以?前|[底末])?", _every),
    (
        "每逐按",
        (
            r"(?:每[个一]?|逐(?!年[^，。；]{0,3}(?:[下升]|减|提[高升]|改善|降|增|上升|递|好转|扩大|压))|按)(?P<p>半年|半个?月|季度|季|星期|周|月|旬|年度|学年|年|日|天|晚|小时(?!\d))(?![期均]"
            r"|连续|计罚)"
        ),
        _every,
    ),
    ("日周月季年", r"(?<![\d今本当明去])(?P<p>[日周月季年])(?P=p)(?=[\u4e00-\u9fff]{2})(?!底|末)", _every),
    (
        "一",
        rf"(?<![第每同统十百近任])一(?P<p>日|天|周|月|季度|季|年)(?=(?:不少于|不低于|至少)?{_N}(?:次(?!以上|被|违|超)|遍|轮|洒|冲|扫|检|巡|查|报))",
        _every,
    ),
    ("隔", r"(?<![间每相])隔(?P<u>日|天|周|月)(?=[开召调通洒进检巡清报冲一])", _every_other),
    (
        "次",
        rf"(?<![至到])次(?P<p>月)(?=(?:{DAY}[日号]|[上中下]旬|[底初])(?:以?前|之前|内)?[\u4e00-\u9fff])",
        _next_month,
    ),
    ("一", r"(?<![\u4e00-\u9fff第])一个?(?P<p>日|天|周|旬|月|季度|季|半年|年)一(?=[\u4e00-\u9fff])", _every),
    ("、和", rf"{_BEGINS}(?:{_ITEM})(?:[、，和](?:{_ITEM}))+", _rhythm),
    (
        "周月季年日旬",
        rf"(?:^|(?<=[，、“”。；：‘（按实行立度开]))一?(?P<p>周|月|季度|季|半年|年度|年|日|旬)度?(?={_REPORTED}(?!及|和|与|后|结果|情况))",
        _every,
    ),
    ("限", rf"限期?(?P<n>{_N})个?(?P<u>工作[日天]|小时|周|月|天|日)内?(?=[^内，。；]|[，。；]|$)", _within),
    (
        "内",
        rf"(?P<n>{_N})个?(?P<u>工作[日天]|分钟|小时|自然日|周|星期|月|季度|年|天|日)[之以]?内(?!部|容|的?(?:PM|浓度))",
        _within,
    ),
    (
        "分小",
        rf"(?P<n>{_N})个?(?P<u>分钟|小时)(?={_ANSWER})",
        _within,
    ),
    ("半", rf"半个?(?P<u>小时)(?={_ANSWER})", _half_within),
    ("内", r"(?P<n>\d\.\d)个?(?P<u>小时)[之以]?内", _hours_within),
    ("内", r"半个?(?P<u>年|月|小时|天)[之以]?内", _half_within),
    ("时", rf"[用过](?P<n>{_N})个?(?P<u>年|月)左?右?的?时间", _within),
    ("日天", r"(?:当日|当天|即日)(?:之?内)?(?=[完办核处反报上移现整进通交送销清答解立])", _a_day),
    (
        "次",
        r"(?<![至到])次日(?:\d{1,2}[时点：]\d{0,2}分?)?前?(?=[^，。；]{0,8}(?:报|反馈|提交|完成|移交|通报|答复))",
        _a_day,
    ),
]
