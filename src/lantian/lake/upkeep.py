"""Upkeep of the tables (维护): few large sorted files, a short log, nothing left over from writes that failed.

A day that still fills gets a file every few seconds. Its small files are put together as they are, in the order of
their arrival, which suits questions for the last hour; once the day is over it is sorted. Raw frames, positions and
engine data arrive in the order in which they are asked for and are never sorted.

History lives in the rows, not in table versions, so old versions may go. Files that a reader may still hold are kept
for ``files_h`` hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lantian.kernel.instants import day_of
from lantian.lake.engine import Engine
from lantian.lake.schema import ENGINE, FRAMES, POSITIONS, READINGS
from lantian.lake.tables import Listing, StoredTable

_AS_THEY_CAME = (FRAMES, POSITIONS, ENGINE)


@dataclass(frozen=True)
class Upkeep:
    """When a partition is written anew, and what may be thrown away.

    crowded: a partition with so many files is merged by the hourly run; the daily run merges any with two.
    small_files: an open day of so many files below gathered_bytes has them put together.
    files_h: hours for which replaced files stay readable.
    fine_days: days for which readings shorter than an hour are kept (their hours stay); None keeps them for ever.
    """

    crowded: int = 8
    small_files: int = 100
    gathered_bytes: int = 8 << 20
    files_h: int = 2
    fine_days: int | None = None


@dataclass(frozen=True)
class UpkeepReport:
    """What a run did: partitions merged, old files removed."""

    merged: int
    removed: int = 0


def gather(table: StoredTable, upkeep: Upkeep) -> int:
    """Put the small files of crowded days together; return how many partitions there were."""
    small = [file.part for file in table.listing().files if file.size < upkeep.gathered_bytes]
    parts = sorted({part for part in small if _is_day(part) and small.count(part) >= upkeep.small_files})
    table.gather(parts, upkeep.gathered_bytes)
    return len(parts)


def merge(engine: Engine, table: StoredTable, upkeep: Upkeep, *, now: datetime, thorough: bool) -> int:
    """Write each crowded partition anew as one sorted piece, an open day or raw rows only together.

    Returns how many partitions there were.
    """
    parts = _crowded(table.listing(), 2 if thorough else upkeep.crowded)
    today = day_of(now).isoformat()
    as_they_are = [part for part in parts if table.spec in _AS_THEY_CAME or (_is_day(part) and part >= today)]
    table.gather(as_they_are, upkeep.gathered_bytes)
    for part in sorted({*parts} - {*as_they_are}):
        files = table.listing().paths({part}.__contains__)
        columns = ", ".join(f'"{field.name}"' for field in table.spec.columns)
        order = ", ".join(f'"{name}"' for name in (*table.spec.order, *table.spec.newest))
        query = f"SELECT {columns}, '{part}' AS part FROM \"{table.spec.name}\" ORDER BY {order}"
        table.replace_part(part, engine.stream(query, {table.spec: files}))
    return len(parts)


def _is_day(part: str) -> bool:
    return len(part) == len("2019-06-03")


def _crowded(listing: Listing, crowded: int) -> Sequence[str]:
    parts = [file.part for file in listing.files]
    return [part for part in listing.parts() if parts.count(part) >= crowded]


def clean(table: StoredTable, *, files_h: int) -> int:
    """Remove files and log entries that no reader needs; return how many files went."""
    return table.clean(files_h)


def expire(table: StoredTable, *, now: datetime, fine_days: int | None) -> None:
    """Drop whole days of fine readings that are older than they are kept."""
    if fine_days is None or table.spec is not READINGS:
        return
    limit = (day_of(now) - timedelta(days=fine_days)).isoformat()
    expired = [part for part in table.listing().parts() if len(part) == len(limit) and part < limit]
    if expired:
        table.delete(f"part IN ({', '.join(repr(part) for part in expired)})")
