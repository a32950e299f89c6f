"""Who answers when: leave (请假), deputies (代理), the duty roster (值班表), and posts handed over (交接)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models.people import Person, Post
from lantian.apps.accounts.models.places import Organisation


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
