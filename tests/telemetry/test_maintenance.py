"""Maintenance windows: declared in bounds and with reasons, and abuse told by figures."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Device, MaintenanceWindow
from lantian.apps.telemetry.services.maintenance import (
    NewWindow,
    WindowError,
    declare_window,
    end_window,
    maintenance_abuse,
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


def test_use_is_counted_inside_the_beijing_month_alone(device: Device) -> None:
    # Beijing's March 2026 begins at 2026-02-28 16:00 UTC and has 744 hours; 6 of these 12 hours lie in it.
    _declare(device, datetime(2026, 2, 28, 10, tzinfo=UTC), 12, at=datetime(2026, 2, 28, tzinfo=UTC))
    (use,) = maintenance_abuse(["d1"], date(2026, 3, 17), [])
    assert (use.device, use.month, str(use.hours), str(use.share_percent)) == ("d1", date(2026, 3, 1), "6.0", "0.81")
    assert not use.is_abuse


def test_more_than_a_tenth_of_the_month_is_abuse(device: Device) -> None:
    # 75 of 744 hours are 10.08 %, 74 would be 9.95 %.
    _declare(device, NOW, 75)
    _declare(a_device("d2"), NOW, 74)
    long, short = maintenance_abuse(["d1", "d2"], date(2026, 3, 1), [])
    assert long.reasons[0].en.startswith("10.08 % of the month under maintenance, above 10 %")
    assert not short.is_abuse


def test_windows_declared_after_an_exceedance_began_are_told_from_those_declared_before(device: Device) -> None:
    exceeded = [("d1", NOW + day * 24 * HOUR, NOW + day * 24 * HOUR + 3 * HOUR) for day in range(3)]
    _declare(device, NOW + HOUR, 1, at=NOW + HOUR)
    _declare(device, NOW + 25 * HOUR, 1, at=NOW + 26 * HOUR)
    before = _declare(device, NOW + 49 * HOUR, 1, at=NOW + 47 * HOUR)
    (use,) = maintenance_abuse(["d1", "d2"], date(2026, 3, 1), exceeded)
    assert (len(use.windows), len(use.covering), len(use.after_onset)) == (3, 3, 2)
    assert before not in use.after_onset
    assert use.reasons[0].zh.startswith("2 个窗口在超标开始后才申报，达到 2 个（污染物排放自动监测设备标记规则")
    (calm,) = maintenance_abuse(["d1"], date(2026, 3, 1), [("d1", NOW + 5 * HOUR, NOW + 6 * HOUR)])
    assert (calm.covering, calm.is_abuse) == ((), False)


def test_use_of_all_devices_takes_one_question(device: Device, django_assert_num_queries: Any) -> None:
    for number in range(2, 6):
        _declare(a_device(f"d{number}"), NOW)
    with django_assert_num_queries(1):
        assert len(maintenance_abuse([f"d{n}" for n in range(9)], date(2026, 3, 1), [])) == 4
