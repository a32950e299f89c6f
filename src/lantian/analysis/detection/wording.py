"""Rows of an explanation in both languages (解释行)."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from lantian.analysis.detection.findings import Condition
from lantian.analysis.detection.rules import Period, Rule
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

_PERIODS: dict[Period, Text] = {
    "1min": Text("分钟值", "minute value"),
    "5min": Text("5 分钟均值", "5-minute mean"),
    "15min": Text("15 分钟均值", "15-minute mean"),
    "1h": Text("小时均值", "hour mean"),
}


def measured(rule: Rule, period: Period) -> Text:
    """Name the quantity: channel and averaging time."""
    name, mean = rule.channel_label, _PERIODS[period]
    return Text(f"{name.zh} {mean.zh}", f"{name.en}, {mean.en}")


def amount(value: float, unit: str, sign: str = "") -> Text:
    """Write a value with its unit; at most three significant decimals.

    >>> amount(150.0, "µg/m³", "> ").en, amount(0.04567, "mg/m³").en, amount(math.nan, "%").en
    ('> 150 µg/m³', '0.0457 mg/m³', '–')
    """
    if math.isnan(value):
        return Text("–", "–")
    size = abs(value)
    digits = (
        f"{value:.0f}" if size >= 100 or value == round(value) else f"{value:.1f}" if size >= 10 else f"{value:.3g}"
    )
    written = f"{sign}{digits} {unit}".strip()
    return Text(written, written)


def row(label: Text, found: Text, limit: Text) -> Condition:
    """Make a row whose condition holds."""
    return Condition(label, found, limit, True)


def lasted(start: datetime, end: datetime, minimum_minutes: int) -> Condition:
    """Say how long it held and how long the rule asks."""
    least = minutes_text(max(1, minimum_minutes))
    limit = Text(f"≥ {least.zh}", f"≥ {least.en}")
    return row(Text("持续时间", "duration"), span_text(end - start), limit)


def span_text(span: timedelta) -> Text:
    """Write a span in minutes or hours."""
    return minutes_text(round(span.total_seconds() / 60))


def minutes_text(minutes: int) -> Text:
    """Write minutes, or hours where there are many.

    >>> minutes_text(45).en, minutes_text(120).zh, minutes_text(200).en
    ('45 min', '2 小时', '3.3 h')
    """
    if minutes < 120:
        return Text(f"{minutes} 分钟", f"{minutes} min")
    return Text(f"{minutes / 60:.3g} 小时", f"{minutes / 60:.2g} h" if minutes % 60 else f"{minutes // 60} h")


def clock(moment: datetime) -> Text:
    """Write a moment in Beijing time."""
    local = f"{moment.astimezone(BEIJING):%m-%d %H:%M}"
    return Text(local, local)


def joined(parts: Iterable[str]) -> Text:
    """List names that need no translation."""
    names = list(parts)
    return Text("、".join(names) or "–", ", ".join(names) or "–")
