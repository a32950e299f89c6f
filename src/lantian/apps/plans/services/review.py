"""Decide on proposals (复核): accept, correct, reject, take back, split, merge, and make a task of what was left over.

Each act names the version that it saw; where somebody else was quicker nothing is changed. Each is in the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Entry
from lantian.apps.audit.services import record
from lantian.apps.plans.models import PlanTask, PlanText, PlanTextError
from lantian.apps.plans.models.review import FIELDS
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.policy.plantext.diff import flat

Json = dict[str, Any]
VERBS: Mapping[str, Text] = {
    "plan-task.accepted": Text("采纳", "accepted it"),
    "plan-task.corrected": Text("修改后采纳", "corrected and accepted it"),
    "plan-task.rejected": Text("定为不作任务", "set it aside"),
    "plan-task.proposed": Text("撤回决定", "took the decision back"),
    "plan-task.replaced": Text("拆分或合并", "split or merged it"),
}
"""What a reviewer did, for one who comes too late."""


@dataclass(frozen=True)
class Act:
    """Who acts, when, and on which version of the task."""

    by: Person
    at: datetime
    version: int


@dataclass(frozen=True)
class Correction:
    """A task as its reviewer wrote it; the lists are as :class:`PlanTask` keeps them."""

    zh: str
    en: str
    article: int | None
    fields: Mapping[str, list[Json]] = field(default_factory=dict)


@transaction.atomic
def accept(task: PlanTask, act: Act) -> PlanTask:
    """Take a proposal as it was read."""
    now = _claimed(task, act)
    _must_be_open(now)
    return _decided(now, PlanTask.State.ACCEPTED, act)


@transaction.atomic
def correct(task: PlanTask, correction: Correction, act: Act) -> PlanTask:
    """Take a task as corrected; what the reviewer left alone keeps its place, rule and confidence."""
    now = _claimed(task, act)
    if not correction.zh.strip():
        raise PlanTextError(Text("请写明任务。", "Say what the task is."))
    before = {"zh": now.zh, "en": now.en, "article": now.article, **now.fields}
    after = {"zh": flat(correction.zh), "en": correction.en.strip(), "article": correction.article,
             **{name: list(correction.fields.get(name, ())) for name in FIELDS}}  # fmt: skip
    changed = {name: {"old": before[name], "new": after[name]} for name in after if before[name] != after[name]}
    for name, value in after.items():
        setattr(now, name, value)
    return _decided(now, PlanTask.State.CORRECTED, act, {"changed": changed})


@transaction.atomic
def reject(task: PlanTask, reason: str, act: Act) -> PlanTask:
    """Say that a stretch of text is no task, and why."""
    now = _claimed(task, act)
    if not reason.strip():
        raise PlanTextError(Text("请写明不作任务的理由。", "Say why it is no task."))
    now.reason = reason.strip()[:200]
    return _decided(now, PlanTask.State.REJECTED, act, {"reason": now.reason})


@transaction.atomic
def reopen(task: PlanTask, act: Act) -> PlanTask:
    """Take a decision back; the fields stay as they are."""
    now = _claimed(task, act)
    now.reason = ""
    return _decided(now, PlanTask.State.PROPOSED, act)


@transaction.atomic
def split(task: PlanTask, position: int, act: Act) -> tuple[PlanTask, PlanTask]:
    """Cut a task into two at a place in the text; each field goes to the part that it stands in, else to both."""
    now = _claimed(task, act)
    if not now.start < position < now.end or not all(map(str.strip, _halves(now, position))):
        raise PlanTextError(
            Text(
                "拆分位置须在任务原文之内，两段都要有文字。",
                "The cut must lie inside the text, with words on both sides.",
            )
        )
    first, second = (
        PlanTask.objects.create(
            plan=now.plan, start=start, end=end, article=now.article, zh=flat(now.plan.slice(start, end)),
            rule="split", confidence=now.confidence, split_from=now, **_fields_between(now, start, end),
        )
        for start, end in ((now.start, position), (position, now.end))
    )  # fmt: skip
    _decided(now, PlanTask.State.REPLACED, act, {"split": [first.pk, second.pk], "position": position})
    return first, second


def _halves(task: PlanTask, position: int) -> tuple[str, str]:
    return task.plan.slice(task.start, position), task.plan.slice(position, task.end)


def _fields_between(task: PlanTask, start: int, end: int) -> dict[str, list[Json]]:
    """Return the fields for a part: those that stand in it, and those that stand in neither part."""

    def belongs(each: Json) -> bool:
        outside = each["start"] is None or each["end"] <= task.start or each["start"] >= task.end
        return outside or start <= each["start"] < end

    return {name: [each for each in values if belongs(each)] for name, values in task.fields.items()}


@transaction.atomic
def merge(task: PlanTask, act: Act) -> PlanTask:
    """Make one task of this and the next one of the same article, with the fields of both."""
    now = _claimed(task, act)
    after = next_in_article(now)
    if after is None:
        raise PlanTextError(Text("本条中没有可合并的下一项任务。", "The article has no next task to merge with."))
    whole = PlanTask.objects.create(
        plan=now.plan, start=min(now.start, after.start), end=max(now.end, after.end), article=now.article,
        zh=now.zh + after.zh, en=" ".join(filter(None, (now.en, after.en))), rule="merged",
        confidence=min(now.confidence, after.confidence), **_fields_of_both(now, after),
    )  # fmt: skip
    for part in (now, after):
        part.merged_into = whole
        _decided(part, PlanTask.State.REPLACED, act, {"merged": whole.pk})
    return whole


def next_in_article(task: PlanTask) -> PlanTask | None:
    """Return the next task of the same article that is not rejected."""
    later = task.plan.tasks.live().filter(article=task.article, start__gte=task.start).exclude(pk=task.pk)
    return later.exclude(state=PlanTask.State.REJECTED).first()


def _fields_of_both(one: PlanTask, other: PlanTask) -> dict[str, list[Json]]:
    """Return both tasks' fields; a department that leads one of them leads the whole."""
    both = {name: [*one.fields[name], *(each for each in other.fields[name] if each not in one.fields[name])]
            for name in FIELDS}  # fmt: skip
    named: dict[str, Json] = {}
    for party in both["parties"]:
        if party["name"] not in named or party["role"] == "lead":
            named[party["name"]] = party
    return {**both, "parties": list(named.values())}


