"""When a message goes out: hours of rest, digests and the waits between tries, by a clock that is given."""

from datetime import UTC, datetime, time, timedelta

import pytest

from lantian.apps.notices.rules import rule_at
from lantian.apps.notices.schedule import Quiet, turn, wait
from lantian.kernel.instants import BEIJING

NIGHTS = Quiet(time(22), time(7))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-26T21:59", None),
        ("2026-11-26T22:00", "2026-11-27T07:00"),
        ("2026-11-27T06:59", "2026-11-27T07:00"),
        ("2026-11-27T07:00", None),
    ],
)
def test_hours_of_rest_over_midnight_end_in_the_morning(at: str, until: str | None) -> None:
    assert NIGHTS.until(beijing(at)) == (beijing(until) if until else None)


def test_hours_of_rest_within_a_day_end_that_day() -> None:
    noon = Quiet(time(12), time(13, 30))
    assert noon.until(beijing("2026-11-26T12:10")) == beijing("2026-11-26T13:30")
    assert noon.until(beijing("2026-11-26T13:30")) is None
    assert Quiet(time(8), time(8)).until(beijing("2026-11-26T08:00")) is None


@pytest.mark.parametrize(
    ("at", "digest", "goes", "merged"),
    [
        ("2026-11-26T12:10", "each", "2026-11-26T12:10", False),
        ("2026-11-26T12:10", "hourly", "2026-11-26T13:00", True),
        ("2026-11-26T12:10", "daily", "2026-11-27T08:00", True),
        ("2026-11-26T07:10", "daily", "2026-11-26T08:00", True),
        ("2026-11-26T23:30", "each", "2026-11-27T07:00", False),
        ("2026-11-26T21:30", "hourly", "2026-11-27T07:00", True),
    ],
)
def test_what_is_not_urgent_waits_for_its_digest_and_for_the_morning(
    at: str, digest: str, goes: str, merged: bool
) -> None:
    found = turn(beijing(at), urgent=False, quiet=NIGHTS, digest=digest, digest_at=time(8))
    assert (found.at, found.digest) == (beijing(goes), merged)


def test_what_is_urgent_goes_out_at_night_and_in_no_digest() -> None:
    found = turn(beijing("2026-11-26T23:30"), urgent=True, quiet=NIGHTS, digest="daily", digest_at=time(8))
    assert (found.at, found.digest) == (beijing("2026-11-26T23:30"), False)


def test_waits_grow_three_fold_to_two_hours_and_lie_up_to_a_fifth_off() -> None:
    rule = rule_at(beijing("2026-11-26T12:00"))
    assert [wait(rule, tries, 0).total_seconds() for tries in (1, 2, 3, 4, 5, 6)] == [60, 180, 540, 1620, 4860, 7200]
    assert wait(rule, 1, 1) == timedelta(seconds=72)
    assert wait(rule, 1, -1) == timedelta(seconds=48)
