"""Channels and the delivery record: the system administrator's."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.notices.forms import FORMS, TryForm
from lantian.apps.notices.models import Channel, Delivery
from lantian.apps.notices.rules import channel_kind, templates
from lantian.apps.notices.selectors.record import channel_lines, delivery_lines
from lantian.apps.notices.services.channels import save_channel, send_again, try_channel
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text

PER_PAGE = 50


@never_cache
@require_safe
def system(request: PageRequest) -> HttpResponse:
    """Show the channels and what became of each delivery."""
    now, asked = request.as_of.now, request.GET
    found = Delivery.objects.select_related("message", "channel", "person", "carrier")
    if asked.get("state") in Delivery.State.values:
        found = found.filter(state=asked["state"])
    if asked.get("channel", "").isdecimal():
        found = found.filter(channel=int(asked["channel"]))
    page = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    context = {
        "channels": channel_lines(now),
        "kinds": Channel.Kind.choices,
        "page": page,
        "lines": delivery_lines(list(page), now),
        "states": Delivery.State.choices,
        "asked": asked,
        "personal": True,
    }
    return render(request, "notices/system.html", context)


@never_cache
@sensitive_post_parameters("url", "secret", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def channel_new(request: PageRequest, kind: str) -> HttpResponse:
    """Add a channel of a kind."""
    if kind not in FORMS:
        raise Http404
    return _form(request, Channel(kind=kind))


@never_cache
@sensitive_post_parameters("url", "secret", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: PageRequest, key: int) -> HttpResponse:
    """Show and change a channel; its secrets can be written anew, and are not shown."""
    return _form(request, get_object_or_404(Channel, pk=key))


def _form(request: PageRequest, channel: Channel) -> HttpResponse:
    now = request.as_of.now
    form = FORMS[channel.kind].shown(channel, request.POST, dict(templates(now)))
    if request.method == "POST" and attempt(
        request,
        form,
        lambda: save_channel(channel, form.values(), by=reader(request), at=datetime.now(UTC)),
        _("渠道已保存。"),
    ):
        return redirect("notices:channel", key=channel.pk)
    allowed = channel_kind(channel.kind, now)
    context = {
        "channel": channel,
        "form": form,
        "allowed": allowed,
        "note": Text(allowed.note_zh or "", allowed.note_en or ""),
        "label": TryForm.label_of(channel),
    }
    return render(request, "notices/channel.html", context, status=422 if form.errors else 200)


@require_POST
def channel_test(request: PageRequest, key: int) -> HttpResponse:
    """Send a test message and say what the receiver answered."""
    found, form = get_object_or_404(Channel, pk=key), TryForm(request.POST)
    try:
        address = form.cleaned_data["address"] if form.is_valid() else ""
        answer = try_channel(found, address, by=reader(request), at=datetime.now(UTC))
    except LantianError as error:
        messages.error(request, error.text.in_language(get_language() or "zh-hans"))
    else:
        said = _("测试消息已送达。对方答复：%s") if answer.taken else _("测试消息未送达。对方答复：%s")
        messages.info(request, said % answer.text)
    return redirect("notices:channel", key=found.pk)


@require_POST
def again(request: PageRequest, key: int) -> HttpResponse:
    """Queue a failed delivery once more."""
    found = get_object_or_404(Delivery, pk=key)
    attempt(request, None, lambda: send_again(found, by=reader(request), at=datetime.now(UTC)), _("已重新排队。"))
    return redirect("notices:system")
