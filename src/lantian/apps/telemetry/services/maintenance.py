"""Maintenance windows (维护窗口): declared in time, with a reason, inside bounds; and how their use looks like abuse.

Alarms inside a window stay visible and call for nobody; so a window is worth something to whoever emits too much, and
false marks count as data fraud (《污染物排放自动监测设备标记规则》).
"""

from collections.abc import Iterable, Sequence
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
from lantian.kernel.instants import BEIJING, beijing_day, day_of
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


# -- abuse ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaintenanceUse:
    """How a device's windows were used in a month.

    share_percent: of the month under maintenance, two decimals. covering: windows in which an exceedance lies.
    after_onset: those of them declared only after the exceedance had begun. reasons: why it looks like abuse; empty
    where it does not.
    """

    device: str
    month: date
    hours: Decimal
    share_percent: Decimal
    windows: tuple[MaintenanceWindow, ...]
    covering: tuple[MaintenanceWindow, ...]
    after_onset: tuple[MaintenanceWindow, ...]
    reasons: tuple[Text, ...]

    @property
    def is_abuse(self) -> bool:
        """Whether a bound of the pack is passed."""
        return bool(self.reasons)


def maintenance_abuse(
    devices: Sequence[str], month: date, exceedances: Iterable[tuple[str, datetime, datetime]]
) -> list[MaintenanceUse]:
    """Return how each device's windows were used in a Beijing month, by one question; those without any are left out.

    month: any day of it. exceedances: device, start and end of stretches in which a limit was exceeded.
    """
    first = month.replace(day=1)
    span = beijing_day(first), beijing_day((first + timedelta(days=31)).replace(day=1))
    spans: dict[str, list[Span]] = {}
    for device, start, end in exceedances:
        spans.setdefault(device, []).append((start, end))
    windows: dict[str, list[MaintenanceWindow]] = {}
    for window in MaintenanceWindow.objects.filter(device__in=devices).touching(*span).order_by("device", "start"):
        windows.setdefault(window.device_id, []).append(window)
    rule = maintenance_rule(day_of(span[1] - HOUR))
    return [_use(device, span, found, spans.get(device, []), rule) for device, found in windows.items()]


def _use(
    device: str, month: Span, windows: Sequence[MaintenanceWindow], spans: Sequence[Span], rule: MaintenanceRule
) -> MaintenanceUse:
    under_s = sum(int((min(w.end, month[1]) - max(w.start, month[0])).total_seconds()) for w in windows)
    share = Fraction(under_s * 100, int((month[1] - month[0]).total_seconds()))
    covering = tuple(w for w in windows if any(start < w.end and end > w.start for start, end in spans))
    after = tuple(
        w for w in covering if any(start < w.end and end > w.start and start < w.declared_at for start, end in spans)
    )
    return MaintenanceUse(
        device, day_of(month[0]), half_even(Fraction(under_s, 3600), 1), half_even(share, 2), tuple(windows), covering,
        after, tuple(_reasons(share, len(after), rule)),
    )  # fmt: skip


def _reasons(share: Fraction, after: int, rule: MaintenanceRule) -> Iterable[Text]:
    if share > Fraction(rule.month_percent):
        shown = half_even(share, 2)
        yield Text(
            f"维护时间占当月 {shown} %，高于 {rule.month_percent} %（{rule.citation.zh}）",
            f"{shown} % of the month under maintenance, above {rule.month_percent} % ({rule.citation.en})",
        )
    if after >= rule.after_exceedance:
        yield Text(
            f"{after} 个窗口在超标开始后才申报，达到 {rule.after_exceedance} 个（{rule.citation.zh}）",
            f"{after} windows declared after an exceedance had begun, reaching {rule.after_exceedance} "
            f"({rule.citation.en})",
        )
