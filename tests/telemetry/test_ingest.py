"""What the record store keeps of the spool: newest values, links and hours, once, however a stretch comes again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lantian.apps.telemetry.models import Latest, Link, LinkHour
from lantian.apps.telemetry.services import ingest, ingest_cursor
from lantian.kernel.instants import BEIJING
from tests.telemetry.device_sample import NOW, Stretch, a_device

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = NOW.replace(minute=0)


def _value(code: str = "a34002") -> Latest:
    return Latest.objects.get(factor=code)


def _state() -> list[Any]:
    kinds = (Latest, Link, LinkHour)
    hidden = {"id"}
    return [[{k: v for k, v in row.items() if k not in hidden} for row in kind.objects.values()] for kind in kinds]


def test_the_newest_value_of_a_channel_is_kept_with_its_verdict() -> None:
    a_device("d1", ("a34002", "a34004"))
    stretch = Stretch().frame("d1", at=NOW, values={"a34002": 80, "a34004": 30}, invalid=("a34004",))
    assert ingest(stretch.done()) == 1
    assert (_value().value, _value().start, _value().period_s, _value().frame) == (80, NOW - MINUTE, 60, 1)
    assert (_value("a34004").verdict, _value("a34004").reason) == ("invalid", "flag")


def test_older_values_and_channels_that_nobody_registered_change_nothing() -> None:
    a_device("d1")
    ingest(Stretch().frame("d1", at=NOW, values={"a34002": 80}).done())
    late = Stretch(first=2).frame("d1", at=NOW + MINUTE, values={"a34002": 10, "a99": 1}, start=NOW - 5 * MINUTE)
    ingest(late.done())
    assert (_value().value, Latest.objects.count()) == (80, 1)


def test_a_clock_that_runs_a_year_ahead_does_not_hide_what_comes_later() -> None:
    a_device("d1")
    ingest(Stretch().frame("d1", at=NOW, values={"a34002": 99}, start=NOW + timedelta(days=365)).done())
    assert _value().value == 99
    assert not LinkHour.objects.filter(hour__gt=NOW).exists()
    right = Stretch(first=2, known_at=NOW + 2 * MINUTE).frame("d1", at=NOW + 2 * MINUTE, values={"a34002": 5})
    ingest(right.done())
    assert _value().value == 5
    assert Link.objects.get().last_data == NOW + MINUTE


def test_a_stretch_that_comes_again_counts_once_and_an_overlap_only_its_new_part() -> None:
    a_device("d1")
    first = Stretch().frame("d1", at=NOW, values={"a34002": 1}).frame("d1", at=NOW + MINUTE, values={"a34002": 2})
    ingest(first.done())
    before = _state()
    assert ingest(first.done()) == 0
    assert _state() == before
    longer = first.frame("d1", at=NOW + 2 * MINUTE, values={"a34002": 3}).done()
    assert ingest(longer) == 1
    assert LinkHour.objects.get().frames == 3
    assert (_value().value, ingest_cursor("spool-a"), ingest_cursor("other")) == (3, 3, 0)


def test_a_link_tells_its_peer_its_newest_frame_and_how_far_its_clock_is_off() -> None:
    a_device("d1")
    ahead = timedelta(seconds=90)
    stretch = Stretch().frame("d1", at=NOW, kind="session")
    ingest(stretch.frame("d1", at=NOW + MINUTE, values={"a34002": 1}, sent_at=NOW + MINUTE + ahead).done())
    link = Link.objects.get()
    assert (link.peer, link.first_frame_at, link.last_frame_at) == ("10.0.0.1:999", NOW, NOW + MINUTE)
    assert (link.clock_offset_s, link.last_data, link.last_frame) == (90, NOW, 2)


def test_a_vehicle_stands_where_its_newest_position_says() -> None:
    a_device("truck", (), kind="truck", family="jt808")
    stretch = Stretch().position("truck", at=NOW, longitude=116.5, latitude=39.9)
    ingest(stretch.position("truck", at=NOW - MINUTE, longitude=116.4, latitude=39.8).done())
    ingest(Stretch(first=3).position("truck", at=NOW - 9 * MINUTE, longitude=116.3, latitude=39.7).done())
    link = Link.objects.get()
    assert (link.longitude, link.latitude, link.speed_kmh, link.located_at) == (116.5, 39.9, 30, NOW)


def test_an_hour_counts_frames_faults_and_offsets_by_receipt() -> None:
    a_device("d1")
    stretch = Stretch().frame("d1", at=NOW, values={"a34002": 1}, repaired=("no-crlf",), sent_at=NOW - MINUTE)
    stretch.frame("d1", at=NOW, kind="bad", verdict=("crc-wrong",))
    ingest(stretch.frame("d1", at=NOW, kind="bad", verdict=("crc-wrong", "no-cp")).done())
    row = LinkHour.objects.get()
    assert (row.hour, row.frames, row.bad, row.repaired) == (HOUR, 3, 2, 1)
    assert row.faults == {"crc-wrong": 2, "no-cp": 1, "no-crlf": 1}
    assert (row.offsets, row.offset_s) == (1, -60)


def test_periods_count_once_in_the_hour_in_which_they_lie_however_late_they_come() -> None:
    a_device("d1")
    hours_late = NOW + timedelta(hours=3)
    stretch = Stretch().frame("d1", at=NOW, values={"a34002": 1}).frame("d1", at=NOW, values={"a34002": 1})
    stretch.frame("d1", at=hours_late, values={"a34002": 2}, start=HOUR)
    ingest(stretch.done())
    bad = Stretch(first=4).frame("d1", at=hours_late, values={"a34002": 3}, start=HOUR + MINUTE, invalid=("a34002",))
    ingest(bad.frame("d1", at=hours_late, values={"a34002": 3}, start=HOUR).done())
    row = LinkHour.objects.get(hour=HOUR)
    assert (row.frames, row.periods, row.valid, row.late, row.delays) == (2, 3, 2, 2, 3)
    # delays: minute 29 came at its end, minute 0 (ended 04:01) and minute 1 (04:02) at 07:30.
    assert row.delay_s == 0 + (3 * 3600 + 29 * 60) + (3 * 3600 + 28 * 60)
    assert LinkHour.objects.get(hour=HOUR + timedelta(hours=3)).frames == 3


def test_hour_statistics_say_nothing_about_minutes_unless_only_hours_are_due() -> None:
    a_device("d1")
    a_device("hourly", interval_s=3600)
    stretch = Stretch().frame("d1", at=NOW, values={"a34002": 1}, start=HOUR - timedelta(hours=1), period_s=3600)
    ingest(stretch.frame("hourly", at=NOW, values={"a34002": 1}, start=HOUR, period_s=3600).done())
    assert [row.periods for row in LinkHour.objects.order_by("device")] == [0, 1]


def test_texts_and_times_that_no_database_takes_do_not_stop_the_rest() -> None:
    a_device("d1")
    stretch = Stretch().frame("d1", at=NOW, values={"a34002": 1})
    stretch.rows[0] = {**stretch.rows[0], "flag": "N\0" * 9}
    stretch.frame("d1", at=NOW, start=datetime(1, 1, 1, tzinfo=BEIJING))
    ingest(stretch.done())
    assert (_value().flag, Link.objects.get().last_data, LinkHour.objects.get().periods) == ("NNNN", NOW - MINUTE, 1)


def test_frames_of_a_device_that_is_gone_are_passed_over() -> None:
    assert ingest(Stretch().frame("gone", at=NOW, values={"a34002": 1}).done()) == 1
    assert not Link.objects.exists()


def test_a_stretch_takes_the_same_questions_however_many_frames_it_has(django_assert_num_queries: Any) -> None:
    stretch = Stretch()
    for number in range(30):
        a_device(f"d{number}", ("a34002", "a34004"))
        for minute in range(10):
            stretch.frame(f"d{number}", at=NOW + minute * MINUTE, values={"a34002": 1, "a34004": 2})
    with django_assert_num_queries(12):
        ingest(stretch.done())
    assert Latest.objects.count() == 60
