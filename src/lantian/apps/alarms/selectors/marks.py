"""Alarms as the pages of telemetry show them (图上报警): on the live map, beside a point or a device."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.selectors.words import Words, words
from lantian.apps.telemetry.hooks import AlarmMark, AlarmQuestion
from lantian.kernel.instants import day_of


def marks(person: Any, question: AlarmQuestion) -> list[AlarmMark]:
    """Return the alarms that a person may see, newest first; one query."""
    known = words()
    return [_mark(alarm, known) for alarm in _asked(Alarm.objects.visible_to(person), question)[: question.limit]]


def _asked(found: Any, question: AlarmQuestion) -> QuerySet[Alarm]:
    wanted = found.waiting() if question.waiting else found
    if question.point:
        wanted = wanted.filter(point_id=question.point)
    if question.device:
        wanted = wanted.filter(device_id=question.device)
    ordered: QuerySet[Alarm] = wanted.order_by("-raised_at", "-pk")
    return ordered


def _mark(alarm: Alarm, known: Words) -> AlarmMark:
    language = get_language() or "zh-hans"
    return AlarmMark(
        number=alarm.number,
        title=known.rule_name(alarm.rule, day_of(alarm.first_at)).in_language(language),
        state=str(alarm.get_outcome_display() or alarm.get_state_display()),
        level=alarm.level,
        raised_at=alarm.raised_at,
        point=alarm.point_id or "",
        device=alarm.device_id or "",
        ended_at=alarm.ended_at,
        url=reverse("alarms:one", args=[alarm.number]),
    )
