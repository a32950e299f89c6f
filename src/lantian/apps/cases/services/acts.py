"""What people do with cases: one verb per function, one transaction, one line in the history and in the audit log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.cases.models import Case, CaseStep, CaseThread, Evidence
from lantian.apps.cases.services.alarms import judge_alarm
from lantian.apps.cases.services.errors import CaseActError, NotYours
from lantian.apps.cases.services.opening import NewCase, about, open_case
from lantian.apps.cases.services.penalties import Unlawful, impose
from lantian.apps.cases.services.related import refuse_unnamed
from lantian.apps.cases.services.state import Held, holders_of, note
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.policy.records_case import OutcomeRecord, StepRecord
from lantian.workflow.cases import CaseState


@dataclass(frozen=True)
class Taken:
    """How a step is taken: the result, why, where; findings for the ladder; the version of the case on the page."""

    outcome: str
    reason: str
    place: str = ""
    findings: Sequence[str] = ()
    version: int | None = None


@transaction.atomic
def take_step(case: Case, number: int, taken: Taken, *, by: Person, at: datetime) -> Case:
    """Take a step with an outcome, and do what the outcome brings: penalty, sanction, feedback, new cases, finding.

    Raises Changed, NotYours, CaseActError, or the workflow's CaseError.
    """
    held = Held.of(case, taken.version)
    row = _open(held, number, by)
    if not taken.reason.strip():
        raise CaseActError(Text("请写明办理情况。", "Say what was done."))
    evidence = frozenset(held.case.evidence.filter(thread=number).values_list("kind", flat=True))
    after, outcome = held.engine.take(held.state, number, taken.outcome, holders_of(held.case), at, evidence)
    step, chosen = held.type.step(row.step), held.type.outcome(row.step, outcome.id)
    refuse_unnamed(held.case, held.type, chosen)
    _refuse_same_hands(held, row, step, by)
    held.case.finding = outcome.finding or held.case.finding
    held.store(after, at, {number: outcome.id})
    written = _taken(held, row, step, chosen, taken, by, at)
    _follow(held.case, step, chosen, taken, written, by, at)
    return held.case


def _refuse_same_hands(held: Held, row: CaseThread, step: StepRecord, by: Person) -> None:
    """Refuse whoever took a step that this one checks: the organisation that holds it, and the person (异体复核)."""
    if not step.apart:
        return
    before = held.case.history.filter(kind="taken", step__in=step.apart)
    ended = [one for one in held.rows.values() if one.step in step.apart and one.ended_at is not None]
    if row.holder_id in {one.holder_id for one in ended} or before.filter(by=by).exists():
        raise CaseActError(
            Text(
                f"“{step.zh}”须由未办理前序环节的单位和人员办理，请移交。",
                f"“{step.en}” is for others than those who took the steps before it; hand it over.",
            )
        )


def _taken(
    held: Held, row: CaseThread, step: StepRecord, chosen: OutcomeRecord, taken: Taken, by: Person, at: datetime
) -> CaseStep:
    told = [code for party in chosen.tells for code in held.case.parties.get(party, [])]
    used = list(Evidence.objects.filter(case=held.case, thread=row.number).values_list("pk", flat=True))
    detail = {"evidence": used, "tells": list(dict.fromkeys(told)), "findings": list(taken.findings)}
    return note(
        held.case, "taken", by=by, at=at, thread=row.number, step=step.id, outcome=chosen.id, place=taken.place[:200],
        reason=taken.reason.strip()[:1000], cite=held.type.citation_of(step), detail=detail,
    )  # fmt: skip


def _follow(
    case: Case, step: StepRecord, chosen: OutcomeRecord, taken: Taken, written: CaseStep, by: Person, at: datetime
) -> None:
    if chosen.penalty:
        impose(case, taken.findings, by=by, at=at)
    elif taken.findings:
        raise Unlawful
    if chosen.finding:
        judge_alarm(case, chosen.finding, written.reason, by=by, at=at)
    for name in chosen.opens:
        new = NewCase(
            type=name, title=case.title, facts=f"{case.number} {step.zh}：{chosen.zh}。{written.reason}",
            origin=Case.Origin.CASE, parent=case, source=case.source, point=case.point, sender=case.sender,
            area_code=case.area_code, category=chosen.category, happened_at=case.happened_at, synthetic=case.synthetic,
        )  # fmt: skip
        open_case(new, by=by, at=at)


@transaction.atomic
def send_back(case: Case, number: int, *, reason: str, by: Person, at: datetime, version: int | None = None) -> Case:
    """Give a step back to whoever took the one before, with the reason; its clock does not begin anew."""
    return _moved(case, number, "sent-back", reason, by, at, version, lambda held: held.engine.send_back(
        held.state, number, at))  # fmt: skip


@transaction.atomic
def transfer(
    case: Case, number: int, *, to: Organisation, reason: str, by: Person, at: datetime, version: int | None = None
) -> Case:
    """Give a step to another organisation; its clock goes on."""
    return _moved(case, number, "transferred", reason, by, at, version, lambda held: held.engine.transfer(
        held.state, number, to.code, at), to=to.code)  # fmt: skip


@transaction.atomic
def pause(case: Case, number: int, *, reason: str, by: Person, at: datetime, version: int | None = None) -> Case:
    """Stop the clock of a step, with the reason."""
    return _moved(case, number, "paused", reason, by, at, version, lambda held: held.engine.pause(
        held.state, number, at, reason.strip()))  # fmt: skip


@transaction.atomic
def resume(case: Case, number: int, *, reason: str, by: Person, at: datetime, version: int | None = None) -> Case:
    """Let the clock of a step go on."""
    return _moved(case, number, "resumed", reason, by, at, version, lambda held: held.engine.resume(
        held.state, number, at))  # fmt: skip


def _moved(
    case: Case, number: int, kind: str, reason: str, by: Person, at: datetime, version: int | None,
    change: Callable[[Held], CaseState], **detail: str,
) -> Case:  # fmt: skip
    held = Held.of(case, version)
    row = _open(held, number, by, desk=kind == "transferred")
    if not reason.strip():
        raise CaseActError(Text("请写明理由。", "Say why."))
    former = row.holder_id
    held.store(change(held), at)
    cite = held.type.citation_of(held.type.step(row.step))
    note(held.case, kind, by=by, at=at, thread=number, step=row.step, reason=reason.strip()[:1000], cite=cite,
         detail={"from": former, **detail} if kind == "transferred" else {})  # fmt: skip
    return held.case


@transaction.atomic
def comment(case: Case, *, text: str, by: Person, at: datetime) -> CaseStep:
    """Add a remark to the history."""
    if not text.strip():
        raise CaseActError(Text("请写下说明。", "Write a remark."))
    return note(case, "commented", by=by, at=at, reason=text.strip()[:1000])


@transaction.atomic
def set_subject(case: Case, *, source: Source, by: Person, at: datetime, version: int | None = None) -> Case:
    """Say which entry of the ledgers the case is about, so that its penalties add up there."""
    held = Held.of(case, version)
    if held.case.penalties.exists():
        raise CaseActError(
            Text("已有处罚计入阶梯，不能更换对象。", "A penalty counts already; the subject cannot be changed.")
        )
    if held.type.subjects and source.kind not in held.type.subjects:
        raise CaseActError(Text(f"“{source}”的台账不适用于此案。", f"The case cannot be about {source}'s ledger."))
    held.case.source = source
    about(held.case, held.type)
    held.case.version += 1
    held.case.save()
    note(held.case, "subject", by=by, at=at, reason=str(source), detail={"kind": source.kind, "code": source.code})
    return held.case


def may_take(row: CaseThread, person: Person, *, desk: bool = False) -> bool:
    """Tell whether a person's posts take a step; the duty desk may hand any step to another organisation."""
    scope = scope_of(person)
    if desk and Role.DUTY in scope.roles:
        return True
    if Role.VIEWER in scope.roles and len(scope.roles) == 1:
        return False
    return CaseThread.objects.for_person(person).filter(pk=row.pk).exists()


def _open(held: Held, number: int, by: Person, *, desk: bool = False) -> CaseThread:
    """The row of an open step that a person may take; a step that is not open is the workflow's to refuse."""
    row = held.rows.get(number)
    if row is None or row.ended_at is not None:
        raise CaseActError(
            Text("此环节已办毕或不存在，可能已被他人办理。", "This step is not open; somebody may have taken it.")
        )
    if not may_take(row, by, desk=desk):
        raise NotYours(row.holder.name)
    return row
