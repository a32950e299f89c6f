"""A small lake for the air pages: two Chaoyang stations, 2019 and January 2020, hourly; one day without data."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from lantian.apps.telemetry.models import Point
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack
from tests.lake_copies import lay_copy

POINTS = ("aotizhongxin", "nongzhanguan")
LEVEL = {Factor.PM25: 70.0, Factor.PM10: 90.0, Factor.SO2: 5.0, Factor.NO2: 30.0, Factor.CO: 0.8, Factor.O3: 80.0}
FIRST, END = beijing_day(date(2019, 1, 1)), beijing_day(date(2020, 2, 1))
STORM = (beijing_day(date(2020, 1, 10), 9), beijing_day(date(2020, 1, 10), 15))
HOLE = (beijing_day(date(2020, 1, 15)), beijing_day(date(2020, 1, 16)))


def fill(root: Path) -> None:
    """Store the sample: every hour of an item holds the same value, so means are known by hand."""
    for name, zh in zip(POINTS, ("奥体中心", "农展馆"), strict=True):
        Point.objects.create(id=name, name_zh=zh, name_en=name, kind="urban", area_code="110105", evaluated=True)
    lay_copy("air-sample", _fill_lake, root)


def _fill_lake(root: Path) -> None:
    starts = np.arange(
        np.datetime64(FIRST.replace(tzinfo=None), "us"),
        np.datetime64(END.replace(tzinfo=None), "us"),
        np.timedelta64(1, "h"),
    )
    hole = (starts >= np.datetime64(HOLE[0].replace(tzinfo=None))) & (
        starts < np.datetime64(HOLE[1].replace(tzinfo=None))
    )
    kept = starts[~hole]
    lake = Lake(root)
    rows = pa.concat_tables([_rows(point, factor, kept) for point in POINTS for factor in SIX])
    known = datetime(2020, 2, 1, tzinfo=UTC)
    lake.append_readings(rows, received_at=known, source="sample")
    lake.roll_up(air_rules(load_pack("cn-110105-2018")).validity(date(2020, 1, 1)), computed_at=known)


def storm(root: Path) -> None:
    """Raise PM10 to 600 µg/m³ for six hours, 09:00–15:00 of 10 January 2020, over a background of 90."""
    first, last = (np.datetime64(moment.replace(tzinfo=None), "us") for moment in STORM)
    starts = np.arange(first, last, np.timedelta64(1, "h"))
    known = datetime(2020, 2, 1, 1, tzinfo=UTC)
    lake = Lake(root)
    rows = pa.concat_tables([_rows(point, Factor.PM10, starts, 600.0) for point in POINTS])
    lake.append_readings(rows, received_at=known, source="storm")
    lake.roll_up(air_rules(load_pack("cn-110105-2018")).validity(date(2020, 1, 1)), computed_at=known)


def _rows(point: str, factor: Factor, starts: np.ndarray, value: float | None = None) -> pa.Table:
    count = len(starts)
    return pa.table(
        {
            "point": [point] * count,
            "factor": [factor.code] * count,
            "period_s": pa.array(np.full(count, 3600), pa.int32()),
            "start": pa.array(starts).cast(pa.timestamp("us", "UTC")),
            "value": np.full(count, LEVEL[factor] if value is None else value),
            "flag": ["N"] * count,
            "verdict": ["valid"] * count,
        }
    )
