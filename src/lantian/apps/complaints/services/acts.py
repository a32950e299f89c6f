"""What people do with complaints: one verb per function, one transaction, one line in the history and the audit."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case, CaseThread, Evidence
from lantian.apps.cases.services import NewCase, Taken, may_take, open_case, take_step
from lantian.apps.cases.services.errors import NotYours
from lantian.apps.complaints.models import Complaint, Photo, Suggestion
from lantian.apps.complaints.rules import rules
from lantian.apps.complaints.services.errors import ComplaintError
from lantian.apps.complaints.services.intake import set_times
from lantian.apps.complaints.services.rewards import settle
from lantian.apps.complaints.services.state import hold, note, store
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of


@dataclass(frozen=True)
class Doing:
    """Who acts, when, and which version of the complaint their page showed."""

    by: Person | None
    at: datetime
    version: int | None = None


@transaction.atomic
def accept(
    complaint: Complaint, doing: Doing, *, handler: Organisation | None = None, source: Source | None = None
) -> Case:
    """Take a complaint up: its case opens, with its photos as evidence; those joined to it go along."""
    held = _held(complaint, doing)
    _refuse_second_case(held)
    day = day_of(held.received_at)
    rule, topic = rules().rule(day), rules().topics(day)[held.topic]
    taker = handler.code if handler else topic.handler
    new = NewCase(
        type=rule.case_type, title=f"{topic.zh}：{held.place or held.text[:40]}", facts=f"{held.number} {held.text}",
        happened_at=held.happened_at, origin=Case.Origin.COMPLAINT, source=source, area_code=held.area_code,
        category=held.time_class, takers={rule.party: taker}, synthetic=held.synthetic,
    )  # fmt: skip
    case = open_case(new, by=doing.by, at=doing.at)
    for photo in held.photos.all():
        _as_evidence(case, photo, held, doing)
    _goes_with(held, case, doing, "accepted")
    return case


@transaction.atomic
def link(complaint: Complaint, doing: Doing, *, case: Case) -> None:
    """Let a complaint go with a case that is open already."""
    held = _held(complaint, doing)
    _refuse_second_case(held)
    if case.closed_at:
        raise ComplaintError(Text("该案件已办结，不能再并入投诉。", "That case is closed; no complaint goes with it."))
    _goes_with(held, case, doing, "linked")


@transaction.atomic
def refuse(complaint: Complaint, doing: Doing, *, reason: str) -> None:
    """Refuse a complaint, with the reason that the complainant reads."""
    held = _held(complaint, doing)
    _refuse_second_case(held)
    if not reason.strip():
        raise ComplaintError(Text("请写明不予受理的理由。", "Say why it is not taken up."), "reason")
    held.refused_at, held.refusal = doing.at, reason.strip()[:500]
    store(held)
    note(held, "refused", by=doing.by, at=doing.at, text=reason)


@transaction.atomic
def join(complaint: Complaint, doing: Doing, *, earlier: Complaint) -> None:
    """Join a complaint to an earlier one of the same thing; it follows that one's case and gets its reply."""
    held = _held(complaint, doing)
    known = Complaint.objects.select_for_update(of=("self",)).select_related("duplicate_of", "case").get(pk=earlier.pk)
    root = known.duplicate_of or known
    if root.pk == held.pk or root.refused_at:
        raise ComplaintError(Text("不能并入此件。", "It cannot be joined to that one."))
    if held.case_id and held.case_id != root.case_id:
        raise ComplaintError(Text("此件已有案件，不能再并入他件。", "It has a case of its own already."))
    held.duplicate_of, held.case = root, root.case
    held.accepted_at = held.accepted_at or (doing.at if root.accepted_at else None)
    if root.replied_at:
        held.replied_at, held.reply = doing.at, root.reply
    store(held)
    held.duplicates.update(duplicate_of=root, case=root.case)
    Suggestion.objects.filter(complaint=held, earlier=root).update(state=Suggestion.State.JOINED)
    Suggestion.objects.filter(complaint=held, state=Suggestion.State.OPEN).update(state=Suggestion.State.APART)
    note(held, "joined", by=doing.by, at=doing.at, text=root.number, detail={"earlier": root.number})
    if held.case:
        settle(held.case, at=doing.at)


@transaction.atomic
def part(suggestion: Suggestion, doing: Doing) -> None:
    """Say that two complaints are not of the same thing."""
    held = _held(suggestion.complaint, doing)
    Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.OPEN).update(state=Suggestion.State.APART)
    store(held)
    number = suggestion.earlier.number
    note(held, "parted", by=doing.by, at=doing.at, text=number, detail={"earlier": number})


