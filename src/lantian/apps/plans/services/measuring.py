"""Measure what measures itself (指标采集), and note lamps that turned (亮灯); once a day, safe to do again."""

from datetime import date, datetime, timedelta

from django.db import transaction

from lantian.apps.plans.models import Task, TaskLamp
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.feeds import Measured, measured
from lantian.apps.plans.selectors.standing import Standing, board
from lantian.apps.plans.services.task_notices import tell_red
from lantian.apps.plans.services.working import Reported, enter
from lantian.kernel.instants import day_of

SERIES_DAYS = 7
"""A value that did not change is stored again after so many days, so that the series goes on."""


def measure_all(now: datetime, *, on: date | None = None) -> int:
    """Store a value of each indicator that has a mechanism, where it changed; return how many."""
    day, plan, stored = on or day_of(now), rules(), 0
    for task in Task.objects.standing().exclude(indicator="").filter(parts__isnull=True).exclude(state="struck"):
        record = plan.indicators.get(task.indicator)
        found = measured(record, day, task.area_id or "") if record and record.feed != "entered" else None
        if record is not None and found is not None and _is_news(task, found, day):
            enter(task, Reported(found.value, day, way=record.feed, how=found.how), by=None, at=now)
            stored += 1
    return stored


def _is_news(task: Task, found: Measured, day: date) -> bool:
    last = task.entries.standing().order_by("-day", "-at", "-pk").first()
    return last is None or last.value != found.value or day - last.day >= timedelta(days=SERIES_DAYS)


@transaction.atomic
def note_lamps(now: datetime) -> int:
    """Note each lamp that turned since it was last noted, and tell of those that turned red; return how many."""
    day = day_of(now)
    noted = TaskLamp.objects.filter(day__lte=day).order_by("task", "day")
    before = dict(noted.values_list("task_id", "colour"))  # the latest of each task comes last
    turned = [one for one in board(day).walk() if before.get(one.task.pk) != one.lamp.colour]
    rows = [_row(one, day, now) for one in turned]
    TaskLamp.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["task", "day"],
        update_fields=["colour", "progress", "reason_zh", "reason_en", "at"],
    )  # fmt: skip
    for row in rows:
        if row.colour == "red" and row.task_id in before:
            tell_red(row.task, row)
    return len(turned)


def _row(one: Standing, day: date, now: datetime) -> TaskLamp:
    return TaskLamp(
        task=one.task, day=day, colour=one.lamp.colour, progress=one.progress, reason_zh=one.lamp.reason.zh[:300],
        reason_en=one.lamp.reason.en[:400], at=now,
    )  # fmt: skip
