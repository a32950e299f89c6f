"""Devices (设备) and what belongs to them: channels, instruments, maintenance windows, cameras and their pictures."""

import secrets
from datetime import datetime
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation, in_reading_language
from lantian.apps.telemetry.models.air import Point, SignedInQuerySet


class Family(models.TextChoices):
    """The protocol that a device speaks."""

    HJ212 = "hj212", _("HJ 212")
    GB17691 = "gb17691", _("GB 17691")
    JT808 = "jt808", _("JT/T 808")


def drawn_mark() -> int:
    """Return a random number of 31 bits."""
    return secrets.randbits(31)


M = TypeVar("M", bound="Marked", covariant=True)


class MarkedQuerySet(SignedInQuerySet[M]):
    """Rows whose every change draws their mark anew."""

    def update(self, **kwargs: Any) -> int:
        """Update, and mark what changed."""
        return super().update(**{"mark": drawn_mark(), **kwargs})


class Marked(models.Model):
    """Something whose every write draws ``mark`` anew: count and sum of marks tell whether anything changed."""

    mark = models.BigIntegerField(default=drawn_mark, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, with a new mark."""
        self.mark = drawn_mark()
        fields = kwargs.get("update_fields")
        super().save(*args, **kwargs if fields is None else {**kwargs, "update_fields": {*fields, "mark"}})


class DeviceQuerySet(MarkedQuerySet["Device"]):
    """Reads of devices."""

    def active(self) -> Self:
        return self.filter(active=True)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class Device(Marked):
    """A registered device (设备): it names itself by ``key`` (MN, VIN or phone) and proves it by ``secret``.

    kind: id of the pack's point kind. point: the place it stands for; None for vehicles.
    networks: addresses it may connect from, as ``10.1.2.0/24``; empty is anywhere.
    tolerated: names of faults that are repaired for it. period_s: what a real-time value stands for where no minute
    data come; else 0. owner answers for it, maintainer (运维单位) keeps it running. details: what its kind needs to be
    judged: of a vehicle ``route`` and ``corridor_m`` (``services/courses.py``).
    """

    id = models.CharField(
        _("编号"), primary_key=True, max_length=64, validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$")]
    )
    name_zh = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=100, blank=True)
    kind = models.CharField(_("类别"), max_length=20, db_index=True)
    family = models.CharField(_("协议"), max_length=10, choices=Family.choices)
    key = models.CharField(_("设备标识"), max_length=40)
    secret = models.CharField(_("口令"), max_length=64, blank=True)
    networks = models.JSONField(_("允许地址"), default=list, blank=True)
    tolerated = models.JSONField(_("容忍的报文缺陷"), default=list, blank=True)
    point = models.ForeignKey(
        Point, verbose_name=_("点位"), null=True, blank=True, on_delete=models.PROTECT, related_name="devices"
    )
    interval_s = models.PositiveIntegerField(_("上报间隔"), default=60)
    period_s = models.PositiveIntegerField(_("实时值时段"), default=0)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="devices_owned", verbose_name=_("责任单位")
    )
    maintainer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="devices_kept", verbose_name=_("运维单位")
    )
    plate = models.CharField(_("号牌"), max_length=20, blank=True)
    details = models.JSONField(_("附加信息"), default=dict, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    synthetic = models.BooleanField(_("模拟设备"), default=False)
    registered_at = models.DateTimeField(_("登记时间"))

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("设备")
        ordering = ["kind", "id"]
        constraints = [models.UniqueConstraint(fields=["family", "key"], name="one_device_of_a_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reading_language(self.name_zh, self.name_en)


class ChannelQuerySet(MarkedQuerySet["Channel"]):
    """Reads of channels."""


class Channel(Marked):
    """One measured quantity of a device (通道) with its unit and range.

    code: as the device sends it; factor: as the lake keeps it. scale: one unit as sent, in the stored unit.
    low, high: the instrument's range in the stored unit.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="channels", verbose_name=_("设备"))
    point = models.ForeignKey(Point, models.PROTECT, related_name="channels", verbose_name=_("点位"))
    code = models.CharField(_("上报编码"), max_length=20)
    factor = models.CharField(_("因子"), max_length=20)
    name_zh = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    unit_sent = models.CharField(_("上报单位"), max_length=12)
    unit = models.CharField(_("单位"), max_length=12)
    scale = models.FloatField(_("换算系数"), default=1.0)
    low = models.FloatField(_("量程下限"), null=True, blank=True)
    high = models.FloatField(_("量程上限"), null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(_("小数位"), default=0)
    main = models.BooleanField(_("主要因子"), default=False)
    order = models.PositiveSmallIntegerField(_("序号"), default=0)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通道")
        ordering = ["device", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["device", "code"], name="one_channel_of_a_code")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.code}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reading_language(self.name_zh, self.name_en)


class Instrument(models.Model):
    """An instrument behind a device (监测仪器) and when it must be calibrated again."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="instruments", verbose_name=_("设备"))
    name = models.CharField(_("仪器"), max_length=80)
    maker = models.CharField(_("厂家"), max_length=80, blank=True)
    model = models.CharField(_("型号"), max_length=60, blank=True)
    serial = models.CharField(_("出厂编号"), max_length=60, blank=True)
    calibrated_on = models.DateField(_("校准日期"), null=True, blank=True)
    calibration_due = models.DateField(_("校准到期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("监测仪器")
        ordering = ["device", "name"]

    def __str__(self) -> str:
        return f"{self.name} {self.model}".strip()


class MaintenanceWindowQuerySet(SignedInQuerySet["MaintenanceWindow"]):
    """Reads of maintenance windows."""

    def touching(self, start: datetime, end: datetime) -> Self:
        """Windows that overlap ``[start, end)``."""
        return self.filter(start__lt=end, end__gt=start)


class MaintenanceWindow(models.Model):
    """A time in which a device is maintained, calibrated or stopped (维护窗口); its alarms stay visible, suppressed."""

    class Kind(models.TextChoices):
        MAINTENANCE = "maintenance", _("维护")
        CALIBRATION = "calibration", _("校准")
        STOP = "stop", _("停运")

    device = models.ForeignKey(Device, models.CASCADE, related_name="windows", verbose_name=_("设备"))
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    start = models.DateTimeField(_("开始"))
    end = models.DateTimeField(_("结束"))
    reason = models.CharField(_("事由"), max_length=300)
    declared_at = models.DateTimeField(_("申报时间"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("申报人")
    )

    objects = MaintenanceWindowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("维护窗口")
        ordering = ["-start"]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="window_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.start:%Y-%m-%d %H:%M}"


class Camera(models.Model):
    """A video device beside a point (视频设备); pictures are fetched from ``snapshot_url`` by HTTP."""

    point = models.ForeignKey(Point, models.CASCADE, related_name="cameras", verbose_name=_("点位"))
    name = models.CharField(_("名称"), max_length=80)
    snapshot_url = models.URLField(_("抓拍地址"), max_length=300)
    stream_url = models.CharField(_("视频地址"), max_length=300, blank=True)
    username = models.CharField(_("用户名"), max_length=64, blank=True)
    password = models.CharField(_("口令"), max_length=64, blank=True)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("视频设备")
        ordering = ["point", "name"]

    def __str__(self) -> str:
        return self.name


class SnapshotQuerySet(SignedInQuerySet["Snapshot"]):
    """Reads of pictures."""


class Snapshot(models.Model):
    """A picture taken by a camera (抓拍), or why there is none; ``sha256`` is of the file as stored."""

    camera = models.ForeignKey(Camera, models.PROTECT, related_name="snapshots", verbose_name=_("视频设备"))
    asked_at = models.DateTimeField(_("请求时间"))
    taken_at = models.DateTimeField(_("抓拍时间"), null=True, blank=True)
    path = models.CharField(_("文件"), max_length=300, blank=True)
    sha256 = models.CharField(_("校验值"), max_length=64, blank=True)
    media_type = models.CharField(_("类型"), max_length=40, blank=True)
    error_zh = models.CharField(_("错误"), max_length=300, blank=True)
    error_en = models.CharField(_("英文错误"), max_length=300, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("抓拍")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.asked_at:%Y-%m-%d %H:%M:%S}"
