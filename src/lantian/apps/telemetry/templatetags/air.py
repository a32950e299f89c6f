"""Small formats of the air pages."""

from datetime import date, datetime, timedelta

from django import template
from django.utils.translation import get_language

from lantian.apps.ui import formats
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

register = template.Library()

WEEKDAYS = tuple(
    Text(f"周{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)


@register.filter
def beijing(moment: datetime | None, style: str) -> str:
    """``{{ end|beijing:"%H:%M" }}``: an instant on Beijing's wall clock."""
    return formats.MISSING if moment is None else moment.astimezone(BEIJING).strftime(style)


@register.filter
def age(length: timedelta) -> str:
    """``{{ row.age|age }}``: how long ago, in at most two units."""
    return formats.span(length, get_language() or "zh-hans")


@register.filter
def px(value: float) -> str:
    """A length in a drawing, with a point whatever the language."""
    return f"{value:.1f}"


@register.filter
def add_px(value: float, more: float) -> str:
    """A length in a drawing plus another."""
    return f"{value + more:.1f}"


@register.filter
def month_short(month: date) -> str:
    """``1月`` or ``Jan``."""
    english = (get_language() or "").startswith("en")
    return formats.MONTHS_EN[month.month - 1] if english else f"{month.month}月"


@register.filter
def weekday(day: date) -> str:
    """``周一`` or ``Mon``."""
    return WEEKDAYS[day.weekday()].in_language(get_language() or "zh-hans")


@register.filter
def age_s(length: timedelta | None) -> str:
    """``{{ silence|age_s }}``: how long ago, in seconds below a minute, else in at most two units."""
    if length is None:
        return formats.MISSING
    seconds = max(int(length.total_seconds()), 0)
    english = (get_language() or "").startswith("en")
    return age(length) if seconds >= 60 else (f"{seconds} s" if english else f"{seconds} 秒")


@register.filter
def plain(number: int) -> str:
    """A number as it identifies something: no grouping, whatever the language."""
    return str(number)


@register.filter
def beijing_iso(moment: datetime) -> str:
    """An instant as a field for date and time takes it, on Beijing's wall clock."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S")


@register.filter
def hour_end(end: datetime) -> str:
    """An hour by its end on the day it belongs to (后标): ``11-23 10``, ``11-23 24``."""
    start = (end - timedelta(hours=1)).astimezone(BEIJING)
    return f"{start:%m-%d} {start.hour + 1}"


@register.filter
def of_all(count: int) -> str:
    """``/ 420``: the whole of which a figure is a part."""
    return f"/ {formats.number(count)}"


@register.filter
def short(value: float | None) -> str:
    """A number without needless zeros: ``5000``, ``0.001``, ``−40``; — when missing."""
    return formats.number(None if value is None else f"{value:g}")
