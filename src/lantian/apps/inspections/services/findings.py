"""Cases that failing items open (检查发现立案): one for each type of case, with the photos as evidence."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, Evidence
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services import NewCase, open_case
from lantian.apps.cases.services.state import note
from lantian.apps.inspections.models import Inspection, InspectionItem
from lantian.kernel.instants import day_of
from lantian.policy.records_inspection import ChecklistRecord

ENFORCEMENT = "enforcement"
FINDING = "inspection-finding"
"""The type whose steps fall to whoever inspected, where that is a department of the district."""


def open_cases(inspection: Inspection, checklist: ChecklistRecord, *, by: Person | None, at: datetime) -> list[Case]:
    """Open a case for each type that failing items name; a follow-up joins the case that is open already."""
    failed = [row for row in inspection.items.all() if row.answer == InspectionItem.Answer.FAIL]
    types = list(dict.fromkeys(checklist.item(row.item).opens or checklist.opens for row in failed))
    return [
        _case(inspection, checklist, name, [row for row in failed if _opens(checklist, row) == name], by, at)
        for name in types
    ]


def _opens(checklist: ChecklistRecord, row: InspectionItem) -> str:
    return checklist.item(row.item).opens or checklist.opens


def _case(
    inspection: Inspection,
    checklist: ChecklistRecord,
    name: str,
    rows: Sequence[InspectionItem],
    by: Person | None,
    at: datetime,
) -> Case:
    case = _open_already(inspection, name) or _new(inspection, checklist, name, rows, by, at)
    InspectionItem.objects.filter(pk__in=[row.pk for row in rows]).update(case=case)
    _give_photos(inspection, case, [row.item for row in rows], by, at)
    return case


def _open_already(inspection: Inspection, name: str) -> Case | None:
    if inspection.origin != Inspection.Origin.FOLLOW_UP or inspection.source is None:
        return None
    return Case.objects.open().filter(type=name, source=inspection.source).first()


def _new(
    inspection: Inspection,
    checklist: ChecklistRecord,
    name: str,
    rows: Sequence[InspectionItem],
    by: Person | None,
    at: datetime,
) -> Case:
    happened = inspection.began_at
    subjects = rules().type(name, day_of(happened)).subjects
    source = inspection.source
    fits = source is not None and (not subjects or source.kind in subjects)
    facts = "；".join(f"{checklist.item(row.item).zh}：不符合 {row.value} {row.note}".strip() for row in rows)
    whose = inspection.organisation
    takes = {ENFORCEMENT: whose.code} if name == FINDING and whose.area_id is None else {}
    where = inspection.place or (source.name if source else "")
    return open_case(
        NewCase(
            type=name, title=f"{checklist.zh}不合格：{where}", happened_at=happened, origin=Case.Origin.INSPECTION,
            facts=facts, source=source if fits else None, sender=whose, area_code=inspection.area_code, takers=takes,
            alarm=inspection.alarm, synthetic=inspection.synthetic,
        ),
        by=by, at=at,
    )  # fmt: skip


def _give_photos(inspection: Inspection, case: Case, items: Sequence[str], by: Person | None, at: datetime) -> None:
    """Let the first step of the case have the photos of the failing items and of the whole as evidence."""
    thread = case.threads.order_by("number").first()
    if thread is None or thread.ended_at is not None:
        return
    for photo in inspection.photos.filter(item__in=[*items, ""]):
        kept = Evidence.objects.create(
            case=case, kind=Evidence.Kind.PHOTO, step=thread.step, thread=thread.number, at=photo.taken_at, by=by,
            name=f"{photo.sha256[:8]}{Path(photo.path).suffix}", path=photo.path,
            media_type=photo.media_type, size=photo.size, sha256=photo.sha256,
            detail={"inspection": inspection.pk, "item": photo.item},
        )  # fmt: skip
        detail = {"evidence": [kept.pk], "sha256": kept.sha256, "inspection": inspection.pk}
        note(case, "evidence", by=by, at=at, thread=thread.number, step=thread.step, reason=kept.name, detail=detail)
