"""Sign-in: rules, attempts, open sessions, past passwords, recovery codes, and posts that wait for approval."""

from datetime import timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models.people import Person, Role
from lantian.apps.accounts.models.places import Area, Organisation


class OpenSession(models.Model):
    """A signed-in browser of a person (在线会话); ending it signs that browser out."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="open_sessions", verbose_name=_("人员"))
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(_("地址"), max_length=60)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("登录时间"))
    seen_at = models.DateTimeField(_("最近活动"))

    class Meta:
        verbose_name = verbose_name_plural = _("在线会话")
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"{self.person} {self.address}"


class Asked(models.Model):
    """How often an address has asked for something of late (访问计数), shared by all processes.

    key: a keyed hash of what is asked for and from where; the address itself is not kept. until: when it is forgotten.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("访问计数")

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


class PastPassword(models.Model):
    """A password hash that may not be used again for a while (历史口令)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="past_passwords", verbose_name=_("人员"))
    hash = models.CharField(max_length=128)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("历史口令")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d}"


class SignInAttempt(models.Model):
    """A sign-in that was tried (登录尝试); repeated failures of a name lock it for a while."""

    username = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)
    succeeded = models.BooleanField()

    class Meta:
        verbose_name = _("登录尝试")
        verbose_name_plural = _("登录尝试")

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"


def _between(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class SecurityRules(models.Model):
    """What the security administrator asks of passwords and sessions (安全规则): one row, defaults where there is none.

    The bounds keep anybody from switching a control off: a change can make it stricter or a little looser, not gone.
    """

    min_length = models.PositiveSmallIntegerField(_("口令最短长度"), default=10, validators=_between(8, 64))
    classes = models.PositiveSmallIntegerField(_("字符类别数"), default=3, validators=_between(2, 4))
    remember = models.PositiveSmallIntegerField(_("不得重用前几个口令"), default=5, validators=_between(1, 24))
    max_age_days = models.PositiveSmallIntegerField(_("口令有效天数"), default=90, validators=_between(1, 365))
    idle_minutes = models.PositiveSmallIntegerField(_("闲置退出分钟数"), default=30, validators=_between(1, 480))
    sessions = models.PositiveSmallIntegerField(_("每人同时在线数"), default=3, validators=_between(1, 20))
    failures = models.PositiveSmallIntegerField(_("锁定前失败次数"), default=5, validators=_between(3, 10))
    lock_minutes = models.PositiveSmallIntegerField(_("锁定分钟数"), default=15, validators=_between(5, 1440))
    factor_roles = models.JSONField(_("必须启用动态口令的岗位"), default=list, blank=True)
    changed_at = models.DateTimeField(_("修改时间"), null=True)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("修改人"))

    class Meta:
        verbose_name = verbose_name_plural = _("安全规则")

    def __str__(self) -> str:
        return str(_("安全规则"))

    @classmethod
    def now(cls) -> "SecurityRules":
        """Return the rules in force."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def lock(self) -> timedelta:
        """How long a name stays locked."""
        return timedelta(minutes=self.lock_minutes)

    @property
    def idle(self) -> timedelta:
        """After how long without a request a session ends."""
        return timedelta(minutes=self.idle_minutes)


class RecoveryCode(models.Model):
    """A code that stands in once for a lost second factor (恢复码); only its keyed hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes", verbose_name=_("人员"))
    hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("恢复码")

    def __str__(self) -> str:
        return str(self.person)


class PostRequest(models.Model):
    """An administrator's post that somebody asked for (岗位申请); it exists only once another person approved it."""

    ADMINISTRATORS: ClassVar[frozenset[str]] = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

    person = models.ForeignKey(Person, models.CASCADE, related_name="post_requests", verbose_name=_("人员"))
    role = models.CharField(_("岗位"), max_length=32, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("单位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区域"))
    valid_from = models.DateField(_("任职起"), null=True, blank=True)
    valid_to = models.DateField(_("任职止"), null=True, blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("审批人"))
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    approved = models.BooleanField(_("同意"), null=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("岗位申请")
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")), name="two_people_decide"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"
