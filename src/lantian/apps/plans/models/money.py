"""Money to match the tasks (资金): budget lines and what moved on each (第二十九条)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.apps.plans.models.tasks import Task


class BudgetLine(models.Model):
    """A budget line of a task (预算项): source of the money by the pack, year, and what it pays for."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="budget_lines", verbose_name=_("任务"))
    year = models.PositiveSmallIntegerField(_("年度"))
    fund = models.CharField(_("资金来源"), max_length=40)
    title = models.CharField(_("用途"), max_length=120)
    created_at = models.DateTimeField(_("录入时间"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("预算项")
        ordering = ["task", "year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "year", "fund", "title"], name="one_budget_line_of_a_purpose")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.year} {self.title}"


class MoneyMove(models.Model):
    """A sum on a budget line (资金变动): budgeted, passed down or paid [yuan]; negative takes back what was too much.

    Rows are never changed. voucher: number of the paper that it stands on.
    """

    class Kind(models.TextChoices):
        BUDGET = "budget", _("预算")
        ALLOTTED = "allotted", _("下达")
        PAID = "paid", _("支付")

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="moves", verbose_name=_("预算项"))
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    amount = models.DecimalField(_("金额（元）"), max_digits=16, decimal_places=2)
    day = models.DateField(_("日期"))
    voucher = models.CharField(_("凭证号"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("录入时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("资金变动")
        ordering = ["line", "day", "pk"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind} {self.amount}"
