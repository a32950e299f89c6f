"""One monitoring point: values now, hours, days, alarms, its device, frames; for stacks what CEMS reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings

from lantian.airquality.grid import MICRO
from lantian.apps.telemetry.air import rules_of
from lantian.apps.telemetry.models import Channel, Point
from lantian.apps.telemetry.network import FLAG_WORDS, words_of
from lantian.apps.telemetry.pages.charts import Figure, Limit, Line
from lantian.apps.telemetry.pages.values import HOUR
from lantian.apps.ui import formats
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import BEIJING, beijing_day, day_of
from lantian.lake import Lake
from lantian.policy.reader import load_pack

SPANS = (("24", Text("24 小时", "24 h")), ("72", Text("72 小时", "72 h")), ("168", Text("7 天", "7 d")))
DAYS_SHOWN = 31
STACK = "stack"
TABS = (
    ("now", Text("当前", "Now")),
    ("hours", Text("小时", "Hours")),
    ("days", Text("逐日", "Days")),
    (STACK, Text("排口", "Outlet")),
    ("alarms", Text("报警", "Alarms")),
    ("device", Text("设备", "Device")),
    ("frames", Text("报文", "Frames")),
)


@dataclass(frozen=True)
class HourRow:
    """One hour: mean with its number of values, whether it is valid, and how many values bore which flag."""

    end: datetime
    value: float | None
    count: int
    valid: bool
    flags: Text
    text: str


@dataclass(frozen=True)
class Hours:
    """Hours of one channel, oldest first, as rows and as a figure."""

    channel: Channel
    rows: Sequence[HourRow]
    figure: Figure


def hours_page(lake: Lake, point: Point, channel: Channel, hours: int, now: datetime) -> Hours:
    """Return the last whole hours of a channel; two reads of the lake."""
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - hours * HOUR
    table = lake.hourly(start=start, end=end, points=[point.pk], factors=[channel.factor])
    means = {row["start"].astimezone(UTC): row for row in table.to_pylist()}
    flags = _flags(lake, point.pk, channel.factor, start, end)
    starts = [start + at * HOUR for at in range(hours)]
    rows = [_hour(at, means.get(at), flags.get(at, {}), channel.decimals) for at in starts]
    values = tuple(row.value if row.valid else None for row in rows)
    limits = limits_of(point, channel, day_of(now))
    line = Line(Text(channel.name_zh, channel.name_en or channel.name_zh), values)
    return Hours(channel, rows, Figure(start + HOUR, 3600, channel.unit, (line,), limits))


def _hour(start: datetime, row: Mapping[str, Any] | None, flags: Mapping[str, int], decimals: int) -> HourRow:
    said = [(words_of(FLAG_WORDS, flag), count) for flag, count in sorted(flags.items())]
    text = Text("、".join(f"{one.zh} {n}" for one, n in said), ", ".join(f"{one.en} {n}" for one, n in said))
    if row is None:
        return HourRow(start + HOUR, None, 0, False, text, formats.MISSING)
    number = formats.number(row["value"], decimals)
    return HourRow(start + HOUR, row["value"], row["count"], row["valid"], text, number)


def _flags(lake: Lake, point: str, factor: str, start: datetime, end: datetime) -> dict[datetime, dict[str, int]]:
    """Count the values that bore another flag than N, by hour."""
    table = lake.readings(points=[point], factors=[factor], start=start, end=end)
    counts: dict[datetime, dict[str, int]] = {}
    for row in table.select(["start", "flag"]).to_pylist():
        flag = row["flag"] or "N"
        if flag != "N":
            hour = row["start"].astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            held = counts.setdefault(hour, {})
            held[flag] = held.get(flag, 0) + 1
    return counts


def limits_of(point: Point, channel: Channel, day: date) -> tuple[Limit, ...]:
    """Return the limits that a curve shows: the point's own, else for ambient air the standard's daily ones."""
    own = point.details.get("limits", {}).get(channel.factor)
    if own is not None:
        return (Limit(float(own), Text(f"限值 {own}", f"limit {own}")),)
    if point.kind not in {"station", "micro"}:
        return ()
    return _ambient(channel.factor, day)


def _ambient(code: str, day: date) -> tuple[Limit, ...]:
    factor = {one.code: one for one in Factor}.get(code)
    if factor is None:
        return ()
    period, zh, en = ("8h", "8 小时限值", "8 h limit") if factor is Factor.O3 else ("24h", "日均限值", "24 h limit")
    try:
        found = rules_of(load_pack(settings.PACK)).limit(factor, period, day)
    except (LantianError, KeyError):
        return ()
    return (Limit(float(found.grade2), Text(f"{zh} {found.grade2}", f"{en} {found.grade2}")),)


@dataclass(frozen=True)
class DayRow:
    """One Beijing day: a mean and its hours for each channel, None where there is none."""

    day: date
    cells: Sequence[tuple[str, int, bool]]


def days_page(lake: Lake, point: Point, channels: Sequence[Channel], now: datetime) -> list[DayRow]:
    """Return the last days, newest first."""
    last = day_of(now)
    first = last - timedelta(days=DAYS_SHOWN - 1)
    factors = [channel.factor for channel in channels]
    if not factors:
        return []
    table = lake.daily(first=first, last=last, points=[point.pk], factors=factors)
    found = {(row["day"], row["factor"]): row for row in table.to_pylist()}
    days = [last - timedelta(days=at) for at in range(DAYS_SHOWN)]
    return [DayRow(day, [_day_cell(found.get((day, one.factor)), one) for one in channels]) for day in days]


def _day_cell(row: Mapping[str, Any] | None, channel: Channel) -> tuple[str, int, bool]:
    if row is None or not row["count"]:
        return formats.MISSING, 0, False
    mean = row["total"] / row["count"] / MICRO
    return formats.number(mean, channel.decimals), row["hours"], bool(row["valid"])


def readings_rows(lake: Lake, point: str, day: date) -> list[Mapping[str, Any]]:
    """Return every reading of a Beijing day, for the CSV."""
    start = beijing_day(day)
    rows: list[Mapping[str, Any]] = lake.readings(
        points=[point], start=start, end=start + timedelta(days=1)
    ).to_pylist()
    return rows


def hour_label(end: datetime) -> str:
    """Return an hour by its end on the day it belongs to (后标), as ``11-23 10`` or ``11-23 24``."""
    start = (end - HOUR).astimezone(BEIJING)
    return f"{start:%m-%d} {start.hour + 1}"
