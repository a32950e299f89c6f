"""The lake's questions as Ibis expressions (查询): they name tables, not files, so any engine can answer.

``start`` and ``end`` bound instants as ``start <= t < end``; days are inclusive. ``as_of`` keeps what had been received
*before* that moment; None is what is known now.
"""

from collections.abc import Sequence
from datetime import date, datetime

import ibis
from ibis.expr.types import Table, Value

from lantian.lake.engine import unbound
from lantian.lake.schema import DAILY, DAILY_VIEW, HOURLY, HOURLY_VIEW, READINGS, TableSpec


def current(rows: Table, spec: TableSpec) -> Table:
    """Keep the newest version of every key (当前值)."""
    newest = ibis.row_number().over(
        group_by=[rows[name] for name in spec.key], order_by=[rows[name].desc() for name in spec.newest]
    )
    return rows.mutate(version=newest).filter(lambda row: row.version == 0).drop("version")


def known(rows: Table, as_of: datetime | Value | None) -> Table:
    """Keep what had been received before a moment."""
    return rows if as_of is None else rows.filter(rows.received_at < as_of)


def among(rows: Table, column: str, wanted: Sequence[str] | None) -> Table:
    """Keep rows whose column is one of some texts; None keeps all."""
    return rows if wanted is None else rows.filter(rows[column].isin(list(wanted)))


def chosen(rows: Table, points: Sequence[str] | None, factors: Sequence[str] | None) -> Table:
    """Keep some points and factor codes; None keeps all."""
    return among(among(rows, "point", points), "factor", factors)


def hourly_between(start: datetime | Value, end: datetime | Value) -> Table:
    """Return every version of the hourly means of a period."""
    rows = unbound(HOURLY)
    return rows.filter(rows.start >= start, rows.start < end)


def daily_between(first: date | Value, last: date | Value) -> Table:
    """Return every version of the daily means of some days."""
    rows = unbound(DAILY)
    return rows.filter(rows.day >= first, rows.day <= last)


def hourly(versions: Table, as_of: datetime | Value | None) -> Table:
    """Return current hourly means, sorted."""
    return current(known(versions, as_of), HOURLY).select(*HOURLY_VIEW).order_by(*HOURLY.key)


def daily(versions: Table, as_of: datetime | Value | None) -> Table:
    """Return current daily means, sorted."""
    return current(known(versions, as_of), DAILY).select(*DAILY_VIEW).order_by(*DAILY.key)


def coverage() -> Table:
    """Return for every point its first and last start and its number of stored readings."""
    rows = unbound(READINGS)
    return rows.group_by("point").agg(first=rows.start.min(), last=rows.start.max(), readings=rows.count())
