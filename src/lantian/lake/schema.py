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
            ("reason", pa.string()),
            ("frame", pa.int64()),
        ]
    ),
    key=("point", "factor", "period_s", "start"),
    newest=("received_at", "commit"),
    order=("point", "factor", "start"),
)
"""Readings (读数). flag: the device's data flag; verdict: ours; reason: why the verdict is not ``valid``; frame: the
sequence number of the frame in its spool, null for readings that came in files. ``source`` names the spool or file.
"""

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

FRAMES = TableSpec(
    "frames",
    pa.schema(
        [
            ("spool", pa.string()),
            ("seq", pa.int64()),
            ("family", pa.string()),
            ("device", pa.string()),
            ("peer", pa.string()),
            ("verdict", pa.string()),
            ("raw", pa.binary()),
            ("hash", pa.binary()),
            ("received_at", INSTANT),
            ("commit", pa.int64()),
        ]
    ),
    key=("spool", "seq"),
    newest=("received_at", "commit"),
    order=("spool", "seq"),
)
"""Raw frames (原始报文) as received; evidence, never rewritten. hash: SHA-256 of raw; verdict: names of faults.

received_at is each frame's own receipt; the partition is its Beijing day.
"""

POSITIONS = TableSpec(
    "positions",
    pa.schema(
        [
            ("device", pa.string()),
            ("start", INSTANT),
            ("longitude", pa.float64()),
            ("latitude", pa.float64()),
            ("altitude_m", pa.float64()),
            ("speed_kmh", pa.float64()),
            ("direction", pa.int16()),
            ("status", pa.int64()),
            ("alarm", pa.int64()),
            ("mileage_km", pa.float64()),
            ("received_at", INSTANT),
            ("commit", pa.int64()),
            ("frame", pa.int64()),
        ]
    ),
    key=("device", "start"),
    newest=("received_at", "commit"),
    order=("device", "start"),
)
"""Positions of vehicles (车辆定位), WGS-84; status, alarm: bits of JT/T 808."""

ENGINE = TableSpec(
    "engine",
    pa.schema(
        [
            ("device", pa.string()),
            ("start", INSTANT),
            ("speed_kmh", pa.float64()),
            ("engine_rpm", pa.float64()),
            ("torque_percent", pa.float64()),
            ("friction_percent", pa.float64()),
            ("fuel_lh", pa.float64()),
            ("nox_up_ppm", pa.float64()),
            ("nox_down_ppm", pa.float64()),
            ("urea_percent", pa.float64()),
            ("air_kgh", pa.float64()),
            ("scr_in_c", pa.float64()),
            ("scr_out_c", pa.float64()),
            ("dpf_kpa", pa.float64()),
            ("coolant_c", pa.float64()),
            ("tank_percent", pa.float64()),
            ("pressure_kpa", pa.float64()),
            ("longitude", pa.float64()),
            ("latitude", pa.float64()),
            ("mileage_km", pa.float64()),
            ("received_at", INSTANT),
            ("commit", pa.int64()),
            ("frame", pa.int64()),
        ]
    ),
    key=("device", "start"),
    newest=("received_at", "commit"),
    order=("device", "start"),
)
"""Engine data of heavy diesels (发动机数据流, GB 17691-2018 Annex Q), a row a second; invalid values are null."""

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in (READINGS, HOURLY, DAILY, FRAMES, POSITIONS, ENGINE)}

HOURLY_VIEW = ("point", "factor", "start", "value", "count", "valid", "received_at")
DAILY_VIEW = ("point", "factor", "day", "total", "count", "hours", "valid", "received_at")
"""What a reader of the roll-ups gets."""
