"""Results that rankings rest on and that come as files (排名数据), and the orders that laggards were given.

Rows are written once: a correction is a later import, and what was known at an instant can be read again.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.assessment.models.bulletins import Frozen
from lantian.apps.cases.models import Case


class ResultImport(Frozen):
    """A file of results (结果导入). problems: rows that were not taken, with the reason; unknown: names not matched."""

    class Layout(models.TextChoices):
        ROAD_DUST = "road-dust", _("道路积尘")
        CITY_TSP = "city-tsp", _("全市街乡粗颗粒物名次")

    layout = models.CharField(_("格式"), max_length=12, choices=Layout)
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("校验值"), max_length=64)
    rows = models.PositiveIntegerField(_("行数"))
    problems = models.JSONField(_("问题"), default=list, blank=True)
    unknown = models.JSONField(_("未能对应的名称"), default=list, blank=True)
    at = models.DateTimeField(_("导入时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("导入人")
    )
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("结果导入")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class RoadDustQuerySet(models.QuerySet["RoadDust"]):
    """Reads of road-dust results."""

    def known(self, at: datetime) -> Self:
        return self.filter(batch__at__lte=at)

    def measured(self) -> Self:
        """Results with a value; the city publishes some names alone."""
        return self.filter(value__isnull=False)


class RoadDust(Frozen):
    """A result of road dust (道路积尘负荷) of a month: of a road, of a street as a whole, or of a district.

    month: as 2026-10. level: ``road``, ``street``, or a published list as it is called. area_code: of the street or the
    district, "" where it is not ours. body: who cleans, as written; organisation: where it is one that we know.
    value: g/m²; place: the published rank.
    """

    batch = models.ForeignKey(ResultImport, models.PROTECT, related_name="road_dust", verbose_name=_("结果导入"))
    month = models.CharField(_("月份"), max_length=7, db_index=True)
    level = models.CharField(_("范围"), max_length=60)
    district = models.CharField(_("区"), max_length=40, blank=True)
    street = models.CharField(_("街乡"), max_length=60, blank=True)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True)
    road = models.CharField(_("道路"), max_length=120, blank=True)
    grade = models.CharField(_("等级"), max_length=20, blank=True)
    body = models.CharField(_("责任单位"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任单位（已对应）")
    )
    value = models.DecimalField(_("积尘负荷"), max_digits=8, decimal_places=3, null=True, blank=True)
    place = models.PositiveSmallIntegerField(_("公布名次"), null=True, blank=True)

    objects = RoadDustQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("道路积尘结果")
        ordering = ["month", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="road_dust_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.road or self.street or self.district}"


class CityRank(Frozen):
    """A place in the city's published list of the worst streets (全市街乡名次); ranks only, ties kept.

    first, last: the days it is about. rank: from the worst. area_code: of our own streets, "" for others.
    captured: how much of the list the file holds.
    """

    batch = models.ForeignKey(ResultImport, models.PROTECT, related_name="city_ranks", verbose_name=_("结果导入"))
    first = models.DateField(_("首日"))
    last = models.DateField(_("末日"))
    rank = models.PositiveSmallIntegerField(_("倒数名次"))
    district = models.CharField(_("区"), max_length=40)
    street = models.CharField(_("街乡"), max_length=60)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True)
    captured = models.CharField(_("收录"), max_length=40, blank=True)
    source = models.CharField(_("出处"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("全市街乡名次")
        ordering = ["-first", "rank", "pk"]

    def __str__(self) -> str:
        return f"{self.first} {self.rank} {self.street}"


class RankingOrder(Frozen):
    """An order to rectify that a laggard of a ranking was given (整改单): once for each ranking, period and place."""

    record = models.CharField(_("排名"), max_length=40)
    period = models.CharField(_("期间"), max_length=8)
    place = models.CharField(_("对象"), max_length=64)
    case = models.OneToOneField(Case, models.PROTECT, related_name="ranking_order", verbose_name=_("案件"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("排名整改单")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "period", "place"], name="one_order_of_a_ranking_and_place")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.period} {self.place}"
