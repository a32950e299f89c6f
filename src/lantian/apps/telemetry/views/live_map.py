"""The live map: the page, the ground it stands on, what it refreshes from, and the card of one mark."""

import json
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.district import district_of, ground
from lantian.apps.telemetry.models import Device, Point
from lantian.apps.telemetry.network import STANDING_WORDS, Standing
from lantian.apps.telemetry.pages.card import device_card, point_card
from lantian.apps.telemetry.pages.live_map import addresses, kind_rows, map_answer
from lantian.apps.ui.maps import control_texts
from lantian.apps.ui.page import PageRequest
from lantian.policy.reader import load_pack

REFRESH_S = 15


def _language() -> str:
    return get_language() or "zh-hans"


@require_GET
def live_map(request: PageRequest) -> HttpResponse:
    """Show the map's frame; marks and ground follow."""
    plan = load_pack(settings.PACK)
    kinds = kind_rows(_language())
    states = {state.value: STANDING_WORDS[state].in_language(_language()) for state in Standing}
    facts = {"kinds": kinds, "states": states, "urls": addresses(), "refresh_s": REFRESH_S, "texts": _texts()}
    context = {
        "kinds": kinds,
        "states": states,
        "facts": facts,
        "district": district_of(plan),
        "refresh_s": REFRESH_S,
        "synthetic": Device.objects.visible_to(request.user).active().filter(synthetic=True).exists(),
    }
    return render(request, "telemetry/live_map.html", context)


def _texts() -> dict[str, str]:
    return {
        "ago": _("{age}前"),
        "second": _("{n} 秒"),
        "minute": _("{n} 分"),
        "hour": _("{n} 时"),
        "day": _("{n} 天"),
        "never": _("未收到数据"),
        "more": _("另有 {n} 个，请输入名称缩小范围"),
        "none": _("没有符合条件的点位"),
        "shown": _("{n} 个"),
        "updated": _("更新于 {time}"),
        "failed": _("未能刷新，{time} 起的数据仍在图上"),
        "alarm": _("报警 {title}"),
    }


@require_GET
def map_ground(request: PageRequest) -> HttpResponse:
    """Return areas, roads and names; the same until the pack or the borders change."""
    plan = load_pack(settings.PACK)
    answer = {
        **ground(plan, district_of(plan), _language()),
        "texts": {"controls": control_texts(), "close": _("关闭")},
    }
    return _tagged(request, answer)


@require_GET
def map_data(request: PageRequest) -> HttpResponse:
    """Return the marks as they stand; 304 when nothing has changed for the asker."""
    return _tagged(request, map_answer(request.user, request.as_of.now))


def _tagged(request: PageRequest, answer: dict[str, Any]) -> HttpResponse:
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        unchanged = HttpResponseNotModified()
        unchanged.headers["ETag"] = tag
        return unchanged
    response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_GET
def point_card_view(request: PageRequest, point: str) -> HttpResponse:
    """Return the preview of a point."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    context = point_card(request.user, found, lake_at(settings.LAKE_URL), request.as_of.now)
    return render(request, "telemetry/_live_card.html", context)


@require_GET
def device_card_view(request: PageRequest, device: str) -> HttpResponse:
    """Return the preview of a vehicle."""
    found = get_object_or_404(Device.objects.visible_to(request.user).select_related("link", "owner"), pk=device)
    return render(request, "telemetry/_live_card.html", device_card(request.user, found, request.as_of.now))
