"""Cases of a demonstration: they go when real data take its place, before the alarms that they came from."""

from collections.abc import Sequence

from django.db.models import Q

from lantian.apps.cases.models import Case, Evidence, Measure, Paper, Penalty, Sanction


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the cases of made-up points and devices and what grew out of them; their numbers are not given again."""
    nowhere = Q(alarm__isnull=False, alarm__point=None, alarm__device=None)
    theirs = Q(synthetic=True) | Q(point__in=points) | Q(alarm__point__in=points) | Q(alarm__device__in=devices)
    doomed = set(Case.objects.filter(theirs | nowhere).values_list("pk", flat=True))
    while more := set(Case.objects.filter(parent__in=doomed).values_list("pk", flat=True)) - doomed:
        doomed |= more
    Paper.objects.filter(case__in=doomed).delete()
    Measure.objects.filter(base__case__in=doomed).update(base=None)
    Measure.objects.filter(Q(case__in=doomed) | Q(sanction__case__in=doomed)).delete()
    for kind in (Sanction, Penalty, Evidence):
        kind.objects.filter(case__in=doomed).delete()
    Case.objects.filter(pk__in=doomed).update(parent=None)
    Case.objects.filter(pk__in=doomed).delete()
