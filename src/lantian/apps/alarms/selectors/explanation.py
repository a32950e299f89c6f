"""What an alarm's page says: why, since when, what stood beside it, what happened before, who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language

from lantian.apps.alarms.models import Alarm, AlarmEvent, AlarmQuerySet, CounterEvidence
from lantian.apps.telemetry.models import Instrument, Snapshot
from lantian.kernel.errors import Text

PAST_DAYS = 60
SHOWN_PAST = 8


@dataclass(frozen=True)
class Row:
    """A condition as the page shows it."""

    label: str
    found: str
    limit: str
    holds: bool


def condition_rows(alarm: Alarm) -> list[Row]:
    """Return the conditions in the language of the page."""
    return [
        Row(said(row.get("label")), said(row.get("found")), said(row.get("limit")), bool(row.get("holds")))
        for row in alarm.conditions
    ]


def said(text: Any) -> str:
    """Return a stored text of two languages in that of the page; plain text stays as it is.

    >>> said("7"), said(None)
    ('7', '')
    """
    if not isinstance(text, Mapping):
        return "" if text is None else str(text)
    return Text(str(text.get("zh", "")), str(text.get("en", ""))).in_language(get_language() or "zh-hans")


def past_of(alarm: Alarm, visible: AlarmQuerySet) -> list[Alarm]:
    """Return the other alarms of the same place in the 60 days before, the newest first."""
    if alarm.point_id is None and alarm.device_id is None:
        return []
    place = {"point_id": alarm.point_id} if alarm.point_id else {"device_id": alarm.device_id}
    since = alarm.raised_at - timedelta(days=PAST_DAYS)
    return list(visible.filter(**place, raised_at__gte=since, raised_at__lte=alarm.raised_at).exclude(pk=alarm.pk))


def events_of(alarm: Alarm) -> list[AlarmEvent]:
    """Return the history, the newest first."""
    return list(alarm.events.select_related("by", "snapshot__camera").order_by("-at", "-pk"))


def pictures_of(events: Sequence[AlarmEvent]) -> list[Snapshot]:
    """Return the pictures that were taken for the alarm, in the order in which they were asked for."""
    return [event.snapshot for event in reversed(events) if event.snapshot]


def evidence_of(alarm: Alarm) -> list[CounterEvidence]:
    """Return what was said against the alarm."""
    return list(alarm.counter_evidence.select_related("by"))


def instrument_of(alarm: Alarm) -> Instrument | None:
    """Return the instrument that is due for calibration first, of the devices at the alarm's place."""
    devices = {"device_id": alarm.device_id} if alarm.device_id else {"device__point_id": alarm.point_id}
    if not any(devices.values()):
        return None
    return Instrument.objects.filter(**devices).order_by("calibration_due", "pk").first()
