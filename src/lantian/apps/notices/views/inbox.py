"""One's own notices, and how one wants to be told."""

from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lantian.apps.accounts.masking import masked
from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.notices.forms import PreferenceForm
from lantian.apps.notices.models import Channel, Notice, Preference
from lantian.apps.notices.rules import rule_at, templates
from lantian.apps.notices.services.inbox import Wishes, choose, mark_read
from lantian.apps.notices.services.telling import default_preference
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text

PER_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: PageRequest) -> HttpResponse:
    """Show the reader's notices; mark some or all of them read."""
    person = reader(request)
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("notice") if one.isdecimal()]
        mark_read(person, None if request.POST.get("all") else chosen, datetime.now(UTC))
        return redirect(request.get_full_path())
    everything = request.GET.get("all") == "1"
    found = Notice.objects.of(person).select_related("message")
    page = Paginator(found if everything else found.unread(), PER_PAGE).get_page(request.GET.get("page"))
    names = {name: Text(one.zh, one.en) for name, one in templates(request.as_of.now).items()}
    lines = [(one, names.get(one.message.template, Text("", ""))) for one in page]
    return render(request, "notices/inbox.html", {"page": page, "lines": lines, "everything": everything})


@require_POST
def open_notice(request: PageRequest, key: int) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    person = reader(request)
    notice = get_object_or_404(Notice.objects.of(person).select_related("message"), pk=key)
    mark_read(person, [notice.pk], datetime.now(UTC))
    return redirect(notice.message.link)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PageRequest) -> HttpResponse:
    """Show and change how the reader wants to be told."""
    person, rule = reader(request), rule_at(request.as_of.now)
    stands = Preference.objects.filter(person=person).first() or default_preference(person, rule)
    fields = ("email", "sms", "digest", "language", "quiet_from", "quiet_to")
    form = PreferenceForm(
        request.POST or None, initial={name: getattr(stands, name) for name in fields}, label_suffix=""
    )
    if request.method == "POST" and attempt(
        request, form, lambda: choose(person, Wishes(**form.cleaned_data)), _("已保存，对以后的通知起作用。")
    ):
        return redirect("notices:preferences")
    on = set(Channel.objects.in_use().personal().values_list("kind", flat=True))
    context = {
        "form": form,
        "rule": rule,
        "email": masked(person.email, "email") if "email" in on else "",
        "phone": masked(person.phone, "phone") if "sms" in on else "",
        "on": on,
    }
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)
