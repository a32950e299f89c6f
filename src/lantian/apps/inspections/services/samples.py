"""The way of a sample (样品流转): taking, hand-over, result, second test; a failed result opens a case."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from lantian.apps.accounts.models import Organisation, Person, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import NewCase, Taken, attach_file, open_case, take_step
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Part, Sample, SampleCounter, SampleMove, SampleResult
from lantian.apps.inspections.services.errors import InspectionError, NotYourGround
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent, check_file, write_file
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of
from lantian.policy.records_sample import SampledGoodRecord, SampleItem, SampleRuleRecord
from lantian.workflow.samples import judge, limit_text

FOLDER = "sample-files"


class SampleError(InspectionError):
    """A sample, hand-over or result that cannot be stored as it was sent."""


@dataclass(frozen=True)
class SampleDraft:
    """A sample as it is taken. product, maker, batch: as the label says."""

    good: str
    taken_at: datetime
    product: str
    seal: str
    kept_seal: str
    source: Source | None = None
    place: str = ""
    area_code: str = ""
    maker: str = ""
    batch: str = ""
    photo: Sent | None = None
    synthetic: bool = False


def take_sample(draft: SampleDraft, *, by: Person, at: datetime) -> Sample:
    """Store a sample with the next number of its year. Raises SampleError, or AttachmentError for the photo."""
    day = day_of(draft.taken_at)
    good, rule = rules.sampled_good(draft.good, day), rules.sample_rule(day)
    _check(draft, good, rule, by, at)
    kept = _keep(draft.photo)
    with transaction.atomic():
        year = draft.taken_at.astimezone(BEIJING).year
        serial = _next(year)
        source = draft.source
        made = Sample.objects.create(
            number=f"{rule.word}〔{year}〕{serial}号", slug=f"{year}-{serial}", good=good.id, source=source,
            place=draft.place.strip()[:200], area_code=(source.area_id if source else draft.area_code) or "",
            product=draft.product.strip()[:120], maker=draft.maker.strip()[:120], batch=draft.batch.strip()[:60],
            organisation_id=good.organisation, laboratory_id=good.laboratory, taken_at=draft.taken_at, taken_by=by,
            seal=draft.seal.strip(), kept_seal=draft.kept_seal.strip(), recorded_at=at,
            synthetic=draft.synthetic, **kept,
        )  # fmt: skip
        record("sample.taken", subject=made, actor=by, at=at, detail={"number": made.number, "seal": made.seal})
    return made


def _check(draft: SampleDraft, good: SampledGoodRecord, rule: SampleRuleRecord, by: Person, at: datetime) -> None:
    if draft.source is None and not draft.place.strip():
        raise SampleError(Text("请选定对象，或写明地点。", "Choose an entry, or say where it was."))
    if draft.source is not None and draft.source.kind not in good.kinds:
        raise SampleError(Text(f"“{good.zh}”不在此台账抽检。", f"{good.en} is not sampled at entries of this ledger."))
    if draft.taken_at > at:
        raise SampleError(Text("抽样时间在将来。", "The time of taking is yet to come."))
    if rule.photo and draft.photo is None:
        raise SampleError(Text("请附抽样照片。", "Add a photo of the taking."))
    _check_label(draft)
    if not _works_for(by, good.organisation) or not _reaches(by, draft.source):
        raise NotYourGround


def _check_label(draft: SampleDraft) -> None:
    seals = [draft.seal.strip(), draft.kept_seal.strip()]
    if not draft.product.strip() or not all(seals):
        raise SampleError(Text("请写明产品名称和两个封号。", "Name the product and write down both seals."))
    if seals[0] == seals[1]:
        raise SampleError(Text("检样和备样应各有封号。", "Each part has a seal of its own."))
    used = Sample.objects.filter(Q(seal__in=seals) | Q(kept_seal__in=seals)).first()
    if used is not None:
        raise SampleError(
            Text(f"封号已用于样品 {used.number}。", f"A seal of these was used on sample {used.number} already.")
        )


def _works_for(person: Person, *organisations: str) -> bool:
    """Whether a person acts for one of some organisations; the duty desk acts for all."""
    scope = scope_of(person)
    return Role.DUTY in scope.roles or bool(scope.organisations & set(organisations))


def _reaches(person: Person, source: Source | None) -> bool:
    return source is None or scope_of(person).covers(source.area_id)


def _keep(photo: Sent | None) -> dict[str, str]:
    if photo is None:
        return {}
    media, suffix = check_file(photo)
    if not media.startswith("image/"):
        raise SampleError(Text("抽样照片应为图片。", "The photo of the taking has to be a picture."))
    digest = hashlib.sha256(photo.content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}.{suffix}"
    write_file(Path(settings.DATA_DIR) / path, photo.content)
    return {"photo_path": path, "photo_type": media, "photo_sha256": digest}


def _next(year: int) -> int:
    SampleCounter.objects.get_or_create(year=year)
    counter = SampleCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


@dataclass(frozen=True)
class HandOver:
    """A hand-over of one part; a broken seal is explained."""

    part: str
    to: str
    giver: str
    receiver: str
    seal_whole: bool
    note: str = ""


@transaction.atomic
def hand_over(sample: Sample, handed: HandOver, *, by: Person, at: datetime) -> Sample:
    """Write a hand-over down; one with a broken seal of the part that is still to be tested voids the sample."""
    held = Sample.objects.select_for_update().get(pk=sample.pk)
    _may_act(held, by)
    if held.state not in _MOVING[handed.part]:
        raise SampleError(
            Text("此样品在现状态下不能再交接。", "In its present state this sample is not handed over any more.")
        )
    if not handed.giver.strip() or not handed.receiver.strip():
        raise SampleError(Text("请写明交出人和接收人。", "Name who gives and who receives."))
    if not handed.seal_whole and not handed.note.strip():
        raise SampleError(Text("封条破损请写明情况。", "Say what became of the broken seal."))
    to = Organisation.objects.filter(pk=handed.to).first()
    if to is None:
        raise SampleError(Text(f"没有单位“{handed.to}”。", f"There is no organisation {handed.to!r}."))
    SampleMove.objects.create(
        sample=held, part=handed.part, at=at, giver=handed.giver.strip()[:60], receiver=handed.receiver.strip()[:60],
        to=to, seal_whole=handed.seal_whole, note=handed.note.strip()[:300], by=by,
    )  # fmt: skip
    if not handed.seal_whole:
        held.state, held.void_reason = Sample.State.INVALID, handed.note.strip()[:300]
    elif handed.part == Part.FIRST and to.pk == held.laboratory_id:
        held.state = Sample.State.RECEIVED
    held.save(update_fields=["state", "void_reason"])
    detail = {"part": handed.part, "to": to.pk, "seal_whole": handed.seal_whole}
    record("sample.handed-over", subject=held, actor=by, at=at, detail=detail)
    return held


_MOVING: Mapping[str, frozenset[str]] = {
    Part.FIRST: frozenset({Sample.State.TAKEN, Sample.State.RECEIVED}),
    Part.KEPT: frozenset({Sample.State.TAKEN, Sample.State.RECEIVED, Sample.State.FAILED}),
}


def _may_act(sample: Sample, by: Person) -> None:
    if not _works_for(by, sample.organisation_id, sample.laboratory_id):
        raise NotYourGround


@dataclass(frozen=True)
class Report:
    """A laboratory's report: a value for each item as text, its number, and its file for a second test."""

    part: str
    values: Mapping[str, str]
    number: str
    file: Sent | None = None


