"""Credentials (证照/标识): permits, labels, ratings and points, with their life and history."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.models.sources import Source


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Reads of credentials."""

    def visible_to(self, person: Any) -> Self:
        """Credentials of sources that a person may see."""
        return self.filter(scope_of(person).within("source__area__code", "source__owner"))

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def in_force(self, day: date) -> Self:
        """Credentials that hold on a day: valid, begun and not expired."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), state=Credential.State.VALID, valid_from__lte=day
        )


class Credential(models.Model):
    """A credential of a source (证照/标识); ``version`` counts its renewals and amendments, the newest holds.

    number: unique in its kind. token: what the QR code carries, unguessable. data: fields of its kind by name.
    points: left in the cycle, of point systems. Expiry is computed from ``valid_to``, not a state.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("申请中")
        VALID = "valid", _("有效")
        SUSPENDED = "suspended", _("暂停")
        REVOKED = "revoked", _("吊销")
        SURRENDERED = "surrendered", _("注销")
        REFUSED = "refused", _("不予核发")

    kind = models.CharField(_("类别"), max_length=40)
    number = models.CharField(_("编号"), max_length=60, blank=True)
    token = models.CharField(_("验证码"), max_length=32, unique=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="credentials", verbose_name=_("持有对象"))
    issuer = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("核发单位"))
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.APPLIED)
    issued_on = models.DateField(_("核发日期"), null=True, blank=True)
    valid_from = models.DateField(_("有效期起"), null=True, blank=True)
    valid_to = models.DateField(_("有效期止"), null=True, blank=True)
    data = models.JSONField(_("内容"), default=dict, blank=True)
    points = models.SmallIntegerField(_("剩余分值"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    created_at = models.DateTimeField(_("建立时间"))

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("证照标识")
        ordering = ["kind", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], condition=~Q(number=""), name="one_credential_of_a_number"
            )
        ]
        indexes = [models.Index(fields=["source", "kind"]), models.Index(fields=["kind", "state", "valid_to"])]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


class CredentialEvent(models.Model):
    """One step in a credential's life (证照经过), append-only, with the fields as they were before and after."""

    credential = models.ForeignKey(Credential, models.CASCADE, related_name="events", verbose_name=_("证照标识"))
    at = models.DateTimeField(_("时间"))
    kind = models.CharField(_("类别"), max_length=14)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("操作人"))
    reason = models.CharField(_("事由"), max_length=300, blank=True)
    fields = models.JSONField(_("变化"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("证照经过")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.kind}"
