"""Tell of assessments (考核通知): who may publish, the drafter, the bodies that were assessed, whoever appealed."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, VetoFinding
from lantian.apps.assessment.services.schemes.asked import heir_on
from lantian.apps.notices.selectors.people import holders_of_role, people_of
from lantian.apps.notices.services import tell
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import scheme_named, term_named
from lantian.policy.records_assessment import AssessmentSchemeRecord

Whom = Callable[[Assessment, AssessmentSchemeRecord, datetime], list[Person]]


def tell_of(assessment: Assessment, kind: str, reason: str, at: datetime) -> None:
    """Tell whom an act on an assessment concerns; most acts concern nobody else."""
    found = WHOM.get(kind)
    if found is None:
        return
    template, people = found
    record = _scheme(assessment, at)
    context = {
        "bulletin": Text(record.zh, record.en), "period": term_named(assessment.term).words.zh,
        "number": assessment.number or "—", "reason": reason or "—",
    }  # fmt: skip
    link = reverse("assessment:scheme-term", args=[assessment.scheme, assessment.term])
    key = f"assessment:{assessment.pk}:{assessment.revision}"
    tell(people(assessment, record, at), template, context, link=link, key=key, at=at)


def tell_of_appeal(appeal: AssessmentAppeal, at: datetime) -> None:
    """Tell of an appeal: of a new one those who may answer it, of an answer whoever filed it."""
    record = _scheme(appeal.assessment, at)
    answered = appeal.state != AssessmentAppeal.State.OPEN
    context = {
        "bulletin": Text(record.zh, record.en), "period": term_named(appeal.assessment.term).words.zh,
        "number": appeal.assessment.number, "reason": appeal.answer if answered else appeal.reason,
    }  # fmt: skip
    people = [appeal.filed_by] if answered else _signers(appeal.assessment, record, at)
    template = "appeal-answered" if answered else "appeal-filed"
    link = reverse("assessment:assessment-appeal", args=[appeal.pk])
    tell(people, template, context, link=link, key=f"assessment-appeal:{appeal.pk}:{appeal.state}", at=at)


def tell_of_finding(finding: VetoFinding, name: Text, at: datetime) -> None:
    """Tell a body of a finding that fails or limits it, and of its revocation."""
    label = finding.case.number if finding.case else finding.file_name or "—"
    context = {
        "bulletin": name, "period": str(finding.happened.year), "number": label,
        "reason": finding.revoke_reason if finding.revoked_at else finding.reason,
    }  # fmt: skip
    template = "veto-revoked" if finding.revoked_at else "veto-found"
    link = reverse("assessment:veto-findings")
    key = f"veto:{finding.pk}:{'revoked' if finding.revoked_at else 'found'}"
    bodies = [finding.body, heir_on(finding.body, day_of(at))]
    tell(_people_of_bodies(bodies, at), template, context, link=link, key=key, at=at)


def _scheme(assessment: Assessment, at: datetime) -> AssessmentSchemeRecord:
    return scheme_named(rules.pack(), assessment.scheme, term_named(assessment.term).judged_on(at))


def _signers(assessment: Assessment, record: AssessmentSchemeRecord, at: datetime) -> list[Person]:
    near = [one for one in people_of([record.organisation], at) if one.roles & set(record.signers)]
    able = near or [one for role in record.signers for one in holders_of_role(role, at)]
    return [one for one in able if one.pk != assessment.drafted_by_id]


def _drafter(assessment: Assessment, record: AssessmentSchemeRecord, at: datetime) -> list[Person]:
    return [assessment.drafted_by] if assessment.drafted_by else []


def _bodies(assessment: Assessment, record: AssessmentSchemeRecord, at: datetime) -> list[Person]:
    return _people_of_bodies(assessment.results.values_list("body", flat=True), at)


def _people_of_bodies(codes: Iterable[str], at: datetime) -> list[Person]:
    """Whoever holds a post in a department assessed, or in the office of a street assessed."""
    named = list(codes)
    offices = Organisation.objects.filter(area__in=named).exclude(kind="enterprise")
    return people_of([*named, *offices.values_list("code", flat=True)], at)


def unreached(assessment: Assessment, at: datetime) -> list[Text]:
    """Return the bodies in which nobody is told when an assessment is published: their paper goes another way."""
    rows = list(assessment.results.all())
    offices: dict[str, set[str]] = {one.body: {one.body} for one in rows}
    known = Organisation.objects.filter(area__in=offices).exclude(kind="enterprise").values_list("area", "code")
    for area, code in known:
        offices[area].add(code)
    people = people_of({code for codes in offices.values() for code in codes}, at)
    held = Post.objects.held_on(day_of(at)).filter(person__in=[one.pk for one in people])
    staffed = set(held.values_list("organisation", flat=True))
    return [Text(one.name_zh, one.name_en) for one in rows if not offices[one.body] & staffed]


WHOM: dict[str, tuple[str, Whom]] = {
    "submitted": ("bulletin-waits", _signers),
    "returned": ("bulletin-returned", _drafter),
    "published": ("assessment-published", _bodies),
}
"""Of which acts is told with which text, and whom."""
