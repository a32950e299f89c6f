"""The lake's questions compiled once (查询模板): Ibis writes the SQL of a shape, each question fills its slots.

Compiling takes longer than most answers; the shapes are few, the points and periods many.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache

import ibis
from ibis.expr.types import Table, Value

from lantian.lake import expressions
from lantian.lake.schema import DAILY, HOURLY

Template = Callable[[frozenset[str]], str]
"""Makes the SQL of a question out of the names of the slots that it fills."""

_SLOT = re.compile(r"'⟨(\w+)⟩'")
HOURLY_LAID = ("point", "factor", "start", "value", "valid", *HOURLY.newest)
DAILY_LAID = ("point", "factor", "day", "total", "count", "hours", "valid", *DAILY.newest)
"""What a grid is laid out from."""


@dataclass(frozen=True)
class Asked:
    """What a question is narrowed by; None leaves a bound out.

    first, last: instants ``first <= t < last``, or days, both inclusive. as_of: what was received before.
    """

    first: date
    last: date
    points: tuple[str, ...] | None = None
    factors: tuple[str, ...] | None = None
    as_of: datetime | None = None

    def sql(self, template: Template) -> str:
        """Return the question as SQL."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        given = {name: _literal(value) for name, value in values.items() if value is not None}
        return _SLOT.sub(lambda slot: given[slot[1]], template(frozenset(given)))


def _literal(value: date | Sequence[str]) -> str:
    texts = [value.isoformat()] if isinstance(value, date) else value
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts) or "NULL"


@cache
def hourly(given: frozenset[str]) -> str:
    """Ask for current hourly means, sorted."""
    return _compiled(expressions.hourly(_hours(given), _as_of(given)))


@cache
def daily(given: frozenset[str]) -> str:
    """Ask for current daily means, sorted."""
    return _compiled(expressions.daily(_days(given), _as_of(given)))


@cache
def hourly_versions(given: frozenset[str]) -> str:
    """Ask for every version of hourly means, unsorted, as a grid is laid out from them."""
    return _compiled(expressions.known(_hours(given), _as_of(given)).select(*HOURLY_LAID))


@cache
def daily_versions(given: frozenset[str]) -> str:
    """Ask for every version of daily means, unsorted, as a grid is laid out from them."""
    return _compiled(expressions.known(_days(given), _as_of(given)).select(*DAILY_LAID))


def _hours(given: frozenset[str]) -> Table:
    return _narrowed(expressions.hourly_between(_instant("first"), _instant("last")), given)


def _days(given: frozenset[str]) -> Table:
    return _narrowed(expressions.daily_between(_day("first"), _day("last")), given)


def _narrowed(rows: Table, given: frozenset[str]) -> Table:
    points, factors = ([_slot(name)] if name in given else None for name in ("points", "factors"))
    return expressions.chosen(rows, points, factors)


def _as_of(given: frozenset[str]) -> Value | None:
    return _instant("as_of") if "as_of" in given else None


def _slot(name: str) -> str:
    return f"⟨{name}⟩"


def _instant(name: str) -> Value:
    return ibis.literal(_slot(name)).cast("timestamp('UTC', 6)")


def _day(name: str) -> Value:
    return ibis.literal(_slot(name)).cast("date")


def _compiled(question: Table) -> str:
    return str(ibis.to_sql(question, dialect="duckdb"))
