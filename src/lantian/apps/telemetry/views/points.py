"""A monitoring point: values now, hours, days, alarms, device, frames, and its CSV files."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.exports import BOM, attachment
from lantian.apps.telemetry.forms_network import ViewForm
from lantian.apps.telemetry.hooks import AlarmQuestion, alarms_for
from lantian.apps.telemetry.models import Channel, Device, Point
from lantian.apps.telemetry.network import STANDING_WORDS, Signs, kind_name, standing
from lantian.apps.telemetry.pages.card import quality_of
from lantian.apps.telemetry.pages.frames import frame_page
from lantian.apps.telemetry.pages.point import SPANS, STACK, TABS, days_page, hour_label, hours_page, readings_rows
from lantian.apps.telemetry.pages.points import point_words
from lantian.apps.telemetry.pages.stack import stack_page
from lantian.apps.telemetry.pages.values import now_rows
from lantian.apps.telemetry.views.network import language
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.reader import load_pack

SHOWN_ALARMS = 50


@require_GET
def point(request: PageRequest, point: str) -> HttpResponse:
    """Show a point."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    view, factor, hours, day = ViewForm(request.GET).chosen(TABS)
    channels = _channels(found)
    chosen = _chosen(channels, factor)
    context = {
        **_head(found, channels, request),
        "tabs": [tab for tab in TABS if tab[0] != STACK or found.kind == STACK],
        "view": view,
        "spans": SPANS,
        "hours": str(hours),
        "chosen": chosen,
        "body_template": f"telemetry/_point_{view}.html",
    }
    context |= _tab(request, found, view, (channels, chosen, hours, day))
    return render(request, "telemetry/point.html", context)


def _channels(found: Point) -> list[Channel]:
    joined = Channel.objects.filter(point=found).select_related(
        "latest", "device", "device__link", "device__owner", "device__maintainer"
    )
    return sorted(joined, key=lambda one: (not one.main, one.order, one.code))


def _chosen(channels: Sequence[Channel], factor: str) -> Channel | None:
    asked = next((one for one in channels if one.factor == factor), None)
    return asked or (channels[0] if channels else None)


def _head(found: Point, channels: Sequence[Channel], request: PageRequest) -> dict[str, Any]:
    devices = list({one.device_id: one.device for one in channels}.values())
    first = devices[0] if devices else None
    link = getattr(first, "link", None)
    newest = getattr(channels[0], "latest", None) if channels else None
    state = None
    if first is not None:
        signs = Signs(
            link.last_frame_at if link else None,
            newest.received_at if newest else None,
            newest.verdict if newest else "",
            first.interval_s,
        )
        state = standing(first.kind, signs, request.as_of.now)
    return {
        "point": found,
        "kind": kind_name(found.kind),
        "area": point_words(load_pack(settings.PACK)).area(found.area_code),
        "channels": channels,
        "devices": devices,
        "device": first,
        "link": link,
        "silence": request.as_of.now - link.last_frame_at if link else None,
        "standing": STANDING_WORDS[state] if state else None,
        "standing_id": state.value if state else "",
        "rows": now_rows(channels, request.as_of.now),
    }


def _tab(
    request: PageRequest, found: Point, view: str, asked: tuple[Sequence[Channel], Channel | None, int, Any]
) -> dict[str, Any]:
    channels, chosen, hours, day = asked
    lake, now = lake_at(settings.LAKE_URL), request.as_of.now
    if view == "hours" and chosen is not None:
        page = hours_page(lake, found, chosen, hours, now)
        return {"page": page, "chart": page.figure.data(language()), "snapshot": lake.snapshot().id}
    if view == "days":
        return {"days": days_page(lake, found, channels, now), "snapshot": lake.snapshot().id}
    if view == STACK:
        return stack_page(found, lake, now)
    if view == "alarms":
        return {"alarms": alarms_for(request.user, AlarmQuestion(point=found.pk, limit=SHOWN_ALARMS))}
    return _device_tab(view, channels, request, day)


def _device_tab(view: str, channels: Sequence[Channel], request: PageRequest, day: Any) -> dict[str, Any]:
    devices: list[Device] = list({one.device_id: one.device for one in channels}.values())
    now = request.as_of.now
    if view == "frames":
        lake = lake_at(settings.LAKE_URL)
        return {"page": frame_page(lake, [one.pk for one in devices], day, now)}
    if view == "device":
        return {"qualities": [(one, quality_of(one, now)) for one in devices]}
    return {}


# files ----------------------------------------------------------------------------------------------------------


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return attachment((BOM + out.getvalue()).encode(), name, "text/csv; charset=utf-8")


@require_GET
def point_hours(request: PageRequest, point: str) -> HttpResponse:
    """Send the hours of one factor; ``hour`` is the label of its end."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    _view, factor, hours, _day = ViewForm(request.GET).chosen(TABS)
    lake = lake_at(settings.LAKE_URL)
    chosen = _chosen(_channels(found), factor)
    page = hours_page(lake, found, chosen, hours, request.as_of.now) if chosen else None
    snapshot = lake.snapshot().id
    name = f"{chosen.code} {chosen.unit}" if chosen else "value"
    rows = page.rows if page else ()
    lines = [
        (hour_label(row.end), row.end.astimezone(BEIJING).isoformat(timespec="minutes"),
         "" if row.value is None else row.value, row.count, int(row.valid), row.flags.in_language(language()), snapshot)
        for row in rows
    ]  # fmt: skip
    return _csv(["hour", "end", name, "values", "valid", "flags", "snapshot"], lines, f"{found.pk}-hours.csv")


@require_GET
def point_days(request: PageRequest, point: str) -> HttpResponse:
    """Send the days of every channel."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    channels = _channels(found)
    lake = lake_at(settings.LAKE_URL)
    head = ["day", *(part for one in channels for part in (f"{one.code} {one.unit}", f"{one.code} hours"))]
    rows = [
        (row.day, *(part for text, hours, valid in row.cells for part in (text if valid else "", hours)))
        for row in days_page(lake, found, channels, request.as_of.now)
    ]
    return _csv(head, rows, f"{found.pk}-days.csv")


@require_GET
def point_readings(request: PageRequest, point: str) -> HttpResponse:
    """Send every reading of a day as it came, with flag, verdict, receipt and frame."""
    found = get_object_or_404(Point.objects.visible_to(request.user), pk=point)
    _view, _factor, _hours, day = ViewForm(request.GET).chosen(TABS)
    shown = day or day_of(request.as_of.now)
    names = ["factor", "period_s", "start", "value", "flag", "verdict", "reason", "received_at", "source", "frame"]
    rows = [[row.get(name) for name in names] for row in readings_rows(lake_at(settings.LAKE_URL), found.pk, shown)]
    return _csv(names, rows, f"{found.pk}-{shown}-readings.csv")
