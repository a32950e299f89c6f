"""Tasks in work (任务): the tree of tasks and parts, who leads and joins each, and what was changed by approval."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.accounts.models.places import in_reading_language
from lantian.apps.accounts.scope import Scope, scope_of
from lantian.apps.plans.models.review import PlanTask
from lantian.apps.plans.rules import rules
from lantian.kernel.errors import LantianError


class TaskError(LantianError):
    """An act on a task that its rules refuse."""


class TaskQuerySet(models.QuerySet["Task"]):
    """Reads of tasks; permission comes first in the chain."""

    def visible_to(self, person: Any) -> Self:
        """Tasks that a person's organisations lead or join, those on their ground, the wholes of both, and all parts
        of what they lead.
        """
        scope = scope_of(person)
        if scope.whole:
            return self
        if not scope.roles:
            return self.none()
        own = Task.objects.filter(_concerns(scope)).values("pk")
        leads = Q(parties__organisation__in=scope.organisations, parties__role=TaskParty.Role.LEAD)
        led = Task.objects.filter(leads).values("pk")
        under = Q(parent__in=led) | Q(parent__parent__in=led)
        return self.filter(Q(pk__in=own) | Q(parts__pk__in=own) | Q(parts__parts__pk__in=own) | under).distinct()

    def standing(self, known_at: datetime | None = None) -> Self:
        """Return those that are not withdrawn; at an instant, those that were in work and not withdrawn by then."""
        if known_at is None:
            return self.exclude(state=Task.State.WITHDRAWN)
        kept = ~Q(state=Task.State.WITHDRAWN) | Q(withdrawn_at__gt=known_at)
        return self.filter(kept, created_at__lte=known_at)

    def roots(self) -> Self:
        """Return the tasks that are no part of another."""
        return self.filter(parent__isnull=True)


def _concerns(scope: Scope) -> Q:
    """Tasks that name one of somebody's organisations, or a collective that it belongs to, or lie on their ground."""
    ours = scope.organisations | scope.enterprises
    kinds = set(Organisation.objects.filter(pk__in=ours).values_list("kind", flat=True))
    collectives = {name for name, kind in rules().members.items() if kind in kinds}
    return Q(parties__organisation__in=ours | collectives) | scope.within("area__code")


