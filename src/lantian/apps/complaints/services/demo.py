"""Complaints of a demonstration: they go when real data take its place, before the cases that came of them."""

from collections.abc import Sequence

from django.db.models import Q

from lantian.apps.complaints.models import Complaint


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the made-up complaints, and take real ones out of cases that are made up and about to go."""
    made_up = Q(synthetic=True)
    Complaint.objects.filter(duplicate_of__in=Complaint.objects.filter(made_up)).update(duplicate_of=None)
    Complaint.objects.filter(made_up).delete()
    theirs = Q(case__synthetic=True) | Q(case__point__in=points) | Q(case__alarm__point__in=points)
    theirs |= Q(case__alarm__device__in=devices) | Q(case__alarm__isnull=False, case__alarm__point=None)
    Complaint.objects.filter(theirs).update(case=None, accepted_at=None)
