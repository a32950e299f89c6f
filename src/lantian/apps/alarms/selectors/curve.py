"""The measured curve of an alarm (实测曲线): the point itself, its neighbours, the wind; gaps stay gaps."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.apps.alarms.models import Alarm
from lantian.apps.telemetry.models import Channel, Point
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.lake import Lake

Floats = NDArray[np.float64]
NEIGHBOURS = 5
REACH_KM = 3.0
SPEED, DIRECTION = "a01007", "a01008"
ARROWS = 14
HOUR = timedelta(hours=1)
KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Span:
    """How far a curve looks back, and the length of its steps."""

    key: str
    label: Text
    length: timedelta
    step: timedelta

    @property
    def steps(self) -> int:
        """The number of steps."""
        return self.length // self.step


SPANS = (
    Span("3h", Text("3 小时", "3 h"), timedelta(hours=3), timedelta(minutes=1)),
    Span("24h", Text("24 小时", "24 h"), timedelta(hours=24), timedelta(minutes=5)),
    Span("7d", Text("7 天", "7 d"), timedelta(days=7), HOUR),
)


@dataclass(frozen=True)
class Curve:
    """What the chart draws; times are starts of steps on Beijing's wall clock, values None where there is none.

    near: by step the lowest, median and highest of the neighbours. winds: time, direction the wind comes from [°],
    speed [m/s].
    """

    span: Span
    times: Sequence[str]
    own: Sequence[float | None]
    near: Sequence[tuple[float | None, float | None, float | None]]
    neighbours: int
    winds: Sequence[tuple[str, float, float]]
    missing: int

    @property
    def empty(self) -> bool:
        """Whether there is no value at all."""
        return all(value is None for value in self.own)


def span_of(key: str, alarm: Alarm) -> Span:
    """Return the span asked for, else the shortest that holds the alarm's beginning; some are found hours later."""
    lasted = max(alarm.last_at, alarm.raised_at) - alarm.first_at
    own = next((span for span in SPANS if lasted < span.length - HOUR), SPANS[-1])
    return next((span for span in SPANS if span.key == key), own)


def neighbours_of(point: Point, factor: str) -> list[Point]:
    """Return the nearest points within reach that measure the factor, those of the same kind first."""
    if point.longitude is None or point.latitude is None:
        return []
    reach = REACH_KM / KM_PER_DEGREE
    wide = reach / math.cos(math.radians(point.latitude))
    around = Point.objects.filter(
        longitude__range=(point.longitude - wide, point.longitude + wide),
        latitude__range=(point.latitude - reach, point.latitude + reach),
        channels__factor=factor,
    )
    found = [other for other in around.exclude(pk=point.pk).distinct() if distance_km(point, other) <= REACH_KM]
    return sorted(found, key=lambda other: (other.kind != point.kind, distance_km(point, other)))[:NEIGHBOURS]


def distance_km(one: Point, other: Point) -> float:
    """Return the distance of two points with positions; flat, which is near enough inside a district."""
    middle = math.radians(((one.latitude or 0) + (other.latitude or 0)) / 2)
    east = ((one.longitude or 0) - (other.longitude or 0)) * math.cos(middle)
    north = (one.latitude or 0) - (other.latitude or 0)
    return KM_PER_DEGREE * math.hypot(east, north)


def shown_factor(alarm: Alarm) -> str:
    """Return the factor whose curve explains the alarm: its own, else the main one of its point or device."""
    if alarm.factor:
        return alarm.factor
    channels = Channel.objects.filter(point_id=alarm.point_id) if alarm.point_id else Channel.objects.none()
    return channels.order_by("-main", "order").values_list("factor", flat=True).first() or ""


