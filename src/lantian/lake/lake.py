"""The observation lake (观测数据湖) behind one door: append, roll up, read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from lantian.airquality.grid import DayGrid, HourGrid
from lantian.airquality.validity import ValidityRules
from lantian.kernel.factors import SIX, Factor
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake import grids, questions, raw
from lantian.lake.coverage import Coverage
from lantian.lake.daily_rollup import DailyRollUp
from lantian.lake.engine import Engine
from lantian.lake.hourly_rollup import HourlyRollUp, Progress
from lantian.lake.intake import Batch, checked, stored_readings
from lantian.lake.kept import Kept
from lantian.lake.lock import WriterLock
from lantian.lake.questions import Asked
from lantian.lake.schema import DAILY, ENGINE, FRAMES, HOURLY, POSITIONS, READINGS, TABLES, TableSpec
from lantian.lake.snapshots import Snapshot, snapshot_id
from lantian.lake.streams import Stretch, stored_rows, unseen
from lantian.lake.tables import Listing, StoredTable, unreadable
from lantian.lake.upkeep import Upkeep, UpkeepReport, clean, expire, gather, merge


@dataclass(frozen=True)
class RollUpReport:
    """How many versions of hours and days a roll-up stored."""

    hours: int
    days: int


class Lake:
    """Tables of readings and their roll-ups under one root; cheap to make, safe for threads.

    root: a folder, or the URL of an object store. Tables appear when they are first written; a lake without them reads
    as empty. ``lock_wait_s`` is how long a write waits for another writer before LakeBusy.
    """

    def __init__(self, root: str | Path, *, lock_wait_s: float = 60) -> None:
        self.root = str(root) if "://" in str(root) else str(Path(root).absolute())
        self.tables: Mapping[str, StoredTable] = {name: StoredTable(self.root, spec) for name, spec in TABLES.items()}
        self.engine = Engine()
        self._kept = Kept()
        self._rolled = Progress()
        self._coverage = Coverage(self.engine)
        self.lock = WriterLock(_lock_path(self.root), wait_s=lock_wait_s)

    # -- writing ---------------------------------------------------------------------------------------------------

    def append_readings(self, rows: pa.Table, *, received_at: datetime, source: str) -> Snapshot:
        """Append readings in one commit: all of them, durably, or none.

        rows: columns point, factor (HJ 212 code), period_s, start (UTC), value, flag, verdict; of rows with the same
        key the last is kept. Verdict ``invalid`` withdraws the value from all means.
        received_at: when they became known (UTC).
        source: names this append. Repeating a name stores nothing. A stream names its appends ``stream#1``,
        ``stream#2``, … with growing numbers: only the last is remembered, an equal or smaller one stores nothing.
        Raises BadRows, LakeBusy, LakeFull.
        """
        ready = checked(rows)
        stream, number = _transaction(source)
        with self.lock.held():
            table = self.tables[READINGS.name]
            if ready.num_rows and table.listing().transaction(stream) < number:
                batch = Batch(received_at, table.next_commit(), source)
                table.append(stored_readings(ready, batch), {stream: number})
            return self.snapshot()

    def append_stretch(self, spec: TableSpec, rows: pa.Table, stretch: Stretch) -> int:
        """Append what a stretch of a spool brings to one table, in one commit; return how many rows that was.

        rows: the columns of READINGS (without what an append adds), FRAMES, POSITIONS or ENGINE, each with its frame's
        number. Rows of frames that the table holds already are left out. A clock that was set back does not make rows
        older than those before them. Raises BadRows, LakeBusy, LakeFull.
        """
        with self.lock.held():
            table = self.tables[spec.name]
            seen = self.stored_upto(spec, stretch.spool)
            fresh = unseen(spec, rows, seen)
            if not fresh.num_rows or stretch.last <= seen:
                return 0
            known = max(stretch.received_at, _instant(table.listing().received))
            stored = stored_rows(spec, fresh, replace(stretch, received_at=known), table.next_commit())
            table.append(stored, {stretch.spool: stretch.last})
            return int(stored.num_rows)

    def stored_upto(self, spec: TableSpec, spool: str) -> int:
        """Return the number of the last frame of a spool that a table has seen, 0 for none."""
        return max(self.tables[spec.name].listing().transaction(spool), 0)

    def roll_up(self, validity: ValidityRules, *, computed_at: datetime) -> RollUpReport:
        """Bring hours and days up to the readings; only periods with news are computed.

        Hours of sub-hour readings are computed once they have ended by ``computed_at``.
        """
        tables = self.tables
        with self.lock.held():
            readings, hourly = tables[READINGS.name], tables[HOURLY.name]
            hours = HourlyRollUp(self.engine, readings, hourly, validity, computed_at, self._rolled).run()
            days = DailyRollUp(self.engine, tables[HOURLY.name], tables[DAILY.name], validity, computed_at).run()
        return RollUpReport(hours, days)

    def remove_points(self, points: Sequence[str]) -> None:
        """Erase all that is stored of some points; only for made-up data that real data replace."""
        if points:
            names = ", ".join("'" + point.replace("'", "''") + "'" for point in points)
            with self.lock.held():
                for table in self.tables.values():
                    if "point" in table.spec.columns.names:
                        table.delete(f"point IN ({names})")

    def maintain(self, upkeep: Upkeep, *, now: datetime, thorough: bool = False) -> UpkeepReport:
        """Merge crowded partitions; a thorough run merges all, drops what has expired, and cleans files and log."""
        merged = removed = 0
        for table in self.tables.values():
            with self.lock.held():
                if thorough:
                    expire(table, now=now, fine_days=upkeep.fine_days)
                merged += merge(self.engine, table, upkeep, now=now, thorough=thorough)
                removed += clean(table, files_h=upkeep.files_h) if thorough else 0
        return UpkeepReport(merged, removed)

    def gather(self, upkeep: Upkeep) -> int:
        """Put the small files of days that still fill together; return how many partitions there were."""
        gathered = 0
        for table in self.tables.values():
            with self.lock.held():
                gathered += gather(table, upkeep)
        return gathered

    # -- reading ---------------------------------------------------------------------------------------------------

    def hourly(
        self,
        *,
        start: datetime,
        end: datetime,
        points: Sequence[str] | None = None,
        factors: Sequence[str] | None = None,
        as_of: datetime | None = None,
    ) -> pa.Table:
        """Return hourly means that start in ``[start, end)``, one row a point, factor (code) and hour, sorted.

        Columns point, factor, start, value, count, valid, received_at. Factors are codes or names.
        """
        asked = Asked(start, end, _texts(points), _codes(factors), as_of)
        return self._ask(asked.sql(questions.hourly), HOURLY, _months(start, end))

    def daily(
        self,
        *,
        first: date,
        last: date,
        points: Sequence[str] | None = None,
        factors: Sequence[str] | None = None,
        as_of: datetime | None = None,
    ) -> pa.Table:
        """Return daily means of Beijing days first to last (inclusive), sorted; O3 is the daily maximum 8-hour mean.

        Columns point, factor (code), day, total, count, hours, valid, received_at; the mean is total/count millionths.
        """
        asked = Asked(first, last, _texts(points), _codes(factors), as_of)
        return self._ask(asked.sql(questions.daily), DAILY, _years(first, last))

    def day_grid(self, *, first: date, last: date, points: Sequence[str], as_of: datetime | None = None) -> DayGrid:
        """Return the daily means of points, in the order given, as read-only arrays of the six factors."""
        asked, parts = Asked(first, last, tuple(points), _codes(SIX), as_of), _years(first, last)
        state = (DAILY.name, asked, self._files(DAILY, parts))
        found = self._kept.get(state)
        if not isinstance(found, DayGrid):
            rows = self._ask(asked.sql(questions.daily_versions), DAILY, parts)
            found = grids.day_grid(rows, grids.Frame(tuple(points), first, last))
            self._kept.put(state, found)
        return found

    def hour_grid(self, *, first: date, last: date, points: Sequence[str], as_of: datetime | None = None) -> HourGrid:
        """Return the valid hourly means of points, in the order given, as read-only arrays of the six factors."""
        start, end = beijing_day(first), beijing_day(last + timedelta(days=1))
        asked, parts = Asked(start, end, tuple(points), _codes(SIX), as_of), _months(start, end)
        state = (HOURLY.name, asked, self._files(HOURLY, parts))
        found = self._kept.get(state)
        if not isinstance(found, HourGrid):
            rows = self._ask(asked.sql(questions.hourly_versions), HOURLY, parts)
            found = grids.hour_grid(rows, grids.Frame(tuple(points), first, last))
            self._kept.put(state, found)
        return found

    def readings(
        self,
        *,
        start: datetime,
        end: datetime,
        points: Sequence[str] | None = None,
        factors: Sequence[str] | None = None,
        period_s: int | None = None,
        as_of: datetime | None = None,
    ) -> pa.Table:
        """Return the current readings that start in ``[start, end)`` with all their columns, withdrawn ones too.

        Sorted by point, factor, start where points are named; in no order where all are asked for.
        period_s: only readings of that length. Factors are codes or names.
        """
        between = raw.Between(start, end)
        where = raw.Where.of(
            raw.period("start", between),
            raw.among("point", points),
            raw.among("factor", _codes(factors)),
            raw.among("period_s", None if period_s is None else [period_s]),
            raw.before("received_at", as_of),
        )
        chosen = between.is_day if raw.is_fine(period_s) else between.touches
        found = raw.current(self._asked, READINGS, where, chosen)
        return found if points is None else found.sort_by([(name, "ascending") for name in READINGS.key])

    def frames(
        self,
        *,
        device: str | None = None,
        start: datetime = raw.LONG_AGO,
        end: datetime = raw.FAR,
        seqs: Sequence[int] | None = None,
        spool: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> pa.Table:
        """Return raw frames received in ``[start, end)``, in the order of their numbers, at most ``limit``.

        seqs: their numbers in the spool, a range where many follow one another.
        """
        between = raw.Between(start, end)
        where = raw.Where.of(
            raw.period("received_at", between),
            raw.among("device", None if device is None else [device]),
            raw.among("spool", None if spool is None else [spool]),
            raw.among("seq", seqs),
        )
        order = "received_at DESC, spool, seq DESC" if newest_first else "spool, seq"
        query = raw.frames(where, order, limit)
        if seqs is None:
            return self._asked(query, FRAMES, between.is_day)
        return self._over(query, FRAMES, lambda listing: listing.overlapping("seq", *_ends(seqs), between.is_day))

    def frame_spans(self, after: Mapping[str, int], *, until: datetime) -> dict[str, tuple[int, int]]:
        """Return the first and the last number of new frames by spool, up to the last one received before a moment.

        after: number of the last frame that is not new, by spool; of others all are.
        """

        def newer(listing: Listing) -> list[str]:
            numbers = {path: high for path, _, high in listing.bounds("seq")}
            spools = listing.bounds("spool")
            return [path for path, low, high in spools if low != high or numbers[path] > after.get(high, 0)]

        found = self._over(raw.spans(after, until), FRAMES, newer).to_pylist()
        return {row["spool"]: (row["first"], row["last"]) for row in found}

    def frame_pieces(self, spool: str, first: int, last: int, *, piece: int = 20_000) -> Iterator[pa.Table]:
        """Yield the frames of a spool between two numbers, in order, so many numbers at a time."""
        for start in range(first, last + 1, piece):
            stop = min(start + piece, last + 1)
            where = raw.Where.of(raw.among("spool", [spool]), raw.among("seq", range(start, stop)))
            within = partial(Listing.overlapping, column="seq", first=start, last=stop - 1)
            yield self._over(raw.frames(where, "seq"), FRAMES, within)

    def readings_of(self, spool: str, seqs: Sequence[int]) -> pa.Table:
        """Return every reading that some frames of a spool brought."""
        where = raw.Where.of(raw.among("source", [spool]), raw.among("frame", seqs))
        query = f"SELECT * FROM readings WHERE {where} ORDER BY frame, point, factor"
        return self._over(query, READINGS, lambda listing: listing.overlapping("frame", *_ends(seqs)))

    def positions(
        self, *, start: datetime, end: datetime, devices: Sequence[str] | None = None, as_of: datetime | None = None
    ) -> pa.Table:
        """Return current positions of vehicles in ``[start, end)``, sorted by device and time."""
        return self._moving(POSITIONS, start, end, devices, as_of)

    def engine_rows(
        self, *, start: datetime, end: datetime, devices: Sequence[str] | None = None, as_of: datetime | None = None
    ) -> pa.Table:
        """Return current engine data in ``[start, end)``, sorted by device and time."""
        return self._moving(ENGINE, start, end, devices, as_of)

    def engine_means(self, columns: Sequence[str], *, start: datetime, end: datetime) -> pa.Table:
        """Return minute means of some columns of current engine data in ``[start, end)``, in no order.

        Columns device, minute (since 1970, UTC) and those asked for.
        """
        between = raw.Between(start, end)
        where = raw.Where.of(raw.period("start", between))
        return raw.minute_means(self._asked, columns, where, between.is_day)

    def _moving(
        self, spec: TableSpec, start: datetime, end: datetime, devices: Sequence[str] | None, as_of: datetime | None
    ) -> pa.Table:
        between = raw.Between(start, end)
        where = raw.Where.of(
            raw.period("start", between), raw.among("device", devices), raw.before("received_at", as_of)
        )
        found = raw.current(self._asked, spec, where, between.is_day)
        return found.sort_by([(name, "ascending") for name in spec.key])

    def last_values(self, spool: str, *, upto: int, since: datetime) -> dict[tuple[str, str], float]:
        """Return the newest valid value that frames of a spool brought, by point and factor (code).

        upto: number of the last frame that counts. since: values received before need not be found.
        """
        moment = since.timestamp() * 1e6

        def recent(listing: Listing) -> list[str]:
            return [file.path for file in listing.files if file.received >= moment]

        found = self._over(raw.last_values(spool, upto), READINGS, recent).to_pydict()
        return dict(zip(zip(found["point"], found["factor"], strict=True), found["value"], strict=True))

    def coverage(self) -> pa.Table:
        """Return for each point ``first`` and ``last`` start and the number of stored ``readings``, sorted by point.

        What earlier files hold is remembered: only files that came since are read.
        """
        return self._coverage.of(self.tables[READINGS.name].listing())

    def snapshot(self, as_of: datetime | None = None) -> Snapshot:
        """Return the state that is read now, or that was known at a moment."""
        versions = {name: table.listing().version for name, table in self.tables.items()}
        if as_of is not None:
            return Snapshot(snapshot_id(as_of, self.root), as_of, versions)
        newest = max((table.listing().received for table in self.tables.values()), default=0)
        at = _instant(newest)
        return Snapshot(snapshot_id(at, str(sorted(versions.items()))), at, versions)

    def _files(self, spec: TableSpec, parts: frozenset[str]) -> tuple[str, ...]:
        return tuple(self.tables[spec.name].listing().paths(parts.__contains__))

    def _ask(self, query: str, spec: TableSpec, parts: frozenset[str]) -> pa.Table:
        return self._asked(query, spec, parts.__contains__)

    def _asked(self, query: str, spec: TableSpec, chosen: Callable[[str], bool]) -> pa.Table:
        """Run a question over the partitions chosen."""
        return self._over(query, spec, lambda listing: listing.paths(chosen))

    def _over(self, query: str, spec: TableSpec, files: Callable[[Listing], Sequence[str]]) -> pa.Table:
        """Run a question over some files of a table; once more where upkeep has removed one meanwhile."""
        table = self.tables[spec.name]
        for attempt in (1, 2):
            try:
                return self.engine.sql(query, {spec: files(table.listing())})
            except duckdb.IOException as error:  # upkeep removed a file between listing and reading
                if attempt == 2:
                    raise unreadable(table.uri, error) from error
                table.forget()
        raise AssertionError


def _lock_path(root: str) -> Path:
    return Path(root, "writer.lock")


def _ends(seqs: Sequence[int]) -> tuple[int, int]:
    return min(seqs, default=1), max(seqs, default=0)


def _instant(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _transaction(source: str) -> tuple[str, int]:
    stream, mark, number = source.rpartition("#")
    return (stream, int(number)) if mark and number.isdecimal() else (source, 0)


def _codes(factors: Sequence[str] | None) -> tuple[str, ...] | None:
    names = {factor.value: factor.code for factor in Factor}
    return None if factors is None else tuple(names.get(str(factor), str(factor)) for factor in factors)


def _texts(points: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if points is None else tuple(points)


def _years(first: date, last: date) -> frozenset[str]:
    return frozenset(str(year) for year in range(first.year, last.year + 1))


def _months(start: datetime, end: datetime) -> frozenset[str]:
    first, last = day_of(start), day_of(end)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return frozenset(str(np.datetime64(number - 1970 * 12, "M")) for number in numbers)
