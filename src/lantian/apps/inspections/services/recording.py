"""Store an inspection (登记检查): once, whole, checked against the checklist of its day, with what follows from it."""

import math
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.inspections import hooks, rules
from lantian.apps.inspections.models import Inspection, InspectionItem, InspectionPhoto, PlanEntry
from lantian.apps.inspections.services.drafts import FAIL, Answer, InspectionDraft, read_answers
from lantian.apps.inspections.services.errors import InspectionError, NotYourGround, SentDifferently
from lantian.apps.inspections.services.findings import open_cases
from lantian.apps.inspections.services.photos import check_photos
from lantian.apps.ledger.places import Ground
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_inspection import ChecklistRecord

EARTH_M = 6_371_008.8
"""The mean radius of the Earth [m]."""


def record_inspection(draft: InspectionDraft, *, by: Person | None, at: datetime) -> Inspection:
    """Store an inspection with its answers, link its photos, close its plan's entry, and open cases of what failed.

    The same draft sent again returns what is stored. Raises NotYourGround, ItemProblems, PhotosMissing,
    SentDifferently or InspectionError; then nothing is stored.
    """
    try:
        with transaction.atomic():
            known = Inspection.objects.filter(client_id=draft.client_id).first()
            return _again(known, draft) if known else _store(draft, by, at)
    except IntegrityError:
        known = Inspection.objects.filter(client_id=draft.client_id).first()
        if known is None:
            raise
        return _again(known, draft)


def _again(known: Inspection, draft: InspectionDraft) -> Inspection:
    if known.digest != draft.digest:
        raise SentDifferently
    return known


def _store(draft: InspectionDraft, by: Person | None, at: datetime) -> Inspection:
    day = day_of(draft.began_at)
    checklist = rules.checklist(draft.checklist, day)
    _check(draft, checklist, by, at)
    answers = [] if draft.no_entry else read_answers(draft, checklist)
    check_photos(draft.client_id, draft.photos, answers, checklist)
    entry = _entry_of(draft, by)
    made = _row(draft, checklist, answers, entry, by, at)
    made.inspectors.set({one.pk for one in (*draft.inspectors, *([by] if by else []))})
    InspectionPhoto.objects.filter(inspection_client=made.client_id).update(inspection=made)
    InspectionItem.objects.bulk_create(
        InspectionItem(inspection=made, item=one.item, order=order, answer=one.answer, value=one.value, note=one.note)
        for order, one in enumerate(answers)
    )
    if entry is not None and not draft.no_entry:
        PlanEntry.objects.filter(pk=entry.pk, state=PlanEntry.State.OPEN).update(state=PlanEntry.State.DONE)
    detail = {"checklist": made.checklist, "result": made.result, "entry": entry.pk if entry else None}
    record("inspection.recorded", subject=made, actor=by, at=at, detail=detail)
    open_cases(made, checklist, by=by, at=at)
    for listener in hooks.after_record:
        listener(made)
    return made


def _check(draft: InspectionDraft, checklist: ChecklistRecord, by: Person | None, at: datetime) -> None:
    if draft.source is None and not (draft.place.strip() and checklist.place):
        raise InspectionError(Text("请选定对象，或写明地点。", "Choose an entry, or say where it was."))
    if draft.source is not None and checklist.kinds and draft.source.kind not in checklist.kinds:
        raise InspectionError(
            Text(f"“{checklist.zh}”不适用于此对象。", f"“{checklist.en}” is not for entries of this ledger.")
        )
    if draft.ended_at < draft.began_at or draft.began_at > at:
        raise InspectionError(
            Text(
                "检查时间有误：结束早于开始，或在将来。",
                "The times are wrong: it ends before it began, or is yet to come.",
            )
        )
    if draft.origin not in Inspection.Origin.values:
        raise InspectionError(Text(f"没有来源“{draft.origin}”。", f"There is no origin {draft.origin!r}."))
    if by is not None and not _may(draft, by):
        raise NotYourGround


