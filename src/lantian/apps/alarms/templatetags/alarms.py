"""Small formats of the alarm pages."""

from typing import Any

from django import template

from lantian.apps.alarms.selectors.precision import RulePrecision
from lantian.apps.ui import formats

register = template.Library()
LARGE, SMALL = 100, 1
WIDTH = 200
"""Width of a bar of shares [px]."""


@register.filter
def figure_of(value: Any) -> str:
    """Return a measured value as people read it: no decimals from 100 on, two below 1, one between.

    >>> figure_of(412.4), figure_of(3.14), figure_of(0.456), figure_of(350.0), figure_of(5.0), figure_of(None)
    ('412', '3.1', '0.46', '350', '5', '—')
    """
    if value is None or value == int(value):
        return formats.number(value if value is None else int(value))
    places = 0 if abs(value) >= LARGE else 1 if abs(value) >= SMALL else 2
    return formats.number(value, places)


@register.inclusion_tag("alarms/_share_bar.html")
def share_bar(line: RulePrecision) -> dict[str, Any]:
    """``{% share_bar line %}``: interval, value and floor on a bar from 0 to 100 %."""
    share = line.share
    value = share.value
    return {
        "known": value is not None,
        "low": f"{share.low * WIDTH:.1f}",
        "width": f"{max(share.high - share.low, 0.005) * WIDTH:.1f}",
        "value": f"{(value or 0) * WIDTH - 1.5:.1f}",
        "floor": f"{line.floor * WIDTH:.1f}",
        "label": f"{formats.percent(value)} % ({formats.percent(share.low)}–{formats.percent(share.high)} %)",
    }
