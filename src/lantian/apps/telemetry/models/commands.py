"""Commands to devices (反控命令): queued by a person, sent by the gateway, answered by the device or timed out."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.apps.telemetry.models.air import SignedInQuerySet
from lantian.apps.telemetry.models.devices import Device


class CommandQuerySet(SignedInQuerySet["Command"]):
    """Reads of commands."""

    def queued(self) -> Self:
        return self.filter(state=Command.State.QUEUED)

    def unfinished(self) -> Self:
        return self.filter(state__in=[Command.State.QUEUED, Command.State.SENT, Command.State.ACCEPTED])


class Command(models.Model):
    """One command to one device; ``code`` is the protocol's (CN of HJ 212), ``parameters`` its fields as text.

    answer: QnRtn or what the protocol has instead; result: ExeRtn. reply: values that the device sent back.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队")
        SENT = "sent", _("已发送")
        ACCEPTED = "accepted", _("已应答")
        DONE = "done", _("已执行")
        REFUSED = "refused", _("被拒绝")
        FAILED = "failed", _("执行失败")
        TIMED_OUT = "timed-out", _("超时")
        CANCELLED = "cancelled", _("已撤销")

    device = models.ForeignKey(Device, models.CASCADE, related_name="commands", verbose_name=_("设备"))
    code = models.CharField(_("命令"), max_length=8)
    parameters = models.JSONField(_("参数"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("下达人")
    )
    queued_at = models.DateTimeField(_("下达时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("发送次数"), default=0)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    qn = models.CharField(_("请求编号"), max_length=20, blank=True)
    answer = models.CharField(_("应答"), max_length=8, blank=True)
    result = models.CharField(_("执行结果"), max_length=8, blank=True)
    reply = models.JSONField(_("返回值"), default=dict, blank=True)

    objects = CommandQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("反控命令")
        ordering = ["-queued_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.device_id} {self.code}"
