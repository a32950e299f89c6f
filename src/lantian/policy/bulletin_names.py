"""What bulletins can name (通报占位): figures, tables and charts that a subject answers, and how a reader calls them.

A figure of the air is named by what is measured and when: ``pm25`` is the period's own, ``pm25_last_year`` that of the
same days a year before, ``pm25_previous`` that of the period before, ``pm25_ytd`` from 1 January to the period's end.
"""

from collections.abc import Mapping
from typing import Literal

from lantian.kernel.errors import Text

Subject = Literal["checks", "month", "quarter", "year"]
REPORTS: frozenset[str] = frozenset({"month", "quarter", "year"})
"""Subjects that tell of all: air, checks, rankings, tasks, rectification."""

CHECKS: Mapping[str, Text] = {
    "period": Text("通报期", "period"),
    "first_day": Text("首日", "first day"),
    "last_day": Text("末日", "last day"),
    "places": Text("街乡数", "number of streets"),
    "checks": Text("检查次数", "checks made"),
    "violations": Text("查出违法", "violations found"),
    "rate": Text("违法查处率", "violation rate"),
    "sorts": Text("检查构成", "checks by sort"),
    "least": Text("参加查处率排名的最少检查次数", "checks from which a rate is ranked"),
    "level": Text("区间置信水平", "level of the interval"),
    "checks_first": Text("检查量在前", "most checks"),
    "checks_last": Text("检查量在后", "fewest checks"),
    "rate_first": Text("查处率在前", "highest rates"),
    "rate_last": Text("查处率在后", "lowest rates"),
    "risen": Text("上升最多", "risen most"),
    "fallen": Text("下降最多", "fallen most"),
    "ties": Text("并列情况", "ties"),
    "few": Text("检查次数不足的街乡", "streets with few checks"),
    "few_count": Text("检查次数不足的街乡数", "number of streets with few checks"),
    "silent": Text("没有检查记录的街乡", "streets without checks"),
    "silent_count": Text("没有检查记录的街乡数", "number of streets without checks"),
    "any": Text("本期有检查", "there are checks"),
    "nothing": Text("本期没有检查", "there are no checks"),
    "compared": Text("本期上期都有检查", "there are checks in both periods"),
    "no_before": Text("本期有、上期没有检查", "there are checks, and none before"),
    "requirements": Text("工作要求", "what is asked for"),
    "snapshot": Text("数据快照", "snapshot"),
    "known": Text("数据截止", "as of"),
}
"""What the checks of a period answer."""

FACTORS: Mapping[str, str] = {
    "pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3",
}  # fmt: skip
"""Names of the six items."""

LEVELS = range(1, 7)

MEASURES: Mapping[str, Text] = {
    "pm25": Text("细颗粒物（PM2.5）平均浓度", "mean of PM2.5"),
    "pm10": Text("可吸入颗粒物（PM10）平均浓度", "mean of PM10"),
    "so2": Text("二氧化硫（SO2）平均浓度", "mean of SO2"),
    "no2": Text("二氧化氮（NO2）平均浓度", "mean of NO2"),
    "co": Text("一氧化碳（CO）第95百分位浓度", "95th percentile of CO"),
    "o3": Text("臭氧（O3）日最大8小时第90百分位浓度", "90th percentile of O3"),
    "composite": Text("综合指数", "composite index"),
    "valid_days": Text("有效天数", "days with an index"),
    "good_days": Text("优良天数", "good and moderate days"),
    "good_rate": Text("优良天数比率", "share of good and moderate days"),
    "heavy_days": Text("重污染天数", "heavily polluted days"),
    **{f"days_level{level}": Text(f"{level}级天数", f"days of level {level}") for level in LEVELS},
}
"""What is measured of the air in a period."""

SCOPES: Mapping[str, Text] = {
    "": Text("本期", "period"),
    "_last_year": Text("上年同期", "same days last year"),
    "_previous": Text("上期", "period before"),
    "_ytd": Text("年初至期末", "year to date"),
    "_ytd_last_year": Text("上年年初至同日", "year to date last year"),
}
"""When it is measured."""

