"""The queue of complaints: tabs, filters, pages; what ends first stands first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from lantian.apps.accounts.models import Area
from lantian.apps.complaints.models import ComplaintQuerySet, Suggestion
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.selectors.lines import Line
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

PAGE = 100
VIEWS: Mapping[str, Text] = {
    "": Text("待受理", "To be taken up"),
    "open": Text("办理中", "Being handled"),
    "late": Text("逾期", "Overdue"),
    "alike": Text("疑似重复", "Look alike"),
    "replied": Text("已答复", "Replied"),
    "all": Text("全部", "All"),
}


@dataclass(frozen=True)
class ComplaintQuery:
    """What the address asks for."""

    view: str = ""
    text: str = ""
    channel: str = ""
    topic: str = ""
    area: str = ""
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """A page of the queue."""

    query: ComplaintQuery
    rows: Sequence[Line]
    total: int
    counts: Sequence[tuple[str, Text, int]]
    channels: Sequence[tuple[str, Text]]
    topics: Sequence[tuple[str, Text]]
    areas: Sequence[Area]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE


def queue(visible: ComplaintQuerySet, query: ComplaintQuery, now: datetime) -> Listing:
    """Return one page of what is asked for."""
    found = filtered(visible, query)
    counts = [(name, label, of_view(found, name, now).count()) for name, label in VIEWS.items()]
    start, day = (query.page - 1) * PAGE, day_of(now)
    rows = ordered(of_view(found, query.view, now), query.view)[start : start + PAGE]
    return Listing(
        query=query,
        rows=[Line(one, now, getattr(one, "suspected", 0)) for one in rows],
        total=next(count for name, _, count in counts if name == query.view),
        counts=counts,
        channels=[(one.id, Text(one.zh, one.en)) for one in rules().channels(day).values()],
        topics=[(one.id, Text(one.zh, one.en)) for one in rules().topics(day).values()],
        areas=list(Area.objects.of_kind("street").order_by("order", "code")),
    )


def ordered(found: ComplaintQuerySet, view: str) -> ComplaintQuerySet:
    """Order what runs by its end and the rest by when it came; each with the number of its suspected duplicates."""
    open_ones = Count("suggestions", filter=Q(suggestions__state=Suggestion.State.OPEN))
    found = found.select_related("case", "duplicate_of").annotate(suspected=open_ones)
    if view in ("", "open", "late", "alike"):
        return found.order_by(F("accept_due_at") if view == "" else F("due_at"), "pk")
    return found.order_by("-received_at", "-pk")


def filtered(found: ComplaintQuerySet, query: ComplaintQuery) -> ComplaintQuerySet:
    """Return what the filters leave."""
    if query.channel:
        found = found.filter(channel=query.channel)
    if query.topic:
        found = found.filter(topic=query.topic)
    if query.area:
        found = found.filter(area_code__startswith=query.area)
    if query.text:
        said = Q(number__icontains=query.text) | Q(order_number__icontains=query.text)
        found = found.filter(said | Q(text__icontains=query.text) | Q(place__icontains=query.text))
    return found


def of_view(found: ComplaintQuerySet, view: str, now: datetime) -> ComplaintQuerySet:
    """Return what a tab shows."""
    if view == "":
        return found.waiting().originals()
    if view == "open":
        return found.open().originals().filter(accepted_at__isnull=False)
    if view == "late":
        return found.late(now).originals()
    if view == "alike":
        return found.filter(pk__in=Suggestion.objects.filter(state=Suggestion.State.OPEN).values("complaint"))
    return found.filter(replied_at__isnull=False) if view == "replied" else found
