"""Cases (案件): their threads with clocks, an append-only history, evidence, penalties and sanctions."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation, Post
from lantian.apps.accounts.scope import Scope, scope_of, scope_of_post
from lantian.apps.alarms.models import Alarm
from lantian.apps.audit.models import Appended
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point
from lantian.kernel.errors import LantianError, Text


class HistoryError(LantianError):
    """Somebody tried to change what has happened."""

    def __init__(self) -> None:
        super().__init__(
            Text("案件经过只能追加，不能改删。", "A case's history can be added to, not changed or deleted.")
        )


class CaseCounter(models.Model):
    """The last number given to a type of case in a year (编号); a case that is not stored takes none."""

    type = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "year"], name="one_counter_of_a_year")]

    def __str__(self) -> str:
        return f"{self.type} {self.year}: {self.last}"


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases; permission comes first in the chain: ``visible_to``."""

    def visible_to(self, person: Any) -> Self:
        """Cases on the ground that a person's posts cover, those their organisation has had a part in, and its own."""
        scope = scope_of(person)
        if scope.whole:
            return self
        ours = CaseThread.objects.filter(holder__in=scope.organisations).values("case")
        return self.filter(
            scope.within("area_code", "source__owner") | Q(pk__in=ours) | Q(sender__in=scope.organisations)
        )

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)


class Case(models.Model):
    """A case (案件) of a type of the pack.

    number: 〔year〕 and a serial without gaps for each type. subject: what its penalties add up on, ``source:5`` or
    ``point:dust-1``; cycle: the construction cycle it belongs to. happened_at: of the event, by which the rules are
    chosen. parties: organisation codes by party. category: where the type has several. merged_into: the case that goes
    on in its place. finding: what was found of the facts. version: raised by every act.
    """

    class Origin(models.TextChoices):
        ALARM = "alarm", _("报警")
        LEAD = "lead", _("部门移送")
        CALL = "call", _("街乡吹哨")
        CASE = "case", _("另案")
        OWN = "own", _("自行发现")
        COMPLAINT = "complaint", _("投诉举报")
        INSPECTION = "inspection", _("检查发现")
        SPLIT = "split", _("分案")
        FEEDBACK = "feedback", _("督察反馈")

    type = models.CharField(_("类型"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("序号"))
    number = models.CharField(_("案号"), max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    category = models.CharField(_("类别"), max_length=20, blank=True)
    title = models.CharField(_("案由"), max_length=200)
    facts = models.TextField(_("事实"), blank=True)
    origin = models.CharField(_("来源"), max_length=12, choices=Origin.choices)
    alarm = models.ForeignKey(
        Alarm, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("报警")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("原案")
    )
    sender = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="cases_sent", verbose_name=_("移送单位")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("对象")
    )
    point = models.ForeignKey(
        Point, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("点位")
    )
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入案件"), db_index=False
    )
    subject = models.CharField(_("累计对象"), max_length=80, blank=True, db_index=True)
    cycle = models.CharField(_("累计周期"), max_length=120, blank=True)
    parties = models.JSONField(_("承担单位"), default=dict)
    finding = models.CharField(_("事实认定"), max_length=12, blank=True)
    happened_at = models.DateTimeField(_("发生时间"))
    opened_at = models.DateTimeField(_("立案时间"), db_index=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("案件")
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["type", "year", "serial"], name="one_case_of_a_number")]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="cases_newest"),
            models.Index(fields=["-opened_at", "-id"], condition=Q(closed_at__isnull=True), name="open_cases_newest"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="closed_cases"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="merged_cases"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseSource(models.Model):
    """Another entry of the ledgers that a case is about, in a role (涉案对象): the site a truck came from, its carrier.

    role: one that the case's type names.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="related", verbose_name=_("案件"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="related_cases", verbose_name=_("对象"))
    role = models.CharField(_("涉案关系"), max_length=40)
    at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("涉案对象")
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "source", "role"], name="one_role_of_a_source_in_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.role} {self.source_id}"


class CaseThreadQuerySet(models.QuerySet["CaseThread"]):
    """Reads of the steps that somebody has to take."""

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def running(self) -> Self:
        """Open steps whose clock runs."""
        return self.open().filter(paused=False, due_at__isnull=False)

    def visible_to(self, person: Any) -> Self:
        """Steps of the cases that a person may see."""
        scope = scope_of(person)
        if scope.whole:
            return self
        ours = CaseThread.objects.filter(holder__in=scope.organisations).values("case")
        ground = scope.within("case__area_code", "case__source__owner")
        return self.filter(ground | Q(case__in=ours) | Q(case__sender__in=scope.organisations))

    def overdue(self, now: datetime) -> Self:
        return self.running().filter(due_at__lt=now)

    def counted(self, known_at: datetime) -> Self:
        """Steps that count when work is measured (计入考核), as known at an instant: none twice, and none that waits.

        A case that had been merged counts in the one that it went into, a step that was split off in the new case.
        """
        merged = Q(case__merged_into__isnull=False, case__closed_at__lte=known_at)
        split = Q(outcome=CaseThread.SPLIT, ended_at__lte=known_at)
        waits = Q(paused=True, ended_at__isnull=True)
        return self.filter(since__lte=known_at).exclude(merged).exclude(split).exclude(waits)

    def for_person(self, person: Any) -> Self:
        """Steps that a person's organisation has to take, on the ground that their posts cover."""
        return self.filter(_mine(scope_of(person)))

    def for_post(self, post: Post) -> Self:
        """Steps that a post's organisation has to take, on the post's ground, whoever holds it."""
        return self.filter(_mine(scope_of_post(post)))


def _mine(scope: Scope) -> Q:
    held = Q(holder__in=scope.organisations)
    return held if scope.whole else held & (scope.within("case__area_code") | scope.within("holder__area__code"))


class CaseThread(models.Model):
    """A step that somebody has to take, or has taken (环节); the pure ``Thread`` as a row.

    due_at: when it is due, pauses and returns considered; kept here for lists and for the worker. pauses: since, until
    (None while it lasts), reason. level: how far it has been escalated. SPLIT: the outcome of one that goes on in a
    new case.
    """

    SPLIT = "split"

    case = models.ForeignKey(Case, models.CASCADE, related_name="threads", verbose_name=_("案件"))
    number = models.PositiveSmallIntegerField()
    step = models.CharField(_("环节"), max_length=40)
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="case_threads", verbose_name=_("承办单位"))
    since = models.DateTimeField(_("转入时间"))
    before = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(_("起算时间"), null=True, blank=True)
    amount = models.PositiveSmallIntegerField(_("期限"), null=True, blank=True)
    unit = models.CharField(_("期限单位"), max_length=12, blank=True)
    roll = models.BooleanField(_("顺延"), default=True)
    pauses = models.JSONField(default=list)
    paused = models.BooleanField(_("已暂停"), default=False)
    due_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("止于"), null=True, blank=True)
    warn_at = models.DateTimeField(_("临期起"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("上报级别"), default=0)
    outcome = models.CharField(_("结果"), max_length=40, blank=True)
    ended_at = models.DateTimeField(_("办毕时间"), null=True, blank=True)

    objects = CaseThreadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("环节")
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_thread_of_a_number")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True, paused=False), name="open_threads_due"),
            models.Index(
                fields=["holder", "paused", "due_at"], condition=Q(ended_at__isnull=True), name="open_threads_of_holder"
            ),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="ended_threads"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.step}"


