"""The page of one task (任务详情): how it stands, its parts, values, milestones, changes, money and history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lantian.apps.accounts.models import Person
from lantian.apps.plans import task_rights
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskChange, TaskEntry, TaskFile, TaskLamp
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.feeds import measures_itself
from lantian.apps.plans.selectors.money import MoneyLine, money_lines
from lantian.apps.plans.selectors.standing import Board, Standing, in_force, plain
from lantian.apps.plans.selectors.task_chart import TaskChart, task_chart
from lantian.apps.plans.selectors.task_history import FIELDS, HistoryRow, history
from lantian.apps.plans.selectors.task_list import TaskLine, lines_of
from lantian.apps.plans.selectors.task_series import PeriodMark, Series, periods_of, series_of, short
from lantian.apps.plans.selectors.task_words import letter, unit_text
from lantian.kernel.errors import Text
from lantian.policy.records_work import IndicatorRecord
from lantian.workflow.costs import Sums
from lantian.workflow.progress import progress
from lantian.workflow.schedule import MilestoneState, state_of

FULL = 100
TURNS = 12
VALUES = 40


@dataclass(frozen=True)
class ValueRow:
    """A value in the history. how: what it was made of; old: whether a correction took its place."""

    entry: TaskEntry
    shown: str
    percent: str
    how: Text
    old: bool
    files: Sequence[TaskFile]


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone and how it stands."""

    row: Milestone
    state: MilestoneState
    name: Text
    files: Sequence[TaskFile]


@dataclass(frozen=True)
class ChangeRow:
    """A change with its field and values in words."""

    row: TaskChange
    field: Text
    old: Text
    new: Text


@dataclass(frozen=True)
class Clock:
    """The days of a task that is still worked on: left, all of them, and how many it is late."""

    left: int
    all: int
    late: int


@dataclass(frozen=True)
class Rights:
    """What the reader may do."""

    work: bool
    lead: bool
    check: bool
    money: bool


@dataclass(frozen=True)
class TaskPage:
    """All that the page shows. responsible: who was, by name, "" for nobody."""

    line: TaskLine
    above: Sequence[Task]
    parts: Sequence[TaskLine]
    chart: TaskChart | None
    values: Sequence[ValueRow]
    milestones: Sequence[MilestoneRow]
    changes: Sequence[ChangeRow]
    responsible: str
    strike_offs: Sequence[StrikeOff]
    files: Sequence[TaskFile]
    money: Sequence[MoneyLine]
    sums: Sums
    indicator: IndicatorRecord | None
    series: Sequence[Series]
    periods: Sequence[PeriodMark]
    history: Sequence[HistoryRow]
    lamps: Sequence[tuple[str, TaskLamp]]
    may: Rights
    measures: bool
    clock: Clock | None

    @property
    def standing(self) -> Standing:
        """How the task stands."""
        return self.line.standing

    @property
    def asked(self) -> StrikeOff | None:
        """The application that waits for its check."""
        return next((one for one in self.strike_offs if one.state == StrikeOff.State.ASKED), None)

    @property
    def decided(self) -> list[StrikeOff]:
        """The applications that were decided on, the newest first."""
        return [one for one in self.strike_offs if one.state != StrikeOff.State.ASKED]

    @property
    def milestones_done(self) -> int:
        """How many milestones are done."""
        return sum(one.state in ("done", "done-late") for one in self.milestones)


def task_page(one: Standing, found: Board, person: Any) -> TaskPage:
    """Return the page of a task that its reader may see; of what happened only what had by the board's day."""
    task, until = one.task, in_force(found.day, found.known_at)
    files = list(task.files.filter(at__lte=until).select_related("by").order_by("at", "pk"))
    money = money_lines(task, found)
    return TaskPage(
        line=lines_of([one], found.names)[0],
        above=_above(one, found),
        parts=lines_of(one.parts, found.names),
        chart=task_chart(one, found.day),
        values=_values(one, files, found),
        milestones=[_milestone(row, files, found.day) for row in one.steps],
        changes=_changes(task, until),
        responsible=_responsible(task, until),
        strike_offs=_strike_offs(task, until),
        files=files,
        money=money,
        sums=sum((row.sums for row in money), Sums()),
        indicator=rules().indicators.get(task.indicator),
        series=series_of(one, found),
        periods=periods_of(one, found.day),
        history=history(task, until),
        lamps=_lamps(task, found.day, until),
        may=_rights(task, person),
        measures=measures_itself(task),
        clock=_clock(one, found.day),
    )


def _clock(one: Standing, day: date) -> Clock | None:
    """The days that are left; None without a deadline, or where the task is done or struck off."""
    if one.due is None or one.struck_on is not None or (one.progress or 0) >= FULL:
        return None
    left = (one.due - day).days
    return Clock(max(left, 0), (one.due - one.task.start).days + 1, max(-left, 0))


def _rights(task: Task, person: Any) -> Rights:
    return Rights(
        work=task_rights.may_work(task, person),
        lead=task_rights.may_lead(task, person),
        check=task_rights.may_check(person),
        money=task_rights.may_enter_money(task, person),
    )


