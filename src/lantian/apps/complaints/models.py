"""Complaints (投诉举报), their history, photos, suspected duplicates and rewards; the reporter stands apart, sealed."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.models import Appended
from lantian.apps.cases.models import Case
from lantian.kernel.errors import LantianError, Text


class HistoryError(LantianError):
    """Somebody tried to change what has happened."""

    def __init__(self) -> None:
        super().__init__(Text("投诉经过只能追加，不能改删。", "A complaint's history can be added to, not changed."))


class ComplaintCounter(models.Model):
    """The last number given in a year; a complaint that is not stored takes none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Reads of complaints; permission comes first in the chain: ``visible_to``."""

    def visible_to(self, person: Any) -> Self:
        """Complaints on the ground that a person's posts cover, and those of the cases that they may see."""
        scope = scope_of(person)
        if scope.whole:
            return self
        return self.filter(scope.within("area_code") | Q(case__in=Case.objects.visible_to(person).values("pk")))

    def waiting(self) -> Self:
        """Neither taken up nor refused."""
        return self.filter(accepted_at__isnull=True, refused_at__isnull=True)

    def open(self) -> Self:
        """Neither replied to nor refused."""
        return self.filter(replied_at__isnull=True, refused_at__isnull=True)

    def late(self, now: datetime) -> Self:
        """Not taken up, or not replied to, in time."""
        waiting = Q(accepted_at__isnull=True, accept_due_at__lt=now)
        return self.open().filter(waiting | Q(due_at__lt=now))

    def originals(self) -> Self:
        """Those that repeat no other."""
        return self.filter(duplicate_of__isnull=True)


class Complaint(models.Model):
    """A complaint or report of air pollution (投诉举报); who made it is in ``Reporter``, or nowhere.

    number: of ours, by year without gaps. code: the receipt with which the complainant sees its state; cannot be
    guessed. order_number: the hotline's. topic, time_class, channel: ids of the pack. text, place: with telephone and
    identity numbers blotted out. happened_at: as told, else when it came. accept_due_at, due_at: the hotline's times.
    warn_at: when the reply is reminded of. named, wants_reward: whether there is a reporter, and what they asked for.
    visit: what the call back found. version: raised by every act.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("序号"))
    number = models.CharField(_("投诉编号"), max_length=20, unique=True)
    code = models.CharField(max_length=24, unique=True)
    channel = models.CharField(_("渠道"), max_length=20)
    order_number = models.CharField(_("工单号"), max_length=60, blank=True)
    topic = models.CharField(_("类别"), max_length=40)
    time_class = models.CharField(_("时限类别"), max_length=20)
    text = models.TextField(_("内容"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    area_code = models.CharField(_("区域代码"), max_length=12, blank=True, db_index=True)
    happened_at = models.DateTimeField(_("发生时间"))
    received_at = models.DateTimeField(_("收到时间"), db_index=True)
    accept_due_at = models.DateTimeField(_("受理止于"))
    due_at = models.DateTimeField(_("答复止于"))
    warn_at = models.DateTimeField()
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    refused_at = models.DateTimeField(_("不予受理时间"), null=True, blank=True)
    refusal = models.CharField(_("不予受理理由"), max_length=500, blank=True)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    reply = models.TextField(_("答复"), blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    named = models.BooleanField(_("实名"), default=False)
    wants_reward = models.BooleanField(_("申请奖励"), default=False)
    visit = models.CharField(_("回访"), max_length=40, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("案件")
    )
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("重复于")
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    synthetic = models.BooleanField(_("模拟数据"), default=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("投诉举报")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="one_complaint_of_a_number"),
            models.UniqueConstraint(
                fields=["channel", "order_number"], condition=~Q(order_number=""), name="one_complaint_of_an_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(replied_at__isnull=True, refused_at__isnull=True), name="complaints_due"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> str:
        """Where it stands: refused, replied, joined, handled or new."""
        if self.refused_at:
            return "refused"
        if self.replied_at:
            return "replied"
        if self.duplicate_of_id:
            return "joined"
        return "handled" if self.accepted_at else "new"


class Reporter(models.Model):
    """Who made a complaint (举报人): sealed, apart from everything else; opened by ``read_reporter`` alone.

    key: the id of the key it is sealed with. sealed: name, telephone and the complaint's own words.
    """

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="reporter", verbose_name=_("投诉"))
    key = models.CharField(max_length=40, db_index=True)
    sealed = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("举报人（加密）")

    def __str__(self) -> str:
        return f"reporter of {self.complaint_id}"


class ComplaintEvent(Appended):
    """What happened to a complaint (经过), append-only.

    kind: received, accepted, refused, joined, parted, linked, class, replied, visited, reward, paid, reminded,
    reporter-read, closed. hash: of the audit entry that covers it.
    """

    refusal = HistoryError
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="events", verbose_name=_("投诉"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=16)
    text = models.CharField(_("说明"), max_length=1000, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("投诉经过")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"


class Photo(models.Model):
    """A photo of a complaint (照片): drawn anew, so that it tells neither the telephone nor the place it was taken."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="photos", verbose_name=_("投诉"))
    path = models.CharField(max_length=300)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("投诉照片")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.sha256[:8]}"


