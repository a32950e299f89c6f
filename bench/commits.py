"""A month of one-minute commits: does a commit, or opening the lake, grow slower as the log grows?

1,200 readings a commit, upkeep each simulated hour and thorough upkeep each simulated day, as ``lantian writer`` does.
The first day's commits are the peer of the last day's; ``LANTIAN_BENCH_DAYS`` shortens the month.
"""

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
import pyarrow as pa

from bench.figures import Figure
from lantian.kernel.factors import Factor
from lantian.lake import Lake, Upkeep
from lantian.lake.schema import INSTANT

DAYS = int(os.environ.get("LANTIAN_BENCH_DAYS", "30"))
DAY_MINUTES = 24 * 60
SITES = 200
FIRST = datetime(2019, 5, 31, 16, tzinfo=UTC)
FACTORS = (Factor.PM25, Factor.PM10, Factor.SO2, Factor.NO2, Factor.CO, Factor.O3)
FLAT = 2.0
"""The goal: the last day's figure is at most this many times the first day's."""


def minute_of_readings(minute: int) -> pa.Table:
    """Return one minute of all sites and factors, by seed."""
    size = SITES * len(FACTORS)
    start = int((FIRST + timedelta(minutes=minute)).timestamp()) * 1_000_000
    points = pa.array([f"site-{site:03}" for site in range(SITES)])
    codes = pa.array([factor.code for factor in FACTORS])
    return pa.table(
        {
            "point": points.take(pa.array(np.repeat(np.arange(SITES), len(FACTORS)))),
            "factor": codes.take(pa.array(np.tile(np.arange(len(FACTORS)), SITES))),
            "period_s": pa.array(np.full(size, 60, np.int32)),
            "start": pa.array(np.full(size, start)).cast(INSTANT),
            "value": np.random.default_rng(minute).integers(0, 200, size).astype(float),
            "flag": pa.repeat("N", size),
            "verdict": pa.repeat("", size),
        }
    )


def opening_ms(root: str) -> float:
    """Return the time to open the lake afresh and read its snapshot."""
    begun = time.perf_counter()
    Lake(root).snapshot()
    return (time.perf_counter() - begun) * 1000


def one_day(lake: Lake, day: int) -> tuple[list[float], float]:
    """Commit every minute of a day, with upkeep; return the commits' times and the time to open afterwards [ms]."""
    taken = []
    for minute in range(day * DAY_MINUTES, (day + 1) * DAY_MINUTES):
        rows, now = minute_of_readings(minute), FIRST + timedelta(minutes=minute + 1)
        begun = time.perf_counter()
        lake.append_readings(rows, received_at=now, source=f"gateway#{minute + 1}")
        taken.append((time.perf_counter() - begun) * 1000)
        if minute % 60 == 59:
            lake.maintain(Upkeep(files_h=0), now=now, thorough=minute % DAY_MINUTES == DAY_MINUTES - 1)
    return taken, opening_ms(lake.root)


def run() -> list[Figure]:
    """Simulate the days; compare the last day with the first."""
    root = tempfile.mkdtemp(prefix="lantian-bench-")
    try:
        lake = Lake(root)
        days = [one_day(lake, day) for day in range(DAYS)]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    (first, first_open), (last, last_open) = days[0], days[-1]
    of = f"of day {DAYS}, {DAYS * DAY_MINUTES:,} commits"
    return [
        _flat(f"one-minute commit, median {of}", median(last), median(first)),
        _flat(f"one-minute commit, 99th percentile {of}", _p99(last), _p99(first)),
        _flat(f"opening the lake after day {DAYS}", last_open, first_open),
    ]


def _p99(values: list[float]) -> float:
    return float(np.quantile(values, 0.99))


def _flat(what: str, now: float, then: float) -> Figure:
    return Figure(what, now, "ms", "day 1", then, goal=FLAT * then, lower_is_better=True)
