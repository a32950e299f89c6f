"""Writes of the rectification ledger (整改台账): lists, problems with their cases, progress, extension, supervision."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.assessment.models import Extension, FeedbackBatch, Problem, ProgressReport, Supervision
from lantian.apps.assessment.rectifying import RectificationError, refuse_others, rule, sources, supervisions
from lantian.apps.audit.services import record
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.cases.services import NewCase, Taken, attach_file, open_case, take_step
from lantian.apps.cases.services.papers import draft
from lantian.apps.cases.services.state import note, thread_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.policy.records_rectification import RectificationRecord

TITLE = 60
"""Letters of a problem's text that make the title of its case."""


@dataclass(frozen=True)
class NewBatch:
    """A list of feedback: who, in which round, under which number, on which day."""

    source: str
    round: str
    number: str
    day: date
    synthetic: bool = False


@dataclass(frozen=True)
class NewProblem:
    """A row of the list. deadline: None where the list states none."""

    list_number: str
    text: str
    category: str
    lead: Organisation
    joint: Sequence[Organisation] = ()
    goal: str = ""
    area_code: str = ""
    place: str = ""
    source: Source | None = None
    longitude: float | None = None
    latitude: float | None = None
    deadline: date | None = None
    taken_by: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def register_batch(new: NewBatch, *, by: Person | None, at: datetime) -> FeedbackBatch:
    """Register a list, once under its number; raises RectificationError."""
    if new.source not in sources(new.day):
        raise RectificationError(Text("没有这个督察来源。", "There is no such source of inspection."), "source")
    if new.day > day_of(at):
        raise RectificationError(Text("反馈日期在将来。", "Feedback cannot come on a day ahead."), "day")
    if not (new.round.strip() and new.number.strip()):
        raise RectificationError(Text("请写明轮次和反馈文号。", "Name the round and the number of the feedback."))
    if by is not None:
        refuse_others(by, day_of(at))
    if FeedbackBatch.objects.filter(source=new.source, number=new.number.strip()).exists():
        raise RectificationError(Text("此反馈文号已登记。", "A list of this number is registered already."), "number")
    made = FeedbackBatch.objects.create(
        source=new.source, round=new.round.strip()[:60], number=new.number.strip()[:80], day=new.day, made_at=at,
        made_by=by, synthetic=new.synthetic,
    )  # fmt: skip
    detail = {"source": made.source, "round": made.round, "number": made.number}
    record("rectification.list", subject=made, actor=by, at=at, detail=detail)
    return made


@transaction.atomic
def add_problem(batch: FeedbackBatch, new: NewProblem, *, by: Person | None, at: datetime) -> Problem:
    """Enter a problem and open its case; raises RectificationError, or the case's errors."""
    if Problem.objects.filter(batch=batch, list_number=new.list_number).exists():
        raise RectificationError(
            Text(f"清单中已有第 {new.list_number} 号。", f"The list has number {new.list_number} already."),
            "list_number",
        )
    day = day_of(at)
    asked = rule(day)
    deadline = new.deadline or batch.day + timedelta(days=asked.within_days)
    case = open_case(_case_of(batch, new, asked), by=by, at=at)
    made = Problem.objects.create(
        batch=batch, list_number=new.list_number[:20], text=new.text.strip(), category=new.category,
        goal=new.goal.strip()[:500], lead=new.lead, area_code=case.area_code, place=new.place.strip()[:200],
        source=new.source, longitude=new.longitude, latitude=new.latitude, stated=new.deadline, deadline=deadline,
        case=case,
    )  # fmt: skip
    made.joint.set(new.joint)
    return made


def _case_of(batch: FeedbackBatch, new: NewProblem, asked: RectificationRecord) -> NewCase:
    """The case of a problem: whoever leads or joins in takes no part of others."""
    busy = {new.lead.code, *(one.code for one in new.joint)}
    taken = {
        one.party: next((code for code in one.candidates if code not in busy), one.candidates[-1])
        for one in asked.parts
    } | new.taken_by
    text = new.text.strip()
    return NewCase(
        type=asked.case_type, title=text if len(text) <= TITLE else f"{text[: TITLE - 1]}…", facts=text,
        happened_at=beijing_day(batch.day), origin=Case.Origin.FEEDBACK, source=new.source, area_code=new.area_code,
        named=[new.lead.code], takers=taken, synthetic=batch.synthetic,
    )  # fmt: skip


