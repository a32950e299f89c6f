"""What of the roster passes on with a post (交接): turns of duty still to come, and who acts for the post."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lantian.apps.accounts.models import Deputy, Post, Shift
from lantian.apps.accounts.services.people import Belongings, OpenItem
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING


def _coming(post: Post, at: datetime) -> QuerySet[Shift]:
    return Shift.objects.filter(person=post.person_id, organisation=post.organisation_id, start__gt=at)


def _shifts(post: Post) -> Sequence[OpenItem]:
    starts = [one.start.astimezone(BEIJING) for one in _coming(post, timezone.now())]
    return [OpenItem(Text(f"{start:%Y-%m-%d %H:%M} 值班", f"on duty {start:%Y-%m-%d %H:%M}")) for start in starts]


def _give_shifts(old: Post, new: Post, _by: Any, at: datetime) -> int:
    return _coming(old, at).update(person=new.person)


def _deputies(post: Post) -> Sequence[OpenItem]:
    return [OpenItem(Text(one.person.name_zh, one.person.name_en)) for one in post.deputies.select_related("person")]


def _give_deputies(old: Post, new: Post, _by: Any, _at: datetime) -> None:
    """Who acted for the old post acts for the new one, but nobody for themselves."""
    for one in old.deputies.exclude(person=new.person_id):
        kept = {"order": one.order, "valid_from": one.valid_from, "valid_to": one.valid_to}
        Deputy.objects.get_or_create(post=new, person=one.person, defaults=kept)


SHIFTS = Belongings(Text("值班", "turns of duty"), _shifts, _give_shifts)
DEPUTIES = Belongings(Text("代理人", "deputies"), _deputies, _give_deputies)
