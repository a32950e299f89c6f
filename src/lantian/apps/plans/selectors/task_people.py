"""Who may be made responsible for a task (责任人): the people of its departments."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from lantian.apps.accounts.models import Post, Role
from lantian.apps.accounts.models.people import PostQuerySet
from lantian.apps.plans.rules import rules
from lantian.kernel.errors import Text


def posts_of(parties: Iterable[str], day: date) -> PostQuerySet:
    """Return the posts, held on a day by people who may sign in, of organisations or members of collectives."""
    named = set(parties)
    kinds = {kind for name, kind in rules().members.items() if name in named}
    wanted = Q(organisation__in=named) | Q(organisation__kind__in=kinds)
    return Post.objects.held_on(day).filter(wanted, person__is_active=True).exclude(role=Role.VIEWER)


def responsible(parties: Iterable[str], day: date) -> list[tuple[str, str, Text]]:
    """Return who may be made responsible: login, name and post, by organisation."""
    rows = posts_of(parties, day).select_related("person", "organisation")
    found = {row.person.username: row for row in rows.order_by("organisation__name_zh", "person__username")}
    return [
        (login, row.person.name, Text(row.organisation.name_zh, row.organisation.name_en or row.organisation.name_zh))
        for login, row in found.items()
    ]
