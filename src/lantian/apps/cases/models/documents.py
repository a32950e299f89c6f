"""Papers of a case (文书): drafted from what is known, numbered when they are issued, then frozen."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.cases.models.cases import Case
from lantian.apps.cases.models.measures import Measure
from lantian.kernel.errors import LantianError, Text


class FrozenError(LantianError):
    """Somebody tried to change or delete a paper that was issued."""

    def __init__(self) -> None:
        super().__init__(Text("文书签发后不能改动或删除。", "A paper that was issued is neither changed nor deleted."))


class PaperCounter(models.Model):
    """The last number given to papers of a word in a year; a paper that is not stored takes none."""

    word = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "year"], name="one_paper_counter_of_a_year")]

    def __str__(self) -> str:
        return f"{self.word} {self.year}: {self.last}"


class Paper(models.Model):
    """A paper of a case.

    kind: id in the pack. given: what was written by hand, by name. values: all names with what stood there when it was
    issued; body: the issued text, part by part. number: word〔year〕n号, without gaps. docx, pdf: the issued bytes are
    kept under their hashes; pages: of the PDF.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", verbose_name=_("案件"))
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("措施")
    )
    kind = models.CharField(_("文书"), max_length=40)
    issuer = models.ForeignKey(Organisation, models.PROTECT, related_name="papers", verbose_name=_("发文单位"))
    given = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(_("起草时间"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    word = models.CharField(max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    values = models.JSONField(default=dict)
    body = models.JSONField(default=dict)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    issued_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发人")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("文书")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["word", "year", "serial"], condition=Q(serial__isnull=False), name="one_paper_of_a_number"
            )
        ]

    def __str__(self) -> str:
        return self.number or f"{self.case_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store; a paper that stands issued in the record store is not changed."""
        if self.pk and Paper.objects.filter(pk=self.pk, issued_at__isnull=False).exists():
            raise FrozenError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft."""
        if self.issued_at is not None:
            raise FrozenError
        return super().delete(*args, **kwargs)
