"""Work on a task (任务办理): values with evidence, corrections, the reverse schedule and its milestones."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.services.attachments import Sent, check_file, write_file
from lantian.apps.plans.models import Milestone, StrikeOff, Task, TaskEntry, TaskError, TaskFile
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.feeds import measures_itself
from lantian.apps.plans.services.task_state import noted, open_one, reason_of
from lantian.apps.plans.task_rights import may_lead, may_work, must
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.workflow.schedule import reverse_schedule

FOLDER = "task-files"
ENTERED = TaskEntry.Way.ENTERED


@dataclass(frozen=True)
class Reported:
    """A value as somebody enters it, or as a mechanism measured it; day: on which it holds."""

    value: Decimal
    day: date
    note: str = ""
    way: str = ENTERED
    how: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Sent] = ()


@transaction.atomic
def enter(task: Task, said: Reported, *, by: Person | None, at: datetime) -> TaskEntry:
    """Enter a value; by hand only by the task's departments, and never for a day to come."""
    now = open_one(task)
    if by is not None:
        must(may_work(now, by))
    _check(now, said, at)
    entry = TaskEntry.objects.create(
        task=now, value=said.value, day=said.day, way=said.way, note=said.note.strip()[:500], how=dict(said.how), at=at,
        by=by,
    )  # fmt: skip
    for file in said.files:
        keep_file(now, file, by=by, at=at, entry=entry)
    noted(now, "entered", by=by, at=at, fields={"value": str(said.value), "day": said.day.isoformat(), "way": said.way})
    return entry


def _check(task: Task, said: Reported, at: datetime) -> None:
    if said.day > day_of(at):
        raise TaskError(Text(f"截至日 {said.day} 在今天之后。", f"The day {said.day} is still to come."))
    if said.way == ENTERED and said.day < task.start:
        raise TaskError(
            Text(
                f"截至日 {said.day} 早于任务开始日 {task.start}。",
                f"The day {said.day} lies before the task's start, {task.start}.",
            )
        )
    if said.way == ENTERED and task.parts.standing().exists():
        raise TaskError(
            Text("已分解的任务按各部分汇总，请在分解任务中填报。", "A split task follows its parts; report in these.")
        )
    if said.way == ENTERED and measures_itself(task):
        raise TaskError(
            Text(
                "此指标由系统自动采集，不能人工填报；数据有误请到来源处更正。",
                "This indicator measures itself; where it is wrong, correct what it is measured from.",
            )
        )
    if said.way == ENTERED and task.unit == "%" and not 0 <= said.value <= 100:
        raise TaskError(Text("百分比须在 0 到 100 之间。", "A percentage lies between 0 and 100."))


@transaction.atomic
def correct(entry: TaskEntry, said: Reported, *, by: Person, at: datetime) -> TaskEntry:
    """Correct a value by a new row that says why; the old one stays in the history."""
    now = open_one(entry.task)
    must(may_work(now, by))
    if entry.way != ENTERED:
        raise TaskError(
            Text(
                "自动采集的数值不能人工更正，请到来源处更正。",
                "A value that was measured is not corrected by hand; correct what it is measured from.",
            )
        )
    if TaskEntry.objects.filter(corrects=entry).exists():
        raise TaskError(Text("这条记录已被更正。", "This value was corrected already."))
    why = reason_of(said.note, 500)
    _check(now, said, at)
    row = TaskEntry.objects.create(
        task=now, value=said.value, day=said.day, way=ENTERED, note=why, corrects=entry, at=at, by=by
    )
    for file in said.files:
        keep_file(now, file, by=by, at=at, entry=row)
    fields = {"old": str(entry.value), "new": str(said.value), "day": said.day.isoformat(), "reason": why}
    noted(now, "corrected", by=by, at=at, fields=fields)
    return row


@transaction.atomic
def lay_schedule(task: Task, template: str, *, by: Person | None, at: datetime) -> list[Milestone]:
    """Lay a template's milestones from the deadline back; those that are done already stay in the way of it."""
    now = open_one(task)
    if by is not None:
        must(may_lead(now, by))
    if now.due is None:
        raise TaskError(Text("任务没有期限，不能倒排工期。", "A task without a deadline has no reverse schedule."))
    if now.milestones.standing().filter(done_on__isnull=False).exists():
        raise TaskError(Text("已有完成的节点，不能重新倒排。", "Milestones are done already; it is not laid anew."))
    laid = reverse_schedule(rules().steps(template), now.start, now.due)
    now.milestones.standing().update(replaced_at=at)
    Milestone.objects.bulk_create(
        Milestone(
            task=now, order=order, zh=one.name.zh, en=one.name.en, begins=one.begins, due=one.due, share=one.progress,
            laid_at=at,
        )
        for order, one in enumerate(laid, 1)
    )  # fmt: skip
    noted(now, "scheduled", by=by, at=at, fields={"template": template, "milestones": len(laid)})
    return list(now.milestones.standing().order_by("order"))


@transaction.atomic
def reach(
    milestone: Milestone, done_on: date, note: str, *, by: Person | None, at: datetime, files: Sequence[Sent] = ()
) -> Milestone:
    """Say that a milestone is done, since when, and with which evidence."""
    now = open_one(milestone.task)
    if by is not None:
        must(may_work(now, by))
    row = Milestone.objects.standing().select_for_update(of=("self",)).filter(pk=milestone.pk).first()
    if row is None:
        raise TaskError(
            Text("工期已重排，此节点不再有效。", "The schedule was laid anew; this milestone holds no longer.")
        )
    if row.done_on is not None:
        raise TaskError(Text("节点已完成。", "The milestone is done already."))
    if done_on > day_of(at):
        raise TaskError(Text(f"完成日 {done_on} 在今天之后。", f"The day {done_on} is still to come."))
    row.done_on, row.note, row.at, row.by = done_on, note.strip()[:300], at, by
    row.save(update_fields=["done_on", "note", "at", "by"])
    for file in files:
        keep_file(now, file, by=by, at=at, milestone=row)
    noted(now, "milestone-done", by=by, at=at, fields={"milestone": row.zh, "done_on": done_on.isoformat()})
    return row


def keep_file(
    task: Task, file: Sent, *, by: Person | None, at: datetime, entry: TaskEntry | None = None,
    milestone: Milestone | None = None, strike_off: StrikeOff | None = None,
) -> TaskFile:  # fmt: skip
    """Keep a file as evidence; raises AttachmentError for what is no picture or PDF by its content."""
    media, suffix = check_file(file)
    digest = hashlib.sha256(file.content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.{suffix}"
    write_file(Path(settings.DATA_DIR) / path, file.content)
    name = Path(file.name.replace("\\", "/")).name[:200] or "file"
    return TaskFile.objects.create(
        task=task, entry=entry, milestone=milestone, strike_off=strike_off, name=name, path=path, media_type=media,
        size=len(file.content), sha256=digest, at=at, by=by,
    )  # fmt: skip


def content_of(kept: TaskFile) -> bytes:
    """Return a file as it was taken; raises TaskError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / kept.path
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise TaskError(
            Text("材料不在或已被改动，与登记的校验值不符。", "The file is gone or was changed: its hash does not fit.")
        )
    return content
