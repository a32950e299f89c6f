"""The tables of the lake (数据表): columns, keys and partitions in one place.

A table is created when it is first written. To add a table, add a :class:`TableSpec` here and to :data:`TABLES`; to
add a column, add it to its schema: old files read as null, and the next write adds it to the stored table.

Columns that every table carries:

received_at: the moment at which the row's newest input was known (UTC): *as-of t* sees rows received before t.
commit: number of the commit that brought the row; it settles equal ``received_at``.
part: the partition, a Beijing month ``2019-06``, day ``2019-06-03`` or year ``2019``; never read back.
"""

from dataclasses import dataclass

import pyarrow as pa

INSTANT = pa.timestamp("us", "UTC")

INVALID = "invalid"
"""The verdict that withdraws a reading: it is kept, and counts in no mean. Any other verdict counts."""

HOUR_S = 3600


@dataclass(frozen=True)
class TableSpec:
    """One table.

    key: the columns that name a value; of rows with the same key the last in ``newest`` is current.
    newest: columns that order the versions of a key, oldest first.
    order: columns by which files are sorted.
    """

    name: str
    columns: pa.Schema
    key: tuple[str, ...]
    newest: tuple[str, ...]
    order: tuple[str, ...]

    @property
    def stored(self) -> pa.Schema:
        """The columns and the partition."""
        return self.columns.append(pa.field("part", pa.string()))

    def empty(self) -> pa.Table:
        """Return the table without rows."""
        return self.columns.empty_table()


READINGS = TableSpec(
    "readings",
    pa.schema(
        [
            ("point", pa.string()),
            ("factor", pa.string()),
            ("period_s", pa.int32()),
            ("start", INSTANT),
            ("value", pa.float64()),
            ("flag", pa.string()),
            ("verdict", pa.string()),
            ("received_at", INSTANT),
            ("commit", pa.int64()),
            ("source", pa.string()),
        ]
    ),
    key=("point", "factor", "period_s", "start"),
    newest=("received_at", "commit"),
    order=("point", "factor", "start"),
)

HOURLY = TableSpec(
    "hourly",
    pa.schema(
        [
            ("point", pa.string()),
            ("factor", pa.string()),
            ("start", INSTANT),
            ("value", pa.float64()),
            ("count", pa.int16()),
            ("valid", pa.bool_()),
            ("received_at", INSTANT),
            ("batch", pa.int64()),
            ("computed_at", INSTANT),
            ("commit", pa.int64()),
        ]
    ),
    key=("point", "factor", "start"),
    newest=("received_at", "batch", "commit"),
    order=("point", "factor", "start"),
)

DAILY = TableSpec(
    "daily",
    pa.schema(
        [
            ("point", pa.string()),
            ("factor", pa.string()),
            ("day", pa.date32()),
            ("total", pa.int64()),
            ("count", pa.int16()),
            ("hours", pa.int16()),
            ("valid", pa.bool_()),
            ("received_at", INSTANT),
            ("batch", pa.int64()),
            ("computed_at", INSTANT),
            ("commit", pa.int64()),
        ]
    ),
    key=("point", "factor", "day"),
    newest=("received_at", "batch", "commit"),
    order=("point", "factor", "day"),
)

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in (READINGS, HOURLY, DAILY)}

HOURLY_VIEW = ("point", "factor", "start", "value", "count", "valid", "received_at")
DAILY_VIEW = ("point", "factor", "day", "total", "count", "hours", "valid", "received_at")
"""What a reader of the roll-ups gets."""
