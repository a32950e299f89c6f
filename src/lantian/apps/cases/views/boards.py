"""Boards, what is overdue, and the register of sanctions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.cases.forms import CasesForm, LiftForm
from lantian.apps.cases.models import Sanction
from lantian.apps.cases.selectors.boards import DAYS, departments, durations, overdue_page, streets
from lantian.apps.cases.selectors.sanctions import sanction_lines
from lantian.apps.cases.services import lift
from lantian.apps.cases.views.listing import acting, moment_of, said, seen_by, steps_seen_by
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of


@require_GET
def boards(request: PageRequest) -> HttpResponse:
    """Show what each department and each street has open."""
    now, steps = moment_of(request), steps_seen_by(request)
    context = {"departments": departments(steps, now), "streets": streets(steps, now), "moment": now, "days": DAYS}
    return render(request, "cases/boards.html", context)


@require_GET
def overdue(request: PageRequest) -> HttpResponse:
    """Show what is overdue, and the time from alert to closed."""
    now, query = moment_of(request), CasesForm(request.GET).query
    page = overdue_page(steps_seen_by(request), now, query.after, query.passed)
    context = {"page": page, "durations": durations(seen_by(request), now), "moment": now, "days": DAYS}
    return render(request, "cases/overdue.html", context)


@require_GET
def sanctions(request: PageRequest) -> HttpResponse:
    """Show the register of sanctions."""
    today = day_of(moment_of(request))
    everything = request.GET.get("view") == "all"
    context = {
        "lines": sanction_lines(request.user, today, everything=everything),
        "everything": everything,
        "today": today,
        "may_lift": may(request.user, "cases:lift", "POST"),
    }
    return render(request, "cases/sanctions.html", context)


@require_POST
def lift_sanction(request: PageRequest, key: int) -> HttpResponse:
    """Lift a sanction, with the reason."""
    sanction = get_object_or_404(Sanction.objects.visible_to(request.user), pk=key)
    form = LiftForm(request.POST)
    if form.is_valid():
        try:
            lift(sanction, reason=form.cleaned_data["reason"], by=acting(request), at=request.as_of.now)
            messages.success(request, _("已记录。"))
        except LantianError as error:
            messages.error(request, said(error))
    return redirect("cases:sanctions")
