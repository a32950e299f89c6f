"""A stack outlet's hours for its page (排口小时值): measured, converted, rate, limit, validity; newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings

from lantian.airquality.cems_series import HourState, Substitute
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.network import factor_name
from lantian.apps.telemetry.readings.stack_hours import PollutantHours, StackHour, StackQuestion, stack_hours
from lantian.apps.ui import formats
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.rounding import half_even
from lantian.lake import Lake
from lantian.policy.reader import load_pack

STATES = {
    HourState.VALID: Text("有效", "valid"),
    HourState.INVALID: Text("无效", "invalid"),
    HourState.MISSING: Text("缺测", "missing"),
    HourState.STOPPED: Text("停运", "stopped"),
}
RATE_DECIMALS = 3
DAYS_BACK = 1
"""Yesterday and today are shown."""


@dataclass(frozen=True)
class Cell:
    """A number in print; stands_in: a substitute for one that is missing."""

    text: str
    stands_in: bool = False


@dataclass(frozen=True)
class StackRow:
    """One hour of a pollutant, rounded for print; over: above its limit."""

    end: datetime
    measured: Cell
    converted: Cell
    rate: Cell
    over: bool
    multiple: str
    state: Text
    valid: bool
    flags: str


@dataclass(frozen=True)
class StackTable:
    """A pollutant: its limit, share of valid hours in the quarter, hours above the limit, rows newest first."""

    factor: str
    name: Text
    limit: str
    capture: str
    enough: bool | None
    above: int
    rows: Sequence[StackRow]


def stack_page(point: Point, lake: Lake, now: datetime) -> dict[str, Any]:
    """Return the context of a stack's tab; what the point's details lack is told, not guessed."""
    last = day_of(now)
    question = StackQuestion(last - timedelta(days=DAYS_BACK), last, now)
    try:
        report = stack_hours(point, question, lake=lake, pack=load_pack(settings.PACK))
    except LantianError as error:
        return {"stack_error": error.text, "tables": []}
    reference = report.setting.reference
    return {
        "tables": [_table(one, now) for one in report.pollutants],
        "reference": None if reference is None else formats.number(half_even(reference, 1)),
        "oxygen": report.oxygen,
        "snapshot": report.snapshot,
    }


def _table(found: PollutantHours, now: datetime) -> StackTable:
    rows = [_row(hour, found.decimals) for hour in found.hours if hour.start + timedelta(hours=1) <= now]
    return StackTable(
        factor=found.factor,
        name=found.name if found.name.zh else factor_name(found.factor),
        limit=_shown(found.limit, 0),
        capture=formats.number(found.capture.percent),
        enough=found.capture.enough,
        above=len(found.exceeded),
        rows=rows[::-1],
    )


def _row(hour: StackHour, decimals: int) -> StackRow:
    judged, instead = hour.judged, hour.instead
    return StackRow(
        end=hour.start + timedelta(hours=1),
        measured=_cell(judged.dry, instead.dry, decimals),
        converted=_cell(judged.converted, instead.converted, decimals),
        rate=_cell(judged.rate, instead.rate, RATE_DECIMALS),
        over=bool(judged.over),
        multiple=formats.number(judged.multiple),
        state=STATES[hour.state],
        valid=hour.state is HourState.VALID,
        flags=hour.flags,
    )


def _cell(value: Fraction | None, instead: Substitute | None, decimals: int) -> Cell:
    if value is not None or instead is None:
        return Cell(_shown(value, decimals))
    return Cell(_shown(instead.value, decimals), stands_in=True)


def _shown(value: Fraction | None, decimals: int) -> str:
    return formats.number(None if value is None else half_even(value, decimals))
