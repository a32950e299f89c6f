"""Maintenance windows (维护窗口): declared in time, with a reason, inside bounds.

Alarms inside a window stay visible and call for nobody; so a window is worth something to whoever emits too much, and
false marks count as data fraud (《污染物排放自动监测设备标记规则》): the alarm rule ``window-abuse`` watches their use.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Device, MaintenanceWindow
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.kernel.rounding import half_even
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import MaintenanceRule

Span = tuple[datetime, datetime]
"""From and to, the end exclusive."""

HOUR = timedelta(hours=1)


class WindowError(LantianError):
    """A maintenance window that the rules do not allow."""


@dataclass(frozen=True)
class NewWindow:
    """A window to declare: kind is ``maintenance``, ``calibration`` or ``stop``; end is exclusive."""

    kind: str
    start: datetime
    end: datetime
    reason: str


@transaction.atomic
def declare_window(device: Device, new: NewWindow, *, by: Person | None, at: datetime) -> MaintenanceWindow:
    """Declare a window; raises WindowError.

    It refuses one without reason, too long, declared too late, or overlapping another of the same device.
    """
    _check(new, maintenance_rule(day_of(at)), at)
    overlapping = MaintenanceWindow.objects.filter(device=device).touching(new.start, new.end).first()
    if overlapping:
        zh, en = f"与已申报的窗口 {_said(overlapping)} 重叠。", f"It overlaps the window of {_said(overlapping)}."
        raise WindowError(Text(zh, en))
    window = MaintenanceWindow.objects.create(
        device=device, kind=new.kind, start=new.start, end=new.end, reason=new.reason.strip(), declared_at=at,
        declared_by=by,
    )  # fmt: skip
    detail = {"device": device.pk, "kind": new.kind, "start": new.start.isoformat(), "end": new.end.isoformat()}
    record("window.declared", subject=window, actor=by, at=at, detail={**detail, "reason": window.reason})
    return window


def _check(new: NewWindow, rule: MaintenanceRule, at: datetime) -> None:
    late, length = at - new.start, new.end - new.start
    if new.kind not in MaintenanceWindow.Kind.values:
        known = " ".join(MaintenanceWindow.Kind.values)
        raise WindowError(Text(f"没有窗口类别“{new.kind}”，可用：{known}。", f"No kind “{new.kind}”; use {known}."))
    if not new.reason.strip():
        raise WindowError(Text("请写明维护事由。", "Say what the maintenance is for."))
    if not timedelta() < length <= rule.longest_h * HOUR:
        raise WindowError(
            Text(
                f"窗口时长 {_hours(length)} 小时，应大于 0，不超过 {rule.longest_h} 小时（{rule.citation.zh}）。",
                f"The window lasts {_hours(length)} h; it must be above 0 and at most {rule.longest_h} h "
                f"({rule.citation.en}).",
            )
        )
    if late > rule.retroactive_h * HOUR:
        raise WindowError(
            Text(
                f"窗口开始于 {_hours(late)} 小时前，补报不得晚于 {rule.retroactive_h} 小时（{rule.citation.zh}）。",
                f"The window began {_hours(late)} h ago; it may be declared at most {rule.retroactive_h} h late "
                f"({rule.citation.en}).",
            )
        )


@transaction.atomic
def end_window(window: MaintenanceWindow, *, by: Person | None, at: datetime) -> None:
    """End a window before its time; one that has not begun is withdrawn. Raises WindowError when it is over."""
    if at >= window.end:
        raise WindowError(Text("窗口已经结束。", "The window is over already."))
    detail = {"device": window.device_id, "start": window.start.isoformat(), "end": window.end.isoformat()}
    if at <= window.start:
        record("window.withdrawn", subject=window, actor=by, at=at, detail=detail)
        window.delete()
        return
    window.end = at
    window.save(update_fields=["end"])
    record("window.ended", subject=window, actor=by, at=at, detail=detail)


def maintenance_rule(day: date) -> MaintenanceRule:
    """Return the pack's bounds on a day."""
    return load_pack(settings.PACK).get(MaintenanceRule, "maintenance", day)


def _said(window: MaintenanceWindow) -> str:
    start, end = (moment.astimezone(BEIJING) for moment in (window.start, window.end))
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


def _hours(length: timedelta) -> Decimal:
    return half_even(Fraction(int(length.total_seconds()), 3600), 1)
