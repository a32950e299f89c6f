"""Measures: the catalogue, a measure that is proposed, its page with steps and clocks; penalties that are revoked."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.cases.models import Case, Measure
from lantian.apps.cases.panels import MeasureCard, paper_lines
from lantian.apps.cases.rules import measure_rules
from lantian.apps.cases.selectors.catalogue import catalogue
from lantian.apps.cases.services import revoke_penalty
from lantian.apps.cases.services.measure_pauses import pause, resume
from lantian.apps.cases.services.measures import may_handle, propose, settle, take
from lantian.apps.cases.services.papers import kinds_for
from lantian.apps.cases.views.listing import acting, moment_of, said, seen_by
from lantian.apps.cases.views.measure_forms import ProposeForm, RevokeForm, SettleForm, StepForm, with_term
from lantian.apps.cases.views.one import attempt, first_error
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.measures import MeasureRulesError


@require_GET
def measures(request: PageRequest) -> HttpResponse:
    """Show the catalogue as the law of the page's day has it."""
    day = day_of(moment_of(request))
    return render(request, "cases/measures.html", {"lines": catalogue(day), "day": day})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest, slug: str) -> HttpResponse:
    """Propose a measure: first which, then what its kind asks."""
    case = get_object_or_404(seen_by(request).select_related("source", "point"), slug=slug)
    day = day_of(case.happened_at)
    name = request.GET.get("record", "")
    context = {"case": case, "day": day, "lines": catalogue(day), "may_handle": may_handle(case, request.user)}
    if not name:
        return render(request, "cases/measure_new.html", context)
    try:
        record = measure_rules().measure(name, day)
    except MeasureRulesError as error:
        raise Http404(said(error)) from error
    form = ProposeForm(case, record, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = propose(case, form.proposal, by=acting(request), at=request.as_of.now)
        except LantianError as error:
            messages.error(request, said(error))
        else:
            return redirect("cases:measure", slug=slug, key=made.pk)
    label = Text(record.zh, record.en)
    return render(request, "cases/measure_new.html", context | {"form": form, "record": record, "label": label})


def _measure(request: PageRequest, slug: str, key: int) -> Measure:
    found = Measure.objects.filter(case__in=seen_by(request).values("pk"), case__slug=slug)
    return get_object_or_404(found.select_related("case", "holder", "sanction", "base"), pk=key)


@require_GET
def measure(request: PageRequest, slug: str, key: int) -> HttpResponse:
    """Show a measure: where it stands, what may follow, its clocks, its papers and what happened."""
    found = _measure(request, slug, key)
    now, handles = moment_of(request), may_handle(found.case, request.user)
    lines = found.case.history.filter(detail__measure=found.pk).select_related("by").order_by("-at", "-pk")
    context = {
        "case": found.case, "card": MeasureCard(found, now), "measure": found, "moment": now, "may_handle": handles,
        "papers": paper_lines(found.case, found), "kinds": kinds_for(found, now) if handles else (),
        "history": [(line, Text(line.detail["zh"], line.detail["en"])) for line in lines if "zh" in line.detail],
        "with_term": with_term(found), "personal": True,
    }  # fmt: skip
    return render(request, "cases/measure.html", context)


@require_POST
def step(request: PageRequest, slug: str, key: int) -> HttpResponse:
    """Take the next step of a measure."""
    found, form = _measure(request, slug, key), StepForm(request.POST)
    if form.is_valid():
        attempt(request, lambda: take(found, form.asked, by=acting(request), at=request.as_of.now))
    else:
        messages.error(request, first_error(form))
    return redirect("cases:measure", slug=slug, key=key)


PAUSES: Mapping[str, Callable[..., object]] = {"pause": pause, "resume": resume}


@require_POST
def clock(request: PageRequest, slug: str, key: int, number: int) -> HttpResponse:
    """Say what came of a period of a measure."""
    found, form = _measure(request, slug, key), SettleForm(request.POST)
    row = get_object_or_404(found.clocks, pk=number)
    if form.is_valid():
        read = form.cleaned_data
        doing = PAUSES.get(read["outcome"])
        if doing is not None:
            del read["outcome"]
        attempt(request, lambda: (doing or settle)(row, by=acting(request), at=request.as_of.now, **read))
    else:
        messages.error(request, first_error(form))
    return redirect("cases:measure", slug=slug, key=key)


@require_POST
def revoke(request: PageRequest, slug: str, key: int) -> HttpResponse:
    """Revoke a penalty, with the reason; the ladder is counted again."""
    case: Case = get_object_or_404(seen_by(request), slug=slug)
    penalty = get_object_or_404(case.penalties, pk=key)
    form = RevokeForm(request.POST)
    if form.is_valid():
        read = form.cleaned_data
        attempt(request, lambda: revoke_penalty(penalty, by=acting(request), at=request.as_of.now, **read))
    else:
        messages.error(request, _("请写明撤销的理由。"))
    return redirect("cases:one", slug=slug)
