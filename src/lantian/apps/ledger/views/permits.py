"""Pages of discharge permits: coverage, reports due and late, totals."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.forms.conduct import ReportForm
from lantian.apps.ledger.models import Credential
from lantian.apps.ledger.services import permits
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.views.asked import acting, today
from lantian.apps.ledger.views.saying import attempt, first_error
from lantian.apps.ui.page import PageRequest

LETTERS = {"done": "g", "done-late": "g", "late": "r", "due": "y", "coming": "o"}
MOST = 300


def _permits(request: PageRequest, on: date) -> list[Credential]:
    found = Credential.objects.visible_to(request.user).of_kind(permits.PERMIT).in_force(on)
    return list(found.select_related("source", "source__area").prefetch_related("reports").order_by("number")[:MOST])


@require_GET
def overview(request: PageRequest) -> HttpResponse:
    """Show coverage against the catalogue, what is late, and totals against what is allowed."""
    on = today(request)
    held = _permits(request, on)
    view = request.GET.get("view", "late")
    dues = [due for permit in held for due in permits.reports_due(permit, on, date(on.year - 1, 1, 1))]
    lines = [(due, due.standing(on), LETTERS[due.standing(on)]) for due in dues]
    wanted = {"late": {"late"}, "due": {"late", "due"}, "done": {"done", "done-late"}}.get(view, set(LETTERS))
    year = on.year - 1
    shown = held[:60]
    measured = permits.measured_of(shown, year, request.as_of.now)
    context = {
        "coverage": permits.coverage(request.user, on),
        "lines": sorted((one for one in lines if one[1] in wanted), key=lambda one: one[0].due)[:200],
        "late": sum(1 for one in lines if one[1] == "late"),
        "due": sum(1 for one in lines if one[1] in ("late", "due")),
        "done": sum(1 for one in lines if one[1] in ("done", "done-late")),
        "view": view,
        "year": year,
        "totals": [(permit, permits.totals(permit, year, measured.get(permit.source_id))) for permit in shown],
        "on": on,
        "permits": len(held),
        "pollutants": permits.POLLUTANTS,
        "may_write": may(request.user, "ledger:permit-report", "POST"),
    }
    return render(request, "ledger/permits.html", context)


@require_POST
def report(request: PageRequest) -> HttpResponse:
    """Record that a report was handed in; an enterprise for its own permit, today."""
    form, on = ReportForm(request.POST), today(request)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("ledger:permits")
    read = form.cleaned_data
    visible = Credential.objects.visible_to(request.user).of_kind(permits.PERMIT).prefetch_related("reports")
    permit = get_object_or_404(visible.select_related("source"), pk=read["permit"])
    due = next(
        (
            one
            for one in permits.reports_due(permit, on)
            if (one.frequency.id, one.first) == (read["frequency"], read["first"])
        ),
        None,
    )
    if due is None:
        raise Http404
    handed_in = on if scope_of(request.user).enterprises else min(read["handed_in"], on)
    act = Act(acting(request), request.as_of.now)
    done = _("已登记 {number} 的执行报告。").format(number=permit.number)
    attempt(request, lambda: permits.hand_in(permit, due, handed_in, form.emitted, act), done)
    return redirect("ledger:permits")
