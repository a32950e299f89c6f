"""The schemes of the pack, explained, with the assessments that were made by each."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.accounts.rights import may
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, VetoFinding
from lantian.apps.assessment.services.schemes.entries import items_entered
from lantian.apps.assessment.services.schemes.reach import sees_all
from lantian.apps.assessment.views.schemes.rows import Other, Part, extras_of, parts_of, vetoes_of
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of
from lantian.policy.assessments import Term, final_name, schemes, term_named
from lantian.policy.records_assessment import AssessmentSchemeRecord

OFFERED = 2
"""Years that may be drafted from the list."""


@dataclass(frozen=True)
class Version:
    """An assessment in the list."""

    assessment: Assessment
    term: Term


@dataclass(frozen=True)
class Explained:
    """A scheme with its parts, and what was made by it. offers: terms that may be drafted."""

    record: AssessmentSchemeRecord
    parts: list[Part]
    extras: list[Other]
    vetoes: list[Other]
    versions: list[Version]
    offers: list[Term]
    enters: bool


@require_GET
def scheme_list(request: PageRequest) -> HttpResponse:
    """Explain the schemes, and list what was made by them."""
    now = request.as_of.now if request.as_of.live else request.as_of.instant
    context = {
        "schemes": [explained(record, request, now) for record in schemes(rules.pack(), day_of(now))],
        "appeals": AssessmentAppeal.objects.open().count(),
        "findings": VetoFinding.objects.standing(now).count(),
    }
    return render(request, "assessment/schemes/list.html", context)


def explained(record: AssessmentSchemeRecord, request: PageRequest, now: datetime) -> Explained:
    """Return a scheme with all that its card shows; drafts are listed for those who may see all."""
    rows = Assessment.objects.filter(scheme=record.id, drafted_at__lte=now).exclude(state="withdrawn")
    if not sees_all(request.user, record):
        rows = rows.published()
    versions = [Version(one, term_named(one.term)) for one in rows.order_by("-term", "-version")]
    drafts = may(request.user, "assessment:scheme-act", "POST") and sees_all(request.user, record)
    known = {one.assessment.term for one in versions}
    offers = [one for one in terms_of(record, now) if one.name not in known] if drafts else []
    return Explained(
        record, parts_of(record), extras_of(record), vetoes_of(record), versions, offers, bool(items_entered(record))
    )


def terms_of(record: AssessmentSchemeRecord, now: datetime) -> list[Term]:
    """Return the terms that may be drafted: this year and those before it, or the plan's own years once begun."""
    if record.span == "year":
        return [term_named(str(day_of(now).year - back)) for back in range(OFFERED)]
    final = term_named(final_name(record))
    return [final] if final.start <= now else []
