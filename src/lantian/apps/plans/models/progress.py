"""How a task goes on: values of its indicator (填报), milestones (节点), files, and lamps as they turned (亮灯)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.plans.models.tasks import Task
from lantian.kernel.errors import Text


class TaskEntryQuerySet(models.QuerySet["TaskEntry"]):
    """Reads of values."""

    def standing(self, known_at: datetime | None = None) -> Self:
        """Return the values that hold: those that nobody had corrected by an instant, None for now."""
        if known_at is None:
            return self.filter(corrected_by__isnull=True)
        uncorrected = Q(corrected_by__isnull=True) | Q(corrected_by__at__gt=known_at)
        return self.filter(uncorrected, at__lte=known_at)


class TaskEntry(models.Model):
    """A value of a task's indicator (指标值), as it stood on a day; never changed, a correction is a new row.

    way: how it came: entered by hand, or measured by the indicator's mechanism. corrects: the row that it replaces.
    how: what a measured value was made of. unit: the task's.
    """

    class Way(models.TextChoices):
        ENTERED = "entered", _("填报")
        LEDGER = "ledger", _("台账")
        AIR = "air", _("空气")
        CASES = "cases", _("案件")
        INSPECTIONS = "inspections", _("检查")

    task = models.ForeignKey(Task, models.CASCADE, related_name="entries", verbose_name=_("任务"))
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=4)
    day = models.DateField(_("截至日"))
    way = models.CharField(_("来源"), max_length=12, choices=Way, default=Way.ENTERED)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    how = models.JSONField(_("计算依据"), default=dict)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("更正")
    )
    at = models.DateTimeField(_("填报时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("填报人")
    )

    objects = TaskEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("指标值")
        ordering = ["task", "day", "at", "pk"]
        indexes = [models.Index(fields=["task", "day", "at"])]

    def __str__(self) -> str:
        return f"{self.task_id} {self.day} {self.value}"


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    """Reads of milestones; a schedule that was laid anew keeps the old steps, which hold no longer."""

    def standing(self, known_at: datetime | None = None) -> Self:
        """Return the steps that hold: of the schedule in force at an instant, None for now."""
        if known_at is None:
            return self.filter(replaced_at__isnull=True)
        laid = Q(laid_at__isnull=True) | Q(laid_at__lte=known_at)
        return self.filter(laid, Q(replaced_at__isnull=True) | Q(replaced_at__gt=known_at))


class Milestone(models.Model):
    """A step of the reverse schedule (节点), laid from the deadline back.

    share: progress that the task has reached by ``due`` when it goes to plan [%]. laid_at: None where it was laid
    before this was noted. replaced_at: when the schedule was laid anew. at: when it was said to be done.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones", verbose_name=_("任务"))
    order = models.PositiveSmallIntegerField(default=0)
    zh = models.CharField(_("节点（中文）"), max_length=120)
    en = models.CharField(_("节点（英文）"), max_length=160, blank=True)
    begins = models.DateField(_("开始"))
    due = models.DateField(_("期限"))
    share = models.DecimalField(_("应达进度"), max_digits=6, decimal_places=3)
    done_on = models.DateField(_("完成日"), null=True, blank=True)
    note = models.CharField(_("完成情况"), max_length=300, blank=True)
    laid_at = models.DateTimeField(_("倒排时间"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("改排时间"), null=True, blank=True)
    at = models.DateTimeField(_("登记时间"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("节点")
        ordering = ["task", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "order"], condition=Q(replaced_at__isnull=True), name="one_milestone_at_a_place"
            ),
            models.CheckConstraint(condition=Q(due__gte=models.F("begins")), name="milestone_due_after"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.zh}"

    def stands(self, at: datetime) -> bool:
        """Whether it was of the schedule in force at an instant; see ``MilestoneQuerySet.standing``."""
        laid = self.laid_at is None or self.laid_at <= at
        return laid and (self.replaced_at is None or self.replaced_at > at)

    def done_by(self, known_at: datetime | None) -> date | None:
        """Return the day on which it was done, as known at an instant."""
        unknown = known_at is not None and self.at is not None and self.at > known_at
        return None if unknown else self.done_on


class TaskFile(models.Model):
    """A file as evidence (佐证材料), known by its content and kept under its hash.

    Of the task as a whole, or of an entry, a milestone, or an application to strike it off.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="files", verbose_name=_("任务"))
    entry = models.ForeignKey(TaskEntry, models.CASCADE, null=True, blank=True, related_name="files")
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, blank=True, related_name="files")
    strike_off = models.ForeignKey("plans.StrikeOff", models.CASCADE, null=True, blank=True, related_name="files")
    name = models.CharField(_("文件名"), max_length=200)
    path = models.CharField(max_length=300)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    at = models.DateTimeField(_("上传时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("佐证材料")
        ordering = ["task", "at", "pk"]

    def __str__(self) -> str:
        return self.name


class TaskLamp(models.Model):
    """A lamp from the day on which it turned (亮灯记录), as the daily job saw it; one row for each turn."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="lamps", verbose_name=_("任务"))
    day = models.DateField(_("日期"))
    colour = models.CharField(_("灯色"), max_length=6)
    progress = models.DecimalField(_("进度"), max_digits=5, decimal_places=1, null=True, blank=True)
    reason_zh = models.CharField(_("理由（中文）"), max_length=300)
    reason_en = models.CharField(_("理由（英文）"), max_length=400)
    at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("亮灯记录")
        ordering = ["task", "day"]
        constraints = [models.UniqueConstraint(fields=["task", "day"], name="one_lamp_of_a_day")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.day} {self.colour}"

    @property
    def reason(self) -> Text:
        """Why it turned."""
        return Text(self.reason_zh, self.reason_en)
