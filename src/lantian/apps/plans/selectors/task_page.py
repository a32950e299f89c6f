"""The page of one task (任务详情): how it stands, its parts, values, milestones, changes, money and history."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from lantian.apps.accounts.models import Person
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskChange, TaskEntry, TaskFile, TaskLamp
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.money import MoneyLine, money_lines
from lantian.apps.plans.selectors.standing import Board, Standing, in_force, plain
from lantian.apps.plans.selectors.task_chart import TaskChart, task_chart
from lantian.apps.plans.selectors.task_history import FIELDS, HistoryRow, history
from lantian.apps.plans.selectors.task_list import TaskLine, grounds, lines_of
from lantian.apps.plans.selectors.task_series import PeriodMark, Series, periods_of, series_of, short
from lantian.apps.plans.selectors.task_words import letter, unit_text
from lantian.apps.plans.task_rights import Rights, rights_in
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.records_work import IndicatorRecord
from lantian.workflow.costs import Sums
from lantian.workflow.progress import progress
from lantian.workflow.schedule import MilestoneState, state_of

FULL = 100
TURNS = 12
VALUES = 40
ENTERED = TaskEntry.Way.ENTERED
RESPONSIBLE = TaskChange.Field.RESPONSIBLE


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
class Application:
    """An application to strike the task off, with its files."""

    row: StrikeOff
    files: Sequence[TaskFile]


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
    strike_offs: Sequence[Application]
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
    def asked(self) -> Application | None:
        """The application that waits for its check."""
        return next((one for one in self.strike_offs if one.row.state == StrikeOff.State.ASKED), None)

    @property
    def decided(self) -> list[Application]:
        """The applications that were decided on, the newest first."""
        return [one for one in self.strike_offs if one.row.state != StrikeOff.State.ASKED]

    @property
    def milestones_done(self) -> int:
        """How many milestones are done."""
        return sum(one.state in ("done", "done-late") for one in self.milestones)


def task_page(one: Standing, found: Board, person: Any, areas: Mapping[str, Text] | None = None) -> TaskPage:
    """Return the page of a task that its reader may see; of what happened only what had by the board's day.

    areas: names of areas that are known already. The number of questions is the same however much happened.
    """
    task, until = one.task, in_force(found.day, found.known_at)
    files = list(task.files.filter(at__lte=until).select_related("by").order_by("at", "pk"))
    values, money, people = _values(one, files, found), money_lines(task, found), _people(one)
    line, *parts = lines_of([one, *one.parts], found.names, grounds([one, *one.parts], areas or {}))
    return TaskPage(
        line=line,
        above=_above(one, found),
        parts=parts,
        chart=task_chart(one, found.day),
        values=values,
        milestones=[_milestone(row, files, found.day) for row in one.steps],
        changes=_changes(one, until, people),
        responsible=_responsible(one, until, people),
        strike_offs=_strike_offs(one, until, people, files),
        files=files,
        money=money,
        sums=sum((row.sums for row in money), Sums()),
        indicator=rules().indicators.get(task.indicator),
        series=series_of(one, [row.entry for row in values if not row.old]),
        periods=periods_of(one, found.day),
        history=history(task, until),
        lamps=_lamps(task, found.day, until),
        may=rights_in(one.leads, one.joints, person),
        measures=_measures(one),
        clock=_clock(one, found.day),
    )


def _clock(one: Standing, day: date) -> Clock | None:
    """The days that are left; None without a deadline, or where the task is done or struck off."""
    if one.due is None or one.struck_on is not None or (one.progress or 0) >= FULL:
        return None
    left = (one.due - day).days
    return Clock(max(left, 0), (one.due - one.task.start).days + 1, max(-left, 0))


def _measures(one: Standing) -> bool:
    """Whether the task's values come by themselves, see ``feeds.measures_itself``."""
    record = rules().indicators.get(one.task.indicator)
    return record is not None and record.feed != "entered" and any(value.way != ENTERED for value in one.values)


