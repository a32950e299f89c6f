"""What acts on a task share: the row held for the transaction, its version, and the audit entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.plans.models import Task, TaskError
from lantian.apps.plans.selectors.task_history import HistoryRow, since
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING

SAID = 3
"""Acts that a refusal names, the last ones."""


def held(task: Task) -> Task:
    """Return the task's row, held until the transaction ends; raises TaskError for one that is withdrawn."""
    now = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if now.state == Task.State.WITHDRAWN:
        raise Withdrawn
    return now


class Withdrawn(TaskError):
    """Somebody acts on a task that is withdrawn."""

    def __init__(self) -> None:
        super().__init__(Text("任务已撤销。", "The task is withdrawn."))


class Changed(TaskError):
    """The task was changed since its page was opened: a second click, or somebody else. Says who did what."""

    def __init__(self, rows: Sequence[HistoryRow], by: Person) -> None:
        zh = "；".join(_act(row, by, "zh") for row in rows[-SAID:])
        en = "; ".join(_act(row, by, "en") for row in rows[-SAID:])
        super().__init__(
            Text(
                f"您打开此页后，{zh}。此次没有记录；请看过最新情况再办。",
                f"Since you opened the page: {en}. Nothing was recorded; look at the task as it is now, then go on.",
            )
        )


def _act(row: HistoryRow, by: Person, language: str) -> str:
    own = row.entry.actor_id == by.pk
    verb, time = row.verb.in_language(language), f"{row.entry.at.astimezone(BEIJING):%m-%d %H:%M}"
    said = f"{verb} {row.said.in_language(language)}".strip()
    if language == "zh":
        return f"{'您本人' if own else row.entry.actor}已于 {time} {said}"
    return f"{'you' if own else row.entry.actor} ({time}): {said}"


def unchanged(task: Task, version: int, by: Person) -> Task:
    """Return the task's row, held; raises Changed where somebody acted on it since that version of it was seen."""
    now = held(task)
    rows = since(now, version)
    if rows:
        raise Changed(rows, by)
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
