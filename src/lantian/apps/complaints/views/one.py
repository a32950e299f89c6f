"""The page of one complaint, and what people do there."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.complaints.forms import (
    AcceptForm,
    ClassForm,
    JoinForm,
    LinkForm,
    PartForm,
    PayForm,
    ReadReporterForm,
    ReasonForm,
    ReplyForm,
    VisitedForm,
)
from lantian.apps.complaints.models import Complaint, Photo, Suggestion
from lantian.apps.complaints.selectors.page import complaint_page
from lantian.apps.complaints.services import (
    Doing,
    accept,
    join,
    link,
    part,
    pay,
    read_reporter,
    reclass,
    refuse,
    reply,
    visit,
)
from lantian.apps.complaints.services.photos import photo_content
from lantian.apps.complaints.services.reporters import RIGHT, Identity
from lantian.apps.complaints.views.asked import acting, moment_of, said, seen_by
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}


def _found(request: PageRequest, number: str) -> Complaint:
    return get_object_or_404(seen_by(request).select_related("case", "duplicate_of"), number=number)


@require_GET
def complaint(request: PageRequest, number: str) -> HttpResponse:
    """Show one complaint."""
    return _page(request, _found(request, number))


def _page(request: PageRequest, found: Complaint, identity: Identity | None = None) -> HttpResponse:
    may_act = may(request.user, "complaints:act", "POST")
    context = {
        "page": complaint_page(found, request.user, moment_of(request)),
        "complaint": found,
        "moment": moment_of(request),
        "may_act": may_act,
        "may_pay": may(request.user, "complaints:pay", "POST"),
        "may_read": may(request.user, RIGHT, "POST"),
        "identity": identity,
        "organisations": Organisation.objects.exclude(kind="enterprise").order_by("code") if may_act else (),
        "personal": True,
    }
    response = render(request, "complaints/one.html", context)
    if identity:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def photo(request: PageRequest, number: str, key: int) -> HttpResponse:
    """Send a photo, checked against its hash."""
    kept = get_object_or_404(Photo, complaint=_found(request, number), pk=key)
    try:
        content = photo_content(kept)
    except LantianError as error:
        raise Http404(said(error)) from error
    return HttpResponse(content, content_type=kept.media_type, headers=SAFE)


@never_cache
@require_POST
def reporter(request: PageRequest, number: str) -> HttpResponse:
    """Show who reported, once, to whoever has the right and says why; it is written down first."""
    found, form = _found(request, number), ReadReporterForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            identity = read_reporter(found, by=acting(request), reason=reason, at=request.as_of.now)
            return _page(request, found, identity)
        except LantianError as error:
            messages.error(request, said(error))
    else:
        messages.error(request, _("请写明查看举报人的理由。"))
    return redirect("complaints:one", number=number)


@require_POST
def pay_reward(request: PageRequest, number: str) -> HttpResponse:
    """Record that a reward was paid."""
    return _do(request, number, PayForm(request.POST), lambda found, read, doing: pay(
        found, doing, receipt=read["receipt"]))  # fmt: skip


Act = Callable[[Complaint, Mapping[str, Any], Doing], object]


def _part(found: Complaint, read: Mapping[str, Any], doing: Doing) -> object:
    return part(get_object_or_404(Suggestion, pk=read["suggestion"], complaint=found), doing)


ACTS: Mapping[str, tuple[type[forms.Form], Act]] = {
    "accept": (AcceptForm, lambda found, read, doing: accept(
        found, doing, handler=read["handler"], source=read["code"])),
    "link": (LinkForm, lambda found, read, doing: link(found, doing, case=read["case"])),
    "refuse": (ReasonForm, lambda found, read, doing: refuse(found, doing, reason=read["reason"])),
    "join": (JoinForm, lambda found, read, doing: join(found, doing, earlier=read["earlier"])),
    "part": (PartForm, _part),
    "class": (ClassForm, lambda found, read, doing: reclass(
        found, doing, topic=read["topic"], time_class=read["time_class"], reason=read["reason"])),
    "reply": (ReplyForm, lambda found, read, doing: reply(found, doing, text=read["text"])),
    "visit": (VisitedForm, lambda found, read, doing: visit(found, doing, found=read["found"], text=read["text"])),
}  # fmt: skip
"""What the page's forms ask, and the service that does it."""


@require_POST
def act(request: PageRequest, number: str, what: str) -> HttpResponse:
    """Do one thing with a complaint, and show it again; a refusal is said on the page."""
    if what not in ACTS:
        raise Http404
    form_type, doing = ACTS[what]
    asks: dict[str, Any] = {"person": request.user} if what in ("link", "join") else {}
    return _do(request, number, form_type(request.POST, **asks), doing)


def _do(request: PageRequest, number: str, form: forms.Form, act_on: Act) -> HttpResponse:
    found = _found(request, number)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, "；".join(map(str, errors)))
    else:
        try:
            read = form.cleaned_data
            act_on(found, read, Doing(acting(request), request.as_of.now, read["version"]))
            messages.success(request, _("已记录。"))
        except LantianError as error:
            messages.error(request, said(error))
    return redirect("complaints:one", number=number)
