"""Take over what a patrol phone sends (手机同步): stored once however often it comes, or refused in words.

A phone may send the same thing again after any cut, so every verb first looks whether it has it already. A photo is
answered with hash and size of the file as it lies on this disk, read back from there.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.cases.models import Case, CaseStep, Evidence
from lantian.apps.cases.rules import type_of
from lantian.apps.cases.services import CaseActError, Changed, NotYours, Taken, attach_file, take_step
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, InspectionPhoto, PlanEntry
from lantian.apps.inspections.selectors.patrol import edition_of
from lantian.apps.inspections.services.drafts import Answer, InspectionDraft
from lantian.apps.inspections.services.errors import ItemProblems, NotYourGround, PhotosMissing, SentDifferently
from lantian.apps.inspections.services.phone import (
    EvidenceFields,
    InspectionBody,
    InspectionPhotoFields,
    Kept,
    PhotoFields,
    Refused,
    StepBody,
)
from lantian.apps.inspections.services.photos import PhotoSent, add_photo
from lantian.apps.inspections.services.recording import record_inspection
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import LARGEST, AttachmentError, Sent, write_file
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_inspection import ChecklistRecord
from lantian.workflow.cases import CaseError

RETAKE = Text("请删去此照片，重拍后再传。", "Take the photo again and send that.")
LOOK_AGAIN = Text(
    "请看最新情况，需要时打开修改后再存。", "Look at how it stands now; open and save it again where needed."
)
TOO_LARGE = Text(f"照片大于 {LARGEST >> 20} MB，服务器不收。", f"The photo is larger than {LARGEST >> 20} MB.")


def too_large() -> Refused:
    """Return the refusal of a photo that is too large to be read at all."""
    return Refused("too-large", TOO_LARGE, RETAKE, status=413)


# photos ------------------------------------------------------------------------------------------------------------


def receive_photo(fields: InspectionPhotoFields, content: bytes, *, by: Person, at: datetime) -> Kept:
    """Keep a photo of an inspection, before or after the inspection comes; raises Refused."""
    _check_photo(fields, content)
    _check_owner(fields, by)
    sent = PhotoSent(fields.id, content, fields.sha256, fields.taken_at, fields.item, fields.longitude, fields.latitude)
    try:
        row = _kept_photo(fields, sent, by, at)
    except LantianError as error:
        raise Refused("photo", error.text, RETAKE, status=422) from error
    return _on_disk(fields.id, row.path, content)


@transaction.atomic
def _kept_photo(fields: InspectionPhotoFields, sent: PhotoSent, by: Person, at: datetime) -> InspectionPhoto:
    """Keep a photo; at its first coming the audit log takes down its hash and that of the camera's own file."""
    row = add_photo(fields.inspection, sent, by=by, at=at)
    if row.received_at == at:
        detail = {
            "inspection": str(fields.inspection), "sha256": row.sha256, "size": row.size,
            "original_sha256": fields.original_sha256, "taken_at": fields.taken_at.isoformat(),
        }  # fmt: skip
        record("inspection.photo", subject=row, actor=by, at=at, detail=detail)
    return row


def receive_evidence(fields: EvidenceFields, content: bytes, *, by: Person, at: datetime) -> Kept:
    """Keep a photo as evidence of a case's step; raises Refused."""
    _check_photo(fields, content)
    case = _case(fields.case, by)
    known = Evidence.objects.filter(case=case, thread=fields.thread, sha256=fields.sha256).first()
    if known is None:
        words = [f"{fields.taken_at.astimezone(BEIJING):%Y-%m-%d %H:%M}", str(fields.position or "")]
        name = f"{fields.taken_at.astimezone(BEIJING):%Y%m%d-%H%M%S}.jpg"
        try:
            known = attach_file(
                case, fields.thread, Sent(name, content), note_text=" ".join(words).strip(), by=by, at=at
            )
        except LantianError as error:
            raise _case_refusal(error, case, fields.thread) from error
    return _on_disk(fields.id, known.path, content)


