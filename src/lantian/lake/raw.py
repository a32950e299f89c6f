"""Questions for rows as they came (原始数据查询): readings, frames, positions, engine data; narrowed by partition.

SQL is composed from a table's own columns and keys; whoever asks says which partitions are read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lantian.kernel.instants import day_of
from lantian.lake.schema import ENGINE, FRAMES, HOUR_S, INVALID, READINGS, TableSpec

Ask = Callable[[str, TableSpec, Callable[[str], bool]], pa.Table]
"""Runs SQL over the files of a table in the partitions chosen."""

_KEY = "key_hash"
_MINUTE_US = 60_000_000
FAR = datetime(9999, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Between:
    """A period ``start <= t < end`` and the Beijing days and months that it touches."""

    start: datetime
    end: datetime

    def is_day(self, part: str) -> bool:
        """Tell whether a partition is a day of the period."""
        return len(part) == len("2019-06-03") and self._first <= part <= self._last

    def is_month(self, part: str) -> bool:
        """Tell whether a partition is a month of the period."""
        return len(part) == len("2019-06") and self._first[:7] <= part <= self._last[:7]

    def touches(self, part: str) -> bool:
        """Tell whether a partition is a day or month of the period."""
        return self.is_day(part) or self.is_month(part)

    @property
    def _first(self) -> str:
        return _day(self.start).isoformat()

    @property
    def _last(self) -> str:
        return _day(self.end - timedelta(microseconds=1)).isoformat()


def _day(instant: datetime) -> date:
    return day_of(min(max(instant, LONG_AGO), FAR))


@dataclass(frozen=True)
class Where:
    """Conditions of a question; None leaves one out."""

    conditions: tuple[str, ...]

    @classmethod
    def of(cls, *conditions: str | None) -> "Where":
        return cls(tuple(one for one in conditions if one is not None))

    def __str__(self) -> str:
        return " AND ".join(self.conditions) or "true"


def period(column: str, between: Between) -> str:
    """Return the condition that an instant lies in a period."""
    return f"{column} >= {_instant(between.start)} AND {column} < {_instant(between.end)}"


def before(column: str, moment: datetime | None) -> str | None:
    """Return the condition that something was known before a moment."""
    return None if moment is None else f"{column} < {_instant(moment)}"


def among(column: str, wanted: Sequence[str] | Sequence[int] | None) -> str | None:
    """Return the condition that a column is one of some values, or in a range of numbers without steps."""
    if wanted is None:
        return None
    if isinstance(wanted, range):
        return f"{column} >= {wanted.start} AND {column} < {wanted.stop}"
    return f"{column} IN ({', '.join(_literal(one) for one in wanted) or 'NULL'})"


def is_fine(period_s: int | None) -> bool:
    """Tell whether readings of a period length lie in daily partitions only."""
    return period_s is not None and period_s < HOUR_S


def current(ask: Ask, spec: TableSpec, where: Where, chosen: Callable[[str], bool]) -> pa.Table:
    """Return the newest version of every key, in no order.

    Most stretches hold each key once: they are read without a sort, and only one with corrections is read again.
    """
    key = ", ".join(spec.key)
    found = ask(f'SELECT *, hash({key}) AS {_KEY} FROM "{spec.name}" WHERE {where}', spec, chosen)
    hashes = np.sort(found.column(_KEY).to_numpy())
    if not (hashes[1:] == hashes[:-1]).any():
        return found.drop_columns([_KEY])
    return ask(_newest(spec, where), spec, chosen)


def _newest(spec: TableSpec, where: Where) -> str:
    """Ask for the newest version of every key."""
    key, newest = ", ".join(spec.key), ", ".join(f'"{name}" DESC' for name in spec.newest)
    return (
        f'SELECT * FROM "{spec.name}" WHERE {where} '
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {newest}) = 1"
    )


def minute_means(ask: Ask, columns: Sequence[str], where: Where, chosen: Callable[[str], bool]) -> pa.Table:
    """Return the mean of each minute of each vehicle, of the newest version of every second, in no order.

    As in :func:`current`, what holds each second once is read without a sort: its minutes have as many rows as seconds.
    Only vehicles of which something came twice are asked for again.
    """
    found = ask(_minutes(columns, f'"{ENGINE.name}" WHERE {where}'), ENGINE, chosen)
    twice = found.filter(pc.not_equal(found.column("rows"), found.column("seconds"))).column("device").unique()
    if len(twice):
        again = Where.of(*where.conditions, among("device", twice.to_pylist()))
        corrected = ask(_minutes(columns, f"({_newest(ENGINE, again)})"), ENGINE, chosen)
        found = pa.concat_tables([found.filter(pc.invert(pc.is_in(found.column("device"), twice))), corrected])
    return found.drop_columns(["rows", "seconds"])


def _minutes(columns: Sequence[str], rows: str) -> str:
    means = ", ".join(f'avg("{name}") AS "{name}"' for name in columns)
    seconds = "bit_count(bit_or(1::BIGINT << (epoch_us(start) // 1000000 % 60)::INTEGER))"
    return (
        f"SELECT device, epoch_us(start) // {_MINUTE_US} AS minute, {means}, "
        f"count(*)::BIGINT AS rows, {seconds}::BIGINT AS seconds FROM {rows} GROUP BY ALL"
    )


def frames(where: Where, order: str, limit: int | None = None) -> str:
    """Ask for frames in an order, at most so many."""
    upto = "" if limit is None else f" LIMIT {int(limit)}"
    return f'SELECT * FROM "{FRAMES.name}" WHERE {where} ORDER BY {order}{upto}'


def spans(after: Mapping[str, int], until: datetime) -> str:
    """Ask by spool for the first and the last number of the frames after some, received before a moment."""
    known = " ".join(f"WHEN {_literal(spool)} THEN {int(seq)}" for spool, seq in after.items())
    least = f"CASE spool {known} ELSE 0 END" if known else "0"
    return (
        f'SELECT spool, min(seq) AS "first", max(seq) FILTER (received_at < {_instant(until)}) AS "last" '
        f'FROM {FRAMES.name} WHERE seq > {least} GROUP BY spool HAVING "last" IS NOT NULL ORDER BY spool'
    )


def last_values(spool: str, upto: int) -> str:
    """Ask for the newest valid value of every point and factor among the frames of a spool up to a number."""
    return (
        f"SELECT point, factor, arg_max(value, frame) AS value FROM {READINGS.name} WHERE verdict <> '{INVALID}' "
        f"AND value IS NOT NULL AND {among('source', [spool])} AND frame <= {int(upto)} GROUP BY point, factor"
    )


def _instant(moment: datetime) -> str:
    return f"TIMESTAMPTZ '{moment.astimezone(UTC).isoformat(sep=' ')}'"


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
