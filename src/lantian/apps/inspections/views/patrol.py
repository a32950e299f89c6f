"""The patrol phone (巡查手机页): a shell that works without a network, its worker, the day, and what the phone sends.

The shell holds no data of anybody: the phone keeps it. What is sent comes by POST with a number that the phone made.
"""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Person
from lantian.apps.inspections.patrol_words import patrol_words
from lantian.apps.inspections.selectors.patrol import day_bundle
from lantian.apps.inspections.services.phone import (
    EvidenceFields,
    InspectionBody,
    InspectionPhotoFields,
    Kept,
    Refused,
    StepBody,
    read,
)
from lantian.apps.inspections.services.sync import (
    receive_evidence,
    receive_inspection,
    receive_photo,
    receive_step,
    too_large,
)
from lantian.apps.ledger.services.attachments import LARGEST
from lantian.apps.ui.page import PageRequest

SCOPE = "/patrol/"
FOLDER = "inspections/patrol/"
WORKER = FOLDER + "sw.js"
MODULES = ("app", "check", "dom", "list", "photos", "queue", "step", "store", "waiting", "work")
FILES = (
    "ui/tokens.css", "ui/base.css", "ui/components.css", FOLDER + "patrol.css", FOLDER + "icon-192.png",
    *(f"{FOLDER}{name}.js" for name in MODULES),
)  # fmt: skip
CHUNK = 2**16
LARGEST_BODY = 10 * LARGEST
"""Bytes that are read away before a photo that is too large is refused, so that the phone hears the words."""


# the shell and its worker ---------------------------------------------------------------------------------------


@require_GET
def patrol(request: PageRequest) -> HttpResponse:
    """Show the shell."""
    return HttpResponse(_shell())


@lru_cache(maxsize=1)
def _shell() -> str:
    return render_to_string("inspections/patrol/shell.html", {"words": patrol_words(), "scope": SCOPE})


@lru_cache(maxsize=1)
def _worker() -> str:
    """The worker's script after the version, a hash of all that it keeps, and the list of its files."""
    whole = hashlib.sha256(_shell().encode())
    for name in (*FILES, WORKER):
        whole.update(_content(name))
    files = json.dumps([static(name) for name in FILES])
    head = f'const VERSION = "{whole.hexdigest()[:16]}";\nconst FILES = {files};\n'
    return head + _content(WORKER).decode()


def _content(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


@require_GET
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker: open to all, for it holds nothing, and a browser asks for it by itself."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = SCOPE
    return response


@require_GET
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """Say how the page is installed on a phone."""
    words = patrol_words()["en" if (get_language() or "zh").startswith("en") else "zh"]
    icons = [
        {"src": static(f"{FOLDER}{name}.png"), "sizes": size, "type": "image/png", "purpose": purpose}
        for name, size, purpose in (
            ("icon-192", "192x192", "any"), ("icon-512", "512x512", "any"),
            ("icon-maskable-512", "512x512", "maskable"),
        )
    ]  # fmt: skip
    content = {
        "id": SCOPE,
        "name": f"{words['lantian']} · {words['title']}",
        "short_name": words["title"],
        "start_url": SCOPE,
        "scope": SCOPE,
        "display": "standalone",
        "orientation": "portrait",
        "lang": "en" if (get_language() or "zh").startswith("en") else "zh-CN",
        "background_color": "#f2f4f6",
        "theme_color": "#ffffff",
        "icons": icons,
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


# what the phone asks ------------------------------------------------------------------------------------------------


def _acting(request: PageRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


@require_GET
@never_cache
def me(request: PageRequest) -> HttpResponse:
    """Say who is signed in, and give the token that goes with what is sent."""
    person = _acting(request)
    post = person.post
    return JsonResponse(
        {
            "person": person.pk,
            "name": person.name,
            "post": post.organisation.name if post else "",
            "language": "en" if (get_language() or "zh").startswith("en") else "zh",
            "csrf": get_token(request),
            "now": request.as_of.now.isoformat(),
        }
    )


@require_GET
@never_cache
def day(request: PageRequest) -> HttpResponse:
    """Give what a phone takes along for the day."""
    return JsonResponse(day_bundle(_acting(request), request.as_of.now))


# what the phone sends -----------------------------------------------------------------------------------------------


def _answered(doing: Callable[[], Kept]) -> HttpResponse:
    try:
        return JsonResponse(doing().answer)
    except Refused as refused:
        return JsonResponse(refused.answer, status=refused.status)


def _who(request: PageRequest) -> dict[str, Any]:
    return {"by": _acting(request), "at": request.as_of.now}


@require_POST
def inspection(request: PageRequest) -> HttpResponse:
    """Take a finished checklist."""
    return _answered(lambda: receive_inspection(read(InspectionBody, request.body), **_who(request)))


@require_POST
def step(request: PageRequest) -> HttpResponse:
    """Take a step of a case."""
    return _answered(lambda: receive_step(read(StepBody, request.body), **_who(request)))


@require_POST
def photo(request: PageRequest) -> HttpResponse:
    """Take a photo of an inspection; its bytes are the body."""
    return _answered(
        lambda: receive_photo(read(InspectionPhotoFields, request.GET.dict()), _bytes(request), **_who(request))
    )


@require_POST
def evidence(request: PageRequest) -> HttpResponse:
    """Take a photo for a step of a case; its bytes are the body."""
    return _answered(
        lambda: receive_evidence(read(EvidenceFields, request.GET.dict()), _bytes(request), **_who(request))
    )


def _bytes(request: HttpRequest) -> bytes:
    """Read a photo from the body; one that is too large is read to its end and let go, then refused in words."""
    content, length = bytearray(), 0
    while chunk := request.read(CHUNK):
        length += len(chunk)
        if length <= LARGEST:
            content += chunk
        if length > LARGEST_BODY:
            break
    if length > LARGEST:
        raise too_large()
    return bytes(content)