def curve_of(lake: Lake, alarm: Alarm, factor: str, span: Span, *, now: datetime) -> Curve | None:
    """Read an alarm's curve in one question; None where it has no point or no factor."""
    if alarm.point is None or not factor:
        return None
    near = neighbours_of(alarm.point, factor)
    end = min(now, max(alarm.last_at, alarm.raised_at) + span.length / 9)
    start = _floor(end, span.step) - (span.steps - 1) * span.step
    names = [alarm.point.pk, *(one.pk for one in near)]
    wind_at = _wind_point(alarm.point)
    series = _series(lake, [*names, *([wind_at] if wind_at else [])], (factor, SPEED, DIRECTION), start, span)
    own = series.get((alarm.point.pk, factor), np.full(span.steps, np.nan))
    beside = [series[name, factor] for name in names[1:] if (name, factor) in series]
    times = [f"{(start + at * span.step).astimezone(BEIJING):%Y-%m-%dT%H:%M}" for at in range(span.steps)]
    return Curve(
        span=span,
        times=times,
        own=_listed(own),
        near=_band(beside, span.steps),
        neighbours=len(beside),
        winds=_winds(series, wind_at, times) if wind_at else (),
        missing=int(np.isnan(own).sum()),
    )


def _floor(moment: datetime, step: timedelta) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // step.total_seconds() * step.total_seconds(), moment.tzinfo)


def _wind_point(point: Point) -> str:
    """Return the point whose wind is shown: itself where it measures it, else the nearest that does."""
    measuring = Point.objects.filter(channels__factor=DIRECTION).exclude(longitude=None).distinct()
    nearest = min(measuring, key=lambda other: distance_km(point, other), default=None)
    return nearest.pk if nearest else ""


def _series(
    lake: Lake, points: Sequence[str], factors: Sequence[str], start: datetime, span: Span
) -> Mapping[tuple[str, str], Floats]:
    """Return the means by step of each point and factor; withdrawn readings are left out."""
    end = start + span.steps * span.step
    if span.step >= HOUR:
        table = lake.hourly(start=start, end=end, points=points, factors=factors)
        table = table.filter(table.column("valid"))
    else:
        table = lake.readings(start=start, end=end, points=points, factors=factors)
        kept = pc.and_(
            pc.less(table.column("period_s"), int(HOUR.total_seconds())),
            pc.not_equal(table.column("verdict").cast(pa.string()), "invalid").fill_null(True),
        )
        table = table.filter(kept)
    return _means(table, start, span)


def _means(table: pa.Table, start: datetime, span: Span) -> dict[tuple[str, str], Floats]:
    micros = table.column("start").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    steps = (micros - int(start.timestamp() * 1e6)) // int(span.step.total_seconds() * 1e6)
    values = table.column("value").to_numpy(zero_copy_only=False).astype(np.float64)
    names = zip(table.column("point").to_pylist(), table.column("factor").to_pylist(), strict=True)
    places: dict[tuple[str, str], list[int]] = {}
    for at, name in enumerate(names):
        places.setdefault(name, []).append(at)
    found = {}
    for name, rows in places.items():
        known = [row for row in rows if not math.isnan(values[row])]
        sums = np.bincount(steps[known], weights=values[known], minlength=span.steps)[: span.steps]
        counts = np.bincount(steps[known], minlength=span.steps)[: span.steps]
        found[name] = np.divide(sums, counts, out=np.full(span.steps, np.nan), where=counts > 0)
    return found


def _listed(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else round(value, 4) for value in values.tolist()]


def _band(beside: Sequence[Floats], steps: int) -> list[tuple[float | None, float | None, float | None]]:
    """Return lowest, median and highest of the neighbours by step."""
    rows: list[tuple[float | None, float | None, float | None]] = []
    for at in range(steps):
        here = sorted(values[at] for values in beside if not math.isnan(values[at]))
        rows.append((here[0], round(float(np.median(here)), 4), here[-1]) if here else (None, None, None))
    return rows


def _winds(
    series: Mapping[tuple[str, str], Floats], point: str, times: Sequence[str]
) -> list[tuple[str, float, float]]:
    """Return the wind at a few moments; the mean direction is that of the mean vector."""
    speed, direction = series.get((point, SPEED)), series.get((point, DIRECTION))
    if speed is None or direction is None:
        return []
    size = max(1, len(times) // ARROWS)
    winds = []
    for first in range(0, len(times) - size + 1, size):
        part = slice(first, first + size)
        known = ~(np.isnan(speed[part]) | np.isnan(direction[part]))
        if known.any():
            angle = np.radians(direction[part][known])
            east, north = np.mean(np.sin(angle)), np.mean(np.cos(angle))
            mean = float(np.degrees(np.arctan2(east, north))) % 360
            winds.append((times[first + size // 2], round(mean, 1), round(float(np.mean(speed[part][known])), 1)))
    return winds
