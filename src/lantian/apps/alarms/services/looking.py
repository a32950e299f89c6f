"""The window that detection looks at (检测窗口), filled from the lake and the record store in a few questions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.analysis.detection.measure import block_means
from lantian.analysis.detection.window import (
    Floats,
    Grid,
    LinkFacts,
    Maintenance,
    Series,
    Track,
    Wind,
    Window,
    flag_code,
)
from lantian.apps.alarms.models import Alarm
from lantian.apps.telemetry.models import (
    Channel,
    Device,
    Latest,
    Link,
    LinkHour,
    MaintenanceWindow,
    Point,
    SandDustDecision,
)
from lantian.apps.telemetry.models.devices import Family
from lantian.apps.telemetry.services import Course
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake import Lake

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER = 15
MINUTE_S = 60
MAINTENANCE_DAYS = 31
ENGINE_MINUTES = 30
FRESH = timedelta(hours=2)
"""How old a wind may be that still blows."""

SPEED, DIRECTION = "a01007", "a01008"
"""Wind speed [m/s] and the direction it comes from [°] (HJ 212, table B.2)."""


@dataclass(frozen=True)
class Reach:
    """How far back each grid goes, in its own periods; 0 where no rule needs it.

    quarters of ``long_factors`` reach that far back, those of all others as far as the minutes. tracks: minutes of
    positions. engine: columns of engine data, looked at for the last half hour.
    """

    minutes: int
    quarters: int = 0
    hours: int = 0
    days: int = 0
    tracks: int = 0
    long_factors: tuple[str, ...] = ()
    engine: tuple[str, ...] = ()


def look(lake: Lake, reach: Reach, *, now: datetime) -> Window:
    """Read the window that ends at ``now``: whole minutes, hours and days before it."""
    end = now.replace(second=0, microsecond=0)
    series = (*_series(), *_vehicles(reach.engine))
    minutes, flags = _minutes(lake, series, end, reach.minutes)
    if reach.engine:
        _fill_engine(lake, series, minutes, reach.engine)
    return Window(
        now=now,
        series=series,
        minutes=minutes,
        flags=flags,
        hours=_hours(lake, series, end, reach.hours),
        quarters=_quarters(lake, series, (minutes, flags), reach) if reach.quarters else None,
        days=_days(lake, series, now, reach.days) if reach.days else None,
        winds=_winds(series, now),
        links=_links(now),
        maintenance=_maintenance(now),
        tracks=_tracks(lake, end, reach.tracks) if reach.tracks else (),
        sand_dust=_sand_dust(now, reach),
        active=frozenset(Alarm.objects.active().values_list("subject", flat=True)),
    )


# Series and their values ----------------------------------------------------------------------------------------


def _series() -> tuple[Series, ...]:
    points = {point.pk: point for point in Point.objects.order_by()}
    channels = Channel.objects.filter(device__active=True).order_by("pk")
    columns = ("point_id", "device_id", "factor", "unit", "low", "high", "decimals", "device__interval_s")
    return tuple(_channel(points[row["point_id"]], row) for row in channels.values(*columns))


def _channel(point: Point, row: Mapping[str, Any]) -> Series:
    return Series(
        point=point.pk,
        device=row["device_id"],
        kind=point.kind,
        factor=row["factor"],
        unit=row["unit"],
        area=point.area_code,
        longitude=_degrees(point.longitude),
        latitude=_degrees(point.latitude),
        low=row["low"],
        high=row["high"],
        decimals=row["decimals"],
        interval_s=row["device__interval_s"],
        details=point.details,
    )


def _degrees(value: float | None) -> float:
    return float("nan") if value is None else value


class _Places:
    """Finds the row of a series for each row of a table, by point and factor."""

    def __init__(self, series: Sequence[Series]) -> None:
        self.by_key = {(each.point, each.factor): row for row, each in enumerate(series)}

    def rows(self, table: pa.Table) -> NDArray[np.int64]:
        """Return the series of each row, -1 where there is none."""
        points, point_names = _encoded(table.column("point"))
        factors, factor_names = _encoded(table.column("factor"))
        known = np.array([[self.by_key.get((p, f), -1) for f in factor_names] for p in point_names], dtype=np.int64)
        chosen: NDArray[np.int64] = known[points, factors] if len(points) else np.empty(0, dtype=np.int64)
        return chosen


def _encoded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    array = column.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array)
    return array.indices.to_numpy(zero_copy_only=False).astype(np.int64), array.dictionary.to_pylist()


def _steps(table: pa.Table, start: datetime, step: timedelta) -> NDArray[np.int64]:
    micros = table.column("start").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    steps: NDArray[np.int64] = (micros - int(start.timestamp() * 1e6)) // int(step.total_seconds() * 1e6)
    return steps


def _minutes(
    lake: Lake, series: Sequence[Series], end: datetime, count: int, factors: Sequence[str] | None = None
) -> tuple[Grid, NDArray[np.uint8]]:
    """Return values as reported, by minute; of several in one minute the period nearest to a minute wins."""
    start = end - count * MINUTE
    table = lake.readings(start=start, end=end, factors=factors)
    values = np.full((len(series), count), np.nan)
    flags = np.zeros((len(series), count), dtype=np.uint8)
    table = table.filter(pc.less(table.column("period_s"), int(HOUR.total_seconds())))
    table = table.take(pa.array(np.argsort(-np.abs(table.column("period_s").to_numpy() - MINUTE_S), kind="stable")))
    rows, steps = _Places(series).rows(table), _steps(table, start, MINUTE)
    kept = rows >= 0
    values[rows[kept], steps[kept]] = _values(table)[kept]
    flags[rows[kept], steps[kept]] = _flags(table)[kept]
    return Grid(start, 1, values), flags


def _values(table: pa.Table) -> Floats:
    """Return values, NaN where one was withdrawn; what the device's flag takes out stays, for its flag tells."""
    values = _floats(table, "value")
    invalid = pc.equal(table.column("verdict").cast(pa.string()), "invalid").fill_null(False)
    flagged = pc.equal(table.column("reason").cast(pa.string()), "flag").fill_null(False)
    withdrawn = pc.and_not(invalid, flagged)
    kept: Floats = np.where(withdrawn.to_numpy(zero_copy_only=False), np.nan, values)
    return kept


