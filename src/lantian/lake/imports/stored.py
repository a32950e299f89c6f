"""What the lake holds already: a reading with the value that is current there is not stored again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.lake.lake import Lake

Covered = Mapping[str, tuple[datetime, datetime]]
"""First and last start of the readings of each point."""


def differing(lake: Lake, rows: pa.Table, covered: Covered) -> pa.Table:
    """Return the rows (hourly readings) whose value is not the current one of their point, factor and hour."""
    points = set(pc.unique(rows.column("point").cast(pa.string())).to_pylist()) & set(covered)
    bounds = pc.min_max(rows.column("start")).as_py()
    overlapping = [p for p in points if covered[p][0] <= bounds["max"] and covered[p][1] >= bounds["min"]]
    if not overlapping:
        return rows
    known = lake.hourly(start=bounds["min"], end=bounds["max"] + timedelta(hours=1), points=overlapping)
    return rows.filter(pa.array(~_equal(rows, known)))


def _equal(rows: pa.Table, known: pa.Table) -> NDArray[np.bool_]:
    """Tell for each row whether a known row has its key and value."""
    names: dict[str, int] = {}
    keys, known_keys = _keys(rows, names), _keys(known, names)
    if not len(known_keys):
        return np.zeros(len(keys), dtype=np.bool_)
    order = np.argsort(known_keys)
    at = np.minimum(np.searchsorted(known_keys[order], keys), len(order) - 1)
    match = order[at]
    values, known_values = rows.column("value").to_numpy(), known.column("value").to_numpy()
    found: NDArray[np.bool_] = (known_keys[match] == keys) & (known_values[match] == values)
    return found


def _keys(rows: pa.Table, names: dict[str, int]) -> NDArray[np.int64]:
    """Return point, factor and hour as one number; ``names`` gives every text its number and grows."""
    hours = rows.column("start").cast(pa.int64()).to_numpy() // 3_600_000_000
    point, factor = (_numbers(rows.column(column), names) for column in ("point", "factor"))
    keys: NDArray[np.int64] = ((point << 16) + factor << 24) + hours
    return keys


def _numbers(column: pa.ChunkedArray, names: dict[str, int]) -> NDArray[np.int64]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    numbers = [names.setdefault(text, len(names)) for text in encoded.dictionary.to_pylist()]
    found: NDArray[np.int64] = np.array(numbers or [0], dtype=np.int64)[encoded.indices.to_numpy(zero_copy_only=False)]
    return found