AIR: Mapping[str, Text] = {
    **{
        f"{name}{scope}": Text(f"{when.zh}{what.zh}", f"{what.en}, {when.en}")
        for name, what in MEASURES.items()
        for scope, when in SCOPES.items()
    },
    "air": Text("本期有空气数据", "there are data of the air"),
    "no_air": Text("本期没有空气数据", "there are no data of the air"),
    "points": Text("评价点位", "points that are evaluated"),
    "points_count": Text("评价点位数", "number of points evaluated"),
    "period_last_year": Text("上年同期的说法", "the same period last year"),
    "period_previous": Text("上期的说法", "the period before"),
    "ytd": Text("年初至期末的说法", "the year to date"),
    "primary": Text("首要污染物构成", "primary pollutants"),
    "heavy": Text("重污染日列表", "heavily polluted days"),
    "over": Text("累计超标项目", "items above their limit"),
    "within": Text("累计各项均达标", "all items within their limits"),
    "short": Text("有效天数不足的项目", "items with too few valid days"),
    "dust_days": Text("认定的沙尘日数", "days of sand dust"),
    "dust": Text("沙尘认定依据", "decisions of sand dust"),
    "standard": Text("评价标准", "standard of evaluation"),
    "target": Text("年度目标", "target of the year"),
    "target_year": Text("目标年份", "year of the target"),
    "target_to_date": Text("目标项目累计均值", "mean to date"),
    "target_allowed": Text("余下各日允许均值", "mean that is left for the rest of the year"),
    "target_left": Text("余下天数", "days left"),
    "target_kept": Text("目标仍可达到", "the target can still be met"),
    "target_lost": Text("目标已不能达到", "the target can no longer be met"),
    "target_met": Text("年度目标已达到", "the target is met"),
    "target_missed": Text("年度目标未达到", "the target is missed"),
}
"""What the air of a period answers."""

LAMPS: Mapping[str, Text] = {
    "tasks": Text("任务数", "tasks"),
    "lamps_green": Text("绿灯数", "green lamps"),
    "lamps_yellow": Text("黄灯数", "yellow lamps"),
    "lamps_red": Text("红灯数", "red lamps"),
    "lamps_grey": Text("无数据的任务数", "tasks without data"),
    "struck": Text("已销号任务数", "tasks struck off"),
    "laggards": Text("滞后单位", "departments that lag"),
    "laggards_count": Text("滞后单位数", "number of departments that lag"),
    "laggards_more": Text("滞后单位未列全", "more departments lag than are named"),
    "red": Text("亮红灯的任务", "tasks with a red lamp"),
    "ranked": Text("本期有排名", "there are rankings"),
    "rectification_open": Text("督察整改未销号数", "problems not struck off"),
    "rectification_overdue": Text("督察整改逾期数", "problems overdue"),
    "rectification_some": Text("有未销号的督察问题", "some problems are open"),
    "rectification_late": Text("有逾期的督察问题", "some problems are overdue"),
}
"""What the tasks of a period answer."""

CITY: Mapping[str, Text] = {
    "city_known": Text("有市级倒数名次", "the city has published lists"),
    "city": Text("本区街乡在市级倒数名次中的位次", "our streets in the city's lists of the worst"),
    "city_last": Text("须通报的末位个数", "last places that are notified"),
    "city_worst": Text("列入末位的本区街乡", "our streets among the last"),
    "city_worst_count": Text("列入末位的本区街乡数", "number of our streets among the last"),
}
"""What the city's lists of its worst streets answer."""

RANKED: Mapping[str, Text] = {
    "first": Text("居前", "first places"),
    "last": Text("居后", "last places"),
    "risen": Text("上升最多", "risen most"),
    "fallen": Text("下降最多", "fallen most"),
    "missing": Text("数据不足的", "places without enough data"),
    "missing_count": Text("数据不足的个数", "number of places without enough data"),
    "absent": Text("没有数据的", "places without any data"),
    "absent_count": Text("没有数据的个数", "number of places without any data"),
    "count": Text("参加排名的个数", "number of places ranked"),
    "bands": Text("分档数", "number of bands"),
    "same": Text("同在一档", "all in one band"),
    "excluded": Text("剔除的沙尘日数", "sand-dust days left out"),
}
"""What a ranking answers, each under the ranking's own id: ``rank_coarse_first``."""

