"""Devices: list, registration, import, one device with its channels, frames, commands and upkeep."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.audit.services import record
from lantian.apps.ledger.forms.source import source_named
from lantian.apps.telemetry.air import lake_at
from lantian.apps.telemetry.explained.words import fault_words
from lantian.apps.telemetry.exports import XLSX, attachment
from lantian.apps.telemetry.forms_device import DeviceChangeForm
from lantian.apps.telemetry.forms_network import (
    ChannelForm,
    CommandForm,
    CourseForm,
    DeviceFileForm,
    DeviceForm,
    DevicesForm,
    ReasonForm,
    ViewForm,
)
from lantian.apps.telemetry.models import Camera, Device, Point, Snapshot
from lantian.apps.telemetry.network import kinds
from lantian.apps.telemetry.pages.device import ASKED, EDIT, commands_of, head, tabs_of, trend_of, upkeep
from lantian.apps.telemetry.pages.devices import device_list
from lantian.apps.telemetry.pages.frames import frame_page, one_frame
from lantian.apps.telemetry.pages.track import GAUGES, day_asked, engine_of, track_data, track_of
from lantian.apps.telemetry.services import (
    Course,
    DeviceError,
    device_template,
    import_devices,
    link_point,
    put_channel,
    queue_command,
    register_device,
    resume_device,
    set_course,
    snapshot_file,
    suspend_device,
    take_snapshot,
)
from lantian.apps.telemetry.views.network import actor, attempt, language, may_write
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.protocols.hj212.faults import TOLERABLE

WRITE = "telemetry:device-register"


@require_GET
def devices(request: PageRequest) -> HttpResponse:
    """Show the list of devices."""
    page = device_list(request.user, DevicesForm(request.GET).query, request.as_of.now)
    context = {"page": page, "columns": _columns(page.query.sort), "may_write": may_write(request, WRITE)}
    return render(request, "telemetry/devices.html", context)


def _columns(sort: str) -> list[dict[str, Any]]:
    heads = (
        ("state", Text("状态", "State"), ""), ("name", Text("设备", "Device"), ""), ("kind", Text("类别", "Kind"), ""),
        ("", Text("点位", "Point"), "p2"), ("", Text("设备标识", "Key"), "p2"), ("", Text("主要值", "Main value"), "r"),
        ("silence", Text("末次报文", "Last frame"), "r"), ("owner", Text("责任单位", "Owner"), "p2"),
        ("maintainer", Text("运维单位", "Maintainer"), ""),
    )  # fmt: skip
    return [
        {
            "key": key,
            "label": label,
            "classes": classes,
            "sorted": bool(key) and sort.removeprefix("-") == key,
            "down": sort.startswith("-"),
            "next": f"-{key}" if sort == key else key,
        }
        for key, label, classes in heads
    ]


@require_http_methods(["GET", "POST"])
def device_register(request: PageRequest) -> HttpResponse:
    """Show the form, or register a device with its point."""
    form = DeviceForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    problems: list[str] = []
    if request.method == "POST":
        problems = attempt(request, form, lambda: _register(request, form), _("设备已登记。"))
        if not problems:
            return redirect("telemetry:device", device=form.cleaned_data["id"])
    context = {**form_context(), "form": form, "problems": problems, "may_write": may_write(request, WRITE)}
    return render(request, "telemetry/device_register.html", context, status=400 if problems else 200)


@transaction.atomic
def _register(request: PageRequest, form: DeviceForm) -> None:
    point = stored_point(form)
    register_device(form.new_device(point), by=actor(request), at=request.as_of.now)
    measure_source(request, point, form.cleaned_data["source"])


def measure_source(request: PageRequest, point: Point | None, text: str, *, empty: bool = False) -> None:
    """Link a point to the ledger entry that a form names; nothing typed takes the link away only where ``empty``.

    Raises NotFound for what is no entry that the person sees, DeviceError where there is no point to link.
    """
    named = text.strip()
    if point is None:
        if named:
            raise DeviceError(
                Text(
                    "移动设备按号牌对应台账，不另填治理对象。",
                    "A mobile device belongs to the entry with its plate; name no source.",
                )
            )
        return
    kept = point.source is not None and point.source.code == named
    if not kept and (named or empty):
        link_point(point, source_named(named, request.user), by=actor(request), at=request.as_of.now)


def stored_point(form: DeviceForm) -> Point | None:
    """Return the point of a form, made where it is new."""
    new = form.new_point()
    if new is not None:
        new.save(force_insert=True)
    return new or form.known_point


def form_context() -> dict[str, Any]:
    """Return the choices of the form that registers a device."""
    return {
        "kinds": [{"id": kind.id, "name": Text(kind.zh, kind.en)} for kind in kinds().values()],
        "organisations": list(Organisation.objects.all()),
        "points": Point.objects.filter(kind__in=list(kinds())).only("id", "name_zh", "name_en")[:2000],
        "faults": [(name, fault_words(name)) for name in sorted(fault.value for fault in TOLERABLE)],
        "areas": Area.objects.only("code", "name_zh", "name_en"),
    }


@require_http_methods(["GET", "POST"])
def device_import(request: PageRequest) -> HttpResponse:
    """Take a table of devices and tell row by row what became of it."""
    form, done, problems = DeviceFileForm(request.POST or None, request.FILES or None), None, []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = import_devices(file.read(), file.name, by=actor(request), at=request.as_of.now)
        except LantianError as error:
            problems = [error.text.in_language(language())]
    elif request.method == "POST":
        problems = [_("请先选择文件。")]
    context = {"done": done, "problems": problems, "may_write": may_write(request, "telemetry:device-import")}
    return render(request, "telemetry/device_import.html", context, status=400 if problems else 200)


@require_GET
def device_import_template(_request: PageRequest) -> HttpResponse:
    """Send an empty table with its heads and one example."""
    return attachment(device_template(language()), "devices.xlsx", XLSX)


# one device -----------------------------------------------------------------------------------------------------


def asked_device(request: PageRequest, pk: str) -> Device:
    """Return the device that an address names, where the reader may see it."""
    wanted = Device.objects.visible_to(request.user).select_related("link", "point__source", "owner", "maintainer")
    return get_object_or_404(wanted, pk=pk)


@require_GET
def device(request: PageRequest, device: str) -> HttpResponse:
    """Show a device."""
    return shown(request, asked_device(request, device), [])


def shown(
    request: PageRequest, found: Device, problems: list[str], view: str = "", more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Show a device's page on the tab that the address or ``view`` asks for."""
    tabs = tabs_of(found)
    asked, factor, _hours, day = ViewForm(request.GET).chosen((*tabs, EDIT))
    tab = view or asked
    context = {
        **head(request.user, found, request.as_of.now),
        "tabs": tabs,
        "view": tab,
        "body_template": f"telemetry/_device_{tab}.html",
        "problems": problems,
        "may_write": may_write(request, WRITE),
        "may_maintain": may_write(request, "telemetry:maintenance"),
        "may_reveal": may_write(request, "telemetry:device-secret"),
        "edited": factor,
    }
    context |= TAB_CONTEXTS[tab](request, found, day)
    return render(request, "telemetry/device.html", {**context, **(more or {})}, status=400 if problems else 200)


