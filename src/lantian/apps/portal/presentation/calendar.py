"""The calendar card: a cell for each day, levels by measure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.apps.portal import computations as how
from lantian.apps.portal.map_data import say, station_url
from lantian.apps.portal.overview.assemble import Overview
from lantian.apps.portal.overview.calendar import CalendarDay, Counts, YearCalendar
from lantian.apps.portal.selectors import Page
from lantian.apps.ui import formats
from lantian.apps.ui.components import AQI_NAMES, AQI_SIZES
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
