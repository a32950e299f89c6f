"""Samples: the month's plan, taking, the way of one sample, and what the public sees of those that failed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.inspections import rules
from lantian.apps.inspections.forms_samples import MoveForm, ReportForm, SampleForm, SamplesForm
from lantian.apps.inspections.models import Sample
from lantian.apps.inspections.selectors.samples import (
    SamplePage,
    month_after,
    public_samples,
    sample_page,
    samples_page,
)
from lantian.apps.inspections.services import InspectionError
from lantian.apps.inspections.services.samples import (
    HandOver,
    Report,
    SampleDraft,
    hand_over,
    photo_of,
    report_results,
    take_sample,
)
from lantian.apps.inspections.views.acting import acting, attempt, first_error, moment_of, said
from lantian.apps.inspections.views.board import SAFE
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of


@require_GET
def samples(request: PageRequest) -> HttpResponse:
    """Show the month's plan, the coverage of the year, and the samples."""
    now = moment_of(request)
    form = SamplesForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    month = asked.get("month") or day_of(now).replace(day=1)
    page = samples_page(request.user, month, asked.get("good", ""), asked.get("state", ""), asked.get("page") or 1, now)
    goods = [(one.id, Text(one.zh, one.en)) for one in rules.sampled_goods(month)]
    context = {
        "page": page, "moment": now, "goods": goods, "states": Sample.State.choices, "before": _before(month),
        "after": month_after(month) if month_after(month) <= day_of(now) else None,
        "may_take": may(request.user, "inspections:sample-new", "POST"),
    }  # fmt: skip
    return render(request, "inspections/samples.html", context)


def _before(month: date) -> date:
    return month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)


@require_http_methods(["GET", "HEAD", "POST"])
def sample_new(request: PageRequest) -> HttpResponse:
    """Take a sample."""
    now = request.as_of.now
    initial = {"taken_at": localtime(now), "code": request.GET.get("code", ""), "good": request.GET.get("good", "")}
    form = SampleForm(request.POST or None, request.FILES or None, day=day_of(now), initial=initial)
    if request.method == "POST" and form.is_valid():
        read = dict(form.cleaned_data)
        photo = read.pop("photo")
        draft = SampleDraft(source=read.pop("code"), photo=_sent(photo), **read)
        try:
            made = take_sample(draft, by=acting(request), at=now)
        except LantianError as error:
            messages.error(request, said(error))
        else:
            return redirect("inspections:sample", slug=made.slug)
    return render(request, "inspections/sample_new.html", {"form": form})


def _sent(file: Any) -> Sent | None:
    return Sent(file.name or "file", file.read()) if file else None


def _visible(request: PageRequest, slug: str) -> Sample:
    found = Sample.objects.visible_to(request.user).select_related(
        "source__area", "organisation", "laboratory", "taken_by", "case"
    )
    return get_object_or_404(found, slug=slug)


@require_GET
def sample(request: PageRequest, slug: str) -> HttpResponse:
    """Show the way of one sample, and what may be done with it now."""
    page = sample_page(_visible(request, slug), moment_of(request))
    tests = may(request.user, "inspections:sample-result", "POST") and page.tested
    moves = may(request.user, "inspections:sample-move", "POST") and page.moving
    context = {
        "page": page, "may_cases": may(request.user, "cases:one"),
        "move_form": _move_form(page) if moves else None,
        "report_form": ReportForm(good=page.good, initial={"part": page.tested}) if tests else None,
    }  # fmt: skip
    return render(request, "inspections/sample.html", context)


def _move_form(page: SamplePage) -> MoveForm:
    return MoveForm(initial={"to": page.sample.laboratory_id, "seal_whole": True}, parts=page.moving)


@require_GET
def sample_photo(request: PageRequest, slug: str) -> HttpResponse:
    """Send the photo of the taking, after checking it against its hash."""
    found = _visible(request, slug)
    try:
        content = photo_of(found)
    except InspectionError as error:
        raise Http404(said(error)) from error
    return HttpResponse(content, content_type=found.photo_type, headers=SAFE)


@require_POST
def sample_move(request: PageRequest, slug: str) -> HttpResponse:
    """Hand a part over."""
    found, form = _visible(request, slug), MoveForm(request.POST)
    if form.is_valid():
        handed = HandOver(**{**form.cleaned_data, "to": form.cleaned_data["to"].pk})
        attempt(request, lambda: hand_over(found, handed, by=acting(request), at=request.as_of.now))
    else:
        messages.error(request, first_error(form))
    return redirect("inspections:sample", slug=slug)


@require_POST
def sample_result(request: PageRequest, slug: str) -> HttpResponse:
    """Enter a laboratory's results."""
    found = _visible(request, slug)
    form = ReportForm(request.POST, request.FILES, good=rules.sampled_good(found.good, day_of(found.taken_at)))
    if form.is_valid():
        read = form.cleaned_data
        report = Report(read["part"], form.values, read["number"], _sent(read["file"]))
        attempt(request, lambda: report_results(found, report, by=acting(request), at=request.as_of.now))
    else:
        messages.error(request, first_error(form))
    return redirect("inspections:sample", slug=slug)


@login_not_required
@require_GET
def public(request: PageRequest) -> HttpResponse:
    """Show everybody the failed samples that were published."""
    return render(request, "inspections/public_samples.html", {"page": public_samples(request.as_of.now)})