class Task(models.Model):
    """A task in work (任务), or a part of one (分解任务).

    record: id of the pack's task that it was taken from, "" for others. reference: what else it stands on, such as the
    decision of a review. article: of the plan. document: number or title of another document than the pack's own plan,
    where the article is that document's; article 0 is all of it. weight: share of the whole that a part is [%]; parts
    of one whole make 100. start, due: as approved; first_due: as it was when taken into work. rhythm: day, week, month,
    quarter or year of a duty that recurs. deadlines, quantities: as the plan prints them. indicator: id of the pack's,
    "" where progress is entered in percent. base, target, comparator, unit: what progress is measured against. version
    counts the acts.
    """

    class State(models.TextChoices):
        OPEN = "open", _("办理中")
        ASKED = "asked", _("待审核销号")
        STRUCK = "struck", _("已销号")
        WITHDRAWN = "withdrawn", _("已撤销")

    class Origin(models.TextChoices):
        PACK = "pack", _("行动计划")
        TEXT = "text", _("计划文本复核")
        REVIEW = "review", _("季度调度")
        HAND = "hand", _("人工录入")
        SPLIT = "split", _("任务分解")

    number = models.CharField(_("编号"), max_length=40, unique=True)
    record = models.CharField(_("政策包任务"), max_length=80, blank=True, db_index=True)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin)
    reference = models.CharField(_("依据"), max_length=160, blank=True)
    proposal = models.OneToOneField(
        PlanTask, models.PROTECT, null=True, blank=True, related_name="task", verbose_name=_("任务建议")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("上级任务")
    )
    weight = models.DecimalField(_("权重"), max_digits=6, decimal_places=3, default=100)
    zh = models.TextField(_("任务（中文）"))
    en = models.TextField(_("任务（英文）"), blank=True)
    article = models.PositiveSmallIntegerField(_("条"))
    document = models.CharField(_("所依文件"), max_length=200, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("责任区域")
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("责任人")
    )
    start = models.DateField(_("开始"))
    due = models.DateField(_("期限"), null=True, blank=True, db_index=True)
    first_due = models.DateField(_("原定期限"), null=True, blank=True)
    rhythm = models.CharField(_("周期"), max_length=8, blank=True)
    deadlines = models.JSONField(_("期限原文"), default=list)
    quantities = models.JSONField(_("量化要求"), default=list)
    indicator = models.CharField(_("指标"), max_length=80, blank=True)
    comparator = models.CharField(_("比较"), max_length=2, default=">=")
    base = models.DecimalField(_("基数"), max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("目标"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, default="%")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN, db_index=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    withdrawn_at = models.DateTimeField(_("任务撤销时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("立项时间"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("立项人")
    )
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任务")
        ordering = ["document", "article", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=~Q(record=""), name="one_task_of_a_record"),
            models.CheckConstraint(condition=Q(weight__gt=0) & Q(weight__lte=100), name="task_weight_is_a_share"),
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due__gte=models.F("start")), name="task_due_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name[:40]}"

    @property
    def name(self) -> str:
        """The task in the language of the page."""
        return in_reading_language(self.zh, self.en)

    @property
    def is_open(self) -> bool:
        """Whether it is still worked on."""
        return self.state in (self.State.OPEN, self.State.ASKED)

    @property
    def own_article(self) -> int | None:
        """The article of the pack's own plan that it stands on; None where it stands on another document."""
        return None if self.document else self.article


class TaskParty(models.Model):
    """Who leads (牵头) or joins (配合) a task; the lead of the lowest order comes first."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        JOINT = "joint", _("配合单位")

    task = models.ForeignKey(Task, models.CASCADE, related_name="parties", verbose_name=_("任务"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="task_parties", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=5, choices=Role)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("任务单位")
        ordering = ["task", "role", "order"]
        constraints = [models.UniqueConstraint(fields=["task", "organisation"], name="one_role_in_a_task")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_role_display()}"


class TaskChange(models.Model):
    """A change of a task (调整、延期), asked for and decided on; the old value stays here for ever.

    field: due, target, base, responsible or weight. old, new: as text; dates in ISO form. A new weight is decided by
    the lead alone and holds at once.
    """

    class Field(models.TextChoices):
        DUE = "due", _("期限")
        TARGET = "target", _("目标")
        BASE = "base", _("基数")
        RESPONSIBLE = "responsible", _("责任人")
        WEIGHT = "weight", _("权重")

    class State(models.TextChoices):
        ASKED = "asked", _("待批准")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未批准")

    task = models.ForeignKey(Task, models.CASCADE, related_name="changes", verbose_name=_("任务"))
    field = models.CharField(_("调整事项"), max_length=12, choices=Field)
    old = models.CharField(_("原值"), max_length=80, blank=True)
    new = models.CharField(_("新值"), max_length=80)
    reason = models.CharField(_("理由"), max_length=300)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("申请时间"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(_("批准意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("任务调整")
        ordering = ["task", "asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.task_id} {self.field} {self.old} → {self.new}"


class StrikeOff(models.Model):
    """A lead's application to strike a task off (销号申请), its second-level check (审核), and a reopening (恢复)."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审核")
        STRUCK = "struck", _("同意销号")
        RETURNED = "returned", _("退回")
        REOPENED = "reopened", _("已恢复")

    task = models.ForeignKey(Task, models.CASCADE, related_name="strike_offs", verbose_name=_("任务"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    statement = models.TextField(_("完成情况"))
    asked_at = models.DateTimeField(_("申请时间"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("审核意见"), max_length=300, blank=True)
    reopened_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_for = models.CharField(_("恢复理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("任务销号")
        ordering = ["task", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(state="asked"), name="one_strike_off_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.state}"
