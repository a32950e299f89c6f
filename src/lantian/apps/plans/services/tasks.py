"""Take tasks into work (任务立项): from the pack, a reviewed text, a quarterly review, or by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.audit.services import record
from lantian.apps.plans.models import PlanTask, PlanText, Task, TaskError, TaskParty
from lantian.apps.plans.rules import PlanRules, rules
from lantian.apps.plans.selectors.rules import document_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_plan import Deadline, Quantity
from lantian.policy.records_plan import Task as TaskRecord
from lantian.policy.records_work import IndicatorRecord

Json = dict[str, Any]
Origin = Task.Origin


@dataclass(frozen=True)
class Measure:
    """What progress is measured against; ``indicator`` is the pack's, "" where it is entered by hand."""

    indicator: str = ""
    comparator: str = ">="
    target: Decimal = Decimal(100)
    base: Decimal | None = Decimal(0)
    unit: str = "%"


@dataclass(frozen=True)
class NewTask:
    """A task to be taken into work. leads, joints: ids of organisations. reference: what it stands on.

    document: whose article it is, see :class:`Task`.
    """

    zh: str
    article: int
    leads: Sequence[str]
    en: str = ""
    joints: Sequence[str] = ()
    due: date | None = None
    start: date | None = None
    rhythm: str = ""
    origin: str = Origin.HAND
    reference: str = ""
    record: str = ""
    number: str = ""
    area: str = ""
    responsible: Person | None = None
    parent: Task | None = None
    weight: Decimal = Decimal(100)
    deadlines: Sequence[Json] = ()
    quantities: Sequence[Json] = ()
    measure: Measure = Measure()
    proposal: PlanTask | None = None
    document: str = ""
    synthetic: bool = False


@transaction.atomic
def add_task(new: NewTask, *, by: Person | None, at: datetime) -> Task:
    """Take a task into work. Raises TaskError for one without words, lead or an article of the plan."""
    _check(new)
    _refuse_twice(new)
    start = new.start or min(day_of(at), new.due or day_of(at))
    task = Task(
        record=new.record, origin=new.origin, reference=new.reference[:160],
        proposal=new.proposal, parent=new.parent, weight=new.weight, zh=new.zh.strip(), en=new.en.strip(),
        article=new.article, document=new.document, area=Area.objects.filter(pk=new.area).first() if new.area else None,
        responsible=new.responsible, start=start, due=new.due, first_due=new.due,
        rhythm=new.rhythm, deadlines=list(new.deadlines), quantities=list(new.quantities),
        indicator=new.measure.indicator, comparator=new.measure.comparator, target=new.measure.target,
        base=new.measure.base, unit=new.measure.unit, created_at=at, created_by=by, synthetic=new.synthetic,
    )  # fmt: skip
    _store(task, new)
    _parties(task, new)
    detail = {"number": task.number, "origin": task.origin, "article": task.article, "reference": task.reference}
    if task.document:
        detail["document"] = task.document
    record("task.added", subject=task, actor=by, at=at, detail=detail)
    return task


def _check(new: NewTask) -> None:
    if not new.zh.strip():
        raise TaskError(Text("请写明任务。", "Say what the task is."))
    if not new.leads:
        raise TaskError(Text("请选择牵头单位。", "Choose who leads."))
    if set(new.leads) & set(new.joints) or len({*new.leads}) < len(new.leads):
        raise TaskError(Text("同一单位不能重复。", "A department is named twice."))
    if new.start is not None and new.due is not None and new.due < new.start:
        raise TaskError(Text("期限早于开始日期。", "The deadline lies before the start."))


_TYPED = (Origin.HAND, Origin.REVIEW)


def _refuse_twice(new: NewTask) -> None:
    """Raise TaskError where what a person typed stands already: a form that is sent twice makes one task."""
    if new.number or new.parent is not None or new.origin not in _TYPED:
        return
    list(Organisation.objects.select_for_update().filter(pk__in=new.leads).order_by("pk"))  # one after the other
    alike = Task.objects.exclude(state=Task.State.WITHDRAWN).filter(
        origin=new.origin, reference=new.reference[:160], zh=new.zh.strip(), article=new.article, due=new.due,
        area=new.area or None,
    )  # fmt: skip
    for one in alike:
        leads = one.parties.filter(role=TaskParty.Role.LEAD).values_list("organisation_id", flat=True)
        if set(leads) == set(new.leads):
            raise TaskError(Text(f"同样的任务已列入：{one.number}。", f"The same task stands already: {one.number}."))


def _store(task: Task, new: NewTask) -> None:
    """Store a task under its number, or the next free one; where another took that in the same instant, the next."""
    while True:
        task.number = new.number or _number(new)
        try:
            with transaction.atomic():
                task.save(force_insert=True)
        except IntegrityError:
            if new.number or not Task.objects.filter(number=task.number).exists():
                raise
        else:
            return


