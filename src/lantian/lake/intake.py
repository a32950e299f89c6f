"""Rows on their way into the lake: checked, cast, freed of duplicates, partitioned and sorted, on arrays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lantian.kernel.errors import Text
from lantian.lake.errors import BadRows
from lantian.lake.schema import HOUR_S, INSTANT, READINGS

_GIVEN = ("point", "factor", "period_s", "start", "value", "flag", "verdict")
_OPTIONAL = ("reason", "frame")
_NEEDED = ("point", "factor", "period_s", "start")
_BEIJING = np.timedelta64(8, "h")


def checked(rows: pa.Table) -> pa.Table:
    """Return the columns of a reading with their types; BadRows names what is missing or does not fit."""
    missing = [name for name in _GIVEN if name not in rows.column_names]
    if missing:
        raise _bad("缺少列", "these columns are missing", ", ".join(missing))
    columns = {name: _cast(rows.column(name), name) for name in _GIVEN}
    for name in _NEEDED:
        if columns[name].null_count:
            raise _bad("有空值的列", "this column holds nulls", name)
    for name in _OPTIONAL:
        nothing = pa.nulls(rows.num_rows, READINGS.columns.field(name).type)
        columns[name] = _cast(rows.column(name), name) if name in rows.column_names else nothing
    return pa.table(columns)


def _cast(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    wanted = READINGS.columns.field(name).type
    try:
        return dictionary(column.cast(wanted)) if pa.types.is_string(wanted) else column.cast(wanted)
    except pa.ArrowInvalid as error:
        raise _bad("类型不符的列", "this column has the wrong type", f"{name}: {column.type} → {wanted}") from error


def _bad(zh: str, en: str, what: str) -> BadRows:
    return BadRows(Text(f"读数表的列不符合要求，{zh}：{what}", f"The rows are no readings; {en}: {what}"))


@dataclass(frozen=True)
class Batch:
    """What every row of one append carries."""

    received_at: datetime
    commit: int
    source: str


def stored_readings(rows: pa.Table, batch: Batch) -> pa.Table:
    """Return checked rows as the table keeps them; of rows with the same key the last one stays."""
    start = instants(rows.column("start"))
    parts, names = reading_parts(start, rows.column("period_s").to_numpy())
    series = ranks(rows.column("point")) * 65536 + ranks(rows.column("factor"))
    period = rows.column("period_s").to_numpy().astype(np.int64)
    order = np.lexsort((start, series * 131072 + period, parts))
    keep = _last_of_equal(np.stack([start, series, period])[:, order])
    chosen = order[keep]
    taken = rows.take(pa.array(chosen))
    size = len(chosen)
    return (
        taken.select(_GIVEN)
        .append_column("received_at", constant(batch.received_at, INSTANT, size))
        .append_column("commit", constant(batch.commit, pa.int64(), size))
        .append_column("source", constant(batch.source, pa.string(), size))
        .append_column("reason", taken.column("reason"))
        .append_column("frame", taken.column("frame"))
        .append_column("part", named(parts[chosen], names))
    )


def _last_of_equal(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the last of each run of equal columns."""
    keep = np.ones(keys.shape[1], dtype=bool)
    keep[:-1] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    return keep


def dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts as one dictionary array, which sorts and writes fast."""
    array = column.combine_chunks()
    return pa.chunked_array([array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)])


def ranks(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return the rank of each row's text among the texts of a dictionary column."""
    array = column.chunk(0)
    texts = array.dictionary.to_pylist()
    rank = np.empty(len(texts), dtype=np.int64)
    rank[sorted(range(len(texts)), key=lambda index: str(texts[index]))] = np.arange(len(texts))
    found: NDArray[np.int64] = rank[array.indices.to_numpy(zero_copy_only=False)] if texts else np.zeros(0, np.int64)
    return found


def instants(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return instants as microseconds since 1970 (UTC)."""
    found: NDArray[np.int64] = column.cast(pa.int64()).to_numpy()
    return found


def reading_parts(start: NDArray[np.int64], period_s: NDArray[np.int32]) -> tuple[NDArray[np.int64], list[str]]:
    """Return each reading's partition as an index, and their names: a Beijing day below the hour, else a month."""
    beijing = start.astype("datetime64[us]") + _BEIJING
    months = beijing.astype("datetime64[M]").astype(np.int64)
    if (period_s >= HOUR_S).all():
        return _indexed(months, "M")
    days = beijing.astype("datetime64[D]").astype(np.int64)
    return _indexed(np.where(period_s >= HOUR_S, months, _DAYS + days), "mixed")


_DAYS = 1 << 40
"""Added to a day's number so that days and months differ in one array."""


def month_parts(start: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the Beijing month of each instant as an index, and the months' names."""
    return _indexed((start.astype("datetime64[us]") + _BEIJING).astype("datetime64[M]").astype(np.int64), "M")


def day_parts(start: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the Beijing day of each instant as an index, and the days' names."""
    return _indexed((start.astype("datetime64[us]") + _BEIJING).astype("datetime64[D]").astype(np.int64), "D")


def year_parts(days: NDArray[np.datetime64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the year of each day as an index, and the years' names."""
    return _indexed(days.astype("datetime64[Y]").astype(np.int64), "Y")


def _indexed(numbers: NDArray[np.int64], unit: Literal["M", "D", "Y", "mixed"]) -> tuple[NDArray[np.int64], list[str]]:
    if not len(numbers):
        return numbers, []
    low = int(numbers.min())
    if int(numbers.max()) - low < 100_000:
        present = np.flatnonzero(np.bincount(numbers - low)) + low
    else:
        present = np.unique(numbers)
    return np.searchsorted(present, numbers), [_name(int(number), unit) for number in present]


def _name(number: int, unit: Literal["M", "D", "Y", "mixed"]) -> str:
    if unit == "mixed":
        return _name(number - _DAYS, "D") if number >= _DAYS >> 1 else _name(number, "M")
    return str(np.datetime64(number, unit))


def named(indices: NDArray[np.int64], names: list[str]) -> pa.Array:
    """Return texts by index, as plain strings: a partition column may not be a dictionary."""
    return pa.array(names, pa.string()).take(pa.array(indices))


def constant(value: object, kind: pa.DataType, size: int) -> pa.Array:
    if pa.types.is_string(kind):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([value], kind))
    return pa.repeat(pa.scalar(value, kind), size)
