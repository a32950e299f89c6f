"""What a device last said, and how well its link works (联网状态)."""

from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.apps.telemetry.models.air import Point, SignedInQuerySet
from lantian.apps.telemetry.models.devices import Channel, Device, Family


class LatestQuerySet(SignedInQuerySet["Latest"]):
    """Reads of latest values."""

    def of_points(self, points: list[str]) -> Self:
        return self.filter(point_id__in=points)


class Latest(models.Model):
    """The newest value of a channel (最新值); ``start`` and ``period_s`` are the period it stands for."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="latest")
    point = models.ForeignKey(Point, models.CASCADE, related_name="latest", verbose_name=_("点位"))
    factor = models.CharField(_("因子"), max_length=20)
    value = models.FloatField(_("值"), null=True)
    start = models.DateTimeField(_("时段开始"))
    period_s = models.PositiveIntegerField(_("时段"))
    flag = models.CharField(_("标记"), max_length=4, blank=True)
    verdict = models.CharField(_("判定"), max_length=20)
    reason = models.CharField(_("原因"), max_length=30, blank=True)
    received_at = models.DateTimeField(_("接收时间"))
    frame = models.BigIntegerField(_("报文序号"), null=True)

    objects = LatestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("最新值")
        indexes = [models.Index(fields=["point", "factor"])]

    def __str__(self) -> str:
        return f"{self.point_id} {self.factor}"


class LinkQuerySet(SignedInQuerySet["Link"]):
    """Reads of links."""

    def silent_since(self, moment: datetime) -> Self:
        """Links without a frame since a moment."""
        return self.filter(last_frame_at__lt=moment)


class Link(models.Model):
    """How a device is connected now (联网状态).

    last_frame_at: receipt of its newest frame. last_data: DataTime of its newest data. clock_offset_s: device clock
    minus ours. longitude, latitude: of a vehicle at ``located_at``, WGS-84.
    """

    device = models.OneToOneField(Device, models.CASCADE, primary_key=True, related_name="link")
    peer = models.CharField(_("对端"), max_length=60, blank=True)
    first_frame_at = models.DateTimeField(_("首次报文"))
    last_frame_at = models.DateTimeField(_("末次报文"), db_index=True)
    last_data = models.DateTimeField(_("末次数据时间"), null=True, blank=True)
    last_frame = models.BigIntegerField(_("末次报文序号"), null=True)
    clock_offset_s = models.FloatField(_("时钟偏差"), null=True, blank=True)
    located_at = models.DateTimeField(_("定位时间"), null=True, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    speed_kmh = models.FloatField(_("车速"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("联网状态")

    def __str__(self) -> str:
        return str(self.device_id)


HOUR_S, MINUTE_S = 3600, 60


def hour_of(instant: datetime) -> datetime:
    """Return the start of the hour of an instant (UTC)."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def slot_s(interval_s: int) -> int:
    """Return the length of a slot of :class:`LinkHour`: the reporting interval, between a minute and an hour."""
    return min(max(interval_s, MINUTE_S), HOUR_S)


class LinkHourQuerySet(SignedInQuerySet["LinkHour"]):
    """Reads of hourly link quality."""

    def between(self, start: datetime, end: datetime) -> Self:
        return self.filter(hour__gte=start, hour__lt=end)


class LinkHour(models.Model):
    """Link quality of a device in one hour (联网质量).

    Of the frames *received* in the hour: frames, bad (kept as evidence only), repaired, faults (counts by name),
    offset_s (sum of device clock minus ours over ``offsets`` frames).
    Of the periods that *lie* in the hour, however late they came: periods (distinct ones that arrived), valid (with at
    least one valid value), late (received more than the pack's limit after their end), delay_s (sum of receipt minus
    end over ``delays`` periods). seen_slots, valid_slots: which they are, a bit each from the hour's start.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="hours", verbose_name=_("设备"))
    hour = models.DateTimeField(_("小时"))
    frames = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)
    periods = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    delays = models.PositiveIntegerField(default=0)
    delay_s = models.FloatField(default=0)
    offsets = models.PositiveIntegerField(default=0)
    offset_s = models.FloatField(default=0)
    faults = models.JSONField(default=dict, blank=True)
    seen_slots = models.BigIntegerField(default=0)
    valid_slots = models.BigIntegerField(default=0)

    objects = LinkHourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("联网质量")
        constraints = [models.UniqueConstraint(fields=["device", "hour"], name="one_link_hour")]
        indexes = [models.Index(fields=["hour"])]

    def __str__(self) -> str:
        return f"{self.device_id} {self.hour:%Y-%m-%d %H}"


class IngestCursor(models.Model):
    """How far the record store has followed a spool; written in the transaction of what it brought."""

    spool = models.CharField(max_length=64, primary_key=True)
    seq = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("接入进度")

    def __str__(self) -> str:
        return f"{self.spool}#{self.seq}"


class UnknownDeviceQuerySet(SignedInQuerySet["UnknownDevice"]):
    """Reads of the quarantine."""

    def waiting(self) -> Self:
        return self.filter(state=UnknownDevice.State.WAITING)


class UnknownDevice(models.Model):
    """A device that reported without being registered or with the wrong password (隔离区); an administrator adopts it.

    sample: the last frame's bytes. reason: ``unknown``, ``secret``, ``address`` or ``inactive``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待处理")
        ADOPTED = "adopted", _("已登记")
        REFUSED = "refused", _("已拒绝")

    family = models.CharField(_("协议"), max_length=10, choices=Family.choices)
    key = models.CharField(_("设备标识"), max_length=40)
    reason = models.CharField(_("原因"), max_length=12)
    peer = models.CharField(_("对端"), max_length=60)
    frames = models.PositiveBigIntegerField(_("报文数"), default=0)
    sample = models.BinaryField(_("样例报文"), default=bytes)
    first_seen = models.DateTimeField(_("首次出现"))
    last_seen = models.DateTimeField(_("末次出现"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)

    objects = UnknownDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("未登记设备")
        ordering = ["-last_seen"]
        constraints = [models.UniqueConstraint(fields=["family", "key"], name="one_unknown_of_a_key")]

    def __str__(self) -> str:
        return f"{self.family} {self.key}"
