"""One station: hours, days, episodes, completeness, years."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.airquality.evaluation import PlaceEvaluation, evaluate
from lantian.airquality.grid import MISSING, DayGrid
from lantian.airquality.index_arrays import NONE
from lantian.airquality.validity import ValidityRules
from lantian.apps.telemetry.air import Air, in_force
from lantian.apps.telemetry.computations import Source, hour_computation, statistic_computation, why_invalid
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.pages.points import point_words
from lantian.apps.telemetry.readings.calendar import SIZES, calendar
from lantian.apps.telemetry.readings.completeness import completeness
from lantian.apps.telemetry.readings.days import by_edition, day_rows, valid_days
from lantian.apps.telemetry.readings.hours import SHOWN_HOURS, Hours, hours_chart, last_hours
from lantian.apps.telemetry.readings.indices import DailyIndices, level_days
from lantian.apps.telemetry.readings.marks import mark
from lantian.apps.telemetry.readings.runs import Episode, episodes, runs
from lantian.apps.telemetry.readings.window import Window
from lantian.apps.telemetry.readings.years import change_percent, month_means, principal
from lantian.apps.ui.components import Action
from lantian.kernel.errors import Text
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import BEIJING, beijing_day, day_of
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even
from lantian.policy.records_air import EvaluationRecord

THRESHOLDS = (100, 150, 200)
SHOWN_YEARS = 4
TABS = (
    ("hours", Text("小时", "Hours")),
    ("days", Text("逐日", "Days")),
    ("episodes", Text("过程", "Episodes")),
    ("completeness", Text("完整率", "Completeness")),
    ("years", Text("历年", "Years")),
)
O3_LABEL = "O3-8h"


@dataclass(frozen=True)
class StationQuery:
    """What the address asks of a station's page; None is the page's own choice."""

    view: str = "hours"
    year: int | None = None
    base: int | None = None
    above: int = THRESHOLDS[0]
    factor: Factor = Factor.PM25


@dataclass(frozen=True)
class Station:
    """A station at the air's moment, and the years it has data for (newest first)."""

    air: Air
    point: Point
    years: tuple[int, ...]
    query: StationQuery

    @property
    def year(self) -> int:
        """The year shown: the one asked for where there are data, else that of the moment."""
        asked = self.query.year
        return asked if asked in self.years else (self.years[0] if self.years else self.air.day.year)

    @property
    def last(self) -> date:
        """The last day of the year shown that is complete at the moment."""
        return max(min(date(self.year, 12, 31), self.air.full_day), date(self.year, 1, 1))

    def days(self) -> DayGrid:
        """The year's days up to the moment."""
        return self.air.days((self.point.pk,), date(self.year, 1, 1), self.last)

    def validity(self) -> ValidityRules:
        """The validity rules of the year shown."""
        return self.air.rules.validity(self.last)


