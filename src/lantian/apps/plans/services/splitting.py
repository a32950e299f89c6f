"""Split a task (任务分解) down to departments, streets and units; the weights of a whole's parts make 100 %."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.plans.models import Milestone, Task, TaskChange, TaskEntry, TaskError
from lantian.apps.plans.selectors.standing import plain
from lantian.apps.plans.services.task_state import noted, open_one, reason_of
from lantian.apps.plans.services.tasks import Measure, NewTask, add_task
from lantian.apps.plans.task_rights import may_lead, must
from lantian.kernel.errors import Text
from lantian.workflow.progress import check_weights, even_weights

DEEPEST = 3
"""Levels of a tree: the district's task, departments or streets, units."""


@dataclass(frozen=True)
class PartOf:
    """A part: who leads it, on which ground, its share of the whole [%], its words and target where they differ."""

    organisation: str
    weight: Decimal
    area: str = ""
    zh: str = ""
    en: str = ""
    target: Decimal | None = None
    base: Decimal | None = None
    due: date | None = None


@transaction.atomic
def split(task: Task, parts: Sequence[PartOf], *, by: Person | None, at: datetime) -> list[Task]:
    """Split a task into parts; an earlier split gives way where nothing was done in it yet.

    Raises WorkflowError where the weights do not make 100 %, TaskError for a deadline after the whole's.
    """
    now = open_one(task)
    if by is not None:
        must(may_lead(now, by))
    if now.state == Task.State.ASKED:
        raise TaskError(
            Text("销号申请正在审核，不能分解。", "The strike-off is being checked; the task is not split meanwhile.")
        )
    check_weights([one.weight for one in parts])
    _check(now, parts)
    _clear(now)
    made = [add_task(_part(now, one), by=by, at=at) for one in parts]
    noted(now, "split", by=by, at=at, fields={"parts": {one.number: str(one.weight) for one in made}})
    return made


@transaction.atomic
def reweigh(task: Task, weights: Mapping[int, Decimal], reason: str, *, by: Person, at: datetime) -> int:
    """Give the parts of a task other weights, all of them at once; return how many changed.

    The old ones stay in each part's changes: looking back to an earlier day shows what held then.
    """
    now = open_one(task)
    must(may_lead(now, by))
    parts = list(now.parts.standing().order_by("pk"))
    if {one.pk for one in parts} != set(weights):
        raise TaskError(Text("请写出每个部分的权重。", "Give the weight of each part."))
    check_weights(list(weights.values()))
    why = reason_of(reason)
    changed = [one for one in parts if one.weight != weights[one.pk]]
    for one in changed:
        one.changes.create(
            field=TaskChange.Field.WEIGHT, old=plain(one.weight), new=plain(weights[one.pk]), reason=why, asked_at=at,
            asked_by=by, state=TaskChange.State.APPROVED, decided_at=at, decided_by=by,
        )  # fmt: skip
        one.weight = weights[one.pk]
    Task.objects.bulk_update(changed, ["weight"])
    fields = {"weights": {one.number: plain(one.weight) for one in changed}, "reason": why}
    noted(now, "reweighed", by=by, at=at, fields=fields)
    return len(changed)


def _check(task: Task, parts: Sequence[PartOf]) -> None:
    depth, above = 1, task.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    if depth >= DEEPEST:
        raise TaskError(Text("任务最多分解三级。", "A task is split to three levels at most."))
    late = [one.due for one in parts if one.due and task.due and one.due > task.due]
    if late:
        raise TaskError(
            Text(
                f"分解任务期限 {max(late)} 晚于上级任务期限 {task.due}。",
                f"A part's deadline {max(late)} lies after the whole's, {task.due}.",
            )
        )
    twice = len({(one.organisation, one.area, one.zh) for one in parts}) < len(parts)
    if twice:
        raise TaskError(Text("同一单位和区域的分解任务重复。", "Two parts have the same lead, ground and words."))


def _clear(task: Task) -> None:
    """Take an untouched split away; one that somebody worked on stays and cannot be split anew."""
    old = task.parts.standing()
    if not old:
        return
    if old.filter(_touched()).exists():
        raise TaskError(
            Text(
                "分解任务已有填报或办理，不能重新分解。",
                "The parts are worked on already; the task cannot be split anew.",
            )
        )
    old.delete()


def _touched() -> Q:
    """Parts that somebody worked on: a value, an act, a milestone that is done, or another weight."""
    of = {"task": OuterRef("pk")}
    done = Milestone.objects.standing().filter(at__isnull=False, **of)
    rows = (TaskEntry.objects.filter(**of), done, TaskChange.objects.filter(**of))
    return Q(*(Exists(one) for one in rows), version__gt=1, _connector=Q.OR)


def _part(whole: Task, one: PartOf) -> NewTask:
    start = min(whole.start, one.due) if one.due else whole.start
    target = one.target if one.target is not None else whole.target
    base = one.base if one.base is not None else whole.base
    measure = Measure(whole.indicator, whole.comparator, target or Decimal(100), base, whole.unit)
    return NewTask(
        one.zh or whole.zh, whole.article, [one.organisation], en=one.en or whole.en, due=one.due or whole.due,
        start=start, rhythm=whole.rhythm, origin=Task.Origin.SPLIT, reference=whole.number, area=one.area, parent=whole,
        weight=one.weight, deadlines=whole.deadlines, quantities=whole.quantities, measure=measure,
        document=whole.document, synthetic=whole.synthetic,
    )  # fmt: skip


def for_streets(areas: Sequence[Area], weights: Sequence[Decimal] = ()) -> list[PartOf]:
    """Return a part for each street that has an office, with even weights unless others are given."""
    offices = dict(
        Organisation.objects.filter(kind="street_office", area__in=areas).order_by("-pk").values_list("area_id", "pk")
    )
    had = [area for area in areas if area.pk in offices]
    if weights and len(had) < len(areas):
        without = [area for area in areas if area.pk not in offices]
        zh, en = "、".join(one.name_zh for one in without), ", ".join(one.name_en for one in without)
        raise TaskError(Text(f"没有办事处：{zh}", f"Without an office: {en}"))
    if not had:
        raise TaskError(Text("所选街乡没有办事处。", "None of these streets has an office."))
    shares = list(weights) or even_weights(len(had))
    return [PartOf(offices[area.pk], share, area.pk) for area, share in zip(had, shares, strict=True)]
