"""The course of the whole plan (总体进度): mean progress month by month against what was due, as lines of a drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lantian.apps.plans.selectors.gantt import Window
from lantian.apps.plans.selectors.standing import Standing
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even
from lantian.workflow.progress import Portion, of_parts, progress
from lantian.workflow.schedule import expected

WIDTH, HEIGHT = 400, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 12, 24


@dataclass(frozen=True)
class Point:
    """The mean over the tasks at the end of a day [%]: what was due, and what was reached; None for days to come."""

    day: date
    due: Decimal
    done: Decimal | None


@dataclass(frozen=True)
class Course:
    """Lines as SVG points, ticks of the years, levels, where today is, and the figures of today."""

    points: Sequence[Point]
    due_line: str
    done_line: str
    ticks: Sequence[tuple[float, str]]
    levels: Sequence[tuple[float, int]]
    now: tuple[float, float]
    today: Point
    tasks: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM

    @property
    def summary(self) -> Text:
        """What the drawing says."""
        done, due = self.today.done, self.today.due
        return Text(
            f"{self.tasks} 项有期限的任务，平均进度 {done}%，应达 {due}%",
            f"{counted(self.tasks, 'task')} with a deadline, mean progress {done} %, {due} % due",
        )


def course(roots: Iterable[Standing], day: date) -> Course | None:
    """Return the course of the tasks with a deadline; a task without data counts as 0. None where there are none."""
    tasks = [one for one in roots if not one.task.rhythm and one.laid]
    if not tasks:
        return None
    window = _window(tasks, day)
    days = [*(one for one in _ends(window.first, window.last) if one < day), day]
    ahead = [one for one in _ends(window.first, window.last) if one > day]
    points = [Point(one, _due(tasks, one), _done(tasks, one)) for one in days]
    points += [Point(one, _due(tasks, one), None) for one in ahead]
    today = points[len(days) - 1]
    length = (window.last - window.first).days + 1

    def x(on: date) -> float:
        share = ((on - window.first).days + 1) / length
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)

    return Course(
        points=points,
        due_line=_line((x(one.day), y(one.due)) for one in points),
        done_line=_line((x(one.day), y(one.done)) for one in points if one.done is not None),
        ticks=[(x(on - timedelta(days=1)), f"{on.year}") for on in _years(window.first, window.last)],
        levels=[(y(Decimal(percent)), percent) for percent in (0, 50, 100)],
        now=(x(day), y(today.done or Decimal(0))),
        today=today,
        tasks=len(tasks),
    )


def _window(tasks: Sequence[Standing], day: date) -> Window:
    """From the month in which the first task starts to the last deadline, or to today where that is later."""
    first = min(one.task.start for one in tasks)
    return Window(date(first.year, first.month, 1), max([day, *(one.laid[-1].due for one in tasks)]))


def y(percent: Decimal) -> float:
    """Return the height of a percentage."""
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(percent) / 100, 1)


def _line(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{height}" for x, height in places)


def _ends(first: date, last: date) -> list[date]:
    """The ends of the months that end by a day, and that day itself."""
    found, month = [], add_months(date(first.year, first.month, 1), 1)
    while month - timedelta(days=1) < last:
        found.append(month - timedelta(days=1))
        month = add_months(month, 1)
    return [*found, last]


def _years(first: date, last: date) -> list[date]:
    return [date(year, 1, 1) for year in range(first.year, last.year + 1) if date(year, 1, 1) >= first]


def _due(tasks: Sequence[Standing], day: date) -> Decimal:
    return _mean([expected(one.laid, one.task.start, day) for one in tasks])


def _done(tasks: Sequence[Standing], day: date) -> Decimal:
    return _mean([_reached(one, day) or Decimal(0) for one in tasks])


def _reached(one: Standing, day: date) -> Decimal | None:
    """The progress of a task by a day: of its parts, or of its latest value by then; 100 once it is struck off."""
    if one.struck_on is not None and one.struck_on <= day:
        return Decimal(100)
    if one.parts:
        return of_parts([Portion(part.weight, _reached(part, day)) for part in one.parts])
    values = [value for value in one.values if value.day <= day]
    return progress(values[-1].value, one.goal) if values else None


def _mean(values: Sequence[Decimal]) -> Decimal:
    return half_even(sum(values, Decimal(0)) / len(values), 1)
