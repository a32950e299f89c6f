"""Area tree, organisation tree, people with real names, and their posts."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
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


class Organisation(Named):
    """A bureau, an office, a street's government, a team or an enterprise (单位)."""

    code = models.SlugField(_("代码"), max_length=64, primary_key=True)
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

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ("code",)


class Role(models.TextChoices):
    """What a post is for; ``accounts/rights.py`` says what each may open and change."""

    DUTY = "duty", _("值班调度岗")
    BUREAU = "bureau", _("行业主管岗")
    STREET = "street", _("街乡岗")
    ENFORCEMENT = "enforcement", _("执法岗")
    COMMUNITY = "community", _("社区网格岗")
    ENTERPRISE = "enterprise", _("企业岗")
    VIEWER = "viewer", _("只读岗")
    SYSTEM_ADMIN = "system-admin", _("系统管理岗")
    SECURITY_ADMIN = "security-admin", _("安全管理岗")
    AUDIT_ADMIN = "audit-admin", _("审计管理岗")


class PersonManager(BaseUserManager["Person"]):
    """How people are found and made."""

    def create_person(self, username: str, password: str | None, *, name_zh: str, name_en: str = "") -> "Person":
        """Store a person with a hashed password, or without one (then nobody can sign in)."""
        person = self.model(username=username, name_zh=name_zh, name_en=name_en)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(Named, AbstractBaseUser):
    """A person under a real name (人员); what they may do comes from their posts alone."""

    username = models.CharField(_("登录名"), max_length=64, unique=True)
    is_active = models.BooleanField(_("在用"), default=True)
    demo = models.BooleanField(_("演示账号"), default=False)
    phone = models.CharField(_("手机号"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    identity = models.CharField(_("证件号码"), max_length=18, blank=True)
    password_changed_at = models.DateTimeField(_("口令修改时间"), null=True, blank=True)
    must_change_password = models.BooleanField(_("须修改口令"), default=False)
    totp_secret = models.CharField(_("动态口令密钥"), max_length=200, blank=True)
    totp_confirmed_at = models.DateTimeField(_("动态口令启用时间"), null=True, blank=True)
    totp_last_step = models.BigIntegerField(_("动态口令末次时步"), default=0)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name_zh"]

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ("username",)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the posts held today; read once per request."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(post.role for post in self.current_posts())
        return self._roles

    def current_posts(self) -> list["Post"]:
        """Return the posts held today, with organisation and area; read once per request."""
        if not hasattr(self, "_current_posts"):
            today = timezone.localdate()
            self._current_posts = list(self.posts.held_on(today).select_related("organisation", "area"))
        return self._current_posts

    @property
    def post(self) -> "Post | None":
        """The first post held today, which the shell shows."""
        return next(iter(self.current_posts()), None)

    @property
    def is_staff(self) -> bool:
        """Whether the administration pages open: the system administrator's post."""
        return Role.SYSTEM_ADMIN in self.roles

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer the administration pages: a system administrator edits everything but the audit log."""
        return self.is_active and self.is_staff and (not perm.startswith("audit.") or ".view_" in perm)

    def has_module_perms(self, app_label: str) -> bool:
        """Answer the administration pages."""
        return self.is_active and self.is_staff


class PostQuerySet(models.QuerySet["Post"]):
    """How posts are read."""

    def held_on(self, day: Any) -> Self:
        """Return the posts that are held on a day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Post(models.Model):
    """A role in an organisation over an area (岗位)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts", verbose_name=_("人员"))
    role = models.CharField(_("岗位"), max_length=32, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name=_("单位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("区域"))
    valid_from = models.DateField(_("任职起"), null=True, blank=True)
    valid_to = models.DateField(_("任职止"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("person", "role", "organisation", "area"), name="one_post_of_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"


class Leave(models.Model):
    """A time in which a person is away (请假); their posts fall to the deputy."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves", verbose_name=_("人员"))
    start = models.DateField(_("开始"))
    end = models.DateField(_("结束"))
    reason = models.CharField(_("事由"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("请假")
        ordering = ("-start",)
        constraints = (models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="leave_ends_after_start"),)

    def __str__(self) -> str:
        return f"{self.person} {self.start}"


class Deputy(models.Model):
    """Who acts for a post when its holder is away or silent (代理人), by order."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="deputies", verbose_name=_("岗位"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="deputy_for", verbose_name=_("代理人"))
    order = models.PositiveSmallIntegerField(_("顺序"), default=1)
    valid_from = models.DateField(_("代理起"), null=True, blank=True)
    valid_to = models.DateField(_("代理止"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("代理")
        ordering = ("post", "order")
        constraints = (models.UniqueConstraint(fields=("post", "person"), name="one_deputy_once"),)

    def __str__(self) -> str:
        return f"{self.post} ← {self.person}"


class Shift(models.Model):
    """A turn of the duty roster (值班): who answers for an organisation from when to when."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="shifts", verbose_name=_("单位"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="shifts", verbose_name=_("值班人"))
    start = models.DateTimeField(_("开始"))
    end = models.DateTimeField(_("结束"))
    leader = models.BooleanField(_("带班领导"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("值班表")
        ordering = ("start", "pk")
        constraints = (models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="shift_ends_after_start"),)
        indexes = (models.Index(fields=("organisation", "start")),)

    def __str__(self) -> str:
        return f"{self.organisation} {self.start:%Y-%m-%d %H:%M}"


class HandOver(models.Model):
    """A post that went from one person to another (交接), with what was open at that time."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="+", verbose_name=_("原岗位"))
    successor = models.ForeignKey(Post, models.CASCADE, related_name="+", verbose_name=_("接任岗位"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    note = models.TextField(_("交接事项"), blank=True)
    open_items = models.JSONField(_("未办事项"), default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("岗位交接")
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.post} → {self.successor}"


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
