"""Whom plans and draws tell (检查通知): those who are named for a check, once for each plan's entry or draw."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.inspections.models import Plan, PlanEntry
from lantian.apps.notices.services import tell
from lantian.kernel.errors import Text

TEMPLATE = "inspection-assigned"


def tell_assigned(entry: PlanEntry, people: Sequence[Person], *, at: datetime) -> None:
    """Tell people of a check that they are to make; who knows of it is not told again."""
    for person in people:
        _tell(person, entry.plan, [entry], f"inspection:{entry.pk}:{person.pk}", at)


def tell_drawn(plan: Plan, *, at: datetime) -> None:
    """Tell each inspector who was drawn of all their checks at once."""
    theirs: dict[Person, list[PlanEntry]] = defaultdict(list)
    for entry in plan.entries.select_related("source").prefetch_related("people"):
        for person in entry.people.all():
            theirs[person].append(entry)
    for person, entries in theirs.items():
        _tell(person, plan, entries, f"draw:{plan.pk}:{person.pk}", at)


def _tell(person: Person, plan: Plan, entries: Sequence[PlanEntry], key: str, at: datetime) -> None:
    first, count = entries[0].source.name, len(entries)
    name = Text(first, first) if count == 1 else Text(f"{first}等", f"{first} and others")
    context = {"plan": plan.title, "name": name, "count": count, "day": str(min(one.due for one in entries))}
    tell(person, TEMPLATE, context, link=reverse("inspections:plan", args=[plan.slug]), key=key, at=at)
