"""Decide on a task: changes and extensions (调整、延期), strike-off with a second-level check (销号审核), reopening.

Whoever asks does not decide: the district office checks, by another person than the one who asked.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.services.attachments import Sent
from lantian.apps.plans.models import StrikeOff, Task, TaskChange, TaskError
from lantian.apps.plans.selectors.standing import plain
from lantian.apps.plans.selectors.task_people import posts_of
from lantian.apps.plans.services.scheduling import move_schedule
from lantian.apps.plans.services.task_notices import tell_answer, tell_asked
from lantian.apps.plans.services.task_state import held, noted, open_one, reason_of
from lantian.apps.plans.services.working import keep_file
from lantian.apps.plans.task_rights import may_check, may_lead, must
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

Field = TaskChange.Field
LARGEST = Decimal(10) ** 14
"""Beyond what a target is kept to."""


class SamePerson(TaskError):
    """Whoever asked wants to decide."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "申请人不能审核自己的申请，须由他人审核。", "Whoever asked may not decide; somebody else has to check."
            )
        )


@transaction.atomic
def ask_change(task: Task, field: str, new: str, reason: str, *, by: Person, at: datetime) -> TaskChange:
    """Ask for another deadline, target, base or responsible person; the old value stands until it is approved."""
    now = open_one(task)
    must(may_lead(now, by))
    if field == Field.WEIGHT:
        raise TaskError(Text("权重在上级任务中一并调整。", "Weights are changed all at once, in the whole task."))
    value = _read(field, new, now, at)
    why = reason_of(reason)
    if now.changes.filter(field=field, state=TaskChange.State.ASKED).exists():
        raise TaskError(Text("同一事项已有待批准的调整。", "A change of this waits for approval already."))
    change = TaskChange.objects.create(
        task=now, field=field, old=current(now, field), new=value, reason=why, asked_at=at, asked_by=by
    )
    noted(now, "change-asked", by=by, at=at, fields={"field": field, "old": change.old, "new": value, "reason": why})
    return change


def current(task: Task, field: str) -> str:
    """Return the value of a field as a change writes it."""
    if field == Field.RESPONSIBLE:
        return task.responsible.username if task.responsible else ""
    value = {Field.DUE: task.due, Field.TARGET: task.target, Field.BASE: task.base}[Field(field)]
    return value.isoformat() if isinstance(value, date) else "" if value is None else plain(value)


def _read(field: str, new: str, task: Task, at: datetime) -> str:
    """Return a new value in the form in which it is kept; raises TaskError for one that cannot be."""
    said = new.strip()
    kept = _PLAIN[Field(field)](said, task, at)
    if kept == current(task, field):
        raise TaskError(Text("新值与原值相同。", "The new value is the old one."))
    return kept


def _person(said: str, task: Task, at: datetime) -> str:
    """One of the people of the task's departments."""
    parties = task.parties.values_list("organisation_id", flat=True)
    if not posts_of(parties, day_of(at)).filter(person__username=said).exists():
        raise TaskError(Text(f"责任单位没有这个人员：{said}", f"No such person in the task's departments: {said}"))
    return said


def _number(said: str, _task: Task, _at: datetime) -> str:
    try:
        value = Decimal(said)
        if not value.is_finite() or abs(value) >= LARGEST or value != round(value, 4):
            raise ValueError
    except (ValueError, InvalidOperation) as error:
        raise _cannot_be(said) from error
    return plain(value)


def _deadline(said: str, task: Task, _at: datetime) -> str:
    """A deadline in its order: not before the start, a part's not after its whole's."""
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise _cannot_be(said) from error
    if day < task.start:
        raise TaskError(Text("期限早于开始日期。", "The deadline lies before the start."))
    whole = task.parent.due if task.parent is not None else None
    if whole is not None and day > whole:
        raise TaskError(
            Text(
                f"分解任务期限 {day} 晚于上级任务期限 {whole}，请先调整上级任务。",
                f"A part's deadline {day} lies after the whole's, {whole}; change the whole first.",
            )
        )
    later = task.parts.standing().filter(due__gt=day).order_by("-due").first()
    if later is not None:
        raise TaskError(
            Text(
                f"期限 {day} 早于分解任务 {later.number} 的期限 {later.due}。",
                f"The deadline {day} lies before that of the part {later.number}, {later.due}.",
            )
        )
    return day.isoformat()


def _cannot_be(said: str) -> TaskError:
    return TaskError(Text(f"“{said}”不能作为新值。", f"{said!r} cannot be the new value."))


_PLAIN = {
    Field.RESPONSIBLE: _person, Field.DUE: _deadline, Field.TARGET: _number, Field.BASE: _number,
}  # fmt: skip


