"""Devices and cameras of ledger entries (台账联动): who has one, and what is shown of it beside an entry."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantian.apps.accounts.rights import may
from lantian.apps.ledger.hooks import Linked, LinkedLine
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Camera, Device
from lantian.policy.records_ledger import Duty


def with_device(duty: Duty, _on: date) -> Collection[int]:
    """Return the entries at which an active device of the kind that a duty names measures."""
    devices = Device.objects.active().of_kind(duty.which).filter(point__source__isnull=False)
    return set(devices.values_list("point__source_id", flat=True))


def with_camera(_duty: Duty, _on: date) -> Collection[int]:
    """Return the entries with a camera."""
    return set(Camera.objects.filter(point__source__isnull=False).values_list("point__source_id", flat=True))


def linked_devices(person: Any, source: Source) -> Sequence[Linked]:
    """Return the devices and cameras of an entry: those of its points, and of a vehicle those with its plate."""
    owned = Q(point__source=source)
    if plate := source.attributes.get("plate"):
        owned |= Q(plate=plate)
    devices = Device.objects.visible_to(person).filter(owned).select_related("link", "point")
    cameras = Camera.objects.filter(point__source=source)
    return [
        Linked(_("监测设备"), [_line(person, device) for device in devices]),
        Linked(_("视频监控"), [LinkedLine(camera.name) for camera in cameras]),
    ]


def _line(person: Any, device: Device) -> LinkedLine:
    link = getattr(device, "link", None)
    seen = f"{localtime(link.last_frame_at):%Y-%m-%d %H:%M}" if link is not None else _("尚无数据")
    opens = reverse("telemetry:device", args=[device.pk]) if may(person, "telemetry:device") else ""
    return LinkedLine(device.name, seen, opens)