def _link_tab(request: PageRequest, found: Device, _day: date | None) -> dict[str, Any]:
    trend = trend_of(found, request.as_of.now)
    return {"trend": trend, "chart": trend.figure.data(language())}


def _frames_tab(request: PageRequest, found: Device, day: date | None) -> dict[str, Any]:
    return {"page": frame_page(lake_at(settings.LAKE_URL), [found.pk], day, request.as_of.now)}


def _commands_tab(request: PageRequest, found: Device, _day: date | None) -> dict[str, Any]:
    return {"commands": commands_of(request.user, found), "asked": ASKED if found.family == "hj212" else ()}


def _upkeep_tab(request: PageRequest, found: Device, _day: date | None) -> dict[str, Any]:
    return {**upkeep(request.user, found, request.as_of.now), "today": day_of(request.as_of.now)}


def _channels_tab(request: PageRequest, found: Device, _day: date | None) -> dict[str, Any]:
    code = request.GET.get("factor", "")
    return {"one": next((one for one in found.channels.all() if one.code == code), None)} if code else {}


def _track_tab(request: PageRequest, found: Device, day: date | None) -> dict[str, Any]:
    track = track_of(lake_at(settings.LAKE_URL), found, day_asked(day, request.as_of.now))
    course = Course.of(found.details)
    facts = track_data(track, course.line if course else (), language())
    chart = track.figure.data(language()) if track.figure else None
    return {"track": track, "facts": facts, "course": course, "chart": chart}


def _engine_tab(request: PageRequest, found: Device, day: date | None) -> dict[str, Any]:
    asked = day_asked(day, request.as_of.now)
    engine = engine_of(lake_at(settings.LAKE_URL), found, asked, request.GET.get("factor", ""))
    return {"engine": engine, "gauges": GAUGES, "chart": engine.figure.data(language()) if engine.figure else None}


