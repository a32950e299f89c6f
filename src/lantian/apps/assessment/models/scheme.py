"""Assessments (考核): versions with their frozen inputs and marks, figures entered, findings for vetoes, appeals."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.assessment.models.bulletins import Frozen, SignedPaper
from lantian.apps.cases.models import Case


class WithFile(models.Model):
    """A row with a file under its hash; all empty where none was sent."""

    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    file_path = models.CharField(max_length=300, blank=True)
    file_type = models.CharField(max_length=80, blank=True)
    file_sha256 = models.CharField(_("校验值"), max_length=64, blank=True)

    class Meta:
        abstract = True


class AssessmentSnapshot(Frozen):
    """All that the marks of a term rest on, under the SHA-256 of its own text; see ``assessment.marking.Inputs``."""

    id = models.CharField(_("快照号"), max_length=64, primary_key=True)
    scheme = models.CharField(_("考核方案"), max_length=40)
    term = models.CharField(_("考核期"), max_length=9)
    known_at = models.DateTimeField(_("数据截至"))
    data = models.JSONField()
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("考核快照")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        """Its number as printed."""
        return self.id[:12]


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Reads of assessments."""

    def published(self) -> Self:
        return self.filter(state=Assessment.State.PUBLISHED)

    def open(self) -> Self:
        return self.filter(state__in=[Assessment.State.DRAFT, Assessment.State.REVIEW])

    def standing(self) -> Self:
        return self.exclude(state=Assessment.State.WITHDRAWN)


class Assessment(SignedPaper):
    """A version of a term's assessment (考核). previous: the published one that it corrects, reason: why.

    revision: raised by every act.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        REVIEW = "review", _("待公布")
        PUBLISHED = "published", _("已公布")
        WITHDRAWN = "withdrawn", _("已作废")

    scheme = models.CharField(_("考核方案"), max_length=40)
    term = models.CharField(_("考核期"), max_length=9, db_index=True)
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    snapshot = models.ForeignKey(AssessmentSnapshot, models.PROTECT, related_name="assessments")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(_("拟稿时间"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考核")
        ordering = ["-term", "scheme", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "term", "version"], name="one_assessment_of_a_version"),
            models.UniqueConstraint(
                fields=["scheme", "term"],
                condition=Q(state__in=["draft", "review"]),
                name="one_open_assessment_of_a_term",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_assessment_of_a_number"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, day__isnull=False) & ~Q(number=""),
                name="a_published_assessment_has_number_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.scheme} {self.term} ({self.version})"

    @property
    def published(self) -> bool:
        """Whether it is published and so frozen."""
        return self.state == self.State.PUBLISHED


class AssessmentEvent(Frozen):
    """What happened to an assessment (经过)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="history")
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=12)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    snapshot = models.CharField(_("快照号"), max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("考核经过")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.kind}"


