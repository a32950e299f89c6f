"""One append-only, hash-chained list of who did what to what, when; and the seal of each day over it and the frames."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.kernel.errors import LantianError, Text
from lantian.lake.evidence import anchors
from lantian.lake.evidence.lines import moment

GENESIS = anchors.GENESIS


class AuditError(LantianError):
    """The log was to be rewritten, or its chain does not hold."""


def _refusal() -> AuditError:
    return AuditError(Text("审计日志只能追加，不能改删。", "The audit log can be added to, not changed or deleted."))


class Appended(models.Model):
    """A row that is written once; ``refusal`` makes the error for whoever would change or delete it."""

    refusal: ClassVar[Callable[[], LantianError]]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append; a row that stands is not changed."""
        if self.pk is not None:
            raise type(self).refusal()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise type(self).refusal()


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads only; an entry is written by ``record`` alone."""

    def update(self, **kwargs: Any) -> int:
        """Refuse."""
        raise _refusal()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise _refusal()

    def about(self, subject: models.Model) -> models.QuerySet["Entry"]:
        """Return what happened to one object, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("pk")


class Entry(Appended):
    """One line of the log: the verb, who, when, about what; ``hash`` covers all of it and the entry before."""

    at = models.DateTimeField(_("时间"), db_index=True)
    verb = models.CharField(_("动作"), max_length=64, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("人员")
    )
    actor_name = models.CharField(_("登录名"), max_length=64)
    subject_type = models.CharField(_("对象类型"), max_length=64, blank=True)
    subject_id = models.CharField(_("对象"), max_length=128, blank=True)
    detail = models.JSONField(_("内容"), default=dict)
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(_("散列"), max_length=64, unique=True)

    refusal = staticmethod(_refusal)
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ("pk",)
        indexes = (models.Index(fields=("subject_type", "subject_id")),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.verb}"

    def computed_hash(self) -> str:
        """Return SHA-256 over the entry before and all that this one says."""
        said = {
            "previous": self.previous_hash,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "verb": self.verb,
            "actor": self.actor_name,
            "subject": [self.subject_type, self.subject_id],
            "detail": self.detail,
        }
        written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


class AnchorQuerySet(models.QuerySet["Anchor"]):
    """Reads only; an anchor is written when its day is closed."""

    def update(self, **kwargs: Any) -> int:
        """Refuse."""
        raise _refusal()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise _refusal()


class Anchor(Appended):
    """The seal of one Beijing day (锚): roots of the frames received and of the audit entries, over the day before.

    spools: first and last number of the frames, by spool. last_entry: id of the last audit entry it covers.
    """

    day = models.DateField(_("日期"), unique=True)
    previous = models.CharField(_("前一散列"), max_length=64, unique=True)
    spools = models.JSONField(_("报文范围"), default=dict)
    frames = models.BigIntegerField(_("报文数"))
    frames_root = models.CharField(_("报文根"), max_length=64)
    entries = models.BigIntegerField(_("审计记录数"))
    entries_root = models.CharField(_("审计根"), max_length=64)
    last_entry = models.BigIntegerField(_("末条审计记录"))
    made_at = models.DateTimeField(_("生成时间"))
    hash = models.CharField(_("散列"), max_length=64, unique=True)

    refusal = staticmethod(_refusal)
    objects = AnchorQuerySet.as_manager()

    class Meta:
        verbose_name = _("证据锚")
        verbose_name_plural = _("证据锚")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.hash[:12]}"

    @classmethod
    def of(cls, sealed: anchors.Anchor) -> Self:
        """Return the row of an anchor, not stored yet."""
        said = vars(sealed) | {"spools": dict(sealed.spools), "made_at": datetime.fromisoformat(sealed.made_at)}
        return cls(**said)

    def sealed(self) -> anchors.Anchor:
        """Return the anchor as evidence writes it."""
        said = {field.name: getattr(self, field.name) for field in dataclass_fields(anchors.Anchor)}
        spools = {name: (first, last) for name, (first, last) in self.spools.items()}
        return anchors.Anchor(**said | {"spools": spools, "made_at": moment(self.made_at)})
