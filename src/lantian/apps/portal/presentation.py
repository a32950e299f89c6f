"""What the templates are given: figures with their computations, calendar cells, charts' data with summaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.apps.portal import computations as how
from lantian.apps.portal.map_data import hour_label, language, say, shown, station_url
from lantian.apps.portal.overview.assemble import MAP_FACTORS, Overview
from lantian.apps.portal.overview.calendar import CalendarDay, Counts, YearCalendar
from lantian.apps.portal.overview.quality import PointQuality
from lantian.apps.portal.overview.ranking import Ranked, Ranking
from lantian.apps.portal.overview.target_card import TargetCard
from lantian.apps.portal.selectors import Page
from lantian.apps.ui import formats
from lantian.apps.ui.components import AQI_NAMES, AQI_SIZES, Computation
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING, beijing_day

CELL = 15
LEFT = 26
TOP = 15
MONTHS = (
    gettext_lazy("1月"),
    gettext_lazy("2月"),
    gettext_lazy("3月"),
    gettext_lazy("4月"),
    gettext_lazy("5月"),
    gettext_lazy("6月"),
    gettext_lazy("7月"),
    gettext_lazy("8月"),
    gettext_lazy("9月"),
    gettext_lazy("10月"),
    gettext_lazy("11月"),
    gettext_lazy("12月"),
)
MEASURES: tuple[Factor | None, ...] = (None, Factor.PM25, Factor.O3)


# The hour -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """An item of the index strip: value, unit, sub-index with its level; share of the bar on the wall (0 to 100)."""

    factor: str
    value: str
    unit: str
    index: int | None
    level: int
    primary: bool
    bar: float


BAR_TOP = 200


def items(overview: Overview) -> list[Item]:
    """Return the hour's items, the primary pollutants first, then in the standard's order."""
    hour, edition = overview.district, overview.edition
    found = []
    for factor, part in hour.index.iaqi.items():
        level = edition.category(part).level if part is not None else 0
        value = formats.number(shown(hour, factor, edition))
        bar = min(part or 0, BAR_TOP) / BAR_TOP * 100
        found.append(Item(factor.value, value, factor.unit, part, level, factor in hour.index.primary, bar))
    return sorted(found, key=lambda item: not item.primary)


def overview_context(page: Page, overview: Overview) -> dict[str, Any]:
    """Return the context of the overview."""
    index = overview.district.index
    return {
        "page": page,
        "overview": overview,
        "district": page.district,
        "hour": hour_label(overview.moment),
        "aqi": index.published,
        "level": index.category.level if index.category and index.published is not None else 0,
        "items": items(overview),
        "aqi_how": how.index_computation(page, overview),
        "rank_how": how.rank_computation(page, overview) if overview.rank else None,
        "rankings": [rank_list(overview.rankings[factor], overview) for factor in MAP_FACTORS],
        "ranking_how": how.ranking_computation(page, overview.rankings[Factor.PM25]),
        "map_factors": MAP_FACTORS,
        "target": target_view(overview.target, page) if overview.target else None,
        "calendar": calendar_view(page, overview),
        "quality": quality_view(page, overview),
        "synthetic": overview.synthetic,
        "data_edition": f"HJ 633-{overview.edition.name}",
    }


# Ranking --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RankLine:
    """A line of the list: its dot's place on the strip (0 to 100), and whether it belongs to the district."""

    rank: int
    name: str
    value: str
    days: int
    partial: bool
    dot: float
    own: bool
    worst: bool
    url: str | None


@dataclass(frozen=True)
class RankList:
    """One factor's list with the ends of its strip."""

    factor: Factor
    lines: list[RankLine]
    without: list[str]
    low: str
    high: str
    ticks: list[tuple[float, str]]
    days: int
    first: date
    last: date


WORST = 3
WALL_BEST, WALL_WORST = 4, 9