def _above(one: Standing, found: Board) -> list[Task]:
    chain: list[Task] = []
    parent = found.by_pk.get(one.task.parent_id or 0)
    while parent is not None:
        chain.insert(0, parent.task)
        parent = found.by_pk.get(parent.task.parent_id or 0)
    return chain


def _changes(task: Task, until: datetime) -> list[ChangeRow]:
    """The changes that were asked for by an instant; one that was decided later still waited then."""
    rows = list(task.changes.filter(asked_at__lte=until).select_related("asked_by", "decided_by"))
    for row in rows:
        if row.decided_at is not None and row.decided_at > until:
            row.state, row.decided_at = TaskChange.State.ASKED, None
    of = TaskChange.Field.RESPONSIBLE
    logins = {said for row in rows if row.field == of for said in (row.old, row.new)}
    people = {one.username: one.name for one in Person.objects.filter(username__in=logins)}
    return [
        ChangeRow(row, FIELDS[row.field], _said(row.old, row, task, people), _said(row.new, row, task, people))
        for row in rows
    ]


def _responsible(task: Task, until: datetime) -> str:
    """The name of who was responsible at an instant: what was approved later is taken back."""
    later = task.changes.filter(
        field=TaskChange.Field.RESPONSIBLE, state=TaskChange.State.APPROVED, decided_at__gt=until
    )
    first = later.order_by("decided_at", "pk").first()
    if first is None:
        return str(task.responsible or "")
    person = Person.objects.filter(username=first.old).first()
    return first.old if person is None else str(person)


def _said(value: str, row: TaskChange, task: Task, people: Mapping[str, str]) -> Text:
    """A value of a change: a person by name, a number with its unit."""
    if row.field == TaskChange.Field.RESPONSIBLE:
        return Text(people.get(value, value or "—"), people.get(value, value or "—"))
    if row.field == TaskChange.Field.DUE or not value:
        return Text(value or "—", value or "—")
    unit = unit_text("%" if row.field == TaskChange.Field.WEIGHT else task.unit)
    number = plain(Decimal(value))
    return Text(f"{number} {unit.zh}".strip(), f"{number} {unit.en}".strip())


def _strike_offs(task: Task, until: datetime) -> list[StrikeOff]:
    """The applications by an instant, the newest first; one that was decided later still waited then."""
    rows = task.strike_offs.filter(asked_at__lte=until).select_related("asked_by", "decided_by", "reopened_by")
    found = list(rows.order_by("-pk"))
    for row in found:
        if row.reopened_at is not None and row.reopened_at > until:
            row.state = StrikeOff.State.STRUCK
        if row.decided_at is not None and row.decided_at > until:
            row.state = StrikeOff.State.ASKED
    return found


def _values(one: Standing, files: Sequence[TaskFile], found: Board) -> list[ValueRow]:
    """The values up to a day, the newest first, with those that were corrected."""
    rows = one.task.entries.filter(day__lte=found.day).select_related("by", "corrects", "corrected_by")
    if found.known_at is not None:
        rows = rows.filter(at__lte=found.known_at)
    return [_value(row, one, files, found.known_at) for row in rows.order_by("-day", "-at", "-pk")[:VALUES]]


def _value(row: TaskEntry, one: Standing, files: Sequence[TaskFile], known_at: datetime | None) -> ValueRow:
    corrected = getattr(row, "corrected_by", None)
    return ValueRow(
        row,
        plain(row.value),
        "" if one.task.rhythm else f"{progress(row.value, one.goal)}",
        _how(row),
        corrected is not None and (known_at is None or corrected.at <= known_at),
        [file for file in files if file.entry_id == row.pk],
    )


def _how(row: TaskEntry) -> Text:
    """Say what a measured value was made of: the numbers counted, and the days."""
    how = row.how if isinstance(row.how, dict) else {}
    if how.get("numerator") is not None and how.get("denominator"):
        counted = f"{short(how['numerator'])} / {short(how['denominator'])}"
        return Text(counted, counted)
    if how.get("days"):
        first, last, days = how["first"], how["last"], how["days"]
        return Text(f"{first} 至 {last}，有效 {days} 天", f"{first} to {last}, {days} valid days")
    return Text("", "")


def _milestone(row: Milestone, files: Sequence[TaskFile], day: date) -> MilestoneRow:
    kept = [file for file in files if file.milestone_id == row.pk]
    return MilestoneRow(row, state_of(row.due, row.done_on, day), Text(row.zh, row.en or row.zh), kept)


def _lamps(task: Task, day: date, until: datetime) -> list[tuple[str, TaskLamp]]:
    """The letter of each lamp as it turned, the newest first."""
    rows = task.lamps.filter(day__lte=day, at__lte=until).order_by("-day")[:TURNS]
    return [(letter(one.colour), one) for one in rows]


def unit_of(one: Standing) -> Text:
    """Return the unit in which values are entered."""
    return unit_text(one.task.unit)