def _flags(table: pa.Table) -> NDArray[np.uint8]:
    codes, names = _encoded(table.column("flag").cast(pa.string()).fill_null(""))
    return np.array([flag_code(name) for name in names] or [0], dtype=np.uint8)[codes]


def _hours(lake: Lake, series: Sequence[Series], end: datetime, count: int) -> Grid:
    """Return validated hour means; the last hour is the last that has ended."""
    last = end.replace(minute=0)
    start = last - count * HOUR
    values = np.full((len(series), count), np.nan)
    if count:
        table = lake.hourly(start=start, end=last)
        table = table.filter(table.column("valid"))
        rows, steps = _Places(series).rows(table), _steps(table, start, HOUR)
        kept = rows >= 0
        values[rows[kept], steps[kept]] = _floats(table, "value")[kept]
    return Grid(start, 60, values)


def _floats(table: pa.Table, name: str) -> Floats:
    values: Floats = table.column(name).to_numpy(zero_copy_only=False).astype(np.float64)
    return values


def _quarters(lake: Lake, series: Sequence[Series], recent: tuple[Grid, NDArray[np.uint8]], reach: Reach) -> Grid:
    """Return means of the quarter hours that have ended, with 75 % of their reports."""
    last = recent[0].at(recent[0].steps)
    last -= timedelta(minutes=last.minute % QUARTER)
    values = np.full((len(series), reach.quarters), np.nan)
    parts = [recent]
    if reach.long_factors:
        parts.insert(0, _minutes(lake, series, last, reach.quarters * QUARTER, reach.long_factors))
    for minutes, flags in parts:
        means = _quarter_means(series, minutes, flags)
        steps = min(means.steps, reach.quarters)
        here, there = values[:, reach.quarters - steps :], means.values[:, means.steps - steps :]
        here[...] = np.where(np.isnan(there), here, there)
    return Grid(last - reach.quarters * QUARTER * MINUTE, QUARTER, values)


def _quarter_means(series: Sequence[Series], minutes: Grid, flags: NDArray[np.uint8]) -> Grid:
    nothing = Grid(minutes.start, 60, np.empty((len(series), 0)))
    usable = Window(minutes.start, tuple(series), minutes, flags, nothing).usable
    return block_means(usable, QUARTER, np.array([each.interval_s / 60 for each in series]))


def _days(lake: Lake, series: Sequence[Series], now: datetime, count: int) -> Grid:
    """Return validated daily means of the Beijing days that are over."""
    first = day_of(now) - count * DAY
    values = np.full((len(series), count), np.nan)
    table = lake.daily(first=first, last=day_of(now) - DAY)
    table = table.filter(table.column("valid"))
    rows = _Places(series).rows(table)
    steps = np.array([(day - first).days for day in table.column("day").to_pylist()], dtype=np.int64)
    kept = rows >= 0
    means = _floats(table, "total") / np.maximum(_floats(table, "count"), 1) / 1e6
    values[rows[kept], steps[kept]] = means[kept]
    return Grid(beijing_day(first), 24 * 60, values)


def _vehicles(columns: Sequence[str]) -> Iterator[Series]:
    """Yield a series for each column of engine data of each vehicle."""
    devices = Device.objects.active().filter(point=None, family=Family.GB17691).values_list("pk", "kind")
    for device, kind in devices if columns else ():
        yield from (Series(point="", device=device, kind=kind, factor=column) for column in columns)


