"""Boards (看板): what each street and each department has open, what is overdue, and how long cases take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.selectors.lines import Line
from lantian.kernel.errors import Text

DAYS = 90
SOON = timedelta(hours=24)
SHOWN = 200


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


def departments(visible: Any, now: datetime) -> list[BoardRow]:
    """Return the steps of each organisation that holds any, most overdue first."""
    threads = CaseThread.objects.filter(case__in=visible.values("pk"))
    named = {one.code: Text(one.name_zh, one.name_en or one.name_zh) for one in Organisation.objects.all()}
    found = threads.values("holder").annotate(**_counts(now)).order_by()
    rows = [_row(dict(each), "holder", named) for each in found]
    return sorted(rows, key=lambda row: (-row.overdue, -row.open, row.key))


def streets(visible: Any, now: datetime) -> list[BoardRow]:
    """Return the steps of the cases of each street."""
    threads = CaseThread.objects.filter(case__in=visible.values("pk"))
    found = threads.values("case__area_code").annotate(**_counts(now)).order_by()
    rows = [_row(dict(each), "case__area_code", {}) for each in found]
    return sorted(rows, key=lambda row: (-row.overdue, -row.open, row.key))


def _counts(now: datetime) -> dict[str, Count]:
    running = Q(ended_at__isnull=True)
    past = Q(ended_at__gte=now - timedelta(days=DAYS))
    late = Q(paused=False, due_at__lt=now)
    return {
        "running": Count("pk", filter=running),
        "overdue": Count("pk", filter=running & late),
        "soon": Count("pk", filter=running & Q(paused=False, due_at__gte=now, due_at__lt=now + SOON)),
        "done": Count("pk", filter=past),
        "done_late": Count("pk", filter=past & Q(ended_at__gt=F("due_at"))),
    }


def _row(each: dict[str, Any], key: str, named: dict[str, Text]) -> BoardRow:
    code = str(each[key])
    label = named.get(code) or words().area(code)
    return BoardRow(code, label, each["running"], each["overdue"], each["soon"], each["done"], each["done_late"])


@dataclass(frozen=True)
class Durations:
    """How long cases of alarms took from the alarm to the closing, in the last days."""

    count: int
    median: timedelta | None
    ninety: timedelta | None


def durations(visible: Any, now: datetime) -> Durations:
    """Return median and 90 % of the time from alert to closed: the value that half, or nine of ten, do not exceed."""
    rows = visible.filter(closed_at__gte=now - timedelta(days=DAYS), alarm__isnull=False)
    spans = sorted(closed - raised for closed, raised in rows.values_list("closed_at", "alarm__raised_at"))
    return Durations(len(spans), _quantile(spans, 50), _quantile(spans, 90))


def _quantile(spans: Sequence[timedelta], percent: int) -> timedelta | None:
    """The smallest span that at least so many percent do not exceed (nearest rank)."""
    return spans[-(-len(spans) * percent // 100) - 1] if spans else None


def overdue_lines(visible: Any, now: datetime) -> tuple[list[Line], int]:
    """Return the steps that are overdue, the longest first, and how many there are."""
    late = CaseThread.objects.overdue(now).filter(case__in=visible.values("pk"))
    rows = late.select_related("case", "holder").order_by("due_at", "pk")[:SHOWN]
    return [Line(row, now) for row in rows], late.count()


def visible_cases(person: Any) -> Any:
    """Return the cases that a reader may see."""
    return Case.objects.visible_to(person)
