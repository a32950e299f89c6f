"""How every task stands on a day (任务进展): progress, schedule and lamp, from a constant number of questions.

A day in the past is answered with what held then: values up to it, approvals and strike-offs decided by it. What was
recorded later about that day counts, unless an instant is given by which it had to be known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeVar

from lantian.apps.accounts.scope import scope_of
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskChange, TaskEntry, TaskParty
from lantian.apps.plans.rules import PlanRules, rules
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even
from lantian.workflow.lamps import Course, Lamp, LampRule, Reports, kept_share, lamp, lamp_of_reports, missing_end
from lantian.workflow.progress import Goal, Portion, of_parts, progress
from lantian.workflow.schedule import Laid, expected, state_of, straight

SIGNS = {">=": "≥", "<=": "≤", "~": "≈", "=": "", "<": "<", ">": ">"}
"""Comparators as a reader sees them."""
STRUCK = (StrikeOff.State.STRUCK, StrikeOff.State.REOPENED)
"""Answers to an application by which a task was struck off, until it was reopened."""


class Party(NamedTuple):
    """An organisation of a task, with its name."""

    task_id: int
    code: str
    role: str
    zh: str
    en: str


Row = TypeVar("Row", Party, TaskChange, Milestone, StrikeOff)


@dataclass(frozen=True)
class Value:
    """A value of an indicator on its day; way: how it came."""

    day: date
    value: Decimal
    way: str = ""


@dataclass
class Standing:
    """A task on a day. values: all up to it, oldest first. steps: its milestones, as known. application: to strike it
    off, which waits for its check; asked: changes that wait for an answer. changes, strikes: all there are, also those
    of later. why: how the progress comes about.
    """

    task: Task
    leads: list[str]
    joints: list[str]
    due: date | None
    goal: Goal
    values: list[Value]
    laid: list[Laid]
    late_since: date | None
    struck_on: date | None
    application: StrikeOff | None = None
    asked: list[TaskChange] = field(default_factory=list)
    changes: list[TaskChange] = field(default_factory=list)
    strikes: list[StrikeOff] = field(default_factory=list)
    steps: list[Milestone] = field(default_factory=list)
    weight: Decimal = Decimal(100)
    parts: list["Standing"] = field(default_factory=list)
    progress: Decimal | None = None
    expected: Decimal = Decimal(0)
    why: Text = field(default_factory=lambda: Text("", ""))
    lamp: Lamp = field(default_factory=lambda: Lamp("grey", Text("", "")))

    @property
    def value(self) -> Value | None:
        """The latest value."""
        return self.values[-1] if self.values else None

    @property
    def state(self) -> Task.State:
        """How it stands with striking it off."""
        if self.struck_on is not None:
            return Task.State.STRUCK
        return Task.State.ASKED if self.application else Task.State.OPEN

    def walk(self) -> Iterable["Standing"]:
        """Return the task and all its parts, whole before parts."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Board:
    """All tasks on a day: those that are no part of another, and each by its key.

    names: of the organisations that lead or join one. known_at: see ``board``.
    """

    day: date
    roots: Sequence[Standing]
    by_pk: Mapping[int, Standing]
    names: Mapping[str, Text]
    known_at: datetime | None = None

    def walk(self) -> Iterable[Standing]:
        """Return every task, wholes before their parts."""
        for root in self.roots:
            yield from root.walk()

    def seen_by(self, person: Any) -> set[int]:
        """Return the keys of the tasks that somebody may see; whoever sees the whole district is not asked about."""
        if scope_of(person).whole:
            return set(self.by_pk)
        return set(Task.objects.visible_to(person).values_list("pk", flat=True)) & set(self.by_pk)

    @property
    def synthetic(self) -> bool:
        """Whether any task is made up, to show the pages by."""
        return any(one.task.synthetic for one in self.by_pk.values())


def board(day: date, known_at: datetime | None = None) -> Board:
    """Return how every task that is not withdrawn stands on a day; six questions, however many tasks there are.

    known_at: None, or the instant by which all had to be recorded: the replay of a bulletin sees nothing later.
    """
    return boards((day,), known_at)[0]


def boards(days: Sequence[date], known_at: datetime | None = None) -> list[Board]:
    """Return how every task stands on each of some days; six questions, however many days there are."""
    rows = _Rows(days, known_at)
    return [_board(_Known(rows, day)) for day in days]


