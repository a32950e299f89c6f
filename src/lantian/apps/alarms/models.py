"""Alarms (报警) with their history, counter-evidence, and decisions about rules."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.scope import scope_of
from lantian.apps.telemetry.models import Device, MaintenanceWindow, Point, SignedInQuerySet, Snapshot


class AlarmQuerySet(SignedInQuerySet["Alarm"]):
    """Reads of alarms."""

    def visible_to(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """Alarms of the grounds that a person's posts cover; posts of the district see all."""
        return self.filter(scope_of(person).within("area_code"))

    def open(self) -> Self:
        """Alarms whose condition still holds or that nobody has judged yet."""
        return self.filter(state__in=[Alarm.State.ACTIVE, Alarm.State.ENDED], outcome="")

    def active(self) -> Self:
        return self.filter(state=Alarm.State.ACTIVE)

    def shown(self) -> Self:
        """Alarms that call for somebody: not suppressed, not only observed, not covered by a regional notice."""
        return self.filter(handling=Alarm.Handling.RAISED)

    def waiting(self) -> Self:
        """Alarms that call for somebody and that nobody has judged: the desk's work."""
        return self.shown().filter(outcome="").exclude(state=Alarm.State.CLOSED)

    def judged(self) -> Self:
        """Alarms with an outcome."""
        return self.exclude(outcome="")

    def raised_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(raised_at__gte=start, raised_at__lt=end)

    def of_point(self, point: str) -> Self:
        return self.filter(point_id=point)


class Alarm(models.Model):
    """Something that a rule found (报警): one life from the first finding to the last, whatever repeats in between.

    rule: id of the pack's alarm rule; rule_version: digest of the record it was judged by. subject: what keeps it one
    alarm: rule, point or device, factor. first_at, last_at: the periods in which the condition held; raised_at: when
    we said so; ended_at: when it had ceased for the rule's time.
    conditions: rows of the explanation (label, found, limit, holds), as judged at the peak. evidence: curve ids, frame
    numbers, neighbours, wind, and the lake's snapshot.
    handling: raised, suppressed by a maintenance window, covered by a regional notice (``parent``), or only observed.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("持续")
        ENDED = "ended", _("已结束")
        CLOSED = "closed", _("已办结")

    class Handling(models.TextChoices):
        RAISED = "raised", _("报警")
        SUPPRESSED = "suppressed", _("维护窗口内")
        REGIONAL = "regional", _("区域过程")
        OBSERVED = "observed", _("只观察")

    class Outcome(models.TextChoices):
        TRUE = "true", _("属实")
        INSTRUMENT = "instrument", _("仪器故障")
        MAINTENANCE = "maintenance", _("维护")
        REGIONAL = "regional", _("区域过程")
        DUPLICATE = "duplicate", _("重复")

    number = models.CharField(_("编号"), max_length=24, unique=True)
    rule = models.CharField(_("规则"), max_length=60, db_index=True)
    rule_version = models.CharField(_("规则版本"), max_length=16)
    subject = models.CharField(_("对象"), max_length=160, db_index=True)
    point = models.ForeignKey(
        Point, models.PROTECT, null=True, blank=True, related_name="alarms", verbose_name=_("点位")
    )
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="alarms", verbose_name=_("设备")
    )
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    factor = models.CharField(_("因子"), max_length=20, blank=True)
    unit = models.CharField(_("单位"), max_length=12, blank=True)
    value = models.FloatField(_("峰值"), null=True, blank=True)
    limit = models.FloatField(_("限值"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("等级"), default=1)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ACTIVE, db_index=True)
    handling = models.CharField(_("处置"), max_length=12, choices=Handling.choices, default=Handling.RAISED)
    first_at = models.DateTimeField(_("起始"))
    last_at = models.DateTimeField(_("最近"))
    raised_at = models.DateTimeField(_("报警时间"), db_index=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    conditions = models.JSONField(_("条件"), default=list)
    evidence = models.JSONField(_("证据"), default=dict)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("区域通知")
    )
    window = models.ForeignKey(MaintenanceWindow, models.PROTECT, null=True, blank=True, verbose_name=_("维护窗口"))
    acknowledged_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("结论"), max_length=12, choices=Outcome.choices, blank=True)
    outcome_at = models.DateTimeField(_("结论时间"), null=True, blank=True)
    outcome_reason = models.CharField(_("结论理由"), max_length=500, blank=True)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_on_at = models.DateTimeField(_("移交时间"), null=True, blank=True)
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("报警")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state="active"), name="one_active_alarm_of_a_subject"
            )
        ]

    def __str__(self) -> str:
        return self.number


class AlarmEvent(models.Model):
    """One step in an alarm's life (经过), append-only. kind: raised, peak, ended, seen, acknowledged, commented,
    snapshot, handed-on, judged, counter-evidence, reopened."""

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="events", verbose_name=_("报警"))
    at = models.DateTimeField(_("时间"))
    kind = models.CharField(_("类别"), max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    text = models.CharField(_("说明"), max_length=1000, blank=True)
    detail = models.JSONField(_("细节"), default=dict, blank=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, verbose_name=_("抓拍"))

    class Meta:
        verbose_name = verbose_name_plural = _("报警经过")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.kind}"


class CounterEvidence(models.Model):
    """What the enterprise says against an alarm (企业举证): a text and, perhaps, a file whose hash is kept."""

    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="counter_evidence", verbose_name=_("报警"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("提交人"))
    text = models.TextField(_("说明"))
    file_name = models.CharField(_("附件名"), max_length=200, blank=True)
    path = models.CharField(_("附件"), max_length=300, blank=True)
    sha256 = models.CharField(_("校验值"), max_length=64, blank=True)
    media_type = models.CharField(_("类型"), max_length=60, blank=True)
    accepted = models.BooleanField(_("采纳"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("企业举证")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.at:%Y-%m-%d %H:%M}"


class RuleDecisionQuerySet(SignedInQuerySet["RuleDecision"]):
    """Reads of decisions about rules."""

    def modes(self) -> dict[str, str]:
        """Return the mode that holds of each rule somebody decided about."""
        return dict(self.order_by("at", "pk").values_list("rule", "mode"))


class RuleDecision(models.Model):
    """A recorded decision that a rule raises alarms or only observes (规则升降级); the newest of a rule holds."""

    class Mode(models.TextChoices):
        ALARM = "alarm", _("报警")
        OBSERVE = "observe", _("只观察")

    rule = models.CharField(_("规则"), max_length=60, db_index=True)
    mode = models.CharField(_("方式"), max_length=8, choices=Mode.choices)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    reason = models.CharField(_("理由"), max_length=500)
    judged = models.PositiveIntegerField(_("核实件数"), default=0)
    true = models.PositiveIntegerField(_("属实件数"), default=0)

    objects = RuleDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("规则升降级")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.rule} {self.mode}"
