"""The list of a ledger (台账列表): views, filters, rows with their lamps, and the preview of the selected one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.accounts.scope import Scope, scope_of
from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models import SavedView, Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.pages.look import key_of, shown, state_name
from lantian.apps.ledger.pages.query import (
    FILTER,
    MOST_PAGES,
    Column,
    ListQuery,
    columns_of,
    conditions,
    filtered,
    ordered,
    read_query,
)
from lantian.apps.ledger.pages.standing import Owed, standing, worst
from lantian.apps.ledger.services.sources import working_states
from lantian.policy.records_ledger import Attribute, Kind

MOST_COUNTED = 1000
"""What words, attributes or duties narrow is counted so far, to the end only when asked: each entry has to be read."""

EXACTLY = "all"
"""The value of ``n`` in an address that asks for a count to the end."""


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A filter of the query bar with its choices, as its parameter's name."""

    name: str
    label: str
    options: Sequence[Option]
    current: str


@dataclass(frozen=True)
class View:
    """A tab over the list: a question by its query string."""

    label: str
    query: str
    current: bool
    key: int | None = None


@dataclass(frozen=True)
class Cell:
    """One cell of a row."""

    text: str
    column: Column

    @property
    def opens(self) -> bool:
        """Whether it is the cell that opens the entry."""
        return self.column.name == "name"

    @property
    def css(self) -> str:
        """Its class: a number, the name or the code."""
        return "r" if self.column.number else _CLASSES.get(self.column.name, "")


_CLASSES: Mapping[str, str] = {"name": "n", "code": "code"}


@dataclass(frozen=True)
class Row:
    """An entry in the list."""

    source: Source
    key: str
    cells: Sequence[Cell]
    lamp: Owed | None