class Suggestion(models.Model):
    """Two complaints that look alike (疑似重复), with the reasons; a person joins them or tells them apart."""

    class State(models.TextChoices):
        OPEN = "open", _("待确认")
        JOINED = "joined", _("已并入")
        APART = "apart", _("不是重复")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="suggestions", verbose_name=_("投诉"))
    earlier = models.ForeignKey(Complaint, models.CASCADE, related_name="+", verbose_name=_("较早的投诉"))
    metres = models.FloatField(_("相距"), null=True)
    hours = models.FloatField(_("相隔"))
    likeness = models.FloatField(_("文字相似度"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("疑似重复")
        ordering = ["complaint", "-likeness", "pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "earlier"], name="one_suggestion_of_a_pair")]

    def __str__(self) -> str:
        return f"{self.complaint_id} ~ {self.earlier_id}"


class Reward(models.Model):
    """What a report earned (奖励) by which rule and band, or why nothing; and that it was paid.

    why: ``band``, or the reason for nothing. receipt: the number of the payment's paper.
    """

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="reward", verbose_name=_("投诉"))
    rule = models.CharField(max_length=40)
    band = models.CharField(_("档次"), max_length=40, blank=True)
    why = models.CharField(max_length=16)
    yuan = models.PositiveIntegerField(_("金额"))
    computed_at = models.DateTimeField(_("计算时间"))
    paid_at = models.DateTimeField(_("发放时间"), null=True, blank=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    receipt = models.CharField(_("凭证号"), max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("举报奖励")

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.yuan}"


class HotlineClient(models.Model):
    """A hotline's system that may hand complaints in (对接系统); of its token only the hash is kept."""

    name = models.CharField(_("名称"), max_length=80)
    channel = models.CharField(_("渠道"), max_length=20)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("登记时间"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("对接系统")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class OrderImport(models.Model):
    """A sheet of hotline orders (工单导入): tried, then taken. The sheet itself is kept sealed and only until then.

    problems: row, column, found and what is wrong, for the page. returned: the refused rows as a workbook without the
    reporters' columns.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待导入")
        DONE = "done", _("已导入")
        DROPPED = "dropped", _("已放弃")

    channel = models.CharField(_("渠道"), max_length=20)
    file_name = models.CharField(_("文件"), max_length=200)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.CHECKED)
    key = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(null=True)
    rows = models.PositiveIntegerField(_("行数"))
    fresh = models.PositiveIntegerField(_("新增"))
    known = models.PositiveIntegerField(_("已有"))
    refused = models.PositiveIntegerField(_("退回"))
    problems = models.JSONField(default=list)
    returned = models.BinaryField(null=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("工单导入")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
