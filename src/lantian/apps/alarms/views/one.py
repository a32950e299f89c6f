"""The page of one alarm, and what people do there."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.rights import may
from lantian.apps.alarms.forms import (
    AlarmForm,
    AnswerForm,
    CommentForm,
    EvidenceForm,
    HandOnForm,
    JudgeForm,
    ReasonForm,
)
from lantian.apps.alarms.models import Alarm, CounterEvidence
from lantian.apps.alarms.selectors import page as alarm_page
from lantian.apps.alarms.services import (
    Attached,
    acknowledge,
    add_counter_evidence,
    answer_counter_evidence,
    comment,
    file_of,
    hand_on,
    hooks,
    judge,
    mark_seen,
    reopen,
)
from lantian.apps.alarms.views.listing import acting, moment_of, seen_by
from lantian.apps.telemetry.air import air_at
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}
"""What a file of other people is sent with: no script runs in it, whatever it holds."""


def _alarm(request: PageRequest, number: str) -> Alarm:
    whole = seen_by(request).select_related("point", "device", "parent", "window", "acknowledged_by", "outcome_by")
    return get_object_or_404(whole, number=number)


@require_GET
def alarm(request: PageRequest, number: str) -> HttpResponse:
    """Show one alarm and why it was raised."""
    found = _alarm(request, number)
    may_act = may(request.user, "alarms:act", "POST")
    if may_act and request.as_of.live:
        mark_seen(found, by=acting(request), at=request.as_of.now)
    shown = alarm_page.alarm_page(
        found,
        visible=Alarm.objects.visible_to(request.user),
        lake=air_at(request.as_of).lake,
        span=AlarmForm(request.GET).span_key,
        moment=moment_of(request),
    )
    context = {
        "page": shown,
        "alarm": found,
        "outcomes": Alarm.Outcome.choices,
        "organisations": Organisation.objects.order_by("code") if may_act else (),
        "may_act": may_act,
        "frames_url": _frames(found),
        "follow_ups": [pair for ask in hooks.follow_ups for pair in ask(found, request.user)],
    }
    return render(request, "alarms/alarm.html", context)


def _frames(found: Alarm) -> str:
    """Return where the raw frames of the alarm's device are, or ""."""
    device = found.device_id or (found.point.devices.values_list("pk", flat=True).first() if found.point else None)
    return reverse("telemetry:device-frames", args=[device]) if device else ""


Act = Callable[[Alarm, Mapping[str, Any], dict[str, Any]], object]


def _answer(found: Alarm, read: Mapping[str, Any], who: dict[str, Any]) -> object:
    given = get_object_or_404(found.counter_evidence, pk=read["evidence"])
    return answer_counter_evidence(given, accepted=read["accepted"], answer=read["answer"], **who)


ACTS: Mapping[str, tuple[type[forms.Form], Act]] = {
    "acknowledge": (forms.Form, lambda found, read, who: acknowledge(found, **who)),
    "comment": (CommentForm, lambda found, read, who: comment(found, text=read["text"], **who)),
    "judge": (JudgeForm, lambda found, read, who: judge(found, outcome=read["outcome"], reason=read["reason"], **who)),
    "reopen": (ReasonForm, lambda found, read, who: reopen(found, reason=read["reason"], **who)),
    "hand-on": (HandOnForm, lambda found, read, who: hand_on(found, to=read["to"], text=read["text"], **who)),
    "answer": (AnswerForm, _answer),
}
"""What the page's forms ask, and the service that does it."""


@require_POST
def act(request: PageRequest, number: str, what: str) -> HttpResponse:
    """Do one thing with an alarm, and show it again; a refusal is said on the page."""
    if what not in ACTS:
        raise Http404
    found = _alarm(request, number)
    form_type, doing = ACTS[what]
    form = form_type(request.POST)
    if form.is_valid():
        _try(request, lambda: doing(found, form.cleaned_data, {"by": acting(request), "at": request.as_of.now}))
    else:
        messages.error(request, _first_error(form))
    return redirect("alarms:one", number=number)


@require_POST
def evidence(request: PageRequest, number: str) -> HttpResponse:
    """Take what an enterprise says against an alarm; an officer enters it until enterprises sign in themselves."""
    found = _alarm(request, number)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect("alarms:one", number=number)
    sent = form.cleaned_data["file"]
    file = Attached(sent.name, sent.read()) if sent else None
    _try(
        request,
        lambda: add_counter_evidence(
            found,
            text=form.cleaned_data["text"],
            file=file,
            by=acting(request),
            at=request.as_of.now,
        ),
    )
    return redirect("alarms:one", number=number)


def _try(request: PageRequest, doing: Callable[[], object]) -> None:
    try:
        doing()
    except LantianError as error:
        messages.error(request, error.text.in_language(get_language() or "zh-hans"))
    else:
        messages.success(request, _("已记录。"))


def _first_error(form: forms.Form) -> str:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label or name}: {errors[0]}"


@require_GET
def evidence_file(request: PageRequest, number: str, key: int) -> HttpResponseBase:
    """Send the file of a statement, as a download, after checking it against its hash."""
    given = get_object_or_404(CounterEvidence, alarm=_alarm(request, number), pk=key)
    if not given.path:
        raise Http404
    response = HttpResponse(file_of(given), content_type=given.media_type, headers=SAFE)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="evidence-{given.pk}.{Path(given.path).suffix[1:]}"'
    )
    return response


@require_GET
def picture(request: PageRequest, number: str, key: int) -> HttpResponseBase:
    """Send a picture that was taken for an alarm, if it is still what was taken."""
    event = get_object_or_404(_alarm(request, number).events.select_related("snapshot"), snapshot_id=key)
    snapshot = event.snapshot
    path = Path(settings.DATA_DIR) / snapshot.path if snapshot and snapshot.path else None
    content = path.read_bytes() if path and path.is_file() else b""
    if snapshot is None or hashlib.sha256(content).hexdigest() != snapshot.sha256:
        raise Http404
    return HttpResponse(content, content_type=snapshot.media_type, headers=SAFE)
