"""Clocks that have run out (时限到期): each level of escalation is told once, however many and whatever crashes.

A level's condition is the same for all threads, so it is one question to the record store; the lines of the history
and the new level are written in one transaction: after a crash either both stand or neither.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from lantian.apps.audit.services import record
from lantian.apps.cases.models import CaseStep, CaseThread
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.cases.services.state import note, thread_of
from lantian.kernel.instants import day_of
from lantian.policy.records_case import EscalationRecord


@transaction.atomic
def escalate(now: datetime) -> dict[int, int]:
    """Tell every level that a running clock has reached and not been told; return how many of each level."""
    told = {one.level: _tell(one, now) for one in rules().escalations(day_of(now))}
    return {level: count for level, count in told.items() if count}


@transaction.atomic
def recount(now: datetime) -> int:
    """Count again the ends of clocks of days that run, by the legal calendar as it is known now; return how many moved.

    A year's days off are announced late in the year before; until then its days are counted by weekends alone.
    """
    days = CaseThread.objects.running().filter(due_at__gte=now, unit__in=("calendar-day", "working-day"))
    moved = [row for row in days.select_related("case").order_by("pk").iterator(2000) if _moved(row, now)]
    CaseThread.objects.bulk_update(moved, ["due_at", "warn_at"], batch_size=500)
    return len(moved)


def _moved(row: CaseThread, now: datetime) -> bool:
    """Set the end of a step anew; where it moves, the history says from when to when."""
    engine = rules().engine(type_of(row.case), row.case.category)
    thread, former = thread_of(row, engine), row.due_at
    row.due_at, row.warn_at = engine.due(thread, now), engine.warning(thread, now)
    if row.due_at == former:
        return False
    detail = {"before": f"{former:%Y-%m-%dT%H:%M:%SZ}", "due": f"{row.due_at:%Y-%m-%dT%H:%M:%SZ}"}
    note(row.case, "recounted", by=None, at=now, thread=row.number, step=row.step, detail=detail)
    return True


def _tell(level: EscalationRecord, now: datetime) -> int:
    late = CaseThread.objects.running().filter(due_at__lt=now - level.escalation().after, level__lt=level.level)
    found = list(late.select_for_update().values_list("pk", "case_id", "number", "step", "holder_id"))
    if not found:
        return 0
    detail = {"level": level.level, "to": level.to, "count": len(found), "threads": [found[0][0], found[-1][0]]}
    entry = record("case.escalated", subject=None, actor=None, at=now, detail=detail)
    _write(
        ((case, number, step, holder if level.to == "holder" else level.to) for _, case, number, step, holder in found),
        level,
        entry.hash,
        now,
    )
    told = CaseStep.objects.filter(
        case=OuterRef("case"), thread=OuterRef("number"), kind="escalated", level=level.level
    )
    late.filter(Exists(told)).update(level=level.level)
    return len(found)


def _write(late: Iterable[tuple[int, int, str, str]], level: EscalationRecord, digest: str, now: datetime) -> None:
    """Write a line of the history for each thread, as plain rows: a hundred thousand objects would take far longer."""
    cite, at = level.citation, connection.ops.adapt_datetimefield_value(now)
    same: dict[str, Any] = {
        "kind": "escalated", "level": level.level, "at": at, "hash": digest, "outcome": "", "place": "", "reason": "",
        "citation_zh": cite.zh, "citation_en": cite.en,
    }  # fmt: skip
    names = (*same, "case_id", "thread", "step", "detail")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    marks = ", ".join(["%s"] * len(names))
    line = f"INSERT INTO {quote(CaseStep._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  # names of ours
    before = tuple(same.values())
    with connection.cursor() as cursor:
        cursor.executemany(
            line, [(*before, case, number, step, json.dumps({"to": to})) for case, number, step, to in late]
        )
