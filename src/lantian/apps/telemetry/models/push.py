"""Upward push (数据上传): where to, how far, and what the other side confirmed day by day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.apps.telemetry.models.air import SignedInQuerySet


class PushTarget(models.Model):
    """A platform above ours (上级平台): by HJ 212 (``hj212://HOST:PORT``) or JSON over HTTP.

    kinds: kinds of points whose data go there; periods: lengths in seconds (60, 3600). commit: commit of the lake up to
    which every reading is settled, confirmed or refused; counted: up to which it is counted as due; None before the
    first round. upto: where the step that was last tried and failed ended, so that it is tried again with the same
    values. cursor: when all that had come was last settled.
    """

    class Manner(models.TextChoices):
        HJ212 = "hj212", _("HJ 212")
        JSON = "json", _("JSON")

    name = models.CharField(_("名称"), max_length=80, unique=True)
    manner = models.CharField(_("方式"), max_length=8, choices=Manner.choices)
    address = models.CharField(_("地址"), max_length=300)
    secret = models.CharField(_("口令"), max_length=200, blank=True)
    kinds = models.JSONField(_("点位类别"), default=list, blank=True)
    periods = models.JSONField(_("时段"), default=list, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    cursor = models.DateTimeField(_("进度"), null=True, blank=True)
    commit = models.BigIntegerField(_("已结提交"), null=True, blank=True)
    counted = models.BigIntegerField(_("已计提交"), null=True, blank=True)
    upto = models.BigIntegerField(_("重试至提交"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("连续失败"), default=0)
    retry_at = models.DateTimeField(_("下次重试"), null=True, blank=True)
    error_zh = models.CharField(_("错误"), max_length=300, blank=True)
    error_en = models.CharField(_("英文错误"), max_length=300, blank=True)

    objects = SignedInQuerySet["PushTarget"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("上级平台")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PushDay(models.Model):
    """One day's reconciliation with a target (对账): values due, sent, confirmed and refused, by kind of point.

    A value counts once, however often it is sent or corrected: on the Beijing day of its period. sent: settled, that is
    confirmed or refused. attempts: rounds that tried to send some of them. delay_s: sum of confirmation minus end of
    period over the confirmed.
    """

    target = models.ForeignKey(PushTarget, models.CASCADE, related_name="days", verbose_name=_("上级平台"))
    day = models.DateField(_("日期"))
    kind = models.CharField(_("点位类别"), max_length=20)
    due = models.PositiveIntegerField(_("应传"), default=0)
    sent = models.PositiveIntegerField(_("已传"), default=0)
    confirmed = models.PositiveIntegerField(_("已确认"), default=0)
    refused = models.PositiveIntegerField(_("被拒"), default=0)
    attempts = models.PositiveIntegerField(_("发送次数"), default=0)
    delay_s = models.FloatField(_("时延合计"), default=0)

    objects = SignedInQuerySet["PushDay"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("上传对账")
        ordering = ["-day", "kind"]
        constraints = [models.UniqueConstraint(fields=["target", "day", "kind"], name="one_push_day")]

    def __str__(self) -> str:
        return f"{self.target} {self.day}"
