"""Store and query 20 million readings beside SQLite: 2,000 sites, one factor, every five minutes, 35 days."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from bench.figures import Figure
from lantian.kernel.factors import Factor
from lantian.lake import Lake, Upkeep
from lantian.lake.engine import unbound
from lantian.lake.schema import INSTANT, READINGS

SITES, DAYS, PERIOD_S = 2000, 35, 300
STEPS = 86_400 // PERIOD_S
ROWS = SITES * DAYS * STEPS
FIRST = datetime(2019, 5, 31, 16, tzinfo=UTC)
SERIES = "site-0777"
DAY = FIRST + timedelta(days=20)
LAST = FIRST + timedelta(days=DAYS - 1)


def day_of_readings(number: int) -> pa.Table:
    """Return one day of all sites, by seed; values are whole µg/m³ that wander."""
    chance = np.random.default_rng(number)
    values = np.abs(np.rint(60 + np.cumsum(chance.normal(0, 2, (SITES, STEPS)), axis=1)))
    start = int((FIRST + timedelta(days=number)).timestamp()) + PERIOD_S * np.arange(STEPS)
    size = SITES * STEPS
    return pa.table(
        {
            "point": pa.array([f"site-{site:04}" for site in range(SITES)]).take(np.repeat(np.arange(SITES), STEPS)),
            "factor": pa.repeat(Factor.PM25.code, size),
            "period_s": pa.array(np.full(size, PERIOD_S, np.int32)),
            "start": pa.array(np.tile(start * 1_000_000, SITES)).cast(INSTANT),
            "value": values.ravel(),
            "flag": pa.repeat("N", size),
            "verdict": pa.repeat("valid", size),
        }
    )


def fill_lake(lake: Lake) -> float:
    """Append every day and put the files in order; return the seconds."""
    begun = time.perf_counter()
    for number in range(DAYS):
        received = FIRST + timedelta(days=number + 1)
        lake.append_readings(day_of_readings(number), received_at=received, source=f"bench#{number}")
    lake.maintain(Upkeep(files_h=0), now=LAST, thorough=True)
    return time.perf_counter() - begun


def fill_sqlite(connection: sqlite3.Connection) -> float:
    """Insert the same rows under a primary key; return the seconds."""
    begun = time.perf_counter()
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE r (day INT, site INT, t INT, v REAL, PRIMARY KEY (day, site, t)) WITHOUT ROWID")
    for number in range(DAYS):
        day = day_of_readings(number)
        stamps = (day.column("start").cast(pa.int64()).to_numpy() // 1_000_000).tolist()
        sites = np.repeat(np.arange(SITES), STEPS).tolist()
        values = day.column("value").to_pylist()
        connection.executemany(
            "INSERT INTO r VALUES (?, ?, ?, ?)", zip([number] * len(sites), sites, stamps, values, strict=True)
        )
        connection.commit()
    return time.perf_counter() - begun


def hourly_means() -> Table:
    """q1: hourly means of all sites for a day."""
    rows = unbound(READINGS)
    chosen = rows.filter(rows.start >= DAY, rows.start < DAY + timedelta(days=1))
    return chosen.group_by("point", hour=chosen.start.truncate("h")).agg(mean=chosen.value.mean())


def series() -> Table:
    """q2: thirty days of one site."""
    rows = unbound(READINGS)
    chosen = rows.filter(rows.point == SERIES, rows.start < FIRST + timedelta(days=30))
    return chosen.select("start", "value").order_by("start")


def percentiles() -> Table:
    """q3: the 98th percentile of each site over all readings."""
    rows = unbound(READINGS)
    return rows.group_by("point").agg(p98=rows.value.quantile(0.98))


def latest() -> Table:
    """q4: the latest value of each site."""
    rows = unbound(READINGS)
    return rows.group_by("point").agg(value=rows.value.argmax(rows.start), start=rows.start.max())


@dataclass(frozen=True)
class Question:
    """One query in both stores; days: the partitions that the lake has to open; goal [ms]."""

    what: str
    ask: Callable[[], Table]
    days: frozenset[str] | None
    sql: str
    goal: float | None = None


def day_names(first: int, last: int) -> frozenset[str]:
    """Return the partitions of the days numbered first to last."""
    return frozenset(f"{FIRST + timedelta(days=number, hours=8):%Y-%m-%d}" for number in range(first, last + 1))


QUESTIONS = (
    Question(
        "q1 hourly means of 2,000 sites, one day",
        hourly_means,
        day_names(20, 20),
        "SELECT site, t / 3600, avg(v) FROM r WHERE day = 20 GROUP BY 1, 2",
        300,
    ),
    Question(
        "q2 30-day chart of one site",
        series,
        day_names(0, 29),
        f"SELECT t, v FROM r WHERE day IN {tuple(range(30))} AND site = 777 ORDER BY t",
        100,
    ),
    Question(
        "q3 98th percentile of each site, all readings",
        percentiles,
        None,
        "SELECT site, v FROM (SELECT site, v, row_number() OVER (PARTITION BY site ORDER BY v) AS n,"
        " count(*) OVER (PARTITION BY site) AS c FROM r) WHERE n = CAST(0.98 * c AS INT)",
    ),
    Question(
        "q4 latest value of each site",
        latest,
        day_names(34, 34),
        "SELECT site, v, max(t) FROM r WHERE day = 34 GROUP BY site",
        20,
    ),
)


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def ask_lake(lake: Lake, question: Question) -> int:
    """Ask the lake as a page would: list the files, compile, run."""
    listing = lake.tables[READINGS.name].listing()
    files = listing.paths() if question.days is None else listing.paths(question.days.__contains__)
    return int(lake.engine.ask(question.ask(), {READINGS: files}).num_rows)


def compare(lake: Lake, connection: sqlite3.Connection, question: Question) -> Figure:
    """Time one question in both stores."""
    ours = milliseconds(lambda: ask_lake(lake, question), 5)
    theirs = milliseconds(lambda: connection.execute(question.sql).fetchall(), 1)
    return Figure(question.what, ours, "ms", "SQLite", theirs, question.goal, lower_is_better=True)


def size(folder: Path) -> int:
    """Return the bytes of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def run() -> list[Figure]:
    """Fill both stores and ask both the four questions."""
    folder = Path(tempfile.mkdtemp(prefix="lantian-bench-"))
    try:
        lake, connection = Lake(folder / "lake"), sqlite3.connect(folder / "peer.sqlite3")
        ours, theirs = fill_lake(lake), fill_sqlite(connection)
        stored = size(folder / "lake" / READINGS.name) / ROWS
        peer = size(folder) / ROWS - stored
        return [
            Figure("readings appended and put in order", ROWS / ours, "rows/s", "SQLite", ROWS / theirs),
            Figure("store", stored, "bytes/reading", "SQLite", peer, 2.0, lower_is_better=True),
            *(compare(lake, connection, question) for question in QUESTIONS),
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
