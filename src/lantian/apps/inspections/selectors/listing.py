"""The list of inspections that were made: tabs, filters, pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from lantian.apps.accounts.models import Area
from lantian.apps.alarms.selectors.words import words
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection
from lantian.apps.inspections.models.inspections import InspectionQuerySet
from lantian.apps.inspections.selectors.board import name_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

PAGE = 100
RESULT_VIEWS: Mapping[str, Text] = {
    "": Text("全部", "All"),
    "failed": Text("不合格", "Failed"),
    "passed": Text("合格", "Passed"),
    "no-entry": Text("未能检查", "Shut"),
}


@dataclass(frozen=True)
class InspectionQuery:
    """What the address asks for."""

    view: str = ""
    text: str = ""
    area: str = ""
    checklist: str = ""
    origin: str = ""
    page: int = 1


@dataclass(frozen=True)
class MadeLine:
    """An inspection with what the list says of it; failed, answered: its items."""

    inspection: Inspection
    checklist: Text
    area: Text
    failed: int
    answered: int


@dataclass(frozen=True)
class Made:
    """A page of the list."""

    query: InspectionQuery
    lines: Sequence[MadeLine]
    total: int
    counts: Sequence[tuple[str, Text, int]]
    areas: Sequence[Area]
    checklists: Sequence[tuple[str, Text]]
    origins: Sequence[tuple[str, str]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE


def made_list(visible: InspectionQuerySet, query: InspectionQuery, now: datetime) -> Made:
    """Return one page of what is asked for."""
    filtered = _filtered(visible, query)
    counts = [(name, label, _of_view(filtered, name).count()) for name, label in RESULT_VIEWS.items()]
    start = (query.page - 1) * PAGE
    return Made(
        query=query,
        lines=made_lines(_of_view(filtered, query.view), start, PAGE),
        total=next(count for name, _, count in counts if name == query.view),
        counts=counts,
        areas=list(Area.objects.of_kind("street").order_by("order", "code")),
        checklists=[(one.id, Text(one.zh, one.en)) for one in rules.checklists(day_of(now)).values()],
        origins=[(value, str(label)) for value, label in Inspection.Origin.choices],
    )


def made_lines(found: InspectionQuerySet, start: int, count: int) -> list[MadeLine]:
    """Return some inspections, newest first, with what a list says of them."""
    counted = found.annotate(
        answered=Count("items", filter=~Q(items__answer="na")), bad=Count("items", filter=Q(items__answer="fail"))
    )
    rows = counted.select_related("source", "organisation").order_by("-began_at", "-pk")[start : start + count]
    return [
        MadeLine(
            row, name_of(row.checklist, day_of(row.began_at)), words().area(row.area_code[:9]),
            row.bad, row.answered,  # type: ignore[attr-defined]  # annotated above
        )
        for row in rows
    ]  # fmt: skip


def _filtered(found: InspectionQuerySet, query: InspectionQuery) -> InspectionQuerySet:
    if query.area:
        found = found.filter(area_code__startswith=query.area)
    if query.checklist:
        found = found.filter(checklist=query.checklist)
    if query.origin:
        found = found.filter(origin=query.origin)
    if query.text:
        named = Q(source__name__icontains=query.text) | Q(source__code__icontains=query.text)
        found = found.filter(named | Q(place__icontains=query.text))
    return found


def _of_view(found: InspectionQuerySet, view: str) -> InspectionQuerySet:
    return found.filter(result=view) if view else found