def rank_list(found: Ranking, overview: Overview) -> RankList:
    """Return a ranking as lines; the strip runs from a round number below the lowest to one above the highest."""
    low, high, step = _strip([row.value for row in found.rows])
    own = {shown_.station.id for shown_ in overview.stations} | set(overview.street_hours)
    width = high - low or Decimal(1)
    lines = [_rank_line(row, found, (low, width), own) for row in found.rows]
    ticks = [
        (float((low + step * n - low) / width * 100), formats.number(low + step * n))
        for n in range(int(width / step) + 1)
    ]
    return RankList(
        found.factor,
        lines,
        [say(place.name) for place in found.without],
        formats.number(low),
        formats.number(high),
        ticks,
        found.days,
        found.first,
        found.last,
    )


def _rank_line(row: Ranked, found: Ranking, strip: tuple[Decimal, Decimal], own: set[str]) -> RankLine:
    low, width = strip
    return RankLine(
        rank=row.rank,
        name=say(row.place.name),
        value=formats.number(row.value, 1),
        days=row.days,
        partial=row.days < found.days,
        dot=round(float((row.value - low) / width * 100), 2),
        own=row.place.id in own,
        worst=len(found.rows) > 2 * WORST and row.rank > len(found.rows) - WORST,
        url=station_url(row.place.id, "") if len(row.place.rows) == 1 and not row.place.id.isdigit() else None,
    )


