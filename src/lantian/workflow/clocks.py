"""Clocks (时限): when a step is due, what is left, and why, by the legal calendar.

Three ways of counting, as law and plan use them:

* hours run from the moment of the start, days off included; a pause adds its length to the end;
* calendar days: the day of the start is not counted, the period ends with its last day, moved off days off where the
  rule says so (行政处罚法 art. 85, 民法典 art. 201–203);
* working days: the same, counting only days worked by the legal calendar.

A day on which a day clock stands still is not counted: from the day of the pause up to the day before it goes on.
All instants are aware; days are Beijing's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from lantian.kernel.calendar import LegalCalendar
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, beijing_day, day_of
from lantian.kernel.plurals import counted
from lantian.workflow.errors import WorkflowError

ClockUnit = Literal["hour", "calendar-day", "working-day"]
Lamp = Literal["green", "yellow", "red", "paused", "ended"]
_DAY = timedelta(days=1)

UNITS: dict[str, tuple[str, str, str]] = {
    "hour": ("小时", "h", "h"),
    "calendar-day": ("个自然日", "calendar day", "calendar days"),
    "working-day": ("个工作日", "working day", "working days"),
}


def allowed(amount: int, unit: str) -> Text:
    """Say how long a step may take; unit: a ClockUnit.

    >>> allowed(24, "hour").en, allowed(1, "working-day").en, allowed(3, "working-day").en
    ('24 h', '1 working day', '3 working days')
    """
    zh, one, several = UNITS[unit]
    return Text(f"{amount} {zh}", counted(amount, one, several))


@dataclass(frozen=True, slots=True)
class Period:
    """How long a step may take (期限): an amount in one of three units. roll: a last day off is moved (顺延)."""

    amount: int
    unit: ClockUnit
    roll: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stands still (中止), with its reason; ``until`` is None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock (时限). warn_share: elapsed share of the allowed time at which yellow begins."""

    start: datetime
    period: Period
    pauses: tuple[Pause, ...] = ()
    ended: datetime | None = None
    warn_share: Fraction = Fraction(4, 5)

    @property
    def paused(self) -> Pause | None:
        """The pause that still lasts, or None."""
        return next((pause for pause in self.pauses if pause.until is None), None)


class ClockError(WorkflowError):
    """A pause or an end that does not fit the clock."""


def pause(clock: Clock, at: datetime, reason: str) -> Clock:
    """Stop a running clock; it keeps what is left. Raises ClockError when it stands still or has ended."""
    if clock.ended is not None or clock.paused is not None:
        raise ClockError(
            Text("时限已暂停或已结束，不能再暂停。", "The clock is paused or has ended; it cannot be paused.")
        )
    if at < _last_moment(clock):
        raise ClockError(
            Text(
                f"暂停时间 {_local(at)} 早于时限已有的记录 {_local(_last_moment(clock))}。",
                f"The pause at {_local(at)} lies before what is recorded already at {_local(_last_moment(clock))}.",
            )
        )
    return replace(clock, pauses=(*clock.pauses, Pause(at, None, reason)))


def resume(clock: Clock, at: datetime) -> Clock:
    """Let a paused clock go on. Raises ClockError when it is not paused, or earlier than the pause."""
    last = clock.paused
    if last is None:
        raise ClockError(Text("时限没有暂停，不能恢复。", "The clock is not paused; it cannot go on."))
    if at < last.since:
        raise ClockError(
            Text(
                f"恢复时间 {_local(at)} 早于暂停时间 {_local(last.since)}。",
                f"The clock cannot go on at {_local(at)}, before its pause at {_local(last.since)}.",
            )
        )
    return replace(clock, pauses=(*clock.pauses[:-1], replace(last, until=at)))


def end(clock: Clock, at: datetime) -> Clock:
    """End a clock because its step is done; a pause that lasts ends with it."""
    running = resume(clock, max(at, clock.paused.since)) if clock.paused else clock
    return replace(running, ended=at)


