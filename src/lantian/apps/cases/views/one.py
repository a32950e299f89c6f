"""The page of one case, and what people do there."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Organisation, Role
from lantian.apps.accounts.rights import may
from lantian.apps.cases import hooks
from lantian.apps.cases.forms import (
    ActForm,
    CommentForm,
    EvidenceForm,
    MergeForm,
    RelateForm,
    SplitForm,
    SubjectForm,
    TakeForm,
    TransferForm,
)
from lantian.apps.cases.models import Case
from lantian.apps.cases.panels import panels
from lantian.apps.cases.selectors.page import case_page
from lantian.apps.cases.services import (
    CaseActError,
    Split,
    Taken,
    attach_file,
    comment,
    content_of,
    merge,
    pause,
    relate,
    reopen,
    resume,
    send_back,
    set_subject,
    split,
    take_step,
    transfer,
)
from lantian.apps.cases.views.listing import acting, moment_of, said, seen_by
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}


def _case(request: PageRequest, slug: str) -> Case:
    whole = seen_by(request).select_related("alarm", "source", "point", "sender", "parent", "merged_into", "opened_by")
    return get_object_or_404(whole, slug=slug)


@require_GET
def case(request: PageRequest, slug: str) -> HttpResponse:
    """Show one case."""
    found = _case(request, slug)
    now = moment_of(request)
    may_act = may(request.user, "cases:act", "POST")
    context = {
        "page": case_page(found, request.user, now),
        "panels": panels(found, request.user, now),
        "case": found,
        "moment": now,
        "may_act": may_act,
        "may_revoke": may(request.user, "cases:revoke", "POST"),
        "is_desk": may_act and Role.DUTY in acting(request).roles,
        "organisations": Organisation.objects.exclude(kind="enterprise").order_by("code") if may_act else (),
        "personal": True,
    }
    return render(request, "cases/case.html", context)


Act = Callable[[Case, Mapping[str, Any], dict[str, Any]], object]


def _take(found: Case, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    taken = Taken(read["outcome"], read["reason"], read["place"], tuple(read["findings"]), read["version"])
    return take_step(found, read["thread"], taken, **who)


def _plain(doing: Callable[..., object]) -> Act:
    """Make an act of a service that asks for the step, the reason and the version alone."""
    return lambda found, read, who: doing(found, read["thread"], reason=read["reason"], version=read["version"], **who)


def _transfer(found: Case, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    return transfer(found, read["thread"], to=read["to"], reason=read["reason"], version=read["version"], **who)


def _merge(found: Case, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    into = Case.objects.visible_to(who["by"]).filter(number=read["into"].strip()).first()
    if into is None:
        raise CaseActError(Text("没有这个案号，或您无权查看。", "There is no such case, or you may not see it."))
    return merge(found, into=into, reason=read["reason"], version=read["version"], **who)


def _split(found: Case, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    asked = Split(read["title"], read["reason"], read["numbers"], read["code"])
    return split(found, asked, version=read["version"], **who)


def _relate(found: Case, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    return relate(found, role=read["role"], source=read["code"], version=read["version"], **who)


ACTS: Mapping[str, tuple[type[forms.Form], Act]] = {
    "take": (TakeForm, _take),
    "send-back": (ActForm, _plain(send_back)),
    "pause": (ActForm, _plain(pause)),
    "resume": (ActForm, _plain(resume)),
    "transfer": (TransferForm, _transfer),
    "relate": (RelateForm, _relate),
    "merge": (MergeForm, _merge),
    "split": (SplitForm, _split),
    "reopen": (ActForm, _plain(reopen)),
    "comment": (CommentForm, lambda found, read, who: comment(found, text=read["reason"], **who)),
    "subject": (SubjectForm, lambda found, read, who: set_subject(
        found, source=read["code"], version=read["version"], **who)),
}  # fmt: skip
"""What the page's forms ask, and the service that does it."""


@require_POST
def act(request: PageRequest, slug: str, what: str) -> HttpResponse:
    """Do one thing with a case, and show it again; a refusal is said on the page."""
    if what not in ACTS:
        raise Http404
    found = _case(request, slug)
    form_type, doing = ACTS[what]
    form = form_type(request.POST)
    if form.is_valid():
        attempt(request, lambda: doing(found, form.cleaned_data, {"by": acting(request), "at": request.as_of.now}))
    else:
        messages.error(request, first_error(form))
    return redirect(page_of(found))


@require_POST
def evidence(request: PageRequest, slug: str) -> HttpResponse:
    """Keep a file with a step."""
    found = _case(request, slug)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        read = form.cleaned_data
        sent = Sent(read["file"].name, read["file"].read())
        who: dict[str, Any] = {"by": acting(request), "at": request.as_of.now}
        attempt(
            request, lambda: attach_file(found, read["thread"], sent, note_text=read["note"], said=form.said, **who)
        )
    else:
        messages.error(request, first_error(form))
    return redirect(page_of(found))


@require_GET
def evidence_file(request: PageRequest, slug: str, key: int) -> HttpResponse:
    """Send a file, after checking it against its hash; pictures are shown, others are downloads."""
    kept = get_object_or_404(_case(request, slug).evidence, pk=key)
    try:
        content = content_of(kept)
    except CaseActError as error:
        raise Http404(said(error)) from error
    response = HttpResponse(content, content_type=kept.media_type, headers=SAFE)
    if not kept.media_type.startswith("image/"):
        response.headers["Content-Disposition"] = f'attachment; filename="{kept.pk}{Path(kept.path).suffix}"'
    return response


def page_of(case: Case) -> str:
    """Return where a case is shown: its own page, or that of a higher part."""
    return next((found for one in hooks.page_of if (found := one(case))), reverse("cases:one", args=[case.slug]))


def attempt(request: PageRequest, doing: Callable[[], object]) -> None:
    """Do something, and say on the next page that it was done or why not."""
    try:
        doing()
    except LantianError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("已记录。"))


def first_error(form: forms.Form) -> str:
    """Return the first mistake of a form, with its field's name."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label or name}: {errors[0]}"
