"""What the shell shows on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from lantian.apps.ui.bell import INBOX, unread
from lantian.apps.ui.navigation import exists, may_open, navigation

SEARCH = "/search/"


def _search_path(request: HttpRequest) -> str:
    """Where the search box asks; empty when there is none that the reader may ask."""
    return SEARCH if exists(SEARCH) and may_open[-1](request, SEARCH) else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, the moment and the pack; the navigation is built only when the shell is drawn."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "bell_path": INBOX if exists(INBOX) else "",
        "unread": SimpleLazyObject(lambda: unread[-1](request)),
        "search_path": SimpleLazyObject(lambda: _search_path(request)),
        "as_of": getattr(request, "as_of", None),
        "html_lang": "zh-CN" if language.startswith("zh") else "en",
        "pack_id": settings.PACK,
        "tile_url": settings.TILE_URL,
    }
