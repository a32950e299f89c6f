"""Tell the duty desk of new alarms (报警通知), by how pressing they are; from where the last look ended."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from lantian.apps.accounts.models import Role
from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.selectors.words import words
from lantian.apps.notices.models import Cursor
from lantian.apps.notices.selectors.people import holders_of_role
from lantian.apps.notices.services import Event, tell_each
from lantian.apps.notices.services.telling import key_of
from lantian.kernel.errors import Text

_FIRST_LOOK = timedelta(hours=1)
"""Alarms older than this when the platform tells of alarms for the first time are history."""

AT_ONCE = 3
"""The level of alarms to be acted on at once: they are told at night too."""

LEVELS = {
    1: Text("一般", "for notice"),
    2: Text("当日处置", "to be acted on today"),
    AT_ONCE: Text("立即处置", "to be acted on at once"),
}


def tell_of_raised(alarms: Sequence[int]) -> None:
    """Hook: tell of new alarms as soon as they are stored."""
    tell_of_alarms(datetime.now(UTC))


@transaction.atomic
def tell_of_alarms(now: datetime) -> None:
    """Tell the duty desk of the alarms that were raised since the last look: each once, after a crash too."""
    cursor = Cursor.objects.select_for_update().filter(pk="alarms").first()
    if cursor is None:
        older = Alarm.objects.filter(raised_at__lt=now - _FIRST_LOOK).aggregate(last=Max("pk"))["last"]
        cursor = Cursor.objects.create(name="alarms", last=older or 0)
    found = list(Alarm.objects.shown().filter(pk__gt=cursor.last).select_related("point").order_by("pk"))
    if not found:
        return
    cursor.last = found[-1].pk
    cursor.save()
    pressing = [alarm for alarm in found if alarm.level >= AT_ONCE]
    many = Event(
        {"count": len(found), "urgent": len(pressing)}, reverse("alarms:list"),
        key_of("alarms", *(alarm.pk for alarm in found)), urgent=bool(pressing),
    )  # fmt: skip
    tell_each(
        holders_of_role(Role.DUTY, now), "alarm-raised", map(_event, found), len(found), many=many,
        many_template="alarm-raised-many", at=now,
    )  # fmt: skip


def _event(alarm: Alarm) -> Event:
    named = words()
    record = named.rule_of(alarm)
    level = LEVELS.get(alarm.level, Text(str(alarm.level), str(alarm.level)))
    context = {
        "number": alarm.number,
        "rule": Text(record.zh, record.en) if record else alarm.rule,
        "place": _place(alarm),
        "value": _value(alarm),
        "level": level,
    }
    link = reverse("alarms:one", args=[alarm.number])
    return Event(context, link, f"alarm:{alarm.pk}", urgent=alarm.level >= AT_ONCE)


def _place(alarm: Alarm) -> Text:
    made_up = Text("〔模拟〕", "[simulated] ") if alarm.synthetic else Text("", "")
    place = words().area(alarm.area_code)
    if alarm.point:
        place = Text(alarm.point.name_zh, alarm.point.name_en or alarm.point.name_zh)
    return Text(made_up.zh + place.zh, made_up.en + place.en)


def _value(alarm: Alarm) -> Text:
    if alarm.value is None:
        return Text("无数值", "no value")
    found = f"{alarm.value:g} {alarm.unit}".strip()
    if alarm.limit is None:
        return Text(found, found)
    return Text(f"{found}（限值 {alarm.limit:g}）", f"{found} (limit {alarm.limit:g})")
