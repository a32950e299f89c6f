"""Whom an event concerns (通知对象): who holds a post in an organisation on the ground where it happened."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from lantian.apps.accounts.models import AreaKind, Deputy, Leave, Person, Post, Role
from lantian.apps.accounts.models.places import standing
from lantian.kernel.instants import day_of

_NOT_AT_WORK = (Role.VIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
"""Posts that take no part in the work that notices are about."""
_GROUND = frozenset({AreaKind.STREET, AreaKind.COMMUNITY})


def people_of(organisations: Iterable[str], at: datetime, area: str = "", *, heads: bool = False) -> list[Person]:
    """Return who holds a post in organisations on the ground of an area, with deputies for those who are away.

    heads: their heads alone, or everybody where none is named. Somebody away without a deputy is told all the same.
    """
    posts = _held(Q(organisation__in=set(organisations)) & ~Q(role__in=_NOT_AT_WORK), at)
    if heads and any(post.head for post in posts):
        posts = [post for post in posts if post.head]
    return _present([post for post in posts if covers(post, area)], at)


def holders_of_role(role: str, at: datetime, area: str = "") -> list[Person]:
    """Return who holds a role on the ground of an area."""
    return _present([post for post in _held(Q(role=role), at) if covers(post, area)], at)


def _held(condition: Q, at: datetime) -> list[Post]:
    found = Post.objects.held_on(day_of(at)).filter(condition, person__is_active=True)
    return list(found.select_related("person", "organisation__area", "area").order_by("pk"))


def covers(post: Post, area: str) -> bool:
    """Tell whether a post's ground covers an area's code; one of the whole district covers all, and so does no area."""
    ground = post.area or post.organisation.area
    if not area or ground is None or ground.kind not in _GROUND:
        return True
    return area.startswith(ground.code) or ground.code.startswith(area)


def _present(posts: list[Post], at: datetime) -> list[Person]:
    day = day_of(at)
    holders = {post.person_id for post in posts}
    away = set(Leave.objects.filter(person__in=holders, start__lte=day, end__gte=day).values_list("person", flat=True))
    deputies: dict[int, list[Person]] = defaultdict(list)
    if away:
        acting = Deputy.objects.filter(standing(day), post__in=[post.pk for post in posts if post.person_id in away])
        for one in acting.filter(person__is_active=True).select_related("person").order_by("order", "pk"):
            deputies[one.post_id].append(one.person)
    found: dict[int, Person] = {}
    for post in posts:
        acting_now = deputies[post.pk][:1] if post.person_id in away else []
        found |= {person.pk: person for person in acting_now or [post.person]}
    return list(found.values())
