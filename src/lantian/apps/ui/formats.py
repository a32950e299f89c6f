"""Numbers, dates and durations as the pages print them (数字与日期)."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from lantian.kernel.instants import BEIJING

MISSING = "—"
MINUS = "−"
WEEKDAYS_ZH = "一二三四五六日"
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GROUPED_FROM = 10_000


def number(value: Any, places: int | None = None) -> str:
    """Return a number with a true minus sign, or — when it is missing.

    places: decimals; None keeps those of a Decimal or text. Rounding is half to even, as GB/T 8170 asks.
    Digits are grouped from 10,000 on.

    >>> number(Decimal("-38.25"), 1), number(None), number(12345), number(0.0, 1)
    ('−38.2', '—', '12,345', '0.0')
    """
    exact = _decimal(value)
    if exact is None:
        return MISSING
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    if exact == 0:
        exact = abs(exact)
    text = f"{exact:,f}" if abs(exact) >= GROUPED_FROM else f"{exact:f}"
    return text.replace("-", MINUS)


def signed(value: Any, places: int | None = None) -> str:
    """Return a change with its sign.

    >>> signed(3), signed(Decimal("-0.5")), signed(0)
    ('+3', '−0.5', '0')
    """
    exact = _decimal(value)
    text = number(value, places)
    return f"+{text}" if exact is not None and exact > 0 and text.strip("0.") else text


def percent(share: Any, places: int = 0) -> str:
    """Return a share from 0 to 1 as a percentage without its sign, which stands as the unit after a space.

    >>> percent(Decimal("0.925"), 1)
    '92.5'
    """
    exact = _decimal(share)
    return number(None if exact is None else exact * 100, places)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def local(moment: date | datetime) -> date | datetime:
    """Return an instant on the wall clock of Beijing; a day stays as it is."""
    return moment.astimezone(BEIJING) if isinstance(moment, datetime) and moment.tzinfo else moment


def day(moment: date | datetime | None) -> str:
    """Return a day for tables.

    >>> day(date(2020, 11, 23))
    '2020-11-23'
    """
    return MISSING if moment is None else f"{local(moment):%Y-%m-%d}"


def month_day(moment: date | datetime | None) -> str:
    """Return a day of a known year.

    >>> month_day(date(2020, 11, 23))
    '11-23'
    """
    return MISSING if moment is None else f"{local(moment):%m-%d}"


def instant(moment: datetime | None) -> str:
    """Return day and minute in Beijing time, for tables."""
    return MISSING if moment is None else f"{local(moment):%Y-%m-%d %H:%M}"


def minute(moment: datetime | None) -> str:
    """Return the minute of the day in Beijing time."""
    return MISSING if moment is None else f"{local(moment):%H:%M}"


def long_day(moment: date | datetime | None, language: str) -> str:
    """Return a day for documents and prose.

    >>> long_day(date(2020, 11, 23), "zh-hans"), long_day(date(2020, 11, 23), "en")
    ('2020年11月23日 周一', '23 Nov 2020')
    """
    if moment is None:
        return MISSING
    at = local(moment)
    if language.startswith("en"):
        return f"{at.day} {MONTHS_EN[at.month - 1]} {at.year}"
    return f"{at.year}年{at.month}月{at.day}日 周{WEEKDAYS_ZH[at.weekday()]}"


def span(length: timedelta, language: str) -> str:
    """Return a length of time in at most two units.

    >>> span(timedelta(hours=26, minutes=5), "zh"), span(timedelta(minutes=192), "en")
    ('1 天 2 时', '3 h 12 m')
    """
    units = ("d", "h", "m") if language.startswith("en") else ("天", "时", "分")
    minutes = int(abs(length).total_seconds() // 60)
    counts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    first = next((index for index, count in enumerate(counts) if count), 2)
    shown = [f"{counts[at]} {units[at]}" for at in range(first, min(first + 2, 3)) if counts[at] or at == first]
    return " ".join(shown)
