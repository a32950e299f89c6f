"""Maintenance windows: declared in bounds and with reasons."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Device, MaintenanceWindow
from lantian.apps.telemetry.services.maintenance import (
    NewWindow,
    WindowError,
    declare_window,
    end_window,
)
from tests.telemetry.device_sample import NOW, a_device

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def device() -> Device:
    return a_device("d1")


def _declare(
    device: Device, start: datetime, hours: float = 2, *, at: datetime = NOW, **more: Any
) -> MaintenanceWindow:
    chosen = {"kind": "maintenance", "reason": "更换切割器", **more}
    return declare_window(device, NewWindow(start=start, end=start + hours * HOUR, **chosen), by=None, at=at)


def test_a_window_is_declared_with_its_reason_and_put_on_record(device: Device) -> None:
    window = _declare(device, NOW + HOUR)
    assert MaintenanceWindow.objects.touching(NOW, NOW + 2 * HOUR).get() == window
    assert (Entry.objects.get().verb, Entry.objects.get().detail["reason"]) == ("window.declared", "更换切割器")


@pytest.mark.parametrize(
    ("start", "hours", "more", "said"),
    [
        (NOW, 2, {"reason": " "}, "Say what"),
        (NOW, 2, {"kind": "holiday"}, "No kind “holiday”; use maintenance calibration stop"),
        (NOW, 0, {}, "lasts 0.0 h"),
        (NOW, 169, {}, "lasts 169.0 h; it must be above 0 and at most 168 h"),
        (NOW - 37 * HOUR, 38, {}, "began 37.0 h ago; it may be declared at most 36 h late"),
    ],
)
def test_a_window_out_of_bounds_is_refused(device: Device, start: datetime, hours: float, more: Any, said: str) -> None:
    with pytest.raises(WindowError, match=said):
        _declare(device, start, hours, **more)
    assert not MaintenanceWindow.objects.exists()


def test_windows_of_a_device_do_not_overlap_and_may_touch(device: Device) -> None:
    _declare(device, NOW)
    with pytest.raises(WindowError, match="overlaps the window of 2026-03-02 12:30 – 2026-03-02 14:30"):
        _declare(device, NOW + HOUR)
    _declare(device, NOW + 2 * HOUR)
    _declare(a_device("d2"), NOW)
    assert MaintenanceWindow.objects.count() == 3


def test_a_window_ends_early_or_is_withdrawn(device: Device) -> None:
    window, later = _declare(device, NOW), _declare(device, NOW + 5 * HOUR)
    end_window(window, by=None, at=NOW + HOUR)
    assert window.end == NOW + HOUR
    with pytest.raises(WindowError, match="over already"):
        end_window(window, by=None, at=NOW + HOUR)
    end_window(later, by=None, at=NOW + HOUR)
    assert MaintenanceWindow.objects.get() == window
    assert [entry.verb for entry in Entry.objects.order_by("pk")][2:] == ["window.ended", "window.withdrawn"]
