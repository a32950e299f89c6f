"""The desk's pages: queue, board, entering a complaint, export, and the systems that hand orders in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.audit.services import record
from lantian.apps.complaints.exports import workbook
from lantian.apps.complaints.forms import ClientForm, DeskForm, QueueForm
from lantian.apps.complaints.models import HotlineClient
from lantian.apps.complaints.selectors.board import DAYS, board
from lantian.apps.complaints.selectors.listing import filtered, of_view, queue
from lantian.apps.complaints.services import ComplaintError, NewComplaint, make_client, revoke_client, take_in
from lantian.apps.complaints.views.asked import (
    acting,
    channel_choices,
    language,
    moment_of,
    said,
    seen_by,
    topic_choices,
)
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import BEIJING

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def queue_page(request: PageRequest) -> HttpResponse:
    """List the complaints, those that end first on top."""
    now = moment_of(request)
    context = {
        "page": queue(seen_by(request), QueueForm(request.GET).query, now),
        "moment": now,
        "may_enter": may(request.user, "complaints:new", "POST"),
        "may_import": may(request.user, "complaints:import", "POST"),
    }
    return render(request, "complaints/queue.html", context)


@require_GET
def board_page(request: PageRequest) -> HttpResponse:
    """Show complaints by street and topic, the rates, and the places of which many complain."""
    now = moment_of(request)
    context = {"board": board(seen_by(request), now), "moment": now, "days": DAYS}
    return render(request, "complaints/board.html", context)


@require_GET
def export(request: PageRequest) -> HttpResponse:
    """Give what is asked for as a workbook, without who reported; it is written down who took it."""
    now, query = moment_of(request), QueueForm(request.GET).query
    found = of_view(filtered(seen_by(request), query), query.view, now).order_by("-received_at", "-pk")
    record("complaint.exported", subject=None, actor=acting(request), at=request.as_of.now, detail={"view": query.view})
    content = workbook(found, language(), now, request.user)
    name = f"complaints-{now.astimezone(BEIJING):%Y%m%d-%H%M}.xlsx"
    return HttpResponse(content, content_type=SHEET, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Enter a complaint that came to the desk."""
    now = request.as_of.now
    channels = channel_choices(now, "desk", "system")
    form = DeskForm(request.POST or None, topics=topic_choices(now), channels=channels)
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_in(NewComplaint(**form.cleaned_data), by=acting(request), at=now)
        except ComplaintError as error:
            form.add_error(error.field if error.field in form.fields else None, said(error))
        else:
            messages.success(request, _("已登记。") if taken.fresh else _("此工单已登记过。"))
            return redirect("complaints:one", number=taken.complaint.number)
    return render(request, "complaints/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def systems(request: PageRequest) -> HttpResponse:
    """Show the hotlines' systems; register one and show its token this once."""
    form, token = ClientForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            _client, token = make_client(read["name"], read["channel"], by=acting(request), at=request.as_of.now)
        except LantianError as error:
            messages.error(request, said(error))
    choices = channel_choices(request.as_of.now, "system")
    names = dict(choices)
    rows = [(one, names.get(one.channel, one.channel)) for one in HotlineClient.objects.select_related("made_by")]
    response = render(request, "complaints/systems.html", {"rows": rows, "channels": choices, "token": token})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request: PageRequest, key: int) -> HttpResponse:
    """Let a system in no more."""
    revoke_client(get_object_or_404(HotlineClient, pk=key), by=acting(request), at=request.as_of.now)
    messages.success(request, _("已停用。"))
    return redirect("complaints:clients")
