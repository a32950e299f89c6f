"""What happened to a task (经过), line by line from the audit log, and what happened since somebody looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lantian.apps.audit.models import Entry
from lantian.apps.plans.models import Task
from lantian.kernel.errors import Text

VERBS: Mapping[str, Text] = {
    "task.added": Text("立项", "taken into work"),
    "task.split": Text("分解", "split"),
    "task.reweighed": Text("调整权重", "weights changed"),
    "task.entered": Text("填报指标值", "value entered"),
    "task.corrected": Text("更正指标值", "value corrected"),
    "task.scheduled": Text("倒排工期", "schedule laid"),
    "task.milestone-done": Text("节点完成", "milestone done"),
    "task.change-asked": Text("申请调整", "change asked for"),
    "task.change-approved": Text("批准调整", "change approved"),
    "task.change-refused": Text("不批准调整", "change refused"),
    "task.strike-off-asked": Text("申请销号", "strike-off asked for"),
    "task.struck-off": Text("同意销号", "struck off"),
    "task.strike-off-returned": Text("退回销号申请", "strike-off returned"),
    "task.reopened": Text("恢复办理", "reopened"),
    "task.withdrawn": Text("撤销", "withdrawn"),
    "task.budgeted": Text("编列预算", "budget line added"),
    "task.money-moved": Text("资金变动", "money moved"),
}
FIELDS: Mapping[str, Text] = {
    "due": Text("期限", "deadline"),
    "target": Text("目标", "target"),
    "base": Text("基数", "base"),
    "responsible": Text("责任人", "responsible person"),
    "weight": Text("权重", "weight"),
}
HISTORY = 60


@dataclass(frozen=True)
class HistoryRow:
    """A line of the audit log about the task."""

    entry: Entry
    verb: Text
    said: Text


def history(task: Task, until: datetime) -> list[HistoryRow]:
    """Return what happened to a task by an instant, the newest first."""
    rows = Entry.objects.all().about(task).filter(at__lte=until).select_related("actor")
    shown = sorted(rows, key=lambda row: row.pk, reverse=True)[:HISTORY]
    return [_row(row) for row in shown]


def since(task: Task, version: int) -> list[HistoryRow]:
    """Return what people did to a task after its version was seen, the oldest first; what measures itself is no act."""
    rows = Entry.objects.all().about(task).select_related("actor").order_by("-pk")[: max(0, task.version - version)]
    return [_row(row) for row in reversed(rows) if row.actor_id is not None]


def _row(row: Entry) -> HistoryRow:
    return HistoryRow(row, VERBS.get(row.verb, Text(row.verb, row.verb)), _said(row))


def _said(row: Entry) -> Text:
    """What an entry of the log changed, shortly."""
    detail = row.detail
    if "old" in detail and "new" in detail:
        field = FIELDS.get(str(detail.get("field")), Text("", ""))
        moved = f"{detail['old'] or '—'} → {detail['new']}"
        return Text(f"{field.zh} {moved}".strip(), f"{field.en} {moved}".strip())
    parts = [
        str(detail[name]) for name in ("value", "day", "done_on", "milestone", "title", "amount") if detail.get(name)
    ]
    said = " · ".join([*parts, *(str(detail[name]) for name in ("reason", "statement") if detail.get(name))])
    return Text(said, said)
