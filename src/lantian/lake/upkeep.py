"""Upkeep of the tables (维护): few large sorted files, a short log, nothing left over from writes that failed.

History lives in the rows, not in table versions, so old versions may go. Files that a reader may still hold are kept
for ``files_h`` hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lantian.kernel.instants import day_of
from lantian.lake.engine import Engine
from lantian.lake.schema import READINGS
from lantian.lake.tables import Listing, StoredTable


@dataclass(frozen=True)
class Upkeep:
    """When a partition is written anew, and what may be thrown away.

    crowded: a partition with so many files is merged by the hourly run; the daily run merges any with two.
    files_h: hours for which replaced files stay readable.
    fine_days: days for which readings shorter than an hour are kept (their hours stay); None keeps them for ever.
    """

    crowded: int = 8
    files_h: int = 2
    fine_days: int | None = None


@dataclass(frozen=True)
class UpkeepReport:
    """What a run did: partitions merged, old files removed."""

    merged: int
    removed: int = 0


def merge(engine: Engine, table: StoredTable, *, crowded: int) -> int:
    """Write each partition of at least ``crowded`` files anew as one sorted piece; return how many there were."""
    parts = _crowded(table.listing(), crowded)
    for part in parts:
        files = table.listing().paths({part}.__contains__)
        columns = ", ".join(f'"{field.name}"' for field in table.spec.columns)
        order = ", ".join(f'"{name}"' for name in (*table.spec.order, *table.spec.newest))
        query = f"SELECT {columns}, '{part}' AS part FROM \"{table.spec.name}\" ORDER BY {order}"
        table.replace_part(part, engine.sql(query, {table.spec: files}))
    return len(parts)


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
