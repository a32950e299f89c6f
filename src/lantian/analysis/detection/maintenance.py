"""Maintenance windows (维护窗口): what they suppress, and when they are abused."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from lantian.analysis.detection import wording
from lantian.analysis.detection.findings import Condition, Finding, subject_key
from lantian.analysis.detection.rules import Rule, WindowAbuse
from lantian.analysis.detection.window import Maintenance, Window
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted

GRACE = timedelta(minutes=5)
"""How much a finding may begin before a window, or outlast it, and still belong to it."""


def suppress(found: Sequence[Finding], window: Window) -> list[Finding]:
    """Mark findings that lie in a maintenance window of their device which was declared before they began."""
    by_device: dict[str, list[Maintenance]] = defaultdict(list)
    for each in window.maintenance:
        by_device[each.device].append(each)
    return [_suppressed(finding, by_device.get(finding.device, [])) for finding in found]


def _suppressed(finding: Finding, windows: Sequence[Maintenance]) -> Finding:
    for each in windows:
        if _lies_in(finding, each) and each.declared_at <= finding.start + GRACE:
            return replace(finding, window=each.id)
    return finding


def _lies_in(finding: Finding, window: Maintenance) -> bool:
    return window.start - GRACE <= finding.start and finding.end <= window.end + GRACE


def window_abuse(rule: Rule, mechanism: WindowAbuse, window: Window, found: Sequence[Finding]) -> list[Finding]:
    """Find devices that spend too much of the month in windows, or whose window came after what it would hide."""
    kinds = {each.device: each.kind for each in window.series} | {each.device: each.kind for each in window.links}
    places = {each.device: (each.point, each.area) for each in window.links}
    places |= {each.device: (each.point, each.area) for each in window.series}
    made = []
    for device in dict.fromkeys(each.device for each in window.maintenance):
        if kinds.get(device) in rule.kinds:
            own = [each for each in window.maintenance if each.device == device]
            rows = (*_too_long(own, mechanism, window), *_too_late(own, mechanism, found))
            if rows:
                made.append(_abuse(rule, window, (device, *places[device]), rows))
    return made


def _too_long(own: Sequence[Maintenance], mechanism: WindowAbuse, window: Window) -> list[Condition]:
    span = timedelta(days=mechanism.days)
    share = sum((_within(each, window, span) for each in _merged(own)), timedelta()) / span
    if share <= mechanism.share:
        return []
    label = Text(
        f"近 {mechanism.days} 天维护时间占比", f"share of the last {counted(mechanism.days, 'day')} in maintenance"
    )
    return [wording.row(label, wording.amount(100 * share, "%"), wording.amount(100 * mechanism.share, "%", "> "))]


def _merged(own: Sequence[Maintenance]) -> list[Maintenance]:
    """Join windows that overlap, so that no minute counts twice."""
    merged: list[Maintenance] = []
    for each in sorted(own, key=lambda window: window.start):
        if merged and each.start <= merged[-1].end:
            merged[-1] = replace(merged[-1], end=max(merged[-1].end, each.end))
        else:
            merged.append(each)
    return merged


def _within(each: Maintenance, window: Window, span: timedelta) -> timedelta:
    return max(timedelta(), min(each.end, window.now) - max(each.start, window.now - span))


def _too_late(own: Sequence[Maintenance], mechanism: WindowAbuse, found: Sequence[Finding]) -> list[Condition]:
    late = timedelta(minutes=mechanism.late_minutes)
    rows = []
    for each in own:
        for finding in found:
            meets = each.start <= finding.end and finding.start < each.end
            if finding.device == each.device and meets and each.declared_at > finding.start + late:
                label = Text("报警起始后才申报维护", "declared after an alarm had begun")
                declared, start = wording.clock(each.declared_at), wording.clock(finding.start)
                rows.append(wording.row(label, declared, start))
    return rows[:1]


def _abuse(rule: Rule, window: Window, where: tuple[str, str, str], rows: tuple[Condition, ...]) -> Finding:
    device, point, area = where
    return Finding(
        rule=rule.id,
        subject=subject_key(rule.id, device),
        point=point,
        device=device,
        area=area,
        factor="",
        start=window.now,
        end=window.now,
        peak=float(len(rows)),
        peak_at=window.now,
        limit=0.0,
        unit="1",
        level=rule.level,
        conditions=rows,
        judged_at=window.now,
        holds=True,
    )