def _fill_engine(lake: Lake, series: Sequence[Series], minutes: Grid, columns: Sequence[str]) -> None:
    """Write the minute means of engine data, which come every second, into the rows of the vehicles."""
    places = {(each.device, each.factor): row for row, each in enumerate(series) if not each.point}
    if not places:
        return
    end = minutes.at(minutes.steps)
    table = lake.engine_means(columns, start=max(minutes.start, end - ENGINE_MINUTES * MINUTE), end=end)
    codes, names = _encoded(table.column("device"))
    steps = table.column("minute").to_numpy() - int(minutes.start.timestamp()) // MINUTE_S
    for column in columns:
        rows = np.array([places.get((name, column), -1) for name in names], dtype=np.int64)[codes]
        kept = rows >= 0
        minutes.values[rows[kept], steps[kept]] = _floats(table, column)[kept]


# Links, wind, maintenance, vehicles -----------------------------------------------------------------------------


def _links(now: datetime) -> tuple[LinkFacts, ...]:
    links = {link.device_id: link for link in Link.objects.all()}
    hours = _late_hours(now)
    devices = Device.objects.active().select_related("point")
    return tuple(_link(device, links.get(device.pk), hours.get(device.pk, (0, 0))) for device in devices)


def _late_hours(now: datetime) -> Mapping[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    hours = LinkHour.objects.between(now - DAY, now).values_list("device_id", "periods", "late")
    for device, periods, late in hours:
        known = sums.get(device, (0, 0))
        sums[device] = known[0] + periods, known[1] + late
    return sums


def _link(device: Device, link: Link | None, counted: tuple[int, int]) -> LinkFacts:
    return LinkFacts(
        device=device.pk,
        kind=device.kind,
        point=device.point_id or "",
        area=device.point.area_code if device.point else "",
        last_frame=link.last_frame_at if link else None,
        last_data=link.last_data if link else None,
        clock_offset_s=link.clock_offset_s if link else None,
        periods=counted[0],
        late=counted[1],
    )


def _winds(series: Sequence[Series], now: datetime) -> dict[str, Wind]:
    """Return the wind of every area: that of a station in it, else in its district, else of any."""
    latest = Latest.objects.filter(factor__in=[SPEED, DIRECTION], start__gte=now - FRESH, value__isnull=False)
    found: dict[str, dict[str, float]] = {}
    for area, factor, value in latest.exclude(verdict="invalid").values_list("point__area_code", "factor", "value"):
        for code in dict.fromkeys((area, area[:6], "")):
            found.setdefault(code, {}).setdefault(factor, float(value or 0))
    blowing = {code: Wind(one[DIRECTION], one[SPEED]) for code, one in found.items() if {SPEED, DIRECTION} <= set(one)}
    areas = {each.area for each in series}
    known = {area: next((blowing[c] for c in (area, area[:6], "") if c in blowing), None) for area in areas}
    return {area: wind for area, wind in known.items() if wind}


def _maintenance(now: datetime) -> tuple[Maintenance, ...]:
    windows = MaintenanceWindow.objects.touching(now - MAINTENANCE_DAYS * DAY, now + DAY)
    return tuple(
        Maintenance(str(one.pk), one.device_id, one.start, one.end, one.declared_at) for one in windows.order_by("pk")
    )


def _tracks(lake: Lake, end: datetime, minutes: int) -> tuple[Track, ...]:
    """Return what each vehicle drove, with the course it was permitted; the lake gives devices one after another."""
    table = lake.positions(start=end - minutes * MINUTE, end=end)
    vehicles = Device.objects.active().filter(point=None).only("pk", "kind", "details").in_bulk() if len(table) else {}
    codes, names = _encoded(table.column("device"))
    seconds = table.column("start").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy() / 1e6
    columns = [seconds, *(_floats(table, name) for name in ("longitude", "latitude", "speed_kmh"))]
    bounds = [*np.flatnonzero(np.diff(codes, prepend=-1)), len(codes)]
    tracks = (
        _track(vehicles[names[codes[first]]], [column[first:last] for column in columns])
        for first, last in pairwise(bounds)
        if names[codes[first]] in vehicles
    )
    return tuple(tracks)


def _track(vehicle: Device, columns: Sequence[Floats]) -> Track:
    course = Course.of(vehicle.details)
    corridor_km = course.corridor_m / 1000 if course and course.corridor_m else None
    route = course.line if course else ()
    seconds, longitude, latitude, speed_kmh = columns
    return Track(
        vehicle.pk, vehicle.kind, seconds, longitude, latitude, speed_kmh, route=route, corridor_km=corridor_km
    )


def _sand_dust(now: datetime, reach: Reach) -> tuple[tuple[datetime, datetime], ...]:
    back = max(reach.hours * HOUR, reach.minutes * MINUTE)
    decisions = SandDustDecision.objects.between(now - back, now)
    return tuple((one.first_hour, one.last_hour + HOUR) for one in decisions)
