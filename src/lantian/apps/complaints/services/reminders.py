"""Replies that are nearly due (答复提醒): told once, before the end of the period."""

from datetime import datetime

from django.db import transaction

from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.services.state import note
from lantian.apps.complaints.services.telling import tell_due_soon


def remind(now: datetime) -> int:
    """Remind of every reply whose period is nearly over, once; return how many there were."""
    near = Complaint.objects.open().originals().filter(warn_at__lte=now, reminded_at__isnull=True)
    return sum(_remind(pk, now) for pk in list(near.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    complaint = Complaint.objects.select_for_update().get(pk=pk)
    if complaint.reminded_at or complaint.replied_at or complaint.refused_at:
        return False
    complaint.reminded_at = now
    complaint.save(update_fields=["reminded_at"])
    note(complaint, "reminded", by=None, at=now, detail={"due": complaint.due_at.isoformat()})
    tell_due_soon(complaint, now)
    return True