def _strip(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    if not values:
        return Decimal(0), Decimal(1), Decimal(1)
    low, high = min(values), max(values)
    step = next((s for s in map(Decimal, (1, 2, 5, 10, 20, 50, 100, 200, 500)) if (high - low) / s <= 3), Decimal(1000))
    first, last = low // step * step, (high / step).to_integral_value(ROUND_CEILING) * step
    return first, max(last, first + step), step


# Target ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetView:
    """The target card: figures as texts, their computations, the chart's data and its summary."""

    card: TargetCard
    limit: str
    cite: str
    to_date: Decimal | None
    standard: str
    allowed: Decimal | None
    probability: str
    change: str
    heavy_change: str
    validity: str
    valid: bool
    to_date_how: Computation
    allowed_how: Computation
    projection_how: Computation
    change_how: Computation
    chart: dict[str, Any]
    summary: str


def target_view(card: TargetCard, page: Page) -> TargetView:
    """Return the target card's texts."""
    position = card.position
    to_date = how.one(position.to_date.exact) if position.to_date else None
    projection = position.projection
    edition = page.overview.rules.edition if page.overview else ""
    return TargetView(
        card=card,
        limit=formats.number(card.record.value),
        cite=say(card.record.citation),
        to_date=to_date,
        standard=f"HJ 663-{edition}",
        allowed=how.one(position.allowed.exact) if position.allowed else None,
        probability=formats.percent(projection.probability) if projection else "",
        change=formats.signed(position.change.rounded) if position.change else "",
        heavy_change=_heavy_change(card),
        validity=_("有效 %(valid)d / %(days)d 天")
        % {"valid": position.validity.valid_days, "days": position.days_passed},
        valid=position.validity.valid,
        to_date_how=how.to_date_computation(card, page),
        allowed_how=how.allowed_computation(card, page),
        projection_how=how.projection_computation(card, page),
        change_how=how.change_computation(card, page),
        chart=_target_chart(card),
        summary=_target_summary(card, to_date),
    )


def _heavy_change(card: TargetCard) -> str:
    if card.base_heavy_days is None:
        return ""
    return formats.signed(card.heavy_days - card.base_heavy_days)


def _number(exact: Fraction | None) -> float | None:
    return None if exact is None else round(float(exact), 2)


def _target_chart(card: TargetCard) -> dict[str, Any]:
    position, projection = card.position, card.position.projection
    running = [_number(mean) for mean in card.running]
    return {
        "year": position.today.year,
        "first": f"{position.today.year}-01-01",
        "days": position.days_passed + position.remaining_days,
        "running": running,
        "limit": float(position.target.value),
        "limit_label": _("目标 %(value)s") % {"value": formats.number(position.target.value)},
        "projection": projection
        and {
            "mean": float(projection.mean),
            "low": float(projection.low),
            "high": float(projection.high),
            "label": _("预计 %(value)s") % {"value": formats.number(projection.mean)},
        },
        "months": [str(MONTHS[month - 1]) for month in range(1, 13)],
        "name": _("累计均值"),
        "unit": "µg/m³",
    }


def _target_summary(card: TargetCard, to_date: Decimal | None) -> str:
    return _("%(year)d 年 %(factor)s 累计均值曲线：至 %(day)s 为 %(value)s µg/m³，目标 %(limit)s µg/m³") % {
        "year": card.position.today.year,
        "factor": card.record.factor,
        "day": formats.month_day(card.position.today),
        "value": formats.number(to_date),
        "limit": formats.number(card.record.value),
    }


# Calendar -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A day on the calendar: place of its mark, level, what it says, and the page of its hours."""

    x: float
    y: float
    side: float
    cx: float
    cy: float
    level: int
    levels: str
    words: str
    url: str
    day: str

    @property
    def left(self) -> float:
        """Left edge of the cell, which is its target."""
        return self.cx - CELL / 2

    @property
    def top(self) -> float:
        """Upper edge of the cell."""
        return self.cy - CELL / 2


@dataclass(frozen=True)
class Level:
    """A level in the counts below the calendar."""

    level: int
    name: str
    counts: list[int]


def calendar_view(page: Page, overview: Overview) -> dict[str, Any]:
    """Return the calendar: cells, empty days, months, counts of each measure, comparison with the base year."""
    year = overview.calendar
    counts = {measure: year.counts(measure) for measure in MEASURES}
    total = counts[None]
    first = date(year.year, 1, 1)
    length = (date(year.year + 1, 1, 1) - first).days
    to_come = [first + timedelta(days=n) for n in range(len(year.days), length)]
    return {
        "year": year.year,
        "cells": [_cell(day, overview) for day in year.days],
        "to_come": [_spot(day) for day in to_come],
        "months": [
            {"x": _spot(date(year.year, month, 1))[0] - CELL / 2, "word": MONTHS[month - 1]} for month in range(1, 13)
        ],
        "weekdays": [
            (TOP + CELL * (row + 0.5) + 4, word)
            for row, word in ((0, _("一")), (2, _("三")), (4, _("五")), (6, _("日")))
        ],
        "width": LEFT + 54 * CELL,
        "height": TOP + 7 * CELL + 1,
        "counts": total,
        "levels": _levels(counts),
        "invalid": [counts[measure].invalid for measure in MEASURES],
        "measures": ["AQI", "PM2.5", "O3"],
        "how": how.calendar_computation(page, overview, year),
        "share": formats.percent(Decimal(total.good) / total.valid, 1) if total.valid else "",
        "summary": _calendar_summary(year, total),
    }


def _calendar_summary(year: YearCalendar, total: Counts) -> str:
    return _("%(year)d 年逐日指数：优良 %(good)d 天，重污染 %(heavy)d 天，有效 %(valid)d 天，无效 %(invalid)d 天") % {
        "year": year.year,
        "good": total.good,
        "heavy": total.heavy,
        "valid": total.valid,
        "invalid": total.invalid,
    }


def _levels(counts: dict[Factor | None, Counts]) -> list[Level]:
    return [
        Level(level, str(AQI_NAMES[level]), [counts[measure].levels[level] for measure in MEASURES])
        for level in range(1, 7)
    ]


def _spot(day: date) -> tuple[float, float]:
    """Return the centre of a day's cell: a column a week, Monday on top."""
    week = (day.timetuple().tm_yday - 1 + date(day.year, 1, 1).weekday()) // 7
    return LEFT + CELL * (week + 0.5), TOP + CELL * (day.weekday() + 0.5)


def _cell(day: CalendarDay, overview: Overview) -> Cell:
    level = day.level() or 0
    x, y = _spot(day.day)
    side = AQI_SIZES[level] * (CELL - 2)
    levels = " ".join(str(day.level(measure) or 0) for measure in MEASURES)
    return Cell(
        round(x - side / 2, 2),
        round(y - side / 2, 2),
        round(side, 2),
        x,
        y,
        level,
        levels,
        _day_words(day),
        _day_url(day.day, overview),
        day.day.isoformat(),
    )


def _day_words(day: CalendarDay) -> str:
    if day.index is None:
        return _("%(day)s 无效") % {"day": day.day}
    parts = [f"{day.day} AQI {day.index} {say(day.edition.category(day.index).name)}"]
    if day.primary:
        parts.append(_("首要污染物 %(factors)s") % {"factors": _("、").join(day.primary)})
    parts += [
        _("%(factor)s 分指数 %(part)d") % {"factor": f.value, "part": day.iaqi[f]}
        for f in (Factor.PM25, Factor.O3)
        if day.iaqi.get(f) is not None
    ]
    return _("，").join(parts)


def _day_url(day: date, overview: Overview) -> str:
    """Return the address that shows a day's hours: the moment is the end of its 24th hour."""
    at = f"?at={beijing_day(day, 24).astimezone(BEIJING):%Y-%m-%dT%H:00}"
    return station_url(overview.speaking[0].id, at) or f"/{at}"


# Data quality ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QualityLine:
    """A point in the card: hours of the last 24 with a value, and how far behind it is."""

    name: str
    hours: int
    share: float
    late: str
    dead: bool
    url: str | None


def quality_view(page: Page, overview: Overview) -> dict[str, Any]:
    """Return the card of data quality: the worst points first."""
    found = overview.quality
    return {
        "reporting": found.reporting,
        "of": found.of,
        "complete": formats.percent(_decimal(found.complete), 1),
        "lines": [_quality_line(point, page) for point in found.points],
        "behind": len(found.behind),
        "how": how.quality_computation(page, overview),
        "last_import": page.last_import,
    }


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _quality_line(point: PointQuality, page: Page) -> QualityLine:
    if point.late is None:
        late = _("两天无数据")
    else:
        late = _("晚 %(age)s") % {"age": formats.span(timedelta(hours=point.late), language())} if point.late else ""
    return QualityLine(
        say(point.station.name),
        point.hours,
        round(point.hours / 24 * 100, 1),
        late,
        point.hours == 0,
        station_url(point.station.id, page.as_of.query),
    )


# The wall -------------------------------------------------------------------------------------------------------


def wall_context(page: Page) -> dict[str, Any]:
    """Return the context of the wall; without data it says so in the wall's own words."""
    overview = page.overview
    if overview is None:
        return {"page": page, "overview": None, "district": page.district}
    context = overview_context(page, overview)
    lines = context["rankings"][0].lines
    return {
        **context,
        "best": lines[:WALL_BEST],
        "others": lines[WALL_BEST:-WALL_WORST] if len(lines) > WALL_BEST + WALL_WORST else [],
        "rest": lines[max(WALL_BEST, len(lines) - WALL_WORST) :],
        "curve": curve_data(overview),
    }


def curve_data(overview: Overview) -> dict[str, Any]:
    """Return the last 48 hours of the district's PM2.5 for the wall's chart."""
    values = [_number(value) for value in overview.curve]
    heavy = next(iter(overview.edition.scale(overview.edition.hourly_items[Factor.PM25][0]).breakpoints[4:5]), None)
    return {
        "end": f"{overview.moment.astimezone(BEIJING):%Y-%m-%dT%H:%M}",
        "values": values,
        "gap": _("缺测 {n} 时"),
        "hour": _("{h}时"),
        "limit": float(heavy[0]) if heavy else None,
        "now": formats.number(shown(overview.district, Factor.PM25, overview.edition)),
        "limit_label": _("重度污染 %(value)s") % {"value": formats.number(heavy[0])} if heavy else "",
        "summary": _("PM2.5 过去 48 小时区域小时均值，缺测 %(n)d 时") % {"n": sum(value is None for value in values)},
        "unit": "µg/m³",
    }