@dataclass(frozen=True)
class ListPage:
    """Everything that the list shows."""

    kind: Kind
    query: ListQuery
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int
    filters: Sequence[Filter]
    views: Sequence[View]
    conditions: str
    duties: Mapping[int, list[Owed]] = field(default_factory=dict)
    exact: bool = True

    @property
    def first(self) -> int:
        """How many rows stand before the first one shown."""
        return (self.query.page - 1) * self.query.rows

    @property
    def pages(self) -> int:
        """How many pages there are, as far as the list turns."""
        return min(MOST_PAGES, max(1, -(-self.total // self.query.rows)))

    @property
    def uncounted(self) -> bool:
        """Whether there are more entries than were counted."""
        return not self.exact and self.total > MOST_COUNTED

    @property
    def counted(self) -> int:
        """How many entries were counted."""
        return MOST_COUNTED if self.uncounted else self.total


def list_page(person: Any, kind: Kind, query: ListQuery, on: date, asked: Mapping[str, str], count: str) -> ListPage:
    """Return the list for a question. ``count`` is the total as page one counted it; only page one counts."""
    visible = Source.objects.visible_to(person)
    found = filtered(visible, kind, query, on)
    sources, total = _read(found, query, count)
    columns = columns_of(kind, query)
    owed = standing(kind, sources, on)
    rows = [_row(source, kind, columns, owed) for source in sources]
    scope = scope_of(person)
    return ListPage(
        kind,
        query,
        columns,
        rows,
        total,
        filters_of(kind, query, scope),
        _views(person, kind, asked),
        conditions(kind, query),
        owed,
        exact=not query.reads or count == EXACTLY,
    )


def _read(found: SourceQuerySet, query: ListQuery, count: str) -> tuple[list[Source], int]:
    """Return the entries of a page and how many there are; what has to be looked through is looked through once."""
    start = (query.page - 1) * query.rows
    end = start + query.rows
    if query.page == 1 and query.reads and count != EXACTLY:
        keys = list(ordered(found, query).values_list("pk", flat=True)[: MOST_COUNTED + 1])
        return _named(keys[:end]), len(keys)
    sources = rows_of(ordered(found, query), start, end)
    return sources, _total(found, query, len(sources), count)


def rows_of(found: SourceQuerySet, start: int, end: int) -> list[Source]:
    """Return some entries of a sorted list with their names; only keys are sorted."""
    return _named(list(found.values_list("pk", flat=True)[start:end]))


def _named(keys: Sequence[int]) -> list[Source]:
    """Return entries in the order of their keys; no street's border is read."""
    named = Source.objects.select_related("area", "trade", "owner", "grid_owner").defer("area__geometry", "search")
    read = named.in_bulk(keys)
    return [read[key] for key in keys]


def _row(source: Source, kind: Kind, columns: Sequence[Column], owed: Mapping[int, list[Owed]]) -> Row:
    cells = [Cell(cell_text(source, kind, column), column) for column in columns]
    return Row(source, key_of(source), cells, worst(owed.get(source.pk, [])))


def _total(found: SourceQuerySet, query: ListQuery, here: int, count: str) -> int:
    """How many entries there are: known on a page that is not full, carried in the address, else counted."""
    before = (query.page - 1) * query.rows
    if here and here < query.rows:
        return before + here
    if query.page > 1 and count.isdecimal() and len(count) < 9:
        return int(count)
    if count == EXACTLY or not query.reads:
        return found.order_by().count()
    return found.order_by().values("pk")[: MOST_COUNTED + 1].count()


def cell_text(source: Source, kind: Kind, column: Column) -> str:
    """Return what a cell says; personal values are masked."""
    if column.attribute is not None:
        return shown(column.attribute, source.attributes.get(column.name))
    made = {
        "name": lambda: source.name,
        "code": lambda: source.code,
        "area": lambda: source.area.short if source.area else "—",
        "trade": lambda: source.trade.name if source.trade else "—",
        "owner": lambda: source.owner.name if source.owner else "—",
        "state": lambda: state_name(kind, source.state),
        "address": lambda: source.address or "—",
        "changed_at": lambda: f"{source.changed_at:%Y-%m-%d}",
    }
    return made[column.name]()


# The query bar ------------------------------------------------------------------------------------------------


def filters_of(kind: Kind, query: ListQuery, scope: Scope) -> list[Filter]:
    """Return the filters of a kind: street, state, trade where there is a choice, attributes, duties."""
    streets = Area.objects.of_kind(AreaKind.STREET).order_by("order", "code").defer("geometry")
    areas = [Option(area.code, area.name) for area in streets if scope.covers(area.code)]
    states = [Option(state.id, label(state)) for state in kind.states]
    found = [Filter("area", _("街乡"), areas, query.area), Filter("state", _("状态"), states, query.state)]
    found += [_attribute_filter(one, query) for one in kind.attributes if one.filter]
    if kind.duties:
        duties = [Option(duty.id, label(duty)) for duty in kind.duties]
        found.append(Filter("duty", _("应有"), duties, query.duty.id if query.duty else ""))
    return [one for one in found if one.options]


def _attribute_filter(attribute: Attribute, query: ListQuery) -> Filter:
    if attribute.type == "flag":
        options = [Option("yes", _("是")), Option("no", _("否"))]
    else:
        options = [Option(choice.id, label(choice)) for choice in attribute.choices]
    options = [*options, Option("-", _("未填"))] if options else []
    return Filter(FILTER + attribute.name, label(attribute), options, (query.attributes or {}).get(attribute.name, ""))


# Saved views ---------------------------------------------------------------------------------------------------


def _views(person: Any, kind: Kind, asked: Mapping[str, str]) -> list[View]:
    """Every entry, those that count, what each duty lacks, and the person's own views."""
    working = working_states(kind)
    ready = [("", _("全部条目"))]
    if len(working) == 1 and len(kind.states) > 1:
        ready.append((f"state={working[0]}", state_name(kind, working[0])))
    ready += [(f"duty={duty.id}&who=missing", _("未有：{duty}").format(duty=label(duty))) for duty in kind.duties[:3]]
    kept = SavedView.objects.filter(person=person, kind=kind.id)
    now = {name: value for name, value in asked.items() if name in _NARROWS or name.startswith(FILTER)}
    views = [View(name, query, _same(query, now)) for query, name in ready]
    return [*views, *(View(one.name, one.query, _same(one.query, now), one.pk) for one in kept)]


@dataclass(frozen=True)
class Counted:
    """How many entries a view finds; more, when they were not counted to the end."""

    n: int
    more: bool


def view_counts(person: Any, kind: Kind, on: date) -> list[Counted]:
    """Count what each tab finds, in their order, each so far as a list counts."""
    visible = Source.objects.visible_to(person)
    return [
        _counted(filtered(visible, kind, read_query(kind, QueryDict(view.query)), on))
        for view in _views(person, kind, {})
    ]


def _counted(found: SourceQuerySet) -> Counted:
    n = found.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Counted(min(n, MOST_COUNTED), n > MOST_COUNTED)


_NARROWS = frozenset({"text", "area", "state", "trade", "owner", "duty", "who", "figure", "part_of", "group"})


def _same(query: str, now: Mapping[str, str]) -> bool:
    view = QueryDict(query)
    return {name: view[name] for name in view if name in _NARROWS or name.startswith(FILTER)} == {
        name: value for name, value in now.items() if value
    }