@transaction.atomic
def decide_change(change: TaskChange, *, agree: bool, answer: str, by: Person, at: datetime) -> TaskChange:
    """Approve or refuse a change; an approved one holds from now on.

    What was asked for is checked again before it is approved: since then the task, its whole, its parts or the people
    of its departments may have changed.
    """
    task = open_one(change.task)
    row = TaskChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    _may_decide(by, row.asked_by_id)
    if row.state != TaskChange.State.ASKED:
        raise TaskError(Text("这项调整已有结论。", "This change is decided already."))
    if agree:
        _PLAIN[Field(row.field)](row.new, task, at)
    row.state = TaskChange.State.APPROVED if agree else TaskChange.State.REFUSED
    row.answer = answer.strip()[:300] if agree else reason_of(answer)
    row.decided_at, row.decided_by = at, by
    row.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    fields = {"field": row.field, "old": row.old, "new": row.new, "answer": row.answer}
    if agree and row.field == Field.DUE:
        fields["milestones"] = str(move_schedule(task, date.fromisoformat(row.new), at))
    noted(
        task, "change-approved" if agree else "change-refused", by=by, at=at, fields=fields,
        **(_applied(row) if agree else {}),
    )  # fmt: skip
    return row


def _applied(change: TaskChange) -> dict[str, date | Decimal | Person]:
    if change.field == Field.RESPONSIBLE:
        return {"responsible": Person.objects.get(username=change.new)}
    if change.field == Field.DUE:
        return {"due": date.fromisoformat(change.new)}
    return {change.field: Decimal(change.new)}


def _may_decide(by: Person, asked_by: int | None) -> None:
    must(may_check(by))
    if asked_by == by.pk:
        raise SamePerson


@transaction.atomic
def ask_strike_off(
    task: Task, statement: str, files: Sequence[Sent], *, by: Person, at: datetime, evidence_needed: bool = True
) -> StrikeOff:
    """Ask to strike a task off, with evidence: files of this application, or of entries and milestones before."""
    now = open_one(task)
    must(may_lead(now, by))
    if now.state == Task.State.ASKED:
        raise TaskError(Text("销号申请正在审核。", "The strike-off is being checked."))
    said = reason_of(statement, 2000)
    waiting = now.parts.standing().exclude(state=Task.State.STRUCK).count()
    if waiting:
        raise TaskError(Text(f"还有 {waiting} 个分解任务未销号。", f"Parts of the task not struck off yet: {waiting}."))
    row = StrikeOff.objects.create(task=now, statement=said, asked_at=at, asked_by=by)
    for file in files:
        keep_file(now, file, by=by, at=at, strike_off=row)
    if evidence_needed and not now.files.exists() and not now.parts.standing().exists():
        raise TaskError(Text("申请销号须附佐证材料。", "A strike-off needs evidence."))
    noted(now, "strike-off-asked", by=by, at=at, fields={"statement": said}, state=Task.State.ASKED)
    tell_asked(now, row)
    return row


@transaction.atomic
def decide_strike_off(row: StrikeOff, *, agree: bool, reason: str, by: Person, at: datetime) -> StrikeOff:
    """Strike a task off, or return the application with a reason."""
    task = held(row.task)
    now = StrikeOff.objects.select_for_update(of=("self",)).get(pk=row.pk)
    _may_decide(by, now.asked_by_id)
    if now.state != StrikeOff.State.ASKED:
        raise TaskError(Text("这项申请已有结论。", "This application is decided already."))
    if agree and task.changes.filter(state=TaskChange.State.ASKED).exists():
        raise TaskError(
            Text("还有待批准的调整，请先答复。", "A change of the task still waits for an answer; give it first.")
        )
    now.state = StrikeOff.State.STRUCK if agree else StrikeOff.State.RETURNED
    now.reason = reason.strip()[:300] if agree else reason_of(reason)
    now.decided_at, now.decided_by = at, by
    now.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    verb, state = ("struck-off", Task.State.STRUCK) if agree else ("strike-off-returned", Task.State.OPEN)
    noted(task, verb, by=by, at=at, fields={"reason": now.reason}, state=state)
    tell_answer(task, now)
    return now


@transaction.atomic
def reopen(task: Task, reason: str, *, by: Person, at: datetime) -> StrikeOff:
    """Take a strike-off back; the lamp follows the task's progress again from that day."""
    now = held(task)
    must(may_check(by))
    row = now.strike_offs.filter(state=StrikeOff.State.STRUCK).order_by("-decided_at", "-pk").first()
    if now.state != Task.State.STRUCK or row is None:
        raise TaskError(Text("任务没有销号。", "The task is not struck off."))
    why = reason_of(reason)
    row.state, row.reopened_at, row.reopened_by, row.reopened_for = StrikeOff.State.REOPENED, at, by, why
    row.save(update_fields=["state", "reopened_at", "reopened_by", "reopened_for"])
    noted(now, "reopened", by=by, at=at, fields={"reason": why}, state=Task.State.OPEN)
    return row


@transaction.atomic
def withdraw(task: Task, reason: str, *, by: Person, at: datetime) -> Task:
    """Withdraw a task that was taken up by mistake; parts of a whole and tasks of the plan stay."""
    now = open_one(task)
    must(may_check(by))
    if now.origin == Task.Origin.PACK or now.parent_id is not None or now.parts.standing().exists():
        raise TaskError(
            Text("行动计划的任务和分解任务不能撤销。", "Tasks of the plan, and parts of a task, are not withdrawn.")
        )
    fields = {"reason": reason_of(reason)}
    noted(now, "withdrawn", by=by, at=at, fields=fields, state=Task.State.WITHDRAWN, withdrawn_at=at)
    return now
