"""The quarantine, and maintenance windows."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.telemetry.forms_network import DeviceForm, WindowForm
from lantian.apps.telemetry.models import Device, MaintenanceWindow, UnknownDevice
from lantian.apps.telemetry.pages.frames import sample_of
from lantian.apps.telemetry.services import adopt, declare_window, end_window, refuse_unknown
from lantian.apps.telemetry.views.devices import form_context, measure_source, stored_point
from lantian.apps.telemetry.views.network import actor, attempt, may_write
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, beijing_day, day_of

REASONS = {
    "unknown": Text("未登记", "not registered"),
    "secret": Text("口令不符", "wrong password"),
    "address": Text("来源地址不在名单", "address not on its list"),
    "inactive": Text("设备已停用", "device suspended"),
}
CALENDAR_DAYS = 14
SHOWN = 200
KINDS_OF_ST = {"22": "micro", "39": "dust", "31": "stack", "27": "voc"}
"""Which kind the form proposes for an HJ 212 system code."""


@require_GET
def quarantine(request: PageRequest) -> HttpResponse:
    """Show who was turned away."""
    state = request.GET.get("state", UnknownDevice.State.WAITING)
    known = UnknownDevice.objects.visible_to(request.user)
    wanted = known.filter(state=state) if state in UnknownDevice.State.values else known.waiting()
    rows = [{"one": one, "reason": REASONS.get(one.reason, Text(one.reason, one.reason))} for one in wanted[:SHOWN]]
    context = {
        "rows": rows,
        "state": state,
        "states": UnknownDevice.State.choices,
        "waiting": known.waiting().count(),
        "may_write": may_write(request, "telemetry:quarantine-one"),
    }
    return render(request, "telemetry/quarantine.html", context)


@require_http_methods(["GET", "POST"])
def quarantine_one(request: PageRequest, number: int) -> HttpResponse:
    """Show what one of them sent; adopt or refuse it."""
    one = get_object_or_404(UnknownDevice.objects.visible_to(request.user), pk=number)
    form = DeviceForm(request.POST if request.method == "POST" else None, initial=_guess(one))
    problems: list[str] = []
    if request.method == "POST" and request.POST.get("act") == "refuse":
        problems = attempt(
            request, None, lambda: refuse_unknown(one, by=actor(request), at=request.as_of.now), _("已拒绝接入。")
        )
    elif request.method == "POST":
        problems = attempt(request, form, lambda: _adopt(request, one, form), _("设备已登记，下一帧起接收。"))
    if request.method == "POST" and not problems:
        return redirect("telemetry:quarantine")
    explained, lines = sample_of(one.family, one.sample)
    context = {
        **form_context(),
        "one": one,
        "reason": REASONS.get(one.reason, Text(one.reason, one.reason)),
        "explained": explained,
        "lines": lines,
        "form": form,
        "problems": problems,
        "may_write": may_write(request, "telemetry:quarantine-one"),
    }
    return render(request, "telemetry/quarantine_one.html", context, status=400 if problems else 200)


@transaction.atomic
def _adopt(request: PageRequest, one: UnknownDevice, form: DeviceForm) -> None:
    point = stored_point(form)
    adopt(one, form.new_device(point), by=actor(request), at=request.as_of.now)
    measure_source(request, point, form.cleaned_data["source"])


def _guess(one: UnknownDevice) -> dict[str, Any]:
    """Return what the frame itself tells about its sender."""
    explained, _lines = sample_of(one.family, one.sample)
    said = {field.name: field for field in explained.fields}
    kind = {"gb17691": "heavy-diesel", "jt808": "truck"}.get(one.family, "")
    if one.family == "hj212" and "ST" in said:
        kind = KINDS_OF_ST.get(said["ST"].text, "dust")
    ident = "".join(char for char in one.key.lower() if char.isalnum())
    place = {
        name: said[key].value
        for name, keys in (("longitude", ("longitude", "lon")), ("latitude", ("latitude", "lat")))
        for key in keys
        if key in said
    }
    return {"key": one.key, "kind": kind, "id": ident[-16:] or "device", "name_zh": one.key[-8:], **place}


@require_http_methods(["GET", "POST"])
def maintenance(request: PageRequest) -> HttpResponse:
    """Show maintenance windows as a calendar and a list; declare one, or end one before its time."""
    form = WindowForm(
        request.POST if request.method == "POST" else None, initial={"device": request.GET.get("device", "")}
    )
    problems: list[str] = []
    if request.method == "POST" and request.POST.get("close"):
        window = get_object_or_404(MaintenanceWindow, pk=request.POST["close"])
        problems = attempt(
            request, None, lambda: end_window(window, by=actor(request), at=request.as_of.now), _("窗口已结束。")
        )
    elif request.method == "POST":
        problems = attempt(request, form, lambda: _declare(request, form), _("维护窗口已申报。"))
    if request.method == "POST" and not problems:
        return redirect("telemetry:maintenance")
    context = {**_windows(request), "form": form, "problems": problems}
    context["may_write"] = may_write(request, "telemetry:maintenance")
    return render(request, "telemetry/maintenance.html", context, status=400 if problems else 200)


def _declare(request: PageRequest, form: WindowForm) -> None:
    declare_window(form.cleaned_data["device"], form.new_window, by=actor(request), at=request.as_of.now)


def _windows(request: PageRequest) -> dict[str, Any]:
    now = request.as_of.now
    today = day_of(now)
    first = beijing_day(today - timedelta(days=CALENDAR_DAYS // 2))
    last = first + timedelta(days=CALENDAR_DAYS)
    found = list(
        MaintenanceWindow.objects.visible_to(request.user)
        .touching(first - timedelta(days=30), last)
        .select_related("device", "declared_by")[:SHOWN]
    )
    shown = [window for window in found if window.end > first and window.start < last]
    lanes: dict[str, list[dict[str, float]]] = {}
    for window in shown:
        lanes.setdefault(window.device.name, []).append(_bar(window, first, last))
    return {
        "windows": [{"window": window, "state": _state(window, now)} for window in found],
        "lanes": sorted(lanes.items()),
        "days": [(first + timedelta(days=at)).astimezone(BEIJING).date() for at in range(CALENDAR_DAYS)],
        "today": today,
        "now_x": round((now - first) / (last - first) * 100, 2),
        "kinds": MaintenanceWindow.Kind.choices,
        "devices": Device.objects.visible_to(request.user).active().only("id", "name_zh", "name_en")[:3000],
    }


def _bar(window: MaintenanceWindow, first: datetime, last: datetime) -> dict[str, float]:
    begin, end = max(window.start, first), min(window.end, last)
    left = (begin - first) / (last - first) * 100
    return {"x": round(left, 2), "width": max(round((end - begin) / (last - first) * 100, 2), 0.4)}


def _state(window: MaintenanceWindow, now: datetime) -> str:
    if now < window.start:
        return "coming"
    return "open" if now < window.end else "over"
