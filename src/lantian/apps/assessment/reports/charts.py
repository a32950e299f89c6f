"""Charts of a report (通报图): what each shows, drawn by the charts for paper; "" where there is nothing to draw."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from lantian.airquality.evaluation import limits_on
from lantian.airquality.period import Period as Days
from lantian.apps.assessment.reports.air import AirFigures, IndexDay
from lantian.apps.assessment.reports.air_tables import months_so_far
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.printed import NO_TEXT
from lantian.apps.assessment.reports.tasks import COLOURS, STRUCK, by_department, counts_of
from lantian.apps.ui.official.charts import (
    Bar,
    Bars,
    CalendarDay,
    Group,
    Groups,
    Line,
    Lines,
    Part,
    Stack,
    Stacks,
    bar_chart,
    calendar_chart,
    group_chart,
    line_chart,
    stacked_chart,
)
from lantian.kernel.factors import Factor
from lantian.policy.bulletin_names import FACTORS, LEVELS
from lantian.policy.records_bulletin import FigureRecord

LAMP_FILLS = {"green": "#1b7f4b", "yellow": "#eaae00", "red": "#c42b22", "grey": "#87929e", "struck": "#dfe3e8"}
LAMP_MARKS = {
    "green": '<circle cx="9" cy="5" r="5" fill="#1b7f4b"/>',
    "yellow": '<path d="M9 -1L15 10H3Z" fill="#eaae00" stroke="#8a5d00"/>',
    "red": '<rect x="4" y="0" width="10" height="10" fill="#c42b22"/>',
    "grey": '<circle cx="9" cy="5" r="4.2" fill="none" stroke="#87929e" stroke-width="1.6"/>',
    "struck": '<rect x="2" y="1" width="14" height="8" fill="#dfe3e8" stroke="#87929e"/>',
}
WHITE_LEVELS = frozenset({4, 5, 6})


def chart_svg(content: Content, figure: FigureRecord, label: str) -> str:
    """Draw a chart."""
    if figure.chart in OF_AIR:
        air = content.air
        return OF_AIR[figure.chart](air, figure.factor, label) if air and air.known else ""
    return OTHERS[figure.chart or ""](content, figure.ranking, label)


def _limit(figures: AirFigures, factor: Factor, daily: bool) -> tuple[float, str] | None:
    limits = limits_on(figures.evaluation, figures.period.last)
    value = (limits.day if daily or factor not in limits.year else limits.year).get(factor)
    name = "日评价限值" if daily or factor not in limits.year else "年均限值"
    return None if value is None else (float(value), f"{name} {value}")


def _days(figures: AirFigures, name: str, label: str) -> str:
    factor = Factor(FACTORS[name])
    now, then = (figures.within(figures.spans[scope]) for scope in ("", "_last_year"))
    lines = [Line(str(figures.period.year), _values(figures, now, factor))]
    before = _values(figures, then, factor)[: len(now)]
    if any(one is not None for one in before):
        lines.append(Line(f"{figures.period.year - 1}（同期）", before))
    names = [str(one.day.day) if figures.period.span == "month" else f"{one.day.month}-{one.day.day}" for one in now]
    return line_chart(Lines(label, factor.unit, names, lines, _limit(figures, factor, daily=True)))


def _values(figures: AirFigures, days: tuple[IndexDay, ...], factor: Factor) -> list[float | None]:
    found = (figures.value(factor, one.day) for one in days)
    return [None if value is None else float(value) for value in found]


def _months(figures: AirFigures, name: str, label: str) -> str:
    factor, year = Factor(FACTORS[name]), figures.period.year
    now, before = months_so_far(figures, name)
    groups = [Group(f"{month + 1}月", (now[month] if month < len(now) else None, before[month])) for month in range(12)]
    decimals = 1 if factor is Factor.CO else 0
    names = (str(year), str(year - 1))
    return group_chart(Groups(label, factor.unit, names, groups, decimals, _limit(figures, factor, daily=False)))


def _stations(figures: AirFigures, name: str, label: str) -> str:
    factor = Factor(FACTORS[name])
    bars = []
    for station in figures.air.stations:
        found = figures.of_stations[station.id].factors[factor]
        shown = figures.statistic(found, "", NO_TEXT, NO_TEXT)
        value = None if shown.exact is None else float(shown.exact)
        bars.append(Bar(station.zh, value, shown.text or "—"))
    return bar_chart(Bars(label, factor.unit, bars, _limit(figures, factor, daily=False)))


def _calendar(figures: AirFigures, _of: str, label: str) -> str:
    days = figures.within(Days(date(figures.period.year, 1, 1), figures.period.last))
    levels = [(one.name.zh, one.hex) for one in figures.edition.categories]
    return calendar_chart([CalendarDay(one.day, one.level, one.colour) for one in days], levels, label)


def _levels(figures: AirFigures, _of: str, label: str) -> str:
    parts = [Part(one.name.zh, one.hex, light=one.level not in WHITE_LEVELS) for one in figures.edition.categories]
    year, stacks = figures.period.year, []
    for month in range(1, figures.period.last.month + 1):
        counts = Counter(one.level for one in figures.within(Days.of_months(year, month, month)) if one.level)
        stacks.append(Stack(f"{month}月", [counts[level] for level in LEVELS]))
    return stacked_chart(Stacks(label, parts, stacks, "天"))


def _ranking(content: Content, ranking: str, label: str) -> str:
    table = content.rankings.get(ranking)
    if table is None or not table.ranked:
        return ""
    bars, band = [], table.ranked[0].band
    for one in table.ranked:
        bars.append(Bar(f"{one.zh} {one.rank}", one.exact, one.value or "—", parted=one.band != band))
        band = one.band
    return bar_chart(Bars(label, table.unit, bars))


def _lamps(content: Content, _of: str, label: str) -> str:
    return lamps_chart(content, label)


def lamps_chart(content: Content, label: str, most: int | None = None) -> str:
    """Draw the lamps of each lead department; most: departments at most, those with most red lamps first."""
    if not content.facts.lamps:
        return ""
    names = {**COLOURS, "struck": STRUCK}
    light = {"yellow", "struck", "grey"}
    parts = [Part(names[name], LAMP_FILLS[name], name in light, LAMP_MARKS[name]) for name in names]
    leads = by_department(content.facts.lamps)[:most]
    stacks = [Stack(name, list(counts_of(own).values())) for name, own in leads]
    return stacked_chart(Stacks(label, parts, stacks, "项", whole=False))


OF_AIR: Mapping[str | None, Callable[[AirFigures, str, str], str]] = {
    "days": _days,
    "months": _months,
    "stations": _stations,
    "calendar": _calendar,
    "levels": _levels,
}
OTHERS: Mapping[str, Callable[[Content, str, str], str]] = {"ranking": _ranking, "lamps": _lamps}