def _check_photo(fields: PhotoFields, content: bytes) -> None:
    if len(content) > LARGEST:
        raise too_large()
    if len(content) != fields.size or hashlib.sha256(content).hexdigest() != fields.sha256:
        raise Refused(
            "damaged",
            Text(
                "照片在传送中损坏，与拍摄时的校验值不符。",
                "The photo was damaged on its way: its hash is not that of the photo taken.",
            ),
            status=422,
        )


def _check_owner(fields: InspectionPhotoFields, by: Person) -> None:
    """What one person began, another cannot add to by guessing its number."""
    others = (
        Inspection.objects.filter(client_id=fields.inspection).exclude(recorded_by=by),
        InspectionPhoto.objects.filter(inspection_client=fields.inspection).exclude(by=by),
        InspectionPhoto.objects.filter(client_id=fields.id).exclude(by=by),
    )
    if any(found.exists() for found in others):
        raise Refused("not-yours", Text("这次检查由他人记录。", "Somebody else records this inspection."), status=403)


def _on_disk(number: UUID, path: str, content: bytes) -> Kept:
    """Read back what lies on the disk; a file that was lost since is written again from what has just come."""
    place = Path(settings.DATA_DIR) / path
    digest = hashlib.sha256(content).hexdigest()
    if not place.is_file() or hashlib.sha256(place.read_bytes()).hexdigest() != digest:
        write_file(place, content)
    stored = place.read_bytes()
    return Kept(number, hashlib.sha256(stored).hexdigest(), len(stored))


# inspections --------------------------------------------------------------------------------------------------------


def receive_inspection(body: InspectionBody, *, by: Person, at: datetime) -> Kept:
    """Store a finished checklist; raises Refused where the world has moved on meanwhile, saying how."""
    known = Inspection.objects.filter(client_id=body.id).select_related("entry", "source").first()
    if known is not None and known.recorded_by_id != by.pk:
        raise Refused("not-yours", Text("这次检查由他人记录。", "Somebody else records this inspection."), status=403)
    source, notice = _source(body)
    entry = None
    if known is None:
        _check_edition(body)
        entry = _entry(body, source, by)
    try:
        record_inspection(_draft(body, source, entry or (known.entry if known else None)), by=by, at=at)
    except LantianError as error:
        raise _inspection_refusal(error) from error
    return Kept(body.id, notice=notice)


def _draft(body: InspectionBody, source: Source | None, entry: PlanEntry | None) -> InspectionDraft:
    place = body.position
    return InspectionDraft(
        client_id=body.id, checklist=body.checklist, began_at=body.begun_at, ended_at=body.finished_at,
        answers=[Answer(one.item, one.answer, one.value, one.note) for one in body.answers], source=source,
        place=body.place, longitude=place.longitude if place else None, latitude=place.latitude if place else None,
        origin=Inspection.Origin.ROUTINE if entry else Inspection.Origin.PATROL, entry=entry, note=body.note,
        no_entry=body.no_entry, photos=body.photos,
    )  # fmt: skip


def _source(body: InspectionBody) -> tuple[Source | None, Text | None]:
    """The ledger's entry; one that was merged meanwhile is followed to where it went, and that is said."""
    if not body.code:
        return None, None
    found = Source.objects.filter(kind=body.kind, code=body.code).select_related("merged_into").first()
    if found is None:
        raise Refused(
            "no-source",
            Text(f"台账中已没有编码“{body.code}”。", f"The ledgers have no entry {body.code} any more."),
            Text("请核对编码后另查一处。", "Check the code and begin anew with the right entry."),
        )
    notice = None
    while found.merged_into is not None:
        merged = found.merged_into
        notice = Text(
            f"台账“{found.name}”已并入“{merged.name}”（{merged.code}），记录已归入后者。",
            f"The entry {found.name} was merged into {merged.name} ({merged.code}); the record stands there.",
        )
        found = merged
    return found, notice


