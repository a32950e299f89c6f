"""From readings to hours (小时均值): hour readings pass through, shorter ones are averaged over their hour.

The versions of an hour are a pure function of its readings, so rolling up late or early, at once or in steps, gives the
same rows:

* every hour reading is one version, known when it was received;
* an hour of shorter readings has a version for the last receipt before the hour ended and one for each receipt after
  it, unless an hour reading was known by then: the device's own hour is preferred.

Of several period lengths in one hour the one that covers most minutes is averaged (of equals, the longest).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from lantian.airquality.validity import ValidityRules
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake.engine import Engine
from lantian.lake.intake import constant, dictionary, instants, month_parts, named, ranks
from lantian.lake.schema import HOUR_S, HOURLY, INSTANT, INVALID, READINGS
from lantian.lake.tables import Listing, StoredTable

DONE = "roll-up.commit"
UNTIL = "roll-up.until"
"""Transactions of the hourly table: the readings commit and the moment (seconds since 1970) it has seen."""

_PASSED = f"""
SELECT point, factor, date_trunc('hour', start) AS start, value, 1::SMALLINT AS "count",
       verdict <> '{INVALID}' AND value IS NOT NULL AND isfinite(value) AS valid, received_at, "commit" AS batch
FROM readings WHERE period_s = {HOUR_S} AND "commit" > {{done}}
"""

_AVERAGED = f"""
WITH whole AS (
    SELECT point, factor, date_trunc('hour', start) AS hour, min(received_at) AS received_at
    FROM readings WHERE period_s = {HOUR_S} AND {{within}} GROUP BY ALL
), fine AS (
    SELECT *, date_trunc('hour', start) AS hour,
           verdict <> '{INVALID}' AND value IS NOT NULL AND isfinite(value) AS good
    FROM readings WHERE period_s > 0 AND period_s < {HOUR_S} AND {{within}}
), ended AS (
    SELECT point, factor, hour, bool_or(epoch(hour) + {HOUR_S} > {{since}}) AS fresh,
           min(received_at) FILTER ("commit" > {{done}}) AS changed
    FROM fine WHERE epoch(hour) + {HOUR_S} <= {{until}} GROUP BY ALL
    HAVING fresh OR changed IS NOT NULL
), receipts AS (
    SELECT point, factor, hour, received_at,
           received_at < hour + INTERVAL 1 HOUR AS early, fresh OR received_at >= changed AS touched
    FROM fine JOIN ended USING (point, factor, hour)
), moments AS (
    SELECT point, factor, hour, received_at AS moment FROM receipts WHERE NOT early AND touched
    UNION
    SELECT point, factor, hour, max(received_at) FROM receipts WHERE early GROUP BY ALL HAVING bool_or(touched)
), wanted AS (
    SELECT m.* FROM moments m ANTI JOIN whole w
    ON w.point = m.point AND w.factor = m.factor AND w.hour = m.hour AND w.received_at <= m.moment
), seen AS (
    SELECT f.point, f.factor, f.hour, moment, period_s, start,
           arg_max(CASE WHEN good THEN CAST(round_even(value * 1e6, 0) AS BIGINT) ELSE -9223372036854775808 END,
                   (received_at, "commit")) AS micro,
           max("commit") AS batch
    FROM wanted w JOIN fine f ON f.point = w.point AND f.factor = w.factor AND f.hour = w.hour
                              AND f.received_at <= w.moment
    GROUP BY ALL
), means AS (
    SELECT point, factor, hour, moment, period_s, count(*) FILTER (micro > -9223372036854775808) AS n,
           sum(micro) FILTER (micro > -9223372036854775808) AS total, max(batch) AS batch
    FROM seen GROUP BY ALL
)
SELECT point, factor, hour AS start, CASE WHEN n > 0 THEN total / n / 1e6 END AS value, n::SMALLINT AS "count",
       n * period_s >= {{needed}} AS valid, moment AS received_at,
       max(batch) OVER (PARTITION BY point, factor, hour, moment) AS batch
