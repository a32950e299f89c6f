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
