"""A time line of tasks (时间轴): bars from start to deadline, how far each has come, milestones, and today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from lantian.apps.plans.models import Milestone
from lantian.apps.plans.selectors.agenda import MILESTONES, SPANS, address_of, lamp_of, title_of
from lantian.apps.plans.selectors.rules import cited, deadline_words
from lantian.apps.plans.selectors.standing import Standing
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period
from lantian.workflow.rhythm import occasions
from lantian.workflow.schedule import MilestoneState, state_of

LONG = 24
"""Months from which the head names quarters instead."""


@dataclass(frozen=True)
class Window:
    """The days that a time line covers, both inclusive."""

    first: date
    last: date

    def place(self, day: date) -> float:
        """Return where a day begins, in percent of the width; days outside are put on the edge."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(100 * min(max(share, 0), 1), 2)

    def after(self, day: date) -> float:
        """Return where a day ends."""
        return self.place(day + timedelta(days=1))

    def holds(self, day: date) -> bool:
        """Tell whether a day is covered."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Tick:
    """A month or quarter of the head, and where it begins [%]."""

    x: float
    width: float
    label: Text


@dataclass(frozen=True)
class Mark:
    """A milestone on its bar."""

    x: float
    state: MilestoneState
    said: Text


@dataclass(frozen=True)
class Bar:
    """A task on the time line; all places in percent of the width.

    x, width: from start to deadline; done: how much of the width its progress makes; late: from deadline to today of
    one that is overdue. ticks: ends of the periods of a recurring duty.
    """

    number: str
    name: Text
    url: str
    cite: Text
    lead: Text
    due: Text
    progress: str
    lamp: str
    word: Text
    reason: Text
    struck: bool
    x: float
    width: float
    done: float
    late: tuple[float, float] | None
    ticks: Sequence[float]
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Gantt:
    """The time line: its head, where today is [%] if it is covered, and the bars."""

    window: Window
    ticks: Sequence[Tick]
    today: float | None
    bars: Sequence[Bar]


def whole(tasks: Sequence[Standing], day: date) -> Window:
    """Return the window that covers all tasks, in whole years; this year where there are none."""
    days = [day for one in tasks for day in (one.task.start, one.due) if day is not None] or [day]
    return Window(date(min(days).year, 1, 1), date(max(days).year, 12, 31))


def window_asked(text: str, every: Window, day: date) -> Window:
    """Return the year asked for, all years for ``all``; without either this year if the plan runs in it."""
    asked = int(text) if text.isdecimal() and len(text) == 4 else 0
    if every.first.year <= asked <= every.last.year:
        return year_window(asked)
    return year_window(day.year) if not text and every.holds(day) else every


def year_window(year: int) -> Window:
    """Return a calendar year."""
    return Window(date(year, 1, 1), date(year, 12, 31))


def gantt(tasks: Sequence[Standing], window: Window, day: date, names: Mapping[str, Text]) -> Gantt:
    """Lay tasks on a time line; those that do not touch the window are left out, unless they are overdue in it."""
    shown = [one for one in tasks if _touches(one, window, day)]
    bars = [bar_of(one, window, day, names) for one in shown]
    return Gantt(window, ticks_of(window), window.place(day) if window.holds(day) else None, bars)


def _touches(one: Standing, window: Window, day: date) -> bool:
    end = one.due or window.last
    if one.lamp.colour == "red" and one.struck_on is None:
        end = max(end, day)
    return one.task.start <= window.last and end >= window.first


def ticks_of(window: Window) -> list[Tick]:
    """Return the months of a window, or its quarters where it is long."""
    months = (window.last.year - window.first.year + 1) * 12
    span = occasions("quarter" if months > LONG else "month", window.first, window.last)
    return [
        Tick(window.place(period.first), window.after(period.last) - window.place(period.first), _label(period))
        for period in span
    ]


def _label(period: Period) -> Text:
    if period.span == "quarter":
        return Text(f"{period.year % 100}年{period.number}季", f"{period.year % 100} Q{period.number}")
    return Text(f"{period.number}月", f"{period.first:%b}")


def bar_of(one: Standing, window: Window, day: date, names: Mapping[str, Text] = MappingProxyType({})) -> Bar:
    """Lay one task on a window; outside it, it has no width."""
    end = one.due or window.last
    x, until = window.place(one.task.start), window.after(end)
    share = float(one.progress or 0) / 100
    lamp, word = lamp_of(one)
    lead = names.get(one.leads[0], Text(one.leads[0], one.leads[0])) if one.leads else Text("—", "—")
    return Bar(
        number=one.task.number,
        name=title_of(one),
        url=address_of(one),
        cite=cited(one.task.article, one.task.document),
        lead=lead,
        due=deadline_words(one.due, one.task.rhythm),
        progress="—" if one.progress is None else f"{one.progress:.0f}",
        lamp=lamp,
        word=word,
        reason=one.lamp.reason,
        struck=one.struck_on is not None,
        x=x,
        width=round(max(until - x, 0.3), 2) if _touches(one, window, day) else 0.0,
        done=round(_come(one, end, share, window) - x, 2) if share else 0.0,
        late=_late(one, window, day),
        ticks=_periods(one, window, end),
        marks=[
            Mark(window.after(step.due), state_of(step.due, step.done_on, day), _said(step, day))
            for step in one.steps
            if window.holds(step.due)
        ],
    )


def _come(one: Standing, end: date, share: float, window: Window) -> float:
    """Where the progress of a task stands on its bar: the same share of its days."""
    days = round(((end - one.task.start).days + 1) * share)
    return max(window.place(one.task.start + timedelta(days=days)), window.place(one.task.start))


def _late(one: Standing, window: Window, day: date) -> tuple[float, float] | None:
    """From the deadline to today, of a task that is neither done nor struck off."""
    if one.due is None or one.due >= day or one.struck_on is not None or (one.progress or 0) >= 100:
        return None
    x, until = window.after(one.due), window.after(day)
    return (x, round(until - x, 2)) if until > x else None


def _periods(one: Standing, window: Window, end: date) -> list[float]:
    """Ends of the months, quarters or years of a recurring duty; weeks would be too many to see."""
    if one.task.rhythm not in SPANS or one.task.rhythm == "week":
        return []
    first, last = max(one.task.start, window.first), min(end, window.last)
    return [window.after(period.last) for period in occasions(one.task.rhythm, first, last)]  # type: ignore[arg-type]  # one of the spans


def _said(step: Milestone, day: date) -> Text:
    state = MILESTONES[state_of(step.due, step.done_on, day)]
    return Text(f"{step.zh} {step.due} {state.zh}", f"{step.en or step.zh} {step.due} {state.en}")
