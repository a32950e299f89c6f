"""Mechanisms that look at the link of a device (联网): offline, clock, late data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lantian.analysis.detection import wording
from lantian.analysis.detection.findings import Condition, Finding, subject_key
from lantian.analysis.detection.rules import ClockDrift, Late, Offline, Rule
from lantian.analysis.detection.window import LinkFacts, Window
from lantian.kernel.errors import Text

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _State:
    """What was found about a link, in the rule's unit."""

    start: datetime
    value: float
    limit: float
    conditions: tuple[Condition, ...]


def offline(rule: Rule, mechanism: Offline, window: Window) -> list[Finding]:
    """Find devices that were silent for longer than their kind's time; those never heard of are not missed yet."""
    return [
        _finding(rule, window, link, _silence(link.last_frame, window.now, mechanism.after_s[link.kind]))
        for link in _of_kinds(rule, window)
        if link.last_frame and link.kind in mechanism.after_s and _silent(link, window, mechanism.after_s[link.kind])
    ]


def clock_drift(rule: Rule, mechanism: ClockDrift, window: Window) -> list[Finding]:
    """Find devices whose clock is off; an alarm that is active ends below 80 % of the limit."""
    found = []
    for link in _of_kinds(rule, window):
        limit = mechanism.seconds * (0.8 if subject_key(rule.id, _place(link)) in window.active else 1.0)
        if link.clock_offset_s is not None and abs(link.clock_offset_s) > limit:
            found.append(_finding(rule, window, link, _offset(link, window, mechanism.seconds)))
    return found


def late(rule: Rule, mechanism: Late, window: Window) -> list[Finding]:
    """Find devices of whose last day too large a share came late."""
    return [
        _finding(rule, window, link, _lateness(link, window, mechanism))
        for link in _of_kinds(rule, window)
        if link.late >= mechanism.minimum and link.late > mechanism.share * link.periods
    ]


def _of_kinds(rule: Rule, window: Window) -> list[LinkFacts]:
    return [link for link in window.links if link.kind in rule.kinds]


def _place(link: LinkFacts) -> str:
    return link.point or link.device


def _silent(link: LinkFacts, window: Window, after_s: int) -> bool:
    return link.last_frame is not None and window.now - link.last_frame > timedelta(seconds=after_s)


def _silence(last_frame: datetime, now: datetime, after_s: int) -> _State:
    least = wording.minutes_text(after_s // 60)
    conditions = (
        wording.row(Text("末次报文", "last frame"), wording.clock(last_frame), Text("–", "–")),
        wording.row(
            Text("无报文时长", "silent for"),
            wording.span_text(now - last_frame),
            Text(f"> {least.zh}", f"> {least.en}"),
        ),
    )
    return _State(last_frame, (now - last_frame).total_seconds() / 60, after_s / 60, conditions)


def _offset(link: LinkFacts, window: Window, limit_s: float) -> _State:
    seconds = link.clock_offset_s or 0.0
    faster = Text("快", "fast") if seconds > 0 else Text("慢", "slow")
    found = Text(f"{faster.zh} {abs(seconds):.0f} 秒", f"{abs(seconds):.0f} s {faster.en}")
    limit = Text(f"> {limit_s:.0f} 秒", f"> {limit_s:.0f} s")
    row = wording.row(Text("设备时钟偏差", "clock of the device"), found, limit)
    return _State(link.last_frame or window.now, abs(seconds), limit_s, (row,))


def _lateness(link: LinkFacts, window: Window, rule: Late) -> _State:
    share = 100 * link.late / link.periods
    row = wording.row(
        Text("近一日迟到数据", "late data of the last day"),
        Text(f"{link.late}/{link.periods}（{share:.0f} %）", f"{link.late} of {link.periods} ({share:.0f} %)"),
        wording.amount(100 * rule.share, "%", "> "),
    )
    return _State(window.now - _DAY, share, 100 * rule.share, (row,))


def _finding(rule: Rule, window: Window, link: LinkFacts, state: _State) -> Finding:
    return Finding(
        rule=rule.id,
        subject=subject_key(rule.id, _place(link)),
        point=link.point,
        device=link.device,
        area=link.area,
        factor="",
        start=state.start,
        end=window.now,
        peak=state.value,
        peak_at=window.now,
        limit=state.limit,
        unit=rule.unit,
        level=rule.level,
        conditions=state.conditions,
        judged_at=window.now,
        holds=True,
    )