FROM means
QUALIFY row_number() OVER (PARTITION BY point, factor, hour, moment ORDER BY n * period_s DESC, period_s DESC) = 1
"""

_TOUCHED = f"""
SELECT DISTINCT epoch_us(start) // {HOUR_S}000000 AS hour FROM readings
WHERE period_s > 0 AND period_s < {HOUR_S} AND "commit" > {{done}}
"""
"""Hours that readings not seen before lie in; only the files that hold such are read."""


@dataclass
class Progress:
    """What a process has seen beyond what the table says: a run that found nothing to compute stores nothing.

    commit: of readings; until: the moment up to which ended hours are computed [s since 1970].
    """

    commit: int = -1
    until: int = -1


@dataclass(frozen=True)
class HourlyRollUp:
    """Brings the hourly table up to the readings; only hours with news are read."""

    engine: Engine
    readings: StoredTable
    hourly: StoredTable
    rules: ValidityRules
    computed_at: datetime
    progress: Progress = field(default_factory=Progress)

    def run(self) -> int:
        """Compute pending hours, store them in one commit, return how many versions were stored."""
        listing, target = self.readings.listing(), self.hourly.listing()
        done = max(target.transaction(DONE), self.progress.commit)
        since = max(target.transaction(UNTIL), self.progress.until)
        seen = _Seen(done, since, int(self.computed_at.timestamp()))
        newest = max((file.commit for file in listing.files), default=-1)
        pieces = [*self._passed(listing, seen), *self._averaged(listing, seen)]
        rows = pa.concat_tables(pieces) if pieces else pa.table({})
        if rows.num_rows:
            stored = stored_hours(rows, self.computed_at, self.hourly.next_commit())
            self.hourly.append(stored, {DONE: newest, UNTIL: seen.until})
        self.progress.commit, self.progress.until = newest, seen.until
        return int(rows.num_rows)

    def _passed(self, listing: Listing, seen: "_Seen") -> Iterator[pa.Table]:
        files = listing.paths(_is_month, seen.done)
        if files:
            yield self.engine.sql(_PASSED.format(done=seen.done), {READINGS: files})

    def _averaged(self, listing: Listing, seen: "_Seen") -> Iterator[pa.Table]:
        pending = set(listing.parts(seen.done)) | {part for part in listing.parts() if seen.became_due(part)}
        for day in sorted(part for part in pending if not _is_month(part)):
            hours = self._hours_of(day, listing, seen)
            if hours:
                query = _AVERAGED.format(
                    done=seen.done,
                    since=seen.since,
                    until=seen.until,
                    needed=self.rules.hour_minutes * 60,
                    within=_within(hours),
                )
                yield self.engine.sql(query, {READINGS: listing.paths({day, day[: len("2019-06")]}.__contains__)})

    def _hours_of(self, day: str, listing: Listing, seen: "_Seen") -> list[int]:
        """Return the ended hours of a day [hours since 1970] that have new readings, or ended since the last run."""
        files = listing.paths({day}.__contains__, seen.done)
        found = self.engine.sql(_TOUCHED.format(done=seen.done), {READINGS: files}).column("hour").to_pylist()
        first = int(beijing_day(date.fromisoformat(day)).timestamp()) // HOUR_S
        return [hour for hour in sorted({*found, *seen.ended()} & {*range(first, first + 24)}) if seen.is_over(hour)]


@dataclass(frozen=True)
class _Seen:
    """What the last roll-up had seen: readings up to a commit, hours that ended up to a moment [s since 1970]."""

    done: int
    since: int
    computed_at: int

    @property
    def until(self) -> int:
        return max(self.since, self.computed_at)

    def is_over(self, hour: int) -> bool:
        """Tell whether an hour [hours since 1970] has ended."""
        return (hour + 1) * HOUR_S <= self.until

    def ended(self) -> range:
        """Return the hours that ended since the last run; none in the first run, which sees all readings as new."""
        return range(0) if self.since < 0 else range(self.since // HOUR_S, self.until // HOUR_S)

    def became_due(self, part: str) -> bool:
        """Tell whether hours of a day's partition may have ended since, without new readings."""
        if self.since < 0 or _is_month(part):
            return False
        first, last = (day_of(datetime.fromtimestamp(moment, UTC)) for moment in (self.since - HOUR_S, self.until))
        return first <= date.fromisoformat(part) <= last


def _within(hours: list[int]) -> str:
    """Return the condition that a start lies in some hours; the bounds let files and row groups be left out."""
    bounds = f"start >= {_instant(hours[0])} AND start < {_instant(hours[-1] + 1)}"
    if len(hours) == hours[-1] - hours[0] + 1:
        return bounds
    return f"{bounds} AND epoch_us(start) // {HOUR_S}000000 IN ({', '.join(map(str, hours))})"


def _instant(hour: int) -> str:
    return f"TIMESTAMPTZ '{datetime.fromtimestamp(hour * HOUR_S, UTC).isoformat(sep=' ')}'"


def _is_month(part: str) -> bool:
    return len(part) == len("2019-06")


def stored_hours(rows: pa.Table, computed_at: datetime, commit: int) -> pa.Table:
    """Return hours as the table keeps them, sorted, with their partition."""
    start = instants(rows.column("start"))
    parts, names = month_parts(start)
    texts = {name: dictionary(rows.column(name)) for name in ("point", "factor")}
    order = np.lexsort((start, ranks(texts["factor"]), ranks(texts["point"]), parts))
    size = rows.num_rows
    columns = {name: texts.get(name, rows.column(name)) for name in rows.column_names}
    columns["start"] = pa.chunked_array([pa.array(start).cast(INSTANT)])
    columns["computed_at"] = constant(computed_at, INSTANT, size)
    columns["commit"] = constant(commit, pa.int64(), size)
    kept = pa.table({field.name: columns[field.name] for field in HOURLY.columns}).take(pa.array(order))
    return kept.append_column("part", named(parts[order], names))
