"""Accountability (问责): problems that count for a body, each once, and the notices that follow from their number."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models.bulletins import FrozenError
from lantian.apps.cases.models import Case


class Exposure(models.Model):
    """A fact that a person enters (录入情形), such as an exposure by media: which rule, whom it blames, what and where.

    case: of the same problem, where there is one; struck_on: the day on which one without a case was settled.
    """

    rule = models.CharField(_("计入情形"), max_length=40)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    day = models.DateField(_("日期"))
    title = models.CharField(_("问题"), max_length=200)
    medium = models.CharField(_("来源"), max_length=100)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("同一案件"))
    struck_on = models.DateField(_("解决日期"), null=True, blank=True)
    at = models.DateTimeField(_("录入时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("录入情形")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "body", "day", "title"], name="an_exposure_once")]

    def __str__(self) -> str:
        return self.title


class CountedQuerySet(models.QuerySet["CountedProblem"]):
    """Reads of counted problems."""

    def counting(self) -> Self:
        """Those that count: nobody withdrew them, and facts still support them."""
        return self.filter(withdrawn_at__isnull=True, lapsed_at__isnull=True)

    def counting_at(self, moment: datetime) -> Self:
        """Those that counted at a moment, as was known then."""
        later = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moment)
        return self.filter(later, Q(lapsed_at__isnull=True) | Q(lapsed_at__gt=moment), counted_at__lte=moment)


class CountedProblem(models.Model):
    """A problem that counts for a body (计入问题), once for each occurrence.

    problem: its one name, ``case:5``; occurrence: from 1, raised by each recurrence after a strike-off. rule: of the
    first fact; facts: all of them, each with its key, rule and day, why in both languages. lapsed_at: the facts no
    longer support it, as after an extension; withdrawn_at: a person took it out after an appeal.
    """

    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    problem = models.CharField(_("问题"), max_length=60)
    occurrence = models.PositiveSmallIntegerField(_("次数"))
    rule = models.CharField(_("计入情形"), max_length=40)
    at = models.DateTimeField(_("计入时间"), db_index=True)
    title = models.CharField(_("问题"), max_length=200)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("案件"))
    facts = models.JSONField(default=list)
    counted_at = models.DateTimeField(_("登记时间"))
    lapsed_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawn_why = models.CharField(_("撤销理由"), max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CountedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("计入问题")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "problem", "occurrence"], name="a_problem_counts_once_for_a_body")
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.problem} {self.occurrence}"

    @property
    def counts(self) -> bool:
        return self.withdrawn_at is None and self.lapsed_at is None

    def counted(self, moment: datetime) -> bool:
        """Tell whether it counted at a moment."""
        return all(one is None or one > moment for one in (self.withdrawn_at, self.lapsed_at))


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Reads of objections."""

    def open_at(self, at: datetime) -> Self:
        """Those that had been made by an instant and waited for a decision."""
        return self.filter(Q(decided_at__isnull=True) | Q(decided_at__gt=at), at__lte=at)


class Appeal(models.Model):
    """What a body objects to (异议): one counted problem, with its reason and what was decided."""

    class State(models.TextChoices):
        OPEN = "open", _("待复核")
        UPHELD = "upheld", _("异议成立")
        REFUSED = "refused", _("异议不成立")

    counted = models.ForeignKey(CountedProblem, models.PROTECT, related_name="appeals", verbose_name=_("计入问题"))
    reason = models.CharField(_("异议理由"), max_length=1000)
    at = models.DateTimeField(_("提出时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("复核意见"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("异议")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["counted"], condition=Q(state="open"), name="one_open_appeal_of_a_problem")
        ]

    def __str__(self) -> str:
        return f"{self.counted_id} {self.state}"


class NoticeQuerySet(models.QuerySet["AccountabilityNotice"]):
    """Reads of notices; permission comes first: ``visible_to``."""

    def visible_to(self, person: Any, offices: tuple[str, ...] = (), at: datetime | None = None) -> Self:
        """All for the offices that keep the ladder; a body sees what was sent to it, discipline what it received.

        at: what was sent by then; None is all that was sent.
        """
        ours = scope_of(person).organisations
        if ours & set(offices):
            return self
        sent = self.filter(sent_at__isnull=False) if at is None else self.filter(sent_at__lte=at)
        return sent.filter(Q(body__in=ours) | Q(receiver__in=ours))

    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)


class AccountabilityNotice(models.Model):
    """A notice of a level, or a letter that hands a lead to discipline inspection (问责文书).

    period: as ``kernel.periods`` writes it. level: id in the pack, blank for a transfer on grounds. count: when it was
    drafted, decided or sent. addressee: who is named, with the office. body_text: the frozen text once it is sent.
    docx, pdf: SHA-256 of the bytes that were sent. cancelled_by: none where the number fell below the level.
    """

    class Kind(models.TextChoices):
        LEVEL = "level", _("逐级问责")
        TRANSFER = "transfer", _("线索移送")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        DECIDED = "decided", _("已决定")
        SENT = "sent", _("已送达")
        ACKNOWLEDGED = "acknowledged", _("已签收")
        CANCELLED = "cancelled", _("已撤销")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("主送单位"))
    period = models.CharField(_("统计期"), max_length=8)
    level = models.CharField(_("级别"), max_length=40, blank=True)
    count = models.PositiveSmallIntegerField(_("累计问题数"))
    addressee = models.CharField(_("责任人"), max_length=60, blank=True)
    addressee_title = models.CharField(_("职务"), max_length=60, blank=True)
    grounds = models.CharField(_("移送理由"), max_length=1000, blank=True)
    state = models.CharField(_("状态"), max_length=14, choices=State.choices, default=State.DRAFT)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    body_text = models.JSONField(default=dict)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(_("决定意见"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.CharField(_("处理结果"), max_length=1000, blank=True)
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_why = models.CharField(_("撤销理由"), max_length=500, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("问责文书")
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "period", "level"], condition=Q(kind="level", cancelled_at__isnull=True),
                name="one_standing_notice_of_a_level",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_notice_of_a_number"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or f"{self.body_id} {self.period} {self.level or self.kind}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse what was sent; of a demonstration the queryset deletes."""
        if self.sent_at is not None:
            raise FrozenError
        return super().delete(*args, **kwargs)
