"""The public's pages: the form without sign-in, and the state of one's own complaint by its receipt code."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.complaints.forms import CodeForm, PublicForm, VisitForm
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.selectors.public import status_of
from lantian.apps.complaints.services import Doing, NewComplaint, take_in, visit
from lantian.apps.complaints.services.photos import clean
from lantian.apps.complaints.views.asked import channel_choices, said, too_many, topic_choices
from lantian.apps.ledger import hooks
from lantian.apps.ledger.services.attachments import AttachmentError, Sent
from lantian.apps.ui.maps import control_texts
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import BEIJING, day_of

SENT_MOST, SENT_SECONDS = 10, 600
"""Complaints from one address in ten minutes."""
ASKED_MOST, ASKED_SECONDS = 60, 60
"""States asked for from one address in a minute; codes cannot be guessed, this keeps machines from trying."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: PageRequest) -> HttpResponse:
    """Show the form; take a complaint in and lead to its state, where the code stands to be kept."""
    topics = topic_choices(request.as_of.now)
    if request.method != "POST":
        return _show(request, PublicForm(topics=topics))
    if too_many(request, "sent", SENT_MOST, SENT_SECONDS):
        return _busy(request, SENT_SECONDS)
    filled = PublicForm(request.POST, request.FILES, topics=topics)
    if filled.is_valid():
        try:
            taken = take_in(_read(request, filled), by=None, at=request.as_of.now)
        except (LantianError, AttachmentError) as error:
            named = getattr(error, "field", "") or "photos"
            filled.add_error(named if named in filled.fields else "place", said(error))
        else:
            request.session["complaint"] = taken.complaint.code
            return redirect("complaints:public-status", code=taken.complaint.code)
    return _show(request, filled, status=400)


def _show(request: PageRequest, filled: PublicForm, status: int = 200) -> HttpResponse:
    day = day_of(request.as_of.now)
    reward = rules().reward_rule(day)
    context = {
        "form": filled, "code_form": CodeForm(), "rule": rules().rule(day), "reward": reward,
        "bands": [(Text(band.zh, band.en), band.yuan) for band in reward.bands],
    }  # fmt: skip
    return render(request, "complaints/public_form.html", context, status=status)


def _read(request: PageRequest, filled: PublicForm) -> NewComplaint:
    read = filled.cleaned_data
    channel = channel_choices(request.as_of.now, "public")
    photos = [clean(Sent(file.name or "", file.read())) for file in read["photos"]]
    happened = read["happened_at"]
    return NewComplaint(
        channel=channel[0][0] if channel else "", text=read["text"], place=read["place"], longitude=read["longitude"],
        latitude=read["latitude"] if read["longitude"] is not None else None, topic=read["topic"],
        happened_at=happened.astimezone(BEIJING) if happened else None, name=read["name"], phone=read["phone"],
        wants_reward=read["wants_reward"], photos=photos,
    )  # fmt: skip


def _busy(request: PageRequest, seconds: int) -> HttpResponse:
    response = render(request, "complaints/public_status.html", {"busy": True}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@login_not_required
@require_POST
def find(request: PageRequest) -> HttpResponse:
    """Lead to the state of a complaint by its code, which does not stand in the address that was asked."""
    asked = CodeForm(request.POST)
    return (
        redirect("complaints:public-status", code=asked.cleaned_data["code"])
        if asked.is_valid()
        else redirect("complaints:public-form")
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: PageRequest, code: str) -> HttpResponse:
    """Show how a complaint stands, or keep what its complainant thinks of the reply."""
    if too_many(request, "asked", ASKED_MOST, ASKED_SECONDS):
        return _busy(request, ASKED_SECONDS)
    found = status_of(code, request.as_of.now)
    if found is None:
        return render(request, "complaints/public_status.html", {"missing": True}, status=404)
    if request.method == "POST":
        return _answered(request, found.line.complaint, found.may_answer)
    fresh = request.session.pop("complaint", "") == found.line.complaint.code
    response = render(request, "complaints/public_status.html", {"page": found, "fresh": fresh})
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _answered(request: PageRequest, complaint: Complaint, may_answer: bool) -> HttpResponse:
    answer = VisitForm(request.POST)
    if may_answer and answer.is_valid():
        try:
            read: dict[str, Any] = answer.cleaned_data
            visit(complaint, Doing(None, request.as_of.now), found=read["found"], text=read["text"])
        except LantianError as error:
            return render(request, "complaints/public_status.html", {"problem": said(error)}, status=400)
    return redirect("complaints:public-status", code=complaint.code)


@login_not_required
@require_GET
def ground(request: PageRequest) -> JsonResponse:
    """Return the ground of the form's map: streets and roads, which everybody knows."""
    answer = {**hooks.ground[-1](), "texts": {"controls": control_texts(), "close": _("关闭")}}
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
