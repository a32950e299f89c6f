"""Notices (通知): the words of an event, whom it is told in the app, and each delivery outside with its fate."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.models.places import in_reading_language


class Message(models.Model):
    """What is said of one event, in both languages (消息). key: tells events apart, so that none is told twice.

    link: the path of the page that it is about. urgent: neither quiet hours nor a digest hold it.
    """

    key = models.CharField(max_length=160, unique=True)
    template = models.CharField(_("模板"), max_length=60)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    text_zh = models.TextField()
    text_en = models.TextField()
    link = models.CharField(_("链接"), max_length=300)
    urgent = models.BooleanField(_("紧急"), default=False)
    at = models.DateTimeField(_("时间"), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return in_reading_language(self.title_zh, self.title_en)

    @property
    def text(self) -> str:
        """The text in the language of the page."""
        return in_reading_language(self.text_zh, self.text_en)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices; each person sees their own alone."""

    def of(self, person: Person) -> Self:
        return self.filter(person=person)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """A message in a person's inbox (通知); one of a message for each person."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="one_notice_of_a_message")]
        indexes = [
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_notices"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.message_id}"


class Wanted(models.TextChoices):
    """Which messages a person gets by a channel."""

    ALL = "all", _("全部")
    URGENT = "urgent", _("仅紧急")
    NONE = "none", _("不接收")


class Language(models.TextChoices):
    """The language in which a message goes out."""

    ZH = "zh", _("中文")
    EN = "en", _("英文")


class Preference(models.Model):
    """What a person chose (通知设置). quiet_from, quiet_to: the pack's hours where they are empty."""

    class Digest(models.TextChoices):
        EACH = "each", _("逐条发送")
        HOURLY = "hourly", _("每小时汇总")
        DAILY = "daily", _("每日汇总")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    email = models.CharField(_("电子邮件"), max_length=8, choices=Wanted.choices, default=Wanted.ALL)
    sms = models.CharField(_("短信"), max_length=8, choices=Wanted.choices, default=Wanted.URGENT)
    quiet_from = models.TimeField(_("免打扰起"), null=True, blank=True)
    quiet_to = models.TimeField(_("免打扰止"), null=True, blank=True)
    digest = models.CharField(_("发送方式"), max_length=8, choices=Digest.choices, default=Digest.EACH)
    language = models.CharField(_("语言"), max_length=2, choices=Language.choices, default=Language.ZH)

    class Meta:
        verbose_name = verbose_name_plural = _("通知设置")

    def __str__(self) -> str:
        return f"{self.person_id}"


class NoticeChannelQuerySet(models.QuerySet["Channel"]):
    """Reads of channels."""

    def in_use(self) -> Self:
        return self.filter(active=True)

    def personal(self) -> Self:
        """Channels that reach one person at an address of their own."""
        return self.filter(kind__in=PERSONAL)

    def of_groups(self) -> Self:
        """Robots and webhooks: they reach a group."""
        return self.exclude(kind__in=PERSONAL)


class Channel(models.Model):
    """A way out of the platform (渠道): a mail server, an SMS gateway, a robot of an organisation or of the district.

    options: what may be shown. secrets: sealed, written and never shown again. host: where it sends, for the page.
    organisation: whose events a robot tells; None tells those of all. templates: which events; none names all.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("电子邮件")
        SMS = "sms", _("短信网关")
        WECOM = "wecom", _("企业微信机器人")
        DINGTALK = "dingtalk", _("钉钉机器人")
        FEISHU = "feishu", _("飞书机器人")
        WEBHOOK = "webhook", _("通用网络回调")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("渠道名称"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所属单位")
    )
    host = models.CharField(_("主机"), max_length=200, blank=True)
    options = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)
    language = models.CharField(_("语言"), max_length=2, choices=Language.choices, default=Language.ZH)
    urgent_only = models.BooleanField(_("仅紧急消息"), default=False)
    templates = models.JSONField(_("事件"), default=list, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    changed_at = models.DateTimeField(_("修改时间"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = NoticeChannelQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("渠道")
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name


PERSONAL = (Channel.Kind.EMAIL, Channel.Kind.SMS)
"""Kinds of channels that reach one person."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of deliveries."""

    def waiting(self) -> Self:
        return self.filter(state__in=[Delivery.State.QUEUED, Delivery.State.HELD])

    def due(self, now: datetime) -> Self:
        """Those to be sent now, whose channel is switched on."""
        return self.waiting().filter(due_at__lte=now, channel__active=True)

    def abandoned(self, now: datetime) -> Self:
        """Those that were being sent when a worker stopped."""
        return self.filter(state=Delivery.State.SENDING, lease_until__lt=now)


class Delivery(models.Model):
    """A message on its way to one address by one channel (投递). The row is written with the event it tells of.

    due_at: when it is sent, or tried again. lease_until: of one that is being sent; after it, the worker that held it
    is taken for dead. tries: begun so far. answer: what the receiver said last. digest: it waits to be merged;
    carrier: the delivery that carries it since.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        HELD = "held", _("暂缓")
        DIGESTED = "digested", _("已汇总")

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries", verbose_name=_("渠道"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.CharField(_("收件地址"), max_length=254, blank=True)
    language = models.CharField(_("语言"), max_length=2, choices=Language.choices, default=Language.ZH)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    digest = models.BooleanField(default=False)
    urgent = models.BooleanField(_("紧急"), default=False)
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    due_at = models.DateTimeField(_("发送时间"))
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    answer = models.CharField(_("对方答复"), max_length=300, blank=True)
    carrier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="carried")
    at = models.DateTimeField(_("时间"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("投递")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "channel", "address"], name="one_delivery_to_an_address")
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at"], condition=Q(state__in=["queued", "held"]), name="deliveries_waiting"
            ),
            models.Index(fields=["state", "-at"], name="deliveries_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.channel_id} {self.state}"


class Cursor(models.Model):
    """How far events of a kind have been told (进度): moved in the transaction that tells them."""

    name = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.last} {self.at}"
