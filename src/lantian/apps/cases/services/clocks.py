"""Clocks that have run out (时限到期): each level of escalation is told once, however many and whatever crashes.

A level's condition is the same for all threads, so it is one question to the record store; the lines of the history
and the new level are written in one transaction: after a crash either both stand or neither.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from lantian.apps.audit.services import record
from lantian.apps.cases.models import CaseStep, CaseThread
from lantian.apps.cases.rules import rules
from lantian.kernel.instants import day_of
from lantian.policy.records_case import EscalationRecord

BATCH = 5000


@transaction.atomic
def escalate(now: datetime) -> dict[int, int]:
    """Tell every level that a running clock has reached and not been told; return how many of each level."""
    told = {one.level: _tell(one, now) for one in rules().escalations(day_of(now))}
    return {level: count for level, count in told.items() if count}


def _tell(level: EscalationRecord, now: datetime) -> int:
    late = CaseThread.objects.running().filter(due_at__lt=now - level.escalation().after, level__lt=level.level)
    found = list(late.select_for_update().values_list("pk", "case_id", "number", "step", "holder_id"))
    if not found:
        return 0
    detail = {"level": level.level, "to": level.to, "count": len(found), "threads": [found[0][0], found[-1][0]]}
    entry = record("case.escalated", subject=None, actor=None, at=now, detail=detail)
    cite = level.citation
    CaseStep.objects.bulk_create(
        (
            CaseStep(
                case_id=case, thread=number, step=step, kind="escalated", level=level.level, at=now, hash=entry.hash,
                citation_zh=cite.zh, citation_en=cite.en,
                detail={"to": holder if level.to == "holder" else level.to},
            )
            for _, case, number, step, holder in found
        ),
        batch_size=BATCH,
    )  # fmt: skip
    told = CaseStep.objects.filter(
        case=OuterRef("case"), thread=OuterRef("number"), kind="escalated", level=level.level
    )
    late.filter(Exists(told)).update(level=level.level)
    return len(found)