def _board(known: "_Known") -> Board:
    found = {task.pk: known.standing(task) for task in known.rows.tasks}
    roots = []
    for one in found.values():
        whole = found.get(one.task.parent_id or 0)
        if whole is not None:
            whole.parts.append(one)
        elif one.task.parent_id is None:
            roots.append(one)
    for root in roots:
        _finish(root, known.rule, known.day)
    return Board(known.day, roots, found, known.rows.names, known.known_at)


def in_force(day: date, known_at: datetime | None) -> datetime:
    """Return the instant whose decisions hold on a day: its last one, or that by which they had to be known."""
    end = beijing_day(day, 24) - timedelta(microseconds=1)
    return end if known_at is None else min(end, known_at)


class _Rows:
    """What is read for all tasks at once, of all days that are asked for."""

    def __init__(self, days: Sequence[date], known_at: datetime | None) -> None:
        self.known_at = known_at
        self.tasks = list(Task.objects.standing(known_at).order_by("document", "article", "pk"))
        parties = TaskParty.objects.order_by("order", "pk").values_list(
            "task", "organisation", "role", "organisation__name_zh", "organisation__name_en"
        )
        self.parties = _grouped(Party(*row) for row in parties)
        self.names = {one.code: Text(one.zh, one.en or one.zh) for rows in self.parties.values() for one in rows}
        self.changes = _grouped(TaskChange.objects.order_by("decided_at", "pk"))
        steps = reduce(or_, (Milestone.objects.standing(in_force(day, known_at)) for day in days))
        self.milestones = _grouped(_as_known(steps.order_by("order"), known_at))
        self.strikes = _grouped(StrikeOff.objects.order_by("asked_at", "pk"))
        self.values: dict[int, list[Value]] = defaultdict(list)
        rows = TaskEntry.objects.standing(known_at).filter(day__lte=max(days)).order_by("day", "at", "pk")
        for task, on, value, way in rows.values_list("task_id", "day", "value", "way"):
            self.values[task].append(Value(on, value, way))


class _Known:
    """What was known of all tasks on a day."""

    def __init__(self, rows: _Rows, day: date) -> None:
        self.rows, self.day, self.known_at = rows, day, rows.known_at
        plan: PlanRules = rules()
        self.rule: LampRule = plan.lamps(day)
        self.about = plan.lamp_record(day).about
        self.parties, self.changes, self.strikes = rows.parties, rows.changes, rows.strikes
        self.at = in_force(day, rows.known_at)

    def standing(self, task: Task) -> Standing:
        """One task without its parts."""
        parties = self.parties[task.pk]
        due = self._due(task)
        steps = [one for one in self.rows.milestones[task.pk] if one.stands(self.at)]
        laid = [Laid(Text(one.zh, one.en or one.zh), one.begins, one.due, one.share) for one in steps]
        return Standing(
            task=task,
            leads=[one.code for one in parties if one.role == TaskParty.Role.LEAD],
            joints=[one.code for one in parties if one.role == TaskParty.Role.JOINT],
            due=due,
            goal=self._goal(task),
            values=[one for one in self.rows.values[task.pk] if one.day <= self.day],
            laid=laid or (straight(task.start, max(due, task.start)) if due else []),
            late_since=self._late_since(steps),
            struck_on=self._struck_on(task),
            application=next((one for one in self.strikes[task.pk] if self._waits(one)), None),
            asked=[one for one in self.changes[task.pk] if self._waits(one)],
            changes=self.changes[task.pk],
            strikes=self.strikes[task.pk],
            steps=steps,
            weight=Decimal(self._as_of(task, "weight", str(task.weight))),
        )

    def _due(self, task: Task) -> date | None:
        said = self._as_of(task, "due", task.due.isoformat() if task.due else "")
        return date.fromisoformat(said) if said else None

    def _goal(self, task: Task) -> Goal:
        target = self._as_of(task, "target", str(task.target if task.target is not None else 100))
        base = self._as_of(task, "base", str(task.base) if task.base is not None else "")
        return Goal(task.comparator, Decimal(target), Decimal(base) if base else None, self.about)  # type: ignore[arg-type]  # one of the plan's comparators

    def _as_of(self, task: Task, name: str, now: str) -> str:
        """A value as approved by the day: what was approved later is taken back."""
        approved = [one for one in self.changes[task.pk] if one.state == TaskChange.State.APPROVED]
        for change in reversed([one for one in approved if one.field == name]):
            if change.decided_at is None or self._was(change.decided_at):
                break
            now = change.old
        return now

    def _late_since(self, steps: Iterable[Milestone]) -> date | None:
        late = [one.due for one in steps if state_of(one.due, one.done_on, self.day) == "late"]
        return min(late, default=None)

    def _struck_on(self, task: Task) -> date | None:
        """The day on which a task was struck off, None where it was not by then or was reopened since."""
        for one in reversed(self.strikes[task.pk]):
            if one.state in STRUCK and one.decided_at is not None and self._was(one.decided_at):
                reopened = one.reopened_at is not None and self._was(one.reopened_at)
                return None if reopened else day_of(one.decided_at)
        return None

    def _waits(self, one: StrikeOff | TaskChange) -> bool:
        """Whether an application or a change had been asked for by the day, and was not answered yet."""
        return self._was(one.asked_at) and not (one.decided_at is not None and self._was(one.decided_at))

    def _was(self, at: datetime) -> bool:
        """Whether something that was decided had been by the day, and was known."""
        return day_of(at) <= self.day and (self.known_at is None or at <= self.known_at)


