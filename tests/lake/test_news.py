"""What came since a commit: complete, in order, each reading once, and whether it had been there before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lantian.lake import Lake
from lantian.lake.news import Since, counts, newest_commit, news, stretch_end
from tests.lake.readings_sample import reading_rows

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def append(lake: Lake, *values: tuple[datetime, float | None], point: str = "a", period_s: int = 60) -> int:
    """Append one factor's values; returns the commit."""
    lake.append_readings(
        reading_rows([(point, "a34002", period_s, start, value) for start, value in values]),
        received_at=NOON,
        source=f"n#{newest_commit(lake) + 1}",
    )
    return newest_commit(lake)


def told(lake: Lake, after: int, upto: int, points: Sequence[str] = ("a",)) -> list[tuple[datetime, float, int, bool]]:
    found = news(lake, Since(after, upto, points, [60])).to_pylist()
    return [(row["start"], row["value"], row["first"], row["again"]) for row in found]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_an_empty_lake_has_no_news(lake: Lake) -> None:
    assert (newest_commit(lake), stretch_end(lake, 0, 10), told(lake, 0, 9)) == (0, 0, [])


def test_only_what_came_after_a_commit_is_told_however_old_it_is(lake: Lake) -> None:
    one = append(lake, (NOON, 1.0))
    two = append(lake, (NOON + MINUTE, 2.0), (NOON - timedelta(days=40), 3.0))
    append(lake, (NOON + 2 * MINUTE, 4.0))
    assert told(lake, one, two) == [(NOON - timedelta(days=40), 3.0, two, False), (NOON + MINUTE, 2.0, two, False)]


def test_a_correction_is_told_in_its_newest_version_and_as_one_that_was_there(lake: Lake) -> None:
    one = append(lake, (NOON, 1.0))
    append(lake, (NOON, 2.0))
    three = append(lake, (NOON, 3.0))
    assert told(lake, one, three) == [(NOON, 3.0, one + 1, True)]
    assert told(lake, 0, three) == [(NOON, 3.0, one, False)]


def test_other_points_other_periods_and_readings_without_value_are_left_out(lake: Lake) -> None:
    append(lake, (NOON, None))
    append(lake, (NOON, 1.0), point="b")
    last = append(lake, (NOON, 1.0), period_s=3600)
    assert told(lake, 0, last) == []
    assert told(lake, 0, last, points=[]) == []


def test_a_value_behind_an_empty_one_is_there_for_the_first_time(lake: Lake) -> None:
    one = append(lake, (NOON, None))
    two = append(lake, (NOON, 1.0))
    assert told(lake, one, two) == [(NOON, 1.0, two, False)]


def test_first_readings_are_counted_by_their_beijing_day(lake: Lake) -> None:
    one = append(lake, (NOON, 1.0))
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)
    two = append(lake, (NOON, 2.0), (NOON + MINUTE, 2.0), (midnight, 1.0), (midnight - MINUTE, 1.0))
    found = counts(lake, Since(one, two, ["a"], [60])).to_pylist()
    assert found == [
        {"point": "a", "day": date(2026, 3, 2), "count": 2},
        {"point": "a", "day": date(2026, 3, 3), "count": 1},
    ]


def test_a_stretch_ends_before_it_grows_too_long_but_has_one_commit_at_least(lake: Lake) -> None:
    one = append(lake, (NOON, 1.0), (NOON + MINUTE, 1.0))
    two = append(lake, (NOON + 2 * MINUTE, 1.0))
    append(lake, (NOON + 3 * MINUTE, 1.0))
    assert [stretch_end(lake, 0, most) for most in (1, 2, 3)] == [one, one, two]
