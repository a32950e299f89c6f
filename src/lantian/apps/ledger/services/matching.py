"""Rows and entries (对照): which entry of a ledger a row means, and which entries of others its attributes name."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from lantian.apps.ledger.kinds import kind as kind_named
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.places import Place
from lantian.apps.ledger.sheets.columns import Column, columns_of
from lantian.apps.ledger.sheets.reading import Problem, Row, shown
from lantian.apps.ledger.values import Stored
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import plain
from lantian.policy.records_ledger import Attribute, Kind

AT_ONCE = 900
"""Values that one question asks about."""


class RowProblems(LantianError):
    """What stands against a row."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].text)
        self.problems = list(problems)


@dataclass
class Asked:
    """The values of one row, read but not yet matched with an entry."""

    row: Row
    own: dict[str, Any]
    attributes: dict[str, Stored]
    place: Place | None
    problems: list[Problem]

    def key(self, kind: Kind) -> str:
        """Return the value of the kind's key attribute."""
        return str(self.attributes.get(kind.key) or "") if kind.key else ""


def chunks(values: Collection[str], size: int = AT_ONCE) -> Iterator[list[str]]:
    """Yield values in order, so many at a time.

    >>> list(chunks({"b", "a", "c"}, 2))
    [['a', 'b'], ['c']]
    """
    ordered = sorted(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def name_of(read: Asked) -> tuple[str, str]:
    """Return what tells entries apart that have neither code nor key: name and address."""
    return read.own.get("name", ""), read.own.get("address", "")


class Known:
    """The entries of a ledger that a file may mean, by code, by key, and by name with address.

    owner: whose entries alone are found by name; a code or key means one entry, whosever it is.
    """

    def __init__(self, kind: Kind, owner: str | None = None) -> None:
        self.kind, self.owner = kind, owner
        self.by_code: dict[str, Source] = {}
        self.by_key: dict[str, list[Source]] = {}
        self.by_name: dict[tuple[str, str], list[Source]] = {}

    def load(self, reads: Sequence[Asked]) -> None:
        """Read all entries that the rows may mean, some hundreds at once."""
        entries = Source.objects.of_kind(self.kind.id).order_by()
        for some in chunks({read.own.get("code", "") for read in reads} - {""}):
            self.by_code |= {one.code: one for one in entries.filter(code__in=some)}
        names = {read.own.get("name", "") for read in reads if not read.own.get("code") and not read.key(self.kind)}
        for some in chunks(names):
            named = entries.current().filter(name__in=some)
            for one in named.filter(owner=self.owner) if self.owner else named:
                self.by_name.setdefault((one.name, one.address), []).append(one)
        if self.kind.key:
            self._load_keys(entries.current(), {read.key(self.kind) for read in reads} - {""})

    def _load_keys(self, entries: SourceQuerySet, keys: Collection[str]) -> None:
        keyed = entries.annotate(_key=Cast(KT(f"attributes__{self.kind.key}"), TextField()))
        for some in chunks(keys, 10 * AT_ONCE):
            for one in keyed.filter(_key__in=some):
                self.by_key.setdefault(str(one.attributes.get(self.kind.key)), []).append(one)

    def match(self, read: Asked) -> Source | None:
        """Return the entry that a row means; None is a new one. Raises RowProblems where that is not clear."""
        key, code = read.key(self.kind), read.own.get("code", "")
        by_key = self.by_key.get(key, []) if key else []
        if code:
            found = self.by_code.get(code)
            others = [one for one in by_key if found is None or one.pk != found.pk]
            if others:
                raise RowProblems(self._key_problem(key, others[0]))
            return self._current(found)
        candidates = by_key if key else self.by_name.get(name_of(read), [])
        if len(candidates) > 1:
            listed = ", ".join(one.code for one in candidates[:5])
            text = Text(
                f"有多个条目与此行相符（{listed}），请填写编码。", f"Several entries fit ({listed}); give the code."
            )
            raise RowProblems(Problem(text))
        return candidates[0] if candidates else None

    def _key_problem(self, key: str, other: Source) -> Problem:
        attribute = self.kind.attribute(self.kind.key)
        column = next((one for one in columns_of(self.kind) if one.attribute is attribute), None)
        return Problem(Text(f"已属于编码 {other.code} 的条目。", f"It belongs to the entry {other.code}."), column, key)

    def _current(self, found: Source | None) -> Source | None:
        if found is not None and found.merged_into_id is not None:
            raise RowProblems(Problem(Text("此条目已合并到另一条。", "This entry was merged into another.")))
        return found


class References:
    """Entries of other ledgers that attributes name, by code or by name."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def load(self, kind: Kind, rows: Sequence[Row]) -> None:
        """Read every entry that the rows name."""
        for attribute in _referring(kind):
            asked = {plain(shown(row.attributes[attribute.name])) for row in rows if row.attributes.get(attribute.name)}
            for some in chunks(asked):
                self._load(attribute, some)

    def _load(self, attribute: Attribute, asked: Sequence[str]) -> None:
        entries = Source.objects.of_kind(str(attribute.of)).current()
        key = kind_named(str(attribute.of)).key
        for one in entries.filter(code__in=asked):
            self._add(attribute, one.code, one)
        for one in entries.filter(name__in=asked):
            self._add(attribute, one.name, one)
        if key:
            for one in entries.filter(**{f"attributes__{key}__in": asked}):
                self._add(attribute, str(one.attributes[key]), one)

    def _add(self, attribute: Attribute, label: str, source: Source) -> None:
        known = self.found.setdefault((str(attribute.of), label), [])
        if (source.pk, source.code) not in known:
            known.append((source.pk, source.code))

    def resolve(self, kind: Kind, values: dict[str, Stored], columns: Mapping[str, Column]) -> list[Problem]:
        """Put codes in the place of what the row says; returns what cannot be found or is not clear."""
        problems = []
        for attribute in _referring(kind):
            text = values.get(attribute.name)
            if not text:
                continue
            entries = self.found.get((str(attribute.of), str(text)), [])
            if len(entries) == 1:
                values[attribute.name] = entries[0][1]
                self.found.setdefault((str(attribute.of), entries[0][1]), entries)
                continue
            of = kind_named(str(attribute.of))
            why = (
                Text(
                    f"“{of.zh}”台账中有多个同名条目，请写编码。",
                    f"several entries of “{of.en}” have it; write the code.",
                )
                if entries
                else Text(
                    f"“{of.zh}”台账中没有它，可写编码或名称。", f"“{of.en}” has no such entry; write code or name."
                )
            )
            problems.append(Problem(why, columns[attribute.name], str(text)))
        return problems

    def parent(self, kind: Kind, values: Mapping[str, Stored]) -> int | None:
        """Return the entry that a row belongs to: the one that its first required reference names."""
        for attribute in _referring(kind):
            entries = self.found.get((str(attribute.of), str(values.get(attribute.name) or "")), [])
            if attribute.required and len(entries) == 1:
                return entries[0][0]
        return None


def _referring(kind: Kind) -> list[Attribute]:
    return [one for one in kind.attributes if one.type == "source"]
