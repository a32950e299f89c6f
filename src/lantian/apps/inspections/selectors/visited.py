"""Which entries were inspected (已检对象), for the duties of the ledgers."""

from collections.abc import Collection
from datetime import date, timedelta

from lantian.apps.inspections.models import Inspection
from lantian.kernel.instants import beijing_day
from lantian.policy.records_ledger import Duty

YEAR = 365
"""Days within which an inspection fulfils a duty that names no time of its own."""


def inspected_sources(duty: Duty, on: date) -> Collection[int]:
    """Return the ids of the entries inspected by a duty's checklist (``any`` is every one) within its days."""
    first = beijing_day(on - timedelta(days=(duty.within_days or YEAR) - 1))
    made = Inspection.objects.filter(
        began_at__gte=first, began_at__lt=beijing_day(on + timedelta(days=1)), source__isnull=False
    ).exclude(result=Inspection.Result.NO_ENTRY)
    if duty.which != "any":
        made = made.filter(checklist=duty.which)
    return {key for key in made.values_list("source", flat=True) if key is not None}
