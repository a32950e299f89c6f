"""The chart of a task (进度图): progress as reported against the reverse schedule, laid out for one SVG drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lantian.apps.plans.models import Milestone
from lantian.apps.plans.selectors.standing import Standing
from lantian.kernel.errors import Text
from lantian.workflow.progress import progress
from lantian.workflow.schedule import state_of

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 14, 22
MOST_TICKS = 9


@dataclass(frozen=True)
class Dot:
    """A place in the drawing with what it says."""

    x: float
    y: float
    said: Text
    state: str = ""


@dataclass(frozen=True)
class TaskChart:
    """Lines as SVG points: progress, schedule; dots of milestones and values; ticks of the days; today, deadline."""

    schedule: str
    done: str
    values: Sequence[Dot]
    milestones: Sequence[Dot]
    ticks: Sequence[tuple[float, str]]
    levels: Sequence[tuple[float, int]]
    today: float
    due: float | None
    summary: Text
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM
    top: int = TOP
    right: int = WIDTH - RIGHT


@dataclass(frozen=True)
class _Frame:
    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)


def y(percent: Decimal) -> float:
    """Return the height of a percentage."""
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(percent) / 100, 1)


def task_chart(one: Standing, day: date) -> TaskChart | None:
    """Return the chart of a task; None for a recurring duty, a whole of parts, or one without values and schedule."""
    if one.task.rhythm or one.parts or not one.laid:
        return None
    frame = _Frame(one.task.start, max(day, one.laid[-1].due))
    values = [
        Dot(frame.x(value.day), y(percent), Text(f"{value.day} 进度 {percent}%", f"{value.day}: {percent} %"))
        for value in one.values if value.day >= one.task.start
        for percent in [progress(value.value, one.goal)]
    ]  # fmt: skip
    steps = [(one.task.start, Decimal(0)), *((laid.due, laid.progress) for laid in one.laid)]
    return TaskChart(
        schedule=_points([(frame.x(on), y(percent)) for on, percent in steps]),
        done=_points([(dot.x, dot.y) for dot in values]),
        values=values,
        milestones=[_milestone(row, frame, day) for row in one.steps],
        ticks=_ticks(frame),
        levels=[(y(Decimal(percent)), percent) for percent in (0, 50, 100)],
        today=frame.x(day),
        due=frame.x(one.due) if one.due else None,
        summary=_summary(one),
    )


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{height}" for x, height in places)


def _milestone(row: Milestone, frame: _Frame, day: date) -> Dot:
    said = Text(f"{row.zh} {row.due}", f"{row.en or row.zh} {row.due}")
    return Dot(frame.x(row.due), y(row.share), said, state_of(row.due, row.done_on, day))


def _ticks(frame: _Frame) -> list[tuple[float, str]]:
    days = (frame.last - frame.first).days
    step = next((one for one in (1, 2, 3, 6, 12, 24) if days / 30 / one <= MOST_TICKS), 36)
    found, month = [], date(frame.first.year, frame.first.month, 1)
    while month <= frame.last:
        if month >= frame.first and (month.month - 1) % min(step, 12) == 0:
            found.append((frame.x(month), f"{month:%Y-%m}"))
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _summary(one: Standing) -> Text:
    now = f"{one.progress}%" if one.progress is not None else "—"
    return Text(
        f"进度 {now}，应达 {one.expected}%，期限 {one.due}", f"progress {now}, due {one.expected} %, by {one.due}"
    )
