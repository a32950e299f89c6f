"""Suspected duplicates (疑似重复): found when a complaint comes, shown with their reasons, decided by a person."""

from lantian.analysis.duplicates import suggestions
from lantian.apps.complaints.models import Complaint, Suggestion
from lantian.apps.complaints.reports import report_of
from lantian.apps.complaints.rules import rules
from lantian.kernel.instants import day_of

MOST = 5
"""Suggestions kept for one complaint."""


def suggest(complaint: Complaint) -> list[Suggestion]:
    """Keep which earlier complaints a new one looks like."""
    limits = rules().match(day_of(complaint.received_at)).limits()
    near = Complaint.objects.originals().exclude(pk=complaint.pk).filter(
        topic=complaint.topic, refused_at__isnull=True, received_at__lte=complaint.received_at,
        happened_at__gte=complaint.happened_at - limits.time, happened_at__lte=complaint.happened_at + limits.time,
    )  # fmt: skip
    found = suggestions(report_of(complaint), map(report_of, near), limits)[:MOST]
    return Suggestion.objects.bulk_create(
        Suggestion(
            complaint=complaint, earlier_id=int(one.id), metres=one.metres, hours=one.apart.total_seconds() / 3600,
            likeness=float(one.likeness),
        )
        for one in found
    )  # fmt: skip
