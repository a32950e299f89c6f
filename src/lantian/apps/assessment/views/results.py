"""Files of results: templates, import, what was taken, and the city's published list of worst streets."""

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.services.sheets import SheetRefused, template
from lantian.apps.assessment.models import ResultImport
from lantian.apps.assessment.rankings import RankingError
from lantian.apps.assessment.result_files import HEADINGS, LARGEST
from lantian.apps.assessment.selectors.rankings.city import city_lists
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.assessment.services.results import grade_names, import_results
from lantian.apps.telemetry.exports import XLSX, attachment
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def results(request: PageRequest) -> HttpResponse:
    """Show the form and what was imported; take a file that is sent."""
    problem = ""
    if request.method == "POST":
        taken = _take(request)
        if isinstance(taken, ResultImport):
            return redirect(f"{reverse('assessment:results')}?batch={taken.pk}")
        problem = taken
    found = list(ResultImport.objects.select_related("by")[:SHOWN])
    chosen = next((one for one in found if str(one.pk) == request.GET.get("batch", "")), None)
    context = {
        "problem": problem,
        "layouts": ResultImport.Layout.choices,
        "batches": found,
        "batch": chosen,
        "refused": [(number, Text(zh, en)) for number, zh, en in chosen.problems] if chosen else [],
        "may_import": may(request.user, "assessment:results", "POST") and request.as_of.live,
    }
    return render(request, "assessment/results.html", context, status=400 if problem else 200)


def _take(request: PageRequest) -> ResultImport | str:
    """Take the file that is sent; return what was stored, or what stands against it."""
    file, layout = request.FILES.get("file"), request.POST.get("layout", "")
    if file is None or layout not in HEADINGS:
        return _("请选择格式和文件。")
    if (file.size or 0) > LARGEST:
        return _("文件不得大于 5 MB。")
    try:
        by = cast("Person", request.user)
        return import_results(layout, file.name or "", file.read(), by=by, at=request.as_of.now)
    except (SheetRefused, RankingError) as error:
        return error.text.in_language(language())


@require_GET
def results_template(request: PageRequest, layout: str) -> HttpResponse:
    """Give the empty workbook of a layout."""
    if layout not in HEADINGS:
        raise Http404(layout)
    choices: dict[str, Any] = {"grade": [name for name in grade_names() if not name.isascii()]}
    return attachment(template(HEADINGS[layout], choices, language()), f"template-{layout}.xlsx", XLSX)


def _known(request: PageRequest) -> datetime:
    """Return by when a list had to be imported: now, or what the address says."""
    return request.as_of.known_at or request.as_of.now


@require_GET
def city(request: PageRequest) -> HttpResponse:
    """Show the city's published lists of worst streets, our own named."""
    context = {"lists": city_lists(_known(request)), "query": request.as_of.query}
    return render(request, "assessment/city.html", context)
