"""Channels (通道): what a device sends under a code, in which unit, and how it is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Channel, Device, Latest, Point
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.units import conversion, unit
from lantian.policy.records_telemetry import ChannelTemplate


class DeviceError(LantianError):
    """A device, a channel or a setting of theirs that cannot be as asked."""


@dataclass(frozen=True)
class NewChannel:
    """One quantity that a device sends.

    unit_sent: as the device sends it; unit: as it is kept; the factor between them is computed. low, high: the
    instrument's range in the unit kept. point: where it measures; None is the device's own point.
    """

    code: str
    factor: str
    unit_sent: str
    unit: str
    name_zh: str
    name_en: str = ""
    low: float | None = None
    high: float | None = None
    decimals: int = 0
    main: bool = False
    point: Point | None = None

    @classmethod
    def of(cls, template: ChannelTemplate) -> "NewChannel":
        """Return the channel that devices of a kind usually have."""
        return cls(
            template.code, template.factor or template.code, template.unit, template.stored or template.unit,
            template.zh, template.en, template.low, template.high, template.decimals, template.main,
        )  # fmt: skip


def made_channel(device: Device, new: NewChannel, order: int) -> Channel:
    """Return a channel, not stored yet, with the factor between its units; raises DeviceError and UnitError."""
    point = new.point or device.point
    if point is None:
        raise DeviceError(Text(f"通道 {new.code} 须指定点位。", f"The channel {new.code} needs a point."))
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,20}", new.code) or not re.fullmatch(r"[0-9A-Za-z_.-]{1,20}", new.factor):
        what = Text(
            f"编码“{new.code}”应为字母、数字，最长 20 位。",
            f"The code “{new.code}” must be 1 to 20 letters and digits.",
        )
        raise DeviceError(what)
    if new.low is not None and new.high is not None and new.low >= new.high:
        zh, en = (
            f"{new.code} 量程下限 {new.low} 不低于上限 {new.high}。",
            f"{new.code}: no range from {new.low} to {new.high}.",
        )
        raise DeviceError(Text(zh, en))
    sent, kept = unit(new.unit_sent), unit(new.unit)
    return Channel(
        device=device, point=point, code=new.code, factor=new.factor, name_zh=new.name_zh, name_en=new.name_en,
        unit_sent=sent, unit=kept, scale=float(conversion(sent, kept)), low=new.low, high=new.high,
        decimals=new.decimals, main=new.main, order=order,
    )  # fmt: skip


@transaction.atomic
def put_channel(device: Device, new: NewChannel, *, by: Person | None, at: datetime) -> Channel:
    """Add a channel, or change the one of the same code; raises DeviceError and UnitError.

    Where factor, point or unit change, the newest value is dropped: it meant something else.
    """
    stored = Channel.objects.filter(device=device, code=new.code).first()
    channel = made_channel(device, new, stored.order if stored else device.channels.count())
    if stored:
        channel.pk = stored.pk
        if (stored.factor, stored.point_id, stored.unit) != (channel.factor, channel.point_id, channel.unit):
            Latest.objects.filter(pk=stored.pk).delete()
    channel.save()
    detail = {"code": channel.code, **_told(channel), "before": _told(stored) if stored else None}
    record("channel.changed" if stored else "channel.added", subject=device, actor=by, at=at, detail=detail)
    return channel


def _told(channel: Channel) -> Mapping[str, Any]:
    return {"factor": channel.factor, "point": channel.point_id, "sent": channel.unit_sent, "kept": channel.unit,
            "range": [channel.low, channel.high]}  # fmt: skip


@transaction.atomic
def remove_channel(channel: Channel, *, by: Person | None, at: datetime) -> None:
    """Take a channel off a device: what it sends under that code is kept as frames only. Stored readings stay."""
    detail = {"code": channel.code, **_told(channel)}
    device = channel.device
    channel.delete()
    record("channel.removed", subject=device, actor=by, at=at, detail=detail)
