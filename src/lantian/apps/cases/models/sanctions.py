"""What cases lead to: penalties that a ladder counts, and sanctions (处罚与惩戒)."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.cases.models.cases import Case


class Penalty(models.Model):
    """A penalty that a ladder counts (处罚).

    findings: such as ``malice``. points: taken off, where the ladder counts points. Revoked ones count nowhere.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="penalties", verbose_name=_("案件"))
    ladder = models.CharField(_("阶梯"), max_length=40)
    subject = models.CharField(_("累计对象"), max_length=80)
    cycle = models.CharField(_("累计周期"), max_length=120, blank=True)
    day = models.DateField(_("决定日期"))
    findings = models.JSONField(_("情形"), default=list)
    points = models.PositiveSmallIntegerField(_("记分值"), default=0)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("处罚")
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["ladder", "subject"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.day}"


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Reads of sanctions."""

    def visible_to(self, person: Any) -> Self:
        """Sanctions of the cases that a person may see."""
        return self.filter(case__in=Case.objects.visible_to(person).values("pk"))

    def in_force(self, day: date) -> Self:
        """Sanctions that hold on a day."""
        return self.filter(Q(last__isnull=True) | Q(last__gte=day), first__lte=day, lifted_at__isnull=True)

    def expired(self, day: date) -> Self:
        """Sanctions whose last day is over and that nobody has lifted yet."""
        return self.filter(last__lt=day, lifted_at__isnull=True)


class Sanction(models.Model):
    """A consequence of the ladder (惩戒) with its first and last day; it is lifted on time, or by a person."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sanctions", verbose_name=_("案件"))
    ladder = models.CharField(_("阶梯"), max_length=40)
    consequence = models.CharField(_("措施"), max_length=40)
    subject = models.CharField(_("对象"), max_length=80, db_index=True)
    name = models.CharField(_("名称"), max_length=200)
    unit = models.CharField(_("责任单位"), max_length=200, blank=True)
    count = models.PositiveSmallIntegerField(_("累计次数"))
    trigger = models.CharField(_("触发情形"), max_length=40, blank=True)
    first = models.DateField(_("起"))
    last = models.DateField(_("止"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.CharField(_("解除理由"), max_length=300, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("惩戒登记")
        ordering = ["-first", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.consequence}"
