"""Checks that pass on with a post (交接): those of its organisation that name its holder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from lantian.apps.accounts.models import Post
from lantian.apps.accounts.services.people import Belongings, OpenItem
from lantian.apps.audit.services import record
from lantian.apps.inspections.models import PlanEntry
from lantian.apps.inspections.selectors.board import name_of
from lantian.kernel.errors import Text


def _named(post: Post) -> QuerySet[PlanEntry]:
    """Open checks of the post's organisation that name its holder."""
    found = PlanEntry.objects.open().filter(people=post.person_id, organisation=post.organisation_id)
    return found.select_related("source", "plan").order_by("due", "pk")


def _items(post: Post) -> Sequence[OpenItem]:
    return [OpenItem(_name(one), reverse("inspections:plan", args=[one.plan.slug])) for one in _named(post)]


def _name(entry: PlanEntry) -> Text:
    checklist = name_of(entry.checklist, entry.due)
    return Text(
        f"{entry.source.name} · {checklist.zh} · 止于 {entry.due}",
        f"{entry.source.name} · {checklist.en} · due {entry.due}",
    )


def _give(old: Post, new: Post, by: Any, at: datetime) -> None:
    """The successor makes them; whom a draw named first stays in its record."""
    for entry in _named(old):
        entry.people.remove(old.person)
        entry.people.add(new.person)
        detail = {"entry": entry.pk, "from": old.person.username, "to": new.person.username}
        record("inspection.handed-over", subject=entry.plan, actor=by, at=at, detail=detail)


CHECKS = Belongings(Text("分派的检查", "checks assigned"), _items, _give)