@transaction.atomic
def report_progress(
    problem: Problem, percent: int, reason: str, *, file: Sent | None = None, by: Person, at: datetime,
    version: int | None = None,
) -> ProgressReport:  # fmt: skip
    """Report how much is done, with evidence, on the open step of rectification; its clock goes on."""
    if not 0 <= percent <= 100:
        raise RectificationError(Text("进展应为 0 至 100。", "Progress lies between 0 and 100."), "percent")
    held = Problem.objects.select_for_update().select_related("case").get(pk=problem.pk)
    step, _, outcome = rule(day_of(at)).reported.partition(":")
    row = held.case.threads.open().filter(step=step).first()
    if row is None:
        raise RectificationError(Text("此问题不在整改落实环节。", "The problem is not being rectified now."))
    if file is not None:
        attach_file(held.case, row.number, file, by=by, at=at)
    take_step(held.case, row.number, Taken(outcome, reason, version=version), by=by, at=at)
    taken = held.case.history.filter(kind="taken", thread=row.number).latest("pk")
    made = ProgressReport.objects.create(problem=held, step=taken, percent=percent)
    held.percent = percent
    held.save(update_fields=["percent"])
    return made


@transaction.atomic
def extend(problem: Problem, after: date, reason: str, *, by: Person, at: datetime) -> Extension:
    """Move the deadline of a problem, with the reason; the clock of its rectification moves with it."""
    refuse_others(by, day_of(at))
    held = Problem.objects.select_for_update().select_related("case").get(pk=problem.pk)
    if held.case.closed_at is not None:
        raise RectificationError(Text("问题已办结。", "The problem is closed."))
    if after <= held.deadline:
        raise RectificationError(Text("新时限须晚于原时限。", "The new deadline has to be later."), "after")
    if not reason.strip():
        raise RectificationError(Text("请写明延期理由。", "Say why it is extended."), "reason")
    made = Extension.objects.create(
        problem=held, before=held.deadline, after=after, reason=reason.strip()[:500], at=at, by=by
    )
    held.deadline = after
    held.save(update_fields=["deadline"])
    for row in held.case.threads.open().filter(step__in=rule(day_of(at)).deadline_steps):
        _end_with_deadline(row, held, at, anew=True)
    words = Text(f"整改时限由 {made.before} 延至 {after}", f"extended from {made.before} to {after}")
    detail = {"zh": words.zh, "en": words.en, "before": str(made.before), "after": str(after)}
    note(held.case, "extended", by=by, at=at, reason=made.reason, cite=rule(day_of(at)).citation, detail=detail)
    return made


@transaction.atomic
def supervise(problem: Problem, kind: str, reason: str, *, by: Person, at: datetime) -> Supervision:
    """Begin what is done beside the steps, and draft its paper."""
    day = day_of(at)
    refuse_others(by, day)
    found = supervisions(day).get(kind)
    if found is None:
        raise RectificationError(Text("没有这种督办措施。", "There is no such measure."), "kind")
    if not reason.strip():
        raise RectificationError(Text("请写明理由。", "Say why."), "reason")
    if problem.supervisions.filter(kind=kind, ended_at__isnull=True).exists():
        raise RectificationError(Text(f"{found.zh}正在进行。", f"{found.en}: one is under way already."), "kind")
    if problem.case.closed_at is not None:
        raise RectificationError(Text("问题已办结。", "The problem is closed."))
    paper = draft(problem.case, found.document, by=by, at=at) if found.document else None
    made = Supervision.objects.create(
        problem=problem, kind=kind, day=day, due=day + timedelta(days=found.within_days), reason=reason.strip()[:500],
        paper=paper, at=at, by=by,
    )  # fmt: skip
    detail = {"zh": found.zh, "en": found.en}
    note(problem.case, "supervised", by=by, at=at, reason=made.reason, cite=found.citation, detail=detail)
    return made


@transaction.atomic
def end_supervision(made: Supervision, result: str, *, by: Person, at: datetime) -> Supervision:
    """Write what came of it."""
    refuse_others(by, day_of(at))
    held = Supervision.objects.select_for_update(of=("self",)).select_related("problem__case").get(pk=made.pk)
    if held.ended_at is not None or not result.strip():
        raise RectificationError(
            Text("请写明结果；已结束的不能再改。", "Write the result; one that ended stays."), "result"
        )
    held.result, held.ended_at, held.ended_by = result.strip()[:500], at, by
    held.save()
    found = supervisions(held.day)[held.kind]
    detail = {"zh": f"{found.zh}结束", "en": f"ended: {found.en}"}
    note(held.problem.case, "supervised", by=by, at=at, reason=held.result, cite=found.citation, detail=detail)
    return held