@transaction.atomic
def report_results(sample: Sample, report: Report, *, by: Person, at: datetime) -> Sample:
    """Store the results of one part, each judged against the limit of the day of the taking.

    A failed first part opens a case; the kept part is tested when the case asks for it, and its result takes that step.
    Raises SampleError, or what the case refuses; then nothing is stored.
    """
    held = Sample.objects.select_for_update().get(pk=sample.pk)
    if not _works_for(by, held.laboratory_id):
        raise NotYourGround
    _may_be_tested(held, report)
    day = day_of(held.taken_at)
    good, rule = rules.sampled_good(held.good, day), rules.sample_rule(day)
    results = [_judged(held, report, item, by, at) for item in good.items]
    SampleResult.objects.bulk_create(results)
    passed = all(one.passed for one in results)
    if report.part == Part.FIRST:
        held.state = Sample.State.PASSED if passed else Sample.State.FAILED
        held.case = held.case if passed else _case(held, good, rule, results, by, at)
    else:
        held.state = Sample.State.CLEARED if passed else Sample.State.CONFIRMED
        _take_second(held, rule, report, passed, by, at)
    held.save(update_fields=["state", "case"])
    detail = {"part": report.part, "report": report.number, "passed": passed}
    record("sample.tested", subject=held, actor=by, at=at, detail=detail)
    return held