@transaction.atomic
def reclass(complaint: Complaint, doing: Doing, *, topic: str, time_class: str, reason: str) -> None:
    """Give a complaint another topic or class of times, with the reason; the periods run from when it came."""
    held = _held(complaint, doing)
    _refuse_second_case(held)
    day = day_of(held.received_at)
    if topic not in rules().topics(day):
        raise ComplaintError(Text(f"没有类别“{topic}”。", f"There is no topic {topic!r}."), "topic")
    if not reason.strip():
        raise ComplaintError(Text("请写明理由。", "Say why."), "reason")
    before = {"topic": held.topic, "time_class": held.time_class}
    held.topic = topic
    set_times(held, time_class)
    store(held)
    detail = {"before": before, "after": {"topic": topic, "time_class": time_class}}
    note(held, "class", by=doing.by, at=doing.at, text=reason, detail=detail)


@transaction.atomic
def reply(complaint: Complaint, doing: Doing, *, text: str) -> None:
    """Reply to a complaint and to those joined to it; where its case waits for the reply, that step is taken."""
    held = _held(complaint, doing)
    if held.refused_at or not held.accepted_at:
        raise ComplaintError(Text("未受理的投诉不能答复。", "A complaint that was not taken up has no reply."))
    if held.duplicate_of_id:
        raise ComplaintError(
            Text("此件已并入较早投诉，随其答复。", "It is joined to another and gets that one's reply.")
        )
    if not text.strip():
        raise ComplaintError(Text("请写明答复内容。", "Write the reply."), "text")
    rule = rules().rule(day_of(held.received_at))
    waiting = CaseThread.objects.open().filter(case=held.case, step=rule.reply_step) if held.case else None
    thread = waiting.select_related("holder").first() if waiting is not None else None
    if thread is None or held.case is None or held.case.type != rule.case_type:
        answer(held, text, doing)
        return
    if doing.by is None or not may_take(thread, doing.by):
        raise NotYours(thread.holder.name)
    outcome = rule.replied if held.named else rule.anonymous
    take_step(held.case, thread.number, Taken(outcome, text), by=doing.by, at=doing.at)


def answer(complaint: Complaint, text: str, doing: Doing) -> None:
    """Keep a reply with a complaint and those joined to it; the first one counts for the time."""
    for one in [complaint, *complaint.duplicates.select_for_update()]:
        one.replied_at, one.reply = one.replied_at or doing.at, text.strip()[:2000]
        store(one)
        note(one, "replied", by=doing.by, at=doing.at, text=text)


@transaction.atomic
def visit(complaint: Complaint, doing: Doing, *, found: str, text: str = "") -> None:
    """Keep what the complainant thinks of the reply."""
    held = _held(complaint, doing)
    allowed = [one.id for one in rules().rule(day_of(held.received_at)).visits]
    if not held.replied_at or found not in allowed:
        raise ComplaintError(Text("答复后才能评价，且须选一项。", "Choose one, after the reply."), "found")
    held.visit, held.visited_at = found, doing.at
    store(held)
    note(held, "visited", by=doing.by, at=doing.at, text=text, detail={"found": found})


@transaction.atomic
def pay(complaint: Complaint, doing: Doing, *, receipt: str) -> None:
    """Record that a reward was paid, with the number of the paper; what was paid is not reckoned anew."""
    held = _held(complaint, doing)
    found = getattr(held, "reward", None)
    if found is None or not found.yuan or found.paid_at:
        raise ComplaintError(Text("没有待发放的奖励。", "There is no reward to be paid."))
    if not receipt.strip():
        raise ComplaintError(Text("请填写凭证号。", "Write the number of the payment's paper."), "receipt")
    found.paid_at, found.paid_by, found.receipt = doing.at, doing.by, receipt.strip()[:60]
    found.save()
    store(held)
    detail = {"yuan": found.yuan, "receipt": found.receipt}
    note(held, "paid", by=doing.by, at=doing.at, text=found.receipt, detail=detail)


def _held(complaint: Complaint, doing: Doing) -> Complaint:
    return hold(complaint, doing.version)


def _refuse_second_case(held: Complaint) -> None:
    if held.accepted_at or held.refused_at or held.duplicate_of_id:
        raise ComplaintError(Text("此件已受理、并入或不予受理。", "It was taken up, joined or refused already."))


def _goes_with(held: Complaint, case: Case, doing: Doing, kind: str) -> None:
    """Let a complaint and those joined to it go with a case."""
    for one in [held, *held.duplicates.select_for_update()]:
        one.case, one.accepted_at = case, one.accepted_at or doing.at
        store(one)
        note(one, kind, by=doing.by, at=doing.at, text=case.number, detail={"case": case.number})


def _as_evidence(case: Case, photo: Photo, held: Complaint, doing: Doing) -> None:
    Evidence.objects.create(
        case=case, kind=Evidence.Kind.PHOTO, at=doing.at, by=doing.by, name=held.number, path=photo.path,
        media_type=photo.media_type, size=photo.size, sha256=photo.sha256, detail={"complaint": held.number},
    )  # fmt: skip