def due(clock: Clock, calendar: LegalCalendar, now: datetime) -> datetime:
    """Return the instant at which the period ends; of a clock that stands still, as if it went on now.

    The end itself is still in time: 24 hours from 21:10 end at 21:10 of the next day; a period of days ends with the
    first instant after its last day.
    """
    if clock.period.unit == "hour":
        ends = clock.start + timedelta(hours=clock.period.amount)
        for each in clock.pauses:
            if each.since <= ends:  # a period that is over does not begin to run again
                ends += (each.until or max(now, each.since)) - each.since
        return ends
    return beijing_day(last_day(clock, calendar, now) + _DAY)


def last_day(clock: Clock, calendar: LegalCalendar, now: datetime) -> date:
    """Return the last day of a period of days (Beijing)."""
    stopped = _stopped_days(clock.pauses, now)
    working = clock.period.unit == "working-day"
    day, left = day_of(clock.start), clock.period.amount
    while left > 0:
        day += _DAY
        left -= day not in stopped and (not working or calendar.is_working_day(day))
    return calendar.roll(day) if clock.period.roll and not working else day


def _stopped_days(pauses: Iterable[Pause], now: datetime) -> frozenset[date]:
    """The days on which a day clock stands still."""
    found: set[date] = set()
    for each in pauses:
        day, until = day_of(each.since), day_of(each.until or max(now, each.since))
        while day < until:
            found.add(day)
            day += _DAY
    return frozenset(found)


def warning_at(clock: Clock, calendar: LegalCalendar, now: datetime) -> datetime:
    """Return the instant from which the lamp is yellow: ``warn_share`` of the time between start and end."""
    ends = due(clock, calendar, now)
    span = (ends - clock.start) / timedelta(microseconds=1)
    return clock.start + timedelta(microseconds=int(span * clock.warn_share))


def lamp(clock: Clock, calendar: LegalCalendar, now: datetime) -> Lamp:
    """Return the clock's lamp: ended, paused, red once the end has passed, yellow near it, else green."""
    if clock.ended is not None:
        return "ended"
    if clock.paused is not None:
        return "paused"
    if now > due(clock, calendar, now):
        return "red"
    return "yellow" if now >= warning_at(clock, calendar, now) else "green"


def left(clock: Clock, calendar: LegalCalendar, now: datetime) -> timedelta:
    """Return the time until the end, negative when overdue; of a paused clock, what it had left when it stopped."""
    moment = clock.ended or (clock.paused.since if clock.paused else now)
    return due(clock, calendar, moment) - moment


def explain(clock: Clock, calendar: LegalCalendar, now: datetime) -> Text:
    """Say how the end came about: period, start, pauses, end.

    >>> start = datetime(2019, 5, 6, 13, 10, tzinfo=BEIJING)
    >>> explain(Clock(start, Period(24, "hour")), LegalCalendar.of([]), start).en
    '24 h from 2019-05-06 13:10, no pause, ends 2019-05-07 13:10'
    """
    period = allowed(clock.period.amount, clock.period.unit)
    ends = due(clock, calendar, now)
    if clock.period.unit == "hour":
        until = Text(f"止于 {_local(ends)}", f"ends {_local(ends)}")
    else:
        day = last_day(clock, calendar, now)
        until = Text(f"止于 {day} 24:00（起始日不计）", f"ends with {day} (the first day is not counted)")
    zh = [f"自 {_local(clock.start)} 起 {period.zh}", _pauses(clock.pauses).zh, until.zh]
    en = [f"{period.en} from {_local(clock.start)}", _pauses(clock.pauses).en, until.en]
    return Text("，".join(zh), ", ".join(en))


def _pauses(pauses: Sequence[Pause]) -> Text:
    if not pauses:
        return Text("未暂停", "no pause")
    zh = [
        f"{_local(each.since)} 至 {_local(each.until) if each.until else '今'} 暂停（{each.reason}）" for each in pauses
    ]
    en = [
        f"paused {_local(each.since)} to {_local(each.until) if each.until else 'now'} ({each.reason})"
        for each in pauses
    ]
    return Text("；".join(zh), "; ".join(en))


def _last_moment(clock: Clock) -> datetime:
    return clock.pauses[-1].until or clock.start if clock.pauses else clock.start


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
