"""The pack in use (政策包): layers from the district to the country, looked up by day.

A record of a nearer layer takes the place of one with the same table and id in a farther layer on the days on which
it is in force; on other days the farther one still holds.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

from lantian.kernel.errors import Text
from lantian.policy.layer import Header, Layer
from lantian.policy.problems import PackError, Problem, Where, one_of
from lantian.policy.records import Record

R = TypeVar("R", bound=Record)
Editions = dict[str, list[Record]]
"""Records of one table by id; nearest layer first, inside a layer as written."""


@dataclass(frozen=True, eq=False)
class Pack:
    """Layers, nearest first, and their records by table."""

    layers: tuple[Layer, ...]
    _tables: dict[str, Editions] = field(default_factory=dict, repr=False)
    _plans: dict[str, Header] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, layers: Sequence[Layer]) -> "Pack":
        """Index the records of layers given nearest first."""
        tables: dict[str, Editions] = defaultdict(lambda: defaultdict(list))
        for layer in layers:
            for record in layer.records:
                tables[record.table][record.id].append(record)
        return cls(tuple(layers), {table: dict(editions) for table, editions in tables.items()}, _plans(layers))

    @property
    def header(self) -> Header:
        """The nearest layer's header."""
        return cast(Header, self.layers[0].header)

    @property
    def plan(self) -> Header:
        """The header of the pack's own plan: the nearest layer's that has articles, or the nearest one's."""
        return self._plans.get(self.layers[0].folder.name, self.header)

    def plan_of(self, record: Record) -> Header:
        """Return the header of the plan whose article a record stands on: its own layer's, or the nearest below."""
        return self._plans.get(record.origin.pack if record.origin else "", self.plan)

    @property
    def id(self) -> str:
        """The nearest layer's id, by which the pack is called."""
        return self.header.id

    @property
    def zh(self) -> str:
        """The pack's Chinese name."""
        return self.header.zh

    @property
    def en(self) -> str:
        """The pack's English name."""
        return self.header.en

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that have records, in order of name."""
        return tuple(sorted(self._tables))

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return the records that are in force on at least one day: none that nearer ones hide altogether."""
        return cast(tuple[R, ...], tuple(self.table(kind.table)))

    def table(self, table: str) -> Iterator[Record]:
        """Return the records of a table by its name, as :meth:`all` does."""
        for editions in self._tables.get(table, {}).values():
            yield from (record for index, record in enumerate(editions) if not _hidden(record, editions[:index]))

    def on(self, kind: type[R], day: date) -> tuple[R, ...]:
        """Return the records in force on a day, one per id."""
        found = (_holding(editions, day) for editions in self._tables.get(kind.table, {}).values())
        return cast(tuple[R, ...], tuple(record for record in found if record))

    def find(self, kind: type[R], name: str, on: date | None = None) -> R | None:
        """Return the record of an id on a day, or None; without a day only where its editions leave no doubt."""
        editions = self._tables.get(kind.table, {}).get(name, [])
        if on is None:
            seen = [record for index, record in enumerate(editions) if not _hidden(record, editions[:index])]
            return cast(R, seen[0]) if len(seen) == 1 else None
        return cast("R | None", _holding(editions, on))

    def get(self, kind: type[R], name: str, on: date | None = None) -> R:
        """Return the record of an id on a day.

        Raises PackError where there is none, or where several editions exist and no day was given.
        """
        record = self.find(kind, name, on)
        if record is None:
            raise PackError([self._absent(kind, name, on)])
        return record

    def _absent(self, kind: type[Record], name: str, on: date | None) -> Problem:
        editions = self._tables.get(kind.table, {})
        where = Where(self.id, table=kind.table, record=name)
        if name not in editions:
            return Problem(
                "no-record", where, Text("没有这条记录", "there is no such record"), name, one_of(name, editions)
            )
        spans = ", ".join(_span(record) for record in editions[name])
        if on is None:
            return Problem(
                "needs-a-day", where, Text("有多个版本，须给出日期", "has several editions: give a day"), spans
            )
        what = Text(f"{on} 没有有效版本", f"no edition is in force on {on}")
        return Problem("not-in-force", where, what, spans)


def _plans(layers: Sequence[Layer]) -> dict[str, Header]:
    """The plan of each layer by its folder: the layer itself where it has articles, else that of the layer below."""
    found: dict[str, Header] = {}
    plan: Header | None = None
    for layer in reversed(layers):
        plan = layer.header if any(record.table == "article" for record in layer.records) else plan
        if plan is not None:
            found[layer.folder.name] = plan
    return found


def _holding(editions: Sequence[Record], day: date) -> Record | None:
    return next((record for record in editions if record.holds_on(day)), None)


def _hidden(record: Record, nearer: Sequence[Record]) -> bool:
    """Tell whether records that come first leave no day to this one."""
    first, last = record.valid_from or date.min, record.valid_to or date.max
    for start, end in sorted((r.valid_from or date.min, r.valid_to or date.max) for r in nearer):
        if start <= first <= end:
            if end >= last:
                return True
            first = date.fromordinal(end.toordinal() + 1)
    return False


def _span(record: Record) -> str:
    return f"{record.valid_from or '…'} – {record.valid_to or '…'}"
