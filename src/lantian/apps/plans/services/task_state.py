"""What acts on a task share: the row held for the transaction, its version, and the audit entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.plans.models import Task, TaskError
from lantian.kernel.errors import Text


def held(task: Task) -> Task:
    """Return the task's row, held until the transaction ends; raises TaskError for one that is withdrawn."""
    now = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if now.state == Task.State.WITHDRAWN:
        raise TaskError(Text("任务已撤销。", "The task is withdrawn."))
    return now


def open_one(task: Task) -> Task:
    """Return the task's row where it is still worked on."""
    now = held(task)
    if not now.is_open:
        raise TaskError(
            Text("任务已销号，须先恢复办理。", "The task is struck off; it has to be reopened first."),
        )
    return now


def noted(task: Task, verb: str, *, by: Person | None, at: datetime, fields: Mapping[str, Any], **changed: Any) -> None:
    """Store what changed of a task, count its version, and write the audit entry ``task.VERB``."""
    for name, value in changed.items():
        setattr(task, name, value)
    task.version += 1
    task.save(update_fields=[*changed, "version"])
    record(f"task.{verb}", subject=task, actor=by, at=at, detail={"number": task.number, **fields})


def reason_of(text: str, most: int = 300) -> str:
    """Return a reason without blanks around it; raises TaskError for an empty one."""
    said = text.strip()[:most]
    if not said:
        raise TaskError(Text("请写明理由。", "Give the reason."))
    return said
