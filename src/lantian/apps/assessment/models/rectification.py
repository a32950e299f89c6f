"""Problems that inspectors feed back (督察反馈问题): their lists, each problem with its case, progress and supervision.

The chain of steps is the case's: order, plan, review, rectification, re-check, strike-off, with clocks, evidence,
papers and an append-only history. What stands here is what only the feedback knows, and what is done beside the steps.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models.bulletins import Frozen
from lantian.apps.cases.models import Case, CaseStep, Paper
from lantian.apps.ledger.models import Source


class FeedbackBatch(models.Model):
    """A list of problems that inspectors fed back (反馈清单). source: id in the pack; round: of the inspection."""

    source = models.CharField(_("督察来源"), max_length=40)
    round = models.CharField(_("轮次"), max_length=60)
    number = models.CharField(_("反馈文号"), max_length=80)
    day = models.DateField(_("反馈日期"))
    made_at = models.DateTimeField(_("登记时间"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("反馈清单")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="one_feedback_of_a_number")]

    def __str__(self) -> str:
        return f"{self.round} {self.number}"


class ProblemQuerySet(models.QuerySet["Problem"]):
    """Reads of problems; permission comes first in the chain: ``visible_to``."""

    def visible_to(self, person: Any) -> Self:
        """Problems on the ground that a person's posts cover, and those that their organisations lead or join in."""
        scope = scope_of(person)
        if scope.whole:
            return self
        ours = Q(lead__in=scope.organisations) | Q(pk__in=Problem.joint.through.objects.filter(
            organisation__in=scope.organisations).values("problem"))  # fmt: skip
        return self.filter(ours | scope.within("area_code", "source__owner"))

    def open(self) -> Self:
        return self.filter(case__closed_at__isnull=True)


class Problem(models.Model):
    """A problem on such a list (反馈问题), with the case that rectifies it.

    list_number: as the list has it. category: id in the pack. lead: who rectifies; joint: who joins in. deadline: day
    by the end of which it has to be rectified, extensions included; stated: the day that the list states. same_as: an
    earlier problem that is the same. percent: as reported last.
    """

    batch = models.ForeignKey(FeedbackBatch, models.PROTECT, related_name="problems", verbose_name=_("反馈清单"))
    list_number = models.CharField(_("清单序号"), max_length=20)
    text = models.TextField(_("问题"))
    category = models.CharField(_("类别"), max_length=20)
    goal = models.CharField(_("整改目标"), max_length=500, blank=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    joint = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("配合单位"), blank=True)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("对象"))
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    stated = models.DateField(_("反馈时限"), null=True, blank=True)
    deadline = models.DateField(_("整改时限"), db_index=True)
    percent = models.PositiveSmallIntegerField(_("进展"), default=0)
    case = models.OneToOneField(Case, models.PROTECT, related_name="rectified", verbose_name=_("案件"))
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="same", verbose_name=_("同一问题")
    )

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("反馈问题")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "list_number"], name="one_problem_of_a_list_number"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="progress_up_to_100_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.batch.number} {self.list_number}"

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude (WGS-84): its own, else those of the ledger's entry."""
        if self.longitude is not None and self.latitude is not None:
            return self.longitude, self.latitude
        if self.source and self.source.longitude is not None and self.source.latitude is not None:
            return self.source.longitude, self.source.latitude
        return None


class ProgressReport(Frozen):
    """A report of progress (整改进展): how much is done [%], with the step of the case that has its evidence."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="reports", verbose_name=_("反馈问题"))
    step = models.OneToOneField(CaseStep, models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField(_("进展"))

    class Meta:
        verbose_name = verbose_name_plural = _("整改进展")
        ordering = ["problem", "pk"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.percent} %"


class Extension(Frozen):
    """An extension of the deadline (延期), with its reason."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="extensions", verbose_name=_("反馈问题"))
    before = models.DateField(_("原时限"))
    after = models.DateField(_("延至"))
    reason = models.CharField(_("延期理由"), max_length=500)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("延期")
        ordering = ["problem", "pk"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.after}"


class Supervision(models.Model):
    """What is done beside the steps (督办措施): kind is an id in the pack. result: written when it ends."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="supervisions", verbose_name=_("反馈问题"))
    kind = models.CharField(_("督办措施"), max_length=40)
    day = models.DateField(_("日期"))
    due = models.DateField(_("应有结果"))
    reason = models.CharField(_("理由"), max_length=500)
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("文书"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.CharField(_("督办结果"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("督办措施")
        ordering = ["problem", "pk"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.kind}"


class ProblemImport(models.Model):
    """A list that was handed in (问题清单导入): tried first, then taken; what does not fit is listed by row."""

    class State(models.TextChoices):
        CHECKED = "checked", _("已试算")
        DONE = "done", _("已导入")
        DROPPED = "dropped", _("已放弃")

    batch = models.ForeignKey(FeedbackBatch, models.CASCADE, related_name="imports", verbose_name=_("反馈清单"))
    file_name = models.CharField(_("文件"), max_length=200)
    content = models.BinaryField(null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CHECKED)
    rows = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    alike = models.JSONField(default=list)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("问题清单导入")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