def _check_edition(body: InspectionBody) -> None:
    day = day_of(body.begun_at)
    current = rules.checklists(day).get(body.checklist)
    if current is None:
        raise Refused(
            "edition",
            Text(f"{day} 没有检查表“{body.checklist}”。", f"There is no checklist {body.checklist!r} on {day}."),
            LOOK_AGAIN,
        )
    if edition_of(current) != body.edition:
        raise Refused(
            "edition",
            _changed_items(current, body),
            Text("已答的都保留：请打开，补答后再存。", "Your answers are kept: open it, answer what is new, and save."),
        )


def _changed_items(current: ChecklistRecord, body: InspectionBody) -> Text:
    """Say how the checklist differs from the one that was filled in."""
    answered = {one.item for one in body.answers}
    new = [item for item in current.items if item.id not in answered]
    gone = len(answered - {item.id for item in current.items})
    zh = [f"新增“{item.zh}”" for item in new] + ([f"取消 {gone} 项"] if gone else [])
    en = [f"new: {item.en}" for item in new] + ([f"{gone} gone"] if gone else [])
    listed = Text("、".join(zh) or "文字或照片要求有改动", "; ".join(en) or "wording or photo rules changed")
    return Text(
        f"检查表“{current.zh}”在您填写后已更新：{listed.zh}。",
        f"The checklist {current.en} was changed after you filled it in: {listed.en}.",
    )


def _entry(body: InspectionBody, source: Source | None, by: Person) -> PlanEntry | None:
    """The plan's entry, unless somebody else has it or it was withdrawn meanwhile."""
    if body.plan is None:
        return None
    entry = PlanEntry.objects.filter(pk=body.plan).select_related("organisation", "source").first()
    if entry is None or entry.state == PlanEntry.State.DROPPED:
        raise _plan_refusal(Text("计划中的这一项已撤销。", "This entry of the plan was withdrawn."))
    if entry.state == PlanEntry.State.DONE:
        raise _plan_refusal(_done_words(entry))
    if not PlanEntry.objects.for_person(by).filter(pk=entry.pk).exists():
        raise _plan_refusal(_reassigned_words(entry))
    same = source is not None and entry.source_id == source.pk
    return entry if same else None


def _plan_refusal(text: Text) -> Refused:
    advice = Text(
        "您的记录和照片都在：可作为计划外检查上传，或放弃。",
        "Your record and photos are kept: send it as a check beside the plan, or give it up.",
    )
    return Refused("plan", text, advice)


def _done_words(entry: PlanEntry) -> Text:
    made = entry.inspections.select_related("recorded_by", "organisation").first()
    if made is None:
        return Text("计划中的这一项已由他人完成。", "Somebody has done this entry of the plan already.")
    who, when = _who(made.recorded_by), f"{made.ended_at.astimezone(BEIJING):%m-%d %H:%M}"
    zh, en = (who.zh, who.en) if made.recorded_by else (made.organisation.name_zh, made.organisation.name_en)
    return Text(f"计划中的这一项已由{zh}于 {when} 完成。", f"{en} has done this entry of the plan at {when}.")


def _reassigned_words(entry: PlanEntry) -> Text:
    named = [_who(one) for one in entry.people.all()]
    zh = "、".join(one.zh for one in named) or entry.organisation.name_zh
    en = ", ".join(one.en for one in named) or entry.organisation.name_en or entry.organisation.name_zh
    return Text(f"计划中的这一项已改派给{zh}。", f"This entry of the plan now belongs to {en}.")


def _who(person: Person | None) -> Text:
    return Text(person.name_zh, person.name_en or person.name_zh) if person else Text("他人", "somebody")


def _inspection_refusal(error: LantianError) -> Refused:
    """What the service refused, with what can be done about it."""
    codes: dict[type[LantianError], tuple[str, Text]] = {
        ItemProblems: ("items", Text("请打开补答后再存。", "Open it, complete it, and save again.")),
        PhotosMissing: ("photos", Text("请打开补拍后再存。", "Open it, take the photos, and save again.")),
        SentDifferently: ("different", Text("请放弃这份，或另做复查。", "Give this one up, or make a follow-up.")),
        NotYourGround: ("ground", Text("请联系值班员改派，或放弃。", "Ask the duty desk to assign it, or give it up.")),
    }
    code, advice = codes.get(type(error), ("refused", LOOK_AGAIN))
    return Refused(code, error.text, advice)


