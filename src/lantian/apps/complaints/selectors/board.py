"""The board of complaints (投诉看板): by street and topic, replied in time, the three rates, what is reported often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q

from lantian.analysis.duplicates import repeated
from lantian.apps.alarms.selectors.words import words
from lantian.apps.complaints.models import Complaint, ComplaintQuerySet
from lantian.apps.complaints.reports import report_of
from lantian.apps.complaints.rules import rules
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.workflow.floors import Complaints, ThreeRates, three_rates

DAYS = 90
MOST = 20_000
"""Complaints among which places with many are looked for."""
SHOWN = 20


@dataclass(frozen=True)
class BoardRow:
    """What a street or topic has: complaints in the period, open, overdue; replied, of them in time; joined ones."""

    key: str
    label: Text
    total: int
    open: int
    overdue: int
    replied: int
    in_time: int
    joined: int

    @property
    def percent(self) -> Decimal | None:
        """Share replied in time [%], None where nothing was replied to."""
        return Decimal(100 * self.in_time) / self.replied if self.replied else None


@dataclass(frozen=True)
class Often:
    """A place of which many complain, and what article 31 recommends there."""

    topic: Text
    area: Text
    place: str
    count: int
    last: datetime
    recommended: Text
    newest: Complaint


@dataclass(frozen=True)
class Board:
    """All that the board shows."""

    streets: Sequence[BoardRow]
    topics: Sequence[BoardRow]
    whole: BoardRow
    rates: ThreeRates
    asked: int
    often: Sequence[Often]
    citation: Text


def board(visible: ComplaintQuerySet, now: datetime) -> Board:
    """Return the board of what a reader may see, over the last ninety days."""
    found = visible.filter(received_at__gt=now - timedelta(days=DAYS), received_at__lte=now)
    topics = {one.id: Text(one.zh, one.en) for one in rules().topics(day_of(now)).values()}
    asked = found.filter(replied_at__isnull=False, visit__gt="")
    return Board(
        streets=_rows(found, "area_code", lambda code: words().area(code) if code else Text("未定位", "no place"), now),
        topics=_rows(found, "topic", lambda name: topics.get(name, Text(name, name)), now),
        whole=_row("", Text("合计", "All"), found.aggregate(**_counts(now))),
        rates=_rates(found, now),
        asked=asked.count(),
        often=often(visible, now),
        citation=rules().repeat(day_of(now)).citation,
    )


def _rows(found: ComplaintQuerySet, field: str, label: Callable[[str], Text], now: datetime) -> list[BoardRow]:
    rows = [_row(str(one[field]), label(str(one[field])), one) for one in _grouped(found, field, now)]
    return sorted(rows, key=lambda row: (-row.total, row.key))


def _grouped(found: ComplaintQuerySet, field: str, now: datetime) -> list[dict[str, Any]]:
    return [dict(one) for one in found.values(field).annotate(**_counts(now)).order_by()]


def _row(key: str, label: Text, counts: dict[str, Any]) -> BoardRow:
    numbers = {name: int(counts[name] or 0) for name in ("total", "open", "overdue", "replied", "in_time", "joined")}
    return BoardRow(key, label, **numbers)


def _counts(now: datetime) -> dict[str, Count]:
    running = Q(replied_at__isnull=True, refused_at__isnull=True)
    late = running & (Q(accepted_at__isnull=True, accept_due_at__lt=now) | Q(due_at__lt=now))
    return {
        "total": Count("pk"),
        "open": Count("pk", filter=running),
        "overdue": Count("pk", filter=late),
        "replied": Count("pk", filter=Q(replied_at__isnull=False)),
        "in_time": Count("pk", filter=Q(replied_at__lte=F("due_at"))),
        "joined": Count("pk", filter=Q(duplicate_of__isnull=False)),
    }


def _rates(found: ComplaintQuerySet, now: datetime) -> ThreeRates:
    """The three rates of those replied to that were asked what they think."""
    visits = rules().rule(day_of(now)).visits
    asked = found.filter(replied_at__isnull=False, visit__gt="")
    solved = asked.filter(visit__in=[one.id for one in visits if one.solved]).count()
    satisfied = asked.filter(visit__in=[one.id for one in visits if one.satisfied]).count()
    count, decimals = asked.count(), rules().rate_decimals
    due = found.filter(Q(replied_at__isnull=False) | Q(due_at__lte=now), refused_at__isnull=True)
    answered = three_rates(Complaints(due.count(), due.filter(replied_at__lte=F("due_at")).count(), 0, 0), decimals)
    asked_rates = three_rates(Complaints(count, count, solved, satisfied), decimals)
    return ThreeRates(answered.response, asked_rates.solution, asked_rates.satisfaction)


def often(visible: ComplaintQuerySet, now: datetime) -> list[Often]:
    """Return the places with repeated complaints, the most first."""
    rule = rules().repeat(day_of(now))
    recent = visible.filter(
        happened_at__gt=now - timedelta(days=rule.days), received_at__lte=now, refused_at__isnull=True,
        longitude__isnull=False,
    ).order_by("-received_at")[:MOST]  # fmt: skip
    known = {str(one.pk): one for one in recent}
    places = repeated([report_of(one) for one in known.values()], float(rule.metres), rule.least)
    topics = rules().topics(day_of(now))
    result = []
    for place in places[:SHOWN]:
        newest = max((known[name] for name in place.ids), key=lambda one: one.received_at)
        level, topic = rule.level(len(place.ids)), topics.get(place.topic)
        if level:
            result.append(
                Often(
                    Text(topic.zh, topic.en) if topic else Text(place.topic, place.topic),
                    words().area(newest.area_code),
                    newest.place,
                    len(place.ids),
                    newest.received_at,
                    Text(level.zh, level.en),
                    newest,
                )
            )
    return result