def _above(one: Standing, found: Board) -> list[Task]:
    chain: list[Task] = []
    parent = found.by_pk.get(one.task.parent_id or 0)
    while parent is not None:
        chain.insert(0, parent.task)
        parent = found.by_pk.get(parent.task.parent_id or 0)
    return chain


@dataclass(frozen=True)
class _People:
    """Whom the changes and applications of a task name, and who is responsible."""

    by_pk: Mapping[int | None, Person]
    by_login: Mapping[str, Person]


def _people(one: Standing) -> _People:
    """Everybody in one question."""
    rows: list[TaskChange | StrikeOff] = [*one.changes, *one.strikes]
    acted = {pk for row in rows for pk in (row.asked_by_id, row.decided_by_id)}
    acted |= {row.reopened_by_id for row in one.strikes} | {one.task.responsible_id}
    named = {said for row in one.changes if row.field == RESPONSIBLE for said in (row.old, row.new)}
    found = list(Person.objects.filter(Q(pk__in=acted - {None}) | Q(username__in=named)))
    return _People({person.pk: person for person in found}, {person.username: person for person in found})


def _changes(one: Standing, until: datetime, people: _People) -> list[ChangeRow]:
    """The changes that were asked for by an instant; one that was decided later still waited then."""
    rows = [copy(row) for row in sorted(one.changes, key=lambda row: (row.asked_at, row.pk)) if row.asked_at <= until]
    for row in rows:
        row.asked_by, row.decided_by = people.by_pk.get(row.asked_by_id), people.by_pk.get(row.decided_by_id)
        if row.decided_at is not None and row.decided_at > until:
            row.state, row.decided_at = TaskChange.State.ASKED, None
    return [
        ChangeRow(row, FIELDS[row.field], _said(row.old, row, one.task, people), _said(row.new, row, one.task, people))
        for row in rows
    ]


def _responsible(one: Standing, until: datetime, people: _People) -> str:
    """The name of who was responsible at an instant: what was approved later is taken back."""
    later = [row for row in one.changes if row.field == RESPONSIBLE and row.state == TaskChange.State.APPROVED]
    first = next((row for row in later if row.decided_at is not None and row.decided_at > until), None)
    if first is None:
        return str(people.by_pk.get(one.task.responsible_id) or "")
    return str(people.by_login.get(first.old) or first.old)


def _said(value: str, row: TaskChange, task: Task, people: _People) -> Text:
    """A value of a change: a person by name, a number with its unit."""
    if row.field == RESPONSIBLE:
        name = str(people.by_login.get(value) or value or "—")
        return Text(name, name)
    if row.field == TaskChange.Field.DUE or not value:
        return Text(value or "—", value or "—")
    unit = unit_text("%" if row.field == TaskChange.Field.WEIGHT else task.unit)
    number = plain(Decimal(value))
    return Text(f"{number} {unit.zh}".strip(), f"{number} {unit.en}".strip())


def _strike_offs(one: Standing, until: datetime, people: _People, files: Sequence[TaskFile]) -> list[Application]:
    """The applications by an instant, the newest first; one that was decided later still waited then."""
    found = [copy(row) for row in sorted(one.strikes, key=lambda row: -row.pk) if row.asked_at <= until]
    for row in found:
        row.asked_by, row.decided_by = people.by_pk.get(row.asked_by_id), people.by_pk.get(row.decided_by_id)
        row.reopened_by = people.by_pk.get(row.reopened_by_id)
        if row.reopened_at is not None and row.reopened_at > until:
            row.state = StrikeOff.State.STRUCK
        if row.decided_at is not None and row.decided_at > until:
            row.state = StrikeOff.State.ASKED
    return [Application(row, [file for file in files if file.strike_off_id == row.pk]) for row in found]


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
        share = f"{short(how['numerator'])} / {short(how['denominator'])}"
        return Text(share, share)
    if how.get("days"):
        first, last, days = how["first"], how["last"], how["days"]
        return Text(f"{first} 至 {last}，有效 {days} 天", f"{first} to {last}, {counted(int(days), 'valid day')}")
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