def _may_be_tested(sample: Sample, report: Report) -> None:
    if not report.number.strip():
        raise SampleError(Text("请写明报告编号。", "Write down the report's number."))
    wanted = Sample.State.RECEIVED if report.part == Part.FIRST else Sample.State.FAILED
    if sample.state != wanted:
        raise SampleError(
            Text(
                f"样品现为“{sample.get_state_display()}”，不能登记这一结果。",
                f"The sample is {sample.state}; this result cannot be entered.",
            )
        )


def _judged(sample: Sample, report: Report, item: SampleItem, by: Person, at: datetime) -> SampleResult:
    text = report.values.get(item.id, "").strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise SampleError(
            Text(
                f"“{item.zh}”应为不小于 0 的数，现为“{text}”。",
                f"{item.en} has to be a number of at least 0; found {text!r}.",
            )
        )
    judged = judge(value, item.low, item.high)
    return SampleResult(
        sample=sample, part=report.part, item=item.id, value=value, rounded=judged.rounded, low=item.low,
        high=item.high, passed=judged.passed, report=report.number.strip()[:60], at=at, by=by,
    )  # fmt: skip


def _case(
    sample: Sample, good: SampledGoodRecord, rule: SampleRuleRecord, results: list[SampleResult], by: Person,
    at: datetime,
) -> Case:  # fmt: skip
    failed = [one for one in results if not one.passed]
    named = {item.id: item for item in good.items}
    facts = "；".join(
        f"{named[one.item].zh} {one.value.normalize():f} {named[one.item].unit}（{limit_text(one.low, one.high)}）"
        for one in failed
    )
    where = sample.source.name if sample.source else sample.place
    new = NewCase(
        type=rule.case_type, title=f"{good.zh}抽检不合格：{where}", happened_at=sample.taken_at,
        facts=f"样品 {sample.number}，{sample.product}。{facts}", origin=Case.Origin.INSPECTION,
        source=sample.source, sender=sample.organisation, area_code=sample.area_code, category=good.category,
        synthetic=sample.synthetic,
    )  # fmt: skip
    return open_case(new, by=by, at=at)


def _take_second(
    sample: Sample, rule: SampleRuleRecord, report: Report, passed: bool, by: Person, at: datetime
) -> None:
    step = sample.case.threads.open().filter(step=rule.second).first() if sample.case else None
    if step is None or sample.case is None:
        raise SampleError(
            Text(
                "案件没有待办的复检环节；当事人申请复检后才检测备样。",
                "The case has no second test to be made; the kept part is tested when the party asks for it.",
            )
        )
    if report.file is None:
        raise SampleError(Text("请附复检报告（PDF）。", "Add the report of the second test (PDF)."))
    attach_file(sample.case, step.number, report.file, note_text=report.number, by=by, at=at)
    outcome = rule.cleared if passed else rule.confirmed
    take_step(sample.case, step.number, Taken(outcome, f"复检报告 {report.number}"), by=by, at=at)


def photo_of(sample: Sample) -> bytes:
    """Return the photo of the taking as it was sent; raises SampleError when it is gone or was changed."""
    path = Path(settings.DATA_DIR) / sample.photo_path
    content = path.read_bytes() if sample.photo_path and path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sample.photo_sha256:
        raise SampleError(Text("照片不在或已被改动。", "The photo is gone or was changed."))
    return content
