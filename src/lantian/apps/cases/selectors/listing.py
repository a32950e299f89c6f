"""The list of cases: tabs, filters, pages; each case with the open step that is due first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import Case, CaseQuerySet, CaseThread
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.cases.selectors.lines import Line, sorted_lines
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

PAGE = 100
VIEWS: Mapping[str, Text] = {
    "": Text("办理中", "Open"),
    "late": Text("逾期", "Overdue"),
    "sent": Text("本单位移送", "Sent by us"),
    "closed": Text("已办结", "Closed"),
    "all": Text("全部", "All"),
}


@dataclass(frozen=True)
class CaseQuery:
    """What the address asks for."""

    view: str = ""
    text: str = ""
    type: str = ""
    area: str = ""
    holder: str = ""
    page: int = 1


@dataclass(frozen=True)
class CaseLine:
    """A case with its open steps, the most urgent first."""

    case: Case
    steps: Sequence[Line]

    @property
    def kind(self) -> Text:
        record = type_of(self.case)
        return Text(record.zh, record.en)

    @property
    def area(self) -> Text:
        return words().area(self.case.area_code)

    @property
    def first(self) -> Line | None:
        return self.steps[0] if self.steps else None


@dataclass(frozen=True)
class Listing:
    """A page of the list."""

    query: CaseQuery
    rows: Sequence[CaseLine]
    total: int
    counts: Sequence[tuple[str, Text, int]]
    types: Sequence[tuple[str, Text]]
    areas: Sequence[Area]
    holders: Sequence[Organisation]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.query.page - 1) * PAGE


def case_list(visible: CaseQuerySet, query: CaseQuery, ours: frozenset[str], now: datetime) -> Listing:
    """Return one page of what is asked for; ours: the reader's organisations."""
    filtered = _filtered(visible, query)
    counts = [(name, label, _of_view(filtered, name, ours, now).count()) for name, label in VIEWS.items()]
    found = _of_view(filtered, query.view, ours, now)
    start = (query.page - 1) * PAGE
    steps = Prefetch("threads", CaseThread.objects.open().select_related("holder"), to_attr="open_threads")
    rows = found.order_by("-opened_at", "-pk").prefetch_related(steps)[start : start + PAGE]
    return Listing(
        query=query,
        rows=[_line(case, now) for case in rows],
        total=next(count for name, _, count in counts if name == query.view),
        counts=counts,
        types=[(one.id, Text(one.zh, one.en)) for one in rules().types(day_of(now)).values()],
        areas=list(Area.objects.of_kind("street").order_by("order", "code")),
        holders=list(Organisation.objects.filter(case_threads__ended_at=None, case_threads__isnull=False)
                     .distinct().order_by("code")[:200]),
    )  # fmt: skip


def _line(case: Case, now: datetime) -> CaseLine:
    threads: list[CaseThread] = case.open_threads  # type: ignore[attr-defined]  # prefetched under this name
    for row in threads:
        row.case = case
    return CaseLine(case, sorted_lines(threads, now))


def _filtered(found: CaseQuerySet, query: CaseQuery) -> CaseQuerySet:
    if query.type:
        found = found.filter(type=query.type)
    if query.area:
        found = found.filter(area_code__startswith=query.area)
    if query.holder:
        held = CaseThread.objects.open().filter(holder=query.holder)
        found = found.filter(pk__in=held.values("case"))
    if query.text:
        words_of = Q(number__icontains=query.text) | Q(title__icontains=query.text)
        found = found.filter(words_of | Q(source__name__icontains=query.text))
    return found


def _of_view(found: CaseQuerySet, view: str, ours: frozenset[str], now: datetime) -> CaseQuerySet:
    if view == "":
        return found.open()
    if view == "late":
        return found.filter(pk__in=CaseThread.objects.overdue(now).values("case"))
    if view == "sent":
        return found.filter(sender__in=ours)
    return found.closed() if view == "closed" else found
