"""Lists of problems: registered, handed in as sheets, tried, taken."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.assessment.models import FeedbackBatch, Problem, ProblemImport
from lantian.apps.assessment.rectification_forms import BatchForm, ListFileForm
from lantian.apps.assessment.rectifying import keeps, rule, sources
from lantian.apps.assessment.selectors.rectification import batches, source_name
from lantian.apps.assessment.services.problem_lists import check_list, drop_list, run_list
from lantian.apps.assessment.services.problem_lists import template as empty_sheet
from lantian.apps.assessment.services.rectification import NewBatch, register_batch
from lantian.apps.assessment.views.rectification import SHEET, acting, download, language, moment_of, said
from lantian.apps.cases.views.one import first_error
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of


@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: PageRequest) -> HttpResponse:
    """Show the lists with their progress, and register one."""
    now = moment_of(request)
    if request.method == "POST":
        form = BatchForm(request.POST)
        if form.is_valid():
            try:
                made = register_batch(NewBatch(**form.cleaned_data), by=acting(request), at=request.as_of.now)
                return redirect("assessment:rectification-list", key=made.pk)
            except LantianError as error:
                messages.error(request, said(error))
        else:
            messages.error(request, first_error(form))
    lines = {line.batch.pk: line for line in batches(Problem.objects.visible_to(request.user), now)}
    context = {
        "lists": [(one, source_name(one), lines.get(one.pk)) for one in FeedbackBatch.objects.all()],
        "sources": sources(day_of(now)).values(), "keeps": keeps(request.user, day_of(now)), "given": request.POST,
        "rule": rule(day_of(now)),
    }  # fmt: skip
    return render(request, "assessment/rectification_lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PageRequest, key: int) -> HttpResponse:
    """Show a list with its imports; try a sheet that is sent."""
    batch = get_object_or_404(FeedbackBatch, pk=key)
    if request.method == "POST":
        form = ListFileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                entry = check_list(file.read(), file.name or "", batch, by=acting(request), at=request.as_of.now)
                return redirect("assessment:rectification-import", key=entry.pk)
            except LantianError as error:
                messages.error(request, said(error))
        else:
            messages.error(request, first_error(form))
    return _page(request, batch)


def _page(request: PageRequest, batch: FeedbackBatch, entry: ProblemImport | None = None) -> HttpResponse:
    now = moment_of(request)
    lines = batches(Problem.objects.visible_to(request.user).filter(batch=batch), now)
    context = {
        "batch": batch, "source": source_name(batch), "line": lines[0] if lines else None, "entry": entry,
        "imports": batch.imports.select_related("by").defer("content")[:20], "rule": rule(day_of(now)),
        "keeps": keeps(request.user, day_of(now)),
    }  # fmt: skip
    return render(request, "assessment/rectification_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tried(request: PageRequest, key: int) -> HttpResponse:
    """Show what a sheet would do, or did; take it or forget it."""
    entry = get_object_or_404(ProblemImport.objects.select_related("batch"), pk=key)
    if request.method != "POST":
        return _page(request, entry.batch, entry)
    try:
        if request.POST.get("what") == "drop":
            drop_list(entry, at=request.as_of.now)
        else:
            run_list(entry, by=acting(request), at=request.as_of.now)
            messages.success(request, _("已导入。"))
    except LantianError as error:
        messages.error(request, said(error))
    return redirect("assessment:rectification-import", key=key)


@require_GET
def template(request: PageRequest) -> HttpResponse:
    """Give an empty sheet."""
    return download(empty_sheet(language(), request.as_of.now), SHEET, "problems.xlsx")
