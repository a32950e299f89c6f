"""People with real names, and their posts: all rights come from the posts held today."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models.places import Area, Named, Organisation, standing
from lantian.apps.accounts.sealed import SealedField


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
    phone = SealedField(_("手机号"), blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    identity = SealedField(_("证件号码"), blank=True)
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
        """Return the posts held today, with organisation and area; read once per request. None of somebody unsaved."""
        if self.pk is None:
            return []
        if not hasattr(self, "_current_posts"):
            today = timezone.localdate()
            self._current_posts = list(self.posts.held_on(today).select_related("organisation__area", "area"))
        return self._current_posts

    def know_posts(self, posts: list["Post"]) -> None:
        """Take over the posts held today, where they were read together with the person."""
        for one in posts:
            one.person = self
        self._current_posts = posts

    @property
    def post(self) -> "Post | None":
        """The first post held today, which the shell shows."""
        return next(iter(self.current_posts()), None)

    @property
    def is_staff(self) -> bool:
        """Whether the administration pages open: the system administrator's post."""
        return Role.SYSTEM_ADMIN in self.roles

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer the administration pages: a system administrator has no part in the audit log."""
        return self.is_active and self.is_staff and not perm.startswith("audit.")

    def has_module_perms(self, app_label: str) -> bool:
        """Answer the administration pages."""
        return self.is_active and self.is_staff


class Head(models.TextChoices):
    """Heads of an organisation (负责人): party and government answer alike for the air (党政同责)."""

    PARTY = "party", _("党委负责人")
    GOVERNMENT = "government", _("政府负责人")


class PostQuerySet(models.QuerySet["Post"]):
    """How posts are read."""

    def held_on(self, day: Any) -> Self:
        """Return the posts that are held on a day."""
        return self.filter(standing(day))


class Post(models.Model):
    """A role in an organisation over an area (岗位)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts", verbose_name=_("人员"))
    role = models.CharField(_("岗位"), max_length=32, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name=_("单位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("区域"))
    title = models.CharField(_("职务"), max_length=60, blank=True)
    head = models.CharField(_("负责人"), max_length=16, choices=Head, blank=True)
    valid_from = models.DateField(_("任职起"), null=True, blank=True)
    valid_to = models.DateField(_("任职止"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("person", "role", "organisation", "area", "valid_from"), name="one_post_of_a_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"