class BodyResult(models.Model):
    """How a body came out (考核结果). total: None where nothing could be marked; rank: None after a failing veto."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="results")
    body = models.CharField(_("被考核单位"), max_length=64)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    order = models.PositiveSmallIntegerField(default=0)
    total = models.DecimalField(_("得分"), max_digits=9, decimal_places=4, null=True, blank=True)
    by_score = models.CharField(_("按分数的等次"), max_length=20, blank=True)
    grade = models.CharField(_("等次"), max_length=20, blank=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True, blank=True)
    failed = models.BooleanField(_("一票否决"), default=False)
    vetoes = models.JSONField(_("否决事项"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("考核结果")
        ordering = ["assessment", "order"]
        constraints = [models.UniqueConstraint(fields=["assessment", "body"], name="one_result_of_a_body")]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.grade}"


class Mark(models.Model):
    """What an indicator or an extra brought a body (得分), and how: figure and formula in words."""

    result = models.ForeignKey(BodyResult, models.CASCADE, related_name="marks")
    item = models.CharField(_("指标"), max_length=40)
    kind = models.CharField(_("类别"), max_length=10)
    state = models.CharField(_("状态"), max_length=10, blank=True)
    weight = models.DecimalField(_("权重"), max_digits=9, decimal_places=4, null=True, blank=True)
    most = models.DecimalField(_("满分"), max_digits=9, decimal_places=4, null=True, blank=True)
    points = models.DecimalField(_("得分"), max_digits=9, decimal_places=4)
    figure_zh = models.CharField(_("数值"), max_length=500, blank=True)
    figure_en = models.CharField(max_length=500, blank=True)
    formula_zh = models.CharField(_("算式"), max_length=500, blank=True)
    formula_en = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("得分")
        ordering = ["result", "pk"]
        constraints = [models.UniqueConstraint(fields=["result", "item"], name="one_mark_of_an_item")]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class EnteredFigure(Frozen, WithFile):
    """A figure that somebody entered with its evidence (填报); the last one counts, none is changed."""

    scheme = models.CharField(_("考核方案"), max_length=40)
    term = models.CharField(_("考核期"), max_length=9)
    body = models.CharField(_("被考核单位"), max_length=64)
    item = models.CharField(_("指标"), max_length=40)
    value = models.DecimalField(_("数值"), max_digits=12, decimal_places=4)
    reason = models.CharField(_("依据"), max_length=500)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("填报数据")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["scheme", "term", "at"])]

    def __str__(self) -> str:
        return f"{self.body} {self.item}"


class VetoFindingQuerySet(models.QuerySet["VetoFinding"]):
    """Reads of findings."""

    def standing(self, known_at: Any) -> Self:
        """Findings that were known at an instant and not revoked by then."""
        return self.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=known_at), at__lte=known_at)


class VetoFinding(WithFile):
    """A finding that a veto rests on (否决认定). case, step: of a case that found it, none where it was entered.

    happened, confirmed: days. It changes once, when it is revoked (撤销), with the reason and the paper for it.
    """

    veto = models.CharField(_("否决事项"), max_length=40)
    body = models.CharField(_("被考核单位"), max_length=64, db_index=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="assessment_findings")
    step = models.BigIntegerField(null=True, blank=True)
    happened = models.DateField(_("发生日期"))
    confirmed = models.DateField(_("认定日期"))
    reason = models.CharField(_("认定事实"), max_length=1000)
    at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    synthetic = models.BooleanField(_("模拟数据"), default=False)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("撤销理由"), max_length=500, blank=True)
    revoke_path = models.CharField(max_length=300, blank=True)
    revoke_sha256 = models.CharField(max_length=64, blank=True)

    objects = VetoFindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("否决认定")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["veto", "body", "case"],
                condition=Q(case__isnull=False, revoked_at__isnull=True),
                name="one_finding_of_a_case_and_body",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""), name="a_finding_is_revoked_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.veto} {self.body}"


class AssessmentAppealQuerySet(models.QuerySet["AssessmentAppeal"]):
    """Reads of appeals."""

    def open(self) -> Self:
        return self.filter(state=AssessmentAppeal.State.OPEN)


class AssessmentAppeal(WithFile):
    """An appeal of an assessed body (申诉) against one item of a published assessment, or against a veto.

    item: indicator, extra or veto. points: what an accepted one sets an indicator's marks to. led_to: the version that
    followed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        ACCEPTED = "accepted", _("成立")
        REJECTED = "rejected", _("不成立")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="appeals", verbose_name=_("考核"))
    body = models.CharField(_("被考核单位"), max_length=64)
    item = models.CharField(_("指标"), max_length=40)
    reason = models.CharField(_("申诉理由"), max_length=1000)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    filed_at = models.DateTimeField(_("提出时间"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due = models.DateField(_("申诉期限"))
    points = models.DecimalField(_("改定得分"), max_digits=9, decimal_places=4, null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    led_to = models.ForeignKey(Assessment, models.PROTECT, null=True, blank=True, related_name="led_by")

    objects = AssessmentAppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申诉")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "body", "item"], condition=Q(state="open"), name="one_open_appeal_of_an_item"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="an_answered_appeal_has_its_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.item} {self.state}"
