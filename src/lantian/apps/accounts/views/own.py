"""One's own sign-in: password, second factor, open sessions."""

from datetime import UTC, datetime

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lantian.apps.accounts.forms import CodeForm, PasswordForm
from lantian.apps.accounts.models import OpenSession, Person, SecurityRules
from lantian.apps.accounts.services import second_factor, security
from lantian.apps.accounts.services.passwords import change_password
from lantian.apps.accounts.services.sessions import end_sessions, forget_expired, rename_session
from lantian.apps.accounts.services.sign_in import FACTOR_DUE, sign_out
from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.ui.page import PageRequest

DRAFT = "factor-draft"


@never_cache
@sensitive_post_parameters("current", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: PageRequest) -> HttpResponse:
    """Show the form, or change the password; other browsers are signed out."""
    form = PasswordForm(request.POST or None, label_suffix="")
    if request.method == "POST" and attempt(
        request, form, lambda: _change(request, form.cleaned_data), _("口令已修改，其他浏览器已退出。")
    ):
        return redirect("accounts:sessions")
    owed = reader(request).must_change_password
    context = {"form": form, "rules": SecurityRules.now(), "owed": owed}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


def _change(request: PageRequest, said: dict[str, str]) -> None:
    person, now = reader(request), datetime.now(UTC)
    change_password(person, current=said["current"], new=said["new"], at=now)
    others = OpenSession.objects.filter(person=person).exclude(session_key=request.session.session_key or "")
    end_sessions(others, by=person, at=now, reason="password")
    before = request.session.session_key
    update_session_auth_hash(request, person)
    rename_session(before, request.session.session_key)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def factor(request: PageRequest) -> HttpResponse:
    """Switch the second factor on by a first code, or off by a code."""
    person, form, codes = reader(request), CodeForm(request.POST or None, label_suffix=""), []
    if request.method == "POST":
        codes = _switch(request, person, form)
        if not form.errors and not codes:
            return redirect("accounts:factor")
    secret = "" if person.totp_confirmed_at else request.session.setdefault(DRAFT, second_factor.new_secret())
    context = {
        "form": form,
        "codes": codes,
        "owed": request.session.get(FACTOR_DUE, False),
        "secret": secret,
        "picture": second_factor.picture(person, secret) if secret else "",
    }
    return render(request, "accounts/factor.html", context, status=422 if form.errors else 200)


def _switch(request: PageRequest, person: Person, form: CodeForm) -> list[str]:
    """Switch on or off; returns the new recovery codes."""
    now, codes = datetime.now(UTC), list[str]()

    def act() -> None:
        code = form.cleaned_data["code"]
        if person.totp_confirmed_at:
            second_factor.check(person, code, at=now)
            second_factor.switch_off(person, by=person, at=now)
        else:
            codes.extend(second_factor.confirm(person, request.session.get(DRAFT, ""), code, at=now))
            request.session.pop(DRAFT, None)
        request.session[FACTOR_DUE] = not person.totp_confirmed_at and bool(
            person.roles & set(SecurityRules.now().factor_roles)
        )

    attempt(request, form, act, _("动态口令已更改。"))
    return codes


@never_cache
@require_http_methods(["GET", "POST"])
def sessions(request: PageRequest) -> HttpResponse:
    """Show where one is signed in; sign out one browser, or all."""
    person, now = reader(request), datetime.now(UTC)
    if request.method == "POST":
        if request.POST.get("all"):
            security.end_all(person, by=person, at=now)
            sign_out(request, at=now)
            return redirect("accounts:sign-in")
        chosen = OpenSession.objects.filter(person=person, pk=request.POST.get("session") or 0)
        end_sessions(chosen, by=person, at=now, reason="own")
        return redirect("accounts:sessions")
    forget_expired(person, at=now)
    found = OpenSession.objects.filter(person=person)
    context = {"sessions": found, "own_key": request.session.session_key, "rules": SecurityRules.now()}
    return render(request, "accounts/sessions.html", context)
