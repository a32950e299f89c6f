"""The evaluation page and its workbook."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.apps.telemetry.air import air_at
from lantian.apps.telemetry.computations import (
    SHORT_SHOWN,
    Source,
    composite_computation,
    statistic_computation,
    why_invalid,
)
from lantian.apps.telemetry.exports import XLSX, attachment
from lantian.apps.telemetry.forms import EvaluationForm
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.apps.telemetry.pages.evaluation import EvaluationPage, NamedLine, evaluation_page
from lantian.apps.telemetry.workbooks import evaluation_workbook
from lantian.apps.ui.components import Action
from lantian.apps.ui.page import PageRequest

AREA = "area"


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
    context = {"page": page, "levels": rows, "measures": _measures(request, page) if page else []}
    return render(request, "telemetry/evaluation.html", context)


def _measures(request: PageRequest, page: EvaluationPage) -> list[dict[str, object]]:
    """Return the area's lines with how each figure was computed and why one is not valid."""
    source = _source(request, page, None)
    return [
        {
            "line": line,
            "popover": f"how-{line.measure.key.replace('.', '')}",
            "how": statistic_computation(line.evaluation, line.measure.kind, source),
            "why": why_invalid(line.evaluation.validity, most=SHORT_SHOWN),
            "all": why_invalid(line.evaluation.validity),
        }
        for line in page.measures
    ]


def _source(request: PageRequest, page: EvaluationPage, line: NamedLine | None) -> Source:
    language = get_language() or "zh-hans"
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if line is None:
        area = page.area_name.in_language(language)
        names = _("、").join(one.point.name for one in page.lines[:4])
        more = _(" 等 %(n)d 个") % {"n": len(page.lines)} if len(page.lines) > 4 else ""
        place, series = f"{area} ({names}{more})", _("区域逐日均值，各点有效日均值的平均")
        links = [Action(_("工作簿 xlsx"), reverse("telemetry:evaluation-export") + query)]
    else:
        place, series = line.point.name, _("有效日均值")
        at = request.as_of.query.replace("?", "&")
        csv = f"{reverse('telemetry:station-days', args=[line.point.pk])}?year={page.year}{at}"
        links = [Action(_("所用数据 CSV"), csv)]
    return Source(
        place, series, page.period.first, page.period.last,
        page.citation.in_language(language), page.snapshot, links,
    )  # fmt: skip


@require_GET
def evaluation_how(request: PageRequest, place: str) -> HttpResponse:
    """Tell how the composite index of a station, or of the area, was computed."""
    page = _page(request)
    line = next((one for one in page.lines if one.point.pk == place), None) if page else None
    if page is None or (line is None and place != AREA):
        raise Http404
    found = page.period.area if line is None else line.line.place
    rules = air_at(request.as_of).rules.composite("ranking")
    how = composite_computation(found, rules, _source(request, page, line))
    return render(request, "ui/components/computation.html", {"how": how})


@require_GET
def evaluation_export(request: PageRequest) -> HttpResponse:
    """Send the evaluation as a workbook."""
    page = _page(request)
    if page is None:
        raise Http404
    content = evaluation_workbook(page, request.as_of, get_language() or "zh-hans")
    return attachment(content, f"evaluation-{page.year}-{page.area}.xlsx", XLSX)
