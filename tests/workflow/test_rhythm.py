"""When recurring duties fall due, and a month's weeks; expectations from a wall calendar."""

from datetime import date

from lantian.workflow.rhythm import month_weeks, occasions


def test_a_week_falls_due_on_its_sunday() -> None:
    assert [one.last for one in occasions("week", date(2019, 6, 2), date(2019, 6, 16))] == [
        date(2019, 6, 2),
        date(2019, 6, 9),
        date(2019, 6, 16),
    ]


def test_a_month_and_a_quarter_fall_due_on_their_last_day() -> None:
    assert [one.last for one in occasions("month", date(2020, 2, 1), date(2020, 3, 30))] == [date(2020, 2, 29)]
    assert [one.last for one in occasions("quarter", date(2019, 12, 31), date(2020, 6, 29))] == [
        date(2019, 12, 31),
        date(2020, 3, 31),
    ]


def test_nothing_falls_due_where_no_period_ends() -> None:
    assert list(occasions("year", date(2020, 1, 1), date(2020, 12, 30))) == []


def test_the_weeks_of_a_month_begin_on_monday_and_end_on_sunday() -> None:
    weeks = month_weeks(date(2019, 6, 15))
    assert (weeks[0][0], weeks[-1][-1]) == (date(2019, 5, 27), date(2019, 6, 30))
    assert [len(week) for week in weeks] == [7] * 5