def _number(new: NewTask) -> str:
    """The next free number: of the whole for a part, else by origin and article."""
    stem = new.parent.number if new.parent is not None else f"{_LETTERS.get(new.origin, 'H')}{new.article}"
    joint = "-" if new.parent is not None else "."
    taken = set(Task.objects.filter(number__startswith=stem + joint).values_list("number", flat=True))
    place = 1
    while f"{stem}{joint}{place:02}" in taken:
        place += 1
    return f"{stem}{joint}{place:02}"


_LETTERS: dict[str, str] = {Origin.REVIEW: "R", Origin.TEXT: "X", Origin.HAND: "H"}


def _parties(task: Task, new: NewTask) -> None:
    known = set(Organisation.objects.filter(pk__in=[*new.leads, *new.joints]).values_list("pk", flat=True))
    unknown = [one for one in (*new.leads, *new.joints) if one not in known]
    if unknown:
        raise TaskError(Text(f"没有这个单位：{'、'.join(unknown)}", f"No such organisation: {', '.join(unknown)}"))
    rows = [(one, TaskParty.Role.LEAD) for one in new.leads] + [(one, TaskParty.Role.JOINT) for one in new.joints]
    TaskParty.objects.bulk_create(
        TaskParty(task=task, organisation_id=one, role=role, order=order) for order, (one, role) in enumerate(rows)
    )


@transaction.atomic
def take_into_work(*, by: Person | None, at: datetime) -> list[Task]:
    """Take the pack's tasks and targets into work; return those that are new. Doing it again adds nothing."""
    plan = rules()
    there = set(Task.objects.exclude(record="").values_list("record", flat=True))
    new = [*_of_indicators(plan, there, at), *_of_records(plan, there, at)]
    return [add_task(one, by=by, at=at) for one in new]


def _of_records(plan: PlanRules, there: set[str], at: datetime) -> Iterable[NewTask]:
    for one in plan.tasks.values():
        if one.id not in there:
            yield _from_record(plan, one, at)


def _of_indicators(plan: PlanRules, there: set[str], at: datetime) -> Iterable[NewTask]:
    """Indicators that are tasks of their own, such as the target for PM2.5."""
    count: dict[int, int] = {}
    for one in plan.indicators.values():
        if one.tasks or one.article is None:
            continue
        count[one.article] = count.get(one.article, 0) + 1
        if f"indicator.{one.id}" not in there:
            rule = plan.lamp_record(day_of(at))
            yield NewTask(
                one.zh, one.article, one.lead, en=one.en, due=rule.task_due, start=rule.task_start, origin=Origin.PACK,
                reference=plan.pack.id, record=f"indicator.{one.id}", number=f"{one.article}.{count[one.article]}",
                measure=measure_of(plan, one), document=document_of(plan.pack, one),
            )  # fmt: skip


def _from_record(plan: PlanRules, one: TaskRecord, at: datetime) -> NewTask:
    rule = plan.lamp_record(day_of(at))
    spans = _spans(one.deadlines)
    due = spans.due or (None if spans.rhythm else rule.task_due)
    indicator = plan.indicator_of(one.id)
    found = [plan.quantity(name) for name in one.quantities]
    return NewTask(
        one.zh, one.article, one.lead, en=one.en, joints=one.joint, due=due,
        start=spans.start or min(rule.task_start, due or rule.task_start), rhythm=spans.rhythm,
        origin=Origin.PACK, reference=plan.pack.id, record=one.id, number=one.id.lstrip("t"),
        deadlines=[each.model_dump(mode="json") for each in one.deadlines],
        quantities=[_quantity(each) for each in found if each is not None],
        measure=measure_of(plan, indicator) if indicator else Measure(), document=document_of(plan.pack, one),
    )  # fmt: skip


@dataclass(frozen=True)
class _Spans:
    start: date | None
    due: date | None
    rhythm: str


def _spans(deadlines: Iterable[Deadline]) -> _Spans:
    """Read deadlines: the last day by which, the day from which, and the rhythm of a recurring duty."""
    due = [one.value for one in deadlines if one.kind in ("by", "on") and isinstance(one.value, date)]
    begins = [one.value for one in deadlines if one.kind == "from" and isinstance(one.value, date)]
    rhythms = [str(one.value) for one in deadlines if one.kind == "every"]
    start, last = min(begins, default=None), max(due, default=None)
    if start is not None and last is not None:
        start = min(start, last)
    return _Spans(start, last, (rhythms or [""])[0])


