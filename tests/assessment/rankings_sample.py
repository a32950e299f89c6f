"""Four streets with points in a lake of known days: October 2026 with what sets them apart, September flat."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from lantian.apps.telemetry.models import Point
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack

PACK = "cn-110105-2018"
KNOWN = datetime(2026, 11, 1, 2, tzinfo=UTC)
LEVELS = {"110105001": 30, "110105002": 40, "110105003": 40, "110105004": 50}
"""PM2.5 of October by street [µg/m³]; PM10 lies 20 above, and 30 in the last."""


def add_point(street: str, number: int = 1, kind: str = "micro") -> Point:
    """Store a point of a street."""
    return Point.objects.create(
        id=f"{kind}-{street}-{number}", name_zh=f"{street}-{number}", kind=kind, area_code=street
    )


def days_of(point: str, factor: Factor, first: date, values: Sequence[float]) -> list[dict[str, Any]]:
    """Return 24 equal hourly readings for each day; a value below -900 is no reading."""
    rows = []
    for number, value in enumerate(values):
        start = beijing_day(first + timedelta(days=number))
        rows += [
            {
                "point": point, "factor": factor.code, "period_s": 3600, "start": start + timedelta(hours=hour),
                "value": float(value), "flag": "N", "verdict": "ok",
            }
            for hour in range(24) if value > -900
        ]  # fmt: skip
    return rows


def store(folder: Path, rows: list[dict[str, Any]], *, received: datetime = KNOWN, name: str = "sample") -> str:
    """Append readings to the lake of a folder and roll them up; return its address."""
    lake = Lake(folder)
    lake.append_readings(pa.Table.from_pylist(rows), received_at=received, source=name)
    lake.roll_up(air_rules(load_pack(PACK)).validity(received.date()), computed_at=received + timedelta(minutes=1))
    return lake.root


def sample(folder: Path, *, short: int = 0) -> str:
    """Store September and October; short: days of October that the third street's point lacks."""
    rows: list[dict[str, Any]] = []
    for street, level in LEVELS.items():
        point = add_point(street).pk
        missing = short if street.endswith("3") else 0
        october = [level + (day % 3) for day in range(31 - missing)]
        coarse = 30 if street.endswith("4") else 20
        rows += days_of(point, Factor.PM25, date(2026, 9, 1), [45] * 30 + october)
        rows += days_of(point, Factor.PM10, date(2026, 9, 1), [65] * 30 + [value + coarse for value in october])
    return store(folder, rows)
