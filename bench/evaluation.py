"""The annual evaluation from the lake: 35 stations, four years of hours, read, averaged and judged."""

import tempfile
from datetime import UTC, date, datetime
from time import perf_counter

import numpy as np
import pyarrow as pa

from bench.figures import Figure
from lantian.airquality.daily import day_grid
from lantian.airquality.evaluation import evaluate
from lantian.airquality.grid import DayGrid
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake
from lantian.policy.air import AirRules, air_rules
from lantian.policy.reader import load_pack

POINTS = tuple(f"point-{number:02}" for number in range(35))
YEARS = (2017, 2018, 2019, 2020)
FIRST, LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
RECEIVED = datetime(2021, 1, 2, tzinfo=UTC)
GOAL_S = 1.0
WHAT = f"annual evaluation, {len(POINTS)} stations x {len(YEARS)} years"


def run() -> list[Figure]:
    """Measure the evaluation from hours and from the stored days, each by a reader that has read nothing yet."""
    air = air_rules(load_pack("cn"))
    with tempfile.TemporaryDirectory() as folder:
        _fill(Lake(folder), air)
        Lake(folder).day_grid(first=FIRST, last=FIRST, points=POINTS)  # the queries are compiled once a process
        from_days = _seconds(folder, air, hours=False)
        from_hours = _seconds(folder, air, hours=True)
    return [
        Figure(f"{WHAT}, from stored days", from_days, "s", goal=GOAL_S, lower_is_better=True),
        Figure(f"{WHAT}, from hours", from_hours, "s", goal=GOAL_S, lower_is_better=True),
    ]


def _fill(lake: Lake, air: AirRules) -> None:
    random = np.random.default_rng(1)
    for year in YEARS:
        lake.append_readings(_readings(year, random), received_at=RECEIVED, source=f"bench#{year}")
    lake.roll_up(air.validity(FIRST), computed_at=RECEIVED)


def _readings(year: int, random: np.random.Generator) -> pa.Table:
    first, last = (np.datetime64(beijing_day(date(y, 1, 1)).replace(tzinfo=None), "us") for y in (year, year + 1))
    hours = np.arange(first, last, np.timedelta64(1, "h"))
    rows = len(POINTS) * len(SIX) * len(hours)
    factors = np.array([factor.code for factor in SIX])
    scale = np.array([0.01 if factor is Factor.CO else 1.0 for factor in SIX])
    values = random.integers(1, 400, (len(POINTS), len(SIX), len(hours))) * scale[:, np.newaxis]
    return pa.table(
        {
            "point": np.repeat(np.array(POINTS), rows // len(POINTS)),
            "factor": np.tile(np.repeat(factors, len(hours)), len(POINTS)),
            "period_s": pa.array(np.full(rows, 3600, np.int32)),
            "start": pa.array(np.tile(hours, rows // len(hours))).cast(pa.timestamp("us", "UTC")),
            "value": values.ravel(),
            "flag": pa.nulls(rows, pa.string()),
            "verdict": pa.nulls(rows, pa.string()),
        }
    )


def _seconds(folder: str, air: AirRules, *, hours: bool) -> float:
    lake = Lake(folder)
    started = perf_counter()
    days = _days_of_hours(lake, air) if hours else lake.day_grid(first=FIRST, last=LAST, points=POINTS)
    for year in YEARS:
        evaluate(days, year, air.evaluation(date(year, 12, 31)))
    return perf_counter() - started


def _days_of_hours(lake: Lake, air: AirRules) -> DayGrid:
    return day_grid(lake.hour_grid(first=FIRST, last=LAST, points=POINTS), air.validity(FIRST))
