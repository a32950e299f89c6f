"""A small district for the alarms: dust sites with devices and channels, and minutes in a lake."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from lantian.apps.telemetry.models import Channel, Device, Link, Point
from lantian.lake import Lake
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack

NOW = datetime(2020, 11, 23, 2, 5, tzinfo=UTC)
"""10:05 in Beijing."""

PM10, PM25, SPEED, DIRECTION = "a34002", "a34004", "a01007", "a01008"
MINUTE = timedelta(minutes=1)
Values = Callable[[int], float | None]
"""A value for each minute before NOW, counted back: 0 is the last minute."""


def site(number: int, kind: str = "dust", factors: Sequence[str] = (PM10, PM25), *, seen: datetime = NOW) -> Point:
    """Register a point with its device and channels, which reported at ``seen``."""
    name = f"{kind}-{number}"
    point = Point.objects.create(
        id=name,
        name_zh=f"{number} 号工地",
        name_en=f"Site {number}",
        kind=kind,
        area_code="110105001",
        longitude=116.50 + 0.004 * number,
        latitude=39.92,
    )
    device = Device.objects.create(
        id=name, name_zh="扬尘仪", kind=kind, family="hj212", key=f"MN{kind}{number}", point=point, registered_at=seen
    )
    for factor in factors:
        Channel.objects.create(
            device=device, point=point, code=factor, factor=factor, name_zh=factor, unit_sent="µg/m³", unit="µg/m³",
            low=0, high=5000,
        )  # fmt: skip
    Link.objects.create(device=device, first_frame_at=seen - timedelta(days=9), last_frame_at=seen, last_data=seen)
    return point


def wave(level: float, height: float = 20.0) -> Values:
    """Return values that move, as real ones do, about a level."""
    return lambda back: round(level + height * ((back * 37 % 23) / 23 - 0.5), 1)


def steady(level: float) -> Values:
    """Return values that differ from minute to minute and whose mean over any hour is exactly the level."""
    return lambda back: level + (back * 7 % 60) - 29.5


def fill(folder: Path, series: Mapping[tuple[str, str], Values], *, minutes: int = 305, now: datetime = NOW) -> Lake:
    """Write minutes up to ``now`` into a lake, and roll them up."""
    lake = Lake(folder)
    rows: list[dict[str, object]] = []
    for (point, factor), values in series.items():
        for back in range(minutes):
            start = now.replace(second=0, microsecond=0) - (back + 1) * MINUTE
            rows.append(
                {"point": point, "factor": factor, "period_s": 60, "start": start, "value": values(back), "flag": "N",
                 "verdict": "valid"}
            )  # fmt: skip
    lake.append_readings(pa.Table.from_pylist(rows), received_at=now, source=f"test-{now.timestamp():.0f}")
    lake.roll_up(air_rules(load_pack("cn-110105-2018")).validity(now.date()), computed_at=now)
    return lake
