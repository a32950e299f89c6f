"""Readings of any point and period, as tests of what is passed on need them."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from lantian.lake.schema import INSTANT

Row = tuple[str, str, int, datetime, float | None]
"""Point, factor, period [s], start, value."""


def reading_rows(
    rows: Iterable[Row], *, flag: str = "N", verdict: str = "valid", reason: str | None = None
) -> pa.Table:
    """Return readings as the lake takes them, all with the same flag, verdict and reason."""
    given = list(rows)
    return pa.table(
        {
            "point": pa.array([row[0] for row in given], pa.string()),
            "factor": pa.array([row[1] for row in given], pa.string()),
            "period_s": pa.array([row[2] for row in given], pa.int32()),
            "start": pa.array([row[3] for row in given], INSTANT),
            "value": pa.array([row[4] for row in given], pa.float64()),
            "flag": pa.array([flag] * len(given), pa.string()),
            "verdict": pa.array([verdict] * len(given), pa.string()),
            "reason": pa.array([reason] * len(given), pa.string()),
        }
    )
