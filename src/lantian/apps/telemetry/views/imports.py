"""Import of observation files: upload, progress, result, rejects, history."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.telemetry.forms import ImportForm, LookForm
from lantian.apps.telemetry.jobs import carry_out_import
from lantian.apps.telemetry.models import ObservationImport
from lantian.apps.telemetry.pages.look import look_page
from lantian.apps.telemetry.services import ImportRequest, queue_import
from lantian.apps.telemetry.uploads import accept, keep, own_name, pending, reject_lines, rejects_file, token_of
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.lake.imports import layout, layout_names

HISTORY = 30
TEMPLATES = {
    "uci-beijing": "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station\n"
    "1,2017,2,28,0,12,30,4,25,400,60,1.2,1020,-8,0,NW,1.4,Nongzhanguan\n",
    "beijing35": "station,time,PM2.5,PM10,SO2,NO2,O3,CO\n农展馆,2020-11-23 09:00,35,60,3,40,20,0.8\n",
    "long": "station,time,factor,value\n农展馆,2020-11-23 09:00,PM2.5,35\n",
}


@require_http_methods(["GET", "POST"])
def imports(request: PageRequest) -> HttpResponse:
    """Take a file, or show the form and what was imported before."""
    form = ImportForm(request.POST or None, request.FILES or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            path = keep(form.cleaned_data["file"])
        except LantianError as error:
            problem = error.text.in_language(get_language() or "zh-hans")
        else:
            chosen = urlencode({"layout": form.cleaned_data["layout"], "label": form.cleaned_data["label"]})
            return redirect(f"{reverse('telemetry:import-look', args=[token_of(path)])}?{chosen}")
    return _shown(request, form, problem, None)


@require_http_methods(["GET", "POST"])
def import_look(request: PageRequest, token: str) -> HttpResponse:
    """Show what an upload holds; then import it, or drop it."""
    path = pending(token)
    if path is None:
        raise Http404
    chosen, label = LookForm(request.POST if request.method == "POST" else request.GET).choice
    if request.method == "GET":
        return render(request, "telemetry/look.html", look_page(path, chosen, label, request.as_of.now) | {
            "token": token,
            "layouts": [{"name": name, "text": Text(layout(name).zh, layout(name).en)} for name in layout_names()],
            "may_import": may(request.user, "telemetry:import", "POST"),
        })  # fmt: skip
    if request.POST.get("act") != "import":
        path.unlink(missing_ok=True)
        messages.success(request, _("文件已放弃，没有导入。"))
        return redirect("telemetry:import")
    asked = ImportRequest(accept(path), chosen, label, name=own_name(path))
    entry = queue_import(asked, by=request.user, at=request.as_of.now)  # type: ignore[arg-type]
    carry_out_import(entry.pk)
    return redirect("telemetry:import-one", number=entry.pk)


@require_GET
def import_one(request: PageRequest, number: int) -> HttpResponse:
    """Show one import; htmx asks for its progress alone until it has ended."""
    entry = get_object_or_404(ObservationImport.objects.visible_to(request.user), pk=number)
    if request.htmx:
        return render(request, "telemetry/_import_result.html", _result(entry))
    return _shown(request, ImportForm(), "", entry)


@require_GET
def import_rejects(request: PageRequest, number: int) -> FileResponse:
    """Send the failing rows as a file."""
    entry = get_object_or_404(ObservationImport.objects.visible_to(request.user), pk=number)
    path = rejects_file(entry.rejects_path)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"rejects-{entry.pk}.csv")


@require_GET
def import_template(_request: PageRequest, name: str) -> HttpResponse:
    """Send an empty file of a layout with one example row."""
    if name not in TEMPLATES:
        raise Http404
    response = HttpResponse("\ufeff" + TEMPLATES[name], content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _shown(request: PageRequest, form: ImportForm, problem: str, entry: ObservationImport | None) -> HttpResponse:
    context = {
        "form": form,
        "problem": problem,
        "layouts": [{"name": name, "text": Text(layout(name).zh, layout(name).en)} for name in layout_names()],
        "history": ObservationImport.objects.visible_to(request.user).latest_first().select_related("by")[:HISTORY],
        "may_import": may(request.user, "telemetry:import", "POST"),
    }
    status = 400 if problem or (request.method == "POST" and form.errors) else 200
    return render(request, "telemetry/imports.html", context | _result(entry), status=status)


def _result(entry: ObservationImport | None) -> dict[str, object]:
    if entry is None:
        return {"entry": None}
    states = ObservationImport.State
    path = rejects_file(entry.rejects_path)
    lines = list(reject_lines(path)) if path else []
    took: timedelta | None = entry.finished_at - entry.started_at if entry.finished_at else None
    return {
        "entry": entry,
        "running": entry.state in (states.WAITING, states.RUNNING),
        "percent": round(entry.progress * 100),
        "reject_head": lines[0] if lines else [],
        "rejects": lines[1:],
        "took": took,
    }
