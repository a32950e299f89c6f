"""Readings and rules for the lake's tests, small enough to check by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from lantian.airquality.validity import ValidityRules, YearMinimum
from lantian.kernel.factors import SIX, Factor
from lantian.lake.schema import INSTANT

_YEAR = YearMinimum(324, 27, 25)
RULES = ValidityRules(
    edition="test",
    hour_minutes=45,
    day_hours={factor: 20 for factor in SIX if factor is not Factor.O3},
    window_hours=8,
    window_minimum=6,
    window_first_end=8,
    day_windows=14,
    exceeding=Decimal(160),
    month=_YEAR,
    year={},
    season={},
)
MIDNIGHT = datetime(2019, 5, 31, 16, tzinfo=UTC)
"""Beijing midnight of 2019-06-01."""

LATER = datetime(2019, 6, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """One reading; minute counts from MIDNIGHT."""

    minute: int
    value: float
    period_s: int = 3600
    point: str = "p1"
    factor: str = Factor.PM25.code
    verdict: str = "valid"


def rows(readings: Sequence[Reading]) -> pa.Table:
    """Return readings as the lake takes them."""
    return pa.table(
        {
            "point": pa.array([r.point for r in readings], pa.string()),
            "factor": pa.array([r.factor for r in readings], pa.string()),
            "period_s": pa.array([r.period_s for r in readings], pa.int32()),
            "start": pa.array([MIDNIGHT + timedelta(minutes=r.minute) for r in readings], INSTANT),
            "value": pa.array([r.value for r in readings], pa.float64()),
            "flag": pa.array(["N" for _ in readings], pa.string()),
            "verdict": pa.array([r.verdict for r in readings], pa.string()),
        }
    )


def day_of_hours(value: float, hours: int = 24) -> list[Reading]:
    """Return the first hours of the day, all alike."""
    return [Reading(hour * 60, value) for hour in range(hours)]
