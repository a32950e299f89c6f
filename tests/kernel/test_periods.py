"""Periods of bulletins: ISO weeks and calendar months, quarters and years in Beijing time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.periods import Period, PeriodError, Span

SPANS: tuple[Span, ...] = ("week", "month", "quarter", "year")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2020-W01", date(2019, 12, 30), date(2020, 1, 5)),  # ISO 8601: the week of the year's first Thursday
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_period_has_its_first_and_last_day(text: str, first: date, last: date) -> None:
    period = Period.read(text)
    assert (period.first, period.last, str(period)) == (first, last, text)


@pytest.mark.parametrize(
    "text", ["2026-W54", "2026-W00", "2025-W53", "2026-13", "2026-Q5", "26", "0000", "2026-W1", ""]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="write 2026-W47"):
        Period.read(text)


def test_a_week_begins_and_ends_at_midnight_in_beijing() -> None:
    week = Period.read("2026-W47")
    assert week.start == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert week.end == datetime(2026, 11, 22, 16, tzinfo=UTC)


def test_the_last_ended_week_changes_at_midnight_in_beijing() -> None:
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert str(Period.last_ended("week", midnight)) == "2026-W47"
    assert str(Period.last_ended("week", midnight - timedelta(seconds=1))) == "2026-W46"


@given(day=st.dates(date(1990, 1, 1), date(2199, 12, 31)), span=st.sampled_from(SPANS))
def test_periods_follow_each_other_without_gaps_and_are_read_as_written(day: date, span: Span) -> None:
    period = Period.containing(span, day)
    assert period.first <= day <= period.last
    assert period.following.first == period.last + timedelta(days=1)
    assert period.following.previous == period
    assert Period.read(str(period)) == period
