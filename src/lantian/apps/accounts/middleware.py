"""No page opens unless ``rights.py`` says so."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.apps.accounts.rights import Denied, check


class Rights:
    """Ask the table of rights before every view that needs a signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
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
