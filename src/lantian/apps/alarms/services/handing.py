"""Alarms that pass on with a post (交接): those that its holder took on and that are not judged yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from lantian.apps.accounts.models import Post
from lantian.apps.accounts.scope import scope_of_post
from lantian.apps.accounts.services.people import Belongings, OpenItem
from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.audit.services import record
from lantian.kernel.errors import Text


def _taken_on(post: Post) -> QuerySet[Alarm]:
    """Waiting alarms of the post's ground that its holder took on."""
    mine = Alarm.objects.waiting().filter(acknowledged_by=post.person_id)
    return mine.filter(scope_of_post(post).within("area_code")).select_related("point", "device").order_by("-raised_at")


def _items(post: Post) -> Sequence[OpenItem]:
    return [OpenItem(_name(one), reverse("alarms:one", args=[one.number])) for one in _taken_on(post)]


def _name(alarm: Alarm) -> Text:
    place = alarm.point or alarm.device
    return Text(
        f"{alarm.number} {place.name_zh if place else ''}".strip(),
        f"{alarm.number} {(place.name_en or place.name_zh) if place else ''}".strip(),
    )


def _give(old: Post, new: Post, by: Any, at: datetime) -> None:
    """The successor has taken them on; when that was first done stays."""
    for alarm in _taken_on(old):
        Alarm.objects.filter(pk=alarm.pk).update(acknowledged_by=new.person)
        detail = {"from": old.person.username, "to": new.person.username}
        record("alarm.handed-over", subject=alarm, actor=by, at=at, detail={"number": alarm.number, **detail})
        text = f"{old.person.name_zh} → {new.person.name_zh}"
        AlarmEvent.objects.create(alarm=alarm, at=at, kind="handed-over", by=by, text=text, detail=detail)


TAKEN_ON = Belongings(Text("已确认待处置报警", "alarms taken on"), _items, _give)
