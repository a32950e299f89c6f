"""Sources (治理对象) and what hangs on each: history, files, notices; and a person's views of a ledger."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models.facets import FacetsField

CELLS_A_DEGREE = 160
"""A cell of the map's grid is 1/160 of a degree, about 600 m: what a window as wide as a district gathers on."""


class SourceQuerySet(models.QuerySet["Source"]):
    """Reads of sources; permission comes first in the chain: ``visible_to``."""

    def visible_to(self, person: Any) -> Self:
        """Entries in the areas of a person's posts; an enterprise sees what it owns; others nothing."""
        return self.filter(scope_of(person).within("area__code", "owner"))

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def current(self) -> Self:
        """Entries that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def in_area(self, code: str) -> Self:
        """Entries of an area and of all that lie under it."""
        return self.filter(area__code__startswith=code)


class Source(models.Model):
    """An entry of a ledger (治理对象): what is its own for every kind, and attributes by the kind's record in the pack.

    code: unique in its kind, as people write it. owner: the organisation that answers for it; an enterprise's own
    account sees what it owns. grid_owner: looks after its ground (网格长). longitude, latitude: WGS-84, of
    the point or of a point inside its geometry. attributes: values by attribute name; numbers as numbers, dates as ISO
    text, choices as ids. search: name, code, address and searchable attributes in one text, in lower case.
    facets: flags and choices in one text. cell: of the map's grid, of all the world, row by row.
    version: raised by every change; an edit based on an older one is told what changed.
    """

    kind = models.CharField(_("类别"), max_length=40)
    code = models.CharField(_("编码"), max_length=60)
    name = models.CharField(_("名称"), max_length=160)
    state = models.CharField(_("状态"), max_length=30)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("区域")
    )
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("责任单位")
    )
    trade = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="supervised", verbose_name=_("主管部门")
    )
    grid_owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="grid_sources", verbose_name=_("网格长")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("所属对象")
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    geometry = models.JSONField(_("图形"), null=True, blank=True)
    attributes = models.JSONField(_("属性"), default=dict, blank=True)
    search = models.TextField(blank=True, editable=False)
    facets = FacetsField(blank=True, default="", editable=False)
    cell = models.GeneratedField(
        expression=Cast((F("latitude") + 90) * CELLS_A_DEGREE, models.IntegerField()) * 360 * CELLS_A_DEGREE
        + Cast((F("longitude") + 180) * CELLS_A_DEGREE, models.IntegerField()),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    synthetic = models.BooleanField(_("模拟数据"), default=False)
    created_at = models.DateTimeField(_("建立时间"))
    changed_at = models.DateTimeField(_("更新时间"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("更新人")
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("治理对象")
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_source_of_a_code"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="source_position_in_degrees",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "state", "area"]),
            models.Index(fields=["kind", "name"]),
            models.Index(fields=["kind", "-changed_at"]),
            models.Index(fields=["owner"]),
            models.Index(fields=["kind", "merged_into", "longitude", "latitude"], name="sources_on_the_map"),
            models.Index(fields=["kind", "merged_into", "cell", "longitude", "latitude"], name="sources_by_cell"),
            models.Index(fields=["kind", "merged_into", "code", "facets", "area"], name="sources_by_facet"),
        ]

    def __str__(self) -> str:
        return self.name


class SourceChange(models.Model):
    """One change of a source (变更), append-only: who, when, why, and each field before and after.

    kind: created, changed, moved (state), imported, merged, attached. version: the source's after it.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="changes", verbose_name=_("治理对象"))
    version = models.PositiveIntegerField(_("版本"))
    kind = models.CharField(_("类别"), max_length=12)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("操作人"))
    reason = models.CharField(_("事由"), max_length=300, blank=True)
    fields = models.JSONField(_("字段变化"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("变更记录")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source_id} v{self.version}"


class Attachment(models.Model):
    """A file of a source (附件), checked by content; sha256 is of the bytes as stored."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="attachments", verbose_name=_("治理对象"))
    name = models.CharField(_("文件名"), max_length=200)
    purpose = models.CharField(_("用途"), max_length=40, blank=True)
    path = models.CharField(_("文件"), max_length=300)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    at = models.DateTimeField(_("上传时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("上传人"))

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """A query that a person keeps (常用视图): the query string of the list, for one or for everybody of a post."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    kind = models.CharField(_("类别"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("条件"), max_length=1000)
    order = models.PositiveSmallIntegerField(_("序号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("常用视图")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """An organisation that is told of changes of a ledger (变更订阅), beside those that the pack names."""

    kind = models.CharField(_("类别"), max_length=40)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name=_("单位"))
    fields = models.JSONField(_("关注字段"), default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("变更订阅")
        constraints = [models.UniqueConstraint(fields=["kind", "organisation"], name="one_subscription")]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"


class ChangeNotice(models.Model):
    """A change that an organisation is told of (变更通知), until somebody there has read it."""

    change = models.ForeignKey(SourceChange, models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="change_notices")
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("变更通知")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "read_at"])]

    def __str__(self) -> str:
        return f"{self.change_id} {self.organisation_id}"
