"""No page opens unless ``rights.py`` says so; no session goes on idle; what is owed at sign-in comes first."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import Denied, check
from lantian.apps.accounts.services.sessions import is_idle, touch
from lantian.apps.accounts.services.sign_in import FACTOR_DUE, sign_out

Answer = Callable[[HttpRequest], HttpResponse]

ALWAYS = frozenset({"accounts:sign-out", "accounts:password", "accounts:factor"})
"""What opens even while a new password or a second factor is owed."""
DISPLAYS = "portal:wall"
"""Pages on a wall: they may stand for days without a hand on them."""


class SignedIn:
    """End idle sessions, and lead to the page where a new password or second factor is owed."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the view run, or send the browser where it must go first."""
        if not getattr(view, "login_required", True) or not isinstance(request.user, Person):
            return None
        now = datetime.now(UTC)
        if is_idle(request, now) and not _on_the_wall(request):
            sign_out(request, at=now, reason="idle")
            return _away(request, redirect_to_login(request.get_full_path()))
        if _by_hand(request):
            touch(request, now)
        owed = _owed(request)
        return None if owed is None else _away(request, redirect(owed))


def _owed(request: HttpRequest) -> str | None:
    """Return the page that comes first, if any does."""
    if request.resolver_match is None or request.resolver_match.view_name in ALWAYS:
        return None
    if isinstance(request.user, Person) and request.user.must_change_password:
        return "accounts:password"
    return "accounts:factor" if request.session.get(FACTOR_DUE) else None


def _by_hand(request: HttpRequest) -> bool:
    """Tell whether somebody sits there: a page opened or a form sent, not the refreshing of parts by itself."""
    return (
        _on_the_wall(request)
        or request.method == "POST"
        or request.headers.get("Sec-Fetch-Dest", "document") == "document"
    )


def _on_the_wall(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name.startswith(DISPLAYS)


def _away(request: HttpRequest, there: HttpResponse) -> HttpResponse:
    """Answer htmx, which would put the other page into a part of this one, by a header that reloads the whole."""
    if request.headers.get("HX-Request") != "true":
        return there
    return HttpResponse(status=200, headers={"HX-Redirect": there.headers["Location"]})


class Rights:
    """Ask the table of rights before every view that needs a signed-in person."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the view run, or answer 403 with the post that may."""
        if not getattr(view, "login_required", True) or request.resolver_match is None:
            return None
        try:
            check(request.user, request.resolver_match.view_name, request.method or "GET")
        except Denied as denied:
            return render(request, "accounts/no_right.html", {"denied": denied}, status=403)
        return None