def _as_known(steps: Iterable[Milestone], known_at: datetime | None) -> Iterator[Milestone]:
    """Milestones of which one that was said to be done later is open."""
    for one in steps:
        one.done_on = one.done_by(known_at)
        yield one


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.task_id].append(row)
    return found


def _finish(one: Standing, rule: LampRule, day: date) -> None:
    """Fill in progress and lamp, parts first."""
    for part in one.parts:
        _finish(part, rule, day)
    rhythm = one.task.rhythm
    one.progress, one.why = _progress(one, day)
    one.expected = expected(one.laid, one.task.start, day) if one.laid and not rhythm else Decimal(0)
    if rhythm and not one.parts:
        days = [value.day for value in one.values]
        one.lamp = lamp_of_reports(Reports(bool(days), missing_end(rhythm, days, day), one.struck_on), rule, day)
    else:
        one.lamp = lamp(Course(one.due, one.progress, one.expected, one.late_since, one.struck_on), rule, day)


def _progress(one: Standing, day: date) -> tuple[Decimal | None, Text]:
    """The progress and how it comes about: of parts, of reports, or of the latest value."""
    if one.parts:
        return _of_parts(one)
    if one.task.rhythm and one.values:
        had, all_ = kept_share(one.task.rhythm, [value.day for value in one.values], one.values[0].day, day)
        why = Text(f"应报 {all_} 期，已报 {had} 期", f"{had} of {counted(all_, 'period')} reported")
        return half_even(Decimal(had) * 100 / all_, 1), why
    if one.value is None:
        return None, Text("尚无数据", "no data yet")
    return progress(one.value.value, one.goal), _measured(one.value, one.goal, one.task.unit)


def _of_parts(one: Standing) -> tuple[Decimal | None, Text]:
    found = of_parts([Portion(part.weight, part.progress) for part in one.parts])
    silent = sum(part.progress is None for part in one.parts)
    zh, en = f"{len(one.parts)} 个部分按权重平均", f"mean of {counted(len(one.parts), 'part')} by weight"
    if silent and found is not None:
        zh, en = f"{zh}，其中 {silent} 个无数据按 0 计", f"{en}, {silent} without data count as 0"
    return found, Text(zh, en)


def _measured(value: Value, goal: Goal, unit: str) -> Text:
    now, target = plain(value.value), f"{SIGNS[goal.comparator]} {plain(goal.target)} {unit}".strip()
    zh, en = f"{value.day} 为 {now} {unit}，目标 {target}", f"{now} {unit} on {value.day}, target {target}"
    if goal.base is not None and goal.base:
        zh, en = f"{zh}，基数 {plain(goal.base)} {unit}", f"{en}, base {plain(goal.base)} {unit}"
    return Text(zh, en)


def plain(value: Decimal) -> str:
    """Write a number without zeros at its end.

    >>> plain(Decimal("52.0000")), plain(Decimal("100"))
    ('52', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
