"""A vehicle's day (车辆轨迹): where it drove and how fast, and what its engine said, from the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from django.urls import reverse
from numpy.typing import NDArray

from lantian.apps.telemetry.explained.words import GB17691_QUANTITIES
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.pages.charts import Figure, Line
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake import Lake

Floats = NDArray[np.float64]
MINUTE_S = 60
DAY = timedelta(days=1)
BREAK_S = 600
"""Positions further apart in time than this are not joined [s]."""
MOVING_KMH = 3.0
"""Slower than this is standing: a receiver at rest reports a few km/h at times."""
KM_PER_DEGREE = 111.195
FIRST, LAST = Text("起", "start"), Text("止", "end")


@dataclass(frozen=True)
class Day:
    """A Beijing day that a page shows, with its neighbours; later is None for today."""

    day: date
    today: date

    @property
    def start(self) -> datetime:
        """The first instant (UTC)."""
        return beijing_day(self.day)

    @property
    def earlier(self) -> date:
        """The day before."""
        return self.day - DAY

    @property
    def later(self) -> date | None:
        """The day after, None when that lies ahead."""
        return self.day + DAY if self.day < self.today else None


def day_asked(day: date | None, now: datetime) -> Day:
    """Return the day asked for, today where none or one that lies ahead is."""
    today = day_of(now)
    return Day(min(day or today, today), today)


@dataclass(frozen=True)
class Track:
    """A day's positions: lines of (°E, °N), length [km], time moving, highest speed [km/h], and the speed by minute."""

    day: Day
    count: int
    lines: Sequence[Sequence[tuple[float, float]]]
    distance_km: float
    moving: timedelta
    top_kmh: float | None
    first: datetime | None
    last: datetime | None
    figure: Figure | None


def track_of(lake: Lake, device: Device, day: Day) -> Track:
    """Return a vehicle's track on a day."""
    table = lake.positions(start=day.start, end=day.start + DAY, devices=[device.pk])
    seconds = _seconds(table, day.start)
    east, north, speed = (_floats(table, name) for name in ("longitude", "latitude", "speed_kmh"))
    steps = np.diff(seconds)
    joined = steps <= BREAK_S
    lengths = _lengths(east, north)
    known = speed[~np.isnan(speed)]
    moves = (np.nan_to_num(speed[1:]) > MOVING_KMH) & joined
    return Track(
        day=day,
        count=len(seconds),
        lines=_lines(east, north, joined),
        distance_km=round(float(lengths[joined].sum()), 1),
        moving=timedelta(seconds=int(steps[moves].sum())),
        top_kmh=float(known.max()) if known.size else None,
        first=day.start + timedelta(seconds=int(seconds[0])) if seconds.size else None,
        last=day.start + timedelta(seconds=int(seconds[-1])) if seconds.size else None,
        figure=_figure(day, seconds, [(Text("车速", "speed"), speed)], "km/h"),
    )


def track_data(track: Track, course: Sequence[tuple[float, float]], language: str) -> dict[str, Any]:
    """Return what ``track.js`` draws: the track, the permitted course, the words at its ends, where the ground is."""
    texts = {"first": FIRST.in_language(language), "last": LAST.in_language(language)}
    return {"lines": track.lines, "course": course, "texts": texts, "ground": reverse("telemetry:map-ground")}


# engine ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gauge:
    """Columns of the engine table that share an axis, with their unit."""

    id: str
    label: Text
    unit: str
    columns: tuple[tuple[str, str], ...]


GAUGES = (
    Gauge("nox", Text("NOx", "NOx"), "ppm", (("nox_up_ppm", "nox_up_ppm"), ("nox_down_ppm", "nox_down_ppm"))),
    Gauge("urea", Text("反应剂余量", "Reagent level"), "%", (("urea_percent", "reagent_pct"),)),
    Gauge("scr", Text("SCR 温度", "SCR temperature"), "°C", (("scr_in_c", "scr_in_c"), ("scr_out_c", "scr_out_c"))),
    Gauge("speed", Text("车速", "Speed"), "km/h", (("speed_kmh", "speed_kmh"),)),
    Gauge("rpm", Text("发动机转速", "Engine speed"), "rpm", (("engine_rpm", "rpm"),)),
    Gauge("torque", Text("净输出扭矩", "Net torque"), "%", (("torque_percent", "net_torque_pct"),)),
    Gauge("dpf", Text("DPF 压差", "DPF pressure drop"), "kPa", (("dpf_kpa", "dpf_kpa"),)),
    Gauge("fuel", Text("燃料流量", "Fuel rate"), "L/h", (("fuel_lh", "fuel_lph"),)),
)
"""What the engine page offers: columns of the lake with the names by which a frame's fields go."""


