"""The legal calendar: holidays, working weekends, deadlines."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.calendar import CalendarError, LegalCalendar, add_months
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack

OCTOBER_2019 = LegalCalendar.of([date(2019, 10, day) for day in range(1, 8)], [date(2019, 9, 29), date(2019, 10, 12)])


def test_a_working_saturday_counts_and_a_holiday_does_not() -> None:
    assert OCTOBER_2019.is_working_day(date(2019, 10, 12))
    assert not OCTOBER_2019.is_working_day(date(2019, 10, 13))
    assert not OCTOBER_2019.is_working_day(date(2019, 10, 1))


def test_five_working_days_over_national_day_end_on_the_tenth() -> None:
    # From Friday 27 September: 29 (worked Sunday), 30, then 8, 9 and 10 October.
    assert OCTOBER_2019.due(date(2019, 9, 27), 5, "working") == date(2019, 10, 10)


def test_thirty_calendar_days_roll_off_the_holiday_unless_told_not_to() -> None:
    assert OCTOBER_2019.due(date(2019, 9, 3), 30, "calendar") == date(2019, 10, 8)
    assert OCTOBER_2019.due(date(2019, 9, 3), 30, "calendar", roll=False) == date(2019, 10, 3)


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(CalendarError, match="-1"):
        OCTOBER_2019.add_working_days(date(2019, 9, 3), -1)


def test_an_unknown_year_says_what_to_add() -> None:
    calendar = LegalCalendar.of([], [], [2019])
    with pytest.raises(CalendarError, match="2020 are not known"):
        calendar.roll(date(2020, 1, 1))
    with pytest.raises(CalendarError, match="2020"):
        LegalCalendar.of([], [], []).is_working_day(date(2020, 1, 1))


@given(st.dates(date(2019, 1, 1), date(2019, 12, 1)), st.integers(0, 60))
def test_working_days_counted_back_are_those_added(start: date, count: int) -> None:
    end = OCTOBER_2019.add_working_days(start, count)
    assert OCTOBER_2019.working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2019, 3, 31), 6, date(2019, 9, 30)),
        (date(2020, 2, 29), -12, date(2019, 2, 28)),
        (date(2019, 12, 1), 1, date(2020, 1, 1)),
    ],
)
def test_months_end_on_the_last_day_of_a_shorter_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_the_pack_knows_spring_festival_and_the_extended_holiday_of_2020() -> None:
    calendar = air_rules(load_pack("cn")).calendar
    assert not calendar.is_working_day(date(2020, 1, 31))
    assert calendar.is_working_day(date(2018, 2, 24))
    assert not calendar.is_working_day(date(2018, 12, 31))
    assert calendar.is_working_day(date(2018, 12, 29))
