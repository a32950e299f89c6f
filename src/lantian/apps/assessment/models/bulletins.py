"""Snapshots (快照) never change; a bulletin (通报) goes from draft to review to signed, and changes no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.scope import scope_of
from lantian.kernel.errors import LantianError, Text


class FrozenError(LantianError):
    """Somebody tried to change what is frozen."""

    def __init__(self) -> None:
        super().__init__(Text("快照和通报经过不能改删。", "Snapshots and a bulletin's history cannot be changed."))


class Frozen(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append; a row that stands is not changed."""
        if not self._state.adding:
            raise FrozenError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise FrozenError


class Snapshot(Frozen):
    """All that a period's figures rest on (快照), under the SHA-256 of its own text.

    record: the bulletin's id in the pack. data: see ``assessment.snapshots.Facts``.
    """

    id = models.CharField(_("快照号"), max_length=64, primary_key=True)
    record = models.CharField(_("通报"), max_length=40)
    period = models.CharField(_("通报期"), max_length=8)
    known_at = models.DateTimeField(_("数据截至"))
    data = models.JSONField()
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("快照")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        """Its number as printed."""
        return self.id[:12]


class BulletinCounter(models.Model):
    """The last number given under a word in a year (文号); what is not signed takes none."""

    word = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "year"], name="one_bulletin_counter_of_a_year")]

    def __str__(self) -> str:
        return f"{self.word} {self.year}: {self.last}"


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Reads of bulletins; permission comes first: ``visible_to``."""

    def visible_to(self, person: Any) -> Self:
        """What is signed, for every officer; what is not, for the district's posts and for who drafted it."""
        if scope_of(person).whole:
            return self
        return self.filter(Q(state=Bulletin.State.SIGNED) | Q(drafted_by__isnull=False, drafted_by=person.pk))

    def at(self, moment: datetime) -> "list[Stood]":
        """Return those that had been drafted by a moment, each as it stood (回看), to be shown and never saved."""
        history = Prefetch("history", BulletinEvent.objects.select_related("by").order_by("at", "pk"))
        rows = self.filter(drafted_at__lte=moment).select_related("drafted_by", "signed_by")
        return [_stood(one, moment) for one in rows.prefetch_related(history)]

    def signed(self) -> Self:
        return self.filter(state=Bulletin.State.SIGNED)

    def open(self) -> Self:
        return self.filter(state__in=[Bulletin.State.DRAFT, Bulletin.State.REVIEW])


class SignedPaper(models.Model):
    """A row that becomes a paper with a number (签发件).

    number, day: of the paper. docx, pdf: paths under DATA_DIR of the signed bytes, with their hashes. faces: those that
    stand in for missing ones in the PDF. All empty until it is signed.
    """

    number = models.CharField(_("文号"), max_length=60, blank=True)
    day = models.DateField(_("成文日期"), null=True, blank=True)
    docx = models.CharField(max_length=200, blank=True)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    pdf = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    faces = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def put_back(self) -> None:
        """Take away what a signature gave: of a row that is shown as it stood before, and not saved."""
        self.number, self.day, self.faces = "", None, []
        self.docx = self.docx_sha256 = self.pdf = self.pdf_sha256 = ""

    def file_of(self, suffix: str) -> tuple[str, str]:
        """Return the path and the hash of the signed bytes."""
        return (self.docx, self.docx_sha256) if suffix == "docx" else (self.pdf, self.pdf_sha256)


class Bulletin(SignedPaper):
    """A bulletin (通报) of a period. version: from 1 in its period; a correction is the next one.

    requirements: written by the drafter. revision: raised by every act.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        REVIEW = "review", _("待签发")
        SIGNED = "signed", _("已签发")
        WITHDRAWN = "withdrawn", _("已作废")

    record = models.CharField(_("通报"), max_length=40)
    span = models.CharField(_("周期"), max_length=8)
    period = models.CharField(_("通报期"), max_length=8, db_index=True)
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="bulletins", verbose_name=_("快照"))
    requirements = models.TextField(_("工作要求"), blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("拟稿人")
    )
    drafted_at = models.DateTimeField(_("拟稿时间"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发人")
    )
    signed_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通报")
        ordering = ["-period", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["record", "period", "version"], name="one_bulletin_of_a_version"),
            models.UniqueConstraint(
                fields=["record", "period"],
                condition=Q(state__in=["draft", "review"]),
                name="one_open_bulletin_of_a_period",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_bulletin_of_a_number"),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False, day__isnull=False) & ~Q(number=""),
                name="a_signed_bulletin_has_number_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.record} {self.period} ({self.version})"

    @property
    def signed(self) -> bool:
        """Whether it is signed and so frozen."""
        return self.state == self.State.SIGNED

    @property
    def open(self) -> bool:
        """Whether it waits for its signature."""
        return self.state in (self.State.DRAFT, self.State.REVIEW)

    def seen_by(self, person: Any) -> bool:
        """Tell whether a person may read it in the state in which it is shown; see ``visible_to``."""
        own = self.drafted_by_id is not None and self.drafted_by_id == person.pk
        return self.signed or own or scope_of(person).whole


class BulletinEvent(Frozen):
    """What happened to a bulletin (经过): drafted, refreshed, written, submitted, returned, signed, withdrawn.

    snapshot, requirements: what it rested on and asked for from then on.
    """

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="history", verbose_name=_("通报"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("类别"), max_length=12)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    snapshot = models.CharField(_("快照号"), max_length=64, blank=True)
    requirements = models.TextField(_("工作要求"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通报经过")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.kind}"


STATES = {
    "drafted": Bulletin.State.DRAFT, "refreshed": Bulletin.State.DRAFT, "written": Bulletin.State.DRAFT,
    "submitted": Bulletin.State.REVIEW, "returned": Bulletin.State.DRAFT, "signed": Bulletin.State.SIGNED,
    "withdrawn": Bulletin.State.WITHDRAWN,
}  # fmt: skip
"""The state in which each act leaves a bulletin."""


@dataclass(frozen=True)
class Stood:
    """A bulletin as it stood at a moment, with what had happened to it by then."""

    bulletin: Bulletin
    history: Sequence[BulletinEvent]


def _stood(one: Bulletin, moment: datetime) -> Stood:
    events = list(one.history.all())
    history = [event for event in events if event.at <= moment]
    if history and len(history) < len(events):
        last = history[-1]
        one.state, one.snapshot_id, one.requirements = STATES[last.kind], last.snapshot, last.requirements
        if not one.signed:
            one.put_back()
            one.signed_by, one.signed_at = None, None
    return Stood(one, history)
