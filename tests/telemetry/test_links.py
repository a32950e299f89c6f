"""The link board: completeness, transmission rate, delays, clocks and faults, by hand-counted hours."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lantian.apps.accounts.models import Organisation
from lantian.apps.telemetry.models import Device, Link, LinkHour
from lantian.apps.telemetry.readings.link_board import LinkBoard, Quality, link_board, link_trend
from lantian.apps.telemetry.services import forget_link_hours, ingest
from lantian.kernel.instants import beijing_day, day_of
from tests.telemetry.device_sample import NOW, Stretch, a_device

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
START = NOW.replace(minute=0) - HOUR
"""03:00 UTC; now is 04:30: 90 minutes are due of a device that reports each minute."""


def _old(name: str, **more: Any) -> Device:
    device = a_device(name, **more)
    Device.objects.filter(pk=name).update(registered_at=START - 24 * HOUR)
    return device


def _hour(device: Device, hour: int, **counts: Any) -> None:
    LinkHour.objects.create(device=device, hour=START + hour * HOUR, **counts)


def _board(**chosen: Any) -> LinkBoard:
    return link_board(Device.objects.filter(**chosen), start=START, end=START + 24 * HOUR, now=NOW)


def test_rates_follow_the_counts_of_periods_due_received_and_valid() -> None:
    device = _old("d1")
    Link.objects.create(device=device, first_frame_at=START, last_frame_at=NOW, clock_offset_s=301)
    _hour(
        device, 0, frames=70, bad=7, repaired=3, periods=60, valid=54, late=6, delays=60, delay_s=600, faults={"x": 7}
    )
    _hour(device, 1, frames=20, periods=12, valid=9, delays=12, delay_s=120, offsets=4, offset_s=-8, faults={"y": 1})
    _hour(device, -1, frames=999, periods=60)
    (row,) = _board().rows
    quality = row.quality
    assert (quality.due, quality.received, quality.valid) == (90, 72, 63)
    assert quality.completeness == Decimal("80.0")
    assert quality.valid_share == Decimal("87.5")
    # received/due × valid/due = 72/90 × 63/90 = 56.0 %
    assert quality.transmission == Decimal("56.0")
    assert quality.late_share == Decimal("8.3")
    assert quality.bad_share == Decimal("7.8")
    assert (quality.mean_delay_s, quality.mean_offset_s, quality.repaired) == (10, -2, 3)
    assert quality.faults == {"x": 7, "y": 1}
    assert (row.online, row.failing) == (True, ("completeness", "transmission", "clock", "bad"))


def test_a_device_without_a_word_is_off_line_and_incomplete() -> None:
    _old("d1")
    (row,) = _board().rows
    assert (row.online, row.failing) == (False, ("offline", "completeness", "transmission"))
    assert (row.quality.mean_delay_s, row.quality.mean_offset_s, row.quality.valid_share) == (None, None, None)


def test_nothing_is_due_before_a_device_was_registered_nor_of_what_moves() -> None:
    Device.objects.filter(pk=a_device("new").pk).update(registered_at=NOW - 10 * MINUTE)
    truck = a_device("truck", (), kind="truck", family="jt808", point=None)
    Link.objects.create(device=truck, first_frame_at=START, last_frame_at=NOW)
    new, moving = _board().rows
    assert new.quality.due == 10
    assert (moving.quality.due, moving.quality.transmission, moving.failing) == (0, None, ())


def test_a_period_that_has_not_ended_does_not_make_more_than_everything() -> None:
    device = _old("d1")
    _hour(device, 0, periods=60, valid=60)
    _hour(device, 1, periods=31, valid=31)
    (row,) = _board().rows
    assert (row.quality.completeness, row.quality.transmission) == (Decimal("100.0"), Decimal("100.0"))


def test_slower_devices_owe_fewer_periods() -> None:
    _old("d1", interval_s=300)
    _old("d2", interval_s=10)
    assert [row.quality.due for row in _board().rows] == [18, 90]


def test_owners_and_maintainers_answer_for_their_devices_together() -> None:
    firm = Organisation.objects.create(code="firm", name_zh="运维公司")
    good, bad = _old("good", maintainer=firm), _old("bad", maintainer=firm)
    _old("other")
    Link.objects.create(device=good, first_frame_at=START, last_frame_at=NOW)
    _hour(good, 0, frames=60, periods=60, valid=60, faults={"x": 1})
    _hour(good, 1, frames=31, periods=31, valid=31)
    _hour(bad, 0, frames=9, periods=9, valid=0, faults={"x": 2})
    board = _board()
    kept, others = board.by_maintainer()
    assert (kept.key, kept.devices, kept.online, kept.failing) == ("firm", 2, 1, 1)
    assert (kept.quality.due, kept.quality.received) == (180, 99)
    assert kept.quality.faults == {"x": 3}
    assert (others.key, others.devices) == ("", 1)
    assert [group.key for group in board.by_owner()] == [""]
    assert [group.key for group in board.by_kind()] == ["dust"]
    assert (board.total.devices, board.total.quality.due) == (3, 270)


def test_the_board_shows_the_devices_asked_for_and_active_alone() -> None:
    _old("d1")
    _old("d2", active=False)
    _hour(_old("d3", kind="micro"), 0, periods=1)
    assert [row.device for row in _board().rows] == ["d1", "d3"]
    assert [row.device for row in _board(kind="micro").rows] == ["d3"]
    assert _board(kind="micro").total.quality.periods == 1


def test_the_trend_goes_by_hours_and_by_beijing_days() -> None:
    device = _old("d1")
    _hour(device, 0, periods=45, valid=45)
    _hour(device, 1, periods=30, valid=15)
    hours = link_trend(Device.objects.all(), start=START + MINUTE, end=NOW + HOUR, now=NOW)
    assert [(step.start, step.quality.completeness) for step in hours] == [
        (START, Decimal("75.0")),
        (START + HOUR, Decimal("100.0")),
    ]
    days = link_trend(Device.objects.all(), start=START, end=NOW, now=NOW, by="day")
    assert [(step.start, step.quality.due, step.quality.valid) for step in days] == [(beijing_day(day_of(NOW)), 90, 60)]


def test_the_trend_counts_a_device_from_its_registration() -> None:
    Device.objects.filter(pk=a_device("new").pk).update(registered_at=START + 30 * MINUTE)
    steps = link_trend(Device.objects.all(), start=START, end=NOW, now=NOW)
    assert [step.quality.due for step in steps] == [30, 30]


def test_frames_that_came_in_are_what_the_board_shows() -> None:
    _old("d1")
    stretch = Stretch()
    for minute in range(90):
        if minute % 10:
            at = START + (minute + 1) * MINUTE
            stretch.frame("d1", at=at, values={"a34002": 50}, invalid=("a34002",) if minute < 30 else (), sent_at=at)
    ingest(stretch.done())
    (row,) = _board().rows
    # 81 of 90 minutes came, 54 of them valid: 90 % complete, 0.9 × 0.6 = 54 % effective.
    assert (row.quality.completeness, row.quality.transmission) == (Decimal("90.0"), Decimal("54.0"))
    assert (row.online, row.offset_s, row.failing) == (True, 0, ("transmission",))


def test_hours_that_the_pack_no_longer_keeps_are_forgotten() -> None:
    device = _old("d1")
    _hour(device, -24 * 401, frames=1)
    _hour(device, -24 * 399, frames=1)
    assert (forget_link_hours(now=NOW), LinkHour.objects.count()) == (1, 1)


def test_qualities_add_up() -> None:
    total = Quality(due=60, periods=30, faults={"a": 1}) + Quality(due=60, periods=60, faults={"a": 1, "b": 5})
    assert (total.due, total.completeness, list(total.faults.items())) == (120, Decimal("75.0"), [("b", 5), ("a", 2)])


def test_the_board_takes_three_questions_however_many_devices_there_are(django_assert_num_queries: Any) -> None:
    for number in range(20):
        _hour(_old(f"d{number}"), 0, periods=60, valid=59)
    with django_assert_num_queries(3):
        assert _board().total.quality.valid == 20 * 59
    with django_assert_num_queries(2):
        assert len(link_trend(Device.objects.all(), start=NOW - 24 * HOUR, end=NOW, now=NOW)) == 25
