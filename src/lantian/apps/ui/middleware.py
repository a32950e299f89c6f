"""Safe headers for every answer, and the moment that a request asks for."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from lantian.apps.ui.as_of import as_of, read_instant
from lantian.kernel.errors import LantianError

Answer = Callable[[HttpRequest], HttpResponse]


def content_security_policy(tile_url: str | None) -> str:
    """Return the policy: nothing inline, nothing from elsewhere but a tile server that the settings name.

    >>> "'unsafe" in content_security_policy(None)
    False
    """
    tiles = f" {urlsplit(tile_url).scheme}://{urlsplit(tile_url).netloc}" if tile_url else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{tiles}",
            "font-src 'self'",
            f"connect-src 'self'{tiles}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class SafeHeaders:
    """Add what keeps a browser from doing more than our pages need."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": content_security_policy(settings.TILE_URL),
            "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class AsOfControl:
    """Give every request its ``as_of``; the lake is asked for its last hour only when a page looks."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = datetime.now(UTC)
        at, known = request.GET.get("at"), request.GET.get("known")
        try:
            for name, value in (("at", at), ("known", known)):
                if value:
                    read_instant(name, value)
        except LantianError as error:
            request.as_of = as_of(None, None, now)  # type: ignore[attr-defined]
            return render(request, "ui/wrong_request.html", {"error": error}, status=400)
        request.as_of = SimpleLazyObject(lambda: as_of(at, known, now))  # type: ignore[attr-defined]
        return self.get_response(request)
