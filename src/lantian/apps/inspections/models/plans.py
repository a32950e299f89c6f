"""What is to be inspected: campaigns (专项行动), plans (计划) with entries, draws (双随机), and visits (入户)."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models import Source


class Campaign(models.Model):
    """A campaign (专项行动): one checklist for the entries of a trade or a street, from a day to a day."""

    slug = models.SlugField(_("代码"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    purpose = models.TextField(_("目的"), blank=True)
    article = models.PositiveSmallIntegerField(_("条"), null=True, blank=True)
    kind = models.CharField(_("台账"), max_length=40)
    checklist = models.CharField(_("检查表"), max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"))
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("专项行动")
        ordering = ["-start", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="campaign_ends_after")]

    def __str__(self) -> str:
        return self.title


class Plan(models.Model):
    """A plan (检查计划): entries that a department inspects until a day; of a campaign, a draw, or by hand."""

    class Sort(models.TextChoices):
        LIST = "list", _("清单")
        DRAW = "draw", _("双随机")
        CAMPAIGN = "campaign", _("专项")
        ROUTINE = "routine", _("例行")

    slug = models.SlugField(_("代码"), max_length=60, unique=True)
    sort = models.CharField(_("方式"), max_length=8, choices=Sort)
    title = models.CharField(_("名称"), max_length=120)
    checklist = models.CharField(_("检查表"), max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("检查单位"))
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, blank=True, related_name="plans", verbose_name=_("专项行动")
    )
    start = models.DateField(_("开始"))
    due = models.DateField(_("止于"))
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("检查计划")
        ordering = ["-start", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(due__gte=models.F("start")), name="plan_is_due_after")]

    def __str__(self) -> str:
        return self.title


class Draw(models.Model):
    """A draw (双随机抽取): frozen and published before, drawn by a public number, and open to anybody to run again.

    file: list and rule of the entries. people: ids of the inspectors. barred: for an entry's id, the people with a
    conflict of interest. left_out: entries that the cap of visits keeps out, people on leave. All these, their hashes
    and the commitment to the secret stand from ``frozen_at``. record: the draw of the entries, with its seed;
    people_records: for each entry drawn, the draw of its inspectors.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="draw", verbose_name=_("计划"))
    rule = models.CharField(_("规则"), max_length=40)
    take = models.PositiveIntegerField(_("抽取数"))
    inspectors = models.PositiveSmallIntegerField(_("每户检查人员"))
    beacon = models.CharField(_("公开随机数"), max_length=300)
    beacon_day = models.DateField(_("随机数公布日"))
    file = models.JSONField(_("名单与规则"), default=dict)
    people = models.JSONField(_("检查人员"), default=list)
    barred = models.JSONField(_("回避"), default=dict)
    left_out = models.JSONField(_("未列入"), default=dict)
    list_hash = models.CharField(_("名单校验值"), max_length=64)
    people_hash = models.CharField(_("人员校验值"), max_length=64)
    commitment = models.CharField(_("承诺值"), max_length=64)
    secret = models.CharField(max_length=200)
    frozen_at = models.DateTimeField(_("冻结时间"))
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(_("公布的随机数"), max_length=200, blank=True)
    record = models.JSONField(_("抽取记录"), default=dict)
    people_records = models.JSONField(_("人员抽取记录"), default=dict)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("结果公开时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("双随机抽取")
        ordering = ["-frozen_at"]

    def __str__(self) -> str:
        return self.plan.title


class Recusal(models.Model):
    """A conflict of interest (回避): this person does not inspect this entry, or anything of this organisation."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recusals", verbose_name=_("检查人员")
    )
    source = models.ForeignKey(
        Source, models.CASCADE, null=True, blank=True, related_name="recusals", verbose_name=_("对象")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="recusals", verbose_name=_("责任单位")
    )
    reason = models.CharField(_("理由"), max_length=200)
    since = models.DateField(_("开始"))
    until = models.DateField(_("结束"), null=True, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("回避")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__isnull=False) | Q(organisation__isnull=False), name="recusal_of_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.source or self.organisation}"


class Visit(models.Model):
    """A visit (入户): checks of several departments that are made at one entry on one day."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="visits", verbose_name=_("对象"))
    day = models.DateField(_("日期"))
    planned_at = models.DateTimeField(_("安排时间"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("入户")
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="one_visit_a_day")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.day}"


class PlanEntryQuerySet(models.QuerySet["PlanEntry"]):
    """Reads of what is to be inspected; permission comes first in the chain."""

    def visible_to(self, person: Any) -> Self:
        """Entries on a person's ground, those that their organisation makes, and checks at what is their own."""
        scope = scope_of(person)
        if scope.whole:
            return self
        return self.filter(
            scope.within("source__area__code", "source__owner")
            | Q(organisation__in=scope.organisations - scope.enterprises)
        )

    def open(self) -> Self:
        return self.filter(state=PlanEntry.State.OPEN)

    def overdue(self, day: date) -> Self:
        return self.open().filter(due__lt=day)

    def for_person(self, person: Any) -> Self:
        """Entries that name a person, and those of their organisations that name nobody, on their ground."""
        scope = scope_of(person)
        named = self.filter(people=person).values("pk")
        theirs = Q(organisation__in=scope.organisations - scope.enterprises, people__isnull=True)
        return self.filter(Q(pk__in=named) | (theirs & scope.within("source__area__code")))


class PlanEntry(models.Model):
    """An entry of a plan (计划条目): this source, by this checklist, until this day, by these people.

    window_start: the first day on which it may be made. visit: the visit with which it is made.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待检")
        DONE = "done", _("已检")
        DROPPED = "dropped", _("撤销")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="entries", verbose_name=_("计划"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="plan_entries", verbose_name=_("对象"))
    checklist = models.CharField(_("检查表"), max_length=40)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="plan_entries", verbose_name=_("检查单位")
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="plan_entries", verbose_name=_("检查人员")
    )
    window_start = models.DateField(_("最早"))
    due = models.DateField(_("止于"))
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("入户")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    objects = PlanEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计划条目")
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "source", "checklist"], name="one_entry_of_a_plan"),
        ]
        indexes = [
            models.Index(fields=["state", "due"]),
            models.Index(fields=["organisation", "state", "due"]),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.checklist}"
