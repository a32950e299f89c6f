"""The overview, the wall, and the data behind them."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from lantian.apps.accounts.rights import may
from lantian.apps.portal import exports
from lantian.apps.portal.map_data import map_data
from lantian.apps.portal.network import live_frame, network_context
from lantian.apps.portal.overview.assemble import Overview
from lantian.apps.portal.presentation import overview_context, wall_context
from lantian.apps.portal.selectors import Page, pack, page
from lantian.apps.ui.page import PageRequest


@require_GET
def overview(request: PageRequest) -> HttpResponse:
    """Show the district's air at a moment; without any data, the one step that helps."""
    shown = page(request.as_of, request.user)
    if shown.overview is None:
        return render(request, "portal/empty.html", _empty_context(shown))
    return render(request, "portal/overview.html", overview_context(shown, shown.overview))


@require_GET
def wall(request: PageRequest) -> HttpResponse:
    """Show the command wall, 1920 × 1080."""
    shown = page(request.as_of, request.user)
    seen = may(request.user, "portal:wall-network") and may(request.user, "telemetry:map-data")
    more = {"may_see_network": seen, **(live_frame(get_language() or "zh-hans") if seen else {})}
    return render(request, "portal/wall.html", wall_context(shown) | more)


@require_GET
def wall_network(request: PageRequest) -> HttpResponse:
    """Return the wall's second page: who is on-line, what alarms wait, how good the links are."""
    return render(request, "portal/_wall_network.html", network_context(request.user, request.as_of.now))


@require_GET
def map_json(request: PageRequest) -> HttpResponse:
    """Return what the map draws."""
    shown, found = _with_data(request)
    return JsonResponse(map_data(shown, found, pack(settings.PACK)), json_dumps_params={"ensure_ascii": False})


@require_GET
def target_csv(request: PageRequest) -> HttpResponse:
    """Return the daily and running means behind the target card."""
    shown, found = _with_data(request)
    if found.target is None:
        raise Http404
    return exports.csv_answer("target", exports.TARGET_HEAD, exports.target_rows(found.target), shown)


@require_GET
def hour_csv(request: PageRequest) -> HttpResponse:
    """Return the hour's values of the district and its stations."""
    shown, found = _with_data(request)
    return exports.csv_answer("hour", exports.HOUR_HEAD, exports.hour_rows(found), shown)


@require_GET
def days_csv(request: PageRequest) -> HttpResponse:
    """Return the district's days of the year."""
    shown, found = _with_data(request)
    return exports.csv_answer("days", exports.DAYS_HEAD, exports.days_rows(found), shown)


@require_GET
def ranking_csv(request: PageRequest) -> HttpResponse:
    """Return the rankings of all factors."""
    shown, found = _with_data(request)
    return exports.csv_answer("ranking", exports.RANKING_HEAD, exports.ranking_rows(found), shown)


def _with_data(request: PageRequest) -> tuple[Page, Overview]:
    shown = page(request.as_of, request.user)
    if shown.overview is None:
        raise Http404
    return shown, shown.overview


def _empty_context(shown: Page) -> dict[str, Any]:
    return {"district": shown.district, "replay": not shown.as_of.live, "stations": shown.stations}
