"""Signing in and out."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import View

from lantian.apps.accounts.forms import CodeForm, SignInForm
from lantian.apps.accounts.services.sign_in import SignInRefused, give_code, sign_in, sign_out, waiting


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch")
class SignIn(View):
    """The sign-in page; ``next`` leads back to the page that asked for it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._show(request, SignInForm(label_suffix=""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign in, or say why not and keep what was typed."""
        form = SignInForm(request.POST, label_suffix="")
        if not form.is_valid():
            return self._show(request, form, status=422)
        try:
            entered = sign_in(request, **form.cleaned_data, at=datetime.now(UTC))
        except SignInRefused as refused:
            form.add_error(None, refused.text.in_language(get_language() or "zh"))
            return self._show(request, form, status=422)
        if entered is None:
            return redirect(reverse("accounts:code", query={"next": _way_back(request)}))
        return redirect(_way_back(request))

    def _show(self, request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
        return render(
            request,
            "accounts/sign_in.html",
            {"form": form, "next": _way_back(request), "demo": settings.DEMO},
            status=status,
        )


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("code")], name="dispatch")
class SecondFactor(View):
    """The page that asks for a code after the password fitted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, or begin again where nobody waits for a code."""
        if waiting(request, datetime.now(UTC)) is None:
            return redirect("accounts:sign-in")
        return self._show(request, CodeForm(label_suffix=""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign in, or say why not."""
        form = CodeForm(request.POST, label_suffix="")
        if not form.is_valid():
            return self._show(request, form, status=422)
        try:
            give_code(request, code=form.cleaned_data["code"], at=datetime.now(UTC))
        except SignInRefused as refused:
            form.add_error(None, refused.text.in_language(get_language() or "zh"))
            return self._show(request, form, status=422)
        return redirect(_way_back(request))

    def _show(self, request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": _way_back(request), "heading": _("动态口令")}
        return render(request, "accounts/code.html", context, status=status)


def _way_back(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    sign_out(request, at=datetime.now(UTC))
    return redirect("accounts:sign-in")
