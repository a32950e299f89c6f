"""One problem with its whole chain, and what people do there beside the steps of its case."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Organisation, Role
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models import Problem
from lantian.apps.assessment.rectification_forms import (
    ApartForm,
    ExtendForm,
    ProgressForm,
    ResultForm,
    SameForm,
    SuperviseForm,
)
from lantian.apps.assessment.rectifying import keeps, rule
from lantian.apps.assessment.selectors.problem import problem_page
from lantian.apps.assessment.services.rectification import (
    end_supervision,
    extend,
    mark_same,
    report_progress,
    supervise,
    unmark_same,
)
from lantian.apps.assessment.views.rectification import acting, moment_of, said, seen_by
from lantian.apps.cases.panels import panels
from lantian.apps.cases.selectors.page import case_page
from lantian.apps.cases.views.one import first_error
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of


def _problem(request: PageRequest, slug: str) -> Problem:
    whole = seen_by(request).select_related("batch", "lead", "source", "same_as__batch", "same_as__case")
    return get_object_or_404(whole.select_related("case__source", "case__sender", "case__merged_into"), case__slug=slug)


@require_GET
def problem(request: PageRequest, slug: str) -> HttpResponse:
    """Show one problem: feedback, chain, papers, evidence, history."""
    found, now = _problem(request, slug), moment_of(request)
    case = found.case
    may_act = may(request.user, "cases:act", "POST")
    context = {
        "one": problem_page(found, now),
        "page": case_page(case, request.user, now),
        "panels": panels(case, request.user, now),
        "case": case,
        "moment": now,
        "rule": rule(day_of(now)),
        "may_act": may_act,
        "keeps": keeps(request.user, day_of(now)),
        "is_desk": may_act and Role.DUTY in scope_of(request.user).roles,
        "organisations": Organisation.objects.exclude(kind="enterprise").order_by("code") if may_act else (),
    }
    return render(request, "assessment/problem.html", context)


Act = Callable[[Problem, Mapping[str, Any], dict[str, Any]], object]


def _progress(found: Problem, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    sent = Sent(read["file"].name, read["file"].read())
    return report_progress(found, read["percent"], read["reason"], file=sent, version=read["version"], **who)


def _result(found: Problem, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    if read["supervision"].problem_id != found.pk:
        raise Http404
    return end_supervision(read["supervision"], read["result"], **who)


ACTS: Mapping[str, tuple[type[forms.Form], Act]] = {
    "progress": (ProgressForm, _progress),
    "extend": (ExtendForm, lambda found, read, who: extend(found, read["after"], read["reason"], **who)),
    "supervise": (SuperviseForm, lambda found, read, who: supervise(found, read["kind"], read["reason"], **who)),
    "result": (ResultForm, _result),
    "apart": (ApartForm, lambda found, read, who: unmark_same(found, read["reason"], **who)),
    "same": (SameForm, lambda found, read, who: mark_same(found, read["case"], read["reason"], **who)),
}
"""What the page's forms ask, and the service that does it."""


@require_POST
def act(request: PageRequest, slug: str, what: str) -> HttpResponse:
    """Do one thing with a problem, and show it again; a refusal is said on the page."""
    if what not in ACTS:
        raise Http404(what)
    found = _problem(request, slug)
    form_type, doing = ACTS[what]
    form = form_type(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("assessment:problem", slug=slug)
    try:
        doing(found, form.cleaned_data, {"by": acting(request), "at": request.as_of.now})
    except LantianError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("已记录。"))
    return redirect("assessment:problem", slug=slug)
