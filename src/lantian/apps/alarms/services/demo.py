"""Alarms of a demonstration: they go when real data take its place."""

from collections.abc import Sequence

from django.db.models import Q

from lantian.apps.alarms.models import Alarm


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the alarms of made-up points and devices, and regional notices: they were about made-up air."""
    theirs = Q(synthetic=True) | Q(point__in=points) | Q(device__in=devices) | Q(point=None, device=None)
    doomed = list(Alarm.objects.filter(theirs).values_list("pk", flat=True))
    Alarm.objects.filter(parent__in=doomed).update(parent=None)
    Alarm.objects.filter(pk__in=doomed).delete()
