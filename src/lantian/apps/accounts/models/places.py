"""Area tree (区域) and organisation tree (单位), each with the dates from which and until which it stands."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_reading_language(zh: str, en: str) -> str:
    """Return the name in the language of the page; a missing English name falls back to Chinese."""
    return en if en and (get_language() or "").startswith("en") else zh


class Named(models.Model):
    """Something with a Chinese and an English name; ``name`` reads in the language of the page."""

    name_zh = models.CharField(_("中文名"), max_length=120)
    name_en = models.CharField(_("英文名"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_reading_language(self.name_zh, self.name_en)


def standing(day: date) -> Q:
    """Return the condition on rows that stand on a day: begun, and not ended before it."""
    return Q(Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class AreaKind(models.TextChoices):
    """The levels of the area tree."""

    CITY = "city", _("市")
    DISTRICT = "district", _("区")
    STREET = "street", _("街乡")
    COMMUNITY = "community", _("社区/村")


class AreaQuerySet(models.QuerySet["Area"]):
    """How areas are read."""

    def of_kind(self, kind: str) -> Self:
        """Return the areas of one level."""
        return self.filter(kind=kind)

    def standing(self, day: date) -> Self:
        """Return the areas that stand on a day."""
        return self.filter(standing(day))

    def with_boundary(self) -> Self:
        """Return the areas that can be drawn."""
        return self.filter(geometry__isnull=False)


class Area(Named):
    """A district, street or community (区域) with its boundary in WGS 84, schematic where none is published."""

    code = models.CharField(_("代码"), max_length=32, primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级区域")
    )
    kind = models.CharField(_("级别"), max_length=16, choices=AreaKind)
    order = models.PositiveIntegerField(_("序号"), default=0)
    short_zh = models.CharField(_("简称"), max_length=40, blank=True)
    longitude = models.FloatField(_("参考点经度"), null=True, blank=True)
    latitude = models.FloatField(_("参考点纬度"), null=True, blank=True)
    geometry = models.JSONField(_("边界 GeoJSON"), null=True, blank=True)
    schematic = models.BooleanField(_("示意边界"), default=True)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("承继区域")
    )
    kept_here = models.BooleanField(_("由本系统维护"), default=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ("kind", "order", "code")

    @property
    def short(self) -> str:
        """The name on a map, in the language of the page."""
        return in_reading_language(self.short_zh or self.name_zh, self.name_en)

    def feature(self) -> dict[str, Any]:
        """Return the area as a GeoJSON feature, labelled in the language of the page."""
        properties = {
            "code": self.code,
            "kind": self.kind,
            "parent": self.parent_id,
            "name": self.name,
            "short": self.short,
            "schematic": self.schematic,
            "longitude": self.longitude,
            "latitude": self.latitude,
        }
        return {"type": "Feature", "id": self.code, "properties": properties, "geometry": self.geometry}


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """How organisations are read."""

    def standing(self, day: date) -> Self:
        """Return the organisations that stand on a day."""
        return self.filter(standing(day))


class Organisation(Named):
    """A bureau, an office, a street's government, a team or an enterprise (单位)."""

    code = models.SlugField(_("代码"), max_length=64, primary_key=True)
    official_zh = models.CharField(_("全称"), max_length=120, blank=True)
    official_en = models.CharField(_("英文全称"), max_length=160, blank=True)
    kind = models.CharField(_("类别"), max_length=32, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位")
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("区域")
    )
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)
    valid_from = models.DateField(_("成立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("承继单位")
    )
    kept_here = models.BooleanField(_("由本系统维护"), default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ("code",)

    @property
    def paper_name(self) -> str:
        """The name that its papers bear (全称); the usual one where no other is known."""
        return self.official_zh or self.name_zh
