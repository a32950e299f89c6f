"""New projects under review (项目准入), the credits of closures (削减量), and what backs which project (替代)."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models.sources import Source


class Pollutant(models.TextChoices):
    """Pollutants whose emission is offset, as ledgers and permits name them."""

    SO2 = "so2_t", "SO₂"
    NOX = "nox_t", "NOₓ"
    PM = "pm_t", _("颗粒物")
    VOC = "voc_t", "VOC"


class ProjectQuerySet(models.QuerySet["Project"]):
    """Reads of projects."""

    def visible_to(self, person: Any) -> Self:
        """Projects on the ground that a person's posts cover, and those their organisation has brought in."""
        scope = scope_of(person)
        if scope.whole:
            return self
        return self.filter(scope.within("area__code") | Q(brought_by__in=scope.organisations))


class Project(models.Model):
    """A new, changed or enlarged project that asks to be let in (新、改、扩建项目).

    trade_code: GB/T 4754. goods, mode, goods_t: bulk goods, how they are carried, tonnes a year; empty without any.
    exception: the reason for which road transport was let through, with who recorded it. conditions: which ones of a
    restricted sector it fulfils. version: raised by every act.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("新建")
        CHANGED = "changed", _("改建")
        ENLARGED = "enlarged", _("扩建")

    class State(models.TextChoices):
        OPEN = "open", _("审查中")
        APPROVED = "approved", _("准入")
        REFUSED = "refused", _("不予准入")
        WITHDRAWN = "withdrawn", _("已撤回")

    number = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("项目名称"), max_length=160)
    kind = models.CharField(_("性质"), max_length=10, choices=Kind.choices, default=Kind.NEW)
    applicant = models.CharField(_("建设单位"), max_length=160)
    trade_code = models.CharField(_("行业代码"), max_length=4)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("街乡"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    emission_kg = models.JSONField(_("新增排放量"), default=dict)
    goods = models.CharField(_("大宗物料"), max_length=20, blank=True)
    goods_t = models.FloatField(_("年运输量"), null=True, blank=True)
    mode = models.CharField(_("运输方式"), max_length=20, blank=True)
    exception = models.CharField(_("公路运输例外理由"), max_length=300, blank=True)
    exception_at = models.DateTimeField(null=True, blank=True)
    exception_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    conditions = models.CharField(_("符合的限制条件"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    brought_by = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("项目受理时间"))
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(_("决定理由"), max_length=500, blank=True)
    reasons = models.JSONField(_("审查结论"), default=list, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("建设项目")
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class OffsetCredit(models.Model):
    """What a closure gives (削减量): kilograms a year of a pollutant, each to be spent once.

    spent_kg: what backs projects; the database itself refuses to spend more than there is.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="credits", verbose_name=_("退出对象"))
    pollutant = models.CharField(_("污染物"), max_length=6, choices=Pollutant.choices)
    granted_kg = models.PositiveBigIntegerField(_("削减量"))
    spent_kg = models.PositiveBigIntegerField(_("已用"), default=0)
    closed_on = models.DateField(_("退出核实日期"))
    at = models.DateTimeField(_("入账时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("削减量")
        ordering = ["closed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "pollutant"], name="one_credit_of_a_closure"),
            models.CheckConstraint(condition=Q(spent_kg__lte=F("granted_kg")), name="credit_is_spent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.pollutant}"

    @property
    def left_kg(self) -> int:
        """What is left."""
        return self.granted_kg - self.spent_kg


class OffsetUse(models.Model):
    """Kilograms of a credit that back a project (替代)."""

    credit = models.ForeignKey(OffsetCredit, models.PROTECT, related_name="uses", verbose_name=_("削减量"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="uses", verbose_name=_("建设项目"))
    kg = models.PositiveBigIntegerField(_("用量"))

    class Meta:
        verbose_name = verbose_name_plural = _("减量替代")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["credit", "project"], name="one_use_of_a_credit"),
            models.CheckConstraint(condition=Q(kg__gt=0), name="use_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_id} → {self.project_id}"


class ProjectEvent(models.Model):
    """One step in a project's review (经过), append-only: brought in, backed, released, exception, decided."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="events")
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=12)
    reason = models.CharField(_("事由"), max_length=500, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("项目审查经过")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"
