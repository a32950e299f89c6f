"""The evaluation page and its workbook."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from lantian.apps.telemetry.air import air_at
from lantian.apps.telemetry.exports import XLSX, attachment
from lantian.apps.telemetry.forms import EvaluationForm
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.apps.telemetry.pages.evaluation import EvaluationPage, evaluation_page
from lantian.apps.telemetry.workbooks import evaluation_workbook
from lantian.apps.ui.page import PageRequest


def _page(request: PageRequest) -> EvaluationPage | None:
    points = list(Point.objects.visible_to(request.user).evaluated())
    decisions = list(SandDustDecision.objects.visible_to(request.user).official())
    return evaluation_page(air_at(request.as_of), points, decisions, EvaluationForm(request.GET).query)


@require_GET
def evaluation(request: PageRequest) -> HttpResponse:
    """Show the evaluation of a year."""
    page, levels = _page(request), air_at(request.as_of).edition.categories
    rows = [
        {"level": c.level, "name": c.name, "counts": [row.levels.counts[at] for row in page.editions] if page else []}
        for at, c in enumerate(levels)
    ]
    return render(request, "telemetry/evaluation.html", {"page": page, "levels": rows})


@require_GET
def evaluation_export(request: PageRequest) -> HttpResponse:
    """Send the evaluation as a workbook."""
    page = _page(request)
    if page is None:
        raise Http404
    content = evaluation_workbook(page, request.as_of, get_language() or "zh-hans")
    return attachment(content, f"evaluation-{page.year}-{page.area}.xlsx", XLSX)
