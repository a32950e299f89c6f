"""Sand-dust decisions: candidates with their evidence, the form to record one, and what was recorded."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.telemetry.air import air_at
from lantian.apps.telemetry.forms import DustForm, DustQueryForm
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.apps.telemetry.pages.sand_dust import DustPage, dust_page
from lantian.apps.telemetry.services import SandDust, decide_sand_dust
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError

HOUR = timedelta(hours=1)


@require_http_methods(["GET", "POST"])
def sand_dust(request: PageRequest) -> HttpResponse:
    """Show candidates and decisions, or record a decision."""
    page = _page(request)
    if request.method != "POST" or page is None:
        return _shown(request, page, DustForm(page=page) if page else None, "")
    form, problem = DustForm(request.POST, page=page), ""
    if form.is_valid():
        try:
            decide_sand_dust(_asked(form), by=request.user, at=request.as_of.now)  # type: ignore[arg-type]
        except LantianError as error:
            problem = error.text.in_language(get_language() or "zh-hans")
        else:
            messages.success(request, _("沙尘认定已记录。"))
            year = form.cleaned_data["first"].year
            return redirect(f"{reverse('telemetry:sand-dust')}?area={page.area}&year={year}#decisions")
    return _shown(request, page, form, problem)


def _page(request: PageRequest) -> DustPage | None:
    points = list(Point.objects.visible_to(request.user).evaluated())
    decisions = list(SandDustDecision.objects.visible_to(request.user).select_related("decided_by"))
    asked = request.POST if request.method == "POST" else request.GET
    return dust_page(air_at(request.as_of), points, decisions, DustQueryForm(asked).query)


def _asked(form: DustForm) -> SandDust:
    read = form.cleaned_data
    return SandDust(
        first_hour=read["first"],
        last_hour=read["last"] - HOUR,
        factors=read["factors"],
        points=read["points"],
        area_code=read["area"],
        reference=read["reference"].strip(),
        official=read["status"] == SandDustDecision.Status.OFFICIAL,
        reason=read["reason"].strip(),
    )


def _shown(request: PageRequest, page: DustPage | None, form: DustForm | None, problem: str) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "problem": problem,
        "may_decide": may(request.user, "telemetry:sand-dust", "POST"),
    }
    return render(request, "telemetry/sand_dust.html", context, status=400 if problem or _wrong(form) else 200)


def _wrong(form: DustForm | None) -> bool:
    return form is not None and form.is_bound and bool(form.errors)