MOVED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "checks": {name: frozenset({"previous"}) for name in ("checks", "violations", "rate")},
    "report": {
        **{name: frozenset({"previous"}) for name in ("checks", "violations", "rate")},
        **{name: frozenset({"last_year", "previous"}) for name in MEASURES},
        **{f"{name}_ytd": frozenset({"last_year"}) for name in MEASURES},
    },
}
"""Figures whose change a phrase may tell, and against what."""

TABLES: Mapping[str, frozenset[str]] = {
    "checks": frozenset({
        "checks_rank", "rate_rank", "place", "checks", "violations", "rate", "interval", "checks_before",
        "rank_change", "checks_change", "rate_change", "note",
    }),
    "factors": frozenset({
        "name", "unit", "value", "last_year", "change", "previous", "previous_change", "ytd", "ytd_last_year",
        "ytd_change", "limit", "multiple", "valid_days", "verdict", "percentile", "percentile_limit",
    }),
    "stations": frozenset({
        "name", "pm25", "pm10", "so2", "no2", "co", "o3", "composite", "good_days", "valid_days", "note",
    }),
    "levels": frozenset({"name", "range", "days", "last_year", "change", "ytd", "ytd_last_year", "ytd_change"}),
    "days": frozenset({"day", "index", "level", "primary", "pm25", "pm10", "so2", "no2", "co", "o3"}),
    "heavy": frozenset({"day", "index", "level", "primary", "pm25", "pm10"}),
    "months": frozenset({"name", "pm25", "pm10", "so2", "no2", "co", "o3", "good_days", "heavy_days", "valid_days"}),
    "ranking": frozenset({
        "rank", "place", "value", "band", "interval", "before", "change", "rank_change", "last_year",
        "last_year_change", "cumulative", "cumulative_rank", "note",
    }),
    "departments": frozenset({"name", "tasks", "green", "yellow", "red", "grey", "struck", "share"}),
    "laggards": frozenset({"number", "name", "organisation", "due", "progress", "lamp", "reason", "article"}),
}  # fmt: skip
"""Tables, and what a column of each may show."""

OF_FACTOR = frozenset({"days", "months", "stations"})
CHARTS: frozenset[str] = OF_FACTOR | {"calendar", "levels", "ranking", "lamps"}
"""Charts; of a factor: its days with the limit, its months beside last year's, its stations."""


NUMBER = "no"
"""In a heading: its number among those of its level, which follows from what is said."""


def stem(ranking: str) -> str:
    """Return what the names of a ranking begin with.

    >>> stem("road-dust")
    'rank_road_dust'
    """
    return f"rank_{ranking.replace('-', '_').replace('.', '_')}"


def ranking_names(ranking: str) -> Mapping[str, Text]:
    """Return the names that a ranking answers.

    >>> sorted(ranking_names("road-dust"))[:2]
    ['rank_road_dust_absent', 'rank_road_dust_absent_count']
    """
    return {
        f"{stem(ranking)}_{name}": Text(f"排名“{ranking}”{what.zh}", f"{ranking}: {what.en}")
        for name, what in RANKED.items()
    }


def known_names(subject: str, rankings: tuple[str, ...] = ()) -> dict[str, Text]:
    """Return all names that a bulletin of a subject may use."""
    if subject not in REPORTS:
        return dict(CHECKS)
    ranked = {name: text for one in rankings for name, text in ranking_names(one).items()}
    return {**CHECKS, **AIR, **LAMPS, **CITY, **ranked, NUMBER: Text("标题序号", "number of the heading")}


def moved_of(subject: str) -> Mapping[str, frozenset[str]]:
    """Return the figures whose change may be told, and against what."""
    return MOVED["report" if subject in REPORTS else subject]


def tables_of(subject: str) -> frozenset[str]:
    """Return the tables of a subject; a report may also show the checks."""
    return frozenset(TABLES) if subject in REPORTS else frozenset({"checks"})
