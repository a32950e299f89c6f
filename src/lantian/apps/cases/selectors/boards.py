"""Boards (看板): what each street and each department has open, what is overdue, and how long cases take."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import CaseThread, CaseThreadQuerySet
from lantian.apps.cases.selectors.lines import Line
from lantian.kernel.errors import Text

DAYS = 90
SOON = timedelta(hours=24)
SHOWN = 100


@dataclass(frozen=True)
class BoardRow:
    """What a street or a department has: open, overdue, due within a day; done in the period, of them late."""

    key: str
    label: Text
    open: int
    overdue: int
    soon: int
    done: int
    late: int


def departments(threads: CaseThreadQuerySet, now: datetime) -> list[BoardRow]:
    """Return the steps of each organisation that holds any, most overdue first."""
    named = {one.code: Text(one.name_zh, one.name_en or one.name_zh) for one in Organisation.objects.all()}
    rows = _rows(threads, "holder", named, now)
    return sorted(rows, key=lambda row: (-row.overdue, -row.open, row.key))


def streets(threads: CaseThreadQuerySet, now: datetime) -> list[BoardRow]:
    """Return the steps of the cases of each street."""
    rows = _rows(threads, "case__area_code", {}, now)
    return sorted(rows, key=lambda row: (-row.overdue, -row.open, row.key))


def _rows(threads: CaseThreadQuerySet, key: str, named: Mapping[str, Text], now: datetime) -> list[BoardRow]:
    """Count what is open and what was done by a key: two questions, each answered from an index of its own."""
    late = Q(paused=False, due_at__lt=now)
    soon = Q(paused=False, due_at__gte=now, due_at__lt=now + SOON)
    running = threads.open().values(key).annotate(
        running=Count("pk"), overdue=Count("pk", filter=late), soon=Count("pk", filter=soon)
    )  # fmt: skip
    done = threads.filter(ended_at__gte=now - timedelta(days=DAYS)).values(key).annotate(
        done=Count("pk"), done_late=Count("pk", filter=Q(ended_at__gt=F("due_at")))
    )  # fmt: skip
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in (*running.order_by(), *done.order_by()):
        counts = dict(each)
        found[str(counts.pop(key))] |= counts
    return [
        BoardRow(
            code, named.get(code) or words().area(code), counts["running"], counts["overdue"], counts["soon"],
            counts["done"], counts["done_late"],
        )
        for code, counts in found.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class Durations:
    """How long cases of alarms took from the alarm to the closing, in the last days."""

    count: int
    median: timedelta | None
    ninety: timedelta | None


def durations(visible: Any, now: datetime) -> Durations:
    """Return median and 90 % of the time from alert to closed: the value that half, or nine of ten, do not exceed."""
    rows = visible.filter(closed_at__gte=now - timedelta(days=DAYS), alarm__isnull=False, merged_into__isnull=True)
    spans = sorted(closed - raised for closed, raised in rows.order_by().values_list("closed_at", "alarm__raised_at"))
    return Durations(len(spans), _quantile(spans, 50), _quantile(spans, 90))


def _quantile(spans: Sequence[timedelta], percent: int) -> timedelta | None:
    """The smallest span that at least so many percent do not exceed (nearest rank)."""
    return spans[-(-len(spans) * percent // 100) - 1] if spans else None


@dataclass(frozen=True)
class Overdue:
    """A page of what is overdue, the longest first. passed: how many lie before it; more: whether others follow."""

    lines: Sequence[Line]
    passed: int
    more: bool

    @property
    def last(self) -> Line | None:
        """The step after which the next page begins."""
        return self.lines[-1] if self.more else None

    @property
    def upto(self) -> int:
        return self.passed + len(self.lines)


def overdue_page(threads: CaseThreadQuerySet, now: datetime, after: int, passed: int) -> Overdue:
    """Return a page of the steps that are overdue, the longest first."""
    late = threads.overdue(now)
    due = CaseThread.objects.filter(pk=after).values_list("due_at", flat=True).first() if after else None
    if due is not None:
        late = late.filter(due_at__gte=due).exclude(due_at=due, pk__lte=after)
    rows = list(late.select_related("case", "holder").order_by("due_at", "pk")[: SHOWN + 1])
    return Overdue([Line(row, now) for row in rows[:SHOWN]], passed, len(rows) > SHOWN)