@dataclass(frozen=True)
class EngineDay:
    """A day of engine data: how many seconds came, and one gauge by minute."""

    day: Day
    count: int
    gauge: Gauge
    figure: Figure | None
    last: Sequence[tuple[Text, str, str]]


def engine_of(lake: Lake, device: Device, day: Day, gauge: str) -> EngineDay:
    """Return a heavy diesel's engine data on a day: a gauge by minute, and the last second's values."""
    table = lake.engine_rows(start=day.start, end=day.start + DAY, devices=[device.pk])
    chosen = next((one for one in GAUGES if one.id == gauge), GAUGES[0])
    lines = [(GB17691_QUANTITIES[name], _floats(table, column)) for column, name in chosen.columns]
    figure = _figure(day, _seconds(table, day.start), lines, chosen.unit)
    return EngineDay(day, table.num_rows, chosen, figure, _last(table))


def _last(table: pa.Table) -> list[tuple[Text, str, str]]:
    if not table.num_rows:
        return []
    row = table.slice(table.num_rows - 1).to_pylist()[0]
    return [
        (GB17691_QUANTITIES[name], "—" if row[column] is None else f"{row[column]:.4g}", gauge.unit)
        for gauge in GAUGES
        for column, name in gauge.columns
    ]


# sums -----------------------------------------------------------------------------------------------------------


def _floats(table: pa.Table, column: str) -> Floats:
    return table.column(column).to_numpy(zero_copy_only=False).astype(np.float64)  # type: ignore[no-any-return]


def _seconds(table: pa.Table, start: datetime) -> NDArray[np.int64]:
    micros = table.column("start").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    return (micros - int(start.timestamp() * 1e6)) // 1_000_000  # type: ignore[no-any-return]


def _lengths(east: Floats, north: Floats) -> Floats:
    """Return the length of each step [km]; flat, which is near enough between neighbouring positions."""
    wide = np.cos(np.radians((north[1:] + north[:-1]) / 2))
    return KM_PER_DEGREE * np.hypot(np.diff(east) * wide, np.diff(north))


def _lines(east: Floats, north: Floats, joined: NDArray[np.bool_]) -> list[list[tuple[float, float]]]:
    places = [(round(x, 6), round(y, 6)) for x, y in zip(east.tolist(), north.tolist(), strict=True)]
    cuts = [0, *(np.flatnonzero(~joined) + 1).tolist(), len(places)]
    parts = [places[first:last] for first, last in pairwise(cuts)]
    return [part for part in parts if len(part) > 1]


def _figure(day: Day, seconds: NDArray[np.int64], lines: Sequence[tuple[Text, Floats]], unit: str) -> Figure | None:
    """Return lines by minute over the whole hours in which there is data; None without any."""
    if not seconds.size:
        return None
    first = int(seconds[0]) // 3600 * 3600
    steps = (int(seconds[-1]) // 3600 * 3600 + 3600 - first) // MINUTE_S
    places = (seconds - first) // MINUTE_S
    shown = tuple(Line(name, _means(places, values, steps)) for name, values in lines)
    return Figure(day.start + timedelta(seconds=first), MINUTE_S, unit, shown)


def _means(places: NDArray[np.int64], values: Floats, steps: int) -> tuple[float | None, ...]:
    known = ~np.isnan(values)
    sums = np.bincount(places[known], weights=values[known], minlength=steps)
    counts = np.bincount(places[known], minlength=steps)
    return tuple(round(total / n, 2) if n else None for total, n in zip(sums.tolist(), counts.tolist(), strict=True))
