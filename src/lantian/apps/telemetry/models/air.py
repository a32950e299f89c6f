"""Points (监测点位), imports of observation files, and decisions that hours were sand dust (沙尘)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.apps.ledger.models import Source

M = TypeVar("M", bound=models.Model, covariant=True)


class SignedInQuerySet(models.QuerySet[M]):
    """Rows about the air and not about a person: every signed-in person may read them, nobody else."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        return self if person.is_authenticated and person.is_active else self.none()


class PointQuerySet(SignedInQuerySet["Point"]):
    """Reads of points."""

    def evaluated(self) -> Self:
        """Points whose mean stands for their area (评价点)."""
        return self.filter(evaluated=True)

    def in_area(self, code: str) -> Self:
        """Points of an area: a division code and all that lies under it, as 110105 and 110105001."""
        return self.filter(area_code__startswith=code)

    def measured(self) -> Self:
        return self.filter(synthetic=False)

    def synthetic(self) -> Self:
        return self.filter(synthetic=True)

    def with_position(self) -> Self:
        return self.filter(longitude__isnull=False, latitude__isnull=False)

    def on(self, day: date) -> Self:
        """Points that existed on a day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Point(models.Model):
    """A place where something is measured (监测点位); its id is the lake's.

    aliases: every name under which files know it. longitude, latitude: degrees, WGS-84; None if unknown.
    source: the ledger entry whose emissions are measured there. synthetic: its readings are invented for demonstration.
    details: what its kind needs to be judged: a stack's ``area_m2``, ``oxygen`` (id of the reference-oxygen record),
    ``limits`` by factor code; a site's ``stage``.
    """

    id = models.CharField(
        _("编号"), primary_key=True, max_length=64, validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$")]
    )
    name_zh = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=100, blank=True)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    kind = models.CharField(_("类别"), max_length=20)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    evaluated = models.BooleanField(_("参与评价"), default=False)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    source = models.ForeignKey(
        Source, models.SET_NULL, null=True, blank=True, related_name="points", verbose_name=_("治理对象")
    )
    synthetic = models.BooleanField(_("模拟数据"), default=False)
    details = models.JSONField(_("特征"), default=dict, blank=True)
    confidence = models.CharField(_("可信度"), max_length=2, default="A")

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("监测点位")
        ordering = ["area_code", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="point_position_in_degrees",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "zh").startswith("en") else self.name_zh

    def names(self) -> Iterable[str]:
        """Every name under which files may know it."""
        return dict.fromkeys([self.id, self.name_zh, self.name_en, *self.aliases])


class ObservationImportQuerySet(SignedInQuerySet["ObservationImport"]):
    """Reads of imports."""

    def latest_first(self) -> Self:
        return self.order_by("-started_at", "-pk")

    def unfinished(self) -> Self:
        return self.filter(state__in=[ObservationImport.State.WAITING, ObservationImport.State.RUNNING])


class ObservationImport(models.Model):
    """One file of observations on its way into the lake (数据导入); progress is a share from 0 to 1."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    file_name = models.CharField(_("文件名"), max_length=255)
    path = models.CharField(_("存放路径"), max_length=500, blank=True)
    layout = models.CharField(_("格式"), max_length=40)
    options = models.JSONField(_("选项"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.FloatField(_("进度"), default=0)
    rows_read = models.BigIntegerField(_("读取行数"), default=0)
    rows_stored = models.BigIntegerField(_("入库读数"), default=0)
    rows_duplicate = models.BigIntegerField(_("重复读数"), default=0)
    rows_rejected = models.BigIntegerField(_("拒绝行数"), default=0)
    rows_flagged = models.BigIntegerField(_("存疑读数"), default=0)
    rejects_path = models.CharField(_("拒绝清单"), max_length=500, blank=True)
    summary = models.JSONField(_("结果"), default=dict, blank=True)
    error_zh = models.TextField(_("错误"), blank=True)
    error_en = models.TextField(_("英文错误"), blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("导入人"), null=True, blank=True, on_delete=models.PROTECT
    )

    objects = ObservationImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("数据导入")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.layout})"

    @property
    def error(self) -> str:
        """What went wrong, in the reader's language."""
        return self.error_en if (get_language() or "zh").startswith("en") else self.error_zh


class SandDustDecisionQuerySet(SignedInQuerySet["SandDustDecision"]):
    """Reads of sand-dust decisions."""

    def official(self) -> Self:
        return self.filter(status=SandDustDecision.Status.OFFICIAL)

    def proposed(self) -> Self:
        return self.filter(status=SandDustDecision.Status.PROPOSED)

    def between(self, start: datetime, end: datetime) -> Self:
        """Decisions about hours that start at ``start`` or later and before ``end``."""
        return self.filter(first_hour__lt=end, last_hour__gte=start)


class SandDustDecision(models.Model):
    """Hours whose PM values are left out of evaluation because of sand dust (沙尘剔除).

    first_hour, last_hour: starts of the first and last hour (both inclusive), UTC.
    points: ids of the points concerned; empty means all points of ``area_code``.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("建议")
        OFFICIAL = "official", _("认定")

    first_hour = models.DateTimeField(_("起始小时"))
    last_hour = models.DateTimeField(_("结束小时"))
    factors = models.JSONField(_("监测因子"), default=list)
    points = models.JSONField(_("点位"), default=list, blank=True)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("认定人"), null=True, blank=True, on_delete=models.PROTECT
    )
    reference = models.CharField(_("依据"), max_length=300, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    at = models.DateTimeField(_("认定时间"))

    objects = SandDustDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("沙尘认定")
        ordering = ["-first_hour"]
        constraints = [
            models.CheckConstraint(condition=Q(last_hour__gte=F("first_hour")), name="sand_dust_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.first_hour:%Y-%m-%d %H:%M} – {self.last_hour:%Y-%m-%d %H:%M}"