@transaction.atomic
def add_task(plan: PlanText, index: int, *, by: Person, at: datetime) -> PlanTask:
    """Make a proposal of a stretch that the rules left over; it stays listed as left over."""
    if not 0 <= index < len(plan.unparsed):
        raise PlanTextError(Text("没有这段文字。", "There is no such stretch of text."))
    left = plan.unparsed[index]
    if plan.tasks.live().filter(start=left["start"], end=left["end"]).exists():
        raise PlanTextError(Text("这段文字已列为任务。", "This stretch is a task already."))
    before = [place for place, article in enumerate(plan.articles) if article["start"] <= left["start"]]
    task = PlanTask.objects.create(
        plan=plan, start=left["start"], end=left["end"], article=before[-1] if before else None,
        zh=flat(left["text"]), rule="by hand", confidence=1.0,
    )  # fmt: skip
    record("plan-task.added", subject=task, actor=by, at=at, detail={"plan": plan.slug, "reason": left["reason"]})
    return task


def _claimed(task: PlanTask, act: Act) -> PlanTask:
    """Return the task as it is now, locked by its version; raises where somebody else changed it."""
    took = PlanTask.objects.filter(pk=task.pk, version=act.version).exclude(state=PlanTask.State.REPLACED)
    if not took.update(version=act.version + 1):
        raise _changed(task, act)
    return PlanTask.objects.select_related("plan").get(pk=task.pk)


def _changed(task: PlanTask, act: Act) -> PlanTextError:
    """Say who did what to a task since somebody looked at it; of one that was split or merged, its last act."""
    last = Entry.objects.all().about(task).select_related("actor").last()
    if last is None or last.actor is None:
        return PlanTextError(
            Text("此任务已被改动，请看过现在的内容再决定。", "This task was changed: look at it as it is now.")
        )
    verb = VERBS.get(last.verb, Text(last.verb, last.verb))
    when = f"{last.at.astimezone(BEIJING):%m-%d %H:%M}"
    own = last.actor_id == act.by.pk
    return PlanTextError(
        Text(
            f"您打开此页后，{'您本人' if own else last.actor}已于 {when} {verb.zh}。请看过现在的内容再决定。",
            f"Since you opened the page {'you' if own else last.actor} ({when}): {verb.en}. Look at it as it is now.",
        )
    )


def _must_be_open(task: PlanTask) -> None:
    if not task.is_open:
        raise PlanTextError(Text("此任务已复核。", "This task has been reviewed."))


def _decided(task: PlanTask, state: str, act: Act, detail: Json | None = None) -> PlanTask:
    task.state, task.reviewed_by, task.reviewed_at = state, act.by, act.at
    task.save()
    said = {"plan": task.plan.slug, "start": task.start, "end": task.end, **(detail or {})}
    record(f"plan-task.{state}", subject=task, actor=act.by, at=act.at, detail=said)
    return task
