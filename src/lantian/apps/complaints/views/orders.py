"""Pages of the sheets of hotline orders: template, trial, taking, refused rows."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.accounts.services.sheets import SheetRefused
from lantian.apps.complaints.forms import OrdersForm
from lantian.apps.complaints.models import OrderImport
from lantian.apps.complaints.services import ComplaintError, check_orders, drop_orders, run_orders
from lantian.apps.complaints.services.orders import template as empty_sheet
from lantian.apps.complaints.views.asked import acting, channel_choices, language, said
from lantian.apps.complaints.views.desk import SHEET
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: PageRequest) -> HttpResponse:
    """Show the form and what was imported; try a sheet that is sent."""
    form, problem = OrdersForm(request.POST or None, request.FILES or None), ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            entry = check_orders(
                file.read(), file.name or "", form.cleaned_data["channel"], by=acting(request), at=request.as_of.now
            )
            return redirect("complaints:import-one", key=entry.pk)
        except (SheetRefused, ComplaintError) as error:
            problem = said(error)
    return _page(request, problem=problem)


def _page(request: PageRequest, entry: OrderImport | None = None, problem: str = "") -> HttpResponse:
    names = dict(channel_choices(request.as_of.now, "system"))
    history = _seen(request).select_related("by").defer("sealed", "returned")[:SHOWN]
    context = {
        "entry": entry, "problem": problem, "channels": names.items(), "may_import": _may(request),
        "history": [(one, names.get(one.channel, one.channel)) for one in history],
    }  # fmt: skip
    return render(request, "complaints/import.html", context)


def _may(request: PageRequest) -> bool:
    return may(request.user, "complaints:import", "POST")


def _seen(request: PageRequest) -> QuerySet[OrderImport]:
    return OrderImport.objects.filter(by=acting(request))


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PageRequest, key: int) -> HttpResponse:
    """Show what a sheet would do, or did; take it or forget it."""
    entry = get_object_or_404(_seen(request), pk=key)
    if request.method != "POST":
        return _page(request, entry)
    if request.POST.get("what") == "drop":
        drop_orders(entry, at=request.as_of.now)
    else:
        try:
            run_orders(entry, at=request.as_of.now)
            messages.success(request, _("已导入。"))
        except LantianError as error:
            messages.error(request, said(error))
    return redirect("complaints:import-one", key=key)


@require_GET
def returned(request: PageRequest, key: int) -> HttpResponse:
    """Give the refused rows back, without who reported."""
    entry = get_object_or_404(_seen(request), pk=key)
    if not entry.returned:
        raise Http404
    return _sheet(bytes(entry.returned), f"returned-{entry.pk}.xlsx")


@require_GET
def template(request: PageRequest) -> HttpResponse:
    """Give an empty sheet."""
    return _sheet(empty_sheet(language(), request.as_of.now), "orders.xlsx")


def _sheet(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=SHEET, headers={"Content-Disposition": f'attachment; filename="{name}"'})
