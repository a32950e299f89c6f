"""What a spool brings into the lake (报文入库): one append a table, each row with the number of its frame.

A table's own commit records the spool's name and the last frame it holds, so a stretch that is delivered twice is
stored once, whatever tables the first delivery had reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lantian.kernel.errors import Text
from lantian.lake.errors import BadRows
from lantian.lake.intake import Batch, checked, constant, day_parts, instants, named, stored_readings
from lantian.lake.schema import ENGINE, FRAMES, INSTANT, POSITIONS, READINGS, TableSpec

NUMBERED: Mapping[TableSpec, str] = {READINGS: "frame", FRAMES: "seq", POSITIONS: "frame", ENGINE: "frame"}
"""The tables that a spool fills, and the column with the number of the frame that brought a row."""

_DAY = {FRAMES: "received_at", POSITIONS: "start", ENGINE: "start"}


@dataclass(frozen=True)
class Stretch:
    """Frames up to ``last`` of a spool, known to the lake since ``received_at`` (UTC)."""

    spool: str
    last: int
    received_at: datetime


def unseen(spec: TableSpec, rows: pa.Table, seen: int) -> pa.Table:
    """Return the rows of frames after the last one that a table holds."""
    return rows.filter(pc.greater(rows.column(NUMBERED[spec]), seen))


def stored_rows(spec: TableSpec, rows: pa.Table, stretch: Stretch, commit: int) -> pa.Table:
    """Return rows as a table keeps them: cast, sorted, with their partition; of equal keys the last row stays."""
    if spec is READINGS:
        return stored_readings(checked(rows), Batch(stretch.received_at, commit, stretch.spool))
    given: dict[str, Any] = {name: rows.column(name) for name in rows.column_names}
    given.setdefault("received_at", constant(stretch.received_at, INSTANT, rows.num_rows))
    given["commit"] = constant(commit, pa.int64(), rows.num_rows)
    kept = _cast(spec, given)
    order = _last_of_each(spec, kept)
    kept = kept.take(pa.array(order))
    parts, names = day_parts(instants(kept.column(_DAY[spec])))
    return kept.append_column("part", named(parts, names))


def _cast(spec: TableSpec, given: Mapping[str, Any]) -> pa.Table:
    missing = [field.name for field in spec.columns if field.name not in given]
    if missing:
        names = ", ".join(missing)
        raise BadRows(
            Text(f"表 {spec.name} 缺少列：{names}", f"Rows of the table {spec.name} lack the columns: {names}")
        )
    return pa.table({field.name: given[field.name] for field in spec.columns}).cast(spec.columns)


def _last_of_each(spec: TableSpec, rows: pa.Table) -> np.ndarray:
    """Return the rows to keep in the table's order: of rows with the same key the last one given."""
    numbered = rows.select(spec.key).append_column("row", pa.array(np.arange(rows.num_rows)))
    found = numbered.group_by(list(spec.key)).aggregate([("row", "max")])
    ordered = found.sort_by([(name, "ascending") for name in spec.order])
    chosen: np.ndarray = ordered.column("row_max").to_numpy()
    return chosen
