"""The board (检查总览): what is due, what was made in the last days, what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from lantian.apps.accounts.models import Area
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, PlanEntry
from lantian.apps.inspections.models.inspections import InspectionQuerySet
from lantian.apps.inspections.models.plans import PlanEntryQuerySet
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.plurals import counted

PAGE = 100
DAYS = 30
"""Days of what was made that the board shows."""
DUE_VIEWS = ("", "mine", "late", "soon")


@dataclass(frozen=True)
class DueQuery:
    """What the address asks for."""

    view: str = ""
    area: str = ""
    checklist: str = ""
    page: int = 1


@dataclass(frozen=True)
class DueLine:
    """An entry of a plan with its lamp and the name of its checklist."""

    entry: PlanEntry
    lamp: str
    checklist: Text


@dataclass(frozen=True)
class Tally:
    """What was made in the last days: inspections, of these failing, doors that stayed shut."""

    made: int
    failed: int
    shut: int

    @property
    def rate(self) -> float | None:
        """The share of failing ones in percent."""
        return 100 * self.failed / self.made if self.made else None


@dataclass(frozen=True)
class Board:
    """The board as the page shows it."""

    query: DueQuery
    lines: Sequence[DueLine]
    total: int
    counts: Sequence[tuple[str, Text, int]]
    tally: Tally
    failing: Sequence[Inspection]
    areas: Sequence[Area]
    checklists: Sequence[tuple[str, Text]]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE


def board(person: Any, query: DueQuery, now: datetime) -> Board:
    """Return the board of a person."""
    day = day_of(now)
    entries = _filtered(PlanEntry.objects.visible_to(person).open(), query)
    soon = rules.settings_on(day).soon_days
    counts = [(name, view_label(name, soon), of_view(entries, name, person, day).count()) for name in DUE_VIEWS]
    start = (query.page - 1) * PAGE
    rows = of_view(entries, query.view, person, day).select_related("source__area", "organisation", "plan", "visit")
    rows = rows.defer("source__attributes", "source__geometry", "source__area__geometry")
    made = last_days(Inspection.objects.visible_to(person), day)
    return Board(
        query=query,
        lines=[due_line(row, day) for row in rows.order_by("due", "pk")[start : start + PAGE]],
        total=next(count for name, _, count in counts if name == query.view),
        counts=counts,
        tally=tally(made),
        failing=list(made.failing().select_related("source", "organisation").order_by("-began_at")[:8]),
        areas=list(Area.objects.of_kind("street").order_by("order", "code")),
        checklists=[(one.id, Text(one.zh, one.en)) for one in rules.checklists(day).values()],
    )


def last_days(found: InspectionQuerySet, day: date, days: int = DAYS) -> InspectionQuerySet:
    """Return the inspections of the last days, the day included."""
    return found.filter(
        began_at__gte=beijing_day(day - timedelta(days=days - 1)), began_at__lt=beijing_day(day + timedelta(days=1))
    )


def tally(found: InspectionQuerySet) -> Tally:
    """Count inspections by result."""
    shut = Q(result=Inspection.Result.NO_ENTRY)
    counted = found.aggregate(
        made=Count("pk", filter=~shut), failed=Count("pk", filter=Q(result=Inspection.Result.FAILED)),
        shut=Count("pk", filter=shut),
    )  # fmt: skip
    return Tally(**counted)


def _filtered(found: PlanEntryQuerySet, query: DueQuery) -> PlanEntryQuerySet:
    if query.area:
        found = found.filter(source__area__code__startswith=query.area)
    return found.filter(checklist=query.checklist) if query.checklist else found


def view_label(view: str, soon_days: int) -> Text:
    """Return how a tab is called."""
    return {
        "": Text("待检", "To inspect"),
        "mine": Text("分派给我", "Mine"),
        "late": Text("逾期", "Overdue"),
        "soon": Text(f"{soon_days} 天内到期", f"Due in {counted(soon_days, 'day')}"),
    }[view]


def of_view(found: PlanEntryQuerySet, view: str, person: Any, day: date) -> PlanEntryQuerySet:
    """Return the entries of a tab."""
    if view == "mine":
        return found.filter(people=person)
    if view == "late":
        return found.filter(due__lt=day)
    if view == "soon":
        return found.filter(due__range=(day, day + timedelta(days=rules.settings_on(day).soon_days)))
    return found


def due_line(row: PlanEntry, day: date) -> DueLine:
    """Return an entry with its lamp: grey until it may be made, green, yellow in its last days, red afterwards."""
    left = (row.due - day).days
    lamp = (
        "r" if left < 0 else "y" if left <= rules.settings_on(day).soon_days else "o" if row.window_start > day else "g"
    )
    return DueLine(row, lamp, name_of(row.checklist, min(day, row.due)))


def name_of(checklist: str, day: date) -> Text:
    """Return a checklist's name; its id where the pack does not have it."""
    found = rules.checklists(day).get(checklist)
    return Text(found.zh, found.en) if found else Text(checklist, checklist)


def map_marks(person: Any, now: datetime, most: int = 2000) -> list[dict[str, Any]]:
    """Return where something is due or failed in the last days, as GeoJSON features; a failing one covers a due one."""
    day = day_of(now)
    marks: dict[int, tuple[str, str, float, float]] = {}
    fields = ("source", "source__name", "source__longitude", "source__latitude")
    due = PlanEntry.objects.visible_to(person).open().filter(source__longitude__isnull=False)
    for key, name, east, north, until in due.order_by("due").values_list(*fields, "due")[:most]:
        marks.setdefault(key, ("late" if until < day else "due", name, east, north))
    failed = last_days(Inspection.objects.visible_to(person), day).failing().filter(source__longitude__isnull=False)
    for key, name, east, north in failed.values_list(*fields)[:most]:
        marks[key or 0] = ("failed", name, east, north)
    return [
        {
            "type": "Feature",
            "properties": {"sort": sort, "name": name},
            "geometry": {"type": "Point", "coordinates": [east, north]},
        }
        for sort, name, east, north in marks.values()
    ]