class CaseStep(Appended):
    """What happened in a case (经过), append-only: who, when, where, with which result, why, and by which rule.

    kind: opened, taken, sent-back, transferred, paused, resumed, evidence, commented, escalated, penalty, sanction,
    lifted, judged, subject. citation: in Chinese and English. hash: of the audit entry that covers it.
    """

    refusal = HistoryError
    case = models.ForeignKey(Case, models.CASCADE, related_name="history", verbose_name=_("案件"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=16)
    thread = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(_("环节"), max_length=40, blank=True)
    outcome = models.CharField(_("结果"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("上报级别"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    reason = models.CharField(_("说明"), max_length=1000, blank=True)
    citation_zh = models.CharField(max_length=200, blank=True)
    citation_en = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("案件经过")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "thread", "level"], condition=Q(kind="escalated"), name="a_level_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Evidence(models.Model):
    """A piece of evidence (证据): a file kept under its hash, or a reference to an alarm with its frames.

    detail: of an alarm, its peak, limit, periods, and the lake's snapshot and frame numbers as it kept them.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        DOCUMENT = "document", _("文件")
        ALARM = "alarm", _("报警数据")

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence", verbose_name=_("案件"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    step = models.CharField(_("环节"), max_length=40, blank=True)
    thread = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("名称"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    path = models.CharField(max_length=300, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(_("校验值"), max_length=64, blank=True)
    alarm = models.ForeignKey(Alarm, models.PROTECT, null=True, blank=True, related_name="+")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("证据")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.name
