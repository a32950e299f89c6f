"""The list of cases: tabs, filters, pages; each case with the open step that is due first.

A page begins after the last case of the one before, so that the hundredth costs what the first does; nothing is
counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import Case, CaseQuerySet, CaseThread, CaseThreadQuerySet
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
    """What the address asks for.

    after: the key of the case before the page. passed: how many cases lie before it. tab: map, else the list.
    """

    view: str = ""
    text: str = ""
    type: str = ""
    area: str = ""
    holder: str = ""
    after: int = 0
    passed: int = 0
    tab: str = ""


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
    more: bool
    types: Sequence[tuple[str, Text]]
    areas: Sequence[Area]
    holders: Sequence[Organisation]

    @property
    def views(self) -> Sequence[tuple[str, Text]]:
        return list(VIEWS.items())

    @property
    def last(self) -> CaseLine | None:
        """The case after which the next page begins."""
        return self.rows[-1] if self.more else None

    @property
    def upto(self) -> int:
        """How many cases lie before the next page."""
        return self.query.passed + len(self.rows)


def case_list(visible: CaseQuerySet, query: CaseQuery, ours: frozenset[str], now: datetime) -> Listing:
    """Return one page of what is asked for; ours: the reader's organisations."""
    found = _after(asked_for(visible, query, ours, now), query.after)
    steps = Prefetch("threads", CaseThread.objects.open().select_related("holder"), to_attr="open_threads")
    rows = list(found.order_by("-opened_at", "-pk").prefetch_related(steps)[: PAGE + 1])
    return Listing(
        query=query,
        rows=[_line(case, now) for case in rows[:PAGE]],
        more=len(rows) > PAGE,
        types=[(one.id, Text(one.zh, one.en)) for one in rules().types(day_of(now)).values()],
        areas=list(Area.objects.of_kind("street").defer("geometry").order_by("order", "code")),
        holders=list(Organisation.objects.filter(Exists(_held_by("pk"))).order_by("code")[:200]),
    )


def asked_for(visible: CaseQuerySet, query: CaseQuery, ours: frozenset[str], now: datetime) -> CaseQuerySet:
    """Return all that an address asks for, on whichever page."""
    return _of_view(_filtered(visible, query), query.view, ours, now)


def _held_by(field: str) -> CaseThreadQuerySet:
    """The open steps that an organisation holds, for a question about each."""
    return CaseThread.objects.open().filter(holder=OuterRef(field))


def _after(found: CaseQuerySet, key: int) -> CaseQuerySet:
    """The cases that come after one in the order of the list."""
    opened = Case.objects.filter(pk=key).values_list("opened_at", flat=True).first() if key else None
    if opened is None:
        return found
    return found.filter(opened_at__lte=opened).exclude(opened_at=opened, pk__gte=key)


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
        found = found.filter(Exists(CaseThread.objects.open().filter(holder=query.holder, case=OuterRef("pk"))))
    if query.text:
        words_of = Q(number__icontains=query.text) | Q(title__icontains=query.text)
        found = found.filter(words_of | Q(source__name__icontains=query.text))
    return found


def _of_view(found: CaseQuerySet, view: str, ours: frozenset[str], now: datetime) -> CaseQuerySet:
    if view == "":
        return found.open()
    if view == "late":
        return found.open().filter(Exists(CaseThread.objects.overdue(now).filter(case=OuterRef("pk"))))
    if view == "sent":
        return found.filter(sender__in=ours)
    return found.closed() if view == "closed" else found
