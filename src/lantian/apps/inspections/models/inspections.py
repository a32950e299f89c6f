"""Inspections (检查) that were made, with their answers and photos."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.alarms.models import Alarm
from lantian.apps.cases.models import Case
from lantian.apps.inspections.models.plans import Campaign, PlanEntry
from lantian.apps.ledger.models import Source


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Reads of inspections; permission comes first in the chain."""

    def visible_to(self, person: Any) -> Self:
        """Inspections on a person's ground, those that their organisation made, and those of what is their own."""
        scope = scope_of(person)
        if scope.whole:
            return self
        return self.filter(
            scope.within("area_code", "source__owner") | Q(organisation__in=scope.organisations - scope.enterprises)
        )

    def failing(self) -> Self:
        return self.filter(result=Inspection.Result.FAILED)


class Inspection(models.Model):
    """An inspection (检查) of a ledger's entry, or of a place, by a checklist of the pack as it held on its day.

    client_id: given by who fills it in, so that what is sent twice is stored once. digest: of what was sent.
    distance_m: from the entry's place; far: more than the checklist allows for.
    """

    class Result(models.TextChoices):
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")
        NO_ENTRY = "no-entry", _("未能检查")

    class Origin(models.TextChoices):
        PATROL = "patrol", _("巡查")
        ROUTINE = "routine", _("例行")
        DRAW = "draw", _("双随机")
        CAMPAIGN = "campaign", _("专项")
        COMPLAINT = "complaint", _("投诉")
        ALARM = "alarm", _("报警")
        FOLLOW_UP = "follow-up", _("复查")

    client_id = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("对象")
    )
    place = models.CharField(_("地点"), max_length=200, blank=True)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    checklist = models.CharField(_("检查表"), max_length=40)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="inspections", verbose_name=_("检查单位")
    )
    inspectors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="inspections", verbose_name=_("检查人员")
    )
    origin = models.CharField(_("来源"), max_length=10, choices=Origin)
    began_at = models.DateTimeField(_("开始"), db_index=True)
    ended_at = models.DateTimeField(_("结束"))
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    distance_m = models.PositiveIntegerField(_("距对象"), null=True, blank=True)
    far = models.BooleanField(_("远离对象"), default=False)
    result = models.CharField(_("结果"), max_length=8, choices=Result)
    note = models.TextField(_("说明"), blank=True)
    entry = models.ForeignKey(
        PlanEntry, models.SET_NULL, null=True, blank=True, related_name="inspections", verbose_name=_("计划条目")
    )
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="inspections", verbose_name=_("专项行动")
    )
    alarm = models.ForeignKey(Alarm, models.SET_NULL, null=True, blank=True, related_name="inspections")
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("检查")
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=models.F("began_at")), name="inspection_ends_after"),
            models.CheckConstraint(condition=Q(source__isnull=False) | ~Q(place=""), name="inspection_is_somewhere"),
        ]
        indexes = [models.Index(fields=["source", "-began_at"])]

    def __str__(self) -> str:
        return f"{self.source or self.place} {self.began_at:%Y-%m-%d}"


class InspectionItem(models.Model):
    """An answer (检查项结果); value: of a number or the choice. case: what it opened where it failed."""

    class Answer(models.TextChoices):
        OK = "ok", _("符合")
        FAIL = "fail", _("不符合")
        NOT_APPLICABLE = "na", _("不适用")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="items", verbose_name=_("检查"))
    item = models.CharField(_("检查项"), max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(_("结果"), max_length=4, choices=Answer)
    value = models.CharField(_("数值"), max_length=40, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="inspection_items", verbose_name=_("案件")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("检查项结果")
        ordering = ["inspection", "order"]
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="one_answer_of_an_item")]

    def __str__(self) -> str:
        return f"{self.item} {self.answer}"


class InspectionPhoto(models.Model):
    """A photo (检查照片), hashed where it was taken; it may arrive before its inspection does.

    inspection_client: the inspection's client_id. item: the item that it shows, "" for the whole.
    """

    client_id = models.UUIDField(unique=True)
    inspection_client = models.UUIDField(db_index=True)
    inspection = models.ForeignKey(
        Inspection, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("检查")
    )
    item = models.CharField(_("检查项"), max_length=40, blank=True)
    sha256 = models.CharField(_("校验值"), max_length=64)
    path = models.CharField(max_length=300)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(_("大小"))
    taken_at = models.DateTimeField(_("拍摄时间"))
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    received_at = models.DateTimeField(_("收到时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("检查照片")
        ordering = ["taken_at", "pk"]

    def __str__(self) -> str:
        return str(self.client_id)
