"""Samples (样品) and what happened to them: each hand-over, each result, none of which is changed later."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.cases.models import Case
from lantian.apps.ledger.models import Source


class SampleCounter(models.Model):
    """The last number of a year (样品编号); a sample that is not stored takes none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class SampleQuerySet(models.QuerySet["Sample"]):
    """Reads of samples; permission comes first in the chain."""

    def visible_to(self, person: Any) -> Self:
        """Samples on a person's ground, and those that their organisation took or tests."""
        scope = scope_of(person)
        if scope.whole:
            return self
        ours = scope.organisations - scope.enterprises
        return self.filter(
            scope.within("area_code", "source__owner") | Q(organisation__in=ours) | Q(laboratory__in=ours)
        )

    def failing(self) -> Self:
        return self.filter(state__in=(Sample.State.FAILED, Sample.State.CONFIRMED))


class Sample(models.Model):
    """A sample (样品) of a good of the pack, taken in two parts: one is tested, one is kept for a second test.

    number: with the year and a serial without gaps. seal, kept_seal: of the two parts. product, maker, batch: what the
    label says. case: the one that a failed result opened.
    """

    class State(models.TextChoices):
        TAKEN = "taken", _("已抽取")
        RECEIVED = "received", _("检测中")
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")
        CONFIRMED = "confirmed", _("复检仍不合格")
        CLEARED = "cleared", _("复检合格")
        INVALID = "invalid", _("样品作废")

    number = models.CharField(_("样品编号"), max_length=60, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    good = models.CharField(_("品种"), max_length=40)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="samples", verbose_name=_("对象")
    )
    place = models.CharField(_("地点"), max_length=200, blank=True)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    product = models.CharField(_("产品名称"), max_length=120)
    maker = models.CharField(_("生产企业"), max_length=120, blank=True)
    batch = models.CharField(_("批号"), max_length=60, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="samples_taken", verbose_name=_("抽样单位")
    )
    laboratory = models.ForeignKey(
        Organisation, models.PROTECT, related_name="samples_tested", verbose_name=_("检测单位")
    )
    taken_at = models.DateTimeField(_("抽样时间"), db_index=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("抽样人"))
    seal = models.CharField(_("检样封号"), max_length=40, unique=True)
    kept_seal = models.CharField(_("备样封号"), max_length=40, unique=True)
    photo_path = models.CharField(max_length=300, blank=True)
    photo_type = models.CharField(max_length=80, blank=True)
    photo_sha256 = models.CharField(_("照片校验值"), max_length=64, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.TAKEN)
    void_reason = models.CharField(_("作废理由"), max_length=300, blank=True)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="samples", verbose_name=_("案件")
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("样品")
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(source__isnull=False) | ~Q(place=""), name="sample_is_somewhere"),
            models.CheckConstraint(condition=~Q(seal=models.F("kept_seal")), name="sample_has_two_seals"),
        ]

    def __str__(self) -> str:
        return self.number


class Part(models.TextChoices):
    """The two parts of a sample."""

    FIRST = "first", _("检样")
    KEPT = "kept", _("备样")


class SampleMove(models.Model):
    """A hand-over (样品交接) of one part: from whom, to which organisation, and whether its seal was whole."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="moves", verbose_name=_("样品"))
    part = models.CharField(_("部分"), max_length=5, choices=Part)
    at = models.DateTimeField(_("交接时间"))
    giver = models.CharField(_("交出人"), max_length=60)
    receiver = models.CharField(_("接收人"), max_length=60)
    to = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("接收单位"))
    seal_whole = models.BooleanField(_("封条完好"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = verbose_name_plural = _("样品交接")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.part} {self.to_id}"


class SampleResult(models.Model):
    """A result (检测结果) of one item, with the limits that held on the day of the taking.

    value: as the laboratory reports it; rounded: as it was compared.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="results", verbose_name=_("样品"))
    part = models.CharField(_("部分"), max_length=5, choices=Part)
    item = models.CharField(_("检测项目"), max_length=40)
    value = models.DecimalField(_("检测值"), max_digits=14, decimal_places=6)
    rounded = models.DecimalField(_("修约值"), max_digits=14, decimal_places=6)
    low = models.DecimalField(_("下限"), max_digits=14, decimal_places=6, null=True, blank=True)
    high = models.DecimalField(_("上限"), max_digits=14, decimal_places=6, null=True, blank=True)
    passed = models.BooleanField(_("合格"))
    report = models.CharField(_("报告编号"), max_length=60)
    at = models.DateTimeField(_("报告时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = verbose_name_plural = _("检测结果")
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "part", "item"], name="one_result_of_an_item_of_a_part")
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.item} {self.value}"
