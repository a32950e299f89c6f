"""What detection looks at (检测窗口): the last minutes, hours and days of every series, links, tracks, maintenance.

The caller reads the stores and the clock and fills a :class:`Window`; everything after that is arithmetic on arrays.
How much it needs, ``detect`` tells: ``minutes_needed``, ``days_needed``, ``HOURS_NEEDED``, ``QUARTERS_NEEDED``.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]
Codes = NDArray[np.uint8]

USABLE_FLAGS = ("N", "S")
"""Data flags of HJ 212-2017 table 8 whose values count; no flag counts too."""

_KM_PER_DEGREE = 111.195
"""Length of a degree of latitude on a sphere of 6371 km [km]."""


def flag_code(flag: str | None) -> int:
    """Return the code of a device's data flag in ``Window.flags``; 0 where there is none.

    >>> flag_code("F"), flag_code(None)
    (70, 0)
    """
    return ord(flag[0]) if flag else 0


@dataclass(frozen=True)
class Series:
    """One channel of one point or vehicle (序列): a row of the window's arrays.

    point: "" for a vehicle. factor: as the lake keeps it; unit: as stored. low, high: the instrument's range.
    decimals: digits with which it is reported. interval_s: time between reports.
    details: what the ledger knows of the point: ``stage``, ``limits``, ``reference_oxygen``.
    """

    point: str
    device: str
    kind: str
    factor: str
    unit: str = ""
    area: str = ""
    longitude: float = float("nan")
    latitude: float = float("nan")
    low: float | None = None
    high: float | None = None
    decimals: int = 0
    interval_s: int = 60
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What the series belongs to: its point, or the vehicle."""
        return self.point or self.device


@dataclass(frozen=True, eq=False)
class Grid:
    """Values of all series by period: ``values[series, step]``, NaN where there is none; ``start`` of step 0 (UTC)."""

    start: datetime
    step_minutes: int
    values: Floats

    @property
    def steps(self) -> int:
        """The number of periods."""
        return int(self.values.shape[1])

    def at(self, step: int) -> datetime:
        """Return the start of a period."""
        return self.start + timedelta(minutes=step * self.step_minutes)

    def step_of(self, moment: datetime) -> int:
        """Return the period that holds a moment; it may lie outside the grid."""
        return (moment - self.start) // timedelta(minutes=self.step_minutes)

    def of(self, rows: Indices) -> "Grid":
        """Return the grid of some series."""
        return Grid(self.start, self.step_minutes, self.values[rows])

    def with_values(self, values: Floats) -> "Grid":
        """Return other values on the same periods."""
        return Grid(self.start, self.step_minutes, values)


@dataclass(frozen=True)
class Wind:
    """The wind in an area now: where it comes from [°] and its speed [m/s]."""

    direction_deg: float
    speed_ms: float


@dataclass(frozen=True)
class LinkFacts:
    """How a device is connected (联网事实).

    last_frame: receipt of its newest frame, None if there never was one; last_data: newest data time.
    clock_offset_s: device clock minus ours. periods, late: periods that arrived in the last day; those too late.
    """

    device: str
    kind: str
    point: str = ""
    area: str = ""
    last_frame: datetime | None = None
    last_data: datetime | None = None
    clock_offset_s: float | None = None
    periods: int = 0
    late: int = 0


@dataclass(frozen=True)
class Maintenance:
    """A maintenance window (维护窗口) of a device; give those of the last 31 days."""

    id: str
    device: str
    start: datetime
    end: datetime
    declared_at: datetime


@dataclass(frozen=True, eq=False)
class Track:
    """Positions of a vehicle (轨迹), oldest first: seconds since 1970 (UTC), degrees (WGS-84), km/h.

    route: the course it was permitted, as (longitude, latitude); empty where none is known. corridor_km: how far it may
    leave it; None as the rule says.
    """

    device: str
    kind: str
    seconds: Floats
    longitude: Floats
    latitude: Floats
    speed_kmh: Floats
    area: str = ""
    route: tuple[tuple[float, float], ...] = ()
    corridor_km: float | None = None


@dataclass(frozen=True, eq=False)
class Window:
    """Everything that one judgement looks at.

    minutes: values as reported, NaN where nothing came or the value was withdrawn; flags: their data flags as codes.
    hours: validated hour means; quarters: means of 15 minutes of the last day; days: validated daily means. Where a
    grid was not given, rules that need it find nothing; quarters are then taken from the minutes.
    active: subjects of the alarms that are active; for them the hysteresis starts in the "on" state.
    sand_dust: spans [start, end) in which sand dust is proposed or official.
    """

    now: datetime
    series: tuple[Series, ...]
    minutes: Grid
    flags: Codes
    hours: Grid
    quarters: Grid | None = None
    days: Grid | None = None
    winds: Mapping[str, Wind] = field(default_factory=dict)
    links: tuple[LinkFacts, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    tracks: tuple[Track, ...] = ()
    sand_dust: tuple[tuple[datetime, datetime], ...] = ()
    active: frozenset[str] = frozenset()

    @cached_property
    def usable(self) -> Grid:
        """The minutes whose flag lets them count."""
        codes = np.array([0, *map(flag_code, USABLE_FLAGS)], dtype=np.uint8)
        return self.minutes.with_values(np.where(np.isin(self.flags, codes), self.minutes.values, np.nan))

    def rows(self, kinds: tuple[str, ...], factor: str) -> Indices:
        """Return the series of some kinds of points and a factor."""
        found = [row for kind in kinds for row in self._by_kind.get((kind, factor), ())]
        return np.array(sorted(found), dtype=np.intp)

    def beside(self, rows: Indices, factor: str) -> Indices:
        """Return for each series that of another factor on the same device; -1 where there is none."""
        keys = ((self.series[row].place, self.series[row].device, factor) for row in rows)
        return np.array([self._by_place.get(key, -1) for key in keys], dtype=np.intp)

    def positions_km(self, rows: Indices) -> Floats:
        """Return places on a plane [km east, km north]; NaN where a position is unknown."""
        return self._plane[rows]

    @cached_property
    def _plane(self) -> Floats:
        degrees = np.array([(each.longitude, each.latitude) for each in self.series], dtype=np.float64).reshape(-1, 2)
        return to_km(degrees)

    @cached_property
    def _by_kind(self) -> dict[tuple[str, str], list[int]]:
        rows: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, each in enumerate(self.series):
            rows[each.kind, each.factor].append(row)
        return dict(rows)

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, str], int]:
        return {(each.place, each.device, each.factor): row for row, each in enumerate(self.series)}


def to_km(degrees: Floats) -> Floats:
    """Return positions [°E, °N] on a plane [km]; the error inside a district of 40 km stays below 0.3 %.

    >>> to_km(np.array([[0.0, 60.0], [0.0, 61.0]]))[:, 1].round(1).tolist()
    [6671.7, 6782.9]
    """
    known = degrees[~np.isnan(degrees[:, 1]), 1]
    middle = float(np.median(known)) if known.size else 0.0
    return np.stack([degrees[:, 0] * _KM_PER_DEGREE * np.cos(np.radians(middle)), degrees[:, 1] * _KM_PER_DEGREE], 1)