# steps of cases -------------------------------------------------------------------------------------------------------


def receive_step(body: StepBody, *, by: Person, at: datetime) -> Kept:
    """Take a step of a case as it was taken on site; raises Refused, saying who was quicker where somebody was."""
    case = _case(body.case, by)
    link = reverse("cases:one", args=[case.slug])
    reason, place = body.reason.strip(), " ".join(part for part in (body.place, str(body.position or "")) if part)
    same = CaseStep.objects.filter(
        case=case, kind="taken", thread=body.thread, by=by, outcome=body.outcome, reason=reason, place=place
    )
    if same.exists():
        return Kept(body.id, link=link)
    if _moved_on(case, body):
        raise _case_refusal(Changed(), case, body.thread)
    _check_evidence(case, body)
    try:
        take_step(case, body.thread, Taken(body.outcome, reason, place), by=by, at=at)
    except (CaseActError, CaseError) as error:
        raise _case_refusal(error, case, body.thread) from error
    return Kept(body.id, link=link)


def _moved_on(case: Case, body: StepBody) -> bool:
    """Whether something was done with this very step since the phone last heard of it; other steps do not matter."""
    return case.history.filter(thread=body.thread, kind__in=DEEDS, at__gt=body.known_at).exists()


def _check_evidence(case: Case, body: StepBody) -> None:
    """Say in words that the photo is missing which the outcome asks for."""
    row = case.threads.open().filter(number=body.thread).first()
    steps = type_of(case).step(row.step).outcomes if row else ()
    needs = next((one.needs for one in steps if one.id == body.outcome), ())
    has = case.evidence.filter(thread=body.thread, kind=Evidence.Kind.PHOTO).exists()
    if "photo" in needs and not has:
        text = Text("此结果须附照片，服务器上还没有。", "This outcome needs a photo, and the server has none yet.")
        raise Refused("photos", text, Text("请打开补拍后再存。", "Open it, take the photo, and save again."))


def _case(slug: str, by: Person) -> Case:
    found = Case.objects.visible_to(by).filter(slug=slug).first()
    if found is None or not scope_of(by).organisations:
        text = Text("没有这一案件，或不在您岗位的范围内。", "There is no such case, or it is not within your posts.")
        raise Refused("no-case", text, status=404)
    return found


def _case_refusal(error: LantianError, case: Case, number: int) -> Refused:
    if isinstance(error, AttachmentError):
        return Refused("photo", error.text, RETAKE, status=422)
    if isinstance(error, NotYours):
        return Refused("not-yours", error.text, Text("请联系承办单位。", "Ask whoever has the step now."))
    last = case.history.filter(thread=number).exclude(kind="evidence").select_related("by").last()
    if last is not None and last.kind in DEEDS and (isinstance(error, Changed) or _ended(case, number)):
        return Refused("changed", _quicker(case, last), LOOK_AGAIN)
    return Refused("refused", error.text, LOOK_AGAIN)


def _ended(case: Case, number: int) -> bool:
    return not case.threads.open().filter(number=number).exists()


DEEDS = {
    "taken": Text("办理", "took"),
    "sent-back": Text("退回", "sent back"),
    "transferred": Text("移交", "handed over"),
    "paused": Text("暂停", "paused"),
    "resumed": Text("恢复", "resumed"),
}


def _quicker(case: Case, last: CaseStep) -> Text:
    """Say who did what with the step meanwhile."""
    who, deed, when = _who(last.by), DEEDS[last.kind], f"{last.at.astimezone(BEIJING):%m-%d %H:%M}"
    record = type_of(case)
    step = record.step(last.step)
    outcome = next((one for one in step.outcomes if one.id == last.outcome), None)
    zh, en = (f"：{outcome.zh}", f": {outcome.en}") if outcome else ("", "")
    return Text(
        f"{who.zh}已于 {when} {deed.zh}“{step.zh}”{zh}。您的记录未重复办理。",
        f"{who.en} {deed.en} “{step.en}” at {when}{en}. Yours was not done a second time.",
    )
