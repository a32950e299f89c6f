"""Rows on their way to the lake, as tuples in the order of a schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lantian.gateway.ingested import Seen
from lantian.lake.schema import ENGINE, INSTANT, POSITIONS

READING_ROWS = pa.schema(
    [
        ("device", pa.string()),
        ("code", pa.string()),
        ("point", pa.string()),
        ("factor", pa.string()),
        ("period_s", pa.int32()),
        ("start", INSTANT),
        ("value", pa.float64()),
        ("flag", pa.string()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("frame", pa.int64()),
    ]
)
"""Readings of frames: those of the lake's table and, before them, the device and the code as it sent it."""

_ADDED = ("received_at", "commit")
POSITION_ROWS = pa.schema([field for field in POSITIONS.columns if field.name not in _ADDED])
ENGINE_ROWS = pa.schema([field for field in ENGINE.columns if field.name not in _ADDED])

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one frame brought: how it was understood, and rows in the order of the three schemas; instants in µs."""

    seen: Seen
    readings: Sequence[Row] = ()
    positions: Sequence[Row] = ()
    engine: Sequence[Row] = ()


def table_of(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table; instants are given as microseconds since 1970 (UTC)."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.table(
        {
            field.name: pa.array(column, pa.int64() if field.type == INSTANT else field.type).cast(field.type)
            for field, column in zip(schema, columns, strict=True)
        },
        schema=schema,
    )