def _edit_tab(_request: PageRequest, found: Device, _day: date | None) -> dict[str, Any]:
    return {**form_context(), "form": DeviceChangeForm.of(found)}


TAB_CONTEXTS: Mapping[str, Callable[[PageRequest, Device, date | None], dict[str, Any]]] = {
    "link": _link_tab,
    "track": _track_tab,
    "engine": _engine_tab,
    "channels": _channels_tab,
    "frames": _frames_tab,
    "commands": _commands_tab,
    "upkeep": _upkeep_tab,
    "edit": _edit_tab,
}


@require_POST
def device_channel(request: PageRequest, device: str) -> HttpResponse:
    """Add or change a channel."""
    found, form = asked_device(request, device), ChannelForm(request.POST)
    problems = attempt(
        request,
        form,
        lambda: put_channel(found, form.new_channel, by=actor(request), at=request.as_of.now),
        _("通道已保存。"),
    )
    return shown(request, found, problems, "channels") if problems else to(found, "channels")


@require_POST
def device_command(request: PageRequest, device: str) -> HttpResponse:
    """Queue a command."""
    found, form = asked_device(request, device), CommandForm(request.POST)
    problems = attempt(
        request,
        form,
        lambda: queue_command(
            found, form.cleaned_data["code"], form.parameters, by=actor(request), at=request.as_of.now
        ),
        _("命令已排队，设备在线后下发。"),
    )
    return shown(request, found, problems, "commands") if problems else to(found, "commands")


@require_POST
def device_active(request: PageRequest, device: str) -> HttpResponse:
    """Suspend a device with a reason, or take it in again."""
    found, form = asked_device(request, device), ReasonForm(request.POST)
    if not found.active:
        resume_device(found, by=actor(request), at=request.as_of.now)
        messages.success(request, _("设备已恢复。"))
        return to(found, "upkeep")
    problems = attempt(
        request,
        form,
        lambda: suspend_device(found, reason=form.cleaned_data["reason"], by=actor(request), at=request.as_of.now),
        _("设备已停用。"),
    )
    return shown(request, found, problems, "upkeep") if problems else to(found, "upkeep")


@require_POST
def device_course(request: PageRequest, device: str) -> HttpResponse:
    """Give a vehicle its permitted course, or take it away."""
    found, form = asked_device(request, device), CourseForm(request.POST)
    problems = attempt(
        request,
        form,
        lambda: set_course(found, form.course, by=actor(request), at=request.as_of.now),
        _("准运路线已保存。"),
    )
    return shown(request, found, problems, "upkeep") if problems else to(found, "upkeep")


@require_POST
def device_secret(request: PageRequest, device: str) -> HttpResponse:
    """Show a device's secret once; the look is on record."""
    found = asked_device(request, device)
    record("device.secret-seen", subject=found, actor=request.user, at=request.as_of.now)
    return render(request, "telemetry/_secret.html", {"secret": found.secret})


@require_POST
def camera_snapshot(request: PageRequest, device: str, camera: int) -> HttpResponse:
    """Ask a camera for a picture now."""
    found = asked_device(request, device)
    one = get_object_or_404(Camera, pk=camera, point_id=found.point_id)
    taken = take_snapshot(one, at=request.as_of.now)
    if not taken.path:
        return shown(request, found, [Text(taken.error_zh, taken.error_en).in_language(language())], "upkeep")
    messages.success(request, _("抓拍已完成。"))
    return to(found, "upkeep")


@require_GET
def snapshot(request: PageRequest, number: int) -> HttpResponse | FileResponse:
    """Send a picture as it was stored."""
    found = get_object_or_404(Snapshot.objects.visible_to(request.user), pk=number)
    path = snapshot_file(found)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type=found.media_type)


def to(found: Device, view: str) -> HttpResponse:
    """Lead to a tab of a device's page."""
    answer: HttpResponse = redirect("telemetry:device", device=found.pk)
    answer.headers["Location"] += f"?view={view}"
    return answer


# frames ---------------------------------------------------------------------------------------------------------


@require_GET
def device_frames(request: PageRequest, device: str) -> HttpResponse:
    """Show the frames of a device on a day."""
    return shown(request, asked_device(request, device), [], "frames")


@require_GET
def frame(request: PageRequest, spool: str, seq: int) -> HttpResponse:
    """Show one frame, field by field."""
    found = one_frame(lake_at(settings.LAKE_URL), spool, seq)
    if found is None:
        raise Http404
    sender = Device.objects.visible_to(request.user).filter(pk=found.device).first()
    return render(request, "telemetry/frame.html", {"frame": found, "device": sender})
