"""A demonstration's bulletin (演示通报): last month's, drafted and not signed, so that there is one to look at."""

from collections.abc import Sequence
from datetime import datetime

from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin, BulletinEvent, Snapshot
from lantian.apps.assessment.services.bulletins import Acting, draft
from lantian.kernel.periods import Period


def fill_bulletins(*, at: datetime) -> int:
    """Draft last month's bulletin where there is none of a month yet; returns how many were drafted."""
    period = Period.last_ended("month", at)
    if Bulletin.objects.filter(span="month").exists():
        return 0
    draft(rules.first_bulletin("month", period), period, Acting(None, at))
    return 1


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Remove what the demonstration drafted and nobody signed, before its data are removed."""
    made = Bulletin.objects.open().filter(drafted_by=None, snapshot__data__synthetic=True)
    keys = list(made.values_list("pk", "snapshot"))
    BulletinEvent.objects.filter(bulletin__in=[key for key, _ in keys]).delete()
    made.delete()
    Snapshot.objects.filter(pk__in=[snapshot for _, snapshot in keys], bulletins=None).delete()
