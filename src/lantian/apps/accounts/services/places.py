"""Areas and organisations over time (区域与单位沿革): renamed, moved, merged into a successor; nothing is deleted.

What is changed here no longer follows the policy pack: its record says so (``kept_here``).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction

from lantian.apps.accounts.models import Area, Organisation, Post
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text

Place = TypeVar("Place", Area, Organisation)
DAY = timedelta(days=1)


class PlaceRefused(LantianError):
    """A change of a tree that would break it."""


@transaction.atomic
def add_place(place: Place, *, by: Any, at: datetime) -> Place:
    """Store a new area or organisation; raises PlaceRefused when its code is taken."""
    if type(place)._default_manager.filter(pk=place.pk).exists():
        raise PlaceRefused(Text(f"代码 {place.pk} 已被使用。", f"The code {place.pk} is taken."))
    place.kept_here = True
    place.save(force_insert=True)
    record("place.added", subject=place, actor=by, at=at)
    return place


@transaction.atomic
def change_place(place: Place, values: Mapping[str, Any], *, by: Any, at: datetime) -> list[str]:
    """Rename, move or date a place; returns what changed. Raises PlaceRefused where it would lie under itself."""
    changed = sorted(name for name, value in values.items() if getattr(place, name) != value)
    if "parent" in changed:
        _not_under_itself(place, values["parent"])
    before = {name: f"{getattr(place, name) or ''}" for name in changed}
    for name in changed:
        setattr(place, name, values[name])
    if changed:
        place.kept_here = True
        place.save()
        after = {name: f"{getattr(place, name) or ''}" for name in changed}
        detail = {name: [before[name], after[name]] for name in changed}
        record("place.changed", subject=place, actor=by, at=at, detail=detail)
    return changed


@transaction.atomic
def merge_place(place: Place, successor: Place, *, day: date, by: Any, at: datetime) -> int:
    """End a place with a day; its children and posts go on under the successor from the next. Returns posts carried."""
    if successor.pk == place.pk or successor.successor_id is not None:
        raise PlaceRefused(Text("承继者须是另一个仍在用的。", "The successor must be another one that still stands."))
    _not_under_itself(place, successor)
    place.successor, place.valid_to, place.kept_here = successor, day, True
    place.save()
    place.children.exclude(pk=successor.pk).update(parent=successor, kept_here=True)
    name = "area" if isinstance(place, Area) else "organisation"
    carried = [_carry(post, name, successor, day) for post in place.posts.filter(valid_to=None)]
    detail = {"into": successor.pk, "day": f"{day}", "posts": len(carried)}
    record("place.merged", subject=place, actor=by, at=at, detail=detail)
    return len(carried)


def _carry(post: Post, name: str, successor: Area | Organisation, day: date) -> Post:
    """End a post with a day and begin the same one under the successor."""
    going_on = Post(
        person=post.person,
        role=post.role,
        organisation=post.organisation,
        area=post.area,
        title=post.title,
        head=post.head,
        valid_from=day + DAY,
    )
    setattr(going_on, name, successor)
    going_on.save()
    Post.objects.filter(pk=post.pk).update(valid_to=day)
    return going_on


def _not_under_itself(place: Area | Organisation, parent: Area | Organisation | None) -> None:
    above = parent
    while above is not None:
        if above.pk == place.pk:
            raise PlaceRefused(Text("上级不能是自己或自己的下级。", "A place cannot lie under itself."))
        above = above.parent
