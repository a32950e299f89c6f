"""Which version of a term's assessment a page shows, as it stood at the page's moment."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from lantian.apps.assessment.models import Assessment
from lantian.apps.assessment.services.schemes.reach import sees_all
from lantian.apps.assessment.services.schemes.versions import State, Version, versions_at
from lantian.apps.assessment.views.numbers import whole
from lantian.apps.assessment.views.schemes.acting import moment_of
from lantian.apps.ui.page import PageRequest
from lantian.policy.assessments import Term
from lantian.policy.records_assessment import AssessmentSchemeRecord


@dataclass(frozen=True)
class Shown(Version):
    """A version that is shown, with the others of its term, the latest first."""

    others: tuple[Assessment, ...] = ()


def version_shown(request: PageRequest, record: AssessmentSchemeRecord, term: Term) -> Shown | None:
    """Return the version that an address asks for, else the last that its reader may see.

    What is not published is seen whole by those who draft and publish, by others as far as it is their own.
    """
    rows = Assessment.objects.filter(scheme=record.id, term=term.name).order_by("version")
    versions = versions_at(rows, moment_of(request))
    found = _asked(request, versions) or _last(request.user, record, versions)
    if found is None:
        return None
    previous = next((one.assessment for one in versions if one.assessment.pk == found.assessment.previous_id), None)
    if previous is not None:
        found.assessment.previous = previous
    others = tuple(one.assessment for one in reversed(versions) if one is not found)
    return Shown(found.assessment, found.history, found.moved, others)


def _asked(request: PageRequest, versions: list[Version]) -> Version | None:
    wanted = request.GET.get("version", "")
    if not wanted.isdecimal():
        return None
    found = next((one for one in versions if one.assessment.version == whole(wanted)), None)
    if found is None:
        raise Http404(wanted[:20])
    return found


def _last(person: Any, record: AssessmentSchemeRecord, versions: list[Version]) -> Version | None:
    standing = [one for one in versions if one.assessment.state != State.WITHDRAWN]
    last = standing[-1] if standing else None
    if last is None or last.assessment.published or sees_all(person, record):
        return last
    return next((one for one in reversed(standing) if one.assessment.published), last)
