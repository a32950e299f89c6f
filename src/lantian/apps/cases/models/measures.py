"""Measures of a case (措施): what the law allows, taken step by step, with the clocks of rights and duties."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.cases.models.cases import Case
from lantian.apps.cases.models.sanctions import Sanction


class Measure(models.Model):
    """A measure on a case.

    record: id in the pack's catalogue, as the law of ``law_day`` has it. state: the step that was taken last; steps:
    step and instant of all that were taken. amount: proposed, then decided [yuan]; suggested: what the factors lead to;
    factors: the choice of each. daily: service, re-checks and days of a continuous fine. base: the fine that it
    continues. surcharge: for late payment. first, last: of its term. version: raised by every act.
    """

    class Party(models.TextChoices):
        ORGANISATION = "organisation", _("法人或其他组织")
        PERSON = "person", _("个人")

    case = models.ForeignKey(Case, models.PROTECT, related_name="measures", verbose_name=_("案件"))
    record = models.CharField(_("措施"), max_length=40)
    law_day = models.DateField(_("法律适用日"))
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="measures", verbose_name=_("作出单位"))
    party = models.CharField(_("当事人"), max_length=200)
    party_kind = models.CharField(_("当事人类别"), max_length=12, choices=Party.choices)
    reason = models.CharField(_("事实与理由"), max_length=1000)
    state = models.CharField(_("步骤"), max_length=30)
    steps = models.JSONField(default=list)
    suggested = models.DecimalField(_("裁量建议"), max_digits=14, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("罚款数额"), max_digits=14, decimal_places=2, null=True, blank=True)
    deviation = models.CharField(_("偏离建议的理由"), max_length=500, blank=True)
    factors = models.JSONField(_("裁量因素"), default=dict)
    daily = models.JSONField(_("按日计算"), default=dict)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="daily_fines")
    sanction = models.ForeignKey(Sanction, models.PROTECT, null=True, blank=True, related_name="measures")
    hearing_day = models.DateField(_("听证日期"), null=True, blank=True)
    first = models.DateField(_("起"), null=True, blank=True)
    last = models.DateField(_("止"), null=True, blank=True)
    paid_day = models.DateField(_("缴清日期"), null=True, blank=True)
    surcharge = models.DecimalField(_("加处罚款"), max_digits=14, decimal_places=2, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(_("提出时间"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("终结时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("措施")
        ordering = ["opened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.record}"

    def day_of_step(self, name: str) -> date | None:
        """Return the day on which a step was taken last."""
        days = [date.fromisoformat(one["day"]) for one in self.steps if one["step"] == name]
        return days[-1] if days else None


class MeasureClockQuerySet(models.QuerySet["MeasureClock"]):
    """Reads of the clocks of measures."""

    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def rights(self) -> Self:
        return self.filter(kind="right")

    def duties(self) -> Self:
        """Duties that run now, of the authority and of the party."""
        return self.running().exclude(kind="right").filter(paused=False)

    def late(self, now: datetime) -> Self:
        """Duties that were not done in time."""
        return self.duties().filter(due_at__lt=now)


class MeasureClock(models.Model):
    """A period that a step started (期限): a right of the party, a duty of the authority, or a duty of the party.

    deadline: id in the pack. pauses: since, until (None while it lasts), reason: tests, expert opinions. outcome: used,
    waived or expired of a right, done of a duty, over with the measure. text: the statement, or why. level: how far its
    delay has been told.
    """

    class Kind(models.TextChoices):
        RIGHT = "right", _("当事人权利")
        DUTY = "duty", _("机关义务")
        PARTY = "party", _("当事人义务")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="clocks", verbose_name=_("措施"))
    deadline = models.CharField(_("期限"), max_length=40)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    started_at = models.DateTimeField(_("起算时间"))
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    roll = models.BooleanField(default=True)
    pauses = models.JSONField(default=list)
    paused = models.BooleanField(_("已暂停"), default=False)
    due_at = models.DateTimeField(_("止于"), db_index=True)
    warn_at = models.DateTimeField(_("临期起"))
    level = models.PositiveSmallIntegerField(_("上报级别"), default=0)
    outcome = models.CharField(_("结果"), max_length=12, blank=True)
    text = models.CharField(_("内容"), max_length=1000, blank=True)
    ended_at = models.DateTimeField(_("终结时间"), null=True, blank=True)

    objects = MeasureClockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("措施期限")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "deadline"], condition=Q(ended_at__isnull=True), name="one_running_clock_of_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.deadline}"
