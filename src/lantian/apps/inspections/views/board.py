"""The board, the list, one inspection with its photos, and the figures."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.inspections.forms import DueForm, MadeForm, PeriodForm
from lantian.apps.inspections.models import Inspection
from lantian.apps.inspections.selectors.board import board, map_marks, name_of
from lantian.apps.inspections.selectors.burden import meters
from lantian.apps.inspections.selectors.listing import made_list
from lantian.apps.inspections.selectors.made import coverage, found_rates
from lantian.apps.inspections.selectors.page import inspection_page
from lantian.apps.inspections.services import InspectionError, photo_content
from lantian.apps.inspections.services.visits import keep, propose
from lantian.apps.inspections.views.acting import acting, moment_of, said, seen_by
from lantian.apps.ledger.kinds import kinds
from lantian.apps.ledger.models import Source
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of

SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
MOST_VISITS = 300
MOST_METERS = 200
QUARTER = 90


@require_GET
def overview(request: PageRequest) -> HttpResponse:
    """Show what is due, what was made, what failed."""
    now = moment_of(request)
    texts = {"shown": _("图上 {n} 个"), "due": _("待检"), "late": _("逾期"), "failed": _("不合格")}
    facts = {"ground": reverse("ledger:ground"), "data": reverse("inspections:map"), "texts": texts}
    context = {
        "page": board(request.user, DueForm(request.GET).query, now), "moment": now, "map_facts": facts,
        "may_plan": may(request.user, "inspections:plan-new"), "may_inspect": may(request.user, "inspections:new"),
    }  # fmt: skip
    return render(request, "inspections/board.html", context)


@require_GET
def marks(request: PageRequest) -> JsonResponse:
    """Send the marks of the board's map."""
    return JsonResponse({"type": "FeatureCollection", "features": map_marks(request.user, moment_of(request))})


@require_GET
def inspections(request: PageRequest) -> HttpResponse:
    """List the inspections that were made."""
    now = moment_of(request)
    page = made_list(seen_by(request), MadeForm(request.GET).query, now)
    return render(request, "inspections/list.html", {"page": page, "moment": now})


@require_GET
def one(request: PageRequest, key: int) -> HttpResponse:
    """Show an inspection."""
    found = seen_by(request).select_related(
        "source__area", "organisation", "entry__plan", "campaign", "alarm", "recorded_by"
    )
    context = {
        "page": inspection_page(get_object_or_404(found, pk=key)),
        "may_inspect": may(request.user, "inspections:new"),
        "may_cases": may(request.user, "cases:one"),
    }
    return render(request, "inspections/inspection.html", context)


@require_GET
def photo(request: PageRequest, key: int, number: int) -> HttpResponse:
    """Send a photo, after checking it against its hash."""
    found = get_object_or_404(get_object_or_404(Inspection.objects.visible_to(request.user), pk=key).photos, pk=number)
    try:
        content = photo_content(found)
    except InspectionError as error:
        raise Http404(said(error)) from error
    return HttpResponse(content, content_type=found.media_type, headers=SAFE)


@require_http_methods(["GET", "HEAD", "POST"])
def visits(request: PageRequest) -> HttpResponse:
    """Show the visits that are needed in the next days, and plan those that are chosen."""
    now = moment_of(request)
    found = propose(_sources(request), day_of(now))
    if request.method == "POST":
        chosen = set(request.POST.getlist("visit"))
        kept = keep(
            [one for one in found.visits if f"{one.source.pk}:{one.day}" in chosen],
            by=acting(request), at=request.as_of.now,
        )  # fmt: skip
        messages.success(
            request, ngettext("已安排 %(n)s 次入户。", "已安排 %(n)s 次入户。", len(kept)) % {"n": len(kept)}
        )
        return redirect("inspections:visits")
    shown = found.visits[:MOST_VISITS]
    names = _names({check.organisation for visit in shown for check in visit.checks})
    today = day_of(now)
    rows = [(visit, [(names[one.organisation], name_of(one.checklist, today), one.due) for one in visit.checks])
            for visit in shown]  # fmt: skip
    context = {
        "plan": found, "rows": rows, "moment": now, "more": len(found.visits) - len(shown),
        "capped": len(found.capped), "may_plan": may(request.user, "inspections:visits", "POST"),
    }  # fmt: skip
    return render(request, "inspections/visits.html", context)


def _names(codes: set[str]) -> dict[str, str]:
    """The names of some organisations in the reader's language."""
    return {one.code: one.name for one in Organisation.objects.filter(code__in=codes)}


def _sources(request: PageRequest) -> Any:
    """Entries on the reader's ground; an enterprise plans nothing."""
    return Source.objects.visible_to(request.user)


@require_GET
def burden(request: PageRequest) -> HttpResponse:
    """Show how often somebody came: to an enterprise of its own entries, to officers of those visited most."""
    now = moment_of(request)
    scope = scope_of(request.user)
    own = Source.objects.visible_to(request.user).current().filter(inspections__isnull=False).distinct()
    found = meters(
        list(own.select_related("area").defer("geometry", "attributes", "area__geometry").order_by("pk")[:5000]),
        day_of(now),
    )
    found.sort(key=lambda meter: (-meter.burden.visits, -meter.burden.checks, meter.source.pk))
    seen = [meter for meter in found if meter.burden.visits]
    names = _names({code for meter in seen for code in meter.by_department})
    rows = [(meter, [(names[code], days) for code, days in meter.by_department.items()]) for meter in seen]
    context = {
        "rows": rows[:MOST_METERS], "moment": now, "own": not scope.areas and not scope.whole,
        "visits": sum(meter.burden.visits for meter in seen), "checks": sum(meter.burden.checks for meter in seen),
        "full": sum(meter.full for meter in seen), "entries": len(seen),
    }  # fmt: skip
    return render(request, "inspections/burden.html", context)


@require_GET
def rates(request: PageRequest) -> HttpResponse:
    """Show what streets find beside what draws find there, and how far their patrols reach."""
    now = moment_of(request)
    today = day_of(now)
    form = PeriodForm(request.GET)
    start, end = form.period(today - timedelta(days=QUARTER), today)
    context = {
        "found": found_rates(start, end), "coverage": coverage(_patrolled(), start, end), "start": start, "end": end,
        "moment": now, "form": form,
    }  # fmt: skip
    return render(request, "inspections/rates.html", context)


def _patrolled() -> list[str]:
    """The ledgers whose entries the streets' patrols go to: dust sources (articles 10 to 13) but roads."""
    return [one.id for one in kinds().values() if one.group == "dust" and one.geometry != "line"]
