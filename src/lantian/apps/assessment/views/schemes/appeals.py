"""Appeals: the list, one of them with its answer, and filing one."""

from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import AssessmentAppeal
from lantian.apps.assessment.models.scheme import AssessmentAppealQuerySet
from lantian.apps.assessment.services.schemes.appeals import Answer, NewAppeal, answer, bounds_of, file_appeal, items_of
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.services.schemes.reach import is_own, own_bodies
from lantian.apps.assessment.services.schemes.versions import appeals_at
from lantian.apps.assessment.views.schemes.acting import acting, asked, moment_of, said, sent_file
from lantian.apps.assessment.views.schemes.term import evidence
from lantian.apps.assessment.views.schemes.version import version_shown
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import schemes, term_named


def visible(request: PageRequest) -> AssessmentAppealQuerySet:
    """Return the appeals that somebody may see: all of them for those who answer, else those of their own body."""
    rows = AssessmentAppeal.objects.select_related("assessment__snapshot", "filed_by", "answered_by", "led_to")
    signers = {role for one in schemes(rules.pack(), day_of(request.as_of.now)) for role in one.signers}
    return rows if scope_of(request.user).roles & signers else rows.filter(own_bodies(request.user))


@require_GET
def appeals(request: PageRequest) -> HttpResponse:
    """List the appeals, those that wait first."""
    rows = sorted(
        appeals_at(visible(request), moment_of(request)),
        key=lambda one: (one.state != AssessmentAppeal.State.OPEN, -one.filed_at.timestamp()),
    )
    return render(request, "assessment/schemes/appeals.html", {"lines": [(one, *_names(one)) for one in rows]})


def _names(one: AssessmentAppeal) -> tuple[Text, Text, Text]:
    """Body, item and scheme by name, as they were called in the assessment."""
    inputs = inputs_in(one.assessment)
    body = inputs.body(one.body)
    item = items_of(inputs, one.body).get(one.item, Text(one.item, one.item))
    term = term_named(one.assessment.term).words
    scheme = inputs.scheme
    return (
        body.name if body else Text(one.body, one.body),
        item,
        Text(f"{term.zh}{scheme.zh}", f"{scheme.en} {term.en}"),
    )


@require_GET
def appeal(request: PageRequest, key: int) -> HttpResponse:
    """Show an appeal with its answer, or the form to answer it."""
    known = appeals_at(visible(request).filter(pk=key), moment_of(request))
    if not known:
        raise Http404(str(key))
    found = known[0]
    body, item, scheme = _names(found)
    inputs = inputs_in(found.assessment)
    mark = found.assessment.results.get(body=found.body).marks.filter(item=found.item).first()
    low, high = bounds_of(inputs, found.body, found.item) if mark else (Decimal(0), None)
    context = {
        "appeal": found,
        "body": body,
        "item": item,
        "scheme": scheme,
        "mark": mark,
        "low": f"{low.normalize():f}",
        "high": f"{high.normalize():f}" if high is not None else "",
        "figure": Text(mark.figure_zh, mark.figure_en) if mark else None,
        "formula": Text(mark.formula_zh, mark.formula_en) if mark else None,
        "is_extra": found.item in {one.id for one in inputs.scheme.extras},
        "may_answer": found.state == AssessmentAppeal.State.OPEN
        and may(request.user, "assessment:assessment-appeal-answer", "POST"),
        "barred": request.user.pk in (found.filed_by_id, found.assessment.drafted_by_id)
        or is_own(request.user, found.body),
    }
    return render(request, "assessment/schemes/appeal.html", context)


@require_GET
def appeal_file(request: PageRequest, key: int) -> HttpResponse:
    """Give the evidence of an appeal."""
    found = get_object_or_404(visible(request), pk=key)
    return evidence(found.file_path, found.file_sha256, found.file_type)


@require_POST
def appeal_new(request: PageRequest, scheme: str, term: str, body: str) -> HttpResponse:
    """File an appeal against the published result of one's body."""
    record, named = asked(request, scheme, term)
    found = version_shown(request, record, named)
    if found is None:
        raise Http404(body)
    new = NewAppeal(
        found.assessment, body, request.POST.get("item", ""), request.POST.get("reason", ""), sent_file(request)
    )
    said(request, lambda: file_appeal(new, acting(request)))
    return redirect("assessment:scheme-body", scheme=scheme, term=term, body=body)


@require_POST
def appeal_answer(request: PageRequest, key: int) -> HttpResponse:
    """Answer an appeal."""
    found = get_object_or_404(visible(request), pk=key)
    decision = request.POST.get("decision", "")
    if decision not in ("accepted", "rejected"):
        raise Http404(decision)
    given = Answer(decision == "accepted", request.POST.get("answer", ""), _points(request.POST.get("points", "")))
    said(request, lambda: answer(found, given, acting(request)))
    return redirect("assessment:assessment-appeal", key=key)


def _points(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
