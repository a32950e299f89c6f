"""The preview of one mark of the live map: values now, link, last day, alarms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from lantian.apps.telemetry.hooks import AlarmQuestion, alarms_for
from lantian.apps.telemetry.models import Channel, Device, Point
from lantian.apps.telemetry.network import STANDING_WORDS, Signs, kind_name, standing
from lantian.apps.telemetry.pages.live_map import Reader
from lantian.apps.telemetry.pages.points import point_words
from lantian.apps.telemetry.pages.values import HOUR, last_day, now_rows
from lantian.apps.telemetry.readings.link_board import Quality, link_board
from lantian.lake import Lake
from lantian.policy.reader import load_pack

SHOWN_VALUES = 6
SHOWN_ALARMS = 3


def point_card(reader: Reader, point: Point, lake: Lake, now: datetime) -> dict[str, Any]:
    """Return the context of a point's card."""
    channels = list(
        Channel.objects.filter(point=point).select_related("latest", "device", "device__link").order_by("order", "code")
    )
    main = [channel for channel in channels if channel.main] or channels
    devices = list({channel.device_id: channel.device for channel in channels}.values())
    device = devices[0] if devices else None
    return {
        "title": point.name,
        "of": "point",
        "pk": point.pk,
        "kind": kind_name(point.kind),
        "area": point_words(load_pack(settings.PACK)).area(point.area_code),
        "rows": now_rows([*main, *(one for one in channels if one not in main)][:SHOWN_VALUES], now),
        "day": last_day(lake, point.pk, main[0] if main else None, now),
        "main": main[0] if main else None,
        **_link(device, _verdict(main), now),
        "alarms": alarms_for(reader, AlarmQuestion(point=point.pk, limit=SHOWN_ALARMS)),
    }


def device_card(reader: Reader, device: Device, now: datetime) -> dict[str, Any]:
    """Return the context of a vehicle's card."""
    return {
        "title": device.plate or device.name,
        "of": "device",
        "pk": device.pk,
        "kind": kind_name(device.kind),
        "area": None,
        "rows": [],
        "day": None,
        "owner": device.owner,
        **_link(device, ("", None), now),
        "alarms": alarms_for(reader, AlarmQuestion(device=device.pk, limit=SHOWN_ALARMS)),
    }


def _verdict(main: Sequence[Channel]) -> tuple[str, datetime | None]:
    latest = getattr(main[0], "latest", None) if main else None
    return (latest.verdict, latest.received_at) if latest else ("", None)


def _link(device: Device | None, newest: tuple[str, datetime | None], now: datetime) -> dict[str, Any]:
    if device is None:
        return {"device": None, "link": None, "standing": None, "quality": None}
    link = getattr(device, "link", None)
    signs = Signs(link.last_frame_at if link else None, newest[1], newest[0], device.interval_s)
    state = standing(device.kind, signs, now)
    return {
        "device": device,
        "link": link,
        "silence": now - link.last_frame_at if link else None,
        "standing": STANDING_WORDS[state],
        "state": state.value,
        "quality": quality_of(device, now),
    }


def quality_of(device: Device, now: datetime, hours: int = 24) -> Quality:
    """Return a device's link quality over the last whole hours."""
    end = now.replace(minute=0, second=0, microsecond=0)
    found = link_board(Device.objects.filter(pk=device.pk), start=end - hours * HOUR, end=end, now=now)
    return found.total.quality
