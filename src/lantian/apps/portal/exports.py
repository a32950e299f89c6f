"""The data behind the overview's figures as CSV: UTF-8 with a mark, so that spreadsheets read the Chinese."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.http import HttpResponse

from lantian.apps.portal.map_data import say
from lantian.apps.portal.overview.assemble import Overview
from lantian.apps.portal.overview.hours import HourIndex
from lantian.apps.portal.overview.target_card import TargetCard
from lantian.apps.portal.selectors import Page
from lantian.kernel.factors import SIX
from lantian.kernel.instants import BEIJING
from lantian.kernel.rounding import half_even

PLACES = 4
Row = Sequence[object]

HOUR_HEAD = ("place", "name", "hour_ending", "aqi", *(factor.value for factor in SIX))
DAYS_HEAD = ("day", "edition", "aqi", "primary", *(factor.value for factor in SIX))
TARGET_HEAD = ("day", "daily_mean", "running_mean")
RANKING_HEAD = ("factor", "rank", "place", "name", "mean", "days")


def csv_answer(name: str, head: Row, rows: Iterable[Row], page: Page) -> HttpResponse:
    """Return a CSV whose last column names the snapshot."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{page.snapshot.id}.csv"'
    writer = csv.writer(answer)
    writer.writerow([*head, "snapshot"])
    writer.writerows([*("" if cell is None else cell for cell in row), page.snapshot.id] for row in rows)
    return answer


def _exact(value: Fraction | None) -> Decimal | None:
    return None if value is None else half_even(value, PLACES)


def hour_rows(overview: Overview) -> Iterable[Row]:
    """Yield the district's hour, then the last hour of each of its stations."""
    yield ("district", "", *_hour(overview.district))
    for shown in overview.stations:
        if shown.hour:
            yield (shown.station.id, say(shown.station.name), *_hour(shown.hour))


def _hour(hour: HourIndex) -> Row:
    end = hour.end.astimezone(BEIJING)
    return (f"{end:%Y-%m-%dT%H:%M}", hour.index.published, *(_exact(hour.values.get(factor)) for factor in SIX))


def days_rows(overview: Overview) -> Iterable[Row]:
    """Yield the district's days of the year."""
    for day in overview.calendar.days:
        values = (_exact(day.values.get(factor)) for factor in SIX)
        yield (day.day, day.edition.name, day.index, " ".join(day.primary), *values)


def target_rows(card: TargetCard) -> Iterable[Row]:
    """Yield each day's mean of the target's stations and the running mean of the year."""
    first = date(card.position.today.year, 1, 1)
    for place, (value, mean) in enumerate(zip(card.daily, card.running, strict=True)):
        yield (first + timedelta(days=place), _exact(value), _exact(mean))


def ranking_rows(overview: Overview) -> Iterable[Row]:
    """Yield the rankings of all factors."""
    for found in overview.rankings.values():
        for row in found.rows:
            yield (found.factor.value, row.rank, row.place.id, say(row.place.name), _exact(row.exact), row.days)