@transaction.atomic
def mark_same(problem: Problem, other: Problem, reason: str, *, by: Person, at: datetime) -> Problem:
    """Say that a problem is the same as an earlier one; they count once while that one is not struck off."""
    refuse_others(by, day_of(at))
    held = Problem.objects.select_for_update(of=("self",)).select_related("case").in_bulk([problem.pk, other.pk])
    problem, other = held[problem.pk], held[other.pk]
    if problem.same_as_id == other.pk:
        raise RectificationError(Text("已指明与该问题相同。", "It is said already to be that one."), "same_as")
    if other.pk == problem.pk or _leads_to(other, problem):
        raise RectificationError(Text("不能指向自己。", "A problem is not the same as itself."), "same_as")
    if not reason.strip():
        raise RectificationError(Text("请写明理由。", "Say why."), "reason")
    problem.same_as = other
    problem.save(update_fields=["same_as"])
    detail = {"zh": f"与 {other} 为同一问题", "en": f"the same problem as {other}", "case": other.case.number}
    note(problem.case, "same", by=by, at=at, reason=reason.strip()[:1000], detail=detail)
    return problem


@transaction.atomic
def unmark_same(problem: Problem, reason: str, *, by: Person, at: datetime) -> Problem:
    """Take back that a problem is the same as another, with the reason: it counts by itself again."""
    refuse_others(by, day_of(at))
    other = problem.same_as
    if other is None or not reason.strip():
        raise RectificationError(
            Text("请写明理由；未指明相同的无须撤回。", "Say why; nothing else is taken back."), "reason"
        )
    problem.same_as = None
    problem.save(update_fields=["same_as"])
    detail = {"zh": f"与 {other} 不是同一问题", "en": f"not the same problem as {other}", "case": other.case.number}
    note(problem.case, "same", by=by, at=at, reason=reason.strip()[:1000], detail=detail)
    return problem


def _leads_to(start: Problem, end: Problem) -> bool:
    one: Problem | None = start
    while one is not None and one.pk != end.pk:
        one = one.same_as
    return one is not None


# hooks of the cases ----------------------------------------------------------------------------------------------


def keep_deadline(case: Case, kind: str) -> None:
    """Hook: a step of rectification ends with the problem's deadline, never with a fresh period, and is not stopped."""
    if kind == "paused":
        _refuse_stop(case)
    problem = Problem.objects.filter(case=case).first() if kind in ("taken", "reopened", "merged", "absorbed") else None
    if problem is None:
        return
    step = case.history.latest("pk")
    _begin_anew(problem, case, step.at)
    for row in case.threads.open().filter(step__in=rule(day_of(step.at)).deadline_steps, since=step.at):
        row.case = case
        _end_with_deadline(row, problem, step.at)


def _refuse_stop(case: Case) -> None:
    """Refuse that whoever rectifies stops the clock of the deadline: the offices that keep the ledger extend it."""
    step = case.history.latest("pk")
    if step.step in rule(day_of(step.at)).deadline_steps and Problem.objects.filter(case=case).exists():
        raise RectificationError(
            Text(
                "整改时限不能暂停；确需延长的，由牵头管理单位延期。",
                "The clock of a rectification is not stopped; the offices that keep the ledger extend the deadline.",
            )
        )


def _begin_anew(problem: Problem, case: Case, at: datetime) -> None:
    """Give a problem that came back after its strike-off the pack's days from then on, on record as an extension."""
    asked, day = rule(day_of(at)), day_of(at)
    step, _, outcome = asked.struck.partition(":")
    struck = case.threads.filter(step=step, outcome=outcome).order_by("ended_at").last()
    again = case.threads.open().filter(step__in=asked.deadline_steps, since=at).exists()
    if struck is None or struck.ended_at is None or not again or problem.deadline > day:
        return
    if case.threads.filter(step__in=asked.deadline_steps, since__gt=struck.ended_at, since__lt=at).exists():
        return
    after = day + timedelta(days=asked.within_days)
    Extension.objects.create(
        problem=problem, before=problem.deadline, after=after, at=at,
        reason=f"销号后重新办理，整改时限自重新整改之日起算 {asked.within_days} 日",
    )  # fmt: skip
    problem.deadline = after
    problem.save(update_fields=["deadline"])


def _end_with_deadline(row: CaseThread, problem: Problem, at: datetime, *, anew: bool = False) -> None:
    """Set a step's clock to run until the deadline, from when its work began; a past deadline stays past."""
    before = row.case.threads.filter(number=row.before, step=row.step).first()
    if before is not None and not anew:
        row.started_at, row.pauses = before.started_at, before.pauses
    days = (problem.deadline - day_of(row.started_at)).days if row.started_at else 0
    row.amount, row.unit, row.roll = max(1, days), "calendar-day", False
    row.due_since = beijing_day(problem.deadline + timedelta(days=1)) if days < 1 else None
    _store_clock(row, at)


def _store_clock(row: CaseThread, at: datetime) -> None:
    engine = rules().engine(type_of(row.case), row.case.category)
    thread = thread_of(row, engine)
    row.due_at, row.warn_at = engine.due(thread, at), engine.warning(thread, at)
    row.save()
