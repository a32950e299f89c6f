"""Changes of one device: register entry, secret, instruments; each is a service's verb, on record."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.apps.telemetry.forms_device import CalibrationForm, DeviceChangeForm, InstrumentForm, SecretForm
from lantian.apps.telemetry.forms_network import ReasonForm
from lantian.apps.telemetry.models import Device, Instrument
from lantian.apps.telemetry.services import (
    add_instrument,
    calibrate_instrument,
    change_device,
    change_secret,
    remove_instrument,
)
from lantian.apps.telemetry.views.devices import asked_device, measure_source, shown, to
from lantian.apps.telemetry.views.network import actor, attempt
from lantian.apps.ui.page import PageRequest


@require_POST
def device_edit(request: PageRequest, device: str) -> HttpResponse:
    """Change what the register says of a device."""
    found, form = asked_device(request, device), DeviceChangeForm(request.POST)
    by, at = actor(request), request.as_of.now

    @transaction.atomic
    def change() -> None:
        change_device(found, form.changes, by=by, at=at)
        measure_source(request, found.point, form.cleaned_data["source"], empty="source" in request.POST)

    problems = attempt(request, form, change, _("设备登记已修改。"))
    return shown(request, found, problems, "edit", {"form": form}) if problems else to(found, "link")


@require_POST
def device_secret_change(request: PageRequest, device: str) -> HttpResponse:
    """Give a device another secret; what it was is never shown."""
    found, form = asked_device(request, device), SecretForm(request.POST)
    by, at = actor(request), request.as_of.now
    said = _("口令已更换，设备须用新口令重新连接。")
    problems = attempt(request, form, lambda: change_secret(found, form.cleaned_data["secret"], by=by, at=at), said)
    return shown(request, found, problems, "edit") if problems else to(found, "link")


@require_POST
def device_instruments(request: PageRequest, device: str) -> HttpResponse:
    """Note that a device has an instrument."""
    found, form = asked_device(request, device), InstrumentForm(request.POST)
    by, at = actor(request), request.as_of.now
    return _upkeep(
        request, found, form, lambda: add_instrument(found, form.new_instrument, by=by, at=at), _("仪器已登记。")
    )


@require_POST
def device_calibration(request: PageRequest, device: str, instrument: int) -> HttpResponse:
    """Note the calibration of an instrument."""
    found, form = asked_device(request, device), CalibrationForm(request.POST)
    one, by, at = _instrument(found, instrument), actor(request), request.as_of.now

    def calibrate() -> None:
        calibrate_instrument(one, form.cleaned_data["on"], form.cleaned_data["due"], by=by, at=at)

    return _upkeep(request, found, form, calibrate, _("校准已记录。"))


@require_POST
def device_instrument_removal(request: PageRequest, device: str, instrument: int) -> HttpResponse:
    """Take an instrument off its device, with a reason."""
    found, form = asked_device(request, device), ReasonForm(request.POST)
    one, by, at = _instrument(found, instrument), actor(request), request.as_of.now

    def remove() -> None:
        remove_instrument(one, reason=form.cleaned_data["reason"], by=by, at=at)

    return _upkeep(request, found, form, remove, _("仪器已拆除。"))


def _instrument(device: Device, number: int) -> Instrument:
    return get_object_or_404(Instrument, pk=number, device=device)


def _upkeep(request: PageRequest, device: Device, form: forms.Form, act: Callable[[], Any], done: str) -> HttpResponse:
    problems = attempt(request, form, act, done)
    return shown(request, device, problems, "upkeep") if problems else to(device, "upkeep")
