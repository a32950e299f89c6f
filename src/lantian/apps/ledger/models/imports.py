"""Imports of ledger sheets (台账导入): a dry run first, then what fits is taken and what does not comes back."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Person, Role
from lantian.apps.accounts.scope import scope_of


class LedgerImportQuerySet(models.QuerySet["LedgerImport"]):
    """Reads of imports."""

    def visible_to(self, person: Any) -> Self:
        """Everybody sees their own imports; the duty desk sees all."""
        if Role.DUTY in scope_of(person).roles:
            return self.all()
        return self.filter(by=person) if isinstance(person, Person) else self.none()

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class LedgerImport(models.Model):
    """One file on its way into a ledger; ``returned_path`` is the workbook with the rows that were refused and why."""

    class State(models.TextChoices):
        CHECKED = "checked", _("已检查")
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(_("类别"), max_length=40)
    file_name = models.CharField(_("文件名"), max_length=255)
    path = models.CharField(_("文件"), max_length=300)
    options = models.JSONField(_("选项"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CHECKED)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("未变"), default=0)
    refused = models.PositiveIntegerField(_("未导入"), default=0)
    problems = models.JSONField(_("问题"), default=list, blank=True)
    returned_path = models.CharField(_("退回文件"), max_length=300, blank=True)
    error_zh = models.CharField(_("错误"), max_length=500, blank=True)
    error_en = models.CharField(_("英文错误"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("导入人"))

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("台账导入")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"