def station_page(air: Air, point: Point, query: StationQuery) -> dict[str, Any]:
    """Return the context of a station's page."""
    covered = air.coverage().get(point.pk)
    first, last = (covered.first, covered.last) if covered else (None, None)
    years = _years(first and day_of(first), min(air.day, day_of(last)) if last else None)
    station = Station(air, point, years, query)
    window = air.window((point.pk,), days_back=SHOWN_HOURS // 24 + 1)
    now = last_hours(window, air.edition)
    facts = point_words(air.pack).facts(point)
    context: dict[str, Any] = {
        "point": point,
        "facts": facts,
        "covered": covered,
        "years": years,
        "year": station.year,
        "tabs": TABS,
        "view": query.view,
        "now": now,
        "now_how": hour_computation(
            now,
            air.edition.name,
            air.snapshot,
            [Action(_("所用数据 CSV"), reverse("telemetry:station-hours", args=[point.pk]) + air.as_of.query)],
        ),
        "stale_age": _age(window),
        "edition": air.edition.name,
        "snapshot": air.snapshot,
        "body_template": f"telemetry/_station_{query.view}.html",
    }
    return context | VIEWS[query.view](station, window, now)


def _years(first: date | None, last: date | None) -> tuple[int, ...]:
    return tuple(range(last.year, first.year - 1, -1)) if first and last else ()


def _age(window: Window) -> timedelta | None:
    present = (window.hours.micro[0, :, : window.place + 1] != MISSING).any(axis=0)
    found = np.flatnonzero(present)
    if not len(found) or found[-1] == window.place:
        return None
    return window.moment - window.end_of(int(found[-1]))


def _hours(station: Station, window: Window, now: Hours) -> dict[str, Any]:
    limits = station.air.rules.limits(station.air.day)
    absent = sum(row.mark.aqi is None for row in now.rows)
    highest = max((row.mark.aqi or 0 for row in now.rows), default=0)
    summary = Text(
        f"近 {len(now.rows)} 小时 AQI 最高 {highest}，{absent} 小时无指数",
        f"Last {counted(len(now.rows), 'hour')}: highest AQI {highest}, {counted(absent, 'hour')} without an index",
    )
    chart = hours_chart(window, now, limits)
    return {"hours": now, "chart": chart, "summary": summary, "phase": limits.phase}


def _days(station: Station, _window: Window, _now: Hours) -> dict[str, Any]:
    grid = station.days()
    indices = station.air.indices(grid)
    rows = day_rows(grid, indices)
    edition = in_force(station.air.rules, station.last)
    levels = level_days(indices.published(0), edition)
    drawn = calendar([(row.day, row.mark) for row in rows])
    return {
        "days": rows,
        "calendar": drawn,
        "weekdays": [(Text("一", "Mo"), 28), (Text("三", "We"), 60), (Text("五", "Fr"), 92), (Text("日", "Su"), 124)],
        "levels": [
            {"level": c.level, "name": c.name, "count": count, **_key(c.level)}
            for c, count in zip(edition.categories, levels.counts, strict=True)
        ],
        "without": levels.without,
        "editions": by_edition(indices),
        "factors": [{"label": O3_LABEL if f is Factor.O3 else f.value, "unit": f.unit} for f in grid.factors],
        "summary": Text(
            f"{station.year} 年优良天 {levels.good}，重污染天 {levels.heavy}，无指数 {levels.without} 天",
            f"{station.year}: {counted(levels.good, 'good day')}, {counted(levels.heavy, 'heavy day')}, "
            f"{levels.without} without an index",
        ),
    }


def _key(level: int) -> dict[str, str]:
    side = 13 * SIZES[level]
    return {"side": f"{side:.1f}", "x": f"{(14 - side) / 2:.1f}"}


@dataclass(frozen=True)
class Bar:
    """One day of the strip [px]."""

    level: int
    x: float
    y: float
    height: float


def _episodes(station: Station, _window: Window, _now: Hours) -> dict[str, Any]:
    grid = station.days()
    indices = station.air.indices(grid)
    found = episodes(indices.days(0), above=station.query.above)
    edition = in_force(station.air.rules, station.last)
    published = indices.published(0)
    peak = max((episode.peak for episode in found), default=None)
    days = sum(episode.days for episode in found)
    return {
        "episodes": [_episode(episode, indices, edition_name=None) for episode in reversed(found)],
        "thresholds": THRESHOLDS,
        "above": station.query.above,
        "total_days": days,
        "longest": max((episode.days for episode in found), default=0),
        "peak": mark(peak, edition),
        "without": int((published == NONE).sum()),
        "strip": _strip(indices, station.query.above),
        "summary": Text(
            f"{station.year} 年日 AQI 大于 {station.query.above} 的过程 {len(found)} 次，共 {days} 天",
            f"{station.year}: {counted(len(found), 'episode')} with a daily AQI over {station.query.above}, "
            f"{counted(days, 'day')} in all",
        ),
    }


def _episode(episode: Episode, indices: DailyIndices, *, edition_name: str | None) -> dict[str, Any]:
    edition = indices.editions[edition_name or indices.in_force[(episode.peak_day - indices.first_day).days]]
    end = beijing_day(episode.last + timedelta(days=1)).astimezone(BEIJING)
    return {"episode": episode, "peak": mark(episode.peak, edition), "end_at": f"{end:%Y-%m-%dT%H:%M}"}


STRIP_HEIGHT = 44


def _strip(indices: DailyIndices, above: int) -> dict[str, Any]:
    """Return a year's days as bars: height is the index, days at or below the threshold are left low and plain."""
    published = indices.published(0)
    bars = []
    for day, aqi in enumerate(published.tolist()):
        shown = indices.mark(0, day)
        if shown.level and aqi > above:
            height = min(aqi, 400) / 400 * STRIP_HEIGHT
            bars.append(Bar(shown.level, day * 3.0, 45 - height, height))
    gaps = [{"x": run.first * 3.0, "width": run.length * 3.0} for run in runs(published == NONE)]
    months = [date(indices.first_day.year, month, 1) for month in range(1, 13)]
    return {"bars": bars, "gaps": gaps, "months": months, "width": 366 * 3}


def _completeness(station: Station, _window: Window, _now: Hours) -> dict[str, Any]:
    first, last = date(station.year, 1, 1), min(date(station.year, 12, 31), station.air.day)
    grid = station.air.hours((station.point.pk,), first, last)
    due = min(Window(grid, station.air.as_of.instant).place + 1, grid.days * 24)
    days = station.days()
    validity = station.validity()
    counts = valid_days(days)
    return {
        "table": completeness(grid, station=0, due_hours=due),
        "valid_days": [
            {"count": counts[f], "needed": validity.year[f].days, "short": counts[f] < validity.year[f].days}
            for f in grid.factors
            if f in validity.year or counts.get(f) is not None
        ]
        if all(f in validity.year for f in grid.factors)
        else [{"count": counts[f], "needed": 0, "short": False} for f in grid.factors],
        "days_due": days.days,
    }


def _years_view(station: Station, _window: Window, _now: Hours) -> dict[str, Any]:
    shown = sorted(station.years[:SHOWN_YEARS])
    base = station.query.base if station.query.base in shown else (shown[0] if shown else station.year)
    if not shown:
        return {"shown_years": (), "base": base, "stats": (), "index_years": (), "factors": SIX, "factor": Factor.PM25}
    grid = station.air.days(
        (station.point.pk,), date(shown[0], 1, 1), min(date(shown[-1], 12, 31), station.air.full_day)
    )
    places = {year: _evaluated(station, grid, year) for year in shown}
    indices = station.air.indices(grid)
    factor = station.query.factor
    means = month_means(grid, factor)
    return {
        "shown_years": shown,
        "base": base,
        "stats": [_stat_row(station, places, f, base) for f in SIX],
        "index_years": [_levels_of(station, indices, grid, year) for year in shown],
        "factors": SIX,
        "factor": factor,
        "months": [date(2000, month, 1) for month in range(1, 13)],
        "month_means": means,
        "chart": {"unit": factor.unit, "years": [{"year": row.year, "means": row.means} for row in means]},
        "summary": Text(f"{factor} 各年月均值", f"Monthly means of {factor} by year"),
    }


def _evaluated(station: Station, grid: DayGrid, year: int) -> PlaceEvaluation:
    rules = station.air.rules.evaluation(date(year, 12, 31))
    return evaluate(grid, year, rules).stations[0]


def _source(station: Station, year: int) -> Source:
    """Return what one year's statistics were computed from."""
    records = [one for one in station.air.pack.all(EvaluationRecord) if one.holds_on(date(year, 12, 31))]
    at = station.air.as_of.query.replace("?", "&")
    csv = f"{reverse('telemetry:station-days', args=[station.point.pk])}?year={year}{at}"
    return Source(
        place=station.point.name,
        series=_("有效日均值"),
        first=date(year, 1, 1),
        last=min(date(year, 12, 31), station.air.full_day),
        citation=records[0].citation.in_language(get_language() or "zh-hans") if records else "—",
        snapshot=station.air.snapshot,
        links=[Action(_("所用数据 CSV"), csv)],
    )


def _stat_row(station: Station, places: Mapping[int, PlaceEvaluation], factor: Factor, base: int) -> dict[str, Any]:
    percentile = factor in (Factor.CO, Factor.O3)
    rank = round(places[base].factors[factor].percentile_rank * 100)
    years = []
    for year, place in sorted(places.items()):
        found = place.factors[factor]
        statistic = found.percentile if percentile else found.mean
        over = found.percentile_multiple if percentile else found.mean_multiple
        change = None if year == base else change_percent(principal(found), principal(places[base].factors[factor]))
        years.append(
            {
                "value": None if statistic is None else _one_more(statistic.exact, factor),
                "over": over is not None,
                "valid": found.validity.valid,
                "days": found.validity.valid_days,
                "change": change,
                "how": statistic_computation(found, "percentile" if percentile else "mean", _source(station, year)),
                "popover": f"how-{factor.name}-{year}",
                "why": why_invalid(found.validity),
            }
        )
    name = Text(f"第 {rank} 百分位", f"{rank}th percentile") if percentile else Text("年均", "annual mean")
    return {"factor": factor, "statistic": name, "years": years}


def _one_more(exact: Any, factor: Factor) -> Any:
    """Return a statistic with one decimal (CO two), as years are compared."""
    return half_even(exact, 2 if factor is Factor.CO else 1)


def _levels_of(station: Station, indices: DailyIndices, grid: DayGrid, year: int) -> Any:
    first = (date(year, 1, 1) - grid.first_day).days
    last = min((date(year, 12, 31) - grid.first_day).days + 1, grid.days)
    return level_days(indices.published(0)[first:last], in_force(station.air.rules, date(year, 12, 31)))


VIEWS: Mapping[str, Callable[[Station, Window, Hours], dict[str, Any]]] = {
    "hours": _hours,
    "days": _days,
    "episodes": _episodes,
    "completeness": _completeness,
    "years": _years_view,
}
