"""What is found at holders of credentials: machine and gate checks, permit reports, penalties."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models.credentials import Credential
from lantian.apps.ledger.models.sources import Source


class MachineCheckQuerySet(models.QuerySet["MachineCheck"]):
    """Reads of machine checks."""

    def visible_to(self, person: Any) -> Self:
        """Checks on the ground that a person's posts cover; an enterprise sees those of its own machines."""
        return self.filter(scope_of(person).within("area__code", "machine__owner"))


class GateCheckQuerySet(models.QuerySet["GateCheck"]):
    """Reads of gate checks."""

    def visible_to(self, person: Any) -> Self:
        """Checks on the ground that a person's posts cover; an enterprise sees those of its own trucks."""
        return self.filter(scope_of(person).within("area__code", "vehicle__owner"))


class SiteCheck(models.Model):
    """A check made on site, never changed afterwards. number: as typed or scanned. reasons: why, in both languages."""

    number = models.CharField(_("编号"), max_length=60)
    site = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地点"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区域"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("核查人"))
    passed = models.BooleanField(_("通过"))
    reasons = models.JSONField(_("理由"), default=list)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.number


class MachineCheck(SiteCheck):
    """A check of a non-road machine (机械核查). smoke_k: measured there [1/m]; longitude, latitude: WGS-84."""

    machine = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="machine_checks", verbose_name=_("机械")
    )
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    smoke_k = models.FloatField(_("光吸收系数"), null=True, blank=True)

    objects = MachineCheckQuerySet.as_manager()

    class Meta(SiteCheck.Meta):
        verbose_name = verbose_name_plural = _("机械核查")
        indexes = [models.Index(fields=["-at"])]


class GateCheck(SiteCheck):
    """A truck let in or out at a site's gate, or turned away (门口核查)."""

    class Direction(models.TextChoices):
        IN = "in", _("进场")
        OUT = "out", _("出场")

    vehicle = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="gate_checks", verbose_name=_("车辆")
    )
    direction = models.CharField(_("方向"), max_length=3, choices=Direction.choices)

    objects = GateCheckQuerySet.as_manager()

    class Meta(SiteCheck.Meta):
        verbose_name = verbose_name_plural = _("门口核查")
        indexes = [models.Index(fields=["-at"])]


class PermitReport(models.Model):
    """An execution report that was handed in (执行报告), for a period of a permit by one frequency.

    emitted: tonnes by pollutant (so2_t, nox_t, pm_t, voc_t), as the firm reports them.
    """

    permit = models.ForeignKey(Credential, models.CASCADE, related_name="reports", verbose_name=_("许可证"))
    frequency = models.CharField(_("频次"), max_length=20)
    first = models.DateField(_("报告期起"))
    last = models.DateField(_("报告期止"))
    handed_in = models.DateField(_("提交日期"))
    emitted = models.JSONField(_("排放量"), default=dict, blank=True)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("执行报告")
        ordering = ["-last", "frequency"]
        constraints = [models.UniqueConstraint(fields=["permit", "frequency", "first"], name="one_report_of_a_period")]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.frequency} {self.first}"


class SourcePenalty(models.Model):
    """A penalty that was decided against a source (处罚决定), as far as ladders of conduct count it.

    number: of the decision, once for each source.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="penalties", verbose_name=_("对象"))
    number = models.CharField(_("决定书文号"), max_length=80)
    decided_on = models.DateField(_("决定日期"))
    reason = models.CharField(_("违法事实"), max_length=300)
    revoked = models.BooleanField(_("已撤销"), default=False)
    at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("处罚决定")
        ordering = ["-decided_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="one_penalty_of_a_number")]

    def __str__(self) -> str:
        return self.number