def _may(draft: InspectionDraft, by: Person) -> bool:
    scope = scope_of(by)
    if not (scope.organisations - scope.enterprises):
        return False
    if draft.source is None or scope.covers(draft.source.area_id):
        return True
    return PlanEntry.objects.for_person(by).filter(source=draft.source).exists() or _named(draft, by)


def _named(draft: InspectionDraft, by: Person) -> bool:
    return draft.entry is not None and draft.entry.people.filter(pk=by.pk).exists()


def _entry_of(draft: InspectionDraft, by: Person | None) -> PlanEntry | None:
    """The plan's entry that is fulfilled: the one named, else the open one of the department that is due first."""
    day = day_of(draft.began_at)
    if draft.entry is not None:
        if draft.entry.source_id != (draft.source.pk if draft.source else None):
            raise InspectionError(Text("计划条目属于另一对象。", "The plan's entry is of another source."))
        return draft.entry
    if draft.source is None:
        return None
    found = PlanEntry.objects.open().filter(
        source=draft.source, checklist=draft.checklist, window_start__lte=day, organisation=_organisation(draft, by)
    )
    return found.order_by("due", "pk").first()


def _organisation(draft: InspectionDraft, by: Person | None) -> Organisation:
    given = draft.organisation or (draft.entry.organisation if draft.entry else None)
    post = by.post if by else None
    if given is None and post is None:
        raise InspectionError(Text("请写明检查单位。", "Say whose inspection it is."))
    return given or post.organisation  # type: ignore[union-attr]


def _row(
    draft: InspectionDraft, checklist: ChecklistRecord, answers: Sequence[Answer], entry: PlanEntry | None,
    by: Person | None, at: datetime,
) -> Inspection:  # fmt: skip
    distance = _distance_m(draft)
    result = Inspection.Result.FAILED if any(one.answer == FAIL for one in answers) else Inspection.Result.PASSED
    return Inspection.objects.create(
        client_id=draft.client_id, digest=draft.digest, source=draft.source, place=draft.place.strip()[:200],
        area_code=_area(draft, by), checklist=draft.checklist, organisation=_organisation(draft, by),
        origin=_origin(draft, entry), began_at=draft.began_at, ended_at=draft.ended_at, longitude=draft.longitude,
        latitude=draft.latitude, distance_m=distance, far=distance is not None and distance > checklist.photos.within_m,
        result=Inspection.Result.NO_ENTRY if draft.no_entry else result, note=draft.note.strip(), entry=entry,
        campaign=entry.plan.campaign if entry else None, alarm=draft.alarm, recorded_at=at, recorded_by=by,
        synthetic=draft.synthetic,
    )  # fmt: skip


def _origin(draft: InspectionDraft, entry: PlanEntry | None) -> str:
    """What an entry of a draw or a campaign says of its inspection; else what was sent."""
    if entry is not None and draft.origin in (Inspection.Origin.ROUTINE, Inspection.Origin.PATROL):
        return {"draw": Inspection.Origin.DRAW, "campaign": Inspection.Origin.CAMPAIGN}.get(
            entry.plan.sort, Inspection.Origin(draft.origin)
        )
    return draft.origin


def _area(draft: InspectionDraft, by: Person | None) -> str:
    if draft.source is not None:
        return draft.source.area_id or ""
    if draft.longitude is not None and draft.latitude is not None:
        return Ground.load().area_of(draft.longitude, draft.latitude) or ""
    post = by.post if by else None
    ground = (post.area or post.organisation.area) if post else None
    return ground.code if ground and ground.kind in ("street", "community") else ""


def _distance_m(draft: InspectionDraft) -> int | None:
    source = draft.source
    if source is None or None in (draft.longitude, draft.latitude, source.longitude, source.latitude):
        return None
    given = (draft.longitude, draft.latitude, source.longitude, source.latitude)
    return round(distance_m(*(float(one) for one in given if one is not None)))


def distance_m(longitude: float, latitude: float, to_longitude: float, to_latitude: float) -> float:
    """Return the way over the ground between two positions [m], by the haversine formula on a sphere."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))
