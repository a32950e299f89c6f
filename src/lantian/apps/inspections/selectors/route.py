"""The route of a day (当日路线): where somebody has to go, in an order that does not walk back and forth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q

from lantian.apps.accounts.models import Person
from lantian.apps.inspections.models import Inspection, PlanEntry
from lantian.apps.ledger.models import Source


@dataclass(frozen=True)
class Due:
    """A check that is due at a stop."""

    entry: PlanEntry
    checklist: str
    due: date
    overdue: bool


@dataclass(frozen=True)
class Stop:
    """A stop: an entry of a ledger with its checks that are due, and its last inspections, newest first."""

    source: Source
    checks: tuple[Due, ...]
    past: tuple[Inspection, ...]


PAST = 3
"""Inspections that a stop shows."""


def route_of_day(person: Person, day: date) -> list[Stop]:
    """Return the stops of a person on a day: visits planned for it, and checks without a visit that are due by then."""
    entries = PlanEntry.objects.for_person(person).open().filter(window_start__lte=day)
    planned = Q(visit__day=day) | Q(visit__isnull=True, due__lte=day) | Q(visit__day__lt=day)
    found = entries.filter(planned).select_related("source__area", "plan", "organisation").order_by("source", "due")
    stops = [
        _stop(source, list(rows), day) for source, rows in groupby(found.distinct(), key=lambda entry: entry.source)
    ]
    return in_order(stops)


def _stop(source: Source, rows: Sequence[PlanEntry], day: date) -> Stop:
    past = source.inspections.select_related("organisation").prefetch_related("items")[:PAST]
    return Stop(source, tuple(Due(row, row.checklist, row.due, row.due < day) for row in rows), tuple(past))


def in_order(stops: Sequence[Stop]) -> list[Stop]:
    """Order stops: from the westernmost always to the nearest that is left; those without a position come last."""
    left = [stop for stop in stops if stop.source.longitude is not None]
    nowhere = [stop for stop in stops if stop.source.longitude is None]
    left.sort(key=lambda stop: (float(stop.source.longitude or 0), stop.source.pk))
    ordered = left[:1]
    left = left[1:]
    while left:
        here = ordered[-1].source
        left.sort(key=lambda stop: (_square(here, stop.source), stop.source.pk))
        ordered.append(left.pop(0))
    return [*ordered, *nowhere]


def _square(a: Source, b: Source) -> float:
    """The square of a distance in degrees, longitude shortened as at 40 °N; good enough to compare."""
    east = (float(a.longitude or 0) - float(b.longitude or 0)) * 0.766
    return east**2 + (float(a.latitude or 0) - float(b.latitude or 0)) ** 2
