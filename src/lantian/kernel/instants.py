"""Instants and periods: stored in UTC, read and grouped in Beijing time (UTC+8, no daylight saving)."""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "UTC+08:00")


def beijing_day(day: date, hour: int = 0) -> datetime:
    """Return the UTC instant at which an hour of a Beijing calendar day starts.

    >>> beijing_day(date(2019, 6, 1)).isoformat()
    '2019-05-31T16:00:00+00:00'
    """
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC) + timedelta(hours=hour)


def day_of(instant: datetime) -> date:
    """Return the Beijing calendar day of an instant.

    >>> day_of(datetime(2019, 5, 31, 16, tzinfo=UTC))
    datetime.date(2019, 6, 1)
    """
    return instant.astimezone(BEIJING).date()


def hour_ending(start: datetime) -> int:
    """Return the Chinese hour label (后标, 1…24) of the hour that starts at an instant.

    >>> hour_ending(datetime(2019, 6, 1, 15, tzinfo=UTC))
    24
    """
    return start.astimezone(BEIJING).hour + 1