def _quantity(one: Quantity) -> Json:
    """A quantity as the task's page shows it."""
    return {
        "record": one.id, "zh": one.zh, "en": one.en, "comparator": one.comparator, "printed": one.printed,
        "value": str(one.value) if one.value is not None else (one.day.isoformat() if one.day else ""),
        "unit": one.unit or "", "article": one.article,
    }  # fmt: skip


def measure_of(plan: PlanRules, one: IndicatorRecord) -> Measure:
    """Return what an indicator measures against: its own value, the quantity of the plan, or the target's."""
    if one.comparator is not None and one.value is not None:
        return Measure(one.id, one.comparator, one.value, one.base, one.unit)
    quantity = plan.quantity(one.quantity) if one.quantity else None
    if quantity is not None and quantity.value is not None:
        return Measure(one.id, quantity.comparator, quantity.value, one.base, one.unit)
    target = plan.target(one.target) if one.target else None
    if target is not None and target.value is not None:
        return Measure(one.id, target.comparator, target.value, one.base, one.unit)
    raise TaskError(Text(f"指标 {one.id} 没有目标值。", f"The indicator {one.id} has no target."))


@transaction.atomic
def take_text_into_work(plan: PlanText, *, by: Person | None, at: datetime) -> list[Task]:
    """Take what a review of a text accepted into work; a task without a known lead waits. Again adds nothing."""
    held = PlanText.objects.select_for_update().get(pk=plan.pk)  # of two at one instant the second finds nothing
    waiting = held.tasks.saved().filter(task__isnull=True)
    return [add_task(new, by=by, at=at) for new in (_from_text(plan, one) for one in waiting) if new is not None]


def _from_text(plan: PlanText, one: PlanTask) -> NewTask | None:
    known = _known(each["organisation"] for each in one.parties)
    leads = _roles(one, "lead", known)
    if not leads:
        return None
    joints = [each for each in _roles(one, "joint", known) if each not in leads]
    due = [date.fromisoformat(str(each["value"])) for each in one.deadlines if each["kind"] in ("by", "on")]
    rhythm = next((str(each["value"]) for each in one.deadlines if each["kind"] == "every"), "")
    kept = rhythm if rhythm in ("day", "week", "month", "quarter", "year") else ""
    return NewTask(
        one.zh, _article(plan, one), leads, en=one.en, joints=joints, due=max(due, default=None), rhythm=kept,
        start=plan.issued if plan.issued and plan.issued <= max(due, default=plan.issued) else None, origin=Origin.TEXT,
        reference=f"{plan.number or plan.title} {one.start}–{one.end}", deadlines=one.deadlines,
        quantities=[_text_quantity(each) for each in one.quantities], measure=_text_measure(one.quantities),
        proposal=one, document=text_document(plan),
    )  # fmt: skip


def _text_measure(quantities: Sequence[Json]) -> Measure:
    """Measure a task by its number where the text names exactly one; by the share that is done where it names more."""
    if len(quantities) != 1 or not quantities[0]["unit"]:
        return Measure()
    only = quantities[0]
    return Measure("", only["comparator"], Decimal(str(only["value"])), None, only["unit"])


def _known(names: Iterable[str]) -> set[str]:
    return set(Organisation.objects.filter(pk__in=[one for one in names if one]).values_list("pk", flat=True))


def _roles(one: PlanTask, role: str, known: set[str]) -> list[str]:
    named = [each["organisation"] for each in one.parties if each["role"] == role and each["organisation"] in known]
    return list(dict.fromkeys(named))


def _text_quantity(each: Json) -> Json:
    return {
        "record": "", "zh": each["object"], "en": each["object"], "comparator": each["comparator"],
        "printed": each.get("printed", ""), "value": str(each["value"]), "unit": each["unit"],
    }  # fmt: skip


def _article(plan: PlanText, one: PlanTask) -> int:
    """The number of the article that a task of a text stands in; the next one for a foreword, 0 where it has none."""
    after = (place for place, article in enumerate(plan.articles) if article["start"] > one.start)
    place = one.article if one.article is not None else next(after, len(plan.articles) - 1)
    if not 0 <= place < len(plan.articles):
        return 0
    return int(plan.articles[place].get("number") or place + 1)


def text_document(plan: PlanText) -> str:
    """Return the number or title of a text, "" where it is the plan of the pack in use."""
    own = rules().pack.plan
    name = plan.number or plan.title
    known = {(one or "").translate(_BRACKETS) for one in (own.source, own.zh)}
    return "" if "".join(name.split()).translate(_BRACKETS) in known else name


_BRACKETS = str.maketrans("[]［］【】()（）", "〔〕〔〕〔〕〔〕〔〕")
"""Numbers of documents are typed with any brackets."""
