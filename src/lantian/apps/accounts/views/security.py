"""The security administrator's pages: rules, people's sign-ins, administrators' posts that wait for approval."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.forms import RulesForm
from lantian.apps.accounts.models import Person, PostRequest, SecurityRules
from lantian.apps.accounts.services import second_factor, security
from lantian.apps.accounts.services.passwords import reset_password
from lantian.apps.accounts.services.sign_in import locked
from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.ui.page import PageRequest

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def rules(request: PageRequest) -> HttpResponse:
    """Show the rules of passwords and sessions, or change them."""
    form = RulesForm(request.POST or None, instance=SecurityRules.now(), label_suffix="")
    if request.method == "POST" and attempt(
        request, form, partial(_change_rules, request, form), _("安全规则已修改。")
    ):
        return redirect("accounts:security")
    context = {"form": form, "rules": SecurityRules.now()}
    return render(request, "accounts/security.html", context, status=422 if form.errors else 200)


def _change_rules(request: PageRequest, form: RulesForm) -> None:
    new = form.save(commit=False)
    security.change_rules(new, changed=form.changed_data, by=reader(request), at=datetime.now(UTC))


@never_cache
@require_GET
def sign_ins(request: PageRequest) -> HttpResponse:
    """List people with their lock, second factor and open sessions."""
    text = request.GET.get("text", "").strip()[:40]
    found = Person.objects.annotate(open=Count("open_sessions"))
    if text:
        found = found.filter(username__icontains=text) | found.filter(name_zh__icontains=text)
    now, said = datetime.now(UTC), SecurityRules.now()
    rows = [
        {"person": one, "locked": locked(one.username, now, said)}
        for one in found.order_by("-open", "username")[:PER_PAGE]
    ]
    return render(request, "accounts/sign_ins.html", {"rows": rows, "text": text, "limit": PER_PAGE})


@never_cache
@require_POST
def act(request: PageRequest, number: int, act: str) -> HttpResponse:
    """Unlock, sign out, take the second factor away, or give a temporary password, which is shown once."""
    person, now, by = get_object_or_404(Person, pk=number), datetime.now(UTC), reader(request)
    acts: dict[str, tuple[Any, str]] = {
        "unlock": (partial(security.unlock, person, by=by, at=now), _("已解锁。")),
        "end": (partial(security.end_all, person, by=by, at=now), _("已令其所有浏览器退出。")),
        "factor": (partial(second_factor.switch_off, person, by=by, at=now), _("动态口令已重置。")),
        "password": (partial(reset_password, person, by=by, at=now), ""),
    }
    if act not in acts:
        raise Http404
    if person == by:
        messages.error(request, _("不能对自己做；请另一位安全管理员办理。"))
        return redirect("accounts:security-people")
    does, done = acts[act]
    result = does()
    if act == "password":
        return render(request, "accounts/temporary.html", {"given": [(person, result)], "personal": True})
    messages.success(request, done)
    return redirect("accounts:security-people")


@require_http_methods(["GET", "POST"])
def requests(request: PageRequest) -> HttpResponse:
    """List administrators' posts that were asked for; approve or refuse one."""
    if request.method == "POST":
        asked = get_object_or_404(PostRequest, pk=request.POST.get("request") or 0)
        approved = request.POST.get("verdict") == "approve"
        reason = request.POST.get("reason", "")[:200]
        decide = partial(
            security.decide_request, asked, approved=approved, reason=reason, by=reader(request), at=datetime.now(UTC)
        )
        attempt(request, None, decide, _("已记录审批结论。"))
        return redirect("accounts:security-requests")
    found = PostRequest.objects.select_related("person", "organisation", "area", "asked_by", "decided_by")
    context = {"waiting": found.filter(decided_at=None), "decided": found.exclude(decided_at=None)[:PER_PAGE]}
    return render(request, "accounts/requests.html", context)
