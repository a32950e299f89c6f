"""Clocks by the legal calendar: ends computed by hand from the notices of the years and the rules of counting."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.instants import BEIJING, beijing_day
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack
from lantian.workflow.clocks import (
    Clock,
    ClockError,
    ClockUnit,
    Period,
    allowed,
    due,
    end,
    explain,
    lamp,
    last_day,
    left,
    warning_at,
)
from lantian.workflow.clocks import pause as paused
from lantian.workflow.clocks import resume as resumed

CALENDAR = air_rules(load_pack("cn")).calendar
PLAIN = LegalCalendar.of([])
NOW = datetime(2019, 5, 6, 13, 10, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def test_24_hours_from_ten_past_nine_at_night_end_a_day_later_even_over_a_holiday() -> None:
    clock = Clock(at("2019-04-30T21:10"), Period(24, "hour"))
    assert due(clock, CALENDAR, NOW) == at("2019-05-01T21:10")
    assert lamp(clock, CALENDAR, at("2019-05-01T21:10")) == "red" or left(clock, CALENDAR, at("2019-05-01T21:10")) == (
        timedelta()
    )


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2019-05-07T16:21:59", "green"),  # 80 % of 24 h are 19 h 12 min
        ("2019-05-07T16:22:00", "yellow"),
        ("2019-05-07T21:10:00", "yellow"),
        ("2019-05-07T21:10:01", "red"),
    ],
)
def test_the_lamp_turns_at_four_fifths_and_just_after_the_end(moment: str, expected: str) -> None:
    clock = Clock(at("2019-05-06T21:10"), Period(24, "hour"))
    assert lamp(clock, CALENDAR, at(moment)) == expected


def test_a_pause_of_90_minutes_moves_the_end_by_90_minutes() -> None:
    clock = Clock(at("2019-05-06T08:00"), Period(24, "hour"))
    clock = resumed(paused(clock, at("2019-05-06T10:00"), "待检测报告"), at("2019-05-06T11:30"))
    assert due(clock, CALENDAR, NOW) == at("2019-05-07T09:30")


# (start, amount, unit, roll, last day): 2019-05-01 to 05-04 were off, 04-28 and 05-05 worked; National Day 2019 was
# off from 10-01 to 10-07, 09-29 and 10-12 worked; Spring Festival 2018 from 02-15 to 02-21, 02-11 and 02-24 worked.
TABLE: list[tuple[str, int, ClockUnit, bool, date]] = [
    ("2019-04-29T09:00", 2, "working-day", True, date(2019, 5, 5)),
    ("2019-04-30T23:59", 1, "working-day", True, date(2019, 5, 5)),
    ("2019-04-28T00:00", 7, "calendar-day", True, date(2019, 5, 5)),
    ("2019-04-26T12:00", 7, "calendar-day", True, date(2019, 5, 5)),
    ("2019-04-26T12:00", 7, "calendar-day", False, date(2019, 5, 3)),
    ("2019-09-27T15:00", 3, "working-day", True, date(2019, 10, 8)),
    ("2019-09-30T15:00", 5, "working-day", True, date(2019, 10, 12)),
    ("2018-02-09T15:00", 5, "working-day", True, date(2018, 2, 22)),
    ("2018-02-14T15:00", 3, "working-day", True, date(2018, 2, 24)),
]


@pytest.mark.parametrize(("start", "amount", "unit", "roll", "expected"), TABLE)
def test_periods_of_days_end_by_the_notices_of_the_year(
    start: str, amount: int, unit: ClockUnit, roll: bool, expected: date
) -> None:
    clock = Clock(at(start), Period(amount, unit, roll))
    assert last_day(clock, CALENDAR, NOW) == expected
    assert due(clock, CALENDAR, NOW) == beijing_day(expected + timedelta(days=1))


def test_days_on_which_a_day_clock_stands_still_are_not_counted() -> None:
    clock = Clock(at("2019-06-03T10:00"), Period(5, "working-day"))  # would end on Tuesday 11 (7 June was off)
    clock = resumed(paused(clock, at("2019-06-05T10:00"), "听证"), at("2019-06-10T09:00"))  # 5, 6 do not count
    assert last_day(clock, CALENDAR, NOW) == date(2019, 6, 13)


def test_a_paused_clock_keeps_what_was_left_and_shows_it() -> None:
    clock = paused(Clock(at("2019-05-06T08:00"), Period(24, "hour")), at("2019-05-06T20:00"), "等待维修单")
    later = at("2019-05-08T20:00")
    assert lamp(clock, CALENDAR, later) == "paused"
    assert left(clock, CALENDAR, later) == timedelta(hours=12)
    assert left(resumed(clock, later), CALENDAR, later) == timedelta(hours=12)
    assert "等待维修单" in explain(clock, CALENDAR, later).zh


def test_an_ended_clock_shows_no_lamp_and_keeps_whether_it_was_in_time() -> None:
    clock = paused(Clock(at("2019-05-06T08:00"), Period(24, "hour")), at("2019-05-06T20:00"), "x")
    done = end(clock, at("2019-05-06T22:00"))
    assert lamp(done, CALENDAR, at("2020-01-01T00:00")) == "ended"
    assert left(done, CALENDAR, at("2020-01-01T00:00")) == timedelta(hours=12)
    late = end(Clock(at("2019-05-06T08:00"), Period(24, "hour")), at("2019-05-07T09:00"))
    assert left(late, CALENDAR, at("2020-01-01T00:00")) == timedelta(hours=-1)


def test_a_clock_is_paused_once_and_goes_on_only_when_paused() -> None:
    clock = Clock(at("2019-05-06T08:00"), Period(24, "hour"))
    stopped = paused(clock, at("2019-05-06T09:00"), "x")
    for one, moment in ((stopped, "10:00"), (end(clock, at("2019-05-06T09:00")), "10:00"), (clock, "07:59")):
        with pytest.raises(ClockError):
            paused(one, at(f"2019-05-06T{moment}"), "y")
    for one, moment in ((clock, "10:00"), (stopped, "08:30")):
        with pytest.raises(ClockError):
            resumed(one, at(f"2019-05-06T{moment}"))


def test_a_period_of_days_explains_its_last_day() -> None:
    clock = Clock(at("2019-04-26T12:00"), Period(7, "calendar-day"))
    assert explain(clock, CALENDAR, NOW).en == (
        "7 calendar days from 2019-04-26 12:00, no pause, ends with 2019-05-05 (the first day is not counted)"
    )


def test_a_period_of_no_days_ends_with_the_day_of_its_start() -> None:
    assert last_day(Clock(at("2019-05-06T12:00"), Period(0, "working-day")), CALENDAR, NOW) == date(2019, 5, 6)


def test_hours_that_are_over_do_not_run_again_because_the_clock_is_stopped_afterwards() -> None:
    clock = Clock(at("2019-05-06T08:00"), Period(24, "hour"))
    late = resumed(paused(clock, at("2019-05-07T09:00"), "x"), at("2019-05-09T09:00"))
    assert due(late, CALENDAR, at("2019-05-10T00:00")) == at("2019-05-07T08:00")
    both = resumed(paused(clock, at("2019-05-06T20:00"), "x"), at("2019-05-06T22:00"))
    again = paused(both, at("2019-05-07T09:30"), "y")  # within the two hours that it gained
    assert due(again, CALENDAR, at("2019-05-07T12:30")) == at("2019-05-07T13:00")


starts = st.integers(0, 82_000).map(lambda hours: at("2016-01-02T00:00") + timedelta(hours=hours, minutes=hours % 60))
units: st.SearchStrategy[ClockUnit] = st.sampled_from(["hour", "calendar-day", "working-day"])


@given(start=starts, amount=st.integers(1, 60), unit=units)
def test_more_time_never_ends_earlier_and_an_end_is_never_before_its_start(
    start: datetime, amount: int, unit: ClockUnit
) -> None:
    shorter, longer = (due(Clock(start, Period(n, unit)), CALENDAR, start) for n in (amount, amount + 1))
    assert start < shorter <= longer


@given(start=starts, amount=st.integers(1, 40))
def test_between_start_and_end_lie_exactly_the_working_days_of_the_period(start: datetime, amount: int) -> None:
    day = last_day(Clock(start, Period(amount, "working-day")), CALENDAR, start)
    assert CALENDAR.working_days_between(start.date(), day) == amount
    assert CALENDAR.is_working_day(day)


@given(start=starts, stop_h=st.integers(0, 23), for_h=st.integers(0, 400), unit=units)
def test_a_pause_never_shortens_a_period(start: datetime, stop_h: int, for_h: int, unit: ClockUnit) -> None:
    clock = Clock(start, Period(3 if unit != "hour" else 48, unit))
    stop = start + timedelta(hours=stop_h)
    with_pause = resumed(paused(clock, stop, "x"), stop + timedelta(hours=for_h))
    assert due(with_pause, CALENDAR, stop) >= due(clock, CALENDAR, stop)


@given(start=starts, amount=st.integers(1, 30), unit=units, share=st.fractions(Fraction(1, 10), 1))
def test_yellow_begins_inside_the_period(start: datetime, amount: int, unit: ClockUnit, share: Fraction) -> None:
    clock = Clock(start, Period(amount, unit), warn_share=share)
    assert start <= warning_at(clock, CALENDAR, start) <= due(clock, CALENDAR, start)


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [(1, "calendar-day", "1 calendar day"), (2, "calendar-day", "2 calendar days"), (1, "working-day", "1 working day"),
     (1, "hour", "1 h")],
)  # fmt: skip
def test_one_day_that_is_allowed_is_said_in_the_singular(amount: int, unit: str, said: str) -> None:
    assert allowed(amount, unit).en == said
