"""Findings for vetoes: the list, entering one with its evidence, revoking one with the paper for it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import VetoFinding
from lantian.apps.assessment.models.scheme import VetoFindingQuerySet
from lantian.apps.assessment.services.schemes.asked import bodies_of
from lantian.apps.assessment.services.schemes.findings import NewFinding, enter_finding, revoke
from lantian.apps.assessment.services.schemes.reach import own_bodies
from lantian.apps.assessment.services.schemes.versions import findings_at
from lantian.apps.assessment.views.schemes.acting import acting, moment_of, said, sent_file
from lantian.apps.assessment.views.schemes.term import evidence
from lantian.apps.cases.views.one import first_error
from lantian.apps.ui.days import BoundedDayField
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import schemes, veto_words
from lantian.policy.records_assessment import AssessmentSchemeRecord, VetoRecord


class HappenedForm(forms.Form):
    """The day of a finding; without one there is no telling which year it fails."""

    happened = BoundedDayField(label=_("发生日期"))


@dataclass(frozen=True)
class Line:
    """A finding with names; may_revoke: whether the reader may revoke it."""

    finding: VetoFinding
    veto: Text
    does: Text
    cited: Text
    body: Text
    may_revoke: bool


@require_GET
def findings(request: PageRequest) -> HttpResponse:
    """List the findings, the newest first."""
    moment = moment_of(request)
    day = day_of(moment)
    in_force = schemes(rules.pack(), day)
    vetoes = {veto.id: (scheme, veto) for scheme in reversed(in_force) for veto in scheme.vetoes}
    rows = findings_at(visible(request).select_related("case", "by", "revoked_by"), moment)
    names = _names({one.body for one in rows})
    may_revoke = may(request.user, "assessment:veto-finding-revoke", "POST")
    context: dict[str, Any] = {
        "lines": [_line(one, vetoes, names, request.user.pk, may_revoke=may_revoke) for one in rows],
        "vetoes": [Text(veto.zh, veto.en) for _, veto in vetoes.values()],
        "by_hand": _by_hand(vetoes) if may(request.user, "assessment:veto-finding-new", "POST") else [],
        "bodies": [body for scheme in in_force if scheme.span == "year" for body in bodies_of(scheme, day)],
        "today": day,
    }
    return render(request, "assessment/schemes/findings.html", context)


Vetoes = dict[str, tuple[AssessmentSchemeRecord, VetoRecord]]


def visible(request: PageRequest) -> VetoFindingQuerySet:
    """Return the findings that somebody may see: all of them for those who draft, else those of their own body."""
    drafters = {role for one in schemes(rules.pack(), day_of(request.as_of.now)) for role in one.drafters}
    rows = VetoFinding.objects.all()
    return rows if scope_of(request.user).roles & drafters else rows.filter(own_bodies(request.user))


def _by_hand(vetoes: Vetoes) -> list[tuple[str, Text]]:
    return [(name, Text(veto.zh, veto.en)) for name, (_, veto) in vetoes.items() if not veto.by_case]


def _names(codes: set[str]) -> dict[str, Text]:
    areas = {one.code: one for one in Area.objects.filter(code__in=codes)}
    named: dict[str, Area | Organisation] = {**areas}
    named |= {one.code: one for one in Organisation.objects.filter(code__in=codes)}
    return {code: Text(one.name_zh, one.name_en or one.name_zh) for code, one in named.items()}


def _line(one: VetoFinding, vetoes: Vetoes, names: dict[str, Text], reader: int | None, *, may_revoke: bool) -> Line:
    plain = Text(one.veto, one.veto)
    scheme, veto = vetoes.get(one.veto, (None, None))
    allowed = may_revoke and one.revoked_at is None and one.by_id != reader
    return Line(
        one,
        Text(veto.zh, veto.en) if veto else plain,
        veto_words(scheme, veto) if scheme and veto else Text("", ""),
        veto.cited(scheme) if scheme and veto else Text("", ""),
        names.get(one.body, Text(one.body, one.body)),
        allowed,
    )


@require_POST
def finding_new(request: PageRequest) -> HttpResponse:
    """Enter a finding that no case makes."""
    form, post = HappenedForm(request.POST), request.POST
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("assessment:veto-findings")
    day, file = form.cleaned_data["happened"], sent_file(request)
    new = NewFinding(post.get("veto", ""), post.get("body", ""), day, post.get("reason", ""), file)
    said(request, lambda: enter_finding(new, acting(request)))
    return redirect("assessment:veto-findings")


@require_POST
def finding_revoke(request: PageRequest, key: int) -> HttpResponse:
    """Revoke a finding."""
    found = get_object_or_404(visible(request), pk=key)
    said(request, lambda: revoke(found, request.POST.get("reason", ""), sent_file(request), acting(request)))
    return redirect("assessment:veto-findings")


@require_GET
def finding_file(request: PageRequest, key: int, which: str) -> HttpResponse:
    """Give the paper that a finding, or its revocation, rests on."""
    found = get_object_or_404(visible(request), pk=key)
    if which == "finding" and found.file_path:
        return evidence(found.file_path, found.file_sha256, found.file_type)
    if which == "revocation" and found.revoke_path:
        return evidence(found.revoke_path, found.revoke_sha256, "")
    raise Http404(which)
