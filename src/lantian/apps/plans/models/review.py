"""A plan's text under review (计划文本复核): the document as read, and the tasks proposed from it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.kernel.errors import LantianError


class PlanTextError(LantianError):
    """A text or a task of it that cannot be stored as it was sent."""


class PlanText(models.Model):
    """An uploaded document (计划文本): its text as read, which never changes, with head, chapters and articles.

    chapters, articles, unparsed: as the document of ``lantian plan import --json`` has them; start and end are
    character offsets in ``text``. sha256: of the file's bytes.
    """

    slug = models.SlugField(_("代码"), max_length=40, unique=True)
    file_name = models.CharField(_("文件名"), max_length=120)
    sha256 = models.CharField(_("校验值"), max_length=64, unique=True)
    text = models.TextField(_("文本"))
    title = models.CharField(_("标题"), max_length=200)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=120, blank=True)
    issued = models.DateField(_("成文日期"), null=True, blank=True)
    chapters = models.JSONField(_("章"), default=list)
    articles = models.JSONField(_("条文"), default=list)
    unparsed = models.JSONField(_("未解析"), default=list)
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入人")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("计划文本")
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def slice(self, start: int, end: int) -> str:
        """Return the text between two places, as printed."""
        return self.text[start:end]


class PlanTaskQuerySet(models.QuerySet["PlanTask"]):
    """Tasks of a text."""

    def live(self) -> "PlanTaskQuerySet":
        """Return those that were not replaced by the parts or the whole that came of them, in the text's order."""
        return self.exclude(state=PlanTask.State.REPLACED).order_by("start", "end", "pk")

    def saved(self) -> "PlanTaskQuerySet":
        """Return what somebody accepted or corrected."""
        return self.live().filter(state__in=[PlanTask.State.ACCEPTED, PlanTask.State.CORRECTED])


class PlanTask(models.Model):
    """A task read from a text (任务建议), as proposed and then as reviewed.

    article: index in the text's articles, None outside them. parties, deadlines, quantities, conditions: as the JSON
    document has them, each with start, end (None where a reviewer wrote it), rule and confidence; a party also with
    ``organisation``, the pack's, or "" while nobody knows which it is. split_from, merged_into: tasks that took the
    place of others. version counts the changes; an act names the version that it saw.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        ACCEPTED = "accepted", _("已采纳")
        CORRECTED = "corrected", _("已修改采纳")
        REJECTED = "rejected", _("不作任务")
        REPLACED = "replaced", _("已拆分或合并")

    plan = models.ForeignKey(PlanText, models.CASCADE, related_name="tasks", verbose_name=_("计划文本"))
    start = models.PositiveIntegerField(_("起"))
    end = models.PositiveIntegerField(_("止"))
    article = models.PositiveSmallIntegerField(_("所属条文"), null=True, blank=True)
    zh = models.TextField(_("任务（中文）"))
    en = models.TextField(_("任务（英文）"), blank=True)
    parties = models.JSONField(_("单位"), default=list)
    deadlines = models.JSONField(_("期限"), default=list)
    quantities = models.JSONField(_("量化要求"), default=list)
    conditions = models.JSONField(_("适用条件"), default=list)
    rule = models.CharField(_("规则"), max_length=40)
    confidence = models.FloatField(_("置信度"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    split_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    version = models.PositiveIntegerField(_("版本"), default=1)
    reviewed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )

    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任务建议")
        ordering = ["plan", "start", "end", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="plan_task_has_text")]

    def __str__(self) -> str:
        return self.zh[:40]

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.state == self.State.PROPOSED

    @property
    def fields(self) -> dict[str, list[dict[str, Any]]]:
        """All that was read, by kind."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = ("parties", "deadlines", "quantities", "conditions")
"""The lists that a task's fields stand in."""
