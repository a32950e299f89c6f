"""The schemes of the pack, explained, with the assessments that were made by each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.accounts.rights import may
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Assessment
from lantian.apps.assessment.services.schemes.entries import items_entered
from lantian.apps.assessment.services.schemes.reach import sees_all
from lantian.apps.assessment.services.schemes.versions import versions_at
from lantian.apps.assessment.views.schemes.acting import moment_of
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
    moment = moment_of(request)
    records = schemes(rules.pack(), day_of(moment))
    made = made_by([one.id for one in records], moment)
    context = {"schemes": [explained(record, request, made[record.id]) for record in records]}
    return render(request, "assessment/schemes/list.html", context)


def made_by(names: Sequence[str], at: datetime) -> Mapping[str, list[Assessment]]:
    """Return the versions by each scheme as they stood, the latest first, without those that were withdrawn."""
    rows = Assessment.objects.filter(scheme__in=names).order_by("-term", "-version")
    found: dict[str, list[Assessment]] = defaultdict(list)
    for one in versions_at(rows.select_related("snapshot").defer("snapshot__data"), at):
        if one.assessment.state != Assessment.State.WITHDRAWN:
            found[one.assessment.scheme].append(one.assessment)
    return found


def explained(record: AssessmentSchemeRecord, request: PageRequest, made: Sequence[Assessment]) -> Explained:
    """Return a scheme with all that its card shows; drafts are listed for those who may see all."""
    every = sees_all(request.user, record)
    versions = [Version(one, term_named(one.term)) for one in made if every or one.published]
    drafts = may(request.user, "assessment:scheme-act", "POST") and every
    known = {one.assessment.term for one in versions}
    offers = [one for one in terms_of(record, moment_of(request)) if one.name not in known] if drafts else []
    return Explained(
        record, parts_of(record), extras_of(record), vetoes_of(record), versions, offers, bool(items_entered(record))
    )


def terms_of(record: AssessmentSchemeRecord, now: datetime) -> list[Term]:
    """Return the terms that may be drafted: this year and those before it, or the plan's own years once begun."""
    if record.span == "year":
        return [term_named(str(day_of(now).year - back)) for back in range(OFFERED)]
    final = term_named(final_name(record))
    return [final] if final.start <= now else []
