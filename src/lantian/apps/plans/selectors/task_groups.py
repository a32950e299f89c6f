"""The plan as a chart (挂图): tasks grouped by chapter, lead or street, each with its bar on a common time line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.plans.selectors.gantt import Bar, Tick, Window, bar_of, ticks_of, whole
from lantian.apps.plans.selectors.rules import articles, numeral
from lantian.apps.plans.selectors.standing import Standing
from lantian.apps.plans.selectors.task_list import TaskLine
from lantian.apps.plans.selectors.task_words import LAMPS, URGENT, letter, state_of_lamp
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.records_plan import Chapter

Key = tuple[int | str, Text]


@dataclass(frozen=True)
class ChartRow:
    """A task with its bar."""

    line: TaskLine
    bar: Bar


@dataclass(frozen=True)
class Group:
    """The tasks of a chapter, a lead or a street; red, yellow: how many have such a lamp."""

    name: Text
    rows: Sequence[ChartRow]
    red: int
    yellow: int


@dataclass(frozen=True)
class Chart:
    """All groups under one head. today: where today is [%], None outside the window."""

    window: Window
    ticks: Sequence[Tick]
    today: float | None
    groups: Sequence[Group]


def chart_of(lines: Sequence[TaskLine], window: Window, day: date, group: Callable[[TaskLine], Key]) -> Chart:
    """Lay lines on a time line, in groups; by lead or street those with the most red lamps come first."""
    found: dict[Key, list[ChartRow]] = {}
    for line in lines:
        found.setdefault(group(line), []).append(ChartRow(line, bar_of(line.standing, window, day)))
    groups = [(key, _group(key[1], rows)) for key, rows in found.items()]
    groups.sort(key=lambda pair: _place(*pair))
    today = window.place(day) if window.holds(day) else None
    return Chart(window, ticks_of(window), today, [one for _, one in groups])


def _place(key: Key, one: Group) -> tuple[int, int, int, str]:
    """Chapters by their number; others by red, then yellow lamps."""
    if isinstance(key[0], int):
        return key[0], 0, 0, ""
    return 0, -one.red, -one.yellow, key[0]


def _group(name: Text, rows: Sequence[ChartRow]) -> Group:
    states = [row.line.state for row in rows]
    return Group(name, rows, states.count("red"), states.count("yellow"))


def by_chapter(pack: Pack) -> Callable[[TaskLine], Key]:
    """Return what puts a line under its chapter; what stands on another document comes last, under its name."""
    chapters = {one.id: one for one in pack.all(Chapter)}
    of_article = {one.article: chapters.get(one.chapter) for one in articles(pack)}

    def group(line: TaskLine) -> Key:
        task = line.standing.task
        if task.document:
            return 100, Text(task.document, task.document)
        chapter = of_article.get(task.article)
        if chapter is None:
            return 99, Text("其他", "others")
        return chapter.number, Text(f"{numeral(chapter.number)} {chapter.zh}", f"{chapter.number} {chapter.en}")

    return group


def by_lead(line: TaskLine) -> Key:
    """Put a line under its first lead."""
    return (line.standing.leads or [""])[0], line.lead


def by_street(line: TaskLine) -> Key:
    """Put a line under the street that it lies in; by street only tasks with a ground are shown."""
    return str(line.standing.task.area_id), line.area


@dataclass(frozen=True)
class StripLamp:
    """How many tasks have a lamp, in how many departments, and its part of the bar [%]."""

    state: str
    label: Text
    count: int
    units: int
    x: float
    width: float

    @property
    def letter(self) -> str:
        """The letter of its shape."""
        return letter(self.state)


@dataclass(frozen=True)
class Strip:
    """The plan in figures: years, articles and tasks, lamps, and the days that are left to the last deadline."""

    first: int | None
    final: int | None
    articles: int
    made: int
    lamps: Sequence[StripLamp]
    last: date | None
    left: int | None


def strip(roots: Sequence[Standing], day: date) -> Strip:
    """Return the figures of the tasks that are no part of another, whatever the table is narrowed to."""
    every = whole(roots, day) if roots else None
    last = max((one.due for one in roots if one.due is not None), default=None)
    x, lamps = 0.0, []
    for state, label in LAMPS.items():
        held = [one for one in roots if state_of_lamp(one) == state]
        units = len({code for one in held for code in one.leads[:1]}) if state in URGENT else 0
        width = 100 * len(held) / len(roots) if roots else 0.0
        lamps.append(StripLamp(state, label, len(held), units, round(x, 2), round(width, 2)))
        x += width
    return Strip(
        first=every.first.year if every else None,
        final=every.last.year if every else None,
        articles=len({one.task.article for one in roots if not one.task.document}),
        made=len(roots),
        lamps=lamps,
        last=last,
        left=(last - day).days if last is not None else None,
    )
